/* Are the certificates and trust stores inside Unified CM and IM and Presence judged? Each cause raised, and
 * just missed. */
#include "healthy.h"
#include "pki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define PUB "ucm1.example.local"
#define SUB "ucm2.example.local"

/* ---- a cluster in which all is well ---- */

static struct node *node_add(struct facts *facts, const char *name) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = arena_text(facts->arena, name);
    node->role = ROLE_UCM;
    LIST_ADD(facts->arena, &facts->deployment->ucm, node);
    return node;
}

static struct purpose_cert *give(struct facts *facts, struct node *node, const char *purpose,
                                 struct cert *cert) {
    struct purpose_cert *its = ARENA_NEW(facts->arena, struct purpose_cert);
    its->purpose = arena_text(facts->arena, purpose);
    its->file = arena_printf(facts->arena, "%s.pem", purpose);
    LIST_ADD(facts->arena, &its->chain, cert);
    LIST_ADD(facts->arena, &node->certificates, its);
    return its;
}

static void store(struct facts *facts, struct node *node, const char *name, const struct issued *const *certs,
                  size_t count) {
    struct purpose_store *entry = ARENA_NEW(facts->arena, struct purpose_store);
    entry->store = arena_text(facts->arena, name);
    entry->trust = arena_printf(facts->arena, "%s/%s/%zu", node->name, name, facts->trust_lists.n);
    LIST_ADD(facts->arena, &node->stores, entry);
    list_of(facts->arena, facts, entry->trust, certs, count);
}

static struct issued *ca_of(struct facts *facts, const char *name, int64_t until) {
    return pki_issue(facts->arena, &(struct spec){.name = name, .is_ca = true, .until = until});
}

static struct issued *own_of(struct facts *facts, const char *name, int64_t until) {
    return pki_issue(facts->arena, &(struct spec){.name = name,
                                                  .san = arena_printf(facts->arena, "DNS:%s", name),
                                                  .eku = "serverAuth,clientAuth",
                                                  .until = until});
}

static struct node *node_at(struct facts *facts, size_t i) {
    return facts->deployment->ucm.v[i];
}

static struct facts *healthy_cluster(void) {
    struct facts *facts = facts_new();
    facts->deployment = ARENA_NEW(facts->arena, struct deployment);
    facts->deployment->file = arena_text(facts->arena, "d.yaml");
    facts->run = (struct run){.release = arena_text(facts->arena, "X15.5"),
                              .release_from = arena_text(facts->arena, "deployment"),
                              .at = PKI_NOW,
                              .started = PKI_NOW};
    struct node *pub = node_add(facts, PUB), *sub = node_add(facts, SUB);
    struct issued *ipsec = own_of(facts, PUB, 0);
    pub->publisher = true;
    give(facts, pub, "ipsec", ipsec->cert);
    give(facts, pub, "callmanager", own_of(facts, PUB, 0)->cert);
    store(facts, sub, "ipsec-trust", ISSUED(ipsec));
    store(facts, sub, "tomcat-trust", ISSUED(ca_of(facts, "Root", 0)));
    return facts;
}

/* ---- one thing wrong ---- */

static struct cert *callmanager(struct facts *facts) {
    return node_at(facts, 0)->certificates.v[1]->chain.v[0];
}

static void expired(struct facts *facts) {
    callmanager(facts)->not_after = PKI_NOW - 1;
}

static void ends_now(struct facts *facts) {
    facts->run.has_crit_days = facts->run.has_warn_days = true;
    callmanager(facts)->not_after = PKI_NOW;
}

static void begins_later(struct facts *facts) {
    callmanager(facts)->not_before = PKI_NOW + 1;
}

static void ends_in_a_day(struct facts *facts) {
    callmanager(facts)->not_after = PKI_NOW + PKI_DAY;
}

static void ends_in_three_weeks(struct facts *facts) {
    callmanager(facts)->not_after = PKI_NOW + (int64_t)21 * PKI_DAY;
}

static void usage_left(struct facts *facts, const char *usage) {
    callmanager(facts)->eku.n = 0;
    texts_add(facts->arena, &callmanager(facts)->eku, usage);
}

