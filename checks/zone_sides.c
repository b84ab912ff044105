/* Which certificate does each side of a zone show, and whose trust list judges it? See zone_sides.h. */
#include "checks/zone_sides.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "expressway/names.h"
#include "catalogue/release.h"

static struct certs without_leaf(struct arena *arena, const struct certs *chain) {
    struct certs sent = {NULL, 0};
    for (size_t i = 1; i < chain->n; i++)
        LIST_ADD(arena, &sent, chain->v[i]);
    return sent;
}

static void show(struct arena *arena, struct shown *shown, const struct seen_cert *from) {
    shown->leaf = from->leaf;
    shown->sent = without_leaf(arena, from->chain);
    shown->kind = from->kind;
    if (from->endpoint != NULL)
        shown->seen_on = from->endpoint->id;
    else if (from->is_client_store)
        shown->file = from->node->client_file != NULL ? from->node->client_file : from->node->name;
    else if (from->node->certificate_seen != NULL)
        shown->seen_on = from->node->certificate_seen;
    else
        shown->file = from->node->certificate_file != NULL ? from->node->certificate_file : from->node->name;
}

static struct shown *add(struct arena *arena, struct shown_list *out, const struct shown *like) {
    struct shown *shown = ARENA_NEW(arena, struct shown);
    *shown = *like;
    LIST_ADD(arena, out, shown);
    return shown;
}

/* ---- Expressway-E ---- */

static bool is_of_peer(const struct seen_cert *seen, const char *peer, const struct node *node) {
    if (seen->endpoint == NULL)
        return node != NULL && seen->node == node;
    return name_equal(seen->endpoint->host, peer) || (node != NULL && seen->node == node) ||
           (seen->endpoint->address != NULL && strcmp(seen->endpoint->address, peer) == 0);
}

static bool is_zone_port(const struct seen_cert *seen, const struct zone *zone) {
    if (seen->endpoint == NULL || (seen->endpoint->leg != LEG_ZONE && seen->endpoint->leg != LEG_NEIGHBOR))
        return false;
    return zone == NULL || seen->endpoint->zone == NULL || strcmp(seen->endpoint->zone, zone->name) == 0;
}

/* One source is enough: the best that there is, all certificates that it has. */
enum source { SOURCE_ZONE_PORT, SOURCE_FILE, SOURCE_OTHER_PORT, SOURCES };

static bool is_source(const struct seen_cert *seen, enum source source, const struct zone *zone) {
    switch (source) {
    case SOURCE_ZONE_PORT:
        return is_zone_port(seen, zone);
    case SOURCE_FILE:
        return seen->endpoint == NULL;
    default:
        return seen->endpoint != NULL && seen->role == ROLE_EXPRESSWAY_E;
    }
}

static int by_place(const void *a, const void *b) {
    size_t x = (*(const struct seen_cert *const *)a)->place, y = (*(const struct seen_cert *const *)b)->place;
    return x < y ? -1 : x > y;
}

/* What may be of this peer, in the order of all; one may stand there twice, in a row. */
static struct seen near_peer(const struct seen *all, struct arena *arena, const struct shown *like) {
    struct seen near = {NULL, 0, NULL, NULL};
    size_t length = strlen(like->name), counts[2];
    const char *peer =
        length > 1 && like->name[length - 1] == '.' ? arena_textn(arena, like->name, length - 1) : like->name;
    const struct named *found[2] = {
        name_map_find(all->by_host, peer, &counts[0]),
        name_map_find(all->by_node, like->node == NULL ? NULL : like->node->name, &counts[1])};
    near.v = arena_alloc(arena, (counts[0] + counts[1] + 1) * sizeof *near.v);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < counts[k]; i++)
            near.v[near.n++] = found[k][i].thing;
    qsort(near.v, near.n, sizeof *near.v, by_place);
    return near;
}

