/* The healthy facts of a whole check and of a whole deployment, put together from healthy.c's parts. */
#include "healthy.h"

static const int64_t now = 1795294800; /* 2026-11-21T21:00:00Z */

static void add_edge(struct facts *facts, const char *host, const char *address) {
    struct endpoint *https = add_endpoint(facts, host, address, 8443, PROTOCOL_HTTPS, LEG_CLIENT);
    cert_add_name(facts, https->tls.chain.v[0], NAME_DNS, "expe.example.com"); /* the cluster's name */
    cert_add_name(facts, https->tls.chain.v[0], NAME_DNS, DOMAIN);
    add_endpoint(facts, host, address, 5061, PROTOCOL_SIP, LEG_CLIENT);
    add_endpoint(facts, host, address, 5222, PROTOCOL_XMPP, LEG_CLIENT);
}

struct facts *healthy_facts(void) {
    struct facts *facts = facts_new();
    struct arena *a = facts->arena;
    facts->run.command = arena_text(a, "check");
    facts->run.target = arena_text(a, DOMAIN);
    facts->run.release = arena_text(a, "X15.5");
    facts->run.vantage = VANTAGE_EXTERNAL;
    facts->run.started = facts->run.at = now;
    facts->run.duration_ms = 412;
    texts_add(a, &facts->domains, DOMAIN);
    struct dns_query *srv = add_query(facts, SRV_NAME, DNS_SRV, DNS_ANSWERED);
    add_srv(facts, srv, EDGE1, 8443);
    add_srv(facts, srv, EDGE2, 8443);
    add_query(facts, "_cisco-uds._tcp.example.com", DNS_SRV, DNS_NXDOMAIN);
    add_query(facts, "_cuplogin._tcp.example.com", DNS_SRV, DNS_NXDOMAIN);
    add_host(facts, EDGE1, "203.0.113.10");
    add_host(facts, EDGE2, "203.0.113.11");
    add_edge(facts, EDGE1, "203.0.113.10");
    add_edge(facts, EDGE2, "203.0.113.11");
    return facts;
}

struct deployment *deployment_of(struct facts *facts) {
    if (facts->deployment == NULL) {
        facts->deployment = ARENA_NEW(facts->arena, struct deployment);
        facts->deployment->file = arena_text(facts->arena, "deployment.yaml");
        texts_add(facts->arena, &facts->deployment->domains, DOMAIN);
    }
    return facts->deployment;
}

struct node *add_node(struct facts *facts, struct nodes *to, const char *name, enum role role) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = arena_text(facts->arena, name);
    node->role = role;
    LIST_ADD(facts->arena, to, node);
    return node;
}

/* Port 7001 refuses us for want of a client certificate, as it should (field-facts 2), after its own came. */
static void add_zone_leg(struct facts *facts, const char *host, const char *address) {
    struct endpoint *zone = add_endpoint(facts, host, address, 7001, PROTOCOL_TLS, LEG_ZONE);
    struct tls_attempt *tls = &zone->tls;
    struct certs chain = tls->chain;
    zone->variants.n = 0;
    tls_alerts(facts, tls, 116, SIDE_PEER);
    tls->version = arena_text(facts->arena, "TLSv1.3");
    tls->client_auth = CLIENT_AUTH_REQUIRED;
    tls->chain = chain;
    zone->zone = arena_text(facts->arena, "mra");
    struct endpoint *ssh = add_endpoint(facts, host, address, 2222, PROTOCOL_SSH, LEG_TUNNEL);
    ssh->zone = zone->zone;
}

static void add_inside(struct facts *facts, const char *host, const char *address, enum leg leg) {
    struct endpoint *endpoint = add_endpoint(facts, host, address, 8443, PROTOCOL_HTTPS, leg);
    endpoint->node = endpoint->host;
    add_host(facts, host, address);
}

static void add_zone(struct facts *facts, struct deployment *deployment) {
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    zone->name = arena_text(facts->arena, "mra");
    zone->type = ZONE_UC_TRAVERSAL;
    texts_add(facts->arena, &zone->peers, EDGE1);
    texts_add(facts->arena, &zone->peers, EDGE2);
    zone->port = 7001;
    zone->ssh_port = 2222;
    zone->tls_verify_name = arena_text(facts->arena, "expc.example.local");
    LIST_ADD(facts->arena, &deployment->zones, zone);
}

