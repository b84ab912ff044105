/* From facts to the user: how the options want a run judged, written and saved. The same for every command
 * that has facts; the judging itself is outcomes/verdict.h. */
#ifndef COMMANDS_VERDICT_H
#define COMMANDS_VERDICT_H

#include "config/options.h"
#include "report/report.h"

/* Fills what the options and the deployment say about how to judge: release, vantage, time, thresholds,
 * trust, expected certificates. False after one line on stderr. */
bool run_prepare(struct facts *facts, const struct options *options, const char *command, const char *target);

/* Saves what the verdict was made from, with it. False after one line on stderr. */
bool verdict_save(const struct verdict *verdict, const char *path);
/* Judges, saves and writes what the options ask for; the exit status. */
int verdict_tell(struct facts *facts, const struct options *options);

/* Colour, width and height as the terminal has them; 80 columns where there is none. */
struct report_style style_for(const struct options *options);
/* --color, or what suits the terminal: NO_COLOR, TERM and -o are heeded. */
bool wants_color(const struct options *options);

/* One line on stderr, and the status for "could not run". */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
