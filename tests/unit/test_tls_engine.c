/* Does one handshake, byte by byte, become the right facts? Against a server of the same library over memory,
 * and against bytes that no library would send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/tls/identity.h"
#include "tests/unit/tls_server.h"

static const struct enum_name engine_states[] = {{ENGINE_SHAKING, "shaking"},
                                                 {ENGINE_UNPROVEN, "unproven"},
                                                 {ENGINE_GOOD, "good"},
                                                 {ENGINE_OVER, "over"},
                                                 {0, NULL}};

static bool same(const char *what, const char *wanted, const char *found) {
    if (wanted == NULL || (found != NULL && strcmp(wanted, found) == 0))
        return true;
    print_error("%s: wanted %s, found %s\n", what, wanted, found == NULL ? "NULL" : found);
    return false;
}

/* ---- whole handshakes ---- */

struct row {
    const char *name;
    struct server_form server;
    struct engine_form client;
    bool with_identity;
    enum engine_state end;
    enum tls_state state;
    enum side ended_by;
    int alert; /* 0: none */
    enum client_auth auth;
    const char *version, *cipher, *group, *signature, *leaf; /* NULL: not looked at */
};

#define SNI .sni = "expe1.example.com"
#define ALL                                                                                                  \
    { .form = FORM_ALL, SNI }
#define UNTIL(f)                                                                                             \
    { .form = f, SNI, .until_certificate = true }
#define ONLY(version) .lowest = version, .highest = version

