/* Which entries of a long trust list matter? Found by a hash of the subject, so that a list of 100,000 is
 * not parsed but for the few certificates that a path can need. */
#include "expressway/trust_parts.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "wire/skim.h"

/* Caps against lists made to hurt: names on the way up, and certificates that bear one of them. Of one name
 * only the first fitting one counts, so the first few dozen will do. */
enum { WANTED_MAX = 512, OF_ONE_NAME_MAX = 64, REACH_MAX = 4096 };

/* ---- distinguished names as bytes: SEQUENCE of SET of SEQUENCE {OID, string} ---- */

enum { TAG_OID = 0x06, TAG_BMP = 0x1e, TAG_UNIVERSAL = 0x1c, TAG_SEQUENCE = 0x30, TAG_SET = 0x31 };

struct slice {
    const uint8_t *p;
    size_t n;
};

static bool take(struct slice *from, uint8_t *tag, struct slice *content) {
    if (from->n < 2)
        return false;
    *tag = from->p[0];
    size_t length = from->p[1], head = 2;
    if (length >= 0x80) {
        size_t count = length & 0x7f;
        if (count == 0 || count > 4 || from->n < 2 + count)
            return false;
        for (length = 0; head < 2 + count; head++)
            length = length << 8 | from->p[head];
    }
    if (length > from->n - head)
        return false;
    *content = (struct slice){from->p + head, length};
    from->p += head + length;
    from->n -= head + length;
    return true;
}

struct attribute {
    struct slice oid, value;
    uint8_t tag;
};

struct dn_reader {
    struct slice sets, pairs;
};

static bool dn_open(struct dn_reader *reader, const uint8_t *der, size_t size) {
    struct slice whole = {der, size};
    uint8_t tag;
    reader->pairs.n = 0;
    return take(&whole, &tag, &reader->sets) && tag == TAG_SEQUENCE;
}

static bool dn_next(struct dn_reader *reader, struct attribute *attribute) {
    struct slice pair;
    uint8_t tag;
    while (reader->pairs.n == 0)
        if (!take(&reader->sets, &tag, &reader->pairs) || tag != TAG_SET)
            return false;
    return take(&reader->pairs, &tag, &pair) && tag == TAG_SEQUENCE && take(&pair, &tag, &attribute->oid) &&
           tag == TAG_OID && take(&pair, &attribute->tag, &attribute->value);
}

static uint64_t fnv(uint64_t hash, uint8_t byte) {
    return (hash ^ byte) * 0x100000001b3u;
}

static const uint64_t fnv_start = 0xcbf29ce484222325u;

/* OpenSSL compares names folded: any string type, case of ASCII letters and runs of blanks do not count. Only
 * ASCII letters and digits go into the hash, which therefore is the same for every such spelling. */
