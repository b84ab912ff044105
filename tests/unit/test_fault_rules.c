/* What must two findings have in common for one to follow from the other, and what makes findings of one
 * cause one fault? Pairs of findings that the test states, for each word of a rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "checks/advice.h"
#include "outcomes/fault_rules.h"
#include "tests/unit/given.h"
#include "tests/unit/healthy.h"

#define LOG_IN(at)                                                                                           \
    { "mra.edge-config", "path-down", at, NULL }
#define HANDSHAKE(at)                                                                                        \
    { "tls.handshake", "closed", at, NULL }
#define ROOT(at)                                                                                             \
    { "net.connect", "timeout", at, NULL }
#define CHAIN(at, evidence)                                                                                  \
    { "chain.own", "no-trusted-root", at, evidence }
#define ZONE(at, evidence)                                                                                   \
    { "chain.zone", "missing-intermediate", at, evidence }
#define MISSING(list) "{\"missing\": [" list "]}"
#define CA(name) "{\"subject\": \"CN=" name "\", \"upload_to\": \"expressway-c\"}"

static void same_address(struct facts *facts) {
    endpoint_of(facts, EDGE2_HTTPS)->address = endpoint_of(facts, EDGE1_SSH)->address;
}

static void no_address(struct facts *facts) {
    endpoint_of(facts, EDGE2_HTTPS)->address = NULL;
}

static void other_https_port(struct facts *facts) {
    add_endpoint(facts, EDGE1, "203.0.113.10", 9443, PROTOCOL_HTTPS, LEG_CLIENT);
    add_endpoint(facts, EDGE1, "203.0.113.10", 9444, PROTOCOL_HTTPS, LEG_ADMIN);
}

static void no_chain(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->tls.chain.n = 0;
}

static const struct {
    const char *what;
    void (*change)(struct facts *);
    unsigned in_common;
    struct given consequence, root;
    bool fits;
} pairs[] = {
    {"nothing in common", NULL, 0, LOG_IN(EDGE1_HTTPS), ROOT(EDGE2_HTTPS), true},
    {"nothing follows from its own cause", NULL, 0, ROOT(EDGE1_HTTPS), ROOT(EDGE2_HTTPS), false},
    /* a port */
    {"the same port", NULL, SAME_PORT, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_HTTPS), true},
    {"another port", NULL, SAME_PORT, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SIP), false},
    {"a box is not its port", NULL, SAME_PORT, LOG_IN(EDGE1_HTTPS), ROOT("node:" EDGE1), false},
    {"the same subject", NULL, SAME_PORT, LOG_IN("node:" EDGE1), ROOT("node:" EDGE1), true},
    /* a host */
    {"the same host", NULL, SAME_HOST, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SSH), true},
    {"the host as a node", NULL, SAME_HOST, LOG_IN(EDGE1_HTTPS), ROOT("node:EXPE1.example.com"), true},
    {"another host", NULL, SAME_HOST, LOG_IN(EDGE1_HTTPS), ROOT(EDGE2_HTTPS), false},
    {"another node", NULL, SAME_HOST, LOG_IN(EDGE1_HTTPS), ROOT("node:" EDGE2), false},
    {"of no host", NULL, SAME_HOST, LOG_IN(NULL), ROOT(EDGE1_HTTPS), true},
    {"of none of a host", NULL, SAME_HOST, LOG_IN(EDGE1_HTTPS), ROOT(NULL), true},
    {"another name of one address", same_address, SAME_HOST, LOG_IN(EDGE2_HTTPS), ROOT(EDGE1_SSH), true},
    {"another name without an address", no_address, SAME_HOST, LOG_IN(EDGE2_HTTPS), ROOT(EDGE1_SSH), false},
    {"of another name without an address", no_address, SAME_HOST, LOG_IN(EDGE1_SSH), ROOT(EDGE2_HTTPS),
     false},
    /* a certificate */
    {"what both ports show", NULL, SAME_LEAF, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SIP), true},
    {"what another host shows", NULL, SAME_LEAF, LOG_IN(EDGE1_HTTPS), ROOT(EDGE2_HTTPS), false},
    {"the same by a path and by its name", NULL, SAME_LEAF,
     CHAIN("node:a", "{\"path\": [\"CN=x\", \"CN=y\"]}"), ZONE("node:b", "{\"certificate\": \"CN=x\"}"),
     true},
    {"a path begins with it", NULL, SAME_LEAF, CHAIN("node:a", "{\"path\": [\"CN=y\", \"CN=x\"]}"),
     ZONE("node:a", "{\"certificate\": \"CN=x\"}"), false},
    {"a kind of key is no certificate: the host decides", NULL, SAME_LEAF,
     CHAIN("node:a", "{\"certificate\": \"rsa\"}"), ZONE("node:a", "{\"certificate\": \"CN=x\"}"), true},
    {"neither is the other kind", NULL, SAME_LEAF, CHAIN("node:a", "{\"certificate\": \"ecdsa\"}"),
     ZONE("node:b", "{\"certificate\": \"ecdsa\"}"), false},
    {"a port shows it, whatever its path", NULL, SAME_LEAF, CHAIN(EDGE1_HTTPS, "{\"path\": [\"CN=x\"]}"),
     ZONE("node:a", "{\"certificate\": \"CN=x\"}"), false},
    {"a port that showed none", no_chain, SAME_LEAF, CHAIN(EDGE1_HTTPS, "{\"path\": [\"CN=x\"]}"),
     ZONE("node:a", "{\"certificate\": \"CN=x\"}"), true},
    {"a port that showed none, and the host's other port", no_chain, SAME_LEAF, LOG_IN(EDGE1_HTTPS),
     ROOT(EDGE1_SIP), true},
    {"a port that showed none, and another host", no_chain, SAME_LEAF, LOG_IN(EDGE1_HTTPS), ROOT(EDGE2_HTTPS),
     false},
    {"an empty path", NULL, SAME_LEAF, CHAIN("node:a", "{\"path\": [], \"certificate\": \"CN=x\"}"),
     ZONE("node:b", "{\"certificate\": \"CN=x\"}"), true},
    /* CAs */
    {"both miss it", NULL, SAME_CA, CHAIN("node:a", MISSING(CA("A") "," CA("B"))),
     ZONE("node:b", MISSING(CA("C") "," CA("B"))), true},
    {"each misses another", NULL, SAME_CA, CHAIN("node:a", MISSING(CA("A"))),
     ZONE("node:b", MISSING(CA("B"))), false},
    {"one stands in a list, the other fails at it", NULL, SAME_CA,
     CHAIN("node:a", "{\"entries\": [{\"subject\": \"CN=A\"}]}"), ZONE("node:b", "{\"culprit\": \"CN=A\"}"),
     true},
    {"neither names one", NULL, SAME_CA, CHAIN("node:a", NULL), ZONE("node:b", NULL), false},
    /* whose list */
    {"the same box's", NULL, SAME_BOX, CHAIN("node:a", MISSING(CA("A"))), ZONE("node:b", MISSING(CA("B"))),
     true},
    {"another box's", NULL, SAME_BOX, CHAIN("node:a", MISSING(CA("A"))),
     ZONE("node:b", "{\"judged_by\": \"expressway-e\"}"), false},
    {"judged by the same", NULL, SAME_BOX, CHAIN("node:a", MISSING(CA("A"))),
     ZONE("node:b", "{\"judged_by\": \"expressway-c\"}"), true},
    {"what lacks says whose it is, before who judged", NULL, SAME_BOX, CHAIN("node:a", MISSING(CA("A"))),
     ZONE("node:b",
          "{\"missing\": [{\"subject\": \"CN=A\", \"upload_to\": \"expressway-c\"}], \"judged_by\": "
          "\"expressway-e\"}"),
     true},
    {"nobody says whose", NULL, SAME_BOX, CHAIN("node:a", NULL), ZONE("node:b", MISSING(CA("A"))), true},
    {"nobody says whose either", NULL, SAME_BOX, CHAIN("node:a", MISSING(CA("A"))), ZONE("node:b", NULL),
     true},
    {"a log says whose", NULL, SAME_BOX, CHAIN("node:a", MISSING(CA("A"))),
     ZONE("node:b", "{\"log\": [{}], \"box\": \"expe1\"}"), false},
    {"a box without a log is not whose list it is", NULL, SAME_BOX, CHAIN("node:a", MISSING(CA("A"))),
     ZONE("node:b", "{\"box\": \"expe1\"}"), true},
    /* which list */
    {"the same list", NULL, SAME_LIST, CHAIN("node:a", "{\"trust_list\": \"c.pem\"}"),
     ZONE("node:b", "{\"trust_list\": \"c.pem\"}"), true},
    {"another list", NULL, SAME_LIST, CHAIN("node:a", "{\"trust_list\": \"c.pem\"}"),
     ZONE("node:a", "{\"trust_list\": \"e.pem\"}"), false},
    {"the list is the subject", NULL, SAME_LIST, CHAIN("subject:c.pem", NULL),
     ZONE("node:b", "{\"trust_list\": \"c.pem\"}"), true},
    /* a domain */
    {"the same domain", NULL, SAME_DOMAIN, LOG_IN("domain:example.com"), ROOT("domain:EXAMPLE.com"), true},
    {"another domain", NULL, SAME_DOMAIN, LOG_IN("domain:example.com"), ROOT("domain:example.org"), false},
    {"of no domain", NULL, SAME_DOMAIN, LOG_IN(EDGE1_HTTPS), ROOT("domain:example.org"), true},
    {"of none of a domain", NULL, SAME_DOMAIN, LOG_IN("domain:example.com"), ROOT(EDGE1_HTTPS), true},
    /* the tunnel: Expressway-C's own certificate goes to every edge */
    {"Expressway-C's own", NULL, OF_TUNNEL, LOG_IN(EDGE2_HTTPS), ROOT("c:expc1.example.local"), true},
    {"this edge's zone", NULL, OF_TUNNEL, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_ZONE), true},
    {"this edge's tunnel", NULL, OF_TUNNEL, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SSH), true},
    {"another edge's zone", NULL, OF_TUNNEL, LOG_IN(EDGE2_HTTPS), ROOT(EDGE1_ZONE), false},
    {"this edge by its file", NULL, OF_TUNNEL, LOG_IN(EDGE1_HTTPS), ROOT("e:" EDGE1), true},
    {"another edge by its file", NULL, OF_TUNNEL, LOG_IN(EDGE2_HTTPS), ROOT("e:" EDGE1), false},
    {"a port for clients", NULL, OF_TUNNEL, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SIP), false},
    {"the root at the zone's port", NULL, IS_TUNNEL_PORT, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_ZONE), true},
    {"the root at the tunnel's port", NULL, IS_TUNNEL_PORT, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SSH), true},
    {"the root at another port", NULL, IS_TUNNEL_PORT, LOG_IN(EDGE1_ZONE), ROOT(EDGE1_HTTPS), false},
    {"the root at none", NULL, IS_TUNNEL_PORT, LOG_IN(EDGE1_ZONE), ROOT("node:" EDGE1), false},
    {"at the zone's port", NULL, AT_TUNNEL, HANDSHAKE(EDGE1_ZONE), ROOT(EDGE1_HTTPS), true},
    {"at the tunnel's port", NULL, AT_TUNNEL, HANDSHAKE(EDGE1_SSH), ROOT(EDGE1_HTTPS), true},
    {"at another port", NULL, AT_TUNNEL, HANDSHAKE(EDGE1_HTTPS), ROOT(EDGE1_ZONE), false},
    {"at none", NULL, AT_TUNNEL, HANDSHAKE("node:" EDGE1), ROOT(EDGE1_ZONE), false},
    /* a port that only an SRV record can have named */
    {"a log-in port of another number", other_https_port, IS_SRV_PORT, HANDSHAKE(EDGE1 ":9443"), ROOT(NULL),
     true},
    {"the usual log-in port", other_https_port, IS_SRV_PORT, HANDSHAKE(EDGE1_HTTPS), ROOT(NULL), false},
    {"the administrator's port", other_https_port, IS_SRV_PORT, HANDSHAKE(EDGE1 ":9444"), ROOT(NULL), false},
    {"a SIP port", NULL, IS_SRV_PORT, HANDSHAKE(EDGE1_SIP), ROOT(NULL), false},
    {"no port", NULL, IS_SRV_PORT, HANDSHAKE("node:" EDGE1), ROOT(NULL), false},
    /* what a box says of itself */
    {"named",
     NULL,
     EXPLAINS,
     {"zone.status", "failed", "node:a", "{\"explained_by\": \"net.connect " EDGE1_ZONE "\"}"},
     ROOT(EDGE1_ZONE),
     true},
    {"another subject",
     NULL,
     EXPLAINS,
     {"zone.status", "failed", "node:a", "{\"explained_by\": \"net.connect " EDGE1_SSH "\"}"},
     ROOT(EDGE1_ZONE),
     false},
    {"another check",
     NULL,
     EXPLAINS,
     {"zone.status", "failed", "node:a", "{\"explained_by\": \"tls.handshake " EDGE1_ZONE "\"}"},
     ROOT(EDGE1_ZONE),
     false},
    {"a longer check",
     NULL,
     EXPLAINS,
     {"zone.status", "failed", "node:a", "{\"explained_by\": \"net.connects " EDGE1_ZONE "\"}"},
     ROOT(EDGE1_ZONE),
     false},
    {"nothing is named", NULL, EXPLAINS, {"zone.status", "failed", "node:a", NULL}, ROOT(EDGE1_ZONE), false},
    /* all that is set */
    {"the host, and at its tunnel", NULL, SAME_HOST | IS_TUNNEL_PORT, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SSH),
     true},
    {"the host alone", NULL, SAME_HOST | IS_TUNNEL_PORT, LOG_IN(EDGE1_HTTPS), ROOT(EDGE1_SIP), false},
    {"the tunnel alone", NULL, SAME_HOST | IS_TUNNEL_PORT, LOG_IN(EDGE2_HTTPS), ROOT(EDGE1_SSH), false},
};

