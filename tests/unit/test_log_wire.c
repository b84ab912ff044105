/* Are the records of an Expressway's log found, with their parts, however the bytes come? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "shared_data.h"
#include "wire/log.h"

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

static char *text_of(struct slice slice) {
    return slice.at == NULL ? NULL : arena_textn(arena, slice.at, slice.size);
}

static void assert_text(struct slice slice, const char *wanted) {
    if (wanted == NULL)
        assert_null(slice.at);
    else
        assert_string_equal(text_of(slice), wanted);
}

static struct log_record *read_line(const char *line) {
    struct log_record *record = ARENA_NEW(arena, struct log_record);
    log_record_read(line, strlen(line), record);
    return record;
}

/* ---- one line ---- */

static const struct {
    const char *line, *time, *host, *process;
    int pid;
    const char *module, *level, *words;
} heads[] = {
    {"2017-09-20T10:49:18.724-04:00 e1 tvcs: UTCTime=\"2017-09-20 14:49:18,724\" Module=\"developer.ssl\" "
     "Level=\"ERROR\": x",
     "2017-09-20T14:49:18Z", "e1", "tvcs", -1, "developer.ssl", "ERROR",
     "UTCTime=\"2017-09-20 14:49:18,724\" Module=\"developer.ssl\" Level=\"ERROR\": x"},
    /* no fraction, an offset of half an hour, no UTCTime */
    {"2014-05-21T09:48:35+05:30 e1 traffic_server[15550]: Event=\"E\"", "2014-05-21T04:18:35Z", "e1",
     "traffic_server", 15550, NULL, NULL, "Event=\"E\""},
    /* the process is missing */
    {"2014-05-21T09:48:35+00:00 e1 UTCTime=\"2014-05-21 09:48:36,92\" Module=\"network.tcp\"",
     "2014-05-21T09:48:36Z", "e1", NULL, -1, "network.tcp", NULL,
     "UTCTime=\"2014-05-21 09:48:36,92\" Module=\"network.tcp\""},
    /* no colon behind it; a level with a blank */
    {"2014-05-21T09:48:35Z e1 tvcs Level=\"WARN \" Detail=\"d\"", "2014-05-21T09:48:35Z", "e1", "tvcs", -1,
     NULL, "WARN", "Level=\"WARN \" Detail=\"d\""},
    {"2026-01-29T14:01:16.974-05:00 c1 traffic_server[2030]:[ET_NET 1]ERROR:SSL connection failed",
     "2026-01-29T19:01:16Z", "c1", "traffic_server", 2030, NULL, NULL,
     "[ET_NET 1]ERROR:SSL connection failed"},
    /* a client's line has nothing of all this */
    {"2015-08-04 10:48:04.777 INFO [ad95000] - [csf.cert] Verification result", NULL, NULL, NULL, -1, NULL,
     NULL, "2015-08-04 10:48:04.777 INFO [ad95000] - [csf.cert] Verification result"},
    {"2014-13-21T09:48:35Z e1 tvcs: x", NULL, NULL, NULL, -1, NULL, NULL, "2014-13-21T09:48:35Z e1 tvcs: x"},
    {"2014-05-21T09:48:35Z", "2014-05-21T09:48:35Z", "", NULL, -1, NULL, NULL, ""},
};

static void line_has_its_parts(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct log_record *record = read_line(heads[i].line);
        assert_int_equal(record->has_time, heads[i].time != NULL);
        if (heads[i].time != NULL)
            assert_string_equal(time_write(arena, record->time_ms / 1000), heads[i].time);
        assert_text(record->host, heads[i].host);
        assert_text(record->process, heads[i].process);
        assert_int_equal(record->pid, heads[i].pid);
        assert_text(record->module, heads[i].module);
        assert_text(record->level, heads[i].level);
        assert_text(record->words, heads[i].words);
    }
}

static void time_keeps_its_milliseconds(void **state) {
    (void)state;
    assert_int_equal(read_line("1970-01-01T00:00:01.25Z h p: x")->time_ms, 1250);
    assert_int_equal(read_line("1970-01-01T01:00:00+00:00 h p: UTCTime=\"1970-01-01 00:00:02,007\"")->time_ms,
                     2007);
}

