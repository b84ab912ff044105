/* What has the plan to know of a renewal and its deployment? Which boxes there are, in which order; which CAs
 * each of them lacks; what is so and what nobody knows. Private to outcomes/plan*.c. */
#ifndef OUTCOMES_PLAN_NEEDS_H
#define OUTCOMES_PLAN_NEEDS_H

#include "catalogue/plan.h"
#include "expressway/authorities.h"

/* Where a step is done. */
struct box {
    const char *name;        /* node; product where no node is known */
    const struct node *node; /* NULL: not known */
};

struct boxes {
    struct box **v;
    size_t n;
};

struct planning {
    const struct facts *facts;
    const struct renewal *renewal;
    const struct deployment *deployment; /* never NULL; empty when there is none */
    struct arena *arena;
    enum role role;                          /* of the box that gets the certificate */
    const struct purpose *purpose;           /* NULL: an Expressway's */
    bool knows_deployment;                   /* a file says what exists: what it does not name is not there */
    struct authorities above_new, above_old; /* the root first; empty where no certificate is at hand */
    unsigned so;                             /* bits by enum plan_need */
};

struct planning *planning_of(const struct facts *facts, struct arena *arena);

struct boxes boxes_at(const struct planning *p, enum plan_place place);
/* What a row with this `each` is repeated for on the box; a CA each. */
struct authorities authorities_for(const struct planning *p, enum plan_thing each, const struct box *box);
/* Nodes on which a service of the purpose is restarted. */
struct boxes service_boxes(const struct planning *p, const struct service_restart *service);

#endif
