/* What does a server take, and is any of it weak? cipher.accepted, from the survey of one server. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "checks/cipher.h"

enum { DH_REFUSED = 1024, DH_WEAK = 2048 };
static const enum check_id check = CHECK_CIPHER_ACCEPTED;

/* ---- evidence ---- */

static void text_add(json_t *object, const char *key, const char *text) {
    json_object_set_new(object, key, text == NULL ? json_null() : json_string(text));
}

static json_t *accepted_json(struct arena *arena, const struct accepted_suite *accepted) {
    const struct suite *suite = suite_by_id(accepted->suite);
    json_t *object = json_object();
    text_add(object, "version", version_text(accepted->version));
    text_add(object, "suite", suite_text(arena, accepted->suite));
    text_add(object, "iana", suite == NULL ? NULL : suite->iana);
    text_add(object, "id", arena_printf(arena, "0x%04X", (unsigned)accepted->suite));
    text_add(object, "certificate", accepted->certificate);
    text_add(object, "group", accepted->group);
    if (accepted->dh_bits > 0)
        json_object_set_new(object, "dh_bits", json_integer(accepted->dh_bits));
    if (accepted->signature_algorithm != NULL)
        text_add(object, "signature_algorithm", accepted->signature_algorithm);
    return object;
}

static json_t *version_json(const struct version_answer *answer) {
    json_t *object = json_object();
    text_add(object, "version", version_text(answer->version));
    text_add(object, "state", answer->state);
    if (answer->how != NULL)
        text_add(object, "how", answer->how);
    if (answer->preference != NULL)
        text_add(object, "preference", answer->preference);
    return object;
}

/* Of the newest version in which it is known. */
static const char *preference_of(const struct cipher_survey *survey) {
    const struct version_answer *best = NULL;
    for (size_t i = 0; i < survey->versions.n; i++) {
        const struct version_answer *v = survey->versions.v[i];
        /* TLS 1.3 has so few suites that servers often treat them apart: the order of 1.2 tells more */
        bool is_better =
            best == NULL || (best->version == TLS13) || (v->version > best->version && v->version < TLS13);
        if (v->preference != NULL && is_better)
            best = v;
    }
    return best == NULL ? NULL : best->preference;
}

static json_t *texts_json(const struct texts *texts) {
    json_t *list = json_array();
    for (size_t i = 0; i < texts->n; i++)
        json_array_append_new(list, json_string(texts->v[i]));
    return list;
}

static json_t *survey_json(const struct cipher_survey *survey) {
    json_t *object = json_object(), *versions = json_array();
    for (size_t i = 0; i < survey->versions.n; i++)
        json_array_append_new(versions, version_json(survey->versions.v[i]));
    json_object_set_new(object, "versions", versions);
    json_object_set_new(object, "groups_tls12", texts_json(&survey->groups12));
    json_object_set_new(object, "groups_tls13", texts_json(&survey->groups13));
    json_object_set_new(object, "certificates_tls13", texts_json(&survey->certificates13));
    json_object_set_new(object, "signature_algorithms", texts_json(&survey->signature_algorithms));
    text_add(object, "renegotiation", survey->renegotiation);
    json_object_set_new(object, "sends_fallback_alert", json_boolean(survey->sends_fallback_alert));
    json_object_set_new(object, "complete", json_boolean(survey->complete));
    json_object_set_new(object, "rate_limited", json_boolean(survey->rate_limited));
    json_object_set_new(object, "limits_connections", json_boolean(survey->limits_connections));
    json_object_set_new(object, "connections", json_integer(survey->connections));
    return object;
}

static void whole_add(struct arena *arena, struct finding *finding, const struct cipher_survey *survey) {
    json_t *accepted = json_array();
    for (size_t i = 0; i < survey->accepted.n; i++)
        json_array_append_new(accepted, accepted_json(arena, survey->accepted.v[i]));
    evidence_text(finding, "preference", preference_of(survey));
    evidence_set(finding, "accepted", accepted);
    evidence_set(finding, "survey", survey_json(survey));
}

/* ---- weaknesses ---- */

typedef bool (*suite_test)(const struct accepted_suite *accepted, const struct suite *suite);

static bool is_weak(const struct accepted_suite *accepted, const struct suite *suite) {
    (void)accepted;
    return suite_is_weak(suite);
}

/* What a suite is weak by; worst first. */
static bool has_no_cipher(const struct accepted_suite *accepted, const struct suite *suite) {
    (void)accepted;
    return suite->cipher == CIPHER_NULL;
}

