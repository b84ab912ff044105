/* How far does a user get who logs in, and who stops them? mra.edge-config with credentials, mra.uds,
 * sip.register and xmpp.auth, from what was asked with a password or token (facts/login.h).
 *
 * One refusal is one finding: what was not asked because of it is skipped, and says so. Statuses mean what
 * field-facts 1.4 and bundle-facts 3 say they mean, by who answered. */
#include "checks/service_judge.h"

#include "checks/reach.h"

#include <string.h>

static const char *who(const struct http_exchange *http) {
    const char *by = http_answered_by(http);
    return by != NULL ? by : text_or(http->server, "a server without a name");
}

static void show_http(struct finding *finding, const struct http_exchange *http, const char *wanted) {
    evidence_answer(finding, wanted, http->request, http, http_answered_by(http));
}

/* ---- mra.edge-config ---- */

struct config_judging {
    struct findings *to;
    struct about about;
    const struct endpoint *endpoint;
    const struct login *login;
    const struct http_exchange *http;
};

static const struct edge_service *service_of(const struct edge_config *config, const char *name) {
    for (size_t i = 0; i < config->services.n; i++)
        if (strcmp(config->services.v[i]->name, name) == 0)
            return config->services.v[i];
    return NULL;
}

/* From X12.5 on the record is not needed where Unified CM's nodes are known by FQDN: with a UDS server named,
 * the NameError stopped nobody (field-facts 1.1). */
static struct finding *judge_no_uds(const struct config_judging *j) {
    const struct edge_service *uds = service_of(j->login->config, "_cisco-uds");
    if (uds != NULL && uds->error != NULL)
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_SERVICE_NAME_ERROR, j->about,
                          "Expressway-C could not resolve _cisco-uds for %s (%s), and names no UDS server",
                          j->login->domain, uds->error);
    return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_NO_UDS_SERVER, j->about,
                      "the edge configuration for this user names no UDS server");
}

static struct finding *judge_config_document(const struct config_judging *j) {
    const struct session_cookie *cookie = j->login->cookie;
    if (j->login->config == NULL)
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_UNEXPECTED_XML, j->about,
                          "%s answered 200 with what is no edge configuration: %s", j->endpoint->id,
                          text_or(j->http->error, "it cannot be read"));
    if (cookie == NULL)
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_NO_COOKIE, j->about,
                          "%s gave the edge configuration without an X-Auth cookie", j->endpoint->id);
    if (cookie->has_expiry && cookie->lifetime_s <= 0) /* RFC 6265 5.3: it takes the cookie away */
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_NO_COOKIE, j->about,
                          "%s gave an X-Auth cookie that has ended already; a client drops it",
                          j->endpoint->id);
    if (!cookie_fits(cookie, j->endpoint->host))
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_COOKIE_DOMAIN, j->about,
                          "the cookie is for %s; a client that came to %s drops it", cookie->domain,
                          j->endpoint->host);
    if (j->login->config->uds.n == 0)
        return judge_no_uds(j);
    if (j->http->error != NULL)
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_UNEXPECTED_XML, j->about,
                          "the edge configuration is of no use: %s", j->http->error);
    return find_pass(j->to, CHECK_MRA_EDGE_CONFIG, j->about, "%s gave the edge configuration to this user",
                     j->endpoint->id);
}

static struct finding *judge_config_status(const struct config_judging *j) {
    const struct http_exchange *http = j->http;
    if (http->status == 401)
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_BAD_CREDENTIALS, j->about,
                          "%s refuses this %s (401 from %s, realm %s)", j->endpoint->id, j->login->credential,
                          who(http), text_or(http->realm, "none"));
    enum cause_id cause = config_cause_of_status(http->status, true);
    if (cause != CAUSE_NONE)
        return find_cause(j->to, cause, j->about, "%s answered get_edge_config with HTTP %d from %s",
                          j->endpoint->id, http->status, who(http));
    return find_unknown(
        j->to, CHECK_MRA_EDGE_CONFIG, j->about,
        "%s answered get_edge_config with HTTP %d from %s, which says neither that log-in works "
        "nor that it does not",
        j->endpoint->id, http->status, who(http));
}

