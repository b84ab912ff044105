/* Does judge_tls see which certificate is served, and that peers differ? One broken thing per row:
 * tls.served-cert, tls.cluster-consistency. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct endpoint *edge1(struct facts *facts) {
    return endpoint_of(facts, EDGE1_HTTPS);
}

static struct cert *other_cert(struct facts *facts) {
    struct cert *cert = cert_new(facts, EDGE1);
    cert_set_serial(facts, cert, 0x2000);
    return cert;
}

static void set_leaf(struct facts *facts, struct tls_attempt *attempt, struct cert *leaf) {
    attempt->chain = (struct certs){0};
    LIST_ADD(facts->arena, &attempt->chain, leaf);
}

/* ---- tls.served-cert ---- */

static void expect(struct facts *facts, struct cert *cert) {
    LIST_ADD(facts->arena, &facts->expected, cert);
}

static void expect_served(struct facts *facts) {
    expect(facts, leaf_of(facts, EDGE1_HTTPS));
}

static void expect_served_with_chain(struct facts *facts) {
    expect_served(facts);
    expect(facts, ca_new(facts, "Example Issuing CA", false));
}

static void expect_seconds_with_chain(struct facts *facts) {
    expect(facts, leaf_of(facts, EDGE2_HTTPS));
    expect(facts, ca_new(facts, "Example Issuing CA", false));
}

/* What was made for expe1 was uploaded to expe2. */
static void uploaded_to_second(struct facts *facts) {
    struct cert *cert = other_cert(facts);
    expect(facts, cert);
    serve_cert_everywhere(facts, EDGE2, cert);
}

static void expect_new(struct facts *facts) {
    expect(facts, other_cert(facts));
}

static void expect_ecdsa(struct facts *facts) {
    struct cert *cert = other_cert(facts);
    expect(facts, cert);
    struct tls_attempt *attempt = variant_of(facts, edge1(facts), PURPOSE_ECDSA);
    attempt->state = TLS_ESTABLISHED;
    attempt->ended_by = SIDE_NOBODY;
    set_leaf(facts, attempt, cert);
}

static void expect_other_name(struct facts *facts) {
    expect(facts, cert_new(facts, "unknown.example.net"));
}

static void peers_mixed_up(struct facts *facts) {
    struct cert *first = leaf_of(facts, EDGE1_HTTPS), *second = leaf_of(facts, EDGE2_HTTPS);
    expect(facts, first);
    expect(facts, second);
    serve_cert_everywhere(facts, EDGE1, second);
    serve_cert_everywhere(facts, EDGE2, first);
}

static void first_serves_seconds(struct facts *facts) {
    struct cert *first = leaf_of(facts, EDGE1_HTTPS), *second = leaf_of(facts, EDGE2_HTTPS);
    expect(facts, first);
    expect(facts, second);
    serve_cert_everywhere(facts, EDGE1, second);
}

static void expect_and_no_handshake(struct facts *facts) {
    expect_served(facts);
    tls_fails(&edge1(facts)->tls, TLS_CLOSED, SIDE_PEER);
}

/* ---- tls.cluster-consistency ---- */

static void second_issuer(struct facts *facts) {
    leaf_of(facts, EDGE2_HTTPS)->issuer = arena_text(facts->arena, "CN=Other CA,O=Example");
}

static void second_lacks_domain(struct facts *facts) {
    cert_drop_name(leaf_of(facts, EDGE2_HTTPS), DOMAIN);
}

static void second_has_more(struct facts *facts) {
    cert_add_name(facts, leaf_of(facts, EDGE2_HTTPS), NAME_DNS, "example.org");
}

static void second_has_first(struct facts *facts) {
    cert_add_name(facts, leaf_of(facts, EDGE2_HTTPS), NAME_DNS, EDGE1);
}

static void second_server_only(struct facts *facts) {
    leaf_of(facts, EDGE2_HTTPS)->eku.n = 1;
}

static void second_eku_reversed(struct facts *facts) {
    struct texts *eku = &leaf_of(facts, EDGE2_HTTPS)->eku;
    char *first = eku->v[0];
    eku->v[0] = eku->v[1];
    eku->v[1] = first;
}

/* As many usages, and the first is another. */
static void second_other_usage(struct facts *facts) {
    struct texts *eku = &leaf_of(facts, EDGE2_HTTPS)->eku;
    eku->v[0] = arena_text(facts->arena, "codeSigning");
}

static void single_edge(struct facts *facts) {
    facts->endpoints.n = 3;
}

/* Meant for Expressway-C, whose ports nobody looked at from here. */
static void expect_cores(struct facts *facts) {
    drop_endpoints(facts, "expc1.example.local");
    expect(facts, cert_new(facts, "expc1.example.local"));
}

static void one_node(struct facts *facts) {
    facts->deployment->e.nodes.n = 1;
}

