/* How is a database of ours opened, so that nothing is ever lost or taken for what it is not? See database.h.
 */
#include "monitor/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "facts/text.h"

enum {
    OUR_MARK = 0x45505242, /* "EPRB": PRAGMA application_id */
    OUR_VERSION = 1,       /* PRAGMA user_version: the tables */
    PATIENCE_MS = 30000,   /* for another run that holds the lock */
    HEADER_SIZE = 16
};

/* ---- statements ---- */

bool database_do(struct database *database, const char *words) {
    return sqlite3_exec(database->db, words, NULL, NULL, NULL) == SQLITE_OK;
}

char *database_error(struct database *database, struct arena *arena) {
    const char *words = database->db == NULL ? "out of memory" : sqlite3_errmsg(database->db);
    return arena_printf(arena, "%s: %s", text_from_wire(arena, database->path, strlen(database->path)),
                        words);
}

static sqlite3_stmt *statement_of(struct database *database, const char *words) {
    for (size_t i = 0; i < STATEMENTS; i++) {
        struct statement *s = &database->statements[i];
        if (s->words == words)
            return s->ready;
        if (s->words == NULL) {
            if (sqlite3_prepare_v2(database->db, words, -1, &s->ready, NULL) != SQLITE_OK)
                return NULL;
            s->words = words;
            return s->ready;
        }
    }
    return NULL;
}

bool row_open(struct row *row, struct database *database, const char *words) {
    *row = (struct row){.database = database, .statement = statement_of(database, words)};
    return row->statement != NULL;
}

void row_bind_text(struct row *row, int at, const char *text) {
    if (text == NULL)
        sqlite3_bind_null(row->statement, at);
    else if (sqlite3_bind_text(row->statement, at, text, -1, SQLITE_TRANSIENT) != SQLITE_OK)
        row->failed = true;
}

void row_bind_int(struct row *row, int at, int64_t number) {
    sqlite3_bind_int64(row->statement, at, number);
}

bool row_next(struct row *row) {
    int result = row->failed ? SQLITE_ERROR : sqlite3_step(row->statement);
    row->failed = row->failed || (result != SQLITE_ROW && result != SQLITE_DONE);
    return result == SQLITE_ROW;
}

/* What somebody else has written into our file is as hostile as a wire. */
char *row_text(const struct row *row, struct arena *arena, int at) {
    const unsigned char *text = sqlite3_column_text(row->statement, at);
    return text == NULL ? NULL
                        : text_from_wire(arena, text, (size_t)sqlite3_column_bytes(row->statement, at));
}

int64_t row_int(const struct row *row, int at) {
    return sqlite3_column_int64(row->statement, at);
}

bool row_close(struct row *row) {
    int result = sqlite3_reset(row->statement);
    sqlite3_clear_bindings(row->statement);
    return !row->failed && result == SQLITE_OK;
}

/* ---- opening ---- */

enum found { FOUND_NOTHING, FOUND_OURS, FOUND_NEWER, FOUND_FOREIGN, FOUND_BROKEN, FOUND_UNREADABLE };

static bool number_of(struct database *database, const char *words, int64_t *number) {
    sqlite3_stmt *statement = NULL;
    bool good = sqlite3_prepare_v2(database->db, words, -1, &statement, NULL) == SQLITE_OK &&
                sqlite3_step(statement) == SQLITE_ROW;
    if (good)
        *number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return good;
}

/* Busy, no rights, no memory, a failing disk are no damage: nothing may be set aside for them. */
static bool is_damage(int code) {
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR;
}

