/* Would Expressway (or a client) trust this certificate? See trust.h.
 *
 * OpenSSL decides, as it does on Expressway: X509_verify_cert() with the list as its store. What is set apart
 * from a plain `openssl verify`, and why:
 * - the time is given, never the clock's;
 * - the leaf's own dates are not asked: cert.validity tells them, and a chain is not bad because of them;
 * - every CA needs BasicConstraints CA:TRUE, the root too. OpenSSL asks that of all but the root, which may
 * be X.509v1 or known by key usage alone; Expressway demands the extension (certificate guide X14.3, chapter
 * 1);
 * - the purpose is asked, but for the leaf's extended key usage, which cert.eku judges by release;
 * - security level 0 and no names: those are other checks' questions.
 * Of several CA certificates with one subject OpenSSL takes the first, in list order, that fits by key
 * identifier and key usage and is valid at that time (X509_STORE_CTX_get1_issuer). It does not come back when
 * the signature then fails, which is what "the first match is used and the search stops" means (field-facts
 * 2). Once an issuer was found in the list the path goes on in the list alone (X509_V_FLAG_TRUSTED_FIRST). */
#include "expressway/trust.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "expressway/trust_index.h"

enum { SENT_MAX = 100, MISSING_MAX = 16 };

const struct enum_name trust_causes[] = {{TRUST_NO_ROOT, "no-trusted-root"},
                                         {TRUST_MISSING_INTERMEDIATE, "missing-intermediate"},
                                         {TRUST_SELF_SIGNED, "untrusted-self-signed"},
                                         {TRUST_EXPIRED_CA, "expired-ca"},
                                         {TRUST_NOT_A_CA, "not-a-ca"},
                                         {TRUST_BAD_SIGNATURE, "bad-signature"},
                                         {TRUST_PATH_TOO_LONG, "path-too-long"},
                                         {TRUST_PURPOSE, "unsuitable-purpose"},
                                         {TRUST_NAME_CONSTRAINT, "name-constraint"},
                                         {TRUST_CRITICAL_EXTENSION, "critical-extension"},
                                         {TRUST_MALFORMED_DATE, "malformed-date"},
                                         {TRUST_OTHER, "other"},
                                         {0, NULL}};

/* Certificates as facts and as library objects, side by side. */
struct pair {
    X509 *x;
    const struct cert *cert; /* NULL in `listed` */
    size_t at;               /* in the list */
};

struct pairs {
    struct pair *v;
    size_t n;
};

struct question {
    struct arena *arena;
    struct pair leaf;
    const struct trust_index *index;
    struct pairs sent, known, listed; /* listed: what of the list can matter, in its order */
    int64_t at;
    enum trust_purpose purpose;
    int error, depth;                /* the first that counted; 0 when none did */
    X509 *faulty;                    /* the certificate it was found at; borrowed */
    X509_STORE_CTX_verify_fn verify; /* OpenSSL's own */
};

/* ---- gathering ---- */

static void pairs_of(struct question *q, const struct certs *certs, struct pairs *out) {
    size_t count = certs == NULL ? 0 : certs->n < SENT_MAX ? certs->n : SENT_MAX;
    out->v = arena_alloc(q->arena, count * sizeof *out->v);
    for (size_t i = 0; i < count; i++) {
        X509 *x = x509_of(certs->v[i]->der, certs->v[i]->der_size);
        if (x != NULL)
            out->v[out->n++] = (struct pair){.x = x, .cert = certs->v[i]};
    }
}

static void pairs_free(struct pairs *pairs) {
    for (size_t i = 0; i < pairs->n; i++)
        X509_free(pairs->v[i].x);
}

