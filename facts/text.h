/* How do bytes become text that no output can be hurt by, and back?
 *
 * Every string in the facts is valid UTF-8 without control characters: what comes from the network passes
 * text_from_wire() once, on entry, so that no report needs to ask. Does not: quote for a medium (JSON, HTML,
 * a terminal); that is each report's own duty. */
#ifndef FACTS_TEXT_H
#define FACTS_TEXT_H

#include <stdbool.h>
#include "facts/arena.h"

/* Valid UTF-8 stays; C0, DEL, C1, bidirectional and line-separator controls, and bytes that are no UTF-8
 * become \xNN, one per byte; a backslash stays as it is. */
char *text_from_wire(struct arena *arena, const void *bytes, size_t size);
/* Printable ASCII alone: what text_from_wire() gives back as it is. */
bool text_is_plain(const void *bytes, size_t size);
/* The same, cut to at most limit bytes of input with "..." behind when cut. */
char *text_from_wire_cut(struct arena *arena, const void *bytes, size_t size, size_t limit);

/* Lower-case hexadecimal; separator 0 for none, else e.g. ':' between bytes (then upper case, as openssl
 * prints). */
char *text_hex(struct arena *arena, const void *bytes, size_t size, char separator);

char *base64_write(struct arena *arena, const void *bytes, size_t size, bool padded);
/* Standard alphabet, padding optional, white space ignored; false when anything else is in it. */
bool base64_read(struct arena *arena, const char *text, uint8_t **bytes, size_t *size);

/* Seconds since the epoch, UTC. time_write gives "2026-11-21T21:00:00Z"; time_read takes RFC 3339
 * (date-time with Z or offset, fraction ignored) and a bare date. False when it is neither. */
char *time_write(struct arena *arena, int64_t time);
/* How far away a time is, in seconds from now, negative for what is over: "in 12 days", "in 5 hours", "1 day
 * ago", "2 hours ago". */
char *days_write(struct arena *arena, int64_t seconds);
/* Microseconds since the epoch: "2026-11-21T21:00:00.123456Z"; a fraction of any length is read. */
char *micros_write(struct arena *arena, int64_t micros);
bool micros_read(const char *text, int64_t *micros);
bool time_read(const char *text, int64_t *time);

/* Decimal digits and nothing else, at least one, up to `most` (not negative); false, and *number as it was,
 * for all else. Every number that comes as text from a stranger is read by this. */
bool number_read(const char *text, size_t size, int64_t most, int64_t *number);

bool text_same(const char *a, const char *b);                 /* NULL equals only NULL */
bool text_same_case_blind(const char *a, const char *b);      /* ASCII only, NULL equals only NULL */
const char *text_or(const char *text, const char *otherwise); /* NULL and "" give the other */
int text_order(const char *a, const char *b);                 /* as strcmp(); NULL stands before all texts */
bool text_starts(const char *text, const char *prefix);
/* Bytes of a byte order mark at its beginning, as editors of Windows put one: 3 or 0. */
size_t text_mark(const char *text, size_t size);
bool text_ends(const char *text, const char *suffix);

/* Names of enum values: one table serves print, save and load. */
struct enum_name {
    int value;
    const char *name; /* NULL ends the table */
};
const char *enum_text(const struct enum_name *names, int value); /* "?" when not in the table */
bool enum_find(const struct enum_name *names, const char *name, int *value);

#endif
