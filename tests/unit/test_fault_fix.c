/* What is to be done about a fault: whose steps, in which order, and which of them fit what was seen?
 * Findings and their steps are stated by the test; where steps are filled anew they are the catalogue's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "checks/advice.h"
#include "facts/services.h"
#include "outcomes/fault_rules.h"
#include "tests/unit/given.h"
#include "tests/unit/healthy.h"

/* ---- several lists as one ---- */

static const char *const *words_of(struct arena *arena, const char *words) {
    struct texts all = {NULL, 0};
    while (*words != 0) {
        size_t length = strcspn(words, " ");
        texts_add(arena, &all, arena_textn(arena, words, length));
        words += length + strspn(words + length, " ");
    }
    const char **list = arena_alloc(arena, (all.n + 1) * sizeof *list);
    for (size_t i = 0; i < all.n; i++)
        list[i] = all.v[i];
    return list;
}

static const char *joined(struct arena *arena, const char *const *lines, const char *between) {
    const char *all = "";
    for (size_t i = 0; lines[i] != NULL; i++)
        all = i == 0 ? lines[0] : arena_printf(arena, "%s%s%s", all, between, lines[i]);
    return all;
}

static const char *const *affects_of(const struct finding *f) {
    return f->affects;
}

#define THIRTY "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30"

static const struct {
    const char *lists[3]; /* NULL ends */
    const char *merged;
} merges[] = {
    {{"a b c", "a b c"}, "a b c"},
    {{"a c", "a b c"}, "a b c"},
    {{"a b c", "a c"}, "a b c"},
    {{"b", "a b"}, "a b"},
    {{"a b", "b a"}, "a b"},
    {{"a b", "c"}, "c a b"},
    {{"a b", "a c"}, "a c b"},
    {{"a b", "b c"}, "a b c"},
    {{"a b c", "b x y"}, "a b x y c"},
    {{"", "a"}, "a"},
    {{"a", "", "b"}, "b a"},
    {{"a a"}, "a"},
    {{"a"}, "a"},
    {{""}, ""},
    {{"a d", "a b", "b c"}, "a b c d"},
    {{THIRTY " 31", THIRTY " x"}, THIRTY " x 31"},
    {{THIRTY " 31 32", "x 01 y 02"}, THIRTY " 31 32"},
    {{THIRTY " 31", "x 01 y 02"}, "x " THIRTY " 31"},
};

static void lines_become_one_list(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
        struct arena *arena = arena_new();
        struct finding findings[3];
        const struct finding *v[3];
        size_t n = 0;
        for (; n < 3 && merges[i].lists[n] != NULL; n++) {
            findings[n] = (struct finding){.affects = words_of(arena, merges[i].lists[n])};
            v[n] = &findings[n];
        }
        assert_string_equal(joined(arena, lines_merged(arena, v, n, affects_of), " "), merges[i].merged);
        arena_free(arena);
    }
}

/* ---- a fault of a test ---- */

struct stated {
    struct facts *facts;
    struct findings *findings;
    struct fault fault;
};

/* "a b" are steps of these texts, done on the firewall; what is told of a finding is told of its steps' box.
 */
static void steps_state(struct arena *arena, struct finding *f, const char *words) {
    const char *const *texts = words_of(arena, words);
    size_t n = 0;
    while (texts[n] != NULL)
        n++;
    struct step *steps = arena_alloc(arena, (n + 1) * sizeof *steps);
    for (size_t i = 0; i < n; i++)
        steps[i] = (struct step){.text = texts[i], .words = texts[i], .marks = {.on = STEP_FIREWALL}};
    f->fix = texts;
    f->steps = steps;
    f->affects = words_of(arena, "somebody");
    f->restart = words_of(arena, "");
}

/* The first `same` are one fault, in the order of the list; the others follow from it. */
static struct stated stated(struct facts *facts, const struct given *given, const char *const *steps,
                            size_t same) {
    struct stated s = {.facts = facts, .findings = findings_new()};
    for (size_t i = 0; given[i].check != NULL; i++) {
        const struct given one[] = {given[i], {NULL, NULL, NULL, NULL}};
        findings_add_given(facts, s.findings, one);
        steps_state(facts->arena, s.findings->v[i], steps == NULL ? "" : steps[i]);
    }
    s.fault = (struct fault){.root = s.findings->v[0],
                             .same = {s.findings->v, same},
                             .consequences = {s.findings->v + same, s.findings->n - same}};
    return s;
}

