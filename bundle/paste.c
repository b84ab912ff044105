/* Are the settings that somebody pasted those of one box? Two dumps in one paste are told from one that says
 * some things twice: a second box says otherwise who it is. */
#include <string.h>

#include "bundle/reading.h"

/* Who a box says it is; a second box says otherwise in at least one. */
static const char *const identities[] = {"systemunit name", "ip dns hostname", "ip dns domain name"};
enum { IDENTITIES = sizeof identities / sizeof *identities };

static bool is_identity(const char *path) {
    for (size_t i = 0; i < IDENTITIES; i++)
        if (strcmp(path, identities[i]) == 0)
            return true;
    return false;
}

/* The first line that says a second time what one before it said; 0: none does. *differs: of the identities
 * one has two values. Settings of one path are neighbours, the last line first. */
static int line_repeated(const struct settings *settings, bool *differs) {
    int first = 0;
    *differs = false;
    for (size_t i = 0; i + 1 < settings->all.n; i++) {
        const struct setting *later = settings->all.v[i], *earlier = settings->all.v[i + 1];
        if (strcmp(later->path, earlier->path) != 0)
            continue;
        if (first == 0 || later->line < first)
            first = later->line;
        *differs = *differs || (is_identity(later->path) && *later->value != 0 && *earlier->value != 0 &&
                                !text_same_case_blind(later->value, earlier->value));
    }
    return first;
}

static size_t line_offset(const char *text, size_t size, int line) {
    const char *at = text, *end = text + size;
    for (int i = 1; i < line && at < end; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline == NULL ? end : newline + 1;
    }
    return (size_t)(at - text);
}

size_t paste_split(const struct settings *settings, const char *text, size_t size) {
    bool differs = false, is_text = text[strspn(text, " \t\r\n")] != '<' && (unsigned char)text[0] < 0xfe;
    int line = is_text ? line_repeated(settings, &differs) : 0;
    size_t at = differs ? line_offset(text, size, line) : size;
    return at == 0 ? size : at;
}

bool paste_is_other(const struct settings *one, const struct settings *other) {
    for (size_t i = 0; i < IDENTITIES; i++) {
        const char *a = setting_value(one, identities[i]), *b = setting_value(other, identities[i]);
        if (a != NULL && b != NULL && *a != 0 && *b != 0 && !text_same_case_blind(a, b))
            return true;
    }
    return false;
}
