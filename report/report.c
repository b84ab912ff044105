/* Which formats are there? The table that --format, --help and every command read. */
#include "report/report.h"

#include <string.h>

#include "report/formats.h"

const struct format formats[] = {
    {"text", "for people: outcomes, picture of the path, findings with their fix", text_write},
    {"json", "edgeprobe.report/1, as docs/report.schema.json describes it", json_write},
    {"ndjson", "the same on one line, for programs that read as it comes", ndjson_write},
    {"markdown", "for tickets and merge requests, with steps to tick off", markdown_write},
    {"html", "one page that needs nothing but itself, for people without a terminal", html_write},
    {"nagios", "output of a monitoring plugin: Nagios, Icinga, and what takes their plugins", nagios_write},
    {"prometheus", "metrics, for the node exporter's textfile collector", prometheus_write},
    {"junit", "a test suite, for build pipelines", junit_write},
    {NULL, NULL, NULL}};

struct report report_of(const struct verdict *verdict) {
    return (struct report){.facts = verdict->facts,
                           .findings = verdict->findings,
                           .outcomes = verdict->outcomes,
                           .faults = verdict->faults,
                           .renewal = verdict->renewal};
}

const struct format *format_find(const char *name) {
    for (const struct format *f = formats; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

char *format_names(struct arena *arena) {
    char *names = arena_text(arena, "");
    for (const struct format *f = formats; f->name != NULL; f++)
        names = arena_printf(arena, "%s%s%s", names, f == formats ? "" : ", ", f->name);
    return names;
}
