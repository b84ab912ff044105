/* What may stand in the deployment file? The tables, and the maps that need more than a table. See schema.h.
 */
#include "config/schema.h"

#include <string.h>

#include "config/values.h"
#include "facts/name_set.h"
#include "facts/services.h"
#include "wire/x509.h"

/* ---- any map ---- */

static bool unknown_key(struct draft *draft, const struct yaml_item *item, const struct key *keys) {
    struct texts names = {NULL, 0};
    struct yaml_item at = {.line = item->key_line, .column = item->key_column};
    for (; keys->name != NULL; keys++)
        texts_add(draft->arena, &names, keys->name);
    const char *near = value_nearest(item->key, &names);
    const char *shown = text_from_wire_cut(draft->arena, item->key, strlen(item->key), 60);
    if (near != NULL)
        return draft_fail(draft, &at, "unknown key '%s'; did you mean '%s'?", shown, near);
    return draft_fail(draft, &at, "unknown key '%s'; wanted %s", shown, value_choice(draft->arena, &names));
}

static struct yaml_item *find(const struct yaml_item *map, const char *key) {
    for (size_t i = 0; i < map->v.n; i++)
        if (strcmp(map->v.v[i]->key, key) == 0)
            return map->v.v[i];
    return NULL;
}

bool draft_read_map(struct draft *draft, struct yaml_item *map, const struct key *keys, void *base) {
    if (map->kind != YAML_MAP) {
        bool empty = map->kind == YAML_TEXT && map->text[0] == 0;
        return draft_fail(draft, map, "wanted keys and values such as '%s: ...', got %s", keys->name,
                          empty                    ? "nothing"
                          : map->kind == YAML_TEXT ? "a text"
                                                   : "a list");
    }
    for (size_t i = 0; i < map->v.n; i++) {
        const struct key *key = keys;
        while (key->name != NULL && strcmp(key->name, map->v.v[i]->key) != 0)
            key++;
        if (key->name == NULL)
            return unknown_key(draft, map->v.v[i], keys);
        if (!key->read(draft, map->v.v[i], (char *)base + key->offset, key->of))
            return false;
    }
    for (const struct key *key = keys; key->name != NULL; key++)
        if (key->required && find(map, key->name) == NULL)
            return draft_fail(draft, map, "wanted a '%s' here", key->name);
    return true;
}

/* ---- nodes ---- */

static key_reader read_map, read_stores;

static const struct key node_keys[] = {{"name", read_host, offsetof(struct node, name), NULL, true},
                                       {"address", read_address, offsetof(struct node, address), NULL, false},
                                       {"aliases", read_hosts, offsetof(struct node, aliases), NULL, false},
                                       {"certificate", read_certificate, 0, NULL, false},
                                       {"key", read_key_file, 0, NULL, false},
                                       {"client-certificate", read_client, 0, NULL, false},
                                       {"client-key", read_client_key_file, 0, NULL, false},
                                       {"trust", read_trust, offsetof(struct node, trust), NULL, false},
                                       {NULL, NULL, 0, NULL, false}};
/* The certificates that a Unified CM or IM and Presence node has, and its trust stores. */
static const struct key purpose_keys[] = {{"tomcat", read_purpose_cert, 0, NULL, false},
                                          {"tomcat-ecdsa", read_purpose_cert, 0, NULL, false},
                                          {"callmanager", read_purpose_cert, 0, NULL, false},
                                          {"callmanager-ecdsa", read_purpose_cert, 0, NULL, false},
                                          {"capf", read_purpose_cert, 0, NULL, false},
                                          {"ipsec", read_purpose_cert, 0, NULL, false},
                                          {"cup", read_purpose_cert, 0, NULL, false},
                                          {"cup-xmpp", read_purpose_cert, 0, NULL, false},
                                          {"cup-xmpp-s2s", read_purpose_cert, 0, NULL, false},
                                          {NULL, NULL, 0, NULL, false}};
static const struct key store_keys[] = {{"tomcat-trust", read_purpose_store, 0, NULL, false},
                                        {"callmanager-trust", read_purpose_store, 0, NULL, false},
                                        {"ipsec-trust", read_purpose_store, 0, NULL, false},
                                        {"cup-trust", read_purpose_store, 0, NULL, false},
                                        {"cup-xmpp-trust", read_purpose_store, 0, NULL, false},
                                        {NULL, NULL, 0, NULL, false}};
