/* What is there to a zone besides its judges: subjects of what options made, whose list concerns whom, which
 * findings about either side decide zone and tunnel, and the key file? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/outcomes.h"
#include "checks/seen.h"
#include "checks/zone_sides.h"
#include "tests/unit/healthy.h"

#define C_NODE "expc1.example.local"
#define C_NODE2 "expc2.example.local"
#define C_FILE "keys/expc1.key"
#define C_ADMIN C_NODE ":443"

/* ---- file.key ---- */

static struct node *c_node(struct facts *facts) {
    return facts->deployment->c.nodes.v[0];
}

static void key_given(struct facts *facts) {
    c_node(facts)->key_file = arena_text(facts->arena, C_FILE);
}

static void key_cut_short(struct facts *facts) {
    key_given(facts);
    c_node(facts)->key_lacks_newline = true;
}

static void key_with_password(struct facts *facts) {
    key_given(facts);
    c_node(facts)->key_is_encrypted = true;
}

static void key_of_the_probe(struct facts *facts) {
    key_with_password(facts);
    facts->deployment->file = NULL;
}

static void client_key_cut_short(struct facts *facts) {
    c_node(facts)->client_key_file = arena_text(facts->arena, C_FILE);
    c_node(facts)->client_key_lacks_newline = true;
}

static const struct judge_row key_rows[] = {
    {"no key", NULL, "file.key", NULL, ABSENT, NULL, healthy_deployment},
    {"a key", key_given, "file.key", C_FILE, STATUS_PASS, NULL, healthy_deployment},
    {"no newline at its end", key_cut_short, "file.key", C_FILE, STATUS_FAIL, "no-trailing-newline",
     healthy_deployment},
    {"a password", key_with_password, "file.key", C_FILE, STATUS_FAIL, "encrypted", healthy_deployment},
    {"a password on the probe's own copy", key_of_the_probe, "file.key", C_FILE, STATUS_PASS, NULL,
     healthy_deployment},
    {"the client certificate's key without a newline", client_key_cut_short, "file.key", C_FILE, STATUS_FAIL,
     "no-trailing-newline", healthy_deployment},
};

static void key_files_are_judged(void **state) {
    (void)state;
    assert_rows(judge_file, key_rows, sizeof key_rows / sizeof *key_rows);
}

/* ---- subjects ---- */

static void subjects_say_the_side_where_options_made_it(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    const struct node *e = facts->deployment->e.nodes.v[0], *ucm = facts->deployment->ucm.v[0];
    assert_string_equal(subject_of_node(facts, facts->arena, c_node(facts)), C_NODE);
    facts->deployment->file = NULL;
    assert_string_equal(subject_of_node(facts, facts->arena, c_node(facts)), "expressway-c:" C_NODE);
    assert_string_equal(subject_of_node(facts, facts->arena, e), "expressway-e:" EDGE1);
    assert_string_equal(subject_of_node(facts, facts->arena, ucm), UCM1);
    struct findings *findings = judge_all(facts);
    assert_finding(findings, "cert.eku", "expressway-c:" C_NODE, STATUS_PASS, NULL);
    assert_finding(findings, "name.tls-verify", "expressway-c:" C_NODE, STATUS_PASS, NULL);
    findings_free(findings);
    facts_free(facts);
}

/* ---- what a port of C shows ---- */

/* C serves on 443; its file is not at hand. */
static struct facts *c_seen_on_port(void) {
    struct facts *facts = healthy_deployment();
    drop_endpoints(facts, C_NODE);
    struct endpoint *port = add_endpoint(facts, C_NODE, "192.0.2.31", 443, PROTOCOL_TLS, LEG_ADMIN);
    port->role = ROLE_EXPRESSWAY_C;
    port->node = arena_text(facts->arena, C_NODE);
    serve_cert(facts, port, c_node(facts)->certificate.v[0]);
    c_node(facts)->certificate.n = 0;
    c_node(facts)->certificate_file = NULL;
    return facts;
}

static const char *note_of_c(const char *release) {
    static char note[400];
    struct facts *facts = c_seen_on_port();
    struct seen seen;
    struct shown_list all;
    facts->run.release = arena_text(facts->arena, release);
    seen_all(facts, facts->arena, &seen);
    shown_by_c(facts, &seen, facts->arena, &all);
    assert_int_equal(all.n, 1);
    assert_string_equal(all.v[0]->seen_on, C_ADMIN);
    const char *said = store_note(facts, all.v[0]);
    note[0] = 0;
    if (said != NULL)
        strncpy(note, said, sizeof note - 1);
    facts_free(facts);
    return note;
}

static void a_served_certificate_is_warned_of_from_x15_5(void **state) {
    (void)state;
    assert_string_equal(note_of_c("X15.4"), "");
    assert_non_null(strstr(note_of_c("X15.5"), "X15.5"));
}

/* ---- outcomes ---- */

static struct findings *stated;

static enum outcome_state state_of(struct facts *facts, const char *outcome, const char *subject) {
    struct outcomes *outcomes = outcomes_of(facts, stated);
    for (size_t i = 0; i < outcomes->n; i++)
        if (strcmp(outcomes->v[i]->id, outcome) == 0 && strcmp(outcomes->v[i]->subject, subject) == 0)
            return outcomes->v[i]->state;
    fail_msg("no outcome %s %s", outcome, subject);
    return OUTCOME_UNKNOWN;
}

static void state_reach(struct facts *facts) {
    stated = findings_new();
    all_was_seen(facts, stated);
}

static void forget(struct facts *facts) {
    findings_free(stated);
    facts_free(facts);
}

