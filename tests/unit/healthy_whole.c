/* The healthy facts of a whole check and of a whole deployment: those of two runs of the lab (make facts).
 * What the lab cannot be is put right here: its addresses are loopback's, so the vantage is one of its own.
 */
#include "healthy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "facts/save.h"
#include "wire/skim.h"

/* One certificate is one object, so that a row that changes it changes it wherever it was shown. */
static void certs_shared(struct certs *all, struct certs *chain, struct arena *arena) {
    for (size_t i = 0; i < chain->n; i++) {
        size_t k = 0;
        while (k < all->n && strcmp(all->v[k]->sha256, chain->v[i]->sha256) != 0)
            k++;
        if (k == all->n)
            LIST_ADD(arena, all, chain->v[i]);
        chain->v[i] = all->v[k];
    }
}

static void facts_share_certs(struct facts *facts) {
    struct certs all = {0};
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        struct endpoint *endpoint = facts->endpoints.v[i];
        certs_shared(&all, &endpoint->tls.chain, facts->arena);
        for (size_t k = 0; k < endpoint->variants.n; k++)
            certs_shared(&all, &endpoint->variants.v[k]->chain, facts->arena);
    }
    for (size_t i = 0; facts->deployment != NULL && i < facts->deployment->c.nodes.n; i++)
        certs_shared(&all, &facts->deployment->c.nodes.v[i]->certificate, facts->arena);
}

/* Parsed when the first row asks, and never changed after. */
static json_t *evidence_of_run(struct arena *arena, const char *file) {
    static struct {
        const char *file;
        json_t *evidence;
    } kept[4];
    size_t i = 0;
    while (i < sizeof kept / sizeof *kept - 1 && kept[i].file != NULL && strcmp(kept[i].file, file) != 0)
        i++;
    if (kept[i].file == NULL) {
        kept[i].file = file;
        kept[i].evidence = json_load_file(arena_printf(arena, "tests/unit/facts/%s.json", file), 0, NULL);
    }
    return kept[i].evidence;
}

static struct facts *facts_of_run(const char *file) {
    struct facts *facts = facts_new();
    json_t *evidence = evidence_of_run(facts->arena, file);
    char *error = NULL;
    if (evidence == NULL || !facts_load(facts, evidence, ca_entry_read, &error))
        fail_msg("%s: %s", file, error == NULL ? "not there: tests run in the project's folder" : error);
    facts_share_certs(facts);
    facts->run.release = arena_text(facts->arena, "X15.5");
    facts->run.release_from = arena_text(facts->arena, "--release");
    return facts;
}

struct facts *healthy_facts(void) {
    struct facts *facts = facts_of_run("mra-outside");
    facts->run.vantage = VANTAGE_EXTERNAL;
    return facts;
}

struct deployment *deployment_of(struct facts *facts) {
    if (facts->deployment == NULL) {
        facts->deployment = ARENA_NEW(facts->arena, struct deployment);
        facts->deployment->file = arena_text(facts->arena, "deployment.yaml");
        texts_add(facts->arena, &facts->deployment->domains, DOMAIN);
    }
    return facts->deployment;
}

struct node *add_node(struct facts *facts, struct nodes *to, const char *name, enum role role) {
    struct node *node = ARENA_NEW(facts->arena, struct node);
    node->name = arena_text(facts->arena, name);
    node->role = role;
    LIST_ADD(facts->arena, to, node);
    return node;
}

static void uds_resolves(struct facts *facts) {
    add_srv(facts, query_of(facts, "_cisco-uds._tcp.example.com", DNS_SRV), UCM1, 8443);
}

struct facts *healthy_deployment(void) {
    struct facts *facts = facts_of_run("mra-inside");
    facts->run.vantage = VANTAGE_INTERNAL;
    uds_resolves(facts);
    return facts;
}

/* ---- what a run that looked at everything says of the good side ---- */

static void node_was_seen(const struct node *node, struct findings *to) {
    struct about about = {.subject = node->name, .node = node->name};
    find_pass(to, CHECK_CHAIN_UCM_TRUST, about, "trusted");
    find_pass(to, CHECK_NAME_UCM_NODE, about, "there");
}

static void zone_was_seen(const struct deployment *d, const struct zone *zone, struct findings *to) {
    static const enum check_id both[] = {CHECK_CHAIN_ZONE, CHECK_CHAIN_SSH_TUNNEL};
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < zone->peers.n; i++)
            find_pass(to, both[k],
                      (struct about){.subject = arena_printf(to->arena, "expressway-e:%s", zone->peers.v[i]),
                                     .node = zone->peers.v[i],
                                     .zone = zone->name},
                      "trusted");
        for (size_t i = 0; i < d->c.nodes.n; i++)
            find_pass(
                to, both[k],
                (struct about){.subject = arena_printf(to->arena, "expressway-c:%s", d->c.nodes.v[i]->name),
                               .node = d->c.nodes.v[i]->name,
                               .zone = zone->name},
                "trusted");
    }
}

void all_was_seen(const struct facts *facts, struct findings *to) {
    static const struct {
        enum protocol protocol;
        enum check_id check;
    } of_clients[] = {{PROTOCOL_HTTPS, CHECK_TLS_HANDSHAKE},
                      {PROTOCOL_HTTPS, CHECK_CHAIN_CLIENT},
                      {PROTOCOL_HTTPS, CHECK_MRA_EDGE_CONFIG},
                      {PROTOCOL_SIP, CHECK_SIP_OPTIONS},
                      {PROTOCOL_XMPP, CHECK_XMPP_STREAM}};
    const struct deployment *d = facts->deployment;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        find_pass(to, CHECK_NET_CONNECT, about_endpoint(facts, e), "connected");
        for (size_t k = 0; k < sizeof of_clients / sizeof *of_clients; k++)
            if (e->leg == LEG_CLIENT && e->protocol == of_clients[k].protocol)
                find_pass(to, of_clients[k].check, about_endpoint(facts, e), "good");
    }
    for (size_t i = 0; d != NULL && i < d->zones.n; i++)
        zone_was_seen(d, d->zones.v[i], to);
    for (size_t i = 0; d != NULL && i < d->ucm.n; i++)
        node_was_seen(d->ucm.v[i], to);
    for (size_t i = 0; d != NULL && i < d->imp.n; i++)
        node_was_seen(d->imp.v[i], to);
}
