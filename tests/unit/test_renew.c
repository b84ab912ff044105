/* Is a new certificate told by what it changes, is what it would break foretold, and does the plan have the
 * steps that the deployment needs, in their order, and no others? */
#include "healthy.h"
#include "pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/renewal.h"
#include "outcomes/verdict.h"

/* ---- old against new ---- */

#define NEW "new.pem"

static struct cert *old_of(struct facts *facts) {
    return facts->renewal->old_chain.v[0];
}

static struct cert *new_of(struct facts *facts) {
    return facts->renewal->new_chain.v[0];
}

/* The same names, usages, issuer and key; it ends a year later. */
static struct facts *healthy_renewal(void) {
    struct facts *facts = healthy_facts();
    struct renewal *r = facts->renewal = ARENA_NEW(facts->arena, struct renewal);
    r->new_file = arena_text(facts->arena, NEW);
    LIST_ADD(facts->arena, &r->old_chain, cert_new(facts, EDGE1));
    LIST_ADD(facts->arena, &r->new_chain, cert_new(facts, EDGE1));
    cert_set_serial(facts, new_of(facts), 4711);
    new_of(facts)->not_before += (int64_t)300 * DAY;
    new_of(facts)->not_after += (int64_t)300 * DAY;
    return facts;
}

static void old_has_a_name_more(struct facts *facts) {
    cert_add_name(facts, old_of(facts), NAME_DNS, DOMAIN);
}

static void old_has_a_name_in_capitals(struct facts *facts) {
    cert_add_name(facts, old_of(facts), NAME_DNS, "Example.COM");
    cert_add_name(facts, new_of(facts), NAME_DNS, DOMAIN);
}

static void old_has_a_common_name_alone(struct facts *facts) {
    old_of(facts)->names.n = 0;
    old_of(facts)->has_san = false;
    old_of(facts)->common_name = arena_text(facts->arena, "other.example.com");
}

static void new_has_a_name_more(struct facts *facts) {
    cert_add_name(facts, new_of(facts), NAME_DNS, DOMAIN);
}

static void new_is_server_only(struct facts *facts) {
    new_of(facts)->eku.n = 1;
}

static void both_are_server_only(struct facts *facts) {
    new_of(facts)->eku.n = old_of(facts)->eku.n = 1;
}

static void old_had_any_use(struct facts *facts) {
    old_of(facts)->has_eku = false;
    old_of(facts)->eku.n = 0;
    new_is_server_only(facts);
}

static void new_has_any_use(struct facts *facts) {
    new_of(facts)->has_eku = false;
    new_of(facts)->eku.n = 0;
}

static void another_key_identifier(struct facts *facts) {
    old_of(facts)->aki = arena_text(facts->arena, "AA:BB");
    new_of(facts)->aki = arena_text(facts->arena, "AA:CC");
}

static void same_key_identifier(struct facts *facts) {
    old_of(facts)->aki = new_of(facts)->aki = arena_text(facts->arena, "AA:BB");
}

static void another_issuer_name(struct facts *facts) {
    same_key_identifier(facts);
    new_of(facts)->issuer = arena_text(facts->arena, "CN=Another CA");
}

static void key_is_ecdsa(struct facts *facts) {
    new_of(facts)->key_type = KEY_EC;
    new_of(facts)->key_bits = 256;
    new_of(facts)->key_curve = arena_text(facts->arena, "prime256v1");
}

static void key_is_longer(struct facts *facts) {
    new_of(facts)->key_bits = 4096;
}

static void digest(struct facts *facts, const char *old, const char *new) {
    old_of(facts)->signature_digest = arena_text(facts->arena, old);
    new_of(facts)->signature_digest = arena_text(facts->arena, new);
}

static void digest_is_sha1(struct facts *facts) {
    digest(facts, "SHA256", "SHA1");
}

static void digest_is_sha256_after_sha512(struct facts *facts) {
    digest(facts, "SHA512", "SHA256");
}

static void digest_is_new(struct facts *facts) {
    digest(facts, "SHA256", "SHA3-256");
}

static void digest_was_sha1(struct facts *facts) {
    digest(facts, "SHA1", "SHA1");
}

static void same_twice(struct facts *facts) {
    facts->renewal->new_chain = facts->renewal->old_chain;
}

