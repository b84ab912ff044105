/* Is a new certificate told by what it changes, and is what it would break foretold? */
#include "healthy.h"
#include "renewal_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/renewal.h"
#include "outcomes/verdict.h"

/* ---- old against new ---- */

#define NEW WORLD_NEW

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

#define E WORLD_E
#define C WORLD_C

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
    world_certificate(
        facts, world_node(facts, &facts->deployment->e.nodes, EDGE2, ROLE_EXPRESSWAY_E, "e.trust"),
        world_leaf(&w, EDGE2, "DNS:" EDGE2 ",DNS:example.com", "serverAuth,clientAuth", w.issuing), "e2.pem");
    renew_without_domain(&w);
    struct verdict *verdict = verdict_of(facts);
    assert_change(verdict, "tc-endpoint-login", OUTCOME_WORKS, OUTCOME_AT_RISK);
    assert_finding(verdict->findings, "renew.predict", NULL, STATUS_WARN, "would-weaken");
    verdict_free(verdict);
    facts_free(facts);
    pki_clear();
}

/* Unknown is no step; what was unknown is worse only when it fails. */
static void test_worse(void **state) {
    static const enum outcome_state all[] = {OUTCOME_WORKS, OUTCOME_AT_RISK, OUTCOME_FAILS, OUTCOME_UNKNOWN};
    static const char *const worse[] = {"-++-", "--+-", "----", "--+-"}; /* of each before: after */
    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(gets_worse(&(struct before_after){NULL, all[i], all[k]}), worse[i][k] == '+');
}

/* ---- what is told of it ---- */

/* Old and new are for the same node, and its other certificate is not touched. */
static void renew_tomcat(struct world *w) {
    struct facts *facts = w->facts;
    struct nodes *ucm = &facts->deployment->ucm;
    for (size_t i = 0; i < ucm->n; i++) {
        static const char *const purposes[] = {"callmanager", "tomcat"};
        for (size_t k = 0; k < 2; k++) {
            struct purpose_cert *cert = ARENA_NEW(facts->arena, struct purpose_cert);
            cert->purpose = arena_text(facts->arena, purposes[k]);
            cert->file = arena_text(facts->arena, "ucm.pem");
            LIST_ADD(facts->arena, &cert->chain,
                     world_leaf(w, ucm->v[i]->name, arena_printf(facts->arena, "DNS:%s", ucm->v[i]->name),
                                "serverAuth,clientAuth", w->issuing));
            LIST_ADD(facts->arena, &ucm->v[i]->certificates, cert);
        }
    }
    struct node *node = ucm->v[1];
    struct renewal *r = facts->renewal = ARENA_NEW(facts->arena, struct renewal);
    r->role = facts->run.upload_role = arena_text(facts->arena, "ucm-tomcat");
    r->purpose = arena_text(facts->arena, "tomcat");
    r->new_file = arena_text(facts->arena, NEW);
    r->old_file = arena_text(facts->arena, "ucm.pem");
    r->old_chain = node->certificates.v[1]->chain;
    LIST_ADD(facts->arena, &r->new_chain,
             world_leaf(w, node->name, arena_printf(facts->arena, "DNS:%s", node->name),
                        "serverAuth,clientAuth", w->issuing2));
    texts_add(facts->arena, &r->nodes, "UCM1.example.local");
    node->certificates.v[1]->chain = r->new_chain;
}

/* The box sends the leaf alone, whatever its file holds: without the intermediate in the list the zone was
 * down before. */
static void renew_with_a_chain_in_the_old_file(struct world *w) {
    list_of(w->facts->arena, w->facts, "root.trust", ISSUED(w->root));
    world_core(w)->trust = world_edge(w)->trust = arena_text(w->facts->arena, "root.trust");
    LIST_ADD(w->facts->arena, &world_edge(w)->certificate, w->issuing->cert);
    renew_same(w);
}

static void renew_what_nobody_knows_of(struct world *w) {
    w->facts->trust_lists.n = 0;
    w->facts->domains.n = 0;
    renew_same(w);
}

