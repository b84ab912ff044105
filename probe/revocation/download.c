/* What comes from one URL? See download.h. */
#include "probe/revocation/download.h"

#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "probe/flood.h"
#include "probe/http_loop.h"

enum { HEADERS_MAX = 64 * 1024, FIRST_ROOM = 8 * 1024 };

struct pull {
    struct http_job job; /* first */
    struct world *world;
    struct download_ask ask;
    struct download answer;
    download_fn done;
    void *context;
    struct curl_slist *headers, *connect, *resolve;
    size_t room, header_size;
    bool is_too_large;
    struct flood *flood;
    char words[CURL_ERROR_SIZE];
};

/* ---- what arrives ---- */

static size_t on_body(char *bytes, size_t one, size_t size, void *context) {
    struct pull *pull = context;
    struct blob *body = &pull->answer.body;
    size_t total = one * size;
    if (total > pull->ask.limit - body->size) {
        pull->is_too_large = true;
        return 0;
    }
    if (total > pull->room - body->size) {
        size_t room = pull->room == 0 ? FIRST_ROOM : pull->room * 2;
        pull->room = room < body->size + total ? body->size + total : room;
        body->bytes = world_alloc(body->bytes, pull->room);
    }
    memcpy(body->bytes + body->size, bytes, total);
    body->size += total;
    return total;
}

/* The value behind "Name:", without blanks around it; NULL when the line is another header's. */
static char *header_value(struct arena *arena, const char *line, const char *name) {
    size_t length = strlen(name);
    if (strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    const char *value = line + length + 1 + strspn(line + length + 1, " \t");
    size_t size = strcspn(value, "\r\n");
    while (size > 0 && (value[size - 1] == ' ' || value[size - 1] == '\t'))
        size--;
    return arena_textn(arena, value, size);
}

static void header_take(struct pull *pull, const char *line) {
    struct arena *arena = pull->world->arena;
    const char *value;
    if ((value = header_value(arena, line, "Cache-Control")) != NULL)
        pull->answer.no_store = pull->answer.no_store || strcasestr(value, "no-store") != NULL;
    else if ((value = header_value(arena, line, "ETag")) != NULL)
        pull->answer.etag = value;
    else if ((value = header_value(arena, line, "Last-Modified")) != NULL)
        pull->answer.last_modified = value;
}

static size_t on_header(char *bytes, size_t one, size_t size, void *context) {
    struct pull *pull = context;
    size_t total = one * size;
    char line[512];
    pull->header_size += total;
    if (pull->header_size > HEADERS_MAX) {
        pull->is_too_large = true;
        return 0;
    }
    size_t length = total < sizeof line - 1 ? total : sizeof line - 1;
    memcpy(line, bytes, length);
    line[length] = 0;
    header_take(pull, line);
    return total;
}

/* ---- how it ended ---- */

/* What curl's result means; what is not listed is a trouble of the connection. NULL: curl's own words. */
static const struct {
    CURLcode code;
    enum fetch_state state;
    const char *words;
} results[] = {
    {CURLE_OK, FETCH_ANSWERED, NULL},
    {CURLE_COULDNT_CONNECT, FETCH_UNREACHABLE, "no connection"},
    {CURLE_GOT_NOTHING, FETCH_UNREACHABLE, "closed without an answer"},
    {CURLE_SEND_ERROR, FETCH_UNREACHABLE, "the connection broke"},
    {CURLE_RECV_ERROR, FETCH_UNREACHABLE, "the connection broke"},
    {CURLE_PARTIAL_FILE, FETCH_UNREACHABLE, "closed in the middle of the answer"},
    {CURLE_FILESIZE_EXCEEDED, FETCH_TOO_LARGE, "the answer is larger than is read"},
    {CURLE_UNSUPPORTED_PROTOCOL, FETCH_HTTP_ERROR, "the answer is not HTTP"}, /* HTTP/0.9: no status line */
    {CURLE_WEIRD_SERVER_REPLY, FETCH_HTTP_ERROR, "the answer is not HTTP"},
    {CURLE_BAD_CONTENT_ENCODING, FETCH_HTTP_ERROR, "the answer is not HTTP"},
    {CURLE_PEER_FAILED_VERIFICATION, FETCH_TLS_FAILED, NULL},
    {CURLE_SSL_CONNECT_ERROR, FETCH_TLS_FAILED, NULL},
};

/* Times in curl's words would differ from run to run. */
static const char *late_words(const struct pull *pull) {
    if (!pull->answer.was_connected)
        return "no connection: silence";
    return pull->header_size > 0 ? "the answer did not end in time" : "no answer in time";
}

static void state_set(struct pull *pull, CURLcode code) {
    struct download *answer = &pull->answer;
    curl_off_t connected = 0;
    curl_easy_getinfo(pull->job.easy, CURLINFO_CONNECT_TIME_T, &connected);
    answer->was_connected = connected > 0;
    answer->state = FETCH_UNREACHABLE;
    answer->error = pull->words[0] != 0 ? pull->words : curl_easy_strerror(code);
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (results[i].code == code) {
            answer->state = results[i].state;
            if (results[i].words != NULL)
                answer->error = results[i].words;
        }
    if (code == CURLE_OPERATION_TIMEDOUT)
        answer->error = late_words(pull);
    if (pull->is_too_large) {
        answer->state = FETCH_TOO_LARGE;
        answer->error = "the answer is larger than is read";
    }
    if (flood_came(pull->flood)) {
        answer->state = FETCH_TLS_FAILED;
        answer->error = flood_words;
    }
    if (answer->state == FETCH_ANSWERED)
        answer->error = NULL;
}

static void pull_free(struct pull *pull) {
    http_job_release(pull->world, &pull->job);
    curl_slist_free_all(pull->headers);
    curl_slist_free_all(pull->connect);
    curl_slist_free_all(pull->resolve);
    free(pull->answer.body.bytes);
    free(pull);
}

static void on_end(struct http_job *job, CURLcode code) {
    struct pull *pull = (struct pull *)job;
    long status = 0;
    char *redirect = NULL;
    curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(job->easy, CURLINFO_REDIRECT_URL, &redirect);
    state_set(pull, code);
    pull->answer.status = (int)status;
    pull->answer.redirect = arena_text(pull->world->arena, redirect);
    http_job_release(pull->world, job); /* done may end the run, and with it all jobs there are */
    pull->done(pull->context, &pull->answer);
    pull_free(pull);
}

/* ---- how it begins ---- */

static CURLcode on_ssl_ctx(CURL *easy, void *ssl_ctx, void *context) {
    const struct pull *pull = context;
    X509_STORE *trust = pull->ask.trust;
    (void)easy;
    if (trust == NULL || X509_STORE_up_ref(trust) != 1)
        return CURLE_SSL_CERTPROBLEM;
    flood_hear(pull->flood, ssl_ctx);
    SSL_CTX_set_cert_store(ssl_ctx, trust); /* takes the reference */
    return CURLE_OK;
}

static void set_connection(CURL *easy, struct pull *pull) {
    curl_easy_setopt(easy, CURLOPT_URL, pull->ask.url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, pull->connect);
    curl_easy_setopt(easy, CURLOPT_RESOLVE, pull->resolve);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)pull->ask.wait_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)pull->ask.whole_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(pull->ask.wait_ms + 999) / 1000);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, NULL); /* the trust is ours to give */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, pull);
    pull->flood = flood_watch(pull->world->arena, easy);
}

