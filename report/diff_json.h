/* How does a comparison of two reports write itself as JSON? A row of diff_formats[]. Private to report/.
 *
 * All values, and those that the text shortens. False: see errno. */
#ifndef REPORT_DIFF_JSON_H
#define REPORT_DIFF_JSON_H

#include "report/diff.h"

bool diff_json_write(const struct comparison *comparison, const struct report_style *style, FILE *out);

#endif
