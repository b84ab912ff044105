/* Which findings concern which unit of an outcome? See outcome_units.h. */
#include "outcomes/outcome_units.h"

#include <string.h>
#include <strings.h>

#include "catalogue/release.h"

bool names_alike(const char *a, const char *b) {
    return a != NULL && b != NULL && text_same_case_blind(a, b);
}

bool word_in(const char *words, const char *word) {
    size_t length = strlen(word);
    for (const char *p = words; (p = strstr(p, word)) != NULL; p += length)
        if ((p == words || p[-1] == ' ') && (p[length] == ' ' || p[length] == 0))
            return true;
    return false;
}

bool by_certificates(const struct facts *facts) {
    return facts->run.scope.is_renewal;
}

/* Rows name the client-facing ports by their usual numbers; the SRV record may say another one for HTTPS. */
static bool about_port(const struct finding *f, int port) {
    const struct service *usual = service_of_edge(port);
    return f->endpoint != NULL && f->endpoint->leg == usual->leg && f->endpoint->protocol == usual->protocol;
}

static bool is_of(enum whose whose, const struct indexed *i) {
    return whose == ANYONE || i->role == (whose == OF_C ? ROLE_EXPRESSWAY_C : ROLE_EXPRESSWAY_E);
}

/* Without the network the certificate of an Expressway-E stands for all the ports that show it. */
static bool stands_for_ports(const struct instance *in, const struct indexed *i) {
    return by_certificates(in->facts) && i->finding->endpoint == NULL && i->role == ROLE_EXPRESSWAY_E;
}

/* Does this row of its check let this finding speak at all (whatever its status)? */
bool row_applies(const struct instance *in, const struct row *row, const struct indexed *i) {
    const struct finding *f = i->finding;
    const char *purpose = row->purposes == NULL ? NULL : evidence_string(f, "purpose");
    if ((row->port != 0 && !about_port(f, row->port) && !stands_for_ports(in, i)) || !is_of(row->whose, i))
        return false;
    if (row->purposes != NULL &&
        (purpose == NULL || !word_in(row->purposes, purpose) || !release_verifies_nodes(in->release)))
        return false;
    return row->below_release == 0 || in->release < row->below_release;
}

bool need_is_met_by(const struct instance *in, const struct need *need, const struct indexed *i) {
    const struct finding *f = i->finding;
    return f->status != STATUS_SKIP && f->status != STATUS_UNKNOWN && is_of_check(need->check, f) &&
           (need->port == 0 || about_port(f, need->port) || stands_for_ports(in, i)) && is_of(need->whose, i);
}

/* Does the row's effect follow from this finding? */
bool row_fires(const struct row *row, enum outcome_state effect, const struct finding *f) {
    if (row->causes != NULL && f->cause == NULL &&
        f->status == STATUS_UNKNOWN) /* "name.tls-verify unknown" is a risk */
        return effect == OUTCOME_AT_RISK && word_in(row->causes, "certificate-not-visible");
    if (row->causes != NULL)
        return f->cause != NULL && word_in(row->causes, f->cause->id);
    return f->status == STATUS_FAIL || (f->status == STATUS_WARN && effect == OUTCOME_AT_RISK);
}

/* What is wrong with the zone's port stops the tunnel, too, but for its own connection. */
static bool is_at_zone_port(const struct instance *in, const struct finding *f) {
    if (f->endpoint == NULL)
        return false;
    enum leg leg = f->endpoint->leg, wanted = in->rule->leg;
    return leg == wanted || (leg == LEG_ZONE && wanted == LEG_TUNNEL && !text_starts(f->check->id, "net."));
}

/* A port of Expressway-C shows the certificate that it presents as a client, up to X15.5, where that is a
 * store of its own (TN-225693). Whether the port itself works is no matter. */
static bool shows_client_certificate(const struct instance *in, const struct finding *f) {
    const char *store = evidence_string(f, "certificate_type");
    if (store == NULL)
        store = evidence_string(f, "certificate");
    if (f->endpoint == NULL)
        return store == NULL || strcmp(store, "server") != 0;
    return in->release < RELEASE_X15_5 && text_starts(f->check->id, "cert.");
}

/* Trust lists are not replicated: what one node's list says of a certificate concerns the connections of that
 * node. */
static const char *list_of(const struct expressway *side, struct name_map *nodes, const char *name) {
    size_t count;
    const struct named *named = name_map_find(nodes, name, &count);
    for (size_t i = 0; i < count; i++)
        if (((const struct node *)named[i].thing)->trust != NULL)
            return ((const struct node *)named[i].thing)->trust;
    return side->trust;
}

static bool is_judged_there(const struct instance *in, const struct indexed *i, const struct unit *u) {
    const struct deployment *d = in->facts->deployment;
    const struct finding *f = i->finding;
    bool is_of_c = i->role == ROLE_EXPRESSWAY_C;
    const char *judge = is_of_c ? u->host : u->node;
    if (f->list == NULL || d == NULL || judge == NULL)
        return true;
    const char *list =
        is_of_c ? list_of(&d->e, in->index->e_nodes, judge) : list_of(&d->c, in->index->c_nodes, judge);
    return list == NULL || strcmp(list, f->list) == 0;
}

