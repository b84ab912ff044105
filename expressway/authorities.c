/* Which CA certificates stand above a certificate? See authorities.h. */
#include "expressway/authorities.h"

#include <string.h>

#include "wire/cert.h"

enum { DEPTH_MAX = 10 };

static bool is_issuer(const struct cert *ca, const struct cert *of) {
    bool both = of->aki != NULL && ca->ski != NULL;
    return strcmp(ca->subject, of->issuer) == 0 && (!both || strcmp(ca->ski, of->aki) == 0);
}

static void add_all(struct arena *arena, struct certs *to, const struct certs *from) {
    for (size_t i = 0; from != NULL && i < from->n; i++)
        LIST_ADD(arena, to, from->v[i]);
}

/* All that could stand above the leaf: what was given, and what the lists lead to. */
static struct certs at_hand(struct arena *arena, const struct facts *facts, const struct cert *leaf,
                            const struct certs *pool) {
    struct certs found = {NULL, 0}, from = {NULL, 0};
    add_all(arena, &found, pool);
    LIST_ADD(arena, &from, (void *)leaf);
    add_all(arena, &from, pool);
    for (size_t i = 0; i < facts->trust_lists.n; i++) {
        struct certs reach = trust_reach(arena, &from, trust_index_new(arena, facts->trust_lists.v[i]));
        for (size_t k = 0; k < reach.n; k++) {
            struct cert *whole = trust_cert_whole(arena, reach.v[k]);
            if (whole != NULL)
                LIST_ADD(arena, &found, whole);
        }
    }
    return found;
}

static const struct cert *issuer_of(const struct cert *of, const struct certs *from, int64_t at) {
    const struct cert *best = NULL;
    for (size_t i = 0; i < from->n; i++)
        if (is_issuer(from->v[i], of) && from->v[i] != of &&
            (best == NULL || (best->not_after < at && from->v[i]->not_after >= at)))
            best = from->v[i];
    return best;
}

static void put_first(struct arena *arena, struct authorities *out, const struct authority *like) {
    struct authority *authority = ARENA_NEW(arena, struct authority);
    *authority = *like;
    LIST_ADD(arena, out, authority);
    for (size_t i = out->n - 1; i > 0; i--)
        out->v[i] = out->v[i - 1];
    out->v[0] = authority;
}

void authorities_above(struct arena *arena, const struct facts *facts, const struct cert *leaf,
                       const struct certs *pool, struct authorities *out) {
    struct certs hand = at_hand(arena, facts, leaf, pool);
    const struct cert *of = leaf;
    *out = (struct authorities){NULL, 0};
    if (leaf->self_signed)
        put_first(arena, out, &(struct authority){leaf, leaf->subject, leaf->ski, NULL, true});
    for (int depth = 0; depth < DEPTH_MAX && !of->self_issued; depth++) {
        const struct cert *ca = issuer_of(of, &hand, facts->run.at);
        struct authority next = {ca, ca != NULL ? ca->subject : of->issuer, ca != NULL ? ca->ski : of->aki,
                                 ca == NULL && of->aia.n > 0 ? of->aia.v[0] : NULL,
                                 ca != NULL && ca->self_issued};
        put_first(arena, out, &next);
        if (ca == NULL)
            return;
        of = ca;
    }
}

struct cert *trust_cert_whole(struct arena *arena, const struct cert *light) {
    return light->der == NULL ? NULL : cert_read(arena, light->der, light->der_size, NULL);
}

struct cert *trust_entry_whole(struct arena *arena, const struct ca_entry *entry) {
    return cert_read(arena, entry->der, entry->der_size, NULL);
}

static bool same_bytes(const struct cert *a, const struct ca_entry *b) {
    return a != NULL && a->der != NULL && a->der_size == b->der_size &&
           memcmp(a->der, b->der, b->der_size) == 0;
}

bool authority_is_in(struct arena *arena, const struct authority *authority, const struct trust_list *list,
                     int64_t at) {
    for (size_t i = 0; i < list->entries.n; i++) {
        const struct ca_entry *entry = list->entries.v[i];
        if (same_bytes(authority->cert, entry))
            return true;
        if (entry->not_after < at)
            continue;
        const struct cert *its = trust_entry_cert(arena, entry);
        if (its != NULL && strcmp(its->subject, authority->subject) == 0 && authority->key_id != NULL &&
            its->ski != NULL && strcmp(its->ski, authority->key_id) == 0)
            return true;
    }
    return false;
}
