/* How are many reports told as one? See many.h; what waits in temporary files is in many_spooled.c. */
#include "report/many_formats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/columns.h"
#include "report/formats.h"
#include "report/junit.h"
#include "report/markup.h"
#include "report/nagios.h"
#include "report/tally.h"
#include "report/text.h"

enum { NAME_AT = 9, NAME_SHOWN = 60 };

/* ---- words ---- */

char *change_words(struct arena *arena, const struct told_change *c) {
    return arena_printf(arena, "%s: %s%s%s %s%s%s%s: %s", c->kind, c->check == NULL ? "-" : c->check,
                        c->cause == NULL ? "" : "/", c->cause == NULL ? "" : c->cause, c->subject,
                        c->address == NULL ? "" : " (", c->address == NULL ? "" : c->address,
                        c->address == NULL ? "" : ")", c->summary);
}

/* ---- text ---- */

static void changes_write(struct many *many, struct arena *scratch, const struct told_target *target) {
    for (size_t i = 0; target->changes != NULL && i < target->changes->n; i++)
        fprintf(many->out, "%s: %s\n", visible(scratch, target->name),
                visible(scratch, change_words(scratch, &target->changes->v[i])));
}

/* A line a target; with -v its whole report. */
static void text_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    if (many->only_changes) {
        changes_write(many, scratch, target);
        return;
    }
    if (target->report != NULL && many->style.verbose > 0) {
        fputs(many->count > 0 ? "\n" : "", many->out);
        text_write(target->report, &many->style, many->out);
        return;
    }
    enum status status = target_status(target);
    if (target->changes != NULL && target->report == NULL && target->error == NULL)
        return; /* gone: told among the changes */
    if (many->style.verbose < 0 && status == STATUS_PASS)
        return;
    struct page page = {.out = many->out, .arena = scratch, .width = 100000, .color = many->style.color};
    page_line(&page, 0, NAME_AT);
    page_put(&page, status_ink(status), status_word(status));
    page_tab(&page, NAME_AT);
    page_put(&page, INK_STRONG, page_short(&page, target->name, NAME_SHOWN));
    page_putf(&page, INK_PLAIN, ": %s", target_words(scratch, target));
    page_end(&page);
}

static void text_close(struct many *many, struct arena *scratch, const struct told_summary *summary) {
    if (!many->only_changes && many->style.verbose >= 0)
        fprintf(many->out, "%s, in %.1f s\n", summary_words(scratch, summary), summary->duration_ms / 1000.0);
}

/* ---- JSON ---- */

static json_t *text_json(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

static json_t *changes_json(const struct told_changes *changes) {
    json_t *list = json_array();
    for (size_t i = 0; i < changes->n; i++) {
        const struct told_change *c = &changes->v[i];
        json_t *object = json_object();
        json_object_set_new(object, "change", text_json(c->kind));
        json_object_set_new(object, "check", text_json(c->check));
        json_object_set_new(object, "cause", text_json(c->cause));
        json_object_set_new(object, "subject", text_json(c->subject));
        if (c->address != NULL)
            json_object_set_new(object, "address", text_json(c->address));
        json_object_set_new(object, "status", text_json(enum_text(status_names, (int)c->status)));
        json_object_set_new(object, "summary", text_json(c->summary));
        json_array_append_new(list, object);
    }
    return list;
}

/* Of the report its outcomes and the findings that are not good. */
static void report_add(json_t *object, const struct report *report) {
    struct arena *scratch = arena_new();
    json_t *whole = report_json_short(report), *kept = json_array(), *finding;
    size_t i;
    json_array_foreach(json_object_get(whole, "findings"), i, finding) {
        const char *status = json_string_value(json_object_get(finding, "status"));
        if (strcmp(status, "pass") != 0 && strcmp(status, "skip") != 0)
            json_array_append(kept, finding);
    }
    json_object_set(object, "status", json_object_get(whole, "status"));
    json_object_set(object, "started", json_object_get(whole, "started"));
    json_object_set(object, "duration_ms", json_object_get(whole, "duration_ms"));
    json_object_set(object, "outcomes", json_object_get(whole, "outcomes"));
    json_object_set_new(object, "findings", kept);
    json_decref(whole);
    arena_free(scratch);
}

static json_t *target_json(const struct told_target *target, bool with_type) {
    bool is_gone = target->report == NULL && target->error == NULL;
    json_t *object = json_object();
    if (with_type || is_gone)
        json_object_set_new(object, "type", text_json(is_gone ? "gone" : "target"));
    json_object_set_new(object, "name", text_json(target->name));
    json_object_set_new(object, "target", text_json(target->what));
    if (target->report != NULL) {
        report_add(object, target->report);
    } else if (!is_gone) {
        json_object_set_new(object, "status", text_json("not_run"));
        json_object_set_new(object, "error", text_json(target->error));
    }
    if (target->changes != NULL)
        json_object_set_new(object, "changes", changes_json(target->changes));
    return object;
}

static json_t *summary_json(const struct told_summary *s) {
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:i}", "targets", (json_int_t)s->targets, "pass",
                     (json_int_t)s->pass, "warn", (json_int_t)s->warn, "unknown", (json_int_t)s->unknown,
                     "fail", (json_int_t)s->fail, "not_run", (json_int_t)s->not_run, "duration_ms",
                     s->duration_ms);
}

