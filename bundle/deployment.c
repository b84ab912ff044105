/* Which deployment do the bundles of several boxes make? Nodes with their certificates and trust lists,
 * Unified CM nodes, zones (zones.c); and which of what a capture showed is theirs. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle/box.h"
#include "catalogue/release.h"
#include "config/config.h"
#include "config/values.h"
#include "facts/services.h"

/* ---- nodes ---- */

static struct expressway *side_of(struct deployment *d, enum role role) {
    return role == ROLE_EXPRESSWAY_E ? &d->e : role == ROLE_EXPRESSWAY_C ? &d->c : NULL;
}

static struct node *node_add(struct making *m, struct nodes *nodes, enum role role, const char *name) {
    struct node *node = making_node(nodes, name);
    if (node != NULL)
        return node;
    node = ARENA_NEW(m->arena, struct node);
    node->name = arena_text(m->arena, name);
    node->role = role;
    LIST_ADD(m->arena, nodes, node);
    return node;
}

static void trust_add(struct making *m, struct node *node, struct trust_list *list) {
    if (list == NULL)
        return;
    LIST_ADD(m->arena, &m->facts->trust_lists, list);
    node->trust = list->name;
}

static void box_add(struct making *m, struct box *box) {
    struct expressway *side = side_of(m->to, box->facts->role);
    if (side == NULL)
        return;
    char *host, *error = NULL;
    if (box->facts->node == NULL || !host_as_written(m->arena, box->facts->node, &host, &error))
        box->facts->node = arena_text(m->arena, enum_text(roles, (int)box->facts->role));
    struct node *node = node_add(m, &side->nodes, box->facts->role, box->facts->node);
    node->certificate = box->server;
    node->certificate_file = box->server_file;
    node->client_certificate = box->client;
    node->client_file = box->client_file;
    trust_add(m, node, box->trust);
    if (box->cluster != NULL && side->cluster == NULL)
        side->cluster = box->cluster;
    side->eku_checking_off = side->eku_checking_off || box->eku_checking_off;
    if (box->revocation.given)
        side->revocation = box->revocation;
}

/* Of a cluster the peers whose bundles were not given exist all the same. */
static void peers_add(struct making *m, const struct box *box) {
    struct expressway *side = side_of(m->to, box->facts->role);
    for (size_t i = 0; side != NULL && box->peers.n > 1 && i < box->peers.n; i++) {
        char *address;
        if (!value_address(m->arena, box->peers.v[i], &address)) /* a name: an address may be anybody's */
            node_add(m, &side->nodes, box->facts->role, box->peers.v[i]);
    }
}

/* ---- releases ---- */

/* What a box is judged for: its own release, or the nearest one that is known. */
static const char *release_judged(const char *own, int *number) {
    if (!release_read(own, number)) {
        int64_t major = 99;
        if (own[0] == 'X')
            number_read(own + 1, strspn(own + 1, "0123456789"), 99, &major);
        bool is_old = major < 12;
        own = is_old ? "X12.6" : RELEASE_NEWEST;
        release_read(own, number);
    }
    if (*number < RELEASE_X12_6) {
        own = "X12.6";
        *number = RELEASE_X12_6;
    }
    return own;
}

static void releases_choose(struct making *m) {
    int lowest = 0;
    for (size_t i = 0; i < m->boxes->all.n; i++) {
        struct bundle *facts = m->boxes->all.v[i]->facts;
        struct expressway *side = side_of(m->to, facts->role);
        int number;
        if (facts->release == NULL)
            continue;
        const char *judged = release_judged(facts->release, &number);
        if (strcmp(judged, facts->release) != 0)
            facts->judged_as = arena_text(m->arena, judged);
        if (lowest == 0 || number < lowest) {
            lowest = number;
            m->to->release = arena_text(m->arena, judged);
        }
        int of_side;
        if (side != NULL && (side->release == NULL || (release_read(side->release, &of_side) &&
                                                       number < of_side))) /* of peers that
                                                                              differ the older */
            side->release = arena_text(m->arena, judged);
    }
}

/* ---- the rest of the deployment ---- */

static void unified_add(struct making *m) {
    const struct box *box;
    for (size_t at = 0; (box = making_box(m, ROLE_EXPRESSWAY_C, &at)) != NULL;) {
        for (size_t i = 0; i < box->unified.n; i++)
            node_add(m, &m->to->ucm, ROLE_UCM, box->unified.v[i]);
        m->to->ucm_tls_verify_off = m->to->ucm_tls_verify_off || box->has_unified_tls_off;
    }
}

