/* Does judge_chain raise every cause, and only just? With real certificates: trust is mathematics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "healthy.h"
#include "pki.h"

#define C_NODE "expc1.example.local"
#define C_SUBJECT "expressway-c:expc1.example.local"
#define E_SUBJECT "expressway-e:expe1.example.com"
#define C_LIST "trust/expc.pem"
#define E_LIST "trust/expe.pem"
#define SYSTEM "system"
#define TOMCAT_LIST "trust/tomcat"
#define CM_LIST "trust/cm"

/* Made once: E's certificates come from issuing < root, C's from c_issuing < c_root, Unified CM's from
 * ucm_root. */
static struct {
    struct arena *arena;
    const struct issued *root, *issuing, *edge1, *edge2;
    const struct issued *c_root, *c_issuing, *c_leaf, *ucm_root, *ucm_leaf, *imp_leaf;
    const struct issued *old_root, *old_issuing, *no_ca, *no_ca_leaf, *alone, *impostor, *plain;
    const struct issued *tight, *under_tight, *tight_leaf, *bare_root, *bare_leaf;
    const struct issued *le_root, *le_issuing, *le_leaf, *same_cn, *root_again, *stranger, *cross,
        *other_root;
    const struct issued *tomcat, *call_manager, *call_manager_other_cn;
    const struct issued *sign_only, *outside, *narrow, *critical, *fraction, *nest;
} pki;

static const struct issued *issue(const struct spec *spec) {
    return pki_issue(pki.arena, spec);
}

static const struct issued *ca(const char *name, const struct issued *by) {
    return issue(
        &(struct spec){.name = name, .is_ca = true, .by = by, .aia = "http://ca.example.com/above.cer"});
}

static const struct issued *leaf(const char *name, const struct issued *by) {
    char san[128];
    snprintf(san, sizeof san, "DNS:%s,DNS:example.com", name);
    return issue(&(struct spec){.name = name,
                                .by = by,
                                .san = san,
                                .eku = "serverAuth,clientAuth",
                                .aia = "http://ca.example.com/issuing.cer"});
}

static void make_faulty(void) {
    pki.old_root =
        issue(&(struct spec){.name = "Root", .is_ca = true, .key = pki.root->key, .until = -PKI_DAY});
    pki.old_issuing = issue(&(struct spec){
        .name = "Issuing", .is_ca = true, .by = pki.root, .key = pki.issuing->key, .until = -PKI_DAY});
    pki.no_ca =
        issue(&(struct spec){.name = "No CA", .by = pki.root, .constraints = "CA:FALSE", .key_usage = ""});
    pki.no_ca_leaf = leaf(EDGE1, pki.no_ca);
    pki.alone = leaf(EDGE1, NULL);
    pki.impostor = issue(&(struct spec){.name = "Plain Root", .is_ca = true, .has_no_ids = true});
    const struct issued *plain_root =
        issue(&(struct spec){.name = "Plain Root", .is_ca = true, .has_no_ids = true});
    pki.plain = issue(&(struct spec){.name = EDGE1, .by = plain_root, .has_no_ids = true});
    const struct issued *tight_root = pki.root;
    pki.tight = issue(&(struct spec){
        .name = "Tight", .is_ca = true, .by = tight_root, .constraints = "critical,CA:TRUE,pathlen:0"});
    pki.under_tight = ca("Under Tight", pki.tight);
    pki.tight_leaf = leaf(EDGE1, pki.under_tight);
    pki.bare_root = issue(&(struct spec){.name = "Bare Root", .is_v1 = true});
    pki.bare_leaf = issue(&(struct spec){.name = EDGE1, .by = pki.bare_root, .has_no_ids = true});
}

/* Certificates of E whose path OpenSSL refuses though nothing is missing in a list. */
static void make_odd(void) {
    struct spec odd = {.name = EDGE1, .by = pki.root, .san = "DNS:" EDGE1, .key_usage = "keyCertSign"};
    pki.sign_only = issue(&odd);
    odd.key_usage = NULL;
    odd.has_fraction = true;
    pki.fraction = issue(&odd);
    odd.has_fraction = false;
    odd.extra_name = "1.2.3.4";
    odd.extra = "critical,ASN1:NULL";
    pki.critical = issue(&odd);
    odd.extra_name = "sbgp-ipAddrBlock";
    odd.extra = "critical,IPv4:10.0.0.0/8";
    pki.nest = issue(&odd);
    pki.narrow = issue(&(struct spec){.name = "Narrow",
                                      .is_ca = true,
                                      .by = pki.root,
                                      .extra_name = "nameConstraints",
                                      .extra = "critical,permitted;DNS:example.org"});
    pki.outside = leaf(EDGE1, pki.narrow);
}

static int pki_open(void **state) {
    (void)state;
    pki.arena = arena_new();
    pki.root = ca("Root", NULL);
    pki.issuing = ca("Issuing", pki.root);
    pki.edge1 = leaf(EDGE1, pki.issuing);
    pki.edge2 = leaf(EDGE2, pki.issuing);
    pki.c_root = ca("C Root", NULL);
    pki.c_issuing = ca("C Issuing", pki.c_root);
    pki.c_leaf = leaf(C_NODE, pki.c_issuing);
    pki.ucm_root = ca("UCM Root", NULL);
    pki.ucm_leaf = leaf(UCM1, pki.ucm_root);
    pki.imp_leaf = leaf(IMP1, pki.ucm_root);
    make_faulty();
    make_odd();
    pki.le_root = issue(&(struct spec){
        .name = "ISRG Root X1", .organization = "Internet Security Research Group", .is_ca = true});
    pki.le_issuing = issue(
        &(struct spec){.name = "R11", .organization = "Let's Encrypt", .is_ca = true, .by = pki.le_root});
    pki.le_leaf = leaf(EDGE1, pki.le_issuing);
    pki.root_again = ca("Root", NULL);
    pki.same_cn = issue(&(struct spec){.name = "Root", .organization = "Elsewhere", .is_ca = true});
    pki.stranger = ca("Stranger", NULL);
    pki.other_root = ca("Other Root", NULL);
    pki.cross =
        issue(&(struct spec){.name = "Root", .is_ca = true, .by = pki.other_root, .key = pki.root->key});
    pki.tomcat = leaf(UCM1, NULL);
    pki.call_manager = leaf(UCM1, NULL);
    pki.call_manager_other_cn = leaf("ucm1-cm.example.local", NULL);
    return 0;
}

static int pki_close(void **state) {
    (void)state;
    pki_clear();
    arena_free(pki.arena);
    return 0;
}

/* ---- facts with these certificates ---- */

static void serve(struct facts *facts, const char *host, const struct issued *const *chain, size_t count) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *e = facts->endpoints.v[i];
        if (strcmp(e->host, host) != 0 || e->protocol == PROTOCOL_SSH)
            continue;
        e->tls.chain = certs_of(facts->arena, chain, count);
        for (size_t k = 0; k < e->variants.n; k++)
            e->variants.v[k]->chain.n = 0;
    }
}

static void set_list(struct facts *facts, const char *name, const struct issued *const *issued,
                     size_t count) {
    struct trust_list *made = list_of(facts->arena, NULL, name, issued, count);
    for (size_t i = 0; i < facts->trust_lists.n; i++)
        if (strcmp(facts->trust_lists.v[i]->name, name) == 0) {
            facts->trust_lists.v[i] = made;
            return;
        }
    LIST_ADD(facts->arena, &facts->trust_lists, made);
}

