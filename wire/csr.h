/* What does a certificate signing request (PKCS#10, RFC 2986) ask for?
 *
 * Pure, like every reader of wire/. Reads what the request states; does not judge it. */
#ifndef WIRE_CSR_H
#define WIRE_CSR_H

#include "facts/files.h"

/* NULL when der does not begin with a request. *public_key: SHA-256 of its public key, NULL when it has none
 * that the library knows. */
struct csr *csr_read(struct arena *arena, const uint8_t *der, size_t size, char **public_key);

#endif
