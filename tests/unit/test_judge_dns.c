/* Does judge_dns tell every answer apart? One broken thing per row, from healthy facts. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define UDS_NAME "_cisco-uds._tcp.example.com"
#define CUP_NAME "_cuplogin._tcp.example.com"
#define XMPP_NAME "_xmpp-server._tcp.example.com"
#define SIPS_NAME "_sips._tcp.example.com"

/* ---- dns.collab-edge-srv ---- */

#define SRV_STATE(name, state)                                                                               \
    static void name(struct facts *facts) {                                                                  \
        query_fails(query_of(facts, SRV_NAME, DNS_SRV), state);                                              \
    }
SRV_STATE(srv_nxdomain, DNS_NXDOMAIN)
SRV_STATE(srv_no_data, DNS_NO_DATA)
SRV_STATE(srv_servfail, DNS_SERVFAIL)
SRV_STATE(srv_refused, DNS_REFUSED)
SRV_STATE(srv_timeout, DNS_TIMEOUT)
SRV_STATE(srv_unreachable, DNS_UNREACHABLE)
SRV_STATE(srv_malformed, DNS_MALFORMED)
SRV_STATE(srv_truncated, DNS_TRUNCATED)
SRV_STATE(srv_other_rcode, DNS_OTHER_RCODE)
SRV_STATE(srv_not_asked, DNS_NOT_ASKED)

static void srv_dot(struct facts *facts) {
    struct dns_query *query = query_of(facts, SRV_NAME, DNS_SRV);
    query->records.n = 0;
    add_srv(facts, query, ".", 0);
}

static void srv_dot_and_one(struct facts *facts) {
    srv_dot(facts);
    add_srv(facts, query_of(facts, SRV_NAME, DNS_SRV), EDGE1, 8443);
}

static void srv_missing_inside(struct facts *facts) {
    facts->run.vantage = VANTAGE_INTERNAL;
    srv_nxdomain(facts);
}

static void srv_missing_lab(struct facts *facts) {
    facts->run.vantage = VANTAGE_LAB;
    srv_nxdomain(facts);
}

static void first_resolver_fails(struct facts *facts) {
    struct dns_query *query = query_of(facts, SRV_NAME, DNS_SRV), *second;
    query_fails(query, DNS_SERVFAIL);
    second = add_query(facts, SRV_NAME, DNS_SRV, DNS_ANSWERED);
    second->resolver = arena_text(facts->arena, "192.0.2.54:53");
    add_srv(facts, second, EDGE1, 8443);
}

/* ---- dns.srv-target ---- */

static void target_nxdomain(struct facts *facts) {
    query_fails(query_of(facts, EDGE1, DNS_A), DNS_NXDOMAIN);
    query_fails(query_of(facts, EDGE1, DNS_AAAA), DNS_NXDOMAIN);
}

static void target_ipv6_only(struct facts *facts) {
    query_fails(query_of(facts, EDGE1, DNS_A), DNS_NO_DATA);
    add_address(facts, query_of(facts, EDGE1, DNS_AAAA), "2001:db8::10");
}

static void target_silent(struct facts *facts) {
    query_fails(query_of(facts, EDGE1, DNS_A), DNS_TIMEOUT);
}

static void target_half_silent(struct facts *facts) {
    query_fails(query_of(facts, EDGE1, DNS_AAAA), DNS_TIMEOUT);
}

static void target_literal(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[0]->target = arena_text(facts->arena, "203.0.113.10");
}

static void set_address(struct facts *facts, const char *address) {
    query_of(facts, EDGE1, DNS_A)->records.v[0]->address = arena_text(facts->arena, address);
}

#define TARGET_ADDRESS(name, address, where)                                                                 \
    static void name(struct facts *facts) {                                                                  \
        facts->run.vantage = where;                                                                          \
        set_address(facts, address);                                                                         \
    }
TARGET_ADDRESS(target_loopback, "127.0.0.1", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_loopback_lab, "127.0.0.1", VANTAGE_LAB)
TARGET_ADDRESS(target_loopback_inside, "127.0.0.1", VANTAGE_INTERNAL)
TARGET_ADDRESS(target_unspecified, "0.0.0.0", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_10, "10.1.2.3", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_172_16, "172.31.255.255", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_172_32, "172.32.0.1", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_192_168, "192.168.0.1", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_192_169, "192.169.0.1", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_10_inside, "10.1.2.3", VANTAGE_INTERNAL)
TARGET_ADDRESS(target_10_lab, "10.1.2.3", VANTAGE_LAB)

