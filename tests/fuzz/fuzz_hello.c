/* Any bytes as the ClientHello of one who dials in. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/handshake.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void harmless(const char *text) {
    for (; text != NULL && *text != 0; text++)
        if ((unsigned char)*text < 0x20)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct client_offer offer = {0};
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    if (size > 0)
        memcpy(exact, bytes, size);
    if (client_hello_read(arena, exact, size, &offer) && offer.suites.n > 0x8000)
        abort();
    harmless(offer.sni);
    for (size_t i = 0; i < offer.alpn.n; i++)
        harmless(offer.alpn.v[i]);
    free(exact);
    arena_free(arena);
    return 0;
}
