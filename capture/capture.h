/* What do packet captures show? The entrance of this room: files, or streams of bytes that are captures,
 * become facts.
 *
 * Fills facts->connections, endpoints, dns and, where zones were seen, a deployment (one is added to if it is
 * there). Several captures are one time line. Memory does not grow with the packets but with what is told of
 * them. Opens no socket, prints nothing, judges nothing. */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "capture/cases.h"
#include "wire/pcap.h"

struct capture;

/* Where packets come from. */
struct capture_source {
    const char *name; /* as the user gave it */
    feed_read_fn read;
    /* Back to the first byte, so that files can be put in order by their first packets; NULL where that
     * cannot be done. */
    bool (*rewind)(void *context);
    void *context;
};

struct capture_host {
    const char *address; /* numeric */
    int port;            /* 0: any */
};

struct capture_options {
    const struct capture_host *hosts; /* only what touches one of these; none: all */
    size_t host_count;
    bool draws; /* keep the steps of each connection */
    /* A connection has ended: its id is given now, in the order of ends' understanding, and it is not kept.
     * NULL: all are kept, and numbered in the order of their first packets at the end. */
    void (*ended)(void *context, struct connection *connection);
    void *context;
};

/* What a source was, besides what it showed. */
struct capture_tally {
    size_t packets, bytes;             /* bytes as kept */
    size_t tcp, tcp_bytes, udp, other; /* packets, of what was read */
    size_t unknown_link;               /* packets of a link layer that this does not read */
    int unknown_link_type;
    size_t connections; /* of TCP */
    size_t sessions;    /* secrets of TLS sessions that were given */
    int64_t first_ns, last_ns;
};

struct capture *capture_new(struct facts *facts, const struct capture_options *options);
void capture_free(struct capture *capture); /* NULL is fine; the facts stay */

/* Lines of a key log (SSLKEYLOGFILE). How many secrets came. */
size_t capture_add_keys(struct capture *capture, const char *text, size_t size);

/* Reads sources as one time line. False when one is no capture or could not be read at all: *error names it,
 * in the facts' arena. A file that is damaged further on, or ends inside a packet, is used as far as it goes,
 * and facts->captures says so. May be called again: what comes then is taken to be later. */
bool capture_read(struct capture *capture, const struct capture_source *sources, size_t count, char **error);
/* After the last read. */
void capture_end(struct capture *capture, const struct capture_zone *zone);

const struct capture_tally *capture_tally(const struct capture *capture);
/* Something was found that judges can judge. */
bool capture_found(const struct capture *capture);
/* "500 packets, 12 TCP connections without TLS, SSH or XMPP": for a capture in which nothing was found. */
char *capture_contents(const struct capture *capture, struct arena *arena);
/* Every certificate seen, once, in the order of first sight. */
size_t capture_certificates(const struct capture *capture, const struct cert *const **all);

#endif
