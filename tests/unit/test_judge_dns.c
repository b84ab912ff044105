/* Does judge_dns tell every answer apart? One broken thing per row, from healthy facts. Targets, SAN
 * addresses and resolvers: test_judge_dns_targets.c. */
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

/* ---- dns.srv-port, dns.uds-not-external ---- */

static void port_443(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[1]->port = 443;
}

static void uds_outside(struct facts *facts) {
    add_srv(facts, query_of(facts, UDS_NAME, DNS_SRV), "ucm1.example.com", 8443);
}

static void uds_by(struct facts *facts, const char *resolver) {
    uds_outside(facts);
    query_of(facts, UDS_NAME, DNS_SRV)->resolver = arena_text(facts->arena, resolver);
}

static void uds_by_private(struct facts *facts) {
    uds_by(facts, "10.1.1.53:53");
}

static void srv_missing_perhaps_inside(struct facts *facts) {
    srv_nxdomain(facts);
    uds_by_private(facts);
}

static void srv_fails_perhaps_inside(struct facts *facts) {
    query_fails(query_of(facts, SRV_NAME, DNS_SRV), DNS_SERVFAIL);
    uds_by_private(facts);
}

static void uds_by_private_ipv6(struct facts *facts) {
    uds_by(facts, "[fd00::53]:53");
}

static void uds_by_system(struct facts *facts) {
    uds_by(facts, "system");
}

static void uds_by_system_outside(struct facts *facts) {
    uds_by(facts, "system");
    facts->run.is_vantage_given = true;
}

