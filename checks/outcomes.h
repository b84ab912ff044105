/* What does the user feel? Outcomes are derived from findings by one table, and open every report. */
#ifndef CHECKS_OUTCOMES_H
#define CHECKS_OUTCOMES_H

#include "checks/finding.h"

enum outcome_state { OUTCOME_WORKS, OUTCOME_AT_RISK, OUTCOME_FAILS, OUTCOME_UNKNOWN };
extern const struct enum_name outcome_states[]; /* "works" "at-risk" "fails" "unknown" */

struct outcome {
    const char *id;      /* "jabber-login" */
    const char *title;   /* "Jabber log-in" */
    const char *subject; /* peer or node for outcomes told per peer; NULL otherwise */
    enum outcome_state state;
    const char *summary;                   /* one sentence: the state and what decided it */
    LIST_OF(const struct finding) because; /* worst first; empty when it works */
};

struct outcomes {
    struct outcome **v;
    size_t n;
};

/* In the order of the catalogue's outcomes table; only those that the run looked at. Lives in
 * findings->arena. */
struct outcomes *outcomes_of(const struct facts *facts, struct findings *findings);

#endif
