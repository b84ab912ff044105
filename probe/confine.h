/* What may a process still do that reads what strangers send? From confine() on: read files, speak over the
 * sockets of its kind, and write where it was said that it will. No program is started, no privilege gained,
 * no other process touched, no file written elsewhere.
 *
 * By seccomp and Landlock, each where the kernel has it; nothing depends on them. A fault of ours that lets
 * somebody run code of his own is so kept from the rest of the machine. Does not: keep files from being read,
 * or connections from being made: that is what the program is for. Under sanitizers, which start programs of
 * their own, it does nothing. */
#ifndef PROBE_CONFINE_H
#define PROBE_CONFINE_H

#include <stdio.h>

#include "facts/arena.h"

struct confine_plan {
    struct texts files;   /* that will be replaced or written: in their folders may be written */
    struct texts folders; /* that are, or can be, made: in them and below */
};

/* Once a process: what comes later is ignored. Call it when no other thread runs. EDGEPROBE_CONFINE=no in the
 * environment: nothing is done. */
void confine(struct arena *arena, const struct confine_plan *plan);

/* One line a means, of what this machine's kernel has: "seccomp: ...". */
void confine_tell(FILE *out);

#endif
