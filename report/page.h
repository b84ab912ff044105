/* How do words come onto a page so many columns wide? A page is a stream, a width, and where we are in the
 * line.
 *
 * Everything written passes visible(): no text can act on a terminal or leave its line. Words wrap at blanks
 * to the line's hanging indent; a word longer than a line (fingerprint, URL, subject) breaks behind a
 * separator, else anywhere. Colour is SGR sequences around words, only when asked for. Private to report/. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdio.h>
#include "catalogue/catalogue.h"
#include "facts/arena.h"
#include "report/columns.h"

enum ink { INK_PLAIN, INK_STRONG, INK_FAINT, INK_GOOD, INK_WARN, INK_BAD, INK_UNSURE };

struct page {
    FILE *out;           /* NULL: nothing is written, lines are counted */
    struct arena *arena; /* scratch, as long as the page */
    int width;
    bool color;
    bool ascii;     /* nothing else is shown: others as \\u00fc */
    int hang;       /* column where continued lines begin */
    int column;     /* columns used in this line */
    int lines;      /* written so far */
    int blanks;     /* of these, the last ones that are still to be written */
    bool is_spaced; /* a blank is due before the next word */
    bool is_fresh;  /* nothing but indent in this line yet */
};

void page_line(struct page *page, int indent, int hang); /* begins a line */
void page_put(struct page *page, enum ink ink, const char *text);
void page_putf(struct page *page, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void page_tab(struct page *page, int column); /* blanks up to the column, at least one; on the next line when
                                                 it is passed. Continued lines begin there from now on */
void page_end(struct page *page);
void page_gap(struct page *page); /* an empty line */

/* Made harmless, and "..." for what is beyond so many columns. */
char *page_short(struct page *page, const char *text, int columns);

/* As it stands, without wrapping: for drawings, of columns the caller has counted. */
void page_draw(struct page *page, enum ink ink, const char *text);

enum ink status_ink(enum status status);
const char *status_word(enum status status); /* "FAIL" */
const char *plural(size_t count);            /* "" or "s" */

#endif