static struct facts *deployed(void) {
    struct facts *facts = healthy_deployment();
    struct deployment *d = facts->deployment;
    struct node *c = d->c.nodes.v[0];
    serve(facts, EDGE1, ISSUED(pki.edge1, pki.issuing));
    serve(facts, EDGE2, ISSUED(pki.edge2, pki.issuing));
    serve(facts, UCM1, ISSUED(pki.ucm_leaf));
    serve(facts, IMP1, ISSUED(pki.imp_leaf));
    c->certificate = certs_of(facts->arena, ISSUED(pki.c_leaf));
    set_list(facts, SYSTEM, ISSUED(pki.stranger, pki.root));
    set_list(facts, E_LIST, ISSUED(pki.root, pki.issuing, pki.c_root, pki.c_issuing));
    set_list(facts, C_LIST, ISSUED(pki.root, pki.issuing, pki.c_root, pki.c_issuing, pki.ucm_root));
    set_list(facts, TOMCAT_LIST, ISSUED(pki.c_root, pki.c_issuing));
    set_list(facts, CM_LIST, ISSUED(pki.c_root, pki.c_issuing));
    facts->run.client_trust = (char *)SYSTEM;
    d->e.trust = (char *)E_LIST;
    d->c.trust = (char *)C_LIST;
    d->ucm.v[0]->tomcat_trust = (char *)TOMCAT_LIST;
    d->ucm.v[0]->callmanager_trust = (char *)CM_LIST;
    return facts;
}

#define SERVES(name, ...)                                                                                    \
    static void name(struct facts *facts) {                                                                  \
        serve(facts, EDGE1, ISSUED(__VA_ARGS__));                                                            \
    }
#define LISTS(name, list, ...)                                                                               \
    static void name(struct facts *facts) {                                                                  \
        set_list(facts, list, ISSUED(__VA_ARGS__));                                                          \
    }
#define SERVES_AND_LISTS(name, chain, list, ...)                                                             \
    static void name(struct facts *facts) {                                                                  \
        chain(facts);                                                                                        \
        set_list(facts, list, ISSUED(__VA_ARGS__));                                                          \
    }

/* served */
SERVES(leaf_only, pki.edge1)
SERVES(with_root, pki.edge1, pki.issuing, pki.root)
SERVES(root_first, pki.edge1, pki.root, pki.issuing)
SERVES(twice, pki.edge1, pki.issuing, pki.issuing)
SERVES(leaf_twice, pki.edge1, pki.issuing, pki.edge1)
SERVES(leaf_twice_at_once, pki.edge1, pki.edge1, pki.issuing)
SERVES(stranger_in_between, pki.edge1, pki.stranger, pki.issuing)
SERVES(two_ways_to_a_root, pki.edge1, pki.issuing, pki.cross, pki.root, pki.stranger)
SERVES(with_stranger, pki.edge1, pki.issuing, pki.stranger)
SERVES(cross_signed, pki.edge1, pki.issuing, pki.cross)
SERVES(by_root_itself, pki.bare_leaf)
SERVES(self_signed, pki.alone)
SERVES(old_intermediate, pki.edge1, pki.old_issuing)
/* Nobody has the CA above Middle, and the root that came with them may be it. */
static void stranger_unknown(struct facts *facts) {
    const struct issued *middle = ca("Middle", pki.other_root), *end = leaf(EDGE1, middle);
    serve(facts, EDGE1, ISSUED(end, middle, pki.stranger));
}

SERVES(of_no_ca, pki.no_ca_leaf, pki.no_ca)
SERVES(too_deep, pki.tight_leaf, pki.under_tight, pki.tight)
SERVES(forged, pki.plain)
SERVES(sign_only, pki.sign_only)
SERVES(outside, pki.outside, pki.narrow)
SERVES(critical, pki.critical)
SERVES(fraction, pki.fraction)
SERVES(nest, pki.nest)
SERVES(lets_encrypt, pki.le_leaf, pki.le_issuing)

/* Two levels: the leaf alone is all there is to send, which only a list with the root can tell. */
static void two_levels_known(struct facts *facts) {
    const struct issued *two = leaf(EDGE1, pki.root);
    serve(facts, EDGE1, ISSUED(two));
}

static void two_levels_unknown(struct facts *facts) {
    const struct issued *two = leaf(EDGE1, pki.other_root);
    serve(facts, EDGE1, ISSUED(two));
}

static void long_and_unknown(struct facts *facts) {
    const struct issued *middle = ca("Middle", pki.other_root), *end = leaf(EDGE1, middle);
    serve(facts, EDGE1, ISSUED(end, middle));
}

/* client */
LISTS(clients_lack_root, SYSTEM, pki.stranger)
SERVES_AND_LISTS(root_sent_and_not_listed, with_root, SYSTEM, pki.stranger)
LISTS(clients_have_old_root, SYSTEM, pki.old_root)
SERVES_AND_LISTS(clients_see_forged, forged, SYSTEM, pki.impostor)
SERVES_AND_LISTS(clients_see_bare_root, by_root_itself, SYSTEM, pki.bare_root)
SERVES_AND_LISTS(clients_trust_it_itself, self_signed, SYSTEM, pki.alone)
SERVES_AND_LISTS(clients_via_cross, cross_signed, SYSTEM, pki.other_root)

static void no_client_list(struct facts *facts) {
    facts->run.client_trust = NULL;
}

static void bytes_not_kept(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *e = facts->endpoints.v[i];
        struct certs bare = {NULL, 0};
        for (size_t k = 0; k < e->tls.chain.n; k++) {
            struct cert *copy = arena_dup(facts->arena, e->tls.chain.v[k], sizeof *copy);
            copy->der = NULL;
            LIST_ADD(facts->arena, &bare, copy);
        }
        e->tls.chain = bare;
    }
}

/* zone and tunnel */
LISTS(c_lacks_issuing, C_LIST, pki.root, pki.c_root, pki.c_issuing, pki.ucm_root)
LISTS(c_lacks_root, C_LIST, pki.issuing, pki.c_root, pki.c_issuing, pki.ucm_root)
LISTS(c_lacks_both, C_LIST, pki.c_root, pki.c_issuing, pki.ucm_root)
LISTS(c_has_old_root, C_LIST, pki.old_root, pki.issuing, pki.c_root, pki.c_issuing)
SERVES_AND_LISTS(c_lacks_issuing_not_sent, leaf_only, C_LIST, pki.root, pki.c_root, pki.c_issuing)
SERVES_AND_LISTS(c_sees_forged, forged, C_LIST, pki.impostor, pki.c_root, pki.c_issuing)
SERVES_AND_LISTS(c_trusts_it_itself, self_signed, C_LIST, pki.alone, pki.c_root, pki.c_issuing)
SERVES_AND_LISTS(c_has_no_ca, of_no_ca, C_LIST, pki.root, pki.no_ca, pki.c_root, pki.c_issuing)
SERVES_AND_LISTS(c_has_tight, too_deep, C_LIST, pki.root, pki.tight, pki.under_tight, pki.c_root,
                 pki.c_issuing)
SERVES_AND_LISTS(outside_listed, outside, C_LIST, pki.root, pki.narrow, pki.c_root, pki.c_issuing)
LISTS(e_has_old_root, E_LIST, pki.old_root, pki.issuing)
SERVES_AND_LISTS(e_has_no_ca, of_no_ca, E_LIST, pki.root, pki.no_ca)
SERVES_AND_LISTS(e_has_tight, too_deep, E_LIST, pki.root, pki.tight, pki.under_tight)
SERVES_AND_LISTS(e_has_impostor, forged, E_LIST, pki.impostor)
SERVES_AND_LISTS(e_has_narrow, outside, E_LIST, pki.root, pki.narrow)
LISTS(e_lacks_c_issuing, E_LIST, pki.root, pki.issuing, pki.c_root)
LISTS(e_lacks_c_root, E_LIST, pki.root, pki.issuing, pki.c_issuing)

static void c_unpredicted(struct facts *facts) { /* C's own list is not known, and only its leaf is */
    e_lacks_c_issuing(facts);
    facts->deployment->c.trust = NULL;
}

static void c_unpredicted_chain_given(struct facts *facts) {
    c_unpredicted(facts);
    facts->deployment->c.nodes.v[0]->certificate = certs_of(facts->arena, ISSUED(pki.c_leaf, pki.c_issuing));
}

static void c_own_list_lacks_issuing(struct facts *facts) {
    e_lacks_c_issuing(facts);
    set_list(facts, C_LIST, ISSUED(pki.root, pki.issuing, pki.c_root, pki.ucm_root));
}

