/* What do all TLS attempts of a run share? See tls_contexts.h. */
#include "probe/tls/tls_contexts.h"
#include "wire/records.h"

#include <openssl/err.h>
#include <search.h>
#include <string.h>
#include "probe/recorder.h"
#include "wire/cert.h"

struct known_cert {
    const uint8_t *der;
    size_t size;
    struct cert *cert; /* NULL when it could not be read */
    char *error;
};

struct tls_contexts {
    struct recorder *recorder; /* NULL: nobody records */
    struct arena *arena;
    SSL_CTX *contexts[FORM_COUNT];
    bool refused[FORM_COUNT];
    const struct identity *identity;
    void *certs; /* tsearch(3) tree of struct known_cert */
};

/* @SECLEVEL=0, or Debian's policy would end handshakes with servers that are old, and it would look like
 * their refusal. Anonymous, NULL, PSK and SRP suites are no way to learn a certificate. */
#define NOT_WANTED ":!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0"
#define EVERY_SUITE "ALL:COMPLEMENTOFALL" NOT_WANTED

/* TLS 1.3: rsa_pkcs1_* only speaks for signatures inside certificates there (RFC 8446 4.2.3), so it lets an
 * ECDSA certificate of an RSA CA pass without letting the server sign with RSA. For TLS 1.2 the suite alone
 * decides, and all signature algorithms stay offered. */
#define PKCS1 "RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1"
#define PSS "RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512"

static const struct {
    int lowest, highest;
    const char *suites, *signatures; /* signatures NULL: the library's own list */
} forms[FORM_COUNT] = {
    [FORM_ALL] = {TLS1_VERSION, TLS1_3_VERSION, EVERY_SUITE, NULL},
    [FORM_CLIENT] = {TLS1_VERSION, TLS1_3_VERSION, EVERY_SUITE, NULL},
    [FORM_TLS12] = {TLS1_2_VERSION, TLS1_2_VERSION, EVERY_SUITE, NULL},
    [FORM_LEGACY] = {TLS1_VERSION, TLS1_1_VERSION, EVERY_SUITE, NULL},
    [FORM_RSA12] = {TLS1_VERSION, TLS1_2_VERSION, "aRSA" NOT_WANTED, NULL},
    [FORM_ECDSA12] = {TLS1_VERSION, TLS1_2_VERSION, "aECDSA" NOT_WANTED, NULL},
    [FORM_RSA13] = {TLS1_3_VERSION, TLS1_3_VERSION, EVERY_SUITE, PSS ":" PKCS1},
    [FORM_ECDSA13] = {TLS1_3_VERSION, TLS1_3_VERSION, EVERY_SUITE,
                      "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:" PKCS1},
};

struct tls_contexts *tls_contexts_new(struct arena *arena, const struct identity *identity) {
    struct tls_contexts *kit = ARENA_NEW(arena, struct tls_contexts);
    kit->arena = arena;
    kit->identity = identity;
    return kit;
}

static void keep(void *node) { /* the arena owns them */
    (void)node;
}

void tls_contexts_free(struct tls_contexts *kit) {
    if (kit == NULL)
        return;
    for (int i = 0; i < FORM_COUNT; i++)
        SSL_CTX_free(kit->contexts[i]);
    tdestroy(kit->certs, keep);
    memset(kit, 0, sizeof *kit);
}

const struct identity *tls_contexts_identity(const struct tls_contexts *kit) {
    return kit->identity;
}

struct arena *tls_contexts_arena(const struct tls_contexts *kit) {
    return kit->arena;
}

/* Instead of OpenSSL's own check of the chain, which would build paths even with SSL_VERIFY_NONE. */
static int accept_any(X509_STORE_CTX *store, void *argument) {
    (void)store;
    (void)argument;
    return 1;
}

static bool context_fill(SSL_CTX *context, enum tls_form form) {
    SSL_CTX_set_options(context,
                        SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_cert_verify_callback(context, accept_any, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_max_cert_list(context, TLS_MESSAGE_MAX);
    return SSL_CTX_set_cipher_list(context, forms[form].suites) == 1 &&
           SSL_CTX_set_min_proto_version(context, forms[form].lowest) == 1 &&
           SSL_CTX_set_max_proto_version(context, forms[form].highest) == 1 &&
           (forms[form].signatures == NULL ||
            SSL_CTX_set1_sigalgs_list(context, forms[form].signatures) == 1) &&
           SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp) == 1;
}

void tls_contexts_record(struct tls_contexts *kit, struct recorder *recorder) {
    kit->recorder = recorder;
}

SSL_CTX *tls_contexts_get(struct tls_contexts *kit, enum tls_form form) {
    if (kit->contexts[form] != NULL || kit->refused[form])
        return kit->contexts[form];
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL || !context_fill(context, form)) {
        SSL_CTX_free(context);
        context = NULL;
        kit->refused[form] = true;
    }
    recorder_hear(kit->recorder, context);
    kit->contexts[form] = context;
    return context;
}

static int compare(const void *a, const void *b) {
    const struct known_cert *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return memcmp(x->der, y->der, x->size);
}

struct cert *tls_contexts_cert(struct tls_contexts *kit, const uint8_t *der, size_t size, char **error) {
    struct known_cert wanted = {.der = der, .size = size};
    struct known_cert **found = tfind(&wanted, &kit->certs, compare);
    if (found == NULL) {
        struct known_cert *known = ARENA_NEW(kit->arena, struct known_cert);
        known->cert = cert_read(kit->arena, der, size, &known->error);
        known->der = known->cert == NULL ? arena_dup(kit->arena, der, size) : known->cert->der;
        known->size = size;
        tsearch(known, &kit->certs, compare);
        *error = known->error; /* had the tree no memory: only slower next time */
        return known->cert;
    }
    *error = (*found)->error;
    return (*found)->cert;
}

char *tls_errors(struct arena *arena) {
    char *all = NULL;
    unsigned long code;
    const char *data;
    int flags;
    while ((code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
        const char *reason = ERR_reason_error_string(code);
        bool has_data = (flags & ERR_TXT_STRING) && data != NULL && *data != '\0';
        all = arena_printf(arena, "%s%s%s%s%s", all == NULL ? "" : all, all == NULL ? "" : "; ",
                           reason == NULL ? "unknown error" : reason, has_data ? ": " : "",
                           has_data ? data : "");
    }
    return all == NULL ? arena_text(arena, "no reason given") : text_from_wire(arena, all, strlen(all));
}
