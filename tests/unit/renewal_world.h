/* What is there when a certificate is renewed? One edge, one Expressway-C, a Unified CM cluster of two, a
 * file that says so; all trust one CA, clients too. A second CA is trusted by nobody. Certificates are real
 * ones (pki.h), the nodes' trust lists are e.trust, c.trust, ucm.trust, that of clients "clients". */
#ifndef TESTS_UNIT_RENEWAL_WORLD_H
#define TESTS_UNIT_RENEWAL_WORLD_H

#include "tests/unit/healthy.h"
#include "tests/unit/pki.h"

#define WORLD_E EDGE1
#define WORLD_C "expc1.example.local"
#define WORLD_NEW "new.pem"

struct world {
    struct facts *facts;
    struct issued *root, *issuing, *root2, *issuing2;
};

/* Of Unified CM the publisher, ucm1, stands second. */
struct world world_new(void);
struct node *world_edge(struct world *w);
struct node *world_core(struct world *w);

struct issued *world_authority(struct arena *arena, const char *name, const struct issued *by);
struct cert *world_leaf(struct world *w, const char *name, const char *san, const char *eku,
                        const struct issued *by);
struct node *world_node(struct facts *facts, struct nodes *to, const char *name, enum role role,
                        const char *trust);
void world_certificate(struct facts *facts, struct node *node, struct cert *cert, const char *file);
void world_store(struct facts *facts, struct node *node, const char *store, const char *trust);

/* The node's certificate is replaced. */
void world_renew(struct world *w, const char *role, struct node *node, struct cert *new);
void renew_same(struct world *w);
void renew_by_another(struct world *w);
void renew_without_domain(struct world *w);
void renew_core_as_server(struct world *w);
void renew_core_by_another(struct world *w);
void renew_core_under_another_name(struct world *w);
void renew_what_is_broken(struct world *w); /* its domain is in neither certificate */

#endif
