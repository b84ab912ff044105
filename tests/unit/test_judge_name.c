/* Does judge_name raise every cause, and only just? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "healthy.h"

#define C_NODE "expc1.example.local"
#define C_SUBJECT "expressway-c:expc1.example.local"
#define E_SUBJECT "expressway-e:expe1.example.com"
#define CLUSTER_C "expc.example.local"

static struct cert *leaf(struct facts *facts) {
    return leaf_of(facts, EDGE1_HTTPS);
}

static void rename_to(struct cert *cert, const char *from, const char *to) {
    for (size_t i = 0; i < cert->names.n; i++)
        if (strcmp(cert->names.v[i]->value, from) == 0)
            cert->names.v[i]->value = (char *)to;
}

/* ---- name.mra-domain ---- */

static void domain_gone(struct facts *facts) {
    cert_drop_name(leaf(facts), DOMAIN);
}

static void domain_as_collab_edge(struct facts *facts) {
    rename_to(leaf(facts), DOMAIN, "Collab-Edge.example.com");
}

static void domain_as_srv_name(struct facts *facts) {
    domain_gone(facts);
    cert_add_name(facts, leaf(facts), NAME_SRV, "_collab-edge._tls.example.com");
}

static void domain_as_other_srv_name(struct facts *facts) {
    domain_gone(facts);
    cert_add_name(facts, leaf(facts), NAME_SRV, "_collab-edge._tls.example.net");
}

static void domain_by_wildcard(struct facts *facts) {
    domain_gone(facts);
    cert_add_name(facts, leaf(facts), NAME_DNS, "*.example.com");
}

static void domain_as_common_name(struct facts *facts) {
    domain_gone(facts);
    leaf(facts)->common_name = (char *)DOMAIN;
}

static void no_mra(struct facts *facts) {
    domain_gone(facts);
    facts->deployment->features.n = 0;
    texts_add(facts->arena, &facts->deployment->features, "b2b");
}

/* The client of a domain that its edge does not lie in sends a name of that domain as SNI. */
static void hosted_domain(struct facts *facts, bool has_own_certificate) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    struct tls_attempt *attempt = variant_of(facts, e, PURPOSE_SNI_SERVICE);
    struct cert *own = cert_new(facts, "expe1.customer.net");
    if (has_own_certificate)
        cert_add_name(facts, own, NAME_DNS, "customer.net");
    attempt->sni = arena_text(facts->arena, "expe1.customer.net");
    attempt->chain = (struct certs){NULL, 0};
    LIST_ADD(facts->arena, &attempt->chain, own);
    facts->domains.v[0] = (char *)"customer.net";
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->domains.n = 0;
}

/* Two such domains behind one edge: each has a certificate of its own, and only that. */
static void two_hosted_domains(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    hosted_domain(facts, true);
    struct tls_attempt *other =
        arena_dup(facts->arena, variant_of(facts, e, PURPOSE_SNI_SERVICE), sizeof *other);
    struct cert *own = cert_new(facts, "expe1.client.org");
    cert_add_name(facts, own, NAME_DNS, "client.org");
    other->sni = arena_text(facts->arena, "expe1.client.org");
    other->chain = (struct certs){NULL, 0};
    LIST_ADD(facts->arena, &other->chain, own);
    LIST_ADD(facts->arena, &e->variants, other);
    texts_add(facts->arena, &facts->domains, "client.org");
}

static void hosted_domain_has_certificate(struct facts *facts) {
    hosted_domain(facts, true);
}

static void hosted_domain_lacks_certificate(struct facts *facts) {
    hosted_domain(facts, false);
}

static void second_certificate_lacks_domain(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    struct tls_attempt *attempt = variant_of(facts, e, PURPOSE_ECDSA);
    struct cert *own = cert_new(facts, EDGE1);
    own->key_type = KEY_EC;
    own->key_curve = (char *)"prime256v1";
    cert_set_serial(facts, own, 77);
    attempt->chain = (struct certs){NULL, 0};
    LIST_ADD(facts->arena, &attempt->chain, own);
}

/* ---- name.srv-target ---- */

static void target_gone(struct facts *facts) {
    cert_drop_name(leaf(facts), EDGE1);
    leaf(facts)->common_name = (char *)"expe.example.com";
}

static void target_is_common_name(struct facts *facts) {
    cert_drop_name(leaf(facts), EDGE1);
}

static void target_by_wildcard(struct facts *facts) {
    target_gone(facts);
    cert_add_name(facts, leaf(facts), NAME_DNS, "*.example.com");
}

static void target_without_san(struct facts *facts) {
    target_gone(facts);
    leaf(facts)->names.n = 0;
    leaf(facts)->has_san = false;
}

static void target_is_address(struct facts *facts) {
    struct endpoint *e = endpoint_of(facts, EDGE1_HTTPS);
    e->host = e->address;
    texts_add(facts->arena, &e->domains, DOMAIN);
}

/* A node that the deployment file names and no SRV record does: clients do not come there. */
static void no_target_at_all(struct facts *facts) {
    for (size_t i = 0; i < facts->dns.n; i++)
        for (size_t k = 0; facts->dns.v[i]->type == DNS_SRV && k < facts->dns.v[i]->records.n; k++)
            if (strcmp(facts->dns.v[i]->records.v[k]->target, EDGE2) == 0)
                facts->dns.v[i]->records.v[k]->target = (char *)EDGE1;
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE2) == 0)
            facts->endpoints.v[i]->domains.n = 0;
}

/* What a discovery without a domain had to leave open, DNS tells. */
static void target_by_records_alone(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        facts->endpoints.v[i]->domains.n = 0;
}

static void target_in_other_case(struct facts *facts) {
    rename_to(leaf(facts), EDGE1, "EXPE1.EXAMPLE.COM");
}

static void target_with_dot(struct facts *facts) {
    rename_to(leaf(facts), EDGE1, "expe1.example.com.");
}

/* ---- forms ---- */

static void no_common_name(struct facts *facts) {
    leaf(facts)->common_name = NULL;
}

