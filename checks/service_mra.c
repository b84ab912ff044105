/* Does the edge answer the first two requests of every log-in, and who answers? mra.edge-sso and
 * mra.edge-config, asked without credentials (field-facts 1.3 and 1.4).
 *
 * A healthy edge answers get_edge_sso with 200 and SSOResult XML, and get_edge_config with 401 and the realm
 * Cisco-Edge. Server "CE_C ECS" is Expressway-C's edge configuration server, and so proves the SSH tunnel;
 * "CE_E" is Expressway-E's own proxy. */
#include "checks/service_judge.h"

#include "catalogue/release.h"
#include "checks/reach.h"
#include "checks/seen.h"
#include "expressway/release_told.h"

#include <string.h>
#include <strings.h>

static const char *answered_by(const struct http_exchange *http) {
    if (http->server != NULL && strncasecmp(http->server, "CE_C", 4) == 0)
        return "expressway-c through the tunnel";
    if (http->server != NULL && strncasecmp(http->server, "CE_E", 4) == 0)
        return "expressway-e";
    return "other";
}

static bool body_has(const struct http_exchange *http, const char *element) {
    return http->body != NULL && strstr(http->body, element) != NULL;
}

static bool is_edge_answer(const struct http_exchange *http) {
    return http->state == EXCHANGE_ANSWERED &&
           (strcmp(answered_by(http), "other") != 0 || text_same_case_blind(http->realm, "Cisco-Edge") ||
            body_has(http, "<SSOResult") || body_has(http, "<getEdgeConfigResponse"));
}

/* One answer with the marks of an edge vouches for the others of the same port: error pages may lack them. */
static bool is_edge(const struct endpoint *endpoint) {
    for (size_t i = 0; i < endpoint->http.n; i++)
        if (is_edge_answer(endpoint->http.v[i]))
            return true;
    return false;
}

struct asked;

/* A request, the check that judges its answer, and that check's causes for answers that are none. */
struct question {
    enum check_id check;
    enum cause_id no_answer, not_an_edge;
    const char *request, *wanted;
    struct finding *(*judge)(const struct asked *asked);
};

struct asked {
    struct findings *to;
    const struct question *question;
    const char *id;
    struct about about;
    const struct http_exchange *http;
    bool edge;
};

/* "HTTP 403 from nginx/1.22" */
static const char *answer_words(struct arena *arena, const struct http_exchange *http) {
    bool is_edge = http->server != NULL && strncasecmp(http->server, "CE_E", 4) == 0;
    return arena_printf(arena, "HTTP %d from %s%s", http->status,
                        text_or(http->server, "a server without a name"),
                        is_edge ? " (Expressway-E itself)" : "");
}

static struct finding *judge_cause(const struct asked *asked, enum cause_id cause) {
    return find_cause(asked->to, cause, asked->about, "%s answered %s with %s", asked->id,
                      asked->http->request, answer_words(asked->to->arena, asked->http));
}

static struct finding *judge_good(const struct asked *asked) {
    return find_pass(asked->to, asked->question->check, asked->about, "%s answered %s with %s", asked->id,
                     asked->http->request, answer_words(asked->to->arena, asked->http));
}

static struct finding *judge_other(const struct asked *asked) {
    return find_unknown(asked->to, asked->question->check, asked->about,
                        "%s answered %s with %s, which says neither that log-in works nor that it does not",
                        asked->id, asked->http->request, answer_words(asked->to->arena, asked->http));
}

static struct finding *judge_sso_answer(const struct asked *asked) {
    const struct http_exchange *http = asked->http;
    enum cause_id cause = sso_cause_of_status(http->status, asked->edge);
    if (cause != CAUSE_NONE)
        return judge_cause(asked, cause);
    if (!asked->edge)
        return judge_cause(asked, CAUSE_MRA_EDGE_SSO_NOT_AN_EDGE);
    return http->status == 200 || http->status == 401 ? judge_good(asked) : judge_other(asked);
}

static struct finding *judge_config_answer(const struct asked *asked) {
    const struct http_exchange *http = asked->http;
    enum cause_id cause = config_cause_of_status(http->status, asked->edge);
    if (cause != CAUSE_NONE)
        return judge_cause(asked, cause);
    if (!asked->edge)
        return judge_cause(asked, CAUSE_MRA_EDGE_CONFIG_NOT_AN_EDGE);
    if (http->status == 200 && !body_has(http, "<getEdgeConfigResponse"))
        return judge_cause(asked, CAUSE_MRA_EDGE_CONFIG_UNEXPECTED_XML);
    return http->status == 200 || http->status == 401 ? judge_good(asked) : judge_other(asked);
}

static const struct question questions[] = {
    {CHECK_MRA_EDGE_SSO, CAUSE_MRA_EDGE_SSO_NO_ANSWER, CAUSE_MRA_EDGE_SSO_NOT_AN_EDGE, "get_edge_sso",
     "200 with SSOResult", judge_sso_answer},
    {CHECK_MRA_EDGE_CONFIG, CAUSE_MRA_EDGE_CONFIG_NO_ANSWER, CAUSE_MRA_EDGE_CONFIG_NOT_AN_EDGE,
     "get_edge_config", "401 with realm Cisco-Edge", judge_config_answer}};

