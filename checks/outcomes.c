/* What does the user feel? See outcomes.h. The table is the catalogue's "how findings decide". */
#include "checks/outcomes.h"

#include <string.h>

#include "checks/outcome_rules.h"
#include "checks/release.h"

const struct enum_name outcome_states[] = {{OUTCOME_WORKS, "works"},
                                           {OUTCOME_AT_RISK, "at-risk"},
                                           {OUTCOME_FAILS, "fails"},
                                           {OUTCOME_UNKNOWN, "unknown"},
                                           {0, NULL}};

/* ---- one unit: the smallest thing that can fail alone ---- */

struct unit {
    const char *host, *address; /* edge or peer, one address; address NULL when none is known */
    const char *node; /* SCOPE_ZONE: the Expressway-C node; SCOPE_NODES: the node; NULL when none is known */
    bool seen;        /* some finding decided something about it */
    enum outcome_state state;
};

struct instance {
    const struct facts *facts;
    const struct rule *rule;
    const char *domain; /* SCOPE_DOMAIN; NULL: all */
    const char *zone, *peer;
    int release;
    LIST_OF(struct unit) units;
};

static bool same(const char *a, const char *b) {
    return a != NULL && b != NULL && text_same_case_blind(a, b);
}

static bool word_in(const char *words, const char *word) {
    size_t length = strlen(word);
    for (const char *p = words; (p = strstr(p, word)) != NULL; p += length)
        if ((p == words || p[-1] == ' ') && (p[length] == ' ' || p[length] == 0))
            return true;
    return false;
}

static bool is_node_of(const struct nodes *nodes, const char *name) {
    for (size_t i = 0; i < nodes->n; i++)
        if (same(nodes->v[i]->name, name))
            return true;
    return false;
}

/* The role of what a finding speaks of: by its port, else by the node it names. */
static enum role role_of(const struct instance *in, const struct finding *f) {
    const struct deployment *d = in->facts->deployment;
    if (text_starts(f->subject, "expressway-c:"))
        return ROLE_EXPRESSWAY_C;
    if (text_starts(f->subject, "expressway-e:"))
        return ROLE_EXPRESSWAY_E;
    if (f->endpoint != NULL)
        return f->endpoint->role;
    if (d == NULL || f->node == NULL)
        return ROLE_NONE;
    return is_node_of(&d->c.nodes, f->node)   ? ROLE_EXPRESSWAY_C
           : is_node_of(&d->e.nodes, f->node) ? ROLE_EXPRESSWAY_E
           : is_node_of(&d->ucm, f->node)     ? ROLE_UCM
           : is_node_of(&d->imp, f->node)     ? ROLE_IMP
                                              : ROLE_NONE;
}

/* Rows name the client-facing ports by their usual numbers; the SRV record may say another one for HTTPS. */
static bool about_port(const struct finding *f, int port) {
    static const struct {
        int port;
        enum protocol protocol;
    } usual[] = {{HTTPS_PORT, PROTOCOL_HTTPS}, {SIP_PORT, PROTOCOL_SIP}, {XMPP_PORT, PROTOCOL_XMPP}};
    if (f->endpoint == NULL || f->endpoint->leg != LEG_CLIENT)
        return false;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (usual[i].port == port)
            return f->endpoint->protocol == usual[i].protocol;
    return false;
}

static bool check_matches(const struct row *row, const struct finding *f) {
    return text_ends(row->check, ".") ? text_starts(f->check->id, row->check)
                                      : strcmp(row->check, f->check->id) == 0;
}

/* Does this row let this finding speak at all (whatever its status)? */
static bool row_applies(const struct instance *in, const struct row *row, const struct finding *f) {
    if (!check_matches(row, f) || (row->port != 0 && !about_port(f, row->port)))
        return false;
    if (row->whose == OF_C && role_of(in, f) != ROLE_EXPRESSWAY_C)
        return false;
    if (row->whose == OF_E && role_of(in, f) != ROLE_EXPRESSWAY_E)
        return false;
    return row->below_release == 0 || in->release < row->below_release;
}

