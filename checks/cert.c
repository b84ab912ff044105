/* Is a certificate one that Expressway can work with? Every certificate seen, served or from a file, by whose
 * it is. Dates, key usage and keys are in cert_dates.c, cert_eku.c and cert_key.c. */
#include <string.h>

#include "checks/cert.h"
#include "expressway/trust.h"

/* ---- cert.signature ---- */

static enum cause_id digest_cause(const struct cert *cert) {
    static const struct {
        const char *digest;
        enum cause_id cause;
    } rows[] = {{"MD2", CAUSE_CERT_SIGNATURE_MD5},
                {"MD4", CAUSE_CERT_SIGNATURE_MD5},
                {"MD5", CAUSE_CERT_SIGNATURE_MD5},
                {"SHA", CAUSE_CERT_SIGNATURE_SHA1},
                {"SHA1", CAUSE_CERT_SIGNATURE_SHA1}};
    for (size_t i = 0; cert->signature_digest != NULL && i < sizeof rows / sizeof *rows; i++)
        if (text_same_case_blind(cert->signature_digest, rows[i].digest))
            return rows[i].cause;
    return CAUSE_NONE;
}

/* A root's own signature is never checked: its key is trusted, not its digest. */
static bool is_root(const struct certs *chain, size_t i) {
    return i > 0 && chain->v[i]->self_issued;
}

static bool has_cert(const struct certs *path, const struct cert *cert) {
    for (size_t i = 0; i < path->n; i++)
        if (text_same_case_blind(path->v[i]->sha256, cert->sha256))
            return true;
    return false;
}

/* With its key and digest, too. */
static struct cert *whole_of(struct judging *run, const struct cert *light) {
    size_t place = (uintptr_t)light / 64 % (sizeof run->wholes / sizeof *run->wholes);
    if (run->wholes[place].light != light) {
        run->wholes[place].whole = trust_cert_whole(run->arena, light);
        run->wholes[place].light = light;
    }
    return (struct cert *)run->wholes[place].whole;
}

/* What came, and behind it what the lists have above the leaf: its own box's, else the other side's. A peer
 * completes a chain from its list, so that what is weak there is weak. */
static struct certs path_of(struct judging *run, const struct seen_cert *seen) {
    struct certs path = {NULL, 0};
    const struct own_lists *boxes[] = {&run->of_e, &run->of_c};
    for (size_t i = 0; i < seen->chain->n; i++)
        LIST_ADD(run->arena, &path, seen->chain->v[i]);
    for (size_t side = 0; side < 2 && is_expressway(seen->role); side++)
        for (size_t i = 0; i < boxes[side]->n; i++) {
            const struct own_list *own = boxes[side]->v[i];
            if (own->index == NULL)
                continue;
            struct certs above =
                trust_predict(run->arena, path.v[path.n - 1], own->index, run->facts->run.at);
            for (size_t k = 0; k < above.n; k++)
                if (!has_cert(&path, above.v[k])) {
                    struct cert *whole = whole_of(run, above.v[k]);
                    if (whole != NULL)
                        LIST_ADD(run->arena, &path, whole);
                }
        }
    return path;
}

static void judge_signature(struct judging *run, const struct seen_cert *seen, const struct certs *path) {
    static const enum check_id check = CHECK_CERT_SIGNATURE;
    const struct cert *worst = seen->leaf;
    enum cause_id cause = CAUSE_NONE;
    for (size_t i = 0; i < path->n; i++) {
        enum cause_id its = is_root(path, i) ? CAUSE_NONE : digest_cause(path->v[i]);
        if (its != CAUSE_NONE && its != cause && cause != CAUSE_CERT_SIGNATURE_MD5) {
            cause = its;
            worst = path->v[i];
        }
    }
    struct finding *finding =
        cause != CAUSE_NONE ? find_cause(run->to, cause, seen->about, "%s is signed with %s", worst->subject,
                                         worst->signature)
                            : find_pass(run->to, check, seen->about, "signed with %s", seen->leaf->signature);
    evidence_text(finding, "wanted", "SHA-256 or better");
    evidence_text(finding, "found", worst->signature);
    evidence_kind(finding, seen->kind);
}

/* ---- cert.basic-constraints ---- */

static bool has_issued(const struct certs *chain, const struct cert *ca) {
    for (size_t i = 0; i < chain->n; i++)
        if (chain->v[i] != ca && strcmp(chain->v[i]->issuer, ca->subject) == 0)
            return true;
    return false;
}

