/* Which words of the catalogue's table of log lines stand in a line? See log_find.h. */
#include "checks/log_find.h"

#include <string.h>

#include "checks/log_alert.h"

struct log_words {
    struct words *words;
    size_t tokens, alerts;
    uint16_t *of, *also, *unless; /* of each token: the number of its word; 0 where it has none */
    struct word_set telling;      /* without one of these no token fits: most lines of a log */
};

static const char *const alarm_words[] = {"event=\"alarm raised\"", "event=\"alarm lowered\""};
enum { ALARM_WORDS = sizeof alarm_words / sizeof *alarm_words };

static uint16_t word_number(const char **list, size_t *count, const char *word) {
    for (size_t i = 0; i < *count; i++)
        if (strcmp(list[i], word) == 0)
            return (uint16_t)i;
    list[(*count)++] = word;
    return (uint16_t)(*count - 1);
}

static void telling_add(struct log_words *w, size_t word) {
    w->telling.bits[word / 64] |= (uint64_t)1 << word % 64;
}

static void telling_find(struct log_words *w) {
    for (size_t i = 0; i < ALARM_WORDS + w->alerts; i++)
        telling_add(w, i);
    for (size_t i = 0; i < w->tokens; i++)
        if (log_tokens[i].words != NULL)
            telling_add(w, w->of[i]);
        else if (log_tokens[i].also != NULL)
            telling_add(w, w->also[i]);
}

static bool tells(const struct log_words *w, const struct word_set *found) {
    for (size_t i = 0; i < sizeof found->bits / sizeof *found->bits; i++)
        if ((found->bits[i] & w->telling.bits[i]) != 0)
            return true;
    return false;
}

struct log_words *log_words_new(struct arena *arena) {
    struct log_words *w = ARENA_NEW(arena, struct log_words);
    const char **list = arena_alloc(arena, WORDS_MAX * sizeof *list);
    size_t count = 0;
    while (log_tokens[w->tokens].id != NULL)
        w->tokens++;
    w->of = arena_alloc(arena, w->tokens * sizeof *w->of);
    w->also = arena_alloc(arena, w->tokens * sizeof *w->also);
    w->unless = arena_alloc(arena, w->tokens * sizeof *w->unless);
    for (size_t i = 0; i < ALARM_WORDS; i++)
        word_number(list, &count, alarm_words[i]);
    for (size_t i = 0; log_alert_form(i) != NULL; i++)
        word_number(list, &count, log_alert_form(i));
    w->alerts = count - ALARM_WORDS;
    for (size_t i = 0; i < w->tokens && count + 3 <= WORDS_MAX; i++) {
        const struct log_token *token = &log_tokens[i];
        w->of[i] = token->words == NULL ? 0 : word_number(list, &count, token->words);
        w->also[i] = token->also == NULL ? 0 : word_number(list, &count, token->also);
        w->unless[i] = token->unless == NULL ? 0 : word_number(list, &count, token->unless);
    }
    telling_find(w);
    w->words = words_new(arena, list, count);
    return w;
}

bool log_words_find(const struct log_words *words, const char *text, size_t size, struct word_set *found) {
    return words_find(words->words, text, size, found) && tells(words, found);
}

bool log_words_fit(const struct log_words *words, size_t token, const struct word_set *found) {
    const struct log_token *t = &log_tokens[token];
    if (t->unless != NULL && word_is_in(found, words->unless[token]))
        return false;
    return (t->words == NULL || word_is_in(found, words->of[token])) &&
           (t->also == NULL || word_is_in(found, words->also[token]));
}
