/* How does a test get a certificate with just the fields it wants? A recipe, signed by libcrypto. */
#ifndef TESTS_UNIT_CERT_MAKER_H
#define TESTS_UNIT_CERT_MAKER_H

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "facts/cert.h"

enum { RECIPE_EXTENSIONS = 12 };

/* What is left out: CN=test, self-signed with a key of its own, 2026, no extensions. */
struct recipe {
    const char *subject;                /* "CN=a/O=b", encoded in this order; OIDs as attribute types too */
    const char *issuer;                 /* like the subject when NULL */
    EVP_PKEY *key;                      /* a P-256 key made for all tests when NULL */
    EVP_PKEY *issuer_key;               /* its own when NULL */
    const char *digest;                 /* "SHA256" when NULL; "" for keys that have their own */
    const char *not_before, *not_after; /* as ASN.1 writes them: "20260101000000Z" */
    const char *serial;                 /* hex; "01" when NULL */
    struct {
        int nid;
        const char *value; /* as in openssl.cnf; "DER:…" works for every kind */
    } extensions[RECIPE_EXTENSIONS];
};

struct made {
    uint8_t *der;
    size_t size;
};

struct made cert_make(struct arena *arena, const struct recipe *recipe);
EVP_PKEY *key_make(const char *type, const char *curve_or_bits); /* caller frees */
EVP_PKEY *key_shared(void);                                      /* P-256, of all tests; not to be freed */
/* PEM of any bytes, lines of 64. */
char *pem_make(struct arena *arena, const char *label, const uint8_t *der, size_t size);

#endif
