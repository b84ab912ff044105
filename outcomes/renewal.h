/* What would a new certificate change for zones, clients and Unified CM? The same judges and the same rules
 * run twice over the same facts, once with the old certificate in its place and once with the new one.
 *
 * "After" is the new certificate before any CA certificate of the plan is uploaded. Does not write anything;
 * of the network it knows nothing: outcomes of a renewal are judged by certificates and trust lists alone. */
#ifndef OUTCOMES_RENEWAL_H
#define OUTCOMES_RENEWAL_H

#include "outcomes/outcomes.h"
#include "outcomes/plan.h"

struct before_after {
    const struct outcome *now; /* with the new certificate; what it is, and why */
    enum outcome_state before, after;
};

struct renewal_verdict {
    LIST_OF(struct before_after) table; /* in the order of the outcomes; empty without a new certificate */
    struct plan *plan;
};

/* Adds renew.predict to the findings, leaves of them what bears on the renewal, and sorts them again. The
 * result lives in findings->arena; NULL when the facts hold no renewal. */
struct renewal_verdict *renewal_conclude(const struct facts *facts, struct findings *findings,
                                         struct outcomes *outcomes);

/* Whether it got worse: by how many steps of works, at risk, fails; unknown counts as no step. */
bool gets_worse(const struct before_after *row);

#endif
