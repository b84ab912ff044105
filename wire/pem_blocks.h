/* Where are the blocks of a PEM text (RFC 7468), and which bytes do they hold?
 *
 * Pure, like every reader of wire/. Tolerant in what surrounds a block; each byte is looked at once, since
 * trust lists are large. Does not know what the bytes mean. */
#ifndef WIRE_PEM_BLOCKS_H
#define WIRE_PEM_BLOCKS_H

#include <stdbool.h>
#include "facts/arena.h"

struct pem_scanner {
    const char *at, *end, *start;
    int line; /* of `at`, 1-based */
    const char
        *mark; /* the first BEGIN not before `at`, `end` when there is none; NULL: not looked for yet */
    bool any;  /* a block was found */
};

struct pem_block {
    const char *begin, *behind; /* from the dashes of BEGIN to behind the END line */
    const char *label;
    size_t label_size;
    const char *body, *body_end;
    int line, body_line; /* of the BEGIN line, and of the first one of the body */
    const char *fault;   /* NULL when its frame is sound */
    int fault_line;
    bool is_lost;     /* text between blocks that was meant to be one */
    bool is_indented; /* blanks before BEGIN or END, which OpenSSL's reader does not take */
};

struct pem_trouble {
    const char *what; /* NULL: none */
    int line;
};

struct pem_scanner pem_scan(const char *text, size_t size);
/* The next block, whole or not; false when there is none any more. In a file that has blocks, what was meant
 * to be one is one with a fault: a body without its BEGIN line, an END line alone. */
bool pem_next(struct pem_scanner *scanner, struct pem_block *block);
bool pem_label_ends(const struct pem_block *block, const char *with);
/* The body's bytes, in arena. False with *trouble, which has been {NULL, …} before, when body or frame is
 * broken. */
bool pem_decode(struct arena *arena, const struct pem_block *block, uint8_t **der, size_t *size,
                struct pem_trouble *trouble);
/* Base64 without BEGIN and END; NULL when all of it is, else where it is not. `out` has room for three bytes
 * of every four. */
const char *pem_base64(const char *body, const char *end, uint8_t *out, size_t *size);

#endif
