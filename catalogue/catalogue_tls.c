/* What can be wrong with TLS on a port? Rows of the family tls; those of the handshake itself are in
 * catalogue_handshake.c. */
#include "catalogue/catalogue_handshake.h"
#include "catalogue/guidance.h"

#define MIN_TLS "Expressway: Maintenance > Security > Ciphers, minimum TLS version of the protocol: TLS 1.2"

static const struct cause version[] = {
    {.id = "no-common-version",
     .status = STATUS_FAIL,
     .title = "The server offers nothing from TLS 1.2 up",
     .why = "Expressway and current clients demand TLS 1.2 or 1.3; this server takes only older versions. "
            "This probe "
            "offers everything so as to learn what is there; a client gets an alert.",
     .affects = {"Jabber, Webex App, TC/CE: no connection",
                 "Expressway-C as client of this server: no connection",
                 "Old phones that know TLS 1.0 only: still work, for now"},
     .fix = {MIN_TLS, "Unified CM, on the CLI of each node: set tls min-version 1.2 (the node restarts)",
             "Other servers: switch TLS 1.2 and 1.3 on, or update the software"},
     .restart = {"Expressway: Maintenance > Restart options > Restart"},
     .source = {ADMIN_GUIDE, "RFC 8996"}},
    {.id = "legacy-offered",
     .status = STATUS_WARN,
     .title = "TLS 1.0 or 1.1 is still accepted",
     .why = "Both versions are deprecated and fail every audit. Nothing breaks today; keep them only while "
            "known old "
            "devices need them.",
     .affects = {"Auditors and security scanners", "Old phones and endpoints, once it is switched off"},
     .fix = {"Find devices that need it, and upgrade their firmware", MIN_TLS,
             "Unified CM: show tls min-version, then set tls min-version 1.2"},
     .restart = {"Expressway: Maintenance > Restart options > Restart"},
     .source = {"RFC 8996", ADMIN_GUIDE}},
    {.id = "no-tls12",
     .status = STATUS_WARN,
     .title = "TLS 1.3 only, TLS 1.2 is refused",
     .why = "The server takes nothing below TLS 1.3. Expressway before X14.2 and many phones and endpoints "
            "know TLS "
            "1.2 at most and cannot connect.",
     .affects = {"TC endpoints and older CE releases: no connection",
                 "7800/8800 phones with older firmware: no connection",
                 "Expressway before X14.2: no connection"},
     .fix = {MIN_TLS,
             "SIP on Expressway: xConfiguration SIP Advanced SipTlsVersions: list TLSv1.2 beside TLSv1.3",
             "Unified CM: set tls min-version 1.2"},
     .restart = {"Expressway: Maintenance > Restart options > Restart"},
     .source = {RELEASE_NOTES, TN_ATS}},
};

