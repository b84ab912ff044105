/* What does one run come to? See verdict.h. */
#include "outcomes/verdict.h"

#include "checks/judge.h"

struct verdict *verdict_of(const struct facts *facts) {
    struct findings *findings = judge_all(facts);
    struct verdict *verdict = ARENA_NEW(findings->arena, struct verdict);
    *verdict = (struct verdict){facts, findings, outcomes_of(facts, findings), NULL, NULL};
    verdict->renewal = renewal_conclude(facts, findings, verdict->outcomes);
    symptom_keep(facts->run.symptom, verdict->outcomes, findings);
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
