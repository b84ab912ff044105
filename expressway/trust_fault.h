/* What was asked about a chain, and what is wrong where OpenSSL says that something is? trust.c asks; here
 * its answer becomes a verdict, the certificate that is to blame, and the CAs that the list lacks. Does not
 * build paths. */
#ifndef EXPRESSWAY_TRUST_FAULT_H
#define EXPRESSWAY_TRUST_FAULT_H

#include <openssl/x509.h>

#include "expressway/trust_index.h"

/* Certificates as facts and as library objects, side by side. */
struct trust_pair {
    X509 *x;
    const struct cert *cert; /* NULL in `listed` */
    size_t at;               /* in the list */
};

struct trust_pairs {
    struct trust_pair *v;
    size_t n;
};

struct trust_question {
    struct arena *arena;
    struct trust_pair leaf;
    const struct trust_index *index;
    struct trust_pairs sent, known, listed; /* listed: what of the list can matter, in its order */
    int64_t at;
    enum trust_purpose purpose;
    int error, depth;                /* the first that counted; 0 when none did */
    X509 *faulty;                    /* the certificate it was found at; borrowed */
    X509_STORE_CTX_verify_fn verify; /* OpenSSL's own */
};

/* Sets verdict, culprit, what is missing, and which CA does not allow a name. `chain`: as far as it was
 * built. */
void trust_fault_judge(struct trust_question *q, STACK_OF(X509) * chain, struct trust_result *result);
void trust_blame(struct trust_question *q, X509 *x, enum trust_verdict verdict, struct trust_result *result);
/* The facts' own certificate where there is one: it says more than the list's. */
const struct cert *trust_cert_for(struct trust_question *q, X509 *x);

#endif
