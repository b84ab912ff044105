/* What do the revocation sources of a chain answer? For every certificate of a path but the root: each OCSP
 * URI asked with a SHA-1 and a SHA-256 CertID, each CRL distribution point fetched, all at once.
 *
 * The answers become facts->fetches; nothing is judged here. Each question is asked once in a run. */
#ifndef PROBE_REVOCATION_REVOCATION_H
#define PROBE_REVOCATION_REVOCATION_H

#include "probe/world.h"

struct revocation_target {
    const char
        *host; /* A-labels, or a numeric address without brackets; NULL: no TLS, `chain` is asked about */
    int port;
    const struct certs *chain;     /* leaf first, then its issuers; NULL with a host */
    const struct texts *auto_crls; /* URLs of --auto-crl; NULL: none */
};

/* With a host: one endpoint in facts->endpoints (or one for each address), handshake and its other key type,
 * then the sources of what it sent. Issuers come from the chain, then from all of facts->trust_lists.
 * options->cache names the folder of the cache. False as probe_run(). */
bool revocation_run(struct facts *facts, const struct probe_options *options,
                    const struct revocation_target *target, char **error);

/* ---- what the rest of probe/ tells it in any run ---- */

/* A chain was seen at this endpoint: its sources are asked, unless the run leaves revocation out or the
 * endpoint is none that Expressway or a client of it checks. */
void revocation_seen(struct world *world, const struct endpoint *endpoint, const struct certs *chain);
/* The certificates of the deployment's Expressways that came as files. */
void revocation_deployment(struct world *world, const struct deployment *deployment);
/* At the end of the run: puts facts->fetches in order, and adds what was never asked and why. */
void revocation_finish(struct world *world);

#endif
