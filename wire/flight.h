/* What did a server answer to a ClientHello? Its first flight, as far as it is in clear: alert,
 * HelloRetryRequest, ServerHello, and up to TLS 1.2 Certificate and ServerKeyExchange.
 *
 * Fed in any pieces. Knows no socket; whether the answer fits the question is the caller's to say. */
#ifndef WIRE_FLIGHT_H
#define WIRE_FLIGHT_H

#include "wire/handshake.h"

enum flight_state {
    FLIGHT_MORE,
    FLIGHT_WHOLE, /* all that was wanted has been said */
    FLIGHT_ALERT, /* a fatal alert, or close_notify */
    FLIGHT_BROKEN /* not TLS, or no valid flight: fault says why */
};

struct flight {
    struct handshake seen;      /* version 0 before a ServerHello */
    struct tls_attempt attempt; /* what seen fills: the chain, and all names */
    int alert;                  /* -1: none */
    const char *fault;          /* static text; NULL when nothing is wrong */
};

struct flight_reader;

/* cert reads one certificate, perhaps from a cache (see struct handshake). */
struct flight_reader *flight_reader_new(struct arena *arena,
                                        struct cert *(*cert)(void *context, const uint8_t *der, size_t size,
                                                             char **error),
                                        void *context);
/* After anything but MORE nothing is read any more. */
enum flight_state flight_feed(struct flight_reader *reader, const uint8_t *bytes, size_t size);
const struct flight *flight_of(const struct flight_reader *reader);

#endif
