/* Is each way in which a log-in can end told as what it is, and by whom it ended? mra.edge-config with
 * credentials, mra.uds, sip.register, xmpp.auth; where credentials may go; and the timeline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "healthy.h"
#include "outcomes/outcomes.h"
#include "outcomes/timeline.h"

/* ---- a healthy log-in at the first edge ---- */

static struct http_exchange *add_exchange(struct facts *facts, struct login *login, const char *request,
                                          const char *server) {
    struct http_exchange *http = ARENA_NEW(facts->arena, struct http_exchange);
    http->request = arena_text(facts->arena, request);
    http->domain = login->domain;
    http->url = arena_text(facts->arena, "https://expe1.example.com:8443/x");
    http->state = EXCHANGE_ANSWERED;
    http->status = 200;
    http->server = arena_text(facts->arena, server);
    http->ms = 7;
    LIST_ADD(facts->arena, &login->http, http);
    return http;
}

static struct login *login_new(struct facts *facts, const char *endpoint) {
    struct login *login = ARENA_NEW(facts->arena, struct login);
    login->endpoint = arena_text(facts->arena, endpoint);
    login->address = endpoint_of(facts, endpoint)->address;
    login->domain = arena_text(facts->arena, DOMAIN);
    LIST_ADD(facts->arena, &facts->logins, login);
    return login;
}

static void config_fill(struct facts *facts, struct login *login) {
    struct edge_server *uds = ARENA_NEW(facts->arena, struct edge_server);
    uds->address = arena_text(facts->arena, UCM1);
    uds->port = 8443;
    login->config = ARENA_NEW(facts->arena, struct edge_config);
    LIST_ADD(facts->arena, &login->config->uds, uds);
    login->cookie = ARENA_NEW(facts->arena, struct session_cookie);
    login->cookie->name = arena_text(facts->arena, "X-Auth");
    login->cookie->domain = arena_text(facts->arena, "example.com");
}

static struct facts *healthy_login(void) {
    struct facts *facts = healthy_facts();
    struct login *login = login_new(facts, EDGE1_HTTPS);
    scope_of_command(facts->arena, "login", &facts->run.scope);
    login->credential = arena_text(facts->arena, "password");
    add_exchange(facts, login, "get_edge_config/", "CE_C ECS")->status = 401;
    add_exchange(facts, login, "get_edge_config", "CE_C ECS");
    add_exchange(facts, login, "cluster-user", NULL);
    add_exchange(facts, login, "servers", NULL);
    add_exchange(facts, login, "user", NULL);
    add_exchange(facts, login, "devices", NULL);
    config_fill(facts, login);
    login->uds = ARENA_NEW(facts->arena, struct uds);
    login->uds->knows_user = login->uds->found = true;
    login->sip = ARENA_NEW(facts->arena, struct sip_register);
    *login->sip = (struct sip_register){.endpoint = arena_text(facts->arena, EDGE1_SIP),
                                        .state = EXCHANGE_ANSWERED,
                                        .code = 200,
                                        .challenge_code = 401,
                                        .scheme = arena_text(facts->arena, "Digest"),
                                        .sent_credentials = true,
                                        .expires = 120,
                                        .removed = true};
    login->xmpp = ARENA_NEW(facts->arena, struct xmpp_login);
    login->xmpp->endpoint = arena_text(facts->arena, EDGE1_XMPP);
    login->xmpp->state = XMPP_LOGIN_BOUND;
    return facts;
}

static struct http_exchange *exchange_of(struct facts *facts, const char *request) {
    return (struct http_exchange *)login_exchange(facts->logins.v[0], request);
}

/* The log-in ended at this step: nothing after it was asked. */
static struct http_exchange *ends_at(struct facts *facts, const char *request) {
    struct login *login = facts->logins.v[0];
    for (size_t i = 0; i < login->http.n; i++)
        if (strcmp(login->http.v[i]->request, request) == 0)
            login->http.n = i + 1;
    return exchange_of(facts, request);
}

#define STATUS_AT_STEP(name, step, code, by)                                                                 \
    static void name(struct facts *facts) {                                                                  \
        struct http_exchange *http = ends_at(facts, step);                                                   \
        http->status = code;                                                                                 \
        http->server = arena_text(facts->arena, by);                                                         \
    }
#define STATE_AT_STEP(name, step, how)                                                                       \
    static void name(struct facts *facts) {                                                                  \
        ends_at(facts, step)->state = how;                                                                   \
    }
