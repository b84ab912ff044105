/* What is to be done tonight, in which order? The rows of catalogue/plan.yaml meet a deployment. See plan.h.
 */
#include "outcomes/plan.h"

#include <string.h>

#include "checks/seen.h"
#include "facts/services.h"
#include "facts/shell.h"
#include "outcomes/plan_needs.h"

/* ---- the words that fill a row ---- */

static const char *quoted(struct arena *arena, const char *path) {
    return path == NULL ? NULL : shell_path(arena, path);
}

static enum claim claim_of(const struct planning *p, bool is_so, bool files_tell) {
    return is_so                                                             ? CLAIM_YES
           : p->knows_deployment || (files_tell && (p->so >> IF_FILES & 1u)) ? CLAIM_NO
                                                                             : CLAIM_ANY;
}

static struct subject subject_for(const struct planning *p, const struct box *box) {
    const struct deployment *d = p->deployment;
    const struct expressway *side = p->role == ROLE_EXPRESSWAY_C ? &d->c : &d->e;
    size_t others = p->role == ROLE_UCM ? d->ucm.n : p->role == ROLE_IMP ? d->imp.n : side->nodes.n;
    bool is_named = is_expressway(p->role) && side->cluster != NULL;
    struct subject s = nobody;
    s.role = p->role;
    s.release = release_of(p->facts, p->role);
    s.clustered = claim_of(p, others > 1 || is_named, true);
    s.acme = p->role == ROLE_EXPRESSWAY_E ? claim_of(p, deployment_has_feature(d, "acme"), true) : CLAIM_NO;
    s.sso = claim_of(p, d->ucm_sso || d->imp_sso, false);
    s.ha = claim_of(p, d->imp_ha, false);
    s.purpose = p->purpose;
    s.values[PUT_NODE] = box->name;
    s.values[PUT_PURPOSE] = s.values[PUT_UNIT] = p->purpose == NULL ? NULL : p->purpose->name;
    s.values[PUT_STORE] = p->purpose == NULL ? NULL : p->purpose->store;
    s.values[PUT_ROLE] = p->renewal->role;
    s.values[PUT_NEW] = quoted(p->arena, p->renewal->new_file);
    return s;
}

/* What tells of this box afterwards: the whole deployment where there is a file, else a port that shows the
 * certificate. */
static const char *check_words(const struct planning *p, const struct box *box) {
    const char *host = box->node != NULL ? box->name : "HOST";
    int port = p->purpose != NULL             ? p->purpose->ports[0]
               : p->role == ROLE_EXPRESSWAY_E ? PORT_MRA
                                              : PORT_HTTPS;
    if (port == PORT_HTTPS && p->purpose != NULL) /* tomcat: where its clients ask */
        port = PORT_MRA;
    if (p->knows_deployment)
        return arena_printf(p->arena, "check -f %s", quoted(p->arena, p->deployment->file));
    if (port == 0) /* ipsec: no port shows it */
        return NULL;
    const char *starttls = starttls_at(port);
    return arena_printf(p->arena, "check %s:%d%s%s", host, port, starttls != NULL ? " --starttls " : "",
                        starttls != NULL ? starttls : "");
}

static const char *zone_words(const struct planning *p) {
    const struct renewal *r = p->renewal;
    const struct deployment *d = p->deployment;
    if (p->knows_deployment)
        return arena_printf(p->arena, "zone -f %s", quoted(p->arena, d->file));
    const char *peer = d->e.nodes.n > 0 ? d->e.nodes.v[0]->name : "EXPRESSWAY-E";
    const char *c = d->c.nodes.n > 0 ? d->c.nodes.v[0]->trust : NULL,
               *e = d->e.nodes.n > 0 ? d->e.nodes.v[0]->trust : NULL;
    return arena_printf(p->arena, "zone --peer-address %s%s%s%s%s%s%s", peer, c == NULL ? "" : " --c-trust ",
                        c == NULL ? "" : quoted(p->arena, c), e == NULL ? "" : " --e-trust ",
                        e == NULL ? "" : quoted(p->arena, e),
                        p->role == ROLE_EXPRESSWAY_C && r->new_file != NULL ? " --c-cert " : "",
                        p->role == ROLE_EXPRESSWAY_C && r->new_file != NULL ? quoted(p->arena, r->new_file)
                                                                            : "");
}

static const char *everything_words(const struct planning *p, const struct box *box) {
    const char *new = quoted(p->arena, p->renewal->new_file);
    const char *expected = new == NULL ? "" : arena_printf(p->arena, " --expect-cert %s", new);
    if (p->role == ROLE_EXPRESSWAY_C && !p->knows_deployment)
        return zone_words(p);
    if (!p->knows_deployment && p->role == ROLE_EXPRESSWAY_E && p->facts->domains.n > 0)
        return arena_printf(p->arena, "check %s%s", p->facts->domains.v[0], expected);
    struct boxes nodes = boxes_at(p, ON_NODE);
    const char *check = check_words(p, nodes.n > 0 ? nodes.v[0] : box);
    return check == NULL ? NULL : arena_printf(p->arena, "%s%s", check, expected);
}

