/* What does an engineer at 3 a.m. need to read, in which order? The text report: the verdict, what users
 * feel, the picture of the path, then what is wrong and how to put it right, worst first. */
#include "report/text.h"
#include "report/renewal.h"

#include <stdlib.h>
#include <string.h>

#include "report/formats.h"
#include "report/evidence.h"
#include "report/survey.h"

enum {
    NARROWEST = 40,
    WIDEST = 200,
    UNWRAPPED = 1 << 20,
    OUTCOME_AT = 13,
    REASON_SHOWN = 400,
    OTHERS_SHOWN = 4,
    SUBJECT_SHOWN = 160,
    SUBJECTS_SHOWN = 3, /* of an outcome that is told of many */
    DOMAINS_SHOWN = 3,
    REFERENCES_SHOWN = 8
};

/* How each state is told; readable without colour too. */
static const struct state_row {
    const char *mark, *word;
    const char *one, *many; /* "1 of 4 outcomes ONE", "2 of 4 outcomes MANY" */
    enum ink ink;
} states[] = {[OUTCOME_WORKS] = {"+", "works", "works", "work", INK_GOOD},
              [OUTCOME_AT_RISK] = {"!", "at risk", "is at risk", "are at risk", INK_WARN},
              [OUTCOME_FAILS] = {"X", "FAILS", "fails", "fail", INK_BAD},
              [OUTCOME_UNKNOWN] = {"?", "unknown", "is unknown", "are unknown", INK_UNSURE}};

/* The verdict in a sentence when no outcome says it. */
static const char *const otherwise[] = {[STATUS_PASS] = "Nothing is wrong.",
                                        [STATUS_WARN] = "Nothing fails, but something needs attention.",
                                        [STATUS_FAIL] = "Something needs to be put right.",
                                        [STATUS_UNKNOWN] = "Nothing fails, but not everything could be seen.",
                                        [STATUS_INFO] = "Nothing is wrong.",
                                        [STATUS_SKIP] = "Nothing is wrong."};

/* ---- the head ---- */

static size_t count_state(const struct outcomes *outcomes, enum outcome_state state) {
    size_t count = 0;
    for (size_t i = 0; i < outcomes->n; i++)
        count += outcomes->v[i]->state == state;
    return count;
}

/* In part broken now is told apart from what will break, or may. */
static const struct state_row in_part = {"~", "in part", "works in part", "work in part", INK_WARN};

static const struct state_row *state_of(const struct outcome *outcome) {
    return outcome->state == OUTCOME_AT_RISK && outcome->now ? &in_part : &states[outcome->state];
}

static size_t count_row(const struct outcomes *outcomes, const struct state_row *row) {
    size_t count = 0;
    for (size_t i = 0; i < outcomes->n; i++)
        count += state_of(outcomes->v[i]) == row;
    return count;
}

static const struct state_row *const worst_first[] = {&states[OUTCOME_FAILS], &in_part,
                                                      &states[OUTCOME_UNKNOWN], &states[OUTCOME_AT_RISK],
                                                      &states[OUTCOME_WORKS]};

