/* Does the plan of a renewal have the steps that the deployment needs, in their order, and no others?
 * tests/unit/plans.txt has the whole plan of each renewal below: a step a line, its text by a number where it
 * was told before. EDGEPROBE_UPDATE=1 writes the file anew: read the difference. */
#include "tests/unit/renewal_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/renewal.h"
#include "outcomes/verdict.h"
#include "tests/unit/written.h"

#define BOOK "tests/unit/plans.txt"
#define E WORLD_E
#define C WORLD_C
#define NEW WORLD_NEW

/* ---- the plan ---- */

static const struct plan_step *step_at(const struct plan *plan, const char *action, const char *box,
                                       const char *object, size_t from) {
    for (size_t i = from; i < plan->n; i++) {
        const struct plan_step *s = plan->v[i];
        if (strcmp(s->action, action) == 0 && (box == NULL || strcmp(s->box, box) == 0) &&
            (object == NULL || (s->object != NULL && strcmp(s->object, object) == 0)))
            return s;
    }
    return NULL;
}

static size_t steps_of(const struct plan *plan, const char *action) {
    size_t count = 0;
    for (size_t i = 0; i < plan->n; i++)
        count += strcmp(plan->v[i]->action, action) == 0;
    return count;
}

/* Words "action box object", in this order; "-" for any. */
static void assert_order(const struct plan *plan, const char *const *wanted) {
    size_t from = 0;
    for (size_t k = 0; wanted[k] != NULL; k += 3) {
        const char *box = strcmp(wanted[k + 1], "-") == 0 ? NULL : wanted[k + 1],
                   *object = strcmp(wanted[k + 2], "-") == 0 ? NULL : wanted[k + 2];
        const struct plan_step *step = step_at(plan, wanted[k], box, object, from);
        if (step == NULL)
            fail_msg("no %s %s %s where it belongs", wanted[k], wanted[k + 1], wanted[k + 2]);
        for (size_t i = 0; i < plan->n; i++)
            from = plan->v[i] == step ? i + 1 : from;
    }
}

static void test_plan_of_a_new_ca(void **state) {
    (void)state;
    struct world w = world_new();
    renew_core_by_another(&w);
    LIST_ADD(w.facts->arena, &w.facts->renewal->authorities, w.issuing2->cert);
    LIST_ADD(w.facts->arena, &w.facts->renewal->authorities, w.root2->cert);
    struct verdict *verdict = verdict_of(w.facts);
    const struct plan *plan = verdict->renewal->plan;
    static const char *const order[] = {"ca-upload",
                                        C,
                                        "CN=Root 2,O=Example",
                                        "ca-upload",
                                        C,
                                        "CN=Issuing 2,O=Example",
                                        "ca-upload",
                                        E,
                                        "CN=Root 2,O=Example",
                                        "ca-upload",
                                        E,
                                        "CN=Issuing 2,O=Example",
                                        "ucm-trust-upload",
                                        "ucm1.example.local",
                                        "tomcat-trust",
                                        "ucm-trust-upload",
                                        "ucm2.example.local",
                                        "tomcat-trust",
                                        "ucm-trust-upload",
                                        "ucm1.example.local",
                                        "callmanager-trust",
                                        "restart-service",
                                        "ucm1.example.local",
                                        "Cisco Tomcat",
                                        "restart-service",
                                        "ucm2.example.local",
                                        "Cisco Tomcat",
                                        "restart-service",
                                        "ucm1.example.local",
                                        "Cisco CallManager",
                                        "certificate-upload",
                                        C,
                                        "-",
                                        "restart-expressway",
                                        C,
                                        "-",
                                        "verify",
                                        "edgeprobe",
                                        "-",
                                        NULL};
    assert_order(plan, order);
    assert_int_equal(steps_of(plan, "ca-upload"), 4);
    assert_int_equal(steps_of(plan, "ucm-trust-upload"), 8); /* two CAs, two stores, two nodes */
    assert_int_equal(steps_of(plan, "tls-verify-permissive"), 0);
    assert_string_equal(step_at(plan, "restart-expressway", C, NULL, 0)->verify,
                        "edgeprobe check -f d.yaml --expect-cert new.pem");
    verdict_free(verdict);
    facts_free(w.facts);
    pki_clear();
}

/* The way up is not known: the issuer is named by its name and key identifier, once for each box. */
static void test_plan_without_the_ca(void **state) {
    (void)state;
    struct world w = world_new();
    renew_by_another(&w);
    struct verdict *verdict = verdict_of(w.facts);
    const struct plan_step *step =
        step_at(verdict->renewal->plan, "ca-upload", C, "CN=Issuing 2,O=Example", 0);
    assert_non_null(step);
    assert_non_null(strstr(step->text, w.issuing2->cert->ski));
    assert_non_null(strstr(step->text, "the CAs above it"));
    assert_int_equal(steps_of(verdict->renewal->plan, "ca-upload"), 2);
    assert_int_equal(steps_of(verdict->renewal->plan, "ucm-trust-upload"), 0); /* it is the edge's */
    verdict_free(verdict);
    facts_free(w.facts);
    pki_clear();
}

