/* How does a monitoring system of the Nagios kind read the verdict? One line with performance data, then a
 * line a finding (Monitoring Plugins Development Guidelines: plugin output, performance data, exit status).
 */
#include "report/nagios.h"

#include <string.h>

#include "report/columns.h"
#include "report/formats.h"
#include "report/tally.h"

enum {
    NAMES_SHOWN = 3,      /* outcomes named on the first line */
    REASON_SHOWN = 200,   /* columns */
    LINE_SHOWN = 300,     /* columns of a finding's line */
    LINES_SIZE = 6 * 1024 /* bytes of all lines: Nagios keeps 8 KiB of output, performance data included */
};

const char *const nagios_words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

/* A pipe begins performance data, "\n" as two characters is a line end to Nagios' check results, and the
 * pages of monitoring systems show output as HTML. */
char *nagios_text(struct arena *arena, const char *text, int columns) {
    const char *from = columns_cut(arena, visible(arena, text), columns);
    char *out = arena_alloc(arena, strlen(from) * 4 + 1), *at = out;
    for (const char *p = from; *p != 0; p++) {
        const char *instead = *p == '|'                   ? "\\x7C"
                              : *p == '<'                 ? "\\x3C"
                              : *p == '>'                 ? "\\x3E"
                              : *p == '\\' && p[1] == 'n' ? "\\x5C"
                                                          : NULL;
        at = instead != NULL ? stpcpy(at, instead) : (*at = *p, at + 1);
    }
    *at = 0;
    return out;
}

/* ---- the first line ---- */

/* "fails: Jabber log-in, SIP registration and 2 more; " */
static char *names_of(struct arena *arena, const struct outcomes *outcomes, enum outcome_state state,
                      const char *word) {
    char *names = NULL;
    size_t count = 0;
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        if (o->state != state || ++count > NAMES_SHOWN)
            continue;
        names =
            arena_printf(arena, names == NULL ? "%s%s" : "%s, %s", names == NULL ? word : names, o->title);
        if (o->subject != NULL)
            names = arena_printf(arena, "%s %s", names, nagios_text(arena, o->subject, 80));
    }
    if (names == NULL)
        return arena_text(arena, "");
    return count > NAMES_SHOWN ? arena_printf(arena, "%s and %zu more; ", names, count - NAMES_SHOWN)
                               : arena_printf(arena, "%s; ", names);
}

static bool needs_a_look(const struct finding *f) {
    return f->status == STATUS_FAIL || f->status == STATUS_WARN || f->status == STATUS_UNKNOWN;
}

char *nagios_summary(struct arena *arena, const struct report *report) {
    const struct findings *findings = report->findings;
    const struct outcomes *outcomes = report->outcomes;
    if (findings->n == 0 || !needs_a_look(findings->v[0])) { /* sorted, worst first */
        struct soonest soonest = soonest_leaf(findings);
        return soonest.finding == NULL
                   ? arena_text(arena, "nothing is wrong")
                   : arena_printf(arena, "nothing is wrong, next certificate expires in %lld days",
                                  soonest.days);
    }
    const struct finding *first = findings->v[0];
    const char *why = first->cause != NULL ? first->cause->title : first->summary;
    return arena_printf(arena, "%s%s%s%s (%s)", names_of(arena, outcomes, OUTCOME_FAILS, "fails: "),
                        names_of(arena, outcomes, OUTCOME_AT_RISK, "at risk: "),
                        names_of(arena, outcomes, OUTCOME_UNKNOWN, "unknown: "),
                        nagios_text(arena, why, REASON_SHOWN),
                        nagios_text(arena, finding_subject(arena, first), REASON_SHOWN));
}

/* Labels, units and thresholds are a public contract: graphs are made of them. What was not seen has no
 * value. */
static void perfdata_write(const struct report *report, FILE *out) {
    struct soonest soonest = soonest_leaf(report->findings);
    int handshake = slowest_handshake(report->facts);
    if (soonest.finding != NULL)
        fprintf(out, "days_left=%lld;%lld:;%lld:;0 ", soonest.days, soonest.warn_days, soonest.crit_days);
    fprintf(out, "fail=%zu;;0;0 warn=%zu;0;;0 time=%.3fs;;;0", findings_count(report->findings, STATUS_FAIL),
            findings_count(report->findings, STATUS_WARN), report->facts->run.duration_ms / 1000.0);
    if (handshake >= 0)
        fprintf(out, " handshake=%.3fs;;;0", handshake / 1000.0);
}

/* ---- a line a finding ---- */

static char *line_of(struct arena *arena, const struct finding *f) {
    char *line = arena_printf(arena, "%s %s%s%s %s: %s", enum_text(status_names, (int)f->status),
                              f->check->id, f->cause == NULL ? "" : "/", f->cause == NULL ? "" : f->cause->id,
                              finding_subject(arena, f), f->summary);
    for (char *p = line; *p >= 'a' && *p <= 'z'; p++)
        *p = (char)(*p - 'a' + 'A'); /* FAIL, WARN, UNKNOWN: the eye finds them */
    return nagios_text(arena, line, LINE_SHOWN);
}

/* One line a finding that fails, warns or is unknown (all: every one), within what monitoring systems keep.
 */
static void nagios_lines(struct arena *arena, const struct report *report, bool all, FILE *out) {
    size_t size = 0, left_out = 0;
    for (size_t i = 0; i < report->findings->n; i++) {
        const struct finding *f = report->findings->v[i];
        if (!needs_a_look(f) && !all)
            continue;
        char *line = line_of(arena, f);
        if (size + strlen(line) > LINES_SIZE) {
            left_out++;
            continue;
        }
        size += strlen(line) + 1;
        fprintf(out, "%s\n", line);
    }
    if (left_out > 0)
        fprintf(out, "and %zu more: the monitoring system would cut them off; --format json has all\n",
                left_out);
}

bool nagios_write(const struct report *report, const struct report_style *style, FILE *out) {
    struct arena *arena = arena_new();
    fprintf(out, "EDGEPROBE %s - %s: %s | ", nagios_words[status_number(findings_status(report->findings))],
            nagios_text(arena, report_name(report), REASON_SHOWN), nagios_summary(arena, report));
    perfdata_write(report, out);
    fputc('\n', out);
    if (style->verbose >= 0)
        nagios_lines(arena, report, style->verbose > 0, out);
    arena_free(arena);
    return stream_is_good(out);
}
