/* Do the two ends of a zone fit each other, and the peers of a cluster? By the settings of all boxes; see
 * box.h.
 */
#include <string.h>
#include <strings.h>

#include "checks/box.h"
#include "checks/name.h"

static bool is_type(const struct box_zone *zone, const char *type) {
    return zone->type != NULL && strcasecmp(zone->type, type) == 0;
}

bool box_zone_is_traversal(const struct box_zone *zone) {
    return is_type(zone, "TraversalClient") || is_type(zone, "TraversalServer");
}

static const char *zone_of_deployment(const struct deployment *d, const char *name) {
    for (size_t i = 0; d != NULL && name != NULL && i < d->zones.n; i++)
        if (strcmp(d->zones.v[i]->name, name) == 0)
            return d->zones.v[i]->name;
    return NULL;
}

/* The deployment has a pair of zones by Expressway-C's name. */
struct about about_box_zone(const struct judging *run, const struct bundle *box,
                            const struct box_zone *zone) {
    struct about about = about_of_box(run, box);
    const struct deployment *d = run->facts->deployment;
    const char *slash = zone->partner == NULL ? NULL : strchr(zone->partner, '/');
    about.subject = arena_printf(run->to->arena, "zone:%s", zone->name);
    if (box->role == ROLE_EXPRESSWAY_E)
        about.zone = zone_of_deployment(d, slash == NULL ? NULL : slash + 1);
    if (about.zone == NULL)
        about.zone = zone_of_deployment(d, zone->name);
    return about;
}

/* ---- zone.pairing, zone.authentication, zone.verify-mode ---- */

/* The zone "BOX/ZONE" of a bundle; NULL: none. */
static const struct box_zone *zone_named(const struct facts *facts, const char *name) {
    for (size_t i = 0; name != NULL && i < facts->bundles.n; i++) {
        const struct bundle *box = facts->bundles.v[i];
        size_t size = box->node == NULL ? 0 : strlen(box->node);
        if (size == 0 || strncmp(name, box->node, size) != 0 || name[size] != '/')
            continue;
        for (size_t k = 0; k < box->zones.n; k++)
            if (strcmp(box->zones.v[k]->name, name + size + 1) == 0)
                return box->zones.v[k];
    }
    return NULL;
}

static bool are_peers(const struct bundle *a, const struct bundle *b) {
    return a->role == b->role && a->cluster != NULL && text_same_case_blind(a->cluster, b->cluster);
}

static bool port_agrees(const struct box_zone *zone, const struct box_zone *partner) {
    return zone->port == partner->port;
}

static bool user_agrees(const struct box_zone *zone, const struct box_zone *partner) {
    (void)partner;
    return !zone->user_differs && zone->has_user;
}

/* The zone of Expressway-C is one for all peers of Expressway-E's cluster: another peer that agrees with it;
 * NULL: none. Where there is one, this peer is the odd one, and what helps it at Expressway-C would harm the
 * other. */
static const struct bundle *
right_peer(const struct judging *run, const struct bundle *box, const struct box_zone *zone,
           bool (*agrees)(const struct box_zone *zone, const struct box_zone *partner)) {
    const struct box_zone *partner = zone_named(run->facts, zone->partner);
    for (size_t i = 0; box->role == ROLE_EXPRESSWAY_E && partner != NULL && i < run->facts->bundles.n; i++) {
        const struct bundle *peer = run->facts->bundles.v[i];
        for (size_t k = 0; peer != box && are_peers(box, peer) && k < peer->zones.n; k++) {
            const struct box_zone *its = peer->zones.v[k];
            if (its->partner != NULL && strcmp(its->partner, zone->partner) == 0 && agrees(its, partner))
                return peer;
        }
    }
    return NULL;
}

