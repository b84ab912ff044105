/* What is told of a fault besides its title: the command to run next, the box to touch, and from which
 * sources it is known. Findings are stated by the test. */
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

#define NOWHERE "node:somewhere"

static void one_capture(struct facts *facts) {
    LIST_ADD(facts->arena, &facts->captures, ARENA_NEW(facts->arena, struct capture_file));
}

static void one_bundle(struct facts *facts) {
    LIST_ADD(facts->arena, &facts->bundles, ARENA_NEW(facts->arena, struct bundle));
}

static void one_caller(struct facts *facts) {
    LIST_ADD(facts->arena, &facts->callers, ARENA_NEW(facts->arena, struct caller));
}

static void domains(struct facts *facts, size_t n) {
    facts->domains.n = 0;
    for (size_t i = 0; i < n; i++)
        texts_add(facts->arena, &facts->domains, arena_printf(facts->arena, "d%zu.example.com", i));
}

static void three_domains(struct facts *facts) {
    domains(facts, 3);
}

static void four_domains(struct facts *facts) {
    domains(facts, 4);
}

static void no_zone(struct facts *facts) {
    facts->deployment->zones.n = 0;
}

static void no_peer(struct facts *facts) {
    facts->deployment->zones.v[0]->peers.n = 0;
    one_capture(facts);
}

static void no_verify_name(struct facts *facts) {
    facts->deployment->zones.v[0]->tls_verify_name = NULL;
    one_capture(facts);
}

static void bundle_without_zone(struct facts *facts) {
    facts->deployment->zones.n = 0;
    one_bundle(facts);
}

static void no_target(struct facts *facts) {
    facts->run.target = NULL;
}

static void no_command(struct facts *facts) {
    facts->run.command = NULL;
}

static void ssh_without_endpoint(struct facts *facts) {
    one_caller(facts);
}

/* ---- the next command ---- */

#define FILES "--c-trust FILE --e-trust FILE --c-cert FILE"
#define ZONE_OF_E1                                                                                           \
    "edgeprobe zone --peer-address expe1.example.com --tls-verify-name=expc.example.local " FILES

