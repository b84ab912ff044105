/* Makes certificates for tests. See cert_maker.h. Aborts on a recipe that libcrypto does not take. */
#include "tests/unit/cert_maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

static void must(int good, const char *what) {
    if (good)
        return;
    fprintf(stderr, "cert_maker: %s\n", what);
    ERR_print_errors_fp(stderr);
    abort();
}

static EVP_PKEY *dsa_make(int bits) {
    EVP_PKEY *parameters = NULL, *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
    must(EVP_PKEY_paramgen_init(context) > 0 && EVP_PKEY_CTX_set_dsa_paramgen_bits(context, bits) > 0 &&
             EVP_PKEY_paramgen(context, &parameters) > 0,
         "DSA parameters");
    EVP_PKEY_CTX_free(context);
    context = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
    must(EVP_PKEY_keygen_init(context) > 0 && EVP_PKEY_keygen(context, &key) > 0, "DSA key");
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(parameters);
    return key;
}

EVP_PKEY *key_make(const char *type, const char *curve_or_bits) {
    EVP_PKEY *key = NULL;
    if (strcmp(type, "DSA") == 0)
        return dsa_make(atoi(curve_or_bits));
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    must(context != NULL && EVP_PKEY_keygen_init(context) > 0, type);
    if (strncmp(type, "RSA", 3) == 0)
        must(EVP_PKEY_CTX_set_rsa_keygen_bits(context, atoi(curve_or_bits)) > 0, "bits");
    else if (strcmp(type, "EC") == 0)
        must(EVP_PKEY_CTX_set_group_name(context, curve_or_bits) > 0, "curve");
    must(EVP_PKEY_keygen(context, &key) > 0, "key");
    EVP_PKEY_CTX_free(context);
    return key;
}

EVP_PKEY *key_shared(void) {
    static EVP_PKEY *key;
    if (key == NULL)
        key = key_make("EC", "P-256");
    return key;
}

static void name_fill(X509_NAME *name, const char *text) {
    while (*text != 0) {
        char type[64], value[256];
        int used = 0;
        must(sscanf(text, "%63[^=]=%255[^/]%n", type, value, &used) == 2, text);
        ASN1_OBJECT *object = OBJ_txt2obj(type, 0);
        must(object != NULL && X509_NAME_add_entry_by_OBJ(name, object, MBSTRING_UTF8,
                                                          (const unsigned char *)value, -1, -1, 0),
             type);
        ASN1_OBJECT_free(object);
        text += used + (text[used] == '/');
    }
}

static void extensions_add(X509 *x, const struct recipe *recipe) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, x, x, NULL, NULL, 0);
    for (size_t i = 0; i < RECIPE_EXTENSIONS && recipe->extensions[i].value != NULL; i++) {
        X509_EXTENSION *extension =
            X509V3_EXT_nconf_nid(NULL, &context, recipe->extensions[i].nid, recipe->extensions[i].value);
        must(extension != NULL && X509_add_ext(x, extension, -1), recipe->extensions[i].value);
        X509_EXTENSION_free(extension);
    }
}

struct made cert_make(struct arena *arena, const struct recipe *recipe) {
    EVP_PKEY *key = recipe->key == NULL ? key_shared() : recipe->key;
    EVP_PKEY *signer = recipe->issuer_key == NULL ? key : recipe->issuer_key;
    const char *subject = recipe->subject == NULL ? "CN=test" : recipe->subject;
    const char *digest = recipe->digest == NULL ? "SHA256" : recipe->digest;
    X509 *x = X509_new();
    BIGNUM *serial = NULL;
    must(BN_hex2bn(&serial, recipe->serial == NULL ? "01" : recipe->serial) > 0, "serial");
    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x));
    BN_free(serial);
    X509_set_version(x, recipe->extensions[0].value == NULL ? 0 : 2);
    name_fill(X509_get_subject_name(x), subject);
    name_fill(X509_get_issuer_name(x), recipe->issuer == NULL ? subject : recipe->issuer);
    must(ASN1_TIME_set_string_X509(X509_getm_notBefore(x),
                                   recipe->not_before == NULL ? "20260101000000Z" : recipe->not_before),
         "notBefore");
    must(ASN1_TIME_set_string_X509(X509_getm_notAfter(x),
                                   recipe->not_after == NULL ? "20261231235959Z" : recipe->not_after),
         "notAfter");
    X509_set_pubkey(x, key);
    extensions_add(x, recipe);
    must(X509_sign(x, signer, digest[0] == 0 ? NULL : EVP_get_digestbyname(digest)) > 0, "signature");
    unsigned char *der = NULL;
    int size = i2d_X509(x, &der);
    must(size > 0, "DER");
    struct made made = {arena_dup(arena, der, (size_t)size), (size_t)size};
    OPENSSL_free(der);
    X509_free(x);
    return made;
}

char *pem_make(struct arena *arena, const char *label, const uint8_t *der, size_t size) {
    const char *base64 = base64_write(arena, der, size, true);
    char *body = arena_alloc(arena, strlen(base64) / 64 * 65 + 70), *to = body;
    for (; *base64 != 0; base64 += strnlen(base64, 64))
        to += sprintf(to, "%.64s\n", base64);
    return arena_printf(arena, "-----BEGIN %s-----\n%s-----END %s-----\n", label, body, label);
}
