/* Do the questions lead to the right answer, whoever answers? Servers are simulated: by an order of their
 * own, by the client's, by a mixture; what is found must be what they take, in their order, with few
 * questions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "facts/ciphers.h"
#include "probe/ciphers/hints.h"

enum { LONGEST = 200, AT_ONCE = 8 };
enum manner { OWN_ORDER, CLIENTS_ORDER, CHACHA_FIRST_IF_CLIENT };

struct server {
    int takes[LONGEST];
    size_t n;
    enum manner manner;
};

static bool offered(const struct numbers *list, int number) {
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i] == number)
            return true;
    return false;
}

static bool is_chacha(int number) {
    return suite_by_id(number)->cipher == CIPHER_CHACHA20;
}

static int answer(const struct server *server, const struct numbers *list) {
    bool chacha = server->manner == CHACHA_FIRST_IF_CLIENT && list->n > 0 && is_chacha(list->v[0]);
    for (int pass = chacha ? 0 : 1; pass < 2; pass++)
        for (size_t i = 0; server->manner != CLIENTS_ORDER && i < server->n; i++)
            if ((pass == 1 || is_chacha(server->takes[i])) && offered(list, server->takes[i]))
                return server->takes[i];
    for (size_t i = 0; server->manner == CLIENTS_ORDER && i < list->n; i++)
        for (size_t k = 0; k < server->n; k++)
            if (list->v[i] == server->takes[k])
                return list->v[i];
    return -1;
}

struct result {
    struct numbers found;
    enum choice_order order;
    size_t asked, rounds;
};

static struct result survey(struct arena *arena, const struct server *server) {
    struct hints hints = {0};
    struct choice choice;
    struct result result = {0};
    choice_init(&choice, arena, hints_suites(arena, TLS12), hints_judge(&hints), 5);
    for (;;) {
        struct choice_question *questions[AT_ONCE];
        size_t n = 0;
        while (n < AT_ONCE && (questions[n] = choice_next(&choice)) != NULL)
            n++;
        if (n == 0)
            break;
        for (size_t i = 0; i < n; i++) {
            int chosen = answer(server, &questions[i]->list);
            assert_true(choice_answer(&choice, questions[i], chosen));
            if (chosen >= 0)
                hints_note(&hints, chosen);
        }
        hints.usual_is_over = hints.usual_is_over || choice_count(&choice) >= 3;
        result.asked += n;
        result.rounds++;
    }
    assert_true(choice_is_done(&choice));
    result.found = choice_result(&choice);
    result.order = choice_order(&choice);
    return result;
}

static void take(struct server *server, const char *text) {
    char copy[4096], *rest = NULL;
    assert_true(strlen(text) < sizeof copy);
    strcpy(copy, text);
    for (char *name = strtok_r(copy, ":", &rest); name != NULL; name = strtok_r(NULL, ":", &rest)) {
        const struct suite *suite = suite_by_name(name);
        assert_non_null(suite);
        server->takes[server->n++] = suite->id;
    }
}

#define STRONG                                                                                               \
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"               \
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
#define CBC                                                                                                  \
    "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:"   \
    "ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA"
#define STATIC "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA"

static const struct {
    const char *name, *takes;
    enum manner manner;
    enum choice_order order;
    size_t most; /* questions */
} rows[] = {
    {"nothing", "", CLIENTS_ORDER, ORDER_UNKNOWN, 5},
    {"one", "AES128-SHA", OWN_ORDER, ORDER_UNKNOWN, 6},
    {"one that is old", "EXP-RC4-MD5", CLIENTS_ORDER, ORDER_UNKNOWN, 7},
    {"two, client", "AES128-SHA:AES256-SHA", CLIENTS_ORDER, ORDER_CLIENT, 8},
    {"two, server", "AES128-SHA:AES256-SHA", OWN_ORDER, ORDER_SERVER, 8},
    {"twenty as OpenSSL has them, client", STRONG ":" CBC ":" STATIC, CLIENTS_ORDER, ORDER_CLIENT, 21},
    {"twenty as OpenSSL has them, server", STRONG ":" CBC ":" STATIC, OWN_ORDER, ORDER_SERVER, 21},
    {"the usual recommendation, server",
     "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
     "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305",
     OWN_ORDER, ORDER_SERVER, 11},
    {"an order of no known kind",
     "AES128-SHA:ECDHE-RSA-AES256-SHA:DHE-RSA-AES128-SHA:AES256-GCM-SHA384:CAMELLIA128-SHA:RC4-MD5:"
     "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256",
     OWN_ORDER, ORDER_SERVER, 24},
    {"rubbish only, client", "NULL-MD5:EXP-DES-CBC-SHA:ADH-RC4-MD5:DES-CBC-SHA:KRB5-RC4-MD5:SEED-SHA",
     CLIENTS_ORDER, ORDER_CLIENT, 24},
    {"ChaCha20 first for those who like it", STRONG, CHACHA_FIRST_IF_CLIENT, ORDER_SERVER, 10},
};

static void test_servers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_new();
        struct server server = {.manner = rows[i].manner};
        take(&server, rows[i].takes);
        struct result result = survey(arena, &server);
        print_message("%s: %zu questions, %zu rounds\n", rows[i].name, result.asked, result.rounds);
        assert_int_equal(result.found.n, server.n);
        for (size_t k = 0; k < server.n; k++) {
            assert_true(offered(&result.found, server.takes[k]));
            if (result.order == ORDER_SERVER)
                assert_int_equal(result.found.v[k], server.takes[k]);
        }
        assert_int_equal(result.order, rows[i].order);
        assert_true(result.asked <= rows[i].most);
        arena_free(arena);
    }
}

