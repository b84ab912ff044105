/* What becomes of one TCP connection? Connects, carries bytes both ways, and tells how it ended.
 *
 * Refused, silent, unreachable, reset and broken are told apart. Every event comes from the loop, never from
 * inside conn_open(). Does not know what the bytes mean. */
#ifndef PROBE_CONN_H
#define PROBE_CONN_H

#include "probe/world.h"

enum conn_event {
    CONN_OPEN,   /* connected; tcp->state says so */
    CONN_FAILED, /* never connected; tcp->state and tcp->error say why. The last event */
    CONN_BYTES,
    CONN_EOF,    /* the peer has closed its direction; no more bytes come */
    CONN_RESET,  /* RST, or another error that broke the connection; no more bytes come */
    CONN_TIMEOUT /* the time given by conn_deadline() is over, or the run's */
};

typedef void (*conn_fn)(void *context, enum conn_event event, const uint8_t *bytes, size_t size);

/* Starts connecting to a numeric address, for at most options->timeout_ms. tcp (in the arena) is filled when
 * the connection is there or not. The caller closes with conn_close(), whatever happened. */
struct conn *conn_open(struct world *world, const char *address, int port, struct tcp_attempt *tcp,
                       conn_fn on_event, void *context);
/* Takes over a socket that accept(2) gave, without blocking: no CONN_OPEN comes, the rest is as with
 * conn_open(). */
struct conn *conn_accept(struct world *world, int fd, struct tcp_attempt *tcp, conn_fn on_event,
                         void *context);
void conn_hand_over(struct conn *conn, conn_fn on_event, void *context); /* who gets the events from now on */
void conn_label(struct conn *conn,
                const char *label);            /* lives as long: what it is for, where it is recorded */
void conn_deadline(struct conn *conn, int ms); /* from now; replaces the one before */
void conn_write(struct conn *conn, const void *bytes, size_t size);
/* Ends our direction and lets go. No event comes after it; `closed` (NULL for none) is called from the loop
 * when the handles are gone, for whoever has memory to free. */
void conn_close(struct conn *conn, done_fn closed, void *context);
char *conn_local_address(const struct conn *conn, struct arena *arena); /* numeric; NULL when not known */
int conn_rtt_ms(const struct conn *conn);                               /* of the TCP handshake */

/* Ends every connection as it would end on time-out. For world->stopping. */
void conn_stop_all(struct world *world);

#endif
