/* What does the log of a box say went wrong, and is it what was found already? Each thing that the log says
 * again and again becomes evidence of the finding that predicts it, or a finding of its own. See box.h. */
#include <string.h>

#include "catalogue/log_tokens.h"
#include "checks/box.h"

enum { LOG_EVIDENCE_MAX = 20 };

/* Alarms are findings of their own; progress and what follows from another line are not. */
static bool is_told(const struct log_sight *sight) {
    bool tells = strcmp(sight->weight, "reason") == 0 || strcmp(sight->weight, "symptom") == 0;
    return tells && !text_starts(sight->token, "alarm-");
}

static const char *without_port(struct arena *arena, const char *far, const char *direction) {
    const char *colon = far == NULL ? NULL : strrchr(far, ':');
    return colon != NULL && strcmp(direction, "inbound") == 0 ? arena_textn(arena, far, (size_t)(colon - far))
                                                              : far;
}

/* "expe1.example.com from 192.0.2.73", "expc1.example.local to cucm.example.lab" */
static const char *subject_of(struct judging *run, const struct bundle *box, const struct log_sight *sight) {
    const char *far = without_port(run->arena, sight->far, sight->direction);
    const char *word = strcmp(sight->direction, "inbound") == 0    ? "from"
                       : strcmp(sight->direction, "outbound") == 0 ? "to"
                                                                   : "with";
    const char *name = about_box(box).subject;
    return far == NULL ? name : arena_printf(run->arena, "%s %s %s", name, word, far);
}

static json_t *sight_json(const struct bundle *box, const struct log_sight *sight) {
    json_t *one = json_object();
    json_t *lines = json_array();
    json_array_append_new(lines, json_integer(sight->line));
    if (sight->last_line != sight->line)
        json_array_append_new(lines, json_integer(sight->last_line));
    const struct {
        const char *key, *text;
    } texts[] = {{"box", box->node},        {"far", sight->far},     {"port", sight->dst_port},
                 {"token", sight->token},   {"event", sight->event}, {"detail", sight->detail},
                 {"reason", sight->reason}, {"leg", sight->leg},     {"direction", sight->direction},
                 {"first", sight->first},   {"last", sight->last}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text != NULL)
            json_object_set_new(one, texts[i].key, json_string(texts[i].text));
    json_object_set_new(one, "count", json_integer(sight->count));
    json_object_set_new(one, "lines", lines);
    return one;
}

/* Appends to "log", counts on, and widens first and last. */
static void log_attach(struct finding *f, const struct bundle *box, const struct log_sight *sight) {
    json_t *list = evidence_value(f, "log");
    if (list == NULL) {
        list = json_array();
        evidence_set(f, "log", list);
    }
    if (json_array_size(list) < LOG_EVIDENCE_MAX)
        json_array_append_new(list, sight_json(box, sight));
    const char *first = evidence_string(f, "first");
    const char *last = evidence_string(f, "last");
    long long count = evidence_number(f, "count");
    if (sight->first != NULL && (first == NULL || strcmp(sight->first, first) < 0))
        evidence_text(f, "first", sight->first);
    if (sight->last != NULL && (last == NULL || strcmp(sight->last, last) > 0))
        evidence_text(f, "last", sight->last);
    evidence_int(f, "count", count + sight->count);
}

/* ---- whose certificate it is about ---- */

static bool is_leg(const struct log_sight *sight, const char *leg) {
    return strcmp(sight->leg, leg) == 0;
}

static bool is_between(const struct log_sight *sight) {
    return is_leg(sight, "zone") || is_leg(sight, "tunnel") || is_leg(sight, "xmpp");
}

/* The side whose certificate the words are about: the other one's where this side refused, this side's own
 * where an alert says that it was refused. */
static enum role whose(const struct bundle *box, const struct log_sight *sight) {
    enum role other = box->role == ROLE_EXPRESSWAY_E   ? ROLE_EXPRESSWAY_C
                      : box->role == ROLE_EXPRESSWAY_C ? ROLE_EXPRESSWAY_E
                                                       : ROLE_NONE;
    if (!is_between(sight))
        return ROLE_NONE;
    return text_starts(sight->token, "alert-") ? box->role : other;
}

static bool has_node(const struct nodes *nodes, const char *name) {
    for (size_t i = 0; name != NULL && i < nodes->n; i++)
        if (text_same_case_blind(nodes->v[i]->name, name))
            return true;
    return false;
}

