/* Do the certificates of a described deployment bear the names that its features need? Cluster names,
 * federation domains, chat aliases, phone profiles, Unified CM nodes. */
#include <string.h>

#include "checks/name.h"
#include "catalogue/release.h"

static struct about about_node(const struct node *node) {
    return (struct about){.subject = node->name, .node = node->name};
}

/* ---- name.cluster ---- */

/* Clustered, the certificate holds the peer's and the cluster's FQDN; alone, the FQDN is the common name and
 * alternative names are not asked for (certificate guide, chapter 1). */
static enum cause_id cluster_lacks(const struct expressway *side, const struct node *node,
                                   const struct cert *cert, const char **wanted) {
    bool is_cluster = side->cluster != NULL || side->nodes.n > 1;
    *wanted = node->name;
    bool has_own =
        name_has_dns(cert, node->name) || (!is_cluster && name_equal(cert->common_name, node->name));
    if (!has_own && node->role == ROLE_EXPRESSWAY_E)
        return CAUSE_NAME_CLUSTER_PEER_NAME_MISSING;
    *wanted = side->cluster;
    if (side->cluster != NULL && !name_has_dns(cert, side->cluster))
        return node->role == ROLE_EXPRESSWAY_E ? CAUSE_NAME_CLUSTER_CLUSTER_NAME_MISSING_ON_E
                                               : CAUSE_NAME_CLUSTER_CLUSTER_NAME_MISSING;
    *wanted = node->name;
    return has_own ? CAUSE_NONE : CAUSE_NAME_CLUSTER_PEER_NAME_MISSING;
}

static void judge_cluster(struct judging *run, const struct expressway *side) {
    for (size_t i = 0; i < side->nodes.n; i++) {
        const struct node *node = side->nodes.v[i];
        const struct seen_cert *seen = seen_of_node(&run->seen, node);
        if (seen == NULL || name_is_ip(node->name)) /* known by an address: no name to look for */
            continue;
        const char *wanted;
        enum cause_id cause = cluster_lacks(side, node, seen->leaf, &wanted);
        struct finding *finding =
            cause != CAUSE_NONE
                ? find_cause(run->to, cause, about_node(node), "%s is not in the certificate", wanted)
                : find_pass(run->to, CHECK_NAME_CLUSTER, about_node(node),
                            "the certificate names this node%s",
                            side->cluster != NULL ? " and its cluster" : "");
        evidence_add(finding, "wanted", node->name);
        if (side->cluster != NULL)
            evidence_add(finding, "wanted", side->cluster);
        add_found(run, finding, seen->leaf);
    }
}

/* ---- name.xmpp-domain ---- */

static bool has_xmpp_address(const struct cert *cert, const char *domain) {
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == NAME_XMPP && name_equal(cert->names.v[i]->value, domain))
            return true;
    return false;
}

static void judge_xmpp_domain(struct judging *run, const struct node *node, const struct cert *cert,
                              const char *domain) {
    static const enum check_id check = CHECK_NAME_XMPP_DOMAIN;
    struct about about = about_node(node);
    struct finding *finding;
    about.domain = domain;
    if (name_has_dns(cert, domain))
        finding = find_pass(run->to, check, about, "%s is in the certificate", domain);
    else if (has_xmpp_address(cert, domain))
        finding = find_cause(run->to, CAUSE_NAME_XMPP_DOMAIN_XMPPADDR_FORM, about,
                             "%s is in the certificate as XmppAddr only", domain);
    else
        finding = find_cause(run->to, CAUSE_NAME_XMPP_DOMAIN_NO_MATCH, about, "%s is not in the certificate",
                             domain);
    evidence_add(finding, "wanted", domain);
    add_found(run, finding, cert);
}

static void judge_xmpp_domains(struct judging *run) {
    const struct expressway *e = &run->facts->deployment->e;
    for (size_t i = 0; i < e->nodes.n; i++) {
        const struct seen_cert *seen = seen_of_node(&run->seen, e->nodes.v[i]);
        for (size_t k = 0; seen != NULL && k < e->xmpp_federation_domains.n; k++)
            judge_xmpp_domain(run, e->nodes.v[i], seen->leaf, e->xmpp_federation_domains.v[k]);
    }
}

/* ---- name.chat-alias ---- */

static bool some_node_has(struct judging *run, const struct expressway *side, const char *name) {
    for (size_t i = 0; i < side->nodes.n; i++) {
        const struct seen_cert *seen = seen_of_node(&run->seen, side->nodes.v[i]);
        if (seen != NULL && name_has_dns(seen->leaf, name))
            return true;
    }
    return false;
}

static void judge_aliases_of(struct judging *run, const struct expressway *side,
                             const struct expressway *other, const struct texts *aliases) {
    static const enum check_id check = CHECK_NAME_CHAT_ALIAS;
    for (size_t i = 0; i < side->nodes.n; i++) {
        const struct seen_cert *seen = seen_of_node(&run->seen, side->nodes.v[i]);
        const char *lacks = NULL, *differs = NULL;
        for (size_t k = 0; seen != NULL && k < aliases->n; k++) {
            if (name_has_dns(seen->leaf, aliases->v[k]))
                continue;
            lacks = lacks == NULL ? aliases->v[k] : lacks;
            if (differs == NULL && some_node_has(run, other, aliases->v[k]))
                differs = aliases->v[k];
        }
        if (seen == NULL)
            continue;
        struct about about = about_node(side->nodes.v[i]);
        struct finding *finding =
            differs != NULL ? find_cause(run->to, CAUSE_NAME_CHAT_ALIAS_SETS_DIFFER, about,
                                         "%s is in the other side's certificate, not in this one", differs)
            : lacks != NULL ? find_cause(run->to, CAUSE_NAME_CHAT_ALIAS_NO_MATCH, about,
                                         "the chat node alias %s is not in the certificate", lacks)
                            : find_pass(run->to, check, about, "every chat node alias is in the certificate");
        evidence_texts(finding, "wanted", aliases);
        add_found(run, finding, seen->leaf);
    }
}

