/* What do the settings and the status of one Expressway say of it? Paths are those of the command reference
 * X14.0 to X15.5 and of pasted dumps of X7 and X8; see docs/bundle.md for which was seen where. */
#include "bundle/box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts/conceal.h"

enum { PEERS_MAX = 6, SERVERS_MAX = 5, DOMAINS_MAX = 200, ALARMS_MAX = 500, BOX_TUNNELS_MAX = 64 };

/* NULL for "", too. */
static const char *said(const struct settings *settings, const char *path) {
    const char *value = setting_value(settings, path);
    return value == NULL || *value == 0 ? NULL : value;
}

static enum toggle toggle_of(const char *value) {
    if (value == NULL || *value == 0)
        return TOGGLE_UNKNOWN;
    return strcasecmp(value, "on") == 0 || strcasecmp(value, "true") == 0 || strcasecmp(value, "yes") == 0 ||
                   strcasecmp(value, "enabled") == 0
               ? TOGGLE_ON
               : TOGGLE_OFF;
}

static bool is_on(const struct settings *settings, const char *path) {
    return toggle_of(setting_value(settings, path)) == TOGGLE_ON;
}

/* "on" or "off"; NULL where it is not said. */
static char *switch_text(struct arena *arena, const char *value) {
    enum toggle toggle = toggle_of(value);
    return toggle == TOGGLE_UNKNOWN ? NULL : arena_text(arena, enum_text(toggles, (int)toggle));
}

/* 0 for what is no such number. */
static int64_t number_or_none(const char *text, int64_t most) {
    int64_t number = 0;
    return text != NULL && number_read(text, strlen(text), most, &number) ? number : 0;
}

/* ---- who it is ---- */

static char *node_name(struct arena *arena, const struct box *box) {
    const char *host = said(&box->settings, "ip dns hostname");
    const char *domain = said(&box->settings, "ip dns domain name");
    const char *name = said(&box->settings, "systemunit name");
    if (host != NULL && domain != NULL && strchr(host, '.') == NULL)
        return arena_printf(arena, "%s.%s", host, domain);
    if (host != NULL && strchr(host, '.') != NULL)
        return arena_text(arena, host);
    if (name != NULL && strchr(name, '.') != NULL)
        return arena_text(arena, name);
    if (box->server.n > 0 && box->server.v[0]->common_name != NULL)
        return arena_text(arena, box->server.v[0]->common_name);
    if (host != NULL)
        return arena_text(arena, host);
    return box->host[0] == 0 ? NULL : text_from_wire(arena, box->host, strlen(box->host));
}

/* "X14.3.1" of "X14.3.1", "X7.2.1", "oak_v14.3.1"; NULL for anything else. */
static char *release_in(struct arena *arena, const char *text) {
    for (const char *at = text; at != NULL && *at != 0; at++) {
        size_t size = strspn(at + 1, "0123456789.");
        if ((*at == 'X' || *at == 'x' || *at == 'v') && size >= 2 && at[1] != '.') {
            while (size > 0 && at[size] == '.')
                size--;
            return arena_printf(arena, "X%.*s", (int)size, at + 1);
        }
    }
    return NULL;
}

static void release_conclude(struct arena *arena, struct box *box) {
    static const struct {
        const char *path, *from;
    } places[] = {{"systemunit software version", "status"},
                  {"systemunit software name", "status"},
                  {"systemunit version", "status"},
                  {"version", "settings"}};
    const struct settings *all[] = {&box->status, &box->settings};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof places / sizeof *places && box->facts->release == NULL; i++) {
            box->facts->release = release_in(arena, said(all[k], places[i].path));
            if (box->facts->release != NULL)
                box->facts->release_from = arena_text(arena, places[i].from);
        }
}

static void addresses_read(struct arena *arena, struct box *box) {
    static const char *const forms[] = {"ethernet %d ip v4 address", "ethernet %d ip v4 staticnat address",
                                        "ethernet %d ip v6 address", "ethernet %d ipv4 address",
                                        "network ethernet %d ip v4 address"};
    for (int card = 1; card <= 2; card++)
        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
            char path[80];
            snprintf(path, sizeof path, forms[i], card);
            const char *value = said(&box->settings, path);
            if (value == NULL)
                value = said(&box->status, path);
            if (value != NULL && strcmp(value, "127.0.0.1") != 0 && strcmp(value, "0.0.0.0") != 0)
                texts_add(arena, &box->addresses, value);
        }
}

