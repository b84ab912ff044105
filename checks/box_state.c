/* What do the boxes themselves say of zones and SSH tunnels, and does anything found explain it? By the
 * status dump, of the start of logging, and by alarms. See box.h. */
#include <string.h>
#include <strings.h>

#include "catalogue/log_tokens.h"
#include "checks/box.h"

enum { ALARM_TUNNELS = 35013 };

static bool is_state(const struct box_zone *zone, const char *state) {
    return zone->status != NULL && strncasecmp(zone->status, state, strlen(state)) == 0;
}

/* `by`: "status dump". */
static void add_teller(const struct judging *run, struct finding *f, const struct bundle *box,
                       const char *by) {
    evidence_text(f, "told_by",
                  arena_printf(run->to->arena, "%s of %s%s%s", by, text_or(box->node, box->path),
                               box->dumped == NULL ? "" : ", ", text_or(box->dumped, "")));
}

static void add_state(const struct judging *run, struct finding *f, const struct bundle *box,
                      const char *found) {
    add_teller(run, f, box, "status dump");
    evidence_text(f, "wanted", "Active");
    evidence_text(f, "found", found);
    evidence_text(f, "box", box->node);
    evidence_text(f, "when", box->dumped);
}

/* The port at which the zone is reached: "expe1.example.com:7001". */
static void add_way(const struct judging *run, struct finding *f, const char *host, int port) {
    if (host != NULL && port != 0)
        evidence_text(f, "endpoint", arena_printf(run->to->arena, "%s:%d", host, port));
    if (host != NULL)
        evidence_text(f, "far", host);
}

/* ---- zones ---- */

/* The peer address of the zone that means the far end; NULL: none is known to. */
static const char *peer_of(const struct judging *run, const struct zone *zone, const char *far) {
    const struct deployment *d = run->facts->deployment;
    for (size_t p = 0; zone != NULL && p < zone->peers.n; p++) {
        const struct node *node = facts_node(run->facts, &d->e.nodes, zone->peers.v[p]);
        if (text_same_case_blind(zone->peers.v[p], far) ||
            (node != NULL &&
             (text_same_case_blind(node->name, far) || text_same_case_blind(node->address, far))))
            return zone->peers.v[p];
    }
    return NULL;
}

/* Seen from Expressway-C a peer is one Expressway-E; outcomes are told for each. */
static struct about about_far(const struct judging *run, const struct bundle *box, struct about about,
                              const char *far) {
    const char *peer =
        box->role == ROLE_EXPRESSWAY_C ? peer_of(run, facts_zone(run->facts, about.zone), far) : NULL;
    if (peer != NULL) {
        about.node = peer;
        about.role = ROLE_EXPRESSWAY_E;
    }
    return about;
}

static void judge_zone(struct judging *run, const struct bundle *box, const struct box_zone *zone) {
    struct about about = about_box_zone(run, box, zone);
    if (is_state(zone, "failed")) {
        struct finding *f = find_cause(run->to, CAUSE_ZONE_STATUS_FAILED, about, "%s has the zone %s %s%s%s",
                                       text_or(box->node, box->path), zone->name, zone->status,
                                       box->dumped == NULL ? "" : " at ", text_or(box->dumped, ""));
        add_state(run, f, box, zone->status);
        add_way(run, f,
                box->role == ROLE_EXPRESSWAY_E ? box->node
                : zone->peers.n > 0            ? zone->peers.v[0]
                                               : NULL,
                zone->port);
        return;
    }
    for (size_t i = 0; i < zone->peers_down.n; i++) {
        struct finding *f = find_cause(run->to, CAUSE_ZONE_STATUS_PEER_DOWN,
                                       about_far(run, box, about, zone->peers_down.v[i]),
                                       "%s does not reach %s, a peer of the zone %s",
                                       text_or(box->node, box->path), zone->peers_down.v[i], zone->name);
        add_state(run, f, box, "Failed");
        add_way(run, f, zone->peers_down.v[i], zone->port);
    }
    if (zone->peers_down.n == 0 && is_state(zone, "active"))
        find_pass(run->to, CHECK_ZONE_STATUS, about, "%s has the zone %s %s", text_or(box->node, box->path),
                  zone->name, zone->status);
}

