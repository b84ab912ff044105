/* How is one revocation source asked? See fetch.h.
 *
 * Host names are asked of the run's own resolvers; curl gets the addresses. A redirect is a new URL to be
 * asked the same way: a few, to HTTP and HTTPS only. */
#include "probe/revocation/fetch.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "probe/revocation/cache.h"
#include "wire/crl.h"
#include "wire/ocsp.h"

enum {
    OCSP_MAX = 64 * 1024,
    WHOLE_FACTOR = 4,  /* a large CRL may take so many network steps */
    ADDRESSES_MAX = 8, /* of one family */
    URL_MAX = 4096
};

struct place { /* where a URL leads */
    char *host;
    int port;
    bool is_tls;
};

struct asking {
    struct world *world;
    struct fetch *fetch;
    const struct blob *request; /* sent by POST; NULL: GET */
    char *question;             /* for the cache; NULL: not to be kept */
    struct cached cached;       /* what came last time; answer.bytes NULL: nothing is kept */
    const char *headers[4];     /* of the request; NULL ends */
    char *url;                  /* being asked now; changes with a redirect */
    struct place place;
    const char *to_host; /* with --connect-to not the place */
    int to_port;
    size_t tried; /* addresses given to curl so far */
    int pending;  /* address families not answered yet */
    bool running; /* curl is at it */
    bool over;
    uint64_t started;
    int64_t now;
    bool no_inside; /* private addresses are left out */
    size_t left_out;
    X509_STORE *(*trust)(struct world *world);
};

/* What a stranger's certificate names may be a machine inside (SSRF). */
static const char inside_words[] =
    "not asked: a certificate of a public host names an address inside (--no-private-fetch)";

static void go(struct asking *asking);
static void show_kept(struct asking *asking);
static bool other_family_helps(struct asking *asking);

/* ---- the end ---- */

static void finish(struct asking *asking, enum fetch_state state, const char *error) {
    struct fetch *fetch = asking->fetch;
    struct arena *arena = asking->world->arena;
    if (asking->over)
        return;
    asking->over = true;
    fetch->state = state;
    fetch->ms = world_ms_since(asking->world, asking->started);
    if (state != FETCH_ANSWERED)
        show_kept(asking);
    if (error != NULL)
        fetch->error = text_from_wire_cut(arena, error, strlen(error), 512);
    world_progress(asking->world, "%s: %s%s", fetch->uri, enum_text(fetch_states, (int)state),
                   fetch->from_cache ? " (not modified)" : "");
    world_end(asking->world);
}

/* An answer's bytes into the fact. OCSP: whatever came, judges tell what it is. */
static void answer_read(struct arena *arena, const struct blob *body, struct fetch *fetch) {
    if (fetch->kind != FETCH_OCSP) {
        crl_read(arena, body->bytes, body->size, fetch);
        return;
    }
    fetch->state = FETCH_ANSWERED;
    if (body->size == 0) {
        fetch->state = FETCH_UNPARSABLE;
        fetch->error = arena_text(arena, "empty");
        return;
    }
    struct blob *answer = ARENA_NEW(arena, struct blob);
    *answer = (struct blob){arena_dup(arena, body->bytes, body->size), body->size};
    LIST_ADD(arena, &fetch->answers, answer);
}

/* ---- the cache ---- */

/* Only what can be used is worth keeping. */
static bool is_usable(const struct fetch *fetch) {
    if (fetch->state != FETCH_ANSWERED || fetch->answers.n == 0)
        return false;
    return fetch->kind != FETCH_OCSP ||
           ocsp_next_update(fetch->answers.v[0]->bytes, fetch->answers.v[0]->size) != 0;
}

static void keep(const struct asking *asking, const struct download *download) {
    const char *folder = asking->world->options->cache;
    struct cached cached = {.answer = download->body,
                            .fetched = asking->now,
                            .etag = (char *)download->etag,
                            .last_modified = (char *)download->last_modified};
    if (folder != NULL && asking->question != NULL && !download->no_store && is_usable(asking->fetch))
        cache_write(folder, asking->question, &cached);
}

static void recall(struct asking *asking) {
    const char *folder = asking->world->options->cache;
    struct cached *cached = &asking->cached;
    if (folder == NULL || asking->question == NULL ||
        !cache_read(asking->world->arena, folder, asking->question, cached))
        *cached = (struct cached){.fetched = 0};
}

