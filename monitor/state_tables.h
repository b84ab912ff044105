/* What stands in the tables of the state database, and how does a row come and go? The only SQL of monitor/
 * besides what makes a database ours (database.h). Private to monitor/.
 *
 * What is read is a copy in `arena`; a text is never NULL unless said so, and a number that is none of ours
 * is read as if nobody knew, since others may have written the file. False: it failed, and database_error()
 * says why. Begins and ends no transaction, and compares nothing: that is state.c's. */
#ifndef MONITOR_STATE_TABLES_H
#define MONITOR_STATE_TABLES_H

#include "monitor/database.h"
#include "monitor/state.h"

extern const char state_tables[]; /* SQL that makes them, for database_open() */

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

struct known_list {
    struct known **v;
    size_t n;
};

bool known_load(struct database *db, struct arena *arena, const char *target, struct known_list *to);
bool known_erase(struct database *db, const char *target, const struct known *known);
/* What is good and was not seen otherwise has no row: nothing is known of it any more. */
bool known_write(struct database *db, const char *target, const struct known *known);

bool history_add(struct database *db, const char *target, const struct state_change *change);
bool history_prune(struct database *db, const char *target); /* to the last thousand */
bool history_load(struct database *db, struct arena *arena, const char *target, struct state_changes *to);

bool target_load(struct database *db, struct arena *arena, const char *target, struct state_summary *to,
                 bool *is_there);
bool target_write(struct database *db, const char *target, const struct state_summary *summary);
bool target_erase(struct database *db, const char *target);                       /* its history stays */
bool targets_load(struct database *db, struct arena *arena, struct texts *names); /* in order */

#endif
