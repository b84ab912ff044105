/* Who spoke? The parts of an HTTP answer that decide it, and the address of the edge's two requests.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

#include "facts/facts.h"

/* One header line (without CR LF) into the exchange: Server, WWW-Authenticate realm, Content-Type, Location.
 */
void http_header_read(struct arena *arena, const char *line, size_t size, struct http_exchange *exchange);
/* "https://HOST:PORT/<b64 of domain>/get_edge_sso?email=…" (field-facts 1.3) */
char *http_edge_url(struct arena *arena, const char *host, int port, const char *domain, const char *request);

#endif
