/* Do thousands of certificate files read the same, whoever reads them? And is a fault among them told as if
 * nobody had looked ahead? */
#include "pki.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <openssl/pem.h>

#include "config/certs_ahead.h"
#include "config/config.h"
#include "wire/x509.h"

enum { FILES = CERTS_AHEAD_FROM + 20, ODD = 8 };

static struct arena *arena;
static char folder[] = "/tmp/edgeprobe-ahead-XXXXXX";
static char *paths[FILES];

static void certificate_write(FILE *to, const char *name) {
    const struct spec spec = {.name = name, .san = "DNS:a.example.com,DNS:b.example.com"};
    assert_int_equal(PEM_write_X509(to, pki_issue(arena, &spec)->x), 1);
}

/* The odd ones at the end, where the thread begins: a chain of as many as are looked at and of one more, a
 * file with a key, one without a certificate, a pipe, none at all, an old label, a broken block. */
static void file_write(size_t at) {
    const char *name = arena_printf(arena, "n%zu.example.com", at);
    size_t odd = FILES - 1 - at, certificates = odd == 0 ? 4 : odd == 1 ? 5 : odd == 3 ? 0 : 1;
    paths[at] = arena_printf(arena, "%s/%s.pem", folder, name);
    if (odd == 4)
        assert_int_equal(mkfifo(paths[at], 0600), 0);
    if (odd == 4 || odd == 5)
        return;
    FILE *to = fopen(paths[at], "w");
    assert_non_null(to);
    if (odd == 2)
        fputs("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", to);
    if (odd == 7)
        fputs("-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n", to);
    fputs("text around it\n", to);
    for (size_t i = 0; i < certificates; i++)
        certificate_write(to, name);
    assert_int_equal(fclose(to), 0);
}

static int open_all(void **state) {
    (void)state;
    arena = arena_new();
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < FILES; i++)
        file_write(i);
    return 0;
}

static int close_all(void **state) {
    (void)state;
    for (size_t i = 0; i < FILES; i++)
        unlink(paths[i]);
    rmdir(folder);
    x509_forget();
    pki_clear();
    arena_free(arena);
    return 0;
}

static void same_certs(const struct certs *seen, const struct certs *wanted) {
    assert_int_equal(seen->n, wanted->n);
    for (size_t i = 0; i < wanted->n; i++) {
        const struct cert *a = seen->v[i], *b = wanted->v[i];
        assert_int_equal(a->der_size, b->der_size);
        assert_memory_equal(a->der, b->der, b->der_size);
        assert_string_equal(a->sha256, b->sha256);
        assert_string_equal(a->subject, b->subject);
        assert_string_equal(a->ski, b->ski);
        assert_int_equal(a->names.n, b->names.n);
        assert_int_equal(a->not_after, b->not_after);
    }
}

/* The thread is waited for, which nobody does in earnest: it comes to the first file last. */
static void what_is_known_is_what_is_there(void **state) {
    (void)state;
    static const bool is_left[ODD] = {[1] = true, [2] = true, [3] = true, [4] = true, [5] = true, [7] = true};
    struct arena *kept = arena_new();
    struct certs first = {0};
    x509_expect(FILES);
    struct certs_ahead *ahead = certs_ahead_begin(paths, FILES);
    assert_non_null(ahead);
    while (!certs_ahead_take(ahead, paths[0], kept, &first))
        sched_yield();
    for (size_t i = 1; i < FILES; i++) {
        struct certs seen = {0}, wanted = {0};
        size_t odd = FILES - 1 - i;
        char *error = NULL;
        certs_ahead_next(ahead, i);
        assert_false(certs_ahead_take(ahead, paths[i - 1], kept, &seen)); /* not what comes next */
        assert_int_equal(certs_ahead_take(ahead, paths[i], kept, &seen), odd >= ODD || !is_left[odd]);
        if (seen.n == 0)
            continue;
        assert_true(certs_add_file(arena, paths[i], &wanted, &error));
        same_certs(&seen, &wanted);
        assert_false(certs_ahead_take(ahead, paths[i], kept, &seen)); /* once each */
    }
    certs_ahead_end(ahead, kept);
    assert_string_equal(first.v[0]->names.v[0]->value, "a.example.com"); /* lives on */
    arena_free(kept);
}

static void few_are_read_without_it(void **state) {
    (void)state;
    assert_null(certs_ahead_begin(paths, CERTS_AHEAD_FROM - 1));
    certs_ahead_end(NULL, arena);
}

/* ---- a deployment of so many nodes ---- */

static struct facts *deployment_of(size_t files, char **error) {
    char *text = arena_text(arena, "domains: [example.com]\nexpressway-e:\n  nodes:\n");
    struct facts *facts = facts_new();
    for (size_t i = 0; i < files; i++)
        text = arena_printf(arena, "%s    - {name: n%zu.example.com, certificate: n%zu.example.com.pem}\n",
                            text, i, i);
    *error = NULL;
    char *file = arena_printf(arena, "%s/d.yaml", folder);
    if (deployment_read_text(facts, text, strlen(text), file, true, error))
        assert_int_equal(facts->deployment->e.nodes.n, files);
    *error = arena_text(arena, *error);
    return facts;
}

static void nodes_have_the_certificates_of_their_files(void **state) {
    (void)state;
    char *error;
    struct facts *facts = deployment_of(FILES - ODD, &error);
    assert_null(error);
    for (size_t i = 0; i < FILES - ODD; i++) {
        struct certs wanted = {0};
        assert_true(certs_add_file(arena, paths[i], &wanted, &error));
        same_certs(&facts->deployment->e.nodes.v[i]->certificate, &wanted);
    }
    facts_free(facts);
}

/* The first of the odd ones that is none, by place: its line is named, and the thread ends. */
static void a_fault_is_told_where_it_is(void **state) {
    (void)state;
    char *error, *why = NULL;
    struct certs none = {0};
    struct facts *facts = deployment_of(FILES, &error);
    assert_non_null(error);
    assert_non_null(strstr(error, arena_printf(arena, "d.yaml:%d:", 3 + FILES - ODD + 1)));
    assert_false(certs_add_file(arena, paths[FILES - ODD], &none, &why));
    assert_true(text_ends(error, why));
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_known_is_what_is_there),
                                       cmocka_unit_test(few_are_read_without_it),
                                       cmocka_unit_test(nodes_have_the_certificates_of_their_files),
                                       cmocka_unit_test(a_fault_is_told_where_it_is)};
    return cmocka_run_group_tests(tests, open_all, close_all);
}
