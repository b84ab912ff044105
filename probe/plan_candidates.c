/* Which hosts and ports do the service domains and the deployment file lead to? See plan.h. */
#include "probe/plan_candidates.h"

#include <stdlib.h>
#include <string.h>

#include "facts/services.h"
#include "probe/ciphers/node_ciphers.h"
#include "probe/endpoint.h"
#include "probe/revocation/revocation.h"

enum { TARGETS_MAX = 32, ADDRESSES_MAX = 32 }; /* of one SRV answer; of one name and family */

/* ---- a candidate and its addresses ---- */

static void candidate_end(struct candidate *candidate, enum dns_type type) {
    if (type == DNS_A && candidate->ciphers != NULL)
        node_ciphers_answered(candidate->ciphers);
    if (--candidate->pending == 0 && candidate->found == 0 && candidate->tells_unresolved)
        plan_unresolved(candidate);
    world_end(candidate->world);
}

static void candidate_family(struct candidate *candidate, enum dns_type type) {
    const struct dns_query *query = facts_dns(candidate->world->facts, candidate->connect_host, type);
    for (size_t i = 0; query != NULL && i < query->records.n && i < ADDRESSES_MAX; i++)
        if (query->records.v[i]->type == type && query->records.v[i]->address != NULL) {
            candidate->found++;
            plan_address(candidate, query->records.v[i]->address, candidate->connect_port);
        }
    candidate_end(candidate, type);
}

static void on_a(void *context) {
    candidate_family(context, DNS_A);
}

static void on_aaaa(void *context) {
    candidate_family(context, DNS_AAAA);
}

/* Each family goes on by itself: a name server that is silent about AAAA delays nothing over IPv4. */
static void candidate_go(const struct candidate *template) {
    struct world *world = template->world;
    struct candidate *candidate = arena_dup(world->arena, template, sizeof *candidate);
    int family = world->options->family;
    if (world->facts->run.scope.offline) {
        plan_untried(candidate);
        return;
    }
    const char *host = candidate->host;
    int port = candidate->port;
    world_connect_to(world, &host, &port); /* matches what was meant, not where it goes without it */
    if (host != candidate->host)
        candidate->connect_host = host;
    if (port != candidate->port)
        candidate->connect_port = port;
    if (world_is_address(candidate->connect_host)) {
        plan_address(candidate, candidate->connect_host, candidate->connect_port);
        return;
    }
    candidate->pending = family == 0 ? 2 : 1;
    for (size_t i = 0; i < candidate->pending; i++)
        world_begin(world);
    candidate->ciphers =
        node_ciphers_of(world, candidate->host, candidate->port, candidate->role, candidate->protocol);
    if (family != 6 && candidate->ciphers != NULL)
        node_ciphers_asked(candidate->ciphers);
    if (family != 6)
        dns_try(world, candidate->connect_host, DNS_A, on_a, candidate);
    if (family != 4)
        dns_try(world, candidate->connect_host, DNS_AAAA, on_aaaa, candidate);
}

/* ---- service domains ---- */

struct question {
    struct world *world;
    const char *name; /* SRV */
    const char *domain;
    size_t index; /* of the domain */
};

static void on_nothing(void *context) {
    world_end(context);
}

static void addresses_ask(struct world *world, const char *host) {
    if (world_is_address(host) || world->stopping)
        return;
    world_begin(world);
    dns_try_addresses(world, host, on_nothing, world);
}

static void service_go(struct candidate candidate, const struct service *service) {
    candidate.port = candidate.connect_port = service->port;
    candidate.protocol = service->protocol;
    candidate.leg = service->leg;
    candidate_go(&candidate);
}

static bool is_asked(const struct deployment *deployment, const struct service *service) {
    return service->when == SERVICE_ALWAYS ||
           (service->when == SERVICE_ACME && deployment_has_feature(deployment, "acme"));
}

static void target_candidates(const struct question *question, const struct dns_record *record, size_t item) {
    struct candidate candidate = {.world = question->world,
                                  .host = record->target,
                                  .port = record->port,
                                  .protocol = PROTOCOL_HTTPS,
                                  .leg = LEG_CLIENT,
                                  .role = ROLE_EXPRESSWAY_E,
                                  .srv_domain = question->domain,
                                  .group = question->index,
                                  .item = item,
                                  .connect_host = record->target,
                                  .connect_port = record->port};
    texts_add(question->world->arena, &candidate.domains, question->domain);
    addresses_ask(question->world, record->target); /* also where --connect-to leads elsewhere: judges ask */
    candidate_go(&candidate);
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->role == ROLE_EXPRESSWAY_E && s->leg == LEG_CLIENT && s->protocol != PROTOCOL_HTTPS &&
            is_asked(question->world->facts->deployment, s))
            service_go(candidate, s);
}

