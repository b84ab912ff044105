/* How is a recorded TLS session opened with its secrets? Secrets (wire/key_log.h) to keys, keys to plain
 * records; one opener for one direction of one session.
 *
 * TLS 1.3, and 1.0 to 1.2 with a master secret: AES-GCM, AES-CCM, ChaCha20-Poly1305, AES-CBC in both orders
 * of MAC and encryption. Every record is authenticated: with wrong secrets nothing comes out, never nonsense.
 * Makes no secrets and knows no private key. What it holds is wiped when it is freed. */
#ifndef WIRE_TLS_KEYS_H
#define WIRE_TLS_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/key_log.h"

struct tls_opener;

struct opener_form {
    const struct tls_secrets *secrets;
    int version; /* 0x0301 to 0x0304 */
    int suite;
    const uint8_t *client_random, *server_random; /* 32 bytes; not needed in TLS 1.3 */
    bool is_server;                               /* of records that the server writes */
};

/* NULL when the secrets, the suite or the version are none that this can open. */
struct tls_opener *tls_opener_new(const struct opener_form *form);
void tls_opener_free(struct tls_opener *opener); /* NULL is fine */
/* One record: its 5-byte header and its payload, in order. *plain (in out, of at least size bytes) without
 * padding; *type is the true content type. False when it does not authenticate; then nothing has changed. */
bool tls_open(struct tls_opener *opener, const uint8_t *header, const uint8_t *payload, size_t size,
              uint8_t *out, size_t *plain, int *type);
/* TLS 1.3: the Finished has been read, application keys from now on. False: their secret is not known. */
bool tls_opener_finish(struct tls_opener *opener);
bool tls_opener_update(struct tls_opener *opener); /* KeyUpdate, RFC 8446 7.2 */

#endif
