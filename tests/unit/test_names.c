/* Does a name match a certificate as Expressway decides it? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "expressway/names.h"

/* SANs as "DNS:a IP:b", blanks between. */
static struct cert *cert_with(struct arena *arena, const char *common_name, const char *names) {
    struct cert *cert = ARENA_NEW(arena, struct cert);
    char *rest = arena_text(arena, names), *save = NULL;
    cert->common_name = arena_text(arena, common_name);
    cert->has_san = names != NULL;
    for (char *one = rest == NULL ? NULL : strtok_r(rest, " ", &save); one != NULL;
         one = strtok_r(NULL, " ", &save)) {
        struct cert_name *name = ARENA_NEW(arena, struct cert_name);
        int type;
        char *colon = strchr(one, ':');
        *colon = '\0';
        assert_true(enum_find(name_types, one, &type));
        name->type = type;
        name->value = colon + 1;
        LIST_ADD(arena, &cert->names, name);
    }
    return cert;
}

static void every_match_has_its_reason(void **state) {
    (void)state;
    static const struct {
        const char *common_name, *names, *wanted;
        enum name_match match;
    } rows[] = {
        {"x", "DNS:expe1.example.com", "expe1.example.com", MATCH_GOOD},
        {"x", "DNS:expe1.example.com", "EXPE1.Example.COM", MATCH_GOOD},
        {"x", "DNS:expe1.example.com", "expe1.example.com.", MATCH_GOOD},
        {"x", "DNS:AZ.example.com", "az.example.com", MATCH_GOOD},
        {"x", "DNS:az.example.com", "AZ.example.com", MATCH_GOOD},
        {"x", "DNS:a.example.com", "b.example.com", MATCH_NONE},
        {"x", "DNS:expe1.example.com.", "expe1.example.com", MATCH_NONE},
        {"x", "DNS:xn--bcher-kva.example", "xn--bcher-kva.example", MATCH_GOOD},
        {"x", "DNS:expe10.example.com", "expe1.example.com", MATCH_NONE},
        {"x", "DNS:a.expe1.example.com", "expe1.example.com", MATCH_NONE},
        {"x", "DNS:expe1.example.com\\x00.evil.com", "expe1.example.com", MATCH_NONE},
        {"x", "URI:expe1.example.com", "expe1.example.com", MATCH_NONE},
        {"x", "SRV:expe1.example.com", "expe1.example.com", MATCH_NONE},
        {"expe1.example.com", "DNS:other.example.com", "expe1.example.com", MATCH_CN_ONLY},
        {"expe1.example.com", NULL, "expe1.example.com", MATCH_CN_ONLY},
        {"other.example.com", NULL, "expe1.example.com", MATCH_NO_SAN},
        {NULL, NULL, "expe1.example.com", MATCH_NO_SAN},
        {"x", "DNS:*.example.com", "expe1.example.com", MATCH_WILDCARD_ONLY},
        {"*.example.com", "DNS:y.example.com", "expe1.example.com", MATCH_WILDCARD_ONLY},
        {"x", "DNS:*.example.com", "a.b.example.com", MATCH_NONE},
        {"x", "DNS:*.example.com", "example.com", MATCH_NONE},
        {"x", "DNS:*.example.com", ".example.com",
         MATCH_NONE}, /* the star stands for a label, not for none */
        {"x", "DNS:e*.example.com", "expe1.example.com", MATCH_NONE},
        {"x", "DNS:*.example.com DNS:expe1.example.com", "expe1.example.com", MATCH_GOOD},
        {"x", "DNS:expe1.example.com", "expe1", MATCH_SHORT},
        {"x", "DNS:expe1", "expe1", MATCH_GOOD},
        {"x", "DNS:expe2", "expe1", MATCH_NONE},
        {"x", "DNS:expe1.example.com", "192.0.2.1", MATCH_IP},
        {"x", "DNS:192.0.2.1", "192.0.2.1", MATCH_IP},
        {"x", "IP:192.0.2.1", "192.0.2.1", MATCH_GOOD},
        {"x", "DNS:expe1.example.com IP:192.0.2.2", "192.0.2.1", MATCH_NONE},
        {"192.0.2.1", "DNS:expe1.example.com", "192.0.2.1", MATCH_CN_ONLY},
        {"x", NULL, "192.0.2.1", MATCH_NO_SAN},
        {"x", "IP:2001:db8::1", "[2001:db8:0:0::1]", MATCH_GOOD},
        {"x", "IP:2001:db8::1", "2001:DB8::1", MATCH_GOOD},
        {"x", "IP:2001:db8::2", "2001:db8::1", MATCH_NONE},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cert *cert = cert_with(arena, rows[i].common_name, rows[i].names);
        if (name_match(cert, rows[i].wanted) != rows[i].match)
            fail_msg("%s against %s: %d", rows[i].wanted, rows[i].names, name_match(cert, rows[i].wanted));
    }
    arena_free(arena);
}

