/* Which outcomes does each finding change, and which does it leave alone? The catalogue's table of outcomes,
 * told by the whole set of those that do not work: everything else in a deployment where all was seen and is
 * well. What must have been seen for an outcome to work is the second table. See test_outcomes.c for units,
 * zones and what comes after what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "facts/services.h"
#include "outcomes/outcomes.h"
#include "tests/unit/healthy.h"

#define PARTNER "hq.example.net"
#define CORE "expc1.example.local"

/* ---- a deployment with every service, in which all is well ---- */

static struct endpoint *port_add(struct facts *facts, const char *host, const char *address, int port,
                                 enum protocol protocol, enum leg leg, enum role role) {
    struct endpoint *e = ARENA_NEW(facts->arena, struct endpoint);
    *e = (struct endpoint){.id = arena_printf(facts->arena, "%s:%d", host, port),
                           .host = arena_text(facts->arena, host),
                           .address = arena_text(facts->arena, address),
                           .port = port,
                           .protocol = protocol,
                           .leg = leg,
                           .role = role};
    LIST_ADD(facts->arena, &facts->endpoints, e);
    return e;
}

static struct facts *whole_deployment(void) {
    static const char *const features[] = {"xmpp-federation", "b2b", "acme"};
    struct facts *facts = healthy_deployment();
    struct zone *zone = ARENA_NEW(facts->arena, struct zone);
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        texts_add(facts->arena, &facts->deployment->features, features[i]);
    port_add(facts, EDGE1, "203.0.113.10", PORT_XMPP_SERVER, PROTOCOL_XMPP_SERVER, LEG_OTHER,
             ROLE_EXPRESSWAY_E);
    port_add(facts, EDGE2, "203.0.113.11", PORT_XMPP_SERVER, PROTOCOL_XMPP_SERVER, LEG_OTHER,
             ROLE_EXPRESSWAY_E);
    *zone = (struct zone){.name = arena_text(facts->arena, "hq"), .type = ZONE_NEIGHBOR, .port = 5061};
    texts_add(facts->arena, &zone->peers, PARTNER);
    LIST_ADD(facts->arena, &facts->deployment->zones, zone);
    port_add(facts, PARTNER, "203.0.113.80", 5061, PROTOCOL_SIP, LEG_NEIGHBOR, ROLE_NONE)->zone = zone->name;
    return facts;
}

/* Where a finding is: every port of that number of the edges; "neighbor": the partner's port; "domain";
 * "targets": the edges as SRV targets; "c", "e", "ucm": nodes by their files; "c-zone", "e-zone", "hq-zone":
 * as the zone's judges tell of either side. */
static struct about about_node(const char *name) {
    return (struct about){.subject = name, .node = name};
}

static struct about about_side(struct arena *arena, const char *side, const char *node, const char *zone) {
    return (struct about){.subject = arena_printf(arena, "%s:%s", side, node), .node = node, .zone = zone};
}

static size_t places_of(struct facts *facts, const char *place, struct about *to) {
    static const char *const edges[] = {EDGE1, EDGE2};
    size_t n = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        bool is_neighbor = e->leg == LEG_NEIGHBOR;
        if (is_neighbor
                ? strcmp(place, "neighbor") == 0
                : text_starts(e->host, "expe") && text_ends(e->id, arena_printf(facts->arena, ":%s", place)))
            to[n++] = about_endpoint(facts, e);
    }
    for (size_t i = 0; i < 2; i++)
        if (strcmp(place, "targets") == 0)
            to[n++] = (struct about){.subject = DOMAIN, .domain = DOMAIN, .node = edges[i]};
        else if (strcmp(place, "e") == 0)
            to[n++] = about_node(edges[i]);
        else if (strcmp(place, "e-zone") == 0)
            to[n++] = about_side(facts->arena, "expressway-e", edges[i], "mra");
        else if (strcmp(place, "ucm") == 0)
            to[n++] = about_node(i == 0 ? UCM1 : IMP1);
    if (strcmp(place, "domain") == 0)
        to[n++] = about_domain(DOMAIN);
    else if (strcmp(place, "c") == 0)
        to[n++] = about_node(CORE);
    else if (strcmp(place, "c-zone") == 0)
        to[n++] = about_side(facts->arena, "expressway-c", CORE, "mra");
    else if (strcmp(place, "hq-zone") == 0)
        to[n++] = about_side(facts->arena, "expressway-e", PARTNER, "hq");
    else if (strcmp(place, "run") == 0)
        to[n++] = (struct about){.subject = "this run"};
    if (n == 0)
        fail_msg("where is %s?", place);
    return n;
}

