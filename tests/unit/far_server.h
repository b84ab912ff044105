/* What does an enumeration ask, and how often? A server without sockets: answers ClientHellos as OpenSSL's
 * server does, one round trip after the TCP handshake took another. Time is counted in round trips, never by
 * a clock: nothing is answered before all that follows from the answers before it has been asked.
 *
 * Stands in for ask.c and attempt.c: who links it has no network. Does not speak STARTTLS, nor below TLS 1.2.
 */
#ifndef FAR_SERVER_H
#define FAR_SERVER_H

#include "facts/facts.h"

struct far_server {
    const char *suites;      /* cipher string of OpenSSL, at security level 0; TLS 1.2 */
    bool has_own_order;      /* of suites, groups and signature algorithms; else the client's */
    bool has_rsa, has_ecdsa; /* certificates */
    bool has_13;             /* OpenSSL's three suites of TLS 1.3 */
    bool is_scattered;       /* answers come one by one, not all of one round trip at once */
    size_t bears;            /* suites in one hello; more are answered with decode_error. 0: any number */
    size_t large_late;       /* round trips later, at least; up to twice as many */
};

struct far_counts {
    size_t connections, at_once; /* in all, and the most that stood at the same time */
    size_t trips;                /* round trips until the last answer */
};

/* Enumerates it; the survey is in facts->ciphers. */
struct far_counts far_server_enumerate(const struct far_server *server, struct facts *facts);
/* How many suites it takes: of TLS 1.2, in its own order, into `ids`. */
size_t far_server_suites(const struct far_server *server, int *ids, size_t most);

#endif