static void domains_add(struct making *m) {
    bool mra_is_on = false, has_federation = false;
    for (size_t i = 0; i < m->boxes->all.n; i++) {
        const struct box *box = m->boxes->all.v[i];
        mra_is_on = mra_is_on || box->mra_is_on || box->domains.n > 0;
        has_federation = has_federation || box->wants_xmpp_federation;
        for (size_t k = 0; k < box->domains.n; k++) {
            char *domain, *error = NULL;
            if (!host_read(m->arena, box->domains.v[k], &domain, &error) ||
                texts_has(&m->facts->domains, domain))
                continue;
            texts_add(m->arena, &m->facts->domains, domain);
            texts_add(m->arena, &m->to->domains, domain);
        }
    }
    texts_add(m->arena, &m->to->features, "sip");
    if (mra_is_on) {
        texts_add(m->arena, &m->to->features, "mra");
        texts_add(m->arena, &m->to->features, "xmpp");
    }
    if (has_federation)
        texts_add(m->arena, &m->to->features, "xmpp-federation");
}

/* ---- what a capture showed of them ---- */

static struct zone *zone_of_endpoint(const struct deployment *d, const struct endpoint *e) {
    struct zone *same_port = NULL;
    for (size_t i = 0; i < d->zones.n; i++) {
        if (e->leg == LEG_TUNNEL ? d->zones.v[i]->ssh_port != e->port : d->zones.v[i]->port != e->port)
            continue;
        same_port = d->zones.v[i];
        for (size_t p = 0; p < same_port->peers.n; p++)
            if (text_same_case_blind(same_port->peers.v[p], e->host) ||
                (e->address != NULL && strcmp(same_port->peers.v[p], e->address) == 0))
                return same_port;
    }
    return same_port;
}

/* The E node behind an address or name; where there is only one, that. */
static struct node *e_node_of(const struct making *m, const struct endpoint *e) {
    const struct box *box;
    struct node *node = making_node(&m->to->e.nodes, e->host);
    for (size_t at = 0; node == NULL && (box = making_box(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
        if (e->address != NULL && texts_has(&box->addresses, e->address))
            node = making_node(&m->to->e.nodes, box->facts->node);
    return node != NULL ? node : m->to->e.nodes.n == 1 && e->leg == LEG_ZONE ? m->to->e.nodes.v[0] : NULL;
}

static void endpoint_place(struct making *m, struct endpoint *e) {
    struct node *node = e->role == ROLE_EXPRESSWAY_E ? e_node_of(m, e) : NULL;
    struct zone *zone = e->leg == LEG_ZONE || e->leg == LEG_TUNNEL ? zone_of_endpoint(m->to, e) : NULL;
    if (zone != NULL)
        e->zone = zone->name;
    if (node == NULL)
        return;
    e->node = node->name;
    if (e->address != NULL && strcmp(e->host, e->address) == 0) {
        e->host = node->name;
        e->id = arena_printf(m->arena, "%s:%d", e->host, e->port);
    }
}

/* Who dialled in with the certificate that the bundle has is that node; another certificate is a thing to
 * tell: the dump is of the start of logging. */
static void caller_place(struct making *m, struct node *seen) {
    for (size_t i = 0; i < m->to->c.nodes.n; i++) {
        struct node *node = m->to->c.nodes.v[i];
        const struct certs *own =
            node->client_certificate.n > 0 ? &node->client_certificate : &node->certificate;
        if (own->n == 0 || seen->certificate.n == 0 ||
            strcmp(own->v[0]->sha256, seen->certificate.v[0]->sha256) != 0)
            continue;
        for (size_t k = 0; k < seen->connections.n; k++)
            ids_add(m->arena, &node->connections, seen->connections.v[k]);
        return;
    }
    LIST_ADD(m->arena, &m->to->c.nodes, seen);
}

static void captured_place(struct making *m, const struct deployment *captured) {
    for (size_t i = 0; i < m->facts->endpoints.n; i++)
        endpoint_place(m, m->facts->endpoints.v[i]);
    for (size_t i = 0; captured != NULL && i < captured->c.nodes.n; i++)
        caller_place(m, captured->c.nodes.v[i]);
    for (size_t i = 0; captured != NULL && i < captured->zones.n && m->to->zones.n == 0; i++)
        LIST_ADD(m->arena, &m->to->zones, captured->zones.v[i]); /* nothing better is known */
}

bool deployment_from_boxes(struct facts *facts, const struct boxes *boxes, char **error) {
    const struct deployment *captured = facts->deployment;
    struct making m = {facts, facts->arena, boxes, ARENA_NEW(facts->arena, struct deployment)};
    (void)error;
    facts->deployment = m.to;
    m.to->file = boxes->all.n == 0 ? NULL : boxes->all.v[0]->source;
    for (size_t i = 0; i < boxes->all.n; i++)
        box_add(&m, boxes->all.v[i]);
    for (size_t i = 0; i < boxes->all.n; i++)
        peers_add(&m, boxes->all.v[i]);
    releases_choose(&m);
    zones_make(&m);
    unified_add(&m);
    domains_add(&m);
    captured_place(&m, captured);
    return true;
}
