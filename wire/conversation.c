/* What do both sides of a TLS conversation say to each other? See conversation.h. */
#include "wire/conversation.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include "facts/suites.h"
#include "wire/plaintext.h"
#include "wire/tls_keys.h"
#include "wire/tls_side.h"

enum { RANDOM_AT = 2, SHORTEST_FINISHED = 53, LONGEST_SEALED_ALERT = 24, FIRST_BYTES = 64 };
enum { HANDSHAKE_CLIENT_KEY_EXCHANGE = 16, HANDSHAKE_FINISHED = 20, HANDSHAKE_KEY_UPDATE = 24 };
enum { ALERT_CLOSE_NOTIFY = 0, DATA_FOLLOWED = 256 * 1024, OPENED_MAX = 16384 + 2048 };

struct one_side { /* context of its events */
    struct conversation_reader *reader;
    int by;
};

struct conversation_reader {
    struct arena *arena;
    struct conversation_events events;
    struct conversation seen;
    struct one_side which[SIDES];
    struct tls_side *sides[SIDES];
    struct tls_opener *openers[SIDES];
    bool opener_failed[SIDES];
    uint8_t random[SIDES][RANDOM_SIZE];
    bool has_random[SIDES];
    const struct tls_secrets *secrets;
    uint8_t *opened;  /* plain text of one record, when something is opened */
    size_t data_size; /* decrypted so far */
};

bool conversation_is_13(const struct conversation *c) {
    return c->server.version == TLS13 || c->server.version >> 8 == 0x7f; /* RFC 8446 4.2.1.1: drafts */
}

bool conversation_is_through(const struct conversation *c) {
    return c->told[BY_CLIENT].finished && c->told[BY_SERVER].finished;
}

const struct conversation *conversation_of(const struct conversation_reader *r) {
    return &r->seen;
}

size_t conversation_held(const struct conversation_reader *r) {
    return tls_side_held(r->sides[BY_CLIENT]) + tls_side_held(r->sides[BY_SERVER]) +
           (r->opened == NULL ? 0 : OPENED_MAX);
}

static void step(const struct conversation_reader *r, int by, const char *what, size_t size) {
    if (r->events.step != NULL)
        r->events.step(r->events.context, by, what, size);
}

/* ---- keys ---- */

static void opener_drop(struct conversation_reader *r, int by) {
    tls_opener_free(r->openers[by]);
    r->openers[by] = NULL;
    r->opener_failed[by] = true;
    tls_side_want_payload(r->sides[by], false);
}

static void opener_make(struct conversation_reader *r, int by) {
    if (r->openers[by] != NULL || r->opener_failed[by] || r->secrets == NULL || !r->has_random[BY_SERVER])
        return;
    struct opener_form form = {.secrets = r->secrets,
                               .version = r->seen.server.version,
                               .suite = r->seen.server.suite,
                               .client_random = r->random[BY_CLIENT],
                               .server_random = r->random[BY_SERVER],
                               .is_server = by == BY_SERVER};
    r->openers[by] = tls_opener_new(&form);
    r->opener_failed[by] = r->openers[by] == NULL;
    tls_side_want_payload(r->sides[by], r->openers[by] != NULL);
    if (r->openers[by] != NULL && r->opened == NULL) {
        r->opened = malloc(OPENED_MAX + 1);
        if (r->opened == NULL)
            opener_drop(r, by);
    }
}

/* ---- messages ---- */

static const struct {
    int type;
    const char *name;
} message_names[] = {{0, "HelloRequest"},
                     {HANDSHAKE_CLIENT_HELLO, "ClientHello"},
                     {HANDSHAKE_SERVER_HELLO, "ServerHello"},
                     {HANDSHAKE_NEW_SESSION_TICKET, "NewSessionTicket"},
                     {HANDSHAKE_ENCRYPTED_EXTENSIONS, "EncryptedExtensions"},
                     {HANDSHAKE_CERTIFICATE, "Certificate"},
                     {HANDSHAKE_SERVER_KEY_EXCHANGE, "ServerKeyExchange"},
                     {HANDSHAKE_CERTIFICATE_REQUEST, "CertificateRequest"},
                     {HANDSHAKE_SERVER_HELLO_DONE, "ServerHelloDone"},
                     {HANDSHAKE_CERTIFICATE_VERIFY, "CertificateVerify"},
                     {HANDSHAKE_CLIENT_KEY_EXCHANGE, "ClientKeyExchange"},
                     {HANDSHAKE_FINISHED, "Finished"},
                     {HANDSHAKE_CERTIFICATE_STATUS, "CertificateStatus"},
                     {HANDSHAKE_KEY_UPDATE, "KeyUpdate"}};

