/* Where on the way from a client to Unified CM is it broken? The path as a drawing: across where there is
 * room, down on a phone; beneath it, in words, every arrow that is not whole. */
#include "report/html.h"

#include <string.h>

#include "outcomes/legs.h"
#include "report/columns.h"

enum {
    WIDE = 1080,   /* units of the drawing across; boxes and gaps fill it */
    BOX = 150,     /* width of a box */
    ROW = 46,      /* height of an arrow with its label */
    DNS_ROOM = 96, /* above the boxes, for DNS */
    TALL = 342,    /* width of the drawing down */
    TALL_ROW = 36,
    TALL_BOX = 62,
    HOSTS_SHOWN = 3
};

static const char *const titles[PLACES] = {"Client", "Expressway-E", "Expressway-C", "UCM, IM&P"};
static const char *const areas[PLACES] = {"Internet", "DMZ", "inside", "inside"};

static const enum tone mark_tones[] = {[MARK_GOOD] = TONE_GOOD,
                                       [MARK_PARTLY] = TONE_RISK,
                                       [MARK_BROKEN] = TONE_BAD,
                                       [MARK_UNTRIED] = TONE_UNSURE};
static const char *const mark_words[] = {[MARK_GOOD] = "works",
                                         [MARK_PARTLY] = "works in part",
                                         [MARK_BROKEN] = "is broken",
                                         [MARK_UNTRIED] = "was not tried"};

static const char *words_of(const struct path_row *row) {
    enum mark mark = path_mark(row);
    return mark == MARK_UNTRIED ? path_untried_words(row, false) : mark_words[mark];
}

struct drawing {
    struct html *h;
    struct path path;
    struct texts hosts[PLACES];
    bool is_touched[PLACES]; /* an arrow begins or ends here */
    int rows[PLACES];        /* arrows from this place to the next */
    bool asked_dns;
    const struct path_row *dns; /* NULL when nothing is wrong with discovery */
};

/* ---- what to draw ---- */

static void add_nodes(struct drawing *d, enum place at, const struct nodes *nodes) {
    for (size_t i = 0; i < nodes->n; i++)
        if (!texts_has(&d->hosts[at], nodes->v[i]->name))
            texts_add(d->h->arena, &d->hosts[at], nodes->v[i]->name);
}

static void collect_hosts(struct drawing *d) {
    const struct facts *facts = d->h->report->facts;
    if (facts->deployment != NULL) {
        add_nodes(d, PLACE_E, &facts->deployment->e.nodes);
        add_nodes(d, PLACE_C, &facts->deployment->c.nodes);
        add_nodes(d, PLACE_INSIDE, &facts->deployment->ucm);
        add_nodes(d, PLACE_INSIDE, &facts->deployment->imp);
    }
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        enum place at = e->leg == LEG_CLIENT || e->leg == LEG_ZONE || e->leg == LEG_TUNNEL ? PLACE_E
                        : e->leg == LEG_UCM || e->leg == LEG_IMP                           ? PLACE_INSIDE
                                                                                           : PLACES;
        if (at != PLACES && !texts_has(&d->hosts[at], e->host))
            texts_add(d->h->arena, &d->hosts[at], e->host);
    }
}

static void collect(struct drawing *d) {
    const struct facts *facts = d->h->report->facts;
    path_of(d->h->arena, facts, d->h->report->findings, &d->path);
    collect_hosts(d);
    for (size_t i = 0; i < facts->dns.n; i++)
        d->asked_dns = d->asked_dns || facts->dns.v[i]->state != DNS_NOT_ASKED;
    for (size_t i = 0; i < d->path.n; i++) {
        const struct path_row *row = d->path.v[i];
        if (strcmp(row->label, "DNS") == 0) {
            d->dns = row;
            continue;
        }
        d->rows[row->from]++;
        d->is_touched[row->from] = d->is_touched[row->from + 1] = true;
    }
}

static const struct path_row *row_at(const struct drawing *d, enum place from, int line) {
    for (size_t i = 0; i < d->path.n; i++)
        if (d->path.v[i] != d->dns && d->path.v[i]->from == from && line-- == 0)
            return d->path.v[i];
    return NULL;
}

static enum mark dns_mark(const struct drawing *d) {
    return d->dns != NULL ? path_mark(d->dns) : MARK_GOOD;
}

/* ---- strokes ---- */

