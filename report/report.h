/* How is a verdict told? A table of formats; each writes facts, findings and outcomes to a stream.
 * Does not decide anything. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdio.h>
#include "outcomes/verdict.h"

struct report {
    const struct facts *facts;
    const struct findings *findings; /* sorted */
    const struct outcomes *outcomes;
    const struct faults *faults;           /* of these findings */
    const struct renewal_verdict *renewal; /* NULL unless a renewal is the question */
    const char *name; /* by which a list of targets knows this one; NULL: the run's target */
};

struct report report_of(const struct verdict *verdict); /* borrows it */
const char *report_name(const struct report *report);   /* never NULL */

struct report_style {
    bool color;
    bool ascii;  /* text: a terminal that shows nothing else */
    int width;   /* columns of the text format, 80 */
    int height;  /* lines of the terminal; 0: none. A longer report ends with its verdict once more */
    int verbose; /* -1 quiet: outcomes and failing findings in one line each; 0; 1: passes, skips and evidence
                    too */
};

struct format {
    const char *name;    /* "text" */
    const char *summary; /* for --help */
    bool (*write)(const struct report *report, const struct report_style *style,
                  FILE *out); /* false: see errno */
};

extern const struct format formats[]; /* name NULL ends */
const struct format *format_find(const char *name);
char *format_names(struct arena *arena); /* "text, json", for messages */

/* What --save writes: the JSON report with the bytes of certificates, from which the facts can be loaded
 * again. False: see errno. */
bool report_save(const struct report *report, FILE *out);

/* A line of the ndjson format for one connection of a capture, as it ends. False: see errno. */
bool connection_line(const struct connection *connection, FILE *out);

/* The JSON report of design contract edgeprobe.report/1 without the facts. New reference. */
json_t *report_json_short(const struct report *report);

#endif
