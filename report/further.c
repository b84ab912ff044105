/* Which steps, and which restarts, had no room in the block of their fault? They stand below, by its number.
 */
#include "report/blocks.h"

static void further_step_write(struct text *text, size_t index, const struct fix_line *line) {
    struct page *page = &text->page;
    page_putf(page, INK_STRONG, "%zu.", line->number);
    page_tab(page, AT + 2 + (line->number < 10 ? 3 : 4));
    if (line->run > 1)
        page_putf(page, INK_PLAIN, "as [%d], steps %d to %d", line->block, line->from,
                  line->from + (int)line->run - 1);
    else
        page_put(page, INK_PLAIN, text->report->faults->v[index]->fix[line->step]);
    page_end(page);
}

static void further_of_fault_write(struct text *text, size_t index, const struct fix_lines *lines,
                                   const struct fit *fit) {
    const struct fault *fault = text->report->faults->v[index];
    struct page *page = &text->page;
    bool is_first = true;
    for (size_t i = fit->steps; i < lines->n; i++, is_first = false) {
        page_line(page, is_first ? 2 : AT + 2, AT + 2);
        if (is_first)
            page_putf(page, INK_STRONG, "[%zu]", index + 1);
        page_tab(page, AT + 2);
        further_step_write(text, index, lines->v[i]);
    }
    for (size_t i = fit->restart ? RESTARTS_SHOWN : 0; fault->restart[i] != NULL; i++, is_first = false) {
        page_line(page, is_first ? 2 : AT + 2, AT + 2);
        if (is_first)
            page_putf(page, INK_STRONG, "[%zu]", index + 1);
        page_tab(page, AT + 2);
        page_putf(page, INK_FAINT, "Restart:");
        page_putf(page, INK_PLAIN, " %s", fault->restart[i]);
        page_end(page);
    }
}

void further_write(struct text *text) {
    struct page *page = &text->page;
    bool has_begun = false;
    for (size_t index = 0; index < text->report->faults->n && text->style->verbose < 1; index++) {
        struct fix_lines lines = fix_lines_of(text, index);
        struct fit fit = fit_of(text, index, &lines);
        if (fit_is_all(&fit, &lines, text->report->faults->v[index]))
            continue;
        if (!has_begun) {
            page_gap(page);
            page_line(page, 0, 2);
            page_put(page, INK_STRONG, "Further steps");
            page_end(page);
        }
        has_begun = true;
        further_of_fault_write(text, index, &lines, &fit);
    }
}
