/* Of which box, and of which node, does a bundle speak? What the judges of bundles share. See box.h. */
#include "checks/box.h"

bool box_has_role(const struct facts *facts, enum role role) {
    for (size_t i = 0; i < facts->bundles.n; i++)
        if (facts->bundles.v[i]->role == role)
            return true;
    return false;
}

bool box_has_settings(const struct facts *facts, enum role role) {
    for (size_t i = 0; i < facts->bundles.n; i++)
        if (facts->bundles.v[i]->role == role && facts->bundles.v[i]->has_settings)
            return true;
    return false;
}

/* The peer address by which zones lead to this node of Expressway-E; NULL: none does. */
static const char *peer_that_leads_to(const struct facts *facts, const char *name) {
    const struct deployment *d = facts->deployment;
    for (size_t z = 0; z < d->zones.n; z++)
        for (size_t p = 0; p < d->zones.v[z]->peers.n; p++) {
            const char *peer = d->zones.v[z]->peers.v[p];
            const struct node *node = facts_node(facts, &d->e.nodes, peer);
            if (node != NULL && text_same_case_blind(node->name, name))
                return peer;
        }
    return d->e.nodes.n == 1 && d->zones.n > 0 && d->zones.v[0]->peers.n == 1 ? d->zones.v[0]->peers.v[0]
                                                                              : NULL;
}

struct about about_of_box(const struct judging *run, const struct bundle *box) {
    struct about about = about_box(box);
    if (box->role == ROLE_EXPRESSWAY_E && run->facts->deployment != NULL && box->node != NULL) {
        const char *peer = peer_that_leads_to(run->facts, box->node);
        about.node = peer != NULL ? peer : about.node;
    }
    return about;
}
