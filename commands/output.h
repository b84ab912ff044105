/* How does a report reach its file: whole or not at all? */
#ifndef COMMANDS_OUTPUT_H
#define COMMANDS_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* Writes through write_it into path by a temporary file beside it and a rename; a special file (/dev/…, a
 * pipe) is written directly; NULL or "-" is standard output. False after one line on stderr that names the
 * file and the reason; then path is as it was. A closed standard output (EPIPE) is silent, as users of pipes
 * expect. */
bool output_write(const char *path, bool (*write_it)(FILE *out, void *context), void *context);

#endif
