/* What are the files in hand, and how do they belong together? The part of the text report that command
 * `cert` is run for: one line a file with what to do about it, then the chain of each server certificate. */
#include <string.h>

#include "report/text.h"

enum { NAME_AT = 2, WHAT_AT = 26, CHAIN_AT = 4, STEP = 2, SHOWN = 300, FILES_SHOWN = 200 };

static const char *name_of(struct page *page, const char *path) {
    return page_short(page, path, SHOWN);
}

static void put_certificate(struct page *page, const struct user_file *file) {
    const struct cert *leaf = file_leaf(file);
    if (leaf != NULL)
        page_putf(page, INK_PLAIN, ": %s, until %.10s", page_short(page, leaf->subject, SHOWN),
                  time_write(page->arena, leaf->not_after));
    else if (file->certificates.n > 0)
        page_putf(page, INK_PLAIN, ": %zu certificate%s", file->certificates.n, plural(file->certificates.n));
}

static void put_fit(struct page *page, const struct user_file *file) {
    bool is_kept = file->kind == FILE_KEY || file->kind == FILE_CSR;
    if (file->csr != NULL && file->kind == FILE_CSR)
        page_putf(page, INK_PLAIN, ": %s", page_short(page, file->csr->subject, SHOWN));
    if (file->belongs_to != NULL)
        page_putf(page, INK_GOOD, "%s fits %s", file->kind == FILE_CSR ? "," : " that",
                  name_of(page, file->belongs_to));
    else if (is_kept && file->public_key != NULL)
        page_put(page, INK_WARN,
                 file->kind == FILE_CSR ? ", fits none of these certificates"
                                        : " that fits none of these certificates");
}

static void extra_line(struct page *page, const char *label, const char *text) {
    page_line(page, WHAT_AT, WHAT_AT + 2);
    page_putf(page, INK_WARN, "%s %s", label, text);
    page_end(page);
}

/* A command is to be pasted, so it stands on a line of its own, whole. */
static void command_line(struct page *page, const char *command) {
    page_line(page, CHAIN_AT, CHAIN_AT);
    page_draw(page, INK_STRONG, page_short(page, command, 4 * SHOWN));
    page_end(page);
}

static void file_line(struct page *page, const struct user_file *file) {
    page_line(page, NAME_AT, WHAT_AT);
    page_put(page, INK_STRONG, name_of(page, file->path));
    page_tab(page, WHAT_AT);
    page_put(page, file->kind == FILE_OTHER ? INK_WARN : INK_PLAIN,
             file->what != NULL ? file->what : "nothing that is known here");
    put_certificate(page, file);
    put_fit(page, file);
    page_end(page);
    if (file->trouble != NULL)
        extra_line(page, "trouble:", file->trouble);
    if (file->key != NULL && file->key->trouble != NULL)
        extra_line(page, "key:", file->key->trouble);
    if (file->convert != NULL)
        command_line(page, file->convert);
}

static void step_line(struct page *page, const struct chain_link *link, int depth) {
    int indent = CHAIN_AT + STEP * depth;
    page_line(page, indent, indent + STEP);
    if (depth > 0)
        page_put(page, INK_FAINT, "signed by ");
    if (link->path != NULL) {
        page_putf(page, INK_PLAIN, "%s", page_short(page, link->subject, SHOWN));
        page_putf(page, INK_FAINT, " (%s)", name_of(page, link->path));
    } else {
        page_putf(page, INK_BAD, "MISSING: %s", page_short(page, link->subject, SHOWN));
        if (link->key_id != NULL)
            page_putf(page, INK_PLAIN, ", key identifier %s", link->key_id);
        if (link->aia != NULL)
            page_putf(page, INK_PLAIN, ", from %s", page_short(page, link->aia, SHOWN));
    }
    page_end(page);
}

/* The same certificate in another file has the same chain. */
static bool is_drawn(const struct facts *facts, size_t i) {
    const struct cert *leaf = file_leaf(facts->files.v[i]);
    for (size_t k = 0; k < i; k++) {
        const struct cert *other = file_leaf(facts->files.v[k]);
        if (other != NULL && strcmp(other->sha256, leaf->sha256) == 0)
            return true;
    }
    return false;
}

static void chains_write(struct page *page, const struct facts *facts) {
    bool is_first = true;
    for (size_t i = 0; i < facts->files.n && i < FILES_SHOWN; i++) {
        const struct user_file *file = facts->files.v[i];
        const struct cert *leaf = file_leaf(file);
        if (leaf == NULL || leaf->is_ca || is_drawn(facts, i))
            continue;
        if (is_first) {
            page_gap(page);
            page_line(page, 0, 0);
            page_put(page, INK_STRONG, "Chains");
            page_end(page);
        }
        is_first = false;
        for (size_t k = 0; k < file->chain.n; k++)
            step_line(page, file->chain.v[k], (int)k);
    }
}

void files_write(struct text *text) {
    const struct facts *facts = text->report->facts;
    struct page *page = &text->page;
    if (facts->files.n == 0)
        return;
    page_gap(page);
    page_line(page, 0, 0);
    page_put(page, INK_STRONG, "Files");
    page_end(page);
    for (size_t i = 0; i < facts->files.n && i < FILES_SHOWN; i++)
        file_line(page, facts->files.v[i]);
    if (facts->files.n > FILES_SHOWN) {
        page_line(page, NAME_AT, NAME_AT);
        page_putf(page, INK_PLAIN, "and %zu more; --format json has them all", facts->files.n - FILES_SHOWN);
        page_end(page);
    }
    if (facts->renewal == NULL) /* the plan tells what is missing, and where */
        chains_write(page, facts);
}