static bool is_of(const struct judging *run, const struct finding *f, enum role role) {
    const char *prefix = role == ROLE_EXPRESSWAY_E ? "expressway-e:" : "expressway-c:";
    const struct deployment *d = run->facts->deployment;
    if (role == ROLE_NONE || f->role == role || text_starts(f->subject, prefix))
        return true;
    return f->role == ROLE_NONE && f->endpoint == NULL && d != NULL &&
           has_node(role == ROLE_EXPRESSWAY_E ? &d->e.nodes : &d->c.nodes, f->node);
}

/* What an alert that was received is, seen from the side that sent it. */
static const struct {
    const char *cause;
    const char *checks[4]; /* NULL ends */
} behind_alerts[] = {
    {"alert-unknown-ca", {"chain.zone", "chain.ssh-tunnel", "chain.ucm-trust", NULL}},
    {"alert-bad-certificate", {"name.peer-address", "name.tls-verify", "chain.zone", NULL}},
    {"alert-certificate-unknown", {"name.tls-verify", "name.peer-address", "chain.zone", NULL}},
    {"alert-unsupported-certificate", {"cert.eku", NULL}},
    {"alert-certificate-expired", {"cert.validity", NULL}},
    {"alert-certificate-revoked", {"revocation.verdict", NULL}}};

static struct finding *failing_of(const struct judging *run, const char *check, enum role role) {
    const struct findings *to = run->to;
    for (size_t i = 0; i < to->n; i++)
        if (strcmp(to->v[i]->check->id, check) == 0 && to->v[i]->status == STATUS_FAIL &&
            is_of(run, to->v[i], role))
            return to->v[i];
    return NULL;
}

/* OpenSSL says no more than that, and the line that has the reason may be missing. */
static struct finding *behind_verify_failed(const struct judging *run, const struct log_sight *sight,
                                            enum role role) {
    static const char *const checks[] = {"chain.zone",      "cert.validity",     "cert.eku",
                                         "name.tls-verify", "name.peer-address", "revocation.verdict"};
    struct finding *f = NULL;
    bool is_it = sight->reason != NULL && strstr(sight->reason, "certificate verify failed") != NULL;
    for (size_t i = 0; is_it && f == NULL && i < sizeof checks / sizeof *checks; i++)
        f = failing_of(run, checks[i], role);
    return f;
}

/* The finding that says the same, made from files; NULL: none. */
static struct finding *predicted(struct judging *run, const struct bundle *box,
                                 const struct log_sight *sight) {
    enum role role = whose(box, sight);
    struct finding *f = NULL;
    if (role == ROLE_NONE)
        return NULL;
    if (sight->check == NULL || sight->cause == NULL)
        return behind_verify_failed(run, sight, role);
    f = failing_of(run, sight->check, role);
    for (size_t i = 0; f == NULL && sight->cause != NULL && i < sizeof behind_alerts / sizeof *behind_alerts;
         i++)
        for (size_t k = 0; strcmp(sight->cause, behind_alerts[i].cause) == 0 && f == NULL &&
                           behind_alerts[i].checks[k] != NULL;
             k++)
            f = failing_of(run, behind_alerts[i].checks[k], role);
    if (f == NULL && strcmp(sight->check, "chain.zone") == 0)
        f = failing_of(run, "chain.ssh-tunnel", role);
    return f;
}

static const char *times(struct arena *arena, const struct log_sight *sight) {
    const char *count = sight->count == 1 ? "once" : arena_printf(arena, "%d times", sight->count);
    if (sight->first == NULL)
        return count;
    return sight->count == 1 || strcmp(sight->first, sight->last) == 0
               ? arena_printf(arena, "%s, %s", count, sight->first)
               : arena_printf(arena, "%s, %s to %s", count, sight->first, sight->last);
}

/* ---- findings ---- */

static const struct zone *zone_between(const struct judging *run, const struct log_sight *sight) {
    const struct deployment *d = run->facts->deployment;
    const struct zone *only = NULL;
    if (d == NULL || !is_between(sight))
        return NULL;
    for (size_t i = 0; i < d->zones.n; i++) {
        char port[8];
        snprintf(port, sizeof port, "%d", d->zones.v[i]->port);
        if (sight->dst_port != NULL && strcmp(sight->dst_port, port) == 0)
            return d->zones.v[i];
        only = d->zones.v[i];
    }
    return d->zones.n == 1 ? only : NULL;
}

static struct finding *same(struct judging *run, const struct cause *cause, const char *subject) {
    for (size_t i = 0; i < run->to->n; i++)
        if (run->to->v[i]->cause == cause && strcmp(run->to->v[i]->subject, subject) == 0 &&
            evidence_value(run->to->v[i], "log") != NULL)
            return run->to->v[i];
    return NULL;
}

static const char *words_of(const struct log_sight *sight) {
    return sight->reason != NULL   ? sight->reason
           : sight->detail != NULL ? sight->detail
           : sight->event != NULL  ? sight->event
                                   : sight->token;
}

