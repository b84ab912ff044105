/* Which entries of a long trust list matter? See trust_index.h. Found by a hash of the subject, so that a
 * list of 100,000 is not parsed but for the few certificates that a path can need. */
#include "expressway/trust_index.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "wire/skim.h"
#include "wire/x509_ahead.h"

/* Caps against lists made to hurt: names on the way up, and certificates that bear one of them. Of one name
 * only the first fitting one counts, so the first few dozen will do. */
enum { WANTED_MAX = 512, OF_ONE_NAME_MAX = 64, REACH_MAX = 4096 };

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

static struct cert *cert_light(struct arena *arena, const X509 *x, const uint8_t *der, size_t size) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length;
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
    index->light = arena_alloc(arena, list->entries.n * sizeof *index->light);
    index->memos = trust_memos_new(arena);
    index->subject = arena_alloc(arena, list->entries.n * sizeof *index->subject);
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
    out->v = arena_alloc(arena, room * sizeof *out->v);
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
    uint32_t *issuers = arena_alloc(arena, from->n * sizeof *issuers);
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

void trust_foresee(struct arena *arena, const struct certs *some, const struct trust_index *index) {
    struct positions reach = {NULL, 0};
    if (x509_ahead_has_many())
        reach_from(arena, some, index, &reach);
    for (size_t i = 0; i < reach.n; i++) {
        const struct ca_entry *entry = index->list->entries.v[reach.v[i]];
        X509 *x = x509_of(entry->der, entry->der_size);
        if (x != NULL)
            x509_ahead_issuer(x);
        X509_free(x);
    }
}

void trust_keep_relevant(struct arena *arena, struct trust_list *list, const struct certs *seen) {
    struct positions reach;
    reach_from(arena, seen, trust_index_new(arena, list), &reach);
    for (size_t i = 0; i < reach.n; i++)
        list->entries.v[i] = list->entries.v[reach.v[i]];
    list->entries.n = reach.n;
    list->partial = true;
}

/* What a renewal leads to: old and new, and the CAs of all lists above them. */
static void renewal_seen(struct facts *facts, struct certs *seen) {
    const struct renewal *r = facts->renewal;
    const struct certs *from[] = {r == NULL ? NULL : &r->old_chain, r == NULL ? NULL : &r->new_chain,
                                  r == NULL ? NULL : &r->authorities};
    for (size_t k = 0; k < sizeof from / sizeof *from; k++)
        for (size_t i = 0; from[k] != NULL && i < from[k]->n; i++)
            LIST_ADD(facts->arena, seen, from[k]->v[i]);
    for (size_t i = 0; r != NULL && i < facts->trust_lists.n; i++) {
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
