/* What is wrong, and what is to be done about it? A block a fault: title with box and object, what follows
 * from it, one fix, the next command; then, shortly, what could not be told. Guidance that an earlier block
 * has is referred to. */
#include "report/text.h"

#include <string.h>

#include "report/evidence.h"

enum {
    AT = 4,
    LABEL_END = AT + 9,
    BLOCK_LINES = 15, /* a block without -v, on a page of MEASURE columns or more */
    MEASURE = 80,
    PLACES_SHOWN = 4,
    CONSEQUENCES_SHOWN = 2,
    WHY_LINES = 3,
    AFFECTS_SHOWN = 1,
    RESTARTS_SHOWN = 1,
    UNKNOWN_SHOWN = 6,
    TEXTS_SHOWN = 4,
    WORDS_SHOWN = 240,
    TITLE_SHOWN = 400,
    KEY_ID_SHOWN = 23 /* eight bytes of a key identifier: enough to tell two apart */
};

/* What one line behind a label has room for; two lines, and so on. With -v all there is. */
static int room(const struct text *text, int lines) {
    return text->style->verbose > 0 ? TITLE_SHOWN * 4 : (MEASURE - LABEL_END) * lines - 4 * (lines - 1);
}

/* ---- numbers ---- */

int text_number(const struct text *text, const struct finding *finding) {
    return told_number(text->report->faults, &text->groups, finding);
}

/* ---- lines of a block ---- */

/* "At", "So", "Who": what follows stands in one column. */
static void begin(struct page *page, const char *label) {
    page_line(page, AT, LABEL_END);
    page_put(page, INK_FAINT, label);
    page_tab(page, LABEL_END);
}

/* "expe1.example.com:5061, :5222, :8443": a host once. */
static char *places_words(struct page *page, const struct finding_list *list) {
    struct arena *arena = page->arena;
    char *all = NULL;
    const char *host = NULL;
    struct texts told = {NULL, 0};
    size_t more = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct finding *f = list->v[i];
        char *place = finding_subject(arena, f);
        if (texts_has(&told, place))
            continue;
        texts_add(arena, &told, place);
        if (told.n > PLACES_SHOWN) {
            more++;
            continue;
        }
        bool is_near = host != NULL && f->endpoint != NULL && strcmp(f->endpoint->host, host) == 0;
        const char *words = is_near ? place + strlen(host) : place;
        all = all == NULL ? arena_text(arena, page_short(page, place, WORDS_SHOWN))
                          : arena_printf(arena, "%s, %s", all, page_short(page, words, WORDS_SHOWN));
        host = f->endpoint != NULL && text_starts(place, f->endpoint->host) ? f->endpoint->host : NULL;
    }
    return more == 0 ? all : arena_printf(arena, "%s and %zu more", all, more);
}

static char *texts_words(struct page *page, const json_t *value) {
    char *all = NULL;
    if (json_is_string(value))
        return page_short(page, json_string_value(value), WORDS_SHOWN);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *one = json_string_value(json_array_get(value, i));
        if (one == NULL)
            return NULL;
        if (i == TEXTS_SHOWN)
            return arena_printf(page->arena, "%s and %zu more", all, json_array_size(value) - i);
        one = page_short(page, one, WORDS_SHOWN / 2);
        all = all == NULL ? arena_text(page->arena, one) : arena_printf(page->arena, "%s, %s", all, one);
    }
    return all;
}

/* What is compared, or what lacks, so that two entries can be told apart. */
static void lack_write(struct text *text, const json_t *ca) {
    struct page *page = &text->page;
    const char *subject = json_string_value(json_object_get(ca, "subject"));
    const char *ski = json_string_value(json_object_get(ca, "ski"));
    const char *sha256 = json_string_value(json_object_get(ca, "sha256"));
    int shown = text->style->verbose > 0 ? WORDS_SHOWN : KEY_ID_SHOWN;
    if (subject == NULL)
        return;
    begin(page, "Lacks");
    page_put(page, INK_PLAIN, page_short(page, subject, WORDS_SHOWN / 3));
    if (ski != NULL)
        page_putf(page, INK_PLAIN, ", key id %.*s%s", shown, ski, (int)strlen(ski) > shown ? "..." : "");
    if (sha256 != NULL)
        page_putf(page, INK_PLAIN, ", SHA-256 %.16s...", sha256);
    page_end(page);
}

