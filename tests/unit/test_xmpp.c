/* Does the XMPP reader follow RFC 6120 streams, in whatever pieces they come, and refuse everything else? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/xmpp.h"

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

#define OPEN                                                                                                 \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "                                             \
    "xmlns:stream='http://etherx.jabber.org/streams' from='example.com' id='x' version='1.0'>"
#define STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define MUST "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
#define SASL                                                                                                 \
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"                      \
    "<mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms>"
#define FEATURES(inside) "<stream:features>" inside "</stream:features>"
#define CONDITION(name) "<" name " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"

struct heard {
    enum xmpp_event event;
    bool starttls;
    struct xmpp_exchange *exchange;
};

/* Fed in pieces of that size, 0 for all at once; stops at the first event. */
static struct heard hear(const char *text, size_t length, size_t piece, bool after_tls) {
    struct heard heard = {XMPP_EVENT_MORE, false, ARENA_NEW(arena, struct xmpp_exchange)};
    struct xmpp_reader *reader = xmpp_reader_new(arena, heard.exchange, after_tls);
    size_t step = piece == 0 ? length : piece;
    for (size_t at = 0; at < length && heard.event == XMPP_EVENT_MORE; at += step) {
        size_t size = length - at < step ? length - at : step;
        uint8_t *bytes = arena_dup(arena, text + at, size);
        heard.event = xmpp_feed(reader, bytes, size, &heard.starttls);
    }
    return heard;
}

struct row {
    const char *text;
    enum xmpp_event want;
    bool starttls;
    const char *error; /* NULL: none */
};

static void check_rows(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t piece = 0; piece < 8; piece++) {
            struct heard heard = hear(rows[i].text, strlen(rows[i].text), piece, false);
            if (heard.event != rows[i].want)
                print_error("%s\n", rows[i].text);
            assert_int_equal(heard.event, rows[i].want);
            assert_int_equal(heard.starttls, rows[i].starttls);
            if (rows[i].error == NULL)
                assert_null(heard.exchange->error);
            else
                assert_string_equal(heard.exchange->error, rows[i].error);
        }
}

static void follows_streams(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"", XMPP_EVENT_MORE, false, NULL},
        {"  \n", XMPP_EVENT_MORE, false, NULL},
        {OPEN, XMPP_EVENT_MORE, false, NULL},
        {OPEN "<stream:features>" STARTTLS, XMPP_EVENT_MORE, false, NULL},
        {OPEN FEATURES(STARTTLS), XMPP_EVENT_FEATURES, true, NULL},
        {OPEN FEATURES(MUST), XMPP_EVENT_FEATURES, true, NULL},
        {OPEN FEATURES(SASL), XMPP_EVENT_FEATURES, false, NULL},
        {OPEN "<stream:features/>", XMPP_EVENT_FEATURES, false, NULL},
        {OPEN " \n" FEATURES(""), XMPP_EVENT_FEATURES, false, NULL},
        {OPEN "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", XMPP_EVENT_PROCEED, false, NULL},
        {OPEN "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", XMPP_EVENT_FAILURE, false, NULL},
        {OPEN "<proceed/>", XMPP_EVENT_MORE, false, NULL}, /* not in the namespace of TLS */
        {OPEN "<stream:error>" CONDITION("host-unknown") "</stream:error>", XMPP_EVENT_ERROR, false,
         "host-unknown"},
        {OPEN "<stream:error>" CONDITION("text")
             CONDITION("policy-violation") "</stream:error></stream:stream>",
         XMPP_EVENT_ERROR, false, "policy-violation"},
        {OPEN "<stream:error/>", XMPP_EVENT_ERROR, false, NULL},
        {OPEN "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>[2001:db8::1]:5222"
              "</see-other-host></stream:error>",
         XMPP_EVENT_ERROR, false, "see-other-host: [2001:db8::1]:5222"},
        {OPEN "</stream:stream>", XMPP_EVENT_END, false, NULL},
        {OPEN "<message><body>x &lt; &#228;</body></message>" FEATURES(""), XMPP_EVENT_FEATURES, false, NULL},
        /* any prefix, or none, for any namespace */
        {"<s:stream xmlns:s='http://etherx.jabber.org/streams'><s:features><t:starttls "
         "xmlns:t=\"urn:ietf:params:xml:ns:xmpp-tls\"/></s:features>",
         XMPP_EVENT_FEATURES, true, NULL},
        {"<stream xmlns='http://etherx.jabber.org/streams'><features>" STARTTLS "</features >",
         XMPP_EVENT_FEATURES, true, NULL},
        {"<stream:stream\n xmlns:stream = \"http://etherx.jabber.org/streams\" from='a>b'\t>" FEATURES(""),
         XMPP_EVENT_FEATURES, false, NULL},
        /* a binding ends with its element */
        {OPEN "<x xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><proceed/>", XMPP_EVENT_MORE, false, NULL},
        {OPEN "<x xmlns='urn:ietf:params:xml:ns:xmpp-tls'><proceed/></x>", XMPP_EVENT_MORE, false, NULL},
    };
    check_rows(rows, sizeof rows / sizeof *rows);
}

