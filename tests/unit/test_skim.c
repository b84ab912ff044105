/* Does the skimmer see of a certificate what libcrypto sees? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "wire/skim.h"
#include "wire/cert.h"
#include "tests/unit/cert_maker.h"
#include "tests/unit/shared_data.h"

static struct arena *arena;

static int arena_open(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int arena_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void reads_a_ca(void **state) {
    (void)state;
    struct made made = cert_make(arena, &(struct recipe){.subject = "O=Example/CN=Root",
                                                         .extensions = {{NID_basic_constraints, "CA:TRUE"}}});
    struct ca_entry entry = {.line = 17};
    assert_true(ca_entry_read(&entry, made.der, made.size));
    assert_ptr_equal(entry.der, made.der);
    assert_int_equal(entry.der_size, made.size);
    assert_true(entry.has_basic_constraints);
    assert_true(entry.is_ca);
    assert_int_equal(entry.not_before, 1767225600);
    assert_int_equal(entry.not_after, 1798761599);
    assert_int_equal(entry.line, 17);
    assert_int_equal(entry.subject_size, entry.issuer_size);
    assert_memory_equal(entry.subject, entry.issuer, entry.subject_size);
}

static void a_refusal_changes_nothing(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x30, 0x03, 0x02, 0x01, 0x00};
    struct ca_entry entry = {.line = 17, .not_after = 5};
    assert_false(ca_entry_read(&entry, bytes, sizeof bytes));
    assert_false(ca_entry_read(&entry, NULL, 0));
    assert_int_equal(entry.not_after, 5);
    assert_null(entry.der);
}

/* Changes the dates of a certificate in place; both forms have the same size. */
static bool entry_with_time(const char *utc_time, struct ca_entry *entry) {
    struct made made = cert_make(arena, &(struct recipe){.not_before = "20260101000000Z"});
    uint8_t *at = memmem(made.der, made.size, "260101000000Z", 13);
    assert_non_null(at);
    memcpy(at, utc_time, 13);
    return ca_entry_read(entry, made.der, made.size);
}

static void reads_times_as_openssl_does(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t want;
    } rows[] = {{"260101000000Z", 1767225600}, {"2601010000+01", 0},          {"260101000060Z", 0},
                {"261301000000Z", 0},          {"260230000000Z", 0},          {"240229000000Z", 1709164800},
                {"240230000000Z", 0},          {"241231000000Z", 1735603200}, {"240131000000Z", 1706659200},
                {"240132000000Z", 0},          {"260229000000Z", 0},          {"260228000000Z", 1772236800},
                {"490101000000Z", 2493072000}, {"500101000000Z", -631152000}, {"26010100000\0Z", 0},
                {"-60101000000Z", 0},          {"260101240000Z", 0},          {"260101000000z", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ca_entry entry = {0};
        assert_true(entry_with_time(rows[i].text, &entry));
        assert_int_equal(entry.not_before, rows[i].want);
    }
}

/* Appends an element with that content; short lengths only. */
static void element_put(uint8_t *to, size_t *size, uint8_t tag, const void *content, size_t length) {
    assert_true(length < 0x80);
    to[(*size)++] = tag;
    to[(*size)++] = (uint8_t)length;
    memcpy(to + *size, content, length);
    *size += length;
}

/* Nothing in it but the two dates: notBefore as given, notAfter the epoch. */
static uint8_t *bare_certificate(uint8_t tag, const char *not_before, size_t *size) {
    uint8_t validity[64], tbs[100], body[120], *der = arena_alloc(arena, 128);
    size_t v = 0, t = 0, b = 0;
    element_put(validity, &v, tag, not_before, strlen(not_before));
    element_put(validity, &v, 0x17, "700101000000Z", 13);
    element_put(tbs, &t, 0x02, "\x01", 1);
    element_put(tbs, &t, 0x30, "", 0); /* signature algorithm */
    element_put(tbs, &t, 0x30, "", 0); /* issuer */
    element_put(tbs, &t, 0x30, validity, v);
    element_put(tbs, &t, 0x30, "", 0); /* subject */
    element_put(tbs, &t, 0x30, "", 0); /* public key */
    element_put(body, &b, 0x30, tbs, t);
    element_put(body, &b, 0x30, "", 0);
    element_put(body, &b, 0x03, "", 1);
    *size = 0;
    element_put(der, size, 0x30, body, b);
    return der;
}

