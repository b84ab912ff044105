/* How are a renewal's table and plan told? What changes, outcome by outcome, and the steps for tonight, in
 * each format that has them. Private to report/; each writes nothing when the report is of no renewal. */
#ifndef REPORT_RENEWAL_H
#define REPORT_RENEWAL_H

#include <jansson.h>
#include "report/report.h"

struct text;

json_t *before_after_json(const struct report *report); /* new references */
json_t *plan_json(const struct report *report);
void renewal_text(struct text *text);
void renewal_markdown(const struct report *report, FILE *out);

#endif
