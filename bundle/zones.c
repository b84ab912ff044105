/* Which zone of Expressway-C belongs to which of Expressway-E, and which zones has the deployment? By port,
 * names and peer addresses helping; of a cluster also by the zone's name. */
#include <string.h>
#include <strings.h>

#include "bundle/box.h"
#include "facts/services.h"

struct node *making_node(const struct nodes *nodes, const char *name) {
    for (size_t i = 0; i < nodes->n; i++)
        if (text_same_case_blind(nodes->v[i]->name, name))
            return nodes->v[i];
    return NULL;
}

struct box *making_box(const struct making *m, enum role role, size_t *at) {
    while (*at < m->boxes->all.n) {
        struct box *box = m->boxes->all.v[(*at)++];
        if (box->facts->role == role)
            return box;
    }
    return NULL;
}

static bool is_of_type(const struct box_zone *zone, const char *type) {
    return zone->type != NULL && strcasecmp(zone->type, type) == 0;
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
    bool user_differs = c_user != NULL && e_user != NULL && strcmp(c_user, e_user) != 0;
    if (c->partner == NULL) {
        c->partner = partner_of(m->arena, e_box, e);
        c->user_differs = user_differs;
    }
    e->user_differs = user_differs;
    e->partner = partner_of(m->arena, c_box, c);
}

