/* The parts of the HTML report, and what they share. Private to report/.
 *
 * Whatever is not a constant of ours goes through markup_put(): nothing that a peer sent can write to the
 * page. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>
#include "report/groups.h"
#include "report/markup.h"
#include "report/tally.h"

extern const char html_css[]; /* made of html.css by the Makefile */

struct html {
    FILE *out;
    struct arena *arena;
    const struct report *report;
    struct groups groups;
    struct sightings seen;
    int id; /* of the last element that got one */
};

/* How a state looks: colour never says it alone, so each has a shape and a word. */
enum tone { TONE_GOOD, TONE_RISK, TONE_BAD, TONE_UNSURE, TONE_PLAIN };
extern const char *const tone_names[]; /* classes: "good" … */

enum tone status_tone(enum status status);
enum tone outcome_tone(enum outcome_state state);
const char *outcome_word(enum outcome_state state); /* "at risk" */

void html_icon(struct html *h, enum tone tone);
void html_tag(struct html *h, enum tone tone, const char *word); /* icon and word */
void html_code(struct html *h, const char *text);
/* "finding 3", a link to it; nothing when the report shows none. */
void html_reference(struct html *h, const struct finding *finding);

/* One document around what a writer puts into it; title is made harmless here. */
void html_open(FILE *out, const char *title);
void html_close(FILE *out);

/* The head of a page about many targets: how many, and how many of each state. */
struct html_counts {
    size_t all, fail, warn, unknown, pass, rest;
    const char *rest_word; /* what the rest is: "not run" */
};
void html_targets_head(struct html *h, const struct html_counts *counts,
                       const char *line); /* line: NULL for none */

void html_path(struct html *h);     /* the drawing, and what its arrows mean */
void html_renewal(struct html *h);  /* what a new certificate changes, and the plan */
void html_timeline(struct html *h); /* timeline_pages.c: the log-in, edge by edge */
void html_chains(struct html *h);   /* who issued what, and who trusts it */
void html_expiry(struct html *h);   /* what ends when */
void html_findings(struct html *h); /* what is wrong and what to do */
void html_rest(struct html *h);     /* all that was looked at, folded */

#endif
