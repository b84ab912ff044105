/* Which ports of Unified CM and IM&P nodes are enumerated, and when? The cipher part of `check -f`.
 *
 * A follow-up of the plan: as soon as the session of such a port is over and its certificate was seen,
 * its enumeration begins, whatever else is still waited for. Of a host with several addresses one is
 * enumerated, the first in the order of rule that showed a certificate: it waits for those before it, and for
 * no other. Not here: how a server is enumerated (survey.h), the command `ciphers` (ciphers.h). */
#ifndef PROBE_CIPHERS_NODE_CIPHERS_H
#define PROBE_CIPHERS_NODE_CIPHERS_H

#include "probe/world.h"

struct session;
struct node_ciphers; /* one host and port; in the arena of the facts */

/* NULL where nothing is enumerated: other roles, and what does not speak TLS. */
struct node_ciphers *node_ciphers_of(struct world *world, const char *host, int port, enum role role,
                                     enum protocol protocol);
/* IPv4 addresses of the host were asked for, and have come or will not. */
void node_ciphers_asked(struct node_ciphers *node);
void node_ciphers_answered(struct node_ciphers *node);
void node_ciphers_join(struct session *session);    /* before it begins */
void node_ciphers_go_on(struct node_ciphers *node); /* one of its sessions is over */
/* At the end of the run, when the endpoints stand in their order: adds to facts->ciphers in that of theirs.
 */
void node_ciphers_finish(struct world *world);

#endif
