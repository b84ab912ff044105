/* What counts as a change between two reports, what as better or worse, and what as noise? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "healthy.h"
#include "outcomes/compare.h"
#include "tests/unit/report_tree.h"
#include "report/diff.h"
#include "report/report.h"
#include "wire/skim.h"

/* ---- two runs, judged ---- */

struct look {
    struct facts *facts;
    struct findings *findings;
    struct outcomes *outcomes;
    struct told *told;
};

static struct look look_at(void (*break_it)(struct facts *)) {
    struct look side = {.facts = healthy_facts()};
    if (break_it != NULL)
        break_it(side.facts);
    side.findings = judge_all(side.facts);
    side.outcomes = outcomes_of(side.facts, side.findings);
    side.told = told_of(side.facts, side.findings, side.outcomes);
    return side;
}

static void close_side(struct look *side) {
    findings_free(side->findings);
    facts_free(side->facts);
}

/* One line for each entry: "worse finding net.connect expe1.example.com:8443 absent fail/refused". */
static void add(char **to, const char *format, ...) {
    va_list args;
    char line[1024], *all;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    assert_true(asprintf(&all, "%s%s\n", *to, line) > 0);
    free(*to);
    *to = all;
}

static const char *verdict(char *into, size_t size, const struct told_finding *f) {
    if (f == NULL)
        return "absent";
    snprintf(into, size, "%s%s%s", enum_text(status_names, (int)f->status), f->cause == NULL ? "" : "/",
             f->cause == NULL ? "" : f->cause);
    return into;
}

static const char *state(const struct told_outcome *o) {
    return o == NULL ? "absent" : enum_text(outcome_states, (int)o->state);
}

static const char *value(char *into, size_t size, const struct fact_value *v) {
    if (v->kind == VALUE_TEXT)
        snprintf(into, size, "%s", v->text);
    else if (v->kind == VALUE_MS)
        snprintf(into, size, "%d", v->ms);
    else
        *into = 0;
    for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.n; i++)
        snprintf(into + strlen(into), size - strlen(into), "%s%s", i == 0 ? "" : ",", v->list.v[i]);
    return into;
}

static char *lines_of(const struct comparison *c) {
    char *all = strdup("\n"), a[400], b[400];
    for (size_t i = 0; i < c->outcomes.n; i++) {
        const struct outcome_change *o = c->outcomes.v[i];
        add(&all, "%s outcome %s %s %s", enum_text(changes, (int)o->change),
            (o->after != NULL ? o->after : o->before)->outcome, state(o->before), state(o->after));
    }
    for (size_t i = 0; i < c->findings.n; i++) {
        const struct finding_change *f = c->findings.v[i];
        const struct told_finding *any = f->after != NULL ? f->after : f->before;
        add(&all, "%s finding %s %s%s%s %s %s", enum_text(changes, (int)f->change), any->check, any->subject,
            any->address == NULL ? "" : " ", any->address == NULL ? "" : any->address,
            verdict(a, sizeof a, f->before), verdict(b, sizeof b, f->after));
    }
    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact_change *f = c->facts.v[i];
        add(&all, "fact %s%s%s %s%s%s [%s] [%s]", f->what, f->step == NULL ? "" : " ",
            f->step == NULL ? "" : f->step, f->subject, f->address == NULL ? "" : " ",
            f->address == NULL ? "" : f->address, value(a, sizeof a, &f->before),
            value(b, sizeof b, &f->after));
    }
    return all;
}

/* ---- what breaks ---- */

static void https_refused(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_HTTPS), TCP_REFUSED);
}

static void https_silent(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_HTTPS), TCP_TIMEOUT);
}

static void leaf_alone(struct facts *facts) { /* as an edge that sends no intermediate */
    endpoint_of(facts, EDGE1_HTTPS)->tls.chain.n = 1;
}

static void edges_refuse(struct facts *facts) {
    https_refused(facts);
    tcp_fails(facts, endpoint_of(facts, EDGE2_HTTPS), TCP_REFUSED);
}