/* Both lists of the deployment together: the same set belongs on both sides (certificate guide, chapter 3).
 */
static void judge_chat_aliases(struct judging *run) {
    const struct deployment *d = run->facts->deployment;
    const struct texts *lists[] = {&d->c.chat_aliases, &d->e.chat_aliases};
    struct texts aliases = {NULL, 0};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < lists[i]->n; k++)
            if (!texts_has(&aliases, lists[i]->v[k]))
                texts_add(run->to->arena, &aliases, lists[i]->v[k]);
    if (aliases.n == 0)
        return;
    judge_aliases_of(run, &d->e, &d->c, &aliases);
    judge_aliases_of(run, &d->c, &d->e, &aliases);
}

/* ---- name.phone-profile ---- */

static void judge_profile(struct judging *run, const struct node *node, const struct cert *cert,
                          const char *profile) {
    static const enum check_id check = CHECK_NAME_PHONE_PROFILE;
    struct finding *finding;
    bool must_be_fqdn = release_of(run->facts, ROLE_EXPRESSWAY_C) >= RELEASE_X12_6;
    if (must_be_fqdn && !name_is_fqdn(profile))
        finding = find_cause(run->to, CAUSE_NAME_PHONE_PROFILE_NOT_FQDN, about_node(node),
                             "the phone security profile name %s is no valid FQDN", profile);
    else if (!name_has_dns(cert, profile))
        finding = find_cause(run->to, CAUSE_NAME_PHONE_PROFILE_NO_MATCH, about_node(node),
                             "the phone security profile name %s is not in the certificate", profile);
    else
        finding = find_pass(run->to, check, about_node(node), "%s is in the certificate", profile);
    evidence_add(finding, "wanted", profile);
    add_found(run, finding, cert);
}

static void judge_phone_profiles(struct judging *run) {
    const struct expressway *c = &run->facts->deployment->c;
    for (size_t i = 0; i < c->nodes.n; i++) {
        const struct seen_cert *seen = client_seen_of_node(&run->seen, c->nodes.v[i]);
        for (size_t k = 0; seen != NULL && k < c->phone_profiles.n; k++)
            judge_profile(run, c->nodes.v[i], seen->leaf, c->phone_profiles.v[k]);
    }
}

/* ---- name.ucm-node ---- */

/* An address or a host name fails even where the certificate has it: the name in System > Server has to be an
 * FQDN (field-facts 3). */
static enum cause_id ucm_cause(const struct cert *cert, const char *name) {
    if (name_is_ip(name))
        return CAUSE_NAME_UCM_NODE_IP_ADDRESS;
    if (strchr(name, '.') == NULL)
        return CAUSE_NAME_UCM_NODE_SHORT_NAME;
    return name_match(cert, name) == MATCH_GOOD ? CAUSE_NONE : CAUSE_NAME_UCM_NODE_NO_MATCH;
}

static void judge_ucm_node(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_NAME_UCM_NODE;
    bool is_tomcat = (seen->endpoint == NULL && seen->purpose == NULL) || is_shown_as(seen, "tomcat");
    if (seen->node == NULL || !is_tomcat || (seen->role != ROLE_UCM && seen->role != ROLE_IMP))
        return;
    const char *name = seen->node->name;
    enum cause_id cause = ucm_cause(seen->leaf, name);
    struct about about = seen->about;
    struct finding *finding;
    about.node = name;
    if (cause == CAUSE_NONE)
        finding = find_pass(run->to, check, about, "%s is in the certificate", name);
    else if (!release_verifies_nodes(release_of(run->facts, ROLE_EXPRESSWAY_C)))
        finding = find_skip(run->to, check, about,
                            "%s would fail (%s) from X14.0.8 and X14.2 on; %s does not enforce it", name,
                            cause_text(cause), release_text_of(run->facts, ROLE_EXPRESSWAY_C));
    else
        finding = find_cause(run->to, cause, about,
                             "the node is known as %s, for which its certificate does not serve", name);
    evidence_add(finding, "wanted", name);
    add_found(run, finding, seen->leaf);
    evidence_kind(finding, seen->kind);
}

void judge_name_deployment(struct judging *run) {
    if (run->facts->deployment == NULL || run->facts->deployment->file == NULL)
        return; /* made from options: one zone, which tells nothing of clusters and features */
    judge_cluster(run, &run->facts->deployment->e);
    judge_cluster(run, &run->facts->deployment->c);
    judge_xmpp_domains(run);
    judge_chat_aliases(run);
    judge_phone_profiles(run);
    for (size_t i = 0; i < run->seen.n; i++)
        judge_ucm_node(run, run->seen.v[i]);
}
