/* What did one report say? See told.h. */
#include "outcomes/told.h"

#include <stdlib.h>
#include <string.h>

/* ---- the address that a finding speaks of ---- */

struct lone { /* an endpoint's id, and its address when it has only one */
    const char *id, *address;
    bool has_others;
};

static int compare_lone(const void *a, const void *b) {
    return strcmp(((const struct lone *)a)->id, ((const struct lone *)b)->id);
}

/* Sorted by id, one entry each. */
static struct lone *lones_of(struct arena *arena, const struct facts *facts, size_t *n) {
    struct lone *v = arena_alloc(arena, (facts->endpoints.n + 1) * sizeof *v);
    size_t kept = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        v[i] = (struct lone){facts->endpoints.v[i]->id, facts->endpoints.v[i]->address, false};
    qsort(v, facts->endpoints.n, sizeof *v, compare_lone);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (kept > 0 && strcmp(v[kept - 1].id, v[i].id) == 0)
            v[kept - 1].has_others = true;
        else
            v[kept++] = v[i];
    *n = kept;
    return v;
}

static void places_find(struct arena *arena, struct told *told) {
    size_t n;
    const struct lone *lones = lones_of(arena, told->facts, &n);
    for (size_t i = 0; i < told->findings.n; i++) {
        struct told_finding *f = told->findings.v[i];
        struct lone wanted = {f->subject, NULL, false};
        const struct lone *lone = bsearch(&wanted, lones, n, sizeof *lones, compare_lone);
        f->place = f->address != NULL ? f->address : lone != NULL && !lone->has_others ? lone->address : NULL;
    }
}

/* ---- what it looked at ---- */

static void subjects_find(struct arena *arena, struct told *told) {
    const struct facts *facts = told->facts;
    struct texts *list = &told->subjects;
    for (size_t i = 0; i < facts->domains.n; i++)
        texts_add(arena, list, facts->domains.v[i]);
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        texts_add(arena, list, e->id);
        texts_add(arena, list, e->host);
        if (e->address != NULL)
            texts_add(arena, list, arena_printf(arena, "%s %s", e->id, e->address));
    }
    for (size_t i = 0; i < facts->dns.n; i++)
        for (size_t k = 0; k < facts->dns.v[i]->records.n; k++)
            if (facts->dns.v[i]->records.v[k]->target != NULL)
                texts_add(arena, list, facts->dns.v[i]->records.v[k]->target);
    texts_sort(list);
}

static int compare_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool told_has(const struct told *told, const char *subject, const char *place) {
    struct arena *scratch = arena_new();
    const char *wanted = place == NULL ? subject : arena_printf(scratch, "%s %s", subject, place);
    bool found = told->subjects.n > 0 && bsearch(&wanted, told->subjects.v, told->subjects.n,
                                                 sizeof *told->subjects.v, compare_text) != NULL;
    arena_free(scratch);
    return found;
}

/* ---- of a run just judged ---- */

struct told *told_of(const struct facts *facts, const struct findings *findings,
                     const struct outcomes *outcomes) {
    struct arena *arena = findings->arena;
    struct told *told = ARENA_NEW(arena, struct told);
    told->facts = facts;
    for (size_t i = 0; i < outcomes->n; i++) {
        struct told_outcome *o = ARENA_NEW(arena, struct told_outcome);
        *o = (struct told_outcome){outcomes->v[i]->id, outcomes->v[i]->subject, outcomes->v[i]->state};
        LIST_ADD(arena, &told->outcomes, o);
    }
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *from = findings->v[i];
        struct told_finding *f = ARENA_NEW(arena, struct told_finding);
        *f = (struct told_finding){.check = from->check->id,
                                   .subject = from->subject,
                                   .address = from->address,
                                   .status = from->status,
                                   .cause = from->cause == NULL ? NULL : from->cause->id};
        LIST_ADD(arena, &told->findings, f);
    }
    places_find(arena, told);
    subjects_find(arena, told);
    return told;
}

/* ---- of a saved report: hostile like any file ---- */

const char told_no_evidence[] =
    "a report without its evidence; wanted one written by --save or --format json";

const char *const told_members[] = {"outcome", "state",  "check", "subject",
                                    "address", "status", "cause", NULL};

enum { OUTCOMES_MAX = 20000, FINDINGS_MAX = 500000 }; /* beyond any run, and soon compared all the same */

struct told_reading {
    struct arena *arena;
    struct told *told;
    char *error; /* the first; NULL: none */
};