static void client_only(struct facts *facts) {
    usage_left(facts, "clientAuth");
}

static void server_only(struct facts *facts) {
    usage_left(facts, "serverAuth");
}

static void ipsec_server_only(struct facts *facts) {
    struct cert *ipsec = node_at(facts, 0)->certificates.v[0]->chain.v[0];
    ipsec->eku.n = 0;
    texts_add(facts->arena, &ipsec->eku, "serverAuth");
    node_at(facts, 0)->certificates.n = 1;
}

static void of_another_node(struct facts *facts) {
    callmanager(facts)->names.v[0]->value = callmanager(facts)->common_name = arena_text(facts->arena, SUB);
}

static void named_by_its_common_name(struct facts *facts) {
    callmanager(facts)->names.v[0]->value = arena_text(facts->arena, SUB);
}

static void ipsec_of_another_name(struct facts *facts) {
    struct cert *ipsec = node_at(facts, 0)->certificates.v[0]->chain.v[0];
    ipsec->names.v[0]->value = arena_text(facts->arena, SUB);
    node_at(facts, 0)->certificates.n = 1;
}

static void store_with_expired(struct facts *facts) {
    store(facts, node_at(facts, 0), "tomcat-trust", ISSUED(ca_of(facts, "Gone", -PKI_DAY)));
}

static void store_that_ends_now(struct facts *facts) {
    node_at(facts, 1)->stores.n = 0;
    store(facts, node_at(facts, 0), "tomcat-trust", ISSUED(ca_of(facts, "Ending", 0)));
    facts->run.at = facts->trust_lists.v[facts->trust_lists.n - 1]->entries.v[0]->not_after;
}

static void expired_identity(struct facts *facts) {
    struct issued *own = own_of(facts, SUB, -PKI_DAY);
    give(facts, node_at(facts, 1), "tomcat", own->cert);
    store(facts, node_at(facts, 0), "tomcat-trust", ISSUED(own));
}

static void nothing_in_ipsec_trust(struct facts *facts) {
    node_at(facts, 1)->stores.n = 0;
    store(facts, node_at(facts, 1), "ipsec-trust", ISSUED(ca_of(facts, "Root", 0)));
}

static void older_in_ipsec_trust(struct facts *facts) {
    node_at(facts, 1)->stores.n = 0;
    store(facts, node_at(facts, 1), "ipsec-trust", ISSUED(own_of(facts, PUB, 0)));
}

static void older_beside_it(struct facts *facts) {
    struct issued *now = own_of(facts, PUB, 0);
    node_at(facts, 1)->stores.n = 0;
    node_at(facts, 0)->certificates.v[0]->chain.v[0] = now->cert;
    store(facts, node_at(facts, 1), "ipsec-trust", ISSUED(own_of(facts, PUB, 0), now));
}

/* Another entry of the list is looked at first, and the publisher's behind it. */
static void behind_another(struct facts *facts) {
    struct issued *now = own_of(facts, PUB, 0);
    node_at(facts, 1)->stores.n = 0;
    node_at(facts, 0)->certificates.v[0]->chain.v[0] = now->cert;
    store(facts, node_at(facts, 1), "ipsec-trust", ISSUED(ca_of(facts, "Root", 0), now));
}

/* A store of another purpose is nobody's restart. */
static void store_of_no_purpose(struct facts *facts) {
    store(facts, node_at(facts, 0), "phone-trust", ISSUED(ca_of(facts, "Gone", -PKI_DAY)));
}

static void publisher_not_given(struct facts *facts) {
    node_at(facts, 0)->certificates.n = 0;
}

static void stores_not_given(struct facts *facts) {
    node_at(facts, 1)->stores.n = 0;
}

#define ROW(what, break_it, check, subject, status, cause)                                                   \
    { what, break_it, check, subject, status, cause, healthy_cluster }

