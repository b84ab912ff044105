/* How is a library used that most runs do not need? It is loaded at its first call, not at the program's
 * start: libcurl and libarchive bring some thirty others, and cost more time than all the rest of the start.
 *
 * Files named late_* define the library's own functions by FORWARD, each of which looks up the real one and
 * calls it; whoever calls them sees no difference. Does not unload. */
#ifndef FACTS_LIBRARY_H
#define FACTS_LIBRARY_H

#include <stdbool.h>

struct library {
    const char *file; /* with the version of its binary interface: "libcurl.so.4" */
    void *handle;     /* NULL: not loaded yet */
};

/* Once, from whichever thread. False, with the loader's words in *error (static until the next call), when it
 * is not installed. */
bool library_load(struct library *library, const char **error);
/* The function of that name. Loads; ends the program with status 3 and one line on stderr when library or
 * function are not there: ask library_load() before the first call where that can happen. */
void *library_function(struct library *library, const char *name);

/* The library's function `name`, defined here: looks up the real one at its first call. */
#define FORWARD(library, type, name, parameters, arguments)                                                  \
    type name parameters {                                                                                   \
        static void *found; /* the same whoever writes it */                                                 \
        type(*real) parameters;                                                                              \
        if (found == NULL)                                                                                   \
            found = library_function(&(library), #name);                                                     \
        *(void **)&real = found;                                                                             \
        return real arguments;                                                                               \
    }
#define FORWARD_VOID(library, name, parameters, arguments)                                                   \
    void name parameters {                                                                                   \
        static void *found;                                                                                  \
        void(*real) parameters;                                                                              \
        if (found == NULL)                                                                                   \
            found = library_function(&(library), #name);                                                     \
        *(void **)&real = found;                                                                             \
        real arguments;                                                                                      \
    }

#endif
