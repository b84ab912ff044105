/* Does the work for many zones grow with their number alone? What libcrypto is asked for is counted, for no
 * clock tells that on a busy machine: twice as many zones, whose certificates all differ, may ask for twice
 * as much. */
#include "pki.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"
#include "expressway/trust_memo.h"
#include "outcomes/verdict.h"
#include "wire/x509.h"

enum { FEW = 20, MANY = 40 };

static struct counts { size_t parsed, verified, paths; } counts;

/* In the place of libcrypto's: what is called next. */
static void *next_of(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    assert_non_null(function);
    return function;
}

X509 *d2i_X509(X509 **x, const unsigned char **in, long size) {
    X509 *(*next)(X509 **, const unsigned char **, long);
    *(void **)&next = next_of("d2i_X509");
    counts.parsed++;
    return next(x, in, size);
}

int X509_verify(X509 *x, EVP_PKEY *key) {
    int (*next)(X509 *, EVP_PKEY *);
    *(void **)&next = next_of("X509_verify");
    counts.verified++;
    return next(x, key);
}

int X509_verify_cert(X509_STORE_CTX *context) {
    int (*next)(X509_STORE_CTX *);
    *(void **)&next = next_of("X509_verify_cert");
    counts.paths++;
    return next(context);
}

static struct issued *leaf_of(struct arena *arena, const struct issued *ca, const char *host) {
    struct spec spec = {.name = host,
                        .by = ca,
                        .san = arena_printf(arena, "DNS:%s,DNS:example.com", host),
                        .eku = "serverAuth,clientAuth"};
    return pki_issue(arena, &spec);
}

static char *deployment_text(struct arena *arena, size_t zones, const char *verify_name) {
    char *e = arena_text(arena, ""), *z = arena_text(arena, "");
    for (size_t i = 0; i < zones; i++) {
        e = arena_printf(arena, "%s    - {name: e%zu.example.com}\n", e, i);
        z = arena_printf(arena,
                         "%s  - {name: z%zu, type: uc-traversal, peers: [e%zu.example.com], "
                         "tls-verify-name: %s}\n",
                         z, i, i, verify_name);
    }
    return arena_printf(arena,
                        "domains: [example.com]\nfeatures: [mra]\nexpressway-e:\n  nodes:\n%s"
                        "expressway-c:\n  nodes:\n    - {name: expc.example.com}\nzones:\n%s",
                        e, z);
}

static void nodes_equip(struct facts *facts, struct expressway *side, const struct issued *ca) {
    side->trust = "trust";
    for (size_t i = 0; i < side->nodes.n; i++) {
        struct node *node = side->nodes.v[i];
        const struct issued *chain[] = {leaf_of(facts->arena, ca, node->name)};
        node->certificate = certs_of(facts->arena, chain, 1);
        node->certificate_file = arena_printf(facts->arena, "%s.pem", node->name);
    }
}

static struct counts judged(size_t zones, const char *verify_name, int status) {
    x509_expect(1000); /* what was read before is forgotten with the room */
    x509_forget();
    struct facts *facts = facts_new();
    counts = (struct counts){0};
    char *text = deployment_text(facts->arena, zones, verify_name), *error = NULL;
    if (!deployment_read_text(facts, text, strlen(text), "d.yaml", false, &error))
        fail_msg("%s", error);
    struct spec spec = {.name = "Root", .is_ca = true};
    const struct issued *ca = pki_issue(facts->arena, &spec);
    facts->run.at = PKI_NOW;
    list_of(facts->arena, facts, "trust", ISSUED(ca));
    nodes_equip(facts, &facts->deployment->e, ca);
    nodes_equip(facts, &facts->deployment->c, ca);
    struct verdict *verdict = verdict_of(facts);
    assert_int_equal(verdict_status(verdict), status);
    assert_true(verdict->findings->n > 10 * zones);
    verdict_free(verdict);
    pki_clear();
    facts_free(facts);
    return counts;
}

/* What was read or verified before is kept where it has room (wire/x509.c): a few times it has none. */
static void assert_in_proportion(const char *what, size_t few, size_t many) {
    if (few == 0 || many > few * MANY / FEW + 8 || many > 4 * MANY)
        fail_msg("%s: %zu times for %d zones, %zu times for %d", what, few, FEW, many, MANY);
}

static void assert_linear(const char *verify_name, int status) {
    struct counts few = judged(FEW, verify_name, status), many = judged(MANY, verify_name, status);
    assert_in_proportion("certificates parsed", few.parsed, many.parsed);
    assert_in_proportion("signatures verified", few.verified, many.verified);
    assert_in_proportion("paths looked for", few.paths, many.paths);
}

static void zones_cost_what_one_does(void **state) {
    (void)state;
    assert_linear("expc.example.com", 0);
}

static void so_do_zones_that_fail(void **state) {
    (void)state;
    assert_linear("other.example.com", 2);
}

/* A question that was asked is known from then on, wherever its certificate stands in memory. */
static void no_question_takes_anothers_place(void **state) {
    (void)state;
    enum { QUESTIONS = 5000 };
    static struct cert *leaves[QUESTIONS]; /* scattered: addresses in a row never fall into one place */
    struct arena *arena = arena_new();
    struct trust_memos *memos = trust_memos_new(arena);
    bool is_known;
    uint64_t address = 1;
    for (size_t i = 0; i < QUESTIONS; i++) {
        address = address * UINT64_C(6364136223846793005) + 1442695040888963407; /* Knuth's, of full period */
        leaves[i] = (struct cert *)(uintptr_t)address;
    }
    for (int again = 0; again < 2; again++)
        for (size_t i = 0; i < QUESTIONS; i++) {
            struct trust_asked asked = {.leaf = leaves[i], .at = PKI_NOW, .purpose = PURPOSE_ANY};
            struct trust_result *result = trust_memo(arena, memos, &asked, &is_known);
            assert_int_equal(is_known, again);
            if (!is_known)
                result->verdict = TRUST_GOOD;
        }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(zones_cost_what_one_does),
                                       cmocka_unit_test(so_do_zones_that_fail),
                                       cmocka_unit_test(no_question_takes_anothers_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
