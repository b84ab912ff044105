/* Which other forms of ClientHello are worth a connection, and when? The other key type, TLS 1.2, 1.0
 * and 1.1, the server names that clients use, the user's client certificate.
 *
 * Where TLS is at the port from the first byte, they start when the main attempt has seen the certificate:
 * then the key type is known. Behind STARTTLS that would be three round trips later than need be, so there
 * they start when STARTTLS is offered, with both key types. */
#include "probe/session.h"

#include "probe/ciphers/node_ciphers.h"
#include "probe/revocation/revocation.h"

#include <stdlib.h>
#include <string.h>

enum { SNI_SERVICES_MAX = 4, ALERT_PROTOCOL_VERSION = 70 };

struct variant {
    struct session *session;
    struct attempt *attempt;
    struct tcp_attempt tcp;
    struct tls_attempt *fact;
    enum tls_form form;
    bool is_beside;       /* other connections of the session stood when it began or ended */
    bool was_beside;      /* at its first time */
    int alone;            /* times it was put again with nothing beside it */
    struct variant *next; /* of the suspects */
};

/* ---- what is open ---- */

/* The last piece of work is about to end: is a question to be put again with nothing beside it? Then it
 * begins. */
static void ask_alone(struct session *session);

void session_begin(struct session *session) {
    session->open++;
    world_begin(session->world);
}

void session_end(struct session *session) {
    if (session->open == 1)
        ask_alone(session);
    if (--session->open == 0 && session->ciphers != NULL)
        node_ciphers_go_on(session->ciphers);
    world_end(session->world);
}

/* ---- forms ---- */

static void after(struct variant *variant);

static void on_variant(void *context, enum attempt_event event) {
    struct variant *variant = context;
    if (event == ATTEMPT_CERTIFICATE)
        revocation_seen(variant->session->world, variant->session->endpoint, &variant->fact->chain);
    if (event != ATTEMPT_DONE)
        return;
    attempt_close(variant->attempt);
    variant->is_beside = variant->is_beside || variant->session->open > 1;
    after(variant);
    session_end(variant->session);
}

static void begin(struct variant *variant, const char *sni) {
    struct session *session = variant->session;
    struct world *world = session->world;
    struct attempt_plan plan = {.address = session->address,
                                .port = session->port,
                                .form = {.form = variant->form,
                                         .sni = sni,
                                         .http = session->endpoint->protocol == PROTOCOL_HTTPS,
                                         .until_certificate = variant->form != FORM_CLIENT},
                                .tcp = &variant->tcp,
                                .tls = variant->fact};
    if (session->endpoint->xmpp != NULL) {
        /* scratch: facts about STARTTLS are the main attempt's */
        plan.xmpp = ARENA_NEW(world->arena, struct xmpp_exchange);
        plan.xmpp->to = session->endpoint->xmpp->to;
        plan.xmpp->is_of_servers = session->endpoint->xmpp->is_of_servers;
    }
    variant->is_beside = session->open > 0;
    session_begin(session);
    variant->attempt = attempt_start(world, &plan, on_variant, variant);
}

static struct tls_attempt *fact_add(struct session *session, enum tls_purpose purpose) {
    struct tls_attempt *fact = ARENA_NEW(session->world->arena, struct tls_attempt);
    fact->purpose = purpose;
    LIST_ADD(session->world->arena, &session->endpoint->variants, fact);
    return fact;
}

static void try_form(struct session *session, enum tls_purpose purpose, enum tls_form form, const char *sni) {
    if (session->world->stopping || session->world->options->lone != NULL)
        return;
    struct variant *variant = ARENA_NEW(session->world->arena, struct variant);
    variant->session = session;
    variant->form = form;
    variant->fact = fact_add(session, purpose);
    begin(variant, sni);
}

/* ---- key types and versions ---- */

static bool refused_version(const struct tls_attempt *attempt) {
    return attempt->state == TLS_ALERT && attempt->alert != NULL && attempt->alert->sent_by == SIDE_PEER &&
           attempt->alert->number == ALERT_PROTOCOL_VERSION;
}

static bool main_has_key(const struct session *session, enum tls_purpose purpose) {
    const struct certs *chain = &session->endpoint->tls.chain;
    if (chain->n == 0)
        return false;
    enum key_type type = chain->v[0]->key_type;
    return purpose == PURPOSE_ECDSA ? type == KEY_EC : type == KEY_RSA || type == KEY_RSA_PSS;
}

/* A server without TLS 1.2 refused the question: that answers another one, and the question is put again in
 * TLS 1.3, where signature algorithms choose the certificate (RFC 8446 4.4.2.2). */
static void ask_in_tls13(struct variant *variant) {
    struct session *session = variant->session;
    enum tls_purpose purpose = variant->fact->purpose;
    if (endpoint_variant(session->endpoint, PURPOSE_TLS12) == NULL) {
        struct tls_attempt *tls12 = fact_add(session, PURPOSE_TLS12);
        *tls12 = *variant->fact;
        tls12->purpose = PURPOSE_TLS12;
    }
    if (session->world->stopping)
        return;
    *variant->fact = (struct tls_attempt){.purpose = purpose};
    variant->tcp = (struct tcp_attempt){0};
    variant->form = purpose == PURPOSE_RSA ? FORM_RSA13 : FORM_ECDSA13;
    begin(variant, session->sni);
}

