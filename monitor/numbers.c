/* Which numbers of a run does the monitor keep and serve? See numbers.h. */
#include "monitor/numbers.h"

static void consider(int64_t *soonest, const struct certs *chain, size_t most) {
    for (size_t i = 0; i < chain->n && i < most; i++)
        if (*soonest == 0 || chain->v[i]->not_after < *soonest)
            *soonest = chain->v[i]->not_after;
}

static void consider_nodes(int64_t *soonest, const struct nodes *nodes, size_t most) {
    for (size_t i = 0; i < nodes->n; i++)
        consider(soonest, &nodes->v[i]->certificate, most);
}

static int64_t soonest_of(const struct facts *facts, size_t most) {
    const struct deployment *d = facts->deployment;
    int64_t soonest = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        consider(&soonest, &e->tls.chain, most);
        for (size_t k = 0; k < e->variants.n; k++)
            consider(&soonest, &e->variants.v[k]->chain, most);
    }
    if (d != NULL) {
        consider_nodes(&soonest, &d->e.nodes, most);
        consider_nodes(&soonest, &d->c.nodes, most);
        consider_nodes(&soonest, &d->ucm, most);
        consider_nodes(&soonest, &d->imp, most);
    }
    return soonest;
}

int64_t soonest_end(const struct facts *facts) {
    return soonest_of(facts, 1);
}

int64_t soonest_end_of_any(const struct facts *facts) {
    return soonest_of(facts, SIZE_MAX);
}