static void gather_listed(struct question *q, const struct trust_index *index) {
    uint32_t *issuers = arena_alloc(q->arena, (1 + q->sent.n + q->known.n) * sizeof *issuers), *to = issuers;
    struct positions reach;
    *to++ = dn_hash_of(X509_get_issuer_name(q->leaf.x));
    for (size_t i = 0; i < q->sent.n; i++)
        *to++ = dn_hash_of(X509_get_issuer_name(q->sent.v[i].x));
    for (size_t i = 0; i < q->known.n; i++)
        *to++ = dn_hash_of(X509_get_issuer_name(q->known.v[i].x));
    index_reach(q->arena, index, issuers, (size_t)(to - issuers), &reach);
    q->listed.v = arena_alloc(q->arena, reach.n * sizeof *q->listed.v);
    for (size_t i = 0; i < reach.n; i++) {
        const struct ca_entry *entry = index->list->entries.v[reach.v[i]];
        X509 *x = x509_of(entry->der, entry->der_size);
        if (x != NULL)
            q->listed.v[q->listed.n++] = (struct pair){x, NULL, reach.v[i]};
    }
}

/* ---- asking OpenSSL ---- */

static bool is_about_time(int error) {
    return error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
}

/* Refused for its extended key usage alone? Then nothing is said here: see trust.h. Where an extension is
 * absent all bits are set. */
static bool is_only_eku(const struct question *q) {
    uint32_t wanted = q->purpose == PURPOSE_TLS_CLIENT ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
    uint32_t usage = q->purpose == PURPOSE_TLS_CLIENT
                         ? KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT
                         : KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT;
    bool eku_lacks = (X509_get_extended_key_usage(q->leaf.x) & wanted) == 0;
    bool usage_lacks = (X509_get_key_usage(q->leaf.x) & usage) == 0;
    return eku_lacks && !usage_lacks;
}

static int on_fault(int is_good, X509_STORE_CTX *context) {
    struct question *q = X509_STORE_CTX_get_app_data(context);
    int error = X509_STORE_CTX_get_error(context), depth = X509_STORE_CTX_get_error_depth(context);
    if (is_good || (depth == 0 && is_about_time(error)) ||
        (depth == 0 && error == X509_V_ERR_INVALID_PURPOSE && is_only_eku(q)))
        return 1;
    q->error = error;
    q->depth = depth;
    q->faulty = X509_STORE_CTX_get_current_cert(context);
    return 0;
}

/* Signatures that were verified before need not be again: each list and each purpose asks for the same. What
 * else OpenSSL does behind a path that it has found (internal_verify) is to look at the issuers' right to
 * sign and at the dates; where any of these is not plainly good, it is asked itself. */
static bool has_good_dates(const X509 *x, bool is_leaf, time_t at) {
    int before = X509_cmp_time(X509_get0_notBefore(x), &at),
        after = X509_cmp_time(X509_get0_notAfter(x), &at);
    return is_leaf ? before != 0 && after != 0 : before < 0 && after > 0;
}

static int verify_path(X509_STORE_CTX *context) {
    struct question *q = X509_STORE_CTX_get_app_data(context);
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    int last = sk_X509_num(chain) - 1;
    bool is_good = true;
    for (int i = last; is_good && i >= 0; i--) {
        X509 *x = sk_X509_value(chain, i), *issuer = sk_X509_value(chain, i + 1);
        is_good = has_good_dates(x, i == 0, (time_t)q->at) &&
                  (i == last || (X509_check_issued(issuer, x) == X509_V_OK && x509_is_signed_by(x, issuer)));
    }
    return is_good ? 1 : q->verify(context);
}

static X509_STORE *store_of(const struct pairs *listed) {
    X509_STORE *store = X509_STORE_new();
    for (size_t i = 0; store != NULL && i < listed->n; i++)
        X509_STORE_add_cert(store, listed->v[i].x); /* keeps the order among certificates of one subject */
    return store;
}

static STACK_OF(X509) * stack_of(const struct pairs *sent) {
    STACK_OF(X509) *stack = sk_X509_new_null();
    for (size_t i = 0; stack != NULL && i < sent->n; i++)
        sk_X509_push(stack, sent->v[i].x);
    return stack;
}

