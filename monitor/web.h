/* How does somebody ask us over HTTP, while the loop goes on with its work? A small server on the caller's
 * loop: each request becomes an exchange, which is answered at once or later.
 *
 * GET and HEAD only. Slow and silent clients are let go after a time, and there are never more connections
 * than were allowed; the rest wait in the system's queue. Does not know what is asked for. */
#ifndef MONITOR_WEB_H
#define MONITOR_WEB_H

#include <stdbool.h>
#include <uv.h>
#include "facts/arena.h"

struct web;
struct web_exchange;

/* To be answered once by web_answer(), now or later; until then the exchange is valid. */
typedef void (*web_handler)(void *context, struct web_exchange *exchange, const char *path);

/* address: numeric. Port 0: any. NULL with *error, in arena. */
struct web *web_open(uv_loop_t *loop, struct arena *arena, const char *address, int port, int connections,
                     web_handler handler, void *context, char **error);
int web_port(const struct web *web);
/* No more requests; what is open is answered with 503. Its handles close with the loop. */
void web_close(struct web *web);

const char *web_query(struct web_exchange *exchange, const char *name);  /* decoded; NULL: not there */
const char *web_header(struct web_exchange *exchange, const char *name); /* NULL: not there */
/* body: malloc'ed, taken over. encoding: "gzip"; NULL: none. */
void web_answer(struct web_exchange *exchange, int status, const char *type, const char *encoding, void *body,
                size_t size);
/* A line of text. */
void web_say(struct web_exchange *exchange, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
