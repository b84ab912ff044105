/* Does a cipher string select what OpenSSL selects, in its order, and is the part that means nothing named?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "expressway/cipher_string.h"
#include "expressway/cipher_words.h"
#include "catalogue/profiles.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define EXPRESSWAY_DEFAULT "EECDH:EDH:HIGH:-AES256+SHA:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH"
#define EXPRESSWAY_X152                                                                                      \
    "HIGH:!MEDIUM:!LOW:!3DES:!MD5:!PSK:!eNULL:!aNULL:!aDH:-AES256+SHA:-RSA+AESCCM:-DHE+AESCCM:-DHE+CHACHA20"

/* ---- the local library as the oracle ---- */

static bool is_built_in(SSL_CTX *everything, const char *name) {
    STACK_OF(SSL_CIPHER) *all = SSL_CTX_get_ciphers(everything);
    for (int i = 0; i < sk_SSL_CIPHER_num(all); i++)
        if (strcmp(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(all, i)), name) == 0)
            return true;
    return false;
}

static SSL_CTX *context_with(const char *string) {
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    assert_non_null(ctx);
    SSL_CTX_set_security_level(ctx, 0);
    SSL_CTX_set_cipher_list(ctx, string);
    return ctx;
}

/* Names of both lists, of what the library was built with, up to TLS 1.2. */
static char *by_library(struct arena *arena, const char *string) {
    SSL_CTX *ctx = context_with(string);
    STACK_OF(SSL_CIPHER) *list = SSL_CTX_get_ciphers(ctx);
    char *out = arena_text(arena, "");
    for (int i = 0; i < sk_SSL_CIPHER_num(list); i++) {
        const char *name = SSL_CIPHER_get_name(sk_SSL_CIPHER_value(list, i));
        if (strncmp(name, "TLS_", 4) != 0)
            out = arena_printf(arena, "%s%s ", out, name);
    }
    SSL_CTX_free(ctx);
    return out;
}

static char *by_us(struct arena *arena, SSL_CTX *everything, const char *string) {
    struct cipher_string read;
    char *out = arena_text(arena, "");
    cipher_string_read_from(arena, string, STOCK_CURRENT, &read);
    for (size_t i = 0; i < read.suites.n; i++) {
        const char *name = suite_by_id(read.suites.v[i])->openssl;
        if (is_built_in(everything, name))
            out = arena_printf(arena, "%s%s ", out, name);
    }
    return out;
}

static void test_same_as_openssl(void **state) {
    static const char *const strings[] = {
        EXPRESSWAY_DEFAULT,
        EXPRESSWAY_DEFAULT ":+ECDSA",
        EXPRESSWAY_DEFAULT ":!ECDSA",
        "ECDHE-RSA-AES256-GCM-SHA384:" EXPRESSWAY_DEFAULT,
        "ALL",
        "ALL:COMPLEMENTOFALL",
        "ALL:+RSA:+AES128",
        "DEFAULT",
        "DEFAULT:!RSA",
        "COMPLEMENTOFDEFAULT",
        "!ECDHE-ECDSA-AES256-GCM-SHA384:ALL", /* the first of all */
        "COMPLEMENTOFALL:ALL:!eNULL",
        "HIGH:!aNULL:!MD5",
        "HIGH:@STRENGTH",
        "AES128:AES256:@STRENGTH",
        "RSA:ECDHE:-AES128",
        "kEDH+AESGCM:AES256",
        "TLSv1.2:SSLv3:TLSv1",
        "AES:CAMELLIA+SHA256",
        "SHA1:SHA384:-RSA:RSA",
        "eNULL:aNULL",
        "PSK:SRP",
        "FIPS",
        "AESCCM:AESCCM8",
        "ADH:AECDH",
        "CHACHA20:ARIA128",
        "aRSA:kRSA:DSS",
        "ECDHE-RSA-AES128-SHA,AES128-SHA;DHE-RSA-AES128-SHA AES256-SHA",
        "AES128-SHA:AES256-SHA:-AES128-SHA:AES128-SHA",
    };
    (void)state;
    struct arena *arena = arena_new();
    SSL_CTX *everything = context_with("ALL:COMPLEMENTOFALL");
    for (size_t i = 0; i < COUNT(strings); i++) {
        print_message("%s\n", strings[i]);
        const char *theirs = by_library(arena, strings[i]);
        assert_true(strlen(theirs) > 0);
        assert_string_equal(by_us(arena, everything, strings[i]), theirs);
    }
    SSL_CTX_free(everything);
    arena_free(arena);
}

