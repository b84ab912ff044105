/* Does the handshake complete, and if not, who ended it? judge_tls: tls.handshake, and the order of the
 * others. See judge.h. */
#include "checks/judge.h"

#include "checks/reach.h"
#include "checks/tls_judge.h"

#include <string.h>

static void show_attempt(struct finding *finding, const struct endpoint *endpoint) {
    const struct tls_attempt *tls = &endpoint->tls;
    evidence_text(finding, "wanted", enum_text(tls_states, TLS_ESTABLISHED));
    evidence_text(finding, "found", enum_text(tls_states, (int)tls->state));
    evidence_text(finding, "address", endpoint->address);
    if (endpoint->client != NULL)
        evidence_text(finding, "client", endpoint->client);
    evidence_text(finding, "sni", tls->sni);
    if (tls->version != NULL)
        evidence_text(finding, "version", tls->version);
    if (tls->cipher != NULL)
        evidence_text(finding, "cipher", tls->cipher);
    if (tls->group != NULL)
        evidence_text(finding, "group", tls->group);
    if (tls->signature_algorithm != NULL)
        evidence_text(finding, "signature_algorithm", tls->signature_algorithm);
    if (tls->alpn != NULL)
        evidence_text(finding, "alpn", tls->alpn);
    evidence_int(finding, "ms", tls->ms);
    if (tls->state == TLS_ESTABLISHED)
        return;
    evidence_text(finding, "ended_by", enum_text(sides, (int)tls->ended_by));
    show_alert(finding, tls->alert);
    if (endpoint->offer != NULL) {
        evidence_texts(finding, "offered_versions", &endpoint->offer->versions);
        evidence_texts(finding, "offered_suites", &endpoint->offer->suites);
    }
    if (tls->not_tls != NULL)
        evidence_text(finding, "not_tls", tls->not_tls);
    if (tls->first_bytes != NULL)
        evidence_text(finding, "first_bytes", tls->first_bytes);
    if (tls->error != NULL)
        evidence_text(finding, "error", tls->error);
}

/* ---- tls.handshake ---- */

/* Of two others: who refused whose certificate, told by what was shown before. */
static const char *who_refused_whom(struct arena *arena, const struct endpoint *endpoint) {
    const struct tls_attempt *tls = &endpoint->tls;
    bool is_server = tls->ended_by == SIDE_PEER;
    const struct certs *refused = is_server ? &endpoint->client_chain : &tls->chain;
    const char *from = is_server ? endpoint->id : endpoint->client,
               *other = is_server ? endpoint->client : endpoint->id;
    if (refused->n == 0)
        return arena_printf(arena, "%s ended the handshake with %s", from, other);
    return arena_printf(arena, "%s rejected the certificate of %s (%s)%s", from, other,
                        refused->v[0]->subject,
                        !is_server && endpoint->client_chain.n == 0 ? " and never showed its own" : "");
}

static struct finding *judge_alert(struct findings *to, struct about about, const struct endpoint *endpoint) {
    const struct tls_alert *alert = endpoint->tls.alert;
    enum cause_id cause = cause_of_alert(alert == NULL ? NO_ALERT : alert->number);
    const char *name = alert == NULL || alert->name == NULL ? "unknown" : alert->name;
    if (endpoint->client != NULL)
        return find_cause(to, cause, about, "%s: alert %s", who_refused_whom(to->arena, endpoint), name);
    if (alert == NULL || alert->sent_by == SIDE_PEER)
        return find_cause(to, cause, about, "%s ended the handshake with the alert %s", endpoint->id, name);
    return find_cause(to, cause, about,
                      "our side ended the handshake with %s by the alert %s, for what the server sent",
                      endpoint->id, name);
}

static const struct {
    enum tls_state state;
    enum cause_id cause;
    const char *words;
} failures[] = {
    {TLS_CLOSED, CAUSE_TLS_HANDSHAKE_CLOSED, "closed the connection during the handshake, without an alert"},
    {TLS_RESET, CAUSE_TLS_HANDSHAKE_RESET, "reset the connection during the handshake"},
    {TLS_TIMEOUT, CAUSE_TLS_HANDSHAKE_TIMEOUT,
     "accepted the connection and did not answer the ClientHello in time"},
    {TLS_MALFORMED, CAUSE_TLS_HANDSHAKE_MALFORMED, "answered with records that are no valid TLS handshake"}};

/* A hello with TLS 1.3 in it came to nothing, the same without it was answered; and put again, it came to
 * nothing as well. */
