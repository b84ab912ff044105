/* How does a report leave for its file, whole or known not to have? */
#ifndef REPORT_STREAM_H
#define REPORT_STREAM_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/* Everything has really left for the file; the last thing every format asks. */
bool stream_is_good(FILE *out);

/* False when it is NULL or could not be written. The library hands over a word at a time: they are gathered
 * here, since a report of 10,000 zones has millions. */
bool json_put(const json_t *object, size_t flags, FILE *out);
/* The same with a line's end, and the object given away. False: errno says why. */
bool json_line(json_t *object, size_t flags, FILE *out);

#endif
