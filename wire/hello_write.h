/* How is a ClientHello made whose every byte is ours? For questions that no TLS library asks any more: SSLv3,
 * RC4, export suites, one group at a time (RFC 8446 4.1.2, RFC 5246 7.4.1.2, RFC 6101 5.6.1.2).
 *
 * Pure: the random bytes are the caller's. Does not go on after the hello: there is no key behind it. */
#ifndef WIRE_HELLO_WRITE_H
#define WIRE_HELLO_WRITE_H

#include "facts/facts.h"

struct numbers { /* suites, groups, signature algorithms, in the order of preference */
    int *v;
    size_t n;
};

struct hello_form {
    int version; /* the highest: SSL3 to TLS12 allow lower ones, too; TLS13 is offered alone */
    struct numbers suites, groups, signatures;
    const char *sni;  /* NULL: none */
    const char *alpn; /* one protocol; NULL: none */
    bool fallback;    /* TLS_FALLBACK_SCSV, RFC 7507 */
    bool key_shares;  /* TLS 1.3: x25519 and secp256r1 at once; without, a server answers with
                         HelloRetryRequest */
    uint8_t random[32];
};

/* The whole record, in arena. */
uint8_t *hello_write(struct arena *arena, const struct hello_form *form, size_t *size);

/* A warning-level close_notify in clear, for the end of a connection that has no keys. */
extern const uint8_t hello_farewell[7];

#endif
