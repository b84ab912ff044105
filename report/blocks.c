/* What is wrong, and what is to be done about it? A block a fault, in so many lines: what goes when there is
 * too little room; then, shortly, what could not be told. */
#include "report/blocks.h"

#include <string.h>

enum { UNKNOWN_SHOWN = 6 };

/* ---- numbers ---- */

int text_number(const struct text *text, const struct finding *finding) {
    return told_number(text->report->faults, &text->groups, finding);
}

/* ---- a block ---- */

static void before_fix_write(struct text *text, size_t index, const struct fit *fit) {
    const struct fault *fault = text->report->faults->v[index];
    title_write(&text->page, (int)index + 1, fault->status, fault->title);
    touch_write(text, fault);
    perhaps_write(text, fault);
    summary_write(text, fault, fit->third_line ? 3 : 2);
    values_write(text, fault->root);
    seen_write(text, fault);
    if (fit->why)
        why_write(text, fault);
    if (fit->hence)
        consequences_write(text, fault);
    if (fit->notices)
        affects_write(text, fault);
}

static void behind_fix_write(struct text *text, size_t index, const struct fit *fit) {
    const struct fault *fault = text->report->faults->v[index];
    if (fit->restart)
        restart_write(text, fault);
    next_write(text, fault);
}

/* Its lines, on a page as wide as this one and no narrower than MEASURE. */
static int lines_needed(const struct text *text, size_t index, const struct fix_lines *lines,
                        const struct fit *fit) {
    struct text measure = *text;
    measure.page.out = NULL;
    measure.page.lines = 0;
    measure.page.width = text->page.width < MEASURE ? MEASURE : text->page.width;
    before_fix_write(&measure, index, fit);
    behind_fix_write(&measure, index, fit);
    for (size_t i = 0; i < fit->steps; i++)
        fix_line_write(&measure, index, lines->v[i], i == 0);
    return measure.page.lines + !fit_is_all(fit, lines, text->report->faults->v[index]);
}

struct fit fit_of(struct text *text, size_t index, const struct fix_lines *lines) {
    struct fit fit = {lines->n, true, true, true, true, true};
    bool *const goes[] = {&fit.third_line, &fit.restart, &fit.notices, &fit.hence, &fit.why};
    if (text->style->verbose > 0)
        return fit;
    fit.steps = lines->n > 0 ? 1 : 0;
    for (size_t i = 0; i < sizeof goes / sizeof *goes && lines_needed(text, index, lines, &fit) > BLOCK_LINES;
         i++)
        *goes[i] = false;
    for (; fit.steps < lines->n; fit.steps++) {
        struct fit more = fit;
        more.steps++;
        if (lines_needed(text, index, lines, &more) > BLOCK_LINES)
            break;
    }
    return fit;
}

static void block_write(struct text *text, size_t index) {
    struct page *page = &text->page;
    const struct fault *fault = text->report->faults->v[index];
    struct fix_lines lines = fix_lines_of(text, index);
    struct fit fit = fit_of(text, index, &lines);
    page_gap(page);
    before_fix_write(text, index, &fit);
    for (size_t i = 0; i < fit.steps; i++)
        fix_line_write(text, index, lines.v[i], i == 0);
    if (text->style->verbose < 1 && !fit_is_all(&fit, &lines, fault))
        more_write(page, fault, &lines, &fit);
    behind_fix_write(text, index, &fit);
    if (text->style->verbose > 0)
        details_write(text, fault);
}

/* ---- what could not be told ---- */

static void unknown_write(struct text *text, const struct group *group, int number) {
    struct page *page = &text->page;
    const struct finding *f = group->members.v[0];
    page_line(page, 0, AT);
    page_putf(page, INK_STRONG, "[%d]", number);
    page_tab(page, AT);
    page_put(page, INK_UNSURE, status_word(STATUS_UNKNOWN));
    page_put(page, INK_PLAIN, " ");
    page_putf(page, INK_STRONG, "%s:", group->cause != NULL ? group->cause->title : group->check->title);
    page_put(page, INK_PLAIN, " ");
    const char *subject = finding_subject(page->arena, f),
               *summary = page_short(page, f->summary, TITLE_SHOWN);
    bool is_named = text_starts(summary, subject);
    page_put(page, INK_PLAIN, summary);
    if (!is_named && group->members.n > 1)
        page_putf(page, INK_PLAIN, " (%s and %zu more)", page_short(page, subject, WORDS_SHOWN),
                  group->members.n - 1);
    else if (!is_named)
        page_putf(page, INK_PLAIN, " (%s)", page_short(page, subject, WORDS_SHOWN));
    else if (group->members.n > 1)
        page_putf(page, INK_PLAIN, " (and %zu more)", group->members.n - 1);
    page_end(page);
    for (size_t i = 0; group->cause != NULL && group->fix[i] != NULL; i++) {
        step_begin(page, i + 1, i == 0);
        page_put(page, INK_PLAIN, group->fix[i]);
        page_end(page);
    }
}

static void unknowns_write(struct text *text) {
    int number = (int)text->report->faults->n;
    size_t told = 0, more = 0;
    for (size_t i = 0; i < text->groups.n; i++) {
        const struct group *group = text->groups.v[i];
        if (group->status != STATUS_UNKNOWN)
            continue;
        number++;
        if (told >= UNKNOWN_SHOWN && text->style->verbose < 1) {
            more++;
            continue;
        }
        if (told++ == 0)
            page_gap(&text->page);
        unknown_write(text, group, number);
    }
    if (more > 0) {
        page_line(&text->page, AT, AT);
        page_putf(&text->page, INK_FAINT, "and %zu more that could not be told (-v)", more);
        page_end(&text->page);
    }
}

void blocks_write(struct text *text) {
    for (size_t i = 0; i < text->report->faults->n; i++)
        block_write(text, i);
    unknowns_write(text);
}
