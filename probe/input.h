/* How do the bytes of a file come into the program? By one reader with one table of limits.
 *
 * A path may lead to anything: a FIFO that nobody writes to, a device that never ends, a file of /proc that
 * says it is empty and is not. So files are opened without blocking; what is no regular file is waited for at
 * most as long as the run may take (input_deadline()), and taken to a limit of its own; in a folder, only
 * regular files whose size is told are opened. Standard input ("-") and a FIFO named on the command line are
 * read like this, a terminal without a deadline: somebody sits there.
 *
 * Does not: keep what was read, or know what is in it. One thread. */
#ifndef PROBE_INPUT_H
#define PROBE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/arena.h"

enum input_kind { /* a row of the table in input.c */
                  INPUT_DEPLOYMENT,
                  INPUT_TARGETS,
                  INPUT_CERTS,
                  INPUT_TRUST,
                  INPUT_CRL,
                  INPUT_SAVE,
                  INPUT_KEY_LOG,
                  INPUT_LOG,
                  INPUT_CAPTURE,
                  INPUT_BUNDLE,
                  INPUT_ANY, /* what `cert` looks at */
                  INPUT_SECRET,
                  INPUT_KINDS
};

struct input {
    int fd; /* -1: not open */
    enum input_kind kind;
    bool is_regular, is_terminal;
    bool is_too_large; /* that is the fault */
    uint64_t size;     /* of a regular file, as it was when it was opened */
    uint64_t limit, taken;
    unsigned mode;   /* st_mode */
    char fault[160]; /* why opening or reading failed: words without the path */
};

/* False with in->fault. A folder is refused. */
bool input_open(struct input *in, const char *path, enum input_kind kind);
/* The same for an entry of a folder: regular files alone, and none that says it is empty. */
bool input_open_entry(struct input *in, const char *path, enum input_kind kind);
/* Some bytes; 0 at the end; -1 with in->fault, also when the limit was passed or the time is over. */
ptrdiff_t input_read(struct input *in, void *bytes, size_t room);
void input_close(struct input *in); /* what is not open is fine */

/* All of it, with a NUL behind that is not counted, in memory of the arena and nowhere else. False with
 * in->fault. Closes. */
bool input_take(struct input *in, struct arena *arena, char **text, size_t *size);

/* A file larger than this is refused. */
uint64_t input_limit(enum input_kind kind);
/* How long all that is no regular file may be waited for together; 60 seconds until it is said. */
void input_deadline(int ms);
int input_waited_ms(void); /* so far */

#endif
