/* What was known of each target the last time, and what has changed since? See state.h. */
#include "monitor/state.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/database.h"
#include "monitor/sight.h"

struct state {
    struct database db;
    bool is_held; /* by state_hold(): each target is a part of one transaction */
};

/* What a judge says of one subject; the worst where several causes speak of it. */
struct verdict_of_one {
    const char *check, *subject, *address;
    bool is_bad; /* fail, warn or unknown; else the rest has no meaning */
    enum status status;
    const char *cause, *summary; /* "" for none */
};

struct known {
    struct verdict_of_one is;   /* as confirmed */
    struct verdict_of_one seen; /* lately, and otherwise; not yet confirmed */
    int seen_count;             /* runs in a row; 0: nothing else was seen */
    int64_t since;
    bool is_met; /* in this run */
};

struct taking { /* one state_take() */
    struct state *state;
    struct arena *arena;
    const struct state_run *run;
    LIST_OF(struct known) known;
    struct state_changes *changes;
    int confirm;
    char **error;
};

static const char tables[] =
    "CREATE TABLE target (name TEXT PRIMARY KEY, what TEXT NOT NULL, status INTEGER NOT NULL, since INTEGER "
    "NOT NULL,"
    " last_run INTEGER NOT NULL, not_after INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE finding (target TEXT NOT NULL, check_id TEXT NOT NULL, subject TEXT NOT NULL, address TEXT "
    "NOT NULL,"
    " is_bad INTEGER NOT NULL, status INTEGER NOT NULL, cause TEXT NOT NULL, summary TEXT NOT NULL,"
    " since INTEGER NOT NULL, seen_bad INTEGER NOT NULL, seen_status INTEGER NOT NULL, seen_cause TEXT NOT "
    "NULL,"
    " seen_summary TEXT NOT NULL, seen_count INTEGER NOT NULL,"
    " PRIMARY KEY (target, check_id, subject, address)) WITHOUT ROWID;"
    "CREATE TABLE history (id INTEGER PRIMARY KEY, target TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT "
    "NULL,"
    " check_id TEXT, cause TEXT, subject TEXT, address TEXT, status INTEGER NOT NULL, summary TEXT NOT NULL);"
    "CREATE INDEX history_by_target ON history (target, id);";

enum { HISTORY_KEPT = 1000 };