static const struct {
    const char *what;
    bool deployment;
    void (*change)(struct facts *);
    const char *words[8]; /* of the command line, as they are kept */
    struct given given;
    const char *next;
    bool is_again;
} nexts[] = {
    /* the same again judges the mend */
    {"the same",
     false,
     NULL,
     {"--ipv4", DOMAIN},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check --ipv4 " DOMAIN,
     true},
    {"an old save: no words",
     false,
     NULL,
     {NULL},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check " DOMAIN,
     true},
    {"an old save without a target",
     false,
     no_target,
     {NULL},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check",
     true},
    {"words without a target",
     false,
     no_target,
     {"-f", "d.yaml"},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check -f d.yaml",
     true},
    {"words, and a target beside",
     false,
     NULL,
     {"--file=d.yaml"},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check --file=d.yaml",
     true},
    {"no command is kept",
     false,
     no_command,
     {DOMAIN},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check " DOMAIN,
     true},
    {"plain words",
     false,
     NULL,
     {"AZaz09-_./:=,@%+"},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check AZaz09-_./:=,@%+",
     true},
    {"words that a shell would read",
     false,
     NULL,
     {"", "a b", "a'b", "$HOME", "a;b", "~", "a*"},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check '' 'a b' 'a'\\''b' '$HOME' 'a;b' '~' 'a*'",
     true},
    /* a 502 is judged from inside */
    {"path down",
     false,
     NULL,
     {DOMAIN},
     {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
     "edgeprobe zone --peer-address expe1.example.com " FILES,
     false},
    {"502",
     false,
     NULL,
     {DOMAIN},
     {"mra.edge-sso", "status-502", EDGE1_HTTPS, NULL},
     "edgeprobe zone --peer-address expe1.example.com " FILES,
     false},
    {"504",
     false,
     NULL,
     {DOMAIN},
     {"mra.edge-config", "status-504", EDGE1_HTTPS, NULL},
     "edgeprobe zone --peer-address expe1.example.com " FILES,
     false},
    {"503",
     false,
     NULL,
     {DOMAIN},
     {"mra.edge-config", "status-503", EDGE1_HTTPS, NULL},
     "edgeprobe zone --peer-address expe1.example.com " FILES,
     false},
    {"404 is the edge's own",
     false,
     NULL,
     {DOMAIN},
     {"mra.edge-config", "status-404", EDGE1_HTTPS, NULL},
     "edgeprobe check " DOMAIN,
     true},
    {"path down, of no port",
     false,
     NULL,
     {DOMAIN},
     {"mra.edge-config", "path-down", NULL, NULL},
     "edgeprobe check " DOMAIN,
     true},
    {"path down, and the zone was judged",
     true,
     NULL,
     {DOMAIN},
     {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
     "edgeprobe check " DOMAIN,
     true},
    {"path down, deployed without a zone",
     true,
     no_zone,
     {DOMAIN},
     {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
     "edgeprobe zone --peer-address expe1.example.com " FILES,
     false},
    {"path down, and a file was given",
     false,
     NULL,
     {"--file=d.yaml"},
     {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
     "edgeprobe check --file=d.yaml",
     true},
    {"options that change what is met go along, others do not",
     false,
     NULL,
     {"--resolver=192.0.2.53", "--connect-to=a:1:b:2", "--release=X15", "--vantage=external", "--timeout=5",
      "--ipv4", "--ipv6", "--format=json"},
     {"mra.edge-config", "path-down", EDGE1_HTTPS, NULL},
     "edgeprobe zone --peer-address expe1.example.com " FILES
     " --resolver=192.0.2.53 --connect-to=a:1:b:2 --release=X15 --vantage=external --timeout=5 --ipv4 --ipv6",
     false},
    /* of many domains the first will do */
    {"four domains",
     false,
     four_domains,
     {"d0", "d1", "--ipv6"},
     {"dns.collab-edge-srv", "nxdomain", "domain:d1.example.com", NULL},
     "edgeprobe check d1.example.com --ipv6",
     false},
    {"four domains of a file",
     false,
     four_domains,
     {"--file=d.yaml"},
     {"dns.collab-edge-srv", "nxdomain", "domain:d1.example.com", NULL},
     "edgeprobe check --file=d.yaml d1.example.com",
     false},
    {"four domains of another command",
     false,
     four_domains,
     {"d0"},
     {"dns.collab-edge-srv", "nxdomain", "domain:d1.example.com", NULL},
     "edgeprobe check d1.example.com",
     false},
    {"three domains",
     false,
     three_domains,
     {"d0"},
     {"dns.collab-edge-srv", "nxdomain", "domain:d1.example.com", NULL},
     "edgeprobe check d0",
     true},
    {"four domains, and a port",
     false,
     four_domains,
     {"d0"},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check d0",
     true},
    /* what lies in a file does not change: the live check is next */
    {"a capture of a port",
     false,
     one_capture,
     {"x.pcap", "--ipv4"},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check expe1.example.com:5061 --ipv4",
     false},
    {"a capture of a domain",
     false,
     one_capture,
     {"x.pcap"},
     {"dns.collab-edge-srv", "nxdomain", NULL, NULL},
     "edgeprobe check " DOMAIN,
     false},
    {"a capture of a zone",
     true,
     one_capture,
     {"x.pcap"},
     {"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL},
     ZONE_OF_E1,
     false},
    {"a capture of a tunnel",
     true,
     one_capture,
     {"x.pcap"},
     {"ssh.service", "closed", EDGE1_SSH, NULL},
     ZONE_OF_E1,
     false},
    {"a zone without a verify name",
     true,
     no_verify_name,
     {"x.pcap"},
     {"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL},
     "edgeprobe zone --peer-address expe1.example.com " FILES,
     false},
    {"a capture of a box of the zone",
     true,
     one_capture,
     {"x.pcap"},
     {"host.clock", "differs", NOWHERE, NULL},
     ZONE_OF_E1,
     false},
    {"a zone without a peer",
     true,
     no_peer,
     {"x.pcap"},
     {"host.clock", "differs", NOWHERE, NULL},
     "edgeprobe check x.pcap",
     true},
    {"a capture of nothing that is known",
     false,
     one_capture,
     {"x.pcap"},
     {"host.clock", "differs", NOWHERE, NULL},
     "edgeprobe check x.pcap",
     true},
    {"who came in",
     false,
     ssh_without_endpoint,
     {"--port=7001"},
     {"net.connect", "refused", EDGE1_SIP, NULL},
     "edgeprobe check expe1.example.com:5061",
     false},
    /* bundles hold all that a zone is judged by */
    {"a zone of bundles",
     true,
     one_bundle,
     {"c.tar", "--at=2026-01-01", "my e.tar"},
     {"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL},
     "edgeprobe bundle c.tar 'my e.tar' --write-deployment deployment.yaml && edgeprobe check -f "
     "deployment.yaml --vantage=internal",
     false},
    {"a box of bundles",
     true,
     one_bundle,
     {"c.tar"},
     {"host.clock", "differs", NOWHERE, NULL},
     "edgeprobe bundle c.tar --write-deployment deployment.yaml && edgeprobe check -f deployment.yaml "
     "--vantage=internal",
     false},
    {"bundles without a zone, from where nobody knows",
     true,
     bundle_without_zone,
     {"--at=2026-01-01"},
     {"host.clock", "differs", NOWHERE, NULL},
     "edgeprobe bundle FILE... --write-deployment deployment.yaml && edgeprobe check -f deployment.yaml "
     "--vantage=internal",
     false},
};

static void the_next_command(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof nexts / sizeof *nexts; i++) {
        const struct given given[] = {nexts[i].given, {NULL, NULL, NULL, NULL}};
        struct facts *facts = nexts[i].deployment ? healthy_deployment() : healthy_facts();
        struct arena *arena = facts->arena;
        facts->run.words = (struct texts){NULL, 0};
        for (size_t k = 0; k < 8 && nexts[i].words[k] != NULL; k++)
            texts_add(arena, &facts->run.words, nexts[i].words[k]);
        if (nexts[i].change != NULL)
            nexts[i].change(facts);
        struct findings *findings = findings_alone(facts, given);
        struct fault fault = {.root = findings->v[0]};
        bool is_again = !nexts[i].is_again;
        const char *next = fault_next(facts, arena, &fault, &is_again);
        if (strcmp(next, nexts[i].next) != 0 || is_again != nexts[i].is_again) {
            print_error("%s: %s%s\n    wanted %s\n", nexts[i].what, next, is_again ? " (again)" : "",
                        nexts[i].next);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* ---- the box to touch ---- */

#define ON(first, second, third)                                                                             \
    ((unsigned)(first) | (unsigned)(second) << STEP_BOX_BITS | (unsigned)(third) << 2 * STEP_BOX_BITS)

static void second_core(struct facts *facts) {
    add_node(facts, &facts->deployment->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
}

static void core_by_file(struct facts *facts) {
    facts->deployment->c.nodes.v[0]->name = arena_text(facts->arena, "certs/c.pem");
}

static void core_by_file_unread(struct facts *facts) {
    core_by_file(facts);
    facts->deployment->c.nodes.v[0]->certificate.n = 0;
}

static void no_core(struct facts *facts) {
    facts->deployment->c.nodes.n = 0;
}

static void one_edge(struct facts *facts) {
    facts->deployment->e.nodes.n = 1;
}

static const struct {
    const char *what;
    bool deployment;
    void (*change)(struct facts *);
    struct given given;
    unsigned on;
    const char *box; /* of the fault; NULL: nobody knows */
    const char *touch;
    bool is_unnamed;
} touched[] = {
    {"nobody said",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_NOTHING,
     "Box b",
     "Box b",
     true},
    {"nobody said, of nowhere",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_NOTHING,
     NULL,
     NULL,
     true},
    {"here", false, NULL, {"net.connect", "refused", EDGE1_SIP, NULL}, STEP_HERE, "Box b", "Box b", true},
    {"here, which is nowhere",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_HERE,
     NULL,
     NULL,
     true},
    {"each by its words",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_FIREWALL,
     "Box b",
     "the firewall",
     false},
    {"",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_BOTH,
     NULL,
     "Expressway-C and Expressway-E expe1.example.com",
     false},
    {"one after the other: no answer decides",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     ON(STEP_CA, STEP_THEN, STEP_BOX),
     NULL,
     "the CA, then Expressway-E expe1.example.com",
     false},
    {"",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_INTERNAL_DNS,
     NULL,
     "internal DNS",
     false},
    {"",
     false,
     NULL,
     {"dns.resolvers-agree", "differ", NULL, NULL},
     STEP_RESOLVER,
     NULL,
     "the resolver that was asked",
     false},
    {"",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_BALANCER,
     NULL,
     "the load balancer or proxy",
     false},
    {"", false, NULL, {"net.connect", "refused", EDGE1_SIP, NULL}, STEP_CLIENT, NULL, "the client", false},
    {"", false, NULL, {"net.connect", "refused", EDGE1_SIP, NULL}, STEP_CA, NULL, "the CA", false},
    {"",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_MACHINE,
     NULL,
     "this machine (where edgeprobe runs)",
     false},
    {"DNS of the domain",
     false,
     NULL,
     {"dns.collab-edge-srv", "nxdomain", NULL, NULL},
     STEP_DNS,
     "DNS",
     "public DNS of " DOMAIN,
     false},
    {"DNS of no domain",
     false,
     NULL,
     {"dns.srv-target", "no-address", NOWHERE, NULL},
     STEP_DNS,
     "DNS",
     "public DNS",
     false},
    /* by the host, where one is known */
    {"the fault's own box",
     true,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_E,
     "Expressway-E " EDGE2,
     "Expressway-E " EDGE2,
     false},
    {"another kind of box is not the fault's own",
     true,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_C,
     "Expressway-E " EDGE2,
     "Expressway-C expc1.example.local",
     false},
    {"the fault's own box without a host",
     true,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_E,
     "Expressway-E",
     "Expressway-E (each of its 2 peers)",
     false},
    {"the only peer",
     true,
     one_edge,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_E,
     NULL,
     "Expressway-E " EDGE1,
     false},
    {"each peer",
     true,
     second_core,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C (each of its 2 peers)",
     false},
    {"a peer that a file stands for",
     true,
     core_by_file,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C expc1.example.local",
     false},
    {"a peer that an empty file stands for",
     true,
     core_by_file_unread,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C (the one behind " EDGE1 ")",
     false},
    {"no peer is known",
     true,
     no_core,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C (the one behind " EDGE1 ")",
     false},
    {"no peer is known, nor a port",
     true,
     no_core,
     {"host.clock", "differs", NOWHERE, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C",
     false},
    {"the edge that was asked",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_E,
     NULL,
     "Expressway-E " EDGE1,
     false},
    {"an edge, and no port",
     false,
     NULL,
     {"dns.collab-edge-srv", "nxdomain", NULL, NULL},
     STEP_EXPRESSWAY_E,
     NULL,
     "Expressway-E",
     false},
    {"who is behind it",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C (the one behind " EDGE1 ")",
     false},
    {"nobody is behind Unified CM",
     true,
     no_core,
     {"net.connect", "refused", UCM1_HTTPS, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C",
     false},
    {"nor behind IM and Presence",
     true,
     no_core,
     {"net.connect", "refused", IMP1_HTTPS, NULL},
     STEP_EXPRESSWAY_C,
     NULL,
     "Expressway-C",
     false},
    {"Unified CM by the fault's box",
     true,
     NULL,
     {"net.connect", "refused", UCM1_HTTPS, NULL},
     STEP_UCM,
     "Unified CM " UCM1,
     "Unified CM " UCM1,
     false},
    {"IM and Presence by none",
     true,
     NULL,
     {"net.connect", "refused", IMP1_HTTPS, NULL},
     STEP_IMP,
     NULL,
     "IM and Presence",
     false},
    /* {box}, {other} and {upload_to} */
    {"the box of Expressway-E",
     true,
     one_edge,
     {"cert.validity", "expired", "e:" EDGE1, NULL},
     STEP_BOX,
     NULL,
     "Expressway-E " EDGE1,
     false},
    {"the box of Expressway-C",
     true,
     NULL,
     {"cert.validity", "expired", "c:expc1.example.local", NULL},
     STEP_BOX,
     NULL,
     "Expressway-C expc1.example.local",
     false},
    {"the box of Unified CM",
     true,
     NULL,
     {"net.connect", "refused", UCM1_HTTPS, NULL},
     STEP_BOX,
     NULL,
     "Unified CM",
     false},
    {"the box of IM and Presence",
     true,
     NULL,
     {"net.connect", "refused", IMP1_HTTPS, NULL},
     STEP_BOX,
     NULL,
     "IM and Presence",
     false},
    {"the other of Expressway-E",
     true,
     NULL,
     {"cert.validity", "expired", "e:" EDGE1, NULL},
     STEP_OTHER,
     NULL,
     "Expressway-C expc1.example.local",
     false},
    {"the other of Expressway-C",
     true,
     one_edge,
     {"cert.validity", "expired", "c:expc1.example.local", NULL},
     STEP_OTHER,
     NULL,
     "Expressway-E " EDGE1,
     false},
    {"Unified CM has no other",
     true,
     NULL,
     {"net.connect", "refused", UCM1_HTTPS, NULL},
     STEP_OTHER,
     "Box b",
     "Box b",
     false},
    {"whose list judges",
     true,
     one_edge,
     {"chain.zone", "no-trusted-root", "c:expc1.example.local", "{\"judged_by\": \"expressway-e\"}"},
     STEP_JUDGE,
     NULL,
     "Expressway-E " EDGE1,
     false},
    {"whose list judges, by what it lacks",
     true,
     NULL,
     {"chain.zone", "no-trusted-root", "e:" EDGE1,
      "{\"missing\": [{\"subject\": \"CN=Root\", \"upload_to\": \"expressway-c\"}]}"},
     STEP_JUDGE,
     NULL,
     "Expressway-C expc1.example.local",
     false},
    {"clients judge",
     true,
     NULL,
     {"chain.client", "no-trusted-root", EDGE1_HTTPS, "{\"judged_by\": \"clients\"}"},
     STEP_JUDGE,
     "Box b",
     "clients",
     false},
    {"nobody knows whose list judges",
     true,
     NULL,
     {"chain.zone", "no-trusted-root", "e:" EDGE1, NULL},
     STEP_JUDGE,
     "Box b",
     "Box b",
     false},
    /* several, between which the first step decides */
    {"one of two",
     false,
     NULL,
     {"dns.collab-edge-srv", "nxdomain", NULL, NULL},
     ON(STEP_DNS, STEP_FIREWALL, 0),
     NULL,
     "public DNS of " DOMAIN " or the firewall: step 1 decides",
     false},
    {"one of three",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     ON(STEP_FIREWALL, STEP_BALANCER, STEP_EXPRESSWAY_E),
     NULL,
     "the firewall, the load balancer or proxy or Expressway-E " EDGE1 ": step 1 decides",
     false},
    {"twice the same box",
     true,
     NULL,
     {"cert.validity", "expired", "c:expc1.example.local", NULL},
     ON(STEP_BOX, STEP_EXPRESSWAY_C, 0),
     NULL,
     "Expressway-C expc1.example.local",
     false},
    {"the same box again, behind another",
     true,
     NULL,
     {"cert.validity", "expired", "c:expc1.example.local", NULL},
     ON(STEP_CA, STEP_BOX, STEP_EXPRESSWAY_C),
     NULL,
     "the CA or Expressway-C expc1.example.local: step 1 decides",
     false},
    {"one of two, of which nobody knows one",
     false,
     NULL,
     {"net.connect", "refused", EDGE1_SIP, NULL},
     ON(STEP_HERE, STEP_FIREWALL, 0),
     NULL,
     "the firewall",
     false},
};

static void the_box_to_touch(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof touched / sizeof *touched; i++) {
        const struct given given[] = {touched[i].given, {NULL, NULL, NULL, NULL}};
        struct facts *facts = touched[i].deployment ? healthy_deployment() : healthy_facts();
        if (touched[i].change != NULL)
            touched[i].change(facts);
        struct findings *findings = findings_alone(facts, given);
        static const char *const fix[] = {"Do it", NULL};
        const struct step step = {.marks = {.on = touched[i].on}};
        const struct fault fault = {
            .root = findings->v[0], .box = touched[i].box, .fix = fix, .steps = &step};
        const char *touch = fault_touch(facts, facts->arena, &fault);
        if (!text_same(touch, touched[i].touch) || fault_is_unnamed(&fault) != touched[i].is_unnamed) {
            print_error("%zu, %s: %s\n    wanted %s\n", i, touched[i].what, text_or(touch, "none"),
                        text_or(touched[i].touch, "none"));
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* Boxes at which another way, or a later step, works: each once, with its step; where nothing works, none. */
static void later_steps_touch(void **state) {
    (void)state;
    static const struct {
        unsigned on[3];
        const char options[4];
        const char *touch;
    } rows[] = {
        {{STEP_DNS, STEP_FIREWALL, STEP_DNS}, "", "public DNS; then the firewall (step 2)"},
        {{STEP_DNS, STEP_NONE, STEP_HERE}, "", "public DNS"},
        {{STEP_DNS, STEP_NOTHING, STEP_BOTH},
         "",
         "public DNS; then Expressway-C and Expressway-E expe1.example.com (step 3)"},
        {{STEP_EXPRESSWAY_E, STEP_BOTH, STEP_UCM},
         "",
         "Expressway-E expe1.example.com; then Expressway-C (step 2), Unified CM (step 3)"},
        {{ON(STEP_DNS, STEP_FIREWALL, 0), ON(STEP_FIREWALL, STEP_BALANCER, STEP_CLIENT), STEP_DNS},
         "",
         "public DNS or the firewall: step 1 decides; then the load balancer or proxy or the client (step "
         "2)"},
        {{STEP_DNS, STEP_CLIENT, STEP_FIREWALL},
         "AB",
         "public DNS; Option B: the client; then the firewall (step 3)"},
        {{STEP_DNS, STEP_FIREWALL, STEP_CLIENT},
         "AAB",
         "public DNS; Option B: the client; then the firewall (step 2)"},
        {{STEP_DNS, STEP_DNS, STEP_FIREWALL}, "ABB", "public DNS"},
    };
    static const char *const fix[] = {"One", "Two", "Three", NULL};
    static const struct given given[] = {{"net.connect", "refused", EDGE1_SIP, NULL},
                                         {NULL, NULL, NULL, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_alone(facts, given);
        struct step steps[3] = {{NULL, NULL, {0}}};
        for (size_t k = 0; k < 3; k++)
            steps[k].marks = (struct step_marks){.on = rows[i].on[k], .option = rows[i].options[k]};
        const struct fault fault = {.root = findings->v[0], .box = "Box b", .fix = fix, .steps = steps};
        assert_string_equal(fault_touch(facts, facts->arena, &fault), rows[i].touch);
        findings_free(findings);
        facts_free(facts);
    }
}

/* Without a step there is nothing that names a box. */
static void without_a_step(void **state) {
    (void)state;
    static const struct given given[] = {{"net.connect", "refused", EDGE1_SIP, NULL},
                                         {NULL, NULL, NULL, NULL}};
    static const char *const none[] = {NULL};
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_alone(facts, given);
    const struct step step = {.marks = {.on = STEP_FIREWALL}};
    const struct fault fault = {.root = findings->v[0], .box = "Box b", .fix = none, .steps = &step};
    assert_string_equal(fault_touch(facts, facts->arena, &fault), "Box b");
    assert_true(fault_is_unnamed(&fault));
    findings_free(findings);
    facts_free(facts);
}

/* Who sent the alert has to be put right, whichever side that is; who is refused is told by name. */
static void who_refused_is_touched(void **state) {
    (void)state;
    static const struct {
        enum side by;
        const char *client, *touch, *title, *step;
    } rows[] = {
        {SIDE_US, "192.0.2.99", "Expressway-C 192.0.2.99",
         "Expressway-C 192.0.2.99 refused the certificate of Expressway-E expe1.example.com on 7001: ",
         "Expressway-C 192.0.2.99: Maintenance > Security > Trusted CA certificate > "},
        {SIDE_PEER, "192.0.2.99", "Expressway-E expe1.example.com",
         "Expressway-E expe1.example.com refused the certificate of Expressway-C 192.0.2.99 on 7001: ",
         "Expressway-E expe1.example.com: Maintenance > Security > Trusted CA certificate > "},
        {SIDE_PEER, NULL, "Expressway-E expe1.example.com",
         "Expressway-E expe1.example.com refused the certificate of whoever dials on 7001: ",
         "Expressway-E expe1.example.com: Maintenance > Security > Trusted CA certificate > "},
        {SIDE_US, NULL, "Expressway-E expe1.example.com",
         "The one side refused the certificate of Expressway-E expe1.example.com on 7001: ",
         "The side that sent the alert: Maintenance > Security > Trusted CA certificate > "}};
    static const struct given given[] = {{"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL},
                                         {NULL, NULL, NULL, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct endpoint *zone = endpoint_of(facts, EDGE1_ZONE);
        zone->client = rows[i].client == NULL ? NULL : arena_text(facts->arena, rows[i].client);
        tls_alerts(facts, &zone->tls, 48, rows[i].by);
        struct findings *findings = findings_given(facts, given);
        findings_advise(facts, findings);
        const struct faults *faults = faults_of(facts, findings, outcomes_of(facts, findings));
        assert_int_equal(faults->n, 1);
        assert_string_equal(faults->v[0]->touch, rows[i].touch);
        assert_true(text_starts(faults->v[0]->title, rows[i].title));
        assert_true(text_starts(faults->v[0]->fix[0], rows[i].step));
        findings_free(findings);
        facts_free(facts);
    }
}

/* ---- from which sources it is known ---- */

static void client(struct facts *facts) {
    endpoint_of(facts, EDGE1_ZONE)->client = arena_text(facts->arena, "192.0.2.99");
    endpoint_of(facts, EDGE1_ZONE)->tls.alert = NULL;
}

static void connections(struct facts *facts, int n) {
    struct endpoint *e = endpoint_of(facts, EDGE1_ZONE);
    e->tls.alert = NULL;
    for (int i = 0; i < n; i++)
        ids_add(facts->arena, &e->connections, 3 + i);
}

static void one_connection(struct facts *facts) {
    connections(facts, 1);
}

static void two_connections(struct facts *facts) {
    connections(facts, 2);
}

static void alert_by_server(struct facts *facts) {
    client(facts);
    one_connection(facts);
    tls_alerts(facts, &endpoint_of(facts, EDGE1_ZONE)->tls, 48, SIDE_PEER);
}

static void alert_by_client(struct facts *facts) {
    client(facts);
    tls_alerts(facts, &endpoint_of(facts, EDGE1_ZONE)->tls, 48, SIDE_US);
}

static void refused(struct facts *facts) {
    client(facts);
    tcp_fails(facts, endpoint_of(facts, EDGE1_ZONE), TCP_REFUSED);
}

#define PREDICTED "predicted from certificates, trust lists and settings"
#define LOG(rest) "{\"log\": [{" rest "}]}"
#define LONG_60 "abcdefghi abcdefghi abcdefghi abcdefghi abcdefghi abcdefghij"
#define X60 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *what;
    void (*change)(struct facts *);
    struct given given[4];
    const char
        *seen; /* lines, " | " between; the first finding is the root, the others follow or are alike */
} sources[] = {
    {"files", NULL, {{"chain.zone", "no-trusted-root", "e:" EDGE1, NULL}}, PREDICTED},
    {"files, twice",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, NULL},
      {"chain.zone", "no-trusted-root", "e:" EDGE2, NULL}},
     PREDICTED},
    /* logs */
    {"files, borne out by a log",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       LOG("\"box\": \"expc1\", \"count\": 3, \"reason\": \"unknown CA\"")}},
     PREDICTED " | log of expc1, 3 times: unknown CA"},
    {"a log alone",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"expc1\", \"log\": [{\"box\": \"expc1\", \"count\": 1, \"first\": \"10:00\", \"detail\": "
       "\"no\"}]}"}},
     "log of expc1, once, 10:00: no"},
    {"a box that stands in no log",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, "{\"box\": \"b\"}"}},
     PREDICTED},
    {"two logs",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 2, \"first\": \"10:00\", \"last\": "
       "\"11:00\", \"reason\": \"r\", \"detail\": \"d\"}, {\"count\": 2, \"first\": \"10:00\", \"last\": "
       "\"10:00\", \"reason\": \"s\"}]}"}},
     "log of b, 2 times, 10:00 to 11:00: r | log of a box, 2 times, 10:00: s"},
    {"a line without words of its own",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 1, \"token\": \"no-such-token\"}]}"}},
     "log of b, once, in our words: no-such-token"},
    {"a line without words",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": "
       "1}]}"}},
     "log of b, once, in our words: "},
    {"the first sentence",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 1, \"reason\": \"It is 1.5. And more.\"}]}"}},
     "log of b, once: It is 1.5"},
    {"a hundred and twenty characters are told whole",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 1, \"reason\": \"" LONG_60 LONG_60 "\"}]}"}},
     "log of b, once: " LONG_60 LONG_60},
    {"one more is cut between words",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 1, \"reason\": \"" LONG_60 LONG_60 "z\"}]}"}},
     "log of b, once: " LONG_60 "abcdefghi abcdefghi abcdefghi abcdefghi abcdefghi..."},
    {"a space at the end",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 1, \"reason\": \"" X60 X60 " z\"}]}"}},
     "log of b, once: " X60 X60 "..."},
    {"one long word is cut at half",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 1, \"reason\": \"" X60 X60 "z\"}]}"}},
     "log of b, once: " X60 "..."},
    {"never within a character",
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1,
       "{\"box\": \"b\", \"log\": [{\"box\": \"b\", \"count\": 1, \"reason\": "
       "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx€" X60 X60 "\"}]}"}},
     "log of b, once: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."},
    /* alarms, and what the box itself says */
    {"an alarm",
     NULL,
     {{"host.alarm", "raised", "subject:expc1/12345", "{\"count\": 2, \"first\": \"9:00\"}"}},
     "alarm 12345 of expc1, 2 times, 9:00"},
    {"told by the box",
     NULL,
     {{"zone.status", "failed", "c:expc1.example.local", "{\"told_by\": \"xstatus\"}"}},
     "xstatus"},
    /* captures */
    {"a capture: never answered",
     client,
     {{"net.connect", "timeout", EDGE1_ZONE, NULL}},
     "capture, " EDGE1_ZONE ": connection ended"},
    {"a capture: refused",
     refused,
     {{"net.connect", "refused", EDGE1_ZONE, NULL}},
     "capture, " EDGE1_ZONE ": connection refused"},
    {"a capture: an alert by the server",
     alert_by_server,
     {{"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL}},
     "capture, " EDGE1_ZONE ": alert unknown_ca by the server, connection 3"},
    {"a capture: an alert by the client",
     alert_by_client,
     {{"tls.handshake", "alert-unknown-ca", EDGE1_ZONE, NULL}},
     "capture, " EDGE1_ZONE ": alert unknown_ca by the client"},
    {"a capture of our own",
     one_connection,
     {{"tls.handshake", "reset", EDGE1_ZONE, NULL}},
     "capture, " EDGE1_ZONE ": connection ended, connection 3"},
    {"a certificate in a capture",
     two_connections,
     {{"name.peer-address", "no-match", EDGE1_ZONE, NULL}},
     "predicted for the certificate that the capture shows at " EDGE1_ZONE ", 2 connections, 3 first"},
    {"a port that no capture shows", NULL, {{"tls.handshake", "reset", EDGE1_ZONE, NULL}}, PREDICTED},
    {"a capture and a log",
     client,
     {{"tls.handshake", "reset", EDGE1_ZONE, LOG("\"box\": \"b\", \"count\": 1, \"reason\": \"r\"")}},
     "capture, " EDGE1_ZONE ": connection ended | log of b, once: r"},
    /* the same with more words takes its place */
    {"the longer",
     NULL,
     {{"zone.status", "failed", "e:" EDGE1, "{\"told_by\": \"xstatus\"}"},
      {"zone.status", "failed", "e:" EDGE2, "{\"told_by\": \"xstatus, twice\"}"}},
     "xstatus, twice"},
    {"the longer came first",
     NULL,
     {{"zone.status", "failed", "e:" EDGE1, "{\"told_by\": \"xstatus, twice\"}"},
      {"zone.status", "failed", "e:" EDGE2, "{\"told_by\": \"xstatus\"}"}},
     "xstatus, twice"},
    {"other words, though they begin alike",
     NULL,
     {{"zone.status", "failed", "e:" EDGE1, "{\"told_by\": \"xstatus\"}"},
      {"zone.status", "failed", "e:" EDGE2, "{\"told_by\": \"xstatus2\"}"}},
     "xstatus | xstatus2"},
};

static const char *lines_of(struct arena *arena, const struct texts *lines) {
    const char *all = "";
    for (size_t i = 0; i < lines->n; i++)
        all = i == 0 ? lines->v[0] : arena_printf(arena, "%s | %s", all, lines->v[i]);
    return all;
}

static void what_it_is_known_from(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct facts *facts = healthy_deployment();
        if (sources[i].change != NULL)
            sources[i].change(facts);
        struct findings *findings = findings_alone(facts, sources[i].given);
        struct fault alike = {.root = findings->v[0], .same = {findings->v, findings->n}};
        struct fault follows = {.root = findings->v[0],
                                .same = {findings->v, 1},
                                .consequences = {findings->v + 1, findings->n - 1}};
        fault_seen_tell(facts, facts->arena, &alike);
        assert_int_equal(alike.seen.n, 0); /* without a bundle there is one source */
        one_bundle(facts);
        fault_seen_tell(facts, facts->arena, &alike);
        fault_seen_tell(facts, facts->arena, &follows);
        const char *both[] = {lines_of(facts->arena, &alike.seen), lines_of(facts->arena, &follows.seen)};
        if (strcmp(both[0], sources[i].seen) != 0 || strcmp(both[1], sources[i].seen) != 0) {
            print_error("%s: %s\n    and %s\n    wanted %s\n", sources[i].what, both[0], both[1],
                        sources[i].seen);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* The first eight, of however many. */
static void sources_are_bounded(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    one_bundle(facts);
    for (int i = 0; i < 10; i++)
        evidence_text(find_cause(findings, cause_id("zone.status", "failed"), about_domain(DOMAIN), "broken"),
                      "told_by", arena_printf(facts->arena, "s%d", i));
    struct fault fault = {.root = findings->v[0], .same = {findings->v, findings->n}};
    fault_seen_tell(facts, facts->arena, &fault);
    assert_string_equal(lines_of(facts->arena, &fault.seen), "s0 | s1 | s2 | s3 | s4 | s5 | s6 | s7");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_command),    cmocka_unit_test(the_box_to_touch),
        cmocka_unit_test(later_steps_touch),   cmocka_unit_test(who_refused_is_touched),
        cmocka_unit_test(without_a_step),      cmocka_unit_test(what_it_is_known_from),
        cmocka_unit_test(sources_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
