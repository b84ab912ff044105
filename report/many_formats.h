/* One stream of many reports, as each format writes it. Private to report/. */
#ifndef REPORT_MANY_FORMATS_H
#define REPORT_MANY_FORMATS_H

#include "report/many.h"
#include "report/prometheus.h"

enum { SPOOLS = PROMETHEUS_FAMILIES, HTML_SHELVES = 5 };

struct many {
    const struct many_format *format;
    struct report_style style;
    bool only_changes;
    FILE *out;
    FILE *spools[SPOOLS]; /* NULL beyond what the format asks for */
    size_t count;         /* targets told so far */
};

struct many_format {
    const char *name;
    size_t spools;
    void (*open)(struct many *many); /* NULL: nothing */
    void (*target)(struct many *many, struct arena *scratch, const struct told_target *target);
    void (*close)(struct many *many, struct arena *scratch, const struct told_summary *summary);
};

/* many_spooled.c */
void nagios_many_target(struct many *many, struct arena *scratch, const struct told_target *target);
void nagios_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary);
void prometheus_many_target(struct many *many, struct arena *scratch, const struct told_target *target);
void prometheus_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary);
void markdown_many_open(struct many *many);
void markdown_many_target(struct many *many, struct arena *scratch, const struct told_target *target);
void markdown_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary);
void html_many_target(struct many *many, struct arena *scratch, const struct told_target *target);
void html_many_close(struct many *many, struct arena *scratch, const struct told_summary *summary);

/* What a target came to, in one line: the worst of it, or why it was not run. */
char *target_words(struct arena *arena, const struct told_target *target);
enum status target_status(const struct told_target *target); /* UNKNOWN when it was not run */
const char *summary_words(struct arena *arena,
                          const struct told_summary *summary); /* "12 targets: 10 pass, …" */

#endif
