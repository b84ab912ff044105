/* Does judge_service tell what answers behind the ports? One broken thing per row. */
#include "checks/service_judge.h"
#include "expressway/release_told.h"
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* ---- sip.options ---- */

static struct sip_exchange *sip_of(struct facts *facts) {
    return endpoint_of(facts, EDGE1_SIP)->sip;
}

#define SIP_STATE(name, how)                                                                                 \
    static void name(struct facts *facts) {                                                                  \
        sip_of(facts)->state = how;                                                                          \
    }
SIP_STATE(sip_silent, EXCHANGE_NO_ANSWER)
SIP_STATE(sip_closed, EXCHANGE_CLOSED)
SIP_STATE(sip_malformed, EXCHANGE_MALFORMED)
SIP_STATE(sip_failed, EXCHANGE_FAILED)
SIP_STATE(sip_not_tried, EXCHANGE_NOT_TRIED)

#define SIP_FAULT(name)                                                                                      \
    static void name##_for(struct facts *facts) {                                                            \
        name(facts);                                                                                         \
        sip_of(facts)->fault = arena_text(facts->arena, "too soon");                                         \
    }
SIP_FAULT(sip_closed)
SIP_FAULT(sip_silent)
SIP_FAULT(sip_malformed)

#define SIP_CODE(code_)                                                                                      \
    static void sip_##code_(struct facts *facts) {                                                           \
        sip_of(facts)->code = code_;                                                                         \
    }
SIP_CODE(403)
SIP_CODE(499)
SIP_CODE(500)
SIP_CODE(503)
SIP_CODE(600)

static void sip_no_tcp(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_SIP), TCP_REFUSED);
}

static void sip_no_tls(struct facts *facts) {
    tls_fails(&endpoint_of(facts, EDGE1_SIP)->tls, TLS_CLOSED, SIDE_PEER);
    sip_not_tried(facts);
}

/* ---- mra ---- */

static struct http_exchange *http_of(struct facts *facts, size_t which) {
    return endpoint_of(facts, EDGE1_HTTPS)->http.v[which];
}

static void http_state(struct facts *facts, size_t which, enum exchange_state how) {
    struct http_exchange *http = http_of(facts, which);
    http->state = how;
    http->status = 0;
    http->server = http->realm = http->body = NULL;
}

enum { SSO, CONFIG };

#define HTTP_STATE(name, which, how)                                                                         \
    static void name(struct facts *facts) {                                                                  \
        http_state(facts, which, how);                                                                       \
    }
HTTP_STATE(sso_silent, SSO, EXCHANGE_NO_ANSWER)
HTTP_STATE(sso_closed, SSO, EXCHANGE_CLOSED)
HTTP_STATE(sso_malformed, SSO, EXCHANGE_MALFORMED)
HTTP_STATE(sso_failed, SSO, EXCHANGE_FAILED)
HTTP_STATE(config_silent, CONFIG, EXCHANGE_NO_ANSWER)
HTTP_STATE(config_malformed, CONFIG, EXCHANGE_MALFORMED)
HTTP_STATE(config_failed, CONFIG, EXCHANGE_FAILED)

static void answer(struct facts *facts, size_t which, int status, const char *server) {
    struct http_exchange *http = http_of(facts, which);
    http->status = status;
    http->server = arena_text(facts->arena, server);
    http->realm = http->body = NULL;
}

#define ANSWER(name, which, status, server)                                                                  \
    static void name(struct facts *facts) {                                                                  \
        answer(facts, which, status, server);                                                                \
    }
