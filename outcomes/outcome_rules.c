/* Which findings decide which outcome? The catalogue's outcomes section, as rows. Jabber prompts where TC/CE
 * endpoints and phones refuse (TN-213872, TN-211304), so the same finding stands in different rows. */
#include "outcomes/outcome_rules.h"

#include "catalogue/release.h"

#define ENDS                                                                                                 \
    { NULL, NULL, OUTCOME_WORKS, 0, ANYONE, 0 }
#define FAILS(check, causes)                                                                                 \
    { check, causes, OUTCOME_FAILS, 0, ANYONE, 0 }
#define RISKS(check, causes)                                                                                 \
    { check, causes, OUTCOME_AT_RISK, 0, ANYONE, 0 }
#define FAILS_AT(port, check, causes)                                                                        \
    { check, causes, OUTCOME_FAILS, port, ANYONE, 0 }
#define RISKS_AT(port, check, causes)                                                                        \
    { check, causes, OUTCOME_AT_RISK, port, ANYONE, 0 }
#define FAILS_OF(whose, check, causes)                                                                       \
    { check, causes, OUTCOME_FAILS, 0, whose, 0 }
#define RISKS_OF(whose, check, causes)                                                                       \
    { check, causes, OUTCOME_AT_RISK, 0, whose, 0 }

/* The path works, this user or password does not: whether others get in is not known by that. */
#define UNSURE(check, causes)                                                                                \
    { check, causes, OUTCOME_UNKNOWN, 0, ANYONE, 0 }
#define CONFIG_FAILS                                                                                         \
    "domain-not-enabled path-down unexpected-xml no-uds-server service-name-error cookie-domain no-cookie "  \
    "no-answer status-404 status-500 status-503 status-504 status-5xx not-an-edge"
#define UDS_FAILS "not-in-allow-list node-unreachable unexpected-xml status-5xx unexpected-status"
#define REGISTER_FAILS "status-403 status-404 status-405 status-407 status-5xx no-answer malformed refused"
#define AUTH_FAILS "bind-conflict no-mechanism no-answer malformed stream-error"

#define LOGIN_FAILS                                                                                          \
    FAILS("dns.collab-edge-srv", NULL), FAILS("dns.srv-target", NULL), FAILS("dns.uds-not-external", NULL),  \
        FAILS_AT(PORT_MRA, "net.connect", NULL), FAILS_AT(PORT_MRA, "tls.handshake", NULL),                  \
        FAILS_AT(PORT_MRA, "tls.version", "no-common-version"),                                              \
        FAILS_AT(PORT_MRA, "tls.sni", "needs-sni refuses-name"),                                             \
        FAILS_AT(PORT_MRA, "tls.client-auth", "required-but-none"),                                          \
        FAILS_AT(PORT_MRA, "cert.validity", "expired not-yet-valid"),                                        \
        FAILS("mra.edge-config", CONFIG_FAILS), UNSURE("mra.edge-config", "bad-credentials redirect"),       \
        FAILS("mra.uds", UDS_FAILS), UNSURE("mra.uds", "bad-credentials user-not-found role-missing"),       \
        FAILS("name.host-underscore", NULL), FAILS("host.clock", "differs"),                                 \
        FAILS_AT(PORT_MRA, "name.common-name", "missing")
#define REVOKED_AT(port)                                                                                     \
    RISKS_AT(port, "revocation.ocsp", "revoked"), RISKS_AT(port, "revocation.crl", "revoked"),               \
        RISKS_AT(port, "revocation.staple", "revoked")
/* Decides nothing itself, what follows from it does; but whoever asks for the symptom wants to see it. */
#define BEARS(check)                                                                                         \
    { check, NULL, OUTCOME_WORKS, 0, ANYONE, 0 }
/* Trust decides what such a certificate breaks; that it should stand nowhere is a risk wherever it stands. */
#define UNFIT                                                                                                \
    RISKS("cert.self-signed", NULL), RISKS("cert.default-certificate", NULL), BEARS("cert.basic-constraints")
#define UNFIT_AT(port)                                                                                       \
    RISKS_AT(port, "cert.self-signed", NULL), RISKS_AT(port, "cert.default-certificate", NULL),              \
        BEARS("cert.basic-constraints")
