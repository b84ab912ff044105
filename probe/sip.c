/* Does a SIP service live behind the TLS? One request, and whatever final answer comes (RFC 3261 8.1.3, 11).
 */
#include "probe/exchange.h"
#include "wire/sip.h"

#include <openssl/rand.h>
#include <string.h>

enum { MESSAGE_MAX = 16 * 1024 + 64 * 1024 + 4096, PROVISIONAL_MAX = 16, OTHER_MAX = 16, RAW_SHOWN = 2048 };

struct sip_talk {
    struct world *world;
    struct sip_exchange *exchange;
    struct sip_answer *answer; /* NULL: nobody wants it */
    uint64_t started_ns;
    uint8_t *bytes; /* of the message that is coming; grows in the arena */
    size_t size, room;
    const char *request;    /* ours */
    const char *foreign;    /* why the last answer that came is none of ours; NULL: none such came */
    int provisional, other; /* answers, and messages that are no answer to us, so far */
    bool over;
    done_fn done;
    void *context;
};

static void over(struct sip_talk *talk, enum exchange_state state, const char *fault) {
    if (talk->over)
        return;
    talk->over = true;
    talk->exchange->state = state;
    if (fault != NULL)
        talk->exchange->fault = arena_text(talk->world->arena, fault);
    talk->exchange->ms = world_ms_since(talk->world, talk->started_ns);
    talk->done(talk->context);
}

static void keep(struct sip_talk *talk, const uint8_t *bytes, size_t size) {
    if (talk->size + size > talk->room) {
        size_t room = talk->size + size < 4096 ? 8192 : (talk->size + size) * 2;
        uint8_t *larger = arena_alloc(talk->world->arena, room);
        if (talk->size > 0)
            memcpy(larger, talk->bytes, talk->size);
        talk->bytes = larger;
        talk->room = room;
    }
    memcpy(talk->bytes + talk->size, bytes, size);
    talk->size += size;
}

/* RFC 3261 8.1.3.2: 1xx is not the answer yet. */
static bool is_provisional(const struct sip_exchange *exchange) {
    return exchange->state == EXCHANGE_ANSWERED && exchange->code >= 100 && exchange->code < 200;
}

/* A server may ask something itself, and a broken one answers somebody else: what counts is still to come. */
static bool is_for_us(struct sip_talk *talk, size_t used) {
    if (sip_is_request(talk->bytes, used))
        return false;
    const char *foreign = sip_foreign_because(talk->world->arena, talk->request, talk->bytes, used);
    if (foreign == NULL)
        return true;
    talk->foreign = foreign;
    return false;
}

/* One whole message is at the front. */
static void message_take(struct sip_talk *talk, size_t used) {
    struct sip_exchange read = *talk->exchange;
    sip_read(talk->world->arena, talk->bytes, used, &read);
    bool is_ours =
        read.state == EXCHANGE_MALFORMED ? !sip_is_request(talk->bytes, used) : is_for_us(talk, used);
    if (talk->answer != NULL)
        *talk->answer = (struct sip_answer){arena_dup(talk->world->arena, talk->bytes, used), used};
    talk->size -= used;
    memmove(talk->bytes, talk->bytes + used, talk->size);
    if (!is_ours && ++talk->other < OTHER_MAX)
        return;
    *talk->exchange = read;
    if (!is_ours)
        over(talk, EXCHANGE_MALFORMED, talk->foreign != NULL ? talk->foreign : "requests, and no answer");
    else if (!is_provisional(talk->exchange) || ++talk->provisional >= PROVISIONAL_MAX)
        over(talk, talk->exchange->state, NULL);
}

/* What came in place of an answer; NULL: nothing. */
static const char *words_of_others(const struct sip_talk *talk, struct arena *arena) {
    if (talk->provisional > 0)
        return arena_printf(arena, "only a provisional answer came: %d %s", talk->exchange->code,
                            text_or(talk->exchange->reason, ""));
    return talk->other > 0 ? "only requests of its own came" : NULL;
}

/* What began and is not whole: "an answer began and was never finished: the body is ...". NULL when nothing
 * is there, or line ends alone, which keep a connection open (RFC 5626 3.5.1). */
