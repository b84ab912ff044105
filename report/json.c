/* How does a program read the verdict? The JSON report, edgeprobe.report/1. Keys are only ever added. */
#include "report/formats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/save.h"
#include "facts/version.h"
#include "outcomes/timeline.h"
#include "report/renewal.h"

/* Our own words and the facts' are UTF-8 without control characters, but a path from the command line may be
 * anything, and the JSON library drops what is not UTF-8. */
static json_t *text(const char *value) {
    return json_word(value);
}

static void member_put(struct json_out *o, const char *key, const char *value) {
    out_key(o, key);
    out_text(o, value);
}

static void list_put(struct json_out *o, const char *key, const char *const *list) {
    out_key(o, key);
    out_texts(o, list);
}

/* Which finding: as short as it can be said. The address tells apart what shares a subject. */
static void reference_put(struct json_out *o, const struct finding *finding) {
    out_begin(o, '{');
    member_put(o, "check", finding->check->id);
    member_put(o, "subject", finding->subject);
    if (finding->address != NULL)
        member_put(o, "address", finding->address);
    out_end(o, '}');
}

static void outcome_put(struct json_out *o, const struct outcome *outcome) {
    out_begin(o, '{');
    member_put(o, "outcome", outcome->id);
    if (outcome->subject != NULL)
        member_put(o, "subject", outcome->subject);
    member_put(o, "state", enum_text(outcome_states, (int)outcome->state));
    if (outcome->state == OUTCOME_AT_RISK) {
        out_key(o, "now");
        out_bool(o, outcome->now);
    }
    member_put(o, "summary", outcome->summary);
    out_key(o, "because");
    out_begin(o, '[');
    for (size_t i = 0; i < outcome->because.n; i++)
        reference_put(o, outcome->because.v[i]);
    out_end(o, ']');
    out_end(o, '}');
}

/* Without the address: as short as the contract has it. */
static void root_put(struct json_out *o, const struct finding *root) {
    out_key(o, "root");
    out_begin(o, '{');
    member_put(o, "check", root->check->id);
    member_put(o, "subject", root->subject);
    out_end(o, '}');
}

static void pair_put(struct json_out *o, const struct evidence_pair *pair) {
    switch (pair->kind) {
    case EVIDENCE_TEXT:
        out_text(o, pair->is.text);
        return;
    case EVIDENCE_NUMBER:
        out_number(o, pair->is.number);
        return;
    case EVIDENCE_TEXTS:
        out_begin(o, '[');
        for (size_t i = 0; i < pair->count; i++)
            out_text(o, pair->is.texts[i]);
        out_end(o, ']');
        return;
    case EVIDENCE_TREE:
        out_value(o, pair->is.tree);
        return;
    case EVIDENCE_NULL:
        break;
    }
    out_null(o);
}

static void evidence_put(struct json_out *o, const struct finding *finding) {
    const struct evidence *evidence = finding->evidence;
    out_key(o, "evidence");
    if (evidence->tree != NULL) {
        out_value(o, evidence->tree);
        return;
    }
    out_begin(o, '{');
    for (unsigned i = 0; i < evidence->n; i++) {
        out_key(o, evidence->v[i].key);
        pair_put(o, &evidence->v[i]);
    }
    out_end(o, '}');
}

/* 10,000 zones have 340,000: written without a tree. */
static void finding_put(struct json_out *o, const struct finding *finding) {
    const struct cause *cause = finding->cause;
    out_begin(o, '{');
    member_put(o, "check", finding->check->id);
    member_put(o, "subject", finding->subject);
    if (finding->address != NULL)
        member_put(o, "address", finding->address);
    member_put(o, "status", enum_text(status_names, (int)finding->status));
    member_put(o, "cause", cause == NULL ? NULL : cause->id);
    member_put(o, "summary", finding->summary);
    if (finding->root != NULL)
        root_put(o, finding->root);
    evidence_put(o, finding);
    list_put(o, "affects", finding->affects);
    list_put(o, "fix", finding->fix);
    list_put(o, "restart", finding->restart);
    list_put(o, "source", cause == NULL ? finding->check->source : cause->source);
    out_end(o, '}');
}

/* The same elsewhere stands among the consequences: no finding is without its fault. */
static void consequences_put(struct json_out *o, const struct fault *fault) {
    out_key(o, "consequences");
    out_begin(o, '[');
    for (size_t i = 1; i < fault->same.n; i++)
        reference_put(o, fault->same.v[i]);
    for (size_t i = 0; i < fault->consequences.n; i++)
        reference_put(o, fault->consequences.v[i]);
    out_end(o, ']');
}