/* Does the row's effect follow from this finding? */
static bool row_fires(const struct row *row, const struct finding *f) {
    if (row->causes != NULL && f->cause == NULL &&
        f->status == STATUS_UNKNOWN) /* "name.tls-verify unknown" is a risk */
        return row->effect == OUTCOME_AT_RISK && word_in(row->causes, "certificate-not-visible");
    if (row->causes != NULL)
        return f->cause != NULL && word_in(row->causes, f->cause->id);
    return f->status == STATUS_FAIL || (f->status == STATUS_WARN && row->effect == OUTCOME_AT_RISK);
}

/* What is wrong with the zone's port stops the tunnel, too, but for its own connection. */
static bool is_at_zone_port(const struct instance *in, const struct finding *f) {
    if (f->endpoint == NULL)
        return false;
    enum leg leg = f->endpoint->leg, wanted = in->rule->leg;
    return leg == wanted ||
           (leg == LEG_ZONE && wanted == LEG_TUNNEL && strncmp(f->check->id, "net.", 4) != 0);
}

/* A port of Expressway-C shows the certificate that it presents as a client, up to X15.5, where that is a
 * store of its own (TN-225693). Whether the port itself works is no matter. */
static bool shows_client_certificate(const struct instance *in, const struct finding *f) {
    if (f->endpoint == NULL)
        return true;
    return in->release < RELEASE_X15_5 && strncmp(f->check->id, "cert.", 5) == 0;
}

/* Trust lists are not replicated: what one node's list says of a certificate concerns the connections of that
 * node. */
static const char *list_of(const struct expressway *side, const char *name) {
    for (size_t i = 0; i < side->nodes.n; i++)
        if (same(side->nodes.v[i]->name, name) && side->nodes.v[i]->trust != NULL)
            return side->nodes.v[i]->trust;
    return side->trust;
}

static bool is_judged_there(const struct instance *in, const struct finding *f, const struct unit *u) {
    const struct deployment *d = in->facts->deployment;
    bool is_of_c = role_of(in, f) == ROLE_EXPRESSWAY_C;
    const char *judge = is_of_c ? u->host : u->node;
    if (f->list == NULL || d == NULL || judge == NULL)
        return true;
    const char *list = list_of(is_of_c ? &d->e : &d->c, judge);
    return list == NULL || strcmp(list, f->list) == 0;
}

static bool concerns_zone(const struct instance *in, const struct finding *f, const struct unit *u) {
    if ((f->zone != NULL && strcmp(f->zone, in->zone) != 0) || !is_judged_there(in, f, u))
        return false;
    if (is_at_zone_port(in, f))
        return same(f->endpoint->host, u->host) &&
               (f->address == NULL || u->address == NULL || same(f->address, u->address));
    if (strcmp(f->check->id, "name.host-underscore") == 0) /* told once for a host, at its first port */
        return same(f->node, u->host);
    if (role_of(in, f) == ROLE_EXPRESSWAY_C) /* its certificate goes to every peer */
        return shows_client_certificate(in, f) &&
               (u->node == NULL || f->node == NULL || same(f->node, u->node));
    if (f->endpoint != NULL)
        return false;
    if (f->node != NULL)
        return same(f->node, u->host);
    return f->zone != NULL;
}

static bool concerns(const struct instance *in, const struct finding *f, const struct unit *u) {
    switch (in->rule->scope) {
    case SCOPE_ZONE:
        return concerns_zone(in, f, u);
    case SCOPE_NODES:
        return same(f->node, u->node);
    case SCOPE_RUN:
        return true;
    case SCOPE_DOMAIN:
        break;
    }
    if (f->domain != NULL && in->domain != NULL && !same(f->domain, in->domain))
        return false;
    if (f->endpoint != NULL)
        return f->endpoint->leg == LEG_CLIENT && same(f->endpoint->host, u->host) &&
               (f->address == NULL || u->address == NULL || same(f->address, u->address));
    if (f->node != NULL)
        return same(f->node, u->host);
    return f->domain != NULL;
}

