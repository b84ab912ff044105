/* What would the connection do, under the settings given and under all others? Findings of revocation.verdict
 * and revocation.source-scope. */
#include <stdlib.h>
#include <string.h>

#include "checks/revocation.h"
#include "facts/services.h"

/* Where nobody stated the settings, the evidence shows what full checking would do. */
static struct revocation_settings settings_of(const struct facts *facts) {
    struct revocation_settings settings = {0};
    if (facts->deployment != NULL)
        settings = facts->deployment->revocation;
    if (!settings.given)
        settings.mode = settings.ocsp = settings.crl = settings.cdp = true;
    return settings;
}

static const char *accepted(enum decision decision, bool treat_as_revoked) {
    return decision_accepts(decision, treat_as_revoked) ? "accepted" : "rejected";
}

static const char *on_off(bool is_on) {
    return is_on ? "on" : "off";
}

static json_t *settings_json(const struct revocation_settings *s) {
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "mode", on_off(s->mode), "ocsp", on_off(s->ocsp), "crl",
                     on_off(s->crl), "cdp", on_off(s->cdp), "fallback",
                     s->treat_as_revoked ? "treat-as-revoked" : "treat-as-not-revoked");
}

/* ---- every combination ---- */

static json_t *matrix_json(struct arena *arena, const struct revocation_settings *given,
                           const struct cert_path *path) {
    enum { COMBINATIONS = 32 };
    json_t *rows = json_array();
    for (unsigned i = 0; i < COMBINATIONS; i++) {
        struct revocation_settings s = *given;
        struct decided decided;
        s.mode = (i & 16) == 0;
        s.ocsp = (i & 8) == 0;
        s.crl = (i & 4) == 0;
        s.cdp = (i & 2) == 0;
        s.treat_as_revoked = (i & 1) != 0;
        decide(arena, &s, path, &decided);
        json_t *row = settings_json(&s);
        enum cause_id cause = decision_cause(decided.decision, s.treat_as_revoked);
        json_object_set_new(row, "verdict",
                            json_string(decided.decision == DECIDE_UNTRIED
                                            ? "unknown"
                                            : accepted(decided.decision, s.treat_as_revoked)));
        json_object_set_new(row, "cause", cause == CAUSE_NONE ? json_null() : json_string(cause_text(cause)));
        json_array_append_new(rows, row);
    }
    return rows;
}

/* ---- what a firewall must let out ---- */

static void reach_add(struct arena *arena, struct texts *to, const char *host, int port) {
    bool is_bare_ipv6 = strchr(host, ':') != NULL && host[0] != '[';
    char *text = arena_printf(arena, is_bare_ipv6 ? "[%s]:%d" : "%s:%d", host, port);
    if (!texts_has(to, text))
        texts_add(arena, to, text);
}

static void reach_uri(struct arena *arena, struct texts *to, const char *uri) {
    bool is_https = strncasecmp(uri, "https://", 8) == 0;
    if (!is_https && strncasecmp(uri, "http://", 7) != 0)
        return;
    const char *host = strchr(uri, '/') + 2, *end = host + strcspn(host, "/?#");
    const char *bracket = *host == '[' ? memchr(host, ']', (size_t)(end - host)) : NULL;
    const char *from = bracket != NULL ? bracket : host, *colon = memchr(from, ':', (size_t)(end - from));
    int64_t port = is_https ? PORT_HTTPS : PORT_HTTP;
    if (colon != NULL && !number_read(colon + 1, (size_t)(end - colon - 1), 65535, &port))
        return;
    char *name = arena_textn(arena, host, (size_t)((colon != NULL ? colon : end) - host));
    if (name[0] != 0)
        reach_add(arena, to, name, (int)port);
}

static void reach_source(struct arena *arena, struct texts *to, const struct source *s) {
    const struct fetch *f = s->fetch;
    if (f != NULL && f->host != NULL && f->port > 0 && f->state != FETCH_UNSUPPORTED_SCHEME)
        reach_add(arena, to, f->host, f->port);
    else
        reach_uri(arena, to, s->uri);
    for (size_t i = 0; f != NULL && i < f->redirects.n; i++)
        reach_uri(arena, to, f->redirects.v[i]);
}

/* What the settings leave aside, Expressway never asks. */
static void reach_evidence(struct arena *arena, struct finding *finding, const struct revocation_settings *s,
                           const struct cert_path *path) {
    struct texts hosts = {NULL, 0};
    for (size_t i = 0; i < path->certs.n; i++) {
        for (size_t k = 0; s->ocsp && k < path->certs.v[i]->ocsp.n; k++)
            reach_source(arena, &hosts, path->certs.v[i]->ocsp.v[k]);
        for (size_t k = 0; s->crl && k < path->certs.v[i]->crl.n; k++)
            if (s->cdp || path->certs.v[i]->crl.v[k]->kind != FETCH_CRL)
                reach_source(arena, &hosts, path->certs.v[i]->crl.v[k]);
    }
    if (hosts.n > 0)
        evidence_texts(finding, "firewall", &hosts);
}

/* ---- the verdict ---- */