static enum found check_whole(struct database *database) {
    sqlite3_stmt *statement = NULL;
    bool ran = sqlite3_prepare_v2(database->db, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;
    const char *said = ran ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    enum found found = said == NULL ? FOUND_UNREADABLE : strcmp(said, "ok") == 0 ? FOUND_OURS : FOUND_BROKEN;
    if (!ran && is_damage(sqlite3_errcode(database->db)))
        found = FOUND_BROKEN;
    sqlite3_finalize(statement);
    return found;
}

/* "finding(target:11,check_id:12,…)" for each table: its columns in their order, whether they may be null,
 * and their place in the key. */
static bool outline_read(sqlite3 *db, struct arena *arena, struct texts *tables) {
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(
        db,
        "SELECT m.name || '(' || group_concat(c.name || ':' || c.\"notnull\" || c.pk) || ')'"
        " FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' GROUP BY m.name",
        -1, &statement, NULL);
    while (result == SQLITE_OK || result == SQLITE_ROW)
        if ((result = sqlite3_step(statement)) == SQLITE_ROW && sqlite3_column_text(statement, 0) != NULL)
            texts_add(arena, tables, arena_text(arena, (const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return result == SQLITE_DONE;
}

/* A whole file whose tables are not ours any more helps nobody: some hand was in it. */
static bool has_our_tables(struct database *database, const char *tables) {
    struct arena *scratch = arena_new();
    struct texts wanted = {NULL, 0}, found = {NULL, 0};
    sqlite3 *model = NULL;
    bool good =
        sqlite3_open_v2(":memory:", &model, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK &&
        sqlite3_exec(model, tables, NULL, NULL, NULL) == SQLITE_OK && outline_read(model, scratch, &wanted) &&
        outline_read(database->db, scratch, &found);
    for (size_t i = 0; good && i < wanted.n; i++)
        good = texts_has(&found, wanted.v[i]);
    sqlite3_close(model);
    arena_free(scratch);
    return good;
}

/* By its first bytes: empty, a database, or something else. What is named like a database and is none was
 * one. */
static enum found found_by_header(const struct database *database, const char **why) {
    static const char *const names[] = {".db", ".sqlite", ".sqlite3"};
    char header[HEADER_SIZE] = "";
    struct stat there;
    int fd = open(database->real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    *why = fd < 0 ? strerror(errno) : "wanted a file, and it is none";
    if (fd < 0)
        return errno == ENOENT ? FOUND_NOTHING : FOUND_UNREADABLE;
    ssize_t size = -1;
    if (fstat(fd, &there) == 0 && S_ISREG(there.st_mode) && (size = read(fd, header, sizeof header)) < 0)
        *why = strerror(errno);
    close(fd);
    if (size < 0)
        return FOUND_UNREADABLE;
    if (size == 0)
        return FOUND_NOTHING;
    if (size == sizeof header && memcmp(header, "SQLite format 3", sizeof header) == 0)
        return FOUND_OURS;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_ends(database->real, names[i]))
            return FOUND_BROKEN;
    return FOUND_FOREIGN;
}

static enum found found_inside(struct database *database, struct arena *arena, const char *tables_wanted,
                               const char **why) {
    int64_t mark = 0, version = 0, tables = 0;
    /* In one go: another run may be making the tables just now. */
    bool good = database_do(database, "BEGIN") && number_of(database, "PRAGMA application_id", &mark) &&
                number_of(database, "PRAGMA user_version", &version) &&
                number_of(database, "SELECT count(*) FROM sqlite_schema", &tables);
    int code = sqlite3_errcode(database->db);
    *why = arena_text(arena, sqlite3_errmsg(database->db)); /* before the next call changes it */
    database_do(database, "END");
    if (!good)
        return is_damage(code) ? FOUND_BROKEN : FOUND_UNREADABLE;
    if (mark != OUR_MARK)
        return mark == 0 && version == 0 && tables == 0 ? FOUND_NOTHING : FOUND_FOREIGN;
    if (version > OUR_VERSION)
        return FOUND_NEWER;
    enum found found = check_whole(database);
    if (found == FOUND_UNREADABLE)
        *why = arena_text(arena, sqlite3_errmsg(database->db));
    return found == FOUND_OURS && !has_our_tables(database, tables_wanted) ? FOUND_BROKEN : found;
}

/* As it stands: all of it is in the file as long as there is no log beside it. Without its locks, so nothing
 * is made beside it that would belong to whoever looked, and not to whoever writes. */
static const char *look_name(const struct database *database, struct arena *arena) {
    static const char special[] = "%?#";
    char *uri = arena_alloc(arena, 3 * strlen(database->real) + sizeof "file:?immutable=1"), *to = uri;
    to += sprintf(to, "file:");
    for (const char *p = database->real; *p != 0; p++)
        to += sprintf(to, strchr(special, *p) != NULL ? "%%%02X" : "%c", (unsigned char)*p);
    bool has_log = access(arena_printf(arena, "%s-wal", database->real), F_OK) == 0;
    sprintf(to, has_log ? "" : "?immutable=1");
    return uri;
}

static bool open_file(struct database *database, enum database_use use, struct arena *arena, char **error) {
    bool looks = use == DATABASE_LOOK;
    const char *where = looks ? look_name(database, arena) : database->real;
    int flags = looks ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(where, &database->db, flags, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(database->db, PATIENCE_MS);
        return true;
    }
    *error = database_error(database, arena);
    return false;
}

/* Two runs may find nothing at the same time: whoever comes second finds the tables of the first. */
static bool make_tables(struct database *database, struct arena *arena, const char *tables, char **error) {
    int64_t mark = 0;
    bool good =
        database_do(database, "BEGIN IMMEDIATE") && number_of(database, "PRAGMA application_id", &mark);
    if (good && mark == 0)
        good = database_do(database, tables) && database_do(database, "PRAGMA application_id = 1162891842") &&
               database_do(database, "PRAGMA user_version = 1");
    if (good && database_do(database, "COMMIT"))
        return true;
    *error = database_error(database, arena);
    database_do(database, "ROLLBACK");
    return false;
}

/* The file and what SQLite keeps beside it, under a name that nothing has yet. */
static bool set_aside(struct database *database, struct arena *arena, char **said, char **error) {
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    const char *shown = text_from_wire(arena, database->path, strlen(database->path));
    char *aside = NULL;
    database_close(database);
    for (int i = 0; aside == NULL || access(aside, F_OK) == 0; i++) {
        if (i > 1000) {
            *error = arena_printf(arena, "%s: damaged, and no name is left to set it aside", shown);
            return false;
        }
        aside = arena_printf(arena, "%s.damaged-%lld%s", database->real, (long long)time(NULL),
                             i == 0 ? "" : arena_printf(arena, "-%d", i));
    }
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        const char *from = arena_printf(arena, "%s%s", database->real, tails[i]);
        if (rename(from, arena_printf(arena, "%s%s", aside, tails[i])) != 0 && i == 0) {
            *error = arena_printf(arena, "%s: damaged, and cannot be set aside: %s", shown, strerror(errno));
            return false;
        }
    }
    *said = arena_printf(arena, "%s: damaged; set aside as %s, and begun anew", shown,
                         text_from_wire(arena, aside, strlen(aside)));
    return true;
}

static bool refuse(struct database *database, struct arena *arena, const char *why, char **error) {
    *error =
        arena_printf(arena, "%s: %s", text_from_wire(arena, database->path, strlen(database->path)), why);
    return false;
}

static bool open_any(struct database *database, enum database_use use, struct arena *arena,
                     const char *tables, char **said, char **error) {
    const char *why = NULL;
    enum found found = found_by_header(database, &why);
    if ((found == FOUND_NOTHING && use == DATABASE_KEEP) || found == FOUND_OURS) {
        if (!open_file(database, use, arena, error))
            return false;
        found = found_inside(database, arena, tables, &why);
    }
    switch (found) {
    case FOUND_FOREIGN:
        return refuse(database, arena, "is no database of edgeprobe; left as it is", error);
    case FOUND_NEWER:
        return refuse(database, arena, "was written by a newer edgeprobe; left as it is", error);
    case FOUND_UNREADABLE:
        return refuse(database, arena, why, error);
    case FOUND_BROKEN:
        if (use == DATABASE_LOOK)
            return refuse(database, arena, "damaged; the next run sets it aside", error);
        if (!set_aside(database, arena, said, error) || !open_file(database, use, arena, error))
            return false;
        break;
    case FOUND_NOTHING:
        if (use == DATABASE_LOOK)
            return refuse(database, arena, why == NULL ? "nothing is in it yet" : why, error);
        break;
    case FOUND_OURS:
        break;
    }
    return use == DATABASE_LOOK || make_tables(database, arena, tables, error);
}

/* SQLite has names that are no files (":memory:", "", "file:…"): a path is never one of them. */
static const char *real_path(struct arena *arena, const char *path) {
    char *real = realpath(path, NULL);
    const char *kept = real != NULL     ? arena_text(arena, real)
                       : path[0] == '/' ? arena_text(arena, path)
                                        : arena_printf(arena, "./%s", path);
    free(real);
    return kept;
}

bool database_open(struct database *database, enum database_use use, struct arena *arena, const char *path,
                   const char *tables, char **said, char **error) {
    *database = (struct database){.path = arena_text(arena, path), .real = real_path(arena, path)};
    *said = *error = NULL;
    const char *missing;
    if (!database_ready(&missing)) {
        *error = arena_printf(arena, "SQLite is not there: %s", missing);
        return false;
    }
    bool good = open_any(database, use, arena, tables, said, error);
    /* A log beside the file: commits need no wait for the disk, and kill -9 loses none. */
    if (good && use == DATABASE_KEEP &&
        (!database_do(database, "PRAGMA journal_mode = WAL") ||
         !database_do(database, "PRAGMA synchronous = NORMAL") ||
         !database_do(database, "PRAGMA temp_store = MEMORY"))) {
        *error = database_error(database, arena);
        good = false;
    }
    if (!good)
        database_close(database);
    return good;
}

void database_close(struct database *database) {
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(database->statements[i].ready);
    memset(database->statements, 0, sizeof database->statements);
    sqlite3_close(database->db);
    database->db = NULL;
}
