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
    int days = 0, rest = 0;
    bool good = time != NULL && epoch != NULL && ASN1_TIME_diff(&days, &rest, epoch, time) == 1;
    if (good)
        *seconds = (int64_t)days * 86400 + rest;
    ASN1_TIME_free(epoch);
    return good;
}

static bool has_name_of_issuer(X509 *x, X509 *candidate) {
    return X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(candidate)) == 0;
}

static bool is_signed_by(X509 *x, X509 *issuer) {
    return x509_is_signed_by(x, issuer);
}

static void uri_add(struct arena *arena, struct texts *to, const ASN1_STRING *uri) {
    texts_add(arena, to, text_from_wire(arena, ASN1_STRING_get0_data(uri), (size_t)ASN1_STRING_length(uri)));
}

static void ocsp_uris(struct arena *arena, X509 *x, struct texts *to) {
    AUTHORITY_INFO_ACCESS *all = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(all); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(all, i);
        if (OBJ_obj2nid(one->method) == NID_ad_OCSP && one->location->type == GEN_URI)
            uri_add(arena, to, one->location->d.uniformResourceIdentifier);
    }
    AUTHORITY_INFO_ACCESS_free(all);
}

static void cdp_uris(struct arena *arena, X509 *x, struct texts *to) {
    CRL_DIST_POINTS *all = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);
    for (int i = 0; i < sk_DIST_POINT_num(all); i++) {
        const DIST_POINT_NAME *name = sk_DIST_POINT_value(all, i)->distpoint;
        for (int k = 0; name != NULL && name->type == 0 && k < sk_GENERAL_NAME_num(name->name.fullname);
             k++) {
            const GENERAL_NAME *one = sk_GENERAL_NAME_value(name->name.fullname, k);
            if (one->type == GEN_URI)
                uri_add(arena, to, one->d.uniformResourceIdentifier);
        }
    }
    CRL_DIST_POINTS_free(all);
}

/* An intermediate that only a trust list holds. */
static struct cert *listed_cert(struct arena *arena, X509 *x, const struct ca_entry *entry) {
    struct cert *cert = cert_light(arena, x, entry->der, entry->der_size);
    ocsp_uris(arena, x, &cert->ocsp);
    cdp_uris(arena, x, &cert->cdp);
    ERR_clear_error();
    return cert;
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

static struct cert *listed_once(struct arena *arena, struct listed_certs *listed, X509 *x,
                                const struct ca_entry *entry) {
    if (listed == NULL)
        return listed_cert(arena, x, entry);
    size_t place = (uintptr_t)entry / 16 % (sizeof listed->v / sizeof *listed->v);
    if (listed->v[place].entry != entry) {
        listed->v[place].cert = listed_cert(arena, x, entry);
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

static const struct cert *issuer_sent(struct search *search, X509 *x, const struct cert *cert,
                                      X509 **issuer) {
    for (size_t i = 0; i < search->sent->n; i++) {
        const struct cert *candidate = search->sent->v[i];
        X509 *other =
            candidate == cert || candidate->der == NULL ? NULL : x509_of(candidate->der, candidate->der_size);
        bool named = other != NULL && has_name_of_issuer(x, other);
        search->saw_name = search->saw_name || named;
        if (named && is_signed_by(x, other)) {
            *issuer = other;
            return candidate;
        }
        X509_free(other);
    }
    return NULL;
}

static const struct cert *issuer_listed(struct search *search, X509 *x, const struct trust_list *list,
                                        X509 **issuer) {
    unsigned char *name = NULL;
    int size = i2d_X509_NAME(X509_get_issuer_name(x), &name);
    const struct cert *found = NULL;
    for (size_t i = 0; size > 0 && found == NULL && i < list->entries.n; i++) {
        const struct ca_entry *entry = list->entries.v[i];
        if (entry->subject_size != (size_t)size || memcmp(entry->subject, name, (size_t)size) != 0)
            continue;
        X509 *other = x509_of(entry->der, entry->der_size);
        search->saw_name = search->saw_name || other != NULL;
        if (other != NULL && is_signed_by(x, other)) {
            *issuer = other;
            found = listed_once(search->arena, search->listed, other, entry);
        } else {
            X509_free(other);
        }
    }
    OPENSSL_free(name);
    return found;
}

static const struct cert *issuer_of(struct search *search, X509 *x, const struct cert *cert, X509 **issuer) {
    search->saw_name = false;
    const struct cert *found = issuer_sent(search, x, cert, issuer);
    for (size_t i = 0; found == NULL && i < search->facts->trust_lists.n; i++)
        found = issuer_listed(search, x, search->facts->trust_lists.v[i], issuer);
    return found;
}

/* A certificate that claims an issuer which is here and did not sign it, or to be a root and did not sign
 * itself, was made by somebody else: what it signs proves nothing. */
static bool is_forged(struct search *search, X509 *x, const struct cert *cert) {
    X509 *above = NULL;
    bool is_root = X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(x)) == 0;
    if (is_root && is_signed_by(x, x))
        return false;
    issuer_of(search, x, cert, &above);
    bool forged = above == NULL && (is_root || search->saw_name);
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
        cert = issuer_of(&search, step->x, cert, &step->issuer);
        step->is_forged = cert != NULL && is_forged(&search, step->issuer, cert);
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
