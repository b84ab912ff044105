/* What is wrong, in a line each? For grep, and for the subject of a mail: never wrapped, each with the name
 * it is about. */
#include "report/text_outcomes.h"

enum { UNWRAPPED = 1 << 20, DOMAINS_SHOWN = 3 };

/* grep and mail subjects live on it: a line each, never wrapped, with host and target. */
static void quiet_line(struct text *text, enum ink ink, const char *word, const char *of, const char *rest) {
    struct page *page = &text->page;
    page_line(page, 0, 0);
    page_put(page, ink, word);
    page_putf(page, INK_PLAIN, " %s: %s", of, rest);
    page_end(page);
}

/* Of several domains the one, or the first ones, that a line is about: the first that was given stands for
 * none of the others. */
static const char *name_of(const struct text *text, const char *its) {
    bool are_many = text->report->facts->domains.n > 1 && text->report->name == NULL;
    if (are_many && its != NULL)
        return its;
    return are_many ? arena_printf(text->page.arena, "%zu domains", text->report->facts->domains.n)
                    : text_or(report_name(text->report), "-");
}

/* "d1.example, d2.example and 38 more": the domains of a fault. */
static const char *domains_of(const struct text *text, const struct fault *fault) {
    struct arena *arena = text->page.arena;
    struct texts all = {NULL, 0};
    const char *words = NULL;
    for (size_t i = 0; i < fault->same.n; i++) {
        const char *domain = fault->same.v[i]->domain;
        if (domain == NULL || texts_has(&all, domain))
            continue;
        texts_add(arena, &all, domain);
        if (all.n <= DOMAINS_SHOWN)
            words = words == NULL ? domain : arena_printf(arena, "%s, %s", words, domain);
    }
    return all.n > DOMAINS_SHOWN ? arena_printf(arena, "%s and %zu more", words, all.n - DOMAINS_SHOWN)
                                 : words;
}

void quiet_write(struct text *text) {
    const struct outcomes *outcomes = text->report->outcomes;
    const struct findings *findings = text->report->findings;
    const struct faults *faults = text->report->faults;
    struct arena *arena = text->page.arena;
    bool told_unknown = findings_status(findings) == STATUS_UNKNOWN; /* else it would exit 3 without a word */
    text->page.width = UNWRAPPED;
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct state_row *row = state_of(outcomes->v[i]);
        if (outcomes->v[i]->state != OUTCOME_WORKS && !outcome_is_told_before(text, i))
            quiet_line(
                text, row->ink, row->word, name_of(text, outcome_subjects(text, i)),
                arena_printf(arena, "%s: %s", outcome_titles(text, i), outcome_reason(text, outcomes->v[i])));
    }
    for (size_t i = 0; i < faults->n; i++) {
        const struct fault *f = faults->v[i];
        quiet_line(text, status_ink(f->status), status_word(f->status), name_of(text, domains_of(text, f)),
                   arena_printf(arena, "%s/%s %s%s: %s", f->root->check->id, f->root->cause->id,
                                finding_subject(arena, f->root),
                                f->same.n > 1 ? arena_printf(arena, " and %zu more", f->same.n - 1) : "",
                                f->title));
    }
    for (size_t i = 0; told_unknown && i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (f->status == STATUS_UNKNOWN)
            quiet_line(text, INK_UNSURE, status_word(STATUS_UNKNOWN), name_of(text, f->domain),
                       arena_printf(arena, "%s %s: %s", f->check->id, finding_subject(arena, f), f->summary));
    }
}
