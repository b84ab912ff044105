/* How bad is it, and what is to be done first? The verdict in a line, when and how it was looked at, the
 * first step. */
#include "report/text_outcomes.h"

#include <string.h>

enum {
    REASON_SHOWN = 400,
    SUBJECT_SHOWN = 160,
    DOMAINS_SHOWN = 3,
    OPTION_SHOWN = 72,
    SHORTEST_TOLD_MS = 100
};

static const char *const seen_from[] = {
    [VANTAGE_EXTERNAL] = "outside", [VANTAGE_INTERNAL] = "inside", [VANTAGE_LAB] = "a lab"};

/* The verdict in a sentence when no outcome says it. */
static const char *const otherwise[] = {[STATUS_PASS] = "Nothing is wrong.",
                                        [STATUS_WARN] = "Nothing fails, but something needs attention.",
                                        [STATUS_FAIL] = "Something needs to be put right.",
                                        [STATUS_UNKNOWN] = "Nothing fails, but not everything could be seen.",
                                        [STATUS_INFO] = "Nothing is wrong.",
                                        [STATUS_SKIP] = "Nothing is wrong."};

static size_t count_state(const struct outcomes *outcomes, enum outcome_state state) {
    size_t count = 0;
    for (size_t i = 0; i < outcomes->n; i++)
        count += outcomes->v[i]->state == state;
    return count;
}

/* The title of the first fault, without the target that the verdict begins with. */
static const char *title_behind_target(const struct text *text) {
    const char *title = text->report->faults->v[0]->title, *target = text->report->facts->run.target;
    size_t length = target == NULL ? 0 : strlen(target);
    return length > 0 && text_starts(title, target) && text_starts(title + length, ": ") ? title + length + 2
                                                                                         : title;
}

/* "1 of 4 outcomes fails, 2 work in part." */
static void put_tally(struct text *text, enum status status) {
    const struct outcomes *outcomes = text->report->outcomes;
    struct page *page = &text->page;
    size_t works = count_state(outcomes, OUTCOME_WORKS), told = 0;
    /* Where all works a failure is to come; a warning is what the reader came for. */
    bool is_open = works < outcomes->n || outcomes->n == 0 || status == STATUS_WARN;
    if (is_open && text->report->faults->n > 0 &&
        works + count_state(outcomes, OUTCOME_UNKNOWN) == outcomes->n) {
        page_putf(page, INK_PLAIN, "%s.", page_short(page, title_behind_target(text), REASON_SHOWN));
        return;
    }
    if (works == outcomes->n) {
        page_put(page, INK_PLAIN,
                 works == 0              ? otherwise[status]
                 : status == STATUS_PASS ? "Everything that was looked at works."
                 : status == STATUS_FAIL ? "No outage: what was looked at works; [1] is for the next change."
                                         : otherwise[status]);
        return;
    }
    if (status == STATUS_PASS && works > 0) {
        page_putf(page, INK_PLAIN, "%zu of %zu outcomes work%s, the others are unknown.", works, outcomes->n,
                  works == 1 ? "s" : "");
        return;
    }
    if (status == STATUS_PASS && count_state(outcomes, OUTCOME_UNKNOWN) == outcomes->n) {
        page_putf(page, INK_PLAIN, "Nothing wrong in what was seen; it does not tell whether %s.",
                  outcomes->n == 1 ? "the outcome below works" : "the outcomes below work");
        return;
    }
    /* Of a renewal: it is not in place yet. In one piece, or the full stop may stand on a line of its own. */
    char *words = arena_text(page->arena, text->report->renewal != NULL && text->report->renewal->table.n > 0
                                              ? "With the new certificate "
                                              : "");
    for (size_t i = 0; i < STATES_TOLD - 1; i++) {
        size_t count = count_row(outcomes, states_worst_first[i]);
        const char *does = count == 1 ? states_worst_first[i]->one : states_worst_first[i]->many;
        if (count > 0 && told++ == 0)
            words = arena_printf(page->arena, "%s%zu of %zu outcome%s %s", words, count, outcomes->n,
                                 plural(outcomes->n), does);
        else if (count > 0)
            words = arena_printf(page->arena, "%s, %zu %s", words, count, does);
    }
    page_putf(page, INK_PLAIN, "%s.", words);
}

static void put_when(struct page *page, const struct run *run) {
    page_putf(page, INK_FAINT, " %s", time_write(page->arena, run->started));
    if (run->duration_ms >= SHORTEST_TOLD_MS)
        page_putf(page, INK_FAINT, ", %d.%d s", run->duration_ms / 1000, run->duration_ms % 1000 / 100);
    if (run->at != run->started)
        page_putf(page, INK_FAINT, "; validity judged as of %s", time_write(page->arena, run->at));
}