/* Any subset, by any of the two manners: a small generator with fixed seeds. */
static void test_any_subset(void **state) {
    (void)state;
    uint32_t seed = 1;
    for (int round = 0; round < 60; round++) {
        struct arena *arena = arena_new();
        struct numbers all = hints_suites(arena, TLS12);
        struct server server = {.manner = round % 2 == 0 ? OWN_ORDER : CLIENTS_ORDER};
        for (int i = 0; i < round / 2 + 1; i++) {
            seed = seed * 1664525u + 1013904223u;
            int suite = all.v[(seed >> 8) % all.n];
            if (!offered(&(struct numbers){server.takes, server.n}, suite))
                server.takes[server.n++] = suite;
        }
        struct result result = survey(arena, &server);
        assert_int_equal(result.found.n, server.n);
        for (size_t k = 0; k < server.n; k++)
            assert_true(offered(&result.found, server.takes[k]));
        if (result.order == ORDER_SERVER)
            assert_memory_equal(result.found.v, server.takes, server.n * sizeof(int));
        arena_free(arena);
    }
}

static struct choice small(struct arena *arena, struct hints *hints) {
    struct choice choice;
    choice_init(&choice, arena, hints_suites(arena, TLS13), hints_judge(hints), 1);
    return choice;
}

/* A server that contradicts itself: the question is void, and the end comes all the same. */
static void test_contradictions(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct hints hints = {0};
    struct choice choice = small(arena, &hints);
    struct choice_question *first = choice_next(&choice);
    assert_null(choice_next(&choice));                   /* one at a time while nothing is known */
    assert_false(choice_answer(&choice, first, 0x002f)); /* was not offered */
    assert_true(first->is_void);
    size_t asked = 0;
    for (struct choice_question *q; (q = choice_next(&choice)) != NULL && asked < 1000; asked++)
        if (asked % 2 == 0)
            choice_answer(&choice, q, 0x1302);
        else
            choice_answer(&choice, q, -1);
    assert_true(asked < 200);
    assert_true(choice_has(&choice, 0x1302));
    arena_free(arena);
}

static void test_along(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct hints hints = {0};
    struct choice choice = small(arena, &hints);
    struct choice_question *led = choice_along(&choice, ORDER_CLIENT);
    assert_int_equal(led->list.n, choice.all.n); /* nothing is missing, something is in front */
    assert_int_equal(led->list.v[0], led->lead);
    assert_true(choice_answer(&choice, led, led->lead));
    struct choice_question *struck = choice_along(&choice, ORDER_SERVER);
    assert_true(struck->is_struck);
    assert_false(offered(&struck->list, led->lead));
    choice_accept(&choice, 0x1304, true);
    assert_true(choice_has(&choice, 0x1304));
    assert_false(choice_is_open(&choice, 0x1304));
    arena_free(arena);
}

/* Those who can offer some alone: by the order that is supposed, nothing twice while one is on its way. */
static void test_among(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct hints hints = {0};
    struct choice choice = small(arena, &hints);
    static int openssl[] = {0x1301, 0x1302, 0x1303};
    const struct numbers able = {openssl, 3};
    assert_true(choice_answer(&choice, choice_next(&choice), 0x1302));
    struct choice_question *led = choice_among(&choice, &able, ORDER_CLIENT);
    assert_int_equal(led->list.n, 3); /* nothing is struck: it cannot be refused */
    assert_int_equal(led->list.v[0], 0x1303);
    choice_void(&choice, led, false);
    struct choice_question *struck = choice_among(&choice, &able, ORDER_SERVER);
    assert_int_equal(struck->list.n, 2); /* without 0x1302, and in the reverse order */
    assert_int_equal(struck->list.v[0], 0x1301);
    struct choice_question *last = choice_among(&choice, &able, ORDER_SERVER);
    assert_int_equal(last->list.n, 1);
    assert_null(choice_among(&choice, &able, ORDER_SERVER));
    struct choice_question *rest = choice_rest(&choice);
    assert_false(offered(&rest->list, 0x1301));
    assert_true(offered(&rest->list, 0x1304));
    assert_null(choice_rest(&choice)); /* one is out for it */
    assert_true(choice_answer(&choice, struck, 0x1303));
    assert_true(choice_answer(&choice, last, 0x1301));
    assert_int_equal(choice_order(&choice), ORDER_SERVER); /* 0x1301 stood before 0x1303 */
    assert_true(choice_is_above(&choice, 0x1303, last));
    assert_false(choice_is_above(&choice, 0x1301, struck));
    assert_true(choice_answer(&choice, rest, -1));
    assert_true(choice_is_done(&choice));
    arena_free(arena);
}

/* All is known but whose order it is: asked the other way round. */
static void test_whose_order(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct hints hints = {0};
    struct choice choice = small(arena, &hints);
    assert_true(choice_answer(&choice, choice_next(&choice), 0x1302));
    choice_accept(&choice, 0x1303, false);
    assert_true(choice_answer(&choice, choice_rest(&choice), -1));
    choice_accept(&choice, 0x1301, false);
    assert_true(choice_answer(&choice, choice_next(&choice), 0x1303)); /* better than 0x1301 */
    struct choice_question *reversed = choice_next(&choice);
    assert_int_equal(reversed->list.n, 3);
    assert_int_equal(reversed->list.v[0], 0x1301);
    assert_true(choice_answer(&choice, reversed, 0x1302));
    assert_int_equal(choice_order(&choice), ORDER_SERVER);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_servers),        cmocka_unit_test(test_any_subset),
        cmocka_unit_test(test_contradictions), cmocka_unit_test(test_along),
        cmocka_unit_test(test_among),          cmocka_unit_test(test_whose_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
