/* How far does a log-in get at each edge, step by step? See timeline.h. */
#include "outcomes/timeline.h"

#include <string.h>

const struct enum_name login_steps[] = {{LOGIN_SRV, "srv"},
                                        {LOGIN_CONNECT, "connect"},
                                        {LOGIN_TLS, "tls"},
                                        {LOGIN_EDGE_SSO, "edge-sso"},
                                        {LOGIN_EDGE_CONFIG, "edge-config"},
                                        {LOGIN_CLUSTER_USER, "cluster-user"},
                                        {LOGIN_SERVERS, "servers"},
                                        {LOGIN_USER, "user"},
                                        {LOGIN_DEVICES, "devices"},
                                        {LOGIN_SIP_OPTIONS, "sip-options"},
                                        {LOGIN_SIP_REGISTER, "sip-register"},
                                        {LOGIN_XMPP_STREAM, "xmpp-stream"},
                                        {LOGIN_XMPP_AUTH, "xmpp-auth"},
                                        {0, NULL}};
const struct enum_name step_states[] = {{STEP_WORKS, "works"},
                                        {STEP_FAILS, "fails"},
                                        {STEP_SKIPPED, "skipped"},
                                        {STEP_UNKNOWN, "unknown"},
                                        {0, NULL}};

struct edge { /* whose steps are told */
    struct arena *arena;
    const struct facts *facts;
    const struct findings *findings;
    const struct endpoint *https, *sip, *xmpp; /* sip, xmpp: NULL, none was looked at */
    const struct login *login;                 /* NULL: not walked */
    const char *domain;
    bool several_addresses;
    struct timeline *timeline;
};

static struct timeline_step *step_add(struct edge *edge, enum login_step step) {
    struct timeline_step *s = ARENA_NEW(edge->arena, struct timeline_step);
    s->edge = edge->https->id;
    s->address = edge->several_addresses ? edge->https->address : NULL;
    s->domain = edge->facts->domains.n > 1 ? edge->domain : NULL;
    s->step = step;
    s->ms = -1;
    LIST_ADD(edge->arena, edge->timeline, s);
    return s;
}

/* ---- which findings decide a step ---- */

/* Of the check at this endpoint, or about the domain or the edge's host where endpoint is NULL. */
static bool is_about(const struct edge *edge, const struct finding *f, const char *check,
                     const struct endpoint *endpoint) {
    if (strcmp(f->check->id, check) != 0 ||
        (f->domain != NULL && !text_same_case_blind(f->domain, edge->domain)))
        return false;
    if (endpoint != NULL)
        return f->endpoint == endpoint;
    return f->node == NULL || text_same_case_blind(f->node, edge->https->host) ||
           text_same_case_blind(f->subject, edge->domain);
}

/* Sorted worst first, so the first is the one that matters. NULL: there is none. */
static const struct finding *worst_of(const struct edge *edge, const char *check,
                                      const struct endpoint *endpoint) {
    for (size_t i = 0; i < edge->findings->n; i++)
        if (is_about(edge, edge->findings->v[i], check, endpoint))
            return edge->findings->v[i];
    return NULL;
}

static int badness(const struct finding *f) {
    static const int rank[] = {[STATUS_PASS] = 1,    [STATUS_INFO] = 1, [STATUS_SKIP] = 0,
                               [STATUS_UNKNOWN] = 3, [STATUS_WARN] = 2, [STATUS_FAIL] = 4};
    return f == NULL ? -1 : rank[f->status];
}

/* The worst of several checks, NULL-ended. */
static const struct finding *worst_among(const struct edge *edge, const char *const *checks,
                                         const struct endpoint *endpoint) {
    const struct finding *worst = NULL;
    for (; *checks != NULL; checks++) {
        const struct finding *f = worst_of(edge, *checks, endpoint);
        if (badness(f) > badness(worst))
            worst = f;
    }
    return worst;
}

/* That a port answers is no answer of the service: where that was not asked, only trouble before it tells. */
static const struct finding *worst_of_service(const struct edge *edge, const char *check,
                                              const struct endpoint *endpoint) {
    static const char *const port[] = {"net.connect", "tls.handshake", NULL};
    const struct finding *own = worst_of(edge, check, endpoint), *before = worst_among(edge, port, endpoint);
    bool is_unasked = own == NULL || own->status == STATUS_SKIP;
    bool is_reached = before != NULL && (before->status == STATUS_PASS || before->status == STATUS_WARN);
    return badness(own) > badness(before) || (is_unasked && is_reached) ? own : before;
}

