/* Which findings say the same thing? See groups.h. */
#include "report/groups.h"

#include <string.h>

static struct group *group_for(struct arena *arena, struct groups *groups, const struct finding *f) {
    for (size_t i = 0; i < groups->n; i++) {
        struct group *g = groups->v[i];
        if (g->check == f->check && g->cause == f->cause && g->status == f->status)
            return g;
    }
    struct group *g = ARENA_NEW(arena, struct group);
    g->check = f->check;
    g->cause = f->cause;
    g->status = f->status;
    LIST_ADD(arena, groups, g);
    return g;
}

/* ---- guidance ---- */

static const char *const *affects_of(const struct finding *f) {
    return f->affects;
}

static const char *const *fix_of(const struct finding *f) {
    return f->fix;
}

static const char *const *restart_of(const struct finding *f) {
    return f->restart;
}

void groups_of(struct arena *arena, const struct findings *findings, struct groups *out) {
    *out = (struct groups){0};
    for (size_t i = 0; i < findings->n; i++) {
        struct group *g = group_for(arena, out, findings->v[i]);
        LIST_ADD(arena, &g->members, findings->v[i]);
    }
    for (size_t i = 0; i < out->n; i++) {
        out->v[i]->affects = lines_merged(arena, out->v[i]->members.v, out->v[i]->members.n, affects_of);
        out->v[i]->fix = lines_merged(arena, out->v[i]->members.v, out->v[i]->members.n, fix_of);
        out->v[i]->restart = lines_merged(arena, out->v[i]->members.v, out->v[i]->members.n, restart_of);
    }
}

int told_number(const struct faults *faults, const struct groups *groups, const struct finding *finding) {
    const struct fault *fault = fault_with(faults, finding);
    int number = (int)faults->n;
    for (size_t i = 0; i < faults->n; i++)
        if (faults->v[i] == fault)
            return (int)i + 1;
    for (size_t i = 0; i < groups->n; i++) {
        const struct group *group = groups->v[i];
        if (group->status != STATUS_UNKNOWN)
            continue;
        number++;
        for (size_t k = 0; k < group->members.n; k++)
            if (group->members.v[k] == finding)
                return number;
    }
    return 0;
}

struct group group_of(struct arena *arena, const struct finding_list *list, size_t first) {
    const struct finding *f = list->v[first];
    struct group group = {.check = f->check, .cause = f->cause, .status = f->status};
    for (size_t i = first; i < list->n; i++)
        if (list->v[i]->cause == group.cause)
            LIST_ADD(arena, &group.members, list->v[i]);
    return group;
}

bool is_first_of_cause(const struct finding_list *list, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (list->v[i]->cause == list->v[at]->cause)
            return false;
    return true;
}

/* ---- parts ---- */

char *ids_words(struct arena *arena, const struct ids *ids) {
    enum { RANGES_SHOWN = 6 };
    char *all = NULL;
    size_t i = 0;
    for (int ranges = 0; i < ids->n && ranges < RANGES_SHOWN; ranges++) {
        int first = ids->v[i], last = first;
        for (i++; i < ids->n && ids->v[i] - INT64_C(1) == last; i++)
            last++;
        char *range =
            last > first ? arena_printf(arena, "%d-%d", first, last) : arena_printf(arena, "%d", first);
        all = all == NULL ? range : arena_printf(arena, "%s, %s", all, range);
    }
    return i < ids->n ? arena_printf(arena, "%s and %zu more", all, ids->n - i) : all;
}

/* What the subject says already and what tells one connection from the next is left to -v. New reference. */
static json_t *evidence_shown(struct arena *arena, const struct finding *f, bool all) {
    static const char *const told[] = {"host", "address", "port", "leg", "ms"};
    json_t *shown = json_copy(evidence_tree(f));
    if (f->connections != NULL && !all)
        json_object_set_new(shown, "connections", json_string(ids_words(arena, f->connections)));
    for (size_t i = 0; i < sizeof told / sizeof *told && f->endpoint != NULL && !all; i++)
        json_object_del(shown, told[i]);
    if (!all && json_equal(json_object_get(shown, "error"), json_object_get(shown, "found")))
        json_object_del(shown, "error");
    return shown;
}

/* The summary names the subject, so it differs where nothing else does. */
static bool belongs_to(const struct part *part, const struct finding *f, const json_t *evidence) {
    return json_equal(part->evidence, evidence) &&
           (json_object_size(evidence) > 0 || strcmp(part->members.v[0]->summary, f->summary) == 0);
}

void parts_of(struct arena *arena, const struct group *group, bool all, struct parts *parts) {
    *parts = (struct parts){0};
    for (size_t i = 0; i < group->members.n; i++) {
        const struct finding *f = group->members.v[i];
        json_t *evidence = evidence_shown(arena, f, all);
        struct part *part = NULL;
        for (size_t k = 0; k < parts->n && part == NULL; k++)
            if (belongs_to(parts->v[k], f, evidence))
                part = parts->v[k];
        if (part == NULL) {
            part = ARENA_NEW(arena, struct part);
            part->evidence = json_incref(evidence);
            LIST_ADD(arena, parts, part);
        }
        json_decref(evidence);
        LIST_ADD(arena, &part->members, (void *)f);
    }
}

void parts_free(struct parts *parts) {
    for (size_t i = 0; i < parts->n; i++)
        json_decref(parts->v[i]->evidence);
}
