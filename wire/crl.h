/* Which CRLs does a distribution point or a file hold?
 *
 * Pure, like every reader of wire/: bytes to facts, no socket, everything bounded, and it says what was
 * wrong. All input is hostile. */
#ifndef WIRE_CRL_H
#define WIRE_CRL_H

#include "facts/facts.h"

enum { CRL_MAX = 32 * 1024 * 1024 }; /* what we take of a file, and of what an archive unpacks to */
/* Fills form and answers of the fetch, and state: ANSWERED, TOO_LARGE or UNPARSABLE with error. The kind of
 * file is told by its content: PEM, DER, or a ZIP, GZIP or tar in GZIP of such files. */
void crl_read(struct arena *arena, const uint8_t *bytes, size_t size, struct fetch *into);

#endif
