/* What do the files share that read a certificate, or a request for one? Private to cert.c, cert_names.c and
 * csr.c. */
#ifndef WIRE_CERT_PARTS_H
#define WIRE_CERT_PARTS_H

#include <openssl/x509v3.h>

#include "facts/cert.h"
#include "wire/x509.h"

/* The first extension of that kind, decoded; NULL when absent or malformed. Free with the type's own free. */
void *cert_extension(const X509 *x, int nid);
bool cert_has_extension(const X509 *x, int nid);

char *cert_string(struct arena *arena, const ASN1_STRING *string); /* its bytes as they are, made harmless */
char *cert_oid(struct arena *arena, const ASN1_OBJECT *object);    /* dotted */

/* Each fills its members of cert. */
void cert_names_read(struct arena *arena, struct cert *cert, const X509 *x); /* subjectAltName */
void cert_subject_read(struct arena *arena, struct cert *cert, const X509_NAME *subject);
void cert_key_read(struct arena *arena, struct cert *cert, const EVP_PKEY *key); /* key may be NULL */
void cert_usage_read(struct arena *arena, struct cert *cert, const X509 *x);

#endif
