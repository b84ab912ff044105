/* Would Expressway accept the connection, with these settings? The decision of chapter 7 of the guide, step
 * by step, so that the trace can be read against the menu.
 *
 * A certificate that names an OCSP responder is asked for there while Use OCSP is on; CRLs serve certificates
 * without OCSP, or all of them when OCSP is off; where the source that applies gives no status, the fallback
 * decides. Every certificate of the chain but the root must pass. A responder that cannot do SHA-256 fails
 * the validation whatever the fallback says, and an expired CRL makes every certificate of its CA count as
 * invalid. */
#include <string.h>

#include "expressway/revocation.h"

static const struct {
    const char *name; /* for the trace */
    bool used[4];     /* by enum revocation_connection: SIP TLS, policy server, LDAP, HTTPS */
} scopes[] = {
    [FETCH_OCSP] = {"OCSP", {true, false, false, false}},
    [FETCH_CRL] = {"CRL of the distribution point", {true, false, false, false}},
    [FETCH_MANUAL_CRL] = {"CRL loaded by hand", {true, true, false, true}},
    [FETCH_AUTO_CRL] = {"CRL of the automatic update", {true, false, false, true}},
    [FETCH_TRUST_CRL] = {"CRL in the trusted CA file", {true, false, true, true}},
};

bool connection_uses(enum revocation_connection connection, enum fetch_kind kind) {
    return scopes[kind].used[connection];
}

/* ---- the trace ---- */

struct deciding {
    struct arena *arena;
    const struct revocation_settings *settings;
    const struct cert_sources *cert;
    struct decided *out;
    const char *why; /* the last thing that was said of this certificate */
};

static const char *name_of(const struct cert *cert) {
    return cert->common_name != NULL ? cert->common_name : cert->subject;
}

static void trace(struct deciding *d, const char *text) {
    d->why = text;
    texts_add(d->arena, &d->out->trace, arena_printf(d->arena, "%s: %s", name_of(d->cert->cert), text));
}

static const char *source_words(const struct source *s) {
    if (s->is_sha256_refused)
        return "answers SHA-1 only";
    if (s->said == SAID_REVOKED)
        return "revoked";
    if (s->said == SAID_GOOD)
        return "good";
    return s->is_untried ? "not asked" : cause_text(s->cause);
}

static void trace_source(struct deciding *d, const char *before, const struct source *s) {
    const char *hash = s->kind == FETCH_OCSP ? " with SHA-256" : "";
    trace(d, arena_printf(d->arena, "%s%s %s%s: %s", before, scopes[s->kind].name, s->uri, hash,
                          source_words(s)));
}

/* ---- one certificate ---- */

/* The first responder that gives a status settles it. */
static enum decision ask_ocsp(struct deciding *d) {
    enum decision result = DECIDE_NO_STATUS;
    for (size_t i = 0; i < d->cert->ocsp.n; i++) {
        const struct source *s = d->cert->ocsp.v[i];
        trace_source(d, "", s);
        if (s->is_sha256_refused)
            result = DECIDE_INVALID;
        else if (s->said != SAID_NOTHING)
            return s->said == SAID_GOOD ? DECIDE_GOOD : DECIDE_REVOKED;
        else if (s->is_untried && result == DECIDE_NO_STATUS)
            result = DECIDE_UNTRIED;
    }
    return result;
}

/* Outside SIP TLS an automatic list replaces the one loaded by hand. */
static bool is_replaced(const struct deciding *d, const struct source *s) {
    if (s->kind != FETCH_MANUAL_CRL || d->settings->connection == CONNECTION_SIP_TLS ||
        !connection_uses(d->settings->connection, FETCH_AUTO_CRL))
        return false;
    for (size_t i = 0; i < d->cert->crl.n; i++)
        if (d->cert->crl.v[i]->kind == FETCH_AUTO_CRL && d->cert->crl.v[i]->said != SAID_NOTHING)
            return true;
    return false;
}

static bool crl_counts(const struct deciding *d, const struct source *s) {
    return connection_uses(d->settings->connection, s->kind) && (s->kind != FETCH_CRL || d->settings->cdp) &&
           !s->is_of_another && !is_replaced(d, s);
}

/* All lists are in one store: a revoked entry in any counts, else a list that is fresh, else one that is
 * expired. */