static void refuses_what_is_no_stream(void **state) {
    (void)state;
#define NO_PLACE                                                                                             \
    "XML that has no place in a stream (RFC 6120 11.1): a comment, CDATA, DTD or processing instruction"
    static const struct row rows[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", XMPP_EVENT_BROKEN, false, "not an XMPP stream"},
        {"<html>", XMPP_EVENT_BROKEN, false, "not an XMPP stream"},
        {"<stream>", XMPP_EVENT_BROKEN, false, "not an XMPP stream"},
        {"<stream:stream>", XMPP_EVENT_BROKEN, false, "a prefix without a namespace"},
        {"<!DOCTYPE x [<!ENTITY a 'b'>]>", XMPP_EVENT_BROKEN, false, NO_PLACE},
        {OPEN "<!-- x -->", XMPP_EVENT_BROKEN, false, NO_PLACE},
        {OPEN "<![CDATA[x]]>", XMPP_EVENT_BROKEN, false, NO_PLACE},
        {OPEN "<?php x?>", XMPP_EVENT_BROKEN, false, NO_PLACE},
        {OPEN "<?xml version='1.0'?>", XMPP_EVENT_BROKEN, false, NO_PLACE},
        {OPEN "text<", XMPP_EVENT_BROKEN, false, "text between stanzas"},
        {OPEN "<a>&xxe;</a>", XMPP_EVENT_BROKEN, false, "an entity other than those of XML"},
        {OPEN "<a>\x01</a>", XMPP_EVENT_BROKEN, false, "a character that XML does not allow"},
        {OPEN "</stream:features>", XMPP_EVENT_BROKEN, false, "an end tag without its start"},
        {OPEN "<a></b>", XMPP_EVENT_BROKEN, false, "an end tag without its start"},
        {OPEN "<a></a x='1'>", XMPP_EVENT_BROKEN, false, "an end tag without its start"},
        {"</stream:stream>", XMPP_EVENT_BROKEN, false, "an end tag without its start"},
        {OPEN "<a b>", XMPP_EVENT_BROKEN, false, "an attribute without a value"},
        {OPEN "<a b=c>", XMPP_EVENT_BROKEN, false, "an attribute without quotes"},
        {OPEN "<a b='c'd='e'>", XMPP_EVENT_BROKEN, false, "a malformed tag"},
        {OPEN "<>", XMPP_EVENT_BROKEN, false, "a malformed tag"},
        {OPEN "< a>", XMPP_EVENT_BROKEN, false, "a malformed tag"},
        {OPEN "<a b='<'>", XMPP_EVENT_BROKEN, false, "a character that XML does not allow"},
        {OPEN "<x:a>", XMPP_EVENT_BROKEN, false, "a prefix without a namespace"},
        {OPEN "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>", XMPP_EVENT_BROKEN, false,
         "elements nested too deeply"},
        {"<stream:stream xmlns:stream='http://etherx.jabber.org/streams' from='&xxe;'>", XMPP_EVENT_BROKEN,
         false, "an entity other than those of XML"},
    };
    check_rows(rows, sizeof rows / sizeof *rows);
}

static void fills_the_exchange(void **state) {
    (void)state;
    const char *text = OPEN FEATURES(MUST SASL);
    struct heard before = hear(text, strlen(text), 0, false), after = hear(text, strlen(text), 3, true);
    assert_string_equal(before.exchange->from, "example.com");
    assert_true(before.exchange->starttls_required);
    assert_int_equal(before.exchange->mechanisms.n, 0); /* what is offered in the clear is not meant */
    assert_int_equal(after.exchange->mechanisms.n, 2);
    assert_string_equal(after.exchange->mechanisms.v[0], "PLAIN");
    assert_string_equal(after.exchange->mechanisms.v[1], "CISCO-VTG-TOKEN");
    assert_false(after.exchange->starttls_required);
    text = OPEN FEATURES(STARTTLS);
    assert_false(hear(text, strlen(text), 0, false).exchange->starttls_required);
}

