/* The pieces of plugin output that one report and many share. Private to report/. */
#ifndef REPORT_NAGIOS_H
#define REPORT_NAGIOS_H

#include <stdio.h>
#include "report/report.h"

extern const char *const nagios_words[]; /* by status number: OK WARNING CRITICAL UNKNOWN */

/* Harmless in plugin output, cut to so many columns. */
char *nagios_text(struct arena *arena, const char *text, int columns);
/* What a person paged at night reads first: outcomes that do not work, then the worst finding. */
char *nagios_summary(struct arena *arena, const struct report *report);

#endif
