/* What does the reader of a TLS conversation hold against a peer that breaks the rules? Records made here,
 * byte for byte; each comes in memory of exactly its size, so that the sanitizers see a byte too many. Real
 * conversations are those of captures/ (tests/capture). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/conversation.h"

enum { SERVER_HELLO = 2, RECORD_AND_HEADER = 9 };

static struct cert *no_cert(void *context, const uint8_t *der, size_t size, char **error) {
    (void)context, (void)der, (void)size;
    *error = NULL;
    return NULL;
}

static struct client_offer *no_offer(void *context, const uint8_t *body, size_t size) {
    (void)context, (void)body, (void)size;
    return NULL;
}

/* One handshake message in a record of its own (RFC 8446 4, 5.1). */
static void say(struct conversation_reader *reader, int by, int type, const uint8_t *body, size_t size) {
    uint8_t *record = malloc(RECORD_AND_HEADER + size);
    const uint8_t head[] = {22, 3, 3, 0, (uint8_t)(4 + size), (uint8_t)type, 0, 0, (uint8_t)size};
    memcpy(record, head, sizeof head);
    memcpy(record + sizeof head, body, size);
    conversation_feed(reader, by, record, sizeof head + size);
    free(record);
}

/* TLS 1.2, no session id, ECDHE_RSA_WITH_AES_128_GCM_SHA256 (RFC 5246 7.4.1.3). */
static const uint8_t hello[38] = {3, 3, [35] = 0xc0, 0x2f, 0};

static void a_second_hello_is_cut(void **state) {
    (void)state;
    for (size_t size = 0; size < sizeof hello; size++) {
        struct arena *arena = arena_new();
        struct conversation_reader *reader = conversation_new(
            arena, (struct conversation_events){.cert = no_cert, .offer = no_offer, .context = arena});
        say(reader, BY_SERVER, SERVER_HELLO, hello, sizeof hello);
        assert_null(conversation_of(reader)->fault);
        say(reader, BY_SERVER, SERVER_HELLO, hello, size);
        const struct conversation *c = conversation_of(reader);
        assert_string_equal(c->fault, "a ServerHello that cannot be read");
        assert_int_equal(c->fault_by, BY_SERVER);
        assert_int_equal(c->server.version, 0x0303);
        assert_string_equal(c->attempt.cipher, "ECDHE-RSA-AES128-GCM-SHA256");
        conversation_free(reader);
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_second_hello_is_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