static void close_stated(struct stated *s) {
    findings_free(s->findings);
    facts_free(s->facts);
}

/* ---- whose steps, and in which order ---- */

#define REFUSED(at)                                                                                          \
    { "net.connect", "refused", at, NULL }
#define NXDOMAIN(domain, evidence)                                                                           \
    { "dns.collab-edge-srv", "nxdomain", "domain:" domain, evidence }
#define ADDRESS "{\"has_address\": \"192.0.2.1\"}"

static const struct {
    const char *what;
    struct given given[5];
    size_t same;
    const char *steps[5]; /* of each */
    const char *fix, *affects;
} orders[] = {
    {"one alone", {NXDOMAIN("a", NULL)}, 1, {"x y"}, "x y", "somebody"},
    {"no step", {NXDOMAIN("a", NULL)}, 1, {""}, "", "somebody"},
    {"the same elsewhere",
     {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL)},
     2,
     {"x y", "x z y"},
     "x z y",
     "somebody"},
    {"what follows has steps of its own, which mend nothing",
     {NXDOMAIN("a", NULL), REFUSED(EDGE1_SIP)},
     1,
     {"x y", "z"},
     "x y",
     "somebody"},
    /* many domains: the steps of one, and for which others */
    {"two domains", {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL)}, 2, {"x-a", "x-b"}, "x-b x-a", "somebody"},
    {"three domains",
     {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL), NXDOMAIN("c", NULL)},
     3,
     {"x-a y", "x-b y", "x-c y"},
     "x-a y The same for b, c",
     "somebody"},
    {"three domains with the same steps",
     {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL), NXDOMAIN("c", NULL)},
     3,
     {"x y", "x y", "x y"},
     "x y",
     "somebody"},
    {"two domains, one of them twice",
     {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL), NXDOMAIN("b", NULL)},
     3,
     {"x-a", "x-b", "x-c"},
     "x-c x-b x-a",
     "somebody"},
    {"three domains, and a port",
     {REFUSED(EDGE1_SIP), NXDOMAIN("a", NULL), NXDOMAIN("b", NULL), NXDOMAIN("c", NULL)},
     4,
     {"x", "x-a", "x-b", "x-c"},
     "x The same for a, b, c",
     "somebody"},
    {"thirty-one steps for three domains",
     {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL), NXDOMAIN("c", NULL)},
     3,
     {THIRTY " 31", "b", "c"},
     THIRTY " 31 The same for b, c",
     "somebody"},
    {"more steps than are told: of the first domain alone",
     {NXDOMAIN("a", NULL), NXDOMAIN("b", NULL), NXDOMAIN("c", NULL)},
     3,
     {THIRTY " 31 32", "b", "c"},
     THIRTY " 31 32",
     "somebody"},
    /* other addresses answer: their steps first, and whom it touches is theirs */
    {"some addresses",
     {REFUSED(EDGE1_SIP), {"net.all-addresses", "some-addresses-dead", EDGE1_SIP, NULL}},
     1,
     {"x y", "p q"},
     "p q x y",
     "others"},
    {"some addresses, behind another consequence",
     {REFUSED(EDGE1_SIP),
      {"net.acme-http", "timeout", EDGE1_HTTPS, NULL},
      {"net.all-addresses", "some-addresses-dead", EDGE1_SIP, NULL}},
     1,
     {"x y", "r", "p q"},
     "p q x y",
     "others"},
    {"told once",
     {REFUSED(EDGE1_SIP),
      {"net.all-addresses", "some-addresses-dead", EDGE1_SIP, NULL},
      {"net.all-addresses", "ipv6-dead", EDGE1_SIP, NULL}},
     1,
     {"x", "p", "q"},
     "p x",
     "others"},
    {"some addresses, where a handshake fails",
     {{"tls.handshake", "reset", EDGE1_HTTPS, NULL},
      {"net.all-addresses", "some-addresses-dead", EDGE1_HTTPS, NULL}},
     1,
     {"x y", "p q"},
     "x y",
     "somebody"},
    {"some addresses, with many steps",
     {REFUSED(EDGE1_SIP), {"net.all-addresses", "some-addresses-dead", EDGE1_SIP, NULL}},
     1,
     {"x y z", THIRTY},
     THIRTY " x y",
     "others"},
    /* an edge's own name in place of a domain */
    {"it has an address",
     {NXDOMAIN("a", ADDRESS)},
     1,
     {"x"},
     "If it is the Expressway-E: edgeprobe check SERVICE-DOMAIN, where users log in; or, with no record yet: "
     "edgeprobe check SERVICE-DOMAIN --edge a x",
     "somebody"},
    {"it is no domain", {{"dns.srv-target", "no-address", "node:a", ADDRESS}}, 1, {"x"}, "x", "somebody"},
};