/* ---- Expressway's own table ---- */

static void assert_ids(const struct suite_ids *got, const int *wanted) {
    size_t count = 0;
    for (; wanted[count] != 0; count++)
        continue;
    assert_int_equal(got->n, count);
    assert_memory_equal(got->v, wanted, count * sizeof *wanted);
}

static const int *below_13(const char *profile) {
    const int *id = profile_find(profile)->suites;
    while (suite_is_13(suite_by_id(*id)))
        id++;
    return id;
}

/* TN-222186 gives string and expansion: the one leads to the other, for the strings with which the preference
 * is changed too. */
static void test_expressway_default(void **state) {
    static const struct {
        const char *string, *profile;
    } rows[] = {{EXPRESSWAY_DEFAULT, "expressway-x15.0"},
                {EXPRESSWAY_DEFAULT, "expressway-x14.2"},
                {EXPRESSWAY_DEFAULT, "expressway-x14.2-tls12"},
                {"ECDHE-RSA-AES256-GCM-SHA384:" EXPRESSWAY_DEFAULT, "expressway-x14.2-upgraded"},
                {EXPRESSWAY_X152, "expressway-x15.2"},
                {EXPRESSWAY_X152, "expressway-x15.2-sip-rsa"},
                {"ECDHE-RSA-AES256-GCM-SHA384:" EXPRESSWAY_X152, "expressway-x15.2-upgraded"}};
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_string read;
        cipher_string_read(arena, rows[i].string, &read);
        assert_int_equal(read.faults.n, 0);
        assert_int_equal(read.stock, STOCK_EXPRESSWAY);
        assert_int_equal(read.suites.n, strstr(rows[i].profile, "x15.2") != NULL ? 29 : 34);
        assert_ids(&read.suites, below_13(rows[i].profile));
    }
    arena_free(arena);
}

static void test_stock_widens_only_when_asked(void **state) {
    static const struct {
        const char *string;
        enum suite_stock stock;
        size_t count;
    } rows[] = {{"HIGH:!ARIA", STOCK_EXPRESSWAY, 0},
                {"ECDHE-ARIA256-GCM-SHA384", STOCK_CURRENT, 1},
                {"CAMELLIA128+DHE+aRSA", STOCK_CURRENT, 2},
                {"EXP-RC4-MD5:AES128-SHA", STOCK_EVER, 2},
                {"RC4-SHA", STOCK_EXPRESSWAY, 1},
                {"NULL-MD5", STOCK_EXPRESSWAY, 1},  /* the first of the table */
                {"DHE-DSS-RC4-SHA", STOCK_EVER, 1}, /* of a draft that came to nothing */
                {"EXP-EDH-RSA-DES-CBC-SHA", STOCK_EVER, 1},
                {"EDH-RSA-DES-CBC3-SHA", STOCK_EXPRESSWAY, 1}};
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_string read;
        cipher_string_read(arena, rows[i].string, &read);
        print_message("%s\n", rows[i].string);
        assert_int_equal(read.faults.n, 0);
        assert_int_equal(read.stock, rows[i].stock);
        if (rows[i].count > 0)
            assert_int_equal(read.suites.n, rows[i].count);
    }
    arena_free(arena);
}

/* ---- words of releases gone by ---- */

/* 3DES has 112 bits (meet in the middle): among suites of 128 it comes last. Whole bytes are what sorting
 * counts in. */
static void test_strengths(void **state) {
    (void)state;
    for (const struct cipher_word *word = cipher_words; word->name != NULL; word++)
        assert_true(strlen(word->name) <= 64); /* room in cipher_guess.c */
    for (size_t i = 0; i < suite_count; i++) {
        assert_true(suites[i].openssl == NULL || strlen(suites[i].openssl) <= 64);
        int bits = suite_strength_bits(&suites[i]);
        assert_true(bits >= 0 && bits <= 256 && bits % 8 == 0);
        if (suites[i].cipher == CIPHER_3DES)
            assert_int_equal(bits, 112);
    }
}

