/* What does the timeline of a log-in say of each step? A row states findings, or changes a fact, and names
 * every line of the timeline that is another one then; all other lines are those of a log-in that is well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "outcomes/timeline.h"
#include "tests/unit/healthy.h"

struct given {
    const char *check, *cause; /* cause NULL: pass, "?": unknown, "-": skip */
    const char *at;            /* endpoint id; NULL: the domain; "node:X"; "domain:X" */
};

/* ---- a log-in that is well ---- */

static struct http_exchange *answer(struct facts *facts, struct login *login, const char *request, int ms) {
    struct http_exchange *http = ARENA_NEW(facts->arena, struct http_exchange);
    http->request = arena_text(facts->arena, request);
    http->state = EXCHANGE_ANSWERED;
    http->status = 200;
    http->ms = ms;
    LIST_ADD(facts->arena, &login->http, http);
    return http;
}

/* EDGE1 is walked with a password to its end, EDGE2 not at all; no wait is as long as another. */
static struct facts *walked(void) {
    static const char *const asked[] = {"get_edge_config", "cluster-user", "servers", "user", "devices"};
    struct facts *facts = healthy_facts();
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    struct login *login = ARENA_NEW(facts->arena, struct login);
    query_of(facts, SRV_NAME, DNS_SRV)->ms = 10;
    e->tcp.ms = 11;
    e->tls.ms = 12;
    e->http.v[0]->ms = 13;
    e->http.v[1]->ms = 14;
    endpoint_of(facts, EDGE1_SIP)->sip->ms = 15;
    endpoint_of(facts, EDGE1_XMPP)->xmpp->ms = 16;
    login->endpoint = arena_text(facts->arena, EDGE1_HTTPS);
    login->address = e->address;
    login->domain = arena_text(facts->arena, DOMAIN);
    login->credential = arena_text(facts->arena, "password");
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        answer(facts, login, asked[i], 20 + (int)i);
    login->http.v[0]->server = arena_text(facts->arena, "CE_C ECS");
    login->sip = ARENA_NEW(facts->arena, struct sip_register);
    login->sip->state = EXCHANGE_ANSWERED;
    login->sip->code = 200;
    login->sip->ms = 30;
    login->xmpp = ARENA_NEW(facts->arena, struct xmpp_login);
    login->xmpp->state = XMPP_LOGIN_BOUND;
    login->xmpp->ms = 31;
    LIST_ADD(facts->arena, &facts->logins, login);
    return facts;
}

static const struct given well[] = {
    {"dns.collab-edge-srv", NULL, NULL},    {"dns.srv-target", NULL, "node:" EDGE1},
    {"dns.uds-not-external", NULL, NULL},   {"net.connect", NULL, EDGE1_HTTPS},
    {"tls.handshake", NULL, EDGE1_HTTPS},   {"tls.version", NULL, EDGE1_HTTPS},
    {"tls.client-auth", NULL, EDGE1_HTTPS}, {"tls.sni", NULL, EDGE1_HTTPS},
    {"cert.validity", NULL, EDGE1_HTTPS},   {"chain.client", NULL, EDGE1_HTTPS},
    {"name.srv-target", NULL, EDGE1_HTTPS}, {"name.mra-domain", NULL, EDGE1_HTTPS},
    {"mra.edge-sso", NULL, EDGE1_HTTPS},    {"mra.edge-config", NULL, EDGE1_HTTPS},
    {"mra.uds", NULL, EDGE1_HTTPS},         {"net.connect", NULL, EDGE1_SIP},
    {"tls.handshake", NULL, EDGE1_SIP},     {"sip.options", NULL, EDGE1_SIP},
    {"sip.register", NULL, EDGE1_SIP},      {"net.connect", NULL, EDGE1_XMPP},
    {"tls.handshake", NULL, EDGE1_XMPP},    {"xmpp.stream", NULL, EDGE1_XMPP},
    {"xmpp.auth", NULL, EDGE1_XMPP},
};

static struct about about_of(struct facts *facts, const char *at) {
    if (at == NULL)
        return about_domain(DOMAIN);
    if (text_starts(at, "node:"))
        return (struct about){.subject = at + 5, .node = at + 5};
    if (text_starts(at, "domain:"))
        return about_domain(at + 7);
    return about_endpoint(facts, endpoint_of(facts, at));
}

