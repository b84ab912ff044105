/* How are the sources of a certificate told? Findings of revocation.ocsp, revocation.crl and
 * revocation.staple, one for each certificate and source, with what was said and when. */
#include <string.h>

#include "checks/revocation.h"

static const char *name_of(const struct cert *cert) {
    return cert->common_name != NULL ? cert->common_name : cert->subject;
}

static void time_add(struct finding *f, const char *key, int64_t time) {
    if (time != 0)
        evidence_time(f, key, time);
}

static void text_add(struct finding *f, const char *key, const char *text) {
    if (text != NULL)
        evidence_text(f, key, text);
}

static void whose(struct finding *f, const struct cert *cert) {
    evidence_text(f, "certificate", cert->subject);
    text_add(f, "serial", cert->serial);
}

static const char *said_words(enum said said, enum cause_id cause, const struct fetch *fetch) {
    if (said == SAID_GOOD)
        return "good";
    if (cause != CAUSE_NONE)
        return cause_text(cause);
    return fetch == NULL ? "not asked" : "no answer";
}

static void fetch_evidence(struct finding *f, const struct fetch *fetch) {
    if (fetch == NULL)
        return;
    text_add(f, "method", fetch->method);
    if (fetch->http_status != 0)
        evidence_int(f, "http_status", fetch->http_status);
    text_add(f, "form", fetch->form);
    if (fetch->redirects.n > 0)
        evidence_texts(f, "redirects", &fetch->redirects);
    if (fetch->from_cache)
        evidence_set(f, "cached",
                     json_pack("{s:s?, s:s}", "fetched", fetch->fetched, "says", "not modified"));
    text_add(f, "error", fetch->error);
    evidence_int(f, "ms", fetch->ms);
}

/* The settings leave this kind of source aside: then what is wrong with it is nobody's trouble, unless it
 * says that the certificate is revoked. NULL: it is used. */
static const char *unused_because(const struct telling *run, const struct source *s) {
    const struct revocation_settings *set =
        run->facts->deployment == NULL ? NULL : &run->facts->deployment->revocation;
    if (set == NULL || !set->given || !set->mode || s->said == SAID_REVOKED)
        return NULL;
    if (s->kind == FETCH_OCSP)
        return set->ocsp ? NULL : "Use OCSP is off";
    if (!set->crl)
        return "Use CRLs is off";
    return s->kind == FETCH_CRL && !set->cdp ? "downloads from distribution points are off" : NULL;
}

/* What a dead source said last time stands beside its silence. */
static void kept_evidence(struct finding *f, const struct source *s) {
    if (s->kept_says != NULL)
        evidence_set(f, "cached",
                     json_pack("{s:s?, s:s}", "fetched", s->fetch->fetched, "says", s->kept_says));
}

/* ---- OCSP ---- */

static void answer_evidence(struct finding *f, const struct ocsp_answer *answer) {
    text_add(f, "signer", answer->signer);
    if (answer->signer != NULL)
        evidence_text(f, "signed_by", answer->is_delegate ? "delegate" : "issuer");
    if (answer->is_delegate)
        evidence_set(f, "nocheck", json_boolean(answer->has_nocheck));
    time_add(f, "produced_at", answer->produced);
    time_add(f, "this_update", answer->this_update);
    time_add(f, "next_update", answer->next_update);
    time_add(f, "revoked_at", answer->revoked_at);
    text_add(f, "reason", answer->reason);
}

static void ocsp_evidence(struct finding *f, const struct cert *cert, const struct source *s) {
    const struct ocsp_answer *shown =
        s->ocsp.said != SAID_NOTHING || s->ocsp_sha1.said == SAID_NOTHING ? &s->ocsp : &s->ocsp_sha1;
    whose(f, cert);
    evidence_text(f, "uri", s->uri);
    evidence_text(f, "wanted", "good");
    evidence_text(f, "found", said_words(s->ocsp.said, s->ocsp.cause, s->fetch));
    evidence_text(f, "sha256", said_words(s->ocsp.said, s->ocsp.cause, s->fetch));
    evidence_text(f, "sha1", said_words(s->ocsp_sha1.said, s->ocsp_sha1.cause, s->fetch_sha1));
    answer_evidence(f, shown);
    fetch_evidence(f, s->fetch);
    if (s->fetch_sha1 != NULL)
        evidence_int(f, "sha1_ms", s->fetch_sha1->ms);
    kept_evidence(f, s);
}

