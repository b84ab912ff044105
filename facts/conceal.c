/* What of a text must nobody read? See conceal.h. One pass from word to word; each either begins something of
 * the tables and goes with its value, or stays. */
#include "facts/conceal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How far a word is looked at, so that no line takes time by the square of its length. */
enum { KEY_MOST = 60, SPAN_MOST = 512, RANDOM_LEAST = 24, HEX_LEAST = 32, TOKEN_LEAST = 12 };

static const char hidden[] = "<concealed>";

/* What is told of the text, so far. */
struct told {
    char *bytes;
    size_t n, room;
};

static void put(struct told *out, const char *bytes, size_t size) {
    if (size > out->room - out->n) {
        out->room = 2 * (out->room + size);
        out->bytes = realloc(out->bytes, out->room);
    }
    memcpy(out->bytes + out->n, bytes, size);
    out->n += size;
}

static void put_text(struct told *out, const char *text) {
    put(out, text, strlen(text));
}

/* ---- the tables ---- */

enum reach {
    REACH_VALUE, /* "key=value", "key: value", <key>value<: to its quote, a blank or the next element */
    REACH_LINE,  /* to its quote, else all the rest: what has blanks and commas in it */
    REACH_NONE   /* looks like a key of the table, and is none */
};

/* Keys without "-", "_" and ".", in lower case. The first that fits tells. */
static const struct key_row {
    const char *key;
    bool is_whole; /* the whole key; false: anywhere in it */
    enum reach reach;
} keys[] = {{"useragent", true, REACH_NONE},
            {"userid", false, REACH_VALUE},
            {"cookie", false, REACH_LINE},
            {"authorization", false, REACH_LINE},
            {"xauth", false, REACH_LINE},
            {"password", false, REACH_LINE},
            {"passwd", false, REACH_LINE},
            {"passphrase", false, REACH_LINE},
            {"passcode", false, REACH_LINE},
            {"secret", false, REACH_LINE},
            {"privatekey", false, REACH_LINE},
            {"credential", false, REACH_LINE},
            {"token", false, REACH_VALUE},
            {"nonce", false, REACH_VALUE},
            {"session", false, REACH_VALUE},
            {"apikey", false, REACH_VALUE},
            {"accesskey", false, REACH_VALUE},
            {"sharedkey", false, REACH_VALUE},
            {"encryptionkey", false, REACH_VALUE},
            {"saml", false, REACH_VALUE},
            {"assertion", false, REACH_VALUE},
            {"relaystate", false, REACH_VALUE},
            {"ticket", false, REACH_VALUE},
            {"community", false, REACH_VALUE},
            {"username", false, REACH_VALUE},
            {"user", false, REACH_VALUE},
            {"email", false, REACH_VALUE},
            {"account", true, REACH_VALUE},
            {"accountname", true, REACH_VALUE},
            {"administrator", true, REACH_VALUE},
            {"admin", true, REACH_VALUE},
            {"login", true, REACH_VALUE},
            {"loginname", true, REACH_VALUE},
            {"pass", true, REACH_LINE},
            {"pwd", true, REACH_LINE},
            {"pin", true, REACH_VALUE},
            {"otp", true, REACH_VALUE},
            {"psk", true, REACH_VALUE},
            {"jwt", true, REACH_VALUE},
            {"sid", true, REACH_VALUE},
            {"uid", true, REACH_VALUE},
            {"jid", true, REACH_VALUE},
            {"auth", true, REACH_VALUE},
            {"opaque", true, REACH_VALUE},
            {"response", true, REACH_VALUE}, /* of a digest (RFC 7616 3.4) and of SASL (RFC 6120 6.4) */
            {"challenge", true, REACH_VALUE},
            {"tel", true, REACH_VALUE}};

/* A word behind which, without any sign, the name of somebody or a secret comes. */
enum next {
    NEXT_NAME,  /* whatever is no word of `plain` */
    NEXT_RANDOM /* what looks like no word at all */
};
static const struct {
    const char *word;
    enum next next;
} leads[] = {{"user", NEXT_NAME},      {"username", NEXT_NAME},      {"userid", NEXT_NAME},
             {"login", NEXT_NAME},     {"account", NEXT_NAME},       {"administrator", NEXT_NAME},
             {"admin", NEXT_NAME},     {"password", NEXT_RANDOM},    {"passphrase", NEXT_RANDOM},
             {"secret", NEXT_RANDOM},  {"token", NEXT_RANDOM},       {"cookie", NEXT_RANDOM},
             {"session", NEXT_RANDOM}, {"credentials", NEXT_RANDOM}, {"bearer", NEXT_RANDOM},
             {"basic", NEXT_RANDOM},   {"nonce", NEXT_RANDOM},       {"ticket", NEXT_RANDOM},
             {"pin", NEXT_RANDOM},     {"otp", NEXT_RANDOM}};

