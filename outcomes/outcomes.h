/* What does the user feel? Outcomes are derived from findings by one table, and open every report.
 *
 * An outcome is decided per unit (an edge address, a zone's peer, a node): a unit fails when a finding that
 * concerns it stands in a `fails` row. Some units good and others failing makes the outcome at-risk. What a
 * run did not look at decides nothing; an outcome about which nothing at all was seen is unknown. */
#ifndef OUTCOMES_OUTCOMES_H
#define OUTCOMES_OUTCOMES_H

#include "checks/finding.h"

enum outcome_state { OUTCOME_WORKS, OUTCOME_AT_RISK, OUTCOME_FAILS, OUTCOME_UNKNOWN };
extern const struct enum_name outcome_states[]; /* "works" "at-risk" "fails" "unknown" */

struct outcome {
    const char *id;      /* "jabber-login" */
    const char *title;   /* "Jabber log-in" */
    const char *subject; /* peer, node or domain for outcomes told per one; NULL otherwise */
    enum outcome_state state;
    bool now; /* at risk: in part broken now; false: it will break, or may. Otherwise meaningless */
    const char *summary;                   /* one sentence: the state and what decided it */
    const char *how;                       /* unknown: how to learn it, the end of the summary; else NULL */
    const char *said;                      /* what Expressway itself would say of it; NULL: not known */
    LIST_OF(const struct finding) because; /* worst first; empty when it works */
};

struct outcomes {
    struct outcome **v;
    size_t n;
};

extern const char beyond_bundles[]; /* `how` of an outcome that no bundle ever tells: this very text */

/* In the order of the outcomes table; only those that the run looked at. `findings` must be sorted; the
 * result lives in findings->arena. */
struct outcomes *outcomes_of(const struct facts *facts, struct findings *findings);

#endif
