/* What does the report say of those who dialled in? From a healthy caller, one thing changed per row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/outcomes.h"
#include "tests/unit/healthy.h"

#define CALLER "198.51.100.7"
#define SUBJECT "expressway-c:198.51.100.7"
#define ZONE "0.0.0.0:7001"

static struct caller *add_caller(struct facts *facts, const char *address) {
    struct caller *caller = ARENA_NEW(facts->arena, struct caller);
    caller->address = arena_text(facts->arena, address);
    caller->port = 25001;
    caller->listener = arena_text(facts->arena, ZONE);
    caller->zone = caller->listener;
    caller->shown = arena_text(facts->arena, "expe.pem");
    caller->tls.state = TLS_ESTABLISHED;
    caller->tls.version = arena_text(facts->arena, "TLSv1.2");
    caller->tls.client_auth = CLIENT_AUTH_ACCEPTED;
    texts_add(facts->arena, &caller->offer.versions, "TLSv1.2");
    LIST_ADD(facts->arena, &caller->tls.chain, cert_new(facts, "expc1.example.local"));
    LIST_ADD(facts->arena, &facts->callers, caller);
    return caller;
}

/* As commands/listen.c makes it of one caller with a certificate. */
static struct facts *listened(void) {
    struct facts *facts = facts_new();
    facts->run.release_from = arena_text(facts->arena, "default");
    struct deployment *d = deployment_of(facts);
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    facts->run.command = arena_text(facts->arena, "listen");
    facts->run.target = arena_text(facts->arena, ZONE);
    facts->run.release = arena_text(facts->arena, "X15.5");
    facts->run.at = facts->run.started = 1800000000;
    zone->name = facts->run.target;
    zone->port = 7001;
    zone->tls_verify_name = arena_text(facts->arena, "expc1.example.local");
    LIST_ADD(facts->arena, &d->zones, zone);
    struct caller *caller = add_caller(facts, CALLER);
    struct node *node = add_node(facts, &d->c.nodes, CALLER, ROLE_EXPRESSWAY_C);
    node->address = caller->address;
    node->certificate = caller->tls.chain;
    node->certificate_seen = arena_text(facts->arena, "0.0.0.0:7001 (it dialled in)");
    caller->node = node->name;
    return facts;
}

static struct caller *caller_of(struct facts *facts) {
    return facts->callers.v[0];
}

static void drop_certificate(struct facts *facts) {
    caller_of(facts)->tls.chain = (struct certs){NULL, 0};
    caller_of(facts)->node = NULL;
    facts->deployment->c.nodes.n = 0;
}

static void presents_none(struct facts *facts) {
    drop_certificate(facts);
    caller_of(facts)->tls.client_auth = CLIENT_AUTH_REQUESTED;
}

/* As the listener tells it. */
static enum side ended_by(enum tls_state state) {
    switch (state) {
    case TLS_NOT_TLS:
    case TLS_MALFORMED:
    case TLS_LOCAL_ERROR:
        return SIDE_US;
    case TLS_TIMEOUT:
        return SIDE_NOBODY;
    default:
        return SIDE_PEER;
    }
}

static void ends(struct facts *facts, enum tls_state state, bool after_hello) {
    struct tls_attempt *tls = &caller_of(facts)->tls;
    drop_certificate(facts);
    tls->state = state;
    tls->ended_by = ended_by(state);
    tls->version = NULL;
    tls->error = arena_text(facts->arena, "as the test wants it");
    tls->client_auth = CLIENT_AUTH_NOT_SEEN;
    if (!after_hello)
        caller_of(facts)->offer.versions.n = 0;
}

static void refuses(struct facts *facts) {
    ends(facts, TLS_ALERT, true);
    tls_alerts(facts, &caller_of(facts)->tls, 48, SIDE_PEER);
}

static void refuses_throw_away(struct facts *facts) {
    refuses(facts);
    caller_of(facts)->shown = NULL;
}

static void closes_on_throw_away(struct facts *facts) {
    ends(facts, TLS_CLOSED, true);
    caller_of(facts)->shown = NULL;
}

static void closes(struct facts *facts) {
    ends(facts, TLS_CLOSED, true);
}

static void resets(struct facts *facts) {
    ends(facts, TLS_RESET, true);
}

static void is_silent(struct facts *facts) {
    ends(facts, TLS_TIMEOUT, false);
}

static void speaks_http(struct facts *facts) {
    ends(facts, TLS_NOT_TLS, false);
}

