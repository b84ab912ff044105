/* What is known under these bytes? A hash table with bytes as keys and pointers as values; it only grows.
 *
 * Keys may be chosen by whoever made the capture, so the hash is seeded anew in each run. Does not own
 * values. */
#ifndef CAPTURE_TABLE_H
#define CAPTURE_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include "facts/arena.h"

struct table;

struct table *table_new(struct arena *arena); /* keys and slots are the arena's */
/* The place of the value under this key, NULL in it when it is new; the key is copied then. NULL: limit
 * entries are there already and this is not one of them. */
void **table_at(struct table *table, const void *key, size_t size, size_t limit);
void *table_find(const struct table *table, const void *key, size_t size); /* NULL: not there */

uint64_t hash_keyed(uint64_t seed, const void *bytes, size_t size);
uint64_t hash_seed(void);

#endif
