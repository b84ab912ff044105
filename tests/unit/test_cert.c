/* Does cert_read() say what is in a certificate? Recipes with known content, and libcrypto as the judge over
 * every certificate of the shared data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

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

static struct cert *read_made(const struct recipe *recipe) {
    struct made made = cert_make(arena, recipe);
    char *error = NULL;
    struct cert *cert = cert_read(arena, made.der, made.size, &error);
    if (cert == NULL)
        print_error("%s\n", error);
    assert_non_null(cert);
    return cert;
}

static char *joined(const struct texts *texts) {
    char *all = arena_text(arena, "");
    for (size_t i = 0; i < texts->n; i++)
        all = arena_printf(arena, "%s%s%s", all, i == 0 ? "" : " ", texts->v[i]);
    return all;
}

static char *names_joined(const struct cert *cert) {
    char *all = arena_text(arena, "");
    for (size_t i = 0; i < cert->names.n; i++)
        all = arena_printf(arena, "%s%s%s:%s", all, i == 0 ? "" : " ",
                           enum_text(name_types, cert->names.v[i]->type), cert->names.v[i]->value);
    return all;
}

static void reads_every_field(void **state) {
    (void)state;
    const struct recipe recipe = {
        .subject = "C=US/O=Example \xc3\xbc, Inc/CN=old.example.com/CN=expe1.example.com",
        .issuer = "O=Example/CN=Example Issuing CA",
        .not_before = "20260102030405Z",
        .not_after = "20270102030405Z",
        .serial = "0AbC",
        .extensions = {{NID_subject_alt_name, "DNS:expe1.example.com,DNS:example.com"},
                       {NID_key_usage, "critical,digitalSignature,keyEncipherment"},
                       {NID_ext_key_usage, "serverAuth,clientAuth,1.2.3.4.5"},
                       {NID_basic_constraints, "critical,CA:FALSE"},
                       {NID_subject_key_identifier, "0102030405"},
                       {NID_authority_key_identifier, "DER:30068004AABBCCDD"},
                       {NID_info_access,
                        "OCSP;URI:http://ocsp.example.com,caIssuers;URI:http://ca.example.com/i.cer,"
                        "OCSP;URI:http://ocsp2.example.com"},
                       {NID_crl_distribution_points, "URI:http://crl.example.com/1.crl,URI:ldap://x/y"}}};
    const struct cert *cert = read_made(&recipe);
    assert_string_equal(cert->subject,
                        "CN=expe1.example.com,CN=old.example.com,O=Example \xc3\xbc\\, Inc,C=US");
    assert_string_equal(cert->issuer, "CN=Example Issuing CA,O=Example");
    assert_string_equal(cert->common_name, "expe1.example.com");
    assert_string_equal(cert->serial, "0ABC");
    assert_int_equal(cert->not_before, 1767323045);
    assert_int_equal(cert->not_after, 1798859045);
    assert_true(cert->has_san);
    assert_string_equal(names_joined(cert), "DNS:expe1.example.com DNS:example.com");
    assert_string_equal(joined(&cert->key_usage), "digitalSignature keyEncipherment");
    assert_true(cert->has_eku);
    assert_string_equal(joined(&cert->eku), "serverAuth clientAuth 1.2.3.4.5");
    assert_true(cert->has_basic_constraints);
    assert_false(cert->is_ca);
    assert_false(cert->has_path_length);
    assert_string_equal(cert->ski, "01:02:03:04:05");
    assert_string_equal(cert->aki, "AA:BB:CC:DD");
    assert_string_equal(joined(&cert->ocsp), "http://ocsp.example.com http://ocsp2.example.com");
    assert_string_equal(joined(&cert->aia), "http://ca.example.com/i.cer");
    assert_string_equal(joined(&cert->cdp), "http://crl.example.com/1.crl ldap://x/y");
    assert_false(cert->self_issued);
    assert_false(cert->self_signed);
    assert_int_equal(cert->unknown_oids.n, 0);
    assert_int_equal(cert->version, 3);
    assert_int_equal(strlen(cert->sha256), 64);
}

static void says_what_is_absent(void **state) {
    (void)state;
    const struct cert *cert = read_made(&(struct recipe){.subject = "O=No name"});
    assert_null(cert->common_name);
    assert_null(cert->ski);
    assert_null(cert->aki);
    assert_false(cert->has_san);
    assert_false(cert->has_eku);
    assert_false(cert->has_basic_constraints);
    assert_int_equal(cert->names.n + cert->eku.n + cert->aia.n + cert->ocsp.n + cert->cdp.n, 0);
    assert_int_equal(cert->version, 1);
}

static void reads_ca_and_path_length(void **state) {
    (void)state;
    static const struct {
        const char *value;
        bool ca, has_length;
        int length;
    } rows[] = {{"critical,CA:TRUE", true, false, 0},
                {"CA:TRUE,pathlen:0", true, true, 0},
                {"CA:TRUE,pathlen:3", true, true, 3},
                {"CA:FALSE", false, false, 0},
                {"DER:3000", false, false, 0},
                {"DER:30060101FF0201FF", true, true, -1},
                {"DER:30090101FF02047FFFFFFF", true, true, 2147483647},
                {"DER:300A0101FF02050100000000", true, true, 2147483647},
                {"DER:0500", false, false, 0},
                {"DER:30030101FF00", false, false, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cert *cert =
            read_made(&(struct recipe){.extensions = {{NID_basic_constraints, rows[i].value}}});
        assert_true(cert->has_basic_constraints);
        assert_int_equal(cert->is_ca, rows[i].ca);
        assert_int_equal(cert->has_path_length, rows[i].has_length);
        assert_int_equal(cert->path_length, rows[i].length);
    }
}

static void reads_every_kind_of_name(void **state) {
    (void)state;
    static const struct {
        const char *value, *want;
    } rows[] = {
        {"DNS:*.example.com,URI:sip:a@example.com,email:a@example.com",
         "DNS:*.example.com URI:sip:a@example.com email:a@example.com"},
        {"IP:192.0.2.1,IP:2001:db8:0:0:0:0:0:1,IP:::", "IP:192.0.2.1 IP:2001:db8::1 IP:::"},
        {"RID:1.2.3.4", "other:1.2.3.4"},
        {"otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_collab-edge._tls.example.com",
         "SRV:_collab-edge._tls.example.com"},
        {"otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_collab-edge.example.com", "SRV:_collab-edge.example.com"},
        {"otherName:1.3.6.1.5.5.7.8.7;INTEGER:7", "other:1.3.6.1.5.5.7.8.7"},
        {"otherName:1.3.6.1.5.5.7.8.5;UTF8:example.com", "XMPP:example.com"},
        {"otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@b", "other:1.3.6.1.4.1.311.20.2.3"},
        {"DER:3006870301020304", "other:malformed subjectAltName"}, /* half an element over */
        {"DER:30058703010203", "other:malformed IP"},
        {"DER:30028700", "other:malformed IP"},
        {"DER:300E820C612E6578616D706C6500622E", "DNS:a.example\\x00b."},
        {"DER:30058203610A62", "DNS:a\\x0ab"},
        {"DER:30048202C3BC", "DNS:\xc3\xbc"},
        {"DER:30038201FC", "DNS:\\xfc"},
        {"DER:300882066578FFFE0001", "DNS:ex\\xff\\xfe\\x00\\x01"},
        {"DER:3000", ""},
        {"DER:3011A40F300D310B300906035504030C0261E2", "other:malformed subjectAltName"},
        {"DER:3010A40E300C310A300806035504030C0161", "dirName:CN=a"},
        {"DER:3002A300", "other:x400Address"},
        {"DER:30028200", "DNS:"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cert *cert =
            read_made(&(struct recipe){.extensions = {{NID_subject_alt_name, rows[i].value}}});
        assert_true(cert->has_san);
        assert_string_equal(names_joined(cert), rows[i].want);
    }
}

