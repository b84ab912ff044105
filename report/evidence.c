/* How is the evidence of a finding shown to a person? See evidence.h. */
#include "report/evidence.h"

#include <string.h>

enum {
    ITEMS_SHOWN = 12,  /* of one list */
    TEXT_SHOWN = 320,  /* columns of one text */
    DEEPEST = 4,       /* objects within objects */
    WIDEST_LABEL = 12, /* of nested keys, which are aligned among themselves */
    JOINED_UP_TO = 60  /* columns: short lists of short words go on one line */
};

/* What is put next stands in the value column. */
static void label_line(struct page *page, const char *label) {
    page_line(page, LABEL_AT, VALUE_AT);
    page_put(page, INK_FAINT, label);
    page_tab(page, VALUE_AT);
}

static char *label_of(struct arena *arena, const char *key) {
    char *label = visible(arena, key);
    for (char *p = label; *p != 0; p++)
        if (*p == '_')
            *p = ' ';
    return label;
}

/* Blanks at an end or two in a row are what the eye misses: they are shown as bytes. */
static char *blanks_shown(struct arena *arena, const char *text) {
    char *out = arena_alloc(arena, strlen(text) * 4 + 1), *at = out;
    for (const char *p = text; *p != 0; p++) {
        bool odd = *p == ' ' && (p == text || p[-1] == ' ' || p[1] == ' ' || p[1] == 0);
        at = odd ? strcpy(at, "\\x20") + 4 : (*at = *p, at + 1);
    }
    *at = 0;
    return out;
}

/* NULL for lists and objects. */
static char *scalar_text(struct arena *arena, const json_t *value, bool all) {
    switch (json_typeof(value)) {
    case JSON_STRING: {
        char *text = blanks_shown(arena, visible(arena, json_string_value(value)));
        if (*text == 0)
            return arena_text(arena, "\"\"");
        return all ? text : columns_cut(arena, text, TEXT_SHOWN);
    }
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

static void value_write(struct page *page, const json_t *value, int at, int depth, bool all);

/* What an object is about, shown first and without its key. */
static const char *heading_key(const json_t *object) {
    static const char *const keys[] = {"subject", "name", "id"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_is_string(json_object_get(object, keys[i])))
            return keys[i];
    return NULL;
}

static int widest_key(struct page *page, const json_t *object) {
    int widest = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        int columns = columns_of(label_of(page->arena, key));
        widest = columns > widest ? columns : widest;
    }
    return widest > WIDEST_LABEL ? WIDEST_LABEL : widest;
}

static bool says_nothing(const json_t *value) {
    return json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0);
}

/* The heading where we are, the other keys beneath it, two columns further in. */
static void object_write(struct page *page, const json_t *object, int at, int depth, bool all) {
    const char *heading = heading_key(object), *key;
    json_t *value;
    int in = heading == NULL ? at : at + 2, values = in + widest_key(page, object) + 2;
    bool first = heading == NULL;
    if (heading != NULL)
        page_put(page, INK_PLAIN, scalar_text(page->arena, json_object_get(object, heading), all));
    json_object_foreach((json_t *)object, key, value) {
        if ((heading != NULL && strcmp(key, heading) == 0) || says_nothing(value))
            continue;
        if (!first) {
            page_end(page);
            page_line(page, in, values);
        }
        first = false;
        page_put(page, INK_FAINT, label_of(page->arena, key));
        page_tab(page, values);
        value_write(page, value, values, depth + 1, all);
    }
}

/* All items on one line: when they are short words without blanks, so that commas can tell them apart. */
static bool joined(struct page *page, const json_t *list) {
    int columns = 0;
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        char *text = scalar_text(page->arena, item, true);
        if (text == NULL || strpbrk(text, " ,") != NULL)
            return false;
        columns += columns_of(text) + 2;
    }
    return columns <= JOINED_UP_TO;
}

static void list_write(struct page *page, const json_t *list, int at, int depth, bool all) {
    size_t i, count = json_array_size(list), shown = all || count <= ITEMS_SHOWN + 1 ? count : ITEMS_SHOWN;
    bool in_line = joined(page, list);
    json_t *item;
    if (count == 0)
        page_put(page, INK_PLAIN, "none");
    json_array_foreach(list, i, item) {
        if (i >= shown)
            break;
        if (i > 0 && !in_line) {
            page_end(page);
            page_line(page, at, at);
        }
        if (in_line)
            page_putf(page, INK_PLAIN, "%s%s ", scalar_text(page->arena, item, true),
                      i + 1 < count ? "," : "");
        else
            value_write(page, item, at, depth + 1, all);
    }
    if (shown < count) {
        page_end(page);
        page_line(page, at, at);
        page_putf(page, INK_FAINT, "and %zu more", count - shown);
    }
}

static void value_write(struct page *page, const json_t *value, int at, int depth, bool all) {
    char *text = scalar_text(page->arena, value, all);
    if (text != NULL)
        page_put(page, INK_PLAIN, text);
    else if (depth >= DEEPEST)
        page_put(page, INK_FAINT, "(see the JSON report)");
    else if (json_is_array(value))
        list_write(page, value, at, depth, all);
    else
        object_write(page, value, at, depth, all);
}

/* An enumeration has a section of its own (survey.c), and so has the table of settings (revocation.c). */
static bool is_told_elsewhere(const json_t *evidence, const char *key) {
    if (strcmp(key, "matrix") == 0)
        return true;
    return json_object_get(evidence, "survey") != NULL &&
           (strcmp(key, "accepted") == 0 || strcmp(key, "survey") == 0);
}

void evidence_write(struct page *page, const json_t *evidence, bool all) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)evidence, key, value) {
        if (is_told_elsewhere(evidence, key))
            continue;
        label_line(page, label_of(page->arena, key));
        value_write(page, value, VALUE_AT, 0, all);
        page_end(page);
    }
}