/* "works > fails" of each outcome that changes, and whether renew.predict names it. */
static const char *changes_of(struct arena *arena, const struct verdict *verdict) {
    const char *all = "";
    for (size_t i = 0; i < verdict->renewal->table.n; i++) {
        const struct before_after *row = verdict->renewal->table.v[i];
        if (row->before != row->after)
            all = arena_printf(arena, "%s%s %s > %s\n", all, row->now->id,
                               enum_text(outcome_states, (int)row->before),
                               enum_text(outcome_states, (int)row->after));
    }
    return all;
}

static const char *breaks_of(struct arena *arena, const struct finding *f) {
    const char *all = "";
    size_t i;
    json_t *row;
    json_array_foreach(evidence_value(f, "breaks"), i, row) {
        const char *subject = json_string_value(json_object_get(row, "subject"));
        all = arena_printf(arena, "%s%s%s%s %s > %s\n", all,
                           json_string_value(json_object_get(row, "outcome")), subject == NULL ? "" : " ",
                           text_or(subject, ""), json_string_value(json_object_get(row, "before")),
                           json_string_value(json_object_get(row, "after")));
    }
    return all;
}

static const struct {
    void (*change)(struct world *);
    const char *summary, *changes, *breaks;
} foretold[] = {
    {renew_same, "nothing that works today gets worse, by the certificates and trust lists given", "", ""},
    {renew_by_another, "Traversal zone expe1.example.com and 6 more would stop working",
     "traversal-zone works > fails\n"
     "ssh-tunnel works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n",
     "traversal-zone expe1.example.com works > fails\n"
     "ssh-tunnel expe1.example.com works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n"},
    {renew_without_domain, "TC/CE endpoint log-in and 1 more would stop working; 1 would work less well",
     "jabber-login works > at-risk\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n",
     "jabber-login works > at-risk\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"},
    {renew_core_as_server, "Traversal zone expe1.example.com and 6 more would stop working",
     "traversal-zone works > fails\n"
     "ssh-tunnel works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n",
     "traversal-zone expe1.example.com works > fails\n"
     "ssh-tunnel expe1.example.com works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n"},
    {renew_core_by_another, "Traversal zone expe1.example.com and 7 more would stop working",
     "traversal-zone works > fails\n"
     "ssh-tunnel works > fails\n"
     "ucm-connection works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n",
     "traversal-zone expe1.example.com works > fails\n"
     "ssh-tunnel expe1.example.com works > fails\n"
     "ucm-connection works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n"},
    {renew_core_under_another_name, "Traversal zone expe1.example.com and 6 more would stop working",
     "traversal-zone works > fails\n"
     "ssh-tunnel works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n",
     "traversal-zone expe1.example.com works > fails\n"
     "ssh-tunnel expe1.example.com works > fails\n"
     "jabber-login works > fails\n"
     "tc-endpoint-login works > fails\n"
     "phone-login works > fails\n"
     "sip-registration works > fails\n"
     "xmpp-messaging works > fails\n"},
    {renew_what_is_broken, "nothing that works today gets worse, by the certificates and trust lists given",
     "", ""},
    {renew_without_lists, "nothing that works today gets worse, by the certificates and trust lists given",
     "", ""},
    {renew_what_nobody_knows_of,
     "no trust list to judge by: give --own-trust and --peer-trust NODE=FILE, or -f with the trust lists of "
     "the deployment",
     "", ""},
    {renew_tomcat, "Unified CM and IM&P connections and 3 more would work less well",
     "ucm-connection works > at-risk\n"
     "jabber-login works > at-risk\n"
     "tc-endpoint-login works > at-risk\n"
     "phone-login works > at-risk\n",
     "ucm-connection works > at-risk\n"
     "jabber-login works > at-risk\n"
     "tc-endpoint-login works > at-risk\n"
     "phone-login works > at-risk\n"},
    {renew_with_a_chain_in_the_old_file,
     "nothing that works today gets worse, by the certificates and trust lists given", "", ""},
};

