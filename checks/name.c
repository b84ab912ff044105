/* Do the certificates bear the names that clients and Expressway look for? Names of one certificate and of
 * the client-facing ports; zones are in name_zone.c, what only a deployment file tells in
 * name_deployment.c. */
#include <string.h>

#include "checks/reach.h"
#include "facts/name_set.h"
#include "checks/name.h"

/* ---- name.expected ---- */

static void judge_expected(struct judging *run, const struct seen_cert *seen) {
    const struct texts *wanted = &run->facts->run.expected_names;
    bool is_asked = seen->endpoint == NULL || run->facts->run.scope.is_lone;
    for (size_t i = 0; is_asked && i < wanted->n; i++) {
        enum name_match match = name_match(seen->leaf, wanted->v[i]);
        struct finding *finding = match == MATCH_GOOD
                                      ? find_pass(run->to, CHECK_NAME_EXPECTED, seen->about,
                                                  "%s is in the certificate", wanted->v[i])
                                      : find_cause(run->to, CAUSE_NAME_EXPECTED_NO_MATCH, seen->about,
                                                   "%s %s", wanted->v[i], match_words(match));
        evidence_add(finding, "wanted", wanted->v[i]);
        add_found(run, finding, seen->leaf);
    }
}

/* ---- name.mra-domain ---- */

/* In a multitenant edge the client sends another SNI than the target's name, and gets the certificate of its
 * domain (field-facts 1.1): judge the certificate that this domain's clients get. */
static const struct cert *cert_for_domain(struct judging *run, const struct seen_cert *seen,
                                          const char *domain) {
    const struct endpoint *e = seen->endpoint;
    const char *dot = e == NULL ? NULL : strchr(e->host, '.');
    if (dot == NULL || seen->kind != NULL)
        return seen->leaf;
    char *sni = arena_printf(run->to->arena, "%.*s.%s", (int)(dot - e->host), e->host, domain);
    for (size_t i = 0; i < e->variants.n; i++) {
        const struct tls_attempt *attempt = e->variants.v[i];
        if (attempt->purpose == PURPOSE_SNI_SERVICE && attempt->chain.n > 0 && name_equal(attempt->sni, sni))
            return attempt->chain.v[0];
    }
    return seen->leaf;
}

static bool has_wildcard_for(const struct cert *cert, const char *domain, const char *edge_domain) {
    return name_match(cert, domain) == MATCH_WILDCARD_ONLY ||
           name_match(cert, edge_domain) == MATCH_WILDCARD_ONLY;
}

/* What each class of client does (field-facts 5; TN-211304, TN-213872). */
static void add_clients(struct finding *finding, const char *jabber, const char *tc, const char *phones) {
    json_t *clients = json_object();
    json_object_set_new(clients, "jabber", json_string(jabber));
    json_object_set_new(clients, "tc_ce", json_string(tc));
    json_object_set_new(clients, "phones", json_string(phones));
    evidence_set(finding, "clients", clients);
}

static void judge_domain(struct judging *run, const struct seen_cert *seen, const char *domain) {
    static const enum check_id check = CHECK_NAME_MRA_DOMAIN;
    const struct cert *cert = cert_for_domain(run, seen, domain);
    char *edge_domain = arena_printf(run->to->arena, "collab-edge.%s", domain);
    char *srv_name = arena_printf(run->to->arena, "_collab-edge._tls.%s", domain);
    struct about about = seen->about;
    struct finding *finding;
    about.domain = domain;
    if (name_has_dns(cert, domain) || name_has_dns(cert, edge_domain)) {
        finding = find_pass(run->to, check, about, "%s is in the certificate", domain);
        add_clients(finding, "accepts", "accepts", "accepts");
    } else if (name_has_srv(cert, srv_name)) {
        finding = find_cause(run->to, CAUSE_NAME_MRA_DOMAIN_SRVNAME_ONLY, about,
                             "%s is in the certificate as SRVName only, which Jabber and phones do not take",
                             domain);
        add_clients(finding, "prompts", "accepts", "refuses");
    } else {
        bool has_wildcard = has_wildcard_for(cert, domain, edge_domain);
        finding = find_cause(
            run->to, has_wildcard ? CAUSE_NAME_MRA_DOMAIN_WILDCARD_ONLY : CAUSE_NAME_MRA_DOMAIN_NO_MATCH,
            about,
            !has_wildcard ? "neither %s nor its collab-edge form is in the certificate"
            : name_match(cert, domain) == MATCH_WILDCARD_ONLY
                ? "only a wildcard in the certificate covers %s"
                : "only a wildcard in the certificate covers collab-edge.%s, and none covers the domain "
                  "itself",
            domain);
        add_clients(finding, "prompts", "refuses", "refuses");
    }
    evidence_add(finding, "wanted", domain);
    evidence_add(finding, "wanted", edge_domain);
    add_found(run, finding, cert);
    evidence_kind(finding, seen->kind);
}

