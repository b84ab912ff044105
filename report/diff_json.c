/* How does a comparison write itself as JSON? See diff_json.h; docs/diff.schema.json is the contract. */
#include "report/diff_json.h"

#include <string.h>

#include "facts/stream.h"
#include "facts/version.h"

/* Paths of a command line may be no UTF-8. */
static json_t *text_json(struct arena *arena, const char *text) {
    return text == NULL ? json_null() : json_string(text_from_wire(arena, text, strlen(text)));
}

static json_t *side_json(struct arena *arena, const struct told *told) {
    const struct run *run = &told->facts->run;
    json_t *object = json_object();
    json_object_set_new(object, "target", text_json(arena, run->target));
    json_object_set_new(object, "started", text_json(arena, time_write(arena, run->started)));
    json_object_set_new(object, "release", text_json(arena, run->release));
    return object;
}

static json_t *outcome_json(struct arena *arena, const struct outcome_change *o) {
    const struct told_outcome *any = o->after != NULL ? o->after : o->before;
    json_t *object = json_object();
    json_object_set_new(object, "outcome", text_json(arena, any->outcome));
    json_object_set_new(object, "subject", text_json(arena, any->subject));
    const struct told_outcome *both[] = {o->before, o->after};
    for (size_t i = 0; i < 2; i++)
        json_object_set_new(
            object, i == 0 ? "before" : "after",
            both[i] == NULL ? json_null() : text_json(arena, enum_text(outcome_states, (int)both[i]->state)));
    json_object_set_new(object, "change", text_json(arena, enum_text(changes, (int)o->change)));
    return object;
}

static json_t *verdict_json(struct arena *arena, const struct told_finding *f) {
    if (f == NULL)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "status", text_json(arena, enum_text(status_names, (int)f->status)));
    json_object_set_new(object, "cause", text_json(arena, f->cause));
    return object;
}

static json_t *finding_json(struct arena *arena, const struct finding_change *f) {
    const struct told_finding *any = f->after != NULL ? f->after : f->before;
    json_t *object = json_object();
    json_object_set_new(object, "check", text_json(arena, any->check));
    json_object_set_new(object, "subject", text_json(arena, any->subject));
    if (any->address != NULL)
        json_object_set_new(object, "address", text_json(arena, any->address));
    json_object_set_new(object, "before", verdict_json(arena, f->before));
    json_object_set_new(object, "after", verdict_json(arena, f->after));
    json_object_set_new(object, "change", text_json(arena, enum_text(changes, (int)f->change)));
    return object;
}

static json_t *value_json(struct arena *arena, const struct fact_value *value) {
    json_t *list;
    switch (value->kind) {
    case VALUE_TEXT:
        return text_json(arena, value->text);
    case VALUE_MS:
        return json_integer(value->ms);
    case VALUE_LIST:
        list = json_array();
        for (size_t i = 0; i < value->list.n; i++)
            json_array_append_new(list, text_json(arena, value->list.v[i]));
        return list;
    default:
        return json_null();
    }
}

static json_t *fact_json(struct arena *arena, const struct fact_change *f) {
    json_t *object = json_object();
    json_object_set_new(object, "what", text_json(arena, f->what));
    json_object_set_new(object, "subject", text_json(arena, f->subject));
    if (f->address != NULL)
        json_object_set_new(object, "address", text_json(arena, f->address));
    if (f->step != NULL)
        json_object_set_new(object, "step", text_json(arena, f->step));
    json_object_set_new(object, "before", value_json(arena, &f->before));
    json_object_set_new(object, "after", value_json(arena, &f->after));
    return object;
}

static json_t *diff_json(struct arena *arena, const struct comparison *c) {
    json_t *object = json_object(), *outcomes = json_array(), *findings = json_array(), *facts = json_array();
    for (size_t i = 0; i < c->outcomes.n; i++)
        json_array_append_new(outcomes, outcome_json(arena, c->outcomes.v[i]));
    for (size_t i = 0; i < c->findings.n; i++)
        json_array_append_new(findings, finding_json(arena, c->findings.v[i]));
    for (size_t i = 0; i < c->facts.n; i++)
        json_array_append_new(facts, fact_json(arena, c->facts.v[i]));
    json_object_set_new(object, "schema", text_json(arena, "edgeprobe.diff/1"));
    json_object_set_new(object, "tool",
                        json_pack("{s:s, s:s}", "name", "edgeprobe", "version", EDGEPROBE_VERSION));
    json_object_set_new(object, "before", side_json(arena, c->before));
    json_object_set_new(object, "after", side_json(arena, c->after));
    json_object_set_new(object, "status", text_json(arena, enum_text(changes, (int)c->status)));
    json_object_set_new(object, "outcomes", outcomes);
    json_object_set_new(object, "findings", findings);
    json_object_set_new(object, "facts", facts);
    return object;
}

bool diff_json_write(const struct comparison *c, const struct report_style *style, FILE *out) {
    (void)style;
    struct arena *arena = arena_new();
    bool written = json_line(diff_json(arena, c), JSON_INDENT(2), out);
    arena_free(arena);
    return written;
}
