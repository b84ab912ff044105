/* How does a text become part of an XML, HTML or Markdown document? See markup.h. */
#include "report/markup.h"

#include <string.h>

#include "report/columns.h"

static void put_byte(FILE *out, char c) {
    switch (c) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        fputc(c, out);
    }
}

void markup_put(FILE *out, const char *text) {
    struct arena *scratch = arena_new();
    for (const char *p = visible(scratch, text); *p != 0; p++) {
        bool is_noncharacter = strncmp(p, "\xef\xbf\xbe", 3) == 0 || strncmp(p, "\xef\xbf\xbf", 3) == 0;
        if (is_noncharacter) {
            fprintf(out, "\\xef\\xbf\\x%02x", (unsigned char)p[2]);
            p += 2;
        } else {
            put_byte(out, *p);
        }
    }
    arena_free(scratch);
}

void markup_putf(FILE *out, const char *format, ...) {
    struct arena *scratch = arena_new();
    va_list args;
    va_start(args, format);
    markup_put(out, arena_vprintf(scratch, format, args));
    va_end(args);
    arena_free(scratch);
}

/* ---- Markdown ---- */

/* A code span holds anything but a run of backticks as long as its own; a table cell ends at a bar all the
 * same (GFM 4.10), and a blank at both ends keeps backticks of the text apart (CommonMark 6.1). */
void markdown_code(FILE *out, const char *text) {
    struct arena *scratch = arena_new();
    const char *from = visible(scratch, text);
    size_t longest = 0, run = 0;
    for (const char *p = from; *p != 0; p++) {
        run = *p == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    bool needs_blank = *from == 0 || *from == '`' || from[strlen(from) - 1] == '`' || *from == ' ';
    for (size_t i = 0; i <= longest; i++)
        fputc('`', out);
    fputs(needs_blank ? " " : "", out);
    for (const char *p = from; *p != 0; p++)
        fputs(*p == '|' ? "\\x7C" : (const char[]){*p, 0}, out);
    fputs(needs_blank ? " " : "", out);
    for (size_t i = 0; i <= longest; i++)
        fputc('`', out);
    arena_free(scratch);
}

/* Addresses and mentions become links, and notify people, by themselves: only code is safe from that. */
static bool links_by_itself(const char *text) {
    static const char *const signs[] = {"@", "://", "www.", "#", "mailto:", "xmpp:"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcasestr(text, signs[i]) != NULL)
            return true;
    return false;
}

/* What would begin a list, a quote, a heading or a rule where a line begins. */
static bool begins_a_block(const char *text) {
    size_t digits = strspn(text, "0123456789");
    return strchr("-+>=#", text[0]) != NULL || (digits > 0 && (text[digits] == '.' || text[digits] == ')'));
}

void markdown_text(FILE *out, const char *text) {
    if (links_by_itself(text)) {
        markdown_code(out, text);
        return;
    }
    struct arena *scratch = arena_new();
    const char *from = visible(scratch, text);
    size_t escaped_at = begins_a_block(from) ? strspn(from, "0123456789") : strlen(from);
    for (size_t i = 0; from[i] != 0; i++) {
        if (i == escaped_at || strchr("\\`*_[]<|~!&$", from[i]) != NULL)
            fputc('\\', out);
        fputc(from[i], out);
    }
    arena_free(scratch);
}
