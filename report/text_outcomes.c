/* What works, what does not, and for whom? A line for all outcomes that the same faults decide, worst first;
 * then what such a line does not explain by itself. */
#include "report/text_outcomes.h"

#include <stdlib.h>
#include <string.h>

#include "outcomes/remarks.h"

enum {
    OUTCOME_AT = 13,
    REASON_SHOWN = 400,
    OTHERS_SHOWN = 4,
    SUBJECT_SHOWN = 160,
    SUBJECTS_SHOWN = 3, /* of an outcome that is told of many */
    REFERENCES_SHOWN = 8
};

/* How each state is told; readable without colour too. */
static const struct state_row states[] = {
    [OUTCOME_WORKS] = {"+", "works", "works", "work", INK_GOOD},
    [OUTCOME_AT_RISK] = {"!", "at risk", "is at risk", "are at risk", INK_WARN},
    [OUTCOME_FAILS] = {"X", "FAILS", "fails", "fail", INK_BAD},
    [OUTCOME_UNKNOWN] = {"?", "unknown", "is unknown", "are unknown", INK_UNSURE}};

/* In part broken now is told apart from what will break, or may. */
static const struct state_row in_part = {"~", "in part", "works in part", "work in part", INK_WARN};

const struct state_row *state_of(const struct outcome *outcome) {
    return outcome->state == OUTCOME_AT_RISK && outcome->now ? &in_part : &states[outcome->state];
}

bool is_in_part(const struct outcome *outcome) {
    return state_of(outcome) == &in_part;
}

size_t count_row(const struct outcomes *outcomes, const struct state_row *row) {
    size_t count = 0;
    for (size_t i = 0; i < outcomes->n; i++)
        count += state_of(outcomes->v[i]) == row;
    return count;
}

const struct state_row *const states_worst_first[STATES_TOLD] = {
    &states[OUTCOME_FAILS], &in_part, &states[OUTCOME_UNKNOWN], &states[OUTCOME_AT_RISK],
    &states[OUTCOME_WORKS]};

/* ---- telling ---- */