static const char *message_name(int type) {
    for (size_t i = 0; i < sizeof message_names / sizeof *message_names; i++)
        if (message_names[i].type == type)
            return message_names[i].name;
    return "handshake message";
}

static void fault(struct conversation_reader *r, int by, const char *what) {
    if (r->seen.fault == NULL) {
        r->seen.fault = what;
        r->seen.fault_by = by;
    }
}

/* RFC 8446 4.1.2, 4.1.3: behind the version of either hello. One that cannot be read may be shorter. */
static bool random_take(struct conversation_reader *r, int by, const uint8_t *body, size_t size) {
    if (size < RANDOM_AT + RANDOM_SIZE)
        return false;
    memcpy(r->random[by], body + RANDOM_AT, RANDOM_SIZE);
    r->has_random[by] = true;
    return true;
}

static void client_hello(struct conversation_reader *r, const uint8_t *body, size_t size) {
    struct client_offer *offer = r->events.offer(r->events.context, body, size);
    if (offer == NULL) {
        fault(r, BY_CLIENT, "a ClientHello that cannot be read");
        return;
    }
    r->seen.offer = offer;
    if (random_take(r, BY_CLIENT, body, size) && r->events.secrets != NULL)
        r->secrets = r->events.secrets(r->events.context, r->random[BY_CLIENT]);
}

/* Drafts of TLS 1.3 up to 21 have neither session id nor compression in it, and say a version that the final
 * one never puts there (RFC 8446 4.1.3). */
static bool draft_hello(struct conversation_reader *r, const uint8_t *body, size_t size) {
    int version = size < 36 ? 0 : body[0] << 8 | body[1];
    if (version != TLS13 && (version >> 8 != 0x7f || (version & 0xff) > 21))
        return false;
    r->seen.server.version = version;
    r->seen.server.suite = body[34] << 8 | body[35];
    r->seen.attempt.version = arena_text(r->arena, "TLSv1.3");
    return true;
}

static void server_hello(struct conversation_reader *r, const uint8_t *body, size_t size) {
    struct handshake *h = &r->seen.server;
    if (!draft_hello(r, body, size) && !handshake_read(h, HANDSHAKE_SERVER_HELLO, body, size)) {
        fault(r, BY_SERVER, "a ServerHello that cannot be read");
        if (h->version == 0)
            return;
    }
    if (h->version >> 8 == 0x7f)
        r->seen.attempt.version = arena_text(r->arena, "TLSv1.3");
    r->seen.attempt.cipher = suite_text(r->arena, h->suite);
    r->seen.client.version = h->version;
    if (h->is_retry || !random_take(r, BY_SERVER, body, size))
        return;
    if (h->version == TLS13) {
        opener_make(r, BY_SERVER);
        opener_make(r, BY_CLIENT);
    }
}

static void finished(struct conversation_reader *r, int by) {
    r->seen.told[by].finished = true;
    if (r->openers[by] != NULL && conversation_is_13(&r->seen) && !tls_opener_finish(r->openers[by]))
        opener_drop(r, by);
}