static struct finding *finding_of(struct facts *facts, struct findings *to, const struct given *given) {
    const struct given one[] = {*given, {NULL, NULL, NULL, NULL}};
    findings_add_given(facts, to, one);
    return to->v[to->n - 1];
}

static void two_have_it_in_common(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct ident consequence, root;
        const struct fault_rule rule = {pairs[i].consequence.check, NULL, pairs[i].root.check, NULL,
                                        pairs[i].in_common};
        if (pairs[i].change != NULL)
            pairs[i].change(facts);
        ident_of(facts, facts->arena, finding_of(facts, findings, &pairs[i].consequence), &consequence);
        ident_of(facts, facts->arena, finding_of(facts, findings, &pairs[i].root), &root);
        assert_true(fault_rule_speaks_of(&rule, &consequence));
        if (fault_rule_fits(&rule, &consequence, &root) != pairs[i].fits) {
            print_error("%s: wanted %s\n", pairs[i].what, pairs[i].fits ? "one fault" : "two");
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* Of a list with more CAs than a chain can miss the first are compared. */
static void the_first_cas_are_compared(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    const struct fault_rule rule = {"chain.own", NULL, "chain.zone", NULL, SAME_CA};
    const char *all = "";
    for (int i = 1; i <= 65; i++)
        all = arena_printf(facts->arena, "%s%s{\"subject\": \"CN=%d\"}", all, i == 1 ? "" : ", ", i);
    const struct given many = CHAIN("node:a", arena_printf(facts->arena, "{\"entries\": [%s]}", all));
    struct ident consequence, root;
    ident_of(facts, facts->arena, finding_of(facts, findings, &many), &consequence);
    for (int i = 64; i <= 65; i++) {
        const struct given one = ZONE("node:b", arena_printf(facts->arena, "{\"culprit\": \"CN=%d\"}", i));
        ident_of(facts, facts->arena, finding_of(facts, findings, &one), &root);
        assert_int_equal(fault_rule_fits(&rule, &consequence, &root), i == 64);
    }
    findings_free(findings);
    facts_free(facts);
}

/* ---- of which findings a rule speaks, and of which check their root is ---- */

static void a_rule_speaks_of_its_findings(void **state) {
    (void)state;
    static const struct {
        struct fault_rule rule;
        struct given given;
        bool speaks;
        const char *root; /* check of the root; NULL: of none */
    } rules[] = {
        {{"mra.edge-config", NULL, "net.connect", NULL, 0}, LOG_IN(EDGE1_HTTPS), true, "net.connect"},
        {{"mra.", NULL, "net.connect", NULL, 0}, LOG_IN(EDGE1_HTTPS), true, "net.connect"},
        {{"mra.edge", NULL, "net.connect", NULL, 0}, LOG_IN(EDGE1_HTTPS), false, "net.connect"},
        {{"tls.", NULL, "net.connect", NULL, 0}, LOG_IN(EDGE1_HTTPS), false, "net.connect"},
        {{"mra.", "no-answer path-down", "net.connect", NULL, 0}, LOG_IN(EDGE1_HTTPS), true, "net.connect"},
        {{"mra.", "no-answer path", "net.connect", NULL, 0}, LOG_IN(EDGE1_HTTPS), false, "net.connect"},
        {{"zone.status", NULL, NULL, NULL, EXPLAINS},
         {"zone.status", "failed", "node:a", "{\"explained_by\": \"cert.validity a\"}"},
         true,
         "cert.validity"},
        {{"zone.status", NULL, NULL, NULL, EXPLAINS},
         {"zone.status", "failed", "node:a", "{\"explained_by\": \"no.such a\"}"},
         true,
         NULL},
        {{"zone.status", NULL, NULL, NULL, EXPLAINS}, {"zone.status", "failed", "node:a", NULL}, true, NULL},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        struct ident ident;
        ident_of(facts, facts->arena, finding_of(facts, findings, &rules[i].given), &ident);
        const struct check *root = fault_rule_root(facts->arena, &rules[i].rule, &ident);
        assert_int_equal(fault_rule_speaks_of(&rules[i].rule, &ident), rules[i].speaks);
        assert_true(text_same(root == NULL ? NULL : root->id, rules[i].root));
        findings_free(findings);
        facts_free(facts);
    }
}

static void a_rule_names_causes_of_the_root(void **state) {
    (void)state;
    static const struct given given = LOG_IN(EDGE1_HTTPS), root = ROOT(EDGE1_SSH);
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    struct ident c, r;
    ident_of(facts, facts->arena, finding_of(facts, findings, &given), &c);
    ident_of(facts, facts->arena, finding_of(facts, findings, &root), &r);
    const struct fault_rule named = {"mra.", NULL, "net.connect", "refused timeout", SAME_HOST},
                            other = {"mra.", NULL, "net.connect", "refused reset", SAME_HOST};
    assert_true(fault_rule_fits(&named, &c, &r));
    assert_false(fault_rule_fits(&other, &c, &r));
    findings_free(findings);
    facts_free(facts);
}

/* ---- what makes findings of one cause one fault ---- */

static void sip_dead(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_SIP), TCP_TIMEOUT);
}