/* clang-format off */
static const struct row rows[] = {
    {"TLS 1.3, RSA", {.rsa = true}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0,
     CLIENT_AUTH_NONE, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "X25519", "rsa_pss_rsae_sha256", "rsa"},
    {"TLS 1.3, ECDSA", {.ecdsa = true}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0,
     CLIENT_AUTH_NONE, "TLSv1.3", NULL, "X25519", "ecdsa_secp256r1_sha256", "ecdsa"},
    {"TLS 1.3, one byte at a time", {.rsa = true, .chunk = 1}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED,
     SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.3", NULL, "X25519", "rsa_pss_rsae_sha256", "rsa"},
    {"TLS 1.2, ECDHE", {ONLY(TLS1_2_VERSION)}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0,
     CLIENT_AUTH_NONE, "TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", "X25519", "rsa_pss_rsae_sha256",
     "rsa"},
    {"TLS 1.2, DHE", {ONLY(TLS1_2_VERSION), .suites = "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"}, ALL,
     false, ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.2",
     "DHE-RSA-AES128-GCM-SHA256", "DH-2048", "rsa_pss_rsae_sha256", "rsa"},
    {"TLS 1.2, no key exchange", {ONLY(TLS1_2_VERSION), .suites = "AES128-SHA"}, ALL, false,
     ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.2", "AES128-SHA", NULL,
     NULL, "rsa"},
    {"TLS 1.1: our own library's policy must not stand in the way", {ONLY(TLS1_1_VERSION)}, ALL, false,
     ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.1", NULL, "X25519", NULL,
     "rsa"},
    {"TLS 1.0", {ONLY(TLS1_VERSION)}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0,
     CLIENT_AUTH_NONE, "TLSv1", NULL, NULL, NULL, "rsa"},
    {"a certificate of 200 kB, TLS 1.3", {.weight = 200}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED,
     SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.3", NULL, NULL, NULL, "rsa"},
    {"a certificate of 200 kB, TLS 1.2", {ONLY(TLS1_2_VERSION), .weight = 200}, UNTIL(FORM_RSA12), false,
     ENGINE_OVER, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NOT_SEEN, "TLSv1.2", NULL, NULL, NULL,
     "rsa"},
    {"more than we read: our limit", {.weight = 300}, ALL, false, ENGINE_OVER, TLS_LOCAL_ERROR, SIDE_US, 0,
     CLIENT_AUTH_NOT_SEEN, "TLSv1.3", NULL, NULL, NULL, NULL},
    {"more than our own reader reads", {ONLY(TLS1_2_VERSION), .weight = 300}, UNTIL(FORM_RSA12), false,
     ENGINE_OVER, TLS_LOCAL_ERROR, SIDE_US, 0, CLIENT_AUTH_NOT_SEEN, "TLSv1.2", NULL, NULL, NULL, NULL},
    /* client certificates */
    {"TLS 1.2 asks", {ONLY(TLS1_2_VERSION), .client_auth = ASKS}, ALL, false, ENGINE_GOOD,
     TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_REQUESTED, "TLSv1.2", NULL, NULL, NULL, "rsa"},
    {"TLS 1.3 asks", {.client_auth = ASKS}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0,
     CLIENT_AUTH_REQUESTED, "TLSv1.3", NULL, NULL, NULL, "rsa"},
    {"TLS 1.2 demands", {ONLY(TLS1_2_VERSION), .client_auth = DEMANDS}, ALL, false, ENGINE_OVER,
     TLS_ALERT, SIDE_PEER, 40, CLIENT_AUTH_REQUIRED, "TLSv1.2", NULL, NULL, NULL, "rsa"},
    {"TLS 1.3 demands: the alert comes on the read after the handshake", {.client_auth = DEMANDS}, ALL,
     false, ENGINE_OVER, TLS_ALERT, SIDE_PEER, 116, CLIENT_AUTH_REQUIRED, "TLSv1.3", NULL, NULL, NULL,
     "rsa"},
    {"TLS 1.2 accepts ours", {ONLY(TLS1_2_VERSION), .client_auth = DEMANDS_AND_TRUSTS}, {.form =
     FORM_CLIENT, SNI}, true, ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_ACCEPTED,
     "TLSv1.2", NULL, NULL, NULL, "rsa"},
    {"TLS 1.3 accepts ours", {.client_auth = DEMANDS_AND_TRUSTS}, {.form = FORM_CLIENT, SNI}, true,
     ENGINE_GOOD, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_ACCEPTED, "TLSv1.3", NULL, NULL, NULL,
     "rsa"},
    {"TLS 1.2 refuses ours", {ONLY(TLS1_2_VERSION), .client_auth = DEMANDS}, {.form = FORM_CLIENT, SNI},
     true, ENGINE_OVER, TLS_ALERT, SIDE_PEER, 42, CLIENT_AUTH_REJECTED, "TLSv1.2", NULL, NULL, NULL,
     "rsa"},
    {"TLS 1.3 refuses ours", {.client_auth = DEMANDS}, {.form = FORM_CLIENT, SNI}, true, ENGINE_OVER,
     TLS_ALERT, SIDE_PEER, 42, CLIENT_AUTH_REJECTED, "TLSv1.3", NULL, NULL, NULL, "rsa"},
    {"nothing asked, ours not sent", {.rsa = true}, {.form = FORM_CLIENT, SNI}, true, ENGINE_GOOD,
     TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.3", NULL, NULL, NULL, "rsa"},
    /* forms that only want to see the certificate */
    {"ECDSA of two", {.rsa = true, .ecdsa = true}, UNTIL(FORM_ECDSA12), false, ENGINE_OVER,
     TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NOT_SEEN, "TLSv1.2", NULL, NULL, NULL, "ecdsa"},
    {"RSA of two", {.rsa = true, .ecdsa = true}, UNTIL(FORM_RSA12), false, ENGINE_OVER, TLS_ESTABLISHED,
     SIDE_NOBODY, 0, CLIENT_AUTH_NOT_SEEN, "TLSv1.2", NULL, NULL, NULL, "rsa"},
    {"RSA of two, byte by byte", {.rsa = true, .ecdsa = true, .chunk = 1}, UNTIL(FORM_RSA12), false,
     ENGINE_OVER, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NOT_SEEN, "TLSv1.2", NULL, NULL, NULL,
     "rsa"},
    {"no ECDSA", {.rsa = true}, UNTIL(FORM_ECDSA12), false, ENGINE_OVER, TLS_ALERT, SIDE_PEER, 40,
     CLIENT_AUTH_NOT_SEEN, NULL, NULL, NULL, NULL, NULL},
    {"no TLS 1.2", {ONLY(TLS1_3_VERSION)}, UNTIL(FORM_RSA12), false, ENGINE_OVER, TLS_ALERT, SIDE_PEER,
     70, CLIENT_AUTH_NOT_SEEN, NULL, NULL, NULL, NULL, NULL},
    {"ECDSA of two in TLS 1.3", {ONLY(TLS1_3_VERSION), .rsa = true, .ecdsa = true}, UNTIL(FORM_ECDSA13),
     false, ENGINE_OVER, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.3", NULL, NULL, NULL,
     "ecdsa"},
    {"RSA of two in TLS 1.3", {ONLY(TLS1_3_VERSION), .rsa = true, .ecdsa = true}, UNTIL(FORM_RSA13),
     false, ENGINE_OVER, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.3", NULL, NULL, NULL,
     "rsa"},
    {"no ECDSA in TLS 1.3", {ONLY(TLS1_3_VERSION)}, UNTIL(FORM_ECDSA13), false, ENGINE_OVER, TLS_ALERT,
     SIDE_PEER, 40, CLIENT_AUTH_NOT_SEEN, NULL, NULL, NULL, NULL, NULL},
    {"TLS 1.0 and 1.1 offered, taken", {.lowest = TLS1_VERSION}, UNTIL(FORM_LEGACY), false, ENGINE_OVER,
     TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NOT_SEEN, "TLSv1.1", NULL, NULL, NULL, "rsa"},
    {"TLS 1.0 and 1.1 offered, refused", {.rsa = true}, UNTIL(FORM_LEGACY), false, ENGINE_OVER,
     TLS_ALERT, SIDE_PEER, 70, CLIENT_AUTH_NOT_SEEN, NULL, NULL, NULL, NULL, NULL},
    {"certificate demanded, but we leave before", {ONLY(TLS1_2_VERSION), .client_auth = DEMANDS},
     UNTIL(FORM_TLS12), false, ENGINE_OVER, TLS_ESTABLISHED, SIDE_NOBODY, 0, CLIENT_AUTH_NOT_SEEN,
     "TLSv1.2", NULL, NULL, NULL, "rsa"},
    /* server name */
    {"the name it wants", {.only_name = "expe1.example.com"}, ALL, false, ENGINE_GOOD, TLS_ESTABLISHED,
     SIDE_NOBODY, 0, CLIENT_AUTH_NONE, "TLSv1.3", NULL, NULL, NULL, "rsa"},
    {"another name", {.only_name = "other.example.com"}, ALL, false, ENGINE_OVER, TLS_ALERT, SIDE_PEER,
     112, CLIENT_AUTH_NOT_SEEN, NULL, NULL, NULL, NULL, NULL},
    {"no name", {.only_name = "expe1.example.com"}, {.form = FORM_ALL, .until_certificate = true},
     false, ENGINE_OVER, TLS_ALERT, SIDE_PEER, 112, CLIENT_AUTH_NOT_SEEN, NULL, NULL, NULL, NULL, NULL},
};
/* clang-format on */

static bool row_holds(const struct row *row, struct engine *engine, const struct tls_attempt *attempt) {
    const char *leaf = attempt->chain.n > 0 ? attempt->chain.v[0]->common_name : NULL;
    bool good = same("end", enum_text(engine_states, (int)row->end),
                     enum_text(engine_states, (int)engine_state(engine)));
    good =
        same("state", enum_text(tls_states, (int)row->state), enum_text(tls_states, (int)attempt->state)) &&
        good;
    good = same("ended by", enum_text(sides, (int)row->ended_by), enum_text(sides, (int)attempt->ended_by)) &&
           good;
    good = same("client auth", enum_text(client_auths, (int)row->auth),
                enum_text(client_auths, (int)attempt->client_auth)) &&
           good;
    good = same("version", row->version, attempt->version) && good;
    good = same("cipher", row->cipher, attempt->cipher) && good;
    good = same("group", row->group, attempt->group) && good;
    good = same("signature", row->signature, attempt->signature_algorithm) && good;
    good = same("leaf", row->leaf, leaf) && good;
    good = same("sni", row->client.sni, attempt->sni) && good;
    if ((attempt->alert == NULL ? 0 : attempt->alert->number) != row->alert) {
        print_error("alert: wanted %d, found %d\n", row->alert,
                    attempt->alert == NULL ? 0 : attempt->alert->number);
        good = false;
    }
    return good && (attempt->error == NULL) == (row->state == TLS_ESTABLISHED);
}

static struct identity *identity_for_test(struct arena *arena) {
    struct identity *identity = NULL;
    char *error = NULL, *path = server_client_pem(arena);
    assert_true(identity_load(arena, path, NULL, NULL, NULL, &identity, &error));
    unlink(path);
    return identity;
}

static void test_handshakes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct arena *arena = arena_new();
        struct identity *identity = row->with_identity ? identity_for_test(arena) : NULL;
        struct tls_contexts *kit = tls_contexts_new(arena, identity);
        struct tls_attempt attempt = {0};
        struct server *server = server_new(&row->server);
        struct engine *engine = engine_new(kit, &row->client, &attempt);
        server_pump(server, engine);
        bool good = row_holds(row, engine, &attempt);
        if (!good)
            print_error("row \"%s\": %s\n", row->name, attempt.error == NULL ? "" : attempt.error);
        engine_free(engine);
        server_free(server);
        tls_contexts_free(kit);
        identity_free(identity);
        arena_free(arena);
        assert_true(good);
    }
}

struct bench {
    struct arena *arena;
    struct tls_contexts *kit;
    struct tls_attempt attempt;
    struct engine *engine;
    struct server *server;
};

static int bench_open(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    bench->arena = arena_new();
    bench->kit = tls_contexts_new(bench->arena, NULL);
    *state = bench;
    return 0;
}

static int bench_close(void **state) {
    struct bench *bench = *state;
    engine_free(bench->engine);
    if (bench->server != NULL)
        server_free(bench->server);
    tls_contexts_free(bench->kit);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static void bench_start(struct bench *bench, struct server_form server, struct engine_form client) {
    bench->server = server_new(&server);
    bench->engine = engine_new(bench->kit, &client, &bench->attempt);
}

static void test_words_flow_both_ways(void **state) {
    struct bench *bench = *state;
    uint8_t bytes[64] = {0};
    bench_start(bench, (struct server_form){.alpn_http = true},
                (struct engine_form){.form = FORM_ALL, .http = true});
    assert_int_equal(server_pump(bench->server, bench->engine), ENGINE_GOOD);
    assert_string_equal(bench->attempt.alpn, "http/1.1");
    assert_null(bench->attempt.sni);
    engine_write(bench->engine, "question", 8);
    server_pump(bench->server, bench->engine);
    assert_string_equal(server_read(bench->server), "question");
    server_write(bench->server, "answer");
    server_pump(bench->server, bench->engine);
    assert_int_equal(engine_read(bench->engine, bytes, sizeof bytes), 6);
    assert_memory_equal(bytes, "answer", 6);
    assert_true(bench->attempt.session_ticket); /* it came in front of the answer */
    engine_close_notify(bench->engine);
    assert_true(engine_take(bench->engine, bytes, sizeof bytes) > 0);
    assert_int_equal(engine_end(bench->engine, ENGINE_EOF), ENGINE_OVER);
    assert_int_equal(bench->attempt.state,
                     TLS_ESTABLISHED); /* that the peer leaves afterwards is no failure */
}

static void test_staple_is_kept(void **state) {
    struct bench *bench = *state;
    bench_start(bench, (struct server_form){.staples = true}, (struct engine_form)ALL);
    server_pump(bench->server, bench->engine);
    assert_int_equal(bench->attempt.staple_size, 3);
    assert_memory_equal(bench->attempt.staple, "abc", 3);
}

static void test_staple_of_tls12_is_kept(void **state) {
    struct bench *bench = *state;
    bench_start(bench, (struct server_form){ONLY(TLS1_2_VERSION), .staples = true}, (struct engine_form)ALL);
    server_pump(bench->server, bench->engine);
    assert_int_equal(bench->attempt.staple_size, 3);
}

static void test_names_of_cas_are_kept(void **state) {
    struct bench *bench = *state;
    bench_start(bench, (struct server_form){.client_auth = DEMANDS}, (struct engine_form)ALL);
    server_pump(bench->server, bench->engine);
    assert_int_equal(bench->attempt.ca_names.n, 1);
    assert_string_equal(bench->attempt.ca_names.v[0], "CN=Client CA");
}

static void test_one_certificate_is_read_once(void **state) {
    struct bench *bench = *state;
    struct cert *first;
    bench_start(bench, (struct server_form){.rsa = true}, (struct engine_form)ALL);
    server_pump(bench->server, bench->engine);
    first = bench->attempt.chain.v[0];
    char *error = NULL;
    uint8_t *copy = arena_dup(bench->arena, first->der, first->der_size);
    assert_ptr_equal(tls_contexts_cert(bench->kit, copy, first->der_size, &error), first);
    copy[first->der_size / 2] ^= 1;
    assert_ptr_not_equal(tls_contexts_cert(bench->kit, copy, first->der_size, &error), first);
}

/* A client certificate was asked for in TLS 1.3, and our side is through: how the peer goes on is its
 * verdict. */
static void test_verdict_after_the_handshake(void **state) {
    static const struct {
        enum engine_end how;
        enum engine_state end;
        enum tls_state state;
        enum client_auth auth;
    } ends[] = {{ENGINE_TIMEOUT, ENGINE_GOOD, TLS_ESTABLISHED, CLIENT_AUTH_REQUESTED},
                {ENGINE_EOF, ENGINE_OVER, TLS_CLOSED, CLIENT_AUTH_REQUIRED},
                {ENGINE_RESET, ENGINE_OVER, TLS_RESET, CLIENT_AUTH_REQUIRED}};
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct tls_attempt attempt = {0};
        struct server *server = server_new(&(struct server_form){.client_auth = ASKS});
        struct engine *engine = engine_new(bench->kit, &(struct engine_form)ALL, &attempt);
        server_turn(server, engine); /* the server's first flight; it never sees what we say to it */
        enum engine_state before = engine_state(engine), after = engine_end(engine, ends[i].how);
        engine_free(engine);
        server_free(server);
        assert_int_equal(before, ENGINE_UNPROVEN);
        assert_int_equal(after, ends[i].end);
        assert_int_equal(attempt.state, ends[i].state);
        assert_int_equal(attempt.client_auth, ends[i].auth);
    }
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_handshakes),
        BENCH(test_words_flow_both_ways),
        BENCH(test_staple_is_kept),
        BENCH(test_staple_of_tls12_is_kept),
        BENCH(test_names_of_cas_are_kept),
        BENCH(test_one_certificate_is_read_once),
        BENCH(test_verdict_after_the_handshake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
