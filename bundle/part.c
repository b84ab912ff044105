/* What are the bytes of one file? See part.h. */
#include "bundle/part.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 * 1024 };

long part_read(struct part *part, void *buffer, size_t size) {
    size_t used = part->head_size - part->head_at;
    used = used < size ? used : size;
    memcpy(buffer, part->head + part->head_at, used);
    part->head_at += used;
    if (used == size || part->is_broken)
        return (long)used;
    long n = part->read(part->context, (char *)buffer + used, size - used);
    part->is_broken = n < 0;
    return n < 0 ? (used > 0 ? (long)used : -1) : n + (long)used;
}

void part_sniff(struct part *part) {
    long n = part->read(part->context, part->head, PART_SNIFFED);
    part->is_broken = n < 0;
    part->head_size = n < 0 ? 0 : (size_t)n;
}

long part_as_source(void *part, void *buffer, size_t size) {
    return part_read(part, buffer, size);
}

bool part_holds(const struct part *part, const char *words) {
    return memmem(part->head, part->head_size, words, strlen(words)) != NULL;
}

char *part_whole(struct part *part, size_t limit, size_t *size, const char **why) {
    size_t room = FIRST_ROOM, used = 0;
    char *text = malloc(room + 1);
    while (text != NULL) {
        long n = part_read(part, text + used, room - used);
        used += n > 0 ? (size_t)n : 0;
        if (used < room)
            break;
        room *= 2;
        char *larger = used > limit ? NULL : realloc(text, room + 1);
        if (larger == NULL) {
            free(text);
            *why = used > limit ? "larger than any of its kind" : "out of memory";
            return NULL;
        }
        text = larger;
    }
    if (text == NULL)
        *why = "out of memory";
    else
        text[used] = 0;
    *size = used;
    return text;
}