static void on_message(void *context, int type, const uint8_t *body, size_t size) {
    const struct one_side *which = context;
    struct conversation_reader *r = which->reader;
    struct handshake *h = which->by == BY_SERVER ? &r->seen.server : &r->seen.client;
    step(r, which->by, message_name(type), size + 4);
    switch (type) {
    case HANDSHAKE_CLIENT_HELLO:
        if (which->by == BY_CLIENT)
            client_hello(r, body, size);
        return;
    case HANDSHAKE_SERVER_HELLO:
        if (which->by == BY_SERVER)
            server_hello(r, body, size);
        return;
    case HANDSHAKE_FINISHED:
        finished(r, which->by);
        return;
    case HANDSHAKE_KEY_UPDATE:
        if (r->openers[which->by] != NULL && !tls_opener_update(r->openers[which->by]))
            opener_drop(r, which->by);
        return;
    case HANDSHAKE_CLIENT_KEY_EXCHANGE:
        r->seen.client_keyed = r->seen.client_keyed || which->by == BY_CLIENT;
        break;
    case HANDSHAKE_CERTIFICATE:
        if (h->version == 0) /* the hello is missing: the form of TLS 1.2, which is the only one in clear */
            h->version = TLS12;
        break;
    default:
        break;
    }
    /* After the handshake only tickets, and requests of a second one. */
    if (!conversation_is_through(&r->seen) && !handshake_read(h, type, body, size))
        fault(r, which->by, "a handshake message that cannot be read");
}

static void on_damaged(void *context, int type, size_t size) {
    const struct one_side *which = context;
    struct conversation_reader *r = which->reader;
    r->seen.told[which->by].has_gap = true;
    if (r->events.step != NULL)
        step(r, which->by, arena_printf(r->arena, "%s (bytes are missing)", message_name(type)), size + 4);
}

static void on_alert(void *context, int level, int number) {
    const struct one_side *which = context;
    struct conversation_reader *r = which->reader;
    if (r->events.step != NULL) {
        const char *name = alert_name(number);
        step(r, which->by,
             arena_printf(r->arena, "Alert %s %s", level == 2 ? "fatal" : "warning",
                          name != NULL ? name : arena_printf(r->arena, "alert_%d", number)),
             2);
    }
    if (number == ALERT_CLOSE_NOTIFY || r->seen.alert_count == ALERTS_KEPT)
        return;
    r->seen.alerts[r->seen.alert_count++] =
        (struct said_alert){which->by, level, number, !conversation_is_through(&r->seen)};
}

static void on_changed(void *context) {
    const struct one_side *which = context;
    struct conversation_reader *r = which->reader;
    step(r, which->by, "ChangeCipherSpec", 1);
    r->seen.told[which->by].changed = true;
    if (conversation_is_13(&r->seen)) /* RFC 8446 D.4: means nothing */
        return;
    /* The client's may come before a TLS 1.3 ServerHello (with early data): the version is not known then.
     * Behind a key exchange it is TLS 1.2, whose packets the capture has in another order. */
    if (which->by == BY_CLIENT && r->seen.server.version == 0 && !r->seen.told[BY_SERVER].spoke &&
        !r->seen.client_keyed)
        return;
    tls_side_seal(r->sides[which->by]);
    opener_make(r, which->by);
}

/* ---- encrypted records ---- */

static void sealed_12(struct conversation_reader *r, int by, int type, size_t size) {
    struct told *told = &r->seen.told[by];
    if (type == CONTENT_HANDSHAKE && told->changed && !told->finished) {
        told->finished = true;
        step(r, by, "Finished (encrypted)", size);
    } else
        step(r, by,
             type == CONTENT_ALERT       ? "Alert (encrypted)"
             : type == CONTENT_HANDSHAKE ? "handshake message (encrypted)"
                                         : "data",
             size);
}

/* What the lengths and the order of TLS 1.3's records tell: nothing in the server's flight, but a Finished is
 * 53 or 69 octets long (RFC 8446 4.4.4, 5.2: 4 + 32 or 48, one octet of type, 16 of tag), an alert 19. */
static void sealed_13(struct conversation_reader *r, int by, size_t size) {
    struct conversation *c = &r->seen;
    const char *what = "data";
    if (by == BY_SERVER && !c->told[BY_CLIENT].finished) {
        what = "its flight, encrypted";
        c->told[BY_SERVER].finished = true;
    } else if (by == BY_SERVER) {
        c->refusal_sealed = c->after_finished == 0 && size <= LONGEST_SEALED_ALERT;
        c->after_finished += size;
    } else if (!c->told[BY_CLIENT].finished && c->told[BY_SERVER].sealed > 0) {
        bool is_flight = size >= SHORTEST_FINISHED;
        c->told[BY_CLIENT].finished = is_flight;
        what = is_flight ? "its flight, encrypted" : "one short record, encrypted, as an alert is";
    }
    step(r, by, what, size);
}

