/* How does one TLS attempt get to its end from nothing? TCP, STARTTLS where the service wants it, the
 * handshake. Does not decide what is tried, and says nothing inside TLS. */
#ifndef PROBE_TLS_ATTEMPT_H
#define PROBE_TLS_ATTEMPT_H

#include "probe/exchange.h"

enum attempt_event {
    ATTEMPT_OFFERED,     /* the server offers STARTTLS */
    ATTEMPT_SPEAKS,      /* the first bytes of TLS came */
    ATTEMPT_CERTIFICATE, /* the server's chain is in the facts */
    ATTEMPT_DONE         /* all facts are complete; the last event */
};

struct attempt;
typedef void (*attempt_fn)(void *context, enum attempt_event event);

struct attempt_plan {
    const char *address; /* numeric, where to connect */
    int port;
    struct engine_form form;
    struct tcp_attempt *tcp;    /* filled */
    struct tls_attempt *tls;    /* filled, but for its purpose */
    struct xmpp_exchange *xmpp; /* STARTTLS of XMPP first, filled as far as that goes; NULL: TLS at once */
};

/* The caller ends with attempt_close(), not before DONE. */
struct attempt *attempt_start(struct world *world, const struct attempt_plan *plan, attempt_fn on_event,
                              void *context);
struct tls *attempt_tls(const struct attempt *attempt); /* after DONE, when established; else NULL */
void attempt_close(struct attempt *attempt);

#endif
