/* Which things bear this name? For questions that are asked of thousands of things.
 *
 * Names are compared as host names are: case does not count. Several things may bear one name, and come in
 * the order they were added. Names and things are borrowed; the map lives in the arena. Fill it first, then
 * ask: adding after a question makes the next question put them in order again. */
#ifndef FACTS_NAME_MAP_H
#define FACTS_NAME_MAP_H

#include "facts/arena.h"

struct name_map;

struct named {
    const char *name;
    void *thing;
    size_t order; /* of adding */
};

struct name_map *name_map_new(struct arena *arena);
void name_map_add(struct name_map *map, const char *name, const void *thing); /* NULL name: nothing */
/* The first of those that bear the name, and how many follow it in a row (itself counted); NULL and 0: none.
 * Valid until the next name_map_add(). */
const struct named *name_map_find(struct name_map *map, const char *name, size_t *count);
/* The first thing of that name; NULL: none, or name is NULL. */
void *name_map_first(struct name_map *map, const char *name);
size_t name_map_count(struct name_map *map); /* of different names */

#endif