static void judge_pairing(struct judging *run, const struct bundle *box, const struct box_zone *zone) {
    struct about about = about_box_zone(run, box, zone);
    const struct box_zone *partner = zone_named(run->facts, zone->partner);
    enum role other = box->role == ROLE_EXPRESSWAY_E ? ROLE_EXPRESSWAY_C : ROLE_EXPRESSWAY_E;
    const struct bundle *like = NULL;
    struct finding *f;
    if (!box_has_settings(run->facts, other)) {
        find_skip(run->to, CHECK_ZONE_PAIRING, about, "the settings of the other side were not given");
        return;
    }
    if (partner == NULL) {
        f = find_cause(run->to, CAUSE_ZONE_PAIRING_NO_PARTNER, about,
                       "%s has the zone %s on port %d, and no zone of the other side fits it", box->node,
                       zone->name, zone->port);
        evidence_texts(f, "peers", &zone->peers);
        evidence_add(f, "zones", zone->name);
    } else if (partner->port != zone->port) {
        like = right_peer(run, box, zone, port_agrees);
        f = find_cause(run->to,
                       like != NULL ? CAUSE_ZONE_PAIRING_PEER_PORT_DIFFERS : CAUSE_ZONE_PAIRING_PORT_DIFFERS,
                       about, "%s has port %d, and its partner %s port %d", box->node, zone->port,
                       zone->partner, partner->port);
        evidence_text(f, "wanted", arena_printf(run->arena, "%d", partner->port));
        evidence_text(f, "found", arena_printf(run->arena, "%d", zone->port));
        bool is_e = box->role == ROLE_EXPRESSWAY_E;
        evidence_text(f, "listens", arena_printf(run->arena, "%d", is_e ? zone->port : partner->port));
        evidence_text(f, "dials", arena_printf(run->arena, "%d", is_e ? partner->port : zone->port));
        if (like != NULL)
            evidence_text(f, "like", like->node);
    } else {
        f = find_pass(run->to, CHECK_ZONE_PAIRING, about, "port %d: %s", zone->port, zone->partner);
    }
    evidence_text(f, "box", box->node);
    evidence_text(f, "partner", zone->partner);
}

/* Told by Expressway-C's end of its partner, by Expressway-E's of the other peers that dial it. */
static void judge_user(struct judging *run, const struct bundle *box, const struct box_zone *zone) {
    const struct box_zone *partner = zone_named(run->facts, zone->partner);
    const char *own = arena_printf(run->arena, "%s/%s", text_or(box->node, ""), zone->name);
    bool is_told_there = box->role == ROLE_EXPRESSWAY_E && partner != NULL && partner->partner != NULL &&
                         strcmp(partner->partner, own) == 0;
    if (!zone->user_differs || is_told_there)
        return;
    const struct bundle *like = right_peer(run, box, zone, user_agrees);
    struct finding *f = find_cause(
        run->to,
        like != NULL ? CAUSE_ZONE_AUTHENTICATION_PEER_USER_DIFFERS : CAUSE_ZONE_AUTHENTICATION_USER_DIFFERS,
        about_box_zone(run, box, zone), "%s and %s have different user names for this zone", box->node,
        zone->partner);
    evidence_text(f, "box", box->node);
    evidence_text(f, "partner", zone->partner);
    if (like != NULL)
        evidence_text(f, "like", like->node);
}

/* The names of the other side's certificate; of a cluster nobody knows which one all of them have. */
static void add_candidates(const struct judging *run, struct finding *f, const struct nodes *other) {
    if (other == NULL || other->n != 1 || other->v[0]->certificate.n == 0)
        return;
    struct texts names = {NULL, 0};
    name_list(other->v[0]->certificate.v[0], run->arena, &names);
    evidence_texts(f, "candidates", &names);
}

static const struct nodes *nodes_of(const struct judging *run, enum role role) {
    const struct deployment *d = run->facts->deployment;
    return d == NULL ? NULL : role == ROLE_EXPRESSWAY_E ? &d->e.nodes : &d->c.nodes;
}