static void test_plan_of_the_same_ca(void **state) {
    (void)state;
    struct world w = world_new();
    renew_same(&w);
    struct verdict *verdict = verdict_of(w.facts);
    const struct plan *plan = verdict->renewal->plan;
    assert_int_equal(steps_of(plan, "ca-upload") + steps_of(plan, "remove-old-ca") +
                         steps_of(plan, "client-ca-distribute"),
                     0);
    assert_int_equal(steps_of(plan, "certificate-upload"), 1);
    assert_int_equal(steps_of(plan, "restart-expressway"), 1);
    verdict_free(verdict);
    facts_free(w.facts);
    pki_clear();
}

/* Clusters: CAs on every peer, Permissive, uploads, restarts one by one, Enforce. With ACME none of it. */
static void test_plan_of_a_cluster(void **state) {
    (void)state;
    struct world w = world_new();
    struct facts *facts = w.facts;
    world_node(facts, &facts->deployment->e.nodes, EDGE2, ROLE_EXPRESSWAY_E, "e.trust");
    renew_by_another(&w);
    texts_add(facts->arena, &facts->renewal->nodes, EDGE2);
    static const char *const order[] = {"ca-upload",
                                        E,
                                        "-",
                                        "ca-upload",
                                        EDGE2,
                                        "-",
                                        "tls-verify-permissive",
                                        E,
                                        "-",
                                        "certificate-upload",
                                        E,
                                        "-",
                                        "certificate-upload",
                                        EDGE2,
                                        "-",
                                        "restart-expressway",
                                        E,
                                        "-",
                                        "restart-expressway",
                                        EDGE2,
                                        "-",
                                        "tls-verify-enforce",
                                        E,
                                        "-",
                                        NULL};
    struct verdict *verdict = verdict_of(facts);
    assert_order(verdict->renewal->plan, order);
    verdict_free(verdict);
    texts_add(facts->arena, &facts->deployment->features, "acme");
    verdict = verdict_of(facts);
    assert_int_equal(steps_of(verdict->renewal->plan, "restart-expressway"), 0);
    assert_int_equal(steps_of(verdict->renewal->plan, "tls-verify-permissive"), 0);
    assert_int_equal(steps_of(verdict->renewal->plan, "acme-deploy"), 2);
    verdict_free(verdict);
    facts_free(facts);
    pki_clear();
}

/* ---- the plan alone ---- */

static struct plan *plan_for(struct world *w, const char *role, const char *purpose) {
    struct facts *facts = w->facts;
    struct renewal *r = facts->renewal = ARENA_NEW(facts->arena, struct renewal);
    r->role = arena_text(facts->arena, role);
    r->purpose = arena_text(facts->arena, purpose);
    struct nodes *nodes = text_starts(role, "imp-") ? &facts->deployment->imp : &facts->deployment->ucm;
    for (size_t i = 0; i < nodes->n; i++)
        texts_add(facts->arena, &r->nodes, nodes->v[i]->name);
    return plan_of(facts, facts->arena);
}

#define IMP2 "imp2.example.local"

static struct world world_with_imp(void) {
    struct world w = world_new();
    struct facts *facts = w.facts;
    world_node(facts, &facts->deployment->imp, IMP2, ROLE_IMP, NULL);
    world_node(facts, &facts->deployment->imp, IMP1, ROLE_IMP, NULL)->publisher = true;
    facts->deployment->imp_ha = facts->deployment->ucm_sso = true;
    return w;
}

static void test_regeneration(void **state) {
    (void)state;
    static const struct {
        const char *role, *purpose;
        const char *order[40];
    } plans[] = {
        {"imp-cup",
         "cup",
         {"regenerate",
          IMP1,
          "cup",
          "regenerate",
          IMP2,
          "cup",
          "disable-ha",
          "-",
          "-",
          "restart-service",
          IMP1,
          "Cisco SIP Proxy",
          "restart-service",
          IMP2,
          "Cisco SIP Proxy",
          "restart-service",
          IMP1,
          "Cisco Presence Engine",
          "restart-service",
          IMP2,
          "Cisco Presence Engine",
          "restart-service",
          IMP1,
          "Cisco XCP SIP Federation Connection Manager",
          "enable-ha",
          "-",
          "-",
          NULL}},
        {"imp-cup-xmpp",
         "cup-xmpp",
         {"regenerate", IMP1, "cup-xmpp", "client-ca-distribute", "clients", "-", "disable-ha", "-", "-",
          "restart-service", IMP1, "Cisco XCP Router", "restart-service", IMP2, "Cisco XCP Router",
          "enable-ha", "-", "-", NULL}},
        {"imp-cup-xmpp-s2s",
         "cup-xmpp-s2s",
         {"disable-ha", "-", "-", "restart-service", IMP1, "Cisco XCP Router", "restart-service", IMP2,
          "Cisco XCP Router", "restart-service", IMP1, "Cisco XCP XMPP Federation Connection Manager",
          "enable-ha", "-", "-", NULL}},
        {"imp-ipsec",
         "ipsec",
         {"restart-service", "ucm1.example.local", "Cisco DRF Primary", "restart-service",
          "ucm1.example.local", "Cisco DRF Local", "restart-service", "ucm2.example.local", "Cisco DRF Local",
          "restart-service", IMP1, "Cisco DRF Local", "restart-service", IMP2, "Cisco DRF Local", NULL}},
        {"ucm-tomcat",
         "tomcat",
         {"sso-renew", "-", "disable", "regenerate", "ucm1.example.local", "tomcat", "regenerate",
          "ucm2.example.local", "tomcat", "restart-service", "ucm1.example.local", "Cisco Tomcat",
          "restart-service", "ucm2.example.local", "Cisco Tomcat", "sso-renew", "-", "enable", NULL}},
        {"ucm-callmanager",
         "callmanager",
         {"restart-service", "ucm1.example.local", "utils ctl update CTLFile", "restart-service",
          "ucm1.example.local", "Cisco CallManager", "restart-service", "ucm2.example.local",
          "Cisco CallManager", "verify", "-", "phones", NULL}},
    };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct world w = world_with_imp();
        print_message("%s\n", plans[i].role);
        assert_order(plan_for(&w, plans[i].role, plans[i].purpose), plans[i].order);
        facts_free(w.facts);
        pki_clear();
    }
}

