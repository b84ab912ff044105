/* How does one HTTPS question of a log-in go? See ask.h. */
#include "probe/login/ask.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "probe/flood.h"
#include "probe/http_loop.h"
#include "wire/cookie.h"
#include "wire/http.h"
#include "wire/xml.h"

enum { HEADER_MAX = 64 * 1024, BODY_MAX = XML_SIZE_MAX, SHOWN_MAX = 512, STATUS_FINAL = 200 };

struct ask {
    struct http_job job; /* first: whoever ends it knows only that */
    struct world *world;
    struct ask_form form;
    struct http_exchange *exchange;
    ask_fn done;
    void *context;
    struct curl_slist *connect, *headers;
    char words[CURL_ERROR_SIZE];
    uint64_t started;
    uint8_t *body; /* malloc; grows */
    size_t body_size, body_room, header_size;
    struct ask_answer answer;
    bool head_is_whole, other_certificate;
    struct flood *flood;
    const char *over_limit; /* which of our caps it broke; NULL: none */
};

/* ---- the certificate that was judged, or nothing is sent ---- */

static int verify(X509_STORE_CTX *store, void *context) {
    struct ask *ask = context;
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    const X509 *leaf = X509_STORE_CTX_get0_cert(store);
    struct arena *scratch = arena_new();
    const struct certs *chain = &ask->form.endpoint->tls.chain;
    bool same = leaf != NULL && chain->n > 0 && X509_digest(leaf, EVP_sha256(), sum, &size) == 1 &&
                strcmp(text_hex(scratch, sum, size, 0), chain->v[0]->sha256) == 0;
    arena_free(scratch);
    ask->other_certificate = !same;
    if (!same)
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return same;
}

