/* Do we believe the OCSP answers that OpenSSL's own tests believe, and no others? The vectors of OpenSSL's
 * test_ocsp (as kept by certvalidator). OpenSSL's test does not look at the answers' dates; we judge them a
 * minute after they were signed, so that a refusal cannot be for their age, and once at the test's own time,
 * when most are stale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "checks/revocation.h"
#include "wire/pem.h"
#include "tests/unit/shared_data.h"

#define FOLDER "certificates/certvalidator/tests/fixtures/openssl-ocsp"

enum { TEST_TIME = 1355875200 }; /* 2012-12-19 */

struct file {
    char name[64];
    const char *text;
    size_t size;
};

static struct arena *arena;
static struct file files[200];
static size_t file_count;

static void keep(const char *path, const uint8_t *bytes, size_t size, void *context) {
    const char *slash = strrchr(path, '/');
    (void)context;
    assert_true(file_count < sizeof files / sizeof *files);
    snprintf(files[file_count].name, sizeof files->name, "%s", slash == NULL ? path : slash + 1);
    files[file_count].text = arena_textn(arena, (const char *)bytes, size);
    files[file_count++].size = size;
}

static const struct file *file_of(const char *name) {
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    fail_msg("%s is not there", name);
    return NULL;
}

static bool exists(const char *name) {
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i].name, name) == 0)
            return true;
    return false;
}

static void chain_add(struct certs *chain, const char *name) {
    char *error = NULL;
    const struct file *file = file_of(name);
    assert_true(certs_read_pem(arena, file->text, file->size, chain, &error));
}

/* `of` is the healthy case (ND1, D3…) that gives certificate and true issuers; `issuer` stands in its place.
 */
static const char *judged_at(int64_t at, const char *of, const char *issuer, const char *answer_file) {
    char name[64];
    struct facts *facts = facts_new();
    struct certs chain = {NULL, 0};
    struct revocation_path path;
    struct ocsp_answer answer = {.said = SAID_NOTHING};
    bool has_issuer = true;
    uint8_t *der;
    size_t size;
    bool is_below_ica = of[strlen(of) - 1] == '1';
    snprintf(name, sizeof name, "%s_Cert_%s.pem", of, of[strlen(of) - 1] == '2' ? "ICA" : "EE");
    chain_add(&chain, name);
    chain_add(&chain, issuer);
    snprintf(name, sizeof name, "%s", strcmp(of, "D1") == 0 ? "R2.pem" : "ND2_Issuer_Root.pem");
    if (is_below_ica)
        chain_add(&chain, name);
    assert_true(base64_read(arena, file_of(answer_file)->text, &der, &size));
    revocation_path_open(facts, arena, &chain, NULL, &path);
    if (path.n > 0 && path.steps[0].issuer != NULL)
        ocsp_answer_read(arena, der, size, &path.steps[0], "sha1", at, &answer);
    else
        has_issuer = false;
    revocation_path_close(&path);
    facts_free(facts);
    return !has_issuer ? "no issuer" : answer.said == SAID_GOOD ? "good" : cause_text(answer.cause);
}

static void issuer_name(char *name, size_t size, const char *before, const char *of) {
    snprintf(name, size, "%s%s_Issuer_%s.pem", before, of, of[strlen(of) - 1] == '1' ? "ICA" : "Root");
}

static const char *const healthy[] = {"ND1", "ND2", "ND3", "D1", "D2", "D3"};
/* A minute after producedAt of each. */
static const int64_t signed_at[] = {1349944933, 1349910259, 1349955467, 1350987996, 1350987996, 1350988830};
enum { HEALTHY = sizeof healthy / sizeof *healthy };

static void believes_the_good_ones(void **state) {
    (void)state;
    for (size_t i = 0; i < HEALTHY; i++) {
        char issuer[64], answer[64];
        issuer_name(issuer, sizeof issuer, "", healthy[i]);
        snprintf(answer, sizeof answer, "%s.ors", healthy[i]);
        assert_string_equal(judged_at(signed_at[i], healthy[i], issuer, answer), "good");
        const char *later = judged_at(TEST_TIME, healthy[i], issuer, answer);
        assert_string_equal(later,
                            strcmp(healthy[i], "D2") == 0 ? "good" : "stale"); /* D2 holds until April */
    }
}

static void refuses_bad_answers(void **state) {
    (void)state;
    static const char *const kinds[] = {"ISOP_", "WRID_", "WINH_", "WIKH_", "WKDOSC_", "ISDOSC_"};
    size_t judged_count = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < HEALTHY; i++) {
            char issuer[64], answer[64];
            issuer_name(issuer, sizeof issuer, "", healthy[i]);
            snprintf(answer, sizeof answer, "%s%s.ors", kinds[k], healthy[i]);
            if (!exists(answer))
                continue;
            judged_count++;
            const char *cause = judged_at(signed_at[i], healthy[i], issuer, answer);
            if (strcmp(cause, "good") == 0 || strcmp(cause, "stale") == 0)
                fail_msg("%s is %s", answer, cause);
        }
    assert_int_equal(judged_count, 30);
}

static void refuses_forged_issuers(void **state) {
    (void)state;
    static const char *const kinds[] = {"ISIC_", "WSNIC_", "WKIC_"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; i < HEALTHY; i++) {
            char issuer[64], answer[64];
            issuer_name(issuer, sizeof issuer, kinds[k], healthy[i]);
            snprintf(answer, sizeof answer, "%s.ors", healthy[i]);
            const char *cause = judged_at(signed_at[i], healthy[i], issuer, answer);
            if (strcmp(cause, "good") == 0 || strcmp(cause, "stale") == 0)
                fail_msg("%s with %s is good", answer, issuer);
        }
}

static int files_open(void **state) {
    (void)state;
    arena = arena_new();
    shared_data_each(FOLDER, keep, NULL);
    return 0;
}

static int files_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void skipped(void **state) {
    (void)state;
    shared_data_or_skip();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(believes_the_good_ones),
        cmocka_unit_test(refuses_bad_answers),
        cmocka_unit_test(refuses_forged_issuers),
    };
    const struct CMUnitTest none[] = {cmocka_unit_test(skipped)};
    if (!shared_data_there())
        return cmocka_run_group_tests(none, NULL, NULL);
    return cmocka_run_group_tests(tests, files_open, files_close);
}
