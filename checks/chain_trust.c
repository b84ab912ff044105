/* Is a certificate trusted by one list, and how is the answer told? See chain.h. The path is found by
 * expressway/trust.c, as OpenSSL finds it. */
#include <string.h>

#include <openssl/x509_vfy.h>

#include "checks/chain.h"

static const struct {
    enum trust_verdict verdict;
    const char *words; /* with the subject of the culprit */
} words[] = {
    {TRUST_NO_ROOT, "the chain ends at %s: the root above it is not in the trust list"},
    {TRUST_MISSING_INTERMEDIATE, "the certificate of the CA above %s is missing"},
    {TRUST_SELF_SIGNED, "%s is self-signed and not in the trust list"},
    {TRUST_EXPIRED_CA, "out of its validity: %s"},
    {TRUST_NOT_A_CA, "%s stands in the chain and may not issue certificates there"},
    {TRUST_BAD_SIGNATURE, "the signature on %s was not made by the CA of that name in the chain"},
    {TRUST_PATH_TOO_LONG, "the chain is longer than %s allows"},
    {TRUST_PURPOSE, "the key usage or extended key usage of %s forbids what the certificate is shown for"},
    {TRUST_NAME_CONSTRAINT, "%s bears a name that a CA above it may not certify (name constraints)"},
    {TRUST_CRITICAL_EXTENSION, "%s has an extension that is marked critical and that OpenSSL does not know"},
    {TRUST_MALFORMED_DATE, "a date of %s is not written as RFC 5280 wants it (no fractions of a second)"},
    {TRUST_OTHER, "OpenSSL refuses %s"},
};

static const char *summary_of(struct arena *arena, const struct trust_result *result) {
    const char *culprit = result->culprit == NULL ? "the certificate" : result->culprit;
    if (result->verdict == TRUST_NO_ROOT && result->missing.n > 0 && result->culprit != NULL &&
        strcmp(text_or(result->missing.v[0]->subject, ""), result->culprit) == 0)
        return arena_printf(arena, "the root %s is not in the trust list", culprit);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].verdict == result->verdict) {
            const char *at = strstr(words[i].words, "%s");
            return arena_printf(arena, "%.*s%s%s", (int)(at - words[i].words), words[i].words, culprit,
                                at + 2);
        }
    return "not trusted";
}

/* When the CA that is out of date ended, or begins, and where the path found it. */
static const char *dates_of(struct arena *arena, const struct trust_result *result) {
    if (result->verdict != TRUST_EXPIRED_CA || result->not_after == 0)
        return "";
    return arena_printf(arena, " (from %.10s to %.10s%s)", time_write(arena, result->not_before),
                        time_write(arena, result->not_after),
                        result->culprit_is_listed ? ", in the trust list" : "");
}

