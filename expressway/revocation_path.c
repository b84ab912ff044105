/* Which certificates of a chain can be revoked, and who issued each? From the leaf up to the root, which is
 * not in it: nobody revokes a root. Issuers are found by name and signature, in what was sent, then in the
 * trust lists. */
#include <openssl/err.h>
#include <string.h>

#include "expressway/revocation.h"
#include "expressway/trust.h"
#include "expressway/trust_index.h"

bool seconds_of_time(const ASN1_TIME *time, int64_t *seconds) {
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days, rest;
    bool good = time != NULL && epoch != NULL && ASN1_TIME_diff(&days, &rest, epoch, time) == 1;
    if (good)
        *seconds = (int64_t)days * 86400 + rest;
    ASN1_TIME_free(epoch);
    return good;
}

static bool has_name_of_issuer(X509 *x, X509 *candidate) {
    return X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(candidate)) == 0;
}

struct listed_certs { /* CAs of lists, which thousands of certificates have above them */
    struct {
        const struct ca_entry *entry;
        struct cert *cert;
    } v[64];
};

struct listed_certs *listed_certs_new(struct arena *arena) {
    return ARENA_NEW(arena, struct listed_certs);
}

/* An intermediate that only a trust list holds: its own sources count, too. */
static struct cert *listed_once(struct arena *arena, struct listed_certs *listed,
                                const struct ca_entry *entry) {
    if (listed == NULL)
        return trust_entry_whole(arena, entry);
    size_t place = (uintptr_t)entry / 16 % (sizeof listed->v / sizeof *listed->v);
    if (listed->v[place].entry != entry) {
        listed->v[place].cert = trust_entry_whole(arena, entry);
        listed->v[place].entry = entry;
    }
    return listed->v[place].cert;
}

struct search {
    const struct facts *facts;
    struct listed_certs *listed;
    struct arena *arena;
    const struct certs *sent;
    bool saw_name; /* some certificate has the issuer's name */
};

static const struct cert *issuer_sent(struct search *search, X509 *x, X509 **issuer) {
    for (size_t i = 1; i < search->sent->n; i++) { /* the first is the leaf, which issued none of them */
        const struct cert *candidate = search->sent->v[i];
        X509 *other = x509_of(candidate->der, candidate->der_size);
        bool named = other != NULL && has_name_of_issuer(x, other);
        search->saw_name = search->saw_name || named;
        if (named && x509_is_signed_by(x, other)) {
            *issuer = other;
            return candidate;
        }
        X509_free(other);
    }
    return NULL;
}

static const struct cert *issuer_listed(struct search *search, X509 *x, const struct trust_list *list,
                                        X509 **issuer) {
    const unsigned char *name;
    size_t size;
    X509_NAME_get0_der(X509_get_issuer_name(x), &name, &size);
    const struct cert *found = NULL;
    for (size_t i = 0; found == NULL && i < list->entries.n; i++) {
        const struct ca_entry *entry = list->entries.v[i];
        if (entry->subject_size != size || memcmp(entry->subject, name, size) != 0)
            continue;
        X509 *other = x509_of(entry->der, entry->der_size);
        search->saw_name = search->saw_name || other != NULL;
        if (other != NULL && x509_is_signed_by(x, other)) {
            *issuer = other;
            found = listed_once(search->arena, search->listed, entry);
        } else {
            X509_free(other);
        }
    }
    return found;
}

static const struct cert *issuer_of(struct search *search, X509 *x, X509 **issuer) {
    search->saw_name = false;
    const struct cert *found = issuer_sent(search, x, issuer);
    for (size_t i = 0; found == NULL && i < search->facts->trust_lists.n; i++)
        found = issuer_listed(search, x, search->facts->trust_lists.v[i], issuer);
    return found;
}

/* A certificate that claims an issuer which is here and did not sign it was made by somebody else: what it
 * signs proves nothing. A root is its own issuer. */
static bool is_forged(struct search *search, X509 *x) {
    X509 *above = NULL;
    issuer_of(search, x, &above);
    bool forged = above == NULL && search->saw_name;
    X509_free(above);
    return forged;
}

void revocation_path_open(const struct facts *facts, struct arena *arena, const struct certs *chain,
                          struct listed_certs *listed, struct revocation_path *path) {
    struct search search = {.facts = facts, .listed = listed, .arena = arena, .sent = chain};
    const struct cert *cert = chain->n > 0 ? chain->v[0] : NULL;
    *path = (struct revocation_path){.n = 0};
    while (cert != NULL && cert->der != NULL && !cert->self_signed && path->n < REVOCATION_PATH) {
        struct revocation_step *step = &path->steps[path->n];
        if ((step->x = x509_of(cert->der, cert->der_size)) == NULL)
            break;
        step->cert = cert;
        cert = issuer_of(&search, step->x, &step->issuer);
        step->issuer_cert = cert;
        step->is_forged = cert != NULL && is_forged(&search, step->issuer);
        path->n++;
    }
    ERR_clear_error();
}

void revocation_path_close(struct revocation_path *path) {
    for (size_t i = 0; i < path->n; i++) {
        X509_free(path->steps[i].x);
        X509_free(path->steps[i].issuer);
    }
    path->n = 0;
}
