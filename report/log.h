/* How is a log told that was read: as text for a terminal, as JSON (edgeprobe.log/1)? Does not read it. */
#ifndef REPORT_LOG_H
#define REPORT_LOG_H

#include <stdio.h>
#include "catalogue/log_tokens.h"
#include "report/report.h"

/* Lines that say the same of the same peer. */
struct log_group {
    struct log_entry entry; /* of the first of them */
    uint64_t key;
    long long line, last_line; /* 1-based */
    long long count;
};

struct log_report {
    const char *source; /* the file as given; NULL: words from the command line */
    long long lines, matched;
    long long left_out;               /* matched lines beyond the groups that are kept */
    LIST_OF(struct log_group) groups; /* in the order of their first lines */
};

void log_text(const struct log_report *report, const struct report_style *style, FILE *out);
json_t *log_json(const struct log_report *report); /* new reference */

#endif
