/* One host and port to be looked at, and where it is put down: what plan.c has for plan_candidates.c. Private
 * to the two. */
#ifndef PROBE_PLAN_CANDIDATES_H
#define PROBE_PLAN_CANDIDATES_H

#include "probe/plan.h"

/* The order of groups: one for each domain, then these. */
enum { GROUP_NODES_E = 1 << 20, GROUP_ZONES, GROUP_NODES_C, GROUP_UCM, GROUP_IMP };

/* One host and port to be looked at, on behalf of one SRV record, node or peer. */
struct candidate {
    struct world *world;
    const char *host; /* as its endpoints will say */
    int port;
    enum protocol protocol;
    enum leg leg;
    enum role role;
    const char *node, *zone, *srv_domain; /* NULL when none */
    struct texts domains;                 /* to ask the service for */
    size_t group, item;
    bool tells_unresolved; /* without an address there is an endpoint all the same */
    /* Where it really goes: */
    const char *connect_host; /* a name or an address */
    int connect_port;
    size_t pending, found;        /* questions open, addresses had */
    struct node_ciphers *ciphers; /* of this host and port; NULL when it is not enumerated */
};

/* ---- plan.c: what the candidates lead to ---- */
void plan_open(struct world *world);
void plan_address(const struct candidate *candidate, const char *address, int port);
void plan_unresolved(const struct candidate *candidate);
void plan_untried(const struct candidate *candidate); /* --offline */

#endif
