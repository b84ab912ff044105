/* Is this word what was wanted? See values.h. */
#include "config/values.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "facts/services.h"

enum { WORD_MAX = 40, BEGINNING = 3 /* letters that tell a word from others */ };

bool value_number(const char *text, int least, int most, int *number) {
    long value = 0;
    if (*text == 0)
        return false;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (*text - '0');
        if (value > most)
            return false;
    }
    *number = (int)value;
    return value >= least;
}

bool value_release(const char *text) {
    int parts = 0;
    if (*text == 'X' || *text == 'x')
        text++;
    while (parts++ < 4 && isdigit((unsigned char)*text)) {
        size_t digits = strspn(text, "0123456789");
        if (digits > 2)
            return false;
        text += digits;
        if (*text == 0)
            return true;
        if (*text++ != '.')
            return false;
    }
    return false;
}

bool value_address(struct arena *arena, const char *text, char **address) {
    unsigned char bytes[16];
    char plain[INET6_ADDRSTRLEN + 2] = "", shortest[INET6_ADDRSTRLEN];
    size_t size = strlen(text);
    if (size >= sizeof plain)
        return false;
    bool bracketed = size > 2 && text[0] == '[' && text[size - 1] == ']';
    memcpy(plain, text + (bracketed ? 1 : 0), size - (bracketed ? 2 : 0));
    int family = strchr(plain, ':') != NULL ? AF_INET6 : AF_INET;
    if ((bracketed && family == AF_INET) || inet_pton(family, plain, bytes) != 1 ||
        inet_ntop(family, bytes, shortest, sizeof shortest) == NULL)
        return false;
    *address = arena_text(arena, shortest);
    return true;
}

bool value_host_port(struct arena *arena, const char *text, const char **host, int *port) {
    enum { PORT_MAX = 65535 };
    const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL, *colon = strrchr(text, ':');
    *host = text;
    if (bracket != NULL) {
        *host = arena_textn(arena, text + 1, (size_t)(bracket - text - 1));
        return bracket[1] == 0 || (bracket[1] == ':' && value_number(bracket + 2, 1, PORT_MAX, port));
    }
    if (colon == NULL || strchr(text, ':') != colon) /* no port, or an IPv6 address without brackets */
        return true;
    *host = arena_textn(arena, text, (size_t)(colon - text));
    return value_number(colon + 1, 1, PORT_MAX, port);
}

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

const char *value_nearest(const char *word, const struct texts *candidates) {
    const char *best = NULL, *longer = NULL; /* the last one that only begins like it */
    size_t shortest = strlen(word) / 3 + 1;  /* the longer the word, the more slips */
    if (strlen(word) > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < candidates->n; i++) {
        if (strlen(candidates->v[i]) > WORD_MAX)
            continue;
        size_t d = distance(word, candidates->v[i]);
        if (strlen(word) >= BEGINNING && text_starts(candidates->v[i], word))
            longer = candidates->v[i];
        if (d < shortest || (d == shortest && best == NULL)) {
            shortest = d;
            best = candidates->v[i];
        }
    }
    return best != NULL ? best : longer;
}

char *value_choice(struct arena *arena, const struct texts *candidates) {
    char *all = arena_text(arena, "");
    for (size_t i = 0; i < candidates->n; i++) {
        const char *between = i == 0 ? "" : i + 1 == candidates->n ? " or " : ", ";
        all = arena_printf(arena, "%s%s%s", all, between, candidates->v[i]);
    }
    return all;
}

bool value_starttls(struct arena *arena, const char *text, char **error) {
    if (!starttls_is_known(text))
        *error =
            arena_printf(arena, "wanted %s; SIP and HTTPS speak TLS from the start", starttls_words(arena));
    return starttls_is_known(text);
}
