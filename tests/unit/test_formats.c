/* Do the formats that other programs read keep the rules of their media, whatever a certificate is called?
 * Read here by small readers of each medium; tests/formats/ has the real programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "facts/stream.h"
#include "stories.h"

static const char *const hostile[] = {
    "a|b=9;1;2 'x'=1",
    "back\\slash \"quoted\" \\n new",
    "</failure></testcase><testcase name=\"x\">]]>&amp;",
    "<script>alert(1)</script>\"',=cmd()",
    "`` ` ``` [x](javascript:y) ![i](http://e/) **b** @all #1 | c |",
    "- [ ] 1. > # heading",
    "\033[2J\033]0;owned\007 a\nEDGEPROBE OK - b\r\n",
    "\xff\xfe not UTF-8 \xc3 \xef\xbf\xbe \xef\xbf\xbf",
    "\xe2\x80\xae"
    "moc.elpmaxe\xe2\x80\xa8x",
    "${HOSTNAME} $(id) %s%n",
};
enum { HOSTILE = sizeof hostile / sizeof *hostile };

typedef void (*reader)(const char *text, const struct story *s);

static void for_every_story(const char *format, reader read) {
    for (size_t i = 0; stories[i] != NULL; i++)
        for (int verbose = -1; verbose < 2; verbose++) {
            struct story s, again;
            stories[i](&s);
            stories[i](&again);
            char *text = render(&s, format, verbose, true), *other = render(&again, format, verbose, false);
            assert_string_equal(text, other);
            read(text, &s);
            free(text);
            free(other);
            story_close(&s);
            story_close(&again);
        }
    for (size_t i = 0; i < HOSTILE; i++) {
        struct story s;
        tell_hostile(&s, hostile[i]);
        char *text = render(&s, format, 1, false);
        read(text, &s);
        free(text);
        story_close(&s);
    }
}

static void assert_no_controls(const char *text) {
    for (const unsigned char *p = (const unsigned char *)text; *p != 0; p++)
        assert_true(*p == '\n' || (*p >= 0x20 && *p != 0x7f));
    assert_null(strstr(text, "\xe2\x80\xae"));
}

/* ---- nagios ---- */

static size_t lines_of(const char *text) {
    size_t lines = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        lines++;
    return lines;
}

/* "label=value[unit];warn;crit;min", blanks between. */
static void assert_perfdata(const char *text, const char *end) {
    static const char *const labels[] = {"days_left", "fail", "warn", "time", "handshake"};
    while (text < end) {
        size_t label = 0, length = strcspn(text, "=");
        while (label < 5 && (strlen(labels[label]) != length || strncmp(text, labels[label], length) != 0))
            label++;
        assert_true(label < 5);
        text += length + 1;
        length = strcspn(text, " \n");
        assert_true(length > 0 && strspn(text, "-0123456789.s;:") == length);
        text += length + 1;
    }
}

static void read_nagios(const char *text, const struct story *s) {
    assert_no_controls(text);
    assert_true(text_starts(text, "EDGEPROBE "));
    const char *word = text + strlen("EDGEPROBE "), *pipe = strchr(text, '|'), *end = strchr(text, '\n');
    enum status status = findings_status(s->findings);
    assert_true(text_starts(word, status == STATUS_FAIL      ? "CRITICAL - "
                                  : status == STATUS_WARN    ? "WARNING - "
                                  : status == STATUS_UNKNOWN ? "UNKNOWN - "
                                                             : "OK - "));
    assert_true(pipe != NULL && pipe < end && pipe[1] == ' ');
    assert_null(strchr(pipe + 1, '|')); /* further performance data would begin there */
    assert_null(strchr(text, '<'));
    assert_null(strstr(text, "\\n"));
    assert_perfdata(pipe + 2, end);
    assert_true(strlen(text) < 8192);
}

static void nagios_keeps_the_guidelines(void **state) {
    (void)state;
    for_every_story("nagios", read_nagios);
}