static void pass_at(struct facts *facts, struct findings *to, const char *check, const char *place) {
    struct about places[8];
    for (size_t i = places_of(facts, place, places); i > 0; i--)
        find_pass(to, check_id(check), places[i - 1], "good");
}

static void all_is_well(struct facts *facts, struct findings *to) {
    all_was_seen(facts, to);
    pass_at(facts, to, "dns.xmpp-federation-srv", "domain");
    pass_at(facts, to, "xmpp.stream", "5269");
    pass_at(facts, to, "dns.sip-srv", "domain");
    pass_at(facts, to, "dns.san-address", "domain");
    pass_at(facts, to, "revocation.verdict", "7001");
}

/* ---- what it comes to ---- */

/* "jabber-login at-risk, ssh-tunnel fails": what does not work, in the order of the report; that of several
 * zones or peers once. */
static const char *told(struct facts *facts, struct findings *findings) {
    struct outcomes *outcomes;
    const char *all = "", *last = "";
    findings_sort(findings);
    outcomes = outcomes_of(facts, findings);
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        const char *one =
            arena_printf(facts->arena, "%s %s", o->id, enum_text(outcome_states, (int)o->state));
        if (o->state != OUTCOME_WORKS && strcmp(one, last) != 0)
            all = arena_printf(facts->arena, "%s%s%s", all, *all == 0 ? "" : ", ", last = one);
        if ((o->state == OUTCOME_WORKS) != (o->because.n == 0) && o->state != OUTCOME_UNKNOWN)
            fail_msg("%s %s for %zu reasons", o->id, enum_text(outcome_states, (int)o->state), o->because.n);
    }
    return all;
}

#define LOGIN(state) "jabber-login " state ", tc-endpoint-login " state ", phone-login " state
#define LOGIN_FAILS LOGIN("fails") ", sip-registration fails, xmpp-messaging fails"
#define TUNNEL_FAILS "ssh-tunnel fails, " LOGIN_FAILS
#define TUNNEL_UP_NOW "ssh-tunnel at-risk, " LOGIN("at-risk") /* Expressway-C answers through it */
#define ZONE_FAILS "traversal-zone fails, " TUNNEL_FAILS
#define PROMPT_OR_REFUSAL "jabber-login at-risk, tc-endpoint-login fails, phone-login fails"
#define SIP(state) "sip-registration " state
#define XMPP(state) "xmpp-messaging " state
#define FEDERATION(state) "xmpp-federation " state
/* What puts the zone at risk, and is a failure in itself, puts all that hangs on it at risk. */
#define RISK_BEHIND LOGIN("at-risk") ", sip-registration at-risk"
#define CALLS_FAIL "ucm-connection fails, sip-registration fails"
#define UCM_FAILS "ucm-connection fails, " LOGIN_FAILS