/* ---- deciding ---- */

static void because(struct arena *arena, struct outcome *o, const struct finding *f) {
    for (size_t i = 0; i < o->because.n; i++)
        if (o->because.v[i] == f)
            return;
    LIST_ADD(arena, &o->because, (void *)f);
}

/* The effect of one finding on units it concerns: the worst row that fires. WORKS: it speaks, and for the
 * good. */
static bool effect_of(const struct instance *in, const struct finding *f, enum outcome_state *effect) {
    bool speaks = false;
    enum outcome_state worst = OUTCOME_WORKS;
    for (const struct row *row = in->rule->rows; row->check != NULL; row++) {
        if (!row_applies(in, row, f) || f->status == STATUS_SKIP)
            continue;
        speaks = true;
        if (row_fires(row, f) && worst != OUTCOME_FAILS)
            worst = row->effect;
        else if (f->status == STATUS_UNKNOWN && worst == OUTCOME_WORKS && row->effect == OUTCOME_FAILS)
            worst = OUTCOME_UNKNOWN;
    }
    if (f->status == STATUS_UNKNOWN && worst == OUTCOME_UNKNOWN) /* a risk row for the unknown outranks it */
        for (const struct row *row = in->rule->rows; row->check != NULL; row++)
            if (row_applies(in, row, f) && row_fires(row, f))
                worst = row->effect;
    *effect = worst;
    return speaks;
}

static enum outcome_state worse(enum outcome_state a, enum outcome_state b) {
    static const int rank[] = {
        [OUTCOME_WORKS] = 0, [OUTCOME_AT_RISK] = 1, [OUTCOME_UNKNOWN] = 2, [OUTCOME_FAILS] = 3};
    return rank[a] >= rank[b] ? a : b;
}

static enum outcome_state decide(const struct instance *in) {
    size_t seen = 0, fails = 0, unknown = 0, risk = 0;
    for (size_t i = 0; i < in->units.n; i++) {
        const struct unit *u = in->units.v[i];
        seen += u->seen;
        fails += u->seen && u->state == OUTCOME_FAILS;
        unknown += u->seen && u->state == OUTCOME_UNKNOWN;
        risk += u->seen && u->state == OUTCOME_AT_RISK;
    }
    if (seen == 0)
        return OUTCOME_UNKNOWN;
    if (fails == seen)
        return OUTCOME_FAILS;
    if (unknown > 0)
        return OUTCOME_UNKNOWN;
    return fails + risk > 0 ? OUTCOME_AT_RISK : OUTCOME_WORKS;
}

/* Adds to `because` the findings whose effect on some unit is this one. */
static void collect(const struct instance *in, const struct findings *findings, enum outcome_state wanted,
                    struct outcome *o) {
    for (size_t i = 0; i < findings->n; i++) {
        enum outcome_state effect;
        if (!effect_of(in, findings->v[i], &effect) || effect != wanted)
            continue;
        for (size_t k = 0; k < in->units.n; k++)
            if (concerns(in, findings->v[i], in->units.v[k]))
                because(findings->arena, o, findings->v[i]);
    }
}

static void weigh(const struct instance *in, const struct findings *findings, struct outcome *o) {
    for (size_t i = 0; i < findings->n; i++) {
        enum outcome_state effect;
        if (!effect_of(in, findings->v[i], &effect))
            continue;
        for (size_t k = 0; k < in->units.n; k++) {
            struct unit *u = in->units.v[k];
            if (!concerns(in, findings->v[i], u))
                continue;
            u->seen = true;
            u->state = worse(u->state, effect);
        }
    }
    o->state = decide(in);
    /* Only what decided it: a prompt is no reason for a log-in that fails of something else. */
    if (o->state == OUTCOME_FAILS || o->state == OUTCOME_AT_RISK)
        collect(in, findings, OUTCOME_FAILS, o);
    if (o->state == OUTCOME_AT_RISK || o->state == OUTCOME_UNKNOWN)
        collect(in, findings, o->state, o);
}