static void decide(struct timeline_step *s, const struct finding *f) {
    static const enum step_state states[] = {
        [STATUS_PASS] = STEP_WORKS, [STATUS_INFO] = STEP_WORKS,      [STATUS_SKIP] = STEP_SKIPPED,
        [STATUS_WARN] = STEP_WORKS, [STATUS_UNKNOWN] = STEP_UNKNOWN, [STATUS_FAIL] = STEP_FAILS};
    if (f == NULL) {
        s->state = STEP_SKIPPED;
        return;
    }
    s->state = states[f->status];
    s->because = f->cause != NULL ? f : NULL;
    if (f->status == STATUS_SKIP || f->status == STATUS_UNKNOWN)
        s->note = f->summary;
}

/* ---- the steps ---- */

static void tell_srv(struct edge *edge) {
    static const char *const checks[] = {"dns.collab-edge-srv", "dns.srv-target", "dns.uds-not-external",
                                         NULL};
    struct timeline_step *s = step_add(edge, LOGIN_SRV);
    const struct dns_query *query =
        facts_dns(edge->facts, arena_printf(edge->arena, "_collab-edge._tls.%s", edge->domain), DNS_SRV);
    decide(s, worst_among(edge, checks, NULL));
    if (query != NULL)
        s->ms = query->ms;
}

static void tell_connection(struct edge *edge) {
    static const char *const tcp[] = {"net.connect", NULL};
    /* A certificate at which any client stops or asks is a step that fails: what follows may work all the
     * same, for who clicks it away. */
    static const char *const tls[] = {"tls.handshake",   "tls.version",     "tls.client-auth",
                                      "tls.sni",         "cert.validity",   "chain.client",
                                      "name.srv-target", "name.mra-domain", NULL};
    struct timeline_step *s = step_add(edge, LOGIN_CONNECT);
    decide(s, worst_among(edge, tcp, edge->https));
    if (edge->https->tcp.state != TCP_NOT_TRIED && edge->https->tcp.state != TCP_UNRESOLVED)
        s->ms = edge->https->tcp.ms;
    s = step_add(edge, LOGIN_TLS);
    decide(s, worst_among(edge, tls, edge->https));
    if (edge->https->tls.state == TLS_NOT_TRIED)
        s->state = STEP_SKIPPED;
    else
        s->ms = edge->https->tls.ms;
}

static void show_exchange(struct timeline_step *s, const struct http_exchange *http) {
    if (http == NULL || http->state == EXCHANGE_NOT_TRIED)
        return;
    s->status = http->state == EXCHANGE_ANSWERED ? http->status : 0;
    s->answered_by = http_answered_by(http);
    s->ms = http->ms;
}

static const struct http_exchange *plain_exchange(const struct edge *edge, const char *request) {
    for (size_t i = 0; i < edge->https->http.n; i++) {
        const struct http_exchange *http = edge->https->http.v[i];
        if (strcmp(http->request, request) == 0 && text_same_case_blind(http->domain, edge->domain))
            return http;
    }
    return NULL;
}

static void tell_edge(struct edge *edge) {
    struct timeline_step *s = step_add(edge, LOGIN_EDGE_SSO);
    decide(s, worst_of(edge, "mra.edge-sso", edge->https));
    show_exchange(s, plain_exchange(edge, "get_edge_sso"));
    s = step_add(edge, LOGIN_EDGE_CONFIG);
    decide(s, worst_of(edge, "mra.edge-config", edge->https));
    const struct http_exchange *http =
        edge->login == NULL ? NULL : login_exchange(edge->login, "get_edge_config");
    show_exchange(s, http != NULL ? http : plain_exchange(edge, "get_edge_config"));
}

/* Which step the one finding of UDS speaks of stands in its evidence. */
static bool speaks_of(const struct finding *f, const char *request) {
    const char *step = evidence_string(f, "step");
    return step != NULL && strcmp(step, request) == 0;
}

