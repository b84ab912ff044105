/* How does libcurl speak over a TLS connection that already stands? It connects to a socket of ours instead
 * and speaks plain HTTP there; what it writes goes into our TLS, and what comes out of that goes to it.
 *
 * So the connection whose handshake was looked at answers the questions, too: no second one is needed. One
 * question after the other. Does not know HTTP, and neither opens nor closes the TLS connection. */
#ifndef PROBE_HTTP_BRIDGE_H
#define PROBE_HTTP_BRIDGE_H

#include <sys/socket.h>
#include <sys/un.h>

#include "probe/tls/tls.h"

struct http_bridge; /* in the arena */

/* Takes over the events of tls, which stands. NULL: no sockets are to be had; tls is as it was. */
struct http_bridge *bridge_open(struct world *world, struct tls *tls);
void bridge_question(struct http_bridge *bridge); /* one begins: its time does */
/* A socket for curl, and the address to which it must connect it; the caller's to close. -1: the bridge is
 * over. *size is the room at first. */
int bridge_socket(struct http_bridge *bridge, struct sockaddr_un *address, socklen_t *size);
bool bridge_stands(const struct http_bridge *bridge); /* another question can be asked */
/* A question was broken off: the rest of its answer would be taken for the next one's. */
void bridge_abandon(struct http_bridge *bridge);
/* "TLS alert certificate_required (116)": what the peer sent when it ended the connection; NULL: none. */
const char *bridge_alert(const struct http_bridge *bridge);
/* Lets go of tls, which its owner closes. May be called twice. */
void bridge_close(struct http_bridge *bridge);

#endif