/* Two entries of one name, told apart: "CN=Lab Root CA (serial 01, key id 1A:2B...)". */
static void entries_write(struct text *text, const struct finding *f) {
    const json_t *entries = json_object_get(f->evidence, "entries");
    struct page *page = &text->page;
    size_t shown = text->style->verbose > 0 ? 20 : 2;
    for (size_t i = 0; i < json_array_size(entries) && i < shown; i++) {
        const json_t *entry = json_array_get(entries, i);
        const char *subject = json_string_value(json_object_get(entry, "subject"));
        const char *ski = json_string_value(json_object_get(entry, "ski"));
        const char *serial = json_string_value(json_object_get(entry, "serial"));
        if (subject == NULL)
            continue;
        begin(page, i == 0 ? "Entries" : "");
        page_put(page, INK_PLAIN, page_short(page, subject, WORDS_SHOWN / 6));
        if (serial != NULL)
            page_putf(page, INK_PLAIN, ", serial %.20s", serial);
        if (ski != NULL)
            page_putf(page, INK_PLAIN, ", key id %.*s...", KEY_ID_SHOWN, ski);
        page_end(page);
    }
}

/* "accepted; found rejected": the title in other words. */
static bool says_its_state(const struct finding *f) {
    static const char *const checks[] = {"net.",    "tls.handshake", "tls.client-auth",
                                         "tls.sni", "revocation.",   "ssh.",
                                         "xmpp.",   "sip.",          "mra."};
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (text_starts(f->check->id, checks[i]))
            return true;
    return false;
}

static void values_write(struct text *text, const struct finding *f) {
    struct page *page = &text->page;
    const json_t *missing = json_object_get(f->evidence, "missing");
    const char *wanted = texts_words(page, json_object_get(f->evidence, "wanted"));
    const char *found = texts_words(page, json_object_get(f->evidence, "found"));
    size_t shown = text->style->verbose > 0 ? 20 : 1;
    for (size_t i = 0; i < json_array_size(missing) && i < shown; i++)
        lack_write(text, json_array_get(missing, i));
    entries_write(text, f);
    if (json_array_size(missing) > 0 || found == NULL || wanted == NULL ||
        (says_its_state(f) && text->style->verbose < 1))
        return;
    begin(page, "Wanted");
    page_put(page, INK_PLAIN,
             page_short(page, arena_printf(page->arena, "%s; found %s", wanted, found), room(text, 2)));
    page_end(page);
}

/* Those that are told by the same words. */
static struct finding_list told_alike(struct arena *arena, const struct finding_list *list, size_t first) {
    struct finding_list alike = {NULL, 0};
    for (size_t k = first; k < list->n; k++)
        if (strcmp(list->v[k]->cause->title, list->v[first]->cause->title) == 0)
            LIST_ADD(arena, &alike, list->v[k]);
    return alike;
}

/* The block's title in other words: the same cause, or another request of the same log-in. */
static bool repeats_the_root(const struct finding *root, const struct finding *f) {
    return strcmp(f->cause->id, root->cause->id) == 0 ||
           (text_starts(root->check->id, "mra.") && text_starts(f->check->id, "mra."));
}

static bool is_told_before(const struct fault *fault, size_t at) {
    const struct finding_list *list = &fault->consequences;
    for (size_t k = 0; k < at; k++)
        if (strcmp(list->v[k]->cause->title, list->v[at]->cause->title) == 0)
            return true;
    return repeats_the_root(fault->root, list->v[at]);
}

static void consequences_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    size_t told = 0, more = 0;
    for (size_t i = 0; i < fault->consequences.n; i++) {
        if (is_told_before(fault, i))
            continue;
        if (told == CONSEQUENCES_SHOWN && text->style->verbose < 1) {
            more++;
            continue;
        }
        struct finding_list alike = told_alike(page->arena, &fault->consequences, i);
        begin(page, told++ == 0 ? "Hence" : "");
        const char *title = fault->consequences.v[i]->cause->title;
        char *words = arena_printf(page->arena, "%s (%s)", title, places_words(page, &alike));
        page_put(page, INK_PLAIN, columns_of(words) <= room(text, 1) ? words : title);
        page_end(page);
    }
    if (more > 0) {
        begin(page, "");
        page_putf(page, INK_FAINT, "and %zu more (-v)", more);
        page_end(page);
    }
}

static void seen_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    for (size_t i = 0; i < fault->seen.n; i++) {
        begin(page, i == 0 ? "Seen" : "");
        page_put(page, INK_PLAIN, fault->seen.v[i]);
        page_end(page);
    }
}