/* Zones that Expressway-C makes for Unified CM nodes are named CEtcp-NODE and so on. */
static void judge_unified_zone(struct judging *run, const struct bundle *box, const struct box_zone *zone) {
    static const char *const prefixes[] = {"CEtcp-", "CEtls-", "CEOAuth-", "CEOAuth "};
    const struct deployment *d = run->facts->deployment;
    struct about about = about_box_zone(run, box, zone);
    about.node = NULL;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && d != NULL && zone->name != NULL; i++)
        for (size_t k = 0; k < d->ucm.n; k++)
            if (text_starts(zone->name, prefixes[i]) &&
                text_same_case_blind(zone->name + strlen(prefixes[i]), d->ucm.v[k]->name))
                about.node = d->ucm.v[k]->name;
    if (about.node == NULL || !is_state(zone, "failed"))
        return;
    struct finding *f = find_cause(run->to, CAUSE_ZONE_STATUS_UCM_FAILED, about, "%s has the zone %s %s%s%s",
                                   text_or(box->node, box->path), zone->name, zone->status,
                                   box->dumped == NULL ? "" : " at ", text_or(box->dumped, ""));
    add_state(run, f, box, zone->status);
}

/* ---- SSH tunnels ---- */

static const struct box_zone *unified_zone(const struct bundle *box) {
    for (size_t i = 0; i < box->zones.n; i++)
        if (box_zone_is_traversal(box->zones.v[i]) && box->zones.v[i]->is_unified)
            return box->zones.v[i];
    return NULL;
}

static struct finding *tunnel_find(struct judging *run, const struct bundle *box, const char *far,
                                   const char *by) {
    const struct box_zone *zone = unified_zone(box);
    struct about about = zone == NULL ? about_of_box(run, box) : about_box_zone(run, box, zone);
    if (far != NULL)
        about = about_far(run, box, about, far);
    struct finding *f =
        find_cause(run->to, CAUSE_ZONE_STATUS_TUNNELS_DOWN, about, "%s has no SSH tunnel%s%s, by %s",
                   text_or(box->node, box->path), far == NULL ? "" : " to ", text_or(far, ""), by);
    evidence_text(f, "box", box->node);
    evidence_text(f, "far", far);
    return f;
}

static void add_alarm(const struct judging *run, struct finding *f, const struct bundle *box,
                      const struct alarm_seen *alarm) {
    evidence_text(f, "told_by",
                  arena_printf(run->to->arena, "alarm %d of %s", alarm->id, text_or(box->node, box->path)));
    evidence_int(f, "alarm", alarm->id);
    evidence_text(f, "first", alarm->first);
    evidence_text(f, "last", alarm->last);
}

/* The alarm names the hosts, cut at 200 characters. */
static void judge_tunnel_alarm(struct judging *run, const struct bundle *box,
                               const struct alarm_seen *alarm) {
    const struct box_zone *own = unified_zone(box);
    const struct zone *zone = own == NULL ? NULL : facts_zone(run->facts, about_box_zone(run, box, own).zone);
    const char *by = arena_printf(run->arena, "alarm %d", alarm->id);
    bool names_any = false;
    for (size_t p = 0; alarm->detail != NULL && zone != NULL && p < zone->peers.n; p++)
        if (strcasestr(alarm->detail, zone->peers.v[p]) != NULL) {
            add_alarm(run, tunnel_find(run, box, zone->peers.v[p], by), box, alarm);
            names_any = true;
        }
    if (!names_any)
        add_alarm(run, tunnel_find(run, box, NULL, by), box, alarm);
}

static void judge_tunnels(struct judging *run, const struct bundle *box) {
    const struct alarm_seen *standing = NULL;
    for (size_t i = 0; i < box->tunnels_down.n; i++)
        add_state(run, tunnel_find(run, box, box->tunnels_down.v[i], "its status dump"), box, "Failed");
    for (size_t i = 0; i < box->alarms.n; i++)
        if (box->alarms.v[i]->id == ALARM_TUNNELS) /* of the log's and the dump's the log's is newer */
            standing =
                standing == NULL || box->alarms.v[i]->source == ALARM_FROM_LOG ? box->alarms.v[i] : standing;
    if (standing != NULL && !standing->is_lowered && box->tunnels_down.n == 0)
        judge_tunnel_alarm(run, box, standing);
}

/* ---- alarms about what the zone hangs on ---- */

/* Server certificate changed, expired; SIP TLS off; client certificate expired. */
static const int against[] = {15028, 40048, 40068, 40078};

static void judge_alarms_against(struct judging *run, const struct bundle *box) {
    for (size_t i = 0; i < box->alarms.n; i++)
        for (size_t k = 0; k < sizeof against / sizeof *against; k++) {
            const struct alarm_seen *alarm = box->alarms.v[i];
            const struct box_zone *zone = unified_zone(box);
            if (alarm->id != against[k] || alarm->is_lowered || zone == NULL)
                continue;
            struct finding *f =
                find_cause(run->to, CAUSE_ZONE_STATUS_ALARM_AGAINST, about_box_zone(run, box, zone),
                           "%s raised alarm %d (%s)", text_or(box->node, box->path), alarm->id,
                           alarm_find(alarm->id)->title);
            evidence_text(f, "box", box->node);
            add_alarm(run, f, box, alarm);
        }
}

