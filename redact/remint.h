/* How does a certificate look that says the same of other names? Subject, issuer, alternative names, serial
 * number, key identifiers, URIs and the key itself are replaced; validity, kind and size of the key,
 * algorithms, usages and constraints stay, and whoever's signature verified, verifies still. So a trust list
 * of such certificates gives the verdict of the real one, and nobody can look the box up by a fingerprint.
 *
 * What it makes is worth nothing to anybody: the keys are thrown away with `remint_free`. */
#ifndef REDACT_REMINT_H
#define REDACT_REMINT_H

#include "facts/facts.h"
#include "redact/pseudonyms.h"

struct remint;
struct remint *remint_new(struct arena *arena, struct pseudonyms *pseudonyms);
void remint_free(struct remint *m); /* NULL is fine */

/* First every certificate that there is, so that issuers are found among them; the same one twice is one. */
void remint_know(struct remint *m, const uint8_t *der, size_t size);
/* Then the one that stands for it, in arena; NULL for what is no certificate, was not known, or has a kind of
 * key that cannot be made. */
const uint8_t *remint_of(struct remint *m, const uint8_t *der, size_t size, size_t *made_size);

#endif
