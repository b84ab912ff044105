/* How does one TLS attempt get to its end from nothing? See attempt.h. */
#include "probe/tls/attempt.h"

#include "facts/ending.h"

struct attempt {
    struct world *world;
    struct attempt_plan plan;
    struct conn *conn; /* NULL once TLS has taken it over */
    struct tls *tls;
    attempt_fn on_event;
    void *context;
};

/* No TLS was reached: what the connection met counts as the attempt's own end. */
static void note_no_connection(struct attempt *attempt) {
    struct tls_attempt *fact = attempt->plan.tls;
    if (fact->purpose == PURPOSE_MAIN) /* endpoint.tcp tells */
        return;
    const struct ending ending = ending_without_connection(attempt->plan.tcp->state);
    fact->state = ending.state;
    fact->ended_by = ending.by;
    fact->connect_ms = attempt->plan.tcp->ms;
    fact->error =
        arena_printf(attempt->world->arena, "no TCP connection: %s",
                     attempt->plan.tcp->error == NULL ? "no reason given" : attempt->plan.tcp->error);
}

static void on_tls(void *context, enum tls_event event, const uint8_t *bytes, size_t size) {
    struct attempt *attempt = context;
    (void)bytes;
    (void)size;
    if (event == TLS_EVENT_SPEAKS)
        attempt->on_event(attempt->context, ATTEMPT_SPEAKS);
    else if (event == TLS_EVENT_CERTIFICATE)
        attempt->on_event(attempt->context, ATTEMPT_CERTIFICATE);
    else if (event == TLS_EVENT_DONE)
        attempt->on_event(attempt->context, ATTEMPT_DONE);
}

static void handshake(struct attempt *attempt) {
    struct conn *conn = attempt->conn;
    attempt->conn = NULL;
    attempt->tls = tls_start(attempt->world, conn, &attempt->plan.form, attempt->plan.tls, on_tls, attempt);
}

static void on_xmpp(void *context, enum xmpp_step step) {
    struct attempt *attempt = context;
    if (step == XMPP_STEP_OFFERED) {
        attempt->on_event(attempt->context, ATTEMPT_OFFERED);
    } else if (step == XMPP_STEP_PROCEED) {
        handshake(attempt);
    } else {
        attempt->plan.tls->error = arena_text(attempt->world->arena, "STARTTLS was not reached");
        attempt->on_event(attempt->context, ATTEMPT_DONE);
    }
}

static void on_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct attempt *attempt = context;
    (void)bytes;
    (void)size;
    if (event == CONN_OPEN && attempt->plan.xmpp != NULL) {
        xmpp_clear_try(attempt->world, attempt->conn, attempt->plan.xmpp, on_xmpp, attempt);
    } else if (event == CONN_OPEN) {
        handshake(attempt);
    } else if (event == CONN_FAILED) {
        note_no_connection(attempt);
        attempt->on_event(attempt->context, ATTEMPT_DONE);
    }
}

struct attempt *attempt_start(struct world *world, const struct attempt_plan *plan, attempt_fn on_event,
                              void *context) {
    struct attempt *attempt = ARENA_NEW(world->arena, struct attempt);
    *attempt = (struct attempt){.world = world, .plan = *plan, .on_event = on_event, .context = context};
    attempt->conn = conn_open(world, plan->address, plan->port, plan->tcp, on_conn, attempt);
    /* by the word that a report has for it, which capture/flows.h reads in a recording */
    conn_label(attempt->conn,
               arena_printf(world->arena, "edgeprobe: %s", enum_text(tls_purposes, (int)plan->tls->purpose)));
    return attempt;
}

struct tls *attempt_tls(const struct attempt *attempt) {
    return attempt->plan.tls->state == TLS_ESTABLISHED ? attempt->tls : NULL;
}

void attempt_close(struct attempt *attempt) {
    if (attempt->tls != NULL)
        tls_close(attempt->tls);
    else if (attempt->conn != NULL)
        conn_close(attempt->conn, NULL, NULL);
    attempt->tls = NULL;
    attempt->conn = NULL;
}
