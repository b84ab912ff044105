/* What do the CRLs of one file or archive say of one certificate, and may they be believed? RFC 5280 sections
 * 5 and 6.3: whose list, who signed, what it covers, when it was true; a delta list corrects its base. Of
 * several lists in the file the one that can say most counts. */
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "expressway/revocation.h"
#include "wire/x509.h"

/* ---- parsed once for all certificates ---- */

void crls_open(struct arena *arena, const struct fetch *fetch, struct crls *crls) {
    *crls = (struct crls){.v = arena_alloc(arena, fetch->answers.n * sizeof *crls->v)};
    for (size_t i = 0; i < fetch->answers.n; i++) {
        const unsigned char *p = fetch->answers.v[i]->bytes;
        X509_CRL *crl = p == NULL ? NULL : d2i_X509_CRL(NULL, &p, (long)fetch->answers.v[i]->size);
        if (crl != NULL)
            crls->v[crls->n++] = crl;
        else
            crls->broken++;
    }
    ERR_clear_error();
}

void crls_close(struct crls *crls) {
    for (size_t i = 0; i < crls->n; i++)
        X509_CRL_free(crls->v[i]);
    crls->n = 0;
}

/* ---- one list ---- */

/* What keeps a list from saying something, least usable first: of several lists the best counts. */
enum rank { RANK_FOREIGN, RANK_UNSIGNED, RANK_CRITICAL, RANK_SCOPE, RANK_FUTURE, RANK_EXPIRED, RANK_USABLE };
static const enum cause_id rank_causes[] = {
    [RANK_FOREIGN] = CAUSE_REVOCATION_CRL_WRONG_ISSUER,
    [RANK_UNSIGNED] = CAUSE_REVOCATION_CRL_BAD_SIGNATURE,
    [RANK_CRITICAL] = CAUSE_REVOCATION_CRL_UNPARSABLE,
    [RANK_SCOPE] = CAUSE_REVOCATION_CRL_OTHER_PARTITION,
    [RANK_FUTURE] = CAUSE_REVOCATION_CRL_NOT_YET_VALID,
    [RANK_EXPIRED] = CAUSE_REVOCATION_CRL_EXPIRED,
    [RANK_USABLE] = CAUSE_NONE,
};

struct listed { /* one list, about one certificate */
    X509_CRL *crl;
    enum rank rank;
    const char *why;
    bool is_delta;
    bool is_partial; /* covers only some reasons: who is not on it may be on another */
    int64_t this_update, next_update;
};

struct question {
    struct arena *arena;
    const struct revocation_step *step;
    const struct revocation_path *path;
    int64_t at;
    CRL_DIST_POINTS *points; /* of the certificate; NULL when it names none */
};

static int64_t seconds_of(const ASN1_TIME *time) {
    int64_t seconds = 0;
    seconds_of_time(time, &seconds);
    return seconds;
}

static bool is_dirname(const GENERAL_NAMES *names, const X509_NAME *name) {
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *one = sk_GENERAL_NAME_value(names, i);
        if (one->type == GEN_DIRNAME && X509_NAME_cmp(one->d.directoryName, name) == 0)
            return true;
    }
    return false;
}

/* A distribution point of the certificate that names another issuer for its lists (RFC 5280
 * section 4.2.1.13). */
static bool is_indirect_issuer(const struct question *q, X509_CRL *crl) {
    ISSUING_DIST_POINT *scope = X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL, NULL);
    bool is_indirect = scope != NULL && scope->indirectCRL, named = false;
    ISSUING_DIST_POINT_free(scope);
    for (int i = 0; is_indirect && i < sk_DIST_POINT_num(q->points); i++)
        named = named || is_dirname(sk_DIST_POINT_value(q->points, i)->CRLissuer, X509_CRL_get_issuer(crl));
    return named;
}

/* The certificate whose key the list must be signed with; NULL when the list is none of this certificate's
 * CA. */
static X509 *signer_of(const struct question *q, X509_CRL *crl) {
    const X509_NAME *issuer = X509_CRL_get_issuer(crl);
    if (X509_NAME_cmp(issuer, X509_get_issuer_name(q->step->x)) == 0)
        return q->step->issuer;
    if (!is_indirect_issuer(q, crl))
        return NULL;
    for (size_t i = 0; i < q->path->n; i++)
        if (q->path->steps[i].issuer != NULL &&
            X509_NAME_cmp(issuer, X509_get_subject_name(q->path->steps[i].issuer)) == 0)
            return q->path->steps[i].issuer;
    return NULL;
}

