/* Does a line of Expressway's log lead to the check and cause that fit, and is the table true to the
 * catalogue? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "catalogue/log_tokens.h"
#include "facts/tls.h"

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

static bool reads(const char *line, struct log_entry *entry) {
    return log_line_read(arena, line, strlen(line), entry);
}

#define OUT "Event=\"Outbound TLS Negotiation Error\" Service=\"SIP\" Dst-port=\"7001\" "
#define IN "Event=\"Inbound TLS Negotiation Error\" Service=\"SIP\" Dst-port=\"7001\" "

static const struct {
    const char *line, *token, *check, *cause;
    enum log_direction direction;
} rows[] = {
    /* the words of field-facts 2.1 */
    {OUT "Detail=\"Peer's TLS certificate identity was unacceptable\"", "peer-identity-unacceptable",
     "name.peer-address", "no-match", LOG_OUTBOUND},
    {IN "Detail=\"Peer's TLS certificate identity was unacceptable\"", "peer-identity-unacceptable",
     "name.tls-verify", "no-match", LOG_INBOUND},
    {"Detail=\"Peer's TLS certificate identity was unacceptable\"", "peer-identity-unacceptable",
     "name.peer-address", NULL, LOG_UNKNOWN},
    {"error:14089086:SSL routines:ssl3_get_client_certificate:certificate verify failed "
     "Detail=\"self signed certificate in certificate chain\"",
     "self-signed-in-chain", "chain.zone", "no-trusted-root", LOG_INBOUND},
    {OUT "Detail=\"self-signed certificate in certificate chain\"", "self-signed-in-chain", "chain.zone",
     "no-trusted-root", LOG_OUTBOUND},
    {OUT "Detail=\"sslv3 alert certificate unknown\"", "alert-certificate-unknown", "tls.handshake",
     "alert-certificate-unknown", LOG_OUTBOUND},
    {IN "error=\"5\" Detail=\"No SSL error available, probably remote disconnect\"", "remote-disconnect",
     "tls.handshake", "closed", LOG_INBOUND},
    {"tvcs: Got EOF on socket", "end-of-file", "tls.handshake", "closed", LOG_UNKNOWN},
    {OUT "Detail=\"unable to get local issuer certificate\"", "issuer-not-found", "chain.zone",
     "missing-intermediate", LOG_OUTBOUND},
    {"Event=\"Authentication Failed\" Service=\"SIP\" Method=\"OPTIONS\" Level=\"1\"", "zone-credentials",
     NULL, NULL, LOG_UNKNOWN},
    {"Incorrect authentication credential for user zone1", "zone-credentials", NULL, NULL, LOG_UNKNOWN},
    {"Failed to establish SSL connection", "ucm-ssl-failed", "name.phone-profile", "no-match", LOG_UNKNOWN},
    {"alarm: /share/python/site-packages/portforwarding.pyc unexpected software error",
     "port-forwarding-crash", "name.host-underscore", "underscore", LOG_UNKNOWN},
    {"Module=\"developer.ssl\" Method=\"::TTSSL_retrieveAltNames\" AltName=\"a.example\"",
     "subject-alt-names-seen", "name.peer-address", NULL, LOG_UNKNOWN},
    /* section 3 */
    {"Core server certificate verification failed for (ucm1.example.local). Action=Terminate Error=self "
     "signed "
     "certificate in certificate chain server=ucm1.example.local(10.0.0.1) depth=1",
     "ats-untrusted", "chain.ucm-trust", "not-in-expressway-c", LOG_OUTBOUND},
    {"Core server certificate verification failed for (u). Action=Continue Error=certificate has expired "
     "depth=0",
     "ats-expired", "cert.validity", "expired", LOG_OUTBOUND},
    {"Core server certificate verification failed for (u). Error=hostname mismatch", "ats-name-mismatch",
     "name.ucm-node", "no-match", LOG_OUTBOUND},
    {"SNI (ucm1) not in certificate. Action=Terminate", "ats-sni-not-in-certificate", "name.ucm-node",
     "no-match", LOG_UNKNOWN},
    /* section 7 and 1 */
    {"XAuth Cookie expiration time is invalid or not available. Attempting to Failover", "cookie-refused",
     "mra.edge-config", "cookie-domain", LOG_UNKNOWN},
    {"Edge domain 'example.com' and corresponding SRVName '_collab-edge._tls.example.com' not found in "
     "certificate SAN list",
     "edge-domain-not-in-san", "name.mra-domain", "no-match", LOG_UNKNOWN},
    {"Edge TLS verification failed: SAN", "edge-tls-verification-failed", "name.mra-domain", "no-match",
     LOG_UNKNOWN},
    {"Couldn't resolve host name", "edge-not-resolved", "dns.collab-edge-srv", "nxdomain", LOG_UNKNOWN},
    {"XML didn't contain UDS server address", "no-uds-server", "mra.edge-config", "no-uds-server",
     LOG_UNKNOWN},
    {"validTLSConnection:TLS InvalidX509NameInCertificate Expected=jabbersecure.example.com",
     "phone-profile-refused", "name.phone-profile", "no-match", LOG_UNKNOWN},
    {"Failed to query auth component for SASL mechanisms", "xmpp-realm-stale", NULL, NULL, LOG_UNKNOWN},
    {"No uid Attribute in Assertion from IdP", "saml-uid-missing", NULL, NULL, LOG_UNKNOWN},
    {"Event=\"HTTP proxy authorization failure\"", "intrusion-block", "net.connect",
     "intrusion-block-suspected", LOG_UNKNOWN},
    /* OpenSSL's other words, and which side is which */
    {IN "Detail=\"unsupported certificate purpose\"", "certificate-purpose", "cert.eku", "missing-client",
     LOG_INBOUND},
    {OUT "Detail=\"unsupported certificate purpose\"", "certificate-purpose", "cert.eku", "missing-server",
     LOG_OUTBOUND},
    {"unsupported certificate purpose", "certificate-purpose", "cert.eku", NULL, LOG_UNKNOWN},
    {"self signed certificate", "self-signed", "chain.zone", "untrusted-self-signed", LOG_UNKNOWN},
    {"certificate revoked", "certificate-revoked", "revocation.verdict", "revoked", LOG_UNKNOWN},
    {"CRL has expired", "crl-expired", "revocation.crl", "expired", LOG_UNKNOWN},
    {"tls_post_process_client_hello:no shared cipher", "no-shared-cipher", "cipher.overlap",
     "no-common-suite", LOG_UNKNOWN},
    {"tls_process_client_certificate:peer did not return a certificate", "client-certificate-missing",
     "tls.client-auth", "presented-none", LOG_INBOUND},
    {"ssl3_get_record:wrong version number", "not-tls", "tls.handshake", "not-tls", LOG_UNKNOWN},
    {"tls_process_server_certificate:certificate verify failed", "verify-failed", "chain.zone", NULL,
     LOG_OUTBOUND},
    {IN "Detail=\"something new\"", "tls-negotiation-error", "tls.handshake", NULL, LOG_INBOUND},
    /* alerts */
    {"tlsv1 alert unknown ca", "alert-unknown-ca", "tls.handshake", "alert-unknown-ca", LOG_UNKNOWN},
    {"tlsv13 alert certificate required", "alert-certificate-required", "tls.handshake",
     "alert-certificate-required", LOG_UNKNOWN},
    {"SSL alert number 116", "alert-certificate-required", "tls.handshake", "alert-certificate-required",
     LOG_UNKNOWN},
    {"sslv3 alert handshake failure", "alert-handshake-failure", "tls.handshake", "alert-handshake-failure",
     LOG_UNKNOWN},
    {"sslv3 alert certificate revoked", "alert-certificate-revoked", "tls.handshake",
     "alert-certificate-revoked", LOG_UNKNOWN},
    {"tlsv1 bad certificate status response", "alert-bad-certificate-status-response", "tls.handshake",
     "alert-bad-certificate-status-response", LOG_UNKNOWN},
    {"tlsv1 unrecognized name", "alert-unrecognized-name", "tls.handshake", "alert-unrecognized-name",
     LOG_UNKNOWN},
    {"tlsv1 alert user cancelled", "alert-user-canceled", "tls.handshake", "alert-user-canceled",
     LOG_UNKNOWN},
    {"Alert (Level: Fatal, Description: Unknown CA)", "alert-unknown-ca", "tls.handshake", "alert-unknown-ca",
     LOG_UNKNOWN},
    {"SSL alert number 200", "alert-other", "tls.handshake", "alert-other", LOG_UNKNOWN},
};

