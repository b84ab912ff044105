/* Which words name the place and the object of a fault? Faults are stated by the test; of each title one
 * blank is looked at. What every title says of which cause is in test_faults.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/fault_rules.h"
#include "tests/unit/given.h"
#include "tests/unit/healthy.h"

#define REFUSED(at)                                                                                          \
    { "net.connect", "refused", at, NULL }
#define SELF(at, evidence)                                                                                   \
    { "chain.client", "untrusted-self-signed", at, evidence } /* "{at} shows a …" */
#define SHOWS " shows a self-signed certificate, which clients do not trust"
#define SENDS(evidence)                                                                                      \
    { "chain.client", "missing-intermediate", EDGE1_HTTPS, evidence }
#define NOT_SENT "Expressway-E " EDGE1 " does not send the intermediate "
#define LIST(at, evidence)                                                                                   \
    { "chain.zone", "no-trusted-root", at, evidence }
#define TUNNEL(evidence)                                                                                     \
    { "chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, evidence }
#define LACKS(list) "{\"missing\": [" list "]}"
#define CA(name) "{\"subject\": \"" name "\", \"upload_to\": \"expressway-c\"}"
#define OTHERS(name) "{\"subject\": \"" name "\", \"upload_to\": \"expressway-e\"}"
#define C_LACKS "Traversal zone: Expressway-C's trust list lacks "
#define NXDOMAIN(domain, evidence)                                                                           \
    { "dns.collab-edge-srv", "nxdomain", "domain:" domain, evidence }
#define NO_RECORD ": The _collab-edge SRV record does not exist"
#define OVER(evidence)                                                                                       \
    { "chain.client", "expired-ca", EDGE1_HTTPS, evidence }

/* ---- facts ---- */

static void second_address(struct facts *facts) {
    add_endpoint(facts, EDGE1, "203.0.113.77", 5061, PROTOCOL_SIP, LEG_CLIENT);
}

static void no_second_address(struct facts *facts) {
    second_address(facts);
    facts->endpoints.v[facts->endpoints.n - 1]->address = NULL;
}

static void file_of_c(struct facts *facts) {
    struct node *c = facts->deployment->c.nodes.v[0];
    c->name = arena_text(facts->arena, "certs/c.pem");
    c->certificate.v[0]->common_name = arena_text(facts->arena, "c-by-file");
}

static void file_of_e(struct facts *facts) {
    struct node *e = facts->deployment->e.nodes.v[0];
    e->name = arena_text(facts->arena, "certs/e.pem");
    LIST_ADD(facts->arena, &e->certificate, cert_new(facts, "e-by-file"));
}

static void empty_file_of_e(struct facts *facts) {
    file_of_e(facts);
    facts->deployment->e.nodes.v[0]->certificate.n = 0;
}

static void lists(struct facts *facts) {
    facts->deployment->e.trust = arena_text(facts->arena, "e.pem");
    facts->deployment->c.trust = arena_text(facts->arena, "c.pem");
    facts->deployment->e.nodes.v[1]->trust = arena_text(facts->arena, "e2.pem");
    facts->deployment->c.nodes.v[0]->trust = arena_text(facts->arena, "c1.pem");
}

/* Times of findings are those of the run. */
static void now_is(struct facts *facts) {
    facts->run.at = 1767358800; /* 2026-01-02T13:00:00Z */
}

static void not_tls(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->tls.not_tls = arena_text(facts->arena, "HTTP");
}

/* Of all ports the legs and protocols that have a word. */
static void more_ports(struct facts *facts) {
    add_endpoint(facts, EDGE1, "203.0.113.10", 1, PROTOCOL_SIP, LEG_NEIGHBOR);
    add_endpoint(facts, EDGE1, "203.0.113.10", 2, PROTOCOL_HTTPS, LEG_ADMIN);
    add_endpoint(facts, EDGE1, "203.0.113.10", 3, PROTOCOL_TLS, LEG_OTHER);
    add_endpoint(facts, EDGE1, "203.0.113.10", 4, PROTOCOL_SSH, LEG_OTHER);
    add_endpoint(facts, EDGE1, "203.0.113.10", 5, PROTOCOL_TLS, LEG_CLIENT)->protocol = PROTOCOL_XMPP_SERVER;
}

static const struct {
    const char *what;
    void (*change)(struct facts *);
    struct given given[6];
    size_t same; /* so many of them; the others follow */
    const char *title;
} titles[] = {
    /* where: one place, two, more */
    {"one", NULL, {SELF(EDGE1_HTTPS, NULL)}, 1, "Expressway-E " EDGE1 SHOWS},
    {"two ports of one",
     NULL,
     {SELF(EDGE1_HTTPS, NULL), SELF(EDGE1_SIP, NULL)},
     2,
     "Expressway-E " EDGE1 SHOWS},
    {"two",
     NULL,
     {SELF(EDGE1_HTTPS, NULL), SELF(EDGE2_HTTPS, NULL)},
     2,
     "Expressway-E " EDGE1 " and " EDGE2 SHOWS},
    {"three",
     NULL,
     {SELF(EDGE1_HTTPS, NULL), SELF(EDGE2_HTTPS, NULL), SELF("node:a", NULL)},
     3,
     "Expressway-E " EDGE1 " and 2 more" SHOWS},
    {"a node that nobody knows", NULL, {SELF("node:a", NULL)}, 1, "Expressway-E a" SHOWS},
    {"no place", NULL, {SELF("subject:x", NULL)}, 1, "Expressway-E" SHOWS},
    {"no place of a known kind of box",
     NULL,
     {{"chain.own", "other", "subject:x", NULL}},
     1,
     "x: OpenSSL refuses"},
    {"the caller of a zone",
     NULL,
     {SELF("subject:x", "{\"zones\": [\"Zone A\", \"Zone B\"]}")},
     1,
     "the caller of zone Zone A" SHOWS},
    {"the caller of a zone, by one text",
     NULL,
     {SELF("subject:x", "{\"zones\": \"Zone A\"}")},
     1,
     "the caller of zone Zone A" SHOWS},
    {"a port is told before the zone of its caller",
     NULL,
     {SELF(EDGE1_HTTPS, "{\"zones\": [\"Zone A\"]}")},
     1,
     "Expressway-E " EDGE1 SHOWS},
    /* a file is told by the name in its certificate */
    {"a file of a node", file_of_c, {SELF("c:certs/c.pem", NULL)}, 1, "Expressway-C c-by-file" SHOWS},
    {"a file of an edge", file_of_e, {SELF("e:certs/e.pem", NULL)}, 1, "Expressway-E e-by-file" SHOWS},
    {"a file without a certificate", empty_file_of_e, {SELF("e:certs/e.pem", NULL)}, 1, "Expressway-E" SHOWS},
    {"a file that is no node's", file_of_c, {SELF("c:certs/x.pem", NULL)}, 1, "Expressway-C" SHOWS},
    {"a file whose name the finding has",
     file_of_c,
     {SELF("c:certs/c.pem", "{\"common_name\": \"by-finding\"}")},
     1,
     "Expressway-C by-finding" SHOWS},
    {"a node has its name, whatever its certificate's",
     NULL,
     {SELF("c:expc1.example.local", "{\"common_name\": \"by-finding\"}")},
     1,
     "Expressway-C expc1.example.local" SHOWS},
    /* an address of several */
    {"one of two addresses",
     second_address,
     {REFUSED(EDGE1_SIP " 203.0.113.77")},
     1,
     "Expressway-E " EDGE1 " (203.0.113.77, 1 of 2 addresses) refuses connections on 5061 (SIP)"},
    {"both addresses",
     second_address,
     {REFUSED(EDGE1_SIP), REFUSED(EDGE1_SIP " 203.0.113.77")},
     2,
     "Expressway-E " EDGE1 " refuses connections on 5061 (SIP)"},
    {"twice at one address",
     second_address,
     {REFUSED(EDGE1_SIP " 203.0.113.77"), REFUSED(EDGE1_SIP " 203.0.113.77")},
     2,
     "Expressway-E " EDGE1 " (203.0.113.77, 1 of 2 addresses) refuses connections on 5061 (SIP)"},
    {"the only one that is known",
     no_second_address,
     {REFUSED(EDGE1_SIP)},
     1,
     "Expressway-E " EDGE1 " refuses connections on 5061 (SIP)"},
    /* ports: what one is for, or all of them */
    {"the zone's",
     NULL,
     {REFUSED(EDGE1_ZONE)},
     1,
     "Expressway-E " EDGE1 " refuses connections on 7001 (traversal zone)"},
    {"a neighbor's",
     more_ports,
     {REFUSED(EDGE1 ":1")},
     1,
     "Expressway-E " EDGE1 " refuses connections on 1 (neighbor zone)"},
    {"the administrator's",
     more_ports,
     {REFUSED(EDGE1 ":2")},
     1,
     "Expressway-E " EDGE1 " refuses connections on 2 (web administration)"},
    {"another",
     more_ports,
     {REFUSED(EDGE1 ":3")},
     1,
     "Expressway-E " EDGE1 " refuses connections on 3 (TLS)"},
    {"another of SSH",
     more_ports,
     {REFUSED(EDGE1 ":4")},
     1,
     "Expressway-E " EDGE1 " refuses connections on 4 (SSH)"},
    {"federation",
     more_ports,
     {REFUSED(EDGE1 ":5")},
     1,
     "Expressway-E " EDGE1 " refuses connections on 5 (XMPP federation)"},
    {"two",
     NULL,
     {REFUSED(EDGE1_SIP), REFUSED(EDGE1_XMPP)},
     2,
     "Expressway-E " EDGE1 " refuses connections on 5061, 5222"},
    {"one port of two hosts",
     NULL,
     {REFUSED(EDGE1_HTTPS), REFUSED(EDGE2_HTTPS)},
     2,
     "Expressway-E " EDGE1 " and " EDGE2 " refuses connections on 8443 (HTTPS, log-in)"},
    {"the same port again, behind another",
     NULL,
     {REFUSED(EDGE1_SIP), REFUSED(EDGE1_HTTPS), REFUSED(EDGE2_HTTPS)},
     3,
     "Expressway-E " EDGE1 " and " EDGE2 " refuses connections on 5061, 8443"},
    {"four at most",
     more_ports,
     {REFUSED(EDGE1 ":1"), REFUSED(EDGE1 ":2"), REFUSED(EDGE1 ":3"), REFUSED(EDGE1 ":4"),
      REFUSED(EDGE1 ":5")},
     5,
     "Expressway-E " EDGE1 " refuses connections on 1, 2, 3, 4"},
    {"a box, and its port",
     NULL,
     {REFUSED("node:" EDGE1), REFUSED(EDGE1_SIP)},
     2,
     "Expressway-E " EDGE1 " refuses connections on 5061 (SIP)"},
    {"a box", NULL, {REFUSED("node:" EDGE1)}, 1, "Expressway-E " EDGE1 " refuses connections on that port"},
    {"of another check the number alone",
     NULL,
     {{"tls.version", "old-client", EDGE1_ZONE, NULL}},
     1,
     "The client of Expressway-E " EDGE1 ", port 7001, offers nothing from TLS 1.2 up"},
    /* CAs */
    {"a common name", NULL, {SENDS(LACKS(CA("CN=A,O=Lab")))}, 1, NOT_SENT "CN=A"},
    {"a common name behind", NULL, {SENDS(LACKS(CA("O=Lab,CN=A")))}, 1, NOT_SENT "CN=A"},
    {"a comma within", NULL, {SENDS(LACKS(CA("CN=A\\\\, Inc,O=Lab")))}, 1, NOT_SENT "CN=A\\, Inc"},
    {"a backslash at the end", NULL, {SENDS(LACKS(CA("CN=A\\\\")))}, 1, NOT_SENT "CN=A\\"},
    {"no common name", NULL, {SENDS(LACKS(CA("O=Lab,OU=B")))}, 1, NOT_SENT "O=Lab,OU=B"},
    {"two", NULL, {SENDS(LACKS(CA("CN=A") "," CA("CN=B")))}, 1, NOT_SENT "CN=A and 1 more"},
    {"three", NULL, {SENDS(LACKS(CA("CN=A") "," CA("CN=B") "," CA("CN=D")))}, 1, NOT_SENT "CN=A and 2 more"},
    {"the culprit, where none is missing",
     NULL,
     {SENDS("{\"missing\": [], \"culprit\": \"CN=A,O=Lab\"}")},
     1,
     NOT_SENT "CN=A"},
    {"what is missing, before the culprit",
     NULL,
     {SENDS("{\"missing\": [" CA("CN=B") "], \"culprit\": \"CN=A\"}")},
     1,
     NOT_SENT "CN=B"},
    {"nobody knows", NULL, {SENDS(NULL)}, 1, NOT_SENT "a CA of the chain"},
    {"a log knows the far end",
     NULL,
     {LIST("e:" EDGE1, "{\"log\": [{\"far\": \"192.0.2.7:5061\"}]}")},
     1,
     "Traversal zone: The judging side's trust list lacks a CA above the certificate of 192.0.2.7"},
    {"a log of the tunnel, too",
     NULL,
     {TUNNEL("{\"log\": [{\"far\": \"192.0.2.7\"}]}")},
     1,
     "SSH tunnel: The judging side's trust list lacks a CA above the certificate of 192.0.2.7"},
    {"no log of what clients are served",
     NULL,
     {SENDS("{\"log\": [{\"far\": \"192.0.2.7:5061\"}]}")},
     1,
     NOT_SENT "a CA of the chain"},
    /* what the same list lacks as well */
    {"what follows lacks it, too",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))), TUNNEL(LACKS(CA("CN=A")))},
     1,
     C_LACKS "CN=A"},
    {"what follows lacks another",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))), TUNNEL(LACKS(CA("CN=A") "," CA("CN=B")))},
     1,
     C_LACKS "CN=A and CN=B"},
    {"the same other twice",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))), TUNNEL(LACKS(CA("CN=B"))), TUNNEL(LACKS(CA("CN=B")))},
     1,
     C_LACKS "CN=A and CN=B"},
    {"two others",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))), TUNNEL(LACKS(CA("CN=B") "," CA("CN=D")))},
     1,
     C_LACKS "CN=A and 2 more"},
    {"another list's is another's",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))), TUNNEL(LACKS(OTHERS("CN=B"))), TUNNEL(LACKS(CA("CN=D")))},
     1,
     C_LACKS "CN=A and CN=D"},
    {"nobody's is nobody's",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))), TUNNEL("{\"missing\": [{\"subject\": \"CN=B\"}]}")},
     1,
     C_LACKS "CN=A"},
    {"a chain that lacks a name",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))),
      TUNNEL("{\"missing\": [{\"upload_to\": \"expressway-c\"}, " CA("CN=B") "]}")},
     1,
     C_LACKS "CN=A and CN=B"},
    {"what follows is no chain",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A"))), {"tls.handshake", "closed", EDGE1_ZONE, LACKS(CA("CN=B"))}},
     1,
     C_LACKS "CN=A"},
    {"the tunnel's list, too",
     NULL,
     {TUNNEL(LACKS(CA("CN=A"))), TUNNEL(LACKS(CA("CN=B")))},
     1,
     "SSH tunnel: Expressway-C's trust list lacks CN=A and CN=B"},
    {"two of its own are counted",
     NULL,
     {LIST("e:" EDGE1, LACKS(CA("CN=A") "," CA("CN=D"))), TUNNEL(LACKS(CA("CN=B")))},
     1,
     C_LACKS "CN=A and 1 more"},
    {"an edge sends from its own",
     NULL,
     {SENDS(LACKS(CA("CN=A"))), TUNNEL(LACKS(CA("CN=B")))},
     1,
     NOT_SENT "CN=A"},
    /* a CA out of date */
    {"over",
     now_is,
     {OVER("{\"culprit\": \"CN=Example Issuing CA,O=Example\", \"culprit_not_before\": "
           "\"2020-01-01T00:00:00Z\", \"culprit_not_after\": \"2026-01-02T12:59:59Z\"}")},
     1,
     "Expressway-E " EDGE1 ": CN=Example Issuing CA, above its certificate, expired on 2026-01-02"},
    {"early",
     now_is,
     {OVER("{\"culprit\": \"CN=Example Issuing CA,O=Example\", \"culprit_not_before\": "
           "\"2026-01-02T13:00:01Z\", \"culprit_not_after\": \"2030-01-02T12:59:59Z\"}")},
     1,
     "Expressway-E " EDGE1 ": CN=Example Issuing CA, above its certificate, is not valid before 2026-01-02"},
    {"on its last second",
     now_is,
     {OVER("{\"culprit\": \"CN=Example Issuing CA,O=Example\", \"culprit_not_before\": "
           "\"2026-01-02T13:00:00Z\", \"culprit_not_after\": \"2026-01-02T13:00:00Z\"}")},
     1,
     "Expressway-E " EDGE1 ": CN=Example Issuing CA, above its certificate, is outside its validity"},
    {"nobody says when",
     now_is,
     {OVER("{\"culprit\": \"CN=Other\"}")},
     1,
     "Expressway-E " EDGE1 ": CN=Other, above its certificate, is outside its validity"},
    {"nobody says which",
     now_is,
     {OVER(NULL)},
     1,
     "Expressway-E " EDGE1 ": a CA of the chain, above its certificate, is outside its validity"},
    {"of no port",
     NULL,
     {{"chain.client", "expired-ca", "node:a", "{\"culprit\": \"CN=Other\"}"}},
     1,
     "Expressway-E a: CN=Other, above its certificate, is outside its validity"},
    /* whose list */
    {"E's",
     lists,
     {{"chain.trust-list", "expired", "subject:e.pem", NULL}},
     1,
     "Expressway-E's trust list: "},
    {"C's",
     lists,
     {{"chain.trust-list", "expired", "subject:c.pem", NULL}},
     1,
     "Expressway-C's trust list: "},
    {"a peer's of E",
     lists,
     {{"chain.trust-list", "expired", "subject:e2.pem", NULL}},
     1,
     "Expressway-E's trust list: "},
    {"a peer's of C",
     lists,
     {{"chain.trust-list", "expired", "subject:c1.pem", NULL}},
     1,
     "Expressway-C's trust list: "},
    {"nobody's", NULL, {{"chain.trust-list", "expired", "subject:e.pem", NULL}}, 1, "A trust list: "},
    /* names, days, and what else a certificate has */
    {"a name of several",
     NULL,
     {{"name.expected", "no-match", EDGE1_HTTPS, "{\"wanted\": [\"a\", \"b\"]}"}},
     1,
     "Expressway-E " EDGE1 ": its certificate lacks a"},
    {"one name",
     NULL,
     {{"name.expected", "no-match", EDGE1_HTTPS, "{\"wanted\": \"a\"}"}},
     1,
     "Expressway-E " EDGE1 ": its certificate lacks a"},
    {"no name",
     NULL,
     {{"name.expected", "no-match", EDGE1_HTTPS, NULL}},
     1,
     "Expressway-E " EDGE1 ": its certificate lacks the name that is wanted"},
    {"an unfit name",
     NULL,
     {{"name.san-fqdn", "malformed", EDGE1_HTTPS, "{\"unfit\": [\"x_y\"]}"}},
     1,
     "Expressway-E " EDGE1 ": its SAN holds x_y, "},
    {"an unfit name that nobody knows",
     NULL,
     {{"name.san-fqdn", "malformed", EDGE1_HTTPS, NULL}},
     1,
     "Expressway-E " EDGE1 ": its SAN holds an unfit name, "},
    {"expired",
     NULL,
     {{"cert.validity", "expired", EDGE1_HTTPS, "{\"not_after\": \"2020-01-02T03:04:05Z\"}"}},
     1,
     "Expressway-E " EDGE1 ": its certificate expired on 2020-01-02"},
    {"good today",
     NULL,
     {{"cert.validity", "expired", EDGE1_HTTPS, "{\"not_after\": \"2099-01-02T03:04:05Z\"}"}},
     1,
     "Expressway-E " EDGE1
     ": its certificate is valid today and ends before the date asked for, on 2099-01-02"},
    {"whose certificate",
     NULL,
     {{"tls.client-auth", "rejected", EDGE1_ZONE, "{\"presented\": \"CN=c1,O=Lab\"}"}},
     1,
     "Expressway-E " EDGE1 " refused the client certificate of CN=c1 that was presented on 7001"},
    {"what answers",
     not_tls,
     {{"tls.handshake", "not-tls", EDGE1_HTTPS, NULL}},
     1,
     EDGE1 ", port 8443: HTTP answers in place of TLS"},
    /* domains */
    {"a domain", NULL, {NXDOMAIN("a", NULL)}, 1, "DNS of a" NO_RECORD},
    {"two domains", NULL, {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL)}, 2, "DNS of a and b" NO_RECORD},
    {"one domain twice", NULL, {NXDOMAIN("a", NULL), NXDOMAIN("a", NULL)}, 2, "DNS of a" NO_RECORD},
    {"three domains",
     NULL,
     {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL), NXDOMAIN("c", NULL)},
     3,
     "DNS of 3 domains, a first" NO_RECORD},
    {"no domain", NULL, {{"dns.srv-target", "no-address", "node:a", NULL}}, 1, "DNS of a: "},
    {"an edge's own name",
     NULL,
     {NXDOMAIN("a", "{\"has_address\": \"192.0.2.1\"}")},
     1,
     "a has an address (192.0.2.1) and no SRV record: is it the edge?"},
    {"an address of another check",
     NULL,
     {{"dns.srv-target", "no-address", "domain:a", "{\"has_address\": \"192.0.2.1\"}"}},
     1,
     "DNS of a: "},
    /* zones and their pairs */
    {"calls from outside",
     NULL,
     {LIST("node:a", "{\"log\": [{\"leg\": \"b2b\"}]}")},
     1,
     "Calls from Webex or a partner: "},
    {"calls of another leg",
     NULL,
     {LIST("e:" EDGE1, "{\"log\": [{\"leg\": \"zone\"}]}")},
     1,
     "Traversal zone: "},
    {"a neighbor's", more_ports, {LIST(EDGE1 ":1", NULL)}, 1, "Neighbor zone: "},
    {"who is at the far end",
     NULL,
     {{"zone.status", "tunnels-down", "e:" EDGE1, "{\"endpoint\": \"x:1\", \"far\": \"y\"}"}},
     1,
     "Expressway-C has no SSH tunnel (2222) to x:1, "},
    {"by another word",
     NULL,
     {{"zone.status", "tunnels-down", "e:" EDGE1, "{\"far\": \"y\"}"}},
     1,
     "Expressway-C has no SSH tunnel (2222) to y, "},
    {"nobody knows who",
     NULL,
     {{"zone.status", "tunnels-down", "e:" EDGE1, NULL}},
     1,
     "Expressway-C has no SSH tunnel (2222) to Expressway-E, "},
    {"a pair",
     NULL,
     {{"cipher.overlap", "no-common-suite", "node:a", "{\"client\": \"x\", \"server\": \"y\"}"}},
     1,
     "x and y: no cipher suite in common"},
    {"a pair without a server",
     NULL,
     {{"cipher.overlap", "no-common-suite", "node:a", "{\"client\": \"x\"}"}},
     1,
     "Client and server: no cipher suite in common"},
    {"a pair without a client",
     NULL,
     {{"cipher.overlap", "no-common-suite", "node:a", "{\"server\": \"x\"}"}},
     1,
     "Client and server: no cipher suite in common"},
    {"versions",
     NULL,
     {{"cipher.overlap", "no-common-version", "node:a",
       "{\"client\": \"x\", \"server\": \"y\", \"wanted\": {\"versions\": [\"1.3\"]}, \"found\": "
       "{\"versions\": [\"1.2\", \"1.1\", null]}}"}},
     1,
     "x takes 1.3, y 1.2/1.1/: no TLS version in common"},
    {"versions that one side does not tell",
     NULL,
     {{"cipher.overlap", "no-common-version", "node:a",
       "{\"client\": \"x\", \"server\": \"y\", \"wanted\": {\"versions\": [\"1.3\"]}}"}},
     1,
     "No TLS version in common"},
    {"versions that the other does not tell",
     NULL,
     {{"cipher.overlap", "no-common-version", "node:a",
       "{\"client\": \"x\", \"server\": \"y\", \"found\": {\"versions\": [\"1.3\"]}}"}},
     1,
     "No TLS version in common"},
    {"versions of nobody",
     NULL,
     {{"cipher.overlap", "no-common-version", "node:a",
       "{\"wanted\": {\"versions\": [\"1.3\"]}, \"found\": {\"versions\": [\"1.2\"]}}"}},
     1,
     "No TLS version in common"},
    /* a cause without a row of its own */
    {"its title", NULL, {{"chain.served", "unrelated", EDGE1_HTTPS, NULL}}, 1, "Expressway-E " EDGE1 ": "},
};