/* The question that this is the answer to. */
static const char *again_words(const struct planning *p) {
    const struct renewal *r = p->renewal;
    const char *old = quoted(p->arena, r->old_file), *new = quoted(p->arena, r->new_file);
    const char *both =
        arena_printf(p->arena, "%s%s%s%s", old == NULL ? "" : " --old ", old == NULL ? "" : old,
                     new == NULL ? "" : " --new ", new == NULL ? "" : new);
    if (p->knows_deployment)
        return arena_printf(p->arena, "renew -f %s --role %s%s%s%s", quoted(p->arena, p->deployment->file),
                            r->role, r->nodes.n == 1 ? " --node " : "", r->nodes.n == 1 ? r->nodes.v[0] : "",
                            both);
    const struct nodes *own =
        p->role == ROLE_EXPRESSWAY_C ? &p->deployment->c.nodes : &p->deployment->e.nodes;
    const struct nodes *other =
        p->role == ROLE_EXPRESSWAY_C ? &p->deployment->e.nodes : &p->deployment->c.nodes;
    const char *words = arena_printf(p->arena, "renew --role %s%s", r->role, both);
    if (is_expressway(p->role) && own->n > 0 && own->v[0]->trust != NULL)
        words = arena_printf(p->arena, "%s --own-trust %s", words, quoted(p->arena, own->v[0]->trust));
    for (size_t i = 0; i < other->n; i++)
        if (other->v[i]->trust != NULL)
            words = arena_printf(p->arena, "%s --peer-trust %s=%s", words, other->v[i]->name,
                                 quoted(p->arena, other->v[i]->trust));
    return words;
}

static void commands_fill(const struct planning *p, const struct box *box, struct subject *s) {
    if (p->knows_deployment)
        s->values[PUT_DEPLOYMENT] = arena_printf(p->arena, "-f %s", quoted(p->arena, p->deployment->file));
    s->values[PUT_AGAIN] = again_words(p);
    s->values[PUT_CHECK] = check_words(p, box);
    s->values[PUT_ZONE_CHECK] = zone_words(p);
    s->values[PUT_EVERYTHING] = everything_words(p, box);
}

/* A CA by its name and, so that it is found again among others of that name, its fingerprint. */
static const char *authority_words(struct arena *arena, const struct authority *ca) {
    if (ca->cert != NULL && ca->cert->sha256 != NULL)
        return arena_printf(arena, "\"%s\" (SHA-256 %.16s...)", ca->subject, ca->cert->sha256);
    if (ca->cert != NULL)
        return arena_printf(arena, "\"%s\"", ca->subject);
    return arena_printf(arena, "\"%s\"%s%s%s%s and the CAs above it, which were not given (--ca)",
                        ca->subject, ca->key_id == NULL ? "" : ", key identifier ",
                        ca->key_id == NULL ? "" : ca->key_id, ca->aia == NULL ? "" : ", to be had from ",
                        ca->aia == NULL ? "" : ca->aia);
}

/* ---- one step ---- */

/* NULL where the condition does not hold. */
static const char *filled(struct arena *arena, const char *text, const struct condition *when,
                          const struct subject *s) {
    const struct guidance_line lines[] = {{.text = text, .when = *when}, {.text = NULL}};
    return text == NULL ? NULL : lines_fill(arena, lines, s)[0];
}

/* An object is a name: put in as it is, never begun with a capital of ours. */
static const char *object_of(struct arena *arena, const char *object, const struct subject *s) {
    static const struct condition always = {0};
    static const struct {
        const char *blank;
        enum placeholder value;
    } names[] = {{"{ca}", PUT_CA}, {"{purpose}", PUT_PURPOSE}, {"{service}", PUT_SERVICE}};
    for (size_t i = 0; object != NULL && i < sizeof names / sizeof *names; i++)
        if (strcmp(object, names[i].blank) == 0)
            return s->values[names[i].value];
    return filled(arena, object, &always, s);
}

/* A command that would be about no port at all is none; a file that is not at hand yet is called new.pem. */
static bool is_told(const char *verify, const struct subject *s) {
    return verify != NULL && (strstr(verify, "{check}") == NULL || s->values[PUT_CHECK] != NULL) &&
           (strstr(verify, "{everything}") == NULL || s->values[PUT_EVERYTHING] != NULL);
}

