/* Which word did the user probably mean? See suggest.h. */
#include "config/suggest.h"

#include <ctype.h>
#include <string.h>

enum { WORD_MAX = 40 };

static size_t least(size_t a, size_t b, size_t c) {
    size_t two = a < b ? a : b;
    return two < c ? two : c;
}

/* Letters to insert, drop or change; case and "_" for "-" do not count. */
static size_t distance(const char *a, const char *b) {
    size_t n = strlen(b), row[WORD_MAX + 1];
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != 0; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            int x = a[i] == '_' ? '-' : tolower((unsigned char)a[i]);
            size_t changed = diagonal + (x == tolower((unsigned char)b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = least(changed, row[j] + 1, row[j + 1] + 1);
        }
    }
    return row[n];
}

const char *nearest(const char *word, const struct texts *candidates) {
    const char *best = NULL;
    size_t shortest = strlen(word) / 3 + 1; /* more letters, more slips */
    if (strlen(word) > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < candidates->n; i++) {
        if (strlen(candidates->v[i]) > WORD_MAX)
            continue;
        size_t d = distance(word, candidates->v[i]);
        if (d < shortest || (d == shortest && best == NULL)) {
            shortest = d;
            best = candidates->v[i];
        }
    }
    return best;
}
