/* Which numbers of a run does the monitor keep and serve? Taken from facts; judged by nobody here. */
#ifndef MONITOR_NUMBERS_H
#define MONITOR_NUMBERS_H

#include "facts/facts.h"

/* When the leaf ends that ends first, or any certificate that was sent; 0: none was seen. */
int64_t soonest_end(const struct facts *facts);
int64_t soonest_end_of_any(const struct facts *facts);

#endif
