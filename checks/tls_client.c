/* What does the server want of the client: a certificate, a server name? tls.client-auth and tls.sni. */
#include "checks/tls_judge.h"

#include "checks/reach.h"
#include "checks/zone_sides.h"

#include <string.h>

/* ---- tls.client-auth ---- */

static void show_request(struct finding *finding, const struct endpoint *endpoint, const char *wanted) {
    evidence_text(finding, "wanted", wanted);
    evidence_text(finding, "found", enum_text(client_auths, (int)endpoint->tls.client_auth));
    evidence_texts(finding, "ca_names", &endpoint->tls.ca_names);
}

/* Asked once the request was known: what came of the requests tells whether it goes on without. Expressway
 * answers 401 to those who are not logged in. */
static const struct http_exchange *refused_late(const struct endpoint *endpoint) {
    const struct http_exchange *refused = NULL;
    for (size_t i = 0; endpoint->tls.asked_late && i < endpoint->http.n; i++) {
        const struct http_exchange *http = endpoint->http.v[i];
        bool is_served = http->state == EXCHANGE_ANSWERED && http->status != 403;
        if (is_served)
            return NULL;
        if (http->state != EXCHANGE_NOT_TRIED && refused == NULL)
            refused = http;
    }
    return refused;
}

static const struct http_exchange *refusing_answer(const struct endpoint *endpoint) {
    for (size_t i = 0; i < endpoint->http.n; i++)
        if (asks_for_certificate(endpoint->http.v[i]))
            return endpoint->http.v[i];
    return NULL;
}

/* Clients of MRA have no certificate that the edge could verify: a port for them may ask, not demand. */
static void judge_client_port(const struct facts *facts, struct findings *to,
                              const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    const struct http_exchange *refusal = refusing_answer(endpoint);
    const char *id = endpoint->id;
    enum client_auth asked = endpoint->tls.client_auth;
    struct finding *finding;
    if (asked == CLIENT_AUTH_REQUIRED)
        finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_REQUIRED_BUT_NONE, about,
                             "%s refuses clients that present no certificate", id);
    else if (refused_late(endpoint) != NULL)
        finding = find_cause(
            to, CAUSE_TLS_CLIENT_AUTH_REQUIRED_BUT_NONE, about,
            "%s asks for a client certificate once it knows the request, and refuses those without", id);
    else if (asked == CLIENT_AUTH_REQUESTED && refusal != NULL)
        finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_REQUIRED_BUT_NONE, about,
                             "%s asks for a client certificate and refuses requests without one (HTTP %d)",
                             id, refusal->status);
    else if (asked == CLIENT_AUTH_REQUESTED)
        finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_REQUESTED, about,
                             "%s asks for a client certificate and goes on without one", id);
    else if (asked == CLIENT_AUTH_NOT_SEEN)
        finding = find_skip(to, CHECK_TLS_CLIENT_AUTH, about,
                            "the handshake did not get that far: see tls.handshake");
    else
        finding = find_pass(to, CHECK_TLS_CLIENT_AUTH, about, "%s asks for no client certificate", id);
    show_request(finding, endpoint, "none");
}

/* The certificates that Expressway-C would present on this leg, as far as the deployment file gives them. */
static bool presents_c(const struct endpoint *endpoint) {
    return endpoint->leg == LEG_ZONE || endpoint->leg == LEG_NEIGHBOR || endpoint->leg == LEG_UCM ||
           endpoint->leg == LEG_IMP;
}

/* A list that names a CA above the leaf will do (RFC 8446 4.2.4): the issuer of any certificate of the chain.
 */
static bool is_advertised(const struct certs *chain, const struct texts *ca_names) {
    for (size_t i = 0; i < chain->n; i++)
        if (chain->v[i]->issuer != NULL && texts_has(ca_names, chain->v[i]->issuer))
            return true;
    return false;
}

/* Where only the leaf is at hand: what Expressway-C will send with it follows from its own trust list. */
static bool is_advertised_above(const struct facts *facts, struct arena *arena, const struct node *node,
                                const struct texts *ca_names) {
    struct own_lists lists;
    own_lists_of(facts, arena, ROLE_EXPRESSWAY_C, &lists);
    const struct own_list *own = own_list_of(facts, &lists, ROLE_EXPRESSWAY_C, node);
    if (own == NULL || own->index == NULL)
        return false;
    struct certs sent = trust_predict(arena, node->certificate.v[0], own->index, facts->run.at);
    return is_advertised(&sent, ca_names);
}

/* The first node whose certificate no CA name covers; an empty list asks for any. */
static const struct node *unwelcome_node(const struct facts *facts, struct arena *arena,
                                         const struct endpoint *endpoint) {
    const struct texts *ca_names = &endpoint->tls.ca_names;
    if (facts->deployment == NULL || ca_names->n == 0 || !presents_c(endpoint))
        return NULL;
    for (size_t i = 0; i < facts->deployment->c.nodes.n; i++) {
        const struct node *node = facts->deployment->c.nodes.v[i];
        if (node->certificate.n > 0 && !is_advertised(&node->certificate, ca_names) &&
            !is_advertised_above(facts, arena, node, ca_names))
            return node;
    }
    return NULL;
}

