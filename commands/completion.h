/* How does a shell complete our command line? Writes what docs/completion/ holds; installs nothing. */
#ifndef COMMANDS_COMPLETION_H
#define COMMANDS_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

bool completion_write(const char *shell, FILE *out); /* "bash", "zsh", "fish"; false: none of these */

#endif
