/* Which word did the user probably mean? For messages about unknown keys, words and options. */
#ifndef CONFIG_SUGGEST_H
#define CONFIG_SUGGEST_H

#include "facts/arena.h"

/* The candidate that differs from word by few letters; NULL when none is near. */
const char *nearest(const char *word, const struct texts *candidates);

#endif
