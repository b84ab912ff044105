/* Can the ports be reached? judge_net: net.connect, net.all-addresses, net.acme-http,
 * net.limits. See judge.h. */
#include "checks/judge.h"

#include "expressway/names.h"
#include "checks/reach.h"
#include "checks/vantage.h"

#include <string.h>

/* How a connection that failed is named, and told. */
static const struct {
    enum tcp_state state;
    enum cause_id connect, acme; /* of net.connect, of net.acme-http */
    const char *words;
} failures[] = {
    {TCP_REFUSED, CAUSE_NET_CONNECT_REFUSED, CAUSE_NET_ACME_HTTP_REFUSED, "refused the connection"},
    {TCP_TIMEOUT, CAUSE_NET_CONNECT_TIMEOUT, CAUSE_NET_ACME_HTTP_TIMEOUT,
     "did not answer the connection attempt"},
    {TCP_UNREACHABLE, CAUSE_NET_CONNECT_UNREACHABLE, CAUSE_NET_ACME_HTTP_UNREACHABLE,
     "cannot be reached: no route to it"},
    {TCP_RESET, CAUSE_NET_CONNECT_RESET, CAUSE_NET_ACME_HTTP_RESET,
     "accepted the connection and reset it at once"},
    {TCP_UNRESOLVED, CAUSE_NET_CONNECT_UNRESOLVED, CAUSE_NET_ACME_HTTP_UNRESOLVED,
     "has no address to connect to"}};

static size_t failure_of(enum tcp_state state) {
    size_t i = 0;
    while (i < sizeof failures / sizeof *failures && failures[i].state != state)
        i++;
    return i;
}

static void show_attempt(struct finding *finding, const struct endpoint *endpoint) {
    evidence_text(finding, "wanted", enum_text(tcp_states, TCP_CONNECTED));
    evidence_text(finding, "found", enum_text(tcp_states, (int)endpoint->tcp.state));
    evidence_text(finding, "host", endpoint->host);
    evidence_text(finding, "address", endpoint->address);
    evidence_int(finding, "port", endpoint->port);
    evidence_int(finding, "ms", endpoint->tcp.ms);
    evidence_text(finding, "leg", enum_text(legs, (int)endpoint->leg));
    if (endpoint->tcp.error != NULL)
        evidence_text(finding, "error", endpoint->tcp.error);
}

/* "expe1.example.com:8443 at 203.0.113.10" */
static const char *place_of(struct findings *to, const struct endpoint *endpoint) {
    if (endpoint->address == NULL)
        return endpoint->id;
    return arena_printf(to->arena, "%s at %s", endpoint->id, endpoint->address);
}

/* Without IPv6 here every IPv6 address looks dead: say so, for the address is perhaps innocent. */
static bool may_lack_ipv6(const struct endpoint *endpoint) {
    return endpoint->tcp.state == TCP_UNREACHABLE && address_is_ipv6(endpoint->address);
}

/* A port for clients on the Internet, while we may stand in the office behind the same firewall. */
static bool is_outside_of_us(const struct facts *facts, struct arena *arena,
                             const struct endpoint *endpoint) {
    return endpoint->leg == LEG_CLIENT && endpoint->client == NULL && seems_inside(facts, arena);
}

static void judge_failure(const struct facts *facts, struct findings *to, enum check_id check,
                          const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    const char *place = place_of(to, endpoint);
    size_t which = failure_of(endpoint->tcp.state);
    enum cause_id cause = CAUSE_NONE;
    struct finding *finding;
    if (which < sizeof failures / sizeof *failures)
        cause = check == CHECK_NET_CONNECT ? failures[which].connect : failures[which].acme;
    if (cause == CAUSE_NONE)
        finding = find_unknown(to, check, about,
                               "the connection to %s failed here, which says nothing about it: %s", place,
                               endpoint->tcp.error == NULL ? "no reason given" : endpoint->tcp.error);
    else if (endpoint->tcp.state == TCP_UNRESOLVED)
        finding = find_cause(to, cause, about, "%s %s", place, failures[which].words);
    else if (endpoint->leg == LEG_ZONE && endpoint->client == NULL && tunnel_is_proven(facts, endpoint->host))
        finding = find_unknown(
            to, check, about,
            "%s %s, while Expressway-C answers through its SSH tunnel to this edge: a firewall may let "
            "Expressway-C alone through; run from its network",
            place, failures[which].words);
    else if (check == CHECK_NET_CONNECT && is_outside_of_us(facts, to->arena, endpoint))
        finding = find_unknown(
            to, check, about,
            "%s %s, and this machine may be inside: many firewalls turn no connection back to their "
            "own public address; run from outside, or say --vantage",
            place, failures[which].words);
    else
        finding = find_cause(to, cause, about, "%s %s (after %d ms%s)", place, failures[which].words,
                             endpoint->tcp.ms,
                             may_lack_ipv6(endpoint) ? "; does this machine itself have IPv6?" : "");
    show_attempt(finding, endpoint);
}

/* ---- the automated intrusion block: it worked, then every new connection is dropped (field-facts 1.4) ----
 */