static void fields_are_found_by_name(void **state) {
    (void)state;
    struct log_record *record = read_line(
        "2017-09-20T10:49:18Z e1 tvcs: Event=\"Failed\" Src-ip=\"192.0.2.73\" Detail=\"a b=c\" "
        "Detail=\"second\" Action=Terminate Error=self signed =x Identitites=\"{CN: a, DNS: b}\" Cut=\"off");
    assert_text(log_field(record, "event"), "Failed");
    assert_text(log_field(record, "src-ip"), "192.0.2.73");
    assert_text(log_field(record, "Detail"), "a b=c");
    assert_text(log_field(record, "Action"), "Terminate");
    assert_text(log_field(record, "Error"), "self");
    assert_text(log_field(record, "Identitites"), "{CN: a, DNS: b}");
    assert_text(log_field(record, "Cut"), "off");
    assert_text(log_field(record, "b"), NULL);
    assert_text(log_field(record, "ip"), NULL);
}

static const struct {
    const char *value, *address;
    int port;
} sockets[] = {
    {"['IPv4''TCP''172.16.2.2:5062']", "172.16.2.2", 5062},
    {"['IPv6''TCP''[2001:db8::1]:25001']", "2001:db8::1", 25001},
    {"172.16.2.2:5062", "172.16.2.2", 5062},
    {"['IPv4''TCP''172.16.2.2']", NULL, 0},
    {"172.16.2.2:70000", NULL, 0},
    {"172.16.2.2:", NULL, 0},
    {":5061", NULL, 0},
    {"", NULL, 0},
};

static void socket_is_address_and_port(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
        struct slice address = {NULL, 0};
        int port = 0;
        bool found = log_socket((struct slice){sockets[i].value, strlen(sockets[i].value)}, &address, &port);
        assert_int_equal(found, sockets[i].address != NULL);
        if (found) {
            assert_text(address, sockets[i].address);
            assert_int_equal(port, sockets[i].port);
        }
    }
}

/* ---- records of several lines, in pieces ---- */

struct heard {
    LIST_OF(char) texts;
    LIST_OF(char) bodies; /* "" where there is none */
    long long numbers[16];
    bool cut[16];
    size_t stop_after;
};

static bool hear(void *context, const struct log_record *record) {
    struct heard *heard = context;
    assert_in_range(heard->texts.n, 0, 15);
    heard->numbers[heard->texts.n] = record->number;
    heard->cut[heard->texts.n] = record->is_cut;
    LIST_ADD(arena, &heard->texts, text_of(record->line));
    LIST_ADD(arena, &heard->bodies, record->body.at == NULL ? arena_text(arena, "") : text_of(record->body));
    return heard->stop_after == 0 || heard->texts.n < heard->stop_after;
}

static struct heard *hear_all(const char *text, size_t size, size_t piece) {
    struct heard *heard = ARENA_NEW(arena, struct heard);
    struct log_reader *reader = log_reader_new(arena, hear, heard);
    for (size_t at = 0; at < size; at += piece)
        assert_true(log_reader_feed(reader, text + at, size - at < piece ? size - at : piece));
    assert_true(log_reader_end(reader));
    return heard;
}

#define STAMP "2017-09-20T10:49:18.724-04:00 e1 "
static const char story[] =
    STAMP "tvcs: Event=\"one\"\r\n" STAMP "tvcs: Module=\"network.sip\": SIPMSG:\n"
          " |OPTIONS sip:e1 SIP/2.0\n Via: SIP/2.0/TLS c1\n \n-----BEGIN X-----\n |\n" STAMP
          "tvcs: HTTPMSG:\n |GET / HTTP/1.1\n" STAMP "tvcs: no closing bar above\n\n"
          "junk\xff\n" STAMP "tvcs: SIPMSG:";

