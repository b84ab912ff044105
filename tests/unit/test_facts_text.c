/* Is every text in the facts harmless, whatever came from the wire? And do times, base64 and hex keep their
 * value? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/facts.h"

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

static char *from_wire(const char *bytes, size_t size) {
    return text_from_wire(arena, arena_dup(arena, bytes, size), size);
}

#define WIRE(literal) from_wire(literal, sizeof(literal) - 1)

static void good_text_stays(void **state) {
    (void)state;
    static const char *const rows[] = {"",
                                       "plain ~",
                                       "a\\x00b",
                                       "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                                       "\xc2\xa0",
                                       "\xf4\x8f\xbf\xbf",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xe4\xbe\x8b.jp"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(from_wire(rows[i], strlen(rows[i])), rows[i]);
}

static void controls_and_broken_utf8_are_escaped(void **state) {
    (void)state;
    assert_string_equal(WIRE("a\0b"), "a\\x00b");
    assert_string_equal(WIRE("\x1b[31m\x7f\r\n\t"), "\\x1b[31m\\x7f\\x0d\\x0a\\x09");
    assert_string_equal(WIRE("\xc2\x85\xc2\x9b"), "\\xc2\\x85\\xc2\\x9b"); /* C1 */
    assert_string_equal(WIRE("\xe2\x80\xae\xe2\x81\xa6"),
                        "\\xe2\\x80\\xae\\xe2\\x81\\xa6"); /* bidirectional */
    assert_string_equal(WIRE("\xe2\x80\xa8\xe2\x80\xa9"),
                        "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"); /* line separators */
    assert_string_equal(WIRE("\xff\xfe"), "\\xff\\xfe");
    assert_string_equal(WIRE("\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf"),
                        "\\xc0\\xaf\\xe0\\x80\\xaf\\xf0\\x80\\x80\\xaf");  /* overlong */
    assert_string_equal(WIRE("\xed\xa0\x80"), "\\xed\\xa0\\x80");          /* surrogate */
    assert_string_equal(WIRE("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
    assert_string_equal(WIRE("\xc3"), "\\xc3");                            /* cut */
    assert_string_equal(WIRE("\xe2\x82"), "\\xe2\\x82");
    assert_string_equal(WIRE("\xc3(\xc3\xa4"), "\\xc3(\xc3\xa4");
}

/* Every three bytes: what comes out is UTF-8 without controls, as the same function agrees. */
static void all_output_is_harmless(void **state) {
    (void)state;
    uint32_t random = 1;
    for (int i = 0; i < 20000; i++) {
        char bytes[8];
        for (size_t k = 0; k < sizeof bytes; k++) {
            random = random * 1664525 + 1013904223;
            bytes[k] = (char)(random >> 24);
        }
        struct arena *scratch = arena_new();
        char *once = text_from_wire(scratch, bytes, sizeof bytes);
        assert_string_equal(text_from_wire(scratch, once, strlen(once)), once);
        for (const char *p = once; *p != 0; p++)
            assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
        arena_free(scratch);
    }
}

static void long_text_is_cut_between_characters(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t limit;
        const char *want;
    } rows[] = {{"abc", 3, "abc"},
                {"abcd", 3, "abc..."},
                {"", 0, ""},
                {"a", 0, "..."},
                {"a\xc3\xa4z", 2, "a..."},
                {"\xf0\x9f\x98\x80z", 3, "..."},
                {"\xf0\x9f\x98\x80z", 4, "\xf0\x9f\x98\x80..."},
                {"\x80\x80\x80\x80\x80", 4, "\\x80..."}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(text_from_wire_cut(arena, rows[i].text, strlen(rows[i].text), rows[i].limit),
                            rows[i].want);
}

static void hex_is_written(void **state) {
    (void)state;
    assert_string_equal(text_hex(arena, "\x00\xab\xff", 3, 0), "00abff");
    assert_string_equal(text_hex(arena, "\x00\xab\xff", 3, ':'), "00:AB:FF");
    assert_string_equal(text_hex(arena, "", 0, ':'), "");
}

static void base64_keeps_bytes(void **state) {
    (void)state;
    static const char *const rows[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                       "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"}; /* RFC 4648 10 */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t *bytes;
        size_t size;
        assert_string_equal(base64_write(arena, "foobar", i, true), rows[i]);
        assert_true(base64_read(arena, rows[i], &bytes, &size));
        assert_int_equal(size, i);
        assert_memory_equal(bytes, "foobar", i);
        assert_true(base64_read(arena, base64_write(arena, "foobar", i, false), &bytes, &size));
        assert_int_equal(size, i);
    }
    assert_string_equal(base64_write(arena, "\xfb\xff\xbf", 3, false), "+/+/");
}

