/* How do registration and XMPP authentication of a log-in go? Each opens a connection of its own to an
 * endpoint that was looked at, which must show the certificate that was judged before credentials go there.
 * Private to probe/login/. */
#ifndef PROBE_LOGIN_TALKS_H
#define PROBE_LOGIN_TALKS_H

#include "probe/tls/attempt.h"
#include "wire/secret_text.h"

struct talk_credentials {
    const char *user; /* NULL: not known */
    const struct secret_text *password, *token;
};

/* A TLS connection, after STARTTLS where `xmpp` is given, and its proof. on_done: tls is NULL with *why, else
 * it stands and shows the judged certificate. Ended by attempt_close(). */
struct proven {
    struct attempt *attempt;
    struct tcp_attempt tcp;
    struct tls_attempt attempted;
    struct xmpp_exchange xmpp;
    void (*on_done)(void *context, struct tls *tls, const char *why);
    void *context;
    const struct endpoint *endpoint;
};
void proven_start(struct world *world, struct proven *proven, const struct endpoint *endpoint,
                  const char *xmpp_domain);

/* ---- register.c. fact->registrar, route, device are set. ---- */
void register_try(struct world *world, const struct endpoint *endpoint, const struct talk_credentials *with,
                  struct sip_register *fact, done_fn done, void *context);

/* ---- stream.c ---- */
void xmpp_login_try(struct world *world, const struct endpoint *endpoint, const char *domain,
                    const struct talk_credentials *with, struct xmpp_login *fact, done_fn done,
                    void *context);

#endif