static void step_add(const struct planning *p, struct plan *plan, const struct plan_row *row,
                     const struct box *box, const struct subject *s, const char *object) {
    static const struct condition always = {0};
    const char *text = filled(p->arena, row->text, &row->when, s);
    if (text == NULL)
        return;
    struct plan_step *step = ARENA_NEW(p->arena, struct plan_step);
    *step = (struct plan_step){.box = box->name,
                               .action = row->action,
                               .object = object != NULL ? object : object_of(p->arena, row->object, s),
                               .text = text,
                               .why = filled(p->arena, row->why, &always, s),
                               .verify =
                                   is_told(row->verify, s) ? filled(p->arena, row->verify, &always, s) : NULL,
                               .source = row->source};
    LIST_ADD(p->arena, plan, step);
}

static void authorities_add(const struct planning *p, struct plan *plan, const struct plan_row *row,
                            const struct box *box) {
    struct authorities all = authorities_for(p, row->each, box);
    for (size_t i = 0; i < all.n; i++) {
        struct subject s = subject_for(p, box);
        commands_fill(p, box, &s);
        s.values[PUT_CA] = authority_words(p->arena, all.v[i]);
        bool is_named = row->object != NULL && strcmp(row->object, "{ca}") == 0;
        step_add(p, plan, row, box, &s, is_named ? all.v[i]->subject : NULL);
    }
}

/* "Cisco TFTP" of "Cisco TFTP (secure phones only)". */
static const char *service_name(struct arena *arena, const char *service) {
    const char *note = strstr(service, " (");
    return note == NULL ? service : arena_printf(arena, "%.*s", (int)(note - service), service);
}

static const char *service_words(struct arena *arena, const struct service_restart *service) {
    static const char *const pages[] = {[RESTART_CLI] = NULL,
                                        [RESTART_FEATURE] = "Feature Services",
                                        [RESTART_NETWORK] = "Network Services",
                                        [RESTART_COMMAND] = NULL};
    const char *name = service_name(arena, service->service), *note = service->service + strlen(name);
    if (service->by == RESTART_COMMAND)
        return arena_printf(arena, "CLI: %s%s", name, note);
    if (pages[service->by] == NULL)
        return arena_printf(arena, "CLI: utils service restart %s%s", name, note);
    return arena_printf(
        arena,
        "Cisco Unified Serviceability > Tools > Control Center - %s: Restart %s; CLI: utils service "
        "restart %s%s",
        pages[service->by], name, name, note);
}

/* Each service on its nodes before the next one. */
static void services_add(const struct planning *p, struct plan *plan, const struct plan_row *row) {
    for (const struct service_restart *service = p->purpose->services; service->service != NULL; service++) {
        struct boxes boxes = service_boxes(p, service);
        for (size_t i = 0; i < boxes.n; i++) {
            struct subject s = subject_for(p, boxes.v[i]);
            commands_fill(p, boxes.v[i], &s);
            s.values[PUT_SERVICE] = service_name(p->arena, service->service);
            s.values[PUT_SERVICE_WAY] = service_words(p->arena, service);
            struct plan_row with = *row;
            with.when = service->when;
            step_add(p, plan, &with, boxes.v[i], &s, NULL);
        }
    }
}

static void row_add(const struct planning *p, struct plan *plan, const struct plan_row *row) {
    struct boxes boxes = boxes_at(p, row->on);
    for (size_t i = 0; i < boxes.n; i++) {
        if (row->each != EACH_ONCE) {
            authorities_add(p, plan, row, boxes.v[i]);
            continue;
        }
        struct subject s = subject_for(p, boxes.v[i]);
        commands_fill(p, boxes.v[i], &s);
        step_add(p, plan, row, boxes.v[i], &s, NULL);
    }
}

static bool is_for(const struct planning *p, const struct plan_row *row) {
    bool is_any = row->purposes[0] == NULL;
    for (size_t i = 0; row->purposes[i] != NULL; i++)
        is_any = is_any || (p->purpose != NULL && strcmp(row->purposes[i], p->purpose->id) == 0);
    return is_any && (row->needs & p->so) == row->needs;
}

struct plan *plan_of(const struct facts *facts, struct arena *arena) {
    struct plan *plan = ARENA_NEW(arena, struct plan);
    if (facts->renewal == NULL || facts->renewal->role == NULL)
        return plan;
    const struct planning *p = planning_of(facts, arena);
    if (!is_expressway(p->role) && p->purpose == NULL) /* a save may say anything */
        return plan;
    for (const struct plan_row *row = plan_rows; row->id != NULL; row++) {
        if (!is_for(p, row))
            continue;
        if (row->each == EACH_SERVICE)
            services_add(p, plan, row);
        else
            row_add(p, plan, row);
    }
    return plan;
}
