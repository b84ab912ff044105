/* Who is asked about which certificate, and how? The probe against a responder of a few lines on loopback,
 * which says what it was asked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/probe.h"
#include "tests/unit/pki.h"

enum { LOG_MAX = 64 * 1024 };

struct fixture {
    struct facts *facts;
    struct probe_options options;
    char *base; /* http://127.0.0.1:PORT */
    pid_t child;
    int log;
    struct issued *root, *issuing, *leaf;
    struct certs chain;
};

/* ---- the responder ---- */

static void respond(int fd, int log) {
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    char bytes[8192];
    size_t size = 0;
    const char *body = NULL;
    size_t wanted = 0;
    while (body == NULL || size < (size_t)(body - bytes) + wanted) {
        ssize_t n = read(fd, bytes + size, sizeof bytes - 1 - size);
        if (n <= 0)
            return;
        size += (size_t)n;
        bytes[size] = 0;
        body = strstr(bytes, "\r\n\r\n");
        const char *length = strcasestr(bytes, "Content-Length:");
        if (body != NULL) {
            body += 4;
            wanted = length == NULL ? 0 : strtoul(length + strlen("Content-Length:"), NULL, 10);
        }
    }
    char line[512];
    int n = snprintf(line, sizeof line, "%.*s %zu\n", (int)strcspn(bytes, "\r"), bytes, wanted);
    if (write(log, line, (size_t)n) == n && write(fd, answer, sizeof answer - 1) > 0)
        shutdown(fd, SHUT_WR);
}

static void serve(int listener, int log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0)
            respond(fd, log);
        close(fd);
    }
}

static void responder_start(struct fixture *f) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int pipes[2], listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listener, 64), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    assert_int_equal(pipe(pipes), 0);
    f->base = arena_printf(f->facts->arena, "http://127.0.0.1:%d", ntohs(at.sin_port));
    f->child = fork();
    if (f->child == 0)
        serve(listener, pipes[1]);
    close(listener);
    close(pipes[1]);
    f->log = pipes[0];
}

/* What it was asked, one line for each question; ends it. */
static char *responder_end(struct fixture *f) {
    char *text = arena_alloc(f->facts->arena, LOG_MAX);
    size_t size = 0;
    kill(f->child, SIGKILL);
    waitpid(f->child, NULL, 0);
    f->child = 0;
    for (ssize_t n; (n = read(f->log, text + size, LOG_MAX - 1 - size)) > 0;)
        size += (size_t)n;
    close(f->log);
    return text;
}

/* ---- fixtures ---- */

static int set_up(void **state) {
    struct facts *facts = facts_new();
    struct fixture *f = ARENA_NEW(facts->arena, struct fixture);
    f->facts = facts;
    f->options = (struct probe_options){.timeout_ms = 3000, .deadline_ms = 10000};
    responder_start(f);
    struct arena *arena = facts->arena;
    f->root = pki_issue(arena, &(struct spec){.name = "Root", .is_ca = true});
    f->issuing = pki_issue(arena, &(struct spec){.name = "Issuing", .is_ca = true, .by = f->root});
    f->leaf = pki_issue(arena, &(struct spec){.name = "leaf", .by = f->issuing});
    /* what a certificate names is what the reader made of it: set here, so that the port may be any */
    texts_add(arena, &f->leaf->cert->ocsp, arena_printf(arena, "%s/leaf", f->base));
    texts_add(arena, &f->leaf->cert->cdp, arena_printf(arena, "%s/leaf.crl", f->base));
    texts_add(arena, &f->issuing->cert->ocsp, arena_printf(arena, "%s/issuing", f->base));
    texts_add(arena, &f->root->cert->ocsp, arena_printf(arena, "%s/root", f->base));
    f->chain = certs_of(arena, ISSUED(f->leaf, f->issuing, f->root));
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    if (f->child > 0)
        responder_end(f);
    pki_clear();
    facts_free(f->facts);
    return 0;
}

static void run(struct fixture *f, const struct texts *auto_crls) {
    char *error = NULL;
    struct revocation_target target = {.chain = &f->chain, .auto_crls = auto_crls};
    if (!probe_revocation(f->facts, &f->options, &target, &error))
        fail_msg("%s", error);
}

static size_t lines_with(const char *log, const char *start) {
    size_t n = 0;
    for (const char *p = log; p != NULL && *p != 0; p = strchr(p, '\n') == NULL ? NULL : strchr(p, '\n') + 1)
        n += strncmp(p, start, strlen(start)) == 0;
    return n;
}

struct wanted {
    enum fetch_kind kind;
    const char *path, *hash;
    enum fetch_state state;
};