static bool is_of_certificate(const struct finding *f) {
    static const char *const of[] = {"name.", "cert.", "chain.", "revocation."};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (text_starts(f->check->id, of[i]))
            return true;
    return false;
}

static bool concerns_zone(const struct instance *in, const struct indexed *i, const struct unit *u) {
    const struct finding *f = i->finding;
    if (in->is_unverified && is_of_certificate(f))
        return false;
    if ((f->zone != NULL && strcmp(f->zone, in->zone) != 0) || !is_judged_there(in, i, u))
        return false;
    if (is_at_zone_port(in, f))
        return names_alike(f->endpoint->host, u->host) &&
               (f->address == NULL || u->address == NULL || names_alike(f->address, u->address));
    if (strcmp(f->check->id, "name.host-underscore") == 0) /* told once for a host, at its first port */
        return names_alike(f->node, u->host);
    if (i->role == ROLE_EXPRESSWAY_C) /* its certificate goes to every peer */
        return shows_client_certificate(in, f) &&
               (u->node == NULL || f->node == NULL || names_alike(f->node, u->node));
    if (f->endpoint != NULL)
        return false;
    if (f->node != NULL)
        return names_alike(f->node, u->host);
    return f->zone != NULL;
}

/* ---- what stands behind all edges ---- */

/* With credentials one edge is asked, the others up to the password (probe/login/login.h). What Expressway-C,
 * Unified CM or IM&P answer then is no edge's own: another edge leads to the same, and its good start is no
 * word for the log-in. What Expressway-E itself says, and silence, may be that edge's alone. */
static const struct {
    const char *check, *causes;
} behind[] = {{"mra.edge-config",
               "domain-not-enabled unexpected-xml no-uds-server service-name-error status-404 "
               "status-500 status-503 status-504 status-5xx"},
              {"mra.uds", "not-in-allow-list node-unreachable unexpected-xml status-5xx unexpected-status"},
              {"sip.register", "status-403 status-404 status-405 status-5xx refused"},
              {"xmpp.auth", "bind-conflict no-mechanism stream-error"}};

static bool is_told_by_edge(const struct finding *f) {
    const char *by = evidence_string(f, "answered_by");
    bool is_config = strcmp(f->check->id, "mra.edge-config") == 0;
    return by == NULL ? is_config : strcmp(by, "expressway-e") == 0;
}

static bool is_behind_edges(const struct finding *f) {
    for (size_t i = 0; f->cause != NULL && i < sizeof behind / sizeof *behind; i++)
        if (strcmp(behind[i].check, f->check->id) == 0)
            return word_in(behind[i].causes, f->cause->id) && !is_told_by_edge(f);
    return false;
}

static bool is_host_of(const char *host, const char *id) {
    size_t length = host == NULL ? 0 : strlen(host);
    return length > 0 && strncasecmp(host, id, length) == 0 && id[length] == ':';
}

/* At least one walk of this host and address (NULL: any), and none had credentials (or, `with`, one had). */
static bool was_walked(const struct instance *in, const char *host, const char *address, bool with) {
    bool walked = false, had = false;
    for (size_t i = 0; i < in->facts->logins.n; i++) {
        const struct login *l = in->facts->logins.v[i];
        if (!is_host_of(host, l->endpoint) || (address != NULL && !names_alike(l->address, address)) ||
            !names_alike(l->domain, in->domain))
            continue;
        walked = true;
        had = had || l->credential != NULL;
    }
    return walked && had == with;
}

static bool shows_for_all(const struct instance *in, const struct finding *f, const struct unit *u) {
    return is_behind_edges(f) && was_walked(in, f->endpoint->host, NULL, true) &&
           was_walked(in, u->host, u->address, false);
}

bool concerns(const struct instance *in, const struct indexed *i, const struct unit *u) {
    const struct finding *f = i->finding;
    switch (in->rule->scope) {
    case SCOPE_ZONE:
        return concerns_zone(in, i, u);
    case SCOPE_NODES:
        return names_alike(f->node, u->node);
    case SCOPE_RUN: /* beside the file that is to be uploaded others may lie, which decide nothing */
        if (u->host != NULL && f->endpoint != NULL && f->endpoint->protocol == PROTOCOL_XMPP_SERVER)
            return names_alike(f->endpoint->host, u->host) &&
                   (f->address == NULL || u->address == NULL || names_alike(f->address, u->address));
        return !text_starts(f->check->id, "file.") || f->node != NULL;
    case SCOPE_DOMAIN:
        break;
    }
    if (f->domain != NULL && !names_alike(f->domain, in->domain))
        return false;
    if (f->endpoint != NULL)
        return f->endpoint->leg == LEG_CLIENT &&
               ((names_alike(f->endpoint->host, u->host) &&
                 (f->address == NULL || u->address == NULL || names_alike(f->address, u->address))) ||
                shows_for_all(in, f, u));
    if (i->role == ROLE_EXPRESSWAY_C) /* it stands behind every edge */
        return true;
    if (f->node != NULL)
        return names_alike(f->node, u->host);
    return f->domain != NULL;
}

