/* Can the hosts that SRV records name be used? dns.srv-target and dns.srv-target-domain, per target. */
#include "checks/dns_answers.h"

#include "expressway/names.h"
#include "checks/reach.h"
#include "checks/vantage.h"

#include <string.h>
#include <strings.h>

static struct about about_target(const struct target *target) {
    /* The subject of a DNS finding is the domain; which target is in the evidence and the summary. */
    return (struct about){.subject = target->domain, .node = target->host, .domain = target->domain};
}

static const char *first_of_kind(const struct texts *addresses, enum address_kind kind) {
    for (size_t i = 0; i < addresses->n; i++)
        if (address_kind(addresses->v[i]) == kind)
            return addresses->v[i];
    return NULL;
}

/* ---- dns.srv-target ---- */

static void show_target(struct finding *finding, const struct facts *facts, const char *host,
                        const struct texts *addresses) {
    evidence_text(finding, "target", host);
    evidence_text(finding, "wanted", "A or AAAA record");
    evidence_texts(finding, "found", addresses);
    for (enum dns_type type = DNS_A; type <= DNS_AAAA; type++) {
        const struct dns_query *query = facts_dns(facts, host, type);
        if (query == NULL)
            continue;
        evidence_text(finding, type == DNS_A ? "a" : "aaaa", enum_text(dns_states, (int)query->state));
        if (query->aliases.n > 0)
            evidence_texts(finding, "aliases", &query->aliases);
    }
}

static bool is_silent(const struct dns_query *query) {
    return query != NULL && (query->state == DNS_TIMEOUT || query->state == DNS_UNREACHABLE);
}

static struct finding *judge_no_address(const struct facts *facts, struct findings *to,
                                        const struct target *target) {
    const struct dns_query *a = facts_dns(facts, target->host, DNS_A);
    const struct dns_query *aaaa = facts_dns(facts, target->host, DNS_AAAA);
    if (is_silent(a) || is_silent(aaaa))
        return find_cause(to, CAUSE_DNS_SRV_TARGET_TIMEOUT, about_target(target),
                          "the addresses of %s could not be learned: the name server did not answer",
                          target->host);
    const struct dns_query *asked = a != NULL ? a : aaaa;
    if ((a == NULL || aaaa == NULL) && asked->state == DNS_NO_DATA) /* -4, -6: the other may well be there */
        return find_unknown(to, CHECK_DNS_SRV_TARGET, about_target(target),
                            "%s has no %s address, and for %s ones it was not asked", target->host,
                            a != NULL ? "IPv4" : "IPv6", a != NULL ? "IPv6" : "IPv4");
    return find_cause(to, CAUSE_DNS_SRV_TARGET_NO_ADDRESS, about_target(target), "%s has no address (%s)",
                      target->host, enum_text(dns_states, (int)asked->state));
}

/* The name at the end of the chain of aliases that A or AAAA went; NULL when the target is no alias. */
static const char *alias_of(const struct facts *facts, const char *host) {
    for (enum dns_type type = DNS_A; type <= DNS_AAAA; type++) {
        const struct dns_query *query = facts_dns(facts, host, type);
        if (query != NULL && query->aliases.n > 0)
            return query->aliases.v[query->aliases.n - 1];
    }
    return NULL;
}

/* Loopback and private addresses are no finding in the lab; private ones are right inside. */
static void judge_addresses(const struct facts *facts, struct findings *to, const struct target *target,
                            const struct texts *addresses) {
    struct about about = about_target(target);
    const char *host = target->host, *alias = alias_of(facts, host);
    bool lab = facts->run.vantage == VANTAGE_LAB, external = facts->run.vantage == VANTAGE_EXTERNAL;
    const char *loopback = lab ? NULL : first_of_kind(addresses, ADDRESS_LOOPBACK);
    const char *private = external ? first_of_kind(addresses, ADDRESS_PRIVATE) : NULL;
    if (loopback != NULL)
        show_target(find_cause(to, CAUSE_DNS_SRV_TARGET_LOOPBACK, about,
                               "%s has the address %s, which every client takes for itself", host, loopback),
                    facts, host, addresses);
    const char *name;
    if (private != NULL && inside_answer(facts, to->arena, target->domain, &name) != NULL)
        show_target(
            find_skip(to, CHECK_DNS_SRV_TARGET, about,
                      "%s has the private address %s, as the office's own view of DNS may have it: see "
                      "dns.uds-not-external",
                      host, private),
            facts, host, addresses);
    else if (private != NULL)
        show_target(find_cause(to, CAUSE_DNS_SRV_TARGET_PRIVATE_ADDRESS, about,
                               "%s has the private address %s, which the Internet cannot reach", host,
                               private),
                    facts, host, addresses);
    if (alias != NULL)
        show_target(find_cause(to, CAUSE_DNS_SRV_TARGET_ALIAS, about, "%s is an alias (CNAME); it ends at %s",
                               host, alias),
                    facts, host, addresses);
    if (loopback == NULL && private == NULL && alias == NULL)
        show_target(find_pass(to, CHECK_DNS_SRV_TARGET, about, "%s has the address %s%s", host,
                              addresses->v[0], addresses->n > 1 ? " and others" : ""),
                    facts, host, addresses);
}

