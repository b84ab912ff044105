/* What are the bytes of one file, wherever it lies: on a disk, in an archive, in memory?
 *
 * Read once, from its beginning. A source that breaks gives what came before, and then ends like any other:
 * only is_broken tells that there should have been more. Opens and closes nothing: who made the part does. */
#ifndef BUNDLE_PART_H
#define BUNDLE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PART_SNIFFED = 4096 };

/* A file's bytes, with what was looked at already put back. */
struct part {
    long (*read)(void *context, void *buffer, size_t size); /* fewer than size only at the end; -1: broken */
    void *context;
    uint8_t head[PART_SNIFFED];
    size_t head_size, head_at;
    bool is_broken;
};

void part_sniff(struct part *part); /* fills head; once, before anything is read */
/* As struct part's read: at most size bytes, what was sniffed first. */
long part_read(struct part *part, void *buffer, size_t size);
long part_as_source(void *part, void *buffer, size_t size);  /* the same, for a part or an archive of it */
bool part_holds(const struct part *part, const char *words); /* its head */
/* All of it, at most limit bytes, with a NUL behind; free() it. NULL with *why (static). */
char *part_whole(struct part *part, size_t limit, size_t *size, const char **why);

#endif