static void tell_uds(struct edge *edge) {
    const struct finding *f = worst_of(edge, "mra.uds", edge->https);
    for (int step = LOGIN_CLUSTER_USER; step <= LOGIN_DEVICES; step++) {
        struct timeline_step *s = step_add(edge, (enum login_step)step);
        const char *request = enum_text(login_steps, step);
        const struct http_exchange *http = edge->login == NULL ? NULL : login_exchange(edge->login, request);
        show_exchange(s, http);
        if (http == NULL) {
            s->state = STEP_SKIPPED;
            s->note = f == NULL                  ? NULL
                      : f->status == STATUS_SKIP ? f->summary
                      : f->status == STATUS_PASS ? "no user was named"
                                                 : "the step before it failed";
        } else if (f != NULL && f->status != STATUS_PASS && speaks_of(f, request)) {
            decide(s, f);
        }
    }
}

static void no_port(struct timeline_step *s, const char *note) {
    s->state = STEP_SKIPPED;
    s->note = note;
}

static void tell_sip(struct edge *edge) {
    struct timeline_step *s = step_add(edge, LOGIN_SIP_OPTIONS);
    const struct sip_register *sip = edge->login == NULL ? NULL : edge->login->sip;
    if (edge->sip == NULL)
        no_port(s, "no SIP port of this edge was looked at");
    else
        decide(s, worst_of_service(edge, "sip.options", edge->sip));
    if (edge->sip != NULL && edge->sip->sip != NULL && edge->sip->sip->state != EXCHANGE_NOT_TRIED) {
        s->ms = edge->sip->sip->ms;
        s->status = edge->sip->sip->code;
    }
    s = step_add(edge, LOGIN_SIP_REGISTER);
    if (sip == NULL) {
        no_port(s, "not asked for (--sip, with credentials)");
        return;
    }
    decide(s, edge->sip == NULL ? NULL : worst_of(edge, "sip.register", edge->sip));
    if (sip->state != EXCHANGE_NOT_TRIED) {
        s->status = sip->state == EXCHANGE_ANSWERED ? sip->code : 0;
        s->ms = sip->ms;
    }
}

static void tell_xmpp(struct edge *edge) {
    struct timeline_step *s = step_add(edge, LOGIN_XMPP_STREAM);
    const struct xmpp_login *xmpp = edge->login == NULL ? NULL : edge->login->xmpp;
    if (edge->xmpp == NULL)
        no_port(s, "no XMPP port of this edge was looked at");
    else
        decide(s, worst_of_service(edge, "xmpp.stream", edge->xmpp));
    if (edge->xmpp != NULL && edge->xmpp->xmpp != NULL && edge->xmpp->xmpp->state != XMPP_NOT_TRIED)
        s->ms = edge->xmpp->xmpp->ms;
    s = step_add(edge, LOGIN_XMPP_AUTH);
    if (xmpp == NULL) {
        no_port(s, "not asked for (--xmpp, with credentials)");
        return;
    }
    decide(s, edge->xmpp == NULL ? NULL : worst_of(edge, "xmpp.auth", edge->xmpp));
    if (xmpp->state != XMPP_LOGIN_NOT_TRIED)
        s->ms = xmpp->ms;
}

/* ---- the edges ---- */

static bool has_other_address(const struct facts *facts, const struct endpoint *https) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (facts->endpoints.v[i] != https && strcmp(facts->endpoints.v[i]->id, https->id) == 0)
            return true;
    return false;
}

static void tell(struct edge edge) {
    edge.sip = login_port(edge.facts, edge.https, PROTOCOL_SIP);
    edge.xmpp = login_port(edge.facts, edge.https, PROTOCOL_XMPP);
    edge.login = login_of(edge.facts, edge.https, edge.domain);
    edge.several_addresses = has_other_address(edge.facts, edge.https);
    tell_srv(&edge);
    tell_connection(&edge);
    tell_edge(&edge);
    tell_uds(&edge);
    tell_sip(&edge);
    tell_xmpp(&edge);
}

/* Discovery led nowhere: that is the whole story. */
static void tell_nowhere(struct edge *edge) {
    static const struct endpoint none = {.id = NULL};
    edge->https = &none;
    tell_srv(edge);
    edge->timeline->v[edge->timeline->n - 1]->edge = edge->domain;
}