static const struct cause client_auth[] = {
    {.id = "issuer-not-advertised",
     .status = STATUS_WARN,
     .title = "The server does not name the issuer of your certificate",
     .why =
         "When it asks for a client certificate the server lists the CAs it takes, and the issuer of the one "
         "that "
         "will be presented is not among them. Strict clients then send none; Expressway sends it, and it is "
         "refused if the CA really is missing from the server's trust list.",
     .affects = {"Traversal or neighbour zone: likely TLS Negotiation Error",
                 "Clients that obey the list: no certificate sent"},
     .fix = {"Take root and intermediates of the presented certificate",
             APPEND_CA("The box that asks (in a zone Expressway-E)"), "In a cluster: on each peer",
             "Judge for certain: give its trust list to edgeprobe zone with --e-trust"},
     .restart = {RESTART_TRUST},
     .source = {"RFC 5246 section 7.4.4", "RFC 8446 section 4.2.4", TROUBLE("TLS Negotiation Error")}},
    {.id = "required-but-none",
     .status = STATUS_FAIL,
     .title = "A client-facing port demands a client certificate",
     .why = "Clients of MRA have no certificate that the edge would know. A port for clients that insists on "
            "one "
            "locks them all out; Jabber may show a certificate selection prompt first.",
     .affects = {NO_JABBER, NO_TC, NO_PHONES},
     .fix = {"8443: Expressway-C: Configuration > Unified Communications > Configuration: switch activation "
             "code "
             "onboarding off if it is not needed; it turns mutual TLS on",
             "5061: Expressway-E: Configuration > Protocols > SIP: mutual TLS mode for port 5062 only",
             "443: Expressway-E: System > Administration settings, client certificate-based security: Not "
             "required",
             "Load balancer in front: no client certificate request on these ports"},
     .restart = {"Maintenance > Restart options > Restart"},
     .source = {MRA_GUIDE, PORT_GUIDE}},
    {.id = "rejected",
     .status = STATUS_FAIL,
     .title = "The client certificate was presented and refused",
     .why = "The server asked, got the certificate, and refused it. With TLS 1.3 that shows only on the "
            "first read "
            "after the handshake, so quick tests call it good. Reasons: CA unknown to the server, clientAuth "
            "missing, "
            "expired, revoked, or the name is not the TLS verify subject name.",
     .affects = {"Traversal or neighbour zone: down with TLS Negotiation Error",
                 "MRA as a whole, if it is the UC zone"},
     .fix = {"The alert in the evidence names the class of reason; the server's log has the words",
             "unknown_ca or certificate_unknown: upload the issuers to the server's trust list (Maintenance "
             "> Security "
             "> Trusted CA certificate)",
             "unsupported_certificate: clientAuth is missing, see cert.eku",
             "bad_certificate: compare the SAN with the TLS verify subject name, Expressway-E: Configuration "
             "> Zones > "
             "Zones",
             "Test it there: Maintenance > Security > Client certificate testing"},
     .restart = {RESTART_TRUST, RESTART_CERT},
     .source = {TN_ATS, TN_MRA_CERTS, TROUBLE("TLS Negotiation Error")}},
    {.id = "presented-none",
     .status = STATUS_FAIL,
     .title = "The caller presented no client certificate",
     .why =
         "It was asked for its certificate, as Expressway-E asks, and sent an empty list. A zone with TLS "
         "verification refuses such a peer. The caller has no certificate for client use, or obeyed a list "
         "of CA names in which its issuer is missing.",
     .affects = {"Traversal or neighbour zone: TLS Negotiation Error",
                 "MRA as a whole, if it is the UC zone"},
     .fix =
         {"The evidence names the caller: is it Expressway-C, or something in front of it that ends TLS?",
          "Expressway-C: Maintenance > Security > Server certificate: a certificate is installed; from X15.5 "
          "in the store of client certificates",
          "With --ca-names: repeat without it; if a certificate comes then, its issuer is missing in that "
          "list"},
     .restart = {RESTART_CERT},
     .source = {"RFC 5246 section 7.4.6", "RFC 8446 section 4.4.2", TN_EKU_X155}},
    {.id = "requested",
     .status = STATUS_INFO,
     .title = "A client certificate is asked for, but not demanded",
     .why = "The server asks and goes on without one. On 5061 of an Expressway that is harmless: phones and "
            "Jabber "
            "are known by their log-in.",
     .source = {PORT_GUIDE, MRA_GUIDE}},
    {.id = "required",
     .status = STATUS_INFO,
     .title = "A client certificate is demanded, as it must be here",
     .why =
         "Ports 7001 and 5062 serve peers with certificates only. Without one to present, the server's own "
         "certificate is judged all the same; whether yours would be taken the trust lists must tell.",
     .source = {PORT_GUIDE, ADMIN_GUIDE}},
};

static const struct cause sni[] = {
    {.id = "varies",
     .status = STATUS_WARN,
     .title = "Different certificates for different server names",
     .why =
         "Which certificate comes depends on the server name the client sends. A multi-tenant edge does that "
         "on "
         "purpose: it returns the tenant's domain certificate for host label + service domain, else its own. "
         "Anywhere else some clients see the wrong one.",
     .affects = {"Jabber: certificate prompt, depending on release and form of the name",
                 "TC/CE and phones: refuse, if theirs is the wrong one"},
     .fix = {"Not multi-tenant: remove other certificates: Expressway-E: Maintenance > Security > Domain "
             "certificates",
             "Multi-tenant: each domain certificate must hold the names of that domain; before X8.10.1 their "
             "letter "
             "case counts",
             "Load balancer: serve one certificate for every name, and without a name"},
     .source = {ADMIN_GUIDE}},
    {.id = "needs-sni",
     .status = STATUS_FAIL,
     .title = "Without server name there is no handshake, or a wrong one",
     .why = "Some MRA clients and older phones send no server name. The server refuses them or shows a "
            "certificate "
            "that does not fit.",
     .affects = {"Phones and endpoints without SNI: no log-in", "Jabber: mostly unaffected"},
     .fix = {"Load balancer or proxy: set the edge's certificate as the default certificate of the address",
             "Better: pass TLS through to the Expressway-E, which needs no server name",
             "Expressway-E: its platform certificate (Maintenance > Security > Server certificate) must suit "
             "all "
             "clients without SNI"},
     .source = {ADMIN_GUIDE, "RFC 6066 section 3"}},
};

