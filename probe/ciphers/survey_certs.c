/* Which certificates come in TLS 1.3, and which to the clients that are compared? In 1.3 they are encrypted,
 * so OpenSSL makes the handshake, once for each kind of key; and once with the hello of each client. On the
 * way many servers tell all their groups (RFC 8446 4.2.7): they do so when the client's key is not of the
 * group they like best, hence keys of two groups that are cheap. */
#include "probe/ciphers/survey.h"

#define P256_FIRST "P-256:X25519:P-384:X448:P-521"
#define X25519_FIRST "X25519:P-256:P-384:X448:P-521"

#define CHAIN_TOO ":RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA+SHA1" /* for signatures inside certificates */

enum { BY_RSA, BY_ECDSA, BY_OTHER, BY_RSA_SHA384, BY_RSA_SHA512 };
static const struct {
    enum tls_form form;
    const char *groups, *signatures; /* signatures NULL: those of the form */
} forms[CERT_FORMS] = {[BY_RSA] = {FORM_RSA13, P256_FIRST, NULL},
                       [BY_ECDSA] = {FORM_ECDSA13, X25519_FIRST, NULL},
                       [BY_OTHER] = {FORM_ALL, P256_FIRST, NULL}, /* when neither came: EdDSA, RSA-PSS keys */
                       /* Where TLS 1.2 tells nothing about signatures: */
                       [BY_RSA_SHA384] = {FORM_RSA13, P256_FIRST, "RSA-PSS+SHA384" CHAIN_TOO},
                       [BY_RSA_SHA512] = {FORM_RSA13, P256_FIRST, "RSA-PSS+SHA512" CHAIN_TOO}};

static bool is_wanted(const struct survey *survey, int which) {
    const struct cert_attempt *all = survey->certs13;
    if (survey->tracks[TRACK_TLS13].state != TRACK_OPEN || all[which].fact != NULL)
        return false;
    if (which == BY_RSA || which == BY_ECDSA)
        return true;
    if (!all[BY_RSA].is_over || !all[BY_ECDSA].is_over)
        return false;
    if (which == BY_OTHER)
        return all[BY_RSA].fact->chain.n + all[BY_ECDSA].fact->chain.n == 0;
    return all[BY_RSA].fact->chain.n > 0 && survey->tracks[TRACK_TLS12].state == TRACK_REFUSED;
}

/* Their hellos ask about suites on the way: what kind of order there is, those of TLS 1.2 show first. */
static bool has_suites_to_ask(const struct survey *survey, int which) {
    return which <= BY_ECDSA && survey->certs13[which].wordless == 0 && !survey->certs13[which].is_whole;
}

static bool waits_for_order(const struct survey *survey) {
    const struct track *track = &survey->tracks[TRACK_TLS12];
    return track->suites.order == ORDER_UNKNOWN && track->suites.facts < (size_t)track->suites.opening &&
           choice_is_waiting(&track->suites);
}

bool certs_ask_suites(const struct survey *survey) {
    for (int i = BY_RSA; i <= BY_ECDSA; i++) {
        const struct cert_attempt *cert = &survey->certs13[i];
        if ((cert->suites != NULL && !cert->suites->answered) ||
            (is_wanted(survey, i) && has_suites_to_ask(survey, i)))
            return true;
    }
    return false;
}

static bool may_begin(const struct cert_attempt *cert, const struct survey *survey) {
    return cert->wordless == 0 || survey->running == 0; /* again means alone */
}

bool certs_are_known(const struct survey *survey) {
    for (int i = 0; i < CERT_FORMS; i++)
        if (is_wanted(survey, i) || survey->certs13[i].running != NULL)
            return false;
    return true;
}

static bool is_wordless(const struct tls_attempt *fact) {
    return fact->state == TLS_CLOSED || fact->state == TLS_RESET || fact->state == TLS_TIMEOUT ||
           fact->state == TLS_NOT_TRIED;
}

/* To be tried again, with nothing beside it: see survey.c. A server that limits connections needs more
 * patience here, where nothing tells whether it is well meanwhile. */
static bool wants_again(struct cert_attempt *cert) {
    enum { PATIENCE = 8 };
    struct survey *survey = cert->survey;
    int enough = survey_enough(survey, cert->fact->state == TLS_TIMEOUT);
    if (survey->fact->limits_connections)
        enough = PATIENCE;
    if (!is_wordless(cert->fact) || survey->is_blocked || survey->world->stopping ||
        cert->wordless++ >= enough)
        return false;
    if (cert->wordless > 1 && survey->fact->limits_connections)
        survey_pause(survey);
    cert->fact = NULL;
    return true;
}

static struct track *track13(struct survey *survey) {
    return &survey->tracks[TRACK_TLS13];
}

/* The suite it was answered with, in TLS 1.3; NULL: none, or none of ours. */
static const struct suite *suite_seen(const struct tls_attempt *fact) {
    const struct suite *suite = fact->cipher == NULL ? NULL : suite_by_name(fact->cipher);
    return suite != NULL && suite_is_13(suite) ? suite : NULL;
}

