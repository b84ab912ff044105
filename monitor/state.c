/* What was known of each target the last time, and what has changed since? See state.h. */
#include "monitor/state.h"

#include <stdlib.h>
#include <string.h>

#include "monitor/sight.h"
#include "monitor/state_tables.h"

struct state {
    struct database db;
    bool is_held; /* by state_hold(): each target is a part of one transaction */
};

struct taking { /* one state_take() */
    struct state *state;
    struct arena *arena;
    const struct state_run *run;
    struct known_list known;
    struct state_changes *changes;
    int confirm;
};

static struct state *open_as(enum database_use use, struct arena *arena, const char *path, char **said,
                             char **error) {
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        *error = arena_text(arena, "out of memory");
    else if (database_open(&state->db, use, arena, path, state_tables, said, error))
        return state;
    free(state);
    return NULL;
}

struct state *state_open(struct arena *arena, const char *path, char **said, char **error) {
    return open_as(DATABASE_KEEP, arena, path, said, error);
}

struct state *state_look(struct arena *arena, const char *path, char **error) {
    char *said;
    return open_as(DATABASE_LOOK, arena, path, &said, error);
}

void state_close(struct state *state) {
    if (state == NULL)
        return;
    database_close(&state->db);
    free(state);
}

static bool begin(struct state *state) {
    return database_do(&state->db, state->is_held ? "SAVEPOINT one" : "BEGIN IMMEDIATE");
}

/* ---- what is known ---- */

static const char *or_empty(const char *text) {
    return text == NULL ? "" : text;
}

static struct known *known_find(struct taking *t, const char *check, const char *subject,
                                const char *address) {
    for (size_t i = 0; i < t->known.n; i++) {
        struct known *k = t->known.v[i];
        if (strcmp(k->is.check, check) == 0 && strcmp(k->is.subject, subject) == 0 &&
            strcmp(k->is.address, address) == 0)
            return k;
    }
    return NULL;
}

/* ---- changes ---- */

static int rank(const struct verdict_of_one *v) {
    return !v->is_bad ? 0 : v->status == STATUS_FAIL ? 3 : v->status == STATUS_WARN ? 2 : 1;
}

static const char *kind_of(const struct taking *t, const struct verdict_of_one *from,
                           const struct verdict_of_one *to) {
    if (!from->is_bad)
        return "new";
    if (!to->is_bad) /* of a subject that is looked at no more nothing was mended */
        return sight_has(t->run->findings, from->subject, from->address) ? "better" : "gone";
    return rank(to) > rank(from)   ? "worse"
           : rank(to) < rank(from) ? "better"
                                   : "new"; /* new: another cause */
}

static const char *null_if_empty(const char *text) {
    return *text == 0 ? NULL : text;
}

static bool confirmed(struct taking *t, struct known *k) {
    struct verdict_of_one from = k->is, to = k->seen;
    struct state_change *c = ARENA_NEW(t->arena, struct state_change);
    const struct verdict_of_one *speaks = to.is_bad ? &to : &from;
    c->kind = kind_of(t, &from, &to);
    c->check = k->is.check;
    c->cause = null_if_empty(speaks->cause);
    c->subject = k->is.subject;
    c->address = null_if_empty(k->is.address);
    c->status = to.is_bad ? to.status : STATUS_PASS;
    c->at = t->run->at;
    c->summary = to.is_bad
                     ? to.summary
                     : arena_printf(t->arena,
                                    strcmp(c->kind, "gone") == 0 ? "was %s, and is looked at no more: %s"
                                                                 : "good again, was %s: %s",
                                    enum_text(status_names, (int)from.status), from.summary);
    LIST_ADD(t->arena, t->changes, c);
    k->is = to;
    k->seen_count = 0;
    k->since = t->run->at;
    return history_add(&t->state->db, t->run->name, c);
}

static bool is_same(const struct verdict_of_one *a, const struct verdict_of_one *b) {
    return a->is_bad == b->is_bad &&
           (!a->is_bad || (a->status == b->status && strcmp(a->cause, b->cause) == 0));
}

/* One more sight of a subject: as known, once more otherwise, or otherwise for the first time. */
static bool meet(struct taking *t, struct known *k, const struct verdict_of_one *now) {
    k->is_met = true;
    if (is_same(&k->is, now)) {
        k->seen_count = 0;
        if (now->is_bad)
            k->is.summary = now->summary;
    } else {
        k->seen_count = k->seen_count > 0 && is_same(&k->seen, now) ? k->seen_count + 1 : 1;
        k->seen = *now;
        if (k->seen_count >= t->confirm && !confirmed(t, k))
            return false;
    }
    return known_write(&t->state->db, t->run->name, k);
}

static bool is_bad(const struct finding *f) {
    return f->status == STATUS_FAIL || f->status == STATUS_WARN || f->status == STATUS_UNKNOWN;
}

/* The same fault, told of another address than the last time: a name moved, or got a second address. */
static struct known *known_moved(struct taking *t, const struct verdict_of_one *now) {
    for (size_t i = 0; i < t->known.n; i++) {
        struct known *k = t->known.v[i];
        if (!k->is_met && strcmp(k->is.check, now->check) == 0 && strcmp(k->is.subject, now->subject) == 0 &&
            (*k->is.address == 0 || *now->address == 0 ||
             !sight_has(t->run->findings, k->is.subject, k->is.address)))
            return k;
    }
    return NULL;
}

static struct known *known_new(struct taking *t, const struct verdict_of_one *now) {
    struct known *k = ARENA_NEW(t->arena, struct known);
    k->is = *now;
    k->is.is_bad = false;
    k->seen = k->is;
    LIST_ADD(t->arena, &t->known, k);
    return k;
}

