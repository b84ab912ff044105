/* What do the files share that look into trust lists? Names as bytes, compared without parsing. Private to
 * checks/. */
#ifndef EXPRESSWAY_TRUST_PARTS_H
#define EXPRESSWAY_TRUST_PARTS_H

#include <openssl/x509.h>

#include "expressway/trust.h"
#include "wire/x509.h"

struct trust_index {
    const struct trust_list *list;
    uint32_t *subject; /* dn_hash of each entry's subject, in list order */
};

/* Equal for all encodings that OpenSSL takes for the same name (X509_NAME_cmp); now and then equal for
 * others. */
uint32_t dn_hash(const uint8_t *der, size_t size);
uint32_t dn_hash_of(const X509_NAME *name);
/* What makes two CA certificates "of one name" to Expressway: the common name, else the whole name. */
uint64_t dn_key(const uint8_t *der, size_t size);

/* Names, key identifiers, AIA and bytes: what a trust list's certificate is asked for. Copies der. */
struct cert *cert_light(struct arena *arena, const X509 *x, const uint8_t *der, size_t size);

/* Entries that can take part in a path from certificates with these issuers, by position, in list order. */
struct positions {
    size_t *v;
    size_t n;
};
void index_reach(struct arena *arena, const struct trust_index *index, const uint32_t *issuers, size_t count,
                 struct positions *out);

#endif
