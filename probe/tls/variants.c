/* Which other forms of ClientHello are worth a connection, and when? The other key type, TLS 1.2, 1.0
 * and 1.1, the server names that clients use, the user's client certificate.
 *
 * Where TLS is at the port from the first byte, they start when the main attempt has seen the certificate:
 * then the key type is known. Behind STARTTLS that would be three round trips later than need be, so there
 * they start when STARTTLS is offered, with both key types. */
#include "probe/story.h"

#include "probe/ciphers/node_ciphers.h"
#include "probe/revocation/revocation.h"

#include <stdlib.h>
#include <string.h>

enum { SNI_SERVICES_MAX = 4, ALERT_PROTOCOL_VERSION = 70 };

struct variant {
    struct story *story;
    struct attempt *attempt;
    struct tcp_attempt tcp;
    struct tls_attempt *fact;
    enum tls_form form;
    bool is_beside;       /* other connections of the story stood when it began or ended */
    bool was_beside;      /* at its first time */
    int alone;            /* times it was put again with nothing beside it */
    struct variant *next; /* of the suspects */
};

/* ---- what is open ---- */

void story_begin(struct story *story) {
    story->open++;
    world_begin(story->world);
}

void story_end(struct story *story) {
    if (story->open == 1)
        story_ask_alone(story);
    if (--story->open == 0 && story->ciphers != NULL)
        node_ciphers_go_on(story->ciphers);
    world_end(story->world);
}

/* ---- forms ---- */

static void after(struct variant *variant);

static void on_variant(void *context, enum attempt_event event) {
    struct variant *variant = context;
    if (event == ATTEMPT_CERTIFICATE)
        revocation_seen(variant->story->world, variant->story->endpoint, &variant->fact->chain);
    if (event != ATTEMPT_DONE)
        return;
    attempt_close(variant->attempt);
    variant->is_beside = variant->is_beside || variant->story->open > 1;
    after(variant);
    story_end(variant->story);
}

static void begin(struct variant *variant, const char *sni) {
    struct story *story = variant->story;
    struct world *world = story->world;
    struct attempt_plan plan = {.address = story->address,
                                .port = story->port,
                                .form = {.form = variant->form,
                                         .sni = sni,
                                         .http = story->endpoint->protocol == PROTOCOL_HTTPS,
                                         .until_certificate = variant->form != FORM_CLIENT},
                                .tcp = &variant->tcp,
                                .tls = variant->fact};
    if (story->endpoint->xmpp != NULL) {
        /* scratch: facts about STARTTLS are the main attempt's */
        plan.xmpp = ARENA_NEW(world->arena, struct xmpp_exchange);
        plan.xmpp->to = story->endpoint->xmpp->to;
        plan.xmpp->is_of_servers = story->endpoint->xmpp->is_of_servers;
    }
    variant->is_beside = story->open > 0;
    story_begin(story);
    variant->attempt = attempt_start(world, &plan, on_variant, variant);
}

static struct tls_attempt *fact_add(struct story *story, enum tls_purpose purpose) {
    struct tls_attempt *fact = ARENA_NEW(story->world->arena, struct tls_attempt);
    fact->purpose = purpose;
    LIST_ADD(story->world->arena, &story->endpoint->variants, fact);
    return fact;
}

static void try_form(struct story *story, enum tls_purpose purpose, enum tls_form form, const char *sni) {
    if (story->world->stopping || story->world->options->lone != NULL)
        return;
    struct variant *variant = ARENA_NEW(story->world->arena, struct variant);
    variant->story = story;
    variant->form = form;
    variant->fact = fact_add(story, purpose);
    begin(variant, sni);
}

/* ---- key types and versions ---- */

static bool refused_version(const struct tls_attempt *attempt) {
    return attempt->state == TLS_ALERT && attempt->alert != NULL && attempt->alert->sent_by == SIDE_PEER &&
           attempt->alert->number == ALERT_PROTOCOL_VERSION;
}

