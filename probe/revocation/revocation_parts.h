/* What do the others of probe/ tell probe/revocation/revocation.c? Private to probe/. */
#ifndef PROBE_REVOCATION_REVOCATION_PARTS_H
#define PROBE_REVOCATION_REVOCATION_PARTS_H

#include "probe/world.h"

/* A chain was seen at this endpoint: its sources are asked, unless the run leaves revocation out or the
 * endpoint is none that Expressway or a client of it checks. */
void revocation_seen(struct world *world, const struct endpoint *endpoint, const struct certs *chain);
/* The certificates of the deployment's Expressways that came as files. */
void revocation_deployment(struct world *world, const struct deployment *deployment);
/* At the end of the run: puts facts->fetches in order, and adds what was never asked and why. */
void revocation_finish(struct world *world);

#endif
