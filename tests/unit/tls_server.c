/* The other end of a handshake, over memory. See tls_server.h. */
#include "tests/unit/tls_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "tests/unit/cert_maker.h"

struct server {
    struct server_form form;
    SSL_CTX *context;
    SSL *ssl;
    BIO *in, *out;
    bool over;
};

static EVP_PKEY *rsa_key(void) {
    static EVP_PKEY *key;
    if (key == NULL)
        key = key_make("RSA", "2048");
    return key;
}

static const char *text_of(struct arena *arena, int weight) {
    size_t size = (size_t)weight * 1024;
    char *text = arena_alloc(arena, size + 16);
    memcpy(text, "note", 4);
    memset(text + 4, 'x', size);
    return text;
}

static X509 *make(EVP_PKEY *key, const char *subject, int weight) {
    struct arena *arena = arena_new();
    struct recipe recipe = {
        .subject = subject, .key = key, .extensions = {{NID_subject_alt_name, "DNS:expe1.example.com"}}};
    if (weight > 0) {
        recipe.extensions[1].nid = NID_netscape_comment;
        recipe.extensions[1].value = text_of(arena, weight);
    }
    struct made made = cert_make(arena, &recipe);
    const unsigned char *at = made.der;
    X509 *x = d2i_X509(NULL, &at, (long)made.size);
    arena_free(arena);
    if (x == NULL)
        abort();
    return x;
}

static void use(SSL_CTX *context, EVP_PKEY *key, const char *subject, int weight) {
    X509 *x = make(key, subject, weight);
    if (SSL_CTX_use_certificate(context, x) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1)
        abort();
    X509_free(x);
}

static int judge_client(int good, X509_STORE_CTX *store) {
    (void)good;
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, sizeof name);
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct server *server = SSL_get_app_data(ssl);
    return server->form.client_auth == DEMANDS_AND_TRUSTS || server->form.client_auth == ASKS;
}

static int judge_name(SSL *ssl, int *alert, void *context) {
    const struct server *server = context;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (server->form.only_name == NULL || (name != NULL && strcmp(name, server->form.only_name) == 0))
        return SSL_TLSEXT_ERR_OK;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int staple(SSL *ssl, void *context) {
    const struct server *server = context;
    if (!server->form.staples)
        return SSL_TLSEXT_ERR_NOACK;
    unsigned char *answer = OPENSSL_memdup("abc", 3);
    SSL_set_tlsext_status_ocsp_resp(ssl, answer, 3);
    return SSL_TLSEXT_ERR_OK;
}

static int choose_alpn(SSL *ssl, const unsigned char **out, unsigned char *size, const unsigned char *offered,
                       unsigned int offered_size, void *context) {
    const struct server *server = context;
    (void)ssl;
    if (!server->form.alpn_http || offered_size < 9)
        return SSL_TLSEXT_ERR_NOACK;
    *out = offered + 1;
    *size = offered[0];
    return SSL_TLSEXT_ERR_OK;
}

static void ask_client(SSL_CTX *context, enum server_client_auth auth) {
    if (auth == ASKS_NOTHING)
        return;
    X509_NAME *name = X509_NAME_new();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"Client CA", -1, -1, 0);
    STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
    sk_X509_NAME_push(names, name);
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (auth == ASKS ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT),
                       judge_client);
}

struct server *server_new(const struct server_form *form) {
    struct server *server = calloc(1, sizeof *server);
    server->form = *form;
    SSL_CTX *context = server->context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_cipher_list(context, form->suites == NULL ? "ALL:@SECLEVEL=0" : form->suites);
    SSL_CTX_set_min_proto_version(context, form->lowest == 0 ? TLS1_2_VERSION : form->lowest);
    SSL_CTX_set_max_proto_version(context, form->highest == 0 ? TLS1_3_VERSION : form->highest);
    SSL_CTX_set_dh_auto(context, 1);
    if (form->ecdsa)
        use(context, key_shared(), "CN=ecdsa", form->weight);
    if (form->rsa || !form->ecdsa)
        use(context, rsa_key(), "CN=rsa", form->weight);
    ask_client(context, form->client_auth);
    SSL_CTX_set_tlsext_servername_callback(context, judge_name);
    SSL_CTX_set_tlsext_servername_arg(context, server);
    SSL_CTX_set_tlsext_status_cb(context, staple);
    SSL_CTX_set_tlsext_status_arg(context, server);
    SSL_CTX_set_alpn_select_cb(context, choose_alpn, server);
    server->ssl = SSL_new(context);
    server->in = BIO_new(BIO_s_mem());
    server->out = BIO_new(BIO_s_mem());
    SSL_set_bio(server->ssl, server->in, server->out);
    SSL_set_app_data(server->ssl, server);
    return server;
}

void server_free(struct server *server) {
    SSL_free(server->ssl);
    SSL_CTX_free(server->context);
    free(server);
}

static bool feed(struct server *server, struct engine *engine) {
    uint8_t bytes[4096];
    size_t chunk = server->form.chunk == 0 ? sizeof bytes : server->form.chunk;
    bool any = false;
    for (int n; (n = BIO_read(server->out, bytes, (int)chunk)) > 0; any = true)
        engine_feed(engine, bytes, (size_t)n);
    return any;
}

bool server_turn(struct server *server, struct engine *engine) {
    uint8_t bytes[4096];
    bool any = false;
    for (size_t n; (n = engine_take(engine, bytes, sizeof bytes)) > 0; any = true)
        BIO_write(server->in, bytes, (int)n);
    if (!server->over && !SSL_is_init_finished(server->ssl)) {
        int result = SSL_accept(server->ssl);
        server->over = result <= 0 && SSL_get_error(server->ssl, result) != SSL_ERROR_WANT_READ;
    }
    ERR_clear_error();
    return feed(server, engine) || any;
}

enum engine_state server_pump(struct server *server, struct engine *engine) {
    while (server_turn(server, engine))
        ;
    return engine_state(engine);
}

void server_write(struct server *server, const char *text) {
    SSL_write(server->ssl, text, (int)strlen(text));
}

const char *server_read(struct server *server) {
    static char text[1024];
    int n = SSL_read(server->ssl, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    ERR_clear_error();
    return text;
}

char *server_client_pem(struct arena *arena) {
    char path[] = "/tmp/edgeprobe-test-XXXXXX";
    int fd = mkstemp(path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL)
        abort();
    X509 *x = make(key_shared(), "CN=client", 0);
    PEM_write_X509(out, x);
    PEM_write_PrivateKey(out, key_shared(), NULL, NULL, 0, NULL, NULL);
    X509_free(x);
    fclose(out);
    return arena_text(arena, path);
}