static const struct cause served_cert[] = {
    {.id = "not-yet-active",
     .status = STATUS_FAIL,
     .title = "The port still serves the old certificate",
     .why =
         "An uploaded certificate becomes active with the next restart. Until then the ports go on serving "
         "the old "
         "one, even if the web page shows the new one; when the old one expires, everything fails at once.",
     .affects = {ALL_MRA, "Zones: peers go on seeing the old certificate"},
     .fix = {"Expressway: Maintenance > Security > Server certificate > Show (decoded): the serial must be "
             "the new one",
             "If it is: restart. If not: upload it again and watch for an error",
             "Unified CM and IM and Presence: restart the service of the certificate (tomcat: utils service "
             "restart "
             "Cisco Tomcat)"},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {GUIDE("chapters 3 and 4"), RENEWAL("section E")}},
    {.id = "other-peers-certificate",
     .status = STATUS_FAIL,
     .title = "This peer serves another peer's certificate",
     .why = "In a cluster each peer makes its own CSR and key. A certificate uploaded to the wrong peer does "
            "not fit "
            "that peer's key or names: clients that are sent there see a wrong name. (One certificate for "
            "all peers "
            "is possible if key and names are shared on purpose; then expect that one on each.)",
     .affects = {"Clients that land on this peer: prompts (Jabber) or refusal (TC/CE, phones)",
                 "The zone to this peer: identity unacceptable"},
     .fix = {"On each peer: Maintenance > Security > Server certificate > Show (decoded): compare CN and SAN "
             "with the "
             "peer's FQDN",
             "Upload to each peer the certificate that answers its own CSR",
             "Discarded CSR: generate a new one on that peer and have it signed"},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {GUIDE("chapter 2"), RENEWAL("last section")}},
};

#define CLUSTER_FIX                                                                                          \
    "Set System > Clustering, TLS verification mode to Permissive before you replace certificates",          \
        "Generate a CSR on each peer with the same settings and let the same CA sign all of them",           \
        "Upload each to its own peer, restart one after the other, then set Enforce again"

static const struct cause cluster_consistency[] = {
    {.id = "issuer-differs",
     .status = STATUS_WARN,
     .title = "Cluster peers have certificates of different CAs",
     .why = "Clients and zones that trust one issuer need not trust the other. It shows as failure on one "
            "peer only, "
            "mostly after one peer alone was renewed.",
     .affects = {"Clients and zones, by the peer they meet"},
     .fix = {"Upload the CAs of all peers' certificates to every box that talks to them", CLUSTER_FIX},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {GUIDE("chapters 2 and 6"), TN_MRA_CERTS}},
    {.id = "names-differ",
     .status = STATUS_WARN,
     .title = "Cluster peers' certificates hold different names",
     .why = "Their own host names aside, the certificates of a cluster should hold the same names: cluster "
            "FQDN, MRA "
            "domains, chat aliases, phone profiles. A name missing on one peer fails only there.",
     .affects = {"Clients and zones, by the peer they meet"},
     .fix = {"Make one list of all names; enter it on each peer under Generate CSR, Additional alternative "
             "names",
             CLUSTER_FIX},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {GUIDE("chapters 1 and 2"), RENEWAL("section B")}},
    {.id = "eku-differs",
     .status = STATUS_WARN,
     .title = "Cluster peers' certificates differ in key usage",
     .why = "One peer has server and client authentication, another lacks one of them. Before X15.4 a peer "
            "without "
            "clientAuth also stops replication of the cluster database while TLS verification is Enforcing.",
     .affects = {"Cluster: replication may stop (before X15.4)",
                 "SIP registration by way of the poorer peer (before X15.4)"},
     .fix = {"See cert.eku for what this release needs", CLUSTER_FIX},
     .restart = {RESTART_CERT, RESTART_PEERS},
     .source = {TN_EKU, RENEWAL("section C")}},
};

static const struct check checks[] = {
    {.id = "tls.handshake",
     .title = "TLS handshake",
     .judges =
         "The handshake completes. If not: which side ended it and why, told from its alert, its closing the "
         "connection, or a reset on the path.",
     .source = {"RFC 8446 section 6", "RFC 5246 section 7.2", HYBRID},
     .causes = handshake_causes,
     .cause_count = HANDSHAKE_CAUSES},
    CHECK("tls.version", version, "TLS versions",
          "TLS 1.2 is accepted and nothing older. The probe offers all versions to learn; the verdict is by "
          "what "
          "Expressway and clients take.",
          "RFC 8996", RELEASE_NOTES),
    CHECK("tls.client-auth", client_auth, "Client certificate request",
          "Whether the server asks for a client certificate, whether it should on this port, and whether it "
          "would "
          "take the one that will be presented.",
          PORT_GUIDE, TN_MRA_CERTS),
    CHECK("tls.sni", sni, "Same certificate for every form of server name",
          "The server shows the same certificate for the SRV target, for host label + service domain, and "
          "without a "
          "server name.",
          ADMIN_GUIDE),
    CHECK("tls.served-cert", served_cert, "The uploaded certificate is the one served",
          "What the port serves is the file given with --expect-cert: an upload becomes active by a restart "
          "only.",
          GUIDE("chapter 3"), RENEWAL("section E")),
    CHECK("tls.cluster-consistency", cluster_consistency, "Certificates of the cluster peers are alike",
          "All peers of a cluster serve certificates of one issuer, with the same key usage and, host names "
          "aside, "
          "the same names.",
          GUIDE("chapter 2"), TN_EKU),
};

extern const struct family family_tls;
const struct family family_tls = {"tls", "TLS", checks, COUNT_OF(checks)};
