/* Which parts of a certificate name somebody, and what stands in their place? Private to redact/. */
#ifndef REDACT_REMINT_NAMES_H
#define REDACT_REMINT_NAMES_H

#include <jansson.h>
#include <openssl/x509.h>

#include "redact/pseudonyms.h"

struct remint_names {
    struct arena *arena;
    struct pseudonyms *pseudonyms;
    json_t *serials, *key_ids; /* in hex, to numbers */
};

/* Names that its texts hold, for the free texts that come later. */
void remint_names_know(struct remint_names *n, X509 *x);
/* Into made, a copy of x: all that names. The key and the signature are the caller's. */
bool remint_names_set(struct remint_names *n, X509 *x, X509 *made);

#endif
