/* Can an engineer read the text report on 80 columns, and can nothing in it act on the terminal? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/columns.h"
#include "stories.h"

/* ---- columns ---- */

static void columns_are_counted(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int columns;
    } rows[] = {{"", 0},
                {"abc", 3},
                {"B\xc3\xbc"
                 "cher",
                 6}, /* precomposed */
                {"Bu\xcc\x88"
                 "cher",
                 6},                             /* u and a combining diaeresis */
                {"\xe4\xbe\x8b.jp", 5},          /* one ideograph is two */
                {"\xef\xbc\xa1", 2},             /* fullwidth A */
                {"\xed\x95\x9c\xea\xb5\xad", 4}, /* Hangul */
                {"\xf0\x9f\x94\x92", 2},         /* a padlock */
                {"\xd7\xa9\xd7\x9c", 2}};        /* Hebrew */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(columns_of(rows[i].text), rows[i].columns);
        assert_int_equal(columns_fit(rows[i].text, rows[i].columns), strlen(rows[i].text));
    }
    assert_int_equal(columns_fit("\xe4\xbe\x8b\xe4\xbe\x8b", 3), 3); /* never half a character */
    assert_int_equal(columns_fit("a\xcc\x88"
                                 "b",
                                 1),
                     3); /* marks stay with their letter */
}

static void texts_are_made_visible(void **state) {
    (void)state;
    static const struct {
        const char *text, *visible;
    } rows[] = {{NULL, ""},
                {"plain", "plain"},
                {"\033[31m", "\\x1b[31m"},
                {"a\nb\tc", "a\\x0ab\\x09c"},
                {"\xc2\x9b"
                 "2J",
                 "\\xc2\\x9b2J"}, /* C1 CSI */
                {"\xe2\x80\xae"
                 "x",
                 "\\xe2\\x80\\xaex"}, /* right-to-left override */
                {"a\xe2\x80\x8b"
                 "b",
                 "a\\xe2\\x80\\x8bb"}, /* zero-width space */
                {"a\xc2\xa0"
                 "b",
                 "a\\xc2\\xa0b"},                             /* no-break space */
                {"\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"}, /* a tag character */
                {"\xff", "\\xff"},
                {"B\xc3\xbc"
                 "cher",
                 "B\xc3\xbc"
                 "cher"},
                {"\\x1b", "\\x1b"}};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *once = visible(arena, rows[i].text);
        assert_string_equal(once, rows[i].visible);
        assert_string_equal(visible(arena, once), once); /* making harmless twice changes nothing */
    }
    assert_string_equal(columns_cut(arena, "abcdef", 6), "abcdef");
    assert_string_equal(columns_cut(arena, "abcdefg", 6), "abc...");
    assert_string_equal(columns_cut(arena, "\xe4\xbe\x8b\xe4\xbe\x8b\xe4\xbe\x8b\xe4\xbe\x8b", 7),
                        "\xe4\xbe\x8b\xe4\xbe\x8b...");
    arena_free(arena);
}

/* ---- the page ---- */

/* Drops the SGR sequences that the report itself writes: ESC [ digits and semicolons m, nothing else. */
static void strip_sgr(char *text) {
    char *to = text;
    for (const char *p = text; *p != 0;) {
        if (*p == '\033') {
            assert_int_equal(p[1], '[');
            p += 2;
            p += strspn(p, "0123456789;");
            assert_int_equal(*p, 'm');
            p++;
        } else {
            *to++ = *p++;
        }
    }
    *to = 0;
}

static void assert_fits(char *text, int width) {
    for (char *line = text, *end; *line != 0; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end); /* the last line ends too */
        *end = 0;
        if (columns_of(line) > width)
            fail_msg("%d columns: %s", columns_of(line), line);
        for (const unsigned char *p = (const unsigned char *)line; *p != 0; p++)
            assert_true(*p >= 0x20 && *p != 0x7f);
        if (line < end)
            assert_int_not_equal(end[-1], ' '); /* no line ends in a blank */
        *end = '\n';
    }
}

static void assert_stays_on_the_page(const struct story *s) {
    for (int verbose = -1; verbose <= 1; verbose++) {
        char *plain = render(s, "text", verbose, false), *colored = render(s, "text", verbose, true);
        assert_null(strchr(plain, '\033'));
        if (verbose >= 0) /* quiet is never wrapped */
            assert_fits(plain, 80);
        strip_sgr(colored);
        assert_string_equal(colored, plain); /* colour adds nothing but colour */
        free(plain);
        free(colored);
    }
}

