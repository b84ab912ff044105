/* How does a test get a small PKI? See pki.h. Aborts on a specification that libcrypto does not take. */
#include "tests/unit/pki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "wire/skim.h"
#include "wire/cert.h"

static struct issued made[512];
static size_t made_count;

static void must(int good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "pki: %s\n", what);
    ERR_print_errors_fp(stderr);
    abort();
}

static EVP_PKEY *key_new(const char *type) {
    if (type != NULL && strncmp(type, "RSA ", 4) == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)atoi(type + 4));
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

static void name_add(X509_NAME *name, const char *field, const char *value, int type) {
    if (value != NULL)
        must(X509_NAME_add_entry_by_txt(name, field, type == 0 ? MBSTRING_UTF8 : type,
                                        (const unsigned char *)value, -1, -1, 0),
             value);
}

/* ---- distribution points ---- */

static GENERAL_NAMES *general_names_new(GENERAL_NAME *first) {
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    must(first != NULL && names != NULL && sk_GENERAL_NAME_push(names, first) > 0, "general name");
    return names;
}

static GENERAL_NAME *directory_name_new(const X509_NAME *name, const char *below) {
    GENERAL_NAME *general = GENERAL_NAME_new();
    X509_NAME *copy = X509_NAME_dup(name);
    must(general != NULL && copy != NULL, "directory name");
    name_add(copy, "CN", below, 0);
    GENERAL_NAME_set0_value(general, GEN_DIRNAME, copy);
    return general;
}

static GENERAL_NAME *uri_new(const char *uri) {
    GENERAL_NAME *general = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    must(general != NULL && text != NULL && ASN1_STRING_set(text, uri, -1), uri);
    GENERAL_NAME_set0_value(general, GEN_URI, text);
    return general;
}

DIST_POINT_NAME *point_name_new(const struct point *point) {
    if (point->uri == NULL && point->relative == NULL && point->directory == NULL)
        return NULL;
    DIST_POINT_NAME *name = DIST_POINT_NAME_new();
    if (point->relative == NULL) {
        name->type = 0;
        name->name.fullname =
            general_names_new(point->uri != NULL ? uri_new(point->uri)
                                                 : directory_name_new(X509_get_subject_name(point->below->x),
                                                                      point->directory));
        return name;
    }
    name->type = 1;
    name->name.relativename = sk_X509_NAME_ENTRY_new_null();
    X509_NAME_ENTRY *entry =
        X509_NAME_ENTRY_create_by_txt(NULL, "CN", MBSTRING_UTF8, (const unsigned char *)point->relative, -1);
    must(entry != NULL && sk_X509_NAME_ENTRY_push(name->name.relativename, entry) > 0, point->relative);
    return name;
}

static DIST_POINT *point_new(const struct point *point) {
    DIST_POINT *one = DIST_POINT_new();
    one->distpoint = point_name_new(point);
    if (point->issuer != NULL)
        one->CRLissuer = general_names_new(directory_name_new(X509_get_subject_name(point->issuer->x), NULL));
    else if (point->issuer_uri != NULL)
        one->CRLissuer = general_names_new(uri_new(point->issuer_uri));
    return one;
}

static void points_add(X509 *x, const struct point *const *these, size_t count) {
    CRL_DIST_POINTS *points = CRL_DIST_POINTS_new();
    for (size_t i = 0; i < count && these[i] != NULL; i++)
        must(sk_DIST_POINT_push(points, point_new(these[i])) > 0, "distribution point");
    must(X509_add1_ext_i2d(x, NID_crl_distribution_points, points, 0, X509V3_ADD_DEFAULT) == 1,
         "distribution points");
    CRL_DIST_POINTS_free(points);
}

/* ---- the rest ---- */

static void extension_add(X509 *x, X509V3_CTX *context, int nid, const char *value) {
    if (value == NULL || *value == '\0')
        return;
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, context, nid, value);
    must(extension != NULL && X509_add_ext(x, extension, -1), value);
    X509_EXTENSION_free(extension);
}

static void extensions_add(X509 *x, X509 *issuer, const struct spec *spec) {
    X509V3_CTX context;
    char aia[512];
    X509V3_set_ctx(&context, issuer, x, NULL, NULL, 0);
    extension_add(x, &context, NID_basic_constraints,
                  spec->constraints != NULL ? spec->constraints
                  : spec->is_ca             ? "critical,CA:TRUE"
                                            : NULL);
    extension_add(x, &context, NID_key_usage,
                  spec->key_usage != NULL ? spec->key_usage
                  : spec->is_ca           ? "critical,keyCertSign,cRLSign"
                                          : "digitalSignature");
    extension_add(x, &context, NID_subject_alt_name, spec->san);
    extension_add(x, &context, NID_ext_key_usage, spec->eku);
    if (!spec->has_no_ids) {
        extension_add(x, &context, NID_subject_key_identifier, "hash");
        extension_add(x, &context, NID_authority_key_identifier,
                      X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) >= 0 ? "keyid" : NULL);
    }
    snprintf(aia, sizeof aia, "%s%s%s%s%s", spec->aia != NULL ? "caIssuers;URI:" : "",
             spec->aia != NULL ? spec->aia : "", spec->aia != NULL && spec->ocsp != NULL ? "," : "",
             spec->ocsp != NULL ? "OCSP;URI:" : "", spec->ocsp != NULL ? spec->ocsp : "");
    extension_add(x, &context, NID_info_access, aia);
    extension_add(x, &context, NID_crl_distribution_points, spec->cdp);
    if (spec->points[0] != NULL)
        points_add(x, spec->points, sizeof spec->points / sizeof *spec->points);
    if (spec->extra != NULL) {
        X509_EXTENSION *extension = X509V3_EXT_nconf(NULL, &context, spec->extra_name, spec->extra);
        must(extension != NULL && X509_add_ext(x, extension, -1), spec->extra);
        X509_EXTENSION_free(extension);
    }
}