static void resolves_references(void **state) {
    (void)state;
    static const struct {
        const char *from, *want; /* want NULL: refused */
    } rows[] = {
        {"a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'"},
        {"&#x41;&#65;&#xe4;&#x20AC;&#x1F600;", "AA\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"&#x7ff;&#x800;&#xFFFD;&#x10000;", "\xdf\xbf\xe0\xa0\x80\xef\xbf\xbd\xf0\x90\x80\x80"},
        {"&#x1b;[31m", NULL},
        {"&a65;", NULL},
        {"&ax41;", NULL},
        {"a b", "a b"},
        {"&#0;", NULL},
        {"a&#10;b", "a\\x0ab"},
        {"&#x110000;", NULL},
        {"&#xD800;", NULL},
        {"&#;", NULL},
        {"&#x;", NULL},
        {"&;", NULL},
        {"&", NULL},
        {"&amp", NULL},
        {"&AMP;", NULL},
        {"&#xg;", NULL},
        {"&#99999999999;", NULL},
        {"\x01", NULL},
        {"\xff", "\\xff"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = arena_printf(arena, "<s:stream xmlns:s='http://etherx.jabber.org/streams' from=\"%s\">",
                                  rows[i].from);
        if (strchr(rows[i].from, '"') != NULL)
            continue;
        struct heard heard = hear(text, strlen(text), 0, false);
        assert_int_equal(heard.event, rows[i].want == NULL ? XMPP_EVENT_BROKEN : XMPP_EVENT_MORE);
        if (rows[i].want != NULL)
            assert_string_equal(heard.exchange->from, rows[i].want);
    }
}

static void goes_on_after_an_event(void **state) {
    (void)state;
    const char *text = OPEN FEATURES(STARTTLS) "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    struct xmpp_exchange exchange = {0};
    struct xmpp_reader *reader = xmpp_reader_new(arena, &exchange, false);
    bool starttls = false;
    assert_int_equal(xmpp_feed(reader, (const uint8_t *)text, strlen(text), &starttls), XMPP_EVENT_FEATURES);
    assert_true(starttls);
    assert_int_equal(xmpp_feed(reader, NULL, 0, &starttls), XMPP_EVENT_PROCEED);
    assert_int_equal(xmpp_feed(reader, NULL, 0, &starttls), XMPP_EVENT_MORE);
    assert_int_equal(xmpp_feed(reader, (const uint8_t *)"<>", 2, &starttls), XMPP_EVENT_BROKEN);
    assert_int_equal(xmpp_feed(reader, (const uint8_t *)"<a>", 3, &starttls), XMPP_EVENT_BROKEN);
}

static void a_stream_is_capped(void **state) {
    (void)state;
    size_t size = 70000;
    char *text = arena_alloc(arena, size + 1);
    memset(text, ' ', size);
    memcpy(text, OPEN, strlen(OPEN));
    assert_int_equal(hear(text, 65536, 1000, false).event, XMPP_EVENT_MORE);
    struct heard heard = hear(text, size, 1000, false);
    assert_int_equal(heard.event, XMPP_EVENT_BROKEN);
    assert_string_equal(heard.exchange->error, "more than 64 KiB");
    memset(text + strlen(OPEN), 'a', size - strlen(OPEN));
    text[strlen(OPEN)] = '<'; /* one tag without an end, byte by byte: takes linear time */
    assert_int_equal(hear(text, size, 1, false).event, XMPP_EVENT_BROKEN);
}

static void writes_what_it_reads(void **state) {
    (void)state;
    const char *open = xmpp_open_write(arena, "exa'mple&.com", false);
    assert_non_null(strstr(open, " to='exa&apos;mple&amp;.com' version='1.0'"));
    assert_int_equal(hear(open, strlen(open), 0, false).event, XMPP_EVENT_MORE);
    char *text =
        arena_printf(arena, "%s<s:features xmlns:s='http://etherx.jabber.org/streams'>%s</s:features>", open,
                     xmpp_starttls_text);
    struct heard heard = hear(text, strlen(text), 0, false);
    assert_int_equal(heard.event, XMPP_EVENT_FEATURES);
    assert_true(heard.starttls);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(follows_streams),      TEST(refuses_what_is_no_stream), TEST(fills_the_exchange),
        TEST(resolves_references),  TEST(goes_on_after_an_event),    TEST(a_stream_is_capped),
        TEST(writes_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
