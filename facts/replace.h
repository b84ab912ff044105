/* How does a file get new contents: whole or not at all? By another file that takes its name.
 *
 * What is to be written stands in memory first. The other file has a name only while these bytes are copied,
 * and during that no signal is delivered: ^C waits for the moment until the rename, and nothing is left
 * behind but by kill -9. */
#ifndef FACTS_REPLACE_H
#define FACTS_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* `draft` is the name of the other file, in the same folder, ending in XXXXXX (mkstemp(3)); it is changed.
 * False with errno, and then `path` is as it was. */
bool file_replace(const char *path, char *draft, const void *bytes, size_t size, mode_t mode);

/* A stream into memory that no name leads to, for what file_replace() will write; close it with fclose().
 * NULL with errno. */
FILE *draft_open(void);
/* Its bytes so far, until draft_close(); NULL with errno. */
const void *draft_bytes(FILE *draft, size_t *size);
void draft_close(FILE *draft, const void *bytes, size_t size);

#endif
