/* What is wrong, and what is to be done about it? A block a fault: title with box and object, what follows
 * from it, one fix, the next command; then, shortly, what could not be told. Guidance that an earlier block
 * has is referred to. */
#include "report/text.h"

#include <string.h>

#include "report/evidence.h"

enum {
    AT = 4,
    PLACES_SHOWN = 4,
    CONSEQUENCES_SHOWN = 4,
    STEPS_SHOWN = 7,
    AFFECTS_SHOWN = 2,
    UNKNOWN_SHOWN = 6,
    TEXTS_SHOWN = 4,
    WORDS_SHOWN = 240,
    TITLE_SHOWN = 400
};

/* ---- numbers ---- */

int text_number(const struct text *text, const struct finding *finding) {
    const struct faults *faults = text->report->faults;
    const struct fault *fault = fault_with(faults, finding);
    int number = (int)faults->n;
    for (size_t i = 0; i < faults->n; i++)
        if (faults->v[i] == fault)
            return (int)i + 1;
    for (size_t i = 0; i < text->groups.n; i++) {
        const struct group *group = text->groups.v[i];
        if (group->status != STATUS_UNKNOWN)
            continue;
        number++;
        for (size_t k = 0; k < group->members.n; k++)
            if (group->members.v[k] == finding)
                return number;
    }
    return 0;
}

/* ---- lines of a block ---- */

/* "At", "So", "Who": what follows stands in one column. */
static void begin(struct page *page, const char *label) {
    enum { LABEL_END = AT + 9 };
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
static void values_write(struct page *page, const struct finding *f) {
    const json_t *missing = json_object_get(f->evidence, "missing");
    const char *wanted = texts_words(page, json_object_get(f->evidence, "wanted"));
    const char *found = texts_words(page, json_object_get(f->evidence, "found"));
    for (size_t i = 0; i < json_array_size(missing) && i < 2; i++) {
        const json_t *ca = json_array_get(missing, i);
        const char *subject = json_string_value(json_object_get(ca, "subject"));
        const char *ski = json_string_value(json_object_get(ca, "ski"));
        const char *sha256 = json_string_value(json_object_get(ca, "sha256"));
        if (subject == NULL)
            continue;
        begin(page, "Lacks");
        page_put(page, INK_PLAIN, page_short(page, subject, WORDS_SHOWN));
        if (ski != NULL)
            page_putf(page, INK_PLAIN, ", key id %s", ski);
        if (sha256 != NULL)
            page_putf(page, INK_PLAIN, ", SHA-256 %.16s...", sha256);
        page_end(page);
    }
    if (json_array_size(missing) > 0 || found == NULL || wanted == NULL ||
        strcmp(f->check->id, "net.connect") == 0 || strcmp(f->check->id, "tls.handshake") == 0)
        return;
    begin(page, "Wanted");
    page_putf(page, INK_PLAIN, "%s; found %s", wanted, found);
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

static bool is_told_before(const struct finding_list *list, size_t at) {
    for (size_t k = 0; k < at; k++)
        if (strcmp(list->v[k]->cause->title, list->v[at]->cause->title) == 0)
            return true;
    return false;
}

static void consequences_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    size_t told = 0, more = 0;
    for (size_t i = 0; i < fault->consequences.n; i++) {
        if (is_told_before(&fault->consequences, i))
            continue;
        if (told == CONSEQUENCES_SHOWN) {
            more++;
            continue;
        }
        struct finding_list alike = told_alike(page->arena, &fault->consequences, i);
        begin(page, told++ == 0 ? "Hence" : "");
        page_putf(page, INK_PLAIN, "%s (%s)", fault->consequences.v[i]->cause->title,
                  places_words(page, &alike));
        page_end(page);
    }
    if (more > 0) {
        begin(page, "");
        page_putf(page, INK_FAINT, "and %zu more (-v)", more);
        page_end(page);
    }
}

static void affects_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    size_t shown = text->style->verbose > 0 ? 100 : AFFECTS_SHOWN;
    for (size_t i = 0; fault->affects[i] != NULL && i < shown; i++) {
        begin(page, i == 0 ? "Notices" : "");
        page_put(page, INK_PLAIN, fault->affects[i]);
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
    page_tab(page, AT + 9 + (number < 10 ? 3 : 4));
}

static void steps_write(struct text *text, size_t index) {
    const char *const *steps = text->report->faults->v[index]->fix;
    struct page *page = &text->page;
    size_t number = 0, count = 0;
    for (size_t i = 0; steps[i] != NULL;) {
        int block = 0, from = 0;
        size_t run = told_run(text, index, &steps[i], &block, &from);
        if (text->style->verbose < 1 && ++count > STEPS_SHOWN) {
            size_t left = 0;
            while (steps[i + left] != NULL)
                left++;
            begin(page, "");
            page_putf(page, INK_FAINT, "and %zu more step%s (-v shows them)", left, plural(left));
            page_end(page);
            return;
        }
        step_begin(page, ++number, i == 0);
        if (run > 1)
            page_putf(page, INK_PLAIN, "as [%d], steps %d to %d", block, from, from + (int)run - 1);
        else
            page_put(page, INK_PLAIN, steps[i]);
        page_end(page);
        i += run > 1 ? run : 1;
    }
}

static void restart_write(struct page *page, const struct fault *fault) {
    for (size_t i = 0; fault->restart[i] != NULL; i++) {
        begin(page, i == 0 ? "Restart" : "");
        page_put(page, INK_PLAIN, fault->restart[i]);
        page_end(page);
    }
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

static void summary_write(struct page *page, const struct fault *fault) {
    const char *summary = page_short(page, fault->root->summary, TITLE_SHOWN);
    bool is_named = fault->same.n == 1 && text_starts(summary, fault->root->subject);
    begin(page, "At");
    if (!is_named)
        page_putf(page, INK_PLAIN, "%s: ", places_words(page, &fault->same));
    page_put(page, INK_PLAIN, summary);
    if (fault->root->connections != NULL)
        page_putf(page, INK_FAINT, " (connection%s %s)", plural(fault->root->connections->n),
                  ids_words(page->arena, fault->root->connections));
    page_end(page);
}

static void block_write(struct text *text, size_t index) {
    struct page *page = &text->page;
    const struct fault *fault = text->report->faults->v[index];
    page_gap(page);
    title_write(page, (int)index + 1, fault->status, fault->title);
    summary_write(page, fault);
    values_write(page, fault->root);
    consequences_write(text, fault);
    affects_write(text, fault);
    steps_write(text, index);
    restart_write(page, fault);
    begin(page, "Next:");
    page_put(page, INK_STRONG, fault->next);
    page_end(page);
    if (text->style->verbose > 0)
        details_write(text, fault);
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