static void put_text(struct drawing *d, const char *class, double x, double y, const char *anchor,
                     const char *text) {
    fprintf(d->h->out, "<text class=\"%s\" x=\"%g\" y=\"%g\" text-anchor=\"%s\">", class, x, y, anchor);
    markup_put(d->h->out, text);
    fputs("</text>\n", d->h->out);
}

static void put_icon(struct drawing *d, enum tone tone, double x, double y, int halo) {
    FILE *out = d->h->out;
    fprintf(out, "<circle class=\"halo\" cx=\"%g\" cy=\"%g\" r=\"%d\"/>", x, y, halo);
    fprintf(out,
            "<g class=\"icon %s\"><use href=\"#i-%s\" x=\"%g\" y=\"%g\" width=\"20\" height=\"20\" "
            "fill=\"currentColor\"/></g>\n",
            tone_names[tone], tone_names[tone], x - 10, y - 10);
}

static void put_box(struct drawing *d, enum place at, double x, double y, double width, double height) {
    fprintf(d->h->out, "<rect class=\"box%s\" x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" rx=\"8\"/>\n",
            d->is_touched[at] ? "" : " ghost", x, y, width, height);
}

static void put_line(struct drawing *d, const char *class, double x1, double y1, double x2, double y2) {
    fprintf(d->h->out, "<path class=\"%s\" d=\"M%g %gL%g %g\"/>\n", class, x1, y1, x2, y2);
}

static const char *label_of(struct drawing *d, const struct path_row *row) {
    return strcmp(row->label, "tunnel") == 0 ? row->name
                                             : arena_printf(d->h->arena, "%s %s", row->label, row->name);
}

static void begin(struct drawing *d, const char *class, double width, double height, const char *sentence) {
    int id = ++d->h->id;
    fprintf(d->h->out,
            "<svg class=\"drawn %s\" viewBox=\"0 0 %g %g\" role=\"img\" aria-labelledby=\"d%d-t d%d-d\">"
            "<title id=\"d%d-t\">The path from the client to Unified CM</title><desc id=\"d%d-d\">",
            class, width, height, id, id, id, id);
    markup_put(d->h->out, sentence);
    fputs("</desc>\n", d->h->out);
}

/* All arrows in one sentence, for those who listen. */
static char *sentence_of(struct drawing *d) {
    struct arena *arena = d->h->arena;
    char *text = d->asked_dns ? arena_printf(arena, "Service discovery by DNS %s. ", mark_words[dns_mark(d)])
                              : arena_text(arena, "");
    for (size_t i = 0; i < d->path.n; i++) {
        const struct path_row *row = d->path.v[i];
        if (row != d->dns)
            text = arena_printf(arena, "%s%s to %s, %s, %s. ", text, titles[row->from], titles[row->from + 1],
                                label_of(d, row), words_of(row));
    }
    return text;
}

/* ---- across ---- */

static double box_x(enum place at) {
    double gap = (double)(WIDE - PLACES * BOX) / (PLACES - 1);
    return at * (BOX + gap);
}

static void wide_box(struct drawing *d, enum place at, double y, double height) {
    double x = box_x(at), middle = x + BOX / 2.0;
    const struct texts *hosts = &d->hosts[at];
    size_t shown = hosts->n > HOSTS_SHOWN ? HOSTS_SHOWN - 1 : hosts->n;
    put_box(d, at, x, y, BOX, height);
    double top = y + height / 2 - (double)(hosts->n > 0 ? (shown + (shown < hosts->n)) : 0) * 8 + 5;
    put_text(d, "name", middle, top, "middle", titles[at]);
    for (size_t i = 0; i < shown; i++)
        put_text(d, "host", middle, top + 19 + 16 * (double)i, "middle",
                 columns_cut(d->h->arena, visible(d->h->arena, hosts->v[i]), 20));
    if (shown < hosts->n)
        put_text(d, "host", middle, top + 19 + 16 * (double)shown, "middle",
                 arena_printf(d->h->arena, "and %zu more", hosts->n - shown));
    put_line(d, "rule", x, y + height + 16, x + BOX, y + height + 16);
    put_text(d, "area", middle, y + height + 34, "middle", areas[at]);
}

