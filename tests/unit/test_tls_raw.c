/* Do bytes that no TLS library would send become the right facts? One row is one peer that says its piece,
 * and how the connection then ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "probe/tls/tls_engine.h"

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1

/* A ServerHello for TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 in TLS 1.2, without extensions; V is the version.
 */
#define ZERO8 "\0\0\0\0\0\0\0\0"
#define HELLO(v, suite) "\x16\x03\x03\x00\x2a\x02\x00\x00\x26" v ZERO8 ZERO8 ZERO8 ZERO8 "\x00" suite "\x00"
#define HELLO12 HELLO("\x03\x03", "\xc0\x2f")

static const struct row {
    const char *name;
    const uint8_t *bytes;
    size_t size;
    enum engine_end end;
    enum tls_state state;
    enum side ended_by;
    const char *alert;            /* NULL: none */
    const char *not_tls, *first;  /* NULL: none */
    const char *version, *cipher; /* NULL: none */
    const char *error;            /* begins like this; NULL: not looked at */
} rows[] = {
    {"silence", BYTES(""), ENGINE_TIMEOUT, TLS_TIMEOUT, SIDE_NOBODY, NULL, NULL, NULL, NULL, NULL,
     "no answer to the ClientHello"},
    {"end of file at once", BYTES(""), ENGINE_EOF, TLS_CLOSED, SIDE_PEER, NULL, NULL, NULL, NULL, NULL, NULL},
    {"reset at once: as firewalls do", BYTES(""), ENGINE_RESET, TLS_RESET, SIDE_PATH, NULL, NULL, NULL, NULL,
     NULL, NULL},
    {"reset after the ServerHello", BYTES(HELLO12), ENGINE_RESET, TLS_RESET, SIDE_PEER, NULL, NULL, NULL,
     "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", NULL},
    {"end of file after the ServerHello", BYTES(HELLO12), ENGINE_EOF, TLS_CLOSED, SIDE_PEER, NULL, NULL, NULL,
     "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", "the peer closed the connection in the middle"},
    {"silence after the ServerHello", BYTES(HELLO12), ENGINE_TIMEOUT, TLS_TIMEOUT, SIDE_NOBODY, NULL, NULL,
     NULL, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", "the handshake did not come to an end"},
    {"silence inside a record header", BYTES("\x16\x03"), ENGINE_TIMEOUT, TLS_TIMEOUT, SIDE_NOBODY, NULL,
     NULL, NULL, NULL, NULL, NULL},
    /* something else */
    {"HTTP", BYTES("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n"), ENGINE_EOF, TLS_NOT_TLS, SIDE_US, NULL,
     "http", "HTTP/1.1 400 Bad Request\\x0d\\x0aServer: nginx\\x0d\\x0a", NULL, NULL, NULL},
    {"SSH", BYTES("SSH-2.0-OpenSSH_9.2p1\r\n"), ENGINE_TIMEOUT, TLS_NOT_TLS, SIDE_US, NULL, "ssh",
     "SSH-2.0-OpenSSH_9.2p1\\x0d\\x0a", NULL, NULL, NULL},
    {"SIP in clear", BYTES("SIP/2.0 400 Bad Request\r\n"), ENGINE_TIMEOUT, TLS_NOT_TLS, SIDE_US, NULL, "sip",
     "SIP/2.0 400 Bad Request\\x0d\\x0a", NULL, NULL, NULL},
    {"one byte", BYTES("x"), ENGINE_RESET, TLS_NOT_TLS, SIDE_US, NULL, "other", "x", NULL, NULL, NULL},
    {"escape sequences", BYTES("\x1b]0;owned\a\n"), ENGINE_EOF, TLS_NOT_TLS, SIDE_US, NULL, "other",
     "\\x1b]0;owned\\x07\\x0a", NULL, NULL, NULL},
    {"more than is shown", BYTES("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeee"),
     ENGINE_TIMEOUT, TLS_NOT_TLS, SIDE_US, NULL, "other",
     "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd", NULL, NULL, NULL},
    /* alerts */
    {"warning, then end of file: the warning was the reason", BYTES("\x15\x03\x03\x00\x02\x01\x70"),
     ENGINE_EOF, TLS_ALERT, SIDE_PEER, "unrecognized_name", NULL, NULL, NULL, NULL, NULL},
    {"close_notify instead of a handshake", BYTES("\x15\x03\x03\x00\x02\x01\x00"), ENGINE_EOF, TLS_CLOSED,
     SIDE_PEER, NULL, NULL, NULL, NULL, NULL, NULL},
    {"an alert nobody assigned", BYTES("\x15\x03\x03\x00\x02\x02\xc8"), ENGINE_EOF, TLS_ALERT, SIDE_PEER,
     "alert_200", NULL, NULL, NULL, NULL, "the peer sent alert 200"},
    /* broken TLS */
    {"garbage that begins like a record", BYTES("\x16\x03\x01\x00\x04garbage garbage"), ENGINE_EOF,
     TLS_MALFORMED, SIDE_US, "unexpected_message", NULL, NULL, NULL, NULL, NULL},
    {"a record longer than allowed", BYTES("\x16\x03\x03\xff\xff\x02"), ENGINE_EOF, TLS_MALFORMED, SIDE_US,
     "record_overflow", NULL, NULL, NULL, NULL, NULL},
    {"a certificate message of 16 MB",
     BYTES(HELLO12 "\x16\x03\x03\x00\x10\x0b\xff\xff\xff\xff\xff\xfc" ZERO8 "\0"), ENGINE_TIMEOUT,
     TLS_LOCAL_ERROR, SIDE_US, NULL, NULL, NULL, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256",
     "a handshake message larger than is read"},
    {"a certificate that is none",
     BYTES(HELLO12 "\x16\x03\x03\x00\x0f\x0b\x00\x00\x0b\x00\x00\x08\x00\x00\x05Hello"), ENGINE_TIMEOUT,
     TLS_MALFORMED, SIDE_US, NULL, NULL, NULL, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256",
     "certificate 1 of the chain cannot be read"},
    {"a suite that was not offered", BYTES(HELLO("\x03\x03", "\x00\x00")), ENGINE_TIMEOUT, TLS_MALFORMED,
     SIDE_US, "illegal_parameter", NULL, NULL, "TLSv1.2", "0x0000", NULL},
    {"SSLv3: our library does not, the server did nothing wrong", BYTES(HELLO("\x03\x00", "\x00\x2f")),
     ENGINE_TIMEOUT, TLS_LOCAL_ERROR, SIDE_US, "protocol_version", NULL, NULL, "SSLv3", NULL, NULL},
};

static bool same(const char *what, const char *wanted, const char *found) {
    if (wanted == NULL ? found == NULL : found != NULL && strcmp(wanted, found) == 0)
        return true;
    print_error("%s: wanted %s, found %s\n", what, wanted == NULL ? "NULL" : wanted,
                found == NULL ? "NULL" : found);
    return false;
}

static void run(struct arena *arena, const struct row *row, size_t chunk, struct engine_form form,
                struct tls_attempt *attempt) {
    struct tls_contexts *kit = tls_contexts_new(arena, NULL);
    struct engine *engine = engine_new(kit, &form, attempt);
    for (size_t at = 0; at < row->size; at += chunk)
        engine_feed(engine, row->bytes + at, row->size - at < chunk ? row->size - at : chunk);
    engine_end(engine, row->end);
    engine_free(engine);
    tls_contexts_free(kit);
}

static bool row_holds(const struct row *row, size_t chunk) {
    struct arena *arena = arena_new();
    struct tls_attempt attempt = {0};
    run(arena, row, chunk, (struct engine_form){.form = FORM_ALL, .sni = "expe1.example.com"}, &attempt);
    bool good =
        same("state", enum_text(tls_states, (int)row->state), enum_text(tls_states, (int)attempt.state));
    good = same("ended by", enum_text(sides, (int)row->ended_by), enum_text(sides, (int)attempt.ended_by)) &&
           good;
    if (row->alert != NULL)
        good = same("alert", row->alert, attempt.alert == NULL ? NULL : attempt.alert->name) && good;
    good = same("not tls", row->not_tls, attempt.not_tls) && good;
    good = same("first bytes", row->first, attempt.first_bytes) && good;
    good = same("version", row->version, attempt.version) && good;
    if (row->cipher != NULL)
        good = same("cipher", row->cipher, attempt.cipher) && good;
    if (row->error != NULL && (attempt.error == NULL || !text_starts(attempt.error, row->error)))
        good = same("error", row->error, attempt.error);
    if (!good)
        print_error("row \"%s\", fed %zu at a time (%s)\n", row->name, chunk, attempt.error);
    arena_free(arena);
    return good;
}

static void test_raw_peers(void **state) {
    static const size_t chunks[] = {100000, 1, 7};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++)
            assert_true(row_holds(&rows[i], chunks[c]));
}

