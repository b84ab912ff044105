/* Which certificates will be read next? A deployment of thousands of nodes names as many files. What is in
 * one depends on nothing but its bytes, so a second thread reads them from the last to the first while the
 * loop's reads from the first to the last.
 *
 * What it gives is what certs_add_file() would give; nobody waits for it. Of what is not plainly a file of
 * certificates it says nothing: who reads it then says what it is. Regular files alone, for a pipe can be
 * read but once. */
#ifndef CONFIG_CERTS_AHEAD_H
#define CONFIG_CERTS_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/cert.h"

enum { CERTS_AHEAD_FROM = 400 }; /* files; below, a thread takes longer than it saves */

struct certs_ahead;

/* PEM files, in the order in which they will be read; NULL: none at that place. The array and the paths must
 * live until the end. NULL when there are few of them, or no thread is to be had: no fault. */
struct certs_ahead *certs_ahead_begin(char *const *paths, size_t n);
/* The file at that place comes next. */
void certs_ahead_next(struct certs_ahead *ahead, size_t at);
/* Is this the next one, and known? Then its certificates are added to `out`, and live in the arena that is
 * given at the end. Once each. */
bool certs_ahead_take(struct certs_ahead *ahead, const char *path, struct arena *arena, struct certs *out);
/* Waits for the thread. What was taken stays with the arena. NULL is fine. */
void certs_ahead_end(struct certs_ahead *ahead, struct arena *arena);

#endif