/* Expressway-C dials Expressway-E: that arrow points to the left. */
static void wide_arrow(struct drawing *d, const struct path_row *row, double y) {
    enum mark mark = path_mark(row);
    enum tone tone = mark_tones[mark];
    double from = box_x(row->from) + BOX + 6, to = box_x(row->from + 1) - 6, middle = (from + to) / 2;
    bool to_left = row->from == PLACE_E;
    double tip = to_left ? from : to, back = to_left ? 11 : -11;
    put_line(d, arena_printf(d->h->arena, "leg %s", tone_names[tone]), to_left ? to : from, y, tip + back, y);
    fprintf(d->h->out, "<path class=\"tip %s\" d=\"M%g %gl%g -6v12z\"/>\n", tone_names[tone], tip, y, back);
    put_icon(d, tone, middle, y, 15);
    const char *name = strcmp(row->label, "tunnel") == 0 ? "" : row->name;
    fprintf(d->h->out, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\"><tspan class=\"port\">", middle,
            y - 17);
    markup_put(d->h->out, *name == 0 ? row->name : row->label);
    fputs("</tspan> <tspan class=\"says\">", d->h->out);
    markup_put(d->h->out, name);
    fputs("</tspan></text>\n", d->h->out);
}

static void wide_dns(struct drawing *d) {
    enum tone tone = mark_tones[dns_mark(d)];
    double middle = BOX / 2.0;
    fprintf(d->h->out, "<rect class=\"box\" x=\"0\" y=\"1\" width=\"%d\" height=\"42\" rx=\"8\"/>\n", BOX);
    put_text(d, "name", middle, 27, "middle", "DNS");
    put_line(d, arena_printf(d->h->arena, "leg %s", tone_names[tone]), middle, DNS_ROOM - 6, middle, 56);
    fprintf(d->h->out, "<path class=\"tip %s\" d=\"M%g 46l-6 11h12z\"/>\n", tone_names[tone], middle);
    put_icon(d, tone, middle, 73, 12);
    put_text(d, "says", middle + 24, 77, "start", "service discovery");
}

static void draw_wide(struct drawing *d, const char *sentence) {
    int rows = 2;
    for (enum place at = PLACE_CLIENT; at < PLACES; at++)
        rows = d->rows[at] > rows ? d->rows[at] : rows;
    double top = d->asked_dns ? DNS_ROOM : 4, height = rows * ROW + 22;
    begin(d, "wide", WIDE, top + height + 42, sentence);
    if (d->asked_dns)
        wide_dns(d);
    for (enum place at = PLACE_CLIENT; at < PLACES; at++) {
        wide_box(d, at, top, height);
        double first = top + (height - d->rows[at] * ROW) / 2 + ROW - 12;
        for (int line = 0; line < d->rows[at]; line++)
            wide_arrow(d, row_at(d, at, line), first + line * ROW);
        if (d->rows[at] == 0 && at + 1 < PLACES) {
            put_line(d, "leg plain", box_x(at) + BOX + 10, top + height / 2, box_x(at + 1) - 10,
                     top + height / 2);
            put_text(d, "says", (box_x(at) + BOX + box_x(at + 1)) / 2, top + height / 2 - 12, "middle",
                     "not looked at");
        }
    }
    fputs("</svg>\n", d->h->out);
}

/* ---- down ---- */

static void tall_box(struct drawing *d, enum place at, double y) {
    const struct texts *hosts = &d->hosts[at];
    put_box(d, at, 1, y, TALL - 2, TALL_BOX);
    put_text(d, "name", 16, y + (hosts->n > 0 ? 27 : 37), "start", titles[at]);
    put_text(d, "area", TALL - 16, y + (hosts->n > 0 ? 27 : 37), "end", areas[at]);
    if (hosts->n > 0)
        put_text(
            d, "host", 16, y + 47, "start",
            arena_printf(d->h->arena, hosts->n > 1 ? "%s and %zu more" : "%s",
                         columns_cut(d->h->arena, visible(d->h->arena, hosts->v[0]), hosts->n > 1 ? 32 : 44),
                         hosts->n - 1));
}

static void tall_row(struct drawing *d, enum tone tone, const char *label, const char *word, double y) {
    put_line(d, arena_printf(d->h->arena, "leg %s", tone_names[tone]), 28, y + 2, 28, y + TALL_ROW - 2);
    if (tone != TONE_PLAIN)
        put_icon(d, tone, 28, y + TALL_ROW / 2.0, 12);
    put_text(d, "port", 54, y + TALL_ROW / 2.0 + 5, "start", label);
    fprintf(d->h->out, "<g class=\"%s\">", tone_names[tone]);
    put_text(d, "state", TALL - 4, y + TALL_ROW / 2.0 + 5, "end", word);
    fputs("</g>\n", d->h->out);
}

