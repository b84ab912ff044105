/* Where do facts live? See arena.h. Blocks double in size, so the number of mallocs stays small. */
#include "facts/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "facts/memory.h"

enum { FIRST_BLOCK = 16 * 1024, LARGEST_BLOCK = 4 * 1024 * 1024 };

struct block {
    struct block *next;
    size_t used, size;
    max_align_t bytes[];
};

struct kept { /* memory that others made */
    struct kept *next;
    void *memory;
};

struct arena {
    struct block *blocks; /* newest first; the newest is the one being filled */
    struct kept *kept;
    size_t held, limit; /* bytes in blocks; 0: no limit */
};

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

struct arena *arena_new(void) {
    return must(calloc(1, sizeof(struct arena)));
}

void arena_free(struct arena *arena) {
    if (arena == NULL)
        return;
    for (struct kept *k = arena->kept; k != NULL; k = k->next)
        free(k->memory);
    for (struct block *b = arena->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(arena);
}

static struct block *block_for(struct arena *arena, size_t size) {
    struct block *newest = arena->blocks;
    if (newest != NULL && newest->size - newest->used >= size)
        return newest;
    size_t want = newest == NULL ? FIRST_BLOCK : newest->size * 2;
    if (want > LARGEST_BLOCK)
        want = LARGEST_BLOCK;
    if (want < size)
        want = size;
    struct block *b = must(malloc(sizeof *b + want));
    arena->held += want;
    b->used = 0;
    b->size = want;
    b->next = newest;
    arena->blocks = b;
    return b;
}

void arena_limit(struct arena *arena, size_t bytes) {
    arena->limit = bytes;
}

bool arena_is_exhausted(const struct arena *arena) {
    return arena->limit > 0 && arena->held > arena->limit;
}

void *arena_alloc(struct arena *arena, size_t size) {
    size_t align = sizeof(max_align_t);
    if (size > SIZE_MAX - 2 * align - sizeof(struct block))
        must(NULL);
    size = (size + align - 1) / align * align;
    struct block *b = block_for(arena, size);
    void *memory = (char *)b->bytes + b->used;
    b->used += size;
    return memset(memory, 0, size);
}

void *arena_keep(struct arena *arena, void *memory, size_t size) {
    struct kept *kept = ARENA_NEW(arena, struct kept);
    kept->memory = memory;
    kept->next = arena->kept;
    arena->kept = kept;
    arena->held += size;
    return memory;
}

/* Behind the block that is being filled: what was filled before is what the other has. */
void arena_adopt(struct arena *arena, struct arena *other) {
    struct block **blocks = arena->blocks == NULL ? &arena->blocks : &arena->blocks->next;
    struct block *last = other->blocks;
    struct kept *last_kept = other->kept;
    while (last != NULL && last->next != NULL)
        last = last->next;
    while (last_kept != NULL && last_kept->next != NULL)
        last_kept = last_kept->next;
    if (last != NULL) {
        last->next = *blocks;
        *blocks = other->blocks;
    }
    if (last_kept != NULL) {
        last_kept->next = arena->kept;
        arena->kept = other->kept;
    }
    arena->held += other->held;
    free(other);
}

void *arena_dup(struct arena *arena, const void *bytes, size_t size) {
    void *copy = arena_alloc(arena, size);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_textn(struct arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length > 0)
        memcpy(copy, text, length);
    return copy;
}

char *arena_text(struct arena *arena, const char *text) {
    return text == NULL ? NULL : arena_textn(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args) {
    char here[256]; /* nearly all fit: made once */
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(here, sizeof here, format, args);
    char *text;
    if (length < (int)sizeof here) {
        text = arena_textn(arena, here, length < 0 ? 0 : (size_t)length);
    } else {
        text = arena_alloc(arena, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

/* What stands in the places of a list that are not taken yet. Builds for tests have something there that is
 * no address (make asan, make mutants), so that who reads behind the end of a list crashes. */
#ifndef LIST_UNTAKEN
#define LIST_UNTAKEN 0
#endif

static void **list_grown(struct arena *arena, void *const *v, size_t n) {
    size_t places = (n == 0 ? 1 : n * 2) + (LIST_UNTAKEN != 0);
    void **larger = arena_alloc(arena, places * sizeof *larger);
    if (LIST_UNTAKEN != 0)
        memset(larger, LIST_UNTAKEN, places * sizeof *larger);
    if (n > 0)
        memcpy(larger, v, n * sizeof *larger);
    return larger;
}

void list_add(struct arena *arena, void *v_of_list, size_t *count, void *item) {
    void **v;
    size_t n = *count;
    memcpy(&v, v_of_list, sizeof v);
    if ((n & (n - 1)) == 0) { /* full at every power of two */
        v = list_grown(arena, v, n);
        memcpy(v_of_list, &v, sizeof v);
    }
    v[n] = item;
    *count = n + 1;
}

void ids_add(struct arena *arena, struct ids *list, int id) {
    if ((list->n & (list->n - 1)) == 0) { /* full at every power of two */
        int *larger = arena_alloc(arena, (list->n == 0 ? 1 : list->n * 2) * sizeof *larger);
        if (list->n > 0)
            memcpy(larger, list->v, list->n * sizeof *larger);
        list->v = larger;
    }
    list->v[list->n++] = id;
}

void texts_add(struct arena *arena, struct texts *list, const char *text) {
    list_add(arena, &list->v, &list->n, arena_text(arena, text));
}

int texts_has(const struct texts *list, const char *text) {
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], text) == 0)
            return 1;
    return 0;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void texts_sort(struct texts *list) {
    if (list->n > 0) /* an empty list has no place to begin at */
        qsort(list->v, list->n, sizeof *list->v, by_bytes);
}