static void dump_line(struct many *many, json_t *object, const char *end) {
    if (!json_put(object, JSON_COMPACT, many->out))
        errno = errno == 0 ? EIO : errno;
    fputs(end, many->out);
    json_decref(object);
}

static void ndjson_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    (void)scratch;
    dump_line(many, target_json(target, true), "\n");
}

static void ndjson_close(struct many *many, struct arena *scratch, const struct told_summary *summary) {
    (void)scratch;
    json_t *line = json_pack("{s:s}", "type", "summary"), *numbers = summary_json(summary);
    json_object_update(line, numbers);
    json_decref(numbers);
    dump_line(many, line, "\n");
}

static void json_open(struct many *many) {
    fputs("{\"schema\": \"edgeprobe.monitor/1\", \"targets\": [", many->out);
}

static void json_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    (void)scratch;
    fputs(many->count > 0 ? ",\n" : "\n", many->out);
    dump_line(many, target_json(target, false), "");
}

static void json_close(struct many *many, struct arena *scratch, const struct told_summary *summary) {
    (void)scratch;
    fputs("],\n\"summary\": ", many->out);
    dump_line(many, summary_json(summary), "}\n");
}

/* ---- JUnit ---- */

static void junit_many_open(struct many *many) {
    junit_open(many->out);
}

static void junit_many_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    (void)scratch;
    if (target->report != NULL)
        junit_suite(target->report, many->out);
    else if (target->error != NULL)
        junit_not_run(target->name, target->error, many->out);
}

static void junit_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary) {
    (void)scratch;
    (void)summary;
    junit_close(many->out);
}

/* ---- the table ---- */

static const struct many_format many_formats[] = {
    {"text", 0, NULL, text_target, text_close},
    {"json", 0, json_open, json_target, json_close},
    {"ndjson", 0, NULL, ndjson_target, ndjson_close},
    {"markdown", 1, markdown_many_open, markdown_many_target, markdown_many_close},
    {"html", HTML_SHELVES, NULL, html_many_target, html_many_close},
    {"nagios", 1, NULL, nagios_many_target, nagios_many_close},
    {"prometheus", PROMETHEUS_FAMILIES, NULL, prometheus_many_target, prometheus_many_close},
    {"junit", 0, junit_many_open, junit_many_target, junit_many_close},
    {NULL, 0, NULL, NULL, NULL}};

struct many *many_open(const struct format *format, const struct report_style *style, bool only_changes,
                       FILE *out) {
    struct many *many = calloc(1, sizeof *many);
    if (many == NULL)
        return NULL;
    *many = (struct many){.format = many_formats, .style = *style, .only_changes = only_changes, .out = out};
    while (many->format->name != NULL && strcmp(many->format->name, format->name) != 0)
        many->format++;
    bool good = many->format->name != NULL;
    for (size_t i = 0; good && i < many->format->spools; i++)
        good = (many->spools[i] = tmpfile()) != NULL;
    if (!good) {
        int error = errno;
        for (size_t i = 0; i < SPOOLS; i++)
            if (many->spools[i] != NULL)
                fclose(many->spools[i]);
        free(many);
        errno = error;
        return NULL;
    }
    if (many->format->open != NULL)
        many->format->open(many);
    return many;
}

static bool is_good(struct many *many) {
    for (size_t i = 0; i < many->format->spools; i++)
        if (!stream_is_good(many->spools[i]))
            return false;
    return stream_is_good(many->out);
}

bool many_target(struct many *many, const struct told_target *target) {
    struct arena *scratch = arena_new();
    many->format->target(many, scratch, target);
    many->count++;
    arena_free(scratch);
    return is_good(many);
}

bool many_close(struct many *many, const struct told_summary *summary) {
    struct arena *scratch = arena_new();
    bool good = is_good(many);
    int error = errno;
    if (good) {
        many->format->close(many, scratch, summary);
        good = is_good(many);
        error = errno;
    }
    for (size_t i = 0; i < many->format->spools; i++)
        fclose(many->spools[i]);
    arena_free(scratch);
    free(many);
    errno = error;
    return good;
}
