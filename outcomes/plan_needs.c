/* What has the plan to know of a renewal and its deployment? See plan_needs.h. */
#include "outcomes/plan_needs.h"

#include <string.h>

#include "checks/renew.h"
#include "expressway/names.h"
#include "outcomes/renewal.h"

/* ---- boxes ---- */

static void box_add(struct arena *arena, struct boxes *to, const char *name, const struct node *node) {
    for (size_t i = 0; i < to->n; i++)
        if (strcmp(to->v[i]->name, name) == 0)
            return;
    struct box *box = ARENA_NEW(arena, struct box);
    *box = (struct box){name, node};
    LIST_ADD(arena, to, box);
}

/* Where nobody says which it is, the first. */
static const struct node *publisher_of(const struct nodes *nodes) {
    const struct node *first = NULL;
    for (size_t i = 0; i < nodes->n; i++) {
        if (nodes->v[i]->unity)
            continue;
        if (nodes->v[i]->publisher)
            return nodes->v[i];
        if (first == NULL)
            first = nodes->v[i];
    }
    return first;
}

/* The publisher first, then the others in the order of the deployment file. */
static void cluster_add(const struct planning *p, const struct nodes *nodes, enum role role,
                        struct boxes *to) {
    const struct node *first = publisher_of(nodes);
    if (nodes->n == 0 && !p->knows_deployment) {
        box_add(p->arena, to, arena_printf(p->arena, "%s publisher", box_name(role)), NULL);
        box_add(p->arena, to, arena_printf(p->arena, "%s subscribers", box_name(role)), NULL);
        return;
    }
    if (first != NULL)
        box_add(p->arena, to, first->name, first);
    for (size_t i = 0; i < nodes->n; i++)
        if (!nodes->v[i]->unity) /* a cluster of its own, which no certificate of Unified CM's concerns */
            box_add(p->arena, to, nodes->v[i]->name, nodes->v[i]);
}

static void side_add(const struct planning *p, const struct nodes *nodes, enum role role, struct boxes *to) {
    if (nodes->n == 0 && !p->knows_deployment)
        box_add(p->arena, to, box_name(role), NULL);
    for (size_t i = 0; i < nodes->n; i++)
        box_add(p->arena, to, nodes->v[i]->name, nodes->v[i]);
}

static const struct nodes *nodes_of(const struct planning *p, enum role role) {
    const struct deployment *d = p->deployment;
    return role == ROLE_EXPRESSWAY_E   ? &d->e.nodes
           : role == ROLE_EXPRESSWAY_C ? &d->c.nodes
           : role == ROLE_UCM          ? &d->ucm
                                       : &d->imp;
}

static bool is_renewed(const struct planning *p, const struct node *node) {
    for (size_t i = 0; i < p->renewal->nodes.n; i++)
        if (text_same_case_blind(p->renewal->nodes.v[i], node->name))
            return true;
    return false;
}

/* One certificate may be for several nodes (multi-server): those that it names. */
static bool shows_new(const struct planning *p, const struct node *node) {
    const struct renewal *r = p->renewal;
    return is_renewed(p, node) || (p->purpose != NULL && p->purpose->is_multi_server && r->new_chain.n > 0 &&
                                   name_has_dns(r->new_chain.v[0], node->name));
}

static void keep_shown(const struct planning *p, bool widely, struct boxes *boxes) {
    size_t kept = 0;
    for (size_t i = 0; i < boxes->n; i++) {
        const struct node *node = boxes->v[i]->node;
        if (node == NULL || (widely ? shows_new(p, node) : is_renewed(p, node)))
            boxes->v[kept++] = boxes->v[i];
    }
    boxes->n = kept;
}

static void role_add(const struct planning *p, struct boxes *to) {
    if (p->role == ROLE_UCM || p->role == ROLE_IMP)
        cluster_add(p, nodes_of(p, p->role), p->role, to);
    else
        side_add(p, nodes_of(p, p->role), p->role, to);
}

/* With the file at hand: where it belongs. Without: a multi-server request is made on the publisher, that of
 * tomcat and CallManager on Unified CM's (regeneration note); others on each node. */