ANSWER(sso_403, SSO, 403, "CE_E")
ANSWER(sso_404, SSO, 404, "CE_E")
ANSWER(sso_502, SSO, 502, "CE_E")
ANSWER(sso_502_anonymous, SSO, 502, NULL)
ANSWER(sso_500, SSO, 500, "CE_E")
ANSWER(sso_503, SSO, 503, "CE_E")
ANSWER(sso_404_anonymous, SSO, 404, "nginx") /* get_edge_config still shows an edge */
ANSWER(sso_400, SSO, 400, "CE_E")
ANSWER(config_403, CONFIG, 403, "CE_E")
ANSWER(config_404, CONFIG, 404, "CE_E")
ANSWER(config_502, CONFIG, 502, "CE_E")
ANSWER(config_503, CONFIG, 503, "CE_E")
ANSWER(config_504, CONFIG, 504, "CE_C ECS")
ANSWER(config_500, CONFIG, 500, "CE_C ECS")
ANSWER(config_505, CONFIG, 505, "CE_C ECS")
ANSWER(config_302, CONFIG, 302, "CE_E")
ANSWER(config_401_by_e, CONFIG, 401, "CE_E")
ANSWER(config_400, CONFIG, 400, "CE_E")
ANSWER(config_200, CONFIG, 200, "CE_C ECS")

static void config_200_with_xml(struct facts *facts) {
    config_200(facts);
    http_of(facts, CONFIG)->body = arena_text(facts->arena, "<getEdgeConfigResponse version=\"1.0\">");
}

static void web_server(struct facts *facts, int status) {
    answer(facts, SSO, status, "nginx/1.22.1");
    answer(facts, CONFIG, status, "nginx/1.22.1");
    http_of(facts, SSO)->body = http_of(facts, CONFIG)->body =
        arena_text(facts->arena, "<html><title>Welcome to nginx!</title></html>");
}

static void web_server_200(struct facts *facts) {
    web_server(facts, 200);
}

static void web_server_403(struct facts *facts) {
    web_server(facts, 403);
}

static void web_server_401(struct facts *facts) {
    web_server(facts, 401);
    http_of(facts, CONFIG)->realm = arena_text(facts->arena, "Intranet");
}

static void imitated_by_realm(struct facts *facts) {
    web_server_401(facts);
    http_of(facts, CONFIG)->realm = arena_text(facts->arena, "Cisco-Edge");
}

static void wants_certificate(struct facts *facts) {
    web_server(facts, 400);
    http_of(facts, SSO)->body = http_of(facts, CONFIG)->body =
        arena_text(facts->arena, "<center>No required SSL certificate was sent</center>");
}

static void https_no_tls(struct facts *facts) {
    tls_alerts(facts, &endpoint_of(facts, EDGE1_HTTPS)->tls, 116, SIDE_PEER);
    sso_failed(facts);
    config_silent(facts);
}

static void https_no_tls_and_yet(struct facts *facts) {
    tls_alerts(facts, &endpoint_of(facts, EDGE1_HTTPS)->tls, 40, SIDE_PEER);
}

static void https_no_tcp(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_HTTPS), TCP_TIMEOUT);
}

static void https_not_asked(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->http.n = 0;
}

/* ---- xmpp.stream ---- */

#define XMPP_STATE(name, how)                                                                                \
    static void name(struct facts *facts) {                                                                  \
        endpoint_of(facts, EDGE1_XMPP)->xmpp->state = how;                                                   \
    }
XMPP_STATE(xmpp_no_starttls, XMPP_NO_STARTTLS)
XMPP_STATE(xmpp_stream_error, XMPP_STREAM_ERROR)
XMPP_STATE(xmpp_silent, XMPP_NO_ANSWER)
XMPP_STATE(xmpp_closed, XMPP_CLOSED)
XMPP_STATE(xmpp_malformed, XMPP_MALFORMED)
XMPP_STATE(xmpp_no_features, XMPP_NO_FEATURES)
XMPP_STATE(xmpp_tls_failed, XMPP_TLS_FAILED)
XMPP_STATE(xmpp_unseen, XMPP_UNSEEN)

static void xmpp_host_unknown(struct facts *facts) {
    xmpp_stream_error(facts);
    endpoint_of(facts, EDGE1_XMPP)->xmpp->error = arena_text(facts->arena, "host-unknown");
}

static void xmpp_no_tcp(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_XMPP), TCP_TIMEOUT);
}

/* ---- ssh.service ---- */

#define SSH_STATE(name, how)                                                                                 \
    static void name(struct facts *facts) {                                                                  \
        endpoint_of(facts, EDGE1_SSH)->ssh->state = how;                                                     \
    }