static struct finding *ocsp_find(struct telling *run, struct about about, const struct cert *cert,
                                 const struct source *s, enum cause_id cause, const char *why) {
    struct finding *f = find_cause(run->to, cause, about, "%s, asked of %s: %s", name_of(cert), s->uri, why);
    ocsp_evidence(f, cert, s);
    return f;
}

static void tell_ocsp(struct telling *run, struct about about, const struct cert *cert,
                      const struct source *s) {
    const char *unused = unused_because(run, s);
    if (unused != NULL) {
        struct finding *f = find_skip(run->to, CHECK_REVOCATION_OCSP, about, "%s: %s is not used: %s",
                                      name_of(cert), s->uri, unused);
        whose(f, cert);
        evidence_text(f, "uri", s->uri);
    } else if (s->is_untried) {
        bool is_left_out = s->fetch == NULL && s->fetch_sha1 == NULL;
        struct finding *f = (is_left_out ? find_skip : find_unknown)(
            run->to, CHECK_REVOCATION_OCSP, about, "%s: %s was not asked: %s", name_of(cert), s->uri, s->why);
        whose(f, cert);
        evidence_text(f, "uri", s->uri);
    } else if (s->cause == CAUSE_NONE) {
        struct finding *f =
            find_pass(run->to, CHECK_REVOCATION_OCSP, about, "%s is good, says %s", name_of(cert), s->uri);
        ocsp_evidence(f, cert, s);
    } else {
        const char *why = s->cause == CAUSE_REVOCATION_OCSP_REVOKED ? "the certificate is revoked"
                          : s->cause == CAUSE_REVOCATION_OCSP_SHA256_UNSUPPORTED
                              ? "a request with SHA-256 is turned away, one with SHA-1 is not"
                              : s->why;
        ocsp_find(run, about, cert, s, s->cause, why);
        if (s->said == SAID_REVOKED && s->is_sha256_refused)
            ocsp_find(run, about, cert, s, CAUSE_REVOCATION_OCSP_SHA256_UNSUPPORTED,
                      "a request with SHA-256 is turned away, one with SHA-1 is not");
        if (s->said == SAID_REVOKED && (s->ocsp.contradicts || s->ocsp_sha1.contradicts))
            ocsp_find(run, about, cert, s, CAUSE_REVOCATION_OCSP_AMBIGUOUS,
                      "the answer holds another status beside revoked");
    }
}

/* ---- CRLs ---- */

static const char *const origins[] = {[FETCH_OCSP] = NULL,
                                      [FETCH_CRL] = "distribution point",
                                      [FETCH_MANUAL_CRL] = "loaded by hand",
                                      [FETCH_AUTO_CRL] = "automatic update",
                                      [FETCH_TRUST_CRL] = "trusted CA file"};

static void crl_evidence(struct finding *f, const struct cert *cert, const struct source *s) {
    const struct crl_answer *crl = &s->crl;
    whose(f, cert);
    evidence_text(f, "uri", s->uri);
    text_add(f, "origin", origins[s->kind]);
    text_add(f, "issuer", crl->issuer);
    text_add(f, "crl_number", crl->number);
    time_add(f, "this_update", crl->this_update);
    time_add(f, "next_update", crl->next_update);
    time_add(f, "revoked_at", crl->revoked_at);
    text_add(f, "reason", crl->reason);
    if (crl->used_delta)
        evidence_set(f, "delta", json_true());
    if (crl->count > 1)
        evidence_int(f, "lists", (long long)crl->count);
    fetch_evidence(f, s->fetch);
    kept_evidence(f, s);
}

