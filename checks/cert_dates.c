/* Is the certificate within its dates, and when must it be renewed? Judged at facts->run.at, never by the
 * clock. */
#include <string.h>

#include "checks/cert.h"

enum {
    DAY_SECONDS = 86400,
    WARN_DAYS = 30,
    CRIT_DAYS = 7,
    SHORT_LIFE_DAYS = 180,
    BRIEF_LIFE_DAYS = 100,
    CLOCKS_APART = 300
};

static const int64_t year_2050 = 2524608000; /* 2050-01-01T00:00:00Z: UTCTime ends here (RFC 5280 4.1.2.5) */

static int64_t lifetime_of(const struct cert *cert) {
    return cert->not_after - cert->not_before;
}

/* Seconds before the end at which to speak up. Short lives get a share of themselves: 30 days of a 47-day
 * certificate would be most of its life (field-facts 5). */
static int64_t threshold(const struct judging *run, const struct cert *cert, bool is_critical) {
    const struct run *given = &run->facts->run;
    const struct deployment *d = run->facts->deployment;
    if (is_critical ? given->has_crit_days : given->has_warn_days)
        return (int64_t)(is_critical ? given->crit_days : given->warn_days) * DAY_SECONDS;
    if (d != NULL && (is_critical ? d->has_crit_days : d->has_warn_days))
        return (int64_t)(is_critical ? d->crit_days : d->warn_days) * DAY_SECONDS;
    if (lifetime_of(cert) < (int64_t)SHORT_LIFE_DAYS * DAY_SECONDS)
        return lifetime_of(cert) / (is_critical ? 10 : 3);
    return (int64_t)(is_critical ? CRIT_DAYS : WARN_DAYS) * DAY_SECONDS;
}

static int64_t days_of(int64_t seconds) {
    int64_t days = seconds / DAY_SECONDS;
    return seconds % DAY_SECONDS < 0 ? days - 1 : days;
}

enum cause_id validity_cause(const struct judging *run, const struct cert *cert, int64_t at) {
    int64_t left = cert->not_after - at;
    if (at > cert->not_after)
        return CAUSE_CERT_VALIDITY_EXPIRED;
    if (at < cert->not_before)
        return CAUSE_CERT_VALIDITY_NOT_YET_VALID;
    if (left < threshold(run, cert, true))
        return CAUSE_CERT_VALIDITY_EXPIRES_CRITICAL;
    if (left < threshold(run, cert, false))
        return CAUSE_CERT_VALIDITY_EXPIRES_SOON;
    return cert->not_after >= year_2050 ? CAUSE_CERT_VALIDITY_AFTER_2050 : CAUSE_NONE;
}

/* By the clock of the box, as the Date: header of its answers has it; 0: it told none. */
static int64_t clock_of(const struct facts *facts, const struct seen_cert *seen) {
    for (size_t i = 0; seen->endpoint != NULL && i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        for (size_t k = 0; k < e->http.n && strcmp(e->host, seen->endpoint->host) == 0; k++)
            if (e->http.v[k]->date > 0)
                return e->http.v[k]->date;
    }
    return 0;
}

/* A first day that lies ahead: the clock of the box decides whether ours is wrong. */
static void add_clocks(const struct judging *run, struct finding *finding, const struct seen_cert *seen) {
    int64_t its = clock_of(run->facts, seen), ours = run->facts->run.started;
    if (its == 0 || ours == 0 || seen->at != 0)
        return;
    int64_t off = its > ours ? its - ours : ours - its;
    evidence_time(finding, "its_clock", its);
    evidence_text(finding, "clocks",
                  off <= CLOCKS_APART
                      ? "The clocks of this machine and of the box agree"
                      : arena_printf(run->to->arena,
                                     "Its clock says %s, this machine's %s: which is wrong? Set that one "
                                     "(this machine: date -u; "
                                     "the box: System > Time, NTP). Neither",
                                     time_write(run->to->arena, its), time_write(run->to->arena, ours)));
}

