/* Do clients find the edge by DNS, and only outside? judge_dns: the SRV records of the domain itself;
 * targets, SAN addresses and the comparison of resolvers are in dns_*.c. See judge.h. */
#include "checks/judge.h"
#include "checks/reach.h"

#include "checks/dns_answers.h"
#include "checks/vantage.h"

#include <string.h>

static void judge_not_asked(const struct facts *facts, struct findings *to, enum check_id check,
                            const char *domain, const char *name) {
    if (facts->run.is_cut)
        find_unknown(to, check, about_domain(domain), "%s: %s", name, not_finished);
    else
        find_skip(to, check, about_domain(domain), "%s was not asked for in this run", name);
}

/* Records that are published outside only: inside, their absence is right (field-facts 1.1). */
static bool is_rightly_missing(const struct facts *facts, const struct dns_query *query) {
    return facts->run.vantage == VANTAGE_INTERNAL && is_absent(query);
}

/* "check HOST" of an edge's own name, in place of the service domain: the address that it has; NULL: none. */
static const char *address_of_host(const struct facts *facts, const char *domain) {
    static const enum dns_type types[] = {DNS_A, DNS_AAAA};
    for (size_t i = 0; i < 2; i++) {
        const struct dns_query *query = facts_dns(facts, domain, types[i]);
        if (query != NULL && query->state == DNS_ANSWERED && query->records.n > 0)
            return query->records.v[0]->address;
    }
    return NULL;
}

/* The office's view of DNS has none of it, and nobody said that we stand in the office: that question is
 * dns.uds-not-external's, and leaves all outcomes of the domain unknown. */
static bool may_be_missing_here(const struct facts *facts, struct arena *arena, const char *domain,
                                const struct dns_query *query) {
    const char *name;
    return is_absent(query) && inside_answer(facts, arena, domain, &name) != NULL;
}

static const char look_outside[] =
    "%s lives in public DNS, and this machine may be inside, where it need not resolve: see "
    "dns.uds-not-external";

/* A record that must be there for the Internet to find. */
static void judge_public_srv(const struct facts *facts, struct findings *to, enum check_id check,
                             const char *service, const char *domain) {
    const char *name;
    const struct dns_query *query = srv_of(facts, to->arena, service, domain, &name);
    struct about about = about_domain(domain);
    if (query == NULL) {
        judge_not_asked(facts, to, check, domain, name);
        return;
    }
    const char *address = check == CHECK_DNS_COLLAB_EDGE_SRV ? address_of_host(facts, domain) : NULL;
    struct finding *finding;
    if (is_rightly_missing(facts, query))
        finding = find_skip(to, check, about,
                            "%s lives in public DNS, seen from inside it need not resolve; ask "
                            "with --vantage external from outside",
                            name);
    else if (may_be_missing_here(facts, to->arena, domain, query))
        finding = find_skip(to, check, about, look_outside, name);
    else if (check == CHECK_DNS_COLLAB_EDGE_SRV && facts->run.edges.n > 0)
        finding = find_skip(to, check, about, "the edges were named by --edge; %s SRV: %s", name,
                            words_of_answer(query));
    else if (cause_of_answer(check, query) != CAUSE_NONE)
        finding =
            find_cause(to, cause_of_answer(check, query), about, "%s SRV: %s%s", name, words_of_answer(query),
                       address == NULL ? "" : "; the name itself has an address: is it the edge?");
    else
        finding = find_pass(to, check, about, "%s names %zu target%s, first %s", name, query->records.n,
                            query->records.n == 1 ? "" : "s", first_target(query));
    evidence_text(finding, "wanted", arena_printf(to->arena, "%s SRV", name));
    if (finding->status == STATUS_FAIL && address != NULL)
        evidence_text(finding, "has_address", address);
    show_answer(finding, to->arena, query);
}