static bool was_answered(const struct tls_attempt *attempt) {
    return attempt->state == TLS_ESTABLISHED ||
           (attempt->state == TLS_ALERT && attempt->ended_by == SIDE_PEER);
}

/* Silence, or refused before a ClientHello could be sent (ms is 0 then). A reset after it is an answer of a
 * kind: some servers refuse a form of ClientHello that way. */
static bool was_dropped(const struct tls_attempt *attempt) {
    return attempt->state == TLS_TIMEOUT || (attempt->state == TLS_RESET && attempt->ms == 0);
}

static bool any_http_answered(const struct endpoint *endpoint) {
    for (size_t i = 0; i < endpoint->http.n; i++)
        if (endpoint->http.v[i]->state == EXCHANGE_ANSWERED)
            return true;
    return false;
}

/* The first connection was good and all later ones came to nothing. One lost attempt proves nothing (a
 * firewall may dislike that one ClientHello), so two are wanted, and not one that worked. */
static size_t count_dropped(const struct endpoint *endpoint) {
    size_t dropped = 0;
    if (!was_answered(&endpoint->tls) || any_http_answered(endpoint))
        return 0;
    for (size_t i = 0; i < endpoint->variants.n; i++) {
        if (was_dropped(endpoint->variants.v[i]))
            dropped++;
        else if (endpoint->variants.v[i]->state != TLS_NOT_TRIED)
            return 0;
    }
    return dropped;
}

static void judge_connected(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    size_t dropped = count_dropped(endpoint);
    struct finding *finding;
    if (dropped >= 2) {
        finding = find_cause(to, CAUSE_NET_CONNECT_INTRUSION_BLOCK_SUSPECTED, about,
                             "%s took the first connection and dropped all %zu that followed",
                             place_of(to, endpoint), dropped);
        evidence_int(finding, "dropped", (long long)dropped);
    } else
        finding = find_pass(to, CHECK_NET_CONNECT, about, "%s accepted the connection in %d ms",
                            place_of(to, endpoint), endpoint->tcp.ms);
    show_attempt(finding, endpoint);
}

/* Why a port that cannot be reached from here is no failure; NULL when it is one. */
static const char *no_harm_because(const struct facts *facts, const struct endpoint *endpoint) {
    if (endpoint->client != NULL)
        return NULL;
    if (endpoint->leg == LEG_TUNNEL && tunnel_is_proven(facts, endpoint->host))
        return "not reachable from here, and the SSH tunnel works: Expressway-C answered through it (Server: "
               "CE_C)";
    if (endpoint->leg == LEG_ADMIN)
        return "web administration is closed to this machine, which no user notices";
    if (endpoint->protocol == PROTOCOL_XMPP && endpoint->leg == LEG_CLIENT && messaging_is_unused(facts))
        return "not reachable, and not used: features: names no xmpp and the deployment has no imp: nodes";
    return NULL;
}

static void judge_connect(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    if (endpoint->tcp.state == TCP_CONNECTED)
        judge_connected(facts, to, endpoint);
    else if (endpoint->tcp.state == TCP_NOT_TRIED)
        find_skip(to, CHECK_NET_CONNECT, about, "%s", not_tried_because(endpoint));
    else if (is_rightly_closed(facts, endpoint))
        show_attempt(find_skip(to, CHECK_NET_CONNECT, about, "%s", rightly_closed), endpoint);
    else if (no_harm_because(facts, endpoint) != NULL)
        show_attempt(find_skip(to, CHECK_NET_CONNECT, about, "%s", no_harm_because(facts, endpoint)),
                     endpoint);
    else
        judge_failure(facts, to, CHECK_NET_CONNECT, endpoint);
}

/* ---- all addresses of a name ---- */

static bool is_dead(const struct endpoint *endpoint) {
    return endpoint->tcp.state != TCP_CONNECTED && endpoint->tcp.state != TCP_NOT_TRIED &&
           endpoint->tcp.state != TCP_ERROR && endpoint->address != NULL;
}

static bool is_counted(const struct endpoint *endpoint) {
    return endpoint->port != PORT_HTTP && endpoint->address != NULL;
}

/* The same port works on another address of that host: else the port is down, not the address. */
static bool works_elsewhere(const struct facts *facts, const struct endpoint *endpoint) {
    size_t count;
    const struct named *found = facts_at_host(facts, endpoint->host, &count);
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *other = found[i].thing;
        if (other->port == endpoint->port && other->tcp.state == TCP_CONNECTED)
            return true;
    }
    return false;
}

struct addresses {
    struct texts all, dead, ports;       /* ports: "[address]:port" of each dead one */
    bool dead_ipv4, live_ipv6, any_live; /* live: at least one port is */
};

static void add_once(struct arena *arena, struct texts *list, const char *text) {
    if (!texts_has(list, text))
        texts_add(arena, list, text);
}

