/* Which zones and tunnels has one Expressway, by its settings, and how are they, by its status? See box.h;
 * whose zone is the other side of which is zones.c's. */
#include "bundle/box.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "bundle/said.h"
#include "facts/conceal.h"

enum { BOX_TUNNELS_MAX = 64 };

static const struct {
    const char *type, *prefix; /* lower case */
} zone_types_of_dumps[] = {{"traversalclient", "traversalclient"},
                           {"traversalserver", "traversalserver"},
                           {"neighbor", "neighbor"},
                           {"neighbour", "neighbor"},
                           {"dns", "dns"},
                           {"enum", "enum"}};

static const char *prefix_of_type(const char *type) {
    for (size_t i = 0; i < sizeof zone_types_of_dumps / sizeof *zone_types_of_dumps; i++)
        if (type != NULL && strcasecmp(type, zone_types_of_dumps[i].type) == 0)
            return zone_types_of_dumps[i].prefix;
    return "other";
}

static const char *zone_value(const struct box *box, int index, const char *prefix, const char *path) {
    const char *value = setting_valuef(&box->settings, "zones zone %d %s %s", index, prefix, path);
    return value != NULL && *value != 0 ? value : NULL;
}

/* Of a Unified Communications traversal zone the web page has a type of its own, the dump a switch. */
static enum toggle collaboration_edge(const struct box *box, int index, const char *prefix) {
    const char *edge = zone_value(box, index, prefix, "collaboration edge");
    if (edge == NULL) /* XML has it in one word */
        edge = zone_value(box, index, prefix, "collaborationedge");
    return toggle_of(edge);
}

/* 0, and told, for what is no port. */
static int port_of(struct arena *arena, struct box *box, int index, const char *prefix, const char *port) {
    int number = (int)number_or_none(port, 65535);
    if (port == NULL || number != 0)
        return number;
    struct left_out *left = ARENA_NEW(arena, struct left_out);
    left->name = arena_printf(arena, "Zones Zone %d %s SIP Port", index, prefix);
    left->why = arena_printf(arena, "'%.20s' is no port; wanted 1 to 65535", port);
    LIST_ADD(arena, &box->facts->files_left_out, left);
    return 0;
}

/* A whole dump has each of them, if only with an empty value. */
static void zone_lacks_read(struct arena *arena, const struct box *box, struct box_zone *zone,
                            const char *prefix) {
    static const struct {
        const char *prefix, *path, *words;
    } always[] = {{"traversalclient", "sip port", "SIP port"},
                  {"traversalclient", "sip transport", "SIP transport"},
                  {"traversalclient", "sip tls verify mode", "TLS verify mode"},
                  {"traversalclient", "peer 1 address", "peer 1 address"},
                  {"traversalserver", "sip port", "SIP port"},
                  {"traversalserver", "sip transport", "SIP transport"},
                  {"traversalserver", "sip tls verify mode", "TLS verify mode"},
                  {"traversalserver", "sip tls verify subject name", "TLS verify subject name"}};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strcmp(always[i].prefix, prefix) == 0 &&
            setting_valuef(&box->settings, "zones zone %d %s %s", zone->index, prefix, always[i].path) ==
                NULL)
            texts_add(arena, &zone->lacks, always[i].words);
}

