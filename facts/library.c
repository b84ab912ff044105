/* How is a library used that most runs do not need? See library.h. */
#include "facts/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;

bool library_load(struct library *library, const char **error) {
    pthread_mutex_lock(&loading);
    if (library->handle == NULL)
        library->handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    bool loaded = library->handle != NULL;
    if (!loaded)
        *error = dlerror();
    pthread_mutex_unlock(&loading);
    return loaded;
}

void *library_function(struct library *library, const char *name) {
    const char *error = NULL;
    void *function = library_load(library, &error) ? dlsym(library->handle, name) : NULL;
    if (function != NULL)
        return function;
    fprintf(stderr, "edgeprobe: %s: %s\n", library->file, error != NULL ? error : name);
    exit(3);
}