static const struct judge_row rows[] = {
    ROW("good certificates", NULL, "ucm.certificate", PUB, STATUS_PASS, NULL),
    ROW("expired", expired, "ucm.certificate", PUB, STATUS_FAIL, "expired"),
    ROW("its last second", ends_now, "ucm.certificate", PUB, STATUS_PASS, NULL),
    ROW("not valid yet", begins_later, "ucm.certificate", PUB, STATUS_FAIL, "not-yet-valid"),
    ROW("a day is left", ends_in_a_day, "ucm.certificate", PUB, STATUS_FAIL, "expires-critical"),
    ROW("three weeks are left", ends_in_three_weeks, "ucm.certificate", PUB, STATUS_WARN, "expires-soon"),
    ROW("no server authentication", client_only, "ucm.certificate", PUB, STATUS_FAIL, "missing-server"),
    ROW("no client authentication", server_only, "ucm.certificate", PUB, STATUS_WARN, "missing-client"),
    ROW("ipsec is nobody's client", ipsec_server_only, "ucm.certificate", PUB, STATUS_PASS, NULL),
    ROW("another node's", of_another_node, "ucm.certificate", PUB, STATUS_WARN, "no-match"),
    ROW("known by its common name", named_by_its_common_name, "ucm.certificate", PUB, STATUS_PASS, NULL),
    ROW("nobody compares ipsec's name", ipsec_of_another_name, "ucm.certificate", PUB, STATUS_PASS, NULL),
    ROW("nothing is expired", NULL, "ucm.expired-trust", SUB, STATUS_PASS, NULL),
    ROW("an expired CA", store_with_expired, "ucm.expired-trust", PUB, STATUS_WARN, "removable"),
    ROW("in its last second", store_that_ends_now, "ucm.expired-trust", PUB, STATUS_PASS, NULL),
    ROW("an expired copy of a node's own", expired_identity, "ucm.expired-trust", PUB, STATUS_WARN,
        "still-in-use"),
    ROW("no store was given", stores_not_given, "ucm.expired-trust", SUB, ABSENT, NULL),
    ROW("the publisher's is there", NULL, "ucm.ipsec-trust", SUB, STATUS_PASS, NULL),
    ROW("the publisher's is not there", nothing_in_ipsec_trust, "ucm.ipsec-trust", SUB, STATUS_FAIL,
        "missing"),
    ROW("an older one", older_in_ipsec_trust, "ucm.ipsec-trust", SUB, STATUS_FAIL, "serial-differs"),
    ROW("an older one beside it", older_beside_it, "ucm.ipsec-trust", SUB, STATUS_PASS, NULL),
    ROW("behind another", behind_another, "ucm.ipsec-trust", SUB, STATUS_PASS, NULL),
    ROW("the publisher's was not given", publisher_not_given, "ucm.ipsec-trust", SUB, STATUS_UNKNOWN, NULL),
    ROW("the publisher is asked about no one", NULL, "ucm.ipsec-trust", PUB, ABSENT, NULL),
};