#define LOGIN_RISKS                                                                                          \
    RISKS("dns.srv-target-domain", NULL), RISKS("net.all-addresses", NULL),                                  \
        RISKS_AT(PORT_MRA, "tls.handshake", "some-reset"),                                                   \
        RISKS_AT(PORT_MRA, "cert.validity", "expires-soon expires-critical"), REVOKED_AT(PORT_MRA),          \
        UNFIT_AT(PORT_MRA)
#define PHONE_FAILS                                                                                          \
    FAILS_AT(PORT_MRA, "chain.client", NULL), FAILS_AT(PORT_MRA, "name.srv-target", NULL),                   \
        FAILS_AT(PORT_MRA, "name.wildcard", NULL)
/* What trust hangs on, each way. */
#define HOW_E                                                                                                \
    "Expressway-E's certificate was not judged: give Expressway-C's trust list (--c-trust, or trust: in "    \
    "the "                                                                                                   \
    "deployment file), and the certificate itself where the port cannot be reached (--e-cert)"
#define HOW_C                                                                                                \
    "Expressway-C's certificate was not judged: give it (--c-cert, or certificate: in the deployment file; " \
    "edgeprobe listen records it) and Expressway-E's trust list (--e-trust)"
#define LOGIN_NEEDS                                                                                          \
    {"net.connect", PORT_MRA, ANYONE, "no edge was connected to"},                                           \
        {"tls.handshake", PORT_MRA, ANYONE, "no TLS handshake with the edge was seen"}, {                    \
        "mra.", PORT_MRA, ANYONE, "the edge was not asked for its configuration"                             \
    }
#define ZONE_ROWS                                                                                            \
    FAILS("net.connect", NULL), FAILS("tls.handshake", NULL), FAILS("name.peer-address", NULL),              \
        FAILS("name.tls-verify", NULL), FAILS("chain.zone", NULL), FAILS("zone.authentication", NULL),       \
        FAILS("zone.pairing", "port-differs"), RISKS("zone.verify-mode", NULL),                              \
        FAILS("tls.client-auth", "rejected presented-none"), FAILS("cipher.overlap", NULL),                  \
        FAILS("cert.validity", "expired not-yet-valid"), FAILS_OF(OF_C, "cert.eku", "missing-client"),       \
        FAILS("revocation.verdict", "revoked fallback-rejects validation-fails"),                            \
        RISKS("cert.key", "rsa-8192"),                                                                       \
        RISKS("name.tls-verify", "certificate-not-visible node-name-in-cluster"), UNFIT,                     \
        BEARS("chain.cluster-trust"), BEARS("name.cluster"),                                                 \
        RISKS("cert.validity", "expires-soon expires-critical"),                                             \
        RISKS("revocation.verdict", "fallback-accepts")

/* TC/CE endpoints and phones never ask get_edge_sso (field-facts 1.3). */
static const struct row jabber_rows[] = {LOGIN_FAILS,
                                         FAILS("mra.edge-sso", NULL),
                                         LOGIN_RISKS,
                                         RISKS_AT(PORT_MRA, "name.mra-domain", NULL),
                                         RISKS_AT(PORT_MRA, "chain.client", NULL),
                                         RISKS_AT(PORT_MRA, "name.srv-target", NULL),
                                         ENDS};
static const struct row tc_rows[] = {LOGIN_FAILS, PHONE_FAILS, LOGIN_RISKS,
                                     FAILS_AT(PORT_MRA, "name.mra-domain", "no-match wildcard-only"), ENDS};
static const struct row phone_rows[] = {
    LOGIN_FAILS, PHONE_FAILS, LOGIN_RISKS,
    FAILS_AT(PORT_MRA, "name.mra-domain", "no-match wildcard-only srvname-only"), ENDS};
