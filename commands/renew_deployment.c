/* At which place of which deployment does the new certificate stand? See renew_deployment.h. */
#include "commands/renew_deployment.h"

#include <string.h>

#include "commands/output.h"
#include "commands/run.h"
#include "commands/upload.h"
#include "expressway/names.h"
#include "facts/services.h"

/* ---- whose it is ---- */

static struct nodes *side_of(struct deployment *d, enum role role) {
    return role == ROLE_EXPRESSWAY_E   ? &d->e.nodes
           : role == ROLE_EXPRESSWAY_C ? &d->c.nodes
           : role == ROLE_UCM          ? &d->ucm
                                       : &d->imp;
}

static const struct certs *certificate_of(const struct node *node, const char *purpose) {
    const struct purpose_cert *its = purpose == NULL ? NULL : node_certificate_for(node, purpose);
    return purpose == NULL ? &node->certificate : its == NULL ? NULL : &its->chain;
}

static bool has_certificate(const struct node *node, const char *purpose, const struct cert *cert) {
    const struct certs *its = certificate_of(node, purpose);
    return its != NULL && its->n > 0 && strcmp(its->v[0]->sha256, cert->sha256) == 0;
}

/* Nobody said which node: those that have the old certificate now; else the only one of its role. */
static bool nodes_find(struct facts *facts, const struct renew_options *own) {
    struct renewal *r = facts->renewal;
    struct deployment *d = facts->deployment;
    for (int role = ROLE_EXPRESSWAY_E; role <= ROLE_IMP; role++) {
        struct nodes *side = side_of(d, (enum role)role);
        if (own->role != NULL && own->role->role != (enum role)role)
            continue;
        for (size_t i = 0; r->old_chain.n > 0 && i < side->n; i++)
            if (has_certificate(side->v[i], own->role == NULL ? NULL : own->role->purpose, r->old_chain.v[0]))
                texts_add(facts->arena, &r->nodes, side->v[i]->name);
        if (r->nodes.n > 0)
            return true;
    }
    struct nodes *side = own->role == NULL ? NULL : side_of(d, own->role->role);
    bool is_for_all = side != NULL && r->new_chain.n == 0; /* the plan alone is for every node of the role */
    for (size_t i = 0; side != NULL && (side->n == 1 || is_for_all) && i < side->n; i++)
        texts_add(facts->arena, &r->nodes, side->v[i]->name);
    if (r->nodes.n == 0)
        complain("--node: wanted the node of %s that gets the certificate: none has the old one%s", d->file,
                 own->role == NULL ? ", and no --role was given" : "");
    return r->nodes.n > 0;
}

static bool node_takes(struct facts *facts, const char *name, const struct upload_role *role,
                       const char *purpose, const struct user_file *new) {
    struct node *node = upload_node(facts, name);
    struct renewal *r = facts->renewal;
    if (node == NULL)
        return false;
    if (role != NULL && role->role != node->role) {
        complain("--role: %s is %s in the deployment file, not %s", node->name,
                 enum_text(roles, (int)node->role), role->name);
        return false;
    }
    const struct certs *now = certificate_of(node, purpose);
    const struct purpose_cert *its = purpose == NULL ? NULL : node_certificate_for(node, purpose);
    if (r->old_chain.n == 0 && now != NULL && now->n > 0) {
        r->old_chain = *now;
        r->old_file = purpose == NULL ? node->certificate_file : its->file;
    }
    if (new == NULL)
        return true;
    upload_install(facts, node, purpose, new);
    return true;
}

static const struct upload_role *role_of_node(const struct node *node) {
    for (const struct upload_role *role = upload_roles; role->name != NULL; role++)
        if (role->role == node->role && (role->purpose == NULL || strcmp(role->purpose, "tomcat") == 0))
            return role;
    return NULL;
}

bool renewal_nodes_take(struct facts *facts, const struct renew_options *own, const struct user_file *new) {
    struct renewal *r = facts->renewal;
    const struct node *first = own->node == NULL ? NULL : upload_node(facts, own->node);
    const struct upload_role *role = own->role;
    if (own->node != NULL && first == NULL)
        return false;
    if (own->node != NULL)
        texts_add(facts->arena, &r->nodes, first->name);
    else if (!nodes_find(facts, own))
        return false;
    if (role == NULL)
        role = role_of_node(upload_node(facts, r->nodes.v[0]));
    r->role = arena_text(facts->arena, role->name);
    r->purpose = arena_text(facts->arena, role->purpose);
    for (size_t i = 0; i < r->nodes.n; i++)
        if (!node_takes(facts, r->nodes.v[i], own->role, role->purpose, new))
            return false;
    if (new != NULL && r->old_chain.n == 0) {
        complain("--old: wanted a file: %s names no certificate of %s that is in use",
                 facts->deployment->file, r->nodes.v[0]);
        return false;
    }
    return true;
}

/* ---- a deployment of options ---- */