/* Edge 2 is taken out of service: record, addresses, ports. */
static void edge2_retired(struct facts *facts) {
    struct dns_query *srv = query_of(facts, SRV_NAME, DNS_SRV);
    size_t kept = 0;
    for (size_t i = 0; i < srv->records.n; i++)
        if (strcmp(srv->records.v[i]->target, EDGE2) != 0)
            srv->records.v[kept++] = srv->records.v[i];
    srv->records.n = kept;
    kept = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE2) != 0)
            facts->endpoints.v[kept++] = facts->endpoints.v[i];
    facts->endpoints.n = kept;
}

static void edge2_broken(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE2_HTTPS), TCP_REFUSED);
}

static void edge1_moved(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE1) == 0)
            facts->endpoints.v[i]->address = arena_text(facts->arena, "203.0.113.99");
}

static void edge1_moved_and_refused(struct facts *facts) {
    edge1_moved(facts);
    https_refused(facts);
}

static void second_address_dead(struct facts *facts) {
    tcp_fails(facts, add_endpoint(facts, EDGE1, "203.0.113.12", 8443, PROTOCOL_HTTPS, LEG_CLIENT),
              TCP_REFUSED);
}

static void renewed(struct facts *facts) {
    struct cert *cert = cert_new(facts, EDGE1);
    cert_add_name(facts, cert, NAME_DNS, DOMAIN);
    cert_add_name(facts, cert, NAME_DNS, "new.example.com");
    cert_set_serial(facts, cert, 4711);
    cert->sha256 = arena_text(facts->arena, "abcd");
    serve_cert_everywhere(facts, EDGE1, cert);
}

static void other_version(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_SIP);
    e->tls.version = arena_text(facts->arena, "TLSv1.2");
    e->tls.cipher = arena_text(facts->arena, "ECDHE-RSA-AES256-GCM-SHA384");
}

static void tunnel_cut(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    for (size_t i = 0; i < e->http.n; i++) {
        e->http.v[i]->status = 502;
        e->http.v[i]->server = arena_text(facts->arena, "CE_E");
    }
}

static void later(struct facts *facts) {
    facts->run.started += 100;
    facts->run.at += 100;
    facts->run.duration_ms += 1000;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->tcp.ms += 40;
}

static void at_fifty(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->tcp.ms = 50;
}

static void at_ninety_nine(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->tcp.ms = 99;
}

static void at_hundred(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->tcp.ms = 100;
}

/* What each exchange took; the others stay as they are. */
static void all_take(struct facts *facts, int ms, const char *what) {
    struct endpoint *https = endpoint_of(facts, EDGE1_HTTPS);
    int *const values[] = {&https->tls.ms, &endpoint_of(facts, EDGE1_SIP)->sip->ms,
                           &endpoint_of(facts, EDGE1_XMPP)->xmpp->ms, NULL};
    static const char *const names[] = {"tls", "sip", "xmpp"};
    for (size_t i = 0; values[i] != NULL; i++)
        if (strcmp(names[i], what) == 0)
            *values[i] = ms;
    for (size_t i = 0; i < https->http.n; i++)
        if (strcmp(https->http.v[i]->request, what) == 0)
            https->http.v[i]->ms = ms;
}

static void tls_quick(struct facts *facts) {
    all_take(facts, 10, "tls");
}

static void tls_slow(struct facts *facts) {
    all_take(facts, 90, "tls");
}

static void sip_quick(struct facts *facts) {
    all_take(facts, 10, "sip");
}

static void sip_slow(struct facts *facts) {
    all_take(facts, 90, "sip");
}

static void xmpp_quick(struct facts *facts) {
    all_take(facts, 10, "xmpp");
}

static void xmpp_slow(struct facts *facts) {
    all_take(facts, 90, "xmpp");
}

static void config_quick(struct facts *facts) {
    all_take(facts, 10, "get_edge_config");
}

static void config_slow(struct facts *facts) {
    all_take(facts, 90, "get_edge_config");
}

static void edge_admin_is_nginx(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->http.v[0]->server = arena_text(facts->arena, "nginx");
}

static void other_issuing_ca(struct facts *facts) {
    struct certs *chain = &endpoint_of(facts, EDGE1_HTTPS)->tls.chain;
    struct cert *ca = ca_new(facts, "Other CA", false);
    assert_true(chain->n > 1);
    chain->v[1] = ca;
}

/* The second edge leads by priority. */
static void priority_changed(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[0]->priority = 20;
}