/* The domains whose clients are shown this certificate: of the SRV records that led here, else all. */
static void judge_domains(struct judging *run, const struct seen_cert *seen) {
    const struct deployment *d = run->facts->deployment;
    bool is_mra = d == NULL || d->features.n == 0 || deployment_has_feature(d, "mra");
    if (seen->role != ROLE_EXPRESSWAY_E || !is_mra ||
        (seen->endpoint != NULL && seen->endpoint->leg != LEG_CLIENT))
        return;
    const struct texts *domains = seen->endpoint != NULL && seen->endpoint->domains.n > 0
                                      ? &seen->endpoint->domains
                                      : &run->facts->domains;
    if (domains->n == 0 && d != NULL)
        domains = &d->domains;
    for (size_t i = 0; i < domains->n; i++)
        judge_domain(run, seen, domains->v[i]);
}

/* ---- name.srv-target ---- */

static bool is_srv_target(const struct facts *facts, const char *host) {
    for (size_t i = 0; i < facts->dns.n; i++) {
        const struct dns_query *query = facts->dns.v[i];
        for (size_t k = 0; query->type == DNS_SRV && k < query->records.n; k++)
            if (text_starts(query->name, "_collab-edge._tls.") &&
                name_equal(query->records.v[k]->target, host))
                return true;
    }
    return false;
}

static void judge_srv_target(struct judging *run, const struct seen_cert *seen) {
    const struct endpoint *e = seen->endpoint;
    if (e == NULL && seen->role == ROLE_EXPRESSWAY_E && seen->node != NULL &&
        run->facts->run.scope.is_renewal)
        judge_match(run, CHECK_NAME_SRV_TARGET, seen->about, seen->leaf,
                    seen->node->name); /* DNS was not asked */
    if (e == NULL || e->leg != LEG_CLIENT || (e->domains.n == 0 && !is_srv_target(run->facts, e->host)))
        return;
    struct finding *finding = judge_match(run, CHECK_NAME_SRV_TARGET, seen->about, seen->leaf, e->host);
    evidence_kind(finding, seen->kind);
}

/* ---- form of the names: what an upload refuses, and what never matches ---- */

/* "_" breaks tunnels, not uploads: name.host-underscore tells it. */
static bool is_fqdn_but_for_underscores(struct arena *arena, const char *name) {
    char *copy = arena_text(arena, name);
    for (char *p = copy; *p != '\0'; p++)
        if (*p == '_')
            *p = 'x';
    return name_is_fqdn(copy);
}

/* facts_node() goes by addresses and aliases, too: what it does not find bears no such name either. */
static bool is_name_of(const struct facts *facts, const struct nodes *nodes, const char *name) {
    const struct node *found = facts_node(facts, nodes, name);
    if (found == NULL || name_equal(found->name, name))
        return found != NULL;
    for (size_t i = 0; i < nodes->n; i++)
        if (name_equal(nodes->v[i]->name, name))
            return true;
    return false;
}

