/* What does the block of a fault say before the fix? Title, the box to touch, where it is, what lacks, why it
 * is so, what follows, who notices; with -v the evidence and the sources. */
#include "report/blocks.h"

#include <string.h>

#include "report/evidence.h"

enum {
    PLACES_SHOWN = 4,
    CONSEQUENCES_SHOWN = 2,
    WHY_LINES = 3,
    AFFECTS_SHOWN = 1,
    TEXTS_SHOWN = 4,
    KEY_ID_SHOWN = 23 /* eight bytes of a key identifier: enough to tell two apart */
};

/* What one line behind a label has room for; two lines, and so on. With -v all there is. */
static int block_room(const struct text *text, int lines) {
    return text->style->verbose > 0 ? TITLE_SHOWN * 4 : (MEASURE - LABEL_END) * lines - 4 * (lines - 1);
}

/* "At", "So", "Who": what follows stands in one column. */
void block_label(struct page *page, const char *label) {
    page_line(page, AT, LABEL_END);
    page_put(page, INK_FAINT, label);
    page_tab(page, LABEL_END);
}

/* "expressway-c:expc1.pem" of a file deep in folders. */
static char *without_folders(struct arena *arena, char *place) {
    char *path = strstr(place, ":/"), *name = strrchr(place, '/');
    return path == NULL || name[1] == 0
               ? place
               : arena_printf(arena, "%.*s:%s", (int)(path - place), place, name + 1);
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
        char *place = without_folders(arena, finding_subject(arena, f));
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

/* Whole texts, as many as have room in so many columns, the first in any case; then how many more. */
static char *texts_words(struct page *page, const json_t *value, const char *between, int room) {
    char *all = NULL;
    if (json_is_string(value))
        return page_short(page, json_string_value(value), WORDS_SHOWN);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *one = json_string_value(json_array_get(value, i));
        if (one == NULL)
            return NULL;
        if (i == TEXTS_SHOWN || (i > 0 && columns_of(all) + columns_of(one) > room))
            return arena_printf(page->arena, "%s and %zu more", all, json_array_size(value) - i);
        one = page_short(page, one, WORDS_SHOWN / 2);
        all = all == NULL ? arena_text(page->arena, one)
                          : arena_printf(page->arena, "%s%s%s", all, between, one);
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
    block_label(page, "Lacks");
    page_put(page, INK_PLAIN, page_short(page, subject, WORDS_SHOWN / 3));
    if (ski != NULL)
        page_putf(page, INK_PLAIN, ", key id %.*s%s", shown, ski, (int)strlen(ski) > shown ? "..." : "");
    if (sha256 != NULL && (ski == NULL || text->style->verbose > 0))
        page_putf(page, INK_PLAIN, ", SHA-256 %.16s...", sha256);
    page_end(page);
}

/* Two entries of one name, told apart: "CN=Lab Root CA (serial 01, key id 1A:2B...)". */
static void entries_write(struct text *text, const struct finding *f) {
    const json_t *entries = evidence_value(f, "entries");
    struct page *page = &text->page;
    size_t shown = text->style->verbose > 0 ? 20 : 2;
    for (size_t i = 0; i < json_array_size(entries) && i < shown; i++) {
        const json_t *entry = json_array_get(entries, i);
        const char *subject = json_string_value(json_object_get(entry, "subject"));
        const char *ski = json_string_value(json_object_get(entry, "ski"));
        const char *serial = json_string_value(json_object_get(entry, "serial"));
        if (subject == NULL)
            continue;
        block_label(page, i == 0 ? "Entries" : "");
        page_put(page, INK_PLAIN, page_short(page, subject, WORDS_SHOWN / 6));
        if (serial != NULL)
            page_putf(page, INK_PLAIN, ", serial %.20s", serial);
        if (ski != NULL)
            page_putf(page, INK_PLAIN, ", key id %.*s...", KEY_ID_SHOWN, ski);
        page_end(page);
    }
}

void values_write(struct text *text, const struct finding *f) {
    struct page *page = &text->page;
    const json_t *missing = evidence_value(f, "missing");
    enum { FOUND_WORDS = 24 }; /* "; found ", " and 12 more" */
    const char *between = finding_is(f, TRAIT_ONE_OF) ? " or " : ", ";
    const char *wanted = texts_words(page, evidence_value(f, "wanted"), between, block_room(text, 1));
    int room = block_room(text, 2) - columns_of(text_or(wanted, "")) - FOUND_WORDS;
    const char *found = texts_words(page, evidence_value(f, "found"), ", ", room);
    size_t shown = text->style->verbose > 0 ? 20 : 1;
    for (size_t i = 0; i < json_array_size(missing) && i < shown; i++)
        lack_write(text, json_array_get(missing, i));
    entries_write(text, f);
    if (json_array_size(missing) > 0 || found == NULL || wanted == NULL ||
        (finding_is(f, TRAIT_TITLE_TELLS) && text->style->verbose < 1))
        return;
    block_label(page, "Wanted");
    page_put(page, INK_PLAIN,
             page_short(page, arena_printf(page->arena, "%s; found %s", wanted, found), block_room(text, 2)));
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

static bool is_told_before(const struct fault *fault, size_t at) {
    const struct finding_list *list = &fault->consequences;
    for (size_t k = 0; k < at; k++)
        if (strcmp(list->v[k]->cause->title, list->v[at]->cause->title) == 0)
            return true;
    return fault_root_says(fault->root, list->v[at]);
}

/* Of several addresses, one dead: why that matters, which says more than why a port refuses. NULL: none does.
 */
static const struct finding *summing_up(const struct fault *fault) {
    for (size_t i = 0; i < fault->consequences.n; i++)
        if (finding_is(fault->consequences.v[i], TRAIT_SUMS_UP))
            return fault->consequences.v[i];
    return NULL;
}

void consequences_write(struct text *text, const struct fault *fault) {
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
        block_label(page, told++ == 0 ? "Hence" : "");
        const char *title = fault->consequences.v[i]->cause->title;
        char *words = arena_printf(page->arena, "%s (%s)", title, places_words(page, &alike));
        if (fault->consequences.v[i] == summing_up(fault))
            title = words = page_short(page, fault->consequences.v[i]->summary, block_room(text, 2));
        page_put(page, INK_PLAIN, columns_of(words) <= block_room(text, 1) ? words : title);
        page_end(page);
    }
    if (more > 0) {
        block_label(page, "");
        page_putf(page, INK_FAINT, "and %zu more (-v)", more);
        page_end(page);
    }
}

void seen_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    for (size_t i = 0; i < fault->seen.n; i++) {
        block_label(page, i == 0 ? "Seen" : "");
        page_put(page, INK_PLAIN, fault->seen.v[i]);
        page_end(page);
    }
}

