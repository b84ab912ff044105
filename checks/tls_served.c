/* Is what is served what was uploaded, and is it alike on all peers? tls.served-cert,
 * tls.cluster-consistency. */
#include "checks/tls_judge.h"

#include "expressway/names.h"
#include "checks/reach.h"

#include <string.h>

static bool is_same_cert(const struct cert *a, const struct cert *b) {
    return a->sha256 != NULL && text_same_case_blind(a->sha256, b->sha256);
}

/* ---- tls.served-cert ----
 *
 * An expected certificate is for the hosts that its SAN names; a file that names no host of this run is taken
 * to be for every Expressway-E port. CA certificates in the file are not leaves and expected of nobody. */

static bool is_for_host(const struct cert *cert, const char *host) {
    return name_has_dns(cert, host) || (!cert->has_san && name_equal(cert->common_name, host));
}

static bool names_any_host(const struct facts *facts, const struct cert *cert) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (is_for_host(cert, facts->endpoints.v[i]->host))
            return true;
    return false;
}

/* A node of the deployment that the certificate names, of that side. */
static bool names_node_of(const struct nodes *nodes, const struct cert *cert) {
    for (size_t i = 0; i < nodes->n; i++)
        if (is_for_host(cert, nodes->v[i]->name))
            return true;
    return false;
}

/* Whose ports were not looked at: what is meant for an Expressway-C is not missed on an Expressway-E. */
static bool names_another_box(const struct facts *facts, const struct cert *cert) {
    const struct deployment *d = facts->deployment;
    return d != NULL && !names_node_of(&d->e.nodes, cert) &&
           (names_node_of(&d->c.nodes, cert) || names_node_of(&d->ucm, cert) || names_node_of(&d->imp, cert));
}

static bool is_served_at(const struct endpoint *endpoint, const struct cert *cert);

/* Unified CM and IM and Presence show one of several certificates on each port. One that another port of the
 * host shows is not missed here; else it is where the one that is shown bears the same names. */
static bool is_expected_among(const struct facts *facts, const struct cert *cert,
                              const struct endpoint *endpoint) {
    const struct cert *served = endpoint->tls.chain.v[0];
    bool is_like = served->names.n == cert->names.n && served->key_type == cert->key_type;
    if (is_served_at(endpoint, cert))
        return true;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (name_equal(facts->endpoints.v[i]->host, endpoint->host) &&
            is_served_at(facts->endpoints.v[i], cert))
            return false;
    for (size_t i = 0; i < cert->names.n && is_like; i++)
        is_like = name_is_borne(served, cert->names.v[i]);
    return is_like;
}

static bool is_expected_at(const struct facts *facts, const struct cert *cert,
                           const struct endpoint *endpoint) {
    bool has_several = endpoint->role == ROLE_UCM || endpoint->role == ROLE_IMP;
    if (cert->is_ca ||
        (has_several && endpoint->tls.chain.n > 0 && !is_expected_among(facts, cert, endpoint)))
        return false;
    if (names_any_host(facts, cert))
        return is_for_host(cert, endpoint->host);
    if (names_another_box(facts, cert))
        return false;
    return endpoint->leg == LEG_CLIENT || endpoint->role == ROLE_EXPRESSWAY_E;
}

/* Served in any of the handshakes: a server may have one RSA and one ECDSA certificate. */
static bool is_served_at(const struct endpoint *endpoint, const struct cert *cert) {
    if (endpoint->tls.chain.n > 0 && is_same_cert(endpoint->tls.chain.v[0], cert))
        return true;
    for (size_t i = 0; i < endpoint->variants.n; i++)
        if (endpoint->variants.v[i]->chain.n > 0 && is_same_cert(endpoint->variants.v[i]->chain.v[0], cert))
            return true;
    return false;
}

/* The host of another peer that serves the certificate expected here, or for which the one served here is
 * meant. */