/* Of all suites that OpenSSL ever named a word selects those whose names at IANA say so (openssl-ciphers(1)
 * of 1.0.2 to 3.0). */
static void test_words_by_name(void **state) {
    static const struct {
        const char *word, *names[7]; /* parts of names: any of them */
    } rows[] = {
        {"EXPORT", {"_EXPORT"}},
        {"EXP", {"_EXPORT"}},
        {"EXPORT40", {"_EXPORT_"}},
        {"EXPORT56", {"_EXPORT1024_"}},
        {"NULL", {"_WITH_NULL_"}},
        {"eNULL", {"_WITH_NULL_"}},
        {"kRSA", {"TLS_RSA_WITH_", "TLS_RSA_EXPORT"}},
        {"kDHr", {"TLS_DH_RSA_", "TLS_DH_DSS_"}},
        {"kDHd", {"TLS_DH_RSA_", "TLS_DH_DSS_"}},
        {"kDH", {"TLS_DH_RSA_", "TLS_DH_DSS_"}},
        {"kDHE", {"TLS_DHE_RSA_", "TLS_DHE_DSS_", "TLS_DH_anon_"}},
        {"kEDH", {"TLS_DHE_RSA_", "TLS_DHE_DSS_", "TLS_DH_anon_"}},
        {"kECDHE", {"TLS_ECDHE_RSA_", "TLS_ECDHE_ECDSA_", "TLS_ECDH_anon_"}},
        {"kEECDH", {"TLS_ECDHE_RSA_", "TLS_ECDHE_ECDSA_", "TLS_ECDH_anon_"}},
        {"kECDHr", {"TLS_ECDH_RSA_", "TLS_ECDH_ECDSA_"}},
        {"kECDHe", {"TLS_ECDH_RSA_", "TLS_ECDH_ECDSA_"}},
        {"kECDH", {"TLS_ECDH_RSA_", "TLS_ECDH_ECDSA_"}},
        {"aECDH", {"TLS_ECDH_RSA_", "TLS_ECDH_ECDSA_"}},
        {"aRSA",
         {"TLS_RSA_WITH_", "TLS_RSA_EXPORT", "TLS_DHE_RSA_", "TLS_ECDHE_RSA_", "TLS_RSA_PSK_",
          "TLS_SRP_SHA_RSA_"}},
        {"aDSS", {"TLS_DHE_DSS_", "TLS_SRP_SHA_DSS_"}},
        {"aECDSA", {"TLS_ECDHE_ECDSA_"}},
        {"ECDSA", {"TLS_ECDHE_ECDSA_"}},
        {"AESCCM8", {"_CCM_8"}},
        {"ARIAGCM", {"_ARIA_128_GCM", "_ARIA_256_GCM"}},
        {"ARIA256", {"_ARIA_256_"}},
        {"CAMELLIA256", {"_CAMELLIA_256_"}},
        {"DES", {"_DES_CBC_", "_DES40_CBC_"}},
        {"RC4", {"_RC4_"}},
        {"RC2", {"_RC2_"}},
        {"IDEA", {"_IDEA_"}},
        {"SEED", {"_SEED_"}},
        {"aGOST", {"_GOST"}},
        {"aGOST01", {"_GOST"}},
        {"aGOST12", {"_GOST"}},
        {"kGOST", {"_GOST"}},
        {"kPSK", {"TLS_PSK_WITH_"}},
        {"kRSAPSK", {"TLS_RSA_PSK_"}},
        {"kDHEPSK", {"TLS_DHE_PSK_", "TLS_PSK_DHE_"}},
        {"kECDHEPSK", {"TLS_ECDHE_PSK_"}},
        {"aPSK", {"TLS_PSK_", "TLS_DHE_PSK_", "TLS_ECDHE_PSK_"}},
        {"kSRP", {"TLS_SRP_"}},
        {"aSRP", {"TLS_SRP_SHA_WITH_"}},
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_string read;
        cipher_string_read_from(arena, rows[i].word, STOCK_EVER, &read);
        print_message("%s\n", rows[i].word);
        assert_true(read.faults.n == 0 && read.suites.n > 0);
        for (size_t s = 0; s < suite_count; s++) {
            bool wanted = false, selected = false;
            for (size_t k = 0; k < COUNT(rows[i].names) && rows[i].names[k] != NULL; k++)
                wanted = wanted || strstr(suites[s].iana, rows[i].names[k]) != NULL;
            for (size_t k = 0; k < read.suites.n; k++)
                selected = selected || read.suites.v[k] == suites[s].id;
            wanted = wanted && suites[s].openssl != NULL && !suite_is_13(&suites[s]);
            if (selected != wanted)
                fail_msg("%s: %s", rows[i].word, suites[s].iana);
        }
    }
    arena_free(arena);
}

