/* Which state has an outcome, and of which findings? Each of its units is weighed alone: by the rows that
 * fire for a finding that concerns it, and by what was to be seen and was not. Private to outcomes/. */
#ifndef OUTCOMES_WEIGH_H
#define OUTCOMES_WEIGH_H

#include "outcomes/outcome_units.h"

/* Sets state and because of the outcome, by the instance's units, whose state it leaves in them. */
void weigh(const struct instance *in, struct outcome *o);
enum outcome_state worse(enum outcome_state a, enum outcome_state b); /* of the two */
/* What is not known of the first unit that is unknown for want of it; NULL: none is. */
const struct need *first_unmet(const struct instance *in);

#endif
