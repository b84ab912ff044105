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

bool is_of_check(const char *check, const struct finding *f) {
    return text_ends(check, ".") ? text_starts(f->check->id, check) : strcmp(check, f->check->id) == 0;
}

static const struct row **rows_of(struct arena *arena, const struct finding *f) {
    LIST_OF(const struct row) found = {NULL, 0};
    for (const struct row *row = outcome_rows; row->check != NULL; row++)
        if (is_of_check(row->check, f))
            LIST_ADD(arena, &found, row);
    LIST_ADD(arena, &found, NULL);
    return found.v;
}

/* 10,000 zones have 340,000 findings of a hundred checks. */
static void rows_tell(struct outcome_index *index) {
    const struct row **by_check[CHECK_COUNT] = {NULL};
    for (size_t i = 0; i < index->n; i++) {
        const struct finding *f = index->findings[i].finding;
        const struct row ***rows = &by_check[f->check - catalogue_checks];
        if (*rows == NULL)
            *rows = rows_of(index->arena, f);
        index->findings[i].rows = *rows;
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
    index->n = findings->n;
    index->findings = arena_alloc(index->arena, (index->n + 1) * sizeof *index->findings);
    for (size_t i = 0; i < index->n; i++)
        index->findings[i] = (struct indexed){findings->v[i], i, ROLE_NONE, NULL};
    index->all.v = arena_alloc(index->arena, (index->n + 1) * sizeof *index->all.v);
    for (; index->all.n < index->n; index->all.n++)
        index->all.v[index->all.n] = &index->findings[index->all.n];
    roles_tell(index, facts->deployment);
    rows_tell(index);
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

struct candidates outcome_candidates(struct outcome_index *index, const struct candidates *general,
                                     const char *const *names, size_t count) {
    struct ordered lists[LISTS_MOST] = {{.v = (const struct indexed *const *)general->v, .n = general->n}};
    struct candidates all = {.n = 0};
    size_t room = general->n + 1, n = 1;
    for (size_t i = 0; i < count && n < LISTS_MOST; i++, n++) {
        lists[n].named = name_map_find(index->by_name, names[i], &lists[n].n);
        room += lists[n].n;
    }
    all.v = arena_alloc(index->arena, room * sizeof *all.v);
    for (const struct indexed *next; (next = next_of(lists, n)) != NULL;)
        all.v[all.n++] = next;
    return all;
}
