/* The parts of the text report: each writes one section. Private to report/. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report/groups.h"
#include "report/page.h"

struct text {
    struct page page;
    const struct report *report;
    const struct report_style *style;
    struct groups groups;
    struct outcome_words *words; /* of each outcome, by its place; text_outcomes.c */
};

void verdict_write(
    struct text *text); /* text_head.c: one line, at the top; at the end of a long report again */
void text_head_write(struct text *text);   /* and what to do first */
void quiet_write(struct text *text);       /* text_quiet.c: a line each */
void picture_write(struct text *text);     /* picture.c: the path, leg by leg */
void revocation_write(struct text *text);  /* revocation.c: the decision, for the command of that name */
void connections_write(struct text *text); /* connections.c: those of a capture */
void ladders_write(struct text *text);     /* ladder.c: who sent what, of those that were asked for */
void bundles_write(struct text *text);     /* bundles.c: boxes, what was read, what happened */
void files_write(struct text *text);       /* files.c: files in hand, what fits what, chains */
void timeline_write(
    struct text *text);               /* timeline.c: the log-in, edge by edge, for the command of that name */
void blocks_write(struct text *text); /* blocks.c: a block a fault, then what could not be told */
void further_write(struct text *text); /* the steps that a block had no room for */
void leaves_write(struct text *text);  /* leaves.c: the certificates served, and where */
/* Under which a finding stands: its fault's, or that of what could not be told; 0: it does not stand there.
 */
int text_number(const struct text *text, const struct finding *finding);
void closing_write(struct text *text); /* closing.c: what was looked at, what passed, what expires next */

#endif