static void the_title(void **state) {
    (void)state;
    static const char *const none[] = {NULL};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        if (titles[i].change != NULL)
            titles[i].change(facts);
        findings_add_given(facts, findings, titles[i].given);
        struct fault fault = {.root = findings->v[0],
                              .same = {findings->v, titles[i].same},
                              .consequences = {findings->v + titles[i].same, findings->n - titles[i].same},
                              .fix = none};
        fault_tell(facts, facts->arena, &fault);
        if (!text_starts(fault.title, titles[i].title)) {
            print_error("%s: %s\n    wanted %s\n", titles[i].what, fault.title, titles[i].title);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* ---- the box ---- */

static const struct {
    struct given given;
    const char *box; /* NULL: nobody knows */
} boxes[] = {
    {REFUSED(EDGE1_SIP), "Expressway-E " EDGE1},
    {REFUSED(UCM1_HTTPS), "Unified CM " UCM1},
    {REFUSED("node:a"), "a"},
    {NXDOMAIN("a", NULL), "DNS"},
    {{"dns.srv-target", "no-address", "node:" EDGE1, NULL}, "DNS"},
    {LIST("e:" EDGE1, LACKS(CA("CN=A"))), "Expressway-C"},
    {LIST("c:expc1.example.local", LACKS(OTHERS("CN=A"))), "Expressway-E"},
    {LIST("e:" EDGE1, NULL), "Expressway-E " EDGE1},
    {{"chain.own", "no-trusted-root", "e:" EDGE1, LACKS(OTHERS("CN=A"))}, "Expressway-E"},
    {SENDS(LACKS(CA("CN=A"))), "Expressway-E " EDGE1},
    {{"chain.served", "incomplete", EDGE1_HTTPS, LACKS(CA("CN=A"))}, "Expressway-E " EDGE1},
    {{"chain.ucm-trust", "not-in-tomcat-trust", UCM1_HTTPS, "{\"judged_by\": \"clients\"}"},
     "Unified CM " UCM1},
};

static void the_box(void **state) {
    (void)state;
    static const char *const none[] = {NULL};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        const struct given given[] = {boxes[i].given, {NULL, NULL, NULL, NULL}};
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_alone(facts, given);
        struct fault fault = {.root = findings->v[0], .same = {findings->v, 1}, .fix = none};
        fault_tell(facts, facts->arena, &fault);
        if (!text_same(fault.box, boxes[i].box)) {
            print_error("%zu, %s: %s, wanted %s\n", i, given->check, text_or(fault.box, "none"),
                        text_or(boxes[i].box, "none"));
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_title),
        cmocka_unit_test(the_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
