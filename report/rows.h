/* How does the evidence of a finding become rows of label and values, for formats that lay out by themselves?
 * Does not escape for a medium and does not decide what matters. Private to report/. */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include <jansson.h>
#include "facts/arena.h"

struct evidence_row {
    int depth;           /* 0 for keys of the evidence itself */
    const char *label;   /* "upload to"; visible() */
    struct texts values; /* visible(); none: what follows one deeper belongs to it */
    size_t left_out;     /* values beyond those kept */
};

struct evidence_rows {
    struct evidence_row **v;
    size_t n;
};

/* In the order of the evidence; what is empty or null is left out. */
void evidence_rows(struct arena *arena, const json_t *evidence, struct evidence_rows *out);

/* The values on one line, separated by commas. */
char *row_joined(struct arena *arena, const struct evidence_row *row);

#endif
