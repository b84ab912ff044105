/* Which findings are consequences of which, and what is a fault called? Tables; private to outcomes/. */
#ifndef OUTCOMES_FAULT_RULES_H
#define OUTCOMES_FAULT_RULES_H

#include "outcomes/faults.h"

/* What consequence and root must have in common: all that is set. */
enum {
    SAME_PORT = 1,        /* the same "host:port" */
    SAME_HOST = 1 << 1,   /* host, node or address; where only one of the two names one, it does not matter */
    SAME_LEAF = 1 << 2,   /* the same certificate; where one of them has none, the same host */
    SAME_CA = 1 << 3,     /* a CA that both miss, or that both fail at */
    SAME_BOX = 1 << 4,    /* the box whose trust list it is */
    SAME_LIST = 1 << 5,   /* the trust list itself */
    SAME_DOMAIN = 1 << 6, /* the service domain, where both have one */
    OF_TUNNEL = 1 << 7,   /* the root lies between Expressway-C and this edge, or is Expressway-C's own */
    IS_TUNNEL_PORT = 1 << 8, /* the root is at 7001 or 2222 */
    IS_SRV_PORT = 1 << 9,    /* the consequence is at a port that only the SRV record names */
    EXPLAINS = 1 << 10,      /* the consequence names the root in explained_by */
    AT_TUNNEL = 1 << 11      /* the consequence is at 7001 or 2222 */
};

struct fault_rule {
    const char *check,
        *causes; /* of the consequence; check: one, or a family with a dot behind; NULL: any cause */
    const char *root, *root_causes; /* root NULL: of whatever check, with EXPLAINS */
    unsigned in_common;
};
/* The first that fits decides. check NULL ends. */
extern const struct fault_rule fault_rules[];

/* The root may be why, and nothing that was seen tells whether it is: both stay faults of their own. */
struct fault_maybe {
    struct fault_rule rule;
    const char *why;
};
extern const struct fault_maybe fault_maybes[]; /* the first that fits; rule.check NULL ends */

/* How the facts about one finding are compared: made once for each. */
struct ident {
    struct finding *finding;
    enum role role;
    const char *id, *list;         /* endpoint and trust list, else the subject; never NULL */
    const char *host, *leaf, *box; /* NULL: none */
    struct texts cas;              /* subjects of what is missing, and the culprit */
    const char *domain;
};
void ident_of(const struct facts *facts, struct arena *arena, struct finding *finding, struct ident *out);
/* Is a rule about such a consequence at all? */
bool fault_rule_speaks_of(const struct fault_rule *rule, const struct ident *consequence);
/* The check that its root would be of; NULL: of none. */
const struct check *fault_rule_root(struct arena *arena, const struct fault_rule *rule,
                                    const struct ident *consequence);
/* Of a rule that speaks of the consequence, and a finding of the root's check that fails or warns. */
bool fault_rule_fits(const struct fault_rule *rule, const struct ident *consequence,
                     const struct ident *root);
/* Whose trust list lacks something, or by whose it was judged, as evidence has it; NULL: no list's. */
const char *fault_box_of(const struct finding *finding);
/* What makes findings of one cause one fault: texts that must be equal. */
char *fault_key(const struct facts *facts, struct arena *arena, const struct ident *ident);

/* fault->affects, fix, restart, on; findings and root are there. */
void fault_fix(const struct facts *facts, struct arena *arena, struct fault *fault);
struct subject;
/* A blank of a title by its name ("ca"), never NULL; in arena, or borrowed. root and consequences are there.
 */
const char *fault_blank(const struct facts *facts, struct arena *arena, const struct fault *fault,
                        const struct subject *subject, const char *key);
/* A host or node by its name; of a file the name that its certificate has. NULL: none is known. */
const char *fault_place(const struct facts *facts, const struct finding *finding);
/* fault->title, box, touch, next; everything else is there. */
void fault_tell(const struct facts *facts, struct arena *arena, struct fault *fault);
void fault_seen_tell(const struct facts *facts, struct arena *arena, struct fault *fault);
char *fault_touch(const struct facts *facts, struct arena *arena, const struct fault *fault);
/* As it is known; one that a file stands for by the name in its certificate. NULL: by none. */
const char *fault_node_name(const struct node *node);
/* is_again: it is the command of this very run. */
char *fault_next(const struct facts *facts, struct arena *arena, const struct fault *fault, bool *is_again);

#endif
