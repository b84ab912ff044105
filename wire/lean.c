/* With how much of OpenSSL are certificates read? See lean.h. A provider of OpenSSL is a table of algorithms;
 * ours hands on the usual one's. */
#include "wire/lean.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

enum { SEEN_MOST = 32 };

struct sight { /* what of the provider is to be seen */
    bool is_known;
    OSSL_LIB_CTX *context;
    OSSL_ALGORITHM decoders[SEEN_MOST + 1];
    OSSL_ALGORITHM keys[SEEN_MOST + 1]; /* of the types that certificates may have */
};

struct lean { /* filled once, as the providers of OpenSSL are; the same for whoever asks */
    OSSL_PROVIDER *usual;
    struct sight all, rsa;
};

static struct lean *lean(void) {
    static struct lean only;
    return &only;
}

static const OSSL_ALGORITHM *algorithms(const struct sight *sight, int operation, int *no_cache) {
    if (operation != OSSL_OP_DECODER && operation != OSSL_OP_KEYMGMT)
        return OSSL_PROVIDER_query_operation(lean()->usual, operation, no_cache);
    *no_cache = 0;
    return operation == OSSL_OP_DECODER ? sight->decoders : sight->keys;
}

static const OSSL_ALGORITHM *of_all(void *context, int operation, int *no_cache) {
    (void)context; /* the usual provider's */
    return algorithms(&lean()->all, operation, no_cache);
}

static const OSSL_ALGORITHM *of_rsa(void *context, int operation, int *no_cache) {
    (void)context;
    return algorithms(&lean()->rsa, operation, no_cache);
}

/* The groups of TLS. */
static int capabilities(void *context, const char *what, OSSL_CALLBACK *on, void *arg) {
    (void)context;
    return OSSL_PROVIDER_get_capabilities(lean()->usual, what, on, arg);
}

#define PROVIDE(name, query)                                                                                 \
    static int name(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,      \
                    void **context) {                                                                        \
        static const OSSL_DISPATCH functions[] = {                                                           \
            {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))(query)},                                   \
            {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities},                             \
            {0, NULL}};                                                                                      \
        (void)handle, (void)in;                                                                              \
        *out = functions;                                                                                    \
        *context = OSSL_PROVIDER_get0_provider_ctx(lean()->usual);                                           \
        return 1;                                                                                            \
    }
PROVIDE(provide_all, of_all)
PROVIDE(provide_rsa, of_rsa)

/* Does the first of "RSA:rsaEncryption:1.2.840.113549.1.1.1" stand first in those names, too? */
static bool is_named(const char *names, const char *as) {
    size_t size = strcspn(as, ":");
    return strcspn(names, ":") == size && strncmp(names, as, size) == 0;
}

/* Those of subjectPublicKeyInfo (RFC 5280, section 4.1), of this type of key or (NULL) of all. */
static bool reads_keys(const OSSL_ALGORITHM *decoder, const char *key) {
    return strstr(decoder->property_definition, "structure=SubjectPublicKeyInfo") != NULL &&
           (key == NULL || is_named(decoder->algorithm_names, key));
}

static bool is_key_of_certificates(const OSSL_ALGORITHM *decoders, const char *key, const char *names) {
    for (; decoders->algorithm_names != NULL; decoders++)
        if (reads_keys(decoders, key) && is_named(decoders->algorithm_names, names))
            return true;
    return false;
}

/* A key is told by weighing all types against it, of which half are for deriving and authenticating: no
 * certificate has those. False: not as we know them. */
static bool sight_choose(struct lean *l, struct sight *sight, const char *key) {
    int no_cache;
    size_t n = 0, types = 0;
    const OSSL_ALGORITHM *decoders = OSSL_PROVIDER_query_operation(l->usual, OSSL_OP_DECODER, &no_cache),
                         *all = OSSL_PROVIDER_query_operation(l->usual, OSSL_OP_KEYMGMT, &no_cache);
    if (decoders == NULL || all == NULL)
        return false;
    for (const OSSL_ALGORITHM *d = decoders; d->algorithm_names != NULL && n < SEEN_MOST; d++)
        if (reads_keys(d, key))
            sight->decoders[n++] = *d;
    for (; all->algorithm_names != NULL && types < SEEN_MOST; all++)
        if (is_key_of_certificates(decoders, key, all->algorithm_names))
            sight->keys[types++] = *all;
    return n > 0 && n < SEEN_MOST && types > 0 && types < SEEN_MOST;
}

static int see(OSSL_PROVIDER *provider, void *count) {
    if (strcmp(OSSL_PROVIDER_get0_name(provider), "default") == 0)
        lean()->usual = provider;
    ++*(int *)count;
    return 1;
}

static OSSL_LIB_CTX *make(struct lean *l, struct sight *sight, const char *key,
                          OSSL_provider_init_fn *provide) {
    int count = 0;
    OSSL_LIB_CTX *context;
    if (OSSL_PROVIDER_do_all(NULL, see, &count) != 1 || count != 1 || l->usual == NULL ||
        !sight_choose(l, sight, key) || (context = OSSL_LIB_CTX_new()) == NULL)
        return NULL;
    if (OSSL_PROVIDER_add_builtin(context, "lean", provide) == 1 &&
        OSSL_PROVIDER_load(context, "lean") != NULL)
        return context;
    OSSL_LIB_CTX_free(context);
    return NULL;
}

static OSSL_LIB_CTX *made(struct sight *sight, const char *key, OSSL_provider_init_fn *provide) {
    if (sight->is_known) /* from then on nothing is written: other threads ask, too */
        return sight->context;
    sight->context = make(lean(), sight, key, provide);
    sight->is_known = true;
    ERR_clear_error();
    return sight->context;
}

OSSL_LIB_CTX *lean_context(void) {
    return made(&lean()->all, NULL, provide_all);
}

OSSL_LIB_CTX *lean_context_rsa(void) {
    return made(&lean()->rsa, "RSA", provide_rsa);
}
