/* How are many reports told as one? As they come, so that nothing needs to be kept: a stream is opened, takes
 * targets in any order, and is closed with the summary.
 *
 * Where a format wants first what is known last, what was told waits in a temporary file. Does not count: the
 * summary is the caller's. */
#ifndef REPORT_MANY_H
#define REPORT_MANY_H

#include "report/report.h"

/* What changed since the last run of a target. */
struct told_change {
    const char *kind;          /* "new" "worse" "better" "gone" */
    const char *check, *cause; /* NULL: the whole target went; none */
    const char *subject;       /* never NULL */
    const char *address;       /* NULL: none, or the only one */
    enum status status;        /* as it is now; PASS when it is no more */
    const char *summary;
};

struct told_changes {
    const struct told_change *v;
    size_t n;
};

struct told_target {
    const char *name, *what;            /* what: the domain, path, host:port or peer address */
    const struct report *report;        /* NULL: it was not run, or is gone */
    const char *error;                  /* why it was not run; NULL otherwise */
    const struct told_changes *changes; /* NULL: nobody asked */
};

struct told_summary {
    size_t targets, pass, warn, unknown, fail, not_run;
    int duration_ms;
};

struct many;

/* only_changes: the text format tells changes and nothing else. NULL when there is no temporary file to be
 * had. */
struct many *many_open(const struct format *format, const struct report_style *style, bool only_changes,
                       FILE *out);
bool many_target(struct many *many, const struct told_target *target);  /* false: see errno */
bool many_close(struct many *many, const struct told_summary *summary); /* frees it, whatever comes of it */

/* The words of a change, without the target: "new: check/cause subject: summary". */
char *change_words(struct arena *arena, const struct told_change *change);
/* fail > warn > unknown or not run > pass: what the whole comes to. */
enum status summary_status(const struct told_summary *summary);

#endif
