/* Which certificate and key do we present when a server asks? See identity.h. */
#include "probe/tls/identity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "probe/input.h"
#include "probe/tls/identity_ssl.h"
#include "wire/pem.h"

struct identity {
    X509 *cert;
    STACK_OF(X509) * chain; /* without the leaf */
    EVP_PKEY *key;
};

struct asking {
    passphrase_fn ask;
    void *context;
    const char *file;
    bool asked, nobody;
};

static int on_passphrase(char *buffer, int size, int writing, void *user) {
    struct asking *asking = user;
    (void)writing;
    asking->asked = true;
    int length = asking->ask == NULL ? -1 : asking->ask(asking->context, asking->file, buffer, size);
    asking->nobody = length < 0;
    return length < 0 ? -1 : length; /* the library wipes the buffer */
}

static bool fails(struct arena *arena, char **error, const char *file, const char *what) {
    *error = arena_printf(arena, "%s: %s", text_from_wire(arena, file, strlen(file)), what);
    return false;
}

/* A file with a private key, perhaps: kept out of the arena, and wiped. */
struct loaded {
    char *bytes;
    size_t size, room;
};

static void loaded_free(struct loaded *loaded) {
    OPENSSL_clear_free(loaded->bytes, loaded->room);
    loaded->bytes = NULL;
}

static bool loaded_read(struct arena *arena, const char *file, struct loaded *loaded, char **error) {
    struct input in;
    ptrdiff_t n = input_open(&in, file, INPUT_CERTS) ? 1 : -1;
    *loaded = (struct loaded){.room = in.is_regular ? (size_t)in.size + 1 : 64 * 1024};
    if (n > 0)
        loaded->bytes = OPENSSL_malloc(loaded->room);
    while (loaded->bytes != NULL &&
           (n = input_read(&in, loaded->bytes + loaded->size, loaded->room - loaded->size)) > 0)
        if ((loaded->size += (size_t)n) == loaded->room) {
            loaded->bytes = OPENSSL_clear_realloc(loaded->bytes, loaded->room, loaded->room * 2);
            loaded->room *= 2;
        }
    input_close(&in);
    if (n == 0)
        return true;
    loaded_free(loaded);
    return fails(arena, error, file, in.fault);
}

/* The file is not what was wanted: what is it? */
static bool fails_as(struct arena *arena, char **error, const char *file, const struct loaded *in,
                     const char *wanted) {
    enum { LOOKED_AT = 65536 };
    const char *what = pem_what(arena, in->bytes, in->size < LOOKED_AT ? in->size : LOOKED_AT);
    return fails(arena, error, file,
                 what == NULL ? arena_printf(arena, "no PEM in it; wanted %s", wanted)
                              : arena_printf(arena, "it is %s; wanted %s in PEM", what, wanted));
}

static bool certs_load(struct arena *arena, const char *file, struct identity *id, char **error) {
    struct loaded loaded;
    if (!loaded_read(arena, file, &loaded, error))
        return false;
    BIO *in = BIO_new_mem_buf(loaded.bytes, (int)loaded.size);
    id->cert = PEM_read_bio_X509(in, NULL, NULL, NULL);
    id->chain = sk_X509_new_null();
    for (X509 *ca;
         id->cert != NULL && id->chain != NULL && (ca = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL;)
        if (sk_X509_push(id->chain, ca) <= 0)
            X509_free(ca);
    ERR_clear_error(); /* the end of the file is no error */
    bool good = id->cert != NULL || fails_as(arena, error, file, &loaded, "the client certificate");
    BIO_free(in);
    loaded_free(&loaded);
    return good;
}

static bool key_load(struct arena *arena, const char *file, passphrase_fn ask, void *context,
                     struct identity *id, char **error) {
    struct loaded loaded;
    if (!loaded_read(arena, file, &loaded, error))
        return false;
    BIO *in = BIO_new_mem_buf(loaded.bytes, (int)loaded.size);
    struct asking asking = {.ask = ask, .context = context, .file = file};
    ERR_clear_error();
    id->key = PEM_read_bio_PrivateKey(in, NULL, on_passphrase, &asking);
    ERR_clear_error();
    bool good = id->key != NULL;
    if (!good && asking.nobody)
        fails(arena, error, file,
              "the private key is encrypted, and there is no terminal to ask for its passphrase");
    else if (!good && asking.asked)
        fails(arena, error, file, "the passphrase does not open this private key");
    else if (!good)
        fails_as(arena, error, file, &loaded, "the client certificate's private key");
    BIO_free(in);
    loaded_free(&loaded);
    return good;
}

bool identity_load(struct arena *arena, const char *cert_file, const char *key_file, passphrase_fn ask,
                   void *context, struct identity **identity, char **error) {
    struct identity *id = calloc(1, sizeof *id);
    bool good = id != NULL || fails(arena, error, cert_file, strerror(ENOMEM));
    good = good && certs_load(arena, cert_file, id, error) &&
           key_load(arena, key_file == NULL ? cert_file : key_file, ask, context, id, error);
    if (good && X509_check_private_key(id->cert, id->key) != 1) {
        ERR_clear_error();
        const char *other = text_from_wire(arena, cert_file, strlen(cert_file));
        good = fails(arena, error, key_file == NULL ? cert_file : key_file,
                     arena_printf(arena, "this private key belongs to another certificate than %s", other));
    }
    if (!good) {
        identity_free(id);
        id = NULL;
    }
    *identity = id;
    return good;
}

static bool self_sign(X509 *cert, EVP_PKEY *key, const char *common_name) {
    X509_NAME *name = X509_get_subject_name(cert);
    return X509_set_version(cert, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(cert), (long)time(NULL)) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -3600) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(cert), 24 * 3600) != NULL &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(cert, name) == 1 && X509_set_pubkey(cert, key) == 1 &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

struct identity *identity_make(const char *common_name) {
    struct identity *id = calloc(1, sizeof *id);
    if (id == NULL)
        return NULL;
    id->key = EVP_EC_gen("P-256");
    id->cert = X509_new();
    id->chain = sk_X509_new_null();
    if (id->key == NULL || id->cert == NULL || id->chain == NULL ||
        !self_sign(id->cert, id->key, common_name)) {
        identity_free(id);
        id = NULL;
    }
    ERR_clear_error();
    return id;
}

void identity_free(struct identity *identity) {
    if (identity == NULL)
        return;
    X509_free(identity->cert);
    sk_X509_pop_free(identity->chain, X509_free);
    EVP_PKEY_free(identity->key); /* clears the private numbers */
    free(identity);
}

bool identity_use(const struct identity *identity, SSL *ssl) {
    return SSL_use_certificate(ssl, identity->cert) == 1 && SSL_use_PrivateKey(ssl, identity->key) == 1 &&
           SSL_set1_chain(ssl, identity->chain) == 1;
}