static void state(struct facts *facts, struct findings *to, const struct given *g) {
    struct about about = about_of(facts, g->at);
    if (g->cause == NULL)
        find_pass(to, check_id(g->check), about, "good");
    else if (strcmp(g->cause, "?") == 0)
        find_unknown(to, check_id(g->check), about, "cannot tell");
    else if (strcmp(g->cause, "-") == 0)
        find_skip(to, check_id(g->check), about, "does not apply");
    else
        evidence_text(find_cause(to, cause_id(g->check, g->cause), about, "broken"), "step", "user");
}

/* What a row says itself of a check is all that is said of it there. */
static void state_all(struct facts *facts, struct findings *to, const struct given *given, size_t count) {
    for (size_t i = 0; i < sizeof well / sizeof *well; i++) {
        bool is_given = false;
        for (size_t k = 0; k < count && given[k].check != NULL; k++)
            is_given = is_given || (strcmp(given[k].check, well[i].check) == 0 &&
                                    strcmp(text_or(given[k].at, ""), text_or(well[i].at, "")) == 0);
        if (!is_given)
            state(facts, to, &well[i]);
    }
    for (size_t k = 0; k < count && given[k].check != NULL; k++)
        state(facts, to, &given[k]);
    findings_sort(to);
}

/* "connect works, 11 ms", "user fails 403 by unified-cm, 23 ms: mra.uds (note)": a line a step, the edge
 * before it where it is not EDGE1. */
static struct texts told(struct facts *facts, const struct findings *findings) {
    struct texts lines = {0};
    const struct timeline *timeline = timeline_of(facts->arena, facts, findings);
    for (size_t i = 0; i < timeline->n; i++) {
        const struct timeline_step *s = timeline->v[i];
        struct arena *a = facts->arena;
        const char *edge = strcmp(s->edge, EDGE1_HTTPS) == 0 ? "" : arena_printf(a, "%s: ", s->edge);
        const char *where =
            arena_printf(a, "%s%s%s%s", s->address == NULL ? "" : s->address, s->address == NULL ? "" : " ",
                         s->domain == NULL ? "" : s->domain, s->domain == NULL ? "" : " ");
        const char *status = s->status == 0 ? "" : arena_printf(a, " %d", s->status);
        const char *by = s->answered_by == NULL ? "" : arena_printf(a, " by %s", s->answered_by);
        const char *ms = s->ms < 0 ? "" : arena_printf(a, ", %d ms", s->ms);
        const char *because = s->because == NULL
                                  ? ""
                                  : arena_printf(a, ": %s/%s", s->because->check->id, s->because->cause->id);
        const char *note = s->note == NULL ? "" : arena_printf(a, " (%s)", s->note);
        texts_add(a, &lines,
                  arena_printf(a, "%s%s%s %s%s%s%s%s%s", edge, where, enum_text(login_steps, (int)s->step),
                               enum_text(step_states, (int)s->state), status, by, ms, because, note));
    }
    return lines;
}

/* The lines that are not those of a log-in that is well. */
static char *difference(struct arena *arena, const struct texts *lines, const struct texts *usual) {
    char *text = arena_text(arena, "");
    for (size_t i = 0; i < lines->n; i++)
        if (!texts_has(usual, lines->v[i]))
            text = arena_printf(arena, "%s%s\n", text, lines->v[i]);
    return text;
}

/* ---- rows ---- */

static void login_breaks_off(struct facts *facts) {
    struct login *login = facts->logins.v[0];
    login->http.n = 4;
    login->http.v[3]->status = 403;
}

static void no_user(struct facts *facts) {
    facts->logins.v[0]->http.n = 1;
}

static void no_login(struct facts *facts) {
    facts->logins.n = 0;
}

static void login_without_sip(struct facts *facts) {
    facts->logins.v[0]->sip = NULL;
}

static void login_without_xmpp(struct facts *facts) {
    facts->logins.v[0]->xmpp = NULL;
}

static void login_of_another_domain(struct facts *facts) {
    facts->logins.v[0]->domain = arena_text(facts->arena, "example.org");
}

