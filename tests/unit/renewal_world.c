/* A deployment in which a certificate is renewed. See renewal_world.h. */
#include "tests/unit/renewal_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define E WORLD_E
#define C WORLD_C
#define SAN_E "DNS:" E ",DNS:example.com"
#define NEW WORLD_NEW

struct issued *world_authority(struct arena *arena, const char *name, const struct issued *by) {
    return pki_issue(arena, &(struct spec){.name = name, .is_ca = true, .by = by});
}

struct node *world_node(struct facts *facts, struct nodes *to, const char *name, enum role role,
                        const char *trust) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = arena_text(facts->arena, name);
    node->role = role;
    node->trust = arena_text(facts->arena, trust);
    LIST_ADD(facts->arena, to, node);
    return node;
}

struct cert *world_leaf(struct world *w, const char *name, const char *san, const char *eku,
                        const struct issued *by) {
    return pki_issue(w->facts->arena,
                     &(struct spec){
                         .name = name, .san = san, .eku = eku, .by = by, .until = (int64_t)400 * PKI_DAY})
        ->cert;
}

void world_certificate(struct facts *facts, struct node *node, struct cert *cert, const char *file) {
    node->certificate_file = arena_text(facts->arena, file);
    node->certificate.n = 0;
    node->certificate.v = NULL;
    LIST_ADD(facts->arena, &node->certificate, cert);
}

void world_store(struct facts *facts, struct node *node, const char *store, const char *trust) {
    struct purpose_store *entry = ARENA_NEW(facts->arena, struct purpose_store);
    *entry = (struct purpose_store){arena_text(facts->arena, store), arena_text(facts->arena, trust)};
    LIST_ADD(facts->arena, &node->stores, entry);
    node->tomcat_trust = (char *)node_store(node, "tomcat-trust");
    node->callmanager_trust = (char *)node_store(node, "callmanager-trust");
}

/* One edge, one Expressway-C, a Unified CM cluster of two; all trust one CA, clients too. A second CA is
 * trusted by nobody. */
struct world world_new(void) {
    struct facts *facts = facts_new();
    facts->run.release_from = arena_text(facts->arena, "default");
    struct arena *arena = facts->arena;
    struct world w = {facts, world_authority(arena, "Root", NULL), NULL,
                      world_authority(arena, "Root 2", NULL), NULL};
    w.issuing = world_authority(arena, "Issuing", w.root);
    w.issuing2 = world_authority(arena, "Issuing 2", w.root2);
    struct deployment *d = facts->deployment = ARENA_NEW(arena, struct deployment);
    d->file = arena_text(arena, "d.yaml");
    texts_add(arena, &d->domains, DOMAIN);
    facts->domains = d->domains;
    world_certificate(facts, world_node(facts, &d->e.nodes, E, ROLE_EXPRESSWAY_E, "e.trust"),
                      world_leaf(&w, E, SAN_E, "serverAuth,clientAuth", w.issuing), "e.pem");
    world_certificate(facts, world_node(facts, &d->c.nodes, C, ROLE_EXPRESSWAY_C, "c.trust"),
                      world_leaf(&w, C, "DNS:" C, "serverAuth,clientAuth", w.issuing), "c.pem");
    struct zone *zone = ARENA_NEW(arena, struct zone);
    *zone = (struct zone){.name = arena_text(arena, "mra"),
                          .port = 7001,
                          .ssh_port = 2222,
                          .tls_verify_name = arena_text(arena, C)};
    texts_add(arena, &zone->peers, E);
    LIST_ADD(arena, &d->zones, zone);
    for (int i = 2; i > 0; i--) { /* the publisher stands second */
        struct node *ucm =
            world_node(facts, &d->ucm, arena_printf(arena, "ucm%d.example.local", i), ROLE_UCM, NULL);
        ucm->publisher = i == 1;
        world_store(facts, ucm, "tomcat-trust", "ucm.trust");
        world_store(facts, ucm, "callmanager-trust", "ucm.trust");
    }
    static const char *const lists[] = {"e.trust", "c.trust", "ucm.trust", "clients"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        list_of(arena, facts, lists[i], ISSUED(w.root, w.issuing));
    facts->run = (struct run){.command = arena_text(arena, "renew"),
                              .target = arena_text(arena, E),
                              .release = arena_text(arena, "X14.3"),
                              .started = PKI_NOW,
                              .at = PKI_NOW,
                              .client_trust = arena_text(arena, "clients")};
    scope_of_command(arena, "renew", &facts->run.scope);
    return w;
}

/* The node's certificate is replaced. */
void world_renew(struct world *w, const char *role, struct node *node, struct cert *new) {
    struct facts *facts = w->facts;
    struct renewal *r = facts->renewal = ARENA_NEW(facts->arena, struct renewal);
    r->role = facts->run.upload_role = arena_text(facts->arena, role);
    r->old_file = node->certificate_file;
    r->new_file = arena_text(facts->arena, NEW);
    r->old_chain = node->certificate;
    LIST_ADD(facts->arena, &r->new_chain, new);
    texts_add(facts->arena, &r->nodes, node->name);
    world_certificate(facts, node, new, NEW);
}

struct node *world_edge(struct world *w) {
    return w->facts->deployment->e.nodes.v[0];
}

struct node *world_core(struct world *w) {
    return w->facts->deployment->c.nodes.v[0];
}

void renew_same(struct world *w) {
    world_renew(w, "expressway-e", world_edge(w),
                world_leaf(w, E, SAN_E, "serverAuth,clientAuth", w->issuing));
}

void renew_by_another(struct world *w) {
    world_renew(w, "expressway-e", world_edge(w),
                world_leaf(w, E, SAN_E, "serverAuth,clientAuth", w->issuing2));
}

void renew_without_domain(struct world *w) {
    world_renew(w, "expressway-e", world_edge(w),
                world_leaf(w, E, "DNS:" E, "serverAuth,clientAuth", w->issuing));
}

void renew_core_as_server(struct world *w) {
    world_renew(w, "expressway-c", world_core(w), world_leaf(w, C, "DNS:" C, "serverAuth", w->issuing));
}

void renew_core_by_another(struct world *w) {
    world_renew(w, "expressway-c", world_core(w),
                world_leaf(w, C, "DNS:" C, "serverAuth,clientAuth", w->issuing2));
}

void renew_core_under_another_name(struct world *w) {
    world_renew(w, "expressway-c", world_core(w),
                world_leaf(w, C, "DNS:other.example.local", "serverAuth,clientAuth", w->issuing));
}

/* The edge is broken already: its domain is in neither. */
void renew_what_is_broken(struct world *w) {
    world_certificate(w->facts, world_edge(w),
                      world_leaf(w, E, "DNS:" E, "serverAuth,clientAuth", w->issuing), "e.pem");
    renew_without_domain(w);
}
