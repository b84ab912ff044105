/* Where in a JSON text are the members of an object, or the items of a list? For files of which the whole
 * tree would take seven times their size: each part is cut out, parsed and let go.
 *
 * Looks at brackets and strings alone. What stands inside a part is the JSON library's to parse, and a text
 * that this takes for well-formed may not be. */
#ifndef WIRE_JSON_WALK_H
#define WIRE_JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>

struct json_slice { /* borrowed */
    const char *text;
    size_t size;
};

struct json_walk {
    const char *at, *end;
    char close; /* '}' or ']' */
    bool has_begun;
};

enum walk_step { WALK_ITEM, WALK_END, WALK_BROKEN };

/* False when it is neither an object nor a list. */
bool walk_open(struct json_walk *walk, struct json_slice value);
/* key: without its quotes; of a list empty. A key with an escape in it is broken to this reader. */
enum walk_step walk_next(struct json_walk *walk, struct json_slice *key, struct json_slice *value);
bool walk_is_list(const struct json_walk *walk);
/* After WALK_END: is nothing but blanks behind it? */
bool walk_is_over(const struct json_walk *walk);
bool slice_is(const struct json_slice *slice, const char *text);

#endif
