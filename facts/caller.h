/* Who dialled in while we listened as a traversal server, and what did it show? One connection is one caller.
 *
 * The handshake is a tls_attempt seen from the other side: `chain` is the client's, `sni` is what it sent,
 * SIDE_PEER is the caller, client_auth says whether it presented a certificate (accepted) or went on without
 * one (requested), signature_algorithm is that of our own key exchange. */
#ifndef FACTS_CALLER_H
#define FACTS_CALLER_H

#include "facts/tls.h"

/* What a ClientHello offers, in the client's order. */
struct client_offer {
    struct texts versions;             /* "TLSv1.3", "0x7F1C" when it has no name */
    struct texts suites;               /* IANA or OpenSSL names, else "0xC02F" */
    struct texts groups;               /* "X25519", "P-256"… */
    struct texts signature_algorithms; /* "rsa_pss_rsae_sha256"… */
    struct texts alpn;
    char *sni; /* NULL when none was sent */
};

struct caller {
    char *address;  /* numeric, of the one who dialled in */
    int port;       /* its source port */
    char *listener; /* "0.0.0.0:7001": where it came in */
    char *shown;    /* file of the certificate that we showed; NULL: a throw-away one, which nobody trusts */
    char *node;     /* name of the deployment node that its certificate became; NULL when it showed none */
    char *zone;     /* name of the zone we stand for; NULL when none */
    struct client_offer offer;
    struct tls_attempt tls;
};

bool caller_hung_up(const struct caller *caller); /* without a word of TLS, as health checks and scans do */

#endif
