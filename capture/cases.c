/* Which connections of a capture went alike? See cases.h. */
#include "capture/cases.h"

#include <string.h>
#include "capture/deployment.h"
#include "capture/endpoint.h"
#include "capture/table.h"
#include "facts/services.h"

enum { CASES_MAX = 20000, LONE_MAX = 1000 };

/* What makes two connections alike. Filled with zeros first, so that it can be compared as bytes; kept texts
 * and lists are compared by place. */
struct case_key {
    const void *address, *name, *sni, *client, *version, *cipher, *server_chain, *client_chain, *ca_names,
        *offer, *client_auth, *note;
    int port, protocol, state, how, alert, alert_by, validity;
    const void *ended_by, *inside;
    int own; /* of what the probe recorded: its purpose, from 1 */
};

struct one_case {
    struct connection *first;
    struct endpoint *endpoint; /* all but its id, host, leg and zone */
    LIST_OF(struct connection) connections;
};

struct lone_case {
    struct endpoint *endpoint;
    int count;
};

struct cases {
    struct facts *facts;
    struct keep *keep;
    struct table *by_key, *lone_by_key;
    LIST_OF(struct one_case) all;
    LIST_OF(struct lone_case) lone;
};

struct cases *cases_new(struct facts *facts, struct keep *keep) {
    struct cases *c = ARENA_NEW(facts->arena, struct cases);
    *c = (struct cases){.facts = facts,
                        .keep = keep,
                        .by_key = table_new(facts->arena),
                        .lone_by_key = table_new(facts->arena)};
    return c;
}

/* ---- cases ---- */

/* Whether each certificate was valid then: a case ends where one expires. */
static int validity_of(const struct connection *c) {
    int64_t at = c->started / 1000000;
    unsigned bits = 0;
    const struct certs *chains[] = {&c->server_chain, &c->client_chain};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < chains[k]->n && i < 7; i++) {
            const struct cert *cert = chains[k]->v[i];
            bits = bits << 2 | (at < cert->not_before ? 1U : at > cert->not_after ? 2U : 0U);
        }
    return (int)bits;
}

static bool shows_itself(const struct connection *c) {
    return c->client_chain.n > 0 || c->server.port == PORT_ZONE;
}

static void key_make(struct case_key *key, const struct connection *c, const struct talk *talk,
                     const struct tcp_story *story) {
    memset(key, 0, sizeof *key);
    key->address = c->server.address;
    key->port = c->server.port;
    key->name = c->server.name;
    key->sni = c->sni;
    key->client = shows_itself(c) ? c->client.address : NULL;
    key->protocol = (int)c->protocol;
    key->state = (int)c->state;
    key->version = c->version;
    key->cipher = c->cipher;
    key->server_chain = c->server_chain.v;
    key->client_chain = c->client_chain.v;
    key->ca_names = c->ca_names.v;
    key->client_auth = c->client_auth;
    key->note = c->note;
    key->validity = validity_of(c);
    key->own = story->is_ours ? 1 + (int)story->purpose : 0;
    if (c->state != CONNECTION_ESTABLISHED) {
        key->offer = c->versions_offered.v;
        key->how = (int)c->ended.how;
        key->ended_by = c->ended.by;
    }
    if (c->alerts.n > 0) {
        key->alert = c->alerts.v[0]->number + 1;
        key->alert_by = c->alerts.v[0]->by[0];
    }
    if (talk->http != NULL || talk->sip != NULL || talk->ssh != NULL)
        key->inside = c->file; /* told apart from those of which nothing inside was seen */
}

static struct one_case *case_of(struct cases *cases, struct connection *connection, const struct talk *talk,
                                const struct tcp_story *story) {
    struct case_key key;
    key_make(&key, connection, talk, story);
    void **at = table_at(cases->by_key, &key, sizeof key, CASES_MAX);
    if (at == NULL)
        return NULL;
    if (*at != NULL)
        return *at;
    struct one_case *made = ARENA_NEW(cases->facts->arena, struct one_case);
    made->first = connection;
    made->endpoint = capture_endpoint(cases->facts->arena, cases->keep, connection, talk, story);
    LIST_ADD(cases->facts->arena, &cases->all, made);
    *at = made;
    return made;
}

void cases_add(struct cases *cases, struct connection *connection, const struct talk *talk,
               const struct tcp_story *story) {
    struct one_case *its = story->is_survey ? NULL : case_of(cases, connection, talk, story);
    if (its != NULL)
        LIST_ADD(cases->facts->arena, &its->connections, connection);
}

void cases_add_lone(struct cases *cases, const struct lone_syn *lone, const struct names *names) {
    const struct tcp_story *s = lone->story;
    int server = !s->caller;
    if (service_of_edge(s->port[server]) == NULL) /* scans knock at many ports */
        return;
    struct arena *arena = cases->facts->arena;
    struct {
        const char *address;
        int port, was_refused;
    } key;
    memset(&key, 0, sizeof key);
    key.address = keep_address(cases->keep, s->family, &s->address[server]);
    key.port = s->port[server];
    key.was_refused = lone->was_refused;
    void **at = table_at(cases->lone_by_key, &key, sizeof key, LONE_MAX);
    if (at == NULL)
        return;
    if (*at == NULL) {
        struct lone_case *made = ARENA_NEW(arena, struct lone_case);
        struct endpoint *e = made->endpoint = ARENA_NEW(arena, struct endpoint);
        e->address = (char *)key.address;
        e->port = key.port;
        e->host = names_of(names, key.address);
        e->client = keep_address(cases->keep, s->family, &s->address[s->caller]);
        e->seen = s->started_ns / 1000000000;
        e->protocol = key.port == PORT_TUNNEL ? PROTOCOL_SSH : PROTOCOL_TLS;
        e->tcp.state = lone->was_refused ? TCP_REFUSED : TCP_TIMEOUT;
        LIST_ADD(arena, &cases->lone, made);
        *at = made;
    }
    struct lone_case *its = *at;
    int ms = capture_ms(s->started_ns, lone->was_refused ? s->ended_ns : s->last_ns);
    its->count++;
    its->endpoint->tcp.ms =
        ms > its->endpoint->tcp.ms ? ms : its->endpoint->tcp.ms; /* the most patient one */
}

/* ---- the end ---- */

void cases_end(struct cases *cases, const struct capture_zone *zone) {
    struct facts *facts = cases->facts;
    const struct connection **first =
        arena_alloc(facts->arena, (cases->all.n + cases->lone.n + 1) * sizeof *first);
    for (size_t i = 0; i < cases->all.n; i++) {
        struct one_case *its = cases->all.v[i];
        its->endpoint->host = its->first->server.name;
        first[i] = its->first;
        for (size_t k = 0; k < its->connections.n; k++)
            ids_add(facts->arena, &its->endpoint->connections, its->connections.v[k]->id);
        LIST_ADD(facts->arena, &facts->endpoints, its->endpoint);
    }
    for (size_t i = 0; i < cases->lone.n; i++)
        LIST_ADD(facts->arena, &facts->endpoints, cases->lone.v[i]->endpoint);
    capture_deployment(facts, first, zone);
}
