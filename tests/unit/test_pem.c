/* Do the PEM readers find every certificate, and say what is wrong with what is none? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "wire/pem.h"
#include "tests/unit/cert_maker.h"
#include "tests/unit/shared_data.h"

static struct arena *arena;
static char *a_pem, *b_pem; /* two certificates, CN=a and CN=b */
static struct made a_der;

static int arena_open(void **state) {
    (void)state;
    arena = arena_new();
    a_der = cert_make(arena, &(struct recipe){.subject = "CN=a"});
    struct made b_der = cert_make(arena, &(struct recipe){.subject = "CN=b"});
    a_pem = pem_make(arena, "CERTIFICATE", a_der.der, a_der.size);
    b_pem = pem_make(arena, "CERTIFICATE", b_der.der, b_der.size);
    return 0;
}

static int arena_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* "CN=a CN=b", or the error. Text is given in memory of exactly its size. */
static char *read_all(const char *text, size_t size) {
    struct certs certs = {0};
    char *error = NULL, *all = arena_text(arena, "");
    if (!certs_read_pem(arena, arena_dup(arena, text, size), size, &certs, &error))
        return error;
    for (size_t i = 0; i < certs.n; i++)
        all = arena_printf(arena, "%s%s%s", all, i == 0 ? "" : " ", certs.v[i]->subject);
    return all;
}

static char *read_text(const char *text) {
    return read_all(text, strlen(text));
}

static char *replaced(const char *text, const char *what, const char *with) {
    char *all = arena_text(arena, "");
    for (const char *at; (at = strstr(text, what)) != NULL; text = at + strlen(what))
        all = arena_printf(arena, "%s%.*s%s", all, (int)(at - text), text, with);
    return arena_printf(arena, "%s%s", all, text);
}

