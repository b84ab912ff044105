/* What bears on a symptom that the user names? The entry points of the troubleshooting note: words for what
 * somebody sees, each with the outcomes that decide it. */
#ifndef OUTCOMES_SYMPTOMS_H
#define OUTCOMES_SYMPTOMS_H

#include "outcomes/outcomes.h"

struct symptom {
    const char *name, *outcomes; /* ids, separated by blanks */
    const char *says;            /* in a few words */
};
extern const struct symptom symptoms[]; /* name NULL ends */

bool symptom_is_known(const char *symptom);
const char *symptom_names(struct arena *arena); /* for messages: "upload-fails, zone-down, …" */
/* Leaves the outcomes of the symptom, and the findings of checks that can decide them. NULL symptom: all
 * stay. */
void symptom_keep(const char *symptom, struct outcomes *outcomes, struct findings *findings);

#endif
