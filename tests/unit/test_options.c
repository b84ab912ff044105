/* Is the command line taken as meant, and refused in one line that names the option when it is not? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config/options.h"

enum { ARGS_MAX = 40 };

struct own {
    const char *name;
    bool flag;
};

static bool take_name(struct arena *arena, void *context, const char *argument, char **error) {
    if (strcmp(argument, "bad") == 0) {
        *error = arena_text(arena, "wanted a good name");
        return false;
    }
    ((struct own *)context)->name = argument;
    return true;
}

static bool take_flag(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct own *)context)->flag = true;
    return true;
}

static const struct option_row own_rows[] = {{"name", 'n', "NAME", "a name", take_name},
                                             {"flag", 0, NULL, "a flag", take_flag},
                                             {NULL, 0, NULL, NULL, NULL}};

/* A command line as words with blanks between, read with stderr caught. */
struct command_line {
    struct arena *arena;
    struct options options;
    struct own own;
    enum options_result result;
    char stderr_text[1024];
};

static void run(struct command_line *run, const char *line) {
    char *argv[ARGS_MAX] = {(char *)"check"}, *rest;
    int argc = 1, saved = dup(STDERR_FILENO);
    FILE *caught = tmpfile();
    *run = (struct command_line){.arena = arena_new()};
    rest = arena_text(run->arena, line);
    for (char *word; (word = strsep(&rest, " ")) != NULL && argc < ARGS_MAX - 1;)
        if (*word != 0)
            argv[argc++] = word;
    fflush(stderr);
    dup2(fileno(caught), STDERR_FILENO);
    run->result = options_read(run->arena, argc, argv, own_rows, &run->own, &run->options);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(caught);
    run->stderr_text[fread(run->stderr_text, 1, sizeof run->stderr_text - 1, caught)] = 0;
    fclose(caught);
}

static void test_defaults(void **state) {
    (void)state;
    struct command_line r;
    run(&r, "");
    assert_int_equal(r.result, OPTIONS_GOOD);
    assert_int_equal(r.options.timeout_ms, 5000);
    assert_int_equal(r.options.deadline_ms, 60000);
    assert_int_equal(r.options.family, 0);
    assert_int_equal(r.options.color, COLOR_AUTO);
    assert_null(r.options.file);
    assert_false(r.options.has_at || r.options.has_vantage || r.options.has_warn_days);
    assert_int_equal(r.options.arguments.n, 0);
    arena_free(r.arena);
}

static void test_everything(void **state) {
    (void)state;
    struct command_line r;
    run(&r,
        "-f d.yaml --format=json -o out a.example --save s.json --vantage lab --release X14.3 --trust t.pem "
        "--symptom zone-down -vv");
    assert_int_equal(r.result, OPTIONS_GOOD);
    assert_string_equal(r.options.file, "d.yaml");
    assert_string_equal(r.options.format, "json");
    assert_string_equal(r.options.output, "out");
    assert_string_equal(r.options.save, "s.json");
    assert_int_equal(r.options.vantage, VANTAGE_LAB);
    assert_string_equal(r.options.release, "X14.3");
    assert_string_equal(r.options.trust, "t.pem");
    assert_string_equal(r.options.symptom, "zone-down");
    assert_int_equal(r.options.verbose, 2);
    assert_int_equal(r.options.arguments.n, 1);
    assert_string_equal(r.options.arguments.v[0], "a.example");
    arena_free(r.arena);

    run(&r, "--at 2026-11-21T21:00:00+01:00 --warn-days 40 --crit-days 10 --timeout 0.5 --deadline 7 -6 "
            "--no-revocation --no-progress --color never -q --expect-cert a --expect-cert b");
    assert_int_equal(r.result, OPTIONS_GOOD);
    assert_true(r.options.has_at && r.options.has_warn_days && r.options.has_crit_days);
    assert_int_equal(r.options.at, 1795291200);
    assert_int_equal(r.options.warn_days, 40);
    assert_int_equal(r.options.crit_days, 10);
    assert_int_equal(r.options.timeout_ms, 500);
    assert_int_equal(r.options.deadline_ms, 7000);
    assert_int_equal(r.options.family, 6);
    assert_true(r.options.no_revocation && r.options.no_progress);
    assert_int_equal(r.options.color, COLOR_NEVER);
    assert_int_equal(r.options.verbose, -1);
    assert_int_equal(r.options.expect_cert.n, 2);
    arena_free(r.arena);
}

