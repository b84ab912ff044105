/* Would Expressway (or a client) trust this certificate? The two questions of the chain family.
 *
 * zone = leaf + intermediates as sent + trust list; tunnel = leaf + trust list alone. The path is found as
 * OpenSSL finds it with the list in its order (only the first CA certificate of a subject counts),
 * BasicConstraints demanded of every CA, the root too. Judged at a given time. Does not look at names or
 * revocation, nor at the leaf's EKU. */
#ifndef EXPRESSWAY_TRUST_H
#define EXPRESSWAY_TRUST_H

#include "facts/facts.h"

enum trust_verdict {
    TRUST_GOOD,
    TRUST_NO_ROOT,              /* no-trusted-root: the chain is complete, its root is not in the list */
    TRUST_MISSING_INTERMEDIATE, /* no CA links to the leaf or to the highest CA found */
    TRUST_SELF_SIGNED,          /* untrusted-self-signed: the leaf is, and is not in the list */
    TRUST_EXPIRED_CA,           /* a CA of the path is expired or not yet valid at that time */
    TRUST_NOT_A_CA,             /* not a CA or no BasicConstraints */
    TRUST_BAD_SIGNATURE,
    TRUST_PATH_TOO_LONG,
    TRUST_PURPOSE,         /* unsuitable-purpose: key usage, or a CA's extended key usage, forbids the use */
    TRUST_NAME_CONSTRAINT, /* name-constraint: a name lies outside what a CA above may certify */
    TRUST_CRITICAL_EXTENSION, /* critical-extension: marked critical, and OpenSSL does not know it */
    TRUST_MALFORMED_DATE,     /* malformed-date: a date that RFC 5280 4.1.2.5 does not allow (fractions) */
    TRUST_OTHER,              /* other: openssl_error says what */
    TRUST_NO_BYTES            /* the certificates' bytes were not kept: cannot tell */
};

/* What the certificate is shown for. OpenSSL then asks key usage and extended key usage of every certificate
 * of the path, as both sides of a TLS handshake do (X509_V_ERR_INVALID_PURPOSE, "unsuitable certificate
 * purpose"). That the leaf's own EKU lacks the use is left out here: cert.eku tells that, by release. */
enum trust_purpose { PURPOSE_ANY, PURPOSE_TLS_SERVER, PURPOSE_TLS_CLIENT };

/* A CA certificate that the list lacks for the path to be trusted. */
struct missing_ca {
    const char *subject; /* one line */
    const char *ski;     /* from the AKI of what it signed, or its own; NULL when unknown */
    const char *sha256;  /* when the certificate itself was seen (sent by the peer); else NULL */
    const char *aia;     /* where to fetch it, when the certificate it signed says so; else NULL */
};

struct trust_result {
    enum trust_verdict verdict;
    struct texts path;                  /* subjects from the leaf upwards as far as it was built */
    LIST_OF(struct missing_ca) missing; /* lowest first; empty when good */
    const char *culprit;                /* subject of the certificate that is to blame; NULL when good */
    const char *constrained_by; /* TRUST_NAME_CONSTRAINT: subject of the CA that may not certify the culprit;
                                   NULL when none was found, or it is another verdict */
    int64_t not_before, not_after; /* of the culprit; both 0 but with TRUST_EXPIRED_CA */
    bool culprit_is_listed;        /* TRUST_EXPIRED_CA: it stands in the list and was not sent */
    int openssl_error;             /* X509_V_ERR_*, 0 when good or when the fault is one of our own rules */
    struct certs above; /* the CA certificates of the path, lowest first. Those from the list hold names, key
                           identifiers and bytes only */
};

/* Where to find a name in a long list without parsing it: made once per list, used for many questions. */
struct trust_index;
struct trust_index *trust_index_new(struct arena *arena, const struct trust_list *list);

/* So many certificates are going to be asked about, each more than once. */
void trust_expect(size_t count);
/* Some of them. By the CAs that the list has above these, most of the others will be signed, too: who looks
 * ahead (wire/x509_ahead.h) may begin. */
void trust_foresee(struct arena *arena, const struct certs *some, const struct trust_index *index);
void trust_forget(void); /* that they were many: gives back the room that was made for them */

/* sent: the other certificates as sent (without the leaf), NULL for the tunnel question. `known` (may be
 * NULL) are certificates that take no part in the path but may name what is missing: for the tunnel question,
 * what the peer sent in the handshake. Texts of the result live in arena. */
void trust_judge_by(struct arena *arena, const struct cert *leaf, const struct certs *sent,
                    const struct certs *known, const struct trust_index *index, int64_t at,
                    enum trust_purpose purpose, struct trust_result *result);

/* What a server sends with this leaf if its trust list is `own`: the path that OpenSSL builds from the list
 * alone, as far as it goes (field-facts 2). */
struct certs trust_predict(struct arena *arena, const struct cert *leaf, const struct trust_index *own,
                           int64_t at);

/* An issuer of this certificate in the list? Names, key identifiers and key usage decide, as in OpenSSL. */
enum trust_issuer { ISSUER_NONE, ISSUER_INTERMEDIATE, ISSUER_ROOT };
enum trust_issuer trust_issuer_of(struct arena *arena, const struct cert *cert,
                                  const struct trust_index *index);
/* The certificates of the list that paths from these can pass through, in its order. */
struct certs trust_reach(struct arena *arena, const struct certs *from, const struct trust_index *index);
/* An entry as a certificate: names, key identifiers and bytes only. NULL when it cannot be parsed. */
struct cert *trust_entry_cert(struct arena *arena, const struct ca_entry *entry);
struct cert *trust_cert_whole(struct arena *arena, const struct cert *light);      /* NULL without bytes */
struct cert *trust_entry_whole(struct arena *arena, const struct ca_entry *entry); /* all that it says */

/* Drops from the list what no chain in the facts can lead to, and marks it partial (for saving system roots).
 */
void trust_keep_relevant(struct arena *arena, struct trust_list *list, const struct certs *seen);
/* The same for the list "system" and all that the facts hold, before they are saved. */
void trust_trim_system(struct facts *facts);

#endif
