/* What was known of each target the last time, and what has changed since? A database that survives us.
 *
 * A change counts when it was seen in `confirm` runs in a row, so that flapping is held back. What a run
 * could not see (sight.h) stays as it was. Several runs may use one database at once: SQLite's locks keep
 * them apart, target by target. Nothing is told twice and nothing is lost: a change is written down when the
 * caller says that it was told. Does not run anything and does not print. */
#ifndef MONITOR_STATE_H
#define MONITOR_STATE_H

#include "checks/finding.h"

struct state;

/* Makes the database when there is none. One that is damaged is set aside under another name, and *said (in
 * arena) says so; one of another program, or of a newer edgeprobe, is left alone: NULL with *error (in
 * arena). */
struct state *state_open(struct arena *arena, const char *path, char **said, char **error);
/* To read alone, by whoever may read the file: makes none, changes none, sets none aside. */
struct state *state_look(struct arena *arena, const char *path, char **error);
void state_close(struct state *state); /* NULL is fine */

/* What one run of one target came to. */
struct state_run {
    const char *name, *what;
    const struct findings *findings; /* sorted */
    int64_t at;                      /* seconds, when it ran */
    int64_t not_after;               /* of the leaf that ends first; 0: none was seen */
};

struct state_change {
    const char *kind;  /* "new" "worse" "better" "gone" */
    const char *check; /* NULL: the whole target */
    const char *cause; /* NULL: none */
    const char *subject, *address;
    enum status status; /* what it is now; PASS when it is no more */
    const char *summary;
    int64_t at;
};

struct state_changes {
    struct state_change **v;
    size_t n;
};

/* Compares the run with what is known and writes down what is new; nothing is kept before state_keep().
 * Between the two the database is locked for other runs. Changes live in arena. False with *error. */
bool state_take(struct state *state, struct arena *arena, const struct state_run *run, int confirm,
                struct state_changes *changes, char **error);
/* The changes of state_take() or state_forget() have been told: keep them. Or not: drop them, they come
 * again. */
bool state_keep(struct state *state, struct arena *arena, char **error);
void state_drop(struct state *state);

/* Around a whole round, when what is told counts only at its end: state_keep() then keeps nothing yet. Other
 * runs wait. state_release(): all of it at once, or nothing. */
bool state_hold(struct state *state, struct arena *arena, char **error);
bool state_release(struct state *state, struct arena *arena, bool keep, char **error);

/* Targets that the list does not have any more: each is a change "gone", and forgotten but for its history.
 */
typedef bool (*state_known)(void *context, const char *name);
bool state_forget(struct state *state, struct arena *arena, state_known is_known, void *context, int64_t at,
                  struct state_changes *changes, char **error);

/* What is known of one target, for people and for the exporter's page. False: nothing, or *error. */
struct state_summary {
    const char *what;
    enum status status; /* as confirmed */
    int64_t since, last_run, not_after;
};
bool state_summary(struct state *state, struct arena *arena, const char *name, struct state_summary *summary,
                   char **error);
/* Its changes, oldest first; at most the last thousand are kept. */
bool state_history(struct state *state, struct arena *arena, const char *name, struct state_changes *changes,
                   char **error);

#endif