static void all_dead(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE1) == 0)
            tcp_fails(facts, facts->endpoints.v[i], TCP_TIMEOUT);
}

static void all_dead_but_elsewhere(struct facts *facts) {
    all_dead(facts);
    add_endpoint(facts, EDGE1, "203.0.113.77", 8443, PROTOCOL_HTTPS, LEG_CLIENT);
}

static void alone(struct facts *facts) {
    all_dead(facts);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE1) == 0 && facts->endpoints.v[i]->port != 5061)
            facts->endpoints.v[i]->tcp.state = TCP_NOT_TRIED;
}

static void two_tried(struct facts *facts) {
    alone(facts);
    endpoint_of(facts, EDGE1_XMPP)->tcp.state = TCP_REFUSED;
}

static void named_files(struct facts *facts) {
    struct deployment *d = facts->deployment;
    LIST_ADD(facts->arena, &d->e.nodes.v[0]->certificate, cert_new(facts, "file-of-e"));
}

static const struct {
    const char *what;
    void (*change)(struct facts *);
    struct given given;
    const char *key;
} keys[] = {
    {"what one list lacks", NULL, ZONE("node:a", MISSING(CA("A") "," CA("B"))), "expressway-c||CN=A|CN=B"},
    {"what lacks in nobody's list", NULL, ZONE("node:a", NULL), "|"},
    {"however many", NULL,
     ZONE("node:a", MISSING(CA("1") "," CA("2") "," CA("3") "," CA("4") "," CA("5") "," CA("6") "," CA(
                        "7") "," CA("8") "," CA("9"))),
     "expressway-c||CN=1|CN=2|CN=3|CN=4|CN=5|CN=6|CN=7|CN=8|CN=9"},
    {"a CA at fault",
     NULL,
     {"chain.zone", "not-a-ca", "node:a", "{\"culprit\": \"CN=A\", \"judged_by\": \"expressway-c\"}"},
     "CN=A"},
    {"a CA at fault that nobody names", NULL, {"chain.zone", "not-a-ca", "node:a", NULL}, ""},
    {"a port", sip_dead, ROOT(EDGE1_SIP), "5061"},
    {"a host of which no port answers", all_dead, ROOT(EDGE1_SIP), "host " EDGE1},
    {"it answers at another address", all_dead_but_elsewhere, ROOT(EDGE1_SIP), "host " EDGE1},
    {"one port was tried", alone, ROOT(EDGE1_SIP), "5061"},
    {"two were tried", two_tried, ROOT(EDGE1_SIP), "host " EDGE1},
    {"no port", NULL, ROOT("node:" EDGE1), "1"},
    {"a certificate", NULL, {"cert.validity", "expired", EDGE1_HTTPS, NULL}, "1 CN=" EDGE1 ",O=Example"},
    {"Expressway-C's", NULL, {"cert.validity", "expired", "c:a", "{\"certificate\": \"CN=x\"}"}, "2 CN=x"},
    {"revoked", NULL, {"revocation.crl", "revoked", "c:a", "{\"certificate\": \"CN=x\"}"}, "2 CN=x"},
    {"of a node, by its file",
     NULL,
     {"cert.validity", "expired", "c:expc1.example.local", NULL},
     "2 CN=expc1.example.local,O=Example"},
    {"of an edge, by its file",
     named_files,
     {"cert.validity", "expired", "e:" EDGE1, NULL},
     "1 CN=file-of-e,O=Example"},
    {"of a node without one", NULL, {"cert.validity", "expired", "e:" EDGE2, NULL}, "1 "},
    {"of a node that nobody knows", NULL, {"cert.validity", "expired", "c:nobody", NULL}, "2 "},
    {"of no node", NULL, {"cert.validity", "expired", "subject:x", NULL}, "0 "},
    {"a zone from either end", NULL, {"zone.status", "failed", "c:a", NULL}, "mra"},
    {"a zone without a name", NULL, {"zone.status", "failed", "node:a", NULL}, "a"},
    {"a pair from one end",
     NULL,
     {"zone.pairing", "port-differs", "c:a", "{\"wanted\": \"1\", \"found\": \"2\"}"},
     "1|2"},
    {"a pair from the other end",
     NULL,
     {"zone.pairing", "port-differs", "e:b", "{\"wanted\": \"2\", \"found\": \"1\"}"},
     "1|2"},
    {"a pair of which one end says nothing",
     NULL,
     {"zone.pairing", "port-differs", "e:b", "{\"wanted\": \"2\"}"},
     "|2"},
    {"else whose it is", NULL, {"name.tls-verify", "no-match", "c:a", NULL}, "2"},
};

