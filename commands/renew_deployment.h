/* At which place of which deployment does the new certificate of `renew` stand, and which trust lists judge
 * it there? In the user's deployment it takes the place of the old one; without, options and the old
 * certificate make one of a node, its zone and its peers.
 *
 * All need facts->renewal with old and new chain as they were read. False: complained to standard error, and
 * the run ends with status 3. Judges nothing, and plans nothing: outcomes/plan.h does. */
#ifndef COMMANDS_RENEW_DEPLOYMENT_H
#define COMMANDS_RENEW_DEPLOYMENT_H

#include "config/config.h"
#include "config/upload_role.h"

struct peer_trust {
    const char *node, *file;
};

struct renew_options {
    const struct upload_role *role;
    const char *old, *new, *key, *csr, *own_trust, *node, *password_file;
    struct texts authorities;
    LIST_OF(struct peer_trust) peers;
};

/* In the user's deployment; fills the renewal's nodes, role and purpose. new NULL: the plan alone is asked
 * for. */
bool renewal_nodes_take(struct facts *facts, const struct renew_options *own, const struct user_file *new);
/* Of options alone; nothing without --role. */
void renewal_deployment_make(struct facts *facts, const struct renew_options *own,
                             const struct user_file *new);
/* --own-trust and --peer-trust, when the nodes are known. */
bool renewal_trusts_read(struct facts *facts, const struct renew_options *own);

#endif
