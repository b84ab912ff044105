/* Is every way a connection can go wrong told apart, and does every one end in time? Against scripted peers
 * on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "probe/tls/attempt.h"
#include "tests/unit/tls_peer.h"

enum { TIMEOUT_MS = 300, PATIENCE_MS = 2000 };

struct bench {
    struct world world;
    uv_loop_t loop;
    struct probe_options options;
    struct facts *facts;
};

static int bench_open(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    bench->facts = facts_new();
    bench->options = (struct probe_options){.timeout_ms = TIMEOUT_MS, .deadline_ms = 10000};
    bench->world.facts = bench->facts;
    bench->world.arena = bench->facts->arena;
    bench->world.options = &bench->options;
    uv_loop_init(&bench->loop);
    bench->world.loop = &bench->loop;
    bench->world.tls = tls_contexts_new(bench->facts->arena, NULL);
    *state = bench;
    return 0;
}

static int bench_close(void **state) {
    struct bench *bench = *state;
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    bool leaked = uv_loop_close(&bench->loop) != 0 || bench->world.open_sockets != 0 ||
                  bench->world.conns != NULL || bench->world.waiting_conns != 0;
    tls_contexts_free(bench->world.tls);
    facts_free(bench->facts);
    free(bench);
    return leaked ? -1 : 0;
}

struct trial {
    struct attempt *attempt;
    struct tcp_attempt tcp;
    struct tls_attempt tls;
    struct xmpp_exchange xmpp;
    bool spoke, offered, done;
};

static void on_event(void *context, enum attempt_event event) {
    struct trial *trial = context;
    trial->spoke = trial->spoke || event == ATTEMPT_SPEAKS;
    trial->offered = trial->offered || event == ATTEMPT_OFFERED;
    if (event == ATTEMPT_DONE) {
        assert_false(trial->done);
        trial->done = true;
        attempt_close(trial->attempt);
    }
}

static void trial_start(struct bench *bench, struct trial *trial, const char *address, int port, bool xmpp) {
    struct attempt_plan plan = {.address = address,
                                .port = port,
                                .form = {.form = FORM_ALL, .sni = "expe1.example.com"},
                                .tcp = &trial->tcp,
                                .tls = &trial->tls,
                                .xmpp = xmpp ? &trial->xmpp : NULL};
    trial->xmpp.to = "example.com";
    trial->attempt = attempt_start(&bench->world, &plan, on_event, trial);
    assert_false(trial->done); /* events come from the loop only */
}

/* Runs until the loop has nothing left; the milliseconds it took. */
static int trial_run(struct bench *bench, struct trial *trial, const char *address, int port, bool xmpp) {
    uint64_t start = uv_hrtime();
    trial_start(bench, trial, address, port, xmpp);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_true(trial->done);
    return world_ms_since(&bench->world, start);
}

#define ALERT40 "\x15\x03\x03\x00\x02\x02\x28"
#define HELLO_START "\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03"

