/* From facts to the user: how the options want a run judged, written and saved. The same for every command
 * that has facts; the judging itself is outcomes/verdict.h. */
#ifndef COMMANDS_VERDICT_H
#define COMMANDS_VERDICT_H

#include "commands/output.h"
#include "config/options.h"
#include "report/report.h"

/* Fills what the options and the deployment say about how to judge: release, vantage, time, thresholds,
 * trust, expected certificates. False after one line on stderr. */
bool run_prepare(struct facts *facts, const struct options *options, const char *command, const char *target);
/* Can a file be written there? Not a folder, nor in one that is not there. NULL is standard output. False
 * after one line on stderr. */
bool output_has_place(const char *option, const char *path);
/* What of the options can be wrong without anything being read: format, places of outputs, --release. For
 * commands that read for long or write before they judge. False after one line on stderr. */
bool options_are_good(struct facts *facts, const struct options *options);
/* Is path (NULL: nothing is written) another file than those that are read: operands, -f, what other options
 * name ("--trust=FILE") and, but for --save, --baseline? False after one line on stderr. */
bool output_spares_inputs(const struct options *options, const char *option, const char *path);

/* Judges, saves and writes what the options ask for; the exit status. */
int verdict_tell(struct facts *facts, const struct options *options);

#endif
