/* Which findings concern which unit of an outcome? A unit is the smallest thing that can fail alone: an
 * edge's address, a zone's peer as one Expressway-C node sees it, a Unified CM node. Private to outcomes/. */
#ifndef OUTCOMES_OUTCOME_UNITS_H
#define OUTCOMES_OUTCOME_UNITS_H

#include "outcomes/outcome_index.h"
#include "outcomes/outcome_rules.h"

struct unit {
    const char *host, *address; /* edge or peer, one address; address NULL when none is known */
    const char *node; /* SCOPE_ZONE: the Expressway-C node; SCOPE_NODES: the node; NULL when none is known */
    bool seen;        /* some finding decided something about it */
    const struct need *unmet; /* the first that nothing has met; NULL: none */
    enum outcome_state state;
    struct candidates candidates; /* the findings that may concern it */
};

struct instance {
    const struct facts *facts;
    struct outcome_index *index;
    const struct rule *rule;
    const char *domain; /* SCOPE_DOMAIN */
    const char *zone, *peer;
    bool is_unverified; /* nobody looks at certificates in this zone */
    int release;
    LIST_OF(struct unit) units;
};

void add_domain_units(struct arena *arena, struct instance *in, const struct findings *findings);
void add_run_units(struct arena *arena, struct instance *in);
void add_zone_units(struct arena *arena, struct instance *in,
                    const struct zone *zone); /* in->zone, in->peer */
void add_node_units(struct arena *arena, struct instance *in, const struct findings *findings);

/* Does the finding speak of this unit? */
bool concerns(const struct instance *in, const struct indexed *i, const struct unit *u);
/* Does this row of its check let this finding speak at all, whatever its status; and does its effect follow
 * from it? */
bool row_applies(const struct instance *in, const struct row *row, const struct indexed *i);
bool row_fires(const struct row *row, enum outcome_state effect, const struct finding *f);
/* Has this finding seen what the need wants to be seen? */
bool need_is_met_by(const struct instance *in, const struct need *need, const struct indexed *i);

/* Judged by certificates and trust lists alone, and nothing else was to be asked (a renewal). */
bool by_certificates(const struct facts *facts);
bool names_alike(const char *a, const char *b);
bool word_in(const char *words, const char *word);

#endif
