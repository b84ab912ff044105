/* How far did the probe get at an endpoint? See reach.h. */
#include "checks/reach.h"

#include "expressway/names.h"

#include <string.h>
#include <strings.h>

const char rightly_closed[] =
    "not reachable from outside, as it should be; run with --vantage internal to judge it";

const char not_finished[] = "not finished within --deadline: run again with a longer one";

bool speaks_tls(const struct endpoint *endpoint) {
    return endpoint->protocol != PROTOCOL_SSH && endpoint->port != PORT_HTTP;
}

bool is_inside_leg(enum leg leg) {
    return leg != LEG_CLIENT && leg != LEG_OTHER;
}

/* Log-in and messaging of whatever box serve clients that have none, also where nobody said whose they are.
 */
bool wants_client_certificate(const struct endpoint *endpoint) {
    bool is_for_clients =
        endpoint->client == NULL && (endpoint->port == PORT_MRA || endpoint->port == PORT_XMPP);
    return is_inside_leg(endpoint->leg) || (endpoint->leg == LEG_OTHER && !is_for_clients) ||
           endpoint->port == PORT_SIP_MUTUAL;
}

bool tls_reached(const struct tls_attempt *attempt) {
    return attempt->state == TLS_ESTABLISHED || attempt->chain.n > 0;
}

bool ended_for_client_certificate(const struct endpoint *endpoint) {
    return endpoint->client == NULL && endpoint->tls.state != TLS_ESTABLISHED &&
           endpoint->tls.client_auth == CLIENT_AUTH_REQUIRED && wants_client_certificate(endpoint);
}

bool asks_for_certificate(const struct http_exchange *http) {
    if (http->state != EXCHANGE_ANSWERED || (http->status != 400 && http->status != 496))
        return false;
    return http->body != NULL && strstr(http->body, "SSL certificate") != NULL;
}

void evidence_answer(struct finding *finding, const char *wanted, const char *step,
                     const struct http_exchange *http, const char *answered_by) {
    evidence_text(finding, "wanted", wanted);
    if (http->state == EXCHANGE_ANSWERED)
        evidence_int(finding, "found", http->status);
    else
        evidence_text(finding, "found", enum_text(exchange_states, (int)http->state));
    if (step != NULL)
        evidence_text(finding, "step", step);
    evidence_text(finding, "url", http->url);
    if (http->state == EXCHANGE_ANSWERED) {
        evidence_text(finding, "answered_by", answered_by);
        evidence_text(finding, "server", http->server);
        evidence_text(finding, "realm", http->realm);
    }
    if (http->location != NULL)
        evidence_text(finding, "location", http->location);
    if (http->error != NULL)
        evidence_text(finding, "error", http->error);
    evidence_int(finding, "ms", http->ms);
}

bool is_rightly_closed(const struct facts *facts, const struct endpoint *endpoint) {
    return facts->run.vantage == VANTAGE_EXTERNAL && endpoint->client == NULL &&
           is_inside_leg(endpoint->leg) && endpoint->tcp.state != TCP_CONNECTED;
}

/* The probe says it where it left an address out ("left out by -4"). */
const char *not_tried_because(const struct endpoint *endpoint) {
    return endpoint->tcp.error != NULL ? endpoint->tcp.error : "no connection was tried in this run";
}

/* Why there was no connection to speak over. */
static const char *no_tcp_because(const struct facts *facts, const struct endpoint *endpoint) {
    if (endpoint->tcp.state == TCP_CONNECTED)
        return NULL;
    if (endpoint->tcp.state == TCP_NOT_TRIED)
        return not_tried_because(endpoint);
    return is_rightly_closed(facts, endpoint) ? rightly_closed : "no TCP connection: see net.connect";
}

const char *no_tls_because(const struct facts *facts, const struct endpoint *endpoint) {
    /* A capture knows handshakes whose TCP it did not see. */
    if (endpoint->tls.state != TLS_NOT_TRIED)
        return NULL;
    const char *why = no_tcp_because(facts, endpoint);
    if (why != NULL)
        return why;
    if (endpoint->xmpp != NULL && endpoint->xmpp->state != XMPP_NOT_TRIED)
        return "STARTTLS was not reached: see xmpp.stream";
    return "no handshake was tried in this run";
}

const char *no_service_because(const struct facts *facts, const struct endpoint *endpoint) {
    if (endpoint->protocol == PROTOCOL_SSH)
        return no_tcp_because(facts, endpoint);
    const char *why = no_tls_because(facts, endpoint);
    if (why != NULL)
        return why;
    if (ended_for_client_certificate(endpoint))
        return "the port demands a client certificate and none was given";
    return endpoint->tls.state == TLS_ESTABLISHED ? NULL : "no TLS: see tls.handshake";
}

void not_tried(const struct facts *facts, struct findings *to, enum check_id check, struct about about,
               const char *why, const char *otherwise) {
    if (why == NULL && facts->run.is_cut)
        find_unknown(to, check, about, "%s", not_finished);
    else
        find_skip(to, check, about, "%s", why != NULL ? why : otherwise);
}

static const struct endpoint *first_of_host(const struct facts *facts, const char *host) {
    size_t count;
    const struct named *found = facts_at_host(facts, host, &count);
    return found == NULL ? NULL : found->thing;
}

bool is_first_of_host(const struct facts *facts, size_t index) {
    return first_of_host(facts, facts->endpoints.v[index]->host) == facts->endpoints.v[index];
}

bool tunnel_is_proven(const struct facts *facts, const char *host) {
    size_t count;
    const struct named *found = facts_at_host(facts, host, &count);
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *endpoint = found[i].thing;
        if (endpoint->leg != LEG_CLIENT)
            continue;
        for (size_t k = 0; k < endpoint->http.n; k++) {
            const struct http_exchange *http = endpoint->http.v[k];
            if (http->state == EXCHANGE_ANSWERED && http->status < 500 && http->server != NULL &&
                strncasecmp(http->server, "CE_C", 4) == 0)
                return true;
        }
    }
    return false;
}

bool messaging_is_unused(const struct facts *facts) {
    const struct deployment *d = facts->deployment;
    return d != NULL && d->features.n > 0 && d->imp.n == 0 && !deployment_has_feature(d, "xmpp") &&
           !deployment_has_feature(d, "xmpp-federation");
}
