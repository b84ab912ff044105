/* What do the revocation sources of a chain answer? For every certificate of a path but the root: each OCSP
 * URI asked with a SHA-1 and a SHA-256 CertID, each CRL distribution point fetched, all at once.
 *
 * The answers become facts->fetches; nothing is judged here. Each question is asked once in a run. */
#ifndef PROBE_REVOCATION_REVOCATION_H
#define PROBE_REVOCATION_REVOCATION_H

#include "probe/world.h"

/* A chain was seen at this endpoint: its sources are asked, unless the run leaves revocation out or the
 * endpoint is none that Expressway or a client of it checks. */
void revocation_seen(struct world *world, const struct endpoint *endpoint, const struct certs *chain);
/* The certificates of the deployment's Expressways that came as files. */
void revocation_deployment(struct world *world, const struct deployment *deployment);
/* What the user names: URLs of CRLs, and a chain of his own where no host is to be looked at. */
void revocation_ask(struct world *world, const struct revocation_target *target);
/* At the end of the run: puts facts->fetches in order, and adds what was never asked and why. */
void revocation_finish(struct world *world);

#endif
