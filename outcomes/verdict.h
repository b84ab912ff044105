/* What does one run come to? Facts judged, concluded, and narrowed to what was asked: the one thing that
 * reports, comparison and monitoring start from.
 *
 * Does not write, print or ask anything; borrows the facts, which must stay until it is freed. */
#ifndef OUTCOMES_VERDICT_H
#define OUTCOMES_VERDICT_H

#include "outcomes/faults.h"
#include "outcomes/renewal.h"

struct verdict {
    const struct facts *facts;
    struct findings *findings; /* sorted; owns the memory of everything here */
    struct outcomes *outcomes;
    struct renewal_verdict *renewal; /* NULL unless a renewal is the question */
    const struct faults *faults;
};

/* Judges by facts->run: time, release, scope and symptom. Never NULL. */
struct verdict *verdict_of(const struct facts *facts);
void verdict_free(struct verdict *verdict); /* NULL is fine */

/* The exit status of a program: 0 good, 1 warnings, 2 failures, 3 unknown. */
int verdict_status(const struct verdict *verdict);

#endif
