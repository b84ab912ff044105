/* What does the web service answer? libcurl's multi interface on the libuv loop.
 *
 * curl only asks HTTP questions here: it gets the address it must connect to, never asks DNS, and judges no
 * certificate. What TLS itself shows comes from our own handshake. */
#include "probe/http_loop.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/ssl.h>
#include <string.h>
#include <unistd.h>
#include "probe/flood.h"
#include "probe/http_bridge.h"
#include "wire/http.h"

enum { ANSWER_MAX = 64 * 1024, BODY_KEPT = 2048, DEFAULT_TIMEOUT_MS = 5000, STATUS_FINAL = 200 };

struct request {
    struct http_job job; /* first: whoever ends it knows only that */
    struct world *world;
    struct lane *lane;
    struct http_exchange *exchange;
    char *place; /* for CONNECT_TO */
    done_fn done;
    void *context;
    struct curl_slist *connect, *headers; /* owned while job.easy is */
    char words[CURL_ERROR_SIZE];          /* curl's own about a failure */
    uint64_t started;
    uint8_t body[BODY_KEPT];
    size_t body_size, header_size; /* as received, beyond what is kept too */
    bool head_is_whole;            /* the header section of the final answer came to its end */
    const char *over_limit;        /* which of our caps it broke; NULL: none */
    struct flood *flood;           /* of a connection of curl's own */
    struct http_bridge *bridge;    /* over which it is asked; NULL: over a connection of curl's own */
};

struct lane { /* exchanges that share a connection, one after the other */
    char *key;
    LIST_OF(struct request) requests;
    size_t next; /* the one in flight, or to begin */
    bool busy;
    struct http_bridge *bridge; /* lent: over which they go while it stands; NULL: none */
    done_fn returned; /* whose it is hears when it is no longer needed; NULL: not to be given back yet */
    void *returned_context;
    struct lane *next_lane;
};

static void lane_continue(struct world *world, struct lane *lane);

/* ---- what arrives ---- */

static const char header_too_large[] = "its header is larger than 64 KiB";

static size_t on_header(char *bytes, size_t one, size_t size, void *context) {
    struct request *request = context;
    size_t total = size * one;
    request->header_size += total;
    if (request->header_size > ANSWER_MAX) {
        request->over_limit = header_too_large;
        return 0;
    }
    size_t length = total;
    while (length > 0 && (bytes[length - 1] == '\r' || bytes[length - 1] == '\n'))
        length--;
    if (length == 0) {
        long status = 0;
        curl_easy_getinfo(request->job.easy, CURLINFO_RESPONSE_CODE, &status);
        request->head_is_whole = status >= STATUS_FINAL;
    } else if (!request->head_is_whole) { /* what comes after the body, a trailer, tells nothing */
        http_header_read(request->world->arena, bytes, length, request->exchange);
    }
    return total;
}

static size_t on_body(char *bytes, size_t one, size_t size, void *context) {
    struct request *request = context;
    size_t total = size * one;
    if (request->body_size < BODY_KEPT) {
        size_t room = BODY_KEPT - request->body_size;
        memcpy(request->body + request->body_size, bytes, total < room ? total : room);
    }
    request->body_size += total;
    if (request->body_size > ANSWER_MAX) {
        request->over_limit = "its body is larger than 64 KiB";
        return 0;
    }
    return total;
}

/* ---- how it ended ---- */

/* What curl's result means. */
static const struct {
    CURLcode code;
    enum exchange_state state;
} results[] = {{CURLE_OK, EXCHANGE_ANSWERED},
               {CURLE_OPERATION_TIMEDOUT, EXCHANGE_NO_ANSWER},
               {CURLE_GOT_NOTHING, EXCHANGE_CLOSED},
               {CURLE_SEND_ERROR, EXCHANGE_CLOSED},
               {CURLE_RECV_ERROR, EXCHANGE_CLOSED},
               {CURLE_WEIRD_SERVER_REPLY, EXCHANGE_MALFORMED},
               {CURLE_UNSUPPORTED_PROTOCOL, EXCHANGE_MALFORMED}, /* HTTP/0.9: no status line */
               {CURLE_WRITE_ERROR, EXCHANGE_MALFORMED},          /* our caps */
               {CURLE_PARTIAL_FILE, EXCHANGE_MALFORMED},
               {CURLE_BAD_CONTENT_ENCODING, EXCHANGE_MALFORMED},
               {CURLE_OUT_OF_MEMORY, EXCHANGE_MALFORMED}}; /* how curl ends a header line over 100 KiB */

const char *http_words_of(CURLcode code, const char *words) {
    if (code == CURLE_OUT_OF_MEMORY)
        return header_too_large;
    if (code == CURLE_WRITE_ERROR) /* it is no cap of ours: those say so themselves */
        return "its body is compressed, and the compression is damaged";
    return words[0] != 0 ? words : curl_easy_strerror(code);
}

