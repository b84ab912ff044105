/* What do all the sources of one certificate say? Each OCSP responder under both hashes, each CRL from
 * wherever it came. Judged once for each certificate, however many ports show it. */
#include <string.h>

#include "expressway/revocation.h"

/* ---- the run ---- */

struct revocation_run *revocation_run_open(const struct facts *facts, struct arena *arena) {
    struct revocation_run *run = ARENA_NEW(arena, struct revocation_run);
    *run = (struct revocation_run){.facts = facts, .arena = arena};
    run->known = arena_alloc(arena, SOURCES_BUCKETS * sizeof *run->known);
    run->listed = listed_certs_new(arena);
    run->crls = arena_alloc(arena, facts->fetches.n * sizeof *run->crls);
    run->is_used = arena_alloc(arena, facts->fetches.n * sizeof *run->is_used);
    for (size_t i = 0; i < facts->fetches.n; i++)
        if (facts->fetches.v[i]->kind != FETCH_OCSP)
            crls_open(arena, facts->fetches.v[i], &run->crls[i]);
    return run;
}

void revocation_run_close(struct revocation_run *run) {
    for (size_t i = 0; i < run->facts->fetches.n; i++)
        crls_close(&run->crls[i]);
}

static const struct fetch *ocsp_fetch(const struct facts *facts, const struct cert *cert, const char *uri,
                                      const char *hash) {
    for (size_t i = 0; i < facts->fetches.n; i++) {
        const struct fetch *f = facts->fetches.v[i];
        if (f->kind == FETCH_OCSP && f->certificate != NULL && f->hash != NULL && strcmp(f->uri, uri) == 0 &&
            strcmp(f->hash, hash) == 0 && strcmp(f->certificate, cert->sha256) == 0)
            return f;
    }
    return NULL;
}

/* ---- what kept a fetch from an answer ---- */

static const struct {
    enum fetch_state state;
    enum cause_id ocsp, crl;
    const char *otherwise; /* words where the fetch brings none */
} failures[] = {
    {FETCH_UNREACHABLE, CAUSE_REVOCATION_OCSP_UNREACHABLE, CAUSE_REVOCATION_CRL_UNREACHABLE, "no connection"},
    {FETCH_HTTP_ERROR, CAUSE_REVOCATION_OCSP_HTTP_ERROR, CAUSE_REVOCATION_CRL_HTTP_ERROR, "an HTTP error"},
    {FETCH_TOO_LARGE, CAUSE_REVOCATION_OCSP_MALFORMED, CAUSE_REVOCATION_CRL_TOO_LARGE, "more than is read"},
    {FETCH_UNSUPPORTED_SCHEME, CAUSE_REVOCATION_OCSP_UNREACHABLE, CAUSE_REVOCATION_CRL_UNSUPPORTED_SCHEME,
     "Expressway asks by HTTP and HTTPS only"},
    {FETCH_TLS_FAILED, CAUSE_REVOCATION_OCSP_UNREACHABLE, CAUSE_REVOCATION_CRL_UNREACHABLE,
     "the HTTPS server's own certificate is not valid"},
    {FETCH_UNPARSABLE, CAUSE_REVOCATION_OCSP_MALFORMED, CAUSE_REVOCATION_CRL_UNPARSABLE,
     "it cannot be parsed"},
};

bool fetch_failure(const struct fetch *f, enum cause_id *cause, const char **why) {
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].state == f->state) {
            *cause = f->kind == FETCH_OCSP ? failures[i].ocsp : failures[i].crl;
            *why = f->error != NULL ? f->error : failures[i].otherwise;
            return true;
        }
    return false;
}

/* ---- OCSP ---- */