#define ERROR_AT_STEP(name, step)                                                                            \
    static void name(struct facts *facts) {                                                                  \
        ends_at(facts, step)->error = arena_text(facts->arena, "line 1: not well-formed");                   \
    }

STATUS_AT_STEP(config_401, "get_edge_config", 401, "CE_C ECS")
STATUS_AT_STEP(config_403, "get_edge_config", 403, "CE_E")
STATUS_AT_STEP(config_404, "get_edge_config", 404, "CE_E")
STATUS_AT_STEP(config_502, "get_edge_config", 502, "CE_E")
STATUS_AT_STEP(config_500, "get_edge_config", 500, "CE_C ECS")
STATUS_AT_STEP(config_503, "get_edge_config", 503, "CE_C ECS")
STATUS_AT_STEP(config_504, "get_edge_config", 504, "CE_C ECS")
STATUS_AT_STEP(config_507, "get_edge_config", 507, "CE_C ECS")
STATUS_AT_STEP(config_302, "get_edge_config", 302, "CE_E")
STATUS_AT_STEP(config_204, "get_edge_config", 204, "CE_E")
STATE_AT_STEP(config_silent, "get_edge_config", EXCHANGE_NO_ANSWER)
STATE_AT_STEP(config_closed, "get_edge_config", EXCHANGE_CLOSED)
STATE_AT_STEP(config_garbled, "get_edge_config", EXCHANGE_MALFORMED)
STATE_AT_STEP(config_failed, "get_edge_config", EXCHANGE_FAILED)

static void config_other_xml(struct facts *facts) {
    ends_at(facts, "get_edge_config")->error = arena_text(facts->arena, "the document is <html>");
    facts->logins.v[0]->config = NULL;
}

static void config_no_cookie(struct facts *facts) {
    ends_at(facts, "get_edge_config");
    facts->logins.v[0]->cookie = NULL;
}

static void config_other_cookie(struct facts *facts) {
    ends_at(facts, "get_edge_config");
    facts->logins.v[0]->cookie->domain = arena_text(facts->arena, "example.net");
}

static void config_ended_cookie(struct facts *facts) {
    facts->logins.v[0]->cookie->has_expiry = true;
    facts->logins.v[0]->cookie->lifetime_s = 0;
}

static void config_other_realm(struct facts *facts) {
    struct login *login = facts->logins.v[0];
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_HTTPS);
    login->http.n = 1; /* no credentials */
    login->credential = NULL;
    login->withheld = arena_text(facts->arena, "it did not ask with the realm Cisco-Edge");
    for (size_t i = 0; i < endpoint->http.n; i++)
        endpoint->http.v[i]->realm = arena_text(facts->arena, "Somebody else");
}

static void config_top_cookie(struct facts *facts) {
    ends_at(facts, "get_edge_config");
    facts->logins.v[0]->cookie->domain = arena_text(facts->arena, "com");
}

static void config_host_cookie(struct facts *facts) {
    facts->logins.v[0]->cookie->domain = NULL;
}

static void config_no_uds(struct facts *facts) {
    ends_at(facts, "get_edge_config");
    facts->logins.v[0]->config->uds.n = 0;
}

static void name_error(struct facts *facts) {
    struct edge_service *service = ARENA_NEW(facts->arena, struct edge_service);
    service->name = arena_text(facts->arena, "_cisco-uds");
    service->error = arena_text(facts->arena, "NameError");
    LIST_ADD(facts->arena, &facts->logins.v[0]->config->services, service);
}

static void config_no_uds_name_error(struct facts *facts) {
    config_no_uds(facts);
    name_error(facts);
}

static void config_withheld(struct facts *facts) {
    struct login *login = facts->logins.v[0];
    login->http.n = 1;
    login->credential = NULL;
    login->withheld = arena_text(facts->arena, "its certificate did not pass");
    login->config = NULL;
    login->uds = NULL;
}

STATUS_AT_STEP(user_401, "user", 401, NULL)
STATUS_AT_STEP(user_403, "user", 403, NULL)
STATUS_AT_STEP(user_404, "user", 404, NULL)
STATUS_AT_STEP(servers_403_of_edge, "servers", 403, "CE_E")
STATUS_AT_STEP(servers_404_of_edge, "servers", 404, "CE_E")
STATUS_AT_STEP(servers_502, "servers", 502, "CE_C ECS")
STATUS_AT_STEP(devices_503_of_edge, "devices", 503, "CE_C ECS")
STATUS_AT_STEP(devices_503_of_ucm, "devices", 503, NULL)
STATUS_AT_STEP(devices_500, "devices", 500, NULL)
STATUS_AT_STEP(user_302, "user", 302, NULL)
STATE_AT_STEP(servers_silent, "servers", EXCHANGE_NO_ANSWER)
STATE_AT_STEP(servers_failed, "servers", EXCHANGE_FAILED)
STATE_AT_STEP(servers_garbled, "servers", EXCHANGE_MALFORMED)
ERROR_AT_STEP(user_other_xml, "user")