static int by_number(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

/* The numbers under which the deciding findings stand below: " [1, 3]". */
static char *references(struct text *text, const struct outcome *outcome) {
    struct arena *arena = text->page.arena;
    char *list = NULL;
    int told[REFERENCES_SHOWN] = {0};
    size_t n = 0;
    for (size_t i = 0; i < outcome->because.n && n < REFERENCES_SHOWN; i++) {
        int number = text_number(text, outcome->because.v[i]);
        bool is_told = number == 0;
        for (size_t k = 0; k < n && !is_told; k++)
            is_told = told[k] == number;
        if (is_told)
            continue;
        told[n++] = number;
    }
    qsort(told, n, sizeof *told, by_number);
    for (size_t i = 0; i < n; i++)
        list =
            list == NULL ? arena_printf(arena, "[%d", told[i]) : arena_printf(arena, "%s, %d", list, told[i]);
    return list == NULL ? arena_text(arena, "") : arena_printf(arena, " %s]", list);
}

/* What decided it; the title and the state are told already. */
char *outcome_reason(struct text *text, const struct outcome *outcome) {
    struct arena *arena = text->page.arena;
    if (outcome->because.n == 0)
        return arena_text(arena, text_or(outcome->how, outcome->summary));
    const struct finding *f = outcome->because.v[0];
    int first = 0; /* the worst fault */
    for (size_t i = 0; i < outcome->because.n; i++) {
        int number = text_number(text, outcome->because.v[i]);
        if (number > 0 && (first == 0 || number < first))
            first = number;
    }
    if (first > 0 && (size_t)first <= text->report->faults->n)
        return arena_text(arena, text->report->faults->v[first - 1]->title);
    bool is_open = f->cause == NULL || f->status == STATUS_UNKNOWN;
    const char *words = is_open ? f->summary : f->cause->title, *subject = finding_subject(arena, f);
    return text_starts(words, subject) ? arena_text(arena, words)
                                       : arena_printf(arena, "%s (%s)", words, subject);
}

/* Each outcome is compared with all others, and a thousand zones have two thousand: worked out once. */
struct outcome_words {
    const char *references, *reason; /* NULL: not yet */
};

static const struct outcome_words *words_of(struct text *text, size_t i) {
    struct arena *arena = text->page.arena;
    if (text->words == NULL)
        text->words = arena_alloc(arena, text->report->outcomes->n * sizeof *text->words);
    struct outcome_words *words = &text->words[i];
    if (words->reason == NULL) {
        words->references = references(text, text->report->outcomes->v[i]);
        words->reason = outcome_reason(text, text->report->outcomes->v[i]);
    }
    return words;
}

/* Outcomes of one state that the same faults decide are told on one line. */
static bool are_alike(struct text *text, size_t i, size_t k) {
    const struct outcome *a = text->report->outcomes->v[i], *b = text->report->outcomes->v[k];
    if (i == k)
        return true;
    return state_of(a) == state_of(b) && a->said == NULL && b->said == NULL &&
           (a->state == OUTCOME_WORKS ||
            (strcmp(words_of(text, i)->references, words_of(text, k)->references) == 0 &&
             strcmp(words_of(text, i)->reason, words_of(text, k)->reason) == 0));
}

bool outcome_is_told_before(struct text *text, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (are_alike(text, i, at))
            return true;
    return false;
}

/* "d1.example, d2.example and 38 more": of which an outcome of that title is told alike; NULL: told once. */
static char *subjects_of(struct text *text, size_t first, size_t from) {
    const struct outcomes *outcomes = text->report->outcomes;
    struct arena *arena = text->page.arena;
    char *subjects = NULL;
    size_t n = 0;
    for (size_t k = from; k < outcomes->n; k++) {
        const struct outcome *other = outcomes->v[k];
        if (other->subject == NULL || strcmp(other->title, outcomes->v[from]->title) != 0 ||
            !are_alike(text, first, k))
            continue;
        const char *subject = page_short(&text->page, other->subject, SUBJECT_SHOWN);
        if (++n <= SUBJECTS_SHOWN)
            subjects = subjects == NULL ? arena_text(arena, subject)
                                        : arena_printf(arena, "%s, %s", subjects, subject);
    }
    return n > SUBJECTS_SHOWN ? arena_printf(arena, "%s and %zu more", subjects, n - SUBJECTS_SHOWN)
                              : subjects;
}

char *outcome_subjects(struct text *text, size_t first) {
    return subjects_of(text, first, first);
}

static bool are_same(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* "Jabber log-in, Phone log-in (d1.example)": each title once, and behind those of the same subjects these.
 */
char *outcome_titles(struct text *text, size_t first) {
    const struct outcomes *outcomes = text->report->outcomes;
    struct arena *arena = text->page.arena;
    char *all = NULL, *before = NULL;
    struct texts titles = {NULL, 0};
    for (size_t i = first; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        if (texts_has(&titles, o->title) || !are_alike(text, first, i))
            continue;
        char *subjects = subjects_of(text, first, i);
        if (titles.n > 0 && before != NULL && !are_same(before, subjects))
            all = arena_printf(arena, "%s (%s)", all, before);
        texts_add(arena, &titles, o->title);
        all = all == NULL ? arena_text(arena, o->title) : arena_printf(arena, "%s, %s", all, o->title);
        before = subjects;
    }
    if (before != NULL)
        all = arena_printf(arena, "%s (%s)", all, before);
    return all;
}

/* Of one fault the title stands right below. */
static bool is_next_title(const struct text *text, const char *reason) {
    const struct faults *faults = text->report->faults;
    return faults->n > 0 && strcmp(faults->v[0]->title, reason) == 0;
}

/* The line above has the same reason, with fewer faults. */
static bool is_told_above(struct text *text, size_t at, const char *reason) {
    const struct outcomes *outcomes = text->report->outcomes;
    for (size_t i = 0; i < at; i++)
        if (state_of(outcomes->v[i]) == state_of(outcomes->v[at]) &&
            strcmp(words_of(text, i)->reason, reason) == 0)
            return true;
    return false;
}

/* What bundles never tell is told in one line: it is not what they are read for. */
static bool is_beyond_bundles(const struct text *text, const struct outcome *outcome) {
    return text->report->facts->bundles.n > 0 && text->style->verbose < 1 && outcome->how == beyond_bundles;
}

static void beyond_bundles_write(struct text *text, size_t first) {
    static const struct {
        const char *id, *word;
    } words[] = {{"ucm-connection", "Unified CM"},
                 {"jabber-login", "log-in"},
                 {"sip-registration", "SIP"},
                 {"xmpp-messaging", "XMPP"}};
    const struct outcomes *outcomes = text->report->outcomes;
    struct page *page = &text->page;
    const char *all = NULL;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        bool is_told = false;
        for (size_t i = first; i < outcomes->n && !is_told; i++)
            is_told = strcmp(outcomes->v[i]->id, words[k].id) == 0 && are_alike(text, first, i);
        if (is_told)
            all = all == NULL ? words[k].word : arena_printf(page->arena, "%s, %s", all, words[k].word);
    }
    page_line(page, 2, OUTCOME_AT);
    page_putf(page, INK_UNSURE, "%s %s", states[OUTCOME_UNKNOWN].mark, states[OUTCOME_UNKNOWN].word);
    page_tab(page, OUTCOME_AT);
    page_putf(page, INK_PLAIN, "%s: no bundle tells (-v: what does)", text_or(all, "the rest"));
    page_end(page);
}

static void outcome_write(struct text *text, size_t first) {
    const struct outcome *outcome = text->report->outcomes->v[first];
    if (is_beyond_bundles(text, outcome)) {
        beyond_bundles_write(text, first);
        return;
    }
    const char *reason = words_of(text, first)->reason;
    const struct state_row *row = state_of(outcome);
    struct page *page = &text->page;
    bool works = outcome->state == OUTCOME_WORKS;
    bool is_told = is_next_title(text, reason) || is_told_above(text, first, reason);
    page_line(page, 2, OUTCOME_AT);
    page_putf(page, row->ink, "%s %s", row->mark, row->word);
    page_tab(page, OUTCOME_AT);
    page_putf(page, works ? INK_PLAIN : INK_STRONG, "%s%s", outcome_titles(text, first),
              works || is_told ? "" : ":");
    if (!works) {
        size_t title = strlen(outcome->title); /* "Traversal zone: ..." of a line that begins so */
        if (text_starts(reason, outcome->title) && text_starts(reason + title, ": "))
            reason += title + 2;
        if (!is_told)
            page_putf(page, INK_PLAIN, " %s", page_short(page, reason, REASON_SHOWN));
        page_put(page, INK_STRONG, references(text, outcome));
    } else if (works_behind_login(text->report->outcomes, outcome)) {
        page_put(page, INK_PLAIN, " (for those who get in)");
    }
    page_end(page);
    if (outcome->said != NULL) {
        page_line(page, OUTCOME_AT, OUTCOME_AT);
        page_putf(page, INK_PLAIN, "Expressway says: \"%s\"", outcome->said);
        page_end(page);
    }
}

/* Does the line of an outcome name this fault already? */
static bool is_named_above(struct text *text, const struct fault *fault) {
    const struct outcomes *outcomes = text->report->outcomes;
    for (size_t i = 0; i < outcomes->n; i++)
        if (outcomes->v[i]->state != OUTCOME_WORKS && strcmp(words_of(text, i)->reason, fault->title) == 0)
            return true;
    return false;
}

/* The first screen seldom reaches beyond the first block: what the others are about, a line each. */
static void others_write(struct text *text) {
    const struct faults *faults = text->report->faults;
    struct page *page = &text->page;
    for (size_t i = 1; i < faults->n && i <= OTHERS_SHOWN; i++) {
        if (is_named_above(text, faults->v[i]))
            continue;
        page_line(page, 2, OUTCOME_AT);
        page_put(page, INK_STRONG, "Also");
        page_tab(page, OUTCOME_AT);
        page_putf(page, INK_PLAIN, "%s", page_short(page, faults->v[i]->title, REASON_SHOWN));
        page_putf(page, INK_STRONG, " [%zu]", i + 1);
        page_end(page);
    }
}

/* ---- what the lines above leave open ---- */

/* Of what hangs on the log-in, that which is among the outcomes. */
static const char *behind_login_words(const struct outcomes *outcomes, const char *both, const char *sip,
                                      const char *xmpp) {
    bool has_sip = false, has_xmpp = false;
    for (size_t i = 0; i < outcomes->n; i++) {
        has_sip = has_sip || strcmp(outcomes->v[i]->id, "sip-registration") == 0;
        has_xmpp = has_xmpp || strcmp(outcomes->v[i]->id, "xmpp-messaging") == 0;
    }
    return has_sip && has_xmpp ? both : has_sip ? sip : xmpp;
}

/* A word of the lines above that is none of the trade's, or a state that seems to contradict the verdict. */
static void explained_write(struct text *text) {
    const struct outcomes *outcomes = text->report->outcomes;
    enum status status = findings_status(text->report->findings);
    bool fails = count_row(outcomes, &states[OUTCOME_FAILS]) > 0;
    bool none = count_row(outcomes, &states[OUTCOME_WORKS]) == outcomes->n;
    bool is_foretold = status == STATUS_FAIL && !fails && count_row(outcomes, &in_part) == 0;
    struct arena *arena = text->page.arena;
    const struct {
        bool holds;
        const char *words;
    } rows[] = {
        {count_row(outcomes, &in_part) > 0,
         "(in part: for some clients or addresses only, or after a prompt)"},
        {count_row(outcomes, &states[OUTCOME_AT_RISK]) > 0,
         is_foretold ? "(at risk: works now; [1] tells what ends it: to be mended at once, so FAIL)"
                     : "(at risk: works now; [1] tells what ends it)"},
        {status == STATUS_WARN && fails, "(WARN, not FAIL: only those above fail, the others get in)"},
        {status == STATUS_FAIL && none && text->report->faults->n > 0 &&
             text->report->faults->v[0]->fix[0] != NULL,
         "(FAIL though all works now: what [1] names is refused at the next change)"},
        {fails_of_login(outcomes),
         arena_printf(arena, "(%s behind the log-in: without it nobody gets there)",
                      behind_login_words(outcomes, "SIP and XMPP are", "SIP is", "XMPP is"))},
        {tunnels_of_zone(outcomes), "(SSH tunnels: they need the zone)"},
        {!none && works_unverified(outcomes, text->report->faults),
         arena_printf(arena, "(%s: judged by whether the port answers, not by its certificate)",
                      behind_login_words(outcomes, "SIP, XMPP", "SIP", "XMPP"))},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].holds) {
            page_line(&text->page, 2, 4);
            page_put(&text->page, INK_FAINT, rows[i].words);
            page_end(&text->page);
        }
}

void outcomes_write(struct text *text) {
    const struct outcomes *outcomes = text->report->outcomes;
    if (outcomes->n == 0)
        return;
    page_gap(&text->page);
    for (size_t k = 0; k < STATES_TOLD; k++)
        for (size_t i = 0; i < outcomes->n; i++)
            if (state_of(outcomes->v[i]) == states_worst_first[k] && !outcome_is_told_before(text, i))
                outcome_write(text, i);
    others_write(text);
    explained_write(text);
}
