/* Which words of a log are nobody's, so that they stay where names are replaced? */
#ifndef REDACT_VOCABULARY_H
#define REDACT_VOCABULARY_H

#include "redact/pseudonyms.h"

void vocabulary_know(struct pseudonyms *p);

#endif