static void user_not_found(struct facts *facts) {
    ends_at(facts, "cluster-user");
    facts->logins.v[0]->uds->found = false;
}

#define REGISTER(name, status)                                                                               \
    static void name(struct facts *facts) {                                                                  \
        facts->logins.v[0]->sip->code = status;                                                              \
    }
REGISTER(register_401, 401)
REGISTER(register_403, 403)
REGISTER(register_404, 404)
REGISTER(register_405, 405)
REGISTER(register_407, 407)
REGISTER(register_408, 408)
REGISTER(register_500, 500)
REGISTER(register_486, 486)
REGISTER(register_100, 100)

static void register_unanswered_challenge(struct facts *facts) {
    register_401(facts);
    facts->logins.v[0]->sip->sent_credentials = false;
    facts->logins.v[0]->sip->withheld = arena_text(facts->arena, "the realm is no name of this edge");
}

static void register_wants_token(struct facts *facts) {
    register_407(facts);
    facts->logins.v[0]->sip->sent_credentials = false;
    facts->logins.v[0]->sip->scheme = arena_text(facts->arena, "Bearer");
}

static void register_silent(struct facts *facts) {
    facts->logins.v[0]->sip->state = EXCHANGE_NO_ANSWER;
}

static void register_closed(struct facts *facts) {
    facts->logins.v[0]->sip->state = EXCHANGE_CLOSED;
}

static void register_garbled(struct facts *facts) {
    facts->logins.v[0]->sip->state = EXCHANGE_MALFORMED;
}

static void register_not_tried(struct facts *facts) {
    facts->logins.v[0]->sip->state = EXCHANGE_NOT_TRIED;
}

static void register_not_asked(struct facts *facts) {
    facts->logins.v[0]->sip = NULL;
}

#define AUTH(name, how)                                                                                      \
    static void name(struct facts *facts) {                                                                  \
        facts->logins.v[0]->xmpp->state = how;                                                               \
    }
AUTH(auth_silent, XMPP_LOGIN_NO_ANSWER)
AUTH(auth_closed, XMPP_LOGIN_CLOSED)
AUTH(auth_garbled, XMPP_LOGIN_MALFORMED)
AUTH(auth_stream_error, XMPP_LOGIN_STREAM_ERROR)
AUTH(auth_no_mechanism, XMPP_LOGIN_NO_MECHANISM)
AUTH(auth_refused, XMPP_LOGIN_REFUSED)
AUTH(auth_unbound, XMPP_LOGIN_BIND_FAILED)
AUTH(auth_no_tls, XMPP_LOGIN_NO_TLS)
AUTH(auth_not_tried, XMPP_LOGIN_NOT_TRIED)

