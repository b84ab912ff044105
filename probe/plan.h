/* Which endpoints are there? What DNS leads to from the service domains, and what the deployment file names.
 *
 * Asks all questions at once, and starts an endpoint the moment its address is known. The order of
 * facts->endpoints is by rule in the end: domains, then E nodes, zones, C nodes, Unified CM, IM and Presence;
 * SRV order; port; IPv4 before IPv6; address. Connects to nothing itself: endpoint.h does. */
#ifndef PROBE_PLAN_H
#define PROBE_PLAN_H

#include "probe/world.h"

void plan_start(struct world *world);
/* In place of plan_start(): this alone, as TLS, by STARTTLS on 5222. */
void plan_one(struct world *world, const char *host, int port);
void plan_finish(struct world *world); /* sorts the facts; frees what is not the arena's */

#endif
