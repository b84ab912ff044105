/* Does each box trust its own certificate? Without the CA certificates in its own list an upload is refused
 * ("Unrecognized CA", troubleshooting note) and the handshake goes without intermediates (field-facts 2). */
#include <string.h>

#include "checks/chain_parts.h"

static const struct own_lists *lists_of(const struct chain_run *run, enum role role) {
    return role == ROLE_EXPRESSWAY_E ? &run->of_e : &run->of_c;
}

static struct about about_node(const struct chain_run *run, const struct node *node) {
    return (struct about){.subject = subject_of_node(run->facts, run->to->arena, node), .node = node->name};
}

/* The certificate and the list, nothing sent with it: only the server certificate is uploaded. */
static struct trust_question own_question(const struct chain_run *run, enum check_id check,
                                          const struct node *node, const struct seen_cert *seen,
                                          const struct own_list *own) {
    return (struct trust_question){.check = check,
                                   .about = about_node(run, node),
                                   .leaf = seen->leaf,
                                   .index = own->index,
                                   .list = own->name,
                                   .box = own->box};
}

static void judge_own(struct chain_run *run, enum role role, const struct node *node) {
    const struct seen_cert *seen = seen_of_node(&run->seen, node);
    const struct own_list *own = own_list_of(run->facts, lists_of(run, role), role, node);
    if (seen == NULL)
        return;
    if (own == NULL || own->index == NULL) {
        find_skip(run->to, CHECK_CHAIN_OWN, about_node(run, node),
                  "the trust list of this box was not given");
        return;
    }
    struct trust_question question = own_question(run, CHECK_CHAIN_OWN, node, seen, own);
    struct certs sent = {seen->chain->v + 1, seen->chain->n - 1};
    struct trust_result result;
    question.known = &sent;
    judge_trust(run, &question, &result);
}

/* ---- chain.lets-encrypt ---- */

static bool is_lets_encrypt(const struct cert *cert) {
    return strstr(cert->issuer, "O=Let's Encrypt") != NULL;
}

/* Root and current intermediate belong in the list of every Expressway of the deployment, on either side
 * (certificate guide, chapter 4). */
static void judge_lets_encrypt(struct chain_run *run, const struct node *node, const struct seen_cert *seen,
                               const struct own_list *own) {
    static const enum check_id check = CHECK_CHAIN_LETS_ENCRYPT;
    struct certs sent = {seen->chain->v + 1, seen->chain->n - 1};
    struct trust_result result;
    struct trust_question question = own_question(run, check, node, seen, own);
    question.known = &sent;
    trust_judge_by(run->to->arena, seen->leaf, NULL, &sent, own->index, run->facts->run.at, PURPOSE_ANY,
                   &result);
    if (result.verdict == TRUST_MISSING_INTERMEDIATE)
        question.cause = CAUSE_CHAIN_LETS_ENCRYPT_INTERMEDIATE_MISSING;
    else if (result.verdict == TRUST_NO_ROOT)
        question.cause = CAUSE_CHAIN_LETS_ENCRYPT_ROOT_MISSING;
    else if (result.verdict != TRUST_GOOD)
        return; /* something else is wrong with the path: chain.own and chain.zone tell it */
    struct finding *finding = judge_trust(run, &question, &result);
    evidence_text(finding, "judged_by", own->box);
    evidence_text(finding, "issuer", seen->leaf->issuer);
}

static void judge_lets_encrypt_of(struct chain_run *run, const struct node *node) {
    const struct seen_cert *seen = seen_of_node(&run->seen, node);
    const struct own_list *own = own_list_of(run->facts, &run->of_e, ROLE_EXPRESSWAY_E, node);
    if (seen == NULL || !is_lets_encrypt(seen->leaf))
        return;
    if (own != NULL && own->index != NULL)
        judge_lets_encrypt(run, node, seen, own);
    for (size_t i = 0; i < run->of_c.n; i++)
        if (run->of_c.v[i]->index != NULL)
            judge_lets_encrypt(run, node, seen, run->of_c.v[i]);
}

void judge_chain_own(struct chain_run *run) {
    const struct deployment *d = run->facts->deployment;
    for (size_t i = 0; d != NULL && i < d->e.nodes.n; i++)
        judge_own(run, ROLE_EXPRESSWAY_E, d->e.nodes.v[i]);
    for (size_t i = 0; d != NULL && i < d->c.nodes.n; i++)
        judge_own(run, ROLE_EXPRESSWAY_C, d->c.nodes.v[i]);
    for (size_t i = 0; d != NULL && i < d->e.nodes.n; i++)
        judge_lets_encrypt_of(run, d->e.nodes.v[i]);
}