static bool is_tls13_intolerant(const struct endpoint *endpoint) {
    const struct tls_attempt *tls = &endpoint->tls, *tls12 = endpoint_variant(endpoint, PURPOSE_TLS12);
    bool ended = tls->state == TLS_RESET || tls->state == TLS_CLOSED || tls->state == TLS_TIMEOUT;
    return endpoint->client == NULL && ended && tls12 != NULL && tls_reached(tls12) &&
           !form_was_answered(endpoint, tls->sni);
}

static struct finding *judge_failure(struct findings *to, struct about about,
                                     const struct endpoint *endpoint) {
    const struct tls_attempt *tls = &endpoint->tls;
    if (is_tls13_intolerant(endpoint))
        return find_cause(to, CAUSE_TLS_HANDSHAKE_TLS13_INTOLERANT, about,
                          "%s takes TLS 1.2, and a ClientHello that offers TLS 1.3 as well ends with %s",
                          endpoint->id, attempt_text(to->arena, tls));
    if (tls->state == TLS_ALERT)
        return judge_alert(to, about, endpoint);
    if (tls->state == TLS_NOT_TLS)
        return find_cause(
            to, CAUSE_TLS_HANDSHAKE_NOT_TLS, about, "%s does not speak TLS: %s answered", endpoint->id,
            tls->not_tls == NULL || strcmp(tls->not_tls, "other") == 0 ? "something else" : tls->not_tls);
    if (tls->state == TLS_RESET && tls->ended_by == SIDE_PATH && endpoint->client != NULL)
        return find_cause(to, CAUSE_TLS_HANDSHAKE_RESET_ON_PATH, about,
                          "something between %s and %s reset the connection during the handshake",
                          endpoint->client, endpoint->id);
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].state == tls->state && tls->ended_by == SIDE_US && endpoint->client != NULL)
            return find_cause(to, failures[i].cause, about, "%s %s with %s%s", endpoint->client,
                              failures[i].words, endpoint->id,
                              tls->chain.n > 0 ? ", having seen its certificate" : "");
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].state == tls->state)
            return find_cause(to, failures[i].cause, about, "%s %s (%d ms)%s", endpoint->id,
                              failures[i].words, tls->ms,
                              form_was_answered(endpoint, tls->sni) ? ", and answered when asked again" : "");
    if (tls->state == TLS_UNSEEN && tls->ended_by == SIDE_PEER && endpoint->client != NULL) {
        struct finding *f = find_cause(to, CAUSE_TLS_HANDSHAKE_CLOSED_AFTER_CLIENT, about,
                                       "%s closed right after the last message of %s, which may be a refusal "
                                       "of its certificate (TLS 1.3 does not show it)",
                                       endpoint->id, endpoint->client);
        evidence_text(f, "first", time_write(to->arena, endpoint->seen));
        return f;
    }
    if (tls->state == TLS_UNSEEN)
        return find_unknown(to, CHECK_TLS_HANDSHAKE, about,
                            "how the handshake of %s with %s ended cannot be told: %s",
                            endpoint->client == NULL ? "the client" : endpoint->client, endpoint->id,
                            tls->error == NULL ? "not all of it was seen" : tls->error);
    return find_unknown(to, CHECK_TLS_HANDSHAKE, about, "our side failed, which says nothing about %s: %s",
                        endpoint->id, tls->error == NULL ? "no reason given" : tls->error);
}

/* ---- connections that were reset, and went well when asked again ---- */

static bool is_whole_form(const struct tls_attempt *attempt) {
    return attempt->purpose == PURPOSE_MAIN || attempt->purpose == PURPOSE_SNI_NONE ||
           attempt->purpose == PURPOSE_SNI_SERVICE || attempt->purpose == PURPOSE_AGAIN;
}

static void judge_resets(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    size_t tried = 1, ended = 0;
    for (size_t i = 0; i < endpoint->variants.n; i++) {
        const struct tls_attempt *attempt = endpoint->variants.v[i];
        if (!is_whole_form(attempt) || attempt->state == TLS_NOT_TRIED)
            continue;
        tried++;
        ended += form_was_answered(endpoint, attempt->sni) &&
                 (attempt->state == TLS_RESET || attempt->state == TLS_CLOSED);
    }
    if (ended == 0 || endpoint->client != NULL)
        return;
    struct finding *finding =
        find_cause(to, CAUSE_TLS_HANDSHAKE_SOME_RESET, about_endpoint(facts, endpoint),
                   "%zu of %zu connections to %s ended without a word, and the same question put again was "
                   "answered",
                   ended, tried, endpoint->id);
    evidence_int(finding, "ended", (long long)ended);
    evidence_int(finding, "connections", (long long)tried);
    evidence_text(finding, "address", endpoint->address);
}

