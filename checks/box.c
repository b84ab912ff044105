/* What do the bundles of boxes tell besides certificates and trust lists? judge_box: host.alarm, host.clock,
 * host.bundle, host.settings. Their zones: box_zone.c; what the boxes say of zones: box_state.c; what their
 * logs say: box_log.c. See judge.h. */
#include <string.h>
#include <strings.h>

#include "catalogue/log_tokens.h"
#include "checks/box.h"
#include "facts/services.h"

static bool is_expressway_role(enum role role) {
    return role == ROLE_EXPRESSWAY_E || role == ROLE_EXPRESSWAY_C;
}

/* ---- host.bundle ---- */

static const struct node *node_of_box(struct judging *run, const struct bundle *box) {
    const struct deployment *d = run->facts->deployment;
    const struct expressway *side = d == NULL ? NULL : box->role == ROLE_EXPRESSWAY_E ? &d->e : &d->c;
    for (size_t i = 0; side != NULL && i < side->nodes.n; i++)
        if (text_same_case_blind(side->nodes.v[i]->name, box->node))
            return side->nodes.v[i];
    return NULL;
}

/* A file of that kind that was there and could not be read: " (server_*.pem: line 1: no END line)". */
static char *lack_words(struct judging *run, const struct bundle *box, const char *what, const char *kind) {
    for (size_t i = 0; i < box->files_left_out.n; i++) {
        const struct left_out *left = box->files_left_out.v[i];
        const char *slash = strrchr(left->name, '/');
        if (text_starts(slash == NULL ? left->name : slash + 1, kind))
            return arena_printf(run->arena, "a readable %s (%s*.pem: %s)", what, kind, left->why);
    }
    return arena_printf(run->arena, "%s (%s*.pem)", what, kind);
}

static void missing_find(struct judging *run, const struct bundle *box, struct texts *missing) {
    const struct node *node = node_of_box(run, box);
    if (!box->has_settings)
        texts_add(run->arena, missing, "settings (xconf_dump)");
    if (node != NULL && node->trust == NULL)
        texts_add(run->arena, missing, lack_words(run, box, "trust list", "ca_"));
    if (node != NULL && node->certificate.n == 0)
        texts_add(run->arena, missing, lack_words(run, box, "server certificate", "server_"));
    if (box->is_cut)
        texts_add(run->arena, missing, "what stood behind its end (the archive is cut off)");
    if (box->settings_cut)
        texts_add(run->arena, missing, "the end of its settings (xconf_dump is cut off)");
    for (size_t i = 0; i < box->zones.n; i++)
        for (size_t k = 0; k < box->zones.v[i]->lacks.n; k++)
            texts_add(run->arena, missing,
                      arena_printf(run->arena, "%s of the zone %s", box->zones.v[i]->lacks.v[k],
                                   box->zones.v[i]->name));
    if (box->has_settings && box->zones.n == 0)
        texts_add(run->arena, missing, "the settings of its zones");
}

static void judge_bundle(struct judging *run, const struct bundle *box) {
    struct texts missing = {NULL, 0};
    struct finding *f;
    if (!is_expressway_role(box->role)) {
        f = find_cause(run->to, CAUSE_HOST_BUNDLE_ROLE_UNKNOWN, about_box(box),
                       "neither zones nor status tell what %s is: its certificate and trust list were not "
                       "judged",
                       about_box(box).subject);
        evidence_text(f, "path", box->path);
        return;
    }
    missing_find(run, box, &missing);
    if (missing.n == 0) {
        find_pass(run->to, CHECK_HOST_BUNDLE, about_box(box),
                  "settings, trust list and certificate are there");
        return;
    }
    char *list = NULL;
    for (size_t i = 0; i < missing.n; i++)
        list = list == NULL ? missing.v[i] : arena_printf(run->arena, "%s, %s", list, missing.v[i]);
    f = find_cause(run->to, CAUSE_HOST_BUNDLE_INCOMPLETE, about_of_box(run, box), "the bundle lacks %s",
                   list);
    evidence_texts(f, "lacks", &missing);
    evidence_text(f, "path", box->path);
}

