/* How are many reports told in formats that want first what is known last, or together what comes apart? And
 * the words that all formats have. */
#include <string.h>

#include "report/html.h"
#include "report/many_formats.h"
#include "report/markup.h"
#include "report/page.h"
#include "report/nagios.h"
#include "report/tally.h"
#include "facts/version.h"

enum { LINES_SIZE = 6 * 1024, LINE_SHOWN = 300, FINDINGS_SHOWN = 12 };

/* The whole spool onto the stream. */
static void spool_copy(struct many *many, size_t spool) {
    char buffer[16 * 1024];
    FILE *from = many->spools[spool];
    rewind(from);
    for (size_t size; (size = fread(buffer, 1, sizeof buffer, from)) > 0;)
        fwrite(buffer, 1, size, many->out);
}

/* ---- nagios: one service for all of them ---- */

/* A line a target that is not good, within what monitoring systems keep. */
void nagios_many_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    enum status status = target_status(target);
    if (status == STATUS_PASS || (target->report == NULL && target->error == NULL) ||
        ftell(many->spools[0]) > LINES_SIZE)
        return;
    fprintf(many->spools[0], "%s\n",
            nagios_text(scratch,
                        arena_printf(scratch, "%s %s: %s", nagios_words[status_number(status)], target->name,
                                     target_words(scratch, target)),
                        LINE_SHOWN));
}

void nagios_many_close(struct many *many, struct arena *scratch, const struct told_summary *s) {
    fprintf(many->out,
            "EDGEPROBE %s - %s | pass=%zu;;;0 warn=%zu;0;;0 unknown=%zu;;;0 fail=%zu;;0;0 not_run=%zu;;;0 "
            "time=%.3fs;;;0\n",
            nagios_words[status_number(summary_status(s))], summary_words(scratch, s), s->pass, s->warn,
            s->unknown, s->fail, s->not_run, s->duration_ms / 1000.0);
    if (many->style.verbose >= 0)
        spool_copy(many, 0);
}

/* ---- prometheus: the series of a family stand together ---- */

void prometheus_many_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    (void)scratch;
    for (size_t i = 0; target->report != NULL && i < PROMETHEUS_FAMILIES; i++)
        prometheus_samples(i, target->report, many->spools[i]);
}

void prometheus_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary) {
    (void)scratch;
    for (size_t i = 0; i < PROMETHEUS_FAMILIES; i++) {
        prometheus_head(i, many->out);
        spool_copy(many, i);
    }
    fputs("# HELP edgeprobe_targets How many targets came to what in the last run.\n# TYPE edgeprobe_targets "
          "gauge\n",
          many->out);
    fprintf(many->out,
            "edgeprobe_targets{status=\"pass\"} %zu\nedgeprobe_targets{status=\"warn\"} %zu\n"
            "edgeprobe_targets{status=\"unknown\"} %zu\nedgeprobe_targets{status=\"fail\"} %zu\n"
            "edgeprobe_targets{status=\"not_run\"} %zu\n",
            summary->pass, summary->warn, summary->unknown, summary->fail, summary->not_run);
    prometheus_build_info(many->out);
}

/* ---- markdown: a table, then what is not good ---- */

void markdown_many_open(struct many *many) {
    fputs("| State | Target | |\n| --- | --- | --- |\n", many->out);
}

static void markdown_findings(const struct report *report, const struct told_target *target, FILE *out) {
    struct arena *arena = arena_new();
    fputs("\n### ", out);
    markdown_code(out, target->name);
    fputs("\n\n", out);
    for (size_t i = 0; i < report->findings->n && i < FINDINGS_SHOWN; i++) {
        const struct finding *f = report->findings->v[i];
        if (f->status != STATUS_FAIL && f->status != STATUS_WARN && f->status != STATUS_UNKNOWN)
            break; /* worst first */
        fprintf(out, "- %s `%s%s%s` ", enum_text(status_names, (int)f->status), f->check->id,
                f->cause == NULL ? "" : "/", f->cause == NULL ? "" : f->cause->id);
        markdown_code(out, finding_subject(arena, f));
        fputs(": ", out);
        markdown_text(out, f->summary);
        fputs("\n", out);
    }
    arena_free(arena);
}

void markdown_many_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    enum status status = target_status(target);
    fprintf(many->out, "| %s | ", target->report == NULL ? "not run" : enum_text(status_names, (int)status));
    markdown_code(many->out, target->name);
    fputs(" | ", many->out);
    markdown_text(many->out, target_words(scratch, target));
    fputs(" |\n", many->out);
    if (target->report != NULL && status != STATUS_PASS)
        markdown_findings(target->report, target, many->spools[0]);
}

void markdown_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary) {
    spool_copy(many, 0);
    fprintf(many->out, "\n%s, in %.1f s.\n", summary_words(scratch, summary), summary->duration_ms / 1000.0);
}

/* ---- html: the summary on top ---- */