static const struct decision {
    const char *check, *cause; /* cause "?": unknown */
    const char *place;
    const char *changed; /* "": nothing */
} decisions[] = {
    {"dns.collab-edge-srv", "nxdomain", "domain", LOGIN_FAILS},
    {"dns.san-address", "elsewhere", "domain", "acme-renewal fails"},
    {"dns.sip-srv", "nxdomain", "domain", "b2b-calls at-risk"},
    {"dns.srv-target", "no-address", "targets", LOGIN_FAILS},
    {"dns.srv-target", "alias", "targets", ""}, /* a warning stops nobody */
    {"dns.srv-target-domain", "other-domain", "domain", LOGIN("at-risk")},
    {"dns.srv-port", "unexpected-port", "domain", ""},
    {"dns.resolvers-agree", "differ", "domain", ""},
    {"dns.uds-not-external", "resolves-outside", "domain", LOGIN_FAILS},
    {"dns.xmpp-federation-srv", "nxdomain", "domain", FEDERATION("fails")},

    {"net.acme-http", "timeout", "domain", "acme-renewal at-risk"},
    {"net.all-addresses", "some-addresses-dead", "8443", LOGIN("at-risk")},
    {"net.connect", "refused", "8443", LOGIN_FAILS},
    {"net.connect", "refused", "5061", SIP("fails")},
    {"net.connect", "refused", "5222", XMPP("fails")},
    {"net.connect", "refused", "5269", FEDERATION("fails")},
    {"net.connect", "refused", "7001", ZONE_FAILS},
    {"net.connect", "refused", "2222", TUNNEL_FAILS},
    {"net.connect", "refused", "neighbor", "neighbor-zone fails"},
    {"net.xcp", "refused", "domain", XMPP("fails")},

    {"tls.client-auth", "rejected", "7001", ZONE_FAILS},
    {"tls.client-auth", "presented-none", "7001", ZONE_FAILS},
    {"tls.client-auth", "issuer-not-advertised", "7001", ""},
    {"tls.client-auth", "required-but-none", "8443", LOGIN_FAILS},
    {"tls.client-auth", "required-but-none", "5061", ""},
    {"tls.handshake", "closed", "8443", LOGIN_FAILS},
    {"tls.handshake", "closed", "5061", SIP("fails")},
    {"tls.handshake", "closed", "5222", XMPP("fails")},
    {"tls.handshake", "closed", "5269", FEDERATION("fails")},
    {"tls.handshake", "closed", "7001", ZONE_FAILS},
    {"tls.handshake", "closed", "neighbor", "neighbor-zone fails"},
    {"tls.handshake", "some-reset", "8443", LOGIN("at-risk")},
    {"tls.sni", "needs-sni", "8443", "jabber-login at-risk, tc-endpoint-login at-risk, phone-login fails"},
    {"tls.sni", "refuses-name", "8443", LOGIN_FAILS},
    {"tls.sni", "varies", "8443", ""},
    {"tls.version", "no-common-version", "8443", LOGIN_FAILS},
    {"tls.version", "no-tls12", "8443", ""},

    {"name.chat-alias", "no-match", "e", FEDERATION("at-risk")},
    {"name.cluster", "peer-name-missing", "e", ""},
    {"name.common-name", "missing", "8443", LOGIN_FAILS},
    {"name.common-name", "not-fqdn", "8443", ""},
    {"name.host-underscore", "underscore", "7001", TUNNEL_UP_NOW},
    {"name.mra-domain", "no-match", "8443", PROMPT_OR_REFUSAL},
    {"name.mra-domain", "wildcard-only", "8443", PROMPT_OR_REFUSAL},
    {"name.mra-domain", "srvname-only", "8443", "jabber-login at-risk, phone-login fails"},
    {"name.mra-domain", "no-match", "5061", ""},
    {"name.peer-address", "no-match", "e-zone", ZONE_FAILS},
    {"name.peer-address", "no-match", "hq-zone", "neighbor-zone fails"},
    {"name.phone-profile", "no-match", "c", SIP("fails")},
    {"name.phone-profile", "no-match", "e", ""},
    {"name.srv-target", "no-match", "8443", PROMPT_OR_REFUSAL},
    {"name.srv-target", "no-match", "5222", ""},
    {"name.tls-verify", "no-match", "c-zone", ZONE_FAILS},
    {"name.tls-verify", "node-name-in-cluster", "c-zone", "traversal-zone at-risk"},
    {"name.tls-verify", "certificate-not-visible", "c-zone", "traversal-zone at-risk"},
    {"name.ucm-node", "no-match", "ucm", UCM_FAILS},
    {"name.wildcard", "wildcard", "8443", "tc-endpoint-login fails, phone-login fails"},
    {"name.wildcard", "wildcard", "c", ""},
    {"name.xmpp-domain", "no-match", "e", FEDERATION("fails")},
    {"name.xmpp-domain", "xmppaddr-form", "e", FEDERATION("at-risk")},

    {"cert.basic-constraints", "missing", "c", ""},
    {"cert.default-certificate", "temporary", "8443", LOGIN("at-risk")},
    {"cert.default-certificate", "temporary", "7001",
     "traversal-zone at-risk, ssh-tunnel at-risk, " RISK_BEHIND},
    {"cert.default-certificate", "temporary", "c",
     "traversal-zone at-risk, ssh-tunnel at-risk, neighbor-zone at-risk, " RISK_BEHIND},
    {"cert.eku", "missing-client", "c",
     "traversal-zone fails, ssh-tunnel fails, neighbor-zone fails, " LOGIN_FAILS},
    {"cert.eku", "missing-client-tunnel", "c", TUNNEL_FAILS},
    {"cert.eku", "missing-client", "8443", ""}, /* X15.5 does not ask for it */
    {"cert.eku", "missing-client-soon", "e", ""},
    {"cert.eku", "missing-server", "e", "traversal-zone fails, ssh-tunnel fails, " LOGIN_FAILS},
    {"cert.eku", "missing-server", "c", ""},
    {"cert.eku", "missing-server", "8443", PROMPT_OR_REFUSAL},
    {"cert.key", "rsa-8192", "c",
     "traversal-zone at-risk, ssh-tunnel at-risk, neighbor-zone at-risk, " RISK_BEHIND},
    {"cert.key", "rsa-8192", "7001", "traversal-zone at-risk, ssh-tunnel at-risk, " RISK_BEHIND},
    {"cert.key", "rsa-weak", "c", ""},
    {"cert.lets-encrypt-renewal", "renewal-due", "8443", "acme-renewal at-risk"},
    {"cert.self-signed", "self-signed", "8443", LOGIN("at-risk")},
    {"cert.self-signed", "self-signed", "7001", "traversal-zone at-risk, ssh-tunnel at-risk, " RISK_BEHIND},
    {"cert.signature", "md5", "c", ""},
    {"cert.unknown-oid", "unknown-oid", "8443", LOGIN("at-risk")},
    {"cert.unknown-oid", "unknown-oid", "7001", TUNNEL_FAILS},
    {"cert.unknown-oid", "unknown-oid", "c", TUNNEL_FAILS},
    {"cert.validity", "expired", "8443", LOGIN_FAILS},
    {"cert.validity", "not-yet-valid", "8443", LOGIN_FAILS},
    {"cert.validity", "expired", "7001", ZONE_FAILS},
    {"cert.validity", "expired", "neighbor", "neighbor-zone fails"},
    {"cert.validity", "expired", "5269", FEDERATION("at-risk")},
    {"cert.validity", "expired", "5222", ""},
    {"cert.validity", "expires-soon", "8443", LOGIN("at-risk")},
    {"cert.validity", "expires-critical", "8443", LOGIN("at-risk")},
    {"cert.validity", "expires-critical", "7001", "traversal-zone at-risk, ssh-tunnel at-risk, " RISK_BEHIND},
    {"cert.validity", "after-2050", "8443", ""},

    {"chain.client", "no-trusted-root", "8443", PROMPT_OR_REFUSAL},
    {"chain.client", "no-trusted-root", "5061", ""},
    {"chain.cluster-trust", "differ", "e", ""},
    {"chain.lets-encrypt", "root-missing", "e", "acme-renewal fails"},
    {"chain.self-signed-pair", "same-cn", "ucm", UCM_FAILS},
    {"chain.ssh-tunnel", "no-trusted-root", "e-zone", TUNNEL_FAILS},
    {"chain.ssh-tunnel", "no-trusted-root", "c-zone", TUNNEL_FAILS},
    {"chain.ucm-trust", "not-in-callmanager-trust", "ucm", CALLS_FAIL},
    {"chain.zone", "no-trusted-root", "e-zone", ZONE_FAILS},
    {"chain.zone", "no-trusted-root", "c-zone", ZONE_FAILS},
    {"chain.zone", "no-trusted-root", "hq-zone", "neighbor-zone fails"},

    {"revocation.crl", "revoked", "8443", LOGIN("at-risk")},
    {"revocation.crl", "revoked", "5061", SIP("at-risk")},
    {"revocation.crl", "revoked", "5222", XMPP("at-risk")},
    {"revocation.crl", "expired", "8443", ""},
    {"revocation.ocsp", "revoked", "8443", LOGIN("at-risk")},
    {"revocation.ocsp", "revoked", "5061", SIP("at-risk")},
    {"revocation.ocsp", "revoked", "5222", XMPP("at-risk")},
    {"revocation.ocsp", "unreachable", "8443", ""},
    {"revocation.staple", "revoked", "8443", LOGIN("at-risk")},
    {"revocation.staple", "revoked", "5061", SIP("at-risk")},
    {"revocation.staple", "revoked", "5222", XMPP("at-risk")},
    {"revocation.verdict", "revoked", "7001", ZONE_FAILS ", revocation-policy fails"},
    {"revocation.verdict", "fallback-rejects", "7001", ZONE_FAILS ", revocation-policy fails"},
    {"revocation.verdict", "validation-fails", "7001", ZONE_FAILS ", revocation-policy fails"},
    {"revocation.verdict", "fallback-accepts", "7001", "traversal-zone at-risk, revocation-policy at-risk"},

    {"cipher.certificate-type", "presented-type-untrusted", "ucm", UCM_FAILS},
    {"cipher.certificate-type", "other-type-untrusted", "ucm", "ucm-connection at-risk"},
    {"cipher.overlap", "no-common-suite", "7001", ZONE_FAILS},
    {"cipher.overlap", "no-common-suite", "ucm", UCM_FAILS},

    {"mra.edge-config", "path-down", "8443", LOGIN_FAILS},
    {"mra.edge-config", "not-an-edge", "8443", LOGIN_FAILS},
    {"mra.edge-config", "bad-credentials", "8443", LOGIN("unknown")},
    {"mra.edge-config", "redirect", "8443", LOGIN("unknown")},
    {"mra.edge-sso", "status-404", "8443",
     "jabber-login fails, sip-registration fails, xmpp-messaging fails"},
    {"mra.uds", "not-in-allow-list", "8443", LOGIN_FAILS},
    {"mra.uds", "unexpected-status", "8443", LOGIN_FAILS},
    {"mra.uds", "bad-credentials", "8443", LOGIN("unknown")},
    {"mra.uds", "user-not-found", "8443", LOGIN("unknown")},
    {"mra.uds", "role-missing", "8443", LOGIN("unknown")},
    {"mra.release", "differs", "8443", ""},
    {"sip.options", "no-answer", "5061", SIP("fails")},
    {"sip.options", "status-5xx", "5061", SIP("at-risk")},
    {"sip.register", "status-403", "5061", SIP("fails")},
    {"sip.register", "status-401", "5061", SIP("unknown")},
    {"xmpp.auth", "bind-conflict", "5222", XMPP("fails")},
    {"xmpp.auth", "not-authorized", "5222", XMPP("unknown")},
    {"xmpp.stream", "no-starttls", "5222", XMPP("fails")},
    {"xmpp.stream", "no-starttls", "5269", FEDERATION("fails")},
    {"ssh.service", "closed", "2222", TUNNEL_FAILS},

    {"host.clock", "differs", "c", LOGIN_FAILS},
    {"host.clock", "not-synchronised", "c", ""},
    {"host.settings", "mra-off", "e", TUNNEL_FAILS},
    {"host.settings", "sip-tls-off", "e", ZONE_FAILS},
    {"host.settings", "sip-tls-port", "e", SIP("at-risk")},
    {"host.reverse-dns", "missing", "c", XMPP("fails")},
    {"zone.authentication", "wrong-password", "c-zone", ZONE_FAILS},
    {"zone.pairing", "port-differs", "c-zone", ZONE_FAILS},
    {"zone.pairing", "peer-port-differs", "c-zone", ZONE_FAILS},
    {"zone.pairing", "no-partner", "c-zone", ""},
    {"zone.verify-mode", "off", "e-zone", "traversal-zone at-risk, " TUNNEL_FAILS},
    {"zone.settings", "not-tls", "c-zone", ZONE_FAILS},
    {"zone.settings", "services-off", "e-zone", TUNNEL_FAILS},
    {"zone.settings", "none-for-mra", "c", LOGIN_FAILS},
    {"zone.cluster", "verify-name-not-in-certificate", "c-zone", ZONE_FAILS},
    {"zone.cluster", "differs", "c-zone", "traversal-zone at-risk, ssh-tunnel at-risk"},
    {"zone.status", "failed", "c-zone", ZONE_FAILS},
    {"zone.status", "not-reached", "c-zone", ZONE_FAILS},
    {"zone.status", "peer-down", "c-zone", "traversal-zone at-risk, ssh-tunnel at-risk"},
    {"zone.status", "tunnels-down", "c-zone", TUNNEL_FAILS},
    {"zone.status", "ucm-failed", "ucm", CALLS_FAIL},
    {"zone.status", "failure-logged", "c-zone", "traversal-zone unknown"},
    {"zone.status", "alarm-against", "c-zone", "traversal-zone unknown, ssh-tunnel unknown"},
    {"zone.status", "tunnel-failure-logged", "c-zone", "ssh-tunnel unknown"},
    {"host.bundle", "other-side-missing", "c",
     "traversal-zone unknown, ssh-tunnel unknown, neighbor-zone unknown"},
    {"file.key", "no-trailing-newline", "c", TUNNEL_FAILS},
    {"file.key", "world-readable", "c", ""},
};

