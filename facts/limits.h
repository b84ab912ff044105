/* How much is looked at? One table of caps, for every source of facts: the network, files, captures, saves.
 *
 * Hostile input grows without end; what the caps leave out is told (facts->cuts, check net.limits), never
 * dropped in silence. Bytes of files are probe/input.h's, sizes of messages each reader's own. */
#ifndef FACTS_LIMITS_H
#define FACTS_LIMITS_H

#include "facts/arena.h"

enum limit {
    LIMIT_DOMAIN_ENDPOINTS, /* host, port and address that the SRV records of one domain lead to */
    LIMIT_ENDPOINTS,        /* of a run */
    LIMIT_DNS,              /* questions */
    LIMIT_ZONES,
    LIMIT_PEERS, /* of one zone; Expressway takes six (administrator guide, zones) */
    LIMIT_NODES,
    LIMIT_DOMAINS,
    LIMIT_CHAIN,
    LIMIT_FETCHES,             /* revocation sources */
    LIMIT_CERTIFICATE_FETCHES, /* for one certificate; an OCSP address takes two, one a hash */
    LIMIT_REDIRECTS,           /* in a row */
    LIMIT_SAVE_VALUES,         /* of a JSON file */
    LIMITS
};

struct limit_row {
    int most;
    const char *list; /* the key in a save whose list it bounds; NULL: bounded where it grows */
    const char *what; /* "peer addresses of a zone" */
};
extern const struct limit_row limits[LIMITS];

/* What a cap left out. */
struct cut {
    char *what;       /* "endpoints of example.com" */
    int most, wanted; /* taken, and how many there were */
};

struct facts;
/* Tells it, once for each `what`; `wanted` grows. */
void cut_tell(struct facts *facts, const char *what, int most, int wanted);
/* The cap of a list in a save; NULL: none. */
const struct limit_row *limit_of_list(const char *key);

#endif
