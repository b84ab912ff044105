/* What follows from the answers so far, and what would the server choose of a set? Pure: no question is put
 * here. Not here: what to ask next (choice.h). */
#ifndef PROBE_CIPHERS_CHOICE_KNOWN_H
#define PROBE_CIPHERS_CHOICE_KNOWN_H

#include "probe/ciphers/choice.h"

/* ---- sets ---- */

static inline bool in(const struct choice_set *set, size_t i) {
    return set->words[i / 64] >> (i % 64) & 1;
}

static inline void add(struct choice_set *set, size_t i) {
    set->words[i / 64] |= (uint64_t)1 << (i % 64);
}

static inline void drop(struct choice_set *set, size_t i) {
    set->words[i / 64] &= ~((uint64_t)1 << (i % 64));
}

static inline bool is_empty(const struct choice_set *set) {
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        if (set->words[w] != 0)
            return false;
    return true;
}

static inline bool contains(const struct choice_set *outer, const struct choice_set *inner) {
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        if ((inner->words[w] & ~outer->words[w]) != 0)
            return false;
    return true;
}

static inline bool meets(const struct choice_set *a, const struct choice_set *b) {
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        if ((a->words[w] & b->words[w]) != 0)
            return true;
    return false;
}

static inline size_t count(const struct choice_set *set) {
    size_t n = 0;
    for (size_t w = 0; w < CHOICE_MAX / 64; w++)
        n += (size_t)__builtin_popcountll(set->words[w]);
    return n;
}

/* ---- what is known ---- */
int choice_position(const struct choice *c, int number);                 /* -1: no member */
static inline bool question_is_choice(const struct choice_question *q) { /* answered, and no refusal */
    return q->answered && !q->is_void && !q->is_refused;
}
void choice_work_out(
    struct choice *c); /* order, model and what was passed over, where something has changed */
bool choice_is_likely(const struct choice *c, size_t i);
struct choice_set choice_askable(const struct choice *c); /* open, and in the window where there is one */
struct choice_set
choice_everything(const struct choice *c); /* what may be chosen, and is no settled matter */
/* The position of what it chooses from set, by what it chose from larger ones; -1 refused, -2 not known. */
int choice_known(const struct choice *c, const struct choice_set *set);
/* Of an order of the server's own: the second is known to come after the first. */
bool choice_is_below(const struct choice *c, int better, int worse);
/* The position of what a server with an order of its own would choose; -1: nothing of it is expected. */
int choice_expected(const struct choice *c, const struct choice_set *set);

#endif