static void expect_edges(struct facts *facts) {
    drop_endpoints(facts, EDGE1);
    expect(facts, cert_new(facts, EDGE1));
}

/* CallManager's port shows another certificate than tomcat's. */
static struct endpoint *ucm_sip(struct facts *facts) {
    struct endpoint *sip = endpoint_of(facts, "ucm1.example.local:5061");
    struct cert *callmanager = cert_new(facts, UCM1);
    cert_set_serial(facts, callmanager, 0x3000);
    sip->role = endpoint_of(facts, UCM1_HTTPS)->role = ROLE_UCM;
    serve_cert(facts, sip, callmanager);
    return sip;
}

static void expect_tomcat(struct facts *facts) {
    ucm_sip(facts);
    expect(facts, leaf_of(facts, UCM1_HTTPS));
}

static void expect_tomcat_sent_alone(struct facts *facts) {
    expect_tomcat(facts);
    endpoint_of(facts, UCM1 ":5061")->tls.chain.n = 1;
    endpoint_of(facts, UCM1 ":5061")->variants.n = 0;
}

static void expect_new_tomcat(struct facts *facts) {
    struct cert *cert = cert_new(facts, UCM1);
    ucm_sip(facts);
    cert_add_name(facts, leaf_of(facts, "ucm1.example.local:5061"), NAME_DNS, "callmanager.example.local");
    cert_set_serial(facts, cert, 0x4000);
    expect(facts, cert);
}

static void first_server_only(struct facts *facts) {
    leaf_of(facts, EDGE1_HTTPS)->eku.n = 1;
}

/* Called by another name than the one that DNS leads to: its own, all the same. */
static void second_is_called_otherwise(struct facts *facts) {
    struct cert *leaf = leaf_of(facts, EDGE2_HTTPS);
    leaf->common_name = arena_text(facts->arena, "edge.example.net");
    cert_add_name(facts, leaf, NAME_DNS, "edge.example.net");
}

static const struct judge_row rows[] = {
#define SERVED "tls.served-cert", EDGE1_HTTPS
    {"nothing expected", NULL, SERVED, ABSENT, NULL, NULL},
    {"as expected", expect_served, SERVED, STATUS_PASS, NULL, NULL},
    {"as expected, chain in the file", expect_served_with_chain, SERVED, STATUS_PASS, NULL, NULL},
    {"not for the other edge", expect_served, "tls.served-cert", EDGE2_HTTPS, STATUS_SKIP, NULL, NULL},
    {"the old one", expect_new, SERVED, STATUS_FAIL, "not-yet-active", NULL},
    {"the second of two keys", expect_ecdsa, SERVED, STATUS_PASS, NULL, NULL},
    {"a file for no host here", expect_other_name, SERVED, STATUS_FAIL, "not-yet-active", NULL},
    {"peers mixed up", peers_mixed_up, SERVED, STATUS_FAIL, "other-peers-certificate", NULL},
    {"peers mixed up, the other", peers_mixed_up, "tls.served-cert", EDGE2_HTTPS, STATUS_FAIL,
     "other-peers-certificate", NULL},
    {"the second's on both", first_serves_seconds, SERVED, STATUS_FAIL, "other-peers-certificate", NULL},
    {"the second's on both: right there", first_serves_seconds, "tls.served-cert", EDGE2_HTTPS, STATUS_PASS,
     NULL, NULL},
    {"a CA certificate is expected of nobody", expect_seconds_with_chain, SERVED, STATUS_SKIP, NULL, NULL},
    {"uploaded to the wrong peer", uploaded_to_second, SERVED, STATUS_FAIL, "other-peers-certificate", NULL},
    {"Expressway-C's is not missed on an edge", expect_cores, "tls.served-cert", EDGE1_HTTPS, STATUS_SKIP,
     NULL, healthy_deployment},
    {"Expressway-C's ports were not seen", expect_cores, "tls.served-cert", "expc1.example.local",
     STATUS_UNKNOWN, NULL, healthy_deployment},
    {"Expressway-E's ports were not seen", expect_edges, "tls.served-cert", EDGE1, STATUS_UNKNOWN, NULL,
     healthy_deployment},
    {"tomcat on its port", expect_tomcat, "tls.served-cert", UCM1_HTTPS, STATUS_PASS, NULL,
     healthy_deployment},
    {"tomcat is not missed on CallManager's port", expect_tomcat, "tls.served-cert", UCM1 ":5061",
     STATUS_SKIP, NULL, healthy_deployment},
    {"nor where CallManager's came alone", expect_tomcat_sent_alone, "tls.served-cert", UCM1 ":5061",
     STATUS_SKIP, NULL, healthy_deployment},
    {"the old tomcat", expect_new_tomcat, "tls.served-cert", UCM1_HTTPS, STATUS_FAIL, "not-yet-active",
     healthy_deployment},
    {"nor is a new one missed there", expect_new_tomcat, "tls.served-cert", UCM1 ":5061", STATUS_SKIP, NULL,
     healthy_deployment},
    {"no handshake", expect_and_no_handshake, SERVED, STATUS_SKIP, NULL, NULL},
#define CLUSTER "tls.cluster-consistency", DOMAIN
    {"healthy", NULL, CLUSTER, STATUS_PASS, NULL, NULL},
    {"issuer", second_issuer, CLUSTER, STATUS_WARN, "issuer-differs", NULL},
    {"a name less", second_lacks_domain, CLUSTER, STATUS_WARN, "names-differ", NULL},
    {"a name more", second_has_more, CLUSTER, STATUS_WARN, "names-differ", NULL},
    {"its peer's name", second_has_first, CLUSTER, STATUS_PASS, NULL, NULL},
    {"usage", second_server_only, CLUSTER, STATUS_WARN, "eku-differs", NULL},
    {"another usage", second_other_usage, CLUSTER, STATUS_WARN, "eku-differs", NULL},
    {"usage in another order", second_eku_reversed, CLUSTER, STATUS_PASS, NULL, NULL},
    {"one edge", single_edge, CLUSTER, ABSENT, NULL, NULL},
    {"by the deployment file", NULL, "tls.cluster-consistency", "expe.example.com", STATUS_PASS, NULL,
     healthy_deployment},
    {"one node is none: by the records of the domain", one_node, CLUSTER, STATUS_PASS, NULL,
     healthy_deployment},
    {"by the deployment file, issuer", second_issuer, "tls.cluster-consistency", "expe.example.com",
     STATUS_WARN, "issuer-differs", healthy_deployment},
    {"usage, the other way round", first_server_only, CLUSTER, STATUS_WARN, "eku-differs", NULL},
    {"its common name", second_is_called_otherwise, CLUSTER, STATUS_PASS, NULL, NULL},
};