static struct finding *judge_config_silence(const struct config_judging *j) {
    if (j->http->state == EXCHANGE_FAILED)
        return find_unknown(j->to, CHECK_MRA_EDGE_CONFIG, j->about,
                            "%s could not be asked with credentials: %s", j->endpoint->id,
                            text_or(j->http->error, "no reason given"));
    if (j->http->state == EXCHANGE_MALFORMED)
        return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_UNEXPECTED_XML, j->about,
                          "%s answered get_edge_config with what cannot be read: %s", j->endpoint->id,
                          text_or(j->http->error, "no valid HTTP"));
    return find_cause(j->to, CAUSE_MRA_EDGE_CONFIG_NO_ANSWER, j->about,
                      "%s did not answer get_edge_config with credentials (%d ms)", j->endpoint->id,
                      j->http->ms);
}

static void show_config(struct finding *finding, const struct login *login) {
    const struct edge_config *config = login->config;
    const struct session_cookie *cookie = login->cookie;
    const struct http_exchange *other = login_exchange(login, "get_edge_config/");
    for (size_t i = 0; config != NULL && i < config->services.n; i++)
        if (config->services.v[i]->error != NULL)
            evidence_add(finding, "not_resolved", config->services.v[i]->name);
    for (size_t i = 0; config != NULL && i < config->uds.n; i++)
        evidence_add(finding, "uds_servers", config->uds.v[i]->address);
    if (cookie != NULL) {
        evidence_text(finding, "cookie_domain", cookie->domain);
        if (cookie->has_expiry)
            evidence_int(finding, "cookie_lifetime_s", cookie->lifetime_s);
    }
    if (other != NULL && other->state == EXCHANGE_ANSWERED) /* as TC/CE endpoints ask */
        evidence_int(finding, "with_trailing_slash", other->status);
}

struct finding *judge_login_config(const struct facts *facts, struct findings *to, struct about about,
                                   const struct endpoint *endpoint, const struct login *login) {
    const struct http_exchange *http = login_exchange(login, "get_edge_config");
    struct config_judging j = {to, about, endpoint, login, http};
    (void)facts;
    if (http == NULL || http->state == EXCHANGE_NOT_TRIED)
        return NULL;
    struct finding *finding = http->state != EXCHANGE_ANSWERED ? judge_config_silence(&j)
                              : http->status == 200            ? judge_config_document(&j)
                                                               : judge_config_status(&j);
    show_http(finding, http, "200 with getEdgeConfigResponse, and the X-Auth cookie");
    show_config(finding, login);
    return finding;
}

/* ---- mra.uds ---- */

static const char *const uds_steps[] = {"cluster-user", "servers", "user", "devices"};
enum { UDS_STEPS = sizeof uds_steps / sizeof *uds_steps };

struct uds_judging {
    struct findings *to;
    struct about about;
    const char *id;
    const struct login *login;
    const struct http_exchange *http;
};

static bool by_edge(const struct http_exchange *http) {
    const char *by = http_answered_by(http);
    return by != NULL && strcmp(by, "unified-cm") != 0;
}

/* 403 of the edge is its allow list, of Unified CM a missing role (field-facts 1.4, bundle-facts 3.1); 502 to
 * 504 are a gateway's words unless Unified CM says 503 itself. */
static enum cause_id uds_cause(const struct http_exchange *http) {
    bool gateway = http->status == 502 || http->status == 504 || (http->status == 503 && by_edge(http));
    if (http->status == 401)
        return CAUSE_MRA_UDS_BAD_CREDENTIALS;
    if (http->status == 403)
        return by_edge(http) ? CAUSE_MRA_UDS_NOT_IN_ALLOW_LIST : CAUSE_MRA_UDS_ROLE_MISSING;
    if (http->status == 404 && !by_edge(http) && strcmp(http->request, "servers") != 0)
        return CAUSE_MRA_UDS_USER_NOT_FOUND;
    if (gateway)
        return CAUSE_MRA_UDS_NODE_UNREACHABLE;
    return http->status / 100 == 5 ? CAUSE_MRA_UDS_STATUS_5XX : CAUSE_MRA_UDS_UNEXPECTED_STATUS;
}

