/* How does an attempt end by what was witnessed? Rows of everything that can happen last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "facts/ending.h"

enum { N = NO_ALERT, HANDSHAKE_FAILURE = 40, UNKNOWN_CA = 48, DECODE_ERROR = 50 };

static const struct {
    const char *what;
    struct witnessed seen;
    enum tls_state state;
    enum side by;
    int alert;
    enum side alert_by;
} rows[] = {
    {"all came",
     {HAPPENED_DONE, N, N, N, 0x304, true, false, true},
     TLS_ESTABLISHED,
     SIDE_NOBODY,
     N,
     SIDE_NOBODY},
    {"closed instead of an answer",
     {HAPPENED_EOF, N, N, N, 0, false, false, false},
     TLS_CLOSED,
     SIDE_PEER,
     N,
     SIDE_NOBODY},
    {"an alert, then it closed",
     {HAPPENED_EOF, UNKNOWN_CA, N, N, 0x303, true, false, true},
     TLS_ALERT,
     SIDE_PEER,
     UNKNOWN_CA,
     SIDE_PEER},
    {"a warning, then it closed",
     {HAPPENED_EOF, N, HANDSHAKE_FAILURE, N, 0, true, false, false},
     TLS_ALERT,
     SIDE_PEER,
     HANDSHAKE_FAILURE,
     SIDE_PEER},
    {"of both the fatal one",
     {HAPPENED_EOF, UNKNOWN_CA, HANDSHAKE_FAILURE, N, 0, true, false, false},
     TLS_ALERT,
     SIDE_PEER,
     UNKNOWN_CA,
     SIDE_PEER},
    {"reset before any answer",
     {HAPPENED_RESET, N, N, N, 0, false, false, false},
     TLS_RESET,
     SIDE_PATH,
     N,
     SIDE_NOBODY},
    {"reset after one",
     {HAPPENED_RESET, N, N, N, 0, true, false, false},
     TLS_RESET,
     SIDE_PEER,
     N,
     SIDE_NOBODY},
    {"silence",
     {HAPPENED_TIMEOUT, N, N, N, 0, false, false, false},
     TLS_TIMEOUT,
     SIDE_NOBODY,
     N,
     SIDE_NOBODY},
    {"our deadline",
     {HAPPENED_STOPPED, N, N, N, 0x303, true, false, false},
     TLS_LOCAL_ERROR,
     SIDE_US,
     N,
     SIDE_NOBODY},
    {"our library's policy",
     {HAPPENED_LIBRARY, N, N, HANDSHAKE_FAILURE, 0x303, true, false, false},
     TLS_LOCAL_ERROR,
     SIDE_US,
     HANDSHAKE_FAILURE,
     SIDE_US},
    {"it failed without a word",
     {HAPPENED_LIBRARY, N, N, N, 0x303, true, false, false},
     TLS_LOCAL_ERROR,
     SIDE_US,
     N,
     SIDE_NOBODY},
    {"it blamed the bytes",
     {HAPPENED_LIBRARY, N, N, DECODE_ERROR, 0x303, true, false, false},
     TLS_MALFORMED,
     SIDE_US,
     DECODE_ERROR,
     SIDE_US},
    {"a message without sense",
     {HAPPENED_LIBRARY, N, N, HANDSHAKE_FAILURE, 0x303, true, true, false},
     TLS_MALFORMED,
     SIDE_US,
     HANDSHAKE_FAILURE,
     SIDE_US},
    {"SSL 3.0 is a version",
     {HAPPENED_LIBRARY, N, N, 70, 0x300, true, false, false},
     TLS_LOCAL_ERROR,
     SIDE_US,
     70,
     SIDE_US},
    {"SSL 2.0 is none",
     {HAPPENED_LIBRARY, N, N, 70, 0x2ff, true, false, false},
     TLS_MALFORMED,
     SIDE_US,
     70,
     SIDE_US},
    {"TLS 1.4 is none",
     {HAPPENED_LIBRARY, N, N, 70, 0x305, true, false, false},
     TLS_MALFORMED,
     SIDE_US,
     70,
     SIDE_US},
    {"the peer refused first",
     {HAPPENED_LIBRARY, UNKNOWN_CA, N, DECODE_ERROR, 0x303, true, true, true},
     TLS_ALERT,
     SIDE_PEER,
     UNKNOWN_CA,
     SIDE_PEER},
    {"more than is read",
     {HAPPENED_LIMIT, N, N, DECODE_ERROR, 0x303, true, false, false},
     TLS_LOCAL_ERROR,
     SIDE_US,
     N,
     SIDE_NOBODY},
    {"no handshake in it",
     {HAPPENED_BROKEN, N, N, N, 0, true, false, false},
     TLS_MALFORMED,
     SIDE_US,
     N,
     SIDE_NOBODY},
    {"no TLS", {HAPPENED_PLAIN, N, N, N, 0, true, false, false}, TLS_NOT_TLS, SIDE_US, N, SIDE_NOBODY},
};

static void what_happened_last_decides(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct ending ending = ending_of(&rows[i].seen);
        if (ending.state != rows[i].state || ending.by != rows[i].by || ending.alert != rows[i].alert ||
            ending.alert_by != rows[i].alert_by)
            fail_msg("%s: state %d by %d, alert %d by %d", rows[i].what, (int)ending.state, (int)ending.by,
                     ending.alert, (int)ending.alert_by);
    }
}

static const struct {
    struct asking asking; /* asked, is_past, answered, showed, is_through, is_refused */
    enum client_auth auth;
} auths[] = {
    {{false, false, false, false, false, false}, CLIENT_AUTH_NOT_SEEN},
    {{false, true, false, false, false, true}, CLIENT_AUTH_NONE},
    {{false, false, false, false, true, false}, CLIENT_AUTH_NONE},
    {{true, true, true, false, true, false}, CLIENT_AUTH_REQUESTED},
    {{true, true, true, true, true, false}, CLIENT_AUTH_ACCEPTED},
    {{true, true, true, false, false, true}, CLIENT_AUTH_REQUIRED},
    {{true, true, true, true, false, true}, CLIENT_AUTH_REJECTED},
    {{true, true, false, false, false, true}, CLIENT_AUTH_REQUESTED}, /* it ended before our part was sent */
    {{true, true, true, true, false, false}, CLIENT_AUTH_REQUESTED},  /* we left */
};

static void the_end_tells_what_became_of_the_certificate(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof auths / sizeof *auths; i++)
        if (ending_for_client(&auths[i].asking) != auths[i].auth)
            fail_msg("row %zu: %d", i, (int)ending_for_client(&auths[i].asking));
}

static void no_connection_is_an_end_of_its_own(void **state) {
    (void)state;
    assert_int_equal(ending_without_connection(TCP_REFUSED).state, TLS_RESET);
    assert_int_equal(ending_without_connection(TCP_RESET).by, SIDE_PEER);
    assert_int_equal(ending_without_connection(TCP_TIMEOUT).state, TLS_TIMEOUT);
    assert_int_equal(ending_without_connection(TCP_TIMEOUT).by, SIDE_NOBODY);
    assert_int_equal(ending_without_connection(TCP_ERROR).state, TLS_NOT_TRIED);
    assert_int_equal(ending_without_connection(TCP_UNREACHABLE).state, TLS_NOT_TRIED);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_happened_last_decides),
                                       cmocka_unit_test(the_end_tells_what_became_of_the_certificate),
                                       cmocka_unit_test(no_connection_is_an_end_of_its_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