static void test_own_options(void **state) {
    (void)state;
    struct command_line r;
    run(&r, "--flag -n x -- --name");
    assert_int_equal(r.result, OPTIONS_GOOD);
    assert_true(r.own.flag);
    assert_string_equal(r.own.name, "x");
    assert_string_equal(r.options.arguments.v[0], "--name");
    arena_free(r.arena);
    run(&r, "--help");
    assert_int_equal(r.result, OPTIONS_HELP);
    arena_free(r.arena);
    run(&r, "--flag -h --nonsense");
    assert_int_equal(r.result, OPTIONS_HELP);
    arena_free(r.arena);
}

static const struct {
    const char *argument, *resolvers; /* with a blank between; NULL: refused */
} resolvers[] = {{"127.0.0.1", "127.0.0.1:53"},
                 {"127.0.0.1:5353", "127.0.0.1:5353"},
                 {"::1", "[::1]:53"},
                 {"[::1]", "[::1]:53"},
                 {"[0:0:0:0:0:0:0:1]:5353", "[::1]:5353"},
                 {"127.0.0.1,[::1]:5353", "127.0.0.1:53 [::1]:5353"},
                 {"127.0.0.1,127.0.0.1:53", "127.0.0.1:53"},
                 {"localhost", NULL},
                 {"127.0.0.1:", NULL},
                 {"127.0.0.1:0", NULL},
                 {"127.0.0.1:65536", NULL},
                 {"127.0.0.1:5x", NULL},
                 {"127.0.0.1,", NULL},
                 {"[::1", NULL},
                 {"[::1]5353", NULL},
                 {"[127.0.0.1]:53", NULL},
                 {"1.2.3", NULL}};

static void test_resolvers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof resolvers / sizeof resolvers[0]; i++) {
        struct command_line r;
        char line[100];
        snprintf(line, sizeof line, "--resolver %s", resolvers[i].argument);
        run(&r, line);
        assert_int_equal(r.result, resolvers[i].resolvers != NULL ? OPTIONS_GOOD : OPTIONS_BAD);
        if (r.result == OPTIONS_GOOD) {
            char *all = arena_text(r.arena, "");
            for (size_t k = 0; k < r.options.resolvers.n; k++)
                all = arena_printf(r.arena, "%s%s%s", all, k > 0 ? " " : "", r.options.resolvers.v[k]);
            assert_string_equal(all, resolvers[i].resolvers);
        } else {
            assert_non_null(strstr(r.stderr_text, "--resolver: wanted"));
        }
        arena_free(r.arena);
    }
}

static const struct {
    const char *argument, *host, *to_host; /* host NULL: refused */
    int port, to_port;
} connects[] = {{"a.example:8443:127.0.0.1:9443", "a.example", "127.0.0.1", 8443, 9443},
                {"A.Example:8443::9443", "a.example", "", 8443, 9443},
                {"::127.0.0.1:9443", "", "127.0.0.1", 0, 9443},
                {"a:1:b:", "a", "b", 1, 0},
                {"[::1]:5061:[2001:db8::2]:5062", "::1", "2001:db8::2", 5061, 5062},
                {"a:1:b", NULL, NULL, 0, 0},
                {"a:1:b:2:c", NULL, NULL, 0, 0},
                {"a:x:b:2", NULL, NULL, 0, 0},
                {"a:1:b:70000", NULL, NULL, 0, 0},
                {"[::1:1:b:2", NULL, NULL, 0, 0},
                {"a/b:1:c:2", NULL, NULL, 0, 0},
                {"x", NULL, NULL, 0, 0}};

static void test_connect_to(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof connects / sizeof connects[0]; i++) {
        struct command_line r;
        char line[100];
        snprintf(line, sizeof line, "--connect-to %s", connects[i].argument);
        run(&r, line);
        if (connects[i].host == NULL) {
            assert_int_equal(r.result, OPTIONS_BAD);
            assert_non_null(strstr(r.stderr_text, "--connect-to: "));
        } else {
            assert_int_equal(r.result, OPTIONS_GOOD);
            assert_int_equal(r.options.connect_to.n, 1);
            const struct connect_to *to = r.options.connect_to.v[0];
            assert_string_equal(to->host, connects[i].host);
            assert_string_equal(to->to_host, connects[i].to_host);
            assert_int_equal(to->port, connects[i].port);
            assert_int_equal(to->to_port, connects[i].to_port);
        }
        arena_free(r.arena);
    }
}