static void ends_with_the_old_one(struct facts *facts) {
    new_of(facts)->not_after = old_of(facts)->not_after;
}

static void ends_a_second_later(struct facts *facts) {
    new_of(facts)->not_before = old_of(facts)->not_before;
    new_of(facts)->not_after = old_of(facts)->not_after + 1;
}

static void lives_half_as_long(struct facts *facts) {
    new_of(facts)->not_before =
        new_of(facts)->not_after - (old_of(facts)->not_after - old_of(facts)->not_before) / 2;
}

static void lives_nearly_as_long(struct facts *facts) {
    new_of(facts)->not_before =
        new_of(facts)->not_after - (old_of(facts)->not_after - old_of(facts)->not_before) / 100 * 76;
}

#define ROW(what, break_it, check, status, cause)                                                            \
    { what, break_it, check, NEW, status, cause, healthy_renewal }

static const struct judge_row rows[] = {
    ROW("the same names", NULL, "renew.names", STATUS_PASS, NULL),
    ROW("a name is lost", old_has_a_name_more, "renew.names", STATUS_FAIL, "names-lost"),
    ROW("letter case is no difference", old_has_a_name_in_capitals, "renew.names", STATUS_PASS, NULL),
    ROW("the common name was all it had", old_has_a_common_name_alone, "renew.names", STATUS_FAIL,
        "names-lost"),
    ROW("a name is added", new_has_a_name_more, "renew.names", STATUS_INFO, "names-added"),
    ROW("the same usages", NULL, "renew.eku", STATUS_PASS, NULL),
    ROW("client authentication is lost", new_is_server_only, "renew.eku", STATUS_FAIL, "eku-lost"),
    ROW("it never had it", both_are_server_only, "renew.eku", STATUS_PASS, NULL),
    ROW("without the extension it had every use", old_had_any_use, "renew.eku", STATUS_FAIL, "eku-lost"),
    ROW("without the extension it has every use", new_has_any_use, "renew.eku", STATUS_PASS, NULL),
    ROW("the same issuer", NULL, "renew.issuer", STATUS_PASS, NULL),
    ROW("the same key identifier", same_key_identifier, "renew.issuer", STATUS_PASS, NULL),
    ROW("another key identifier", another_key_identifier, "renew.issuer", STATUS_WARN, "issuer-changed"),
    ROW("another name with the same key", another_issuer_name, "renew.issuer", STATUS_WARN, "issuer-changed"),
    ROW("the same kind of key", NULL, "renew.key", STATUS_PASS, NULL),
    ROW("ECDSA after RSA", key_is_ecdsa, "renew.key", STATUS_WARN, "key-type-changed"),
    ROW("a longer key", key_is_longer, "renew.key", STATUS_INFO, "key-size-changed"),
    ROW("the same digest", NULL, "renew.signature", STATUS_PASS, NULL),
    ROW("SHA-1 after SHA-256", digest_is_sha1, "renew.signature", STATUS_WARN, "digest-weaker"),
    ROW("SHA-256 after SHA-512", digest_is_sha256_after_sha512, "renew.signature", STATUS_PASS, NULL),
    ROW("a digest that is not known here", digest_is_new, "renew.signature", STATUS_PASS, NULL),
    ROW("SHA-1 as before", digest_was_sha1, "renew.signature", STATUS_PASS, NULL),
    ROW("it ends later", NULL, "renew.validity", STATUS_PASS, NULL),
    ROW("the same certificate", same_twice, "renew.validity", STATUS_FAIL, "same-certificate"),
    ROW("it ends with the old one", ends_with_the_old_one, "renew.validity", STATUS_WARN, "not-later"),
    ROW("it ends a second later", ends_a_second_later, "renew.validity", STATUS_PASS, NULL),
    ROW("half as long a life", lives_half_as_long, "renew.validity", STATUS_INFO, "lifetime-shorter"),
    ROW("three quarters of the life", lives_nearly_as_long, "renew.validity", STATUS_PASS, NULL),
};

