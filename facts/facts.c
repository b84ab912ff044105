/* The few questions one may ask of facts. See facts.h; the nouns' names are names.c's. */
#include "facts/facts.h"

#include "facts/name_map.h"

#include <arpa/inet.h>
#include <string.h>

/* ---- by name ---- */

/* A map is made of a list as long as it was then, and anew when the list has grown. */
struct lookup {
    struct name_map *map;
    const void *list;
    size_t n;
};

enum { NODE_LISTS = 4 };

struct facts_lookup {
    struct lookup endpoints, hosts, zones, nodes[NODE_LISTS];
};

static bool is_new(const struct facts *facts, struct lookup *lookup, const void *list, size_t n) {
    if (lookup->map != NULL && lookup->list == list && lookup->n == n)
        return false;
    *lookup = (struct lookup){name_map_new(facts->arena), list, n};
    return true;
}

/* Of many endpoints of one id and address (a capture has one for each handshake) the first stands for all. */
static void endpoints_map(const struct facts *facts, struct name_map *by_id) {
    struct name_map *by_both = name_map_new(facts->arena);
    char **both = arena_alloc(facts->arena, (facts->endpoints.n + 1) * sizeof *both);
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        both[i] = e->address == NULL ? NULL : arena_printf(facts->arena, "%s %s", e->id, e->address);
        name_map_add(by_both, both[i], e);
    }
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (name_map_first(by_both, both[i]) == facts->endpoints.v[i])
            name_map_add(by_id, facts->endpoints.v[i]->id, facts->endpoints.v[i]);
}

bool facts_has_other_address(const struct facts *facts, const struct endpoint *endpoint) {
    struct lookup *by_id = &facts->lookup->endpoints;
    size_t same_id;
    bool found = false;
    if (is_new(facts, by_id, facts->endpoints.v, facts->endpoints.n))
        endpoints_map(facts, by_id->map);
    const struct named *named = name_map_find(by_id->map, endpoint->id, &same_id);
    for (size_t i = 0; i < same_id && !found; i++) {
        const struct endpoint *other = named[i].thing;
        found = strcmp(other->id, endpoint->id) == 0 &&
                (endpoint->address == NULL || strcmp(other->address, endpoint->address) != 0);
    }
    return found;
}

static const char *without_dot(struct arena *arena, const char *name) {
    size_t length = name == NULL ? 0 : strlen(name);
    return length > 1 && name[length - 1] == '.' ? arena_textn(arena, name, length - 1) : name;
}

const struct named *facts_at_host(const struct facts *facts, const char *host, size_t *count) {
    struct lookup *by_host = &facts->lookup->hosts;
    if (is_new(facts, by_host, facts->endpoints.v, facts->endpoints.n))
        for (size_t i = 0; i < facts->endpoints.n; i++)
            name_map_add(by_host->map, without_dot(facts->arena, facts->endpoints.v[i]->host),
                         facts->endpoints.v[i]);
    return name_map_find(by_host->map, without_dot(facts->arena, host), count);
}

const struct node *facts_node(const struct facts *facts, const struct nodes *list, const char *name) {
    const struct deployment *d = facts->deployment;
    const struct nodes *lists[NODE_LISTS] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
    size_t k = 0;
    while (k < NODE_LISTS - 1 && lists[k] != list)
        k++;
    struct lookup *by_name = &facts->lookup->nodes[k];
    if (is_new(facts, by_name, list, list->n))
        for (size_t i = 0; i < list->n; i++) {
            name_map_add(by_name->map, without_dot(facts->arena, list->v[i]->name), list->v[i]);
            name_map_add(by_name->map, list->v[i]->address, list->v[i]);
            for (size_t a = 0; a < list->v[i]->aliases.n; a++)
                name_map_add(by_name->map, without_dot(facts->arena, list->v[i]->aliases.v[a]), list->v[i]);
        }
    return name_map_first(by_name->map, without_dot(facts->arena, name));
}

