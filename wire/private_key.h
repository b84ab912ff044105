/* What may be told of a private key, and which certificate does it belong to?
 *
 * Pure, like every reader of wire/. The key lives as long as the call: what is kept is its kind and the
 * SHA-256 of its public half. A hostile file cannot make it work for long: the rounds of key derivation are
 * bounded. */
#ifndef WIRE_PRIVATE_KEY_H
#define WIRE_PRIVATE_KEY_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "facts/files.h"

/* Writes a passphrase of at most size bytes into buffer; its length, or -1 when there is nobody to ask. The
 * caller wipes the buffer. */
typedef int (*secret_fn)(void *context, const char *file, char *buffer, int size);

struct secret_source {
    secret_fn ask; /* NULL: nobody to ask */
    void *context;
    const char *file; /* named in the question */
};

/* SHA-256 of the SubjectPublicKeyInfo, lower-case hex: the same for certificate, request and key that belong
 * together, however each of them encodes it. NULL when the library cannot encode it. */
char *public_key_id(struct arena *arena, EVP_PKEY *key);

/* A PEM block whose label ends in PRIVATE KEY, from its BEGIN line to behind its END line; or DER. Fills key
 * (all but what the file system tells) and *public_key. False when it is no private key at all. */
bool private_key_read_pem(struct arena *arena, const char *block, size_t size,
                          const struct secret_source *secret, struct key_facts *key, char **public_key);
bool private_key_read_der(struct arena *arena, const uint8_t *der, size_t size,
                          const struct secret_source *secret, struct key_facts *key, char **public_key);
/* What is known of an open key. */
void private_key_describe(struct arena *arena, EVP_PKEY *open, struct key_facts *key, char **public_key);

/* Is the work that this encryption asks for within what we do? False as well for what cannot be told. */
bool encryption_is_bearable(const X509_ALGOR *algorithm);

#endif