/* The same thing in other words, or from another port, or in an older log: the first words, all the times. */
static void retell(struct judging *run, struct finding *f, const struct bundle *box) {
    const json_t *log = evidence_value(f, "log"), *one = json_array_get(log, 0);
    const char *maker = evidence_string(f, "box");
    static const char *const words[] = {"reason", "detail", "event", "token"};
    const char *said = NULL;
    if (maker == NULL || strcmp(maker, about_box(box).subject) != 0 || /* predicted, or another box's */
        !f->is_by_log)
        return;
    for (size_t i = 0; i < sizeof words / sizeof *words && said == NULL; i++)
        said = json_string_value(json_object_get(one, words[i]));
    const struct log_sight all = {.count = (int)evidence_number(f, "count"),
                                  .first = (char *)evidence_string(f, "first"),
                                  .last = (char *)evidence_string(f, "last")};
    f->summary =
        arena_printf(run->arena, "the log of %s says so %s: %s", maker, times(run->arena, &all), said);
}

static enum cause_id cause_number(const struct cause *cause) {
    return (enum cause_id)(cause - catalogue_causes);
}

/* Names that the zones of the box look for: where a caller's was not acceptable, one of them is meant. */
static bool is_of_leg(const struct box_zone *zone, const struct log_sight *sight) {
    char port[8];
    bool is_traversal = text_same_case_blind(zone->type, "TraversalServer") ||
                        text_same_case_blind(zone->type, "TraversalClient");
    snprintf(port, sizeof port, "%d", zone->port);
    if (is_leg(sight, "b2b"))
        return !is_traversal;
    return !is_leg(sight, "zone") ||
           (is_traversal && (sight->dst_port == NULL || strcmp(port, sight->dst_port) == 0));
}

static void names_wanted(struct finding *f, const struct bundle *box, const struct log_sight *sight) {
    for (size_t i = 0; i < box->zones.n; i++)
        if (box->zones.v[i]->tls_verify_name != NULL && is_of_leg(box->zones.v[i], sight)) {
            evidence_add(f, "wanted", box->zones.v[i]->tls_verify_name);
            evidence_add(f, "zones", box->zones.v[i]->name);
        }
}

/* Is there a later line of the same leg that has the connection? */
static bool is_mended_later(const struct bundle *box, const struct log_sight *sight) {
    for (size_t i = 0; i < box->log.n; i++) {
        const struct log_sight *other = box->log.v[i];
        if (strcmp(other->token, "handshake-succeeded") == 0 && strcmp(other->leg, sight->leg) == 0 &&
            other->last != NULL && sight->last != NULL && strcmp(other->last, sight->last) > 0)
            return true;
    }
    return false;
}

/* What no check speaks of, and says something of the zone or its tunnels all the same. */
static const struct cause *cause_of_leg(const struct bundle *box, const struct log_sight *sight) {
    bool is_tcp = strcmp(sight->token, "tcp-failed") == 0, is_dead = is_tcp && !is_mended_later(box, sight);
    if (is_leg(sight, "zone") && box->role == ROLE_EXPRESSWAY_C && is_tcp)
        return cause_of(is_dead ? CAUSE_ZONE_STATUS_NOT_REACHED : CAUSE_ZONE_STATUS_NOT_REACHED_THEN);
    if (is_leg(sight, "zone"))
        return cause_of(CAUSE_ZONE_STATUS_FAILURE_LOGGED);
    if (is_leg(sight, "tunnel"))
        return cause_of(is_dead && box->role == ROLE_EXPRESSWAY_C ? CAUSE_ZONE_STATUS_TUNNELS_DOWN
                                                                  : CAUSE_ZONE_STATUS_TUNNEL_FAILURE_LOGGED);
    return cause_of(CAUSE_HOST_LOG_FAILURE_LOGGED);
}

/* Of the other side it is not told which of its nodes is meant, but where that side has one. Unified CM and
 * IM and Presence are known by the name that Expressway-C asks for. */
static const char *node_meant(const struct judging *run, const struct bundle *box,
                              const struct log_sight *sight, enum role role) {
    const struct deployment *d = run->facts->deployment;
    if (is_leg(sight, "ucm"))
        return without_port(run->arena, sight->far, "inbound");
    if (role == box->role)
        return about_box(box).node;
    return is_leg(sight, "xmpp") && role == ROLE_EXPRESSWAY_E && d != NULL && d->e.nodes.n == 1
               ? d->e.nodes.v[0]->name
               : NULL;
}

/* A log has less than a certificate: not which of a chain has expired, and of a caller who is none of the
 * boxes not who he is. */
