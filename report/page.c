/* How do words come onto a page? See page.h. */
#include "report/page.h"

#include <stdarg.h>
#include <string.h>

static const char *const sgr[] = {
    [INK_PLAIN] = "",          [INK_STRONG] = "\033[1m", [INK_FAINT] = "\033[2m",    [INK_GOOD] = "\033[32m",
    [INK_WARN] = "\033[1;33m", [INK_BAD] = "\033[1;31m", [INK_UNSURE] = "\033[1;35m"};

/* Written with the next word, so that no line ends in them. */
static void blanks(struct page *page, int count) {
    page->blanks += count;
    page->column += count;
}

static void break_line(struct page *page) {
    if (page->out != NULL)
        fputc('\n', page->out);
    page->lines++;
    page->column = 0;
    page->blanks = 0;
}

/* A quarter of the page is always left for words, however deep the indent. */
static int indent_within(const struct page *page, int column) {
    return column > page->width * 3 / 4 ? page->width * 3 / 4 : column;
}

void page_line(struct page *page, int indent, int hang) {
    page->column = 0;
    page->blanks = 0;
    page->hang = indent_within(page, hang);
    page->is_spaced = false;
    page->is_fresh = true;
    blanks(page, indent_within(page, indent));
}

void page_end(struct page *page) {
    break_line(page);
}

void page_gap(struct page *page) {
    break_line(page);
}

static void next_line(struct page *page) {
    break_line(page);
    page->is_fresh = true;
    blanks(page, page->hang);
}

static void ink_bytes(struct page *page, enum ink ink, const char *bytes, size_t size) {
    bool colored = page->color && ink != INK_PLAIN && size > 0;
    page->is_fresh = false;
    if (page->out == NULL) { /* only counted */
        page->blanks = 0;
        return;
    }
    fprintf(page->out, "%*s", page->blanks, "");
    page->blanks = 0;
    if (colored)
        fputs(sgr[ink], page->out);
    fwrite(bytes, 1, size, page->out);
    if (colored)
        fputs("\033[0m", page->out);
}

/* Where to break a word that is too long: behind the last separator in the second half of what fits. */
static size_t break_at(const char *word, size_t fits) {
    for (size_t i = fits; i > fits / 2; i--)
        if (strchr(",/=&?.:;-_@+|", word[i - 1]) != NULL)
            return i;
    return fits;
}

static void put_word(struct page *page, enum ink ink, const char *word) {
    int columns = columns_of(word), due = page->is_spaced && !page->is_fresh ? 1 : 0;
    if (!page->is_fresh && page->column + due + columns > page->width) {
        next_line(page);
        due = 0;
    }
    blanks(page, due);
    page->is_spaced = false;
    while (page->column + columns > page->width) {
        size_t fits = columns_fit(word, page->width - page->column);
        if (fits == 0) /* cannot be: a page is wider than any character and its indent */
            break;
        size_t here = break_at(word, fits);
        ink_bytes(page, ink, word, here);
        next_line(page);
        columns -=
            columns_of(arena_textn(page->arena, word, here)); /* not of the rest: a word can be 64 KB */
        word += here;
    }
    ink_bytes(page, ink, word, strlen(word));
    page->column += columns;
}

/* Made harmless, and fit for this page. */
static char *shown(const struct page *page, const char *text) {
    char *harmless = visible(page->arena, text);
    return page->ascii ? in_ascii(page->arena, harmless) : harmless;
}

void page_put(struct page *page, enum ink ink, const char *text) {
    char *p = shown(page, text);
    while (*p != 0) {
        if (*p == ' ') {
            page->is_spaced = true;
            p++;
            continue;
        }
        char *end = p + strcspn(p, " "), after = *end;
        *end = 0;
        put_word(page, ink, p);
        *end = after;
        p = end;
    }
}

void page_putf(struct page *page, enum ink ink, const char *format, ...) {
    va_list args;
    va_start(args, format);
    page_put(page, ink, arena_vprintf(page->arena, format, args));
    va_end(args);
}

void page_tab(struct page *page, int column) {
    column = indent_within(page, column);
    page->hang = column;
    page->is_spaced = false;
    if (page->column > column || (page->column == column && !page->is_fresh))
        next_line(page);
    else
        blanks(page, column - page->column);
    page->is_fresh = true;
}

char *page_short(struct page *page, const char *text, int columns) {
    return columns_cut(page->arena, shown(page, text), columns);
}

void page_draw(struct page *page, enum ink ink, const char *text) {
    char *drawn = shown(page, text);
    ink_bytes(page, ink, drawn, strlen(drawn));
    page->column += columns_of(drawn);
}

/* ---- words that many sections use ---- */

const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

enum ink status_ink(enum status status) {
    static const enum ink inks[] = {
        [STATUS_PASS] = INK_GOOD, [STATUS_INFO] = INK_PLAIN,     [STATUS_WARN] = INK_WARN,
        [STATUS_FAIL] = INK_BAD,  [STATUS_UNKNOWN] = INK_UNSURE, [STATUS_SKIP] = INK_FAINT};
    return inks[status];
}

const char *status_word(enum status status) {
    static const char *const words[] = {
        [STATUS_PASS] = "PASS", [STATUS_INFO] = "PASS", [STATUS_WARN] = "WARN",
        [STATUS_FAIL] = "FAIL", [STATUS_SKIP] = "PASS", [STATUS_UNKNOWN] = "UNKNOWN"};
    return words[status];
}
