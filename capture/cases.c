/* Which connections of a capture went alike? See cases.h. */
#include "capture/cases.h"

#include <stdlib.h>
#include <string.h>
#include "capture/table.h"
#include "facts/ending.h"
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

/* ---- copies of what the talk's own arena holds ---- */

static struct texts texts_copy(struct arena *arena, const struct texts *from) {
    struct texts to = {NULL, 0};
    for (size_t i = 0; i < from->n; i++)
        texts_add(arena, &to, from->v[i]);
    return to;
}

static struct ssh_exchange *ssh_copy(struct arena *arena, const struct ssh_exchange *from) {
    struct ssh_exchange *to = arena_dup(arena, from, sizeof *from);
    to->banner = arena_text(arena, from->banner);
    to->kex_algorithms = texts_copy(arena, &from->kex_algorithms);
    to->host_key_algorithms = texts_copy(arena, &from->host_key_algorithms);
    to->ciphers = texts_copy(arena, &from->ciphers);
    to->host_key_type = arena_text(arena, from->host_key_type);
    to->error = arena_text(arena, from->error);
    return to;
}

static struct xmpp_exchange *xmpp_copy(struct arena *arena, const struct xmpp_exchange *from) {
    struct xmpp_exchange *to = arena_dup(arena, from, sizeof *from);
    to->to = arena_text(arena, from->to);
    to->from = arena_text(arena, from->from);
    to->mechanisms = texts_copy(arena, &from->mechanisms);
    to->error = arena_text(arena, from->error);
    return to;
}

static struct http_exchange *http_copy(struct arena *arena, const struct http_exchange *from) {
    struct http_exchange *to = arena_dup(arena, from, sizeof *from);
    char **texts[] = {&to->request,      &to->domain,   &to->url,  &to->server, &to->realm,
                      &to->content_type, &to->location, &to->body, &to->error};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_text(arena, *texts[i]);
    return to;
}

static struct sip_exchange *sip_copy(struct arena *arena, const struct sip_exchange *from) {
    struct sip_exchange *to = arena_dup(arena, from, sizeof *from);
    char **texts[] = {&to->reason, &to->server, &to->fault, &to->raw};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_text(arena, *texts[i]);
    return to;
}

static int ms_between(int64_t from_ns, int64_t to_ns) {
    int64_t ms = from_ns == 0 || to_ns <= from_ns ? 0 : (to_ns - from_ns + 999999) / 1000000;
    return ms > 1000000000 ? 1000000000 : (int)ms;
}

/* ---- one handshake as the judges know it ---- */

static enum side side_of(int by) {
    return by == BY_CLIENT ? SIDE_US : by == BY_SERVER ? SIDE_PEER : SIDE_NOBODY;
}

/* The alert that ended it: the first fatal one. RFC 8446 6: in TLS 1.3 the level says nothing. */
static const struct said_alert *fatal_alert(const struct conversation *c) {
    for (size_t i = 0; i < c->alert_count; i++)
        if (c->alerts[i].level == 2 || conversation_is_13(c))
            return &c->alerts[i];
    return NULL;
}

static void alert_take(struct arena *arena, struct tls_attempt *tls, const struct said_alert *said) {
    tls->state = TLS_ALERT;
    tls->ended_by = side_of(said->by);
    tls->alert = tls_alert_new(arena, said->number, side_of(said->by));
}