static void base64_refuses_everything_else(void **state) {
    (void)state;
    static const char *const rows[] = {
        "A", "AAAAA", "A===", "AA=", "AA===", "AAA==", "=", "AA=A", "A-A_", "AA\x80=", "AA==="};
    uint8_t *bytes;
    size_t size;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(base64_read(arena, rows[i], &bytes, &size));
    assert_true(base64_read(arena, " Zm\n9v\t", &bytes, &size));
    assert_int_equal(size, 3);
}

static void times_are_read_and_written(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t want;
        const char *written; /* NULL: as it was */
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, NULL},
        {"2026-11-21T21:00:00Z", 1795294800, NULL},
        {"1969-12-31T23:59:59Z", -1, NULL},
        {"9999-12-31T23:59:59Z", 253402300799, NULL},
        {"0000-01-01T00:00:00Z", -62167219200, NULL},
        {"2024-02-29T12:00:00Z", 1709208000, NULL},
        {"2026-11-21", 1795219200, "2026-11-21T00:00:00Z"},
        {"2026-11-21T22:00:00+01:00", 1795294800, "2026-11-21T21:00:00Z"},
        {"2026-11-21T15:30:00-05:30", 1795294800, "2026-11-21T21:00:00Z"},
        {"2026-11-21 21:00:00.999z", 1795294800, "2026-11-21T21:00:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t time;
        assert_true(time_read(rows[i].text, &time));
        assert_int_equal(time, rows[i].want);
        assert_string_equal(time_write(arena, time),
                            rows[i].written == NULL ? rows[i].text : rows[i].written);
    }
}

static void what_is_no_time_is_refused(void **state) {
    (void)state;
    static const char *const rows[] = {"",
                                       "now",
                                       "2026",
                                       "2026-11",
                                       "2026-1-1",
                                       "2026-02-30",
                                       "2025-02-29",
                                       "2026-13-01",
                                       "2026-00-01",
                                       "2026-11-21T",
                                       "2026-11-21T21:00Z",
                                       "2026-11-21T21:00:00",
                                       "2026-11-21T24:00:00Z",
                                       "2026-11-21T21:60:00Z",
                                       "2026-11-21T21:00:00+1",
                                       "2026-11-21T21:00:00+24:00",
                                       "2026-11-21T21:00:00ZZ",
                                       "2026-11-21T21:00:00.Z x",
                                       "+026-11-21",
                                       "2026- 1-21",
                                       "2026-11-+1",
                                       " 2026-11-21",
                                       "2026-11-21T-1:00:00Z",
                                       "2026-11-21T21:00:61Z",
                                       "2026-11-21T21:00:00+ 1:00"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t time;
        if (time_read(rows[i], &time))
            print_error("taken: %s\n", rows[i]);
        assert_false(time_read(rows[i], &time));
    }
}

static void texts_are_compared(void **state) {
    (void)state;
    assert_true(text_same_case_blind("Expe1.Example.COM", "expe1.example.com"));
    assert_false(text_same_case_blind("a", "ab"));
    assert_false(text_same_case_blind(NULL, "a"));
    assert_true(text_same_case_blind(NULL, NULL));
    assert_true(text_starts("abc", "ab") && text_starts("abc", "") && !text_starts("a", "ab"));
    assert_true(text_ends("abc", "bc") && text_ends("abc", "") && !text_ends("c", "bc"));
}