static void c_chain_given(struct facts *facts) {
    facts->deployment->c.nodes.v[0]->certificate = certs_of(facts->arena, ISSUED(pki.c_leaf, pki.c_issuing));
}

static void no_lists(struct facts *facts) {
    facts->deployment->c.trust = facts->deployment->e.trust = NULL;
}

static void c_not_seen(struct facts *facts) {
    facts->deployment->c.nodes.v[0]->certificate.n = 0;
}

static void c_not_named(struct facts *facts) {
    facts->deployment->c.nodes.n = 0;
}

static void neighbor(struct facts *facts) {
    facts->deployment->zones.v[0]->type = ZONE_NEIGHBOR;
}

static void neighbor_not_named(struct facts *facts) {
    neighbor(facts);
    c_not_named(facts);
}

static void no_zones(struct facts *facts) {
    facts->deployment->zones.n = 0;
    c_lacks_issuing(facts);
}

/* lists */
LISTS(c_list_two_subjects, C_LIST, pki.root, pki.issuing, pki.c_root, pki.c_issuing, pki.root_again)
LISTS(c_list_renewed, C_LIST, pki.old_root, pki.root, pki.issuing, pki.c_root, pki.c_issuing)
LISTS(c_list_two_cns, C_LIST, pki.root, pki.issuing, pki.c_root, pki.c_issuing, pki.same_cn)
LISTS(c_list_same_twice, C_LIST, pki.root, pki.root, pki.issuing, pki.c_root, pki.c_issuing)
LISTS(c_list_expired, C_LIST, pki.root, pki.issuing, pki.c_root, pki.c_issuing, pki.old_issuing)
LISTS(c_list_bare, C_LIST, pki.root, pki.issuing, pki.c_root, pki.c_issuing, pki.bare_root)
LISTS(c_list_no_ca, C_LIST, pki.root, pki.issuing, pki.c_root, pki.c_issuing, pki.no_ca)

static struct trust_list *c_list(struct facts *facts) {
    for (size_t i = 0; i < facts->trust_lists.n; i++)
        if (strcmp(facts->trust_lists.v[i]->name, C_LIST) == 0)
            return facts->trust_lists.v[i];
    return NULL;
}

static void c_list_empty(struct facts *facts) {
    c_list(facts)->entries.n = 0;
}

static void c_list_broken(struct facts *facts) {
    struct trust_problem *problem = ARENA_NEW(facts->arena, struct trust_problem);
    problem->what = arena_text(facts->arena, "not base64");
    problem->line = 12;
    LIST_ADD(facts->arena, &c_list(facts)->problems, problem);
}

static void c_list_missing(struct facts *facts) {
    c_list(facts)->name = (char *)"elsewhere";
}

/* Fills the list up to that many, each under a name of its own. */
static void fill(struct facts *facts, size_t count) {
    struct trust_list *list = c_list(facts);
    const struct issued *mould = ca("Filler 000000", NULL);
    for (size_t i = 0; list->entries.n < count; i++) {
        uint8_t *der = arena_dup(facts->arena, mould->cert->der, mould->cert->der_size);
        char digits[16];
        snprintf(digits, sizeof digits, "%06zu", i);
        for (size_t k = 0; k + 13 <= mould->cert->der_size; k++)
            if (memcmp(der + k, "Filler ", 7) == 0)
                memcpy(der + k + 7, digits, 6);
        list_append(facts->arena, list, der, mould->cert->der_size);
    }
}

static void c_list_of_1000(struct facts *facts) {
    fill(facts, 1000);
}

static void c_list_of_1001(struct facts *facts) {
    fill(facts, 1001);
}

