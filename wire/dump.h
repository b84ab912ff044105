/* What does a dump of an Expressway's settings or status say? xConfiguration and xStatus in the text forms of
 * X7 and X8 on, the XML of both where its elements are named like the words of the text (which nobody has
 * shown in public: see docs/bundle.md), and lines that somebody pasted.
 *
 * All three become paths with values. Pure and bounded; secrets do not get past the door: what is stored
 * enciphered, and every password, key or secret, is dropped and only counted. Does not: know what a path
 * means. */
#ifndef WIRE_DUMP_H
#define WIRE_DUMP_H

#include "facts/text.h"

struct setting {
    char *path;  /* lower case, single blanks: "zones zone 6 traversalclient sip port" */
    char *value; /* harmless, without its quotes, cut to SETTING_VALUE_MAX; "" where it is empty */
    int line;    /* 1-based */
};

enum { SETTING_VALUE_MAX = 2048, SETTINGS_MAX = 200000 };

struct settings {
    LIST_OF(struct setting) all; /* by path; of one path the last that was said comes first */
    int secrets;                 /* dropped */
    int junk;                    /* lines that are no setting, blank ones not counted */
    bool is_partial;             /* ends within a setting, or holds more than SETTINGS_MAX */
};

/* Adds to what is there. False when not one setting was found; *error says what was wrong, also where only a
 * part could be read; else NULL. */
bool dump_read(struct arena *arena, const char *bytes, size_t size, struct settings *to, char **error);

/* NULL when it was not said. */
const char *setting_value(const struct settings *settings, const char *path);
/* "zones zone %d name" and the like, formatted. */
const char *setting_valuef(const struct settings *settings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The next index behind `after` of paths "PREFIX INDEX ..."; 0 for none: for (i = 0; (i = next(s, p, i)) >
 * 0;) */
int setting_next_index(const struct settings *settings, const char *prefix, int after);

#endif
