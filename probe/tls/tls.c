/* How does one TLS attempt over one connection go? See tls.h. */
#include "probe/tls/tls.h"

#include <stdlib.h>

enum {
    PLAIN_WAIT_MS = 200, /* for the rest of a plaintext answer, to know better what it is */
    /* At least, for the peer's word about our client certificate (or none), for which a busy machine may take
     * its time. A server that is content sends tickets at once. */
    VERDICT_WAIT_MS = 1000
};

struct tls {
    struct world *world;
    struct conn *conn;
    struct engine *engine;
    struct tls_attempt *attempt;
    tls_fn on_event;
    void *context;
    uint64_t started_ns;
    bool told_speaks, told_certificate, told_done, plain_wait, verdict_wait;
    bool closed;
};

static void tell(struct tls *tls, enum tls_event event, const uint8_t *bytes, size_t size) {
    if (!tls->closed)
        tls->on_event(tls->context, event, bytes, size);
}

static void send_pending(struct tls *tls) {
    uint8_t bytes[4096];
    size_t size;
    while ((size = engine_take(tls->engine, bytes, sizeof bytes)) > 0)
        conn_write(tls->conn, bytes, size);
}

static void done(struct tls *tls) {
    if (tls->told_done)
        return;
    tls->told_done = true;
    tls->attempt->ms = world_ms_since(tls->world, tls->started_ns);
    conn_deadline(tls->conn, tls->world->options->timeout_ms);
    tell(tls, TLS_EVENT_DONE, NULL, 0);
}

static void pass_on(struct tls *tls) {
    uint8_t bytes[4096];
    size_t size;
    while (!tls->closed && (size = engine_read(tls->engine, bytes, sizeof bytes)) > 0)
        tell(tls, TLS_EVENT_BYTES, bytes, size);
}

/* What the engine's state means for who listens, after it was given something. */
static void advance(struct tls *tls, bool speaks) {
    enum engine_state state = engine_state(tls->engine);
    send_pending(tls);
    if (speaks && !tls->told_speaks) {
        tls->told_speaks = true;
        tell(tls, TLS_EVENT_SPEAKS, NULL, 0);
    }
    if (engine_saw_certificate(tls->engine) && !tls->told_certificate) {
        tls->told_certificate = true;
        tell(tls, TLS_EVENT_CERTIFICATE, NULL, 0);
    }
    if (tls->closed)
        return;
    if (state == ENGINE_UNPROVEN && !tls->verdict_wait) {
        int wait = 2 * conn_rtt_ms(tls->conn), limit = tls->world->options->timeout_ms;
        wait = wait > VERDICT_WAIT_MS ? wait : VERDICT_WAIT_MS;
        tls->verdict_wait = true;
        conn_deadline(tls->conn, wait < limit ? wait : limit);
    }
    if (state == ENGINE_GOOD || state == ENGINE_OVER)
        done(tls);
    if (!tls->closed)
        pass_on(tls);
    if (!tls->closed)
        send_pending(tls); /* reading may have to answer: a demand for a certificate, a key update */
    if (!tls->closed && engine_state(tls->engine) == ENGINE_OVER && tls->attempt->state == TLS_ESTABLISHED)
        tell(tls, TLS_EVENT_END, NULL, 0);
}

static void on_bytes(struct tls *tls, const uint8_t *bytes, size_t size) {
    engine_feed(tls->engine, bytes, size);
    if (!engine_is_plain(tls->engine)) {
        advance(tls, engine_state(tls->engine) != ENGINE_OVER);
    } else if (!tls->plain_wait) {
        tls->plain_wait = true;
        conn_deadline(tls->conn, PLAIN_WAIT_MS);
    }
}

static void on_timeout(struct tls *tls) {
    if (!tls->told_done) {
        engine_end(tls->engine, tls->world->stopping ? ENGINE_STOPPED : ENGINE_TIMEOUT);
        advance(tls, false);
    } else
        tell(tls, TLS_EVENT_TIMEOUT, NULL, 0);
}

static void on_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct tls *tls = context;
    bool was_good = tls->told_done;
    if (tls->closed)
        return;
    switch (event) {
    case CONN_OPEN:
    case CONN_FAILED:
        break;
    case CONN_BYTES:
        on_bytes(tls, bytes, size);
        break;
    case CONN_TIMEOUT:
        on_timeout(tls);
        break;
    case CONN_EOF:
    case CONN_RESET:
        engine_end(tls->engine, event == CONN_EOF ? ENGINE_EOF : ENGINE_RESET);
        if (was_good)
            tell(tls, TLS_EVENT_END, NULL, 0);
        else
            advance(tls, false);
        break;
    }
}

struct tls *tls_start(struct world *world, struct conn *conn, const struct engine_form *form,
                      struct tls_attempt *attempt, tls_fn on_event, void *context) {
    struct tls *tls = world_alloc(NULL, sizeof *tls);
    *tls = (struct tls){
        .world = world, .conn = conn, .attempt = attempt, .on_event = on_event, .context = context};
    tls->started_ns = uv_hrtime();
    attempt->connect_ms = conn_rtt_ms(conn);
    conn_hand_over(conn, on_conn, tls);
    tls->engine = engine_new(world->tls, form, attempt);
    send_pending(tls);
    /* Refused by our own library: tell from the loop. */
    conn_deadline(conn, engine_state(tls->engine) == ENGINE_OVER ? 0 : world->options->timeout_ms);
    return tls;
}

void tls_write(struct tls *tls, const void *bytes, size_t size) {
    engine_write(tls->engine, bytes, size);
    send_pending(tls);
}

void tls_hand_over(struct tls *tls, tls_fn on_event, void *context) {
    tls->on_event = on_event;
    tls->context = context;
}

void tls_deadline(struct tls *tls, int ms) {
    conn_deadline(tls->conn, ms);
}

int tls_peer_alert(const struct tls *tls) {
    return engine_peer_alert(tls->engine);
}

struct conn *tls_conn(const struct tls *tls) {
    return tls->conn;
}

static void free_tls(void *context) {
    struct tls *tls = context;
    engine_free(tls->engine);
    free(tls);
}

void tls_close(struct tls *tls) {
    if (tls->closed)
        return;
    tls->closed = true;
    engine_close_notify(tls->engine);
    send_pending(tls);
    conn_close(tls->conn, free_tls, tls);
}
