/* Does chain.zone's verdict equal what the openssl command decides, over a whole matrix of leaves, chains
 * sent and trust lists in every order? The oracle is `openssl verify`, a program of its own, on files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <openssl/pem.h>

#include "expressway/trust.h"
#include "tests/unit/trust_ask.h"
#include "tests/unit/pki.h"

enum { LEAVES = 4, POOL = 6, SENT_FORMS = 8, LINE = 512 };

struct matrix {
    struct arena *arena;
    char folder[32];
    const struct issued *leaves[LEAVES], *pool[POOL];
    size_t asked, good, refused, own_rule;
};

/* Root, another root, the issuing CA in three forms (by the root, by the other root, and expired), and an
 * impostor: the root's name on another key. */
static void make_certificates(struct matrix *m) {
    struct arena *a = m->arena;
    const struct issued *root = pki_issue(a, &(struct spec){.name = "Root", .is_ca = true}),
                        *other = pki_issue(a, &(struct spec){.name = "Other Root", .is_ca = true});
    const struct issued *issuing = pki_issue(a, &(struct spec){.name = "Issuing", .is_ca = true, .by = root});
    struct spec again = {.name = "Issuing", .is_ca = true, .by = other, .key = issuing->key};
    const struct issued *cross = pki_issue(a, &again);
    again.by = root;
    again.until = -PKI_DAY;
    const struct issued *old = pki_issue(a, &again);
    const struct issued *impostor =
        pki_issue(a, &(struct spec){.name = "Root", .is_ca = true, .has_no_ids = true});
    const struct issued *pool[POOL] = {root, other, issuing, cross, old, impostor};
    memcpy(m->pool, pool, sizeof pool);
    m->leaves[0] = pki_issue(a, &(struct spec){.name = "leaf", .by = issuing});
    m->leaves[1] = pki_issue(a, &(struct spec){.name = "direct", .by = root});
    m->leaves[2] = pki_issue(a, &(struct spec){.name = "direct without ids", .by = root, .has_no_ids = true});
    m->leaves[3] = pki_issue(a, &(struct spec){.name = "alone"});
}