static void ocsp_one(struct revocation_run *run, const struct revocation_step *step, const struct fetch *f,
                     const char *hash, struct ocsp_answer *answer) {
    *answer = (struct ocsp_answer){.said = SAID_NOTHING};
    if (f == NULL || f->state == FETCH_NOT_TRIED || step->issuer == NULL ||
        fetch_failure(f, &answer->cause, &answer->why))
        return;
    const struct blob none = {NULL, 0}, *bytes = f->answers.n > 0 ? f->answers.v[0] : &none;
    ocsp_answer_read(run->arena, bytes->bytes, bytes->size, step, hash, run->facts->run.at, answer);
}

static bool has_status(const struct ocsp_answer *answer) {
    return answer->said != SAID_NOTHING;
}

static bool is_one_of(enum cause_id cause, const enum cause_id *all, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (all[i] == cause)
            return true;
    return false;
}

#define IS_ONE_OF(cause, all) is_one_of(cause, all, sizeof(all) / sizeof *(all))

/* It found the certificate, whatever is wrong with the date of what it says. */
static bool is_recognised(const struct ocsp_answer *answer) {
    static const enum cause_id of_dates[] = {CAUSE_REVOCATION_OCSP_STALE, CAUSE_REVOCATION_OCSP_NOT_YET_VALID,
                                             CAUSE_REVOCATION_OCSP_AMBIGUOUS};
    return has_status(answer) || IS_ONE_OF(answer->cause, of_dates);
}

/* SHA-1 is understood and SHA-256 is turned away: refused, not known, or answered for SHA-1 all the same.
 * Silence and signatures are other troubles. */
static bool is_sha256_refused(const struct source *s) {
    static const enum cause_id turned_away[] = {
        CAUSE_REVOCATION_OCSP_UNAUTHORIZED,      CAUSE_REVOCATION_OCSP_MALFORMED_REQUEST,
        CAUSE_REVOCATION_OCSP_INTERNAL_ERROR,    CAUSE_REVOCATION_OCSP_UNKNOWN,
        CAUSE_REVOCATION_OCSP_WRONG_CERTIFICATE, CAUSE_REVOCATION_OCSP_HTTP_ERROR,
        CAUSE_REVOCATION_OCSP_MALFORMED};
    return (is_recognised(&s->ocsp_sha1) && IS_ONE_OF(s->ocsp.cause, turned_away)) ||
           (s->ocsp_sha1.cause == CAUSE_REVOCATION_OCSP_UNKNOWN &&
            s->ocsp.cause == CAUSE_REVOCATION_OCSP_WRONG_CERTIFICATE);
}

static const char *says(enum said said, enum cause_id cause) {
    return said == SAID_GOOD      ? "good"
           : said == SAID_REVOKED ? "revoked"
           : cause != CAUSE_NONE  ? cause_text(cause)
                                  : "nothing";
}

static void ocsp_kept(struct revocation_run *run, const struct revocation_step *step, struct source *s) {
    const struct fetch *f = s->fetch;
    struct ocsp_answer answer;
    if (f == NULL || f->kept.n == 0 || step->issuer == NULL)
        return;
    ocsp_answer_read(run->arena, f->kept.v[0]->bytes, f->kept.v[0]->size, step, "sha256", run->facts->run.at,
                     &answer);
    s->kept_says = says(answer.said, answer.cause);
}

static void crl_kept(struct revocation_run *run, const struct revocation_step *step,
                     const struct revocation_path *path, struct source *s) {
    struct fetch then = {.kind = s->fetch->kind};
    struct crl_answer answer;
    struct crls crls;
    if (s->fetch->kept.n == 0)
        return;
    then.answers.v = s->fetch->kept.v;
    then.answers.n = s->fetch->kept.n;
    crls_open(run->arena, &then, &crls);
    crl_answer_read(run->arena, &crls, step, path, run->facts->run.at, &answer);
    crls_close(&crls);
    s->kept_says = says(answer.said, answer.cause);
}

static const char *untried_because(const struct source *s) {
    const struct fetch *f = s->fetch != NULL ? s->fetch : s->fetch_sha1;
    return f == NULL ? "nobody asked it" : f->error != NULL ? f->error : "it was not asked";
}

