/* How is a connection of a capture told in words: who, whom, when, and how it went? For the list and for the
 * ladders of the text report. Texts live in the page's arena, or the one that is given. */
#ifndef REPORT_CONNECTION_WORDS_H
#define REPORT_CONNECTION_WORDS_H

#include "report/text.h"

enum { CONNECTION_FROM_MAX = 24 }; /* columns */

const char *connection_word(enum connection_state state); /* "not TLS" */
enum ink connection_ink(enum connection_state state);
bool connection_is_failed(const struct connection *c);                /* what cannot be told is no failure */
char *connection_from(struct page *page, const struct connection *c); /* "192.0.2.7:50012" */
char *connection_to(struct page *page, const struct connection *c);   /* by its name, where one is known */
char *connection_clock(struct arena *arena, int64_t micros);          /* "10:00:00.000" */
char *connection_outcome(struct arena *arena,
                         const struct connection *c); /* "refused by the client: unknown_ca" */

#endif
