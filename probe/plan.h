/* Which endpoints are there? What DNS leads to from the service domains, and what the deployment file names.
 *
 * Asks all questions at once, and starts an endpoint the moment its address is known. The order of
 * facts->endpoints is by rule in the end: domains, then E nodes, zones, C nodes, Unified CM, IM and Presence;
 * SRV order; port; IPv4 before IPv6; address. */
#ifndef PROBE_PLAN_H
#define PROBE_PLAN_H

#include "probe/world.h"

void plan_start(struct world *world);
void plan_one(struct world *world, const char *host, int port); /* in place of plan_start(): this alone */
void plan_finish(struct world *world); /* sorts the facts; frees what is not the arena's */
/* A certificate came: with ACME in use its names are looked up (certificate guide chapter 4). */
void plan_certificate(struct world *world, const struct endpoint *endpoint);

#endif
