/* Which entries of a long trust list matter? For those who look into one: entries that a path can pass
 * through, and entries as certificates. Not here: whether a path is good (trust.h). */
#ifndef EXPRESSWAY_TRUST_INDEX_H
#define EXPRESSWAY_TRUST_INDEX_H

#include <openssl/x509.h>

#include "expressway/dn_key.h"
#include "expressway/trust.h"
#include "expressway/trust_memo.h"
#include "wire/x509.h"

struct trust_index {
    const struct trust_list *list;
    struct arena *arena;
    uint32_t *subject;   /* dn_hash of each entry's subject, in list order */
    struct cert **light; /* of each entry; NULL: not asked for yet */
    struct trust_memos *memos;
};

/* An entry as a certificate of names, key identifiers, AIA and bytes, the same at each call; NULL when it
 * cannot be parsed. */
struct cert *index_cert(const struct trust_index *index, size_t at);

/* Entries that can take part in a path from certificates with these issuers, by position, in list order. */
struct positions {
    size_t *v;
    size_t n;
};
void index_reach(struct arena *arena, const struct trust_index *index, const uint32_t *issuers, size_t count,
                 struct positions *out);

#endif
