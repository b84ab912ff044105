/* What stands in the tables of the state database? See state_tables.h. */
#include "monitor/state_tables.h"

#include <limits.h>

enum { HISTORY_KEPT = 1000 };

const char state_tables[] =
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

/* What the table says is never NULL, and a number of this program's: whoever else wrote it is not believed.
 */
static const char *row_word(const struct row *row, struct arena *arena, int at) {
    const char *text = row_text(row, arena, at);
    return text == NULL ? "" : text;
}

static enum status row_status(const struct row *row, int at) {
    int64_t number = row_int(row, at);
    return number >= STATUS_PASS && number <= STATUS_SKIP ? (enum status)number : STATUS_UNKNOWN;
}

/* ---- what is known of a subject ---- */

bool known_load(struct database *db, struct arena *arena, const char *target, struct known_list *to) {
    struct row row;
    if (!row_open(
            &row, db,
            "SELECT check_id, subject, address, is_bad, status, cause, summary, since, seen_bad, seen_status,"
            " seen_cause, seen_summary, seen_count FROM finding WHERE target = ?"))
        return false;
    row_bind_text(&row, 1, target);
    while (row_next(&row)) {
        struct known *k = ARENA_NEW(arena, struct known);
        k->is = (struct verdict_of_one){.check = row_word(&row, arena, 0),
                                        .subject = row_word(&row, arena, 1),
                                        .address = row_word(&row, arena, 2),
                                        .is_bad = row_int(&row, 3) != 0,
                                        .status = row_status(&row, 4),
                                        .cause = row_word(&row, arena, 5),
                                        .summary = row_word(&row, arena, 6)};
        k->since = row_int(&row, 7);
        k->seen = k->is;
        k->seen.is_bad = row_int(&row, 8) != 0;
        k->seen.status = row_status(&row, 9);
        k->seen.cause = row_word(&row, arena, 10);
        k->seen.summary = row_word(&row, arena, 11);
        int64_t count = row_int(&row, 12);
        k->seen_count = count < 0 || count > INT_MAX / 2 ? 0 : (int)count;
        LIST_ADD(arena, to, k);
    }
    return row_close(&row);
}

bool known_erase(struct database *db, const char *target, const struct known *k) {
    struct row row;
    if (!row_open(&row, db,
                  "DELETE FROM finding WHERE target = ? AND check_id = ? AND subject = ? AND address = ?"))
        return false;
    const char *const key[] = {target, k->is.check, k->is.subject, k->is.address};
    for (int i = 0; i < 4; i++)
        row_bind_text(&row, i + 1, key[i]);
    row_next(&row);
    return row_close(&row);
}

bool known_write(struct database *db, const char *target, const struct known *k) {
    struct row row;
    if (!k->is.is_bad && k->seen_count == 0)
        return known_erase(db, target, k);
    if (!row_open(&row, db,
                  "INSERT OR REPLACE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"))
        return false;
    const char *const key[] = {target, k->is.check, k->is.subject, k->is.address};
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

/* ---- what changed ---- */

bool history_add(struct database *db, const char *target, const struct state_change *c) {
    struct row row;
    if (!row_open(&row, db,
                  "INSERT INTO history (target, at, kind, check_id, cause, subject, address, status, summary)"
                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"))
        return false;
    row_bind_text(&row, 1, target);
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

bool history_prune(struct database *db, const char *target) {
    struct row row;
    if (!row_open(&row, db,
                  "DELETE FROM history WHERE target = ?1 AND id <= (SELECT id FROM history WHERE target = ?1"
                  " ORDER BY id DESC LIMIT 1 OFFSET ?2)"))
        return false;
    row_bind_text(&row, 1, target);
    row_bind_int(&row, 2, HISTORY_KEPT);
    row_next(&row);
    return row_close(&row);
}

bool history_load(struct database *db, struct arena *arena, const char *target, struct state_changes *to) {
    struct row row;
    if (!row_open(&row, db,
                  "SELECT at, kind, check_id, cause, subject, address, status, summary FROM history WHERE "
                  "target = ?"
                  " ORDER BY id"))
        return false;
    row_bind_text(&row, 1, target);
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
        LIST_ADD(arena, to, c);
    }
    return row_close(&row);
}

/* ---- targets ---- */

bool target_load(struct database *db, struct arena *arena, const char *target, struct state_summary *to,
                 bool *is_there) {
    struct row row;
    *is_there = false;
    if (!row_open(&row, db, "SELECT what, status, since, last_run, not_after FROM target WHERE name = ?"))
        return false;
    row_bind_text(&row, 1, target);
    *is_there = row_next(&row);
    if (*is_there)
        *to = (struct state_summary){.what = row_word(&row, arena, 0),
                                     .status = row_status(&row, 1),
                                     .since = row_int(&row, 2),
                                     .last_run = row_int(&row, 3),
                                     .not_after = row_int(&row, 4)};
    return row_close(&row);
}

bool target_write(struct database *db, const char *target, const struct state_summary *summary) {
    struct row row;
    if (!row_open(&row, db, "INSERT OR REPLACE INTO target VALUES (?, ?, ?, ?, ?, ?)"))
        return false;
    row_bind_text(&row, 1, target);
    row_bind_text(&row, 2, summary->what);
    row_bind_int(&row, 3, summary->status);
    row_bind_int(&row, 4, summary->since);
    row_bind_int(&row, 5, summary->last_run);
    row_bind_int(&row, 6, summary->not_after);
    row_next(&row);
    return row_close(&row);
}

bool target_erase(struct database *db, const char *target) {
    static const char *const words[] = {"DELETE FROM target WHERE name = ?",
                                        "DELETE FROM finding WHERE target = ?"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct row row;
        if (!row_open(&row, db, words[i]))
            return false;
        row_bind_text(&row, 1, target);
        row_next(&row);
        if (!row_close(&row))
            return false;
    }
    return true;
}

bool targets_load(struct database *db, struct arena *arena, struct texts *names) {
    struct row row;
    if (!row_open(&row, db, "SELECT name FROM target ORDER BY name"))
        return false;
    while (row_next(&row))
        texts_add(arena, names, row_word(&row, arena, 0));
    return row_close(&row);
}