/* Expired certificates of the purpose's store go between the stop and the start of what watches over them. */
static void test_expired_trust(void **state) {
    (void)state;
    struct world w = world_with_imp();
    struct facts *facts = w.facts;
    struct issued *gone =
        pki_issue(facts->arena, &(struct spec){.name = "Gone", .is_ca = true, .until = -PKI_DAY});
    list_of(facts->arena, facts, "old.trust", ISSUED(gone));
    assert_int_equal(steps_of(plan_for(&w, "imp-cup", "cup"), "delete-expired"), 0);
    world_store(facts, facts->deployment->imp.v[0], "cup-trust", "old.trust");
    static const char *const order[] = {"disable-ha",
                                        "-",
                                        "-",
                                        "stop-service",
                                        IMP1,
                                        "Cisco Certificate Expiry Monitor",
                                        "stop-service",
                                        IMP1,
                                        "Cisco Intercluster Sync Agent",
                                        "delete-expired",
                                        IMP2,
                                        "CN=Gone,O=Example",
                                        "restart-service",
                                        IMP1,
                                        "Cisco SIP Proxy",
                                        "start-service",
                                        IMP1,
                                        "Cisco Certificate Expiry Monitor",
                                        "enable-ha",
                                        "-",
                                        "-",
                                        NULL};
    const struct plan *plan = plan_for(&w, "imp-cup", "cup");
    assert_order(plan, order);
    assert_null(step_at(plan, "stop-service", NULL, "Cisco Certificate Change Notification",
                        0)); /* tomcat-trust alone */
    facts_free(facts);
    pki_clear();
}

/* Without a deployment every box is named by what it is, and conditions stand before the steps. */
static void test_plan_without_deployment(void **state) {
    (void)state;
    struct facts *facts = facts_new();
    facts->run.release_from = arena_text(facts->arena, "default");
    struct renewal *r = facts->renewal = ARENA_NEW(facts->arena, struct renewal);
    r->role = arena_text(facts->arena, "imp-cup");
    r->purpose = arena_text(facts->arena, "cup");
    const struct plan *plan = plan_of(facts, facts->arena);
    const struct plan_step *off = step_at(plan, "disable-ha", NULL, NULL, 0);
    assert_non_null(step_at(plan, "regenerate", "IM and Presence publisher", "cup", 0));
    assert_non_null(step_at(plan, "regenerate", "IM and Presence subscribers", "cup", 0));
    assert_non_null(off);
    assert_true(text_starts(off->text, "With high availability: "));
    for (size_t i = 0; i < plan->n; i++)
        assert_null(strchr(plan->v[i]->text, '{'));
    facts_free(facts);
}

static void assert_verify(const struct plan *plan, const char *command) {
    for (size_t i = 0; i < plan->n; i++)
        if (plan->v[i]->verify != NULL && strcmp(plan->v[i]->verify, command) == 0)
            return;
    for (size_t i = 0; i < plan->n; i++)
        print_message("%s: %s\n", plan->v[i]->action, text_or(plan->v[i]->verify, ""));
    fail_msg("no step is verified by %s", command);
}

/* No deployment file, but trust lists: commands name the files that were given. */
static void test_commands_without_deployment(void **state) {
    (void)state;
    struct world w = world_new();
    w.facts->deployment->file = NULL;
    renew_core_by_another(&w);
    const struct plan *plan = plan_of(w.facts, w.facts->arena);
    assert_verify(plan,
                  "edgeprobe zone --peer-address " E " --c-trust c.trust --e-trust e.trust --c-cert new.pem");
    assert_verify(plan, "edgeprobe renew --role expressway-c --old c.pem --new new.pem"
                        " --own-trust c.trust --peer-trust " E "=e.trust");
    facts_free(w.facts);
    pki_clear();
}

