/* What does one server take? Enumeration with ClientHellos of our own bytes: versions, suites, groups,
 * signature algorithms, preference, certificates. No key is agreed on, nothing is sent inside TLS; our
 * library's policy has no say. */
#ifndef PROBE_CIPHERS_CIPHERS_H
#define PROBE_CIPHERS_CIPHERS_H

#include "probe/probe.h"

struct cipher_target {
    const char
        *host; /* A-labels, or a numeric address without brackets: resolved, and sent as SNI if a name */
    int port;
    const char *starttls; /* "xmpp", "xmpp-server"; NULL: TLS at once */
    const char *domain;   /* of the XMPP stream; NULL: the host */
    int parallel;         /* connections at a time; 0: 8 */
    int per_second;       /* polite ceiling of new connections; 0: 200 */
};

/* Adds to facts->ciphers one survey for the first address that answers (or, when none does, one that is not
 * complete and says why), and to facts->dns the answers on the way. False, with *error set (in facts->arena),
 * only when we could not run at all, or were interrupted. */
bool ciphers_run(struct facts *facts, const struct probe_options *options, const struct cipher_target *target,
                 char **error);

#endif