static void test_rows(void **state) {
    (void)state;
    static const char *const checks[] = {"ucm.certificate", "ucm.expired-trust", "ucm.ipsec-trust", NULL};
    assert_rows(judge_ucm, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
    pki_clear();
}

#define TELLS(what, break_it, check, subject, key, wanted)                                                   \
    { what, break_it, check, subject, key, wanted, healthy_cluster }

static void store_with_two_expired(struct facts *facts) {
    store(facts, node_at(facts, 0), "tomcat-trust",
          ISSUED(ca_of(facts, "Gone", -PKI_DAY), ca_of(facts, "Gone, too", -PKI_DAY)));
}

static void serials_are(struct facts *facts, const char *now) {
    node_at(facts, 0)->certificates.v[0]->chain.v[0]->serial = (char *)now;
}

static void older_serial(struct facts *facts) {
    older_in_ipsec_trust(facts);
    serials_are(facts, "4711");
}

static void no_serial(struct facts *facts) {
    nothing_in_ipsec_trust(facts);
    serials_are(facts, "4711");
}

static const struct told_row told[] = {
    TELLS("which certificate", expired, "ucm.certificate", PUB, "purpose", "\"callmanager\""),
    TELLS("it has ended", expired, "ucm.certificate", PUB, NULL, "CallManager ended on "),
    TELLS("it has not begun", begins_later, "ucm.certificate", PUB, NULL,
          "CallManager is not valid yet, and ends on "),
    TELLS("it will end", ends_in_a_day, "ucm.certificate", PUB, NULL, "CallManager ends on "),
    TELLS("what it may be used for", server_only, "ucm.certificate", PUB, "eku", "[\"serverAuth\"]"),
    TELLS("whose name it should bear", of_another_node, "ucm.certificate", PUB, "wanted",
          "\"ucm1.example.local\""),
    TELLS("and bears", of_another_node, "ucm.certificate", PUB, "found", "[\"DNS:ucm2.example.local\"]"),
    TELLS("from a file it is seen on no port", NULL, "ucm.certificate", PUB, "seen_on", NULL),
    TELLS("one is expired", store_with_expired, "ucm.expired-trust", PUB, NULL,
          "tomcat-trust: 1 expired certificate"),
    TELLS("two are", store_with_two_expired, "ucm.expired-trust", PUB, NULL,
          "tomcat-trust: 2 expired certificates"),
    TELLS("how many", store_with_two_expired, "ucm.expired-trust", PUB, "count", "2"),
    TELLS("of which purpose", store_with_expired, "ucm.expired-trust", PUB, "purpose", "\"tomcat\""),
    TELLS("of which store", store_with_expired, "ucm.expired-trust", PUB, "store", "\"tomcat-trust\""),
    TELLS("it is still in use", expired_identity, "ucm.expired-trust", PUB, NULL,
          "that a node still shows as its own"),
    TELLS("none of how many", NULL, "ucm.expired-trust", SUB, NULL, "tomcat-trust: none of 1 is expired"),
    TELLS("a store that belongs to no service", store_of_no_purpose, "ucm.expired-trust", PUB, "purpose",
          "null"),
    TELLS("which serial is wanted", older_serial, "ucm.ipsec-trust", SUB, "wanted", "\"4711\""),
    TELLS("none is there", no_serial, "ucm.ipsec-trust", SUB, "found", "[]"),
    TELLS("whose", older_serial, "ucm.ipsec-trust", SUB, "publisher", "\"ucm1.example.local\""),
};

/* What cannot be parsed is told as that; the others by name. */
static void test_entries_are_named(void **state) {
    (void)state;
    for (int is_broken = 0; is_broken < 2; is_broken++) {
        struct facts *facts = healthy_cluster();
        store_with_expired(facts);
        struct ca_entry *entry = facts->trust_lists.v[facts->trust_lists.n - 1]->entries.v[0];
        if (is_broken)
            entry->der_size = 3;
        struct findings *findings = findings_new();
        judge_with(judge_ucm, facts, findings);
        const struct finding *f =
            assert_finding(findings, "ucm.expired-trust", PUB, STATUS_WARN, "removable");
        const json_t *first = json_array_get(evidence_value(f, "found"), 0);
        assert_string_equal(json_string_value(json_object_get(first, "subject")),
                            is_broken ? "a certificate that cannot be parsed" : "CN=Gone,O=Example");
        assert_true(json_is_null(json_object_get(first, "sha256")) == is_broken);
        findings_free(findings);
        facts_free(facts);
        pki_clear();
    }
}

static void test_told(void **state) {
    (void)state;
    assert_told(judge_ucm, told, sizeof told / sizeof *told);
    pki_clear();
}

/* The services of the purpose stand under restart, in the order of the regeneration note. */
static void test_restarts(void **state) {
    (void)state;
    struct facts *facts = healthy_cluster();
    expired(facts);
    struct findings *findings = judge_all(facts);
    const struct finding *f = assert_finding(findings, "ucm.certificate", PUB, STATUS_FAIL, "expired");
    assert_evidence(f, "purpose", "\"callmanager\"");
    assert_non_null(f->restart[0]);
    bool has_service = false;
    for (size_t i = 0; f->restart[i] != NULL; i++)
        has_service = has_service || strstr(f->restart[i], "Restart Cisco CallManager") != NULL;
    assert_true(has_service);
    findings_free(findings);
    facts_free(facts);
    pki_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_entries_are_named),
                                       cmocka_unit_test(test_restarts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