static struct source *ocsp_source(struct revocation_run *run, const struct revocation_step *step,
                                  const char *uri) {
    struct source *s = ARENA_NEW(run->arena, struct source);
    s->kind = FETCH_OCSP;
    s->uri = uri;
    s->fetch = ocsp_fetch(run->facts, step->cert, uri, "sha256");
    s->fetch_sha1 = ocsp_fetch(run->facts, step->cert, uri, "sha1");
    ocsp_one(run, step, s->fetch, "sha256", &s->ocsp);
    ocsp_one(run, step, s->fetch_sha1, "sha1", &s->ocsp_sha1);
    s->is_sha256_refused = is_sha256_refused(s);
    ocsp_kept(run, step, s);
    bool is_revoked = s->ocsp.said == SAID_REVOKED || s->ocsp_sha1.said == SAID_REVOKED;
    s->said = is_revoked ? SAID_REVOKED : s->ocsp.said;
    s->cause = is_revoked             ? CAUSE_REVOCATION_OCSP_REVOKED
               : s->is_sha256_refused ? CAUSE_REVOCATION_OCSP_SHA256_UNSUPPORTED
                                      : s->ocsp.cause;
    s->why = s->ocsp.why != NULL ? s->ocsp.why : is_revoked ? "revoked" : "good";
    s->is_untried = s->said == SAID_NOTHING && s->ocsp.cause == CAUSE_NONE;
    if (s->is_untried)
        s->why = step->issuer == NULL ? "the issuer's certificate is not known" : untried_because(s);
    return s;
}

/* ---- CRLs ---- */

bool is_refused_upload(const struct fetch *f, enum cause_id *cause, const char **why) {
    if (f->kind != FETCH_MANUAL_CRL || f->state != FETCH_ANSWERED || f->form == NULL ||
        strcmp(f->form, "PEM") == 0)
        return false;
    *cause = CAUSE_REVOCATION_CRL_NOT_PEM;
    *why = "the upload by hand takes PEM alone";
    return true;
}

bool is_replaced_upload(const struct facts *facts, size_t position) {
    const struct fetch *f = facts->fetches.v[position];
    for (size_t i = position + 1; f->kind == FETCH_MANUAL_CRL && i < facts->fetches.n; i++)
        if (facts->fetches.v[i]->kind == FETCH_MANUAL_CRL)
            return true;
    return false;
}

static struct source *crl_source(struct revocation_run *run, const struct revocation_step *step,
                                 const struct revocation_path *path, const char *uri, const struct fetch *f,
                                 const struct crls *crls) {
    struct source *s = ARENA_NEW(run->arena, struct source);
    *s = (struct source){.fetch = f, .kind = f == NULL ? FETCH_CRL : f->kind, .uri = uri};
    if (f == NULL || f->state == FETCH_NOT_TRIED) {
        s->is_untried = true;
        s->why = untried_because(s);
        return s;
    }
    if (fetch_failure(f, &s->cause, &s->why) || is_refused_upload(f, &s->cause, &s->why)) {
        crl_kept(run, step, path, s);
        return s;
    }
    crl_answer_read(run->arena, crls, step, path, run->facts->run.at, &s->crl);
    s->said = s->crl.said;
    s->cause = s->crl.cause;
    s->why = s->crl.why;
    s->is_expired = s->cause == CAUSE_REVOCATION_CRL_EXPIRED;
    s->is_of_another = s->cause == CAUSE_REVOCATION_CRL_WRONG_ISSUER && f->kind != FETCH_CRL;
    s->is_untried = s->said == SAID_NOTHING && s->cause == CAUSE_NONE;
    return s;
}