static void judge_other_side(struct judging *run) {
    static const enum role both[] = {ROLE_EXPRESSWAY_E, ROLE_EXPRESSWAY_C};
    for (size_t i = 0; i < 2; i++)
        if (box_has_role(run->facts, both[i]) && !box_has_role(run->facts, both[1 - i])) {
            const char *has = enum_text(roles, (int)both[i]), *lacks = enum_text(roles, (int)both[1 - i]);
            find_cause(run->to, CAUSE_HOST_BUNDLE_OTHER_SIDE_MISSING,
                       (struct about){.subject = lacks, .role = both[i]},
                       "there is a bundle of %s and none of %s: what the two are to each other is judged as "
                       "far as one side tells it",
                       has, lacks);
        }
}

static void judge_contradictions(struct judging *run, const struct bundle *box) {
    if (box->contradictions.n == 0)
        return;
    struct finding *f = find_cause(
        run->to, CAUSE_HOST_BUNDLE_CONTRADICTORY, about_box(box), "%s%s", box->contradictions.v[0],
        box->contradictions.n == 1 ? ""
                                   : arena_printf(run->arena, "; and %zu more", box->contradictions.n - 1));
    evidence_texts(f, "contradictions", &box->contradictions);
}

/* ---- host.settings ---- */

static bool is_mra_on_elsewhere(const struct facts *facts, const struct bundle *box) {
    for (size_t i = 0; i < facts->bundles.n; i++)
        if (facts->bundles.v[i] != box && text_same_case_blind(facts->bundles.v[i]->mra, "on"))
            return true;
    return false;
}

static void judge_settings(struct judging *run, const struct bundle *box) {
    struct about about = about_of_box(run, box);
    bool is_mra_off = text_same_case_blind(box->mra, "off") && is_mra_on_elsewhere(run->facts, box);
    if (is_mra_off)
        find_cause(run->to, CAUSE_HOST_SETTINGS_MRA_OFF, about,
                   "Mobile and remote access is off on %s, but on at the other boxes", about.subject);
    if (text_same_case_blind(box->sip_tls, "off"))
        find_cause(run->to, CAUSE_HOST_SETTINGS_SIP_TLS_OFF, about, "SIP TLS mode is off on %s",
                   about.subject);
    else if (box->sip_tls_port != 0 && box->sip_tls_port != PORT_SIP_TLS && box->role == ROLE_EXPRESSWAY_E) {
        struct finding *f = find_cause(run->to, CAUSE_HOST_SETTINGS_SIP_TLS_PORT, about,
                                       "SIP over TLS has port %d on %s", box->sip_tls_port, about.subject);
        evidence_text(f, "wanted", arena_printf(run->arena, "%d", PORT_SIP_TLS));
        evidence_text(f, "found", arena_printf(run->arena, "%d", box->sip_tls_port));
    } else if (!is_mra_off && (box->mra != NULL || box->sip_tls != NULL)) {
        find_pass(run->to, CHECK_HOST_SETTINGS, about, "SIP over TLS and Mobile and remote access fit");
    }
}

/* A capture shows what is in force; the file of the dump is of the start of logging. */
static void judge_outdated(struct judging *run, const struct bundle *box) {
    const struct node *node = node_of_box(run, box);
    const struct facts *facts = run->facts;
    if (node == NULL || node->certificate.n == 0 || box->role != ROLE_EXPRESSWAY_E)
        return;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (!text_same_case_blind(e->node, node->name) || e->tls.chain.n == 0 || e->connections.n == 0 ||
            strcmp(e->tls.chain.v[0]->sha256, node->certificate.v[0]->sha256) == 0)
            continue;
        struct about about = about_box(box);
        about.connections = &e->connections;
        struct finding *f = find_cause(run->to, CAUSE_HOST_BUNDLE_OUTDATED, about,
                                       "%s showed %s on port %d, its bundle has %s", node->name,
                                       e->tls.chain.v[0]->subject, e->port, node->certificate.v[0]->subject);
        evidence_text(f, "wanted", node->certificate.v[0]->sha256);
        evidence_text(f, "found", e->tls.chain.v[0]->sha256);
        return;
    }
}

