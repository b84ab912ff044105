/* What does a server answer to one ClientHello of our own bytes? See ask.h. */
#include "probe/ciphers/ask.h"

#include <stdio.h>
#include <string.h>
#include "facts/suites.h"
#include "probe/exchange.h"
#include "probe/tls/tls_contexts.h"
#include "wire/plaintext.h"

enum { HEAD = 16 }; /* bytes that tell what a plaintext answer is */

struct asking {
    struct ask ask;
    struct world *world;
    struct conn *conn;
    struct flight_reader *reader;
    struct xmpp_exchange xmpp;
    uint8_t head[HEAD];
    size_t head_size;
    ask_fn done;
    void *context;
};

static void over(struct asking *asking, enum ask_outcome outcome, const char *what) {
    if (asking->conn == NULL)
        return;
    if (outcome == ASK_HELLO || outcome == ASK_MALFORMED)
        conn_write(asking->conn, hello_farewell, sizeof hello_farewell);
    conn_close(asking->conn, NULL, NULL);
    asking->conn = NULL;
    asking->ask.outcome = outcome;
    asking->ask.what = arena_text(asking->world->arena, what);
    asking->done(asking->context, &asking->ask);
}

/* ---- the answer ---- */

static bool has(const struct numbers *numbers, int value) {
    for (size_t i = 0; i < numbers->n; i++)
        if (numbers->v[i] == value)
            return true;
    return false;
}

/* A server that answers what nobody asked proves nothing about the question. */
static const char *misfit(const struct hello_form *hello, const struct handshake *seen) {
    if (tls_version_name(seen->version) == NULL)
        return "an answer with a protocol version that does not exist";
    if (seen->version > hello->version)
        return "an answer with a version above those offered";
    if (hello->version == TLS13 && seen->version < TLS13)
        return NULL; /* a server that does not know TLS 1.3 answers by the field in front (RFC 8446 4.2.1) */
    if (!has(&hello->suites, seen->suite))
        return "an answer with a suite that was not offered";
    const struct suite *suite = suite_by_id(seen->suite);
    if (suite != NULL && suite_is_13(suite) != (seen->version == TLS13))
        return "an answer with a suite of another protocol version";
    bool is_named = seen->group != 0 && seen->dh_bits == 0;
    if (is_named && hello->groups.n > 0 && !has(&hello->groups, seen->group))
        return "an answer with a group that was not offered";
    return NULL;
}

static void whole(struct asking *asking) {
    const char *wrong = misfit(&asking->ask.form.hello, &asking->ask.flight->seen);
    over(asking, wrong == NULL ? ASK_HELLO : ASK_MALFORMED, wrong);
}

static void alerted(struct asking *asking) {
    int number = asking->ask.flight->alert;
    const char *name = alert_name(number);
    over(asking, ASK_ALERT,
         name == NULL ? arena_printf(asking->world->arena, "alert %d", number)
                      : arena_printf(asking->world->arena, "alert %s", name));
}

static void broken(struct asking *asking) {
    const char *plain =
        asking->ask.flight->seen.version != 0 ? NULL : not_tls(asking->head, asking->head_size);
    if (plain == NULL)
        over(asking, ASK_MALFORMED, asking->ask.flight->fault);
    else
        over(asking, ASK_NOT_TLS, arena_printf(asking->world->arena, "not TLS: %s", plain));
}

static void on_bytes(struct asking *asking, const uint8_t *bytes, size_t size) {
    size_t kept = HEAD - asking->head_size < size ? HEAD - asking->head_size : size;
    memcpy(asking->head + asking->head_size, bytes, kept);
    asking->head_size += kept;
    switch (flight_feed(asking->reader, bytes, size)) {
    case FLIGHT_MORE:
        break;
    case FLIGHT_WHOLE:
        whole(asking);
        break;
    case FLIGHT_ALERT:
        alerted(asking);
        break;
    case FLIGHT_BROKEN:
        broken(asking);
        break;
    }
}

static void on_tls_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct asking *asking = context;
    if (event == CONN_BYTES)
        on_bytes(asking, bytes, size);
    else if (event == CONN_EOF)
        over(asking, ASK_CLOSED, asking->head_size == 0 ? "closed" : "closed in the middle of its answer");
    else if (event == CONN_RESET)
        over(asking, ASK_RESET, "reset");
    else if (event == CONN_TIMEOUT)
        over(asking, ASK_TIMEOUT, asking->head_size == 0 ? "silence" : "an answer that never ended");
}

/* ---- the question ---- */

static struct cert *cert_known(void *context, const uint8_t *der, size_t size, char **error) {
    return tls_contexts_cert(context, der, size, error);
}

static void say_hello(struct asking *asking) {
    struct world *world = asking->world;
    size_t size;
    const uint8_t *hello = hello_write(world->arena, &asking->ask.form.hello, &size);
    asking->reader = flight_reader_new(world->arena, cert_known, world->tls);
    asking->ask.flight = flight_of(asking->reader);
    conn_hand_over(asking->conn, on_tls_conn, asking);
    conn_deadline(asking->conn, world->options->timeout_ms);
    conn_write(asking->conn, hello, size);
}

static void on_xmpp(void *context, enum xmpp_step step) {
    struct asking *asking = context;
    if (step == XMPP_STEP_PROCEED)
        say_hello(asking);
    else if (step == XMPP_STEP_OVER)
        over(asking, ASK_NO_STARTTLS, asking->xmpp.error == NULL ? "no STARTTLS" : asking->xmpp.error);
}

static void on_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct asking *asking = context;
    (void)bytes;
    (void)size;
    if (event == CONN_FAILED) {
        over(asking, ASK_NO_CONNECTION, asking->ask.tcp.error);
    } else if (event == CONN_OPEN && asking->ask.form.xmpp_domain != NULL) {
        asking->xmpp.to = arena_text(asking->world->arena, asking->ask.form.xmpp_domain);
        asking->xmpp.is_of_servers = asking->ask.form.is_of_servers;
        xmpp_clear_try(asking->world, asking->conn, &asking->xmpp, on_xmpp, asking);
    } else if (event == CONN_OPEN) {
        say_hello(asking);
    }
}

struct ask *ask_start(struct world *world, const struct ask_form *form, ask_fn done, void *context) {
    struct asking *asking = ARENA_NEW(world->arena, struct asking);
    asking->ask.form = *form;
    asking->world = world;
    asking->done = done;
    asking->context = context;
    asking->conn = conn_open(world, form->address, form->port, &asking->ask.tcp, on_conn, asking);
    conn_label(asking->conn, "edgeprobe: survey");
    return &asking->ask;
}