/* Whose name ought to be the common name (guide, chapter 1), where a deployment file tells of the box. NULL:
 * it is, or nobody knows. A certificate shared by all peers bears the name of one of them. */
static const char *wanted_common_name(const struct facts *facts, const struct seen_cert *seen,
                                      const char *name) {
    const struct deployment *d = facts->deployment;
    if (d == NULL || d->file == NULL || seen->node == NULL || name_is_wildcard(name) ||
        name_is_ip(seen->node->name) || strchr(seen->node->name, '.') == NULL)
        return NULL;
    const struct expressway *side = seen->role == ROLE_EXPRESSWAY_C ? &d->c : &d->e;
    if ((side->cluster != NULL && name_equal(side->cluster, name)) || is_name_of(facts, &side->nodes, name))
        return NULL;
    return side->cluster != NULL ? side->cluster : seen->node->name;
}

static void judge_common_name(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_NAME_COMMON_NAME;
    const char *name = seen->leaf->common_name, *wanted = NULL;
    struct finding *finding;
    if (name == NULL || name[0] == '\0')
        finding = find_cause(run->to, CAUSE_NAME_COMMON_NAME_MISSING, seen->about,
                             "the certificate has no common name");
    else if (!name_is_wildcard(name) && !is_fqdn_but_for_underscores(run->to->arena, name))
        finding = find_cause(run->to, CAUSE_NAME_COMMON_NAME_NOT_FQDN, seen->about,
                             "the common name %s is no FQDN", name);
    else if ((wanted = wanted_common_name(run->facts, seen, name)) != NULL)
        finding = find_cause(run->to, CAUSE_NAME_COMMON_NAME_OTHER_NAME, seen->about,
                             "the common name is %s; wanted %s", name, wanted);
    else
        finding = find_pass(run->to, check, seen->about, "the common name is %s", name);
    if (wanted != NULL)
        evidence_text(finding, "wanted", wanted);
    evidence_text(finding, "found", name);
    evidence_kind(finding, seen->kind);
}

/* The cause for one SAN entry; NULL when an upload takes it. The guide's rule (chapter 6) is about host names
 * and addresses; URI, SRVName and XmppAddr forms come from the product's own CSR page. */
static enum cause_id unfit_name(struct arena *arena, const struct cert_name *name) {
    if (name->type == NAME_IP || (name->type == NAME_DNS && name_is_ip(name->value)))
        return CAUSE_NAME_SAN_FQDN_IP_ADDRESS;
    if (name->type != NAME_DNS || name_is_wildcard(name->value) ||
        is_fqdn_but_for_underscores(arena, name->value))
        return CAUSE_NONE;
    char *with_domain = arena_printf(arena, "%s.example", name->value);
    bool is_label = strchr(name->value, '.') == NULL && is_fqdn_but_for_underscores(arena, with_domain);
    return is_label ? CAUSE_NAME_SAN_FQDN_HOSTNAME : CAUSE_NAME_SAN_FQDN_MALFORMED;
}

static void judge_san_fqdn(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_NAME_SAN_FQDN;
    static const struct {
        enum cause_id cause;
        const char *words;
    } rows[] = {{CAUSE_NAME_SAN_FQDN_IP_ADDRESS, "an IP address stands among the subject alternative names"},
                {CAUSE_NAME_SAN_FQDN_HOSTNAME,
                 "a host name without domain stands among the subject alternative names"},
                {CAUSE_NAME_SAN_FQDN_MALFORMED, "a subject alternative name is no valid FQDN"}};
    bool is_good = true;
    if (!seen->leaf->has_san)
        return;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct finding *finding = NULL;
        for (size_t i = 0; i < seen->leaf->names.n; i++) {
            enum cause_id cause = unfit_name(run->to->arena, seen->leaf->names.v[i]);
            if (cause != rows[r].cause)
                continue;
            if (finding == NULL)
                finding = find_cause(run->to, cause, seen->about, "%s: %s", rows[r].words,
                                     seen->leaf->names.v[i]->value);
            evidence_add(finding, "unfit", seen->leaf->names.v[i]->value);
        }
        if (finding != NULL) {
            is_good = false;
            add_found(run, finding, seen->leaf);
            evidence_kind(finding, seen->kind);
        }
    }
    if (is_good)
        evidence_kind(find_pass(run->to, check, seen->about, "every name in the certificate is an FQDN"),
                      seen->kind);
}

