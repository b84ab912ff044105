/* What can be wrong with one certificate? Rows of the family cert. */
#include "catalogue/guidance.h"

#define RENEW                                                                                                \
    "Copy the SANs of the old certificate: Maintenance > Security > Server certificate > Show (decoded)",    \
        CSR("The box") ": the same names under Additional alternative names", SIGN, UPLOAD("The box")
#define UCM_RENEW                                                                                            \
    "Unified CM or IM and Presence: Cisco Unified OS Administration > Security > Certificate Management > "  \
    "Generate CSR"
#define RESTARTS                                                                                             \
    RESTART_CERT, RESTART_PEERS,                                                                             \
        "Unified CM, IM and Presence: the services of the certificate; tomcat: utils service restart Cisco " \
        "Tomcat on every node's CLI"
#define NEVER_EXPIRE GUIDE("chapter 1"), RENEWAL("sections A to E")

static const struct cause validity[] = {
    {.id = "expired",
     .status = STATUS_FAIL,
     .title = "The certificate has expired",
     .why = "Every peer that checks certificates refuses it from the moment it ran out. On an Expressway "
            "that is each "
            "zone with TLS verify, every MRA client, and the cluster; nothing degrades gradually.",
     .affects = {"Jabber: certificate prompt or refusal at log-in",
                 "TC/CE room endpoints and phones: refuse, no service",
                 "Traversal and neighbour zones: TLS Negotiation Error", "Administrators: browser warning"},
     .fix = {RENEW, UCM_RENEW},
     .restart = {RESTARTS},
     .source = {NEVER_EXPIRE, "RFC 5280 section 4.1.2.5"}},
    {.id = "not-yet-valid",
     .status = STATUS_FAIL,
     .title = "The certificate is not valid yet",
     .why = "Its first day lies ahead of the time judged for: it was issued for later, or a clock is wrong, "
            "the CA's, "
            "the box's or this machine's.",
     .affects = {"Jabber: certificate prompt", "TC/CE room endpoints and phones: refuse",
                 "Zones: TLS Negotiation Error"},
     .fix = {"Check the clock of this machine, then of the box: System > Time, NTP servers Synchronized",
             "If the clocks are right: wait for the first day, or have it issued anew; put the old "
             "certificate back "
             "until then"},
     .restart = {RESTARTS},
     .source = {"RFC 5280 section 4.1.2.5", TROUBLE("basic principles")}},
    {.id = "expires-critical",
     .status = STATUS_FAIL,
     .title = "The certificate expires within days",
     .why = "Less than the critical time is left: 7 days, or a tenth of the lifetime when that is under 180 "
            "days. Public "
            "certificates last 200 days since March 2026 and 100 from March 2027, so renewals must become "
            "routine.",
     .affects = {"All users of this box, on the day it runs out"},
     .fix = {RENEW, UCM_RENEW,
             "Issuer changed? First upload the new CA certificates to every box that checks this one",
             "ACME: Maintenance > Security > Server certificate > ACME Certificate Service: see why it did "
             "not renew"},
     .restart = {RESTARTS},
     .source = {NEVER_EXPIRE, TN_EKU}},
    {.id = "expires-soon",
     .status = STATUS_WARN,
     .title = "The certificate expires soon",
     .why = "Less than the warning time is left: 30 days, or a third of the lifetime when that is under 180 "
            "days. A "
            "renewal takes a CSR, the CA's answer, perhaps new trust lists on the peers, and a restart; "
            "begin now.",
     .affects = {"Nobody yet; all users of this box, on the day it runs out"},
     .fix = {RENEW, UCM_RENEW,
             "Compare old and new before the upload: same names, same key usage; authority key "
             "identifier changed means new CA certificates on all peers first"},
     .restart = {RESTARTS},
     .source = {NEVER_EXPIRE}},
    {.id = "after-2050",
     .status = STATUS_WARN,
     .title = "The certificate runs beyond the year 2049",
     .why = "From 2050 on dates are encoded differently in certificates, and the guide warns of operational "
            "trouble "
            "with certificates that end then.",
     .affects = {"Administrators: upload or display may fail; peers may misread the date"},
     .fix = {"Have it issued with a shorter life (for a private CA as well)", RENEW},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1"), "RFC 5280 section 4.1.2.5"}},
};

#define EKU_CALENDAR                                                                                         \
    "Plan ahead, public CAs end clientAuth: Let's Encrypt's default profile on 11 Feb 2026, DigiCert and "   \
    "Sectigo by "                                                                                            \
    "May "                                                                                                   \
    "2026, all that follow the Chrome root programme for new certificates from 15 Mar 2027"
#define EKU_SOURCES TN_EKU, TN_EKU_X155, FN_EKU, RENEWAL("section C")

static const struct cause eku[] = {
    {.id = "missing-client",
     .status = STATUS_FAIL,
     .title = "Client authentication is missing in the key usage",
     .why = "Expressway uses its certificate as client too. X14 to X15.3: the page refuses such a "
            "certificate on C and "
            "E, and Expressway-C wants clientAuth in what E sends it by SIP SERVICE: zone, tunnels and "
            "log-in are good, "
            "phones do not register. X15.4: E may do without (switch needed), C not. X15.5: C's client "
            "certificate "
            "needs it on 2222 always.",
     .affects = {"X14 to X15.3, on E: SIP registration of all MRA devices fails; upload refused",
                 "On C, all releases: SSH tunnels on 2222 fail, and with them all MRA log-in",
                 "Neighbour zones with TLS verify, B2B and federation: the peer refuses (X15.5: unless "
                 "checking is Off)",
                 "Cluster database: replication stops before X15.4 with Enforcing"},
     .fix =
         {"Expressway-C: take a private CA that issues both usages; its CA certificates go to Expressway-E's "
          "trust list",
          "Microsoft CA: duplicate the Web Server template, add Client Authentication to its application "
          "policies",
          "Expressway-E, X14 to X15.3: a public CA that still issues both (FN74362 names IdenTrust Public "
          "Sector "
          "Root CA 1 and DigiCert Assured ID Root G2), or upgrade C and E, which must run the same release",
          "Expressway-E, X15.4: xConfiguration XCP TLS Certificate CVS EnableServerEkuUpload: On, then "
          "upload",
          "X15.5: Expressway-C gets a client certificate with clientAuth in its client store; the server "
          "store may be "
          "serverAuth alone",
          "X15.5, Expressway-E: xConfiguration SIP TLS Certificate ExtendedKeyUsage Checking Mode: Off "
          "admits SIP "
          "peers without it; 2222 still does not",
          EKU_CALENDAR},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {EKU_SOURCES, GUIDE("chapters 1 and 6")}},
    {.id = "missing-server",
     .status = STATUS_FAIL,
     .title = "Server authentication is missing in the key usage",
     .why = "The certificate is for clients only. Every client that connects to this box refuses it, and the "
            "upload "
            "page does, too. In X15.5 it may stand in the client store, never in the server store.",
     .affects = {"All clients and peers that connect to this box", "Administrators: upload refused"},
     .fix = {RENEW, "Microsoft CA: use the Web Server template with Client Authentication added",
             "X15.5: look whether client and server certificate were swapped between the two stores"},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {RENEWAL("section C"), GUIDE("chapter 6 and appendix E"), TN_EKU_X155}},
    {.id = "missing-client-soon",
     .status = STATUS_WARN,
     .title = "No client authentication; some peers still need it",
     .why = "The release judged for accepts this certificate (Expressway-E from X15.4 on). But Expressway-E "
            "is a client, "
            "too: towards neighbour zones with TLS verify, business-to-business and SIP peers, XMPP "
            "federation and the "
            "cloud link of MRA onboarding, and those may ask for clientAuth.",
     .affects = {"Neighbour and B2B peers that check key usage: refuse calls",
                 "XMPP federation partners that check",
                 "After a downgrade below X15.4: no SIP registration over MRA"},
     .fix = {"List the peers of Expressway-E that verify its certificate: Configuration > Zones > Zones, TLS "
             "verify mode",
             "Ask them not to check clientAuth, or use a CA that still issues both usages",
             "X15.5: put a client certificate with clientAuth from another CA into the client store",
             EKU_CALENDAR},
     .restart = {RESTART_CERT},
     .source = {EKU_SOURCES}},
    {.id = "absent",
     .status = STATUS_WARN,
     .title = "The certificate has no extended key usage at all",
     .why = "Without the extension a certificate is good for every use by the standard, but the renewal "
            "procedure "
            "demands both usages by name, and the upload page or a strict peer may refuse.",
     .affects = {"Administrators: upload may be refused", "Peers that insist on the extension"},
     .fix = {"Have it issued with TLS Web Server Authentication and TLS Web Client Authentication", RENEW},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {"RFC 5280 section 4.2.1.12", RENEWAL("section C")}},
};

#define KEY_FIX(text) CSR("The box") ", Additional information: " text, SIGN, UPLOAD("The box")

static const struct cause key[] = {
    {.id = "rsa-8192",
     .status = STATUS_FAIL,
     .title = "The RSA key has 8192 bits",
     .why = "With keys this long SIP TLS zones may not become active. 4096 bits are as secure in practice "
            "and work.",
     .affects = {"Traversal and neighbour zones: stay inactive", "Everyone: slow handshakes"},
     .fix = {KEY_FIX("public key algorithm RSA, key length 4096 or 2048")},
     .restart = {RESTARTS},
     .source = {GUIDE("appendix A")}},
    {.id = "rsa-weak",
     .status = STATUS_FAIL,
     .title = "The RSA key has fewer than 2048 bits",
     .why =
         "Clients and current TLS libraries refuse RSA keys below 2048 bits, and no public CA issues them.",
     .affects = {"Jabber and endpoints on current systems: refuse",
                 "TLS libraries at their default level: refuse"},
     .fix = {KEY_FIX("public key algorithm RSA, key length 2048 or 4096")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 2"), "NIST SP 800-131A"}},
    {.id = "ecdsa-unsupported-curve",
     .status = STATUS_FAIL,
     .title = "The ECDSA curve is not one Expressway supports",
     .why =
         "Expressway works with the curves of 256, 384 and 521 bits (P-256, P-384, P-521). Others cannot be "
         "requested on it, and peers do not negotiate them.",
     .affects = {"Administrators: upload refused", "All peers: no common curve"},
     .fix = {KEY_FIX("public key algorithm ECDSA, key length 256, 384 or 521, or RSA")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 2")}},
    {.id = "ecdsa-before-x14.3",
     .status = STATUS_FAIL,
     .title = "ECDSA certificate on a release before X14.3",
     .why = "Before X14.3 Expressway supports RSA server certificates only; ECDSA came with X14.3.",
     .affects = {"Administrators: upload refused", "All services of the box, if it got in by another way"},
     .fix = {"Upgrade to X14.3 or later, C and E alike", "Or: " CSR("The box") ", with an RSA key", SIGN,
             UPLOAD("The box")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1")}},
    {.id = "dsa",
     .status = STATUS_WARN,
     .title = "The key is DSA",
     .why = "Only RSA (and from X14.3 ECDSA) keys are tested on Expressway; DSA may fail in some scenarios, "
            "and current "
            "clients do not offer it any more.",
     .affects = {"Current clients: no common signature algorithm"},
     .fix = {KEY_FIX("public key algorithm RSA, key length 4096 or 2048")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1"), "RFC 8446 section 4.2.3"}},
    {.id = "rsa-unusual",
     .status = STATUS_WARN,
     .title = "The RSA key has an unusual length",
     .why = "Expressway makes RSA keys of 2048 and 4096 bits. Other lengths from 2048 up come from outside "
            "tools and "
            "mostly work, but nobody tests them.",
     .affects = {"Nobody, as a rule"},
     .fix = {"At the next renewal: " CSR("the box") ", RSA with 2048 or 4096 bits"},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 2")}},
    {.id = "other-type",
     .status = STATUS_WARN,
     .title = "The key is of a type that is not tested with Expressway",
     .why =
         "RSA is the tested type, ECDSA is supported from X14.3. Ed25519, RSA-PSS and others may fail with "
         "Expressway, endpoints, phones or Unified CM.",
     .affects = {"Clients and peers that do not know the type: no common signature algorithm"},
     .fix = {KEY_FIX("public key algorithm RSA, key length 4096 or 2048")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 1")}},
};

static const struct cause signature[] = {
    {.id = "md5",
     .status = STATUS_FAIL,
     .title = "The certificate is signed with MD5",
     .why = "MD5 signatures can be forged; every current TLS library refuses the certificate.",
     .affects = {"Clients and peers: refuse", "Administrators: upload warns or fails"},
     .fix = {"Have it issued with SHA-256 (Generate CSR, digest algorithm SHA-256); a CA certificate: "
             "replace it",
             UPLOAD("The box")},
     .restart = {RESTARTS},
     .source = {"RFC 6151", GUIDE("chapters 2 and 6")}},
    {.id = "sha1",
     .status = STATUS_WARN,
     .title = "The certificate is signed with SHA-1",
     .why = "SHA-1 is deprecated: Expressway offers no SHA-1 request since X8.10, browsers and many clients "
            "refuse such "
            "certificates, others still take them.",
     .affects = {"Browsers and current clients: refuse", "Old phones: no trouble"},
     .fix = {"Have it issued with SHA-256 (Generate CSR, digest algorithm SHA-256); openssl ca: -md sha256",
             UPLOAD("The box")},
     .restart = {RESTARTS},
     .source = {GUIDE("chapter 2"), "RFC 6194"}},
};

static const struct cause basic_constraints[] = {
    {.id = "missing",
     .status = STATUS_FAIL,
     .title = "A CA certificate has no BasicConstraints",
     .why = "Expressway's check of CA certificates demands the BasicConstraints extension. Old private roots "
            "lack it, "
            "and no chain over them is accepted, however often they are uploaded.",
     .affects = {"All connections to peers with certificates below that CA"},
     .fix = {"Replace the CA certificate by one with basicConstraints = critical, CA:TRUE (openssl ca: "
             "-extensions v3_ca)",
             "Same key and name: certificates below it stay good; else have them issued anew",
             APPEND_CA("Every Expressway that checks them") ", and delete the old CA certificate there"},
     .restart = {RESTART_TRUST},
     .source = {GUIDE("chapter 1"), "RFC 5280 section 4.2.1.9"}},
    {.id = "not-a-ca",
     .status = STATUS_FAIL,
     .title = "A certificate that issues others is not a CA",
     .why =
         "BasicConstraints says CA:FALSE, yet another certificate in the chain was signed with it. Everyone "
         "refuses "
         "such a chain: a server certificate was used as CA, or the wrong file was uploaded as intermediate.",
     .affects = {"All connections to peers with certificates below it"},
     .fix = {"Find the right issuer: compare authority key identifier with subject key identifier",
             "Have the certificate issued by a real CA (CA:TRUE)",
             APPEND_CA("Every Expressway that checks it") ": the right CA certificate"},
     .restart = {RESTART_TRUST, RESTART_CERT},
     .source = {GUIDE("chapter 1"), "RFC 5280 section 4.2.1.9"}},
};

static const struct cause unknown_oid[] = {
    {.id = "unknown-oid",
     .status = STATUS_FAIL,
     .title = "Subject or issuer holds an attribute Expressway does not know",
     .why = "The SSH side of Expressway cannot read names with unknown attribute types. Of the "
            "extended-validation "
            "attributes only 1.3.6.1.4.1.311.60.2.1.1, .2 and .3 are supported. TLS does not mind, so the "
            "zone stays "
            "up while the tunnels fail.",
     .affects = {"Expressway-C to Expressway-E: SSH tunnels on 2222 fail, zone active", NO_JABBER, NO_TC,
                 NO_PHONES},
     .fix = {"Look: Maintenance > Security > Server certificate > Show (decoded): numbers instead of names "
             "in Issuer or "
             "Subject",
             "Or: openssl x509 -text -noout -in /tandberg/persistent/certs/server.pem",
             "Ask the CA for an organisation- or domain-validated certificate without these attributes, or "
             "another "
             "issuing CA",
             "Make the CSR on the Expressway: its requests hold no such attributes", UPLOAD("The box")},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {GUIDE("chapter 1 and appendix A")}},
};

static const struct cause self_signed[] = {
    {.id = "self-signed",
     .status = STATUS_FAIL,
     .title = "The server certificate is self-signed",
     .why = "Self-signed certificates do not work in Unified Communications on Expressway: nobody can trust "
            "them but by "
            "exception, and endpoints and phones know no exceptions.",
     .affects = {"Jabber: certificate prompt", "TC/CE room endpoints and phones: refuse",
                 "Zones with TLS verify: down"},
     .fix = {"Use a CA: public for Expressway-E, public or private for Expressway-C", RENEW},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {GUIDE("appendix B"), MRA_GUIDE}},
};

static const struct cause default_certificate[] = {
    {.id = "temporary",
     .status = STATUS_FAIL,
     .title = "The temporary certificate of the installation is in use",
     .why = "A new Expressway comes with a server certificate from a temporary CA made at installation, and "
            "no one "
            "trusts that CA. It is meant to be replaced and is not usable for MRA. (Reset to default server "
            "certificate brings it back.)",
     .affects = {"Jabber: certificate prompt", "TC/CE room endpoints and phones: refuse",
                 "Zones with TLS verify: down"},
     .fix = {CSR("The box") ": cluster and peer FQDN, MRA domains (E), phone profiles (C)", SIGN,
             APPEND_CA("The box") ": root and intermediates of the CA, before the next step",
             UPLOAD("The box")},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {GUIDE("chapter 6"), TN_MRA_CERTS}},
};

static const struct cause lets_encrypt_renewal[] = {
    {.id = "renewal-due",
     .status = STATUS_WARN,
     .title = "The ACME certificate is due for renewal",
     .why = "Two thirds of its life are over; by now the automatic renewal should have replaced it. Without "
            "automatic "
            "mode nothing reminds you on the box, only the CA's mail does.",
     .affects = {"Nobody yet; all MRA users, when it runs out"},
     .fix = {"Expressway-E: Maintenance > Security > Server certificate > ACME Certificate Service: last "
             "sign status, "
             "last deploy status",
             "Set ACME automated scheduler On with schedule days and time, or use Sign CSR with ACME "
             "Provider, then "
             "Deploy pending cert",
             "If signing fails: port 80 from the Internet to every peer, an A record for every name "
             "(net.acme-http, "
             "dns.san-address)",
             "Before X15.4: certificates issued after 11 Feb 2026 have no clientAuth, see cert.eku"},
     .source = {GUIDE("chapter 4"), TN_EKU}},
};

static const struct check checks[] = {
    CHECK("cert.validity", validity, "Validity period",
          "The time judged for lies inside the validity period, with time left to renew. Thresholds: 30 and "
          "7 days; "
          "lifetimes under 180 days: a third and a tenth of them.",
          NEVER_EXPIRE),
    CHECK("cert.eku", eku, "Extended key usage",
          "Server and client authentication are both there, as far as role and release need them: upload, "
          "SIP SERVICE, "
          "SSH tunnel on 2222, neighbour zones, cluster database.",
          EKU_SOURCES),
    CHECK("cert.key", key, "Type and size of the key",
          "The key is RSA with 2048 or 4096 bits, or from X14.3 on ECDSA on P-256, P-384 or P-521.",
          GUIDE("chapters 1 and 2, appendix A")),
    CHECK("cert.signature", signature, "Signature digest",
          "The certificate is signed with SHA-256 or better.", GUIDE("chapter 2")),
    CHECK("cert.basic-constraints", basic_constraints, "BasicConstraints of the CA certificates",
          "Each CA certificate of the chain carries BasicConstraints with CA:TRUE.", GUIDE("chapter 1"),
          "RFC 5280 section 4.2.1.9"),
    CHECK("cert.unknown-oid", unknown_oid, "Attribute types in subject and issuer",
          "Every attribute type in subject and issuer is one that Expressway knows.",
          GUIDE("chapter 1 and appendix A")),
    CHECK("cert.self-signed", self_signed, "Self-signed server certificate",
          "The server certificate is issued by a CA, not by itself.", GUIDE("appendix B")),
    CHECK("cert.default-certificate", default_certificate, "Temporary certificate",
          "The certificate is not the temporary one of a new installation.", GUIDE("chapter 6")),
    CHECK("cert.lets-encrypt-renewal", lets_encrypt_renewal, "Renewal of ACME certificates",
          "A Let's Encrypt or other short-lived certificate has been renewed after two thirds of its life.",
          GUIDE("chapter 4")),
};

extern const struct family family_cert;
const struct family family_cert = {"cert", "Certificate", checks, COUNT_OF(checks)};
