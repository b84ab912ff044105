/* Are SIP messages framed and read as RFC 3261 says, and faults named? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/sip.h"
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

/* In memory of exactly its size, so that overruns are seen. */
static enum framing frame(const char *text, size_t size, size_t *used, const char **fault) {
    return sip_frame(arena_dup(arena, text, size), size, used, fault);
}

static struct sip_exchange *read_bytes(const char *text, size_t size) {
    struct sip_exchange *exchange = ARENA_NEW(arena, struct sip_exchange);
    sip_read(arena, arena_dup(arena, text, size), size, exchange);
    assert_non_null(exchange->raw);
    assert_int_equal(exchange->state, exchange->fault == NULL ? EXCHANGE_ANSWERED : EXCHANGE_MALFORMED);
    return exchange;
}

static struct sip_exchange *read_text(const char *text) {
    return read_bytes(text, strlen(text));
}

#define VIA "Via: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bKx\r\n"
#define FROM "From: <sip:edgeprobe@192.0.2.1>;tag=1\r\n"
#define TO "To: <sip:expe1.example.com>;tag=2\r\n"
#define CALL_ID "Call-ID: 1@192.0.2.1\r\n"
#define CSEQ "CSeq: 1 OPTIONS\r\n"
#define HEADERS VIA FROM TO CALL_ID CSEQ
#define OK "SIP/2.0 200 OK\r\n"
#define EMPTY "Content-Length: 0\r\n\r\n"

static void frames_messages(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum framing want;
        size_t used; /* 0: all of it */
        const char *fault;
    } rows[] = {
        {"", FRAMING_MORE, 0, NULL},
        {"\r\n\r\n", FRAMING_MORE, 0, NULL},
        {"S", FRAMING_MORE, 0, NULL},
        {"SIP", FRAMING_MORE, 0, NULL},
        {"SIP/2.0 200 O", FRAMING_MORE, 0, NULL},
        {OK HEADERS, FRAMING_MORE, 0, NULL},
        {OK HEADERS EMPTY, FRAMING_WHOLE, 0, NULL},
        {OK HEADERS "\r\n", FRAMING_WHOLE, 0, NULL},
        {"\r\n\r\n" OK HEADERS EMPTY, FRAMING_WHOLE, 0, NULL},
        {OK HEADERS "Content-Length: 3\r\n\r\nab", FRAMING_MORE, 0, NULL},
        {OK HEADERS "Content-Length: 3\r\n\r\nabc", FRAMING_WHOLE, 0, NULL},
        {OK HEADERS "l: 3\r\n\r\nabc", FRAMING_WHOLE, 0, NULL},
        {OK HEADERS "CONTENT-LENGTH  :   3  \r\n\r\nabc", FRAMING_WHOLE, 0, NULL},
        {OK HEADERS "Content-Length: 3\r\nl: 3\r\n\r\nabc", FRAMING_WHOLE, 0, NULL},
        {"SIP/2.0 200 OK\nl:0\n\n", FRAMING_WHOLE, 0, NULL},
        {"OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n", FRAMING_WHOLE, 0, NULL},
        {OK "l: 0\r\n\r\nSIP/2.0 100 Trying\r\n", FRAMING_WHOLE, 24, NULL},
        {OK "l: 0\r\n\r\nOPTIONS sip:a SIP/2.0\r\n", FRAMING_WHOLE, 24, NULL},
        {OK "l: 0\r\n\r\n\r\n", FRAMING_WHOLE, 24, NULL},
        {OK "l: 1\r\n\r\nv=0\r\n", FRAMING_BROKEN, 0, "Content-Length is less than the body"},
        {OK "\r\nv=0\r\n", FRAMING_BROKEN, 0, "a body without Content-Length"},
        {OK "l: 1\r\nl: 2\r\n\r\n", FRAMING_BROKEN, 0, "two Content-Length headers that differ"},
        {OK "l: -1\r\n\r\n", FRAMING_BROKEN, 0, "Content-Length is no number"},
        {OK "l:\r\n\r\n", FRAMING_BROKEN, 0, "Content-Length is no number"},
        {OK "l: 99999999999999999999\r\n\r\n", FRAMING_BROKEN, 0, "the body is longer than 64 KiB"},
        {"HTTP/1.1 400 Bad Request\r\n", FRAMING_BROKEN, 0, "the start line is not SIP"},
        {"SSH-2.0-x\r\n", FRAMING_BROKEN, 0, "the start line is not SIP"},
        {"<?xml version='1.0'?>", FRAMING_BROKEN, 0, "the start line is not SIP"},
        {"\x15\x03\x01", FRAMING_BROKEN, 0, "the start line is not SIP"},
        {"SIP/2.0 200 \x01\r\n", FRAMING_BROKEN, 0, "control byte in the start line"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = strlen(rows[i].text), used = 0;
        const char *fault = NULL;
        assert_int_equal(frame(rows[i].text, size, &used, &fault), rows[i].want);
        if (rows[i].want == FRAMING_WHOLE)
            assert_int_equal(used, rows[i].used == 0 ? size : rows[i].used);
        if (rows[i].fault == NULL)
            assert_null(fault);
        else
            assert_string_equal(fault, rows[i].fault);
    }
}

