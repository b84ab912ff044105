/* What does a YAML text say, and where? See yaml_tree.h. libyaml reads; here is only the shape. */
#include "config/yaml_tree.h"

#include <string.h>
#include <yaml.h>
#include "facts/text.h"

enum { DEPTH_MAX = 16, KEYS_MAX = 100, ITEMS_MAX = 1000000 };

struct reader {
    yaml_parser_t parser;
    struct arena *arena;
    int items;
    char *error; /* the first one; NULL while all is good */
};

static bool fail_at(struct reader *r, const yaml_mark_t *mark, const char *what) {
    if (r->error == NULL)
        r->error = arena_printf(r->arena, "%zu:%zu: %s", mark->line + 1, mark->column + 1, what);
    return false;
}

/* libyaml's own complaint: some have a mark, those about the bytes themselves only an offset. */
static bool fail_in_library(struct reader *r) {
    const yaml_parser_t *p = &r->parser;
    yaml_mark_t mark = p->problem_mark;
    if (p->error == YAML_MEMORY_ERROR)
        return fail_at(r, &p->mark, "no memory");
    if (p->error == YAML_READER_ERROR)
        mark = p->mark;
    char *what = arena_printf(r->arena, "%s%s%s", p->context != NULL ? p->context : "",
                              p->context != NULL ? ": " : "", p->problem != NULL ? p->problem : "not YAML");
    return fail_at(r, &mark, what);
}

static bool next(struct reader *r, yaml_event_t *event) {
    return yaml_parser_parse(&r->parser, event) != 0 || fail_in_library(r);
}

/* Why an event may not stand in a plain file; NULL: it may. */
static const char *objection(const yaml_event_t *event) {
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return "an alias (*): write it out";
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        break;
    }
    return anchor != NULL ? "an anchor (&): write it out" : tag != NULL ? "a tag (!): leave it out" : NULL;
}

static struct yaml_item *item_new(struct reader *r, const yaml_event_t *event, enum yaml_kind kind) {
    struct yaml_item *item = ARENA_NEW(r->arena, struct yaml_item);
    item->kind = kind;
    item->line = (int)event->start_mark.line + 1;
    item->column = (int)event->start_mark.column + 1;
    if (kind == YAML_TEXT)
        item->text = text_from_wire(r->arena, event->data.scalar.value, event->data.scalar.length);
    return item;
}

static bool read_item(struct reader *r, const yaml_event_t *event, int depth, struct yaml_item **out);

/* A key, whose event is at hand, and its value into map. */
static bool read_pair(struct reader *r, const yaml_event_t *key, int depth, struct yaml_item *map) {
    yaml_event_t value;
    struct yaml_item *item;
    if (key->type != YAML_SCALAR_EVENT)
        return fail_at(r, &key->start_mark, "wanted a key");
    const char *name = text_from_wire(r->arena, key->data.scalar.value, key->data.scalar.length);
    const char *fault = map->v.n >= KEYS_MAX ? "too many keys" : objection(key);
    for (size_t i = 0; i < map->v.n && fault == NULL; i++)
        if (strcmp(map->v.v[i]->key, name) == 0)
            fault = arena_printf(r->arena, "key '%s' is already in line %d", name, map->v.v[i]->key_line);
    if (fault != NULL)
        return fail_at(r, &key->start_mark, fault);
    if (!next(r, &value))
        return false;
    bool good = read_item(r, &value, depth, &item);
    yaml_event_delete(&value);
    if (!good)
        return false;
    item->key = (char *)name;
    item->key_line = (int)key->start_mark.line + 1;
    item->key_column = (int)key->start_mark.column + 1;
    LIST_ADD(r->arena, &map->v, item);
    return true;
}

static bool read_members(struct reader *r, int depth, struct yaml_item *into) {
    yaml_event_type_t end = into->kind == YAML_MAP ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    for (bool more = true; more;) {
        yaml_event_t event;
        struct yaml_item *item;
        bool good = true;
        if (!next(r, &event))
            return false;
        more = event.type != end;
        if (more && into->kind == YAML_MAP)
            good = read_pair(r, &event, depth, into);
        else if (more && (good = read_item(r, &event, depth, &item)))
            LIST_ADD(r->arena, &into->v, item);
        yaml_event_delete(&event);
        if (!good)
            return false;
    }
    return true;
}

static bool read_item(struct reader *r, const yaml_event_t *event, int depth, struct yaml_item **out) {
    const char *fault = objection(event);
    if (fault == NULL && depth > DEPTH_MAX)
        fault = "nested too deeply";
    if (fault == NULL && ++r->items > ITEMS_MAX)
        fault = "too many items";
    if (fault != NULL)
        return fail_at(r, &event->start_mark, fault);
    if (event->type == YAML_SCALAR_EVENT) {
        *out = item_new(r, event, YAML_TEXT);
        return true;
    }
    *out = item_new(r, event, event->type == YAML_MAPPING_START_EVENT ? YAML_MAP : YAML_LIST);
    return read_members(r, depth + 1, *out);
}

/* Stream start, document start, the one item, document end, stream end. */
static bool read_stream(struct reader *r, struct yaml_item **root) {
    int documents = 0;
    for (bool more = true; more;) {
        yaml_event_t event;
        bool good = true;
        if (!next(r, &event))
            return false;
        if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
            good = fail_at(r, &event.start_mark, "a second document: wanted one");
        else if (event.type == YAML_SCALAR_EVENT || event.type == YAML_SEQUENCE_START_EVENT ||
                 event.type == YAML_MAPPING_START_EVENT || event.type == YAML_ALIAS_EVENT)
            good = read_item(r, &event, 0, root);
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (!good)
            return false;
    }
    return true;
}

bool yaml_read(struct arena *arena, const char *text, size_t size, struct yaml_item **root, char **error) {
    struct reader r = {.arena = arena};
    if (!yaml_parser_initialize(&r.parser)) {
        *error = arena_text(arena, "1:1: no memory");
        return false;
    }
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, size);
    *root = ARENA_NEW(arena, struct yaml_item);
    (*root)->line = (*root)->column = 1;
    (*root)->text = arena_text(arena, "");
    bool good = read_stream(&r, root);
    yaml_parser_delete(&r.parser);
    if (!good)
        *error = r.error;
    return good;
}
