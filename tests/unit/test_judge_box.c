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
                             .collaboration_edge = TOGGLE_ON,
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

static void captured_other_by_digest(struct facts *facts) {
    captured_other(facts);
    facts->deployment->e.nodes.v[0]->certificate.v[0]->sha256 = (char *)"the file's";
    endpoint_of(facts, EDGE1_ZONE)->tls.chain.v[0]->sha256 = (char *)"the wire's";
}

/* An Expressway-C that dialled in: its certificate was on the wire, its name nowhere. */
static void c_dialled(struct facts *facts, const char *sha256) {
    struct node *seen = add_node(facts, &facts->deployment->c.nodes, "192.0.2.11", ROLE_EXPRESSWAY_C);
    struct cert *cert = cert_new(facts, C1);
    cert->sha256 = (char *)sha256;
    LIST_ADD(facts->arena, &seen->certificate, cert);
    seen->certificate_seen = arena_text(facts->arena, "expe1.example.com:7001 (it dialled in)");
    facts->deployment->c.nodes.v[0]->certificate.v[0]->sha256 = (char *)"the file's";
}

static void c_dialled_with_another(struct facts *facts) {
    c_dialled(facts, "the wire's");
}

static struct bundle *second_c(struct facts *facts) {
    return box_add(facts, "expc2.example.local", ROLE_EXPRESSWAY_C, "TraversalClient", "mra",
                   EDGE1 "/from C");
}

static void one_of_two_c_dialled(struct facts *facts) {
    c_dialled_with_another(facts);
    second_c(facts);
}

static void without_settings(struct facts *facts) {
    c_of(facts)->has_settings = false;
    c_of(facts)->zones.n = 0;
}

static void without_certificate(struct facts *facts) {
    facts->deployment->c.nodes.v[0]->certificate.n = 0;
}

static void without_certificate_and_dialled(struct facts *facts) {
    c_dialled_with_another(facts);
    without_certificate(facts);
}

