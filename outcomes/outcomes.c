/* What does the user feel? See outcomes.h. The table is the catalogue's "how findings decide". */
#include "outcomes/outcomes.h"

#include <string.h>

#include "checks/reach.h"
#include "checks/seen.h"
#include "outcomes/upload.h"
#include "outcomes/weigh.h"

const struct enum_name outcome_states[] = {{OUTCOME_WORKS, "works"},
                                           {OUTCOME_AT_RISK, "at-risk"},
                                           {OUTCOME_FAILS, "fails"},
                                           {OUTCOME_UNKNOWN, "unknown"},
                                           {0, NULL}};

/* ---- telling ---- */

/* What would tell an outcome that nothing decided. */
static const char *how_to_learn(const struct instance *in, const struct outcome *o,
                                const struct outcome *after) {
    if (o->state != OUTCOME_UNKNOWN || o->because.n > 0)
        return NULL;
    if (after != NULL)
        return after->how;
    const struct need *unmet = first_unmet(in);
    if (unmet == NULL)
        return "this run could not look at it";
    if (in->facts->bundles.n > 0 && unmet->how_of_bundles != NULL)
        return unmet->how_of_bundles;
    return in->facts->captures.n > 0 && unmet->how_of_captures != NULL ? unmet->how_of_captures : unmet->how;
}

static const char *summary_of(struct arena *arena, const struct instance *in, const struct outcome *o,
                              const struct outcome *after) {
    const char *words = in->rule->words[o->state];
    if (o->because.n > 0) {
        const struct finding *f = o->because.v[0];
        const char *why = f->cause != NULL ? f->cause->title : f->summary;
        return arena_printf(arena, "%s: %s (%s)", words, why, f->subject);
    }
    if (after != NULL)
        return arena_printf(arena, "%s: %s", words, after->summary);
    return o->how == NULL ? words : arena_printf(arena, "%s: %s", words, o->how);
}

/* Why an outcome that fails, or fails in part, fails: a warning is no reason for another outcome. */
static bool has_failed(const struct outcome *o) {
    if (o->state == OUTCOME_FAILS)
        return true;
    for (size_t i = 0; o->state == OUTCOME_AT_RISK && i < o->because.n; i++)
        if (o->because.v[i]->status == STATUS_FAIL)
            return true;
    return false;
}

static bool is_told_by_domain(const char *outcome) {
    const struct rule *rule = outcome_rules;
    while (strcmp(rule->id, outcome) != 0)
        rule++;
    return rule->scope == SCOPE_DOMAIN;
}

/* What was seen to fail is the connection that carries calls: who logs in comes by HTTPS, over another. */
static bool is_of_calls(const struct finding *f) {
    static const struct {
        const char *check, *causes; /* NULL: all, where they speak of SIP */
    } of_calls[] = {{"zone.status", "ucm-failed"},
                    {"chain.ucm-trust", "not-in-callmanager-trust"},
                    {"cipher.overlap", NULL}};
    const char *protocol = evidence_string(f, "protocol");
    for (size_t i = 0; f->cause != NULL && i < sizeof of_calls / sizeof *of_calls; i++)
        if (strcmp(f->check->id, of_calls[i].check) == 0)
            return of_calls[i].causes != NULL ? word_in(of_calls[i].causes, f->cause->id)
                                              : protocol != NULL && strcmp(protocol, "SIP") == 0;
    return false;
}

static bool hits_calls_alone(const struct outcome *o) {
    size_t of_calls = 0;
    for (size_t i = 0; i < o->because.n; i++)
        of_calls += is_of_calls(o->because.v[i]);
    return o->because.n > 0 && of_calls == o->because.n;
}

/* Of nodes that take no calls registration is the first to know; all else about them comes over log-in. */
static bool hangs_on(const struct rule *rule, const struct outcome *before) {
    return strcmp(before->id, "ucm-connection") != 0 ||
           hits_calls_alone(before) == (strcmp(rule->id, "sip-registration") == 0);
}

