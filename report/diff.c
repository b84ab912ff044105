/* How is a comparison of two reports told? See diff.h. */
#include "report/diff.h"

#include <string.h>

#include "facts/stream.h"
#include "report/diff_json.h"
#include "report/page.h"

/* ---- words that text and Markdown share ---- */

static const char *change_text(enum change change) {
    return enum_text(changes, (int)change);
}

static const struct change_row {
    const char *mark, *word, *sentence;
    enum ink ink;
} change_rows[] = {[CHANGE_SAME] = {"=", "SAME", "Nothing changed.", INK_GOOD},
                   [CHANGE_CHANGED] = {"~", "CHANGED", "Something changed; nothing got worse.", INK_UNSURE},
                   [CHANGE_BETTER] = {"+", "BETTER", "Something got better; nothing got worse.", INK_GOOD},
                   [CHANGE_WORSE] = {"X", "WORSE", "Something got worse.", INK_BAD}};

static const char *outcome_words(const struct told_outcome *o) {
    return o == NULL ? "not told" : enum_text(outcome_states, (int)o->state);
}

static char *finding_words(struct arena *arena, const struct told_finding *f) {
    if (f == NULL)
        return arena_text(arena, "absent");
    const char *status = enum_text(status_names, (int)f->status);
    return f->cause == NULL ? arena_text(arena, status) : arena_printf(arena, "%s %s", status, f->cause);
}

/* What the later verdict means, in the catalogue's words; NULL when it has none. */
static const char *title_of(const struct told_finding *f) {
    const struct check *check = f == NULL ? NULL : check_named(f->check);
    const struct cause *cause = check == NULL || f->cause == NULL ? NULL : cause_named(check, f->cause);
    return cause == NULL ? NULL : cause->title;
}

static char *subject_words(struct arena *arena, const char *subject, const char *address) {
    return address == NULL ? arena_text(arena, subject) : arena_printf(arena, "%s (%s)", subject, address);
}

static char *value_words(struct arena *arena, const struct fact_value *value) {
    char *words = NULL;
    switch (value->kind) {
    case VALUE_TEXT:
        return arena_text(arena, value->text);
    case VALUE_MS:
        return arena_printf(arena, "%d ms", value->ms);
    case VALUE_LIST:
        for (size_t i = 0; i < value->list.n; i++)
            words = words == NULL ? arena_text(arena, value->list.v[i])
                                  : arena_printf(arena, "%s, %s", words, value->list.v[i]);
        return words == NULL ? arena_text(arena, "none") : words;
    default:
        return arena_text(arena, "none");
    }
}

/* What left a list and what came to it: most of a long list stays as it was. */
static void list_changes(struct arena *arena, const struct texts *from, const struct texts *without,
                         struct texts *out) {
    for (size_t i = 0; i < from->n; i++)
        if (!texts_has(without, from->v[i]))
            texts_add(arena, out, from->v[i]);
}

/* A fingerprint is known by its beginning; JSON has it whole. */
static void shorten(struct arena *arena, struct fact_value *value) {
    enum { DIGITS = 64, KEPT = 16 };
    struct texts list = {NULL, 0};
    if (value->kind == VALUE_TEXT && strlen(value->text) == DIGITS)
        value->text = arena_printf(arena, "%.*s...", KEPT, value->text);
    for (size_t i = 0; i < value->list.n; i++)
        texts_add(arena, &list,
                  strlen(value->list.v[i]) == DIGITS ? arena_printf(arena, "%.*s...", KEPT, value->list.v[i])
                                                     : value->list.v[i]);
    value->list = list;
}

static char *fact_words(struct arena *arena, const struct fact_change *f) {
    enum { WHOLE_MAX = 3 };
    struct fact_value before = f->before, after = f->after;
    const char *from = "", *to = " -> ";
    if (before.kind == VALUE_LIST && after.kind == VALUE_LIST &&
        (before.list.n > WHOLE_MAX || after.list.n > WHOLE_MAX)) {
        before.list = after.list = (struct texts){NULL, 0};
        list_changes(arena, &f->before.list, &f->after.list, &before.list);
        list_changes(arena, &f->after.list, &f->before.list, &after.list);
        if (before.list.n + after.list.n == 0)
            return arena_text(arena, "the same, in another order");
        from = "gone: ";
        to = "; new: ";
    }
    if (strcmp(f->what, "certificate") == 0 || strcmp(f->what, "chain") == 0) {
        shorten(arena, &before);
        shorten(arena, &after);
    }
    return arena_printf(arena, "%s%s%s%s", from, value_words(arena, &before), to, value_words(arena, &after));
}

static char *what_words(struct arena *arena, const struct fact_change *f) {
    return f->step == NULL ? arena_text(arena, f->what) : arena_printf(arena, "%s of %s", f->what, f->step);
}

static char *run_words(struct arena *arena, const struct run *run) {
    return arena_printf(arena, "%s, release %s", time_write(arena, run->started), run->release);
}