static void reads_keys(void **state) {
    (void)state;
    static const struct {
        const char *type, *size, *digest;
        enum key_type want;
        int bits;
        const char *curve, *signature, *signature_digest;
    } rows[] = {
        {"RSA", "1024", "MD5", KEY_RSA, 1024, NULL, "md5WithRSAEncryption", "MD5"},
        {"RSA", "2048", "SHA1", KEY_RSA, 2048, NULL, "sha1WithRSAEncryption", "SHA1"},
        {"RSA", "2048", "SHA512", KEY_RSA, 2048, NULL, "sha512WithRSAEncryption", "SHA512"},
        {"RSA-PSS", "2048", "SHA384", KEY_RSA_PSS, 2048, NULL, "rsassaPss", "SHA384"},
        {"EC", "P-256", "SHA256", KEY_EC, 256, "prime256v1", "ecdsa-with-SHA256", "SHA256"},
        {"EC", "P-384", "SHA384", KEY_EC, 384, "secp384r1", "ecdsa-with-SHA384", "SHA384"},
        {"EC", "P-521", "SHA512", KEY_EC, 521, "secp521r1", "ecdsa-with-SHA512", "SHA512"},
        {"EC", "secp256k1", "SHA1", KEY_EC, 256, "secp256k1", "ecdsa-with-SHA1", "SHA1"},
        {"DSA", "1024", "SHA256", KEY_DSA, 1024, NULL, "dsa_with_SHA256", "SHA256"},
        {"ED25519", "", "", KEY_ED25519, 256, NULL, "ED25519", NULL},
        {"ED448", "", "", KEY_ED448, 456, NULL, "ED448", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        EVP_PKEY *key = key_make(rows[i].type, rows[i].size);
        const struct cert *cert = read_made(&(struct recipe){.key = key, .digest = rows[i].digest});
        EVP_PKEY_free(key);
        assert_int_equal(cert->key_type, rows[i].want);
        assert_int_equal(cert->key_bits, rows[i].bits);
        assert_true(text_same_case_blind(cert->key_curve, rows[i].curve));
        assert_string_equal(cert->signature, rows[i].signature);
        assert_true(text_same_case_blind(cert->signature_digest, rows[i].signature_digest));
        assert_true(cert->self_signed);
    }
}

static void knows_no_other_keys(void **state) {
    (void)state;
    EVP_PKEY *key = key_make("X25519", "");
    const struct cert *cert = read_made(&(struct recipe){.key = key, .issuer_key = key_shared()});
    EVP_PKEY_free(key);
    assert_int_equal(cert->key_type, KEY_OTHER);
    assert_null(cert->key_curve);
}

static void self_signed_needs_the_signature(void **state) {
    (void)state;
    EVP_PKEY *other = key_make("EC", "P-256");
    const struct cert *cert = read_made(&(struct recipe){.issuer_key = other});
    EVP_PKEY_free(other);
    assert_true(cert->self_issued);
    assert_false(cert->self_signed);
}

static void reads_dates_of_all_ages(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t want;
    } rows[] = {{"00000101000000Z", -62167219200}, {"19000301000000Z", -2203891200},
                {"19491231235959Z", -631152001},   {"19500101000000Z", -631152000},
                {"19691231235959Z", -1},           {"20000229120000Z", 951825600},
                {"20491231235959Z", 2524607999},   {"20500101000000Z", 2524608000},
                {"21000228235959Z", 4107542399},   {"99991231235959Z", 253402300799}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cert *cert =
            read_made(&(struct recipe){.not_before = rows[i].text, .not_after = rows[i].text});
        assert_int_equal(cert->not_before, rows[i].want);
        assert_int_equal(cert->not_after, rows[i].want);
    }
}