static void without_zones(struct facts *facts) {
    c_of(facts)->zones.n = 0;
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

static struct box_zone *c_zone(struct facts *facts) {
    return c_of(facts)->zones.v[0];
}

static struct box_zone *e_zone(struct facts *facts) {
    return facts->bundles.v[0]->zones.v[0];
}

static void speaks_tls(struct facts *facts) {
    c_zone(facts)->transport = e_zone(facts)->transport = arena_text(facts->arena, "TLS");
    texts_add(facts->arena, &c_zone(facts)->peers, EDGE1);
    e_zone(facts)->tls_verify_name = arena_text(facts->arena, C1);
}

static void speaks_tcp(struct facts *facts) {
    speaks_tls(facts);
    c_zone(facts)->transport = arena_text(facts->arena, "TCP");
}

static void without_peer(struct facts *facts) {
    speaks_tls(facts);
    c_zone(facts)->peers.n = 0;
}

static void without_verify_name(struct facts *facts) {
    speaks_tls(facts);
    e_zone(facts)->tls_verify_name = NULL;
}

static void verify_name_cut_off(struct facts *facts) {
    without_verify_name(facts);
    texts_add(facts->arena, &e_zone(facts)->lacks, "TLS verify subject name");
}

static void services_off(struct facts *facts) {
    c_zone(facts)->collaboration_edge = TOGGLE_ON;
    e_zone(facts)->collaboration_edge = TOGGLE_OFF;
}

static void no_zone_for_mra(struct facts *facts) {
    c_zone(facts)->collaboration_edge = e_zone(facts)->collaboration_edge = TOGGLE_OFF;
    c_of(facts)->mra = facts->bundles.v[0]->mra = arena_text(facts->arena, "on");
}

static void no_zone_for_nobody(struct facts *facts) {
    no_zone_for_mra(facts);
    c_of(facts)->mra = arena_text(facts->arena, "off");
}

static void mra_on(struct facts *facts) {
    c_of(facts)->mra = facts->bundles.v[0]->mra = arena_text(facts->arena, "on");
}

static void mra_off(struct facts *facts) {
    mra_on(facts);
    c_of(facts)->mra = arena_text(facts->arena, "off");
}

static void sip_tls_off(struct facts *facts) {
    c_of(facts)->sip_tls = arena_text(facts->arena, "off");
}

static void sip_tls_port(struct facts *facts) {
    facts->bundles.v[0]->sip_tls = arena_text(facts->arena, "on");
    facts->bundles.v[0]->sip_tls_port = 5065;
}

static void settings_cut(struct facts *facts) {
    c_of(facts)->settings_cut = true;
}

static void contradictory(struct facts *facts) {
    texts_add(facts->arena, &c_of(facts)->contradictions, "sip tls mode: on by the text; off by the XML");
}

/* A second Expressway-E of the same zone. */
static struct box_zone *e2_add(struct facts *facts) {
    struct bundle *box = box_add(facts, EDGE2, ROLE_EXPRESSWAY_E, "TraversalServer", "from C", C1 "/mra");
    box->zones.v[0]->tls_verify_name = e_zone(facts)->tls_verify_name = arena_text(facts->arena, C1);
    facts->deployment->zones.v[0]->tls_verify_name = arena_text(facts->arena, C1);
    return box->zones.v[0];
}

static void cluster_alike(struct facts *facts) {
    e2_add(facts);
}

static void cluster_differs(struct facts *facts) {
    e2_add(facts)->tls_verify_mode = TOGGLE_OFF;
}

static void cluster_name_differs(struct facts *facts) {
    e2_add(facts)->tls_verify_name = arena_text(facts->arena, "elsewhere.example.local");
}

static void status_of(struct facts *facts, const char *state) {
    c_zone(facts)->status = arena_text(facts->arena, state);
}

static void zone_active(struct facts *facts) {
    status_of(facts, "Active");
}

static void zone_failed(struct facts *facts) {
    status_of(facts, "Failed");
}

static void zone_checking(struct facts *facts) {
    status_of(facts, "Checking");
}

static void peer_down(struct facts *facts) {
    zone_active(facts);
    texts_add(facts->arena, &c_zone(facts)->peers_down, EDGE1);
}

static void tunnel_down(struct facts *facts) {
    texts_add(facts->arena, &c_of(facts)->tunnels_down, EDGE1);
}

static void tunnel_alarm(struct facts *facts) {
    raise(facts, 35013);
}

static void tunnel_alarm_lowered(struct facts *facts) {
    raise(facts, 35013)->is_lowered = true;
}

static void certificate_changed(struct facts *facts) {
    raise(facts, 15028);
}

static void certificate_changed_then_restarted(struct facts *facts) {
    raise(facts, 15028)->is_lowered = true;
}

static void unified_cm_down(struct facts *facts) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = arena_text(facts->arena, "ucm1.example.local");
    node->role = ROLE_UCM;
    LIST_ADD(facts->arena, &facts->deployment->ucm, node);
    c_zone(facts)->type = arena_text(facts->arena, "Neighbor");
    c_zone(facts)->name = arena_text(facts->arena, "CEtls-ucm1.example.local");
    zone_failed(facts);
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

static struct log_sight *of_leg(struct facts *facts, const char *token, const char *leg, const char *last) {
    logs(facts, token, "net.connect", NULL,
         strcmp(token, "handshake-succeeded") == 0 ? "progress" : "symptom");
    struct log_sight *sight = c_of(facts)->log.v[c_of(facts)->log.n - 1];
    sight->leg = arena_text(facts->arena, leg);
    sight->first = sight->last = arena_text(facts->arena, last);
    return sight;
}

static void zone_not_reached(struct facts *facts) {
    of_leg(facts, "tcp-failed", "zone", "2026-11-20T12:01:00Z");
}

static void zone_reached_later(struct facts *facts) {
    zone_not_reached(facts);
    of_leg(facts, "handshake-succeeded", "zone", "2026-11-20T12:02:00Z");
}

static void tunnel_unclear(struct facts *facts) {
    of_leg(facts, "end-of-file", "tunnel", "2026-11-20T12:01:00Z");
}

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
    {"over TLS", speaks_tls, "zone.settings", "zone:mra", STATUS_PASS, NULL, bundles},
    {"over TCP", speaks_tcp, "zone.settings", "zone:mra", STATUS_FAIL, "not-tls", bundles},
    {"no peer address", without_peer, "zone.settings", "zone:mra", STATUS_FAIL, "no-peer", bundles},
    {"no verify name", without_verify_name, "zone.settings", "zone:from C", STATUS_FAIL, "no-verify-name",
     bundles},
    {"a verify name that was cut off", verify_name_cut_off, "host.bundle", EDGE1, STATUS_UNKNOWN,
     "incomplete", bundles},
    {"services off at one end", services_off, "zone.settings", "zone:from C", STATUS_FAIL, "services-off",
     bundles},
    {"no zone for MRA", no_zone_for_mra, "zone.settings", C1, STATUS_FAIL, "none-for-mra", bundles},
    {"no zone for MRA, which is off", no_zone_for_nobody, "zone.settings", C1, ABSENT, NULL, bundles},
    {"MRA on", mra_on, "host.settings", C1, STATUS_PASS, NULL, bundles},
    {"MRA off at one side", mra_off, "host.settings", C1, STATUS_FAIL, "mra-off", bundles},
    {"SIP TLS off", sip_tls_off, "host.settings", C1, STATUS_FAIL, "sip-tls-off", bundles},
    {"another SIP TLS port", sip_tls_port, "host.settings", EDGE1, STATUS_WARN, "sip-tls-port", bundles},
    {"settings that end early", settings_cut, "host.bundle", C1, STATUS_UNKNOWN, "incomplete", bundles},
    {"text against XML", contradictory, "host.bundle", C1, STATUS_WARN, "contradictory", bundles},
    {"peers alike", cluster_alike, "zone.cluster", "zone:from C", STATUS_PASS, NULL, bundles},
    {"peers differ", cluster_differs, "zone.cluster", "zone:from C", STATUS_WARN, "differs", bundles},
    {"peers differ in the verify name", cluster_name_differs, "zone.cluster", "zone:from C", STATUS_FAIL,
     "verify-name-not-in-certificate", bundles},
    {"zone up", zone_active, "zone.status", "zone:mra", STATUS_PASS, NULL, bundles},
    {"zone down", zone_failed, "zone.status", "zone:mra", STATUS_FAIL, "failed", bundles},
    {"zone neither up nor down", zone_checking, "zone.status", "zone:mra", ABSENT, NULL, bundles},
    {"peer down", peer_down, "zone.status", "zone:mra", STATUS_WARN, "peer-down", bundles},
    {"tunnel down", tunnel_down, "zone.status", "zone:mra", STATUS_FAIL, "tunnels-down", bundles},
    {"alarm of tunnels", tunnel_alarm, "zone.status", "zone:mra", STATUS_FAIL, "tunnels-down", bundles},
    {"alarm of tunnels, lowered", tunnel_alarm_lowered, "zone.status", "zone:mra", ABSENT, NULL, bundles},
    {"certificate changed, not in force", certificate_changed, "zone.status", "zone:mra", STATUS_WARN,
     "alarm-against", bundles},
    {"certificate changed and in force", certificate_changed_then_restarted, "zone.status", "zone:mra",
     ABSENT, NULL, bundles},
    {"zone of Unified CM down", unified_cm_down, "zone.status", "zone:CEtls-ucm1.example.local", STATUS_FAIL,
     "ucm-failed", bundles},
    {"port not reached", zone_not_reached, "zone.status", C1 ON_C, STATUS_FAIL, "not-reached", bundles},
    {"port reached later", zone_reached_later, "zone.status", C1 ON_C, STATUS_WARN, "not-reached-then",
     bundles},
    {"tunnel failed somehow", tunnel_unclear, "zone.status", C1 ON_C, STATUS_WARN, "tunnel-failure-logged",
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

/* ---- what explains it: findings of other judges, which are there before ---- */

static void found_before(struct judging *run, enum cause_id cause, const char *subject, const char *node) {
    find_cause(run->to, cause, (struct about){.subject = subject, .node = node, .zone = "mra"},
               "found before");
    judge_box(run);
}

static void judge_after_root_missing(struct judging *run) {
    found_before(run, CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT, "expressway-e:" EDGE1, EDGE1);
}

static void judge_after_tunnel_refused(struct judging *run) {
    found_before(run, CAUSE_CHAIN_SSH_TUNNEL_MISSING_INTERMEDIATE, "expressway-e:" EDGE1, EDGE1);
}

static void judge_after_old_chain(struct judging *run) { /* a warning explains nothing */
    found_before(run, CAUSE_CHAIN_SERVED_INCOMPLETE, "expressway-e:" EDGE1, EDGE1);
}

/* Of a deployment file a node is known by its name alone. */
static void judge_after_e_lacks_usage(struct judging *run) {
    found_before(run, CAUSE_CERT_EKU_MISSING_CLIENT, EDGE1, EDGE1);
}

static void judge_after_c_lacks_usage(struct judging *run) {
    found_before(run, CAUSE_CERT_EKU_MISSING_CLIENT, C1, C1);
}

static void judge_after_c_expired(struct judging *run) {
    found_before(run, CAUSE_CERT_VALIDITY_EXPIRED, C1, C1);
}

static void judge_after_c_not_trusted(struct judging *run) {
    found_before(run, CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT, "expressway-c:" C1, C1);
}

static void after_handshake(struct judging *run, const char *endpoint) {
    struct endpoint *e = endpoint_of((struct facts *)run->facts, endpoint);
    find_cause(run->to, CAUSE_TLS_HANDSHAKE_CLOSED, (struct about){.subject = endpoint, .endpoint = e},
               "found before");
    judge_box(run);
}

static void judge_after_client_port(struct judging *run) {
    after_handshake(run, EDGE1_HTTPS);
}

static void judge_after_zone_port(struct judging *run) {
    after_handshake(run, EDGE1_ZONE);
}

static void judge_after_tunnel_port(struct judging *run) {
    after_handshake(run, EDGE1_SSH);
}

static void judge_after_other_zone(struct judging *run) {
    find_cause(run->to, CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT,
               (struct about){.subject = "expressway-e:" EDGE1, .zone = "another"}, "found before");
    judge_box(run);
}

static void judge_after_e_cluster_name(struct judging *run) {
    found_before(run, CAUSE_NAME_CLUSTER_PEER_NAME_MISSING, EDGE1, EDGE1);
}

static void judge_after_c_cluster_name(struct judging *run) {
    found_before(run, CAUSE_NAME_CLUSTER_PEER_NAME_MISSING, C1, C1);
}

static void whole_and_failed(struct facts *facts) { /* no setting explains it */
    speaks_tls(facts);
    zone_failed(facts);
}

static void cluster_alarm(struct facts *facts) {
    raise(facts, 20004);
}

static void peers_down_by_address(struct facts *facts) {
    zone_active(facts);
    facts->deployment->e.nodes.v[1]->address = (char *)"203.0.113.11";
    texts_add(facts->arena, &c_zone(facts)->peers_down, "203.0.113.11");
}

static void verify_failed(struct facts *facts) {
    logs(facts, "handshake-failed", "tls.handshake", NULL, "symptom");
    c_of(facts)->log.v[0]->leg = arena_text(facts->arena, "zone");
    c_of(facts)->log.v[0]->reason = arena_text(facts->arena, "certificate verify failed");
}

/* ---- what else bundles hold ---- */

static struct bundle *e_of(struct facts *facts) {
    return facts->bundles.v[0];
}

#define NOON "2026-11-20T12:00:00Z"
#define LATER "2026-11-20T12:01:00Z"
#define LAST "2026-11-20T12:02:00Z"

static void restarted_at_noon(struct facts *facts) {
    happened(facts, NOON);
}

static void restarted_twice(struct facts *facts) {
    restarted_after(facts);
    c_of(facts)->moments.v[0]->count = 2;
}

static void restarted_and_changed(struct facts *facts) {
    restarted_after(facts);
    happened(facts, LAST);
}

static void marked(struct facts *facts) {
    restarted_after(facts);
    c_of(facts)->moments.v[0]->what = arena_text(facts->arena, "DEBUG_MARKER: test begins");
}

static void c_alone(struct facts *facts) {
    facts->bundles.v[0] = facts->bundles.v[1];
    facts->bundles.n = 1;
}

static void contradictory_twice(struct facts *facts) {
    contradictory(facts);
    contradictory(facts);
}

static void sip_tls_port_of_c(struct facts *facts) {
    c_of(facts)->sip_tls = arena_text(facts->arena, "on");
    c_of(facts)->sip_tls_port = 5065;
}

static void sip_tls_port_as_usual(struct facts *facts) {
    sip_tls_port(facts);
    e_of(facts)->sip_tls_port = 5061;
}

static void mra_off_at_both(struct facts *facts) {
    c_of(facts)->mra = e_of(facts)->mra = arena_text(facts->arena, "off");
}

#define SEVERITY(name)                                                                                       \
    static void alarm_##name(struct facts *facts) {                                                          \
        raise(facts, 40068)->severity = arena_text(facts->arena, #name);                                     \
    }
SEVERITY(error)
SEVERITY(alert)
SEVERITY(emergency)
SEVERITY(notice)

static void alarm_without_severity(struct facts *facts) {
    raise(facts, 40068)->severity = NULL;
}

static void alarm_often(struct facts *facts) {
    struct alarm_seen *alarm = raise(facts, 25022);
    alarm->count = 7;
    alarm->first = (char *)NOON;
    alarm->last = (char *)LAST;
}

static void alarm_of_ntp(struct facts *facts) {
    raise(facts, 25020);
}

static void not_synchronised_in_words(struct facts *facts) {
    c_of(facts)->ntp_status = arena_text(facts->arena, "Not synchronised");
}

static void without_clock(struct facts *facts) {
    c_of(facts)->ntp_servers = -1;
    c_of(facts)->ntp_status = NULL;
}

/* The zone's peer address is the address of E, or a name that E has besides. */
static void peer_is_address(struct facts *facts) {
    sip_tls_port(facts);
    facts->deployment->e.nodes.v[0]->address = (char *)"203.0.113.10";
    facts->deployment->zones.v[0]->peers.v[0] = (char *)"203.0.113.10";
}

static void peer_is_alias(struct facts *facts) {
    sip_tls_port(facts);
    texts_add(facts->arena, &facts->deployment->e.nodes.v[0]->aliases, "edge.example.net");
    facts->deployment->zones.v[0]->peers.v[0] = (char *)"edge.example.net";
}

static void only_peer(struct facts *facts) {
    sip_tls_port(facts);
    facts->deployment->e.nodes.n = 1;
    facts->deployment->zones.v[0]->peers.n = 1;
    facts->deployment->zones.v[0]->peers.v[0] = (char *)"elsewhere.example.net";
}

static void two_unknown_peers(struct facts *facts) {
    sip_tls_port(facts);
    facts->deployment->e.nodes.n = 1;
    facts->deployment->zones.v[0]->peers.v[0] = (char *)"elsewhere.example.net";
    facts->deployment->zones.v[0]->peers.v[1] = (char *)"elsewhere.example.org";
}

/* ---- lines of logs ---- */

static struct log_sight *zone_line(struct facts *facts, const char *first, const char *last) {
    struct log_sight *sight = of_leg(facts, "tcp-failed", "zone", last);
    sight->first = arena_text(facts->arena, first);
    return sight;
}

static void zone_failed_often(struct facts *facts) {
    zone_line(facts, LATER, LAST);
}

static void zone_failed_at_once(struct facts *facts) {
    zone_line(facts, LATER, LATER);
}

static void zone_failed_once(struct facts *facts) {
    zone_line(facts, LATER, LATER)->count = 1;
}

static void zone_failed_sometime(struct facts *facts) {
    struct log_sight *sight = zone_line(facts, LATER, LATER);
    sight->first = sight->last = NULL;
}

/* Two groups of lines about the same: the second is of before the first. */
static void zone_failed_in_two_groups(struct facts *facts) {
    zone_line(facts, LATER, LATER);
    zone_line(facts, NOON, LAST)->count = 3;
}

static void zone_failed_in_two_groups_in_order(struct facts *facts) {
    zone_line(facts, NOON, LAST)->count = 3;
    zone_line(facts, LATER, LATER);
}

/* A line that says it of trust, or of a name. */
static void line_of_check(struct facts *facts, const char *check, const char *cause) {
    struct log_sight *sight = zone_line(facts, LATER, LATER);
    sight->weight = (char *)"reason";
    sight->check = (char *)check;
    sight->cause = (char *)cause;
}

static void root_not_found(struct facts *facts) {
    line_of_check(facts, "chain.zone", "no-trusted-root");
}

static void name_not_found(struct facts *facts) {
    line_of_check(facts, "name.peer-address", "no-match");
}

/* Two faults are two findings, though both are the log's. */
static void refused_and_not_reached(struct facts *facts) {
    xcp_refused(facts);
    zone_line(facts, LATER, LATER);
}

static void reached_before(struct facts *facts) {
    zone_not_reached(facts);
    of_leg(facts, "handshake-succeeded", "zone", NOON);
}

static void tunnel_reached_later(struct facts *facts) {
    zone_not_reached(facts);
    of_leg(facts, "handshake-succeeded", "tunnel", LAST);
}

static void tunnel_not_reached(struct facts *facts) {
    of_leg(facts, "tcp-failed", "tunnel", LATER);
}

static struct log_sight *e_line(struct facts *facts, const char *token, const char *leg) {
    struct log_sight *sight = of_leg(facts, token, leg, LATER);
    LIST_ADD(facts->arena, &e_of(facts)->log, sight);
    c_of(facts)->log.n--;
    return sight;
}

static void e_does_not_reach(struct facts *facts) {
    e_line(facts, "tcp-failed", "zone");
}

static void e_is_called(struct facts *facts) {
    struct log_sight *sight = e_line(facts, "end-of-file", "zone");
    sight->direction = (char *)"inbound";
    sight->far = (char *)"192.0.2.11:25001";
}

static void e_knows_no_direction(struct facts *facts) {
    e_line(facts, "end-of-file", "zone")->direction = (char *)"unknown";
}

static void far_not_told(struct facts *facts) {
    zone_line(facts, LATER, LATER)->far = NULL;
}

static void words(struct facts *facts, const char *reason, const char *detail, const char *event) {
    struct log_sight *sight = zone_line(facts, LATER, LATER);
    sight->reason = (char *)reason;
    sight->detail = (char *)detail;
    sight->event = (char *)event;
}

static void with_reason(struct facts *facts) {
    words(facts, "the reason", "the detail", "the event");
}

static void with_detail(struct facts *facts) {
    words(facts, NULL, "the detail", "the event");
}

static void with_event(struct facts *facts) {
    words(facts, NULL, NULL, "the event");
}

/* On Expressway-E: the caller's name was not that of the zone. */
static struct log_sight *name_refused(struct facts *facts, const char *leg) {
    struct log_sight *sight = e_line(facts, "peer-identity-unacceptable", leg);
    sight->check = (char *)"name.tls-verify";
    sight->cause = (char *)"no-match";
    sight->weight = (char *)"reason";
    sight->dst_port = (char *)"7001";
    sight->common_name = (char *)"stranger.example.org";
    e_zone(facts)->tls_verify_name = (char *)C1;
    struct box_zone *neighbor = ARENA_NEW(facts->arena, struct box_zone);
    *neighbor = (struct box_zone){.index = 2,
                                  .name = (char *)"partner",
                                  .type = (char *)"Neighbor",
                                  .port = 5061,
                                  .tls_verify_name = (char *)"sip.partner.org"};
    LIST_ADD(facts->arena, &e_of(facts)->zones, neighbor);
    return sight;
}

static void name_refused_on_zone(struct facts *facts) {
    name_refused(facts, "zone");
}

static void name_refused_on_another_zone(struct facts *facts) {
    name_refused(facts, "zone")->dst_port = (char *)"7003";
}

static void name_refused_on_b2b(struct facts *facts) {
    name_refused(facts, "b2b")->dst_port = (char *)"5061";
}

/* On Expressway-E: whose CA it does not know; a caller of no zone is nobody that the boxes know. */
static void ca_unknown(struct facts *facts, const char *leg) {
    struct log_sight *sight = e_line(facts, "self-signed-in-chain", leg);
    sight->check = (char *)"chain.zone";
    sight->cause = (char *)"no-trusted-root";
    sight->weight = (char *)"reason";
    sight->dst_port = (char *)"5061";
}

static void ca_of_caller_unknown(struct facts *facts) {
    ca_unknown(facts, "b2b");
}

static void ca_of_c_unknown(struct facts *facts) {
    ca_unknown(facts, "zone");
}

static void expired_by_words(struct facts *facts) {
    struct log_sight *sight = zone_line(facts, LATER, LATER);
    sight->token = (char *)"certificate-expired";
    sight->check = (char *)"cert.validity";
    sight->cause = (char *)"expired";
}

static void refused_by_alert(struct facts *facts) {
    struct log_sight *sight = zone_line(facts, LATER, LATER);
    sight->token = (char *)"alert-unknown-ca";
    sight->check = (char *)"tls.handshake";
    sight->cause = (char *)"alert-unknown-ca";
}

static void alert_of(struct facts *facts, const char *token) {
    refused_by_alert(facts);
    c_of(facts)->log.v[0]->token = c_of(facts)->log.v[0]->cause = arena_text(facts->arena, token);
}

static void expired_by_alert(struct facts *facts) {
    alert_of(facts, "alert-certificate-expired");
}

static void failed_by_alert(struct facts *facts) {
    alert_of(facts, "alert-handshake-failure");
}

static void alarm_line(struct facts *facts) {
    zone_line(facts, LATER, LATER)->token = (char *)"alarm-25022";
}

/* Two zones: the line belongs to that of its port. */
static void line_of_second_zone(struct facts *facts) {
    struct zone *second = arena_dup(facts->arena, facts->deployment->zones.v[0], sizeof *second);
    second->name = (char *)"second";
    second->port = 7002;
    LIST_ADD(facts->arena, &facts->deployment->zones, second);
    zone_line(facts, LATER, LATER)->dst_port = (char *)"7002";
}

static void line_of_no_zone(struct facts *facts) {
    line_of_second_zone(facts);
    c_of(facts)->log.v[0]->dst_port = (char *)"7005";
}

static void line_of_the_only_zone(struct facts *facts) {
    zone_line(facts, LATER, LATER)->dst_port = (char *)"7005";
}

static void was_up_and_failed(struct facts *facts) {
    zone_active(facts);
    zone_line(facts, LATER, LATER);
}

static void was_up_and_another_failed(struct facts *facts) {
    was_up_and_failed(facts);
    c_of(facts)->log.v[0]->dst_port = (char *)"7002";
}

static void was_up_and_went_on(struct facts *facts) {
    zone_active(facts);
    of_leg(facts, "handshake-succeeded", "zone", LATER);
}

/* ---- states ---- */

static void dumped(struct facts *facts) {
    c_of(facts)->dumped = arena_text(facts->arena, NOON);
}

static void zone_failed_by_dump(struct facts *facts) {
    zone_failed(facts);
    dumped(facts);
}

static void unified_cm_zone(struct facts *facts, const char *name) {
    unified_cm_down(facts);
    c_zone(facts)->name = (char *)name;
}

#define UCM_ZONE(name, zone)                                                                                 \
    static void name(struct facts *facts) {                                                                  \
        unified_cm_zone(facts, zone);                                                                        \
    }
UCM_ZONE(ucm_by_tcp, "CEtcp-ucm1.example.local")
UCM_ZONE(ucm_by_oauth, "CEOAuth-ucm1.example.local")
UCM_ZONE(ucm_by_oauth_of_old, "CEOAuth ucm1.example.local")
UCM_ZONE(ucm_of_another_name, "Partner-ucm1.example.local")
UCM_ZONE(ucm_unknown, "CEtls-ucm9.example.local")

static void unified_cm_up(struct facts *facts) {
    unified_cm_down(facts);
    zone_active(facts);
}

static void tunnel_alarm_of(struct facts *facts, const char *hosts) {
    raise(facts, 35013)->detail = arena_printf(facts->arena, "No tunnel to %s", hosts);
}

static void tunnel_alarm_of_both(struct facts *facts) {
    tunnel_alarm_of(facts, EDGE1 ", EXPE2.example.com");
}

static void tunnel_alarm_of_second(struct facts *facts) {
    tunnel_alarm_of(facts, EDGE2);
}

/* The dump has the alarm of the start of logging, the log that it was lowered since. */
static void tunnel_alarm_then_lowered(struct facts *facts) {
    raise(facts, 35013)->source = ALARM_FROM_STATUS;
    struct alarm_seen *later = raise(facts, 35013);
    later->source = ALARM_FROM_LOG;
    later->is_lowered = true;
}

static void tunnel_alarm_in_log_first(struct facts *facts) {
    struct alarm_seen *later = raise(facts, 35013);
    later->source = ALARM_FROM_LOG;
    later->is_lowered = true;
    raise(facts, 35013)->source = ALARM_FROM_STATUS;
}

static void tunnel_down_and_alarm(struct facts *facts) {
    tunnel_down(facts);
    tunnel_alarm_of_both(facts);
}

#define AGAINST(number)                                                                                      \
    static void alarm_##number(struct facts *facts) {                                                        \
        raise(facts, number);                                                                                \
    }
AGAINST(40048)
AGAINST(40068)
AGAINST(40078)

static void tunnel_down_with_zone(struct facts *facts) {
    speaks_tls(facts);
    zone_failed(facts);
    tunnel_down(facts);
}

static void zone_failed_for_its_port(struct facts *facts) {
    whole_and_failed(facts);
    zone_not_reached(facts);
}

/* ---- settings ---- */

static void users_differ_at_both(struct facts *facts) {
    c_zone(facts)->user_differs = e_zone(facts)->user_differs = true;
}

static void users_differ_at_e(struct facts *facts) {
    e_zone(facts)->user_differs = true;
    e_zone(facts)->partner = arena_text(facts->arena, C1 "/another");
}

static void verify_not_said(struct facts *facts) {
    c_zone(facts)->collaboration_edge = TOGGLE_UNKNOWN;
    c_zone(facts)->tls_verify_mode = TOGGLE_UNKNOWN;
}

static void tcp_of_no_unified_zone(struct facts *facts) {
    speaks_tcp(facts);
    c_zone(facts)->is_unified = false;
}

static void tcp_of_both_ends(struct facts *facts) {
    tcp_of_no_unified_zone(facts);
    e_zone(facts)->transport = arena_text(facts->arena, "TCP");
}

static void peer_cut_off(struct facts *facts) {
    without_peer(facts);
    texts_add(facts->arena, &c_zone(facts)->lacks, "peer 1 address");
}

static void without_verify_name_and_mode(struct facts *facts) {
    without_verify_name(facts);
    e_zone(facts)->tls_verify_mode = TOGGLE_OFF;
}

static void services_on(struct facts *facts) {
    speaks_tls(facts);
    c_zone(facts)->collaboration_edge = e_zone(facts)->collaboration_edge = TOGGLE_ON;
}

static void services_off_at_both(struct facts *facts) {
    speaks_tls(facts);
    c_zone(facts)->collaboration_edge = e_zone(facts)->collaboration_edge = TOGGLE_OFF;
}

static void no_zone_for_e(struct facts *facts) {
    no_zone_for_mra(facts);
    e_of(facts)->mra = arena_text(facts->arena, "off");
}

static void e_end_is_made_for_it(struct facts *facts) {
    no_zone_for_mra(facts);
    e_zone(facts)->collaboration_edge = TOGGLE_ON;
}

static void one_of_two_is_made_for_it(struct facts *facts) {
    no_zone_for_mra(facts);
    struct box_zone *second = arena_dup(facts->arena, c_zone(facts), sizeof *second);
    second->name = (char *)"second";
    second->collaboration_edge = TOGGLE_ON;
    LIST_ADD(facts->arena, &c_of(facts)->zones, second);
}

/* Two peers of one cluster, whose zone has no partner in the bundles. */
static void cluster_by_name(struct facts *facts, const char *other_zone) {
    e2_add(facts)->name = (char *)other_zone;
    e_of(facts)->cluster = facts->bundles.v[2]->cluster = arena_text(facts->arena, "expe.example.com");
    e_zone(facts)->partner = facts->bundles.v[2]->zones.v[0]->partner = NULL;
    e_zone(facts)->port = 7002;
}

static void cluster_port_differs(struct facts *facts) {
    cluster_by_name(facts, "from C");
}

/* Expressway-C dials what one peer of the cluster has, and the other has not. */
static struct box_zone *odd_peer(struct facts *facts) {
    struct box_zone *odd = e2_add(facts);
    e_of(facts)->cluster = facts->bundles.v[2]->cluster = arena_text(facts->arena, "expe.example.com");
    odd->port = c_zone(facts)->port;
    e_zone(facts)->partner = arena_text(facts->arena, C1 "/mra");
    odd->has_user = e_zone(facts)->has_user = true;
    return odd;
}

static void odd_port(struct facts *facts) {
    odd_peer(facts)->port = 7002;
}

static void odd_port_of_no_cluster(struct facts *facts) {
    odd_port(facts);
    facts->bundles.v[2]->cluster = arena_text(facts->arena, "another.example.com");
}

static void no_peer_has_port(struct facts *facts) {
    odd_port(facts);
    e_zone(facts)->port = 7002;
}

static void odd_user(struct facts *facts) {
    odd_peer(facts)->user_differs = true;
}

static void no_peer_has_user(struct facts *facts) {
    odd_user(facts);
    e_zone(facts)->user_differs = true;
}

static void other_zone_of_cluster(struct facts *facts) {
    cluster_by_name(facts, "another");
}

static void cluster_user_differs(struct facts *facts) {
    e2_add(facts)->has_user = true;
}

static void cluster_differs_much(struct facts *facts) {
    struct box_zone *other = e2_add(facts);
    other->transport = (char *)"TCP";
    other->port = 7009;
    texts_add(facts->arena, &other->peers, "192.0.2.11");
}

/* A bundle of the other side stands between those of the peers. */
static void cluster_differs_behind_c(struct facts *facts) {
    struct bundle *e = e_of(facts);
    cluster_differs(facts);
    facts->bundles.v[0] = facts->bundles.v[1];
    facts->bundles.v[1] = e;
}

static void own_name_where_mode_is_off(struct facts *facts) {
    cluster_name_differs(facts);
    facts->bundles.v[2]->zones.v[0]->tls_verify_mode = TOGGLE_OFF;
}

static void own_name_in_certificate(struct facts *facts) {
    cluster_name_differs(facts);
    cert_add_name(facts, facts->deployment->c.nodes.v[0]->certificate.v[0], NAME_DNS,
                  "elsewhere.example.local");
}

static void left_out(struct facts *facts, const char *name) {
    struct left_out *left = ARENA_NEW(facts->arena, struct left_out);
    *left = (struct left_out){.name = arena_text(facts->arena, name), .why = (char *)"line 1: no END line"};
    LIST_ADD(facts->arena, &c_of(facts)->files_left_out, left);
}

static void trust_unreadable(struct facts *facts) {
    without_trust(facts);
    left_out(facts, "dump/server_1.pem");
    left_out(facts, "dump/ca_1.pem");
}

static void certificate_unreadable(struct facts *facts) {
    without_certificate(facts);
    left_out(facts, "server_1.pem");
}

static const struct told_row told[] = {
    {"no settings", without_settings, "host.bundle", C1, "lacks", "[\"settings (xconf_dump)\"]", bundles},
    {"no trust list", without_trust, "host.bundle", C1, "lacks", "[\"trust list (ca_*.pem)\"]", bundles},
    {"no certificate", without_certificate, "host.bundle", C1, "lacks",
     "[\"server certificate (server_*.pem)\"]", bundles},
    {"no zones", without_zones, "host.bundle", C1, "lacks", "[\"the settings of its zones\"]", bundles},
    {"a setting that was cut off", verify_name_cut_off, "host.bundle", EDGE1, "lacks",
     "[\"TLS verify subject name of the zone from C\"]", bundles},
    {"another certificate in the capture: the file's is what was wanted", captured_other_by_digest,
     "host.bundle", EDGE1, "wanted", "\"the file's\"", bundles},
    {"and the wire's is what was found", captured_other_by_digest, "host.bundle", EDGE1, "found",
     "\"the wire's\"", bundles},
    {"C dialled with another", c_dialled_with_another, "host.bundle", C1, "found", "\"the wire's\"", bundles},
    {"which of two C dialled is not known", one_of_two_c_dialled, "host.bundle", C1, "found", NULL, bundles},
    {"a peer of the zone is down", peer_down, "zone.status", "zone:mra", "(node)", EDGE1, bundles},
    {"the other peer is down, by its address", peers_down_by_address, "zone.status", "zone:mra", "(node)",
     EDGE2, bundles},
    {"a changed certificate: the zone says so, too", certificate_changed, "host.alarm", C1 "/15028",
     "explained_by", "\"zone.status zone:mra\"", bundles},
    {"nothing explains it", cluster_alarm, "host.alarm", C1 "/20004", "explained_by", NULL, bundles},
    {"restarted twice", restarted_twice, "host.bundle", C1, "changes",
     "[\"" LATER " System Restart (2 times)\"]", bundles},
    {"restarted once", restarted_after, "host.bundle", C1, "changes", "[\"" LATER " System Restart\"]",
     bundles},
    {"two changes", restarted_and_changed, "host.bundle", C1, NULL, "System Restart, and 1 more", bundles},
    {"a zone that was up failed", was_up_and_failed, "host.bundle", C1, "changes",
     "[\"" LATER " zone mra failed, and was Active when logging began\"]", bundles},
    {"one contradiction", contradictory, "host.bundle", C1, "contradictions",
     "[\"sip tls mode: on by the text; off by the XML\"]", bundles},
    {"two contradictions", contradictory_twice, "host.bundle", C1, NULL, "off by the XML; and 1 more",
     bundles},
    {"which port SIP over TLS is to have", sip_tls_port, "host.settings", EDGE1, "wanted", "\"5061\"",
     bundles},
    {"which it has", sip_tls_port, "host.settings", EDGE1, "found", "\"5065\"", bundles},
    {"E goes by its peer address: a name", sip_tls_port, "host.settings", EDGE1, "(node)", EDGE1, bundles},
    {"an address", peer_is_address, "host.settings", EDGE1, "(node)", "203.0.113.10", bundles},
    {"another name of it", peer_is_alias, "host.settings", EDGE1, "(node)", "edge.example.net", bundles},
    {"the only one of the only E", only_peer, "host.settings", EDGE1, "(node)", "elsewhere.example.net",
     bundles},
    {"of two that nobody knows, none", two_unknown_peers, "host.settings", EDGE1, "(node)", EDGE1, bundles},
    {"how often an alarm was raised", alarm_often, "host.alarm", C1 "/25022", "count", "7", bundles},
    {"since when", alarm_often, "host.alarm", C1 "/25022", "first", "\"" NOON "\"", bundles},
    {"until when", alarm_often, "host.alarm", C1 "/25022", "last", "\"" LAST "\"", bundles},
    {"the clock since when", alarm_often, "host.clock", C1, "first", "\"" NOON "\"", bundles},
    {"an alarm of NTP says it, too", alarm_of_ntp, "host.clock", C1, NULL,
     "does not follow its NTP servers (alarm 25020)", bundles},
    {"no NTP server", without_ntp, "host.clock", C1, "ntp_servers", "0", bundles},

    {"often, from when to when", zone_failed_often, "zone.status", C1 ON_C, NULL,
     "2 times, " LATER " to " LAST ": ", bundles},
    {"often in one second", zone_failed_at_once, "zone.status", C1 ON_C, NULL, "2 times, " LATER ": ",
     bundles},
    {"once", zone_failed_once, "zone.status", C1 ON_C, NULL, "so once, " LATER ": ", bundles},
    {"lines without time", zone_failed_sometime, "zone.status", C1 ON_C, NULL, "so 2 times: ", bundles},
    {"two groups: from the first", zone_failed_in_two_groups, "zone.status", C1 ON_C, "first", "\"" NOON "\"",
     bundles},
    {"to the last", zone_failed_in_two_groups, "zone.status", C1 ON_C, "last", "\"" LAST "\"", bundles},
    {"in order: from the first", zone_failed_in_two_groups_in_order, "zone.status", C1 ON_C, "first",
     "\"" NOON "\"", bundles},
    {"in order: to the last", zone_failed_in_two_groups_in_order, "zone.status", C1 ON_C, "last",
     "\"" LAST "\"", bundles},
    {"all together", zone_failed_in_two_groups, "zone.status", C1 ON_C, "count", "5", bundles},
    {"it bears on the check of the line", zone_failed_once, "zone.status", C1 ON_C, "bears_on",
     "\"net.connect\"", bundles},
    {"the reason tells most", with_reason, "zone.status", C1 ON_C, NULL, ": the reason", bundles},
    {"then the detail", with_detail, "zone.status", C1 ON_C, NULL, ": the detail", bundles},
    {"then the event", with_event, "zone.status", C1 ON_C, NULL, ": the event", bundles},
    {"then what the line is called", zone_failed_once, "zone.status", C1 ON_C, NULL, ": tcp-failed", bundles},
    {"which of E's nodes C spoke to is not told", zone_failed_once, "zone.status", C1 ON_C, "(node)", NULL,
     bundles},
    {"it is E's side", zone_failed_once, "zone.status", C1 ON_C, "(role)", "expressway-e", bundles},
    {"an alert is about one's own certificate", refused_by_alert, "tls.handshake", C1 ON_C, "(role)",
     "expressway-c", bundles},
    {"and one's own node", refused_by_alert, "tls.handshake", C1 ON_C, "(node)", C1, bundles},
    {"by the port, the second zone", line_of_second_zone, "zone.status", C1 ON_C, "(zone)", "second",
     bundles},
    {"by a port of neither, none", line_of_no_zone, "zone.status", C1 ON_C, "(zone)", NULL, bundles},
    {"of one zone alone it is that", line_of_the_only_zone, "zone.status", C1 ON_C, "(zone)", "mra", bundles},
    {"which name was wanted", name_refused_on_zone, "name.tls-verify", NULL, "wanted", "[\"" C1 "\"]",
     bundles},
    {"by which zone", name_refused_on_zone, "name.tls-verify", NULL, "zones", "[\"from C\"]", bundles},
    {"and which was found", name_refused_on_zone, "name.tls-verify", NULL, "found",
     "[\"stranger.example.org\"]", bundles},
    {"on a port of no zone none was", name_refused_on_another_zone, "name.tls-verify", NULL, "wanted", NULL,
     bundles},
    {"of a partner, the neighbour zone's", name_refused_on_b2b, "name.tls-verify", NULL, "wanted",
     "[\"sip.partner.org\"]", bundles},

    {"the dump tells it", zone_failed_by_dump, "zone.status", "zone:mra", "told_by",
     "\"status dump of expc1.example.local, " NOON "\"", bundles},
    {"and when", zone_failed_by_dump, "zone.status", "zone:mra", NULL, "has the zone mra Failed at " NOON,
     bundles},
    {"a dump without a date", zone_failed, "zone.status", "zone:mra", "told_by",
     "\"status dump of expc1.example.local\"", bundles},
    {"which peer is down", peer_down, "zone.status", "zone:mra", "far", "\"expe1.example.com\"", bundles},
    {"and whose it is", peer_down, "zone.status", "zone:mra", "(role)", "expressway-e", bundles},
    {"which node of Unified CM", unified_cm_down, "zone.status", "zone:CEtls-ucm1.example.local", "(node)",
     UCM1, bundles},
    {"nothing here explains Unified CM", unified_cm_down, "zone.status", "zone:CEtls-ucm1.example.local",
     "explained_by", NULL, bundles},
    {"to whom there is no tunnel", tunnel_down, "zone.status", "zone:mra", "far", "\"expe1.example.com\"",
     bundles},
    {"by the alarm: the first", tunnel_alarm_of_both, "zone.status", "zone:mra", "far",
     "\"expe1.example.com\"", bundles},
    {"and the second, in other letters", tunnel_alarm_of_both, "zone.status", "zone:mra", "far",
     "\"expe2.example.com\"", bundles},
    {"by the alarm: the second alone", tunnel_alarm_of_second, "zone.status", "zone:mra", "(node)", EDGE2,
     bundles},
    {"an alarm that names nobody", tunnel_alarm, "zone.status", "zone:mra", "far", "null", bundles},
    {"the dump names them, so the alarm is not asked", tunnel_down_and_alarm, "zone.status", "zone:mra",
     "alarm", NULL, bundles},
    {"tunnels hang on the zone", tunnel_down_with_zone, "zone.status", "zone:mra", "explained_by",
     "\"zone.status zone:mra\"", bundles},
    {"the zone hangs on its port", zone_failed_for_its_port, "zone.status", "zone:mra", "explained_by",
     "\"zone.status " C1 ON_C "\"", bundles},

    {"whose port it is", other_port, "zone.pairing", "zone:mra", "found", "\"7002\"", bundles},
    {"and which the partner has", other_port, "zone.pairing", "zone:mra", "wanted", "\"7001\"", bundles},
    {"the partner", NULL, "zone.pairing", "zone:mra", "partner", "\"" EDGE1 "/from C\"", bundles},
    {"which transport", speaks_tcp, "zone.settings", "zone:mra", "found", "\"TCP\"", bundles},
    {"what peers differ in", cluster_differs, "zone.cluster", "zone:from C", "differences",
     "[\"TLS verify mode off, there on\"]", bundles},
    {"in the port", cluster_port_differs, "zone.cluster", "zone:from C", "differences",
     "[\"port 7001, there 7002\"]", bundles},
    {"in the user", cluster_user_differs, "zone.cluster", "zone:from C", "differences", "[\"the user name\"]",
     bundles},
    {"in three things", cluster_differs_much, "zone.cluster", "zone:from C", NULL,
     "differ: port 7009, there 7001; and 2 more", bundles},
    {"which peer looks for another name", cluster_name_differs, "zone.cluster", "zone:from C", "wanted",
     "\"elsewhere.example.local\"", bundles},
    {"a trust list that is no PEM", trust_unreadable, "host.bundle", C1, "lacks",
     "[\"a readable trust list (ca_*.pem: line 1: no END line)\"]", bundles},
    {"a certificate that is no PEM", certificate_unreadable, "host.bundle", C1, "lacks",
     "[\"a readable server certificate (server_*.pem: line 1: no END line)\"]", bundles},
};

static const struct told_row told_after_root_missing[] = {
    {"the zone is down for it", whole_and_failed, "zone.status", "zone:mra", "explained_by",
     "\"chain.zone expressway-e:expe1.example.com\"", bundles},
    {"the tunnels are down for it, too", tunnel_alarm, "host.alarm", C1 "/35013", "explained_by",
     "\"chain.zone expressway-e:expe1.example.com\"", bundles},
    {"the log has it, too", verify_failed, "chain.zone", "expressway-e:" EDGE1, "count", "2", bundles},
};

static const struct told_row told_after_tunnel_refused[] = {
    {"a line about trust is of the tunnel's trust, too", root_not_found, "chain.ssh-tunnel",
     "expressway-e:" EDGE1, "count", "2", bundles},
    {"a line about a name is not", name_not_found, "chain.ssh-tunnel", "expressway-e:" EDGE1, "count", NULL,
     bundles},
    {"a tunnel is down", tunnel_down, "zone.status", "zone:mra", "explained_by",
     "\"chain.ssh-tunnel expressway-e:expe1.example.com\"", bundles},
    {"a tunnel failed somehow", tunnel_unclear, "zone.status", C1 ON_C, "explained_by",
     "\"chain.ssh-tunnel expressway-e:expe1.example.com\"", bundles},
    {"a zone has no tunnel", whole_and_failed, "zone.status", "zone:mra", "explained_by", NULL, bundles},
    {"the alarm of tunnels", tunnel_alarm, "host.alarm", C1 "/35013", "explained_by",
     "\"chain.ssh-tunnel expressway-e:expe1.example.com\"", bundles},
};

static const struct told_row told_after_e_lacks_usage[] = {
    {"the log of C says so of E", verify_failed, "cert.eku", EDGE1, "count", "2", bundles},
};

static const struct told_row told_after_c_lacks_usage[] = {
    {"what C says of E is not C's own fault", verify_failed, "cert.eku", C1, "count", NULL, bundles},
};

static const struct told_row told_after_c_expired[] = {
    {"E's alert says it of C", expired_by_alert, "cert.validity", C1, "count", "2", bundles},
    {"another alert does not", failed_by_alert, "cert.validity", C1, "count", NULL, bundles},
};

static const struct told_row told_after_c_not_trusted[] = {
    {"E's alert says it of C", refused_by_alert, "chain.zone", "expressway-c:" C1, "count", "2", bundles},
    {"and the finding says so", refused_by_alert, "chain.zone", "expressway-c:" C1, NULL,
     "; the log of expc1.example.local has it 2 times", bundles},
    {"another alert does not", failed_by_alert, "chain.zone", "expressway-c:" C1, "count", NULL, bundles},
};

static const struct told_row told_after_client_port[] = {
    {"what clients meet is not the zone's trouble", whole_and_failed, "zone.status", "zone:mra",
     "explained_by", NULL, bundles},
};

static const struct told_row told_after_zone_port[] = {
    {"the zone's own port is", whole_and_failed, "zone.status", "zone:mra", "explained_by",
     "\"tls.handshake expe1.example.com:7001\"", bundles},
};

static const struct told_row told_after_tunnel_port[] = {
    {"and the tunnel's", whole_and_failed, "zone.status", "zone:mra", "explained_by",
     "\"tls.handshake expe1.example.com:2222\"", bundles},
};

static const struct told_row told_after_old_chain[] = {
    {"a warning explains nothing", whole_and_failed, "zone.status", "zone:mra", "explained_by", NULL,
     bundles},
};

static const struct told_row told_after_other_zone[] = {
    {"another zone's fault explains nothing", whole_and_failed, "zone.status", "zone:mra", "explained_by",
     NULL, bundles},
};

static const struct told_row told_after_e_cluster_name[] = {
    {"the other cluster's name is not C's trouble", cluster_alarm, "host.alarm", C1 "/20004", "explained_by",
     NULL, bundles},
};

static const struct told_row told_after_c_cluster_name[] = {
    {"its own is", cluster_alarm, "host.alarm", C1 "/20004", "explained_by",
     "\"name.cluster expc1.example.local\"", bundles},
};

#define TOLD(judge, rows) assert_told(judge, rows, sizeof(rows) / sizeof *(rows))

static void test_told(void **state) {
    (void)state;
    TOLD(judge_box, told);
    TOLD(judge_after_root_missing, told_after_root_missing);
    TOLD(judge_after_tunnel_refused, told_after_tunnel_refused);
    TOLD(judge_after_e_lacks_usage, told_after_e_lacks_usage);
    TOLD(judge_after_c_lacks_usage, told_after_c_lacks_usage);
    TOLD(judge_after_c_expired, told_after_c_expired);
    TOLD(judge_after_c_not_trusted, told_after_c_not_trusted);
    TOLD(judge_after_client_port, told_after_client_port);
    TOLD(judge_after_zone_port, told_after_zone_port);
    TOLD(judge_after_tunnel_port, told_after_tunnel_port);
    TOLD(judge_after_old_chain, told_after_old_chain);
    TOLD(judge_after_other_zone, told_after_other_zone);
    TOLD(judge_after_e_cluster_name, told_after_e_cluster_name);
    TOLD(judge_after_c_cluster_name, told_after_c_cluster_name);
}

static const struct judge_row more_rows[] = {
    {"C dialled with another: E's bundle is not old for that", c_dialled_with_another, "host.bundle", EDGE1,
     STATUS_PASS, NULL, bundles},
    {"C dialled, and its bundle has no certificate", without_certificate_and_dialled, "host.bundle", C1,
     STATUS_UNKNOWN, "incomplete", bundles},
    {"restarted at the very moment", restarted_at_noon, "host.bundle", C1, STATUS_PASS, NULL, bundles},
    {"a marker is no change", marked, "host.bundle", C1, STATUS_PASS, NULL, bundles},
    {"a zone that was up, and another port failed", was_up_and_another_failed, "host.bundle", C1, STATUS_PASS,
     NULL, bundles},
    {"a zone that was up and went on", was_up_and_went_on, "host.bundle", C1, STATUS_PASS, NULL, bundles},
    {"C alone", c_alone, "host.bundle", "expressway-e", STATUS_UNKNOWN, "other-side-missing", bundles},
    {"another SIP TLS port of C", sip_tls_port_of_c, "host.settings", C1, STATUS_PASS, NULL, bundles},
    {"the usual SIP TLS port", sip_tls_port_as_usual, "host.settings", EDGE1, STATUS_PASS, NULL, bundles},
    {"MRA off at both sides is nobody's slip", mra_off_at_both, "host.settings", C1, STATUS_PASS, NULL,
     bundles},
    {"an error", alarm_error, "host.alarm", C1 "/40068", STATUS_FAIL, "raised", bundles},
    {"an alert", alarm_alert, "host.alarm", C1 "/40068", STATUS_FAIL, "raised", bundles},
    {"an emergency", alarm_emergency, "host.alarm", C1 "/40068", STATUS_FAIL, "raised", bundles},
    {"a notice", alarm_notice, "host.alarm", C1 "/40068", STATUS_WARN, "raised", bundles},
    {"no severity", alarm_without_severity, "host.alarm", C1 "/40068", STATUS_WARN, "raised", bundles},
    {"not synchronised, in other words", not_synchronised_in_words, "host.clock", C1, STATUS_FAIL,
     "not-synchronised", bundles},
    {"nothing tells of the clock", without_clock, "host.clock", C1, ABSENT, NULL, bundles},

    {"a stranger's CA", ca_of_caller_unknown, "chain.zone", NULL, STATUS_FAIL, "caller-untrusted", bundles},
    {"Expressway-C's CA", ca_of_c_unknown, "chain.zone", NULL, STATUS_FAIL, "no-trusted-root", bundles},
    {"which has expired the log does not say", expired_by_words, "cert.validity", C1 ON_C, STATUS_FAIL,
     "expired-logged", bundles},
    {"two faults", refused_and_not_reached, "zone.status", C1 ON_C, STATUS_FAIL, "not-reached", bundles},
    {"and the other of them", refused_and_not_reached, "net.xcp", C1 ON_C, STATUS_FAIL, "refused", bundles},
    {"port reached before", reached_before, "zone.status", C1 ON_C, STATUS_FAIL, "not-reached", bundles},
    {"the tunnel's port is another", tunnel_reached_later, "zone.status", C1 ON_C, STATUS_FAIL, "not-reached",
     bundles},
    {"2222 not reached", tunnel_not_reached, "zone.status", C1 ON_C, STATUS_FAIL, "tunnels-down", bundles},
    {"E dials nobody", e_does_not_reach, "zone.status", EDGE1 ON_C, STATUS_WARN, "failure-logged", bundles},
    {"who called", e_is_called, "zone.status", EDGE1 " from 192.0.2.11", STATUS_WARN, "failure-logged",
     bundles},
    {"who called whom is not told", e_knows_no_direction, "zone.status", EDGE1 " with 192.0.2.10",
     STATUS_WARN, "failure-logged", bundles},
    {"nor with whom", far_not_told, "zone.status", C1, STATUS_FAIL, "not-reached", bundles},
    {"an alarm's line is told as an alarm", alarm_line, "zone.status", C1 ON_C, ABSENT, NULL, bundles},

    {"Unified CM's zone over TCP", ucm_by_tcp, "zone.status", "zone:CEtcp-ucm1.example.local", STATUS_FAIL,
     "ucm-failed", bundles},
    {"over OAuth", ucm_by_oauth, "zone.status", "zone:CEOAuth-ucm1.example.local", STATUS_FAIL, "ucm-failed",
     bundles},
    {"over OAuth, as it was written", ucm_by_oauth_of_old, "zone.status", "zone:CEOAuth ucm1.example.local",
     STATUS_FAIL, "ucm-failed", bundles},
    {"a zone that somebody made", ucm_of_another_name, "zone.status", "zone:Partner-ucm1.example.local",
     ABSENT, NULL, bundles},
    {"of a node that nobody knows", ucm_unknown, "zone.status", "zone:CEtls-ucm9.example.local", ABSENT, NULL,
     bundles},
    {"Unified CM's zone up", unified_cm_up, "zone.status", "zone:CEtls-ucm1.example.local", ABSENT, NULL,
     bundles},
    {"an alarm of the dump that the log has lowered", tunnel_alarm_then_lowered, "zone.status", "zone:mra",
     ABSENT, NULL, bundles},
    {"in another order", tunnel_alarm_in_log_first, "zone.status", "zone:mra", ABSENT, NULL, bundles},
    {"SIP TLS was switched off", alarm_40048, "zone.status", "zone:mra", STATUS_WARN, "alarm-against",
     bundles},
    {"the server certificate ran out", alarm_40068, "zone.status", "zone:mra", STATUS_WARN, "alarm-against",
     bundles},
    {"the client certificate ran out", alarm_40078, "zone.status", "zone:mra", STATUS_WARN, "alarm-against",
     bundles},

    {"a peer with a port of its own", odd_port, "zone.pairing", "zone:from C", STATUS_FAIL,
     "peer-port-differs", bundles},
    {"of another cluster", odd_port_of_no_cluster, "zone.pairing", "zone:from C", STATUS_FAIL, "port-differs",
     bundles},
    {"no peer has Expressway-C's port", no_peer_has_port, "zone.pairing", "zone:from C", STATUS_FAIL,
     "port-differs", bundles},
    {"a peer with a user of its own", odd_user, "zone.authentication", "zone:from C", STATUS_FAIL,
     "peer-user-differs", bundles},
    {"no peer has Expressway-C's user", no_peer_has_user, "zone.authentication", "zone:from C", STATUS_FAIL,
     "user-differs", bundles},

    {"users differ, told by C", users_differ_at_both, "zone.authentication", "zone:mra", STATUS_FAIL,
     "user-differs", bundles},
    {"and not again by E", users_differ_at_both, "zone.authentication", "zone:from C", ABSENT, NULL, bundles},
    {"E tells of another peer that dials it", users_differ_at_e, "zone.authentication", "zone:from C",
     STATUS_FAIL, "user-differs", bundles},
    {"verify mode not said", verify_not_said, "zone.verify-mode", "zone:mra", ABSENT, NULL, bundles},
    {"TCP of a zone whose other end has TLS", tcp_of_no_unified_zone, "zone.settings", "zone:mra",
     STATUS_FAIL, "not-tls", bundles},
    {"TCP at both ends of another zone", tcp_of_both_ends, "zone.settings", "zone:mra", STATUS_PASS, NULL,
     bundles},
    {"a peer address that was cut off", peer_cut_off, "zone.settings", "zone:mra", STATUS_PASS, NULL,
     bundles},
    {"no verify name, and nobody looks for it", without_verify_name_and_mode, "zone.settings", "zone:from C",
     STATUS_PASS, NULL, bundles},
    {"services on", services_on, "zone.settings", "zone:from C", STATUS_PASS, NULL, bundles},
    {"services off at both ends", services_off_at_both, "zone.settings", "zone:from C", STATUS_PASS, NULL,
     bundles},
    {"no zone for MRA, which is off at E", no_zone_for_e, "zone.settings", C1, ABSENT, NULL, bundles},
    {"E's end is made for MRA", e_end_is_made_for_it, "zone.settings", C1, ABSENT, NULL, bundles},
    {"one of two zones is made for MRA", one_of_two_is_made_for_it, "zone.settings", C1, ABSENT, NULL,
     bundles},
    {"peers differ, whatever stands between", cluster_differs_behind_c, "zone.cluster", "zone:from C",
     STATUS_WARN, "differs", bundles},
    {"another zone of the cluster", other_zone_of_cluster, "zone.cluster", "zone:another", ABSENT, NULL,
     bundles},
    {"a name of its own, and nobody looks for it", own_name_where_mode_is_off, "zone.cluster", "zone:from C",
     STATUS_WARN, "differs", bundles},
    {"a name of its own that C has", own_name_in_certificate, "zone.cluster", "zone:from C", STATUS_WARN,
     "differs", bundles},
};

static void test_more_rows(void **state) {
    (void)state;
    assert_rows(judge_box, more_rows, sizeof more_rows / sizeof *more_rows);
}

/* A name of its own is told only where it is looked for and is not there. */
static void test_own_names_just_missed(void **state) {
    (void)state;
    static void (*const misses[])(struct facts *) = {own_name_where_mode_is_off, own_name_in_certificate};
    for (size_t i = 0; i < 2; i++) {
        struct facts *facts = bundles();
        struct findings *findings = findings_new();
        misses[i](facts);
        judge_with(judge_box, facts, findings);
        for (size_t k = 0; k < findings->n; k++)
            assert_false(findings->v[k]->cause ==
                         cause_of(CAUSE_ZONE_CLUSTER_VERIFY_NAME_NOT_IN_CERTIFICATE));
        findings_free(findings);
        facts_free(facts);
    }
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
    assert_int_equal(json_array_size(evidence_value(finding, "log")), 2);
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_more_rows),
                                       cmocka_unit_test(test_own_names_just_missed),
                                       cmocka_unit_test(test_told), cmocka_unit_test(test_log_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