static void config_silent(struct facts *facts) {
    facts->logins.v[0]->http.v[0]->state = EXCHANGE_NO_ANSWER;
    facts->logins.v[0]->http.v[0]->status = 500; /* of an answer that never came whole */
}

static void config_not_tried(struct facts *facts) {
    facts->logins.v[0]->http.v[0]->state = EXCHANGE_NOT_TRIED;
}

static void sso_not_tried(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->http.v[0]->state = EXCHANGE_NOT_TRIED;
}

static void sso_of_another_domain(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->http.v[0]->domain = arena_text(facts->arena, "example.org");
}

static void tcp_not_tried(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->tcp.state = TCP_NOT_TRIED;
    endpoint_of(facts, EDGE1_HTTPS)->tls.state = TLS_NOT_TRIED;
}

static void unresolved(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->tcp.state = TCP_UNRESOLVED;
    endpoint_of(facts, EDGE1_HTTPS)->tls.state = TLS_NOT_TRIED;
}

static void tcp_refused(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->tcp.state = TCP_REFUSED;
    endpoint_of(facts, EDGE1_HTTPS)->tls.state = TLS_NOT_TRIED;
}

static void no_sip_port(struct facts *facts) {
    facts->logins.v[0]->sip->state = EXCHANGE_NOT_TRIED;
    endpoint_of(facts, EDGE1_SIP)->leg = LEG_OTHER;
}

static void no_xmpp_port(struct facts *facts) {
    facts->logins.v[0]->xmpp->state = XMPP_LOGIN_NOT_TRIED;
    endpoint_of(facts, EDGE1_XMPP)->leg = LEG_OTHER;
}

static void sip_not_asked(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->sip->state = EXCHANGE_NOT_TRIED;
    facts->logins.v[0]->sip->state = EXCHANGE_NOT_TRIED;
}

static void sip_has_no_facts(struct facts *facts) {
    endpoint_of(facts, EDGE1_SIP)->sip = NULL;
    endpoint_of(facts, EDGE1_XMPP)->xmpp = NULL;
}

static void register_silent(struct facts *facts) {
    facts->logins.v[0]->sip->state = EXCHANGE_NO_ANSWER;
    facts->logins.v[0]->sip->code = 401; /* of the first answer */
}

static void xmpp_not_asked(struct facts *facts) {
    endpoint_of(facts, EDGE1_XMPP)->xmpp->state = XMPP_NOT_TRIED;
    facts->logins.v[0]->xmpp->state = XMPP_LOGIN_NOT_TRIED;
}

static void edge_of_no_domain(struct facts *facts) {
    endpoint_of(facts, EDGE1_HTTPS)->domains.n = 0;
}

static void edge_of_another_domain(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    e->domains.n = 0;
    texts_add(facts->arena, &e->domains, "example.org");
    endpoint_of(facts, EDGE2_HTTPS)->leg = LEG_ADMIN;
}

static void no_query(struct facts *facts) {
    query_of(facts, SRV_NAME, DNS_SRV)->name = arena_text(facts->arena, "_other._tls.example.com");
}

