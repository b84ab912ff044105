/* Strict reading of YAML: see generate.h. */
#include "catalogue/generate/generate.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void refuse(const struct input *input, const yaml_node_t *at, const char *format, ...) {
    va_list args;
    fprintf(stderr, "%s:%zu: ", input->path, at == NULL ? 1 : at->start_mark.line + 1);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void *need(void *memory) {
    if (memory == NULL) {
        fputs("generate: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

void texts_add(struct texts *list, const char *text) {
    list->v = need(realloc(list->v, (list->n + 1) * sizeof *list->v));
    list->v[list->n++] = text;
}

bool texts_have(const struct texts *list, const char *text) {
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], text) == 0)
            return true;
    return false;
}

struct input input_open(const char *folder, const char *name) {
    struct input input = {0};
    size_t size = strlen(folder) + strlen(name) + sizeof "/.yaml";
    char *path = need(malloc(size));
    snprintf(path, size, "%s/%s.yaml", folder, name);
    input.path = path;
    FILE *file = fopen(path, "rb");
    yaml_parser_t parser;
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    need(yaml_parser_initialize(&parser) ? &parser : NULL);
    yaml_parser_set_input_file(&parser, file);
    if (!yaml_parser_load(&parser, &input.yaml)) {
        fprintf(stderr, "%s:%zu: %s\n", path, parser.problem_mark.line + 1, parser.problem);
        exit(1);
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return input;
}

yaml_node_t *root_of(struct input *input) {
    yaml_node_t *root = yaml_document_get_root_node(&input->yaml);
    if (root == NULL)
        refuse(input, NULL, "there is nothing in it");
    return root;
}

yaml_node_t *node_at(struct input *input, int index) {
    return yaml_document_get_node(&input->yaml, index);
}

const char *scalar(struct input *input, const yaml_node_t *node, const char *what) {
    if (node->type != YAML_SCALAR_NODE)
        refuse(input, node, "%s must be a text", what);
    const char *text = (const char *)node->data.scalar.value;
    size_t length = node->data.scalar.length;
    if (length == 0 || strlen(text) != length)
        refuse(input, node, "%s is empty", what);
    for (const char *p = text; *p != '\0'; p++)
        if (*p < ' ' || *p > '~' || (*p == ' ' && (p == text || p[1] == ' ' || p[1] == '\0')))
            refuse(input, node, "%s must be printable ASCII, without blanks at its ends or doubled", what);
    return text;
}

/* The keys of a mapping, each at most once, and none but these. NULL in `found`: it is not there. */
void keys_read(struct input *input, yaml_node_t *map, const char *const *keys, yaml_node_t **found,
               const char *what) {
    if (map->type != YAML_MAPPING_NODE)
        refuse(input, map, "%s must be a mapping", what);
    for (size_t k = 0; keys[k] != NULL; k++)
        found[k] = NULL;
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = node_at(input, pair->key);
        const char *name = scalar(input, key, "a key");
        size_t k = 0;
        while (keys[k] != NULL && strcmp(keys[k], name) != 0)
            k++;
        if (keys[k] == NULL)
            refuse(input, key, "%s has no key \"%s\"", what, name);
        if (found[k] != NULL)
            refuse(input, key, "\"%s\" stands twice", name);
        found[k] = node_at(input, pair->value);
    }
}

yaml_node_t *wanted(struct input *input, const yaml_node_t *map, yaml_node_t *value, const char *key) {
    if (value == NULL)
        refuse(input, map, "\"%s\" is missing", key);
    return value;
}

yaml_node_item_t *items_of(struct input *input, const yaml_node_t *list, const char *what, size_t *count) {
    if (list->type != YAML_SEQUENCE_NODE || list->data.sequence.items.start == list->data.sequence.items.top)
        refuse(input, list, "%s must be a list with something in it", what);
    *count = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
    return list->data.sequence.items.start;
}

struct some one_or_more(struct input *input, yaml_node_t *node, const char *what, size_t most) {
    struct some some = {1, {node}};
    if (node->type == YAML_SCALAR_NODE)
        return some;
    yaml_node_item_t *items = items_of(input, node, what, &some.n);
    if (some.n > most)
        refuse(input, node, "%s: at most %zu", what, most);
    for (size_t i = 0; i < some.n; i++)
        some.v[i] = node_at(input, items[i]);
    return some;
}

const char *id_read(struct input *input, yaml_node_t *node, const char *what) {
    const char *id = scalar(input, node, what);
    bool is_good = islower((unsigned char)*id) && strlen(id) < ID_MAX && id[strlen(id) - 1] != '-';
    if (!is_good || id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.")] != '\0')
        refuse(input, node, "\"%s\": an ID is small letters, digits, hyphens and dots", id);
    return id;
}

size_t word_read(struct input *input, yaml_node_t *node, const char *const *words, const char *what) {
    const char *text = scalar(input, node, what);
    size_t i = 0;
    while (words[i] != NULL && strcmp(words[i], text) != 0)
        i++;
    if (words[i] == NULL)
        refuse(input, node, "%s: \"%s\" is not one of its words", what, text);
    return i;
}