static void nagios_has_a_line_a_finding(void **state) {
    (void)state;
    struct story s;
    tell_broken(&s);
    char *usual = render(&s, "nagios", 0, false), *all = render(&s, "nagios", 1, false),
         *quiet = render(&s, "nagios", -1, false);
    assert_int_equal(lines_of(usual), 1 + 5); /* three fail, one warns, one is unknown */
    assert_int_equal(lines_of(all), 1 + s.findings->n);
    assert_int_equal(lines_of(quiet), 1);
    assert_non_null(strstr(usual, "\nFAIL net.connect/refused expe2.example.com:5061: "));
    assert_non_null(strstr(usual, " fail=3;;0;0 warn=1;0;;0 time=0.412s;;;0 handshake="));
    free(usual);
    free(all);
    free(quiet);
    story_close(&s);
}

/* ---- prometheus ---- */

/* NAME{label="value",…} NUMBER; returns where the line ends. */
static const char *read_series(const char *line) {
    size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
    assert_true(name > 0 && text_starts(line, "edgeprobe_") && line[name] == '{');
    const char *p = line + name + 1;
    for (;;) {
        size_t label = strspn(p, "abcdefghijklmnopqrstuvwxyz_");
        assert_true(label > 0 && p[label] == '=' && p[label + 1] == '"');
        for (p += label + 2; *p != '"'; p++) {
            assert_true(*p != 0 && *p != '\n');
            if (*p == '\\')
                p++;
        }
        if (*++p == '}')
            break;
        assert_int_equal(*p++, ',');
    }
    assert_int_equal(p[1], ' ');
    char *end;
    strtod(p + 2, &end);
    assert_true(end > p + 2 && *end == '\n');
    return end + 1;
}

static void read_prometheus(const char *text, const struct story *s) {
    (void)s;
    assert_no_controls(text);
    struct arena *arena = arena_new();
    struct texts series = {NULL, 0};
    for (const char *line = text, *next; *line != 0; line = next) {
        if (*line == '#') {
            assert_true(text_starts(line, "# HELP edgeprobe_") || text_starts(line, "# TYPE edgeprobe_"));
            next = strchr(line, '\n') + 1;
            continue;
        }
        next = read_series(line);
        const char *blank = next - 1;
        while (*blank != ' ')
            blank--;
        char *key = arena_textn(arena, line, (size_t)(blank - line));
        assert_false(texts_has(&series, key)); /* a scrape with one series twice is thrown away whole */
        texts_add(arena, &series, key);
    }
    assert_true(series.n > 3);
    arena_free(arena);
}

static void prometheus_keeps_the_format(void **state) {
    (void)state;
    for_every_story("prometheus", read_prometheus);
}

static void metrics_are_the_contract(void **state) {
    (void)state;
    struct story s;
    tell_tunnel(&s);
    char *text = render(&s, "prometheus", 0, false);
    static const char *const lines[] = {"\nedgeprobe_outcome{target=\"deployment.yaml\",outcome=\"ssh-"
                                        "tunnel\",subject=\"expe1.example.com\",state=\"fails\"} 1\n",
                                        "\nedgeprobe_outcome{target=\"deployment.yaml\",outcome=\"ssh-"
                                        "tunnel\",subject=\"expe1.example.com\",state=\"works\"} 0\n",
                                        "\nedgeprobe_finding{target=\"deployment.yaml\",check=\"chain.ssh-"
                                        "tunnel\",cause=\"missing-intermediate\","
                                        "subject=\"expressway-e:expe1.example.com\",status=\"fail\"} 1\n",
                                        "\nedgeprobe_status{target=\"deployment.yaml\"} 2\n",
                                        "\nedgeprobe_build_info{version="};
    struct facts *facts = s.facts;
    facts->run.target = arena_text(facts->arena, "deployment.yaml");
    free(text);
    text = render(&s, "prometheus", 0, false);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strstr(text, lines[i]) == NULL)
            fail_msg("no %s in\n%s", lines[i], text);
    free(text);
    s.report.name = "named";
    text = render(&s, "prometheus", 0, false);
    assert_non_null(strstr(text, "edgeprobe_status{target=\"named\"} 2"));
    assert_null(strstr(text, "deployment.yaml\""));
    free(text);
    story_close(&s);
}

