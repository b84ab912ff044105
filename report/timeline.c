/* How did the log-in go, edge by edge? The part of the text report that command `login` is run for: one line
 * a step, in the order of a client. */
#include "outcomes/timeline.h"

#include <string.h>

#include "report/text.h"
#include "report/timeline.h"

enum { STEP_AT = 4, STATUS_AT = 18, WHO_AT = 24, MS_AT = 38, WHY_AT = 48, WAY_AT = 4, SHOWN = 300 };

static const struct {
    const char *mark;
    enum ink ink;
} marks[] = {[STEP_WORKS] = {"+", INK_GOOD},
             [STEP_FAILS] = {"X", INK_BAD},
             [STEP_SKIPPED] = {"-", INK_FAINT},
             [STEP_UNKNOWN] = {"?", INK_UNSURE}};

static void put_why(struct text *text, const struct timeline_step *s) {
    struct page *page = &text->page;
    const char *why = s->because != NULL ? s->because->cause->title : s->note;
    if (why == NULL)
        return;
    page_tab(page, s->ms < 0 && s->status == 0 ? STATUS_AT : WHY_AT);
    page_put(page, s->state == STEP_FAILS ? INK_PLAIN : INK_FAINT, page_short(page, why, SHOWN));
    int number = s->because == NULL ? 0 : text_number(text, s->because);
    if (number > 0)
        page_putf(page, INK_STRONG, " [%d]", number);
}

static void step_line(struct text *text, const struct timeline_step *s) {
    struct page *page = &text->page;
    page_line(page, 2, WHY_AT);
    page_put(page, marks[s->state].ink, marks[s->state].mark);
    page_tab(page, STEP_AT);
    page_put(page, s->state == STEP_SKIPPED ? INK_FAINT : INK_PLAIN, enum_text(login_steps, (int)s->step));
    if (s->status > 0) {
        page_tab(page, STATUS_AT);
        page_putf(page, INK_PLAIN, "%d", s->status);
    }
    if (box_title(s->answered_by) != NULL) {
        page_tab(page, WHO_AT);
        page_put(page, INK_PLAIN, box_title(s->answered_by));
    }
    if (s->ms >= 0) {
        page_tab(page, MS_AT);
        page_putf(page, INK_FAINT, "%5d ms", s->ms);
    }
    put_why(text, s);
    page_end(page);
}

static bool same_text(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void edge_line(struct page *page, const struct timeline_step *s) {
    page_gap(page);
    page_line(page, 0, 2);
    page_putf(page, INK_STRONG, "Log-in through %s", page_short(page, s->edge, SHOWN));
    if (s->address != NULL)
        page_putf(page, INK_PLAIN, " (%s)", page_short(page, s->address, SHOWN));
    if (s->domain != NULL)
        page_putf(page, INK_PLAIN, " for %s", page_short(page, s->domain, SHOWN));
    page_end(page);
}

/* What is skipped for one reason is one line. */
static size_t skipped_alike(const struct timeline *timeline, size_t from, size_t end) {
    const struct timeline_step *first = timeline->v[from];
    size_t to = from + 1;
    while (first->state == STEP_SKIPPED && to < end && timeline->v[to]->state == STEP_SKIPPED &&
           same_text(first->note, timeline->v[to]->note))
        to++;
    return to;
}

static void skipped_line(struct text *text, const struct timeline *timeline, size_t from, size_t to) {
    struct page *page = &text->page;
    page_line(page, 2, STEP_AT);
    page_put(page, INK_FAINT, marks[STEP_SKIPPED].mark);
    page_tab(page, STEP_AT);
    for (size_t i = from; i < to; i++)
        page_putf(page, INK_FAINT, "%s%s ", enum_text(login_steps, (int)timeline->v[i]->step),
                  i + 1 < to ? "," : ":");
    page_put(page, INK_FAINT,
             timeline->v[from]->note == NULL ? "not reached"
                                             : page_short(page, timeline->v[from]->note, SHOWN));
    page_end(page);
}

static bool go_alike(const struct timeline_way *a, const struct timeline_way *b) {
    return a->works == b->works && a->ms == b->ms && a->trouble == b->trouble;
}

/* Outcomes whose steps went alike are one line. */
static void ways_write(struct text *text, const struct timeline *timeline, size_t from, size_t to) {
    struct page *page = &text->page;
    for (size_t i = 0, next; timeline_outcomes[i] != NULL; i = next) {
        struct timeline_way way = timeline_way(timeline, from, to, timeline_outcomes[i]);
        page_line(page, 2, WAY_AT);
        page_put(page, INK_STRONG, way.title);
        for (next = i + 1; timeline_outcomes[next] != NULL; next++) {
            struct timeline_way other = timeline_way(timeline, from, to, timeline_outcomes[next]);
            if (!go_alike(&way, &other))
                break;
            page_putf(page, INK_STRONG, ", %s", other.title);
        }
        page_putf(page, INK_PLAIN, ": %zu step%s, %d ms", way.works, way.works == 1 ? " works" : "s work",
                  way.ms);
        if (way.trouble != NULL)
            page_putf(page, INK_PLAIN, way.trouble->state == STEP_FAILS ? "; %s fails" : "; %s is not known",
                      enum_text(login_steps, (int)way.trouble->step));
        page_end(page);
    }
}

void timeline_write(struct text *text) {
    const struct report *report = text->report;
    if (!report->facts->run.scope.is_login)
        return;
    const struct timeline *timeline = timeline_of(text->page.arena, report->facts, report->findings);
    for (size_t from = 0, end; from < timeline->n; from = end) {
        end = timeline_edge_end(timeline, from);
        edge_line(&text->page, timeline->v[from]);
        for (size_t i = from, to; i < end; i = to) {
            to = skipped_alike(timeline, i, end);
            if (timeline->v[i]->state == STEP_SKIPPED)
                skipped_line(text, timeline, i, to);
            else
                step_line(text, timeline->v[i]);
        }
        ways_write(text, timeline, from, end);
    }
}