static void steps_are_in_their_order(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct stated s = stated(healthy_facts(), orders[i].given, orders[i].steps, orders[i].same);
        for (size_t k = 0; k < s.fault.consequences.n; k++)
            s.fault.consequences.v[k]->affects = words_of(s.facts->arena, "others");
        fault_fix(s.facts, s.facts->arena, &s.fault);
        const char *fix = joined(s.facts->arena, s.fault.fix, " ");
        if (strcmp(fix, orders[i].fix) != 0 ||
            strcmp(joined(s.facts->arena, s.fault.affects, " "), orders[i].affects) != 0) {
            print_error("%s: %s\n    wanted %s\n", orders[i].what, fix, orders[i].fix);
            wrong++;
        }
        for (size_t k = 0; s.fault.fix[k] != NULL; k++)
            assert_ptr_equal(s.fault.steps[k].text, s.fault.fix[k]);
        close_stated(&s);
    }
    assert_int_equal(wrong, 0);
}

/* What comes first says which box it touches. */
static void the_first_step_knows_its_box(void **state) {
    (void)state;
    static const struct given given[] = {NXDOMAIN("a", ADDRESS), {NULL, NULL, NULL, NULL}};
    static const char *const steps[] = {"x"};
    struct stated s = stated(healthy_facts(), given, steps, 1);
    fault_fix(s.facts, s.facts->arena, &s.fault);
    assert_int_equal(s.fault.steps[0].marks.on, STEP_EXPRESSWAY_E);
    assert_int_equal(s.fault.steps[1].marks.on, STEP_FIREWALL);
    close_stated(&s);
}

/* ---- which steps fit what was seen ---- */

static void all_silent(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        tcp_fails(facts, facts->endpoints.v[i], TCP_TIMEOUT);
}

static struct endpoint *silent(struct facts *facts, const char *id) {
    all_silent(facts);
    return endpoint_of(facts, id);
}

static void https_answers(struct facts *facts) {
    silent(facts, EDGE1_HTTPS)->tcp.state = TCP_CONNECTED;
}

static void xmpp_answers(struct facts *facts) {
    silent(facts, EDGE1_XMPP)->tcp.state = TCP_CONNECTED;
}

static void zone_answers(struct facts *facts) {
    silent(facts, EDGE1_ZONE)->tcp.state = TCP_CONNECTED;
}

static void edge2_answers(struct facts *facts) {
    silent(facts, EDGE2_HTTPS)->tcp.state = TCP_CONNECTED;
}

static void sip_answers_elsewhere(struct facts *facts) {
    all_silent(facts);
    add_endpoint(facts, EDGE1, "203.0.113.77", PORT_SIP_TLS, PROTOCOL_SIP, LEG_CLIENT);
}

/* The attempt with a client certificate ended by that alert. */
static void refused_by(struct facts *facts, int alert) {
    tls_alerts(facts, variant_of(facts, endpoint_of(facts, EDGE1_ZONE), PURPOSE_CLIENT_CERT), alert,
               SIDE_PEER);
}

static void by_unknown_ca(struct facts *facts) {
    refused_by(facts, 48);
}