static bool main_has_key(const struct story *story, enum tls_purpose purpose) {
    const struct certs *chain = &story->endpoint->tls.chain;
    if (chain->n == 0)
        return false;
    enum key_type type = chain->v[0]->key_type;
    return purpose == PURPOSE_ECDSA ? type == KEY_EC : type == KEY_RSA || type == KEY_RSA_PSS;
}

/* A server without TLS 1.2 refused the question: that answers another one, and the question is put again in
 * TLS 1.3, where signature algorithms choose the certificate (RFC 8446 4.4.2.2). */
static void ask_in_tls13(struct variant *variant) {
    struct story *story = variant->story;
    enum tls_purpose purpose = variant->fact->purpose;
    if (endpoint_variant(story->endpoint, PURPOSE_TLS12) == NULL) {
        struct tls_attempt *tls12 = fact_add(story, PURPOSE_TLS12);
        *tls12 = *variant->fact;
        tls12->purpose = PURPOSE_TLS12;
    }
    if (story->world->stopping)
        return;
    *variant->fact = (struct tls_attempt){.purpose = purpose};
    variant->tcp = (struct tcp_attempt){0};
    variant->form = purpose == PURPOSE_RSA ? FORM_RSA13 : FORM_ECDSA13;
    begin(variant, story->sni);
}

/* ---- ended without a word ----
 *
 * Beside the story's other connections a question may have met a limit on connections: it is put again with
 * nothing beside it, and only what ends so then, twice, is the server's answer. */

enum { ALONE_MOST = 2 };
static const unsigned pauses_ms[ALONE_MOST] = {10, 100}; /* a server hears late that the others are gone */

static bool is_wordless(const struct variant *variant) {
    const struct tls_attempt *fact = variant->fact;
    bool is_before_tls =
        fact->state == TLS_NOT_TRIED && fact->error != NULL && variant->tcp.state == TCP_CONNECTED;
    return fact->chain.n == 0 && fact->version == NULL &&
           (fact->state == TLS_CLOSED || fact->state == TLS_RESET || is_before_tls) &&
           variant->story->endpoint->tls.state == TLS_ESTABLISHED;
}

static void suspect(struct variant *variant) {
    struct variant **last = &variant->story->suspects;
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
        struct tls_attempt *before = arena_dup(variant->story->world->arena, variant->fact, sizeof *before);
        before->purpose = PURPOSE_AGAIN;
        if (variant->form == FORM_ALL)
            LIST_ADD(variant->story->world->arena, &variant->story->endpoint->variants, before);
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
    struct story *story = pause->variant->story;
    free(pause);
    story_end(story);
}

static void on_pause_over(uv_timer_t *timer) {
    struct variant *variant = ((struct pause *)timer->data)->variant;
    if (variant->story->world->stopping) /* then nobody knows what it would have said alone */
        *variant->fact = (struct tls_attempt){.purpose = variant->fact->purpose,
                                              .error = arena_text(variant->story->world->arena, world_over)};
    else
        put_again(variant);
    uv_close((uv_handle_t *)timer, on_pause_closed);
}

void story_ask_alone(struct story *story) {
    struct variant *variant = story->suspects;
    if (variant == NULL)
        return;
    story->suspects = variant->next;
    struct pause *pause = world_alloc(NULL, sizeof *pause);
    pause->variant = variant;
    uv_timer_init(story->world->loop, &pause->timer);
    pause->timer.data = pause;
    story_begin(story);
    uv_timer_start(&pause->timer, on_pause_over, story->world->stopping ? 0 : pauses_ms[variant->alone], 0);
}

