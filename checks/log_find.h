/* Which words of the catalogue's table of log lines stand in a line? All of them are looked for in one pass
 * (facts/words.h), and most lines of a log have none that tells anything. Private to the log_*.c files:
 * log_words_new() of log.h makes what is asked here. Does not weigh what it found: log_read.c does. */
#ifndef CHECKS_LOG_FIND_H
#define CHECKS_LOG_FIND_H

#include "checks/log.h"
#include "facts/words.h"

enum { ALARM_RAISED, ALARM_LOWERED }; /* words of no token, in word_set */

/* False: nothing stands there by which a token, an alarm or an alert could be known. */
bool log_words_find(const struct log_words *words, const char *text, size_t size, struct word_set *found);
/* All words that log_tokens[token] wants, and none that it must not have. */
bool log_words_fit(const struct log_words *words, size_t token, const struct word_set *found);

#endif
