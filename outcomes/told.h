/* What did one report say, as far as another can be compared with it? Its outcomes, findings and facts.
 *
 * From a run just judged or from a saved report: the comparison cannot tell which. A saved report is taken at
 * its word, it is not judged again. Does not compare. */
#ifndef OUTCOMES_TOLD_H
#define OUTCOMES_TOLD_H

#include "facts/save.h"
#include "outcomes/outcomes.h"

struct told_outcome {
    const char *outcome;
    const char *subject; /* NULL: it is told once */
    enum outcome_state state;
};

struct told_finding {
    const char *check, *subject;
    const char *address; /* as reported; NULL where the subject had one address only */
    const char *place;   /* the address it speaks of, also where the report did not need to say; NULL: none */
    enum status status;
    const char *cause; /* NULL: none */
};

struct told {
    const struct facts *facts; /* command, target, release, times are in its run */
    LIST_OF(struct told_outcome) outcomes;
    LIST_OF(struct told_finding) findings;
    struct texts subjects; /* what it looked at, sorted: ids, hosts, "id address", domains, SRV targets */
};

/* Did it look at this subject, and at this address of it (NULL: at any)? */
bool told_has(const struct told *told, const char *subject, const char *place);

/* Borrows from all three; lives in findings->arena. */
struct told *told_of(const struct facts *facts, const struct findings *findings,
                     const struct outcomes *outcomes);
/* A report edgeprobe.report/1 into empty facts, in whose arena everything lives. NULL with *error (in that
 * arena) when it is no such report or says what none can. */
struct told *told_read(struct facts *facts, const json_t *report, ca_entry_fn read_certificate, char **error);

/* The same in parts, for reports whose tree would take seven times their size: the facts are read by the
 * caller in between, then "outcomes" and "findings", some at a time. False: told_end() says why. */
struct told_reading *told_begin(struct facts *facts);
bool told_more(struct told_reading *reading, const char *key, const json_t *list);
struct told *told_end(struct told_reading *reading, char **error);
extern const char *const told_members[]; /* what of an item of both lists is read; NULL behind the last */
extern const char told_no_evidence[];    /* "a report without its evidence; …" */

#endif