/* RFC 1123 2.1, with the underscore that name.host-underscore speaks of. */
static bool is_host_shaped(const char *host) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    enum { LABEL_MAX = 63 };
    for (const char *label = host;; label++) {
        size_t size = strspn(label, allowed);
        if (size == 0 || size > LABEL_MAX || label[0] == '-' || label[size - 1] == '-')
            return false;
        label += size;
        if (*label != '.')
            return *label == '\0';
    }
}

static void judge_target(const struct facts *facts, struct findings *to, const struct target *target) {
    struct texts addresses = {NULL, 0};
    if (name_is_ip(target->host)) {
        struct finding *finding =
            find_cause(to, CAUSE_DNS_SRV_TARGET_IP_LITERAL, about_target(target),
                       "the SRV record of %s names the address %s where a host name must stand",
                       target->domain, target->host);
        evidence_text(finding, "wanted", "a host name with A or AAAA record");
        evidence_text(finding, "found", target->host);
    } else if (!is_host_shaped(target->host)) {
        struct finding *finding = find_cause(to, CAUSE_DNS_SRV_TARGET_NOT_A_HOST_NAME, about_target(target),
                                             "the SRV record of %s names %s, which can be no host name",
                                             target->domain, target->host);
        evidence_text(finding, "wanted", "letters, digits and hyphens, in labels with dots between");
        evidence_text(finding, "found", target->host);
    } else if (!addresses_of(facts, to->arena, target->host, &addresses))
        find_skip(to, CHECK_DNS_SRV_TARGET, about_target(target),
                  "the addresses of %s were not asked for in this run", target->host);
    else if (addresses.n == 0)
        show_target(judge_no_address(facts, to, target), facts, target->host, &addresses);
    else
        judge_addresses(facts, to, target, &addresses);
}

/* ---- dns.srv-target-domain ----
 *
 * The edge sets its session cookie for the domain of its own host name (System > DNS), and a client drops a
 * cookie whose domain the host it spoke to does not lie in (field-facts 1.1, TN-117811; RFC 6265 5.3). So the
 * target must lie in the domain of the edge's own name. What that name is, is not visible from outside:
 * - a deployment file says it: the names of the Expressway-E nodes;
 * - else the served certificate hints at it. A target that the certificate names is taken for the edge's own
 *   name: that is right for the ordinary edge, and for a provider's edge that serves many domains
 *   (SRV of example.com to expe1.provider.net, whose certificate holds expe1.provider.net). Only when the
 *   target is not named, and no host name of the certificate shares its domain, does the certificate belong
 *   to an edge elsewhere. Service domains themselves (example.com, collab-edge.example.com) are in the
 *   certificate of an edge in any domain and tell nothing. */

/* The host lies in the domain of the other host: cookie domain of `own` matches `host` (RFC 6265 5.1.3). */
static bool shares_domain(const char *host, const char *own) {
    const char *dot = strchr(own, '.');
    if (name_equal(host, own))
        return true;
    if (dot == NULL || strchr(dot + 1, '.') == NULL)
        return false; /* no cookie is set for a top-level domain */
    size_t a = strlen(host), b = strlen(dot);
    return a > b && strcasecmp(host + a - b, dot) == 0;
}

static bool is_service_domain(const struct facts *facts, const char *name) {
    for (size_t i = 0; i < facts->domains.n; i++) {
        const char *domain = facts->domains.v[i];
        if (name_equal(name, domain) ||
            (strncasecmp(name, "collab-edge.", 12) == 0 && name_equal(name + 12, domain)))
            return true;
    }
    return false;
}

/* A name that a host could have: two dots at least, for an edge domain of a customer has one. */
static bool is_host_name(const struct facts *facts, const char *name) {
    const char *dot = name == NULL ? NULL : strchr(name, '.');
    return dot != NULL && strchr(dot + 1, '.') != NULL && !name_is_ip(name) &&
           !is_service_domain(facts, name) && strncasecmp(name, "collab-edge.", 12) != 0;
}

