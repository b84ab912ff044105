/* Do the settings and the status of an Expressway come out of its dumps, in every form, and no secret? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "shared_data.h"
#include "wire/dump.h"

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

static struct settings *read_bytes(const char *bytes, size_t size, char **error) {
    struct settings *settings = ARENA_NEW(arena, struct settings);
    bool good = dump_read(arena, bytes, size, settings, error);
    assert_int_equal(good, settings->all.n > 0);
    assert_true(good || *error != NULL);
    return settings;
}

static struct settings *read_text(const char *text) {
    char *error;
    return read_bytes(text, strlen(text), &error);
}

static const struct {
    const char *text, *path, *value; /* value NULL: not there */
} rows[] = {
    /* X8 on: everything quoted, an empty value is nothing; X7: only texts quoted, empty is "" */
    {"*c xConfiguration Zones Zone 6 TraversalClient SIP Port: \"7003\"",
     "zones zone 6 traversalclient sip port", "7003"},
    {"*c xConfiguration Zones Zone 6 TraversalClient SIP Port: 7003", "zones zone 6 traversalclient sip port",
     "7003"},
    {"*c xConfiguration Alternates Peer 2 Address: ", "alternates peer 2 address", ""},
    {"*c xConfiguration Alternates Peer 2 Address: \"\"", "alternates peer 2 address", ""},
    {"*c xConfiguration SIP TLS Mode: On", "sip tls mode", "On"},
    /* case, blanks, line ends, pasted without its mark */
    {"*C XCONFIGURATION zones ZONE 6  Name : \"a: b\"\r\n", "zones zone 6 name", "a: b"},
    {"  xConfiguration Zones Zone 6 Name: mra", "zones zone 6 name", "mra"},
    {"\n\n *c xConfiguration Ciphers SIPTLSCiphers Value: \"EECDH:HIGH:!aNULL\"\n",
     "ciphers siptlsciphers value", "EECDH:HIGH:!aNULL"},
    /* of two the last holds, as when a setting is pasted below a dump */
    {"xConfiguration SIP TLS Port: 5061\nxConfiguration SIP TLS Port: 5063\n", "sip tls port", "5063"},
    /* secrets */
    {"*c xConfiguration SIP TLS Port: \"5061\"\r*c xConfiguration Zones Zone 6 Name: \"b\"\r",
     "zones zone 6 name", "b"},
    {"*c xConfiguration Login Banner: \"first\nsecond: line\nthird\"\n*c xConfiguration SIP TLS Mode: "
     "\"On\"\n",
     "sip tls mode", "On"},
    {"*c xConfiguration Login Banner: \"first\nsecond: line\n", "second", NULL},
    {"*c xConfiguration Zones Zone 6 Name: \"a \"b\" c\"\n", "zones zone 6 name", "a \"b\" c"},
    {"<Configuration><Unheard><Of x=\"1\">y</Of></Unheard><Zones><Zone "
     "item=\"6\"><Name>b</Name></Zone></Zones>"
     "</Configuration>",
     "zones zone 6 name", "b"},
    {"*c xConfiguration Zones Zone 6 TraversalClient Authentication Password: \"{cipher}AAAA==\"",
     "zones zone 6 traversalclient authentication password", NULL},
    {"*c xConfiguration NTP Server 1 Passphrase: \"plain\"", "ntp server 1 passphrase", NULL},
    {"*c xConfiguration Anything: \"{cipher}AAAA==\"", "anything", NULL},
    {"*c xConfiguration SNMP CommunityName: \"public\"", "snmp communityname", NULL},
    /* junk */
    {"*c xConfiguration no colon here", "no colon here", NULL},
    {"*c xConfiguration bad\x01word: 1", "bad\x01word", NULL},
    {"*c something else: 1", "something else", NULL},
    {"Name: \"outside any block\"", "name", NULL},
    /* status */
    {"*s SystemUnit: \n  Software: \n    Version: \"X7.2.1\"\n  Uptime: 12\n*s/end",
     "systemunit software version", "X7.2.1"},
    {"*s SystemUnit: /\n  Software: \n    Version: \"X7.2.1\"\n  Uptime: 12\n*s/end", "systemunit uptime",
     "12"},
    {"*s Zones: \n  Zone 1: \n    TraversalClient: \n      Peer 1: \n        SIP: \n          Server: "
     "\"TANDBERG/4102 (X7.0)\"\n",
     "zones zone 1 traversalclient peer 1 sip server", "TANDBERG/4102 (X7.0)"},
    {"*s Zones: \n  Zone 1: \n    Name: \"a\"\n  Zone 2: \n    Name: \"b\"\n", "zones zone 2 name", "b"},
    {"*s Alternates: /\n*s/end\n  Name: \"outside again\"\n", "name", NULL},
    {"*s SystemUnit: \n  SystemTime: \"2014-06-19 14:58:59\"\n", "systemunit systemtime",
     "2014-06-19 14:58:59"},
    {"*s SystemUnit Software Version: \"X8.1\"\n", "systemunit software version", "X8.1"},
    /* XML, named like the text */
    {"<?xml version=\"1.0\"?><Status xmlns=\"http://www.tandberg.no/XML/CUIL/1.0\"><SystemUnit "
     "item=\"1\"><Software "
     "item=\"1\"><Version item=\"1\">X8.1</Version></Software></SystemUnit></Status>",
     "systemunit software version", "X8.1"},
    {"<Configuration><Zones item=\"1\"><Zone item=\"6\"><Name item=\"1\">a &amp; "
     "b</Name><TraversalClient><SIP><TLS>"
     "<Verify><Mode>On</Mode></Verify></TLS></SIP></TraversalClient></Zone></Zones></Configuration>",
     "zones zone 6 traversalclient sip tls verify mode", "On"},
    {"<Configuration><Zones><Zone item=\"6\"><Name>a &amp; b</Name></Zone></Zones></Configuration>",
     "zones zone 6 name", "a & b"},
    {"<Configuration><Authentication><Password>x</Password><UserName>u</UserName></Authentication></"
     "Configuration>",
     "authentication password", NULL},
};