static void answer_suites(struct cert_attempt *cert) {
    const struct suite *suite = suite_seen(cert->fact);
    struct choice_question *question = cert->suites;
    struct survey *survey = cert->survey;
    if (question == NULL || question->answered)
        return;
    if (suite == NULL || !numbers_have(&question->list, suite->id)) {
        choice_void(&track13(survey)->suites, question, false);
        return;
    }
    choice_answer(&track13(survey)->suites, question, suite->id);
    struct handshake seen = {.attempt = cert->fact, .version = TLS13, .suite = suite->id};
    result_suite(survey, track13(survey), &seen);
}

/* Refused, perhaps for what was struck from the list. */
static bool wants_whole(struct cert_attempt *cert) {
    if (cert->suites == NULL || !cert->suites->is_struck || cert->fact->chain.n > 0)
        return false;
    cert->is_whole = true;
    cert->suites = NULL;
    cert->fact = NULL;
    return true;
}

static void on_attempt(void *context, enum attempt_event event) {
    struct cert_attempt *cert = context;
    struct survey *survey = cert->survey;
    if (event != ATTEMPT_DONE)
        return;
    attempt_close(cert->running);
    cert->running = NULL;
    survey->running--;
    survey->asks_alone = false;
    answer_suites(cert);
    cert->is_over = !wants_again(cert) && !wants_whole(cert);
    if (!cert->is_over) {
        survey_go_on_soon(survey);
        return;
    }
    if (cert->wordless > 0 && !is_wordless(cert->fact))
        survey->fact->limits_connections = true;
    for (size_t i = 0; i < cert->fact->groups_announced.n; i++) {
        const struct tls_group *group = group_by_name(cert->fact->groups_announced.v[i]);
        if (group != NULL)
            choice_accept(&survey->groups13, group->id, true);
    }
    survey_go_on_soon(survey);
}

/* One of OpenSSL's suites that is not known yet goes in front, or what is known is struck. */
static const char *ask_suites(struct survey *survey, struct cert_attempt *cert) {
    static int openssl[] = {0x1301, 0x1302, 0x1303, 0x1304, 0x1305};
    const struct numbers able = {openssl, sizeof openssl / sizeof *openssl};
    struct arena *arena = survey->world->arena;
    const char *text = NULL;
    cert->suites =
        choice_among(&track13(survey)->suites, &able, choice_order(&survey->tracks[TRACK_TLS12].suites));
    for (size_t i = 0; cert->suites != NULL && i < cert->suites->list.n; i++) {
        const char *name = suite_by_id(cert->suites->list.v[i])->iana;
        text = text == NULL ? name : arena_printf(arena, "%s:%s", text, name);
    }
    return text;
}

static void begin(struct survey *survey, struct cert_attempt *cert, enum tls_purpose purpose,
                  struct engine_form form) {
    struct arena *arena = survey->world->arena;
    cert->survey = survey;
    cert->fact = ARENA_NEW(arena, struct tls_attempt);
    cert->fact->purpose = purpose;
    form.sni = survey->sni;
    form.until_certificate = true;
    struct attempt_plan plan = {.address = survey->address,
                                .port = survey->port,
                                .form = form,
                                .tcp = ARENA_NEW(arena, struct tcp_attempt),
                                .tls = cert->fact};
    if (survey->xmpp_domain != NULL) {
        plan.xmpp = ARENA_NEW(arena, struct xmpp_exchange);
        plan.xmpp->to = arena_text(arena, survey->xmpp_domain);
        plan.xmpp->is_of_servers = survey->is_of_servers;
    }
    survey->asks_alone = cert->wordless > 0;
    survey_count(survey);
    cert->running = attempt_start(survey->world, &plan, on_attempt, cert);
}

/* The hellos of the clients that are compared, once the server has been heard. */
bool clients_begin(struct survey *survey) {
    const struct probe_options *options = survey->world->options;
    if (survey->clients == NULL)
        survey->clients =
            arena_alloc(survey->world->arena, (options->client_count + 1) * sizeof *survey->clients);
    for (size_t i = 0; survey->has_good && i < options->client_count; i++) {
        struct cert_attempt *cert = &survey->clients[i];
        if (cert->fact != NULL || !may_begin(cert, survey))
            continue;
        begin(survey, cert, PURPOSE_MAIN,
              (struct engine_form){.form = FORM_ALL, .client = &options->clients[i]});
        return true;
    }
    return false;
}

bool certs_begin(struct survey *survey) {
    for (int i = 0; i < CERT_FORMS; i++)
        if (is_wanted(survey, i) && may_begin(&survey->certs13[i], survey)) {
            bool asks = has_suites_to_ask(survey, i);
            if (asks && waits_for_order(survey))
                continue;
            begin(survey, &survey->certs13[i], i == BY_RSA ? PURPOSE_RSA : PURPOSE_ECDSA,
                  (struct engine_form){.form = forms[i].form,
                                       .groups = forms[i].groups,
                                       .signatures = forms[i].signatures,
                                       .suites13 = asks ? ask_suites(survey, &survey->certs13[i]) : NULL});
            return true;
        }
    return false;
}

static void stop(struct cert_attempt *cert) {
    if (cert->running != NULL)
        attempt_close(cert->running);
    cert->running = NULL;
}

void certs_stop(struct survey *survey) {
    for (int i = 0; i < CERT_FORMS; i++)
        stop(&survey->certs13[i]);
    for (size_t i = 0; survey->clients != NULL && i < survey->world->options->client_count; i++)
        stop(&survey->clients[i]);
}