/* The attempt that presented the user's client certificate; NULL when there was none. */
static const struct tls_attempt *with_certificate(const struct endpoint *endpoint) {
    const struct tls_attempt *attempt = endpoint_variant(endpoint, PURPOSE_CLIENT_CERT);
    return attempt == NULL || attempt->state == TLS_NOT_TRIED ? NULL : attempt;
}

/* Both attempts are told: without the certificate the port must refuse, with it lies what matters. */
static struct finding *judge_with_certificate(struct findings *to, struct about about,
                                              const struct endpoint *endpoint,
                                              const struct tls_attempt *with) {
    struct finding *finding =
        with->state == TLS_ESTABLISHED
            ? find_pass(to, CHECK_TLS_HANDSHAKE, about,
                        "%s with %s, presenting the client certificate; without one %s refused",
                        with->version == NULL ? "TLS" : with->version,
                        with->cipher == NULL ? "an unnamed suite" : with->cipher, endpoint->id)
            : find_pass(
                  to, CHECK_TLS_HANDSHAKE, about,
                  "%s presented its certificate and then demanded ours, as that port always does; how the "
                  "one given fared: see tls.client-auth",
                  endpoint->id);
    evidence_text(finding, "with_client_certificate", enum_text(tls_states, (int)with->state));
    return finding;
}

static void judge_handshake(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    const struct tls_attempt *tls = &endpoint->tls;
    struct about about = about_endpoint(facts, endpoint);
    const char *why = no_tls_because(facts, endpoint);
    struct finding *finding;
    if (why != NULL) {
        find_skip(to, CHECK_TLS_HANDSHAKE, about, "%s", why);
        return;
    }
    if (tls->state == TLS_ESTABLISHED)
        finding = find_pass(to, CHECK_TLS_HANDSHAKE, about, "%s with %s in %d ms%s",
                            tls->version == NULL ? "TLS" : tls->version,
                            tls->cipher == NULL ? "an unnamed suite" : tls->cipher, tls->ms,
                            endpoint->limits_connections ? "; it limits connections at a time" : "");
    else if (endpoint->client == NULL && tls->client_auth == CLIENT_AUTH_REQUIRED &&
             !wants_client_certificate(endpoint))
        finding =
            find_skip(to, CHECK_TLS_HANDSHAKE, about,
                      "%s ended it for want of a client certificate: see tls.client-auth", endpoint->id);
    else if (ended_for_client_certificate(endpoint) && with_certificate(endpoint) != NULL)
        finding = judge_with_certificate(to, about, endpoint, with_certificate(endpoint));
    else if (ended_for_client_certificate(endpoint))
        finding =
            find_pass(to, CHECK_TLS_HANDSHAKE, about,
                      "%s presented its certificate and then demanded ours, as that port always does; none "
                      "was given",
                      endpoint->id);
    else
        finding = judge_failure(to, about, endpoint);
    show_attempt(finding, endpoint);
    judge_resets(facts, to, endpoint);
}

/* What hangs on a handshake is skipped for all checks alike when there was none to look at. */
static void judge_endpoint(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    static const struct {
        enum check_id check;
        void (*judge)(const struct facts *facts, struct findings *to, const struct endpoint *endpoint);
    } parts[] = {{CHECK_TLS_VERSION, judge_tls_version},
                 {CHECK_TLS_CLIENT_AUTH, judge_tls_client_auth},
                 {CHECK_TLS_SNI, judge_tls_sni}};
    const char *why = no_tls_because(facts, endpoint);
    judge_handshake(facts, to, endpoint);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (why != NULL)
            find_skip(to, parts[i].check, about_endpoint(facts, endpoint), "%s", why);
        else
            parts[i].judge(facts, to, endpoint);
}

void judge_tls(struct judging *run) {
    const struct facts *facts = run->facts;
    struct findings *to = run->to;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (speaks_tls(facts->endpoints.v[i]))
            judge_endpoint(facts, to, facts->endpoints.v[i]);
    if (facts->expected.n > 0)
        judge_tls_served(facts, to);
    judge_tls_cluster(facts, to);
    judge_tls_callers(facts, to);
}
