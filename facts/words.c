/* The automaton of words.h: one state for each beginning of a word, one row of next states for each. Bytes
 * that stand in no word share one column, which keeps the table small enough for a processor's second cache.
 */
#include "facts/words.h"

#include <ctype.h>
#include <string.h>

enum { BYTES = 256, NO_WORD = UINT16_MAX };

struct words {
    uint8_t column[BYTES]; /* of a byte; 0: in no word */
    size_t columns, states;
    uint16_t *next;   /* states x columns */
    uint16_t *word;   /* the word that ends in this state, or NO_WORD */
    uint16_t *longer; /* the nearest state that ends a word within this one; 0: none */
    bool *is_end;     /* a word ends here, or in a state within this one */
};

static void columns_set(struct words *w, const char *const *list, size_t count) {
    w->columns = 1;
    for (size_t i = 0; i < count; i++)
        for (const char *p = list[i]; *p != 0; p++)
            if (w->column[(unsigned char)*p] == 0)
                w->column[(unsigned char)*p] = (uint8_t)w->columns++;
    for (int c = 'A'; c <= 'Z'; c++)
        w->column[c] = w->column[tolower(c)];
}

static void word_add(struct words *w, const char *text, uint16_t number) {
    size_t state = 0;
    for (; *text != 0; text++) {
        uint16_t *next = &w->next[state * w->columns + w->column[(unsigned char)*text]];
        if (*next == 0)
            *next = (uint16_t)w->states++;
        state = *next;
    }
    if (w->word[state] == NO_WORD)
        w->word[state] = number;
}

/* Breadth first: where a beginning does not go on, it goes on as its longest end that is a beginning too. */
static void failures_fill(struct arena *arena, struct words *w) {
    uint16_t *queue = arena_alloc(arena, w->states * sizeof *queue);
    uint16_t *fallback = arena_alloc(arena, w->states * sizeof *fallback);
    size_t head = 0, tail = 0;
    for (size_t c = 0; c < w->columns; c++)
        if (w->next[c] != 0)
            queue[tail++] = w->next[c];
    while (head < tail) {
        size_t state = queue[head++], back = fallback[state];
        w->longer[state] = w->word[back] != NO_WORD ? (uint16_t)back : w->longer[back];
        w->is_end[state] = w->word[state] != NO_WORD || w->longer[state] != 0;
        for (size_t c = 0; c < w->columns; c++) {
            uint16_t *next = &w->next[state * w->columns + c], instead = w->next[back * w->columns + c];
            if (*next == 0) {
                *next = instead;
            } else {
                fallback[*next] = instead;
                queue[tail++] = *next;
            }
        }
    }
}

struct words *words_new(struct arena *arena, const char *const *list, size_t count) {
    struct words *w = ARENA_NEW(arena, struct words);
    size_t states = 1;
    for (size_t i = 0; i < count; i++)
        states += strlen(list[i]);
    columns_set(w, list, count);
    w->states = 1;
    w->next = arena_alloc(arena, states * w->columns * sizeof *w->next);
    w->word = arena_alloc(arena, states * sizeof *w->word);
    w->longer = arena_alloc(arena, states * sizeof *w->longer);
    w->is_end = arena_alloc(arena, states * sizeof *w->is_end);
    memset(w->word, 0xff, states * sizeof *w->word);
    for (size_t i = 0; i < count && i < WORDS_MAX; i++)
        word_add(w, list[i], (uint16_t)i);
    failures_fill(arena, w);
    return w;
}

static void ends_mark(const struct words *w, size_t state, struct word_set *found) {
    for (; state != 0; state = w->longer[state])
        if (w->word[state] != NO_WORD)
            found->bits[w->word[state] / 64] |= (uint64_t)1 << (w->word[state] % 64);
}

bool words_find(const struct words *w, const char *text, size_t size, struct word_set *found) {
    bool is_any = false;
    size_t state = 0;
    memset(found, 0, sizeof *found);
    for (size_t i = 0; i < size; i++) {
        state = w->next[state * w->columns + w->column[(unsigned char)text[i]]];
        if (w->is_end[state]) {
            ends_mark(w, state, found);
            is_any = true;
        }
    }
    return is_any;
}