/* ---- units ---- */

static void add_unit(struct arena *arena, struct instance *in, const char *host, const char *address,
                     const char *node) {
    for (size_t i = 0; i < in->units.n; i++) {
        const struct unit *u = in->units.v[i];
        if (text_same_case_blind(u->host, host) && text_same_case_blind(u->address, address) &&
            text_same_case_blind(u->node, node))
            return;
    }
    struct unit *u = ARENA_NEW(arena, struct unit);
    *u = (struct unit){.host = host, .address = address, .node = node, .state = OUTCOME_WORKS};
    LIST_ADD(arena, &in->units, u);
}

void add_domain_units(struct arena *arena, struct instance *in, const struct findings *findings) {
    for (size_t i = 0; i < in->facts->endpoints.n; i++) {
        const struct endpoint *e = in->facts->endpoints.v[i];
        if (e->leg == LEG_CLIENT && (e->domains.n == 0 || texts_has(&e->domains, in->domain)))
            add_unit(arena, in, e->host, e->address, NULL);
    }
    for (size_t i = 0; i < findings->n; i++) { /* a target without an address is an edge that fails */
        const struct finding *f = findings->v[i];
        if (strcmp(f->check->id, "dns.srv-target") == 0 && f->status == STATUS_FAIL && f->node != NULL &&
            (f->domain == NULL || names_alike(f->domain, in->domain)))
            add_unit(arena, in, f->node, NULL, NULL);
    }
    bool by_nodes = by_certificates(in->facts) || (in->facts->bundles.n > 0 && in->units.n == 0);
    for (size_t i = 0; by_nodes && in->facts->deployment != NULL && i < in->facts->deployment->e.nodes.n; i++)
        add_unit(arena, in, in->facts->deployment->e.nodes.v[i]->name, NULL, NULL);
    if (in->units.n == 0) /* discovery failed: the domain itself is all there is */
        add_unit(arena, in, NULL, NULL, NULL);
}

/* Each way in of federation is one: where one of two is closed, some partners get through. */
void add_run_units(struct arena *arena, struct instance *in) {
    for (size_t i = 0; i < in->facts->endpoints.n; i++) {
        const struct endpoint *e = in->facts->endpoints.v[i];
        if (e->protocol == PROTOCOL_XMPP_SERVER && strcmp(in->rule->id, "xmpp-federation") == 0)
            add_unit(arena, in, e->host, e->address, NULL);
    }
    if (in->units.n == 0)
        add_unit(arena, in, NULL, NULL, NULL);
}

/* The Expressway-C nodes that have the zone. */
static struct nodes nodes_of_zone(struct arena *arena, const struct deployment *d, const struct zone *zone) {
    struct nodes out = {NULL, 0};
    if (zone->c_nodes.n == 0)
        return d->c.nodes;
    for (size_t i = 0; i < d->c.nodes.n; i++)
        if (zone_is_of(zone, d->c.nodes.v[i]->name))
            LIST_ADD(arena, &out, d->c.nodes.v[i]);
    return out;
}

void add_zone_units(struct arena *arena, struct instance *in, const struct zone *zone) {
    const struct nodes of_zone = nodes_of_zone(arena, in->facts->deployment, zone), *c = &of_zone;
    bool found = false;
    size_t count;
    const struct named *named = name_map_find(in->index->endpoints_by_zone, in->zone, &count);
    for (size_t i = 0; i < count; i++) {
        const struct endpoint *e = named[i].thing;
        if (!names_alike(e->host, in->peer) || e->leg != in->rule->leg)
            continue;
        found = true;
        for (size_t k = 0; k < c->n || k == 0; k++)
            add_unit(arena, in, in->peer, e->address, c->n == 0 ? NULL : c->v[k]->name);
    }
    for (size_t k = 0; !found && (k < c->n || k == 0); k++)
        add_unit(arena, in, in->peer, NULL, c->n == 0 ? NULL : c->v[k]->name);
}

/* What Expressway-C was seen to refuse is a node, whether or not its settings name it. */
void add_node_units(struct arena *arena, struct instance *in, const struct findings *findings) {
    const struct deployment *d = in->facts->deployment;
    for (size_t i = 0; d != NULL && i < d->ucm.n; i++)
        add_unit(arena, in, NULL, NULL, d->ucm.v[i]->name);
    for (size_t i = 0; d != NULL && i < d->imp.n; i++)
        add_unit(arena, in, NULL, NULL, d->imp.v[i]->name);
    for (size_t i = 0; i < findings->n; i++)
        if (findings->v[i]->role == ROLE_UCM && findings->v[i]->endpoint == NULL &&
            findings->v[i]->status == STATUS_FAIL && findings->v[i]->node != NULL)
            add_unit(arena, in, NULL, NULL, findings->v[i]->node);
}
