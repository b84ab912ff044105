/* What does a person see who has no terminal? One page that needs nothing but itself: the verdict, what users
 * feel, the path, what to do, who trusts what, what ends when. Opens offline, prints, and is read aloud. */
#include "report/html.h"

#include <string.h>

#include "facts/version.h"
#include "report/formats.h"

const char *const tone_names[] = {"good", "risk", "bad", "unsure", "plain"};

enum tone status_tone(enum status status) {
    static const enum tone tones[] = {
        [STATUS_PASS] = TONE_GOOD, [STATUS_INFO] = TONE_PLAIN,     [STATUS_WARN] = TONE_RISK,
        [STATUS_FAIL] = TONE_BAD,  [STATUS_UNKNOWN] = TONE_UNSURE, [STATUS_SKIP] = TONE_PLAIN};
    return tones[status];
}

enum tone outcome_tone(enum outcome_state state) {
    static const enum tone tones[] = {[OUTCOME_WORKS] = TONE_GOOD,
                                      [OUTCOME_AT_RISK] = TONE_RISK,
                                      [OUTCOME_FAILS] = TONE_BAD,
                                      [OUTCOME_UNKNOWN] = TONE_UNSURE};
    return tones[state];
}

const char *outcome_word(enum outcome_state state) {
    static const char *const words[] = {[OUTCOME_WORKS] = "works",
                                        [OUTCOME_AT_RISK] = "at risk",
                                        [OUTCOME_FAILS] = "fails",
                                        [OUTCOME_UNKNOWN] = "unknown"};
    return words[state];
}

void html_icon(struct html *h, enum tone tone) {
    fprintf(h->out, "<svg class=\"icon %s\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>",
            tone_names[tone], tone_names[tone]);
}

void html_tag(struct html *h, enum tone tone, const char *word) {
    fprintf(h->out, "<span class=\"tag %s\">", tone_names[tone]);
    html_icon(h, tone);
    markup_put(h->out, word);
    fputs("</span>", h->out);
}

void html_code(struct html *h, const char *text) {
    fputs("<code>", h->out);
    markup_put(h->out, text);
    fputs("</code>", h->out);
}

void html_reference(struct html *h, const struct finding *finding) {
    int number = finding == NULL ? 0 : told_number(h->report->faults, &h->groups, finding);
    if (number > 0)
        fprintf(h->out, " <a href=\"#finding-%d\">Finding&nbsp;%d</a>", number, number);
}

/* ---- the document ---- */

/* Drawn once, used by name: a tick in a circle, a bang in a triangle, a cross in an octagon, a question mark
 * in a square, a dot. Shapes differ, so that nobody needs to tell the colours apart. */
static const char symbols[] =
    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
    "<symbol id=\"i-good\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M10 0a10 10 0 1 1 0 20 10 "
    "10 0 0 1 "
    "0-20zm4.6 5.6L8.5 12 5.4 9.1 3.8 10.8 8.6 15.2 16.3 7.2z\"/></symbol>"
    "<symbol id=\"i-risk\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M10 .8 20 19H0zM8.9 "
    "7l.3 6.2h1.6l.3-6.2zM10 14.3a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z\"/></symbol>"
    "<symbol id=\"i-bad\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M5.9 0h8.2L20 5.9v8.2L14.1 "
    "20H5.9L0 14.1V5.9zM6.3 4.8 4.8 6.3 8.5 10l-3.7 3.7 1.5 1.5 3.7-3.7 3.7 3.7 1.5-1.5L11.5 "
    "10l3.7-3.7-1.5-1.5L10 8.5z\"/></symbol>"
    "<symbol id=\"i-unsure\" viewBox=\"0 0 20 20\"><path fill-rule=\"evenodd\" d=\"M3 0h14a3 3 0 0 1 3 "
    "3v14a3 3 0 0 "
    "1-3 3H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3zm7 3.8c-2.3 0-3.9 1.3-4 3.5h2.1c.1-1 .8-1.6 1.8-1.6 1.1 0 "
    "1.8.6 1.8 1.5 0 .8-.4 1.2-1.3 1.8C9.3 9.7 8.9 10.4 9 11.9h2c0-.9.3-1.3 1.3-1.9 "
    "1.1-.7 1.7-1.6 1.7-2.9 0-2-1.6-3.3-4-3.3zm0 9.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 "
    "0-2.6z\"/></symbol>"
    "<symbol id=\"i-plain\" viewBox=\"0 0 20 20\"><circle cx=\"10\" cy=\"10\" r=\"4.5\"/></symbol>"
    "</defs></svg>\n";

void html_open(FILE *out, const char *title) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
          "'unsafe-inline'; "
          "img-src data:\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" "
          "content=\"no-referrer\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n<title>",
          out);
    markup_put(out, title);
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n%s", html_css, symbols);
}

void html_close(FILE *out) {
    fputs("</body>\n</html>\n", out);
}

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

/* ---- the head of many ---- */

void html_targets_head(struct html *h, const struct html_counts *c, const char *line) {
    const struct {
        size_t count;
        enum tone tone;
        const char *word;
    } told[] = {{c->fail, TONE_BAD, "fail"},
                {c->warn, TONE_RISK, "warn"},
                {c->unknown, TONE_UNSURE, "unknown"},
                {c->rest, TONE_PLAIN, c->rest_word},
                {c->pass, TONE_GOOD, "pass"}};
    size_t worst = 0, last = sizeof told / sizeof *told - 1;
    while (worst < last && told[worst].count == 0)
        worst++;
    fprintf(h->out,
            "<header class=\"top %s\"><div class=\"wrap\"><div><p class=\"brand\"><b>edgeprobe</b> "
            "<span>monitor</span></p><h1>%zu target%s</h1><p class=\"counts\">",
            tone_names[c->all == 0 ? TONE_PLAIN : told[worst].tone], c->all, c->all == 1 ? "" : "s");
    for (size_t i = 0; i <= last; i++)
        if (told[i].count > 0)
            html_tag(h, told[i].tone, arena_printf(h->arena, "%zu %s", told[i].count, told[i].word));
    fputs("</p>", h->out);
    if (line != NULL) {
        fputs("<dl class=\"facts\"><div><dt>Took</dt><dd>", h->out);
        markup_put(h->out, line);
        fputs("</dd></div></dl>", h->out);
    }
    fputs("</div></div></header>\n", h->out);
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