/* There are a dozen: outcomes that differ in their subject alone are told once. */
static void fault_outcomes_put(struct json_out *o, const struct fault *fault) {
    size_t told = 0;
    const char **ids = malloc((fault->outcomes.n + 1) * sizeof *ids);
    out_key(o, "outcomes");
    out_begin(o, '[');
    for (size_t i = 0; i < fault->outcomes.n; i++) {
        const char *id = fault->outcomes.v[i]->id;
        bool is_told = false;
        for (size_t k = 0; k < told && !is_told; k++)
            is_told = strcmp(ids[k], id) == 0;
        if (is_told)
            continue;
        ids[told++] = id;
        out_text(o, id);
    }
    out_end(o, ']');
    free(ids);
}

static void perhaps_put(struct json_out *o, const struct fault *fault) {
    if (fault->perhaps == NULL)
        return;
    out_key(o, "perhaps");
    out_begin(o, '{');
    out_key(o, "root");
    reference_put(o, fault->perhaps->root);
    member_put(o, "why", fault->perhaps_why);
    out_end(o, '}');
}

static void seen_put(struct json_out *o, const struct fault *fault) {
    if (fault->seen.n == 0)
        return;
    out_key(o, "seen");
    out_begin(o, '[');
    for (size_t i = 0; i < fault->seen.n; i++)
        out_text(o, fault->seen.v[i]);
    out_end(o, ']');
}

static void fault_put(struct json_out *o, const struct fault *fault) {
    out_begin(o, '{');
    out_key(o, "root");
    reference_put(o, fault->root);
    member_put(o, "status", enum_text(status_names, (int)fault->status));
    member_put(o, "title", fault->title);
    member_put(o, "box", fault->box);
    consequences_put(o, fault);
    fault_outcomes_put(o, fault);
    list_put(o, "fix", fault->fix);
    list_put(o, "restart", fault->restart);
    member_put(o, "next", fault->next);
    perhaps_put(o, fault);
    seen_put(o, fault);
    out_end(o, '}');
}

static void run_json(json_t *object, const struct run *run, const struct texts *domains) {
    struct arena *scratch = arena_new();
    json_object_set_new(object, "command", text(run->command));
    json_object_set_new(object, "target", text(run->target));
    if (domains->n > 1) {
        json_t *targets = json_array();
        for (size_t i = 0; i < domains->n; i++)
            json_array_append_new(targets, text(domains->v[i]));
        json_object_set_new(object, "targets", targets);
    }
    json_object_set_new(object, "release", text(run->release));
    json_object_set_new(object, "vantage", text(enum_text(vantages, (int)run->vantage)));
    json_object_set_new(object, "started", text(time_write(scratch, run->started)));
    json_object_set_new(object, "duration_ms", json_integer(run->duration_ms));
    arena_free(scratch);
}

/* A status or a time that there was none of is null. */
static json_t *number(int value, int none) {
    return value == none ? json_null() : json_integer(value);
}

static json_t *step_json(const struct timeline_step *s) {
    json_t *object = json_object(), *outcomes = json_array();
    const struct finding *f = s->because;
    json_object_set_new(object, "edge", text(s->edge));
    if (s->address != NULL)
        json_object_set_new(object, "address", text(s->address));
    if (s->domain != NULL)
        json_object_set_new(object, "domain", text(s->domain));
    json_object_set_new(object, "step", text(enum_text(login_steps, (int)s->step)));
    json_object_set_new(object, "state", text(enum_text(step_states, (int)s->state)));
    json_object_set_new(object, "status", number(s->status, 0));
    json_object_set_new(object, "answered_by", text(s->answered_by));
    json_object_set_new(object, "ms", number(s->ms, -1));
    json_object_set_new(object, "because",
                        f == NULL ? json_null() : json_sprintf("%s/%s", f->check->id, f->cause->id));
    if (s->note != NULL)
        json_object_set_new(object, "note", text(s->note));
    json_object_set_new(object, "outcomes", outcomes);
    for (size_t i = 0; timeline_outcomes[i] != NULL; i++)
        if (step_is_of(s->step, timeline_outcomes[i]))
            json_array_append_new(outcomes, text(timeline_outcomes[i]));
    return object;
}

static json_t *timeline_json(const struct report *report) {
    struct arena *scratch = arena_new();
    const struct timeline *timeline = timeline_of(scratch, report->facts, report->findings);
    json_t *steps = json_array();
    for (size_t i = 0; i < timeline->n; i++)
        json_array_append_new(steps, step_json(timeline->v[i]));
    arena_free(scratch);
    return steps;
}

/* ---- the whole ---- */