static const struct row sip_rows[] = {FAILS_AT(PORT_SIP_TLS, "net.connect", NULL),
                                      FAILS_AT(PORT_SIP_TLS, "tls.handshake", NULL),
                                      FAILS_AT(PORT_SIP_TLS, "sip.options", NULL),
                                      FAILS_AT(PORT_SIP_TLS, "sip.register", REGISTER_FAILS),
                                      UNSURE("sip.register", "status-401"),
                                      FAILS_OF(OF_C, "name.phone-profile", NULL),
                                      {"cert.eku", "missing-client", OUTCOME_FAILS, 0, OF_E, RELEASE_X15_4},
                                      RISKS_AT(PORT_SIP_TLS, "sip.options", "status-5xx"),
                                      REVOKED_AT(PORT_SIP_TLS),
                                      ENDS};
static const struct row xmpp_rows[] = {FAILS_AT(PORT_XMPP, "net.connect", NULL),
                                       FAILS_AT(PORT_XMPP, "tls.handshake", NULL),
                                       FAILS_AT(PORT_XMPP, "xmpp.stream", NULL),
                                       FAILS("host.reverse-dns", NULL),
                                       FAILS("net.xcp", NULL),
                                       FAILS_AT(PORT_XMPP, "xmpp.auth", AUTH_FAILS),
                                       UNSURE("xmpp.auth", "not-authorized"),
                                       REVOKED_AT(PORT_XMPP),
                                       ENDS};
static const struct row zone_rows[] = {ZONE_ROWS, ENDS};
/* A neighbour zone is one where Expressway-E, too, is a client. */
static const struct row neighbor_rows[] = {ZONE_ROWS, RISKS_OF(OF_E, "cert.eku", "missing-client-soon"),
                                           ENDS};
static const struct row tunnel_rows[] = {FAILS("net.connect", NULL),
                                         FAILS("ssh.service", NULL),
                                         FAILS("chain.ssh-tunnel", NULL),
                                         FAILS("zone.verify-mode", NULL),
                                         FAILS_OF(OF_C, "cert.eku", "missing-client missing-client-tunnel"),
                                         FAILS("cert.unknown-oid", NULL),
                                         FAILS("name.host-underscore", NULL),
                                         FAILS("file.key", "no-trailing-newline"),
                                         FAILS("cert.validity", "expired not-yet-valid"),
                                         RISKS("cert.validity", "expires-soon expires-critical"),
                                         BEARS("chain.cluster-trust"),
                                         UNFIT,
                                         ENDS};
static const struct row federation_rows[] = {
    FAILS("dns.xmpp-federation-srv", NULL), FAILS("name.xmpp-domain", "no-match"),
    RISKS("name.xmpp-domain", "xmppaddr-form"), RISKS("name.chat-alias", NULL), ENDS};
static const struct row b2b_rows[] = {RISKS("dns.sip-srv", NULL), ENDS};
static const struct row ucm_rows[] = {FAILS("name.ucm-node", NULL),
                                      FAILS("chain.ucm-trust", NULL),
                                      FAILS("chain.self-signed-pair", NULL),
                                      FAILS("cipher.overlap", NULL),
                                      FAILS("cipher.certificate-type", "presented-type-untrusted"),
                                      RISKS("cipher.certificate-type", "other-type-untrusted"),
                                      ENDS};
static const struct row acme_rows[] = {RISKS("net.acme-http", NULL), FAILS("dns.san-address", NULL),
                                       FAILS("chain.lets-encrypt", NULL),
                                       RISKS("cert.lets-encrypt-renewal", NULL), ENDS};
static const struct row revocation_rows[] = {
    FAILS("revocation.verdict", "revoked fallback-rejects validation-fails"),
    RISKS("revocation.verdict", "fallback-accepts"), ENDS};
static const struct row upload_rows[] = {FAILS("file.format", NULL),
                                         FAILS("file.key", NULL),
                                         FAILS("file.csr", "key-mismatch"),
                                         RISKS("file.", NULL),
                                         FAILS("name.common-name", NULL),
                                         FAILS("name.san-fqdn", NULL),
                                         FAILS("chain.own", NULL),
                                         FAILS("cert.eku", NULL),
                                         RISKS("cert.signature", NULL),
                                         RISKS("cert.key", NULL),
                                         RISKS("name.cluster", NULL),
                                         UNFIT,
                                         ENDS};

