/* How is a list of targets shown on a page, for a person to look through? Worst first, each with a link to
 * its report. Does not know where the page is served. */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include <stdio.h>
#include "checks/finding.h"

struct listed {
    const char *name, *what;
    const char *link;   /* to the report, as it stands in href; NULL: none yet */
    bool is_known;      /* it was looked at */
    enum status status; /* when it is known */
    int64_t since, last_run;
    int64_t not_after; /* 0: none was seen */
    const char *worst; /* NULL: none */
};

struct listing {
    const struct listed *v;
    size_t n;
    size_t first, all;  /* of all targets, those from first on */
    size_t pages, page; /* from 1 */
    int64_t now;
    size_t counts[4]; /* by status number: good, warning, failure, unknown; of all that are known */
};

bool listing_write(const struct listing *listing, FILE *out); /* false: see errno */

#endif