/* A certificate of one node: services are restarted there, and nowhere else. */
static void test_plan_of_one_node(void **state) {
    (void)state;
    struct world w = world_new();
    struct facts *facts = w.facts;
    plan_for(&w, "ucm-tomcat", "tomcat");
    facts->renewal->nodes.n = 1; /* the subscriber stands first */
    const struct plan *plan = plan_of(facts, facts->arena);
    assert_non_null(step_at(plan, "restart-service", "ucm2.example.local", "Cisco Tomcat", 0));
    assert_null(step_at(plan, "restart-service", "ucm1.example.local", "Cisco Tomcat", 0));
    facts_free(facts);
    pki_clear();
}

/* A multi-server request is made on Unified CM's publisher where there is one and the purpose is its own too.
 */
static void test_plan_of_a_small_deployment(void **state) {
    (void)state;
    struct world w = world_with_imp();
    struct nodes *ucm = &w.facts->deployment->ucm;
    const struct plan *plan = plan_for(&w, "imp-cup-xmpp", "cup-xmpp");
    assert_non_null(step_at(plan, "generate-csr", IMP1, "cup-xmpp", 0));
    ucm->v++; /* the publisher alone */
    ucm->n = 1;
    plan = plan_for(&w, "imp-ipsec", "ipsec");
    assert_non_null(step_at(plan, "restart-service", "ucm1.example.local", "Cisco DRF Primary", 0));
    ucm->n = 0;
    plan = plan_for(&w, "imp-tomcat", "tomcat");
    assert_non_null(step_at(plan, "generate-csr", IMP1, "tomcat", 0));
    facts_free(w.facts);
    pki_clear();
}

/* The new CA is in the node's own store already: nothing is uploaded to it. */
static void test_plan_of_a_known_ca(void **state) {
    (void)state;
    struct world w = world_new();
    struct facts *facts = w.facts;
    struct node *ucm = facts->deployment->ucm.v[1];
    list_of(facts->arena, facts, "both.trust", ISSUED(w.root, w.issuing, w.root2, w.issuing2));
    for (size_t i = 0; i < facts->deployment->ucm.n; i++) {
        facts->deployment->ucm.v[i]->stores.n = 0;
        world_store(facts, facts->deployment->ucm.v[i], "tomcat-trust", "both.trust");
    }
    world_certificate(
        facts, ucm, world_leaf(&w, ucm->name, "DNS:ucm1.example.local", "serverAuth", w.issuing), "ucm.pem");
    world_renew(&w, "ucm-tomcat", ucm,
                world_leaf(&w, ucm->name, "DNS:ucm1.example.local", "serverAuth", w.issuing2));
    facts->renewal->purpose = arena_text(facts->arena, "tomcat");
    const struct plan *plan = plan_of(facts, facts->arena);
    for (size_t i = 0; i < plan->n; i++)
        if (strcmp(plan->v[i]->box, "ucm1.example.local") == 0 && plan->v[i]->object != NULL)
            assert_string_not_equal(plan->v[i]->object, "CN=Issuing 2,O=Example");
    facts_free(facts);
    pki_clear();
}

/* Every other certificate hangs on the new CA already: nobody needs the old one any more. */
static void test_plan_of_an_old_ca(void **state) {
    (void)state;
    struct world w = world_new();
    world_certificate(w.facts, world_core(&w),
                      world_leaf(&w, C, "DNS:" C, "serverAuth,clientAuth", w.issuing2), "c.pem");
    renew_by_another(&w);
    const struct plan *plan = plan_of(w.facts, w.facts->arena);
    assert_non_null(step_at(plan, "remove-old-ca", NULL, "CN=Issuing,O=Example", 0));
    facts_free(w.facts);
    pki_clear();
}

/* ---- whole plans ---- */

/* Another CA, whose certificates come with the new one. */
static void gives_cas(struct world *w) {
    LIST_ADD(w->facts->arena, &w->facts->renewal->authorities, w->issuing2->cert);
    LIST_ADD(w->facts->arena, &w->facts->renewal->authorities, w->root2->cert);
}

static struct renewal *asks(struct world *w, const char *role, const char *purpose) {
    struct renewal *r = w->facts->renewal = ARENA_NEW(w->facts->arena, struct renewal);
    r->role = arena_text(w->facts->arena, role);
    r->purpose = arena_text(w->facts->arena, purpose);
    return r;
}

static void all_nodes(struct world *w, const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n; i++)
        texts_add(w->facts->arena, &w->facts->renewal->nodes, nodes->v[i]->name);
}

static void no_deployment(struct world *w) {
    w->facts->deployment = NULL;
    w->facts->domains.n = 0;
}