static void srv_names_match_in_both_spellings(void **state) {
    (void)state;
    static const struct {
        const char *names, *wanted;
        bool has;
    } rows[] = {
        {"SRV:_collab-edge._tls.example.com", "_collab-edge._tls.example.com", true},
        {"SRV:_collab-edge.example.com", "_collab-edge._tls.example.com", true},
        {"SRV:_Collab-Edge._TLS.Example.com", "_collab-edge.example.com.", true},
        {"SRV:_collab-edge.example.net", "_collab-edge._tls.example.com", false},
        {"SRV:_collab.example.com", "_collab-edge._tls.example.com", false},
        {"SRV:collab-edge.example.com", "_collab-edge._tls.example.com", false},
        {"DNS:_collab-edge._tls.example.com", "_collab-edge._tls.example.com", false},
        {"SRV:_collab-edge", "_collab-edge", false},
        {"SRV:collab-edge.example.com", "collab-edge.example.com", false}, /* no service label */
        {"SRV:_collab-edge.sip.example.com", "_collab-edge.example.com", false},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(name_has_srv(cert_with(arena, NULL, rows[i].names), rows[i].wanted), rows[i].has);
    arena_free(arena);
}

static void forms_of_names_are_told_apart(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool is_fqdn, is_ip, is_wildcard;
    } rows[] = {
        {"expe1.example.com", true, false, false},
        {"expe1.example.com.", false, false, false},
        {"a.b", true, false, false},
        {"DX80SecureProfile.domain.com", true, false, false},
        {"1.example.com", true, false, false},
        {"xn--bcher-kva.example", true, false, false},
        {"node0.node9.zz", true, false, false},
        {"_sip.example.com", false, false, false},
        {"expe1", false, false, false},
        {"", false, false, false},
        {".", false, false, false},
        {"a..b", false, false, false},
        {".example.com", false, false, false},
        {"-a.example.com", false, false, false},
        {"a-.example.com", false, false, false},
        {"a.example.1com", false, false, false},
        {"exp_e.example.com", false, false, false},
        {"a b.example.com", false, false, false},
        {"*.example.com", false, false, true},
        {"192.0.2.1", false, true, false},
        {"192.0.2.256", false, false, false},
        {"2001:db8::1", false, true, false},
        {"[2001:db8::1]", false, true, false},
        {"[2001:db8::1", false, false, false},
        {"2001:db8::1]", false, false, false},
        {"[]", false, false, false},
        {"[", false, false, false},
        {"[192.0.2.1]", false, false, false},
        {"2001:db8::1::", false, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (name_is_fqdn(rows[i].text) != rows[i].is_fqdn || name_is_ip(rows[i].text) != rows[i].is_ip ||
            name_is_wildcard(rows[i].text) != rows[i].is_wildcard)
            fail_msg("'%s'", rows[i].text);
    }
    assert_false(name_is_fqdn(NULL));
    assert_false(name_is_ip(NULL));
}

static void lengths_have_their_limits(void **state) {
    (void)state;
    char name[300];
    memset(name, 'a', sizeof name);
    memcpy(name + 63, ".com", 5);
    assert_true(name_is_fqdn(name));
    memset(name, 'a', 64);
    memcpy(name + 64, ".com", 5);
    assert_false(name_is_fqdn(name));
    memset(name, 'a', sizeof name);
    for (size_t i = 1; i < 253; i += 2)
        name[i] = '.';
    name[253] = '\0';
    assert_true(name_is_fqdn(name));
    memcpy(name + 253, "a", 2); /* RFC 1035 section 3.1: 255 octets on the wire are 253 of text */
    assert_false(name_is_fqdn(name));
    memcpy(name + 253, ".a", 3);
    assert_false(name_is_fqdn(name));
}

/* Text of any length may come from a certificate or from the command line. */
static void digits_of_any_length_are_no_address(void **state) {
    (void)state;
    char digits[80] = "";
    for (size_t i = 0; i < sizeof digits - 1; i++) {
        digits[i] = '1';
        assert_false(name_is_ip(digits));
    }
}

static void names_are_listed_with_their_types(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct texts list = {NULL, 0};
    name_list(cert_with(arena, "x", "DNS:a.example.com IP:192.0.2.1 SRV:_s.example.com"), arena, &list);
    assert_int_equal(list.n, 3);
    assert_string_equal(list.v[0], "DNS:a.example.com");
    assert_string_equal(list.v[1], "IP:192.0.2.1");
    assert_string_equal(list.v[2], "SRV:_s.example.com");
    arena_free(arena);
}

static void equal_names_need_not_be_spelt_alike(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {{"a.example", "A.Example", true},
                {"a.example.", "a.example", true},
                {"a", "a", true},
                {"a.", "a", true},
                {"a", "b", false},
                {"a", "ab", false},
                {"", "", false},
                {".", ".", false},
                {NULL, "a", false},
                {"a", NULL, false},
                {NULL, NULL, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (name_equal(rows[i].a, rows[i].b) != rows[i].equal)
            fail_msg("row %zu", i);
}

/* Of an old certificate, in the new one: host names whatever their case, all else as it stands. */
static void names_are_borne_by_type_and_value(void **state) {
    (void)state;
    static const struct {
        const char *of_new, *of_old;
        bool borne;
    } rows[] = {
        {"DNS:a.example.com", "DNS:A.example.com", true},
        {"DNS:a.example.com", "DNS:b.example.com", false},
        {"DNS:a.example.com", "URI:a.example.com", false},
        {"DNS:b.example.com URI:sip:a", "DNS:a.example.com", false},
        {"DNS:b.example.com URI:sip:a", "URI:sip:a", true},
        {"URI:sip:a", "URI:sip:A", false},
        {"URI:sip:a", "URI:sip:b", false},
        {"URI:sip:b", "URI:sip:a", false},
        {"URI:sip:a", "DNS:sip:a", false},
        {NULL, "DNS:a.example.com", false},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (name_is_borne(cert_with(arena, "x", rows[i].of_new),
                          cert_with(arena, "x", rows[i].of_old)->names.v[0]) != rows[i].borne)
            fail_msg("%s among %s", rows[i].of_old, rows[i].of_new);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_match_has_its_reason),
        cmocka_unit_test(srv_names_match_in_both_spellings),
        cmocka_unit_test(forms_of_names_are_told_apart),
        cmocka_unit_test(lengths_have_their_limits),
        cmocka_unit_test(digits_of_any_length_are_no_address),
        cmocka_unit_test(equal_names_need_not_be_spelt_alike),
        cmocka_unit_test(names_are_borne_by_type_and_value),
        cmocka_unit_test(names_are_listed_with_their_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