static struct finding *judge_no_answer(const struct asked *asked) {
    const struct http_exchange *http = asked->http;
    if (http->state == EXCHANGE_FAILED)
        return find_unknown(asked->to, asked->question->check, asked->about,
                            "%s could not be asked for %s: %s", asked->id, http->request,
                            text_or(http->error, "no reason given"));
    if (http->state == EXCHANGE_MALFORMED)
        return find_cause(asked->to, asked->question->not_an_edge, asked->about,
                          "%s answered %s with what is no HTTP", asked->id, http->request);
    return find_cause(asked->to, asked->question->no_answer, asked->about,
                      http->state == EXCHANGE_CLOSED
                          ? "%s closed the connection instead of answering %s (%d ms)"
                          : "%s did not answer %s within %d ms",
                      asked->id, http->request, http->ms);
}

static void show_answer(struct finding *finding, const struct question *question,
                        const struct http_exchange *http) {
    evidence_answer(finding, question->wanted, NULL, http, answered_by(http));
}

/* Credentials were there, and did not go to who does not ask as an Expressway asks: what it would have said
 * to them nobody knows. */
static bool asks_as_another(const struct login *login, const struct http_exchange *http) {
    if (login == NULL || login->withheld == NULL || http->state != EXCHANGE_ANSWERED)
        return false;
    return http->status == 200 || /* it does not ask at all */
           (http->status == 401 && (!text_same(http->realm, "Cisco-Edge") ||
                                    (http->scheme != NULL && !text_same_case_blind(http->scheme, "Basic"))));
}

static void judge_exchange(const struct facts *facts, struct findings *to, const struct endpoint *endpoint,
                           const struct question *question, const struct http_exchange *http) {
    struct about about = about_endpoint(facts, endpoint);
    about.domain = http->domain;
    struct asked asked = {to, question, endpoint->id, about, http, is_edge(endpoint)};
    const char *why = no_service_because(facts, endpoint);
    struct finding *finding;
    /* The HTTP library may have tried its luck where our handshake failed: its failure is no second finding.
     */
    if (http->state == EXCHANGE_NOT_TRIED || (why != NULL && http->state != EXCHANGE_ANSWERED)) {
        not_tried(facts, to, question->check, about, why, "the request was not made in this run");
        return;
    }
    const struct login *login = login_of(facts, endpoint, http->domain);
    if (question->check == CHECK_MRA_EDGE_CONFIG && login != NULL &&
        judge_login_config(facts, to, about, endpoint, login) != NULL)
        return;
    if (question->check == CHECK_MRA_EDGE_CONFIG && asked.edge && asks_as_another(login, http)) {
        finding = http->status == 200
                      ? find_unknown(to, question->check, about,
                                     "%s gives the edge configuration to whoever asks, as no edge does: %s",
                                     endpoint->id, login->withheld)
                      : find_unknown(to, question->check, about, "%s asks for a password with realm %s: %s",
                                     endpoint->id, text_or(http->realm, "none"), login->withheld);
        show_answer(finding, question, http);
        return;
    }
    if (asks_for_certificate(http))
        finding =
            find_skip(to, question->check, about,
                      "%s wants a client certificate before it answers: see tls.client-auth", endpoint->id);
    else if (http->state == EXCHANGE_ANSWERED)
        finding = question->judge(&asked);
    else
        finding = judge_no_answer(&asked);
    show_answer(finding, question, http);
}

/* ---- mra.release ---- */

void judge_release(const struct facts *facts, struct findings *to) {
    const struct endpoint *by;
    const char *told = release_told(facts, to->arena, &by);
    int number = 0;
    if (told == NULL)
        return;
    release_read(told, &number);
    struct about about = about_endpoint(facts, by);
    const char *release = facts->run.release;
    bool is_same = number / 100 == run_release(facts) / 100; /* a patch changes no rule */
    struct finding *finding =
        is_same ? find_pass(to, CHECK_MRA_RELEASE, about, "%s runs %s, and is judged for it", by->id, told)
                : find_cause(to, CAUSE_MRA_RELEASE_DIFFERS, about, "%s runs %s, and %s is judged for", by->id,
                             told, release == NULL ? RELEASE_NEWEST : release);
    evidence_text(finding, "wanted", release);
    evidence_text(finding, "found", told);
    if (facts->run.release_from != NULL)
        evidence_text(finding, "release_from", facts->run.release_from);
}

void judge_mra(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
        bool any = false;
        for (size_t i = 0; i < endpoint->http.n; i++) {
            const struct http_exchange *http = endpoint->http.v[i];
            if (http->request == NULL || strcmp(http->request, questions[q].request) != 0)
                continue;
            any = true;
            judge_exchange(facts, to, endpoint, &questions[q], http);
        }
        const char *why = no_service_because(facts, endpoint);
        if (!any)
            find_skip(to, questions[q].check, about_endpoint(facts, endpoint), "%s",
                      why != NULL ? why : "the request was not made in this run");
    }
}
