/* What of a free text, or of a path, is replaced? Known names, addresses, paths and words wherever they
 * stand, and what looks like a name; of a strange text everything but words that are known to be nobody's.
 * See pseudonyms.h. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts/memory.h"
#include "redact/pseudonyms.h"

struct reader {
    struct pseudonyms *p;
    struct arena *arena;
    bool is_strange;
};

static bool is_file_ending(const char *ending) {
    static const char *const endings[] = {"txt", "pem", "pcap", "pcapng", "xml",  "gz",   "tar", "zip",
                                          "cpp", "c",   "h",    "py",     "json", "yaml", "yml", "log",
                                          "cap", "tgz", "enc",  "der",    "cer",  "crt"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(ending, endings[i]) == 0)
            return true;
    return false;
}

static char *lower(struct arena *arena, const char *text, size_t size) {
    char *copy = arena_textn(arena, text, size);
    for (char *at = copy; *at != 0; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}

/* ---- one word ---- */

/* "self-signed": each part of it is nobody's. */
static bool is_plain(const struct reader *r, const char *word) {
    if (pseudonyms_is_plain(r->p, word))
        return true;
    bool has_hyphen = false;
    for (const char *at = word; *at != 0; at += at[strcspn(at, "-")] == '-') {
        size_t size = strcspn(at, "-");
        has_hyphen = has_hyphen || at[size] == '-';
        if (size > 0 && !pseudonyms_is_plain(r->p, arena_textn(r->arena, at, size)))
            return false;
        at += size;
    }
    return has_hyphen;
}

/* A word that nobody vouches for may be a host's name: of an alarm, of another cluster, of a phone. */
static char *word_instead(const struct reader *r, const char *piece, size_t size, const char *key) {
    if (!r->is_strange || size == 0 || is_plain(r, key))
        return arena_textn(r->arena, piece, size);
    if (pseudonyms_is_known_label(r->p, key, false))
        return pseudonym_of_name(r->p, key);
    char *made = pseudonym_of_words(r->p, "word", key);
    for (char *at = made; *at != 0; at++)
        *at = *at == ' ' ? '-' : *at;
    return made;
}

/* A host that stands alone, as in log lines and in the names of files. */
static char *host_instead(const struct reader *r, const char *piece, size_t size) {
    char *key = lower(r->arena, piece, size), *dotted = arena_text(r->arena, key);
    if (pseudonyms_is_known_label(r->p, key, true))
        return pseudonym_of_name(r->p, arena_textn(r->arena, piece, size));
    for (char *at = dotted; *at != 0;
         at++) /* a component of XCP is named after its box: dots become hyphens */
        *at = *at == '-' ? '.' : *at;
    if (strchr(dotted, '.') == NULL || !pseudonyms_is_known_name(r->p, dotted))
        return word_instead(r, piece, size, key);
    char *made = pseudonym_of_name(r->p, dotted);
    for (char *at = made; *at != 0; at++)
        *at = *at == '.' ? '-' : *at;
    return made;
}

/* An address of IPv4 that text begins with; 0: none. */
static size_t v4_size(const char *text) {
    const char *at = text;
    for (int i = 0; i < 4; i++) {
        size_t digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 3 || (i < 3 && at[digits] != '.'))
            return 0;
        at += digits + (i < 3);
    }
    return (size_t)(at - text);
}

static char *hosts_instead(const struct reader *r, const char *piece) {
    char *made = arena_text(r->arena, "");
    while (*piece != 0) {
        size_t size = strcspn(piece, "._*"), address = v4_size(piece);
        char *known = address == 0 ? NULL : pseudonym_of_address(r->p, arena_textn(r->arena, piece, address));
        if (known != NULL) { /* with something before or behind it: xconf_dump_192.0.2.1_2026… */
            made = arena_printf(r->arena, "%s%s", made, known);
            piece += address;
            continue;
        }
        made = arena_printf(r->arena, "%s%s", made, host_instead(r, piece, size));
        piece += size;
        if (*piece != 0)
            made = arena_printf(r->arena, "%s%c", made, *piece++);
    }
    return made;
}

/* ---- names in a word ---- */

/* The longest known name that text begins with, wherever it ends; 0: none. */
static size_t known_at(const struct reader *r, const char *text) {
    char key[256];
    size_t size = strnlen(text, sizeof key - 1);
    for (size_t i = 0; i < size; i++)
        key[i] = (char)tolower((unsigned char)text[i]);
    for (; size > 2; size--) {
        key[size] = 0;
        if (pseudonyms_is_known_name(r->p, key))
            return size;
    }
    return 0;
}

/* A known name with something grown to its end ("e1.example.com61") is nobody's, and tells it all the same.
 * NULL: there is none. */
static char *grown_instead(const struct reader *r, const char *piece) {
    char *made = NULL;
    const char *from = piece, *at = piece;
    while (strchr(at, '.') != NULL) {
        size_t size = known_at(r, at);
        if (size == 0) {
            at = strchr(at, '.') + 1;
            continue;
        }
        const char *before = hosts_instead(r, arena_textn(r->arena, from, (size_t)(at - from)));
        made = arena_printf(r->arena, "%s%s%s", made == NULL ? "" : made, before,
                            pseudonym_of_name(r->p, arena_textn(r->arena, at, size)));
        from = at = at + size;
    }
    return made == NULL ? NULL : arena_printf(r->arena, "%s%s", made, hosts_instead(r, from));
}