static const struct key server_keys[] = {
    {"name", read_host, offsetof(struct node, name), NULL, true},
    {"address", read_address, offsetof(struct node, address), NULL, false},
    {"publisher", read_bool, offsetof(struct node, publisher), NULL, false},
    {"certificate", read_certificate, 0, NULL, false},
    {"certificates", read_map, 0, purpose_keys, false},
    {"trust", read_stores, 0, NULL, false},
    {"tomcat-trust", read_purpose_store, 0, NULL, false},
    {"callmanager-trust", read_purpose_store, 0, NULL, false},
    {NULL, NULL, 0, NULL, false}};

/* A list that stands for all of them, as before; or one a store. */
static bool read_stores(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct node *node = member;
    return item->kind == YAML_MAP ? draft_read_map(draft, item, store_keys, node)
                                  : read_trust(draft, item, &node->trust, of);
}

/* The short forms and the map are one thing. */
static bool stores_are_settled(struct draft *draft, struct yaml_item *item, struct node *node) {
    for (size_t i = 0; i < node->stores.n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(node->stores.v[i]->store, node->stores.v[k]->store) == 0)
                return draft_fail(draft, item, "%s is given twice", node->stores.v[i]->store);
    node->tomcat_trust = (char *)node_store(node, "tomcat-trust");
    node->callmanager_trust = (char *)node_store(node, "callmanager-trust");
    return true;
}

/* A node is in one box, once: two of the same name would be one host with two roles. */
static bool is_new_node(struct draft *draft, struct yaml_item *item) {
    struct yaml_item *name = item->kind == YAML_MAP ? find(item, "name") : item;
    if (draft->names == NULL)
        draft->names = name_set_new(draft->arena, false);
    const struct yaml_item *before = name_set_put(draft->names, name->text, name);
    return before == NULL ||
           draft_fail(draft, name, "node '%s' is already in line %d", name->text, before->line);
}

struct node_kind {
    enum role role;
    const struct key *keys;
    bool unity;
};
static const struct node_kind e_node = {ROLE_EXPRESSWAY_E, node_keys, false};
static const struct node_kind c_node = {ROLE_EXPRESSWAY_C, node_keys, false};
static const struct node_kind ucm_node = {ROLE_UCM, server_keys, false},
                              imp_node = {ROLE_IMP, server_keys, false},
                              unity_node = {ROLE_UCM, server_keys, true};

static char *certificate_file(struct draft *draft, const struct yaml_item *node) {
    for (size_t i = 0; node->kind == YAML_MAP && i < node->v.n; i++)
        if (strcmp(node->v.v[i]->key, "certificate") == 0 && node->v.v[i]->kind == YAML_TEXT)
            return draft_path(draft, node->v.v[i]->text);
    return NULL;
}

static struct certs_ahead *look_ahead(struct draft *draft, const struct yaml_item *list) {
    if (!draft->reads_files || list->v.n < CERTS_AHEAD_FROM)
        return NULL;
    char **paths = arena_alloc(draft->arena, list->v.n * sizeof *paths);
    for (size_t i = 0; i < list->v.n; i++)
        paths[i] = certificate_file(draft, list->v.v[i]);
    return certs_ahead_begin(paths, list->v.n);
}

static bool read_node(struct draft *draft, struct yaml_item *item, const struct node_kind *kind,
                      struct node *node) {
    node->role = kind->role;
    node->unity = kind->unity;
    bool good = item->kind == YAML_TEXT ? read_host(draft, item, &node->name, NULL)
                                        : draft_read_map(draft, item, kind->keys, node);
    return good && stores_are_settled(draft, item, node) && is_new_node(draft, item);
}

/* A list of maps; a node that is only named may be a text. */
static bool read_nodes(struct draft *draft, struct yaml_item *list, void *member, const void *of) {
    const struct node_kind *kind = of;
    struct nodes *nodes = member;
    bool is_good = true;
    if (list->kind != YAML_LIST)
        return draft_fail(draft, list, "wanted a list of nodes such as [{name: host.example.com}]");
    if (list->v.n > DRAFT_LIST_MAX)
        return draft_fail(draft, list, "more than %d entries", DRAFT_LIST_MAX);
    x509_expect(list->v.n);
    draft->ahead = look_ahead(draft, list);
    for (size_t i = 0; is_good && i < list->v.n; i++) {
        struct node *node = ARENA_NEW(draft->arena, struct node);
        list->v.v[i]->key = list->key;
        if (draft->ahead != NULL)
            certs_ahead_next(draft->ahead, i);
        if ((is_good = read_node(draft, list->v.v[i], kind, node)))
            LIST_ADD(draft->arena, nodes, node);
    }
    certs_ahead_end(draft->ahead, draft->arena);
    draft->ahead = NULL;
    return is_good;
}

/* ---- revocation ---- */

static const struct enum_name fallbacks[] = {
    {true, "treat-as-revoked"}, {false, "treat-as-not-revoked"}, {0, NULL}};
