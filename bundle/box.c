/* What do the settings and the status of one Expressway say of it? Paths are those of the command reference
 * X14.0 to X15.5 and of pasted dumps of X7 and X8; see docs/bundle.md for which was seen where. */
#include "bundle/box.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "bundle/said.h"
#include "facts/conceal.h"

enum { SERVERS_MAX = 5, DOMAINS_MAX = 200, ALARMS_MAX = 500 };

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

/* ---- which of the two ---- */

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
    box_zones_read(arena, box);
    role_conclude(arena, box);
    domains_read(arena, box);
    revocation_read(box);
    box->facts->revocation = box->revocation;
    tls_read(arena, box);
    clock_read(arena, box);
    alarms_read(arena, box);
}
