/* Any bytes as an XMPP stream: however they are cut into pieces, the reader says the same. The first byte
 * chooses the pieces. */
#include <stdlib.h>
#include <string.h>

#include "wire/xmpp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

enum { EVENTS_MAX = 64 };

struct heard {
    enum xmpp_event events[EVENTS_MAX];
    bool starttls[EVENTS_MAX];
    size_t count;
    struct xmpp_exchange exchange;
};

static bool is_last(enum xmpp_event event) {
    return event == XMPP_EVENT_BROKEN;
}

/* Feeds one piece, and takes all its events. */
static bool piece_feed(struct xmpp_reader *reader, struct heard *heard, const uint8_t *bytes, size_t size) {
    uint8_t *exact = malloc(size + (size == 0));
    memcpy(exact, bytes, size);
    bool starttls = false;
    enum xmpp_event event = xmpp_feed(reader, exact, size, &starttls);
    free(exact);
    for (; event != XMPP_EVENT_MORE; event = xmpp_feed(reader, NULL, 0, &starttls)) {
        if (heard->count < EVENTS_MAX) {
            heard->events[heard->count] = event;
            heard->starttls[heard->count++] = event == XMPP_EVENT_FEATURES && starttls;
        }
        if (is_last(event))
            return false;
    }
    return true;
}

static void hear(struct arena *arena, struct heard *heard, const uint8_t *bytes, size_t size, uint32_t seed) {
    struct xmpp_reader *reader = xmpp_reader_new(arena, &heard->exchange, true);
    for (size_t at = 0, piece; at < size; at += piece) {
        seed = seed * 1664525 + 1013904223;
        piece = (seed >> 24) % 17 + 1;
        if (piece > size - at)
            piece = size - at;
        if (!piece_feed(reader, heard, bytes + at, piece))
            return;
    }
}

static bool same_text(const char *a, const char *b) {
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size == 0)
        return 0;
    struct arena *arena = arena_new();
    struct heard whole = {.count = 0}, pieces = {.count = 0};
    struct xmpp_reader *reader = xmpp_reader_new(arena, &whole.exchange, true);
    piece_feed(reader, &whole, bytes + 1, size - 1);
    hear(arena, &pieces, bytes + 1, size - 1, bytes[0]);
    must(whole.count == pieces.count);
    must(memcmp(whole.events, pieces.events, sizeof whole.events) == 0);
    must(memcmp(whole.starttls, pieces.starttls, sizeof whole.starttls) == 0);
    must(same_text(whole.exchange.from, pieces.exchange.from));
    must(same_text(whole.exchange.error, pieces.exchange.error));
    must(whole.exchange.mechanisms.n == pieces.exchange.mechanisms.n);
    for (size_t i = 0; i < whole.exchange.mechanisms.n; i++)
        must(same_text(whole.exchange.mechanisms.v[i], pieces.exchange.mechanisms.v[i]));
    arena_free(arena);
    return 0;
}
