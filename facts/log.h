/* What does one record of an Expressway's log say, before anyone knows what it means?
 *
 * A record is a line `<time> <host> <process>[pid]: key="value" ... text`, with the lines of an HTTP or SIP
 * message behind it where one follows. Slices point into the reader's buffer and are the bytes as they came:
 * slice_text() before anything of them is kept or shown. Does not know tokens: catalogue/log_tokens.h. */
#ifndef FACTS_LOG_H
#define FACTS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/text.h"

struct slice {
    const char *at; /* not terminated; NULL when there is none */
    size_t size;
};

struct log_field {
    struct slice key, value; /* Detail="TCP Connection Closed": as written, value without its quotes */
};

enum log_message { LOG_MESSAGE_NONE, LOG_MESSAGE_HTTP, LOG_MESSAGE_SIP };

enum { LOG_FIELDS_MAX = 24 };

struct log_record {
    long long number;           /* of its first line, 1-based */
    bool has_time;              /* by UTCTime, else by the time in front and its offset */
    int64_t time_ms;            /* milliseconds since the epoch, UTC */
    struct slice host, process; /* at NULL where the line has none */
    int pid;                    /* -1 when not written */
    struct slice module, level; /* "developer.ssl", "ERROR"; the blanks some writers leave are cut */
    struct slice text;          /* the whole record, its first line foremost */
    struct slice line;          /* the first line alone */
    struct slice words;         /* the line behind "process[pid]: " */
    enum log_message message;   /* what follows the line */
    struct slice body;          /* the message's lines, with the ` |` and blanks the log puts before them */
    struct log_field fields[LOG_FIELDS_MAX];
    size_t field_count;
    bool is_cut; /* longer than the reader keeps */
};

/* The value of the first field of that name (case-blind); at NULL when the line has none. */
struct slice log_field(const struct log_record *record, const char *key);
/* ['IPv4''TCP''172.16.2.2:5062'], 172.16.2.2:5062 or [2001:db8::1]:5062: an address and its port. */
bool log_socket(struct slice value, struct slice *address, int *port);
bool slice_same(struct slice a, const char *b); /* ASCII, case-blind */
/* The door by which a text of a log becomes a fact: harmless, without secrets and users' names
 * (facts/conceal.h), cut to limit; NULL for none. */
char *slice_text(struct arena *arena, struct slice slice, size_t limit);

#endif
