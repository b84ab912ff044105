/* What does a person see who has no terminal? One page that needs nothing but itself: the verdict, what users
 * feel, the path, what to do, who trusts what, what ends when. Opens offline, prints, and is read aloud. */
#include "report/html.h"

#include <string.h>

#include "facts/version.h"
#include "report/formats.h"

/* ---- the head ---- */

static const struct verdict_row {
    const char *word, *says;
} verdicts[] = {[STATUS_PASS] = {"Good", "Everything that was looked at works."},
                [STATUS_WARN] = {"Warning", "Nothing fails, but something needs attention."},
                [STATUS_FAIL] = {"Failure", "Something needs to be put right."},
                [STATUS_UNKNOWN] = {"Unknown", "Nothing fails, but not everything could be seen."}};

static void tally_write(struct html *h, enum status status) {
    static const struct {
        enum outcome_state state;
        const char *one, *many;
    } told[] = {{OUTCOME_FAILS, "fails", "fail"},
                {OUTCOME_AT_RISK, "is at risk", "are at risk"},
                {OUTCOME_UNKNOWN, "is unknown", "are unknown"}};
    const struct outcomes *outcomes = h->report->outcomes;
    bool any = false;
    fputs("<p class=\"tally\">", h->out);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        size_t count = 0;
        for (size_t k = 0; k < outcomes->n; k++)
            count += outcomes->v[k]->state == told[i].state;
        if (count == 0)
            continue;
        if (any)
            fprintf(h->out, ", %zu %s", count, count == 1 ? told[i].one : told[i].many);
        else
            fprintf(h->out, "Of %zu thing%s that users feel, %zu %s", outcomes->n,
                    outcomes->n == 1 ? "" : "s", count, count == 1 ? told[i].one : told[i].many);
        any = true;
    }
    fprintf(h->out, "%s</p>\n", any ? "." : verdicts[status].says);
}

/* Of a deployment's path its last part: the whole stands among the facts. */
static const char *short_name(const struct report *report) {
    const struct deployment *d = report->facts->deployment;
    const char *name = report_name(report), *slash = strrchr(name, '/');
    bool is_path = d != NULL && d->file != NULL && strcmp(d->file, name) == 0;
    return !is_path || slash == NULL || slash[1] == 0 ? name : slash + 1;
}

static void fact_write(struct html *h, const char *term, const char *text) {
    fprintf(h->out, "<div><dt>%s</dt><dd>", term);
    markup_put(h->out, text);
    fputs("</dd></div>\n", h->out);
}

static void facts_write(struct html *h) {
    const struct run *run = &h->report->facts->run;
    struct soonest soonest = soonest_leaf(h->report->findings);
    fputs("<dl class=\"facts\">\n", h->out);
    if (strcmp(short_name(h->report), report_name(h->report)) != 0)
        fact_write(h, "File", report_name(h->report));
    fact_write(h, "Judged for", arena_printf(h->arena, "Expressway %s", run->release));
    fact_write(h, "Seen from",
               run->vantage == VANTAGE_EXTERNAL   ? "outside"
               : run->vantage == VANTAGE_INTERNAL ? "inside"
                                                  : "a lab");
    fact_write(h, "Started", time_write(h->arena, run->started));
    if (run->at != run->started)
        fact_write(h, "Validity as of", time_write(h->arena, run->at));
    fact_write(h, "Took", arena_printf(h->arena, "%.1f s", run->duration_ms / 1000.0));
    if (soonest.finding != NULL)
        fact_write(h, "Next expiry",
                   arena_printf(h->arena, soonest.days < 0 ? "%lld days ago" : "in %lld days",
                                soonest.days < 0 ? -soonest.days : soonest.days));
    fputs("</dl>\n", h->out);
}

static void outcome_write(struct html *h, const struct outcome *o) {
    enum tone tone = outcome_tone(o->state);
    fprintf(h->out, "<li class=\"%s tone\">", tone_names[tone]);
    html_icon(h, tone);
    fputs("<span class=\"what\">", h->out);
    markup_put(h->out, o->title);
    if (o->subject != NULL) {
        fputs(" ", h->out);
        html_code(h, o->subject);
    }
    fprintf(h->out, " %s</span>", outcome_word(o->state));
    if (o->state != OUTCOME_WORKS) {
        const struct finding *f = o->because.n > 0 ? o->because.v[0] : NULL;
        fputs("<span class=\"why\">", h->out);
        markup_put(h->out, f == NULL ? o->summary : f->cause != NULL ? f->cause->title : f->summary);
        fputs(f == NULL ? "" : ".", h->out);
        html_reference(h, f);
        fputs("</span>", h->out);
    }
    fputs("</li>\n", h->out);
}

static void outcomes_write(struct html *h) {
    const struct outcomes *outcomes = h->report->outcomes;
    if (outcomes->n == 0)
        return;
    fputs("<section class=\"feel\" aria-labelledby=\"feel\" style=\"margin:0\"><h2 id=\"feel\">What users "
          "feel</h2>\n<ul>\n",
          h->out);
    for (size_t i = 0; i < outcomes->n; i++)
        outcome_write(h, outcomes->v[i]);
    fputs("</ul></section>\n", h->out);
}

static void head_write(struct html *h) {
    enum status status = findings_status(h->report->findings);
    enum tone tone = status_tone(status);
    fprintf(h->out, "<header class=\"top %s\"><div class=\"wrap\"><div>\n", tone_names[tone]);
    fputs("<p class=\"brand\"><b>edgeprobe</b> <span>", h->out);
    markup_put(h->out, h->report->facts->run.command);
    fputs("</span></p>\n<p class=\"verdict\">", h->out);
    html_icon(h, tone);
    fprintf(h->out, "%s</p>\n<h1>", verdicts[status].word);
    markup_put(h->out, short_name(h->report));
    fputs("</h1>\n", h->out);
    tally_write(h, status);
    facts_write(h);
    fputs("</div>\n", h->out);
    outcomes_write(h);
    fputs("</div></header>\n", h->out);
}

bool html_write(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    struct html h = {.out = out, .arena = arena_new(), .report = report};
    groups_of(h.arena, report->findings, &h.groups);
    sightings_of(h.arena, report->facts, &h.seen);
    html_open(out, arena_printf(h.arena, "%s: %s, edgeprobe",
                                verdicts[findings_status(report->findings)].word, report_name(report)));
    fputs("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n", out);
    head_write(&h);
    fputs("<main class=\"wrap\">\n", out);
    if (report->renewal == NULL)
        html_path(&h);
    html_renewal(&h);
    html_timeline(&h);
    html_findings(&h);
    html_chains(&h);
    html_expiry(&h);
    html_rest(&h);
    fputs("</main>\n<footer><div class=\"wrap\">", out);
    fprintf(out,
            "edgeprobe %s. This page holds everything it needs and asks nothing of the network. Ticks are "
            "not kept: "
            "print the page, or take them over into a ticket.</div></footer>\n",
            EDGEPROBE_VERSION);
    html_close(out);
    arena_free(h.arena);
    return stream_is_good(out);
}
