/* How are a renewal's table and plan told? See renewal.h. */
#include "report/renewal.h"

#include <string.h>

#include "report/markup.h"
#include "report/text.h"

/* ---- JSON ---- */

static json_t *text_json(const char *value) {
    return value == NULL ? json_null() : json_string(value);
}

static const struct finding *reason_of(const struct before_after *row) {
    return row->now->because.n > 0 && row->now->because.v[0]->cause != NULL ? row->now->because.v[0] : NULL;
}

json_t *before_after_json(const struct report *report) {
    json_t *rows = json_array();
    for (size_t i = 0; i < report->renewal->table.n; i++) {
        const struct before_after *row = report->renewal->table.v[i];
        const struct finding *f = reason_of(row);
        json_t *object = json_object();
        json_object_set_new(object, "outcome", text_json(row->now->id));
        json_object_set_new(object, "subject", text_json(row->now->subject));
        json_object_set_new(object, "before", text_json(enum_text(outcome_states, (int)row->before)));
        json_object_set_new(object, "after", text_json(enum_text(outcome_states, (int)row->after)));
        json_object_set_new(object, "because",
                            f == NULL ? json_null() : json_sprintf("%s/%s", f->check->id, f->cause->id));
        json_array_append_new(rows, object);
    }
    return rows;
}

json_t *plan_json(const struct report *report) {
    json_t *steps = json_array();
    for (size_t i = 0; i < report->renewal->plan->n; i++) {
        const struct plan_step *step = report->renewal->plan->v[i];
        json_t *object = json_object(), *source = json_array();
        for (const char *const *s = step->source; s != NULL && *s != NULL; s++)
            json_array_append_new(source, text_json(*s));
        json_object_set_new(object, "step", json_integer((json_int_t)i + 1));
        json_object_set_new(object, "box", text_json(step->box));
        json_object_set_new(object, "action", text_json(step->action));
        json_object_set_new(object, "object", text_json(step->object));
        json_object_set_new(object, "text", text_json(step->text));
        json_object_set_new(object, "why", text_json(step->why));
        json_object_set_new(object, "verify", text_json(step->verify));
        json_object_set_new(object, "source", source);
        json_array_append_new(steps, object);
    }
    return steps;
}

/* ---- text ---- */

enum { NAME_AT = 2, BEFORE_AT = 40, AFTER_AT = 49, WHY_AT = 58, STEP_AT = 2, TEXT_AT = 6, SHOWN = 400 };

static void heading(struct page *page, const char *words) {
    page_gap(page);
    page_line(page, 0, 0);
    page_put(page, INK_STRONG, words);
    page_end(page);
}

static enum ink state_ink(enum outcome_state state) {
    static const enum ink inks[] = {[OUTCOME_WORKS] = INK_GOOD,
                                    [OUTCOME_AT_RISK] = INK_WARN,
                                    [OUTCOME_FAILS] = INK_BAD,
                                    [OUTCOME_UNKNOWN] = INK_UNSURE};
    return inks[state];
}

static const char *name_of(struct arena *arena, const struct before_after *row) {
    return row->now->subject == NULL ? row->now->title
                                     : arena_printf(arena, "%s, %s", row->now->title, row->now->subject);
}

static void row_text(struct text *text, const struct before_after *row) {
    struct page *page = &text->page;
    const struct finding *f = reason_of(row);
    page_line(page, NAME_AT, NAME_AT + 2);
    page_put(page, gets_worse(row) ? INK_STRONG : INK_PLAIN,
             page_short(page, name_of(page->arena, row), BEFORE_AT - NAME_AT - 1));
    page_tab(page, BEFORE_AT);
    page_put(page, state_ink(row->before), enum_text(outcome_states, (int)row->before));
    page_tab(page, AFTER_AT);
    page_put(page, state_ink(row->after), enum_text(outcome_states, (int)row->after));
    int number = f == NULL || row->after == OUTCOME_WORKS ? 0 : text_number(text, f);
    if (number > 0) {
        page_tab(page, WHY_AT);
        page_putf(page, INK_STRONG, "[%d]", number);
    }
    page_end(page);
}