struct timeline *timeline_of(struct arena *arena, const struct facts *facts,
                             const struct findings *findings) {
    struct timeline *timeline = ARENA_NEW(arena, struct timeline);
    for (size_t d = 0; d < facts->domains.n; d++) {
        struct edge edge = {.arena = arena,
                            .facts = facts,
                            .findings = findings,
                            .domain = facts->domains.v[d],
                            .timeline = timeline};
        size_t before = timeline->n;
        for (size_t i = 0; i < facts->endpoints.n; i++) {
            const struct endpoint *e = facts->endpoints.v[i];
            edge.https = e;
            if (e->leg == LEG_CLIENT && e->protocol == PROTOCOL_HTTPS &&
                (e->domains.n == 0 || texts_has(&e->domains, edge.domain)))
                tell(edge);
        }
        if (timeline->n == before)
            tell_nowhere(&edge);
    }
    return timeline;
}

/* ---- each outcome's own ---- */

/* Only Jabber asks get_edge_sso (field-facts 1.3); registration and messaging need the edge configuration,
 * and what it sends them to. */
#define AT(step) (1u << (step))
enum {
    COMMON_STEPS = AT(LOGIN_SRV) | AT(LOGIN_CONNECT) | AT(LOGIN_TLS) | AT(LOGIN_EDGE_CONFIG) |
                   AT(LOGIN_CLUSTER_USER) | AT(LOGIN_SERVERS) | AT(LOGIN_USER) | AT(LOGIN_DEVICES)
};
static const struct {
    const char *outcome, *title;
    unsigned steps;
} ways[] = {
    {"jabber-login", "Jabber log-in", COMMON_STEPS | AT(LOGIN_EDGE_SSO)},
    {"tc-endpoint-login", "TC/CE endpoint log-in", COMMON_STEPS},
    {"phone-login", "Phone log-in", COMMON_STEPS},
    {"sip-registration", "SIP registration", COMMON_STEPS | AT(LOGIN_SIP_OPTIONS) | AT(LOGIN_SIP_REGISTER)},
    {"xmpp-messaging", "XMPP messaging",
     AT(LOGIN_SRV) | AT(LOGIN_CONNECT) | AT(LOGIN_TLS) | AT(LOGIN_EDGE_SSO) | AT(LOGIN_EDGE_CONFIG) |
         AT(LOGIN_XMPP_STREAM) | AT(LOGIN_XMPP_AUTH)}};
enum { WAYS = sizeof ways / sizeof *ways };
const char *const timeline_outcomes[WAYS + 1] = {"jabber-login",     "tc-endpoint-login", "phone-login",
                                                 "sip-registration", "xmpp-messaging",    NULL};

bool step_is_of(enum login_step step, const char *outcome) {
    for (size_t i = 0; i < WAYS; i++)
        if (strcmp(ways[i].outcome, outcome) == 0)
            return (ways[i].steps & AT(step)) != 0;
    return false;
}

size_t timeline_edge_end(const struct timeline *timeline, size_t from) {
    const struct timeline_step *first = timeline->v[from];
    size_t to = from + 1;
    while (to < timeline->n && strcmp(timeline->v[to]->edge, first->edge) == 0 &&
           text_same(timeline->v[to]->address, first->address) &&
           text_same(timeline->v[to]->domain, first->domain))
        to++;
    return to;
}

struct timeline_way timeline_way(const struct timeline *timeline, size_t from, size_t to,
                                 const char *outcome) {
    struct timeline_way way = {.outcome = outcome};
    for (size_t i = 0; i < WAYS; i++)
        if (strcmp(ways[i].outcome, outcome) == 0)
            way.title = ways[i].title;
    for (size_t i = from; i < to; i++) {
        const struct timeline_step *s = timeline->v[i];
        if (!step_is_of(s->step, outcome))
            continue;
        way.works += s->state == STEP_WORKS;
        way.ms += s->ms > 0 ? s->ms : 0;
        if (way.trouble == NULL && (s->state == STEP_FAILS || s->state == STEP_UNKNOWN))
            way.trouble = s;
    }
    return way;
}
