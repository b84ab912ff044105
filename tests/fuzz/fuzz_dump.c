/* Any bytes as a dump: no crash, paths and values harmless and bounded, found again, and no enciphered value.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena *arena = arena_new();
    struct settings settings = {.secrets = 0};
    char *exact = malloc(size == 0 ? 1 : size), *error = NULL;
    if (size > 0)
        memcpy(exact, bytes, size);
    bool good = dump_read(arena, exact, size, &settings, &error);
    must(good == (settings.all.n > 0) && (good || error != NULL));
    for (size_t i = 0; i < settings.all.n; i++) {
        const struct setting *s = settings.all.v[i];
        must(strlen(s->path) < 300 && s->value[0] != '{');
        must(setting_value(&settings, s->path) != NULL);
        for (const char *p = s->value; *p != 0; p++)
            must((unsigned char)*p >= 0x20 && *p != 0x7f);
    }
    for (int i = 0, n = 0; (i = setting_next_index(&settings, "zones zone", i)) > 0 && n < 1000; n++)
        must(i < 100000);
    free(exact);
    arena_free(arena);
    return 0;
}
