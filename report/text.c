/* What does an engineer at 3 a.m. need to read, in which order? The text report: the verdict, what users
 * feel, the picture of the path, then what is wrong and how to put it right, worst first. */
#include "report/text.h"
#include "report/renewal.h"

#include <string.h>

#include "report/formats.h"
#include "report/evidence.h"
#include "report/survey.h"

enum { NARROWEST = 40, WIDEST = 200, OUTCOME_AT = 13, REASON_SHOWN = 400, SUBJECT_SHOWN = 160 };

const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

enum ink status_ink(enum status status) {
    static const enum ink inks[] = {
        [STATUS_PASS] = INK_GOOD, [STATUS_INFO] = INK_PLAIN,     [STATUS_WARN] = INK_WARN,
        [STATUS_FAIL] = INK_BAD,  [STATUS_UNKNOWN] = INK_UNSURE, [STATUS_SKIP] = INK_FAINT};
    return inks[status];
}

/* How each state is told; readable without colour too. */
static const struct state_row {
    const char *mark, *word;
    const char *one, *many; /* "1 of 4 outcomes ONE", "2 of 4 outcomes MANY" */
    enum ink ink;
} states[] = {[OUTCOME_WORKS] = {"+", "works", "works", "work", INK_GOOD},
              [OUTCOME_AT_RISK] = {"!", "at risk", "is at risk", "are at risk", INK_WARN},
              [OUTCOME_FAILS] = {"X", "FAILS", "fails", "fail", INK_BAD},
              [OUTCOME_UNKNOWN] = {"?", "unknown", "is unknown", "are unknown", INK_UNSURE}};

static const struct verdict_row {
    const char *word, *otherwise; /* the verdict in a sentence when no outcome says it */
} verdicts[] = {[STATUS_PASS] = {"PASS", "Nothing is wrong."},
                [STATUS_WARN] = {"WARN", "Nothing fails, but something needs attention."},
                [STATUS_FAIL] = {"FAIL", "Something needs to be put right."},
                [STATUS_UNKNOWN] = {"UNKNOWN", "Nothing fails, but not everything could be seen."},
                [STATUS_INFO] = {"PASS", "Nothing is wrong."},
                [STATUS_SKIP] = {"PASS", "Nothing is wrong."}};

const char *status_word(enum status status) {
    return verdicts[status].word;
}

/* ---- the head ---- */

static size_t count_state(const struct outcomes *outcomes, enum outcome_state state) {
    size_t count = 0;
    for (size_t i = 0; i < outcomes->n; i++)
        count += outcomes->v[i]->state == state;
    return count;
}

/* "1 of 4 outcomes fails, 2 are at risk." */
static void put_tally(struct text *text, enum status status) {
    static const enum outcome_state order[] = {OUTCOME_FAILS, OUTCOME_UNKNOWN, OUTCOME_AT_RISK};
    const struct outcomes *outcomes = text->report->outcomes;
    struct page *page = &text->page;
    size_t works = count_state(outcomes, OUTCOME_WORKS), told = 0;
    if (works == outcomes->n) {
        page_put(page, INK_PLAIN,
                 works > 0 && status == STATUS_PASS ? "Everything that was looked at works."
                                                    : verdicts[status].otherwise);
        return;
    }
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t count = count_state(outcomes, order[i]);
        const char *words = count == 1 ? states[order[i]].one : states[order[i]].many;
        if (count > 0 && told++ == 0)
            page_putf(page, INK_PLAIN, "%zu of %zu outcome%s %s", count, outcomes->n, plural(outcomes->n),
                      words);
        else if (count > 0)
            page_putf(page, INK_PLAIN, ", %zu %s", count, words);
    }
    page_put(page, INK_PLAIN, ".");
}

static void put_when(struct page *page, const struct run *run) {
    page_putf(page, INK_FAINT, " %s", time_write(page->arena, run->started));
    if (run->duration_ms > 0)
        page_putf(page, INK_FAINT, ", %d.%d s", run->duration_ms / 1000, run->duration_ms % 1000 / 100);
    if (run->at != run->started)
        page_putf(page, INK_FAINT, "; validity judged as of %s", time_write(page->arena, run->at));
}

static void head_write(struct text *text) {
    const struct run *run = &text->report->facts->run;
    struct page *page = &text->page;
    enum status status = findings_status(text->report->findings);
    const char *word = verdicts[status].word;
    int hang = (int)strlen(word) + 2;
    page_line(page, 0, hang);
    page_put(page, status_ink(status), word);
    page_tab(page, hang);
    page_put(page, INK_STRONG, page_short(page, run->target, SUBJECT_SHOWN));
    page_end(page);
    page_line(page, hang, hang);
    put_tally(text, status);
    page_end(page);
    page_line(page, hang, hang);
    page_putf(page, INK_FAINT, "%s, release %s, vantage %s,", run->command, run->release,
              enum_text(vantages, (int)run->vantage));
    put_when(page, run);
    page_end(page);
}

/* ---- outcomes ---- */