static void write_pem(const struct matrix *m, const char *name, const struct issued *const *certs,
                      size_t count) {
    char path[LINE];
    snprintf(path, sizeof path, "%s/%s.pem", m->folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (size_t i = 0; i < count; i++)
        PEM_write_X509(out, certs[i]->x);
    fclose(out);
}

static int matrix_open(void **state) {
    static struct matrix m;
    memset(&m, 0, sizeof m);
    m.arena = arena_new();
    strcpy(m.folder, "/tmp/edgeprobe-XXXXXX");
    assert_non_null(mkdtemp(m.folder));
    make_certificates(&m);
    for (size_t i = 0; i < LEAVES; i++) {
        char name[16];
        snprintf(name, sizeof name, "leaf%d", (int)i);
        write_pem(&m, name, &m.leaves[i], 1);
    }
    *state = &m;
    return 0;
}

static int matrix_close(void **state) {
    struct matrix *m = *state;
    static const char *const names[] = {"leaf0", "leaf1", "leaf2", "leaf3", "sent", "list"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[LINE];
        snprintf(path, sizeof path, "%s/%s.pem", m->folder, names[i]);
        unlink(path);
    }
    rmdir(m->folder);
    pki_clear();
    arena_free(m->arena);
    return 0;
}

/* Which of the leaves does the command accept? It tells each by a line "FILE: OK". */
static void openssl_verify(const struct matrix *m, bool has_sent, bool *accepts) {
    char command[4 * LINE], line[LINE];
    memset(accepts, 0, LEAVES * sizeof *accepts);
    snprintf(command, sizeof command,
             "cd %s && openssl verify -no-CAfile -no-CApath -no-CAstore -CAfile list.pem %s -attime %d "
             "leaf0.pem leaf1.pem leaf2.pem leaf3.pem 2>/dev/null",
             m->folder, has_sent ? "-untrusted sent.pem" : "", PKI_NOW);
    FILE *said = popen(command, "r");
    assert_non_null(said);
    while (fgets(line, sizeof line, said) != NULL)
        if (strncmp(line, "leaf", 4) == 0 && strcmp(line + 5, ".pem: OK\n") == 0)
            accepts[line[4] - '0'] = true;
    int status = pclose(said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 2); /* 127: no such command */
}

static void ask_openssl(const struct matrix *m, const struct issued *const *list, size_t list_count,
                        const struct issued *const *sent, size_t sent_count, bool *accepts) {
    write_pem(m, "list", list, list_count);
    write_pem(m, "sent", sent, sent_count);
    openssl_verify(m, sent_count > 0, accepts);
}

static void compare(struct matrix *m, const struct issued *const *list, size_t list_count,
                    const struct issued *const *sent, size_t sent_count, const bool *accepts) {
    struct trust_list *trust = list_of(m->arena, NULL, "list", list, list_count);
    struct certs certs = certs_of(m->arena, sent, sent_count);
    for (size_t i = 0; i < LEAVES; i++) {
        struct trust_result result;
        trust_judge(m->arena, m->leaves[i]->cert, &certs, trust, PKI_NOW, PURPOSE_ANY, &result);
        bool is_good = result.verdict == TRUST_GOOD;
        bool is_own_rule = result.verdict == TRUST_NOT_A_CA && result.openssl_error == 0;
        m->asked++;
        m->good += is_good;
        m->refused += !is_good;
        m->own_rule += is_own_rule;
        if (accepts[i] != (is_good || is_own_rule))
            fail_msg("%s, %zu sent (%s), list of %zu (%s, %s): openssl %s it, we say %s",
                     m->leaves[i]->cert->subject, sent_count, sent_count > 0 ? sent[0]->cert->subject : "",
                     list_count, list[0]->cert->subject, list[list_count - 1]->cert->subject,
                     accepts[i] ? "accepts" : "refuses",
                     is_good ? "good" : enum_text(verdict_words, (int)result.verdict));
    }
}

/* Every list of one CA, and of two in both orders. The order means nothing to the command unless the two have
 * one name: then it is asked once for both. */
static void compare_lists(struct matrix *m, const struct issued *const *sent, size_t sent_count) {
    bool accepts[LEAVES];
    for (size_t i = 0; i < POOL; i++) {
        ask_openssl(m, &m->pool[i], 1, sent, sent_count, accepts);
        compare(m, &m->pool[i], 1, sent, sent_count, accepts);
        for (size_t k = 0; k < i; k++) {
            const struct issued *two[] = {m->pool[k], m->pool[i]}, *turned[] = {m->pool[i], m->pool[k]};
            bool is_one_name = strcmp(m->pool[i]->cert->subject, m->pool[k]->cert->subject) == 0;
            ask_openssl(m, two, 2, sent, sent_count, accepts);
            compare(m, two, 2, sent, sent_count, accepts);
            if (is_one_name)
                ask_openssl(m, turned, 2, sent, sent_count, accepts);
            compare(m, turned, 2, sent, sent_count, accepts);
        }
    }
}

static void verdicts_are_those_of_openssl(void **state) {
    struct matrix *m = *state;
    if (system("openssl version >/dev/null 2>&1") != 0) {
        print_message("skipped: there is no openssl command\n");
        skip();
    }
    const struct issued *root = m->pool[0], *issuing = m->pool[2], *cross = m->pool[3], *old = m->pool[4];
    const struct issued *const sent[SENT_FORMS][2] = {{NULL, NULL},   {issuing, NULL},  {cross, NULL},
                                                      {old, NULL},    {issuing, cross}, {cross, issuing},
                                                      {old, issuing}, {issuing, root}};
    for (size_t i = 0; i < SENT_FORMS; i++)
        compare_lists(m, sent[i], (sent[i][0] != NULL) + (sent[i][1] != NULL));
    print_message("%zu judged: %zu trusted, %zu refused\n", m->asked, m->good, m->refused);
    assert_int_equal(m->asked, SENT_FORMS * POOL * POOL * LEAVES);
    assert_true(m->good > 100 && m->refused > 100);
    assert_int_equal(m->own_rule, 0); /* no CA of the pool lacks BasicConstraints: nothing may differ */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts_are_those_of_openssl)};
    return cmocka_run_group_tests_name("trust_matrix", tests, matrix_open, matrix_close);
}
