/* How does a report reach its file, whole or not at all, and a complaint the user? And how
 * wide and colourful is the terminal? */
#ifndef COMMANDS_OUTPUT_H
#define COMMANDS_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "config/options.h"
#include "report/report.h"

/* Writes through write_it into path by a temporary file beside it and a rename; a special file (/dev/…, a
 * pipe) is written directly; NULL or "-" is standard output. False after one line on stderr that names the
 * file and the reason; then path is as it was. A closed standard output (EPIPE) is silent, as users of pipes
 * expect. */
bool output_write(const char *path, bool (*write_it)(FILE *out, void *context), void *context);

/* One line on stderr, and the status for "could not run". */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Colour, width and height as the terminal has them; 80 columns where there is none. */
struct report_style style_for(const struct options *options);
/* --color, or what suits the terminal: NO_COLOR, TERM and -o are heeded. */
bool wants_color(const struct options *options);

#endif
