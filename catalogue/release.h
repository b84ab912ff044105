/* Which Expressway release is judged for? "X14.3" as a number that compares. */
#ifndef CATALOGUE_RELEASE_H
#define CATALOGUE_RELEASE_H

#include <stdbool.h>

#define RELEASE_NEWEST "X15.5"

/* major * 10000 + minor * 100 + patch: X14.0.8 is 140008. */
enum {
    RELEASE_X12_6 = 120600,
    RELEASE_X14_0_8 = 140008,
    RELEASE_X14_2 = 140200,
    RELEASE_X14_3 = 140300,
    RELEASE_X15_2 = 150200,
    RELEASE_X15_4 = 150400,
    RELEASE_X15_5 = 150500
};

/* "X14.3", "x14.0.8", "14.3"; from X8 to X15.5 (RELEASE_NEWEST and its patches). False for anything else. */
bool release_read(const char *text, int *release);

/* Does Traffic Server verify every HTTPS connection to Unified CM, IM and Presence and Unity Connection,
 * whatever the TLS verify mode? Two trains brought it: X14.0.8 and X14.2 (field-facts 3 and 11). */
bool release_verifies_nodes(int release);

#endif
