/* Was there something of this name before? See name_set.h. */
#include "facts/name_set.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

struct row {
    const char *name; /* NULL: empty */
    const void *thing;
};

struct name_set {
    struct arena *arena;
    bool minds_case;
    struct row *rows;
    size_t n, places; /* a power of two, at most half of it taken */
};

struct name_set *name_set_new(struct arena *arena, bool minds_case) {
    struct name_set *set = ARENA_NEW(arena, struct name_set);
    set->arena = arena;
    set->minds_case = minds_case;
    return set;
}

static bool is_same(const struct name_set *set, const char *a, const char *b) {
    return set->minds_case ? strcmp(a, b) == 0 : strcasecmp(a, b) == 0;
}

/* Its row, or the empty one where it belongs. */
static struct row *row_of(const struct name_set *set, const char *name) {
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (const char *c = name; *c != '\0'; c++)
        hash = (hash ^ (uint64_t)(set->minds_case ? (unsigned char)*c : tolower((unsigned char)*c))) *
               1099511628211U;
    size_t at = (hash ^ hash >> 32) & (set->places - 1);
    while (set->rows[at].name != NULL && !is_same(set, set->rows[at].name, name))
        at = (at + 1) & (set->places - 1);
    return &set->rows[at];
}

static void grow(struct name_set *set) {
    const struct row *old = set->rows;
    size_t before = set->places;
    set->places = before == 0 ? 64 : 2 * before;
    set->rows = arena_alloc(set->arena, set->places * sizeof *set->rows);
    for (size_t i = 0; i < before; i++)
        if (old[i].name != NULL)
            *row_of(set, old[i].name) = old[i];
}

const void *name_set_put(struct name_set *set, const char *name, const void *thing) {
    if (2 * set->n >= set->places)
        grow(set);
    struct row *row = row_of(set, name);
    if (row->name != NULL)
        return row->thing;
    *row = (struct row){name, thing};
    set->n++;
    return NULL;
}
