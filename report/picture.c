/* Where on the path is it broken? A drawing: client, Expressway-E, Expressway-C, Unified CM, and an arrow for
 * every port in between; beneath it, what each arrow that is not whole stands for. */
#include "facts/name_map.h"
#include "outcomes/legs.h"
#include "report/text.h"

#include <string.h>

enum { INDENT = 2, TALLEST = 8, TOLD = 10, WORDS_SHOWN = 200 };

/* Columns of an arrow, by the number of gaps: the picture fits 80. */
static const int arrows[PLACES] = {0, 16, 14, 8};

static const struct place_row {
    const char *title;
    int width; /* of the box with its sides */
} boxes[PLACES] = {{" client ", 10}, {" Expressway-E ", 16}, {" Expressway-C ", 16}, {"UCM, IM&P", 11}};

static const struct mark_row {
    char right, left; /* tip of the arrow */
    enum ink ink;
    const char *one, *many; /* arrows */
} marks[] = {[MARK_GOOD] = {'>', '<', INK_GOOD, "works", "work"},
             [MARK_PARTLY] = {'!', '!', INK_WARN, "works in part", "work in part"},
             [MARK_BROKEN] = {'X', 'X', INK_BAD, "is broken", "are broken"},
             [MARK_UNTRIED] = {'?', '?', INK_UNSURE, NULL, NULL}};

struct picture {
    struct text *text;
    struct path path;
    enum place first, last; /* boxes drawn */
    int arrow;              /* columns between two boxes */
    int height;
    size_t nodes[PLACES];
};

/* ---- what to draw ---- */

static size_t edges_of(struct arena *arena, const struct facts *facts) {
    struct name_map *hosts = name_map_new(arena);
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        if (e->leg == LEG_CLIENT || e->leg == LEG_ZONE || e->leg == LEG_TUNNEL)
            name_map_add(hosts, e->host, e);
    }
    return name_map_count(hosts);
}

static void count_nodes(struct picture *p) {
    const struct facts *facts = p->text->report->facts;
    const struct deployment *d = facts->deployment;
    p->nodes[PLACE_E] = edges_of(p->text->page.arena, facts);
    if (d == NULL)
        return;
    if (d->e.nodes.n > p->nodes[PLACE_E])
        p->nodes[PLACE_E] = d->e.nodes.n;
    p->nodes[PLACE_C] = d->c.nodes.n;
    p->nodes[PLACE_INSIDE] = d->ucm.n + d->imp.n;
}

static void measure(struct picture *p) {
    int rows[PLACES] = {0};
    p->first = PLACE_INSIDE;
    p->last = PLACE_CLIENT;
    for (size_t i = 0; i < p->path.n; i++) {
        enum place from = p->path.v[i]->from;
        rows[from]++;
        p->first = from < p->first ? from : p->first;
        p->last = from + 1 > p->last ? from + 1 : p->last;
    }
    p->height = 1;
    for (enum place at = p->first; at <= p->last; at++) {
        int wanted = rows[at] > 1 || p->nodes[at] < 2 ? rows[at] : 2;
        p->height = wanted > p->height ? wanted : p->height;
    }
    p->height = p->height > TALLEST ? TALLEST : p->height;
    p->arrow = arrows[p->last - p->first];
}

static int width_of(const struct picture *p) {
    int width = INDENT;
    for (enum place at = p->first; at <= p->last; at++)
        width += boxes[at].width + (at < p->last ? p->arrow : 0);
    return width;
}

/* ---- drawing ---- */

static const struct path_row *row_at(const struct picture *p, enum place from, int line) {
    for (size_t i = 0; i < p->path.n; i++)
        if (p->path.v[i]->from == from && line-- == 0)
            return p->path.v[i];
    return NULL;
}

/* "-8443-->", "X--7001-", "--- 8443 --->" */
static char *arrow_text(const struct picture *p, const struct path_row *row, bool to_left) {
    struct arena *arena = p->text->page.arena;
    const char *dashes = "----------------";
    const char *label = p->arrow > arrows[PLACES - 1] ? arena_printf(arena, " %s ", row->label) : row->label;
    int left = p->arrow - 1 - (int)strlen(label);
    if (left < 0) /* a label of ours is never longer than an arrow */
        left = 0;
    int before = left / 2, after = left - before;
    const struct mark_row *mark = &marks[path_mark(row)];
    return to_left ? arena_printf(arena, "%c%.*s%s%.*s", mark->left, after, dashes, label, before, dashes)
                   : arena_printf(arena, "%.*s%s%.*s%c", before, dashes, label, after, dashes, mark->right);
}

static void draw_arrow(struct picture *p, enum place from, int line) {
    const struct path_row *row = row_at(p, from, line);
    struct page *page = &p->text->page;
    if (row == NULL)
        page_draw(page, INK_PLAIN, arena_printf(page->arena, "%*s", p->arrow, ""));
    else
        page_draw(page, marks[path_mark(row)].ink, arrow_text(p, row, from == PLACE_E));
}