/* "uploaded by NAME": done by somebody, where a certificate is "issued by" a CA. */
static const char *const deeds[] = {
    "uploaded",  "changed",  "modified",  "created", "deleted",   "removed",  "generated", "added",
    "edited",    "saved",    "started",   "stopped", "performed", "disabled", "enabled",   "restarted",
    "installed", "approved", "requested", "updated", "initiated", "replaced", "imported",  "downloaded"};

/* Behind "user" and the like these are the sentence going on, and nobody's name. */
static const char *const plain[] = {
    "a",         "about",   "account",  "accounts", "against",   "agent",    "an",
    "and",       "are",     "as",       "at",       "attempted", "attempts", "authentication",
    "by",        "can",     "cannot",   "could",    "denied",    "did",      "does",
    "error",     "expired", "failed",   "failure",  "for",       "found",    "from",
    "group",     "groups",  "has",      "have",     "id",        "in",       "interface",
    "invalid",   "is",      "limit",    "locked",   "login",     "name",     "no",
    "not",       "of",      "on",       "or",       "page",      "password", "policy",
    "portal",    "request", "requests", "role",     "service",   "session",  "sessions",
    "succeeded", "success", "system",   "that",     "the",       "this",     "timed",
    "to",        "unknown", "user",     "username", "via",       "was",      "were",
    "will",      "with"};

/* Is it this one of a table, in lower case? Most are told by their first letter. */
static bool is_word(const char *known, const char *word, size_t size) {
    return *known == tolower((unsigned char)*word) && strncasecmp(known, word, size) == 0 && known[size] == 0;
}

static bool is_among(const char *const *list, size_t count, const char *word, size_t size) {
    for (size_t i = 0; i < count; i++)
        if (is_word(list[i], word, size))
            return true;
    return false;
}
#define IS_AMONG(list, word, size) is_among(list, sizeof(list) / sizeof *(list), word, size)

/* ---- words ---- */

static bool is_of_key(char c) {
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

static size_t key_size(const char *at) {
    size_t size = 0;
    while (is_of_key(at[size]))
        size++;
    return size;
}

static size_t span(const char *at, const char *ends) {
    size_t size = 0;
    while (size < SPAN_MOST && at[size] != 0 && strchr(ends, at[size]) == NULL)
        size++;
    return size;
}

/* Digits, signs or a capital inside: no word of a sentence. */
static bool looks_random(const char *at, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (isdigit((unsigned char)at[i]) || (i > 0 && isupper((unsigned char)at[i])) ||
            strchr("=+/_$!#%&*~^", at[i]) != NULL)
            return true;
    return false;
}

static enum reach reach_of(const char *key, size_t size) {
    char folded[KEY_MOST + 1];
    size_t used = 0;
    for (size_t i = 0; i < size && used < KEY_MOST; i++)
        if (isalnum((unsigned char)key[i]))
            folded[used++] = (char)tolower((unsigned char)key[i]);
    folded[used] = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].is_whole ? strcmp(folded, keys[i].key) == 0 : strstr(folded, keys[i].key) != NULL)
            return keys[i].reach;
    return REACH_NONE;
}

/* ---- values ---- */

/* `"`, `'`, and both as an escape: how many bytes; 0: none. */
static size_t quote_at(const char *at) {
    if (*at == '"' || *at == '\'')
        return 1;
    return *at == '\\' && (at[1] == '"' || at[1] == '\'') ? 2 : 0;
}

/* Of what stands in quotes, the quotes not counted; all the rest where they are not closed. */
static size_t quoted_size(const char *quote, size_t quote_size) {
    const char *inside = quote + quote_size, mark = quote[quote_size - 1];
    for (const char *at = inside; *at != 0; at++)
        if (*at == mark && (quote_size == 1 ? at[-1] != '\\' || at == inside : at > inside && at[-1] == '\\'))
            return (size_t)(at - inside) - (quote_size == 2);
    return strlen(inside);
}

