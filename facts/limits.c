/* How much is looked at? See limits.h. */
#include "facts/limits.h"

#include <string.h>

#include "facts/facts.h"

const struct limit_row limits[LIMITS] = {
    [LIMIT_DOMAIN_ENDPOINTS] = {64, NULL, "endpoints"},
    [LIMIT_ENDPOINTS] = {60000, "endpoints", "endpoints"},
    [LIMIT_DNS] = {200000, "dns", "DNS answers"},
    [LIMIT_ZONES] = {20000, "zones", "zones"},
    [LIMIT_PEERS] = {64, "peers", "peer addresses of a zone"},
    [LIMIT_NODES] = {20000, "nodes", "nodes of a cluster"},
    [LIMIT_DOMAINS] = {5000, "domains", "domains"},
    [LIMIT_CHAIN] = {100, "chain", "certificates of a chain"},
    [LIMIT_FETCHES] = {20000, "fetches", "revocation sources"},
    [LIMIT_CERTIFICATE_FETCHES] = {8, NULL, "revocation sources of a certificate"},
    [LIMIT_REDIRECTS] = {3, NULL, "redirects in a row"},
    [LIMIT_SAVE_VALUES] = {5000000, NULL, "values in a saved report"},
};

void cut_tell(struct facts *facts, const char *what, int most, int wanted) {
    for (size_t i = 0; i < facts->cuts.n; i++) {
        struct cut *cut = facts->cuts.v[i];
        if (strcmp(cut->what, what) != 0)
            continue;
        cut->wanted = wanted > cut->wanted ? wanted : cut->wanted;
        return;
    }
    struct cut *cut = ARENA_NEW(facts->arena, struct cut);
    *cut = (struct cut){arena_text(facts->arena, what), most, wanted};
    LIST_ADD(facts->arena, &facts->cuts, cut);
}

const struct limit_row *limit_of_list(const char *key) {
    for (size_t i = 0; i < LIMITS; i++)
        if (limits[i].list != NULL && strcmp(limits[i].list, key) == 0)
            return &limits[i];
    return NULL;
}