static void each_finding_changes_what_it_must(void **state) {
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++) {
        const struct decision *d = &decisions[i];
        struct facts *facts = whole_deployment();
        struct findings *findings = findings_new();
        struct about places[8];
        all_is_well(facts, findings);
        for (size_t n = places_of(facts, d->place, places); n > 0; n--)
            find_cause(findings, cause_id(d->check, d->cause), places[n - 1], "broken");
        const char *found = told(facts, findings);
        if (strcmp(found, d->changed) != 0) {
            print_error("%s/%s at %s: '%s'\n    wanted '%s'\n", d->check, d->cause, d->place, found,
                        d->changed);
            wrong++;
        }
        findings_free(findings);
        facts_free(facts);
    }
    assert_int_equal(wrong, 0);
}

/* ---- what must have been seen ---- */

/* What nobody looked at; all else is there, and well. */
static const struct unseen {
    const char *check, *at; /* at: its subject begins, or ends, with it */
    const char *changed, *how;
} unseen[] = {
    {"chain.zone", "expressway-e:", "traversal-zone unknown, neighbor-zone unknown", "--e-cert"},
    {"chain.zone", "expressway-c:", "traversal-zone unknown, neighbor-zone unknown", "--c-cert"},
    {"chain.ssh-tunnel", "expressway-e:", "ssh-tunnel unknown", "--e-cert"},
    {"chain.ssh-tunnel", "expressway-c:", "ssh-tunnel unknown", "--c-cert"},
    {"chain.ucm-trust", "", "ucm-connection unknown", "from inside"},
    {"name.ucm-node", "", "ucm-connection unknown", "tomcat certificate"},
    {"net.connect", ":8443", LOGIN("unknown"), "no edge was connected to"},
    {"tls.handshake", ":8443", LOGIN("unknown"), "no TLS handshake"},
    {"mra.edge-config", ":8443", LOGIN("unknown"), "its configuration"},
    {"chain.client", ":8443", "tc-endpoint-login unknown, phone-login unknown", "--trust"},
    {"sip.options", ":5061", SIP("unknown"), "5061"},
    {"xmpp.stream", ":5222", XMPP("unknown"), "5222"},
    {"xmpp.stream", ":5269", FEDERATION("unknown"), "5269"},
    {"dns.xmpp-federation-srv", "", FEDERATION("unknown"), "SRV records"},
    {"dns.sip-srv", "", "b2b-calls unknown", "SRV records"},
    {"dns.san-address", "", "acme-renewal unknown", "names of the certificate"},
};