static void common_name_is_short(struct facts *facts) {
    leaf(facts)->common_name = (char *)"expe1";
}

static void common_name_is_cluster(struct facts *facts) {
    leaf(facts)->common_name = (char *)"expe.example.com";
}

static void san_has_address(struct facts *facts) {
    cert_add_name(facts, leaf(facts), NAME_IP, "203.0.113.10");
}

static void san_has_address_as_name(struct facts *facts) {
    cert_add_name(facts, leaf(facts), NAME_DNS, "203.0.113.10");
}

static void san_has_host_name(struct facts *facts) {
    cert_add_name(facts, leaf(facts), NAME_DNS, "expe1");
}

static void san_is_malformed(struct facts *facts) {
    cert_add_name(facts, leaf(facts), NAME_DNS, "expe1..example.com");
}

static void san_has_other_forms(struct facts *facts) {
    cert_add_name(facts, leaf(facts), NAME_SRV, "_collab-edge._tls.example.com");
    cert_add_name(facts, leaf(facts), NAME_XMPP, "example.com");
    cert_add_name(facts, leaf(facts), NAME_DNS, "exp_e.example.com");
}

static void san_has_wildcard(struct facts *facts) {
    cert_add_name(facts, leaf(facts), NAME_DNS, "*.example.com");
}

static void common_name_is_wildcard(struct facts *facts) {
    leaf(facts)->common_name = (char *)"*.example.com";
}

static void host_has_underscore(struct facts *facts) {
    for (size_t i = 0; i < facts->endpoints.n; i++)
        if (strcmp(facts->endpoints.v[i]->host, EDGE1) == 0)
            facts->endpoints.v[i]->host = (char *)"exp_e1.example.com";
}

static void peer_has_underscore(struct facts *facts) {
    texts_add(facts->arena, &facts->deployment->zones.v[0]->peers, "exp_e3.example.com");
}

/* As `cert --role expressway-e` makes a node of a file; of the same name and a file of another it is a host.
 */
static void node_is_a_file(struct facts *facts) {
    struct node *node = facts->deployment->e.nodes.v[0];
    node->name = node->certificate_file = (char *)"new_expe1.pem";
}

static void node_has_underscore(struct facts *facts) {
    node_is_a_file(facts);
    facts->deployment->e.nodes.v[0]->certificate_file = (char *)"certs/new_expe1.pem";
}

/* ---- zones ---- */

static void peer_is(struct facts *facts, const char *peer) {
    struct zone *zone = facts->deployment->zones.v[0];
    zone->peers.v[0] = (char *)peer;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *e = facts->endpoints.v[i];
        if (e->zone != NULL && strcmp(e->host, EDGE1) == 0)
            e->host = (char *)peer;
    }
}

static void peer_other(struct facts *facts) {
    peer_is(facts, "edge.example.com");
}

static void peer_address(struct facts *facts) {
    peer_is(facts, "203.0.113.10");
}

static void peer_short(struct facts *facts) {
    peer_is(facts, "expe1");
}

static void peer_with_dot(struct facts *facts) {
    peer_is(facts, "EXPE1.example.com.");
}

/* The deployment names no such node: the port of the host shows it, which has no dot. */
static void peer_with_dot_alone(struct facts *facts) {
    facts->deployment->zones.v[0]->peers.v[0] = (char *)"expe1.example.com.";
    facts->deployment->e.nodes.n = 0;
}

static void peer_address_in_san(struct facts *facts) {
    peer_address(facts);
    cert_add_name(facts, leaf_of(facts, EDGE1_ZONE), NAME_IP, "203.0.113.10");
}

static void peer_common_name(struct facts *facts) {
    cert_drop_name(leaf_of(facts, EDGE1_ZONE), EDGE1);
}

static void peer_wildcard(struct facts *facts) {
    peer_common_name(facts);
    leaf_of(facts, EDGE1_ZONE)->common_name = NULL;
    cert_add_name(facts, leaf_of(facts, EDGE1_ZONE), NAME_DNS, "*.example.com");
}

static void peer_no_san(struct facts *facts) {
    struct cert *cert = leaf_of(facts, EDGE1_ZONE);
    cert->names.n = 0;
    cert->has_san = false;
    cert->common_name = (char *)"other.example.com";
}

static void silent(struct facts *facts, const char *id) {
    struct endpoint *e = endpoint_of(facts, id);
    tcp_fails(facts, e, TCP_TIMEOUT);
    e->tls.chain.n = 0;
    e->variants.n = 0;
}

static void zone_port_silent(struct facts *facts) {
    silent(facts, EDGE1_ZONE);
}

static void peer_never_seen(struct facts *facts) {
    static const char *const ids[] = {EDGE1_ZONE, EDGE1_HTTPS, EDGE1_SIP, EDGE1_XMPP};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        silent(facts, ids[i]);
    silent(facts, EDGE1 ":443");
}

static struct cert *c_leaf(struct facts *facts) {
    return facts->deployment->c.nodes.v[0]->certificate.v[0];
}

static void verify_other(struct facts *facts) {
    facts->deployment->zones.v[0]->tls_verify_name = (char *)"cluster.example.local";
}

static void verify_common_name(struct facts *facts) {
    cert_drop_name(c_leaf(facts), CLUSTER_C);
    c_leaf(facts)->common_name = (char *)CLUSTER_C;
}

static void verify_wildcard(struct facts *facts) {
    cert_drop_name(c_leaf(facts), CLUSTER_C);
    cert_add_name(facts, c_leaf(facts), NAME_DNS, "*.example.local");
}

static void verify_node_name(struct facts *facts) {
    facts->deployment->zones.v[0]->tls_verify_name = (char *)C_NODE;
}

static void verify_node_name_alone(struct facts *facts) {
    verify_node_name(facts);
    facts->deployment->c.cluster = NULL;
}

