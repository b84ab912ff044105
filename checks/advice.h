/* Of whom does a finding speak, and what does the catalogue's guidance say to them? Gives each finding its
 * own `affects`, `fix` and `restart`: the lines of its cause that hold for this subject, filled with its
 * names. Where several findings are one fault, outcomes/ puts their guidance together, and says which box its
 * steps touch. */
#ifndef CHECKS_ADVICE_H
#define CHECKS_ADVICE_H

#include "checks/finding.h"

/* What facts and evidence tell of the finding's subject; texts in the arena, or borrowed from both. */
struct subject subject_of(const struct facts *facts, struct arena *arena, const struct finding *finding);
void findings_advise(const struct facts *facts, struct findings *findings);

#endif
