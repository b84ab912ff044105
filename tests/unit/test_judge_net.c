/* Does judge_net tell dead ports, dead addresses and blocks apart? One broken thing per row. */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void edge1_fails(struct facts *facts, enum tcp_state state) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_HTTPS), state);
}

#define TCP_STATE(name, state)                                                                               \
    static void name(struct facts *facts) {                                                                  \
        edge1_fails(facts, state);                                                                           \
    }
TCP_STATE(refused, TCP_REFUSED)
TCP_STATE(silent, TCP_TIMEOUT)
TCP_STATE(unreachable, TCP_UNREACHABLE)
TCP_STATE(reset, TCP_RESET)
TCP_STATE(unresolved, TCP_UNRESOLVED)
TCP_STATE(own_trouble, TCP_ERROR)
TCP_STATE(not_tried, TCP_NOT_TRIED)

/* ---- inside legs ---- */

static void from_outside(struct facts *facts, enum tcp_state state) {
    facts->run.vantage = VANTAGE_EXTERNAL;
    tcp_fails(facts, endpoint_of(facts, EDGE1_ZONE), state);
    tcp_fails(facts, endpoint_of(facts, UCM1_HTTPS), TCP_UNRESOLVED);
}

static void zone_closed_outside(struct facts *facts) {
    from_outside(facts, TCP_TIMEOUT);
}

static void zone_open_outside(struct facts *facts) {
    facts->run.vantage = VANTAGE_EXTERNAL;
}

static void zone_refused_inside(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_ZONE), TCP_REFUSED);
}

static void zone_refused_lab(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->http.n = 0;
    facts->run.vantage = VANTAGE_LAB;
    zone_refused_inside(facts);
}

/* ---- the intrusion block ---- */

static void drop_variants(struct facts *facts, size_t kept) {
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_HTTPS);
    for (size_t i = kept; i < endpoint->variants.n; i++)
        tls_fails(endpoint->variants.v[i], TLS_TIMEOUT, SIDE_NOBODY);
    for (size_t i = 0; i < endpoint->http.n; i++)
        endpoint->http.v[i]->state = EXCHANGE_NO_ANSWER;
}

static void blocked(struct facts *facts) {
    drop_variants(facts, 0);
}

static void blocked_but_one(struct facts *facts) {
    drop_variants(facts, 1);
}

static void blocked_but_http(struct facts *facts) {
    drop_variants(facts, 0);
    endpoint_of(facts, EDGE1_HTTPS)->http.v[1]->state = EXCHANGE_ANSWERED;
}

static void blocked_but_first_http(struct facts *facts) {
    drop_variants(facts, 0);
    endpoint_of(facts, EDGE1_HTTPS)->http.v[0]->state = EXCHANGE_ANSWERED;
}

static void blocked_one_variant(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->variants.n = 1;
    drop_variants(facts, 0);
}

static void reset_variants(struct facts *facts, int ms) {
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_HTTPS);
    drop_variants(facts, 0);
    for (size_t i = 0; i < endpoint->variants.n; i++) {
        tls_fails(endpoint->variants.v[i], TLS_RESET, SIDE_PATH);
        endpoint->variants.v[i]->ms = ms;
    }
}

static void blocked_by_refusal(struct facts *facts) {
    reset_variants(facts, 0);
}

static void resets_after_hello(struct facts *facts) {
    reset_variants(facts, 4);
}

static void left_out(struct facts *facts) {
    struct endpoint *endpoint = endpoint_of(facts, EDGE1_HTTPS);
    tcp_fails(facts, endpoint, TCP_NOT_TRIED);
    endpoint->tcp.error = arena_text(facts->arena, "left out by -6");
}

static void silent_from_the_start(struct facts *facts) {
    drop_variants(facts, 0);
    tls_fails(&endpoint_of(facts, EDGE1_HTTPS)->tls, TLS_TIMEOUT, SIDE_NOBODY);
}

/* ---- all addresses ---- */