static void add_expressway_c(struct facts *facts, struct deployment *deployment) {
    struct node *node = add_node(facts, &deployment->c.nodes, "expc1.example.local", ROLE_EXPRESSWAY_C);
    struct cert *cert = cert_new(facts, "expc1.example.local");
    cert_add_name(facts, cert, NAME_DNS, "expc.example.local");
    node->certificate_file = arena_text(facts->arena, "certs/expc1.pem");
    LIST_ADD(facts->arena, &node->certificate, cert);
    LIST_ADD(facts->arena, &node->certificate, ca_new(facts, "Example Issuing CA", false));
    deployment->c.cluster = arena_text(facts->arena, "expc.example.local");
}

static void uds_resolves(struct facts *facts) {
    add_srv(facts, query_of(facts, "_cisco-uds._tcp.example.com", DNS_SRV), UCM1, 8443);
}

struct facts *healthy_deployment(void) {
    struct facts *facts = healthy_facts();
    struct arena *a = facts->arena;
    struct deployment *deployment = deployment_of(facts);
    facts->run.vantage = VANTAGE_INTERNAL;
    facts->run.target = deployment->file;
    texts_add(a, &deployment->features, "mra");
    deployment->e.cluster = arena_text(a, "expe.example.com");
    add_node(facts, &deployment->e.nodes, EDGE1, ROLE_EXPRESSWAY_E);
    add_node(facts, &deployment->e.nodes, EDGE2, ROLE_EXPRESSWAY_E);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->node = facts->endpoints.v[i]->host;
    add_expressway_c(facts, deployment);
    add_zone(facts, deployment);
    add_node(facts, &deployment->ucm, UCM1, ROLE_UCM)->publisher = true;
    add_node(facts, &deployment->imp, IMP1, ROLE_IMP)->publisher = true;
    uds_resolves(facts);
    add_zone_leg(facts, EDGE1, "203.0.113.10");
    add_zone_leg(facts, EDGE2, "203.0.113.11");
    add_inside(facts, UCM1, "192.0.2.21", LEG_UCM);
    add_inside(facts, IMP1, "192.0.2.22", LEG_IMP);
    return facts;
}

/* ---- what a run that looked at everything says of the good side ---- */

static void node_was_seen(const struct node *node, struct findings *to) {
    struct about about = {.subject = node->name, .node = node->name};
    find_pass(to, CHECK_CHAIN_UCM_TRUST, about, "trusted");
    find_pass(to, CHECK_NAME_UCM_NODE, about, "there");
}

static void zone_was_seen(const struct deployment *d, const struct zone *zone, struct findings *to) {
    static const enum check_id both[] = {CHECK_CHAIN_ZONE, CHECK_CHAIN_SSH_TUNNEL};
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < zone->peers.n; i++)
            find_pass(to, both[k],
                      (struct about){.subject = arena_printf(to->arena, "expressway-e:%s", zone->peers.v[i]),
                                     .node = zone->peers.v[i],
                                     .zone = zone->name},
                      "trusted");
        for (size_t i = 0; i < d->c.nodes.n; i++)
            find_pass(
                to, both[k],
                (struct about){.subject = arena_printf(to->arena, "expressway-c:%s", d->c.nodes.v[i]->name),
                               .node = d->c.nodes.v[i]->name,
                               .zone = zone->name},
                "trusted");
    }
}

void all_was_seen(const struct facts *facts, struct findings *to) {
    static const struct {
        enum protocol protocol;
        enum check_id check;
    } of_clients[] = {{PROTOCOL_HTTPS, CHECK_TLS_HANDSHAKE},
                      {PROTOCOL_HTTPS, CHECK_CHAIN_CLIENT},
                      {PROTOCOL_HTTPS, CHECK_MRA_EDGE_CONFIG},
                      {PROTOCOL_SIP, CHECK_SIP_OPTIONS},
                      {PROTOCOL_XMPP, CHECK_XMPP_STREAM}};
    const struct deployment *d = facts->deployment;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        find_pass(to, CHECK_NET_CONNECT, about_endpoint(facts, e), "connected");
        for (size_t k = 0; k < sizeof of_clients / sizeof *of_clients; k++)
            if (e->leg == LEG_CLIENT && e->protocol == of_clients[k].protocol)
                find_pass(to, of_clients[k].check, about_endpoint(facts, e), "good");
    }
    for (size_t i = 0; d != NULL && i < d->zones.n; i++)
        zone_was_seen(d, d->zones.v[i], to);
    for (size_t i = 0; d != NULL && i < d->ucm.n; i++)
        node_was_seen(d->ucm.v[i], to);
    for (size_t i = 0; d != NULL && i < d->imp.n; i++)
        node_was_seen(d->imp.v[i], to);
}
