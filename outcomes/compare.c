/* What changed between two reports, and did it get worse? See compare.h; the facts are in compare_facts.c. */
#include "outcomes/compare.h"

#include <stdlib.h>
#include <string.h>

const struct enum_name changes[] = {{CHANGE_SAME, "same"},
                                    {CHANGE_CHANGED, "changed"},
                                    {CHANGE_BETTER, "better"},
                                    {CHANGE_WORSE, "worse"},
                                    {0, NULL}};

/* ---- can they be compared at all? ---- */

char *cannot_compare(struct arena *arena, const struct run *before, const struct run *after,
                     bool any_target) {
    if (strcmp(before->command, after->command) != 0)
        return arena_printf(arena, "it is a report of '%s', not of '%s'", before->command, after->command);
    if (!any_target && !text_same_case_blind(before->target, after->target))
        return arena_printf(arena, "it is about '%s', not about '%s' (--any-target compares all the same)",
                            before->target, after->target);
    if (!text_same(before->symptom, after->symptom))
        return arena_text(arena, "one of the two was narrowed down by --symptom, the other was not so");
    return NULL;
}

/* ---- what is gone: its findings vanish with it, and nothing got better by that ---- */

static bool is_gone(const struct comparison *c, const struct told_finding *f) {
    return told_has(c->before, f->subject, f->place) && !told_has(c->after, f->subject, f->place);
}

/* Whose connection or handshake did not come about shows no certificate and gives no answer: what was wrong
 * with them was not mended by that. */
static bool is_cut_off(const struct comparison *c, const struct told_finding *before) {
    for (size_t i = 0; i < c->after->findings.n; i++) {
        const struct told_finding *f = c->after->findings.v[i];
        if ((strcmp(f->check, "net.connect") == 0 || strcmp(f->check, "tls.handshake") == 0) &&
            (f->status == STATUS_FAIL || f->status == STATUS_UNKNOWN || f->status == STATUS_SKIP) &&
            strcmp(f->subject, before->subject) == 0 &&
            (f->place == NULL || before->place == NULL || strcmp(f->place, before->place) == 0))
            return true;
    }
    return false;
}

/* ---- outcomes ---- */

static enum change outcome_change(const struct told_outcome *before, const struct told_outcome *after) {
    static const int rank[] = {
        [OUTCOME_WORKS] = 0, [OUTCOME_UNKNOWN] = 1, [OUTCOME_AT_RISK] = 2, [OUTCOME_FAILS] = 3};
    int from = before == NULL ? 0 : rank[before->state];
    if (after == NULL) /* it is not told any more: nothing was seen to be mended */
        return from == 0 ? CHANGE_SAME : CHANGE_CHANGED;
    int to = rank[after->state];
    return to > from ? CHANGE_WORSE : to < from ? CHANGE_BETTER : CHANGE_SAME;
}

static const struct told_outcome *outcome_like(const struct told *told, const struct told_outcome *o) {
    for (size_t i = 0; i < told->outcomes.n; i++)
        if (strcmp(told->outcomes.v[i]->outcome, o->outcome) == 0 &&
            text_same(told->outcomes.v[i]->subject, o->subject))
            return told->outcomes.v[i];
    return NULL;
}

static void outcome_add(struct comparison *c, const struct told_outcome *before,
                        const struct told_outcome *after) {
    enum change change = outcome_change(before, after);
    if (change == CHANGE_SAME)
        return;
    struct outcome_change *o = ARENA_NEW(c->arena, struct outcome_change);
    *o = (struct outcome_change){before, after, change};
    LIST_ADD(c->arena, &c->outcomes, o);
}

static void compare_outcomes(struct comparison *c) {
    for (size_t i = 0; i < c->after->outcomes.n; i++)
        outcome_add(c, outcome_like(c->before, c->after->outcomes.v[i]), c->after->outcomes.v[i]);
    for (size_t i = 0; i < c->before->outcomes.n; i++)
        if (outcome_like(c->after, c->before->outcomes.v[i]) == NULL)
            outcome_add(c, c->before->outcomes.v[i], NULL);
}

/* ---- findings ---- */

static int status_rank(const struct told_finding *f) {
    static const int rank[] = {[STATUS_PASS] = 0,    [STATUS_INFO] = 0, [STATUS_SKIP] = 0,
                               [STATUS_UNKNOWN] = 1, [STATUS_WARN] = 2, [STATUS_FAIL] = 3};
    return f == NULL ? 0 : rank[f->status];
}

static enum change finding_change(const struct comparison *c, const struct told_finding *before,
                                  const struct told_finding *after) {
    int from = status_rank(before), to = status_rank(after);
    if ((before == NULL || after == NULL) && from == to) /* absent against what is good */
        return CHANGE_SAME;
    if (to > from)
        return CHANGE_WORSE;
    if (after == NULL && (is_gone(c, before) || is_cut_off(c, before)))
        return CHANGE_CHANGED;
    if (to < from)
        return CHANGE_BETTER;
    return before->status == after->status && text_same(before->cause, after->cause) ? CHANGE_SAME
                                                                                     : CHANGE_CHANGED;
}

