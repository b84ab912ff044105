/* Is "X14.3" read as the number that compares, and anything else refused? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "catalogue/release.h"
#include "expressway/release_told.h"

static void releases_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int release;
    } rows[] = {{"X14.3", RELEASE_X14_3}, {"x14.0.8", RELEASE_X14_0_8},
                {"14.2", RELEASE_X14_2},  {"X12.6", RELEASE_X12_6},
                {"X15.5", RELEASE_X15_5}, {"X15.5.3", 150503},
                {"X8.11.4", 81104},       {"X12.5.9", 120509},
                {"X14.0.11", 140011},     {RELEASE_NEWEST, RELEASE_X15_5}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int release = 0;
        if (!release_read(rows[i].text, &release) || release != rows[i].release)
            fail_msg("%s: %d", rows[i].text, release);
    }
}

static void others_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",      "X",     "X14",    "X14.",   "X14.3.", "X14.3.1.1", "X15.6",  "X16.0",  "X7.2",  "X13.1",
        "Y14.3", "X14,3", "X14.3 ", " X14.3", "X14.-3", "X14.300",   "X114.3", "X14.3b", "14.2.x"};
    int release = 7;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (release_read(rows[i], &release))
            fail_msg("'%s' read as %d", rows[i], release);
    assert_false(release_read(NULL, &release));
    assert_int_equal(release, 7);
}

static void releases_compare(void **state) {
    (void)state;
    static const char *const rows[] = {"X8.11.1", "X12.5", "X12.6",   "X14.0.2", "X14.0.8", "X14.2",
                                       "X14.3",   "X15.0", "X15.3.2", "X15.4",   "X15.5"};
    int before = 0, release;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, before = release) {
        assert_true(release_read(rows[i], &release));
        assert_true(release > before);
    }
}

static void servers_tell_their_release(void **state) {
    (void)state;
    static const struct {
        const char *server, *release;
    } rows[] = {{"TANDBERG/4137 (X14.3.0)", "X14.3.0"},
                {"TANDBERG/4137 (X8.11)", "X8.11"},
                {"TANDBERG/4137 (X15.5.3-TEST)", "X15.5.3"},
                {"TANDBERG/4137 (X99.9)", NULL},
                {"TANDBERG/4137 (X14.3.0.0000000000)", NULL},
                {"TANDBERG/4137 (X)", NULL},
                {"TANDBERG/4137 (14.3)", NULL},
                {"TANDBERG/4137", NULL},
                {"Apache (X14.3.0)", NULL},
                {"", NULL},
                {NULL, NULL}};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *release = release_of_server(arena, rows[i].server);
        if ((release == NULL) != (rows[i].release == NULL) ||
            (release != NULL && strcmp(release, rows[i].release) != 0))
            fail_msg("%s: %s", rows[i].server, release);
    }
    arena_free(arena);
}

static struct endpoint *endpoint_of_role(struct facts *facts, enum role role) {
    struct endpoint *endpoint = ARENA_NEW(facts->arena, struct endpoint);
    endpoint->role = role;
    LIST_ADD(facts->arena, &facts->endpoints, endpoint);
    return endpoint;
}

static void says_by_http(struct facts *facts, struct endpoint *endpoint, const char *server) {
    struct http_exchange *http = ARENA_NEW(facts->arena, struct http_exchange);
    http->server = arena_text(facts->arena, server);
    LIST_ADD(facts->arena, &endpoint->http, http);
}

static void says_by_sip(struct facts *facts, struct endpoint *endpoint, const char *server) {
    endpoint->sip = ARENA_NEW(facts->arena, struct sip_exchange);
    endpoint->sip->server = arena_text(facts->arena, server);
}

/* The first edge that tells, by SIP before HTTP; what others say is no matter. */
static void the_edge_is_asked(void **state) {
    (void)state;
    static const struct {
        const char *first_http, *second_http, *sip, *other_role, *release;
    } rows[] = {{"TANDBERG/4137 (X14.3.0)", NULL, NULL, NULL, "X14.3.0"},
                {"Apache", "TANDBERG/4137 (X14.3.0)", NULL, NULL, "X14.3.0"},
                {"TANDBERG/4137 (X14.3.0)", "TANDBERG/4137 (X15.0.0)", NULL, NULL, "X14.3.0"},
                {"TANDBERG/4137 (X14.3.0)", NULL, "TANDBERG/4137 (X15.0.0)", NULL, "X15.0.0"},
                {NULL, NULL, NULL, "TANDBERG/4137 (X14.3.0)", NULL},
                {NULL, NULL, NULL, NULL, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int from = 0; from < 2; from++) {
            struct facts *facts = facts_new();
            const struct endpoint *by = NULL;
            says_by_http(facts, endpoint_of_role(facts, ROLE_EXPRESSWAY_C), rows[i].other_role);
            struct endpoint *edge = endpoint_of_role(facts, ROLE_EXPRESSWAY_E);
            says_by_http(facts, edge, rows[i].first_http);
            says_by_http(facts, edge, rows[i].second_http);
            if (rows[i].sip != NULL)
                says_by_sip(facts, edge, rows[i].sip);
            const char *release = release_told(facts, facts->arena, &by);
            assert_string_equal(release == NULL ? "" : release,
                                rows[i].release == NULL ? "" : rows[i].release);
            assert_ptr_equal(by, release == NULL ? NULL : edge);
            facts->run.release = arena_text(facts->arena, "X12.6");
            facts->run.release_from = arena_text(facts->arena, from == 0 ? "default" : "option");
            release_settle(facts);
            bool settled = from == 0 && rows[i].release != NULL;
            assert_string_equal(facts->run.release, settled ? rows[i].release : "X12.6");
            assert_string_equal(facts->run.release_from, settled     ? "server"
                                                         : from == 0 ? "default"
                                                                     : "option");
            facts_free(facts);
        }
    struct facts *facts = facts_new();
    says_by_http(facts, endpoint_of_role(facts, ROLE_EXPRESSWAY_E), "TANDBERG/4137 (X14.3.0)");
    says_by_http(facts, endpoint_of_role(facts, ROLE_EXPRESSWAY_E), "TANDBERG/4137 (X15.0.0)");
    release_settle(facts); /* nobody said where the release came from: nothing is settled */
    assert_null(facts->run.release);
    facts->run.release_from = arena_text(facts->arena, "default");
    release_settle(facts);
    assert_string_equal(facts->run.release, "X14.3.0");
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(releases_are_read), cmocka_unit_test(others_are_refused),
        cmocka_unit_test(releases_compare), cmocka_unit_test(servers_tell_their_release),
        cmocka_unit_test(the_edge_is_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
