/* What does the new certificate change against the old one? Names, usages, issuer, key, signature, dates: the
 * renewal note, sections C and D. What that comes to for zones and clients is outcomes/renewal.c. */
#include <string.h>

#include "checks/judge.h"
#include "checks/renew.h"

#include "expressway/names.h"

enum { SHORTER_NUM = 3, SHORTER_DEN = 4 }; /* a life under three quarters of the old one is told */

struct pair {
    struct judging *run;
    const struct cert *old, *new;
    struct about about;
};

struct about renewal_subject(const struct facts *facts) {
    const struct renewal *r = facts->renewal;
    const char *node = r->nodes.n > 0 ? r->nodes.v[0] : NULL;
    bool is_named = facts->deployment != NULL && facts->deployment->file != NULL && node != NULL;
    const char *file = r->new_file != NULL ? r->new_file : r->role;
    return (struct about){.subject = is_named ? node : file, .node = node};
}

/* ---- renew.names ---- */

/* The names of one that the other lacks. */
static void names_missing(struct arena *arena, const struct cert *of, const struct cert *in,
                          struct texts *out) {
    for (size_t i = 0; i < of->names.n; i++)
        if (!name_is_borne(in, of->names.v[i]))
            texts_add(arena, out, name_written(arena, of->names.v[i]));
    /* An old certificate without SAN was known by its CN alone (certificate guide, chapter 1). */
    if (!of->has_san && of->common_name != NULL && !name_has_dns(in, of->common_name) &&
        (in->common_name == NULL || !name_equal(in->common_name, of->common_name)))
        texts_add(arena, out, arena_printf(arena, "CN:%s", of->common_name));
}

static struct finding *with_names(const struct pair *p, struct finding *finding) {
    struct texts old = {NULL, 0}, new = {NULL, 0};
    name_list(p->old, p->run->arena, &old);
    name_list(p->new, p->run->arena, &new);
    evidence_texts(finding, "wanted", &old);
    evidence_texts(finding, "found", &new);
    return finding;
}

static const char *counted(struct arena *arena, const struct texts *names) {
    return names->n == 1 ? names->v[0] : arena_printf(arena, "%s and %zu more", names->v[0], names->n - 1);
}

static void judge_names(const struct pair *p) {
    struct texts lost = {NULL, 0}, added = {NULL, 0};
    struct arena *arena = p->run->arena;
    names_missing(arena, p->old, p->new, &lost);
    names_missing(arena, p->new, p->old, &added);
    if (lost.n > 0)
        evidence_texts(
            with_names(p, find_cause(p->run->to, CAUSE_RENEW_NAMES_NAMES_LOST, p->about,
                                     "the new certificate does not have %s", counted(arena, &lost))),
            "lost", &lost);
    if (added.n > 0)
        evidence_texts(
            with_names(p, find_cause(p->run->to, CAUSE_RENEW_NAMES_NAMES_ADDED, p->about,
                                     "the old certificate did not have %s", counted(arena, &added))),
            "added", &added);
    if (lost.n + added.n == 0)
        with_names(p,
                   find_pass(p->run->to, CHECK_RENEW_NAMES, p->about, "the names are those of the old one"));
}

/* ---- renew.eku ---- */

/* Without the extension a certificate is good for every use (RFC 5280 4.2.1.12). */
static void judge_usages(const struct pair *p) {
    static const char *const both[] = {"serverAuth", "clientAuth"};
    struct texts lost = {NULL, 0};
    const struct texts *had = &p->old->eku;
    for (size_t i = 0; p->new->has_eku &&i < (p->old->has_eku ? had->n : 2); i++) {
        const char *usage = p->old->has_eku ? had->v[i] : both[i];
        if (!texts_has(&p->new->eku, usage) && !texts_has(&p->new->eku, "anyExtendedKeyUsage"))
            texts_add(p->run->arena, &lost, usage);
    }
    struct finding *finding =
        lost.n > 0 ? find_cause(p->run->to, CAUSE_RENEW_EKU_EKU_LOST, p->about,
                                "the new certificate lacks %s", counted(p->run->arena, &lost))
                   : find_pass(p->run->to, CHECK_RENEW_EKU, p->about, "every usage of the old one is there");
    if (lost.n > 0)
        evidence_texts(finding, "lost", &lost);
    evidence_texts(finding, "wanted", had);
    evidence_texts(finding, "found", &p->new->eku);
}

/* ---- renew.issuer ---- */

bool same_issuer(const struct cert *a, const struct cert *b) {
    bool both_keys = a->aki != NULL && b->aki != NULL;
    return strcmp(a->issuer, b->issuer) == 0 && (!both_keys || strcmp(a->aki, b->aki) == 0);
}

/* The seed compares Authority Key Identifiers; a CA that has another name is another one to OpenSSL as well.
 */