SSH_STATE(ssh_no_banner, SSH_NO_BANNER)
SSH_STATE(ssh_not_ssh, SSH_NOT_SSH)
SSH_STATE(ssh_closed, SSH_CLOSED)
SSH_STATE(ssh_no_kexinit, SSH_NO_KEXINIT)
SSH_STATE(ssh_unseen, SSH_UNSEEN)

static void ssh_is_mail(struct facts *facts) {
    ssh_not_ssh(facts);
    endpoint_of(facts, EDGE1_SSH)->ssh->banner = arena_text(facts->arena, "220 mail.example.com ESMTP");
}

static void ssh_key_was_shown(struct facts *facts) {
    struct ssh_exchange *ssh = endpoint_of(facts, EDGE1_SSH)->ssh;
    ssh->host_key_type = arena_text(facts->arena, "x509v3-ssh-rsa");
    ssh->host_key_fingerprint = arena_text(facts->arena, "SHA256:abc");
}

static void ssh_mute(struct facts *facts) {
    ssh_no_banner(facts);
    endpoint_of(facts, EDGE1_SSH)->ssh->banner = NULL;
}

static void ssh_closed_outside(struct facts *facts) {
    facts->run.vantage = VANTAGE_EXTERNAL;
    tcp_fails(facts, endpoint_of(facts, EDGE1_SSH), TCP_TIMEOUT);
}

/* ---- mra.release ---- */

static void told_same(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->sip->server = arena_text(facts->arena, "TANDBERG/4150 (X15.5.1)");
}

static void told_other(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->sip->server = arena_text(facts->arena, "TANDBERG/4137 (X14.3.0)");
}

static void told_nothing(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->sip->server = arena_text(facts->arena, "TANDBERG/4137 (X99.3.0)");
}

static void told_by_default(struct facts *facts) {
    told_other(facts);
    facts->run.release_from = arena_text(facts->arena, "default");
    release_settle(facts);
}

static void told_against_option(struct facts *facts) {
    told_other(facts);
    facts->run.release_from = arena_text(facts->arena, "--release");
    release_settle(facts);
}

static void ssh_closed_unproven(struct facts *facts) {
    ssh_closed_outside(facts);
    endpoint_of(facts, EDGE1_HTTPS)->http.n = 0;
}

/* What answers is Expressway-E's own proxy, which no tunnel proves. */
static void ssh_closed_edge_alone(struct facts *facts) {
    struct endpoint *https = endpoint_of(facts, EDGE1_HTTPS);
    ssh_closed_outside(facts);
    for (size_t i = 0; i < https->http.n; i++)
        https->http.v[i]->server = arena_text(facts->arena, "CE_E");
}

/* The web administration of the edge was looked at first. */
static void ssh_closed_behind_admin(struct facts *facts) {
    struct endpoint *admin = endpoint_of(facts, EDGE1 ":443"), *first = facts->endpoints.v[0];
    ssh_closed_outside(facts);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (facts->endpoints.v[i] == admin)
            facts->endpoints.v[i] = first;
    facts->endpoints.v[0] = admin;
}

static void both_502_anonymous(struct facts *facts) {
    sso_502_anonymous(facts);
    answer(facts, CONFIG, 502, NULL);
}

static void ssh_shows_certificate(struct facts *facts) {
    LIST_ADD(facts->arena, &endpoint_of(facts, EDGE1_SSH)->ssh->host_certificates, cert_new(facts, EDGE1));
}

