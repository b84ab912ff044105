/* Which legs has the path, and where is it broken? See legs.h. */
#include "outcomes/legs.h"

#include <string.h>

#include "checks/reach.h"
#include "facts/name_map.h"
#include "facts/services.h"

struct walk {
    struct arena *arena;
    const struct facts *facts;
    const struct findings *findings;
    struct path *path;
    struct name_map *fails; /* struct finding, by all that an endpoint may have in common with it */
    struct name_map *tried; /* struct endpoint, by host */
};

static const struct leg_row {
    enum leg leg;
    enum place from;
    const char *name; /* NULL: by protocol */
} drawn_legs[] = {{LEG_CLIENT, PLACE_CLIENT, NULL},    {LEG_ZONE, PLACE_E, "traversal zone"},
                  {LEG_TUNNEL, PLACE_E, "SSH tunnel"}, {LEG_NEIGHBOR, PLACE_C, "neighbor zone"},
                  {LEG_UCM, PLACE_C, "Unified CM"},    {LEG_IMP, PLACE_C, "IM and Presence"}};

static const char *const protocol_names[] = {
    [PROTOCOL_HTTPS] = "HTTPS", [PROTOCOL_SIP] = "SIP TLS",
    [PROTOCOL_XMPP] = "XMPP",   [PROTOCOL_XMPP_SERVER] = "XMPP federation",
    [PROTOCOL_SSH] = "SSH",     [PROTOCOL_TLS] = "TLS"};

enum mark path_mark(const struct path_row *row) {
    if (row->broken > 0 && row->good + row->partly == 0)
        return MARK_BROKEN;
    if (row->broken + row->partly > 0)
        return MARK_PARTLY;
    return row->good > 0 ? MARK_GOOD : MARK_UNTRIED;
}

const char *path_untried_words(const struct path_row *row, bool many) {
    if (row->unreached > 0)
        return many ? "were not reached from here" : "was not reached from here";
    return many ? "were not tried" : "was not tried";
}

bool path_is_untried_alike(const struct path_row *a, const struct path_row *b) {
    return path_mark(a) == MARK_UNTRIED && path_mark(b) == MARK_UNTRIED &&
           (a->unreached > 0) == (b->unreached > 0);
}

static struct path_row *row_for(struct walk *w, enum place from, const char *label, const char *name) {
    for (size_t i = 0; i < w->path->n; i++) {
        struct path_row *row = w->path->v[i];
        if (row->from == from && strcmp(row->label, label) == 0 && strcmp(row->name, name) == 0)
            return row;
    }
    struct path_row *row = ARENA_NEW(w->arena, struct path_row);
    row->from = from;
    row->label = arena_text(w->arena, label);
    row->name = name;
    LIST_ADD(w->arena, w->path, row);
    return row;
}

/* The first that is broken speaks for the row; until there is one, the first that works in part. */
static void blame(struct path_row *row, bool is_broken, const char *where, const char *why,
                  const struct finding *because) {
    size_t *count = is_broken ? &row->broken : &row->partly;
    if ((*count)++ > 0 || (!is_broken && row->broken > 0))
        return;
    row->where = where;
    row->why = why;
    row->because = because;
}

/* ---- which findings bite at which port: those that fail, and so have a cause ---- */

static bool same(const char *a, const char *b) {
    return a != NULL && b != NULL && text_same_case_blind(a, b);
}

/* What only the SSH tunnel minds while the zone stays up (field-facts 2), wherever it was seen. */
static bool minds_only_the_tunnel(const struct finding *f) {
    static const char *const checks[] = {"chain.ssh-tunnel", "name.host-underscore", "cert.unknown-oid"};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (strcmp(f->check->id, checks[i]) == 0)
            return true;
    return false;
}

/* Expressway-E answered on 8443, and what is broken lies behind it (field-facts 1.4). */
static bool lies_behind_the_edge(const struct finding *f) {
    return text_starts(f->check->id, "mra.") &&
           (strcmp(f->cause->id, "status-502") == 0 || strcmp(f->cause->id, "path-down") == 0);
}

/* Fails that leave the leg working, for some clients or for now: at the clients' ports a name or a chain that
 * one class of clients refuses is a prompt to another (field-facts 5); nobody accepts a date that has passed.
 */