static struct node *core_with(struct facts *facts, const char *sha256) {
    struct node *core =
        add_node(facts, &deployment_of(facts)->c.nodes, "expc1.example.local", ROLE_EXPRESSWAY_C);
    struct cert *cert = cert_new(facts, "expc1.example.local");
    cert->sha256 = arena_text(facts->arena, sha256);
    LIST_ADD(facts->arena, &core->certificate, cert);
    return core;
}

static void core_of_today(struct facts *facts) {
    core_with(facts, "aa");
}

static void core_renewed(struct facts *facts) {
    core_with(facts, "bb")->name = arena_text(facts->arena, "EXPC1.example.local");
}

static void suites_of(struct facts *facts, const char *address, int suite, bool complete) {
    struct cipher_survey *survey = ARENA_NEW(facts->arena, struct cipher_survey);
    struct accepted_suite *accepted = ARENA_NEW(facts->arena, struct accepted_suite);
    survey->endpoint = arena_text(facts->arena, EDGE1_HTTPS);
    survey->address = arena_text(facts->arena, address);
    survey->complete = complete;
    accepted->version = 0x0303;
    accepted->suite = suite;
    LIST_ADD(facts->arena, &survey->accepted, accepted);
    LIST_ADD(facts->arena, &facts->ciphers, survey);
}

static void suite_gcm128(struct facts *facts) {
    suites_of(facts, "203.0.113.10", 0xc02f, true);
}

static void suite_gcm256(struct facts *facts) {
    suites_of(facts, "203.0.113.10", 0xc030, true);
}

static void suite_gcm256_cut_short(struct facts *facts) {
    suites_of(facts, "203.0.113.10", 0xc030, false);
}

static void suite_gcm256_elsewhere(struct facts *facts) {
    suites_of(facts, "203.0.113.99", 0xc030, true);
}

static void sip_is_unavailable(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->sip->code = 503;
}

static void xmpp_untold(struct facts *facts) {
    endpoint_of(facts, EDGE1_XMPP)->xmpp->state = XMPP_NOT_TRIED;
}

static void from_the_lab(struct facts *facts) {
    facts->run.vantage = VANTAGE_LAB; /* which judges alike */
}

static struct uds *walked(struct facts *facts) {
    static const char *const asked[] = {"servers", "devices"};
    struct login *login = ARENA_NEW(facts->arena, struct login);
    login->endpoint = arena_text(facts->arena, EDGE1_HTTPS);
    login->address = arena_text(facts->arena, "203.0.113.10");
    login->domain = arena_text(facts->arena, DOMAIN);
    login->uds = ARENA_NEW(facts->arena, struct uds);
    for (size_t i = 0; i < 2; i++) {
        struct http_exchange *http = ARENA_NEW(facts->arena, struct http_exchange);
        http->request = arena_text(facts->arena, asked[i]);
        http->domain = http->url = login->domain;
        http->state = EXCHANGE_ANSWERED;
        http->status = 200;
        LIST_ADD(facts->arena, &login->http, http);
    }
    LIST_ADD(facts->arena, &facts->logins, login);
    return login->uds;
}

static void with_device(struct facts *facts) {
    struct uds *uds = walked(facts);
    struct uds_device *device = ARENA_NEW(facts->arena, struct uds_device);
    device->name = arena_text(facts->arena, "CSFALICE");
    LIST_ADD(facts->arena, &uds->devices, device);
    texts_add(facts->arena, &uds->servers, "ucm1.example.com");
}

static void without_device(struct facts *facts) {
    walked(facts);
}

