/* What does one run come to? See verdict.h. */
#include "outcomes/verdict.h"

#include "outcomes/symptoms.h"

#include <string.h>

#include "checks/advice.h"
#include "checks/judge.h"

/* A host's name is told by whoever typed it: that it has no underscore is nothing that was seen. */
static bool has_seen(const struct findings *findings) {
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (f->status != STATUS_SKIP && strcmp(f->check->id, "name.host-underscore") != 0)
            return true;
    }
    return false;
}

/* Nothing fails, and nothing of what was asked is known to work. A plan alone asks nothing; of a capture its
 * connections are what was asked about, and they were seen. */
static bool is_without_ground(const struct facts *facts, const struct findings *findings,
                              const struct outcomes *outcomes) {
    if (findings_status(findings) != STATUS_PASS || facts->run.scope.is_renewal || facts->connections.n > 0)
        return false;
    for (size_t i = 0; i < outcomes->n; i++)
        if (outcomes->v[i]->state != OUTCOME_UNKNOWN)
            return false;
    return outcomes->n > 0 || facts->run.symptom != NULL || !has_seen(findings);
}

/* Never a pass without ground: the exit status is that of a finding, as of everything else. */
static void say_nothing_seen(const struct facts *facts, struct findings *findings,
                             const struct outcomes *outcomes) {
    const char *why = outcomes->n > 0              ? outcomes->v[0]->summary
                      : facts->run.symptom != NULL ? "this run looked at nothing that tells this symptom"
                                                   : "nothing in this run can be judged";
    struct about about = {.subject = text_or(facts->run.target, "this run")};
    struct finding *finding = find_cause(findings, CAUSE_NET_SEEN_NOTHING, about, "%s", why);
    if (facts->run.upload_role != NULL && outcomes->n > 0 && outcomes->v[0]->how != NULL)
        evidence_text(finding, "how", outcomes->v[0]->how);
    findings_sort(findings);
    findings_advise(facts, findings);
}

struct verdict *verdict_of(const struct facts *facts) {
    struct findings *findings = judge_all(facts);
    struct verdict *verdict = ARENA_NEW(findings->arena, struct verdict);
    *verdict = (struct verdict){facts, findings, outcomes_of(facts, findings), NULL, NULL};
    verdict->renewal = renewal_conclude(facts, findings, verdict->outcomes);
    symptom_keep(facts->run.symptom, verdict->outcomes, findings);
    if (is_without_ground(facts, findings, verdict->outcomes))
        say_nothing_seen(facts, findings, verdict->outcomes);
    verdict->faults = faults_of(facts, findings, verdict->outcomes);
    return verdict;
}

void verdict_free(struct verdict *verdict) {
    if (verdict != NULL)
        findings_free(verdict->findings);
}

int verdict_status(const struct verdict *verdict) {
    switch (findings_status(verdict->findings)) {
    case STATUS_FAIL:
        return 2;
    case STATUS_WARN:
        return 1;
    case STATUS_UNKNOWN:
        return 3;
    default:
        return 0;
    }
}