static void test_old_against_new(void **state) {
    (void)state;
    static const char *const checks[] = {
        "renew.names", "renew.eku", "renew.issuer", "renew.key", "renew.signature", "renew.validity", NULL};
    assert_rows(judge_renew, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

#define TELLS(what, break_it, check, key, wanted)                                                            \
    { what, break_it, check, NEW, key, wanted, healthy_renewal }

static void old_has_two_names_more(struct facts *facts) {
    old_has_a_name_more(facts);
    cert_add_name(facts, old_of(facts), NAME_DNS, "collab-edge.example.com");
}

static void digest_is_unknown(struct facts *facts) {
    digest(facts, "SHA256", NULL);
}

static const struct told_row told[] = {
    TELLS("which name is lost", old_has_a_name_more, "renew.names", "lost", "[\"DNS:example.com\"]"),
    TELLS("in words", old_has_a_name_more, "renew.names", NULL, "does not have DNS:example.com"),
    TELLS("two are", old_has_two_names_more, "renew.names", NULL, "does not have DNS:example.com and 1 more"),
    TELLS("the common name", old_has_a_common_name_alone, "renew.names", "lost",
          "[\"CN:other.example.com\"]"),
    TELLS("of which", old_has_a_name_more, "renew.names", "wanted",
          "[\"DNS:expe1.example.com\", \"DNS:example.com\"]"),
    TELLS("and which are there", old_has_a_name_more, "renew.names", "found", "[\"DNS:expe1.example.com\"]"),
    TELLS("which name is added", new_has_a_name_more, "renew.names", "added", "[\"DNS:example.com\"]"),
    TELLS("which usage", new_is_server_only, "renew.eku", "lost", "[\"clientAuth\"]"),
    TELLS("of which", new_is_server_only, "renew.eku", "wanted", "[\"serverAuth\", \"clientAuth\"]"),
    TELLS("and which are there", new_is_server_only, "renew.eku", "found", "[\"serverAuth\"]"),
    TELLS("every use was one of both", old_had_any_use, "renew.eku", "lost", "[\"clientAuth\"]"),
    TELLS("by which CA", another_issuer_name, "renew.issuer", "new_issuer", "\"CN=Another CA\""),
    TELLS("before by which", another_issuer_name, "renew.issuer", "old_issuer",
          "\"CN=Example Issuing CA,O=Example\""),
    TELLS("which key of it", another_key_identifier, "renew.issuer", "found", "\"AA:CC\""),
    TELLS("before", another_key_identifier, "renew.issuer", "wanted", "\"AA:BB\""),
    TELLS("which key", key_is_ecdsa, "renew.key", "found", "\"ECDSA prime256v1\""),
    TELLS("after which", key_is_ecdsa, "renew.key", "wanted", "\"RSA 2048\""),
    TELLS("how it was signed", NULL, "renew.signature", "wanted", "\"sha256WithRSAEncryption\""),
    TELLS("how it is", NULL, "renew.signature", "found", "\"sha256WithRSAEncryption\""),
    TELLS("a digest that nobody knows is not weaker", digest_is_unknown, "renew.signature", NULL,
          "signed with sha256"),
    TELLS("how long", lives_half_as_long, "renew.validity", "new_days", "180"),
    TELLS("before", lives_half_as_long, "renew.validity", "old_days", "360"),
    TELLS("until when", same_twice, "renew.validity", "new_not_after", "\"2027-09-17T21:00:00Z\""),
    TELLS("before", same_twice, "renew.validity", "old_not_after", "\"2027-09-17T21:00:00Z\""),
    TELLS("which one", same_twice, "renew.validity", NULL,
          "both files hold the certificate with serial 1000"),
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_renew, told, sizeof told / sizeof *told);
}

/* Weakest first; what is at least SHA-256 is enough, whatever was before. */
static void test_digests(void **state) {
    (void)state;
    static const char *const digests[] = {"MD2", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"};
    enum { ENOUGH = 3 };
    for (size_t old = 0; old < sizeof digests / sizeof *digests; old++)
        for (size_t new = 0; new < sizeof digests / sizeof *digests; new ++) {
            struct facts *facts = healthy_renewal();
            struct findings *findings = findings_new();
            bool is_weaker = new < old &&new < ENOUGH;
            digest(facts, digests[old], digests[new]);
            judge_with(judge_renew, facts, findings);
            assert_finding(findings, "renew.signature", NEW, is_weaker ? STATUS_WARN : STATUS_PASS,
                           is_weaker ? "digest-weaker" : NULL);
            findings_free(findings);
            facts_free(facts);
        }
}

/* ---- a deployment with trust lists ---- */

#define E "expe1.example.com"
#define C "expc1.example.local"
#define SAN_E "DNS:" E ",DNS:example.com"

struct world {
    struct facts *facts;
    struct issued *root, *issuing, *root2, *issuing2;
};

static struct issued *authority(struct arena *arena, const char *name, const struct issued *by) {
    return pki_issue(arena, &(struct spec){.name = name, .is_ca = true, .by = by});
}

static struct node *node_add(struct facts *facts, struct nodes *to, const char *name, enum role role,
                             const char *trust) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = arena_text(facts->arena, name);
    node->role = role;
    node->trust = arena_text(facts->arena, trust);
    LIST_ADD(facts->arena, to, node);
    return node;
}

static struct cert *leaf(struct world *w, const char *name, const char *san, const char *eku,
                         const struct issued *by) {
    return pki_issue(w->facts->arena,
                     &(struct spec){
                         .name = name, .san = san, .eku = eku, .by = by, .until = (int64_t)400 * PKI_DAY})
        ->cert;
}

static void put_certificate(struct facts *facts, struct node *node, struct cert *cert, const char *file) {
    node->certificate_file = arena_text(facts->arena, file);
    node->certificate.n = 0;
    node->certificate.v = NULL;
    LIST_ADD(facts->arena, &node->certificate, cert);
}

static void store_add(struct facts *facts, struct node *node, const char *store, const char *trust) {
    struct purpose_store *entry = ARENA_NEW(facts->arena, struct purpose_store);
    *entry = (struct purpose_store){arena_text(facts->arena, store), arena_text(facts->arena, trust)};
    LIST_ADD(facts->arena, &node->stores, entry);
    node->tomcat_trust = (char *)node_store(node, "tomcat-trust");
    node->callmanager_trust = (char *)node_store(node, "callmanager-trust");
}

/* One edge, one Expressway-C, a Unified CM cluster of two; all trust one CA, clients too. A second CA is
 * trusted by nobody. */
static struct world world_new(void) {
    struct facts *facts = facts_new();
    facts->run.release_from = arena_text(facts->arena, "default");
    struct arena *arena = facts->arena;
    struct world w = {facts, authority(arena, "Root", NULL), NULL, authority(arena, "Root 2", NULL), NULL};
    w.issuing = authority(arena, "Issuing", w.root);
    w.issuing2 = authority(arena, "Issuing 2", w.root2);
    struct deployment *d = facts->deployment = ARENA_NEW(arena, struct deployment);
    d->file = arena_text(arena, "d.yaml");
    texts_add(arena, &d->domains, DOMAIN);
    facts->domains = d->domains;
    put_certificate(facts, node_add(facts, &d->e.nodes, E, ROLE_EXPRESSWAY_E, "e.trust"),
                    leaf(&w, E, SAN_E, "serverAuth,clientAuth", w.issuing), "e.pem");
    put_certificate(facts, node_add(facts, &d->c.nodes, C, ROLE_EXPRESSWAY_C, "c.trust"),
                    leaf(&w, C, "DNS:" C, "serverAuth,clientAuth", w.issuing), "c.pem");
    struct zone *zone = ARENA_NEW(arena, struct zone);
    *zone = (struct zone){.name = arena_text(arena, "mra"),
                          .port = 7001,
                          .ssh_port = 2222,
                          .tls_verify_name = arena_text(arena, C)};
    texts_add(arena, &zone->peers, E);
    LIST_ADD(arena, &d->zones, zone);
    for (int i = 2; i > 0; i--) { /* the publisher stands second */
        struct node *ucm =
            node_add(facts, &d->ucm, arena_printf(arena, "ucm%d.example.local", i), ROLE_UCM, NULL);
        ucm->publisher = i == 1;
        store_add(facts, ucm, "tomcat-trust", "ucm.trust");
        store_add(facts, ucm, "callmanager-trust", "ucm.trust");
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
static void renew(struct world *w, const char *role, struct node *node, struct cert *new) {
    struct facts *facts = w->facts;
    struct renewal *r = facts->renewal = ARENA_NEW(facts->arena, struct renewal);
    r->role = facts->run.upload_role = arena_text(facts->arena, role);
    r->old_file = node->certificate_file;
    r->new_file = arena_text(facts->arena, NEW);
    r->old_chain = node->certificate;
    LIST_ADD(facts->arena, &r->new_chain, new);
    texts_add(facts->arena, &r->nodes, node->name);
    put_certificate(facts, node, new, NEW);
}

static struct node *edge(struct world *w) {
    return w->facts->deployment->e.nodes.v[0];
}

static struct node *core(struct world *w) {
    return w->facts->deployment->c.nodes.v[0];
}

/* "traversal-zone works fails": of the whole table. */
static void assert_change(const struct verdict *verdict, const char *outcome, enum outcome_state before,
                          enum outcome_state after) {
    for (size_t i = 0; i < verdict->renewal->table.n; i++) {
        const struct before_after *row = verdict->renewal->table.v[i];
        if (strcmp(row->now->id, outcome) != 0)
            continue;
        if (row->before != before || row->after != after)
            fail_msg("%s: %s, then %s", outcome, enum_text(outcome_states, (int)row->before),
                     enum_text(outcome_states, (int)row->after));
        return;
    }
    fail_msg("no row %s", outcome);
}

/* ---- what would break ---- */

static void renew_same(struct world *w) {
    renew(w, "expressway-e", edge(w), leaf(w, E, SAN_E, "serverAuth,clientAuth", w->issuing));
}

static void renew_by_another(struct world *w) {
    renew(w, "expressway-e", edge(w), leaf(w, E, SAN_E, "serverAuth,clientAuth", w->issuing2));
}

static void renew_without_domain(struct world *w) {
    renew(w, "expressway-e", edge(w), leaf(w, E, "DNS:" E, "serverAuth,clientAuth", w->issuing));
}

static void renew_core_as_server(struct world *w) {
    renew(w, "expressway-c", core(w), leaf(w, C, "DNS:" C, "serverAuth", w->issuing));
}

static void renew_core_by_another(struct world *w) {
    renew(w, "expressway-c", core(w), leaf(w, C, "DNS:" C, "serverAuth,clientAuth", w->issuing2));
}

static void renew_core_under_another_name(struct world *w) {
    renew(w, "expressway-c", core(w),
          leaf(w, C, "DNS:other.example.local", "serverAuth,clientAuth", w->issuing));
}

/* The edge is broken already: its domain is in neither. */
static void renew_what_is_broken(struct world *w) {
    put_certificate(w->facts, edge(w), leaf(w, E, "DNS:" E, "serverAuth,clientAuth", w->issuing), "e.pem");
    renew_without_domain(w);
}

/* Jabber alone asks for the domain: the endpoints are not told, and nothing fails. */
static void renew_without_lists(struct world *w) {
    w->facts->trust_lists.n = 0;
    renew_same(w);
}

static const struct {
    const char *what;
    void (*change)(struct world *);
    enum status status;
    const char *cause, *outcome;
    enum outcome_state before, after;
} predictions[] = {
    {"the same once more", renew_same, STATUS_PASS, NULL, "traversal-zone", OUTCOME_WORKS, OUTCOME_WORKS},
    {"and log-in", renew_same, STATUS_PASS, NULL, "tc-endpoint-login", OUTCOME_WORKS, OUTCOME_WORKS},
    {"a CA that nobody trusts", renew_by_another, STATUS_FAIL, "would-break", "traversal-zone", OUTCOME_WORKS,
     OUTCOME_FAILS},
    {"and log-in with it", renew_by_another, STATUS_FAIL, "would-break", "phone-login", OUTCOME_WORKS,
     OUTCOME_FAILS},
    {"the domain is lost: a prompt", renew_without_domain, STATUS_FAIL, "would-break", "jabber-login",
     OUTCOME_WORKS, OUTCOME_AT_RISK},
    {"and endpoints refuse", renew_without_domain, STATUS_FAIL, "would-break", "tc-endpoint-login",
     OUTCOME_WORKS, OUTCOME_FAILS},
    {"the zone does not ask for it", renew_without_domain, STATUS_FAIL, "would-break", "traversal-zone",
     OUTCOME_WORKS, OUTCOME_WORKS},
    {"no client authentication", renew_core_as_server, STATUS_FAIL, "would-break", "ssh-tunnel",
     OUTCOME_WORKS, OUTCOME_FAILS},
    {"Unified CM asks for the CA", renew_core_by_another, STATUS_FAIL, "would-break", "ucm-connection",
     OUTCOME_WORKS, OUTCOME_FAILS},
    {"the TLS verify name is lost", renew_core_under_another_name, STATUS_FAIL, "would-break",
     "traversal-zone", OUTCOME_WORKS, OUTCOME_FAILS},
    {"broken before", renew_what_is_broken, STATUS_PASS, NULL, "tc-endpoint-login", OUTCOME_FAILS,
     OUTCOME_FAILS},
    {"nobody said who trusts what", renew_without_lists, STATUS_PASS, NULL, "traversal-zone", OUTCOME_UNKNOWN,
     OUTCOME_UNKNOWN},
};

static void test_predictions(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof predictions / sizeof *predictions; i++) {
        struct world w = world_new();
        print_message("%s\n", predictions[i].what);
        predictions[i].change(&w);
        struct verdict *verdict = verdict_of(w.facts);
        assert_change(verdict, predictions[i].outcome, predictions[i].before, predictions[i].after);
        assert_finding(verdict->findings, "renew.predict", NULL, predictions[i].status, predictions[i].cause);
        verdict_free(verdict);
        facts_free(w.facts);
        pki_clear();
    }
}

/* What is not known of the other side is left out; what is not known of none in particular is told. */
static void test_unknown_of_others(void **state) {
    (void)state;
    struct world w = world_new();
    struct outcomes outcomes = {NULL, 0};
    struct findings *findings = findings_new();
    renew_same(&w);
    w.facts->deployment = NULL;
    find_unknown(findings, CHECK_CHAIN_ZONE, (struct about){.subject = C, .node = C}, "not given");
    find_unknown(findings, CHECK_RENEW_ISSUER, (struct about){.subject = NEW}, "not given");
    renewal_conclude(w.facts, findings, &outcomes);
    assert_int_equal(findings->n, 1);
    assert_null(findings->v[0]->node);
    findings_free(findings);
    facts_free(w.facts);
    pki_clear();
}

/* One of two edges loses its domain: log-in goes on by the other one, and is at risk. */
static void test_one_of_two(void **state) {
    (void)state;
    struct world w = world_new();
    struct facts *facts = w.facts;
    put_certificate(facts, node_add(facts, &facts->deployment->e.nodes, EDGE2, ROLE_EXPRESSWAY_E, "e.trust"),
                    leaf(&w, EDGE2, "DNS:" EDGE2 ",DNS:example.com", "serverAuth,clientAuth", w.issuing),
                    "e2.pem");
    renew_without_domain(&w);
    struct verdict *verdict = verdict_of(facts);
    assert_change(verdict, "tc-endpoint-login", OUTCOME_WORKS, OUTCOME_AT_RISK);
    assert_finding(verdict->findings, "renew.predict", NULL, STATUS_WARN, "would-weaken");
    verdict_free(verdict);
    facts_free(facts);
    pki_clear();
}

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
    node_add(facts, &facts->deployment->e.nodes, EDGE2, ROLE_EXPRESSWAY_E, "e.trust");
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
    node_add(facts, &facts->deployment->imp, IMP2, ROLE_IMP, NULL);
    node_add(facts, &facts->deployment->imp, IMP1, ROLE_IMP, NULL)->publisher = true;
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
    store_add(facts, facts->deployment->imp.v[0], "cup-trust", "old.trust");
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
        store_add(facts, facts->deployment->ucm.v[i], "tomcat-trust", "both.trust");
    }
    put_certificate(facts, ucm, leaf(&w, ucm->name, "DNS:ucm1.example.local", "serverAuth", w.issuing),
                    "ucm.pem");
    renew(&w, "ucm-tomcat", ucm, leaf(&w, ucm->name, "DNS:ucm1.example.local", "serverAuth", w.issuing2));
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
    put_certificate(w.facts, core(&w), leaf(&w, C, "DNS:" C, "serverAuth,clientAuth", w.issuing2), "c.pem");
    renew_by_another(&w);
    const struct plan *plan = plan_of(w.facts, w.facts->arena);
    assert_non_null(step_at(plan, "remove-old-ca", NULL, "CN=Issuing,O=Example", 0));
    facts_free(w.facts);
    pki_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_against_new),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_digests),
        cmocka_unit_test(test_predictions),
        cmocka_unit_test(test_unknown_of_others),
        cmocka_unit_test(test_one_of_two),
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
