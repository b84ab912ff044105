/* What would a new certificate change? See renewal.h. */
#include "outcomes/renewal.h"

#include <string.h>

#include "checks/advice.h"
#include "checks/judge.h"
#include "checks/renew.h"

/* ---- the facts before ---- */

static void purpose_gets(struct arena *arena, struct node *node, const struct renewal *r) {
    struct node copy = *node;
    node->certificates.v = NULL;
    node->certificates.n = 0;
    for (size_t i = 0; i < copy.certificates.n; i++) {
        struct purpose_cert *its = ARENA_NEW(arena, struct purpose_cert);
        *its = *copy.certificates.v[i];
        if (strcmp(its->purpose, r->purpose) == 0) {
            its->file = r->old_file;
            its->chain = r->old_chain;
        }
        LIST_ADD(arena, &node->certificates, its);
    }
}

/* The node as it is today. */
static struct node *node_before(struct arena *arena, const struct node *node, const struct renewal *r) {
    struct node *copy = ARENA_NEW(arena, struct node);
    *copy = *node;
    if (r->purpose != NULL) {
        purpose_gets(arena, copy, r);
        return copy;
    }
    copy->certificate_file = r->old_file;
    copy->certificate = r->old_chain;
    copy->certificate.n = r->old_chain.n > 1 ? 1 : r->old_chain.n; /* the leaf alone is uploaded */
    return copy;
}

static void nodes_before(struct arena *arena, struct nodes *nodes, const struct renewal *r) {
    struct nodes copy = {arena_alloc(arena, (nodes->n + 1) * sizeof *copy.v), nodes->n};
    for (size_t i = 0; i < nodes->n; i++) {
        bool is_renewed = false;
        for (size_t k = 0; k < r->nodes.n; k++)
            is_renewed = is_renewed || text_same_case_blind(nodes->v[i]->name, r->nodes.v[k]);
        copy.v[i] = is_renewed ? node_before(arena, nodes->v[i], r) : nodes->v[i];
    }
    *nodes = copy;
}

static struct facts facts_before(struct arena *arena, const struct facts *facts) {
    struct facts before = *facts;
    before.deployment = ARENA_NEW(arena, struct deployment);
    *before.deployment = *facts->deployment;
    struct nodes *all[] = {&before.deployment->e.nodes, &before.deployment->c.nodes, &before.deployment->ucm,
                           &before.deployment->imp};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        nodes_before(arena, all[k], facts->renewal);
    return before;
}

/* ---- the table ---- */

static const struct outcome *outcome_like(const struct outcomes *in, const struct outcome *o) {
    for (size_t i = 0; i < in->n; i++) {
        const char *subject = in->v[i]->subject;
        bool is_same = subject == o->subject ||
                       (subject != NULL && o->subject != NULL && strcmp(subject, o->subject) == 0);
        if (strcmp(in->v[i]->id, o->id) == 0 && is_same)
            return in->v[i];
    }
    return NULL;
}

static void table_fill(const struct facts *facts, struct arena *arena, const struct outcomes *after,
                       struct renewal_verdict *verdict) {
    struct facts earlier = facts_before(arena, facts);
    struct findings *findings = judge_all(&earlier);
    struct outcomes *before = outcomes_of(&earlier, findings);
    for (size_t i = 0; i < after->n; i++) {
        const struct outcome *was = outcome_like(before, after->v[i]);
        if (strcmp(after->v[i]->id, "certificate-upload") == 0) /* nobody uploads the old one */
            continue;
        struct before_after *row = ARENA_NEW(arena, struct before_after);
        *row = (struct before_after){after->v[i], was == NULL ? OUTCOME_UNKNOWN : was->state,
                                     after->v[i]->state};
        LIST_ADD(arena, &verdict->table, row);
    }
    findings_free(findings);
}

bool gets_worse(const struct before_after *row) {
    static const int rank[] = {
        [OUTCOME_WORKS] = 0, [OUTCOME_AT_RISK] = 1, [OUTCOME_UNKNOWN] = 1, [OUTCOME_FAILS] = 2};
    return row->after != OUTCOME_UNKNOWN && rank[row->after] > rank[row->before];
}

/* ---- renew.predict ---- */

static json_t *row_json(const struct before_after *row) {
    json_t *object = json_object();
    json_object_set_new(object, "outcome", json_string(row->now->id));
    json_object_set_new(object, "subject",
                        row->now->subject == NULL ? json_null() : json_string(row->now->subject));
    json_object_set_new(object, "before", json_string(enum_text(outcome_states, (int)row->before)));
    json_object_set_new(object, "after", json_string(enum_text(outcome_states, (int)row->after)));
    return object;
}

static const char *row_name(struct arena *arena, const struct before_after *row) {
    return row->now->subject == NULL ? row->now->title
                                     : arena_printf(arena, "%s %s", row->now->title, row->now->subject);
}