static const struct {
    const char *what;
    struct given given[3];
    void (*change)(struct facts *); /* NULL: none */
    const char *told;               /* the lines that are others */
} rows[] = {
    {"nothing", {{NULL, NULL, NULL}}, NULL, ""},
    {"no SRV record",
     {{"dns.collab-edge-srv", "nxdomain", NULL}},
     NULL,
     "srv fails, 10 ms: dns.collab-edge-srv/nxdomain\n"
     "expe2.example.com:8443: srv fails, 10 ms: dns.collab-edge-srv/nxdomain\n"},
    {"of one target there is no address",
     {{"dns.srv-target", "no-address", "node:" EDGE1}},
     NULL,
     "srv fails, 10 ms: dns.srv-target/no-address\n"},
    {"of another target there is none",
     {{"dns.srv-target", "no-address", "node:gone.example.com"}},
     NULL,
     ""},
    {"a target that the domain tells of",
     {{"dns.srv-target", "no-address", NULL}},
     NULL,
     "srv fails, 10 ms: dns.srv-target/no-address\n"
     "expe2.example.com:8443: srv fails, 10 ms: dns.srv-target/no-address\n"},
    {"one of another domain", {{"dns.srv-target", "no-address", "domain:example.org"}}, NULL, ""},
    {"UDS resolves outside",
     {{"dns.uds-not-external", "resolves-outside", NULL}},
     NULL,
     "srv fails, 10 ms: dns.uds-not-external/resolves-outside\n"
     "expe2.example.com:8443: srv fails, 10 ms: dns.uds-not-external/resolves-outside\n"},
    {"a warning is a step that works",
     {{"dns.srv-target", "private-address", "node:" EDGE1}},
     NULL,
     "srv works, 10 ms: dns.srv-target/private-address\n"},
    {"a warning outweighs a pass, an unknown the warning",
     {{"dns.collab-edge-srv", "?", NULL}, {"dns.srv-target", "private-address", "node:" EDGE1}},
     NULL,
     "srv unknown, 10 ms (cannot tell)\n"
     "expe2.example.com:8443: srv unknown, 10 ms (cannot tell)\n"},
    {"a failure outweighs the unknown",
     {{"dns.collab-edge-srv", "?", NULL}, {"dns.srv-target", "no-address", "node:" EDGE1}},
     NULL,
     "srv fails, 10 ms: dns.srv-target/no-address\n"
     "expe2.example.com:8443: srv unknown, 10 ms (cannot tell)\n"},
    {"a pass outweighs what does not apply", {{"dns.collab-edge-srv", "-", NULL}}, NULL, ""},
    {"none of it applies",
     {{"dns.collab-edge-srv", "-", NULL},
      {"dns.srv-target", "-", "node:" EDGE1},
      {"dns.uds-not-external", "-", NULL}},
     NULL,
     "srv skipped, 10 ms (does not apply)\n"
     "expe2.example.com:8443: srv skipped, 10 ms (does not apply)\n"},
    {"the query was not asked",
     {{NULL, NULL, NULL}},
     no_query,
     "srv works\n"
     "expe2.example.com:8443: srv works\n"},
    {"refused",
     {{"net.connect", "refused", EDGE1_HTTPS}},
     tcp_refused,
     "connect fails, 11 ms: net.connect/refused\n"
     "tls skipped\n"},
    {"8443 was not tried",
     {{"net.connect", "?", EDGE1_HTTPS}},
     tcp_not_tried,
     "connect unknown (cannot tell)\n"
     "tls skipped\n"},
    {"the name has no address",
     {{"net.connect", "unresolved", EDGE1_HTTPS}},
     unresolved,
     "connect fails: net.connect/unresolved\n"
     "tls skipped\n"},
    {"at 5061 it is no trouble of 8443",
     {{"net.connect", "refused", EDGE1_SIP}},
     NULL,
     "sip-options fails 200, 15 ms: net.connect/refused\n"},
    {"the handshake ends",
     {{"tls.handshake", "closed", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: tls.handshake/closed\n"},
    {"no common version",
     {{"tls.version", "no-common-version", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: tls.version/no-common-version\n"},
    {"a client certificate is wanted",
     {{"tls.client-auth", "required-but-none", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: tls.client-auth/required-but-none\n"},
    {"another name is wanted",
     {{"tls.sni", "needs-sni", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: tls.sni/needs-sni\n"},
    {"a remark is no reason", {{"tls.client-auth", "requested", EDGE1_HTTPS}}, NULL, ""},
    {"it has ended",
     {{"cert.validity", "expired", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: cert.validity/expired\n"},
    {"it ends soon",
     {{"cert.validity", "expires-soon", EDGE1_HTTPS}},
     NULL,
     "tls works, 12 ms: cert.validity/expires-soon\n"},
    {"clients do not trust it",
     {{"chain.client", "no-trusted-root", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: chain.client/no-trusted-root\n"},
    {"the target's name is not in it",
     {{"name.srv-target", "no-match", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: name.srv-target/no-match\n"},
    {"the domain is not in it",
     {{"name.mra-domain", "no-match", EDGE1_HTTPS}},
     NULL,
     "tls fails, 12 ms: name.mra-domain/no-match\n"},
    {"of the other edge",
     {{"name.mra-domain", "no-match", EDGE2_HTTPS}},
     NULL,
     "expe2.example.com:8443: tls fails, 34 ms: name.mra-domain/no-match\n"},
    {"get_edge_sso is refused",
     {{"mra.edge-sso", "status-404", EDGE1_HTTPS}},
     NULL,
     "edge-sso fails 200 by expressway-c, 13 ms: mra.edge-sso/status-404\n"},
    {"get_edge_sso was not asked",
     {{"mra.edge-sso", "-", EDGE1_HTTPS}},
     sso_not_tried,
     "edge-sso skipped (does not apply)\n"},
    {"get_edge_sso of another domain", {{NULL, NULL, NULL}}, sso_of_another_domain, "edge-sso works\n"},
    {"the password is wrong",
     {{"mra.edge-config", "bad-credentials", EDGE1_HTTPS}},
     NULL,
     "edge-config fails 200 by expressway-c, 20 ms: mra.edge-config/bad-credentials\n"},
    {"no answer to get_edge_config",
     {{"mra.edge-config", "no-answer", EDGE1_HTTPS}},
     config_silent,
     "edge-config fails, 20 ms: mra.edge-config/no-answer\n"},
    {"get_edge_config was not asked",
     {{"mra.edge-config", "-", EDGE1_HTTPS}},
     config_not_tried,
     "edge-config skipped (does not apply)\n"},
    {"UDS refuses the user",
     {{"mra.uds", "role-missing", EDGE1_HTTPS}},
     login_breaks_off,
     "user fails 403 by unified-cm, 23 ms: mra.uds/role-missing\n"
     "devices skipped (the step before it failed)\n"},
    {"UDS is not judged", {{"mra.uds", "?", EDGE1_HTTPS}}, NULL, ""},
    {"no user was named",
     {{NULL, NULL, NULL}},
     no_user,
     "cluster-user skipped (no user was named)\n"
     "servers skipped (no user was named)\n"
     "user skipped (no user was named)\n"
     "devices skipped (no user was named)\n"},
    {"UDS does not apply",
     {{"mra.uds", "-", EDGE1_HTTPS}},
     no_login,
     "edge-config works 401 by expressway-c, 14 ms\n"
     "cluster-user skipped (does not apply)\n"
     "servers skipped (does not apply)\n"
     "user skipped (does not apply)\n"
     "devices skipped (does not apply)\n"
     "sip-register skipped (not asked for (--sip, with credentials))\n"
     "xmpp-auth skipped (not asked for (--xmpp, with credentials))\n"},
    {"nobody logged in",
     {{NULL, NULL, NULL}},
     no_login,
     "edge-config works 401 by expressway-c, 14 ms\n"
     "cluster-user skipped (no user was named)\n"
     "servers skipped (no user was named)\n"
     "user skipped (no user was named)\n"
     "devices skipped (no user was named)\n"
     "sip-register skipped (not asked for (--sip, with credentials))\n"
     "xmpp-auth skipped (not asked for (--xmpp, with credentials))\n"},
    {"a log-in of another domain is none",
     {{NULL, NULL, NULL}},
     login_of_another_domain,
     "edge-config works 401 by expressway-c, 14 ms\n"
     "cluster-user skipped (no user was named)\n"
     "servers skipped (no user was named)\n"
     "user skipped (no user was named)\n"
     "devices skipped (no user was named)\n"
     "sip-register skipped (not asked for (--sip, with credentials))\n"
     "xmpp-auth skipped (not asked for (--xmpp, with credentials))\n"},
    {"no registration was asked for",
     {{NULL, NULL, NULL}},
     login_without_sip,
     "sip-register skipped (not asked for (--sip, with credentials))\n"},
    {"no chat was asked for",
     {{NULL, NULL, NULL}},
     login_without_xmpp,
     "xmpp-auth skipped (not asked for (--xmpp, with credentials))\n"},
    {"5061 refuses",
     {{"net.connect", "refused", EDGE1_SIP}},
     NULL,
     "sip-options fails 200, 15 ms: net.connect/refused\n"},
    {"TLS on 5061",
     {{"tls.handshake", "closed", EDGE1_SIP}},
     NULL,
     "sip-options fails 200, 15 ms: tls.handshake/closed\n"},
    {"OPTIONS is refused",
     {{"sip.options", "status-5xx", EDGE1_SIP}},
     NULL,
     "sip-options works 200, 15 ms: sip.options/status-5xx\n"},
    {"REGISTER is refused",
     {{"sip.register", "status-403", EDGE1_SIP}},
     NULL,
     "sip-register fails 200, 30 ms: sip.register/status-403\n"},
    {"REGISTER is not answered",
     {{"sip.register", "no-answer", EDGE1_SIP}},
     register_silent,
     "sip-register fails, 30 ms: sip.register/no-answer\n"},
    {"SIP was not asked",
     {{"sip.options", "-", EDGE1_SIP}, {"sip.register", "-", EDGE1_SIP}},
     sip_not_asked,
     "sip-options skipped (does not apply)\n"
     "sip-register skipped (does not apply)\n"},
    {"a port that answers is no answer",
     {{"sip.options", "-", EDGE1_SIP}, {"xmpp.stream", "-", EDGE1_XMPP}},
     NULL,
     "sip-options skipped 200, 15 ms (does not apply)\n"
     "xmpp-stream skipped, 16 ms (does not apply)\n"},
    {"a warning of the port stays with what was asked",
     {{"tls.handshake", "some-reset", EDGE1_SIP}, {"tls.handshake", "some-reset", EDGE1_XMPP}},
     NULL,
     "sip-options works 200, 15 ms: tls.handshake/some-reset\n"
     "xmpp-stream works, 16 ms: tls.handshake/some-reset\n"},
    {"and tells nothing of what was not",
     {{"tls.handshake", "some-reset", EDGE1_SIP}, {"sip.options", "-", EDGE1_SIP}},
     NULL,
     "sip-options skipped 200, 15 ms (does not apply)\n"},
    {"trouble of the port does",
     {{"tls.handshake", "?", EDGE1_SIP}, {"sip.options", "-", EDGE1_SIP}},
     NULL,
     "sip-options unknown 200, 15 ms (cannot tell)\n"},
    {"no port of SIP",
     {{NULL, NULL, NULL}},
     no_sip_port,
     "sip-options skipped (no SIP port of this edge was looked at)\n"
     "sip-register skipped\n"},
    {"5222 refuses",
     {{"net.connect", "refused", EDGE1_XMPP}},
     NULL,
     "xmpp-stream fails, 16 ms: net.connect/refused\n"},
    {"TLS on 5222",
     {{"tls.handshake", "closed", EDGE1_XMPP}},
     NULL,
     "xmpp-stream fails, 16 ms: tls.handshake/closed\n"},
    {"no STARTTLS",
     {{"xmpp.stream", "no-starttls", EDGE1_XMPP}},
     NULL,
     "xmpp-stream fails, 16 ms: xmpp.stream/no-starttls\n"},
    {"the password is wrong for chat",
     {{"xmpp.auth", "not-authorized", EDGE1_XMPP}},
     NULL,
     "xmpp-auth fails, 31 ms: xmpp.auth/not-authorized\n"},
    {"XMPP was not asked",
     {{"xmpp.stream", "-", EDGE1_XMPP}, {"xmpp.auth", "-", EDGE1_XMPP}},
     xmpp_not_asked,
     "xmpp-stream skipped (does not apply)\n"
     "xmpp-auth skipped (does not apply)\n"},
    {"no port of XMPP",
     {{NULL, NULL, NULL}},
     no_xmpp_port,
     "xmpp-stream skipped (no XMPP port of this edge was looked at)\n"
     "xmpp-auth skipped\n"},
    {"of neither there is a fact",
     {{NULL, NULL, NULL}},
     sip_has_no_facts,
     "sip-options works\n"
     "xmpp-stream works\n"},
    {"an edge of no domain is one of each", {{NULL, NULL, NULL}}, edge_of_no_domain, ""},
    {"no edge of this domain",
     {{NULL, NULL, NULL}},
     edge_of_another_domain,
     "example.com: srv works, 10 ms\n"},
};

static void every_step_is_told(void **ignored) {
    (void)ignored;
    size_t wrong = 0;
    struct facts *facts = walked();
    struct findings *findings = findings_new();
    state_all(facts, findings, NULL, 0);
    struct texts usual = told(facts, findings);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *changed = walked();
        struct findings *its = findings_new();
        if (rows[i].change != NULL)
            rows[i].change(changed);
        state_all(changed, its, rows[i].given, 3);
        struct texts lines = told(changed, its);
        const char *text = difference(changed->arena, &lines, &usual);
        if (strcmp(text, rows[i].told) != 0) {
            print_error("%s:\n%swanted:\n%s", rows[i].what, text, rows[i].told);
            wrong++;
        }
        findings_free(its);
        facts_free(changed);
    }
    findings_free(findings);
    facts_free(facts);
    assert_int_equal(wrong, 0);
}

/* One edge's whole log-in, in its order; of one that nobody walked the steps that were not asked for. */
static void a_log_in_that_is_well(void **ignored) {
    static const char *const wanted[] = {
        "srv works, 10 ms",
        "connect works, 11 ms",
        "tls works, 12 ms",
        "edge-sso works 200 by expressway-c, 13 ms",
        "edge-config works 200 by expressway-c, 20 ms",
        "cluster-user works 200 by unified-cm, 21 ms",
        "servers works 200 by unified-cm, 22 ms",
        "user works 200 by unified-cm, 23 ms",
        "devices works 200 by unified-cm, 24 ms",
        "sip-options works 200, 15 ms",
        "sip-register works 200, 30 ms",
        "xmpp-stream works, 16 ms",
        "xmpp-auth works, 31 ms",
        "expe2.example.com:8443: srv works, 10 ms",
        "expe2.example.com:8443: connect skipped, 34 ms",
        "expe2.example.com:8443: tls skipped, 34 ms",
        "expe2.example.com:8443: edge-sso skipped 200 by expressway-c, 34 ms",
        "expe2.example.com:8443: edge-config skipped 401 by expressway-c, 34 ms",
        "expe2.example.com:8443: cluster-user skipped",
        "expe2.example.com:8443: servers skipped",
        "expe2.example.com:8443: user skipped",
        "expe2.example.com:8443: devices skipped",
        "expe2.example.com:8443: sip-options skipped 200, 34 ms",
        "expe2.example.com:8443: sip-register skipped (not asked for (--sip, with credentials))",
        "expe2.example.com:8443: xmpp-stream skipped, 34 ms",
        "expe2.example.com:8443: xmpp-auth skipped (not asked for (--xmpp, with credentials))",
    };
    (void)ignored;
    struct facts *facts = walked();
    struct findings *findings = findings_new();
    state_all(facts, findings, NULL, 0);
    struct texts lines = told(facts, findings);
    assert_int_equal(lines.n, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < lines.n; i++)
        assert_string_equal(lines.v[i], wanted[i]);
    findings_free(findings);
    facts_free(facts);
}

/* Where there are several, each step says of which it is. */
static void edges_are_told_apart(void **ignored) {
    static const struct {
        bool two_addresses, two_domains;
        size_t steps;
        const char *first, *address, *domain; /* first: the line of EDGE1's connection, and its last step's */
    } cases[] = {{false, false, 26, "connect works, 11 ms", NULL, NULL},
                 {true, false, 39, "203.0.113.10 connect works, 11 ms", "203.0.113.10", NULL},
                 {false, true, 27, "example.com connect works, 11 ms", NULL, DOMAIN},
                 {true, true, 40, "203.0.113.10 example.com connect works, 11 ms", "203.0.113.10", DOMAIN}};
    (void)ignored;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct facts *facts = walked();
        struct findings *findings = findings_new();
        if (cases[i].two_addresses)
            add_endpoint(facts, EDGE1, "203.0.113.12", 8443, PROTOCOL_HTTPS, LEG_CLIENT);
        if (cases[i].two_domains)
            texts_add(facts->arena, &facts->domains, "example.org");
        state_all(facts, findings, NULL, 0);
        struct texts lines = told(facts, findings);
        const struct timeline *timeline = timeline_of(facts->arena, facts, findings);
        assert_int_equal(lines.n, cases[i].steps);
        assert_string_equal(lines.v[1], cases[i].first);
        for (size_t k = 0; k < 13; k++) {
            assert_true(text_same(timeline->v[k]->address, cases[i].address));
            assert_true(text_same(timeline->v[k]->domain, cases[i].domain));
        }
        findings_free(findings);
        facts_free(facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_in_that_is_well),
        cmocka_unit_test(every_step_is_told),
        cmocka_unit_test(edges_are_told_apart),
    };
    return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
