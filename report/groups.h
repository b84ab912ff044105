/* Which findings say the same thing? Same check and same cause share title, guidance and a number in the text
 * report; each keeps its own subject, summary and evidence. Private to report/. */
#ifndef REPORT_GROUPS_H
#define REPORT_GROUPS_H

#include "report/report.h"

struct group {
    int number; /* as the text shows it, from 1; 0 for passes, infos and skips */
    const struct check *check;
    const struct cause *cause; /* NULL when unknown, passed or skipped */
    enum status status;
    LIST_OF(const struct finding) members; /* in the order of the findings */
};

struct groups {
    struct group **v;
    size_t n;
};

/* In the order of the findings: worst first. */
void groups_of(struct arena *arena, const struct findings *findings, struct groups *out);
int group_number(const struct groups *groups, const struct finding *finding); /* 0: none */

#endif