/* ---- junit ---- */

/* Well-formed as far as our own elements go: a stack of names, references, attributes in quotes. */
static void read_junit(const char *text, const struct story *s) {
    char stack[16][32];
    size_t depth = 0, cases = 0, endings[3] = {0};
    assert_no_controls(text);
    assert_true(text_starts(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    for (const char *p = strchr(text, '\n'); *p != 0; p++) {
        assert_int_not_equal(*p, '>');
        if (*p == '&')
            assert_true(text_starts(p, "&lt;") || text_starts(p, "&gt;") || text_starts(p, "&amp;") ||
                        text_starts(p, "&quot;") || text_starts(p, "&#39;"));
        if (*p != '<')
            continue;
        bool closes = p[1] == '/';
        char name[32] = "";
        p += closes ? 2 : 1;
        size_t length = strspn(p, "abcdefghijklmnopqrstuvwxyz-");
        assert_true(length > 0 && length < sizeof name);
        memcpy(name, p, length);
        for (p += length; *p != '>' && *p != '/'; p++)
            if (*p == '"')
                for (p++; *p != '"'; p++)
                    assert_true(*p != '<' && *p != 0);
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(stack[--depth], name);
        } else if (*p == '/') {
            p++;
        } else {
            assert_true(depth < 16);
            strcpy(stack[depth++], name);
        }
        cases += !closes && strcmp(name, "testcase") == 0;
        endings[0] += !closes && strcmp(name, "failure") == 0;
        endings[1] += !closes && strcmp(name, "error") == 0;
        endings[2] += !closes && strcmp(name, "skipped") == 0;
    }
    assert_int_equal(depth, 0);
    assert_int_equal(cases, s->findings->n);
    static const enum status told[] = {STATUS_FAIL, STATUS_UNKNOWN, STATUS_SKIP};
    for (size_t i = 0; i < 3; i++) {
        size_t count = 0;
        for (size_t k = 0; k < s->findings->n; k++)
            count += s->findings->v[k]->status == told[i];
        assert_int_equal(endings[i], count);
    }
}

static void junit_is_well_formed(void **state) {
    (void)state;
    for_every_story("junit", read_junit);
}

/* ---- markdown ---- */

/* Outside code spans nothing of the text may format: what could is behind a backslash. */
static void read_markdown(const char *text, const struct story *s) {
    (void)s;
    assert_no_controls(text);
    for (const char *p = text; *p != 0; p++) {
        if (*p == '\\') {
            p++;
            continue;
        }
        assert_int_not_equal(*p, '<');
        assert_true(*p != '@' && !text_starts(p, "://") && *p != '!' && *p != '$');
        if (*p != '`')
            continue;
        size_t length = strspn(p, "`"), run = 0;
        for (p += length; run != length; p += run == 0) {
            assert_true(*p != 0 && *p != '\n' && *p != '|');
            run = strspn(p, "`");
            p += run;
        }
        p--;
    }
}

static void markdown_formats_only_what_is_ours(void **state) {
    (void)state;
    for_every_story("markdown", read_markdown);
}

/* ---- html ---- */

/* Elements are ours alone, and nothing is fetched or run: a browser reads the rest in tests/formats/. */
static void read_html(const char *text, const struct story *s) {
    static const char *const elements[] = {
        "!DOCTYPE", "html",   "head",   "meta",   "link",   "title",   "style",   "body",  "svg",
        "defs",     "symbol", "path",   "circle", "use",    "g",       "rect",    "text",  "tspan",
        "desc",     "a",      "header", "main",   "footer", "section", "article", "div",   "p",
        "b",        "i",      "span",   "code",   "h1",     "h2",      "h3",      "h4",    "ul",
        "ol",       "li",     "dl",     "dt",     "dd",     "details", "summary", "label", "input",
        "table",    "thead",  "tbody",  "tr",     "th",     "td",      NULL};
    (void)s;
    assert_no_controls(text);
    for (const char *p = strstr(text, "</style>"); (p = strchr(p, '<')) != NULL; p++) {
        const char *name = p[1] == '/' ? p + 2 : p + 1;
        size_t length = strcspn(name, " >/"), i = 0;
        while (elements[i] != NULL &&
               (strlen(elements[i]) != length || strncmp(elements[i], name, length) != 0))
            i++;
        if (elements[i] == NULL)
            fail_msg("<%.*s>", (int)length, name);
    }
    assert_null(strstr(text, "src="));
    assert_null(strstr(text, "url("));
    assert_null(strstr(text, "@import"));
    assert_null(strstr(text, "href=\"http"));
}

static void html_has_elements_of_ours_only(void **state) {
    (void)state;
    for_every_story("html", read_html);
}

/* ---- ndjson ---- */

static void read_ndjson(const char *text, const struct story *s) {
    assert_int_equal(lines_of(text), 1);
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_string_equal(json_string_value(json_object_get(line, "type")), "report");
    assert_int_equal(json_array_size(json_object_get(line, "findings")), s->findings->n);
    json_decref(line);
}

static void ndjson_is_one_line(void **state) {
    (void)state;
    for_every_story("ndjson", read_ndjson);
}

/* ---- the words of JSON ---- */

/* As the library's own writer has them, byte for byte. */
static void json_is_the_librarys(void **state) {
    static const char *const texts[] = {
        "[]",
        "{}",
        "[[], {}, [[]], {\"a\": {}}]",
        "[true, false, null, 0, -1, 9223372036854775807, -9223372036854775808, 1.5, -0.0, 1e300, 1.0]",
        "{\"a\": [1, [2, {\"b\": [3]}]], \"c\": \"\", \"\": null, \"d\\n\\\"\": [\"x\"]}",
        "[\"\\u0000 \\u0001\\u001f\\b\\f\\n\\r\\t / \\/ \\\\ \\\" \\u007f \\u00e9 \\u2028 \\ud83d\\ude00\"]",
        "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
    };
    static const size_t flags[] = {JSON_COMPACT, JSON_INDENT(1), JSON_INDENT(2), JSON_INDENT(7)};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts * 4; i++) {
        json_t *value = json_loads(texts[i / 4], JSON_ALLOW_NUL, NULL);
        char *wanted = json_dumps(value, flags[i % 4]), *got = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&got, &size);
        assert_non_null(value);
        assert_true(json_line(value, flags[i % 4], out));
        fclose(out);
        assert_int_equal(size, strlen(wanted) + 1);
        assert_memory_equal(got, wanted, size - 1);
        assert_int_equal(got[size - 1], '\n');
        free(wanted);
        free(got);
    }
}

