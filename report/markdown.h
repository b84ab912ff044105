/* How does a text become part of a Markdown document without being able to format it, link or mention?
 * Private to report/. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include <stdio.h>

void markdown_text(FILE *out, const char *text); /* as words, escaped */
void markdown_code(FILE *out, const char *text); /* as a code span */

#endif
