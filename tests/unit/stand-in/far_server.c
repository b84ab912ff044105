/* A server without sockets. See far_server.h. Its attempts and asks take the place of the library's, in every
 * test that it is linked to: so it is no helper of all, and the test includes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/ssl.h>
#include <string.h>
#include <uv.h>

#include "facts/groups.h"
#include "facts/suites.h"
#include "probe/ciphers/ciphers.h"
#include "probe/ciphers/survey.h"
#include "tests/unit/far_server.h"

enum { FAR_MOST = 400, ALERT_HANDSHAKE = 40, ALERT_DECODE = 50, ALERT_VERSION = 70, STEP = 16, SCATTER = 7 };

static const int suites13[] = {0x1302, 0x1303, 0x1301};
static const int groups12[] = {29, 23, 30, 25, 24};
static const int groups13[] = {29, 23, 30, 25, 24, 256, 257, 258, 259, 260};
static const int signs_rsa[] = {0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0301};
static const int signs_ecdsa[] = {0x0403, 0x0503, 0x0603, 0x0303};

struct visit { /* one connection */
    struct visit *next;
    size_t due; /* in STEPs of a round trip */
    struct ask ask;
    struct flight flight;
    ask_fn done;
    void *context;
    struct attempt_plan plan; /* or one by OpenSSL: on_event */
    attempt_fn on_event;
    bool is_connected, is_closed;
};

static struct {
    const struct far_server *server;
    struct world *world;
    struct far_counts counts;
    int suites[FAR_MOST];
    size_t suite_count, now, open, made;
    struct visit *visits;
    uv_idle_t *turns; /* NULL: nothing is on its way */
    struct cert rsa, ecdsa;
} far;

/* ---- what it chooses ---- */

static bool is_offered(const struct numbers *list, int number) {
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i] == number)
            return true;
    return false;
}

/* The first of the preferred list that the other has as well; 0: none. */
static int choose(const struct numbers *client, const int *own, size_t n) {
    const struct numbers server = {(int *)(uintptr_t)own, n};
    const struct numbers *first = far.server->has_own_order ? &server : client;
    const struct numbers *other = far.server->has_own_order ? client : &server;
    for (size_t i = 0; i < first->n; i++)
        if (is_offered(other, first->v[i]))
            return first->v[i];
    return 0;
}

#define CHOOSE(client, own) choose((client), (own), sizeof(own) / sizeof *(own))

static bool is_signed(const struct suite *suite) {
    return suite->kx == KX_ECDHE || suite->kx == KX_DHE;
}

static int signature_of(const struct suite *suite, const struct hello_form *hello) {
    return suite->auth == AUTH_ECDSA ? CHOOSE(&hello->signatures, signs_ecdsa)
                                     : CHOOSE(&hello->signatures, signs_rsa);
}

/* May it be had with these groups and signature algorithms? RFC 8422 5.1: the curve of the certificate, too.
 */
static bool fits(int id, const struct hello_form *hello) {
    const struct suite *suite = suite_by_id(id);
    if (suite->kx == KX_ECDHE && CHOOSE(&hello->groups, groups12) == 0)
        return false;
    if (suite->auth == AUTH_ECDSA && !is_offered(&hello->groups, 23))
        return false;
    return !is_signed(suite) || signature_of(suite, hello) != 0;
}

static int suite12(const struct hello_form *hello) {
    const struct numbers own = {far.suites, far.suite_count};
    const struct numbers *first = far.server->has_own_order ? &own : &hello->suites;
    const struct numbers *other = far.server->has_own_order ? &hello->suites : &own;
    for (size_t i = 0; i < first->n; i++)
        if (is_offered(other, first->v[i]) && fits(first->v[i], hello))
            return first->v[i];
    return 0;
}

static void answer12(const struct hello_form *hello, struct handshake *seen) {
    const struct suite *suite = suite_by_id(seen->suite);
    seen->version = TLS12;
    if (suite->kx == KX_ECDHE)
        seen->group = CHOOSE(&hello->groups, groups12);
    if (suite->kx == KX_DHE)
        seen->dh_bits = 2048;
    if (is_signed(suite))
        seen->signature = signature_of(suite, hello);
    LIST_ADD(far.world->arena, &seen->attempt->chain, suite->auth == AUTH_ECDSA ? &far.ecdsa : &far.rsa);
}

