/* How does a deployment that was read from somewhere else become a file that `check -f` takes? */
#ifndef COMMANDS_DEPLOYMENT_OUT_H
#define COMMANDS_DEPLOYMENT_OUT_H

#include "config/options.h"
#include "facts/facts.h"

/* Can a deployment be written to path (NULL: none is wanted), beside the other outputs and over nothing?
 * Before anything is read. False after one line on stderr. */
bool deployment_place_is_good(struct arena *arena, const struct options *options, const char *path);
/* Writes the YAML to path, certificates and trust lists as PEM files beside it: first those, then the YAML,
 * each whole or not at all; where one cannot be written, those before it go again, and nothing that is there
 * is written over. No secrets: facts have none. False after one line on stderr. */
bool deployment_write(struct facts *facts, const char *path);

#endif