static void assert_fetches(const struct fixture *f, const struct wanted *rows, size_t n) {
    assert_int_equal(f->facts->fetches.n, n);
    for (size_t i = 0; i < n; i++) {
        const struct fetch *fetch = f->facts->fetches.v[i];
        assert_int_equal(fetch->kind, rows[i].kind);
        assert_string_equal(fetch->uri + strlen(f->base), rows[i].path);
        assert_true(rows[i].hash == NULL ? fetch->hash == NULL : strcmp(fetch->hash, rows[i].hash) == 0);
        assert_int_equal(fetch->state, rows[i].state);
    }
}
#define ASSERT_FETCHES(f, rows) assert_fetches(f, rows, sizeof(rows) / sizeof *(rows))

/* ---- tests ---- */

static void test_whole_chain(void **state) {
    struct fixture *f = *state;
    static const struct wanted rows[] = {{FETCH_OCSP, "/leaf", "sha1", FETCH_ANSWERED},
                                         {FETCH_OCSP, "/leaf", "sha256", FETCH_ANSWERED},
                                         {FETCH_CRL, "/leaf.crl", NULL, FETCH_UNPARSABLE},
                                         {FETCH_OCSP, "/issuing", "sha1", FETCH_ANSWERED},
                                         {FETCH_OCSP, "/issuing", "sha256", FETCH_ANSWERED}};
    run(f, NULL);
    const char *log = responder_end(f);
    ASSERT_FETCHES(f, rows);
    assert_int_equal(lines_with(log, "POST /leaf HTTP/1.1 "), 2);
    assert_int_equal(lines_with(log, "GET /leaf.crl HTTP/1.1 0"), 1);
    assert_int_equal(lines_with(log, "POST /issuing HTTP/1.1 "), 2);
    assert_null(strstr(log, "/root"));
    assert_string_equal(f->facts->fetches.v[0]->certificate, f->leaf->cert->sha256);
    assert_string_equal(f->facts->fetches.v[0]->method, "POST");
    assert_string_equal(f->facts->fetches.v[0]->host, "127.0.0.1");
    assert_int_equal(f->facts->fetches.v[0]->answers.n, 1);
    assert_memory_equal(f->facts->fetches.v[0]->answers.v[0]->bytes, "abc", 3);
}

static void test_issuer_from_trust_list(void **state) {
    struct fixture *f = *state;
    static const struct wanted rows[] = {{FETCH_OCSP, "/leaf", "sha1", FETCH_ANSWERED},
                                         {FETCH_OCSP, "/leaf", "sha256", FETCH_ANSWERED},
                                         {FETCH_CRL, "/leaf.crl", NULL, FETCH_UNPARSABLE}};
    list_of(f->facts->arena, f->facts, "list.pem", ISSUED(f->root, f->issuing));
    f->chain.n = 1;
    run(f, NULL);
    ASSERT_FETCHES(f, rows); /* the list's own certificates say nothing of responders here */
}

static void test_issuer_not_known(void **state) {
    struct fixture *f = *state;
    static const struct wanted rows[] = {{FETCH_OCSP, "/leaf", "sha1", FETCH_NOT_TRIED},
                                         {FETCH_OCSP, "/leaf", "sha256", FETCH_NOT_TRIED},
                                         {FETCH_CRL, "/leaf.crl", NULL, FETCH_UNPARSABLE}};
    f->chain.n = 1;
    run(f, NULL);
    ASSERT_FETCHES(f, rows);
    assert_string_equal(f->facts->fetches.v[0]->error, "the issuer's certificate is not known");
}

/* A certificate of the right name whose key did not sign is not the issuer. */
static void test_false_issuer(void **state) {
    struct fixture *f = *state;
    struct issued *other = pki_issue(f->facts->arena, &(struct spec){.name = "Issuing", .is_ca = true});
    f->chain = certs_of(f->facts->arena, ISSUED(f->leaf, other));
    run(f, NULL);
    assert_int_equal(f->facts->fetches.v[0]->state, FETCH_NOT_TRIED);
}

static void test_self_signed(void **state) {
    struct fixture *f = *state;
    f->chain = certs_of(f->facts->arena, ISSUED(f->root));
    run(f, NULL);
    assert_int_equal(f->facts->fetches.n, 0);
    assert_string_equal(responder_end(f), "");
}

static void test_get_and_nonce(void **state) {
    struct fixture *f = *state;
    f->options.ocsp_get = true;
    f->chain.n = 2;
    run(f, NULL);
    const char *log = responder_end(f);
    assert_int_equal(lines_with(log, "GET /leaf/M"), 2); /* base64 of a SEQUENCE */
    assert_int_equal(lines_with(log, "POST"), 0);
    assert_string_equal(f->facts->fetches.v[0]->method, "GET");
}

