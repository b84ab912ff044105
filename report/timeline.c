/* How did the log-in go, edge by edge? The part of the text report that command `login` is run for: one line
 * a step, in the order of a client. */
#include "outcomes/timeline.h"

#include <string.h>

#include "report/text.h"

enum { STEP_AT = 4, STATUS_AT = 18, WHO_AT = 24, MS_AT = 38, WHY_AT = 48, SHOWN = 300 };

static const struct {
    const char *mark;
    enum ink ink;
} marks[] = {[STEP_WORKS] = {"+", INK_GOOD},
             [STEP_FAILS] = {"X", INK_BAD},
             [STEP_SKIPPED] = {"-", INK_FAINT},
             [STEP_UNKNOWN] = {"?", INK_UNSURE}};

static const char *who(const char *answered_by) {
    static const struct {
        const char *id, *name;
    } boxes[] = {
        {"expressway-e", "Expressway-E"}, {"expressway-c", "Expressway-C"}, {"unified-cm", "Unified CM"}};
    for (size_t i = 0; answered_by != NULL && i < sizeof boxes / sizeof *boxes; i++)
        if (strcmp(boxes[i].id, answered_by) == 0)
            return boxes[i].name;
    return NULL;
}

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
    if (who(s->answered_by) != NULL) {
        page_tab(page, WHO_AT);
        page_put(page, INK_PLAIN, who(s->answered_by));
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

static bool same_edge(const struct timeline_step *a, const struct timeline_step *b) {
    return strcmp(a->edge, b->edge) == 0 && same_text(a->address, b->address) &&
           same_text(a->domain, b->domain);
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
static size_t skipped_alike(const struct timeline *timeline, size_t from) {
    const struct timeline_step *first = timeline->v[from];
    size_t to = from + 1;
    while (first->state == STEP_SKIPPED && to < timeline->n && timeline->v[to]->state == STEP_SKIPPED &&
           same_edge(first, timeline->v[to]) && same_text(first->note, timeline->v[to]->note))
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

void timeline_write(struct text *text) {
    const struct report *report = text->report;
    if (!report->facts->run.scope.is_login)
        return;
    const struct timeline *timeline = timeline_of(text->page.arena, report->facts, report->findings);
    for (size_t i = 0, to; i < timeline->n; i = to) {
        const struct timeline_step *s = timeline->v[i];
        if (i == 0 || !same_edge(timeline->v[i - 1], s))
            edge_line(&text->page, s);
        to = skipped_alike(timeline, i);
        if (s->state == STEP_SKIPPED)
            skipped_line(text, timeline, i, to);
        else
            step_line(text, s);
    }
}