/* BasicConstraints on every CA of a path that OpenSSL is content with. A self-signed leaf that stands in the
 * list is its own path and no CA. */
static X509 *first_without_constraints(STACK_OF(X509) * chain) {
    for (int i = 1; i < sk_X509_num(chain); i++) {
        X509 *x = sk_X509_value(chain, i);
        if ((X509_get_extension_flags(x) & EXFLAG_CA) == 0)
            return x;
    }
    return NULL;
}

/* ---- telling what is missing ---- */

static const struct cert *cert_among(const struct pairs *pairs, const X509 *x) {
    for (size_t i = 0; i < pairs->n; i++)
        if (X509_cmp(pairs->v[i].x, x) == 0)
            return pairs->v[i].cert;
    return NULL;
}

static const struct cert *cert_from(struct question *q, X509 *x) {
    for (size_t i = 0; i < q->listed.n; i++)
        if (X509_cmp(q->listed.v[i].x, x) == 0)
            return index_cert(q->index, q->listed.v[i].at);
    return NULL; /* is not reached: paths are made of these */
}

/* The facts' own certificate where there is one: it says more than the list's. */
static const struct cert *cert_for(struct question *q, X509 *x) {
    const struct cert *cert = X509_cmp(q->leaf.x, x) == 0 ? q->leaf.cert : cert_among(&q->sent, x);
    if (cert == NULL)
        cert = cert_among(&q->known, x);
    return cert != NULL ? cert : cert_from(q, x);
}

static const struct pair *issuer_among(const struct pairs *pairs, X509 *of) {
    for (size_t i = 0; i < pairs->n; i++)
        if (X509_check_issued(pairs->v[i].x, of) == X509_V_OK)
            return &pairs->v[i];
    return NULL;
}

static const struct pair *known_issuer(const struct question *q, X509 *of) {
    const struct pair *found = issuer_among(&q->sent, of);
    return found != NULL ? found : issuer_among(&q->known, of);
}

static struct missing_ca *add_missing(struct question *q, struct trust_result *result) {
    struct missing_ca *missing = ARENA_NEW(q->arena, struct missing_ca);
    LIST_ADD(q->arena, &result->missing, missing);
    return missing;
}

static const char *fetch_from(const struct cert *child) {
    return child != NULL && child->aia.n > 0 ? child->aia.v[0] : NULL;
}

static void miss_known(struct question *q, const struct cert *ca, const struct cert *child,
                       struct trust_result *result) {
    struct missing_ca *missing = add_missing(q, result);
    missing->subject = ca->subject;
    missing->ski = ca->ski != NULL ? ca->ski : child == NULL ? NULL : child->aki;
    missing->sha256 = ca->sha256;
    missing->aia = fetch_from(child);
}

static void miss_unknown(struct question *q, const struct cert *child, struct trust_result *result) {
    struct missing_ca *missing = add_missing(q, result);
    missing->subject = child->issuer;
    missing->ski = child->aki;
    missing->aia = fetch_from(child);
}

/* From the certificate whose issuer the list lacks upwards, until the list has the next one, or nobody knows
 * it. Says whether the first that lacks is a root; where it was not seen: a root unless the leaf stands alone
 * (where the wire cannot tell, the catalogue's rule). */
