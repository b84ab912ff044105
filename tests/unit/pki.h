/* How does a test get a small PKI, chains and trust lists, with one thing wrong? Certificates made by
 * libcrypto and read back by cert_read() and ca_entry_read(), so that judges see what they see in earnest. */
#ifndef TESTS_UNIT_PKI_H
#define TESTS_UNIT_PKI_H

#include <openssl/x509v3.h>

#include "facts/facts.h"

enum { PKI_NOW = 1795294800, PKI_DAY = 86400 }; /* 2026-11-21T21:00:00Z, as healthy.h has it */

struct issued {
    X509 *x;
    EVP_PKEY *key;
    struct cert *cert;
};

/* A distribution point (RFC 5280 4.2.1.13): its name is a URI, a CN below the issuer's name ("relative to the
 * CRL issuer"), or the directory name that is the same; and who issues its lists, where that is another. */
struct point {
    const char *uri, *relative, *directory;
    const struct issued *below;  /* of directory */
    const struct issued *issuer; /* NULL: not said */
    const char *issuer_uri;      /* in its place, which RFC 5280 does not allow */
};
DIST_POINT_NAME *point_name_new(const struct point *point); /* NULL when it has no name */

/* What is left out: a leaf, signed by itself, with key identifiers, a P-256 key of its own, valid 60 days
 * back and 300 ahead of PKI_NOW (a CA: 1000 and 2000). */
struct spec {
    const char *name;            /* CN; NULL: none */
    const char *organization;    /* O; "Example" when NULL */
    const struct issued *by;     /* NULL: self-signed */
    bool is_ca;                  /* BasicConstraints CA:TRUE and keyCertSign */
    const char *constraints;     /* BasicConstraints as openssl.cnf has them; "" for none */
    const char *key_usage;       /* "" for none */
    const char *san, *eku, *aia; /* "DNS:a,DNS:b"; "serverAuth"; URI */
    const char *ocsp, *cdp; /* URI of the responder; distribution points as openssl.cnf has them: "URI:…" */
    const struct point *points[2];  /* distribution points, in place of cdp */
    bool has_no_ids;                /* neither subject nor authority key identifier */
    bool is_v1;                     /* no extensions at all */
    int64_t from, until;            /* seconds from PKI_NOW; 0: the usual ones */
    EVP_PKEY *key;                  /* of another certificate */
    const char *named_by;           /* CN of the issuer name, where it is not by's own subject */
    int name_type;                  /* MBSTRING_UTF8 unless given: V_ASN1_PRINTABLESTRING… */
    const char *key_type;           /* "EC P-256" unless given: "RSA 2048" */
    const char *extra_name, *extra; /* one more extension as openssl.cnf has it: "nameConstraints",
                                       "critical,permitted;DNS:example.com" */
    bool has_early_fraction;        /* notBefore with fractions of a second */
    bool has_fraction;              /* notAfter with fractions of a second */
};

struct issued *pki_issue(struct arena *arena, const struct spec *spec);
void pki_clear(void); /* frees what OpenSSL holds of all that were issued */

struct certs certs_of(struct arena *arena, const struct issued *const *issued, size_t count);
/* A list of that name, of these, in this order; added to facts unless NULL. */
struct trust_list *list_of(struct arena *arena, struct facts *facts, const char *name,
                           const struct issued *const *issued, size_t count);
void list_append(struct arena *arena, struct trust_list *list, const uint8_t *der, size_t size);

#define ISSUED(...)                                                                                          \
    (const struct issued *const[]){__VA_ARGS__},                                                             \
        sizeof((const struct issued *const[]){__VA_ARGS__}) / sizeof(const struct issued *)

#endif
