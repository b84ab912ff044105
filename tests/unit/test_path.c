/* Where on the path does each finding bite, and what do the outcomes leave unsaid? The picture's rows
 * (outcomes/legs.h), the remarks beside the outcomes (outcomes/remarks.h), and the way of each kind of client
 * (outcomes/timeline.h). Facts are healthy; the findings are stated by the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/legs.h"
#include "outcomes/remarks.h"
#include "outcomes/timeline.h"
#include "outcomes/verdict.h"
#include "tests/unit/healthy.h"

#define CORE "expc1.example.local"

/* ---- where it bites ---- */

struct given {
    const char *check, *cause;
    const char
        *at; /* endpoint id, "*:PORT" of both edges; NULL: the domain; "e:X", "c:X": that side of the zone */
};

static struct about about_of(struct facts *facts, const char *at) {
    if (at == NULL)
        return about_domain(DOMAIN);
    if (text_starts(at, "e:") || text_starts(at, "c:"))
        return (struct about){
            .subject = arena_printf(facts->arena, "expressway-%s", at), .node = at + 2, .zone = "mra"};
    return about_endpoint(facts, endpoint_of(facts, at));
}

static void find_at(struct facts *facts, struct findings *to, const struct given *g) {
    enum cause_id cause = cause_id(g->check, g->cause);
    if (g->at == NULL || g->at[0] != '*') {
        find_cause(to, cause, about_of(facts, g->at), "broken");
        return;
    }
    find_cause(to, cause, about_of(facts, arena_printf(facts->arena, EDGE1 "%s", g->at + 1)), "broken");
    find_cause(to, cause, about_of(facts, arena_printf(facts->arena, EDGE2 "%s", g->at + 1)), "broken");
}

/* "7001 partly, 2222 broken": every row that is not good. */
static const char *picture(struct facts *facts, struct findings *findings) {
    static const char *const marks[] = {
        [MARK_GOOD] = "good", [MARK_PARTLY] = "partly", [MARK_BROKEN] = "broken", [MARK_UNTRIED] = "untried"};
    struct path path;
    const char *all = "";
    findings_sort(findings);
    path_of(facts->arena, facts, findings, &path);
    for (size_t i = 0; i < path.n; i++) {
        const struct path_row *row = path.v[i];
        if (path_mark(row) != MARK_GOOD)
            all = arena_printf(facts->arena, "%s%s%s %s", all, *all == 0 ? "" : ", ", row->label,
                               marks[path_mark(row)]);
        assert_int_equal(row->why == NULL, row->broken + row->partly == 0);
    }
    return all;
}

