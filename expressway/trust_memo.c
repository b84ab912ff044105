/* Was the same asked of this trust list before? See trust_memo.h. */
#include "expressway/trust_memo.h"

#include <string.h>

struct memo {              /* one question and its answer */
    const void **key;      /* what was asked about, by identity */
    size_t deciding, size; /* what follows the first part may only name what is missing */
    struct trust_result result;
};

struct trust_memos {
    struct arena *arena;
    struct memo **v;
    size_t places, taken;
};

struct trust_memos *trust_memos_new(struct arena *arena) {
    struct trust_memos *memos = ARENA_NEW(arena, struct trust_memos);
    memos->arena = arena;
    return memos;
}

static size_t add_certs(const void **key, size_t n, const struct certs *certs) {
    for (size_t i = 0; certs != NULL && i < certs->n; i++)
        key[n++] = certs->v[i];
    key[n++] = NULL;
    return n;
}

enum { KEY_ROOM = 64 }; /* longer keys are rare, and made in the arena */

/* *deciding: how much of it decides. */
static const void **key_of(struct arena *arena, const struct trust_asked *asked, const void *here[KEY_ROOM],
                           size_t *deciding, size_t *size) {
    size_t room =
        5 + (asked->sent == NULL ? 0 : asked->sent->n) + (asked->known == NULL ? 0 : asked->known->n);
    const void **key = room <= KEY_ROOM ? here : arena_alloc(arena, room * sizeof *key);
    size_t n = 0;
    key[n++] = asked->leaf;
    key[n++] = (const void *)(uintptr_t)asked->at;
    key[n++] = (const void *)(uintptr_t)asked->purpose;
    *deciding = n = add_certs(key, n, asked->sent);
    *size = add_certs(key, n, asked->known);
    return key;
}

static bool is_answered(const struct memo *memo, const void *const *key, size_t deciding, size_t size) {
    if (memo->deciding != deciding || memcmp(memo->key, key, deciding * sizeof *key) != 0)
        return false;
    return memo->result.verdict == TRUST_GOOD ||
           (memo->size == size && memcmp(memo->key, key, size * sizeof *key) == 0);
}

enum { MEMO_FIRST = 64, MEMO_MOST = 1 << 16, MEMO_NEAR = 16 }; /* places, powers of two */

static size_t hash_of(const void *const *key, size_t deciding) {
    uint64_t hash = 0;
    for (size_t i = 0; i < deciding; i++)
        hash = (hash + (uintptr_t)key[i]) * 0x9e3779b97f4a7c15u;
    return (size_t)(hash >> 32);
}

/* The place of that question, else the next free one: there is one as long as the table grows. From then on
 * one near it, else the first. By addresses, which no two runs have alike: with few places to choose from, it
 * was chance who found his own. */
static struct memo **place_of(const struct trust_memos *memos, const void *const *key, size_t deciding) {
    size_t at = hash_of(key, deciding), near = memos->places < MEMO_MOST ? memos->places : MEMO_NEAR;
    for (size_t i = 0; i < near; i++) {
        struct memo **place = &memos->v[(at + i) & (memos->places - 1)];
        if (*place == NULL ||
            ((*place)->deciding == deciding && memcmp((*place)->key, key, deciding * sizeof *key) == 0))
            return place;
    }
    return &memos->v[at & (memos->places - 1)];
}

static void memos_grow(struct trust_memos *memos) {
    struct trust_memos old = *memos;
    memos->places = old.places == 0 ? MEMO_FIRST : old.places * 2;
    memos->v = arena_alloc(memos->arena, memos->places * sizeof *memos->v);
    memos->taken = 0;
    for (size_t i = 0; i < old.places; i++)
        if (old.v[i] != NULL) {
            struct memo **place = place_of(memos, old.v[i]->key, old.v[i]->deciding);
            memos->taken += *place == NULL;
            *place = old.v[i];
        }
}

const struct trust_result *trust_memo_known(struct arena *arena, const struct trust_memos *memos,
                                            const struct trust_asked *asked) {
    const void *here[KEY_ROOM];
    size_t deciding, size;
    const void **key = key_of(arena, asked, here, &deciding, &size);
    const struct memo *memo = memos->places == 0 ? NULL : *place_of(memos, key, deciding);
    return memo != NULL && is_answered(memo, key, deciding, size) ? &memo->result : NULL;
}

struct trust_result *trust_memo(struct arena *arena, struct trust_memos *memos,
                                const struct trust_asked *asked, bool *is_known) {
    const void *here[KEY_ROOM];
    size_t deciding, size;
    const void **key = key_of(arena, asked, here, &deciding, &size);
    if (memos->taken * 2 >= memos->places && memos->places < MEMO_MOST)
        memos_grow(memos);
    struct memo **place = place_of(memos, key, deciding);
    *is_known = *place != NULL && is_answered(*place, key, deciding, size);
    if (*is_known)
        return &(*place)->result;
    memos->taken += *place == NULL;
    if (*place == NULL)
        *place = ARENA_NEW(memos->arena, struct memo);
    (*place)->key = arena_dup(memos->arena, key, size * sizeof *key);
    (*place)->size = size;
    (*place)->deciding = deciding;
    return &(*place)->result;
}
