/* Who dials in? Listens as a traversal server would, answers the TLS handshake of every caller, asks for its
 * certificate, and hangs up. For what cannot be reached from here: Expressway-C only dials out.
 *
 * Does not speak SIP, refuse a certificate, or judge. */
#ifndef PROBE_LISTEN_H
#define PROBE_LISTEN_H

#include "probe/probe.h"

struct listen_options {
    const char *address; /* numeric */
    int port;
    int count;                       /* callers that speak TLS to wait for; others are noted beside them */
    const struct identity *identity; /* what we show */
    const char *shown;               /* file it came from; NULL: thrown away afterwards */
    const struct trust_list
        *ca_names;    /* named in the CertificateRequest; NULL: no names, any CA is welcome */
    const char *zone; /* of the deployment, for the callers' facts; NULL when none */
    void (*ready)(void *context, const char *where); /* once it listens: "127.0.0.1:7001"; NULL: not told */
    void *ready_context;
};

/* Fills facts->callers until `count` of them spoke TLS or options->deadline_ms is over. False, with *error,
 * when we could not listen (port in use, not our address) or were interrupted ("interrupted"). */
bool listen_run(struct facts *facts, const struct probe_options *options, const struct listen_options *listen,
                char **error);

#endif