/* ---- units ---- */

static void add_unit(struct arena *arena, struct instance *in, const char *host, const char *address,
                     const char *node) {
    for (size_t i = 0; i < in->units.n; i++) {
        const struct unit *u = in->units.v[i];
        bool same_address = u->address == address || same(u->address, address);
        if ((u->host == host || same(u->host, host)) && same_address &&
            (u->node == node || same(u->node, node)))
            return;
    }
    struct unit *u = ARENA_NEW(arena, struct unit);
    *u = (struct unit){.host = host, .address = address, .node = node, .state = OUTCOME_WORKS};
    LIST_ADD(arena, &in->units, u);
}

static void add_domain_units(struct arena *arena, struct instance *in, const struct findings *findings) {
    for (size_t i = 0; i < in->facts->endpoints.n; i++) {
        const struct endpoint *e = in->facts->endpoints.v[i];
        if (e->leg == LEG_CLIENT &&
            (in->domain == NULL || e->domains.n == 0 || texts_has(&e->domains, in->domain)))
            add_unit(arena, in, e->host, e->address, NULL);
    }
    for (size_t i = 0; i < findings->n; i++) { /* a target without an address is an edge that fails */
        const struct finding *f = findings->v[i];
        if (strcmp(f->check->id, "dns.srv-target") == 0 && f->status == STATUS_FAIL && f->node != NULL &&
            (f->domain == NULL || in->domain == NULL || same(f->domain, in->domain))) {
            bool known = false;
            for (size_t k = 0; k < in->units.n; k++)
                known = known || same(in->units.v[k]->host, f->node);
            if (!known)
                add_unit(arena, in, f->node, NULL, NULL);
        }
    }
    if (in->units.n == 0) /* discovery failed: the domain itself is all there is */
        add_unit(arena, in, NULL, NULL, NULL);
}

static void add_zone_units(struct arena *arena, struct instance *in) {
    const struct nodes *c = &in->facts->deployment->c.nodes;
    bool found = false;
    for (size_t i = 0; i < in->facts->endpoints.n; i++) {
        const struct endpoint *e = in->facts->endpoints.v[i];
        if (!same(e->zone, in->zone) || !same(e->host, in->peer) || e->leg != in->rule->leg)
            continue;
        found = true;
        for (size_t k = 0; k < c->n || k == 0; k++)
            add_unit(arena, in, in->peer, e->address, c->n == 0 ? NULL : c->v[k]->name);
    }
    for (size_t k = 0; !found && (k < c->n || k == 0); k++)
        add_unit(arena, in, in->peer, NULL, c->n == 0 ? NULL : c->v[k]->name);
}

static void add_node_units(struct arena *arena, struct instance *in) {
    const struct deployment *d = in->facts->deployment;
    for (size_t i = 0; d != NULL && i < d->ucm.n; i++)
        add_unit(arena, in, NULL, NULL, d->ucm.v[i]->name);
    for (size_t i = 0; d != NULL && i < d->imp.n; i++)
        add_unit(arena, in, NULL, NULL, d->imp.v[i]->name);
}

/* ---- telling ---- */

static const char *summary_of(struct arena *arena, const struct rule *rule, const struct outcome *o,
                              const struct outcome *after) {
    const char *words = rule->words[o->state];
    if (o->because.n > 0) {
        const struct finding *f = o->because.v[0];
        const char *why = f->cause != NULL ? f->cause->title : f->summary;
        return arena_printf(arena, "%s: %s (%s)", words, why, f->subject);
    }
    if (after != NULL)
        return arena_printf(arena, "%s: %s", words, after->summary);
    if (o->state == OUTCOME_UNKNOWN)
        return arena_printf(arena, "%s: this run could not look at it", words);
    return words;
}