/* Every alert number, fatal: the peer's, under its name, and never taken for ours. */
static void test_every_alert(void **state) {
    (void)state;
    for (int number = 1; number < 256; number++) {
        if (number == 90) /* user_canceled only announces close_notify (RFC 8446 6.1) */
            continue;
        uint8_t bytes[] = {21, 3, 3, 0, 2, 2, (uint8_t)number};
        struct row row = {.bytes = bytes, .size = sizeof bytes, .end = ENGINE_EOF};
        for (int own = 0; own < 2; own++) { /* read by OpenSSL, and by our own reader */
            struct arena *arena = arena_new();
            struct tls_attempt attempt = {0};
            run(arena, &row, 100,
                (struct engine_form){.form = own ? FORM_RSA12 : FORM_ALL, .until_certificate = own},
                &attempt);
            enum tls_state found = attempt.state;
            int alert = attempt.alert == NULL ? -1 : attempt.alert->number;
            bool by_peer =
                attempt.alert != NULL && attempt.alert->sent_by == SIDE_PEER && attempt.ended_by == SIDE_PEER;
            bool is_named = attempt.alert != NULL && attempt.alert->name != NULL;
            arena_free(arena);
            assert_int_equal(found, TLS_ALERT);
            assert_int_equal(alert, number);
            assert_true(by_peer && is_named);
        }
    }
}

