/* How much may a peer say in a TLS handshake that libcurl drives? So many messages, and then its connection
 * is gone.
 *
 * libssl skips HelloRequest inside a handshake (RFC 5246 7.4.1.1) for as long as more of them come, without
 * giving the thread back: no time-out of libcurl or of the loop would ever be looked at. Our own handshakes
 * are fed piece by piece (probe/tls/tls_engine.h) and need none of this.
 *
 * Does not: say how the question ended; libcurl calls it a broken connection. */
#ifndef PROBE_FLOOD_H
#define PROBE_FLOOD_H

#include <stdbool.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "facts/arena.h"

struct flood; /* of one connection that libcurl may make; in the arena: the connection may outlive the
                 question */

struct flood *flood_watch(struct arena *arena, CURL *easy); /* sets curl's SOCKOPTFUNCTION and its data */
void flood_hear(struct flood *flood, SSL_CTX *context);     /* inside curl's SSL_CTX_FUNCTION */
bool flood_came(const struct flood *flood);                 /* that is what ended it; NULL: false */

extern const char flood_words[]; /* what is then said of it */

#endif
