/* What can be wrong with revocation? Rows of the family revocation: OCSP, stapling, CRLs, and what the
 * connection would do. */
#include "catalogue/guidance.h"

#define SETTINGS "Expressway: Configuration > SIP, section Certificate revocation checking"
#define FALLBACK                                                                                             \
    SETTINGS ": Fallback behavior decides meanwhile: Treat as not revoked lets the connection pass, Treat "  \
             "as revoked drops it"
#define RENEW_REVOKED                                                                                        \
    "A revoked certificate cannot be mended: make a new key and CSR (do not reuse the key if it may be "     \
    "known): Maintenance > Security > Server certificate > Generate CSR",                                    \
        SIGN, UPLOAD("The box"),                                                                             \
        "Ask the CA for the reason of the revocation, and whether other "                                    \
        "certificates are affected"
#define EGRESS                                                                                               \
    "Firewall: TCP 80 (or 443, as the address says) from Expressway-E, and from Expressway-C where it asks " \
    "itself, to the host in the evidence"
#define WITH_CHECKING "SIP TLS zones of Expressways with revocation checking on"
#define BY_FALLBACK                                                                                          \
    WITH_CHECKING ": the fallback setting decides", "With Treat as revoked: connection refused"
#define ASK_CA "If it stays for more than a day: report it to the CA; the responder is theirs"
#define OCSP_SOURCES GUIDE("chapter 7"), "RFC 6960"

/* What a responder can say wrong is the same whether it was asked or its answer was stapled. */
#define WHY_UNKNOWN                                                                                          \
    "The responder does not know the certificate: it is too new, of another CA, or the responder was set "   \
    "up for another issuer key. No status means that the fallback decides."
#define WHY_MALFORMED "The bytes are no OCSP response: an HTML error page of a proxy, or a cut-off answer."
#define WHY_BAD_SIGNATURE                                                                                    \
    "The signature over the response does not verify: damaged in transit, or made with another key than "    \
    "that of the responder certificate in it."
#define WHY_SIGNER                                                                                           \
    "The response is signed by a certificate that may not do so: neither the issuer itself nor a delegate "  \
    "issued by it with the usage OCSPSigning."
#define WHY_WRONG_CERT                                                                                       \
    "The response speaks of another certificate (issuer or serial differ) than was asked for."
#define WHY_AMBIGUOUS                                                                                        \
    "The response holds several contradicting statements about the one certificate. The worse one counts."
#define WHY_CRITICAL                                                                                         \
    "The response carries a critical extension that is not understood, so it must not be used."
#define WHY_STALE                                                                                            \
    "The response is too old: its nextUpdate has passed, or it has none and is older than seven days. The "  \
    "responder serves from a cache that is no longer refilled."
#define WHY_NOT_YET "The response is dated in the future: the responder's clock or this machine's is wrong."

