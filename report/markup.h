/* How does a text become part of an XML, HTML or Markdown document without being able to write to it? Private
 * to report/. */
#ifndef REPORT_MARKUP_H
#define REPORT_MARKUP_H

#include <stdio.h>
#include "facts/arena.h"

/* visible(), and & < > " ' as references: for content and for quoted attributes. What XML 1.0 does not allow
 * (2.2: U+FFFE, U+FFFF) becomes \xNN. NULL writes nothing. */
void markup_put(FILE *out, const char *text);
/* The same of a text made here. */
void markup_putf(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Markdown that formats, links and mentions nothing. */
void markdown_text(FILE *out, const char *text); /* as words, escaped */
void markdown_code(FILE *out, const char *text); /* as a code span */

#endif