static void add_second(struct facts *facts, const char *address, enum tcp_state https, enum tcp_state sip) {
    struct endpoint *endpoint = add_endpoint(facts, EDGE1, address, 8443, PROTOCOL_HTTPS, LEG_CLIENT);
    if (https != TCP_CONNECTED)
        tcp_fails(facts, endpoint, https);
    endpoint = add_endpoint(facts, EDGE1, address, 5061, PROTOCOL_SIP, LEG_CLIENT);
    if (sip != TCP_CONNECTED)
        tcp_fails(facts, endpoint, sip);
}

static void two_live(struct facts *facts) {
    add_second(facts, "203.0.113.20", TCP_CONNECTED, TCP_CONNECTED);
}

static void one_of_two_dead(struct facts *facts) {
    add_second(facts, "203.0.113.20", TCP_TIMEOUT, TCP_TIMEOUT);
}

static void one_port_of_one_dead(struct facts *facts) {
    add_second(facts, "203.0.113.20", TCP_CONNECTED, TCP_REFUSED);
}

static void one_port_of_both_dead(struct facts *facts) {
    add_second(facts, "203.0.113.20", TCP_CONNECTED, TCP_REFUSED);
    tcp_fails(facts, endpoint_of(facts, EDGE1_SIP), TCP_REFUSED);
}

static void ipv6_dead(struct facts *facts) {
    add_second(facts, "2001:db8::10", TCP_UNREACHABLE, TCP_UNREACHABLE);
}

static void ipv6_half_dead(struct facts *facts) {
    ipv6_dead(facts);
    add_second(facts, "2001:db8::20", TCP_CONNECTED, TCP_CONNECTED);
}

static void ipv4_and_ipv6_dead(struct facts *facts) {
    ipv6_dead(facts);
    one_of_two_dead(facts);
}

static void all_dead(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        tcp_fails(facts, facts->endpoints.v[i], TCP_TIMEOUT);
}

/* ---- ACME ---- */

static void acme_state(struct facts *facts, enum tcp_state state) {
    texts_add(facts->arena, &deployment_of(facts)->features, "acme");
    struct endpoint *endpoint = add_endpoint(facts, EDGE1, "203.0.113.10", 80, PROTOCOL_HTTPS, LEG_CLIENT);
    if (state != TCP_CONNECTED)
        tcp_fails(facts, endpoint, state);
}

#define ACME_STATE(name, state)                                                                              \
    static void name(struct facts *facts) {                                                                  \
        acme_state(facts, state);                                                                            \
    }
ACME_STATE(acme_open, TCP_CONNECTED)

static void acme_with_guests(struct facts *facts) {
    acme_open(facts);
    texts_add(facts->arena, &deployment_of(facts)->features, "jabber-guest");
}

ACME_STATE(acme_refused, TCP_REFUSED)
ACME_STATE(acme_silent, TCP_TIMEOUT)
ACME_STATE(acme_unreachable, TCP_UNREACHABLE)
ACME_STATE(acme_reset, TCP_RESET)
ACME_STATE(acme_unresolved, TCP_UNRESOLVED)
ACME_STATE(acme_own_trouble, TCP_ERROR)
ACME_STATE(acme_not_tried, TCP_NOT_TRIED)

static void acme_without_endpoint(struct facts *facts) {
    texts_add(facts->arena, &deployment_of(facts)->features, "acme");
}

static void acme_without_domain(struct facts *facts) {
    acme_without_endpoint(facts);
    facts->domains.n = 0;
    facts->run.target = arena_text(facts->arena, "deployment.yaml");
}

/* ---- ports that nobody misses ---- */

static void tunnel_refused(struct facts *facts) {
    tcp_fails(facts, endpoint_of(facts, EDGE1_SSH), TCP_REFUSED);
}

static void zone_refused_unproven(struct facts *facts) {
    zone_refused_inside(facts);
    endpoint_of(facts, EDGE1_HTTPS)->http.n = 0;
}

