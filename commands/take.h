/* How does an option's word get into a command's own options, where nothing but keeping it is to be done?
 * Shared by the commands; what is read or refused is each command's own. */
#ifndef COMMANDS_TAKE_H
#define COMMANDS_TAKE_H

#include "config/config.h"
#include "config/options.h"

/* A taker for struct option_row: keeps the word, which outlives the options, in a member of that struct. */
#define TAKE_TEXT(options, name, member)                                                                     \
    static bool name(struct arena *arena, void *context, const char *argument, char **error) {               \
        (void)arena, (void)error;                                                                            \
        ((struct options *)context)->member = argument;                                                      \
        return true;                                                                                         \
    }

/* The same for a name as the product has it: read, and kept as it was written. */
#define TAKE_HOST_AS_WRITTEN(options, name, member)                                                          \
    static bool name(struct arena *arena, void *context, const char *argument, char **error) {               \
        char *host;                                                                                          \
        if (!host_as_written(arena, argument, &host, error))                                                 \
            return false;                                                                                    \
        ((struct options *)context)->member = host;                                                          \
        return true;                                                                                         \
    }

#endif