/* Who stands above the certificate that was presented, and is none of the CAs that the server takes. Of
 * several nodes with different issuers nobody knows which was presented. */
static void show_issuers(const struct facts *facts, struct finding *finding,
                         const struct endpoint *endpoint) {
    const struct deployment *d = facts->deployment;
    const struct node *node = NULL;
    for (size_t i = 0; d != NULL && presents_c(endpoint) && i < d->c.nodes.n; i++) {
        const struct node *other = d->c.nodes.v[i];
        if (other->certificate.n == 0)
            continue;
        if (node != NULL && strcmp(text_or(node->certificate.v[0]->issuer, ""),
                                   text_or(other->certificate.v[0]->issuer, "")) != 0)
            return;
        node = other;
    }
    if (node != NULL && d->c.nodes.n == 1)
        evidence_text(finding, "presented", node->certificate.v[0]->subject);
    for (size_t i = 0; node != NULL && i < node->certificate.n; i++) {
        const char *issuer = node->certificate.v[i]->issuer;
        if (issuer != NULL && !texts_has(&endpoint->tls.ca_names, issuer))
            evidence_add(finding, "issuers", issuer);
    }
}

static void judge_rejection(const struct facts *facts, struct findings *to, struct about about,
                            const struct endpoint *endpoint, const struct tls_attempt *presented) {
    struct finding *finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_REJECTED, about,
                                         "%s refused the client certificate that was presented: %s",
                                         endpoint->id, attempt_text(to->arena, presented));
    show_request(finding, endpoint, "accepted");
    evidence_text(finding, "found", enum_text(client_auths, CLIENT_AUTH_REJECTED));
    evidence_text(finding, "error", presented->error);
    show_issuers(facts, finding, endpoint);
}

static void judge_mutual_port(const struct facts *facts, struct findings *to,
                              const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    const struct tls_attempt *presented = endpoint_variant(endpoint, PURPOSE_CLIENT_CERT);
    if (presented == NULL || presented->state == TLS_NOT_TRIED)
        presented = &endpoint->tls;
    const struct node *node = unwelcome_node(facts, to->arena, endpoint);
    if (presented->client_auth == CLIENT_AUTH_REJECTED)
        judge_rejection(facts, to, about, endpoint, presented);
    if (node != NULL) {
        struct finding *finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_ISSUER_NOT_ADVERTISED, about,
                                             "%s asks for a certificate of CAs that did not issue that of %s",
                                             endpoint->id, node->name);
        evidence_text(finding, "wanted", node->certificate.v[0]->issuer);
        evidence_texts(finding, "found", &endpoint->tls.ca_names);
    }
    if (presented->client_auth == CLIENT_AUTH_REJECTED || node != NULL)
        return;
    struct finding *finding;
    if (presented->client_auth == CLIENT_AUTH_ACCEPTED)
        finding =
            find_pass(to, CHECK_TLS_CLIENT_AUTH, about, "%s accepted the client certificate", endpoint->id);
    else if (presented->client_auth == CLIENT_AUTH_REQUIRED && endpoint->client != NULL)
        finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_PRESENTED_NONE, about,
                             "%s demands a client certificate, and %s presented none", endpoint->id,
                             endpoint->client);
    else if (presented->client_auth == CLIENT_AUTH_REQUIRED)
        finding =
            find_cause(to, CAUSE_TLS_CLIENT_AUTH_REQUIRED, about,
                       "%s demands a client certificate%s; none was given to present", endpoint->id,
                       endpoint->leg == LEG_ADMIN || endpoint->leg == LEG_OTHER ? "" : ", as it should");
    else if (presented->client_auth == CLIENT_AUTH_REQUESTED)
        finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_REQUESTED, about,
                             "%s asks for a client certificate and goes on without one", endpoint->id);
    else if (presented->client_auth == CLIENT_AUTH_NOT_SEEN)
        finding = find_skip(to, CHECK_TLS_CLIENT_AUTH, about,
                            "the handshake did not get that far: see tls.handshake");
    else
        finding =
            find_pass(to, CHECK_TLS_CLIENT_AUTH, about, "%s asks for no client certificate", endpoint->id);
    show_request(finding, endpoint, "a client certificate that the server accepts");
    if (presented->client_auth == CLIENT_AUTH_REQUIRED || presented->client_auth == CLIENT_AUTH_REQUESTED)
        evidence_text(finding, "would_accept",
                      "unknown"); /* the chain and name checks tell, given trust lists */
}

void judge_tls_client_auth(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    if (wants_client_certificate(endpoint))
        judge_mutual_port(facts, to, endpoint);
    else
        judge_client_port(facts, to, endpoint);
}

/* ---- tls.sni ---- */

struct forms {
    const struct tls_attempt *good, *refused, *open,
        *other; /* the first of each; other: another certificate */
    size_t tried;
};

