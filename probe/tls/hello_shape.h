/* What does the ClientHello of one handshake offer, beyond what its form of context has (tls_contexts.h)?
 * Name, client, groups, signature algorithms, suites, ALPN. Writes no byte: OpenSSL does. */
#ifndef PROBE_TLS_HELLO_SHAPE_H
#define PROBE_TLS_HELLO_SHAPE_H

#include "probe/tls/tls_engine.h"

/* identity is presented with FORM_CLIENT. False: the library refuses some of it; its queue of errors says
 * why. */
bool hello_shape(SSL *ssl, const struct engine_form *form, const struct identity *identity);

#endif
