/* Which fault of a chain is an error of OpenSSL, at which certificate, and what is missing for it to be good?
 * See trust_fault.h. */
#include "expressway/trust_fault.h"

#include <openssl/x509v3.h>

#include "expressway/revocation.h"

enum { MISSING_MAX = 16 };

/* ---- telling what is missing ---- */

static const struct cert *cert_among(const struct trust_pairs *pairs, const X509 *x) {
    for (size_t i = 0; i < pairs->n; i++)
        if (X509_cmp(pairs->v[i].x, x) == 0)
            return pairs->v[i].cert;
    return NULL;
}

static const struct cert *cert_from(struct trust_question *q, X509 *x) {
    for (size_t i = 0; i < q->listed.n; i++)
        if (X509_cmp(q->listed.v[i].x, x) == 0)
            return index_cert(q->index, q->listed.v[i].at);
    return NULL; /* is not reached: paths are made of these */
}

/* The facts' own certificate where there is one: it says more than the list's. */
const struct cert *trust_cert_for(struct trust_question *q, X509 *x) {
    const struct cert *cert = X509_cmp(q->leaf.x, x) == 0 ? q->leaf.cert : cert_among(&q->sent, x);
    if (cert == NULL)
        cert = cert_among(&q->known, x);
    return cert != NULL ? cert : cert_from(q, x);
}

static const struct trust_pair *issuer_among(const struct trust_pairs *pairs, X509 *of) {
    for (size_t i = 0; i < pairs->n; i++)
        if (X509_check_issued(pairs->v[i].x, of) == X509_V_OK)
            return &pairs->v[i];
    return NULL;
}

static const struct trust_pair *known_issuer(const struct trust_question *q, X509 *of) {
    const struct trust_pair *found = issuer_among(&q->sent, of);
    return found != NULL ? found : issuer_among(&q->known, of);
}

static struct missing_ca *add_missing(struct trust_question *q, struct trust_result *result) {
    struct missing_ca *missing = ARENA_NEW(q->arena, struct missing_ca);
    LIST_ADD(q->arena, &result->missing, missing);
    return missing;
}

static const char *fetch_from(const struct cert *child) {
    return child != NULL && child->aia.n > 0 ? child->aia.v[0] : NULL;
}

static void miss_known(struct trust_question *q, const struct cert *ca, const struct cert *child,
                       struct trust_result *result) {
    struct missing_ca *missing = add_missing(q, result);
    missing->subject = ca->subject;
    missing->ski = ca->ski != NULL ? ca->ski : child == NULL ? NULL : child->aki;
    missing->sha256 = ca->sha256;
    missing->aia = fetch_from(child);
}

static void miss_unknown(struct trust_question *q, const struct cert *child, struct trust_result *result) {
    struct missing_ca *missing = add_missing(q, result);
    missing->subject = child->issuer;
    missing->ski = child->aki;
    missing->aia = fetch_from(child);
}

/* From the certificate whose issuer the list lacks upwards, until the list has the next one, or nobody knows
 * it. Says whether the first that lacks is a root; where it was not seen: a root unless the leaf stands alone
 * (where the wire cannot tell, the catalogue's rule). */
static bool root_lacks(struct trust_question *q, X509 *top, struct trust_result *result) {
    bool is_root = X509_cmp(top, q->leaf.x) != 0;
    X509 *at = top;
    for (size_t step = 0; step < MISSING_MAX; step++) {
        const struct cert *child = trust_cert_for(q, at);
        const struct trust_pair *issuer = known_issuer(q, at);
        if (issuer_among(&q->listed, at) != NULL)
            break;
        if (issuer == NULL) {
            miss_unknown(q, child, result);
            break;
        }
        miss_known(q, issuer->cert, child, result);
        if (step == 0)
            is_root = (X509_get_extension_flags(issuer->x) & EXFLAG_SS) != 0;
        if ((X509_get_extension_flags(issuer->x) & EXFLAG_SI) != 0)
            break;
        at = issuer->x;
    }
    return is_root;
}

/* ---- whose fault it is ---- */

void trust_blame(struct trust_question *q, X509 *x, enum trust_verdict verdict, struct trust_result *result) {
    result->verdict = verdict;
    result->culprit = dn_text(q->arena, X509_get_subject_name(x));
}

static void judge_end(struct trust_question *q, X509 *top, struct trust_result *result) {
    bool is_root = root_lacks(q, top, result);
    trust_blame(q, top, is_root ? TRUST_NO_ROOT : TRUST_MISSING_INTERMEDIATE, result);
}

/* The list has a CA of the issuer's name, but not the one that signed. */
static void judge_signature(struct trust_question *q, struct trust_result *result) {
    X509 *at = q->faulty;
    const struct cert *child = trust_cert_for(q, at);
    trust_blame(q, at, TRUST_BAD_SIGNATURE, result);
    const struct trust_pairs *all[] = {&q->sent, &q->known};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t k = 0; k < all[i]->n; k++) {
            X509 *x = all[i]->v[k].x;
            bool same_name = X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(at)) == 0;
            if (same_name && X509_verify(at, X509_get0_pubkey(x)) == 1) {
                miss_known(q, all[i]->v[k].cert, child, result);
                return;
            }
        }
    if (X509_NAME_cmp(X509_get_subject_name(at), X509_get_issuer_name(at)) != 0)
        miss_unknown(q, child, result);
}