static bool is_usable(const struct dns_record *record) {
    return record->type == DNS_SRV && record->target != NULL && strcmp(record->target, ".") != 0 &&
           *record->target != '\0';
}

static const struct dns_query *answer_tell(const struct question *question) {
    const struct dns_query *query = facts_dns(question->world->facts, question->name, DNS_SRV);
    if (query != NULL)
        world_progress(question->world, "%s SRV: %s in %d ms", question->name,
                       enum_text(dns_states, (int)query->state), query->ms);
    return query;
}

/* The user names the edges: their SRV record may be absent, or not changed yet. */
static void edges_given(const struct question *question) {
    const struct texts *edges = &question->world->facts->run.edges;
    for (size_t i = 0; i < edges->n && i < TARGETS_MAX && !question->world->stopping; i++) {
        struct dns_record *record = ARENA_NEW(question->world->arena, struct dns_record);
        *record = (struct dns_record){.type = DNS_SRV, .target = edges->v[i], .port = PORT_MRA};
        target_candidates(question, record, i);
    }
}

/* A domain without the record that is a host itself may be an edge's own name: judges say so. */
static void host_ask(const struct question *question, const struct dns_query *query) {
    if (query != NULL && (query->state == DNS_NXDOMAIN || query->state == DNS_NO_DATA))
        addresses_ask(question->world, question->domain);
}

static void on_edge(void *context) {
    struct question *question = context;
    const struct dns_query *query = answer_tell(question);
    if (question->world->facts->run.edges.n > 0) {
        edges_given(question);
        world_end(question->world);
        return;
    }
    host_ask(question, query);
    for (size_t i = 0; query != NULL && i < query->records.n && i < TARGETS_MAX; i++)
        if (is_usable(query->records.v[i]) && !question->world->stopping)
            target_candidates(question, query->records.v[i], i);
    if (query != NULL && query->records.n > TARGETS_MAX)
        cut_tell(question->world->facts,
                 arena_printf(question->world->arena, "SRV records of %s", question->name), TARGETS_MAX,
                 (int)query->records.n);
    world_end(question->world);
}

/* Other services: judges want to know whether their targets have addresses, nobody connects. */
static void on_other(void *context) {
    struct question *question = context;
    const struct dns_query *query = answer_tell(question);
    for (size_t i = 0; query != NULL && i < query->records.n && i < TARGETS_MAX; i++)
        if (is_usable(query->records.v[i]))
            addresses_ask(question->world, query->records.v[i]->target);
    world_end(question->world);
}

static void srv_ask(struct world *world, const char *service, const char *domain, size_t index,
                    done_fn done) {
    struct question *question = ARENA_NEW(world->arena, struct question);
    if (world->facts->run.scope.offline)
        return;
    *question = (struct question){.world = world, .domain = domain, .index = index};
    question->name = arena_printf(world->arena, "%s.%s", service, domain);
    world_begin(world);
    dns_try(world, question->name, DNS_SRV, done, question);
}

static void domain_candidates(struct world *world, size_t index) {
    static const char *const business[] = {"_sips._tcp", "_sip._tcp", "_sip._udp"};
    const char *domain = world->facts->domains.v[index];
    srv_ask(world, "_collab-edge._tls", domain, index, on_edge);
    srv_ask(world, "_cisco-uds._tcp", domain, index, on_other);
    srv_ask(world, "_cuplogin._tcp", domain, index, on_other);
    if (deployment_has_feature(world->facts->deployment, "b2b"))
        for (size_t i = 0; i < sizeof business / sizeof *business; i++)
            srv_ask(world, business[i], domain, index, on_other);
}

/* ---- the deployment file ---- */

/* A name as configured to what is asked and connected to: no brackets, no trailing dot. It is ASCII: config/
 * made A-labels of all that was not. */
static const char *wire_name(struct arena *arena, const char *name) {
    size_t size = strlen(name);
    if (size > 1 && name[0] == '[' && name[size - 1] == ']')
        return arena_textn(arena, name + 1, size - 2);
    return arena_textn(arena, name, size > 1 && name[size - 1] == '.' ? size - 1 : size);
}

static struct candidate node_way(struct world *world, const struct node *node, enum role role, size_t group,
                                 size_t item) {
    struct candidate candidate = {.world = world,
                                  .host = wire_name(world->arena, node->name),
                                  .role = role,
                                  .node = node->name,
                                  .group = group,
                                  .item = item,
                                  .tells_unresolved = true};
    candidate.connect_host = node->address != NULL ? wire_name(world->arena, node->address) : candidate.host;
    return candidate;
}

/* The services that a node has by its role. */
static void node_go(const struct candidate *candidate, enum service_when when) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->role == candidate->role && s->when == when)
            service_go(*candidate, s);
}

