/* Do real runs hold the states that a test's facts are in? See held.h. The lines are those of
 * tests/lab/states.py: the evidence is walked beside its schema, which knows the enumerations. */
#include "held.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "facts/save.h"

enum { LINES_MAX = 4096, WORDS_MAX = 16 };

struct held {
    struct arena *arena;
    json_t *schema;
    char *lines[LINES_MAX];
    size_t n;
    const char *row;
};

static void lines_read(struct held *h, const char *path) {
    char line[1024];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("%s is not there: tests run in the project's folder", path);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        size_t length = strcspn(line, "\t\n"); /* a reason follows behind a tab */
        assert_true(h->n < LINES_MAX);
        if (length > 0 && line[0] != '#')
            h->lines[h->n++] = arena_textn(h->arena, line, length);
    }
    fclose(file);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Read when the first row asks, and never changed after. */
static struct held *held(void) {
    static struct held h;
    if (h.arena == NULL) {
        h.arena = arena_new();
        json_t *whole = json_load_file("docs/report.schema.json", 0, NULL);
        assert_non_null(whole);
        h.schema = json_incref(json_object_get(whole, "$defs"));
        json_decref(whole);
        lines_read(&h, "tests/seen/states.txt");
        lines_read(&h, "tests/seen/by-hand.txt");
        qsort(h.lines, h.n, sizeof *h.lines, by_text);
    }
    return &h;
}

static bool is_null_type(const json_t *node) {
    const char *type = json_string_value(json_object_get(node, "type"));
    return type != NULL && strcmp(type, "null") == 0;
}

/* Behind references, and the side of a choice that is not null. */
static const json_t *resolved(const struct held *h, const json_t *node) {
    for (;;) {
        const char *reference = json_string_value(json_object_get(node, "$ref"));
        const json_t *choices = json_object_get(node, "oneOf"), *one = NULL;
        if (choices == NULL)
            choices = json_object_get(node, "anyOf");
        if (reference != NULL) {
            node = json_object_get(h->schema, strrchr(reference, '/') + 1);
            continue;
        }
        size_t i, count = 0;
        const json_t *choice;
        json_array_foreach(choices, i, choice) if (!is_null_type(choice)) {
            count++;
            one = choice;
        }
        if (count != 1)
            return node;
        node = one;
    }
}

static void line_held(struct held *h, const char *line) {
    if (bsearch(&line, h->lines, h->n, sizeof *h->lines, by_text) == NULL)
        fail_msg("row \"%s\": no run holds \"%s\" (make facts; tests/seen/by-hand.txt)", h->row, line);
}

static void walk(struct held *h, struct arena *arena, const json_t *value, const json_t *node,
                 const char *path);

static void walk_object(struct held *h, struct arena *arena, const json_t *object, const json_t *node,
                        const char *path) {
    const json_t *properties = json_object_get(node, "properties"), *inner;
    char *words[WORDS_MAX];
    size_t n = 0;
    const char *key;
    json_object_foreach((json_t *)object, key, inner) {
        const json_t *of = resolved(h, json_object_get(properties, key));
        if (json_is_string(inner) && json_object_get(of, "enum") != NULL && n < WORDS_MAX)
            words[n++] = arena_printf(arena, " %s=%s", key, json_string_value(inner));
        else if (json_is_object(inner) || json_is_array(inner))
            walk(h, arena, inner, of, *path == 0 ? key : arena_printf(arena, "%s.%s", path, key));
    }
    qsort(words, n, sizeof *words, by_text);
    char *line = arena_text(arena, path);
    for (size_t i = 0; i < n; i++)
        line = arena_printf(arena, "%s%s", line, words[i]);
    if (n > 0)
        line_held(h, line);
}

static void walk(struct held *h, struct arena *arena, const json_t *value, const json_t *node,
                 const char *path) {
    const json_t *of = resolved(h, node), *item;
    size_t i;
    if (json_is_object(value))
        walk_object(h, arena, value, of, path);
    json_array_foreach((json_t *)value, i, item)
        walk(h, arena, item, json_object_get(of, "items"), arena_printf(arena, "%s[]", path));
}

void assert_held(const struct facts *facts, const char *row) {
    struct held *h = held();
    struct arena *arena = arena_new();
    json_t *evidence = facts_save(facts, false);
    h->row = row;
    walk(h, arena, evidence, json_object_get(h->schema, "evidence"), "");
    json_decref(evidence);
    arena_free(arena);
}