static json_t *text_or_null(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

json_t *missing_json(const char *subject, const char *ski, const char *sha256, const char *aia,
                     const char *upload_to) {
    json_t *missing = json_object();
    json_object_set_new(missing, "subject", text_or_null(subject));
    json_object_set_new(missing, "ski", text_or_null(ski));
    json_object_set_new(missing, "sha256", text_or_null(sha256));
    json_object_set_new(missing, "aia", text_or_null(aia));
    json_object_set_new(missing, "upload_to", text_or_null(upload_to));
    return missing;
}

static void add_result(struct finding *finding, const struct trust_question *question,
                       const struct trust_result *result) {
    evidence_text(finding, "trust_list", question->list);
    evidence_texts(finding, "path", &result->path);
    evidence_kind(finding, question->kind);
    if (result->verdict == TRUST_GOOD)
        return;
    json_t *missing = json_array();
    for (size_t i = 0; i < result->missing.n; i++) {
        const struct missing_ca *ca = result->missing.v[i];
        json_array_append_new(missing,
                              missing_json(ca->subject, ca->ski, ca->sha256, ca->aia, question->box));
    }
    evidence_set(finding, "missing", missing);
    evidence_text(finding, "culprit", result->culprit);
    if (result->not_after != 0) {
        evidence_time(finding, "culprit_not_before", result->not_before);
        evidence_time(finding, "culprit_not_after", result->not_after);
    }
    if (result->constrained_by != NULL)
        evidence_text(finding, "constrained_by", result->constrained_by);
    if (result->openssl_error != 0)
        evidence_text(finding, "openssl", X509_verify_cert_error_string(result->openssl_error));
}

static void add_all(struct arena *arena, struct certs *to, const struct certs *from) {
    for (size_t i = 0; from != NULL && i < from->n; i++)
        LIST_ADD(arena, to, from->v[i]);
}

/* What can name a missing CA: the certificates that were sent, and every list at hand. A CA that this list
 * lacks often stands in the one of the other side. */
static struct certs known_to(const struct judging *run, const struct trust_question *question) {
    struct arena *arena = run->to->arena;
    struct certs known = {NULL, 0}, from = {NULL, 0};
    const struct own_lists *both[] = {&run->of_e, &run->of_c};
    add_all(arena, &known, question->known);
    LIST_ADD(arena, &from, (void *)question->leaf);
    add_all(arena, &from, question->sent);
    add_all(arena, &from, question->known);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->n; k++)
            if (both[i]->v[k]->index != NULL && both[i]->v[k]->index != question->index) {
                struct certs reach = trust_reach(arena, &from, both[i]->v[k]->index);
                add_all(arena, &known, &reach);
            }
    return known;
}

