/* What did an edge say to one user's log-in? See login.h. */
#include "facts/facts.h"

#include <string.h>
#include <strings.h>

const struct enum_name xmpp_login_states[] = {{XMPP_LOGIN_NOT_TRIED, "not-tried"},
                                              {XMPP_LOGIN_BOUND, "bound"},
                                              {XMPP_LOGIN_NO_ANSWER, "no-answer"},
                                              {XMPP_LOGIN_CLOSED, "closed"},
                                              {XMPP_LOGIN_MALFORMED, "malformed"},
                                              {XMPP_LOGIN_STREAM_ERROR, "stream-error"},
                                              {XMPP_LOGIN_NO_MECHANISM, "no-mechanism"},
                                              {XMPP_LOGIN_REFUSED, "refused"},
                                              {XMPP_LOGIN_BIND_FAILED, "bind-failed"},
                                              {XMPP_LOGIN_NO_TLS, "no-tls"},
                                              {0, NULL}};

/* A domain without a dot is a public suffix, which no client takes a cookie for (RFC 6265 5.3, step 5). */
bool cookie_fits(const struct session_cookie *cookie, const char *host) {
    if (cookie->has_expiry && cookie->lifetime_s <= 0)
        return false;
    if (cookie->domain == NULL || text_same_case_blind(cookie->domain, host))
        return true;
    size_t whole = strlen(host), part = strlen(cookie->domain);
    return strchr(cookie->domain, '.') != NULL && whole > part && host[whole - part - 1] == '.' &&
           text_same_case_blind(host + whole - part, cookie->domain);
}

const struct http_exchange *login_exchange(const struct login *login, const char *request) {
    for (size_t i = 0; i < login->http.n; i++)
        if (strcmp(login->http.v[i]->request, request) == 0)
            return login->http.v[i];
    return NULL;
}

const char *http_answered_by(const struct http_exchange *http) {
    static const char *const of_uds[] = {"cluster-user", "servers", "user", "devices"};
    if (http->state != EXCHANGE_ANSWERED)
        return NULL;
    if (http->server != NULL && strncasecmp(http->server, "CE_C", 4) == 0)
        return "expressway-c";
    if (http->server != NULL && strncasecmp(http->server, "CE_E", 4) == 0)
        return "expressway-e";
    if (text_same_case_blind(http->realm, "Cisco Web Services Realm"))
        return "unified-cm";
    for (size_t i = 0; i < sizeof of_uds / sizeof *of_uds; i++)
        if (strcmp(http->request, of_uds[i]) == 0)
            return http->server == NULL || *http->server == 0 ? "unified-cm" : NULL;
    return NULL;
}

const struct login *login_of(const struct facts *facts, const struct endpoint *endpoint, const char *domain) {
    for (size_t i = 0; i < facts->logins.n; i++) {
        const struct login *login = facts->logins.v[i];
        if (strcmp(login->endpoint, endpoint->id) == 0 && text_same_case_blind(login->domain, domain) &&
            text_same_case_blind(login->address, endpoint->address))
            return login;
    }
    return NULL;
}

const struct endpoint *login_port(const struct facts *facts, const struct endpoint *https,
                                  enum protocol protocol) {
    const struct endpoint *elsewhere = NULL;
    size_t count = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->leg != LEG_CLIENT || e->protocol != protocol || !text_same_case_blind(e->host, https->host))
            continue;
        if (text_same_case_blind(e->address, https->address))
            return e;
        elsewhere = e;
        count++;
    }
    return count == 1 ? elsewhere : NULL;
}
