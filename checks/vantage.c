/* Where does this machine stand, by what DNS tells it? See vantage.h. */
#include "checks/vantage.h"

#include "checks/dns_answers.h"
#include "expressway/names.h"

#include <arpa/inet.h>
#include <string.h>

/* ---- kinds of addresses ---- */

static const struct {
    const char *network;
    int bits;
    enum address_kind kind;
} networks[] = {{"127.0.0.0", 8, ADDRESS_LOOPBACK},   {"0.0.0.0", 8, ADDRESS_LOOPBACK}, /* RFC 1122 3.2.1.3 */
                {"10.0.0.0", 8, ADDRESS_PRIVATE},     {"172.16.0.0", 12, ADDRESS_PRIVATE},  /* RFC 1918 */
                {"192.168.0.0", 16, ADDRESS_PRIVATE}, {"169.254.0.0", 16, ADDRESS_PRIVATE}, /* RFC 3927 */
                {"100.64.0.0", 10, ADDRESS_PRIVATE},                                        /* RFC 6598 */
                {"::1", 128, ADDRESS_LOOPBACK},       {"::", 128, ADDRESS_LOOPBACK},        /* RFC 4291 */
                {"fc00::", 7, ADDRESS_PRIVATE},       {"fe80::", 10, ADDRESS_PRIVATE}}; /* RFC 4193, 4291 */

static bool in_network(const uint8_t *address, const uint8_t *network, int bits) {
    int whole = bits / 8, rest = bits % 8;
    if (memcmp(address, network, (size_t)whole) != 0)
        return false;
    return rest == 0 || (address[whole] ^ network[whole]) >> (8 - rest) == 0;
}

enum address_kind address_kind(const char *text) {
    uint8_t address[16], network[16];
    int family = address_is_ipv6(text) ? AF_INET6 : AF_INET;
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (inet_pton(family, text, address) != 1)
        return ADDRESS_PUBLIC;
    if (family == AF_INET6 && memcmp(address, mapped, sizeof mapped) == 0) { /* RFC 4291 2.5.5.2 */
        memmove(address, address + 12, 4);
        family = AF_INET;
    }
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
        if (inet_pton(family, networks[i].network, network) == 1 &&
            in_network(address, network, networks[i].bits))
            return networks[i].kind;
    return ADDRESS_PUBLIC;
}

/* Or loopback: nothing that the Internet routes. */
static bool address_is_private(const char *address) {
    return address_kind(address) != ADDRESS_PUBLIC;
}

/* ---- the inside records ---- */

const char *const inside_services[INSIDE_SERVICES] = {"_cisco-uds._tcp", "_cuplogin._tcp"};

/* "10.0.0.1:53", "[fd00::53]:53"; "system" are the resolvers that this network gave us, which know its inside
 * if anybody does. */
static bool may_know_inside(struct arena *arena, const char *resolver) {
    if (resolver == NULL || strcmp(resolver, "system") == 0)
        return true;
    if (*resolver == '[')
        return address_is_private(arena_textn(arena, resolver + 1, strcspn(resolver + 1, "]")));
    const char *colon = strrchr(resolver, ':');
    return address_is_private(colon == NULL ? resolver
                                            : arena_textn(arena, resolver, (size_t)(colon - resolver)));
}

/* A public address behind the record is reached from anywhere: that is no inside view. */
static bool has_public_target(const struct facts *facts, struct arena *arena, const struct dns_query *query) {
    struct texts addresses = {NULL, 0};
    for (size_t i = 0; i < query->records.n; i++)
        if (query->records.v[i]->target != NULL)
            addresses_of(facts, arena, query->records.v[i]->target, &addresses);
    for (size_t i = 0; i < addresses.n; i++)
        if (!address_is_private(addresses.v[i]))
            return true;
    return false;
}

const struct dns_query *inside_answer(const struct facts *facts, struct arena *arena, const char *domain,
                                      const char **name) {
    if (facts->run.vantage != VANTAGE_EXTERNAL || facts->run.is_vantage_given)
        return NULL;
    for (size_t i = 0; i < INSIDE_SERVICES; i++) {
        const struct dns_query *query = srv_of(facts, arena, inside_services[i], domain, name);
        if (query != NULL && offers_target(query) && may_know_inside(arena, query->resolver) &&
            !has_public_target(facts, arena, query))
            return query;
    }
    return NULL;
}

bool seems_inside(const struct facts *facts, struct arena *arena) {
    const char *name;
    for (size_t i = 0; i < facts->domains.n; i++)
        if (inside_answer(facts, arena, facts->domains.v[i], &name) != NULL)
            return true;
    return false;
}