static void finding_add(struct comparison *c, const struct told_finding *before,
                        const struct told_finding *after) {
    enum change change = finding_change(c, before, after);
    if (change == CHANGE_SAME)
        return;
    struct finding_change *f = ARENA_NEW(c->arena, struct finding_change);
    *f = (struct finding_change){before, after, change};
    LIST_ADD(c->arena, &c->findings, f);
}

/* How closely two findings must agree to be about the same thing. Several findings can be alike in all three
 * (a check that speaks once for each domain): those of the same verdict go together first, so that what is
 * left over is what differs. */
enum likeness { LIKE_VERDICT, LIKE_PLACE, LIKE_SUBJECT, LIKENESSES };

static int order_finding(const struct told_finding *x, const struct told_finding *y, enum likeness how) {
    int by = strcmp(x->check, y->check);
    by = by != 0 ? by : strcmp(x->subject, y->subject);
    if (how <= LIKE_PLACE)
        by = by != 0 ? by : text_order(x->place, y->place);
    if (how <= LIKE_VERDICT) {
        by = by != 0 ? by : (int)x->status - (int)y->status;
        by = by != 0 ? by : text_order(x->cause, y->cause);
    }
    return by;
}

static int compare_finding(const void *a, const void *b) {
    return order_finding(*(struct told_finding *const *)a, *(struct told_finding *const *)b, LIKE_VERDICT);
}

struct pile {
    const struct told_finding **v;
    size_t n;
};

static struct pile pile_of(struct arena *arena, const struct told *told) {
    struct pile pile = {arena_alloc(arena, (told->findings.n + 1) * sizeof *pile.v), told->findings.n};
    for (size_t i = 0; i < pile.n; i++)
        pile.v[i] = told->findings.v[i];
    qsort(pile.v, pile.n, sizeof *pile.v, compare_finding);
    return pile;
}

/* Two sorted piles side by side: what is alike is compared and taken away, the rest stays. */
static void piles_pair(struct comparison *c, struct pile *before, struct pile *after, enum likeness how) {
    size_t i = 0, k = 0, kept = 0, stay = 0;
    while (i < before->n || k < after->n) {
        int by = i == before->n ? 1 : k == after->n ? -1 : order_finding(before->v[i], after->v[k], how);
        if (by == 0)
            finding_add(c, before->v[i++], after->v[k++]);
        else if (by < 0)
            before->v[kept++] = before->v[i++];
        else
            after->v[stay++] = after->v[k++];
    }
    before->n = kept;
    after->n = stay;
}

static int compare_change(const void *a, const void *b) {
    const struct finding_change *x = *(struct finding_change *const *)a,
                                *y = *(struct finding_change *const *)b;
    if (x->change != y->change)
        return (int)y->change - (int)x->change;
    return order_finding(x->after != NULL ? x->after : x->before, y->after != NULL ? y->after : y->before,
                         LIKE_VERDICT);
}

/* LIKE_SUBJECT comes last: an edge that moved to another address is still the same edge. */
static void compare_findings(struct comparison *c) {
    struct pile before = pile_of(c->arena, c->before), after = pile_of(c->arena, c->after);
    for (int how = LIKE_VERDICT; how < LIKENESSES; how++)
        piles_pair(c, &before, &after, (enum likeness)how);
    for (size_t i = 0; i < before.n; i++)
        finding_add(c, before.v[i], NULL);
    for (size_t i = 0; i < after.n; i++)
        finding_add(c, NULL, after.v[i]);
    if (c->findings.n > 1)
        qsort(c->findings.v, c->findings.n, sizeof *c->findings.v, compare_change);
}

/* ---- the whole ---- */

static enum change worst_of(const struct comparison *c) {
    bool worse = false, better = false;
    for (size_t i = 0; i < c->outcomes.n; i++) {
        worse = worse || c->outcomes.v[i]->change == CHANGE_WORSE;
        better = better || c->outcomes.v[i]->change == CHANGE_BETTER;
    }
    for (size_t i = 0; i < c->findings.n; i++) {
        worse = worse || c->findings.v[i]->change == CHANGE_WORSE;
        better = better || c->findings.v[i]->change == CHANGE_BETTER;
    }
    if (worse || better)
        return worse ? CHANGE_WORSE : CHANGE_BETTER;
    return c->outcomes.n + c->findings.n + c->facts.n > 0 ? CHANGE_CHANGED : CHANGE_SAME;
}

struct comparison *compare(struct arena *arena, const struct told *before, const struct told *after) {
    struct comparison *c = ARENA_NEW(arena, struct comparison);
    *c = (struct comparison){.arena = arena, .before = before, .after = after};
    compare_outcomes(c);
    compare_findings(c);
    compare_facts(c);
    c->status = worst_of(c);
    return c;
}
