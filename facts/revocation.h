/* What did the revocation sources answer? One fetch is one question to one OCSP responder or one CRL
 * distribution point.
 *
 * The bytes are the fact: expressway/ reads and verifies them (libcrypto) at the time judged for, so a replay
 * decides anew. Stapled OCSP answers are in tls_attempt.staple. */
#ifndef FACTS_REVOCATION_H
#define FACTS_REVOCATION_H

#include "facts/cert.h"

enum fetch_kind {
    FETCH_OCSP,
    FETCH_CRL,        /* from a distribution point that a certificate names */
    FETCH_MANUAL_CRL, /* --crl-file */
    FETCH_AUTO_CRL,   /* --auto-crl */
    FETCH_TRUST_CRL   /* inside the file of a trust list: uri is its path */
};
extern const struct enum_name fetch_kinds[];

enum fetch_state {
    FETCH_NOT_TRIED,          /* error says why: issuer not known, the time for the run was over */
    FETCH_ANSWERED,           /* HTTP 200 with a body within the cap, or the file was read */
    FETCH_UNREACHABLE,        /* name, connection, silence: error says which */
    FETCH_HTTP_ERROR,         /* another status; redirects that were not followed */
    FETCH_TOO_LARGE,          /* more than we read; manual: 16 MB or more */
    FETCH_UNSUPPORTED_SCHEME, /* ldap, ftp */
    FETCH_TLS_FAILED,         /* HTTPS distribution point without a valid certificate */
    FETCH_UNPARSABLE          /* bytes came that hold no CRL, or a broken archive */
};
extern const struct enum_name fetch_states[];

struct blob {
    uint8_t *bytes;
    size_t size;
};

struct fetch {
    enum fetch_kind kind;
    enum fetch_state state;
    char *uri;  /* as in the certificate; a path for files */
    char *host; /* host and port to be reached, for the firewall list; NULL for files */
    int port;
    char *certificate; /* OCSP: sha256 of the certificate asked about; NULL for CRLs, which serve all that
                          name their URI */
    char *hash;        /* OCSP: CertID hash "sha1" or "sha256"; NULL for CRLs */
    char *method;      /* "GET" or "POST"; NULL for files */
    int http_status;   /* 0 when none came */
    char *form;        /* CRLs: "PEM", "DER", "ZIP" or "GZIP", as the content is; NULL when none came */
    struct texts redirects;       /* URLs that the source sent us on to, in order: hosts to be reached too */
    bool from_cache;              /* the source said that what was kept from before is still what it has */
    char *fetched;                /* when answers (from_cache) or kept came, RFC 3339; NULL: in this run */
    LIST_OF(struct blob) kept;    /* what a source that gave no answer said last time; as answers */
    LIST_OF(struct blob) answers; /* OCSP: one DER OCSPResponse; CRL: each DER CRL in the file or archive */
    char *error;
    int ms;
};

#endif