/* Of each side a second node with a list of its own. */
static void becomes_clusters(struct world *w) {
    struct facts *facts = w->facts;
    struct deployment *d = facts->deployment;
    list_of(facts->arena, facts, "e2.trust", ISSUED(w->root, w->issuing, w->root2));
    list_of(facts->arena, facts, "c2.trust", ISSUED(w->root, w->root2, w->issuing2));
    world_node(facts, &d->e.nodes, EDGE2, ROLE_EXPRESSWAY_E, "e2.trust");
    world_node(facts, &d->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C, "c2.trust");
}

/* IM and Presence, too: its publisher second; high availability and single sign-on. */
static void has_imp(struct world *w) {
    struct deployment *d = w->facts->deployment;
    world_node(w->facts, &d->imp, "imp2.example.local", ROLE_IMP, NULL);
    world_node(w->facts, &d->imp, IMP1, ROLE_IMP, NULL)->publisher = true;
    d->imp_ha = d->ucm_sso = true;
}

static void edge_by_the_same_ca(struct world *w) {
    renew_same(w);
}

static void edge_by_an_unknown_ca(struct world *w) {
    renew_by_another(w);
}

static void edge_by_a_known_ca(struct world *w) {
    renew_by_another(w);
    gives_cas(w);
}

static void edge_in_clusters(struct world *w) {
    becomes_clusters(w);
    renew_by_another(w);
    gives_cas(w);
    texts_add(w->facts->arena, &w->facts->renewal->nodes, "EXPE2.example.com");
}

static void edge_in_a_named_cluster_of_one(struct world *w) {
    w->facts->deployment->e.cluster = arena_text(w->facts->arena, "expe.example.com");
    renew_same(w);
}

static void edge_with_acme(struct world *w) {
    texts_add(w->facts->arena, &w->facts->deployment->features, "acme");
    becomes_clusters(w);
    renew_same(w);
}

static void edge_with_acme_alone(struct world *w) {
    texts_add(w->facts->arena, &w->facts->deployment->features, "acme");
    asks(w, "expressway-e", NULL);
    all_nodes(w, &w->facts->deployment->e.nodes);
}

/* Expressway-C has a certificate of the new CA already, and nobody needs the old one. */
static void edge_was_the_last_of_a_ca(struct world *w) {
    world_certificate(w->facts, world_core(w),
                      world_leaf(w, C, "DNS:" C, "serverAuth,clientAuth", w->issuing2), "c.pem");
    renew_by_another(w);
}

/* Expressway-C has one that hangs on the old CA; one node's certificate is not known at all. */
static void edge_was_not_the_last(struct world *w) {
    world_node(w->facts, &w->facts->deployment->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C, "c.trust");
    world_certificate(w->facts, world_core(w),
                      world_leaf(w, C, "DNS:" C, "serverAuth,clientAuth", w->issuing2), "c.pem");
    renew_by_another(w);
}

static void edge_has_the_new_root_alone(struct world *w) {
    list_of(w->facts->arena, w->facts, "half.trust", ISSUED(w->root, w->issuing, w->root2));
    world_edge(w)->trust = arena_text(w->facts->arena, "half.trust");
    renew_by_another(w);
    gives_cas(w);
}

static void edge_of_one_root_under_another(struct world *w) {
    struct issued *next = world_authority(w->facts->arena, "Issuing 3", w->root);
    world_certificate(w->facts, world_core(w), world_leaf(w, C, "DNS:" C, "serverAuth,clientAuth", next),
                      "c.pem");
    renew_by_another(w);
    w->facts->renewal->new_chain.n = 0;
    w->facts->renewal->new_chain.v = NULL;
    LIST_ADD(w->facts->arena, &w->facts->renewal->new_chain,
             world_leaf(w, E, "DNS:" E, "serverAuth,clientAuth", next));
    LIST_ADD(w->facts->arena, &w->facts->renewal->authorities, next->cert);
}

static void edge_with_its_chain(struct world *w) {
    renew_by_another(w);
    LIST_ADD(w->facts->arena, &w->facts->renewal->new_chain, w->issuing2->cert);
}

static void edge_signed_by_itself(struct world *w) {
    struct cert *new = pki_issue(w->facts->arena, &(struct spec){.name = E, .san = "DNS:" E})->cert;
    world_renew(w, "expressway-e", world_edge(w), new);
}

static void edge_under_a_file_that_needs_quotes(struct world *w) {
    renew_same(w);
    w->facts->deployment->file = arena_text(w->facts->arena, "our deployment.yaml");
    w->facts->renewal->new_file = arena_text(w->facts->arena, "-it's new.pem");
    w->facts->renewal->old_file = arena_text(w->facts->arena, "-old.pem");
}

static void edge_without_a_deployment(struct world *w) {
    no_deployment(w);
    asks(w, "expressway-e", NULL);
}

static void edge_without_a_deployment_with_files(struct world *w) {
    renew_by_another(w);
    w->facts->renewal->nodes.n = 0;
    w->facts->deployment = NULL;
}

static void edge_of_options(struct world *w) {
    w->facts->deployment->file = NULL;
    becomes_clusters(w);
    w->facts->deployment->c.nodes.v[1]->trust = NULL;
    renew_same(w);
}

