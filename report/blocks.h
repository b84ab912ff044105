/* The parts of a block, which tells one fault: what it says, what is to be done. Private to report/. */
#ifndef REPORT_BLOCKS_H
#define REPORT_BLOCKS_H

#include "report/text.h"

enum {
    AT = 4,
    LABEL_END = AT + 9,
    BLOCK_LINES = 15, /* a block without -v, on a page of MEASURE columns or more */
    MEASURE = 80,
    WORDS_SHOWN = 240,
    TITLE_SHOWN = 400,
    RESTARTS_SHOWN = 1
};

/* "At", "Why", "Fix": begins a line whose text stands in one column with the others'. */
void block_label(struct page *page, const char *label);

/* ---- what it says ---- */

void title_write(struct page *page, int number, enum status status, const char *title);
void touch_write(struct text *text, const struct fault *fault);
void perhaps_write(struct text *text, const struct fault *fault); /* another fault that may be why */
void summary_write(struct text *text, const struct fault *fault, int lines);
void values_write(struct text *text, const struct finding *f);
void seen_write(struct text *text, const struct fault *fault);
void why_write(struct text *text, const struct fault *fault);
void consequences_write(struct text *text, const struct fault *fault);
void affects_write(struct text *text, const struct fault *fault);
void details_write(struct text *text, const struct fault *fault); /* -v: evidence and sources */

/* ---- what is to be done ---- */

/* A line of the fix: a step, or a run of steps that an earlier block has. */
struct fix_line {
    size_t number, step, run; /* its number; index of the first step; how many steps it stands for */
    int block, from;          /* of a run: where they stand */
};

struct fix_lines {
    struct fix_line **v;
    size_t n;
};

/* What a block has room for. What comes first goes first when there is too little: a third line of where it
 * is; the restart, which stands under "Further steps" then; who notices, which the outcomes tell; what
 * follows, and why, which -v tells. */
struct fit {
    size_t steps; /* lines of the fix */
    bool third_line, restart, notices, hence, why;
};

struct fix_lines fix_lines_of(struct text *text, size_t index); /* of the fault of that index */
struct fit fit_of(struct text *text, size_t index, const struct fix_lines *lines);
bool fit_is_all(const struct fit *fit, const struct fix_lines *lines, const struct fault *fault);
void step_begin(struct page *page, size_t number, bool is_first);
void fix_line_write(struct text *text, size_t index, const struct fix_line *line, bool is_first);
/* Which steps stand below. */
void more_write(struct page *page, const struct fault *fault, const struct fix_lines *lines,
                const struct fit *fit);
void restart_write(struct text *text, const struct fault *fault);
void next_write(struct text *text, const struct fault *fault);

#endif
