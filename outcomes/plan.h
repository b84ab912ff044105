/* What is to be done tonight, in which order, and how is each step checked? The plan of a renewal.
 *
 * The steps are rows of catalogue/plan.yaml; here they meet a deployment: only those that it needs, once for
 * each box, CA or service that they are for. Does not do anything. */
#ifndef OUTCOMES_PLAN_H
#define OUTCOMES_PLAN_H

#include "facts/facts.h"

struct plan_step {
    const char *box;    /* node, or product where no node is known: "expc1.example.local" "Expressway-C" */
    const char *action; /* "ca-upload" "restart-service"…: public contract */
    const char *object; /* CA, store, service…; NULL: nothing beside the box */
    const char *text;   /* one sentence with the menu path or command */
    const char *why;    /* NULL: it speaks for itself */
    const char *verify; /* edgeprobe command to run afterwards; NULL: none helps */
    const char *const *source; /* NULL ends */
};

struct plan {
    struct plan_step **v;
    size_t n;
};

/* Lives in arena; never NULL, empty when nothing has to be done or nobody said what for. */
struct plan *plan_of(const struct facts *facts, struct arena *arena);

#endif