static void tomcat_go(const struct candidate *candidate) {
    for (const struct service *s = services; s->name != NULL; s++)
        if (s->role == candidate->role && s->port == PORT_MRA && s->when == SERVICE_ALWAYS)
            service_go(*candidate, s);
}

static void nodes_go(struct world *world, const struct nodes *nodes, enum role role, size_t group,
                     enum service_when when) {
    for (size_t i = 0; i < nodes->n; i++) {
        struct candidate candidate = node_way(world, nodes->v[i], role, group, i);
        if (when == SERVICE_FEDERATION && world->facts->deployment->e.xmpp_federation_domains.n > 0)
            candidate.domains = world->facts->deployment->e.xmpp_federation_domains;
        else if (role == ROLE_EXPRESSWAY_E)
            candidate.domains = world->facts->domains;
        if (nodes->v[i]->unity)
            tomcat_go(&candidate);
        else
            node_go(&candidate, when);
    }
}

/* By name alone; what is found by name, address or alias is asked first, for the sake of thousands of zones.
 */
static const struct node *peer_node(const struct facts *facts, const struct nodes *nodes, const char *peer) {
    const struct node *found = facts_node(facts, nodes, peer);
    if (found == NULL || text_same_case_blind(found->name, peer))
        return found;
    for (size_t i = 0; i < nodes->n; i++)
        if (text_same_case_blind(nodes->v[i]->name, peer))
            return nodes->v[i];
    return NULL;
}

/* The far end of a traversal zone is an Expressway-E; a neighbor may be any box, of this deployment or not.
 */
static enum role peer_role(const struct facts *facts, const struct zone *zone, const char *peer) {
    const struct deployment *deployment = facts->deployment;
    if (zone->type != ZONE_NEIGHBOR || peer_node(facts, &deployment->e.nodes, peer) != NULL)
        return ROLE_EXPRESSWAY_E;
    return peer_node(facts, &deployment->c.nodes, peer) != NULL ? ROLE_EXPRESSWAY_C : ROLE_NONE;
}

static void zone_go(struct world *world, const struct zone *zone, size_t index) {
    int most = limits[LIMIT_PEERS].most;
    bool is_neighbor = zone->type == ZONE_NEIGHBOR;
    for (size_t i = 0; i < zone->peers.n && i < (size_t)most; i++) {
        const struct deployment *deployment = world->facts->deployment;
        enum role role = peer_role(world->facts, zone, zone->peers.v[i]);
        const struct node *node =
            peer_node(world->facts, role == ROLE_EXPRESSWAY_C ? &deployment->c.nodes : &deployment->e.nodes,
                      zone->peers.v[i]);
        struct candidate candidate = {.world = world,
                                      .host = wire_name(world->arena, zone->peers.v[i]),
                                      .port = zone->port != 0 ? zone->port : zone_usual_port(zone->type),
                                      .protocol = PROTOCOL_SIP,
                                      .leg = is_neighbor ? LEG_NEIGHBOR : LEG_ZONE,
                                      .role = role,
                                      .node = node == NULL ? NULL : node->name,
                                      .zone = zone->name,
                                      .group = GROUP_ZONES,
                                      .item = index * (size_t)most + i,
                                      .tells_unresolved = true};
        candidate.connect_port = candidate.port;
        candidate.connect_host =
            node != NULL && node->address != NULL ? wire_name(world->arena, node->address) : candidate.host;
        candidate_go(&candidate);
        if (zone->type != ZONE_UC_TRAVERSAL)
            continue;
        candidate.port = candidate.connect_port = zone->ssh_port != 0 ? zone->ssh_port : PORT_TUNNEL;
        candidate.protocol = PROTOCOL_SSH;
        candidate.leg = LEG_TUNNEL;
        candidate_go(&candidate);
    }
}

/* Where partners are sent: the nodes of the deployment are looked at by themselves, at the usual port. */
static void federation_go(const struct question *question, const struct dns_record *record, size_t item) {
    struct world *world = question->world;
    const struct deployment *deployment = world->facts->deployment;
    const struct node *node = facts_node(world->facts, &deployment->e.nodes, record->target);
    if (node != NULL && record->port == PORT_XMPP_SERVER)
        return;
    struct candidate candidate = {.world = world,
                                  .host = record->target,
                                  .port = record->port,
                                  .protocol = PROTOCOL_XMPP_SERVER,
                                  .leg = LEG_OTHER,
                                  .role = ROLE_EXPRESSWAY_E,
                                  .node = node == NULL ? NULL : node->name,
                                  .srv_domain = question->domain,
                                  .group = GROUP_NODES_E,
                                  .item = deployment->e.nodes.n + question->index * TARGETS_MAX + item,
                                  .connect_port = record->port};
    candidate.connect_host =
        node != NULL && node->address != NULL ? wire_name(world->arena, node->address) : record->target;
    texts_add(world->arena, &candidate.domains, question->domain);
    candidate_go(&candidate);
}

