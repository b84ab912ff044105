/* What do the files share that look into trust lists? Names as bytes, compared without parsing. Private to
 * checks/. */
#ifndef EXPRESSWAY_TRUST_PARTS_H
#define EXPRESSWAY_TRUST_PARTS_H

#include <openssl/x509.h>

#include "expressway/trust.h"
#include "wire/x509.h"

struct verdict_memo {      /* one question and its answer */
    const void **key;      /* what was asked about, by identity; NULL: nothing yet */
    size_t deciding, size; /* what follows the first part may only name what is missing */
    struct trust_result result;
};

struct verdict_memos { /* grows with what is asked, up to a bound; then what comes takes the other's place */
    struct verdict_memo **v;
    size_t places, taken;
};

struct trust_index {
    const struct trust_list *list;
    struct arena *arena;
    uint32_t *subject;   /* dn_hash of each entry's subject, in list order */
    struct cert **light; /* of each entry; NULL: not asked for yet */
    struct verdict_memos *memos;
};

/* Equal for all encodings that OpenSSL takes for the same name (X509_NAME_cmp); now and then equal for
 * others. */
uint32_t dn_hash(const uint8_t *der, size_t size);
uint32_t dn_hash_of(const X509_NAME *name);
/* The whole name: what a path is looked up by. Unlike dn_hash letters beyond ASCII count. */
uint64_t dn_whole_key(const uint8_t *der, size_t size);
/* The common name, else the whole name: of several CAs with one the guide warns where log-in is by an
 * identity provider (chapter 6). */
uint64_t dn_key(const uint8_t *der, size_t size);

/* Names, key identifiers, AIA and bytes: what a trust list's certificate is asked for. Copies der. */
struct cert *cert_light(struct arena *arena, const X509 *x, const uint8_t *der, size_t size);

/* An entry as such a certificate, the same at each call; NULL when it cannot be parsed. */
struct cert *index_cert(const struct trust_index *index, size_t at);

/* Entries that can take part in a path from certificates with these issuers, by position, in list order. */
struct positions {
    size_t *v;
    size_t n;
};
void index_reach(struct arena *arena, const struct trust_index *index, const uint32_t *issuers, size_t count,
                 struct positions *out);

#endif