const struct zone *facts_zone(const struct facts *facts, const char *name) {
    const struct deployment *d = facts->deployment;
    struct lookup *by_name = &facts->lookup->zones;
    size_t alike;
    if (d == NULL || name == NULL)
        return NULL;
    if (is_new(facts, by_name, d, d->zones.n))
        for (size_t i = 0; i < d->zones.n; i++)
            name_map_add(by_name->map, d->zones.v[i]->name, d->zones.v[i]);
    const struct named *named = name_map_find(by_name->map, name, &alike);
    for (size_t i = 0; i < alike; i++)
        if (strcmp(named[i].name, name) == 0)
            return named[i].thing;
    return NULL;
}

struct facts *facts_new_in(struct arena *arena) {
    struct facts *facts = ARENA_NEW(arena, struct facts);
    facts->arena = arena;
    facts->lookup = ARENA_NEW(arena, struct facts_lookup);
    return facts;
}

struct facts *facts_new(void) {
    return facts_new_in(arena_new());
}

void facts_free(struct facts *facts) {
    if (facts != NULL)
        arena_free(facts->arena);
}

/* A command that asks one question is told what bears on it, and whether the port could be reached at all.
 * Others are told everything. */
static const struct {
    const char *command;
    struct run_scope scope;
    const char *checks[6]; /* NULL ends */
} scopes[] = {{"revocation", {.is_revocation = true}, {"net.connect", "tls.handshake", "revocation.", NULL}},
              {"ciphers", {.is_ciphers = true}, {"cipher.", "net.connect", NULL}},
              {"cert", {.is_upload = true}, {"file.", "name.", "cert.", "chain.", NULL}},
              {"renew", {.is_renewal = true}, {NULL}},
              {"login", {.is_login = true}, {NULL}},
              {"zone", {.zones_only = true}, {NULL}}};

void scope_of_command(struct arena *arena, const char *command, struct run_scope *scope) {
    *scope = (struct run_scope){.offline = false};
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        if (strcmp(scopes[i].command, command) != 0)
            continue;
        *scope = scopes[i].scope;
        for (const char *const *check = scopes[i].checks; *check != NULL; check++)
            texts_add(arena, &scope->checks, *check);
    }
}

void scope_of_lone(struct arena *arena, struct run_scope *scope) {
    static const char *const checks[] = {
        "net.connect",    "tls.handshake",    "tls.version",   "tls.client-auth", "tls.served-cert",
        "xmpp.stream",    "ssh.service",      "name.expected", "cert.validity",   "cert.key",
        "cert.signature", "cert.self-signed", "chain.client",  "chain.served"};
    *scope = (struct run_scope){.is_lone = true};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        texts_add(arena, &scope->checks, checks[i]);
}

const struct dns_query *facts_dns(const struct facts *facts, const char *name, enum dns_type type) {
    const struct dns_query *first = NULL;
    for (size_t i = 0; i < facts->dns.n; i++) {
        const struct dns_query *q = facts->dns.v[i];
        if (q->type != type || !text_same_case_blind(q->name, name))
            continue;
        bool answered = q->state == DNS_ANSWERED || q->state == DNS_NXDOMAIN || q->state == DNS_NO_DATA;
        if (answered)
            return q;
        if (first == NULL)
            first = q;
    }
    return first;
}

const struct trust_list *facts_trust(const struct facts *facts, const char *name) {
    if (name != NULL)
        for (size_t i = 0; i < facts->trust_lists.n; i++)
            if (strcmp(facts->trust_lists.v[i]->name, name) == 0)
                return facts->trust_lists.v[i];
    return NULL;
}

const struct tls_attempt *endpoint_variant(const struct endpoint *endpoint, enum tls_purpose purpose) {
    if (purpose == PURPOSE_MAIN)
        return &endpoint->tls;
    for (size_t i = 0; i < endpoint->variants.n; i++)
        if (endpoint->variants.v[i]->purpose == purpose)
            return endpoint->variants.v[i];
    return NULL;
}

bool zone_verifies(const struct facts *facts, const struct zone *zone) {
    return zone == NULL || zone->type == ZONE_UC_TRAVERSAL || zone->tls_verify_mode != TOGGLE_OFF ||
           facts->bundles.n > 0;
}

bool zone_is_of(const struct zone *zone, const char *c_node) {
    for (size_t i = 0; zone != NULL && i < zone->c_nodes.n; i++)
        if (text_same_case_blind(zone->c_nodes.v[i], c_node))
            return true;
    return zone == NULL || zone->c_nodes.n == 0;
}