static void lines_lead_to_checks(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct log_entry entry;
        if (!reads(rows[i].line, &entry))
            fail_msg("not known: %s", rows[i].line);
        const char *check = entry.check == NULL ? NULL : entry.check->id;
        const char *cause = entry.cause == NULL ? NULL : entry.cause->id;
        if (strcmp(entry.token, rows[i].token) != 0 || !text_same_case_blind(check, rows[i].check) ||
            !text_same_case_blind(cause, rows[i].cause) || entry.direction != rows[i].direction)
            fail_msg("%s: %s, %s/%s, %s", rows[i].line, entry.token, check == NULL ? "-" : check,
                     cause == NULL ? "-" : cause, enum_text(log_directions, (int)entry.direction));
        assert_non_null(entry.means);
        assert_non_null(entry.fix);
    }
}

static void every_row_is_reached_and_names_the_catalogue(void **state) {
    (void)state;
    for (const struct log_token *token = log_tokens; token->id != NULL; token++) {
        struct log_entry entry;
        const char *direction = token->direction == LOG_INBOUND    ? "inbound tls "
                                : token->direction == LOG_OUTBOUND ? "outbound tls "
                                                                   : "";
        const char *line =
            arena_printf(arena, "%s%s %s", direction, token->words, token->also == NULL ? "" : token->also);
        if (token->check != NULL && check_find(token->check) == NULL)
            fail_msg("%s: no check %s", token->id, token->check);
        if (token->cause != NULL && cause_find(check_find(token->check), token->cause) == NULL)
            fail_msg("%s: no cause %s/%s", token->id, token->check, token->cause);
        if ((token->cause == NULL) == (token->fix[0] == NULL))
            fail_msg("%s: guidance is the cause's or its own, not both or none", token->id);
        for (const char *p = token->words; *p != 0; p++)
            if (*p >= 'A' && *p <= 'Z')
                fail_msg("%s: words are compared in lower case", token->id);
        if (!reads(line, &entry) || entry.means != token->means)
            fail_msg("%s: another row takes its own words: %s", token->id, line);
    }
}