static const char *mixed_up_with(const struct facts *facts, const struct endpoint *endpoint,
                                 const struct cert *expected) {
    const struct cert *served = endpoint->tls.chain.v[0];
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *other = facts->endpoints.v[i];
        if (other->leg != endpoint->leg || name_equal(other->host, endpoint->host))
            continue;
        if (is_served_at(other, expected))
            return other->host;
        for (size_t k = 0; k < facts->expected.n; k++)
            if (is_same_cert(facts->expected.v[k], served) && is_expected_at(facts, served, other))
                return other->host;
    }
    return NULL;
}

static void show_cert(struct finding *finding, const char *key, const struct cert *cert) {
    json_t *json = json_object();
    json_object_set_new(json, "subject", json_string(cert->subject == NULL ? "" : cert->subject));
    json_object_set_new(json, "serial", json_string(cert->serial == NULL ? "" : cert->serial));
    json_object_set_new(json, "sha256", json_string(cert->sha256 == NULL ? "" : cert->sha256));
    evidence_set(finding, key, json);
}

static void judge_served(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    const struct cert *served = endpoint->tls.chain.v[0], *wanted = NULL, *good = NULL;
    for (size_t i = 0; i < facts->expected.n; i++) {
        const struct cert *cert = facts->expected.v[i];
        if (!is_expected_at(facts, cert, endpoint))
            continue;
        if (wanted == NULL)
            wanted = cert;
        if (good == NULL && is_served_at(endpoint, cert))
            good = cert;
    }
    if (wanted == NULL) {
        find_skip(to, CHECK_TLS_SERVED_CERT, about, "no certificate given with --expect-cert is for %s",
                  endpoint->host);
        return;
    }
    const char *peer = good == NULL ? mixed_up_with(facts, endpoint, wanted) : NULL;
    struct finding *finding;
    if (good != NULL)
        finding = find_pass(to, CHECK_TLS_SERVED_CERT, about, "%s serves the certificate that was expected",
                            endpoint->id);
    else if (peer != NULL)
        finding =
            find_cause(to, CAUSE_TLS_SERVED_CERT_OTHER_PEERS_CERTIFICATE, about,
                       "%s does not serve its own certificate: the certificates of it and %s are mixed up",
                       endpoint->id, peer);
    else
        finding = find_cause(to, CAUSE_TLS_SERVED_CERT_NOT_YET_ACTIVE, about,
                             "%s serves serial %s, not the expected one with serial %s", endpoint->id,
                             served->serial, wanted->serial);
    show_cert(finding, "wanted", good != NULL ? good : wanted);
    show_cert(finding, "found", good != NULL ? good : served);
    if (peer != NULL)
        evidence_text(finding, "peer", peer);
}

/* A node for which a certificate is expected, and none of whose ports showed one: nothing is proven. */
static void judge_unseen(const struct facts *facts, struct findings *to, const struct node *node) {
    const struct cert *wanted = NULL;
    for (size_t i = 0; i < facts->expected.n && wanted == NULL; i++)
        if (!facts->expected.v[i]->is_ca && is_for_host(facts->expected.v[i], node->name))
            wanted = facts->expected.v[i];
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (speaks_tls(facts->endpoints.v[i]) &&
            (name_equal(facts->endpoints.v[i]->host, node->name) ||
             (facts->endpoints.v[i]->node != NULL && name_equal(facts->endpoints.v[i]->node, node->name))))
            return;
    if (wanted == NULL)
        return;
    struct about about = {.subject = node->name, .node = node->name, .role = node->role};
    show_cert(find_unknown(
                  to, CHECK_TLS_SERVED_CERT, about,
                  "no port of %s was looked at: run edgeprobe check -f FILE --vantage internal from inside",
                  node->name),
              "wanted", wanted);
}