bool zone_has_node(const struct zone *zone, const struct node *node) {
    if (node->role == ROLE_EXPRESSWAY_C)
        return zone_is_of(zone, node->name);
    for (size_t i = 0; i < zone->peers.n; i++)
        if (text_same_case_blind(zone->peers.v[i], node->name) ||
            text_same_case_blind(zone->peers.v[i], node->address))
            return true;
    return false;
}

bool deployment_has_feature(const struct deployment *deployment, const char *feature) {
    return deployment != NULL && texts_has(&deployment->features, feature);
}

const struct purpose_cert *node_certificate_for(const struct node *node, const char *purpose) {
    for (size_t i = 0; i < node->certificates.n; i++)
        if (strcmp(node->certificates.v[i]->purpose, purpose) == 0)
            return node->certificates.v[i];
    return NULL;
}

const char *node_store(const struct node *node, const char *store) {
    for (size_t i = 0; i < node->stores.n; i++)
        if (text_same_case_blind(node->stores.v[i]->store, store))
            return node->stores.v[i]->trust;
    return NULL;
}

bool address_is_ipv6(const char *address) {
    return address != NULL && strchr(address, ':') != NULL;
}

int address_compare(const char *a, const char *b) {
    unsigned char x[16], y[16];
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    if (address_is_ipv6(a) != address_is_ipv6(b))
        return address_is_ipv6(a) ? 1 : -1;
    int family = address_is_ipv6(a) ? AF_INET6 : AF_INET;
    if (inet_pton(family, a, x) != 1 || inet_pton(family, b, y) != 1)
        return strcmp(a, b);
    return memcmp(x, y, family == AF_INET6 ? 16 : 4);
}

bool file_is_odd(const struct user_file *file, const char *oddity) {
    return texts_has(&file->oddities, oddity);
}

const struct cert *file_leaf(const struct user_file *file) {
    return file->leaf >= 0 && (size_t)file->leaf < file->certificates.n ? file->certificates.v[file->leaf]
                                                                        : NULL;
}

bool address_is_inside(const char *address) {
    static const struct {
        uint8_t bytes[2], bits;
    } v4[] = {{{0, 0}, 8},     {{10, 0}, 8},     {{127, 0}, 8},  {{169, 254}, 16},
              {{172, 16}, 12}, {{192, 168}, 16}, {{100, 64}, 10}};
    /* IPv6 addresses that stand for an IPv4 one: compatible and mapped (RFC 4291 2.5.5), NAT64 (RFC
     * 6052 2.1), 6to4 (RFC 3056 2). :: and ::1 are among the first. */
    static const struct {
        uint8_t prefix[12], size, at;
    } wrapped[] = {{{0}, 12, 12},
                   {{[10] = 0xff, [11] = 0xff}, 12, 12},
                   {{0, 0x64, 0xff, 0x9b}, 12, 12},
                   {{0x20, 0x02}, 2, 2}};
    uint8_t a[16];
    size_t at = 0;
    if (inet_pton(AF_INET6, address, a) == 1) {
        if ((a[0] & 0xfe) == 0xfc ||
            (a[0] == 0xfe && (a[1] & 0x80) != 0)) /* fc00::/7, fe80::/10, fec0::/10 */
            return true;
        size_t i = 0, n = sizeof wrapped / sizeof *wrapped;
        while (i < n && memcmp(a, wrapped[i].prefix, wrapped[i].size) != 0)
            i++;
        if (i == n)
            return false;
        at = wrapped[i].at;
    } else if (inet_pton(AF_INET, address, a) != 1) {
        return false;
    }
    unsigned whole = (unsigned)a[at] << 8 | a[at + 1];
    for (size_t i = 0; i < sizeof v4 / sizeof *v4; i++)
        if ((whole ^ ((unsigned)v4[i].bytes[0] << 8 | v4[i].bytes[1])) >> (16 - v4[i].bits) == 0)
            return true;
    return false;
}

bool caller_hung_up(const struct caller *caller) {
    return (caller->tls.state == TLS_CLOSED || caller->tls.state == TLS_RESET) &&
           caller->offer.versions.n == 0;
}
