/* Does a handshake in which we are the server become the right facts? Our own client engine dials, over
 * memory; and the ClientHello reader over bytes that no library would send. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "probe/tls/answer.h"
#include "wire/handshake.h"
#include "tests/unit/tls_server.h"

struct stage {
    struct arena *arena;
    struct identity *ours, *theirs;
    struct answer_kit *kit;
    struct tls_contexts *client_kit;
    struct caller caller;
    struct answer *answer;
    struct tls_attempt attempt;
    struct engine *engine;
};

static void stage_open(struct stage *s, enum tls_form form, bool with_identity,
                       const struct trust_list *ca_names) {
    char *error = NULL;
    *s = (struct stage){.arena = arena_new()};
    s->ours = identity_make("a listener");
    assert_non_null(s->ours);
    if (with_identity) {
        char *path = server_client_pem(s->arena);
        assert_true(identity_load(s->arena, path, NULL, NULL, NULL, &s->theirs, &error));
        unlink(path);
    }
    s->kit = answer_kit_new(s->arena, s->ours, ca_names, &error);
    assert_non_null(s->kit);
    s->client_kit = tls_contexts_new(s->arena, s->theirs);
    s->answer = answer_new(s->kit, &s->caller);
    s->engine = engine_new(s->client_kit,
                           &(struct engine_form){.form = form, .sni = "expe1.example.com", .http = true},
                           &s->attempt);
}

static void stage_close(struct stage *s) {
    answer_free(s->answer);
    engine_free(s->engine);
    answer_kit_free(s->kit);
    tls_contexts_free(s->client_kit);
    identity_free(s->ours);
    identity_free(s->theirs);
    arena_free(s->arena);
}

static bool turn(struct stage *s, size_t chunk) {
    uint8_t bytes[4096];
    bool any = false;
    for (size_t n; (n = engine_take(s->engine, bytes, chunk)) > 0; any = true)
        answer_feed(s->answer, bytes, n);
    for (size_t n; (n = answer_take(s->answer, bytes, chunk)) > 0; any = true)
        engine_feed(s->engine, bytes, n);
    return any;
}

static const struct {
    enum tls_form form;
    bool with_identity;
    size_t chunk;
    const char *version;
    enum client_auth auth;
} rows[] = {
    {FORM_ALL, false, 4096, "TLSv1.3", CLIENT_AUTH_REQUESTED},
    {FORM_CLIENT, true, 4096, "TLSv1.3", CLIENT_AUTH_ACCEPTED},
    {FORM_CLIENT, true, 1, "TLSv1.3", CLIENT_AUTH_ACCEPTED},
    {FORM_TLS12, false, 4096, "TLSv1.2", CLIENT_AUTH_REQUESTED},
    {FORM_LEGACY, false, 7, "TLSv1.1", CLIENT_AUTH_REQUESTED},
};

static void whole_handshakes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stage s;
        stage_open(&s, rows[i].form, rows[i].with_identity, NULL);
        while (turn(&s, rows[i].chunk))
            ;
        const struct tls_attempt *tls = &s.caller.tls;
        assert_int_equal(tls->state, TLS_ESTABLISHED);
        assert_string_equal(tls->version, rows[i].version);
        assert_non_null(tls->cipher);
        assert_int_equal(tls->client_auth, rows[i].auth);
        assert_int_equal(tls->chain.n, rows[i].with_identity ? 1 : 0);
        if (rows[i].with_identity)
            assert_string_equal(tls->chain.v[0]->common_name, "client");
        assert_string_equal(tls->sni, "expe1.example.com");
        assert_string_equal(s.caller.offer.alpn.v[0], "http/1.1");
        assert_true(texts_has(&s.caller.offer.versions, rows[i].version));
        assert_true(s.caller.offer.suites.n > 5);
        assert_true(answer_spoke_tls(s.answer));
        assert_string_equal(s.attempt.chain.v[0]->common_name, "a listener");
        answer_close_notify(s.answer);
        assert_true(turn(&s, 4096)); /* goodbye */
        stage_close(&s);
    }
}

/* The caller's list of welcome CAs is what the file holds. */
static void ca_names_are_named(void **state) {
    (void)state;
    struct stage s;
    struct arena *arena = arena_new();
    struct trust_list list = {.name = (char *)"list"};
    static const uint8_t name[] = "\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02"
                                  "CA";
    for (int i = 0; i < 2; i++) {
        struct ca_entry *entry = ARENA_NEW(arena, struct ca_entry);
        entry->subject = name;
        entry->subject_size = sizeof name - 1;
        LIST_ADD(arena, &list.entries, entry);
    }
    stage_open(&s, FORM_ALL, false, &list);
    while (turn(&s, 4096))
        ;
    assert_int_equal(s.attempt.ca_names.n, 2);
    assert_string_equal(s.attempt.ca_names.v[0], "CN=CA");
    for (int i = 0; i < 5000; i++)
        LIST_ADD(arena, &list.entries, list.entries.v[0]);
    char *error = NULL;
    assert_null(answer_kit_new(arena, s.ours, &list, &error));
    assert_non_null(strstr(error, "list: the names of 5002"));
    stage_close(&s);
    arena_free(arena);
}