static void drop(struct findings *findings, const struct unseen *u) {
    size_t kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        bool is_it = strcmp(f->check->id, u->check) == 0 &&
                     (text_starts(f->subject, u->at) || text_ends(f->subject, u->at));
        if (is_it)
            evidence_free(f->evidence);
        else
            findings->v[kept++] = findings->v[i];
    }
    assert_true(kept < findings->n);
    findings->n = kept;
}

static void what_was_not_seen_is_not_known(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
        struct facts *facts = whole_deployment();
        struct findings *findings = findings_new();
        for (size_t k = 0; k < facts->endpoints.n; k++)
            facts->endpoints.v[k]->http.n = 0; /* an answer of Expressway-C's proves the tunnel */
        all_is_well(facts, findings);
        drop(findings, &unseen[i]);
        const char *found = told(facts, findings);
        if (strcmp(found, unseen[i].changed) != 0)
            fail_msg("without %s %s: '%s', wanted '%s'", unseen[i].check, unseen[i].at, found,
                     unseen[i].changed);
        struct outcomes *outcomes = outcomes_of(facts, findings);
        for (size_t k = 0; k < outcomes->n; k++)
            if (outcomes->v[k]->state == OUTCOME_UNKNOWN &&
                strstr(outcomes->v[k]->summary, unseen[i].how) == NULL)
                fail_msg("without %s %s: '%s' does not tell how to learn it", unseen[i].check, unseen[i].at,
                         outcomes->v[k]->summary);
        findings_free(findings);
        facts_free(facts);
    }
}