static void enums_have_names(void **state) {
    (void)state;
    int value;
    assert_string_equal(enum_text(dns_states, DNS_SERVFAIL), "servfail");
    assert_string_equal(enum_text(dns_states, 999), "?");
    assert_true(enum_find(dns_states, "servfail", &value));
    assert_int_equal(value, DNS_SERVFAIL);
    assert_false(enum_find(dns_states, "SERVFAIL", &value));
    assert_string_equal(alert_name(116), "certificate_required");
    assert_string_equal(alert_name(120), "no_application_protocol");
    assert_null(alert_name(200));
}

static void lists_grow(void **state) {
    (void)state;
    struct texts texts = {0};
    for (int i = 0; i < 1000; i++)
        texts_add(arena, &texts, arena_printf(arena, "%d", i));
    assert_int_equal(texts.n, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(atoi(texts.v[i]), i);
    assert_true(texts_has(&texts, "999"));
    assert_false(texts_has(&texts, "1000"));
}

static void numbers_are_digits_within_bounds(void **state) {
    static const struct {
        const char *text;
        int64_t most, wanted; /* -1: refused */
    } rows[] = {{"0", 9, 0},
                {"00000000000000000000000000000007", 9, 7},
                {"9", 9, 9},
                {"10", 9, -1},
                {"", 9, -1},
                {"+1", 9, -1},
                {"-1", 9, -1},
                {" 1", 9, -1},
                {"1 ", 9, -1},
                {"1e1", 99, -1},
                {"0x1", 99, -1},
                {"9223372036854775807", INT64_MAX, INT64_MAX},
                {"9223372036854775808", INT64_MAX, -1},
                {"99999999999999999999999999999999999", INT64_MAX, -1}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t number = -1;
        assert_int_equal(number_read(rows[i].text, strlen(rows[i].text), rows[i].most, &number),
                         rows[i].wanted >= 0);
        assert_int_equal(number, rows[i].wanted);
    }
}

/* What leads into the network that we stand in, however it is spelled. */
static void addresses_inside_are_known(void **state) {
    static const char *const inside[] = {"127.0.0.1",
                                         "127.255.0.1",
                                         "10.0.0.0",
                                         "10.255.255.255",
                                         "172.16.0.1",
                                         "172.31.255.255",
                                         "192.168.0.1",
                                         "169.254.169.254",
                                         "192.168.255.254",
                                         "169.254.0.1",
                                         "100.64.0.1",
                                         "0.0.0.0",
                                         "::",
                                         "::1",
                                         "fc00::1",
                                         "fdff::1",
                                         "fe80::1",
                                         "febf::1",
                                         "fec0::1",
                                         "::ffff:10.0.0.1",
                                         "::127.0.0.1",
                                         "::ffff:192.168.1.1",
                                         "64:ff9b::10.0.0.1",
                                         "2002:a00:1::1",
                                         "2002:7f00:1::"};
    static const char *const outside[] = {"8.8.8.8",
                                          "172.15.0.1",
                                          "172.32.0.1",
                                          "192.167.0.1",
                                          "100.128.0.1",
                                          "11.0.0.1",
                                          "128.0.0.1",
                                          "2001:db8::1",
                                          "fbff::1",
                                          "::ffff:8.8.8.8",
                                          "64:ff9b::808:808",
                                          "2002:808:808::1",
                                          "example.com",
                                          "",
                                          "10.0.0"};
    (void)state;
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
        if (!address_is_inside(inside[i]))
            fail_msg("%s is inside", inside[i]);
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        if (address_is_inside(outside[i]))
            fail_msg("%s is not inside", outside[i]);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(good_text_stays),
        TEST(controls_and_broken_utf8_are_escaped),
        TEST(all_output_is_harmless),
        TEST(long_text_is_cut_between_characters),
        TEST(hex_is_written),
        TEST(base64_keeps_bytes),
        TEST(base64_refuses_everything_else),
        TEST(times_are_read_and_written),
        TEST(what_is_no_time_is_refused),
        TEST(texts_are_compared),
        TEST(enums_have_names),
        TEST(lists_grow),
        TEST(addresses_inside_are_known),
        TEST(numbers_are_digits_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