static void state_take(struct arena *arena, struct tls_attempt *tls, const struct connection *connection,
                       const struct talk *talk, const struct tcp_story *story) {
    const struct conversation *c = conversation_of(talk->tls);
    int by = ended_by_side(story, talk->client);
    switch (connection->state) {
    case CONNECTION_ESTABLISHED:
        tls->state = TLS_ESTABLISHED;
        break;
    case CONNECTION_REFUSED:
        tls->state = TLS_CLOSED;
        tls->ended_by = side_of(by);
        if (fatal_alert(c) != NULL)
            alert_take(arena, tls, fatal_alert(c));
        break;
    case CONNECTION_UNANSWERED:
        tls->state = TLS_TIMEOUT;
        tls->ended_by = SIDE_PEER;
        break;
    case CONNECTION_RESET:
        tls->state = TLS_RESET;
        tls->ended_by = story->from_path ? SIDE_PATH : side_of(by);
        break;
    case CONNECTION_NOT_TLS:
        tls->state = TLS_NOT_TLS;
        tls->ended_by = SIDE_PEER;
        tls->not_tls = arena_text(arena, c->not_tls == NULL ? "other" : c->not_tls);
        tls->first_bytes = arena_text(arena, c->first_bytes);
        break;
    case CONNECTION_INCOMPLETE:
        /* One that went on for long when the capture began says nothing about handshakes. */
        tls->state = c->offer == NULL && c->server.version == 0 && connection->missing_bytes == 0
                         ? TLS_NOT_TRIED
                         : TLS_UNSEEN;
        break;
    }
    if (tls->state == TLS_CLOSED && c->fault != NULL && c->fault_by == BY_SERVER)
        tls->state = TLS_MALFORMED;
    tls->error = arena_text(arena, connection->note);
}

/* What the server made of the client's certificate, as far as the end of the handshake tells. */
static enum client_auth auth_of(const struct connection *connection, const struct conversation *c) {
    const struct said_alert *alert = fatal_alert(c);
    bool refused_by_server = connection->state == CONNECTION_REFUSED && c->client.saw_certificate &&
                             (alert == NULL || alert->by == BY_SERVER);
    bool showed = connection->client_chain.n > 0, asked = showed || c->server.saw_request;
    return ending_for_client(
        &(struct asking){.asked = asked,
                         .is_past = strcmp(connection->client_auth, "none") == 0,
                         .answered = c->client.saw_certificate,
                         .showed = showed,
                         .is_through = asked && connection->state == CONNECTION_ESTABLISHED,
                         .is_refused = refused_by_server});
}

/* Through, or over; or as long as somebody waited. */
static int64_t handshake_end(const struct talk *talk, const struct tcp_story *story) {
    return talk->through_ns != 0 ? talk->through_ns : story->ended_ns != 0 ? story->ended_ns : story->last_ns;
}

static void tls_take(struct arena *arena, struct keep *keep, struct tls_attempt *tls,
                     const struct connection *connection, const struct talk *talk,
                     const struct tcp_story *story) {
    const struct conversation *c = conversation_of(talk->tls);
    *tls = (struct tls_attempt){.purpose = story->purpose,
                                .version = connection->version,
                                .cipher = connection->cipher,
                                .group = arena_text(arena, c->attempt.group),
                                .signature_algorithm = arena_text(arena, c->attempt.signature_algorithm),
                                .alpn = arena_text(arena, c->attempt.alpn),
                                .sni = connection->sni,
                                .client_auth = auth_of(connection, c),
                                .ca_names = connection->ca_names,
                                .chain = keep_chain(keep, &c->attempt.chain),
                                .session_ticket = c->attempt.session_ticket,
                                .ms = ms_between(talk->hello_ns, handshake_end(talk, story))};
    if (c->attempt.staple != NULL) {
        tls->staple = arena_dup(arena, c->attempt.staple, c->attempt.staple_size);
        tls->staple_size = c->attempt.staple_size;
    }
    state_take(arena, tls, connection, talk, story);
    if (tls->state == TLS_ESTABLISHED && (tls->version == NULL || tls->cipher == NULL))
        tls->state = TLS_UNSEEN; /* through, but the hello that chose was not captured */
    tls->connect_ms = ms_between(story->started_ns, story->accepted_ns);
}