/* NULL when the step went well. */
static struct finding *judge_uds_step(const struct uds_judging *j) {
    const struct http_exchange *http = j->http;
    if (http->state == EXCHANGE_FAILED || http->state == EXCHANGE_NOT_TRIED)
        return find_unknown(j->to, CHECK_MRA_UDS, j->about, "%s could not be asked for %s: %s", j->id,
                            http->request, text_or(http->error, "the time for the run was over"));
    if (http->state == EXCHANGE_MALFORMED)
        return find_cause(j->to, CAUSE_MRA_UDS_UNEXPECTED_XML, j->about,
                          "%s: the answer to %s cannot be read: %s", j->id, http->request,
                          text_or(http->error, "no valid HTTP"));
    if (http->state != EXCHANGE_ANSWERED)
        return find_cause(j->to, CAUSE_MRA_UDS_NODE_UNREACHABLE, j->about,
                          "%s did not answer %s (%d ms), and did answer before it", j->id, http->request,
                          http->ms);
    if (http->status != 200)
        return find_cause(j->to, uds_cause(http), j->about, "%s: %s was answered with HTTP %d by %s", j->id,
                          http->request, http->status, who(http));
    if (http->error != NULL)
        return find_cause(j->to, CAUSE_MRA_UDS_UNEXPECTED_XML, j->about, "%s: what came for %s is not it: %s",
                          j->id, http->request, http->error);
    if (strcmp(http->request, "cluster-user") == 0 && !j->login->uds->found)
        return find_cause(j->to, CAUSE_MRA_UDS_USER_NOT_FOUND, j->about,
                          "%s: no cluster has this user as its own", j->id);
    return NULL;
}

static void show_uds(struct finding *finding, const struct login *login) {
    const struct uds *uds = login->uds;
    if (uds == NULL)
        return;
    if (uds->home_cluster != NULL)
        evidence_text(finding, "home_cluster", uds->home_cluster);
    evidence_texts(finding, "servers", &uds->servers);
    for (size_t i = 0; i < uds->devices.n; i++)
        evidence_add(finding, "devices", uds->devices.v[i]->name);
}

/* Why UDS was not asked, or not to its end though nothing in it failed. */
static const char *uds_skipped_because(const struct login *login) {
    if (login->credential == NULL)
        return login->withheld != NULL ? login->withheld : "it wants credentials, and none were given";
    return "log-in ended at the edge configuration: see mra.edge-config";
}

static void judge_uds(const struct facts *facts, struct findings *to, struct about about,
                      const struct login *login) {
    struct uds_judging j = {to, about, login->endpoint, login, NULL};
    struct finding *finding = NULL;
    const struct http_exchange *last = NULL;
    (void)facts;
    for (size_t i = 0; i < UDS_STEPS && finding == NULL; i++) {
        j.http = login_exchange(login, uds_steps[i]);
        if (j.http == NULL)
            continue;
        last = j.http;
        finding = judge_uds_step(&j);
    }
    if (last == NULL) {
        find_skip(to, CHECK_MRA_UDS, about, "%s", uds_skipped_because(login));
        return;
    }
    if (finding == NULL)
        finding = find_pass(
            to, CHECK_MRA_UDS, about, "%s: Unified CM answered %s", login->endpoint,
            login_exchange(login, "devices") != NULL ? "clusterUser, servers, user and devices" : "servers");
    show_http(finding, last, "200 with the document asked for");
    show_uds(finding, login);
}

/* ---- sip.register ---- */

static const struct {
    int from, to;
    enum cause_id cause;
} register_causes[] = {{401, 401, CAUSE_SIP_REGISTER_STATUS_401}, {403, 403, CAUSE_SIP_REGISTER_STATUS_403},
                       {404, 404, CAUSE_SIP_REGISTER_STATUS_404}, {405, 405, CAUSE_SIP_REGISTER_STATUS_405},
                       {407, 407, CAUSE_SIP_REGISTER_STATUS_407}, {500, 599, CAUSE_SIP_REGISTER_STATUS_5XX},
                       {300, 699, CAUSE_SIP_REGISTER_REFUSED}};

/* The edge's own challenge that was not answered, for want of the right kind of credential or for caution, is
 * no refusal. */