const struct rule outcome_rules[] = {
    {"certificate-upload",
     "Certificate upload",
     SCOPE_RUN,
     upload_rows,
     {{"chain.own", 0, ANYONE, "give the trust list of the box itself with --trust"},
      {NULL, 0, ANYONE, NULL}},
     "certificate-upload",
     LEG_CLIENT,
     false,
     false,
     false,
     {NULL},
     {"The certificate can be uploaded", "The upload is accepted, with a weakness",
      "The upload will be refused", "Whether the upload will be accepted is not known"}},
    {"traversal-zone",
     "Traversal zone",
     SCOPE_ZONE,
     zone_rows,
     {{"chain.zone", 0, OF_E, HOW_E}, {"chain.zone", 0, OF_C, HOW_C}, {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_ZONE,
     true,
     true,
     false,
     {NULL},
     {"The traversal zone comes up", "The traversal zone is at risk", "The traversal zone stays down",
      "Whether the traversal zone comes up is not known"}},
    {"ssh-tunnel",
     "SSH tunnels",
     SCOPE_ZONE,
     tunnel_rows,
     {{"chain.ssh-tunnel", 0, OF_E, HOW_E}, {"chain.ssh-tunnel", 0, OF_C, HOW_C}, {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_TUNNEL,
     true,
     false,
     false,
     {"traversal-zone", NULL},
     {"The SSH tunnels come up", "The SSH tunnels are at risk", "The SSH tunnels stay down",
      "Whether the SSH tunnels come up is not known"}},
    {"neighbor-zone",
     "Neighbor zone",
     SCOPE_ZONE,
     neighbor_rows,
     {{"chain.zone", 0, OF_E, HOW_E}, {"chain.zone", 0, OF_C, HOW_C}, {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_NEIGHBOR,
     false,
     false,
     true,
     {NULL},
     {"The neighbor zone comes up", "The neighbor zone is at risk", "The neighbor zone stays down",
      "Whether the neighbor zone comes up is not known"}},
    {"ucm-connection",
     "Unified CM and IM&P connections",
     SCOPE_NODES,
     ucm_rows,
     {{"chain.ucm-trust", 0, ANYONE,
       "give Expressway-C's trust list (trust: under expressway-c) and run from inside"},
      {"name.ucm-node", 0, ANYONE,
       "its tomcat certificate was not seen: run from inside, or give it under certificates:"},
      {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_UCM,
     false,
     false,
     false,
     {NULL},
     {"Expressway-C accepts Unified CM and IM&P", "Some Unified CM or IM&P connections are at risk",
      "Expressway-C refuses Unified CM or IM&P",
      "Whether Expressway-C accepts Unified CM and IM&P is not known"}},
    {"jabber-login",
     "Jabber log-in",
     SCOPE_DOMAIN,
     jabber_rows,
     {LOGIN_NEEDS, {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_CLIENT,
     false,
     false,
     false,
     {"ssh-tunnel", "ucm-connection", NULL},
     {"Jabber can log in", "Jabber can log in, with trouble", "Jabber cannot log in",
      "Whether Jabber can log in is not known"}},
    {"tc-endpoint-login",
     "TC/CE endpoint log-in",
     SCOPE_DOMAIN,
     tc_rows,
     {LOGIN_NEEDS,
      {"chain.client", PORT_MRA, ANYONE, "no list of roots to judge by: give one with --trust"},
      {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_CLIENT,
     false,
     false,
     false,
     {"ssh-tunnel", "ucm-connection", NULL},
     {"TC/CE endpoints can log in", "TC/CE endpoints can log in, with trouble",
      "TC/CE endpoints cannot log in", "Whether TC/CE endpoints can log in is not known"}},
    {"phone-login",
     "Phone log-in (7800/8800)",
     SCOPE_DOMAIN,
     phone_rows,
     {LOGIN_NEEDS,
      {"chain.client", PORT_MRA, ANYONE, "no list of roots to judge by: give one with --trust"},
      {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_CLIENT,
     false,
     false,
     false,
     {"ssh-tunnel", "ucm-connection", NULL},
     {"Phones can log in", "Phones can log in, with trouble", "Phones cannot log in",
      "Whether phones can log in is not known"}},
    {"sip-registration",
     "SIP registration",
     SCOPE_DOMAIN,
     sip_rows,
     {{"sip.options", PORT_SIP_TLS, ANYONE,
       "SIP on 5061 was not asked: run edgeprobe check from where the clients are"},
      {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_CLIENT,
     false,
     false,
     false,
     {"jabber-login", "traversal-zone", NULL},
     {"SIP registration can work", "SIP registration is at risk", "SIP registration fails",
      "Whether SIP registration works is not known"}},
    {"xmpp-messaging",
     "XMPP messaging",
     SCOPE_DOMAIN,
     xmpp_rows,
     {{"xmpp.stream", PORT_XMPP, ANYONE,
       "XMPP on 5222 was not asked: run edgeprobe check from where the clients are"},
      {NULL, 0, ANYONE, NULL}},
     NULL,
     LEG_CLIENT,
     false,
     false,
     false,
     {"jabber-login", NULL},
     {"XMPP messaging can work", "XMPP messaging is at risk", "XMPP messaging fails",
      "Whether XMPP messaging works is not known"}},
    {"xmpp-federation",
     "XMPP federation",
     SCOPE_RUN,
     federation_rows,
     {{"dns.xmpp-federation-srv", 0, ANYONE,
       "its SRV records were not asked for: run edgeprobe check with the network"},
      {"xmpp.stream", PORT_XMPP_SERVER, ANYONE,
       "federation comes in on 5269, which was not asked: openssl s_client -starttls xmpp-server -connect "
       "HOST:5269 from outside"},
      {NULL, 0, ANYONE, NULL}},
     "xmpp-federation",
     LEG_CLIENT,
     false,
     false,
     false,
     {NULL},
     {"XMPP federation can work", "XMPP federation is at risk", "XMPP federation fails",
      "Whether XMPP federation works is not known"}},
    {"b2b-calls",
     "Business-to-business calls",
     SCOPE_RUN,
     b2b_rows,
     {{"dns.sip-srv", 0, ANYONE, "its SRV records were not asked for: run edgeprobe check with the network"},
      {NULL, 0, ANYONE, NULL}},
     "b2b",
     LEG_CLIENT,
     false,
     false,
     false,
     {NULL},
     {"Business-to-business calls find the edge", "Business-to-business calls may not find the edge",
      "Business-to-business calls fail", "Whether business-to-business calls work is not known"}},
    {"acme-renewal",
     "ACME renewal",
     SCOPE_RUN,
     acme_rows,
     {{"dns.san-address", 0, ANYONE,
       "the names of the certificate were not asked for: run edgeprobe check with the network"},
      {NULL, 0, ANYONE, NULL}},
     "acme",
     LEG_CLIENT,
     false,
     false,
     false,
     {NULL},
     {"ACME renewal can work", "ACME renewal is at risk", "ACME renewal fails",
      "Whether ACME renewal works is not known"}},
    {"revocation-policy",
     "Revocation policy",
     SCOPE_RUN,
     revocation_rows,
     {{NULL, 0, ANYONE, NULL}},
     "revocation",
     LEG_CLIENT,
     false,
     false,
     false,
     {NULL},
     {"Revocation checking accepts the certificates", "Accepted only because of the fallback setting",
      "Revocation checking rejects a certificate", "What revocation checking would do is not known"}},
    {.id = NULL},
};

/* The troubleshooting note's entry points. */
const char symptom_names[] =
    "upload-fails, zone-down, ssh-down, mra-login-fails, jabber-alarm, phones-not-registering";

const struct symptom symptoms[] = {
    {"upload-fails", "certificate-upload", "The upload of a certificate is refused"},
    {"zone-down", "traversal-zone neighbor-zone", "The zone is down, TLS negotiation error"},
    {"ssh-down", "ssh-tunnel traversal-zone", "The zone is up, and no SSH tunnels are established"},
    {"mra-login-fails", "jabber-login tc-endpoint-login phone-login ucm-connection ssh-tunnel",
     "MRA log-in fails, after an upgrade or a renewal"},
    {"jabber-alarm", "jabber-login", "Jabber shows a certificate alarm or prompt at log-in"},
    {"phones-not-registering", "sip-registration traversal-zone ucm-connection phone-login",
     "Phones log in and do not register"},
    {NULL, NULL, NULL}};