static struct endpoint *endpoint_make(const struct cases *cases, const struct connection *connection,
                                      const struct talk *talk, const struct tcp_story *story) {
    struct arena *arena = cases->facts->arena;
    struct endpoint *e = ARENA_NEW(arena, struct endpoint);
    e->address = connection->server.address;
    e->port = connection->server.port;
    if (!story->is_ours) { /* else it is as if the probe did it now */
        e->client = connection->client.address;
        e->seen = connection->started / 1000000;
    }

    e->tcp = (struct tcp_attempt){TCP_CONNECTED, ms_between(story->started_ns, story->accepted_ns), NULL};
    e->protocol = connection->protocol == CONNECTION_SSH    ? PROTOCOL_SSH
                  : connection->protocol == CONNECTION_XMPP ? PROTOCOL_XMPP
                                                            : PROTOCOL_TLS;
    if (talk->tls != NULL) {
        tls_take(arena, cases->keep, &e->tls, connection, talk, story);
        e->client_chain = keep_chain(cases->keep, &conversation_of(talk->tls)->client_attempt.chain);
        if (talk->offer_is_kept)
            e->offer = conversation_of(talk->tls)->offer;
    }
    if (talk->ssh != NULL)
        e->ssh = ssh_copy(arena, talk->ssh);
    if (talk->xmpp != NULL) {
        e->xmpp = xmpp_copy(arena, talk->xmpp);
        if (e->tls.state == TLS_ESTABLISHED)
            e->xmpp->state = XMPP_READY;
    }
    if (talk->sip != NULL)
        e->sip = sip_copy(arena, talk->sip);
    if (talk->http != NULL)
        LIST_ADD(arena, &e->http, http_copy(arena, talk->http));
    return e;
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
    made->endpoint = endpoint_make(cases, connection, talk, story);
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
    int ms = ms_between(s->started_ns, lone->was_refused ? s->ended_ns : s->last_ns);
    its->count++;
    its->endpoint->tcp.ms =
        ms > its->endpoint->tcp.ms ? ms : its->endpoint->tcp.ms; /* the most patient one */
}

/* ---- the end: endpoints, zones and nodes ---- */

struct last_look {
    struct cases *cases;
    struct facts *facts;
    struct arena *arena;
    const struct capture_zone *zone;
    const struct names *names;
    bool peer_is_met; /* some connection fits the peer address by itself */
};

static bool is_peer(const struct last_look *end, const struct endpoint *e) {
    const char *peer = end->zone->peer_address;
    if (peer == NULL || (end->zone->port != 0 && end->zone->port != e->port))
        return false;
    return text_same_case_blind(peer, e->host) || strcmp(peer, e->address) == 0;
}

static bool is_zone(const struct last_look *end, const struct endpoint *e) {
    if (e->protocol == PROTOCOL_SSH || e->protocol == PROTOCOL_XMPP)
        return false;
    int port = end->zone->port != 0 ? end->zone->port : PORT_ZONE;
    return e->port == port ||
           (end->zone->port == 0 && is_peer(end, e) && e->port != PORT_MRA && e->port != PORT_XMPP);
}

static void place(const struct last_look *end, struct endpoint *e) {
    bool is_ipv6 = strchr(e->address, ':') != NULL;
    if (e->host == NULL)
        e->host = e->address;
    e->id =
        arena_printf(end->arena, is_ipv6 && e->host == e->address ? "[%s]:%d" : "%s:%d", e->host, e->port);
    e->leg = LEG_OTHER;
    const struct service *usual = service_of_edge(e->port);
    if (usual != NULL) {
        e->leg = usual->leg;
        e->role = usual->role;
        if (e->protocol == PROTOCOL_TLS) /* else as it was seen */
            e->protocol = usual->protocol;
    }
    if (is_zone(end, e)) {
        e->leg = LEG_ZONE;
        e->role = ROLE_EXPRESSWAY_E;
        e->protocol = PROTOCOL_SIP;
    }
    if (end->zone->at_given)
        e->seen = 0;
}

static struct zone *zone_named(struct deployment *d, const char *name) {
    for (size_t i = 0; i < d->zones.n; i++)
        if (text_same_case_blind(d->zones.v[i]->name, name))
            return d->zones.v[i];
    return NULL;
}

/* The peer address as configured: what the user said, else the name that was asked for; an address alone says
 * little. */
