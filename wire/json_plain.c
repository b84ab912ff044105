/* Is this JSON beyond doubt? See json_plain.h (RFC 8259). */
#include "wire/json_plain.h"

#include <string.h>

enum { DEPTH_MAX = 32, KEYS_MAX = 32, DIGITS_MAX = 15 };

static const char *past_blanks(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* at: a quote. Behind the closing one; NULL: not plain, here and below. */
static const char *past_string(const char *at, const char *end) {
    for (at++; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '"')
            return at + 1;
        if (c < 0x20 || c >= 0x80)
            return NULL;
        if (c == '\\' && (++at == end || *at == '\0' || strchr("\"\\/bfnrt", *at) == NULL))
            return NULL;
    }
    return NULL;
}

static const char *past_number(const char *at, const char *end) {
    if (at < end && *at == '-')
        at++;
    const char *first = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    size_t digits = (size_t)(at - first);
    bool is_whole = at == end || strchr(".eE", *at) == NULL || *at == '\0';
    return digits > 0 && digits <= DIGITS_MAX && (*first != '0' || digits == 1) && is_whole ? at : NULL;
}

static const char *past_word(const char *at, const char *end) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i]);
        if ((size_t)(end - at) >= size && memcmp(at, words[i], size) == 0)
            return at + size;
    }
    return NULL;
}

/* Where one stands in an object or a list. */
struct level {
    bool is_object;
    size_t keys;
    struct json_slice key[KEYS_MAX];
};

static bool key_add(struct level *level, struct json_slice key) {
    for (size_t i = 0; i < level->keys; i++)
        if (level->key[i].size == key.size && memcmp(level->key[i].text, key.text, key.size) == 0)
            return false;
    if (level->keys == KEYS_MAX || memchr(key.text, '\\', key.size) != NULL)
        return false;
    level->key[level->keys++] = key;
    return true;
}

/* A member's key and its colon. */
static const char *past_key(struct level *level, const char *at, const char *end) {
    const char *behind = at < end && *at == '"' ? past_string(at, end) : NULL;
    if (behind == NULL || !key_add(level, (struct json_slice){at + 1, (size_t)(behind - at) - 2}))
        return NULL;
    at = past_blanks(behind, end);
    return at < end && *at == ':' ? past_blanks(at + 1, end) : NULL;
}

static const char *past_value(const char *at, const char *end, size_t depth);

static const char *past_items(const char *at, const char *end, size_t depth) {
    struct level level = {.is_object = *at == '{'};
    char close = level.is_object ? '}' : ']';
    at = past_blanks(at + 1, end);
    if (at < end && *at == close)
        return at + 1;
    for (;;) {
        if (level.is_object && (at = past_key(&level, at, end)) == NULL)
            return NULL;
        if ((at = past_value(at, end, depth)) == NULL)
            return NULL;
        at = past_blanks(at, end);
        if (at < end && *at == close)
            return at + 1;
        if (at == end || *at != ',')
            return NULL;
        at = past_blanks(at + 1, end);
    }
}

static const char *past_value(const char *at, const char *end, size_t depth) {
    if (at == end || depth == DEPTH_MAX)
        return NULL;
    if (*at == '"')
        return past_string(at, end);
    if (*at == '{' || *at == '[')
        return past_items(at, end, depth + 1);
    return *at == '-' || (*at >= '0' && *at <= '9') ? past_number(at, end) : past_word(at, end);
}

bool json_is_plain(struct json_slice value) {
    const char *end = value.text + value.size;
    const char *behind = past_value(past_blanks(value.text, end), end, 0);
    return behind != NULL && past_blanks(behind, end) == end;
}
