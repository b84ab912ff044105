/* What of a run can concern one unit of an outcome? Ten thousand zones are asked about one by one, so each
 * asks for its own findings, endpoints and nodes by name, and not for all. Private to outcomes/.
 *
 * The index answers with a superset: concerns() of outcome_units.h decides. It borrows from the facts and the
 * findings; it lives in the findings' arena. */
#ifndef OUTCOMES_OUTCOME_INDEX_H
#define OUTCOMES_OUTCOME_INDEX_H

#include "facts/name_map.h"
#include "outcomes/outcome_rules.h"
#include "outcomes/outcomes.h"

struct indexed { /* a finding, its place in the order of the report, and of whom it speaks */
    const struct finding *finding;
    size_t order;
    enum role role;                /* by its subject, port, or the Expressway it names */
    unsigned outcomes;             /* those that ask for its check: bits, rule.is of each */
    const struct row *const *rows; /* those of its check, in the table's order; NULL ends */
};

struct candidates { /* in the order of the report */
    const struct indexed **v;
    size_t n;
};

struct outcome_index {
    struct arena *arena;
    struct indexed *findings; /* without those that no outcome asks for */
    size_t n;
    struct candidates all;
    struct candidates general;      /* those that may concern any unit: no name, or Expressway-C's */
    struct candidates zone_general; /* of these, those that are not of one zone */
    struct name_map *by_name;       /* struct indexed by host, node, zone and domain */
    struct name_map *endpoints_by_zone, *c_nodes, *e_nodes;
    struct name_map *outcomes; /* struct outcome by zone and peer, as they are concluded */
};

struct outcome_index *outcome_index_new(const struct facts *facts, const struct findings *findings);

/* What that outcome (rule.is) asks for, in the order of the report, each once: what is general, and what
 * bears one of the names (NULL: none). */
struct candidates outcome_candidates(struct outcome_index *index, unsigned outcome,
                                     const struct candidates *general, const char *const *names,
                                     size_t count);

#endif
