/* Is the key of a type and size that Expressway works with? (Certificate guide, chapters 1 and 2, appendix
 * A.)
 */
#include <string.h>

#include "checks/cert.h"
#include "catalogue/release.h"

enum { RSA_LEAST = 2048, RSA_TOO_LONG = 8192 };

/* What Generate CSR offers (guide, chapter 2); Unified CM offers 3072 besides. */
static bool is_usual_rsa(int bits, enum role role) {
    return bits == 2048 || bits == 4096 || (bits == 3072 && !is_expressway(role));
}

static bool is_usual_curve(const char *curve) {
    static const char *const curves[] = {"prime256v1", "secp384r1", "secp521r1", "P-256", "P-384", "P-521"};
    for (size_t i = 0; curve != NULL && i < sizeof curves / sizeof *curves; i++)
        if (strcmp(curve, curves[i]) == 0)
            return true;
    return false;
}

static enum cause_id rsa_cause(int bits, enum role role) {
    if (bits < RSA_LEAST)
        return CAUSE_CERT_KEY_RSA_WEAK;
    if (bits >= RSA_TOO_LONG)
        return CAUSE_CERT_KEY_RSA_8192;
    return is_usual_rsa(bits, role) ? CAUSE_NONE : CAUSE_CERT_KEY_RSA_UNUSUAL;
}

static enum cause_id key_cause(const struct judging *run, const struct seen_cert *seen) {
    const struct cert *leaf = seen->leaf;
    switch (leaf->key_type) {
    case KEY_RSA:
        return rsa_cause(leaf->key_bits, seen->role);
    case KEY_EC:
        if (is_expressway(seen->role) && release_of(run->facts, seen->role) < RELEASE_X14_3)
            return CAUSE_CERT_KEY_ECDSA_BEFORE_X14_3;
        return is_usual_curve(leaf->key_curve) ? CAUSE_NONE : CAUSE_CERT_KEY_ECDSA_UNSUPPORTED_CURVE;
    case KEY_DSA:
        return CAUSE_CERT_KEY_DSA;
    default:
        return CAUSE_CERT_KEY_OTHER_TYPE;
    }
}

/* What no library accepts of a CA either: OpenSSL holds every key of a path to its security level. Of a root
 * that a trust list was only skimmed for the key is not known. */
static enum cause_id ca_cause(const struct cert *ca) {
    if (ca->key_bits == 0)
        return CAUSE_NONE;
    if (ca->key_type == KEY_RSA && ca->key_bits < RSA_LEAST)
        return CAUSE_CERT_KEY_RSA_WEAK;
    return ca->key_type == KEY_DSA ? CAUSE_CERT_KEY_DSA : CAUSE_NONE;
}

static void judge_ca_keys(struct judging *run, const struct seen_cert *seen, const struct certs *path) {
    for (size_t i = 1; i < path->n; i++) {
        const struct cert *ca = path->v[i];
        enum cause_id cause = ca_cause(ca);
        if (cause == CAUSE_NONE)
            continue;
        const char *key =
            arena_printf(run->to->arena, "%s %d bits", enum_text(key_types, ca->key_type), ca->key_bits);
        struct finding *finding =
            find_cause(run->to, cause, seen->about, "the key of %s, above it, is %s", ca->subject, key);
        evidence_text(finding, "wanted", "RSA 2048 or longer, or ECDSA, in every certificate of the path");
        evidence_text(finding, "found", key);
        evidence_text(finding, "subject", ca->subject);
        evidence_kind(finding, seen->kind);
    }
}

void judge_key(struct judging *run, const struct seen_cert *seen, const struct certs *path) {
    static const enum check_id check = CHECK_CERT_KEY;
    const struct cert *leaf = seen->leaf;
    enum cause_id cause = key_cause(run, seen);
    const char *type = enum_text(key_types, leaf->key_type);
    const char *key = leaf->key_curve != NULL
                          ? arena_printf(run->to->arena, "%s %s", type, leaf->key_curve)
                          : arena_printf(run->to->arena, "%s %d bits", type, leaf->key_bits);
    struct finding *finding = cause == CAUSE_NONE
                                  ? find_pass(run->to, check, seen->about, "the key is %s", key)
                                  : find_cause(run->to, cause, seen->about, "the key is %s (judged for %s)",
                                               key, release_text_of(run->facts, seen->role));
    evidence_text(finding, "wanted", "RSA 2048 or 4096, or from X14.3 ECDSA P-256, P-384 or P-521");
    evidence_text(finding, "found", key);
    evidence_kind(finding, seen->kind);
    judge_ca_keys(run, seen, path);
}