static json_t *head_json(const struct report *report) {
    json_t *object = json_object();
    json_object_set_new(object, "schema", text("edgeprobe.report/1"));
    json_object_set_new(object, "tool",
                        json_pack("{s:s, s:s}", "name", "edgeprobe", "version", EDGEPROBE_VERSION));
    run_json(object, &report->facts->run, &report->facts->domains);
    json_object_set_new(object, "status",
                        text(enum_text(status_names, (int)findings_status(report->findings))));
    return object;
}

static bool outcome_put_at(struct json_out *o, const struct report *report, size_t i) {
    if (i < report->outcomes->n)
        outcome_put(o, report->outcomes->v[i]);
    return i < report->outcomes->n;
}

static bool fault_put_at(struct json_out *o, const struct report *report, size_t i) {
    if (i < report->faults->n)
        fault_put(o, report->faults->v[i]);
    return i < report->faults->n;
}

/* In their order findings lie far apart in memory, which is asked for the next ones while one is written. */
static void fetch_next(const struct findings *findings, size_t i) {
    enum { SOON = 4, LATER = 8 };
    if (i + LATER >= findings->n)
        return;
    const struct finding *soon = findings->v[i + SOON], *later = findings->v[i + LATER];
    for (size_t at = 0; at < sizeof *later; at += 64)
        __builtin_prefetch((const char *)later + at);
    __builtin_prefetch(soon->subject);
    __builtin_prefetch(soon->summary);
    __builtin_prefetch(soon->evidence);
    __builtin_prefetch(findings->v[i + SOON / 2]->evidence->v);
}

static bool finding_put_at(struct json_out *o, const struct report *report, size_t i) {
    fetch_next(report->findings, i);
    if (i < report->findings->n)
        finding_put(o, report->findings->v[i]);
    return i < report->findings->n;
}

/* In the contract's order. */
static const struct list {
    const char *key;
    bool (*put_at)(struct json_out *o, const struct report *report, size_t i); /* false behind the last */
} lists[] = {{"outcomes", outcome_put_at}, {"faults", fault_put_at}, {"findings", finding_put_at}};

static void evidence_members(struct json_out *o, const struct report *report, bool with_bytes,
                             bool with_connections) {
    facts_put(o, report->facts, with_bytes, with_connections);
    if (report->facts->run.scope.is_login) {
        out_key(o, "login");
        out_give(o, timeline_json(report));
    }
    if (report->renewal != NULL) {
        out_key(o, "before_after");
        out_give(o, before_after_json(report));
        out_key(o, "plan");
        out_give(o, plan_json(report));
    }
}

/* All but the evidence. */
static void lists_put(struct json_out *o, const struct report *report) {
    out_give_members(o, head_json(report));
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        out_key(o, lists[k].key);
        out_begin(o, '[');
        for (size_t i = 0; lists[k].put_at(o, report, i);)
            i++;
        out_end(o, ']');
    }
}

json_t *report_json_short(const struct report *report) {
    struct json_out o;
    out_open_tree(&o);
    out_begin(&o, '{');
    lists_put(&o, report);
    out_end(&o, '}');
    return out_close_tree(&o);
}

/* The members of a report. */
static void members_write(struct json_out *o, const struct report *report, bool with_bytes,
                          bool with_connections) {
    lists_put(o, report);
    out_key(o, "evidence");
    out_begin(o, '{');
    evidence_members(o, report, with_bytes, with_connections);
    out_end(o, '}');
}

static bool report_write(const struct report *report, bool with_bytes, size_t flags, FILE *out) {
    struct json_out o;
    out_open(&o, flags, out);
    out_begin(&o, '{');
    members_write(&o, report, with_bytes, true);
    out_end(&o, '}');
    return out_close(&o);
}

bool report_save(const struct report *report, FILE *out) {
    return report_write(report, true, JSON_INDENT(1), out);
}

bool connection_line(const struct connection *connection, FILE *out) {
    json_t *line = json_pack("{s:s}", "type", "connection"), *object = connection_save(connection);
    json_object_update(line, object);
    json_decref(object);
    return json_line(line, JSON_COMPACT, out);
}

/* Those of a capture: a line each, before the report. */
static bool connections_write(const struct facts *facts, FILE *out) {
    for (size_t i = 0; i < facts->connections.n; i++)
        if (!connection_line(facts->connections.v[i], out))
            return false;
    return true;
}

bool ndjson_write(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    if (!connections_write(report->facts, out))
        return false;
    struct json_out o;
    out_open(&o, JSON_COMPACT, out);
    out_begin(&o, '{');
    out_key(&o, "type");
    out_give(&o, text("report"));
    members_write(&o, report, false, report->facts->connections.n == 0);
    out_end(&o, '}');
    return out_close(&o);
}

bool json_write(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    return report_write(report, false, JSON_INDENT(2), out);
}