/* The source says that nothing has changed: what came then came now. */
static void answer_again(struct asking *asking) {
    answer_read(asking->world->arena, &asking->cached.answer, asking->fetch);
    asking->fetch->from_cache = true;
    asking->fetch->fetched = (char *)time_write(asking->world->arena, asking->cached.fetched);
}

/* The source is dead: what it said last stands beside that. */
static void show_kept(struct asking *asking) {
    struct fetch *fetch = asking->fetch, read = {.kind = fetch->kind};
    if (asking->cached.answer.bytes == NULL)
        return;
    answer_read(asking->world->arena, &asking->cached.answer, &read);
    fetch->kept.v = read.answers.v;
    fetch->kept.n = read.answers.n;
    fetch->fetched = (char *)time_write(asking->world->arena, asking->cached.fetched);
}

static char *question_text(struct arena *arena, const struct fetch *fetch, const struct blob *request) {
    const char *body = request == NULL ? "" : text_hex(arena, request->bytes, request->size, 0);
    return arena_printf(arena, "%s %s %s", fetch->kind == FETCH_OCSP ? fetch->method : "GET", fetch->uri,
                        body);
}

/* ---- URLs ---- */

static bool scheme_is_http(const char *url) {
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static char *part_of(struct arena *arena, CURLU *parts, CURLUPart part, unsigned flags) {
    char *text = NULL;
    if (curl_url_get(parts, part, &text, flags) != CURLUE_OK)
        return NULL;
    char *copy = arena_text(arena, text);
    curl_free(text);
    return copy;
}

/* Letters, digits, dots, hyphens, underscores, or an IPv6 address: what else there is would mean something to
 * curl's own syntax, or be asked of the system's resolver. */
static bool host_is_plain(const char *host) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return world_is_address(host) || (*host != '-' && strspn(host, plain) == strlen(host));
}

/* The name as our resolver and curl's cache both have it. */
static char *host_lower(struct arena *arena, const char *host) {
    size_t size = strlen(host);
    char *lower = arena_textn(arena, host, size > 1 && host[size - 1] == '.' ? size - 1 : size);
    for (char *p = lower; *p != 0; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + ('a' - 'A'));
    return lower;
}

/* False when it is no URL. What names a user is asked without. Blanks in the path are common with Microsoft
 * CAs. */
