/* Can the user get into XMPP through the edge? Authentication, resource binding, and a clean close (RFC 6120
 * 4.4, 6, 7).
 *
 * A password goes by PLAIN alone, inside TLS: what IM and Presence offers besides, CISCO-VTG-TOKEN, takes a
 * one-time password of its own SOAP service (bundle-facts 3.3), not the user's, and not an OAuth token. */
#include "probe/login/talks.h"

#include <string.h>

#include "wire/xmpp.h"
#include "wire/xmpp_login.h"

struct streaming {
    struct world *world;
    struct proven proven;
    struct tls *tls;
    const struct talk_credentials *with;
    struct xmpp_login *fact;
    struct xmpp_words *words;
    struct xmpp_said said;
    const char *domain;
    enum { AT_FEATURES, AT_SUCCESS, AT_BIND_OFFER, AT_BOUND, AT_CLOSE } at;
    bool over;
    uint64_t started;
    done_fn done;
    void *context;
};

static void over(struct streaming *s) {
    if (s->over)
        return;
    s->over = true;
    s->fact->ms = world_ms_since(s->world, s->started);
    xmpp_words_free(s->words);
    if (s->proven.attempt != NULL)
        attempt_close(s->proven.attempt);
    s->done(s->context);
}

static void say(struct streaming *s, const char *text) {
    tls_deadline(s->tls, s->world->options->timeout_ms);
    tls_write(s->tls, text, strlen(text));
}

/* We end our stream, and wait for the server to end its own (RFC 6120 4.4). */
static void stream_close(struct streaming *s) {
    s->at = AT_CLOSE;
    say(s, "</stream:stream>");
}

static void ends(struct streaming *s, enum xmpp_login_state state, const char *error) {
    s->fact->state = state;
    s->fact->condition = s->said.condition;
    s->fact->error = s->said.error != NULL ? s->said.error : arena_text(s->world->arena, error);
    if (state == XMPP_LOGIN_CLOSED || state == XMPP_LOGIN_NO_ANSWER || state == XMPP_LOGIN_MALFORMED)
        over(s);
    else
        stream_close(s);
}

static void stream_open(struct streaming *s) {
    xmpp_words_free(s->words);
    s->said = (struct xmpp_said){.condition = NULL};
    s->words = xmpp_words_new(s->world->arena, &s->said);
    say(s, xmpp_open_write(s->world->arena, s->domain, false));
}

/* ---- step by step ---- */

static const char *no_way_in(const struct streaming *s) {
    if (s->with->password == NULL)
        return "no mechanism offered here takes the token that was given; IM and Presence wants a one-time "
               "password of its own";
    return "PLAIN is not offered, and no other mechanism takes a password here";
}

static void authenticate(struct streaming *s) {
    s->fact->mechanisms = s->said.mechanisms;
    if (s->with->password == NULL || s->with->user == NULL || !texts_has(&s->said.mechanisms, "PLAIN")) {
        if (s->with->password == NULL && s->said.mechanisms.n > 0) { /* the server is not to blame */
            s->fact->withheld = arena_text(s->world->arena, no_way_in(s));
            stream_close(s);
            return;
        }
        ends(s, XMPP_LOGIN_NO_MECHANISM, no_way_in(s));
        return;
    }
    struct secret_text *message = secret_new();
    s->fact->mechanism = arena_text(s->world->arena, "PLAIN");
    s->at = AT_SUCCESS;
    xmpp_plain_write(s->with->user, s->with->password->text, message);
    say(s, message->text);
    secret_free(message);
}

