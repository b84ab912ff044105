/* Any bytes as a SIP answer: framing does not depend on how they arrive, and every fault has a name. */
#include <stdlib.h>
#include <string.h>

#include "wire/sip.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

/* Copies, so that a read behind the end is seen. */
static enum framing frame(const uint8_t *bytes, size_t size, size_t *used, const char **fault) {
    uint8_t *exact = malloc(size + (size == 0));
    memcpy(exact, bytes, size);
    enum framing framing = sip_frame(exact, size, used, fault);
    free(exact);
    return framing;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct sip_exchange exchange = {0};
    const char *fault = NULL;
    size_t used = 0;
    enum framing framing = frame(bytes, size, &used, &fault);
    must((framing == FRAMING_BROKEN) == (fault != NULL));
    if (framing == FRAMING_WHOLE) {
        size_t again = 0;
        must(used > 0 && used <= size);
        must(frame(bytes, used, &again, &fault) == FRAMING_WHOLE && again == used);
        must(frame(bytes, used - 1, &again, &fault) != FRAMING_WHOLE || again < used);
    }
    sip_read(arena, bytes, framing == FRAMING_WHOLE ? used : size, &exchange);
    must(exchange.raw != NULL);
    must((exchange.fault == NULL) == (exchange.state == EXCHANGE_ANSWERED));
    must(framing == FRAMING_WHOLE || exchange.fault != NULL);
    must(exchange.fault != NULL || (exchange.code >= 100 && exchange.code <= 699));
    arena_free(arena);
    return 0;
}