static uint64_t hash_value(uint64_t hash, const struct attribute *attribute) {
    size_t width = attribute->tag == TAG_BMP ? 2 : attribute->tag == TAG_UNIVERSAL ? 4 : 1;
    for (size_t i = 0; i + width <= attribute->value.n; i += width) {
        const uint8_t *c = attribute->value.p + i;
        uint8_t high = 0;
        for (size_t k = 0; k + 1 < width; k++)
            high |= c[k];
        uint8_t low = c[width - 1];
        if (low >= 'A' && low <= 'Z')
            low = (uint8_t)(low - 'A' + 'a');
        if (high == 0 && ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9')))
            hash = fnv(hash, low);
    }
    return hash;
}

/* A sum, because the attributes of one RDN are a set. */
static uint64_t sum_of(const uint8_t *der, size_t size, uint64_t (*hash_of)(const struct attribute *)) {
    struct dn_reader reader;
    struct attribute attribute;
    uint64_t sum = 0;
    if (!dn_open(&reader, der, size))
        return 0;
    while (dn_next(&reader, &attribute))
        sum += hash_of(&attribute);
    return sum;
}

static uint64_t with_oid(uint64_t hash, const struct attribute *attribute) {
    for (size_t i = 0; i < attribute->oid.n; i++)
        hash = fnv(hash, attribute->oid.p[i]);
    return hash;
}

static uint64_t hash_attribute(const struct attribute *attribute) {
    return hash_value(with_oid(fnv_start, attribute), attribute);
}

static uint64_t hash_all(const uint8_t *der, size_t size) {
    return sum_of(der, size, hash_attribute);
}

uint32_t dn_hash(const uint8_t *der, size_t size) {
    uint64_t hash = hash_all(der, size);
    return (uint32_t)(hash ^ hash >> 32);
}

uint32_t dn_hash_of(const X509_NAME *name) {
    const unsigned char *der;
    size_t size;
    return X509_NAME_get0_der(name, &der, &size) == 1 ? dn_hash(der, size) : 0;
}

/* Unlike dn_hash this one stands alone: letters beyond ASCII count, blanks and case still do not. */
static uint64_t hash_text(const struct attribute *attribute) {
    uint64_t hash = fnv_start;
    for (size_t i = 0; i < attribute->value.n; i++) {
        uint8_t c = attribute->value.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (uint8_t)(c - 'A' + 'a');
        if (c != ' ' && c != 0) /* 0: the other half of a BMPString's letter */
            hash = fnv(hash, c);
    }
    return hash;
}

static uint64_t hash_text_and_oid(const struct attribute *attribute) {
    return with_oid(hash_text(attribute), attribute);
}

uint64_t dn_whole_key(const uint8_t *der, size_t size) {
    return sum_of(der, size, hash_text_and_oid);
}

uint64_t dn_key(const uint8_t *der, size_t size) {
    static const uint8_t common_name[] = {0x55, 0x04, 0x03};
    struct dn_reader reader;
    struct attribute attribute;
    uint64_t key = 0;
    if (dn_open(&reader, der, size))
        while (dn_next(&reader, &attribute))
            if (attribute.oid.n == sizeof common_name &&
                memcmp(attribute.oid.p, common_name, sizeof common_name) == 0)
                key = hash_text(&attribute);
    return key != 0 ? key : hash_all(der, size);
}

/* ---- certificates ---- */

static char *identifier(struct arena *arena, const ASN1_OCTET_STRING *bytes) {
    return bytes == NULL || ASN1_STRING_length(bytes) == 0
               ? NULL
               : text_hex(arena, ASN1_STRING_get0_data(bytes), (size_t)ASN1_STRING_length(bytes), ':');
}

static void issuer_locations(struct arena *arena, const X509 *x, struct texts *out) {
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        if (OBJ_obj2nid(one->method) != NID_ad_ca_issuers || one->location->type != GEN_URI)
            continue;
        const ASN1_IA5STRING *uri = one->location->d.uniformResourceIdentifier;
        char *text = text_from_wire(arena, ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri));
        texts_add(arena, out, text);
    }
    AUTHORITY_INFO_ACCESS_free(access);
}

struct cert *cert_light(struct arena *arena, const X509 *x, const uint8_t *der, size_t size) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    struct cert *cert = ARENA_NEW(arena, struct cert);
    cert->subject = dn_text(arena, X509_get_subject_name(x));
    cert->issuer = dn_text(arena, X509_get_issuer_name(x));
    EVP_Digest(der, size, digest, &length, EVP_sha256(), NULL);
    cert->sha256 = text_hex(arena, digest, length, 0);
    cert->ski = identifier(arena, X509_get0_subject_key_id((X509 *)x));
    cert->aki = identifier(arena, X509_get0_authority_key_id((X509 *)x));
    issuer_locations(arena, x, &cert->aia);
    uint32_t flags = X509_get_extension_flags((X509 *)x);
    cert->has_basic_constraints = (flags & EXFLAG_BCONS) != 0;
    cert->is_ca = (flags & EXFLAG_CA) != 0;
    cert->self_issued = (flags & EXFLAG_SI) != 0;
    cert->self_signed = cert->self_issued && x509_is_signed_by((X509 *)x, (X509 *)x);
    cert->der = arena_dup(arena, der, size);
    cert->der_size = size;
    ERR_clear_error();
    return cert;
}

struct cert *trust_entry_cert(struct arena *arena, const struct ca_entry *entry) {
    X509 *x = x509_of(entry->der, entry->der_size);
    struct cert *cert = x == NULL ? NULL : cert_light(arena, x, entry->der, entry->der_size);
    X509_free(x);
    return cert;
}

/* ---- the index ---- */

struct trust_index *trust_index_new(struct arena *arena, const struct trust_list *list) {
    struct trust_index *index = ARENA_NEW(arena, struct trust_index);
    index->list = list;
    index->arena = arena;
    index->light = arena_alloc(arena, (list->entries.n + 1) * sizeof *index->light);
    index->memos = ARENA_NEW(arena, struct verdict_memos);
    index->subject = arena_alloc(arena, (list->entries.n + 1) * sizeof *index->subject);
    for (size_t i = 0; i < list->entries.n; i++)
        index->subject[i] = dn_hash(list->entries.v[i]->subject, list->entries.v[i]->subject_size);
    return index;
}

struct wanted {
    uint32_t v[WANTED_MAX];
    size_t n;
};

static void want(struct wanted *wanted, uint32_t hash) {
    for (size_t i = 0; i < wanted->n; i++)
        if (wanted->v[i] == hash)
            return;
    if (wanted->n < WANTED_MAX)
        wanted->v[wanted->n++] = hash;
}

