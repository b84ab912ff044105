/* edgeprobe ciphers --list-profiles: which profiles are there, with what in them, and how sure is it? */
#ifndef COMMANDS_PROFILES_LIST_H
#define COMMANDS_PROFILES_LIST_H

#include "config/options.h"

int profiles_list(struct facts *facts, const struct options *options); /* the exit status */

#endif