static bool url_read(struct arena *arena, const char *text, char **url, struct place *place) {
    CURLU *parts = strlen(text) > URL_MAX ? NULL : curl_url();
    bool good = parts != NULL && curl_url_set(parts, CURLUPART_URL, text, CURLU_URLENCODE) == CURLUE_OK &&
                curl_url_set(parts, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
                curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK;
    if (good) {
        char *scheme = part_of(arena, parts, CURLUPART_SCHEME, 0),
             *host = part_of(arena, parts, CURLUPART_HOST, 0);
        char *port = part_of(arena, parts, CURLUPART_PORT, CURLU_DEFAULT_PORT);
        *url = part_of(arena, parts, CURLUPART_URL, 0);
        good = scheme != NULL && host != NULL && *host != 0 && port != NULL && *url != NULL;
        if (good) {
            size_t length = strlen(host);
            bool brackets = length > 2 && host[0] == '[' && host[length - 1] == ']';
            place->host = host_lower(arena, brackets ? arena_textn(arena, host + 1, length - 2) : host);
            good = host_is_plain(place->host);
            place->port = atoi(port);
            place->is_tls = strcasecmp(scheme, "https") == 0;
        }
    }
    curl_url_cleanup(parts);
    return good;
}

/* ---- redirects ---- */

static bool redirect_follow(struct asking *asking, const char *to) {
    struct arena *arena = asking->world->arena;
    struct fetch *fetch = asking->fetch;
    struct place place;
    char *url;
    if (asking->request != NULL || fetch->redirects.n >= (size_t)limits[LIMIT_REDIRECTS].most ||
        !scheme_is_http(to) || !url_read(arena, to, &url, &place) || asking->world->stopping)
        return false;
    char *harmless = text_from_wire_cut(arena, url, strlen(url), URL_MAX);
    texts_add(arena, &fetch->redirects, harmless);
    asking->url = url;
    asking->place = place;
    go(asking);
    return true;
}

static char *status_words(struct asking *asking, const struct download *download) {
    struct arena *arena = asking->world->arena;
    if (download->redirect == NULL)
        return arena_printf(arena, "HTTP %d", download->status);
    const char *why = asking->request != NULL ? "what was sent by POST is not sent on"
                      : asking->fetch->redirects.n >= (size_t)limits[LIMIT_REDIRECTS].most
                          ? "too many in a row"
                          : "not HTTP";
    return arena_printf(arena, "HTTP %d: redirect to %s not followed: %s", download->status,
                        download->redirect, why);
}

/* ---- asking ---- */

static void on_download(void *context, const struct download *download) {
    struct asking *asking = context;
    struct fetch *fetch = asking->fetch;
    enum { OK = 200, REDIRECT = 300, NOT_MODIFIED = 304, ERROR = 400 };
    asking->running = false;
    if (download->status != 0)
        fetch->http_status = download->status;
    if (download->state == FETCH_UNREACHABLE && !download->was_connected && !asking->world->stopping &&
        other_family_helps(asking))
        return;
    if (download->state != FETCH_ANSWERED) {
        finish(asking, download->state,
               asking->world->stopping ? "the time for the run was over" : download->error);
    } else if (download->status == NOT_MODIFIED && asking->cached.answer.bytes != NULL) {
        answer_again(asking);
        finish(asking, fetch->state, NULL);
    } else if (download->status >= REDIRECT && download->status < ERROR && download->redirect != NULL &&
               redirect_follow(asking, download->redirect)) {
        return;
    } else if (download->status != OK) {
        finish(asking, FETCH_HTTP_ERROR, status_words(asking, download));
    } else {
        answer_read(asking->world->arena, &download->body, fetch);
        keep(asking, download);
        finish(asking, fetch->state, NULL);
    }
}

/* Where --connect-to leads is the user's word, not the certificate's. */
static bool is_users_choice(const struct asking *asking) {
    return strcmp(asking->to_host, asking->place.host) != 0 || asking->to_port != asking->place.port;
}

static char *addresses_of(struct asking *asking, size_t *count) {
    static const enum dns_type types[] = {DNS_A, DNS_AAAA};
    struct arena *arena = asking->world->arena;
    char *list = NULL;
    *count = 0;
    asking->left_out = 0;
    for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
        const struct dns_query *query = facts_dns(asking->world->facts, asking->to_host, types[t]);
        for (size_t i = 0; query != NULL && i < query->records.n && i < ADDRESSES_MAX; i++) {
            const char *address = query->records.v[i]->address;
            if (query->records.v[i]->type != types[t] || address == NULL)
                continue;
            if (asking->no_inside && !is_users_choice(asking) && address_is_inside(address)) {
                asking->left_out++;
                continue;
            }
            list = list == NULL ? arena_text(arena, address) : arena_printf(arena, "%s,%s", list, address);
            (*count)++;
        }
    }
    return list;
}

/* OCSP: what it is. CRLs: what is kept already (RFC 9110 13.1.2 and 13.1.3). */
static void headers_make(struct asking *asking) {
    struct arena *arena = asking->world->arena;
    size_t n = 0;
    if (asking->request != NULL)
        asking->headers[n++] = "Content-Type: application/ocsp-request";
    if (asking->fetch->kind == FETCH_OCSP)
        asking->headers[n++] = "Accept: application/ocsp-response";
    else if (asking->cached.etag != NULL)
        asking->headers[n++] = arena_printf(arena, "If-None-Match: %s", asking->cached.etag);
    else if (asking->cached.last_modified != NULL)
        asking->headers[n++] = arena_printf(arena, "If-Modified-Since: %s", asking->cached.last_modified);
    asking->headers[n] = NULL;
}

static void download_begin(struct asking *asking, const char *addresses) {
    struct world *world = asking->world;
    bool is_crl = asking->fetch->kind != FETCH_OCSP;
    int wait = world->options->timeout_ms;
    struct download_ask ask = {.url = asking->url,
                               .post = asking->request,
                               .headers = asking->headers,
                               .limit = is_crl ? CRL_MAX : OCSP_MAX,
                               .wait_ms = wait,
                               .whole_ms = is_crl ? WHOLE_FACTOR * wait : wait};
    headers_make(asking);
    const char *form = address_is_ipv6(asking->to_host) ? "::[%s]:%d" : "::%s:%d";
    bool is_elsewhere =
        strcmp(asking->to_host, asking->place.host) != 0 || asking->to_port != asking->place.port;
    if (is_elsewhere || addresses != NULL) /* by the same name as below, or curl would ask the system's DNS */
        ask.connect = arena_printf(world->arena, form, asking->to_host, asking->to_port);
    if (addresses != NULL)
        ask.resolve = arena_printf(world->arena, "%s:%d:%s", asking->to_host, asking->to_port, addresses);
    if (asking->place.is_tls)
        ask.trust = asking->trust(world);
    asking->running = true;
    download_try(world, &ask, on_download, asking);
}