/* ---- what means nothing ---- */

static void test_faults(void **state) {
    static const struct {
        const char *string, *cause, *part, *meant;
        size_t count; /* of faults */
    } rows[] = {
        /* the guide's printed example, appendix A */
        {"ECDHE-ECDSA-AES128-GCM-SHAdefault", "unknown-name", "ECDHE-ECDSA-AES128-GCM-SHAdefault",
         "ECDHE-ECDSA-AES128-GCM-SHA256", 1},
        {"ECDHE-ECDSA-AESdefault-GCM-SHA384:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AESdefault-AES128-SHA",
         "unknown-name", "ECDHE-ECDSA-AESdefault-GCM-SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", 2},
        {"ECDHE-ECDSA-AES128-GCM-SHAdefault:ECDHE-ECDSA-AES128-SHAdefault:ECDHE-ECDSA- AES128-SHA",
         "unknown-name", "ECDHE-ECDSA-AES128-GCM-SHAdefault", "ECDHE-ECDSA-AES128-GCM-SHA256", 3},
        {"HIGH:!MEDUIM", "unknown-name", "MEDUIM", "MEDIUM", 1},
        {"HIGH:!aNULL:FOO+RSA", "unknown-name", "FOO", NULL, 1},
        {"aes128-sha", "unknown-name", "aes128-sha", "AES128-SHA", 1},
        {"high", "unknown-name", "high", "HIGH", 1},
        {"TLS_RSA_WITH_AES_128_CBC_SHA", "unknown-name", "TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA", 1},
        {"TLS_AES_128_GCM_SHA256:AES128-SHA", "unknown-name", "TLS_AES_128_GCM_SHA256",
         "TLS_AES_128_GCM_SHA256", 1},
        {"HIGH:DEFAULT", "unknown-name", "DEFAULT", NULL, 1},
        {"", "invalid", NULL, NULL, 1},
        {":: ,", "invalid", NULL, NULL, 1},
        {"!HIGH", "invalid", NULL, NULL, 1},
        {"AES128-SHA:!RSA", "invalid", NULL, NULL, 1},
        {"HIGH:!", "invalid", "!", NULL, 1},
        {"HIGH:+", "invalid", "+", NULL, 1},
        {"HIGH:RSA++AES", "invalid", "RSA++AES", NULL, 1},
        {"HIGH:RSA+", "invalid", "RSA+", NULL, 1},
        {"HIGH:!!RSA", "invalid", "!!RSA", NULL, 1},
        {"HIGH:RSA*", "invalid", "RSA*", NULL, 1},
        {"HIGH:AES128+AES256", "invalid", "AES128+AES256", NULL, 1},
        {"HIGH:AES128-SHA+AES256-SHA", "invalid", "AES128-SHA+AES256-SHA", NULL, 1},
        {"HIGH:@STRONG", "invalid", "@STRONG", NULL, 1},
        {"HIGH:@STRONGER", "invalid", "@STRONGER", NULL, 1}, /* as long as @STRENGTH */
        {"HIGH:@SECLEVEL=6", "invalid", "@SECLEVEL=6", NULL, 1},
        {"HIGH:@SECLEVEL=/", "invalid", "@SECLEVEL=/", NULL, 1}, /* the sign before 0 */
        {"HIGH:@SECLEVEL=22", "invalid", "@SECLEVEL=22", NULL, 1},
        {"HIGH:@SECLEVEX=2", "invalid", "@SECLEVEX=2", NULL, 1},
        {"HIGH:NO09azAZ", "unknown-name", "NO09azAZ", NULL, 1},
        {"HIGH:NO-_.=", "unknown-name", "NO-_.=", NULL, 1},
        /* and what just misses it */
        {"HIGH:@SECLEVEL=0", NULL, NULL, NULL, 0},
        {"HIGH:@SECLEVEL=2", NULL, NULL, NULL, 0},
        {"HIGH:@SECLEVEL=5", NULL, NULL, NULL, 0},
        {"HIGH:!MEDIUM:!LOW:!EXP", NULL, NULL, NULL, 0},
        {"ECDHE-ECDSA-AES128-GCM-SHA256", NULL, NULL, NULL, 0},
        {"RSA:-AES128-SHA:!PSK+AES", NULL, NULL, NULL, 0},
        {EXPRESSWAY_DEFAULT, NULL, NULL, NULL, 0},
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_string read;
        cipher_string_read(arena, rows[i].string, &read);
        print_message("%s\n", rows[i].string);
        assert_int_equal(read.faults.n, rows[i].count);
        if (rows[i].count == 0)
            continue;
        const struct string_fault *fault = read.faults.v[0];
        assert_string_equal(cause_text(fault->cause), rows[i].cause);
        assert_true(strlen(fault->why) > 0);
        if (rows[i].part == NULL)
            assert_null(fault->part);
        else
            assert_string_equal(fault->part, rows[i].part);
        if (rows[i].meant != NULL)
            assert_string_equal(fault->meant, rows[i].meant);
    }
    arena_free(arena);
}

