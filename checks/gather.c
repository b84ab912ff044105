/* Which findings say the same of different connections? A capture with ten thousand handshakes that fail
 * alike has one fault, not ten thousand. See finding.h. */
#include "checks/finding.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct finding *finding;
    size_t added;
    json_t *said; /* evidence without what differs by itself; NULL until it is asked for; owned */
};

static int alike(const struct finding *a, const struct finding *b) {
    int order = (a->check > b->check) - (a->check < b->check);
    if (order == 0)
        order = (a->cause > b->cause) - (a->cause < b->cause);
    if (order == 0)
        order = (int)a->status - (int)b->status;
    const char *left[] = {a->subject, a->address, a->domain, a->zone, a->node, a->list};
    const char *right[] = {b->subject, b->address, b->domain, b->zone, b->node, b->list};
    for (size_t i = 0; order == 0 && i < sizeof left / sizeof *left; i++)
        order = text_order(left[i], right[i]);
    return order;
}

static int by_likeness(const void *left, const void *right) {
    const struct entry *a = left, *b = right;
    int order = alike(a->finding, b->finding);
    return order != 0 ? order : (a->added > b->added) - (a->added < b->added);
}

/* How long it took, who it was and what day it was differ between connections that went alike. */
static const json_t *said_by(struct entry *entry) {
    static const char *const passing[] = {"ms", "days_left", "judged_at", "client", "sni", "port"};
    if (entry->said == NULL) {
        entry->said = json_copy(evidence_tree(entry->finding));
        for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
            json_object_del(entry->said, passing[i]);
    }
    return entry->said;
}

/* A handshake that went well needs no telling apart: versions and suites are in the list of connections. */
static bool says_the_same(struct entry *a, struct entry *b) {
    bool is_plain = a->finding->status == STATUS_PASS || a->finding->status == STATUS_SKIP;
    return is_plain || json_equal(said_by(a), said_by(b));
}

static int by_number(const void *left, const void *right) {
    int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

static void connections_join(struct arena *arena, struct finding *to, const struct finding *from) {
    const struct ids *a = to->connections, *b = from->connections;
    if (a == b)
        return;
    struct ids *both = ARENA_NEW(arena, struct ids);
    int *v = arena_alloc(arena, (a->n + b->n) * sizeof *v);
    memcpy(v, a->v, a->n * sizeof *v);
    memcpy(v + a->n, b->v, b->n * sizeof *v);
    qsort(v, a->n + b->n, sizeof *v, by_number);
    *both = (struct ids){v, 0};
    for (size_t i = 0; i < a->n + b->n; i++)
        if (i == 0 || v[i] != v[i - 1])
            v[both->n++] = v[i];
    to->connections = both;
}

/* The first of a run of alike entries keeps those that say the same; theirs are marked by a subject of NULL.
 */
static void run_join(struct arena *arena, struct entry *run, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; run[i].finding->subject != NULL && k < count; k++)
            if (run[k].finding->subject != NULL && says_the_same(&run[i], &run[k])) {
                connections_join(arena, run[i].finding, run[k].finding);
                run[k].finding->subject = NULL;
            }
}

static void connections_tell(struct finding *finding) {
    const struct ids *ids = finding->connections;
    json_t *list = ids == NULL ? NULL : json_array();
    for (size_t i = 0; list != NULL && i < ids->n; i++)
        json_array_append_new(list, json_integer(ids->v[i]));
    if (list != NULL)
        evidence_set(finding, "connections", list);
}

void findings_gather(struct findings *findings) {
    struct entry *entries = arena_alloc(findings->arena, (findings->n + 1) * sizeof *entries);
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < findings->n; i++)
        if (findings->v[i]->connections != NULL)
            entries[count++] = (struct entry){findings->v[i], i, NULL};
    if (count == 0)
        return;
    qsort(entries, count, sizeof *entries, by_likeness);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && alike(entries[from].finding, entries[to].finding) == 0; to++)
            ;
        run_join(findings->arena, &entries[from], to - from);
    }
    for (size_t i = 0; i < count; i++)
        json_decref(entries[i].said);
    for (size_t i = 0; i < findings->n; i++) {
        if (findings->v[i]->subject != NULL) {
            connections_tell(findings->v[i]);
            findings->v[kept++] = findings->v[i];
        } else
            evidence_free(findings->v[i]->evidence);
    }
    findings->n = kept;
}
