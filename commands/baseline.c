/* --baseline: what changed since a saved report? See baseline.h. */
#include "commands/baseline.h"

#include <string.h>

#include "commands/commands.h"
#include "commands/output.h"
#include "commands/saved.h"
#include "commands/verdict.h"
#include "report/diff.h"

static const struct diff_format *format_of(const struct options *options) {
    return diff_format_find(options->format == NULL ? "text" : options->format);
}

bool diff_format_exists(struct arena *arena, const struct options *options) {
    if (format_of(options) != NULL)
        return true;
    char *names = arena_text(arena, "");
    for (const struct diff_format *f = diff_formats; f->name != NULL; f++)
        names = arena_printf(arena, "%s%s%s", names, f == diff_formats ? "" : ", ", f->name);
    complain("--format: '%s' is not a format of a comparison; wanted one of %s",
             text_from_wire_cut(arena, options->format, strlen(options->format), 80), names);
    return false;
}

bool baseline_fits(const struct facts *facts, const struct options *options) {
    if (options->baseline == NULL)
        return true;
    struct facts *before = facts_new_in(facts->arena);
    const struct told *told = *options->baseline_told = saved_read(before, options->baseline);
    const char *why =
        told == NULL ? NULL : cannot_compare(before->arena, &before->run, &facts->run, options->any_target);
    if (why != NULL)
        complain("--baseline: %s: %s", options->baseline, why);
    return told != NULL && why == NULL;
}

struct writing {
    const struct comparison *comparison;
    const struct diff_format *format;
    struct report_style style;
};

static bool write_diff(FILE *out, void *context) {
    const struct writing *w = context;
    return w->format->write(w->comparison, &w->style, out);
}

int diff_tell(const struct comparison *comparison, const struct options *options) {
    static const int statuses[] = {
        [CHANGE_SAME] = 0, [CHANGE_CHANGED] = 1, [CHANGE_BETTER] = 1, [CHANGE_WORSE] = 2};
    struct writing w = {.comparison = comparison, .format = format_of(options), .style = style_for(options)};
    return output_write(options->output, write_diff, &w) ? statuses[comparison->status] : EXIT_BAD;
}

int baseline_tell(const struct report *report, const struct options *options) {
    struct arena *arena = report->findings->arena;
    return diff_tell(
        compare(arena, *options->baseline_told, told_of(report->facts, report->findings, report->outcomes)),
        options);
}
