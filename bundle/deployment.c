/* Which deployment do the bundles of several boxes make? Nodes with their certificates and trust lists, zones
 * of Expressway-C paired with those of Expressway-E, Unified CM nodes; and which of what a capture showed is
 * theirs. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle/box.h"
#include "catalogue/release.h"
#include "config/config.h"
#include "config/values.h"
#include "facts/services.h"

struct making {
    struct facts *facts;
    struct arena *arena;
    const struct boxes *boxes;
    struct deployment *to;
};

/* ---- nodes ---- */

static struct expressway *side_of(struct deployment *d, enum role role) {
    return role == ROLE_EXPRESSWAY_E ? &d->e : role == ROLE_EXPRESSWAY_C ? &d->c : NULL;
}

static struct node *node_named(const struct nodes *nodes, const char *name) {
    for (size_t i = 0; i < nodes->n; i++)
        if (text_same_case_blind(nodes->v[i]->name, name))
            return nodes->v[i];
    return NULL;
}

static struct node *node_add(struct making *m, struct nodes *nodes, enum role role, const char *name) {
    struct node *node = node_named(nodes, name);
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

/* ---- zones ---- */

static bool is_of_type(const struct box_zone *zone, const char *type) {
    return zone->type != NULL && strcasecmp(zone->type, type) == 0;
}

static struct box *box_next(const struct making *m, enum role role, size_t *at) {
    while (*at < m->boxes->all.n) {
        struct box *box = m->boxes->all.v[(*at)++];
        if (box->facts->role == role)
            return box;
    }
    return NULL;
}

/* Does the peer address lead to this box, by name or number? */
static bool leads_to(const struct box *box, const char *peer) {
    return text_same_case_blind(peer, box->facts->node) || text_same_case_blind(peer, box->cluster) ||
           texts_has(&box->addresses, peer);
}

static bool leads_to_any(const struct box_zone *zone, const struct box *box) {
    for (size_t i = 0; i < zone->peers.n; i++)
        if (leads_to(box, zone->peers.v[i]))
            return true;
    return false;
}

static char *partner_of(struct arena *arena, const struct box *box, const struct box_zone *zone) {
    return arena_printf(arena, "%s/%s", box->facts->node, zone->name);
}

static const char *zone_user(const struct box *box, const struct box_zone *zone, const char *type) {
    const char *user =
        setting_valuef(&box->settings, "zones zone %d %s authentication username", zone->index, type);
    return user == NULL || *user == 0 ? NULL : user;
}

static void pair(struct making *m, const struct box *c_box, struct box_zone *c, const struct box *e_box,
                 struct box_zone *e) {
    const char *c_user = zone_user(c_box, c, "traversalclient");
    const char *e_user = zone_user(e_box, e, "traversalserver");
    if (c->partner == NULL)
        c->partner = partner_of(m->arena, e_box, e);
    c->user_differs = e->user_differs = c_user != NULL && e_user != NULL && strcmp(c_user, e_user) != 0;
    e->partner = partner_of(m->arena, c_box, c);
}

/* Zones of one port belong together; where several boxes of E have it, and some are named, those. */
static void pair_by_port(struct making *m, const struct box *c_box, struct box_zone *c) {
    for (int by_name = 1; by_name >= 0 && c->partner == NULL; by_name--) {
        const struct box *e_box;
        for (size_t at = 0; (e_box = box_next(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
            for (size_t i = 0; i < e_box->facts->zones.n; i++) {
                struct box_zone *e = e_box->facts->zones.v[i];
                if (is_of_type(e, "TraversalServer") && e->port == c->port && e->port != 0 &&
                    (by_name == 0 || leads_to_any(c, e_box)))
                    pair(m, c_box, c, e_box, e);
            }
    }
}

/* The only ones that are left, of one kind: they belong together although their ports differ. */
static void pair_leftovers(struct making *m) {
    struct box_zone *c = NULL, *e = NULL;
    const struct box *c_box = NULL, *e_box = NULL;
    size_t of_c = 0, of_e = 0;
    for (size_t k = 0; k < m->boxes->all.n; k++) {
        const struct box *box = m->boxes->all.v[k];
        for (size_t i = 0; i < box->facts->zones.n; i++) {
            struct box_zone *zone = box->facts->zones.v[i];
            if (zone->partner != NULL || zone->port == 0 || zone->collaboration_edge == TOGGLE_OFF)
                continue;
            if (box->facts->role == ROLE_EXPRESSWAY_C && is_of_type(zone, "TraversalClient")) {
                c = zone;
                c_box = box;
                of_c++;
            }
            if (box->facts->role == ROLE_EXPRESSWAY_E && is_of_type(zone, "TraversalServer")) {
                e = zone;
                e_box = box;
                of_e++;
            }
        }
    }
    if (of_c == 1 && of_e == 1)
        pair(m, c_box, c, e_box, e);
}

static struct box_zone *e_zone_of(const struct making *m, const struct box_zone *c,
                                  const struct box **e_box) {
    for (size_t at = 0; (*e_box = box_next(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
        for (size_t i = 0; c->partner != NULL && i < (*e_box)->facts->zones.n; i++)
            if (strcmp(partner_of(m->arena, *e_box, (*e_box)->facts->zones.v[i]), c->partner) == 0)
                return (*e_box)->facts->zones.v[i];
    return NULL;
}

static enum toggle verify_mode(const struct box_zone *c, const struct box_zone *e) {
    enum toggle of_c = c == NULL ? TOGGLE_UNKNOWN : c->tls_verify_mode;
    enum toggle of_e = e == NULL ? TOGGLE_UNKNOWN : e->tls_verify_mode;
    if (of_c == TOGGLE_OFF || of_e == TOGGLE_OFF)
        return TOGGLE_OFF;
    return of_c == TOGGLE_ON || of_e == TOGGLE_ON ? TOGGLE_ON : TOGGLE_UNKNOWN;
}

/* Where neither side says, a zone for MRA is one that verifies TLS on a box on which MRA is on. */
static bool is_unified(const struct making *m, const struct box_zone *c, const struct box_zone *e) {
    enum toggle of_c = c == NULL ? TOGGLE_UNKNOWN : c->collaboration_edge;
    enum toggle of_e = e == NULL ? TOGGLE_UNKNOWN : e->collaboration_edge;
    bool mra_is_on = false;
    if (of_c == TOGGLE_ON || of_e == TOGGLE_ON)
        return true;
    if (of_c == TOGGLE_OFF || of_e == TOGGLE_OFF)
        return false;
    for (size_t i = 0; i < m->boxes->all.n; i++)
        mra_is_on = mra_is_on || m->boxes->all.v[i]->mra_is_on;
    return mra_is_on && verify_mode(c, e) == TOGGLE_ON;
}

/* The E node that a peer address means although it bears another name: of one that is left. */
static void alias_find(struct making *m, const struct zone *zone) {
    struct node *left = NULL;
    const char *peer = NULL;
    size_t nodes_left = 0, peers_left = 0;
    for (size_t i = 0; i < m->to->e.nodes.n; i++) {
        struct node *node = m->to->e.nodes.v[i];
        bool is_met = false;
        for (size_t p = 0; p < zone->peers.n; p++)
            is_met = is_met || text_same_case_blind(node->name, zone->peers.v[p]) ||
                     (node->address != NULL && strcmp(node->address, zone->peers.v[p]) == 0);
        nodes_left += !is_met;
        left = is_met ? left : node;
    }
    for (size_t p = 0; p < zone->peers.n; p++)
        if (node_named(&m->to->e.nodes, zone->peers.v[p]) == NULL) {
            bool is_address = false;
            for (size_t i = 0; i < m->to->e.nodes.n; i++)
                is_address = is_address || (m->to->e.nodes.v[i]->address != NULL &&
                                            strcmp(m->to->e.nodes.v[i]->address, zone->peers.v[p]) == 0);
            peers_left += !is_address;
            peer = is_address ? peer : zone->peers.v[p];
        }
    if (nodes_left == 1 && peers_left == 1 && !texts_has(&left->aliases, peer))
        texts_add(m->arena, &left->aliases, peer);
}

/* Peer addresses that are numbers find their node by the addresses that its settings name. */
static void addresses_give(struct making *m, const struct zone *zone) {
    const struct box *box;
    for (size_t at = 0; (box = box_next(m, ROLE_EXPRESSWAY_E, &at)) != NULL;) {
        struct node *node = node_named(&m->to->e.nodes, box->facts->node);
        for (size_t p = 0; node != NULL && p < zone->peers.n; p++)
            if (texts_has(&box->addresses, zone->peers.v[p]))
                node->address = zone->peers.v[p];
    }
}

static struct zone *zone_like(const struct deployment *d, const char *name, int port) {
    for (size_t i = 0; i < d->zones.n; i++)
        if (d->zones.v[i]->port == port && strcmp(d->zones.v[i]->name, name) == 0)
            return d->zones.v[i];
    return NULL;
}

static void zone_add(struct making *m, struct box_zone *c, struct box_zone *e) {
    const struct box_zone *from = c != NULL ? c : e;
    int port = c != NULL && c->port != 0 ? c->port : e != NULL && e->port != 0 ? e->port : PORT_ZONE;
    bool unified = is_unified(m, c, e);
    if (c != NULL)
        c->is_unified = unified;
    if (e != NULL)
        e->is_unified = unified;
    if (zone_like(m->to, from->name, port) != NULL) /* as the other peers of its cluster have it */
        return;
    struct zone *zone = ARENA_NEW(m->arena, struct zone);
    zone->name = from->name;
    zone->type = unified ? ZONE_UC_TRAVERSAL : ZONE_TRAVERSAL;
    zone->port = port;
    zone->ssh_port = PORT_TUNNEL;
    zone->tls_verify_name = e == NULL ? NULL : e->tls_verify_name;
    zone->tls_verify_mode = verify_mode(c, e);
    if (c != NULL)
        zone->peers = c->peers;
    for (size_t i = 0; c == NULL && i < m->to->e.nodes.n; i++) {
        texts_add(m->arena, &zone->peers, m->to->e.nodes.v[i]->name);
        zone->peers_are_guesses = true;
    }
    LIST_ADD(m->arena, &m->to->zones, zone);
    addresses_give(m, zone);
    if (e != NULL && c != NULL)
        alias_find(m, zone);
}

/* Is anything known of who is there: a bundle, or a capture? */
static bool is_met(const struct making *m, const char *peer, int port) {
    for (size_t i = 0; i < m->boxes->all.n; i++)
        if (leads_to(m->boxes->all.v[i], peer))
            return true;
    for (size_t i = 0; i < m->facts->endpoints.n; i++) {
        const struct endpoint *e = m->facts->endpoints.v[i];
        if (e->port == port &&
            (text_same_case_blind(e->host, peer) || text_same_case_blind(e->address, peer)))
            return true;
    }
    return false;
}

static bool is_any_met(const struct making *m, const struct box_zone *zone, int port) {
    for (size_t i = 0; i < zone->peers.n; i++)
        if (is_met(m, zone->peers.v[i], port))
            return true;
    return false;
}

/* Of other Expressways and call controls: those of TLS, but for the ones that Expressway-C makes for Unified
 * CM. Where nobody showed the peer's certificate there is nothing to judge: evidence.bundles tells the zone.
 */
static void neighbors_add(struct making *m, const struct box *box) {
    for (size_t i = 0; i < box->facts->zones.n; i++) {
        const struct box_zone *from = box->facts->zones.v[i];
        const char *transport =
            setting_valuef(&box->settings, "zones zone %d neighbor sip transport", from->index);
        int port = from->port == 0 ? PORT_SIP_TLS : from->port;
        if (!is_of_type(from, "Neighbor") || box_zone_is_unified(from) || from->peers.n == 0 ||
            transport == NULL || strcasecmp(transport, "TLS") != 0 ||
            zone_like(m->to, from->name, port) != NULL || !is_any_met(m, from, port))
            continue;
        struct zone *zone = ARENA_NEW(m->arena, struct zone);
        zone->name = from->name;
        zone->type = ZONE_NEIGHBOR;
        zone->peers = from->peers;
        zone->port = port;
        zone->tls_verify_mode = from->tls_verify_mode;
        LIST_ADD(m->arena, &m->to->zones, zone);
    }
}

static void zones_make(struct making *m) {
    const struct box *box, *e_box;
    for (size_t at = 0; (box = box_next(m, ROLE_EXPRESSWAY_C, &at)) != NULL;)
        for (size_t i = 0; i < box->facts->zones.n; i++)
            if (is_of_type(box->facts->zones.v[i], "TraversalClient"))
                pair_by_port(m, box, box->facts->zones.v[i]);
    pair_leftovers(m);
    for (size_t at = 0; (box = box_next(m, ROLE_EXPRESSWAY_C, &at)) != NULL;)
        for (size_t i = 0; i < box->facts->zones.n; i++)
            if (is_of_type(box->facts->zones.v[i], "TraversalClient"))
                zone_add(m, box->facts->zones.v[i], e_zone_of(m, box->facts->zones.v[i], &e_box));
    for (size_t at = 0; (box = box_next(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
        for (size_t i = 0; i < box->facts->zones.n; i++)
            if (is_of_type(box->facts->zones.v[i], "TraversalServer") &&
                box->facts->zones.v[i]->partner == NULL)
                zone_add(m, NULL, box->facts->zones.v[i]);
    for (size_t i = 0; i < m->boxes->all.n; i++)
        neighbors_add(m, m->boxes->all.v[i]);
}

/* ---- the rest of the deployment ---- */

static void unified_add(struct making *m) {
    const struct box *box;
    for (size_t at = 0; (box = box_next(m, ROLE_EXPRESSWAY_C, &at)) != NULL;) {
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
    struct node *node = node_named(&m->to->e.nodes, e->host);
    for (size_t at = 0; node == NULL && (box = box_next(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
        if (e->address != NULL && texts_has(&box->addresses, e->address))
            node = node_named(&m->to->e.nodes, box->facts->node);
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