static void judge_unseen_nodes(const struct facts *facts, struct findings *to) {
    const struct deployment *d = facts->deployment;
    const struct nodes *all[] = {d == NULL ? NULL : &d->e.nodes, d == NULL ? NULL : &d->c.nodes,
                                 d == NULL ? NULL : &d->ucm, d == NULL ? NULL : &d->imp};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (size_t i = 0; all[k] != NULL && i < all[k]->n; i++)
            judge_unseen(facts, to, all[k]->v[i]);
}

void judge_tls_served(const struct facts *facts, struct findings *to) {
    judge_unseen_nodes(facts, to);
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *endpoint = facts->endpoints.v[i];
        if (!speaks_tls(endpoint))
            continue;
        if (endpoint->tls.chain.n > 0)
            judge_served(facts, to, endpoint);
        else
            find_skip(to, CHECK_TLS_SERVED_CERT, about_endpoint(facts, endpoint),
                      "no certificate was seen on this port");
    }
}

/* ---- tls.cluster-consistency ----
 *
 * The cluster is what the deployment file says; without one, the SRV targets of a service domain. */

struct member {
    const char *host;
    const struct cert *leaf;
};

struct members {
    struct member **v;
    size_t n;
};

/* The certificate of a host as its clients get it: that of its first client-facing port that has one. */
static const struct cert *leaf_of(const struct facts *facts, const char *host) {
    size_t count;
    const struct named *found = facts_at_host(facts, host, &count);
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *endpoint = found[i].thing;
        bool edge = endpoint->leg == LEG_CLIENT || endpoint->role == ROLE_EXPRESSWAY_E;
        if (edge && endpoint->tls.chain.n > 0)
            return endpoint->tls.chain.v[0];
    }
    return NULL;
}

static void add_member(const struct facts *facts, struct arena *arena, const char *host,
                       struct members *out) {
    const struct cert *leaf = leaf_of(facts, host);
    for (size_t i = 0; i < out->n; i++)
        if (name_equal(out->v[i]->host, host))
            return;
    if (leaf == NULL)
        return;
    struct member *member = ARENA_NEW(arena, struct member);
    *member = (struct member){host, leaf};
    LIST_ADD(arena, out, member);
}

static bool is_own_name(const struct members *members, const struct cert *cert, const char *name) {
    if (cert->common_name != NULL && name_equal(cert->common_name, name))
        return true;
    for (size_t i = 0; i < members->n; i++)
        if (name_equal(members->v[i]->host, name))
            return true;
    return false;
}

/* The names of a that b lacks, host names aside. */
static void names_lacking(const struct members *members, const struct cert *a, const struct cert *b,
                          struct arena *arena, struct texts *out) {
    for (size_t i = 0; i < a->names.n; i++) {
        const struct cert_name *name = a->names.v[i];
        bool found = is_own_name(members, a, name->value) || is_own_name(members, b, name->value);
        for (size_t k = 0; k < b->names.n && !found; k++)
            found = b->names.v[k]->type == name->type && name_equal(b->names.v[k]->value, name->value);
        if (!found)
            texts_add(arena, out, name->value);
    }
}

static bool same_eku(const struct cert *a, const struct cert *b) {
    bool same = a->has_eku == b->has_eku && a->eku.n == b->eku.n;
    for (size_t i = 0; i < a->eku.n && same; i++)
        same = texts_has(&b->eku, a->eku.v[i]);
    return same;
}

/* "clientAuth serverAuth" as the certificate has them; "none" */
static const char *eku_text(struct arena *arena, const struct cert *cert) {
    const char *text = cert->has_eku ? "" : "no extended key usage";
    for (size_t i = 0; i < cert->eku.n; i++)
        text = arena_printf(arena, "%s%s%s", text, i == 0 ? "" : " ", cert->eku.v[i]);
    return text;
}

struct group {
    struct about about;
    struct members members;
    size_t differences;
};

