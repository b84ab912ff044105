/* What does the opening of an XMPP stream say? RFC 6120, fed in pieces. A small reader of its own: no DTD,
 * no entities beyond the five.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_XMPP_H
#define WIRE_XMPP_H

#include "facts/facts.h"

struct xmpp_reader;
enum xmpp_event {
    XMPP_EVENT_MORE,
    XMPP_EVENT_FEATURES,
    XMPP_EVENT_PROCEED,
    XMPP_EVENT_FAILURE,
    XMPP_EVENT_ERROR,
    XMPP_EVENT_END,
    XMPP_EVENT_BROKEN
};
struct xmpp_reader *xmpp_reader_new(struct arena *arena, struct xmpp_exchange *into, bool after_tls);
/* Feeds bytes; fills from, starttls_required, mechanisms, error of the exchange. FEATURES: also sets
 * *starttls. At most 64 KiB per stream. */
enum xmpp_event xmpp_feed(struct xmpp_reader *reader, const uint8_t *bytes, size_t size, bool *starttls);
/* as_server: the stream of a server that calls another (RFC 6120 4.8.3), who has no name to give */
char *xmpp_open_write(struct arena *arena, const char *domain, bool as_server);
extern const char xmpp_starttls_text[];

#endif
