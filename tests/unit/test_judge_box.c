/* Does judge_box tell what bundles tell? Two boxes that fit, one thing broken per row. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define C1 "expc1.example.local"

static struct bundle *box_add(struct facts *facts, const char *node, enum role role, const char *type,
                              const char *zone, const char *partner) {
    struct arena *arena = facts->arena;
    struct bundle *box = ARENA_NEW(arena, struct bundle);
    struct box_zone *its = ARENA_NEW(arena, struct box_zone);
    *box = (struct bundle){.path = arena_text(arena, "x.tar.gz"),
                           .node = arena_text(arena, node),
                           .role = role,
                           .has_settings = true,
                           .ntp_servers = 1,
                           .ntp_status = arena_text(arena, "Synchronized")};
    *its = (struct box_zone){.index = 1,
                             .name = arena_text(arena, zone),
                             .type = arena_text(arena, type),
                             .is_unified = true,
                             .port = 7001,
                             .tls_verify_mode = TOGGLE_ON,
                             .partner = arena_text(arena, partner)};
    LIST_ADD(arena, &box->zones, its);
    LIST_ADD(arena, &facts->bundles, box);
    return box;
}

static void node_complete(struct facts *facts, struct node *node) {
    if (node->certificate.n == 0)
        LIST_ADD(facts->arena, &node->certificate, cert_new(facts, node->name));
    node->trust = arena_text(facts->arena, "ca.pem");
}

/* Bundles of one node of each side. */
static struct facts *bundles(void) {
    struct facts *facts = healthy_deployment();
    box_add(facts, EDGE1, ROLE_EXPRESSWAY_E, "TraversalServer", "from C", C1 "/mra");
    box_add(facts, C1, ROLE_EXPRESSWAY_C, "TraversalClient", "mra", EDGE1 "/from C");
    for (size_t i = 0; i < facts->deployment->e.nodes.n; i++)
        node_complete(facts, facts->deployment->e.nodes.v[i]);
    node_complete(facts, facts->deployment->c.nodes.v[0]);
    return facts;
}

static struct bundle *c_of(struct facts *facts) {
    return facts->bundles.v[1];
}

/* ---- host.bundle ---- */

static void cut(struct facts *facts) {
    c_of(facts)->is_cut = true;
}

static void without_trust(struct facts *facts) {
    facts->deployment->c.nodes.v[0]->trust = NULL;
}

static void without_c(struct facts *facts) {
    facts->bundles.n = 1;
}

static void without_role(struct facts *facts) {
    c_of(facts)->role = ROLE_NONE;
}

static struct endpoint *captured(struct facts *facts, struct cert *leaf) {
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_ZONE);
    endpoint->node = arena_text(facts->arena, EDGE1);
    ids_add(facts->arena, &endpoint->connections, 1);
    serve_cert(facts, endpoint, leaf);
    return endpoint;
}

static void captured_other(struct facts *facts) {
    struct cert *other = cert_new(facts, EDGE1);
    cert_set_serial(facts, other, 99);
    captured(facts, other);
}

static void captured_same(struct facts *facts) {
    captured(facts, facts->deployment->e.nodes.v[0]->certificate.v[0]);
}

/* The box was dumped at noon; something happened a minute before or after. */
static void happened(struct facts *facts, const char *time) {
    struct moment *moment = ARENA_NEW(facts->arena, struct moment);
    *moment = (struct moment){arena_text(facts->arena, time), arena_text(facts->arena, "System Restart"), 1};
    c_of(facts)->dumped = arena_text(facts->arena, "2026-11-20T12:00:00Z");
    LIST_ADD(facts->arena, &c_of(facts)->moments, moment);
}

static void restarted_after(struct facts *facts) {
    happened(facts, "2026-11-20T12:01:00Z");
}

static void restarted_before(struct facts *facts) {
    happened(facts, "2026-11-20T11:59:00Z");
}

/* ---- clocks and alarms ---- */

static void without_ntp(struct facts *facts) {
    c_of(facts)->ntp_servers = 0;
}

static void unsynchronised(struct facts *facts) {
    c_of(facts)->ntp_status = arena_text(facts->arena, "Unsynchronized");
}

