/* How does an entry of a targets file become what a command would have made of its options? Private to the
 * monitor command. */
#ifndef COMMANDS_MONITOR_PREPARE_H
#define COMMANDS_MONITOR_PREPARE_H

#include "config/options.h"
#include "config/targets.h"
#include "monitor/look.h"

struct preparing {
    const struct targets *targets;
    const struct options *given; /* on our own command line */
    struct facts *shelf;         /* trust lists that several runs share */
};

/* The options are those of the module (NULL: none), else of the entry, else of the command line, else the
 * defaults. False with *error, in arena. */
bool target_prepare(const struct preparing *preparing, const struct target *target,
                    const struct settings *module, struct arena *arena, struct ready *ready, char **error);

#endif