static void target_ipv6(struct facts *facts, const char *address) {
    add_address(facts, query_of(facts, EDGE1, DNS_AAAA), address);
}

static void target_ula(struct facts *facts) {
    target_ipv6(facts, "fd12::1");
}

static void target_global(struct facts *facts) {
    target_ipv6(facts, "2001:db8::1");
}

static void target_ipv6_loopback(struct facts *facts) {
    target_ipv6(facts, "::1");
}

static void target_mapped(struct facts *facts) {
    target_ipv6(facts, "::ffff:192.168.1.1");
}

static void target_alias(struct facts *facts) {
    texts_add(facts->arena, &query_of(facts, EDGE1, DNS_A)->aliases, "lb.provider.net");
}

static void target_not_asked(struct facts *facts) {
    query_of(facts, EDGE1, DNS_A)->state = DNS_NOT_ASKED;
    query_of(facts, EDGE1, DNS_AAAA)->state = DNS_NOT_ASKED;
}

/* ---- dns.srv-target-domain ---- */

static void rename_target(struct facts *facts, const char *host) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[0]->target = arena_text(facts->arena, host);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE1) == 0)
            facts->endpoints.v[i]->host = arena_text(facts->arena, host);
}

/* The certificate is still that of expe1.example.com: a vanity name in another domain (TN-117811). */
static void vanity_name(struct facts *facts) {
    rename_target(facts, "edge.vanity.net");
}

static void vanity_name_same_domain(struct facts *facts) {
    rename_target(facts, "mra.example.com");
}

static void providers_edge(struct facts *facts) {
    rename_target(facts, "expe1.provider.net");
    cert_add_name(facts, leaf_of(facts, EDGE1_HTTPS), NAME_DNS, "expe1.provider.net");
}

/* example.com itself in the certificate does not make example.com the edge's domain. */
static void edge_elsewhere(struct facts *facts) {
    struct cert *cert = cert_new(facts, "expe1.corp.net");
    cert_add_name(facts, cert, NAME_DNS, DOMAIN);
    cert_add_name(facts, cert, NAME_DNS, "collab-edge.example.com");
    serve_cert_everywhere(facts, EDGE1, cert);
}

static void no_certificate(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        tls_fails(&facts->endpoints.v[i]->tls, TLS_TIMEOUT, SIDE_NOBODY);
}

static void nameless_certificate(struct facts *facts) {
    struct cert *cert = cert_new(facts, DOMAIN);
    serve_cert_everywhere(facts, EDGE1, cert);
}

static void node_elsewhere(struct facts *facts) {
    facts->deployment->e.nodes.v[0]->name = arena_text(facts->arena, "expe1.dmz.local");
    facts->deployment->e.nodes.v[1]->name = arena_text(facts->arena, "expe2.dmz.local");
}

static void short_target(struct facts *facts) {
    rename_target(facts, "expe1");
    cert_add_name(facts, leaf_of(facts, EDGE2_HTTPS), NAME_DNS, "expe1");
}

/* ---- dns.srv-port, dns.uds-not-external ---- */

static void port_443(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[1]->port = 443;
}

static void uds_outside(struct facts *facts) {
    add_srv(facts, query_of(facts, UDS_NAME, DNS_SRV), "ucm1.example.com", 8443);
}

static void uds_in_lab(struct facts *facts) {
    facts->run.vantage = VANTAGE_LAB;
    uds_outside(facts);
}

static void uds_inside(struct facts *facts) {
    facts->run.vantage = VANTAGE_INTERNAL;
    uds_outside(facts);
}

static void uds_dot(struct facts *facts) {
    add_srv(facts, query_of(facts, UDS_NAME, DNS_SRV), ".", 0);
}

static void cuplogin_outside(struct facts *facts) {
    add_srv(facts, query_of(facts, CUP_NAME, DNS_SRV), "imp1.example.com", 8443);
}

static void uds_silent(struct facts *facts) {
    query_fails(query_of(facts, UDS_NAME, DNS_SRV), DNS_TIMEOUT);
}

static void uds_not_asked(struct facts *facts) {
    query_fails(query_of(facts, UDS_NAME, DNS_SRV), DNS_NOT_ASKED);
    query_fails(query_of(facts, CUP_NAME, DNS_SRV), DNS_NOT_ASKED);
}