#define CONFIG "mra.edge-config", EDGE1_HTTPS
#define UDS "mra.uds", EDGE1_HTTPS
#define REGISTERS "sip.register", EDGE1_SIP
#define AUTHS "xmpp.auth", EDGE1_XMPP
static const struct judge_row rows[] = {
    {"healthy", NULL, CONFIG, STATUS_PASS, NULL, healthy_login},
    {"401 from Expressway-C", config_401, CONFIG, STATUS_FAIL, "bad-credentials", healthy_login},
    {"403", config_403, CONFIG, STATUS_FAIL, "domain-not-enabled", healthy_login},
    {"404", config_404, CONFIG, STATUS_FAIL, "status-404", healthy_login},
    {"502", config_502, CONFIG, STATUS_FAIL, "path-down", healthy_login},
    {"500", config_500, CONFIG, STATUS_FAIL, "status-500", healthy_login},
    {"503", config_503, CONFIG, STATUS_FAIL, "status-503", healthy_login},
    {"504", config_504, CONFIG, STATUS_FAIL, "status-504", healthy_login},
    {"507", config_507, CONFIG, STATUS_FAIL, "status-5xx", healthy_login},
    {"302", config_302, CONFIG, STATUS_UNKNOWN, "redirect", healthy_login},
    {"204 says nothing", config_204, CONFIG, STATUS_UNKNOWN, NULL, healthy_login},
    {"silence", config_silent, CONFIG, STATUS_FAIL, "no-answer", healthy_login},
    {"closed", config_closed, CONFIG, STATUS_FAIL, "no-answer", healthy_login},
    {"no HTTP", config_garbled, CONFIG, STATUS_FAIL, "unexpected-xml", healthy_login},
    {"it could not be asked", config_failed, CONFIG, STATUS_UNKNOWN, NULL, healthy_login},
    {"another document", config_other_xml, CONFIG, STATUS_FAIL, "unexpected-xml", healthy_login},
    {"no cookie", config_no_cookie, CONFIG, STATUS_FAIL, "no-cookie", healthy_login},
    {"a cookie of another domain", config_other_cookie, CONFIG, STATUS_FAIL, "cookie-domain", healthy_login},
    {"a cookie for com", config_top_cookie, CONFIG, STATUS_FAIL, "cookie-domain", healthy_login},
    {"a cookie that ended long ago", config_ended_cookie, CONFIG, STATUS_FAIL, "no-cookie", healthy_login},
    {"another realm, and so no credentials", config_other_realm, CONFIG, STATUS_UNKNOWN, NULL, healthy_login},
    {"a cookie for the host alone", config_host_cookie, CONFIG, STATUS_PASS, NULL, healthy_login},
    {"no UDS server", config_no_uds, CONFIG, STATUS_FAIL, "no-uds-server", healthy_login},
    {"no UDS server, NameError", config_no_uds_name_error, CONFIG, STATUS_FAIL, "service-name-error",
     healthy_login},
    {"NameError, but a UDS server", name_error, CONFIG, STATUS_PASS, NULL, healthy_login},
    {"no credentials went there: judged as without", config_withheld, CONFIG, STATUS_PASS, NULL,
     healthy_login},
    {"healthy", NULL, UDS, STATUS_PASS, NULL, healthy_login},
    {"nobody walked", NULL, UDS, ABSENT, NULL, healthy_facts},
    {"withheld", config_withheld, UDS, STATUS_SKIP, NULL, healthy_login},
    {"ended before", config_401, UDS, STATUS_SKIP, NULL, healthy_login},
    {"user not found", user_not_found, UDS, STATUS_FAIL, "user-not-found", healthy_login},
    {"404 of Unified CM", user_404, UDS, STATUS_FAIL, "user-not-found", healthy_login},
    {"401 of Unified CM", user_401, UDS, STATUS_FAIL, "bad-credentials", healthy_login},
    {"403 of Unified CM", user_403, UDS, STATUS_FAIL, "role-missing", healthy_login},
    {"403 of the edge", servers_403_of_edge, UDS, STATUS_FAIL, "not-in-allow-list", healthy_login},
    {"404 of the edge", servers_404_of_edge, UDS, STATUS_FAIL, "unexpected-status", healthy_login},
    {"302", user_302, UDS, STATUS_FAIL, "unexpected-status", healthy_login},
    {"502", servers_502, UDS, STATUS_FAIL, "node-unreachable", healthy_login},
    {"503 of the edge", devices_503_of_edge, UDS, STATUS_FAIL, "node-unreachable", healthy_login},
    {"503 of Unified CM", devices_503_of_ucm, UDS, STATUS_FAIL, "status-5xx", healthy_login},
    {"500", devices_500, UDS, STATUS_FAIL, "status-5xx", healthy_login},
    {"silence", servers_silent, UDS, STATUS_FAIL, "node-unreachable", healthy_login},
    {"it could not be asked", servers_failed, UDS, STATUS_UNKNOWN, NULL, healthy_login},
    {"no HTTP", servers_garbled, UDS, STATUS_FAIL, "unexpected-xml", healthy_login},
    {"another document", user_other_xml, UDS, STATUS_FAIL, "unexpected-xml", healthy_login},
    {"healthy", NULL, REGISTERS, STATUS_PASS, NULL, healthy_login},
    {"401", register_401, REGISTERS, STATUS_FAIL, "status-401", healthy_login},
    {"403", register_403, REGISTERS, STATUS_FAIL, "status-403", healthy_login},
    {"404", register_404, REGISTERS, STATUS_FAIL, "status-404", healthy_login},
    {"405", register_405, REGISTERS, STATUS_FAIL, "status-405", healthy_login},
    {"407 by digest", register_407, REGISTERS, STATUS_FAIL, "status-407", healthy_login},
    {"500", register_500, REGISTERS, STATUS_FAIL, "status-5xx", healthy_login},
    {"408 asks for no password", register_408, REGISTERS, STATUS_FAIL, "refused", healthy_login},
    {"486", register_486, REGISTERS, STATUS_FAIL, "refused", healthy_login},
    {"100 alone", register_100, REGISTERS, STATUS_UNKNOWN, NULL, healthy_login},
    {"a challenge that was not answered", register_unanswered_challenge, REGISTERS, STATUS_UNKNOWN, NULL,
     healthy_login},
    {"a token was wanted", register_wants_token, REGISTERS, STATUS_UNKNOWN, NULL, healthy_login},
    {"silence", register_silent, REGISTERS, STATUS_FAIL, "no-answer", healthy_login},
    {"closed", register_closed, REGISTERS, STATUS_FAIL, "no-answer", healthy_login},
    {"no SIP", register_garbled, REGISTERS, STATUS_FAIL, "malformed", healthy_login},
    {"not tried", register_not_tried, REGISTERS, STATUS_SKIP, NULL, healthy_login},
    {"not asked for", register_not_asked, REGISTERS, ABSENT, NULL, healthy_login},
    {"healthy", NULL, AUTHS, STATUS_PASS, NULL, healthy_login},
    {"silence", auth_silent, AUTHS, STATUS_FAIL, "no-answer", healthy_login},
    {"closed", auth_closed, AUTHS, STATUS_FAIL, "no-answer", healthy_login},
    {"no XMPP", auth_garbled, AUTHS, STATUS_FAIL, "malformed", healthy_login},
    {"stream error", auth_stream_error, AUTHS, STATUS_FAIL, "stream-error", healthy_login},
    {"no mechanism", auth_no_mechanism, AUTHS, STATUS_FAIL, "no-mechanism", healthy_login},
    {"refused", auth_refused, AUTHS, STATUS_FAIL, "not-authorized", healthy_login},
    {"conflict", auth_unbound, AUTHS, STATUS_FAIL, "bind-conflict", healthy_login},
    {"no second connection", auth_no_tls, AUTHS, STATUS_UNKNOWN, NULL, healthy_login},
    {"not tried", auth_not_tried, AUTHS, STATUS_SKIP, NULL, healthy_login},
};
static const char *const checks[] = {"mra.edge-config", "mra.uds", "sip.register", "xmpp.auth", NULL};
/* Of an answer without credentials: test_judge_service.c. */
static const char *const except[] = {"mra.edge-config/not-an-edge", NULL};

