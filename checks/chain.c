/* Does what a server sends lead to a root that is trusted by those who call it, and does each box trust its
 * own certificate? Client-facing ports, chain.own and chain.lets-encrypt; the zones are in chain_zone.c, the
 * lists themselves in chain_list.c, Unified CM in chain_ucm.c. */
#include <string.h>

#include "checks/chain.h"

/* The box whose trust list has to hold the CA for this port to send it. */
static const char *sender_of(const struct judging *run, const struct seen_cert *seen) {
    const struct own_lists *lists = seen->role == ROLE_EXPRESSWAY_C ? &run->of_c : &run->of_e;
    const struct own_list *own = own_list_of(run->facts, lists, seen->role, seen->node);
    return own != NULL ? own->box : enum_text(roles, (int)seen->role);
}

/* ---- chain.client ---- */

static void add_clients(struct finding *finding, bool is_trusted) {
    json_t *clients = json_object();
    json_object_set_new(clients, "jabber", json_string(is_trusted ? "accepts" : "prompts"));
    json_object_set_new(clients, "tc_ce",
                        json_string(is_trusted ? "accepts where its CA list has the root" : "refuses"));
    json_object_set_new(
        clients, "phones",
        json_string(is_trusted ? "accepts where its fixed CA list (7800/8800) has the root" : "refuses"));
    evidence_set(finding, "clients", clients);
}

/* What E does not send it lacks in its own trust list; what clients lack is theirs to get. */
static const char *client_box(const struct judging *run, const struct seen_cert *seen,
                              enum trust_verdict verdict) {
    return verdict == TRUST_MISSING_INTERMEDIATE ? sender_of(run, seen) : "clients";
}

static void judge_client(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_CHAIN_CLIENT;
    if (run->client == NULL) {
        find_skip(run->to, check, seen->about, "no list of roots that clients trust was given or found");
        return;
    }
    if (was_taken(seen->endpoint) && strcmp(run->facts->run.client_trust, "system") == 0) {
        find_pass(run->to, check, seen->about, "%s, which has a trust list of its own, went on with it",
                  seen->endpoint->client);
        return;
    }
    struct certs sent = {seen->chain->v + 1, seen->chain->n - 1};
    struct trust_question question = {.check = check,
                                      .about = seen->about,
                                      .purpose = PURPOSE_TLS_SERVER,
                                      .leaf = seen->leaf,
                                      .sent = &sent,
                                      .index = run->client,
                                      .list = run->facts->run.client_trust,
                                      .kind = seen->kind};
    struct trust_result result;
    struct finding *finding = judge_trust(run, &question, &result);
    if (result.verdict == TRUST_NO_BYTES)
        return;
    json_t *missing = evidence_value(finding, "missing");
    for (size_t i = 0; i < json_array_size(missing); i++)
        json_object_set_new(json_array_get(missing, i), "upload_to",
                            json_string(client_box(run, seen, result.verdict)));
    add_clients(finding, result.verdict == TRUST_GOOD);
}

/* A certificate that is about to be uploaded: what will come with it is predicted from the box's own list. */
static void judge_client_of_file(struct judging *run, const struct seen_cert *seen) {
    const struct own_list *own = own_list_of(run->facts, &run->of_e, ROLE_EXPRESSWAY_E, seen->node);
    if (own == NULL || own->index == NULL || seen->leaf->der == NULL) {
        find_skip(run->to, CHECK_CHAIN_CLIENT, seen->about,
                  "what the box will send with it is not known: its own trust list was not given");
        return;
    }
    struct certs chain = {NULL, 0},
                 sent = trust_predict(run->arena, seen->leaf, own->index, run->facts->run.at);
    LIST_ADD(run->arena, &chain, (void *)seen->leaf);
    for (size_t i = 0; i < sent.n; i++)
        LIST_ADD(run->arena, &chain, sent.v[i]);
    struct seen_cert with = *seen;
    with.chain = &chain;
    judge_client(run, &with);
}

/* ---- chain.own: without the CA certificates in its own list an upload is refused ("Unrecognized CA",
 * troubleshooting note) and the handshake goes without intermediates (field-facts 2) ---- */

static const struct own_lists *lists_of(const struct judging *run, enum role role) {
    return role == ROLE_EXPRESSWAY_E ? &run->of_e : &run->of_c;
}

static struct about about_node(const struct judging *run, const struct node *node) {
    return (struct about){.subject = subject_of_node(run->facts, run->to->arena, node), .node = node->name};
}

/* The certificate and the list, nothing sent with it: only the server certificate is uploaded. */
static struct trust_question own_question(const struct judging *run, enum check_id check,
                                          const struct node *node, const struct seen_cert *seen,
                                          const struct own_list *own) {
    return (struct trust_question){.check = check,
                                   .about = about_node(run, node),
                                   .leaf = seen->leaf,
                                   .index = own->index,
                                   .list = own->name,
                                   .box = own->box};
}

static void judge_own(struct judging *run, enum role role, const struct node *node,
                      const struct seen_cert *seen) {
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
    question.kind = seen->endpoint == NULL ? seen->kind : NULL;
    judge_trust(run, &question, &result);
}

/* Both stores of X15.5 have one trust list (TN-225693). */
static void judge_own_of(struct judging *run, enum role role, const struct node *node) {
    const struct seen_cert *server = seen_of_node(&run->seen, node);
    const struct seen_cert *client = client_seen_of_node(&run->seen, node);
    judge_own(run, role, node, server);
    if (client != server)
        judge_own(run, role, node, client);
}

/* ---- chain.lets-encrypt ---- */

/* Root and current intermediate belong in the list of every Expressway of the deployment, on either side
 * (certificate guide, chapter 4). */
static void judge_lets_encrypt(struct judging *run, const struct node *node, const struct seen_cert *seen,
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

static void judge_lets_encrypt_of(struct judging *run, const struct node *node) {
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

static void judge_own_all(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    for (size_t i = 0; d != NULL && i < d->e.nodes.n; i++)
        judge_own_of(run, ROLE_EXPRESSWAY_E, d->e.nodes.v[i]);
    for (size_t i = 0; d != NULL && i < d->c.nodes.n; i++)
        judge_own_of(run, ROLE_EXPRESSWAY_C, d->c.nodes.v[i]);
    for (size_t i = 0; d != NULL && i < d->e.nodes.n; i++)
        judge_lets_encrypt_of(run, d->e.nodes.v[i]);
}

void judge_chain(struct judging *run) {
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct seen_cert *seen = run->seen.v[i];
        if (seen->endpoint == NULL && !seen->is_client_store && run->facts->run.scope.is_renewal &&
            seen->role == ROLE_EXPRESSWAY_E)
            judge_client_of_file(run, seen);
        if (seen->endpoint == NULL)
            continue;
        if (is_expressway(seen->role) || run->facts->run.scope.is_lone)
            judge_chain_served(run, seen->about, seen->chain, seen->kind, sender_of(run, seen));
        if (seen->endpoint->leg == LEG_CLIENT || run->facts->run.scope.is_lone)
            judge_client(run, seen);
    }
    judge_chain_zones(run);
    judge_own_all(run);
    judge_chain_lists(run);
    judge_chain_ucm(run);
}
