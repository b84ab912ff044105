/* What of a text that somebody else's program wrote must nobody read? Passwords, tokens, cookies, session
 * identifiers, digest answers and nonces, and the names of users become <concealed>; the words around them
 * stay.
 *
 * One table of keys and phrases, and a few shapes (JSON web tokens, long random runs). Errs on the side of
 * hiding: a word too many is lost rather than one too few. Does not know logs, boxes, or which text is free
 * of secrets: whoever makes a fact of a text of a log or a status passes it through here (facts/log.h does).
 * Host names and addresses stay; pseudonyms are redact/'s. */
#ifndef FACTS_CONCEAL_H
#define FACTS_CONCEAL_H

#include "facts/arena.h"

/* text: harmless already (text_from_wire); NULL stays NULL. The same again where it is given its own answer.
 */
char *text_conceal(struct arena *arena, const char *text);

#endif
