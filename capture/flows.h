/* Which packets belong to one TCP connection, and how did it begin and end? The table of connections that are
 * going on.
 *
 * Bounded whatever comes: a million half-open connections push each other out. Counts what it does not
 * follow. */
#ifndef CAPTURE_FLOWS_H
#define CAPTURE_FLOWS_H

#include "capture/conclude.h"

struct flows;

/* A connection on which nobody ever answered, or which was refused at once: no bytes, but something to tell.
 */
struct lone_syn {
    const struct tcp_story *story;
    bool was_refused; /* by an RST; else silence */
};

struct flows_events {
    /* A connection on which TLS, XMPP or SSH was seen has been understood: all but how TCP ends. Talk and
     * story are as of now; what is returned is handed to `ended` with the end filled in. */
    struct connection *(*understood)(void *context, struct talk *talk, const struct tcp_story *story);
    void (*ended)(void *context, struct connection *connection);
    void (*lone)(void *context, const struct lone_syn *lone);
    /* Is this connection wanted at all? */
    bool (*wanted)(void *context, const struct ip_packet *packet);
    void *context;
};

struct flows *flows_new(const struct talk_world *world, struct flows_events events);
void flows_packet(struct flows *flows, const struct ip_packet *packet, int64_t time_ns, char *file,
                  const char *comment); /* of the packet; NULL */
void flows_end(struct flows *flows);    /* the capture is over: all end as they are now */
void flows_free(struct flows *flows);
size_t flows_seen(const struct flows *flows); /* TCP connections so far */

#endif
