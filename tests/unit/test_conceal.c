/* Does no secret and no user's name stay in a text of a log, and do the words around stay? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "facts/conceal.h"
#include "facts/log.h"
#include "facts/text.h"

/* S stands for the secret, as letters and digits and as what it is tried with below. */
static const char *const forms[] = {
    "password=%s",
    "Password: %s",
    "Login with password=\"%s\" refused",
    "login with \\\"password\\\":\\\"%s\\\" refused",
    "{\"password\":\"%s\",\"realm\":\"x\"}",
    "passwd %%3D x, pwd=%s",
    "the passphrase is wrong, passphrase: %s",
    "zone_password = %s for zone 1",
    "<password>%s</password>",
    "<auth mechanism='PLAIN'>%s</auth>",
    "X-Auth=%s",
    "X-Auth: %s; Path=/",
    "Cookie: X-Auth=%s; Secure; HttpOnly",
    "Set-Cookie: JSESSIONID=%s; Path=/",
    "Cookie=\"X-Auth=%s\"",
    "Authorization: Basic %s",
    "Proxy-Authorization: Bearer token=\"%s\"",
    "Authorization: Digest username=\"x\", realm=\"y\", response=\"%s\"",
    "Digest realm=\"y\", nonce=\"%s\", algorithm=MD5",
    "cnonce=%s, nc=00000001",
    "opaque=\"%s\"",
    "response='%s'",
    "access_token=%s&x=1",
    "refresh-token: %s",
    "id_token='%s'",
    "token 9%s expired",
    "session_id=%s",
    "Session-ID: %s ended",
    "api_key=%s",
    "shared-secret=%s",
    "SAMLResponse=%s",
    "community: %s",
    "Server certificate uploaded by %s",
    "Server certificate uploaded by user %s at noon",
    "certificate removed by \"%s\"",
    "user \"%s\" was refused",
    "user \\\"%s\\\" was refused",
    "User '%s' logged in",
    "Incorrect credential for user %s",
    "username=%s",
    "Username: %s",
    "UserID=\"%s\"",
    "logged in as %s from 192.0.2.1",
    "administrator %s changed",
    "account '%s' is locked",
    "sip:%s@example.com",
    "https://x:%s@example.com/",
    "get_edge_sso?email=%s",
    "GET /path?%s HTTP/1.1",
    "{cipher}%s",
    "-----BEGIN RSA PRIVATE KEY----- %s",
    "to 'email=%s%%40example.com'",
};

static void no_secret_stays(void **state) {
    static const char *const secrets[] = {"hunter2", "Tr0ub4dor-and-3", "zqsecretqz", "a,b;c7&d)",
                                          "J\xc3\xbcrgen9"};
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++) {
            char line[300];
            bool is_name = k >= 3; /* nobody's name, nor part of an address */
            if (is_name && (strstr(forms[i], "@") != NULL || strstr(forms[i], "%40") != NULL ||
                            strstr(forms[i], " by ") != NULL || strstr(forms[i], "ser %s") != NULL ||
                            strstr(forms[i], " as ") != NULL || strstr(forms[i], "administrator") != NULL ||
                            strstr(forms[i], "%%40") != NULL))
                continue;
            snprintf(line, sizeof line, forms[i], secrets[k]);
            const char *told = text_conceal(arena, line);
            if (strstr(told, secrets[k]) != NULL || strstr(told, "<concealed>") == NULL)
                fail_msg("%s: %s", line, told);
            if (strcmp(text_conceal(arena, told), told) != 0)
                fail_msg("%s, and again: %s", told, text_conceal(arena, told));
        }
    arena_free(arena);
}

/* Alone, without any word that tells. */
static void random_runs_go(void **state) {
    static const char *const rows[] = {
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.c2lnbmF0dXJl",
        "Zm9vYmFyc2VjcmV0c2VjcmV0c2VjcmV0c1Y0",
        "d41d8cd98f00b204e9800998ecf8427e",
        "AGFsaWNlAHBhc3N3b3JkMTIzNDU2Nzg5MA==",
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *told = text_conceal(arena, arena_printf(arena, "got %s here", rows[i]));
        if (strncmp(told, "got <concealed>", 15) != 0 || strstr(told, " here") == NULL)
            fail_msg("%s: %s", rows[i], told);
    }
    arena_free(arena);
}

static void words_stay(void **state) {
    static const char *const rows[] = {
        "self signed certificate in certificate chain",
        "TCP Connection Failed",
        "Unified Communications SSH tunnel failure: This system cannot communicate with one or more remote "
        "hosts: expe1.example.com",
        "error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed",
        "Incorrect authentication credential for user",
        "Failed to authenticate user against server",
        "OAuth token decryption failed",
        "calculated response does not match supplied response",
        "Sending Response Code=408, Method=SERVICE",
        "jabberd-port-1.expc1-example-local 192.0.2.1:7400 (111) Connection refused",
        "issued by CN=Lab Public Issuing",
        "['IPv4''TCP''172.16.2.2:5062'] [2001:db8::1]:5062",
        "User-Agent: TANDBERG/4132 (X8.7.2)",
        "1a2b3c4d-954f-4f6f-85c1-2ef1eae6f764",
        "",
    };
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(text_conceal(arena, rows[i]), rows[i]);
    assert_null(text_conceal(arena, NULL));
    arena_free(arena);
}

/* The door that every text of a log comes through: before it is cut, not behind. */
static void log_texts_come_through(void **state) {
    (void)state;
    struct arena *arena = arena_new();
    static const char line[] = "Server certificate uploaded by somebodyslongname today";
    const char *told = slice_text(arena, (struct slice){line, sizeof line - 1}, 40);
    assert_string_equal(told, "Server certificate uploaded by <conceale...");
    assert_null(slice_text(arena, (struct slice){NULL, 0}, 40));
    arena_free(arena);
}

/* A line that is all keys, or one that never ends, takes no time by the square. */
static void long_lines_end(void **state) {
    static const char *const units[] = {"a.",     "user ", "a@",  "password=", "\"",
                                        "<auth ", "a/",    "by ", "{a}b"};
    enum { SIZE = 64 * 1024 };
    (void)state;
    struct arena *arena = arena_new();
    char *line = malloc(SIZE + 1);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        for (size_t k = 0; k < SIZE; k++)
            line[k] = units[i][k % strlen(units[i])];
        line[SIZE] = 0;
        assert_non_null(text_conceal(arena, line));
    }
    free(line);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_secret_stays), cmocka_unit_test(random_runs_go),
                                       cmocka_unit_test(words_stay), cmocka_unit_test(log_texts_come_through),
                                       cmocka_unit_test(long_lines_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
