/* Is it the server that was judged? A TLS connection to an endpoint, proven by its certificate. See talks.h.
 */
#include "probe/login/talks.h"

#include <string.h>

static void on_attempt(void *context, enum attempt_event event) {
    struct proven *p = context;
    const struct certs *judged = &p->endpoint->tls.chain, *seen = &p->attempted.chain;
    if (event != ATTEMPT_DONE)
        return;
    struct tls *tls = attempt_tls(p->attempt);
    if (tls == NULL)
        p->on_done(p->context, NULL, "the connection that worked before failed this time");
    else if (judged->n == 0 || seen->n == 0 || strcmp(judged->v[0]->sha256, seen->v[0]->sha256) != 0)
        p->on_done(p->context, NULL, "the server shows another certificate than the one that was judged");
    else
        p->on_done(p->context, tls, NULL);
}

void proven_start(struct world *world, struct proven *p, const struct endpoint *endpoint,
                  const char *xmpp_domain) {
    const char *host = endpoint->host;
    int port = endpoint->port;
    world_connect_to(world, &host, &port);
    p->endpoint = endpoint;
    p->xmpp.to = arena_text(world->arena, xmpp_domain);
    struct attempt_plan plan = {
        .address = endpoint->address,
        .port = port,
        .form = {.form = FORM_ALL, .sni = world_is_address(endpoint->host) ? NULL : endpoint->host},
        .tcp = &p->tcp,
        .tls = &p->attempted,
        .xmpp = xmpp_domain == NULL ? NULL : &p->xmpp};
    p->attempted.purpose = PURPOSE_MAIN;
    p->attempt = attempt_start(world, &plan, on_attempt, p);
}
