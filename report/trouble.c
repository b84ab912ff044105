/* What is wrong, how do we know, and what is to be done? The findings that fail, warn or could not be told.
 */
#include "report/text.h"

#include <string.h>

#include "report/evidence.h"

enum {
    PARTS_SHOWN = 8,     /* members of a group with evidence of their own */
    SUMMARY_SHOWN = 800, /* columns */
    SUBJECT_SHOWN = 240,
    SUMMARIES_SHOWN = 4
};

static void put_subjects(struct page *page, const struct part *part) {
    for (size_t i = 0; i < part->members.n; i++) {
        char *subject = finding_subject(page->arena, part->members.v[i]);
        page_putf(page, INK_STRONG, "%s%s ", page_short(page, subject, SUBJECT_SHOWN),
                  i + 1 < part->members.n ? "," : "");
    }
}

static bool is_told(const struct part *part, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (strcmp(part->members.v[i]->summary, part->members.v[at]->summary) == 0)
            return true;
    return false;
}

static void summaries_write(struct text *text, const struct part *part) {
    struct page *page = &text->page;
    size_t told = 0, kept = 0;
    for (size_t i = 0; i < part->members.n; i++) {
        if (is_told(part, i))
            continue;
        if (told++ >= SUMMARIES_SHOWN && text->style->verbose < 1) {
            kept++;
            continue;
        }
        page_line(page, LABEL_AT, LABEL_AT);
        page_put(page, INK_PLAIN, page_short(page, part->members.v[i]->summary, SUMMARY_SHOWN));
        page_end(page);
    }
    if (kept > 0) {
        page_line(page, LABEL_AT, LABEL_AT);
        page_putf(page, INK_FAINT, "and %zu more (-v shows them)", kept);
        page_end(page);
    }
}

static void part_write(struct text *text, const struct part *part, bool with_evidence) {
    struct page *page = &text->page;
    page_line(page, LABEL_AT, LABEL_AT + 2);
    put_subjects(page, part);
    page_end(page);
    summaries_write(text, part);
    if (with_evidence)
        evidence_write(page, part->evidence, text->style->verbose > 0);
}

static void parts_write(struct text *text, const struct group *group) {
    struct page *page = &text->page;
    struct parts parts = {0};
    parts_of(page->arena, group, text->style->verbose > 0, &parts);
    bool all = text->style->verbose > 0 || parts.n <= PARTS_SHOWN + 1;
    size_t shown = all ? parts.n : PARTS_SHOWN;
    for (size_t i = 0; i < shown; i++)
        part_write(text, parts.v[i], group->status != STATUS_UNKNOWN || text->style->verbose > 0);
    if (shown < parts.n) {
        page_line(page, LABEL_AT, LABEL_AT);
        page_putf(page, INK_FAINT, "and %zu more like these (-v shows them)", parts.n - shown);
        page_end(page);
    }
    parts_free(&parts);
}

/* "Who notices", "Restart": one line per text. */
static void guidance_write(struct page *page, const char *label, const char *const *lines) {
    for (size_t i = 0; lines[i] != NULL; i++) {
        label_line(page, i == 0 ? label : "");
        page_put(page, INK_PLAIN, lines[i]);
        page_end(page);
    }
}

static void fix_write(struct page *page, const char *const *steps) {
    size_t count = 0;
    while (steps[count] != NULL)
        count++;
    for (size_t i = 0; i < count; i++) {
        label_line(page, i == 0 ? "Fix" : "");
        page_putf(page, INK_STRONG, "%zu.", i + 1);
        page_tab(page, VALUE_AT + (count < 10 ? 3 : 4));
        page_put(page, INK_PLAIN, steps[i]);
        page_end(page);
    }
}

static void sources_write(struct page *page, const char *const *sources) {
    if (sources[0] == NULL)
        return;
    label_line(page, "Source");
    for (size_t i = 0; sources[i] != NULL; i++)
        page_putf(page, INK_FAINT, "%s%s ", sources[i], sources[i + 1] != NULL ? ";" : "");
    page_end(page);
}

static void title_write(struct page *page, const struct group *group) {
    page_line(page, 0, LABEL_AT);
    page_putf(page, INK_STRONG, "[%d]", group->number);
    page_tab(page, LABEL_AT);
    const char *word = status_word(group->status);
    page_put(page, status_ink(group->status), word);
    page_tab(page, LABEL_AT + (int)strlen(word) + 2);
    page_put(page, INK_STRONG, group->cause != NULL ? group->cause->title : group->check->title);
    page_end(page);
    page_line(page, LABEL_AT, LABEL_AT);
    if (group->cause != NULL)
        page_putf(page, INK_FAINT, "%s/%s", group->check->id, group->cause->id);
    else
        page_put(page, INK_FAINT, group->check->id);
    page_end(page);
}

static void group_write(struct text *text, const struct group *group) {
    struct page *page = &text->page;
    page_gap(page);
    title_write(page, group);
    parts_write(text, group);
    if (group->cause != NULL) {
        guidance_write(page, "Who notices", group->affects);
        fix_write(page, group->fix);
        guidance_write(page, "Restart", group->restart);
        sources_write(page, group->cause->source);
    }
}

void trouble_write(struct text *text) {
    for (size_t i = 0; i < text->groups.n; i++)
        if (text->groups.v[i]->number > 0)
            group_write(text, text->groups.v[i]);
}