/* Words of the status dump for what carries traffic and for what does not; others (Checking) say neither. */
static bool is_up(const char *state) {
    static const char *const good[] = {"active", "reachable", "connected", "established", "up", "true"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (strcasecmp(state, good[i]) == 0)
            return true;
    return false;
}

static bool is_down(const char *state) {
    static const char *const bad[] = {"failed",       "inactive", "unreachable", "down",
                                      "disconnected", "error",    "false",       "rejected"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (strncasecmp(state, bad[i], strlen(bad[i])) == 0)
            return true;
    return false;
}

static void state_take(struct arena *arena, const char *state, const char *of, struct texts *up,
                       struct texts *down) {
    if (state != NULL && is_up(state))
        texts_add(arena, up, of);
    else if (state != NULL && is_down(state))
        texts_add(arena, down, of);
}

/* Of a traversal server's peers the dump has their addresses, of a client's too. */
static void zone_state_read(struct arena *arena, const struct box *box, struct box_zone *zone,
                            const char *prefix) {
    char under[60];
    snprintf(under, sizeof under, "zones zone %d %s peer", zone->index, prefix);
    for (int i = 0, n = 0; n < PEERS_MAX && (i = setting_next_index(&box->status, under, i)) > 0; n++) {
        const char *address = setting_valuef(&box->status, "%s %d sip address", under, i);
        const char *state = setting_valuef(&box->status, "%s %d sip status", under, i);
        if (address == NULL || *address == 0)
            address = setting_valuef(&box->status, "%s %d address", under, i);
        state_take(arena, state, address == NULL || *address == 0 ? "a peer" : text_conceal(arena, address),
                   &zone->peers_up, &zone->peers_down);
    }
    const char *state = setting_valuef(&box->status, "zones zone %d status", zone->index);
    if (state == NULL && zone->peers_down.n > 0 && zone->peers_up.n == 0)
        state = "Failed";
    else if (state == NULL && zone->peers_up.n > 0)
        state = "Active";
    zone->status = text_conceal(arena, state);
}

/* Which fields the element Tunnels has is not known in public: those that others of its kind have. */
static void tunnels_read(struct arena *arena, struct box *box) {
    static const char *const forms[] = {"tunnels tunnel", "tunnels", "gwtunnels tunnel",
                                        "collaborationedge tunnels tunnel"};
    static const char *const names[] = {"name", "hostname", "host", "peer", "address", "remoteaddress"};
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        for (int i = 0, n = 0; n < BOX_TUNNELS_MAX && (i = setting_next_index(&box->status, forms[k], i)) > 0;
             n++) {
            const char *name = NULL, *state = setting_valuef(&box->status, "%s %d status", forms[k], i);
            if (state == NULL)
                state = setting_valuef(&box->status, "%s %d state", forms[k], i);
            for (size_t f = 0; f < sizeof names / sizeof *names && (name == NULL || *name == 0); f++)
                name = setting_valuef(&box->status, "%s %d %s", forms[k], i, names[f]);
            state_take(arena, state, name == NULL || *name == 0 ? "a host" : text_conceal(arena, name),
                       &box->facts->tunnels_up, &box->facts->tunnels_down);
        }
}

static void zone_read(struct arena *arena, struct box *box, int index) {
    const char *type = setting_valuef(&box->settings, "zones zone %d type", index);
    const char *name = setting_valuef(&box->settings, "zones zone %d name", index);
    const char *prefix = prefix_of_type(type);
    if (type == NULL && name == NULL)
        return;
    struct box_zone *zone = ARENA_NEW(arena, struct box_zone);
    const char *port = zone_value(box, index, prefix, "sip port");
    zone->index = index;
    zone->name = arena_text(arena, text_or(name, "(no name)"));
    zone->type = arena_text(arena, type);
    zone->collaboration_edge = collaboration_edge(box, index, prefix);
    zone->is_unified = zone->collaboration_edge == TOGGLE_ON;
    zone->port = port_of(arena, box, index, prefix, port);
    zone->tls_verify_mode = toggle_of(zone_value(box, index, prefix, "sip tls verify mode"));
    zone->tls_verify_name = arena_text(arena, zone_value(box, index, prefix, "sip tls verify subject name"));
    zone->has_user = zone_value(box, index, prefix, "authentication username") != NULL;
    for (int i = 1; i <= PEERS_MAX; i++) {
        char path[40];
        snprintf(path, sizeof path, "peer %d address", i);
        const char *peer = zone_value(box, index, prefix, path);
        if (peer != NULL)
            texts_add(arena, &zone->peers, peer);
    }
    zone->transport = text_conceal(arena, zone_value(box, index, prefix, "sip transport"));
    zone_lacks_read(arena, box, zone, prefix);
    zone_state_read(arena, box, zone, prefix);
    LIST_ADD(arena, &box->facts->zones, zone);
}

/* Expressway-C makes these for each Unified CM node that it discovered (MRA guide); their names have the
 * node's. */
static const char *const unified_prefixes[] = {"CEtcp-", "CEtls-", "CEOAuth-", "CEOAuth "};

static const char *unified_node(const char *zone) {
    for (size_t i = 0; i < sizeof unified_prefixes / sizeof *unified_prefixes; i++) {
        size_t size = strlen(unified_prefixes[i]);
        if (strncasecmp(zone, unified_prefixes[i], size) == 0 && zone[size] != 0)
            return zone + size;
    }
    return NULL;
}

bool box_zone_is_unified(const struct box_zone *zone) {
    return unified_node(zone->name) != NULL;
}

static void unified_read(struct arena *arena, struct box *box) {
    for (size_t i = 0; i < box->facts->zones.n; i++) {
        const struct box_zone *zone = box->facts->zones.v[i];
        const char *node = unified_node(zone->name);
        if (node == NULL)
            continue;
        if (!texts_has(&box->unified, node))
            texts_add(arena, &box->unified, node);
        if (text_starts(zone->name, "CEtls-") && zone->tls_verify_mode == TOGGLE_OFF)
            box->has_unified_tls_off = true;
    }
}

void box_zones_read(struct arena *arena, struct box *box) {
    tunnels_read(arena, box);
    for (int i = 0; (i = setting_next_index(&box->settings, "zones zone", i)) > 0;)
        zone_read(arena, box, i);
    unified_read(arena, box);
}
