/* What does a Set-Cookie header of an edge say? RFC 6265 5.2. The value is a secret like the password: it
 * does not become a fact. */
#ifndef WIRE_COOKIE_H
#define WIRE_COOKIE_H

#include "facts/facts.h"
#include "wire/secret_text.h"

/* The value of one Set-Cookie header field. False when it is no cookie of that name (case matters: 6265
 * 4.1.1), or one that no client keeps; then value is as it was. `now`: seconds, for Expires. */
bool cookie_read(struct arena *arena, const char *text, size_t size, const char *name, int64_t now,
                 struct session_cookie *cookie, struct secret_text *value);

#endif