static void set_question(CURL *easy, struct pull *pull) {
    const struct blob *post = pull->ask.post;
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "edgeprobe");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, pull->headers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, pull);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, pull);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, pull->words);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)pull->ask.limit);
    if (post == NULL)
        return;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->size);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post->bytes);
}

static bool lists_make(struct pull *pull) {
    const struct download_ask *ask = &pull->ask;
    for (const char *const *header = ask->headers; header != NULL && *header != NULL; header++) {
        struct curl_slist *longer = curl_slist_append(pull->headers, *header);
        if (longer == NULL)
            return false;
        pull->headers = longer;
    }
    return (ask->connect == NULL || (pull->connect = curl_slist_append(NULL, ask->connect)) != NULL) &&
           (ask->resolve == NULL || (pull->resolve = curl_slist_append(NULL, ask->resolve)) != NULL);
}

void download_try(struct world *world, const struct download_ask *ask, download_fn done, void *context) {
    struct pull *pull = world_alloc(NULL, sizeof *pull);
    *pull = (struct pull){.world = world, .ask = *ask, .done = done, .context = context};
    bool began = false;
    char *error = NULL;
    if (world->http != NULL || http_open(world, &error)) {
        pull->job = (struct http_job){.easy = curl_easy_init(), .ended = on_end};
        if (pull->job.easy != NULL && lists_make(pull)) {
            set_connection(pull->job.easy, pull);
            set_question(pull->job.easy, pull);
            began = http_job_add(world, &pull->job);
        }
    }
    if (began)
        return;
    pull->answer.state = FETCH_UNREACHABLE;
    pull->answer.error = error != NULL ? error : "libcurl refuses";
    done(context, &pull->answer);
    pull_free(pull);
}
