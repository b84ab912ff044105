/* What did a revocation source answer last time, and does that still hold? A folder of files, one for each
 * question.
 *
 * Safe with several processes at once: a file appears whole or not at all. What is damaged, foreign or out of
 * date is as if it were not there. Never an error: without a cache everything is asked. */
#ifndef PROBE_REVOCATION_CACHE_H
#define PROBE_REVOCATION_CACHE_H

#include "facts/revocation.h"

enum { CACHE_ENTRY_MAX = 32 * 1024 * 1024, CACHE_FILES_MAX = 1000, CACHE_BYTES_MAX = 128 * 1024 * 1024 };

/* question: any text that names what was asked, all of it. False when nothing holds at `now`. */
bool cache_read(struct arena *arena, const char *folder, const char *question, int64_t now,
                struct blob *answer);
/* Makes the folder when it is not there, and room in it. */
void cache_write(const char *folder, const char *question, int64_t expires, const struct blob *answer);

#endif