static void test_reasons(void **state) {
    static const struct {
        const char *string, *why; /* its beginning */
    } rows[] = {{"HIGH:!", "a name is missing beside the sign"},
                {"HIGH:+", "a name is missing beside the sign"},
                {"HIGH:RSA+", "a name is missing beside the sign"},
                {"HIGH:RSA++AES", "a name is missing beside the sign"},
                {"HIGH:RSA*", "a character stands there that no name has"},
                {"HIGH:*", "a character stands there that no name has"},
                {"HIGH:!!RSA", "a character stands there that no name has"},
                {"HIGH:AES128+AES256", "no cipher suite is all of this at once"},
                {"HIGH:AES128-SHA+AES256-SHA", "two suites joined by + have nothing in common"},
                {"HIGH:@STRONG", "the only commands are"},
                {"HIGH:DEFAULT", "DEFAULT has a meaning only as the first part"},
                {"HIGH:NOPE", "no cipher suite or group of suites has this name"},
                {"HIGH:TLS_AES_128_GCM_SHA256", "TLS 1.3 suites are always offered"},
                {"HIGH:TLS_RSA_WITH_AES_128_CBC_SHA", "this is IANA's name"},
                {"HIGH:aes128-sha", "upper and lower case matter"},
                {"!HIGH", "nothing is left"}};
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cipher_string read;
        cipher_string_read(arena, rows[i].string, &read);
        assert_int_equal(read.faults.n, 1);
        if (!text_starts(read.faults.v[0]->why, rows[i].why))
            fail_msg("%s: %s", rows[i].string, read.faults.v[0]->why);
    }
    arena_free(arena);
}

/* So many parts, so much of a part, so many faults, and no more. */
static void test_limits(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct cipher_string read;
    char *many = arena_text(arena, "AES128-SHA"), part[82] = "";
    for (size_t i = 1; i < 400; i++)
        many = arena_printf(arena, "%s:RSA", many);
    cipher_string_read(arena, many, &read);
    assert_int_equal(read.faults.n, 0);
    cipher_string_read(arena, arena_printf(arena, "%s:!RSA", many), &read);
    assert_int_equal(read.faults.n, 1);
    assert_string_equal(cause_text(read.faults.v[0]->cause), "invalid");
    assert_string_equal(read.faults.v[0]->why, "the string has too many parts");
    assert_null(read.faults.v[0]->part);
    assert_true(read.suites.n > 0); /* what stands before selects */
    memset(part, 'A', 80);
    cipher_string_read(arena, part, &read);
    assert_string_equal(read.faults.v[0]->part, part);
    part[80] = 'A';
    cipher_string_read(arena, part, &read);
    part[80] = '\0';
    assert_string_equal(read.faults.v[0]->part, arena_printf(arena, "%s...", part));
    arena_free(arena);
}