static bool wrong(struct told_reading *r, const char *list, size_t i, const char *key, const char *wanted) {
    r->error = arena_printf(r->arena, "%s[%zu].%s: wanted %s", list, i, key, wanted);
    return false;
}

static const char *text_at(struct arena *arena, const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? text_from_wire(arena, json_string_value(value), json_string_length(value))
                                 : NULL;
}

static bool outcome_read(struct told_reading *r, const json_t *from) {
    struct told_outcome *o = ARENA_NEW(r->arena, struct told_outcome);
    size_t i = r->told->outcomes.n;
    const char *state = text_at(r->arena, from, "state");
    int value;
    o->outcome = text_at(r->arena, from, "outcome");
    o->subject = text_at(r->arena, from, "subject");
    if (o->outcome == NULL)
        return wrong(r, "outcomes", i, "outcome", "a text");
    if (state == NULL || !enum_find(outcome_states, state, &value))
        return wrong(r, "outcomes", i, "state", "works, at-risk, fails or unknown");
    o->state = value;
    LIST_ADD(r->arena, &r->told->outcomes, o);
    return true;
}

static bool finding_read(struct told_reading *r, const json_t *from) {
    struct told_finding *f = ARENA_NEW(r->arena, struct told_finding);
    size_t i = r->told->findings.n;
    const char *status = text_at(r->arena, from, "status");
    int value;
    f->check = text_at(r->arena, from, "check");
    f->subject = text_at(r->arena, from, "subject");
    f->address = text_at(r->arena, from, "address");
    f->cause = text_at(r->arena, from, "cause");
    if (f->check == NULL || f->subject == NULL)
        return wrong(r, "findings", i, f->check == NULL ? "check" : "subject", "a text");
    if (status == NULL || !enum_find(status_names, status, &value))
        return wrong(r, "findings", i, "status", "pass, info, warn, fail, unknown or skip");
    f->status = value;
    LIST_ADD(r->arena, &r->told->findings, f);
    return true;
}

static bool list_is_long(struct told_reading *r, const char *key, size_t have, size_t more, size_t most) {
    if (have + more > most)
        r->error = arena_printf(r->arena, "%s: wanted at most %zu of them", key, most);
    return have + more > most;
}

struct told_reading *told_begin(struct facts *facts) {
    struct told_reading *r = ARENA_NEW(facts->arena, struct told_reading);
    r->arena = facts->arena;
    r->told = ARENA_NEW(facts->arena, struct told);
    r->told->facts = facts;
    return r;
}

bool told_more(struct told_reading *r, const char *key, const json_t *list) {
    bool is_outcomes = strcmp(key, "outcomes") == 0;
    size_t i, have = is_outcomes ? r->told->outcomes.n : r->told->findings.n;
    json_t *item;
    if (r->error != NULL)
        return false;
    if (!json_is_array(list)) {
        r->error = arena_printf(r->arena, "%s: wanted a list", key);
        return false;
    }
    if (list_is_long(r, key, have, json_array_size(list), is_outcomes ? OUTCOMES_MAX : FINDINGS_MAX))
        return false;
    json_array_foreach(list, i, item) if (!(is_outcomes ? outcome_read : finding_read)(r, item)) return false;
    return true;
}

struct told *told_end(struct told_reading *r, char **error) {
    *error = r->error;
    if (r->error != NULL)
        return NULL;
    places_find(r->arena, r->told);
    subjects_find(r->arena, r->told);
    return r->told;
}

struct told *told_read(struct facts *facts, const json_t *report, ca_entry_fn read_certificate,
                       char **error) {
    struct told_reading *r = told_begin(facts);
    const char *schema = text_at(facts->arena, report, "schema");
    const json_t *evidence = json_object_get(report, "evidence");
    *error = NULL;
    if (schema == NULL || strcmp(schema, "edgeprobe.report/1") != 0)
        r->error =
            arena_text(facts->arena, "no report of edgeprobe (wanted \"schema\": \"edgeprobe.report/1\")");
    else if (!json_is_object(json_object_get(evidence, "run")))
        r->error = arena_text(facts->arena, told_no_evidence);
    else if (!facts_load(facts, evidence, read_certificate, error))
        return NULL;
    else if (told_more(r, "outcomes", json_object_get(report, "outcomes")))
        told_more(r, "findings", json_object_get(report, "findings"));
    return told_end(r, error);
}
