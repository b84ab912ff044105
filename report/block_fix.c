/* Which steps does the block of a fault tell, which stand elsewhere? A step that an earlier block has is
 * referred to; what a block has no room for stands under "Further steps". */
#include "report/blocks.h"

#include <string.h>

enum { NEXT_LINES = 3 };

/* Where an earlier block has this step: its number and the step's; 0: nowhere. */
static int told_in(const struct text *text, size_t fault, const char *step, int *at) {
    for (size_t i = 0; i < fault; i++)
        for (size_t k = 0; text->report->faults->v[i]->fix[k] != NULL; k++)
            if (strcmp(text->report->faults->v[i]->fix[k], step) == 0) {
                *at = (int)k + 1;
                return (int)i + 1;
            }
    return 0;
}

/* How many steps from here on stand, in the same order, in one earlier block. */
static size_t told_run(const struct text *text, size_t fault, const char *const *steps, int *block,
                       int *from) {
    size_t n = 0;
    int at;
    *block = told_in(text, fault, steps[0], from);
    while (*block > 0 && steps[n] != NULL && told_in(text, fault, steps[n], &at) == *block &&
           at == *from + (int)n)
        n++;
    return n;
}

void step_begin(struct page *page, size_t number, bool is_first) {
    block_label(page, is_first ? "Fix" : "");
    page_putf(page, INK_STRONG, "%zu.", number);
    page_tab(page, LABEL_END + (number < 10 ? 3 : 4));
}

struct fix_lines fix_lines_of(struct text *text, size_t index) {
    const char *const *steps = text->report->faults->v[index]->fix;
    struct fix_lines lines = {NULL, 0};
    for (size_t i = 0; steps[i] != NULL;) {
        struct fix_line *line = ARENA_NEW(text->page.arena, struct fix_line);
        size_t run = told_run(text, index, &steps[i], &line->block, &line->from);
        line->step = i;
        line->run = run > 1 ? run : 1;
        line->number = i + 1; /* as the catalogue's own words and `Touch:` count them */
        LIST_ADD(text->page.arena, &lines, line);
        i += line->run;
    }
    return lines;
}

/* What takes more than a line under the verdict, "Do this first", is not told a second time right below. */
static const char *first_told_above(struct text *text, const struct step *step) {
    static const char above[] = "what stands above, \"Do this first\"";
    if (text->style->verbose > 0 || columns_of(step->text) <= MEASURE - LABEL_END)
        return step->text;
    return step->marks.option == 0
               ? above
               : arena_printf(text->page.arena, "Option %c: %s", step->marks.option, above);
}

void fix_line_write(struct text *text, size_t index, const struct fix_line *line, bool is_first) {
    struct page *page = &text->page;
    const struct fault *fault = text->report->faults->v[index];
    step_begin(page, line->number, is_first);
    if (line->run > 1)
        page_putf(page, INK_PLAIN, "as [%d], steps %d to %d", line->block, line->from,
                  line->from + (int)line->run - 1);
    else if (line->step == 0 && fault == fault_first(text->report->faults))
        page_put(page, INK_PLAIN, first_told_above(text, &fault->steps[0]));
    else
        page_put(page, INK_PLAIN, fault->fix[line->step]);
    page_end(page);
}

void restart_write(struct text *text, const struct fault *fault) {
    size_t shown = text->style->verbose > 0 ? 100 : RESTARTS_SHOWN;
    for (size_t i = 0; i < shown && fault->restart[i] != NULL; i++) {
        block_label(&text->page, i == 0 ? "Restart" : "");
        page_put(&text->page, INK_PLAIN, fault->restart[i]);
        page_end(&text->page);
    }
}

/* The command of this very run, with a dozen files, would take a third of the block: who typed it has it. */
void next_write(struct text *text, const struct fault *fault) {
    bool is_long = columns_of(fault->next) > (MEASURE - LABEL_END) * NEXT_LINES;
    block_label(&text->page, "Next:");
    if (fault->is_again && is_long && text->style->verbose < 1)
        page_putf(&text->page, INK_STRONG, "the same command again: edgeprobe %s ... (-v prints it whole)",
                  text->report->facts->run.command);
    else
        page_put(&text->page, INK_STRONG, fault->next);
    page_end(&text->page);
}

static size_t restarts_of(const struct fault *fault) {
    size_t n = 0;
    while (fault->restart[n] != NULL)
        n++;
    return n;
}

bool fit_is_all(const struct fit *fit, const struct fix_lines *lines, const struct fault *fault) {
    return fit->steps == lines->n && restarts_of(fault) <= (fit->restart ? RESTARTS_SHOWN : 0);
}

/* Where the first of the ways that are not told begins; 0: none is among those left. */
static size_t option_from(const struct fault *fault, const struct fix_lines *lines, size_t first) {
    for (size_t i = first; i < lines->n; i++)
        if (lines->v[i]->run == 1 && fault->steps[lines->v[i]->step].marks.option == 'B')
            return lines->v[i]->number;
    return 0;
}

void more_write(struct page *page, const struct fault *fault, const struct fix_lines *lines,
                const struct fit *fit) {
    size_t told = fit->steps, option = option_from(fault, lines, told);
    const struct fix_line *end = lines->n == 0 ? NULL : lines->v[lines->n - 1];
    size_t first = told < lines->n ? lines->v[told]->number : 0,
           last = end == NULL ? 0 : end->number + end->run - 1;
    block_label(page, "");
    if (first == 0)
        page_putf(page, INK_FAINT, "The restart%s: under \"Further steps\" below",
                  fit->restart ? " as a whole" : "");
    else if (first == last)
        page_putf(page, INK_FAINT, "Step %zu%s: under \"Further steps\" below", first,
                  option > 0 ? " (Option B)" : "");
    else if (option > 0)
        page_putf(page, INK_FAINT, "Steps %zu to %zu (Option B: from %zu on): under \"Further steps\" below",
                  first, last, option);
    else
        page_putf(page, INK_FAINT, "Steps %zu to %zu: under \"Further steps\" below", first, last);
    page_end(page);
}
