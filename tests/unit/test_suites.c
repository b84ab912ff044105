/* Are the suites what IANA and OpenSSL call them? The committed table against the tools of this machine,
 * where they are, and the questions that are asked of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/ciphers.h"
#include "facts/groups.h"
#include "facts/suites.h"

static void test_order_and_names(void **state) {
    (void)state;
    assert_true(suite_count > 350);
    for (size_t i = 0; i < suite_count; i++) {
        if (i > 0)
            assert_true(suites[i].id > suites[i - 1].id);
        assert_ptr_equal(suite_by_id(suites[i].id), &suites[i]);
        assert_ptr_equal(suite_by_name(suites[i].iana), &suites[i]);
        if (suites[i].strength <= STRENGTH_LOW) /* NULL, EXPORT, LOW */
            assert_true(suite_is_weak(&suites[i]));
        if (suites[i].openssl != NULL)
            assert_ptr_equal(suite_by_name(suites[i].openssl), &suites[i]);
    }
    assert_null(suite_by_id(0x00ff)); /* signalling values are no suites */
    assert_null(suite_by_id(0x5600));
    assert_null(suite_by_id(0x0a0a));
    assert_null(suite_by_name("ECDHE-RSA-AESdefault-GCM-SHA384"));
}

static const struct {
    const char *name;
    int id;
    enum suite_kx kx;
    enum suite_auth auth;
    enum suite_strength strength;
    int since;
    bool is_weak, has_forward_secrecy;
} rows[] = {
    {"ECDHE-RSA-AES256-GCM-SHA384", 0xc030, KX_ECDHE, AUTH_RSA, STRENGTH_HIGH, TLS12, false, true},
    {"ecdhe-ecdsa-aes128-sha", 0xc009, KX_ECDHE, AUTH_ECDSA, STRENGTH_HIGH, TLS10, false, true},
    {"TLS_RSA_WITH_AES_128_CBC_SHA", 0x002f, KX_RSA, AUTH_RSA, STRENGTH_HIGH, SSL3, false, false},
    {"AES256-SHA256", 0x003d, KX_RSA, AUTH_RSA, STRENGTH_HIGH, TLS12, false, false},
    {"TLS_AES_256_GCM_SHA384", 0x1302, KX_ANY, AUTH_ANY, STRENGTH_HIGH, TLS13, false, true},
    {"EXP-RC4-MD5", 0x0003, KX_RSA, AUTH_RSA, STRENGTH_EXPORT, SSL3, true, false},
    {"EXP1024-DES-CBC-SHA", 0x0062, KX_RSA, AUTH_RSA, STRENGTH_EXPORT, SSL3, true, false},
    {"RC4-SHA", 0x0005, KX_RSA, AUTH_RSA, STRENGTH_MEDIUM, SSL3, true, false},
    {"EDH-RSA-DES-CBC3-SHA", 0x0016, KX_DHE, AUTH_RSA, STRENGTH_MEDIUM, SSL3, true, true},
    {"EXP-EDH-DSS-DES-CBC-SHA", 0x0011, KX_DHE, AUTH_DSS, STRENGTH_EXPORT, SSL3, true, true},
    {"DES-CBC-SHA", 0x0009, KX_RSA, AUTH_RSA, STRENGTH_LOW, SSL3, true, false},
    {"NULL-SHA256", 0x003b, KX_RSA, AUTH_RSA, STRENGTH_NULL, TLS12, true, false},
    {"ADH-AES256-GCM-SHA384", 0x00a7, KX_DHE, AUTH_NONE, STRENGTH_HIGH, TLS12, true, true},
    {"AECDH-AES128-SHA", 0xc018, KX_ECDHE, AUTH_NONE, STRENGTH_HIGH, TLS10, true, true},
    {"SEED-SHA", 0x0096, KX_RSA, AUTH_RSA, STRENGTH_MEDIUM, SSL3, false, false},
    {"PSK-AES128-GCM-SHA256", 0x00a8, KX_PSK, AUTH_PSK, STRENGTH_HIGH, TLS12, false, false},
};

static void test_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct suite *suite = suite_by_name(rows[i].name);
        assert_non_null(suite);
        assert_int_equal(suite->id, rows[i].id);
        assert_int_equal(suite->kx, rows[i].kx);
        assert_int_equal(suite->auth, rows[i].auth);
        assert_int_equal(suite->strength, rows[i].strength);
        assert_int_equal(suite->since, rows[i].since);
        assert_int_equal(suite_is_weak(suite), rows[i].is_weak);
        assert_int_equal(suite_has_forward_secrecy(suite), rows[i].has_forward_secrecy);
        assert_int_equal(suite_fits_version(suite, TLS13), rows[i].since == TLS13);
        assert_int_equal(suite_fits_version(suite, SSL3), rows[i].since == SSL3);
    }
}