static const struct judge_row rows[] = {
    {"the edge's own release", told_same, "mra.release", EDGE1_SIP, STATUS_PASS, NULL, NULL},
    {"another than asked for", told_other, "mra.release", EDGE1_SIP, STATUS_WARN, "differs", NULL},
    {"no release that exists", told_nothing, "mra.release", EDGE1_SIP, ABSENT, NULL, NULL},
    {"nobody asked for one", told_by_default, "mra.release", EDGE1_SIP, STATUS_PASS, NULL, NULL},
    {"--release stays", told_against_option, "mra.release", EDGE1_SIP, STATUS_WARN, "differs", NULL},
#define OPTIONS "sip.options", EDGE1_SIP
    {"healthy", NULL, OPTIONS, STATUS_PASS, NULL, NULL},
    {"403 lives", sip_403, OPTIONS, STATUS_PASS, NULL, NULL},
    {"499 lives", sip_499, OPTIONS, STATUS_PASS, NULL, NULL},
    {"500", sip_500, OPTIONS, STATUS_WARN, "status-5xx", NULL},
    {"503", sip_503, OPTIONS, STATUS_WARN, "status-5xx", NULL},
    {"600 lives", sip_600, OPTIONS, STATUS_PASS, NULL, NULL},
    {"silence", sip_silent, OPTIONS, STATUS_FAIL, "no-answer", NULL},
    {"closed", sip_closed, OPTIONS, STATUS_FAIL, "closed", NULL},
    {"malformed", sip_malformed, OPTIONS, STATUS_FAIL, "malformed", NULL},
    {"our own trouble", sip_failed, OPTIONS, STATUS_UNKNOWN, NULL, NULL},
    {"not tried", sip_not_tried, OPTIONS, STATUS_SKIP, NULL, NULL},
    {"no connection", sip_no_tcp, OPTIONS, STATUS_SKIP, NULL, NULL},
    {"no TLS", sip_no_tls, OPTIONS, STATUS_SKIP, NULL, NULL},
#define EDGE_SSO "mra.edge-sso", EDGE1_HTTPS
    {"healthy", NULL, EDGE_SSO, STATUS_PASS, NULL, NULL},
    {"silence", sso_silent, EDGE_SSO, STATUS_FAIL, "no-answer", NULL},
    {"closed", sso_closed, EDGE_SSO, STATUS_FAIL, "no-answer", NULL},
    {"no HTTP", sso_malformed, EDGE_SSO, STATUS_FAIL, "not-an-edge", NULL},
    {"our own trouble", sso_failed, EDGE_SSO, STATUS_UNKNOWN, NULL, NULL},
    {"403", sso_403, EDGE_SSO, STATUS_FAIL, "status-403", NULL},
    {"404", sso_404, EDGE_SSO, STATUS_FAIL, "status-404", NULL},
    {"404 without a name", sso_404_anonymous, EDGE_SSO, STATUS_FAIL, "status-404", NULL},
    {"502", sso_502, EDGE_SSO, STATUS_FAIL, "status-502", NULL},
    {"502 without a name", sso_502_anonymous, EDGE_SSO, STATUS_FAIL, "status-502", NULL},
    {"500", sso_500, EDGE_SSO, STATUS_FAIL, "status-5xx", NULL},
    {"503", sso_503, EDGE_SSO, STATUS_FAIL, "status-5xx", NULL},
    {"400 tells nothing", sso_400, EDGE_SSO, STATUS_UNKNOWN, NULL, NULL},
    {"a web server", web_server_200, EDGE_SSO, STATUS_FAIL, "not-an-edge", NULL},
    {"a web server's 403", web_server_403, EDGE_SSO, STATUS_FAIL, "not-an-edge", NULL},
    {"wants a certificate", wants_certificate, EDGE_SSO, STATUS_SKIP, NULL, NULL},
    {"no connection", https_no_tcp, EDGE_SSO, STATUS_SKIP, NULL, NULL},
    {"no TLS, and the HTTP library failed too", https_no_tls, EDGE_SSO, STATUS_SKIP, NULL, NULL},
    {"our handshake failed, the library's did not", https_no_tls_and_yet, EDGE_SSO, STATUS_PASS, NULL, NULL},
    {"not asked", https_not_asked, EDGE_SSO, STATUS_SKIP, NULL, NULL},
    {"Unified CM is no edge", NULL, "mra.edge-sso", UCM1_HTTPS, ABSENT, NULL, healthy_deployment},
#define EDGE_CONFIG "mra.edge-config", EDGE1_HTTPS
    {"healthy", NULL, EDGE_CONFIG, STATUS_PASS, NULL, NULL},
    {"401 by E itself", config_401_by_e, EDGE_CONFIG, STATUS_PASS, NULL, NULL},
    {"silence", config_silent, EDGE_CONFIG, STATUS_FAIL, "no-answer", NULL},
    {"no HTTP", config_malformed, EDGE_CONFIG, STATUS_FAIL, "not-an-edge", NULL},
    {"our own trouble", config_failed, EDGE_CONFIG, STATUS_UNKNOWN, NULL, NULL},
    {"403", config_403, EDGE_CONFIG, STATUS_FAIL, "domain-not-enabled", NULL},
    {"404", config_404, EDGE_CONFIG, STATUS_FAIL, "status-404", NULL},
    {"502", config_502, EDGE_CONFIG, STATUS_FAIL, "path-down", NULL},
    {"502 without a name, and nothing else of an edge", both_502_anonymous, EDGE_CONFIG, STATUS_FAIL,
     "path-down", NULL},
    {"503", config_503, EDGE_CONFIG, STATUS_FAIL, "status-503", NULL},
    {"504", config_504, EDGE_CONFIG, STATUS_FAIL, "status-504", NULL},
    {"500", config_500, EDGE_CONFIG, STATUS_FAIL, "status-500", NULL},
    {"505", config_505, EDGE_CONFIG, STATUS_FAIL, "status-5xx", NULL},
    {"302", config_302, EDGE_CONFIG, STATUS_UNKNOWN, "redirect", NULL},
    {"400 tells nothing", config_400, EDGE_CONFIG, STATUS_UNKNOWN, NULL, NULL},
    {"200 without the XML", config_200, EDGE_CONFIG, STATUS_FAIL, "unexpected-xml", NULL},
    {"200 with it", config_200_with_xml, EDGE_CONFIG, STATUS_PASS, NULL, NULL},
    {"a web server", web_server_200, EDGE_CONFIG, STATUS_FAIL, "not-an-edge", NULL},
    {"a web server's realm", web_server_401, EDGE_CONFIG, STATUS_FAIL, "not-an-edge", NULL},
    {"the edge's realm", imitated_by_realm, EDGE_CONFIG, STATUS_PASS, NULL, NULL},
    {"wants a certificate", wants_certificate, EDGE_CONFIG, STATUS_SKIP, NULL, NULL},
    {"no TLS, and no answer", https_no_tls, EDGE_CONFIG, STATUS_SKIP, NULL, NULL},
    {"no connection", https_no_tcp, EDGE_CONFIG, STATUS_SKIP, NULL, NULL},
#define STREAM "xmpp.stream", EDGE1_XMPP
    {"healthy", NULL, STREAM, STATUS_PASS, NULL, NULL},
    {"no STARTTLS", xmpp_no_starttls, STREAM, STATUS_FAIL, "no-starttls", NULL},
    {"stream error", xmpp_stream_error, STREAM, STATUS_FAIL, "stream-error", NULL},
    {"silence", xmpp_silent, STREAM, STATUS_FAIL, "no-answer", NULL},
    {"closed", xmpp_closed, STREAM, STATUS_FAIL, "closed", NULL},
    {"malformed", xmpp_malformed, STREAM, STATUS_FAIL, "malformed", NULL},
    {"no features", xmpp_no_features, STREAM, STATUS_FAIL, "no-features", NULL},
    {"TLS failed: not the stream's fault", xmpp_tls_failed, STREAM, STATUS_SKIP, NULL, NULL},
    {"a capture lacks part of it", xmpp_unseen, STREAM, STATUS_UNKNOWN, NULL, NULL},
    {"no connection", xmpp_no_tcp, STREAM, STATUS_SKIP, NULL, NULL},
#define SERVICE "ssh.service", EDGE1_SSH
    {"healthy", NULL, SERVICE, STATUS_PASS, NULL, healthy_deployment},
    {"no banner", ssh_no_banner, SERVICE, STATUS_FAIL, "no-banner", healthy_deployment},
    {"not SSH", ssh_not_ssh, SERVICE, STATUS_FAIL, "not-ssh", healthy_deployment},
    {"closed", ssh_closed, SERVICE, STATUS_FAIL, "closed", healthy_deployment},
    {"no KEXINIT", ssh_no_kexinit, SERVICE, STATUS_FAIL, "no-kexinit", healthy_deployment},
    {"a capture lacks part of it", ssh_unseen, SERVICE, STATUS_UNKNOWN, NULL, healthy_deployment},
    {"closed, and Expressway-C answered through it", ssh_closed_outside, SERVICE, STATUS_PASS, NULL,
     healthy_deployment},
    {"closed, and Expressway-C answered, whatever was looked at before", ssh_closed_behind_admin, SERVICE,
     STATUS_PASS, NULL, healthy_deployment},
    {"closed, and Expressway-E alone answered", ssh_closed_edge_alone, SERVICE, STATUS_SKIP, NULL,
     healthy_deployment},
    {"closed, and nothing came through it", ssh_closed_unproven, SERVICE, STATUS_SKIP, NULL,
     healthy_deployment},
    {"Unified CM gives no edge configuration", NULL, "mra.edge-config", UCM1_HTTPS, ABSENT, NULL,
     healthy_deployment},
};