/* Both targets only where they differ. */
static char *target_words(struct arena *arena, const struct comparison *c) {
    const char *before = c->before->facts->run.target, *after = c->after->facts->run.target;
    return text_same_case_blind(before, after) ? arena_text(arena, after)
                                               : arena_printf(arena, "%s -> %s", before, after);
}

/* ---- text ---- */

enum { MARK_AT = 2, ITEM_AT = 13, SHOWN = 400 };

static void section_line(struct page *page, const char *title) {
    page_gap(page);
    page_line(page, 0, 0);
    page_put(page, INK_STRONG, title);
    page_end(page);
}

static void mark_line(struct page *page, enum change change) {
    const struct change_row *row = &change_rows[change];
    page_line(page, MARK_AT, ITEM_AT);
    page_putf(page, row->ink, "%s %s", row->mark, change_text(change));
    page_tab(page, ITEM_AT);
}

static void text_outcomes(struct page *page, const struct comparison *c) {
    if (c->outcomes.n > 0)
        section_line(page, "What users feel");
    for (size_t i = 0; i < c->outcomes.n; i++) {
        const struct outcome_change *o = c->outcomes.v[i];
        const struct told_outcome *any = o->after != NULL ? o->after : o->before;
        mark_line(page, o->change);
        page_putf(page, INK_STRONG, "%s%s%s:", page_short(page, any->outcome, SHOWN),
                  any->subject == NULL ? "" : " ",
                  any->subject == NULL ? "" : page_short(page, any->subject, SHOWN));
        page_putf(page, INK_PLAIN, " %s -> %s", outcome_words(o->before), outcome_words(o->after));
        page_end(page);
    }
}

static void text_findings(struct page *page, const struct comparison *c) {
    if (c->findings.n > 0)
        section_line(page, "Findings");
    for (size_t i = 0; i < c->findings.n; i++) {
        const struct finding_change *f = c->findings.v[i];
        const struct told_finding *any = f->after != NULL ? f->after : f->before;
        const char *title = title_of(f->after);
        mark_line(page, f->change);
        page_putf(page, INK_STRONG, "%s %s:", page_short(page, any->check, SHOWN),
                  page_short(page, subject_words(page->arena, any->subject, any->address), SHOWN));
        page_putf(page, INK_PLAIN, " %s -> %s", finding_words(page->arena, f->before),
                  finding_words(page->arena, f->after));
        if (title != NULL)
            page_putf(page, INK_FAINT, " (%s)", title);
        page_end(page);
    }
}

static bool same_value(const struct fact_value *a, const struct fact_value *b) {
    if (a->kind != b->kind || a->ms != b->ms || a->list.n != b->list.n ||
        (a->kind == VALUE_TEXT && strcmp(a->text, b->text) != 0))
        return false;
    for (size_t i = 0; i < a->list.n; i++)
        if (strcmp(a->list.v[i], b->list.v[i]) != 0)
            return false;
    return true;
}

/* One certificate behind three ports is one line. */
static bool is_like(const struct fact_change *a, const struct fact_change *b) {
    return strcmp(a->what, b->what) == 0 && a->step == b->step && same_value(&a->before, &b->before) &&
           same_value(&a->after, &b->after);
}

static bool is_told_above(const struct comparison *c, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (is_like(c->facts.v[i], c->facts.v[at]))
            return true;
    return false;
}

static void put_fact(struct page *page, const struct comparison *c, size_t at) {
    const struct fact_change *f = c->facts.v[at];
    page_line(page, MARK_AT, ITEM_AT);
    page_put(page, INK_STRONG, what_words(page->arena, f));
    for (size_t i = at; i < c->facts.n; i++)
        if (is_like(f, c->facts.v[i]))
            page_putf(page, INK_STRONG, "%s %s", i > at ? "," : "",
                      page_short(page,
                                 subject_words(page->arena, c->facts.v[i]->subject, c->facts.v[i]->address),
                                 SHOWN));
    page_putf(page, INK_STRONG, ":");
    page_putf(page, INK_PLAIN, " %s", page_short(page, fact_words(page->arena, f), SHOWN));
    page_end(page);
}

static void text_facts(struct page *page, const struct comparison *c) {
    enum { SHOWN_MAX = 200 };
    size_t shown = 0, kept = 0;
    if (c->facts.n > 0)
        section_line(page, "Facts");
    for (size_t i = 0; i < c->facts.n; i++)
        if (shown >= SHOWN_MAX)
            kept++;
        else if (!is_told_above(c, i) && ++shown > 0)
            put_fact(page, c, i);
    if (kept > 0) {
        page_line(page, MARK_AT, ITEM_AT);
        page_putf(page, INK_FAINT, "and %zu more (--format json has them all)", kept);
        page_end(page);
    }
}

