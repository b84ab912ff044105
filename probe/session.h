/* What do endpoint.c and variants.c share? One endpoint's session: all connections to it, from the
 * first to the last. Private to the two, and to node_ciphers.c, which goes on where it ends. */
#ifndef PROBE_SESSION_H
#define PROBE_SESSION_H

#include "probe/tls/attempt.h"
#include "probe/endpoint.h"

enum { WORDLESS_REPEATS = 2 };

struct session {
    struct world *world;
    struct endpoint *endpoint;
    const char *address; /* where to connect; with --connect-to not the endpoint's own */
    int port;
    const char *sni;      /* of the main attempt; NULL for an address literal */
    struct texts domains; /* service domains to ask for */
    struct attempt *main;
    struct conn *conn; /* of a service without TLS */
    bool speaks;       /* the first bytes were TLS */
    bool http_ready;   /* HTTP questions may go out */
    bool keys_begun, sni_begun, client_begun;
    size_t sni_services;      /* tried */
    int main_repeats;         /* since it ended without a word */
    struct variant *suspects; /* ended without a word; see variants.c */
    size_t open;              /* pieces of work begun and not ended; at 0 it is over */
    struct session
        *next; /* of the same host and port at another address, see node_ciphers.c; NULL: the last */
    struct node_ciphers *ciphers; /* what follows when it is told; NULL: nothing */
};

/* ---- variants.c ---- */
/* Around every piece of work of a session, in place of world_begin() and world_end(). */
void session_begin(struct session *session);
void session_end(struct session *session);
void session_main_event(struct session *session,
                        enum attempt_event event); /* something is known of the main attempt */
void session_main_over(struct session *session);
void session_domain_added(struct session *session, const char *domain);
/* At the end: the question for TLS 1.2 went out beside the others, and where these told, it is no fact. */
void session_settle(struct endpoint *endpoint);

#endif