static int by_position(const void *a, const void *b) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

void index_reach(struct arena *arena, const struct trust_index *index, const uint32_t *issuers, size_t count,
                 struct positions *out) {
    struct wanted wanted = {.n = 0};
    size_t room = index->list->entries.n < REACH_MAX ? index->list->entries.n : REACH_MAX;
    out->v = arena_alloc(arena, (room + 1) * sizeof *out->v);
    out->n = 0;
    for (size_t i = 0; i < count; i++)
        want(&wanted, issuers[i]);
    for (size_t w = 0; w < wanted.n; w++) {
        size_t of_this_name = 0;
        for (size_t i = 0; i < index->list->entries.n && out->n < room && of_this_name < OF_ONE_NAME_MAX;
             i++) {
            if (index->subject[i] != wanted.v[w])
                continue;
            const struct ca_entry *entry = index->list->entries.v[i];
            out->v[out->n++] = i;
            of_this_name++;
            want(&wanted, dn_hash(entry->issuer, entry->issuer_size));
        }
    }
    qsort(out->v, out->n, sizeof *out->v, by_position);
}

static void reach_from(struct arena *arena, const struct certs *from, const struct trust_index *index,
                       struct positions *out) {
    uint32_t *issuers = arena_alloc(arena, (from->n + 1) * sizeof *issuers);
    size_t count = 0;
    for (size_t i = 0; i < from->n; i++) {
        struct ca_entry skimmed;
        if (from->v[i]->der != NULL && ca_entry_read(&skimmed, from->v[i]->der, from->v[i]->der_size))
            issuers[count++] = dn_hash(skimmed.issuer, skimmed.issuer_size);
    }
    index_reach(arena, index, issuers, count, out);
}

/* Made once: a zone's judges ask for the same few again and again. */
struct cert *index_cert(const struct trust_index *index, size_t at) {
    if (index->light[at] == NULL)
        index->light[at] = trust_entry_cert(index->arena, index->list->entries.v[at]);
    return index->light[at];
}

struct certs trust_reach(struct arena *arena, const struct certs *from, const struct trust_index *index) {
    struct certs certs = {NULL, 0};
    struct positions reach;
    reach_from(arena, from, index, &reach);
    for (size_t i = 0; i < reach.n; i++) {
        struct cert *cert = index_cert(index, reach.v[i]);
        if (cert != NULL)
            LIST_ADD(arena, &certs, cert);
    }
    return certs;
}

void trust_keep_relevant(struct arena *arena, struct trust_list *list, const struct certs *seen) {
    struct positions reach;
    reach_from(arena, seen, trust_index_new(arena, list), &reach);
    for (size_t i = 0; i < reach.n; i++)
        list->entries.v[i] = list->entries.v[reach.v[i]];
    list->entries.n = reach.n;
    list->partial = true;
}

/* What a renewal leads to: old and new, and the CAs of the boxes' own lists above them. */
static void renewal_seen(struct facts *facts, struct certs *seen) {
    const struct renewal *r = facts->renewal;
    const struct certs *from[] = {r == NULL ? NULL : &r->old_chain, r == NULL ? NULL : &r->new_chain,
                                  r == NULL ? NULL : &r->authorities};
    for (size_t k = 0; k < sizeof from / sizeof *from; k++)
        for (size_t i = 0; from[k] != NULL && i < from[k]->n; i++)
            LIST_ADD(facts->arena, seen, from[k]->v[i]);
    for (size_t i = 0; r != NULL && i < facts->trust_lists.n; i++) {
        if (strcmp(facts->trust_lists.v[i]->name, "system") == 0)
            continue;
        struct certs reach =
            trust_reach(facts->arena, seen, trust_index_new(facts->arena, facts->trust_lists.v[i]));
        for (size_t k = 0; k < reach.n; k++)
            LIST_ADD(facts->arena, seen, reach.v[k]);
    }
}

void trust_trim_system(struct facts *facts) {
    struct certs seen = {NULL, 0};
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        for (size_t k = 0; k < e->tls.chain.n; k++)
            LIST_ADD(facts->arena, &seen, e->tls.chain.v[k]);
        for (size_t v = 0; v < e->variants.n; v++)
            for (size_t k = 0; k < e->variants.v[v]->chain.n; k++)
                LIST_ADD(facts->arena, &seen, e->variants.v[v]->chain.v[k]);
    }
    renewal_seen(facts, &seen);
    for (size_t i = 0; i < facts->trust_lists.n; i++)
        if (strcmp(facts->trust_lists.v[i]->name, "system") == 0)
            trust_keep_relevant(facts->arena, facts->trust_lists.v[i], &seen);
}