static enum ask_outcome refuse(struct visit *visit, int alert, const char *name) {
    visit->flight.alert = alert;
    visit->ask.what = arena_printf(far.world->arena, "alert %s", name);
    return ASK_ALERT;
}

static bool is_too_large(const struct hello_form *hello) {
    return far.server->bears > 0 && hello->suites.n > far.server->bears;
}

static enum ask_outcome answer(struct visit *visit) {
    const struct hello_form *hello = &visit->ask.form.hello;
    struct handshake *seen = &visit->flight.seen;
    visit->flight = (struct flight){.alert = -1, .seen = {.attempt = &visit->flight.attempt}};
    visit->ask.flight = &visit->flight;
    if (is_too_large(hello))
        return refuse(visit, ALERT_DECODE, "decode_error");
    if (hello->version < TLS12 || (hello->version == TLS13 && !far.server->has_13))
        return refuse(visit, ALERT_VERSION, "protocol_version");
    if (hello->fallback && hello->version == TLS12 && far.server->has_13)
        return refuse(visit, 86, "inappropriate_fallback");
    seen->suite = hello->version == TLS13 ? CHOOSE(&hello->suites, suites13) : suite12(hello);
    if (hello->version == TLS13)
        seen->group = CHOOSE(&hello->groups, groups13);
    if (seen->suite == 0 || (hello->version == TLS13 && seen->group == 0))
        return refuse(visit, ALERT_HANDSHAKE, "handshake_failure");
    if (hello->version == TLS13) {
        seen->version = TLS13;
        seen->is_retry = true;
    } else {
        answer12(hello, seen);
    }
    return ASK_HELLO;
}

/* ---- round trips ---- */

static void connection_over(struct visit *visit) {
    if (!visit->is_closed)
        far.open--;
    visit->is_closed = true;
}

static void finish_attempt(struct visit *visit) {
    struct tls_attempt *fact = visit->plan.tls;
    struct arena *arena = far.world->arena;
    bool wants_rsa = visit->plan.form.form == FORM_RSA13, wants_ecdsa = visit->plan.form.form == FORM_ECDSA13;
    bool is_ecdsa = wants_ecdsa || (!wants_rsa && far.server->has_ecdsa);
    int offered[8];
    struct numbers list = {offered, 0};
    const char *text = visit->plan.form.suites13 == NULL
                           ? "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
                           : visit->plan.form.suites13;
    char copy[512], *rest = NULL;
    strncpy(copy, text, sizeof copy - 1);
    copy[sizeof copy - 1] = 0;
    for (char *name = strtok_r(copy, ":", &rest); name != NULL; name = strtok_r(NULL, ":", &rest))
        offered[list.n++] = suite_by_name(name)->id;
    int suite = CHOOSE(&list, suites13);
    if (suite == 0 || !(is_ecdsa ? far.server->has_ecdsa : far.server->has_rsa)) {
        fact->state = TLS_ALERT;
        return;
    }
    fact->state = TLS_ESTABLISHED;
    fact->cipher = arena_text(arena, suite_by_id(suite)->iana);
    LIST_ADD(arena, &fact->chain, is_ecdsa ? &far.ecdsa : &far.rsa);
    for (size_t i = 0; i < sizeof groups13 / sizeof *groups13; i++)
        texts_add(arena, &fact->groups_announced, group_by_id(groups13[i])->name);
}

static void answered(struct visit *visit) {
    far.counts.trips = (far.now + STEP - 1) / STEP;
    connection_over(visit);
    if (visit->on_event != NULL) {
        finish_attempt(visit);
        visit->on_event(visit->context, ATTEMPT_DONE);
        return;
    }
    visit->ask.outcome = answer(visit);
    visit->done(visit->context, &visit->ask);
}

/* Has all been asked that follows from what was answered? */
static bool is_quiet(void) {
    const struct survey *survey = far.world->surveys;
    return survey == NULL || (!uv_is_active((const uv_handle_t *)&survey->soon) && !survey->is_waiting);
}