static struct state *open_as(enum database_use use, struct arena *arena, const char *path, char **said,
                             char **error) {
    struct state *state = calloc(1, sizeof *state);
    if (state == NULL)
        *error = arena_text(arena, "out of memory");
    else if (database_open(&state->db, use, arena, path, tables, said, error))
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

/* What the table says is never NULL, and a number of this program's: whoever else wrote it is not believed.
 */
static const char *row_word(const struct row *row, struct arena *arena, int at) {
    return or_empty(row_text(row, arena, at));
}

static enum status row_status(const struct row *row, int at) {
    int64_t number = row_int(row, at);
    return number >= STATUS_PASS && number <= STATUS_SKIP ? (enum status)number : STATUS_UNKNOWN;
}

static bool known_load(struct taking *t) {
    struct row row;
    if (!row_open(
            &row, &t->state->db,
            "SELECT check_id, subject, address, is_bad, status, cause, summary, since, seen_bad, seen_status,"
            " seen_cause, seen_summary, seen_count FROM finding WHERE target = ?"))
        return false;
    row_bind_text(&row, 1, t->run->name);
    while (row_next(&row)) {
        struct known *k = ARENA_NEW(t->arena, struct known);
        k->is = (struct verdict_of_one){.check = row_word(&row, t->arena, 0),
                                        .subject = row_word(&row, t->arena, 1),
                                        .address = row_word(&row, t->arena, 2),
                                        .is_bad = row_int(&row, 3) != 0,
                                        .status = row_status(&row, 4),
                                        .cause = row_word(&row, t->arena, 5),
                                        .summary = row_word(&row, t->arena, 6)};
        k->since = row_int(&row, 7);
        k->seen = k->is;
        k->seen.is_bad = row_int(&row, 8) != 0;
        k->seen.status = row_status(&row, 9);
        k->seen.cause = row_word(&row, t->arena, 10);
        k->seen.summary = row_word(&row, t->arena, 11);
        int64_t count = row_int(&row, 12);
        k->seen_count = count < 0 || count > INT_MAX / 2 ? 0 : (int)count;
        LIST_ADD(t->arena, &t->known, k);
    }
    return row_close(&row);
}

static bool known_erase(struct taking *t, const struct known *k) {
    struct row row;
    if (!row_open(&row, &t->state->db,
                  "DELETE FROM finding WHERE target = ? AND check_id = ? AND subject = ? AND address = ?"))
        return false;
    const char *const key[] = {t->run->name, k->is.check, k->is.subject, k->is.address};
    for (int i = 0; i < 4; i++)
        row_bind_text(&row, i + 1, key[i]);
    row_next(&row);
    return row_close(&row);
}

static bool known_write(struct taking *t, const struct known *k) {
    struct row row;
    if (!k->is.is_bad && k->seen_count == 0)
        return known_erase(t, k);
    if (!row_open(&row, &t->state->db,
                  "INSERT OR REPLACE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"))
        return false;
    const char *const key[] = {t->run->name, k->is.check, k->is.subject, k->is.address};
    for (int i = 0; i < 4; i++)
        row_bind_text(&row, i + 1, key[i]);
    row_bind_int(&row, 5, k->is.is_bad);
    row_bind_int(&row, 6, k->is.status);
    row_bind_text(&row, 7, k->is.cause);
    row_bind_text(&row, 8, k->is.summary);
    row_bind_int(&row, 9, k->since);
    row_bind_int(&row, 10, k->seen.is_bad);
    row_bind_int(&row, 11, k->seen.status);
    row_bind_text(&row, 12, k->seen.cause);
    row_bind_text(&row, 13, k->seen.summary);
    row_bind_int(&row, 14, k->seen_count);
    row_next(&row);
    return row_close(&row);
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

static bool history_add(struct state *state, const char *name, const struct state_change *c) {
    struct row row;
    if (!row_open(&row, &state->db,
                  "INSERT INTO history (target, at, kind, check_id, cause, subject, address, status, summary)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"))
        return false;
    row_bind_text(&row, 1, name);
    row_bind_int(&row, 2, c->at);
    row_bind_text(&row, 3, c->kind);
    row_bind_text(&row, 4, c->check);
    row_bind_text(&row, 5, c->cause);
    row_bind_text(&row, 6, c->subject);
    row_bind_text(&row, 7, c->address);
    row_bind_int(&row, 8, c->status);
    row_bind_text(&row, 9, c->summary);
    row_next(&row);
    return row_close(&row);
}

static bool history_prune(struct state *state, const char *name) {
    struct row row;
    if (!row_open(&row, &state->db,
                  "DELETE FROM history WHERE target = ?1 AND id <= (SELECT id FROM history WHERE target = ?1"
                  " ORDER BY id DESC LIMIT 1 OFFSET ?2)"))
        return false;
    row_bind_text(&row, 1, name);
    row_bind_int(&row, 2, HISTORY_KEPT);
    row_next(&row);
    return row_close(&row);
}

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
    return history_add(t->state, t->run->name, c);
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
    return known_write(t, k);
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
        if (!known_erase(t, k))
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

static bool target_write(struct taking *t) {
    struct row row;
    struct state_summary before = {.status = STATUS_SKIP};
    int worst = 0;
    enum status status = STATUS_PASS;
    for (size_t i = 0; i < t->known.n; i++)
        if (rank(&t->known.v[i]->is) > worst) {
            worst = rank(&t->known.v[i]->is);
            status = t->known.v[i]->is.status;
        }
    char *error = NULL;
    bool is_known = state_summary(t->state, t->arena, t->run->name, &before, &error);
    if (error != NULL ||
        !row_open(&row, &t->state->db, "INSERT OR REPLACE INTO target VALUES (?, ?, ?, ?, ?, ?)"))
        return false;
    row_bind_text(&row, 1, t->run->name);
    row_bind_text(&row, 2, or_empty(t->run->what));
    row_bind_int(&row, 3, status);
    row_bind_int(&row, 4, is_known && before.status == status ? before.since : t->run->at);
    row_bind_int(&row, 5, t->run->at);
    row_bind_int(&row, 6, t->run->not_after);
    row_next(&row);
    return row_close(&row);
}

static bool take(struct taking *t) {
    const struct findings *findings = t->run->findings;
    if (!known_load(t))
        return false;
    for (size_t i = 0; i < 2 * findings->n; i++) {
        const struct finding *f = findings->v[i % findings->n];
        if (is_bad(f) && !meet_bad(t, f, i < findings->n))
            return false;
    }
    return meet_rest(t) && target_write(t) && (t->changes->n == 0 || history_prune(t->state, t->run->name));
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

static bool forget_one(struct state *state, const char *name, const struct state_change *change) {
    static const char *const words[] = {"DELETE FROM target WHERE name = ?",
                                        "DELETE FROM finding WHERE target = ?"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct row row;
        if (!row_open(&row, &state->db, words[i]))
            return false;
        row_bind_text(&row, 1, name);
        row_next(&row);
        if (!row_close(&row))
            return false;
    }
    return history_add(state, name, change);
}

static bool names_load(struct state *state, struct arena *arena, struct texts *names) {
    struct row row;
    if (!row_open(&row, &state->db, "SELECT name FROM target ORDER BY name"))
        return false;
    while (row_next(&row))
        texts_add(arena, names, row_word(&row, arena, 0));
    return row_close(&row);
}

bool state_forget(struct state *state, struct arena *arena, state_known is_known, void *context, int64_t at,
                  struct state_changes *changes, char **error) {
    struct texts names = {NULL, 0};
    *changes = (struct state_changes){0};
    bool good = begin(state) && names_load(state, arena, &names);
    for (size_t i = 0; good && i < names.n; i++) {
        if (is_known(context, names.v[i]))
            continue;
        struct state_change *c = ARENA_NEW(arena, struct state_change);
        *c = (struct state_change){.kind = "gone",
                                   .subject = names.v[i],
                                   .status = STATUS_PASS,
                                   .summary = "is not among the targets any more",
                                   .at = at};
        good = forget_one(state, names.v[i], c);
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
    struct row row;
    bool found = false;
    if (row_open(&row, &state->db,
                 "SELECT what, status, since, last_run, not_after FROM target WHERE name = ?")) {
        row_bind_text(&row, 1, name);
        if ((found = row_next(&row)))
            *summary = (struct state_summary){.what = row_word(&row, arena, 0),
                                              .status = row_status(&row, 1),
                                              .since = row_int(&row, 2),
                                              .last_run = row_int(&row, 3),
                                              .not_after = row_int(&row, 4)};
        if (row_close(&row))
            return found;
    }
    *error = database_error(&state->db, arena);
    return false;
}

bool state_history(struct state *state, struct arena *arena, const char *name, struct state_changes *changes,
                   char **error) {
    struct row row;
    *changes = (struct state_changes){0};
    if (row_open(&row, &state->db,
                 "SELECT at, kind, check_id, cause, subject, address, status, summary FROM history WHERE "
                 "target = ?"
                 " ORDER BY id")) {
        row_bind_text(&row, 1, name);
        while (row_next(&row)) {
            struct state_change *c = ARENA_NEW(arena, struct state_change);
            *c = (struct state_change){.at = row_int(&row, 0),
                                       .kind = row_word(&row, arena, 1),
                                       .check = row_text(&row, arena, 2),
                                       .cause = row_text(&row, arena, 3),
                                       .subject = row_word(&row, arena, 4),
                                       .address = row_text(&row, arena, 5),
                                       .status = row_status(&row, 6),
                                       .summary = row_word(&row, arena, 7)};
            LIST_ADD(arena, changes, c);
        }
        if (row_close(&row))
            return true;
    }
    *error = database_error(&state->db, arena);
    return false;
}
