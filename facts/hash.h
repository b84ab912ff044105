/* In which place of a table is looked first? A hash of bytes, of eight at a time: short texts and
 * certificates alike are asked for far more often than they are kept.
 *
 * No protection against who chooses the bytes: tables by it are bounded, or take what is in the way out. */
#ifndef FACTS_HASH_H
#define FACTS_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_MIX                                                                                             \
    UINT64_C(0x9E3779B97F4A7C15) /* 2^64 by the golden ratio, odd: multiplying spreads low bits */

/* `same` are bits in which bytes may differ and still have the same hash, in each of the eight; 0: none. The
 * upper bits come down after each step, so that any of the lower ones will do. */
static inline uint64_t hash_bytes(const void *bytes, size_t size, uint64_t same) {
    const unsigned char *at = bytes;
    uint64_t hash = size, part;
    for (; size > 0; at += sizeof part, size -= sizeof part) {
        part = 0;
        memcpy(&part, at, size < sizeof part ? size : sizeof part);
        hash = (hash ^ (part | same)) * HASH_MIX;
        hash ^= hash >> 32;
        if (size < sizeof part)
            break;
    }
    return hash;
}

/* Of what stands at that address, which is all that is asked. */
static inline uint64_t hash_address(const void *address) {
    return (uint64_t)(uintptr_t)address * HASH_MIX >> 32;
}

#endif