static struct alarm_seen *raise(struct facts *facts, int id) {
    struct alarm_seen *alarm = ARENA_NEW(facts->arena, struct alarm_seen);
    *alarm = (struct alarm_seen){.id = id, .severity = arena_text(facts->arena, "warning"), .count = 1};
    LIST_ADD(facts->arena, &c_of(facts)->alarms, alarm);
    return alarm;
}

static void alarm_of_clocks(struct facts *facts) {
    raise(facts, 25022);
}

static void alarm_lowered(struct facts *facts) {
    raise(facts, 25022)->is_lowered = true;
}

static void alarm_severe(struct facts *facts) {
    raise(facts, 40068)->severity = arena_text(facts->arena, "critical");
}

static void alarm_foreign(struct facts *facts) {
    raise(facts, 12345);
}

/* ---- zones ---- */

static void other_port(struct facts *facts) {
    c_of(facts)->zones.v[0]->port = 7002;
}

static void without_partner(struct facts *facts) {
    c_of(facts)->zones.v[0]->partner = NULL;
}

static void verify_off(struct facts *facts) {
    c_of(facts)->zones.v[0]->tls_verify_mode = TOGGLE_OFF;
}

static void verify_off_elsewhere(struct facts *facts) {
    verify_off(facts);
    c_of(facts)->zones.v[0]->is_unified = false;
}

static void users_differ(struct facts *facts) {
    c_of(facts)->zones.v[0]->user_differs = true;
}

/* ---- logs ---- */

static void logs(struct facts *facts, const char *token, const char *check, const char *cause,
                 const char *weight) {
    struct arena *arena = facts->arena;
    struct log_sight *sight = ARENA_NEW(arena, struct log_sight);
    *sight = (struct log_sight){.token = arena_text(arena, token),
                                .check = arena_text(arena, check),
                                .cause = arena_text(arena, cause),
                                .weight = arena_text(arena, weight),
                                .leg = arena_text(arena, "xmpp"),
                                .direction = arena_text(arena, "outbound"),
                                .far = arena_text(arena, "192.0.2.10"),
                                .count = 2,
                                .line = 1,
                                .last_line = 9};
    LIST_ADD(arena, &c_of(facts)->log, sight);
}

#define LOGGED(name, token, check, cause, weight)                                                            \
    static void name(struct facts *facts) {                                                                  \
        logs(facts, token, check, cause, weight);                                                            \
    }
LOGGED(xcp_refused, "xcp-refused", "net.xcp", "refused", "reason")
LOGGED(xcp_silent, "xcp-timed-out", "net.xcp", "timeout", "reason")
LOGGED(ptr_missing, "reverse-dns-missing", "host.reverse-dns", "missing", "reason")
LOGGED(ptr_other, "reverse-dns-other-name", "host.reverse-dns", "not-in-san", "reason")
LOGGED(password, "zone-digest", "zone.authentication", "wrong-password", "symptom")
LOGGED(unclear, "xcp-component", "net.xcp", NULL, "symptom")
LOGGED(progress, "common-name-seen", "name.peer-address", NULL, "progress")

static void symptom_and_reason(struct facts *facts) {
    unclear(facts);
    xcp_refused(facts);
}