static void on_expected(struct streaming *s, enum xmpp_word word) {
    if (s->at == AT_FEATURES && word == XMPP_WORD_FEATURES) {
        authenticate(s);
    } else if (s->at == AT_SUCCESS && word == XMPP_WORD_SUCCESS) {
        s->at = AT_BIND_OFFER;
        stream_open(s);
    } else if (s->at == AT_BIND_OFFER && word == XMPP_WORD_FEATURES && s->said.offers_bind) {
        s->at = AT_BOUND;
        say(s, xmpp_bind_text);
    } else if (s->at == AT_BIND_OFFER && word == XMPP_WORD_FEATURES) {
        ends(s, XMPP_LOGIN_BIND_FAILED, "the features after authentication do not offer resource binding");
    } else if (s->at == AT_BOUND && word == XMPP_WORD_BOUND) {
        s->fact->jid = s->said.jid;
        ends(s, XMPP_LOGIN_BOUND, NULL);
    }
}

/* Words that end it whenever they come. True when it was one. */
static bool on_ending(struct streaming *s, enum xmpp_word word) {
    if (s->at == AT_CLOSE) {
        s->fact->closed = s->fact->closed || word == XMPP_WORD_END;
        if (word == XMPP_WORD_END || word == XMPP_WORD_BROKEN)
            over(s);
        return true;
    }
    const struct {
        enum xmpp_word word;
        enum xmpp_login_state state;
        const char *error;
    } rows[] = {{XMPP_WORD_FAILURE, XMPP_LOGIN_REFUSED, NULL},
                {XMPP_WORD_CHALLENGE, XMPP_LOGIN_MALFORMED, "a challenge, which PLAIN has not"},
                {XMPP_WORD_UNBOUND, XMPP_LOGIN_BIND_FAILED, NULL},
                {XMPP_WORD_ERROR, XMPP_LOGIN_STREAM_ERROR, NULL},
                {XMPP_WORD_END, XMPP_LOGIN_CLOSED, "the server closed the stream"},
                {XMPP_WORD_BROKEN, XMPP_LOGIN_MALFORMED, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].word == word) {
            ends(s, rows[i].state, rows[i].error);
            return true;
        }
    return false;
}

static void on_bytes(struct streaming *s, const uint8_t *bytes, size_t size) {
    for (;;) {
        struct xmpp_words *stream = s->words;
        enum xmpp_word word = xmpp_words_feed(stream, bytes, size);
        if (word == XMPP_WORD_MORE)
            return;
        if (!on_ending(s, word))
            on_expected(s, word);
        if (s->over || s->words != stream) /* what follows <success/> in these bytes is no part of it */
            return;
        bytes = NULL;
        size = 0;
    }
}

static void on_tls(void *context, enum tls_event event, const uint8_t *bytes, size_t size) {
    struct streaming *s = context;
    if (s->over)
        return;
    if (event == TLS_EVENT_BYTES)
        on_bytes(s, bytes, size);
    else if (s->at == AT_CLOSE && (event == TLS_EVENT_END || event == TLS_EVENT_TIMEOUT))
        over(s);
    else if (event == TLS_EVENT_END)
        ends(s, XMPP_LOGIN_CLOSED, "the connection was closed");
    else if (event == TLS_EVENT_TIMEOUT)
        ends(s, XMPP_LOGIN_NO_ANSWER, s->at == AT_SUCCESS ? "no answer to the credentials" : "no answer");
}

static void on_proven(void *context, struct tls *tls, const char *why) {
    struct streaming *s = context;
    if (tls == NULL) {
        s->fact->state = XMPP_LOGIN_NO_TLS;
        s->fact->error = arena_text(s->world->arena, why);
        over(s);
        return;
    }
    s->tls = tls;
    tls_hand_over(tls, on_tls, s);
    stream_open(s);
}

void xmpp_login_try(struct world *world, const struct endpoint *endpoint, const char *domain,
                    const struct talk_credentials *with, struct xmpp_login *fact, done_fn done,
                    void *context) {
    struct streaming *s = ARENA_NEW(world->arena, struct streaming);
    *s = (struct streaming){.world = world,
                            .with = with,
                            .fact = fact,
                            .domain = domain,
                            .done = done,
                            .context = context,
                            .started = uv_hrtime(),
                            .proven = {.on_done = on_proven, .context = s}};
    proven_start(world, &s->proven, endpoint, domain);
}