static bool add_from(const struct seen *near, struct arena *arena, const struct shown *like,
                     enum source source, struct shown_list *out) {
    bool found = false;
    const char *other_port = NULL; /* of several other ports the first */
    for (size_t i = 0; i < near->n; i++) {
        const struct seen_cert *seen = near->v[i];
        if ((i > 0 && seen == near->v[i - 1]) || seen->is_client_store ||
            !is_of_peer(seen, like->name, like->node) || !is_source(seen, source, like->zone))
            continue;
        if (source == SOURCE_OTHER_PORT && other_port != NULL && strcmp(other_port, seen->endpoint->id) != 0)
            continue;
        struct shown *shown = add(arena, out, like);
        show(arena, shown, seen);
        if (source == SOURCE_ZONE_PORT) {
            shown->endpoint = shown->about.endpoint = seen->endpoint;
            shown->about.address = seen->about.address;
            shown->about.connections = seen->about.connections;
        }
        other_port = shown->seen_on;
        found = true;
    }
    return found;
}

/* A short peer address is the host name of a node, by the search domain of who dials; NULL: of none or of
 * several. */
static const struct node *node_of_peer(const struct facts *facts, const char *peer) {
    const struct nodes *nodes = &facts->deployment->e.nodes;
    const struct node *found = facts_node(facts, nodes, peer);
    size_t length = strlen(peer);
    if (found != NULL || length == 0 || strchr(peer, '.') != NULL || strchr(peer, ':') != NULL)
        return found;
    for (size_t i = 0; i < nodes->n; i++) {
        const char *name = nodes->v[i]->name;
        if (strncasecmp(name, peer, length) != 0 || name[length] != '.')
            continue;
        if (found != NULL)
            return NULL;
        found = nodes->v[i];
    }
    return found;
}

static void add_peer(const struct facts *facts, const struct seen *all, struct arena *arena,
                     const struct zone *zone, const char *peer, struct shown_list *out) {
    static const enum source from_wire[] = {SOURCE_ZONE_PORT, SOURCE_FILE, SOURCE_OTHER_PORT};
    static const enum source from_options[] = {SOURCE_FILE, SOURCE_ZONE_PORT, SOURCE_OTHER_PORT};
    const enum source *order = facts->deployment->file != NULL ? from_wire : from_options;
    struct shown like = {.zone = zone,
                         .name = peer,
                         .node = node_of_peer(facts, peer),
                         .about = {.subject = arena_printf(arena, "expressway-e:%s", peer), .node = peer}};
    if (zone != NULL)
        like.about.zone = zone->name;
    if (like.node != NULL && like.node->subject != NULL)
        like.about.subject = like.node->subject;
    struct seen near = near_peer(all, arena, &like);
    bool found = false;
    for (size_t i = 0; i < SOURCES && !found; i++)
        found = add_from(&near, arena, &like, order[i], out);
    if (!found && zone != NULL)
        add(arena, out, &like);
}

void shown_by_e(const struct facts *facts, const struct seen *seen, struct arena *arena,
                struct shown_list *out) {
    const struct deployment *d = facts->deployment;
    *out = (struct shown_list){NULL, 0};
    if (d == NULL)
        return;
    for (size_t z = 0; z < d->zones.n; z++)
        for (size_t p = 0; p < d->zones.v[z]->peers.n; p++)
            add_peer(facts, seen, arena, d->zones.v[z], d->zones.v[z]->peers.v[p], out);
    for (size_t i = 0; d->zones.n == 0 && i < d->e.nodes.n; i++)
        add_peer(facts, seen, arena, NULL, d->e.nodes.v[i]->name, out);
}

/* ---- Expressway-C ---- */