static const struct {
    const char *bytes;
    size_t size;
    int end; /* -1: none needed */
    enum tls_state state;
    const char *error;
} ends[] = {
    {"", 0, ENGINE_TIMEOUT, TLS_TIMEOUT, "the caller connected and said nothing"},
    {"", 0, ENGINE_EOF, TLS_CLOSED, "the caller closed the connection without a word"},
    {"", 0, ENGINE_RESET, TLS_RESET, "connection reset"},
    {"\x16\x03\x01\x02", 4, ENGINE_TIMEOUT, TLS_TIMEOUT, "the handshake did not come to an end"},
    {"\x16\x03\x01\x02", 4, ENGINE_EOF, TLS_CLOSED,
     "the caller closed the connection within its ClientHello"},
    {"GET / HTTP/1.1", 14, -1, TLS_NOT_TLS, "the caller does not speak TLS"},
    {"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10, -1, TLS_MALFORMED, NULL},
    {"\x15\x03\x01\x00\x02\x02\x30", 7, -1, TLS_MALFORMED, NULL}, /* before any hello */
};

static void other_ends(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct stage s;
        stage_open(&s, FORM_ALL, false, NULL);
        bool over = answer_feed(s.answer, (const uint8_t *)ends[i].bytes, ends[i].size);
        assert_int_equal(over, ends[i].end < 0);
        if (ends[i].end >= 0)
            answer_end(s.answer, (enum engine_end)ends[i].end);
        assert_int_equal(s.caller.tls.state, ends[i].state);
        if (ends[i].error != NULL)
            assert_string_equal(s.caller.tls.error, ends[i].error);
        assert_false(s.caller.tls.state == TLS_NOT_TLS && s.caller.tls.first_bytes == NULL);
        answer_end(s.answer, ENGINE_EOF); /* changes nothing any more */
        assert_int_equal(s.caller.tls.state, ends[i].state);
        stage_close(&s);
    }
}

/* ---- the ClientHello alone ---- */

#define RANDOM32 "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"
static const struct {
    const char *bytes;
    size_t size;
    bool is_good;
    const char *version, *suite, *sni, *alpn; /* NULL: none */
} hellos[] = {
#define HELLO(text, ...)                                                                                     \
    { text, sizeof(text) - 1, __VA_ARGS__ }
    HELLO("\x03\x03" RANDOM32 "\x00"
          "\x00\x02\xc0\x2f"
          "\x01\x00",
          true, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", NULL, NULL),
    HELLO("\x03\x01" RANDOM32 "\x00"
          "\x00\x02\xfa\xfb"
          "\x01\x00"
          "\x00\x00",
          true, "TLSv1", "0xFAFB", NULL, NULL),
    HELLO("\x03\x03" RANDOM32 "\x00"
          "\x00\x02\x13\x01"
          "\x01\x00"
          "\x00\x09"
          "\x00\x2b\x00\x05\x04\x7f\x1c\x03\x04",
          true, "0x7F1C", "TLS_AES_128_GCM_SHA256", NULL, NULL),
    HELLO("\x03\x03" RANDOM32 "\x00"
          "\x00\x02\x13\x01"
          "\x01\x00"
          "\x00\x0a"
          "\x00\x00\x00\x06\x00\x04\x00\x00\x01\x1b",
          true, "TLSv1.2", "TLS_AES_128_GCM_SHA256", "\\x1b", NULL),
    HELLO("\x03\x03" RANDOM32 "\x00"
          "\x00\x02\x13\x01"
          "\x01\x00"
          "\x00\x0a"
          "\x00\x10\x00\x06\x00\x04\x03sip",
          true, "TLSv1.2", "TLS_AES_128_GCM_SHA256", NULL, "sip"),
    HELLO("\x03\x03" RANDOM32 "\x00"
          "\x00\x02\x13\x01"
          "\x01\x00"
          "\x00\x0a"
          "\x00\x10\x00\x06\x00\x04\x09sip",
          true, "TLSv1.2", "TLS_AES_128_GCM_SHA256", NULL, NULL),
    HELLO("\x03\x03" RANDOM32 "\x00"
          "\x00\x02\x13\x01"
          "\x01\x00"
          "\x00\x05"
          "\x00\x10\x00\x06\x00",
          false, "TLSv1.2", "TLS_AES_128_GCM_SHA256", NULL, NULL),
    HELLO("\x03\x03" RANDOM32 "\x21", false, NULL, NULL, NULL, NULL),
    HELLO("\x03", false, NULL, NULL, NULL, NULL),
};

static void reads_what_is_offered(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof hellos / sizeof *hellos; i++) {
        struct arena *arena = arena_new();
        struct client_offer offer = {0};
        const uint8_t *exact = arena_dup(arena, hellos[i].bytes, hellos[i].size);
        assert_int_equal(client_hello_read(arena, exact, hellos[i].size, &offer), hellos[i].is_good);
        assert_int_equal(offer.versions.n > 0, hellos[i].version != NULL);
        if (hellos[i].version != NULL) {
            assert_string_equal(offer.versions.v[0], hellos[i].version);
            assert_string_equal(offer.suites.v[0], hellos[i].suite);
        }
        assert_true(text_same_case_blind(offer.sni, hellos[i].sni));
        assert_true(text_same_case_blind(offer.alpn.n == 0 ? NULL : offer.alpn.v[0], hellos[i].alpn));
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_handshakes),
        cmocka_unit_test(ca_names_are_named),
        cmocka_unit_test(other_ends),
        cmocka_unit_test(reads_what_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
