/* When do two distinguished names count as one? Names as bytes, hashed without parsing, so that 100,000 of
 * them are compared in milliseconds. Not here: names as text (wire/x509.h). */
#ifndef EXPRESSWAY_DN_KEY_H
#define EXPRESSWAY_DN_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

/* Equal for all encodings that OpenSSL takes for the same name (X509_NAME_cmp); now and then equal for
 * others. */
uint32_t dn_hash(const uint8_t *der, size_t size);
uint32_t dn_hash_of(const X509_NAME *name);
/* The whole name: what a path is looked up by. Unlike dn_hash letters beyond ASCII count. */
uint64_t dn_whole_key(const uint8_t *der, size_t size);
/* The common name, else the whole name: of several CAs with one the guide warns where log-in is by an
 * identity provider (chapter 6). */
uint64_t dn_key(const uint8_t *der, size_t size);

#endif