/* How the cause does it: as many whole sentences as there is room for. */
static void why_write(struct text *text, const struct fault *fault) {
    const char *why = text_or(fault->root->cause->why, "");
    size_t most = (size_t)room(text, WHY_LINES), end = strlen(why);
    if (end == 0)
        return;
    while (end > most) {
        size_t shorter = end - 1;
        while (shorter > 0 && !(why[shorter - 1] == '.' && why[shorter] == ' '))
            shorter--;
        if (shorter == 0)
            break;
        end = shorter;
    }
    begin(&text->page, "Why");
    page_put(&text->page, INK_PLAIN,
             end > most ? page_short(&text->page, why, (int)most)
                        : arena_printf(text->page.arena, "%.*s", (int)end, why));
    page_end(&text->page);
}

static void affects_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    size_t shown = text->style->verbose > 0 ? 100 : AFFECTS_SHOWN;
    for (size_t i = 0; i < shown && fault->affects[i] != NULL; i++) {
        begin(page, i == 0 ? "Notices" : "");
        page_put(page, INK_PLAIN, page_short(page, fault->affects[i], room(text, 2)));
        page_end(page);
    }
}

/* ---- steps ---- */

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

static void step_begin(struct page *page, size_t number, bool is_first) {
    begin(page, is_first ? "Fix" : "");
    page_putf(page, INK_STRONG, "%zu.", number);
    page_tab(page, LABEL_END + (number < 10 ? 3 : 4));
}

/* A line of the fix: a step, or a run of steps that an earlier block has. */
struct fix_line {
    size_t number, step, run; /* its number; index of the first step; how many steps it stands for */
    int block, from;          /* of a run: where they stand */
};

struct fix_lines {
    struct fix_line **v;
    size_t n;
};

static struct fix_lines fix_lines_of(struct text *text, size_t index) {
    const char *const *steps = text->report->faults->v[index]->fix;
    struct fix_lines lines = {NULL, 0};
    for (size_t i = 0; steps[i] != NULL;) {
        struct fix_line *line = ARENA_NEW(text->page.arena, struct fix_line);
        size_t run = told_run(text, index, &steps[i], &line->block, &line->from);
        line->step = i;
        line->run = run > 1 ? run : 1;
        line->number = lines.n + 1;
        LIST_ADD(text->page.arena, &lines, line);
        i += line->run;
    }
    return lines;
}

static void fix_line_write(struct text *text, size_t index, const struct fix_line *line, bool is_first) {
    struct page *page = &text->page;
    step_begin(page, line->number, is_first);
    if (line->run > 1)
        page_putf(page, INK_PLAIN, "as [%d], steps %d to %d", line->block, line->from,
                  line->from + (int)line->run - 1);
    else
        page_put(page, INK_PLAIN, text->report->faults->v[index]->fix[line->step]);
    page_end(page);
}

static void restart_write(struct text *text, const struct fault *fault) {
    size_t shown = text->style->verbose > 0 ? 100 : RESTARTS_SHOWN;
    for (size_t i = 0; i < shown && fault->restart[i] != NULL; i++) {
        begin(&text->page, i == 0 ? "Restart" : "");
        page_put(&text->page, INK_PLAIN, fault->restart[i]);
        page_end(&text->page);
    }
}

static void next_write(struct text *text, const struct fault *fault) {
    begin(&text->page, "Next:");
    page_put(&text->page, INK_STRONG, fault->next);
    page_end(&text->page);
}

static size_t restarts_of(const struct fault *fault) {
    size_t n = 0;
    while (fault->restart[n] != NULL)
        n++;
    return n;
}

/* ---- -v: evidence and sources ---- */

static void evidence_of(struct text *text, const struct finding_list *list) {
    struct group group = {
        .check = list->v[0]->check, .cause = list->v[0]->cause, .status = list->v[0]->status};
    struct parts parts = {0};
    struct page *page = &text->page;
    for (size_t i = 0; i < list->n; i++)
        LIST_ADD(page->arena, &group.members, list->v[i]);
    page_line(page, AT, AT);
    page_putf(page, INK_FAINT, "%s/%s", group.check->id, group.cause->id);
    page_end(page);
    parts_of(page->arena, &group, true, &parts);
    for (size_t i = 0; i < parts.n; i++) {
        struct finding_list members = {(struct finding **)parts.v[i]->members.v, parts.v[i]->members.n};
        page_line(page, AT, AT + 2);
        page_put(page, INK_STRONG, places_words(page, &members));
        page_putf(page, INK_PLAIN, ": %s", page_short(page, members.v[0]->summary, TITLE_SHOWN * 2));
        page_end(page);
        evidence_write(page, parts.v[i]->evidence, true);
    }
    parts_free(&parts);
    page_line(page, AT, VALUE_AT);
    page_put(page, INK_FAINT, "Source");
    page_tab(page, VALUE_AT);
    for (size_t i = 0; group.cause->source[i] != NULL; i++)
        page_putf(page, INK_FAINT, "%s%s ", group.cause->source[i],
                  group.cause->source[i + 1] != NULL ? ";" : "");
    page_end(page);
}

