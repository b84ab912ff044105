/* What was meant by a name that no cipher string knows, and why does it mean nothing? */
#include <string.h>
#include <strings.h>

#include "expressway/cipher_words.h"

enum { NEAR = 3 }; /* one letter in so many may be wrong */

/* Letters to add, drop or change; b is one of our names, of which none is longer. */
static int distance(const char *a, const char *b) {
    enum { LONGEST = 64 };
    size_t la = strlen(a), lb = strlen(b);
    int row[LONGEST + 1];
    for (size_t k = 0; k <= lb; k++)
        row[k] = (int)k;
    for (size_t i = 1; i <= la; i++) {
        int corner = row[0];
        row[0] = (int)i;
        for (size_t k = 1; k <= lb; k++) {
            int change = corner + (a[i - 1] != b[k - 1]),
                less = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
            corner = row[k];
            row[k] = change < less ? change : less;
        }
    }
    return row[lb];
}

struct guess {
    const char *name;
    int distance;
};

static void guess(struct guess *best, const char *text, const char *name) {
    int longer = (int)strlen(text) - (int)strlen(name);
    if (longer >= best->distance || -longer >= best->distance)
        return;
    int d = distance(text, name);
    if (d < best->distance)
        *best = (struct guess){name, d};
}

/* The guide's slip puts "default" where 256 was meant. */
static char *slip_mended(struct arena *arena, const char *text) {
    const char *slip = strstr(text, "default");
    return slip == NULL
               ? NULL
               : arena_printf(arena, "%.*s256%s", (int)(slip - text), text, slip + strlen("default"));
}

const char *cipher_name_guess(struct arena *arena, const char *text) {
    struct guess best = {NULL, (int)strlen(text) / NEAR + 1};
    char *mended = slip_mended(arena, text);
    const struct suite *known = mended != NULL ? suite_by_name(mended) : suite_by_name(text);
    if (known != NULL && known->openssl != NULL)
        return known->openssl;
    for (const struct cipher_word *word = cipher_words; word->name != NULL; word++) {
        if (strcasecmp(word->name, text) == 0)
            return word->name;
        guess(&best, text, word->name);
    }
    for (size_t i = 0; i < suite_count; i++)
        if (suites[i].openssl != NULL && suites[i].strength >= STRENGTH_MEDIUM)
            guess(&best, mended != NULL ? mended : text, suites[i].openssl);
    return best.name;
}

const char *cipher_name_trouble(const char *name) {
    const struct suite *suite = suite_by_name(name);
    if (suite == NULL)
        return strcmp(name, "DEFAULT") == 0 ? "DEFAULT has a meaning only as the first part"
                                            : "no cipher suite or group of suites has this name";
    if (suite_is_13(suite))
        return "TLS 1.3 suites are always offered and not chosen by a cipher string";
    return strcmp(suite->iana, name) == 0 ? "this is IANA's name; a cipher string takes OpenSSL's"
                                          : "upper and lower case matter";
}
