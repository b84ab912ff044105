/* Any bytes as a server's first flight, in pieces: the first byte of the input says how large they are. And
 * what is read from them in one piece is what is read from them in many. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/flight.h"
#include "wire/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cert *read_cert(void *context, const uint8_t *der, size_t size, char **error) {
    return cert_read(context, der, size, error);
}

static enum flight_state feed(struct flight_reader *reader, const uint8_t *data, size_t size, size_t chunk) {
    enum flight_state state = FLIGHT_MORE;
    for (size_t at = 0; at < size && state == FLIGHT_MORE; at += chunk) {
        size_t part = size - at < chunk ? size - at : chunk;
        uint8_t *exact = malloc(part);
        memcpy(exact, data + at, part);
        state = flight_feed(reader, exact, part);
        free(exact);
    }
    return state;
}

static void same(bool is_same) {
    if (!is_same)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    struct arena *arena = arena_new();
    size_t chunk = data[0] == 0 ? 1 : data[0];
    struct flight_reader *pieces = flight_reader_new(arena, read_cert, arena);
    struct flight_reader *whole = flight_reader_new(arena, read_cert, arena);
    enum flight_state a = feed(pieces, data + 1, size - 1, chunk);
    enum flight_state b = feed(whole, data + 1, size - 1, size);
    const struct flight *x = flight_of(pieces), *y = flight_of(whole);
    same((x->fault != NULL) == (a == FLIGHT_BROKEN));
    same((x->alert >= 0) == (a == FLIGHT_ALERT));
    if (a == FLIGHT_WHOLE) {
        same(b == FLIGHT_WHOLE && x->seen.suite == y->seen.suite && x->seen.version == y->seen.version);
        same(x->seen.group == y->seen.group && x->attempt.chain.n == y->attempt.chain.n);
        same(x->seen.version != 0 && x->seen.suite >= 0);
    }
    arena_free(arena);
    return 0;
}