/* The resolver of this network knows the inside record, and nobody said where we stand. */
static void perhaps_in_office(struct facts *facts) {
    struct dns_query *query = query_of(facts, "_cisco-uds._tcp.example.com", DNS_SRV);
    add_srv(facts, query, "ucm1.example.local", 8443);
    query->resolver = arena_text(facts->arena, "10.1.1.53:53");
    edge1_fails(facts, TCP_TIMEOUT);
}

static void surely_outside(struct facts *facts) {
    perhaps_in_office(facts);
    facts->run.is_vantage_given = true;
}

static void tunnel_refused_unproven(struct facts *facts) {
    tunnel_refused(facts);
    endpoint_of(facts, EDGE1_HTTPS)->http.n = 0;
}

static void admin_refused(struct facts *facts) {
    tcp_fails(facts, add_endpoint(facts, EDGE1, "203.0.113.10", 443, PROTOCOL_TLS, LEG_ADMIN), TCP_REFUSED);
}

static void features_are(struct facts *facts, const char *feature) {
    struct deployment *d = deployment_of(facts);
    d->imp.n = d->features.n = 0;
    texts_add(facts->arena, &d->features, feature);
    tcp_fails(facts, endpoint_of(facts, EDGE1_XMPP), TCP_REFUSED);
}

static void xmpp_unused(struct facts *facts) {
    features_are(facts, "mra");
}

static void xmpp_used(struct facts *facts) {
    features_are(facts, "xmpp");
}

/* ---- caps ---- */

static void more_than_is_taken(struct facts *facts) {
    cut_tell(facts, "endpoints of example.com", 64, 65);
}

