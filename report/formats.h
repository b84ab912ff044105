/* How does each format write itself? One function per row of the table in report.c. Private to report/. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report/report.h"
#include "report/tally.h"

bool text_write(const struct report *report, const struct report_style *style, FILE *out);
bool json_write(const struct report *report, const struct report_style *style, FILE *out);
bool ndjson_write(const struct report *report, const struct report_style *style, FILE *out);
bool markdown_write(const struct report *report, const struct report_style *style, FILE *out);
bool html_write(const struct report *report, const struct report_style *style, FILE *out);
bool nagios_write(const struct report *report, const struct report_style *style, FILE *out);
bool prometheus_write(const struct report *report, const struct report_style *style, FILE *out);
bool junit_write(const struct report *report, const struct report_style *style, FILE *out);

#endif