static const char *unfinished(struct sip_talk *talk, const char *how) {
    struct arena *arena = talk->world->arena;
    size_t at = 0;
    while (at < talk->size && (talk->bytes[at] == '\r' || talk->bytes[at] == '\n'))
        at++;
    if (at == talk->size)
        return NULL;
    talk->exchange->raw = text_from_wire_cut(arena, talk->bytes, talk->size, RAW_SHOWN);
    return arena_printf(arena, "%s began %s: %s",
                        sip_is_request(talk->bytes, talk->size) ? "a request" : "an answer", how,
                        sip_unfinished(talk->bytes, talk->size));
}

/* The time is over. What began and never ended is malformed, not silence; only provisional answers, or
 * requests of the other side, are no answer, though what came is told. */
static void give_up(struct sip_talk *talk) {
    struct arena *arena = talk->world->arena;
    const char *began = unfinished(talk, "and was never finished");
    if (talk->world->stopping) {
        over(talk, EXCHANGE_NOT_TRIED, world_over);
    } else if (began != NULL) {
        over(talk, sip_is_request(talk->bytes, talk->size) ? EXCHANGE_NO_ANSWER : EXCHANGE_MALFORMED, began);
    } else if (talk->foreign != NULL) {
        over(talk, EXCHANGE_MALFORMED, talk->foreign);
    } else {
        over(talk, EXCHANGE_NO_ANSWER, words_of_others(talk, arena));
    }
}

/* The other side has ended the connection, perhaps in the middle of what it had to say. */
static void hung_up(struct sip_talk *talk) {
    const char *began = unfinished(talk, "and the connection ended before it was whole");
    bool is_answer = began != NULL && !sip_is_request(talk->bytes, talk->size);
    over(talk, is_answer ? EXCHANGE_MALFORMED : EXCHANGE_CLOSED, began);
}

static void on_bytes(struct sip_talk *talk, const uint8_t *bytes, size_t size) {
    keep(talk, bytes, size);
    while (!talk->over && talk->size > 0) {
        size_t used = 0;
        const char *fault = NULL;
        enum framing framing = sip_frame(talk->bytes, talk->size, &used, &fault);
        if (framing == FRAMING_BROKEN || (framing == FRAMING_MORE && talk->size > MESSAGE_MAX)) {
            talk->exchange->raw = text_from_wire_cut(talk->world->arena, talk->bytes, talk->size, RAW_SHOWN);
            over(talk, EXCHANGE_MALFORMED, fault == NULL ? "larger than any SIP message" : fault);
        } else if (framing == FRAMING_WHOLE && used > 0)
            message_take(talk, used);
        else
            return;
    }
}

static void on_tls(void *context, enum tls_event event, const uint8_t *bytes, size_t size) {
    struct sip_talk *talk = context;
    if (talk->over)
        return;
    if (event == TLS_EVENT_BYTES)
        on_bytes(talk, bytes, size);
    else if (event == TLS_EVENT_END)
        hung_up(talk);
    else if (event == TLS_EVENT_TIMEOUT)
        give_up(talk);
}

void sip_ask(struct world *world, struct tls *tls, const char *request, const char *like,
             struct sip_exchange *exchange, struct sip_answer *answer, done_fn done, void *context) {
    struct sip_talk *talk = ARENA_NEW(world->arena, struct sip_talk);
    *talk = (struct sip_talk){.world = world,
                              .exchange = exchange,
                              .answer = answer,
                              .request = like,
                              .started_ns = uv_hrtime(),
                              .done = done,
                              .context = context};
    tls_hand_over(tls, on_tls, talk);
    tls_deadline(tls, world->options->timeout_ms);
    tls_write(tls, request, strlen(request));
}

void sip_try(struct world *world, struct tls *tls, const char *host, int port, struct sip_exchange *exchange,
             done_fn done, void *context) {
    uint8_t random[8] = {0};
    RAND_bytes(random, sizeof random);
    const char *local = conn_local_address(tls_conn(tls), world->arena);
    const char *text = sip_options_write(world->arena, host, port, local == NULL ? "0.0.0.0" : local,
                                         text_hex(world->arena, random, sizeof random, 0));
    sip_ask(world, tls, text, text, exchange, NULL, done, context);
}
