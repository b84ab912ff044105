/* With how much of OpenSSL are certificates read? See lean.h. A provider of OpenSSL is a table of algorithms;
 * ours hands on the usual one's. */
#include "wire/lean.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

enum { DECODERS_MOST = 32 };

struct lean { /* filled once, as the providers of OpenSSL are; the same for whoever asks */
    bool is_known;
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *usual;
    OSSL_ALGORITHM decoders[DECODERS_MOST + 1];
};

static struct lean *lean(void) {
    static struct lean only;
    return &only;
}

static const OSSL_ALGORITHM *algorithms(void *context, int operation, int *no_cache) {
    (void)context;
    if (operation != OSSL_OP_DECODER)
        return OSSL_PROVIDER_query_operation(lean()->usual, operation, no_cache);
    *no_cache = 0;
    return lean()->decoders;
}

/* The groups of TLS. */
static int capabilities(void *context, const char *what, OSSL_CALLBACK *on, void *arg) {
    (void)context;
    return OSSL_PROVIDER_get_capabilities(lean()->usual, what, on, arg);
}

static int provide(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
                   void **context) {
    static const OSSL_DISPATCH functions[] = {
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))algorithms},
        {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities},
        {0, NULL}};
    (void)handle;
    (void)in;
    *out = functions;
    *context = OSSL_PROVIDER_get0_provider_ctx(lean()->usual);
    return 1;
}

/* Those of subjectPublicKeyInfo (RFC 5280, section 4.1). False: not as we know them. */
static bool decoders_choose(struct lean *l) {
    int no_cache;
    size_t n = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(l->usual, OSSL_OP_DECODER, &no_cache);
    for (; all != NULL && all->algorithm_names != NULL; all++) {
        if (strstr(all->property_definition, "structure=SubjectPublicKeyInfo") == NULL)
            continue;
        if (n == DECODERS_MOST)
            return false;
        l->decoders[n++] = *all;
    }
    return n > 0;
}

static int see(OSSL_PROVIDER *provider, void *count) {
    if (strcmp(OSSL_PROVIDER_get0_name(provider), "default") == 0)
        lean()->usual = provider;
    ++*(int *)count;
    return 1;
}

static OSSL_LIB_CTX *make(struct lean *l) {
    int count = 0;
    OSSL_LIB_CTX *context;
    if (OSSL_PROVIDER_do_all(NULL, see, &count) != 1 || count != 1 || l->usual == NULL ||
        !decoders_choose(l) || (context = OSSL_LIB_CTX_new()) == NULL)
        return NULL;
    if (OSSL_PROVIDER_add_builtin(context, "lean", provide) == 1 &&
        OSSL_PROVIDER_load(context, "lean") != NULL)
        return context;
    OSSL_LIB_CTX_free(context);
    return NULL;
}

OSSL_LIB_CTX *lean_context(void) {
    struct lean *l = lean();
    if (!l->is_known)
        l->context = make(l);
    l->is_known = true;
    ERR_clear_error();
    return l->context;
}