static void tell_crl(struct telling *run, struct about about, const struct cert *cert,
                     const struct source *s) {
    struct finding *f;
    const char *unused = unused_because(run, s);
    if (unused != NULL)
        f = find_skip(run->to, CHECK_REVOCATION_CRL, about, "%s: %s is not used: %s", name_of(cert), s->uri,
                      unused);
    else if (s->is_untried && s->fetch == NULL)
        f = find_skip(run->to, CHECK_REVOCATION_CRL, about, "%s: %s was not fetched: %s", name_of(cert),
                      s->uri, s->why);
    else if (s->is_untried)
        f = find_unknown(run->to, CHECK_REVOCATION_CRL, about, "%s: %s tells nothing: %s", name_of(cert),
                         s->uri, s->why);
    else if (s->cause == CAUSE_NONE)
        f = find_pass(run->to, CHECK_REVOCATION_CRL, about, "%s is not on the list %s", name_of(cert),
                      s->uri);
    else
        f = find_cause(run->to, s->cause, about, "%s, list %s: %s", name_of(cert), s->uri, s->why);
    crl_evidence(f, cert, s);
}

void tell_sources(struct telling *run, struct about about, const struct cert_sources *cert) {
    for (size_t i = 0; i < cert->ocsp.n; i++)
        tell_ocsp(run, about, cert->cert, cert->ocsp.v[i]);
    if (cert->ocsp.n == 0)
        whose(
            find_cause(run->to, CAUSE_REVOCATION_OCSP_NO_URI, about,
                       cert->cert->aia_malformed
                           ? "%s has an authority information access extension that cannot be read: no OCSP "
                             "responder and no issuer's address is known"
                           : "%s names no OCSP responder",
                       name_of(cert->cert)),
            cert->cert);
    for (size_t i = 0; i < cert->crl.n; i++) {
        const struct source *s = cert->crl.v[i];
        bool is_told_by_file = s->kind != FETCH_CRL && s->crl.count == 0; /* once, not for each certificate */
        if (!s->is_of_another && !is_told_by_file)
            tell_crl(run, about, cert->cert, s);
    }
    if (cert->cert->cdp.n == 0)
        whose(find_cause(run->to, CAUSE_REVOCATION_CRL_NO_CDP, about, "%s names no CRL distribution point",
                         name_of(cert->cert)),
              cert->cert);
}

/* ---- files ---- */

void tell_files(struct telling *run) {
    for (size_t i = 0; i < run->facts->fetches.n; i++) {
        const struct fetch *f = run->facts->fetches.v[i];
        struct about about = {.subject = f->uri};
        struct source s = {.fetch = f, .kind = f->kind, .uri = f->uri};
        if (f->kind == FETCH_OCSP || f->kind == FETCH_CRL ||
            (f->kind == FETCH_TRUST_CRL && f->state == FETCH_ANSWERED))
            continue;
        if (f->state == FETCH_NOT_TRIED)
            find_unknown(run->to, CHECK_REVOCATION_CRL, about, "%s was not fetched: %s", f->uri,
                         f->error != NULL ? f->error : "the time for the run was over");
        else if (is_replaced_upload(run->facts, i))
            fetch_evidence(find_cause(run->to, CAUSE_REVOCATION_CRL_REPLACED, about,
                                      "%s is replaced by the file that is uploaded after it", f->uri),
                           f);
        else if (fetch_failure(f, &s.cause, &s.why) || is_refused_upload(f, &s.cause, &s.why))
            fetch_evidence(find_cause(run->to, s.cause, about, "%s: %s", f->uri, s.why), f);
        else if (run->run->crls[i].n == 0)
            fetch_evidence(
                find_cause(run->to, CAUSE_REVOCATION_CRL_UNPARSABLE, about, "%s: no CRL in it", f->uri), f);
        else if (!run->run->is_used[i] && run->run->has_known)
            fetch_evidence(find_cause(run->to, CAUSE_REVOCATION_CRL_WRONG_ISSUER, about,
                                      "%s holds no list of a CA that issued the certificates here", f->uri),
                           f);
    }
}

/* ---- stapling ---- */