static void uds_by_system_at_public(struct facts *facts) {
    uds_by(facts, "system");
    add_host(facts, "ucm1.example.com", "198.51.100.9");
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
FEATURE_STATE(xmpp_unreachable, "xmpp-federation", XMPP_NAME, DNS_UNREACHABLE)
FEATURE_STATE(xmpp_other_rcode, "xmpp-federation", XMPP_NAME, DNS_OTHER_RCODE)
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

/* Inside, only old deployments have the other record. */
static void inside_cuplogin_silent(struct facts *facts) {
    uds_inside(facts);
    query_fails(query_of(facts, "_cuplogin._tcp.example.com", DNS_SRV), DNS_TIMEOUT);
}

static void sips_not_asked(struct facts *facts) {
    uses(facts, "b2b");
}

static void sips_offered(struct facts *facts) {
    sips_nxdomain(facts);
    add_srv(facts, query_of(facts, SIPS_NAME, DNS_SRV), EDGE1, 5061);
}

static void sips_missing_inside(struct facts *facts) {
    sips_nxdomain(facts);
    facts->run.vantage = VANTAGE_INTERNAL;
}

static void sips_missing_perhaps_inside(struct facts *facts) {
    sips_nxdomain(facts);
    uds_by_private(facts);
}

static void srv_is_alias(struct facts *facts) {
    texts_add(facts->arena, &query_of(facts, SRV_NAME, DNS_SRV)->aliases, "srv.provider.net");
}

static void uds_by_short_ipv6(struct facts *facts) {
    uds_by(facts, "[fd00::]:53");
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
    {"missing, perhaps inside", srv_missing_perhaps_inside, SRV, STATUS_SKIP, NULL, NULL},
    {"no answer, perhaps inside", srv_fails_perhaps_inside, SRV, STATUS_FAIL, "servfail", NULL},
    {"missing in the lab", srv_missing_lab, SRV, STATUS_FAIL, "nxdomain", NULL},
    {"the second resolver answers", first_resolver_fails, SRV, STATUS_PASS, NULL, NULL},
#undef SRV
#define PORT "dns.srv-port", DOMAIN
    {"healthy", NULL, PORT, STATUS_PASS, NULL, NULL},
    {"port 443 on the second", port_443, PORT, STATUS_WARN, "unexpected-port", NULL},
    {"no SRV, no port", srv_nxdomain, PORT, ABSENT, NULL, NULL},
#undef PORT
#define UDS "dns.uds-not-external", DOMAIN
    {"healthy", NULL, UDS, STATUS_PASS, NULL, NULL},
    {"_cisco-uds outside", uds_outside, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"by a private resolver", uds_by_private, UDS, STATUS_UNKNOWN, "seen-from-inside", NULL},
    {"by a private one over IPv6", uds_by_private_ipv6, UDS, STATUS_UNKNOWN, "seen-from-inside", NULL},
    {"by the system's", uds_by_system, UDS, STATUS_UNKNOWN, "seen-from-inside", NULL},
    {"outside, as somebody said", uds_by_system_outside, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"a public address behind it", uds_by_system_at_public, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"_cisco-uds in the lab", uds_in_lab, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"_cuplogin outside", cuplogin_outside, UDS, STATUS_FAIL, "resolves-outside", NULL},
    {"not offered", uds_dot, UDS, STATUS_PASS, NULL, NULL},
    {"silence", uds_silent, UDS, STATUS_UNKNOWN, NULL, NULL},
    {"not asked", uds_not_asked, UDS, STATUS_SKIP, NULL, NULL},
    {"inside it must be", inside_without_uds, UDS, STATUS_WARN, "missing-inside", NULL},
    {"inside it is", uds_inside, UDS, STATUS_PASS, NULL, NULL},
    {"inside it is, whatever the other record", inside_cuplogin_silent, UDS, STATUS_PASS, NULL, NULL},
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
    {"resolver unreachable", xmpp_unreachable, XMPP, STATUS_FAIL, "timeout", NULL},
    {"other rcode", xmpp_other_rcode, XMPP, STATUS_FAIL, "malformed", NULL},
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
    {"not asked", sips_not_asked, SIP, STATUS_SKIP, NULL, NULL},
    {"servfail", sips_servfail, SIP, STATUS_UNKNOWN, NULL, NULL},
#undef SIP
    {"SIP: missing inside is right", sips_missing_inside, "dns.sip-srv", DOMAIN, STATUS_SKIP, NULL, NULL},
    {"SIP: missing, perhaps inside", sips_missing_perhaps_inside, "dns.sip-srv", DOMAIN, STATUS_SKIP, NULL,
     NULL},
    {"by a private one whose address ends short", uds_by_short_ipv6, "dns.uds-not-external", DOMAIN,
     STATUS_UNKNOWN, "seen-from-inside", NULL},
};

static const char *const checks[] = {"dns.collab-edge-srv",     "dns.srv-port", "dns.uds-not-external",
                                     "dns.xmpp-federation-srv", "dns.sip-srv",  NULL};
static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_dns, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

static const struct told_row told[] = {
    {"by which resolver", uds_by_private, "dns.uds-not-external", DOMAIN, NULL,
     "resolves by 10.1.1.53:53, as it does", NULL},
    {"by the system's", uds_by_system, "dns.uds-not-external", DOMAIN, NULL,
     "resolves by the resolvers of this network, as it does", NULL},
    {"which records", uds_outside, "dns.uds-not-external", DOMAIN, "records",
     "[\"_cisco-uds._tcp.example.com\"]", NULL},
    {"what was asked", NULL, "dns.collab-edge-srv", DOMAIN, "wanted", "\"_collab-edge._tls.example.com SRV\"",
     NULL},
    {"and what came", NULL, "dns.collab-edge-srv", DOMAIN, "found",
     "[\"10 10 8443 expe1.example.com\", \"10 10 8443 expe2.example.com\"]", NULL},
    {"in words", NULL, "dns.collab-edge-srv", DOMAIN, NULL,
     "_collab-edge._tls.example.com names 2 targets, first expe1.example.com", NULL},
    {"what did not come", srv_nxdomain, "dns.collab-edge-srv", DOMAIN, NULL,
     "the name does not exist (NXDOMAIN)", NULL},
    {"the ports", NULL, "dns.srv-port", DOMAIN, "found",
     "[\"expe1.example.com:8443\", \"expe2.example.com:8443\"]", NULL},
    {"the port that is another", port_443, "dns.srv-port", DOMAIN, NULL, "leads to expe2.example.com:443",
     NULL},
    {"over which name", srv_is_alias, "dns.collab-edge-srv", DOMAIN, "aliases", "[\"srv.provider.net\"]",
     NULL},
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_dns, told, sizeof told / sizeof *told);
}

static void test_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    uds_outside(facts);
    srv_unreachable(facts);
    judge_with(judge_dns, facts, findings);
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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