static const struct key revocation_keys[] = {
    {"mode", read_bool, offsetof(struct revocation_settings, mode), NULL, false},
    {"ocsp", read_bool, offsetof(struct revocation_settings, ocsp), NULL, false},
    {"crl", read_bool, offsetof(struct revocation_settings, crl), NULL, false},
    {"cdp", read_bool, offsetof(struct revocation_settings, cdp), NULL, false},
    {"fallback", read_bool, offsetof(struct revocation_settings, treat_as_revoked), fallbacks, false},
    {NULL, NULL, 0, NULL, false}};

/* What is not stated is as Expressway ships it: checking off, every source on, not revoked when in doubt. */
static bool read_revocation(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct revocation_settings *settings = member;
    *settings = (struct revocation_settings){.given = true, .ocsp = true, .crl = true, .cdp = true};
    if (!draft_read_map(draft, item, of, settings))
        return false;
    settings->fallback_given = find(item, "fallback") != NULL;
    return true;
}

/* ---- boxes ---- */

static const struct enum_name cert_types[] = {{1, "rsa"}, {2, "ecdsa"}, {3, "both"}, {0, NULL}};
static const struct enum_name off_switch[] = {{false, "on"}, {true, "off"}, {0, NULL}};
#define SIDE_KEYS                                                                                            \
    {"server-cert-type", read_word, offsetof(struct expressway, server_cert_type), cert_types, false},       \
        {"eku-checking", read_bool, offsetof(struct expressway, eku_checking_off), off_switch, false},       \
        {"release", read_release, offsetof(struct expressway, release), NULL, false}, {                      \
        "revocation", read_revocation, offsetof(struct expressway, revocation), revocation_keys, false       \
    }

static const struct key e_keys[] = {
    {"cluster", read_host, offsetof(struct expressway, cluster), NULL, false},
    {"trust", read_trust, offsetof(struct expressway, trust), NULL, false},
    {"nodes", read_nodes, offsetof(struct expressway, nodes), &e_node, false},
    {"xmpp-federation-domains", read_domains, offsetof(struct expressway, xmpp_federation_domains), NULL,
     false},
    {"chat-aliases", read_hosts, offsetof(struct expressway, chat_aliases), NULL, false},
    SIDE_KEYS,
    {NULL, NULL, 0, NULL, false}};
static const struct key c_keys[] = {
    {"cluster", read_host, offsetof(struct expressway, cluster), NULL, false},
    {"trust", read_trust, offsetof(struct expressway, trust), NULL, false},
    {"nodes", read_nodes, offsetof(struct expressway, nodes), &c_node, false},
    {"phone-profiles", read_texts, offsetof(struct expressway, phone_profiles), NULL, false},
    {"chat-aliases", read_hosts, offsetof(struct expressway, chat_aliases), NULL, false},
    SIDE_KEYS,
    {NULL, NULL, 0, NULL, false}};
static const struct key ucm_keys[] =
    {/* of struct draft */
     {"ciphers", read_text, offsetof(struct draft, deployment.ucm_ciphers), NULL, false},
     {"nodes", read_nodes, offsetof(struct draft, deployment.ucm), &ucm_node, false},
     {"trust", read_trust, offsetof(struct draft, ucm_trust), NULL, false},
     {"ha", read_bool, offsetof(struct draft, deployment.ucm_ha), NULL, false},
     {"sso", read_bool, offsetof(struct draft, deployment.ucm_sso), NULL, false},
     {"tls-verify-mode", read_bool, offsetof(struct draft, deployment.ucm_tls_verify_off), off_switch, false},
     {NULL, NULL, 0, NULL, false}};
static const struct key unity_keys[] = {/* of struct draft; beside Unified CM's, in one list */
                                        {"nodes", read_nodes, offsetof(struct draft, deployment.ucm),
                                         &unity_node, false},
                                        {NULL, NULL, 0, NULL, false}};
static const struct key imp_keys[] =
    {/* of struct draft */
     {"nodes", read_nodes, offsetof(struct draft, deployment.imp), &imp_node, false},
     {"trust", read_trust, offsetof(struct draft, imp_trust), NULL, false},
     {"ha", read_bool, offsetof(struct draft, deployment.imp_ha), NULL, false},
     {"sso", read_bool, offsetof(struct draft, deployment.imp_sso), NULL, false},
     {NULL, NULL, 0, NULL, false}};

static bool read_map(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    return draft_read_map(draft, item, of, member);
}

/* ---- zones ---- */

