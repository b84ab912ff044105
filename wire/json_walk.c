/* Where in a JSON text are the parts? See json_walk.h. */
#include "wire/json_walk.h"

#include <string.h>

static const char *past_blanks(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* at: a quote. Behind the closing one; NULL: there is none. */
static const char *past_string(const char *at, const char *end) {
    for (at++; at < end; at++) {
        if (*at == '"')
            return at + 1;
        if (*at == '\\')
            at++;
    }
    return NULL;
}

static const char *past_brackets(const char *at, const char *end) {
    size_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            if ((at = past_string(at, end)) == NULL)
                return NULL;
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        else if ((*at == '}' || *at == ']') && --depth == 0)
            return at + 1;
        at++;
    }
    return NULL;
}

static const char *past_value(const char *at, const char *end) {
    const char *from = at;
    if (at < end && *at == '"')
        return past_string(at, end);
    if (at < end && (*at == '{' || *at == '['))
        return past_brackets(at, end);
    while (at < end && strchr(",]} \t\r\n", *at) == NULL)
        at++;
    return at == from ? NULL : at;
}

bool walk_open(struct json_walk *walk, struct json_slice value) {
    const char *end = value.text + value.size, *at = past_blanks(value.text, end);
    if (at == end || (*at != '{' && *at != '['))
        return false;
    *walk = (struct json_walk){at + 1, end, *at == '{' ? '}' : ']', false};
    return true;
}

bool walk_is_list(const struct json_walk *walk) {
    return walk->close == ']';
}

bool walk_is_over(const struct json_walk *walk) {
    return past_blanks(walk->at, walk->end) == walk->end;
}

bool slice_is(const struct json_slice *slice, const char *text) {
    return slice->size == strlen(text) && memcmp(slice->text, text, slice->size) == 0;
}

static bool take_key(struct json_walk *walk, struct json_slice *key) {
    if (walk->at == walk->end || *walk->at != '"')
        return false;
    const char *behind = past_string(walk->at, walk->end);
    if (behind == NULL)
        return false;
    *key = (struct json_slice){walk->at + 1, (size_t)(behind - walk->at) - 2};
    walk->at = past_blanks(behind, walk->end);
    if (walk->at == walk->end || *walk->at != ':' || memchr(key->text, '\\', key->size) != NULL)
        return false;
    walk->at = past_blanks(walk->at + 1, walk->end);
    return true;
}

enum walk_step walk_next(struct json_walk *walk, struct json_slice *key, struct json_slice *value) {
    *key = (struct json_slice){walk->at, 0};
    walk->at = past_blanks(walk->at, walk->end);
    if (walk->at == walk->end)
        return WALK_BROKEN;
    if (*walk->at == walk->close) {
        walk->at++;
        return WALK_END;
    }
    if (walk->has_begun) {
        if (*walk->at != ',')
            return WALK_BROKEN;
        walk->at = past_blanks(walk->at + 1, walk->end);
    }
    walk->has_begun = true;
    if (!walk_is_list(walk) && !take_key(walk, key))
        return WALK_BROKEN;
    const char *behind = past_value(walk->at, walk->end);
    if (behind == NULL)
        return WALK_BROKEN;
    *value = (struct json_slice){walk->at, (size_t)(behind - walk->at)};
    walk->at = behind;
    return WALK_ITEM;
}