static void finds_nul_bytes(void **state) {
    (void)state;
    static const char start[] = "SIP/2.0 200\0OK\r\n\r\n", header[] = OK "Via\0: x\r\n\r\n";
    size_t used;
    const char *fault;
    assert_int_equal(frame(start, sizeof start - 1, &used, &fault), FRAMING_BROKEN);
    assert_string_equal(fault, "NUL byte in the start line");
    assert_int_equal(frame(header, sizeof header - 1, &used, &fault), FRAMING_BROKEN);
    assert_string_equal(fault, "NUL byte in the headers");
}

static void caps_headers(void **state) {
    (void)state;
    char *text = arena_alloc(arena, 40000), *at = text + sprintf(text, OK);
    size_t used;
    const char *fault;
    memset(at, 'a', 17000);
    assert_int_equal(frame(text, 16000, &used, &fault), FRAMING_MORE);
    assert_int_equal(frame(text, 16500, &used, &fault), FRAMING_BROKEN);
    assert_string_equal(fault, "the headers are longer than 16 KiB");
    for (int i = 0; i < 3000; i++)
        at += sprintf(at, "X: y12\r\n");
    sprintf(at, "\r\n");
    assert_int_equal(frame(text, strlen(text), &used, &fault), FRAMING_BROKEN);
    assert_string_equal(fault, "the headers are longer than 16 KiB");
}

/* However the bytes arrive, the message is whole when its last byte is there. */
static void frames_piece_by_piece(void **state) {
    (void)state;
    static const char text[] = "\r\n" OK HEADERS "Content-Length: 4\r\n\r\nbody";
    size_t used;
    const char *fault;
    for (size_t size = 0; size < sizeof text - 1; size++)
        assert_int_equal(frame(text, size, &used, &fault), FRAMING_MORE);
    assert_int_equal(frame(text, sizeof text - 1, &used, &fault), FRAMING_WHOLE);
    assert_int_equal(used, sizeof text - 1);
}

static void reads_an_answer(void **state) {
    (void)state;
    struct sip_exchange *e = read_text("\r\nSIP/2.0 405 Method Not Allowed\r\n" HEADERS
                                       "Allow: INVITE\r\nServer: TANDBERG/4137 (X15.0)\r\n" EMPTY);
    assert_null(e->fault);
    assert_int_equal(e->code, 405);
    assert_string_equal(e->reason, "Method Not Allowed");
    assert_string_equal(e->server, "TANDBERG/4137 (X15.0)");
    assert_true(text_starts(e->raw, "SIP/2.0 405 Method Not Allowed\\x0d\\x0aVia: "));
    e = read_text(OK HEADERS "User-Agent: kamailio (5.6)\r\n" EMPTY);
    assert_string_equal(e->server, "kamailio (5.6)");
    e = read_text(
        OK "v: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bKx\r\nf: <sip:a@b>;tag=1\r\nt: <sip:c@d>\r\ni: x\r\n" CSEQ
           "l: 0\r\n\r\n");
    assert_null(e->fault);
    assert_null(e->server);
    assert_int_equal(e->code, 200);
}

