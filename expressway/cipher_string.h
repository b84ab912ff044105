/* What does an OpenSSL cipher string select, and in which order? Expressway takes such strings (Maintenance >
 * Security > Ciphers), and OpenSSL passes in silence over parts that mean nothing.
 *
 * Works on facts/suites, never on the local library: what that was built with is not what the box was built
 * with. TLS 1.3 suites are no business of a cipher string. Does not look at security levels, and
 * does not judge: what a box should not take, checks/cipher*.c say. */
#ifndef EXPRESSWAY_CIPHER_STRING_H
#define EXPRESSWAY_CIPHER_STRING_H

#include "catalogue/catalogue.h"
#include "facts/suites.h"

struct suite_ids {
    int *v;
    size_t n;
};

struct string_fault {
    enum cause_id cause; /* of cipher.string: "invalid", "unknown-name" */
    const char *part;    /* of the string, as it stands there; NULL: the whole of it */
    const char *why;     /* "no suite or group of suites has this name" */
    const char *meant;   /* the nearest name that exists; NULL when none is near */
};

/* Which suites there are to select from. */
enum suite_stock {
    STOCK_EXPRESSWAY, /* what Expressway's own expansion of its default shows to be built in (TN-222186) */
    STOCK_CURRENT,    /* what OpenSSL 1.1.1 and 3 can be built with: ARIA, CAMELLIA, CCM8, SRP too */
    STOCK_EVER        /* and what is gone: export, DES, fixed Diffie-Hellman… */
};

struct cipher_string {
    struct suite_ids suites; /* up to TLS 1.2, in order */
    LIST_OF(struct string_fault) faults;
    enum suite_stock stock; /* the smallest in which every part that adds finds something */
};

void cipher_string_read(struct arena *arena, const char *text, struct cipher_string *out);
/* From this stock and no other. */
void cipher_string_read_from(struct arena *arena, const char *text, enum suite_stock stock,
                             struct cipher_string *out);

#endif