static const char *and_more(struct arena *arena, size_t of) {
    return of == 1 ? "" : arena_printf(arena, " and %zu more", of - 1);
}

static void predict(const struct facts *facts, struct findings *to, const struct renewal_verdict *verdict) {
    struct about about = renewal_subject(facts);
    const struct before_after *first = NULL;
    size_t broken = 0, weakened = 0, known = 0;
    json_t *breaks = json_array();
    for (size_t i = 0; i < verdict->table.n; i++) {
        const struct before_after *row = verdict->table.v[i];
        known += row->after != OUTCOME_UNKNOWN;
        if (!gets_worse(row))
            continue;
        if (first == NULL || (first->after != OUTCOME_FAILS && row->after == OUTCOME_FAILS))
            first = row;
        broken += row->after == OUTCOME_FAILS;
        weakened += row->after != OUTCOME_FAILS;
        json_array_append_new(breaks, row_json(row));
    }
    struct finding *finding;
    if (broken > 0) {
        finding =
            find_cause(to, CAUSE_RENEW_PREDICT_WOULD_BREAK, about, "%s%s would stop working%s",
                       row_name(to->arena, first), and_more(to->arena, broken),
                       weakened == 0 ? "" : arena_printf(to->arena, "; %zu would work less well", weakened));
    } else if (weakened > 0) {
        finding = find_cause(to, CAUSE_RENEW_PREDICT_WOULD_WEAKEN, about, "%s%s would work less well",
                             row_name(to->arena, first), and_more(to->arena, weakened));
    } else if (known > 0) {
        finding = find_pass(to, CHECK_RENEW_PREDICT, about,
                            "nothing that works today gets worse, by the certificates and trust lists given");
    } else {
        finding = find_unknown(
            to, CHECK_RENEW_PREDICT, about,
            "no trust list to judge by: give --own-trust and --peer-trust NODE=FILE, or -f with the "
            "trust lists of the deployment");
    }
    evidence_set(finding, "breaks", breaks);
    const struct finding *why = first == NULL || first->now->because.n == 0 ? NULL : first->now->because.v[0];
    if (why != NULL) /* a fault of its own would tell it twice */
        evidence_text(finding, "explained_by",
                      arena_printf(to->arena, "%s %s", why->check->id, why->subject));
}

/* ---- what is told ---- */

static bool decides(const struct outcomes *outcomes, const struct finding *f) {
    for (size_t i = 0; i < outcomes->n; i++)
        for (size_t k = 0; k < outcomes->v[i]->because.n; k++)
            if (outcomes->v[i]->because.v[k] == f)
                return true;
    return false;
}

static bool is_about_the_node(const struct renewal *r, const struct finding *f) {
    for (size_t i = 0; i < r->nodes.n; i++)
        if (text_same_case_blind(f->node, r->nodes.v[i]))
            return true;
    return false;
}

/* What is about other nodes is left out, unless an outcome hangs on it; and of the other side nobody was
 * asked to give certificates. */
static bool is_told(const struct renewal *r, const struct outcomes *outcomes, const struct finding *f) {
    static const char *const trust[] = {"chain.zone", "chain.ssh-tunnel", "chain.ucm-trust"};
    bool is_trust = false;
    if (r->nodes.n == 0 || (f->node != NULL && is_about_the_node(r, f)))
        return true;
    if (f->status == STATUS_UNKNOWN && (f->node != NULL || f->zone != NULL))
        return false;
    for (size_t i = 0; i < sizeof trust / sizeof *trust; i++)
        is_trust = is_trust || strcmp(f->check->id, trust[i]) == 0;
    return f->node == NULL || is_trust || decides(outcomes, f);
}

static void keep_told(const struct renewal *r, const struct outcomes *outcomes, struct findings *findings) {
    size_t kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        if (is_told(r, outcomes, findings->v[i]))
            findings->v[kept++] = findings->v[i];
        else
            evidence_free(findings->v[i]->evidence);
    }
    findings->n = kept;
}

struct renewal_verdict *renewal_conclude(const struct facts *facts, struct findings *findings,
                                         struct outcomes *outcomes) {
    const struct renewal *r = facts->renewal;
    if (r == NULL)
        return NULL;
    struct renewal_verdict *verdict = ARENA_NEW(findings->arena, struct renewal_verdict);
    keep_told(r, outcomes, findings);
    if (facts->deployment != NULL && r->nodes.n > 0 && r->new_chain.n > 0) {
        table_fill(facts, findings->arena, outcomes, verdict);
        predict(facts, findings, verdict);
        findings_sort(findings);
        findings_advise(facts, findings);
    }
    verdict->plan = plan_of(facts, findings->arena);
    return verdict;
}