static const struct row {
    const char *what;
    void (*before)(struct facts *), (*after)(struct facts *);
    enum change status;
    const char *told[4]; /* lines that there must be */
    const char *untold;  /* words that there must not be; NULL: none */
    bool nothing;        /* no line at all */
} rows[] = {
    {"the same run", NULL, NULL, CHANGE_SAME, {NULL}, NULL, true},
    {"later, slower by 40 ms", NULL, later, CHANGE_SAME, {NULL}, NULL, true},
    {"the same fault", https_refused, https_refused, CHANGE_SAME, {NULL}, NULL, true},
    {"one of two edges refuses",
     NULL,
     https_refused,
     CHANGE_WORSE,
     {"worse finding net.connect expe1.example.com:8443 pass fail/refused",
      "worse outcome jabber-login works at-risk"},
     "jabber-login works fails",
     false},
    {"a chain that nobody sees any more is not mended",
     leaf_alone,
     https_refused,
     CHANGE_WORSE,
     {"changed finding chain.served expe1.example.com:8443 warn/incomplete absent"},
     "better",
     false},
    {"a chain that is whole again is mended",
     leaf_alone,
     NULL,
     CHANGE_BETTER,
     {"better finding chain.served expe1.example.com:8443 warn/incomplete pass"},
     "worse",
     false},
    {"both refuse",
     NULL,
     edges_refuse,
     CHANGE_WORSE,
     {"worse outcome jabber-login works fails"},
     NULL,
     false},
    {"one of them is mended",
     edges_refuse,
     https_refused,
     CHANGE_BETTER,
     {"better outcome jabber-login fails at-risk",
      "better finding net.connect expe2.example.com:8443 fail/refused pass"},
     "worse",
     false},
    {"another fault of the same weight",
     https_refused,
     https_silent,
     CHANGE_CHANGED,
     {"changed finding net.connect expe1.example.com:8443 fail/refused fail/timeout"},
     "worse",
     false},
    {"better and worse is worse",
     edge2_broken,
     https_refused,
     CHANGE_WORSE,
     {"better finding net.connect expe2.example.com:8443 fail/refused pass",
      "worse finding net.connect expe1.example.com:8443 pass fail/refused"},
     NULL,
     false},
    {"a warning",
     NULL,
     sip_is_unavailable,
     CHANGE_WORSE,
     {"worse finding sip.options expe1.example.com:5061 pass warn/status-5xx"},
     NULL,
     false},
    {"a warning gone",
     sip_is_unavailable,
     NULL,
     CHANGE_BETTER,
     {"better finding sip.options expe1.example.com:5061 warn/status-5xx pass"},
     NULL,
     false},
    {"not tried any more",
     NULL,
     xmpp_untold,
     CHANGE_WORSE,
     {"worse outcome xmpp-messaging works unknown",
      "changed finding xmpp.stream expe1.example.com:5222 pass skip"},
     "worse finding",
     false},
    {"a healthy edge retired",
     NULL,
     edge2_retired,
     CHANGE_CHANGED,
     {"fact addresses expe2.example.com [203.0.113.11] []",
      "fact records _collab-edge._tls.example.com [10 10 8443 expe1.example.com,10 10 8443 "
      "expe2.example.com] "
      "[10 10 8443 expe1.example.com]"},
     "finding",
     false},
    {"a broken edge retired is not mended",
     edge2_broken,
     edge2_retired,
     CHANGE_BETTER,
     {"changed finding net.connect expe2.example.com:8443 fail/refused absent",
      "better outcome jabber-login at-risk works"},
     "better finding",
     false},
    {"an edge that moved",
     NULL,
     edge1_moved,
     CHANGE_CHANGED,
     {"fact addresses expe1.example.com [203.0.113.10] [203.0.113.99]"},
     "finding",
     false},
    {"an edge that moved, and does not answer there",
     NULL,
     edge1_moved_and_refused,
     CHANGE_WORSE,
     {"worse finding net.connect expe1.example.com:8443 pass fail/refused"},
     "absent",
     false},
    {"a dead address more",
     NULL,
     second_address_dead,
     CHANGE_WORSE,
     {"worse finding net.connect expe1.example.com:8443 203.0.113.12 absent fail/refused",
      "fact addresses expe1.example.com [203.0.113.10] [203.0.113.10,203.0.113.12]"},
     "203.0.113.10 absent",
     false},
    {"a dead address less",
     second_address_dead,
     NULL,
     CHANGE_BETTER,
     {"changed finding net.connect expe1.example.com:8443 203.0.113.12 fail/refused absent"},
     NULL,
     false},
    {"a new certificate",
     NULL,
     renewed,
     CHANGE_WORSE,
     {"fact certificate expe1.example.com:8443 [",
      "fact names expe1.example.com:8443 [DNS:example.com,DNS:expe.example.com,DNS:expe1.example.com] "
      "[DNS:example.com,DNS:expe1.example.com,DNS:new.example.com]",
      "worse finding tls.cluster-consistency example.com pass warn/names-differ"},
     "outcome",
     false},
    {"another version and suite",
     NULL,
     other_version,
     CHANGE_CHANGED,
     {"fact version expe1.example.com:5061 [TLSv1.3] [TLSv1.2]", "fact cipher expe1.example.com:5061 ["},
     NULL,
     false},
    {"the tunnel is cut at one edge",
     NULL,
     tunnel_cut,
     CHANGE_WORSE,
     {"worse finding mra.edge-config expe1.example.com:8443 pass fail/path-down",
      "fact answered-by get_edge_config expe1.example.com:8443 [expressway-c] [expressway-e]"},
     NULL,
     false},
    {"twice as slow and 50 ms",
     at_fifty,
     at_hundred,
     CHANGE_CHANGED,
     {"fact latency tcp expe1.example.com:5061 [50] [100]"},
     NULL,
     false},
    {"twice as fast",
     at_hundred,
     at_fifty,
     CHANGE_CHANGED,
     {"fact latency tcp expe1.example.com:5061 [100] [50]"},
     NULL,
     false},
    {"seen from elsewhere",
     NULL,
     from_the_lab,
     CHANGE_CHANGED,
     {"fact vantage example.com [external] [lab]"},
     NULL,
     false},
    {"the user's devices are gone",
     with_device,
     without_device,
     CHANGE_CHANGED,
     {"fact devices expe1.example.com:8443 [CSFALICE] []",
      "fact servers expe1.example.com:8443 [ucm1.example.com] []"},
     NULL,
     false},
    {"a slow handshake",
     tls_quick,
     tls_slow,
     CHANGE_CHANGED,
     {"fact latency tls expe1.example.com:8443 [10] [90]"},
     "latency tcp",
     false},
    {"a slow SIP answer",
     sip_quick,
     sip_slow,
     CHANGE_CHANGED,
     {"fact latency sip expe1.example.com:5061 [10] [90]"},
     "latency tls",
     false},
    {"a slow stream",
     xmpp_quick,
     xmpp_slow,
     CHANGE_CHANGED,
     {"fact latency xmpp expe1.example.com:5222 [10] [90]"},
     "latency tls",
     false},
    {"a slow edge configuration",
     config_quick,
     config_slow,
     CHANGE_CHANGED,
     {"fact latency get_edge_config expe1.example.com:8443 [10] [90]"},
     "get_edge_sso",
     false},
    {"another box answers",
     NULL,
     edge_admin_is_nginx,
     CHANGE_CHANGED,
     {"fact answered-by ", " expe1.example.com:8443 [expressway-c] [nginx]"},
     "outcome",
     false},
    {"another CA above the same certificate",
     NULL,
     other_issuing_ca,
     CHANGE_WORSE,
     {"fact chain expe1.example.com:8443 [",
      "worse finding chain.served expe1.example.com:8443 pass warn/incomplete"},
     "fact certificate",
     false},
    {"a record of another priority",
     NULL,
     priority_changed,
     CHANGE_CHANGED,
     {"fact records _collab-edge._tls.example.com [10 10 8443 expe1.example.com,10 10 8443 "
      "expe2.example.com] [10 10 8443 "},
     "finding",
     false},
    {"a node's file is another one",
     core_of_today,
     core_renewed,
     CHANGE_CHANGED,
     {"fact certificate EXPC1.example.local [aa] [bb]"},
     "fact names",
     false},
    {"other suites are accepted",
     suite_gcm128,
     suite_gcm256,
     CHANGE_CHANGED,
     {"fact cipher expe1.example.com:8443 [TLSv1.2 "},
     NULL,
     false},
    {"suites that were not all asked for",
     suite_gcm128,
     suite_gcm256_cut_short,
     CHANGE_WORSE,
     {"worse finding cipher.accepted expe1.example.com:8443 absent unknown"},
     "fact cipher",
     false},
    {"suites of another address",
     suite_gcm128,
     suite_gcm256_elsewhere,
     CHANGE_SAME,
     {NULL},
     "fact cipher",
     false},
    {"49 ms slower", at_fifty, at_ninety_nine, CHANGE_SAME, {NULL}, NULL, true},
};