static const struct {
    const char *name;
    struct peer_step script[5];
    enum tls_state state, or_state; /* either of two where the kernel's timing decides */
    const char *not_tls;
    bool speaks;
    int least_ms, most_ms;
} peers[] = {
    {"silence after accept", {SLEEP(5000)}, TLS_TIMEOUT, TLS_TIMEOUT, NULL, false, TIMEOUT_MS, PATIENCE_MS},
    {"closes at once", {END}, TLS_CLOSED, TLS_RESET, NULL, false, 0, TIMEOUT_MS},
    {"closes after the ClientHello", {HEAR}, TLS_CLOSED, TLS_CLOSED, NULL, false, 0, TIMEOUT_MS},
    {"RST after the ClientHello", {HEAR, RESET}, TLS_RESET, TLS_RESET, NULL, false, 0, TIMEOUT_MS},
    {"alert, then RST: the alert is what counts",
     {HEAR, SAY_SLOWLY(ALERT40, 20), RESET},
     TLS_ALERT,
     TLS_ALERT,
     NULL,
     false,
     0,
     TIMEOUT_MS},
    {"HTTP",
     {HEAR, SAY("HTTP/1.1 400 Bad Request\r\n\r\n")},
     TLS_NOT_TLS,
     TLS_NOT_TLS,
     "http",
     false,
     0,
     TIMEOUT_MS},
    {"SSH speaks first and stays",
     {SAY("SSH-2.0-OpenSSH_9.2p1\r\n"), SLEEP(5000)},
     TLS_NOT_TLS,
     TLS_NOT_TLS,
     "ssh",
     false,
     150,
     PATIENCE_MS},
    {"SMTP, in pieces",
     {SAY_SLOWLY("22", 50), SAY("0 mail ESMTP\r\n"), SLEEP(5000)},
     TLS_NOT_TLS,
     TLS_NOT_TLS,
     "smtp",
     false,
     150,
     PATIENCE_MS},
    {"one byte now and then: the whole handshake has one deadline",
     {HEAR, DRIP(HELLO_START "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 50)},
     TLS_TIMEOUT,
     TLS_TIMEOUT,
     NULL,
     true,
     TIMEOUT_MS,
     PATIENCE_MS},
    {"garbage",
     {HEAR, SAY("\x16\x03\x03\x00\x04zzzz"), SLEEP(5000)},
     TLS_MALFORMED,
     TLS_MALFORMED,
     NULL,
     false,
     0,
     TIMEOUT_MS},
};

static void test_peers(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        struct trial *trial = ARENA_NEW(bench->world.arena, struct trial);
        struct peer peer = peer_start(peers[i].script);
        int ms = trial_run(bench, trial, "127.0.0.1", peer.port, false);
        peer_stop(peer);
        bool good = (trial->tls.state == peers[i].state || trial->tls.state == peers[i].or_state ||
                     (trial->tcp.state == TCP_RESET && peers[i].or_state == TLS_RESET)) &&
                    trial->spoke == peers[i].speaks && ms >= peers[i].least_ms && ms <= peers[i].most_ms &&
                    (peers[i].not_tls == NULL || strcmp(peers[i].not_tls, trial->tls.not_tls) == 0);
        if (!good)
            print_error("peer \"%s\": %s, tcp %s, spoke %d, %d ms, %s\n", peers[i].name,
                        enum_text(tls_states, (int)trial->tls.state),
                        enum_text(tcp_states, (int)trial->tcp.state), trial->spoke, ms, trial->tls.error);
        assert_true(good);
    }
}

/* ---- no connection at all ---- */

static void test_refused(void **state) {
    struct bench *bench = *state;
    struct trial trial = {.tls.purpose = PURPOSE_LEGACY};
    trial_run(bench, &trial, "127.0.0.1", port_closed(), false);
    assert_int_equal(trial.tcp.state, TCP_REFUSED);
    assert_int_equal(trial.tls.state, TLS_RESET); /* of a variant: what it met counts as its end */
    assert_non_null(trial.tcp.error);
}

static void test_refused_main(void **state) {
    struct bench *bench = *state;
    struct trial trial = {.tls.purpose = PURPOSE_MAIN};
    trial_run(bench, &trial, "::1", port_closed(), false);
    assert_true(trial.tcp.state == TCP_REFUSED || trial.tcp.state == TCP_UNREACHABLE); /* or no IPv6 here */
    assert_int_equal(trial.tls.state, TLS_NOT_TRIED);
}

static void test_no_answer(void **state) {
    struct bench *bench = *state;
    struct trial trial = {.tls.purpose = PURPOSE_MAIN};
    int descriptors[4];
    int port = port_silent(descriptors);
    int ms = trial_run(bench, &trial, "127.0.0.1", port, false);
    for (int i = 0; i < 4; i++)
        close(descriptors[i]);
    assert_int_equal(trial.tcp.state, TCP_TIMEOUT);
    assert_in_range(ms, TIMEOUT_MS, PATIENCE_MS);
}

static void test_not_an_address(void **state) {
    struct bench *bench = *state;
    struct trial trial = {.tls.purpose = PURPOSE_MAIN};
    trial_run(bench, &trial, "expe1.example.com", 5061, false);
    assert_int_equal(trial.tcp.state, TCP_ERROR);
}

/* ---- everything at once, and the end of the run ---- */

static void stop_now(uv_timer_t *timer) {
    struct bench *bench = timer->data;
    bench->world.stopping = true;
    conn_stop_all(&bench->world);
    uv_close((uv_handle_t *)timer, NULL);
}

static void test_stop_ends_all(void **state) {
    static const struct peer_step script[] = {SLEEP(5000), END};
    struct bench *bench = *state;
    struct trial trials[3] = {{.tls.purpose = PURPOSE_MAIN}};
    struct peer peer = peer_start(script);
    int descriptors[4];
    uv_timer_t timer;
    uint64_t start = uv_hrtime();
    bench->options.timeout_ms = 5000;
    trial_start(bench, &trials[0], "127.0.0.1", peer.port, false);
    trial_start(bench, &trials[1], "127.0.0.1", port_silent(descriptors), false);
    trial_start(bench, &trials[2], "127.0.0.1", peer.port, true);
    uv_timer_init(bench->world.loop, &timer);
    timer.data = bench;
    uv_timer_start(&timer, stop_now, 100, 0);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    peer_stop(peer);
    for (int i = 0; i < 4; i++)
        close(descriptors[i]);
    assert_true(trials[0].done && trials[1].done && trials[2].done);
    assert_int_equal(trials[0].tls.state, TLS_LOCAL_ERROR); /* our deadline is nobody else's fault */
    assert_int_equal(trials[1].tcp.state, TCP_ERROR);
    assert_int_equal(trials[2].xmpp.state, XMPP_NOT_TRIED);
    assert_in_range(world_ms_since(&bench->world, start), 90, PATIENCE_MS);
}

static int take_descriptors(int *taken, int most) {
    int n = 0;
    while (n < most && (taken[n] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        n++;
    return n;
}

/* The process has one descriptor: the second connection waits for the first, and the run does not fail. */
static void test_descriptors_run_out(void **state) {
    static const struct peer_step script[] = {HEAR, SLEEP(100), END};
    struct bench *bench = *state;
    struct rlimit old, small;
    struct trial trials[2] = {{.tls.purpose = PURPOSE_MAIN}, {.tls.purpose = PURPOSE_MAIN}};
    struct trial last = {.tls.purpose = PURPOSE_MAIN};
    int taken[256];
    struct peer peer = peer_start(script);
    getrlimit(RLIMIT_NOFILE, &old);
    small = (struct rlimit){128, old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &small);
    int n = take_descriptors(taken, 256);
    close(taken[--n]);
    trial_start(bench, &trials[0], "127.0.0.1", peer.port, false);
    trial_start(bench, &trials[1], "127.0.0.1", peer.port, false);
    size_t waiting = bench->world.waiting_conns;
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    taken[n] = open("/dev/null", O_RDONLY | O_CLOEXEC); /* now there is none, and none of ours to wait for */
    trial_run(bench, &last, "127.0.0.1", peer.port, false);
    for (int i = 0; i <= n; i++)
        close(taken[i]);
    setrlimit(RLIMIT_NOFILE, &old);
    peer_stop(peer);
    assert_int_equal(waiting, 1);
    assert_int_equal(trials[0].tls.state, TLS_CLOSED);
    assert_int_equal(trials[1].tls.state, TLS_CLOSED);
    assert_int_equal(last.tcp.state, TCP_ERROR);
    assert_string_equal(last.tcp.error, "Too many open files");
}

/* ---- STARTTLS ---- */

#define STREAM                                                                                               \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "                                             \
    "xmlns:stream='http://etherx.jabber.org/streams' id='1' from='example.com' version='1.0'>"
#define FEATURES(inside) STREAM "<stream:features>" inside "</stream:features>"
#define STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define PROCEED "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define FAILURE "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

static const struct {
    const char *name;
    struct peer_step script[8];
    enum xmpp_state xmpp; /* XMPP_NOT_TRIED: it came to TLS */
    enum tls_state tls;
    bool offered;
} streams[] = {
    {"proceeds, then an alert",
     {HEAR, SAY(FEATURES(STARTTLS)), HEAR, SAY(PROCEED), HEAR, SAY(ALERT40)},
     XMPP_NOT_TRIED,
     TLS_ALERT,
     true},
    {"no STARTTLS", {HEAR, SAY(FEATURES(""))}, XMPP_NO_STARTTLS, TLS_NOT_TRIED, false},
    {"refuses STARTTLS",
     {HEAR, SAY(FEATURES(STARTTLS)), HEAR, SAY(FAILURE)},
     XMPP_NO_STARTTLS,
     TLS_NOT_TRIED,
     true},
    {"silence", {SLEEP(5000)}, XMPP_NO_ANSWER, TLS_NOT_TRIED, false},
    {"silence after STARTTLS",
     {HEAR, SAY(FEATURES(STARTTLS)), SLEEP(5000)},
     XMPP_NO_ANSWER,
     TLS_NOT_TRIED,
     true},
    {"closes", {HEAR}, XMPP_CLOSED, TLS_NOT_TRIED, false},
    {"not XMPP", {SAY("220 mail ESMTP\r\n"), SLEEP(5000)}, XMPP_MALFORMED, TLS_NOT_TRIED, false},
    {"stream error",
     {HEAR,
      SAY(STREAM "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")},
     XMPP_STREAM_ERROR,
     TLS_NOT_TRIED,
     false},
};

static void test_starttls(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct trial *trial = ARENA_NEW(bench->world.arena, struct trial);
        struct peer peer = peer_start(streams[i].script);
        trial_run(bench, trial, "127.0.0.1", peer.port, true);
        peer_stop(peer);
        bool good = trial->xmpp.state == streams[i].xmpp && trial->tls.state == streams[i].tls &&
                    trial->offered == streams[i].offered;
        if (!good)
            print_error("stream \"%s\": xmpp %s, tls %s, %s\n", streams[i].name,
                        enum_text(xmpp_states, (int)trial->xmpp.state),
                        enum_text(tls_states, (int)trial->tls.state), trial->xmpp.error);
        assert_true(good);
    }
}

/* ---- SSH ---- */

struct shell {
    struct bench *bench;
    struct conn *conn;
    struct tcp_attempt tcp;
    struct ssh_exchange ssh;
};

static void on_ssh(void *context) {
    struct shell *shell = context;
    conn_close(shell->conn, NULL, NULL);
}

static void on_shell(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct shell *shell = context;
    (void)bytes;
    (void)size;
    assert_int_equal(event, CONN_OPEN);
    ssh_try(&shell->bench->world, shell->conn, &shell->ssh, on_ssh, shell);
}

static const struct {
    struct peer_step script[4];
    enum ssh_state state;
} shells[] = {{{SLEEP(5000)}, SSH_NO_BANNER},
              {{HEAR}, SSH_CLOSED},
              {{HEAR, RESET}, SSH_CLOSED},
              {{SAY("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"), SLEEP(5000)}, SSH_NOT_SSH},
              {{SAY("SSH-2.0-x\r\n"), SLEEP(5000)}, SSH_NO_KEXINIT},
              {{SAY("SSH-2.0-x\r\n"), HEAR}, SSH_NO_KEXINIT}};

static void test_ssh(void **state) {
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        struct shell shell = {.bench = bench};
        struct peer peer = peer_start(shells[i].script);
        shell.conn = conn_open(&bench->world, "127.0.0.1", peer.port, &shell.tcp, on_shell, &shell);
        uv_run(&bench->loop, UV_RUN_DEFAULT);
        peer_stop(peer);
        if (shell.ssh.state != shells[i].state)
            print_error("row %zu: %s\n", i, shell.ssh.error);
        assert_int_equal(shell.ssh.state, shells[i].state);
    }
}

#define BENCH(test) cmocka_unit_test_setup_teardown(test, bench_open, bench_close)

int main(void) {
    const struct CMUnitTest tests[] = {BENCH(test_peers),
                                       BENCH(test_refused),
                                       BENCH(test_refused_main),
                                       BENCH(test_no_answer),
                                       BENCH(test_not_an_address),
                                       BENCH(test_stop_ends_all),
                                       BENCH(test_descriptors_run_out),
                                       BENCH(test_starttls),
                                       BENCH(test_ssh)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