static const char *const checks[] = {
    "sip.options", "mra.release", "mra.edge-sso", "mra.edge-config", "xmpp.stream", "ssh.service", NULL};
/* What only a log-in with credentials can show. */
static const char *const except[] = {"mra.edge-config/bad-credentials",    "mra.edge-config/no-uds-server",
                                     "mra.edge-config/service-name-error", "mra.edge-config/cookie-domain",
                                     "mra.edge-config/no-cookie",          NULL};

/* What a status means of an edge, and of a stranger at its address (field-facts 1.3, 1.4). */
static const struct {
    int status;
    const char *sso_of_edge, *sso, *config_of_edge, *config; /* NULL: the status alone tells nothing */
} statuses[] = {
    {299, NULL, NULL, NULL, NULL},
    {300, NULL, NULL, "redirect", NULL},
    {399, NULL, NULL, "redirect", NULL},
    {400, NULL, NULL, NULL, NULL},
    {402, NULL, NULL, NULL, NULL},
    {403, "status-403", NULL, "domain-not-enabled", NULL},
    {404, "status-404", NULL, "status-404", NULL},
    {405, NULL, NULL, NULL, NULL},
    {499, NULL, NULL, NULL, NULL},
    {500, "status-5xx", "status-5xx", "status-500", "status-5xx"},
    {501, "status-5xx", "status-5xx", "status-5xx", "status-5xx"},
    {502, "status-502", "status-502", "path-down", "path-down"},
    {503, "status-5xx", "status-5xx", "status-503", "status-5xx"},
    {504, "status-5xx", "status-5xx", "status-504", "status-5xx"},
    {505, "status-5xx", "status-5xx", "status-5xx", "status-5xx"},
    {599, "status-5xx", "status-5xx", "status-5xx", "status-5xx"},
    {600, NULL, NULL, NULL, NULL},
};

