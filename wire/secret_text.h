/* Where does a password live? In memory of its own that is locked where the system allows it, kept out of
 * core dumps, and wiped when it is freed. Not in an arena, so in no save, log or report.
 *
 * Running out of memory ends the process as in facts/arena.h. */
#ifndef WIRE_SECRET_TEXT_H
#define WIRE_SECRET_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct secret_text {
    char *text; /* with a NUL behind */
    size_t size, room;
};

struct secret_text *secret_new(void);
void secret_free(struct secret_text *secret); /* NULL is fine */
void secret_add(struct secret_text *secret, const char *bytes, size_t size);
void secret_print(struct secret_text *secret, const char *format, ...) __attribute__((format(printf, 2, 3)));
void secret_base64(struct secret_text *secret, const void *bytes, size_t size); /* appends it, padded */

#endif
