/* What does a server take? The result of enumerating one endpoint with ClientHellos of our own bytes. */
#ifndef FACTS_CIPHERS_H
#define FACTS_CIPHERS_H

#include "facts/tls.h"

/* TLS protocol numbers as on the wire: 0x0300 SSLv3 … 0x0304 TLS 1.3 (RFC 8446 appendix D). */
enum { SSL3 = 0x0300, TLS10 = 0x0301, TLS11 = 0x0302, TLS12 = 0x0303, TLS13 = 0x0304 };
const char *tls_version_name(int version); /* "TLSv1.2"; NULL when not one of these */

struct accepted_suite { /* in the order of preference found, per version */
    int version;
    int suite; /* IANA number, e.g. 0xC02F */
    char *
        certificate; /* "RSA", "ECDSA", "RSA-PSS", "DSA", "Ed25519"…; "none" for anonymous suites; NULL not
                        seen. TLS 1.3: the suite does not decide it, see certificates13; the first of those */
    char *group;     /* "x25519", "secp256r1", "ffdhe2048"…, "dh 1024" for own parameters,
                        which a server may keep for who offers no ffdhe group; NULL for static RSA.
                        That which comes when all are offered */
    int dh_bits;     /* size of a finite-field group; 0 when none */
    char *signature_algorithm; /* of the key exchange; NULL when not seen (TLS 1.3: the certificate's key
                                  decides) */
};

struct version_answer {
    int version;
    char *state;      /* "accepted", "refused", "no-answer" */
    char *how;        /* what the refusal was: "alert protocol_version", "closed"; NULL when accepted */
    char *preference; /* "server", "client"; NULL when one suite or unknown */
};

/* What a server made of the hello that one client would send: its versions, suites, groups and signature
 * algorithms in its order. As far as the server's certificate; ESTABLISHED says that it came. */
struct hello_answer {
    char *client; /* a profile's name, or a cipher string */
    struct tls_attempt tls;
};

struct cipher_survey {
    char *endpoint; /* id of the endpoint: host:port */
    char *address;
    char *starttls;                          /* "xmpp"; NULL for direct TLS */
    LIST_OF(struct version_answer) versions; /* SSLv3 to TLS 1.3 */
    LIST_OF(struct accepted_suite) accepted; /* by version, newest first, then preference */
    struct texts groups12, groups13;         /* accepted key exchange groups, preferred first */
    struct texts certificates13; /* kinds of key shown in TLS 1.3 when only that kind is wanted: "ECDSA",
                                    "RSA"…; what comes when all are wanted, the client's order decides */
    struct texts signature_algorithms;    /* that the server signs with, TLS 1.3 names */
    char *renegotiation;                  /* "secure", "insecure", "none"; NULL not seen */
    bool sends_fallback_alert;            /* TLS_FALLBACK_SCSV honoured (RFC 7507) */
    struct certs chain_rsa, chain_ecdsa;  /* as sent; empty when the server has none of the kind */
    LIST_OF(struct hello_answer) clients; /* that were compared; empty in old saves */
    bool rate_limited;                    /* connections began to fail part way: waited out once */
    bool limits_connections; /* what failed beside others was answered alone: fewer at once then */
    bool complete; /* false when the deadline or a block stopped it: absent suites then prove nothing */
    char *error;   /* why not complete; NULL when it is */
    int connections, ms;
};

#endif