static void fraction_set(ASN1_TIME *time, const char *text) {
    time->type = V_ASN1_GENERALIZEDTIME;
    must(ASN1_STRING_set(time, text, -1), text);
}

static void dates_set(X509 *x, const struct spec *spec) {
    int64_t from = spec->from != 0 ? spec->from : (spec->is_ca ? -1000 : -60) * (int64_t)PKI_DAY;
    int64_t until = spec->until != 0 ? spec->until : (spec->is_ca ? 2000 : 300) * (int64_t)PKI_DAY;
    ASN1_TIME_set(X509_getm_notBefore(x), PKI_NOW + from);
    ASN1_TIME_set(X509_getm_notAfter(x), PKI_NOW + until);
    if (spec->has_early_fraction)
        fraction_set(X509_getm_notBefore(x), "20200101000000.5Z");
    if (spec->has_fraction)
        fraction_set(X509_getm_notAfter(x), "20300101000000.5Z");
}

struct issued *pki_issue(struct arena *arena, const struct spec *spec) {
    must(made_count < sizeof made / sizeof *made, "too many certificates");
    struct issued *issued = &made[made_count++];
    issued->x = X509_new();
    issued->key = spec->key != NULL ? spec->key : key_new(spec->key_type);
    must(issued->key != NULL && (spec->key == NULL || EVP_PKEY_up_ref(spec->key)), "key");
    X509_set_version(issued->x, spec->is_v1 ? 0 : 2);
    ASN1_INTEGER_set(X509_get_serialNumber(issued->x), (long)(1000 + made_count));
    X509_NAME *subject = X509_get_subject_name(issued->x);
    name_add(subject, "O", spec->organization != NULL ? spec->organization : "Example", spec->name_type);
    name_add(subject, "CN", spec->name, spec->name_type);
    X509_set_issuer_name(issued->x, spec->by != NULL ? X509_get_subject_name(spec->by->x) : subject);
    if (spec->named_by != NULL) {
        X509_NAME *other = X509_NAME_new();
        name_add(other, "O", "Example", spec->name_type);
        name_add(other, "CN", spec->named_by, spec->name_type);
        X509_set_issuer_name(issued->x, other);
        X509_NAME_free(other);
    }
    dates_set(issued->x, spec);
    X509_set_pubkey(issued->x, issued->key);
    if (!spec->is_v1)
        extensions_add(issued->x, spec->by != NULL ? spec->by->x : issued->x, spec);
    must(X509_sign(issued->x, spec->by != NULL ? spec->by->key : issued->key, EVP_sha256()) > 0, "sign");
    unsigned char *der = NULL;
    int size = i2d_X509(issued->x, &der);
    must(size > 0, "DER");
    issued->cert = cert_read(arena, der, (size_t)size, NULL);
    OPENSSL_free(der);
    must(issued->cert != NULL, "cert_read");
    return issued;
}

void pki_clear(void) {
    for (size_t i = 0; i < made_count; i++) {
        X509_free(made[i].x);
        EVP_PKEY_free(made[i].key);
    }
    made_count = 0;
}

struct certs certs_of(struct arena *arena, const struct issued *const *issued, size_t count) {
    struct certs certs = {NULL, 0};
    for (size_t i = 0; i < count; i++)
        if (issued[i] != NULL)
            LIST_ADD(arena, &certs, issued[i]->cert);
    return certs;
}

void list_append(struct arena *arena, struct trust_list *list, const uint8_t *der, size_t size) {
    struct ca_entry *entry = ARENA_NEW(arena, struct ca_entry);
    must(ca_entry_read(entry, der, size), "ca_entry_read");
    entry->line = (int)list->entries.n + 1;
    LIST_ADD(arena, &list->entries, entry);
}

struct trust_list *list_of(struct arena *arena, struct facts *facts, const char *name,
                           const struct issued *const *issued, size_t count) {
    struct trust_list *list = ARENA_NEW(arena, struct trust_list);
    list->name = arena_text(arena, name);
    for (size_t i = 0; i < count; i++)
        if (issued[i] != NULL)
            list_append(arena, list, issued[i]->cert->der, issued[i]->cert->der_size);
    if (facts != NULL)
        LIST_ADD(arena, &facts->trust_lists, list);
    return list;
}