/* Two C nodes with lists of their own. */
static void peers(struct facts *facts, bool same) {
    struct node *second =
        add_node(facts, &facts->deployment->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
    facts->deployment->c.nodes.v[0]->trust = (char *)C_LIST;
    second->trust = (char *)"trust/expc2.pem";
    set_list(facts, "trust/expc2.pem",
             ISSUED(pki.ucm_root, pki.c_issuing, pki.c_root, pki.issuing, same ? pki.root : NULL));
}

static void peers_alike(struct facts *facts) {
    peers(facts, true);
}

static void peers_differ(struct facts *facts) {
    peers(facts, false);
}

static void peers_share(struct facts *facts) {
    add_node(facts, &facts->deployment->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
}

/* Two pairs of Expressways, each with a zone of its own: expe1 and expc1, expe2 and expc2, whose list lacks
 * the root. */
static void two_pairs(struct facts *facts) {
    struct deployment *d = facts->deployment;
    struct zone *first = d->zones.v[0], *second = arena_dup(facts->arena, first, sizeof *second);
    peers(facts, false);
    second->name = (char *)"second";
    second->peers = second->c_nodes = first->peers = first->c_nodes = (struct texts){NULL, 0};
    texts_add(facts->arena, &first->peers, EDGE1);
    texts_add(facts->arena, &first->c_nodes, C_NODE);
    texts_add(facts->arena, &second->peers, EDGE2);
    texts_add(facts->arena, &second->c_nodes, "expc2.example.local");
    LIST_ADD(facts->arena, &d->zones, second);
}

/* The second pair's Expressway-C has a peer, whose list has the root. */
static void two_pairs_one_clustered(struct facts *facts) {
    two_pairs(facts);
    struct node *third =
        add_node(facts, &facts->deployment->c.nodes, "expc3.example.local", ROLE_EXPRESSWAY_C);
    third->trust = (char *)"trust/expc3.pem";
    set_list(facts, third->trust, ISSUED(pki.ucm_root, pki.c_issuing, pki.c_root, pki.issuing, pki.root));
    texts_add(facts->arena, &facts->deployment->zones.v[1]->c_nodes, third->name);
}

/* Who is in the zone, nobody gave: each list that there is may judge. */
static void pair_of_strangers(struct facts *facts) {
    two_pairs(facts);
    facts->deployment->zones.v[0]->c_nodes.v[0] = (char *)"expc9.example.local";
}

/* C was seen on its own ports alone. */
static void c_on_its_port(struct facts *facts) {
    struct node *node = facts->deployment->c.nodes.v[0];
    serve(facts, C_NODE, ISSUED(pki.c_leaf));
    node->certificate.n = 0;
}

static void c_on_its_port_x15_4(struct facts *facts) {
    c_on_its_port(facts);
    facts->run.release = (char *)"X15.4";
}

/* own */
LISTS(c_own_lacks_issuing, C_LIST, pki.root, pki.issuing, pki.c_root, pki.ucm_root)
LISTS(c_own_lacks_root, C_LIST, pki.root, pki.issuing, pki.c_issuing, pki.ucm_root)

static void c_own_self_signed(struct facts *facts) {
    facts->deployment->c.nodes.v[0]->certificate = certs_of(facts->arena, ISSUED(pki.alone));
}

/* Let's Encrypt */
static void le_lists(struct facts *facts, bool e_has_root, bool c_has_issuing) {
    lets_encrypt(facts);
    set_list(facts, E_LIST,
             ISSUED(e_has_root ? pki.le_root : NULL, pki.le_issuing, pki.c_root, pki.c_issuing));
    set_list(facts, C_LIST,
             ISSUED(pki.le_root, c_has_issuing ? pki.le_issuing : NULL, pki.c_root, pki.c_issuing));
}

static void le_whole(struct facts *facts) {
    le_lists(facts, true, true);
}

static void le_root_missing(struct facts *facts) {
    le_lists(facts, false, true);
}

static void le_issuing_missing(struct facts *facts) {
    le_lists(facts, true, false);
}

/* Unified CM */
LISTS(tomcat_lacks, TOMCAT_LIST, pki.c_root)
LISTS(cm_lacks, CM_LIST, pki.c_issuing)
LISTS(c_lacks_ucm, C_LIST, pki.root, pki.issuing, pki.c_root, pki.c_issuing)

static void c_lacks_ucm_by(struct facts *facts, const char *release, bool is_off, bool is_publisher) {
    c_lacks_ucm(facts);
    facts->run.release = arena_text(facts->arena, release);
    facts->deployment->ucm_tls_verify_off = is_off;
    facts->deployment->ucm.v[0]->publisher = is_publisher;
    if (!is_publisher) {
        struct node *node = ARENA_NEW(facts->arena, struct node);
        *node = (struct node){
            .name = arena_text(facts->arena, "ucm0.example.local"), .role = ROLE_UCM, .publisher = true};
        LIST_ADD(facts->arena, &facts->deployment->ucm, node);
    }
}

/* Unified CM sends its intermediate, and C's list has the root alone. */
static void ucm_sends_intermediate(struct facts *facts) {
    const struct issued *issuing = ca("UCM Issuing", pki.ucm_root), *end = leaf(UCM1, issuing);
    serve(facts, UCM1, ISSUED(end, issuing));
}

static void c_lacks_ucm_off(struct facts *facts) {
    c_lacks_ucm_by(facts, "X14.0", true, true);
}

static void c_lacks_ucm_enforced(struct facts *facts) {
    c_lacks_ucm_by(facts, "X14.2", true, true);
}

static void c_lacks_subscriber(struct facts *facts) {
    c_lacks_ucm_by(facts, "X14.0", false, false);
}

static void c_lacks_publisher(struct facts *facts) {
    c_lacks_ucm_by(facts, "X14.0", false, true);
}

static void ucm_pair(struct facts *facts, const struct issued *tomcat, const struct issued *other) {
    struct endpoint *e = endpoint_of(facts, UCM1 ":5061");
    e->node = e->host;
    e->variants.n = 0;
    serve(facts, UCM1, ISSUED(tomcat));
    e->tls.chain = certs_of(facts->arena, ISSUED(other));
}

static void two_cns_with_sso(struct facts *facts) {
    c_list_two_cns(facts);
    facts->deployment->ucm_sso = true;
}

static void two_cns_with_imp_sso(struct facts *facts) {
    c_list_two_cns(facts);
    facts->deployment->imp_sso = true;
}

static void pair_same_cn(struct facts *facts) {
    ucm_pair(facts, pki.tomcat, pki.call_manager);
}

static void pair_other_cn(struct facts *facts) {
    ucm_pair(facts, pki.tomcat, pki.call_manager_other_cn);
}

static void pair_one_certificate(struct facts *facts) {
    ucm_pair(facts, pki.tomcat, pki.tomcat);
}

static void pair_signed_by_ca(struct facts *facts) {
    ucm_pair(facts, pki.tomcat, pki.ucm_leaf);
}

static void c_lacks_ucm_without_publisher(struct facts *facts) {
    c_lacks_ucm_by(facts, "X14.0", false, false);
    facts->deployment->ucm.v[1]->publisher = false;
}

/* Cisco Unity Connection's publisher is nobody's here. */
static void c_lacks_ucm_beside_unity(struct facts *facts) {
    c_lacks_ucm_by(facts, "X14.0", false, false);
    facts->deployment->ucm.v[1]->unity = true;
}

/* chain.own tells it. */
static void le_out_of_date(struct facts *facts) {
    le_whole(facts);
    facts->run.at += (int64_t)DAY * 36500;
}

#define P STATUS_PASS
#define F STATUS_FAIL
#define W STATUS_WARN
#define U STATUS_UNKNOWN
#define S STATUS_SKIP
#define HERE EDGE1_HTTPS

static const struct judge_row rows[] = {
    {"leaf and issuing CA", NULL, "chain.served", HERE, P, NULL, deployed},
    {"no bytes needed", NULL, "chain.served", HERE, P, NULL, NULL},
    {"leaf only, issuer known as intermediate", leaf_only, "chain.served", HERE, W, "incomplete", deployed},
    {"leaf only, issuer known as root", two_levels_known, "chain.served", HERE, P, NULL, deployed},
    {"leaf only, issuer not known", two_levels_unknown, "chain.served", HERE, W, "incomplete", deployed},
    {"two, and the next not known", long_and_unknown, "chain.served", HERE, P, NULL, deployed},
    {"self-signed", self_signed, "chain.served", HERE, P, NULL, deployed},
    {"root too", with_root, "chain.served", HERE, STATUS_INFO, "has-root", deployed},
    {"cross-signed is no root", cross_signed, "chain.served", HERE, P, NULL, deployed},
    {"root before issuing CA", root_first, "chain.served", HERE, W, "misordered", deployed},
    {"twice", twice, "chain.served", HERE, W, "duplicate", deployed},
    {"the leaf twice", leaf_twice, "chain.served", HERE, W, "duplicate", deployed},
    {"the leaf twice in a row", leaf_twice_at_once, "chain.served", HERE, W, "duplicate", deployed},
    {"a stranger in between", stranger_in_between, "chain.served", HERE, W, "unrelated", deployed},
    {"two ways, one of them to a root: who else is there is a stranger", two_ways_to_a_root, "chain.served",
     HERE, W, "unrelated", deployed},
    {"a stranger", with_stranger, "chain.served", HERE, W, "unrelated", deployed},
    {"a stranger, and no list has the issuer: who knows?", stranger_unknown, "chain.served", HERE, U, NULL,
     deployed},
    {"Unified CM's is not judged", NULL, "chain.served", UCM1_HTTPS, ABSENT, NULL, deployed},
    {"predicted for C", NULL, "chain.served", C_SUBJECT, P, NULL, deployed},
    {"predicted: not in C's own list", c_own_list_lacks_issuing, "chain.served", C_SUBJECT, W, "incomplete",
     deployed},
    {"predicted: only the root is not in it", c_own_lacks_root, "chain.served", C_SUBJECT, P, NULL, deployed},
    {"not predicted without a list", c_unpredicted, "chain.served", C_SUBJECT, ABSENT, NULL, deployed},

    {"healthy", NULL, "chain.client", HERE, P, NULL, deployed},
    {"5222", NULL, "chain.client", EDGE1_XMPP, P, NULL, deployed},
    {"7001 is no client's", NULL, "chain.client", EDGE1_ZONE, ABSENT, NULL, deployed},
    {"root not known to clients", clients_lack_root, "chain.client", HERE, F, "no-trusted-root", deployed},
    {"intermediate not sent", leaf_only, "chain.client", HERE, F, "missing-intermediate", deployed},
    {"self-signed", self_signed, "chain.client", HERE, F, "untrusted-self-signed", deployed},
    {"self-signed and given with --trust", clients_trust_it_itself, "chain.client", HERE, P, NULL, deployed},
    {"old root", clients_have_old_root, "chain.client", HERE, F, "expired-ca", deployed},
    {"old intermediate", old_intermediate, "chain.client", HERE, F, "expired-ca", deployed},
    {"issued by no CA", of_no_ca, "chain.client", HERE, F, "not-a-ca", deployed},
    {"X.509v1 root", clients_see_bare_root, "chain.client", HERE, F, "not-a-ca", deployed},
    {"another's key", clients_see_forged, "chain.client", HERE, F, "bad-signature", deployed},
    {"too deep", too_deep, "chain.client", HERE, F, "path-too-long", deployed},
    {"may sign certificates only", sign_only, "chain.client", HERE, F, "unsuitable-purpose", deployed},
    {"a name that its CA may not certify", outside, "chain.client", HERE, F, "name-constraint", deployed},
    {"unknown critical extension", critical, "chain.client", HERE, F, "critical-extension", deployed},
    {"fractions of a second", fraction, "chain.client", HERE, F, "malformed-date", deployed},
    {"addresses that no CA has", nest, "chain.client", HERE, F, "other", deployed},
    {"by way of the cross-signed root", clients_via_cross, "chain.client", HERE, P, NULL, deployed},
    {"no list", no_client_list, "chain.client", HERE, S, NULL, deployed},
    {"bytes not kept", bytes_not_kept, "chain.client", HERE, U, NULL, deployed},

    {"healthy", NULL, "chain.zone", E_SUBJECT, P, NULL, deployed},
    {"C", NULL, "chain.zone", C_SUBJECT, P, NULL, deployed},
    {"sent though not listed", c_lacks_issuing, "chain.zone", E_SUBJECT, P, NULL, deployed},
    {"neither sent nor listed", c_lacks_issuing_not_sent, "chain.zone", E_SUBJECT, F, "missing-intermediate",
     deployed},
    {"root not listed, intermediate is", c_lacks_root, "chain.zone", E_SUBJECT, F, "no-trusted-root",
     deployed},
    {"neither listed", c_lacks_both, "chain.zone", E_SUBJECT, F, "no-trusted-root", deployed},
    {"self-signed", self_signed, "chain.zone", E_SUBJECT, F, "untrusted-self-signed", deployed},
    {"self-signed and listed", c_trusts_it_itself, "chain.zone", E_SUBJECT, P, NULL, deployed},
    {"old root", c_has_old_root, "chain.zone", E_SUBJECT, F, "expired-ca", deployed},
    {"no CA", of_no_ca, "chain.zone", E_SUBJECT, F, "not-a-ca", deployed},
    {"another's key", c_sees_forged, "chain.zone", E_SUBJECT, F, "bad-signature", deployed},
    {"too deep", too_deep, "chain.zone", E_SUBJECT, F, "path-too-long", deployed},
    {"may sign certificates only", sign_only, "chain.zone", E_SUBJECT, F, "unsuitable-purpose", deployed},
    {"a name that its CA may not certify", outside, "chain.zone", E_SUBJECT, F, "name-constraint", deployed},
    {"unknown critical extension", critical, "chain.zone", E_SUBJECT, F, "critical-extension", deployed},
    {"fractions of a second", fraction, "chain.zone", E_SUBJECT, F, "malformed-date", deployed},
    {"addresses that no CA has", nest, "chain.zone", E_SUBJECT, F, "other", deployed},
    {"predicted: C sends what its list has", e_lacks_c_issuing, "chain.zone", C_SUBJECT, P, NULL, deployed},
    {"predicted: C's list lacks it too", c_own_list_lacks_issuing, "chain.zone", C_SUBJECT, F,
     "missing-intermediate", deployed},
    {"only a leaf, nothing predicted", c_unpredicted, "chain.zone", C_SUBJECT, F, "missing-intermediate",
     deployed},
    {"the file has it", c_unpredicted_chain_given, "chain.zone", C_SUBJECT, P, NULL, deployed},
    {"E lacks C's root", e_lacks_c_root, "chain.zone", C_SUBJECT, F, "no-trusted-root", deployed},
    {"no lists", no_lists, "chain.zone", E_SUBJECT, S, NULL, deployed},
    {"no deployment", NULL, "chain.zone", DOMAIN, S, NULL, NULL},
    {"C not seen", c_not_seen, "chain.zone", C_SUBJECT, U, NULL, deployed},
    {"C not named", c_not_named, "chain.zone", "zone:mra", U, NULL, deployed},
    {"bytes not kept", bytes_not_kept, "chain.zone", E_SUBJECT, U, NULL, deployed},
    {"neighbor", neighbor, "chain.zone", E_SUBJECT, P, NULL, deployed},
    {"no zones: every E node", no_zones, "chain.zone", E_SUBJECT, P, NULL, deployed},

    {"healthy", NULL, "chain.ssh-tunnel", E_SUBJECT, P, NULL, deployed},
    {"C", NULL, "chain.ssh-tunnel", C_SUBJECT, P, NULL, deployed},
    {"zone up, SSH down", c_lacks_issuing, "chain.ssh-tunnel", E_SUBJECT, F, "missing-intermediate",
     deployed},
    {"the other way", e_lacks_c_issuing, "chain.ssh-tunnel", C_SUBJECT, F, "missing-intermediate", deployed},
    {"root not listed", c_lacks_root, "chain.ssh-tunnel", E_SUBJECT, F, "no-trusted-root", deployed},
    {"self-signed", self_signed, "chain.ssh-tunnel", E_SUBJECT, F, "untrusted-self-signed", deployed},
    {"old root", c_has_old_root, "chain.ssh-tunnel", E_SUBJECT, F, "expired-ca", deployed},
    {"no CA", c_has_no_ca, "chain.ssh-tunnel", E_SUBJECT, F, "not-a-ca", deployed},
    {"another's key", c_sees_forged, "chain.ssh-tunnel", E_SUBJECT, F, "bad-signature", deployed},
    {"too deep", c_has_tight, "chain.ssh-tunnel", E_SUBJECT, F, "path-too-long", deployed},
    {"may sign certificates only", sign_only, "chain.ssh-tunnel", E_SUBJECT, F, "unsuitable-purpose",
     deployed},
    {"a name that its CA may not certify", outside_listed, "chain.ssh-tunnel", E_SUBJECT, F,
     "name-constraint", deployed},
    {"unknown critical extension", critical, "chain.ssh-tunnel", E_SUBJECT, F, "critical-extension",
     deployed},
    {"fractions of a second", fraction, "chain.ssh-tunnel", E_SUBJECT, F, "malformed-date", deployed},
    {"addresses that no CA has", nest, "chain.ssh-tunnel", E_SUBJECT, F, "other", deployed},
    {"no lists", no_lists, "chain.ssh-tunnel", E_SUBJECT, S, NULL, deployed},
    {"nobody named C", c_not_named, "chain.ssh-tunnel", "zone:mra", U, NULL, deployed},
    {"nor of a neighbor zone, which has none", neighbor_not_named, "chain.ssh-tunnel", "zone:mra", ABSENT,
     NULL, deployed},
    {"whose certificate is not seen either", neighbor_not_named, "chain.zone", "zone:mra", U, NULL, deployed},
    {"a neighbor zone has none", neighbor, "chain.ssh-tunnel", NULL, ABSENT, NULL, deployed},
    {"no zones: every E node", no_zones, "chain.ssh-tunnel", E_SUBJECT, F, "missing-intermediate", deployed},

    {"healthy E", NULL, "chain.own", EDGE1, P, NULL, deployed},
    {"healthy C", NULL, "chain.own", C_NODE, P, NULL, deployed},
    {"intermediate", c_own_lacks_issuing, "chain.own", C_NODE, F, "missing-intermediate", deployed},
    {"root", c_own_lacks_root, "chain.own", C_NODE, F, "no-trusted-root", deployed},
    {"self-signed", c_own_self_signed, "chain.own", C_NODE, F, "untrusted-self-signed", deployed},
    {"old root", e_has_old_root, "chain.own", EDGE1, F, "expired-ca", deployed},
    {"no CA", e_has_no_ca, "chain.own", EDGE1, F, "not-a-ca", deployed},
    {"another's key", e_has_impostor, "chain.own", EDGE1, F, "bad-signature", deployed},
    {"too deep", e_has_tight, "chain.own", EDGE1, F, "path-too-long", deployed},
    {"purpose is not the upload's question", sign_only, "chain.own", EDGE1, P, NULL, deployed},
    {"a name that its CA may not certify", e_has_narrow, "chain.own", EDGE1, F, "name-constraint", deployed},
    {"unknown critical extension", critical, "chain.own", EDGE1, F, "critical-extension", deployed},
    {"fractions of a second", fraction, "chain.own", EDGE1, F, "malformed-date", deployed},
    {"addresses that no CA has", nest, "chain.own", EDGE1, F, "other", deployed},
    {"no list", no_lists, "chain.own", C_NODE, S, NULL, deployed},

    {"healthy", NULL, "chain.trust-list", C_LIST, P, NULL, deployed},
    {"clients' list is not judged", NULL, "chain.trust-list", SYSTEM, ABSENT, NULL, deployed},
    {"empty", c_list_empty, "chain.trust-list", C_LIST, F, "unreadable", deployed},
    {"broken block", c_list_broken, "chain.trust-list", C_LIST, F, "unreadable", deployed},
    {"not there", c_list_missing, "chain.trust-list", C_LIST, F, "unreadable", deployed},
    {"1000", c_list_of_1000, "chain.trust-list", C_LIST, P, NULL, deployed},
    {"1001", c_list_of_1001, "chain.trust-list", C_LIST, W, "too-many", deployed},
    {"one CN, two subjects", c_list_two_cns, "chain.trust-list", C_LIST, P, NULL, deployed},
    {"one CN, two subjects, single sign-on", two_cns_with_sso, "chain.trust-list", C_LIST, W,
     "same-common-name", deployed},
    {"single sign-on of IM and Presence", two_cns_with_imp_sso, "chain.trust-list", C_LIST, W,
     "same-common-name", deployed},
    {"one subject, two keys", c_list_two_subjects, "chain.trust-list", C_LIST, W, "duplicate-name", deployed},
    {"one subject, one key: the old one is told as expired", c_list_renewed, "chain.trust-list", C_LIST, W,
     "expired", deployed},
    {"the same certificate twice", c_list_same_twice, "chain.trust-list", C_LIST, P, NULL, deployed},
    {"expired", c_list_expired, "chain.trust-list", C_LIST, W, "expired", deployed},
    {"no BasicConstraints", c_list_bare, "chain.trust-list", C_LIST, W, "no-basic-constraints", deployed},
    {"no CA", c_list_no_ca, "chain.trust-list", C_LIST, W, "not-a-ca", deployed},

    {"two pairs: each C judges its own E", two_pairs, "chain.zone", E_SUBJECT, P, NULL, deployed},
    {"and finds fault with that alone", two_pairs, "chain.zone", "expressway-e:" EDGE2, F, "no-trusted-root",
     deployed},
    {"C of the second pair is looked for there", two_pairs, "chain.zone", "expressway-c:expc2.example.local",
     U, NULL, deployed},
    {"C of another pair is no cluster peer", two_pairs, "chain.cluster-trust", "expc2.example.local", ABSENT,
     NULL, deployed},
    {"of the same pair it is", two_pairs_one_clustered, "chain.cluster-trust", "expc2.example.local", F,
     "differ", deployed},
    {"and the other has all", two_pairs_one_clustered, "chain.cluster-trust", "expc3.example.local", P, NULL,
     deployed},
    {"nor is the first", two_pairs_one_clustered, "chain.cluster-trust", C_NODE, ABSENT, NULL, deployed},
    {"a zone of C nodes that nobody gave: each list may judge", pair_of_strangers, "chain.zone", E_SUBJECT, F,
     "no-trusted-root", deployed},
    {"alike, in another order", peers_alike, "chain.cluster-trust", C_NODE, P, NULL, deployed},
    {"one lacks", peers_differ, "chain.cluster-trust", "expc2.example.local", F, "differ", deployed},
    {"the other has all", peers_differ, "chain.cluster-trust", C_NODE, P, NULL, deployed},
    {"one list for both", peers_share, "chain.cluster-trust", "expressway-c", S, NULL, deployed},
    {"one node", NULL, "chain.cluster-trust", C_NODE, ABSENT, NULL, deployed},

    {"not Let's Encrypt", NULL, "chain.lets-encrypt", NULL, ABSENT, NULL, deployed},
    {"both listed on both", le_whole, "chain.lets-encrypt", EDGE1, P, NULL, deployed},
    {"E lacks the root", le_root_missing, "chain.lets-encrypt", EDGE1, F, "root-missing", deployed},
    {"C lacks the intermediate", le_issuing_missing, "chain.lets-encrypt", EDGE1, F, "intermediate-missing",
     deployed},

    {"healthy stores", NULL, "chain.ucm-trust", UCM1, P, NULL, deployed},
    {"healthy port", NULL, "chain.ucm-trust", UCM1_HTTPS, P, NULL, deployed},
    {"tomcat-trust", tomcat_lacks, "chain.ucm-trust", UCM1, F, "not-in-tomcat-trust", deployed},
    {"CallManager-trust", cm_lacks, "chain.ucm-trust", UCM1, F, "not-in-callmanager-trust", deployed},
    {"C lacks Unified CM's CA", c_lacks_ucm, "chain.ucm-trust", UCM1_HTTPS, F, "not-in-expressway-c",
     deployed},
    {"C lacks Unified CM's CA, and X14.0 does not look", c_lacks_ucm_off, "chain.ucm-trust", UCM1_HTTPS,
     STATUS_SKIP, NULL, deployed},
    {"an intermediate that Unified CM sends", ucm_sends_intermediate, "chain.ucm-trust", UCM1_HTTPS, P, NULL,
     deployed},
    {"nor at a subscriber", c_lacks_subscriber, "chain.ucm-trust", UCM1_HTTPS, STATUS_SKIP, NULL, deployed},
    {"but at its SIP port, which every release verifies", c_lacks_subscriber, "chain.ucm-trust",
     "ucm1.example.local:5061", F, "not-in-expressway-c", deployed},
    {"but at the publisher", c_lacks_publisher, "chain.ucm-trust", UCM1_HTTPS, F, "not-in-expressway-c",
     deployed},
    {"X14.2 does, whatever the mode", c_lacks_ucm_enforced, "chain.ucm-trust", UCM1_HTTPS, F,
     "not-in-expressway-c", deployed},
    {"C lacks IM&P's CA", c_lacks_ucm, "chain.ucm-trust", IMP1_HTTPS, F, "not-in-expressway-c", deployed},

    {"no self-signed pair", NULL, "chain.self-signed-pair", NULL, ABSENT, NULL, deployed},
    {"one CN", pair_same_cn, "chain.self-signed-pair", UCM1, F, "same-cn", deployed},
    {"two CNs", pair_other_cn, "chain.self-signed-pair", UCM1, P, NULL, deployed},
    {"one certificate for both", pair_one_certificate, "chain.self-signed-pair", UCM1, ABSENT, NULL,
     deployed},
    {"one signed by a CA", pair_signed_by_ca, "chain.self-signed-pair", UCM1, ABSENT, NULL, deployed},
    {"a subscriber of no known publisher", c_lacks_ucm_without_publisher, "chain.ucm-trust", UCM1_HTTPS, F,
     "not-in-expressway-c", deployed},
    {"a subscriber beside Unity Connection's publisher", c_lacks_ucm_beside_unity, "chain.ucm-trust",
     UCM1_HTTPS, F, "not-in-expressway-c", deployed},
    {"listed on both, and out of date", le_out_of_date, "chain.lets-encrypt", NULL, ABSENT, NULL, deployed},
};

static void every_row_holds(void **state) {
    (void)state;
    assert_rows(judge_chain, rows, sizeof rows / sizeof *rows);
}

static void every_cause_is_raised(void **state) {
    (void)state;
    static const char *const checks[] = {"chain.served",
                                         "chain.client",
                                         "chain.zone",
                                         "chain.ssh-tunnel",
                                         "chain.own",
                                         "chain.trust-list",
                                         "chain.self-signed-pair",
                                         "chain.cluster-trust",
                                         "chain.lets-encrypt",
                                         "chain.ucm-trust",
                                         NULL};
    static const char *const of_logs[] = {"chain.zone/caller-untrusted", NULL}; /* test_judge_box.c */
    assert_rows_cover(checks, of_logs, rows, sizeof rows / sizeof *rows);
}

#define STORE_NOTE                                                                                           \
    "\"seen on a port that Expressway-C serves; from X15.5 its client certificate, which it presents here, " \
    "is a "                                                                                                  \
    "store of its own and may differ: give it as a file, or record it with `edgeprobe listen`\""
/* In a capture: the system's roots are not the phone's. */
static void client_went_on(struct facts *facts) {
    clients_lack_root(facts);
    endpoint_of(facts, HERE)->client = arena_text(facts->arena, "203.0.113.77");
}

static void client_went_on_by_list(struct facts *facts) {
    client_went_on(facts);
    facts->run.client_trust = (char *)"phones.pem";
    set_list(facts, "phones.pem", ISSUED(pki.stranger));
}

static void peers_of_three(struct facts *facts) {
    peers(facts, false);
    struct node *third =
        add_node(facts, &facts->deployment->c.nodes, "expc3.example.local", ROLE_EXPRESSWAY_C);
    third->trust = (char *)"trust/expc3.pem";
    set_list(facts, third->trust, ISSUED(pki.ucm_root, pki.c_issuing, pki.c_root, pki.issuing, pki.root));
}

/* Two nodes, two lists, and nothing in them. */
static void peers_empty(struct facts *facts) {
    peers(facts, true);
    c_list_empty(facts);
    for (size_t i = 0; i < facts->trust_lists.n; i++)
        if (strcmp(facts->trust_lists.v[i]->name, "trust/expc2.pem") == 0)
            facts->trust_lists.v[i]->entries.n = 0;
}

static const struct told_row told[] = {
    {"two empty lists lack nothing of each other", peers_empty, "chain.cluster-trust", C_NODE, "count", "0",
     deployed},
    {"without bytes nothing is said of clients", bytes_not_kept, "chain.client", HERE, "clients", NULL,
     deployed},
    {"who is trusted", NULL, "chain.client", HERE, "clients",
     "{\"jabber\": \"accepts\", \"tc_ce\": \"accepts where its CA list has the root\", \"phones\": \"accepts "
     "where its "
     "fixed CA list (7800/8800) has the root\"}",
     deployed},
    {"a client of a capture has a list of its own", client_went_on, "chain.client", HERE, NULL,
     "203.0.113.77, which has a trust list of its own, went on with it", deployed},
    {"a list that was given is the client's", client_went_on_by_list, "chain.client", HERE, NULL,
     "is not in the trust list", deployed},
    {"how many names", c_list_two_subjects, "chain.trust-list", C_LIST, NULL,
     "1 names are borne by several CA certificates, of which only the first counts", deployed},
    {"how many common names", two_cns_with_sso, "chain.trust-list", C_LIST, NULL,
     "1 common names are borne by CA certificates of different subjects", deployed},
    {"how many blocks", c_list_broken, "chain.trust-list", C_LIST, NULL,
     "1 of its blocks cannot be read: line 12: not base64", deployed},
    {"which", c_list_broken, "chain.trust-list", C_LIST, "problems", "[\"line 12: not base64\"]", deployed},
    {"nothing in it", c_list_empty, "chain.trust-list", C_LIST, NULL, "there is no certificate in it",
     deployed},
    {"not there", c_list_missing, "chain.trust-list", C_LIST, NULL, "there is no certificate in it",
     deployed},
    {"how many have run out", c_list_expired, "chain.trust-list", C_LIST, NULL,
     "CA certificates in the list that are expired: 1", deployed},
    {"how many are no CA", c_list_no_ca, "chain.trust-list", C_LIST, NULL,
     "certificates in the list that say they are no CA: 1", deployed},
    {"how many say nothing", c_list_bare, "chain.trust-list", C_LIST, NULL,
     "certificates in the list without BasicConstraints: 1", deployed},
    {"in words", peers_differ, "chain.cluster-trust", "expc2.example.local", NULL,
     "its trust list lacks 1 CA certificates that a cluster peer has", deployed},
    {"what one lacks", peers_differ, "chain.cluster-trust", "expc2.example.local", "count", "1", deployed},
    {"what two have is lacking once", peers_of_three, "chain.cluster-trust", "expc2.example.local", "count",
     "1", deployed},
    {"which entries have run out", c_list_expired, "chain.trust-list", C_LIST, "count", "1", deployed},
    {"the root that was sent is named", root_sent_and_not_listed, "chain.client", HERE, NULL,
     "the root CN=Root,O=Example is not in the trust list", deployed},
    {"above the last that was sent", clients_lack_root, "chain.client", HERE, NULL,
     "the chain ends at CN=Issuing,O=Example: the root above it is not in the trust list", deployed},
    {"another's key", clients_see_forged, "chain.client", HERE, NULL,
     "was not made by the CA of that name in the chain", deployed},
    {"issued by no CA", of_no_ca, "chain.client", HERE, NULL, "may not issue certificates there", deployed},
    {"too deep", too_deep, "chain.client", HERE, NULL, "the chain is longer than ", deployed},
    {"the purpose", sign_only, "chain.client", HERE, NULL, "forbids what the certificate is shown for",
     deployed},
    {"a name", outside, "chain.client", HERE, NULL, "may not certify (name constraints)", deployed},
    {"an extension", critical, "chain.client", HERE, NULL, "marked critical and that OpenSSL does not know",
     deployed},
    {"a date", fraction, "chain.client", HERE, NULL, "is not written as RFC 5280 wants it", deployed},
    {"itself", self_signed, "chain.client", HERE, NULL, "is self-signed and not in the trust list", deployed},
    {"dates of a CA that was sent", old_intermediate, "chain.client", HERE, NULL, " (from 20", deployed},
    {"what C's ports show is not what it presents", c_on_its_port, "chain.zone", C_SUBJECT, "note",
     STORE_NOTE, deployed},
    {"before X15.5 it is", c_on_its_port_x15_4, "chain.zone", C_SUBJECT, "note", NULL, deployed},
    {"where it was seen", c_on_its_port, "chain.zone", C_SUBJECT, "seen_on", "\"expc1.example.local:5061\"",
     deployed},
    {"a file says so", NULL, "chain.zone", C_SUBJECT, "file", "\"expc1.pem\"", deployed},
    {"as a file has it", c_unpredicted_chain_given, "chain.zone", C_SUBJECT, "sent", "\"as the file has it\"",
     deployed},
    {"a file that has the chain needs no prediction", c_chain_given, "chain.zone", C_SUBJECT, "sent",
     "\"as the file has it\"", deployed},
    {"a leaf alone does", NULL, "chain.zone", C_SUBJECT, "sent",
     "\"predicted from the sender's own trust list\"", deployed},
    {"which zone", two_pairs, "chain.zone", "expressway-e:" EDGE2, "(zone)", "second", deployed},
};

/* Both of one name are told. */
static void doubles_are_named(void **state) {
    (void)state;
    struct facts *facts = deployed();
    c_list_two_subjects(facts);
    struct findings *findings = findings_new();
    judge_with(judge_chain, facts, findings);
    const struct finding *f = assert_finding(findings, "chain.trust-list", C_LIST, W, "duplicate-name");
    const json_t *entries = evidence_value(f, "entries");
    assert_int_equal(json_array_size(entries), 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(json_string_value(json_object_get(json_array_get(entries, i), "subject")),
                            pki.root->cert->subject);
    assert_evidence(f, "count", "1");
    findings_free(findings);
    facts_free(facts);
}

/* Each entry that has run out is told by its name. */
static void entries_are_named(void **state) {
    (void)state;
    struct facts *facts = deployed();
    c_list_expired(facts);
    struct findings *findings = findings_new();
    judge_with(judge_chain, facts, findings);
    const struct finding *f = assert_finding(findings, "chain.trust-list", C_LIST, W, "expired");
    const json_t *entries = evidence_value(f, "entries");
    assert_int_equal(json_array_size(entries), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(entries, 0), "subject")),
                        pki.old_issuing->cert->subject);
    findings_free(findings);
    facts_free(facts);
}

/* What a list has above a certificate is judged with it: a peer completes the chain from there. */
static void keys_in_lists_count(void **state) {
    (void)state;
    struct facts *facts = deployed();
    const struct issued *weak =
        issue(&(struct spec){.name = "Weak Root", .is_ca = true, .key_type = "RSA 1024"});
    const struct issued *end = leaf(EDGE1, weak);
    serve(facts, EDGE1, ISSUED(end));
    set_list(facts, E_LIST, ISSUED(pki.root, weak));
    struct findings *findings = findings_new();
    judge_with(judge_cert, facts, findings);
    assert_evidence(assert_finding(findings, "cert.key", HERE, F, "rsa-weak"), "subject",
                    "\"CN=Weak Root,O=Example\"");
    findings_free(findings);
    facts_free(facts);
}

static void findings_tell(void **state) {
    (void)state;
    assert_told(judge_chain, told, sizeof told / sizeof *told);
}

/* ---- evidence: exactly which CA certificates to upload where ---- */

static struct findings *judged(struct facts *facts, void (*break_it)(struct facts *)) {
    struct findings *findings = findings_new();
    break_it(facts);
    judge_with(judge_chain, facts, findings);
    return findings;
}

static void assert_missing(const struct finding *f, size_t i, const struct cert *cert, bool is_known,
                           const char *upload_to) {
    json_t *missing = json_array_get(evidence_value(f, "missing"), i);
    assert_string_equal(json_string_value(json_object_get(missing, "subject")), cert->subject);
    assert_string_equal(json_string_value(json_object_get(missing, "ski")), cert->ski);
    assert_string_equal(json_string_value(json_object_get(missing, "upload_to")), upload_to);
    if (is_known)
        assert_string_equal(json_string_value(json_object_get(missing, "sha256")), cert->sha256);
    else
        assert_true(json_is_null(json_object_get(missing, "sha256")));
    assert_non_null(json_string_value(json_object_get(missing, "aia")));
}

static size_t missing_count(const struct finding *f) {
    return json_array_size(evidence_value(f, "missing"));
}

static void tunnel_names_what_to_upload(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, c_lacks_both);
    const struct finding *f =
        assert_finding(findings, "chain.ssh-tunnel", E_SUBJECT, F, "missing-intermediate");
    assert_int_equal(missing_count(f), 2);
    assert_missing(f, 0, pki.issuing->cert, true, "expressway-c");
    assert_missing(f, 1, pki.root->cert, true, "expressway-c"); /* it stands in E's list */
    assert_evidence(f, "trust_list", "\"" C_LIST "\"");
    assert_evidence(f, "judged_by", "\"expressway-c\"");
    assert_string_equal(f->zone, "mra");
    assert_string_equal(f->node, EDGE1);
    f = assert_finding(findings, "chain.zone", E_SUBJECT, F, "no-trusted-root");
    assert_int_equal(missing_count(f), 1);
    assert_missing(f, 0, pki.root->cert, true, "expressway-c");
    assert_evidence(f, "sent", "\"seen on the wire\"");
    assert_ptr_equal(f->endpoint, endpoint_of(facts, EDGE1_ZONE));
    findings_free(findings);
    facts_free(facts);
}