static bool is_anonymous(const struct accepted_suite *accepted, const struct suite *suite) {
    (void)accepted;
    return suite->auth == AUTH_NONE && suite->cipher != CIPHER_NULL;
}

static bool is_export(const struct accepted_suite *accepted, const struct suite *suite) {
    return suite->strength == STRENGTH_EXPORT && !has_no_cipher(accepted, suite) &&
           !is_anonymous(accepted, suite);
}

static bool is_weak_else(const struct accepted_suite *accepted, const struct suite *suite) {
    return suite_is_weak(suite) && !has_no_cipher(accepted, suite) && !is_anonymous(accepted, suite) &&
           !is_export(accepted, suite);
}

static const struct {
    suite_test test;
    const char *name;
} weak_kinds[] = {{has_no_cipher, "no encryption (NULL)"},
                  {is_anonymous, "anonymous"},
                  {is_export, "EXPORT"},
                  {is_weak_else, "old ciphers (DES, 3DES, RC2 or RC4)"}};

static bool is_static(const struct accepted_suite *accepted, const struct suite *suite) {
    (void)accepted;
    return !suite_has_forward_secrecy(suite);
}

static bool is_weak_dh(const struct accepted_suite *accepted, const struct suite *suite) {
    (void)suite;
    return accepted->dh_bits > 0 && accepted->dh_bits < DH_WEAK;
}

/* "TLSv1.2 DES-CBC3-SHA", each. */
static struct texts which(struct arena *arena, const struct cipher_survey *survey, suite_test test) {
    struct texts list = {NULL, 0};
    for (size_t i = 0; i < survey->accepted.n; i++) {
        const struct accepted_suite *a = survey->accepted.v[i];
        const struct suite *suite = suite_by_id(a->suite);
        if (suite != NULL && test(a, suite))
            texts_add(arena, &list,
                      arena_printf(arena, "%s %s", version_text(a->version), suite_text(arena, a->suite)));
    }
    return list;
}

static struct finding *weakness(struct cipher_run *run, const struct cipher_survey *survey,
                                enum cause_id cause, const struct texts *found, const char *what) {
    struct finding *finding = find_cause(run->to, cause, about_survey(run->facts, survey), "%s%s%s%s", what,
                                         found->n > 0 ? ": " : "", found->n > 0 ? found->v[0] : "",
                                         found->n > 1 ? " and more" : "");
    evidence_texts(finding, "found", found);
    whole_add(run->to->arena, finding, survey);
    return finding;
}

/* In a version from 1.2 up (or, without these, the newest): does every suite lack forward secrecy, or the one
 * that the server prefers? */
static bool version_lacks_secrecy(const struct cipher_survey *survey, const struct version_answer *version) {
    bool any = false, first = true, prefers_static = false;
    for (size_t i = 0; i < survey->accepted.n; i++) {
        const struct accepted_suite *a = survey->accepted.v[i];
        const struct suite *suite = suite_by_id(a->suite);
        if (a->version != version->version || suite == NULL)
            continue;
        if (first)
            prefers_static = !suite_has_forward_secrecy(suite);
        first = false;
        any = any || suite_has_forward_secrecy(suite);
    }
    bool decides = version->preference != NULL && strcmp(version->preference, "server") == 0;
    return !first && (!any || (decides && prefers_static));
}

static int newest_version(const struct cipher_survey *survey) {
    int newest = 0;
    for (size_t i = 0; i < survey->accepted.n; i++)
        newest = survey->accepted.v[i]->version > newest ? survey->accepted.v[i]->version : newest;
    return newest;
}

static bool lacks_secrecy(const struct cipher_survey *survey) {
    int newest = newest_version(survey);
    for (size_t i = 0; i < survey->versions.n; i++) {
        const struct version_answer *v = survey->versions.v[i];
        if ((v->version >= TLS12 || v->version == newest) && version_lacks_secrecy(survey, v))
            return true;
    }
    return false;
}

static void judge_weak_dh(struct cipher_run *run, const struct cipher_survey *survey) {
    struct texts found = which(run->to->arena, survey, is_weak_dh);
    int least = DH_WEAK;
    for (size_t i = 0; i < survey->accepted.n; i++)
        if (survey->accepted.v[i]->dh_bits > 0 && survey->accepted.v[i]->dh_bits < least)
            least = survey->accepted.v[i]->dh_bits;
    if (found.n == 0)
        return;
    struct finding *finding =
        weakness(run, survey, CAUSE_CIPHER_ACCEPTED_WEAK_DH, &found,
                 least < DH_REFUSED
                     ? arena_printf(run->to->arena, "%d-bit Diffie-Hellman, which Expressway refuses", least)
                     : arena_printf(run->to->arena, "%d-bit Diffie-Hellman", least));
    evidence_int(finding, "dh_bits", least);
    evidence_set(finding, "refused_by_expressway", json_boolean(least < DH_REFUSED));
}

