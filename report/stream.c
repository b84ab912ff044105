/* How does a report leave for its file? See stream.h. */
#include "report/stream.h"

#include <errno.h>
#include <string.h>

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

static void put_char(struct json_out *o, char c) {
    if (o->n == sizeof o->bytes)
        pass_on(o);
    o->bytes[o->n++] = c;
}

static void put_line(struct json_out *o) {
    static const char spaces[] = "                                ";
    if (o->indent == 0)
        return;
    put_char(o, '\n');
    for (size_t left = o->indent * o->depth, n; left > 0; left -= n) {
        n = left < sizeof spaces - 1 ? left : sizeof spaces - 1;
        put(o, spaces, n);
    }
}

/* ---- values ---- */

/* RFC 8259 section 7: what has to be escaped, and no more. */
static void put_escaped(struct json_out *o, char c) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c == '\0' ? NULL : strchr(from, c);
    char text[8];
    if (found != NULL) {
        text[0] = '\\';
        text[1] = to[found - from];
        put(o, text, 2);
        return;
    }
    put(o, text, (size_t)snprintf(text, sizeof text, "\\u%04X", (unsigned)c));
}

static bool is_plain(char c) {
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void put_string(struct json_out *o, const char *text, size_t size) {
    put_char(o, '"');
    for (size_t i = 0, run; i < size; i += run) {
        for (run = 0; i + run < size && is_plain(text[i + run]); run++)
            ;
        put(o, text + i, run);
        if (i + run < size)
            put_escaped(o, text[i + run++]);
    }
    put_char(o, '"');
}

/* What stands before a value: nothing behind a key, else what parts it from the one before. */
static void put_gap(struct json_out *o) {
    if (!o->after_key && o->depth > 0) {
        if (o->has_any)
            put_char(o, ',');
        put_line(o);
    }
    o->after_key = false;
    o->has_any = true;
}

void out_begin(struct json_out *o, char bracket) {
    put_gap(o);
    put_char(o, bracket);
    o->depth++;
    o->has_any = false;
}

void out_end(struct json_out *o, char bracket) {
    o->depth--;
    if (o->has_any)
        put_line(o);
    put_char(o, bracket);
    o->has_any = true; /* the one around it has this */
}

void out_key(struct json_out *o, const char *key) {
    put_gap(o);
    put_string(o, key, strlen(key));
    put(o, ": ", o->indent == 0 ? 1 : 2);
    o->after_key = true;
}

static void put_array(struct json_out *o, const json_t *array) {
    out_begin(o, '[');
    for (size_t i = 0; i < json_array_size(array); i++)
        out_value(o, json_array_get(array, i));
    out_end(o, ']');
}

static void put_members(struct json_out *o, const json_t *object) {
    json_t *members = (json_t *)object; /* the library's iterators ask for it, to change nothing */
    for (void *at = json_object_iter(members); at != NULL; at = json_object_iter_next(members, at)) {
        out_key(o, json_object_iter_key(at));
        out_value(o, json_object_iter_value(at));
    }
}

static void put_number(struct json_out *o, const json_t *value) {
    char text[64];
    size_t size = json_is_integer(value) ? (size_t)snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT,
                                                            json_integer_value(value))
                                         : json_dumpb(value, text, sizeof text, JSON_ENCODE_ANY);
    o->failed = o->failed || size == 0 || size > sizeof text;
    if (!o->failed)
        put(o, text, size);
}

void out_value(struct json_out *o, const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_ARRAY:
        put_array(o, value);
        return;
    case JSON_OBJECT:
        out_begin(o, '{');
        put_members(o, value);
        out_end(o, '}');
        return;
    case JSON_STRING:
        put_gap(o);
        put_string(o, json_string_value(value), json_string_length(value));
        return;
    case JSON_INTEGER:
    case JSON_REAL:
        put_gap(o);
        put_number(o, value);
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        put_gap(o);
        put(o, json_is_true(value) ? "true" : "false", json_is_true(value) ? 4 : 5);
        return;
    case JSON_NULL:
        put_gap(o);
        put(o, "null", 4);
    }
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
    if (object != NULL)
        put_members(o, object);
    json_decref(object);
}

/* ---- whole ---- */

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
