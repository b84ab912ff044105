/* May a password go to this port? See permit.h. */
#include "outcomes/permit.h"

#include <string.h>
#include <strings.h>

#include "outcomes/outcome_units.h"

/* A certificate passes when clients trust its chain and it names the host; nothing else may be wrong with it
 * by which a careful client would turn back. */
static const char *const must_pass[] = {"chain.client", "name.srv-target", NULL};
static const struct {
    const char *check, *causes; /* causes NULL: each that fails */
} must_not_fail[] = {{"tls.handshake", NULL},     {"tls.version", NULL},
                     {"name.mra-domain", NULL},   {"cert.validity", "expired not-yet-valid"},
                     {"cert.self-signed", NULL},  {"cert.default-certificate", NULL},
                     {"cert.signature", NULL},    {"revocation.ocsp", NULL},
                     {"revocation.staple", NULL}, {"revocation.crl", "revoked"},
                     {"revocation.verdict", NULL}};

static bool forbids(const struct finding *f) {
    for (size_t i = 0; i < sizeof must_not_fail / sizeof *must_not_fail; i++)
        if (f->status == STATUS_FAIL && strcmp(f->check->id, must_not_fail[i].check) == 0 &&
            (must_not_fail[i].causes == NULL || word_in(must_not_fail[i].causes, f->cause->id)))
            return true;
    return false;
}

static char *certificate_fails_because(struct arena *arena, const struct findings *findings,
                                       const struct endpoint *endpoint) {
    for (size_t i = 0; i < findings->n; i++)
        if (findings->v[i]->endpoint == endpoint && forbids(findings->v[i]))
            return arena_printf(arena, "its certificate did not pass (%s/%s)", findings->v[i]->check->id,
                                findings->v[i]->cause->id);
    for (const char *const *check = must_pass; *check != NULL; check++) {
        const struct finding *worst = NULL; /* sorted: the first is the worst */
        for (size_t i = 0; i < findings->n && worst == NULL; i++)
            if (findings->v[i]->endpoint == endpoint && strcmp(findings->v[i]->check->id, *check) == 0)
                worst = findings->v[i];
        if (worst != NULL && worst->status == STATUS_PASS)
            continue;
        bool is_judged = worst != NULL && worst->cause != NULL;
        return arena_printf(arena, "its certificate did not pass (%s%s%s)", *check,
                            is_judged ? "/" : " could not be judged", is_judged ? worst->cause->id : "");
    }
    return NULL;
}

/* field-facts 1.3: the edge configuration asks for credentials with this realm. A realm is compared letter
 * for letter (RFC 7617 2, RFC 9110 11.5: with the origin it names a protection space): what is spelled
 * otherwise is another one, and a password is for the one that was meant. */
static const struct http_exchange *realm_shown(const struct endpoint *endpoint, const char *domain) {
    for (size_t i = 0; i < endpoint->http.n; i++) {
        const struct http_exchange *http = endpoint->http.v[i];
        if (strcmp(http->request, "get_edge_config") == 0 && text_same_case_blind(http->domain, domain) &&
            http->state == EXCHANGE_ANSWERED && http->status == 401 && http->realm != NULL &&
            strcmp(http->realm, "Cisco-Edge") == 0)
            return http;
    }
    return NULL;
}

/* An edge asks by Basic (field-facts 1.3). Who asks by Digest alone does so not to see the password. */
static bool takes(const struct http_exchange *http, bool is_token) {
    return http->scheme == NULL || strcasecmp(http->scheme, "Basic") == 0 ||
           (is_token && strcasecmp(http->scheme, "Bearer") == 0);
}

char *withheld_because(struct arena *arena, const struct findings *findings, const struct endpoint *endpoint,
                       const char *domain, bool insist, bool is_token) {
    if (endpoint->tls.state != TLS_ESTABLISHED || endpoint->tls.chain.n == 0 || endpoint->address == NULL)
        return arena_text(arena, "there was no TLS connection to it");
    char *why = insist ? NULL : certificate_fails_because(arena, findings, endpoint);
    if (why != NULL)
        return arena_printf(arena, "%s; --insist sends credentials all the same", why);
    const struct http_exchange *asks =
        endpoint->protocol == PROTOCOL_HTTPS ? realm_shown(endpoint, domain) : NULL;
    if (asks != NULL && !takes(asks, is_token))
        return arena_printf(arena, "it asks for credentials by %s, where an edge asks by Basic",
                            asks->scheme);
    if (endpoint->protocol == PROTOCOL_HTTPS && asks == NULL)
        return arena_text(arena, "it did not ask for credentials as an edge does (401, realm Cisco-Edge)");
    if (endpoint->protocol == PROTOCOL_XMPP &&
        (endpoint->xmpp == NULL || endpoint->xmpp->state != XMPP_READY))
        return arena_text(arena, "its XMPP stream did not come up: see xmpp.stream");
    return NULL;
}