/* ---- ended without a word ----
 *
 * Beside the session's other connections a question may have met a limit on connections: it is put again with
 * nothing beside it, and only what ends so then, twice, is the server's answer. */

enum { ALONE_MOST = 2 };
static const unsigned pauses_ms[ALONE_MOST] = {10, 100}; /* a server hears late that the others are gone */

static bool is_wordless(const struct variant *variant) {
    const struct tls_attempt *fact = variant->fact;
    bool is_before_tls =
        fact->state == TLS_NOT_TRIED && fact->error != NULL && variant->tcp.state == TCP_CONNECTED;
    return fact->chain.n == 0 && fact->version == NULL &&
           (fact->state == TLS_CLOSED || fact->state == TLS_RESET || is_before_tls) &&
           variant->session->endpoint->tls.state == TLS_ESTABLISHED;
}

static void suspect(struct variant *variant) {
    struct variant **last = &variant->session->suspects;
    while (*last != NULL)
        last = &(*last)->next;
    variant->next = NULL;
    *last = variant;
}

/* The question as it was first put, and what is known of it now. */
static void put_again(struct variant *variant) {
    const char *sni = variant->fact->sni;
    if (variant->alone == 0)
        variant->was_beside = variant->is_beside;
    if (variant->alone++ > 0 || !variant->is_beside) { /* not for others' sake: it stays a fact */
        struct tls_attempt *before = arena_dup(variant->session->world->arena, variant->fact, sizeof *before);
        before->purpose = PURPOSE_AGAIN;
        if (variant->form == FORM_ALL)
            LIST_ADD(variant->session->world->arena, &variant->session->endpoint->variants, before);
    }
    *variant->fact = (struct tls_attempt){.purpose = variant->fact->purpose};
    variant->tcp = (struct tcp_attempt){0};
    begin(variant, sni);
}

struct pause {
    uv_timer_t timer;
    struct variant *variant;
};

static void on_pause_closed(uv_handle_t *timer) {
    struct pause *pause = timer->data;
    struct session *session = pause->variant->session;
    free(pause);
    session_end(session);
}

static void on_pause_over(uv_timer_t *timer) {
    struct variant *variant = ((struct pause *)timer->data)->variant;
    if (variant->session->world->stopping) /* then nobody knows what it would have said alone */
        *variant->fact =
            (struct tls_attempt){.purpose = variant->fact->purpose,
                                 .error = arena_text(variant->session->world->arena, world_over)};
    else
        put_again(variant);
    uv_close((uv_handle_t *)timer, on_pause_closed);
}

static void ask_alone(struct session *session) {
    struct variant *variant = session->suspects;
    if (variant == NULL)
        return;
    session->suspects = variant->next;
    struct pause *pause = world_alloc(NULL, sizeof *pause);
    pause->variant = variant;
    uv_timer_init(session->world->loop, &pause->timer);
    pause->timer.data = pause;
    session_begin(session);
    uv_timer_start(&pause->timer, on_pause_over, session->world->stopping ? 0 : pauses_ms[variant->alone], 0);
}

/* The hello that offers TLS 1.3 came to no answer in time and the one without it did: a server that makes
 * nothing of TLS 1.3, or one answer that was late. It is put once more. */
static bool is_late_or_intolerant(const struct variant *variant) {
    return variant->fact->purpose == PURPOSE_TLS12 && variant->fact->chain.n > 0 &&
           variant->session->endpoint->tls.state == TLS_TIMEOUT;
}

static void after(struct variant *variant) {
    if (is_wordless(variant) && variant->alone < ALONE_MOST) {
        suspect(variant);
        return;
    }
    if (is_late_or_intolerant(variant))
        try_form(variant->session, PURPOSE_AGAIN, FORM_ALL, variant->session->sni);
    bool is_limit = variant->alone == 1 && variant->was_beside && !is_wordless(variant);
    if (is_limit)
        variant->session->endpoint->limits_connections = true;
    bool is_key_in_12 = variant->form == FORM_RSA12 || variant->form == FORM_ECDSA12;
    if (is_key_in_12 && refused_version(variant->fact))
        ask_in_tls13(variant);
}

static bool is_at_most(const char *version, const char *const *versions) {
    while (*versions != NULL && (version == NULL || strcmp(version, *versions) != 0))
        versions++;
    return *versions != NULL;
}

static const char *const until_11[] = {"TLSv1", "TLSv1.1", NULL};
static const char *const until_12[] = {"TLSv1", "TLSv1.1", "TLSv1.2", NULL};

/* Whether TLS 1.2 is there is asked by itself: an edge with one RSA certificate refuses the question for the
 * other key, and would else never be shown to take what half of the clients speak. To wait for that refusal
 * would cost two round trips, behind STARTTLS four. */
