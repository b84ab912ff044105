/* Any bytes as a line of a log: no crash, and what is said of it is whole and harmless. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/log_tokens.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

static void harmless(const char *text) {
    for (; text != NULL && *text != 0; text++)
        must((unsigned char)*text >= 0x20 && *text != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct log_entry entry;
    char *exact = malloc(size == 0 ? 1 : size);
    if (size > 0)
        memcpy(exact, bytes, size);
    if (log_line_read(arena, exact, size, &entry)) {
        must(entry.token != NULL && entry.means != NULL && entry.fix != NULL);
        must(entry.cause == NULL || entry.check != NULL);
        harmless(entry.event);
        harmless(entry.detail);
        harmless(entry.common_name);
        harmless(entry.dst_port);
    }
    free(exact);
    arena_free(arena);
    return 0;
}
