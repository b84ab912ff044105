/* What does the enumerated server take? A section of the text report; nothing for other commands. Private to
 * report/. */
#ifndef REPORT_SURVEY_H
#define REPORT_SURVEY_H

#include "report/text.h"

void survey_write(struct text *text);

#endif
