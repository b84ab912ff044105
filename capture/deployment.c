/* What deployment do the endpoints of a capture show? See deployment.h. */
#include "capture/deployment.h"

#include <stdlib.h>
#include <string.h>

#include "facts/services.h"

struct last_look {
    struct facts *facts;
    struct arena *arena;
    const struct capture_zone *zone;
    bool peer_is_met; /* some connection fits the peer address by itself */
};

static bool is_peer(const struct last_look *end, const struct endpoint *e) {
    const char *peer = end->zone->peer_address;
    if (peer == NULL || (end->zone->port != 0 && end->zone->port != e->port))
        return false;
    return text_same_case_blind(peer, e->host) || strcmp(peer, e->address) == 0;
}

static bool is_zone(const struct last_look *end, const struct endpoint *e) {
    if (e->protocol == PROTOCOL_SSH || e->xmpp != NULL)
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
        if (usual->leg != LEG_OTHER) /* IM and Presence federates at the same port */
            e->role = usual->role;
        bool is_stream = e->protocol == PROTOCOL_XMPP && usual->starttls != NULL;
        if (e->protocol == PROTOCOL_TLS || is_stream) /* else as it was seen */
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
static void c_node_make(const struct last_look *end, const struct endpoint *e,
                        const struct connection *first) {
    struct deployment *d = end->facts->deployment;
    char *client = first->client.address;
    const struct certs *chain = &e->client_chain;
    if (chain->n == 0)
        return;
    struct node *node = c_node_of(d, client, chain);
    if (node == NULL) {
        bool is_second = c_node_of(d, client, &(struct certs){NULL, 0}) != NULL;
        node = ARENA_NEW(end->arena, struct node);
        node->name = is_second ? arena_printf(end->arena, "%s:%d", client, first->client.port) : client;
        node->address = client;
        node->role = ROLE_EXPRESSWAY_C;
        node->certificate = *chain;
        node->certificate_seen = arena_printf(end->arena, "%s (it dialled in)", e->id);
        node->subject = arena_printf(end->arena, "client %s", node->name);
        LIST_ADD(end->arena, &d->c.nodes, node);
    }
    for (size_t i = 0; i < e->connections.n; i++)
        ids_add(end->arena, &node->connections, e->connections.v[i]);
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

void capture_deployment(struct facts *facts, const struct connection *const *first,
                        const struct capture_zone *zone) {
    struct last_look end = {facts, facts->arena, zone, false};
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        place(&end, facts->endpoints.v[i]);
        end.peer_is_met = end.peer_is_met || is_peer(&end, facts->endpoints.v[i]);
    }
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *e = facts->endpoints.v[i];
        domains_take(&end, e);
        if (e->leg != LEG_ZONE)
            continue;
        deployment_make(&end);
        zone_make(&end, e);
        if (first[i] != NULL)
            c_node_make(&end, e, first[i]);
    }
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (facts->endpoints.v[i]->leg == LEG_TUNNEL)
            tunnel_join(&end, facts->endpoints.v[i]);
    variants_join(&end);
    if (facts->endpoints.n > 0)
        qsort(facts->endpoints.v, facts->endpoints.n, sizeof *facts->endpoints.v, by_address_and_port);
}
