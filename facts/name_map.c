/* Which things bear this name? See name_map.h. */
#include "facts/name_map.h"

#include <stdlib.h>
#include <strings.h>

struct name_map {
    struct arena *arena;
    struct named *v;
    size_t n, room;
    bool is_sorted;
};

struct name_map *name_map_new(struct arena *arena) {
    struct name_map *map = ARENA_NEW(arena, struct name_map);
    map->arena = arena;
    return map;
}

void name_map_add(struct name_map *map, const char *name, const void *thing) {
    if (name == NULL)
        return;
    if (map->n == map->room) {
        struct named *old = map->v;
        map->room = map->room == 0 ? 16 : 2 * map->room;
        map->v = arena_alloc(map->arena, map->room * sizeof *map->v);
        for (size_t i = 0; i < map->n; i++)
            map->v[i] = old[i];
    }
    map->v[map->n] = (struct named){name, (void *)thing, map->n};
    map->n++;
    map->is_sorted = false;
}

static int compare(const void *a, const void *b) {
    const struct named *x = a, *y = b;
    int by_name = strcasecmp(x->name, y->name);
    return by_name != 0 ? by_name : (x->order > y->order) - (x->order < y->order);
}

static void sort(struct name_map *map) {
    if (!map->is_sorted && map->n > 0)
        qsort(map->v, map->n, sizeof *map->v, compare);
    map->is_sorted = true;
}

const struct named *name_map_find(struct name_map *map, const char *name, size_t *count) {
    size_t low = 0, high = map->n;
    *count = 0;
    if (name == NULL || map->n == 0)
        return NULL;
    sort(map);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcasecmp(map->v[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + *count < map->n && strcasecmp(map->v[low + *count].name, name) == 0)
        ++*count;
    return *count == 0 ? NULL : &map->v[low];
}

void *name_map_first(struct name_map *map, const char *name) {
    size_t count;
    const struct named *found = name_map_find(map, name, &count);
    return found == NULL ? NULL : found->thing;
}

size_t name_map_count(struct name_map *map) {
    size_t count = 0;
    sort(map);
    for (size_t i = 0; i < map->n; i++)
        count += i == 0 || strcasecmp(map->v[i - 1].name, map->v[i].name) != 0;
    return count;
}