/* The same of Expressway-C, which shows its certificate where it dials: told where it is the only one. */
static void judge_caller_outdated(struct judging *run, const struct bundle *box) {
    const struct node *node = node_of_box(run, box);
    const struct deployment *d = run->facts->deployment;
    size_t boxes = 0;
    for (size_t i = 0; i < run->facts->bundles.n; i++)
        boxes += run->facts->bundles.v[i]->role == ROLE_EXPRESSWAY_C;
    if (node == NULL || node->certificate.n == 0 || box->role != ROLE_EXPRESSWAY_C || boxes != 1)
        return;
    for (size_t i = 0; i < d->c.nodes.n; i++) {
        const struct node *seen = d->c.nodes.v[i];
        if (seen == node || seen->certificate_seen == NULL || seen->certificate.n == 0)
            continue;
        struct about about = about_box(box);
        about.connections = &seen->connections;
        struct finding *f =
            find_cause(run->to, CAUSE_HOST_BUNDLE_OUTDATED, about,
                       "%s dialled with the certificate of %s, its bundle has that of %s", node->name,
                       seen->certificate.v[0]->subject, node->certificate.v[0]->subject);
        evidence_text(f, "wanted", node->certificate.v[0]->sha256);
        evidence_text(f, "found", seen->certificate.v[0]->sha256);
        return;
    }
}

static const struct log_sight *failure_of_zone(const struct bundle *box, const struct box_zone *zone) {
    char port[8];
    snprintf(port, sizeof port, "%d", zone->port);
    for (size_t i = 0; i < box->log.n; i++) {
        const struct log_sight *sight = box->log.v[i];
        if (strcmp(sight->leg, "zone") == 0 && sight->first != NULL &&
            strcmp(sight->weight, "progress") != 0 &&
            (sight->dst_port == NULL || strcmp(sight->dst_port, port) == 0))
            return sight;
    }
    return NULL;
}

/* What the log has from after the dump that makes the dump the past: changes, restarts, zones that were up.
 */
static void judge_changed(struct judging *run, const struct bundle *box) {
    struct texts changes = {NULL, 0};
    for (size_t i = 0; box->dumped != NULL && i < box->moments.n; i++) {
        const struct moment *m = box->moments.v[i];
        bool is_marker = strstr(m->what, "DEBUG_MARKER") != NULL;
        if (m->time != NULL && !is_marker && strcmp(m->time, box->dumped) > 0)
            texts_add(run->arena, &changes,
                      m->count > 1 ? arena_printf(run->arena, "%s %s (%d times)", m->time, m->what, m->count)
                                   : arena_printf(run->arena, "%s %s", m->time, m->what));
    }
    for (size_t i = 0; i < box->zones.n; i++) {
        const struct box_zone *zone = box->zones.v[i];
        const struct log_sight *sight = failure_of_zone(box, zone);
        if (sight != NULL && zone->status != NULL && strcasecmp(zone->status, "Active") == 0 &&
            box_zone_is_traversal(zone))
            texts_add(run->arena, &changes,
                      arena_printf(run->arena, "%s zone %s failed, and was %s when logging began",
                                   sight->first, zone->name, zone->status));
    }
    if (changes.n == 0)
        return;
    struct finding *f =
        find_cause(run->to, CAUSE_HOST_BUNDLE_CHANGED_SINCE, about_box(box),
                   "after its settings were written down%s%s: %s%s", box->dumped == NULL ? "" : " at ",
                   text_or(box->dumped, ""), changes.v[0],
                   changes.n == 1 ? "" : arena_printf(run->arena, ", and %zu more", changes.n - 1));
    evidence_texts(f, "changes", &changes);
    evidence_text(f, "dumped", box->dumped);
}

