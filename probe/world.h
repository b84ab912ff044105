/* What do the parts of probe/ share while a run is going on? The event loop and what bounds it. Private to
 * probe/.
 *
 * Every try_ function starts something and returns at once; `done` is called exactly once, from the loop or
 * before the function returns, when the fact handed in is complete. After world->stopping is set no new work
 * begins and everything in flight is ended as what it is then (timeout), so that done callbacks still come.
 */
#ifndef PROBE_WORLD_H
#define PROBE_WORLD_H

#include <uv.h>
#include "probe/probe.h"

struct dns_client;   /* probe/dns.c: the c-ares channels */
struct http_client;  /* probe/http.c: the curl multi handle; NULL until the first request */
struct tls_contexts; /* probe/tls/tls_contexts.h: OpenSSL's contexts, certificates read so far */
struct conn;         /* probe/conn.h: one TCP connection */
struct plan;         /* probe/plan.h: what is to be looked at */
struct revocation; /* probe/revocation/revocation.c: OCSP and CRLs asked so far; NULL until the first chain */
struct survey;     /* probe/ciphers/survey.h: one server's cipher enumeration */
struct node_ciphers; /* probe/ciphers/node_ciphers.h: one port of Unified CM or IM and Presence */

struct world;

/* What becomes of a run, as its parts notice it; run.c's. */
struct run_ends {
    void (*on_idle)(struct world *world);      /* no piece of work is left */
    void (*on_closed)(struct world *world);    /* nothing of it stands on the loop any more */
    void (*on_exhausted)(struct world *world); /* it keeps more than it may; called again and again */
};

struct world {
    const struct run_ends *run;
    uv_loop_t *loop; /* its caller's: other runs may be on it */
    struct facts *facts;
    struct arena *arena; /* the facts' */
    const struct probe_options *options;
    uint64_t started_ns;
    bool stopping; /* the deadline ran out, or ^C */
    bool ending;   /* nothing is left to do but to close what stands on the loop */
    struct dns_client *dns;
    struct http_client *http;
    struct tls_contexts *tls;
    struct conn *conns;   /* all that are open or waiting for a descriptor */
    size_t open_sockets;  /* of ours, without those of the DNS and HTTP libraries */
    size_t waiting_conns; /* for a descriptor: the process has no more */
    size_t busy;          /* pieces of work begun and not ended; at 0 the run is over */
    size_t closing;       /* handles that libuv has not let go yet; at 0 a run that is over may be freed */
    struct plan *plan;
    struct revocation *revocation;
    void *asked;                          /* what was asked where, for the limits of endpoint.c */
    void *listener;                       /* of listen.c; NULL while we only dial */
    struct survey *surveys;               /* cipher enumerations under way */
    struct node_ciphers *node_ciphers;    /* ports that are enumerated, or will be */
    void (*on_stop)(struct world *world); /* ends what is neither connection, DNS nor HTTP; NULL: nothing */
};

typedef void (*done_fn)(void *context);

/* Why nothing came of what was in flight when the run was stopped: our deadline, nobody's fault. */
extern const char world_over[];
void world_progress(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
int world_ms_since(const struct world *world,
                   uint64_t start_ns); /* whole milliseconds, rounded up; uv_hrtime() */

typedef void (*begin_fn)(struct world *world, void *context);
/* One run on a loop of its own, whose work `begin` starts: returns when all has ended, the deadline is over
 * or ^C came. False as probe_run(). */
bool world_run(struct facts *facts, const struct probe_options *options, begin_fn begin, void *context,
               char **error);

/* Around every piece of work that ends later: the run is over when all have ended. What follows from a piece
 * begins before that piece ends. */
void world_begin(struct world *world);
void world_end(struct world *world);
/* Closes a handle of the run on the loop; its `data` is ours from then on, its memory must stay until the run
 * is over. Who closes one otherwise counts in world->closing and calls world_closed() as its last act. */
void world_close(struct world *world, uv_handle_t *handle);
void world_closed(struct world *world);
bool world_is_address(const char *host); /* an IPv4 or IPv6 literal, without brackets */
/* Where --connect-to leads from here: changes the pair when a row matches, the first as in curl. */
void world_connect_to(const struct world *world, const char **host, int *port);
/* realloc() that never gives NULL: out of memory ends the process as it does in facts/arena.h. */
void *world_alloc(void *old, size_t size);

/* ---- dns.c ---- */
bool dns_open(struct world *world, char **error);
void dns_close(struct world *world); /* ends all that is pending; its handles close with the loop */
/* Asks every resolver for name and type at once: one struct dns_query per resolver, added to facts->dns in
 * the order of asking. done(context) as soon as an answer is there to judge by (facts_dns() finds it): the
 * first resolver, in their order, that answered, or all have failed; later answers of the others still come
 * into the facts. The same question is asked once: a second call waits for or reuses the first. */
void dns_try(struct world *world, const char *name, enum dns_type type, done_fn done, void *context);
/* Both A and AAAA as options->family allows; done when both are there. */
void dns_try_addresses(struct world *world, const char *name, done_fn done, void *context);
/* Puts facts->dns into the order of name, type, resolver, whatever the order of arrival was. */
void dns_sort(struct facts *facts);

/* ---- http.c ---- */
bool http_open(struct world *world, char **error);
void http_close(struct world *world);
/* port is where to connect; with --connect-to it may differ from the port in the URL.
 * One GET of exchange->url (request, domain and url are set by the caller), forced to address:port by curl's
 * CONNECT_TO; host in the URL gives SNI and Host:. No redirects, no proxy, no credentials, no certificate
 * verification (TLS facts come from our own handshake); TLS 1.0 up at security level 0 so that curl can speak
 * where we could; body capped. Several exchanges to one host:port:address share a connection, one after the
 * other, where the server keeps it open. */
void http_try(struct world *world, struct http_exchange *exchange, const char *host, int port,
              const char *address, done_fn done, void *context);
/* The questions to this place go over a TLS connection that stands there already, as long as it does; whoever
 * lends it must not touch it until `returned` says that no question is left, and closes it then. */
struct tls;
void http_lend(struct world *world, const char *host, int port, const char *address, struct tls *tls);
void http_give_back(struct world *world, const char *host, int port, const char *address, done_fn returned,
                    void *context); /* when no question is left, at once perhaps */

#endif