static const struct cause *as_logged(const struct cause *cause, const struct log_sight *sight) {
    if (cause == cause_of(CAUSE_CERT_VALIDITY_EXPIRED))
        return cause_of(CAUSE_CERT_VALIDITY_EXPIRED_LOGGED);
    return is_leg(sight, "b2b") && cause->check == CHECK_CHAIN_ZONE
               ? cause_of(CAUSE_CHAIN_ZONE_CALLER_UNTRUSTED)
               : cause;
}

/* The bundle of the side whose certificate it is has that certificate, as it was when logging began. */
static void add_validity(struct judging *run, struct finding *f, enum role role) {
    const struct deployment *d = run->facts->deployment;
    const struct nodes *nodes = d == NULL                   ? NULL
                                : role == ROLE_EXPRESSWAY_E ? &d->e.nodes
                                : role == ROLE_EXPRESSWAY_C ? &d->c.nodes
                                                            : NULL;
    if (nodes == NULL || nodes->n != 1 || nodes->v[0]->certificate.n == 0)
        return;
    const char *until = time_write(run->arena, nodes->v[0]->certificate.v[0]->not_after);
    evidence_text(f, "beside",
                  arena_printf(run->arena, "bundle of %s: its own certificate runs until %.10s",
                               nodes->v[0]->name, until));
}

static void sight_find(struct judging *run, const struct bundle *box, const struct log_sight *sight) {
    const struct check *check = sight->check == NULL ? NULL : check_named(sight->check);
    const struct cause *cause =
        check == NULL || sight->cause == NULL ? NULL : cause_named(check, sight->cause);
    const struct zone *zone = zone_between(run, sight);
    struct about about = about_box(box);
    about.subject = subject_of(run, box, sight);
    about.role = is_leg(sight, "ucm") ? ROLE_UCM : whose(box, sight);
    about.zone = zone == NULL ? NULL : zone->name;
    about.node = node_meant(run, box, sight, about.role);
    if (cause == NULL)
        cause = cause_of_leg(box, sight);
    cause = as_logged(cause, sight);
    if (cause->check == CHECK_ZONE_AUTHENTICATION)
        about.role = box->role; /* who refused */
    if (cause->check == CHECK_ZONE_AUTHENTICATION && zone != NULL)
        about.subject = arena_printf(run->arena, "zone:%s", zone->name);
    struct finding *f = same(run, cause, about.subject);
    if (f == NULL) {
        f = find_cause(run->to, cause_number(cause), about, "the log of %s says so %s: %s",
                       about_box(box).subject, times(run->arena, sight), words_of(sight));
        f->is_by_log = true;
        evidence_text(f, "box", about_box(box).subject);
        if (check != NULL && check != f->check)
            evidence_text(f, "bears_on", check->id);
        if (sight->common_name != NULL)
            evidence_add(f, "found", sight->common_name);
        if (cause == cause_of(CAUSE_CERT_VALIDITY_EXPIRED_LOGGED))
            add_validity(run, f, about.role);
        if ((cause->check == CHECK_NET_XCP || cause->check == CHECK_HOST_REVERSE_DNS) && sight->far != NULL)
            evidence_text(f, "address", arena_textn(run->arena, sight->far, strcspn(sight->far, ":")));
        if (cause->check == CHECK_NAME_TLS_VERIFY)
            names_wanted(f, box, sight);
        log_attach(f, box, sight);
    } else {
        log_attach(f, box, sight);
        retell(run, f, box);
    }
}

/* Has the same box a reason on the same leg? Then a symptom there tells nothing new. */
static bool has_reason(const struct bundle *box, const struct log_sight *sight) {
    for (size_t i = 0; i < box->log.n; i++) {
        const struct log_sight *other = box->log.v[i];
        if (other != sight && strcmp(other->weight, "reason") == 0 && strcmp(other->leg, sight->leg) == 0)
            return true;
    }
    return false;
}

void judge_box_log(struct judging *run, const struct bundle *box) {
    for (size_t i = 0; i < box->log.n; i++) {
        const struct log_sight *sight = box->log.v[i];
        if (!is_told(sight))
            continue;
        struct finding *f = predicted(run, box, sight);
        if (f != NULL) {
            if (evidence_value(f, "log") == NULL)
                f->summary = arena_printf(run->arena, "%s; the log of %s has it %s", f->summary,
                                          about_box(box).subject, times(run->arena, sight));
            log_attach(f, box, sight);
            retell(run, f, box);
        } else if (strcmp(sight->weight, "symptom") != 0 || !has_reason(box, sight)) {
            sight_find(run, box, sight);
        }
    }
}
