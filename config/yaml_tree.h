/* What does a YAML text say, and where? A tree with the line and column of every node, for exact errors.
 *
 * One document of plain data: aliases, anchors, tags, deep nesting and keys that are not plain text are
 * refused (no configuration needs them, and they are how small files become large). Does not know what keys
 * mean. */
#ifndef CONFIG_YAML_TREE_H
#define CONFIG_YAML_TREE_H

#include <stdbool.h>
#include "facts/arena.h"

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_item {
    enum yaml_kind kind;
    int line, column;            /* 1-based */
    char *key;                   /* made harmless; NULL when not in a map */
    int key_line, key_column;    /* likewise 0 */
    char *text;                  /* YAML_TEXT: made harmless; "" when nothing stands there */
    LIST_OF(struct yaml_item) v; /* of lists and maps */
};

/* False with *error = "LINE:COLUMN: what is wrong". A text without a document gives an empty YAML_TEXT. */
bool yaml_read(struct arena *arena, const char *text, size_t size, struct yaml_item **root, char **error);

#endif
