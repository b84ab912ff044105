/* Which certificates come in TLS 1.3? There they are encrypted, so OpenSSL makes the handshake, once for each
 * kind of key. On the way many servers tell all their groups (RFC 8446 4.2.7): they do so when the client's
 * key is not of the group they like best, hence P-384 first. */
#include "probe/survey.h"

#define GROUPS "P-384:X25519:P-256:X448:P-521"

static const enum tls_form forms[CERT_FORMS] = {FORM_RSA13, FORM_ECDSA13,
                                                FORM_ALL /* when neither came: EdDSA, RSA-PSS keys */};

static bool is_due(const struct survey *survey, int which) {
    const struct cert_attempt *all = survey->certs13;
    if (survey->tracks[TRACK_TLS13].state != TRACK_OPEN || all[which].fact != NULL)
        return false;
    return which < 2 ||
           (all[0].is_over && all[1].is_over && all[0].fact->chain.n + all[1].fact->chain.n == 0);
}

bool certs_are_known(const struct survey *survey) {
    for (int i = 0; i < CERT_FORMS; i++)
        if (is_due(survey, i) || survey->certs13[i].running != NULL)
            return false;
    return true;
}

static void on_attempt(void *context, enum attempt_event event) {
    struct cert_attempt *cert = context;
    struct survey *survey = cert->survey;
    if (event != ATTEMPT_DONE)
        return;
    attempt_close(cert->running);
    cert->running = NULL;
    cert->is_over = true;
    survey->running--;
    for (size_t i = 0; i < cert->fact->groups_announced.n; i++) {
        const struct tls_group *group = group_by_name(cert->fact->groups_announced.v[i]);
        if (group != NULL)
            choice_accept(&survey->groups13, group->id, true);
    }
    survey_go_on_soon(survey);
}

static void begin(struct survey *survey, int which) {
    struct arena *arena = survey->world->arena;
    struct cert_attempt *cert = &survey->certs13[which];
    cert->survey = survey;
    cert->fact = ARENA_NEW(arena, struct tls_attempt);
    cert->fact->purpose = which == 0 ? PURPOSE_RSA : PURPOSE_ECDSA;
    struct attempt_plan plan = {
        .address = survey->address,
        .port = survey->port,
        .form = {.form = forms[which], .sni = survey->sni, .groups = GROUPS, .until_certificate = true},
        .tcp = ARENA_NEW(arena, struct tcp_attempt),
        .tls = cert->fact};
    if (survey->xmpp_domain != NULL) {
        plan.xmpp = ARENA_NEW(arena, struct xmpp_exchange);
        plan.xmpp->to = arena_text(arena, survey->xmpp_domain);
    }
    survey_count(survey);
    cert->running = attempt_start(survey->world, &plan, on_attempt, cert);
}

bool certs_begin(struct survey *survey) {
    for (int i = 0; i < CERT_FORMS; i++)
        if (is_due(survey, i)) {
            begin(survey, i);
            return true;
        }
    return false;
}

void certs_stop(struct survey *survey) {
    for (int i = 0; i < CERT_FORMS; i++)
        if (survey->certs13[i].running != NULL) {
            attempt_close(survey->certs13[i].running);
            survey->certs13[i].running = NULL;
        }
}