static void inside_without_uds(struct facts *facts) {
    facts->run.vantage = VANTAGE_INTERNAL;
}

static void inside_uds_silent(struct facts *facts) {
    facts->run.vantage = VANTAGE_INTERNAL;
    uds_silent(facts);
}

/* ---- federation and B2B ---- */

static void uses(struct facts *facts, const char *feature) {
    texts_add(facts->arena, &deployment_of(facts)->features, feature);
}

#define FEATURE_STATE(name, feature, record, state)                                                          \
    static void name(struct facts *facts) {                                                                  \
        uses(facts, feature);                                                                                \
        add_query(facts, record, DNS_SRV, state);                                                            \
    }
FEATURE_STATE(xmpp_nxdomain, "xmpp-federation", XMPP_NAME, DNS_NXDOMAIN)
FEATURE_STATE(xmpp_no_data, "xmpp-federation", XMPP_NAME, DNS_NO_DATA)
FEATURE_STATE(xmpp_servfail, "xmpp-federation", XMPP_NAME, DNS_SERVFAIL)
FEATURE_STATE(xmpp_refused, "xmpp-federation", XMPP_NAME, DNS_REFUSED)
FEATURE_STATE(xmpp_timeout, "xmpp-federation", XMPP_NAME, DNS_TIMEOUT)
FEATURE_STATE(xmpp_malformed, "xmpp-federation", XMPP_NAME, DNS_MALFORMED)
FEATURE_STATE(xmpp_truncated, "xmpp-federation", XMPP_NAME, DNS_TRUNCATED)
FEATURE_STATE(sips_nxdomain, "b2b", SIPS_NAME, DNS_NXDOMAIN)
FEATURE_STATE(sips_no_data, "b2b", SIPS_NAME, DNS_NO_DATA)
FEATURE_STATE(sips_servfail, "b2b", SIPS_NAME, DNS_SERVFAIL)

static void xmpp_offered(struct facts *facts) {
    xmpp_nxdomain(facts);
    add_srv(facts, query_of(facts, XMPP_NAME, DNS_SRV), EDGE1, 5269);
}

static void xmpp_dot(struct facts *facts) {
    xmpp_nxdomain(facts);
    add_srv(facts, query_of(facts, XMPP_NAME, DNS_SRV), ".", 0);
}

static void xmpp_not_asked(struct facts *facts) {
    uses(facts, "xmpp-federation");
}

static void xmpp_other_domain(struct facts *facts) {
    texts_add(facts->arena, &deployment_of(facts)->e.xmpp_federation_domains, "chat.example.org");
    add_query(facts, "_xmpp-server._tcp.chat.example.org", DNS_SRV, DNS_NXDOMAIN);
}

static void sips_offered(struct facts *facts) {
    sips_nxdomain(facts);
    add_srv(facts, query_of(facts, SIPS_NAME, DNS_SRV), EDGE1, 5061);
}

/* ---- dns.san-address ---- */

static void acme(struct facts *facts) {
    uses(facts, "acme");
    add_host(facts, DOMAIN, "203.0.113.10");
    add_host(facts, "expe.example.com", "203.0.113.11"); /* any peer will do */
}

static void acme_domain_elsewhere(struct facts *facts) {
    acme(facts);
    query_of(facts, DOMAIN, DNS_A)->records.v[0]->address = arena_text(facts->arena, "198.51.100.80");
}

static void acme_second_elsewhere(struct facts *facts) {
    acme(facts);
    add_address(facts, query_of(facts, DOMAIN, DNS_A), "198.51.100.80");
}

static void acme_no_address(struct facts *facts) {
    acme(facts);
    query_fails(query_of(facts, DOMAIN, DNS_A), DNS_NO_DATA);
}

static void acme_silent(struct facts *facts) {
    acme(facts);
    query_fails(query_of(facts, DOMAIN, DNS_A), DNS_TIMEOUT);
}

static void acme_no_certificate(struct facts *facts) {
    acme(facts);
    no_certificate(facts);
}

/* ---- dns.resolvers-agree ---- */

static struct dns_query *ask_second(struct facts *facts, enum dns_state state) {
    struct dns_query *query = add_query(facts, SRV_NAME, DNS_SRV, state);
    query->resolver = arena_text(facts->arena, "192.0.2.54:53");
    return query;
}

static void second_agrees(struct facts *facts) {
    struct dns_query *query = ask_second(facts, DNS_ANSWERED);
    add_srv(facts, query, EDGE2, 8443); /* the other order */
    add_srv(facts, query, EDGE1, 8443);
}