static const struct judge_row rows[] = {
    {"2222 refused, Expressway-C answered", tunnel_refused, "net.connect", EDGE1_SSH, STATUS_SKIP, NULL,
     healthy_deployment},
    {"2222 refused, nothing proves it", tunnel_refused_unproven, "net.connect", EDGE1_SSH, STATUS_FAIL,
     "refused", healthy_deployment},
    {"silence, perhaps from the office", perhaps_in_office, "net.connect", EDGE1_HTTPS, STATUS_UNKNOWN, NULL,
     NULL},
    {"silence, outside as somebody said", surely_outside, "net.connect", EDGE1_HTTPS, STATUS_FAIL, "timeout",
     NULL},
    {"web administration closed", admin_refused, "net.connect", EDGE1 ":443", STATUS_SKIP, NULL,
     healthy_deployment},
    {"5222 refused, not used", xmpp_unused, "net.connect", EDGE1_XMPP, STATUS_SKIP, NULL, healthy_deployment},
    {"5222 refused, used", xmpp_used, "net.connect", EDGE1_XMPP, STATUS_FAIL, "refused", healthy_deployment},
#define CONNECT "net.connect", EDGE1_HTTPS
    {"healthy", NULL, CONNECT, STATUS_PASS, NULL, NULL},
    {"refused", refused, CONNECT, STATUS_FAIL, "refused", NULL},
    {"silence", silent, CONNECT, STATUS_FAIL, "timeout", NULL},
    {"unreachable", unreachable, CONNECT, STATUS_FAIL, "unreachable", NULL},
    {"reset", reset, CONNECT, STATUS_FAIL, "reset", NULL},
    {"unresolved", unresolved, CONNECT, STATUS_FAIL, "unresolved", NULL},
    {"our own trouble", own_trouble, CONNECT, STATUS_UNKNOWN, NULL, NULL},
    {"not tried", not_tried, CONNECT, STATUS_SKIP, NULL, NULL},
    {"others stay good", refused, "net.connect", EDGE1_SIP, STATUS_PASS, NULL, NULL},
    {"blocked", blocked, CONNECT, STATUS_FAIL, "intrusion-block-suspected", NULL},
    {"blocked by refusal", blocked_by_refusal, CONNECT, STATUS_FAIL, "intrusion-block-suspected", NULL},
    {"resets after the ClientHello", resets_after_hello, CONNECT, STATUS_PASS, NULL, NULL},
    {"left out", left_out, CONNECT, STATUS_SKIP, NULL, NULL},
    {"one variant came through", blocked_but_one, CONNECT, STATUS_PASS, NULL, NULL},
    {"the first request came through", blocked_but_first_http, CONNECT, STATUS_PASS, NULL, NULL},
    {"HTTP came through", blocked_but_http, CONNECT, STATUS_PASS, NULL, NULL},
    {"one lost attempt proves nothing", blocked_one_variant, CONNECT, STATUS_PASS, NULL, NULL},
    {"silent from the start", silent_from_the_start, CONNECT, STATUS_PASS, NULL, NULL},
#undef CONNECT
#define INSIDE(name) "net.connect", name
    {"healthy zone", NULL, INSIDE(EDGE1_ZONE), STATUS_PASS, NULL, healthy_deployment},
    {"zone closed to the outside", zone_closed_outside, INSIDE(EDGE1_ZONE), STATUS_SKIP, NULL,
     healthy_deployment},
    {"inside name unknown outside", zone_closed_outside, INSIDE(UCM1_HTTPS), STATUS_SKIP, NULL,
     healthy_deployment},
    {"zone open to the outside", zone_open_outside, INSIDE(EDGE1_ZONE), STATUS_PASS, NULL,
     healthy_deployment},
    {"zone refused inside, Expressway-C answered", zone_refused_inside, INSIDE(EDGE1_ZONE), STATUS_UNKNOWN,
     NULL, healthy_deployment},
    {"zone refused inside", zone_refused_unproven, INSIDE(EDGE1_ZONE), STATUS_FAIL, "refused",
     healthy_deployment},
    {"zone refused in the lab", zone_refused_lab, INSIDE(EDGE1_ZONE), STATUS_FAIL, "refused",
     healthy_deployment},
#define ALL "net.all-addresses", EDGE1
    {"one address", NULL, ALL, STATUS_PASS, NULL, NULL},
    {"two live ones", two_live, ALL, STATUS_PASS, NULL, NULL},
    {"one of two dead", one_of_two_dead, ALL, STATUS_WARN, "some-addresses-dead", NULL},
    {"one port of one dead", one_port_of_one_dead, ALL, STATUS_WARN, "some-addresses-dead", NULL},
    {"a port that is dead everywhere", one_port_of_both_dead, ALL, STATUS_PASS, NULL, NULL},
    {"IPv6 dead", ipv6_dead, ALL, STATUS_WARN, "ipv6-dead", NULL},
    {"one of two IPv6 dead", ipv6_half_dead, ALL, STATUS_WARN, "some-addresses-dead", NULL},
    {"IPv6 dead and one IPv4", ipv4_and_ipv6_dead, ALL, STATUS_WARN, "some-addresses-dead", NULL},
    {"all dead", all_dead, ALL, STATUS_SKIP, NULL, NULL},
    {"inside hosts have no such finding", NULL, "net.all-addresses", UCM1, ABSENT, NULL, healthy_deployment},
#undef ALL
#define ACME "net.acme-http", "expe1.example.com:80"
    {"not in use", NULL, "net.acme-http", NULL, ABSENT, NULL, NULL},
    {"open", acme_open, ACME, STATUS_PASS, NULL, NULL},
    {"with Jabber Guest", acme_with_guests, "net.acme-http", NULL, STATUS_WARN, "with-jabber-guest", NULL},
    {"refused", acme_refused, ACME, STATUS_INFO, "refused", NULL},
    {"silence", acme_silent, ACME, STATUS_WARN, "timeout", NULL},
    {"unreachable", acme_unreachable, ACME, STATUS_WARN, "unreachable", NULL},
    {"reset", acme_reset, ACME, STATUS_WARN, "reset", NULL},
    {"unresolved", acme_unresolved, ACME, STATUS_WARN, "unresolved", NULL},
    {"our own trouble", acme_own_trouble, ACME, STATUS_UNKNOWN, NULL, NULL},
    {"not tried", acme_not_tried, ACME, STATUS_SKIP, NULL, NULL},
    {"no such port in the run", acme_without_endpoint, "net.acme-http", DOMAIN, STATUS_SKIP, NULL, NULL},
    {"port 80 is no client port", acme_refused, "net.connect", "expe1.example.com:80", ABSENT, NULL, NULL},
    {"nor tried for a file of no domain", acme_without_domain, "net.acme-http", "deployment.yaml",
     STATUS_SKIP, NULL, NULL},
    {"more than is taken", more_than_is_taken, "net.limits", "endpoints of example.com", STATUS_WARN,
     "left-out", NULL},
    {"all is taken", NULL, "net.limits", NULL, ABSENT, NULL, NULL},
    {"nor an address that works or not", acme_refused, "net.all-addresses", EDGE1, STATUS_PASS, NULL, NULL},
};

