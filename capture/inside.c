/* What is said inside TLS, where keys open it? See inside.h. */
#include "capture/inside.h"

#include <stdlib.h>
#include <string.h>
#include "capture/talk.h"
#include "wire/http.h"
#include "wire/sip.h"

enum { HEAD_MAX = 16 * 1024, URL_MAX = 512 };

struct head { /* the beginning of what one side says, up to the empty line */
    uint8_t bytes[HEAD_MAX];
    size_t size;
    bool done;
};

struct inside {
    struct head heads[2];
    char *request; /* "get_edge_sso" or "get_edge_config"; NULL for other requests */
    char *url, *domain;
    bool is_http;
};

static struct inside *inside_of(struct talk *t) {
    if (t->inside == NULL)
        t->inside = ARENA_NEW(t->arena, struct inside);
    return t->inside;
}

static const uint8_t *head_end(const struct head *head) {
    const uint8_t *end = memmem(head->bytes, head->size, "\r\n\r\n", 4);
    return end == NULL ? NULL : end + 4;
}

static bool starts(const struct head *head, const char *with) {
    size_t length = strlen(with);
    return head->size >= length && memcmp(head->bytes, with, length) == 0;
}

/* /<base64 of the domain>/get_edge_sso?… (field facts 1.3) */
static char *domain_of(struct arena *arena, const char *url) {
    const char *end = url[0] == '/' ? strchr(url + 1, '/') : NULL;
    uint8_t *bytes;
    size_t size;
    if (end == NULL ||
        !base64_read(arena, arena_textn(arena, url + 1, (size_t)(end - url - 1)), &bytes, &size))
        return NULL;
    const uint8_t *slash = memchr(bytes, '/', size); /* "domain/…" in later requests */
    return text_from_wire_cut(arena, bytes, slash == NULL ? size : (size_t)(slash - bytes), 255);
}

/* "GET /b64/get_edge_config?… HTTP/1.1": what is behind the question mark may name a user, and is left out.
 */
static void request_read(struct talk *t, struct inside *in) {
    static const char *const requests[] = {"get_edge_sso", "get_edge_config"};
    const struct head *head = &in->heads[BY_CLIENT];
    in->is_http = starts(head, "GET ") || starts(head, "POST ") || starts(head, "HEAD ");
    if (!in->is_http)
        return;
    const uint8_t *url = memchr(head->bytes, ' ', head->size), *end = head->bytes + head->size;
    size_t length = 0;
    for (url++; url + length < end && length < URL_MAX && strchr(" ?\r\n", url[length]) == NULL; length++)
        ;
    in->url = text_from_wire(t->arena, url, length);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (text_ends(in->url, requests[i]))
            in->request = arena_text(t->arena, requests[i]);
    in->domain = in->request == NULL ? NULL : domain_of(t->arena, in->url);
}

static void http_answer(struct talk *t, struct inside *in) {
    const struct head *head = &in->heads[BY_SERVER];
    if (in->request == NULL || in->domain == NULL || !starts(head, "HTTP/1.") || head->size < 12)
        return;
    struct http_exchange *http = t->http = ARENA_NEW(t->arena, struct http_exchange);
    http->request = in->request;
    http->domain = in->domain;
    http->url = in->url;
    http->state = EXCHANGE_ANSWERED;
    int64_t status = 0; /* behind "HTTP/1.1 " */
    number_read((const char *)head->bytes + 9, 3, 999, &status);
    http->status = (int)status;
    http->body = arena_text(t->arena, "");
    const uint8_t *at = head->bytes, *end = head->bytes + head->size;
    while ((at = memmem(at, (size_t)(end - at), "\r\n", 2)) != NULL) {
        at += 2;
        const uint8_t *stop = memmem(at, (size_t)(end - at), "\r\n", 2);
        if (stop == NULL || stop == at)
            break;
        http_header_read(t->arena, (const char *)at, (size_t)(stop - at), http);
    }
}

static void sip_answer(struct talk *t, struct inside *in) {
    const struct head *head = &in->heads[BY_SERVER];
    size_t used = 0;
    const char *fault = NULL;
    if (!starts(head, "SIP/2.0 ") || sip_frame(head->bytes, head->size, &used, &fault) != FRAMING_WHOLE)
        return;
    t->sip = ARENA_NEW(t->arena, struct sip_exchange);
    sip_read(t->arena, head->bytes, used, t->sip);
}

void inside_feed(struct talk *t, int by, const uint8_t *bytes, size_t size) {
    struct inside *in = inside_of(t);
    struct head *head = &in->heads[by];
    if (head->done)
        return;
    size_t part = sizeof head->bytes - head->size < size ? sizeof head->bytes - head->size : size;
    memcpy(head->bytes + head->size, bytes, part);
    head->size += part;
    const uint8_t *end = head_end(head);
    if (end == NULL && head->size < sizeof head->bytes)
        return;
    head->done = true;
    if (by == BY_CLIENT) {
        if (end != NULL)
            request_read(t, in);
    } else {
        sip_answer(t, in);
        if (t->sip == NULL && end != NULL)
            http_answer(t, in);
    }
    explicit_bzero(head->bytes, sizeof head->bytes); /* credentials may stand in it */
}
