/* Does an XMPP service live behind the port, does it offer STARTTLS, and what does it offer inside? RFC 6120
 * 4 (streams) and 5 (STARTTLS); no authentication. */
#include "probe/exchange.h"
#include "wire/xmpp.h"

#include <string.h>

struct xmpp_talk {
    struct world *world;
    struct xmpp_exchange *exchange;
    struct xmpp_reader *reader;
    struct conn *conn; /* before TLS */
    struct tls *tls;   /* inside it */
    uint64_t started_ns;
    int ms_before;
    bool asked; /* <starttls/> is sent */
    bool over;
    xmpp_fn step;
    done_fn done;
    void *context;
};

static void over(struct xmpp_talk *talk, enum xmpp_state state, const char *error) {
    if (talk->over)
        return;
    talk->over = true;
    talk->exchange->state = state;
    if (error != NULL && talk->exchange->error == NULL)
        talk->exchange->error = arena_text(talk->world->arena, error);
    talk->exchange->ms = talk->ms_before + world_ms_since(talk->world, talk->started_ns);
    if (talk->tls == NULL)
        talk->step(talk->context, XMPP_STEP_OVER);
    else
        talk->done(talk->context);
}

static struct xmpp_talk *talk_new(struct world *world, struct xmpp_exchange *exchange, void *context,
                                  bool after_tls) {
    struct xmpp_talk *talk = ARENA_NEW(world->arena, struct xmpp_talk);
    *talk = (struct xmpp_talk){.world = world, .exchange = exchange, .context = context};
    talk->started_ns = uv_hrtime();
    talk->ms_before = exchange->ms;
    talk->reader = xmpp_reader_new(world->arena, exchange, after_tls);
    return talk;
}

/* What ends the stream the same way before and inside TLS. */
static void bad_event(struct xmpp_talk *talk, enum xmpp_event event) {
    if (event == XMPP_EVENT_FAILURE)
        over(talk, XMPP_NO_STARTTLS, "the server answered STARTTLS with <failure/>");
    else if (event == XMPP_EVENT_ERROR)
        over(talk, XMPP_STREAM_ERROR, "stream error");
    else if (event == XMPP_EVENT_END)
        over(talk, XMPP_CLOSED, "the server closed the stream");
    else if (event == XMPP_EVENT_BROKEN)
        over(talk, XMPP_MALFORMED, "not an XMPP stream");
}

/* ---- before TLS ---- */

static void on_features(struct xmpp_talk *talk, bool starttls) {
    if (!starttls) {
        over(talk, XMPP_NO_STARTTLS, "the stream features do not offer STARTTLS");
        return;
    }
    if (talk->asked)
        return;
    talk->asked = true;
    conn_write(talk->conn, xmpp_starttls_text, strlen(xmpp_starttls_text));
    talk->step(talk->context, XMPP_STEP_OFFERED);
}

static void on_clear_bytes(struct xmpp_talk *talk, const uint8_t *bytes, size_t size) {
    bool starttls = false;
    enum xmpp_event event = xmpp_feed(talk->reader, bytes, size, &starttls);
    if (event == XMPP_EVENT_FEATURES) {
        on_features(talk, starttls);
        if (!talk->over) /* whatever else came in the same bytes */
            on_clear_bytes(talk, NULL, 0);
    } else if (event == XMPP_EVENT_PROCEED && talk->asked) {
        talk->over = true;
        talk->exchange->ms = world_ms_since(talk->world, talk->started_ns);
        talk->step(talk->context, XMPP_STEP_PROCEED);
    } else if (event == XMPP_EVENT_PROCEED)
        over(talk, XMPP_MALFORMED, "<proceed/> before STARTTLS was asked for");
    else
        bad_event(talk, event);
}

static void on_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct xmpp_talk *talk = context;
    if (talk->over)
        return;
    if (event == CONN_BYTES)
        on_clear_bytes(talk, bytes, size);
    else if (event == CONN_TIMEOUT && talk->world->stopping)
        over(talk, XMPP_NOT_TRIED, world_over);
    else if (event == CONN_TIMEOUT)
        over(talk, XMPP_NO_ANSWER, talk->asked ? "no answer to STARTTLS" : "no stream features");
    else
        over(talk, XMPP_CLOSED, event == CONN_RESET ? "connection reset" : "connection closed");
}

void xmpp_clear_try(struct world *world, struct conn *conn, struct xmpp_exchange *exchange, xmpp_fn step,
                    void *context) {
    struct xmpp_talk *talk = talk_new(world, exchange, context, false);
    const char *open = xmpp_open_write(world->arena, exchange->to, exchange->is_of_servers);
    talk->conn = conn;
    talk->step = step;
    conn_hand_over(conn, on_conn, talk);
    conn_deadline(conn, world->options->timeout_ms);
    conn_write(conn, open, strlen(open));
}

/* ---- inside TLS ---- */

static void on_tls(void *context, enum tls_event event, const uint8_t *bytes, size_t size) {
    struct xmpp_talk *talk = context;
    bool starttls = false;
    if (talk->over)
        return;
    if (event == TLS_EVENT_BYTES) {
        enum xmpp_event what = xmpp_feed(talk->reader, bytes, size, &starttls);
        if (what == XMPP_EVENT_FEATURES) {
            static const char farewell[] = "</stream:stream>";
            tls_write(talk->tls, farewell, sizeof farewell - 1);
            over(talk, XMPP_READY, NULL);
        } else if (what == XMPP_EVENT_END)
            over(talk, XMPP_NO_FEATURES, "the server closed the stream after TLS");
        else
            bad_event(talk, what);
    } else if (event == TLS_EVENT_END)
        over(talk, XMPP_NO_FEATURES, "connection closed after TLS");
    else if (event == TLS_EVENT_TIMEOUT)
        over(talk, XMPP_NO_FEATURES, "no features after TLS");
}

void xmpp_secure_try(struct world *world, struct tls *tls, struct xmpp_exchange *exchange, done_fn done,
                     void *context) {
    struct xmpp_talk *talk = talk_new(world, exchange, context, true);
    const char *open = xmpp_open_write(world->arena, exchange->to, exchange->is_of_servers);
    talk->tls = tls;
    talk->done = done;
    tls_hand_over(tls, on_tls, talk);
    tls_deadline(tls, world->options->timeout_ms);
    tls_write(tls, open, strlen(open));
}
