/* What do the two ends of one TCP connection say to each other? See talk.h. */
#include "capture/talk.h"

#include <stdlib.h>
#include <string.h>
#include "capture/inside.h"
#include "wire/ssh.h"
#include "wire/xmpp.h"

enum {
    DULL_BYTES = 16 * 1024, /* so much from one side, and still nothing we know */
    XMPP_BYTES = 64 * 1024,
    SSH_BYTES = 64 * 1024,
    STEPS_MAX = 200,
    HELLO_LOOKED_AT = 11
};

struct talk *talk_new(const struct talk_world *world, int client) {
    struct arena *arena = arena_new();
    struct talk *t = ARENA_NEW(arena, struct talk);
    t->arena = arena;
    t->world = world;
    t->client = client;
    return t;
}

void talk_free(struct talk *t) {
    if (t == NULL)
        return;
    if (t->tls != NULL)
        conversation_free(t->tls);
    stream_free(&t->streams[0]);
    stream_free(&t->streams[1]);
    arena_free(t->arena);
}

size_t talk_memory(const struct talk *t) {
    return stream_memory(&t->streams[0]) + stream_memory(&t->streams[1]) +
           (t->tls == NULL ? 0 : conversation_held(t->tls));
}

/* One line of the drawing; nothing unless drawings are wanted. */
static void talk_step(struct talk *t, int64_t at_ns, int by, const char *what, size_t size) {
    if (!t->world->draws || t->steps.n >= STEPS_MAX)
        return;
    struct connection_step *step = ARENA_NEW(t->arena, struct connection_step);
    *step = (struct connection_step){.at = at_ns / 1000,
                                     .by = by == BY_CLIENT ? "client" : "server",
                                     .what = arena_text(t->arena, what),
                                     .size = (int)size};
    LIST_ADD(t->arena, &t->steps, step);
}

/* ---- TLS ---- */

static struct client_offer *on_offer(void *context, const uint8_t *body, size_t size) {
    struct talk *t = context;
    if (t->hello_ns == 0)
        t->hello_ns = t->now_ns;
    return keep_offer(t->world->keep, t->arena, body, size, &t->offer_is_kept);
}

static struct cert *on_cert(void *context, const uint8_t *der, size_t size, char **error) {
    struct talk *t = context;
    struct cert *cert = keep_cert(t->world->keep, der, size, error);
    struct cert *shown = cert != NULL ? cert : keep_unreadable(t->world->keep, der, size);
    if (shown != NULL)
        LIST_ADD(t->arena, &t->shown[t->speaking], shown);
    return cert;
}

static const struct tls_secrets *on_secrets(void *context, const uint8_t *random) {
    return key_log_find(((struct talk *)context)->world->key_log, random);
}

static void on_step(void *context, int by, const char *what, size_t size) {
    struct talk *t = context;
    talk_step(t, t->now_ns, by, what, size);
}

static void on_application(void *context, int by, const uint8_t *bytes, size_t size) {
    inside_feed(context, by, bytes, size);
}

static void tls_begin(struct talk *t, int client) {
    t->kind = TALK_TLS;
    t->client = client;
    t->tls = conversation_new(t->arena, (struct conversation_events){.cert = on_cert,
                                                                     .offer = on_offer,
                                                                     .secrets = on_secrets,
                                                                     .step = t->world->draws ? on_step : NULL,
                                                                     .application = on_application,
                                                                     .context = t});
}

static void tls_feed(struct talk *t, int direction, const uint8_t *bytes, size_t size) {
    t->speaking = direction == t->client ? BY_CLIENT : BY_SERVER;
    conversation_feed(t->tls, t->speaking, bytes, size);
    if (t->through_ns == 0 && conversation_is_through(conversation_of(t->tls)))
        t->through_ns = t->now_ns;
}

/* ---- SSH and XMPP ---- */

static bool starts(const uint8_t *bytes, size_t size, const char *with) {
    size_t length = strlen(with);
    return size >= length && memcmp(bytes, with, length) == 0;
}

static void ssh_begin(struct talk *t) {
    t->kind = TALK_SSH;
    t->ssh = ARENA_NEW(t->arena, struct ssh_exchange);
    t->ssh->state = SSH_NO_BANNER;
    t->ssh_reader = ssh_reader_new(t->arena, t->ssh);
}

static void ssh_take(struct talk *t, int direction, const uint8_t *bytes, size_t size) {
    talk_step(t, t->now_ns, direction == t->client ? BY_CLIENT : BY_SERVER,
              starts(bytes, size, "SSH-") ? "SSH banner" : "SSH packets", size);
    if (direction == t->client || t->ssh->state == SSH_READY)
        return;
    switch (ssh_feed(t->ssh_reader, bytes, size)) {
    case SSH_EVENT_KEXINIT:
        t->ssh->state = SSH_READY;
        break;
    case SSH_EVENT_BANNER:
        t->ssh->state = SSH_NO_KEXINIT;
        break;
    case SSH_EVENT_NOT_SSH:
        t->ssh->state = SSH_NOT_SSH;
        break;
    default:
        break;
    }
}