/* As http.c has it for old appliances; and our own verification in place of a trust list's. */
static CURLcode on_ssl_ctx(CURL *easy, void *ssl_ctx, void *context) {
    const struct ask *ask = context;
    (void)easy;
    flood_hear(ask->flood, ssl_ctx);
    SSL_CTX_set_security_level(ssl_ctx, 0);
    SSL_CTX_set_options(ssl_ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                     SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(ssl_ctx, verify, context);
    return CURLE_OK;
}

/* ---- what arrives ---- */

static bool is_set_cookie(const char *line, size_t size) {
    static const char name[] = "set-cookie:";
    return size > sizeof name - 1 && strncasecmp(line, name, sizeof name - 1) == 0;
}

/* Of several X-Auth a client keeps those that are for it, and of these the last (RFC 6265 5.3); when none is,
 * the first is told. */
static void cookie_take(struct ask *ask, const char *line, size_t size) {
    enum { NAME = sizeof "set-cookie:" - 1 };
    struct session_cookie *cookie = ARENA_NEW(ask->world->arena, struct session_cookie);
    struct secret_text *value = secret_new();
    if (cookie_read(ask->world->arena, line + NAME, size - NAME, "X-Auth", (int64_t)time(NULL), cookie,
                    value) &&
        (ask->answer.cookie == NULL || cookie_fits(cookie, ask->form.endpoint->host))) {
        secret_free(ask->answer.cookie_value);
        ask->answer.cookie = cookie;
        ask->answer.cookie_value = value;
    } else {
        secret_free(value);
    }
}

static size_t on_header(char *bytes, size_t one, size_t size, void *context) {
    struct ask *ask = context;
    size_t total = size * one, length = total;
    ask->header_size += total;
    if (ask->header_size > HEADER_MAX) {
        ask->over_limit = "its header is larger than 64 KiB";
        return 0;
    }
    while (length > 0 && (bytes[length - 1] == '\r' || bytes[length - 1] == '\n'))
        length--;
    if (length == 0) {
        long status = 0;
        curl_easy_getinfo(ask->job.easy, CURLINFO_RESPONSE_CODE, &status);
        ask->head_is_whole = status >= STATUS_FINAL;
    } else if (!ask->head_is_whole && is_set_cookie(bytes, length)) {
        cookie_take(ask, bytes, length);
    } else if (!ask->head_is_whole) {
        http_header_read(ask->world->arena, bytes, length, ask->exchange);
    }
    return total;
}

/* Unpacked already, where it came compressed: the cap holds for what it unpacks to. */
static size_t on_body(char *bytes, size_t one, size_t size, void *context) {
    struct ask *ask = context;
    size_t total = size * one;
    if (ask->body_size + total > BODY_MAX) {
        ask->over_limit = "its body is larger than 1 MiB";
        return 0;
    }
    if (ask->body_size + total > ask->body_room) {
        ask->body_room = (ask->body_size + total) * 2;
        ask->body = world_alloc(ask->body, ask->body_room);
    }
    memcpy(ask->body + ask->body_size, bytes, total);
    ask->body_size += total;
    return total;
}

/* ---- how it ended ---- */

static void wipe_list(struct curl_slist *list) {
    for (struct curl_slist *item = list; item != NULL; item = item->next)
        OPENSSL_cleanse(item->data, strlen(item->data));
    curl_slist_free_all(list);
}

static const char *failure(const struct ask *ask, CURLcode code) {
    if (ask->other_certificate)
        return "the server shows another certificate than the one that was judged; nothing was sent to it";
    return ask->over_limit != NULL  ? ask->over_limit
           : flood_came(ask->flood) ? flood_words
                                    : http_words_of(code, ask->words);
}

static void facts_fill(struct ask *ask, CURLcode code) {
    struct http_exchange *exchange = ask->exchange;
    struct arena *arena = ask->world->arena;
    long status = 0;
    if (ask->job.easy != NULL)
        curl_easy_getinfo(ask->job.easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->state = http_state_of(code, ask->words, ask->head_is_whole);
    if (flood_came(ask->flood))
        exchange->state = EXCHANGE_FAILED;
    exchange->status = (int)status;
    exchange->ms = world_ms_since(ask->world, ask->started);
    if (exchange->state != EXCHANGE_ANSWERED) {
        const char *words = failure(ask, code);
        exchange->error = text_from_wire_cut(arena, words, strlen(words), CURL_ERROR_SIZE);
    } else if (exchange->status != 200 && ask->body_size > 0) { /* an error page says whose it is */
        exchange->body = text_from_wire_cut(arena, ask->body, ask->body_size, SHOWN_MAX);
    }
}

/* ---- what a server says back of what it was told ---- */

/* An edge that repeats a secret would have it in saves and reports: asterisks stand for it, wherever it
 * comes. */
static void hide_in(char *text, size_t size, const char *secret, size_t length) {
    for (char *at = text; (at = memmem(at, size - (size_t)(at - text), secret, length)) != NULL; at += length)
        memset(at, '*', length);
}

static void hide(struct ask *ask, const char *secret, size_t length) {
    enum { LEAST = 3 }; /* less stands in any text by chance */
    const struct http_exchange *exchange = ask->exchange;
    char *const kept[] = {exchange->server, exchange->realm, exchange->content_type, exchange->location,
                          exchange->body};
    if (length < LEAST)
        return;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (kept[i] != NULL)
            hide_in(kept[i], strlen(kept[i]), secret, length);
    if (ask->body != NULL)
        hide_in((char *)ask->body, ask->body_size, secret, length);
}

/* "Authorization: Basic dXNlcjpwYXNzd29yZA==": as it was sent, and the password in it. */
static void hide_authorization(struct ask *ask, const struct secret_text *line) {
    const char *token = strrchr(line->text, ' ');
    if (token == NULL)
        return;
    size_t size = strlen(++token);
    hide(ask, token, size);
    unsigned char *plain = world_alloc(NULL, size + 1);
    int length = strstr(line->text, ": Basic ") == NULL || size % 4 != 0
                     ? -1
                     : EVP_DecodeBlock(plain, (const unsigned char *)token, (int)size);
    const unsigned char *password = length <= 0 ? NULL : memchr(plain, ':', (size_t)length);
    while (length > 0 && plain[length - 1] == 0) /* what the padding decodes to */
        length--;
    if (password != NULL && password + 1 < plain + length)
        hide(ask, (const char *)password + 1, (size_t)(plain + length - password - 1));
    OPENSSL_cleanse(plain, size + 1);
    free(plain);
}

static void hide_secrets(struct ask *ask) {
    const struct secret_text *cookie = ask->form.cookie;
    const char *value = cookie == NULL ? NULL : strchr(cookie->text, '=');
    if (ask->form.authorization != NULL)
        hide_authorization(ask, ask->form.authorization);
    if (value != NULL)
        hide(ask, value + 1, strlen(value + 1));
    if (ask->answer.cookie_value != NULL)
        hide(ask, ask->answer.cookie_value->text, ask->answer.cookie_value->size);
}

static void ask_end(struct ask *ask, CURLcode code) {
    facts_fill(ask, code);
    hide_secrets(ask);
    http_job_release(ask->world, &ask->job);
    curl_slist_free_all(ask->connect);
    wipe_list(ask->headers);
    ask->connect = ask->headers = NULL;
    ask->answer.body = ask->body;
    ask->answer.size = ask->body_size;
    ask->done(ask->context, &ask->answer);
    if (ask->body != NULL)
        OPENSSL_cleanse(ask->body, ask->body_room);
    free(ask->body);
    ask->body = NULL;
}

static void on_job(struct http_job *job, CURLcode code) {
    ask_end((struct ask *)job, code);
}

/* ---- how it begins ---- */

static void header_add(struct ask *ask, const char *line) {
    struct curl_slist *longer = curl_slist_append(ask->headers, line);
    if (longer != NULL)
        ask->headers = longer;
}

static void set_question(CURL *easy, struct ask *ask) {
    http_edge_options(easy, ask->exchange->url, ask->connect, ask->world->options->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L); /* each question proves whom it asks */
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx); /* verify() does, in place of curl */
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, ask);
    ask->flood = flood_watch(ask->world->arena, easy);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, ask->headers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, ask);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, ask);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, ask->words);
}