static size_t lines_of(const char *text) {
    size_t lines = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

#define PRINT(...) arena_printf(arena, __VA_ARGS__)

static void takes_what_openssl_takes(void **state) {
    (void)state;
    assert_string_equal(read_text(a_pem), "CN=a");
    assert_string_equal(read_text(PRINT("%s%s", a_pem, b_pem)), "CN=a CN=b");
    assert_string_equal(
        read_text(PRINT("Bag Attributes - x\nsubject=CN = a\n%sbetween\n%sbehind", a_pem, b_pem)),
        "CN=a CN=b");
    assert_string_equal(read_text(replaced(a_pem, "\n", "\r\n")), "CN=a");
    assert_string_equal(read_text(replaced(a_pem, "\n", "\r")), "CN=a");
    assert_string_equal(read_text(PRINT("\xef\xbb\xbf%s", a_pem)), "CN=a");
    assert_string_equal(read_text(replaced(a_pem, "\n", " \t\n")), "CN=a");
    assert_string_equal(read_text(replaced(a_pem, "\n", "\n    ")), "CN=a"); /* indented, as in YAML */
    assert_string_equal(read_all(a_pem, strlen(a_pem) - 1), "CN=a");         /* no last newline */
    assert_string_equal(read_text(replaced(a_pem, "CERTIFICATE", "X509 CERTIFICATE")), "CN=a");
    const char *key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n";
    assert_string_equal(read_text(PRINT("%s%s%s", key, a_pem, b_pem)), "CN=a CN=b");
    const char *text = base64_write(arena, a_der.der, a_der.size, true);
    assert_string_equal(
        read_text(PRINT("-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", text)), "CN=a");
    char *narrow = arena_alloc(arena, strlen(text) * 2 + 1);
    for (size_t i = 0; text[i] != 0; i++)
        sprintf(narrow + 2 * i, "%c\n", text[i]);
    assert_string_equal(
        read_text(PRINT("-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n", narrow)), "CN=a");
}

static void says_where_and_what_is_broken(void **state) {
    (void)state;
    const char *head = "-----BEGIN CERTIFICATE-----\n", *tail = "-----END CERTIFICATE-----\n";
    const struct {
        const char *text, *want;
    } rows[] = {
        {PRINT("x\n%sMIIB\nM*IB\n%s", head, tail), "line 4: not base64"},
        {PRINT("%sMI-B\n%s", head, tail), "line 2: not base64"},
        {PRINT("%sMIIB\n", head), "line 1: no END line"},
        {PRINT("%sMIIB\n%s%s", head, head, tail), "line 1: no END line"},
        {PRINT("%sMIIBM\n%s", head, tail), "line 3: base64 that ends in the middle"},
        {PRINT("%sMI=B\n%s", head, tail), "line 2: not base64"},
        {PRINT("%sMIIB====\n%s", head, tail), "line 2: not base64"},
        {PRINT("%s%s", head, tail), "line 1: no bytes"},
        {PRINT("%sMIIB\n-----END PKCS7-----\n", head), "line 3: the END line is not that of the BEGIN line"},
        {PRINT("%sMIIB -----END CERTIFICATE-----\n", head), "line 2: not base64"},
        {PRINT("-----BEGIN CERTIFICATE----- MIIB\n%s", tail), "line 1: the BEGIN line has text behind it"},
        {PRINT("%sMIIBAAAA\n%s", head, tail), "line 1: not an X.509 certificate"},
        {PRINT("%s\n%sMII!\n%s", a_pem, head, tail), NULL},
        {replaced(a_pem, "CERTIFICATE", "TRUSTED CERTIFICATE"),
         "line 1: a TRUSTED CERTIFICATE block, OpenSSL's own form; convert it with: openssl x509 -in FILE"},
        {"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n",
         "line 1: PKCS#7; convert it with: openssl pkcs7 -in FILE -print_certs"},
        {"-----BEGIN CMS-----\nMIIB\n-----END CMS-----\n",
         "line 1: PKCS#7 (CMS); convert it with: openssl pkcs7 -in FILE -print_certs"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = read_text(rows[i].text);
        if (rows[i].want != NULL)
            assert_string_equal(got, rows[i].want);
        else
            assert_true(text_starts(got, "line ") && text_ends(got, ": not base64"));
    }
}

static char *der_of(int (*write)(const void *, unsigned char **), const void *object, size_t *size) {
    unsigned char *der = NULL;
    int length = write(object, &der);
    assert_true(length > 0);
    char *copy = arena_dup(arena, der, (size_t)length);
    *size = (size_t)length;
    OPENSSL_free(der);
    return copy;
}

static void says_what_a_file_is_instead(void **state) {
    (void)state;
    const struct {
        const char *text, *want;
    } rows[] = {
        {"", "an empty file"},
        {" \r\n\t\n", "an empty file"},
        {"hello\n", NULL},
        {"<!DOCTYPE HTML><html>", "an HTML page"},
        {"\xfe\xed\xfe\xed....", "a Java keystore; export the certificates with keytool -exportcert -rfc"},
        {"\xff\xfe-\x01-\x01", "UTF-16 text; save it as plain ASCII or UTF-8"},
        {base64_write(arena, a_der.der, a_der.size, true), "base64 without its BEGIN and END lines"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(read_text(rows[i].text),
                            rows[i].want == NULL
                                ? "no certificate found"
                                : PRINT("no certificate in PEM found: it is %s", rows[i].want));
    assert_string_equal(
        read_all((char *)a_der.der, a_der.size),
        "no certificate in PEM found: it is a certificate in DER; convert it with: openssl x509 "
        "-inform DER -in FILE -out FILE.pem");
    assert_string_equal(read_text("\n-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"),
                        "no certificate found; line 2: a private key");
    assert_string_equal(
        read_text("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"),
        "no certificate found; line 1: a certificate signing request");
    assert_string_equal(read_text("-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n"),
                        "no certificate found; line 1: a CRL");
}

#define WRITER(TYPE)                                                                                         \
    static int write_##TYPE(const void *object, unsigned char **out) {                                       \
        return i2d_##TYPE(object, out);                                                                      \
    }
WRITER(PKCS7)
WRITER(PKCS12)
WRITER(X509_REQ)
WRITER(X509_CRL)

static int write_key(const void *object, unsigned char **out) {
    return i2d_PrivateKey(object, out);
}

static void knows_other_der(void **state) {
    (void)state;
    const unsigned char *p = a_der.der;
    X509 *x = d2i_X509(NULL, &p, (long)a_der.size);
    PKCS7 *p7 = PKCS7_new(); /* certificates only, as a .p7b is */
    assert_true(PKCS7_set_type(p7, NID_pkcs7_signed) && PKCS7_content_new(p7, NID_pkcs7_data) &&
                PKCS7_add_certificate(p7, x));
    PKCS12 *p12 = PKCS12_create("secret", "a", key_shared(), x, NULL, 0, 0, 0, 0, 0);
    X509_REQ *request = X509_to_X509_REQ(x, key_shared(), EVP_sha256());
    X509_CRL *crl = X509_CRL_new();
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(x));
    X509_CRL_set1_lastUpdate(crl, X509_get0_notBefore(x));
    X509_CRL_sign(crl, key_shared(), EVP_sha256());
    const struct {
        int (*write)(const void *, unsigned char **);
        const void *object;
        const char *want;
    } rows[] = {{write_PKCS7, p7, "PKCS#7 in DER"},
                {write_PKCS12, p12, "PKCS#12"},
                {write_X509_REQ, request, "a certificate signing request in DER"},
                {write_X509_CRL, crl, "a CRL in DER"},
                {write_key, key_shared(), "a private key in DER"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size;
        char *der = der_of(rows[i].write, rows[i].object, &size);
        char *want = PRINT("no certificate in PEM found: it is %s", rows[i].want);
        assert_true(text_starts(read_all(der, size), want));
        /* The same under the label of a certificate, as Windows writes .p7b files. */
        assert_string_equal(read_text(pem_make(arena, "CERTIFICATE", (uint8_t *)der, size)),
                            PRINT("line 1: not a certificate but %s", rows[i].want));
    }
    PKCS7_free(p7);
    PKCS12_free(p12);
    X509_REQ_free(request);
    X509_CRL_free(crl);
    X509_free(x);
}

static void a_trust_list_keeps_the_good_and_lists_the_bad(void **state) {
    (void)state;
    struct trust_list list = {0};
    char *error = NULL;
    const char *text = PRINT("%s-----BEGIN CERTIFICATE-----\nM*\n-----END CERTIFICATE-----\n"
                             "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
                             "-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n"
                             "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n%s"
                             "-----BEGIN CERTIFICATE-----\nMIIB",
                             a_pem, b_pem);
    int lines = 0;
    for (const char *p = a_pem; *p != 0; p++)
        lines += *p == '\n';
    assert_true(trust_read_pem(arena, text, strlen(text), &list, &error));
    assert_int_equal(list.entries.n, 2);
    assert_int_equal(list.entries.v[0]->line, 1);
    assert_int_equal(list.entries.v[1]->line, lines + 13);
    assert_memory_equal(list.entries.v[0]->der, a_der.der, a_der.size);
    const struct {
        const char *what;
        int line;
    } want[] = {{"not base64", lines + 2},
                {"a private key", lines + 4},
                {"not a certificate", lines + 10},
                {"no END line", 2 * lines + 13}};
    assert_int_equal(list.problems.n, sizeof want / sizeof *want);
    for (size_t i = 0; i < list.problems.n; i++) {
        assert_string_equal(list.problems.v[i]->what, want[i].what);
        assert_int_equal(list.problems.v[i]->line, want[i].line);
    }
}

/* What OpenSSL loses there is told, block by block: nothing of a file goes in silence. */
static void a_trust_list_tells_of_glued_lines(void **state) {
    (void)state;
    static const struct {
        const char *between, *first, *second; /* between two certificates; NULL: is read */
    } rows[] = {
        {"\n", NULL, NULL},
        {"", "the END line has text behind it", "text before the BEGIN line"},
        {" x\n", "the END line has text behind it", NULL},
        {"\nx ", NULL, "text before the BEGIN line"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trust_list list = {0};
        char *error = NULL;
        const char *text =
            PRINT("%s%s%.*s%s%s", b_pem, "", (int)strlen(a_pem) - 1, a_pem, rows[i].between, b_pem);
        assert_true(trust_read_pem(arena, text, strlen(text), &list, &error));
        assert_int_equal(list.entries.n, 1 + (rows[i].first == NULL) + (rows[i].second == NULL));
        size_t problems = 0;
        const char *told[] = {rows[i].first, rows[i].second};
        for (size_t k = 0; k < 2; k++)
            if (told[k] != NULL)
                assert_string_equal(list.problems.v[problems++]->what, told[k]);
        assert_int_equal(list.problems.n, problems);
    }
}

static void a_short_begin_line_is_told(void **state) {
    (void)state;
    struct trust_list list = {0};
    char *error = NULL;
    const char *text =
        PRINT("a sentence of -----BEGIN CERTIFICATE is none\n%s-----BEGIN CERTIFICATE----\nMIIB\n"
              "-----END CERTIFICATE-----\n",
              a_pem);
    assert_true(trust_read_pem(arena, text, strlen(text), &list, &error));
    assert_int_equal(list.entries.n, 1);
    assert_int_equal(list.problems.n, 1);
    assert_string_equal(list.problems.v[0]->what, "the BEGIN line does not end with five dashes");
}

/* A copy that lost a line: nobody's reader takes the rest, and the finding has to say which CA is gone. */
static void a_trust_list_tells_of_lost_lines(void **state) {
    (void)state;
    const char *body =
        replaced(replaced(a_pem, "-----BEGIN CERTIFICATE-----\n", ""), "-----END CERTIFICATE-----\n", "");
    const struct {
        const char *what, *piece, *told; /* NULL: nothing */
    } rows[] = {
        {"a second END line", "-----END CERTIFICATE-----\n", "an END line without its BEGIN line"},
        {"no BEGIN line", PRINT("%s-----END CERTIFICATE-----\n", body), "base64 without its BEGIN line"},
        {"neither", body, "base64 without its BEGIN line"},
        {"indented", PRINT("   %s", replaced(body, "\n", "\r\n   ")), "base64 without its BEGIN line"},
        {"four dashes", replaced(a_pem, "-----BEGIN", "----BEGIN"),
         "the BEGIN line does not begin with five dashes"},
        {"prose", "# END of the list, see BEGIN CERTIFICATE\n---\nsubject=CN = a\n", NULL},
        {"a fingerprint", "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\n", NULL},
        {"the end of something else", "-----END X-----\n", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int last = 0; last < 2; last++) {
            struct trust_list list = {0};
            char *error = NULL;
            const char *text = PRINT("%s%s%s", b_pem, rows[i].piece, last ? "" : b_pem);
            assert_true(
                trust_read_pem(arena, arena_dup(arena, text, strlen(text)), strlen(text), &list, &error));
            assert_int_equal(list.entries.n, last ? 1 : 2);
            assert_int_equal(list.problems.n, rows[i].told != NULL);
            if (rows[i].told == NULL)
                continue;
            assert_string_equal(list.problems.v[0]->what, rows[i].told);
            assert_int_equal(list.problems.v[0]->line, list.entries.v[0]->line + (int)lines_of(b_pem));
        }
}

/* What was read from a file ends without a NUL: dashes that are its last bytes are looked at no further. */
static void the_last_byte_is_the_last(void **state) {
    (void)state;
    const char *body =
        replaced(replaced(a_pem, "-----BEGIN CERTIFICATE-----\n", ""), "-----END CERTIFICATE-----\n", "");
    const char *const ends[] = {"-----", "- - ", "-----B", "-"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct trust_list list = {0};
        char *error = NULL;
        const char *text = PRINT("%s%s%s", b_pem, body, ends[i]);
        char *bytes =
            malloc(strlen(text)); /* a block of its own, so that AddressSanitizer knows where it ends */
        assert_non_null(bytes);
        memcpy(bytes, text, strlen(text));
        assert_true(trust_read_pem(arena, bytes, strlen(text), &list, &error));
        assert_int_equal(list.entries.n, 1);
        assert_int_equal(list.problems.n, 1);
        assert_string_equal(list.problems.v[0]->what, "base64 without its BEGIN line");
        free(bytes);
    }
}

static void a_trust_list_without_certificates_is_an_error(void **state) {
    (void)state;
    struct trust_list list = {0};
    char *error = NULL;
    assert_false(trust_read_pem(arena, "", 0, &list, &error));
    assert_string_equal(error, "no certificate in PEM found: it is an empty file");
    const char *text = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    assert_false(trust_read_pem(arena, text, strlen(text), &list, &error));
    assert_string_equal(error, "no certificate found; line 1: not a certificate");
}

static void problems_are_capped(void **state) {
    (void)state;
    struct trust_list list = {0};
    char *error, *many = arena_alloc(arena, 2000 * 20 + 1), *to = many;
    for (int i = 0; i < 2000; i++)
        to += sprintf(to, "-----BEGIN X-----\n\n");
    assert_false(trust_read_pem(arena, many, (size_t)(to - many), &list, &error));
    assert_int_equal(list.problems.n, 1001);
    assert_string_equal(list.problems.v[1000]->what, "and more problems");
}

static void a_thousand_take_no_time(void **state) {
    (void)state;
    struct trust_list list = {0};
    struct timespec from, to;
    char *error, *many = arena_alloc(arena, 1000 * strlen(a_pem) + 1), *at = many;
    for (int i = 0; i < 1000; i++)
        at += sprintf(at, "%s", a_pem);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    assert_true(trust_read_pem(arena, many, (size_t)(at - many), &list, &error));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    double ms = (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
    print_message("1000 certificates in %.2f ms\n", ms);
    assert_int_equal(list.entries.n, 1000);
    assert_true(ms < 100); /* 2 ms or so; room for sanitizers and a busy machine */
}

/* ---- shared data: OpenSSL's PEM reader judges ---- */

static size_t openssl_count(const uint8_t *bytes, size_t size) {
    BIO *in = BIO_new_mem_buf(bytes, (int)size);
    X509 *x;
    size_t count = 0;
    while ((x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        X509_free(x);
        count++;
    }
    ERR_clear_error();
    BIO_free(in);
    return count;
}

static void count_check(const char *path, const uint8_t *bytes, size_t size, void *context) {
    struct certs certs = {0};
    struct trust_list list = {0};
    char *error = NULL;
    size_t want = openssl_count(bytes, size), *total = context;
    bool good = certs_read_pem(arena, (const char *)bytes, size, &certs, &error);
    bool trusted = trust_read_pem(arena, (const char *)bytes, size, &list, &error);
    if (certs.n < want || list.entries.n < want)
        print_error("%s: %zu and %zu, OpenSSL %zu: %s\n", path, certs.n, list.entries.n, want, error);
    assert_true(certs.n >= want && list.entries.n >= want);
    assert_true(good || error != NULL);
    assert_true(trusted || error != NULL);
    *total += want;
}

static void finds_what_openssl_finds(void **state) {
    (void)state;
    size_t total = 0;
    shared_data_or_skip();
    shared_data_each("certificates", count_check, &total);
    print_message("%zu certificates found that OpenSSL finds\n", total);
    assert_true(total > 1300);
}

/* The guide's own example of an attribute that breaks SSH tunnels: its value is an OBJECT IDENTIFIER. */
static void test_oid_for_a_value(void **state) {
    (void)state;
    static const char text[] = "\x0c\x0c"
                               "AAAAAAAAAAAA",
                      oid[] = "\x06\x0c\x2b\x06\x01\x04\x01\xb2\x31\x01\x02\x01\x05\x01";
    struct recipe recipe = {.subject = "CN=a/1.3.6.1.4.1.6449.1.2.1.5.1=AAAAAAAAAAAA"};
    struct made made = cert_make(arena, &recipe);
    for (uint8_t *at; (at = memmem(made.der, made.size, text, sizeof text - 1)) != NULL;)
        memcpy(at, oid, sizeof oid - 1);
    struct certs certs = {NULL, 0};
    char *pem = pem_make(arena, "CERTIFICATE", made.der, made.size), *error = NULL;
    assert_false(certs_read_pem(arena, pem, strlen(pem), &certs, &error));
    assert_non_null(strstr(error, "line 1: a certificate in whose subject or issuer the attribute "
                                  "1.3.6.1.4.1.6449.1.2.1.5.1 has an OBJECT IDENTIFIER"));
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(takes_what_openssl_takes),
        TEST(says_where_and_what_is_broken),
        TEST(says_what_a_file_is_instead),
        TEST(knows_other_der),
        TEST(a_trust_list_keeps_the_good_and_lists_the_bad),
        TEST(a_trust_list_tells_of_glued_lines),
        TEST(a_short_begin_line_is_told),
        TEST(a_trust_list_tells_of_lost_lines),
        TEST(the_last_byte_is_the_last),
        TEST(a_trust_list_without_certificates_is_an_error),
        TEST(problems_are_capped),
        TEST(a_thousand_take_no_time),
        TEST(finds_what_openssl_finds),
        TEST(test_oid_for_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
