/* What do all TLS attempts of a run share? One SSL_CTX per form of ClientHello, made when first needed, and
 * the certificates read so far: the same bytes are parsed once.
 *
 * No form verifies anything: certificates are facts here, checks/ judges them. */
#ifndef PROBE_TLS_TLS_CONTEXTS_H
#define PROBE_TLS_TLS_CONTEXTS_H

#include <openssl/ssl.h>
#include "facts/facts.h"
#include "probe/tls/identity.h"

enum tls_form {
    FORM_ALL,    /* TLS 1.0 to 1.3, everything our library can do */
    FORM_CLIENT, /* the same, presenting the user's client certificate */
    FORM_TLS12,  /* TLS 1.2 only */
    FORM_LEGACY, /* TLS 1.0 and 1.1 only */
    FORM_RSA12,  /* up to TLS 1.2, RSA authentication only: the suite decides */
    FORM_ECDSA12,
    FORM_RSA13, /* TLS 1.3 only: the signature algorithms decide */
    FORM_ECDSA13,
    FORM_COUNT
};

struct recorder;
struct tls_contexts;

/* identity (NULL: none) is presented with FORM_CLIENT and must outlive the kit. */
struct tls_contexts *tls_contexts_new(struct arena *arena, const struct identity *identity);
void tls_contexts_free(struct tls_contexts *kit); /* NULL is fine */

/* Secrets of sessions go there (probe/recorder.h). Before the first context. */
void tls_contexts_record(struct tls_contexts *kit, struct recorder *recorder);

SSL_CTX *tls_contexts_get(struct tls_contexts *kit,
                          enum tls_form form); /* NULL: our library refuses that form */
struct cert *tls_contexts_cert(struct tls_contexts *kit, const uint8_t *der, size_t size, char **error);
const struct identity *tls_contexts_identity(const struct tls_contexts *kit);
struct arena *tls_contexts_arena(const struct tls_contexts *kit);

/* OpenSSL's queue of errors as one text; the queue is empty afterwards. */
char *tls_errors(struct arena *arena);

#endif