static const struct told_row told[] = {
    {"with whom it was mixed up", peers_mixed_up, SERVED, "peer", "\"expe2.example.com\"", NULL},
    {"the other with this one", peers_mixed_up, "tls.served-cert", EDGE2_HTTPS, "peer",
     "\"expe1.example.com\"", NULL},
    {"an old one is mixed up with nobody's", expect_new, SERVED, "peer", NULL, NULL},
    {"nothing was given for it", expect_served, "tls.served-cert", EDGE2_HTTPS, NULL,
     "no certificate given with --expect-cert is for expe2.example.com", NULL},
    {"in what they differ", second_issuer, CLUSTER, NULL,
     "expe1.example.com and expe2.example.com differ in their issuer", NULL},
    {"one has", second_issuer, CLUSTER, "wanted", "\"CN=Example Issuing CA,O=Example\"", NULL},
    {"and the other", second_issuer, CLUSTER, "found", "\"CN=Other CA,O=Example\"", NULL},
    {"a name less", second_lacks_domain, CLUSTER, NULL,
     "example.com is in the certificate of expe1.example.com and not in that of expe2.example.com", NULL},
    {"a name more", second_has_more, CLUSTER, NULL,
     "example.org is in the certificate of expe2.example.com and not in that of expe1.example.com", NULL},
    {"which usages one has", second_server_only, CLUSTER, "wanted", "\"serverAuth clientAuth\"", NULL},
    {"and the other", second_server_only, CLUSTER, "found", "\"serverAuth\"", NULL},
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_tls, told, sizeof told / sizeof *told);
}

static const char *const checks[] = {"tls.served-cert", "tls.cluster-consistency", NULL};

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_tls, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

static void test_served_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    expect_new(facts);
    judge_with(judge_tls, facts, findings);
    const struct finding *finding =
        assert_finding(findings, "tls.served-cert", EDGE1_HTTPS, STATUS_FAIL, "not-yet-active");
    assert_string_equal(json_string_value(json_object_get(evidence_value(finding, "wanted"), "serial")),
                        "2000");
    assert_string_equal(json_string_value(json_object_get(evidence_value(finding, "found"), "serial")),
                        leaf_of(facts, EDGE1_HTTPS)->serial);
    findings_free(findings);
    facts_free(facts);
}

static void test_cluster_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    second_lacks_domain(facts);
    judge_with(judge_tls, facts, findings);
    const struct finding *finding =
        assert_finding(findings, "tls.cluster-consistency", DOMAIN, STATUS_WARN, "names-differ");
    assert_evidence(finding, "only_in_first", "[\"example.com\"]");
    assert_evidence(finding, "only_in_other", "[]");
    assert_evidence(finding, "hosts", "[\"expe1.example.com\", \"expe2.example.com\"]");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_served_evidence),
                                       cmocka_unit_test(test_cluster_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
