/* How is an OCSP responder asked, and until when is its answer good? RFC 6960, RFC 5019. Judging an answer is
 * expressway/revocation_ocsp.c.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_OCSP_H
#define WIRE_OCSP_H

#include "facts/facts.h"

/* A request about one certificate, DER. hash: "sha1" or "sha256" (the CertID's). False when the certificates
 * cannot be read, or do not fit each other in name. */
bool ocsp_request_write(struct arena *arena, const struct cert *cert, const uint8_t *issuer,
                        size_t issuer_size, const char *hash, bool nonce, struct blob *request);
/* The URL for asking by GET; NULL when it would be too long (RFC 5019 5). */
char *ocsp_get_url(struct arena *arena, const char *uri, const struct blob *request);
/* When the first of its statuses must be renewed; 0 when that is not said, or it is no successful answer. */
int64_t ocsp_next_update(const uint8_t *bytes, size_t size);

#endif