static struct node *second_c_node(struct facts *facts, bool has_cluster_name) {
    struct node *node =
        add_node(facts, &facts->deployment->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
    struct cert *cert = cert_new(facts, "expc2.example.local");
    if (has_cluster_name)
        cert_add_name(facts, cert, NAME_DNS, CLUSTER_C);
    LIST_ADD(facts->arena, &node->certificate, cert);
    return node;
}

static void verify_missing_on_second(struct facts *facts) {
    second_c_node(facts, false);
}

static void verify_on_both(struct facts *facts) {
    second_c_node(facts, true);
}

static void verify_second_not_seen(struct facts *facts) {
    second_c_node(facts, true)->certificate.n = 0;
}

static void no_c_nodes(struct facts *facts) {
    facts->deployment->c.nodes.n = 0;
}

static void no_verify_name(struct facts *facts) {
    facts->deployment->zones.v[0]->tls_verify_name = NULL;
}

static void c_seen_on_its_port(struct facts *facts) {
    struct node *node = facts->deployment->c.nodes.v[0];
    drop_endpoints(facts, C_NODE);
    struct endpoint *e = add_endpoint(facts, C_NODE, "192.0.2.11", 443, PROTOCOL_TLS, LEG_ADMIN);
    e->role = ROLE_EXPRESSWAY_C;
    serve_cert(facts, e, node->certificate.v[0]);
    node->certificate.n = 0;
}

/* ---- deployments ---- */

static void cluster_name_gone(struct facts *facts) {
    cert_drop_name(leaf(facts), "expe.example.com");
}

static void peer_name_gone(struct facts *facts) {
    cert_drop_name(leaf(facts), EDGE1);
}

static void cluster_name_gone_on_c(struct facts *facts) {
    cert_drop_name(c_leaf(facts), CLUSTER_C);
}

static void both_names_gone(struct facts *facts) {
    cluster_name_gone(facts);
    peer_name_gone(facts);
}

static void common_name_of_stranger(struct facts *facts) {
    leaf(facts)->common_name = (char *)"webex.other.org";
}

static void common_name_of_peer(struct facts *facts) {
    leaf(facts)->common_name = (char *)EDGE2;
}

static void common_name_of_cluster(struct facts *facts) {
    leaf(facts)->common_name = (char *)"expe.example.com";
}

static void single_node(struct facts *facts) {
    facts->deployment->c.cluster = NULL;
    cert_drop_name(c_leaf(facts), C_NODE);
}

static void single_node_misnamed(struct facts *facts) {
    single_node(facts);
    c_leaf(facts)->common_name = (char *)"other.example.local";
}

static void federation(struct facts *facts) {
    texts_add(facts->arena, &facts->deployment->e.xmpp_federation_domains, "chat.example.com");
}

static void federation_named(struct facts *facts) {
    federation(facts);
    cert_add_name(facts, leaf(facts), NAME_DNS, "chat.example.com");
}

static void federation_xmpp_form(struct facts *facts) {
    federation(facts);
    cert_add_name(facts, leaf(facts), NAME_XMPP, "chat.example.com");
}

static void aliases(struct facts *facts) {
    texts_add(facts->arena, &facts->deployment->c.chat_aliases, "chatnode1.example.com");
}

static void aliases_on_c(struct facts *facts) {
    aliases(facts);
    cert_add_name(facts, c_leaf(facts), NAME_DNS, "chatnode1.example.com");
}

static void one_of_two_aliases(struct facts *facts) {
    aliases(facts);
    cert_add_name(facts, c_leaf(facts), NAME_DNS, "chatnode1.example.com");
    texts_add(facts->arena, &facts->deployment->c.chat_aliases, "chatnode2.example.com");
}

static void aliases_on_both(struct facts *facts) {
    aliases_on_c(facts);
    cert_add_name(facts, leaf(facts), NAME_DNS, "chatnode1.example.com");
    cert_add_name(facts, leaf_of(facts, EDGE2_HTTPS), NAME_DNS, "chatnode1.example.com");
}

static void profile(struct facts *facts) {
    texts_add(facts->arena, &facts->deployment->c.phone_profiles, "jabbersecure.example.com");
}

static void profile_named(struct facts *facts) {
    profile(facts);
    cert_add_name(facts, c_leaf(facts), NAME_DNS, "JabberSecure.example.com");
}

static void profile_plain_word(struct facts *facts) {
    texts_add(facts->arena, &facts->deployment->c.phone_profiles, "jabbersecure");
    cert_add_name(facts, c_leaf(facts), NAME_DNS, "jabbersecure");
}

static void profile_plain_word_before_x12_6(struct facts *facts) {
    profile_plain_word(facts);
    facts->run.release = (char *)"X12.5.9";
}

static void ucm_other_name(struct facts *facts) {
    rename_to(leaf_of(facts, UCM1_HTTPS), UCM1, "other.example.local");
}

static void ucm_known_as(struct facts *facts, const char *name) {
    facts->deployment->ucm.v[0]->name = (char *)name;
    endpoint_of(facts, UCM1_HTTPS)->node = (char *)name;
}

static void ucm_by_address(struct facts *facts) {
    ucm_known_as(facts, "192.0.2.21");
    cert_add_name(facts, leaf_of(facts, UCM1_HTTPS), NAME_IP, "192.0.2.21");
}

static void ucm_by_host_name(struct facts *facts) {
    ucm_known_as(facts, "ucm1");
    cert_add_name(facts, leaf_of(facts, UCM1_HTTPS), NAME_DNS, "ucm1");
}

static void ucm_before_enforcement(struct facts *facts) {
    ucm_other_name(facts);
    facts->run.release = (char *)"X14.0.7";
}

static void ucm_between_trains(struct facts *facts) {
    ucm_other_name(facts);
    facts->run.release = (char *)"X14.1.0";
}

static void ucm_x14_0_8(struct facts *facts) {
    ucm_other_name(facts);
    facts->run.release = (char *)"X14.0.8";
}

/* What finds the box is not what it is called. */
static void common_name_is_alias(struct facts *facts) {
    texts_add(facts->arena, &facts->deployment->e.nodes.v[0]->aliases, "edge.example.net");
    leaf(facts)->common_name = (char *)"edge.example.net";
}

/* The name of one box, by which another is found, too. */
static void common_name_of_peer_and_alias(struct facts *facts) {
    common_name_of_peer(facts);
    texts_add(facts->arena, &facts->deployment->e.nodes.v[0]->aliases, EDGE2);
}

#define P STATUS_PASS
#define F STATUS_FAIL
#define W STATUS_WARN
#define U STATUS_UNKNOWN
#define S STATUS_SKIP
#define DEPLOYED healthy_deployment

static const struct judge_row rows[] = {
    {"healthy", NULL, "name.mra-domain", EDGE1_HTTPS, P, NULL, NULL},
    {"5061 too", NULL, "name.mra-domain", EDGE1_SIP, P, NULL, NULL},
    {"zone port is no client's", NULL, "name.mra-domain", EDGE1_ZONE, ABSENT, NULL, DEPLOYED},
    {"no name of the domain", domain_gone, "name.mra-domain", EDGE1_HTTPS, F, "no-match", NULL},
    {"collab-edge form, other case", domain_as_collab_edge, "name.mra-domain", EDGE1_HTTPS, P, NULL, NULL},
    {"SRVName", domain_as_srv_name, "name.mra-domain", EDGE1_HTTPS, W, "srvname-only", NULL},
    {"SRVName of another domain", domain_as_other_srv_name, "name.mra-domain", EDGE1_HTTPS, F, "no-match",
     NULL},
    {"wildcard over collab-edge", domain_by_wildcard, "name.mra-domain", EDGE1_HTTPS, F, "wildcard-only",
     NULL},
    {"common name", domain_as_common_name, "name.mra-domain", EDGE1_HTTPS, F, "no-match", NULL},
    {"no MRA", no_mra, "name.mra-domain", NULL, ABSENT, NULL, DEPLOYED},
    {"hosted domain, own certificate", hosted_domain_has_certificate, "name.mra-domain", EDGE1_HTTPS, P, NULL,
     NULL},
    {"hosted domain, certificate without it", hosted_domain_lacks_certificate, "name.mra-domain", EDGE1_HTTPS,
     F, "no-match", NULL},
    {"two hosted domains, each its own certificate", two_hosted_domains, "name.mra-domain", EDGE1_HTTPS, P,
     NULL, NULL},
    {"the other key's certificate", second_certificate_lacks_domain, "name.mra-domain", EDGE1_HTTPS, F,
     "no-match", NULL},

    {"healthy", NULL, "name.srv-target", EDGE1_HTTPS, P, NULL, NULL},
    {"a node that is no SRV target", no_target_at_all, "name.srv-target", EDGE2_HTTPS, ABSENT, NULL,
     DEPLOYED},
    {"a target by the records alone", target_by_records_alone, "name.srv-target", EDGE2_HTTPS, P, NULL,
     DEPLOYED},
    {"other case", target_in_other_case, "name.srv-target", EDGE1_HTTPS, P, NULL, NULL},
    {"a dot at the end in the certificate", target_with_dot, "name.srv-target", EDGE1_HTTPS, F, "cn-only",
     NULL},
    {"a dot at the end", target_with_dot, "name.san-fqdn", EDGE1_HTTPS, F, "malformed", NULL},
    {"no name of the target", target_gone, "name.srv-target", EDGE1_HTTPS, F, "no-match", NULL},
    {"common name", target_is_common_name, "name.srv-target", EDGE1_HTTPS, F, "cn-only", NULL},
    {"wildcard", target_by_wildcard, "name.srv-target", EDGE1_HTTPS, F, "wildcard-only", NULL},
    {"no SAN", target_without_san, "name.srv-target", EDGE1_HTTPS, F, "no-san", NULL},
    {"IP literal", target_is_address, "name.srv-target", EDGE1_HTTPS, F, "ip-address", NULL},

    {"healthy", NULL, "name.common-name", EDGE1_HTTPS, P, NULL, NULL},
    {"none", no_common_name, "name.common-name", EDGE1_HTTPS, F, "missing", NULL},
    {"host name", common_name_is_short, "name.common-name", EDGE1_HTTPS, F, "not-fqdn", NULL},
    {"another FQDN", common_name_is_cluster, "name.common-name", EDGE1_HTTPS, P, NULL, NULL},
    {"another box's FQDN", common_name_of_stranger, "name.common-name", EDGE1_HTTPS, STATUS_WARN,
     "other-name", DEPLOYED},
    {"nobody says which box it is", common_name_of_stranger, "name.common-name", EDGE1_HTTPS, P, NULL, NULL},
    {"the cluster's", common_name_of_cluster, "name.common-name", EDGE1_HTTPS, P, NULL, DEPLOYED},
    {"a peer's, with which it is shared", common_name_of_peer, "name.common-name", EDGE1_HTTPS, P, NULL,
     DEPLOYED},
    {"Unified CM's is its own affair", NULL, "name.common-name", UCM1_HTTPS, ABSENT, NULL, DEPLOYED},

    {"healthy", NULL, "name.san-fqdn", EDGE1_HTTPS, P, NULL, NULL},
    {"address", san_has_address, "name.san-fqdn", EDGE1_HTTPS, F, "ip-address", NULL},
    {"address as name", san_has_address_as_name, "name.san-fqdn", EDGE1_HTTPS, F, "ip-address", NULL},
    {"host name", san_has_host_name, "name.san-fqdn", EDGE1_HTTPS, F, "hostname", NULL},
    {"empty label", san_is_malformed, "name.san-fqdn", EDGE1_HTTPS, F, "malformed", NULL},
    {"SRVName, XmppAddr, underscore", san_has_other_forms, "name.san-fqdn", EDGE1_HTTPS, P, NULL, NULL},
    {"wildcards have a check of their own", san_has_wildcard, "name.san-fqdn", EDGE1_HTTPS, P, NULL, NULL},

    {"healthy", NULL, "name.wildcard", EDGE1_HTTPS, P, NULL, NULL},
    {"in the SAN", san_has_wildcard, "name.wildcard", EDGE1_HTTPS, F, "wildcard", NULL},
    {"in the CN", common_name_is_wildcard, "name.wildcard", EDGE1_HTTPS, F, "wildcard", NULL},

    {"healthy", NULL, "name.host-underscore", EDGE1_HTTPS, P, NULL, NULL},
    {"once per host", NULL, "name.host-underscore", EDGE1_SIP, ABSENT, NULL, NULL},
    {"SRV target", host_has_underscore, "name.host-underscore", EDGE1_HTTPS, F, "underscore", NULL},
    {"a file's name", node_is_a_file, "name.host-underscore", "new_expe1.pem", ABSENT, NULL, DEPLOYED},
    {"node", node_has_underscore, "name.host-underscore", "new_expe1.pem", F, "underscore", DEPLOYED},
    {"zone peer", peer_has_underscore, "name.host-underscore", "exp_e3.example.com", F, "underscore",
     DEPLOYED},

    {"healthy", NULL, "name.peer-address", E_SUBJECT, P, NULL, DEPLOYED},
    {"another name", peer_other, "name.peer-address", "expressway-e:edge.example.com", F, "no-match",
     DEPLOYED},
    {"address", peer_address, "name.peer-address", "expressway-e:203.0.113.10", F, "ip-address", DEPLOYED},
    {"address in the SAN", peer_address_in_san, "name.peer-address", "expressway-e:203.0.113.10", P, NULL,
     DEPLOYED},
    {"host name", peer_short, "name.peer-address", "expressway-e:expe1", F, "short-name", DEPLOYED},
    {"dot and case", peer_with_dot, "name.peer-address", "expressway-e:EXPE1.example.com.", P, NULL,
     DEPLOYED},
    {"dot at the peer alone", peer_with_dot_alone, "name.peer-address", "expressway-e:expe1.example.com.", P,
     NULL, DEPLOYED},
    {"common name", peer_common_name, "name.peer-address", E_SUBJECT, F, "cn-only", DEPLOYED},
    {"wildcard", peer_wildcard, "name.peer-address", E_SUBJECT, F, "wildcard-only", DEPLOYED},
    {"no SAN", peer_no_san, "name.peer-address", E_SUBJECT, F, "no-san", DEPLOYED},
    {"zone port silent: another port shows it", zone_port_silent, "name.peer-address", E_SUBJECT, P, NULL,
     DEPLOYED},
    {"seen nowhere", peer_never_seen, "name.peer-address", E_SUBJECT, U, NULL, DEPLOYED},
    {"no zones", NULL, "name.peer-address", NULL, ABSENT, NULL, NULL},

    {"healthy", NULL, "name.tls-verify", C_SUBJECT, P, NULL, DEPLOYED},
    {"another name", verify_other, "name.tls-verify", C_SUBJECT, F, "no-match", DEPLOYED},
    {"common name", verify_common_name, "name.tls-verify", C_SUBJECT, F, "cn-only", DEPLOYED},
    {"wildcard", verify_wildcard, "name.tls-verify", C_SUBJECT, F, "wildcard-only", DEPLOYED},
    {"node name, one of a cluster", verify_node_name, "name.tls-verify", C_SUBJECT, W, "node-name-in-cluster",
     DEPLOYED},
    {"node name, no cluster", verify_node_name_alone, "name.tls-verify", C_SUBJECT, P, NULL, DEPLOYED},
    {"missing on the second", verify_missing_on_second, "name.tls-verify", "expressway-c:expc2.example.local",
     F, "missing-on-node", DEPLOYED},
    {"the first passes", verify_missing_on_second, "name.tls-verify", C_SUBJECT, P, NULL, DEPLOYED},
    {"on both", verify_on_both, "name.tls-verify", "expressway-c:expc2.example.local", P, NULL, DEPLOYED},
    {"second not seen", verify_second_not_seen, "name.tls-verify", "expressway-c:expc2.example.local", U,
     "certificate-not-visible", DEPLOYED},
    {"no C at all", no_c_nodes, "name.tls-verify", "zone:mra", U, "certificate-not-visible", DEPLOYED},
    {"no name given", no_verify_name, "name.tls-verify", "zone:mra", S, NULL, DEPLOYED},
    {"seen on C's own port", c_seen_on_its_port, "name.tls-verify", C_SUBJECT, P, NULL, DEPLOYED},

    {"healthy", NULL, "name.cluster", EDGE1, P, NULL, DEPLOYED},
    {"cluster name gone", cluster_name_gone, "name.cluster", EDGE1, STATUS_WARN, "cluster-name-missing-on-e",
     DEPLOYED},
    {"cluster name gone on C", cluster_name_gone_on_c, "name.cluster", C_NODE, F, "cluster-name-missing",
     DEPLOYED},
    {"both gone", both_names_gone, "name.cluster", EDGE1, F, "peer-name-missing", DEPLOYED},
    {"peer name gone", peer_name_gone, "name.cluster", EDGE1, F, "peer-name-missing", DEPLOYED},
    {"single: the common name will do", single_node, "name.cluster", C_NODE, P, NULL, DEPLOYED},
    {"single: another name", single_node_misnamed, "name.cluster", C_NODE, F, "peer-name-missing", DEPLOYED},

    {"none asked for", NULL, "name.xmpp-domain", NULL, ABSENT, NULL, DEPLOYED},
    {"not named", federation, "name.xmpp-domain", EDGE1, F, "no-match", DEPLOYED},
    {"named", federation_named, "name.xmpp-domain", EDGE1, P, NULL, DEPLOYED},
    {"XmppAddr", federation_xmpp_form, "name.xmpp-domain", EDGE1, W, "xmppaddr-form", DEPLOYED},

    {"none asked for", NULL, "name.chat-alias", NULL, ABSENT, NULL, DEPLOYED},
    {"on neither side", aliases, "name.chat-alias", EDGE1, F, "no-match", DEPLOYED},
    {"on C only", aliases_on_c, "name.chat-alias", EDGE1, F, "sets-differ", DEPLOYED},
    {"on C only: C passes", aliases_on_c, "name.chat-alias", C_NODE, P, NULL, DEPLOYED},
    {"one of two", one_of_two_aliases, "name.chat-alias", C_NODE, F, "no-match", DEPLOYED},
    {"on both", aliases_on_both, "name.chat-alias", EDGE1, P, NULL, DEPLOYED},

    {"none asked for", NULL, "name.phone-profile", NULL, ABSENT, NULL, DEPLOYED},
    {"not named", profile, "name.phone-profile", C_NODE, F, "no-match", DEPLOYED},
    {"named", profile_named, "name.phone-profile", C_NODE, P, NULL, DEPLOYED},
    {"one word", profile_plain_word, "name.phone-profile", C_NODE, F, "not-fqdn", DEPLOYED},
    {"one word before X12.6", profile_plain_word_before_x12_6, "name.phone-profile", C_NODE, P, NULL,
     DEPLOYED},

    {"healthy", NULL, "name.ucm-node", UCM1_HTTPS, P, NULL, DEPLOYED},
    {"healthy IM&P", NULL, "name.ucm-node", IMP1_HTTPS, P, NULL, DEPLOYED},
    {"another name", ucm_other_name, "name.ucm-node", UCM1_HTTPS, F, "no-match", DEPLOYED},
    {"known by address", ucm_by_address, "name.ucm-node", UCM1_HTTPS, F, "ip-address", DEPLOYED},
    {"known by host name", ucm_by_host_name, "name.ucm-node", UCM1_HTTPS, F, "short-name", DEPLOYED},
    {"X14.0.7", ucm_before_enforcement, "name.ucm-node", UCM1_HTTPS, S, NULL, DEPLOYED},
    {"X14.1", ucm_between_trains, "name.ucm-node", UCM1_HTTPS, S, NULL, DEPLOYED},
    {"X14.0.8", ucm_x14_0_8, "name.ucm-node", UCM1_HTTPS, F, "no-match", DEPLOYED},
    {"another name of the box", common_name_is_alias, "name.common-name", EDGE1_HTTPS, STATUS_WARN,
     "other-name", DEPLOYED},
    {"its peer's, by which it is found, too", common_name_of_peer_and_alias, "name.common-name", EDGE1_HTTPS,
     P, NULL, DEPLOYED},
};

static void two_short_names(struct facts *facts) {
    san_has_host_name(facts);
    cert_add_name(facts, leaf(facts), NAME_DNS, "expe");
}

static void peer_guessed(struct facts *facts) {
    facts->deployment->zones.v[0]->peers_are_guesses = true;
}

static struct bundle *with_bundle(struct facts *facts) {
    struct bundle *box = ARENA_NEW(facts->arena, struct bundle);
    *box = (struct bundle){.path = (char *)"e.tar.gz", .role = ROLE_EXPRESSWAY_E, .node = (char *)EDGE1};
    LIST_ADD(facts->arena, &facts->bundles, box);
    return box;
}

static void peer_guessed_with_bundle(struct facts *facts) {
    peer_guessed(facts);
    with_bundle(facts);
}

/* In a capture Expressway-C went through with the handshake. */
static void peer_guessed_and_taken(struct facts *facts) {
    peer_guessed(facts);
    endpoint_of(facts, EDGE1_ZONE)->client = arena_text(facts->arena, "192.0.2.11");
    endpoint_of(facts, EDGE1_ZONE)->tls.state = TLS_ESTABLISHED;
    endpoint_of(facts, EDGE1_ZONE)->tls.ended_by = SIDE_NOBODY;
    endpoint_of(facts, EDGE1_ZONE)->tls.client_auth = CLIENT_AUTH_NONE;
}

static void peer_never_seen_with_bundle(struct facts *facts) {
    peer_never_seen(facts);
    with_bundle(facts);
}

static void second_not_seen_with_bundle(struct facts *facts) {
    verify_second_not_seen(facts);
    with_bundle(facts);
}

static void aliases_on_e(struct facts *facts) {
    aliases(facts);
    texts_add(facts->arena, &facts->deployment->e.chat_aliases, "chatnode1.example.com");
    cert_add_name(facts, leaf(facts), NAME_DNS, "chatnode1.example.com");
}

static void no_cluster(struct facts *facts) {
    facts->deployment->c.cluster = NULL;
}

/* Two nodes are a cluster, whether it has a name or not: the common name alone will not do. */
static void nameless_cluster(struct facts *facts) {
    single_node(facts);
    add_node(facts, &facts->deployment->c.nodes, "expc2.example.local", ROLE_EXPRESSWAY_C);
}

static void c_by_address(struct facts *facts) {
    facts->deployment->c.nodes.v[0]->name = (char *)"192.0.2.11";
}

static const struct told_row told[] = {
    {"which names do not fit", two_short_names, "name.san-fqdn", EDGE1_HTTPS, "unfit",
     "[\"expe1\", \"expe\"]", NULL},
    {"the first in words", two_short_names, "name.san-fqdn", EDGE1_HTTPS, NULL,
     "a host name without domain stands among the subject alternative names: expe1", NULL},
    {"an address", san_has_address, "name.san-fqdn", EDGE1_HTTPS, NULL,
     "an IP address stands among the subject alternative names: 203.0.113.10", NULL},
    {"which wildcard", san_has_wildcard, "name.wildcard", EDGE1_HTTPS, NULL,
     "the wildcard name *.example.com", NULL},
    {"of the common name", common_name_is_wildcard, "name.wildcard", EDGE1_HTTPS, "common_name",
     "\"*.example.com\"", NULL},
    {"which host", host_has_underscore, "name.host-underscore", EDGE1_HTTPS, "found",
     "\"exp_e1.example.com\"", NULL},
    {"of which zone", peer_has_underscore, "name.host-underscore", "exp_e3.example.com", "(zone)", "mra",
     DEPLOYED},
    {"the target", target_gone, "name.srv-target", EDGE1_HTTPS, "wanted", "[\"expe1.example.com\"]", NULL},
    {"not among the names", target_gone, "name.srv-target", EDGE1_HTTPS, NULL,
     "is not among the subject alternative names", NULL},
    {"the common name alone", target_is_common_name, "name.srv-target", EDGE1_HTTPS, NULL,
     "is only the common name, which does not count", NULL},
    {"a wildcard alone", target_by_wildcard, "name.srv-target", EDGE1_HTTPS, NULL,
     "is covered only by a wildcard", NULL},
    {"no names", target_without_san, "name.srv-target", EDGE1_HTTPS, NULL,
     "the certificate has no subject alternative names", NULL},
    {"a short name", peer_short, "name.peer-address", "expressway-e:expe1", NULL,
     "is a host name without domain", DEPLOYED},
    {"an address", peer_address, "name.peer-address", "expressway-e:203.0.113.10", NULL, "is an IP address",
     DEPLOYED},
    {"the SRVName alone", domain_as_srv_name, "name.mra-domain", EDGE1_HTTPS, "clients",
     "{\"jabber\": \"prompts\", \"tc_ce\": \"accepts\", \"phones\": \"refuses\"}", NULL},
    {"a name that is there", NULL, "name.mra-domain", EDGE1_HTTPS, "clients",
     "{\"jabber\": \"accepts\", \"tc_ce\": \"accepts\", \"phones\": \"accepts\"}", NULL},
    {"a wildcard covers the collab-edge form alone", domain_by_wildcard, "name.mra-domain", EDGE1_HTTPS, NULL,
     "only a wildcard in the certificate covers collab-edge.example.com, and none covers the domain itself",
     NULL},

    {"who dials is not known", peer_guessed, "name.peer-address", E_SUBJECT, NULL,
     "give it with --peer-address", DEPLOYED},
    {"by bundles", peer_guessed_with_bundle, "name.peer-address", E_SUBJECT, NULL,
     "give the bundle of Expressway-C, which has it", DEPLOYED},
    {"who dialled took it", peer_guessed_and_taken, "name.peer-address", E_SUBJECT, NULL,
     "192.0.2.11 took the certificate", DEPLOYED},
    {"how to see E's", peer_never_seen, "name.peer-address", E_SUBJECT, NULL,
     "let the probe reach the zone port", DEPLOYED},
    {"by bundles", peer_never_seen_with_bundle, "name.peer-address", E_SUBJECT, NULL,
     "give that box's bundle", DEPLOYED},
    {"what is looked for", peer_never_seen, "name.peer-address", E_SUBJECT, "wanted",
     "[\"expe1.example.com\"]", DEPLOYED},
    {"how to see C's", verify_second_not_seen, "name.tls-verify", "expressway-c:expc2.example.local", NULL,
     "Expressway-C only dials out", DEPLOYED},
    {"by bundles", second_not_seen_with_bundle, "name.tls-verify", "expressway-c:expc2.example.local", NULL,
     "give that box's bundle", DEPLOYED},
    {"what is looked for", verify_second_not_seen, "name.tls-verify", "expressway-c:expc2.example.local",
     "wanted", "[\"expc.example.local\"]", DEPLOYED},
    {"of which cluster", NULL, "name.tls-verify", C_SUBJECT, "cluster", "\"expc.example.local\"", DEPLOYED},
    {"of none", no_cluster, "name.tls-verify", C_SUBJECT, "cluster", NULL, DEPLOYED},
    {"a port shows the server's certificate", c_seen_on_its_port, "name.tls-verify", C_SUBJECT, "seen_on",
     "\"expc1.example.local:443\"", DEPLOYED},
    {"nobody named C", no_c_nodes, "name.tls-verify", "zone:mra", "wanted", "[\"expc.example.local\"]",
     DEPLOYED},
    {"node and cluster", NULL, "name.cluster", C_NODE, "wanted",
     "[\"expc1.example.local\", \"expc.example.local\"]", DEPLOYED},
    {"in words", NULL, "name.cluster", C_NODE, NULL, "the certificate names this node and its cluster",
     DEPLOYED},
    {"the node alone", no_cluster, "name.cluster", C_NODE, "wanted", "[\"expc1.example.local\"]", DEPLOYED},
    {"which name lacks", cluster_name_gone_on_c, "name.cluster", C_NODE, NULL, "expc.example.local is not in",
     DEPLOYED},
    {"which alias lacks", aliases, "name.chat-alias", C_NODE, NULL,
     "the chat node alias chatnode1.example.com is not in", DEPLOYED},
    {"which one side has", aliases_on_c, "name.chat-alias", EDGE1, NULL,
     "chatnode1.example.com is in the other side's certificate", DEPLOYED},
    {"each once", aliases_on_e, "name.chat-alias", C_NODE, "wanted", "[\"chatnode1.example.com\"]", DEPLOYED},
    {"which profile", profile, "name.phone-profile", C_NODE, "wanted", "[\"jabbersecure.example.com\"]",
     DEPLOYED},
    {"which domain", federation, "name.xmpp-domain", EDGE1, "wanted", "[\"chat.example.com\"]", DEPLOYED},
    {"which node", ucm_other_name, "name.ucm-node", UCM1_HTTPS, "wanted", "[\"ucm1.example.local\"]",
     DEPLOYED},
    {"what would fail", ucm_before_enforcement, "name.ucm-node", UCM1_HTTPS, NULL,
     "would fail (no-match) from X14.0.8 and X14.2 on; X14.0.7 does not enforce it", DEPLOYED},
};

static const struct judge_row more_rows[] = {
    {"guessed", peer_guessed, "name.peer-address", E_SUBJECT, U, NULL, DEPLOYED},
    {"guessed, and taken by who dialled", peer_guessed_and_taken, "name.peer-address", E_SUBJECT, P, NULL,
     DEPLOYED},
    {"two nodes without a name", nameless_cluster, "name.cluster", C_NODE, F, "peer-name-missing", DEPLOYED},
    {"known by an address", c_by_address, "name.cluster", "192.0.2.11", ABSENT, NULL, DEPLOYED},
    {"on E alone", aliases_on_e, "name.chat-alias", C_NODE, F, "sets-differ", DEPLOYED},
};

static void findings_tell(void **state) {
    (void)state;
    assert_told(judge_name, told, sizeof told / sizeof *told);
    assert_rows(judge_name, more_rows, sizeof more_rows / sizeof *more_rows);
}

static void every_row_holds(void **state) {
    (void)state;
    assert_rows(judge_name, rows, sizeof rows / sizeof *rows);
}

static void every_cause_is_raised(void **state) {
    (void)state;
    static const char *const checks[] = {"name.peer-address",  "name.tls-verify",
                                         "name.mra-domain",    "name.srv-target",
                                         "name.common-name",   "name.san-fqdn",
                                         "name.wildcard",      "name.cluster",
                                         "name.xmpp-domain",   "name.chat-alias",
                                         "name.phone-profile", "name.host-underscore",
                                         "name.ucm-node",      NULL};
    assert_rows_cover(checks, NULL, rows, sizeof rows / sizeof *rows);
}

static struct findings *judged(struct facts *facts) {
    struct findings *findings = findings_new();
    judge_with(judge_name, facts, findings);
    return findings;
}

static void evidence_compares(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    domain_gone(facts);
    struct findings *findings = judged(facts);
    const struct finding *f = assert_finding(findings, "name.mra-domain", EDGE1_HTTPS, F, "no-match");
    assert_evidence(f, "wanted", "[\"example.com\", \"collab-edge.example.com\"]");
    assert_evidence(f, "found", "[\"DNS:expe1.example.com\", \"DNS:expe.example.com\"]");
    assert_evidence(f, "clients",
                    "{\"jabber\": \"prompts\", \"tc_ce\": \"refuses\", \"phones\": \"refuses\"}");
    assert_string_equal(f->domain, DOMAIN);
    assert_string_equal(f->node, EDGE1);
    assert_ptr_equal(f->endpoint, endpoint_of(facts, EDGE1_HTTPS));
    findings_free(findings);
    facts_free(facts);
}

static void zone_findings_say_where(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    verify_other(facts);
    zone_port_silent(facts);
    struct findings *findings = judged(facts);
    const struct finding *f = assert_finding(findings, "name.peer-address", E_SUBJECT, P, NULL);
    assert_string_equal(f->zone, "mra");
    assert_string_equal(f->node, EDGE1);
    assert_null(f->endpoint);
    assert_evidence(f, "seen_on", "\"" EDGE1_HTTPS "\"");
    f = assert_finding(findings, "name.peer-address", "expressway-e:" EDGE2, P, NULL);
    assert_ptr_equal(f->endpoint, endpoint_of(facts, "expe2.example.com:7001"));
    f = assert_finding(findings, "name.tls-verify", C_SUBJECT, F, "no-match");
    assert_string_equal(f->zone, "mra");
    assert_string_equal(f->node, C_NODE);
    assert_evidence(f, "wanted", "[\"cluster.example.local\"]");
    assert_evidence(f, "file", "\"expc1.pem\"");
    findings_free(findings);
    facts_free(facts);
}

/* `zone --e-cert`: the file was given to be judged, whatever the port shows. */
static void given_file_goes_before_the_wire(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct node *node = facts->deployment->e.nodes.v[0];
    LIST_ADD(facts->arena, &node->certificate, cert_new(facts, "other.example.com"));
    struct findings *findings = judged(facts);
    assert_finding(findings, "name.peer-address", E_SUBJECT, P, NULL);
    findings_free(findings);
    facts->deployment->file = NULL;
    findings = judged(facts);
    const struct finding *f = assert_finding(findings, "name.peer-address", E_SUBJECT, F, "no-match");
    assert_null(f->endpoint);
    assert_no_finding(findings, "name.cluster", NULL);
    findings_free(findings);
    facts_free(facts);
}

static void a_second_certificate_is_named(void **state) {
    (void)state;
    struct facts *facts = healthy_facts();
    second_certificate_lacks_domain(facts);
    struct findings *findings = judged(facts);
    assert_evidence(assert_finding(findings, "name.mra-domain", EDGE1_HTTPS, F, "no-match"), "certificate",
                    "\"ecdsa\"");
    assert_evidence(assert_finding(findings, "name.mra-domain", EDGE1_HTTPS, P, NULL), "certificate",
                    "\"rsa\"");
    findings_free(findings);
    facts_free(facts);
}

/* --expect: the names asked for, in files only. */
static void names_that_were_asked_for(void **state) {
    (void)state;
    struct facts *facts = healthy_deployment();
    struct findings *findings = findings_new();
    texts_add(facts->arena, &facts->run.expected_names, "EXPC.example.local");
    texts_add(facts->arena, &facts->run.expected_names, "other.example.local");
    struct judging run;
    judging_open(&run, facts, findings);
    judge_name(&run);
    size_t count = 0;
    for (size_t i = 0; i < findings->n; i++)
        count += strcmp(findings->v[i]->check->id, "name.expected") == 0;
    assert_int_equal(count, 2);
    assert_finding(findings, "name.expected", "expc1.example.local", STATUS_PASS, NULL);
    assert_evidence(assert_finding(findings, "name.expected", "expc1.example.local", STATUS_FAIL, "no-match"),
                    "wanted", "[\"other.example.local\"]");
    findings_free(findings);
    facts_free(facts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_holds),
        cmocka_unit_test(every_cause_is_raised),
        cmocka_unit_test(findings_tell),
        cmocka_unit_test(evidence_compares),
        cmocka_unit_test(zone_findings_say_where),
        cmocka_unit_test(given_file_goes_before_the_wire),
        cmocka_unit_test(names_that_were_asked_for),
        cmocka_unit_test(a_second_certificate_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