static void files_add(struct revocation_run *run, const struct revocation_step *step,
                      const struct revocation_path *path, struct cert_sources *to) {
    static const enum fetch_kind order[] = {FETCH_TRUST_CRL, FETCH_MANUAL_CRL, FETCH_AUTO_CRL};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < run->facts->fetches.n; i++) {
            const struct fetch *f = run->facts->fetches.v[i];
            if (f->kind != order[k] || is_replaced_upload(run->facts, i))
                continue;
            struct source *s = crl_source(run, step, path, f->uri, f, &run->crls[i]);
            run->is_used[i] = run->is_used[i] || (!s->is_of_another && f->state == FETCH_ANSWERED);
            LIST_ADD(run->arena, &to->crl, s);
        }
}

static bool is_web(const char *uri) {
    return strncasecmp(uri, "http://", 7) == 0 || strncasecmp(uri, "https://", 8) == 0;
}

static bool has_web_point(const struct cert *cert) {
    for (size_t i = 0; i < cert->cdp.n; i++)
        if (is_web(cert->cdp.v[i]))
            return true;
    return false;
}

/* A Microsoft CA names an LDAP address beside the HTTP one: it does no harm then. */
static void points_add(struct revocation_run *run, const struct revocation_step *step,
                       const struct revocation_path *path, struct cert_sources *to) {
    const struct texts *points = &step->cert->cdp;
    bool only_web = has_web_point(step->cert);
    for (size_t u = 0; u < points->n; u++) {
        const struct fetch *f = NULL;
        size_t at = 0;
        if (only_web && !is_web(points->v[u]))
            continue;
        for (size_t i = 0; i < run->facts->fetches.n && f == NULL; i++)
            if (run->facts->fetches.v[i]->kind == FETCH_CRL &&
                strcmp(run->facts->fetches.v[i]->uri, points->v[u]) == 0)
                f = run->facts->fetches.v[at = i];
        LIST_ADD(run->arena, &to->crl, crl_source(run, step, path, points->v[u], f, &run->crls[at]));
    }
}

/* ---- the path of one subject ---- */

static const char *issuer_id(const struct revocation_step *step) {
    return step->issuer_cert == NULL ? "" : step->issuer_cert->sha256;
}

static struct cert_sources **bucket_of(struct revocation_run *run, const struct cert *cert) {
    size_t hash = 0;
    for (const char *c = cert->sha256; *c != '\0'; c++)
        hash = hash * 31 + (unsigned char)*c;
    return &run->known[hash % SOURCES_BUCKETS];
}

static struct cert_sources *sources_judge(struct revocation_run *run, const struct revocation_path *path,
                                          size_t at) {
    const struct revocation_step *step = &path->steps[at];
    struct cert_sources *sources = ARENA_NEW(run->arena, struct cert_sources);
    sources->cert = step->cert;
    sources->is_leaf = at == 0;
    sources->issuer = issuer_id(step);
    for (size_t u = 0; u < step->cert->ocsp.n; u++)
        LIST_ADD(run->arena, &sources->ocsp, ocsp_source(run, step, step->cert->ocsp.v[u]));
    files_add(run, step, path, sources);
    points_add(run, step, path, sources);
    struct cert_sources **bucket = bucket_of(run, step->cert);
    sources->next = *bucket;
    *bucket = sources;
    run->has_known = true;
    return sources;
}

static struct cert_sources *sources_known(struct revocation_run *run, const struct revocation_step *step) {
    const char *issuer = issuer_id(step);
    struct cert_sources *at = *bucket_of(run, step->cert);
    while (at != NULL &&
           (strcmp(at->cert->sha256, step->cert->sha256) != 0 || strcmp(at->issuer, issuer) != 0))
        at = at->next;
    return at;
}

void sources_of(struct revocation_run *run, const struct certs *chain, struct cert_path *out) {
    struct revocation_path path;
    *out = (struct cert_path){{NULL, 0}};
    revocation_path_open(run->facts, run->arena, chain, run->listed, &path);
    for (size_t i = 0; i < path.n; i++) {
        struct cert_sources *sources = sources_known(run, &path.steps[i]);
        if (sources == NULL)
            sources = sources_judge(run, &path, i);
        LIST_ADD(run->arena, &out->certs, sources);
    }
    revocation_path_close(&path);
}
