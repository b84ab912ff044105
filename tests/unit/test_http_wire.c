/* Is it read rightly who spoke HTTP, and is the edge asked as a client asks it? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/http.h"

struct row {
    const char *line;
    const char *server, *realm, *content_type, *location; /* NULL: absent */
};

static const struct row rows[] = {
    {"Server: CE_C ECS", "CE_C ECS", NULL, NULL, NULL},
    {"sErVeR:CE_E \t", "CE_E", NULL, NULL, NULL},
    {"Server:", "", NULL, NULL, NULL},
    {"Server: a\x1b[2J<b>", "a\\x1b[2J<b>", NULL, NULL, NULL},
    {"Servers: x", NULL, NULL, NULL, NULL},
    {"X-Server: x", NULL, NULL, NULL, NULL},
    {"Server", NULL, NULL, NULL, NULL},
    {"", NULL, NULL, NULL, NULL},
    {":", NULL, NULL, NULL, NULL},
    {"Server : x", NULL, NULL, NULL, NULL}, /* RFC 9112 5.1: no space before the colon */
    {"Content-Type: text/xml; charset=UTF-8", NULL, NULL, "text/xml; charset=UTF-8", NULL},
    {"Location: https://e.example.com/", NULL, NULL, NULL, "https://e.example.com/"},
    {"WWW-Authenticate: Basic realm=\"Cisco-Edge\"", NULL, "Cisco-Edge", NULL, NULL},
    {"WWW-Authenticate: Basic realm=\"Cisco Web Services Realm\"", NULL, "Cisco Web Services Realm", NULL,
     NULL},
    {"www-authenticate: Basic REALM = \"x\"", NULL, "x", NULL, NULL},
    {"WWW-Authenticate: Basic realm=plain", NULL, "plain", NULL, NULL},
    {"WWW-Authenticate: Basic realm=\"a\\\"b\\\\c\"", NULL, "a\"b\\c", NULL, NULL},
    {"WWW-Authenticate: Basic realm=\"\"", NULL, "", NULL, NULL},
    {"WWW-Authenticate: Basic realm=\"open", NULL, "open", NULL, NULL},
    {"WWW-Authenticate: Basic realm=\"open\\", NULL, "open\\", NULL, NULL},
    {"WWW-Authenticate: Basic realm=", NULL, "", NULL, NULL},
    {"WWW-Authenticate: Basic realm", NULL, NULL, NULL, NULL},
    {"WWW-Authenticate: Basic", NULL, NULL, NULL, NULL},
    {"WWW-Authenticate: Basic x=\"realm=\\\"fake\\\"\", realm=\"true\"", NULL, "true", NULL, NULL},
    {"WWW-Authenticate: Basic xrealm=\"no\"", NULL, NULL, NULL, NULL},
    {"WWW-Authenticate: Negotiate YWJj==, Basic realm=\"second\"", NULL, "second", NULL, NULL},
    {"WWW-Authenticate: Basic realm=\"first\", Digest realm=\"second\"", NULL, "first", NULL, NULL},
};

static bool same(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void test_headers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        struct arena *arena = arena_new();
        struct http_exchange exchange = {0};
        size_t size = strlen(row->line);
        char *exact = malloc(size + 1);
        memcpy(exact, row->line, size);
        http_header_read(arena, exact, size, &exchange);
        bool good = same(exchange.server, row->server) && same(exchange.realm, row->realm) &&
                    same(exchange.content_type, row->content_type) && same(exchange.location, row->location);
        if (!good)
            print_error("%s: %s | %s | %s | %s\n", row->line, exchange.server, exchange.realm,
                        exchange.content_type, exchange.location);
        assert_true(good);
        free(exact);
        arena_free(arena);
    }
}

static void read_lines(struct arena *arena, const char *const *lines, struct http_exchange *exchange) {
    for (; *lines != NULL; lines++)
        http_header_read(arena, *lines, strlen(*lines), exchange);
}

/* Whose realm is it? Of several challenges Basic's, in one line or in several. */
static void test_schemes(void **state) {
    (void)state;
    static const struct {
        const char *lines[3];
        const char *scheme, *realm;
    } told[] = {
        {{"WWW-Authenticate: Basic realm=\"a\""}, "Basic", "a"},
        {{"WWW-Authenticate: Digest realm=\"a\", nonce=\"b\""}, "Digest", "a"},
        {{"WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", basic realm=\"c\""}, "basic", "c"},
        {{"WWW-Authenticate: Basic realm=\"c\", Digest realm=\"a\""}, "Basic", "c"},
        {{"WWW-Authenticate: Bearer realm=\"a\"", "WWW-Authenticate: Basic realm=\"c\""}, "Basic", "c"},
        {{"WWW-Authenticate: Basic realm=\"a\"", "WWW-Authenticate: Basic realm=\"c\""}, "Basic", "a"},
        {{"WWW-Authenticate: Negotiate", "WWW-Authenticate: realm=\"c\""}, NULL, "c"},
        {{"WWW-Authenticate: Basic realm=\"a\"", "HTTP/1.1 200 OK"}, NULL, NULL}};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        struct arena *arena = arena_new();
        struct http_exchange exchange = {0};
        read_lines(arena, told[i].lines, &exchange);
        if (!same(exchange.scheme, told[i].scheme) || !same(exchange.realm, told[i].realm))
            fail_msg("row %zu: %s %s", i, exchange.scheme, exchange.realm);
        arena_free(arena);
    }
}