static void the_other_direction_names_e(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, e_lacks_c_issuing);
    const struct finding *f =
        assert_finding(findings, "chain.ssh-tunnel", C_SUBJECT, F, "missing-intermediate");
    assert_int_equal(missing_count(f), 1);
    assert_missing(f, 0, pki.c_issuing->cert, true, "expressway-e");
    assert_non_null(strstr(f->summary, "the zone comes up, the SSH tunnel does not"));
    assert_string_equal(f->node, C_NODE);
    f = assert_finding(findings, "chain.zone", C_SUBJECT, P, NULL);
    assert_evidence(f, "sent", "\"predicted from the sender's own trust list\"");
    findings_free(findings);
    facts_free(facts);
}

static void client_finding_speaks_of_clients(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, leaf_only);
    const struct finding *f = assert_finding(findings, "chain.client", HERE, F, "missing-intermediate");
    assert_int_equal(missing_count(f), 1);
    assert_missing(f, 0, pki.issuing->cert, true, "expressway-e");
    assert_evidence(f, "clients",
                    "{\"jabber\": \"prompts\", \"tc_ce\": \"refuses\", \"phones\": \"refuses\"}");
    assert_missing(assert_finding(findings, "chain.served", HERE, W, "incomplete"), 0, pki.issuing->cert,
                   false, "expressway-e");
    findings_free(findings);
    facts_free(facts);
}

