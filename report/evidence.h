/* How is the evidence of a finding shown to a person? Private to report/. */
#ifndef REPORT_EVIDENCE_H
#define REPORT_EVIDENCE_H

#include <jansson.h>
#include "report/page.h"

enum { LABEL_AT = 4, VALUE_AT = 17 }; /* columns that all labels and values of a finding share */

/* One label per key, underscores as blanks; lists one item per line; objects by their subject with the rest
 * beneath. Long lists and long texts are shortened unless all is asked for: the JSON report has everything.
 */
void evidence_write(struct page *page, const json_t *evidence, bool all);

#endif