/* Another outcome's failure fails this one: the tunnel decides log-in, log-in decides registration. */
static const struct outcome *failed_before(const struct outcomes *done, const struct rule *rule,
                                           const char *domain) {
    for (size_t k = 0; k < 3 && rule->after[k] != NULL; k++) {
        size_t told = 0, failed = 0;
        const struct outcome *first = NULL;
        for (size_t i = 0; i < done->n; i++) {
            const struct outcome *o = done->v[i];
            if (strcmp(o->id, rule->after[k]) != 0 ||
                (domain != NULL && o->subject != NULL && rule->scope == SCOPE_DOMAIN &&
                 strcmp(o->id, "jabber-login") == 0 && !same(o->subject, domain)))
                continue;
            told++;
            if (o->state == OUTCOME_FAILS && failed++ == 0)
                first = o;
        }
        if (told > 0 && failed == told)
            return first;
    }
    return NULL;
}

static const struct outcome *zone_of_peer(const struct outcomes *done, const char *peer) {
    for (size_t i = 0; i < done->n; i++)
        if (strcmp(done->v[i]->id, "traversal-zone") == 0 && same(done->v[i]->subject, peer))
            return done->v[i];
    return NULL;
}

/* The tunnel has no life without the zone: it fails with it, and is at risk where the zone fails for some of
 * its nodes or addresses. What is merely not known of the zone (a warning, an `unknown`) says nothing of the
 * tunnel. */
static enum outcome_state passed_on(const struct outcome *zone) {
    if (zone->state == OUTCOME_FAILS)
        return OUTCOME_FAILS;
    for (size_t i = 0; zone->state == OUTCOME_AT_RISK && i < zone->because.n; i++)
        if (zone->because.v[i]->status == STATUS_FAIL)
            return OUTCOME_AT_RISK;
    return OUTCOME_WORKS;
}

static void conclude(struct instance *in, const char *subject, struct findings *findings,
                     struct outcomes *done) {
    struct outcome *o = ARENA_NEW(findings->arena, struct outcome);
    o->id = in->rule->id;
    o->title = in->rule->title;
    o->subject = subject;
    weigh(in, findings, o);
    const struct outcome *after = in->rule->scope == SCOPE_ZONE
                                      ? (in->rule->after[0] != NULL ? zone_of_peer(done, subject) : NULL)
                                      : failed_before(done, in->rule, in->domain);
    if (after != NULL && worse(o->state, passed_on(after)) == o->state)
        after = NULL; /* it is no worse, and so not the reason */
    if (after != NULL) {
        o->state = passed_on(after);
        o->because.n = 0;
        for (size_t i = 0; i < after->because.n; i++)
            because(findings->arena, o, after->because.v[i]);
    }
    o->summary = summary_of(findings->arena, in->rule, o, after);
    LIST_ADD(findings->arena, done, o);
}

static bool rule_is_told(const struct facts *facts, const struct findings *findings,
                         const struct rule *rule) {
    if (rule->scope == SCOPE_DOMAIN)
        return facts->domains.n > 0;
    if (rule->scope == SCOPE_NODES)
        return facts->deployment != NULL && facts->deployment->ucm.n + facts->deployment->imp.n > 0;
    if (rule->scope == SCOPE_RUN && strcmp(rule->id, "revocation-policy") == 0) {
        for (size_t i = 0; i < findings->n; i++)
            if (strcmp(findings->v[i]->check->id, "revocation.verdict") == 0 &&
                findings->v[i]->status != STATUS_SKIP)
                return true;
        return false;
    }
    if (rule->scope == SCOPE_RUN && strcmp(rule->id, "certificate-upload") == 0)
        return strcmp(facts->run.command, "cert") == 0;
    return rule->feature == NULL || deployment_has_feature(facts->deployment, rule->feature);
}

static bool zone_is_told(const struct rule *rule, const struct zone *zone) {
    return (zone->type == ZONE_UC_TRAVERSAL && rule->uc_traversal) ||
           (zone->type == ZONE_TRAVERSAL && rule->traversal) ||
           (zone->type == ZONE_NEIGHBOR && rule->neighbor);
}

