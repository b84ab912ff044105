/* How is a comparison of two reports told? edgeprobe.diff/1 as JSON, as text, as Markdown. Decides nothing.
 */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include <stdio.h>
#include "outcomes/compare.h"
#include "report/report.h"

struct diff_format {
    const char *name; /* "text" */
    bool (*write)(const struct comparison *comparison, const struct report_style *style,
                  FILE *out); /* false: see errno */
};

extern const struct diff_format diff_formats[]; /* name NULL ends */
const struct diff_format *diff_format_find(const char *name);

#endif