static void reads_times_without_seconds_and_with_offset(void **state) {
    (void)state;
    static const struct {
        uint8_t tag;
        const char *text;
        int64_t want;
    } rows[] = {{0x17, "2601010000Z", 1767225600},
                {0x17, "2601010000+0100", 1767222000},
                {0x17, "260101000000-0130", 1767231000},
                {0x18, "20260101000000.123Z", 1767225600},
                {0x18, "202601010000Z", 1767225600},
                {0x18, "99991231235959-0100", 253402300799},
                {0x18, "00000101000000+0100", -62167219200},
                {0x18, "20000229000000Z", 951782400}, /* a leap year once in 400 years */
                {0x18, "19000229000000Z", 0},
                {0x18, "20260101000000", 0},
                {0x17, "260101000000+1300", 0},
                {0x17, "", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ca_entry entry = {0};
        size_t size;
        uint8_t *der = bare_certificate(rows[i].tag, rows[i].text, &size);
        assert_true(ca_entry_read(&entry, der, size));
        assert_int_equal(entry.not_before, rows[i].want);
        assert_int_equal(entry.not_after, 0);
        assert_int_equal(entry.subject_size, 2);
    }
}

/* What is plain is what X509_cmp_time() takes, at the very second and beside it. */
static void plain_times_are_as_openssl_has_them(void **state) {
    (void)state;
    static const struct {
        int tag;
        const char *text;
    } times[] = {{V_ASN1_UTCTIME, "261128120000Z"},
                 {V_ASN1_UTCTIME, "491231235959Z"},
                 {V_ASN1_UTCTIME, "500101000000Z"},
                 {V_ASN1_UTCTIME, "240229000000Z"},
                 {V_ASN1_UTCTIME, "230229000000Z"},
                 {V_ASN1_UTCTIME, "261328120000Z"},
                 {V_ASN1_UTCTIME, "261128240000Z"},
                 {V_ASN1_UTCTIME, "261128120060Z"},
                 {V_ASN1_UTCTIME, "2611281200Z"},
                 {V_ASN1_UTCTIME, "261128120000+0100"},
                 {V_ASN1_UTCTIME, "261128120000"},
                 {V_ASN1_UTCTIME, "26112812000aZ"},
                 {V_ASN1_UTCTIME, "20261128120000Z"},
                 {V_ASN1_GENERALIZEDTIME, "20501128120000Z"},
                 {V_ASN1_GENERALIZEDTIME, "20261128120000Z"},
                 {V_ASN1_GENERALIZEDTIME, "20501128120000.5Z"},
                 {V_ASN1_GENERALIZEDTIME, "205011281200Z"},
                 {V_ASN1_GENERALIZEDTIME, "261128120000Z"},
                 {V_ASN1_GENERALIZEDTIME, ""},
                 {V_ASN1_PRINTABLESTRING, "261128120000Z"}};
    size_t plain = 0;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        ASN1_STRING *date = ASN1_STRING_type_new(times[i].tag);
        int64_t time = 0;
        assert_int_equal(ASN1_STRING_set(date, times[i].text, -1), 1);
        bool is_plain =
            plain_time_read(ASN1_STRING_get0_data(date), strlen(times[i].text), times[i].tag, &time);
        for (int64_t by = -1; by <= 1; by++) {
            time_t at = (time_t)(time + by);
            int wanted = X509_cmp_time(date, &at);
            if (wanted != (!is_plain ? 0 : time <= at ? -1 : 1))
                fail_msg("%s: OpenSSL says %d at %+d", times[i].text, wanted, (int)by);
        }
        plain += is_plain;
        ASN1_STRING_free(date);
    }
    assert_int_equal(plain, 6);
}