/* A zone without peers is one in whose place we listened: told once, under its own name. */
static bool is_peer(const struct zone *zone, size_t p) {
    return p < zone->peers.n || (p == 0 && zone->peers.n == 0);
}

static void tell_zones(struct instance *in, struct findings *findings, struct outcomes *done) {
    const struct deployment *d = in->facts->deployment;
    for (size_t z = 0; d != NULL && z < d->zones.n; z++)
        for (size_t p = 0; is_peer(d->zones.v[z], p) && zone_is_told(in->rule, d->zones.v[z]); p++) {
            in->zone = d->zones.v[z]->name;
            in->peer = d->zones.v[z]->peers.n > 0 ? d->zones.v[z]->peers.v[p] : NULL;
            in->units.n = 0;
            in->units.v = NULL;
            add_zone_units(findings->arena, in);
            conclude(in, in->peer != NULL ? in->peer : in->zone, findings, done);
        }
}

static void tell_domains(struct instance *in, struct findings *findings, struct outcomes *done) {
    for (size_t i = 0; i < in->facts->domains.n; i++) {
        in->domain = in->facts->domains.v[i];
        in->units.n = 0;
        in->units.v = NULL;
        add_domain_units(findings->arena, in, findings);
        conclude(in, in->facts->domains.n > 1 ? in->domain : NULL, findings, done);
    }
}

struct outcomes *outcomes_of(const struct facts *facts, struct findings *findings) {
    struct outcomes *done = ARENA_NEW(findings->arena, struct outcomes);
    int release = 0;
    release_read(facts->run.release, &release);
    for (size_t i = 0; outcome_rules[i].id != NULL; i++) {
        struct instance in = {.facts = facts, .rule = &outcome_rules[i], .release = release};
        if (!rule_is_told(facts, findings, &outcome_rules[i]))
            continue;
        if (outcome_rules[i].scope == SCOPE_ZONE) {
            tell_zones(&in, findings, done);
        } else if (outcome_rules[i].scope == SCOPE_DOMAIN) {
            tell_domains(&in, findings, done);
        } else {
            if (outcome_rules[i].scope == SCOPE_NODES)
                add_node_units(findings->arena, &in);
            else
                add_unit(findings->arena, &in, NULL, NULL, NULL);
            conclude(&in, NULL, findings, done);
        }
    }
    return done;
}

/* ---- symptoms: the troubleshooting note's entry points ---- */

static const char *symptom_outcomes(const char *symptom) {
    for (size_t i = 0; symptoms[i].name != NULL; i++)
        if (strcmp(symptoms[i].name, symptom) == 0)
            return symptoms[i].outcomes;
    return NULL;
}

bool symptom_is_known(const char *symptom) {
    return symptom_outcomes(symptom) != NULL;
}

static bool finding_bears_on(const struct finding *f, const char *ids) {
    for (size_t i = 0; outcome_rules[i].id != NULL; i++)
        for (const struct row *row = outcome_rules[i].rows;
             word_in(ids, outcome_rules[i].id) && row->check != NULL; row++)
            if (check_matches(row, f))
                return true;
    return false;
}

void symptom_keep(const char *symptom, struct outcomes *outcomes, struct findings *findings) {
    const char *ids = symptom == NULL ? NULL : symptom_outcomes(symptom);
    size_t kept = 0;
    if (ids == NULL)
        return;
    for (size_t i = 0; i < outcomes->n; i++)
        if (word_in(ids, outcomes->v[i]->id))
            outcomes->v[kept++] = outcomes->v[i];
    outcomes->n = kept;
    kept = 0;
    for (size_t i = 0; i < findings->n; i++) {
        if (finding_bears_on(findings->v[i], ids))
            findings->v[kept++] = findings->v[i];
        else
            json_decref(findings->v[i]->evidence);
    }
    findings->n = kept;
}