/* The name by which the others know the box: what its certificate says, as long as nobody else does. */
static const char *known_as(const struct cert *cert, const char *otherwise) {
    if (cert->common_name != NULL && name_is_fqdn(cert->common_name) &&
        (!cert->has_san || name_has_dns(cert, cert->common_name)))
        return cert->common_name;
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == NAME_DNS && name_is_fqdn(cert->names.v[i]->value))
            return cert->names.v[i]->value;
    return otherwise;
}

static void zone_make(struct facts *facts) {
    struct deployment *d = facts->deployment;
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    for (size_t i = 0; i < d->e.nodes.n; i++)
        texts_add(facts->arena, &zone->peers, d->e.nodes.v[i]->name);
    if (zone->peers.n == 0)
        return;
    zone->name = zone->peers.v[0];
    zone->type = ZONE_UC_TRAVERSAL;
    zone->port = zone_usual_port(zone->type);
    zone->ssh_port = PORT_TUNNEL;
    LIST_ADD(facts->arena, &d->zones, zone);
}

/* Of Expressway-E the other side is Expressway-C, of everything else what judges it. */
static enum role judge_of(enum role role) {
    return role == ROLE_EXPRESSWAY_C ? ROLE_EXPRESSWAY_E : ROLE_EXPRESSWAY_C;
}

static void peers_make(struct facts *facts, const struct renew_options *own) {
    for (size_t i = 0; i < own->peers.n; i++) {
        struct node *peer = ARENA_NEW(facts->arena, struct node);
        peer->name = arena_text(facts->arena, own->peers.v[i]->node);
        peer->role = judge_of(own->role->role);
        LIST_ADD(facts->arena, side_of(facts->deployment, peer->role), peer);
    }
}

/* The service domains, as far as the old certificate shows them: "example.com" of expe1.example.com, and what
 * stands behind "collab-edge." (certificate guide, chapter 3). */
static void domains_guess(struct facts *facts, const char *host) {
    static const char edge[] = "collab-edge.";
    const struct cert *old = facts->renewal->old_chain.v[0];
    for (size_t i = 0; i < old->names.n; i++) {
        const char *name = old->names.v[i]->value;
        bool is_parent = text_ends(host, arena_printf(facts->arena, ".%s", name));
        if (old->names.v[i]->type != NAME_DNS || (!is_parent && !text_starts(name, edge)))
            continue;
        const char *domain = is_parent ? name : name + strlen(edge);
        if (!texts_has(&facts->deployment->domains, domain))
            texts_add(facts->arena, &facts->deployment->domains, domain);
    }
}

void renewal_deployment_make(struct facts *facts, const struct renew_options *own,
                             const struct user_file *new) {
    struct renewal *r = facts->renewal;
    if (own->role == NULL)
        return;
    r->role = arena_text(facts->arena, own->role->name);
    r->purpose = arena_text(facts->arena, own->role->purpose);
    facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    if (new == NULL)
        return;
    struct node *node = upload_node_of_file(facts, own->role, new);
    node->name = arena_text(facts->arena, known_as(r->old_chain.v[0], new->path));
    texts_add(facts->arena, &r->nodes, node->name);
    peers_make(facts, own);
    if (own->role->purpose == NULL)
        zone_make(facts);
    if (own->role->role == ROLE_EXPRESSWAY_E)
        domains_guess(facts, node->name);
}

/* ---- trust lists ---- */

static void store_put(struct facts *facts, struct node *node, const char *store, char *name) {
    struct purpose_store *entry = ARENA_NEW(facts->arena, struct purpose_store);
    *entry = (struct purpose_store){arena_text(facts->arena, store), name};
    LIST_ADD(facts->arena, &node->stores, entry);
    if (strcmp(store, "tomcat-trust") == 0)
        node->tomcat_trust = name;
    if (strcmp(store, "callmanager-trust") == 0)
        node->callmanager_trust = name;
}

/* An Expressway has one list. Of Unified CM what is given stands for both stores that judge Expressway-C. */
static void trust_put(struct facts *facts, struct node *node, char *name) {
    if (node->role == ROLE_EXPRESSWAY_E || node->role == ROLE_EXPRESSWAY_C) {
        node->trust = name;
        return;
    }
    store_put(facts, node, "tomcat-trust", name);
    if (node->role == ROLE_UCM)
        store_put(facts, node, "callmanager-trust", name);
}

bool renewal_trusts_read(struct facts *facts, const struct renew_options *own) {
    char *name;
    if (own->own_trust != NULL) {
        if (!trust_take(facts, "--own-trust", own->own_trust, &name))
            return false;
        for (size_t i = 0; i < facts->renewal->nodes.n; i++)
            trust_put(facts, upload_node(facts, facts->renewal->nodes.v[i]), name);
    }
    for (size_t i = 0; i < own->peers.n; i++) {
        const struct peer_trust *peer = own->peers.v[i];
        if (!trust_take(facts, "--peer-trust", peer->file, &name))
            return false;
        struct node *node = facts->deployment == NULL ? NULL : upload_node_known(facts, peer->node);
        if (node == NULL && facts->deployment != NULL) {
            complain("--peer-trust: %s has no node '%s'", facts->deployment->file, peer->node);
            return false;
        }
        if (node != NULL)
            trust_put(facts, node, name);
    }
    return true;
}
