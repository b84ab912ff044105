/* Which findings decide which outcome? The tables of outcomes.c, for it, for --help and for tests. */
#ifndef OUTCOMES_OUTCOME_RULES_H
#define OUTCOMES_OUTCOME_RULES_H

#include "facts/services.h"
#include "outcomes/outcomes.h"

/* Whose certificate or port a row speaks of. */
enum whose { ANYONE, OF_E, OF_C };

/* What units an outcome is decided over. */
enum scope { SCOPE_DOMAIN, SCOPE_ZONE, SCOPE_NODES, SCOPE_RUN };

struct row {
    const char *check;  /* one check, or a family with a dot behind ("mra.") */
    const char *causes; /* "a b c"; NULL: every failing cause (fails rows), every failing or warning one (risk
                           rows) */
    int port;           /* only findings about this port of LEG_CLIENT; 0: any */
    enum whose whose;
    int below_release;    /* only for releases before this one; 0: always */
    const char *purposes; /* only certificates of Unified CM and IM&P for these ("a b c"), where the release
                             verifies them on every connection; NULL: any */
    /* What it does to which outcomes: bits, rule.is of each. An outcome stands in one of them at most. */
    unsigned fails, risks;
    unsigned unsure; /* makes it unknown: what was seen is this user's affair, or this password's */
    unsigned
        bears; /* decides nothing itself, what follows from it does; but who asks for a symptom wants it */
};

/* PORT_MRA stands for "the port the SRV record gives": rows match by protocol and leg, see about_port(). */

/* What must have been seen for the outcome to work: without it, it is unknown, and `how` says how to learn
 * it. A finding that passes, fails or warns has seen; one that is skipped or unknown has not. */
struct need {
    unsigned of; /* as in a row, as are the next three */
    const char *check;
    int port;
    enum whose whose;
    const char *how;             /* what to give, or to run: the end of a sentence */
    const char *how_of_bundles;  /* where bundles were given; NULL: the same */
    const char *how_of_captures; /* where a capture was read; NULL: the same */
};

static inline unsigned outcomes_of_row(const struct row *row) {
    return row->fails | row->risks | row->unsure | row->bears;
}

extern const struct row outcome_rows[];   /* check NULL ends; in the order of the catalogue */
extern const struct need outcome_needs[]; /* check NULL ends; what is asked for first stands first */

struct rule {
    unsigned is; /* its bit in rows and needs */
    const char *id, *title;
    enum scope scope;
    const char *feature;                    /* told only when the deployment has it; NULL: always */
    enum leg leg;                           /* SCOPE_ZONE: the port's leg */
    bool uc_traversal, traversal, neighbor; /* SCOPE_ZONE: types of zone it is told for */
    const char *after[4];                   /* outcomes whose failure fails this one; NULL ends */
    const char *words[4];                   /* by outcome_state */
};

extern const struct rule outcome_rules[]; /* id NULL ends; in the order of the report */

#endif
