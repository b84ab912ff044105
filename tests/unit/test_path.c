/* Where on the path does each finding bite, and what do the outcomes leave unsaid? The picture's rows
 * (outcomes/legs.h), the remarks beside the outcomes (outcomes/remarks.h), and the way of each kind of client
 * (outcomes/timeline.h). Facts are healthy; the findings are stated by the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/legs.h"
#include "outcomes/remarks.h"
#include "outcomes/timeline.h"
#include "outcomes/verdict.h"
#include "tests/unit/healthy.h"

#define CORE "expc1.example.local"

/* ---- where it bites ---- */

struct given {
    const char *check, *cause;
    const char
        *at; /* endpoint id, "*:PORT" of both edges; NULL: the domain; "e:X", "c:X": that side of the zone */
};

static struct about about_of(struct facts *facts, const char *at) {
    if (at == NULL)
        return about_domain(DOMAIN);
    if (text_starts(at, "e:") || text_starts(at, "c:"))
        return (struct about){
            .subject = arena_printf(facts->arena, "expressway-%s", at), .node = at + 2, .zone = "mra"};
    return about_endpoint(facts, endpoint_of(facts, at));
}

static void find_at(struct facts *facts, struct findings *to, const struct given *g) {
    enum cause_id cause = cause_id(g->check, g->cause);
    if (g->at == NULL || g->at[0] != '*') {
        find_cause(to, cause, about_of(facts, g->at), "broken");
        return;
    }
    find_cause(to, cause, about_of(facts, arena_printf(facts->arena, EDGE1 "%s", g->at + 1)), "broken");
    find_cause(to, cause, about_of(facts, arena_printf(facts->arena, EDGE2 "%s", g->at + 1)), "broken");
}

/* "7001 partly, 2222 broken": every row that is not good. */
static const char *picture(struct facts *facts, struct findings *findings) {
    static const char *const marks[] = {
        [MARK_GOOD] = "good", [MARK_PARTLY] = "partly", [MARK_BROKEN] = "broken", [MARK_UNTRIED] = "untried"};
    struct path path;
    const char *all = "";
    findings_sort(findings);
    path_of(facts->arena, facts, findings, &path);
    for (size_t i = 0; i < path.n; i++) {
        const struct path_row *row = path.v[i];
        if (path_mark(row) != MARK_GOOD)
            all = arena_printf(facts->arena, "%s%s%s %s", all, *all == 0 ? "" : ", ", row->label,
                               marks[path_mark(row)]);
        assert_int_equal(row->why == NULL, row->broken + row->partly == 0);
    }
    return all;
}

static const struct {
    struct given given[2];
    const char *seen;
} bites[] = {
    {{{NULL, NULL, NULL}}, ""},
    {{{"net.connect", "refused", EDGE1_HTTPS}}, "8443 partly"},
    {{{"net.connect", "refused", "*:8443"}}, "8443 broken"},
    {{{"net.connect", "refused", "*:5061"}}, "5061 broken"},
    {{{"net.connect", "refused", "*:5222"}}, "5222 broken"},
    {{{"net.connect", "refused", UCM1_HTTPS}}, "8443 broken"},
    {{{"dns.collab-edge-srv", "nxdomain", NULL}}, "DNS broken"},
    {{{"dns.srv-target", "no-address", NULL}}, "DNS partly"},     /* another target led to a port */
    {{{"dns.srv-target", "private-address", NULL}}, ""},          /* a warning breaks nothing */
    {{{"name.mra-domain", "no-match", "*:8443"}}, "8443 partly"}, /* a prompt to some */
    {{{"chain.client", "no-trusted-root", "*:8443"}}, "8443 partly"},
    {{{"cert.validity", "expires-critical", "*:8443"}}, "8443 partly"},
    {{{"cert.validity", "expires-critical", "*:7001"}}, "7001 partly"},
    {{{"cert.validity", "expired", "*:8443"}}, "8443 broken"},
    {{{"cert.validity", "not-yet-valid", "*:8443"}}, "8443 broken"},
    {{{"cert.validity", "expired", "*:7001"}}, "7001 broken"},
    {{{"cert.self-signed", "self-signed", "*:7001"}}, "7001 broken"},
    {{{"mra.edge-config", "path-down", "*:8443"}},
     ""}, /* it lies behind the edge: the tunnel was looked at */
    {{{"mra.edge-sso", "status-502", "*:8443"}}, ""},
    {{{"mra.edge-sso", "status-404", "*:8443"}}, "8443 broken"},
    {{{"chain.zone", "no-trusted-root", "e:" EDGE1}}, "7001 partly"},
    {{{"chain.zone", "no-trusted-root", "c:" CORE}}, "7001 broken"},
    {{{"chain.ssh-tunnel", "no-trusted-root", "e:" EDGE1}}, "2222 partly"},
    {{{"chain.ssh-tunnel", "no-trusted-root", "c:" CORE}}, "2222 broken"},
    {{{"name.host-underscore", "underscore", EDGE1_ZONE}}, "2222 partly"},
    {{{"cert.unknown-oid", "unknown-oid", "*:7001"}}, "2222 broken"},
    {{{"cert.unknown-oid", "unknown-oid", "*:8443"}}, "2222 broken"},
    {{{"chain.zone", "no-trusted-root", "e:" EDGE1}, {"net.connect", "refused", "*:7001"}}, "7001 broken"},
};

