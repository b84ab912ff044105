/* Any bytes as an archive that is read once: no crash, no more out than the budget allows, harmless names. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good) {
    if (!good)
        abort();
}

struct source {
    const uint8_t *at;
    size_t left;
};

static long source_read(void *context, void *buffer, size_t size) {
    struct source *source = context;
    size_t n = size < source->left ? size : source->left;
    if (n > 0)
        memcpy(buffer, source->at, n);
    source->at += n;
    source->left -= n;
    return (long)n;
}

static void harmless(const char *name) {
    for (; *name != 0; name++)
        must((unsigned char)*name >= 0x20 && *name != 0x7f);
}

static bool take(void *context, const char *name, struct archive_bytes *file) {
    char buffer[1024];
    long n, *total = context;
    harmless(name);
    must(strstr(name, "/../") == NULL && name[0] != '/');
    while ((n = archive_bytes_read(file, buffer, sizeof buffer)) > 0)
        *total += n;
    return true;
}

static void left_out(void *context, const char *name, const char *why) {
    (void)context;
    harmless(name);
    must(why != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    enum { LIMIT = 1 << 20 };
    struct arena *arena = arena_new();
    struct source source = {bytes, size};
    long total = 0;
    struct archive_visitor visitor = {&total, take, left_out};
    struct archive_budget budget = {.bytes = LIMIT, .files = 100, .depth = 2};
    const char *error = NULL;
    bool good = archive_walk(arena, "a.tar.gz", source_read, &source, &visitor, &budget, &error);
    must(good == (error == NULL) && total <= LIMIT + (1 << 20));
    arena_free(arena);
    return 0;
}