static bool opens_xmpp(const uint8_t *bytes, size_t size) {
    if (!starts(bytes, size, "<?xml") && !starts(bytes, size, "<stream:stream"))
        return false;
    return memmem(bytes, size, "etherx.jabber.org/streams", 25) != NULL ||
           memmem(bytes, size, "<stream:stream", 14) != NULL;
}

static void xmpp_take(struct talk *t, int direction, const uint8_t *bytes, size_t size) {
    bool starttls = false;
    if (!t->is_xmpp) {
        t->is_xmpp = true;
        t->xmpp = ARENA_NEW(t->arena, struct xmpp_exchange);
        t->xmpp->state = XMPP_NO_ANSWER;
        t->xmpp_reader = xmpp_reader_new(t->arena, t->xmpp, false);
        if (t->client < 0)
            t->client = direction;
    }
    talk_step(t, t->now_ns, direction == t->client ? BY_CLIENT : BY_SERVER, "XMPP in clear", size);
    if (direction == t->client || t->xmpp_reader == NULL)
        return;
    switch (xmpp_feed(t->xmpp_reader, bytes, size, &starttls)) {
    case XMPP_EVENT_FEATURES:
        t->xmpp->state = starttls ? XMPP_CLOSED : XMPP_NO_STARTTLS;
        break;
    case XMPP_EVENT_PROCEED:
        t->xmpp->state = XMPP_TLS_FAILED; /* until TLS says otherwise */
        t->xmpp_reader = NULL;
        break;
    case XMPP_EVENT_FAILURE:
        t->xmpp->state = XMPP_NO_STARTTLS;
        break;
    case XMPP_EVENT_ERROR:
        t->xmpp->state = XMPP_STREAM_ERROR;
        break;
    case XMPP_EVENT_BROKEN:
        t->xmpp->state = XMPP_MALFORMED;
        t->xmpp_reader = NULL;
        break;
    default:
        break;
    }
}

/* ---- before anything is known ---- */

/* Where in a piece does a ClientHello begin? Mostly at its start; behind the last words in clear at times. */
static const uint8_t *hello_in(const uint8_t *bytes, size_t size) {
    if (looks_like_client_hello(bytes, size))
        return bytes;
    for (const uint8_t *at = bytes + 1, *end = bytes + size; at < end && end - at >= HELLO_LOOKED_AT; at++) {
        at = memchr(at, 0x16, (size_t)(end - at));
        if (at == NULL || end - at < HELLO_LOOKED_AT)
            return NULL;
        if (looks_like_client_hello(at, (size_t)(end - at)))
            return at;
    }
    return NULL;
}

/* The capture began too late for the ClientHello. */
static bool begin_in_the_middle(struct talk *t, int direction, const uint8_t *bytes, size_t size) {
    bool is_first = t->plain_bytes[direction] == 0;
    if (t->has_syn[direction] && t->plain_bytes[!direction] == 0 && t->client != !direction)
        return false;
    if (!is_first && !t->is_xmpp)
        return false;
    if (!looks_like_record(bytes, size))
        return false;
    bool is_server_hello = bytes[0] == 0x16 && bytes[5] == 2;
    if (t->has_syn[direction] && !is_server_hello)
        return false;
    tls_begin(t, is_server_hello ? !direction : t->client >= 0 ? t->client : direction);
    return true;
}

static void plain_take(struct talk *t, int direction, const uint8_t *bytes, size_t size);

/* Pieces too short to tell, which may begin a ClientHello, wait for more. */
static bool carried(struct talk *t, int direction, const uint8_t *bytes, size_t size) {
    uint8_t *carry = t->carry[direction];
    size_t *have = &t->carry_size[direction];
    if (*have == 0 && (bytes[0] != 0x16 || size >= HELLO_LOOKED_AT || (size > 1 && bytes[1] != 3)))
        return false;
    size_t part = HELLO_LOOKED_AT - *have < size ? HELLO_LOOKED_AT - *have : size;
    memcpy(carry + *have, bytes, part);
    *have += part;
    if (*have < HELLO_LOOKED_AT)
        return true;
    *have = 0;
    uint8_t joined[HELLO_LOOKED_AT];
    memcpy(joined, carry, sizeof joined);
    if (looks_like_client_hello(joined, sizeof joined)) {
        tls_begin(t, direction);
        tls_feed(t, direction, joined, sizeof joined);
        if (size > part)
            tls_feed(t, direction, bytes + part, size - part);
    } else
        plain_take(t, direction, bytes + part, size - part);
    return true;
}