static bool works_for_some(const struct finding *f, const struct endpoint *e) {
    static const char *const client_prompts[] = {"name.", "chain.", "cert."};
    static const char *const for_nobody[] = {"expired", "not-yet-valid"};
    if (strcmp(f->cause->id, "expires-critical") == 0)
        return true;
    for (size_t i = 0; i < sizeof for_nobody / sizeof *for_nobody; i++)
        if (strcmp(f->cause->id, for_nobody[i]) == 0)
            return false;
    for (size_t i = 0; i < sizeof client_prompts / sizeof *client_prompts; i++)
        if (e->leg == LEG_CLIENT && text_starts(f->check->id, client_prompts[i]))
            return true;
    return false;
}

static bool is_of_peer(const struct finding *f, const struct endpoint *e) {
    static const char judged_by_c[] = "expressway-e:"; /* else of Expressway-C, which every peer meets */
    return !text_starts(f->subject, judged_by_c) || same(f->subject + sizeof judged_by_c - 1, e->host) ||
           same(f->node, e->host);
}

static bool bites_at(const struct finding *f, const struct endpoint *e) {
    if (lies_behind_the_edge(f))
        return false;
    if (e->leg == LEG_TUNNEL && minds_only_the_tunnel(f))
        return f->endpoint != NULL ? same(f->endpoint->host, e->host)
                                   : same(f->zone, e->zone) && is_of_peer(f, e);
    if (minds_only_the_tunnel(f))
        return false;
    if (f->endpoint != NULL)
        return f->endpoint == e;
    return (e->leg == LEG_ZONE || e->leg == LEG_NEIGHBOR) && same(f->zone, e->zone) && is_of_peer(f, e);
}

/* Whatever bites at an endpoint is of its host or its zone: see bites_at(). */
static void fails_index(struct walk *w) {
    for (size_t i = 0; i < w->findings->n; i++) {
        const struct finding *f = w->findings->v[i];
        if (f->status != STATUS_FAIL)
            continue;
        name_map_add(w->fails, f->zone, f);
        if (f->endpoint != NULL)
            name_map_add(w->fails, f->endpoint->host, f);
    }
}

/* The first in the order of the findings, which is that of their worth. */
static const struct finding *failing_at(const struct walk *w, const struct endpoint *e) {
    const char *const keys[] = {e->host, e->zone};
    const struct named *first = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t count;
        const struct named *named = name_map_find(w->fails, keys[i], &count);
        for (size_t k = 0; k < count && (first == NULL || named[k].order < first->order); k++)
            if (bites_at(named[k].thing, e))
                first = &named[k];
    }
    return first == NULL ? NULL : first->thing;
}

/* ---- rows ---- */

static void add_endpoint(struct walk *w, const struct endpoint *e) {
    const struct leg_row *leg = NULL;
    for (size_t i = 0; i < sizeof drawn_legs / sizeof *drawn_legs; i++)
        if (drawn_legs[i].leg == e->leg)
            leg = &drawn_legs[i];
    if (leg == NULL)
        return;
    struct path_row *row = row_for(w, leg->from, arena_printf(w->arena, "%d", e->port),
                                   leg->name != NULL ? leg->name : protocol_names[e->protocol]);
    row->is_neighbor = e->leg == LEG_NEIGHBOR;
    const struct finding *f = failing_at(w, e);
    const char *where = e->address == NULL ? e->id : arena_printf(w->arena, "%s (%s)", e->id, e->address);
    if (f != NULL) {
        blame(row, !works_for_some(f, e), where, f->cause->title, f);
    } else if (e->tcp.state == TCP_CONNECTED || (e->leg == LEG_TUNNEL && e->tcp.state != TCP_NOT_TRIED &&
                                                 tunnel_is_proven(w->facts, e->host))) {
        row->good++;
    } else if (e->tcp.state == TCP_NOT_TRIED) {
        row->untried++;
    } else {
        row->unreached++;
    }
}