static void second_lacks_one(struct facts *facts) {
    add_srv(facts, ask_second(facts, DNS_ANSWERED), EDGE1, 8443);
}

static void second_knows_nothing(struct facts *facts) {
    ask_second(facts, DNS_NXDOMAIN);
}

static void second_differs_on_host(struct facts *facts) {
    struct dns_query *query = add_query(facts, EDGE1, DNS_A, DNS_ANSWERED);
    query->resolver = arena_text(facts->arena, "192.0.2.54:53");
    add_address(facts, query, "198.51.100.1");
}

static const struct judge_row rows[] = {
#define SRV "dns.collab-edge-srv", DOMAIN
    {"healthy", NULL, SRV, STATUS_PASS, NULL, NULL},
    {"nxdomain", srv_nxdomain, SRV, STATUS_FAIL, "nxdomain", NULL},
    {"no data", srv_no_data, SRV, STATUS_FAIL, "no-data", NULL},
    {"servfail", srv_servfail, SRV, STATUS_FAIL, "servfail", NULL},
    {"refused", srv_refused, SRV, STATUS_FAIL, "refused", NULL},
    {"silence", srv_timeout, SRV, STATUS_FAIL, "timeout", NULL},
    {"resolver unreachable", srv_unreachable, SRV, STATUS_FAIL, "timeout", NULL},
    {"malformed", srv_malformed, SRV, STATUS_FAIL, "malformed", NULL},
    {"other rcode", srv_other_rcode, SRV, STATUS_FAIL, "malformed", NULL},
    {"truncated", srv_truncated, SRV, STATUS_FAIL, "truncated", NULL},
    {"target dot", srv_dot, SRV, STATUS_FAIL, "not-offered", NULL},
    {"a dot among targets", srv_dot_and_one, SRV, STATUS_PASS, NULL, NULL},
    {"not asked", srv_not_asked, SRV, STATUS_SKIP, NULL, NULL},
    {"missing inside is right", srv_missing_inside, SRV, STATUS_SKIP, NULL, NULL},
    {"missing in the lab", srv_missing_lab, SRV, STATUS_FAIL, "nxdomain", NULL},
    {"the second resolver answers", first_resolver_fails, SRV, STATUS_PASS, NULL, NULL},
#undef SRV
#define TARGET "dns.srv-target", EDGE1
    {"healthy", NULL, TARGET, STATUS_PASS, NULL, NULL},
    {"no address", target_nxdomain, TARGET, STATUS_FAIL, "no-address", NULL},
    {"the other target is not touched", target_nxdomain, "dns.srv-target", EDGE2, STATUS_PASS, NULL, NULL},
    {"IPv6 alone will do", target_ipv6_only, TARGET, STATUS_PASS, NULL, NULL},
    {"silence", target_silent, TARGET, STATUS_FAIL, "timeout", NULL},
    {"silence about AAAA only", target_half_silent, TARGET, STATUS_PASS, NULL, NULL},
    {"IP literal", target_literal, "dns.srv-target", "203.0.113.10", STATUS_FAIL, "ip-literal", NULL},
    {"loopback", target_loopback, TARGET, STATUS_FAIL, "loopback", NULL},
    {"loopback inside", target_loopback_inside, TARGET, STATUS_FAIL, "loopback", NULL},
    {"loopback in the lab", target_loopback_lab, TARGET, STATUS_PASS, NULL, NULL},
    {"0.0.0.0", target_unspecified, TARGET, STATUS_FAIL, "loopback", NULL},
    {"::1", target_ipv6_loopback, TARGET, STATUS_FAIL, "loopback", NULL},
    {"10/8", target_10, TARGET, STATUS_WARN, "private-address", NULL},
    {"172.31", target_172_16, TARGET, STATUS_WARN, "private-address", NULL},
    {"172.32", target_172_32, TARGET, STATUS_PASS, NULL, NULL},
    {"192.168", target_192_168, TARGET, STATUS_WARN, "private-address", NULL},
    {"192.169", target_192_169, TARGET, STATUS_PASS, NULL, NULL},
    {"fd00::/8", target_ula, TARGET, STATUS_WARN, "private-address", NULL},
    {"mapped IPv4", target_mapped, TARGET, STATUS_WARN, "private-address", NULL},
    {"global IPv6", target_global, TARGET, STATUS_PASS, NULL, NULL},
    {"private inside", target_10_inside, TARGET, STATUS_PASS, NULL, NULL},
    {"private in the lab", target_10_lab, TARGET, STATUS_PASS, NULL, NULL},
    {"alias", target_alias, TARGET, STATUS_WARN, "alias", NULL},
    {"addresses not asked", target_not_asked, TARGET, STATUS_SKIP, NULL, NULL},
    {"no SRV, no target", srv_nxdomain, TARGET, ABSENT, NULL, NULL},
#undef TARGET
#define TARGET_DOMAIN "dns.srv-target-domain"
    {"healthy", NULL, TARGET_DOMAIN, EDGE1, STATUS_PASS, NULL, NULL},
    {"vanity name", vanity_name, TARGET_DOMAIN, "edge.vanity.net", STATUS_WARN, "other-domain", NULL},
    {"another name of the same domain", vanity_name_same_domain, TARGET_DOMAIN, "mra.example.com",
     STATUS_PASS, NULL, NULL},
    {"a provider's edge", providers_edge, TARGET_DOMAIN, "expe1.provider.net", STATUS_PASS, NULL, NULL},
    {"the certificate is of an edge elsewhere", edge_elsewhere, TARGET_DOMAIN, EDGE1, STATUS_WARN,
     "other-domain", NULL},
    {"no certificate", no_certificate, TARGET_DOMAIN, EDGE1, STATUS_SKIP, NULL, NULL},
    {"a certificate without host names", nameless_certificate, TARGET_DOMAIN, EDGE1, STATUS_SKIP, NULL, NULL},
    {"healthy nodes", NULL, TARGET_DOMAIN, EDGE1, STATUS_PASS, NULL, healthy_deployment},
    {"nodes elsewhere", node_elsewhere, TARGET_DOMAIN, EDGE1, STATUS_WARN, "other-domain",
     healthy_deployment},
    {"target without a dot", short_target, TARGET_DOMAIN, "expe1", STATUS_WARN, "other-domain", NULL},
    {"IP literal", target_literal, TARGET_DOMAIN, "203.0.113.10", ABSENT, NULL, NULL},
#define PORT "dns.srv-port", DOMAIN
    {"healthy", NULL, PORT, STATUS_PASS, NULL, NULL},
    {"port 443 on the second", port_443, PORT, STATUS_WARN, "unexpected-port", NULL},
    {"no SRV, no port", srv_nxdomain, PORT, ABSENT, NULL, NULL},
#undef PORT
#define UDS "dns.uds-not-external", DOMAIN
    {"healthy", NULL, UDS, STATUS_PASS, NULL, NULL},
    {"_cisco-uds outside", uds_outside, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"_cisco-uds in the lab", uds_in_lab, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"_cuplogin outside", cuplogin_outside, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"not offered", uds_dot, UDS, STATUS_PASS, NULL, NULL},
    {"silence", uds_silent, UDS, STATUS_UNKNOWN, NULL, NULL},
    {"not asked", uds_not_asked, UDS, STATUS_SKIP, NULL, NULL},
    {"inside it must be", inside_without_uds, UDS, STATUS_WARN, "missing-inside", NULL},
    {"inside it is", uds_inside, UDS, STATUS_PASS, NULL, NULL},
    {"inside silence", inside_uds_silent, UDS, STATUS_UNKNOWN, NULL, NULL},
#undef UDS
#define XMPP "dns.xmpp-federation-srv", DOMAIN
    {"not in use", NULL, XMPP, ABSENT, NULL, NULL},
    {"offered", xmpp_offered, XMPP, STATUS_PASS, NULL, NULL},
    {"nxdomain", xmpp_nxdomain, XMPP, STATUS_FAIL, "nxdomain", NULL},
    {"no data", xmpp_no_data, XMPP, STATUS_FAIL, "no-data", NULL},
    {"servfail", xmpp_servfail, XMPP, STATUS_FAIL, "servfail", NULL},
    {"refused", xmpp_refused, XMPP, STATUS_FAIL, "refused", NULL},
    {"silence", xmpp_timeout, XMPP, STATUS_FAIL, "timeout", NULL},
    {"malformed", xmpp_malformed, XMPP, STATUS_FAIL, "malformed", NULL},
    {"truncated", xmpp_truncated, XMPP, STATUS_FAIL, "truncated", NULL},
    {"dot", xmpp_dot, XMPP, STATUS_FAIL, "not-offered", NULL},
    {"not asked", xmpp_not_asked, XMPP, STATUS_SKIP, NULL, NULL},
    {"a federation domain of its own", xmpp_other_domain, "dns.xmpp-federation-srv", "chat.example.org",
     STATUS_FAIL, "nxdomain", NULL},
#undef XMPP
#define SIP "dns.sip-srv", DOMAIN
    {"not in use", NULL, SIP, ABSENT, NULL, NULL},
    {"offered", sips_offered, SIP, STATUS_PASS, NULL, NULL},
    {"nxdomain", sips_nxdomain, SIP, STATUS_WARN, "nxdomain", NULL},
    {"no data", sips_no_data, SIP, STATUS_WARN, "no-data", NULL},
    {"servfail", sips_servfail, SIP, STATUS_UNKNOWN, NULL, NULL},
#undef SIP
#define SAN "dns.san-address", EDGE1
    {"not in use", NULL, SAN, ABSENT, NULL, NULL},
    {"every name leads to an edge", acme, SAN, STATUS_PASS, NULL, NULL},
    {"the domain is a web site", acme_domain_elsewhere, SAN, STATUS_FAIL, "elsewhere", NULL},
    {"one of two addresses", acme_second_elsewhere, SAN, STATUS_FAIL, "elsewhere", NULL},
    {"no address", acme_no_address, SAN, STATUS_FAIL, "no-address", NULL},
    {"silence", acme_silent, SAN, STATUS_UNKNOWN, NULL, NULL},
    {"no certificate", acme_no_certificate, "dns.san-address", DOMAIN, STATUS_SKIP, NULL, NULL},
#undef SAN
#define AGREE "dns.resolvers-agree"
    {"one resolver", NULL, AGREE, DOMAIN, ABSENT, NULL, NULL},
    {"the same in another order", second_agrees, AGREE, DOMAIN, STATUS_PASS, NULL, NULL},
    {"one record less", second_lacks_one, AGREE, DOMAIN, STATUS_WARN, "differ", NULL},
    {"unknown to the second", second_knows_nothing, AGREE, DOMAIN, STATUS_WARN, "differ", NULL},
    {"another address", second_differs_on_host, AGREE, EDGE1, STATUS_WARN, "differ", NULL},
    {"which is not the domain's", second_differs_on_host, AGREE, DOMAIN, ABSENT, NULL, NULL},
};