static void every_alert_is_known_by_name_and_number(void **state) {
    (void)state;
    for (int number = 0; number < 256; number++) {
        struct log_entry by_name, by_number;
        assert_true(reads(arena_printf(arena, "ssl3_read_bytes:sslv3 alert number %d", number), &by_number));
        assert_non_null(by_number.cause);
        if (alert_name(number) == NULL) {
            assert_string_equal(by_number.cause->id, "alert-other");
            continue;
        }
        char *words = arena_text(arena, alert_name(number));
        for (char *p = words; *p != 0; p++)
            if (*p == '_')
                *p = ' ';
        assert_true(reads(arena_printf(arena, "SSL routines:x:tlsv1 alert %s:rec_layer.c", words), &by_name));
        assert_ptr_equal(by_name.cause, by_number.cause);
    }
}

static void reads_the_fields_of_a_line(void **state) {
    (void)state;
    struct log_entry entry;
    assert_true(reads("2026-11-21T10:00:00 tvcs: Event=\"Inbound TLS Negotiation Error\" Src-port=\"25001\" "
                      "Dst-port=\"7001\" Detail=\"unable to get local issuer certificate\" "
                      "Common-name=\"expc1.example.local\"",
                      &entry));
    assert_string_equal(entry.event, "Inbound TLS Negotiation Error");
    assert_string_equal(entry.detail, "unable to get local issuer certificate");
    assert_string_equal(entry.common_name, "expc1.example.local");
    assert_string_equal(entry.dst_port, "7001");
    assert_true(reads("X-Detail=\"no\" Detail=no Detail=\"got eof on socket", &entry));
    assert_string_equal(entry.detail, "got eof on socket"); /* the quote is missing */
    assert_null(entry.event);
}

static void other_lines_are_left_alone(void **state) {
    (void)state;
    static const char *const lines[] = {"",
                                        "Event=\"Registration Accepted\" Service=\"SIP\"",
                                        "Alert raised: disk is full",
                                        "alert number x",
                                        "alert number 256",
                                        "alert unknown cat",
                                        "SNI (a)",
                                        "not in certificate",
                                        "http request",
                                        "Detail=\""};
    struct log_entry entry;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (reads(lines[i], &entry))
            fail_msg("'%s' is taken for %s", lines[i], entry.token);
}

static void hostile_lines_do_no_harm(void **state) {
    (void)state;
    struct log_entry entry;
    static const char nul[] = "a\0Detail=\"\x1b[2J\xff\0got EOF on socket\"";
    assert_true(log_line_read(arena, nul, sizeof nul - 1, &entry));
    assert_string_equal(entry.detail, "\\x1b[2J\\xff\\x00got EOF on socket");
    char *endless = arena_alloc(arena, 20000);
    memset(endless, 'A', 20000);
    memcpy(endless, "tls negotiation error Common-name=\"", 35);
    assert_true(log_line_read(arena, endless, 20000, &entry));
    assert_true(strlen(entry.common_name) < 600);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(lines_lead_to_checks),
        TEST(every_row_is_reached_and_names_the_catalogue),
        TEST(every_alert_is_known_by_name_and_number),
        TEST(reads_the_fields_of_a_line),
        TEST(other_lines_are_left_alone),
        TEST(hostile_lines_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
