/* Which state has an outcome, and of which findings? See weigh.h. */
#include "outcomes/weigh.h"

#include <stdlib.h>
#include <string.h>

#include "checks/reach.h"

static enum outcome_state effect_of_row(const struct row *row, const struct rule *rule) {
    return (row->fails & rule->is) != 0    ? OUTCOME_FAILS
           : (row->risks & rule->is) != 0  ? OUTCOME_AT_RISK
           : (row->unsure & rule->is) != 0 ? OUTCOME_UNKNOWN
                                           : OUTCOME_WORKS;
}

static const char *host_of(const struct finding *f) {
    return f->endpoint != NULL ? f->endpoint->host : f->node;
}

/* A name in a record need not be the box's own: where the tunnels to it are seen to be up, it stops none now.
 */
static bool is_disproved(const struct facts *facts, const struct finding *f) {
    return strcmp(f->check->id, "name.host-underscore") == 0 && host_of(f) != NULL &&
           tunnel_is_proven(facts, host_of(f));
}

/* The effect of one finding on units it concerns: the worst row that fires. WORKS: it speaks, and for the
 * good. */
static bool effect_of(const struct instance *in, const struct indexed *i, enum outcome_state *effect) {
    const struct finding *f = i->finding;
    bool speaks = false, fires = false;
    enum outcome_state worst = OUTCOME_WORKS;
    for (size_t k = 0; i->rows[k] != NULL && f->status != STATUS_SKIP; k++) {
        const struct row *row = i->rows[k];
        if ((outcomes_of_row(row) & in->rule->is) == 0 || !row_applies(in, row, i) ||
            (f->status == STATUS_UNKNOWN &&
             by_certificates(in->facts))) /* what has to be seen the needs say */
            continue;
        enum outcome_state its = effect_of_row(row, in->rule);
        if (its == OUTCOME_FAILS && is_disproved(in->facts, f))
            its = OUTCOME_AT_RISK;
        bool would_fail = its == OUTCOME_FAILS;
        speaks = speaks || f->status != STATUS_UNKNOWN ||
                 would_fail; /* a risk that cannot be told is no word for it */
        if (row_fires(row, its, f)) {
            worst = !fires || would_fail ? its : worst; /* a row for the unknown outranks what stays open */
            fires = true;
        } else if (f->status == STATUS_UNKNOWN && !fires && would_fail) {
            worst = OUTCOME_UNKNOWN;
        }
    }
    *effect = worst;
    return speaks || fires;
}

enum outcome_state worse(enum outcome_state a, enum outcome_state b) {
    static const int rank[] = {
        [OUTCOME_WORKS] = 0, [OUTCOME_AT_RISK] = 1, [OUTCOME_UNKNOWN] = 2, [OUTCOME_FAILS] = 3};
    return rank[a] >= rank[b] ? a : b;
}

static enum outcome_state decide(const struct instance *in) {
    size_t seen = 0, fails = 0, unknown = 0, risk = 0;
    for (size_t i = 0; i < in->units.n; i++) {
        const struct unit *u = in->units.v[i];
        seen += u->seen;
        fails += u->seen && u->state == OUTCOME_FAILS;
        unknown += u->seen && u->state == OUTCOME_UNKNOWN;
        risk += u->seen && u->state == OUTCOME_AT_RISK;
    }
    if (seen == 0)
        return OUTCOME_UNKNOWN;
    if (fails == seen)
        return OUTCOME_FAILS;
    if (unknown > 0)
        return OUTCOME_UNKNOWN;
    return fails + risk > 0 ? OUTCOME_AT_RISK : OUTCOME_WORKS;
}

static int by_order(const void *a, const void *b) {
    size_t x = (*(const struct indexed *const *)a)->order, y = (*(const struct indexed *const *)b)->order;
    return (x > y) - (x < y);
}

