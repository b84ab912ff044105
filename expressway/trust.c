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
 * 2). The list is asked first (X509_V_FLAG_TRUSTED_FIRST); once an issuer was found there, the path goes on
 * in the list alone. What an error of OpenSSL is for the user, and which CA is missing: trust_fault.h. */
#include "expressway/trust.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "expressway/trust_fault.h"
#include "wire/skim.h"

enum { SENT_MAX = 100 };

/* ---- gathering ---- */

static void pairs_of(struct trust_question *q, const struct certs *certs, struct trust_pairs *out) {
    size_t count = certs == NULL ? 0 : certs->n < SENT_MAX ? certs->n : SENT_MAX;
    out->v = arena_alloc(q->arena, count * sizeof *out->v);
    for (size_t i = 0; i < count; i++) {
        X509 *x = x509_of(certs->v[i]->der, certs->v[i]->der_size);
        if (x != NULL)
            out->v[out->n++] = (struct trust_pair){.x = x, .cert = certs->v[i]};
    }
}

static void pairs_free(struct trust_pairs *pairs) {
    for (size_t i = 0; i < pairs->n; i++)
        X509_free(pairs->v[i].x);
}

static void gather_listed(struct trust_question *q, const struct trust_index *index) {
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
            q->listed.v[q->listed.n++] = (struct trust_pair){x, NULL, reach.v[i]};
    }
}

/* ---- asking OpenSSL ---- */

static bool is_about_time(int error) {
    return error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
}

/* Refused for its extended key usage alone? Then nothing is said here: see trust.h. Where an extension is
 * absent all bits are set. */
static bool is_only_eku(const struct trust_question *q) {
    uint32_t wanted = q->purpose == PURPOSE_TLS_CLIENT ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
    uint32_t usage = q->purpose == PURPOSE_TLS_CLIENT
                         ? KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT
                         : KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT;
    bool eku_lacks = (X509_get_extended_key_usage(q->leaf.x) & wanted) == 0;
    bool usage_lacks = (X509_get_key_usage(q->leaf.x) & usage) == 0;
    return eku_lacks && !usage_lacks;
}

static int on_fault(int is_good, X509_STORE_CTX *context) {
    struct trust_question *q = X509_STORE_CTX_get_app_data(context);
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
static bool date_read(const ASN1_TIME *date, int64_t *time) {
    return plain_time_read(ASN1_STRING_get0_data(date), (size_t)ASN1_STRING_length(date),
                           ASN1_STRING_type(date), time);
}

static bool has_good_dates(const X509 *x, bool is_leaf, int64_t at) {
    int64_t before, after;
    return date_read(X509_get0_notBefore(x), &before) && date_read(X509_get0_notAfter(x), &after) &&
           (is_leaf || (before <= at && after > at));
}

static int verify_path(X509_STORE_CTX *context) {
    struct trust_question *q = X509_STORE_CTX_get_app_data(context);
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    int last = sk_X509_num(chain) - 1;
    bool is_good = true;
    for (int i = last; is_good && i >= 0; i--) {
        X509 *x = sk_X509_value(chain, i), *issuer = sk_X509_value(chain, i + 1);
        is_good = has_good_dates(x, i == 0, q->at) &&
                  (i == last || (X509_check_issued(issuer, x) == X509_V_OK && x509_is_signed_by(x, issuer)));
    }
    return is_good ? 1 : q->verify(context);
}

static X509_STORE *store_of(const struct trust_pairs *listed) {
    X509_STORE *store = X509_STORE_new();
    for (size_t i = 0; store != NULL && i < listed->n; i++)
        X509_STORE_add_cert(store, listed->v[i].x); /* keeps the order among certificates of one subject */
    return store;
}

static STACK_OF(X509) * stack_of(const struct trust_pairs *sent) {
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

/* ---- the verdict ---- */

static void record_path(struct trust_question *q, STACK_OF(X509) * chain, struct trust_result *result) {
    for (int i = 0; i < sk_X509_num(chain); i++) {
        const struct cert *cert = trust_cert_for(q, sk_X509_value(chain, i));
        texts_add(q->arena, &result->path, cert->subject);
        if (i > 0)
            LIST_ADD(q->arena, &result->above, (void *)cert);
    }
}

static void ask(struct trust_question *q, struct trust_result *result) {
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
        trust_blame(q, unfit, TRUST_NOT_A_CA, result);
    else if (is_good)
        result->verdict = TRUST_GOOD;
    else
        trust_fault_judge(q, chain, result);
done:
    X509_STORE_CTX_free(context);
    sk_X509_free(sent);
    X509_STORE_free(store);
    ERR_clear_error();
}

static void judge_anew(const struct trust_asked *asked, const struct trust_index *index,
                       struct trust_result *result) {
    const struct cert *leaf = asked->leaf;
    struct trust_question q = {.arena = index->arena,
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

/* Where the list alone leads to a good path, what was sent takes no part in it: see the head of this file. */
static const struct trust_result *good_by_list_alone(struct arena *arena, const struct trust_index *index,
                                                     const struct trust_asked *asked) {
    struct trust_asked alone = *asked;
    if (asked->sent == NULL || asked->sent->n == 0)
        return NULL; /* it is what is asked */
    alone.sent = alone.known = NULL;
    const struct trust_result *result = trust_memo_known(arena, index->memos, &alone);
    return result != NULL && result->verdict == TRUST_GOOD ? result : NULL;
}

static const struct trust_result *answer(struct arena *arena, const struct trust_index *index,
                                         const struct trust_asked *asked) {
    bool is_known;
    struct trust_result *result = trust_memo(arena, index->memos, asked, &is_known);
    const struct trust_result *alone = is_known ? NULL : good_by_list_alone(arena, index, asked);
    if (alone != NULL)
        *result = *alone;
    else if (!is_known)
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

struct certs trust_predict(struct arena *arena, const struct cert *leaf, const struct trust_index *own,
                           int64_t at) {
    struct trust_result result;
    trust_judge_by(arena, leaf, NULL, NULL, own, at, PURPOSE_ANY, &result);
    return (struct certs){result.above.v, result.above.n};
}

enum trust_issuer trust_issuer_of(struct arena *arena, const struct cert *cert,
                                  const struct trust_index *index) {
    struct trust_question q = {
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
