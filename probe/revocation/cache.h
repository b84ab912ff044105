/* What did a revocation source answer last time? A folder of files, one for each question.
 *
 * The cache saves bytes, not truth: a source is asked in every run, and what is kept here serves a "not
 * modified" answer, or stands beside the silence of a source that is dead. It judges no dates.
 *
 * Safe with several processes at once: a file appears whole or not at all. What is damaged or foreign is as
 * if it were not there. Never an error: without a cache everything is asked. */
#ifndef PROBE_REVOCATION_CACHE_H
#define PROBE_REVOCATION_CACHE_H

#include "facts/revocation.h"

enum { CACHE_ENTRY_MAX = 32 * 1024 * 1024, CACHE_FILES_MAX = 1000, CACHE_BYTES_MAX = 128 * 1024 * 1024 };

struct cached {
    struct blob answer;
    int64_t fetched;            /* wall clock, seconds */
    char *etag, *last_modified; /* as the server sent them, for a conditional request; NULL: not sent */
};

/* question: any text that names what was asked, all of it. False when nothing is kept; texts and bytes live
 * in arena. */
bool cache_read(struct arena *arena, const char *folder, const char *question, struct cached *cached);
/* Makes the folder when it is not there, and room in it. */
void cache_write(const char *folder, const char *question, const struct cached *cached);

/* Where this user's cache lies: $XDG_CACHE_HOME/edgeprobe, ~/.cache/edgeprobe; NULL when neither is set. */
char *cache_folder(struct arena *arena);
bool cache_make(const char *folder); /* is there, or was made, with those above it */

#endif
