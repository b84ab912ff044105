/* Can the header of a web server hurt us? Each line of the input is one header line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text) {
    if (text != NULL)
        for (; *text != 0; text++)
            if ((unsigned char)*text < 0x20)
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *arena = arena_new();
    struct http_exchange exchange = {0};
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - data) - at;
        char *line = malloc(length + 1);
        memcpy(line, data + at, length);
        http_header_read(arena, line, length, &exchange);
        free(line);
        at += length + 1;
    }
    check(exchange.server);
    check(exchange.realm);
    check(exchange.content_type);
    check(exchange.location);
    arena_free(arena);
    return 0;
}
