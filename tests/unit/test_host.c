/* Is what the user typed taken as the host name it means, and refused when it can be none? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"

#define LABEL63 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"

static const struct {
    const char *text, *host; /* host NULL: refused */
} rows[] = {
    {"example.com", "example.com"},
    {"Example.COM", "example.com"},
    {"example.com.", "example.com"},
    {"expe1", "expe1"},
    {"expe_1.example.com", "expe_1.example.com"},
    {"_collab-edge._tls.example.com", "_collab-edge._tls.example.com"},
    {"r3---sn-a.example.com", "r3---sn-a.example.com"},
    {"1a.2b.3c", "1a.2b.3c"},
    {LABEL63 ".com", LABEL63 ".com"},
    /* IDN: UTS 46, so upper case and composed and decomposed forms are one name */
    {"b\xc3\xbc"
     "cher.example",
     "xn--bcher-kva.example"},
    {"B\xc3\x9c"
     "CHER.example",
     "xn--bcher-kva.example"},
    {"bu\xcc\x88"
     "cher.example",
     "xn--bcher-kva.example"},
    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
    {"stra\xc3\x9f"
     "e.example",
     "xn--strae-oqa.example"},
    {"\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88", "xn--r8jz45g.xn--zckzah"},
    /* addresses */
    {"192.0.2.1", "192.0.2.1"},
    {"::1", "::1"},
    {"[::1]", "::1"},
    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
    {"[2001:db8::1]", "2001:db8::1"},
    /* refused */
    {"", NULL},
    {".", NULL},
    {"..", NULL},
    {"a..b", NULL},
    {".example.com", NULL},
    {"example.com..", NULL},
    {"exa mple.com", NULL},
    {" example.com", NULL},
    {"example.com\n", NULL},
    {"a\x1b[31m.com", NULL},
    {"a\x7f.com", NULL},
    {"a\xc2\x85.com", NULL}, /* C1 control */
    {"a\xe2\x80\xae"
     "b.com",
     NULL},              /* right-to-left override */
    {"a\xff.com", NULL}, /* no UTF-8 */
    {"https://example.com", NULL},
    {"example.com/x", NULL},
    {"example.com:8443", NULL},
    {"*.example.com", NULL},
    {"user@example.com", NULL},
    {"a,b", NULL},
    {"a\\b", NULL},
    {"\"a\"", NULL},
    {"[example.com]", NULL},
    {"[192.0.2.1]", NULL},
    {"[::1", NULL},
    {"::1::", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2", NULL},
    {"1.2.3.4.5", NULL},
    {LABEL63 "d.com", NULL},
    {LABEL63 "." LABEL63 "." LABEL63 "." LABEL63, NULL},
};

static void test_rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new();
        char *host = NULL, *error = NULL;
        bool good = host_read(arena, rows[i].text, &host, &error);
        if (good != (rows[i].host != NULL) || (good && strcmp(host, rows[i].host) != 0))
            print_error("%s: %s\n", rows[i].text, good ? host : error);
        assert_int_equal(good, rows[i].host != NULL);
        if (good) {
            assert_string_equal(host, rows[i].host);
        } else {
            assert_non_null(error);
            assert_null(strpbrk(error, "\n\x1b\x7f"));
        }
        arena_free(arena);
    }
}

static void test_longest(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    char *host, *error, name[260];
    memset(name, 'a', sizeof name);
    for (size_t i = 50; i < sizeof name; i += 51)
        name[i] = '.';
    name[253] = 0;
    assert_true(host_read(arena, name, &host, &error));
    assert_string_equal(host, name);
    name[253] = 'a';
    name[254] = 0;
    name[252] = 'a';
    assert_false(host_read(arena, name, &host, &error));
    assert_non_null(strstr(error, "253"));
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_longest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