static void cluster_read(struct arena *arena, struct box *box) {
    const char *name = said(&box->settings, "alternates cluster name");
    for (int i = 1; i <= PEERS_MAX; i++) {
        const char *peer = setting_valuef(&box->settings, "alternates peer %d address", i);
        if (peer != NULL && *peer != 0)
            texts_add(arena, &box->peers, peer);
    }
    if (name != NULL && box->peers.n > 1)
        box->cluster = arena_text(arena, name);
}

/* ---- zones ---- */

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

static bool has_type(const struct box *box, const char *type, bool wants_unified) {
    for (size_t i = 0; i < box->facts->zones.n; i++) {
        const struct box_zone *zone = box->facts->zones.v[i];
        if (zone->type != NULL && strcasecmp(zone->type, type) == 0 && (zone->is_unified || !wants_unified))
            return true;
    }
    return false;
}

/* ROLE_NONE: they do not tell. */
static enum role box_role_of_zones(const struct box *box) {
    if (box->unified.n > 0)
        return ROLE_EXPRESSWAY_C;
    for (int wants_unified = 1; wants_unified >= 0; wants_unified--) {
        bool is_client = has_type(box, "TraversalClient", wants_unified);
        bool is_server = has_type(box, "TraversalServer", wants_unified);
        if (is_client != is_server)
            return is_client ? ROLE_EXPRESSWAY_C : ROLE_EXPRESSWAY_E;
    }
    return ROLE_NONE;
}

static void role_conclude(struct arena *arena, struct box *box) {
    const char *flag = said(&box->status, "systemunit configuration expressway");
    enum role role = box_role_of_zones(box);
    const char *from = box->unified.n > 0 ? "unified-cm-zones" : "zones";
    if (role == ROLE_NONE && flag != NULL) {
        role = toggle_of(flag) == TOGGLE_ON ? ROLE_EXPRESSWAY_E : ROLE_EXPRESSWAY_C;
        from = "status";
    }
    box->facts->role = role;
    box->facts->role_from = role == ROLE_NONE ? NULL : arena_text(arena, from);
}

/* ---- the rest ---- */

static void domains_read(struct arena *arena, struct box *box) {
    static const char *const flags[] = {"edge", "edgesip", "edgexmpp"};
    for (int i = 1; i <= DOMAINS_MAX; i++) {
        const char *name = setting_valuef(&box->settings, "sip domain %d name", i);
        bool is_mra = false;
        for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
            is_mra = is_mra ||
                     toggle_of(setting_valuef(&box->settings, "sip domain %d %s", i, flags[k])) == TOGGLE_ON;
        if (name != NULL && *name != 0 && is_mra)
            texts_add(arena, &box->domains, name);
        box->wants_xmpp_federation =
            box->wants_xmpp_federation ||
            toggle_of(setting_valuef(&box->settings, "sip domain %d xmppfederation", i)) == TOGGLE_ON;
    }
}

/* Given only where checking is on: a setting that is off asks nobody. */
static void revocation_read(struct box *box) {
#define UNDER "sip tls certificate revocation checking "
    const struct settings *s = &box->settings;
    const char *fallback = said(s, UNDER "source inaccessibility behavior");
    if (!is_on(s, UNDER "mode"))
        return;
    box->revocation = (struct revocation_settings){.given = true,
                                                   .mode = true,
                                                   .ocsp = is_on(s, UNDER "ocsp mode"),
                                                   .crl = is_on(s, UNDER "crl mode"),
                                                   .cdp = is_on(s, UNDER "crl network fetch mode"),
                                                   .treat_as_revoked =
                                                       fallback != NULL && strcasecmp(fallback, "fail") == 0,
                                                   .fallback_given = fallback != NULL,
                                                   .connection = CONNECTION_SIP_TLS};
}

static void clock_read(struct arena *arena, struct box *box) {
    static const char *const states[] = {"ntp status", "ntp state", "ntp server 1 status"};
    for (int i = 1; i <= SERVERS_MAX; i++) {
        const char *address = setting_valuef(&box->settings, "ntp server %d address", i);
        if (address != NULL && box->facts->ntp_servers < 0)
            box->facts->ntp_servers = 0;
        box->facts->ntp_servers += address != NULL && *address != 0;
    }
    for (size_t i = 0; i < sizeof states / sizeof *states && box->facts->ntp_status == NULL; i++)
        box->facts->ntp_status = text_conceal(arena, said(&box->status, states[i]));
    const char *time = said(&box->status, "systemunit systemtime"); /* "2014-06-19 14:58:59", UTC */
    int64_t at;
    if (time != NULL && strlen(time) >= 19) {
        char *text = arena_printf(arena, "%.10sT%.8sZ", time, time + 11);
        box->facts->dumped = time_read(text, &at) ? text : NULL;
    }
}

