/* Which things bear this name? See name_map.h. */
#include "facts/name_map.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "facts/hash.h"

/* A name of those there are: where in `v` those that bear it begin, and how many they are. */
struct row {
    uint32_t hash, first, count;
};

struct name_map {
    struct arena *arena;
    struct named *v; /* once it was asked: those of one name in a row */
    size_t n, room;
    struct row *rows; /* one for each name */
    uint32_t
        *places; /* by hash: one more than the number of a row; 0: free. Twice as many as rows at least */
    size_t names, mask; /* of places: a power of two, less one */
    bool is_in_order;
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
    map->is_in_order = false;
}

/* Letters that differ in case alone have the same after the bit is set; others may, too: names are compared.
 */
static uint32_t hash_of(const char *name) {
    const uint64_t case_bit = UINT64_C(0x2020202020202020);
    return (uint32_t)hash_bytes(name, strlen(name), case_bit);
}

/* The place of that name, or the free one where it would be. `names` has one for each row. */
static uint32_t *place_of(const struct name_map *map, const char *const *names, const char *name,
                          uint32_t hash) {
    for (size_t at = hash;; at++) {
        uint32_t *place = &map->places[at & map->mask];
        const struct row *row = *place == 0 ? NULL : &map->rows[*place - 1];
        if (row == NULL ||
            (row->hash == hash &&
             strcasecmp(names != NULL ? names[*place - 1] : map->v[row->first].name, name) == 0))
            return place;
    }
}

/* What is made while a map is put in order, and let go. */
struct ordering {
    struct arena *arena;
    const char **names; /* of each row */
    uint32_t *of;       /* of each thing: its row */
    struct named *from;
};

static void rows_count(struct name_map *map, struct ordering *o) {
    for (size_t i = 0; i < map->n; i++) {
        uint32_t hash = hash_of(map->v[i].name);
        uint32_t *place = place_of(map, o->names, map->v[i].name, hash);
        if (*place == 0) {
            o->names[map->names] = map->v[i].name;
            map->rows[map->names++] = (struct row){hash, 0, 0};
            *place = (uint32_t)map->names;
        }
        o->of[i] = *place - 1;
        map->rows[o->of[i]].count++;
    }
}

/* Those of one name in a row, as they were added: each goes where its row goes on. */
static void rows_fill(struct name_map *map, const struct ordering *o) {
    uint32_t next = 0;
    for (size_t i = 0; i < map->names; i++) {
        map->rows[i].first = next;
        next += map->rows[i].count;
        map->rows[i].count = 0;
    }
    for (size_t i = 0; i < map->n; i++) {
        struct row *row = &map->rows[o->of[i]];
        map->v[row->first + row->count++] = o->from[i];
    }
}

/* By the rows that there are, which may be few for so many things. */
static uint32_t *places_kept(struct name_map *map) {
    for (map->mask = 15; map->mask < 2 * map->names;)
        map->mask = 2 * map->mask + 1;
    uint32_t *places = arena_alloc(map->arena, (map->mask + 1) * sizeof *places);
    for (size_t i = 0; i < map->names; i++) {
        size_t at = map->rows[i].hash;
        while (places[at & map->mask] != 0)
            at++;
        places[at & map->mask] = (uint32_t)i + 1;
    }
    return places;
}

static void put_in_order(struct name_map *map) {
    if (map->is_in_order || map->n == 0)
        return;
    struct ordering o = {.arena = arena_new()};
    o.names = arena_alloc(o.arena, map->n * sizeof *o.names);
    o.of = arena_alloc(o.arena, map->n * sizeof *o.of);
    o.from = arena_dup(o.arena, map->v, map->n * sizeof *o.from);
    map->rows = arena_alloc(o.arena, map->n * sizeof *map->rows);
    map->names = 0;
    for (map->mask = 15; map->mask < 2 * map->n;)
        map->mask = 2 * map->mask + 1;
    map->places = arena_alloc(o.arena, (map->mask + 1) * sizeof *map->places);
    rows_count(map, &o);
    rows_fill(map, &o);
    map->rows = arena_dup(map->arena, map->rows, map->names * sizeof *map->rows);
    map->places = places_kept(map);
    arena_free(o.arena);
    map->is_in_order = true;
}

const struct named *name_map_find(struct name_map *map, const char *name, size_t *count) {
    *count = 0;
    if (name == NULL || map->n == 0)
        return NULL;
    put_in_order(map);
    uint32_t place = *place_of(map, NULL, name, hash_of(name));
    if (place == 0)
        return NULL;
    *count = map->rows[place - 1].count;
    return &map->v[map->rows[place - 1].first];
}

void *name_map_first(struct name_map *map, const char *name) {
    size_t count;
    const struct named *found = name_map_find(map, name, &count);
    return found == NULL ? NULL : found->thing;
}

size_t name_map_count(struct name_map *map) {
    put_in_order(map);
    return map->names;
}