static void html_findings_short(struct html *h, const struct report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->findings->n; i++)
        count += status_tone(report->findings->v[i]->status) != TONE_GOOD &&
                 status_tone(report->findings->v[i]->status) != TONE_PLAIN;
    if (count == 0)
        return;
    fprintf(h->out, "<details><summary>%zu finding%s</summary><ul class=\"done\">\n", count,
            count == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < FINDINGS_SHOWN; i++) {
        const struct finding *f = report->findings->v[i];
        fputs("<li>", h->out);
        html_icon(h, status_tone(f->status));
        fputs("<p>", h->out);
        html_code(h, finding_subject(h->arena, f));
        fputs(" ", h->out);
        markup_put(h->out, f->cause != NULL ? f->cause->title : f->summary);
        fprintf(h->out, " <span class=\"hush\">%s%s%s</span></p></li>\n", f->check->id,
                f->cause == NULL ? "" : "/", f->cause == NULL ? "" : f->cause->id);
    }
    fprintf(h->out, "</ul>%s</details>\n", count > FINDINGS_SHOWN ? "<p class=\"hush\">and more</p>" : "");
}

/* Worst first, whatever the order of arrival: a spool for each of these. */
static const struct shelf {
    enum status status;
    bool is_run;
} shelves[HTML_SHELVES] = {{STATUS_FAIL, true},
                           {STATUS_UNKNOWN, false},
                           {STATUS_WARN, true},
                           {STATUS_UNKNOWN, true},
                           {STATUS_PASS, true}};

static size_t shelf_of(const struct told_target *target) {
    size_t i = 0;
    while (i + 1 < HTML_SHELVES &&
           (shelves[i].status != target_status(target) || shelves[i].is_run != (target->report != NULL)))
        i++;
    return i;
}

static void html_next_expiry(struct html *h, const struct report *report) {
    struct soonest soonest = soonest_leaf(report->findings);
    if (soonest.finding == NULL)
        return;
    fprintf(h->out,
            soonest.days < 0 ? "<p class=\"expiry\">A certificate expired %lld days ago</p>"
                             : "<p class=\"expiry\">Next expiry in %lld days</p>",
            soonest.days < 0 ? -soonest.days : soonest.days);
}

void html_many_target(struct many *many, struct arena *scratch, const struct told_target *target) {
    if (target->report == NULL && target->error == NULL)
        return;
    struct html h = {.out = many->spools[shelf_of(target)], .arena = scratch};
    enum tone tone = target->report == NULL ? TONE_PLAIN : status_tone(target_status(target));
    fprintf(h.out, "<li class=\"target %s\">", tone_names[tone]);
    html_tag(&h, tone,
             target->report == NULL ? "not run" : enum_text(status_names, (int)target_status(target)));
    fputs("<div><h2>", h.out);
    markup_put(h.out, target->name);
    fputs("</h2><p>", h.out);
    markup_put(h.out, target->report == NULL ? target->error : target_words(scratch, target));
    fputs("</p>", h.out);
    if (target->report != NULL) {
        html_next_expiry(&h, target->report);
        html_findings_short(&h, target->report);
    }
    fputs("</div></li>\n", h.out);
}

/* The good ones are folded where there is anything else to look at. */
static void html_shelves(struct many *many, const struct told_summary *summary) {
    bool folds = summary->pass > 0 && summary->pass < summary->targets;
    fputs("<main class=\"wrap\"><ul class=\"targets\">\n", many->out);
    for (size_t i = 0; i < HTML_SHELVES; i++) {
        if (shelves[i].status == STATUS_PASS && folds)
            fprintf(many->out,
                    "</ul>\n<details class=\"fold\"><summary>%zu passed</summary><ul class=\"targets\">\n",
                    summary->pass);
        spool_copy(many, i);
    }
    fprintf(many->out, "</ul>%s</main>\n", folds ? "</details>" : "");
}

void html_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary) {
    struct html h = {.out = many->out, .arena = scratch};
    struct html_counts counts = {.all = summary->targets,
                                 .fail = summary->fail,
                                 .warn = summary->warn,
                                 .unknown = summary->unknown,
                                 .pass = summary->pass,
                                 .rest = summary->not_run,
                                 .rest_word = "not run"};
    html_open(h.out, arena_printf(scratch, "%s, edgeprobe", summary_words(scratch, summary)));
    html_targets_head(&h, &counts, arena_printf(scratch, "%.1f s", summary->duration_ms / 1000.0));
    html_shelves(many, summary);
    fprintf(h.out, "<footer><div class=\"wrap\">edgeprobe %s</div></footer>\n", EDGEPROBE_VERSION);
    html_close(h.out);
}

/* ---- what all formats have: words, and what waited ---- */

enum status target_status(const struct told_target *target) {
    return target->report == NULL ? STATUS_UNKNOWN : findings_status(target->report->findings);
}

char *target_words(struct arena *arena, const struct told_target *target) {
    if (target->report != NULL)
        return nagios_summary(arena, target->report);
    return arena_printf(arena, "not run: %s", target->error == NULL ? "" : target->error);
}

enum status summary_status(const struct told_summary *s) {
    return s->fail > 0                   ? STATUS_FAIL
           : s->warn > 0                 ? STATUS_WARN
           : s->unknown + s->not_run > 0 ? STATUS_UNKNOWN
                                         : STATUS_PASS;
}

const char *summary_words(struct arena *arena, const struct told_summary *s) {
    return arena_printf(arena, "%zu target%s: %zu pass, %zu warn, %zu unknown, %zu fail, %zu not run",
                        s->targets, plural(s->targets), s->pass, s->warn, s->unknown, s->fail, s->not_run);
}
