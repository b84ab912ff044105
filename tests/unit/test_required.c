/* Which names must the certificate of a node bear? Rows of deployment files, with the names that the guide's
 * table (certificate guide X14.3, chapter 3, "Server certificate requirements for Unified Communications")
 * demands of one node, in the order of the CSR page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config/config.h"
#include "expressway/required.h"

#define ONE_E "expressway-e: {nodes: [{name: expe1.example.com}]}\n"
#define TWO_E                                                                                                \
    "expressway-e: {cluster: expe.example.com, nodes: [{name: expe1.example.com}, {name: "                   \
    "expe2.example.com}]}\n"
#define ONE_C "expressway-c: {nodes: [{name: expc1.example.local}]}\n"
#define TWO_C                                                                                                \
    "expressway-c: {cluster: expc.example.local, nodes: [{name: expc1.example.local}, {name: "               \
    "expc2.example.local}]}\n"
#define DOMAIN_LINE "domains: [example.com]\n"
#define UC(peer) "zones: [{name: mra, type: uc-traversal, peers: [" peer "]}]\n"

static const struct {
    const char *what, *yaml, *node, *names, *common_name;
} rows[] = {
    {"E with MRA, which is what a file without features means: itself and the domain", DOMAIN_LINE ONE_E,
     "expe1.example.com", "expe1.example.com peer-fqdn, example.com mra-domain", "expe1.example.com"},
    {"the domains are E's business", DOMAIN_LINE ONE_E ONE_C, "expc1.example.local",
     "expc1.example.local peer-fqdn", "expc1.example.local"},
    {"a cluster: every node bears its name, and it is the common name", DOMAIN_LINE TWO_E,
     "expe2.example.com", "expe2.example.com peer-fqdn, expe.example.com cluster, example.com mra-domain",
     "expe.example.com"},
    {"a cluster of C", DOMAIN_LINE TWO_E TWO_C, "expc1.example.local",
     "expc1.example.local peer-fqdn, expc.example.local cluster", "expc.example.local"},
    {"every domain", "domains: [example.com, example.net]\n" ONE_E, "expe1.example.com",
     "expe1.example.com peer-fqdn, example.com mra-domain, example.net mra-domain", "expe1.example.com"},
    {"ACME cannot prove a domain whose web server is another: collab-edge stands in (chapter 4)",
     "features: [mra, acme]\n" DOMAIN_LINE ONE_E, "expe1.example.com",
     "expe1.example.com peer-fqdn, collab-edge.example.com mra-domain", "expe1.example.com"},
    {"no MRA: no domain", "features: [jabber-guest]\n" DOMAIN_LINE ONE_E, "expe1.example.com",
     "expe1.example.com peer-fqdn", "expe1.example.com"},
    {"business to business: far sides look for the domain", "features: [b2b]\n" DOMAIN_LINE ONE_E,
     "expe1.example.com", "expe1.example.com peer-fqdn, example.com b2b", "expe1.example.com"},
    {"SIP federation likewise", "features: [sip-federation]\n" DOMAIN_LINE ONE_E, "expe1.example.com",
     "expe1.example.com peer-fqdn, example.com b2b", "expe1.example.com"},
    {"MRA and business to business: the domain once, for the first reason",
     "features: [mra, b2b]\n" DOMAIN_LINE ONE_E, "expe1.example.com",
     "expe1.example.com peer-fqdn, example.com mra-domain", "expe1.example.com"},
    {"XMPP federation: its domains and the chat aliases, E's and C's",
     "features: [xmpp-federation]\n"
     "expressway-e: {nodes: [{name: expe1.example.com}], xmpp-federation-domains: [im.example.com], "
     "chat-aliases: [chat2.example.com]}\n"
     "expressway-c: {nodes: [{name: expc1.example.local}], chat-aliases: [chat1.example.com]}\n",
     "expe1.example.com",
     "expe1.example.com peer-fqdn, im.example.com xmpp-federation, chat1.example.com chat-alias, "
     "chat2.example.com chat-alias",
     "expe1.example.com"},
    {"C: chat aliases, too, and phone security profiles that are FQDNs (others the CSR page refuses)",
     "expressway-c: {nodes: [{name: expc1.example.local}], phone-profiles: [secure.example.com, "
     "Secure Jabber], chat-aliases: [chat1.example.com]}\n",
     "expc1.example.local",
     "expc1.example.local peer-fqdn, secure.example.com phone-profile, chat1.example.com chat-alias",
     "expc1.example.local"},
    {"phone security profiles are C's business",
     DOMAIN_LINE ONE_E
     "expressway-c: {nodes: [{name: expc1.example.local}], phone-profiles: [secure.example.com]}\n",
     "expe1.example.com", "expe1.example.com peer-fqdn, example.com mra-domain", "expe1.example.com"},
    {"C's cluster for guests alone", "features: [jabber-guest]\n" TWO_C, "expc1.example.local",
     "expc1.example.local peer-fqdn, expc.example.local jabber-guest", "expc.example.local"},
    {"C's cluster for guests and MRA", "features: [jabber-guest, mra]\n" TWO_C, "expc1.example.local",
     "expc1.example.local peer-fqdn, expc.example.local cluster", "expc.example.local"},
    {"C's cluster for guests and federation", "features: [jabber-guest, xmpp-federation]\n" TWO_C,
     "expc1.example.local", "expc1.example.local peer-fqdn, expc.example.local cluster",
     "expc.example.local"},
    {"C's cluster for none of them", "features: [b2b]\n" TWO_C, "expc1.example.local",
     "expc1.example.local peer-fqdn, expc.example.local cluster", "expc.example.local"},
    {"E's cluster for guests alone", "features: [jabber-guest]\n" TWO_E, "expe1.example.com",
     "expe1.example.com peer-fqdn, expe.example.com cluster", "expe.example.com"},
    {"a single E is every peer address of the zone", ONE_E UC("edge.example.com"), "expe1.example.com",
     "expe1.example.com peer-fqdn, edge.example.com peer-fqdn", "expe1.example.com"},
    {"of two E a peer address may be the other's", TWO_E UC("edge.example.com"), "expe1.example.com",
     "expe1.example.com peer-fqdn, expe.example.com cluster", "expe.example.com"},
    {"a neighbour's peer is none of ours",
     ONE_E "zones: [{name: cucm, type: neighbor, peers: [ucm1.example.com]}]\n", "expe1.example.com",
     "expe1.example.com peer-fqdn", "expe1.example.com"},
    {"the node's name is the peer address, whatever its case and its dot", ONE_E UC("EXPE1.Example.com."),
     "expe1.example.com", "expe1.example.com peer-fqdn", "expe1.example.com"},
    {"what no certificate may bear: addresses and short names",
     "expressway-e: {nodes: [{name: expe1}]}\n" UC("192.0.2.1, expe1, expe1.example.com"), "expe1",
     "expe1.example.com peer-fqdn", "expe1"},
    {"C is what E has for it as TLS verify name",
     ONE_E ONE_C "zones:\n"
                 "  - {name: mra, type: uc-traversal, peers: [expe1.example.com], tls-verify-name: "
                 "expc.example.net}\n"
                 "  - {name: b2b, type: traversal, peers: [expe1.example.com], tls-verify-name: "
                 "expc.example.org}\n"
                 "  - {name: ucm, type: neighbor, peers: [ucm1.example.local], tls-verify-name: "
                 "ucm1.example.local}\n",
     "expc1.example.local",
     "expc1.example.local peer-fqdn, expc.example.net peer-fqdn, expc.example.org peer-fqdn",
     "expc1.example.local"},
    {"the TLS verify name is C's business",
     ONE_E ONE_C "zones: [{name: mra, type: uc-traversal, peers: [expe1.example.com], tls-verify-name: "
                 "expc.example.net}]\n",
     "expe1.example.com", "expe1.example.com peer-fqdn", "expe1.example.com"},
    {"Unified CM: as System > Server knows it",
     DOMAIN_LINE TWO_C "ucm: {nodes: [{name: ucm1.example.local}]}\n", "ucm1.example.local",
     "ucm1.example.local peer-fqdn", "ucm1.example.local"},
};

static const struct node *node_named(const struct deployment *d, const char *name) {
    const struct nodes *all[] = {&d->e.nodes, &d->c.nodes, &d->ucm, &d->imp};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (size_t i = 0; i < all[k]->n; i++)
            if (strcmp(all[k]->v[i]->name, name) == 0)
                return all[k]->v[i];
    fail_msg("no node %s", name);
    return NULL;
}

static void every_node_is_asked_its_names(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts *facts = facts_new();
        struct required_names names;
        const char *common_name;
        char *error = NULL;
        if (!deployment_read_text(facts, rows[i].yaml, strlen(rows[i].yaml), "d.yaml", false, &error))
            fail_msg("%s: %s", rows[i].what, error);
        required_names_of(facts->arena, facts->deployment, node_named(facts->deployment, rows[i].node),
                          &names, &common_name);
        char *text = arena_text(facts->arena, "");
        for (size_t k = 0; k < names.n; k++) {
            assert_int_equal(names.v[k]->type, REQUIRED_DNS);
            text = arena_printf(facts->arena, "%s%s%s %s", text, k == 0 ? "" : ", ", names.v[k]->name,
                                enum_text(required_whys, (int)names.v[k]->why));
        }
        if (strcmp(text, rows[i].names) != 0 || strcmp(common_name, rows[i].common_name) != 0)
            fail_msg("%s: %s; CN %s", rows[i].what, text, common_name);
        facts_free(facts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_node_is_asked_its_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