static void setting_has_its_value(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *value = setting_value(read_text(rows[i].text), rows[i].path);
        if (rows[i].value == NULL)
            assert_null(value);
        else {
            assert_non_null(value);
            assert_string_equal(value, rows[i].value);
        }
    }
}

static void secrets_are_counted_only(void **state) {
    (void)state;
    struct settings *settings =
        read_text("xConfiguration A Password: \"x\"\nxConfiguration B: \"{cipher}x\"\njunk\n"
                  "xConfiguration C: \"y\"\n\n");
    assert_int_equal(settings->all.n, 1);
    assert_int_equal(settings->secrets, 2);
    assert_int_equal(settings->junk, 1);
}

static void indexes_come_in_order(void **state) {
    (void)state;
    struct settings *settings =
        read_text("xConfiguration Zones Zone 10 Name: a\nxConfiguration Zones Zone 2 Name: b\n"
                  "xConfiguration Zones Zone 2 Type: b\nxConfiguration Zones Zoneless 3 Name: c\n"
                  "xConfiguration Zones Zone 1x Name: c\nxConfiguration Zones Zone 100 Name: c\n");
    assert_int_equal(setting_next_index(settings, "zones zone", 0), 2);
    assert_int_equal(setting_next_index(settings, "zones zone", 2), 10);
    assert_int_equal(setting_next_index(settings, "zones zone", 10), 100);
    assert_int_equal(setting_next_index(settings, "zones zone", 100), 0);
    assert_string_equal(setting_valuef(settings, "zones zone %d name", 10), "a");
}

