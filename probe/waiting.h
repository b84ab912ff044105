/* What is a run waiting for, in one line for whoever sits before it? Does not print. */
#ifndef PROBE_WAITING_H
#define PROBE_WAITING_H

#include "probe/world.h"

/* "waiting for expe2.example.com:5061 (TCP) and 3 more (4 s)"; false: for nothing. Of several what was begun
 * first. */
bool waiting_tell(const struct world *world, char *text, size_t size);

#endif
