/* Which certificate and key do we present when a server asks? Loaded once, checked, wiped at the end.
 *
 * The key never becomes a fact, an argument or a log line. Encrypted keys ask through the callback. */
#ifndef PROBE_TLS_IDENTITY_H
#define PROBE_TLS_IDENTITY_H

#include "facts/cert.h"

struct identity; /* certificate, the CA certificates to send with it, private key */

/* Writes a passphrase of at most size bytes into buffer; its length, or -1 when there is nobody to ask. The
 * buffer is wiped by identity_load. */
typedef int (*passphrase_fn)(void *context, const char *file, char *buffer, int size);

/* PEM files; the key may stand in the certificate's file (key_file NULL). False with *error (in arena) naming
 * the file and what it is: unreadable, no certificate, no key, encrypted with nobody to ask, wrong
 * passphrase, key of another certificate. */
bool identity_load(struct arena *arena, const char *cert_file, const char *key_file, passphrase_fn ask,
                   void *context, struct identity **identity, char **error);
/* A throw-away one, made in memory: self-signed, valid for a day. NULL when the library refuses. */
struct identity *identity_make(const char *common_name);
void identity_free(struct identity *identity); /* NULL is fine */

#endif
