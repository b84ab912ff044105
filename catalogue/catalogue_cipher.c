/* What can be wrong with ciphers? Rows of the family cipher: what is taken, and where it overlaps. */
#include "catalogue/guidance.h"

#define EXPRESSWAY_CIPHERS "Expressway: Maintenance > Security > Ciphers"
#define UCM_CIPHERS "Unified CM: System > Enterprise Parameters, TLS Ciphers (SIP) and HTTPS Ciphers"
#define RESTART_CIPHERS                                                                                      \
    "Expressway: Maintenance > Restart options > Restart (cluster: change on the primary, restart one by "   \
    "one)",                                                                                                  \
        "Unified CM after TLS Ciphers: Cisco CallManager and Cisco CTIManager on each node"
#define WEAK_WHO "Auditors and security scanners", "Everyone, if an attacker sits on the path"
#define NO_OVERLAP "The pair in the evidence: no TLS connection; alert handshake_failure or protocol_version"

static const struct cause accepted[] = {
    {.id = "enumerated",
     .status = STATUS_INFO,
     .title = "What the server accepts",
     .why = "Versions, suites, groups and signature algorithms that the server took, its order of "
            "preference, and the "
            "certificate (RSA or ECDSA) that came with each suite.",
     .source = {"IANA TLS cipher suite registry", TN_CIPHERS}},
    {.id = "weak",
     .status = STATUS_WARN,
     .title = "Weak cipher suites are accepted",
     .why = "The server takes suites without encryption or authentication (NULL, anonymous), export suites, "
            "RC4, 3DES, or "
            "nothing but static RSA key exchange. Good clients do not choose them, but an attacker may force "
            "an old one "
            "to.",
     .affects = {WEAK_WHO},
     .fix = {EXPRESSWAY_CIPHERS ": put the protocol's string back to the default of the release: "
                                "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH",
             UCM_CIPHERS,
             "Unified CM: Cisco Unified OS Administration > Security > Cipher Management: custom strings"},
     .restart = {RESTART_CIPHERS},
     .source = {TN_CIPHERS, GUIDE("appendix A"), "RFC 9325 section 4"}},
    {.id = "no-forward-secrecy",
     .status = STATUS_WARN,
     .title = "The preferred suites give no forward secrecy",
     .why = "With static RSA key exchange, whoever records the traffic and later gets the key can read it "
            "all. ECDHE "
            "prevents that and works with RSA certificates, too.",
     .affects = {WEAK_WHO},
     .fix = {EXPRESSWAY_CIPHERS ": EECDH first in the string",
             UCM_CIPHERS ": All Ciphers RSA Preferred or stronger"},
     .restart = {RESTART_CIPHERS},
     .source = {"RFC 9325 section 4.1", TN_CIPHERS}},
    {.id = "weak-dh",
     .status = STATUS_WARN,
     .title = "The Diffie-Hellman key is short",
     .why = "Expressway refuses Diffie-Hellman keys below 1024 bits (since X8.7.2); below 2048 bits they "
            "count as weak. Old "
            "Unified CM releases use 768 bits: all MRA fails when such a suite is chosen.",
     .affects = {"Below 1024 bits: Expressway-C cannot connect, MRA fails for this node", WEAK_WHO},
     .fix = {"Prefer ECDHE, or drop the DHE suites: Expressway's string with !EDH; " UCM_CIPHERS,
             "Unified CM 9.x: upgrade", "Other servers: set DH parameters of 2048 bits or more"},
     .restart = {RESTART_CIPHERS},
     .source = {MRA_TROUBLE, "RFC 9325 section 4.1"}},
};