static bool signature_check(const struct question *q, struct listed *l, X509 *signer) {
    l->rank = RANK_UNSIGNED;
    if (q->step->is_forged)
        l->why = "the issuer's certificate was not signed by the one that it names";
    else if ((X509_get_key_usage(signer) & KU_CRL_SIGN) == 0) /* all bits when the extension is absent */
        l->why = "the issuer's certificate may not sign CRLs: key usage without cRLSign";
    else if (X509_CRL_verify(l->crl, X509_get0_pubkey(signer)) != 1)
        l->why = "the signature does not verify with the issuer's key";
    return l->why == NULL;
}

/* ---- critical extensions ---- */

static const char *not_understood(struct arena *arena, const STACK_OF(X509_EXTENSION) * all, const int *known,
                                  size_t count) {
    for (int i = 0; i < sk_X509_EXTENSION_num(all); i++) {
        X509_EXTENSION *one = sk_X509_EXTENSION_value(all, i);
        bool good = !X509_EXTENSION_get_critical(one);
        char oid[80];
        for (size_t k = 0; k < count; k++)
            good = good || OBJ_obj2nid(X509_EXTENSION_get_object(one)) == known[k];
        if (!good) {
            OBJ_obj2txt(oid, sizeof oid, X509_EXTENSION_get_object(one), true);
            return arena_printf(arena, "its critical extension %s is not understood, so it must not be used",
                                oid);
        }
    }
    return NULL;
}

static bool extensions_check(const struct question *q, struct listed *l) {
    static const int of_list[] = {NID_issuing_distribution_point, NID_delta_crl, NID_authority_key_identifier,
                                  NID_crl_number, NID_freshest_crl};
    static const int of_entry[] = {NID_crl_reason, NID_certificate_issuer, NID_invalidity_date,
                                   NID_hold_instruction_code};
    const STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(l->crl);
    l->rank = RANK_CRITICAL;
    l->why =
        not_understood(q->arena, X509_CRL_get0_extensions(l->crl), of_list, sizeof of_list / sizeof *of_list);
    for (int i = 0; l->why == NULL && i < sk_X509_REVOKED_num(entries); i++)
        l->why = not_understood(q->arena, X509_REVOKED_get0_extensions(sk_X509_REVOKED_value(entries, i)),
                                of_entry, sizeof of_entry / sizeof *of_entry);
    return l->why == NULL;
}

/* ---- which certificates it covers ---- */

static bool has_dirname(const DIST_POINT_NAME *full, const X509_NAME *name) {
    return name != NULL && is_dirname(full->name.fullname, name);
}

/* Of two names one may be relative to its issuer, and the other a full directory name (RFC 5280 4.2.1.13). */
static bool names_meet(const DIST_POINT_NAME *a, const DIST_POINT_NAME *b) {
    if (a->type == 1 && b->type == 1)
        return a->dpname != NULL && b->dpname != NULL && X509_NAME_cmp(a->dpname, b->dpname) == 0;
    if (a->type == 1)
        return has_dirname(b, a->dpname);
    if (b->type == 1)
        return has_dirname(a, b->dpname);
    for (int i = 0; i < sk_GENERAL_NAME_num(a->name.fullname); i++)
        for (int k = 0; k < sk_GENERAL_NAME_num(b->name.fullname); k++)
            if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a->name.fullname, i),
                                 sk_GENERAL_NAME_value(b->name.fullname, k)) == 0)
                return true;
    return false;
}

/* Whom a distribution point expects as issuer of its lists: cRLIssuer where it stands, else the certificate's
 * own issuer (RFC 5280 6.3.3 b 1). */
static bool is_of_point_issuer(const struct question *q, const struct listed *l, const DIST_POINT *point) {
    const X509_NAME *issuer = X509_CRL_get_issuer(l->crl);
    if (point->CRLissuer != NULL)
        return is_dirname(point->CRLissuer, issuer);
    return X509_NAME_cmp(issuer, X509_get_issuer_name(q->step->x)) == 0;
}

/* Does a distribution point of the certificate lead to this list, which has a name? OpenSSL's
 * crl_crldp_check(): by issuer and, where the point has one, name. What is relative is so to the issuer. */
static bool is_own_point(const struct question *q, const struct listed *l, DIST_POINT_NAME *of_list) {
    DIST_POINT_set_dpname(of_list, X509_CRL_get_issuer(l->crl));
    for (int i = 0; i < sk_DIST_POINT_num(q->points); i++) {
        DIST_POINT *point = sk_DIST_POINT_value(q->points, i);
        if (!is_of_point_issuer(q, l, point))
            continue;
        if (point->distpoint == NULL)
            return true;
        DIST_POINT_set_dpname(point->distpoint, X509_CRL_get_issuer(l->crl));
        if (names_meet(point->distpoint, of_list))
            return true;
    }
    return false;
}