/* The lowest CA above the certificate at this depth whose name constraints do not allow it (RFC 5280
 * 4.2.1.10); NULL when none is found. */
static X509 *constraining_ca(STACK_OF(X509) * chain, int depth) {
    for (int i = depth + 1; i < sk_X509_num(chain); i++) {
        NAME_CONSTRAINTS *allowed =
            X509_get_ext_d2i(sk_X509_value(chain, i), NID_name_constraints, NULL, NULL);
        bool refuses =
            allowed != NULL && (NAME_CONSTRAINTS_check(sk_X509_value(chain, depth), allowed) != X509_V_OK ||
                                NAME_CONSTRAINTS_check_CN(sk_X509_value(chain, depth), allowed) != X509_V_OK);
        NAME_CONSTRAINTS_free(allowed);
        if (refuses)
            return sk_X509_value(chain, i);
    }
    return NULL;
}

static void judge_constraint(struct trust_question *q, STACK_OF(X509) * chain, X509 *at,
                             struct trust_result *result) {
    X509 *ca = constraining_ca(chain, q->depth);
    trust_blame(q, at, TRUST_NAME_CONSTRAINT, result);
    if (ca != NULL)
        result->constrained_by = dn_text(q->arena, X509_get_subject_name(ca));
}

/* Several CA certificates may have one name: the dates are those of the one that the path took. */
static void judge_time(struct trust_question *q, X509 *at, struct trust_result *result) {
    trust_blame(q, at, TRUST_EXPIRED_CA, result);
    result->culprit_is_listed = cert_among(&q->sent, at) == NULL;
    if (!seconds_of_time(X509_get0_notBefore(at), &result->not_before) ||
        !seconds_of_time(X509_get0_notAfter(at), &result->not_after))
        result->not_before = result->not_after = 0;
}

/* What an error of OpenSSL means; where the chain ends without its root, judge_end() looks once more. */
static const struct {
    int error;
    enum trust_verdict verdict;
} verdicts[] = {{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TRUST_SELF_SIGNED},
                {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TRUST_NO_ROOT},
                {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TRUST_MISSING_INTERMEDIATE},
                {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TRUST_MISSING_INTERMEDIATE},
                {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TRUST_MISSING_INTERMEDIATE},
                {X509_V_ERR_CERT_HAS_EXPIRED, TRUST_EXPIRED_CA},
                {X509_V_ERR_CERT_NOT_YET_VALID, TRUST_EXPIRED_CA},
                {X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, TRUST_MALFORMED_DATE},
                {X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, TRUST_MALFORMED_DATE},
                {X509_V_ERR_CERT_SIGNATURE_FAILURE, TRUST_BAD_SIGNATURE},
                {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, TRUST_BAD_SIGNATURE},
                {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, TRUST_BAD_SIGNATURE},
                {X509_V_ERR_PATH_LENGTH_EXCEEDED, TRUST_PATH_TOO_LONG},
                {X509_V_ERR_CERT_CHAIN_TOO_LONG, TRUST_PATH_TOO_LONG},
                {X509_V_ERR_INVALID_PURPOSE, TRUST_PURPOSE},
                {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, TRUST_CRITICAL_EXTENSION},
                {X509_V_ERR_PERMITTED_VIOLATION, TRUST_NAME_CONSTRAINT},
                {X509_V_ERR_EXCLUDED_VIOLATION, TRUST_NAME_CONSTRAINT},
                {X509_V_ERR_SUBTREE_MINMAX, TRUST_NAME_CONSTRAINT},
                {X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, TRUST_NAME_CONSTRAINT},
                {X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, TRUST_NAME_CONSTRAINT},
                {X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, TRUST_NAME_CONSTRAINT},
                {X509_V_ERR_INVALID_CA, TRUST_NOT_A_CA},
                {X509_V_ERR_INVALID_NON_CA, TRUST_NOT_A_CA},
                {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, TRUST_NOT_A_CA}};

static enum trust_verdict verdict_of(int error) {
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        if (verdicts[i].error == error)
            return verdicts[i].verdict;
    return TRUST_OTHER;
}

void trust_fault_judge(struct trust_question *q, STACK_OF(X509) * chain, struct trust_result *result) {
    X509 *top = sk_X509_value(chain, sk_X509_num(chain) - 1);
    X509 *at = q->faulty != NULL ? q->faulty : top;
    enum trust_verdict verdict = verdict_of(q->error);
    result->openssl_error = q->error;
    switch (verdict) {
    case TRUST_SELF_SIGNED:
        trust_blame(q, q->leaf.x, verdict, result);
        miss_known(q, q->leaf.cert, NULL, result);
        break;
    case TRUST_NO_ROOT:
        trust_blame(q, top, verdict, result);
        miss_known(q, trust_cert_for(q, top), NULL, result);
        break;
    case TRUST_MISSING_INTERMEDIATE:
        judge_end(q, top, result);
        break;
    case TRUST_EXPIRED_CA:
        judge_time(q, at, result);
        break;
    case TRUST_BAD_SIGNATURE:
        judge_signature(q, result);
        break;
    case TRUST_NAME_CONSTRAINT:
        judge_constraint(q, chain, at, result);
        break;
    default:
        trust_blame(q, at, verdict, result);
    }
}