static void root_is_for_the_clients_to_get(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, clients_lack_root);
    assert_missing(assert_finding(findings, "chain.client", HERE, F, "no-trusted-root"), 0, pki.root->cert,
                   true, "clients");
    findings_free(findings);
    facts_free(facts);
}

static void ucm_missing_names_the_node(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, tomcat_lacks);
    const struct finding *f = assert_finding(findings, "chain.ucm-trust", UCM1, F, "not-in-tomcat-trust");
    assert_missing(f, 0, pki.c_issuing->cert, true, UCM1);
    assert_evidence(f, "expressway_c", "\"" C_NODE "\"");
    assert_finding(findings, "chain.ucm-trust", UCM1, P, NULL); /* CallManager-trust is in order */
    findings_free(findings);
    facts_free(facts);
}

static void each_peer_judges_by_its_own_list(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, peers_differ);
    const struct finding *bad = assert_finding(findings, "chain.zone", E_SUBJECT, F, "no-trusted-root");
    assert_missing(bad, 0, pki.root->cert, true, "expc2.example.local");
    assert_evidence(assert_finding(findings, "chain.zone", E_SUBJECT, P, NULL), "judged_by",
                    "\"" C_NODE "\"");
    assert_evidence(assert_finding(findings, "chain.cluster-trust", "expc2.example.local", F, "differ"),
                    "count", "1");
    findings_free(findings);
    facts_free(facts);
}

