/* How does a program read the verdict? The JSON report, edgeprobe.report/1. Keys are only ever added. */
#include "report/formats.h"

#include <errno.h>
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

static json_t *texts(const char *const *list) {
    json_t *array = json_array();
    for (; list != NULL && *list != NULL; list++)
        json_array_append_new(array, text(*list));
    return array;
}

/* Which finding: as short as it can be said. The address tells apart what shares a subject. */
static json_t *reference(const struct finding *finding) {
    json_t *object = json_object();
    json_object_set_new(object, "check", text(finding->check->id));
    json_object_set_new(object, "subject", text(finding->subject));
    if (finding->address != NULL)
        json_object_set_new(object, "address", text(finding->address));
    return object;
}

static json_t *outcome_json(const struct outcome *outcome) {
    json_t *object = json_object(), *because = json_array();
    for (size_t i = 0; i < outcome->because.n; i++)
        json_array_append_new(because, reference(outcome->because.v[i]));
    json_object_set_new(object, "outcome", text(outcome->id));
    if (outcome->subject != NULL)
        json_object_set_new(object, "subject", text(outcome->subject));
    json_object_set_new(object, "state", text(enum_text(outcome_states, (int)outcome->state)));
    if (outcome->state == OUTCOME_AT_RISK)
        json_object_set_new(object, "now", json_boolean(outcome->now));
    json_object_set_new(object, "summary", text(outcome->summary));
    json_object_set_new(object, "because", because);
    return object;
}

static void member_put(struct json_out *o, const char *key, const char *value) {
    out_key(o, key);
    out_text(o, value);
}

static void list_put(struct json_out *o, const char *key, const char *const *list) {
    out_key(o, key);
    out_texts(o, list);
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
        for (size_t i = 0; i < pair->is.texts.n; i++)
            out_text(o, pair->is.texts.v[i]);
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
static json_t *fault_json(const struct fault *fault) {
    json_t *consequences = json_array(), *outcomes = json_array();
    for (size_t i = 1; i < fault->same.n; i++)
        json_array_append_new(consequences, reference(fault->same.v[i]));
    for (size_t i = 0; i < fault->consequences.n; i++)
        json_array_append_new(consequences, reference(fault->consequences.v[i]));
    for (size_t i = 0; i < fault->outcomes.n; i++) {
        json_t *id = text(fault->outcomes.v[i]->id);
        bool is_told = false;
        for (size_t k = 0; k < json_array_size(outcomes); k++)
            is_told = is_told || json_equal(json_array_get(outcomes, k), id);
        if (is_told)
            json_decref(id);
        else
            json_array_append_new(outcomes, id);
    }
    json_t *object =
        json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "root", reference(fault->root), "status",
                  enum_text(status_names, (int)fault->status), "title", text(fault->title), "box",
                  text(fault->box), "consequences", consequences, "outcomes", outcomes, "fix",
                  texts(fault->fix), "restart", texts(fault->restart), "next", text(fault->next));
    if (fault->perhaps != NULL)
        json_object_set_new(
            object, "perhaps",
            json_pack("{s:o, s:s}", "root", reference(fault->perhaps->root), "why", fault->perhaps_why));
    for (size_t i = 0; i < fault->seen.n; i++) {
        if (i == 0)
            json_object_set_new(object, "seen", json_array());
        json_array_append_new(json_object_get(object, "seen"), text(fault->seen.v[i]));
    }
    return object;
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
        out_give(o, outcome_json(report->outcomes->v[i]));
    return i < report->outcomes->n;
}

static bool fault_put_at(struct json_out *o, const struct report *report, size_t i) {
    if (i < report->faults->n)
        out_give(o, fault_json(report->faults->v[i]));
    return i < report->faults->n;
}

static bool finding_put_at(struct json_out *o, const struct report *report, size_t i) {
    if (i < report->findings->n)
        finding_put(o, report->findings->v[i]);
    return i < report->findings->n;
}

/* In the contract's order. */
static const struct list {
    const char *key;
    bool (*put_at)(struct json_out *o, const struct report *report, size_t i); /* false behind the last */
} lists[] = {{"outcomes", outcome_put_at}, {"faults", fault_put_at}, {"findings", finding_put_at}};

static json_t *evidence_json(const struct report *report, bool with_bytes) {
    json_t *evidence = facts_save(report->facts, with_bytes);
    if (report->facts->run.scope.is_login)
        json_object_set_new(evidence, "login", timeline_json(report));
    if (report->renewal != NULL) {
        json_object_set_new(evidence, "before_after", before_after_json(report));
        json_object_set_new(evidence, "plan", plan_json(report));
    }
    return evidence;
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

json_t *report_json(const struct report *report, bool with_bytes) {
    json_t *object = report_json_short(report);
    json_object_set_new(object, "evidence", evidence_json(report, with_bytes));
    return object;
}

/* The members of report_json(). */
static void members_write(struct json_out *o, const struct report *report, json_t *evidence) {
    lists_put(o, report);
    out_key(o, "evidence");
    out_give(o, evidence);
}

static bool report_write(const struct report *report, bool with_bytes, size_t flags, FILE *out) {
    struct json_out o;
    out_open(&o, flags, out);
    out_begin(&o, '{');
    members_write(&o, report, evidence_json(report, with_bytes));
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
    json_t *evidence = evidence_json(report, false);
    if (report->facts->connections.n > 0)
        json_object_del(evidence, "connections");
    struct json_out o;
    out_open(&o, JSON_COMPACT, out);
    out_begin(&o, '{');
    out_key(&o, "type");
    out_give(&o, text("report"));
    members_write(&o, report, evidence);
    out_end(&o, '}');
    return out_close(&o);
}

bool json_write(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    return report_write(report, false, JSON_INDENT(2), out);
}
