/* What does one X.509 certificate say? DER to struct cert, by libcrypto.
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_CERT_H
#define WIRE_CERT_H

#include <openssl/types.h>

#include "facts/facts.h"

/* NULL when der is no X.509 certificate of exactly this size; *error (may be NULL) says why, in arena. Copies
 * der. */
struct cert *cert_read(struct arena *arena, const uint8_t *der, size_t size, char **error);
/* The same for another thread (x509_parse_beside() of wire/x509.h); *x is the library's, NULL when that
 * cannot be parsed, else X509_free(). */
struct cert *cert_read_beside(struct arena *arena, const uint8_t *der, size_t size, X509 **x);

/* ---- what requests for a certificate, and keys, have as well: each fills its members of cert ---- */

void cert_names_read(struct arena *arena, struct cert *cert, const X509 *x); /* subjectAltName */
void cert_subject_read(struct arena *arena, struct cert *cert, const X509_NAME *subject);
void cert_key_read(struct arena *arena, struct cert *cert, const EVP_PKEY *key); /* key may be NULL */
void cert_usage_read(struct arena *arena, struct cert *cert, const X509 *x);

#endif