static void encodings_are_read(void **state) {
    (void)state;
    static const char little[] = "\xff\xfex\0C\0o\0n\0f\0i\0g\0u\0r\0a\0t\0i\0o\0n\0 \0A\0:\0 \0\xfc\0\n\0";
    static const char marked[] = "\xef\xbb\xbfxConfiguration A: x";
    char *error;
    assert_string_equal(setting_value(read_bytes(little, sizeof little - 1, &error), "a"), "\xc3\xbc");
    assert_string_equal(setting_value(read_bytes(marked, sizeof marked - 1, &error), "a"), "x");
}

static void what_is_no_dump_says_so(void **state) {
    (void)state;
    static const struct {
        const char *text, *error;
    } wrong[] = {{"", "an empty file"},
                 {" \n\t", "an empty file"},
                 {"nothing of it\n", "no line of it"},
                 {"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "a DOCTYPE"},
                 {"<Configuration><Zones>", "breaks in line 1"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *error;
        assert_int_equal(read_bytes(wrong[i].text, strlen(wrong[i].text), &error)->all.n, 0);
        assert_non_null(strstr(error, wrong[i].error));
    }
    char *error, *part = arena_text(arena, "<Configuration><A>1</A><B>");
    struct settings *settings = read_bytes(part, strlen(part), &error);
    assert_string_equal(setting_value(settings, "a"), "1");
    assert_true(settings->is_partial);
    assert_non_null(error);
}

static void huge_lines_and_depths_are_bounded(void **state) {
    (void)state;
    enum { HUGE = 10 * 1024 * 1024 };
    char *text = arena_alloc(arena, HUGE + 200), *at = text, *error;
    at = stpcpy(at, "xConfiguration A: \"");
    memset(at, 'x', HUGE);
    at = stpcpy(at + HUGE, "\"\nxConfiguration B: 1\n");
    struct settings *settings = read_bytes(text, (size_t)(at - text), &error);
    assert_in_range(strlen(setting_value(settings, "a")), SETTING_VALUE_MAX, SETTING_VALUE_MAX + 10);
    assert_string_equal(setting_value(settings, "b"), "1");

    at = stpcpy(text, "*s A:\n");
    for (int i = 1; i < 200; i++)
        at += sprintf(at, "%*sB:\n", i, "");
    assert_int_equal(read_bytes(text, (size_t)(at - text), &error)->all.n, 0);
}

struct samples {
    int files;
};

static void sample_read(const char *path, const uint8_t *bytes, size_t size, void *context) {
    struct samples *samples = context;
    char *error;
    if (!text_ends(path, "_dump_sample.txt"))
        return;
    struct settings *settings = read_bytes((const char *)bytes, size, &error);
    samples->files++;
    assert_null(error);
    assert_int_equal(settings->junk, 0);
    if (text_ends(path, "xconf_dump_sample.txt")) {
        assert_int_equal(settings->secrets, 1);
        assert_string_equal(
            setting_value(settings, "zones zone 7 traversalserver sip tls verify subject name"),
            "expc.example.local");
    } else {
        assert_string_equal(setting_value(settings, "systemunit software version"), "X7.2.1");
        assert_string_equal(setting_value(settings, "zones zone 1 traversalclient peer 1 sip port"), "7001");
        assert_string_equal(setting_value(settings, "systemunit configuration expressway"), "False");
    }
}

static void samples_are_read(void **state) {
    (void)state;
    struct samples samples = {0};
    shared_data_or_skip();
    shared_data_each("expressway", sample_read, &samples);
    assert_int_equal(samples.files, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_has_its_value),   cmocka_unit_test(secrets_are_counted_only),
        cmocka_unit_test(indexes_come_in_order),   cmocka_unit_test(encodings_are_read),
        cmocka_unit_test(what_is_no_dump_says_so), cmocka_unit_test(huge_lines_and_depths_are_bounded),
        cmocka_unit_test(samples_are_read),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