static void after(struct variant *variant) {
    if (is_wordless(variant) && variant->alone < ALONE_MOST) {
        suspect(variant);
        return;
    }
    bool is_limit = variant->alone == 1 && variant->was_beside && !is_wordless(variant);
    if (is_limit)
        variant->story->endpoint->limits_connections = true;
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
static void try_keys(struct story *story) {
    const char *version = story->endpoint->tls.version; /* NULL behind STARTTLS: not known yet */
    if (story->keys_begun)
        return;
    story->keys_begun = true;
    if (!main_has_key(story, PURPOSE_RSA))
        try_form(story, PURPOSE_RSA, FORM_RSA12, story->sni);
    if (!main_has_key(story, PURPOSE_ECDSA))
        try_form(story, PURPOSE_ECDSA, FORM_ECDSA12, story->sni);
    if (!is_at_most(version, until_12))
        try_form(story, PURPOSE_TLS12, FORM_TLS12, story->sni);
    if (!is_at_most(version, until_11))
        try_form(story, PURPOSE_LEGACY, FORM_LEGACY, story->sni);
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

void story_settle(struct endpoint *endpoint) {
    size_t kept = 0;
    if (!is_tls12_told(endpoint))
        return;
    for (size_t i = 0; i < endpoint->variants.n; i++)
        if (endpoint->variants.v[i]->purpose != PURPOSE_TLS12)
            endpoint->variants.v[kept++] = endpoint->variants.v[i];
    endpoint->variants.n = kept;
}

/* ---- server names ---- */

static bool tries_names(const struct story *story) {
    const struct endpoint *endpoint = story->endpoint;
    return endpoint->leg == LEG_CLIENT && story->sni != NULL &&
           (endpoint->protocol == PROTOCOL_HTTPS || endpoint->protocol == PROTOCOL_SIP);
}

/* Multitenant edges: the client sends the target's host label with the service domain (field-facts 1.1). */
static void try_service_name(struct story *story, const char *domain) {
    int label = (int)strcspn(story->endpoint->host, ".");
    const char *name = arena_printf(story->world->arena, "%.*s.%s", label, story->endpoint->host, domain);
    if (text_same_case_blind(name, story->endpoint->host) || story->sni_services >= SNI_SERVICES_MAX)
        return;
    story->sni_services++;
    try_form(story, PURPOSE_SNI_SERVICE, FORM_ALL, name);
}

static void try_names(struct story *story) {
    if (story->sni_begun || !tries_names(story))
        return;
    story->sni_begun = true;
    try_form(story, PURPOSE_SNI_NONE, FORM_ALL, NULL);
    for (size_t i = 0; i < story->domains.n; i++)
        try_service_name(story, story->domains.v[i]);
}

void story_domain_added(struct story *story, const char *domain) {
    if (story->sni_begun)
        try_service_name(story, domain);
}

/* ---- when ---- */

static void try_client_certificate(struct story *story) {
    bool is_zone = story->endpoint->leg == LEG_ZONE || story->endpoint->leg == LEG_NEIGHBOR;
    if (story->client_begun || !is_zone || story->world->options->identity == NULL)
        return;
    story->client_begun = true;
    try_form(story, PURPOSE_CLIENT_CERT, FORM_CLIENT, story->sni);
}

void story_main_event(struct story *story, enum attempt_event event) {
    if (event == ATTEMPT_SPEAKS)
        try_client_certificate(story);
    if (event == ATTEMPT_OFFERED || event == ATTEMPT_CERTIFICATE)
        try_keys(story);
    if (event == ATTEMPT_CERTIFICATE)
        try_names(story);
}

/* The main attempt was refused before it saw a certificate: perhaps only because of the server name. */
void story_main_over(struct story *story) {
    const struct tls_attempt *tls = &story->endpoint->tls;
    bool refused = tls->state == TLS_CLOSED || tls->state == TLS_RESET ||
                   (tls->state == TLS_ALERT && tls->ended_by == SIDE_PEER);
    if (refused)
        try_names(story);
    /* Or because of TLS 1.3 in it, of which old servers and inspecting boxes make nothing (RFC 8446 D.3). */
    bool is_silent = tls->state == TLS_TIMEOUT && story->endpoint->tcp.state == TCP_CONNECTED;
    if ((is_silent || tls->state == TLS_CLOSED || tls->state == TLS_RESET) && tls->chain.n == 0 &&
        !story->speaks && story->endpoint->xmpp == NULL)
        try_form(story, PURPOSE_TLS12, FORM_TLS12, story->sni);
}