static void config_401_no_realm(struct facts *facts) {
    config_401(facts);
    exchange_of(facts, "get_edge_config")->realm = NULL;
}

static void cookie_for_a_day(struct facts *facts) {
    facts->logins.v[0]->cookie->has_expiry = true;
    facts->logins.v[0]->cookie->lifetime_s = DAY;
}

static void with_devices(struct facts *facts) {
    struct uds *uds = facts->logins.v[0]->uds;
    static const char *const names[] = {"CSFANNA", "BOTANNA"};
    uds->home_cluster = arena_text(facts->arena, UCM1);
    texts_add(facts->arena, &uds->servers, UCM1);
    for (size_t i = 0; i < 2; i++) {
        struct uds_device *device = ARENA_NEW(facts->arena, struct uds_device);
        device->name = arena_text(facts->arena, names[i]);
        LIST_ADD(facts->arena, &uds->devices, device);
    }
}

static void servers_alone(struct facts *facts) {
    struct login *login = facts->logins.v[0];
    size_t kept = 0;
    for (size_t i = 0; i < login->http.n; i++)
        if (strcmp(login->http.v[i]->request, "devices") != 0 &&
            strcmp(login->http.v[i]->request, "user") != 0)
            login->http.v[kept++] = login->http.v[i];
    login->http.n = kept;
}

static void register_warned(struct facts *facts) {
    register_403(facts);
    facts->logins.v[0]->sip->reason = arena_text(facts->arena, "Forbidden");
    facts->logins.v[0]->sip->warning = arena_text(facts->arena, "399 \"not here\"");
}

static void register_stays(struct facts *facts) {
    facts->logins.v[0]->sip->removed = false;
    facts->logins.v[0]->sip->device = arena_text(facts->arena, "CSFANNA");
}

static void register_without_challenge(struct facts *facts) {
    facts->logins.v[0]->sip->challenge_code = 0;
}

static void register_withheld(struct facts *facts) {
    register_not_tried(facts);
    facts->logins.v[0]->sip->withheld = arena_text(facts->arena, "no device was named");
}

static void auth_refused_for(struct facts *facts) {
    auth_refused(facts);
    facts->logins.v[0]->xmpp->condition = arena_text(facts->arena, "not-authorized");
    facts->logins.v[0]->xmpp->error = arena_text(facts->arena, "the words beside it");
    texts_add(facts->arena, &facts->logins.v[0]->xmpp->mechanisms, "PLAIN");
    facts->logins.v[0]->xmpp->mechanism = arena_text(facts->arena, "PLAIN");
}