static void edge_of_options_without_domain(struct world *w) {
    edge_of_options(w);
    w->facts->domains.n = 0;
}

static void edge_of_options_without_lists(struct world *w) {
    edge_of_options(w);
    world_edge(w)->trust = NULL;
    world_core(w)->trust = NULL;
    w->facts->renewal->old_file = NULL;
}

static void core_by_the_same_ca(struct world *w) {
    world_renew(w, "expressway-c", world_core(w),
                world_leaf(w, C, "DNS:" C, "serverAuth,clientAuth", w->issuing));
}

static void core_by_an_unknown_ca(struct world *w) {
    renew_core_by_another(w);
}

static void core_in_clusters(struct world *w) {
    becomes_clusters(w);
    has_imp(w);
    renew_core_by_another(w);
    gives_cas(w);
}

static void core_under_other_names(struct world *w) {
    renew_core_under_another_name(w);
}

static void core_with_one_store_that_lacks(struct world *w) {
    struct facts *facts = w->facts;
    list_of(facts->arena, facts, "both.trust", ISSUED(w->root, w->issuing, w->root2, w->issuing2));
    struct nodes *ucm = &facts->deployment->ucm;
    for (size_t i = 0; i < ucm->n; i++) {
        ucm->v[i]->stores.n = 0;
        world_store(facts, ucm->v[i], "tomcat-trust", "both.trust");
        world_store(facts, ucm->v[i], "callmanager-trust", i == 0 ? "ucm.trust" : "both.trust");
    }
    renew_core_by_another(w);
    gives_cas(w);
}

static void core_with_no_store_known(struct world *w) {
    struct nodes *ucm = &w->facts->deployment->ucm;
    for (size_t i = 0; i < ucm->n; i++)
        ucm->v[i]->stores.n = 0;
    renew_core_by_another(w);
    gives_cas(w);
}

static void core_without_a_deployment(struct world *w) {
    no_deployment(w);
    asks(w, "expressway-c", NULL);
}

static void core_of_options(struct world *w) {
    w->facts->deployment->file = NULL;
    becomes_clusters(w);
    renew_core_by_another(w);
}

static void core_of_options_without_files(struct world *w) {
    w->facts->deployment->file = NULL;
    asks(w, "expressway-c", NULL);
    all_nodes(w, &w->facts->deployment->c.nodes);
}

static const struct {
    const char *role, *purpose;
} unified_cm[] = {{"ucm-tomcat", "tomcat"},
                  {"ucm-tomcat-ecdsa", "tomcat-ecdsa"},
                  {"ucm-ipsec", "ipsec"},
                  {"ucm-capf", "capf"},
                  {"ucm-callmanager", "callmanager"},
                  {"ucm-callmanager-ecdsa", "callmanager-ecdsa"},
                  {"ucm-tvs", "tvs"},
                  {"imp-tomcat", "tomcat"},
                  {"imp-ipsec", "ipsec"},
                  {"imp-cup", "cup"},
                  {"imp-cup-xmpp", "cup-xmpp"},
                  {"imp-cup-xmpp-s2s", "cup-xmpp-s2s"}};

static void tomcat_by_another_ca(struct world *w) {
    struct node *node = w->facts->deployment->ucm.v[1];
    has_imp(w);
    world_certificate(w->facts, node,
                      world_leaf(w, node->name, "DNS:ucm1.example.local", "serverAuth", w->issuing),
                      "ucm.pem");
    world_renew(w, "ucm-tomcat", node,
                world_leaf(w, node->name,
                           "DNS:ucm1.example.local,DNS:ucm2.example.local,DNS:imp1.example.local",
                           "serverAuth", w->issuing2));
    w->facts->renewal->purpose = arena_text(w->facts->arena, "tomcat");
    gives_cas(w);
}

static void tomcat_of_the_subscriber(struct world *w) {
    struct node *node = w->facts->deployment->ucm.v[0];
    world_renew(w, "ucm-tomcat", node,
                world_leaf(w, node->name, "DNS:ucm2.example.local", "serverAuth", w->issuing));
    w->facts->renewal->purpose = arena_text(w->facts->arena, "tomcat");
}

static void callmanager_signed_by_itself(struct world *w) {
    struct node *node = w->facts->deployment->ucm.v[1];
    struct cert *new =
        pki_issue(w->facts->arena, &(struct spec){.name = node->name, .san = "DNS:ucm1.example.local"})->cert;
    world_renew(w, "ucm-callmanager", node, new);
    w->facts->renewal->purpose = arena_text(w->facts->arena, "callmanager");
}

static void cup_of_an_old_one_alone(struct world *w) {
    has_imp(w);
    struct node *node = w->facts->deployment->imp.v[1];
    world_renew(w, "imp-cup", node, world_leaf(w, node->name, "DNS:" IMP1, "serverAuth", w->issuing));
    w->facts->renewal->purpose = arena_text(w->facts->arena, "cup");
    w->facts->renewal->old_chain = w->facts->renewal->new_chain;
    w->facts->renewal->new_chain.n = 0;
    w->facts->renewal->new_file = NULL;
}