/* Thresholds as monitoring plugins take them: all of these speak up below a number of days. */
static void days_are_ranges_too(void **state) {
    (void)state;
    static const struct {
        const char *line;
        int warn, crit;
    } rows[] = {{"-w 30 -c 7 a", 30, 7},
                {"-w 30: -c 7: a", 30, 7},
                {"-w @29 -c @0:6 a", 30, 7},
                {"-w @~:29 -c 7 -t 10 a", 30, 7},
                {"--warn-days=30: -c 0 a", 30, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct command_line r;
        run(&r, rows[i].line);
        assert_int_equal(r.result, OPTIONS_GOOD);
        assert_int_equal(r.options.warn_days, rows[i].warn);
        assert_int_equal(r.options.crit_days, rows[i].crit);
        assert_int_equal(r.options.deadline_ms, i == 3 ? 10000 : 60000);
        arena_free(r.arena);
    }
}

static const struct {
    const char *line, *says; /* part of the one line on stderr */
} bad[] = {{"--at x", "edgeprobe: check: --at: wanted an RFC 3339 time"},
           {"--at x", "got 'x'"},
           {"--at 2026-02-30", "--at: wanted"},
           {"--at 2026-11-21T25:00:00Z", "--at: wanted"},
           {"--vantage outside", "--vantage: wanted external, internal or lab, got 'outside'"},
           {"--release banana", "--release: wanted a release such as X14.3, got 'banana'"},
           {"--release X14.", "--release: wanted"},
           {"--warn-days -1", "--warn-days: wanted"},
           {"--warn-days 3x", "--warn-days: wanted"},
           {"--warn-days 99999999999999999999", "--warn-days: wanted"},
           {"-w 30:40", "--warn-days: wanted a number of days, or a range below one"},
           {"-c ~:7", "--crit-days: wanted"},
           {"-w @", "--warn-days: wanted"},
           {"-w :", "--warn-days: wanted"},
           {"-c @10:20", "--crit-days: wanted"},
           {"--crit-days 40 --warn-days 30", "--crit-days: wanted at most the 30"},
           {"--timeout 0", "--timeout: wanted seconds"},
           {"--timeout nan", "--timeout: wanted seconds"},
           {"--timeout 1e9", "--timeout: wanted seconds"},
           {"--deadline 100000", "--deadline: wanted seconds"},
           {"--color sometimes", "--color: wanted auto, always or never"},
           {"--name bad", "--name: wanted a good name, got 'bad'"},
           {"--trust a\x1b[31m.pem", "--trust: wanted text without control characters, got 'a\\x1b[31m.pem'"},
           {"--at", "option '--at' wants an argument"},
           {"-f", "option '-f' wants an argument"},
           {"--flag=x", "option '--flag' takes no argument"},
           {"--relase X14", "unknown option '--relase', did you mean '--release'?"},
           {"--zzzzzz", "unknown option '--zzzzzz'; see 'edgeprobe check --help'"},
           {"-x", "unknown option '-x'"}};

static void test_bad(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct command_line r;
        run(&r, bad[i].line);
        if (r.result != OPTIONS_BAD || strstr(r.stderr_text, bad[i].says) == NULL)
            print_error("%s: %s", bad[i].line, r.stderr_text);
        assert_int_equal(r.result, OPTIONS_BAD);
        assert_non_null(strstr(r.stderr_text, bad[i].says));
        assert_ptr_equal(strchr(r.stderr_text, '\n'), r.stderr_text + strlen(r.stderr_text) - 1);
        arena_free(r.arena);
    }
}

static void test_help_fits(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    options_help(out, "zone", own_rows);
    fclose(out);
    assert_non_null(strstr(text, "  -n, --name NAME           a name\n"));
    assert_non_null(strstr(text, "--connect-to H:P:H2:P2\n"));
    assert_non_null(strstr(text, "  -4, --ipv4"));
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 80);
        assert_true(line[strlen(line) - 1] != ' ');
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(days_are_ranges_too),
                                       cmocka_unit_test(test_defaults),
                                       cmocka_unit_test(test_everything),
                                       cmocka_unit_test(test_own_options),
                                       cmocka_unit_test(test_resolvers),
                                       cmocka_unit_test(test_connect_to),
                                       cmocka_unit_test(test_bad),
                                       cmocka_unit_test(test_help_fits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