static char *piece_instead(const struct reader *r, const char *piece) {
    char *address = pseudonym_of_address(r->p, piece);
    const char *last = strrchr(piece, '.');
    if (address != NULL)
        return address;
    if (last != NULL && pseudonyms_is_name(r->p, lower(r->arena, piece, strlen(piece))) &&
        !is_file_ending(last + 1))
        return pseudonym_of_name(r->p, piece);
    char *grown = grown_instead(r, piece);
    return grown != NULL ? grown : hosts_instead(r, piece);
}

/* "name:port", "address:port", and everything between that is no IPv6 address. */
static char *token_instead(const struct reader *r, const char *token) {
    char *address = pseudonym_of_address(r->p, token), *made = arena_text(r->arena, "");
    if (address != NULL)
        return address;
    while (*token != 0) {
        size_t size = strcspn(token, ":");
        made = arena_printf(r->arena, "%s%s", made, piece_instead(r, arena_textn(r->arena, token, size)));
        token += size;
        if (*token == ':') {
            made = arena_printf(r->arena, "%s:", made);
            token++;
        }
    }
    return made;
}

/* ---- a text ---- */

/* What is no ASCII is of a word of a strange text; of our own texts it is a dash or a quotation mark. */
static bool is_of_token(const struct reader *r, char c) {
    return isalnum((unsigned char)c) || (c != 0 && strchr(".-_*:", c) != NULL) ||
           (r->is_strange && (c & 0x80) != 0);
}

static char *text_instead(const struct reader *r, const char *original) {
    char *text = pseudonyms_phrases_instead(r->p, original), *made = NULL;
    size_t made_size;
    FILE *out = open_memstream(&made, &made_size);
    if (out == NULL)
        memory_is_out();
    for (const char *at = text; *at != 0;) {
        size_t between = 0, size = 0;
        while (at[between] != 0 && !is_of_token(r, at[between]))
            between++;
        while (is_of_token(r, at[between + size]))
            size++;
        size_t whole = size;
        while (size > 0 && strchr(".:-", at[between + size - 1]) != NULL) /* the end of a sentence */
            size--;
        char *token = arena_textn(r->arena, at + between, size);
        bool is_user = at[between + whole] == '@' && size > 0;
        fprintf(out, "%.*s%s%.*s", (int)between, at, is_user ? "user" : token_instead(r, token),
                (int)(whole - size), at + between + size);
        at += between + whole;
    }
    fclose(out);
    char *kept = arena_textn(r->arena, made, made_size);
    free(made);
    return kept;
}

char *pseudonym_of_text(struct pseudonyms *p, const char *text) {
    struct reader r = {p, pseudonyms_arena(p), false};
    return text_instead(&r, text);
}

char *pseudonym_of_strange_text(struct pseudonyms *p, const char *text) {
    struct reader r = {p, pseudonyms_arena(p), true};
    return text_instead(&r, text);
}

/* ---- URIs and paths ---- */

/* Scheme, host and port stay what they are, under another name; the rest may name anybody. */
char *pseudonym_of_uri(struct pseudonyms *p, const char *uri) {
    const char *slashes = strstr(uri, "://"), *host = slashes == NULL ? NULL : slashes + 3;
    if (host == NULL)
        return strncasecmp(uri, "sip", 3) == 0 ? pseudonym_of_text(p, uri)
                                               : pseudonym_of_words(p, "value", uri);
    size_t size = strcspn(host, ":/?#");
    const char *port = host + size, *rest = port + strcspn(port, "/?#");
    char *name = size == 0 ? arena_text(pseudonyms_arena(p), "")
                           : pseudonym_of_name(p, arena_textn(pseudonyms_arena(p), host, size));
    char *shown = strlen(rest) < 2
                      ? arena_text(pseudonyms_arena(p), rest)
                      : arena_printf(pseudonyms_arena(p), "/%s", pseudonym_of_words(p, "path", rest));
    for (char *at = shown; *at != 0; at++)
        *at = *at == ' ' ? '-' : *at;
    return arena_printf(pseudonyms_arena(p), "%.*s%s%.*s%s", (int)(host - uri), uri, name, (int)(rest - port),
                        port, shown);
}

/* Files that an Expressway names stay told from each other; any other name may tell of the customer. */
static char *component_instead(struct pseudonyms *p, const char *name) {
    static const char *const own[] = {
        "diagnostic_log", "loggingsnapshot_", "xconf_dump_", "xstat_dump_", "ca_",
        "server_",        "client_",          "eth"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strncasecmp(name, own[i], strlen(own[i])) == 0)
            return pseudonym_of_strange_text(p, name);
    const char *dot = strrchr(name, '.');
    char *told = pseudonym_of_strange_text(p, name);
    if (dot == NULL && strchr(name, ' ') != NULL && strcmp(told, name) == 0)
        return told; /* "the rest of the archive" and its like are our own words */
    return arena_printf(pseudonyms_arena(p), "%s%s", pseudonym_of_words(p, "file", name),
                        dot != NULL && is_file_ending(dot + 1) ? dot : "");
}

char *pseudonym_of_path(struct pseudonyms *p, const char *path) {
    const char *instead = "", *rest = path + pseudonyms_path_at(p, path, &instead);
    char *made = arena_text(pseudonyms_arena(p), instead);
    while (*rest != 0) {
        size_t size = strcspn(rest, "/");
        if (size > 0)
            made = arena_printf(pseudonyms_arena(p), "%s%s", made,
                                component_instead(p, arena_textn(pseudonyms_arena(p), rest, size)));
        rest += size;
        if (*rest == '/') {
            made = arena_printf(pseudonyms_arena(p), "%s/", made);
            rest++;
        }
    }
    return made;
}