static struct finding *judge_register_code(struct findings *to, struct about about,
                                           const struct sip_register *sip) {
    const char *reason = text_or(sip->reason, "");
    if (sip->code / 100 == 2)
        return find_pass(to, CHECK_SIP_REGISTER, about, "%s registered %s for %d s%s", sip->endpoint,
                         text_or(sip->device, "the user"), sip->expires,
                         sip->removed ? ", and took it back when asked to"
                                      : "; taking it back was not confirmed, it ends by itself");
    bool is_challenge = sip->code == 401 || (sip->code == 407 && text_same_case_blind(sip->scheme, "Bearer"));
    if (is_challenge && !sip->sent_credentials)
        return find_unknown(to, CHECK_SIP_REGISTER, about, "%s asked for credentials and got none: %s",
                            sip->endpoint, text_or(sip->withheld, "its challenge cannot be read"));
    for (size_t i = 0; i < sizeof register_causes / sizeof *register_causes; i++)
        if (sip->code >= register_causes[i].from && sip->code <= register_causes[i].to)
            return find_cause(to, register_causes[i].cause, about, "%s answered REGISTER with %d %s%s%s",
                              sip->endpoint, sip->code, reason,
                              sip->warning == NULL ? "" : ", Warning: ", text_or(sip->warning, ""));
    return find_unknown(to, CHECK_SIP_REGISTER, about, "%s answered REGISTER with %d %s alone", sip->endpoint,
                        sip->code, reason);
}

static struct finding *judge_register_answer(struct findings *to, struct about about,
                                             const struct sip_register *sip) {
    if (sip->state == EXCHANGE_ANSWERED)
        return judge_register_code(to, about, sip);
    if (sip->state == EXCHANGE_MALFORMED)
        return find_cause(to, CAUSE_SIP_REGISTER_MALFORMED, about,
                          "%s answered REGISTER with what is no SIP: %s", sip->endpoint,
                          text_or(sip->fault, "it cannot be parsed"));
    return find_cause(to, CAUSE_SIP_REGISTER_NO_ANSWER, about,
                      sip->state == EXCHANGE_CLOSED ? "%s closed the connection instead of answering REGISTER"
                                                    : "%s did not answer REGISTER",
                      sip->endpoint);
}

static void show_register(struct finding *finding, const struct sip_register *sip) {
    evidence_text(finding, "wanted", "2xx to REGISTER");
    if (sip->state == EXCHANGE_ANSWERED)
        evidence_int(finding, "found", sip->code);
    else
        evidence_text(finding, "found", enum_text(exchange_states, (int)sip->state));
    evidence_text(finding, "registrar", sip->registrar);
    evidence_text(finding, "route", sip->route);
    evidence_text(finding, "device", sip->device);
    if (sip->challenge_code != 0) {
        evidence_int(finding, "challenge", sip->challenge_code);
        evidence_text(finding, "scheme", sip->scheme);
        evidence_text(finding, "realm", sip->realm);
    }
    if (sip->warning != NULL)
        evidence_text(finding, "warning", sip->warning);
    evidence_text(finding, "server", sip->server);
    evidence_int(finding, "ms", sip->ms);
}

static const struct endpoint *endpoint_like(const struct facts *facts, const char *id, const char *address) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->id, id) == 0 &&
            text_same_case_blind(facts->endpoints.v[i]->address, address))
            return facts->endpoints.v[i];
    return NULL;
}

static struct about about_port(const struct facts *facts, const char *id, enum protocol protocol,
                               const struct login *login) {
    const struct endpoint *https = endpoint_like(facts, login->endpoint, login->address);
    const struct endpoint *endpoint = https == NULL ? NULL : login_port(facts, https, protocol);
    struct about about = {.subject = id};
    if (endpoint != NULL)
        about = about_endpoint(facts, endpoint);
    about.domain = login->domain;
    return about;
}

static void judge_register(const struct facts *facts, struct findings *to, const struct login *login) {
    const struct sip_register *sip = login->sip;
    if (sip == NULL)
        return;
    struct about about = about_port(facts, sip->endpoint, PROTOCOL_SIP, login);
    if (sip->state == EXCHANGE_NOT_TRIED) {
        find_skip(to, CHECK_SIP_REGISTER, about, "%s",
                  text_or(sip->withheld, "the time for the run was over"));
        return;
    }
    show_register(judge_register_answer(to, about, sip), sip);
}

