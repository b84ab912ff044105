/* What is going on? Progress on stderr while a run works, only where someone watches. */
#ifndef COMMANDS_PROGRESS_H
#define COMMANDS_PROGRESS_H

#include "config/options.h"
#include "probe/probe.h"

/* Sets options' progress callback: one rewritten line on a terminal that says what is waited for,
 * what ends line by line with -v -v, nothing otherwise. */
void progress_choose(struct probe_options *probe, const struct options *options);
void progress_clear(void); /* before the report: wipes the line */
#endif