static void every_story_fits(void **state) {
    (void)state;
    for (size_t i = 0; stories[i] != NULL; i++) {
        struct story s;
        stories[i](&s);
        assert_stays_on_the_page(&s);
        story_close(&s);
    }
}

static void hostile_texts_do_not_act(void **state) {
    (void)state;
    char *longest = malloc(70001), *unbroken = malloc(3001), *ideographs = malloc(3001);
    memset(longest, 'a', 70000);
    memset(unbroken, 'f', 3000);
    longest[70000] = unbroken[3000] = ideographs[3000] = 0;
    for (size_t i = 1; i < 70000; i += 64)
        longest[i] = '.';
    for (size_t i = 0; i < 3000; i += 3)
        memcpy(ideographs + i, "\xe4\xbe\x8b", 3);
    const char *const texts[] = {"\033[2J\033]0;owned\007\033]8;;http://evil\033\\",
                                 "x\nPASS  all is well\n\nFAIL  no",
                                 "x\r\nPASS",
                                 "\xc2\x9b"
                                 "31m\xc2\x90",
                                 "\xe2\x80\xae"
                                 "moc.elpmaxe\xe2\x81\xa6",
                                 "<b onclick=x>&amp;\"'`;=|{}%s%n",
                                 "\xff\xfe\xc0\xaf\xed\xa0\x80",
                                 " two  blanks ",
                                 "",
                                 longest,
                                 unbroken,
                                 ideographs};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct story s;
        tell_hostile(&s, texts[i]);
        assert_stays_on_the_page(&s);
        char *text = render(&s, "text", 1, false);
        assert_null(strstr(text, "\nPASS")); /* no line of its own */
        assert_null(strstr(text, "\xe2\x80\xae"));
        assert_true(strlen(text) < 2000 * 1000);
        free(text);
        story_close(&s);
    }
    free(longest);
    free(unbroken);
    free(ideographs);
}

static void other_widths_hold(void **state) {
    (void)state;
    static const struct {
        int asked, given;
    } rows[] = {{132, 132}, {60, 60}, {40, 40}, {0, 40}, {100000, 200}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t k = 0; stories[k] != NULL; k++) {
            struct story s;
            char *text = NULL;
            size_t size;
            stories[k](&s);
            FILE *out = open_memstream(&text, &size);
            struct report_style style = {.width = rows[i].asked, .verbose = 1};
            assert_true(format_find("text")->write(story_told(&s), &style, out));
            fclose(out);
            assert_fits(text, rows[i].given);
            free(text);
            story_close(&s);
        }
}

/* ---- what it says ---- */

static size_t count_of(const char *text, const char *what) {
    size_t count = 0;
    for (const char *p = text; (p = strstr(p, what)) != NULL; p += strlen(what))
        count++;
    return count;
}

static void assert_order(const char *text, const char *const *wanted) {
    const char *at = text;
    for (; *wanted != NULL; wanted++) {
        const char *found = strstr(at, *wanted);
        if (found == NULL)
            fail_msg("\"%s\" is missing, or not in its place:\n%s", *wanted, text);
        at = found + strlen(*wanted);
    }
}

struct saying {
    story_fn story;
    int verbose;
    const char *wanted[16]; /* in this order; NULL ends */
};