static void add_c_nodes(const struct facts *facts, const struct seen *all, struct arena *arena,
                        const struct zone *zone, struct shown_list *out) {
    const struct nodes *nodes = &facts->deployment->c.nodes;
    for (size_t i = 0; i < nodes->n; i++) {
        const struct node *node = nodes->v[i];
        if (!zone_is_of(zone, node->name))
            continue;
        struct shown like = {
            .zone = zone,
            .name = node->name,
            .node = node,
            .about = {.subject = arena_printf(arena, "expressway-c:%s", node->name), .node = node->name}};
        if (zone != NULL)
            like.about.zone = zone->name;
        if (node->subject != NULL)
            like.about.subject = node->subject;
        like.about.connections = &node->connections;
        const struct seen_cert *seen = client_seen_of_node(all, node);
        struct shown *shown = add(arena, out, &like);
        if (seen != NULL)
            show(arena, shown, seen);
    }
}

void shown_by_c(const struct facts *facts, const struct seen *seen, struct arena *arena,
                struct shown_list *out) {
    const struct deployment *d = facts->deployment;
    *out = (struct shown_list){NULL, 0};
    if (d == NULL)
        return;
    for (size_t z = 0; z < d->zones.n; z++)
        add_c_nodes(facts, seen, arena, d->zones.v[z], out);
    if (d->zones.n == 0)
        add_c_nodes(facts, seen, arena, NULL, out);
}

const char *store_note(const struct facts *facts, const struct shown *shown) {
    bool is_c = shown->node != NULL && shown->node->role == ROLE_EXPRESSWAY_C;
    bool dialled_in =
        is_c && shown->node->certificate_seen != NULL; /* that is the client certificate itself */
    if (!is_c || dialled_in || shown->seen_on == NULL || shown->endpoint != NULL ||
        release_of(facts, ROLE_EXPRESSWAY_C) < RELEASE_X15_5)
        return NULL;
    return "seen on a port that Expressway-C serves; from X15.5 its client certificate, which it presents "
           "here, is a "
           "store of its own and may differ: give it as a file, or record it with `edgeprobe listen`";
}

/* ---- trust lists ---- */

static const struct expressway *side_of(const struct facts *facts, enum role role) {
    return facts->deployment == NULL   ? NULL
           : role == ROLE_EXPRESSWAY_E ? &facts->deployment->e
                                       : &facts->deployment->c;
}

static void add_list(const struct facts *facts, struct arena *arena, const char *name, const char *box,
                     struct own_lists *out) {
    if (name == NULL)
        return;
    for (size_t i = 0; i < out->n; i++)
        if (strcmp(out->v[i]->name, name) == 0)
            return;
    struct own_list *own = ARENA_NEW(arena, struct own_list);
    own->name = name;
    own->box = box;
    own->list = facts_trust(facts, name);
    own->index = own->list == NULL ? NULL : trust_index_new(arena, own->list);
    LIST_ADD(arena, out, own);
}

void own_lists_of(const struct facts *facts, struct arena *arena, enum role role, struct own_lists *out) {
    const struct expressway *side = side_of(facts, role);
    *out = (struct own_lists){NULL, 0};
    if (side == NULL)
        return;
    bool is_shared = side->nodes.n == 0; /* does any node go by the shared list? */
    for (size_t i = 0; i < side->nodes.n; i++)
        is_shared = is_shared || side->nodes.v[i]->trust == NULL;
    if (is_shared)
        add_list(facts, arena, side->trust, enum_text(roles, role), out);
    for (size_t i = 0; i < side->nodes.n; i++)
        add_list(facts, arena, side->nodes.v[i]->trust, side->nodes.v[i]->name, out);
}

const struct own_list *own_list_of(const struct facts *facts, const struct own_lists *lists, enum role role,
                                   const struct node *node) {
    const struct expressway *side = side_of(facts, role);
    const char *name = node != NULL && node->trust != NULL ? node->trust : side == NULL ? NULL : side->trust;
    for (size_t i = 0; name != NULL && i < lists->n; i++)
        if (strcmp(lists->v[i]->name, name) == 0)
            return lists->v[i];
    return NULL;
}
