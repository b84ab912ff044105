/* How is a log-in told, edge by edge, in a ticket and on a page? The text report has it in timeline.c.
 * Private to report/; each writes nothing when the report is of no log-in. */
#ifndef REPORT_TIMELINE_H
#define REPORT_TIMELINE_H

#include "report/report.h"

const char *box_title(const char *answered_by); /* "Expressway-C"; NULL when it is none of them */
void timeline_markdown(const struct report *report, FILE *out);

#endif