static const char *peer_of(const struct last_look *end, const struct endpoint *e, bool *is_guess) {
    const char *given = end->zone->peer_address;
    *is_guess = false;
    if (given != NULL && (is_peer(end, e) || !end->peer_is_met))
        return given;
    *is_guess = e->host == e->address;
    return e->host;
}

static void zone_make(const struct last_look *end, struct endpoint *e) {
    struct deployment *d = end->facts->deployment;
    bool is_guess;
    const char *peer = peer_of(end, e, &is_guess);
    struct zone *zone = zone_named(d, peer);
    e->zone = arena_text(end->arena, peer);
    e->node = e->zone;
    if (e->host != e->zone && end->zone->peer_address == peer)
        e->host = e->zone;
    if (zone != NULL)
        return;
    zone = ARENA_NEW(end->arena, struct zone);
    zone->name = e->zone;
    zone->type = ZONE_UC_TRAVERSAL;
    zone->port = e->port;
    zone->ssh_port = PORT_TUNNEL;
    zone->peers_are_guesses = is_guess;
    zone->tls_verify_name = arena_text(end->arena, end->zone->tls_verify_name);
    texts_add(end->arena, &zone->peers, peer);
    LIST_ADD(end->arena, &d->zones, zone);
    struct node *node = ARENA_NEW(end->arena, struct node);
    node->name = e->zone;
    node->address = e->address;
    node->role = ROLE_EXPRESSWAY_E;
    node->subject = e->id;
    LIST_ADD(end->arena, &d->e.nodes, node);
}

static struct node *c_node_of(struct deployment *d, const char *address, const struct certs *chain) {
    for (size_t i = 0; i < d->c.nodes.n; i++) {
        struct node *node = d->c.nodes.v[i];
        if (strcmp(node->address, address) == 0 && (chain->n == 0 || node->certificate.v == chain->v))
            return node;
    }
    return NULL;
}

/* Who dialled a zone is an Expressway-C, by what it showed: one node for each certificate. */
static void c_node_make(const struct last_look *end, const struct endpoint *e, const struct one_case *its) {
    struct deployment *d = end->facts->deployment;
    char *client = its->first->client.address;
    const struct certs *chain = &e->client_chain;
    if (chain->n == 0)
        return;
    struct node *node = c_node_of(d, client, chain);
    if (node == NULL) {
        bool is_second = c_node_of(d, client, &(struct certs){NULL, 0}) != NULL;
        node = ARENA_NEW(end->arena, struct node);
        node->name = is_second ? arena_printf(end->arena, "%s:%d", client, its->first->client.port) : client;
        node->address = client;
        node->role = ROLE_EXPRESSWAY_C;
        node->certificate = *chain;
        node->certificate_seen = arena_printf(end->arena, "%s (it dialled in)", e->id);
        node->subject = arena_printf(end->arena, "client %s", node->name);
        LIST_ADD(end->arena, &d->c.nodes, node);
    }
    for (size_t i = 0; i < its->connections.n; i++)
        ids_add(end->arena, &node->connections, its->connections.v[i]->id);
}

static void deployment_make(const struct last_look *end) {
    if (end->facts->deployment != NULL)
        return;
    struct deployment *d = end->facts->deployment = ARENA_NEW(end->arena, struct deployment);
    d->e.trust = end->zone->e_trust;
    d->c.trust = end->zone->c_trust;
}

static int by_address_and_port(const void *left, const void *right) {
    const struct endpoint *a = *(struct endpoint *const *)left, *b = *(struct endpoint *const *)right;
    int first_a = a->connections.n > 0 ? a->connections.v[0] : 0x7fffffff;
    int first_b = b->connections.n > 0 ? b->connections.v[0] : 0x7fffffff;
    return first_a != first_b ? (first_a > first_b) - (first_a < first_b) : a->port - b->port;
}

