/* What is in a saved report? For replay, diff and --baseline. Into facts that are empty, in whose arena all
 * of it lives. Does not judge and does not compare. */
#ifndef COMMANDS_SAVED_H
#define COMMANDS_SAVED_H

#include "outcomes/told.h"

/* Its facts alone, to be judged again; wanted is a file of --save. False after one line on stderr. */
bool saved_facts_read(struct facts *facts, const char *path);
/* What it said, and its facts; one of --format json will do. NULL after one line on stderr. */
struct told *saved_read(struct facts *facts, const char *path);

#endif
