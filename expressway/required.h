/* Which names does the guide demand in the certificate of a node (certificate guide X14.3, chapters 1 and 3)?
 *
 * A simulation of the CSR page: what Expressway would ask for, given all that the deployment says. Does not
 * look at any certificate, and knows nothing that the deployment file does not name (SRV targets are DNS's).
 */
#ifndef EXPRESSWAY_REQUIRED_H
#define EXPRESSWAY_REQUIRED_H

#include "facts/deployment.h"
#include "facts/required.h"

struct required_names {
    struct required_name **v;
    size_t n;
};

/* In the order of the CSR page; each name once. *common_name: the cluster's FQDN in a cluster, else the
 * node's (chapter 1). */
void required_names_of(struct arena *arena, const struct deployment *deployment, const struct node *node,
                       struct required_names *out, const char **common_name);

#endif
