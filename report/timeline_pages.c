/* How did the log-in go, edge by edge, where there is no terminal? A table of steps for each edge, in
 * Markdown and HTML, and what it means for each kind of client. See timeline.h. */
#include "outcomes/timeline.h"

#include <string.h>

#include "report/html.h"
#include "report/markup.h"
#include "report/timeline.h"

const char *box_title(const char *answered_by) {
    static const struct {
        const char *id, *name;
    } boxes[] = {
        {"expressway-e", "Expressway-E"}, {"expressway-c", "Expressway-C"}, {"unified-cm", "Unified CM"}};
    for (size_t i = 0; answered_by != NULL && i < sizeof boxes / sizeof *boxes; i++)
        if (strcmp(boxes[i].id, answered_by) == 0)
            return boxes[i].name;
    return NULL;
}

static const char *why_of(const struct timeline_step *s) {
    return s->because != NULL ? s->because->cause->title : s->note;
}

static char *way_text(struct arena *arena, const struct timeline_way *way) {
    const char *step = way->trouble == NULL ? NULL : enum_text(login_steps, (int)way->trouble->step);
    return arena_printf(arena, "%zu step%s, %d ms%s%s%s", way->works, way->works == 1 ? " works" : "s work",
                        way->ms, step == NULL ? "" : "; ", step == NULL ? "" : step,
                        step == NULL                        ? ""
                        : way->trouble->state == STEP_FAILS ? " fails"
                                                            : " is not known");
}

/* ---- Markdown ---- */

static void step_markdown(const struct timeline_step *s, FILE *out) {
    static const char *const marks[] = {[STEP_WORKS] = "\xe2\x9c\x85",
                                        [STEP_FAILS] = "\xe2\x9d\x8c",
                                        [STEP_SKIPPED] = "\xe2\x9e\x96",
                                        [STEP_UNKNOWN] = "\xe2\x9d\x93"};
    const char *by = box_title(s->answered_by), *why = why_of(s);
    fprintf(out, "| %s %s | %s | ", marks[s->state], enum_text(step_states, (int)s->state),
            enum_text(login_steps, (int)s->step));
    if (s->status > 0)
        fprintf(out, "%d", s->status);
    fprintf(out, " | %s | ", by == NULL ? "" : by);
    if (s->ms >= 0)
        fprintf(out, "%d ms", s->ms);
    fputs(" | ", out);
    if (why != NULL)
        markdown_text(out, why);
    fputs(" |\n", out);
}

void timeline_markdown(const struct report *report, FILE *out) {
    if (!report->facts->run.scope.is_login)
        return;
    struct arena *arena = arena_new();
    const struct timeline *timeline = timeline_of(arena, report->facts, report->findings);
    for (size_t from = 0, end; from < timeline->n; from = end) {
        const struct timeline_step *first = timeline->v[from];
        end = timeline_edge_end(timeline, from);
        fputs("\n### Log-in through ", out);
        markdown_code(out, first->edge);
        for (size_t i = 0; i < 2; i++) {
            const char *more = i == 0 ? first->address : first->domain;
            if (more != NULL) {
                fputs(i == 0 ? " at " : " for ", out);
                markdown_code(out, more);
            }
        }
        fputs("\n\n| State | Step | Status | Answered by | Time | Because |\n| --- | --- | --- | --- | --- | "
              "--- |\n",
              out);
        for (size_t i = from; i < end; i++)
            step_markdown(timeline->v[i], out);
        fputc('\n', out);
        for (size_t i = 0; timeline_outcomes[i] != NULL; i++) {
            struct timeline_way way = timeline_way(timeline, from, end, timeline_outcomes[i]);
            fprintf(out, "- %s: %s\n", way.title, way_text(arena, &way));
        }
    }
    arena_free(arena);
}

/* ---- HTML ---- */

static void cell(struct html *h, const char *text) {
    fputs("<td>", h->out);
    markup_put(h->out, text);
    fputs("</td>", h->out);
}

static void step_html(struct html *h, const struct timeline_step *s) {
    static const enum tone tones[] = {[STEP_WORKS] = TONE_GOOD,
                                      [STEP_FAILS] = TONE_BAD,
                                      [STEP_SKIPPED] = TONE_PLAIN,
                                      [STEP_UNKNOWN] = TONE_UNSURE};
    fprintf(h->out, "<tr><th scope=\"row\">%s</th><td>", enum_text(login_steps, (int)s->step));
    html_tag(h, tones[s->state], enum_text(step_states, (int)s->state));
    fputs("</td>", h->out);
    cell(h, s->status > 0 ? arena_printf(h->arena, "%d", s->status) : "");
    cell(h, box_title(s->answered_by));
    fputs("<td class=\"num\">", h->out);
    if (s->ms >= 0)
        fprintf(h->out, "%d ms", s->ms);
    fputs("</td><td>", h->out);
    markup_put(h->out, why_of(s));
    html_reference(h, s->because);
    fputs("</td></tr>\n", h->out);
}

static void edge_html(struct html *h, const struct timeline *timeline, size_t from, size_t end) {
    const struct timeline_step *first = timeline->v[from];
    fputs("<h3>Through ", h->out);
    html_code(h, first->edge);
    if (first->address != NULL)
        html_code(h, first->address);
    if (first->domain != NULL)
        html_code(h, first->domain);
    fprintf(h->out,
            "</h3>\n<div class=\"scroll\" role=\"region\" aria-label=\"Steps, edge %d\" tabindex=\"0\">"
            "<table><thead><tr><th scope=\"col\">Step</th><th scope=\"col\">State</th>"
            "<th scope=\"col\">Status</th><th scope=\"col\">Answered by</th>"
            "<th scope=\"col\" class=\"num\">Time</th><th scope=\"col\">Because</th></tr></thead><tbody>\n",
            ++h->id);
    for (size_t i = from; i < end; i++)
        step_html(h, timeline->v[i]);
    fputs("</tbody></table></div>\n<ul>\n", h->out);
    for (size_t i = 0; timeline_outcomes[i] != NULL; i++) {
        struct timeline_way way = timeline_way(timeline, from, end, timeline_outcomes[i]);
        fprintf(h->out, "<li>%s: %s</li>\n", way.title, way_text(h->arena, &way));
    }
    fputs("</ul>\n", h->out);
}

void html_timeline(struct html *h) {
    const struct report *report = h->report;
    if (!report->facts->run.scope.is_login)
        return;
    const struct timeline *timeline = timeline_of(h->arena, report->facts, report->findings);
    fputs("<section aria-labelledby=\"login\"><h2 id=\"login\">The log-in, step by step</h2>\n", h->out);
    for (size_t from = 0, end; from < timeline->n; from = end) {
        end = timeline_edge_end(timeline, from);
        edge_html(h, timeline, from, end);
    }
    fputs("</section>\n", h->out);
}
