/* What changed between two reports, and did it get worse? outcomes, findings, and the facts behind them.
 *
 * Only what differs is listed. What varies by itself (times, order, counts) is no change; a latency is one
 * when it is twice the other and 50 ms more. An edge, address or domain that is gone takes its findings with
 * it, and so does a connection that failed: that is changed, neither better nor worse. Does not judge, and
 * does not write. */
#ifndef OUTCOMES_COMPARE_H
#define OUTCOMES_COMPARE_H

#include "outcomes/told.h"

enum change { CHANGE_SAME, CHANGE_CHANGED, CHANGE_BETTER, CHANGE_WORSE };
extern const struct enum_name changes[]; /* "same" "changed" "better" "worse" */

struct outcome_change {
    const struct told_outcome *before, *after; /* NULL: not told there; never both */
    enum change change;
};

struct finding_change {
    const struct told_finding *before, *after; /* NULL: absent; never both */
    enum change change;
};

/* One value of a fact: a text, a list, or milliseconds. */
struct fact_value {
    enum { VALUE_NONE, VALUE_TEXT, VALUE_LIST, VALUE_MS } kind;
    const char *text;
    struct texts list;
    int ms;
};

struct fact_change {
    const char *what; /* "certificate" "chain" "names" "issuer" "version" "cipher" "answered-by" "records"
                         "addresses" "latency" */
    const char *subject;
    const char *address; /* of an endpoint with several; NULL otherwise */
    const char *step;    /* which exchange was slow or answered: "tcp", "get_edge_sso"; NULL: says itself */
    struct fact_value before, after;
};

struct comparison {
    struct arena *arena;
    const struct told *before, *after;
    enum change status; /* worse as soon as one outcome or finding got worse; else better, else changed */
    LIST_OF(struct outcome_change) outcomes; /* in the order of the later report, then what is gone */
    LIST_OF(struct finding_change) findings; /* worst change first, then by check, subject, address */
    LIST_OF(struct fact_change) facts;
};

/* Lives in arena, which the two reports must outlive. */
struct comparison *compare(struct arena *arena, const struct told *before, const struct told *after);

/* Why two reports cannot be compared; NULL when they can. Texts live in arena. */
char *cannot_compare(struct arena *arena, const struct run *before, const struct run *after, bool any_target);

/* compare_facts.c: fills comparison->facts. */
void compare_facts(struct comparison *comparison);

#endif
