/* What does an engineer at 3 a.m. need to read, in which order? The text report: the verdict, what users
 * feel, the picture of the path, then what is wrong and how to put it right, worst first. */
#include "report/text.h"
#include "report/renewal.h"

#include "report/formats.h"
#include "report/survey.h"
#include "report/text_outcomes.h"

enum { NARROWEST = 40, WIDEST = 200 };

static void whole_write(struct text *text) {
    text_head_write(text);
    outcomes_write(text);
    renewal_text(text);
    blocks_write(text);
    connections_write(text); /* up to forty lines: what is wrong is not to be looked for behind them */
    bundles_write(text);
    ladders_write(text);
    timeline_write(text);
    /* Of a renewal the table says it all; of several domains one picture would colour another's. */
    if (text->report->renewal == NULL && text->report->facts->domains.n < 2)
        picture_write(text);
    survey_write(text);
    revocation_write(text);
    files_write(text);
    leaves_write(text);
    further_write(text);
    closing_write(text);
    if (text->style->height > 0 && text->page.lines >= text->style->height)
        verdict_write(text);
}

bool text_write(const struct report *report, const struct report_style *style, FILE *out) {
    int width = style->width < NARROWEST ? NARROWEST : style->width > WIDEST ? WIDEST : style->width;
    struct text text = {.page = {.out = out,
                                 .arena = arena_new(),
                                 .width = width,
                                 .color = style->color,
                                 .ascii = style->ascii},
                        .report = report,
                        .style = style};
    groups_of(text.page.arena, report->findings, &text.groups);
    if (style->verbose < 0)
        quiet_write(&text);
    else
        whole_write(&text);
    arena_free(text.page.arena);
    return stream_is_good(out);
}
