/* How does a report leave for its file? See stream.h. */
#include "facts/stream.h"

#include <errno.h>
#include <string.h>

#include "facts/text.h"

/* ---- bytes ---- */

static void pass_on(struct json_out *o) {
    o->failed = o->failed || fwrite(o->bytes, 1, o->n, o->out) != o->n;
    o->n = 0;
}

static void put(struct json_out *o, const char *bytes, size_t size) {
    if (size > sizeof o->bytes - o->n)
        pass_on(o);
    if (size > sizeof o->bytes) {
        o->failed = o->failed || fwrite(bytes, 1, size, o->out) != size;
        return;
    }
    memcpy(o->bytes + o->n, bytes, size);
    o->n += size;
}

/* Where so many bytes can be put, which are fewer than the buffer holds; `taken` then says how many were. */
static char *room_for(struct json_out *o, size_t size) {
    if (size > sizeof o->bytes - o->n)
        pass_on(o);
    return o->bytes + o->n;
}

static void taken(struct json_out *o, const char *end) {
    o->n = (size_t)(end - o->bytes);
}

static void put_char(struct json_out *o, char c) {
    *room_for(o, 1) = c;
    o->n++;
}

enum { SPACES_MOST = JSON_MAX_INDENT * TREE_DEPTH * 2, SPACES_USUAL = 32 };

static char *line_put(const struct json_out *o, char *to) {
    static const char usual[SPACES_USUAL + 1] = "                                ";
    size_t spaces = o->indent * o->depth < SPACES_MOST ? o->indent * o->depth : SPACES_MOST;
    if (o->indent == 0)
        return to;
    *to++ = '\n';
    if (spaces <= SPACES_USUAL)
        memcpy(to, usual, SPACES_USUAL); /* of a size that the compiler knows */
    else
        memset(to, ' ', spaces);
    return to + spaces;
}

static void put_line(struct json_out *o) {
    taken(o, line_put(o, room_for(o, 1 + SPACES_MOST)));
}

/* ---- a tree ---- */

/* The value is given away. */
static void attach(struct json_out *o, json_t *value) {
    json_t *to = o->depth == 0 ? NULL : o->tree[o->depth - 1];
    int status = value == NULL       ? -1
                 : to == NULL        ? 0
                 : json_is_array(to) ? json_array_append_new(to, value)
                                     : json_object_set_new(to, o->key, value);
    o->failed = o->failed || status != 0;
}

static void tree_begin(struct json_out *o, char bracket) {
    json_t *value = bracket == '[' ? json_array() : json_object();
    o->failed = o->failed || o->depth == TREE_DEPTH;
    if (o->failed) {
        json_decref(value);
        return;
    }
    attach(o, value);
    o->tree[o->depth++] = value;
}

/* ---- values ---- */

/* What stands before a value: nothing behind a key, else what parts it from the one before. */
static void put_gap(struct json_out *o) {
    if (!o->after_key && o->depth > 0) {
        char *to = room_for(o, 2 + SPACES_MOST);
        if (o->has_any)
            *to++ = ',';
        taken(o, line_put(o, to));
    }
    o->after_key = false;
    o->has_any = true;
}

void out_begin(struct json_out *o, char bracket) {
    if (o->out == NULL) {
        tree_begin(o, bracket);
        return;
    }
    put_gap(o);
    put_char(o, bracket);
    o->depth++;
    o->has_any = false;
}

void out_end(struct json_out *o, char bracket) {
    if (o->out == NULL && o->failed)
        return;
    o->depth--;
    if (o->out == NULL)
        return;
    if (o->has_any)
        put_line(o);
    put_char(o, bracket);
    o->has_any = true; /* the one around it has this */
}

static const uint64_t ones = UINT64_MAX / 0xff;

/* Which of the eight is this one? (The highest bit of a byte that is it is set.) */
static uint64_t have(uint64_t eight, char unwanted) {
    uint64_t same = eight ^ (ones * (uint8_t)unwanted);
    return (same - ones) & ~same;
}

/* A text in which nothing is to be escaped (RFC 8259, section 7) and nothing is beyond ASCII is its own JSON.
 * So are nearly all; the rest is the library's to write. */
static bool needs_no_care(const char *text, size_t size) {
    uint64_t eight;
    for (; size >= sizeof eight; text += sizeof eight, size -= sizeof eight) {
        memcpy(&eight, text, sizeof eight);
        if (((have(eight, '"') | have(eight, '\\') | eight | (eight - 0x20 * ones) | (eight + ones)) &
             (0x80 * ones)) != 0)
            return false;
    }
    for (; size > 0; text++, size--)
        if (*text == '"' || *text == '\\' || *text < 0x20 || *text >= 0x7f)
            return false;
    return true;
}

static void put_text(struct json_out *o, const char *text, size_t size) {
    if (size + 2 <= sizeof o->bytes) {
        char *to = room_for(o, size + 2);
        *to = '"';
        memcpy(to + 1, text, size);
        to[size + 1] = '"';
        o->n += size + 2;
        return;
    }
    put_char(o, '"');
    put(o, text, size);
    put_char(o, '"');
}

static int take(const char *bytes, size_t size, void *context) {
    struct json_out *o = context;
    put(o, bytes, size);
    return o->failed ? -1 : 0;
}