static enum decision ask_crls(struct deciding *d) {
    static const enum decision by_rank[] = {DECIDE_NO_STATUS, DECIDE_UNTRIED, DECIDE_REVOKED, DECIDE_GOOD,
                                            DECIDE_REVOKED};
    size_t rank = 0;
    const char *why = NULL;
    for (size_t i = 0; i < d->cert->crl.n; i++) {
        const struct source *s = d->cert->crl.v[i];
        if (!crl_counts(d, s))
            continue;
        trace_source(d, "", s);
        size_t this = s->said == SAID_REVOKED ? 4
                      : s->said == SAID_GOOD  ? 3
                      : s->is_expired         ? 2
                                              : s->is_untried;
        if (this > rank || why == NULL) {
            rank = this;
            why = d->why;
        }
    }
    if (why == NULL)
        trace(d, d->cert->cert->cdp.n > 0 && !d->settings->cdp
                     ? "no CRL: downloads from distribution points are off, and no list was loaded"
                     : "no CRL for its issuer");
    else
        d->why = why;
    if (rank == 2)
        trace(d, "the CRL has expired: every certificate of that CA counts as invalid");
    return by_rank[rank];
}

static const char *no_ocsp_because(const struct deciding *d) {
    if (d->cert->cert->ocsp.n == 0)
        return d->cert->cert->aia_malformed ? "the certificate's authority information access cannot be "
                                              "read: no OCSP responder is known"
                                            : "the certificate names no OCSP responder";
    if (!d->settings->ocsp)
        return "Use OCSP is off";
    return connection_uses(d->settings->connection, FETCH_OCSP) ? NULL
                                                                : "OCSP serves SIP TLS connections only";
}

/* What the source that was not asked would have said. */
static void trace_beside(struct deciding *d, bool ocsp_counted, bool crls_counted) {
    const char *why = d->why;
    for (size_t i = 0; !ocsp_counted && i < d->cert->ocsp.n; i++)
        trace_source(d, "not used: ", d->cert->ocsp.v[i]);
    for (size_t i = 0; i < d->cert->crl.n; i++)
        if (!d->cert->crl.v[i]->is_of_another && !(crls_counted && crl_counts(d, d->cert->crl.v[i])))
            trace_source(d, "not used: ", d->cert->crl.v[i]);
    d->why = why;
}

static enum decision decide_one(struct deciding *d) {
    const char *no_ocsp = no_ocsp_because(d);
    bool crls_counted = no_ocsp != NULL && d->settings->crl;
    enum decision result = DECIDE_NO_STATUS;
    if (no_ocsp == NULL) {
        result = ask_ocsp(d);
    } else {
        trace(d, no_ocsp);
        if (d->settings->crl)
            result = ask_crls(d);
        else
            trace(d, "Use CRLs is off");
    }
    const char *why = d->why;
    if (result == DECIDE_NO_STATUS)
        trace(d, "no status: the fallback decides");
    d->why = why;
    trace_beside(d, no_ocsp == NULL, crls_counted);
    return result;
}

/* ---- the chain ---- */

static int badness(enum decision decision) {
    static const int order[] = {[DECIDE_OFF] = 0,     [DECIDE_GOOD] = 0,    [DECIDE_NO_STATUS] = 1,
                                [DECIDE_UNTRIED] = 2, [DECIDE_INVALID] = 3, [DECIDE_REVOKED] = 4};
    return order[decision];
}

void decide(struct arena *arena, const struct revocation_settings *settings, const struct cert_path *path,
            struct decided *out) {
    *out = (struct decided){.decision = settings->mode ? DECIDE_GOOD : DECIDE_OFF};
    if (!settings->mode) {
        texts_add(arena, &out->trace, "Certificate revocation checking mode is off: no source is asked");
        return;
    }
    for (size_t i = 0; i < path->certs.n; i++) {
        struct deciding d = {.arena = arena, .settings = settings, .cert = path->certs.v[i], .out = out};
        enum decision decision = decide_one(&d);
        if (badness(decision) <= badness(out->decision))
            continue;
        out->decision = decision;
        out->culprit = d.cert->cert;
        out->why = d.why;
    }
}

bool decision_accepts(enum decision decision, bool treat_as_revoked) {
    return decision == DECIDE_GOOD || decision == DECIDE_OFF ||
           (decision == DECIDE_NO_STATUS && !treat_as_revoked);
}

enum cause_id decision_cause(enum decision decision, bool treat_as_revoked) {
    switch (decision) {
    case DECIDE_REVOKED:
        return CAUSE_REVOCATION_VERDICT_REVOKED;
    case DECIDE_INVALID:
        return CAUSE_REVOCATION_VERDICT_VALIDATION_FAILS;
    case DECIDE_NO_STATUS:
        return treat_as_revoked ? CAUSE_REVOCATION_VERDICT_FALLBACK_REJECTS
                                : CAUSE_REVOCATION_VERDICT_FALLBACK_ACCEPTS;
    case DECIDE_OFF:
        return CAUSE_REVOCATION_VERDICT_CHECKING_OFF;
    case DECIDE_UNTRIED:
    case DECIDE_GOOD:
        break;
    }
    return CAUSE_NONE;
}