/* One verdict is a cause of each question that can be asked. */
static enum cause_id cause_of_verdict(enum check_id check, enum trust_verdict verdict) {
    static const struct {
        enum trust_verdict verdict;
        enum cause_id client, zone, tunnel, own;
    } rows[] = {
        {TRUST_NO_ROOT, CAUSE_CHAIN_CLIENT_NO_TRUSTED_ROOT, CAUSE_CHAIN_ZONE_NO_TRUSTED_ROOT,
         CAUSE_CHAIN_SSH_TUNNEL_NO_TRUSTED_ROOT, CAUSE_CHAIN_OWN_NO_TRUSTED_ROOT},
        {TRUST_MISSING_INTERMEDIATE, CAUSE_CHAIN_CLIENT_MISSING_INTERMEDIATE,
         CAUSE_CHAIN_ZONE_MISSING_INTERMEDIATE, CAUSE_CHAIN_SSH_TUNNEL_MISSING_INTERMEDIATE,
         CAUSE_CHAIN_OWN_MISSING_INTERMEDIATE},
        {TRUST_SELF_SIGNED, CAUSE_CHAIN_CLIENT_UNTRUSTED_SELF_SIGNED, CAUSE_CHAIN_ZONE_UNTRUSTED_SELF_SIGNED,
         CAUSE_CHAIN_SSH_TUNNEL_UNTRUSTED_SELF_SIGNED, CAUSE_CHAIN_OWN_UNTRUSTED_SELF_SIGNED},
        {TRUST_EXPIRED_CA, CAUSE_CHAIN_CLIENT_EXPIRED_CA, CAUSE_CHAIN_ZONE_EXPIRED_CA,
         CAUSE_CHAIN_SSH_TUNNEL_EXPIRED_CA, CAUSE_CHAIN_OWN_EXPIRED_CA},
        {TRUST_NOT_A_CA, CAUSE_CHAIN_CLIENT_NOT_A_CA, CAUSE_CHAIN_ZONE_NOT_A_CA,
         CAUSE_CHAIN_SSH_TUNNEL_NOT_A_CA, CAUSE_CHAIN_OWN_NOT_A_CA},
        {TRUST_BAD_SIGNATURE, CAUSE_CHAIN_CLIENT_BAD_SIGNATURE, CAUSE_CHAIN_ZONE_BAD_SIGNATURE,
         CAUSE_CHAIN_SSH_TUNNEL_BAD_SIGNATURE, CAUSE_CHAIN_OWN_BAD_SIGNATURE},
        {TRUST_PATH_TOO_LONG, CAUSE_CHAIN_CLIENT_PATH_TOO_LONG, CAUSE_CHAIN_ZONE_PATH_TOO_LONG,
         CAUSE_CHAIN_SSH_TUNNEL_PATH_TOO_LONG, CAUSE_CHAIN_OWN_PATH_TOO_LONG},
        {TRUST_PURPOSE, CAUSE_CHAIN_CLIENT_UNSUITABLE_PURPOSE, CAUSE_CHAIN_ZONE_UNSUITABLE_PURPOSE,
         CAUSE_CHAIN_SSH_TUNNEL_UNSUITABLE_PURPOSE, CAUSE_CHAIN_OWN_OTHER},
        {TRUST_NAME_CONSTRAINT, CAUSE_CHAIN_CLIENT_NAME_CONSTRAINT, CAUSE_CHAIN_ZONE_NAME_CONSTRAINT,
         CAUSE_CHAIN_SSH_TUNNEL_NAME_CONSTRAINT, CAUSE_CHAIN_OWN_NAME_CONSTRAINT},
        {TRUST_CRITICAL_EXTENSION, CAUSE_CHAIN_CLIENT_CRITICAL_EXTENSION, CAUSE_CHAIN_ZONE_CRITICAL_EXTENSION,
         CAUSE_CHAIN_SSH_TUNNEL_CRITICAL_EXTENSION, CAUSE_CHAIN_OWN_CRITICAL_EXTENSION},
        {TRUST_MALFORMED_DATE, CAUSE_CHAIN_CLIENT_MALFORMED_DATE, CAUSE_CHAIN_ZONE_MALFORMED_DATE,
         CAUSE_CHAIN_SSH_TUNNEL_MALFORMED_DATE, CAUSE_CHAIN_OWN_MALFORMED_DATE},
        {TRUST_OTHER, CAUSE_CHAIN_CLIENT_OTHER, CAUSE_CHAIN_ZONE_OTHER, CAUSE_CHAIN_SSH_TUNNEL_OTHER,
         CAUSE_CHAIN_OWN_OTHER}};
    size_t i = 0;
    while (i + 1 < sizeof rows / sizeof *rows && rows[i].verdict != verdict)
        i++;
    return check == CHECK_CHAIN_CLIENT       ? rows[i].client
           : check == CHECK_CHAIN_SSH_TUNNEL ? rows[i].tunnel
           : check == CHECK_CHAIN_OWN        ? rows[i].own
                                             : rows[i].zone;
}

struct finding *judge_trust(struct judging *run, const struct trust_question *question,
                            struct trust_result *result) {
    struct arena *arena = run->to->arena;
    struct certs known = known_to(run, question);
    struct finding *finding;
    trust_judge_by(arena, question->leaf, question->sent, &known, question->index, run->facts->run.at,
                   question->purpose, result);
    if (result->verdict == TRUST_NO_BYTES)
        return find_unknown(
            run->to, question->check, question->about,
            "the bytes of the certificates were not kept: look again, or save them with --save");
    if (result->verdict == TRUST_GOOD) {
        finding = find_pass(run->to, question->check, question->about, "trusted by %s", question->list);
    } else if (question->unenforced != NULL) {
        finding = find_skip(run->to, question->check, question->about, "it would be refused (%s), but %s",
                            summary_of(arena, result), question->unenforced);
    } else {
        enum cause_id cause = question->cause != CAUSE_NONE
                                  ? question->cause
                                  : cause_of_verdict(question->check, result->verdict);
        finding = find_cause(run->to, cause, question->about, "%s%s", summary_of(arena, result),
                             dates_of(arena, result));
    }
    add_result(finding, question, result);
    return finding;
}
