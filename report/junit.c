/* How does a build pipeline read the verdict? A JUnit test suite: a test case is a finding. fail is a
 * failure, unknown an error, skip is skipped, and a warning passes with its words beside it. */
#include "report/junit.h"

#include <string.h>

#include "report/formats.h"
#include "report/markup.h"
#include "report/rows.h"
#include "report/tally.h"

static void attribute(FILE *out, const char *name, const char *value) {
    fprintf(out, " %s=\"", name);
    markup_put(out, value);
    fputc('"', out);
}

/* What a person needs who sees only the pipeline: summary, evidence, what to do. */
static void words_write(struct arena *arena, const struct finding *f, FILE *out) {
    struct evidence_rows rows;
    evidence_rows(arena, evidence_tree(f), &rows);
    markup_putf(out, "%s: %s", finding_subject(arena, f), f->summary);
    fputc('\n', out);
    for (size_t i = 0; i < rows.n; i++) {
        markup_putf(out, "%*s%s: %s", 2 + 2 * rows.v[i]->depth, "", rows.v[i]->label,
                    row_joined(arena, rows.v[i]));
        fputc('\n', out);
    }
    for (size_t i = 0; f->fix[i] != NULL; i++) {
        fputs(i == 0 ? "Fix:\n" : "", out);
        markup_putf(out, "  %zu. %s", i + 1, f->fix[i]);
        fputc('\n', out);
    }
}

static void problem_write(struct arena *arena, const struct finding *f, const char *element, FILE *out) {
    fprintf(out, "      <%s", element);
    attribute(out, "type",
              f->cause == NULL ? f->check->id : arena_printf(arena, "%s/%s", f->check->id, f->cause->id));
    attribute(out, "message",
              f->cause == NULL ? f->summary : arena_printf(arena, "%s: %s", f->cause->title, f->summary));
    fputc('>', out);
    words_write(arena, f, out);
    fprintf(out, "</%s>\n", element);
}

static void case_write(const struct finding *f, const char *suite, FILE *out) {
    struct arena *arena = arena_new();
    fputs("    <testcase", out);
    attribute(out, "classname", suite);
    attribute(out, "name", arena_printf(arena, "%s %s", f->check->id, finding_subject(arena, f)));
    attribute(out, "time", "0");
    fputs(">\n", out);
    switch (f->status) {
    case STATUS_FAIL:
        problem_write(arena, f, "failure", out);
        break;
    case STATUS_UNKNOWN:
        problem_write(arena, f, "error", out);
        break;
    case STATUS_SKIP:
        fputs("      <skipped", out);
        attribute(out, "message", f->summary);
        fputs("/>\n", out);
        break;
    default:
        fputs("      <system-out>", out);
        if (f->status == STATUS_WARN)
            markup_putf(out, "WARNING %s/%s: ", f->check->id, f->cause == NULL ? "" : f->cause->id);
        words_write(arena, f, out);
        fputs("</system-out>\n", out);
    }
    fputs("    </testcase>\n", out);
    arena_free(arena);
}

void junit_suite(const struct report *report, FILE *out) {
    const struct findings *findings = report->findings;
    const struct run *run = &report->facts->run;
    struct arena *arena = arena_new();
    fputs("  <testsuite", out);
    attribute(out, "name", report_name(report));
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"", findings->n,
            findings_count(findings, STATUS_FAIL), findings_count(findings, STATUS_UNKNOWN),
            findings_count(findings, STATUS_SKIP), run->duration_ms / 1000.0);
    attribute(out, "timestamp", arena_printf(arena, "%.19s", time_write(arena, run->started)));
    fputs(">\n", out);
    for (size_t i = 0; i < findings->n; i++)
        case_write(findings->v[i], report_name(report), out);
    fputs("  </testsuite>\n", out);
    arena_free(arena);
}

void junit_not_run(const char *name, const char *why, FILE *out) {
    fputs("  <testsuite", out);
    attribute(out, "name", name);
    fputs(" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0\">\n    <testcase", out);
    attribute(out, "classname", name);
    fputs(" name=\"run\" time=\"0\"><error type=\"not-run\"", out);
    attribute(out, "message", why);
    fputs("/></testcase>\n  </testsuite>\n", out);
}

bool junit_write(const struct report *report, const struct report_style *style, FILE *out) {
    (void)style;
    junit_open(out);
    junit_suite(report, out);
    junit_close(out);
    return stream_is_good(out);
}

void junit_open(FILE *out) {
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"edgeprobe\">\n", out);
}

void junit_close(FILE *out) {
    fputs("</testsuites>\n", out);
}