static const struct cause ocsp[] = {
    {.id = "revoked",
     .status = STATUS_FAIL,
     .title = "The certificate is revoked, says the OCSP responder",
     .why = "The CA has withdrawn the certificate. Every peer that checks by OCSP refuses it at once, those "
            "that do not "
            "check go on for now.",
     .affects = {WITH_CHECKING ": connection refused", "Clients whose system checks revocation: refuse"},
     .fix = {RENEW_REVOKED},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {OCSP_SOURCES}},
    {.id = "sha256-unsupported",
     .status = STATUS_FAIL,
     .title = "The responder does not understand requests with SHA-256",
     .why = "Expressway names the certificate in its request by SHA-256 hashes. This responder answers for "
            "SHA-1 only. In "
            "that case not just the OCSP check fails but the validation of the certificate, whatever the "
            "fallback says.",
     .affects = {WITH_CHECKING " and Use OCSP on: refuse every certificate of that CA",
                 "Tools that ask with SHA-1 (most do): call it good, which misleads"},
     .fix = {"Private CA: let the responder index by SHA-256 too (openssl ocsp does; Windows Server: update "
             "the Online "
             "Responder)",
             SETTINGS
             ": Use OCSP Off, Use CRLs On, Allow CRL downloads from CDPs On, if the CA publishes CRLs",
             "Else take a CA whose responder supports SHA-256"},
     .source = {GUIDE("chapter 7"), "RFC 6960 section 4.1.1"}},
    {.id = "unreachable",
     .status = STATUS_WARN,
     .title = "The OCSP responder cannot be reached",
     .why = "Name not resolved, connection refused, or silence. Expressway gets no status either if it sits "
            "behind the "
            "same firewall.",
     .affects = {BY_FALLBACK},
     .fix = {EGRESS,
             "Expressway: Maintenance > Tools > Network utilities > DNS lookup: the responder's name must "
             "resolve "
             "there",
             "HTTP proxy needed? Expressway asks directly: allow it", FALLBACK},
     .source = {GUIDE("chapter 7")}},
    {.id = "http-error",
     .status = STATUS_WARN,
     .title = "The OCSP responder answers with an HTTP error",
     .why = "A web server answered, but not with a response: wrong path, blocked by a proxy, or the "
            "responder behind it "
            "is down.",
     .affects = {BY_FALLBACK},
     .fix = {"Check the address in the certificate's authority information access",
             "Web proxy on the path: exempt the responder's host; content type is application/ocsp-request",
             ASK_CA, FALLBACK},
     .source = {OCSP_SOURCES, "RFC 5019"}},
    {.id = "unknown",
     .status = STATUS_WARN,
     .title = "The responder does not know the certificate",
     .why = WHY_UNKNOWN,
     .affects = {BY_FALLBACK},
     .fix = {"New certificate: wait some hours and ask again",
             "Private CA: check that the responder's database has this serial number and the right issuer",
             ASK_CA, FALLBACK},
     .source = {OCSP_SOURCES, "RFC 6960 section 2.2"}},
    {.id = "malformed",
     .status = STATUS_WARN,
     .title = "The OCSP answer cannot be parsed",
     .why = WHY_MALFORMED,
     .affects = {BY_FALLBACK},
     .fix = {"Look at what came: a proxy's error page names the proxy; exempt the responder's host there",
             ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 4.2"}},
    {.id = "bad-signature",
     .status = STATUS_WARN,
     .title = "The signature of the OCSP response does not verify",
     .why = WHY_BAD_SIGNATURE,
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: give the responder the key that fits its certificate, and restart it",
             "Ask from another network: does a device in between alter the answer?", ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 3.2"}},
    {.id = "signer-not-authorised",
     .status = STATUS_WARN,
     .title = "The OCSP response is signed by someone who may not",
     .why = WHY_SIGNER,
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: issue the responder certificate by the same CA, with extended key usage "
             "OCSPSigning, and renew it "
             "before it expires",
             ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 4.2.2.2"}},
    {.id = "wrong-certificate",
     .status = STATUS_WARN,
     .title = "The OCSP response is about another certificate",
     .why = WHY_WRONG_CERT,
     .affects = {BY_FALLBACK},
     .fix = {"Make sure that the issuer given (--issuer) is the one that signed the certificate",
             "Private CA: check the responder's configuration and any cache in front of it", ASK_CA,
             FALLBACK},
     .source = {"RFC 6960 section 3.2"}},
    {.id = "ambiguous",
     .status = STATUS_WARN,
     .title = "The OCSP response contradicts itself",
     .why = WHY_AMBIGUOUS,
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: check the responder's database for two entries of one serial number", ASK_CA,
             FALLBACK},
     .source = {"RFC 6960 section 4.2.1"}},
    {.id = "critical-extension",
     .status = STATUS_WARN,
     .title = "The OCSP response has an unknown critical extension",
     .why = WHY_CRITICAL,
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: switch the extension off in the responder", ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 4.4"}},
    {.id = "stale",
     .status = STATUS_WARN,
     .title = "The OCSP response is out of date",
     .why = WHY_STALE,
     .affects = {BY_FALLBACK},
     .fix = {"Check the clock of this machine and of the Expressway (System > Time)",
             "Private CA: let the responder sign anew, empty the cache in front of it", ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 3.2", "RFC 5019 section 4"}},
    {.id = "not-yet-valid",
     .status = STATUS_WARN,
     .title = "The OCSP response is dated in the future",
     .why = WHY_NOT_YET,
     .affects = {BY_FALLBACK},
     .fix = {"Check the clock of this machine and of the Expressway: System > Time, NTP servers Synchronized",
             "Private CA: correct the responder's clock", ASK_CA},
     .source = {"RFC 6960 section 3.2"}},
    {.id = "malformed-request",
     .status = STATUS_WARN,
     .title = "The responder calls the request malformed",
     .why = "The request was well-formed; the responder cannot read it. If only the request with SHA-256 "
            "fails, see "
            "sha256-unsupported.",
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: update the responder", ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 2.3"}},
    {.id = "internal-error",
     .status = STATUS_WARN,
     .title = "The responder reports an internal error",
     .why = "The responder is reachable and out of order: expired signing certificate, missing database.",
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: look into the responder's log, renew its signing certificate", ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 2.3"}},
    {.id = "try-later",
     .status = STATUS_WARN,
     .title = "The responder asks to try later",
     .why = "The responder is alive and cannot answer now: overload or maintenance.",
     .affects = {BY_FALLBACK},
     .fix = {"Repeat in some minutes", ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 2.3"}},
    {.id = "sig-required",
     .status = STATUS_WARN,
     .title = "The responder demands signed requests",
     .why = "Only clients with a certificate of their own are served. Expressway does not sign its OCSP "
            "requests.",
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: let the responder serve unsigned requests",
             SETTINGS ": Use OCSP Off and CRLs in its place", FALLBACK},
     .source = {"RFC 6960 section 2.3"}},
    {.id = "unauthorized",
     .status = STATUS_WARN,
     .title = "The responder has nothing to say on this certificate",
     .why = "Unauthorized is what a responder answers that holds no status for the certificate: not its CA, "
            "not indexed "
            "yet, or long expired. If a request with SHA-1 is answered, see sha256-unsupported.",
     .affects = {BY_FALLBACK},
     .fix = {"Check that the issuer given is the one that signed the certificate",
             "New certificate: wait some hours and ask again", ASK_CA, FALLBACK},
     .source = {"RFC 6960 section 2.3", "RFC 5019 section 2.2.3"}},
    {.id = "no-uri",
     .status = STATUS_INFO,
     .title = "The certificate names no OCSP responder",
     .why = "Normal since 2025: Let's Encrypt issues no OCSP addresses since May 2025 and its responders are "
            "off since "
            "August 2025; others follow. The CRL counts then. With CRLs off and the fallback Treat as "
            "revoked such a "
            "certificate is refused.",
     .source = {"Let's Encrypt: ending OCSP support in 2025", GUIDE("chapter 7")}},
};

#define STAPLE_WHO "Clients that read stapled responses: ask the responder themselves, or refuse"
#define STAPLE_FIX                                                                                           \
    "The server or load balancer that staples: let it fetch a fresh response (nginx: ssl_stapling, "         \
    "ssl_trusted_certificate; then reload)",                                                                 \
        "Or switch stapling off there; Expressway asks the responder itself"
#define STAPLE(id_, title_, why_, ...)                                                                       \
    {                                                                                                        \
        .id = id_, .status = STATUS_WARN, .title = title_, .why = why_, .affects = {STAPLE_WHO},             \
        .fix = {STAPLE_FIX}, .source = {                                                                     \
            "RFC 6066 section 8",                                                                            \
            __VA_ARGS__                                                                                      \
        }                                                                                                    \
    }

static const struct cause staple[] = {
    {.id = "revoked",
     .status = STATUS_FAIL,
     .title = "The certificate is revoked, says the stapled response",
     .why = "The server itself delivers the CA's statement that its certificate is withdrawn. Every client "
            "that reads it "
            "refuses.",
     .affects = {"Clients that read stapled responses: refuse",
                 WITH_CHECKING ": refuse, as soon as they ask by "
                               "themselves"},
     .fix = {RENEW_REVOKED},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {"RFC 6066 section 8", "RFC 6960"}},
    STAPLE("unknown", "The stapled response does not know the certificate", WHY_UNKNOWN,
           "RFC 6960 section 2.2"),
    STAPLE("malformed", "The stapled response cannot be parsed", WHY_MALFORMED, "RFC 6960 section 4.2"),
    STAPLE("bad-signature", "The signature of the stapled response does not verify", WHY_BAD_SIGNATURE,
           "RFC 6960 section 3.2"),
    STAPLE("signer-not-authorised", "The stapled response is signed by someone who may not", WHY_SIGNER,
           "RFC 6960 section 4.2.2.2"),
    STAPLE("wrong-certificate", "The stapled response is about another certificate",
           WHY_WRONG_CERT " After a renewal the server still staples the old response.",
           "RFC 6960 section 3.2"),
    STAPLE("ambiguous", "The stapled response contradicts itself", WHY_AMBIGUOUS, "RFC 6960 section 4.2.1"),
    STAPLE("critical-extension", "The stapled response has an unknown critical extension", WHY_CRITICAL,
           "RFC 6960 section 4.4"),
    STAPLE("stale", "The stapled response is out of date", WHY_STALE, "RFC 6960 section 3.2",
           "RFC 5019 section 4"),
    STAPLE("not-yet-valid", "The stapled response is dated in the future", WHY_NOT_YET,
           "RFC 6960 section 3.2"),
    STAPLE(
        "malformed-request", "The server staples a refusal: malformed request",
        "What is stapled is no status but the responder's refusal: it could not read the server's request.",
        "RFC 6960 section 2.3"),
    STAPLE("internal-error", "The server staples a refusal: internal error",
           "What is stapled is no status but the responder's report that it is out of order.",
           "RFC 6960 section 2.3"),
    STAPLE("try-later", "The server staples a refusal: try later",
           "What is stapled is no status but the responder's request to ask later.", "RFC 6960 section 2.3"),
    STAPLE("sig-required", "The server staples a refusal: signature required",
           "What is stapled is no status: the responder serves only signed requests.",
           "RFC 6960 section 2.3"),
    STAPLE("unauthorized", "The server staples a refusal: unauthorized",
           "What is stapled is no status: the responder holds nothing on this certificate.",
           "RFC 6960 section 2.3"),
};

#define CRL_SOURCES GUIDE("chapter 7"), "RFC 5280 section 5"
#define CRL_MENU "Expressway: Maintenance > Security > CRL management"

static const struct cause crl[] = {
    {.id = "revoked",
     .status = STATUS_FAIL,
     .title = "The certificate is on the CRL",
     .why = "The CA has withdrawn the certificate. Peers that use CRLs refuse it as soon as they have this "
            "list.",
     .affects = {WITH_CHECKING ": connection refused", "Clients whose system checks revocation: refuse"},
     .fix = {RENEW_REVOKED},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {CRL_SOURCES}},
    {.id = "expired",
     .status = STATUS_FAIL,
     .title = "The CRL has expired",
     .why = "Its nextUpdate has passed. Expressway then holds every certificate of that CA for invalid, not "
            "just the "
            "revoked ones (OpenSSL: CRL has expired).",
     .affects = {"All peers with certificates of that CA: refused by Expressways that use its CRL"},
     .fix = {"CA: publish a new CRL (openssl ca -gencrl); check the job that should do it",
             CRL_MENU
             ": set Automatic CRL updates Enabled with the distribution point and a daily update time",
             "Loaded by hand: upload the new file (PEM, under 16 MB), or Remove revocation list",
             "Distribution point behind a cache: empty it"},
     .source = {CRL_SOURCES}},
    {.id = "unreachable",
     .status = STATUS_WARN,
     .title = "The CRL distribution point cannot be reached",
     .why = "Name not resolved, connection refused, or silence. Expressway cannot download the list either "
            "if it sits "
            "behind the same firewall; an HTTPS address also needs a valid certificate of its own.",
     .affects = {BY_FALLBACK},
     .fix = {EGRESS, CRL_MENU ": test with Automatic CRL updates",
             "HTTPS distribution point: its own certificate must be "
             "valid and trusted by the Expressway",
             "Stop-gap: download the list elsewhere and upload it by hand (PEM, under 16 MB)", FALLBACK},
     .source = {CRL_SOURCES}},
    {.id = "http-error",
     .status = STATUS_WARN,
     .title = "The distribution point answers with an HTTP error",
     .why = "A web server answered, but without the list: moved, deleted, or access denied.",
     .affects = {BY_FALLBACK},
     .fix = {"Check the address in the certificate (CRL distribution points) against what the CA publishes",
             "Private CA: put the list back at exactly this address; allow anonymous reading", FALLBACK},
     .source = {CRL_SOURCES}},
    {.id = "unsupported-scheme",
     .status = STATUS_WARN,
     .title = "The CRL can be had by LDAP or FTP only",
     .why = "Expressway downloads CRLs by HTTP and HTTPS only. Microsoft CAs put an LDAP address into "
            "certificates by "
            "default.",
     .affects = {BY_FALLBACK},
     .fix = {"Microsoft CA: Certification Authority > Properties > Extensions: add an http:// CRL "
             "distribution point, include "
             "it in issued certificates",
             "Certificates issued before: " CRL_MENU
             ": enter the HTTP address of the list under Automatic CRL updates",
             "Have the certificate issued anew to carry the HTTP address"},
     .source = {CRL_SOURCES}},
    {.id = "unparsable",
     .status = STATUS_WARN,
     .title = "The file at the distribution point is no CRL",
     .why = "Neither PEM nor DER, nor a ZIP or GZIP archive with CRLs in it: an HTML page, a certificate, or "
            "a damaged "
            "file. The ending of the name does not matter, the content does.",
     .affects = {BY_FALLBACK},
     .fix = {"Look at it: openssl crl -in FILE -noout -text (with -inform DER for binary)",
             "Private CA: publish the list itself, or an archive with nothing but lists", FALLBACK},
     .source = {CRL_SOURCES}},
    {.id = "bad-signature",
     .status = STATUS_WARN,
     .title = "The signature of the CRL does not verify",
     .why = "The list names the issuer, but was not signed with its key: damaged, or from the CA's old key.",
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: publish a list signed with the current CA key; after a change of key one list for "
             "each key",
             "Download again past caches and proxies", FALLBACK},
     .source = {"RFC 5280 section 6.3.3"}},
    {.id = "wrong-issuer",
     .status = STATUS_WARN,
     .title = "The CRL belongs to another issuer",
     .why = "The list at the distribution point was issued by another CA than the certificate, and is not "
            "declared as an "
            "indirect list.",
     .affects = {BY_FALLBACK},
     .fix = {"Private CA: put the list of the issuing CA at the address that its certificates name",
             "Loaded by hand: upload the list of the issuing CA; one for each CA of the chain"},
     .source = {"RFC 5280 section 6.3.3"}},
    {.id = "too-large",
     .status = STATUS_WARN,
     .title = "The CRL is too large",
     .why = "Uploads by hand must stay under 16 MB, and archives that unpack to more than this tool's limit "
            "are not read "
            "to the end.",
     .affects = {"Administrators: upload by hand is refused", BY_FALLBACK},
     .fix = {CRL_MENU ": use Automatic CRL updates in place of the upload",
             SETTINGS ": prefer OCSP for this CA, if it has a responder",
             "CA: partition the list, or drop expired certificates from it"},
     .source = {CRL_SOURCES}},
    {.id = "not-yet-valid",
     .status = STATUS_WARN,
     .title = "The CRL is dated in the future",
     .why = "Its thisUpdate lies ahead: the CA's clock or this machine's is wrong.",
     .affects = {BY_FALLBACK},
     .fix = {"Check the clock of this machine and of the Expressway: System > Time",
             "Private CA: correct its clock and "
             "publish anew"},
     .source = {"RFC 5280 section 6.3.3"}},
    {.id = "other-partition",
     .status = STATUS_WARN,
     .title = "The CRL covers another part of the CA's certificates",
     .why = "The list is partitioned (IssuingDistributionPoint), and this part does not cover the "
            "certificate. That the "
            "serial number is not on it proves nothing. Let's Encrypt publishes its lists in such parts.",
     .affects = {BY_FALLBACK},
     .fix = {"Use the list at the certificate's own distribution point: " SETTINGS
             ": Allow CRL downloads from CDPs On",
             CRL_MENU ": enter all parts, or the CA's full list", FALLBACK},
     .source = {"RFC 5280 section 5.2.5"}},
    {.id = "no-cdp",
     .status = STATUS_INFO,
     .title = "The certificate names no CRL distribution point",
     .why = "Then only lists loaded by hand or by automatic update serve, or OCSP. Some private CAs publish "
            "none.",
     .source = {"RFC 5280 section 4.2.1.13", GUIDE("chapter 7")}},
};

#define VERDICT_SOURCES GUIDE("chapter 7")

static const struct cause verdict[] = {
    {.id = "revoked",
     .status = STATUS_FAIL,
     .title = "The connection is refused: a certificate is revoked",
     .why = "With the given settings a source says that a certificate of the chain is withdrawn. The "
            "fallback plays no "
            "part.",
     .affects = {WITH_CHECKING ": TLS Negotiation Error",
                 "All MRA users, when it is the Unified Communications zone"},
     .fix = {"The trace in the evidence names certificate and source", RENEW_REVOKED},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {VERDICT_SOURCES}},
    {.id = "fallback-rejects",
     .status = STATUS_FAIL,
     .title = "The connection is refused: no status, and the fallback says no",
     .why = "No source gave a status for a certificate of the chain, and the fallback is Treat as revoked. A "
            "responder that "
            "is down for an hour takes the zone down with it.",
     .affects = {WITH_CHECKING ": TLS Negotiation Error",
                 "All MRA users, when it is the Unified Communications zone"},
     .fix =
         {"Mend the source: the findings revocation.ocsp and revocation.crl of the same certificate say how",
          SETTINGS ": switch on the source that the certificate has: Use OCSP, or Use CRLs with Allow CRL "
                   "downloads from "
                   "CDPs",
          "Let's Encrypt and other CAs without OCSP: Use CRLs and CDP downloads must be On", EGRESS,
          "Until then: Fallback behavior Treat as not revoked"},
     .source = {VERDICT_SOURCES}},
    {.id = "validation-fails",
     .status = STATUS_FAIL,
     .title = "The validation fails: the responder cannot do SHA-256",
     .why = "Expressway asks with SHA-256. When the responder does not support it, OCSP check and "
            "certificate validation "
            "fail together; the fallback setting does not help.",
     .affects = {WITH_CHECKING " and Use OCSP on: TLS Negotiation Error"},
     .fix = {SETTINGS ": Use OCSP Off, Use CRLs On, if the CA publishes lists",
             "Private CA: update the responder; else change the CA"},
     .source = {VERDICT_SOURCES}},
    {.id = "fallback-accepts",
     .status = STATUS_WARN,
     .title = "Accepted only because of the fallback",
     .why = "No source gave a status, and Treat as not revoked lets the connection pass. It works, and a "
            "revoked "
            "certificate would work just as well; with the other setting the connection would fail today.",
     .affects = {"Nobody today; security reviewers",
                 "Everyone, if the fallback is changed to Treat as revoked"},
     .fix =
         {"Mend the source: the findings revocation.ocsp and revocation.crl of the same certificate say how",
          EGRESS, SETTINGS ": switch on the source that the certificate has"},
     .source = {VERDICT_SOURCES}},
    {.id = "checking-off",
     .status = STATUS_WARN,
     .title = "Revocation checking is off",
     .why = "Certificate revocation checking mode is Off: revoked certificates are accepted on SIP TLS "
            "connections. The "
            "guide recommends to switch it on.",
     .affects = {"Nobody today; security reviewers"},
     .fix =
         {"First see what would happen: edgeprobe revocation HOST:PORT --mode on --ocsp on --crl on --cdp on",
          SETTINGS ": mode On, Use OCSP On, Use CRLs On, Allow CRL downloads from CDPs On", EGRESS},
     .source = {VERDICT_SOURCES}},
};

static const struct cause source_scope[] = {
    {.id = "source-not-used-here",
     .status = STATUS_WARN,
     .title = "A source is set up that this connection does not use",
     .why = "Not every source serves every connection. SIP TLS uses all; a policy server's certificate is "
            "checked against "
            "CRLs loaded by hand only; LDAP uses only CRLs inside the trusted CA file; OCSP serves SIP TLS "
            "alone. A "
            "revoked certificate passes although the list is there.",
     .affects = {"Connections to policy or LDAP servers, HTTPS: revocation is not seen"},
     .fix = {"Policy server: " CRL_MENU ": upload the CA's list by hand (PEM, under 16 MB)",
             "LDAP: append the CA's CRL to the PEM file of the CA, and upload it under Maintenance > "
             "Security > Trusted CA "
             "certificate",
             "OCSP only, and no SIP TLS: load a CRL as well"},
     .source = {GUIDE("chapter 7")}},
};

static const struct check checks[] = {
    CHECK("revocation.ocsp", ocsp, "OCSP",
          "The responder named in the certificate answers, with SHA-1 and SHA-256; the answer is signed by "
          "one who may, is "
          "fresh, and is about this certificate.",
          OCSP_SOURCES),
    CHECK("revocation.staple", staple, "Stapled OCSP response",
          "The response that the server sends along, if any, is judged as if the responder had been asked.",
          "RFC 6066 section 8", "RFC 6960"),
    CHECK("revocation.crl", crl, "Certificate revocation list",
          "The list at the distribution point can be fetched by HTTP or HTTPS, is signed by the issuer, "
          "fresh, and covers "
          "this certificate.",
          CRL_SOURCES),
    CHECK("revocation.verdict", verdict, "What the connection would do",
          "Sources and settings put together: would Expressway accept the connection, today and under the "
          "other fallback?",
          VERDICT_SOURCES),
    CHECK("revocation.source-scope", source_scope, "Sources that count for the connection",
          "The sources set up are ones that this kind of connection uses.", GUIDE("chapter 7")),
};

extern const struct family family_revocation;
const struct family family_revocation = {"revocation", "Revocation", checks, COUNT_OF(checks)};
