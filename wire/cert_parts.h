/* What do the files share that read a certificate, or a request for one? Private to cert.c, cert_names.c and
 * csr.c. */
#ifndef WIRE_CERT_PARTS_H
#define WIRE_CERT_PARTS_H

#include <openssl/x509v3.h>

#include "facts/cert.h"
#include "wire/x509.h"

/* Each fills its members of cert. */
void cert_names_read(struct arena *arena, struct cert *cert, const X509 *x); /* subjectAltName */
void cert_subject_read(struct arena *arena, struct cert *cert, const X509_NAME *subject);
void cert_key_read(struct arena *arena, struct cert *cert, const EVP_PKEY *key); /* key may be NULL */
void cert_usage_read(struct arena *arena, struct cert *cert, const X509 *x);

#endif