/* Adds to `because` the findings whose effect on some unit is this one, in the order of the report. */
static void collect(const struct instance *in, enum outcome_state wanted, struct outcome *o) {
    struct arena *arena = in->index->arena;
    LIST_OF(const struct indexed) found = {NULL, 0};
    enum outcome_state effect;
    for (size_t k = 0; k < in->units.n; k++) {
        const struct unit *u = in->units.v[k];
        for (size_t i = 0; i < u->candidates.n; i++)
            if (concerns(in, u->candidates.v[i], u) && effect_of(in, u->candidates.v[i], &effect) &&
                effect == wanted)
                LIST_ADD(arena, &found, u->candidates.v[i]);
    }
    if (found.n > 1)
        qsort(found.v, found.n, sizeof *found.v, by_order);
    for (size_t i = 0; i < found.n; i++)
        if (i == 0 || found.v[i] != found.v[i - 1])
            LIST_ADD(arena, &o->because, found.v[i]->finding);
}

/* A renewal is judged by certificates alone: what only the network could tell is not asked for, nor is what
 * the certificate in question does not touch. */
static bool is_needed_of_certificate(const struct instance *in, const struct need *need) {
    static const char *const network[] = {"net.", "tls.", "mra.", "sip.", "xmpp.", "dns.", "name.ucm-node"};
    const char *role = in->facts->run.upload_role;
    for (size_t i = 0; i < sizeof network / sizeof *network; i++)
        if (text_starts(need->check, network[i]))
            return false;
    if (role == NULL || need->whose == ANYONE)
        return true;
    return strcmp(role, need->whose == OF_C ? "expressway-c" : "expressway-e") == 0;
}

/* A zone in whose place we listened has one side only: the caller's. */
static bool is_needed(const struct instance *in, const struct need *need) {
    if (by_certificates(in->facts) && !is_needed_of_certificate(in, need))
        return false;
    if (in->is_unverified)
        return false;
    if (in->rule->leg == LEG_TUNNEL && tunnel_is_proven(in->facts, in->peer))
        return false;
    return in->peer != NULL || need->whose != OF_E; /* E is a peer */
}

/* What nothing has looked at is not known to work. */
static void ask_needs(const struct instance *in, struct unit *u) {
    for (const struct need *need = outcome_needs; need->check != NULL && u->unmet == NULL; need++) {
        bool is_met = (need->of & in->rule->is) == 0 || !is_needed(in, need);
        for (size_t i = 0; i < u->candidates.n && !is_met; i++)
            is_met = need_is_met_by(in, need, u->candidates.v[i]) && concerns(in, u->candidates.v[i], u);
        if (!is_met)
            u->unmet = need;
    }
    if (u->unmet != NULL)
        u->state = worse(u->state, OUTCOME_UNKNOWN);
}

const struct need *first_unmet(const struct instance *in) {
    for (size_t k = 0; k < in->units.n; k++)
        if (in->units.v[k]->unmet != NULL && in->units.v[k]->state == OUTCOME_UNKNOWN)
            return in->units.v[k]->unmet;
    return NULL;
}

static void weigh_unit(const struct instance *in, struct unit *u) {
    const char *names[] = {u->host, u->node, in->zone, in->domain};
    enum outcome_state effect;
    if (in->rule->scope == SCOPE_RUN) /* it speaks of all there is */
        u->candidates = in->index->all;
    else
        u->candidates =
            outcome_candidates(in->index, in->rule->is,
                               in->rule->scope == SCOPE_ZONE ? &in->index->zone_general : &in->index->general,
                               names, sizeof names / sizeof *names);
    for (size_t i = 0; i < u->candidates.n; i++)
        if (concerns(in, u->candidates.v[i], u) && effect_of(in, u->candidates.v[i], &effect)) {
            u->seen = true;
            u->state = worse(u->state, effect);
        }
    ask_needs(in, u);
}

void weigh(const struct instance *in, struct outcome *o) {
    for (size_t k = 0; k < in->units.n; k++)
        weigh_unit(in, in->units.v[k]);
    o->state = decide(in);
    /* Only what decided it: a prompt is no reason for a log-in that fails of something else. */
    if (o->state == OUTCOME_FAILS || o->state == OUTCOME_AT_RISK)
        collect(in, OUTCOME_FAILS, o);
    if (o->state == OUTCOME_AT_RISK || o->state == OUTCOME_UNKNOWN)
        collect(in, o->state, o);
}