/* Where a connection to this endpoint goes: its port by --connect-to, its address is known. */
static char *place_of(struct world *world, const struct endpoint *endpoint) {
    const char *host = endpoint->host;
    int port = endpoint->port;
    world_connect_to(world, &host, &port);
    return arena_printf(world->arena, address_is_ipv6(endpoint->address) ? "::[%s]:%d" : "::%s:%d",
                        endpoint->address, port);
}

void ask_try(struct world *world, const struct ask_form *form, struct http_exchange *exchange, ask_fn done,
             void *context) {
    struct ask *ask = ARENA_NEW(world->arena, struct ask);
    bool added = false;
    *ask = (struct ask){.world = world,
                        .form = *form,
                        .exchange = exchange,
                        .done = done,
                        .context = context,
                        .started = uv_hrtime(),
                        .job = {.ended = on_job}};
    if (!world->stopping) {
        ask->job.easy = curl_easy_init();
        ask->connect = curl_slist_append(NULL, place_of(world, form->endpoint));
        header_add(ask, "Accept: text/xml");
        if (form->authorization != NULL)
            header_add(ask, form->authorization->text);
        if (form->cookie != NULL)
            header_add(ask, form->cookie->text);
        if (ask->job.easy != NULL && ask->connect != NULL) {
            set_question(ask->job.easy, ask);
            added = http_job_add(world, &ask->job);
        }
    }
    if (!added)
        ask_end(ask, world->stopping ? CURLE_OPERATION_TIMEDOUT : CURLE_FAILED_INIT);
}
