/* Who spoke? The parts of an HTTP answer that decide it, and the address of the edge's two requests.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

#include "facts/facts.h"

/* One header line (without CR LF) into the exchange: Server, WWW-Authenticate realm and scheme, Content-Type,
 * Location.
 */
void http_header_read(struct arena *arena, const char *line, size_t size, struct http_exchange *exchange);
/* "https://HOST:PORT/<b64 of domain>/get_edge_sso?email=…" (field-facts 1.3). "get_edge_config/" is the form
 * of TC/CE endpoints, without a query. */
char *http_edge_url(struct arena *arena, const char *host, int port, const char *domain, const char *request);
/* Through the edge to an inner server (field-facts 1.3): "https://HOST:PORT/<b64 of
 * DOMAIN/https/INNER/INNER_PORT>PATH". */
char *http_inner_url(struct arena *arena, const char *host, int port, const char *domain, const char *inner,
                     int inner_port, const char *path);
char *http_url_encode(struct arena *arena, const char *text); /* what is not unreserved (RFC 3986 2.3) */

#endif