static void add_difference(struct findings *to, struct group *group, enum cause_id cause,
                           const struct member *other, const char *what, const char *wanted,
                           const char *found) {
    const char *first = group->members.v[0]->host;
    struct finding *finding = find_cause(
        to, cause, group->about, "the certificates of %s and %s differ in %s", first, other->host, what);
    evidence_text(finding, "wanted", wanted);
    evidence_text(finding, "found", found);
    evidence_add(finding, "hosts", first);
    evidence_add(finding, "hosts", other->host);
    group->differences++;
}

static void compare_names(struct findings *to, struct group *group, const struct member *first,
                          const struct member *other) {
    struct texts lacks = {NULL, 0}, extra = {NULL, 0};
    names_lacking(&group->members, first->leaf, other->leaf, to->arena, &lacks);
    names_lacking(&group->members, other->leaf, first->leaf, to->arena, &extra);
    if (lacks.n + extra.n == 0)
        return;
    struct finding *finding = find_cause(
        to, CAUSE_TLS_CLUSTER_CONSISTENCY_NAMES_DIFFER, group->about,
        "%s is in the certificate of %s and not in that of %s", lacks.n > 0 ? lacks.v[0] : extra.v[0],
        lacks.n > 0 ? first->host : other->host, lacks.n > 0 ? other->host : first->host);
    evidence_text(finding, "wanted", "the same names but for the host's own");
    evidence_texts(finding, "only_in_first", &lacks);
    evidence_texts(finding, "only_in_other", &extra);
    evidence_add(finding, "hosts", first->host);
    evidence_add(finding, "hosts", other->host);
    group->differences++;
}

static void judge_group(struct findings *to, struct group *group) {
    if (group->members.n < 2)
        return; /* one host, or one certificate seen: nothing to compare */
    const struct member *first = group->members.v[0];
    for (size_t i = 1; i < group->members.n; i++) {
        const struct member *other = group->members.v[i];
        if (!text_same_case_blind(first->leaf->issuer, other->leaf->issuer))
            add_difference(to, group, CAUSE_TLS_CLUSTER_CONSISTENCY_ISSUER_DIFFERS, other, "their issuer",
                           first->leaf->issuer, other->leaf->issuer);
        compare_names(to, group, first, other);
        if (!same_eku(first->leaf, other->leaf))
            add_difference(to, group, CAUSE_TLS_CLUSTER_CONSISTENCY_EKU_DIFFERS, other, "extended key usage",
                           eku_text(to->arena, first->leaf), eku_text(to->arena, other->leaf));
    }
    if (group->differences == 0)
        find_pass(to, CHECK_TLS_CLUSTER_CONSISTENCY, group->about,
                  "the certificates of all %zu hosts have the same issuer, usage and, their own aside, names",
                  group->members.n);
}

static bool leads_to(const struct endpoint *endpoint, const char *domain) {
    for (size_t i = 0; i < endpoint->domains.n; i++)
        if (name_equal(endpoint->domains.v[i], domain))
            return true;
    return false;
}

void judge_tls_cluster(const struct facts *facts, struct findings *to) {
    const struct expressway *e = facts->deployment == NULL ? NULL : &facts->deployment->e;
    if (e != NULL && e->nodes.n > 1) {
        const char *name = e->cluster != NULL ? e->cluster : e->nodes.v[0]->name;
        struct group group = {.about = {.subject = name}};
        for (size_t i = 0; i < e->nodes.n; i++)
            add_member(facts, to->arena, e->nodes.v[i]->name, &group.members);
        judge_group(to, &group);
        return;
    }
    for (size_t d = 0; d < facts->domains.n; d++) {
        struct group group = {.about = about_domain(facts->domains.v[d])};
        for (size_t i = 0; i < facts->endpoints.n; i++)
            if (leads_to(facts->endpoints.v[i], facts->domains.v[d]))
                add_member(facts, to->arena, facts->endpoints.v[i]->host, &group.members);
        judge_group(to, &group);
    }
}