static void verdict_evidence(struct telling *run, struct finding *f, const struct revocation_settings *s,
                             const struct cert_path *path, const struct decided *decided) {
    if (decided->culprit != NULL)
        evidence_text(f, "certificate", decided->culprit->subject);
    if (decided->decision != DECIDE_UNTRIED) {
        evidence_text(f, "if_treat_as_revoked", accepted(decided->decision, true));
        evidence_text(f, "if_treat_as_not_revoked", accepted(decided->decision, false));
    }
    evidence_set(f, "settings", settings_json(s));
    if (s->given && !s->fallback_given)
        evidence_text(
            f, "fallback_assumed",
            "treat-as-not-revoked, the default by the certificate guide (chapter 7); the command "
            "reference gives Fail, which is treat-as-revoked: see Configuration > SIP, Fallback behavior");
    evidence_text(f, "connection", enum_text(revocation_connections, (int)s->connection));
    evidence_texts(f, "trace", &decided->trace);
    reach_evidence(run->to->arena, f, s, path);
    if (s->wants_matrix)
        evidence_set(f, "matrix", matrix_json(run->to->arena, s, path));
}

static struct finding *by_cause(struct telling *run, struct about about, const struct revocation_settings *s,
                                const struct decided *decided) {
    enum cause_id cause = decision_cause(decided->decision, s->treat_as_revoked);
    if (cause == CAUSE_NONE)
        return find_pass(
            run->to, CHECK_REVOCATION_VERDICT, about,
            "Every certificate of the chain has a good status: accepted under both fallback settings");
    if (decided->decision == DECIDE_OFF)
        return find_cause(run->to, cause, about, "Revocation checking is off: accepted unseen");
    const char *name =
        decided->culprit->common_name != NULL ? decided->culprit->common_name : decided->culprit->subject;
    return find_cause(run->to, cause, about, "%s: %s (%s)", accepted(decided->decision, s->treat_as_revoked),
                      name, decided->why);
}

static bool nobody_asked(const struct cert_path *path) {
    size_t asked = 0, open = 0;
    for (size_t i = 0; i < path->certs.n; i++) {
        const struct cert_sources *c = path->certs.v[i];
        for (size_t k = 0; k < c->ocsp.n; k++)
            (c->ocsp.v[k]->fetch == NULL && c->ocsp.v[k]->fetch_sha1 == NULL ? open++ : asked++);
        for (size_t k = 0; k < c->crl.n; k++)
            (c->crl.v[k]->fetch == NULL ? open++ : asked++);
    }
    return asked == 0 && open > 0;
}

/* ---- sources that this kind of connection leaves aside ---- */

static bool is_named_by_certs(const struct cert_path *path, enum fetch_kind kind) {
    for (size_t i = 0; i < path->certs.n; i++)
        if ((kind == FETCH_OCSP ? path->certs.v[i]->cert->ocsp.n : path->certs.v[i]->cert->cdp.n) > 0)
            return true;
    return false;
}

static bool is_set_up(const struct telling *run, const struct revocation_settings *s,
                      const struct cert_path *path, enum fetch_kind kind) {
    if (kind == FETCH_OCSP)
        return s->ocsp && is_named_by_certs(path, kind);
    if (kind == FETCH_CRL)
        return s->crl && s->cdp && is_named_by_certs(path, kind);
    for (size_t i = 0; s->crl && i < run->facts->fetches.n; i++)
        if (run->facts->fetches.v[i]->kind == kind)
            return true;
    return false;
}

static void tell_scope(struct telling *run, struct about about, const struct revocation_settings *s,
                       const struct cert_path *path) {
    static const enum fetch_kind kinds[] = {FETCH_OCSP, FETCH_CRL, FETCH_MANUAL_CRL, FETCH_AUTO_CRL,
                                            FETCH_TRUST_CRL};
    const char *connection = enum_text(revocation_connections, (int)s->connection);
    struct texts unused = {NULL, 0}, used = {NULL, 0};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct texts *to = connection_uses(s->connection, kinds[i]) ? &used : &unused;
        if (is_set_up(run, s, path, kinds[i]))
            texts_add(run->to->arena, to, enum_text(fetch_kinds, (int)kinds[i]));
    }
    struct finding *f =
        unused.n > 0 ? find_cause(run->to, CAUSE_REVOCATION_SOURCE_SCOPE_SOURCE_NOT_USED_HERE, about,
                                  "A connection of the kind %s does not use: %s%s", connection, unused.v[0],
                                  unused.n > 1 ? " and others" : "")
                     : find_pass(run->to, CHECK_REVOCATION_SOURCE_SCOPE, about,
                                 "Every source that is set up serves connections of the kind %s", connection);
    evidence_text(f, "connection", connection);
    evidence_texts(f, "used", &used);
    evidence_texts(f, "not_used", &unused);
}

void tell_verdict(struct telling *run, struct about about, const struct cert_path *path, bool is_sip) {
    struct revocation_settings s = settings_of(run->facts);
    struct decided decided;
    struct finding *f;
    decide(run->to->arena, &s, path, &decided);
    if (!s.given)
        f = find_skip(
            run->to, CHECK_REVOCATION_VERDICT, about,
            "No revocation settings were given; the evidence shows what checking with all sources would do");
    else if (!is_sip)
        f = find_skip(
            run->to, CHECK_REVOCATION_VERDICT, about,
            "Expressway's revocation settings serve SIP TLS; clients of this port check as they please");
    else if (s.mode && nobody_asked(path))
        f = find_skip(run->to, CHECK_REVOCATION_VERDICT, about, "The sources were not asked in this run");
    else if (decided.decision == DECIDE_UNTRIED)
        f = find_unknown(run->to, CHECK_REVOCATION_VERDICT, about,
                         "It hangs on a source that could not be asked: %s", decided.why);
    else
        f = by_cause(run, about, &s, &decided);
    verdict_evidence(run, f, &s, path, &decided);
    if (s.given && is_sip && s.mode)
        tell_scope(run, about, &s, path);
}