static void table_text(struct text *text) {
    const struct renewal_verdict *renewal = text->report->renewal;
    struct page *page = &text->page;
    if (renewal->table.n == 0)
        return;
    heading(page, "What changes, by certificates and trust lists alone, before the CA uploads of the plan");
    page_line(page, BEFORE_AT, BEFORE_AT);
    page_put(page, INK_FAINT, "before");
    page_tab(page, AFTER_AT);
    page_put(page, INK_FAINT, "after");
    page_end(page);
    for (size_t i = 0; i < renewal->table.n; i++)
        row_text(text, renewal->table.v[i]);
}

static void line_text(struct page *page, enum ink ink, const char *label, const char *words) {
    page_line(page, TEXT_AT, TEXT_AT + (int)strlen(label));
    page_put(page, INK_FAINT, label);
    page_put(page, ink, page_short(page, words, 2 * SHOWN));
    page_end(page);
}

static void step_text(struct text *text, const struct plan_step *step, size_t number) {
    struct page *page = &text->page;
    page_line(page, STEP_AT, TEXT_AT);
    page_putf(page, INK_STRONG, "%zu.", number);
    page_tab(page, TEXT_AT);
    page_putf(page, INK_STRONG, "%s:", page_short(page, step->box, SHOWN));
    page_putf(page, INK_PLAIN, " %s", page_short(page, step->text, 2 * SHOWN));
    page_end(page);
    if (step->why != NULL)
        line_text(page, INK_FAINT, "why: ", step->why);
    if (step->verify != NULL) { /* to be pasted, so it stands on a line of its own, whole */
        page_line(page, TEXT_AT, TEXT_AT);
        page_draw(page, INK_STRONG, page_short(page, step->verify, 4 * SHOWN));
        page_end(page);
    }
}

void renewal_text(struct text *text) {
    const struct renewal_verdict *renewal = text->report->renewal;
    if (renewal == NULL)
        return;
    table_text(text);
    if (renewal->plan->n > 0)
        heading(&text->page, "The plan, in the order to work by");
    for (size_t i = 0; i < renewal->plan->n; i++)
        step_text(text, renewal->plan->v[i], i + 1);
}

/* ---- Markdown: for a change ticket ---- */

static void cell(FILE *out, const char *words) {
    fputs("| ", out);
    markdown_text(out, words);
    fputc(' ', out);
}

static void table_markdown(struct arena *arena, const struct renewal_verdict *renewal, FILE *out) {
    if (renewal->table.n == 0)
        return;
    fputs(
        "\n### What changes\n\nBy certificates and trust lists alone, before the CA uploads of the plan.\n\n"
        "| What | Before | After | Why |\n| --- | --- | --- | --- |\n",
        out);
    for (size_t i = 0; i < renewal->table.n; i++) {
        const struct before_after *row = renewal->table.v[i];
        const struct finding *f = reason_of(row);
        cell(out, name_of(arena, row));
        cell(out, enum_text(outcome_states, (int)row->before));
        cell(out, enum_text(outcome_states, (int)row->after));
        cell(out, f == NULL || row->after == OUTCOME_WORKS ? "" : f->cause->title);
        fputs("|\n", out);
    }
}

static void step_markdown(const struct plan_step *step, size_t number, FILE *out) {
    fprintf(out, "%zu. [ ] **", number);
    markdown_text(out, step->box);
    fputs("**: ", out);
    markdown_text(out, step->text);
    if (step->why != NULL) {
        fputs("  \n   Why: ", out);
        markdown_text(out, step->why);
    }
    if (step->verify != NULL) {
        fputs("  \n   Check: ", out);
        markdown_code(out, step->verify);
    }
    fputc('\n', out);
}

void renewal_markdown(const struct report *report, FILE *out) {
    const struct renewal_verdict *renewal = report->renewal;
    if (renewal == NULL)
        return;
    struct arena *arena = arena_new();
    table_markdown(arena, renewal, out);
    if (renewal->plan->n > 0)
        fputs("\n### Plan\n\n", out);
    for (size_t i = 0; i < renewal->plan->n; i++)
        step_markdown(renewal->plan->v[i], i + 1, out);
    arena_free(arena);
}
