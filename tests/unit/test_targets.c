/* Is a targets file read as its author meant it, and does a bad entry stay alone? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "config/targets.h"
#include "facts/text.h"

static bool read_text(struct targets *targets, const char *text, char **error) {
    *targets = (struct targets){.arena = arena_new()};
    *error = NULL;
    return targets_read_text(targets, text, strlen(text), "etc/targets.yaml", error);
}

static void assert_read(struct targets *targets, const char *text) {
    char *error;
    if (!read_text(targets, text, &error))
        fail_msg("%s", error);
}

static void each_kind_is_known(void **state) {
    (void)state;
    struct targets t;
    assert_read(&t, "defaults: {timeout: 2, no-revocation: true, resolver: [127.0.0.1, '::1']}\n"
                    "targets:\n"
                    "  - {domain: example.com, warn-days: 40, no-revocation: off}\n"
                    "  - {deployment: sites/a.yaml, name: site a}\n"
                    "  - {endpoint: 'sip.example.com:5061'}\n"
                    "  - zone: {peer-address: expe.example.com, tls-verify-name: expc.example.local}\n"
                    "    trust: ca.pem\n"
                    "modules:\n"
                    "  quick: {timeout: 1}\n");
    assert_int_equal(t.v.n, 4);
    assert_string_equal(t.folder, "etc/");
    static const struct {
        enum target_kind kind;
        const char *name, *what;
        int line;
    } wanted[] = {{TARGET_DOMAIN, "example.com", "example.com", 3},
                  {TARGET_DEPLOYMENT, "site a", "etc/sites/a.yaml", 4},
                  {TARGET_ENDPOINT, "sip.example.com:5061", "sip.example.com:5061", 5},
                  {TARGET_ZONE, "expe.example.com", "expe.example.com", 6}};
    for (size_t i = 0; i < 4; i++) {
        assert_null(t.v.v[i]->error);
        assert_int_equal(t.v.v[i]->kind, wanted[i].kind);
        assert_string_equal(t.v.v[i]->name, wanted[i].name);
        assert_string_equal(t.v.v[i]->what, wanted[i].what);
        assert_int_equal(t.v.v[i]->line, wanted[i].line);
    }
    assert_string_equal(setting_find(&t.v.v[0]->settings, "warn-days")->values.v[0], "40");
    assert_true(setting_find(&t.v.v[0]->settings, "no-revocation")->is_off);
    assert_string_equal(setting_find(&t.v.v[3]->zone, "tls-verify-name")->values.v[0], "expc.example.local");
    assert_string_equal(setting_find(&t.v.v[3]->settings, "trust")->values.v[0], "ca.pem");
    assert_int_equal(setting_find(&t.defaults, "resolver")->values.n, 2);
    assert_int_equal(setting_find(&t.defaults, "no-revocation")->values.n, 0);
    assert_false(setting_find(&t.defaults, "no-revocation")->is_off);
    assert_int_equal(t.modules.n, 1);
    assert_string_equal(t.modules.v[0]->name, "quick");
    assert_ptr_equal(target_find(&t, "site a"), t.v.v[1]);
    assert_ptr_equal(target_find(&t, "Example.COM"), t.v.v[0]);
    assert_null(target_find(&t, "example.org"));
    arena_free(t.arena);
}

static void a_bad_entry_stays_alone(void **state) {
    (void)state;
    static const struct {
        const char *entry, *says;
    } rows[] = {{"{domain: a.example, endpoint: 'b:1'}", "not both"},
                {"{name: x}", "wanted domain, deployment, endpoint or zone"},
                {"{domain: [a]}", "domain: wanted a text"},
                {"{domain: ''}", "domain: wanted a text"},
                {"{domain: a.example, timeout: {a: b}}", "timeout: wanted a value or a list of values"},
                {"{domain: a.example, resolver: [[x]]}", "resolver: wanted a list of values"},
                {"{zone: example.com}", "zone: wanted a map"},
                {"{zone: {tls-verify-name: x}}", "zone: wanted peer-address"},
                {"{domain: a.example, name: [x]}", "name: wanted a text"},
                {"just a text", "wanted a map"},
                {"{domain: good.example}", "stands on line 2 already"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct targets t;
        char text[512];
        snprintf(text, sizeof text,
                 "targets:\n  - {domain: good.example}\n  - %s\n  - {domain: fine.example}\n", rows[i].entry);
        assert_read(&t, text);
        assert_int_equal(t.v.n, 3);
        assert_null(t.v.v[0]->error);
        assert_null(t.v.v[2]->error);
        assert_non_null(t.v.v[1]->error);
        if (strstr(t.v.v[1]->error, rows[i].says) == NULL)
            fail_msg("%s: '%s'", rows[i].entry, t.v.v[1]->error);
        assert_int_equal(t.v.v[1]->line, 3);
        arena_free(t.arena);
    }
}

static void a_bad_file_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {{"targets: {domain: x}\n", "etc/targets.yaml:1:10: targets: wanted a list"},
                {"targets: []\ntarget: []\n", "etc/targets.yaml:2:9: target: unknown key"},
                {"targets: []\ndefaults: [x]\n", "defaults: wanted a map"},
                {"targets: []\nmodules: {m: x}\n", "modules: m: wanted a map"},
                {"targets: [}\n", "etc/targets.yaml:1:"},
                {"- example.com\n", "wanted a map with targets"},
                {"", "wanted a map with targets"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct targets t;
        char *error;
        assert_false(read_text(&t, rows[i].text, &error));
        if (strstr(error, rows[i].says) == NULL)
            fail_msg("%s: '%s'", rows[i].text, error);
        arena_free(t.arena);
    }
}

static void a_deployment_is_one_target(void **state) {
    (void)state;
    struct targets t;
    assert_read(&t, "domains: [example.com]\n");
    assert_int_equal(t.v.n, 1);
    assert_int_equal(t.v.v[0]->kind, TARGET_DEPLOYMENT);
    assert_string_equal(t.v.v[0]->what, "etc/targets.yaml");
    arena_free(t.arena);
}

static void write_file(const char *folder, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void a_folder_holds_deployments(void **state) {
    (void)state;
    char folder[] = "/tmp/edgeprobe-targets-XXXXXX", command[128];
    char *error = NULL;
    assert_non_null(mkdtemp(folder));
    struct targets t = {.arena = arena_new()};
    assert_false(targets_read(&t, folder, &error));
    assert_non_null(strstr(error, "no deployment"));
    write_file(folder, "b.yaml", "domains: [b.example]\n");
    write_file(folder, "a.yml", "domains: [a.example]\n");
    write_file(folder, "notes.txt", "x");
    write_file(folder, ".hidden.yaml", "x");
    assert_true(targets_read(&t, folder, &error));
    assert_int_equal(t.v.n, 2);
    assert_string_equal(t.v.v[0]->name, "a.yml");
    assert_true(text_starts(t.v.v[1]->what, folder) && text_ends(t.v.v[1]->what, "/b.yaml"));
    arena_free(t.arena);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

static void lines_are_domains(void **state) {
    (void)state;
    char path[] = "/tmp/edgeprobe-lines-XXXXXX";
    int fd = mkstemp(path);
    const char *text =
        "example.com\r\n\n  example.net  # ours\n# nothing\nexample.com\nLast.Example.\nlast.example";
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    assert_non_null(freopen(path, "r", stdin));
    struct targets t = {.arena = arena_new()};
    char *error = NULL;
    assert_true(targets_read(&t, "-", &error));
    assert_int_equal(t.v.n, 3);
    assert_string_equal(t.v.v[0]->name, "example.com");
    assert_string_equal(t.v.v[1]->name, "example.net");
    assert_int_equal(t.v.v[1]->line, 3);
    assert_string_equal(t.v.v[2]->name, "last.example");
    arena_free(t.arena);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_known),         cmocka_unit_test(a_bad_entry_stays_alone),
        cmocka_unit_test(a_bad_file_is_refused),      cmocka_unit_test(a_deployment_is_one_target),
        cmocka_unit_test(a_folder_holds_deployments), cmocka_unit_test(lines_are_domains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