/* Another outcome's failure fails this one: the tunnel decides log-in, log-in decides registration. Where
 * only some of several zones fail, or a part of one, it is a risk: see passed_on(). A prompt at log-in is no
 * risk for what comes after it. */
static const struct outcome *failed_before(const struct outcomes *done, const struct rule *rule,
                                           const char *domain, bool *in_part) {
    const struct outcome *part = NULL;
    for (const char *const *after = rule->after; *after != NULL; after++) {
        bool is_of_domain = is_told_by_domain(*after);
        size_t told = 0, failed = 0;
        const struct outcome *first = NULL;
        for (size_t i = 0; i < done->n; i++) {
            const struct outcome *o = done->v[i];
            if (strcmp(o->id, *after) != 0 ||
                (is_of_domain && o->subject != NULL && !names_alike(o->subject, domain)))
                continue;
            told++;
            if (!hangs_on(rule, o))
                continue;
            failed += o->state == OUTCOME_FAILS;
            if (first == NULL && o->state == OUTCOME_FAILS)
                first = o;
            if (part == NULL && !is_of_domain && has_failed(o))
                part = o;
        }
        if (first != NULL && failed == told)
            return first;
    }
    *in_part = part != NULL;
    return part;
}

/* The tunnel has no life without the zone: it fails with it, and is at risk where the zone fails for some of
 * its nodes or addresses. What is merely not known of the zone (a warning, an `unknown`) says nothing of the
 * tunnel. */
static enum outcome_state passed_on(const struct outcome *before, bool in_part) {
    if (before->state == OUTCOME_FAILS && !in_part)
        return OUTCOME_FAILS;
    return has_failed(before) ? OUTCOME_AT_RISK : OUTCOME_WORKS;
}

/* Where the certificate decides nothing itself, an outcome is what those before it make of it. */
static bool hangs_on_known(const struct instance *in, const struct outcomes *done) {
    size_t told = 0;
    for (const char *const *after = in->rule->after; *after != NULL; after++)
        for (size_t i = 0; i < done->n; i++) {
            bool is_it = strcmp(done->v[i]->id, *after) == 0 && hangs_on(in->rule, done->v[i]);
            if (is_it && done->v[i]->state == OUTCOME_UNKNOWN)
                return false;
            told += is_it;
        }
    return told > 0;
}

static bool nothing_was_seen(const struct instance *in) {
    for (size_t i = 0; i < in->units.n; i++)
        if (in->units.v[i]->seen || in->units.v[i]->unmet != NULL)
            return false;
    return true;
}

/* What has not come yet: an expiry, another release, another setting. */
static bool is_to_come(const struct finding *f) {
    static const struct {
        const char *check, *causes;
    } later[] = {{"cert.validity", "expires-soon expires-critical"},
                 {"cert.lets-encrypt-renewal", "renewal-due"},
                 {"cert.eku", "missing-client-soon"},
                 {"cert.unknown-oid", "unknown-oid"}, /* until the tunnels are set up again */
                 {"name.host-underscore", "underscore"},
                 {"cipher.certificate-type", "other-type-untrusted"},
                 {"revocation.verdict", "fallback-accepts"},
                 {"cert.signature", "sha1"},
                 {"file.", "world-readable attributes-changed"}};
    if (f->cause == NULL || f->status == STATUS_UNKNOWN)
        return true;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (text_starts(f->check->id, later[i].check) && word_in(later[i].causes, f->cause->id))
            return true;
    return false;
}

static bool is_broken_now(const struct outcome *o) {
    for (size_t i = 0; i < o->because.n; i++)
        if (!is_to_come(o->because.v[i]))
            return true;
    return false;
}

/* Two zones may have one peer. */
static const char *zone_key(const struct instance *in) {
    return arena_printf(in->index->arena, "%s %s", in->zone, text_or(in->peer, ""));
}

