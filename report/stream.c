/* How does a report leave for its file? See stream.h. */
#include "report/stream.h"

#include <errno.h>
#include <string.h>

struct gathered {
    FILE *out;
    size_t n;
    char bytes[1 << 14];
};

static bool pass_on(struct gathered *g) {
    bool written = fwrite(g->bytes, 1, g->n, g->out) == g->n;
    g->n = 0;
    return written;
}

static int gather(const char *bytes, size_t size, void *context) {
    struct gathered *g = context;
    if (size > sizeof g->bytes - g->n && !pass_on(g))
        return -1;
    if (size > sizeof g->bytes)
        return fwrite(bytes, 1, size, g->out) == size ? 0 : -1;
    memcpy(g->bytes + g->n, bytes, size);
    g->n += size;
    return 0;
}

bool json_put(const json_t *object, size_t flags, FILE *out) {
    struct gathered g = {.out = out};
    return object != NULL && json_dump_callback(object, gather, &g, flags) == 0 && pass_on(&g);
}

bool json_line(json_t *object, size_t flags, FILE *out) {
    errno = 0;
    bool written = json_put(object, flags, out) && fputc('\n', out) != EOF;
    json_decref(object);
    if (!written && errno == 0)
        errno = EIO; /* the JSON library does not always say why */
    return written && stream_is_good(out);
}

bool stream_is_good(FILE *out) {
    return fflush(out) == 0 && !ferror(out);
}