static void tomcat_with_expired_trust(struct world *w) {
    struct facts *facts = w->facts;
    struct issued *gone =
        pki_issue(facts->arena, &(struct spec){.name = "Gone", .is_ca = true, .until = -PKI_DAY});
    struct trust_list *list = list_of(facts->arena, facts, "old.trust", ISSUED(w->root, gone, w->issuing));
    list->entries.v[2]->not_after = facts->run.at; /* its last second */
    has_imp(w);
    facts->deployment->ucm.v[0]->stores.n = 0;
    world_store(facts, facts->deployment->ucm.v[0], "tomcat-trust", "old.trust");
    world_store(facts, facts->deployment->imp.v[1], "tomcat-trust", "old.trust");
    asks(w, "ucm-tomcat", "tomcat");
    all_nodes(w, &facts->deployment->ucm);
}

static void cup_with_expired_trust(struct world *w) {
    struct facts *facts = w->facts;
    struct issued *gone =
        pki_issue(facts->arena, &(struct spec){.name = "Gone", .is_ca = true, .until = -PKI_DAY});
    list_of(facts->arena, facts, "old.trust", ISSUED(gone));
    has_imp(w);
    world_store(facts, facts->deployment->imp.v[0], "cup-trust", "old.trust");
    asks(w, "imp-cup", "cup");
    all_nodes(w, &facts->deployment->imp);
}

/* Unity Connection stands in the list, and is no node of the cluster. */
static void tomcat_beside_unity(struct world *w) {
    struct nodes *ucm = &w->facts->deployment->ucm;
    for (size_t i = 0; i < ucm->n; i++)
        ucm->v[i]->publisher = false;
    struct node *unity = world_node(w->facts, ucm, "unity.example.local", ROLE_UCM, NULL);
    unity->unity = true;
    unity->publisher = true;
    asks(w, "ucm-tomcat", "tomcat");
    all_nodes(w, ucm);
}

/* The list says first which it is. */
static void tomcat_of_the_first(struct world *w) {
    struct nodes *ucm = &w->facts->deployment->ucm;
    ucm->v[0]->publisher = true;
    ucm->v[1]->publisher = false;
    asks(w, "ucm-tomcat", "tomcat");
    all_nodes(w, ucm);
}

static void unity_stands_first(struct world *w) {
    tomcat_beside_unity(w);
    struct nodes *ucm = &w->facts->deployment->ucm;
    struct node *unity = ucm->v[2];
    ucm->v[2] = ucm->v[0];
    ucm->v[0] = unity;
}

/* A save may say anything. */
static void tomcat_without_a_purpose(struct world *w) {
    asks(w, "ucm-tomcat", NULL);
    all_nodes(w, &w->facts->deployment->ucm);
}

static void a_purpose_that_is_none(struct world *w) {
    asks(w, "imp-nothing", "nothing");
}

static void tomcat_of_unity_alone(struct world *w) {
    struct nodes *ucm = &w->facts->deployment->ucm;
    ucm->n = 1;
    ucm->v[0]->unity = true;
    asks(w, "ucm-tomcat", "tomcat");
    all_nodes(w, ucm);
}

static const struct {
    const char *what;
    void (*change)(struct world *);
} renewals[] = {
    {"an edge, by the same CA", edge_by_the_same_ca},
    {"an edge, by a CA of which nothing is known", edge_by_an_unknown_ca},
    {"an edge, by another CA whose certificates are given", edge_by_a_known_ca},
    {"an edge, by another CA, with the chain in its file", edge_with_its_chain},
    {"two edges of a cluster, by another CA", edge_in_clusters},
    {"an edge whose cluster has a name", edge_in_a_named_cluster_of_one},
    {"an edge with ACME, in a cluster", edge_with_acme},
    {"an edge with ACME, the plan alone", edge_with_acme_alone},
    {"an edge, the last under the old CA", edge_was_the_last_of_a_ca},
    {"an edge, and a node of which no certificate is known", edge_was_not_the_last},
    {"an edge that has the new root and not the intermediate", edge_has_the_new_root_alone},
    {"an edge, by another CA under the same root", edge_of_one_root_under_another},
    {"an edge, signed by itself", edge_signed_by_itself},
    {"files whose names a shell would not take", edge_under_a_file_that_needs_quotes},
    {"an edge, the plan alone, no deployment", edge_without_a_deployment},
    {"an edge, by another CA, no deployment", edge_without_a_deployment_with_files},
    {"an edge and lists, given as options", edge_of_options},
    {"and no domain", edge_of_options_without_domain},
    {"and no lists, no old certificate", edge_of_options_without_lists},
    {"an Expressway-C, by the same CA", core_by_the_same_ca},
    {"an Expressway-C, by a CA of which nothing is known", core_by_an_unknown_ca},
    {"an Expressway-C of a cluster, with IM and Presence", core_in_clusters},
    {"an Expressway-C under other names", core_under_other_names},
    {"an Expressway-C, one store of Unified CM lacks the CA", core_with_one_store_that_lacks},
    {"an Expressway-C, no store of Unified CM is known", core_with_no_store_known},
    {"an Expressway-C, the plan alone, no deployment", core_without_a_deployment},
    {"an Expressway-C and lists, given as options", core_of_options},
    {"an Expressway-C, options, the plan alone", core_of_options_without_files},
    {"tomcat for several nodes, by another CA", tomcat_by_another_ca},
    {"tomcat of a subscriber", tomcat_of_the_subscriber},
    {"CallManager, signed by itself", callmanager_signed_by_itself},
    {"cup, the old one alone", cup_of_an_old_one_alone},
    {"tomcat, with an expired certificate in tomcat-trust", tomcat_with_expired_trust},
    {"cup, with an expired certificate in cup-trust", cup_with_expired_trust},
    {"tomcat beside Unity Connection, no publisher named", tomcat_beside_unity},
    {"tomcat where Unity Connection is all there is", tomcat_of_unity_alone},
    {"tomcat, Unity Connection named first", unity_stands_first},
    {"tomcat, the publisher named first", tomcat_of_the_first},
    {"Unified CM, nobody knows what for", tomcat_without_a_purpose},
    {"a purpose that there is not", a_purpose_that_is_none},
};