static void assert_means(int status, enum cause_id found, const char *check, const char *wanted) {
    enum cause_id cause = wanted == NULL ? CAUSE_NONE : cause_id(check, wanted);
    if (found != cause)
        fail_msg("%s %d is not %s", check, status, text_or(wanted, "nothing"));
}

static void test_statuses(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        int status = statuses[i].status;
        assert_means(status, sso_cause_of_status(status, true), "mra.edge-sso", statuses[i].sso_of_edge);
        assert_means(status, sso_cause_of_status(status, false), "mra.edge-sso", statuses[i].sso);
        assert_means(status, config_cause_of_status(status, true), "mra.edge-config",
                     statuses[i].config_of_edge);
        assert_means(status, config_cause_of_status(status, false), "mra.edge-config", statuses[i].config);
    }
}

static const struct told_row told[] = {
    {"what SIP answered", NULL, OPTIONS, "found", "200", NULL},
    {"in words", sip_503, OPTIONS, NULL, "answered OPTIONS with 503 ", NULL},
    {"what it did not", sip_silent, OPTIONS, "found", "\"no-answer\"", NULL},
    {"and who answers", told_other, OPTIONS, "server", "\"TANDBERG/4137 (X14.3.0)\"", NULL},
    {"why it closed", sip_closed_for, OPTIONS, NULL, "instead of answering OPTIONS: too soon", NULL},
    {"why it did not answer", sip_silent_for, OPTIONS, NULL, " ms: too soon", NULL},
    {"what is no SIP", sip_malformed_for, OPTIONS, NULL, "with what is no SIP: too soon", NULL},
    {"nothing more is known", sip_malformed, OPTIONS, NULL, "it cannot be parsed", NULL},
    {"a fault stands in the evidence", sip_closed_for, OPTIONS, "fault", "\"too soon\"", NULL},
    {"for whom a stream opens", NULL, STREAM, NULL, "opens a stream for example.com and offers STARTTLS",
     NULL},
    {"how far it came", xmpp_no_features, STREAM, "found", "\"no-features\"", NULL},
    {"which mechanisms it has", NULL, STREAM, "mechanisms", "[\"SCRAM-SHA-256\", \"SCRAM-SHA-1\", \"PLAIN\"]",
     NULL},
    {"for whom", NULL, STREAM, "to", "\"example.com\"", NULL},
    {"by whom", NULL, STREAM, "from", "\"example.com\"", NULL},
    {"which error", xmpp_host_unknown, STREAM, NULL, "ends the stream with an error: host-unknown", NULL},
    {"in the evidence", xmpp_host_unknown, STREAM, "error", "\"host-unknown\"", NULL},
    {"SSH is told by its banner", NULL, SERVICE, NULL, "speaks SSH (SSH-2.0-", healthy_deployment},
    {"a banner of something else is told", ssh_is_mail, SERVICE, "banner", "\"220 mail.example.com ESMTP\"",
     healthy_deployment},
    {"and stands in the sentence", ssh_is_mail, SERVICE, NULL, "does not speak SSH: 220 mail",
     healthy_deployment},
    {"which key", ssh_key_was_shown, SERVICE, "host_key", "\"SHA256:abc\"", healthy_deployment},
    {"of which type", ssh_key_was_shown, SERVICE, "host_key_type", "\"x509v3-ssh-rsa\"", healthy_deployment},
    {"no banner, no colon", ssh_mute, SERVICE, NULL, "sent no SSH banner", healthy_deployment},
    {"what the tunnel's port shows", ssh_shows_certificate, "ssh.service", EDGE1_SSH, "host_certificates",
     "[\"CN=expe1.example.com,O=Example\"]", healthy_deployment},
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_service, told, sizeof told / sizeof *told);
}

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_service, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, except, rows, sizeof rows / sizeof *rows);
}