static void holders_add(const struct planning *p, struct boxes *to) {
    const struct nodes *ucm = &p->deployment->ucm;
    bool is_multi = p->purpose != NULL && p->purpose->is_multi_server && (p->so >> IF_FILES & 1u) == 0;
    role_add(p, to);
    keep_shown(p, false, to);
    if (!is_multi || to->n < 2)
        return;
    to->n = 1;
    if (publisher_of(ucm) != NULL && (p->purpose->roles >> ROLE_UCM & 1u) != 0)
        *to->v[0] = (struct box){publisher_of(ucm)->name, publisher_of(ucm)};
}

static void whole_cluster(const struct planning *p, struct boxes *to) {
    if (p->deployment->ucm.n > 0 || p->role == ROLE_UCM)
        cluster_add(p, &p->deployment->ucm, ROLE_UCM, to);
    if (p->deployment->imp.n > 0 || p->role == ROLE_IMP)
        cluster_add(p, &p->deployment->imp, ROLE_IMP, to);
}

/* Expired certificates of that trust store of a node, as authorities; empty without a list. */
static struct authorities expired_in(const struct planning *p, const struct node *node, const char *store) {
    struct authorities expired = {NULL, 0};
    const struct trust_list *list = node == NULL ? NULL : facts_trust(p->facts, node_store(node, store));
    for (size_t i = 0; list != NULL && i < list->entries.n; i++) {
        if (list->entries.v[i]->not_after >= p->facts->run.at)
            continue;
        const struct cert *cert = trust_entry_cert(p->arena, list->entries.v[i]);
        if (cert == NULL)
            continue;
        struct authority *its = ARENA_NEW(p->arena, struct authority);
        *its = (struct authority){cert, cert->subject, cert->ski, NULL, false};
        LIST_ADD(p->arena, &expired, its);
    }
    return expired;
}

static void expired_holders(const struct planning *p, struct boxes *to) {
    struct boxes all = {NULL, 0};
    whole_cluster(p, &all);
    for (size_t i = 0; i < all.n; i++)
        if (expired_in(p, all.v[i]->node, p->purpose->store).n > 0)
            box_add(p->arena, to, all.v[i]->name, all.v[i]->node);
}

struct boxes boxes_at(const struct planning *p, enum plan_place place) {
    struct boxes to = {NULL, 0};
    enum role other = p->role == ROLE_EXPRESSWAY_E ? ROLE_EXPRESSWAY_C : ROLE_EXPRESSWAY_E;
    switch (place) {
    case ON_NODE:
        role_add(p, &to);
        keep_shown(p, false, &to);
        break;
    case ON_PURPOSE_NODE:
        role_add(p, &to);
        keep_shown(p, true, &to);
        break;
    case ON_OWN_SIDE:
        side_add(p, nodes_of(p, p->role), p->role, &to);
        break;
    case ON_OTHER_SIDE:
        side_add(p, nodes_of(p, other), other, &to);
        break;
    case ON_EXPRESSWAY_C:
    case ON_ZONE:
        side_add(p, &p->deployment->c.nodes, ROLE_EXPRESSWAY_C, &to);
        to.n = place == ON_ZONE && to.n > 1 ? 1 : to.n;
        break;
    case ON_UCM:
        cluster_add(p, &p->deployment->ucm, ROLE_UCM, &to);
        break;
    case ON_IMP:
        cluster_add(p, &p->deployment->imp, ROLE_IMP, &to);
        break;
    case ON_PUBLISHER:
    case ON_SUBSCRIBER:
        whole_cluster(p, &to);
        if (to.n > 0 && place == ON_PUBLISHER)
            to.n = 1;
        else if (to.n > 0) {
            to.v++;
            to.n--;
        }
        break;
    case ON_STORE_HOLDER:
        holders_add(p, &to);
        break;
    case ON_EXPIRED_HOLDER:
        expired_holders(p, &to);
        break;
    case ON_CLIENTS:
        box_add(p->arena, &to, "clients", NULL);
        break;
    default:
        box_add(p->arena, &to, "edgeprobe", NULL);
        break;
    }
    return to;
}

struct boxes service_boxes(const struct planning *p, const struct service_restart *service) {
    struct boxes to = {NULL, 0};
    if (service->where == RESTART_EVERYWHERE ||
        (service->where == RESTART_PUBLISHER && p->purpose->store != NULL &&
         strcmp(p->purpose->store, "ipsec-trust") == 0))
        whole_cluster(p, &to); /* the Disaster Recovery System is one for both */
    else
        to = boxes_at(p, ON_PURPOSE_NODE);
    if (service->where == RESTART_PUBLISHER) {
        const struct node *node = to.n > 0 ? to.v[0]->node : NULL;
        bool is_one = to.n > 0 && (node == NULL || node == publisher_of(nodes_of(p, node->role)));
        to.n = is_one ? 1 : 0;
    }
    return to;
}

