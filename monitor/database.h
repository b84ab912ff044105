/* How is a database of ours opened, so that nothing is ever lost or taken for what it is not? SQLite with our
 * mark in it, and the few calls that its users need. Private to monitor/.
 *
 * A failed call leaves its reason in database->error until database_error() fetches it. */
#ifndef MONITOR_DATABASE_H
#define MONITOR_DATABASE_H

#include <sqlite3.h>
#include "facts/arena.h"
#include <stdbool.h>

enum { STATEMENTS = 24 };

struct statement { /* prepared once; the text is a constant of the caller's, known by its address */
    const char *words;
    sqlite3_stmt *ready;
};

struct database {
    sqlite3 *db;
    struct statement statements[STATEMENTS];
    const char *path; /* as given, which complaints name; owned */
    const char *real; /* behind symbolic links; a path in any case, never a word of SQLite's own; owned */
};

bool database_ready(const char **error); /* is the library there? late_sqlite.c */

enum database_use {
    DATABASE_KEEP, /* made when there is none, set aside when it is damaged */
    DATABASE_LOOK  /* only read */
};

/* tables: SQL that makes them in an empty database. See state_open() of state.h for the rest. */
bool database_open(struct database *database, enum database_use use, struct arena *arena, const char *path,
                   const char *tables, char **said, char **error);
void database_close(struct database *database);
bool database_do(struct database *database, const char *words);
char *database_error(struct database *database, struct arena *arena); /* "state.db: disk is full" */

/* One use of a statement. */
struct row {
    struct database *database;
    sqlite3_stmt *statement;
    bool failed;
};

bool row_open(struct row *row, struct database *database, const char *words);
void row_bind_text(struct row *row, int at, const char *text); /* at counts from 1; NULL: null */
void row_bind_int(struct row *row, int at, int64_t number);
bool row_next(struct row *row);
char *row_text(const struct row *row, struct arena *arena, int at); /* at counts from 0; NULL: null */
int64_t row_int(const struct row *row, int at);
bool row_close(struct row *row); /* false: it failed */

#endif