static void judge_wildcard(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_NAME_WILDCARD;
    struct finding *finding = NULL;
    const char *common_name = seen->leaf->common_name;
    const char *first = common_name != NULL && name_is_wildcard(common_name) ? common_name : NULL;
    for (size_t i = 0; i < seen->leaf->names.n && first == NULL; i++)
        if (seen->leaf->names.v[i]->type == NAME_DNS && name_is_wildcard(seen->leaf->names.v[i]->value))
            first = seen->leaf->names.v[i]->value;
    if (first == NULL)
        finding = find_pass(run->to, check, seen->about, "the certificate has no wildcard name");
    else
        finding = find_cause(run->to, CAUSE_NAME_WILDCARD_WILDCARD, seen->about,
                             "the certificate has the wildcard name %s", first);
    add_found(run, finding, seen->leaf);
    evidence_kind(finding, seen->kind);
}

/* ---- name.host-underscore ---- */

static void judge_underscore(struct judging *run, struct about about, const char *host,
                             struct name_set *done) {
    if (name_is_ip(host) || name_set_put(done, host, host) != NULL)
        return;
    struct finding *finding =
        strchr(host, '_') != NULL
            ? find_cause(
                  run->to, CAUSE_NAME_HOST_UNDERSCORE_UNDERSCORE, about, "%s has an underscore%s", host,
                  tunnel_is_proven(run->facts, host) ? "; the SSH tunnels are up now: Expressway-C answers"
                                                     : "")
            : find_pass(run->to, CHECK_NAME_HOST_UNDERSCORE, about, "%s has no underscore", host);
    evidence_text(finding, "found", host);
}

/* A certificate before its upload has a file's name for a node's. */
static bool is_named_by_file(const struct node *node) {
    return node->certificate_file != NULL && strcmp(node->name, node->certificate_file) == 0;
}

/* Each edge host once: by its first port, else as peer of a zone, else as node. */
static void judge_underscores(struct judging *run) {
    const struct facts *facts = run->facts;
    struct name_set *done = name_set_new(run->to->arena, true);
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (role_of_endpoint(e) == ROLE_EXPRESSWAY_E)
            judge_underscore(run, about_endpoint(facts, e), e->host, done);
    }
    for (size_t z = 0; facts->deployment != NULL && z < facts->deployment->zones.n; z++) {
        const struct zone *zone = facts->deployment->zones.v[z];
        for (size_t p = 0; p < zone->peers.n; p++) {
            const char *peer = zone->peers.v[p];
            struct about about = {.subject = peer, .node = peer, .zone = zone->name};
            judge_underscore(run, about, peer, done);
        }
    }
    for (size_t i = 0; facts->deployment != NULL && i < facts->deployment->e.nodes.n; i++) {
        const struct node *node = facts->deployment->e.nodes.v[i];
        if (!is_named_by_file(node))
            judge_underscore(run, (struct about){.subject = node->name, .node = node->name}, node->name,
                             done);
    }
}

void judge_name(struct judging *run) {
    judge_name_zones(run);
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct seen_cert *seen = run->seen.v[i];
        if (!seen->is_client_store) {
            judge_domains(run, seen);
            judge_srv_target(run, seen);
            judge_expected(run, seen);
        }
        if (is_expressway(seen->role)) {
            if (!seen->is_client_store)
                judge_common_name(run, seen);
            judge_san_fqdn(run, seen);
            judge_wildcard(run, seen);
        }
    }
    judge_underscores(run);
    judge_name_deployment(run);
}