static void opened(struct conversation_reader *r, int by, int type, size_t size) {
    r->seen.is_decrypted = true;
    if (type != CONTENT_DATA) {
        tls_side_opened(r->sides[by], type, r->opened, size);
        return;
    }
    step(r, by, "data", size);
    r->data_size += size;
    if (r->events.application != NULL)
        r->events.application(r->events.context, by, r->opened, size);
}

static void on_sealed(void *context, const uint8_t *header, const uint8_t *payload, size_t size) {
    const struct one_side *which = context;
    struct conversation_reader *r = which->reader;
    struct told *told = &r->seen.told[which->by];
    size_t plain;
    int type;
    if (r->openers[which->by] != NULL && payload != NULL && size <= OPENED_MAX &&
        tls_open(r->openers[which->by], header, payload, size, r->opened, &plain, &type)) {
        opened(r, which->by, type, plain);
        OPENSSL_cleanse(r->opened, plain);
        return;
    }
    /* Early data, which goes by another key, is passed over (RFC 8446 4.2.10). */
    bool is_early =
        which->by == BY_CLIENT && conversation_is_13(&r->seen) && !told->finished && payload != NULL;
    if (r->openers[which->by] != NULL && !is_early)
        opener_drop(r, which->by);
    if (r->openers[which->by] != NULL)
        return;
    if (conversation_is_13(&r->seen))
        sealed_13(r, which->by, size);
    else
        sealed_12(r, which->by, header[0], size);
    told->sealed++;
}

static void on_nonsense(void *context, const uint8_t *bytes, size_t size) {
    const struct one_side *which = context;
    struct conversation_reader *r = which->reader;
    struct told *told = &r->seen.told[which->by];
    if (!told->spoke && which->by == BY_SERVER && r->seen.not_tls == NULL && !told->has_gap) {
        const char *what = not_tls(bytes, size);
        r->seen.not_tls = what == NULL ? "other" : what;
        r->seen.first_bytes = text_from_wire_cut(r->arena, bytes, size, FIRST_BYTES);
    } else if (!told->has_gap)
        fault(r, which->by, "bytes that are no TLS record");
    step(r, which->by, "bytes that are no TLS", size);
}

/* ---- SSLv2's hello ---- */

/* RFC 5246 E.2: a client that would also speak SSLv2 begins so. Suites of SSLv2 itself have three octets. */
static bool old_hello(struct conversation_reader *r, const uint8_t *bytes, size_t size) {
    if (size < 11 || (bytes[0] & 0x80) == 0 || bytes[2] != 1 || bytes[3] != 3)
        return false;
    size_t total = ((size_t)(bytes[0] & 0x7f) << 8 | bytes[1]) + 2, listed = (size_t)bytes[5] << 8 | bytes[6];
    if (total > size || listed % 3 != 0 || 11 + listed > total)
        return false;
    struct client_offer *offer = ARENA_NEW(r->arena, struct client_offer);
    const char *version = tls_version_name(bytes[3] << 8 | bytes[4]);
    texts_add(r->arena, &offer->versions, version == NULL ? "SSLv2" : version);
    for (size_t i = 0; i < listed; i += 3)
        if (bytes[11 + i] == 0)
            texts_add(r->arena, &offer->suites, suite_text(r->arena, bytes[12 + i] << 8 | bytes[13 + i]));
    r->seen.offer = offer;
    r->seen.told[BY_CLIENT].spoke = true;
    step(r, BY_CLIENT, "ClientHello of SSLv2", total);
    tls_side_feed(r->sides[BY_CLIENT], bytes + total, size - total);
    return true;
}

