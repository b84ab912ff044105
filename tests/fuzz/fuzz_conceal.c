/* Any text with secrets: no crash, harmless as it was, the same when it is told again, and what stands behind
 * a key of a password is gone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "facts/conceal.h"
#include "facts/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    char *text = text_from_wire(arena, bytes, size);
    const char *told = text_conceal(arena, text);
    for (const char *at = told; *at != 0; at++)
        must((unsigned char)*at >= 0x20 && *at != 0x7f);
    must(strlen(told) <= 12 * strlen(text) + 12);
    const char *planted = text_conceal(arena, arena_printf(arena, "%s \"; password=QZSECRETZQ", text));
    must(strstr(text, "QZSECRETZQ") != NULL || strstr(planted, "QZSECRETZQ") == NULL);
    arena_free(arena);
    return 0;
}
