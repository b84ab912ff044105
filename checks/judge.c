/* Who judges what? All families, in catalogue order. See judge.h. */
#include "checks/judge.h"

#include "checks/advice.h"

#include <string.h>

static bool is_asked(const struct facts *facts, const struct finding *finding) {
    const struct texts *asked = &facts->run.scope.checks;
    for (size_t i = 0; i < asked->n; i++)
        if (is_of_check(asked->v[i], finding))
            return true;
    return asked->n == 0;
}

/* Of a deployment only one node was asked about: what is about the others is left out, files given are not.
 */
static bool is_of_the_node(const struct facts *facts, const struct finding *finding) {
    const char *node = facts->run.node;
    return node == NULL || finding->node == NULL || text_same_case_blind(finding->node, node);
}

static void keep_asked(const struct facts *facts, struct findings *findings) {
    size_t kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        if (is_asked(facts, findings->v[i]) && is_of_the_node(facts, findings->v[i]))
            findings->v[kept++] = findings->v[i];
        else
            evidence_free(findings->v[i]->evidence);
    }
    findings->n = kept;
}

/* Of a list that both sides go by: what was asked of it for one is known for the other. */
static void share_indexes(const struct own_lists *from, struct own_lists *to) {
    for (size_t i = 0; i < to->n; i++)
        for (size_t k = 0; k < from->n; k++)
            if (to->v[i]->list == from->v[k]->list)
                to->v[i]->index = from->v[k]->index;
}

/* The signatures of many take as long as what is judged before them. */
static void foresee(struct judging *run, const struct own_lists *lists) {
    enum { SOME = 8 };
    struct certs some = {NULL, 0};
    for (size_t i = 0; i < run->seen.n && i < SOME; i++)
        LIST_ADD(run->arena, &some, (void *)run->seen.v[i]->leaf);
    for (size_t i = 0; i < lists->n; i++)
        if (lists->v[i]->index != NULL)
            trust_foresee(run->arena, &some, lists->v[i]->index);
}

void judging_open(struct judging *run, const struct facts *facts, struct findings *to) {
    const struct trust_list *client = facts_trust(facts, facts->run.client_trust);
    *run = (struct judging){.facts = facts, .to = to, .arena = to->arena, .release = run_release(facts)};
    seen_all(facts, to->arena, &run->seen);
    trust_expect(run->seen.n);
    own_lists_of(facts, to->arena, ROLE_EXPRESSWAY_E, &run->of_e);
    own_lists_of(facts, to->arena, ROLE_EXPRESSWAY_C, &run->of_c);
    share_indexes(&run->of_e, &run->of_c);
    run->client = client == NULL ? NULL : trust_index_new(to->arena, client);
    foresee(run, &run->of_e);
    foresee(run, &run->of_c);
}

struct findings *judge_all(const struct facts *facts) {
    static const judge_fn judges[] = {judge_dns,   judge_net,     judge_tls,        judge_name,   judge_cert,
                                      judge_chain, judge_service, judge_revocation, judge_cipher, judge_file,
                                      judge_renew, judge_ucm,     judge_box};
    struct findings *findings = findings_new();
    struct judging run;
    judging_open(&run, facts, findings);
    for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
        judges[i](&run);
    trust_forget();
    keep_asked(facts, findings);
    findings_gather(findings);
    findings_sort(findings);
    findings_advise(facts, findings);
    return findings;
}