/* What is told already. */
static bool is_hidden(const char *at) {
    return *at == *hidden && strncasecmp(at, hidden, sizeof hidden - 1) == 0;
}

/* Writes in place of a value; behind it the text goes on. */
static const char *value_hide(struct told *out, const char *at, enum reach reach) {
    size_t quote = quote_at(at), size = quote > 0 ? quoted_size(at, quote) : 0;
    if (is_hidden(at) && reach == REACH_VALUE) {
        put_text(out, hidden);
        return at + sizeof hidden - 1;
    }
    put(out, at, quote);
    at += quote;
    if (quote == 0)
        size = reach == REACH_LINE ? strlen(at) : strcspn(at, " \t\"'<>");
    if (size > 0)
        put_text(out, hidden);
    return at + size;
}

/* Behind a key: its "=", ":" or ">", with the quote of the key before and blanks around; 0: there is none. */
static size_t sign_size(const char *at, bool is_element) {
    size_t size = quote_at(at);
    size += strspn(at + size, " ");
    if (at[size] == '=' || at[size] == ':' || (is_element && at[size] == '>'))
        size++;
    else if (strncasecmp(at + size, "%3d", 3) == 0)
        size += 3;
    else if (is_element && size > 0 && strncmp(at, " ", 1) == 0) /* <auth mechanism='PLAIN'>… */
        return span(at, ">") < SPAN_MOST && at[span(at, ">")] == '>' ? span(at, ">") + 1 : 0;
    else
        return 0;
    return size + strspn(at + size, " \t");
}

/* Where a key of the table with its sign begins: both are written, its value is not. NULL: none does. */
static const char *key_hide(struct told *out, const char *text, const char *at, size_t size) {
    bool is_element = at > text && at[-1] == '<';
    size_t sign = sign_size(at + size, is_element);
    if (sign == 0 || at[size + sign] == 0)
        return NULL; /* as most: no table is asked */
    enum reach reach = reach_of(at, size);
    if (reach == REACH_NONE)
        return NULL;
    bool is_equals = memchr(at + size, '=', sign) != NULL;
    put(out, at, size + sign);
    if (is_element)
        reach = REACH_VALUE;
    return value_hide(out, at + size + sign,
                      reach == REACH_LINE && is_equals && quote_at(at + size + sign) == 0 &&
                              strncasecmp(at, "cookie", 6) != 0
                          ? REACH_VALUE
                          : reach);
}

/* ---- phrases ---- */

static size_t lead_next(const char *at, size_t size, enum next *next) {
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        if (is_word(leads[i].word, at, size)) {
            *next = leads[i].next;
            return strspn(at + size, " ");
        }
    return 0;
}

static bool ends_with_word(const char *text, const char *at, const char *word) {
    size_t size = strlen(word);
    return (size_t)(at - text) >= size && strncasecmp(at - size, word, size) == 0;
}

/* "uploaded by", "logged in as": at stands at "by" and "as". */
static bool is_deed(const char *text, const char *at, size_t size) {
    const char *before = at;
    while (before > text && before[-1] == ' ')
        before--;
    if (size == 2 && strncasecmp(at, "as", 2) == 0)
        return ends_with_word(text, before, "logged in") || ends_with_word(text, before, "log in");
    for (size_t i = 0; size == 2 && strncasecmp(at, "by", 2) == 0 && i < sizeof deeds / sizeof *deeds; i++)
        if (ends_with_word(text, before, deeds[i]))
            return true;
    return false;
}

/* "user NAME", `user "NAME"`, "uploaded by NAME", "token 3f2a". NULL: it is none. */
static const char *phrase_hide(struct told *out, const char *text, const char *at, size_t size) {
    enum next next = NEXT_NAME;
    size_t blanks = is_deed(text, at, size) ? strspn(at + size, " ") : lead_next(at, size, &next);
    const char *value = at + size + blanks;
    if (blanks == 0 || *value == 0 || is_hidden(value))
        return NULL;
    if (quote_at(value) == 0) {
        size_t word = span(value, " \t\"'<>,;"), letters = key_size(value);
        bool is_plain =
            word == 0 || (letters > 0 && IS_AMONG(plain, value, letters) && !is_of_key(value[letters]));
        if (is_plain || (next == NEXT_RANDOM && !looks_random(value, word)))
            return NULL;
    }
    put(out, at, size + blanks);
    return value_hide(out, value, REACH_VALUE);
}

