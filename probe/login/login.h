/* What does an edge say to a user who logs in? Walks the edges that a run has looked at, as a client walks
 * them: edge configuration, UDS, registration, XMPP authentication.
 *
 * Where credentials may go is the caller's decision (orders); on the wire it is kept to: each connection must
 * show the very certificate that was judged, nothing follows a redirect, one try, and the first refusal ends
 * it for all edges. Does not discover, judge, or keep a secret in the facts. */
#ifndef PROBE_LOGIN_LOGIN_H
#define PROBE_LOGIN_LOGIN_H

#include "probe/probe.h"
#include "wire/secret_text.h"

/* One edge. The endpoints are in facts->endpoints, looked at before. */
struct login_order {
    const struct endpoint *https;
    const struct endpoint *sip, *xmpp; /* of the same edge; NULL: there is none */
    const char *domain;
    /* Why no credentials may go to each of them; NULL: they may. */
    const char *https_withheld, *sip_withheld, *xmpp_withheld;
};

struct login_options {
    const struct login_order *orders; /* in the order of the walk */
    size_t order_count;
    const char *user;                           /* NULL: with a token, or without credentials */
    const struct secret_text *password, *token; /* NULL: none */
    const char *device; /* to register as; NULL: the first Jabber device of the user */
    bool every_edge;    /* not only the first that takes them */
    bool sip, xmpp;     /* asked for */
};

/* Adds to facts->logins one walk for each order, in their order. False as probe_run(). options->deadline_ms
 * is for this alone; run.duration_ms grows. */
bool login_run(struct facts *facts, const struct probe_options *options, const struct login_options *login,
               char **error);

#endif