static void judge_verify_mode(struct judging *run, const struct bundle *box, const struct box_zone *zone) {
    struct about about = about_box_zone(run, box, zone);
    struct finding *f;
    if (!zone->is_unified || zone->tls_verify_mode == TOGGLE_UNKNOWN)
        return;
    if (zone->tls_verify_mode == TOGGLE_OFF)
        f = find_cause(run->to, CAUSE_ZONE_VERIFY_MODE_OFF, about, "TLS verify mode is off on %s", box->node);
    else
        f = find_pass(run->to, CHECK_ZONE_VERIFY_MODE, about, "TLS verify mode is on on %s", box->node);
    evidence_text(f, "wanted", "on");
    evidence_text(f, "found", enum_text(toggles, (int)zone->tls_verify_mode));
    evidence_text(f, "box", box->node);
    if (zone->tls_verify_mode == TOGGLE_OFF && box->role == ROLE_EXPRESSWAY_E)
        add_candidates(run, f, nodes_of(run, ROLE_EXPRESSWAY_C));
}

/* What a deployment file says of its zones; bundles say it of each side. */
void judge_stated_modes(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    for (size_t i = 0; d != NULL && run->facts->bundles.n == 0 && i < d->zones.n; i++) {
        const struct zone *zone = d->zones.v[i];
        if (zone->type != ZONE_UC_TRAVERSAL || zone->tls_verify_mode == TOGGLE_UNKNOWN)
            continue;
        struct about about = {.subject = arena_printf(run->to->arena, "zone:%s", zone->name),
                              .zone = zone->name};
        struct finding *f = zone->tls_verify_mode == TOGGLE_OFF
                                ? find_cause(run->to, CAUSE_ZONE_VERIFY_MODE_OFF, about,
                                             "TLS verify mode is off by the deployment file")
                                : find_pass(run->to, CHECK_ZONE_VERIFY_MODE, about, "TLS verify mode is on");
        evidence_text(f, "wanted", "on");
        evidence_text(f, "found", enum_text(toggles, (int)zone->tls_verify_mode));
    }
}

/* ---- zone.settings ---- */

static bool lacks(const struct box_zone *zone, const char *what) {
    return texts_has(&zone->lacks, what);
}

static struct finding *setting_find(struct judging *run, const struct bundle *box,
                                    const struct box_zone *zone, enum cause_id cause, const char *what,
                                    const char *wanted, const char *found) {
    struct finding *f =
        find_cause(run->to, cause, about_box_zone(run, box, zone), "%s has %s for the zone %s",
                   text_or(box->node, box->path), what, zone->name);
    evidence_text(f, "wanted", wanted);
    evidence_text(f, "found", found);
    evidence_text(f, "box", box->node);
    return f;
}

static void judge_zone_settings(struct judging *run, const struct bundle *box, const struct box_zone *zone) {
    const struct box_zone *partner = zone_named(run->facts, zone->partner);
    bool is_tls = zone->transport != NULL && strcasecmp(zone->transport, "TLS") == 0;
    bool other_is_tls =
        partner != NULL && partner->transport != NULL && strcasecmp(partner->transport, "TLS") == 0;
    size_t before = run->to->n;
    if (zone->transport != NULL && !is_tls && (zone->is_unified || other_is_tls))
        setting_find(run, box, zone, CAUSE_ZONE_SETTINGS_NOT_TLS,
                     arena_printf(run->arena, "SIP transport %s", zone->transport), "TLS", zone->transport);
    if (is_type(zone, "TraversalClient") && zone->peers.n == 0 && !lacks(zone, "peer 1 address"))
        add_candidates(run,
                       setting_find(run, box, zone, CAUSE_ZONE_SETTINGS_NO_PEER, "no peer address",
                                    "the FQDN of Expressway-E", NULL),
                       nodes_of(run, ROLE_EXPRESSWAY_E));
    if (is_type(zone, "TraversalServer") && zone->tls_verify_mode == TOGGLE_ON &&
        zone->tls_verify_name == NULL && !lacks(zone, "TLS verify subject name"))
        add_candidates(run,
                       setting_find(run, box, zone, CAUSE_ZONE_SETTINGS_NO_VERIFY_NAME,
                                    "no TLS verify subject name", "a name of Expressway-C's certificate",
                                    NULL),
                       nodes_of(run, ROLE_EXPRESSWAY_C));
    if (zone->collaboration_edge == TOGGLE_OFF && partner != NULL && partner->collaboration_edge == TOGGLE_ON)
        setting_find(run, box, zone, CAUSE_ZONE_SETTINGS_SERVICES_OFF, "Unified Communications services off",
                     "on", "off");
    if (run->to->n == before && zone->transport != NULL)
        find_pass(run->to, CHECK_ZONE_SETTINGS, about_box_zone(run, box, zone),
                  "transport %s, peer address and TLS verify subject name are there", zone->transport);
}