/* Behind Expressway-C lie Unified CM and IM&P, or nothing but the other end of a neighbor zone. */
static bool only_neighbors(const struct picture *p) {
    for (size_t i = 0; i < p->path.n; i++)
        if (p->path.v[i]->from == PLACE_C && !p->path.v[i]->is_neighbor)
            return false;
    return true;
}

static char *box_text(struct picture *p, enum place at, int line) {
    struct arena *arena = p->text->page.arena;
    const char *words = "";
    if (line == 0)
        words = at == PLACE_INSIDE && only_neighbors(p) ? " Neighbor" : boxes[at].title;
    else if (line == 1 && p->nodes[at] > 1)
        words = arena_printf(arena, " %zu nodes", p->nodes[at]);
    return arena_printf(arena, "|%-*s|", boxes[at].width - 2, words);
}

static void draw_edge(struct picture *p, const char *over_internet) {
    struct page *page = &p->text->page;
    page_line(page, INDENT, INDENT);
    for (enum place at = p->first; at <= p->last; at++) {
        page_draw(page, INK_PLAIN,
                  arena_printf(page->arena, "+%.*s+", boxes[at].width - 2, "----------------"));
        if (at < p->last) {
            const char *word = at == PLACE_CLIENT ? over_internet : "";
            int before = (p->arrow - (int)strlen(word)) / 2;
            page_draw(page, INK_FAINT,
                      arena_printf(page->arena, "%*s%-*s", before, "", p->arrow - before, word));
        }
    }
    page_end(page);
}

static void draw(struct picture *p) {
    struct page *page = &p->text->page;
    bool external = p->text->report->facts->run.vantage == VANTAGE_EXTERNAL;
    draw_edge(p, external ? "Internet" : "");
    for (int line = 0; line < p->height; line++) {
        page_line(page, INDENT, INDENT);
        for (enum place at = p->first; at <= p->last; at++) {
            page_draw(page, INK_PLAIN, box_text(p, at, line));
            if (at < p->last)
                draw_arrow(p, at, line);
        }
        page_end(page);
    }
    draw_edge(p, "");
}

/* ---- what the arrows mean ---- */

static int reason_of(const struct picture *p, const struct path_row *row) {
    return row->because == NULL ? 0 : text_number(p->text, row->because);
}

/* One line tells of all arrows that one finding breaks, and of all that were not tried. */
static bool is_told_with(const struct picture *p, const struct path_row *first, const struct path_row *row) {
    if (path_mark(first) != path_mark(row))
        return false;
    return path_is_untried_alike(first, row) ||
           (reason_of(p, row) > 0 && reason_of(p, row) == reason_of(p, first));
}

static bool is_told_before(const struct picture *p, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (is_told_with(p, p->path.v[i], p->path.v[at]))
            return true;
    return false;
}

static void put_why(const struct picture *p, const struct path_row *row, size_t places) {
    struct page *page = &p->text->page;
    const char *more = places > 1 ? arena_printf(page->arena, " and %zu more", places - 1) : "";
    page_putf(page, INK_PLAIN, ": %s%s: %s", page_short(page, row->where, WORDS_SHOWN), more,
              page_short(page, row->why, WORDS_SHOWN));
    if (reason_of(p, row) > 0)
        page_putf(page, INK_STRONG, " [%d]", reason_of(p, row));
}

static void tell(const struct picture *p, size_t at) {
    struct page *page = &p->text->page;
    const struct path_row *first = p->path.v[at];
    const struct mark_row *mark = &marks[path_mark(first)];
    size_t arrows_told = 0, places = 0;
    page_line(page, INDENT, INDENT + 2);
    page_putf(page, mark->ink, "%c ", mark->right);
    for (size_t i = at; i < p->path.n; i++) {
        const struct path_row *row = p->path.v[i];
        if (row != first && !is_told_with(p, first, row))
            continue;
        page_putf(page, INK_PLAIN, "%s%s %s", arrows_told++ > 0 ? ", " : "", row->label, row->name);
        places += row->broken + row->partly;
    }
    bool many = arrows_told > 1;
    page_putf(page, INK_PLAIN, " %s",
              path_mark(first) == MARK_UNTRIED ? path_untried_words(first, many)
              : many                           ? mark->many
                                               : mark->one);
    if (first->why != NULL)
        put_why(p, first, places);
    page_end(page);
}

void picture_write(struct text *text) {
    struct picture p = {.text = text};
    size_t told = 0, kept = 0;
    path_of(text->page.arena, text->report->facts, text->report->findings, &p.path);
    if (p.path.n == 0)
        return;
    count_nodes(&p);
    measure(&p);
    page_gap(&text->page);
    if (width_of(&p) <= text->page.width)
        draw(&p);
    for (size_t i = 0; i < p.path.n; i++)
        if (path_mark(p.path.v[i]) != MARK_GOOD && !is_told_before(&p, i)) {
            if (told++ < TOLD)
                tell(&p, i);
            else
                kept++;
        }
    if (kept > 0) {
        page_line(&text->page, INDENT, INDENT);
        page_putf(&text->page, INK_FAINT, "and %zu more", kept);
        page_end(&text->page);
    }
}
