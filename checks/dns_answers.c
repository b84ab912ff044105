/* What came of a question to DNS, in the words of findings? See dns_answers.h. */
#include "checks/dns_answers.h"

#include "expressway/names.h"

#include <string.h>

/* A resolver that cannot be reached is silence to a client, and an error code it does not know is no answer:
 * the cause is the same for both pairs, the evidence tells them apart. */
static const struct {
    enum dns_state state;
    enum cause_id edge, xmpp; /* of dns.collab-edge-srv, of dns.xmpp-federation-srv */
    const char *words;
} answers[] = {
    {DNS_NXDOMAIN, CAUSE_DNS_COLLAB_EDGE_SRV_NXDOMAIN, CAUSE_DNS_XMPP_FEDERATION_SRV_NXDOMAIN,
     "the name does not exist (NXDOMAIN)"},
    {DNS_NO_DATA, CAUSE_DNS_COLLAB_EDGE_SRV_NO_DATA, CAUSE_DNS_XMPP_FEDERATION_SRV_NO_DATA,
     "the name has no SRV record"},
    {DNS_SERVFAIL, CAUSE_DNS_COLLAB_EDGE_SRV_SERVFAIL, CAUSE_DNS_XMPP_FEDERATION_SRV_SERVFAIL,
     "the name server failed (SERVFAIL)"},
    {DNS_REFUSED, CAUSE_DNS_COLLAB_EDGE_SRV_REFUSED, CAUSE_DNS_XMPP_FEDERATION_SRV_REFUSED,
     "the name server refused to answer (REFUSED)"},
    {DNS_TIMEOUT, CAUSE_DNS_COLLAB_EDGE_SRV_TIMEOUT, CAUSE_DNS_XMPP_FEDERATION_SRV_TIMEOUT,
     "no name server answered in time"},
    {DNS_UNREACHABLE, CAUSE_DNS_COLLAB_EDGE_SRV_TIMEOUT, CAUSE_DNS_XMPP_FEDERATION_SRV_TIMEOUT,
     "the name server cannot be reached"},
    {DNS_MALFORMED, CAUSE_DNS_COLLAB_EDGE_SRV_MALFORMED, CAUSE_DNS_XMPP_FEDERATION_SRV_MALFORMED,
     "the answer breaks the DNS protocol"},
    {DNS_OTHER_RCODE, CAUSE_DNS_COLLAB_EDGE_SRV_MALFORMED, CAUSE_DNS_XMPP_FEDERATION_SRV_MALFORMED,
     "the name server answered with an error code and no records"},
    {DNS_TRUNCATED, CAUSE_DNS_COLLAB_EDGE_SRV_TRUNCATED, CAUSE_DNS_XMPP_FEDERATION_SRV_TRUNCATED,
     "the answer was cut off, and could not be had over TCP"},
};

const struct dns_query *srv_of(const struct facts *facts, struct arena *arena, const char *service,
                               const char *domain, const char **name) {
    *name = arena_printf(arena, "%s.%s", service, domain);
    const struct dns_query *query = facts_dns(facts, *name, DNS_SRV);
    return query == NULL || query->state == DNS_NOT_ASKED ? NULL : query;
}

const char *target_text(const struct dns_record *record) {
    return record->target == NULL || *record->target == 0 ? "." : record->target;
}

const char *first_target(const struct dns_query *query) {
    for (size_t i = 0; query->state == DNS_ANSWERED && i < query->records.n; i++)
        if (strcmp(target_text(query->records.v[i]), ".") != 0)
            return query->records.v[i]->target;
    return NULL;
}

bool offers_target(const struct dns_query *query) {
    return first_target(query) != NULL;
}

bool is_not_offered(const struct dns_query *query) {
    return query->state == DNS_ANSWERED && !offers_target(query);
}

bool is_absent(const struct dns_query *query) {
    return query->state == DNS_NXDOMAIN || query->state == DNS_NO_DATA;
}

static size_t answer_of(enum dns_state state) {
    size_t i = 0;
    while (i < sizeof answers / sizeof *answers && answers[i].state != state)
        i++;
    return i;
}

enum cause_id cause_of_answer(enum check_id check, const struct dns_query *query) {
    bool is_edge = check == CHECK_DNS_COLLAB_EDGE_SRV;
    size_t which = answer_of(query->state);
    if (which < sizeof answers / sizeof *answers)
        return is_edge ? answers[which].edge : answers[which].xmpp;
    if (!is_not_offered(query))
        return CAUSE_NONE;
    return is_edge ? CAUSE_DNS_COLLAB_EDGE_SRV_NOT_OFFERED : CAUSE_DNS_XMPP_FEDERATION_SRV_NOT_OFFERED;
}

const char *words_of_answer(const struct dns_query *query) {
    size_t which = answer_of(query->state);
    if (which < sizeof answers / sizeof *answers)
        return answers[which].words;
    return is_not_offered(query) ? "its target is \".\": the service is not offered" : "it was answered";
}

const char *record_text(struct arena *arena, const struct dns_record *record) {
    if (record->type != DNS_SRV)
        return record->address == NULL ? "" : record->address;
    return arena_printf(arena, "%d %d %d %s", record->priority, record->weight, record->port,
                        target_text(record));
}

void show_answer(struct finding *finding, struct arena *arena, const struct dns_query *query) {
    if (query->state == DNS_ANSWERED)
        for (size_t i = 0; i < query->records.n; i++)
            evidence_add(finding, "found", record_text(arena, query->records.v[i]));
    else
        evidence_text(finding, "found", enum_text(dns_states, (int)query->state));
    evidence_text(finding, "resolver", query->resolver);
    if (query->state == DNS_OTHER_RCODE)
        evidence_int(finding, "rcode", query->rcode);
    if (query->aliases.n > 0)
        evidence_texts(finding, "aliases", &query->aliases);
    if (query->error != NULL)
        evidence_text(finding, "error", query->error);
}

static bool has_target(const struct targets *targets, const char *host, const char *domain) {
    for (size_t i = 0; i < targets->n; i++)
        if (name_equal(targets->v[i]->host, host) && strcmp(targets->v[i]->domain, domain) == 0)
            return true;
    return false;
}

void targets_of(const struct facts *facts, struct arena *arena, struct targets *out) {
    for (size_t d = 0; d < facts->domains.n; d++) {
        const char *name, *domain = facts->domains.v[d];
        const struct dns_query *query = srv_of(facts, arena, "_collab-edge._tls", domain, &name);
        for (size_t i = 0; query != NULL && offers_target(query) && i < query->records.n; i++) {
            const char *host = target_text(query->records.v[i]);
            if (strcmp(host, ".") == 0 || has_target(out, host, domain))
                continue;
            struct target *target = ARENA_NEW(arena, struct target);
            *target = (struct target){host, domain};
            LIST_ADD(arena, out, target);
        }
    }
}

bool addresses_of(const struct facts *facts, struct arena *arena, const char *host, struct texts *out) {
    bool asked = false;
    for (enum dns_type type = DNS_A; type <= DNS_AAAA; type++) {
        const struct dns_query *query = facts_dns(facts, host, type);
        if (query == NULL || query->state == DNS_NOT_ASKED)
            continue;
        asked = true;
        for (size_t i = 0; query->state == DNS_ANSWERED && i < query->records.n; i++)
            if (query->records.v[i]->address != NULL)
                texts_add(arena, out, query->records.v[i]->address);
    }
    return asked;
}
