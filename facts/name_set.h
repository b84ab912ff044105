/* Was there something of this name before? For lists of thousands in which each name may stand once;
 * questions and additions may take turns (name_map.h wants all additions first).
 *
 * Names and things are borrowed; the set lives in the arena. */
#ifndef FACTS_NAME_SET_H
#define FACTS_NAME_SET_H

#include <stdbool.h>

#include "facts/arena.h"

struct name_set;

struct name_set *name_set_new(struct arena *arena, bool minds_case);
/* The thing that bears the name already; NULL: none does, and from now on this one. thing is not NULL. */
const void *name_set_put(struct name_set *set, const char *name, const void *thing);

#endif