/* ---- an upload ---- */

/* What Expressway makes of a file, and the words of its page; NULL: it shows none that we know. */
static const struct upload {
    const char *check, *cause; /* cause "?": unknown */
    enum outcome_state wanted;
    const char *said;
} uploads[] = {
    {"chain.own", "no-trusted-root", OUTCOME_FAILS, "Unrecognized CA"},
    {"chain.own", "?", OUTCOME_UNKNOWN, NULL},
    {"file.format", "der", OUTCOME_FAILS, "not a valid X.509 PEM"},
    {"file.format", "chain-included", OUTCOME_FAILS, NULL},
    {"file.format", "bom", OUTCOME_AT_RISK, NULL},
    {"file.key", "mismatch", OUTCOME_FAILS, NULL},
    {"file.key", "world-readable", OUTCOME_AT_RISK, NULL},
    {"file.csr", "key-mismatch", OUTCOME_FAILS, NULL},
    {"file.csr", "names-dropped", OUTCOME_AT_RISK, NULL},
    {"name.san-fqdn", "hostname", OUTCOME_FAILS, "Subject alternative name must be a valid FQDN"},
    {"name.common-name", "not-fqdn", OUTCOME_FAILS, "Common name must be a valid FQDN"},
    {"name.common-name", "missing", OUTCOME_FAILS, NULL},
    {"name.common-name", "other-name", OUTCOME_WORKS, NULL},
    {"name.cluster", "peer-name-missing", OUTCOME_AT_RISK, NULL},
    {"cert.eku", "missing-client", OUTCOME_FAILS, NULL},
    {"cert.key", "rsa-weak", OUTCOME_AT_RISK, NULL},
    {"cert.signature", "sha1", OUTCOME_AT_RISK, NULL},
    {"cert.self-signed", "self-signed", OUTCOME_AT_RISK, NULL},
    {"cert.default-certificate", "temporary", OUTCOME_AT_RISK, NULL},
    {"cert.validity", "expires-soon", OUTCOME_WORKS, NULL},
};

