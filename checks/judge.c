/* Who judges what? All families, in catalogue order. See judge.h. */
#include "checks/judge.h"

#include <string.h>

static bool is_asked(const struct facts *facts, const struct finding *finding) {
    const struct texts *asked = &facts->run.scope.checks;
    for (size_t i = 0; i < asked->n; i++)
        if (text_ends(asked->v[i], ".") ? text_starts(finding->check->id, asked->v[i])
                                        : strcmp(finding->check->id, asked->v[i]) == 0)
            return true;
    return asked->n == 0;
}

static void keep_asked(const struct facts *facts, struct findings *findings) {
    size_t kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        if (is_asked(facts, findings->v[i]))
            findings->v[kept++] = findings->v[i];
        else
            json_decref(findings->v[i]->evidence);
    }
    findings->n = kept;
}

struct findings *judge_all(const struct facts *facts) {
    static void (*const judges[])(const struct facts *, struct findings *) = {
        judge_dns,   judge_net,     judge_tls,        judge_name,   judge_cert,
        judge_chain, judge_service, judge_revocation, judge_cipher, judge_file};
    struct findings *findings = findings_new();
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
        judges[i](facts, findings);
    keep_asked(facts, findings);
    findings_sort(findings);
    return findings;
}