static void alike_is_what_has_one_key(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct ident ident;
        if (keys[i].change != NULL)
            keys[i].change(facts);
        ident_of(facts, facts->arena, finding_of(facts, findings, &keys[i].given), &ident);
        const char *key = fault_key(facts, facts->arena, &ident);
        if (strcmp(key, keys[i].key) != 0) {
            print_error("%s: '%s', wanted '%s'\n", keys[i].what, key, keys[i].key);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* Without a deployment no file is known. */
static void no_file_is_known(void **state) {
    (void)state;
    static const struct given given = {"cert.validity", "expired", "node:" EDGE1, NULL};
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct ident ident;
    ident_of(facts, facts->arena, finding_of(facts, findings, &given), &ident);
    assert_string_equal(fault_key(facts, facts->arena, &ident), "0 ");
    findings_free(findings);
    facts_free(facts);
}

/* ---- worst first ---- */

enum { TROUBLES = 3 };

static const struct given troubles[] = {{"cert.validity", "expired", EDGE1_HTTPS, NULL}, /* fails */
                                        {"sip.options", "status-5xx", EDGE1_SIP, NULL},  /* warns */
                                        {"host.clock", "differs", "node:somewhere", NULL}};

/* How many outcomes each of three faults makes fail, and puts at risk; a fault of a warning, or of a failure.
 */
static const struct {
    const char *what;
    struct {
        enum status status;
        int fails, risks;
    } faults[TROUBLES];
    int order[TROUBLES];
} weights[] = {
    {"as they stand", {{STATUS_FAIL, 0, 0}, {STATUS_FAIL, 0, 0}, {STATUS_FAIL, 0, 0}}, {0, 1, 2}},
    {"a failure before a warning",
     {{STATUS_WARN, 0, 0}, {STATUS_FAIL, 0, 0}, {STATUS_WARN, 0, 0}},
     {1, 0, 2}},
    {"a warning by which something fails",
     {{STATUS_FAIL, 0, 5}, {STATUS_FAIL, 0, 0}, {STATUS_WARN, 1, 0}},
     {2, 0, 1}},
    {"of two by which something fails the failure",
     {{STATUS_WARN, 2, 0}, {STATUS_FAIL, 1, 0}, {STATUS_FAIL, 0, 9}},
     {1, 0, 2}},
    {"by how much fails", {{STATUS_FAIL, 1, 3}, {STATUS_FAIL, 2, 0}, {STATUS_FAIL, 3, 0}}, {2, 1, 0}},
    {"by how much is at risk", {{STATUS_FAIL, 1, 0}, {STATUS_FAIL, 1, 1}, {STATUS_FAIL, 1, 2}}, {2, 1, 0}},
    {"by how much is at risk, where nothing fails",
     {{STATUS_WARN, 0, 1}, {STATUS_WARN, 0, 0}, {STATUS_WARN, 0, 2}},
     {2, 0, 1}},
};

static void outcomes_add(struct arena *arena, struct outcomes *to, enum outcome_state state, int n,
                         struct finding *because) {
    for (int i = 0; i < n; i++) {
        struct outcome *o = ARENA_NEW(arena, struct outcome);
        o->id = "jabber-login";
        o->state = state;
        LIST_ADD(arena, &o->because, because);
        LIST_ADD(arena, to, o);
    }
}

static void worst_comes_first(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        struct outcomes *outcomes = ARENA_NEW(facts->arena, struct outcomes);
        struct finding *of[TROUBLES];
        for (size_t k = 0; k < TROUBLES; k++) {
            of[k] = finding_of(facts, findings, &troubles[k]);
            of[k]->status = weights[i].faults[k].status;
            outcomes_add(facts->arena, outcomes, OUTCOME_FAILS, weights[i].faults[k].fails, of[k]);
            outcomes_add(facts->arena, outcomes, OUTCOME_AT_RISK, weights[i].faults[k].risks, of[k]);
            outcomes_add(facts->arena, outcomes, OUTCOME_UNKNOWN, 1, of[k]);
        }
        findings_advise(facts, findings);
        const struct faults *faults = faults_of(facts, findings, outcomes);
        assert_int_equal(faults->n, TROUBLES);
        for (size_t k = 0; k < TROUBLES; k++) {
            const struct fault *fault = faults->v[k];
            size_t which = (size_t)weights[i].order[k];
            if (fault->root != of[which])
                fail_msg("%s: %s is number %zu", weights[i].what, fault->root->check->id, k + 1);
            assert_int_equal(fault->outcomes.n,
                             1 + weights[i].faults[which].fails + weights[i].faults[which].risks);
            assert_int_equal(fault->status, weights[i].faults[which].status);
            assert_int_equal(fault_number(faults, fault), k + 1);
            assert_ptr_equal(fault_with(faults, of[which]), fault);
        }
        findings_free(findings);
        facts_free(facts);
    }
}

/* What is neither wrong nor follows from anything is in no fault; nor is a fault of another report. */
static void what_is_in_no_fault(void **state) {
    (void)state;
    static const struct given given[] = {{"net.connect", "refused", EDGE1_SIP, NULL},
                                         {"net.connect", "pass", EDGE1_XMPP, NULL},
                                         {"chain.client", "unknown", EDGE1_HTTPS, NULL},
                                         {NULL, NULL, NULL, NULL}};
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_alone(facts, given);
    const struct outcomes none = {NULL, 0};
    const struct faults *faults = faults_of(facts, findings, &none);
    const struct fault other = {.root = NULL};
    assert_int_equal(faults->n, 1);
    assert_null(fault_with(faults, findings->v[1]));
    assert_null(fault_with(faults, findings->v[2]));
    assert_int_equal(fault_number(faults, &other), 0);
    findings_free(findings);
    facts_free(facts);
}

/* A fault is as bad as the worst that follows from it. */
static void what_follows_can_be_worse(void **state) {
    (void)state;
    static const struct given given[] = {{"net.connect", "timeout", EDGE1_SSH, NULL},
                                         {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
                                         {NULL, NULL, NULL, NULL}};
    for (int worse = 0; worse < 2; worse++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_alone(facts, given);
        const struct outcomes none = {NULL, 0};
        for (size_t i = 0; i < findings->n; i++)
            findings->v[i]->status =
                worse == 1 && text_starts(findings->v[i]->check->id, "mra.") ? STATUS_FAIL : STATUS_WARN;
        const struct faults *faults = faults_of(facts, findings, &none);
        assert_int_equal(faults->n, 1);
        assert_int_equal(faults->v[0]->status, worse == 1 ? STATUS_FAIL : STATUS_WARN);
        findings_free(findings);
        facts_free(facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_have_it_in_common),
        cmocka_unit_test(the_first_cas_are_compared),
        cmocka_unit_test(a_rule_speaks_of_its_findings),
        cmocka_unit_test(a_rule_names_causes_of_the_root),
        cmocka_unit_test(alike_is_what_has_one_key),
        cmocka_unit_test(no_file_is_known),
        cmocka_unit_test(worst_comes_first),
        cmocka_unit_test(what_is_in_no_fault),
        cmocka_unit_test(what_follows_can_be_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