/* How the cause does it: as many whole sentences as there is room for. */
void why_write(struct text *text, const struct fault *fault) {
    const struct finding *told = summing_up(fault) != NULL ? summing_up(fault) : fault->root;
    const char *why = text_or(told->cause->why, "");
    size_t most = (size_t)block_room(text, WHY_LINES), end = strlen(why);
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
    block_label(&text->page, "Why");
    page_put(&text->page, INK_PLAIN,
             end > most ? page_short(&text->page, why, (int)most)
                        : arena_printf(text->page.arena, "%.*s", (int)end, why));
    page_end(&text->page);
}

void affects_write(struct text *text, const struct fault *fault) {
    struct page *page = &text->page;
    size_t shown = text->style->verbose > 0 ? 100 : AFFECTS_SHOWN;
    for (size_t i = 0; i < shown && fault->affects[i] != NULL; i++) {
        block_label(page, i == 0 ? "Notices" : "");
        page_put(page, INK_PLAIN, page_short(page, fault->affects[i], block_room(text, 2)));
        page_end(page);
    }
}

void title_write(struct page *page, int number, enum status status, const char *title) {
    const char *word = status_word(status);
    page_line(page, 0, AT);
    page_putf(page, INK_STRONG, "[%d]", number);
    page_tab(page, AT);
    page_put(page, status_ink(status), word);
    page_tab(page, AT + (int)strlen(word) + 2);
    page_put(page, INK_STRONG, page_short(page, title, TITLE_SHOWN));
    page_end(page);
}

void touch_write(struct text *text, const struct fault *fault) {
    if (fault->touch == NULL)
        return;
    block_label(&text->page, "Touch:");
    page_put(&text->page, INK_STRONG, page_short(&text->page, fault->touch, block_room(text, 3)));
    page_end(&text->page);
}

void perhaps_write(struct text *text, const struct fault *fault) {
    const struct faults *faults = text->report->faults;
    bool is_told_above = fault == faults->v[0] && fault->perhaps == fault_first(faults); /* "Do this first" */
    if (fault->perhaps == NULL || (is_told_above && text->style->verbose < 1))
        return;
    block_label(&text->page, "Perhaps");
    page_putf(&text->page, INK_PLAIN, "because of [%d]: %s", fault_number(faults, fault->perhaps),
              fault->perhaps_why);
    page_end(&text->page);
}

/* Of all places that the line names, each once, in order. */
static struct ids connections_of(struct arena *arena, const struct finding_list *list) {
    struct ids all = {NULL, 0};
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; list->v[i]->connections != NULL && k < list->v[i]->connections->n; k++) {
            int id = list->v[i]->connections->v[k];
            size_t at = 0;
            while (at < all.n && all.v[at] < id)
                at++;
            if (at < all.n && all.v[at] == id)
                continue;
            ids_add(arena, &all, id);
            for (size_t m = all.n - 1; m > at; m--) {
                all.v[m] = all.v[m - 1];
                all.v[m - 1] = id;
            }
        }
    return all;
}

void summary_write(struct text *text, const struct fault *fault, int lines) {
    struct page *page = &text->page;
    bool is_of_ports = fault->same.n > 1 && finding_is(fault->root, TRAIT_ALIKE);
    const char *summary =
        page_short(page, is_of_ports ? fault->root->cause->title : fault->root->summary, TITLE_SHOWN);
    bool is_named = fault->same.n == 1 && text_starts(summary, fault->root->subject);
    bool is_of_log = fault->seen.n > 0 && evidence_value(fault->root, "box") != NULL;
    char *places = is_named ? NULL : places_words(page, &fault->same);
    char *words = is_named    ? arena_text(page->arena, summary)
                  : is_of_log ? places /* what the log says stands under "Seen" */
                              : arena_printf(page->arena, "%s: %s", places, summary);
    block_label(page, "At");
    page_put(page, INK_PLAIN, page_short(page, words, block_room(text, lines)));
    struct ids ids = connections_of(page->arena, &fault->same);
    if (ids.n > 0)
        page_putf(page, INK_FAINT, " (connection%s %s)", plural(ids.n), ids_words(page->arena, &ids));
    page_end(page);
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

void details_write(struct text *text, const struct fault *fault) {
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
