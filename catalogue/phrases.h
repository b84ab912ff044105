/* Which words do people bring? What error pages, web pages, clients and tools say, and the check that it
 * leads to: the rows of catalogue/words.yaml, made into a table when the program is built. Words of logs, and
 * alarms: log_tokens.h. Does not search. */
#ifndef CATALOGUE_PHRASES_H
#define CATALOGUE_PHRASES_H

#include "catalogue/catalogue.h"

struct phrase {
    const char *words; /* as they are shown */
    const char *where; /* who shows them */
    enum check_id check;
    enum cause_id cause; /* CAUSE_NONE: the words do not tell which */
    const char *means;   /* what they mean, in a sentence or two */
    const char *run;     /* the command that looks at it */
};
extern const struct phrase phrases[]; /* words NULL ends */

#endif