static bool root_lacks(struct question *q, X509 *top, struct trust_result *result) {
    bool is_root = X509_cmp(top, q->leaf.x) != 0;
    X509 *at = top;
    for (size_t step = 0; step < MISSING_MAX; step++) {
        const struct cert *child = cert_for(q, at);
        const struct pair *issuer = known_issuer(q, at);
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

/* ---- the verdict ---- */

static void blame(struct question *q, X509 *x, enum trust_verdict verdict, struct trust_result *result) {
    result->verdict = verdict;
    result->culprit = dn_text(q->arena, X509_get_subject_name(x));
}

static void judge_end(struct question *q, X509 *top, struct trust_result *result) {
    bool is_root = root_lacks(q, top, result);
    blame(q, top, is_root ? TRUST_NO_ROOT : TRUST_MISSING_INTERMEDIATE, result);
}

/* The list has a CA of the issuer's name, but not the one that signed. */
static void judge_signature(struct question *q, struct trust_result *result) {
    X509 *at = q->faulty;
    const struct cert *child = cert_for(q, at);
    blame(q, at, TRUST_BAD_SIGNATURE, result);
    const struct pairs *all[] = {&q->sent, &q->known};
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

static void judge_constraint(struct question *q, STACK_OF(X509) * chain, X509 *at,
                             struct trust_result *result) {
    X509 *ca = constraining_ca(chain, q->depth);
    blame(q, at, TRUST_NAME_CONSTRAINT, result);
    if (ca != NULL)
        result->constrained_by = dn_text(q->arena, X509_get_subject_name(ca));
}

static void judge_fault(struct question *q, STACK_OF(X509) * chain, struct trust_result *result) {
    X509 *top = sk_X509_value(chain, sk_X509_num(chain) - 1);
    X509 *at = q->faulty != NULL ? q->faulty : top;
    result->openssl_error = q->error;
    switch (q->error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        blame(q, q->leaf.x, TRUST_SELF_SIGNED, result);
        miss_known(q, q->leaf.cert, NULL, result);
        break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        blame(q, top, TRUST_NO_ROOT, result);
        miss_known(q, cert_for(q, top), NULL, result);
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        judge_end(q, top, result);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        blame(q, at, TRUST_EXPIRED_CA, result);
        break;
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
        blame(q, at, TRUST_MALFORMED_DATE, result);
        break;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
        judge_signature(q, result);
        break;
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
        blame(q, at, TRUST_PATH_TOO_LONG, result);
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        blame(q, at, TRUST_PURPOSE, result);
        break;
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
        blame(q, at, TRUST_CRITICAL_EXTENSION, result);
        break;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        judge_constraint(q, chain, at, result);
        break;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_NON_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        blame(q, at, TRUST_NOT_A_CA, result);
        break;
    default:
        blame(q, at, TRUST_OTHER, result);
    }
}

static void record_path(struct question *q, STACK_OF(X509) * chain, struct trust_result *result) {
    for (int i = 0; i < sk_X509_num(chain); i++) {
        const struct cert *cert = cert_for(q, sk_X509_value(chain, i));
        texts_add(q->arena, &result->path, cert->subject);
        if (i > 0)
            LIST_ADD(q->arena, &result->above, (void *)cert);
    }
}

static void ask(struct question *q, struct trust_result *result) {
    X509_STORE *store = store_of(&q->listed);
    STACK_OF(X509) *sent = stack_of(&q->sent);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (store == NULL || sent == NULL || context == NULL ||
        X509_STORE_CTX_init(context, store, q->leaf.x, sent) != 1)
        goto done;
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, (time_t)q->at);
    X509_VERIFY_PARAM_set_auth_level(param, 0);
    if (q->purpose != PURPOSE_ANY)
        X509_VERIFY_PARAM_set_purpose(param, q->purpose == PURPOSE_TLS_CLIENT ? X509_PURPOSE_SSL_CLIENT
                                                                              : X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_app_data(context, q);
    X509_STORE_CTX_set_verify_cb(context, on_fault);
    q->verify = X509_STORE_CTX_get_verify(context);
    X509_STORE_CTX_set_verify(context, verify_path);
    bool is_good = X509_verify_cert(context) == 1;
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    if (sk_X509_num(chain) <= 0)
        goto done;
    record_path(q, chain, result);
    X509 *unfit = is_good ? first_without_constraints(chain) : NULL;
    if (unfit != NULL)
        blame(q, unfit, TRUST_NOT_A_CA, result);
    else if (is_good)
        result->verdict = TRUST_GOOD;
    else
        judge_fault(q, chain, result);
done:
    X509_STORE_CTX_free(context);
    sk_X509_free(sent);
    X509_STORE_free(store);
    ERR_clear_error();
}

static void judge_anew(const struct trust_asked *asked, const struct trust_index *index,
                       struct trust_result *result) {
    const struct cert *leaf = asked->leaf;
    struct question q = {.arena = index->arena,
                         .at = asked->at,
                         .purpose = asked->purpose,
                         .index = index,
                         .leaf = {.x = x509_of(leaf->der, leaf->der_size), .cert = leaf}};
    *result = (struct trust_result){.verdict = TRUST_NO_BYTES};
    if (q.leaf.x == NULL)
        return;
    pairs_of(&q, asked->sent, &q.sent);
    pairs_of(&q, asked->known, &q.known);
    gather_listed(&q, index);
    ask(&q, result);
    pairs_free(&q.listed);
    pairs_free(&q.known);
    pairs_free(&q.sent);
    X509_free(q.leaf.x);
}

/* ---- once each ---- */

void trust_expect(size_t count) {
    x509_expect(count);
}

void trust_forget(void) {
    x509_forget();
}

static const struct trust_result *answer(struct arena *arena, const struct trust_index *index,
                                         const struct trust_asked *asked) {
    bool is_known;
    struct trust_result *result = trust_memo(arena, index->memos, asked, &is_known);
    if (!is_known)
        judge_anew(asked, index, result);
    return result;
}

/* Every zone shows one leaf to one list, with the same certificates beside it: facts do not change while they
 * are judged, so the same certificates are the same question. What finds its place taken is worked out again.
 * A path that will do for a server will do for no purpose, too: OpenSSL builds the same and asks less. */
void trust_judge_by(struct arena *arena, const struct cert *leaf, const struct certs *sent,
                    const struct certs *known, const struct trust_index *index, int64_t at,
                    enum trust_purpose purpose, struct trust_result *result) {
    struct trust_asked asked = {leaf, sent, known, at, purpose == PURPOSE_ANY ? PURPOSE_TLS_SERVER : purpose};
    *result = *answer(arena, index, &asked);
    if (result->verdict == TRUST_GOOD || purpose != PURPOSE_ANY)
        return;
    asked.purpose = PURPOSE_ANY;
    *result = *answer(arena, index, &asked);
}

void trust_judge(struct arena *arena, const struct cert *leaf, const struct certs *sent,
                 const struct trust_list *list, int64_t at, enum trust_purpose purpose,
                 struct trust_result *result) {
    trust_judge_by(arena, leaf, sent, NULL, trust_index_new(arena, list), at, purpose, result);
}

struct certs trust_predict(struct arena *arena, const struct cert *leaf, const struct trust_index *own,
                           int64_t at) {
    struct trust_result result;
    trust_judge_by(arena, leaf, NULL, NULL, own, at, PURPOSE_ANY, &result);
    return (struct certs){result.above.v, result.above.n};
}

enum trust_issuer trust_issuer_of(struct arena *arena, const struct cert *cert,
                                  const struct trust_index *index) {
    struct question q = {
        .arena = arena, .index = index, .leaf = {.x = x509_of(cert->der, cert->der_size), .cert = cert}};
    enum trust_issuer found = ISSUER_NONE;
    if (q.leaf.x == NULL)
        return found;
    gather_listed(&q, index);
    for (size_t i = 0; i < q.listed.n && found != ISSUER_ROOT; i++)
        if (X509_check_issued(q.listed.v[i].x, q.leaf.x) == X509_V_OK)
            found = (X509_get_extension_flags(q.listed.v[i].x) & EXFLAG_SS) != 0 ? ISSUER_ROOT
                                                                                 : ISSUER_INTERMEDIATE;
    pairs_free(&q.listed);
    X509_free(q.leaf.x);
    return found;
}