/* Of several domains those that fail, not the first that was named: "2 of 41 domains fail: a.example, …". */
static bool put_domains(struct text *text) {
    const struct facts *facts = text->report->facts;
    const struct outcomes *outcomes = text->report->outcomes;
    struct page *page = &text->page;
    struct texts failing = {NULL, 0}, partly = {NULL, 0};
    if (facts->domains.n < 2)
        return false;
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        if (o->subject == NULL || !texts_has(&facts->domains, o->subject))
            continue;
        struct texts *to = o->state == OUTCOME_FAILS ? &failing : is_in_part(o) ? &partly : NULL;
        if (to != NULL && !texts_has(to, o->subject))
            texts_add(page->arena, to, o->subject);
    }
    const struct texts *told = failing.n > 0 ? &failing : &partly;
    if (told->n == 0) {
        page_putf(page, INK_STRONG, "%zu domains, %s first", facts->domains.n,
                  page_short(page, facts->domains.v[0], SUBJECT_SHOWN));
        return true;
    }
    page_putf(page, INK_STRONG, "%zu of %zu domains %s%s:", told->n, facts->domains.n,
              told == &failing ? "fail" : "work in part", told == &failing && told->n == 1 ? "s" : "");
    for (size_t i = 0; i < told->n && i < DOMAINS_SHOWN; i++)
        page_putf(page, INK_STRONG, " %s%s", page_short(page, told->v[i], SUBJECT_SHOWN),
                  i + 1 < told->n && i + 1 < DOMAINS_SHOWN ? "," : "");
    if (told->n > DOMAINS_SHOWN)
        page_putf(page, INK_STRONG, " and %zu more", told->n - DOMAINS_SHOWN);
    return true;
}

/* One line, at the top and, where the report is longer than the terminal, at its end. */
void verdict_write(struct text *text) {
    struct page *page = &text->page;
    enum status status = findings_status(text->report->findings);
    const char *word = status_word(status);
    int hang = (int)strlen(word) + 2;
    size_t faults = text->report->faults->n;
    page_line(page, 0, hang);
    page_put(page, status_ink(status), word);
    page_tab(page, hang);
    if (!put_domains(text)) {
        page_putf(page, INK_STRONG,
                  "%s:", page_short(page, text_or(text->report->facts->run.target, ""), SUBJECT_SHOWN));
        page_put(page, INK_PLAIN, " ");
        put_tally(text, status);
    }
    if (faults > 1)
        page_putf(page, INK_PLAIN, " %zu faults.", faults);
    page_end(page);
}

/* "Where the name must stay" of "Where the name must stay: Expressway-E: ...": never cut within a word. */
static const char *clause_of(struct text *text, const char *step) {
    return page_short(&text->page, arena_textn(text->page.arena, step, strcspn(step, ":")), OPTION_SHOWN);
}

/* Of several ways the first, and where the second stands. */
static const char *without_option(struct text *text, const struct fault *fault) {
    const struct step *steps = fault->steps;
    if (steps[0].marks.option != 'A')
        return steps[0].text;
    for (size_t i = 1; fault->fix[i] != NULL; i++)
        if (steps[i].marks.option == 'B')
            return arena_printf(text->page.arena, "%s; or Option B, step %zu (%s)", steps[0].words, i + 1,
                                clause_of(text, steps[i].words));
    return steps[0].words;
}

/* A step that names no box is told with it. */
static const char *first_step(struct text *text, const struct fault *fault) {
    return fault->box == NULL || !fault_is_unnamed(fault)
               ? without_option(text, fault)
               : arena_printf(text->page.arena, "%s: %s", fault->box, without_option(text, fault));
}

/* Nothing is known to be wrong, and something could not be judged: what would tell it. */
static void first_look_write(struct text *text) {
    enum { HANG = 6 };
    struct page *page = &text->page;
    for (size_t i = 0; i < text->groups.n; i++) {
        const struct group *group = text->groups.v[i];
        if (group->status != STATUS_UNKNOWN || group->cause == NULL || group->fix[0] == NULL)
            continue;
        page_line(page, HANG, HANG);
        page_put(page, INK_STRONG, "Do this first:");
        page_putf(page, INK_PLAIN, " %s", page_short(page, group->fix[0], REASON_SHOWN));
        page_put(page, INK_STRONG, " [1]");
        page_end(page);
        return;
    }
}

/* Files are seen from nowhere. */
static bool is_of_files(const struct facts *facts) {
    bool has_asked =
        facts->dns.n + facts->endpoints.n + facts->callers.n + facts->fetches.n + facts->ciphers.n > 0;
    return facts->bundles.n + facts->captures.n > 0 || !has_asked;
}

void text_head_write(struct text *text) {
    const struct run *run = &text->report->facts->run;
    const struct faults *faults = text->report->faults;
    struct page *page = &text->page;
    enum { HANG = 6 };
    verdict_write(text);
    page_line(page, HANG, HANG);
    page_putf(page, INK_FAINT, "%s, release %s,", run->command, run->release);
    if (!is_of_files(text->report->facts))
        page_putf(page, INK_FAINT, " seen from %s,", seen_from[run->vantage]);
    put_when(page, run);
    page_end(page);
    if (faults->n == 0)
        first_look_write(text);
    const struct fault *first = fault_first(faults);
    if (first == NULL || first->fix[0] == NULL)
        return;
    page_line(page, HANG, HANG);
    page_put(page, INK_STRONG, "Do this first:");
    page_putf(page, INK_PLAIN, " %s", page_short(page, first_step(text, first), REASON_SHOWN));
    page_putf(page, INK_STRONG, " [%d]", fault_number(faults, first));
    if (first != faults->v[0])
        page_putf(page, INK_PLAIN,
                  ": due in any case. %s run this again: [1] gone? It was that. Still there? Its step 1",
                  first->restart[0] == NULL ? "Then" : "After its restart");
    page_end(page);
}