static const char *const checks[] = {"net.connect", "net.all-addresses", "net.acme-http", NULL};

static void test_rows(void **state) {
    (void)state;
    assert_rows(judge_net, rows, sizeof rows / sizeof *rows);
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

static const struct told_row told[] = {
    {"where it was accepted", NULL, "net.connect", EDGE1_HTTPS, NULL,
     "expe1.example.com:8443 at 203.0.113.10 accepted the connection in ", NULL},
    {"and where not", refused, "net.connect", EDGE1_HTTPS, NULL, "expe1.example.com:8443 at 203.0.113.10 ",
     NULL},
    {"how it ended", refused, "net.connect", EDGE1_HTTPS, "found", "\"refused\"", NULL},
    {"a name without an address", unresolved, "net.connect", EDGE1_HTTPS, NULL,
     "expe1.example.com:8443 has no address", NULL},
    {"how many were dropped", blocked, "net.connect", EDGE1_HTTPS, NULL,
     "took the first connection and dropped all 4 that followed", NULL},
    {"in the evidence", blocked, "net.connect", EDGE1_HTTPS, "dropped", "4", NULL},
    {"it may be this machine", ipv6_dead, "net.connect", EDGE1_HTTPS, NULL,
     "; does this machine itself have IPv6?)", NULL},
    {"IPv4 is there", unreachable, "net.connect", EDGE1_HTTPS, NULL, " ms)", NULL},
    {"from the office", perhaps_in_office, "net.connect", EDGE1_HTTPS, NULL, "this machine may be inside",
     NULL},
    {"our own trouble", own_trouble, "net.connect", EDGE1_HTTPS, NULL, "which says nothing about it", NULL},
    {"the tunnel is proven", tunnel_refused, "net.connect", EDGE1_SSH, NULL, "the SSH tunnel works",
     healthy_deployment},
    {"on which leg", tunnel_refused, "net.connect", EDGE1_SSH, "leg", "\"tunnel\"", healthy_deployment},
    {"how many are looked at", more_than_is_taken, "net.limits", "endpoints of example.com", NULL,
     "endpoints of example.com: the first 64 of 65 are looked at", NULL},
    {"of how many", more_than_is_taken, "net.limits", "endpoints of example.com", "wanted", "65", NULL},
    {"how many", more_than_is_taken, "net.limits", "endpoints of example.com", "found", "64", NULL},
};

static void test_told(void **state) {
    (void)state;
    assert_told(judge_net, told, sizeof told / sizeof *told);
}

static void test_evidence(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    one_of_two_dead(facts);
    judge_with(judge_net, facts, findings);
    const struct finding *finding =
        assert_finding(findings, "net.connect", EDGE1_HTTPS, STATUS_FAIL, "timeout");
    assert_string_equal(finding->address, "203.0.113.20"); /* the subject has two */
    assert_string_equal(finding->node, EDGE1);
    assert_evidence(finding, "wanted", "\"connected\"");
    assert_evidence(finding, "found", "\"timeout\"");
    assert_evidence(finding, "address", "\"203.0.113.20\"");
    assert_evidence(finding, "port", "8443");
    finding = assert_finding(findings, "net.all-addresses", EDGE1, STATUS_WARN, "some-addresses-dead");
    assert_evidence(finding, "dead", "[\"203.0.113.20\"]");
    assert_evidence(finding, "found", "[\"203.0.113.20:8443\", \"203.0.113.20:5061\"]");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_told),
                                       cmocka_unit_test(test_evidence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
