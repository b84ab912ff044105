/* How is one revocation source asked? From the cache, else by name, address, connection, redirects, to the
 * fact. Private to probe/revocation/revocation.c, which knows who is asked about what. */
#ifndef PROBE_REVOCATION_FETCH_H
#define PROBE_REVOCATION_FETCH_H

#include "probe/revocation/download.h"

struct fetch_ask {
    struct fetch *fetch;        /* kind, uri and what it is about are set; the rest is filled */
    const struct blob *request; /* OCSP, DER; NULL: CRL */
    bool may_be_inside; /* private addresses are fine: the user named it, or its certificate's host has one */
    int64_t now;        /* wall clock: the cache's */
    X509_STORE *(*trust)(struct world *world); /* for HTTPS, made when needed */
};

/* Counts as busy until the fact is complete. Nothing of ask need live on. */
void fetch_try(struct world *world, const struct fetch_ask *ask);

#endif