/* Longer than what is gathered, in pieces of every kind; and a file that takes nothing. */
static void json_is_whole_or_fails(void **state) {
    json_t *list = json_array();
    char *got = NULL;
    size_t size = 0;
    (void)state;
    for (int i = 0; i < 20000; i++)
        json_array_append_new(list,
                              json_sprintf("%.*s\n", i % 60, "0123456789012345678901234567890123456789"));
    char *wanted = json_dumps(list, JSON_INDENT(2));
    FILE *out = open_memstream(&got, &size), *full = fopen("/dev/full", "w");
    assert_true(json_put(list, JSON_INDENT(2), out));
    fclose(out);
    assert_string_equal(got, wanted);
    assert_false(json_put(NULL, JSON_COMPACT, full));
    assert_false(json_line(list, JSON_INDENT(2), full));
    fclose(full);
    free(wanted);
    free(got);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nagios_keeps_the_guidelines),
        cmocka_unit_test(nagios_has_a_line_a_finding),
        cmocka_unit_test(prometheus_keeps_the_format),
        cmocka_unit_test(metrics_are_the_contract),
        cmocka_unit_test(junit_is_well_formed),
        cmocka_unit_test(markdown_formats_only_what_is_ours),
        cmocka_unit_test(html_has_elements_of_ours_only),
        cmocka_unit_test(ndjson_is_one_line),
        cmocka_unit_test(json_is_the_librarys),
        cmocka_unit_test(json_is_whole_or_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
