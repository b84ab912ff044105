/* Is any certificate of a chain revoked, and what would Expressway do about it? Walks the certificates seen
 * on client and zone ports, and those of the Expressways' files. See revocation.h for the parts. */
#include "checks/revocation.h"

#include <string.h>

#include "checks/judge.h"
#include "checks/seen.h"

static bool is_checked(const struct seen_cert *seen) {
    if (seen->endpoint == NULL)
        return is_expressway(seen->role);
    return seen->endpoint->leg == LEG_CLIENT || seen->endpoint->leg == LEG_ZONE ||
           seen->endpoint->leg == LEG_NEIGHBOR;
}

/* Whether Expressways look at this certificate on a SIP TLS connection (guide, chapter 7). Of a port whose
 * service nobody named, the user says what connects to it. */
static bool is_sip(const struct seen_cert *seen) {
    return seen->endpoint == NULL || seen->endpoint->leg != LEG_CLIENT ||
           seen->endpoint->protocol == PROTOCOL_SIP || seen->endpoint->protocol == PROTOCOL_TLS;
}

static void judge_seen(struct telling *run, const struct seen_cert *seen) {
    struct cert_path path;
    size_t before = run->to->n;
    sources_of(run->run, seen->chain, &path);
    for (size_t i = 0; i < path.certs.n; i++)
        tell_sources(run, seen->about, path.certs.v[i]);
    if (path.certs.n > 0)
        tell_verdict(run, seen->about, &path, run->facts->run.scope.is_revocation || is_sip(seen));
    for (size_t i = before; seen->kind != NULL && i < run->to->n; i++)
        evidence_text(run->to->v[i], "certificate_type", seen->kind);
}

static void judge_staples(struct telling *run) {
    for (size_t i = 0; i < run->facts->endpoints.n; i++) {
        const struct endpoint *e = run->facts->endpoints.v[i];
        tell_staple(run, about_endpoint(run->facts, e), &e->tls);
    }
}

static void left_out(const struct facts *facts, struct findings *to) {
    static const enum check_id left[] = {CHECK_REVOCATION_OCSP, CHECK_REVOCATION_CRL,
                                         CHECK_REVOCATION_VERDICT};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        find_skip(to, left[i], (struct about){.subject = facts->run.target}, "Left out (--no-revocation)");
}

void judge_revocation(struct judging *run) {
    if (run->facts->run.no_revocation) {
        left_out(run->facts, run->to);
        return;
    }
    struct telling telling = {revocation_run_open(run->facts, run->arena), run->facts, run->to};
    for (size_t i = 0; i < run->seen.n; i++)
        if (is_checked(run->seen.v[i]))
            judge_seen(&telling, run->seen.v[i]);
    judge_staples(&telling);
    tell_files(&telling);
    revocation_run_close(telling.run);
}