/* ---- what is predicted: E's own list decides what E sends ---- */

static void e_from_file(struct facts *facts) {
    facts->deployment->file = NULL;
    facts->deployment->e.nodes.v[0]->certificate = certs_of(facts->arena, ISSUED(pki.edge1));
    set_list(facts, C_LIST, ISSUED(pki.root, pki.c_root, pki.c_issuing));
}

static void e_from_file_own_list_lacks(struct facts *facts) {
    e_from_file(facts);
    set_list(facts, E_LIST, ISSUED(pki.root, pki.c_root, pki.c_issuing));
}

static void e_is_predicted_from_its_list(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, e_from_file);
    assert_finding(findings, "chain.served", E_SUBJECT, P, NULL);
    assert_finding(findings, "chain.zone", E_SUBJECT, P, NULL);
    assert_finding(findings, "chain.ssh-tunnel", E_SUBJECT, F, "missing-intermediate");
    findings_free(findings);
    findings = judged(facts, e_from_file_own_list_lacks);
    const struct finding *f = assert_finding(findings, "chain.served", E_SUBJECT, W, "incomplete");
    assert_missing(f, 0, pki.issuing->cert, false, "expressway-e");
    assert_finding(findings, "chain.zone", E_SUBJECT, F, "missing-intermediate");
    assert_finding(findings, "chain.own", E_SUBJECT, F, "missing-intermediate");
    findings_free(findings);
    facts_free(facts);
}