static struct facts *upload_of(const char *role) {
    struct facts *facts = facts_new();
    facts->run = (struct run){.command = arena_text(facts->arena, "cert"),
                              .release = arena_text(facts->arena, "X15.5"),
                              .upload_role = arena_text(facts->arena, role)};
    facts->run.scope.is_upload = true;
    return facts;
}

static void uploads_are_foretold(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof uploads / sizeof *uploads; i++) {
        const struct upload *u = &uploads[i];
        struct facts *facts = upload_of("expressway-e");
        struct findings *findings = findings_new();
        if (strcmp(u->check, "chain.own") != 0)
            find_pass(findings, CHECK_CHAIN_OWN, about_node("new.pem"), "trusted");
        if (strcmp(u->cause, "?") == 0)
            find_unknown(findings, check_id(u->check), about_node("new.pem"), "no list");
        else
            find_cause(findings, cause_id(u->check, u->cause), about_node("new.pem"), "broken");
        const struct outcomes *outcomes = outcomes_of(facts, findings);
        assert_int_equal(outcomes->n, 1); /* of an upload nothing else is asked */
        const struct outcome *o = outcomes->v[0];
        if (o->state != u->wanted || (o->said != NULL) != (u->said != NULL) ||
            (u->said != NULL && strstr(o->said, u->said) == NULL))
            fail_msg("%s/%s: %s, '%s'", u->check, u->cause, enum_text(outcome_states, (int)o->state),
                     text_or(o->said, "nothing"));
        if (u->said != NULL)
            assert_non_null(strstr(o->summary, u->said));
        findings_free(findings);
        facts_free(facts);
    }
}

