/* Do two distinguished names have one key exactly where OpenSSL takes them for one name, however they are
 * spelt, and do bytes that are no name have none? OpenSSL's X509_NAME_cmp() is asked beside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/x509.h>

#include "expressway/dn_key.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HUNDRED                                                                                              \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

/* "CN=Root|O=Example", each of a string type: "CN:B=Root". "+" in place of "|": in the RDN before. */
static X509_NAME *name_of(const char *text) {
    static const struct {
        char letter;
        unsigned long type;
    } types[] = {{'U', B_ASN1_UTF8STRING},
                 {'P', B_ASN1_PRINTABLESTRING},
                 {'T', B_ASN1_T61STRING},
                 {'B', B_ASN1_BMPSTRING},
                 {'V', B_ASN1_UNIVERSALSTRING}};
    X509_NAME *name = X509_NAME_new();
    for (bool same_rdn = false; *text != '\0';) {
        size_t field = strcspn(text, ":="), value;
        char type[32] = "";
        memcpy(type, text, field);
        unsigned long mask = B_ASN1_UTF8STRING;
        for (size_t i = 0; text[field] == ':' && i < COUNT(types); i++)
            if (types[i].letter == text[field + 1])
                mask = types[i].type;
        text += strcspn(text, "=") + 1;
        value = strcspn(text, "|+");
        ASN1_STRING *string = NULL;
        assert_true(
            ASN1_mbstring_copy(&string, (const unsigned char *)text, (int)value, MBSTRING_UTF8, mask) > 0);
        assert_true(X509_NAME_add_entry_by_txt(name, type, ASN1_STRING_type(string),
                                               ASN1_STRING_get0_data(string), ASN1_STRING_length(string), -1,
                                               same_rdn ? -1 : 0));
        ASN1_STRING_free(string);
        same_rdn = text[value] == '+';
        text += value + (text[value] != '\0');
    }
    return name;
}

enum likeness { SAME, OTHER, EITHER }; /* EITHER: not asked */

struct keys {
    uint32_t hash;
    uint64_t whole, common_name;
};

static struct keys keys_of(const uint8_t *der, size_t size) {
    return (struct keys){dn_hash(der, size), dn_whole_key(der, size), dn_key(der, size)};
}

static void assert_likeness(const char *a, const char *b, const char *of, bool equal, enum likeness wanted) {
    if (wanted != EITHER && equal != (wanted == SAME))
        fail_msg("%s and %s: %s", a, b, of);
}

static void names_have_one_key_where_openssl_has_one_name(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        enum likeness hash, whole, common_name;
    } rows[] = {
        {"CN=Root", "CN=Root", SAME, SAME, SAME},
        {"CN=AZ az 09", "CN:P=az AZ 09", SAME, SAME, SAME},
        {"CN=AZ az 09", "CN:T=Az Az 09", SAME, SAME, SAME},
        {"CN=AZ az 09", "CN:B=az az 09", SAME, SAME, SAME},
        {"CN=AZ az 09", "CN:V=az az 09", SAME, SAME, SAME},
        {"CN= Root  1 ", "CN=root 1", SAME, SAME, SAME},
        {"CN=Root|O=Example", "CN=ROOT|O:P=EXAMPLE", SAME, SAME, SAME},
        {"CN=Root+O=Example", "O=Example+CN=Root", SAME, SAME, SAME}, /* a set has no order */
        /* letters beyond ASCII: their halves are none */
        {"CN=Root \u0141", "CN:B=Root \u0141", SAME, EITHER, EITHER},
        {"CN=Root \u0141", "CN:V=Root \u0141", SAME, EITHER, EITHER},
        {"CN=Root \U00010041", "CN:V=Root \U00010041", SAME, EITHER, EITHER},
        {"CN=Ro\u00f6t", "CN=Ro\u00e4t", EITHER, OTHER, OTHER},
        {"CN=Root", "CN=Root 1", OTHER, OTHER, OTHER},
        {"CN=Root", "CN=Roota", OTHER, OTHER, OTHER},
        {"CN=Root", "CN=Rootz", OTHER, OTHER, OTHER},
        {"CN=Root", "CN=Root0", OTHER, OTHER, OTHER},
        {"CN=Root", "CN=Root9", OTHER, OTHER, OTHER},
        {"CN=aRoot", "CN=bRoot", OTHER, OTHER, OTHER},
        {"CN=Root", "O=Root", OTHER, OTHER, EITHER},
        {"CN=Root", "1.2.4.3=Root", OTHER, OTHER, EITHER}, /* 55 04 03 and 2a 04 03 */
        {"CN=Root|O=Example", "CN=Root", OTHER, OTHER, SAME},
        {"CN=Root|O=One", "CN=Root|O=Two", OTHER, OTHER, SAME},
        {"O=One|CN=Root", "O=Two|CN=root", OTHER, OTHER, SAME},
        {"O=Example|CN=Root", "O=Example|CN=Sub", OTHER, OTHER, OTHER},
        {"O=Example", "O=Other", OTHER, OTHER, OTHER}, /* no common name: the whole */
        {"O=Example", "O=EXAMPLE", SAME, SAME, SAME},
        {"CN=One|CN=Root", "CN=Root", OTHER, OTHER, SAME}, /* the last */
        {"CN=", "O=", OTHER, OTHER, EITHER},
        /* lengths of one, two and three bytes */
        {"O=" HUNDRED "0|O=" HUNDRED "0", "O=" HUNDRED "1|O=" HUNDRED "0", OTHER, OTHER, OTHER},
        {"O:B=" HUNDRED "a", "O=" HUNDRED "A", SAME, SAME, EITHER},
        {"O:V=" HUNDRED "a", "O=" HUNDRED "A", SAME, SAME, EITHER},
        {"O:V=" HUNDRED "a", "O:V=" HUNDRED "b", OTHER, OTHER, OTHER},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        X509_NAME *a = name_of(rows[i].a), *b = name_of(rows[i].b);
        const unsigned char *of_a, *of_b;
        size_t size_a, size_b;
        bool is_one = X509_NAME_cmp(a, b) == 0;
        X509_NAME_get0_der(a, &of_a, &size_a);
        X509_NAME_get0_der(b, &of_b, &size_b);
        struct keys x = keys_of(of_a, size_a), y = keys_of(of_b, size_b);
        assert_int_equal(dn_hash_of(a), x.hash);
        if (is_one && x.hash != y.hash)
            fail_msg("%s and %s are one name for OpenSSL", rows[i].a, rows[i].b);
        if (is_one && strstr(rows[i].a, "+") == NULL)
            assert_int_not_equal(rows[i].hash, OTHER);
        assert_likeness(rows[i].a, rows[i].b, "hash", x.hash == y.hash, rows[i].hash);
        assert_likeness(rows[i].a, rows[i].b, "whole key", x.whole == y.whole, rows[i].whole);
        assert_likeness(rows[i].a, rows[i].b, "common name", x.common_name == y.common_name,
                        rows[i].common_name);
        X509_NAME_free(a);
        X509_NAME_free(b);
    }
}