static void judge_port(const struct facts *facts, struct findings *to, const char *domain) {
    const char *name, *first = NULL;
    const struct dns_query *query = srv_of(facts, to->arena, "_collab-edge._tls", domain, &name);
    if (query == NULL || !offers_target(query))
        return; /* dns.collab-edge-srv says why there is none */
    struct texts found = {NULL, 0};
    for (size_t i = 0; i < query->records.n; i++) {
        const struct dns_record *record = query->records.v[i];
        if (strcmp(target_text(record), ".") == 0) /* dns.srv-target says it */
            continue;
        const char *text = arena_printf(to->arena, "%s:%d", target_text(record), record->port);
        texts_add(to->arena, &found, text);
        if (record->port != PORT_MRA && first == NULL)
            first = text;
    }
    struct finding *finding =
        first == NULL ? find_pass(to, CHECK_DNS_SRV_PORT, about_domain(domain), "%s gives port 8443", name)
                      : find_cause(to, CAUSE_DNS_SRV_PORT_UNEXPECTED_PORT, about_domain(domain),
                                   "%s leads to %s, and the edge serves MRA on port 8443", name, first);
    evidence_int(finding, "wanted", PORT_MRA);
    evidence_texts(finding, "found", &found);
}

/* ---- the inside records: a client that finds them believes it is inside ---- */

struct inside {
    const char *names[INSIDE_SERVICES];
    const struct dns_query *queries[INSIDE_SERVICES];
};

static void show_inside(struct finding *finding, struct arena *arena, const struct inside *inside) {
    evidence_set(finding, "found", json_array());
    for (size_t i = 0; i < INSIDE_SERVICES; i++) {
        const struct dns_query *query = inside->queries[i];
        if (query == NULL)
            continue;
        for (size_t k = 0; query->state == DNS_ANSWERED && k < query->records.n; k++)
            evidence_add(
                finding, "found",
                arena_printf(arena, "%s SRV %s", inside->names[i], record_text(arena, query->records.v[k])));
        if (query->state != DNS_ANSWERED)
            evidence_add(
                finding, "found",
                arena_printf(arena, "%s SRV %s", inside->names[i], enum_text(dns_states, (int)query->state)));
    }
}

/* The first question whose answer leaves it open whether the record is there; NULL when none does. */
static const char *open_question(const struct inside *inside, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct dns_query *query = inside->queries[i];
        if (query == NULL || (!is_absent(query) && query->state != DNS_ANSWERED))
            return inside->names[i];
    }
    return NULL;
}

static struct finding *judge_from_outside(const struct facts *facts, struct findings *to, const char *domain,
                                          const struct inside *inside) {
    const char *name;
    const struct dns_query *seen = inside_answer(facts, to->arena, domain, &name);
    if (seen != NULL)
        return find_cause(to, CAUSE_DNS_UDS_NOT_EXTERNAL_SEEN_FROM_INSIDE, about_domain(domain),
                          "%s resolves by %s, as it does in the office: is this machine inside?", name,
                          strcmp(seen->resolver, "system") == 0 ? "the resolvers of this network"
                                                                : seen->resolver);
    struct finding *visible = NULL;
    for (size_t i = 0; i < INSIDE_SERVICES; i++) {
        if (inside->queries[i] == NULL || !offers_target(inside->queries[i]))
            continue;
        if (visible == NULL)
            visible = find_cause(
                to, CAUSE_DNS_UDS_NOT_EXTERNAL_RESOLVES_OUTSIDE, about_domain(domain),
                "%s resolves from outside: clients believe that they are inside and do not try the edge",
                inside->names[i]);
        evidence_add(visible, "records", inside->names[i]);
    }
    if (visible != NULL)
        return visible;
    const char *open = open_question(inside, INSIDE_SERVICES);
    if (open != NULL)
        return find_unknown(to, CHECK_DNS_UDS_NOT_EXTERNAL, about_domain(domain),
                            "%s got no usable answer, so it may resolve or not; ask another resolver", open);
    return find_pass(to, CHECK_DNS_UDS_NOT_EXTERNAL, about_domain(domain),
                     "%s and %s do not resolve from outside", inside->names[0], inside->names[1]);
}

/* _cuplogin is only of use to old IM-only deployments: inside, _cisco-uds alone is wanted. */
static struct finding *judge_from_inside(struct findings *to, const char *domain,
                                         const struct inside *inside) {
    const char *name = inside->names[INSIDE_UDS];
    if (open_question(inside, 1) != NULL)
        return find_unknown(to, CHECK_DNS_UDS_NOT_EXTERNAL, about_domain(domain),
                            "%s got no usable answer; ask another resolver", name);
    if (!offers_target(inside->queries[INSIDE_UDS]))
        return find_cause(to, CAUSE_DNS_UDS_NOT_EXTERNAL_MISSING_INSIDE, about_domain(domain),
                          "%s does not resolve inside: clients in the office are sent to the edge", name);
    return find_pass(to, CHECK_DNS_UDS_NOT_EXTERNAL, about_domain(domain), "%s resolves inside", name);
}