/* The guide's own example of a certificate that makes SSH tunnels fail, and of one that does not. */
static void lists_oids_that_expressway_does_not_know(void **state) {
    (void)state;
    static const struct {
        const char *subject, *issuer, *want;
    } rows[] = {
        {"C=US/1.3.6.1.4.1.6449.1.2.1.5.1=x/CN=a", NULL, "1.3.6.1.4.1.6449.1.2.1.5.1"},
        {"1.2.3.4.5.6=x/CN=a/1.2.3.4.5.6=y", "1.2.3.4.5.7=z", "1.2.3.4.5.6 1.2.3.4.5.7"},
        {"1.3.6.1.4.1.311.60.2.1.1=Dover/1.3.6.1.4.1.311.60.2.1.2=Delaware/1.3.6.1.4.1.311.60.2.1.3=US/CN=a",
         NULL, ""},
        {"CN=a/emailAddress=a@b.c/serialNumber=1/DC=example/businessCategory=x/postalCode=1/UID=u", NULL, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cert *cert =
            read_made(&(struct recipe){.subject = rows[i].subject, .issuer = rows[i].issuer});
        assert_string_equal(joined(&cert->unknown_oids), rows[i].want);
    }
}

static void hostile_text_is_escaped(void **state) {
    (void)state;
    const struct cert *cert = read_made(&(struct recipe){.subject = "O=a\x1b[31mb/CN=x\ny\xe2\x80\xaez"});
    assert_null(strchr(cert->subject, 0x1b));
    assert_null(strstr(cert->subject, "\xe2\x80\xae"));
    assert_string_equal(cert->common_name, "x\\x0ay\\xe2\\x80\\xaez");
}

static void refuses_what_is_cut_or_too_long(void **state) {
    (void)state;
    struct made made = cert_make(arena, &(struct recipe){.extensions = {{NID_basic_constraints, "CA:TRUE"}}});
    char *error;
    for (size_t size = 0; size < made.size; size++) {
        struct arena *scratch = arena_new();
        uint8_t *exact = arena_dup(scratch, made.der, size); /* its own size, so that overruns are seen */
        error = NULL;
        assert_null(cert_read(scratch, exact, size, &error));
        assert_non_null(error);
        arena_free(scratch);
    }
    uint8_t *longer = arena_alloc(arena, made.size + 1);
    memcpy(longer, made.der, made.size);
    assert_null(cert_read(arena, longer, made.size + 1, &error));
    assert_null(cert_read(arena, longer, made.size + 1, NULL));
    assert_non_null(cert_read(arena, longer, made.size, &error));
}

static void survives_every_changed_byte(void **state) {
    (void)state;
    struct made made = cert_make(
        arena, &(struct recipe){.extensions = {{NID_subject_alt_name, "DNS:a.example.com,IP:192.0.2.1"},
                                               {NID_basic_constraints, "CA:TRUE,pathlen:1"},
                                               {NID_key_usage, "keyCertSign"}}});
    static const uint8_t flips[] = {0x01, 0x20, 0x80, 0xff};
    size_t read = 0;
    for (size_t i = 0; i < made.size; i++)
        for (size_t k = 0; k < sizeof flips; k++) {
            struct arena *scratch = arena_new();
            uint8_t *changed = arena_dup(scratch, made.der, made.size);
            changed[i] ^= flips[k];
            const struct cert *cert = cert_read(scratch, changed, made.size, NULL);
            if (cert != NULL) {
                read++;
                assert_non_null(cert->subject);
                assert_int_equal(strlen(cert->sha256), 64);
                assert_int_equal(ERR_peek_error(), 0);
            }
            arena_free(scratch);
        }
    assert_true(read > made.size); /* most changes leave a certificate, with a bad signature */
}

/* ---- shared data: libcrypto judges ---- */

struct tally {
    size_t read, refused, both_refused;
};

static void dn_check(const X509_NAME *name, const char *text) {
    BIO *out = BIO_new(BIO_s_mem());
    char *bytes;
    if (X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        long size = BIO_get_mem_data(out, &bytes);
        assert_string_equal(text_from_wire(arena, bytes, (size_t)size), text);
    }
    BIO_free(out);
}

static void time_check(const ASN1_TIME *time, int64_t got) {
    struct tm tm;
    if (ASN1_TIME_to_tm(time, &tm) == 1)
        assert_int_equal(timegm(&tm), got);
    else
        assert_int_equal(got, 0);
}

static void oracle_check(const char *path, const uint8_t *der, size_t size, void *context) {
    struct tally *tally = context;
    const unsigned char *p = der;
    unsigned char digest[32];
    char *error = NULL;
    X509 *x = d2i_X509(NULL, &p, (long)size);
    struct cert *cert = cert_read(arena, der, size, &error);
    if (cert == NULL) {
        assert_non_null(error);
        if (x != NULL)
            print_message("refused: %s (%s)\n", path, error);
        tally->refused += x != NULL;
        tally->both_refused += x == NULL;
        X509_free(x);
        ERR_clear_error();
        return;
    }
    tally->read++;
    assert_non_null(x);
    X509_digest(x, EVP_sha256(), digest, NULL);
    assert_string_equal(cert->sha256, text_hex(arena, digest, 32, 0));
    dn_check(X509_get_subject_name(x), cert->subject);
    dn_check(X509_get_issuer_name(x), cert->issuer);
    time_check(X509_get0_notBefore(x), cert->not_before);
    time_check(X509_get0_notAfter(x), cert->not_after);
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    if (names != NULL)
        assert_int_equal(sk_GENERAL_NAME_num(names), cert->names.n);
    GENERAL_NAMES_free(names);
    EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
    if (eku != NULL)
        assert_int_equal(sk_ASN1_OBJECT_num(eku), cert->eku.n);
    EXTENDED_KEY_USAGE_free(eku);
    BASIC_CONSTRAINTS *constraints = X509_get_ext_d2i(x, NID_basic_constraints, NULL, NULL);
    if (constraints != NULL)
        assert_int_equal(constraints->ca != 0, cert->is_ca);
    BASIC_CONSTRAINTS_free(constraints);
    assert_int_equal(X509_get_version(x) + 1, cert->version);
    X509_free(x);
    ERR_clear_error();
}

static void agrees_with_libcrypto(const char *folder, size_t least) {
    struct tally tally = {0};
    shared_data_or_skip();
    size_t count = shared_certificates_each(folder, oracle_check, &tally);
    print_message("%s: %zu certificates read, %zu refused that libcrypto reads, %zu that neither reads\n",
                  folder, tally.read, tally.refused, tally.both_refused);
    assert_true(count >= least);
    assert_int_equal(tally.refused, 0);
}

static void reads_zlint_as_libcrypto(void **state) {
    (void)state;
    agrees_with_libcrypto("certificates/zlint", 1300);
}

static void reads_certvalidator_as_libcrypto(void **state) {
    (void)state;
    agrees_with_libcrypto("certificates/certvalidator", 400);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(reads_every_field),
        TEST(says_what_is_absent),
        TEST(reads_ca_and_path_length),
        TEST(reads_every_kind_of_name),
        TEST(reads_keys),
        TEST(knows_no_other_keys),
        TEST(self_signed_needs_the_signature),
        TEST(reads_dates_of_all_ages),
        TEST(lists_oids_that_expressway_does_not_know),
        TEST(hostile_text_is_escaped),
        TEST(refuses_what_is_cut_or_too_long),
        TEST(survives_every_changed_byte),
        TEST(reads_zlint_as_libcrypto),
        TEST(reads_certvalidator_as_libcrypto),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
