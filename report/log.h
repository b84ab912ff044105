/* How is a log told that was read: as text for a terminal, as JSON (edgeprobe.log/1)? Does not read it.
 * Whether the text has reached its file, stream_is_good() tells. */
#ifndef REPORT_LOG_H
#define REPORT_LOG_H

#include <stdio.h>
#include "checks/log.h"
#include "report/report.h"

void log_text(const struct log_report *report, const struct report_style *style, FILE *out);
json_t *log_json(const struct log_report *report); /* new reference */

#endif
