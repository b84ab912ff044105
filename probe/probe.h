/* What happens when the probe goes out into the world? The one entrance to probe/: a plan in, facts out.
 *
 * Everything runs on one event loop; nothing waits for what it does not need; every wait has a deadline. The
 * world failing is data in the facts; only our own trouble (no sockets, no memory) is an error. */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "facts/facts.h"

struct identity; /* probe/tls/identity.h */
struct recorder; /* probe/recorder.h */
struct turns;    /* probe/turns.h */

struct connect_to {      /* curl's --connect-to: connections meant for host:port go to to_host:to_port */
    const char *host;    /* "" matches every host */
    int port;            /* 0 matches every port */
    const char *to_host; /* a numeric address, or a name to resolve; "" keeps the host */
    int to_port;         /* 0 keeps the port */
};

/* The hello of one client, to be sent as it would send it: OpenSSL's names with colons, in its order. */
struct client_form {
    const char *name;
    int oldest, newest;              /* TLS versions, as on the wire */
    const char *suites12, *suites13; /* up to TLS 1.2, and of 1.3; "" none */
    const char *groups, *signatures; /* NULL: OpenSSL's own */
};

/* One endpoint and nothing else: a single connection, no other forms of handshake, no requests. */
struct lone_endpoint {
    const char *host; /* name or numeric address, without brackets */
    int port;
    enum protocol protocol;
};

struct probe_options {
    const char *const *resolvers; /* "127.0.0.1:53", "[::1]:53"; none: the system's */
    size_t resolver_count;
    const struct connect_to *connect_to;
    size_t connect_to_count;
    int timeout_ms;                  /* per network step */
    int deadline_ms;                 /* whole run */
    int family;                      /* 0 both, 4 or 6 */
    const struct identity *identity; /* probe/tls/identity.h: presented on zones where a client certificate is
                                        asked for (identity_use() of identity_ssl.h); NULL: none */
    const struct client_form *clients; /* whose hello each server that is enumerated gets, once */
    size_t client_count;
    const struct lone_endpoint *lone; /* in place of what the facts lead to; NULL: those */
    const char *cache; /* folder where OCSP answers and CRLs are kept (probe/revocation/revocation.h); NULL:
                          none is */
    bool ocsp_get;     /* OCSP by GET where the request is short enough (RFC 5019 5), not by POST */
    bool ocsp_nonce;   /* with a nonce (RFC 9654); such answers are never kept */
    struct recorder *recorder; /* keeps every byte of our connections, probe/recorder.h; NULL: nobody does */
    /* Shared by runs on a loop; NULL: no bound. Of connections to one address, of questions to one resolver.
     */
    struct turns *turns, *questions;
    bool no_private_fetch; /* what a public host's certificate names is not asked at private addresses */
    bool wipes_memory;     /* what libcurl held is wiped: credentials will pass through it */
    /* Called as things finish, for progress on stderr; NULL for none. Text is one line without newline. */
    void (*progress)(void *context, const char *text);
    void *progress_context;
    bool tells_waits; /* progress is what is waited for, a few times a second, in place of what has ended */
};

/* Starts one run on a loop that the caller owns and runs; many may share it. `done` is called once, from the
 * loop and never from within probe_start(), when the facts are complete: with NULL, or with what kept us from
 * running at all, or what ended the run early (in facts->arena: "out of memory", when it went beyond
 * arena_limit()). Facts and options must stay until then; in `done` they may be freed. The caller ignores
 * SIGPIPE. */
typedef void (*probe_done)(void *context, const char *error);
typedef struct uv_loop_s uv_loop_t;
/* uv_loop_init() with as many descriptors as we may have; false where libuv would abort: too few are left. */
bool loop_open(uv_loop_t *loop);
struct world; /* one run under way; gone when `done` has been called */
struct world *probe_start(uv_loop_t *loop, struct facts *facts, const struct probe_options *options,
                          probe_done done, void *context);
/* Ends everything in flight as what it is now; `done` still comes, from the loop. */
void probe_stop(struct world *run);

/* The same for one target, on a loop of its own. Adds to facts->dns and facts->endpoints what facts->domains
 * and facts->deployment lead to. False, with *error set (in facts->arena), only when we could not run at all.
 * Sets run.duration_ms. SIGINT ends it at once: false, and the error is "interrupted". */
bool probe_run(struct facts *facts, const struct probe_options *options, char **error);

/* ---- the revocation sources of one target alone ---- */

struct revocation_target {
    const char
        *host; /* A-labels, or a numeric address without brackets; NULL: no TLS, `chain` is asked about */
    int port;
    const struct certs *chain;     /* leaf first, then its issuers; NULL with a host */
    const struct texts *auto_crls; /* URLs of --auto-crl; NULL: none */
};

/* With a host: one endpoint in facts->endpoints (or one for each address), handshake and its other key type,
 * then the sources of what it sent. Issuers come from the chain, then from all of facts->trust_lists.
 * options->cache names the folder of the cache. False as probe_run(). */
bool probe_revocation(struct facts *facts, const struct probe_options *options,
                      const struct revocation_target *target, char **error);

#endif