static void a_long_list_says_how_long(void **state) {
    (void)state;
    struct facts *facts = deployed();
    struct findings *findings = judged(facts, c_list_of_1001);
    const struct finding *f = assert_finding(findings, "chain.trust-list", C_LIST, W, "too-many");
    assert_evidence(f, "wanted", "1000");
    assert_evidence(f, "found", "1001");
    assert_finding(findings, "chain.zone", E_SUBJECT, P, NULL);
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_holds),
        cmocka_unit_test(every_cause_is_raised),
        cmocka_unit_test(findings_tell),
        cmocka_unit_test(entries_are_named),
        cmocka_unit_test(doubles_are_named),
        cmocka_unit_test(keys_in_lists_count),
        cmocka_unit_test(tunnel_names_what_to_upload),
        cmocka_unit_test(the_other_direction_names_e),
        cmocka_unit_test(client_finding_speaks_of_clients),
        cmocka_unit_test(root_is_for_the_clients_to_get),
        cmocka_unit_test(ucm_missing_names_the_node),
        cmocka_unit_test(each_peer_judges_by_its_own_list),
        cmocka_unit_test(e_is_predicted_from_its_list),
        cmocka_unit_test(a_long_list_says_how_long),
    };
    return cmocka_run_group_tests(tests, pki_open, pki_close);
}
