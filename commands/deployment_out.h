/* How does a deployment that was read from somewhere else become a file that `check -f` takes? */
#ifndef COMMANDS_DEPLOYMENT_OUT_H
#define COMMANDS_DEPLOYMENT_OUT_H

#include "facts/facts.h"

/* Writes the YAML to path, certificates and trust lists as PEM files beside it: first those, then the YAML,
 * each whole or not at all. No secrets: facts have none. False after one line on stderr. */
bool deployment_write(struct facts *facts, const char *path);

#endif