static void names_faults(void **state) {
    (void)state;
    static const struct {
        const char *text, *want;
    } rows[] = {
        {OK FROM TO CALL_ID CSEQ EMPTY, "no Via header"},
        {OK VIA TO CALL_ID CSEQ EMPTY, "no From header"},
        {OK VIA FROM CALL_ID CSEQ EMPTY, "no To header"},
        {OK VIA FROM TO CSEQ EMPTY, "no Call-ID header"},
        {OK VIA FROM TO CALL_ID EMPTY, "no CSeq header"},
        {"OPTIONS sip:a SIP/2.0\r\n" HEADERS EMPTY, "a request, not a response"},
        {"SIP/1.0 200 OK\r\n" HEADERS EMPTY, "the version is not SIP/2.0"},
        {"SIP/2.0 20 OK\r\n" HEADERS EMPTY, "the status code is not three digits"},
        {"SIP/2.0 2000 OK\r\n" HEADERS EMPTY, "the status code is not three digits"},
        {"SIP/2.0 099 OK\r\n" HEADERS EMPTY, "the status code is not between 100 and 699"},
        {"SIP/2.0 700 OK\r\n" HEADERS EMPTY, "the status code is not between 100 and 699"},
        {OK HEADERS "Content-Length: 10\r\n\r\nshort", "the body is shorter than its Content-Length"},
        {OK HEADERS "Content-Length: 0\r\n", "no empty line behind the headers"},
        {OK HEADERS "Content-Length: 2\r\n\r\nlo=ng", "Content-Length is less than the body"},
        {OK HEADERS EMPTY OK, "another message behind it"},
        {OK VIA "From: <sip:a@b;tag=1\r\n" TO CALL_ID CSEQ EMPTY, "malformed header From"},
        {OK VIA FROM TO CALL_ID "CSeq: x\r\n" EMPTY, "malformed header CSeq"},
        {OK VIA FROM TO CALL_ID "CSeq: 2147483648 OPTIONS\r\n" EMPTY, "the CSeq number is out of range"},
        {OK "Via: nonsense\r\n" FROM TO CALL_ID CSEQ EMPTY, "malformed header Via"},
        {"HTTP/1.1 400 Bad Request\r\n\r\n", "the start line is not SIP"},
        {"", "no empty line behind the headers"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sip_exchange *e = read_text(rows[i].text);
        assert_non_null(e->fault);
        assert_string_equal(e->fault, rows[i].want);
    }
}

static void keeps_little_of_what_is_long(void **state) {
    (void)state;
    char *text = arena_alloc(arena, 80000);
    sprintf(text, OK HEADERS "X: %09000d\r\nContent-Length: 60000\r\n\r\n%060000d", 0, 0);
    const struct sip_exchange *e = read_text(text);
    assert_null(e->fault);
    assert_true(strlen(e->raw) > 2000 && strlen(e->raw) < 2048 * 4 + 4);
    assert_true(text_ends(e->raw, "..."));
}

/* Our own request goes through our own reader, and through its parser: it complains of the method only. */
static void asks_correctly(void **state) {
    (void)state;
    char *request = sip_options_write(arena, "expe1.example.com", 5061, "192.0.2.1", "abc123");
    size_t used;
    const char *fault;
    assert_int_equal(frame(request, strlen(request), &used, &fault), FRAMING_WHOLE);
    assert_int_equal(used, strlen(request));
    assert_string_equal(read_text(request)->fault, "a request, not a response");
    static const char *const parts[] = {"OPTIONS sip:expe1.example.com:5061;transport=tls SIP/2.0\r\n",
                                        "\r\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bKabc123;rport\r\n",
                                        "\r\nMax-Forwards: 70\r\n",
                                        "\r\nFrom: <sip:edgeprobe@192.0.2.1>;tag=abc123\r\n",
                                        "\r\nTo: <sip:expe1.example.com:5061>\r\n",
                                        "\r\nCall-ID: abc123@192.0.2.1\r\n",
                                        "\r\nCSeq: 1 OPTIONS\r\n",
                                        "\r\nAccept: application/sdp\r\n",
                                        "\r\nContent-Length: 0\r\n\r\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(strstr(request, parts[i]));
    request = sip_options_write(arena, "2001:db8::1", 5061, "2001:db8::2", "u");
    assert_true(text_starts(request, "OPTIONS sip:[2001:db8::1]:5061;"));
    assert_non_null(strstr(request, "Via: SIP/2.0/TLS [2001:db8::2];"));
    assert_non_null(sip_options_write(arena, "a", 1, NULL, "u"));
}

/* An answer to our request, as a server would build it from the request's headers, is understood. */
static void understands_its_own_echo(void **state) {
    (void)state;
    char *request = sip_options_write(arena, "2001:db8::1", 5061, "2001:db8::2", "u");
    char *headers = strstr(request, "\r\n");
    const struct sip_exchange *e = read_text(arena_printf(arena, "SIP/2.0 501 Not Implemented%s", headers));
    assert_null(e->fault);
    assert_int_equal(e->code, 501);
}

/* ---- the torture tests ---- */

struct torture {
    size_t messages, responses, good, expected_bad, named, unexpected;
};

/* <message><![CDATA[...]]></message>. The messages are datagrams: LF line ends, blank lines around, many a
 * body without Content-Length. As they would come over a stream: CR LF, the blank line behind the headers,
 * and the body only where Content-Length announces it. */
static char *as_stream(const char *text, size_t size) {
    char *out = arena_alloc(arena, size * 2 + 5), *to = out;
    for (size_t i = 0; i < size; i++) {
        if (to == out && (text[i] == '\n' || text[i] == '\r'))
            continue;
        if (text[i] == '\n' && text[i - 1] != '\r')
            *to++ = '\r';
        *to++ = text[i];
    }
    char *behind = strstr(out, "\r\n\r\n");
    if (behind == NULL)
        strcpy(to, to > out && to[-1] == '\n' ? "\r\n" : "\r\n\r\n");
    else if (strcasestr(out, "Content-Length") == NULL || behind[4] == '\r')
        behind[4] = 0;
    return out;
}

static void one_message(const char *text, size_t size, bool expected_bad, struct torture *count) {
    const char *message = as_stream(text, size);
    const struct sip_exchange *e = read_text(message);
    bool response = text_starts(message, "SIP/");
    count->messages++;
    count->responses += response;
    count->good += e->fault == NULL;
    count->expected_bad += response && expected_bad;
    count->named += response && expected_bad && e->fault != NULL;
    if (!response)
        assert_non_null(e->fault);
    if (response && e->fault != NULL && !expected_bad) {
        print_message("fault: %s\n", e->fault);
        count->unexpected++;
    }
}

static void torture_visit(const char *path, const uint8_t *bytes, size_t size, void *context) {
    (void)size;
    const char *end_mark = "]]>", *at = (const char *)bytes, *case_end;
    if (!text_ends(path, "torture.xml"))
        return;
    for (; (at = strstr(at, "<testcase>")) != NULL; at = case_end) {
        case_end = strstr(at, "</testcase>");
        if (case_end == NULL)
            return;
        const char *message = strstr(at, "<message>"), *expected = strstr(at, "<expect-exception");
        const char *text = message == NULL ? NULL : strstr(message, "<![CDATA[");
        if (text == NULL || text > case_end)
            continue;
        text += strlen("<![CDATA[");
        const char *end = strstr(text, end_mark);
        one_message(text, (size_t)(end - text), expected != NULL && expected < case_end, context);
    }
}

static void survives_the_torture_tests(void **state) {
    (void)state;
    struct torture count = {0};
    shared_data_or_skip();
    shared_data_each("sip", torture_visit, &count);
    print_message("%zu messages, %zu responses: %zu good; %zu of %zu known faults named\n", count.messages,
                  count.responses, count.good, count.named, count.expected_bad);
    assert_true(count.messages > 300);
    assert_true(count.responses > 50);
    assert_int_equal(count.named, count.expected_bad);
    /* True, all four: one has no From, one holds markup in its status line, two give Content-Length for LF
     * line ends. */
    assert_int_equal(count.unexpected, 4);
    assert_int_equal(count.good, count.responses - count.expected_bad - count.unexpected);
}

/* Messages of RFC 4475 as they stand there: tortuous and legal. */
static void visit_legal(const char *path, const uint8_t *bytes, size_t size, void *context) {
    size_t used, *seen = context;
    const char *fault;
    struct sip_exchange e = {0};
    if (!text_ends(path, ".dat"))
        return;
    assert_int_equal(sip_frame(bytes, size, &used, &fault), FRAMING_WHOLE);
    assert_int_equal(used, size);
    sip_read(arena, bytes, size, &e);
    if (sip_is_request(bytes, size))
        assert_string_equal(e.fault, "a request, not a response");
    else
        assert_null(e.fault);
    ++*seen;
}

static void tortuous_and_legal_messages(void **state) {
    (void)state;
    size_t seen = 0;
    shared_data_or_skip();
    shared_data_each("field", visit_legal, &seen);
    assert_true(seen >= 2);
}

/* RFC 3261 7.2 leaves the reason to taste, and 7.1 the case of the version. */
static void status_lines_are_spelled_freely(void **state) {
    (void)state;
    static const struct {
        const char *text, *reason;
    } rows[] = {{OK HEADERS EMPTY, "OK"},
                {"SIP/2.0 200\r\n" HEADERS EMPTY, NULL},
                {"SIP/2.0 200 \r\n" HEADERS EMPTY, NULL},
                {"sip/2.0 200 Ok\r\n" HEADERS EMPTY, "Ok"},
                {OK HEADERS "Warning: 399 a \"BEL:\\b\"\r\n" EMPTY, "OK"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct sip_exchange *exchange = read_text(rows[i].text);
        if (exchange->state != EXCHANGE_ANSWERED || exchange->code != 200)
            fail_msg("row %zu: %s", i, exchange->fault);
        assert_true((exchange->reason == NULL) == (rows[i].reason == NULL));
        if (rows[i].reason != NULL)
            assert_string_equal(exchange->reason, rows[i].reason);
        assert_null(exchange->server);
    }
    static const char escaped[] = OK HEADERS "Warning: 399 a \"NUL:\\\0\"\r\n" EMPTY;
    assert_int_equal(read_bytes(escaped, sizeof escaped - 1)->state, EXCHANGE_ANSWERED);
    static const char bare[] = OK HEADERS "Warning: 399 a \"NUL:\0\"\r\n" EMPTY;
    assert_int_equal(read_bytes(bare, sizeof bare - 1)->state, EXCHANGE_MALFORMED);
}

static void answers_to_others_are_told_apart(void **state) {
    (void)state;
    static const char request[] = "OPTIONS sip:a SIP/2.0\r\n" VIA CALL_ID CSEQ "\r\n";
    static const struct {
        const char *text, *differs; /* NULL: ours */
    } rows[] = {
        {OK HEADERS EMPTY, NULL},
        {OK "v: SIP/2.0/TLS 192.0.2.1;rport=5;branch=z9hG4bKx\r\ni: 1@192.0.2.1\r\n" CSEQ EMPTY, NULL},
        {OK VIA "Call-ID: 2@192.0.2.1\r\n" CSEQ EMPTY, "Call-ID"},
        {OK VIA CALL_ID "CSeq: 2 OPTIONS\r\n" EMPTY, "CSeq"},
        {OK VIA CALL_ID "CSeq: 1 INVITE\r\n" EMPTY, "CSeq"},
        {OK "Via: SIP/2.0/TLS a;branch=z9hG4bKy\r\n" CALL_ID CSEQ EMPTY, "Via branch"},
        {OK CALL_ID CSEQ EMPTY, "Via branch"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why =
            sip_foreign_because(arena, request, (const uint8_t *)rows[i].text, strlen(rows[i].text));
        if ((why == NULL) != (rows[i].differs == NULL) ||
            (why != NULL && strstr(why, rows[i].differs) == NULL))
            fail_msg("row %zu: %s", i, why == NULL ? "ours" : why);
    }
    assert_true(sip_is_request((const uint8_t *)"\r\nOPTIONS sip:a SIP/2.0", 23));
    assert_false(sip_is_request((const uint8_t *)"Sip/2.0 200", 11));
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(frames_messages),
        TEST(finds_nul_bytes),
        TEST(caps_headers),
        TEST(frames_piece_by_piece),
        TEST(reads_an_answer),
        TEST(names_faults),
        TEST(keeps_little_of_what_is_long),
        TEST(asks_correctly),
        TEST(understands_its_own_echo),
        TEST(survives_the_torture_tests),
        TEST(tortuous_and_legal_messages),
        cmocka_unit_test_setup_teardown(status_lines_are_spelled_freely, arena_open, arena_close),
        cmocka_unit_test_setup_teardown(answers_to_others_are_told_apart, arena_open, arena_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