/* The name that is meant is near: of three letters one may be wrong, and none but a few of the longest. */
static void test_guesses(void **state) {
    static const struct {
        const char *name, *meant; /* NULL: nobody can tell */
    } rows[] = {{"HIGHX", "HIGH"},
                {"HIHG", NULL}, /* two letters of four */
                {"MEDIUMM", "MEDIUM"},
                {"EDIUM", "MEDIUM"},
                {"aNUL", "aNULL"},
                {"ECDHE-RSA-AES256-GCM-SHA38", "ECDHE-RSA-AES256-GCM-SHA384"},
                {"ECDHE-RSA-AES256-GCM-SHA3844", "ECDHE-RSA-AES256-GCM-SHA384"},
                {"XECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
                {"ECDHERSAAES256GCMSHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
                {"AES256-GCM-SHA389", "AES256-GCM-SHA384"},
                {"SEED-SHX", "SEED-SHA"},
                {"DES-CBC-SHX", "DES-CBC3-SHA"}, /* what nobody should use is not proposed */
                {"ABXY", NULL},                  /* half of it is wrong */
                {"XYZ", NULL},
                {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL}, /* 64 */
                {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL}};
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *meant = cipher_name_guess(arena, rows[i].name);
        if ((meant == NULL) != (rows[i].meant == NULL) ||
            (meant != NULL && strcmp(meant, rows[i].meant) != 0))
            fail_msg("%s: %s", rows[i].name, meant);
    }
    arena_free(arena);
}

/* OpenSSL passes over what it does not know; so the rest still selects. */
static void test_rest_of_a_faulty_string(void **state) {
    struct cipher_string read;
    (void)state;
    struct arena *arena = arena_new();
    cipher_string_read(arena, "NOPE:AES128-SHA:!NADA", &read);
    assert_int_equal(read.faults.n, 2);
    assert_int_equal(read.suites.n, 1);
    assert_int_equal(read.suites.v[0], 0x002F);
    arena_free(arena);
}

static void test_hostile_strings(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct cipher_string read;
    char *huge = arena_alloc(arena, 200001);
    memset(huge, 'A', 200000);
    cipher_string_read(arena, huge, &read);
    assert_int_equal(read.faults.n, 1);
    assert_true(strlen(read.faults.v[0]->part) < 100);
    for (size_t i = 1; i < 200000; i += 2)
        huge[i] = ':';
    cipher_string_read(arena, huge, &read);
    assert_true(read.faults.n > 0 && read.faults.n <= 32);
    for (size_t i = 1; i < 200000; i += 2)
        huge[i] = '+';
    cipher_string_read(arena, huge, &read);
    assert_true(read.faults.n > 0);
    char *many =
        arena_text(arena, "RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA+RSA");
    cipher_string_read(arena, many, &read);
    assert_true(read.faults.n <= 1);
    cipher_string_read(arena, "\xff\x01\x80:\x1b[31m", &read);
    assert_int_equal(read.faults.n, 2);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_as_openssl),
                                       cmocka_unit_test(test_expressway_default),
                                       cmocka_unit_test(test_stock_widens_only_when_asked),
                                       cmocka_unit_test(test_words_by_name),
                                       cmocka_unit_test(test_strengths),
                                       cmocka_unit_test(test_faults),
                                       cmocka_unit_test(test_reasons),
                                       cmocka_unit_test(test_guesses),
                                       cmocka_unit_test(test_limits),
                                       cmocka_unit_test(test_rest_of_a_faulty_string),
                                       cmocka_unit_test(test_hostile_strings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