/* A stapled response is read as any other, and judged by a check of its own. */
static enum cause_id staple_cause(enum cause_id ocsp) {
    static const struct {
        enum cause_id ocsp, staple;
    } rows[] = {{CAUSE_REVOCATION_OCSP_REVOKED, CAUSE_REVOCATION_STAPLE_REVOKED},
                {CAUSE_REVOCATION_OCSP_UNKNOWN, CAUSE_REVOCATION_STAPLE_UNKNOWN},
                {CAUSE_REVOCATION_OCSP_MALFORMED, CAUSE_REVOCATION_STAPLE_MALFORMED},
                {CAUSE_REVOCATION_OCSP_BAD_SIGNATURE, CAUSE_REVOCATION_STAPLE_BAD_SIGNATURE},
                {CAUSE_REVOCATION_OCSP_SIGNER_NOT_AUTHORISED, CAUSE_REVOCATION_STAPLE_SIGNER_NOT_AUTHORISED},
                {CAUSE_REVOCATION_OCSP_WRONG_CERTIFICATE, CAUSE_REVOCATION_STAPLE_WRONG_CERTIFICATE},
                {CAUSE_REVOCATION_OCSP_AMBIGUOUS, CAUSE_REVOCATION_STAPLE_AMBIGUOUS},
                {CAUSE_REVOCATION_OCSP_CRITICAL_EXTENSION, CAUSE_REVOCATION_STAPLE_CRITICAL_EXTENSION},
                {CAUSE_REVOCATION_OCSP_STALE, CAUSE_REVOCATION_STAPLE_STALE},
                {CAUSE_REVOCATION_OCSP_NOT_YET_VALID, CAUSE_REVOCATION_STAPLE_NOT_YET_VALID},
                {CAUSE_REVOCATION_OCSP_MALFORMED_REQUEST, CAUSE_REVOCATION_STAPLE_MALFORMED_REQUEST},
                {CAUSE_REVOCATION_OCSP_INTERNAL_ERROR, CAUSE_REVOCATION_STAPLE_INTERNAL_ERROR},
                {CAUSE_REVOCATION_OCSP_TRY_LATER, CAUSE_REVOCATION_STAPLE_TRY_LATER},
                {CAUSE_REVOCATION_OCSP_SIG_REQUIRED, CAUSE_REVOCATION_STAPLE_SIG_REQUIRED},
                {CAUSE_REVOCATION_OCSP_UNAUTHORIZED, CAUSE_REVOCATION_STAPLE_UNAUTHORIZED}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].ocsp == ocsp)
            return rows[i].staple;
    return CAUSE_REVOCATION_STAPLE_MALFORMED;
}

static void staple_find(struct telling *run, struct about about, const struct cert *cert,
                        const struct ocsp_answer *answer) {
    struct finding *f;
    if (answer->cause == CAUSE_NONE)
        f = find_pass(run->to, CHECK_REVOCATION_STAPLE, about, "The stapled response says that %s is good",
                      name_of(cert));
    else
        f = find_cause(run->to, staple_cause(answer->cause), about, "%s, stapled response: %s", name_of(cert),
                       answer->why != NULL ? answer->why : "the certificate is revoked");
    whose(f, cert);
    answer_evidence(f, answer);
    if (answer->said == SAID_REVOKED && answer->contradicts)
        answer_evidence(find_cause(run->to, CAUSE_REVOCATION_STAPLE_AMBIGUOUS, about,
                                   "%s, stapled response: it holds another status beside revoked",
                                   name_of(cert)),
                        answer);
}

void tell_staple(struct telling *run, struct about about, const struct tls_attempt *attempt) {
    struct revocation_path path;
    struct ocsp_answer answer;
    if (attempt->staple == NULL || attempt->chain.n == 0)
        return;
    revocation_path_open(run->facts, run->to->arena, &attempt->chain, NULL, &path);
    if (path.n == 0 || path.steps[0].issuer == NULL) {
        find_unknown(run->to, CHECK_REVOCATION_STAPLE, about,
                     "The issuer's certificate is not known, so the stapled response cannot be checked");
    } else {
        ocsp_answer_read(run->to->arena, attempt->staple, attempt->staple_size, &path.steps[0], NULL,
                         run->facts->run.at, &answer);
        staple_find(run, about, path.steps[0].cert, &answer);
    }
    revocation_path_close(&path);
}