static void auth_closed_for(struct facts *facts) {
    auth_closed(facts);
    facts->logins.v[0]->xmpp->error = arena_text(facts->arena, "the peer closed it");
}

static void auth_bound_and_closed(struct facts *facts) {
    facts->logins.v[0]->xmpp->jid = arena_text(facts->arena, "anna@example.com/x");
    facts->logins.v[0]->xmpp->closed = true;
}

static void auth_withheld(struct facts *facts) {
    auth_not_tried(facts);
    facts->logins.v[0]->xmpp->withheld = arena_text(facts->arena, "its certificate did not pass");
}

static const struct told_row told_rows[] = {
    {"who refuses it", config_401, CONFIG, NULL, "refuses this password (401 from ", healthy_login},
    {"by which realm", config_401_no_realm, CONFIG, NULL, ", realm none)", healthy_login},
    {"who answered", config_502, CONFIG, NULL, "answered get_edge_config with HTTP 502 from ", healthy_login},
    {"what it says", config_other_xml, CONFIG, NULL, "the document is <html>", healthy_login},
    {"for whom the cookie is", config_other_cookie, CONFIG, NULL,
     "the cookie is for example.net; a client that came to "
     "expe1.example.com drops it",
     healthy_login},
    {"in the evidence", config_other_cookie, CONFIG, "cookie_domain", "\"example.net\"", healthy_login},
    {"how long it lives", cookie_for_a_day, CONFIG, "cookie_lifetime_s", "86400", healthy_login},
    {"nobody says how long", NULL, CONFIG, "cookie_lifetime_s", NULL, healthy_login},
    {"which servers it names", NULL, CONFIG, "uds_servers", "[\"ucm1.example.local\"]", healthy_login},
    {"what it could not resolve", name_error, CONFIG, "not_resolved", "[\"_cisco-uds\"]", healthy_login},
    {"as TC and CE endpoints ask", NULL, CONFIG, "with_trailing_slash", "401", healthy_login},
    {"that it did not answer", config_silent, CONFIG, "found", "\"no-answer\"", healthy_login},
    {"which step", user_401, UDS, "step", "\"user\"", healthy_login},
    {"how it was answered", user_401, UDS, NULL, "user was answered with HTTP 401 by unified-cm",
     healthy_login},
    {"by the edge", servers_403_of_edge, UDS, NULL, "servers was answered with HTTP 403 by ", healthy_login},
    {"what came", user_other_xml, UDS, NULL, "what came for user is not it: line 1: not well-formed",
     healthy_login},
    {"all four", NULL, UDS, NULL, "Unified CM answered clusterUser, servers, user and devices",
     healthy_login},
    {"servers alone", servers_alone, UDS, NULL, "Unified CM answered servers", healthy_login},
    {"which devices", with_devices, UDS, "devices", "[\"CSFANNA\", \"BOTANNA\"]", healthy_login},
    {"which cluster", with_devices, UDS, "home_cluster", "\"ucm1.example.local\"", healthy_login},
    {"which servers", with_devices, UDS, "servers", "[\"ucm1.example.local\"]", healthy_login},
    {"why it was withheld", config_withheld, UDS, NULL, "its certificate did not pass", healthy_login},
    {"where it ended", config_401, UDS, NULL, "log-in ended at the edge configuration", healthy_login},
    {"for how long", NULL, REGISTERS, NULL, "registered the user for 120 s, and took it back when asked to",
     healthy_login},
    {"it was not taken back", register_stays, REGISTERS, NULL,
     "registered CSFANNA for 120 s; taking it back was not confirmed", healthy_login},
    {"by which challenge", NULL, REGISTERS, "challenge", "401", healthy_login},
    {"of which kind", NULL, REGISTERS, "scheme", "\"Digest\"", healthy_login},
    {"by none", register_without_challenge, REGISTERS, "scheme", NULL, healthy_login},
    {"with a warning", register_warned, REGISTERS, NULL, "answered REGISTER with 403 Forbidden, Warning: 399",
     healthy_login},
    {"which", register_warned, REGISTERS, "warning", "\"399 \\\"not here\\\"\"", healthy_login},
    {"what it got", register_403, REGISTERS, "found", "403", healthy_login},
    {"what it did not get", register_silent, REGISTERS, "found", "\"no-answer\"", healthy_login},
    {"it was closed", register_closed, REGISTERS, NULL, "closed the connection instead of answering REGISTER",
     healthy_login},
    {"it was silent", register_silent, REGISTERS, NULL, "did not answer REGISTER", healthy_login},
    {"why it got no credentials", register_unanswered_challenge, REGISTERS, NULL,
     "the realm is no name of this edge", healthy_login},
    {"why it was not tried", register_withheld, REGISTERS, NULL, "no device was named", healthy_login},
    {"the time was over", register_not_tried, REGISTERS, NULL, "the time for the run was over",
     healthy_login},
    {"why", auth_refused_for, AUTHS, NULL, "refuses this password: not-authorized", healthy_login},
    {"the condition", auth_refused_for, AUTHS, "condition", "\"not-authorized\"", healthy_login},
    {"the words beside it", auth_refused_for, AUTHS, "error", "\"the words beside it\"", healthy_login},
    {"by which mechanism", auth_refused_for, AUTHS, "mechanism", "\"PLAIN\"", healthy_login},
    {"of which", auth_refused_for, AUTHS, "mechanisms", "[\"PLAIN\"]", healthy_login},
    {"where there is no condition, the error", auth_closed_for, AUTHS, NULL,
     "closed the stream in the middle of the log-in: the peer closed it", healthy_login},
    {"what was bound", auth_bound_and_closed, AUTHS, NULL,
     "binds anna@example.com/x, and closes the stream when asked", healthy_login},
    {"why it was not tried", auth_withheld, AUTHS, NULL, "its certificate did not pass", healthy_login},
    {"how far it came", auth_no_mechanism, AUTHS, "found", "\"no-mechanism\"", healthy_login},
};

