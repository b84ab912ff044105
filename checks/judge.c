/* Who judges what? All families, in catalogue order. See judge.h. */
#include "checks/judge.h"

struct findings *judge_all(const struct facts *facts) {
    static void (*const judges[])(const struct facts *, struct findings *) = {
        judge_dns, judge_net, judge_tls, judge_name, judge_cert, judge_chain, judge_service, judge_file};
    struct findings *findings = findings_new();
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
        judges[i](facts, findings);
    findings_sort(findings);
    return findings;
}