/* The page looks at the form, then at the names, then at the CA; what it stumbles over first it says. */
static void the_first_refusal_is_shown(void **state) {
    static const struct {
        enum cause_id given[3];
        const char *order[3]; /* the others stand as they did */
    } rows[] = {
        {{CAUSE_CHAIN_OWN_NO_TRUSTED_ROOT, CAUSE_NAME_SAN_FQDN_HOSTNAME, CAUSE_FILE_FORMAT_DER},
         {"file.format", "chain.own", "name.san-fqdn"}},
        {{CAUSE_CHAIN_OWN_NO_TRUSTED_ROOT, CAUSE_CERT_EKU_MISSING_CLIENT, CAUSE_NAME_SAN_FQDN_HOSTNAME},
         {"name.san-fqdn", "chain.own", "cert.eku"}},
        {{CAUSE_NAME_SAN_FQDN_HOSTNAME, CAUSE_NAME_COMMON_NAME_MISSING, CAUSE_CHAIN_OWN_NO_TRUSTED_ROOT},
         {"name.san-fqdn", "name.common-name", "chain.own"}},
        {{CAUSE_CERT_EKU_MISSING_CLIENT, CAUSE_FILE_KEY_MISMATCH, CAUSE_CHAIN_OWN_NO_TRUSTED_ROOT},
         {"chain.own", "cert.eku", "file.key"}}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = upload_of("expressway-c");
        struct findings *findings = findings_new();
        for (size_t k = 0; k < 3; k++)
            find_cause(findings, rows[i].given[k], about_node("new.pem"), "broken");
        const struct outcome *o = outcomes_of(facts, findings)->v[0];
        assert_int_equal(o->because.n, 3);
        for (size_t k = 0; k < 3; k++)
            assert_string_equal(o->because.v[k]->check->id, rows[i].order[k]);
        findings_free(findings);
        facts_free(facts);
    }
}

/* What is accepted is told in the order of the findings. */
static void a_weakness_is_no_refusal(void **state) {
    static const enum cause_id given[] = {CAUSE_CERT_KEY_RSA_WEAK, CAUSE_NAME_CLUSTER_PEER_NAME_MISSING,
                                          CAUSE_FILE_FORMAT_BOM};
    (void)state;
    struct facts *facts = upload_of("expressway-c");
    struct findings *findings = findings_new();
    find_pass(findings, CHECK_CHAIN_OWN, about_node("new.pem"), "trusted");
    for (size_t k = 0; k < 3; k++)
        find_cause(findings, given[k], about_node("new.pem"), "broken");
    const struct outcome *o = outcomes_of(facts, findings)->v[0];
    assert_int_equal(o->state, OUTCOME_AT_RISK);
    assert_null(o->said);
    for (size_t k = 0; k < 3; k++)
        assert_ptr_equal(o->because.v[k]->cause, cause_of(given[k]));
    findings_free(findings);
    facts_free(facts);
}

/* Other files lie in the folder, and other boxes take other certificates. */
static void what_is_no_upload_is_not_told(void **state) {
    (void)state;
    struct facts *facts = upload_of("expressway-e");
    struct findings *findings = findings_new();
    find_pass(findings, CHECK_CHAIN_OWN, about_node("new.pem"), "trusted");
    find_cause(findings, CAUSE_FILE_FORMAT_DER, (struct about){.subject = "other.cer"}, "broken");
    assert_int_equal(outcomes_of(facts, findings)->v[0]->state, OUTCOME_WORKS);
    facts->run.upload_role = arena_text(facts->arena, "ucm-tomcat");
    assert_int_equal(outcomes_of(facts, findings)->n, 0);
    facts->run.upload_role = NULL;
    assert_int_equal(outcomes_of(facts, findings)->n, 0);
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_finding_changes_what_it_must),
                                       cmocka_unit_test(what_was_not_seen_is_not_known),
                                       cmocka_unit_test(uploads_are_foretold),
                                       cmocka_unit_test(the_first_refusal_is_shown),
                                       cmocka_unit_test(a_weakness_is_no_refusal),
                                       cmocka_unit_test(what_is_no_upload_is_not_told)};
    return cmocka_run_group_tests_name("decisions", tests, NULL, NULL);
}