/* ---- CAs ---- */

static const char *own_list(const struct planning *p, const struct box *box) {
    const struct expressway *side = box->node == NULL                      ? NULL
                                    : box->node->role == ROLE_EXPRESSWAY_E ? &p->deployment->e
                                    : box->node->role == ROLE_EXPRESSWAY_C ? &p->deployment->c
                                                                           : NULL;
    if (side == NULL)
        return box->node == NULL ? NULL : node_store(box->node, p->purpose->store);
    return box->node->trust != NULL ? box->node->trust : side->trust;
}

/* What the list lacks; of a list that nobody gave all, when the issuer is new, and nothing when it is not. */
static struct authorities lacking(const struct planning *p, const struct authorities *all, const char *name) {
    struct authorities lacks = {NULL, 0};
    const struct trust_list *list = facts_trust(p->facts, name);
    bool is_new = (p->so >> IF_ISSUER_NEW & 1u) != 0;
    for (size_t i = 0; i < all->n; i++)
        if (list != NULL ? !authority_is_in(p->arena, all->v[i], list, p->facts->run.at) : is_new)
            LIST_ADD(p->arena, &lacks, all->v[i]);
    return lacks;
}

/* Unified CM copies what is uploaded on the publisher: where no list is known, that one is asked to hold it.
 */
static struct authorities store_lacks(const struct planning *p, const struct box *box, const char *store) {
    const struct nodes *ucm = &p->deployment->ucm;
    bool some_known = false;
    struct authorities none = {NULL, 0};
    for (size_t i = 0; i < ucm->n; i++)
        some_known = some_known || facts_trust(p->facts, node_store(ucm->v[i], store)) != NULL;
    const char *list = box->node == NULL ? NULL : node_store(box->node, store);
    if (facts_trust(p->facts, list) == NULL &&
        (some_known ||
         (box->node != NULL ? box->node != publisher_of(ucm) : !text_ends(box->name, "publisher"))))
        return none;
    return lacking(p, &p->above_new, list);
}

static struct authorities roots_of(const struct planning *p, const struct authorities *from) {
    struct authorities roots = {NULL, 0};
    for (size_t i = 0; i < from->n; i++)
        if (from->v[i]->is_root)
            LIST_ADD(p->arena, &roots, from->v[i]);
    return roots;
}

/* Above the old one alone, still in the list, and above no other certificate of the deployment that is known.
 */
static struct authorities left_over(const struct planning *p, const struct box *box) {
    struct authorities left = {NULL, 0};
    const struct trust_list *list = facts_trust(p->facts, own_list(p, box));
    const struct deployment *d = p->deployment;
    const struct nodes *all[] = {&d->e.nodes, &d->c.nodes};
    for (size_t i = 0; list != NULL && i < p->above_old.n; i++) {
        const struct authority *ca = p->above_old.v[i];
        bool is_needed = !authority_is_in(p->arena, ca, list, 0);
        for (size_t k = 0; k < p->above_new.n; k++)
            is_needed = is_needed || strcmp(p->above_new.v[k]->subject, ca->subject) == 0;
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            for (size_t n = 0; n < all[k]->n && !is_needed; n++) {
                struct authorities above;
                if (all[k]->v[n]->certificate.n == 0) { /* nobody knows what it hangs on */
                    is_needed = true;
                    continue;
                }
                authorities_above(p->arena, p->facts, all[k]->v[n]->certificate.v[0], NULL, &above);
                for (size_t a = 0; a < above.n; a++)
                    is_needed = is_needed || strcmp(above.v[a]->subject, ca->subject) == 0;
            }
        if (!is_needed)
            LIST_ADD(p->arena, &left, (void *)ca);
    }
    return left;
}

