/* Which options mean the same for every command? One table serves parsing, --help and completion, and says
 * what each takes; another says for which commands one has no meaning. */
#ifndef CONFIG_COMMON_OPTIONS_H
#define CONFIG_COMMON_OPTIONS_H

#include "config/options.h"

/* The row of that name, of a command's own or the common ones; NULL: there is none. */
const struct option_row *option_find(const struct option_row *own, const char *name);

/* The rows of the common options; a row with name NULL ends. */
const struct option_row *options_common(void);
/* What the option does for this command; NULL: nothing, and it is taken all the same. */
const char *option_help_for(const char *command, const struct option_row *row);
/* Has the common option no meaning for the command? Such are refused, and left out of help and completion. */
bool option_is_ignored(const char *command, const char *name);
/* What does what was meant: "give --e-trust"; NULL: nothing does. */
const char *option_instead(const char *command, const char *name);

#endif