static struct finding *tell(struct judging *run, const struct seen_cert *seen, enum cause_id cause) {
    static const enum check_id check = CHECK_CERT_VALIDITY;
    const struct cert *leaf = seen->leaf;
    const char *end = time_write(run->to->arena, leaf->not_after);
    int64_t its = clock_of(run->facts, seen);
    const char *away = days_write(run->to->arena, leaf->not_after - seen_at(run->facts, seen));
    if (cause == CAUSE_NONE)
        return find_pass(run->to, check, seen->about, "valid until %s, %s%s", end, away,
                         seen->at == 0 ? "" : " by then");
    int64_t today = run->facts->run.started;
    if (cause == CAUSE_CERT_VALIDITY_EXPIRED && seen->at == 0 && today > 0 && today <= leaf->not_after)
        return find_cause(run->to, cause, seen->about,
                          "would have expired on the date asked for, %s; ends on %s, valid today",
                          time_write(run->to->arena, run->facts->run.at), end);
    if (cause == CAUSE_CERT_VALIDITY_EXPIRED)
        return find_cause(run->to, cause, seen->about, "expired on %s, %s", end, away);
    if (cause == CAUSE_CERT_VALIDITY_NOT_YET_VALID)
        return find_cause(run->to, cause, seen->about,
                          its > 0 ? "not valid before %s; its clock (Date header): %s"
                                  : "not valid before %s",
                          time_write(run->to->arena, leaf->not_before), time_write(run->to->arena, its));
    if (cause == CAUSE_CERT_VALIDITY_AFTER_2050)
        return find_cause(run->to, cause, seen->about, "valid until %s, beyond 2049", end);
    return find_cause(run->to, cause, seen->about, "expires on %s, %s", end, away);
}

/* What was so when the client saw it need not be so now. */
static void add_today(const struct judging *run, struct finding *finding, const struct seen_cert *seen) {
    const struct cert *leaf = seen->leaf;
    int64_t now = run->facts->run.started;
    enum cause_id then = validity_cause(run, leaf, seen_at(run->facts, seen)),
                  today = validity_cause(run, leaf, now);
    if (seen->at == 0 || then == today)
        return;
    const char *end = time_write(run->to->arena, leaf->not_after);
    evidence_text(finding, "today",
                  today == CAUSE_CERT_VALIDITY_EXPIRED ? arena_printf(run->to->arena, "expired since %s", end)
                  : today == CAUSE_CERT_VALIDITY_EXPIRES_CRITICAL || today == CAUSE_CERT_VALIDITY_EXPIRES_SOON
                      ? arena_printf(run->to->arena, "expires on %s, %s", end,
                                     days_write(run->to->arena, leaf->not_after - now))
                  : today == CAUSE_CERT_VALIDITY_NOT_YET_VALID
                      ? "not valid yet"
                      : arena_printf(run->to->arena, "valid until %s", end));
}

void judge_validity(struct judging *run, const struct seen_cert *seen) {
    const struct cert *leaf = seen->leaf;
    int64_t at = seen_at(run->facts, seen);
    struct finding *finding = tell(run, seen, validity_cause(run, leaf, at));
    evidence_time(finding, "not_before", leaf->not_before);
    evidence_time(finding, "not_after", leaf->not_after);
    evidence_int(finding, "days_left", days_of(leaf->not_after - at));
    evidence_time(finding, "judged_at", at);
    add_today(run, finding, seen);
    if (validity_cause(run, leaf, at) == CAUSE_CERT_VALIDITY_NOT_YET_VALID)
        add_clocks(run, finding, seen);
    evidence_int(finding, "warn_days", days_of(threshold(run, leaf, false)));
    evidence_int(finding, "crit_days", days_of(threshold(run, leaf, true)));
    evidence_kind(finding, seen->kind);
}

/* ---- cert.lets-encrypt-renewal ---- */

/* The ACME service renews at two thirds of the life (certificate guide, chapter 4): what is older was not
 * renewed. For Let's Encrypt and others that live so short. */
void judge_renewal(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_CERT_LETS_ENCRYPT_RENEWAL;
    const struct cert *leaf = seen->leaf;
    bool is_brief = lifetime_of(leaf) <= (int64_t)BRIEF_LIFE_DAYS * DAY_SECONDS;
    if (!is_expressway(seen->role) || leaf->self_signed || (!is_lets_encrypt(leaf) && !is_brief))
        return;
    int64_t due = leaf->not_before + lifetime_of(leaf) / 3 * 2;
    const char *when = time_write(run->to->arena, due);
    struct finding *finding =
        seen_at(run->facts, seen) >= due
            ? find_cause(run->to, CAUSE_CERT_LETS_ENCRYPT_RENEWAL_RENEWAL_DUE, seen->about,
                         "two thirds of its life were over on %s, and it was not renewed", when)
            : find_pass(run->to, check, seen->about, "renewal is due on %s", when);
    evidence_time(finding, "due", due);
    evidence_text(finding, "issuer", leaf->issuer);
    evidence_kind(finding, seen->kind);
}