/* ---- xmpp.auth ---- */

static const struct {
    enum xmpp_login_state state;
    enum cause_id cause;
    const char *words;
} auth_causes[] = {
    {XMPP_LOGIN_NO_ANSWER, CAUSE_XMPP_AUTH_NO_ANSWER, "does not answer the log-in"},
    {XMPP_LOGIN_CLOSED, CAUSE_XMPP_AUTH_NO_ANSWER, "closed the stream in the middle of the log-in"},
    {XMPP_LOGIN_MALFORMED, CAUSE_XMPP_AUTH_MALFORMED, "answers the log-in with what is no XMPP"},
    {XMPP_LOGIN_STREAM_ERROR, CAUSE_XMPP_AUTH_STREAM_ERROR, "ends the log-in with a stream error"},
    {XMPP_LOGIN_NO_MECHANISM, CAUSE_XMPP_AUTH_NO_MECHANISM, "offers no mechanism for a password"},
    {XMPP_LOGIN_REFUSED, CAUSE_XMPP_AUTH_NOT_AUTHORIZED, "refuses this password"},
    {XMPP_LOGIN_BIND_FAILED, CAUSE_XMPP_AUTH_BIND_CONFLICT, "does not bind the resource"}};

static struct finding *judge_auth_state(struct findings *to, struct about about,
                                        const struct xmpp_login *xmpp) {
    const char *detail = xmpp->condition != NULL ? xmpp->condition : xmpp->error;
    if (xmpp->state == XMPP_LOGIN_BOUND)
        return find_pass(to, CHECK_XMPP_AUTH, about, "%s lets this user in and binds %s%s", xmpp->endpoint,
                         text_or(xmpp->jid, "a resource"),
                         xmpp->closed ? ", and closes the stream when asked" : "");
    for (size_t i = 0; i < sizeof auth_causes / sizeof *auth_causes; i++)
        if (auth_causes[i].state == xmpp->state)
            return find_cause(to, auth_causes[i].cause, about, "%s %s%s%s", xmpp->endpoint,
                              auth_causes[i].words, detail == NULL ? "" : ": ", text_or(detail, ""));
    return find_unknown(to, CHECK_XMPP_AUTH, about, "%s: %s; try again", xmpp->endpoint,
                        text_or(xmpp->error, "no second connection"));
}

static void judge_auth(const struct facts *facts, struct findings *to, const struct login *login) {
    const struct xmpp_login *xmpp = login->xmpp;
    if (xmpp == NULL)
        return;
    struct about about = about_port(facts, xmpp->endpoint, PROTOCOL_XMPP, login);
    struct finding *finding = xmpp->state == XMPP_LOGIN_NOT_TRIED
                                  ? find_skip(to, CHECK_XMPP_AUTH, about, "%s",
                                              text_or(xmpp->withheld, "the time for the run was over"))
                                  : judge_auth_state(to, about, xmpp);
    evidence_text(finding, "wanted", "authentication and a bound resource");
    evidence_text(finding, "found", enum_text(xmpp_login_states, (int)xmpp->state));
    evidence_texts(finding, "mechanisms", &xmpp->mechanisms);
    evidence_text(finding, "mechanism", xmpp->mechanism);
    evidence_text(finding, "condition", xmpp->condition);
    if (xmpp->error != NULL)
        evidence_text(finding, "error", xmpp->error);
    evidence_int(finding, "ms", xmpp->ms);
}

void judge_logins(const struct facts *facts, struct findings *to) {
    for (size_t i = 0; i < facts->logins.n; i++) {
        const struct login *login = facts->logins.v[i];
        const struct endpoint *endpoint = endpoint_like(facts, login->endpoint, login->address);
        struct about about = {.subject = login->endpoint};
        if (endpoint != NULL)
            about = about_endpoint(facts, endpoint);
        about.domain = login->domain;
        judge_uds(facts, to, about, login);
        judge_register(facts, to, login);
        judge_auth(facts, to, login);
    }
}