static void eku_on_a_port_of_c_counts_up_to_x15_4(void **state) {
    static const struct {
        const char *release;
        enum outcome_state wanted;
    } rows[] = {{"X15.4", OUTCOME_FAILS}, {"X15.5", OUTCOME_WORKS}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = c_seen_on_port();
        facts->run.release = arena_text(facts->arena, rows[i].release);
        state_reach(facts);
        find_cause(stated, CAUSE_CERT_EKU_MISSING_CLIENT, about_endpoint(facts, endpoint_of(facts, C_ADMIN)),
                   "broken");
        assert_int_equal(state_of(facts, "traversal-zone", EDGE1), rows[i].wanted);
        assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), rows[i].wanted);
        forget(facts);
    }
}

static void a_dead_port_of_c_is_not_the_zone(void **state) {
    (void)state;
    struct facts *facts = c_seen_on_port();
    state_reach(facts);
    find_cause(stated, CAUSE_NET_CONNECT_REFUSED, about_endpoint(facts, endpoint_of(facts, C_ADMIN)),
               "broken");
    assert_int_equal(state_of(facts, "traversal-zone", EDGE1), OUTCOME_WORKS);
    forget(facts);
}

/* Told once for a host, at its first port, which may be 8443. Where Expressway-C answers the log-in the
 * tunnels are up, and may not come up again. */
static void an_underscore_seen_at_any_port_stops_the_tunnel(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    state_reach(facts);
    find_cause(stated, CAUSE_NAME_HOST_UNDERSCORE_UNDERSCORE,
               about_endpoint(facts, endpoint_of(facts, EDGE1_HTTPS)), "broken");
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), OUTCOME_AT_RISK);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->http.n = 0;
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), OUTCOME_FAILS);
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE2), OUTCOME_WORKS);
    assert_int_equal(state_of(facts, "traversal-zone", EDGE1), OUTCOME_WORKS);
    forget(facts);
}

static void a_key_without_newline_stops_every_tunnel(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct about about = {.subject = C_FILE, .node = C_NODE};
    state_reach(facts);
    find_cause(stated, CAUSE_FILE_KEY_NO_TRAILING_NEWLINE, about, "broken");
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), OUTCOME_FAILS);
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE2), OUTCOME_FAILS);
    assert_int_equal(state_of(facts, "traversal-zone", EDGE2), OUTCOME_WORKS);
    forget(facts);
}

/* Two C nodes, each with a list of its own. */
static struct facts *two_nodes(void) {
    struct facts *facts = healthy_deployment();
    add_node(facts, &facts->deployment->c.nodes, C_NODE2, ROLE_EXPRESSWAY_C);
    c_node(facts)->trust = arena_text(facts->arena, "c1.pem");
    facts->deployment->c.nodes.v[1]->trust = arena_text(facts->arena, "c2.pem");
    return facts;
}

static void state_tunnel(const char *list, const char *cause) {
    struct about about = {.subject = "expressway-e:" EDGE1, .node = EDGE1, .zone = "mra", .list = list};
    if (cause == NULL)
        find_pass(stated, CHECK_CHAIN_SSH_TUNNEL, about, "good");
    else
        find_cause(stated, cause_id("chain.ssh-tunnel", cause), about, "broken");
}

static void a_list_concerns_the_node_that_has_it(void **state) {
    (void)state;
    struct facts *facts = two_nodes();
    state_reach(facts);
    state_tunnel("c1.pem", NULL);
    state_tunnel("c2.pem", "missing-intermediate");
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), OUTCOME_AT_RISK);
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE2), OUTCOME_WORKS);
    state_tunnel("c1.pem", "missing-intermediate");
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), OUTCOME_FAILS);
    forget(facts);
}

static void a_zone_that_fails_for_one_node_puts_the_tunnel_at_risk(void **state) {
    (void)state;
    struct facts *facts = two_nodes();
    struct about about = {.subject = "expressway-c:" C_NODE2, .node = C_NODE2, .zone = "mra"};
    state_reach(facts);
    find_cause(stated, CAUSE_NAME_TLS_VERIFY_MISSING_ON_NODE, about, "broken");
    assert_int_equal(state_of(facts, "traversal-zone", EDGE1), OUTCOME_AT_RISK);
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), OUTCOME_AT_RISK);
    forget(facts);
}

static void what_is_not_known_of_the_zone_says_nothing_of_the_tunnel(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct about about = {.subject = "zone:mra", .zone = "mra"};
    state_reach(facts);
    find_cause(stated, CAUSE_NAME_TLS_VERIFY_CERTIFICATE_NOT_VISIBLE, about, "not seen");
    assert_int_equal(state_of(facts, "traversal-zone", EDGE1), OUTCOME_AT_RISK);
    assert_int_equal(state_of(facts, "ssh-tunnel", EDGE1), OUTCOME_WORKS);
    forget(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_files_are_judged),
        cmocka_unit_test(subjects_say_the_side_where_options_made_it),
        cmocka_unit_test(a_served_certificate_is_warned_of_from_x15_5),
        cmocka_unit_test(eku_on_a_port_of_c_counts_up_to_x15_4),
        cmocka_unit_test(a_dead_port_of_c_is_not_the_zone),
        cmocka_unit_test(an_underscore_seen_at_any_port_stops_the_tunnel),
        cmocka_unit_test(a_key_without_newline_stops_every_tunnel),
        cmocka_unit_test(a_list_concerns_the_node_that_has_it),
        cmocka_unit_test(a_zone_that_fails_for_one_node_puts_the_tunnel_at_risk),
        cmocka_unit_test(what_is_not_known_of_the_zone_says_nothing_of_the_tunnel),
    };
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
