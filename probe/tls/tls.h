/* How does one TLS attempt over one connection go? Joins a struct conn and an engine (tls_engine.h), and adds
 * the clock: the whole handshake has one deadline, however slowly the peer drips. */
#ifndef PROBE_TLS_TLS_H
#define PROBE_TLS_TLS_H

#include "probe/conn.h"
#include "probe/tls/tls_engine.h"

enum tls_event {
    TLS_EVENT_SPEAKS,      /* the first bytes are TLS */
    TLS_EVENT_CERTIFICATE, /* the chain is in the attempt, the handshake goes on (or is over, see DONE) */
    TLS_EVENT_DONE,        /* the attempt is complete; when established, bytes may be written and come */
    TLS_EVENT_BYTES,       /* application bytes */
    TLS_EVENT_END,         /* after an established DONE: closed or reset */
    TLS_EVENT_TIMEOUT      /* after an established DONE: the time of tls_deadline() or the run's is over */
};

typedef void (*tls_fn)(void *context, enum tls_event event, const uint8_t *bytes, size_t size);

struct tls;

/* Takes over conn, which is open. Never calls back before it returns, unless our own library refuses: then
 * DONE comes from the loop. The caller ends with tls_close() whatever happened. */
struct tls *tls_start(struct world *world, struct conn *conn, const struct engine_form *form,
                      struct tls_attempt *attempt, tls_fn on_event, void *context);
void tls_write(struct tls *tls, const void *bytes, size_t size);
void tls_hand_over(struct tls *tls, tls_fn on_event, void *context); /* who gets the events from now on */
void tls_deadline(struct tls *tls, int ms);
void tls_close(struct tls *tls); /* close_notify where TLS stands, then the connection; no event follows */
int tls_peer_alert(const struct tls *tls); /* the fatal alert that the peer sent, by number; -1: none */
struct conn *tls_conn(const struct tls *tls);

#endif