static void assert_row(const struct row *row, const struct comparison *c) {
    char *lines = lines_of(c);
    bool good = c->status == row->status && (!row->nothing || strcmp(lines, "\n") == 0) &&
                (row->untold == NULL || strstr(lines, row->untold) == NULL);
    for (size_t i = 0; i < 4 && row->told[i] != NULL; i++)
        good = good && strstr(lines, row->told[i]) != NULL;
    if (!good)
        fail_msg("%s: %s%s", row->what, enum_text(changes, (int)c->status), lines);
    free(lines);
}

static void rows_hold(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct look before = look_at(rows[i].before), after = look_at(rows[i].after);
        assert_row(&rows[i], compare(after.findings->arena, before.told, after.told));
        close_side(&before);
        close_side(&after);
    }
}

/* A saved report says the same as the run it was saved from. */
static struct told *saved(struct facts *into, const struct look *side) {
    struct report report = {.facts = side->facts,
                            .findings = side->findings,
                            .outcomes = side->outcomes,
                            .faults = faults_of(side->facts, side->findings, side->outcomes)};
    json_t *json = report_tree(&report, false);
    char *error = NULL;
    struct told *told = told_read(into, json, ca_entry_read, &error);
    if (told == NULL)
        fail_msg("%s", error);
    json_decref(json);
    return told;
}

