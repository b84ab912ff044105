/* What does a finding have to say in the blanks of the catalogue's guidance (catalogue/placeholders.h)?
 * Private to advice.c, which knows whom it speaks to, and lets lines be filled.
 *
 * A blank of which nothing is known stays NULL: guidance then has words of its own for it. */
#ifndef CHECKS_ADVICE_VALUES_H
#define CHECKS_ADVICE_VALUES_H

#include "checks/finding.h"

/* Of the deployment, which must be there, whatever its role; NULL: it names none so. */
const struct node *node_known(const struct facts *facts, const char *name);
/* subject->values, of evidence and facts; in arena, or borrowed from both. Its role and purpose are there.
 * zone: of which the finding speaks, as a deployment has it; NULL: none. */
void advice_values(const struct facts *facts, struct arena *arena, const struct finding *finding,
                   const struct zone *zone, struct subject *subject);

#endif