static void on_federation(void *context) {
    struct question *question = context;
    struct world *world = question->world;
    const struct dns_query *query = answer_tell(question);
    for (size_t i = 0; query != NULL && i < query->records.n && i < TARGETS_MAX && !world->stopping; i++) {
        if (!is_usable(query->records.v[i]))
            continue;
        addresses_ask(world, query->records.v[i]->target);
        if (deployment_has_feature(world->facts->deployment, "xmpp-federation"))
            federation_go(question, query->records.v[i], i);
    }
    world_end(world);
}

static void federation_ask(struct world *world, const struct deployment *deployment) {
    const struct texts *domains = &deployment->e.xmpp_federation_domains;
    if (domains->n == 0 && !deployment_has_feature(deployment, "xmpp-federation"))
        return;
    if (domains->n == 0)
        domains = &world->facts->domains;
    for (size_t i = 0; i < domains->n; i++)
        srv_ask(world, "_xmpp-server._tcp", wire_name(world->arena, domains->v[i]), i, on_federation);
}

/* Expressway-C only dials out in a zone; where no file gave its certificate, a port on which it serves shows
 * one. */
static void unseen_c_go(struct world *world, const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n; i++)
        if (nodes->v[i]->certificate.n == 0) {
            struct candidate candidate = node_way(world, nodes->v[i], ROLE_EXPRESSWAY_C, GROUP_NODES_C, i);
            node_go(&candidate, SERVICE_ALWAYS);
        }
}

static void certificates_ask(struct world *world, const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n && !world->facts->run.scope.offline; i++)
        if (nodes->v[i]->certificate.n > 0)
            endpoint_names(world, nodes->v[i]->certificate.v[0]);
}

static void deployment_candidates(struct world *world, const struct deployment *deployment) {
    if (!world->facts->run.scope.zones_only) {
        federation_ask(world, deployment);
        nodes_go(world, &deployment->e.nodes, ROLE_EXPRESSWAY_E, GROUP_NODES_E, SERVICE_ALWAYS);
        if (deployment_has_feature(deployment, "xmpp-federation"))
            nodes_go(world, &deployment->e.nodes, ROLE_EXPRESSWAY_E, GROUP_NODES_E, SERVICE_FEDERATION);
        if (deployment_has_feature(deployment, "acme")) {
            nodes_go(world, &deployment->e.nodes, ROLE_EXPRESSWAY_E, GROUP_NODES_E, SERVICE_ACME);
            certificates_ask(world, &deployment->e.nodes);
        }
    }
    for (size_t i = 0; i < deployment->zones.n; i++)
        zone_go(world, deployment->zones.v[i], i);
    if (world->facts->run.scope.zones_only) {
        unseen_c_go(world, &deployment->c.nodes);
        return;
    }
    nodes_go(world, &deployment->c.nodes, ROLE_EXPRESSWAY_C, GROUP_NODES_C, SERVICE_ALWAYS);
    nodes_go(world, &deployment->ucm, ROLE_UCM, GROUP_UCM, SERVICE_ALWAYS);
    nodes_go(world, &deployment->imp, ROLE_IMP, GROUP_IMP, SERVICE_ALWAYS);
}

/* ---- one host and port, by name or address ---- */

static void lone_way(struct world *world, const struct lone_endpoint *lone) {
    candidate_go(&(struct candidate){
        .world = world,
        .host = lone->host,
        .port = lone->port,
        .protocol = lone->protocol,
        .leg = LEG_OTHER,
        .domains = world->facts->run.expected_names, /* to whom an XMPP stream is opened */
        .tells_unresolved = true,
        .connect_host = lone->host,
        .connect_port = lone->port});
}

void plan_one(struct world *world, const char *host, int port) {
    plan_open(world);
    candidate_go(&(struct candidate){.world = world,
                                     .host = host,
                                     .port = port,
                                     .protocol = starttls_at(port) != NULL ? protocol_at(port) : PROTOCOL_TLS,
                                     .leg = LEG_CLIENT,
                                     .tells_unresolved = true,
                                     .connect_host = host,
                                     .connect_port = port});
}

/* ---- start ---- */

void plan_start(struct world *world) {
    plan_open(world);
    world_begin(world); /* where nothing else was begun (left out by -4), the run ends here */
    if (world->options->lone != NULL) {
        lone_way(world, world->options->lone);
        world_end(world);
        return;
    }
    if (!world->facts->run.scope.zones_only)
        for (size_t i = 0; i < world->facts->domains.n; i++)
            domain_candidates(world, i);
    if (world->facts->deployment != NULL) {
        deployment_candidates(world, world->facts->deployment);
        if (!world->facts->run.scope.offline)
            revocation_deployment(world, world->facts->deployment);
    }
    world_end(world);
}