/* ---- host.alarm, host.clock ---- */

static bool is_severe(const char *severity) {
    static const char *const severe[] = {"error", "critical", "alert", "emergency"};
    for (size_t i = 0; i < sizeof severe / sizeof *severe; i++)
        if (severity != NULL && strcasecmp(severity, severe[i]) == 0)
            return true;
    return false;
}

/* Is the finding about this box: its own certificate, list or setting? */
static bool is_about(const struct bundle *box, const struct finding *f) {
    static const char *const keys[] = {"box", "judged_by"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (text_same_case_blind(evidence_string(f, keys[i]), box->node))
            return true;
    return box->node != NULL &&
           (text_same_case_blind(f->node, box->node) || text_same_case_blind(f->subject, box->node) ||
            strstr(f->subject, box->node));
}

static bool is_between_boxes(const struct alarm_row *row) {
    return row->leg == LOG_LEG_TUNNEL || row->leg == LOG_LEG_ZONE || row->leg == LOG_LEG_XCP;
}

/* What stops a tunnel besides its trust, and what parts the peers of a cluster. */
static const struct {
    enum log_leg leg;
    enum check_id checks[6]; /* CHECK_NONE ends */
} behind_alarms[] = {{LOG_LEG_TUNNEL,
                      {CHECK_CHAIN_SSH_TUNNEL, CHECK_CHAIN_ZONE, CHECK_NAME_PEER_ADDRESS, CHECK_CERT_EKU,
                       CHECK_NET_CONNECT, CHECK_ZONE_STATUS}},
                     {LOG_LEG_CLUSTER, {CHECK_NAME_CLUSTER, CHECK_CHAIN_CLUSTER_TRUST, CHECK_CERT_EKU}}};

static const struct finding *trouble_of(struct judging *run, const struct bundle *box,
                                        const struct alarm_row *row, const struct check *check) {
    for (size_t i = 0; check != NULL && i < run->to->n; i++) {
        const struct finding *f = run->to->v[i];
        if (f->check == check && (f->status == STATUS_FAIL || f->status == STATUS_WARN) &&
            (is_between_boxes(row) || is_about(box, f)))
            return f;
    }
    return NULL;
}

static const struct finding *behind(struct judging *run, const struct bundle *box,
                                    const struct alarm_row *row) {
    const struct finding *f = trouble_of(run, box, row, check_of(row->check));
    for (size_t i = 0; f == NULL && i < run->to->n; i++) /* what it says of the zone */
        if (run->to->v[i]->cause == cause_of(CAUSE_ZONE_STATUS_ALARM_AGAINST) &&
            is_about(box, run->to->v[i]) && evidence_number(run->to->v[i], "alarm") == row->id)
            f = run->to->v[i];
    for (size_t i = 0; i < sizeof behind_alarms / sizeof *behind_alarms; i++)
        for (size_t k = 0; f == NULL && row->leg == behind_alarms[i].leg && k < 6; k++)
            f = trouble_of(run, box, row, check_of(behind_alarms[i].checks[k]));
    return f;
}

/* Severity is the alarm's own, as the contract has it: the one cause with two. */
static void judge_alarm(struct judging *run, const struct bundle *box, const struct alarm_seen *alarm) {
    const struct alarm_row *row = alarm_find(alarm->id);
    struct about about = about_box(box);
    struct finding *f;
    if (row == NULL)
        return;
    about.subject = arena_printf(run->arena, "%s/%d", about.subject, alarm->id);
    if (alarm->is_lowered) {
        f = find_pass(run->to, CHECK_HOST_ALARM, about, "alarm %d was raised and lowered again: %s",
                      alarm->id, row->title);
    } else {
        f = find_cause(run->to, CAUSE_HOST_ALARM_RAISED, about, "alarm %d: %s", alarm->id,
                       text_or(alarm->detail, row->title));
        f->status = is_severe(alarm->severity) ? STATUS_FAIL : STATUS_WARN;
    }
    evidence_int(f, "alarm", alarm->id);
    evidence_text(f, "severity", alarm->severity);
    evidence_text(f, "from", enum_text(alarm_sources, (int)alarm->source));
    evidence_int(f, "count", alarm->count);
    evidence_text(f, "first", alarm->first);
    evidence_text(f, "last", alarm->last);
    evidence_text(f, "means", row->means);
    const struct finding *why = alarm->is_lowered ? NULL : behind(run, box, row);
    if (why != NULL)
        evidence_text(f, "explained_by", arena_printf(run->arena, "%s %s", why->check->id, why->subject));
}

static const struct alarm_seen *alarm_standing(const struct bundle *box, enum cause_id cause) {
    for (size_t i = 0; i < box->alarms.n; i++) {
        const struct alarm_row *row = alarm_find(box->alarms.v[i]->id);
        if (row != NULL && row->cause == cause && !box->alarms.v[i]->is_lowered)
            return box->alarms.v[i];
    }
    return NULL;
}

static bool says_synchronised(const char *status) {
    return strcasestr(status, "synchron") != NULL && strcasestr(status, "unsyn") == NULL &&
           strcasestr(status, "not ") == NULL;
}

static void judge_clock(struct judging *run, const struct bundle *box) {
    const struct alarm_seen *lost = alarm_standing(box, CAUSE_HOST_CLOCK_NOT_SYNCHRONISED);
    const struct alarm_seen *differs = alarm_standing(box, CAUSE_HOST_CLOCK_DIFFERS);
    struct about about = about_box(box);
    struct finding *f = NULL;
    if (box->ntp_servers == 0)
        f = find_cause(run->to, CAUSE_HOST_CLOCK_NOT_SYNCHRONISED, about, "no NTP server is set on %s",
                       about.subject);
    else if (lost != NULL || (box->ntp_status != NULL && !says_synchronised(box->ntp_status)))
        f = find_cause(run->to, CAUSE_HOST_CLOCK_NOT_SYNCHRONISED, about,
                       "%s does not follow its NTP servers (%s)", about.subject,
                       lost != NULL ? arena_printf(run->arena, "alarm %d", lost->id) : box->ntp_status);
    else if (box->ntp_status != NULL)
        f = find_pass(run->to, CHECK_HOST_CLOCK, about, "the clock is synchronised");
    if (f != NULL) {
        evidence_text(f, "wanted", box->ntp_servers == 0 ? "an NTP server" : "Synchronized");
        evidence_text(f, "found", box->ntp_servers == 0 ? "none" : box->ntp_status);
        evidence_int(f, "ntp_servers", box->ntp_servers);
    }
    if (differs == NULL)
        return;
    f = find_cause(run->to, CAUSE_HOST_CLOCK_DIFFERS, about,
                   "%s found the other side's clock different (alarm 25022)", about.subject);
    evidence_text(f, "first", differs->first);
    evidence_text(f, "last", differs->last);
    evidence_int(f, "count", differs->count);
}

void judge_box(struct judging *run) {
    const struct facts *facts = run->facts;
    for (size_t i = 0; i < facts->bundles.n; i++) {
        const struct bundle *box = facts->bundles.v[i];
        judge_bundle(run, box);
        judge_contradictions(run, box);
        judge_outdated(run, box);
        judge_caller_outdated(run, box);
        judge_changed(run, box);
        judge_clock(run, box);
        if (is_expressway_role(box->role)) {
            judge_settings(run, box);
            judge_box_zones(run, box);
        }
    }
    judge_stated_modes(run);
    judge_other_side(run);
    for (size_t i = 0; i < facts->bundles.n; i++)
        judge_box_log(run, facts->bundles.v[i]);
    judge_box_states(run); /* what explains them is there */
    for (size_t i = 0; i < facts->bundles.n; i++)
        for (size_t k = 0; k < facts->bundles.v[i]->alarms.n; k++)
            judge_alarm(run, facts->bundles.v[i], facts->bundles.v[i]->alarms.v[k]);
}