static void collect_addresses(const struct facts *facts, struct arena *arena, const char *host,
                              struct addresses *out) {
    size_t count;
    const struct named *found = facts_at_host(facts, host, &count);
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *endpoint = found[i].thing;
        if (!is_counted(endpoint))
            continue;
        bool ipv6 = address_is_ipv6(endpoint->address);
        add_once(arena, &out->all, endpoint->address);
        if (endpoint->tcp.state == TCP_CONNECTED) {
            out->any_live = true;
            out->live_ipv6 = out->live_ipv6 || ipv6;
        }
        if (!is_dead(endpoint) || !works_elsewhere(facts, endpoint))
            continue;
        add_once(arena, &out->dead, endpoint->address);
        texts_add(arena, &out->ports,
                  arena_printf(arena, ipv6 ? "[%s]:%d" : "%s:%d", endpoint->address, endpoint->port));
        out->dead_ipv4 = out->dead_ipv4 || !ipv6;
    }
}

static void judge_addresses(const struct facts *facts, struct findings *to, const char *host) {
    struct addresses found = {0};
    collect_addresses(facts, to->arena, host, &found);
    struct about about = {.subject = host, .node = host};
    struct finding *finding;
    if (found.all.n == 0)
        return; /* an unresolved name: net.connect says so */
    if (!found.any_live)
        finding =
            find_skip(to, CHECK_NET_ALL_ADDRESSES, about, "no address of %s works: see net.connect", host);
    else if (found.all.n == 1)
        finding = find_pass(to, CHECK_NET_ALL_ADDRESSES, about, "the only address of %s, %s, works", host,
                            found.all.v[0]);
    else if (found.dead.n == 0)
        finding =
            find_pass(to, CHECK_NET_ALL_ADDRESSES, about, "all %zu addresses of %s work", found.all.n, host);
    else if (!found.dead_ipv4 && !found.live_ipv6)
        finding =
            find_cause(to, CAUSE_NET_ALL_ADDRESSES_IPV6_DEAD, about,
                       "IPv4 of %s works, none of its IPv6 addresses does (%s)", host, found.ports.v[0]);
    else
        finding = find_cause(to, CAUSE_NET_ALL_ADDRESSES_SOME_ADDRESSES_DEAD, about,
                             "%zu of the %zu addresses of %s cannot be reached where others can: %s",
                             found.dead.n, found.all.n, host, found.ports.v[0]);
    evidence_texts(finding, "wanted", &found.all);
    evidence_texts(finding, "found", &found.ports);
    evidence_texts(finding, "dead", &found.dead);
}

/* ---- port 80 for ACME ---- */

static void judge_acme(const struct facts *facts, struct findings *to) {
    bool any = false;
    const struct nodes *edges = &facts->deployment->e.nodes;
    if (deployment_has_feature(facts->deployment, "jabber-guest"))
        find_cause(to, CAUSE_NET_ACME_HTTP_WITH_JABBER_GUEST,
                   (struct about){.subject = edges->n > 0 ? edges->v[0]->name : facts->run.target,
                                  .node = edges->n > 0 ? edges->v[0]->name : NULL},
                   "the deployment uses ACME and Jabber Guest, which is not supported");
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *endpoint = facts->endpoints.v[i];
        if (endpoint->port != PORT_HTTP)
            continue;
        any = true;
        struct about about = about_endpoint(facts, endpoint);
        if (endpoint->tcp.state == TCP_CONNECTED)
            show_attempt(find_pass(to, CHECK_NET_ACME_HTTP, about, "%s accepted the connection in %d ms",
                                   place_of(to, endpoint), endpoint->tcp.ms),
                         endpoint);
        else if (endpoint->tcp.state == TCP_NOT_TRIED)
            find_skip(to, CHECK_NET_ACME_HTTP, about, "%s", not_tried_because(endpoint));
        else
            judge_failure(facts, to, CHECK_NET_ACME_HTTP, endpoint);
    }
    if (!any)
        find_skip(to, CHECK_NET_ACME_HTTP,
                  about_domain(facts->domains.n > 0 ? facts->domains.v[0] : facts->run.target),
                  "ACME is in use, and port 80 of no Expressway-E was tried in this run");
}

/* ---- caps ---- */

static void judge_limits(const struct facts *facts, struct findings *to) {
    for (size_t i = 0; i < facts->cuts.n; i++) {
        const struct cut *cut = facts->cuts.v[i];
        struct about about = {.subject = cut->what};
        struct finding *finding =
            find_cause(to, CAUSE_NET_LIMITS_LEFT_OUT, about, "%s: the first %d of %d are looked at",
                       cut->what, cut->most, cut->wanted);
        evidence_int(finding, "wanted", cut->wanted);
        evidence_int(finding, "found", cut->most);
    }
}

void judge_net(struct judging *run) {
    const struct facts *facts = run->facts;
    struct findings *to = run->to;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (facts->endpoints.v[i]->port != PORT_HTTP)
            judge_connect(facts, to, facts->endpoints.v[i]);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (is_first_of_host(facts, i) && !is_inside_leg(facts->endpoints.v[i]->leg))
            judge_addresses(facts, to, facts->endpoints.v[i]->host);
    if (deployment_has_feature(facts->deployment, "acme"))
        judge_acme(facts, to);
    judge_limits(facts, to);
}