static void conclude(struct instance *in, const char *subject, struct findings *findings,
                     struct outcomes *done) {
    struct outcome *o = ARENA_NEW(findings->arena, struct outcome);
    o->id = in->rule->id;
    o->title = in->rule->title;
    o->subject = subject;
    weigh(in, o);
    if (by_certificates(in->facts) && nothing_was_seen(in) && hangs_on_known(in, done))
        o->state = OUTCOME_WORKS;
    bool in_part = false;
    const struct outcome *after =
        in->rule->scope == SCOPE_ZONE
            ? (in->rule->after[0] != NULL ? name_map_first(in->index->outcomes, zone_key(in)) : NULL)
            : failed_before(done, in->rule, in->domain, &in_part);
    if (after != NULL && worse(o->state, passed_on(after, in_part)) == o->state)
        after = NULL; /* it is no worse, and so not the reason */
    if (after != NULL) {
        o->state = passed_on(after, in_part);
        o->because.n = 0;
        for (size_t i = 0; i < after->because.n; i++)
            LIST_ADD(findings->arena, &o->because, (void *)after->because.v[i]);
    }
    o->now = o->state == OUTCOME_AT_RISK && is_broken_now(o);
    if (strcmp(in->rule->id, "certificate-upload") == 0)
        upload_say(o);
    o->how = how_to_learn(in, o, after);
    o->summary = summary_of(findings->arena, in, o, after);
    if (by_certificates(in->facts) && o->state == OUTCOME_WORKS)
        o->summary = arena_printf(findings->arena, "%s, as far as certificates decide it", o->summary);
    if (o->said != NULL)
        o->summary = arena_printf(findings->arena, "%s. Expressway says: \"%s\"", o->summary, o->said);
    LIST_ADD(findings->arena, done, o);
    if (strcmp(o->id, "traversal-zone") == 0) /* what the tunnel comes after */
        name_map_add(in->index->outcomes, zone_key(in), o);
}

static bool rule_is_told(const struct facts *facts, const struct findings *findings,
                         const struct rule *rule) {
    bool is_upload = strcmp(rule->id, "certificate-upload") == 0;
    if (is_upload || facts->run.scope.is_upload)
        return is_upload && facts->run.upload_role != NULL &&
               text_starts(facts->run.upload_role, "expressway-");
    if (strcmp(rule->id, "xmpp-messaging") == 0 && messaging_is_unused(facts))
        return false;
    if (rule->scope == SCOPE_NODES)
        return facts->deployment != NULL && facts->deployment->ucm.n + facts->deployment->imp.n > 0;
    if (strcmp(rule->id, "revocation-policy") == 0) {
        for (size_t i = 0; i < findings->n; i++)
            if (strcmp(findings->v[i]->check->id, "revocation.verdict") == 0 &&
                findings->v[i]->status != STATUS_SKIP)
                return true;
        return false;
    }
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
            in->is_unverified = !zone_verifies(in->facts, d->zones.v[z]);
            in->peer = d->zones.v[z]->peers.n > 0 ? d->zones.v[z]->peers.v[p] : NULL;
            in->units.n = 0;
            in->units.v = NULL;
            add_zone_units(findings->arena, in, d->zones.v[z]);
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
    struct outcome_index *index = outcome_index_new(facts, findings);
    int release = release_of(facts, ROLE_EXPRESSWAY_C); /* it decides what C shows as a client */
    for (size_t i = 0; outcome_rules[i].id != NULL; i++) {
        struct instance in = {.facts = facts, .index = index, .rule = &outcome_rules[i], .release = release};
        if (!rule_is_told(facts, findings, &outcome_rules[i]))
            continue;
        if (outcome_rules[i].scope == SCOPE_ZONE) {
            tell_zones(&in, findings, done);
        } else if (outcome_rules[i].scope == SCOPE_DOMAIN) {
            tell_domains(&in, findings, done);
        } else {
            if (outcome_rules[i].scope == SCOPE_NODES)
                add_node_units(findings->arena, &in, findings);
            else
                add_run_units(findings->arena, &in);
            conclude(&in, NULL, findings, done);
        }
    }
    return done;
}