static const char *outside_because(const struct question *q, const struct listed *l,
                                   ISSUING_DIST_POINT *scope) {
    bool is_ca = (X509_get_extension_flags(q->step->x) & EXFLAG_CA) != 0;
    if (scope->onlyuser && is_ca)
        return "it covers end-entity certificates only, and this is a CA";
    if (scope->onlyCA && !is_ca)
        return "it covers CA certificates only, and this is none";
    if (scope->onlyattr)
        return "it covers attribute certificates only";
    if (scope->distpoint != NULL && !is_own_point(q, l, scope->distpoint))
        return "its IssuingDistributionPoint is none that the certificate names";
    return NULL;
}

static bool scope_check(const struct question *q, struct listed *l) {
    int critical;
    ISSUING_DIST_POINT *scope = X509_CRL_get_ext_d2i(l->crl, NID_issuing_distribution_point, &critical, NULL);
    l->rank = RANK_SCOPE;
    l->is_partial = scope != NULL && scope->onlysomereasons != NULL;
    if (scope != NULL)
        l->why = outside_because(q, l, scope);
    else if (critical != -1)
        l->why = "its IssuingDistributionPoint cannot be parsed";
    ISSUING_DIST_POINT_free(scope);
    return l->why == NULL;
}

/* A list is over at its nextUpdate, as OpenSSL has it (X509_cmp_time). */
static void times_check(const struct question *q, struct listed *l) {
    l->this_update = seconds_of(X509_CRL_get0_lastUpdate(l->crl));
    l->next_update = seconds_of(X509_CRL_get0_nextUpdate(l->crl));
    l->rank = RANK_FUTURE;
    if (l->this_update > q->at + CLOCK_SKEW) {
        l->why = arena_printf(q->arena, "thisUpdate is %s", time_write(q->arena, l->this_update));
        return;
    }
    l->rank = RANK_EXPIRED;
    if (l->next_update != 0 && l->next_update <= q->at) {
        l->why = arena_printf(q->arena, "nextUpdate was %s", time_write(q->arena, l->next_update));
        return;
    }
    l->rank = RANK_USABLE;
}

static void list_weigh(const struct question *q, struct listed *l) {
    X509 *signer = signer_of(q, l->crl);
    l->is_delta = X509_CRL_get_ext_by_NID(l->crl, NID_delta_crl, -1) != -1;
    l->rank = RANK_FOREIGN;
    l->why = "it was issued by another CA";
    if (signer == NULL)
        return;
    l->why = NULL;
    if (signature_check(q, l, signer) && extensions_check(q, l) && scope_check(q, l))
        times_check(q, l);
}

/* ---- the entry of the certificate ---- */

enum entry { ENTRY_NONE, ENTRY_REVOKED, ENTRY_REMOVED };

static enum entry entry_find(X509_CRL *crl, X509 *x, X509_REVOKED **entry) {
    switch (X509_CRL_get0_by_cert(crl, entry, x)) {
    case 1:
        return ENTRY_REVOKED;
    case 2: /* removeFromCRL: a hold that a delta list lifts */
        return ENTRY_REMOVED;
    default:
        return ENTRY_NONE;
    }
}

static const char *reason_of(const X509_REVOKED *entry) {
    ASN1_ENUMERATED *code = X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
    const char *reason = code == NULL ? NULL : OCSP_crl_reason_str(ASN1_ENUMERATED_get(code));
    ASN1_ENUMERATED_free(code);
    return reason;
}

static const char *number_of(struct arena *arena, X509_CRL *crl) {
    ASN1_INTEGER *number = X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);
    const char *text = NULL;
    if (number != NULL)
        text = text_hex(arena, ASN1_STRING_get0_data(number), (size_t)ASN1_STRING_length(number), 0);
    ASN1_INTEGER_free(number);
    return text;
}

static void describe(struct arena *arena, struct crl_answer *answer, const struct listed *l) {
    answer->issuer = dn_text(arena, X509_CRL_get_issuer(l->crl));
    answer->number = number_of(arena, l->crl);
    answer->this_update = l->this_update != 0 ? l->this_update : seconds_of(X509_CRL_get0_lastUpdate(l->crl));
    answer->next_update = l->next_update != 0 ? l->next_update : seconds_of(X509_CRL_get0_nextUpdate(l->crl));
}