static const struct enum_name on_or_off[] = {{TOGGLE_ON, "on"}, {TOGGLE_OFF, "off"}, {0, NULL}};
static const struct key zone_keys[] = {
    {"name", read_text, offsetof(struct zone, name), NULL, true},
    {"type", read_enum, offsetof(struct zone, type), zone_types, true},
    {"peers", read_hosts, offsetof(struct zone, peers), NULL, true},
    {"port", read_port, offsetof(struct zone, port), NULL, false},
    {"ssh-port", read_port, offsetof(struct zone, ssh_port), NULL, false},
    {"tls-verify-mode", read_enum, offsetof(struct zone, tls_verify_mode), on_or_off, false},
    {"tls-verify-name", read_host, offsetof(struct zone, tls_verify_name), NULL, false},
    {NULL, NULL, 0, NULL, false}};

static bool zone_is_good(struct draft *draft, struct yaml_item *item, const struct zone *zone) {
    if (zone->peers.n == 0)
        return draft_fail(draft, find(item, "peers"), "wanted at least one peer address");
    if (zone->peers.n > (size_t)limits[LIMIT_PEERS].most)
        return draft_fail(draft, find(item, "peers"),
                          "wanted at most 64 peer addresses (Expressway takes six in a zone)");
    if (draft->zones == NULL)
        draft->zones = name_set_new(draft->arena, true);
    return name_set_put(draft->zones, zone->name, zone) == NULL ||
           draft_fail(draft, find(item, "name"), "zone '%s' stands here twice", zone->name);
}

static bool read_zones(struct draft *draft, struct yaml_item *list, void *member, const void *of) {
    (void)member, (void)of;
    if (list->kind != YAML_LIST)
        return draft_fail(draft, list,
                          "wanted a list of zones such as [{name: mra, type: uc-traversal, ...}]");
    if (list->v.n > DRAFT_LIST_MAX)
        return draft_fail(draft, list, "more than %d entries", DRAFT_LIST_MAX);
    for (size_t i = 0; i < list->v.n; i++) {
        struct zone *zone = ARENA_NEW(draft->arena, struct zone);
        list->v.v[i]->key = list->key;
        if (!draft_read_map(draft, list->v.v[i], zone_keys, zone) || !zone_is_good(draft, list->v.v[i], zone))
            return false;
        if (zone->port == 0)
            zone->port = zone_usual_port(zone->type);
        if (zone->ssh_port == 0)
            zone->ssh_port = PORT_TUNNEL;
        LIST_ADD(draft->arena, &draft->deployment.zones, zone);
    }
    return true;
}

/* ---- thresholds ---- */

static const struct key threshold_keys[] = {
    {"warn-days", read_days, offsetof(struct deployment, warn_days), NULL, false},
    {"crit-days", read_days, offsetof(struct deployment, crit_days), NULL, false},
    {NULL, NULL, 0, NULL, false}};

static bool read_thresholds(struct draft *draft, struct yaml_item *item, void *member, const void *of) {
    struct deployment *deployment = member;
    if (!draft_read_map(draft, item, of, deployment))
        return false;
    deployment->has_warn_days = find(item, "warn-days") != NULL;
    deployment->has_crit_days = find(item, "crit-days") != NULL;
    if (deployment->has_warn_days && deployment->has_crit_days &&
        deployment->crit_days > deployment->warn_days)
        return draft_fail(draft, find(item, "crit-days"), "wanted at most the %d of warn-days",
                          deployment->warn_days);
    return true;
}

/* ---- the whole file ---- */

static const struct enum_name features[] = {
    {1, "mra"},  {2, "xmpp"},         {3, "sip"}, {4, "xmpp-federation"}, {5, "sip-federation"}, {6, "b2b"},
    {7, "acme"}, {8, "jabber-guest"}, {0, NULL}};

#define DEPLOYMENT(member) offsetof(struct draft, deployment.member)
const struct key draft_keys[] = {
    {"release", read_release, DEPLOYMENT(release), NULL, false},
    {"vantage", read_word, DEPLOYMENT(vantage), vantages, false},
    {"domains", read_domains, DEPLOYMENT(domains), NULL, false},
    {"features", read_words, DEPLOYMENT(features), features, false},
    {"expressway-e", read_map, DEPLOYMENT(e), e_keys, false},
    {"expressway-c", read_map, DEPLOYMENT(c), c_keys, false},
    {"zones", read_zones, DEPLOYMENT(zones), NULL, false},
    {"ucm", read_map, 0, ucm_keys, false},
    {"imp", read_map, 0, imp_keys, false},
    {"unity", read_map, 0, unity_keys, false},
    {"revocation", read_revocation, DEPLOYMENT(revocation), revocation_keys, false},
    {"thresholds", read_thresholds, offsetof(struct draft, deployment), threshold_keys, false},
    {NULL, NULL, 0, NULL, false}};