static const struct {
    struct given given[2];
    const char *seen;
} bites[] = {
    {{{NULL, NULL, NULL}}, ""},
    {{{"net.connect", "refused", EDGE1_HTTPS}}, "8443 partly"},
    {{{"net.connect", "refused", "*:8443"}}, "8443 broken"},
    {{{"net.connect", "refused", "*:5061"}}, "5061 broken"},
    {{{"net.connect", "refused", "*:5222"}}, "5222 broken"},
    {{{"net.connect", "refused", UCM1_HTTPS}}, "8443 broken"},
    {{{"dns.collab-edge-srv", "nxdomain", NULL}}, "DNS broken"},
    {{{"dns.srv-target", "no-address", NULL}}, "DNS partly"},     /* another target led to a port */
    {{{"dns.srv-target", "private-address", NULL}}, ""},          /* a warning breaks nothing */
    {{{"name.mra-domain", "no-match", "*:8443"}}, "8443 partly"}, /* a prompt to some */
    {{{"chain.client", "no-trusted-root", "*:8443"}}, "8443 partly"},
    {{{"cert.validity", "expires-critical", "*:8443"}}, "8443 partly"},
    {{{"cert.validity", "expires-critical", "*:7001"}}, "7001 partly"},
    {{{"cert.validity", "expired", "*:8443"}}, "8443 broken"},
    {{{"cert.validity", "not-yet-valid", "*:8443"}}, "8443 broken"},
    {{{"cert.validity", "expired", "*:7001"}}, "7001 broken"},
    {{{"cert.self-signed", "self-signed", "*:7001"}}, "7001 broken"},
    {{{"mra.edge-config", "path-down", "*:8443"}},
     ""}, /* it lies behind the edge: the tunnel was looked at */
    {{{"mra.edge-sso", "status-502", "*:8443"}}, ""},
    {{{"mra.edge-sso", "status-404", "*:8443"}}, "8443 broken"},
    {{{"chain.zone", "no-trusted-root", "e:" EDGE1}}, "7001 partly"},
    {{{"chain.zone", "no-trusted-root", "c:" CORE}}, "7001 broken"},
    {{{"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1}}, "2222 partly"},
    {{{"chain.ssh-tunnel", "no-trusted-root", "c:" CORE}}, "2222 broken"},
    {{{"name.host-underscore", "underscore", EDGE1_ZONE}}, "2222 partly"},
    {{{"cert.unknown-oid", "unknown-oid", "*:7001"}}, "2222 broken"},
    {{{"cert.unknown-oid", "unknown-oid", "*:8443"}}, "2222 broken"},
    {{{"chain.zone", "no-trusted-root", "e:" EDGE1}, {"net.connect", "refused", "*:7001"}}, "7001 broken"},
};

static void each_finding_bites_where_it_must(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof bites / sizeof *bites; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        for (size_t k = 0; k < 2 && bites[i].given[k].check != NULL; k++)
            find_at(facts, findings, &bites[i].given[k]);
        const char *seen = picture(facts, findings);
        if (strcmp(seen, bites[i].seen) != 0) {
            print_error("%s/%s: '%s', wanted '%s'\n", bites[i].given[0].check, bites[i].given[0].cause, seen,
                        bites[i].seen);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

static void the_first_that_is_broken_speaks(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct path path;
    find_at(facts, findings, &(struct given){"name.mra-domain", "no-match", EDGE1_HTTPS});
    const struct finding *refused =
        find_cause(findings, CAUSE_NET_CONNECT_REFUSED,
                   about_endpoint(facts, endpoint_of(facts, EDGE2_HTTPS)), "refused");
    findings_sort(findings);
    path_of(facts->arena, facts, findings, &path);
    for (size_t i = 0; i < path.n; i++)
        if (strcmp(path.v[i]->label, "8443") == 0) {
            assert_ptr_equal(path.v[i]->because, refused);
            assert_string_equal(path.v[i]->where, EDGE2_HTTPS " (203.0.113.11)");
            assert_string_equal(path.v[i]->why, refused->cause->title);
            assert_string_equal(path.v[i]->name, "HTTPS");
            assert_int_equal(path.v[i]->from, PLACE_CLIENT);
        }
    findings_free(findings);
    facts_free(facts);
}

/* What the deployment has and nobody tried, what was tried in vain, and what an answer proves. */
static void ports_that_were_not_reached(void **state) {
    static const struct {
        enum tcp_state state;
        bool answers; /* Expressway-C, through 8443 */
        const char *seen;
        size_t unreached;
    } rows[] = {{TCP_NOT_TRIED, true, "2222 untried", 0},
                {TCP_NOT_TRIED, false, "2222 untried", 0},
                {TCP_TIMEOUT, true, "", 0}, /* the tunnel is proven */
                {TCP_TIMEOUT, false, "2222 untried", 2}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct path path;
        for (size_t k = 0; k < facts->endpoints.n; k++) {
            struct endpoint *e = facts->endpoints.v[k];
            e->tcp.state = e->leg == LEG_TUNNEL ? rows[i].state : e->tcp.state;
            e->http.n = rows[i].answers ? e->http.n : 0;
        }
        assert_string_equal(picture(facts, findings), rows[i].seen);
        path_of(facts->arena, facts, findings, &path);
        for (size_t k = 0; k < path.n; k++)
            if (strcmp(path.v[k]->label, "2222") == 0) {
                assert_int_equal(path.v[k]->unreached, rows[i].unreached);
                assert_string_equal(path_untried_words(path.v[k], true),
                                    rows[i].unreached > 0 ? "were not reached from here" : "were not tried");
                assert_true(path_is_untried_alike(path.v[k], path.v[k]) == (rows[i].seen[0] != 0));
            }
        findings_free(findings);
        facts_free(facts);
    }
}

static void the_deployments_ports_are_drawn(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    facts->endpoints.n = 0;
    assert_string_equal(picture(facts, findings), "7001 untried, 2222 untried, 8443 untried, 8443 untried");
    facts->deployment->zones.v[0]->type = ZONE_NEIGHBOR;
    assert_string_equal(picture(facts, findings), "7001 untried, 8443 untried, 8443 untried");
    findings_free(findings);
    facts_free(facts);
}

/* From outside the tunnel is known by what answers on 8443 alone. */
static void answers_tell_of_the_tunnel(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct path path;
    size_t tunnels = 0;
    path_of(facts->arena, facts, findings, &path);
    for (size_t i = 0; i < path.n; i++)
        tunnels += strcmp(path.v[i]->label, "tunnel") == 0 && path_mark(path.v[i]) == MARK_GOOD;
    assert_int_equal(tunnels, 1);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->http.n = 0;
    find_at(facts, findings, &(struct given){"mra.edge-config", "path-down", "*:8443"});
    assert_string_equal(picture(facts, findings), "tunnel broken");
    findings_free(findings);
    facts_free(facts);
}

/* ---- what outcomes leave unsaid ---- */

static struct outcome *conclude(struct findings *findings, struct outcomes *to, const char *id,
                                enum outcome_state state) {
    struct outcome *o = ARENA_NEW(findings->arena, struct outcome);
    o->id = id;
    o->state = state;
    LIST_ADD(findings->arena, to, o);
    return o;
}

static void calls_behind_a_login_that_fails(void **state) {
    static const struct {
        enum outcome_state jabber, phone;
        bool is_behind;
    } rows[] = {{OUTCOME_FAILS, OUTCOME_FAILS, true},      {OUTCOME_FAILS, OUTCOME_AT_RISK, true},
                {OUTCOME_FAILS, OUTCOME_WORKS, false},     {OUTCOME_AT_RISK, OUTCOME_AT_RISK, true},
                {OUTCOME_AT_RISK, OUTCOME_UNKNOWN, false}, {OUTCOME_WORKS, OUTCOME_WORKS, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        const struct outcome *jabber = conclude(findings, &outcomes, "jabber-login", rows[i].jabber);
        conclude(findings, &outcomes, "phone-login", rows[i].phone);
        const struct outcome *sip = conclude(findings, &outcomes, "sip-registration", OUTCOME_WORKS),
                             *xmpp = conclude(findings, &outcomes, "xmpp-messaging", OUTCOME_WORKS);
        assert_int_equal(works_behind_login(&outcomes, sip), rows[i].is_behind);
        assert_int_equal(works_behind_login(&outcomes, xmpp), rows[i].is_behind);
        assert_false(works_behind_login(&outcomes, jabber));
        findings_free(findings);
    }
}

static void calls_that_fail_of_the_login_alone(void **state) {
    static const struct {
        const char *outcome, *at; /* at: of the reason; NULL: there is none */
        enum outcome_state state;
        bool is_of_login;
    } rows[] = {{"sip-registration", EDGE1_HTTPS, OUTCOME_FAILS, true},
                {"sip-registration", EDGE1_SIP, OUTCOME_FAILS, false},
                {"xmpp-messaging", EDGE1_XMPP, OUTCOME_FAILS, false},
                {"xmpp-messaging", EDGE1_HTTPS, OUTCOME_FAILS, true},
                {"sip-registration", EDGE1_HTTPS, OUTCOME_AT_RISK, false},
                {"sip-registration", NULL, OUTCOME_FAILS, false},
                {"jabber-login", EDGE1_HTTPS, OUTCOME_FAILS, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        struct outcome *o = conclude(findings, &outcomes, rows[i].outcome, rows[i].state);
        if (rows[i].at != NULL)
            LIST_ADD(findings->arena, &o->because,
                     find_cause(findings, CAUSE_NET_CONNECT_REFUSED, about_of(facts, rows[i].at), "refused"));
        assert_int_equal(fails_of_login(&outcomes), rows[i].is_of_login);
        findings_free(findings);
        facts_free(facts);
    }
}

/* A missing PTR record stops messages alone: of a log-in that nobody looked at they do not fail. */
static void messages_that_fail_of_themselves(void **state) {
    static const enum outcome_state logins[] = {OUTCOME_UNKNOWN, OUTCOME_WORKS, OUTCOME_FAILS};
    (void)state;
    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++) {
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        conclude(findings, &outcomes, "jabber-login", logins[i]);
        struct outcome *xmpp = conclude(findings, &outcomes, "xmpp-messaging", OUTCOME_FAILS);
        LIST_ADD(
            findings->arena, &xmpp->because,
            find_cause(findings, CAUSE_HOST_REVERSE_DNS_MISSING, (struct about){.subject = EDGE1}, "none"));
        assert_int_equal(fails_of_login(&outcomes), logins[i] == OUTCOME_FAILS);
        findings_free(findings);
    }
}

static void calls_that_work_with_a_faulty_certificate(void **state) {
    static const struct {
        const char *check, *cause, *at;
        enum outcome_state sip;
        bool is_unverified;
    } rows[] = {{"chain.client", "no-trusted-root", EDGE1_SIP, OUTCOME_WORKS, true},
                {"chain.client", "no-trusted-root", EDGE1_XMPP, OUTCOME_WORKS, true},
                {"cert.validity", "expired", EDGE1_SIP, OUTCOME_WORKS, true},
                {"name.mra-domain", "no-match", EDGE1_SIP, OUTCOME_WORKS, true},
                {"name.mra-domain", "no-match", EDGE1_HTTPS, OUTCOME_WORKS, false},
                {"sip.options", "status-5xx", EDGE1_SIP, OUTCOME_WORKS, false},
                {"cert.validity", "expired", EDGE1_SIP, OUTCOME_FAILS, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        find_cause(findings, cause_id(rows[i].check, rows[i].cause), about_of(facts, rows[i].at), "broken");
        conclude(findings, &outcomes, "sip-registration", rows[i].sip);
        conclude(findings, &outcomes, "xmpp-messaging", OUTCOME_WORKS);
        conclude(findings, &outcomes, "jabber-login", OUTCOME_AT_RISK);
        const struct faults *faults = faults_of(facts, findings, &outcomes);
        assert_int_equal(works_unverified(&outcomes, faults), rows[i].is_unverified);
        outcomes.n = 0; /* nothing works of which to say it */
        assert_false(works_unverified(&outcomes, faults));
        findings_free(findings);
        facts_free(facts);
    }
}

/* ---- the way of each kind of client ---- */

/* Only Jabber asks get_edge_sso; what registers asks SIP, what chats XMPP and no UDS (field-facts 1.3). */
static void clients_take_their_own_steps(void **state) {
    static const struct {
        const char *outcome, *steps; /* by LOGIN_SRV … LOGIN_XMPP_AUTH */
    } rows[] = {{"jabber-login", "1111111110000"},   {"tc-endpoint-login", "1110111110000"},
                {"phone-login", "1110111110000"},    {"sip-registration", "1110111111100"},
                {"xmpp-messaging", "1111100000011"}, {"b2b-calls", "0000000000000"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int step = LOGIN_SRV; step <= LOGIN_XMPP_AUTH; step++)
            if (step_is_of((enum login_step)step, rows[i].outcome) != (rows[i].steps[step] == '1'))
                fail_msg("%s: %s", rows[i].outcome, enum_text(login_steps, step));
        if (i + 1 < sizeof rows / sizeof *rows)
            assert_string_equal(timeline_outcomes[i], rows[i].outcome);
    }
    assert_null(timeline_outcomes[5]);
}

static void a_way_is_as_long_as_its_steps(void **state) {
    (void)state;
    struct timeline_step steps[] = {
        {.edge = EDGE1_HTTPS, .step = LOGIN_SRV, .state = STEP_WORKS, .ms = 5},
        {.edge = EDGE1_HTTPS, .step = LOGIN_CONNECT, .state = STEP_WORKS, .ms = -1},
        {.edge = EDGE1_HTTPS, .step = LOGIN_EDGE_SSO, .state = STEP_UNKNOWN, .ms = 100},
        {.edge = EDGE1_HTTPS, .step = LOGIN_EDGE_CONFIG, .state = STEP_FAILS, .ms = 20},
        {.edge = EDGE1_HTTPS, .step = LOGIN_DEVICES, .state = STEP_SKIPPED, .ms = 0},
        {.edge = EDGE2_HTTPS, .step = LOGIN_SRV, .state = STEP_WORKS, .ms = 7}};
    struct timeline_step *list[6];
    struct timeline timeline = {list, 6};
    for (size_t i = 0; i < 6; i++)
        list[i] = &steps[i];
    size_t to = timeline_edge_end(&timeline, 0);
    assert_int_equal(to, 5);
    assert_int_equal(timeline_edge_end(&timeline, to), 6);
    struct timeline_way jabber = timeline_way(&timeline, 0, to, "jabber-login"),
                        phone = timeline_way(&timeline, 0, to, "phone-login");
    assert_string_equal(jabber.title, "Jabber log-in");
    assert_int_equal(jabber.works, 2);
    assert_int_equal(jabber.ms, 125);
    assert_ptr_equal(jabber.trouble, &steps[2]); /* the first, of whatever kind */
    assert_int_equal(phone.ms, 25);
    assert_ptr_equal(phone.trouble, &steps[3]);
    steps[1].address = "203.0.113.10"; /* another address is another edge */
    assert_int_equal(timeline_edge_end(&timeline, 0), 1);
    steps[1].address = NULL;
    steps[2].domain = "example.org";
    assert_int_equal(timeline_edge_end(&timeline, 0), 2);
}

/* ---- the exit status ---- */

static void the_worst_finding_is_the_exit_status(void **state) {
    static const struct {
        enum cause_id cause; /* CAUSE_NONE: a pass */
        int status;
    } rows[] = {{CAUSE_NONE, 0},
                {CAUSE_CHAIN_SERVED_HAS_ROOT, 0}, /* info */
                {CAUSE_NET_SEEN_NOTHING, 3},
                {CAUSE_SIP_OPTIONS_STATUS_5XX, 1},
                {CAUSE_NET_CONNECT_REFUSED, 2}};
    (void)state;
    struct findings *findings = findings_new();
    const struct verdict verdict = {.findings = findings};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) { /* each is worse than all before */
        if (rows[i].cause == CAUSE_NONE)
            find_pass(findings, CHECK_NET_CONNECT, about_domain(DOMAIN), "connected");
        else
            find_cause(findings, rows[i].cause, about_domain(DOMAIN), "broken");
        findings_sort(findings);
        assert_int_equal(verdict_status(&verdict), rows[i].status);
    }
    findings_free(findings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finding_bites_where_it_must),
        cmocka_unit_test(the_first_that_is_broken_speaks),
        cmocka_unit_test(ports_that_were_not_reached),
        cmocka_unit_test(the_deployments_ports_are_drawn),
        cmocka_unit_test(answers_tell_of_the_tunnel),
        cmocka_unit_test(calls_behind_a_login_that_fails),
        cmocka_unit_test(calls_that_fail_of_the_login_alone),
        cmocka_unit_test(messages_that_fail_of_themselves),
        cmocka_unit_test(calls_that_work_with_a_faulty_certificate),
        cmocka_unit_test(clients_take_their_own_steps),
        cmocka_unit_test(a_way_is_as_long_as_its_steps),
        cmocka_unit_test(the_worst_finding_is_the_exit_status),
    };
    return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
