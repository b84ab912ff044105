/* Which numbers do several formats tell? See tally.h. */
#include "report/tally.h"

#include <string.h>

size_t findings_count(const struct findings *findings, enum status status) {
    size_t count = 0;
    for (size_t i = 0; i < findings->n; i++)
        count += findings->v[i]->status == status;
    return count;
}

int status_number(enum status status) {
    static const int numbers[] = {
        [STATUS_FAIL] = 2, [STATUS_WARN] = 1, [STATUS_UNKNOWN] = 3, [STATUS_SKIP] = 0};
    return numbers[status];
}

struct soonest soonest_leaf(const struct findings *findings) {
    struct soonest soonest = {0};
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (!finding_is(f, TRAIT_EXPIRY) || !evidence_has(f, "days_left") ||
            (soonest.finding != NULL && evidence_number(f, "days_left") >= soonest.days))
            continue;
        soonest = (struct soonest){f, evidence_number(f, "days_left"), evidence_number(f, "warn_days"),
                                   evidence_number(f, "crit_days")};
    }
    return soonest;
}

int slowest_handshake(const struct facts *facts) {
    int slowest = -1;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct tls_attempt *tls = &facts->endpoints.v[i]->tls;
        if (tls->state == TLS_ESTABLISHED && tls->ms > slowest)
            slowest = tls->ms;
    }
    return slowest;
}

/* ---- certificates and their places ---- */

static bool same_text(const char *a, const char *b) {
    return (a == NULL && b == NULL) || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* `first` is where the place's own sightings begin. */
static bool is_listed(const struct sightings *list, size_t first, const struct sighting *one) {
    for (size_t i = first; i < list->n; i++)
        if (list->v[i]->position == one->position && same_text(list->v[i]->cert->sha256, one->cert->sha256))
            return true;
    return false;
}

static void add_chain(struct arena *arena, struct sightings *out, size_t first, const struct certs *chain,
                      const char *subject, const char *address) {
    for (size_t i = 0; i < chain->n; i++) {
        struct sighting one = {chain->v[i], subject, address, i};
        if (!is_listed(out, first, &one))
            LIST_ADD(arena, out, arena_dup(arena, &one, sizeof one));
    }
}

static void add_nodes(struct arena *arena, struct sightings *out, const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n; i++)
        add_chain(arena, out, out->n, &nodes->v[i]->certificate, nodes->v[i]->name, NULL);
}

void sightings_of(struct arena *arena, const struct facts *facts, struct sightings *out) {
    *out = (struct sightings){0};
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        size_t first = out->n;
        add_chain(arena, out, first, &e->tls.chain, e->id, e->address);
        for (size_t k = 0; k < e->variants.n; k++)
            add_chain(arena, out, first, &e->variants.v[k]->chain, e->id, e->address);
    }
    const struct deployment *d = facts->deployment;
    if (d == NULL)
        return;
    add_nodes(arena, out, &d->e.nodes);
    add_nodes(arena, out, &d->c.nodes);
    add_nodes(arena, out, &d->ucm);
    add_nodes(arena, out, &d->imp);
}

/* ---- what every format asks ---- */

const char *report_name(const struct report *report) {
    return report->name != NULL                ? report->name
           : report->facts->run.target != NULL ? report->facts->run.target
                                               : "";
}