static void refuse(struct crl_answer *answer, enum rank rank, const char *why) {
    answer->said = SAID_NOTHING;
    answer->cause = rank_causes[rank];
    answer->why = why;
}

static void revoke(struct arena *arena, struct crl_answer *answer, const struct listed *l,
                   const X509_REVOKED *entry) {
    describe(arena, answer, l);
    answer->said = SAID_REVOKED;
    answer->cause = CAUSE_REVOCATION_CRL_REVOKED;
    answer->why = "the certificate is on the list";
    answer->revoked_at = seconds_of(X509_REVOKED_get0_revocationDate(entry));
    answer->reason = reason_of(entry);
    answer->used_delta = l->is_delta;
}

/* ---- all lists of the file ---- */

struct sum {
    struct listed best; /* highest rank, a base before a delta */
    bool has_best, is_good, is_on_base, is_lifted, is_partial;
};

static void list_take(const struct question *q, struct crl_answer *answer, X509_CRL *crl, struct sum *sum) {
    struct listed l = {.crl = crl};
    X509_REVOKED *entry = NULL;
    list_weigh(q, &l);
    if (!sum->has_best || l.rank > sum->best.rank || (l.rank == sum->best.rank && sum->best.is_delta))
        sum->best = l;
    sum->has_best = true;
    if (l.rank < RANK_EXPIRED)
        return;
    enum entry found = entry_find(crl, q->step->x, &entry);
    if (found == ENTRY_REMOVED && l.rank == RANK_USABLE)
        sum->is_lifted = true;
    if (found == ENTRY_REVOKED && (answer->said != SAID_REVOKED || l.rank == RANK_USABLE)) {
        sum->is_on_base = !l.is_delta;
        revoke(q->arena, answer, &l, entry);
    }
    if (found != ENTRY_REVOKED && l.rank == RANK_USABLE) {
        sum->is_good = sum->is_good || (!l.is_delta && !l.is_partial); /* else it proves nothing */
        sum->is_partial = sum->is_partial || l.is_partial;
    }
}

static void sum_up(const struct question *q, struct crl_answer *answer, const struct sum *sum) {
    if (answer->said == SAID_REVOKED && !(sum->is_lifted && sum->is_on_base))
        return;
    *answer = (struct crl_answer){.count = answer->count, .used_delta = sum->is_lifted};
    describe(q->arena, answer, &sum->best);
    if (sum->is_good || sum->is_lifted) {
        answer->said = SAID_GOOD;
        answer->why = sum->is_lifted ? "the delta list lifts the hold" : "the certificate is not on the list";
    } else if (sum->best.rank == RANK_USABLE) {
        refuse(answer, RANK_SCOPE,
               sum->is_partial ? "it covers only some reasons, and the certificate is not on it"
                               : "it is a delta list without its base, and the certificate is not on it");
    } else {
        refuse(answer, sum->best.rank, sum->best.why);
    }
}

/* A list of another CA's name is none of this certificate's, whether or not its issuer is known. */
static bool some_are_named(const struct question *q, const struct crls *crls) {
    for (size_t i = 0; i < crls->n; i++)
        if (X509_NAME_cmp(X509_CRL_get_issuer(crls->v[i]), X509_get_issuer_name(q->step->x)) == 0 ||
            is_indirect_issuer(q, crls->v[i]))
            return true;
    return false;
}

void crl_answer_read(struct arena *arena, const struct crls *crls, const struct revocation_step *step,
                     const struct revocation_path *path, int64_t at, struct crl_answer *answer) {
    struct question q = {.arena = arena, .step = step, .path = path, .at = at};
    struct sum sum = {.has_best = false};
    *answer = (struct crl_answer){.count = crls->n};
    if (crls->n == 0) {
        refuse(answer, RANK_CRITICAL, "there is no CRL in it that can be parsed");
        return;
    }
    q.points = X509_get_ext_d2i(step->x, NID_crl_distribution_points, NULL, NULL);
    if (step->issuer != NULL) {
        for (size_t i = 0; i < crls->n; i++)
            list_take(&q, answer, crls->v[i], &sum);
        sum_up(&q, answer, &sum);
    } else if (some_are_named(&q, crls)) {
        answer->why = "the issuer's certificate is not known, so its signature cannot be checked";
    } else {
        refuse(answer, RANK_FOREIGN, "it was issued by another CA");
    }
    CRL_DIST_POINTS_free(q.points);
    ERR_clear_error();
}
