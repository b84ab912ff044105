/* What is broken, told once each? See faults.h. */
#include "outcomes/faults.h"

#include <stdlib.h>
#include <string.h>

#include "outcomes/fault_rules.h"

/* ---- who follows from whom ---- */

struct item {
    struct ident ident;
    struct item *root;   /* of which it is a consequence; NULL: none */
    struct fault *fault; /* that it is the root of, or one of the same */
    char *key;
};

struct items {
    struct item **v;
    size_t n;
};

struct sorting {
    const struct facts *facts;
    struct arena *arena;
    struct item *items;
    size_t n;
    struct items by_check[CHECK_COUNT]; /* by check_order(): eight hundred zones are looked through quickly */
    struct faults *faults;
};

static bool is_told(const struct finding *f) {
    return f->cause != NULL && (f->status == STATUS_FAIL || f->status == STATUS_WARN);
}

/* Does the root, in turn, follow from this one? So asked of each, no circle is ever closed. */
static bool leads_to(const struct item *from, const struct item *to) {
    while (from != NULL && from != to)
        from = from->root;
    return from == to;
}

static struct item *root_by(const struct sorting *s, const struct fault_rule *rule, const struct item *item) {
    const struct check *check = fault_rule_root(s->arena, rule, &item->ident);
    if (check == NULL)
        return NULL;
    const struct items *roots = &s->by_check[check_order(check)];
    for (size_t i = 0; i < roots->n; i++)
        if (fault_rule_fits(rule, &item->ident, &roots->v[i]->ident) && !leads_to(roots->v[i], item))
            return roots->v[i];
    return NULL;
}

static void roots_find(struct sorting *s) {
    for (size_t i = 0; i < s->n; i++) {
        struct item *item = &s->items[i];
        for (const struct fault_rule *rule = fault_rules; rule->check != NULL && item->root == NULL; rule++)
            if (fault_rule_speaks_of(rule, &item->ident))
                item->root = root_by(s, rule, item);
    }
}

static struct item *top_of(struct item *item) {
    while (item->root != NULL)
        item = item->root;
    return item;
}

static struct fault *fault_like(const struct sorting *s, const struct item *item) {
    for (size_t i = 0; i < s->n && &s->items[i] != item; i++) {
        const struct item *other = &s->items[i];
        if (other->fault != NULL && other->ident.finding->cause == item->ident.finding->cause &&
            strcmp(other->key, item->key) == 0)
            return other->fault;
    }
    return NULL;
}

static void faults_open(struct sorting *s) {
    for (size_t i = 0; i < s->n; i++) {
        struct item *item = &s->items[i];
        if (item->root != NULL)
            continue;
        item->key = fault_key(s->facts, s->arena, &item->ident);
        item->fault = fault_like(s, item);
        if (item->fault == NULL) {
            item->fault = ARENA_NEW(s->arena, struct fault);
            item->fault->root = item->ident.finding;
            LIST_ADD(s->arena, s->faults, item->fault);
        } else {
            item->ident.finding->root = item->fault->root;
        }
        LIST_ADD(s->arena, &item->fault->same, item->ident.finding);
    }
}

static void consequences_add(struct sorting *s) {
    for (size_t i = 0; i < s->n; i++) {
        struct item *item = &s->items[i];
        if (item->root == NULL)
            continue;
        struct fault *fault = top_of(item)->fault;
        item->ident.finding->root = fault->root;
        LIST_ADD(s->arena, &fault->consequences, item->ident.finding);
    }
}

/* A fault that may be why of another one; nothing that was seen tells. */
static void maybes_find(struct sorting *s) {
    for (size_t i = 0; i < s->n; i++) {
        struct item *item = &s->items[i];
        if (item->root != NULL || item->fault->perhaps != NULL)
            continue;
        for (const struct fault_maybe *maybe = fault_maybes; maybe->rule.check != NULL; maybe++) {
            bool speaks = fault_rule_speaks_of(&maybe->rule, &item->ident);
            struct item *why = speaks ? root_by(s, &maybe->rule, item) : NULL;
            if (why == NULL)
                continue;
            item->fault->perhaps = top_of(why)->fault;
            item->fault->perhaps_why = maybe->why;
            break;
        }
    }
}

/* ---- what each comes to ---- */

static bool has(const struct finding_list *list, const struct finding *f) {
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i] == f)
            return true;
    return false;
}

static bool decides(const struct fault *fault, const struct outcome *o) {
    for (size_t i = 0; i < o->because.n; i++)
        if (has(&fault->same, o->because.v[i]) || has(&fault->consequences, o->because.v[i]))
            return true;
    return false;
}

