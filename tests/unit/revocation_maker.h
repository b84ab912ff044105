/* How does a test get OCSP answers and CRLs, with one thing wrong? Made by libcrypto from a recipe, as DER.
 */
#ifndef TESTS_UNIT_REVOCATION_MAKER_H
#define TESTS_UNIT_REVOCATION_MAKER_H

#include <openssl/ocsp.h>

#include "tests/unit/pki.h"

/* What is left out: good, about cert by SHA-256 hashes, signed by the issuer, thisUpdate an hour before
 * PKI_NOW. */
struct ocsp_recipe {
    const struct issued *cert, *issuer;
    int status, second;         /* V_OCSP_CERTSTATUS_*; a second statement: the status + 1; 0: none */
    const char *hash;           /* "sha1" */
    const struct issued *about; /* another certificate's serial number */
    const struct issued *named; /* another issuer's hashes */
    const struct issued *signer;
    const struct issued *before;      /* a status of this one comes first */
    int64_t second_update;            /* thisUpdate of the second statement; 0: as the first */
    bool has_no_time;                 /* its thisUpdate is not one */
    const struct issued *decoy;       /* a certificate that is sent before the signer's */
    int decoys;                       /* so often; 0: once */
    bool is_empty;                    /* no status at all */
    int reason;                       /* of the revocation: CRLReason + 1; 0: keyCompromise */
    bool without_certificate;         /* of the signer */
    bool by_key;                      /* responder ID by key */
    bool is_damaged;                  /* one bit of the signature */
    const char *critical;             /* an OID: critical extension of the response */
    const char *single_critical;      /* of the status */
    int64_t this_update, next_update; /* seconds from PKI_NOW; next 0: none */
    int refusal;                      /* OCSP_RESPONSE_STATUS_*: nothing but that */
};
struct blob ocsp_make(struct arena *arena, const struct ocsp_recipe *recipe);

/* What is left out: of issuer, nothing on it, thisUpdate an hour before PKI_NOW, nextUpdate a week after,
 * number 1. */
struct crl_recipe {
    const struct issued *issuer;
    const struct issued *revoked;
    const char *reason; /* "keyCompromise", "certificateHold", "removeFromCRL" as openssl.cnf has them */
    const struct issued *signer;       /* another key than the issuer's */
    const char *scope;                 /* IssuingDistributionPoint as openssl.cnf has it, critical */
    const struct point *point;         /* the same, of this name (RFC 5280 5.2.5) */
    bool is_indirect;                  /* and with entries of other CAs */
    const struct issued *entry_issuer; /* certificateIssuer of the entry */
    const char *critical;              /* an OID */
    const char *entry_critical;
    int delta_of; /* base CRL number; 0: no delta */
    int number;   /* 0: one more than delta_of */
    int64_t this_update, next_update;
    bool has_no_next_update;
};
struct blob crl_make(struct arena *arena, const struct crl_recipe *recipe);

#endif
