/* How does a text become part of an XML or HTML document? See markup.h. */
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
