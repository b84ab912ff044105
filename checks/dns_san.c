/* Would an ACME challenge for every name of the certificate reach the edge? dns.san-address, per edge host.
 *
 * The CA resolves each name and connects to any one of its addresses on port 80, so all must be the edge's;
 * in a cluster any peer will do (certificate guide chapter 4). */
#include "checks/dns_answers.h"

#include "expressway/names.h"
#include "checks/reach.h"

#include <string.h>

static void add_address(struct arena *arena, struct texts *list, const char *address) {
    if (address != NULL && !texts_has(list, address))
        texts_add(arena, list, address);
}

/* All addresses of an Expressway-E: where it was connected to, what its host names give (not the same with
 * --connect-to), and what the user says. */
static void edge_addresses(const struct facts *facts, struct arena *arena, struct texts *out) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *endpoint = facts->endpoints.v[i];
        struct texts named = {NULL, 0};
        if (endpoint->leg != LEG_CLIENT && endpoint->role != ROLE_EXPRESSWAY_E)
            continue;
        add_address(arena, out, endpoint->address);
        if (is_first_of_host(facts, i))
            addresses_of(facts, arena, endpoint->host, &named);
        for (size_t k = 0; k < named.n; k++)
            add_address(arena, out, named.v[k]);
    }
    for (size_t i = 0; i < facts->deployment->e.nodes.n; i++)
        add_address(arena, out, facts->deployment->e.nodes.v[i]->address);
}

struct verdict {
    struct texts missing, elsewhere,
        open; /* names; "name address" for elsewhere; open: no answer to judge by */
};

static bool is_settled(const struct dns_query *query) {
    return query != NULL && (query->state == DNS_ANSWERED || is_absent(query));
}

static void judge_one(const struct facts *facts, struct arena *arena, const char *name,
                      const struct texts *edge, struct verdict *verdict) {
    struct texts found = {NULL, 0};
    addresses_of(facts, arena, name, &found);
    if (found.n == 0) {
        bool settled = is_settled(facts_dns(facts, name, DNS_A));
        texts_add(arena, settled ? &verdict->missing : &verdict->open, name);
    }
    for (size_t i = 0; i < found.n; i++)
        if (!texts_has(edge, found.v[i]))
            texts_add(arena, &verdict->elsewhere, arena_printf(arena, "%s %s", name, found.v[i]));
}

static void report(struct findings *to, const char *host, const struct verdict *verdict,
                   const struct texts *edge) {
    struct about about = {.subject = host, .node = host};
    if (verdict->missing.n > 0) {
        struct finding *finding =
            find_cause(to, CAUSE_DNS_SAN_ADDRESS_NO_ADDRESS, about,
                       "%s, a name in the certificate of %s, has no address", verdict->missing.v[0], host);
        evidence_texts(finding, "wanted", edge);
        evidence_texts(finding, "found", &verdict->missing);
    }
    if (verdict->elsewhere.n > 0) {
        struct finding *finding = find_cause(to, CAUSE_DNS_SAN_ADDRESS_ELSEWHERE, about,
                                             "a name in the certificate of %s leads away from the edge: %s",
                                             host, verdict->elsewhere.v[0]);
        evidence_texts(finding, "wanted", edge);
        evidence_texts(finding, "found", &verdict->elsewhere);
    }
    if (verdict->missing.n + verdict->elsewhere.n > 0)
        return;
    if (verdict->open.n > 0)
        evidence_texts(find_unknown(to, CHECK_DNS_SAN_ADDRESS, about,
                                    "whether %s leads to the edge was not learned; ask for its A record",
                                    verdict->open.v[0]),
                       "found", &verdict->open);
    else
        evidence_texts(find_pass(to, CHECK_DNS_SAN_ADDRESS, about,
                                 "every name in the certificate of %s has the address of an edge", host),
                       "wanted", edge);
}

static void judge_names(const struct facts *facts, struct findings *to, const char *host,
                        const struct cert *leaf, const struct texts *edge) {
    struct verdict verdict = {0};
    for (size_t k = 0; k < leaf->names.n; k++)
        if (leaf->names.v[k]->type == NAME_DNS && !name_is_wildcard(leaf->names.v[k]->value))
            judge_one(facts, to->arena, leaf->names.v[k]->value, edge, &verdict);
    report(to, host, &verdict, edge);
}

/* Not served yet, or served where nobody looked: the file that the deployment names for an edge. */
static void judge_files(const struct facts *facts, struct findings *to, const struct texts *edge,
                        struct texts *done) {
    const struct nodes *nodes = &facts->deployment->e.nodes;
    for (size_t i = 0; i < nodes->n && !facts->run.scope.offline; i++) {
        if (nodes->v[i]->certificate.n == 0 || texts_has(done, nodes->v[i]->name))
            continue;
        texts_add(to->arena, done, nodes->v[i]->name);
        judge_names(facts, to, nodes->v[i]->name, nodes->v[i]->certificate.v[0], edge);
    }
}

void judge_dns_san(const struct facts *facts, struct findings *to) {
    struct texts edge = {NULL, 0}, done = {NULL, 0};
    edge_addresses(facts, to->arena, &edge);
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *endpoint = facts->endpoints.v[i];
        if (endpoint->leg != LEG_CLIENT || endpoint->tls.chain.n == 0 || texts_has(&done, endpoint->host))
            continue;
        texts_add(to->arena, &done, endpoint->host);
        judge_names(facts, to, endpoint->host, endpoint->tls.chain.v[0], &edge);
    }
    judge_files(facts, to, &edge, &done);
    if (done.n == 0)
        for (size_t i = 0; i < facts->domains.n; i++)
            find_skip(to, CHECK_DNS_SAN_ADDRESS, about_domain(facts->domains.v[i]),
                      "no certificate of an edge was seen, so its names are not known");
}
