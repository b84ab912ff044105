/* Can a cipher string hurt us, and is every part of it either used or named? */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "expressway/cipher_string.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_of_strings(enum cause_id cause) {
    return cause == CAUSE_CIPHER_STRING_INVALID || cause == CAUSE_CIPHER_STRING_UNKNOWN_NAME;
}

static void check(const struct cipher_string *read) {
    for (size_t i = 0; i < read->suites.n; i++) {
        if (suite_by_id(read->suites.v[i]) == NULL)
            abort();
        for (size_t k = 0; k < i; k++)
            if (read->suites.v[k] == read->suites.v[i])
                abort();
    }
    for (size_t i = 0; i < read->faults.n; i++)
        if (read->faults.v[i]->why == NULL || !is_of_strings(read->faults.v[i]->cause))
            abort();
    if (read->suites.n == 0 && read->faults.n == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct cipher_string read;
    if (size > 2000)
        size = 2000;
    cipher_string_read(arena, arena_textn(arena, (const char *)data, size), &read);
    check(&read);
    arena_free(arena);
    return 0;
}