/* It is the only attempt beside the first. */
static void by_unknown_ca_alone(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_ZONE);
    by_unknown_ca(facts);
    e->variants.v[0] = variant_of(facts, e, PURPOSE_CLIENT_CERT);
    e->variants.n = 1;
}

static void by_bad_certificate(struct facts *facts) {
    refused_by(facts, 42);
}

static void by_expired(struct facts *facts) {
    refused_by(facts, 45);
}

static void by_internal_error(struct facts *facts) {
    refused_by(facts, 80);
}

static void without_alert(struct facts *facts) {
    variant_of(facts, endpoint_of(facts, EDGE1_ZONE), PURPOSE_CLIENT_CERT)->alert = NULL;
}

/* Another attempt than the one with our certificate. */
static void other_alert(struct facts *facts) {
    without_alert(facts);
    tls_alerts(facts, variant_of(facts, endpoint_of(facts, EDGE1_ZONE), PURPOSE_TLS12), 48, SIDE_PEER);
}

static void other_alert_and_expired(struct facts *facts) {
    tls_alerts(facts, variant_of(facts, endpoint_of(facts, EDGE1_ZONE), PURPOSE_TLS12), 48, SIDE_PEER);
    by_expired(facts);
}

#define OF_ALERTS "ca: a ; name: b ; date: c ; d"