/* ---- what explains it ---- */

static const enum check_id behind_tunnels[] = {CHECK_CHAIN_SSH_TUNNEL, CHECK_NAME_HOST_UNDERSCORE,
                                               CHECK_CERT_UNKNOWN_OID, CHECK_SSH_SERVICE};
static const enum check_id behind_zones[] = {
    CHECK_HOST_SETTINGS,     CHECK_ZONE_SETTINGS,       CHECK_ZONE_PAIRING,       CHECK_CHAIN_ZONE,
    CHECK_NAME_PEER_ADDRESS, CHECK_NAME_TLS_VERIFY,     CHECK_CERT_VALIDITY,      CHECK_CERT_EKU,
    CHECK_CIPHER_OVERLAP,    CHECK_ZONE_AUTHENTICATION, CHECK_REVOCATION_VERDICT, CHECK_ZONE_CLUSTER,
    CHECK_TLS_CLIENT_AUTH,   CHECK_NET_CONNECT,         CHECK_TLS_HANDSHAKE,      CHECK_ZONE_VERIFY_MODE,
    CHECK_HOST_CLOCK};

static bool may_explain(const struct finding *f, const struct finding *why) {
    if (why == f || why->status != STATUS_FAIL)
        return false;
    if (f->zone != NULL && why->zone != NULL && strcmp(f->zone, why->zone) != 0)
        return false;
    return why->role != ROLE_UCM && why->role != ROLE_IMP &&
           (why->endpoint == NULL || why->endpoint->leg == LEG_ZONE || why->endpoint->leg == LEG_TUNNEL);
}

static const struct finding *of_check(const struct judging *run, const struct finding *f,
                                      enum check_id check) {
    for (size_t i = 0; i < run->to->n; i++)
        if (run->to->v[i]->check == check_of(check) && may_explain(f, run->to->v[i]))
            return run->to->v[i];
    return NULL;
}

static bool is_cause(const struct finding *f, enum cause_id cause) {
    return f->cause == cause_of(cause);
}

/* The tunnels hang on the zone, and the zone on its port. */
static const struct finding *of_status(const struct judging *run, const struct finding *f) {
    static const enum cause_id nearer[] = {CAUSE_ZONE_STATUS_NOT_REACHED, CAUSE_ZONE_STATUS_FAILED};
    for (size_t k = 0; k < 2 && !is_cause(f, nearer[k]); k++)
        for (size_t i = 0; i < run->to->n; i++)
            if (is_cause(run->to->v[i], nearer[k]) && may_explain(f, run->to->v[i]))
                return run->to->v[i];
    return NULL;
}

static void explain(struct judging *run, struct finding *f) {
    bool is_of_tunnel =
        is_cause(f, CAUSE_ZONE_STATUS_TUNNELS_DOWN) || is_cause(f, CAUSE_ZONE_STATUS_TUNNEL_FAILURE_LOGGED);
    const struct finding *why = NULL;
    for (size_t i = 0; is_of_tunnel && why == NULL && i < sizeof behind_tunnels / sizeof *behind_tunnels; i++)
        why = of_check(run, f, behind_tunnels[i]);
    for (size_t i = 0; why == NULL && i < sizeof behind_zones / sizeof *behind_zones; i++)
        why = of_check(run, f, behind_zones[i]);
    if (why == NULL)
        why = of_status(run, f);
    if (why != NULL)
        evidence_text(f, "explained_by", arena_printf(run->to->arena, "%s %s", why->check->id, why->subject));
}

void judge_box_states(struct judging *run) {
    const struct facts *facts = run->facts;
    for (size_t i = 0; i < facts->bundles.n; i++) {
        const struct bundle *box = facts->bundles.v[i];
        for (size_t k = 0; k < box->zones.n; k++)
            if (box_zone_is_traversal(box->zones.v[k]))
                judge_zone(run, box, box->zones.v[k]);
            else
                judge_unified_zone(run, box, box->zones.v[k]);
        judge_tunnels(run, box);
        judge_alarms_against(run, box);
    }
    for (size_t i = 0; i < run->to->n; i++)
        if (run->to->v[i]->check == check_of(CHECK_ZONE_STATUS) && run->to->v[i]->cause != NULL &&
            !is_cause(run->to->v[i], CAUSE_ZONE_STATUS_UCM_FAILED))
            explain(run, run->to->v[i]);
}