static void outcomes_add(struct sorting *s, const struct outcomes *outcomes, struct fault *fault) {
    for (size_t i = 0; i < outcomes->n; i++)
        if (decides(fault, outcomes->v[i]))
            LIST_ADD(s->arena, &fault->outcomes, outcomes->v[i]);
}

/* ---- worst first ---- */

struct weight {
    int fails, risks;
    bool is_fail;
};

static struct weight weight_of(const struct fault *fault) {
    struct weight w = {0, 0, fault->status == STATUS_FAIL};
    for (size_t i = 0; i < fault->outcomes.n; i++) {
        w.fails += fault->outcomes.v[i]->state == OUTCOME_FAILS;
        w.risks += fault->outcomes.v[i]->state == OUTCOME_AT_RISK;
    }
    return w;
}

static bool is_worse(const struct fault *a, const struct fault *b) {
    struct weight x = weight_of(a), y = weight_of(b);
    if ((x.fails > 0) != (y.fails > 0))
        return x.fails > 0;
    if (x.is_fail != y.is_fail)
        return x.is_fail;
    if (x.fails != y.fails)
        return x.fails > y.fails;
    return x.risks > y.risks;
}

/* A few at most: by insertion, which keeps the order of findings where nothing else decides. */
static void faults_sort(struct faults *faults) {
    for (size_t i = 1; i < faults->n; i++) {
        struct fault *fault = faults->v[i];
        size_t at = i;
        for (; at > 0 && is_worse(fault, faults->v[at - 1]); at--)
            faults->v[at] = faults->v[at - 1];
        faults->v[at] = fault;
    }
}

static void fault_finish(struct sorting *s, const struct outcomes *outcomes, struct fault *fault) {
    fault->status = fault->root->status;
    for (size_t i = 0; i < fault->consequences.n; i++)
        if (fault->consequences.v[i]->status == STATUS_FAIL)
            fault->status = STATUS_FAIL;
    outcomes_add(s, outcomes, fault);
    fault_fix(s->facts, s->arena, fault);
    fault_tell(s->facts, s->arena, fault);
    fault_seen_tell(s->facts, s->arena, fault);
}

struct faults *faults_of(const struct facts *facts, struct findings *findings,
                         const struct outcomes *outcomes) {
    struct sorting s = {.facts = facts, .arena = findings->arena};
    s.faults = ARENA_NEW(s.arena, struct faults);
    size_t told = 0; /* of tens of thousands of findings few are */
    for (size_t i = 0; i < findings->n; i++)
        told += is_told(findings->v[i]);
    s.items = arena_alloc(s.arena, (told + 1) * sizeof *s.items);
    for (size_t i = 0; i < findings->n; i++) {
        findings->v[i]->root = NULL;
        if (!is_told(findings->v[i]))
            continue;
        struct item *item = &s.items[s.n++];
        ident_of(facts, s.arena, findings->v[i], &item->ident);
        const struct check *check = check_named(findings->v[i]->check->id);
        if (check != NULL)
            LIST_ADD(s.arena, &s.by_check[check_order(check)], item);
    }
    roots_find(&s);
    faults_open(&s);
    consequences_add(&s);
    maybes_find(&s);
    for (size_t i = 0; i < s.faults->n; i++)
        fault_finish(&s, outcomes, s.faults->v[i]);
    faults_sort(s.faults);
    return s.faults;
}

const struct fault *fault_with(const struct faults *faults, const struct finding *finding) {
    for (size_t i = 0; i < faults->n; i++)
        if (has(&faults->v[i]->same, finding) || has(&faults->v[i]->consequences, finding))
            return faults->v[i];
    return NULL;
}

int fault_number(const struct faults *faults, const struct fault *fault) {
    for (size_t i = 0; i < faults->n; i++)
        if (faults->v[i] == fault)
            return (int)i + 1;
    return 0;
}

/* Not between boxes, nor between ways: its first step has nothing to look for. */
static bool mends_at_once(const struct fault *fault) {
    const struct step *step = &fault->steps[0];
    return fault->fix[0] != NULL && step->marks.on <= STEP_BOX_MASK && step->marks.option == 0;
}

const struct fault *fault_first(const struct faults *faults) {
    const struct fault *worst = faults->n == 0 ? NULL : faults->v[0];
    bool is_owed = worst != NULL && worst->perhaps != NULL && mends_at_once(worst->perhaps);
    return is_owed ? worst->perhaps : worst;
}
