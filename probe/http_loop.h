/* How does libcurl run on the event loop? One multi handle for everything that speaks HTTP: http.c and
 * download.c.
 *
 * Does not know what is asked, nor set anything on an easy handle but who is told of its end. */
#ifndef PROBE_HTTP_LOOP_H
#define PROBE_HTTP_LOOP_H

#include <curl/curl.h>
#include "probe/world.h"

/* The first member of whatever owns an easy handle. */
struct http_job {
    CURL *easy; /* NULL before it begins and after its release */
    /* Called once, when curl is done or the run is over; releases the job. */
    void (*ended)(struct http_job *job, CURLcode code);
    struct http_job *next, **link; /* among those in flight; link NULL when it is not */
};

bool http_job_add(struct world *world, struct http_job *job); /* false: curl refused; `ended` is not called */
void http_job_release(struct world *world, struct http_job *job); /* frees easy; may be called twice */
/* What curl's result means; words: its own about a failure. In http.c. */
enum exchange_state http_state_of(CURLcode code, const char *words, bool head_is_whole);
/* Why it failed: curl's words, but where they would speak of our disk or our memory. */
const char *http_words_of(CURLcode code, const char *words);
/* What both http.c and login/ask.c want of every question to an edge: https alone, there and nowhere else,
 * without proxy, netrc, redirects, or a verdict of curl's own on certificates (TLS facts come from our own
 * handshake; who asks with credentials verifies by itself), at TLS 1.0 up and security level 0, as old
 * appliances want it. */
void http_edge_options(CURL *easy, const char *url, struct curl_slist *connect, long timeout_ms);
struct lane **http_lanes(struct world *world); /* of http.c, for this run */

#endif
