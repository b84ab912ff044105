/* Which names does the guide demand in the certificate of a node? See required.h. */
#include "expressway/required.h"

#include <string.h>

#include "expressway/names.h"

struct asking {
    struct arena *arena;
    const struct deployment *deployment;
    const struct node *node;
    struct required_names *out;
};

static void require(struct asking *a, const char *name, enum required_why why) {
    if (name == NULL || name_is_ip(name) ||
        strchr(name, '.') == NULL) /* no name that a certificate may bear */
        return;
    for (size_t i = 0; i < a->out->n; i++)
        if (name_equal(a->out->v[i]->name, name))
            return;
    struct required_name *required = ARENA_NEW(a->arena, struct required_name);
    required->name = arena_text(a->arena, name);
    required->type = REQUIRED_DNS;
    required->why = why;
    LIST_ADD(a->arena, a->out, required);
}

static void require_all(struct asking *a, const struct texts *names, enum required_why why) {
    for (size_t i = 0; i < names->n; i++)
        require(a, names->v[i], why);
}

/* A file that names no features means MRA. */
static bool uses(const struct asking *a, const char *feature) {
    return a->deployment->features.n == 0 ? strcmp(feature, "mra") == 0
                                          : deployment_has_feature(a->deployment, feature);
}

/* ---- one row of the guide's table after the other ---- */

/* The table of chapter 3 wants the cluster name on Expressway-C for MRA, Jabber Guest and federation; chapter
 * 1 wants it on every clustered Expressway. Both are served. */
static void require_cluster(struct asking *a, const struct expressway *side) {
    bool is_for_guests = a->node->role == ROLE_EXPRESSWAY_C && !uses(a, "mra") &&
                         !uses(a, "xmpp-federation") && uses(a, "jabber-guest");
    require(a, side->cluster, is_for_guests ? WHY_JABBER_GUEST : WHY_CLUSTER);
}

/* A domain whose A record is another web server's cannot be proven to an ACME CA: there the collab-edge name
 * does (chapter 4). */
static void require_domains(struct asking *a) {
    for (size_t i = 0; uses(a, "mra") && i < a->deployment->domains.n; i++) {
        const char *domain = a->deployment->domains.v[i];
        require(a, uses(a, "acme") ? arena_printf(a->arena, "collab-edge.%s", domain) : domain,
                WHY_MRA_DOMAIN);
    }
}

/* Far sides of business-to-business calls look for the primary domain (chapter 4; RFC 5922 section 4). */
static void require_b2b(struct asking *a) {
    if (uses(a, "b2b") || uses(a, "sip-federation"))
        require_all(a, &a->deployment->domains, WHY_B2B);
}

static void require_aliases(struct asking *a) {
    require_all(a, &a->deployment->c.chat_aliases, WHY_CHAT_ALIAS);
    require_all(a, &a->deployment->e.chat_aliases, WHY_CHAT_ALIAS);
}

/* All names by which Expressway-E is known (chapter 3): with one node every peer address is its own. */
static void require_peers(struct asking *a) {
    const struct deployment *d = a->deployment;
    for (size_t z = 0; z < d->zones.n; z++)
        for (size_t p = 0; d->e.nodes.n == 1 && p < d->zones.v[z]->peers.n; p++)
            if (d->zones.v[z]->type != ZONE_NEIGHBOR)
                require(a, d->zones.v[z]->peers.v[p], WHY_PEER_FQDN);
}

static void require_verify_names(struct asking *a) {
    const struct deployment *d = a->deployment;
    for (size_t z = 0; z < d->zones.n; z++)
        if (d->zones.v[z]->type != ZONE_NEIGHBOR)
            require(a, d->zones.v[z]->tls_verify_name, WHY_PEER_FQDN);
}

static void require_of_e(struct asking *a) {
    require(a, a->node->name, WHY_PEER_FQDN);
    require_cluster(a, &a->deployment->e);
    require_peers(a);
    require_domains(a);
    require_all(a, &a->deployment->e.xmpp_federation_domains, WHY_XMPP_FEDERATION);
    require_aliases(a);
    require_b2b(a);
}

/* What is no FQDN cannot be asked for: the CSR page refuses it (chapter 3), and name.phone-profile tells. */
static void require_of_c(struct asking *a) {
    const struct texts *profiles = &a->deployment->c.phone_profiles;
    require(a, a->node->name, WHY_PEER_FQDN);
    require_cluster(a, &a->deployment->c);
    require_verify_names(a);
    for (size_t i = 0; i < profiles->n; i++)
        if (name_is_fqdn(profiles->v[i]))
            require(a, profiles->v[i], WHY_PHONE_PROFILE);
    require_aliases(a);
}

void required_names_of(struct arena *arena, const struct deployment *deployment, const struct node *node,
                       struct required_names *out, const char **common_name) {
    struct asking a = {arena, deployment, node, out};
    const struct expressway *side = node->role == ROLE_EXPRESSWAY_E   ? &deployment->e
                                    : node->role == ROLE_EXPRESSWAY_C ? &deployment->c
                                                                      : NULL;
    *out = (struct required_names){NULL, 0};
    *common_name = side != NULL && side->cluster != NULL ? side->cluster : node->name;
    if (node->role == ROLE_EXPRESSWAY_E)
        require_of_e(&a);
    else if (node->role == ROLE_EXPRESSWAY_C)
        require_of_c(&a);
    else
        require(&a, node->name, WHY_PEER_FQDN); /* as System > Server knows it (field-facts 3) */
}