static void findings_tell(void **state) {
    (void)state;
    assert_told(judge_service, told_rows, sizeof told_rows / sizeof *told_rows);
}

static void rows_hold(void **state) {
    (void)state;
    assert_rows(judge_service, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, except, rows, sizeof rows / sizeof *rows);
}

/* ---- outcomes ---- */

static void second_edge_fails(struct facts *facts) {
    struct http_exchange *http = endpoint_of(facts, EDGE2_HTTPS)->http.v[1];
    http->status = 502;
    http->server = arena_text(facts->arena, "CE_E");
}

static void wrong_password_and_broken_edge(struct facts *facts) {
    config_401(facts);
    second_edge_fails(facts);
}

static const struct {
    const char *what;
    void (*break_it)(struct facts *);
    const char *outcome;
    enum outcome_state state;
} outcome_rows[] = {
    {"healthy", NULL, "jabber-login", OUTCOME_WORKS},
    {"a wrong password says nothing of the path", config_401, "jabber-login", OUTCOME_UNKNOWN},
    {"nor of the phones'", config_401, "phone-login", OUTCOME_UNKNOWN},
    {"nor does one that UDS refuses", user_401, "jabber-login", OUTCOME_UNKNOWN},
    {"nor a user that is not there", user_not_found, "jabber-login", OUTCOME_UNKNOWN},
    {"one of two edges fails", config_502, "jabber-login", OUTCOME_AT_RISK},
    {"a wrong password hides no broken edge", wrong_password_and_broken_edge, "jabber-login",
     OUTCOME_UNKNOWN},
    {"Unified CM out of reach", servers_502, "jabber-login", OUTCOME_AT_RISK},
    {"single sign-on", config_302, "jabber-login", OUTCOME_UNKNOWN},
    {"registration refused", register_403, "sip-registration", OUTCOME_AT_RISK},
    {"digest refused", register_401, "sip-registration", OUTCOME_UNKNOWN},
    {"a token was wanted", register_wants_token, "sip-registration", OUTCOME_UNKNOWN},
    {"XMPP password refused", auth_refused, "xmpp-messaging", OUTCOME_UNKNOWN},
    {"conflict", auth_unbound, "xmpp-messaging", OUTCOME_AT_RISK},
};

static void outcomes_follow(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof outcome_rows / sizeof *outcome_rows; i++) {
        struct facts *facts = healthy_login();
        if (outcome_rows[i].break_it != NULL)
            outcome_rows[i].break_it(facts);
        struct findings *findings = judge_all(facts);
        struct outcomes *outcomes = outcomes_of(facts, findings);
        const struct outcome *found = NULL;
        for (size_t k = 0; k < outcomes->n; k++)
            if (strcmp(outcomes->v[k]->id, outcome_rows[i].outcome) == 0)
                found = outcomes->v[k];
        if (found == NULL || found->state != outcome_rows[i].state)
            fail_msg("%s: %s is %s", outcome_rows[i].what, outcome_rows[i].outcome,
                     found == NULL ? "not told" : found->summary);
        findings_free(findings);
        facts_free(facts);
    }
}

