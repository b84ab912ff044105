/* What does the value of a setting say? Dumps have what was typed: a name without a value, switches in many
 * words, ports that are none. Between the files of this room. Does not know any path: box.c and box_zones.c
 * do. */
#ifndef BUNDLE_SAID_H
#define BUNDLE_SAID_H

#include "facts/facts.h"
#include "wire/dump.h"

/* NULL for "", too. Borrowed from the settings. */
const char *said(const struct settings *settings, const char *path);
/* NULL and "" are unknown; every word that is not one for on, is off. */
enum toggle toggle_of(const char *value);
bool is_on(const struct settings *settings, const char *path);
/* "on" or "off"; NULL where it is not said. */
char *switch_text(struct arena *arena, const char *value);
/* 0 for what is no such number. */
int64_t number_or_none(const char *text, int64_t most);

#endif