/* A service domain whose SRV record was asked for leads to these hosts. */
static void domains_take(const struct last_look *end, struct endpoint *e) {
    static const char prefix[] = "_collab-edge._tls.";
    for (size_t i = 0; i < end->facts->dns.n; i++) {
        const struct dns_query *query = end->facts->dns.v[i];
        if (!text_starts(query->name, prefix))
            continue;
        const char *domain = query->name + strlen(prefix);
        if (!texts_has(&end->facts->domains, domain))
            texts_add(end->arena, &end->facts->domains, domain);
        for (size_t k = 0; k < query->records.n; k++)
            if (e->leg == LEG_CLIENT && text_same_case_blind(query->records.v[k]->target, e->host) &&
                !texts_has(&e->domains, domain))
                texts_add(end->arena, &e->domains, domain);
    }
}

/* The SSH tunnel goes to the peer of the zone: it has its name, which SSH itself never says. */
static void tunnel_join(const struct last_look *end, struct endpoint *tunnel) {
    for (size_t i = 0; i < end->facts->endpoints.n; i++) {
        const struct endpoint *e = end->facts->endpoints.v[i];
        if (e->leg != LEG_ZONE || strcmp(e->address, tunnel->address) != 0)
            continue;
        tunnel->zone = e->zone;
        tunnel->node = e->node;
        if (tunnel->host == tunnel->address) {
            tunnel->host = e->host;
            place(end, tunnel);
        }
        return;
    }
}

/* What the probe tried besides its main attempt on the same place stands with that, as when it had just run.
 */
static void variants_join(const struct last_look *end) {
    struct facts *facts = end->facts;
    size_t kept = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *e = facts->endpoints.v[i], *main = NULL;
        for (size_t k = 0; k < facts->endpoints.n && e->tls.purpose != PURPOSE_MAIN && main == NULL; k++) {
            struct endpoint *other = facts->endpoints.v[k];
            if (other->client == NULL && other->tls.purpose == PURPOSE_MAIN && other->port == e->port &&
                strcmp(other->address, e->address) == 0)
                main = other;
        }
        if (main == NULL) {
            facts->endpoints.v[kept++] = e;
            continue;
        }
        LIST_ADD(end->arena, &main->variants, &e->tls);
        for (size_t k = 0; k < e->connections.n; k++)
            ids_add(end->arena, &main->connections, e->connections.v[k]);
    }
    facts->endpoints.n = kept;
}

void cases_end(struct cases *cases, const struct capture_zone *zone, const struct names *names) {
    struct facts *facts = cases->facts;
    struct last_look end = {cases, facts, facts->arena, zone, names, false};
    for (size_t i = 0; i < cases->all.n; i++) {
        struct one_case *its = cases->all.v[i];
        struct endpoint *e = its->endpoint;
        e->host = its->first->server.name;
        place(&end, e);
        end.peer_is_met = end.peer_is_met || is_peer(&end, e);
        for (size_t k = 0; k < its->connections.n; k++)
            ids_add(facts->arena, &e->connections, its->connections.v[k]->id);
        LIST_ADD(facts->arena, &facts->endpoints, e);
    }
    for (size_t i = 0; i < cases->lone.n; i++) {
        place(&end, cases->lone.v[i]->endpoint);
        end.peer_is_met = end.peer_is_met || is_peer(&end, cases->lone.v[i]->endpoint);
        LIST_ADD(facts->arena, &facts->endpoints, cases->lone.v[i]->endpoint);
    }
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *e = facts->endpoints.v[i];
        domains_take(&end, e);
        if (e->leg != LEG_ZONE)
            continue;
        deployment_make(&end);
        zone_make(&end, e);
        if (i < cases->all.n)
            c_node_make(&end, e, cases->all.v[i]);
    }
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (facts->endpoints.v[i]->leg == LEG_TUNNEL)
            tunnel_join(&end, facts->endpoints.v[i]);
    variants_join(&end);
    if (facts->endpoints.n > 0)
        qsort(facts->endpoints.v, facts->endpoints.n, sizeof *facts->endpoints.v, by_address_and_port);
}
