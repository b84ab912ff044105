/* Is what a server sends complete and in order? chain.served; see chain.h. */
#include <string.h>

#include "checks/chain.h"

/* By name, and by key identifier where both sides have one (RFC 4158 3.5.12): bytes are not needed. */
static bool has_issued(const struct cert *ca, const struct cert *child) {
    if (ca == child || strcmp(child->issuer, ca->subject) != 0)
        return false;
    return child->aki == NULL || ca->ski == NULL || strcmp(child->aki, ca->ski) == 0;
}

struct served {
    const struct certs *chain;
    bool *is_related, *is_duplicate; /* by position */
};

static void mark(struct arena *arena, const struct certs *chain, struct served *served) {
    served->chain = chain;
    served->is_related = arena_alloc(arena, chain->n * sizeof(bool));
    served->is_duplicate = arena_alloc(arena, chain->n * sizeof(bool));
    served->is_related[0] = true;
    for (size_t i = 1; i < chain->n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(chain->v[i]->sha256, chain->v[k]->sha256) == 0)
                served->is_duplicate[i] = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 1; i < chain->n; i++)
            for (size_t k = 0; k < chain->n && !served->is_related[i]; k++)
                if (served->is_related[k] && has_issued(chain->v[i], chain->v[k]))
                    served->is_related[i] = changed = true;
    }
}

/* Each certificate has to certify one before it (RFC 5246 7.4.2; RFC 8446 4.4.2 only recommends it). */
static const struct cert *first_misordered(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++) {
        bool follows = !served->is_related[i] || served->is_duplicate[i];
        for (size_t k = 0; k < i && !follows; k++)
            follows = has_issued(served->chain->v[i], served->chain->v[k]);
        if (!follows)
            return served->chain->v[i];
    }
    return NULL;
}

static const struct cert *first_unrelated(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++)
        if (!served->is_related[i] && !served->is_duplicate[i])
            return served->chain->v[i];
    return NULL;
}

static const struct cert *first_duplicate(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++)
        if (served->is_duplicate[i])
            return served->chain->v[i];
    return NULL;
}

static const struct cert *first_root(const struct served *served) {
    for (size_t i = 1; i < served->chain->n; i++)
        if (served->is_related[i] && served->chain->v[i]->self_issued)
            return served->chain->v[i];
    return NULL;
}

/* The highest certificate that was sent. */
static const struct cert *top_of(const struct served *served) {
    const struct cert *top = served->chain->v[0];
    for (size_t step = 0; step < served->chain->n; step++) {
        const struct cert *next = NULL;
        for (size_t i = 1; i < served->chain->n && next == NULL; i++)
            if (has_issued(served->chain->v[i], top))
                next = served->chain->v[i];
        if (next == NULL || top->self_issued)
            break;
        top = next;
    }
    return top;
}

static enum trust_issuer issuer_anywhere(struct judging *run, const struct cert *cert) {
    const struct own_lists *both[] = {&run->of_e, &run->of_c};
    enum trust_issuer best = ISSUER_NONE, found;
    if (run->client != NULL)
        best = trust_issuer_of(run->to->arena, cert, run->client);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->n && best != ISSUER_ROOT; k++)
            if (both[i]->v[k]->index != NULL &&
                (found = trust_issuer_of(run->to->arena, cert, both[i]->v[k]->index)) > best)
                best = found;
    return best;
}

/* A root need not be sent. Whether the next one up is a root only a trust list can tell; where none does, a
 * leaf that came alone is taken for incomplete, and a longer chain for whole. */
static bool is_incomplete(struct judging *run, const struct served *served, const struct cert *top) {
    if (served->chain->v[0]->self_signed || top->self_issued || first_root(served) != NULL)
        return false;
    switch (issuer_anywhere(run, top)) {
    case ISSUER_ROOT:
        return false;
    case ISSUER_INTERMEDIATE:
        return true;
    default:
        return top == served->chain->v[0];
    }
}

/* Did the way up end at a root? While a link is missing nobody can know what belongs to it. */
static bool is_whole(struct judging *run, const struct served *served, const struct cert *top) {
    return served->chain->v[0]->self_signed || top->self_issued || first_root(served) != NULL ||
           issuer_anywhere(run, top) == ISSUER_ROOT;
}

const struct cert *chain_breaks_at(struct judging *run, const struct certs *chain) {
    struct served served;
    mark(run->to->arena, chain, &served);
    const struct cert *top = top_of(&served);
    return is_incomplete(run, &served, top) ? top : NULL;
}

static void add_sent(struct finding *finding, const struct certs *chain, const char *kind) {
    for (size_t i = 0; i < chain->n; i++)
        evidence_add(finding, "found", chain->v[i]->subject);
    evidence_kind(finding, kind);
}

void judge_chain_served(struct judging *run, struct about about, const struct certs *chain, const char *kind,
                        const char *box) {
    static const enum check_id check = CHECK_CHAIN_SERVED;
    struct served served;
    mark(run->to->arena, chain, &served);
    const struct cert *top = top_of(&served);
    const struct {
        enum cause_id cause;
        const char *words;
        const struct cert *culprit;
    } faults[] = {
        {CAUSE_CHAIN_SERVED_INCOMPLETE, "the issuer of %s was not sent",
         is_incomplete(run, &served, top) ? top : NULL},
        {CAUSE_CHAIN_SERVED_MISORDERED, "%s comes before what it certifies", first_misordered(&served)},
        {CAUSE_CHAIN_SERVED_HAS_ROOT, "the root %s is sent, which nobody needs", first_root(&served)},
        {CAUSE_CHAIN_SERVED_DUPLICATE, "%s is sent twice", first_duplicate(&served)},
        {CAUSE_CHAIN_SERVED_UNRELATED, "%s has nothing to do with the certificate",
         is_whole(run, &served, top) ? first_unrelated(&served) : NULL},
    };
    bool is_good = true;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (faults[i].culprit == NULL)
            continue;
        const char *subject = faults[i].culprit->subject, *at = strstr(faults[i].words, "%s");
        struct finding *finding = find_cause(run->to, faults[i].cause, about, "%.*s%s%s",
                                             (int)(at - faults[i].words), faults[i].words, subject, at + 2);
        add_sent(finding, chain, kind);
        if (i == 0) {
            json_t *missing = json_array();
            json_array_append_new(missing, missing_json(top->issuer, top->aki, NULL,
                                                        top->aia.n > 0 ? top->aia.v[0] : NULL, box));
            evidence_set(finding, "missing", missing);
        }
        is_good = false;
    }
    if (is_good && first_unrelated(&served) != NULL)
        add_sent(find_unknown(run->to, check, about,
                              "whether %s belongs to it cannot be told while %s was not seen; give the list "
                              "that has it (--trust)",
                              first_unrelated(&served)->subject, top->issuer),
                 chain, kind);
    else if (is_good)
        add_sent(find_pass(run->to, check, about, "complete and in order"), chain, kind);
}