static void saves_hold(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct look before = look_at(rows[i].before), after = look_at(rows[i].after);
        struct facts *old = facts_new(), *new = facts_new();
        const struct told *x = saved(old, &before), *y = saved(new, &after);
        assert_row(&rows[i], compare(new->arena, x, y));
        assert_row(&rows[i], compare(new->arena, x, after.told));
        facts_free(old);
        facts_free(new);
        close_side(&before);
        close_side(&after);
    }
}

/* ---- what cannot be compared ---- */

static void some_cannot_be_compared(void **unused) {
    (void)unused;
    struct facts *a = healthy_facts(), *b = healthy_facts();
    assert_null(cannot_compare(a->arena, &a->run, &b->run, false));
    b->run.target = arena_text(b->arena, "EXAMPLE.com");
    assert_null(cannot_compare(a->arena, &a->run, &b->run, false));
    b->run.target = arena_text(b->arena, "example.org");
    assert_non_null(strstr(cannot_compare(a->arena, &a->run, &b->run, false), "example.org"));
    assert_null(cannot_compare(a->arena, &a->run, &b->run, true));
    b->run.command = arena_text(b->arena, "zone");
    assert_non_null(strstr(cannot_compare(a->arena, &a->run, &b->run, true), "zone"));
    b->run.command = a->run.command;
    b->run.symptom = arena_text(b->arena, "ssh-down");
    assert_non_null(strstr(cannot_compare(a->arena, &a->run, &b->run, true), "--symptom"));
    facts_free(a);
    facts_free(b);
}

static const struct {
    const char *json, *error; /* error NULL: read */
} reports[] = {
    {"[]", "no report"},
    {"{}", "no report"},
    {"{\"schema\": \"edgeprobe.report/2\"}", "edgeprobe.report/1"},
    {"{\"schema\": \"edgeprobe.report/1\"}", "evidence"},
    {"{\"schema\": \"edgeprobe.report/1\", \"evidence\": {\"run\": 1}}", "evidence"},
    {"{\"schema\": \"edgeprobe.report/1\", \"evidence\": {\"run\": {}}}", "run"},
    {"R, \"findings\": []}", "outcomes: wanted a list"},
    {"R, \"outcomes\": []}", "findings: wanted a list"},
    {"R, \"outcomes\": [], \"findings\": []}", NULL},
    {"R, \"outcomes\": [3], \"findings\": []}", "outcomes[0].outcome"},
    {"R, \"outcomes\": [{\"outcome\": \"x\", \"state\": \"well\"}], \"findings\": []}", "outcomes[0].state"},
    {"R, \"outcomes\": [], \"findings\": [{\"check\": \"x\"}]}", "findings[0].subject"},
    {"R, \"outcomes\": [], \"findings\": [{\"check\": \"x\", \"subject\": \"y\", \"status\": \"bad\"}]}",
     "findings[0].status"},
    {"R, \"outcomes\": [], \"findings\": [{\"check\": \"no.such\", \"subject\": \"y\", \"status\": \"fail\", "
     "\"cause\": \"new\"}]}",
     NULL},
};

