/* How does the evidence of a finding become rows of label and values? See rows.h. */
#include "report/rows.h"

#include <string.h>

#include "report/columns.h"

enum { VALUES_KEPT = 200, ROWS_KEPT = 2000, DEEPEST = 6 };

/* "upload_to" is "upload to" for people. */
static char *label_of(struct arena *arena, const char *key) {
    char *label = visible(arena, key);
    for (char *p = label; *p != 0; p++)
        if (*p == '_')
            *p = ' ';
    return label;
}

/* NULL for lists and objects. */
static char *scalar(struct arena *arena, const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_STRING:
        return *json_string_value(value) == 0 ? arena_text(arena, "\"\"")
                                              : visible(arena, json_string_value(value));
    case JSON_INTEGER:
        return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    case JSON_REAL:
        return arena_printf(arena, "%g", json_real_value(value));
    case JSON_TRUE:
        return arena_text(arena, "yes");
    case JSON_FALSE:
        return arena_text(arena, "no");
    case JSON_NULL:
        return arena_text(arena, "none");
    default:
        return NULL;
    }
}

static struct evidence_row *row_add(struct arena *arena, struct evidence_rows *out, int depth,
                                    const char *key) {
    struct evidence_row *row = ARENA_NEW(arena, struct evidence_row);
    row->depth = depth;
    row->label = label_of(arena, key);
    LIST_ADD(arena, out, row);
    return row;
}

static void row_value(struct arena *arena, struct evidence_row *row, const char *text) {
    if (row->values.n < VALUES_KEPT)
        texts_add(arena, &row->values, text);
    else
        row->left_out++;
}

static bool says_nothing(const json_t *value) {
    return json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_object(value) && json_object_size(value) == 0);
}

static void add_object(struct arena *arena, struct evidence_rows *out, int depth, const json_t *object);

/* Words side by side; an object among them begins a row of its own. */
static void add_list(struct arena *arena, struct evidence_rows *out, int depth, const char *key,
                     const json_t *list) {
    struct evidence_row *row = row_add(arena, out, depth, key);
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        char *text = scalar(arena, item);
        if (text != NULL) {
            row_value(arena, row, text);
        } else if (json_is_array(item)) {
            add_list(arena, out, depth + 1, key, item);
        } else {
            row = i == 0 ? row : row_add(arena, out, depth, key);
            add_object(arena, out, depth + 1, item);
        }
        if (out->n > ROWS_KEPT)
            return;
    }
}

static void add_object(struct arena *arena, struct evidence_rows *out, int depth, const json_t *object) {
    const char *key;
    json_t *value;
    if (depth > DEEPEST)
        return;
    json_object_foreach((json_t *)object, key, value) {
        if (says_nothing(value) || out->n > ROWS_KEPT)
            continue;
        char *text = scalar(arena, value);
        if (text != NULL) {
            row_value(arena, row_add(arena, out, depth, key), text);
        } else if (json_is_array(value)) {
            add_list(arena, out, depth, key, value);
        } else {
            row_add(arena, out, depth, key);
            add_object(arena, out, depth + 1, value);
        }
    }
}

void evidence_rows(struct arena *arena, const json_t *evidence, struct evidence_rows *out) {
    *out = (struct evidence_rows){0};
    add_object(arena, out, 0, evidence);
}

char *row_joined(struct arena *arena, const struct evidence_row *row) {
    size_t size = 64;
    for (size_t i = 0; i < row->values.n; i++)
        size += strlen(row->values.v[i]) + 2;
    char *out = arena_alloc(arena, size), *at = out;
    for (size_t i = 0; i < row->values.n; i++) {
        at = stpcpy(at, i > 0 ? ", " : "");
        at = stpcpy(at, row->values.v[i]);
    }
    if (row->left_out > 0)
        stpcpy(at, arena_printf(arena, " and %zu more", row->left_out));
    return out;
}
