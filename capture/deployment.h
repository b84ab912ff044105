/* What deployment do the endpoints of a capture show? Names and legs by port, name and what the user says of
 * the zone; who dialled a zone is an Expressway-C; the tunnel goes where the zone goes; what the probe tried
 * besides its main attempt stands with that. Judges nothing. */
#ifndef CAPTURE_DEPLOYMENT_H
#define CAPTURE_DEPLOYMENT_H

#include "capture/flows.h"

/* What the user says of the deployment behind the capture. */
struct capture_zone {
    const char *peer_address;    /* as configured on Expressway-C; NULL: not known */
    int port;                    /* its port; 0: the usual one */
    const char *tls_verify_name; /* on Expressway-E; NULL */
    char *c_trust, *e_trust;     /* names of lists in facts->trust_lists; NULL */
    bool at_given;               /* validity is judged for facts->run.at, not as of each connection */
};

/* All of facts->endpoints, which are put into their order. first: for each, in the order in which they stand
 * before, the first connection of its case; NULL: it has none. */
void capture_deployment(struct facts *facts, const struct connection *const *first,
                        const struct capture_zone *zone);

#endif