/* MRA is on at both sides, and every pair of zones says that it is not made for it. */
static void judge_none_for_mra(struct judging *run, const struct bundle *box) {
    const struct facts *facts = run->facts;
    size_t zones = 0, off = 0;
    bool e_is_on = false;
    for (size_t i = 0; i < facts->bundles.n; i++)
        e_is_on = e_is_on || (facts->bundles.v[i]->role == ROLE_EXPRESSWAY_E &&
                              text_same_case_blind(facts->bundles.v[i]->mra, "on"));
    for (size_t i = 0; i < box->zones.n; i++)
        if (is_type(box->zones.v[i], "TraversalClient")) {
            const struct box_zone *partner = zone_named(facts, box->zones.v[i]->partner);
            zones++;
            off += box->zones.v[i]->collaboration_edge == TOGGLE_OFF && partner != NULL &&
                   partner->collaboration_edge != TOGGLE_ON;
        }
    if (box->role == ROLE_EXPRESSWAY_C && text_same_case_blind(box->mra, "on") && e_is_on && zones > 0 &&
        off == zones)
        find_cause(run->to, CAUSE_ZONE_SETTINGS_NONE_FOR_MRA, about_of_box(run, box),
                   "Mobile and remote access is on, and no traversal zone of %s is made for it", box->node);
}

/* ---- zone.cluster ---- */

/* The same zone on another box: of one cluster by its name, else of one partner. */
static const struct box_zone *zone_of_peer(const struct bundle *box, const struct box_zone *zone,
                                           const struct bundle *peer) {
    for (size_t i = 0; box->role == peer->role && i < peer->zones.n; i++) {
        const struct box_zone *its = peer->zones.v[i];
        bool is_same_name = are_peers(box, peer) && strcmp(its->name, zone->name) == 0;
        bool is_same_partner =
            zone->partner != NULL && its->partner != NULL && strcmp(its->partner, zone->partner) == 0;
        if (box_zone_is_traversal(its) && (is_same_name || is_same_partner))
            return its;
    }
    return NULL;
}

static void differ(struct judging *run, struct texts *to, const char *what, const char *own,
                   const char *its) {
    own = text_or(own, "none");
    its = text_or(its, "none");
    if (strcasecmp(own, its) != 0)
        texts_add(run->arena, to, arena_printf(run->arena, "%s %s, there %s", what, own, its));
}

static const char *listed(struct judging *run, const struct texts *all) {
    const char *out = NULL;
    for (size_t i = 0; i < all->n; i++)
        out = out == NULL ? all->v[i] : arena_printf(run->arena, "%s %s", out, all->v[i]);
    return out;
}