static void judge_constraints(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_CERT_BASIC_CONSTRAINTS;
    bool is_good = true;
    size_t count = 0;
    for (size_t i = 1; i < seen->chain->n; i++) {
        const struct cert *ca = seen->chain->v[i];
        if (!has_issued(seen->chain, ca))
            continue;
        count++;
        if (ca->has_basic_constraints && ca->is_ca)
            continue;
        is_good = false;
        struct finding *finding = ca->has_basic_constraints
                                      ? find_cause(run->to, CAUSE_CERT_BASIC_CONSTRAINTS_NOT_A_CA,
                                                   seen->about, "%s says that it is no CA", ca->subject)
                                      : find_cause(run->to, CAUSE_CERT_BASIC_CONSTRAINTS_MISSING, seen->about,
                                                   "%s has no BasicConstraints", ca->subject);
        evidence_text(finding, "wanted", "CA:TRUE");
        evidence_text(finding, "found", ca->has_basic_constraints ? "CA:FALSE" : NULL);
        evidence_text(finding, "subject", ca->subject);
        evidence_kind(finding, seen->kind);
    }
    if (is_good && count > 0)
        evidence_kind(find_pass(run->to, check, seen->about, "every CA certificate that came has CA:TRUE"),
                      seen->kind);
}

/* ---- cert.extensions ---- */

/* Nobody but a CA's own software writes these, so there is nothing to say of those that can be read. */
static void judge_extensions(struct judging *run, const struct seen_cert *seen) {
    for (size_t i = 0; i < seen->chain->n; i++) {
        const struct cert *cert = seen->chain->v[i];
        if (cert->malformed.n == 0)
            continue;
        struct finding *finding =
            find_cause(run->to, CAUSE_CERT_EXTENSIONS_MALFORMED, seen->about,
                       "%s has an extension that cannot be read: %s", cert->subject, cert->malformed.v[0]);
        evidence_texts(finding, "found", &cert->malformed);
        evidence_text(finding, "subject", cert->subject);
        evidence_kind(finding, seen->kind);
    }
}

/* ---- Expressway's own: cert.unknown-oid, cert.self-signed, cert.default-certificate ---- */

/* A name is written with the number of a type that has no word; whose name it is decides who has to mend it.
 */
static const char *whose_attribute(const struct cert *cert, const char *oid) {
    bool subject = strstr(cert->subject, oid) != NULL, issuer = strstr(cert->issuer, oid) != NULL;
    return subject && issuer ? "subject and issuer have"
           : issuer          ? "the issuer has"
           : subject         ? "the subject has"
                             : "subject or issuer has";
}

static void judge_unknown_oids(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_CERT_UNKNOWN_OID;
    const struct texts *oids = &seen->leaf->unknown_oids;
    struct finding *finding = oids->n > 0
                                  ? find_cause(run->to, CAUSE_CERT_UNKNOWN_OID_UNKNOWN_OID, seen->about,
                                               "%s the attribute type %s, which Expressway does not know",
                                               whose_attribute(seen->leaf, oids->v[0]), oids->v[0])
                                  : find_pass(run->to, check, seen->about, "every attribute type is known");
    evidence_texts(finding, "found", oids);
    evidence_text(finding, "subject", seen->leaf->subject);
    evidence_text(finding, "issuer", seen->leaf->issuer);
    evidence_kind(finding, seen->kind);
}

/* A new install comes with a certificate of a temporary CA, both named so with a UUID behind (certificate
 * guide, chapter 6). */
static bool is_temporary(const struct cert *cert) {
    return strstr(cert->issuer, "Temporary CA") != NULL || strstr(cert->subject, "Temporary CA") != NULL ||
           strstr(cert->subject, "Temporary Certificate") != NULL;
}

static void judge_origin(struct judging *run, const struct seen_cert *seen) {
    const struct cert *leaf = seen->leaf;
    struct finding *made =
        is_temporary(leaf)
            ? find_cause(run->to, CAUSE_CERT_DEFAULT_CERTIFICATE_TEMPORARY, seen->about,
                         "this is the certificate that the installation made")
            : find_pass(run->to, CHECK_CERT_DEFAULT_CERTIFICATE, seen->about, "not the installation's own");
    struct finding *signed_by =
        leaf->self_signed && !is_temporary(leaf)
            ? find_cause(run->to, CAUSE_CERT_SELF_SIGNED_SELF_SIGNED, seen->about,
                         "the certificate is signed by its own key")
        : leaf->self_signed
            ? find_skip(run->to, CHECK_CERT_SELF_SIGNED, seen->about, "the installation's own certificate")
            : find_pass(run->to, CHECK_CERT_SELF_SIGNED, seen->about, "signed by %s", leaf->issuer);
    struct finding *both[] = {made, signed_by};
    for (size_t i = 0; i < 2; i++) {
        evidence_text(both[i], "subject", leaf->subject);
        evidence_text(both[i], "issuer", leaf->issuer);
        evidence_kind(both[i], seen->kind);
    }
}

void judge_cert(struct judging *run) {
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct seen_cert *seen = run->seen.v[i];
        struct certs path = path_of(run, seen);
        judge_validity(run, seen);
        judge_eku(run, seen);
        judge_key(run, seen, &path);
        judge_signature(run, seen, &path);
        judge_constraints(run, seen);
        judge_extensions(run, seen);
        if (is_expressway(seen->role)) {
            judge_unknown_oids(run, seen);
            judge_origin(run, seen);
        }
        judge_renewal(run, seen);
    }
}
