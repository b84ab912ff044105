/* How is a file's path written into a command that a reader pastes into a POSIX shell? It starts nothing. */
#ifndef FACTS_SHELL_H
#define FACTS_SHELL_H

#include "facts/arena.h"

/* In quotes where the shell would see more than a word; a name that begins with a dash gets a folder. */
char *shell_path(struct arena *arena, const char *path);

#endif
