/* What would Expressway say to this upload? Private to outcomes/. */
#ifndef OUTCOMES_UPLOAD_H
#define OUTCOMES_UPLOAD_H

#include "outcomes/outcomes.h"

/* Sets `said` where the page's words are known, and puts what the page stumbles over first in front of
 * `because`. */
void upload_say(struct outcome *outcome);

#endif
