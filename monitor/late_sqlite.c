/* Which functions of SQLite do we call, and where do they lead? To the library, loaded at the first call
 * (facts/library.h): only --changes needs it. A function that we begin to use gets its line here. */
#include "monitor/database.h"

#include "facts/library.h"

static struct library sqlite = {"libsqlite3.so.0", NULL};

bool database_ready(const char **error) {
    return library_load(&sqlite, error);
}

typedef int (*row_callback)(void *, int, char **, char **);
typedef void (*destructor)(void *);

FORWARD(sqlite, int, sqlite3_open_v2, (const char *path, sqlite3 **db, int flags, const char *vfs),
        (path, db, flags, vfs))
FORWARD(sqlite, int, sqlite3_close, (sqlite3 * db), (db))
FORWARD(sqlite, int, sqlite3_busy_timeout, (sqlite3 * db, int ms), (db, ms))
FORWARD(sqlite, int, sqlite3_exec,
        (sqlite3 * db, const char *words, row_callback each, void *context, char **error),
        (db, words, each, context, error))
FORWARD(sqlite, const char *, sqlite3_errmsg, (sqlite3 * db), (db))
FORWARD(sqlite, int, sqlite3_errcode, (sqlite3 * db), (db))
FORWARD(sqlite, int, sqlite3_prepare_v2,
        (sqlite3 * db, const char *words, int size, sqlite3_stmt **statement, const char **tail),
        (db, words, size, statement, tail))
FORWARD(sqlite, int, sqlite3_step, (sqlite3_stmt * statement), (statement))
FORWARD(sqlite, int, sqlite3_reset, (sqlite3_stmt * statement), (statement))
FORWARD(sqlite, int, sqlite3_finalize, (sqlite3_stmt * statement), (statement))
FORWARD(sqlite, int, sqlite3_clear_bindings, (sqlite3_stmt * statement), (statement))
FORWARD(sqlite, int, sqlite3_bind_null, (sqlite3_stmt * statement, int at), (statement, at))
FORWARD(sqlite, int, sqlite3_bind_int64, (sqlite3_stmt * statement, int at, sqlite3_int64 number),
        (statement, at, number))
FORWARD(sqlite, int, sqlite3_bind_text,
        (sqlite3_stmt * statement, int at, const char *text, int size, destructor gone),
        (statement, at, text, size, gone))
FORWARD(sqlite, const unsigned char *, sqlite3_column_text, (sqlite3_stmt * statement, int at),
        (statement, at))
FORWARD(sqlite, int, sqlite3_column_bytes, (sqlite3_stmt * statement, int at), (statement, at))
FORWARD(sqlite, sqlite3_int64, sqlite3_column_int64, (sqlite3_stmt * statement, int at), (statement, at))