static void judge_uds(const struct facts *facts, struct findings *to, const char *domain) {
    struct inside inside = {0};
    for (size_t i = 0; i < INSIDE_SERVICES; i++)
        inside.queries[i] = srv_of(facts, to->arena, inside_services[i], domain, &inside.names[i]);
    if (inside.queries[0] == NULL && inside.queries[1] == NULL) {
        judge_not_asked(facts, to, CHECK_DNS_UDS_NOT_EXTERNAL, domain, inside.names[INSIDE_UDS]);
        return;
    }
    bool internal = facts->run.vantage == VANTAGE_INTERNAL;
    struct finding *finding =
        internal ? judge_from_inside(to, domain, &inside) : judge_from_outside(facts, to, domain, &inside);
    evidence_text(finding, "wanted", internal ? "resolves inside" : "does not resolve outside");
    show_inside(finding, to->arena, &inside);
}

/* ---- records of the other features ---- */

static void judge_federation(const struct facts *facts, struct findings *to) {
    const struct deployment *deployment = facts->deployment;
    if (deployment == NULL || (!deployment_has_feature(deployment, "xmpp-federation") &&
                               deployment->e.xmpp_federation_domains.n == 0))
        return;
    const struct texts *domains = deployment->e.xmpp_federation_domains.n > 0
                                      ? &deployment->e.xmpp_federation_domains
                                      : &facts->domains;
    for (size_t i = 0; i < domains->n; i++)
        judge_public_srv(facts, to, CHECK_DNS_XMPP_FEDERATION_SRV, "_xmpp-server._tcp", domains->v[i]);
}

/* _sips._tcp is the one that business-to-business calls over TLS need; the two others are shown beside it. */
static void judge_sip(const struct facts *facts, struct findings *to, const char *domain) {
    const char *name, *other;
    const struct dns_query *query = srv_of(facts, to->arena, "_sips._tcp", domain, &name);
    struct about about = about_domain(domain);
    if (query == NULL) {
        judge_not_asked(facts, to, CHECK_DNS_SIP_SRV, domain, name);
        return;
    }
    struct finding *finding;
    if (is_rightly_missing(facts, query))
        finding = find_skip(to, CHECK_DNS_SIP_SRV, about,
                            "%s lives in public DNS, seen from inside it need not resolve", name);
    else if (may_be_missing_here(facts, to->arena, domain, query))
        finding = find_skip(to, CHECK_DNS_SIP_SRV, about, look_outside, name);
    else if (is_absent(query) || is_not_offered(query))
        finding = find_cause(
            to, query->state == DNS_NXDOMAIN ? CAUSE_DNS_SIP_SRV_NXDOMAIN : CAUSE_DNS_SIP_SRV_NO_DATA, about,
            "%s SRV: %s", name, words_of_answer(query));
    else if (!offers_target(query))
        finding = find_unknown(to, CHECK_DNS_SIP_SRV, about, "%s SRV: %s", name, words_of_answer(query));
    else
        finding = find_pass(to, CHECK_DNS_SIP_SRV, about, "%s leads to %s", name, first_target(query));
    evidence_text(finding, "wanted", arena_printf(to->arena, "%s SRV", name));
    show_answer(finding, to->arena, query);
    static const char *const others[] = {"_sip._tcp", "_sip._udp"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        query = srv_of(facts, to->arena, others[i], domain, &other);
        evidence_text(finding, others[i], query == NULL ? NULL : enum_text(dns_states, (int)query->state));
    }
}

void judge_dns(struct judging *run) {
    const struct facts *facts = run->facts;
    struct findings *to = run->to;
    for (size_t i = 0; i < facts->domains.n; i++) {
        judge_public_srv(facts, to, CHECK_DNS_COLLAB_EDGE_SRV, "_collab-edge._tls", facts->domains.v[i]);
        judge_port(facts, to, facts->domains.v[i]);
        judge_uds(facts, to, facts->domains.v[i]);
        if (deployment_has_feature(facts->deployment, "b2b"))
            judge_sip(facts, to, facts->domains.v[i]);
    }
    judge_dns_targets(facts, to);
    judge_federation(facts, to);
    if (deployment_has_feature(facts->deployment, "acme"))
        judge_dns_san(facts, to);
    judge_dns_resolvers(facts, to);
}