static void plain_take(struct talk *t, int direction, const uint8_t *bytes, size_t size) {
    if (size == 0 || carried(t, direction, bytes, size))
        return;
    const uint8_t *hello = hello_in(bytes, size);
    size_t before = hello == NULL ? size : (size_t)(hello - bytes);
    if (hello == NULL && begin_in_the_middle(t, direction, bytes, size)) {
        tls_feed(t, direction, bytes, size);
        return;
    }
    if (t->plain_bytes[direction] == 0 && starts(bytes, size, "SSH-")) {
        ssh_begin(t);
        ssh_take(t, direction, bytes, size);
    } else if (before > 0 && (t->is_xmpp || (t->plain_bytes[direction] == 0 && opens_xmpp(bytes, before))))
        xmpp_take(t, direction, bytes, before);
    t->plain_bytes[direction] += before;
    if (hello != NULL) {
        tls_begin(t, direction);
        tls_feed(t, direction, hello, size - before);
    }
}

/* ---- streams ---- */

struct sink_context {
    struct talk *talk;
    int direction;
};

static void on_bytes(void *context, const uint8_t *bytes, size_t size) {
    const struct sink_context *sink = context;
    struct talk *t = sink->talk;
    switch (t->kind) {
    case TALK_TLS:
        tls_feed(t, sink->direction, bytes, size);
        break;
    case TALK_SSH:
        ssh_take(t, sink->direction, bytes, size);
        t->plain_bytes[sink->direction] += size;
        break;
    case TALK_PLAIN:
        plain_take(t, sink->direction, bytes, size);
        break;
    }
}

static void on_gap(void *context, size_t size) {
    const struct sink_context *sink = context;
    struct talk *t = sink->talk;
    t->gap_bytes += size;
    talk_step(t, t->now_ns, sink->direction == t->client ? BY_CLIENT : BY_SERVER,
              "bytes that the capture lacks", size);
    t->carry_size[sink->direction] = 0;
    if (t->kind == TALK_TLS)
        conversation_gap(t->tls, sink->direction == t->client ? BY_CLIENT : BY_SERVER, size);
}

static struct stream_sink sink_of(struct sink_context *context) {
    return (struct stream_sink){on_bytes, on_gap, context};
}

void talk_begins(struct talk *t, int direction, uint32_t first) {
    if (t->has_syn[direction])
        stream_restart(&t->streams[direction], first);
    t->has_syn[direction] = true;
    stream_begin(&t->streams[direction], first);
}

void talk_segment(struct talk *t, int direction, const struct ip_packet *p, uint32_t seq, int64_t now_ns) {
    struct sink_context mine = {t, direction}, other = {t, !direction};
    struct stream_sink sink = sink_of(&mine), other_sink = sink_of(&other);
    t->now_ns = now_ns;
    if ((p->flags & TCP_FIN) != 0)
        stream_end(&t->streams[direction], seq + (uint32_t)p->length);
    if ((p->flags & TCP_ACK) != 0)
        stream_acknowledged(&t->streams[!direction], &other_sink, p->ack);
    if (p->length > 0)
        stream_add(&t->streams[direction], &sink, seq, p->payload, p->size, p->length);
}

/* The client first: what the server says answers it. */
void talk_end(struct talk *t) {
    int first = t->client == 1 ? 1 : 0;
    for (int i = 0; i < 2; i++) {
        struct sink_context context = {t, i == 0 ? first : !first};
        struct stream_sink sink = sink_of(&context);
        bool was_seen_to_begin = t->has_syn[!context.direction] || t->hello_ns != 0;
        if (!was_seen_to_begin && !t->streams[context.direction].known) /* what it lacks, nobody asks */
            continue;
        stream_flush(&t->streams[context.direction], &sink);
    }
}

bool talk_is_known(const struct talk *t) {
    return t->kind != TALK_PLAIN || t->is_xmpp;
}

bool talk_is_dull(const struct talk *t) {
    if (t->kind != TALK_PLAIN)
        return false;
    size_t most = t->plain_bytes[0] > t->plain_bytes[1] ? t->plain_bytes[0] : t->plain_bytes[1];
    return most > (t->is_xmpp ? XMPP_BYTES : DULL_BYTES);
}

bool talk_is_over(const struct talk *t) {
    if (t->kind == TALK_SSH)
        return t->ssh->state == SSH_READY || t->plain_bytes[0] + t->plain_bytes[1] > SSH_BYTES;
    return t->kind == TALK_TLS ? conversation_is_over(t->tls) : t->is_xmpp && talk_is_dull(t);
}