static void test_text(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    assert_string_equal(suite_text(arena, 0xc02f), "ECDHE-RSA-AES128-GCM-SHA256");
    assert_string_equal(suite_text(arena, 0x1306), "TLS_AEGIS_256_SHA512");
    assert_string_equal(suite_text(arena, 0xabcd), "0xABCD");
    assert_string_equal(group_name(arena, 29), "x25519");
    assert_string_equal(group_name(arena, 0x0a0a), "0x0A0A");
    assert_int_equal(group_by_name("P-256")->id, 23);
    assert_int_equal(group_by_name("SECP384R1")->id, 24);
    assert_null(group_by_name("P-257"));
    assert_string_equal(signature_name(arena, 0x0804), "rsa_pss_rsae_sha256");
    assert_string_equal(signature_by_name("ecdsa_secp256r1_sha256")->key, "ECDSA");
    assert_null(signature_by_id(0x1234));
    arena_free(arena);
}

static const char *const auth_words[] = {
    [AUTH_ANY] = "any",     [AUTH_NONE] = "None", [AUTH_RSA] = "RSA",    [AUTH_DSS] = "DSS",
    [AUTH_ECDSA] = "ECDSA", [AUTH_DH] = "DH",     [AUTH_PSK] = "PSK",    [AUTH_SRP] = "SRP",
    [AUTH_KRB5] = "KRB5",   [AUTH_GOST] = "GOST", [AUTH_OTHER] = "other"};

/* OpenSSL's columns: number, "-", IANA's name, "-", its own, version, Kx=, Au=, Enc=, Mac=. */
static void check_openssl_line(const char *line, size_t *seen) {
    unsigned high, low;
    char iana[100], name[100], version[20], kx[20], auth[20];
    if (sscanf(line, " 0x%x,0x%x - %99s - %99s %19s Kx=%19s Au=%19s", &high, &low, iana, name, version, kx,
               auth) != 7)
        return;
    const struct suite *suite = suite_by_id((int)(high << 8 | low));
    static const struct {
        const char *text;
        int version;
    } versions[] = {{"SSLv3", SSL3}, {"TLSv1", TLS10}, {"TLSv1.2", TLS12}, {"TLSv1.3", TLS13}};
    assert_non_null(suite);
    assert_string_equal(suite->iana, iana);
    assert_string_equal(suite->openssl, name);
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (strcmp(versions[i].text, version) == 0)
            assert_int_equal(suite->since, versions[i].version);
    assert_string_equal(auth_words[suite->auth], auth);
    (*seen)++;
}

static void test_against_openssl(void **state) {
    (void)state;
    char line[512];
    size_t seen = 0;
    FILE *out = popen("openssl ciphers -V -stdname ALL:COMPLEMENTOFALL:@SECLEVEL=0 2>/dev/null", "r");
    while (out != NULL && fgets(line, sizeof line, out) != NULL)
        check_openssl_line(line, &seen);
    if (out == NULL || pclose(out) != 0) {
        print_message("skipped: openssl is not installed\n");
        skip();
    }
    assert_true(seen > 100);
}

static void test_against_tshark(void **state) {
    (void)state;
    char line[512], name[200];
    size_t seen = 0;
    int id;
    FILE *out = popen("tshark -G values 2>/dev/null", "r");
    while (out != NULL && fgets(line, sizeof line, out) != NULL) {
        const struct suite *suite =
            sscanf(line, "V\ttls.handshake.ciphersuite\t%d\t%199s", &id, name) == 2 ? suite_by_id(id) : NULL;
        if (suite == NULL)
            continue;
        /* two drafts go by the name that the RFC gave to another number */
        assert_int_equal(strncmp(suite->iana, name, strlen(name)), 0);
        seen++;
    }
    if (out == NULL || pclose(out) != 0) {
        print_message("skipped: tshark is not installed\n");
        skip();
    }
    assert_true(seen + 10 > suite_count);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order_and_names), cmocka_unit_test(test_rows),
                                       cmocka_unit_test(test_text), cmocka_unit_test(test_against_openssl),
                                       cmocka_unit_test(test_against_tshark)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
