/* Where do facts live? In an arena: everything a run observes is allocated here and freed at once.
 *
 * Memory from an arena is zeroed and valid until arena_free(). Nothing is freed piecemeal. When the system
 * has no memory left the process ends with status 3 and one line on stderr; callers never see NULL. What one
 * target may take of it is a limit that whoever runs many sets: going beyond is noticed, never refused, so
 * that nobody between has to undo anything; the run ends at its next step (probe/probe.h). Does not: share
 * between threads, resize, run destructors. */
#ifndef FACTS_ARENA_H
#define FACTS_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);                /* NULL is fine */
void arena_limit(struct arena *arena, size_t bytes); /* 0: none, as at first */
bool arena_is_exhausted(const struct arena *arena);  /* it has gone beyond its limit */

void *arena_alloc(struct arena *arena, size_t size);
void *arena_dup(struct arena *arena, const void *bytes, size_t size);
/* Memory of malloc(3) that holds `size` bytes: freed with the arena from now on. Gives it back. */
void *arena_keep(struct arena *arena, void *memory, size_t size);
/* What the other holds stays where it is, and is freed with this one; the other itself is gone. */
void arena_adopt(struct arena *arena, struct arena *other);
char *arena_text(struct arena *arena, const char *text); /* NULL gives NULL */
char *arena_textn(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

/* Every list of facts has this shape: pointers to items that never move. */
#define LIST_OF(type)                                                                                        \
    struct {                                                                                                 \
        type **v;                                                                                            \
        size_t n;                                                                                            \
    }

/* Append an item pointer to any LIST_OF. Evaluates its arguments once. */
#define LIST_ADD(arena, list, item) list_add((arena), (void *)&(list)->v, &(list)->n, (void *)(item))
void list_add(struct arena *arena, void *v_of_list, size_t *count, void *item);

/* A list of texts (owned by the arena). */
struct texts {
    char **v;
    size_t n;
};
/* Whole numbers. */
struct ids {
    int *v;
    size_t n;
};
void ids_add(struct arena *arena, struct ids *list, int id);

void texts_add(struct arena *arena, struct texts *list, const char *text); /* copies */
int texts_has(const struct texts *list, const char *text);                 /* exact bytes */
void texts_sort(struct texts *list);                                       /* by their bytes */

#endif
