/* What does an Expressway say went wrong, by its own log? Records in (wire/log.h has the reader), out come
 * entries: the catalogue's token with box, leg and direction, lines of one connection told as one.
 *
 * Pure. Does not open files or judge a deployment: a log says what one side saw at one time. */
#ifndef CHECKS_LOG_H
#define CHECKS_LOG_H

#include "catalogue/log_tokens.h"
#include "facts/log.h"

struct log_entry {
    const char *token;
    enum log_weight weight;
    enum log_box box;
    enum log_leg leg;
    enum log_direction direction;
    char *host; /* that wrote the line; NULL when not told */
    char *far;  /* the other side, "name" or "address:port"; NULL when not told */
    char *event, *detail, *reason, *common_name,
        *dst_port; /* of the line, made harmless; NULL where it has none */
    bool has_time;
    int64_t time_ms;           /* since the epoch, UTC */
    int alarm;                 /* its number; 0: the line is none */
    const struct check *check; /* NULL when no check speaks of it */
    const struct cause *cause; /* NULL when the log does not tell which */
    const char *means;
    const struct guidance_line *fix; /* the cause's, else the token's own; NULL: nobody has any. log_fix() */
};

/* What is known of a line beforehand: from other lines of its connection, or from whose log it is. */
struct log_hint {
    enum log_box box;
    enum log_leg leg;
    enum log_direction direction;
};

struct log_words; /* the table's words, ready to be looked for at once */
struct log_words *log_words_new(struct arena *arena);

/* One record alone. False when it holds nothing that is known. Texts of the entry live in arena or are
 * constant; hint NULL: nothing is known beforehand. */
bool log_record_judge(struct arena *arena, const struct log_words *words, const struct log_record *record,
                      const struct log_hint *hint, struct log_entry *entry);

/* What is to be done, by the cause or by the token itself; NULL ends. Of whom the line speaks it does not
 * tell well enough: what depends on that comes with its condition in words. */
const char *const *log_fix(struct arena *arena, const struct log_entry *entry);

/* ---- a whole log ---- */

enum { LOG_TOGETHER_MAX = 16 };

/* Connections that say the same of the same peer, and the lines of the first of them. */
struct log_group {
    struct log_entry entry;
    uint64_t key;
    long long line, last_line; /* 1-based */
    long long count;           /* of connections, or of lines that belong to none */
    bool has_time;
    int64_t first_ms, last_ms;
    struct log_line { /* of the first connection, entry's own among them */
        long long line;
        const char *token;
    } together[LOG_TOGETHER_MAX];
    size_t together_count;
    struct log_record *record; /* of the line that tells most; NULL where it is too long to keep */
    struct log_hint known;     /* by all lines of the first connection */
};

struct log_report {
    const char *source; /* the file as given; NULL: words from the command line */
    long long lines, matched;
    long long left_out;               /* matched lines beyond the groups that are kept */
    LIST_OF(struct log_group) groups; /* in the order of their first lines */
};

struct log_stories;
/* Whose log it is the lines have to tell, or log_stories_settle(). Memory stays bounded. */
struct log_stories *log_stories_new(struct arena *arena, struct log_report *report);
bool log_stories_take(void *stories, const struct log_record *record); /* always true; fits log_record_fn */
void log_stories_end(struct log_stories *stories);                     /* the report is whole */
/* Whose log it was came out behind its lines: what they say is read again with that. After the end. */
void log_stories_settle(struct log_stories *stories, enum log_box box);
/* Whose log it is by its own lines: Expressway-E or -C where they all agree, else LOG_BOX_UNKNOWN. After the
 * end. */
enum log_box log_stories_box(const struct log_stories *stories);

#endif