static void test_nonce_makes_it_longer(void **state) {
    struct fixture *f = *state;
    unsigned long plain, with;
    run(f, NULL);
    const char *log = responder_end(f);
    plain = strtoul(strstr(log, "POST /leaf HTTP/1.1 ") + strlen("POST /leaf HTTP/1.1 "), NULL, 10);
    responder_start(f);
    f->leaf->cert->ocsp.v[0] = arena_printf(f->facts->arena, "%s/leaf", f->base);
    f->facts->fetches.n = 0;
    f->options.ocsp_nonce = true;
    run(f, NULL);
    log = responder_end(f);
    with = strtoul(strstr(log, "POST /leaf HTTP/1.1 ") + strlen("POST /leaf HTTP/1.1 "), NULL, 10);
    assert_true(with >= plain + 32);
}

static void test_auto_crls_and_files(void **state) {
    struct fixture *f = *state;
    struct texts urls = {NULL, 0};
    struct fetch *file = ARENA_NEW(f->facts->arena, struct fetch);
    file->kind = FETCH_MANUAL_CRL;
    file->uri = arena_printf(f->facts->arena, "%s/file", f->base);
    file->state = FETCH_ANSWERED;
    LIST_ADD(f->facts->arena, &f->facts->fetches, file);
    texts_add(f->facts->arena, &urls, arena_printf(f->facts->arena, "%s/all.zip", f->base));
    texts_add(f->facts->arena, &urls, arena_printf(f->facts->arena, "%s/all.zip", f->base)); /* once */
    f->chain = certs_of(f->facts->arena, ISSUED(f->root));
    static const struct wanted rows[] = {{FETCH_AUTO_CRL, "/all.zip", NULL, FETCH_UNPARSABLE},
                                         {FETCH_MANUAL_CRL, "/file", NULL, FETCH_ANSWERED}};
    run(f, &urls);
    ASSERT_FETCHES(f, rows);
    assert_int_equal(lines_with(responder_end(f), "GET /all.zip"), 1);
}

/* At most eight fetches for one certificate, however many sources it names; half of them CRLs where there
 * are. */
static void test_fetches_of_one_certificate(void **state) {
    static const struct {
        size_t ocsp, cdp, ocsp_asked, cdp_asked;
    } rows[] = {{1, 1, 1, 1}, {1, 9, 1, 6}, {2, 4, 2, 4}, {9, 9, 2, 4},
                {9, 0, 4, 0}, {0, 9, 0, 8}, {3, 2, 3, 2}, {9, 3, 2, 3}};
    struct fixture *f = *state;
    struct arena *arena = f->facts->arena;
    size_t asked[2] = {0, 0}, wanted[2] = {0, 0};
    f->chain = (struct certs){NULL, 0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct issued *leaf =
            pki_issue(arena, &(struct spec){.name = arena_printf(arena, "leaf-%zu", i), .by = f->root});
        for (size_t n = 0; n < rows[i].ocsp; n++)
            texts_add(arena, &leaf->cert->ocsp, arena_printf(arena, "%s/%zu/ocsp-%zu", f->base, i, n));
        for (size_t n = 0; n < rows[i].cdp; n++)
            texts_add(arena, &leaf->cert->cdp, arena_printf(arena, "%s/%zu/crl-%zu", f->base, i, n));
        f->chain = certs_of(arena, ISSUED(leaf, f->root));
        f->facts->fetches.v = NULL;
        f->facts->fetches.n = 0;
        run(f, NULL);
        asked[0] = asked[1] = 0;
        for (size_t n = 0; n < f->facts->fetches.n; n++)
            asked[f->facts->fetches.v[n]->kind == FETCH_CRL]++;
        wanted[0] += 2 * rows[i].ocsp_asked;
        wanted[1] += rows[i].cdp_asked;
        assert_int_equal(asked[0], 2 * rows[i].ocsp_asked);
        assert_int_equal(asked[1], rows[i].cdp_asked);
    }
    char *log = responder_end(f);
    assert_int_equal(lines_with(log, "POST "), wanted[0]);
    assert_int_equal(lines_with(log, "GET "), wanted[1]);
    assert_int_equal(f->facts->cuts.n, 5); /* one a certificate of which something was left out */
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        ROW(test_whole_chain),
        ROW(test_issuer_from_trust_list),
        ROW(test_issuer_not_known),
        ROW(test_false_issuer),
        ROW(test_self_signed),
        ROW(test_get_and_nonce),
        ROW(test_nonce_makes_it_longer),
        ROW(test_auto_crls_and_files),
        ROW(test_fetches_of_one_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
