/* What do the revocation sources say of a certificate, and what does Expressway make of it? The
 * simulation behind revocation.*: paths, sources, decision. Does not judge; knows no socket and no clock. */
#ifndef EXPRESSWAY_REVOCATION_H
#define EXPRESSWAY_REVOCATION_H

#include <openssl/x509v3.h>

#include "catalogue/catalogue.h"
#include "facts/facts.h"

enum { CLOCK_SKEW = 300, MAX_AGE = 7 * 86400, REVOCATION_PATH = 8 };

/* What one source says of one certificate, when it can be believed. */
enum said {
    SAID_NOTHING, /* no status: `cause` says why */
    SAID_GOOD,
    SAID_REVOKED
};

/* ---- revocation_path.c: from the leaf up, as far as issuers are known ---- */

struct revocation_step {
    const struct cert *cert;
    X509 *x;
    X509 *issuer;                   /* NULL: not known */
    const struct cert *issuer_cert; /* the same as a fact; NULL: not known */
    bool is_forged;                 /* the issuer's own certificate is not signed by the one it names */
};

struct revocation_path { /* leaf first; the root is not in it */
    struct revocation_step steps[REVOCATION_PATH];
    size_t n;
};

struct listed_certs; /* of trust lists, those that were met before: made once, in the arena of the paths */
struct listed_certs *listed_certs_new(struct arena *arena);
/* Issuers by name and signature: what was sent, then the trust lists in order. Certificates from a list are
 * made in arena; listed NULL: none are kept for the next path. revocation_path_close() frees the library's
 * objects. */
void revocation_path_open(const struct facts *facts, struct arena *arena, const struct certs *chain,
                          struct listed_certs *listed, struct revocation_path *path);
void revocation_path_close(struct revocation_path *path);

/* Since the epoch; false, and nothing set, when it is no time. */
bool seconds_of_time(const ASN1_TIME *time, int64_t *seconds);

/* ---- revocation_ocsp.c: one OCSP answer, stapled or asked for (RFC 6960) ---- */

struct ocsp_answer {
    enum said said;
    enum cause_id cause; /* of revocation.ocsp; CAUSE_NONE: good */
    const char
        *why; /* a sentence's end for the summary: "it expired at …"; NULL when there is no more to say */
    bool contradicts; /* more than one status for this certificate, and they differ */
    int64_t produced, this_update, next_update, revoked_at; /* 0: not said */
    const char *reason;                                     /* of the revocation; NULL when none is given */
    const char *signer;                                     /* subject; NULL when nobody fits */
    bool is_delegate, has_nocheck;
};

/* hash: "sha1" or "sha256", that of the CertID asked with; NULL: any will do (a staple). */
void ocsp_answer_read(struct arena *arena, const uint8_t *der, size_t size,
                      const struct revocation_step *step, const char *hash, int64_t at,
                      struct ocsp_answer *answer);

/* ---- revocation_crl.c: the CRLs of one file or archive, about one certificate (RFC 5280 section 6.3) ----
 */

struct crls { /* of one fetch, parsed */
    X509_CRL **v;
    size_t n, broken;
};
void crls_open(struct arena *arena, const struct fetch *fetch, struct crls *crls);
void crls_close(struct crls *crls);

struct crl_answer {
    enum said said;
    enum cause_id cause; /* of revocation.crl; CAUSE_NONE: good, or the issuer is not known */
    const char *why;
    const char *number;                           /* hex; NULL when it has none */
    int64_t this_update, next_update, revoked_at; /* 0: not said */
    const char *reason, *issuer;
    bool used_delta;
    size_t count; /* CRLs in the file */
};
void crl_answer_read(struct arena *arena, const struct crls *crls, const struct revocation_step *step,
                     const struct revocation_path *path, int64_t at, struct crl_answer *answer);

/* ---- revocation_sources.c: every source of one certificate ---- */

struct source {
    const struct fetch *fetch;      /* OCSP: the question with SHA-256; NULL: nobody asked */
    const struct fetch *fetch_sha1; /* OCSP only; NULL: nobody asked */
    enum fetch_kind kind;
    const char *uri;
    enum said said;
    enum cause_id cause;    /* what is wrong with it; CAUSE_NONE: good, not tried, not for this certificate */
    const char *why;        /* a sentence's end; never NULL */
    bool is_untried;        /* it could have been asked, and was not */
    bool is_sha256_refused; /* the responder answers SHA-1 only */
    bool is_expired;        /* the CRL is: every certificate of the CA counts as invalid (guide, chapter 7) */
    bool is_of_another;     /* a CRL that was loaded for another CA */
    struct ocsp_answer ocsp, ocsp_sha1;
    struct crl_answer crl;
    /* What a source that gave no answer said last time; NULL: nothing is kept. No part of the decision. */
    const char *kept_says; /* "good", "revoked", or a cause of its check: "expired" */
};

struct cert_sources { /* what is known of one certificate of a path */
    const struct cert *cert;
    const char *issuer; /* sha256 of the issuer's DER; "" when not known */
    bool is_leaf;
    struct cert_sources *next;        /* in its bucket */
    LIST_OF(struct source) ocsp, crl; /* crl: in the trusted CA file, manual, automatic, then the CDPs */
};

struct cert_path { /* of one subject, leaf first */
    LIST_OF(struct cert_sources) certs;
};

enum { SOURCES_BUCKETS = 4096 };

struct revocation_run {
    const struct facts *facts;
    struct arena *arena;         /* what is made here, but the library's objects */
    struct crls *crls;           /* by fetch */
    bool *is_used;               /* by fetch: a file that some certificate's CRL is in */
    struct cert_sources **known; /* each certificate is judged once: SOURCES_BUCKETS lists of them */
    bool has_known;
    struct listed_certs *listed;
};
struct revocation_run *revocation_run_open(const struct facts *facts, struct arena *arena);
void revocation_run_close(struct revocation_run *run);
void sources_of(struct revocation_run *run, const struct certs *chain, struct cert_path *out);

/* What kept a fetch from an answer: the cause of its check, and why. */
bool fetch_failure(const struct fetch *fetch, enum cause_id *cause, const char **why);

/* Loaded by hand (guide, chapter 7): only PEM is taken, and an upload replaces the one before. */
bool is_refused_upload(const struct fetch *fetch, enum cause_id *cause, const char **why);
bool is_replaced_upload(const struct facts *facts, size_t position); /* of the fetch */

/* ---- revocation_decision.c: what Expressway would do ---- */

enum decision {
    DECIDE_GOOD,      /* every certificate has a status, and it is good */
    DECIDE_REVOKED,   /* fallback or not: revoked, or of a CA whose CRL has expired */
    DECIDE_INVALID,   /* the responder cannot do SHA-256 */
    DECIDE_NO_STATUS, /* the fallback decides */
    DECIDE_UNTRIED,   /* it would hang on a source that was not asked */
    DECIDE_OFF        /* checking mode off */
};

struct decided {
    enum decision decision;
    const struct cert *culprit; /* the certificate that decided; NULL when good or off */
    const char *why;            /* what decided, for the summary */
    struct texts trace;
};

/* Does this kind of connection use that kind of source? (guide, chapter 7) */
bool connection_uses(enum revocation_connection connection, enum fetch_kind kind);
void decide(struct arena *arena, const struct revocation_settings *settings, const struct cert_path *path,
            struct decided *out);
bool decision_accepts(enum decision decision, bool treat_as_revoked);
/* Cause of revocation.verdict; CAUSE_NONE when it is accepted for good reasons. */
enum cause_id decision_cause(enum decision decision, bool treat_as_revoked);

#endif