static void details_write(struct text *text, const struct fault *fault) {
    evidence_of(text, &fault->same);
    for (size_t i = 0; i < fault->consequences.n; i++) {
        struct finding_list alike = {NULL, 0};
        bool is_first = true;
        for (size_t k = 0; k < i && is_first; k++)
            is_first = fault->consequences.v[k]->cause != fault->consequences.v[i]->cause;
        for (size_t k = i; k < fault->consequences.n && is_first; k++)
            if (fault->consequences.v[k]->cause == fault->consequences.v[i]->cause)
                LIST_ADD(text->page.arena, &alike, fault->consequences.v[k]);
        if (is_first)
            evidence_of(text, &alike);
    }
}

/* ---- a block ---- */

static void title_write(struct page *page, int number, enum status status, const char *title) {
    const char *word = status_word(status);
    page_line(page, 0, AT);
    page_putf(page, INK_STRONG, "[%d]", number);
    page_tab(page, AT);
    page_put(page, status_ink(status), word);
    page_tab(page, AT + (int)strlen(word) + 2);
    page_put(page, INK_STRONG, page_short(page, title, TITLE_SHOWN));
    page_end(page);
}

static void summary_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    bool is_of_ports = fault->same.n > 1 && strcmp(fault->root->check->id, "net.connect") == 0;
    const char *summary =
        page_short(page, is_of_ports ? fault->root->cause->title : fault->root->summary, TITLE_SHOWN);
    bool is_named = fault->same.n == 1 && text_starts(summary, fault->root->subject);
    char *places = is_named ? NULL : places_words(page, &fault->same);
    char *words =
        is_named ? arena_text(page->arena, summary) : arena_printf(page->arena, "%s: %s", places, summary);
    begin(page, "At");
    page_put(page, INK_PLAIN, page_short(page, words, room(text, 2)));
    if (fault->root->connections != NULL)
        page_putf(page, INK_FAINT, " (connection%s %s)", plural(fault->root->connections->n),
                  ids_words(page->arena, fault->root->connections));
    page_end(page);
}

/* What a block has room for. What comes first goes first when there is too little: the restart, which stands
 * under "Further steps" then; who notices, which the outcomes tell; what follows, and why, which -v tells. */
struct fit {
    size_t steps; /* lines of the fix */
    bool restart, notices, hence, why;
};

static void before_fix_write(struct text *text, size_t index, const struct fit *fit) {
    const struct fault *fault = text->report->faults->v[index];
    title_write(&text->page, (int)index + 1, fault->status, fault->title);
    summary_write(text, fault);
    values_write(text, fault->root);
    seen_write(text, fault);
    if (fit->why)
        why_write(text, fault);
    if (fit->hence)
        consequences_write(text, fault);
    if (fit->notices)
        affects_write(text, fault);
}

static void behind_fix_write(struct text *text, size_t index, const struct fit *fit) {
    const struct fault *fault = text->report->faults->v[index];
    if (fit->restart)
        restart_write(text, fault);
    next_write(text, fault);
}

static bool is_all(const struct fit *fit, const struct fix_lines *lines, const struct fault *fault) {
    return fit->steps == lines->n && restarts_of(fault) <= (fit->restart ? RESTARTS_SHOWN : 0);
}

/* Its lines, on a page as wide as this one and no narrower than MEASURE. */
static int lines_needed(const struct text *text, size_t index, const struct fix_lines *lines,
                        const struct fit *fit) {
    struct text measure = *text;
    measure.page.out = NULL;
    measure.page.lines = 0;
    measure.page.width = text->page.width < MEASURE ? MEASURE : text->page.width;
    before_fix_write(&measure, index, fit);
    behind_fix_write(&measure, index, fit);
    for (size_t i = 0; i < fit->steps; i++)
        fix_line_write(&measure, index, lines->v[i], i == 0);
    return measure.page.lines + !is_all(fit, lines, text->report->faults->v[index]);
}