struct authorities authorities_for(const struct planning *p, enum plan_thing each, const struct box *box) {
    struct authorities roots;
    switch (each) {
    case EACH_CA:
        return lacking(p, &p->above_new, own_list(p, box));
    case EACH_TOMCAT_CA:
        return store_lacks(p, box, "tomcat-trust");
    case EACH_CALLMANAGER_CA:
        return store_lacks(p, box, "callmanager-trust");
    case EACH_CLIENT_CA:
        roots = roots_of(p, &p->above_new);
        return lacking(p, &roots, p->facts->run.client_trust);
    case EACH_ISSUER_CA:
        return p->above_new;
    case EACH_OLD_CA:
        return left_over(p, box);
    case EACH_EXPIRED:
        return expired_in(p, box->node, p->purpose->store);
    default:
        return (struct authorities){NULL, 0};
    }
}

/* ---- what is so ---- */

static bool some_store_expired(const struct planning *p) {
    return p->purpose != NULL && boxes_at(p, ON_EXPIRED_HOLDER).n > 0;
}

static bool some_store_lacks(const struct planning *p) {
    struct boxes ucm = boxes_at(p, ON_UCM);
    for (size_t i = 0; i < ucm.n; i++)
        if (store_lacks(p, ucm.v[i], "tomcat-trust").n + store_lacks(p, ucm.v[i], "callmanager-trust").n > 0)
            return true;
    return false;
}

static bool same_names(const struct cert *a, const struct cert *b) {
    bool same = a->names.n == b->names.n;
    for (size_t i = 0; same && i < a->names.n; i++)
        same = name_is_borne(b, a->names.v[i]);
    return same;
}

static void find_out(struct planning *p) {
    const struct renewal *r = p->renewal;
    const struct cert *old = r->old_chain.n > 0 ? r->old_chain.v[0] : NULL;
    const struct cert *new = r->new_chain.n > 0 ? r->new_chain.v[0] : NULL;
    const struct cert *known = new != NULL ? new : old;
    bool is_so[PLAN_NEED_COUNT] = {false};
    is_so[IF_FILES] = new != NULL;
    is_so[IF_NO_FILES] = new == NULL;
    is_so[IF_UNIFIED_CM] = p->role == ROLE_UCM || p->role == ROLE_IMP;
    is_so[IF_ISSUER_NEW] = old == NULL || new == NULL || !same_issuer(old, new);
    is_so[IF_NAMES_CHANGED] = old == NULL || new == NULL || !same_names(old, new);
    is_so[IF_SELF_SIGNED] = known == NULL || known->self_signed;
    is_so[IF_CA_SIGNED] = known == NULL || !known->self_signed;
    for (size_t i = 0; i < PLAN_NEED_COUNT; i++)
        p->so |= is_so[i] ? 1u << i : 0;
    if (p->role == ROLE_EXPRESSWAY_C && some_store_lacks(p))
        p->so |= 1u << IF_UCM_LACKS_CA;
    if (some_store_expired(p))
        p->so |= 1u << IF_EXPIRED_TRUST |
                 (strcmp(p->purpose->store, "tomcat-trust") == 0 ? 1u << IF_EXPIRED_TOMCAT_TRUST : 0);
}

static enum role role_named(const char *name) {
    return strcmp(name, "expressway-e") == 0   ? ROLE_EXPRESSWAY_E
           : strcmp(name, "expressway-c") == 0 ? ROLE_EXPRESSWAY_C
           : text_starts(name, "imp-")         ? ROLE_IMP
                                               : ROLE_UCM;
}

struct planning *planning_of(const struct facts *facts, struct arena *arena) {
    const struct renewal *r = facts->renewal;
    struct planning *p = ARENA_NEW(arena, struct planning);
    *p = (struct planning){.facts = facts,
                           .renewal = r,
                           .deployment = facts->deployment != NULL ? facts->deployment
                                                                   : ARENA_NEW(arena, struct deployment),
                           .arena = arena,
                           .role = role_named(r->role),
                           .purpose = r->purpose == NULL ? NULL : purpose_named(r->purpose)};
    p->knows_deployment = p->deployment->file != NULL;
    struct certs pool = {NULL, 0};
    for (size_t i = 1; i < r->new_chain.n; i++)
        LIST_ADD(arena, &pool, r->new_chain.v[i]);
    for (size_t i = 0; i < r->authorities.n; i++)
        LIST_ADD(arena, &pool, r->authorities.v[i]);
    if (r->new_chain.n > 0)
        authorities_above(arena, facts, r->new_chain.v[0], &pool, &p->above_new);
    if (r->old_chain.n > 0)
        authorities_above(arena, facts, r->old_chain.v[0], &pool, &p->above_old);
    find_out(p);
    return p;
}