/* The peer never stops: records of handshake bytes that never make a message. */
static void test_endless_handshake_is_cut(void **state) {
    (void)state;
    static uint8_t flood[600 * 1024];
    struct arena *arena = arena_new();
    struct tls_attempt attempt = {0};
    size_t at = 0;
    while (at + 9 <= sizeof flood) { /* HelloRequest, which is ignored in a handshake, again and again */
        memcpy(flood + at, "\x16\x03\x03\x00\x04\x00\x00\x00\x00", 9);
        at += 9;
    }
    struct row row = {.bytes = flood, .size = at, .end = ENGINE_TIMEOUT};
    run(arena, &row, 16384, (struct engine_form){.form = FORM_ALL}, &attempt);
    enum tls_state found = attempt.state;
    arena_free(arena);
    assert_int_equal(found, TLS_MALFORMED);
}

/* The same for the reader of our own, which keeps what it is given until a message is whole. */
static void test_own_reader_is_bounded(void **state) {
    static const struct {
        const uint8_t *bytes;
        size_t size;
        enum tls_state state;
    } peers[] = {
        {BYTES(HELLO12 "\x16\x03\x03\x00\x04\x0b\xff\xff\xff"), TLS_LOCAL_ERROR}, /* 16 MB announced */
        {BYTES(HELLO12 "\x16\x03\x03\x00\x00"), TLS_MALFORMED},                   /* an empty record */
        {BYTES(HELLO12 "\x17\x03\x03\x00\x01x"), TLS_MALFORMED},
        {BYTES(HELLO12 "\x16\x02\x00\x00\x01x"), TLS_MALFORMED},
        {BYTES(HELLO12 "\x16\x03\x03\x00\x04\x0b\x00\x10\x00"), TLS_TIMEOUT},
        {BYTES("\x15\x03\x03\x00\x02\x01\x00"), TLS_CLOSED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        struct arena *arena = arena_new();
        struct tls_attempt attempt = {0};
        struct row row = {.bytes = peers[i].bytes, .size = peers[i].size, .end = ENGINE_TIMEOUT};
        run(arena, &row, 3, (struct engine_form){.form = FORM_ECDSA12, .until_certificate = true}, &attempt);
        enum tls_state found = attempt.state;
        arena_free(arena);
        assert_int_equal(found, peers[i].state);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_raw_peers), cmocka_unit_test(test_every_alert),
                                       cmocka_unit_test(test_endless_handshake_is_cut),
                                       cmocka_unit_test(test_own_reader_is_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