static void is_malformed(struct facts *facts) {
    ends(facts, TLS_MALFORMED, false);
}

static void we_fail(struct facts *facts) {
    ends(facts, TLS_LOCAL_ERROR, true);
}

/* A second connection that does not speak TLS. */
static void other_is(struct facts *facts, const char *address, enum tls_state state) {
    struct caller *other = add_caller(facts, address);
    other->tls.chain.n = 0;
    other->tls.state = state;
    other->tls.ended_by = ended_by(state);
    other->tls.client_auth = CLIENT_AUTH_NOT_SEEN;
    other->tls.error = arena_text(facts->arena, "as the test wants it");
    other->offer.versions.n = 0;
}

static void also_checked(struct facts *facts) {
    other_is(facts, "198.51.100.9", TLS_CLOSED);
}

static void also_http_from_there(struct facts *facts) {
    other_is(facts, CALLER, TLS_NOT_TLS);
}

static void also_http_from_elsewhere(struct facts *facts) {
    other_is(facts, "198.51.100.9", TLS_NOT_TLS);
}

static void another_shows_one(struct facts *facts, const char *address) {
    presents_none(facts);
    add_caller(facts, address)->node = NULL;
}

static void another_from_there_shows_one(struct facts *facts) {
    another_shows_one(facts, CALLER);
}

static void another_from_elsewhere_shows_one(struct facts *facts) {
    another_shows_one(facts, "198.51.100.9");
}

#define HANDSHAKE "tls.handshake"
#define AUTH "tls.client-auth"
static const struct judge_row tls_rows[] = {
    {"good", NULL, HANDSHAKE, SUBJECT, STATUS_PASS, NULL, listened},
    {"good", NULL, AUTH, SUBJECT, STATUS_PASS, NULL, listened},
    {"no certificate", presents_none, AUTH, SUBJECT, STATUS_FAIL, "presented-none", listened},
    {"no certificate", presents_none, HANDSHAKE, SUBJECT, STATUS_PASS, NULL, listened},
    {"refuses", refuses, HANDSHAKE, SUBJECT, STATUS_FAIL, "alert-unknown-ca", listened},
    {"refuses", refuses, AUTH, SUBJECT, STATUS_SKIP, NULL, listened},
    {"refuses a throw-away", refuses_throw_away, HANDSHAKE, SUBJECT, STATUS_UNKNOWN, NULL, listened},
    {"closes on a throw-away", closes_on_throw_away, HANDSHAKE, SUBJECT, STATUS_UNKNOWN, NULL, listened},
    {"closes", closes, HANDSHAKE, SUBJECT, STATUS_FAIL, "closed", listened},
    {"resets", resets, HANDSHAKE, SUBJECT, STATUS_FAIL, "reset", listened},
    {"silent", is_silent, HANDSHAKE, SUBJECT, STATUS_FAIL, "caller-silent", listened},
    {"http", speaks_http, HANDSHAKE, SUBJECT, STATUS_FAIL, "caller-not-tls", listened},
    {"malformed", is_malformed, HANDSHAKE, SUBJECT, STATUS_FAIL, "malformed", listened},
    {"our fault", we_fail, HANDSHAKE, SUBJECT, STATUS_UNKNOWN, NULL, listened},
    {"a health check beside it", also_checked, HANDSHAKE, "expressway-c:198.51.100.9", STATUS_SKIP, NULL,
     listened},
    {"noise from its own address", also_http_from_there, HANDSHAKE, SUBJECT, STATUS_SKIP, NULL, listened},
    {"another peer without TLS", also_http_from_elsewhere, HANDSHAKE, "expressway-c:198.51.100.9",
     STATUS_FAIL, "caller-not-tls", listened},
    {"none, and one from the same address", another_from_there_shows_one, AUTH, SUBJECT, STATUS_SKIP, NULL,
     listened},
    {"none, and one from another", another_from_elsewhere_shows_one, AUTH, SUBJECT, STATUS_UNKNOWN, NULL,
     listened},
};

static void wants_other_name(struct facts *facts) {
    facts->deployment->zones.v[0]->tls_verify_name = arena_text(facts->arena, "expc.example.local");
}

static const struct judge_row name_rows[] = {
    {"its name", NULL, "name.tls-verify", SUBJECT, STATUS_PASS, NULL, listened},
    {"another name", wants_other_name, "name.tls-verify", SUBJECT, STATUS_FAIL, "no-match", listened},
    {"no certificate", presents_none, "name.tls-verify", "zone:" ZONE, STATUS_UNKNOWN,
     "certificate-not-visible", listened},
};