bool looks_like_client_hello(const uint8_t *bytes, size_t size) {
    if (size >= 11 && (bytes[0] & 0x80) != 0 && bytes[2] == 1 && bytes[3] == 3 && bytes[4] <= 3) {
        size_t total = ((size_t)(bytes[0] & 0x7f) << 8 | bytes[1]) + 2;
        size_t parts = 11 + ((size_t)bytes[5] << 8 | bytes[6]) + ((size_t)bytes[7] << 8 | bytes[8]) +
                       ((size_t)bytes[9] << 8 | bytes[10]);
        return parts == total;
    }
    if (size < 6 || bytes[0] != CONTENT_HANDSHAKE || bytes[1] != 3 || bytes[2] > 4 ||
        bytes[5] != HANDSHAKE_CLIENT_HELLO)
        return false;
    size_t record = (size_t)bytes[3] << 8 | bytes[4];
    if (size < 11)
        return record >= 4;
    size_t message = (size_t)bytes[6] << 16 | (size_t)bytes[7] << 8 | bytes[8];
    return record >= 4 && message >= 38 && message < 0x10000 && message + 4 >= record && bytes[9] == 3;
}

bool looks_like_record(const uint8_t *bytes, size_t size) {
    if (size < 6 || !tls_record_is_plausible(bytes, size))
        return false;
    size_t next = 5 + ((size_t)bytes[3] << 8 | bytes[4]);
    if (bytes[0] == CONTENT_HANDSHAKE &&
        (bytes[5] == HANDSHAKE_SERVER_HELLO || bytes[5] == HANDSHAKE_CERTIFICATE))
        return true;
    return next == size || (next < size && tls_record_is_plausible(bytes + next, size - next));
}

/* ---- the whole ---- */

struct conversation_reader *conversation_new(struct arena *arena, struct conversation_events events) {
    struct conversation_reader *r = ARENA_NEW(arena, struct conversation_reader);
    r->arena = arena;
    r->events = events;
    r->seen.server = (struct handshake){.arena = arena,
                                        .attempt = &r->seen.attempt,
                                        .cert = events.cert,
                                        .context = events.context,
                                        .suite = -1};
    r->seen.client = r->seen.server;
    r->seen.client.attempt = &r->seen.client_attempt;
    for (int by = 0; by < SIDES; by++) {
        r->which[by] = (struct one_side){r, by};
        r->sides[by] = tls_side_new((struct tls_side_events){.message = on_message,
                                                             .damaged = on_damaged,
                                                             .alert = on_alert,
                                                             .changed = on_changed,
                                                             .sealed = on_sealed,
                                                             .nonsense = on_nonsense,
                                                             .context = &r->which[by]});
    }
    return r;
}

void conversation_free(struct conversation_reader *r) {
    for (int by = 0; by < SIDES; by++) {
        tls_side_free(r->sides[by]);
        r->sides[by] = NULL;
        tls_opener_free(r->openers[by]);
        r->openers[by] = NULL;
    }
    if (r->opened != NULL)
        OPENSSL_cleanse(r->opened, OPENED_MAX);
    free(r->opened);
    r->opened = NULL;
}

void conversation_feed(struct conversation_reader *r, int by, const uint8_t *bytes, size_t size) {
    struct told *told = &r->seen.told[by];
    bool is_first = told->bytes == 0;
    told->bytes += size;
    if (is_first && by == BY_CLIENT && old_hello(r, bytes, size))
        return;
    if (tls_record_is_plausible(bytes, size) && is_first)
        told->spoke = size >= 5;
    tls_side_feed(r->sides[by], bytes, size);
    told->spoke = told->spoke || !tls_side_is_lost(r->sides[by]);
    told->lost = tls_side_is_lost(r->sides[by]);
}

void conversation_gap(struct conversation_reader *r, int by, size_t size) {
    r->seen.told[by].has_gap = true;
    tls_side_gap(r->sides[by], size);
    r->seen.told[by].lost = tls_side_is_lost(r->sides[by]);
}

static bool has_fatal_alert(const struct conversation *c) {
    for (size_t i = 0; i < c->alert_count; i++)
        if (c->alerts[i].level == 2 || conversation_is_13(c))
            return true;
    return false;
}

bool conversation_is_over(const struct conversation_reader *r) {
    const struct conversation *c = &r->seen;
    if (has_fatal_alert(c))
        return true;
    if (!conversation_is_through(c))
        return false;
    if (r->openers[BY_CLIENT] != NULL || r->openers[BY_SERVER] != NULL)
        return r->data_size > DATA_FOLLOWED;
    return !conversation_is_13(c) || c->after_finished > LONGEST_SEALED_ALERT;
}