static void assert_answered_by(const char *server, const char *wanted) {
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    http_of(facts, CONFIG)->server = arena_text(facts->arena, server);
    judge_with(judge_service, facts, findings);
    const struct finding *finding =
        assert_finding(findings, "mra.edge-config", EDGE1_HTTPS, STATUS_PASS, NULL);
    assert_evidence(finding, "answered_by", wanted);
    assert_evidence(finding, "realm", "\"Cisco-Edge\"");
    assert_evidence(finding, "found", "401");
    assert_string_equal(finding->domain, DOMAIN);
    findings_free(findings);
    facts_free(facts);
}

static void test_who_answered(void **state) {
    (void)state;
    assert_answered_by("CE_C ECS", "\"expressway-c through the tunnel\"");
    assert_answered_by("CE_E", "\"expressway-e\"");
    assert_answered_by("nginx", "\"other\"");
    assert_answered_by(NULL, "\"other\"");
}

/* One port that serves two domains is judged once per domain. */
static void test_two_domains(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_HTTPS);
    struct http_exchange *other = arena_dup(facts->arena, endpoint->http.v[CONFIG], sizeof *other);
    other->domain = arena_text(facts->arena, "example.org");
    other->status = 403;
    LIST_ADD(facts->arena, &endpoint->http, other);
    judge_with(judge_service, facts, findings);
    assert_string_equal(assert_finding(findings, "mra.edge-config", EDGE1_HTTPS, STATUS_PASS, NULL)->domain,
                        DOMAIN);
    assert_string_equal(
        assert_finding(findings, "mra.edge-config", EDGE1_HTTPS, STATUS_FAIL, "domain-not-enabled")->domain,
        "example.org");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_statuses), cmocka_unit_test(test_who_answered),
                                       cmocka_unit_test(test_two_domains)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