static void serves_only(struct facts *facts) {
    struct texts *eku = &facts->deployment->c.nodes.v[0]->certificate.v[0]->eku;
    *eku = (struct texts){NULL, 0};
    texts_add(facts->arena, eku, "serverAuth");
}

static const struct judge_row cert_rows[] = {
    {"both", NULL, "cert.eku", NULL, STATUS_PASS, NULL, listened},
    {"server only", serves_only, "cert.eku", NULL, STATUS_FAIL, "missing-client", listened},
};

static const struct told_row told[] = {
    {"what was agreed", NULL, HANDSHAKE, SUBJECT, "version", "\"TLSv1.2\"", listened},
    {"nothing was", refuses, HANDSHAKE, SUBJECT, "version", NULL, listened},
    {"and how it ended", refuses, HANDSHAKE, SUBJECT, "alert",
     "{\"number\": 48, \"name\": \"unknown_ca\", \"sent_by\": \"peer\"}", listened},
    {"what was offered", NULL, HANDSHAKE, SUBJECT, "offered_versions", "[\"TLSv1.2\"]", listened},
    {"who spoke no TLS offered nothing", speaks_http, HANDSHAKE, SUBJECT, "offered_versions", NULL, listened},
    {"what we showed", NULL, HANDSHAKE, SUBJECT, "shown", "\"expe.pem\"", listened},
    {"and where nothing was given", closes_on_throw_away, HANDSHAKE, SUBJECT, "shown",
     "\"a throw-away certificate\"", listened},
    {"what it presented", NULL, AUTH, SUBJECT, "found", "\"CN=expc1.example.local,O=Example\"", listened},
    {"nothing", presents_none, AUTH, SUBJECT, "found", "null", listened},
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_tls, told, sizeof told / sizeof *told);
}

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_tls, tls_rows, sizeof tls_rows / sizeof *tls_rows);
    assert_rows(judge_name, name_rows, sizeof name_rows / sizeof *name_rows);
    assert_rows(judge_cert, cert_rows, sizeof cert_rows / sizeof *cert_rows);
}

/* The certificate is the client's own, so X15.5's two stores are no reservation; and it says where it is
 * from. */
static void test_origin(void **state) {
    (void)state;
    struct facts *facts = listened();
    struct findings *findings = judge_all(facts);
    const struct finding *f = find_finding(findings, "name.tls-verify", SUBJECT);
    assert_non_null(f);
    assert_evidence(f, "seen_on", "\"0.0.0.0:7001 (it dialled in)\"");
    assert_null(evidence_value(f, "note"));
    assert_null(evidence_value(f, "file"));
    findings_free(findings);
    facts_free(facts);
}

static enum outcome_state zone_state(void (*break_it)(struct facts *), const char *id) {
    struct facts *facts = listened();
    if (break_it != NULL)
        break_it(facts);
    struct findings *findings = judge_all(facts);
    struct outcomes *outcomes = outcomes_of(facts, findings);
    enum outcome_state state = (enum outcome_state)(-1);
    for (size_t i = 0; i < outcomes->n; i++)
        if (strcmp(outcomes->v[i]->id, id) == 0) {
            assert_string_equal(outcomes->v[i]->subject, ZONE);
            state = outcomes->v[i]->state;
        }
    findings_free(findings);
    facts_free(facts);
    return state;
}

/* A zone without peers has outcomes under its own name. */
static void test_outcomes(void **state) {
    (void)state;
    assert_int_equal(zone_state(NULL, "traversal-zone"), OUTCOME_UNKNOWN); /* no trust list was given */
    assert_int_equal(zone_state(presents_none, "traversal-zone"), OUTCOME_FAILS);
    assert_int_equal(zone_state(presents_none, "ssh-tunnel"), OUTCOME_FAILS); /* after the zone */
    assert_int_equal(zone_state(wants_other_name, "traversal-zone"), OUTCOME_FAILS);
    assert_int_equal(zone_state(is_silent, "traversal-zone"), OUTCOME_FAILS);
    assert_int_equal(zone_state(serves_only, "ssh-tunnel"), OUTCOME_FAILS);
    assert_int_equal(zone_state(refuses_throw_away, "traversal-zone"), OUTCOME_UNKNOWN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_origin),
        cmocka_unit_test(test_outcomes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
