/* How does one handshake go, byte by byte? OpenSSL over memory buffers: what the peer sent goes in, what we
 * send comes out, and struct tls_attempt is filled as far as it got.
 *
 * Knows no socket and no clock: end of file, reset and time-out are told to it. Who ended the attempt is
 * facts/ending.h's to say, by what was seen here. Verifies nothing. */
#ifndef PROBE_TLS_TLS_ENGINE_H
#define PROBE_TLS_TLS_ENGINE_H

#include "probe/tls/tls_contexts.h"

struct client_form; /* probe/probe.h */

struct engine_form {
    enum tls_form form;
    const struct client_form *client; /* this client's hello, FORM_ALL otherwise; NULL: the form's own */
    const char *sni;                  /* NULL: none */
    bool http;                        /* offer http/1.1 by ALPN */
    const char *groups; /* to offer, OpenSSL's names with colons, the first with a key; NULL: its own list */
    const char *signatures; /* likewise, signature algorithms */
    const char *suites13;   /* likewise, suites of TLS 1.3 */
    bool until_certificate; /* the peer's Certificate is all that is wanted */
};

enum engine_state {
    ENGINE_SHAKING,  /* needs more bytes from the peer */
    ENGINE_UNPROVEN, /* TLS 1.3: done on our side, but a client certificate was asked for and the peer's
                        verdict about it only comes with its next bytes (RFC 8446 4.4.2.4, 4.6.1) */
    ENGINE_GOOD,     /* established; application bytes may flow */
    ENGINE_OVER /* the attempt is complete: attempt->state says how. Also after GOOD, when the peer ended it
                 */
};

enum engine_end { ENGINE_EOF, ENGINE_RESET, ENGINE_TIMEOUT, ENGINE_STOPPED /* our own deadline */ };

struct engine;

/* attempt->purpose is the caller's, everything else the engine's. Never NULL; starts with the ClientHello
 * ready to be sent, or, when our library refuses, ENGINE_OVER. */
struct engine *engine_new(struct tls_contexts *kit, const struct engine_form *form,
                          struct tls_attempt *attempt);
void engine_free(struct engine *engine); /* NULL is fine */

enum engine_state engine_state(const struct engine *engine);
bool engine_saw_certificate(const struct engine *engine);

/* Bytes from the peer. The first ones decide whether it is TLS at all: see engine_is_plain(). */
enum engine_state engine_feed(struct engine *engine, const uint8_t *bytes, size_t size);
/* The peer speaks something else, and what it is would be clearer with more of its bytes: feed more, or
 * settle. */
bool engine_is_plain(const struct engine *engine);
/* The connection ended, or time is up. In UNPROVEN a time-out means that nobody objected: GOOD. After it the
 * engine is OVER or GOOD. */
enum engine_state engine_end(struct engine *engine, enum engine_end how);

/* What is to be sent now; gone from the engine once taken. 0 when nothing. */
size_t engine_take(struct engine *engine, uint8_t *bytes, size_t size);
/* Application bytes, once GOOD. */
size_t engine_read(struct engine *engine, uint8_t *bytes, size_t size);
void engine_write(struct engine *engine, const void *bytes, size_t size);
int engine_peer_alert(const struct engine *engine); /* fatal, at any time; -1: none */
void engine_close_notify(struct engine *engine);    /* then take once more */

#endif