static struct fit fit_of(struct text *text, size_t index, const struct fix_lines *lines) {
    struct fit fit = {lines->n, true, true, true, true};
    bool *const goes[] = {&fit.restart, &fit.notices, &fit.hence, &fit.why};
    if (text->style->verbose > 0)
        return fit;
    fit.steps = lines->n > 0 ? 1 : 0;
    for (size_t i = 0; i < sizeof goes / sizeof *goes && lines_needed(text, index, lines, &fit) > BLOCK_LINES;
         i++)
        *goes[i] = false;
    for (; fit.steps < lines->n; fit.steps++) {
        struct fit more = fit;
        more.steps++;
        if (lines_needed(text, index, lines, &more) > BLOCK_LINES)
            break;
    }
    return fit;
}

/* Where the first of the ways that are not told begins; 0: none is among those left. */
static size_t option_from(const struct fault *fault, const struct fix_lines *lines, size_t first) {
    for (size_t i = first; i < lines->n; i++)
        if (lines->v[i]->run == 1 && text_starts(fault->fix[lines->v[i]->step], "Option B: "))
            return lines->v[i]->number;
    return 0;
}

static void more_write(struct page *page, size_t first, size_t last, size_t option) {
    begin(page, "");
    if (option > 0)
        page_putf(page, INK_FAINT, "Steps %zu to %zu (Option B: from %zu on): under \"Further steps\" below",
                  first, last, option);
    else if (first > last)
        page_put(page, INK_FAINT, "The restart: under \"Further steps\" below");
    else if (first == last)
        page_putf(page, INK_FAINT, "Step %zu: under \"Further steps\" below", first);
    else
        page_putf(page, INK_FAINT, "Steps %zu to %zu: under \"Further steps\" below", first, last);
    page_end(page);
}

static void block_write(struct text *text, size_t index) {
    struct page *page = &text->page;
    const struct fault *fault = text->report->faults->v[index];
    struct fix_lines lines = fix_lines_of(text, index);
    struct fit fit = fit_of(text, index, &lines);
    page_gap(page);
    before_fix_write(text, index, &fit);
    for (size_t i = 0; i < fit.steps; i++)
        fix_line_write(text, index, lines.v[i], i == 0);
    if (text->style->verbose < 1 && !is_all(&fit, &lines, fault))
        more_write(page, fit.steps + 1, lines.n, option_from(fault, &lines, fit.steps));
    behind_fix_write(text, index, &fit);
    if (text->style->verbose > 0)
        details_write(text, fault);
}

/* ---- what a block had no room for ---- */

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
        if (is_all(&fit, &lines, text->report->faults->v[index]))
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

/* ---- what could not be told ---- */

static void unknown_write(struct text *text, const struct group *group, int number) {
    struct page *page = &text->page;
    const struct finding *f = group->members.v[0];
    page_line(page, 0, AT);
    page_putf(page, INK_STRONG, "[%d]", number);
    page_tab(page, AT);
    page_put(page, INK_UNSURE, status_word(STATUS_UNKNOWN));
    page_put(page, INK_PLAIN, " ");
    page_putf(page, INK_STRONG, "%s:", group->cause != NULL ? group->cause->title : group->check->title);
    page_put(page, INK_PLAIN, " ");
    page_putf(page, INK_PLAIN, "%s (%s", page_short(page, f->summary, TITLE_SHOWN),
              page_short(page, finding_subject(page->arena, f), WORDS_SHOWN));
    if (group->members.n > 1)
        page_putf(page, INK_PLAIN, " and %zu more", group->members.n - 1);
    page_put(page, INK_PLAIN, ")");
    page_end(page);
    for (size_t i = 0; group->cause != NULL && group->fix[i] != NULL; i++) {
        step_begin(page, i + 1, i == 0);
        page_put(page, INK_PLAIN, group->fix[i]);
        page_end(page);
    }
}

static void unknowns_write(struct text *text) {
    int number = (int)text->report->faults->n;
    size_t told = 0, more = 0;
    for (size_t i = 0; i < text->groups.n; i++) {
        const struct group *group = text->groups.v[i];
        if (group->status != STATUS_UNKNOWN)
            continue;
        number++;
        if (told >= UNKNOWN_SHOWN && text->style->verbose < 1) {
            more++;
            continue;
        }
        if (told++ == 0)
            page_gap(&text->page);
        unknown_write(text, group, number);
    }
    if (more > 0) {
        page_line(&text->page, AT, AT);
        page_putf(&text->page, INK_FAINT, "and %zu more that could not be told (-v)", more);
        page_end(&text->page);
    }
}

void blocks_write(struct text *text) {
    for (size_t i = 0; i < text->report->faults->n; i++)
        block_write(text, i);
    unknowns_write(text);
}