static void test_first_field_counts(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct http_exchange exchange = {0};
    const char *const lines[] = {"HTTP/1.1 401 Unauthorized", "Server: CE_C ECS", "Server: nginx", NULL};
    read_lines(arena, lines, &exchange);
    assert_string_equal(exchange.server, "CE_C ECS");
    arena_free(arena);
}

/* RFC 9110 5.6.7; what is none of the form is no date. */
static void test_date(void **state) {
    (void)state;
    static const struct {
        const char *line;
        int64_t date;
    } dates[] = {
        {"Date: Sun, 06 Nov 1994 08:49:37 GMT", 784111777}, {"date:Thu, 01 Jan 1970 00:00:01 GMT", 1},
        {"Date: Sunday, 06-Nov-94 08:49:37 GMT", 0},        {"Date: Sun Nov  6 08:49:37 1994", 0},
        {"Date: Sun, 06 Nov 1994 08:49:37 GMT+1", 0},       {"Date: Sun, 06 anF 1994 08:49:37 GMT", 0},
        {"Date: Sun, 41 Nov 1994 08:49:37 GMT", 0},         {"Date: Sun, 06 Nov -994 08:49:37 GMT", 0},
        {"Date: Sun, 06 Nov 1994 99:49:37 GMT", 0},         {"Date: ", 0},
        {"Dates: Sun, 06 Nov 1994 08:49:37 GMT", 0}};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct arena *arena = arena_new();
        struct http_exchange exchange = {0};
        http_header_read(arena, dates[i].line, strlen(dates[i].line), &exchange);
        if (exchange.date != dates[i].date)
            print_error("%s\n", dates[i].line);
        assert_int_equal(exchange.date, dates[i].date);
        arena_free(arena);
    }
}

static void test_interim_answer_is_forgotten(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct http_exchange exchange = {.request = (char *)"get_edge_sso"};
    const char *const lines[] = {"HTTP/1.1 100 Continue",
                                 "Server: proxy",
                                 "Location: /x",
                                 "WWW-Authenticate: B realm=r",
                                 "",
                                 "HTTP/1.1 200 OK",
                                 "Content-Type: text/xml",
                                 NULL};
    read_lines(arena, lines, &exchange);
    assert_null(exchange.server);
    assert_null(exchange.location);
    assert_null(exchange.realm);
    assert_string_equal(exchange.content_type, "text/xml");
    assert_string_equal(exchange.request, "get_edge_sso");
    arena_free(arena);
}

static void test_long_value_is_cut(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    struct http_exchange exchange = {0};
    char line[9000];
    memset(line, 'a', sizeof line);
    memcpy(line, "Server: ", 8);
    http_header_read(arena, line, sizeof line, &exchange);
    assert_int_equal(strlen(exchange.server), 1024 + 3);
    arena_free(arena);
}

static const struct {
    const char *host, *domain, *request, *url;
    int port;
} urls[] = {
    {"expe1.example.com", "tbtp.com", "get_edge_config",
     "https://expe1.example.com:8443/dGJ0cC5jb20/"
     "get_edge_config?service_name=_cisco-uds&service_name=_cuplogin",
     8443},
    {"expe1.example.com", "eu.chegg.com", "get_edge_sso",
     "https://expe1.example.com:8443/ZXUuY2hlZ2cuY29t/get_edge_sso?email=edgeprobe@eu.chegg.com", 8443},
    {"2001:db8::1", "a.b", "get_edge_sso", "https://[2001:db8::1]:443/YS5i/get_edge_sso?email=edgeprobe@a.b",
     443},
    {"[::1]", "a.b", "other", "https://[::1]:8443/YS5i/other", 8443},
    {"e", "a&b=c#d", "get_edge_sso", "https://e:1/YSZiPWMjZA/get_edge_sso?email=edgeprobe@a%26b%3Dc%23d", 1},
};

static void test_urls(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        assert_string_equal(http_edge_url(arena, urls[i].host, urls[i].port, urls[i].domain, urls[i].request),
                            urls[i].url);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers),
                                       cmocka_unit_test(test_schemes),
                                       cmocka_unit_test(test_first_field_counts),
                                       cmocka_unit_test(test_date),
                                       cmocka_unit_test(test_interim_answer_is_forgotten),
                                       cmocka_unit_test(test_long_value_is_cut),
                                       cmocka_unit_test(test_urls)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