#define ON_C " to 192.0.2.10"
static const struct judge_row rows[] = {
    {"whole", NULL, "host.bundle", C1, STATUS_PASS, NULL, bundles},
    {"without bundles nothing is said", NULL, "host.bundle", NULL, ABSENT, NULL, NULL},
    {"cut", cut, "host.bundle", C1, STATUS_UNKNOWN, "incomplete", bundles},
    {"no trust list", without_trust, "host.bundle", C1, STATUS_UNKNOWN, "incomplete", bundles},
    {"E alone", without_c, "host.bundle", "expressway-c", STATUS_UNKNOWN, "other-side-missing", bundles},
    {"both there", NULL, "host.bundle", "expressway-c", ABSENT, NULL, bundles},
    {"no role", without_role, "host.bundle", C1, STATUS_UNKNOWN, "role-unknown", bundles},
    {"another certificate in the capture", captured_other, "host.bundle", EDGE1, STATUS_WARN, "outdated",
     bundles},
    {"the same in the capture", captured_same, "host.bundle", EDGE1, STATUS_PASS, NULL, bundles},
    {"restarted while logging", restarted_after, "host.bundle", C1, STATUS_INFO, "changed-since", bundles},
    {"restarted before", restarted_before, "host.bundle", C1, STATUS_PASS, NULL, bundles},
    {"synchronised", NULL, "host.clock", C1, STATUS_PASS, NULL, bundles},
    {"no NTP", without_ntp, "host.clock", C1, STATUS_FAIL, "not-synchronised", bundles},
    {"unsynchronised", unsynchronised, "host.clock", C1, STATUS_FAIL, "not-synchronised", bundles},
    {"clocks differ", alarm_of_clocks, "host.clock", C1, STATUS_FAIL, "differs", bundles},
    {"clocks differed", alarm_lowered, "host.clock", C1, STATUS_PASS, NULL, bundles},
    {"an alarm", alarm_of_clocks, "host.alarm", C1 "/25022", STATUS_WARN, "raised", bundles},
    {"a severe alarm", alarm_severe, "host.alarm", C1 "/40068", STATUS_FAIL, "raised", bundles},
    {"an alarm that is gone", alarm_lowered, "host.alarm", C1 "/25022", STATUS_PASS, NULL, bundles},
    {"an alarm of something else", alarm_foreign, "host.alarm", NULL, ABSENT, NULL, bundles},
    {"paired", NULL, "zone.pairing", "zone:mra", STATUS_PASS, NULL, bundles},
    {"ports differ", other_port, "zone.pairing", "zone:mra", STATUS_FAIL, "port-differs", bundles},
    {"no partner", without_partner, "zone.pairing", "zone:mra", STATUS_WARN, "no-partner", bundles},
    {"no other side", without_c, "zone.pairing", "zone:from C", STATUS_SKIP, NULL, bundles},
    {"verify on", NULL, "zone.verify-mode", "zone:mra", STATUS_PASS, NULL, bundles},
    {"verify off", verify_off, "zone.verify-mode", "zone:mra", STATUS_FAIL, "off", bundles},
    {"verify off on another zone", verify_off_elsewhere, "zone.verify-mode", "zone:mra", ABSENT, NULL,
     bundles},
    {"users alike", NULL, "zone.authentication", NULL, ABSENT, NULL, bundles},
    {"users differ", users_differ, "zone.authentication", "zone:mra", STATUS_FAIL, "user-differs", bundles},
    {"password", password, "zone.authentication", "zone:mra", STATUS_FAIL, "wrong-password", bundles},
    {"7400 refused", xcp_refused, "net.xcp", C1 ON_C, STATUS_FAIL, "refused", bundles},
    {"7400 silent", xcp_silent, "net.xcp", C1 ON_C, STATUS_FAIL, "timeout", bundles},
    {"no PTR", ptr_missing, "host.reverse-dns", C1 ON_C, STATUS_FAIL, "missing", bundles},
    {"another PTR", ptr_other, "host.reverse-dns", C1 ON_C, STATUS_FAIL, "not-in-san", bundles},
    {"no reason told", unclear, "host.log", C1 ON_C, STATUS_WARN, "failure-logged", bundles},
    {"a reason told", symptom_and_reason, "host.log", NULL, ABSENT, NULL, bundles},
    {"progress is no failure", progress, "host.log", NULL, ABSENT, NULL, bundles},
};

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_box, rows, sizeof rows / sizeof *rows);
}

static void test_log_evidence(void **state) {
    (void)state;
    struct facts *facts = bundles();
    struct findings *findings = findings_new();
    xcp_refused(facts);
    xcp_refused(facts);
    judge_with(judge_box, facts, findings);
    const struct finding *finding = assert_finding(findings, "net.xcp", C1 ON_C, STATUS_FAIL, "refused");
    assert_evidence(finding, "count", "4");
    assert_evidence(finding, "box", "\"" C1 "\"");
    assert_int_equal(json_array_size(json_object_get(finding->evidence, "log")), 2);
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_log_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
