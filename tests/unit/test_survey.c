/* How many connections does it take to enumerate a server? Counted, for kinds of servers that differ in what
 * they take, in whose order decides and in their certificates: none may cost more than it did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "facts/suites.h"
#include "tests/unit/stand-in/far_server.c" /* in place of the library's, in this test alone */

enum { AT_ONCE = 8, MOST = 200 };

#define PLAIN "HIGH:!aNULL:!PSK:!SRP:!DSS:!CAMELLIA:!ARIA:!AESCCM:!DHE"
#define WITH_DHE "HIGH:!aNULL:!PSK:!SRP:!DSS:!ARIA:!CAMELLIA:!AESCCM"
#define EXPRESSWAY "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH"
#define INTERMEDIATE                                                                                         \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"               \
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"                 \
    "DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384"
#define UCM                                                                                                  \
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:"                 \
    "ECDHE-ECDSA-AES128-GCM-SHA256:AES128-SHA"
#define SCRAMBLED                                                                                            \
    "AES128-SHA:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA256:DHE-RSA-AES128-SHA:AES256-GCM-SHA384:"        \
    "ECDHE-RSA-AES128-GCM-SHA256:CAMELLIA128-SHA:ECDHE-ECDSA-AES256-GCM-SHA384"
#define NGINX "HIGH:!aNULL:!MD5:!PSK:!SRP"

#define BOTH .has_rsa = true, .has_ecdsa = true, .has_13 = true
#define RSA .has_rsa = true, .has_13 = true
#define OWN .has_own_order = true

static const struct row {
    const char *name;
    struct far_server server;
    size_t most, scattered; /* connections, when all of one round trip are heard at once, and one by one */
    size_t trips;           /* when heard at once */
} rows[] = {
    {"one suite of TLS 1.2", {"ECDHE-RSA-AES128-GCM-SHA256", RSA, OWN}, 27, 27, 8},
    {"8 suites, Unified CM's list, the client's order", {UCM, BOTH}, 26, 26, 8},
    {"8 suites, Unified CM's list, its own order", {UCM, BOTH, OWN}, 35, 36, 14},
    {"11 suites, the usual recommendation, the client's order", {INTERMEDIATE, BOTH}, 27, 27, 8},
    {"11 suites, the usual recommendation, its own order", {INTERMEDIATE, BOTH, OWN}, 30, 31, 10},
    {"11 suites, scrambled", {SCRAMBLED, BOTH, OWN}, 40, 40, 24},
    {"16 suites, RSA, its own order", {PLAIN, RSA, OWN}, 29, 34, 8},
    {"23 suites, two certificates, the client's order", {PLAIN, BOTH}, 29, 30, 8},
    {"23 suites, two certificates, its own order", {PLAIN, BOTH, OWN}, 31, 36, 8},
    {"30 suites, two certificates, its own order", {WITH_DHE, BOTH, OWN}, 39, 45, 10},
    {"44 suites, Expressway's string, RSA, its own order", {EXPRESSWAY, RSA, OWN}, 59, 60, 16},
    {"47 suites, nginx's own list, RSA, the client's order", {NGINX, RSA}, 56, 59, 14},
    {"47 suites, nginx's own list, RSA, its own order", {NGINX, RSA, OWN}, 62, 63, 16},
    {"58 suites, Expressway's string, the client's order", {EXPRESSWAY, BOTH}, 70, 72, 18},
    {"58 suites, Expressway's string, its own order", {EXPRESSWAY, BOTH, OWN}, 71, 76, 18},
    {"62 suites, nginx's own list, the client's order", {NGINX, BOTH}, 68, 69, 18},
    {"62 suites, nginx's own list, its own order", {NGINX, BOTH, OWN}, 73, 79, 20},
};

static bool was_found(const struct cipher_survey *survey, int suite) {
    for (size_t i = 0; i < survey->accepted.n; i++)
        if (survey->accepted.v[i]->suite == suite)
            return true;
    return false;
}

/* All of it, and nothing else. */
static void check_all(const struct far_server *server, const struct cipher_survey *survey) {
    int ids[MOST];
    size_t n = far_server_suites(server, ids, MOST);
    assert_true(survey->complete);
    assert_int_equal(survey->accepted.n, n + (server->has_13 ? 3 : 0));
    for (size_t i = 0; i < n; i++)
        assert_true(was_found(survey, ids[i]));
}

/* In its order, too, where it has one; and what else it takes. */
static void check_found(const struct far_server *server, const struct cipher_survey *survey) {
    int ids[MOST];
    size_t at = 0;
    check_all(server, survey);
    far_server_suites(server, ids, MOST);
    for (size_t i = 0; server->has_own_order && i < survey->accepted.n; i++)
        if (survey->accepted.v[i]->version == TLS12)
            assert_int_equal(survey->accepted.v[i]->suite, ids[at++]);
    assert_int_equal(survey->groups12.n, 5);
    assert_int_equal(survey->groups13.n, 10);
    assert_int_equal(survey->signature_algorithms.n, (server->has_rsa ? 7 : 0) + (server->has_ecdsa ? 4 : 0));
}

static void test_connections(void **state) {
    (void)state;
    size_t dear = 0;
    for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i / 2];
        struct far_server server = row->server;
        struct facts *facts = facts_new();
        server.is_scattered = i % 2 == 1;
        struct far_counts counts = far_server_enumerate(&server, facts);
        check_found(&server, facts->ciphers.v[0]);
        assert_in_range(counts.at_once, 1, AT_ONCE);
        assert_int_equal(counts.connections, facts->ciphers.v[0]->connections);
        bool is_dear = counts.connections > (server.is_scattered ? row->scattered : row->most) ||
                       (!server.is_scattered && counts.trips > row->trips);
        if (is_dear)
            print_message("%s%s: %zu connections, %zu round trips\n", row->name,
                          server.is_scattered ? ", scattered" : "", counts.connections, counts.trips);
        dear += is_dear;
        facts_free(facts);
    }
    assert_int_equal(dear, 0);
}

/* A refusal of what is too large proves nothing, however late it comes: on a busy machine it may be heard
 * when smaller hellos have been answered long since. */
static void test_large_hellos(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t late = 0; late < 6; late++) {
            struct far_server server = rows[i].server;
            struct facts *facts = facts_new();
            server.bears = 128;
            server.large_late = late;
            far_server_enumerate(&server, facts);
            check_all(&server, facts->ciphers.v[0]);
            facts_free(facts);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_connections),
                                       cmocka_unit_test(test_large_hellos)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