static bool same_form(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool form_was_answered(const struct endpoint *endpoint, const char *sni) {
    if (tls_reached(&endpoint->tls) && same_form(endpoint->tls.sni, sni))
        return true;
    for (size_t i = 0; i < endpoint->variants.n; i++) {
        const struct tls_attempt *attempt = endpoint->variants.v[i];
        bool is_whole = attempt->purpose == PURPOSE_SNI_NONE || attempt->purpose == PURPOSE_SNI_SERVICE ||
                        attempt->purpose == PURPOSE_AGAIN;
        if (is_whole && tls_reached(attempt) && same_form(attempt->sni, sni))
            return true;
    }
    return false;
}

static bool is_sni_form(const struct tls_attempt *attempt) {
    return attempt->purpose == PURPOSE_MAIN || attempt->purpose == PURPOSE_SNI_SERVICE ||
           attempt->purpose == PURPOSE_SNI_NONE || attempt->purpose == PURPOSE_AGAIN;
}

static bool is_refused(const struct tls_attempt *attempt) {
    return attempt->state == TLS_CLOSED || attempt->state == TLS_RESET ||
           (attempt->state == TLS_ALERT && attempt->ended_by == SIDE_PEER);
}

static const char *leaf_sha256(const struct tls_attempt *attempt) {
    return attempt->chain.n == 0 ? NULL : attempt->chain.v[0]->sha256;
}

static void add_form(struct forms *out, const struct endpoint *endpoint, const struct tls_attempt *attempt) {
    if (attempt->state == TLS_NOT_TRIED || !is_sni_form(attempt))
        return;
    if ((is_refused(attempt) || attempt->state == TLS_TIMEOUT) && form_was_answered(endpoint, attempt->sni))
        return; /* the same question was answered another time: see tls.handshake */
    out->tried += attempt->purpose != PURPOSE_AGAIN;
    if (tls_reached(attempt)) {
        if (out->good == NULL)
            out->good = attempt;
        else if (out->other == NULL && !text_same_case_blind(leaf_sha256(attempt), leaf_sha256(out->good)))
            out->other = attempt;
    } else if (is_refused(attempt)) {
        if (out->refused == NULL)
            out->refused = attempt;
    } else if (out->open == NULL)
        out->open = attempt;
}

/* "with the server name expe1.example.com", "without a server name" */
static const char *form_words(struct arena *arena, const struct tls_attempt *attempt) {
    return attempt->sni == NULL ? "without a server name"
                                : arena_printf(arena, "with the server name %s", attempt->sni);
}

static void show_form(struct finding *finding, struct arena *arena, const struct tls_attempt *attempt) {
    if (attempt->state == TLS_NOT_TRIED || !is_sni_form(attempt))
        return;
    const char *leaf = leaf_sha256(attempt);
    evidence_add(finding, "found",
                 arena_printf(arena, "%s: %s%s%s", attempt->sni == NULL ? "no SNI" : attempt->sni,
                              attempt_text(arena, attempt), leaf == NULL ? "" : ", certificate ",
                              text_or(leaf, "")));
}

static struct finding *judge_forms(struct findings *to, struct about about, const struct endpoint *endpoint,
                                   const struct forms *forms) {
    const char *id = endpoint->id;
    if (forms->refused != NULL && forms->refused->sni != NULL)
        return find_cause(to, CAUSE_TLS_SNI_REFUSES_NAME, about,
                          "%s refuses the handshake %s, and takes it %s", id,
                          form_words(to->arena, forms->refused), form_words(to->arena, forms->good));
    if (forms->refused != NULL)
        return find_cause(to, CAUSE_TLS_SNI_NEEDS_SNI, about, "%s refuses the handshake %s, and takes it %s",
                          id, form_words(to->arena, forms->refused), form_words(to->arena, forms->good));
    if (forms->other != NULL)
        return find_cause(to, CAUSE_TLS_SNI_VARIES, about, "%s presents another certificate %s than %s", id,
                          form_words(to->arena, forms->other), form_words(to->arena, forms->good));
    if (forms->open != NULL)
        return find_unknown(to, CHECK_TLS_SNI, about,
                            "the handshake with %s %s came to no end (%s); try again", id,
                            form_words(to->arena, forms->open), attempt_text(to->arena, forms->open));
    return find_pass(to, CHECK_TLS_SNI, about,
                     "%s presents the same certificate for all %zu forms of server name", id, forms->tried);
}

void judge_tls_sni(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    struct forms forms = {0};
    add_form(&forms, endpoint, &endpoint->tls);
    for (size_t i = 0; i < endpoint->variants.n; i++)
        add_form(&forms, endpoint, endpoint->variants.v[i]);
    if (forms.good == NULL || forms.tried < 2) {
        find_skip(to, CHECK_TLS_SNI, about,
                  forms.good == NULL ? "no handshake succeeded: see tls.handshake"
                                     : "only one form of server name was tried on this port");
        return;
    }
    struct finding *finding = judge_forms(to, about, endpoint, &forms);
    evidence_text(finding, "wanted", "the same certificate for every server name");
    show_form(finding, to->arena, &endpoint->tls);
    for (size_t i = 0; i < endpoint->variants.n; i++)
        show_form(finding, to->arena, endpoint->variants.v[i]);
}
