/* What of a run can concern one unit of an outcome? See outcome_index.h. */
#include "outcomes/outcome_index.h"

#include <stdlib.h>
#include <string.h>

/* ---- of whom ---- */

static enum role role_of_node(const struct outcome_index *index, const char *name) {
    return name_map_first(index->c_nodes, name) != NULL   ? ROLE_EXPRESSWAY_C
           : name_map_first(index->e_nodes, name) != NULL ? ROLE_EXPRESSWAY_E
                                                          : ROLE_NONE;
}

static struct name_map *map_of(struct arena *arena, const struct nodes *nodes) {
    struct name_map *map = name_map_new(arena);
    for (size_t i = 0; nodes != NULL && i < nodes->n; i++)
        name_map_add(map, nodes->v[i]->name, nodes->v[i]);
    return map;
}

static void roles_tell(struct outcome_index *index, const struct deployment *d) {
    index->c_nodes = map_of(index->arena, d == NULL ? NULL : &d->c.nodes);
    index->e_nodes = map_of(index->arena, d == NULL ? NULL : &d->e.nodes);
    for (size_t i = 0; i < index->n; i++) {
        const struct finding *f = index->findings[i].finding;
        index->findings[i].role = text_starts(f->subject, "expressway-c:")   ? ROLE_EXPRESSWAY_C
                                  : text_starts(f->subject, "expressway-e:") ? ROLE_EXPRESSWAY_E
                                  : f->endpoint != NULL                      ? f->endpoint->role
                                                                             : role_of_node(index, f->node);
    }
}

/* ---- by check ---- */

struct of_check { /* what outcomes ask of the findings of one check */
    const struct row **rows;
    unsigned outcomes;
};

static struct of_check of_check(struct arena *arena, const struct finding *f) {
    LIST_OF(const struct row) found = {NULL, 0};
    unsigned outcomes = 0;
    for (const struct row *row = outcome_rows; row->check != NULL; row++)
        if (is_of_check(row->check, f)) {
            LIST_ADD(arena, &found, row);
            outcomes |= outcomes_of_row(row);
        }
    for (const struct need *need = outcome_needs; need->check != NULL; need++)
        if (is_of_check(need->check, f))
            outcomes |= need->of;
    LIST_ADD(arena, &found, NULL);
    return (struct of_check){found.v, outcomes};
}

/* 10,000 zones have 340,000 findings of a hundred checks. Three in ten no outcome asks for. */
static void findings_take(struct outcome_index *index, const struct findings *findings) {
    struct of_check by_check[CHECK_COUNT] = {{NULL, 0}};
    index->findings = arena_alloc(index->arena, (findings->n + 1) * sizeof *index->findings);
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        struct of_check *check = &by_check[f->check - catalogue_checks];
        if (check->rows == NULL)
            *check = of_check(index->arena, f);
        if (f->status != STATUS_SKIP && check->outcomes != 0)
            index->findings[index->n++] = (struct indexed){f, i, ROLE_NONE, check->outcomes, check->rows};
    }
}

/* ---- by name ---- */

/* Expressway-C stands behind every edge and every peer; what is told of it once a zone concerns that zone. */
static void names_tell(struct outcome_index *index, const struct indexed *i) {
    const struct finding *f = i->finding;
    const char *names[] = {f->endpoint == NULL ? NULL : f->endpoint->host, f->node, f->domain, f->zone};
    size_t n = sizeof names / sizeof *names;
    bool is_of_c = i->role == ROLE_EXPRESSWAY_C, is_named = false;
    for (size_t k = is_of_c ? n - 1 : 0; k < n; k++) {
        name_map_add(index->by_name, names[k], i);
        is_named = is_named || names[k] != NULL;
    }
    if (!is_named || is_of_c)
        LIST_ADD(index->arena, &index->general, i);
    if (!is_named)
        LIST_ADD(index->arena, &index->zone_general, i);
}

struct outcome_index *outcome_index_new(const struct facts *facts, const struct findings *findings) {
    struct outcome_index *index = ARENA_NEW(findings->arena, struct outcome_index);
    index->arena = findings->arena;
    findings_take(index, findings);
    index->all.v = arena_alloc(index->arena, (index->n + 1) * sizeof *index->all.v);
    for (; index->all.n < index->n; index->all.n++)
        index->all.v[index->all.n] = &index->findings[index->all.n];
    roles_tell(index, facts->deployment);
    index->by_name = name_map_new(index->arena);
    for (size_t i = 0; i < index->n; i++)
        names_tell(index, &index->findings[i]);
    index->endpoints_by_zone = name_map_new(index->arena);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        name_map_add(index->endpoints_by_zone, facts->endpoints.v[i]->zone, facts->endpoints.v[i]);
    index->outcomes = name_map_new(index->arena);
    return index;
}

enum { LISTS_MOST = 8 };

struct ordered { /* one of the lists that are joined, in the order of findings */
    const struct named *named;
    const struct indexed *const *v;
    size_t n, at;
};

static const struct indexed *head_of(const struct ordered *list) {
    return list->at == list->n ? NULL : list->v != NULL ? list->v[list->at] : list->named[list->at].thing;
}

/* The next of all in their order, and each once however many lists have it; NULL: no more. */
static const struct indexed *next_of(struct ordered *lists, size_t count) {
    const struct indexed *first = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct indexed *head = head_of(&lists[i]);
        if (head != NULL && (first == NULL || head->order < first->order))
            first = head;
    }
    for (size_t i = 0; i < count; i++)
        while (first != NULL && head_of(&lists[i]) == first)
            lists[i].at++;
    return first;
}

struct candidates outcome_candidates(struct outcome_index *index, unsigned outcome,
                                     const struct candidates *general, const char *const *names,
                                     size_t count) {
    struct ordered lists[LISTS_MOST] = {{.v = (const struct indexed *const *)general->v, .n = general->n}};
    struct candidates all = {.n = 0};
    size_t room = general->n + 1, n = 1;
    for (size_t i = 0; i < count && n < LISTS_MOST; i++, n++) {
        lists[n].named = name_map_find(index->by_name, names[i], &lists[n].n);
        room += lists[n].n;
    }
    struct arena *scratch = arena_new(); /* few of them are asked for */
    all.v = arena_alloc(scratch, room * sizeof *all.v);
    for (const struct indexed *next; (next = next_of(lists, n)) != NULL;)
        if ((next->outcomes & outcome) != 0)
            all.v[all.n++] = next;
    all.v = arena_dup(index->arena, all.v, all.n * sizeof *all.v);
    arena_free(scratch);
    return all;
}