enum exchange_state http_state_of(CURLcode code, const char *words, bool head_is_whole) {
    /* A TLS 1.3 server refuses a missing client certificate only when we read (libraries.md): still TLS. */
    if (code == CURLE_RECV_ERROR && strstr(words, " alert ") != NULL)
        return EXCHANGE_FAILED;
    if ((code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING) && head_is_whole)
        return EXCHANGE_MALFORMED;
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i].code == code)
            return results[i].state;
    return EXCHANGE_FAILED; /* what is not listed: we could not ask */
}

static void request_release(struct request *request) {
    http_job_release(request->world, &request->job);
    curl_slist_free_all(request->connect);
    curl_slist_free_all(request->headers);
    request->connect = request->headers = NULL;
}

static void request_finish(struct request *request, CURLcode code) {
    struct http_exchange *exchange = request->exchange;
    struct arena *arena = request->world->arena;
    long status = 0;
    if (request->job.easy != NULL)
        curl_easy_getinfo(request->job.easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->state = http_state_of(code, request->words, request->head_is_whole);
    bool is_cut = exchange->state == EXCHANGE_NO_ANSWER && request->world->stopping;
    if (is_cut)
        exchange->state = EXCHANGE_NOT_TRIED;
    exchange->status = (int)status;
    exchange->ms = world_ms_since(request->world, request->started);
    if (request->body_size > 0)
        exchange->body = text_from_wire_cut(
            arena, request->body, request->body_size < BODY_KEPT ? request->body_size : BODY_KEPT, BODY_KEPT);
    if (exchange->state == EXCHANGE_ANSWERED) {
        request_release(request);
        return;
    }
    const char *alert = request->bridge == NULL ? NULL : bridge_alert(request->bridge);
    if (flood_came(request->flood)) {
        request->over_limit = flood_words;
        exchange->state = EXCHANGE_FAILED;
    }
    if (alert != NULL && !is_cut)
        exchange->state = EXCHANGE_FAILED;
    const char *words = request->over_limit != NULL ? request->over_limit
                        : alert != NULL             ? alert
                                                    : http_words_of(code, request->words);
    exchange->error = text_from_wire_cut(arena, words, strlen(words), CURL_ERROR_SIZE);
    request_release(request);
}

/* The peer ended the connection between two questions, which is its right: this one is asked anew. */
static bool is_left_unasked(const struct request *request, CURLcode code) {
    return code != CURLE_OK && request->bridge != NULL && request->lane->next > 0 &&
           request->header_size == 0 && request->body_size == 0 && !bridge_stands(request->bridge) &&
           bridge_alert(request->bridge) == NULL && !request->world->stopping;
}

static void request_end(struct request *request, CURLcode code) {
    struct lane *lane = request->lane;
    if (is_left_unasked(request, code)) {
        request_release(request);
        request->words[0] = 0;
        lane->busy = false;
        lane_continue(request->world, lane);
        return;
    }
    if (request->bridge != NULL && code != CURLE_OK)
        bridge_abandon(request->bridge);
    request_finish(request, code);
    lane->next++;
    lane->busy = false;
    request->done(request->context);
    lane_continue(request->world, lane);
}

static void on_job(struct http_job *job, CURLcode code) {
    request_end((struct request *)job, code);
}

/* ---- how it begins ---- */

/* Old appliances lack secure renegotiation (RFC 5746) and close without close_notify: neither is news here.
 */
static CURLcode on_ssl_ctx(CURL *easy, void *ssl_ctx, void *context) {
    const struct request *request = context;
    (void)easy;
    flood_hear(request->flood, ssl_ctx);
    SSL_CTX_set_security_level(ssl_ctx, 0);
    SSL_CTX_set_options(ssl_ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
    return CURLE_OK;
}

/* A socket to the bridge in place of one to the address. (A pair of connected sockets would do, but for curl
 * 7.88, which connects those that are said to be.) */
static curl_socket_t on_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    struct request *request = context;
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    socklen_t size = sizeof to;
    (void)purpose;
    int fd = bridge_socket(request->bridge, &to, &size);
    if (fd < 0 || size > sizeof address->addr) {
        if (fd >= 0)
            close(fd);
        return CURL_SOCKET_BAD;
    }
    address->family = AF_UNIX;
    address->protocol = 0;
    address->addrlen = size;
    memcpy(&address->addr, &to, size);
    return fd;
}

/* The URL as it is for curl, which does not see TLS here. Host says what it would say: no port where that is
 * HTTPS's own (RFC 9110 7.2). */
static void set_bridge(CURL *easy, struct request *request) {
    static const char https[] = "https://";
    const char *rest = request->exchange->url + sizeof https - 1, *path = strchr(rest, '/');
    int length = path == NULL ? (int)strlen(rest) : (int)(path - rest);
    struct arena *arena = request->world->arena;
    const char *host = arena_printf(arena, "Host: %.*s", length, rest);
    curl_easy_setopt(easy, CURLOPT_URL, arena_printf(arena, "http://%s", rest));
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    request->headers = curl_slist_append(NULL, host);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, request);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L); /* of its call to us; TLS stays */
    bridge_question(request->bridge);
}