static struct visit *next_due(void) {
    struct visit *first = NULL;
    for (struct visit *v = far.visits; v != NULL; v = v->next)
        if (!v->is_closed && (first == NULL || v->due < first->due))
            first = v;
    return first;
}

static void turn(uv_idle_t *turns) {
    struct visit *visit;
    if (!is_quiet())
        return;
    visit = next_due();
    if (visit == NULL) {
        far.turns = NULL;
        world_close(far.world, (uv_handle_t *)turns);
        return;
    }
    far.now = visit->due;
    for (; visit != NULL && visit->due == far.now; visit = next_due())
        answered(visit);
}

static struct visit *visit_new(struct world *world, void *context) {
    struct visit *visit = ARENA_NEW(world->arena, struct visit);
    far.world = world;
    visit->context = context;
    visit->due = far.now + 2 * STEP + (far.server->is_scattered ? far.made * SCATTER % STEP : 0);
    visit->next = far.visits;
    far.visits = visit;
    far.made++;
    far.open++;
    far.counts.connections++;
    far.counts.at_once = far.counts.at_once > far.open ? far.counts.at_once : far.open;
    if (far.turns == NULL) {
        far.turns = ARENA_NEW(world->arena, uv_idle_t);
        uv_idle_init(world->loop, far.turns);
        uv_idle_start(far.turns, turn);
    }
    return visit;
}

/* ---- in place of ask.c and attempt.c ---- */

struct ask *ask_start(struct world *world, const struct ask_form *form, ask_fn done, void *context) {
    struct visit *visit = visit_new(world, context);
    visit->ask.form = *form;
    visit->done = done;
    if (is_too_large(&form->hello))
        visit->due += far.server->large_late * STEP + far.made % (1 + far.server->large_late) * STEP;
    return &visit->ask;
}

struct attempt *attempt_start(struct world *world, const struct attempt_plan *plan, attempt_fn on_event,
                              void *context) {
    struct visit *visit = visit_new(world, context);
    visit->plan = *plan;
    visit->on_event = on_event;
    return (struct attempt *)visit;
}

struct tls *attempt_tls(const struct attempt *attempt) {
    (void)attempt;
    return NULL;
}

void attempt_close(struct attempt *attempt) {
    connection_over((struct visit *)attempt);
}

/* ---- the whole ---- */

size_t far_server_suites(const struct far_server *server, int *ids, size_t most) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    size_t n = 0;
    SSL_CTX_set_security_level(context, 0);
    assert_int_equal(SSL_CTX_set_cipher_list(context, server->suites), 1);
    STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(context);
    for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
        int id = SSL_CIPHER_get_protocol_id(sk_SSL_CIPHER_value(all, i));
        const struct suite *suite = suite_by_id(id);
        assert_non_null(suite);
        bool is_plain = suite->kx == KX_ECDHE || suite->kx == KX_DHE || suite->kx == KX_RSA;
        bool has_key = is_plain && (suite->auth == AUTH_ECDSA ? server->has_ecdsa
                                                              : suite->auth == AUTH_RSA && server->has_rsa);
        if (!suite_is_13(suite) && has_key && n < most)
            ids[n++] = id;
    }
    SSL_CTX_free(context);
    return n;
}

struct far_counts far_server_enumerate(const struct far_server *server, struct facts *facts) {
    const struct probe_options options = {.timeout_ms = 5000, .deadline_ms = 600000};
    const struct cipher_target target = {.host = "192.0.2.1", .port = 443, .per_second = 1000000};
    char *error = NULL;
    memset(&far, 0, sizeof far);
    far.server = server;
    far.suite_count = far_server_suites(server, far.suites, FAR_MOST);
    far.rsa = (struct cert){.key_type = KEY_RSA};
    far.ecdsa = (struct cert){.key_type = KEY_EC, .key_curve = (char *)(uintptr_t) "P-256"};
    assert_true(ciphers_run(facts, &options, &target, &error));
    assert_int_equal(facts->ciphers.n, 1);
    assert_int_equal(far.open, 0);
    return far.counts;
}
