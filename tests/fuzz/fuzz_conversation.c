/* Any bytes as both sides of a TLS conversation, with gaps and with keys: no crash, and the same conversation
 * in whatever pieces they come. */
#include <stdlib.h>
#include <string.h>

#include "wire/conversation.h"
#include "wire/cert.h"
#include "wire/tls_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct cert *on_cert(void *context, const uint8_t *der, size_t size, char **error) {
    return cert_read(context, der, size, error);
}

static struct client_offer *on_offer(void *context, const uint8_t *body, size_t size) {
    (void)body;
    return size < 34 ? NULL : ARENA_NEW(context, struct client_offer);
}

static const struct tls_secrets *on_secrets(void *context, const uint8_t *random) {
    (void)context;
    static struct key_log *log;
    static const char line[] =
        "CLIENT_RANDOM 00000000000000000000000000000000000000000000000000000000"
        "00000000 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324"
        "25262728292a2b2c2d2e2f\n";
    if (log == NULL) {
        log = key_log_new();
        key_log_add(log, line, sizeof line - 1);
    }
    return key_log_find(log, random);
}

struct end {
    size_t alerts, server, client;
    int version;
    bool through, was_lost;
};

/* Runs of bytes: one octet says who and whether it is a gap, the next two how long. */
static struct end converse(const uint8_t *bytes, size_t size, size_t piece) {
    struct arena *arena = arena_new();
    struct conversation_reader *reader = conversation_new(
        arena, (struct conversation_events){
                   .cert = on_cert, .offer = on_offer, .secrets = on_secrets, .context = arena});
    const struct conversation *c = conversation_of(reader);
    struct end end;
    memset(&end, 0, sizeof end);
    for (size_t at = 0; at + 3 <= size;) {
        int by = bytes[at] & 1, is_gap = (bytes[at] & 0x3e) == 0x3e;
        size_t length = (size_t)(bytes[at + 1] << 8 | bytes[at + 2]);
        at += 3;
        if (is_gap) {
            conversation_gap(reader, by, length + 1);
            continue;
        }
        length = length < size - at ? length : size - at;
        for (size_t k = 0; k < length; k += piece) {
            size_t here = length - k < piece ? length - k : piece;
            uint8_t *exact = malloc(here);
            memcpy(exact, bytes + at + k, here);
            conversation_feed(reader, by, exact, here);
            free(exact);
            end.was_lost = end.was_lost || c->told[by].lost;
        }
        at += length;
        if (conversation_held(reader) > 8 * 1024 * 1024)
            abort();
    }
    end.alerts = c->alert_count;
    end.server = c->attempt.chain.n;
    end.client = c->client_attempt.chain.n;
    end.version = c->server.version;
    end.through = conversation_is_through(c);
    conversation_free(reader);
    arena_free(arena);
    return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    bool has_gap = false;
    for (size_t i = 0; i < size; i++)
        has_gap = has_gap || (bytes[i] & 0x3e) == 0x3e;
    struct end whole = converse(bytes, size, size + 1),
               pieces = converse(bytes, size, has_gap ? size + 1 : 3);
    /* One that lost its way finds it again where a piece begins with a record, as segments do (tls_side.h).
     */
    if (!whole.was_lost && !pieces.was_lost && memcmp(&whole, &pieces, sizeof whole) != 0)
        abort();
    return 0;
}