static void bad_reports_are_refused(void **unused) {
    (void)unused;
    struct look side = look_at(NULL);
    struct report report = {.facts = side.facts,
                            .findings = side.findings,
                            .outcomes = side.outcomes,
                            .faults = faults_of(side.facts, side.findings, side.outcomes)};
    json_t *whole = report_tree(&report, false);
    json_object_del(whole, "outcomes");
    json_object_del(whole, "findings");
    char *good = json_dumps(whole, 0);
    good[strlen(good) - 1] = 0; /* without its last brace */
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        char *text = NULL, *error = NULL;
        const char *rest = reports[i].json + (reports[i].json[0] == 'R');
        assert_true(asprintf(&text, "%s%s", reports[i].json[0] == 'R' ? good : "", rest) > 0);
        json_t *json = json_loads(text, 0, NULL);
        struct facts *facts = facts_new();
        assert_non_null(json);
        const struct told *told = told_read(facts, json, ca_entry_read, &error);
        if ((told != NULL) != (reports[i].error == NULL) ||
            (told == NULL && strstr(error, reports[i].error) == NULL))
            fail_msg("%s: %s", reports[i].json, told != NULL ? "was read" : error);
        facts_free(facts);
        json_decref(json);
        free(text);
    }
    free(good);
    json_decref(whole);
    close_side(&side);
}

/* ---- how it is told ---- */

static char *render(const char *format, const struct comparison *c) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct report_style style = {.width = 80};
    assert_true(diff_format_find(format)->write(c, &style, out));
    fclose(out);
    return text;
}

static void json_is_the_contract(void **unused) {
    (void)unused;
    struct look before = look_at(NULL), after = look_at(tunnel_cut);
    char *text = render("json", compare(after.findings->arena, before.told, after.told));
    json_t *json = json_loads(text, 0, NULL);
    const json_t *outcome = json_array_get(json_object_get(json, "outcomes"), 0);
    const json_t *finding = json_array_get(json_object_get(json, "findings"), 0);
    const json_t *fact = json_array_get(json_object_get(json, "facts"), 0);
    assert_string_equal(json_string_value(json_object_get(json, "schema")), "edgeprobe.diff/1");
    assert_string_equal(json_string_value(json_object_get(json, "status")), "worse");
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "before"), "target")),
                        DOMAIN);
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "after"), "release")),
                        "X15.5");
    assert_string_equal(json_string_value(json_object_get(outcome, "before")), "works");
    assert_string_equal(json_string_value(json_object_get(outcome, "after")), "at-risk");
    assert_string_equal(json_string_value(json_object_get(finding, "change")), "worse");
    assert_true(json_is_null(json_object_get(json_object_get(finding, "before"), "cause")));
    assert_string_equal(json_string_value(json_object_get(json_object_get(finding, "after"), "cause")),
                        "path-down");
    assert_string_equal(json_string_value(json_object_get(fact, "what")), "answered-by");
    json_decref(json);
    free(text);
    close_side(&before);
    close_side(&after);
}

static void poisoned(struct facts *facts) {
    facts->run.target = arena_text(facts->arena, "a|b <script>`x`\n\x1b[31m");
    endpoint_of(facts, EDGE1_SIP)->tls.cipher = arena_text(facts->arena, "| evil | <img src=x> \x1b[2J");
}

static void media_are_escaped(void **unused) {
    (void)unused;
    struct look before = look_at(NULL), after = look_at(poisoned);
    const struct comparison *c = compare(after.findings->arena, before.told, after.told);
    char *markdown = render("markdown", c), *text = render("text", c);
    assert_null(strchr(markdown, '\x1b'));
    assert_null(strchr(markdown, '<'));
    assert_null(strchr(markdown, '`'));
    assert_null(strstr(markdown, "| evil"));
    assert_non_null(strstr(markdown, "evil"));
    assert_null(strchr(text, '\x1b'));
    free(markdown);
    free(text);
    close_side(&before);
    close_side(&after);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(saves_hold),
        cmocka_unit_test(some_cannot_be_compared),
        cmocka_unit_test(bad_reports_are_refused),
        cmocka_unit_test(json_is_the_contract),
        cmocka_unit_test(media_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
