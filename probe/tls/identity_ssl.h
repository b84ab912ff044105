/* The library's view of an identity, for probe/tls*.c only. */
#ifndef PROBE_TLS_IDENTITY_SSL_H
#define PROBE_TLS_IDENTITY_SSL_H

#include <openssl/ssl.h>
#include "probe/tls/identity.h"

bool identity_use(const struct identity *identity,
                  SSL *ssl); /* false: the library refused it (see its error queue) */

#endif