static const char *const checks[] = {"dns.collab-edge-srv",   "dns.srv-target",
                                     "dns.srv-target-domain", "dns.srv-port",
                                     "dns.uds-not-external",  "dns.xmpp-federation-srv",
                                     "dns.sip-srv",           "dns.san-address",
                                     "dns.resolvers-agree",   NULL};

/* A resolver that cannot be reached is told as timeout, an unusual error code as malformed; the evidence has
 * the state itself. */
static const char *const except[] = {"dns.collab-edge-srv/unreachable", "dns.collab-edge-srv/other-rcode",
                                     "dns.xmpp-federation-srv/unreachable",
                                     "dns.xmpp-federation-srv/other-rcode", NULL};

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_dns, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, except, rows, sizeof rows / sizeof *rows);
}

static void test_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    uds_outside(facts);
    target_alias(facts);
    srv_unreachable(facts);
    judge_dns(facts, findings);
    const struct finding *finding =
        assert_finding(findings, "dns.uds-not-external", DOMAIN, STATUS_FAIL, "resolves-outside");
    assert_evidence(finding, "found",
                    "[\"_cisco-uds._tcp.example.com SRV 10 10 8443 ucm1.example.com\","
                    " \"_cuplogin._tcp.example.com SRV nxdomain\"]");
    assert_string_equal(finding->domain, DOMAIN);
    finding = assert_finding(findings, "dns.collab-edge-srv", DOMAIN, STATUS_FAIL, "timeout");
    assert_evidence(finding, "found", "\"unreachable\"");
    assert_evidence(finding, "resolver", "\"192.0.2.53:53\"");
    findings_free(findings);
    facts_free(facts);
}

static void test_target_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    target_alias(facts);
    judge_dns(facts, findings);
    const struct finding *finding = assert_finding(findings, "dns.srv-target", EDGE1, STATUS_WARN, "alias");
    assert_evidence(finding, "found", "[\"203.0.113.10\"]");
    assert_evidence(finding, "aliases", "[\"lb.provider.net\"]");
    assert_string_equal(finding->node, EDGE1);
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_evidence),
                                       cmocka_unit_test(test_target_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