static const struct cause overlap[] = {
    {.id = "no-common-version",
     .status = STATUS_FAIL,
     .title = "No TLS version in common",
     .why = "What one side allows at most is below what the other demands.",
     .affects = {NO_OVERLAP},
     .fix = {EXPRESSWAY_CIPHERS ": minimum TLS version of the protocol",
             "Unified CM, on its CLI: show tls min-version, set tls min-version 1.2",
             "Expressway SIP: xConfiguration SIP Advanced SipTlsVersions"},
     .restart = {RESTART_CIPHERS},
     .source = {TN_ATS, "RFC 8446 section 4.2.1"}},
    {.id = "no-common-suite",
     .status = STATUS_FAIL,
     .title = "No cipher suite in common",
     .why = "The lists do not meet. Expressway's and Unified CM's own lists all overlap, so a custom string "
            "stands behind "
            "this; Expressway's default leaves out AES-256 with SHA-1 (-AES256+SHA), which some old peers "
            "offer alone.",
     .affects = {NO_OVERLAP},
     .fix =
         {EXPRESSWAY_CIPHERS ": put the protocol's string back to the default of the release", UCM_CIPHERS,
          "Unified CM: Cisco Unified OS Administration > Security > Cipher Management: remove custom strings",
          "See both lists: edgeprobe ciphers --list-profiles, and edgeprobe ciphers HOST:PORT"},
     .restart = {RESTART_CIPHERS},
     .source = {TN_CIPHERS, GUIDE("appendix A")}},
    {.id = "no-common-group",
     .status = STATUS_FAIL,
     .title = "No key exchange group in common",
     .why = "Suites and versions meet, but not the elliptic curves or Diffie-Hellman groups, and without a "
            "group there is "
            "no key exchange.",
     .affects = {NO_OVERLAP},
     .fix = {"Allow P-256 (secp256r1) and P-384 on both sides",
             "Other servers: set the curve list (nginx: ssl_ecdh_curve) to include P-256"},
     .restart = {RESTART_CIPHERS},
     .source = {"RFC 8446 section 4.2.7", "RFC 8422 section 5.1.1"}},
    {.id = "no-common-signature-algorithm",
     .status = STATUS_FAIL,
     .title = "No signature algorithm in common",
     .why = "The client accepts none of the algorithms with which the server's key can sign: an ECDSA key on "
            "a curve that "
            "is not offered, or RSA-PSS against a client that knows only PKCS1.",
     .affects = {NO_OVERLAP},
     .fix = {"Server: a certificate with an RSA key of 2048 or 4096 bits serves all clients",
             "Expressway with TLS 1.3 on SIP, X15.2 and later: xConfiguration SIP Advanced "
             "TlsSignatureAlgoPrefRsa: On"},
     .restart = {RESTART_CIPHERS},
     .source = {"RFC 8446 section 4.2.3", TN_ATS}},
    {.id = "certificate-type-mismatch",
     .status = STATUS_FAIL,
     .title = "Suites in common, but none for the server's key type",
     .why = "The common suites authenticate with ECDSA and the server has only an RSA certificate, or the "
            "reverse. The list "
            "looks fine, and the handshake fails all the same.",
     .affects = {NO_OVERLAP},
     .fix = {"Offer suites for the key that is there: ECDHE-RSA for RSA, ECDHE-ECDSA for ECDSA",
             UCM_CIPHERS ": HTTPS Ciphers, All Supported EC and RSA Ciphers loads both certificates",
             "Or give the server a certificate of the type that the client wants"},
     .restart = {RESTART_CIPHERS, RESTART_TOMCAT},
     .source = {TN_ATS, GUIDE("appendix A"), "RFC 8422 section 2"}},
};

#define TYPE_SOURCES TN_ATS, RELEASE_NOTES, GUIDE("appendix A")
#define TYPE_FIX                                                                                             \
    "Get the CA certificates of tomcat, tomcat-ECDSA, CallManager and CallManager-ECDSA of each node "       \
    "(self-signed: the certificate itself)",                                                                 \
        APPEND_CA("Expressway-C, every peer") ": all of them",                                               \
        "Or show RSA only: Expressway-C: Maintenance > Security > Ciphers: put "                             \
        "ECDHE-RSA-AES256-GCM-SHA384: in front, or append :+ECDSA (last) or :!ECDSA (never)"

