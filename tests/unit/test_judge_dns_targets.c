/* Does judge_dns tell usable SRV targets from others, and do names and resolvers agree? One broken thing per
 * row: dns.srv-target, dns.srv-target-domain, dns.san-address, dns.resolvers-agree. */
#include "checks/vantage.h"
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void srv_nxdomain(struct facts *facts) {
    query_fails(query_of(facts, SRV_NAME, DNS_SRV), DNS_NXDOMAIN);
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

static void target_url(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[0]->target =
        arena_text(facts->arena, "https://expe1.example.com");
}

#define LABEL_63 "a23456789012345678901234567890123456789012345678901234567890123"
#define LONGEST LABEL_63 ".example.com"
#define TOO_LONG "b" LABEL_63 ".example.com"

static void target_longest(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[0]->target = arena_text(facts->arena, LONGEST);
    add_host(facts, LONGEST, "203.0.113.10");
}

static void target_too_long(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[0]->target = arena_text(facts->arena, TOO_LONG);
    add_host(facts, TOO_LONG, "203.0.113.10");
}

static void target_with_underscore(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.v[0]->target = arena_text(facts->arena, "exp_e1.example.com");
    add_host(facts, "exp_e1.example.com", "203.0.113.10");
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
TARGET_ADDRESS(target_172_15, "172.15.255.255", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_172_32, "172.32.0.1", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_192_168, "192.168.0.1", VANTAGE_EXTERNAL)
TARGET_ADDRESS(target_192_168_255, "192.168.255.254", VANTAGE_EXTERNAL)
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

/* Two services of one host: it is judged once. */
static void target_twice(struct facts *facts) {
    add_srv(facts, query_of(facts, SRV_NAME, DNS_SRV), "EXPE1.example.com.", 9443);
}

static void dot_beside(struct facts *facts) {
    add_srv(facts, query_of(facts, SRV_NAME, DNS_SRV), ".", 0);
}

static void dot_alone(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->records.n = 0;
    dot_beside(facts);
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

/* eu.example.com is what is served, no host of the edge's. */
static void long_service_domain(struct facts *facts) {
    texts_add(facts->arena, &facts->domains, "eu.example.com");
    serve_cert_everywhere(facts, EDGE1, cert_new(facts, "eu.example.com"));
}

static void node_elsewhere(struct facts *facts) {
    facts->deployment->e.nodes.v[0]->name = arena_text(facts->arena, "expe1.dmz.local");
    facts->deployment->e.nodes.v[1]->name = arena_text(facts->arena, "expe2.dmz.local");
}

static void short_target(struct facts *facts) {
    rename_target(facts, "expe1");
    cert_add_name(facts, leaf_of(facts, EDGE2_HTTPS), NAME_DNS, "expe1");
}

/* ---- dns.san-address ---- */

static void acme(struct facts *facts) {
    texts_add(facts->arena, &deployment_of(facts)->features, "acme");
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

/* Nothing is served yet, and the deployment names the file of the edge. */
static void acme_by_file(struct facts *facts) {
    acme(facts);
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = arena_text(facts->arena, EDGE1);
    node->role = ROLE_EXPRESSWAY_E;
    LIST_ADD(facts->arena, &node->certificate, leaf_of(facts, EDGE1_HTTPS));
    LIST_ADD(facts->arena, &facts->deployment->e.nodes, node);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->tls.chain.n = 0;
}

static void acme_by_file_elsewhere(struct facts *facts) {
    acme_domain_elsewhere(facts);
    acme_by_file(facts);
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

static void second_is_silent(struct facts *facts) {
    ask_second(facts, DNS_TIMEOUT);
}

static void second_is_cut_off(struct facts *facts) {
    ask_second(facts, DNS_NOT_ASKED);
}

static void second_says_nonsense(struct facts *facts) {
    ask_second(facts, DNS_MALFORMED);
}

static void second_fails(struct facts *facts) {
    ask_second(facts, DNS_SERVFAIL);
}

static void both_are_silent(struct facts *facts) {
    query_fails(query_of(facts, SRV_NAME, DNS_SRV), DNS_TIMEOUT);
    ask_second(facts, DNS_TIMEOUT);
}

static void second_is_silent_third_differs(struct facts *facts) {
    second_is_silent(facts);
    second_knows_nothing(facts);
}

/* About the service one does not answer, about a host of it the two differ: the fault is told. */
static void second_is_silent_and_differs(struct facts *facts) {
    second_is_silent(facts);
    struct dns_query *query = add_query(facts, EDGE1, DNS_A, DNS_ANSWERED);
    query->resolver = arena_text(facts->arena, "192.0.2.54:53");
    add_address(facts, query, "198.51.100.1");
}

static void second_differs_on_host(struct facts *facts) {
    struct dns_query *query = add_query(facts, EDGE1, DNS_A, DNS_ANSWERED);
    query->resolver = arena_text(facts->arena, "192.0.2.54:53");
    add_address(facts, query, "198.51.100.1");
}

/* Of two domains the resolvers differ about the second. */
static void second_differs_on_another_domain(struct facts *facts) {
    static const char *const name = "_collab-edge._tls.example.org";
    texts_add(facts->arena, &facts->domains, "example.org");
    add_srv(facts, add_query(facts, name, DNS_SRV, DNS_ANSWERED), EDGE1, 8443);
    struct dns_query *query = add_query(facts, name, DNS_SRV, DNS_NXDOMAIN);
    query->resolver = arena_text(facts->arena, "192.0.2.54:53");
}

static void acme_one_elsewhere_silent(struct facts *facts) { /* one fault is enough to tell it alone */
    acme_domain_elsewhere(facts);
    query_fails(query_of(facts, "expe.example.com", DNS_A), DNS_TIMEOUT);
}

/* A certificate that came alone, without its CA's. */
static void alone(struct facts *facts) {
    vanity_name(facts);
    endpoint_of(facts, EDGE1_HTTPS)->tls.chain.n = 1;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->tls.chain.n = 1;
}

/* No cookie is set for a top-level domain. */
static void nodes_in_top_level_domain(struct facts *facts) {
    facts->deployment->e.nodes.v[0]->name = arena_text(facts->arena, "expe9.com");
    facts->deployment->e.nodes.v[1]->name = arena_text(facts->arena, "expe8.com");
}

/* As many letters before the domain as "collab-edge." has. */
static void named_like_a_service(struct facts *facts) {
    rename_target(facts, "expe1.provider.net");
    serve_cert_everywhere(facts, EDGE1, cert_new(facts, "edge-host-1.example.com"));
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE1) == 0)
            facts->endpoints.v[i]->host = arena_text(facts->arena, "expe1.provider.net");
}

static void only_a_asked(struct facts *facts) {
    query_of(facts, EDGE1, DNS_AAAA)->name = arena_text(facts->arena, "elsewhere.example.com");
}

/* -6 */
static void only_aaaa_asked(struct facts *facts) {
    query_of(facts, EDGE1, DNS_A)->name = arena_text(facts->arena, "elsewhere.example.com");
}

static void only_aaaa_asked_of_no_name(struct facts *facts) {
    target_nxdomain(facts);
    only_aaaa_asked(facts);
}

static const struct judge_row rows[] = {
#define TARGET "dns.srv-target", EDGE1
    {"healthy", NULL, TARGET, STATUS_PASS, NULL, NULL},
    {"no address", target_nxdomain, TARGET, STATUS_FAIL, "no-address", NULL},
    {"no IPv6 address, and IPv4 was not asked for", only_aaaa_asked, TARGET, STATUS_UNKNOWN, NULL, NULL},
    {"no such name, whatever was asked for", only_aaaa_asked_of_no_name, TARGET, STATUS_FAIL, "no-address",
     NULL},
    {"the other target is not touched", target_nxdomain, "dns.srv-target", EDGE2, STATUS_PASS, NULL, NULL},
    {"IPv6 alone will do", target_ipv6_only, TARGET, STATUS_PASS, NULL, NULL},
    {"silence", target_silent, TARGET, STATUS_FAIL, "timeout", NULL},
    {"silence about AAAA only", target_half_silent, TARGET, STATUS_PASS, NULL, NULL},
    {"a URL", target_url, "dns.srv-target", "https://expe1.example.com", STATUS_FAIL, "not-a-host-name",
     NULL},
    {"a label of 63 characters", target_longest, "dns.srv-target", LONGEST, STATUS_PASS, NULL, NULL},
    {"a label of 64 characters", target_too_long, "dns.srv-target", TOO_LONG, STATUS_FAIL, "not-a-host-name",
     NULL},
    {"an underscore is told elsewhere", target_with_underscore, "dns.srv-target", "exp_e1.example.com",
     STATUS_PASS, NULL, NULL},
    {"IP literal", target_literal, "dns.srv-target", "203.0.113.10", STATUS_FAIL, "ip-literal", NULL},
    {"loopback", target_loopback, TARGET, STATUS_FAIL, "loopback", NULL},
    {"loopback inside", target_loopback_inside, TARGET, STATUS_FAIL, "loopback", NULL},
    {"loopback in the lab", target_loopback_lab, TARGET, STATUS_PASS, NULL, NULL},
    {"0.0.0.0", target_unspecified, TARGET, STATUS_FAIL, "loopback", NULL},
    {"::1", target_ipv6_loopback, TARGET, STATUS_FAIL, "loopback", NULL},
    {"10/8", target_10, TARGET, STATUS_WARN, "private-address", NULL},
    {"172.31", target_172_16, TARGET, STATUS_WARN, "private-address", NULL},
    {"172.15", target_172_15, TARGET, STATUS_PASS, NULL, NULL},
    {"172.32", target_172_32, TARGET, STATUS_PASS, NULL, NULL},
    {"192.168.255", target_192_168_255, TARGET, STATUS_WARN, "private-address", NULL},
    {"192.168", target_192_168, TARGET, STATUS_WARN, "private-address", NULL},
    {"192.169", target_192_169, TARGET, STATUS_PASS, NULL, NULL},
    {"fd00::/8", target_ula, TARGET, STATUS_WARN, "private-address", NULL},
    {"mapped IPv4", target_mapped, TARGET, STATUS_WARN, "private-address", NULL},
    {"global IPv6", target_global, TARGET, STATUS_PASS, NULL, NULL},
    {"private inside", target_10_inside, TARGET, STATUS_PASS, NULL, NULL},
    {"private in the lab", target_10_lab, TARGET, STATUS_PASS, NULL, NULL},
    {"alias", target_alias, TARGET, STATUS_WARN, "alias", NULL},
    {"addresses not asked", target_not_asked, TARGET, STATUS_SKIP, NULL, NULL},
    {"a dot beside real targets", dot_beside, "dns.srv-target", DOMAIN, STATUS_WARN, "dot-beside-others",
     NULL},
    {"which leaves them as they are", dot_beside, TARGET, STATUS_PASS, NULL, NULL},
    {"and is no port", dot_beside, "dns.srv-port", NULL, STATUS_PASS, NULL, NULL},
    {"a dot alone is told by dns.collab-edge-srv", dot_alone, "dns.srv-target", DOMAIN, ABSENT, NULL, NULL},
    {"no SRV, no target", srv_nxdomain, TARGET, ABSENT, NULL, NULL},
#undef TARGET
#define TARGET_DOMAIN "dns.srv-target-domain"
    {"healthy", NULL, TARGET_DOMAIN, EDGE1, STATUS_PASS, NULL, NULL},
    {"vanity name", vanity_name, TARGET_DOMAIN, "edge.vanity.net", STATUS_WARN, "other-domain", NULL},
    {"by a certificate that came alone", alone, TARGET_DOMAIN, "edge.vanity.net", STATUS_WARN, "other-domain",
     NULL},
    {"another name of the same domain", vanity_name_same_domain, TARGET_DOMAIN, "mra.example.com",
     STATUS_PASS, NULL, NULL},
    {"a provider's edge", providers_edge, TARGET_DOMAIN, "expe1.provider.net", STATUS_PASS, NULL, NULL},
    {"the certificate is of an edge elsewhere", edge_elsewhere, TARGET_DOMAIN, EDGE1, STATUS_WARN,
     "other-domain", NULL},
    {"no certificate", no_certificate, TARGET_DOMAIN, EDGE1, STATUS_SKIP, NULL, NULL},
    {"a certificate without host names", nameless_certificate, TARGET_DOMAIN, EDGE1, STATUS_SKIP, NULL, NULL},
    {"a certificate with a long service domain", long_service_domain, TARGET_DOMAIN, EDGE1, STATUS_SKIP, NULL,
     NULL},
    {"healthy nodes", NULL, TARGET_DOMAIN, EDGE1, STATUS_PASS, NULL, healthy_deployment},
    {"nodes elsewhere", node_elsewhere, TARGET_DOMAIN, EDGE1, STATUS_WARN, "other-domain",
     healthy_deployment},
    {"target without a dot", short_target, TARGET_DOMAIN, "expe1", STATUS_WARN, "other-domain", NULL},
    {"IP literal", target_literal, TARGET_DOMAIN, "203.0.113.10", ABSENT, NULL, NULL},
#define SAN "dns.san-address", EDGE1
    {"not in use", NULL, SAN, ABSENT, NULL, NULL},
    {"every name leads to an edge", acme, SAN, STATUS_PASS, NULL, NULL},
    {"the domain is a web site", acme_domain_elsewhere, SAN, STATUS_FAIL, "elsewhere", NULL},
    {"one of two addresses", acme_second_elsewhere, SAN, STATUS_FAIL, "elsewhere", NULL},
    {"no address", acme_no_address, SAN, STATUS_FAIL, "no-address", NULL},
    {"one elsewhere, one silent", acme_one_elsewhere_silent, SAN, STATUS_FAIL, "elsewhere", NULL},
    {"silence", acme_silent, SAN, STATUS_UNKNOWN, NULL, NULL},
    {"by its file", acme_by_file, SAN, STATUS_PASS, NULL, NULL},
    {"by its file, a name leads elsewhere", acme_by_file_elsewhere, SAN, STATUS_FAIL, "elsewhere", NULL},
    {"no certificate", acme_no_certificate, "dns.san-address", DOMAIN, STATUS_SKIP, NULL, NULL},
#undef SAN
#define AGREE "dns.resolvers-agree"
    {"one resolver", NULL, AGREE, DOMAIN, ABSENT, NULL, NULL},
    {"the same in another order", second_agrees, AGREE, DOMAIN, STATUS_PASS, NULL, NULL},
    {"one record less", second_lacks_one, AGREE, DOMAIN, STATUS_WARN, "differ", NULL},
    {"unknown to the second", second_knows_nothing, AGREE, DOMAIN, STATUS_WARN, "differ", NULL},
    {"the second fails", second_fails, AGREE, DOMAIN, STATUS_WARN, "differ", NULL},
    {"the second is silent", second_is_silent, AGREE, DOMAIN, STATUS_UNKNOWN, "no-answer", NULL},
    {"the second was cut off", second_is_cut_off, AGREE, DOMAIN, STATUS_UNKNOWN, "no-answer", NULL},
    {"the second cannot be read", second_says_nonsense, AGREE, DOMAIN, STATUS_UNKNOWN, "no-answer", NULL},
    {"both are silent", both_are_silent, AGREE, DOMAIN, STATUS_UNKNOWN, "no-answer", NULL},
    {"one of three is silent, two differ", second_is_silent_third_differs, AGREE, DOMAIN, STATUS_WARN,
     "differ", NULL},
    {"silent about one name, another differs", second_is_silent_and_differs, AGREE, DOMAIN, STATUS_WARN,
     "differ", NULL},
    {"another domain", second_differs_on_another_domain, AGREE, "example.org", STATUS_WARN, "differ", NULL},
    {"which is not the first", second_differs_on_another_domain, AGREE, DOMAIN, ABSENT, NULL, NULL},
    {"another address of its target", second_differs_on_host, AGREE, DOMAIN, STATUS_WARN, "differ", NULL},
    {"nodes in a top-level domain", nodes_in_top_level_domain, "dns.srv-target-domain", EDGE1, STATUS_WARN,
     "other-domain", healthy_deployment},
    {"a host of eleven letters is no service", named_like_a_service, "dns.srv-target-domain",
     "expe1.provider.net", STATUS_WARN, "other-domain", NULL},
};

static const char *const checks[] = {"dns.srv-target", "dns.srv-target-domain", "dns.san-address",
                                     "dns.resolvers-agree", NULL};

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_dns, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

static const struct told_row told[] = {
    {"a domain", second_lacks_one, AGREE, DOMAIN, "(node)", NULL, NULL},
    {"a host of it", second_differs_on_host, AGREE, NULL, NULL,
     "the resolvers do not agree about expe1.example.com", NULL},
    {"which domain it should lie in", vanity_name, TARGET_DOMAIN, "edge.vanity.net", "wanted",
     "\"example.com\"", NULL},
    {"by nodes", node_elsewhere, TARGET_DOMAIN, EDGE1, "nodes", "[\"expe1.dmz.local\", \"expe2.dmz.local\"]",
     healthy_deployment},
    {"IPv6 was not asked for", only_a_asked, "dns.srv-target", EDGE1, "aaaa", NULL, NULL},
};

static void findings_tell(void **state) {
    (void)state;
    assert_told(judge_dns, told, sizeof told / sizeof *told);
}

/* Where one name leads elsewhere nothing is said of those that are silent. */
static void a_fault_is_told_alone(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    acme_one_elsewhere_silent(facts);
    judge_with(judge_dns, facts, findings);
    for (size_t i = 0; i < findings->n; i++)
        assert_false(strcmp(findings->v[i]->check->id, "dns.san-address") == 0 &&
                     strcmp(findings->v[i]->subject, EDGE1) == 0 && findings->v[i]->status != STATUS_FAIL);
    findings_free(findings);
    facts_free(facts);
}

static void test_target_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    target_alias(facts);
    judge_with(judge_dns, facts, findings);
    const struct finding *finding = assert_finding(findings, "dns.srv-target", EDGE1, STATUS_WARN, "alias");
    assert_evidence(finding, "found", "[\"203.0.113.10\"]");
    assert_evidence(finding, "aliases", "[\"lb.provider.net\"]");
    assert_string_equal(finding->node, EDGE1);
    assert_string_equal(finding->subject, DOMAIN);
    assert_evidence(finding, "target", "\"" EDGE1 "\"");
    findings_free(findings);
    facts_free(facts);
}

/* The first and the last address of each network, and what lies beside it. */
static void networks_have_bounds(void **state) {
    (void)state;
    static const struct {
        const char *address;
        enum address_kind kind;
    } kinds[] = {{"expe1.example.com", ADDRESS_PUBLIC}, /* no address at all */
                 {"0.0.0.0", ADDRESS_LOOPBACK},
                 {"0.255.255.255", ADDRESS_LOOPBACK},
                 {"1.0.0.0", ADDRESS_PUBLIC},
                 {"9.255.255.255", ADDRESS_PUBLIC},
                 {"10.0.0.0", ADDRESS_PRIVATE},
                 {"10.255.255.255", ADDRESS_PRIVATE},
                 {"11.0.0.0", ADDRESS_PUBLIC},
                 {"100.63.255.255", ADDRESS_PUBLIC},
                 {"100.64.0.0", ADDRESS_PRIVATE},
                 {"100.127.255.255", ADDRESS_PRIVATE},
                 {"100.128.0.0", ADDRESS_PUBLIC},
                 {"126.255.255.255", ADDRESS_PUBLIC},
                 {"127.0.0.0", ADDRESS_LOOPBACK},
                 {"127.255.255.255", ADDRESS_LOOPBACK},
                 {"128.0.0.0", ADDRESS_PUBLIC},
                 {"169.253.255.255", ADDRESS_PUBLIC},
                 {"169.254.0.0", ADDRESS_PRIVATE},
                 {"169.254.255.255", ADDRESS_PRIVATE},
                 {"169.255.0.0", ADDRESS_PUBLIC},
                 {"172.15.255.255", ADDRESS_PUBLIC},
                 {"172.16.0.0", ADDRESS_PRIVATE},
                 {"172.31.255.255", ADDRESS_PRIVATE},
                 {"172.32.0.0", ADDRESS_PUBLIC},
                 {"192.167.255.255", ADDRESS_PUBLIC},
                 {"192.168.0.0", ADDRESS_PRIVATE},
                 {"192.168.255.255", ADDRESS_PRIVATE},
                 {"192.169.0.0", ADDRESS_PUBLIC},
                 {"::", ADDRESS_LOOPBACK},
                 {"::1", ADDRESS_LOOPBACK},
                 {"::2", ADDRESS_PUBLIC},
                 {"fbff::", ADDRESS_PUBLIC},
                 {"fc00::", ADDRESS_PRIVATE},
                 {"fdff:ffff::", ADDRESS_PRIVATE},
                 {"fe00::", ADDRESS_PUBLIC},
                 {"fe7f::", ADDRESS_PUBLIC},
                 {"fe80::", ADDRESS_PRIVATE},
                 {"febf::", ADDRESS_PRIVATE},
                 {"fec0::", ADDRESS_PUBLIC}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (address_kind(kinds[i].address) != kinds[i].kind)
            fail_msg("%s is of kind %d", kinds[i].address, (int)address_kind(kinds[i].address));
}

static void a_target_is_judged_once(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    target_twice(facts);
    judge_with(judge_dns, facts, findings);
    size_t count = 0;
    for (size_t i = 0; i < findings->n; i++)
        count += strcmp(findings->v[i]->check->id, "dns.srv-target") == 0;
    assert_int_equal(count, 2); /* one for each edge */
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows),
                                       cmocka_unit_test(findings_tell),
                                       cmocka_unit_test(networks_have_bounds),
                                       cmocka_unit_test(a_fault_is_told_alone),
                                       cmocka_unit_test(test_target_evidence),
                                       cmocka_unit_test(a_target_is_judged_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