/* ---- shapes ---- */

/* Three kinds of characters in one long run, or very many hexadecimal digits: nobody reads that. */
static bool is_random_run(const char *at, size_t size) {
    bool has_upper = false, has_lower = false, has_digit = false, is_hex = true;
    for (size_t i = 0; i < size; i++) {
        has_upper = has_upper || isupper((unsigned char)at[i]);
        has_lower = has_lower || islower((unsigned char)at[i]);
        has_digit = has_digit || isdigit((unsigned char)at[i]);
        is_hex = is_hex && isxdigit((unsigned char)at[i]);
    }
    bool is_token = size >= TOKEN_LEAST && strncmp(at, "eyJ", 3) == 0; /* {" in base64: RFC 7519 */
    return is_token || (is_hex && size >= HEX_LEAST) ||
           (size >= RANDOM_LEAST && has_upper && has_lower && has_digit);
}

static size_t base64_size(const char *at) {
    size_t size = 0;
    while (is_of_key(at[size]) || at[size] == '+' || at[size] == '/' || at[size] == '=')
        size++;
    return size;
}

/* What a password, a token or the name before an "@" looks like wherever it stands. NULL: none is here. */
static const char *shape_hide(struct told *out, const char *at) {
    static const char *const schemes[] = {"sip:", "sips:", "mailto:", "xmpp:", "im:", "pres:"};
    size_t size = span(at, " \t\"'<>(),;=/"), run = base64_size(at);
    const char *sign = memrchr(at, '@', size), *percent = memchr(at, '%', size);
    if (sign == NULL && percent != NULL)
        sign = memmem(percent, size - (size_t)(percent - at), "%40", 3);
    if (sign != NULL && sign > at) {
        for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
            if (strncasecmp(at, schemes[i], strlen(schemes[i])) == 0)
                put_text(out, schemes[i]);
        put_text(out, hidden);
        return sign;
    }
    if (!is_random_run(at, run < SPAN_MOST ? run : SPAN_MOST))
        return NULL;
    put_text(out, hidden);
    return at + run + (strncmp(at, "eyJ", 3) == 0 ? base64_size(at + run) : 0);
}

/* "{cipher}…", "?query", and private keys, which no word begins. NULL: none is here. */
static const char *sign_hide(struct told *out, const char *text, const char *at) {
    static const char begin[] = "-----BEGIN ";
    if (strncmp(at, begin, sizeof begin - 1) == 0 && strstr(at, "PRIVATE KEY") != NULL) {
        put_text(out, hidden);
        return at + strlen(at);
    }
    size_t key = *at == '{' ? key_size(at + 1) : 0;
    bool is_enciphered = key > 0 && at[key + 1] == '}' && strcspn(at + key + 2, " \t\"'<>") > 0;
    bool is_query = *at == '?' && at > text && !isspace((unsigned char)at[-1]) && at[1] != 0 &&
                    strcspn(at + 1, " \t\"'<>") > 0;
    if (!is_enciphered && !is_query)
        return NULL;
    put_text(out, is_query ? "?" : "");
    put_text(out, hidden);
    at += is_query ? 1 : key + 2;
    return at + strcspn(at, " \t\"'<>");
}

/* ---- all of it ---- */

/* What begins at `at` is written, hidden or as it is; behind it the text goes on. */
static const char *piece_tell(struct told *out, const char *text, const char *at) {
    size_t size = key_size(at);
    const char *behind = NULL;
    if (is_hidden(at)) {
        put_text(out, hidden);
        return at + sizeof hidden - 1;
    }
    if (*at == '-' || size == 0)
        behind = sign_hide(out, text, at);
    if (behind == NULL && size > 0)
        behind = key_hide(out, text, at, size);
    if (behind == NULL && size > 0)
        behind = phrase_hide(out, text, at, size);
    if (behind == NULL)
        behind = shape_hide(out, at);
    if (behind != NULL)
        return behind;
    size = size > 0 ? size : 1;
    put(out, at, size);
    return at + size;
}

char *text_conceal(struct arena *arena, const char *text) {
    if (text == NULL)
        return NULL;
    struct told out = {.room = 2 * strlen(text) + sizeof hidden};
    out.bytes = malloc(out.room);
    for (const char *at = text; *at != 0;)
        at = piece_tell(&out, text, at);
    char *kept = arena_textn(arena, out.bytes, out.n);
    free(out.bytes);
    return kept;
}
