/* Which ports of Unified CM and IM&P nodes are enumerated, and when? See node_ciphers.h. */
#include "probe/ciphers/node_ciphers.h"

#include <string.h>

#include "facts/services.h"
#include "probe/ciphers/survey.h"
#include "probe/session.h"

struct node_ciphers {
    struct world *world;
    struct node_ciphers *next; /* in world->node_ciphers */
    const char *host;
    int port;
    size_t questions;              /* for IPv4 addresses, without an answer yet */
    struct session *sessions;      /* in the order of their addresses */
    const struct endpoint *chosen; /* NULL: not begun */
    struct cipher_survey *fact;
};

struct node_ciphers *node_ciphers_of(struct world *world, const char *host, int port, enum role role,
                                     enum protocol protocol) {
    if ((role != ROLE_UCM && role != ROLE_IMP) || protocol == PROTOCOL_SSH)
        return NULL;
    struct node_ciphers *node = world->node_ciphers;
    while (node != NULL && (node->port != port || strcmp(node->host, host) != 0))
        node = node->next;
    if (node != NULL)
        return node;
    node = ARENA_NEW(world->arena, struct node_ciphers);
    *node = (struct node_ciphers){
        .world = world, .next = world->node_ciphers, .host = arena_text(world->arena, host), .port = port};
    world->node_ciphers = node;
    return node;
}

void node_ciphers_join(struct session *session) {
    const struct endpoint *endpoint = session->endpoint;
    session->ciphers =
        node_ciphers_of(session->world, endpoint->host, endpoint->port, endpoint->role, endpoint->protocol);
    if (session->ciphers == NULL)
        return;
    struct session **at = &session->ciphers->sessions;
    while (*at != NULL && address_compare((*at)->endpoint->address, endpoint->address) <= 0)
        at = &(*at)->next;
    session->next = *at;
    *at = session;
}

/* ---- the enumeration ---- */

static void on_survey(void *context, struct survey *survey) {
    (void)context;
    (void)survey;
}

static void begin(struct node_ciphers *node, const struct session *session) {
    struct arena *arena = node->world->arena;
    const struct endpoint *endpoint = session->endpoint;
    struct cipher_survey *fact = ARENA_NEW(arena, struct cipher_survey);
    fact->endpoint = endpoint->id;
    fact->starttls = arena_text(arena, starttls_of(endpoint->protocol));
    fact->address = endpoint->address;
    struct survey *survey = survey_new(node->world, fact);
    survey->host = endpoint->host;
    survey->address = session->address;
    survey->port = session->port;
    survey->sni = session->sni;
    if (fact->starttls != NULL)
        survey->xmpp_domain = endpoint->domains.n > 0 ? endpoint->domains.v[0] : endpoint->host;
    survey->done = on_survey;
    node->chosen = endpoint;
    node->fact = fact;
    survey_start(survey);
}

/* Its certificate came: whatever ended the handshake then, it takes some cipher. */
static bool takes_some(const struct session *session) {
    return session->endpoint->tls.chain.n > 0;
}

void node_ciphers_go_on(struct node_ciphers *node) {
    const struct session *session = node->sessions;
    while (session != NULL && session->open == 0 && !takes_some(session))
        session = session->next;
    if (node->chosen != NULL || node->world->stopping || session == NULL || session->open > 0)
        return;
    if (node->questions == 0 || !address_is_ipv6(session->endpoint->address))
        begin(node, session);
}

void node_ciphers_asked(struct node_ciphers *node) {
    node->questions++;
}

void node_ciphers_answered(struct node_ciphers *node) {
    node->questions--;
    node_ciphers_go_on(node);
}

/* ---- the facts ---- */

static struct cipher_survey *survey_at(const struct world *world, const struct endpoint *endpoint) {
    for (const struct node_ciphers *node = world->node_ciphers; node != NULL; node = node->next)
        if (node->chosen == endpoint)
            return node->fact;
    return NULL;
}

void node_ciphers_finish(struct world *world) {
    struct facts *facts = world->facts;
    for (size_t i = 0; i < facts->endpoints.n && world->node_ciphers != NULL; i++) {
        struct cipher_survey *fact = survey_at(world, facts->endpoints.v[i]);
        if (fact != NULL)
            LIST_ADD(facts->arena, &facts->ciphers, fact);
    }
}