static void each_finding_bites_where_it_must(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof bites / sizeof *bites; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        for (size_t k = 0; k < 2 && bites[i].given[k].check != NULL; k++)
            find_at(facts, findings, &bites[i].given[k]);
        const char *seen = picture(facts, findings);
        if (strcmp(seen, bites[i].seen) != 0) {
            print_error("%s/%s: '%s', wanted '%s'\n", bites[i].given[0].check, bites[i].given[0].cause, seen,
                        bites[i].seen);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

static void the_first_that_is_broken_speaks(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct path path;
    find_at(facts, findings, &(struct given){"name.mra-domain", "no-match", EDGE1_HTTPS});
    const struct finding *refused =
        find_cause(findings, CAUSE_NET_CONNECT_REFUSED,
                   about_endpoint(facts, endpoint_of(facts, EDGE2_HTTPS)), "refused");
    findings_sort(findings);
    path_of(facts->arena, facts, findings, &path);
    for (size_t i = 0; i < path.n; i++)
        if (strcmp(path.v[i]->label, "8443") == 0) {
            assert_ptr_equal(path.v[i]->because, refused);
            assert_string_equal(path.v[i]->where, EDGE2_HTTPS " (203.0.113.11)");
            assert_string_equal(path.v[i]->why, refused->cause->title);
            assert_string_equal(path.v[i]->name, "HTTPS");
            assert_int_equal(path.v[i]->from, PLACE_CLIENT);
        }
    findings_free(findings);
    facts_free(facts);
}

/* What the deployment has and nobody tried, what was tried in vain, and what an answer proves. */
static void ports_that_were_not_reached(void **state) {
    static const struct {
        enum tcp_state state;
        bool answers; /* Expressway-C, through 8443 */
        const char *seen;
        size_t unreached;
    } rows[] = {{TCP_NOT_TRIED, true, "2222 untried", 0},
                {TCP_NOT_TRIED, false, "2222 untried", 0},
                {TCP_TIMEOUT, true, "", 0}, /* the tunnel is proven */
                {TCP_TIMEOUT, false, "2222 untried", 2}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct path path;
        for (size_t k = 0; k < facts->endpoints.n; k++) {
            struct endpoint *e = facts->endpoints.v[k];
            e->tcp.state = e->leg == LEG_TUNNEL ? rows[i].state : e->tcp.state;
            e->http.n = rows[i].answers ? e->http.n : 0;
        }
        assert_string_equal(picture(facts, findings), rows[i].seen);
        path_of(facts->arena, facts, findings, &path);
        for (size_t k = 0; k < path.n; k++)
            if (strcmp(path.v[k]->label, "2222") == 0) {
                assert_int_equal(path.v[k]->unreached, rows[i].unreached);
                assert_string_equal(path_untried_words(path.v[k], true),
                                    rows[i].unreached > 0 ? "were not reached from here" : "were not tried");
                assert_true(path_is_untried_alike(path.v[k], path.v[k]) == (rows[i].seen[0] != 0));
            }
        findings_free(findings);
        facts_free(facts);
    }
}

static void the_deployments_ports_are_drawn(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    facts->endpoints.n = 0;
    assert_string_equal(picture(facts, findings), "7001 untried, 2222 untried, 8443 untried, 8443 untried");
    facts->deployment->zones.v[0]->type = ZONE_NEIGHBOR;
    assert_string_equal(picture(facts, findings), "7001 untried, 8443 untried, 8443 untried");
    findings_free(findings);
    facts_free(facts);
}

/* From outside the tunnel is known by what answers on 8443 alone. */
static void answers_tell_of_the_tunnel(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    struct findings *findings = findings_new();
    struct path path;
    size_t tunnels = 0;
    path_of(facts->arena, facts, findings, &path);
    for (size_t i = 0; i < path.n; i++)
        tunnels += strcmp(path.v[i]->label, "tunnel") == 0 && path_mark(path.v[i]) == MARK_GOOD;
    assert_int_equal(tunnels, 1);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->http.n = 0;
    find_at(facts, findings, &(struct given){"mra.edge-config", "path-down", "*:8443"});
    assert_string_equal(picture(facts, findings), "tunnel broken");
    findings_free(findings);
    facts_free(facts);
}

/* ---- whole pictures ---- */

/* "expressway-e 7001 traversal zone: 2 good; expe1…: why", a line a row. */
static const char *whole_picture(struct facts *facts, struct findings *findings) {
    static const char *const places[] = {"client", "expressway-e", "expressway-c", "inside"};
    struct arena *arena = facts->arena;
    struct path path;
    const char *all = "";
    findings_sort(findings);
    path_of(arena, facts, findings, &path);
    for (size_t i = 0; i < path.n; i++) {
        const struct path_row *row = path.v[i];
        const struct {
            size_t n;
            const char *word;
        } counts[] = {{row->good, "good"},
                      {row->partly, "partly"},
                      {row->broken, "broken"},
                      {row->untried, "untried"},
                      {row->unreached, "unreached"}};
        all = arena_printf(arena, "%s%s %s %s%s:", all, places[row->from], row->label, row->name,
                           row->is_neighbor ? " (neighbor)" : "");
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            if (counts[k].n > 0)
                all = arena_printf(arena, "%s %zu %s", all, counts[k].n, counts[k].word);
        if (row->why != NULL)
            all = arena_printf(arena, "%s; %s, %s", all, row->where, row->because->check->id);
        all = arena_printf(arena, "%s\n", all);
    }
    return all;
}

static void nothing_was_tried(struct facts *facts) {
    facts->endpoints.n = 0;
}

static void one_tunnel_was_not_tried(struct facts *facts) {
    endpoint_of(facts, EDGE1_SSH)->leg = LEG_OTHER;
}

static void ports_time_out(struct facts *facts) {
    endpoint_of(facts, EDGE1_ZONE)->tcp.state = TCP_TIMEOUT;
    endpoint_of(facts, EDGE1_XMPP)->tcp.state = TCP_NOT_TRIED;
    endpoint_of(facts, EDGE1_SSH)->tcp.state = TCP_TIMEOUT; /* and yet the tunnel is proven */
    endpoint_of(facts, "expe2.example.com:2222")->tcp.state = TCP_NOT_TRIED;
}

static void a_zone_of_each_kind(struct facts *facts) {
    static const enum zone_type types[] = {ZONE_NEIGHBOR, ZONE_TRAVERSAL};
    for (size_t i = 0; i < 2; i++) {
        struct zone *zone = ARENA_NEW(facts->arena, struct zone);
        *zone = (struct zone){.name = arena_printf(facts->arena, "zone%zu", i),
                              .type = types[i],
                              .port = 7010 + (int)i,
                              .ssh_port = 2222};
        texts_add(facts->arena, &zone->peers, i == 0 ? "2001:db8::1" : "other.example.com");
        LIST_ADD(facts->arena, &facts->deployment->zones, zone);
    }
    add_endpoint(facts, "cube.example.com", "192.0.2.9", 5061, PROTOCOL_SIP, LEG_NEIGHBOR);
}

static void edge_without_address(struct facts *facts) {
    endpoint_of(facts, EDGE2_HTTPS)->address = NULL;
}

static void it_is_federation(struct facts *facts) {
    add_endpoint(facts, EDGE1, "203.0.113.10", 5269, PROTOCOL_XMPP_SERVER, LEG_CLIENT);
    add_endpoint(facts, EDGE1, "203.0.113.10", 22, PROTOCOL_SSH, LEG_CLIENT);
    add_endpoint(facts, EDGE1, "203.0.113.10", 9443, PROTOCOL_TLS, LEG_CLIENT);
}

static void edges_answer_themselves(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        for (size_t k = 0; k < facts->endpoints.v[i]->http.n; k++)
            facts->endpoints.v[i]->http.v[k]->server = arena_text(facts->arena, "CE_E");
}

static void edges_do_not_say_who_answers(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        for (size_t k = 0; k < facts->endpoints.v[i]->http.n; k++)
            facts->endpoints.v[i]->http.v[k]->server = NULL;
}

static void no_answer_was_whole(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        for (size_t k = 0; k < facts->endpoints.v[i]->http.n; k++)
            facts->endpoints.v[i]->http.v[k]->state = EXCHANGE_NO_ANSWER;
}

static void no_port_answers(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        tcp_fails(facts, facts->endpoints.v[i], TCP_TIMEOUT);
}

static const struct {
    const char *what;
    struct facts *(*start)(void);
    void (*change)(struct facts *);
    struct given given[3];
    const char *seen;
} pictures[] = {
    {"a deployment",
     healthy_deployment,
     NULL,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e 7001 traversal zone: 2 good\n"
     "expressway-e 2222 SSH tunnel: 2 good\n"
     "expressway-c 8443 Unified CM: 1 good\n"
     "expressway-c 5061 Unified CM: 1 good\n"
     "expressway-c 6972 Unified CM: 1 good\n"
     "expressway-c 8443 IM and Presence: 1 good\n"
     "expressway-c 7400 IM and Presence: 1 good\n"},
    {"from outside",
     healthy_facts,
     NULL,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
    {"nothing was tried",
     healthy_deployment,
     nothing_was_tried,
     {{NULL, NULL, NULL}},
     "expressway-e 7001 traversal zone: 2 untried\n"
     "expressway-e 2222 SSH tunnel: 2 untried\n"
     "expressway-c 8443 Unified CM: 1 untried\n"
     "expressway-c 8443 IM and Presence: 1 untried\n"},
    {"one tunnel was not tried",
     healthy_deployment,
     one_tunnel_was_not_tried,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e 7001 traversal zone: 2 good\n"
     "expressway-e 2222 SSH tunnel: 1 good 1 untried\n"
     "expressway-c 8443 Unified CM: 1 good\n"
     "expressway-c 5061 Unified CM: 1 good\n"
     "expressway-c 6972 Unified CM: 1 good\n"
     "expressway-c 8443 IM and Presence: 1 good\n"
     "expressway-c 7400 IM and Presence: 1 good\n"},
    {"some ports time out",
     healthy_deployment,
     ports_time_out,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 1 good 1 untried\n"
     "expressway-e 7001 traversal zone: 1 good 1 unreached\n"
     "expressway-e 2222 SSH tunnel: 1 good 1 untried\n"
     "expressway-c 8443 Unified CM: 1 good\n"
     "expressway-c 5061 Unified CM: 1 good\n"
     "expressway-c 6972 Unified CM: 1 good\n"
     "expressway-c 8443 IM and Presence: 1 good\n"
     "expressway-c 7400 IM and Presence: 1 good\n"},
    {"zones of each kind",
     healthy_deployment,
     a_zone_of_each_kind,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e 7001 traversal zone: 1 good 1 broken; expe1.example.com:7001 (203.0.113.10), chain.zone\n"
     "expressway-e 2222 SSH tunnel: 2 good\n"
     "expressway-c 8443 Unified CM: 1 good\n"
     "expressway-c 5061 Unified CM: 1 good\n"
     "expressway-c 6972 Unified CM: 1 good\n"
     "expressway-c 8443 IM and Presence: 1 good\n"
     "expressway-c 7400 IM and Presence: 1 good\n"
     "expressway-c 5061 neighbor zone (neighbor): 1 good\n"
     "expressway-c 7010 neighbor zone (neighbor): 1 untried\n"
     "expressway-e 7011 traversal zone: 1 untried\n"},
    {"an edge without an address",
     healthy_facts,
     edge_without_address,
     {{"net.connect", "unresolved", EDGE2_HTTPS}},
     "client 8443 HTTPS: 1 good 1 broken; expe2.example.com:8443, net.connect\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
    {"ports of other services",
     healthy_facts,
     it_is_federation,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "client 5269 XMPP federation: 1 good\n"
     "client 22 SSH: 1 good\n"
     "client 9443 TLS: 1 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
    {"what stands first in the report is told, found by the zone",
     healthy_deployment,
     NULL,
     {{"cert.validity", "expired", EDGE1_ZONE}, {"name.peer-address", "no-match", "e:" EDGE1}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e 7001 traversal zone: 1 good 1 broken; expe1.example.com:7001 (203.0.113.10), "
     "name.peer-address\n"
     "expressway-e 2222 SSH tunnel: 2 good\n"
     "expressway-c 8443 Unified CM: 1 good\n"
     "expressway-c 5061 Unified CM: 1 good\n"
     "expressway-c 6972 Unified CM: 1 good\n"
     "expressway-c 8443 IM and Presence: 1 good\n"
     "expressway-c 7400 IM and Presence: 1 good\n"},
    {"and found by the port",
     healthy_deployment,
     NULL,
     {{"chain.zone", "no-trusted-root", "e:" EDGE1}, {"tls.handshake", "closed", EDGE1_ZONE}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e 7001 traversal zone: 1 good 1 broken; expe1.example.com:7001 (203.0.113.10), "
     "tls.handshake\n"
     "expressway-e 2222 SSH tunnel: 2 good\n"
     "expressway-c 8443 Unified CM: 1 good\n"
     "expressway-c 5061 Unified CM: 1 good\n"
     "expressway-c 6972 Unified CM: 1 good\n"
     "expressway-c 8443 IM and Presence: 1 good\n"
     "expressway-c 7400 IM and Presence: 1 good\n"},
    {"of two edges the first that is broken",
     healthy_facts,
     NULL,
     {{"net.connect", "refused", "*:8443"}},
     "client 8443 HTTPS: 2 broken; expe1.example.com:8443 (203.0.113.10), net.connect\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
    {"of two that work in part the first",
     healthy_facts,
     NULL,
     {{"name.mra-domain", "no-match", "*:8443"}},
     "client 8443 HTTPS: 2 partly; expe1.example.com:8443 (203.0.113.10), name.mra-domain\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
    {"edges answer themselves",
     healthy_facts,
     edges_answer_themselves,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"},
    {"they do not say who answers",
     healthy_facts,
     edges_do_not_say_who_answers,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"},
    {"no answer was whole",
     healthy_facts,
     no_answer_was_whole,
     {{NULL, NULL, NULL}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"},
    {"one edge says that its path is down",
     healthy_facts,
     NULL,
     {{"mra.edge-config", "path-down", EDGE1_HTTPS}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good 1 broken; expe1.example.com:8443, mra.edge-config\n"},
    {"another failure lies at the edge",
     healthy_facts,
     NULL,
     {{"mra.edge-config", "no-answer", EDGE1_HTTPS}},
     "client 8443 HTTPS: 1 good 1 broken; expe1.example.com:8443 (203.0.113.10), mra.edge-config\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
    {"no SRV record, and nothing was connected to",
     healthy_facts,
     no_port_answers,
     {{"dns.srv-target", "no-address", NULL}},
     "client DNS service discovery: 1 broken; example.com, dns.srv-target\n"
     "client 8443 HTTPS: 2 unreached\n"
     "client 5061 SIP TLS: 2 unreached\n"
     "client 5222 XMPP: 2 unreached\n"},
    {"no SRV record",
     healthy_facts,
     NULL,
     {{"dns.collab-edge-srv", "nxdomain", NULL}, {"dns.srv-target", "no-address", NULL}},
     "client DNS service discovery: 1 partly 1 broken; example.com, dns.collab-edge-srv\n"
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
    {"a name that only the tunnel minds",
     healthy_deployment,
     NULL,
     {{"name.host-underscore", "underscore", EDGE1_SSH}, {"cert.unknown-oid", "unknown-oid", EDGE2_HTTPS}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e 7001 traversal zone: 2 good\n"
     "expressway-e 2222 SSH tunnel: 2 broken; expe1.example.com:2222 (203.0.113.10), name.host-underscore\n"
     "expressway-c 8443 Unified CM: 1 good\n"
     "expressway-c 5061 Unified CM: 1 good\n"
     "expressway-c 6972 Unified CM: 1 good\n"
     "expressway-c 8443 IM and Presence: 1 good\n"
     "expressway-c 7400 IM and Presence: 1 good\n"},
    {"a warning breaks nothing",
     healthy_facts,
     NULL,
     {{"sip.options", "status-5xx", EDGE1_SIP}},
     "client 8443 HTTPS: 2 good\n"
     "client 5061 SIP TLS: 2 good\n"
     "client 5222 XMPP: 2 good\n"
     "expressway-e tunnel SSH tunnel: 4 good\n"},
};

static void pictures_are_whole(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        struct facts *facts = pictures[i].start();
        struct findings *findings = findings_new();
        if (pictures[i].change != NULL)
            pictures[i].change(facts);
        for (size_t k = 0; k < 3 && pictures[i].given[k].check != NULL; k++)
            find_at(facts, findings, &pictures[i].given[k]);
        const char *seen = whole_picture(facts, findings);
        if (strcmp(seen, pictures[i].seen) != 0) {
            print_error("%s:\n%swanted:\n%s\n", pictures[i].what, seen, pictures[i].seen);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* ---- what outcomes leave unsaid ---- */

static struct outcome *conclude(struct findings *findings, struct outcomes *to, const char *id,
                                enum outcome_state state) {
    struct outcome *o = ARENA_NEW(findings->arena, struct outcome);
    o->id = id;
    o->state = state;
    LIST_ADD(findings->arena, to, o);
    return o;
}

static void calls_behind_a_login_that_fails(void **state) {
    static const struct {
        enum outcome_state jabber, phone;
        bool is_behind;
    } rows[] = {{OUTCOME_FAILS, OUTCOME_FAILS, true},      {OUTCOME_FAILS, OUTCOME_AT_RISK, true},
                {OUTCOME_FAILS, OUTCOME_WORKS, false},     {OUTCOME_AT_RISK, OUTCOME_AT_RISK, true},
                {OUTCOME_AT_RISK, OUTCOME_UNKNOWN, false}, {OUTCOME_WORKS, OUTCOME_WORKS, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        const struct outcome *jabber = conclude(findings, &outcomes, "jabber-login", rows[i].jabber);
        conclude(findings, &outcomes, "phone-login", rows[i].phone);
        const struct outcome *sip = conclude(findings, &outcomes, "sip-registration", OUTCOME_WORKS),
                             *xmpp = conclude(findings, &outcomes, "xmpp-messaging", OUTCOME_WORKS);
        assert_int_equal(works_behind_login(&outcomes, sip), rows[i].is_behind);
        assert_int_equal(works_behind_login(&outcomes, xmpp), rows[i].is_behind);
        assert_false(works_behind_login(&outcomes, jabber));
        findings_free(findings);
    }
}

static void calls_that_fail_of_the_login_alone(void **state) {
    static const struct {
        const char *outcome, *at; /* at: of the reason; NULL: there is none */
        enum outcome_state state;
        bool is_of_login;
    } rows[] = {{"sip-registration", EDGE1_HTTPS, OUTCOME_FAILS, true},
                {"sip-registration", EDGE1_SIP, OUTCOME_FAILS, false},
                {"xmpp-messaging", EDGE1_XMPP, OUTCOME_FAILS, false},
                {"xmpp-messaging", EDGE1_HTTPS, OUTCOME_FAILS, true},
                {"sip-registration", EDGE1_HTTPS, OUTCOME_AT_RISK, false},
                {"sip-registration", NULL, OUTCOME_FAILS, false},
                {"jabber-login", EDGE1_HTTPS, OUTCOME_FAILS, false},
                {"xmpp-messaging", EDGE1_SIP, OUTCOME_FAILS, false}, /* whichever of the two ports */
                {"sip-registration", EDGE1_XMPP, OUTCOME_FAILS, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        struct outcome *o = conclude(findings, &outcomes, rows[i].outcome, rows[i].state);
        if (rows[i].at != NULL)
            LIST_ADD(findings->arena, &o->because,
                     find_cause(findings, CAUSE_NET_CONNECT_REFUSED, about_of(facts, rows[i].at), "refused"));
        assert_int_equal(fails_of_login(&outcomes), rows[i].is_of_login);
        findings_free(findings);
        facts_free(facts);
    }
}

/* Tunnels that fail of the zone's port alone, as the zone does, are down with it; with a reason of their own
 * they are not. */
static void tunnels_that_fail_of_the_zone(void **state) {
    static const struct {
        const char *at[2]; /* of the tunnel's reasons; NULL: there is none */
        size_t of_zone;    /* how many of them the zone fails of, too */
        enum outcome_state tunnel;
        bool is_of_zone;
    } rows[] = {
        {{EDGE1_ZONE, NULL}, 1, OUTCOME_FAILS, true},    {{EDGE1_ZONE, NULL}, 0, OUTCOME_FAILS, false},
        {{EDGE1_SSH, NULL}, 1, OUTCOME_FAILS, false},    {{EDGE1_ZONE, EDGE1_SSH}, 2, OUTCOME_FAILS, false},
        {{EDGE1_ZONE, NULL}, 1, OUTCOME_AT_RISK, false}, {{NULL, NULL}, 0, OUTCOME_FAILS, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_deployment();
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        struct outcome *zone = conclude(findings, &outcomes, "traversal-zone", OUTCOME_FAILS),
                       *tunnel = conclude(findings, &outcomes, "ssh-tunnel", rows[i].tunnel);
        for (size_t k = 0; k < 2 && rows[i].at[k] != NULL; k++) {
            struct finding *f =
                find_cause(findings, CAUSE_NET_CONNECT_REFUSED, about_of(facts, rows[i].at[k]), "refused");
            LIST_ADD(findings->arena, &tunnel->because, f);
            if (k < rows[i].of_zone)
                LIST_ADD(findings->arena, &zone->because, f);
        }
        assert_int_equal(tunnels_of_zone(&outcomes), rows[i].is_of_zone);
        findings_free(findings);
        facts_free(facts);
    }
}

/* A missing PTR record stops messages alone: of a log-in that nobody looked at they do not fail. */
static void messages_that_fail_of_themselves(void **state) {
    static const enum outcome_state logins[] = {OUTCOME_UNKNOWN, OUTCOME_WORKS, OUTCOME_FAILS};
    (void)state;
    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++) {
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        conclude(findings, &outcomes, "jabber-login", logins[i]);
        struct outcome *xmpp = conclude(findings, &outcomes, "xmpp-messaging", OUTCOME_FAILS);
        LIST_ADD(
            findings->arena, &xmpp->because,
            find_cause(findings, CAUSE_HOST_REVERSE_DNS_MISSING, (struct about){.subject = EDGE1}, "none"));
        assert_int_equal(fails_of_login(&outcomes), logins[i] == OUTCOME_FAILS);
        findings_free(findings);
    }
}

static void calls_that_work_with_a_faulty_certificate(void **state) {
    static const struct {
        const char *check, *cause, *at;
        enum outcome_state sip;
        bool is_unverified;
    } rows[] = {{"chain.client", "no-trusted-root", EDGE1_SIP, OUTCOME_WORKS, true},
                {"chain.client", "no-trusted-root", EDGE1_XMPP, OUTCOME_WORKS, true},
                {"cert.validity", "expired", EDGE1_SIP, OUTCOME_WORKS, true},
                {"name.mra-domain", "no-match", EDGE1_SIP, OUTCOME_WORKS, true},
                {"name.mra-domain", "no-match", EDGE1_HTTPS, OUTCOME_WORKS, false},
                {"sip.options", "status-5xx", EDGE1_SIP, OUTCOME_WORKS, false},
                {"cert.validity", "expired", EDGE1_HTTPS, OUTCOME_WORKS, false},
                {"cert.validity", "expired", NULL, OUTCOME_WORKS, false},
                {"cert.validity", "expired", EDGE1_SIP, OUTCOME_AT_RISK, false},
                {"cert.validity", "expired", EDGE1_SIP, OUTCOME_FAILS, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = healthy_facts();
        struct findings *findings = findings_new();
        struct outcomes outcomes = {0};
        find_cause(findings, cause_id(rows[i].check, rows[i].cause), about_of(facts, rows[i].at), "broken");
        conclude(findings, &outcomes, "sip-registration", rows[i].sip);
        conclude(findings, &outcomes, "xmpp-messaging", OUTCOME_WORKS);
        conclude(findings, &outcomes, "jabber-login", OUTCOME_AT_RISK);
        const struct faults *faults = faults_of(facts, findings, &outcomes);
        assert_int_equal(works_unverified(&outcomes, faults), rows[i].is_unverified);
        outcomes.n = 0; /* nothing works of which to say it */
        assert_false(works_unverified(&outcomes, faults));
        findings_free(findings);
        facts_free(facts);
    }
}

/* ---- the way of each kind of client ---- */

/* Only Jabber asks get_edge_sso; what registers asks SIP, what chats XMPP and no UDS (field-facts 1.3). */
static void clients_take_their_own_steps(void **state) {
    static const struct {
        const char *outcome, *steps; /* by LOGIN_SRV … LOGIN_XMPP_AUTH */
    } rows[] = {{"jabber-login", "1111111110000"},   {"tc-endpoint-login", "1110111110000"},
                {"phone-login", "1110111110000"},    {"sip-registration", "1110111111100"},
                {"xmpp-messaging", "1111100000011"}, {"b2b-calls", "0000000000000"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int step = LOGIN_SRV; step <= LOGIN_XMPP_AUTH; step++)
            if (step_is_of((enum login_step)step, rows[i].outcome) != (rows[i].steps[step] == '1'))
                fail_msg("%s: %s", rows[i].outcome, enum_text(login_steps, step));
        if (i + 1 < sizeof rows / sizeof *rows)
            assert_string_equal(timeline_outcomes[i], rows[i].outcome);
    }
    assert_null(timeline_outcomes[5]);
}

static void a_way_is_as_long_as_its_steps(void **state) {
    (void)state;
    struct timeline_step steps[] = {
        {.edge = EDGE1_HTTPS, .step = LOGIN_SRV, .state = STEP_WORKS, .ms = 5},
        {.edge = EDGE1_HTTPS, .step = LOGIN_CONNECT, .state = STEP_WORKS, .ms = -1},
        {.edge = EDGE1_HTTPS, .step = LOGIN_EDGE_SSO, .state = STEP_UNKNOWN, .ms = 100},
        {.edge = EDGE1_HTTPS, .step = LOGIN_EDGE_CONFIG, .state = STEP_FAILS, .ms = 20},
        {.edge = EDGE1_HTTPS, .step = LOGIN_DEVICES, .state = STEP_SKIPPED, .ms = 0},
        {.edge = EDGE2_HTTPS, .step = LOGIN_SRV, .state = STEP_WORKS, .ms = 7}};
    struct timeline_step *list[6];
    struct timeline timeline = {list, 6};
    for (size_t i = 0; i < 6; i++)
        list[i] = &steps[i];
    size_t to = timeline_edge_end(&timeline, 0);
    assert_int_equal(to, 5);
    assert_int_equal(timeline_edge_end(&timeline, to), 6);
    struct timeline_way jabber = timeline_way(&timeline, 0, to, "jabber-login"),
                        phone = timeline_way(&timeline, 0, to, "phone-login");
    assert_string_equal(jabber.title, "Jabber log-in");
    assert_int_equal(jabber.works, 2);
    assert_int_equal(jabber.ms, 125);
    assert_ptr_equal(jabber.trouble, &steps[2]); /* the first, of whatever kind */
    assert_int_equal(phone.ms, 25);
    assert_ptr_equal(phone.trouble, &steps[3]);
    steps[1].address = "203.0.113.10"; /* another address is another edge */
    assert_int_equal(timeline_edge_end(&timeline, 0), 1);
    steps[1].address = NULL;
    steps[2].domain = "example.org";
    assert_int_equal(timeline_edge_end(&timeline, 0), 2);
}

/* ---- the exit status ---- */

static void the_worst_finding_is_the_exit_status(void **state) {
    static const struct {
        enum cause_id cause; /* CAUSE_NONE: a pass */
        int status;
    } rows[] = {{CAUSE_NONE, 0},
                {CAUSE_CHAIN_SERVED_HAS_ROOT, 0}, /* info */
                {CAUSE_NET_SEEN_NOTHING, 3},
                {CAUSE_SIP_OPTIONS_STATUS_5XX, 1},
                {CAUSE_NET_CONNECT_REFUSED, 2}};
    (void)state;
    struct findings *findings = findings_new();
    const struct verdict verdict = {.findings = findings};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) { /* each is worse than all before */
        if (rows[i].cause == CAUSE_NONE)
            find_pass(findings, CHECK_NET_CONNECT, about_domain(DOMAIN), "connected");
        else
            find_cause(findings, rows[i].cause, about_domain(DOMAIN), "broken");
        findings_sort(findings);
        assert_int_equal(verdict_status(&verdict), rows[i].status);
    }
    findings_free(findings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_finding_bites_where_it_must),
        cmocka_unit_test(the_first_that_is_broken_speaks),
        cmocka_unit_test(ports_that_were_not_reached),
        cmocka_unit_test(the_deployments_ports_are_drawn),
        cmocka_unit_test(answers_tell_of_the_tunnel),
        cmocka_unit_test(pictures_are_whole),
        cmocka_unit_test(calls_behind_a_login_that_fails),
        cmocka_unit_test(calls_that_fail_of_the_login_alone),
        cmocka_unit_test(tunnels_that_fail_of_the_zone),
        cmocka_unit_test(messages_that_fail_of_themselves),
        cmocka_unit_test(calls_that_work_with_a_faulty_certificate),
        cmocka_unit_test(clients_take_their_own_steps),
        cmocka_unit_test(a_way_is_as_long_as_its_steps),
        cmocka_unit_test(the_worst_finding_is_the_exit_status),
    };
    return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