/* A port that the deployment has and nobody tried. */
static void add_untried(struct walk *w, enum leg leg, const char *host, int port, const char *zone) {
    size_t count;
    const struct named *tried = name_map_find(w->tried, host, &count);
    for (size_t i = 0; i < count; i++)
        if (((const struct endpoint *)tried[i].thing)->leg == leg)
            return;
    struct endpoint *e = ARENA_NEW(w->arena, struct endpoint);
    e->id = arena_printf(w->arena, strchr(host, ':') == NULL ? "%s:%d" : "[%s]:%d", host, port);
    e->host = arena_text(w->arena, host);
    e->port = port;
    e->leg = leg;
    e->zone = arena_text(w->arena, zone);
    add_endpoint(w, e);
}

static void add_deployment(struct walk *w, const struct deployment *d) {
    for (size_t i = 0; i < d->zones.n; i++) {
        const struct zone *zone = d->zones.v[i];
        for (size_t k = 0; k < zone->peers.n; k++) {
            enum leg leg = zone->type == ZONE_NEIGHBOR ? LEG_NEIGHBOR : LEG_ZONE;
            add_untried(w, leg, zone->peers.v[k], zone->port, zone->name);
            if (zone->type == ZONE_UC_TRAVERSAL)
                add_untried(w, LEG_TUNNEL, zone->peers.v[k], zone->ssh_port, zone->name);
        }
    }
    for (size_t i = 0; i < d->ucm.n; i++)
        add_untried(w, LEG_UCM, d->ucm.v[i]->name, PORT_MRA, NULL);
    for (size_t i = 0; i < d->imp.n; i++)
        add_untried(w, LEG_IMP, d->imp.v[i]->name, PORT_MRA, NULL);
}

/* Clients that find no edge never come to a port. One target of several without an address is only a part. */
static void add_discovery(struct walk *w) {
    const struct findings *findings = w->findings;
    bool connected = false;
    for (size_t i = 0; i < w->facts->endpoints.n; i++)
        connected = connected || w->facts->endpoints.v[i]->tcp.state == TCP_CONNECTED;
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (f->status != STATUS_FAIL || !text_starts(f->check->id, "dns."))
            continue;
        struct path_row *row = row_for(w, PLACE_CLIENT, "DNS", "service discovery");
        blame(row, !connected || strcmp(f->check->id, "dns.srv-target") != 0, f->subject, f->cause->title, f);
    }
}

/* What an answer on 8443 tells about the way behind it: Expressway-C signs as CE_C (field-facts 1.3). */
static void add_answers(struct walk *w) {
    const struct facts *facts = w->facts;
    const struct findings *findings = w->findings;
    for (size_t i = 0; i < w->path->n; i++)
        if (w->path->v[i]->from == PLACE_E)
            return; /* the tunnel itself was looked at */
    for (size_t i = 0; i < findings->n; i++)
        if (findings->v[i]->status == STATUS_FAIL && lies_behind_the_edge(findings->v[i])) {
            struct path_row *row = row_for(w, PLACE_E, "tunnel", "SSH tunnel");
            blame(row, true, finding_subject(w->arena, findings->v[i]), findings->v[i]->cause->title,
                  findings->v[i]);
        }
    for (size_t i = 0; i < facts->endpoints.n; i++)
        for (size_t k = 0; k < facts->endpoints.v[i]->http.n; k++) {
            const struct http_exchange *http = facts->endpoints.v[i]->http.v[k];
            if (http->state == EXCHANGE_ANSWERED && http->server != NULL && text_starts(http->server, "CE_C"))
                row_for(w, PLACE_E, "tunnel", "SSH tunnel")->good++;
        }
}

void path_of(struct arena *arena, const struct facts *facts, const struct findings *findings,
             struct path *path) {
    struct walk w = {arena, facts, findings, path, name_map_new(arena), name_map_new(arena)};
    *path = (struct path){NULL, 0};
    fails_index(&w);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        name_map_add(w.tried, facts->endpoints.v[i]->host, facts->endpoints.v[i]);
    add_discovery(&w);
    for (size_t i = 0; i < facts->endpoints.n; i++)
        add_endpoint(&w, facts->endpoints.v[i]);
    if (facts->deployment != NULL)
        add_deployment(&w, facts->deployment);
    add_answers(&w);
}