static void test_what_is_foretold(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof foretold / sizeof *foretold; i++) {
        struct world w = world_new();
        foretold[i].change(&w);
        struct verdict *verdict = verdict_of(w.facts);
        const struct finding *f = find_finding(verdict->findings, "renew.predict", NULL);
        if (f == NULL)
            fail_msg("row %zu: nothing is foretold", i);
        const char *changes = changes_of(w.facts->arena, verdict), *breaks = breaks_of(w.facts->arena, f);
        if (strcmp(f->summary, foretold[i].summary) != 0 || strcmp(changes, foretold[i].changes) != 0 ||
            strcmp(breaks, foretold[i].breaks) != 0) {
            print_error("row %zu: %s\n%sbreaks:\n%s\n", i, f->summary, changes, breaks);
            wrong++;
        }
        for (size_t k = 0; k < verdict->renewal->table.n; k++) /* nobody uploads the old one */
            assert_string_not_equal(verdict->renewal->table.v[k]->now->id, "certificate-upload");
        verdict_free(verdict);
        facts_free(w.facts);
        pki_clear();
    }
    assert_int_equal(wrong, 0);
}

/* ---- what stays ---- */

static const struct {
    enum check_id check;
    enum status status;
    const char *node, *zone;
    bool stays;
} told_of[] = {
    {CHECK_CERT_VALIDITY, STATUS_FAIL, "EXPE1.example.com", NULL, true}, /* of the node itself */
    {CHECK_CERT_VALIDITY, STATUS_UNKNOWN, E, NULL, true},
    {CHECK_CERT_VALIDITY, STATUS_FAIL, C, NULL, false}, /* of another */
    {CHECK_CERT_VALIDITY, STATUS_PASS, C, NULL, false},
    {CHECK_CERT_VALIDITY, STATUS_FAIL, NULL, NULL, true}, /* of none */
    {CHECK_CERT_VALIDITY, STATUS_FAIL, NULL, "mra", true},
    {CHECK_CERT_VALIDITY, STATUS_UNKNOWN, NULL, NULL, true},
    {CHECK_CERT_VALIDITY, STATUS_UNKNOWN, C, NULL, false}, /* nobody was asked to give it */
    {CHECK_CERT_VALIDITY, STATUS_UNKNOWN, NULL, "mra", false},
    {CHECK_CHAIN_ZONE, STATUS_PASS, C, "mra", true}, /* what the other side thinks of it */
    {CHECK_CHAIN_ZONE, STATUS_UNKNOWN, C, "mra", false},
    {CHECK_CHAIN_SSH_TUNNEL, STATUS_PASS, C, "mra", true},
    {CHECK_CHAIN_UCM_TRUST, STATUS_PASS, "ucm1.example.local", NULL, true},
    {CHECK_CHAIN_CLUSTER_TRUST, STATUS_PASS, C, NULL, false},
};

static void test_what_stays(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof told_of / sizeof *told_of; i++)
        for (int how = 0; how < 3; how++) { /* as it is; an outcome hangs on it; nobody said which node */
            struct world w = world_new();
            struct findings *findings = findings_new();
            struct outcome o = {.id = "traversal-zone"};
            struct outcome *list[] = {&o};
            struct outcomes outcomes = {list, 1};
            renew_same(&w);
            w.facts->deployment = NULL;
            struct about about = {.subject = "it", .node = told_of[i].node, .zone = told_of[i].zone};
            struct finding *f = told_of[i].status == STATUS_UNKNOWN
                                    ? find_unknown(findings, told_of[i].check, about, "not known")
                                    : find_pass(findings, told_of[i].check, about, "good");
            f->status = told_of[i].status;
            if (how == 1)
                LIST_ADD(findings->arena, &o.because, f);
            if (how == 2)
                w.facts->renewal->nodes.n = 0;
            bool stays = told_of[i].stays || how == 2 || (how == 1 && f->status != STATUS_UNKNOWN);
            renewal_conclude(w.facts, findings, &outcomes);
            if (findings->n != (stays ? 1 : 0))
                fail_msg("row %zu, %d", i, how);
            findings_free(findings);
            facts_free(w.facts);
            pki_clear();
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_against_new),
        cmocka_unit_test(test_told),
        cmocka_unit_test(test_digests),
        cmocka_unit_test(test_predictions),
        cmocka_unit_test(test_unknown_of_others),
        cmocka_unit_test(test_one_of_two),
        cmocka_unit_test(test_worse),
        cmocka_unit_test(test_what_is_foretold),
        cmocka_unit_test(test_what_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