static void differences(struct judging *run, const struct box_zone *a, const struct box_zone *b,
                        struct texts *to) {
    differ(run, to, "type", a->type, b->type);
    differ(run, to, "port", arena_printf(run->arena, "%d", a->port), arena_printf(run->arena, "%d", b->port));
    differ(run, to, "transport", a->transport, b->transport);
    differ(run, to, "TLS verify mode", enum_text(toggles, (int)a->tls_verify_mode),
           enum_text(toggles, (int)b->tls_verify_mode));
    differ(run, to, "TLS verify subject name", a->tls_verify_name, b->tls_verify_name);
    differ(run, to, "Unified Communications services", enum_text(toggles, (int)a->collaboration_edge),
           enum_text(toggles, (int)b->collaboration_edge));
    differ(run, to, "peer addresses", listed(run, &a->peers), listed(run, &b->peers));
    if (a->user_differs != b->user_differs || a->has_user != b->has_user)
        texts_add(run->arena, to, "the user name");
}

static void judge_cluster(struct judging *run, const struct bundle *box, const struct box_zone *zone) {
    const struct facts *facts = run->facts;
    for (size_t i = 0; i < facts->bundles.n && facts->bundles.v[i] != box; i++) {
        const struct bundle *peer = facts->bundles.v[i];
        const struct box_zone *its = zone_of_peer(box, zone, peer);
        struct texts found = {NULL, 0};
        if (its == NULL)
            continue;
        differences(run, zone, its, &found);
        if (found.n == 0) {
            find_pass(run->to, CHECK_ZONE_CLUSTER, about_box_zone(run, box, zone), "as on %s", peer->node);
            return;
        }
        struct finding *f =
            find_cause(run->to, CAUSE_ZONE_CLUSTER_DIFFERS, about_box_zone(run, box, zone),
                       "%s and %s differ: %s%s", box->node, peer->node, found.v[0],
                       found.n == 1 ? "" : arena_printf(run->arena, "; and %zu more", found.n - 1));
        evidence_texts(f, "differences", &found);
        evidence_text(f, "box", box->node);
        evidence_text(f, "peer", peer->node);
        return;
    }
}

/* The name that this peer alone looks for; the first peer's is name.tls-verify. */
static void judge_own_verify_name(struct judging *run, const struct bundle *box,
                                  const struct box_zone *zone) {
    const struct deployment *d = run->facts->deployment;
    struct about about = about_box_zone(run, box, zone);
    const char *wanted = zone->tls_verify_name;
    const struct zone *of = NULL;
    for (size_t i = 0; d != NULL && about.zone != NULL && i < d->zones.n; i++)
        of = d->zones.v[i]->name == about.zone ? d->zones.v[i] : of;
    if (of == NULL || wanted == NULL || !is_type(zone, "TraversalServer") ||
        zone->tls_verify_mode != TOGGLE_ON || text_same_case_blind(of->tls_verify_name, wanted))
        return;
    for (size_t i = 0; i < d->c.nodes.n; i++) {
        const struct node *node = d->c.nodes.v[i];
        const struct certs *chain =
            node->client_certificate.n > 0 ? &node->client_certificate : &node->certificate;
        if (chain->n == 0 || name_match(chain->v[0], wanted) == MATCH_GOOD)
            continue;
        struct finding *f =
            find_cause(run->to, CAUSE_ZONE_CLUSTER_VERIFY_NAME_NOT_IN_CERTIFICATE, about,
                       "%s looks for %s, which the certificate of %s lacks", box->node, wanted, node->name);
        evidence_text(f, "wanted", wanted);
        add_found(run, f, chain->v[0]);
        evidence_text(f, "box", box->node);
        return;
    }
}

void judge_box_zones(struct judging *run, const struct bundle *box) {
    for (size_t k = 0; k < box->zones.n; k++) {
        const struct box_zone *zone = box->zones.v[k];
        if (!box_zone_is_traversal(zone))
            continue;
        judge_pairing(run, box, zone);
        judge_user(run, box, zone);
        judge_verify_mode(run, box, zone);
        judge_zone_settings(run, box, zone);
        judge_cluster(run, box, zone);
        judge_own_verify_name(run, box, zone);
    }
    judge_none_for_mra(run, box);
}