/* ---- the timeline ---- */

/* chain.client needs mathematics, which healthy certificates have not: a finding of our own stands for it. */
static struct findings *judged(struct facts *facts, enum status chain) {
    struct findings *findings = judge_all(facts);
    for (size_t i = 0; i < findings->n; i++)
        if (strcmp(findings->v[i]->check->id, "chain.client") == 0)
            findings->v[i]->status = chain;
    return findings;
}

static char *told(const struct timeline *timeline, const char *edge) {
    static char all[2048];
    *all = 0;
    for (size_t i = 0; i < timeline->n; i++) {
        const struct timeline_step *s = timeline->v[i];
        if (strcmp(s->edge, edge) != 0)
            continue;
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s %s %d %s %s%s%s\n", enum_text(login_steps, (int)s->step),
                 enum_text(step_states, (int)s->state), s->status,
                 s->answered_by == NULL ? "-" : s->answered_by,
                 s->because == NULL ? "-" : s->because->check->id, s->because == NULL ? "" : "/",
                 s->because == NULL ? "" : s->because->cause->id);
    }
    return all;
}

static const struct {
    void (*break_it)(struct facts *);
    const char *edge, *told;
} timeline_rows[] = {
    {NULL, EDGE1_HTTPS,
     "srv works 0 - -\nconnect works 0 - -\ntls works 0 - -\nedge-sso works 200 expressway-c -\n"
     "edge-config works 200 expressway-c -\ncluster-user works 200 unified-cm -\nservers works 200 "
     "unified-cm "
     "-\nuser works 200 unified-cm -\ndevices works 200 unified-cm -\nsip-options works 200 - "
     "-\nsip-register "
     "works 200 - -\nxmpp-stream works 0 - -\nxmpp-auth works 0 - -\n"},
    {NULL, EDGE2_HTTPS,
     "srv works 0 - -\nconnect works 0 - -\ntls works 0 - -\nedge-sso works 200 expressway-c -\n"
     "edge-config works 401 expressway-c -\ncluster-user skipped 0 - -\nservers skipped 0 - -\nuser skipped "
     "0 - "
     "-\ndevices skipped 0 - -\nsip-options works 200 - -\nsip-register skipped 0 - -\nxmpp-stream works 0 - "
     "-\nxmpp-auth skipped 0 - -\n"},
    {config_502, EDGE1_HTTPS,
     "srv works 0 - -\nconnect works 0 - -\ntls works 0 - -\nedge-sso works 200 expressway-c -\n"
     "edge-config fails 502 expressway-e mra.edge-config/path-down\ncluster-user skipped 0 - -\n"},
    {servers_502, EDGE1_HTTPS,
     "cluster-user works 200 unified-cm -\nservers fails 502 expressway-c mra.uds/node-unreachable\nuser "
     "skipped 0 - -\n"},
    {register_403, EDGE1_HTTPS, "sip-register fails 403 - sip.register/status-403\n"},
    {auth_refused, EDGE1_HTTPS, "xmpp-auth fails 0 - xmpp.auth/not-authorized\n"},
};

static void timelines_are_told(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof timeline_rows / sizeof *timeline_rows; i++) {
        struct facts *facts = healthy_login();
        if (timeline_rows[i].break_it != NULL)
            timeline_rows[i].break_it(facts);
        struct findings *findings = judged(facts, STATUS_PASS);
        const char *text = told(timeline_of(facts->arena, facts, findings), timeline_rows[i].edge);
        if (strstr(text, timeline_rows[i].told) == NULL)
            fail_msg("row %zu:\n%swanted\n%s", i, text, timeline_rows[i].told);
        findings_free(findings);
        facts_free(facts);
    }
}

static void nowhere_is_told(void **state) {
    (void)state;
    struct facts *facts = healthy_login();
    facts->endpoints.n = facts->logins.n = 0;
    query_fails(query_of(facts, SRV_NAME, DNS_SRV), DNS_NXDOMAIN);
    struct findings *findings = judge_all(facts);
    assert_string_equal(told(timeline_of(facts->arena, facts, findings), DOMAIN),
                        "srv fails 0 - dns.collab-edge-srv/nxdomain\n");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_hold),       cmocka_unit_test(findings_tell),
        cmocka_unit_test(outcomes_follow), cmocka_unit_test(timelines_are_told),
        cmocka_unit_test(nowhere_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