void http_edge_options(CURL *easy, const char *url, struct curl_slist *connect, long timeout_ms) {
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms > 0 ? timeout_ms : (long)DEFAULT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_CAINFO,
                     NULL); /* nothing to verify with: spares reading the system's list */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L); /* a resumed session shows no certificate */
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_0);
    curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "edgeprobe");
}

static void set_question(CURL *easy, struct request *request) {
    http_edge_options(easy, request->exchange->url, request->connect, request->world->options->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, request);
    request->flood = flood_watch(request->world->arena, easy);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->words);
}

static void request_begin(struct request *request) {
    bool added = false;
    request->started = uv_hrtime();
    request->job = (struct http_job){.easy = curl_easy_init(), .ended = on_job};
    request->connect = curl_slist_append(NULL, request->place);
    if (request->job.easy != NULL && request->connect != NULL) {
        set_question(request->job.easy, request);
        if (request->bridge != NULL)
            set_bridge(request->job.easy, request);
        added = http_job_add(request->world, &request->job);
    }
    if (!added)
        request_end(request, CURLE_FAILED_INIT);
}

static void request_skip(struct request *request) {
    bool stopping = request->world->stopping;
    request->exchange->state = stopping ? EXCHANGE_NOT_TRIED : EXCHANGE_FAILED;
    request->exchange->error =
        arena_text(request->world->arena, stopping ? world_over : "no numeric address to connect to");
    request->lane->next++;
    request->lane->busy = false;
    request->done(request->context);
}

static void lane_give_back(struct lane *lane) {
    done_fn returned = lane->returned;
    lane->returned = NULL;
    if (lane->bridge != NULL)
        bridge_close(lane->bridge);
    lane->bridge = NULL;
    returned(lane->returned_context);
}

static void lane_continue(struct world *world, struct lane *lane) {
    while (!lane->busy && lane->next < lane->requests.n) {
        struct request *request = lane->requests.v[lane->next];
        lane->busy = true;
        request->bridge = lane->bridge != NULL && bridge_stands(lane->bridge) ? lane->bridge : NULL;
        if (world->stopping || request->place == NULL)
            request_skip(request);
        else
            request_begin(request);
    }
    if (!lane->busy && lane->returned != NULL)
        lane_give_back(lane);
}

/* A name would make curl ask the system's DNS. Scope of an IPv6 address: RFC 4007 11. */
static bool is_numeric(const char *address) {
    unsigned char bytes[16];
    char plain[INET6_ADDRSTRLEN] = "";
    if (address == NULL || strcspn(address, "%") >= sizeof plain)
        return false;
    memcpy(plain, address, strcspn(address, "%"));
    return inet_pton(address_is_ipv6(address) ? AF_INET6 : AF_INET, plain, bytes) == 1;
}

static struct lane *lane_of(struct world *world, const char *key) {
    struct lane **first = http_lanes(world);
    for (struct lane *lane = *first; lane != NULL; lane = lane->next_lane)
        if (strcmp(lane->key, key) == 0)
            return lane;
    struct lane *lane = ARENA_NEW(world->arena, struct lane);
    lane->key = arena_text(world->arena, key);
    lane->next_lane = *first;
    *first = lane;
    return lane;
}

static struct lane *lane_to(struct world *world, const char *host, int port, const char *address) {
    return lane_of(world, arena_printf(world->arena, "%s %s %d", host, address != NULL ? address : "", port));
}

void http_lend(struct world *world, const char *host, int port, const char *address, struct tls *tls) {
    char *error;
    if (world->http == NULL && !http_open(world, &error))
        return;
    struct lane *lane = lane_to(world, host, port, address);
    if (lane->bridge == NULL)
        lane->bridge = bridge_open(world, tls);
}

void http_give_back(struct world *world, const char *host, int port, const char *address, done_fn returned,
                    void *context) {
    if (world->http == NULL) { /* it could not be opened */
        returned(context);
        return;
    }
    struct lane *lane = lane_to(world, host, port, address);
    lane->returned = returned;
    lane->returned_context = context;
    lane_continue(world, lane);
}

void http_try(struct world *world, struct http_exchange *exchange, const char *host, int port,
              const char *address, done_fn done, void *context) {
    struct arena *arena = world->arena;
    struct request *request = ARENA_NEW(arena, struct request);
    request->world = world;
    request->exchange = exchange;
    request->done = done;
    request->context = context;
    /* "" for host and port: whatever the URL names, the connection goes there */
    if (is_numeric(address))
        request->place =
            arena_printf(arena, address_is_ipv6(address) ? "::[%s]:%d" : "::%s:%d", address, port);
    request->lane = lane_to(world, host, port, address);
    LIST_ADD(arena, &request->lane->requests, request);
    lane_continue(world, request->lane);
}