static void put_word(struct json_out *o, const json_t *value) {
    put_gap(o);
    if (json_is_string(value) && needs_no_care(json_string_value(value), json_string_length(value)))
        put_text(o, json_string_value(value), json_string_length(value));
    else if (json_is_null(value))
        put(o, "null", 4);
    else if (json_dump_callback(value, take, o, JSON_ENCODE_ANY) != 0)
        o->failed = true;
}

static void key_behind(struct json_out *o) {
    put_char(o, ':');
    if (o->indent > 0)
        put_char(o, ' ');
    o->after_key = true;
}

void out_key(struct json_out *o, const char *key) {
    o->key = key;
    if (o->out == NULL)
        return;
    put_gap(o);
    put_text(o, key, strlen(key));
    key_behind(o);
}

void out_name(struct json_out *o, const char *key) {
    if (o->out == NULL || needs_no_care(key, strlen(key))) {
        out_key(o, key);
        return;
    }
    json_t *word = json_string(key);
    put_word(o, word);
    json_decref(word);
    key_behind(o);
}

static void put_members(struct json_out *o, const json_t *object) {
    json_t *members = (json_t *)object; /* the library's iterators ask for it, to change nothing */
    for (void *at = json_object_iter(members); at != NULL; at = json_object_iter_next(members, at)) {
        out_name(o, json_object_iter_key(at));
        out_value(o, json_object_iter_value(at));
    }
}

static void put_items(struct json_out *o, const json_t *array) {
    for (size_t i = 0; i < json_array_size(array); i++)
        out_value(o, json_array_get(array, i));
}

void out_value(struct json_out *o, const json_t *value) {
    bool is_array = json_is_array(value);
    if (o->out == NULL) {
        attach(o, json_incref((json_t *)value));
        return;
    }
    if (!is_array && !json_is_object(value)) {
        put_word(o, value);
        return;
    }
    out_begin(o, is_array ? '[' : '{');
    if (is_array)
        put_items(o, value);
    else
        put_members(o, value);
    out_end(o, is_array ? ']' : '}');
}

void out_number(struct json_out *o, long long number) {
    char digits[24], *at = digits + sizeof digits;
    if (o->out == NULL) {
        out_give(o, json_integer(number));
        return;
    }
    unsigned long long left = number < 0 ? -(unsigned long long)number : (unsigned long long)number;
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (number < 0)
        *--at = '-';
    put_gap(o);
    put(o, at, (size_t)(digits + sizeof digits - at));
}

static void word_put(struct json_out *o, json_t *word, const char *as) {
    if (o->out == NULL) {
        out_give(o, word);
        return;
    }
    put_gap(o);
    put(o, as, strlen(as));
}

void out_bool(struct json_out *o, bool yes) {
    word_put(o, json_boolean(yes), yes ? "true" : "false");
}

void out_null(struct json_out *o) {
    word_put(o, json_null(), "null");
}

json_t *json_word(const char *text) {
    if (text == NULL)
        return json_null();
    size_t size = strlen(text);
    if (text_is_plain(text, size))
        return json_stringn_nocheck(text, size);
    struct arena *scratch = arena_new();
    json_t *string = json_string(text_from_wire(scratch, text, size));
    arena_free(scratch);
    return string;
}

void out_text(struct json_out *o, const char *text) {
    size_t size = text == NULL ? 0 : strlen(text);
    if (o->out == NULL || text == NULL || !needs_no_care(text, size)) {
        out_give(o, json_word(text));
        return;
    }
    put_gap(o);
    put_text(o, text, size);
}

void out_texts(struct json_out *o, const char *const *list) {
    out_begin(o, '[');
    for (; list != NULL && *list != NULL; list++)
        out_text(o, *list);
    out_end(o, ']');
}

/* A value that could not be made (no memory, or text that is not UTF-8) makes the whole fail. */
void out_give(struct json_out *o, json_t *value) {
    o->failed = o->failed || value == NULL;
    if (value != NULL)
        out_value(o, value);
    json_decref(value);
}

void out_give_members(struct json_out *o, json_t *object) {
    o->failed = o->failed || object == NULL;
    if (object != NULL && o->out == NULL)
        o->failed = json_object_update(o->tree[o->depth - 1], object) != 0 || o->failed;
    else if (object != NULL)
        put_members(o, object);
    json_decref(object);
}

/* ---- whole ---- */

void out_open_tree(struct json_out *o) {
    *o = (struct json_out){.out = NULL};
}

json_t *out_close_tree(struct json_out *o) {
    if (!o->failed)
        return o->tree[0];
    json_decref(o->tree[0]);
    return NULL;
}

void out_open(struct json_out *o, size_t flags, FILE *out) {
    errno = 0;
    o->out = out;
    o->indent = flags & JSON_MAX_INDENT;
    o->depth = o->n = 0;
    o->has_any = o->after_key = o->failed = false;
}

bool out_close(struct json_out *o) {
    put_char(o, '\n');
    pass_on(o);
    if (o->failed && errno == 0)
        errno = EIO; /* the JSON library does not always say why */
    return !o->failed && stream_is_good(o->out);
}

bool json_put(const json_t *object, size_t flags, FILE *out) {
    struct json_out o;
    out_open(&o, flags, out);
    if (object == NULL)
        return false;
    out_value(&o, object);
    pass_on(&o);
    return !o.failed;
}

bool json_line(json_t *object, size_t flags, FILE *out) {
    struct json_out o;
    out_open(&o, flags, out);
    out_give(&o, object);
    return out_close(&o);
}

bool stream_is_good(FILE *out) {
    return fflush(out) == 0 && !ferror(out);
}