static void records_are_the_same_in_any_pieces(void **state) {
    (void)state;
    static const size_t pieces[] = {1, 2, 7, 61, 4096};
    static const long long numbers[] = {1, 2, 8, 10, 12, 13};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct heard *heard = hear_all(story, sizeof story - 1, pieces[i]);
        assert_int_equal(heard->texts.n, 6);
        assert_string_equal(heard->texts.v[0], STAMP "tvcs: Event=\"one\"");
        assert_string_equal(heard->bodies.v[1], " |OPTIONS sip:e1 SIP/2.0\n Via: SIP/2.0/TLS c1\n \n"
                                                "-----BEGIN X-----\n |");
        assert_string_equal(heard->bodies.v[2], " |GET / HTTP/1.1");
        assert_string_equal(heard->texts.v[3], STAMP "tvcs: no closing bar above");
        assert_string_equal(heard->texts.v[4], "junk\xff");
        assert_string_equal(heard->bodies.v[5], "");
        assert_memory_equal(heard->numbers, numbers, sizeof numbers);
    }
}

/* 10 MB without a newline, and a message of 10 MB: bounded, cut, and what follows is read. */
static void huge_lines_are_cut(void **state) {
    (void)state;
    enum { HUGE = 10 * 1024 * 1024 };
    char *text = arena_alloc(arena, 2 * HUGE + 4096), *at = text;
    memset(at, 'x', HUGE);
    at += HUGE;
    at = stpcpy(at, "\n" STAMP "tvcs: SIPMSG:\n |first\n");
    for (char *end = at + HUGE; at < end;)
        at = stpcpy(at, " a line of a message that does not end for ten megabytes\n");
    at = stpcpy(at, " |\n" STAMP "tvcs: after\n");
    static const size_t pieces[] = {1000, 256 * 1024, HUGE};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct heard *heard = hear_all(text, (size_t)(at - text), pieces[i]);
        assert_int_equal(heard->texts.n, 3);
        assert_int_equal(strlen(heard->texts.v[0]), LOG_RECORD_MAX);
        assert_true(heard->cut[0] && heard->cut[1] && !heard->cut[2]);
        assert_in_range(strlen(heard->bodies.v[1]), LOG_RECORD_MAX / 2, LOG_RECORD_MAX);
        assert_string_equal(heard->texts.v[2], STAMP "tvcs: after");
    }
}

static void reading_ends_when_told(void **state) {
    (void)state;
    struct heard heard = {.stop_after = 2};
    struct log_reader *reader = log_reader_new(arena, hear, &heard);
    assert_false(log_reader_feed(reader, "a\nb\nc\nd\n", 8));
    assert_false(log_reader_end(reader));
    assert_int_equal(heard.texts.n, 2);
}

/* ---- lines that were pasted in public ---- */

struct pasted {
    size_t lines, timed, with_process;
};

static bool count(void *context, const struct log_record *record) {
    struct pasted *pasted = context;
    pasted->lines++;
    pasted->timed += record->has_time;
    pasted->with_process += record->has_time && record->process.at != NULL && record->host.size > 0;
    return true;
}

static void pasted_read(const char *path, const uint8_t *bytes, size_t size, void *context) {
    if (!text_ends(path, "/log-lines.txt"))
        return;
    struct log_reader *reader = log_reader_new(arena, count, context);
    assert_true(log_reader_feed(reader, bytes, size) && log_reader_end(reader));
}

static void pasted_lines_have_parts(void **state) {
    struct pasted pasted = {0, 0, 0};
    (void)state;
    shared_data_or_skip();
    shared_data_each("expressway", pasted_read, &pasted);
    assert_int_equal(pasted.lines, 41);
    assert_int_equal(pasted.timed, 33); /* the others are lines of clients */
    assert_int_equal(pasted.with_process, 33);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_has_its_parts),       cmocka_unit_test(time_keeps_its_milliseconds),
        cmocka_unit_test(fields_are_found_by_name), cmocka_unit_test(socket_is_address_and_port),
        cmocka_unit_test(huge_lines_are_cut),       cmocka_unit_test(records_are_the_same_in_any_pieces),
        cmocka_unit_test(reading_ends_when_told),   cmocka_unit_test(pasted_lines_have_parts),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