/* Zones of one port belong together; where several boxes of E have it, and some are named, those. */
static void pair_by_port(struct making *m, const struct box *c_box, struct box_zone *c) {
    for (int by_name = 1; by_name >= 0 && c->partner == NULL; by_name--) {
        const struct box *e_box;
        for (size_t at = 0; (e_box = making_box(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
            for (size_t i = 0; i < e_box->facts->zones.n; i++) {
                struct box_zone *e = e_box->facts->zones.v[i];
                if (is_of_type(e, "TraversalServer") && e->port == c->port && e->port != 0 &&
                    (by_name == 0 || leads_to_any(c, e_box)))
                    pair(m, c_box, c, e_box, e);
            }
    }
}

static bool are_peers(const struct box *a, const struct box *b) {
    return a != b && a->facts->role == b->facts->role && a->cluster != NULL &&
           text_same_case_blind(a->cluster, b->cluster);
}

/* The zone "BOX/ZONE", and whose it is; NULL: none. */
static struct box_zone *zone_called(const struct making *m, const char *partner, const struct box **of) {
    for (size_t i = 0; partner != NULL && i < m->boxes->all.n; i++) {
        *of = m->boxes->all.v[i];
        for (size_t k = 0; (*of)->facts->node != NULL && k < (*of)->facts->zones.n; k++)
            if (strcmp(partner_of(m->arena, *of, (*of)->facts->zones.v[k]), partner) == 0)
                return (*of)->facts->zones.v[k];
    }
    return NULL;
}

/* The zone of that name and type on another peer of the cluster, which has a partner. */
static const struct box_zone *twin_of(const struct making *m, const struct box *box,
                                      const struct box_zone *zone) {
    for (size_t i = 0; i < m->boxes->all.n; i++)
        for (size_t k = 0; are_peers(box, m->boxes->all.v[i]) && k < m->boxes->all.v[i]->facts->zones.n;
             k++) {
            const struct box_zone *its = m->boxes->all.v[i]->facts->zones.v[k];
            if (its->partner != NULL && strcmp(its->name, zone->name) == 0 &&
                text_same_case_blind(its->type, zone->type))
                return its;
        }
    return NULL;
}

/* A peer of a cluster whose port differs belongs where its twin does. */
static void pair_by_twin(struct making *m) {
    for (size_t i = 0; i < m->boxes->all.n; i++) {
        const struct box *box = m->boxes->all.v[i], *other;
        for (size_t k = 0; k < box->facts->zones.n; k++) {
            struct box_zone *zone = box->facts->zones.v[k];
            const struct box_zone *twin = zone->partner != NULL ? NULL : twin_of(m, box, zone);
            struct box_zone *far = twin == NULL ? NULL : zone_called(m, twin->partner, &other);
            if (far == NULL)
                continue;
            if (is_of_type(zone, "TraversalServer"))
                pair(m, other, far, box, zone);
            else if (is_of_type(zone, "TraversalClient"))
                zone->partner = twin->partner;
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
    for (size_t at = 0; (*e_box = making_box(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
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
        if (making_node(&m->to->e.nodes, zone->peers.v[p]) == NULL) {
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
    for (size_t at = 0; (box = making_box(m, ROLE_EXPRESSWAY_E, &at)) != NULL;) {
        struct node *node = making_node(&m->to->e.nodes, box->facts->node);
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

static void c_node_add(struct making *m, struct zone *zone, const struct box *c_box) {
    if (c_box == NULL)
        return;
    if (!texts_has(&zone->c_nodes, c_box->facts->node))
        texts_add(m->arena, &zone->c_nodes, c_box->facts->node);
    for (size_t i = 0; c_box->peers.n > 1 && i < c_box->peers.n; i++)
        if (!texts_has(&zone->c_nodes, c_box->peers.v[i]))
            texts_add(m->arena, &zone->c_nodes, c_box->peers.v[i]);
}

/* Where all nodes have it, none is named. */
static void c_nodes_settle(struct making *m) {
    for (size_t z = 0; z < m->to->zones.n; z++) {
        struct zone *zone = m->to->zones.v[z];
        size_t having = 0;
        for (size_t i = 0; i < m->to->c.nodes.n; i++)
            having += zone_is_of(zone, m->to->c.nodes.v[i]->name);
        if (having == m->to->c.nodes.n)
            zone->c_nodes.n = 0;
    }
}

static void zone_add(struct making *m, const struct box *c_box, struct box_zone *c, struct box_zone *e) {
    const struct box_zone *from = c != NULL ? c : e;
    int port = c != NULL && c->port != 0 ? c->port : e != NULL && e->port != 0 ? e->port : PORT_ZONE;
    bool unified = is_unified(m, c, e);
    if (c != NULL)
        c->is_unified = unified;
    if (e != NULL)
        e->is_unified = unified;
    struct zone *like = zone_like(m->to, from->name, port);
    if (like != NULL) { /* as the other peers of its cluster have it */
        for (size_t i = 0; c != NULL && i < c->peers.n; i++)
            if (!texts_has(&like->peers, c->peers.v[i]))
                texts_add(m->arena, &like->peers, c->peers.v[i]);
        c_node_add(m, like, c_box);
        return;
    }
    struct zone *zone = ARENA_NEW(m->arena, struct zone);
    zone->name = from->name;
    zone->type = unified ? ZONE_UC_TRAVERSAL : ZONE_TRAVERSAL;
    zone->port = port;
    zone->ssh_port = PORT_TUNNEL;
    zone->tls_verify_name = e == NULL ? NULL : e->tls_verify_name;
    zone->tls_verify_mode = verify_mode(c, e);
    for (size_t i = 0; c != NULL && i < c->peers.n; i++)
        texts_add(m->arena, &zone->peers, c->peers.v[i]);
    for (size_t i = 0; (c == NULL || c->peers.n == 0) && i < m->to->e.nodes.n; i++) {
        texts_add(m->arena, &zone->peers, m->to->e.nodes.v[i]->name);
        zone->peers_are_guesses = true;
    }
    c_node_add(m, zone, c_box);
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

/* Were the settings of that side given, whole? */
static bool has_zones(const struct making *m, enum role role) {
    const struct box *box;
    bool has = false;
    for (size_t at = 0; (box = making_box(m, role, &at)) != NULL;) {
        if (!box->facts->has_settings || box->facts->settings_cut)
            return false;
        has = has || box->facts->zones.n > 0;
    }
    return has;
}

void zones_make(struct making *m) {
    const struct box *box, *e_box;
    for (size_t at = 0; (box = making_box(m, ROLE_EXPRESSWAY_C, &at)) != NULL;)
        for (size_t i = 0; i < box->facts->zones.n; i++)
            if (is_of_type(box->facts->zones.v[i], "TraversalClient"))
                pair_by_port(m, box, box->facts->zones.v[i]);
    pair_by_twin(m);
    pair_leftovers(m);
    bool other_side_is_known = has_zones(m, ROLE_EXPRESSWAY_C); /* what has no partner then nobody dials */
    for (size_t at = 0; (box = making_box(m, ROLE_EXPRESSWAY_C, &at)) != NULL;)
        for (size_t i = 0; i < box->facts->zones.n; i++)
            if (is_of_type(box->facts->zones.v[i], "TraversalClient"))
                zone_add(m, box, box->facts->zones.v[i], e_zone_of(m, box->facts->zones.v[i], &e_box));
    for (size_t at = 0; (box = making_box(m, ROLE_EXPRESSWAY_E, &at)) != NULL;)
        for (size_t i = 0; i < box->facts->zones.n; i++)
            if (is_of_type(box->facts->zones.v[i], "TraversalServer")) {
                struct box_zone *c = zone_called(m, box->facts->zones.v[i]->partner, &e_box);
                if (c == NULL && !other_side_is_known)
                    zone_add(m, NULL, NULL, box->facts->zones.v[i]);
                else if (c != NULL)
                    box->facts->zones.v[i]->is_unified = c->is_unified;
            }
    for (size_t i = 0; i < m->boxes->all.n; i++)
        neighbors_add(m, m->boxes->all.v[i]);
    c_nodes_settle(m);
}