static void only_sound_constraints_make_a_ca(void **state) {
    (void)state;
    static const struct {
        const char *value;
        bool ca;
    } rows[] = {{"DER:30030101FF", true},       {"DER:3000", false},
                {"DER:3003010100", false},      {"DER:3003010101", true},
                {"DER:30060101FF020100", true}, {"DER:30020100", false},
                {"DER:30030101FF00", false},    {"DER:0101FF", false},
                {"DER:30050101FF0500", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct made made =
            cert_make(arena, &(struct recipe){.extensions = {{NID_basic_constraints, rows[i].value}}});
        struct ca_entry entry = {0};
        assert_true(ca_entry_read(&entry, made.der, made.size));
        assert_true(entry.has_basic_constraints);
        assert_int_equal(entry.is_ca, rows[i].ca);
    }
    struct made twice =
        cert_make(arena, &(struct recipe){.extensions = {{NID_basic_constraints, "CA:TRUE"},
                                                         {NID_basic_constraints, "CA:TRUE"}}});
    struct ca_entry entry = {0};
    assert_true(ca_entry_read(&entry, twice.der, twice.size));
    assert_true(entry.has_basic_constraints);
    assert_false(entry.is_ca);
}

static void never_reads_outside(void **state) {
    (void)state;
    struct made made = cert_make(arena, &(struct recipe){.extensions = {{NID_basic_constraints, "CA:TRUE"},
                                                                        {NID_key_usage, "keyCertSign"}}});
    struct ca_entry entry = {0};
    for (size_t size = 0; size < made.size; size++) {
        uint8_t *exact = malloc(size + (size == 0));
        memcpy(exact, made.der, size);
        assert_false(ca_entry_read(&entry, exact, size));
        free(exact);
    }
    uint8_t *exact = malloc(made.size);
    for (size_t i = 0; i < made.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            memcpy(exact, made.der, made.size);
            exact[i] ^= (uint8_t)(1 << bit);
            if (ca_entry_read(&entry, exact, made.size)) {
                assert_true(entry.subject >= exact);
                assert_true(entry.subject + entry.subject_size <= exact + made.size);
            }
        }
    free(exact);
}

/* ---- shared data ---- */

static void name_check(const X509_NAME *name, const uint8_t *bytes, size_t size) {
    const unsigned char *der;
    size_t der_size;
    assert_int_equal(X509_NAME_get0_der(name, &der, &der_size), 1);
    assert_int_equal(der_size, size);
    assert_memory_equal(der, bytes, size);
}

static void agreement_check(const char *path, const uint8_t *der, size_t size, void *context) {
    struct ca_entry entry = {0};
    const unsigned char *p = der;
    (void)path;
    X509 *x = d2i_X509(NULL, &p, (long)size);
    assert_int_equal(ca_entry_read(&entry, der, size), x != NULL && p == der + size);
    const struct cert *cert = cert_read(arena, der, size, NULL);
    if (x != NULL) {
        assert_non_null(cert);
        name_check(X509_get_subject_name(x), entry.subject, entry.subject_size);
        name_check(X509_get_issuer_name(x), entry.issuer, entry.issuer_size);
        assert_int_equal(entry.not_before, cert->not_before);
        assert_int_equal(entry.not_after, cert->not_after);
        assert_int_equal(entry.has_basic_constraints, X509_get_ext_by_NID(x, NID_basic_constraints, -1) >= 0);
        assert_int_equal(entry.has_basic_constraints, cert->has_basic_constraints);
        assert_int_equal(entry.is_ca, cert->is_ca);
        ++*(size_t *)context;
    }
    X509_free(x);
    ERR_clear_error();
}

static void agrees_on_every_shared_certificate(void **state) {
    (void)state;
    size_t agreed = 0;
    shared_data_or_skip();
    shared_certificates_each("certificates", agreement_check, &agreed);
    print_message("%zu certificates skimmed as libcrypto reads them\n", agreed);
    assert_true(agreed > 1700);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(reads_a_ca),
        TEST(a_refusal_changes_nothing),
        TEST(reads_times_as_openssl_does),
        TEST(reads_times_without_seconds_and_with_offset),
        TEST(plain_times_are_as_openssl_has_them),
        TEST(only_sound_constraints_make_a_ca),
        TEST(never_reads_outside),
        TEST(agrees_on_every_shared_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
