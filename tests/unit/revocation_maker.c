/* How does a test get OCSP answers and CRLs? See revocation_maker.h. */
#include "tests/unit/revocation_maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

enum { HOUR = 3600, WEEK = 7 * 86400 };

static void must(int good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "revocation_maker: %s\n", what);
    ERR_print_errors_fp(stderr);
    abort();
}

static X509_EXTENSION *extension_new(const char *oid) {
    static const unsigned char null[] = {5, 0};
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(value, null, sizeof null);
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, object, 1, value);
    must(extension != NULL, oid);
    ASN1_OBJECT_free(object);
    ASN1_OCTET_STRING_free(value);
    return extension;
}

/* ---- OCSP ---- */

static void status_add(OCSP_BASICRESP *basic, const struct ocsp_recipe *r, int status) {
    const struct issued *issuer = r->named != NULL ? r->named : r->issuer;
    const struct issued *about = r->about != NULL ? r->about : r->cert;
    const EVP_MD *md = r->hash != NULL ? EVP_get_digestbyname(r->hash) : EVP_sha256();
    OCSP_CERTID *id = OCSP_cert_id_new(md, X509_get_subject_name(issuer->x),
                                       X509_get0_pubkey_bitstr(issuer->x), X509_get0_serialNumber(about->x));
    ASN1_TIME *from = ASN1_TIME_set(NULL, PKI_NOW + (r->this_update != 0 ? r->this_update : -HOUR));
    ASN1_TIME *until = r->next_update == 0 ? NULL : ASN1_TIME_set(NULL, PKI_NOW + r->next_update);
    ASN1_TIME *revoked = ASN1_TIME_set(NULL, PKI_NOW - WEEK);
    OCSP_SINGLERESP *single = OCSP_basic_add1_status(
        basic, id, status, r->reason != 0 ? r->reason - 1 : OCSP_REVOKED_STATUS_KEYCOMPROMISE, revoked, from,
        until);
    must(single != NULL, "status");
    if (r->has_no_time) {
        ASN1_GENERALIZEDTIME *this_update = NULL;
        OCSP_single_get0_status(single, NULL, NULL, &this_update, NULL);
        must(ASN1_STRING_set(this_update, "no time", -1), "time");
    }
    if (r->single_critical != NULL) {
        X509_EXTENSION *extension = extension_new(r->single_critical);
        must(OCSP_SINGLERESP_add_ext(single, extension, -1), "extension");
        X509_EXTENSION_free(extension);
    }
    OCSP_CERTID_free(id);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    ASN1_TIME_free(revoked);
}

static OCSP_BASICRESP *basic_make(const struct ocsp_recipe *r) {
    const struct issued *signer = r->signer != NULL ? r->signer : r->issuer;
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    struct ocsp_recipe other = *r;
    other.about = r->before;
    if (r->before != NULL)
        status_add(basic, &other, r->status);
    if (!r->is_empty)
        status_add(basic, r, r->status);
    other = *r;
    other.this_update = r->second_update != 0 ? r->second_update : r->this_update;
    if (r->second != 0)
        status_add(basic, &other, r->second - 1);
    for (int i = 0; r->decoy != NULL && i < (r->decoys == 0 ? 1 : r->decoys); i++)
        must(OCSP_basic_add1_cert(basic, r->decoy->x), "certificate");
    if (r->critical != NULL) {
        X509_EXTENSION *extension = extension_new(r->critical);
        must(OCSP_BASICRESP_add_ext(basic, extension, -1), "extension");
        X509_EXTENSION_free(extension);
    }
    unsigned long flags = (r->by_key ? OCSP_RESPID_KEY : 0) | (r->without_certificate ? OCSP_NOCERTS : 0);
    must(OCSP_basic_sign(basic, signer->x, signer->key, EVP_sha256(), NULL, flags), "sign");
    if (r->is_damaged) {
        ASN1_OCTET_STRING *signature = (ASN1_OCTET_STRING *)OCSP_resp_get0_signature(basic);
        signature->data[signature->length / 2] ^= 1;
    }
    return basic;
}

struct blob ocsp_make(struct arena *arena, const struct ocsp_recipe *recipe) {
    OCSP_BASICRESP *basic = recipe->refusal == 0 ? basic_make(recipe) : NULL;
    OCSP_RESPONSE *response = OCSP_response_create(recipe->refusal, basic);
    unsigned char *der = NULL;
    int size = i2d_OCSP_RESPONSE(response, &der);
    must(size > 0, "DER");
    struct blob made = {arena_dup(arena, der, (size_t)size), (size_t)size};
    OPENSSL_free(der);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    return made;
}

/* ---- CRLs ---- */