static void try_keys(struct session *session) {
    const char *version = session->endpoint->tls.version; /* NULL behind STARTTLS: not known yet */
    if (session->keys_begun)
        return;
    session->keys_begun = true;
    if (!main_has_key(session, PURPOSE_RSA))
        try_form(session, PURPOSE_RSA, FORM_RSA12, session->sni);
    if (!main_has_key(session, PURPOSE_ECDSA))
        try_form(session, PURPOSE_ECDSA, FORM_ECDSA12, session->sni);
    if (!is_at_most(version, until_12))
        try_form(session, PURPOSE_TLS12, FORM_TLS12, session->sni);
    if (!is_at_most(version, until_11))
        try_form(session, PURPOSE_LEGACY, FORM_LEGACY, session->sni);
}

/* Nothing is left that the question could tell: the main attempt or every other key's was in TLS 1.2. */
static bool is_tls12_told(const struct endpoint *endpoint) {
    const char *version = endpoint->tls.version;
    size_t keys = 0;
    if (version == NULL || is_at_most(version, until_12))
        return version != NULL;
    for (size_t i = 0; i < endpoint->variants.n; i++) {
        const struct tls_attempt *fact = endpoint->variants.v[i];
        bool is_key = fact->purpose == PURPOSE_RSA || fact->purpose == PURPOSE_ECDSA;
        if (is_key && !is_at_most(fact->version, until_12))
            return false;
        keys += is_key;
    }
    return keys > 0;
}

void session_settle(struct endpoint *endpoint) {
    size_t kept = 0;
    if (!is_tls12_told(endpoint))
        return;
    for (size_t i = 0; i < endpoint->variants.n; i++)
        if (endpoint->variants.v[i]->purpose != PURPOSE_TLS12)
            endpoint->variants.v[kept++] = endpoint->variants.v[i];
    endpoint->variants.n = kept;
}

/* ---- server names ---- */

static bool tries_names(const struct session *session) {
    const struct endpoint *endpoint = session->endpoint;
    return endpoint->leg == LEG_CLIENT && session->sni != NULL &&
           (endpoint->protocol == PROTOCOL_HTTPS || endpoint->protocol == PROTOCOL_SIP);
}

/* Multitenant edges: the client sends the target's host label with the service domain (field-facts 1.1). */
static void try_service_name(struct session *session, const char *domain) {
    int label = (int)strcspn(session->endpoint->host, ".");
    const char *name = arena_printf(session->world->arena, "%.*s.%s", label, session->endpoint->host, domain);
    if (text_same_case_blind(name, session->endpoint->host) || session->sni_services >= SNI_SERVICES_MAX)
        return;
    session->sni_services++;
    try_form(session, PURPOSE_SNI_SERVICE, FORM_ALL, name);
}

static void try_names(struct session *session) {
    if (session->sni_begun || !tries_names(session))
        return;
    session->sni_begun = true;
    try_form(session, PURPOSE_SNI_NONE, FORM_ALL, NULL);
    for (size_t i = 0; i < session->domains.n; i++)
        try_service_name(session, session->domains.v[i]);
}

void session_domain_added(struct session *session, const char *domain) {
    if (session->sni_begun)
        try_service_name(session, domain);
}

/* ---- when ---- */

static void try_client_certificate(struct session *session) {
    bool is_zone = session->endpoint->leg == LEG_ZONE || session->endpoint->leg == LEG_NEIGHBOR;
    if (session->client_begun || !is_zone || session->world->options->identity == NULL)
        return;
    session->client_begun = true;
    try_form(session, PURPOSE_CLIENT_CERT, FORM_CLIENT, session->sni);
}

void session_main_event(struct session *session, enum attempt_event event) {
    if (event == ATTEMPT_SPEAKS)
        try_client_certificate(session);
    if (event == ATTEMPT_OFFERED || event == ATTEMPT_CERTIFICATE)
        try_keys(session);
    if (event == ATTEMPT_CERTIFICATE)
        try_names(session);
}

/* The main attempt was refused before it saw a certificate: perhaps only because of the server name. */
void session_main_over(struct session *session) {
    const struct tls_attempt *tls = &session->endpoint->tls;
    bool refused = tls->state == TLS_CLOSED || tls->state == TLS_RESET ||
                   (tls->state == TLS_ALERT && tls->ended_by == SIDE_PEER);
    if (refused)
        try_names(session);
    /* Or because of TLS 1.3 in it, of which old servers and inspecting boxes make nothing (RFC 8446 D.3). */
    bool is_silent = tls->state == TLS_TIMEOUT && session->endpoint->tcp.state == TCP_CONNECTED;
    if ((is_silent || tls->state == TLS_CLOSED || tls->state == TLS_RESET) && tls->chain.n == 0 &&
        !session->speaks && session->endpoint->xmpp == NULL)
        try_form(session, PURPOSE_TLS12, FORM_TLS12, session->sni);
}
