/* How many columns does a text take on a terminal, and how is it made harmless there?
 *
 * Needs no locale: decodes UTF-8 itself and counts East Asian wide characters and pictures as two columns,
 * combining marks as none. Where terminals differ it counts too much rather than too little, so a line is
 * never longer than it was meant to be. Does not write. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

#include "facts/text.h"

/* Valid UTF-8 without control characters, as text_from_wire() makes it; besides, characters that cannot be
 * seen or only look like a blank (zero-width space and joiners, soft hyphen, no-break space) become \xNN too:
 * in a certificate name they are the fault that is looked for. NULL becomes "". */
char *visible(struct arena *arena, const char *text);

/* For a terminal that shows ASCII alone: every other character as \\u00fc, as JSON has it. */
char *in_ascii(struct arena *arena, const char *visible_text);
int columns_of(const char *text); /* of visible text */
/* Bytes from the start of visible text that fit into so many columns; whole characters with their marks. */
size_t columns_fit(const char *text, int columns);
/* Visible text in at most so many columns, "..." at the end when it was cut. */
char *columns_cut(struct arena *arena, const char *text, int columns);

#endif
