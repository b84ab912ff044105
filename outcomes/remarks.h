/* What do the states of the outcomes not explain by themselves? Calls and messages hang on a log-in, and are
 * judged by less than it; SSH tunnels hang on the zone: each format says so where these hold. Judges nothing
 * anew. */
#ifndef OUTCOMES_REMARKS_H
#define OUTCOMES_REMARKS_H

#include "outcomes/faults.h"

/* Calls or messages work while no log-in does, and one fails or all are at risk: nobody comes to them who is
 * not in. */
bool works_behind_login(const struct outcomes *outcomes, const struct outcome *outcome);
/* Calls or messages fail of nothing but the log-in. */
bool fails_of_login(const struct outcomes *outcomes);
/* SSH tunnels fail of what was seen at the zone's port alone: nothing was wrong with 2222. */
bool tunnels_of_zone(const struct outcomes *outcomes);
/* They work with a certificate that a fault speaks of: the port answers, which is what they are judged by. */
bool works_unverified(const struct outcomes *outcomes, const struct faults *faults);

#endif
