/* --record: how does a run's own capture come about, and into its file? */
#ifndef COMMANDS_RECORD_H
#define COMMANDS_RECORD_H

#include "config/options.h"
#include "probe/probe.h"

/* Does this command speak to anybody? Only those can be recorded. */
bool command_is_live(const char *command);
/* Where --record was given: probe->recorder is there from now on. False after one line on stderr. */
bool record_begin(const struct facts *facts, const struct options *options, struct probe_options *probe);
/* Lets go, and, when the run was one, writes the file, whole or not at all. The status, or EXIT_BAD when that
 * failed. */
int record_end(const struct facts *facts, const struct options *options, struct probe_options *probe,
               bool ran, int status);

#endif
