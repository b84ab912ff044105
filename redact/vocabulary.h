/* Which words of a log are nobody's, so that they stay where names are replaced? Those of the catalogue, of
 * OpenSSL and the system, and what Expressway's own lines have besides. Looks into no text: pseudonyms.h
 * does. */
#ifndef REDACT_VOCABULARY_H
#define REDACT_VOCABULARY_H

#include "redact/pseudonyms.h"

void vocabulary_know(struct pseudonyms *p);

#endif