/* only_known: what is known by this very address goes first. */
static bool meet_bad(struct taking *t, const struct finding *f, bool only_known) {
    struct verdict_of_one now = {.check = f->check->id,
                                 .subject = or_empty(f->subject),
                                 .address = or_empty(f->address),
                                 .is_bad = true,
                                 .status = f->status,
                                 .cause = f->cause == NULL ? "" : f->cause->id,
                                 .summary = or_empty(f->summary)};
    struct known *k = known_find(t, now.check, now.subject, now.address);
    if (k != NULL ? k->is_met : only_known)
        return true; /* met: a lesser cause of the same, as they come worst first */
    if (k == NULL)
        k = known_moved(t, &now);
    if (k != NULL && now.status == STATUS_UNKNOWN && rank(&k->is) > rank(&now)) {
        k->is_met = true; /* a fault that cannot be seen this time is not a lesser one */
        return true;
    }
    if (k != NULL && strcmp(k->is.address, now.address) != 0) {
        if (!known_erase(&t->state->db, t->run->name, k))
            return false;
        k->is.address = k->seen.address = now.address;
    }
    return meet(t, k == NULL ? known_new(t, &now) : k, &now);
}

/* What was bad and is not told so now. */
static bool meet_rest(struct taking *t) {
    for (size_t i = 0; i < t->known.n; i++) {
        struct known *k = t->known.v[i];
        struct verdict_of_one good = k->is;
        good.is_bad = false;
        if (!k->is_met &&
            sight_of(t->run->findings, k->is.check, k->is.subject, k->is.address) != SIGHT_UNSEEN &&
            !meet(t, k, &good))
            return false;
    }
    return true;
}

static bool summary_write(struct taking *t) {
    struct database *db = &t->state->db;
    struct state_summary before = {.status = STATUS_SKIP};
    int worst = 0;
    enum status status = STATUS_PASS;
    bool is_known;
    for (size_t i = 0; i < t->known.n; i++)
        if (rank(&t->known.v[i]->is) > worst) {
            worst = rank(&t->known.v[i]->is);
            status = t->known.v[i]->is.status;
        }
    if (!target_load(db, t->arena, t->run->name, &before, &is_known))
        return false;
    bool is_as_before = is_known && before.status == status;
    const struct state_summary now = {.what = or_empty(t->run->what),
                                      .status = status,
                                      .since = is_as_before ? before.since : t->run->at,
                                      .last_run = t->run->at,
                                      .not_after = t->run->not_after};
    return target_write(db, t->run->name, &now);
}

static bool take(struct taking *t) {
    const struct findings *findings = t->run->findings;
    if (!known_load(&t->state->db, t->arena, t->run->name, &t->known))
        return false;
    for (size_t i = 0; i < 2 * findings->n; i++) {
        const struct finding *f = findings->v[i % findings->n];
        if (is_bad(f) && !meet_bad(t, f, i < findings->n))
            return false;
    }
    return meet_rest(t) && summary_write(t) &&
           (t->changes->n == 0 || history_prune(&t->state->db, t->run->name));
}

bool state_take(struct state *state, struct arena *arena, const struct state_run *run, int confirm,
                struct state_changes *changes, char **error) {
    struct taking t = {.state = state, .arena = arena, .run = run, .changes = changes, .confirm = confirm};
    *changes = (struct state_changes){0};
    if (begin(state) && take(&t))
        return true;
    *error = database_error(&state->db, arena);
    state_drop(state);
    return false;
}

bool state_keep(struct state *state, struct arena *arena, char **error) {
    if (database_do(&state->db, state->is_held ? "RELEASE one" : "COMMIT"))
        return true;
    *error = database_error(&state->db, arena);
    state_drop(state);
    return false;
}

void state_drop(struct state *state) {
    database_do(&state->db, state->is_held ? "ROLLBACK TO one; RELEASE one" : "ROLLBACK");
}

bool state_hold(struct state *state, struct arena *arena, char **error) {
    state->is_held = begin(state);
    if (!state->is_held)
        *error = database_error(&state->db, arena);
    return state->is_held;
}

bool state_release(struct state *state, struct arena *arena, bool keep, char **error) {
    state->is_held = false;
    if (!keep) {
        state_drop(state);
        return true;
    }
    return state_keep(state, arena, error);
}

/* ---- targets that went ---- */

bool state_forget(struct state *state, struct arena *arena, state_known is_known, void *context, int64_t at,
                  struct state_changes *changes, char **error) {
    struct texts names = {NULL, 0};
    *changes = (struct state_changes){0};
    bool good = begin(state) && targets_load(&state->db, arena, &names);
    for (size_t i = 0; good && i < names.n; i++) {
        if (is_known(context, names.v[i]))
            continue;
        struct state_change *c = ARENA_NEW(arena, struct state_change);
        *c = (struct state_change){.kind = "gone",
                                   .subject = names.v[i],
                                   .status = STATUS_PASS,
                                   .summary = "is not among the targets any more",
                                   .at = at};
        good = target_erase(&state->db, names.v[i]) && history_add(&state->db, names.v[i], c);
        LIST_ADD(arena, changes, c);
    }
    if (good)
        return true;
    *error = database_error(&state->db, arena);
    state_drop(state);
    return false;
}

/* ---- reading ---- */

bool state_summary(struct state *state, struct arena *arena, const char *name, struct state_summary *summary,
                   char **error) {
    bool is_there;
    if (target_load(&state->db, arena, name, summary, &is_there))
        return is_there;
    *error = database_error(&state->db, arena);
    return false;
}

bool state_history(struct state *state, struct arena *arena, const char *name, struct state_changes *changes,
                   char **error) {
    *changes = (struct state_changes){0};
    if (history_load(&state->db, arena, name, changes))
        return true;
    *error = database_error(&state->db, arena);
    return false;
}