/* Texts that were told, by their number. */
struct told {
    struct texts texts;
    struct arena *arena;
    FILE *out;
};

/* Key identifiers and hashes are others each time. */
static char *without_keys(struct arena *arena, const char *text) {
    static const char hex[] = "0123456789ABCDEFabcdef:";
    char *out = arena_text(arena, text);
    for (char *at = out; *at != 0; at++) {
        size_t length = strspn(at, hex);
        if (length > 15 && (at == out || at[-1] == ' ')) {
            at[0] = '#';
            memmove(at + 1, at + length, strlen(at + length) + 1);
        }
    }
    return out;
}

static void tell_text(struct told *told, const char *text) {
    const char *plain = without_keys(told->arena, text_or(text, "-"));
    for (size_t i = 0; i < told->texts.n; i++)
        if (strcmp(told->texts.v[i], plain) == 0) {
            fprintf(told->out, "\t[%zu]\n", i + 1);
            return;
        }
    texts_add(told->arena, &told->texts, plain);
    fprintf(told->out, "\t[%zu] %s\n", told->texts.n, plain);
}

static void tell_plan(struct told *told, const char *what, const struct plan *plan) {
    fprintf(told->out, "== %s: %zu steps\n", what, plan->n);
    for (size_t i = 0; i < plan->n; i++) {
        const struct plan_step *s = plan->v[i];
        fprintf(told->out, "%s | %s | %s%s%s\n", s->box, s->action, text_or(s->object, "-"),
                s->verify == NULL ? "" : " | ", text_or(s->verify, ""));
        tell_text(told, s->text);
    }
}

static void tell_renewals(struct told *told) {
    for (size_t i = 0; i < sizeof renewals / sizeof *renewals; i++) {
        struct world w = world_new();
        renewals[i].change(&w);
        tell_plan(told, renewals[i].what, plan_of(w.facts, w.facts->arena));
        facts_free(w.facts);
        pki_clear();
    }
    for (size_t i = 0; i < sizeof unified_cm / sizeof *unified_cm; i++)
        for (int with = 0; with < 2; with++) {
            struct world w = world_new();
            const struct deployment *d = w.facts->deployment;
            has_imp(&w);
            asks(&w, unified_cm[i].role, unified_cm[i].purpose);
            if (with)
                all_nodes(&w, text_starts(unified_cm[i].role, "imp-") ? &d->imp : &d->ucm);
            else
                no_deployment(&w);
            tell_plan(told,
                      arena_printf(told->arena, "%s%s", unified_cm[i].role, with ? "" : ", no deployment"),
                      plan_of(w.facts, w.facts->arena));
            facts_free(w.facts);
            pki_clear();
        }
}

static void every_plan_is_as_written(void **state) {
    char *found = NULL;
    size_t size = 0;
    struct told told = {.arena = arena_new(), .out = open_memstream(&found, &size)};
    (void)state;
    tell_renewals(&told);
    fclose(told.out);
    arena_free(told.arena);
    if (!is_as_written(BOOK, found))
        fail_msg("a plan is not as it is written");
    free(found);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_of_a_new_ca),
        cmocka_unit_test(test_plan_without_the_ca),
        cmocka_unit_test(test_plan_of_the_same_ca),
        cmocka_unit_test(test_plan_of_a_cluster),
        cmocka_unit_test(test_regeneration),
        cmocka_unit_test(test_expired_trust),
        cmocka_unit_test(test_plan_without_deployment),
        cmocka_unit_test(test_commands_without_deployment),
        cmocka_unit_test(test_plan_of_one_node),
        cmocka_unit_test(test_plan_of_a_small_deployment),
        cmocka_unit_test(test_plan_of_a_known_ca),
        cmocka_unit_test(test_plan_of_an_old_ca),
        cmocka_unit_test(every_plan_is_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
