/* Which words are exchanged with a service, once a connection stands? SIP, XMPP, SSH; HTTP has its own
 * client.
 *
 * Each takes over the events of its connection, fills its fact, and calls `done` exactly once, from the loop;
 * closing the connection is the caller's. The facts they fill are in the arena. */
#ifndef PROBE_EXCHANGE_H
#define PROBE_EXCHANGE_H

#include "probe/tls/tls.h"

/* ---- sip.c: OPTIONS over an established TLS connection (RFC 3261 11) ---- */
void sip_try(struct world *world, struct tls *tls, const char *host, int port, struct sip_exchange *exchange,
             done_fn done, void *context);
struct sip_answer {
    const uint8_t *bytes; /* the message that ended it, whole; NULL: none came */
    size_t size;
};
/* Any request. `like` is the same without what is secret in it: answers are told from others' by its Via,
 * Call-ID and CSeq; it must stay. */
void sip_ask(struct world *world, struct tls *tls, const char *request, const char *like,
             struct sip_exchange *exchange, struct sip_answer *answer, done_fn done, void *context);

/* ---- xmpp.c: RFC 6120 4 and 5 ---- */
enum xmpp_step {
    XMPP_STEP_OFFERED, /* the server offers STARTTLS; more follows */
    XMPP_STEP_PROCEED, /* now TLS; the last step */
    XMPP_STEP_OVER     /* no TLS will come: exchange->state says why; the last step */
};
typedef void (*xmpp_fn)(void *context, enum xmpp_step step);
/* On an open connection: stream to exchange->to, STARTTLS. */
void xmpp_clear_try(struct world *world, struct conn *conn, struct xmpp_exchange *exchange, xmpp_fn step,
                    void *context);
/* Inside TLS: stream again, features. */
void xmpp_secure_try(struct world *world, struct tls *tls, struct xmpp_exchange *exchange, done_fn done,
                     void *context);

/* ---- ssh.c: identification and KEXINIT (RFC 4253 4.2, 7.1), no log-in ---- */
void ssh_try(struct world *world, struct conn *conn, struct ssh_exchange *exchange, done_fn done,
             void *context);

#endif