/* 3DES does not stand for a server that talks in the clear: every kind is named, the worst first. */
static void judge_weak(struct cipher_run *run, const struct cipher_survey *survey) {
    struct arena *arena = run->to->arena;
    struct texts found = {NULL, 0};
    const char *kinds = NULL;
    for (size_t k = 0; k < sizeof weak_kinds / sizeof *weak_kinds; k++) {
        struct texts of_kind = which(arena, survey, weak_kinds[k].test);
        for (size_t i = 0; i < of_kind.n; i++)
            texts_add(arena, &found, of_kind.v[i]);
        if (of_kind.n > 0)
            kinds =
                kinds == NULL ? weak_kinds[k].name : arena_printf(arena, "%s, %s", kinds, weak_kinds[k].name);
    }
    weakness(run, survey, CAUSE_CIPHER_ACCEPTED_WEAK, &found,
             arena_printf(arena, "takes weak suites, %s", kinds));
}

static void judge_weaknesses(struct cipher_run *run, const struct cipher_survey *survey) {
    struct arena *arena = run->to->arena;
    const struct texts weak = which(arena, survey, is_weak), statics = which(arena, survey, is_static);
    bool only_static = statics.n == survey->accepted.n;
    if (weak.n > 0)
        judge_weak(run, survey);
    else if (only_static)
        weakness(run, survey, CAUSE_CIPHER_ACCEPTED_WEAK, &statics, "takes static key exchange alone");
    if (lacks_secrecy(survey))
        weakness(run, survey, CAUSE_CIPHER_ACCEPTED_NO_FORWARD_SECRECY, &statics,
                 only_static ? "no suite gives forward secrecy"
                             : "the preferred suites give no forward secrecy");
    judge_weak_dh(run, survey);
}

/* ---- one server ---- */

static void judge_survey(struct cipher_run *run, const struct cipher_survey *survey) {
    struct about about = about_survey(run->facts, survey);
    struct texts versions = {NULL, 0};
    struct finding *finding;
    if (!survey_saw_something(survey) && survey->error != NULL &&
        strcasecmp(survey->error, strerror(ECONNREFUSED)) == 0) {
        finding =
            find_cause(run->to, CAUSE_NET_CONNECT_REFUSED, about, "%s refused the connection", about.subject);
        evidence_text(finding, "wanted", "connected");
        evidence_text(finding, "found", "refused");
    }
    if (!survey_saw_something(survey)) {
        finding =
            survey->complete
                ? find_unknown(run->to, check, about, "the server took none of the TLS offers: %s",
                               "is it a TLS port, and does it want STARTTLS?")
                : find_unknown(run->to, check, about, "could not be enumerated: %s", survey_trouble(survey));
        whole_add(run->to->arena, finding, survey);
        return;
    }
    for (size_t i = 0; i < survey->versions.n; i++)
        if (survey->versions.v[i]->state != NULL && strcmp(survey->versions.v[i]->state, "accepted") == 0)
            texts_add(run->to->arena, &versions, version_text(survey->versions.v[i]->version));
    judge_weaknesses(run, survey);
    finding = find_cause(
        run->to, CAUSE_CIPHER_ACCEPTED_ENUMERATED, about, "takes %zu suite%s in %zu version%s, %s to %s",
        survey->accepted.n, survey->accepted.n == 1 ? "" : "s", versions.n, versions.n == 1 ? "" : "s",
        versions.n > 0 ? versions.v[0] : "?", versions.n > 0 ? versions.v[versions.n - 1] : "?");
    whole_add(run->to->arena, finding, survey);
    if (!survey->complete) {
        finding =
            find_unknown(run->to, check, about, "not all was seen, so what is absent proves nothing: %s",
                         survey_trouble(survey));
        whole_add(run->to->arena, finding, survey);
    }
}

void judge_cipher_accepted(struct cipher_run *run) {
    for (size_t i = 0; i < run->facts->ciphers.n; i++)
        judge_survey(run, run->facts->ciphers.v[i]);
}