static void text_head(struct page *page, const struct comparison *c) {
    const struct change_row *row = &change_rows[c->status];
    int hang = (int)strlen(row->word) + 2;
    page_line(page, 0, hang);
    page_put(page, row->ink, row->word);
    page_tab(page, hang);
    page_put(page, INK_STRONG, page_short(page, target_words(page->arena, c), SHOWN));
    page_end(page);
    page_line(page, hang, hang);
    page_put(page, INK_PLAIN, row->sentence);
    page_end(page);
    page_line(page, hang, hang);
    page_putf(page, INK_FAINT, "%s: %s -> %s", c->after->facts->run.command,
              run_words(page->arena, &c->before->facts->run), run_words(page->arena, &c->after->facts->run));
    page_end(page);
}

static bool text_write_diff(const struct comparison *c, const struct report_style *style, FILE *out) {
    struct page page = {.out = out,
                        .arena = arena_new(),
                        .width = style->width,
                        .color = style->color,
                        .ascii = style->ascii};
    if (style->verbose >= 0 || c->status != CHANGE_SAME)
        text_head(&page, c);
    text_outcomes(&page, c);
    text_findings(&page, c);
    if (style->verbose >= 0)
        text_facts(&page, c);
    arena_free(page.arena);
    return stream_is_good(out);
}

/* ---- Markdown: for a ticket ---- */

/* Every character that Markdown or HTML could act on becomes a reference (CommonMark 2.4, 2.5). */
static void cell(FILE *out, struct arena *arena, const char *text) {
    for (const char *p = visible(arena, text); *p != 0; p++)
        if (strchr("\\`*_[]#+!|<>&~@", *p) != NULL)
            fprintf(out, "&#%d;", (unsigned char)*p);
        else
            fputc(*p, out);
}

static void row_write(FILE *out, struct arena *arena, const char *const *cells, size_t n) {
    fputc('|', out);
    for (size_t i = 0; i < n; i++) {
        fputc(' ', out);
        cell(out, arena, cells[i]);
        fputs(" |", out);
    }
    fputc('\n', out);
}

static void markdown_outcomes(FILE *out, struct arena *arena, const struct comparison *c) {
    if (c->outcomes.n > 0)
        fputs("\n| Outcome | Before | After | Change |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < c->outcomes.n; i++) {
        const struct outcome_change *o = c->outcomes.v[i];
        const struct told_outcome *any = o->after != NULL ? o->after : o->before;
        const char *name =
            any->subject == NULL ? any->outcome : arena_printf(arena, "%s %s", any->outcome, any->subject);
        row_write(
            out, arena,
            (const char *[]){name, outcome_words(o->before), outcome_words(o->after), change_text(o->change)},
            4);
    }
}

static void markdown_findings(FILE *out, struct arena *arena, const struct comparison *c) {
    if (c->findings.n > 0)
        fputs("\n| Finding | Subject | Before | After | Change | |\n|---|---|---|---|---|---|\n", out);
    for (size_t i = 0; i < c->findings.n; i++) {
        const struct finding_change *f = c->findings.v[i];
        const struct told_finding *any = f->after != NULL ? f->after : f->before;
        const char *title = title_of(f->after);
        row_write(out, arena,
                  (const char *[]){any->check, subject_words(arena, any->subject, any->address),
                                   finding_words(arena, f->before), finding_words(arena, f->after),
                                   change_text(f->change), title == NULL ? "" : title},
                  6);
    }
}

static void markdown_facts(FILE *out, struct arena *arena, const struct comparison *c) {
    if (c->facts.n > 0)
        fputs("\n| Fact | Subject | Before | After |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < c->facts.n; i++) {
        const struct fact_change *f = c->facts.v[i];
        row_write(out, arena,
                  (const char *[]){what_words(arena, f), subject_words(arena, f->subject, f->address),
                                   value_words(arena, &f->before), value_words(arena, &f->after)},
                  4);
    }
}

static bool markdown_write_diff(const struct comparison *c, const struct report_style *style, FILE *out) {
    struct arena *arena = arena_new();
    (void)style;
    fprintf(out, "## %s: ", change_rows[c->status].word);
    cell(out, arena, target_words(arena, c));
    fprintf(out, "\n\n%s ", change_rows[c->status].sentence);
    cell(out, arena, c->after->facts->run.command);
    fputs(": before ", out);
    cell(out, arena, run_words(arena, &c->before->facts->run));
    fputs("; after ", out);
    cell(out, arena, run_words(arena, &c->after->facts->run));
    fputs(".\n", out);
    markdown_outcomes(out, arena, c);
    markdown_findings(out, arena, c);
    markdown_facts(out, arena, c);
    arena_free(arena);
    return stream_is_good(out);
}

/* ---- the table ---- */

const struct diff_format diff_formats[] = {
    {"text", text_write_diff}, {"json", diff_json_write}, {"markdown", markdown_write_diff}, {NULL, NULL}};

const struct diff_format *diff_format_find(const char *name) {
    for (const struct diff_format *f = diff_formats; f->name != NULL; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}
