/* What do tls_engine.c and tls_verdict.c share? Private to the two. */
#ifndef PROBE_TLS_TLS_ENGINE_PARTS_H
#define PROBE_TLS_TLS_ENGINE_PARTS_H

#include "probe/tls/tls_engine.h"
#include "wire/handshake.h"
#include "wire/records.h"

enum { PLAIN_SHOWN = 64 }; /* bytes of a plaintext answer that are kept */

struct engine {
    struct tls_kit *kit;
    struct arena *arena;
    struct tls_attempt *attempt;
    bool until_certificate, wants_signature; /* the latter: and what the server signs the key exchange with */
    enum engine_state state;
    SSL *ssl;
    BIO *in, *out; /* ssl's */
    struct records
        *records; /* set: we read the server's flight ourselves, OpenSSL only wrote the ClientHello */
    struct handshake seen;
    uint8_t head[PLAIN_SHOWN];
    size_t head_size, received;
    bool is_tls, is_plain;
    bool sent_certificate, sent_ours;
    int peer_alert, peer_warning, our_alert; /* -1: none */
};

/* ---- tls_verdict.c: each ends the attempt ---- */
void engine_over(struct engine *e, enum tls_state state, enum side by, const char *error);
void engine_over_by_peer_alert(struct engine *e, int number);
void engine_over_by_close(struct engine *e);
void engine_over_by_library(struct engine *e);
/* OpenSSL gave up, with this SSL_ERROR_*. */
void engine_failed(struct engine *e, int error);

#endif
