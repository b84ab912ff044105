/* What do the server's handshake messages say? Plain message bodies to the fields of struct tls_attempt:
 * version, group, signature algorithm, chain, stapled answer, client certificate request.
 *
 * Reads what is there even where a TLS library would refuse the message. Knows no sockets, no keys and no
 * library of its own; the caller names the cipher suite. All input is hostile. */
#ifndef WIRE_HANDSHAKE_H
#define WIRE_HANDSHAKE_H

#include "facts/facts.h"

enum handshake_type { /* RFC 8446 4, RFC 5246 7.4, RFC 6066 8 */
                      HANDSHAKE_CLIENT_HELLO = 1,
                      HANDSHAKE_SERVER_HELLO = 2,
                      HANDSHAKE_NEW_SESSION_TICKET = 4,
                      HANDSHAKE_ENCRYPTED_EXTENSIONS = 8,
                      HANDSHAKE_CERTIFICATE = 11,
                      HANDSHAKE_SERVER_KEY_EXCHANGE = 12,
                      HANDSHAKE_CERTIFICATE_REQUEST = 13,
                      HANDSHAKE_SERVER_HELLO_DONE = 14,
                      HANDSHAKE_CERTIFICATE_VERIFY = 15,
                      HANDSHAKE_CERTIFICATE_STATUS = 22
};

struct handshake {
    struct arena *arena;
    struct tls_attempt *attempt; /* filled */
    /* Reads one certificate, perhaps from a cache; NULL with *error when it is none. */
    struct cert *(*cert)(void *context, const uint8_t *der, size_t size, char **error);
    void *context;
    /* What was seen so far: */
    int version;   /* 0x0303…; 0 before the ServerHello */
    int suite;     /* IANA number; -1 before the ServerHello */
    int group;     /* of the key exchange, IANA number; 0: none, or parameters of the server's own */
    int dh_bits;   /* size of a finite-field group; 0: none */
    int signature; /* IANA number; 0: none seen (before TLS 1.2 it is not told) */
    bool is_retry; /* the ServerHello was a HelloRetryRequest (RFC 8446 4.1.4) */
    bool is_secure_renegotiation; /* RFC 5746 */
    bool saw_key_exchange;
    bool saw_certificate, saw_request, saw_hello_done, saw_ticket;
    char *unreadable; /* why a certificate of the chain could not be read; NULL when all could */
};

/* One message without its 4-byte header. False when it breaks the rules of its type; what could be read
 * before that is kept. */
bool handshake_read(struct handshake *handshake, int type, const uint8_t *body, size_t size);

/* What a client offers: the body of a ClientHello (RFC 8446 4.1.2, RFC 5246 7.4.1.2), in hello.c. The same
 * about a broken one. */
bool client_hello_read(struct arena *arena, const uint8_t *body, size_t size, struct client_offer *offer);

/* "X25519", "rsa_pss_rsae_sha256"; "0x1234" for numbers without a name. */
char *group_text(struct arena *arena, int group);
char *signature_text(struct arena *arena, int algorithm);

#endif
