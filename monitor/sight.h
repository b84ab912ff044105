/* Of what was bad the last time and is not told so now: was it mended, is it gone, or could it not be seen?
 * Pure; for state.c. Does not know what was bad. */
#ifndef MONITOR_SIGHT_H
#define MONITOR_SIGHT_H

#include "checks/finding.h"

enum sight {
    SIGHT_GOOD,  /* its check says so, or it looked there and has nothing to say */
    SIGHT_GONE,  /* its subject, or that address of it, is looked at no more */
    SIGHT_UNSEEN /* it stays as it was: skipped, not reached, or nobody said where to look */
};

/* address: "" for a subject that had one alone. Only for what no finding calls bad. */
enum sight sight_of(const struct findings *findings, const char *check, const char *subject,
                    const char *address);
/* Is this address of the subject spoken of in this run? "" is any. */
bool sight_has(const struct findings *findings, const char *subject, const char *address);

#endif