/* The alarms that stand in the status dump, as far as it names their numbers. */
static void alarms_read(struct arena *arena, struct box *box) {
    static const char *const ids[] = {"id", "alarmid", "errorcode"};
    int index = 0;
    while ((index = setting_next_index(&box->status, "alarm", index)) > 0 &&
           box->facts->alarms.n < ALARMS_MAX) {
        const char *id = NULL;
        for (size_t k = 0; k < sizeof ids / sizeof *ids && id == NULL; k++)
            id = setting_valuef(&box->status, "alarm %d %s", index, ids[k]);
        if (number_or_none(id, 999999) == 0)
            continue;
        struct alarm_seen *alarm = ARENA_NEW(arena, struct alarm_seen);
        alarm->id = (int)number_or_none(id, 999999);
        alarm->source = ALARM_FROM_STATUS;
        alarm->count = 1;
        alarm->severity = text_conceal(arena, setting_valuef(&box->status, "alarm %d severity", index));
        alarm->detail = text_conceal(arena, setting_valuef(&box->status, "alarm %d title", index));
        LIST_ADD(arena, &box->facts->alarms, alarm);
    }
}

/* Paths of the command reference; SIP has no minimum, but a list of versions (bundle-facts 1.3). */
static void tls_read(struct arena *arena, struct box *box) {
    static const struct {
        const char *service, *ciphers, *versions;
    } services[] = {
        {"sip", "ciphers siptlsciphers value", "sip advanced siptlsversions"},
        {"https", "ciphers httpsciphers value", "ciphers httpsprotocol value"},
        {"reverse-proxy", "ciphers reverseproxytlsciphers value", "ciphers reverseproxytlsprotocol value"},
        {"uc-client", "ciphers ucclienttlsciphers value", "ciphers ucclienttlsprotocol value"},
        {"xcp", "ciphers xcptlsciphers value", "ciphers xcptlsprotocol value"},
        {"smtp", "ciphers smtptlsciphers value", "ciphers smtptlsprotocol value"}};
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        const char *ciphers = said(&box->settings, services[i].ciphers);
        const char *versions = said(&box->settings, services[i].versions);
        if (ciphers == NULL && versions == NULL)
            continue;
        struct box_tls *tls = ARENA_NEW(arena, struct box_tls);
        tls->service = arena_text(arena, services[i].service);
        tls->ciphers = arena_text(arena, ciphers);
        tls->versions = arena_text(arena, versions);
        LIST_ADD(arena, &box->facts->tls, tls);
    }
}

void box_conclude(struct arena *arena, struct box *box) {
    box_dumps_join(arena, box);
    box->facts->node = node_name(arena, box);
    box->facts->secrets = box->settings.secrets + box->status.secrets;
    box->mra_is_on = is_on(&box->settings, "collaborationedge enabled");
    box->facts->mra = switch_text(arena, setting_value(&box->settings, "collaborationedge enabled"));
    box->facts->sip_tls = switch_text(arena, setting_value(&box->settings, "sip tls mode"));
    box->facts->sip_tls_port = (int)number_or_none(setting_value(&box->settings, "sip tls port"), 65535);
    box->eku_checking_off = toggle_of(setting_value(&box->settings, "sip tls certificate extendedkeyusage "
                                                                    "checking mode")) == TOGGLE_OFF;
    release_conclude(arena, box);
    addresses_read(arena, box);
    cluster_read(arena, box);
    box->facts->cluster = box->cluster;
    tunnels_read(arena, box);
    for (int i = 0; (i = setting_next_index(&box->settings, "zones zone", i)) > 0;)
        zone_read(arena, box, i);
    unified_read(arena, box);
    role_conclude(arena, box);
    domains_read(arena, box);
    revocation_read(box);
    box->facts->revocation = box->revocation;
    tls_read(arena, box);
    clock_read(arena, box);
    alarms_read(arena, box);
}