static void draw_tall(struct drawing *d, const char *sentence) {
    int rows = d->asked_dns;
    for (enum place at = PLACE_CLIENT; at + 1 < PLACES; at++)
        rows += d->rows[at] > 0 ? d->rows[at] : 1;
    begin(d, "tall", TALL, PLACES * TALL_BOX + rows * TALL_ROW + 2, sentence);
    double y = 1;
    for (enum place at = PLACE_CLIENT; at < PLACES; at++) {
        tall_box(d, at, y);
        y += TALL_BOX;
        if (at == PLACE_CLIENT && d->asked_dns) {
            enum mark mark = dns_mark(d);
            tall_row(d, mark_tones[mark], "DNS service discovery", mark_words[mark], y);
            y += TALL_ROW;
        }
        for (int line = 0; line < d->rows[at]; line++, y += TALL_ROW) {
            const struct path_row *row = row_at(d, at, line);
            tall_row(d, mark_tones[path_mark(row)], label_of(d, row), words_of(row), y);
        }
        if (d->rows[at] == 0 && at + 1 < PLACES) {
            tall_row(d, TONE_PLAIN, "", "not looked at", y);
            y += TALL_ROW;
        }
    }
    fputs("</svg>\n", d->h->out);
}

/* ---- what the arrows mean ---- */

/* One line tells of all arrows that one cause breaks, and of all that were not tried. */
static bool is_told_with(const struct path_row *a, const struct path_row *b) {
    if (path_mark(a) != path_mark(b))
        return false;
    if (path_mark(a) == MARK_UNTRIED)
        return path_is_untried_alike(a, b);
    return a->because != NULL && b->because != NULL && a->because->cause == b->because->cause &&
           a->because->check == b->because->check;
}

static bool is_told_before(const struct drawing *d, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (is_told_with(d->path.v[i], d->path.v[at]))
            return true;
    return false;
}

static void tell(struct drawing *d, size_t at) {
    const struct path_row *first = d->path.v[at];
    enum mark mark = path_mark(first);
    size_t arrows = 0, places = 0;
    fputs("<li>", d->h->out);
    html_icon(d->h, mark_tones[mark]);
    fputs("<p><b>", d->h->out);
    for (size_t i = at; i < d->path.n; i++) {
        const struct path_row *row = d->path.v[i];
        if (row != first && !is_told_with(first, row))
            continue;
        markup_putf(d->h->out, "%s%s", arrows++ > 0 ? ", " : "", label_of(d, row));
        places += row->broken + row->partly;
    }
    const char *words = mark == MARK_UNTRIED                ? path_untried_words(first, arrows > 1)
                        : mark == MARK_BROKEN && arrows > 1 ? "are broken"
                        : mark == MARK_PARTLY && arrows > 1 ? "work in part"
                                                            : mark_words[mark];
    fprintf(d->h->out, "</b> %s", words);
    if (first->why != NULL) {
        markup_putf(d->h->out, ": %s", first->why);
        fputs(", at ", d->h->out);
        html_code(d->h, first->where);
        if (places > 1)
            fprintf(d->h->out, " and %zu more", places - 1);
        fputs(".", d->h->out);
        html_reference(d->h, first->because);
    } else {
        fputs(".", d->h->out);
    }
    fputs("</p></li>\n", d->h->out);
}

void html_path(struct html *h) {
    struct drawing d = {.h = h};
    collect(&d);
    if (d.path.n == 0)
        return;
    char *sentence = sentence_of(&d);
    fputs("<section class=\"path\" aria-labelledby=\"path\"><h2 id=\"path\" class=\"unseen\">The path</h2>\n",
          h->out);
    draw_wide(&d, sentence);
    draw_tall(&d, sentence);
    fputs("<ul class=\"legs\">\n", h->out);
    for (size_t i = 0; i < d.path.n; i++)
        if (path_mark(d.path.v[i]) != MARK_GOOD && !is_told_before(&d, i))
            tell(&d, i);
    fputs("</ul></section>\n", h->out);
}
