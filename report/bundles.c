/* Which boxes are the bundles of, what was read of them and what was not, and with -v: what happened, in the
 * order of time? The part of the text report that command `bundle` is run for. */
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

enum {
    NAME_AT = 2,
    WHAT_AT = 26,
    TIME_AT = 4,
    BOX_AT = 26,
    SHOWN = 160,
    LEFT_OUT_SHOWN = 3,
    EVENTS_SHOWN = 200
};

static const char *product(enum role role) {
    return role == ROLE_EXPRESSWAY_E   ? "Expressway-E"
           : role == ROLE_EXPRESSWAY_C ? "Expressway-C"
                                       : "Expressway-C or -E, not told";
}

static void box_head(struct page *page, const struct bundle *box) {
    page_line(page, NAME_AT, WHAT_AT);
    page_put(page, INK_STRONG, page_short(page, box->node != NULL ? box->node : box->path, SHOWN));
    page_tab(page, WHAT_AT);
    page_putf(page, INK_PLAIN, "%s, %s,", product(box->role), text_or(box->release, "release not told"));
    if (box->judged_as != NULL)
        page_putf(page, INK_WARN, "judged as %s,", box->judged_as);
    page_putf(page, INK_PLAIN, " %zu file%s read", box->files_read.n, plural(box->files_read.n));
    if (box->files_left_out.n > 0)
        page_putf(page, INK_FAINT, ", %zu left out", box->files_left_out.n);
    page_end(page);
}

static void more_line(struct page *page, enum ink ink, const char *text) {
    page_line(page, WHAT_AT, WHAT_AT + 2);
    page_put(page, ink, text);
    page_end(page);
}

static void box_write(struct text *text, const struct bundle *box) {
    struct page *page = &text->page;
    size_t shown = text->style->verbose > 0 ? box->files_left_out.n : LEFT_OUT_SHOWN;
    box_head(page, box);
    if (box->dumped != NULL)
        more_line(page, INK_FAINT, arena_printf(page->arena, "settings of %s", box->dumped));
    if (box->log_first != NULL)
        more_line(page, INK_FAINT,
                  arena_printf(page->arena, "log from %s to %s, %d line%s", text_or(box->log_first, "?"),
                               text_or(box->log_last, "?"), box->log_lines, plural((size_t)box->log_lines)));
    if (box->revocation.given && box->revocation.mode)
        more_line(page, INK_FAINT,
                  arena_printf(page->arena, "revocation checked by%s%s; where no source answers: %s",
                               box->revocation.ocsp ? " OCSP" : "", box->revocation.crl ? " CRL" : "",
                               box->revocation.treat_as_revoked ? "Fail, treated as revoked"
                                                                : "Ignore, treated as not revoked"));
    if (box->is_cut)
        more_line(page, INK_WARN, "cut off: what stood behind was not seen");
    for (size_t i = 0; i < box->files_left_out.n && i < shown; i++)
        more_line(page, INK_FAINT,
                  arena_printf(page->arena, "left out: %s: %s",
                               page_short(page, box->files_left_out.v[i]->name, SHOWN),
                               page_short(page, box->files_left_out.v[i]->why, SHOWN)));
}

/* ---- the course of things ---- */

struct event {
    const char *time, *box, *what;
    int count;
};

struct events {
    struct event **v;
    size_t n;
};

static void event_add(struct arena *arena, struct events *to, const char *time, const struct bundle *box,
                      const char *what, int count) {
    if (time == NULL)
        return;
    struct event *event = ARENA_NEW(arena, struct event);
    *event = (struct event){time, text_or(box->node, box->path), what, count};
    LIST_ADD(arena, to, event);
}

static int by_time(const void *left, const void *right) {
    const struct event *a = *(struct event *const *)left, *b = *(struct event *const *)right;
    int by = strcmp(a->time, b->time);
    by = by != 0 ? by : strcmp(a->box, b->box);
    return by != 0 ? by : strcmp(a->what, b->what);
}

static void events_of(struct arena *arena, const struct bundle *box, struct events *to) {
    for (size_t i = 0; i < box->moments.n; i++)
        event_add(arena, to, box->moments.v[i]->time, box, box->moments.v[i]->what, box->moments.v[i]->count);
    for (size_t i = 0; i < box->alarms.n; i++)
        event_add(arena, to, box->alarms.v[i]->first, box,
                  arena_printf(arena, "alarm %d%s: %s", box->alarms.v[i]->id,
                               box->alarms.v[i]->is_lowered ? ", lowered later" : "",
                               text_or(box->alarms.v[i]->detail, "")),
                  box->alarms.v[i]->count);
    for (size_t i = 0; i < box->log.n; i++) {
        const struct log_sight *sight = box->log.v[i];
        if (strcmp(sight->weight, "reason") == 0 || strcmp(sight->weight, "symptom") == 0)
            event_add(arena, to, sight->first, box,
                      arena_printf(arena, "first %s%s%s", sight->token, sight->far == NULL ? "" : ": ",
                                   text_or(sight->far, "")),
                      sight->count);
    }
}

static void events_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    struct page *page = &text->page;
    struct events events = {NULL, 0};
    for (size_t i = 0; i < facts->bundles.n; i++)
        events_of(page->arena, facts->bundles.v[i], &events);
    if (events.n == 0)
        return;
    qsort(events.v, events.n, sizeof *events.v, by_time);
    page_gap(page);
    page_line(page, 0, 0);
    page_put(page, INK_STRONG, "What happened");
    page_end(page);
    for (size_t i = 0; i < events.n && i < EVENTS_SHOWN; i++) {
        const struct event *event = events.v[i];
        page_line(page, TIME_AT, BOX_AT);
        page_put(page, INK_FAINT, event->time);
        page_tab(page, BOX_AT);
        page_putf(page, INK_PLAIN, "%s: %s", event->box, page_short(page, event->what, SHOWN));
        if (event->count > 1)
            page_putf(page, INK_FAINT, " (%d times)", event->count);
        page_end(page);
    }
}

void bundles_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    if (facts->bundles.n == 0)
        return;
    page_gap(&text->page);
    page_line(&text->page, 0, 0);
    page_put(&text->page, INK_STRONG, "Bundles");
    page_end(&text->page);
    for (size_t i = 0; i < facts->bundles.n; i++)
        box_write(text, facts->bundles.v[i]);
    if (text->style->verbose > 0)
        events_write(text);
}
