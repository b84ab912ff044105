/* Which of several dumps of one box counts? A bundle may hold its settings as text and as XML, or those of
 * two days. One that is whole goes before one that ends early, a newer one (by the time in its name) before
 * an older one, text, whose form was seen in public, before XML; what only another one says is taken from
 * that.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bundle/box.h"

enum { CONTRADICTIONS_MAX = 50, VALUE_SHOWN = 80, STAMP_MAX = 20 };

/* The digits of "…_2026-11-27_10_00_00.txt", which sort like the time. */
char *box_file_stamp(struct arena *arena, const char *name) {
    const char *at = NULL, *slash = strrchr(name, '/');
    char stamp[STAMP_MAX + 1];
    size_t size = 0;
    for (const char *p = strstr(slash == NULL ? name : slash, "_20"); p != NULL; p = strstr(p + 1, "_20"))
        if (strspn(p + 1, "0123456789") >= 4) {
            at = p;
            break;
        }
    for (; at != NULL && *at != 0 && *at != '.' && size < STAMP_MAX; at++)
        if (isdigit((unsigned char)*at))
            stamp[size++] = *at;
    return arena_textn(arena, stamp, size);
}

void box_dump_add(struct arena *arena, struct box_dumps *to, const char *name, bool is_xml,
                  const struct settings *settings) {
    struct box_dump *dump = ARENA_NEW(arena, struct box_dump);
    dump->stamp = box_file_stamp(arena, name);
    dump->order = to->n;
    dump->is_xml = is_xml;
    dump->settings = *settings;
    LIST_ADD(arena, to, dump);
}

/* The first counts. */
static int by_weight(const void *a, const void *b) {
    const struct box_dump *x = *(struct box_dump *const *)a, *y = *(struct box_dump *const *)b;
    int newer = strcmp(y->stamp, x->stamp);
    if (x->settings.is_partial != y->settings.is_partial)
        return x->settings.is_partial ? 1 : -1;
    if (newer != 0 || x->is_xml != y->is_xml)
        return newer != 0 ? newer : x->is_xml - y->is_xml;
    return x->order < y->order ? -1 : x->order > y->order;
}

static const char *kind_of(const struct box_dump *dump) {
    return dump->is_xml ? "XML" : "text";
}

static void contradiction_add(struct arena *arena, const struct box_dump *taken, const struct setting *own,
                              const struct box_dump *other, const struct setting *its, struct texts *to) {
    if (to != NULL && to->n < CONTRADICTIONS_MAX)
        texts_add(arena, to,
                  arena_printf(arena, "%s: %.*s by the %s of %s, which counts; %.*s by the %s of %s",
                               own->path, VALUE_SHOWN, own->value, kind_of(taken), taken->stamp, VALUE_SHOWN,
                               its->value, kind_of(other), other->stamp));
}

/* Lists are in the order of paths; of one path what counts comes first. */
static void join_one(struct arena *arena, struct settings *all, const struct box_dump *first,
                     const struct box_dump *other, struct texts *contradictions) {
    struct settings merged = *all;
    merged.all.v = NULL;
    merged.all.n = 0;
    size_t i = 0;
    for (size_t k = 0; k < other->settings.all.n; k++) {
        struct setting *its = other->settings.all.v[k];
        bool is_again = k > 0 && strcmp(other->settings.all.v[k - 1]->path, its->path) == 0;
        while (i < all->all.n && strcmp(all->all.v[i]->path, its->path) < 0)
            LIST_ADD(arena, &merged.all, all->all.v[i++]);
        bool is_known = i < all->all.n && strcmp(all->all.v[i]->path, its->path) == 0;
        if (!is_known && !is_again)
            LIST_ADD(arena, &merged.all, its);
        else if (is_known && !is_again && strcasecmp(all->all.v[i]->value, its->value) != 0)
            contradiction_add(arena, first, all->all.v[i], other, its, contradictions);
    }
    while (i < all->all.n)
        LIST_ADD(arena, &merged.all, all->all.v[i++]);
    merged.secrets += other->settings.secrets;
    merged.junk += other->settings.junk;
    *all = merged;
}

static void join(struct arena *arena, const struct box_dumps *from, struct settings *all,
                 struct texts *contradictions) {
    if (from->n == 0)
        return;
    qsort(from->v, from->n, sizeof *from->v, by_weight);
    *all = from->v[0]->settings;
    for (size_t i = 1; i < from->n; i++)
        join_one(arena, all, from->v[0], from->v[i], contradictions);
}

void box_dumps_join(struct arena *arena, struct box *box) {
    join(arena, &box->of_settings, &box->settings, &box->facts->contradictions);
    join(arena, &box->of_status, &box->status, NULL);
    box->facts->settings_cut = box->settings.is_partial;
}
