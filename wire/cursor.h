/* How does a reader of TLS messages stay within its bytes? A cursor over numbers, bytes and vectors (RFC 8446
 * 3). Private to wire/: once something was missing it is broken and gives nothing more. */
#ifndef WIRE_CURSOR_H
#define WIRE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
    const uint8_t *at;
    size_t left;
    bool broken;
};

static inline size_t take_number(struct cursor *c, int octets) {
    size_t value = 0;
    if (c->left < (size_t)octets) {
        c->broken = true;
        c->left = 0;
        return 0;
    }
    for (int i = 0; i < octets; i++)
        value = value << 8 | c->at[i];
    c->at += octets;
    c->left -= (size_t)octets;
    return value;
}

static inline struct cursor take_bytes(struct cursor *c, size_t size) {
    if (c->broken || c->left < size) {
        c->broken = true;
        c->left = 0;
        return (struct cursor){c->at, 0, true};
    }
    struct cursor part = {c->at, size, false};
    c->at += size;
    c->left -= size;
    return part;
}

/* A vector with its length in front (RFC 8446 3.4). */
static inline struct cursor take_vector(struct cursor *c, int octets) {
    size_t size = take_number(c, octets);
    return take_bytes(c, size);
}

#endif