#define CN_R "\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x52" /* SEQUENCE {2.5.4.3, UTF8String "R"} */
#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *what, *bytes;
    size_t size;
} no_names[] = {
    {"nothing", BYTES("")},
    {"half a head", BYTES("\x30")},
    {"an empty name", BYTES("\x30\x00")},
    {"no SEQUENCE", BYTES("\x31\x0c\x31\x0a" CN_R)},
    {"no SET in it", BYTES("\x30\x0c\x30\x0a" CN_R)},
    {"no SEQUENCE in that", BYTES("\x30\x0c\x31\x0a\x31\x08\x06\x03\x55\x04\x03\x0c\x01\x52")},
    {"no OID in that", BYTES("\x30\x0c\x31\x0a\x30\x08\x04\x03\x55\x04\x03\x0c\x01\x52")},
    {"no value in that", BYTES("\x30\x09\x31\x07\x30\x05\x06\x03\x55\x04\x03")},
    {"cut short", BYTES("\x30\x0d\x31\x0a" CN_R)},
    {"cut short within", BYTES("\x30\x0c\x31\x0b" CN_R)},
    {"indefinite length", BYTES("\x30\x80\x31\x0a" CN_R "\x00\x00")},
    {"indefinite length, and as many bytes as its sign says",
     BYTES("\x30\x80\x31\x0a" CN_R HUNDRED "0123456789012345")},
    {"a length of which bytes are missing", BYTES("\x30\x82\x01")},
    {"a length in five bytes", BYTES("\x30\x85\x00\x00\x00\x00\x0c\x31\x0a" CN_R)},
    {"more than there can be", BYTES("\x30\x84\xff\xff\xff\xff\x31\x0a" CN_R)},
};

static void what_is_no_name_has_no_key(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(no_names); i++) {
        struct keys keys = keys_of((const uint8_t *)no_names[i].bytes, no_names[i].size);
        if (keys.hash != 0 || keys.whole != 0 || keys.common_name != 0)
            fail_msg("%s", no_names[i].what);
    }
}

/* BER allows lengths to be longer than they need be, and a value may be empty. */
static void lengths_may_be_written_long(void **state) {
    (void)state;
    static const struct {
        const char *what, *a;
        size_t a_size;
        const char *b;
        size_t b_size;
    } rows[] = {{"one byte more", BYTES("\x30\x0c\x31\x0a" CN_R), BYTES("\x30\x81\x0c\x31\x0a" CN_R)},
                {"four", BYTES("\x30\x0c\x31\x0a" CN_R), BYTES("\x30\x84\x00\x00\x00\x0c\x31\x0a" CN_R)},
                {"of an empty value", BYTES("\x30\x0b\x31\x09\x30\x07\x06\x03\x55\x04\x03\x0c\x00"),
                 BYTES("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x81\x00")}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct keys a = keys_of((const uint8_t *)rows[i].a, rows[i].a_size),
                    b = keys_of((const uint8_t *)rows[i].b, rows[i].b_size);
        if (a.hash == 0 || a.hash != b.hash || a.whole != b.whole || a.common_name != b.common_name)
            fail_msg("%s", rows[i].what);
    }
}

static void what_stands_behind_a_name_does_not_count(void **state) {
    (void)state;
    static const char one[] = "\x30\x0c\x31\x0a" CN_R "x", other[] = "\x30\x0c\x31\x0a" CN_R "y";
    struct keys a = keys_of((const uint8_t *)one, sizeof one - 2),
                b = keys_of((const uint8_t *)other, sizeof other - 2);
    assert_true(a.hash == b.hash && a.whole == b.whole && a.common_name == b.common_name);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_have_one_key_where_openssl_has_one_name),
                                       cmocka_unit_test(what_is_no_name_has_no_key),
                                       cmocka_unit_test(lengths_may_be_written_long),
                                       cmocka_unit_test(what_stands_behind_a_name_does_not_count)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