/* The numbers under which the deciding findings stand below: " [1, 3]". */
static char *references(struct text *text, const struct outcome *outcome) {
    struct arena *arena = text->page.arena;
    char *list = NULL;
    int last = 0;
    for (size_t i = 0; i < outcome->because.n; i++) {
        int number = group_number(&text->groups, outcome->because.v[i]);
        if (number > last) /* worst first: numbers rise */
            list = list == NULL ? arena_printf(arena, "[%d", number)
                                : arena_printf(arena, "%s, %d", list, number);
        last = number > last ? number : last;
    }
    return list == NULL ? arena_text(arena, "") : arena_printf(arena, " %s]", list);
}

/* What decided it; the title and the state are told already. */
static char *reason_of(struct arena *arena, const struct outcome *outcome) {
    if (outcome->because.n == 0)
        return arena_text(arena, outcome->summary);
    const struct finding *f = outcome->because.v[0];
    const char *why = f->cause != NULL ? f->cause->title : f->summary;
    return arena_printf(arena, "%s (%s)", why, finding_subject(arena, f));
}

static void put_outcome(struct page *page, enum ink ink, const struct outcome *outcome) {
    const char *colon = outcome->state == OUTCOME_WORKS ? "" : ":";
    if (outcome->subject == NULL)
        page_putf(page, ink, "%s%s", outcome->title, colon);
    else
        page_putf(page, ink, "%s, %s%s", outcome->title, page_short(page, outcome->subject, SUBJECT_SHOWN),
                  colon);
}

static void outcome_write(struct text *text, const struct outcome *outcome) {
    const struct state_row *row = &states[outcome->state];
    struct page *page = &text->page;
    page_line(page, 2, OUTCOME_AT);
    page_putf(page, row->ink, "%s %s", row->mark, row->word);
    page_tab(page, OUTCOME_AT);
    put_outcome(page, outcome->state == OUTCOME_WORKS ? INK_PLAIN : INK_STRONG, outcome);
    if (outcome->state != OUTCOME_WORKS) {
        page_putf(page, INK_PLAIN, " %s", page_short(page, reason_of(page->arena, outcome), REASON_SHOWN));
        page_put(page, INK_STRONG, references(text, outcome));
    }
    page_end(page);
    if (outcome->said != NULL) {
        page_line(page, OUTCOME_AT, OUTCOME_AT);
        page_putf(page, INK_PLAIN, "Expressway says: \"%s\"", outcome->said);
        page_end(page);
    }
}

static void outcomes_write(struct text *text) {
    const struct outcomes *outcomes = text->report->outcomes;
    if (outcomes->n == 0)
        return;
    page_gap(&text->page);
    for (size_t i = 0; i < outcomes->n; i++)
        outcome_write(text, outcomes->v[i]);
}

/* ---- quiet: one item each ---- */

/* What does not fit goes on below, indented: each item begins at the margin, so that grep and eyes find it.
 */
static void quiet_line(struct page *page, enum ink ink, const char *word, const char *rest) {
    enum { HANG = 6 };
    page_line(page, 0, HANG);
    page_put(page, ink, word);
    page_putf(page, INK_PLAIN, " %s", rest);
    page_end(page);
}

static void quiet_write(struct text *text) {
    const struct outcomes *outcomes = text->report->outcomes;
    const struct findings *findings = text->report->findings;
    struct page *page = &text->page;
    bool told_unknown = findings_status(findings) == STATUS_UNKNOWN; /* else it would exit 3 without a word */
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        if (o->state != OUTCOME_WORKS)
            quiet_line(page, states[o->state].ink, states[o->state].word,
                       arena_printf(page->arena, "%s%s%s: %s", o->title, o->subject == NULL ? "" : ", ",
                                    o->subject == NULL ? "" : o->subject, reason_of(page->arena, o)));
    }
    for (size_t i = 0; i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (f->status == STATUS_FAIL || f->status == STATUS_WARN ||
            (f->status == STATUS_UNKNOWN && told_unknown))
            quiet_line(page, status_ink(f->status), verdicts[f->status].word,
                       arena_printf(page->arena, "%s%s%s %s: %s", f->check->id, f->cause == NULL ? "" : "/",
                                    f->cause == NULL ? "" : f->cause->id, finding_subject(page->arena, f),
                                    f->cause == NULL ? f->summary : f->cause->title));
    }
}

static void whole_write(struct text *text) {
    head_write(text);
    connections_write(text);
    timeline_write(text);
    outcomes_write(text);
    if (text->report->renewal == NULL) /* nothing was connected to; the table says it all */
        picture_write(text);
    survey_write(text);
    revocation_write(text);
    files_write(text);
    renewal_text(text);
    trouble_write(text);
    closing_write(text);
}

bool text_write(const struct report *report, const struct report_style *style, FILE *out) {
    int width = style->width < NARROWEST ? NARROWEST : style->width > WIDEST ? WIDEST : style->width;
    struct text text = {.page = {.out = out, .arena = arena_new(), .width = width, .color = style->color},
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