static const struct saying sayings[] = {
    {tell_broken,
     0,
     {"FAIL  example.com: 1 of 4 outcomes fails, 2 work in part.", "Do this first: ", "[1]\n",
      "X FAILS    TC/CE endpoint log-in [1]\n", "~ in part  Jabber log-in",
      "+ works    XMPP messaging (for those who get in)\n"}},
    {tell_broken,
     0,
     {"[1] FAIL  ", "lacks the domain", "    At       expe1.example.com:8443, ",
      "    Wanted   example.com or collab-edge.example.com;", "    Notices  ", "    Fix      1. ", "2. ",
      "    Restart  Expressway-E", "    Next:    edgeprobe check example.com\n"}},
    {tell_broken,
     0,
     {"[3] WARN  ", "[4] UNKNOWN TLS verify", "not visible",
      "3 fail, 1 warn, 1 unknown, 2 pass, 1 left out (-v", "2027-10-22, in 335 days: CN=expe"}},
    {tell_broken,
     1,
     {"wanted       connected\n", "Source ",
      "Passed\n  + dns.collab-edge-srv example.com:", "Left out\n  - chain.ssh-tunnel "}},
    {tell_tunnel,
     0,
     {"FAIL  deployment.yaml: 1 of 2 outcomes fails.", "X FAILS    SSH tunnels (expe1.example.com) [1]\n",
      "+ works    Traversal zone (expe1.example.com)\n",
      "[1] FAIL  SSH tunnel: Expressway-C's trust list lacks CN=Example Issuing CA\n",
      "    Lacks    CN=Example Issuing CA,O=Example, key id", "0A:1B:2C"}},
    {tell_healthy,
     0,
     {"PASS  example.com: Everything that was looked at works.\n",
      "Certificates served\n  expe1.example.com, SAN: ", "live at ", "2 pass"}},
    /* the picture */
    {tell_broken,
     0,
     {"--- 8443 ----!| Expressway-E |<--- tunnel --|", "--- 5061 ----!| 2 nodes", "--- 5222 ---->|",
      "! 5061 SIP TLS works in part: expe2.example.com:5061 (203.0.113.11):", "]\n"}},
    {tell_tunnel,
     0,
     {"-8443-->| Expressway-E |<--7001-| Expressway-C |-8443-->|UCM, IM&P|", "|!--2222-|",
      "! 2222 SSH tunnel works in part: expe1.example.com:2222"}},
    {tell_edge_alone,
     0,
     {"8443 ---->| Expressway-E |X--- tunnel --|", "X tunnel SSH tunnel is broken:", "[1]\n"}},
    {tell_nowhere, 0, {"| client |----- DNS -----X| Expressway-E |", "X DNS service discovery is broken:"}},
    {tell_untried,
     0,
     {"UNKNOWN  deployment.yaml", "? unknown  Traversal zone", "|?--7001-|", "-8443--?|UCM, IM&P|",
      "|?--2222-|", "? 7001 traversal zone, 2222 SSH tunnel, 8443 Unified CM, ", "were not tried\n"}},
};

static void it_says_what_is_wrong(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++) {
        struct story s;
        sayings[i].story(&s);
        char *text = render(&s, "text", sayings[i].verbose, false);
        assert_order(text, sayings[i].wanted);
        free(text);
        story_close(&s);
    }
}

/* One cause on two ports: two subjects with their own evidence, one fix. */
static void guidance_is_told_once(void **state) {
    (void)state;
    struct story s;
    tell_broken(&s);
    char *text = render(&s, "text", 0, false);
    assert_int_equal(count_of(text, "\n[1] FAIL "), 1);
    assert_int_equal(count_of(text, "CollabEdgeDNS"), 1); /* first of all; the step refers to it */
    assert_int_equal(count_of(text, "1. what stands above, \"Do this first\""), 1);
    assert_non_null(strstr(text, "\n    Touch:   Expressway-E expe"));
    free(text);
    story_close(&s);
}

/* The same evidence on both edges is told once, with both subjects in front. */
static void equal_evidence_is_told_once(void **state) {
    (void)state;
    struct story s;
    tell_edge_alone(&s);
    char *text = render(&s, "text", 0, false);
    assert_non_null(strstr(text, "At       expe1.example.com:8443, expe2.example.com:8443:"));
    assert_int_equal(count_of(text, "answered with 502"), 1);
    free(text);
    story_close(&s);
}

static void healthy_is_short(void **state) {
    (void)state;
    struct story s;
    tell_healthy(&s);
    char *text = render(&s, "text", 0, false);
    assert_true(count_of(text, "\n") <= 28);
    assert_null(strstr(text, "FAIL"));
    assert_null(strstr(text, "broken"));
    free(text);
    story_close(&s);
}

/* Lines that begin at the margin. */
static size_t items_of(const char *text) {
    size_t items = 0;
    for (const char *line = text; line != NULL && *line != 0; line = strchr(line, '\n'), line += line != NULL)
        items += *line != ' ';
    return items;
}

static void quiet_is_one_item_each(void **state) {
    (void)state;
    static const struct {
        story_fn story;
        size_t items;
    } rows[] = {{tell_broken, 3 + 3}, {tell_tunnel, 1 + 1}, {tell_untried, 1 + 1}, {tell_healthy, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct story s;
        rows[i].story(&s);
        char *text = render(&s, "text", -1, false);
        assert_int_equal(items_of(text), rows[i].items);
        assert_null(strstr(text, "..."));
        free(text);
        story_close(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_counted),   cmocka_unit_test(texts_are_made_visible),
        cmocka_unit_test(every_story_fits),      cmocka_unit_test(hostile_texts_do_not_act),
        cmocka_unit_test(other_widths_hold),     cmocka_unit_test(it_says_what_is_wrong),
        cmocka_unit_test(guidance_is_told_once), cmocka_unit_test(equal_evidence_is_told_once),
        cmocka_unit_test(healthy_is_short),      cmocka_unit_test(quiet_is_one_item_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
