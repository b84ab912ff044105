/* What is known under these bytes? See table.h. */
#include "capture/table.h"

#include <string.h>
#include <sys/random.h>

struct slot {
    uint64_t hash;
    const void *key; /* NULL: free */
    size_t size;
    void *value;
};

struct table {
    struct arena *arena;
    uint64_t seed;
    struct slot *slots;
    size_t room, count;
};

uint64_t hash_seed(void) {
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = (uint64_t)(uintptr_t)&seed * 0x9e3779b97f4a7c15U;
    return seed | 1;
}

static inline uint64_t mix(uint64_t a, uint64_t b) {
    __uint128_t product = (__uint128_t)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* After wyhash: eight octets a step. */
uint64_t hash_keyed(uint64_t seed, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    uint64_t hash = seed ^ size * 0xa0761d6478bd642fU, part;
    for (; size >= 8; size -= 8, at += 8) {
        memcpy(&part, at, 8);
        hash = mix(hash ^ part, 0xe7037ed1a0b428dbU ^ seed);
    }
    part = 0;
    memcpy(&part, at, size);
    return mix(hash ^ part, 0x8ebc6af09c88c6e3U ^ seed);
}

struct table *table_new(struct arena *arena) {
    struct table *t = ARENA_NEW(arena, struct table);
    t->arena = arena;
    t->seed = hash_seed();
    t->room = 64;
    t->slots = arena_alloc(arena, t->room * sizeof *t->slots);
    return t;
}

static struct slot *slot_of(const struct table *t, uint64_t hash, const void *key, size_t size) {
    size_t at = (size_t)hash & (t->room - 1);
    while (t->slots[at].key != NULL && (t->slots[at].hash != hash || t->slots[at].size != size ||
                                        memcmp(t->slots[at].key, key, size) != 0))
        at = (at + 1) & (t->room - 1);
    return &t->slots[at];
}

static void grow(struct table *t) {
    struct slot *old = t->slots;
    size_t room = t->room;
    t->room *= 2;
    t->slots = arena_alloc(t->arena, t->room * sizeof *t->slots);
    for (size_t i = 0; i < room; i++)
        if (old[i].key != NULL)
            *slot_of(t, old[i].hash, old[i].key, old[i].size) = old[i];
}

void *table_find(const struct table *t, const void *key, size_t size) {
    const struct slot *slot = slot_of(t, hash_keyed(t->seed, key, size), key, size);
    return slot->key == NULL ? NULL : slot->value;
}

void **table_at(struct table *t, const void *key, size_t size, size_t limit) {
    uint64_t hash = hash_keyed(t->seed, key, size);
    struct slot *slot = slot_of(t, hash, key, size);
    if (slot->key != NULL)
        return &slot->value;
    if (t->count >= limit)
        return NULL;
    if ((t->count + 1) * 2 > t->room) {
        grow(t);
        slot = slot_of(t, hash, key, size);
    }
    *slot = (struct slot){hash, arena_dup(t->arena, key, size), size, NULL};
    t->count++;
    return &slot->value;
}