static const char *unresolved_words(struct asking *asking) {
    const struct dns_query *query = facts_dns(asking->world->facts, asking->to_host,
                                              asking->world->options->family == 6 ? DNS_AAAA : DNS_A);
    return arena_printf(asking->world->arena, "no address for %s (DNS: %s)", asking->to_host,
                        query == NULL ? "not asked" : enum_text(dns_states, (int)query->state));
}

/* No connection to the addresses given. Later answers of the name servers may have brought others, or may
 * yet. */
static bool other_family_helps(struct asking *asking) {
    size_t count;
    char *list = addresses_of(asking, &count);
    bool is_literal = asking->tried == 0;
    if (!is_literal && count > asking->tried) {
        asking->tried = count;
        download_begin(asking, list);
        return true;
    }
    return !is_literal && asking->pending > 0;
}

/* Whenever an address family has answered: with the first addresses curl begins, with more it tries again. */
static void addresses_came(struct asking *asking) {
    size_t count;
    if (asking->over || asking->running)
        return;
    char *list = addresses_of(asking, &count);
    if (asking->world->stopping)
        finish(asking, FETCH_NOT_TRIED, "the time for the run was over");
    else if (count > asking->tried) {
        asking->tried = count;
        download_begin(asking, list);
    } else if (asking->pending == 0 && asking->tried == 0 && asking->left_out > 0)
        finish(asking, FETCH_NOT_TRIED, inside_words);
    else if (asking->pending == 0)
        finish(asking, FETCH_UNREACHABLE, asking->tried > 0 ? "no connection" : unresolved_words(asking));
}

static void on_family(void *context) {
    struct asking *asking = context;
    asking->pending--;
    addresses_came(asking);
    world_end(asking->world);
}

/* To the URL of now. */
static void go(struct asking *asking) {
    struct world *world = asking->world;
    int family = world->options->family;
    asking->to_host = asking->place.host;
    asking->to_port = asking->place.port;
    asking->tried = 0;
    world_connect_to(world, &asking->to_host, &asking->to_port);
    asking->to_host = host_lower(world->arena, asking->to_host);
    if (asking->no_inside && !is_users_choice(asking) && address_is_inside(asking->to_host)) {
        finish(asking, FETCH_NOT_TRIED, inside_words);
        return;
    }
    if (world_is_address(asking->to_host)) {
        download_begin(asking, NULL);
        return;
    }
    asking->pending += family == 0 ? 2 : 1;
    for (int i = family == 0 ? 2 : 1; i > 0; i--)
        world_begin(world);
    asking->running = true; /* until both are asked: an answer may come at once */
    if (family != 6)
        dns_try(world, asking->to_host, DNS_A, on_family, asking);
    if (family != 4)
        dns_try(world, asking->to_host, DNS_AAAA, on_family, asking);
    asking->running = false;
    addresses_came(asking);
}

void fetch_try(struct world *world, const struct fetch_ask *ask) {
    struct arena *arena = world->arena;
    struct fetch *fetch = ask->fetch;
    struct asking *asking = ARENA_NEW(arena, struct asking);
    *asking = (struct asking){.world = world, .fetch = fetch, .request = ask->request, .now = ask->now};
    asking->trust = ask->trust;
    asking->no_inside = world->options->no_private_fetch && !ask->may_be_inside;
    asking->started = uv_hrtime();
    char *get = ask->request != NULL && world->options->ocsp_get
                    ? ocsp_get_url(arena, fetch->uri, ask->request)
                    : NULL;
    fetch->method = arena_text(arena, ask->request != NULL && get == NULL ? "POST" : "GET");
    if (fetch->kind != FETCH_OCSP || !world->options->ocsp_nonce)
        asking->question = question_text(arena, fetch, ask->request);
    if (get != NULL)
        asking->request = NULL;
    world_begin(world);
    if (!scheme_is_http(fetch->uri))
        finish(asking, FETCH_UNSUPPORTED_SCHEME, "wanted http or https");
    else if (!url_read(arena, get != NULL ? get : fetch->uri, &asking->url, &asking->place))
        finish(asking, FETCH_UNREACHABLE, "not a valid URL");
    else {
        fetch->host = arena_text(arena, asking->place.host);
        fetch->port = asking->place.port;
        recall(asking);
        go(asking);
    }
}
