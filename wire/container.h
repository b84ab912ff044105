/* Which certificates does a PKCS#7 or PKCS#12 file carry?
 *
 * Pure, like every reader of wire/. The bags of a PKCS#12 file are opened with the passphrase that the caller
 * gives; a private key in it is told of, never kept. */
#ifndef WIRE_CONTAINER_H
#define WIRE_CONTAINER_H

#include "facts/files.h"
#include "wire/private_key.h"

/* Signed data (RFC 2315, 5652) in DER or BER. False when it is none. */
bool pkcs7_read(struct arena *arena, const uint8_t *der, size_t size, struct user_file *into);
/* False when it is no PKCS#12 file. One that stays shut fills into->trouble. The empty passphrase is tried
 * first. */
bool pkcs12_read(struct arena *arena, const uint8_t *der, size_t size, const struct secret_source *secret,
                 struct user_file *into);

/* Adds a certificate of the library to file's, unless that holds FILE_CERTS_MAX. */
enum { FILE_CERTS_MAX = 5000 };
void file_add_x509(struct arena *arena, struct user_file *into, X509 *x);
void file_add_crl(struct arena *arena, struct user_file *into, const X509_CRL *crl);

#endif
