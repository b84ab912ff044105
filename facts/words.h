/* Which of many fixed words stand in a text? All are looked for in one pass over its bytes (Aho and Corasick,
 * CACM 18(6), 1975), so a long log costs the same whether ten words are known or two hundred.
 * ASCII letters are the same in either case. Does not say where a word stands, or how often. */
#ifndef FACTS_WORDS_H
#define FACTS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/arena.h"

enum { WORDS_MAX = 512 };

struct word_set {
    uint64_t bits[WORDS_MAX / 64];
};

struct words;
/* Lower case, none empty; lives in arena. Numbers of words are their places in the list. */
struct words *words_new(struct arena *arena, const char *const *list, size_t count);
/* False when none stands there; found is set in either case. */
bool words_find(const struct words *words, const char *text, size_t size, struct word_set *found);

static inline bool word_is_in(const struct word_set *set, size_t word) {
    return (set->bits[word / 64] >> (word % 64) & 1) != 0;
}

#endif