static void crl_extension(X509_CRL *crl, int nid, const char *value, bool is_critical) {
    X509V3_CTX context;
    char text[512];
    X509V3_set_ctx(&context, NULL, NULL, NULL, crl, 0);
    X509V3_set_ctx_nodb(&context);
    snprintf(text, sizeof text, "%s%s", is_critical ? "critical," : "", value);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &context, nid, text);
    must(extension != NULL && X509_CRL_add_ext(crl, extension, -1), value);
    X509_EXTENSION_free(extension);
}

static void scope_add(X509_CRL *crl, const struct crl_recipe *r) {
    ISSUING_DIST_POINT *scope = ISSUING_DIST_POINT_new();
    scope->distpoint = r->point != NULL ? point_name_new(r->point) : NULL;
    scope->indirectCRL = r->is_indirect ? 0xff : 0;
    must(X509_CRL_add1_ext_i2d(crl, NID_issuing_distribution_point, scope, 1, X509V3_ADD_DEFAULT) == 1,
         "scope");
    ISSUING_DIST_POINT_free(scope);
}

static void number_add(X509_CRL *crl, int nid, int number, bool is_critical) {
    ASN1_INTEGER *value = ASN1_INTEGER_new();
    ASN1_INTEGER_set(value, number);
    must(X509_CRL_add1_ext_i2d(crl, nid, value, is_critical, 0), "number");
    ASN1_INTEGER_free(value);
}

static void entry_add(X509_CRL *crl, const struct crl_recipe *r) {
    static const struct {
        const char *name;
        int code;
    } reasons[] = {{"keyCompromise", 1}, {"certificateHold", 6}, {"removeFromCRL", 8}};
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, PKI_NOW - WEEK);
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(r->revoked->x));
    X509_REVOKED_set_revocationDate(entry, when);
    for (size_t i = 0; r->reason != NULL && i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i].name, r->reason) == 0) {
            ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();
            ASN1_ENUMERATED_set(code, reasons[i].code);
            must(X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, code, 0, 0), "reason");
            ASN1_ENUMERATED_free(code);
        }
    if (r->entry_issuer != NULL) {
        GENERAL_NAMES *names = GENERAL_NAMES_new();
        GENERAL_NAME *name = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(name, GEN_DIRNAME, X509_NAME_dup(X509_get_subject_name(r->entry_issuer->x)));
        must(sk_GENERAL_NAME_push(names, name) > 0 &&
                 X509_REVOKED_add1_ext_i2d(entry, NID_certificate_issuer, names, 1, X509V3_ADD_DEFAULT) == 1,
             "certificateIssuer");
        GENERAL_NAMES_free(names);
    }
    if (r->entry_critical != NULL) {
        X509_EXTENSION *extension = extension_new(r->entry_critical);
        must(X509_REVOKED_add_ext(entry, extension, -1), "extension");
        X509_EXTENSION_free(extension);
    }
    must(X509_CRL_add0_revoked(crl, entry), "entry");
    ASN1_TIME_free(when);
}

static void times_set(X509_CRL *crl, const struct crl_recipe *r) {
    ASN1_TIME *from = ASN1_TIME_set(NULL, PKI_NOW + (r->this_update != 0 ? r->this_update : -HOUR));
    ASN1_TIME *until = ASN1_TIME_set(NULL, PKI_NOW + (r->next_update != 0 ? r->next_update : WEEK));
    X509_CRL_set1_lastUpdate(crl, from);
    if (!r->has_no_next_update)
        X509_CRL_set1_nextUpdate(crl, until);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
}

struct blob crl_make(struct arena *arena, const struct crl_recipe *r) {
    const struct issued *signer = r->signer != NULL ? r->signer : r->issuer;
    X509_CRL *crl = X509_CRL_new();
    unsigned char *der = NULL;
    X509_CRL_set_version(crl, 1);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(r->issuer->x));
    times_set(crl, r);
    if (r->revoked != NULL)
        entry_add(crl, r);
    if (r->delta_of != 0)
        number_add(crl, NID_delta_crl, r->delta_of, true);
    number_add(crl, NID_crl_number, r->number != 0 ? r->number : r->delta_of + 1, false);
    if (r->scope != NULL)
        crl_extension(crl, NID_issuing_distribution_point, r->scope, true);
    if (r->point != NULL || r->is_indirect)
        scope_add(crl, r);
    if (r->critical != NULL) {
        X509_EXTENSION *extension = extension_new(r->critical);
        must(X509_CRL_add_ext(crl, extension, -1), "extension");
        X509_EXTENSION_free(extension);
    }
    X509_CRL_sort(crl);
    must(X509_CRL_sign(crl, signer->key, EVP_sha256()) > 0, "sign");
    int size = i2d_X509_CRL(crl, &der);
    must(size > 0, "DER");
    struct blob made = {arena_dup(arena, der, (size_t)size), (size_t)size};
    OPENSSL_free(der);
    X509_CRL_free(crl);
    return made;
}