struct own {
    const char *first; /* the edge's own name, as it seems: NULL when nothing says it */
    bool shares;       /* the target lies in the domain of one of them */
    struct texts names;
};

static void add_own(const char *host, const char *name, struct arena *arena, struct own *own) {
    if (own->first == NULL)
        own->first = name;
    own->shares = own->shares || shares_domain(host, name);
    texts_add(arena, &own->names, name);
}

static void own_by_nodes(const struct facts *facts, struct arena *arena, const char *host, struct own *own) {
    for (size_t i = 0; facts->deployment != NULL && i < facts->deployment->e.nodes.n; i++) {
        const char *name = facts->deployment->e.nodes.v[i]->name;
        if (!name_is_ip(name) && strchr(name, '.') != NULL)
            add_own(host, name, arena, own);
    }
}

static void own_by_certificate(const struct facts *facts, struct arena *arena, const char *host,
                               const struct cert *cert, struct own *own) {
    if (is_host_name(facts, cert->common_name))
        add_own(host, cert->common_name, arena, own);
    for (size_t i = 0; i < cert->names.n; i++)
        if (cert->names.v[i]->type == NAME_DNS &&
            (name_equal(cert->names.v[i]->value, host) || is_host_name(facts, cert->names.v[i]->value)))
            add_own(host, cert->names.v[i]->value, arena, own);
}

static const struct cert *leaf_of_host(const struct facts *facts, const char *host) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *endpoint = facts->endpoints.v[i];
        if (endpoint->leg == LEG_CLIENT && endpoint->tls.chain.n > 0 && name_equal(endpoint->host, host))
            return endpoint->tls.chain.v[0];
    }
    return NULL;
}

static void judge_domain(const struct facts *facts, struct findings *to, const struct target *target) {
    struct about about = about_target(target);
    const char *host = target->host;
    struct own own = {0};
    if (name_is_ip(host))
        return; /* dns.srv-target says that it must be a name */
    own_by_nodes(facts, to->arena, host, &own);
    const struct cert *leaf = own.first == NULL ? leaf_of_host(facts, host) : NULL;
    if (leaf != NULL)
        own_by_certificate(facts, to->arena, host, leaf, &own);
    if (own.first == NULL) {
        find_skip(to, CHECK_DNS_SRV_TARGET_DOMAIN, about,
                  "neither a certificate nor a deployment file tells the edge's own name behind %s", host);
        return;
    }
    struct finding *finding =
        own.shares
            ? find_pass(to, CHECK_DNS_SRV_TARGET_DOMAIN, about, "%s lies in the edge's own domain", host)
            : find_cause(to, CAUSE_DNS_SRV_TARGET_DOMAIN_OTHER_DOMAIN, about,
                         "%s lies outside the domain of the edge, which is known as %s: clients drop its "
                         "session cookie",
                         host, own.first);
    const char *dot = strchr(own.first, '.');
    evidence_text(finding, "wanted", dot == NULL ? own.first : dot + 1);
    evidence_text(finding, "found", host);
    evidence_texts(finding, leaf != NULL ? "certificate_names" : "nodes", &own.names);
}

/* A lone "." says that the service is not offered; beside other targets it contradicts them (RFC 2782). */
static void judge_dot(const struct facts *facts, struct findings *to, const char *domain) {
    const char *name;
    const struct dns_query *query = srv_of(facts, to->arena, "_collab-edge._tls", domain, &name);
    bool has_dot = false;
    for (size_t i = 0; query != NULL && offers_target(query) && i < query->records.n; i++)
        has_dot = has_dot || strcmp(target_text(query->records.v[i]), ".") == 0;
    if (has_dot)
        show_answer(find_cause(to, CAUSE_DNS_SRV_TARGET_DOT_BESIDE_OTHERS, about_domain(domain),
                               "one SRV record of %s has the target \".\" (not offered), another names %s",
                               domain, first_target(query)),
                    to->arena, query);
}

void judge_dns_targets(const struct facts *facts, struct findings *to) {
    struct targets targets = {0};
    targets_of(facts, to->arena, &targets);
    for (size_t i = 0; i < facts->domains.n; i++)
        judge_dot(facts, to, facts->domains.v[i]);
    for (size_t i = 0; i < targets.n; i++) {
        judge_target(facts, to, targets.v[i]);
        judge_domain(facts, to, targets.v[i]);
    }
}