static const struct {
    const char *what;
    void (*change)(struct facts *);
    struct given given;
    const char *fix;
} fits[] = {
    /* "mode": no fix where any port for clients answers; "sip": where 5061 does */
    {"nothing answers", all_silent, REFUSED(EDGE1_SIP), "mode ; sip ; rest"},
    {"another port of the host answers", https_answers, REFUSED(EDGE1_SIP), "sip ; rest"},
    {"another port than 5061 says nothing of SIP", xmpp_answers, REFUSED(EDGE1_HTTPS), "sip ; rest"},
    {"5061 answers at another address", sip_answers_elsewhere, REFUSED(EDGE1_SIP), "rest"},
    {"another host answers", edge2_answers, REFUSED(EDGE1_SIP), "mode ; sip ; rest"},
    {"the zone's port answers", zone_answers, REFUSED(EDGE1_SIP), "mode ; sip ; rest"},
    {"the fault is the zone's port", https_answers, REFUSED(EDGE1_ZONE), "mode ; sip ; rest"},
    {"the fault is of no port", https_answers, NXDOMAIN("a", NULL), "mode ; sip ; rest"},
    /* "ca: a" is for unknown_ca and certificate_unknown alone, "name: b" for three, "date: c" for one */
    {"nobody refused", NULL, {"tls.client-auth", "rejected", EDGE1_ZONE, NULL}, OF_ALERTS},
    {"refused without an alert", without_alert, {"tls.client-auth", "rejected", EDGE1_ZONE, NULL}, OF_ALERTS},
    {"an alert at another attempt",
     other_alert,
     {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
     OF_ALERTS},
    {"unknown CA", by_unknown_ca, {"tls.client-auth", "rejected", EDGE1_ZONE, NULL}, "a ; b ; d"},
    {"unknown CA, and nothing else was tried",
     by_unknown_ca_alone,
     {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
     "a ; b ; d"},
    {"bad certificate", by_bad_certificate, {"tls.client-auth", "rejected", EDGE1_ZONE, NULL}, "b ; d"},
    {"expired", by_expired, {"tls.client-auth", "rejected", EDGE1_ZONE, NULL}, "b ; c ; d"},
    {"expired, and another alert elsewhere",
     other_alert_and_expired,
     {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
     "b ; c ; d"},
    {"an alert that no step is for",
     by_internal_error,
     {"tls.client-auth", "rejected", EDGE1_ZONE, NULL},
     "d"},
    {"of no port", by_unknown_ca, {"tls.client-auth", "rejected", "node:a", NULL}, OF_ALERTS},
};

static void only_steps_that_fit_are_left(void **state) {
    (void)state;
    static const struct step of_ports[] = {
        {"mode", "mode", {.on = STEP_HERE, .unless = UNLESS_CLIENTS_ANSWERED}},
        {"sip", "sip", {.on = STEP_HERE, .unless = UNLESS_SIP_ANSWERED}},
        {"rest", "rest", {.on = STEP_HERE}}};
    static const char *const texts_of_ports[] = {"mode", "sip", "rest", NULL};
    static const char *const texts_of_alerts[] = {"ca: a", "name: b", "date: c", "d", NULL};
    static const struct step of_alerts[] = {
        {texts_of_alerts[0], texts_of_alerts[0] + 4, {.on = STEP_HERE, .alerts = {48, 46}}},
        {texts_of_alerts[1], texts_of_alerts[1] + 6, {.on = STEP_HERE, .alerts = {48, 42, 45}}},
        {texts_of_alerts[2], texts_of_alerts[2] + 6, {.on = STEP_HERE, .alerts = {45}}},
        {texts_of_alerts[3], texts_of_alerts[3], {.on = STEP_HERE}}};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
        const struct given given[] = {fits[i].given, {NULL, NULL, NULL, NULL}};
        struct facts *facts = healthy_deployment();
        if (fits[i].change != NULL)
            fits[i].change(facts);
        struct stated s = stated(facts, given, NULL, 1);
        bool is_of_alert = strcmp(given->check, "tls.client-auth") == 0;
        s.fault.root->fix = is_of_alert ? texts_of_alerts : texts_of_ports;
        s.fault.root->steps = is_of_alert ? of_alerts : of_ports;
        fault_fix(facts, facts->arena, &s.fault);
        const char *fix = joined(facts->arena, s.fault.fix, " ; ");
        if (strcmp(fix, fits[i].fix) != 0) {
            print_error("%s: %s\n    wanted %s\n", fits[i].what, fix, fits[i].fix);
            wrong++;
        }
        close_stated(&s);
    }
    assert_int_equal(wrong, 0);
}

/* ---- ports of one address ---- */

static void edge1_at_another_address(struct facts *facts) {
    add_endpoint(facts, EDGE1, "203.0.113.77", PORT_SIP_TLS, PROTOCOL_SIP, LEG_CLIENT);
}

static void addresses_unknown(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->address = endpoint_of(facts, EDGE1_XMPP)->address = NULL;
}

static const struct {
    const char *what;
    void (*change)(struct facts *);
    struct given given[5];
    size_t n;
    const char *told, *untold; /* words of the steps; NULL: none */
} ports[] = {
    {"two ports", NULL, {REFUSED(EDGE1_SIP), REFUSED(EDGE1_XMPP)}, 2, "ports 5061, 5222", "own"},
    {"three ports",
     NULL,
     {REFUSED(EDGE1_SIP), REFUSED(EDGE1_XMPP), REFUSED(EDGE1_HTTPS)},
     3,
     "ports 5061, 5222, 8443",
     "own"},
    {"two ports, and another host between",
     NULL,
     {REFUSED(EDGE1_SIP), REFUSED(EDGE2_HTTPS), REFUSED(EDGE1_XMPP)},
     3,
     "ports 5061, 5222",
     "own-0"},
    {"ports of an address that is not known",
     addresses_unknown,
     {REFUSED(EDGE1_SIP), REFUSED(EDGE1_XMPP)},
     2,
     "ports 5061, 5222",
     "own"},
    {"one port", NULL, {REFUSED(EDGE1_SIP)}, 1, "own-0", "ports 5061"},
    {"ports of two hosts", NULL, {REFUSED(EDGE1_SIP), REFUSED(EDGE2_HTTPS)}, 2, "own-1 own-0", "ports 5061"},
    {"ports of two addresses",
     edge1_at_another_address,
     {REFUSED(EDGE1_XMPP), REFUSED(EDGE1_SIP " 203.0.113.77")},
     2,
     "own-1 own-0",
     "ports 5"},
    {"ports of two legs", NULL, {REFUSED(EDGE1_SIP), REFUSED(EDGE1_ZONE)}, 2, "own-1 own-0", "ports 5061"},
    {"a host that is no port",
     NULL,
     {REFUSED(EDGE1_SIP), REFUSED("node:somewhere")},
     2,
     "own-1 own-0",
     "ports 5061"},
    {"of another check",
     NULL,
     {{"tls.handshake", "reset", EDGE1_SIP, NULL}, {"tls.handshake", "reset", EDGE1_XMPP, NULL}},
     2,
     "own-1 own-0",
     "ports 5061"},
};

static void one_rule_lets_all_ports_through(void **state) {
    (void)state;
    static const char *const own[] = {"own-0", "own-1", "own-2", "own-3"};
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        struct facts *facts = healthy_deployment();
        if (ports[i].change != NULL)
            ports[i].change(facts);
        struct stated s = stated(facts, ports[i].given, own, ports[i].n);
        fault_fix(facts, facts->arena, &s.fault);
        const char *fix = joined(facts->arena, s.fault.fix, " ");
        if (strstr(fix, ports[i].told) == NULL || strstr(fix, ports[i].untold) != NULL)
            fail_msg("%s: %s", ports[i].what, fix);
        close_stated(&s);
    }
}

/* ---- every CA that one list lacks ---- */

#define CA(name, box) "{\"subject\": \"CN=" name "\", \"upload_to\": \"" box "\"}"
#define LACKS(list) "{\"missing\": [" list "]}"
#define C "expressway-c"

static const struct {
    const char *what;
    struct given given[4];
    size_t same;
    const char *names; /* as the step lists them; NULL: the finding's own step stays */
} lists[] = {
    {"one alone has its own", {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS(CA("A", C))}}, 1, NULL},
    {"the same elsewhere, and nothing follows",
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS(CA("A", C))},
      {"chain.zone", "no-trusted-root", "e:" EDGE2, LACKS(CA("B", C))}},
     2,
     NULL},
    {"the root lacks none",
     {{"chain.zone", "other", "e:" EDGE1, "{\"judged_by\": \"expressway-c\"}"},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS(CA("B", C))}},
     1,
     NULL},
    {"what follows lacks another",
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS(CA("A", C))},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS(CA("B", C) "," CA("A", C))}},
     1,
     "\"CN=A\", \"CN=B\""},
    {"and the same elsewhere",
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS(CA("A", C))},
      {"chain.zone", "no-trusted-root", "e:" EDGE2, LACKS(CA("B", C))},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS(CA("D", C))}},
     2,
     "\"CN=A\", \"CN=B\", \"CN=D\""},
    {"another box's list is another's",
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS(CA("A", C))},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, LACKS(CA("B", "expressway-e"))}},
     1,
     "\"CN=A\""},
    {"nobody's list is nobody's",
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS(CA("A", C))},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1, "{\"missing\": [{\"subject\": \"CN=B\"}]}"}},
     1,
     "\"CN=A\""},
    {"eight at most",
     {{"chain.zone", "no-trusted-root", "e:" EDGE1, LACKS(CA("1", C))},
      {"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1,
       LACKS(CA("2", C) "," CA("3", C) "," CA("4", C) "," CA("5", C) "," CA("6", C) "," CA("7", C) "," CA(
           "8", C) "," CA("9", C))}},
     1,
     "\"CN=1\", \"CN=2\", \"CN=3\", \"CN=4\", \"CN=5\", \"CN=6\", \"CN=7\", \"CN=8\""},
};

static void one_step_uploads_all_that_a_list_lacks(void **state) {
    (void)state;
    static const char *const own[] = {"own", "own", "own"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct stated s = stated(healthy_deployment(), lists[i].given, own, lists[i].same);
        fault_fix(s.facts, s.facts->arena, &s.fault);
        const char *fix = joined(s.facts->arena, s.fault.fix, "\n");
        const char *first = strstr(fix, "\"CN="), *wanted = text_or(lists[i].names, "");
        if (lists[i].names == NULL
                ? strcmp(fix, "own") != 0
                : first == NULL || !text_starts(first, wanted) || text_starts(first + strlen(wanted), ", \""))
            fail_msg("%s: %s", lists[i].what, fix);
        close_stated(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_one_list),
        cmocka_unit_test(steps_are_in_their_order),
        cmocka_unit_test(the_first_step_knows_its_box),
        cmocka_unit_test(only_steps_that_fit_are_left),
        cmocka_unit_test(one_rule_lets_all_ports_through),
        cmocka_unit_test(one_step_uploads_all_that_a_list_lacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
