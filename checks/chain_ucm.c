/* Do Expressway-C and Unified CM trust each other, and does one self-signed certificate hide another? */
#include <string.h>

#include "catalogue/release.h"
#include "checks/chain.h"
#include "facts/services.h"

/* ---- chain.ucm-trust ---- */

/* Every CA of C's certificate belongs in both lists (renewal note, section D): leaf and list alone. */
static void judge_store(struct judging *run, const struct node *ucm, const char *list, enum cause_id cause,
                        const struct node *c, const struct seen_cert *seen) {
    const struct trust_list *store = facts_trust(run->facts, list);
    if (store == NULL)
        return;
    struct certs sent = {seen->chain->v + 1, seen->chain->n - 1};
    struct trust_question question = {.check = CHECK_CHAIN_UCM_TRUST,
                                      .about = {.subject = ucm->name, .node = ucm->name},
                                      .leaf = seen->leaf,
                                      .known = &sent,
                                      .index = trust_index_new(run->to->arena, store),
                                      .list = list,
                                      .box = ucm->name,
                                      .purpose = PURPOSE_TLS_CLIENT,
                                      .cause = cause};
    struct trust_result result;
    struct finding *finding = judge_trust(run, &question, &result);
    evidence_text(finding, "expressway_c", c->name);
}

static void judge_stores(struct judging *run, const struct node *ucm) {
    const struct nodes *c = &run->facts->deployment->c.nodes;
    for (size_t i = 0; i < c->n; i++) {
        const struct seen_cert *seen = client_seen_of_node(&run->seen, c->v[i]);
        if (seen == NULL)
            continue;
        judge_store(run, ucm, ucm->tomcat_trust, CAUSE_CHAIN_UCM_TRUST_NOT_IN_TOMCAT_TRUST, c->v[i], seen);
        judge_store(run, ucm, ucm->callmanager_trust, CAUSE_CHAIN_UCM_TRUST_NOT_IN_CALLMANAGER_TRUST, c->v[i],
                    seen);
    }
}

static bool is_seen_by_expressway(const struct seen_cert *seen) {
    static const char *const purposes[] = {"tomcat", "callmanager", "cup-xmpp"};
    for (size_t i = 0; seen->purpose != NULL && i < sizeof purposes / sizeof *purposes; i++)
        if (text_starts(seen->purpose, purposes[i]) && !text_ends(seen->purpose, "s2s"))
            return true;
    return seen->purpose == NULL;
}

static bool has_publisher(const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n; i++)
        if (nodes->v[i]->publisher && !nodes->v[i]->unity)
            return true;
    return false;
}

/* Before X14.0.8 and X14.2 Expressway-C verifies where the TLS verify mode says so, and over HTTPS the
 * publisher alone, when it is added (field-facts 3). NULL: it verifies this one. */
static const char *unenforced_because(const struct judging *run, const struct seen_cert *seen) {
    const struct deployment *d = run->facts->deployment;
    const struct nodes *nodes = seen->role == ROLE_UCM ? &d->ucm : &d->imp;
    bool is_sip =
        is_shown_as(seen, "CallManager") && seen->endpoint != NULL && seen->endpoint->port == PORT_SIP_TLS;
    if (release_verifies_nodes(release_of(run->facts, ROLE_EXPRESSWAY_C)))
        return NULL;
    if (d->ucm_tls_verify_off)
        return "TLS verify mode is off, and this release heeds that; X14.0.8 and X14.2 and later do not";
    if (!is_sip && seen->node != NULL && !seen->node->publisher && has_publisher(nodes))
        return "this release verifies the publisher alone; X14.0.8 and X14.2 and later verify every node";
    return NULL;
}

/* Expressway-C verifies Unified CM and IM&P: what they send, and its list (field-facts 3). */
static void judge_ucm_cert(struct judging *run, const struct seen_cert *seen) {
    struct certs sent = {seen->chain->v + 1, seen->chain->n - 1};
    if ((seen->role != ROLE_UCM && seen->role != ROLE_IMP) || !is_seen_by_expressway(seen))
        return;
    for (size_t i = 0; i < run->of_c.n; i++) {
        const struct own_list *own = run->of_c.v[i];
        if (own->index == NULL)
            continue;
        struct trust_question question = {.check = CHECK_CHAIN_UCM_TRUST,
                                          .about = seen->about,
                                          .leaf = seen->leaf,
                                          .sent = &sent,
                                          .index = own->index,
                                          .list = own->name,
                                          .box = own->box,
                                          .purpose = PURPOSE_TLS_SERVER,
                                          .kind = seen->kind,
                                          .cause = CAUSE_CHAIN_UCM_TRUST_NOT_IN_EXPRESSWAY_C,
                                          .unenforced = unenforced_because(run, seen)};
        struct trust_result result;
        evidence_text(judge_trust(run, &question, &result), "judged_by", own->box);
    }
}

/* ---- chain.self-signed-pair ---- */

/* field-facts 9 */
static bool is_tomcat(const struct seen_cert *seen) {
    return is_shown_as(seen, "tomcat");
}

static const struct seen_cert *self_signed_on(const struct judging *run, const struct node *node,
                                              bool is_https, const struct seen_cert *other_than) {
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct seen_cert *seen = run->seen.v[i];
        if (seen->node != node || (seen->endpoint == NULL && seen->purpose == NULL) ||
            !seen->leaf->self_signed || !is_seen_by_expressway(seen) || is_tomcat(seen) != is_https)
            continue;
        if (other_than == NULL || strcmp(other_than->leaf->sha256, seen->leaf->sha256) != 0)
            return seen;
    }
    return NULL;
}

static bool same_common_name(const struct cert *a, const struct cert *b) {
    return a->common_name != NULL && b->common_name != NULL &&
           text_same_case_blind(a->common_name, b->common_name);
}

static const char *place_of(const struct seen_cert *seen) {
    return seen->endpoint != NULL ? seen->endpoint->id : seen->purpose;
}

/* From Unified CM 14 on one certificate may serve both purposes, which is no pair (field-facts 3). */
static void judge_pair(struct judging *run, const struct node *node) {
    static const enum check_id check = CHECK_CHAIN_SELF_SIGNED_PAIR;
    struct about about = {.subject = node->name, .node = node->name};
    const struct seen_cert *tomcat = self_signed_on(run, node, true, NULL);
    const struct seen_cert *other = tomcat == NULL ? NULL : self_signed_on(run, node, false, tomcat);
    if (other == NULL)
        return;
    struct finding *finding =
        same_common_name(tomcat->leaf, other->leaf)
            ? find_cause(run->to, CAUSE_CHAIN_SELF_SIGNED_PAIR_SAME_CN, about,
                         "the self-signed certificates on %s and %s both have the common name %s",
                         place_of(tomcat), place_of(other), tomcat->leaf->common_name)
            : find_pass(run->to, check, about, "the self-signed certificates have different common names");
    evidence_add(finding, "found", tomcat->leaf->subject);
    evidence_add(finding, "found", other->leaf->subject);
    evidence_add(finding, "seen_on", place_of(tomcat));
    evidence_add(finding, "seen_on", place_of(other));
}

void judge_chain_ucm(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    if (d == NULL)
        return;
    const struct nodes *both[] = {&d->ucm, &d->imp};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < both[i]->n; k++) {
            judge_pair(run, both[i]->v[k]);
            judge_stores(run, both[i]->v[k]);
        }
    for (size_t i = 0; i < run->seen.n; i++)
        judge_ucm_cert(run, run->seen.v[i]);
}
