/* Are the files that the user has in hand fit for upload? The key that belongs to a node's certificate. */
#include "checks/judge.h"

static void judge_key_file(struct findings *to, const struct node *node) {
    static const enum check_id check = CHECK_FILE_KEY;
    struct about about = {.subject = node->key_file, .node = node->name};
    struct finding *finding;
    if (node->key_lacks_newline)
        finding = find_cause(to, CAUSE_FILE_KEY_NO_TRAILING_NEWLINE, about,
                             "the last line of %s does not end", node->key_file);
    else
        finding = find_pass(to, check, about, "the key belongs to the certificate of %s", node->name);
    evidence_text(finding, "certificate", node->certificate_file);
}

void judge_file(struct judging *run) {
    const struct facts *facts = run->facts;
    struct findings *to = run->to;
    const struct deployment *d = facts->deployment;
    for (size_t i = 0; d != NULL && i < d->c.nodes.n; i++)
        if (d->c.nodes.v[i]->key_file != NULL)
            judge_key_file(to, d->c.nodes.v[i]);
}