/* "1 of 4 outcomes fails, 2 work in part." */
static void put_tally(struct text *text, enum status status) {
    const struct outcomes *outcomes = text->report->outcomes;
    struct page *page = &text->page;
    size_t works = count_state(outcomes, OUTCOME_WORKS), told = 0;
    if (works == outcomes->n) {
        page_put(page, INK_PLAIN,
                 works == 0              ? otherwise[status]
                 : status == STATUS_PASS ? "Everything that was looked at works."
                 : status == STATUS_FAIL ? "What was looked at works; something else needs to be put right."
                                         : otherwise[status]);
        return;
    }
    if (status == STATUS_PASS && count_state(outcomes, OUTCOME_UNKNOWN) == outcomes->n) {
        page_putf(page, INK_PLAIN, "Nothing wrong in what was seen; it does not tell whether %s.",
                  outcomes->n == 1 ? "the outcome below works" : "the outcomes below work");
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        size_t count = count_row(outcomes, worst_first[i]);
        const char *words = count == 1 ? worst_first[i]->one : worst_first[i]->many;
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
        struct texts *to = o->state == OUTCOME_FAILS ? &failing : state_of(o) == &in_part ? &partly : NULL;
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
static void verdict_write(struct text *text) {
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

/* "Option A: ..." of several ways: the way, and where the others stand. */
static const char *without_option(struct text *text, const struct fault *fault) {
    static const char first[] = "Option A: ", second[] = "Option B: ";
    if (!text_starts(fault->fix[0], first))
        return fault->fix[0];
    for (size_t i = 1; fault->fix[i] != NULL; i++)
        if (text_starts(fault->fix[i], second))
            return arena_printf(text->page.arena, "%s; or Option B, step %zu",
                                fault->fix[0] + sizeof first - 1, i + 1);
    return fault->fix[0] + sizeof first - 1;
}

/* A step that names no box is told with it. */
static const char *first_step(struct text *text, const struct fault *fault) {
    static const char *const names[] = {"Expressway",    "DNS",    "Firewall",     "Unified CM",
                                        "Load balancer", "IM and", "This machine", "At the CA"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(fault->fix[0], names[i]) != NULL)
            return without_option(text, fault);
    return fault->box == NULL
               ? without_option(text, fault)
               : arena_printf(text->page.arena, "%s: %s", fault->box, without_option(text, fault));
}

static void head_write(struct text *text) {
    const struct run *run = &text->report->facts->run;
    const struct faults *faults = text->report->faults;
    struct page *page = &text->page;
    enum { HANG = 6 };
    verdict_write(text);
    page_line(page, HANG, HANG);
    page_putf(page, INK_FAINT, "%s, release %s, vantage %s,", run->command, run->release,
              enum_text(vantages, (int)run->vantage));
    put_when(page, run);
    page_end(page);
    if (faults->n == 0 || faults->v[0]->fix[0] == NULL)
        return;
    page_line(page, HANG, HANG);
    page_put(page, INK_STRONG, "Do this first:");
    page_putf(page, INK_PLAIN, " %s", page_short(page, first_step(text, faults->v[0]), REASON_SHOWN));
    page_put(page, INK_STRONG, " [1]");
    page_end(page);
}

/* ---- outcomes ---- */

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
static char *reason_of(struct text *text, const struct outcome *outcome) {
    struct arena *arena = text->page.arena;
    if (outcome->because.n == 0)
        return arena_text(arena, outcome->summary);
    const struct finding *f = outcome->because.v[0];
    int first = 0; /* the worst fault */
    for (size_t i = 0; i < outcome->because.n; i++) {
        int number = text_number(text, outcome->because.v[i]);
        if (number > 0 && (first == 0 || number < first))
            first = number;
    }
    if (first > 0 && (size_t)first <= text->report->faults->n)
        return arena_text(arena, text->report->faults->v[first - 1]->title);
    return arena_printf(arena, "%s (%s)", f->cause != NULL ? f->cause->title : f->summary,
                        finding_subject(arena, f));
}

/* Outcomes of one state that the same faults decide are told on one line. */
static bool are_alike(struct text *text, const struct outcome *a, const struct outcome *b) {
    if (a == b)
        return true;
    return state_of(a) == state_of(b) && a->said == NULL && b->said == NULL &&
           (a->state == OUTCOME_WORKS || (strcmp(references(text, a), references(text, b)) == 0 &&
                                          strcmp(reason_of(text, a), reason_of(text, b)) == 0));
}

static bool is_told_before(struct text *text, size_t at) {
    const struct outcomes *outcomes = text->report->outcomes;
    for (size_t i = 0; i < at; i++)
        if (are_alike(text, outcomes->v[i], outcomes->v[at]))
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
            !are_alike(text, outcomes->v[first], other))
            continue;
        const char *subject = page_short(&text->page, other->subject, SUBJECT_SHOWN);
        if (++n <= SUBJECTS_SHOWN)
            subjects = subjects == NULL ? arena_text(arena, subject)
                                        : arena_printf(arena, "%s, %s", subjects, subject);
    }
    return n > SUBJECTS_SHOWN ? arena_printf(arena, "%s and %zu more", subjects, n - SUBJECTS_SHOWN)
                              : subjects;
}

static bool are_same(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* "Jabber log-in, Phone log-in (d1.example)": each title once, and behind those of the same subjects these.
 */
static char *titles_of(struct text *text, size_t first) {
    const struct outcomes *outcomes = text->report->outcomes;
    struct arena *arena = text->page.arena;
    char *all = NULL, *before = NULL;
    struct texts titles = {NULL, 0};
    for (size_t i = first; i < outcomes->n; i++) {
        const struct outcome *o = outcomes->v[i];
        if (texts_has(&titles, o->title) || !are_alike(text, outcomes->v[first], o))
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
    return faults->n == 1 && strcmp(faults->v[0]->title, reason) == 0;
}

/* Calls and messages that work while a log-in fails: nobody comes to them who is not in. */
static bool is_behind_login(const struct text *text, size_t at) {
    const struct outcomes *outcomes = text->report->outcomes;
    bool fails = false, works = false;
    for (size_t i = 0; i < outcomes->n; i++)
        if (strstr(outcomes->v[i]->id, "-login") != NULL) {
            fails = fails || outcomes->v[i]->state == OUTCOME_FAILS;
            works = works || outcomes->v[i]->state == OUTCOME_WORKS;
        }
    return fails && !works &&
           (strcmp(outcomes->v[at]->id, "sip-registration") == 0 ||
            strcmp(outcomes->v[at]->id, "xmpp-messaging") == 0);
}

static void outcome_write(struct text *text, size_t first) {
    const struct outcome *outcome = text->report->outcomes->v[first];
    const char *reason = reason_of(text, outcome);
    const struct state_row *row = state_of(outcome);
    struct page *page = &text->page;
    bool works = outcome->state == OUTCOME_WORKS;
    page_line(page, 2, OUTCOME_AT);
    page_putf(page, row->ink, "%s %s", row->mark, row->word);
    page_tab(page, OUTCOME_AT);
    page_putf(page, works ? INK_PLAIN : INK_STRONG, "%s%s", titles_of(text, first),
              works || is_next_title(text, reason) ? "" : ":");
    if (!works) {
        if (!is_next_title(text, reason))
            page_putf(page, INK_PLAIN, " %s", page_short(page, reason, REASON_SHOWN));
        page_put(page, INK_STRONG, references(text, outcome));
    } else if (is_behind_login(text, first)) {
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
        if (outcomes->v[i]->state != OUTCOME_WORKS &&
            strcmp(reason_of(text, outcomes->v[i]), fault->title) == 0)
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

static void outcomes_write(struct text *text) {
    const struct outcomes *outcomes = text->report->outcomes;
    if (outcomes->n == 0)
        return;
    page_gap(&text->page);
    for (size_t k = 0; k < sizeof worst_first / sizeof *worst_first; k++)
        for (size_t i = 0; i < outcomes->n; i++)
            if (state_of(outcomes->v[i]) == worst_first[k] && !is_told_before(text, i))
                outcome_write(text, i);
    others_write(text);
    if (count_row(outcomes, &in_part) > 0) {
        page_line(&text->page, 2, 4);
        page_put(&text->page, INK_FAINT, "(in part: for some clients or addresses only, or after a prompt)");
        page_end(&text->page);
    }
}

/* ---- quiet: one item each ---- */

/* grep and mail subjects live on it: a line each, never wrapped, with host and target. */
static void quiet_line(struct text *text, enum ink ink, const char *word, const char *rest) {
    struct page *page = &text->page;
    page_line(page, 0, 0);
    page_put(page, ink, word);
    size_t domains = text->report->facts->domains.n;
    const char *name = text_or(report_name(text->report), "-");
    if (domains > 1 &&
        text->report->name == NULL) /* the first that was named stands for none of the others */
        name = arena_printf(page->arena, "%zu domains", domains);
    page_putf(page, INK_PLAIN, " %s: %s", name, rest);
    page_end(page);
}

static void quiet_write(struct text *text) {
    const struct outcomes *outcomes = text->report->outcomes;
    const struct findings *findings = text->report->findings;
    const struct faults *faults = text->report->faults;
    struct arena *arena = text->page.arena;
    bool told_unknown = findings_status(findings) == STATUS_UNKNOWN; /* else it would exit 3 without a word */
    text->page.width = UNWRAPPED;
    for (size_t i = 0; i < outcomes->n; i++) {
        const struct state_row *row = state_of(outcomes->v[i]);
        if (outcomes->v[i]->state != OUTCOME_WORKS && !is_told_before(text, i))
            quiet_line(text, row->ink, row->word,
                       arena_printf(arena, "%s: %s", titles_of(text, i), reason_of(text, outcomes->v[i])));
    }
    for (size_t i = 0; i < faults->n; i++) {
        const struct fault *f = faults->v[i];
        quiet_line(text, status_ink(f->status), status_word(f->status),
                   arena_printf(arena, "%s/%s %s%s: %s", f->root->check->id, f->root->cause->id,
                                finding_subject(arena, f->root),
                                f->same.n > 1 ? arena_printf(arena, " and %zu more", f->same.n - 1) : "",
                                f->title));
    }
    for (size_t i = 0; told_unknown && i < findings->n; i++) {
        const struct finding *f = findings->v[i];
        if (f->status == STATUS_UNKNOWN)
            quiet_line(text, INK_UNSURE, status_word(STATUS_UNKNOWN),
                       arena_printf(arena, "%s %s: %s", f->check->id, finding_subject(arena, f), f->summary));
    }
}

static void whole_write(struct text *text) {
    head_write(text);
    connections_write(text); /* of a capture, first: what was seen, then what is wrong with it */
    outcomes_write(text);
    renewal_text(text);
    blocks_write(text);
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