static const struct cause certificate_type[] = {
    {.id = "presented-type-untrusted",
     .status = STATUS_FAIL,
     .title = "The certificate type that comes is not trusted",
     .why = "Unified CM has an RSA and an ECDSA certificate; the client's preference chooses. The one that "
            "comes is issued "
            "by a CA that Expressway-C does not hold. Since X14.2 new installations prefer ECDSA, and "
            "tomcat-ECDSA is "
            "self-signed by default.",
     .affects = {"Users homed on that node: MRA log-in or registration fails",
                 "Typically at once after an upgrade to X14.2"},
     .fix = {TYPE_FIX, UCM_CIPHERS ": HTTPS Ciphers, RSA Ciphers Only"},
     .restart = {RESTART_TRUST, RESTART_TOMCAT},
     .source = {TYPE_SOURCES}},
    {.id = "other-type-untrusted",
     .status = STATUS_WARN,
     .title = "The other certificate type is not trusted",
     .why = "The certificate that comes today is trusted, the node's other one (RSA or ECDSA) is not. When "
            "the preference "
            "changes, as it did with X14.2, the other one comes and the connection fails.",
     .affects = {"Nobody today; users homed on that node after an upgrade or a change of ciphers"},
     .fix = {TYPE_FIX},
     .restart = {RESTART_TRUST},
     .source = {TYPE_SOURCES}},
};

static const struct cause string[] = {
    {.id = "invalid",
     .status = STATUS_FAIL,
     .title = "The cipher string selects nothing or cannot be read",
     .why = "Either its form is wrong, or its parts exclude each other until no suite is left. Entered on an "
            "Expressway it "
            "would stop the service.",
     .affects = {"The service whose string it is: does not start or accepts no connection"},
     .fix = {"Parts are separated by colons; + moves to the end, - removes for now, ! removes for good",
             "Start from the default: "
             "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH",
             "Check: openssl ciphers -v 'STRING'"},
     .source = {"OpenSSL manual, openssl-ciphers", TN_CIPHERS}},
    {.id = "unknown-name",
     .status = STATUS_FAIL,
     .title = "The cipher string holds a name that does not exist",
     .why = "OpenSSL passes over names it does not know, so a typing error silently drops a suite. The "
            "printed example in "
            "the certificate guide has such slips (default in place of 256, and the like).",
     .affects = {"Peers that need the suite that was meant"},
     .fix = {"Correct the part named in the evidence; names as in openssl ciphers ALL",
             "Do not copy the example from the guide's appendix A; use the default of the release"},
     .restart = {RESTART_CIPHERS},
     .source = {"OpenSSL manual, openssl-ciphers", GUIDE("appendix A")}},
};

static const struct check checks[] = {
    CHECK("cipher.accepted", accepted, "What the server accepts",
          "Versions, suites, groups, signature algorithms and preference of the server, and whether weak "
          "ones are among "
          "them.",
          TN_CIPHERS, "RFC 9325"),
    CHECK("cipher.overlap", overlap, "Overlap of client and server",
          "Client and server, each by what was observed, a profile of its release or a cipher string, have "
          "version, suite, "
          "group and signature algorithm in common.",
          TN_CIPHERS, GUIDE("appendix A")),
    CHECK("cipher.certificate-type", certificate_type, "Which Unified CM certificate comes",
          "The certificate (RSA or ECDSA) that Unified CM shows is trusted by Expressway-C, and so is the "
          "other one.",
          TYPE_SOURCES),
    CHECK("cipher.string", string, "Cipher string",
          "A cipher string given by the user is valid and names real suites.",
          "OpenSSL manual, openssl-ciphers"),
};

extern const struct family family_cipher;
const struct family family_cipher = {"cipher", "Ciphers", checks, COUNT_OF(checks)};