static void judge_issuer(const struct pair *p) {
    struct finding *finding =
        same_issuer(p->old, p->new)
            ? find_pass(p->run->to, CHECK_RENEW_ISSUER, p->about, "signed by %s, as before", p->new->issuer)
            : find_cause(p->run->to, CAUSE_RENEW_ISSUER_ISSUER_CHANGED, p->about,
                         "signed by %s, before by %s", p->new->issuer, p->old->issuer);
    evidence_text(finding, "wanted", p->old->aki);
    evidence_text(finding, "found", p->new->aki);
    evidence_text(finding, "old_issuer", p->old->issuer);
    evidence_text(finding, "new_issuer", p->new->issuer);
}

/* ---- renew.key, renew.signature ---- */

static const char *key_words(struct arena *arena, const struct cert *cert) {
    return cert->key_curve != NULL
               ? arena_printf(arena, "%s %s", enum_text(key_types, (int)cert->key_type), cert->key_curve)
               : arena_printf(arena, "%s %d", enum_text(key_types, (int)cert->key_type), cert->key_bits);
}

static void judge_key_kind(const struct pair *p) {
    const char *old = key_words(p->run->arena, p->old), *new = key_words(p->run->arena, p->new);
    struct finding *finding =
        p->old->key_type != p->new->key_type ? find_cause(p->run->to, CAUSE_RENEW_KEY_KEY_TYPE_CHANGED,
                                                          p->about, "the key is %s, before %s", new, old)
        : strcmp(old, new) != 0
            ? find_cause(p->run->to, CAUSE_RENEW_KEY_KEY_SIZE_CHANGED, p->about, "the key is %s, before %s",
                         new, old)
            : find_pass(p->run->to, CHECK_RENEW_KEY, p->about, "the key is %s, as before", new);
    evidence_text(finding, "wanted", old);
    evidence_text(finding, "found", new);
}

/* Collision strength; 0: the algorithm fixes the digest, or it is not known here. */
static int digest_strength(const struct cert *cert) {
    static const struct {
        const char *digest;
        int strength;
    } rows[] = {{"MD2", 1},    {"MD4", 1},    {"MD5", 1},    {"SHA1", 2},
                {"SHA224", 3}, {"SHA256", 4}, {"SHA384", 5}, {"SHA512", 6}};
    for (size_t i = 0; cert->signature_digest != NULL && i < sizeof rows / sizeof *rows; i++)
        if (text_same_case_blind(cert->signature_digest, rows[i].digest))
            return rows[i].strength;
    return 0;
}

/* From SHA-256 on every digest does. */
static void judge_digest(const struct pair *p) {
    enum { ENOUGH = 4 };
    int old = digest_strength(p->old), new = digest_strength(p->new);
    struct finding *finding =
        new != 0 && new < old &&new < ENOUGH
            ? find_cause(p->run->to, CAUSE_RENEW_SIGNATURE_DIGEST_WEAKER, p->about,
                         "signed with %s, before with %s", p->new->signature, p->old->signature)
            : find_pass(p->run->to, CHECK_RENEW_SIGNATURE, p->about, "signed with %s", p->new->signature);
    evidence_text(finding, "wanted", p->old->signature);
    evidence_text(finding, "found", p->new->signature);
}

/* ---- renew.validity ---- */

enum { DAY_SECONDS = 86400 };

static long long days_of(const struct cert *cert) {
    return (cert->not_after - cert->not_before) / DAY_SECONDS;
}

static struct finding *tell_validity(const struct pair *p) {
    struct findings *to = p->run->to;
    const char *end = time_write(p->run->arena, p->new->not_after);
    if (strcmp(p->old->sha256, p->new->sha256) == 0)
        return find_cause(to, CAUSE_RENEW_VALIDITY_SAME_CERTIFICATE, p->about,
                          "both files hold the certificate with serial %s", p->new->serial);
    if (p->new->not_after <= p->old->not_after)
        return find_cause(to, CAUSE_RENEW_VALIDITY_NOT_LATER, p->about, "it ends on %s, the old one on %s",
                          end, time_write(p->run->arena, p->old->not_after));
    if (days_of(p->new) * SHORTER_DEN < days_of(p->old) * SHORTER_NUM)
        return find_cause(to, CAUSE_RENEW_VALIDITY_LIFETIME_SHORTER, p->about,
                          "it lives %lld days, the old one %lld", days_of(p->new), days_of(p->old));
    return find_pass(to, CHECK_RENEW_VALIDITY, p->about, "it ends on %s, the old one on %s", end,
                     time_write(p->run->arena, p->old->not_after));
}

static void judge_dates(const struct pair *p) {
    struct finding *finding = tell_validity(p);
    evidence_time(finding, "old_not_after", p->old->not_after);
    evidence_time(finding, "new_not_after", p->new->not_after);
    evidence_int(finding, "old_days", days_of(p->old));
    evidence_int(finding, "new_days", days_of(p->new));
}

void judge_renew(struct judging *run) {
    const struct renewal *r = run->facts->renewal;
    if (r == NULL || r->old_chain.n == 0 || r->new_chain.n == 0)
        return;
    struct pair p = {run, r->old_chain.v[0], r->new_chain.v[0], renewal_subject(run->facts)};
    judge_names(&p);
    judge_usages(&p);
    judge_issuer(&p);
    judge_key_kind(&p);
    judge_digest(&p);
    judge_dates(&p);
}
