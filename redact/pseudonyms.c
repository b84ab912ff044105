/* Dictionaries of originals and what stands for them. See pseudonyms.h. */
#include "redact/pseudonyms.h"

#include <ctype.h>
#include <jansson.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts/memory.h"

struct words {
    char *original, *instead;
};

struct pseudonyms {
    struct arena *arena;
    json_t *labels, *addresses, *words; /* original, in lower case, to pseudonym */
    json_t *names;                      /* known names, and the domains above them */
    json_t *parts;                      /* each label of known names */
    json_t *plain;                      /* words that are nobody's */
    json_t *hosts;                 /* first labels of known names: they stand alone in logs and file names */
    LIST_OF(struct words) phrases; /* known words, longest first */
    LIST_OF(struct words) paths;
    int public_count, private_count, v6_count, path_count;
    json_t *kinds; /* how many of each kind of words there are */
};

struct pseudonyms *pseudonyms_new(struct arena *arena) {
    struct pseudonyms *p = ARENA_NEW(arena, struct pseudonyms);
    json_t **all[] = {&p->labels, &p->addresses, &p->words, &p->names,
                      &p->hosts,  &p->kinds,     &p->parts, &p->plain};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        *all[i] = json_object();
    p->arena = arena;
    return p;
}

void pseudonyms_free(struct pseudonyms *p) {
    if (p == NULL)
        return;
    json_t *all[] = {p->labels, p->addresses, p->words, p->names, p->hosts, p->kinds, p->parts, p->plain};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        json_decref(all[i]);
}

struct arena *pseudonyms_arena(struct pseudonyms *p) {
    return p->arena;
}

static char *lower(struct arena *arena, const char *text, size_t size) {
    char *copy = arena_textn(arena, text, size);
    for (char *at = copy; *at != 0; at++)
        *at = (char)tolower((unsigned char)*at);
    return copy;
}

static const char *instead_of(const json_t *table, const char *original) {
    return json_string_value(json_object_get(table, original));
}

static int count_of(struct pseudonyms *p, const char *kind) {
    int n = (int)json_integer_value(json_object_get(p->kinds, kind)) + 1;
    json_object_set_new(p->kinds, kind, json_integer(n));
    return n;
}

/* ---- labels ---- */

/* What the product, the protocols and the Internet name, and no customer. */
static const char *const plain_labels[] = {
    "collab-edge", "cisco-uds", "cuplogin",  "sip",  "sips",    "tls",   "tcp", "udp",  "xmpp-server",
    "xmpp-client", "turn",      "localhost", "arpa", "in-addr", "ip6",   "com", "net",  "org",
    "edu",         "gov",       "mil",       "int",  "local",   "lab",   "lan", "corp", "internal",
    "example",     "invalid",   "test",      "info", "biz",     "cloud", "io"};
/* A cloud that everybody talks to is part of the diagnosis, not of the customer. */
static const char *const plain_domains[] = {"ciscospark.com",  "webex.com", "wbx2.com",     "cisco.com",
                                            "letsencrypt.org", "lencr.org", "identrust.com"};

static bool is_plain_label(const char *label, size_t size) {
    while (size > 0 && *label == '_') {
        label++;
        size--;
    }
    for (size_t i = 0; i < sizeof plain_labels / sizeof *plain_labels; i++)
        if (strlen(plain_labels[i]) == size && strncasecmp(plain_labels[i], label, size) == 0)
            return true;
    return false;
}

static bool is_plain_name(const char *name) {
    for (size_t i = 0; i < sizeof plain_domains / sizeof *plain_domains; i++) {
        size_t size = strlen(name), of = strlen(plain_domains[i]);
        if (size >= of && strcasecmp(name + size - of, plain_domains[i]) == 0 &&
            (size == of || name[size - of - 1] == '.'))
            return true;
    }
    return false;
}

/* Two letters at the end are a country's. */
static bool is_country(const char *label, size_t size) {
    return size == 2 && isalpha((unsigned char)label[0]) && isalpha((unsigned char)label[1]);
}

/* What is neither letter, digit nor hyphen makes a label wrong, or a wildcard: it stays in front. NULL: there
 * is nothing else. */
static char *odd_of(struct arena *arena, const char *label) {
    char *odd = arena_text(arena, "");
    bool is_named = false;
    size_t size = strlen(label);
    for (size_t i = 0; i < size; i++) {
        bool is_inside = label[i] == '-' && i > 0 && i + 1 < size;
        if (isalnum((unsigned char)label[i]) || (label[i] & 0x80) != 0)
            is_named = true;
        else if (!is_inside)
            odd = arena_printf(arena, "%s%c", odd, label[i]);
    }
    return is_named ? odd : NULL;
}

static char *label_new(struct pseudonyms *p, const char *key, const char *kind) {
    char *odd = odd_of(p->arena, key), *made;
    if (odd == NULL) /* "*", "_" */
        return arena_text(p->arena, key);
    do {
        made = arena_printf(p->arena, "%s%s%d", odd, kind, count_of(p, kind));
    } while (json_object_get(p->hosts, made) != NULL || instead_of(p->labels, made) != NULL);
    json_object_set_new(p->labels, key, json_string(made));
    return made;
}

/* Which of its name a label is tells what kind of name it gets, when it is met first. */
static char *label_instead(struct pseudonyms *p, const char *label, size_t size, bool is_first,
                           bool is_last) {
    bool is_top = is_last && !is_first;
    if (size == 0 || (is_plain_label(label, size) && (is_top || strncasecmp(label, "example", size) != 0)) ||
        (is_top && is_country(label, size)))
        return arena_textn(p->arena, label, size);
    char *key = lower(p->arena, label, size);
    const char *known = instead_of(p->labels, key);
    return known != NULL ? arena_text(p->arena, known) : label_new(p, key, is_first ? "host" : "domain");
}

void pseudonyms_call(struct pseudonyms *p, const char *name, const char *kind) {
    char *key = name == NULL || pseudonym_of_address(p, name) != NULL
                    ? NULL
                    : lower(p->arena, name, strcspn(name, "."));
    if (key != NULL && *key != 0 && !is_plain_label(key, strlen(key)) && instead_of(p->labels, key) == NULL)
        label_new(p, key, kind);
}

/* ---- addresses ---- */

static bool is_private(const unsigned char *b) {
    return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168);
}

/* 127.0.0.1 and the like are nobody's. */
static bool is_nobodys(const unsigned char *b) {
    return b[0] == 127 || b[0] == 0 || b[0] == 255 || (b[0] == 169 && b[1] == 254);
}

static char *v4_instead(struct pseudonyms *p, const unsigned char *b) {
    int n = is_private(b) ? ++p->private_count : ++p->public_count;
    return is_private(b) ? arena_printf(p->arena, "10.254.%d.%d", n >> 8 & 255, n & 255)
                         : arena_printf(p->arena, "198.%d.%d.%d", 18 + (n >> 16 & 1), n >> 8 & 255, n & 255);
}

static char *v6_instead(struct pseudonyms *p, const unsigned char *b) {
    static const unsigned char none[16] = {0}, loop[16] = {[15] = 1};
    if (memcmp(b, none, 16) == 0 || memcmp(b, loop, 16) == 0)
        return arena_text(p->arena, b[15] == 0 ? "::" : "::1");
    return arena_printf(p->arena, (b[0] & 0xfe) == 0xfc ? "fd00::%x" : "2001:db8:ff::%x",
                        (unsigned)++p->v6_count);
}

char *pseudonym_of_address(struct pseudonyms *p, const char *address) {
    if (address[strspn(address, "0123456789abcdefABCDEF.:")] != 0 || strpbrk(address, ".:") == NULL)
        return NULL;
    ASN1_OCTET_STRING *bytes = a2i_IPADDRESS(address);
    if (bytes == NULL)
        return NULL;
    const unsigned char *b = ASN1_STRING_get0_data(bytes);
    char *key = text_hex(p->arena, b, (size_t)ASN1_STRING_length(bytes), 0);
    const char *known = instead_of(p->addresses, key);
    char *made = known != NULL                     ? arena_text(p->arena, known)
                 : ASN1_STRING_length(bytes) == 16 ? v6_instead(p, b)
                 : is_nobodys(b)                   ? arena_text(p->arena, address)
                                                   : v4_instead(p, b);
    json_object_set_new(p->addresses, key, json_string(made));
    ASN1_OCTET_STRING_free(bytes);
    return made;
}

/* ---- names ---- */

char *pseudonym_of_name(struct pseudonyms *p, const char *name) {
    char *address = pseudonym_of_address(p, name), *made = arena_text(p->arena, "");
    if (address != NULL)
        return address;
    if (is_plain_name(name))
        return arena_text(p->arena, name);
    size_t whole = strlen(name);
    while (whole > 0 && name[whole - 1] == '.')
        whole--;
    for (const char *at = name; at <= name + whole;) {
        size_t size = strcspn(at, ".");
        if (at + size > name + whole)
            size = (size_t)(name + whole - at);
        bool is_last = at + size == name + whole;
        made = arena_printf(p->arena, "%s%s%s", made, at == name ? "" : ".",
                            label_instead(p, at, size, at == name, is_last));
        at += size + 1;
    }
    return arena_printf(p->arena, "%s%s", made, name + whole);
}

static bool has_name_form(const char *name) {
    return *name != 0 && strlen(name) <= 255 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*") == strlen(name);
}

static bool is_numeric(const char *name) {
    return strspn(name, "0123456789.*_-") == strlen(name);
}

void pseudonyms_know_name(struct pseudonyms *p, const char *name) {
    if (name == NULL || !has_name_form(name) || is_numeric(name) || is_plain_name(name))
        return;
    char *key = lower(p->arena, name, strlen(name));
    size_t first = strcspn(key, ".");
    if (key[first] == 0 ? first >= 2 : first >= 3) {
        char *host = arena_textn(p->arena, key, first);
        if (!is_plain_label(host, first) && !is_numeric(host))
            json_object_set_new(p->hosts, host, json_true());
    }
    for (const char *at = key; *at != 0; at += at[strcspn(at, ".")] == '.') {
        size_t size = strcspn(at, ".");
        if (size > 1 && !is_plain_label(at, size))
            json_object_set_new(p->parts, arena_textn(p->arena, at, size), json_true());
        at += size;
    }
    for (const char *at = key; at != NULL && strchr(at, '.') != NULL;) {
        json_object_set_new(p->names, at, json_true());
        at = strchr(at, '.');
        at = at == NULL ? NULL : at + 1;
    }
}

bool pseudonyms_is_name(const struct pseudonyms *p, const char *token) {
    static const char *const ends[] = {"com",   "net", "org", "edu",  "gov",      "mil",
                                       "local", "lab", "lan", "corp", "internal", "example"};
    const char *last = strrchr(token, '.');
    if (last == NULL || !has_name_form(token) || is_numeric(token))
        return false;
    for (const char *at = token; at != NULL && strchr(at, '.') != NULL;) {
        if (json_object_get(p->names, at) != NULL)
            return true;
        at = strchr(at, '.');
        at = at == NULL ? NULL : at + 1;
    }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strcasecmp(last + 1, ends[i]) == 0)
            return true;
    return false;
}

bool pseudonyms_is_known_name(const struct pseudonyms *p, const char *name) {
    return json_object_get(p->names, name) != NULL;
}

bool pseudonyms_is_known_label(const struct pseudonyms *p, const char *label, bool is_host) {
    return json_object_get(is_host ? p->hosts : p->parts, label) != NULL;
}

/* ---- words, mail addresses, URIs ---- */

char *pseudonym_of_words(struct pseudonyms *p, const char *kind, const char *words) {
    const char *known = instead_of(p->words, words);
    if (known != NULL)
        return arena_text(p->arena, known);
    char *made = arena_printf(p->arena, "%s %d", kind, count_of(p, kind));
    json_object_set_new(p->words, words, json_string(made));
    return made;
}

void pseudonyms_know_phrase(struct pseudonyms *p, const char *original, const char *instead) {
    enum { MOST = 5000 };
    for (size_t i = 0; i < p->phrases.n; i++)
        if (strcmp(p->phrases.v[i]->original, original) == 0)
            return;
    if (p->phrases.n >= MOST)
        return;
    struct words *phrase = ARENA_NEW(p->arena, struct words);
    phrase->original = arena_text(p->arena, original);
    phrase->instead = arena_text(p->arena, instead);
    pseudonyms_know_plain(p, instead);
    LIST_ADD(p->arena, &p->phrases, phrase);
    for (size_t i = p->phrases.n - 1;
         i > 0 && strlen(p->phrases.v[i - 1]->original) < strlen(phrase->original); i--) {
        p->phrases.v[i] = p->phrases.v[i - 1];
        p->phrases.v[i - 1] = phrase;
    }
}

void pseudonyms_know_words(struct pseudonyms *p, const char *kind, const char *words) {
    enum { LEAST = 5 };
    if (words != NULL && strlen(words) >= LEAST)
        pseudonyms_know_phrase(p, words, pseudonym_of_words(p, kind, words));
}

char *pseudonym_of_email(struct pseudonyms *p, const char *address) {
    const char *at = strrchr(address, '@');
    if (at == NULL)
        return pseudonym_of_words(p, "Value", address);
    return arena_printf(p->arena, "user@%s", pseudonym_of_name(p, at + 1));
}

/* Zones that Expressway makes for Unified CM nodes bear the node's name behind a word of its own. */
char *pseudonym_of_zone(struct pseudonyms *p, const char *zone) {
    static const char *const made[] = {"CEtcp-", "CEtls-", "CEOAuth-", "CEOAuth "};
    static const char *const plain[] = {"DefaultZone",           "DefaultSubZone", "TraversalSubZone",
                                        "CollaborationEdgeZone", "(no name)",      "uc-traversal"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        if (strncasecmp(zone, made[i], strlen(made[i])) == 0)
            return arena_printf(p->arena, "%s%s", made[i], pseudonym_of_name(p, zone + strlen(made[i])));
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(zone, plain[i]) == 0)
            return arena_text(p->arena, zone);
    return pseudonym_of_words(p, "Zone", zone);
}

/* ---- paths and phrases ---- */

void pseudonyms_know_path(struct pseudonyms *p, const char *path) {
    size_t size = strlen(path);
    if (size < 3)
        return;
    struct words *known = ARENA_NEW(p->arena, struct words);
    const char *ending = text_ends(path, ".tar.gz") ? ".tar.gz"
                         : text_ends(path, ".tgz")  ? ".tgz"
                         : text_ends(path, ".zip")  ? ".zip"
                                                    : "";
    known->original = arena_text(p->arena, path);
    known->instead = arena_printf(p->arena, "bundle%d%s", ++p->path_count, ending);
    pseudonyms_know_plain(p, known->instead);
    LIST_ADD(p->arena, &p->paths, known);
    for (size_t i = p->paths.n - 1; i > 0 && strlen(p->paths.v[i - 1]->original) < size; i--) {
        p->paths.v[i] = p->paths.v[i - 1];
        p->paths.v[i - 1] = known;
    }
}

size_t pseudonyms_path_at(const struct pseudonyms *p, const char *path, const char **instead) {
    for (size_t i = 0; i < p->paths.n; i++) {
        size_t size = strlen(p->paths.v[i]->original);
        if (strncmp(path, p->paths.v[i]->original, size) == 0 && (path[size] == 0 || path[size] == '/')) {
            *instead = p->paths.v[i]->instead;
            return size;
        }
    }
    return 0;
}

static char *replaced(struct pseudonyms *p, char *text, const struct words *what) {
    char *at;
    size_t size = strlen(what->original);
    for (size_t from = 0; (at = strstr(text + from, what->original)) != NULL;) {
        size_t before = (size_t)(at - text);
        text = arena_printf(p->arena, "%.*s%s%s", (int)before, text, what->instead, at + size);
        from = before + strlen(what->instead);
    }
    return text;
}

char *pseudonyms_phrases_instead(struct pseudonyms *p, const char *original) {
    char *text = arena_text(p->arena, original);
    for (size_t i = 0; i < p->paths.n; i++)
        text = replaced(p, text, p->paths.v[i]);
    for (size_t i = 0; i < p->phrases.n; i++)
        text = replaced(p, text, p->phrases.v[i]);
    return text;
}

/* ---- words that are nobody's ---- */

void pseudonyms_know_plain(struct pseudonyms *p, const char *text) {
    for (const char *at = text; at != NULL && *at != 0;) {
        size_t size = 0;
        while (isalnum((unsigned char)at[size]) || (at[size] & 0x80) != 0)
            size++;
        if (size > 1)
            json_object_set_new(p->plain, lower(p->arena, at, size), json_true());
        at += size > 0 ? size : 1;
    }
}

/* "eth0", "tcpdump3", "X15": the number does not make a word somebody's. */
static bool is_numbered(const char *word) {
    static const char *const stems[] = {"eth", "tcpdump", "x", "v", "tlsv", "sslv"};
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        size_t size = strlen(stems[i]);
        if (strncmp(word, stems[i], size) == 0 && word[size + strspn(word + size, "0123456789")] == 0)
            return true;
    }
    return false;
}

bool pseudonyms_is_plain(const struct pseudonyms *p, const char *word) {
    size_t size = strlen(word), digits = strspn(word, "0123456789");
    return size < 2 || digits == size ||
           (size == 8 && digits > 0 && strspn(word, "0123456789abcdef") == size) || is_numbered(word) ||
           is_plain_label(word, size) || json_object_get(p->plain, word) != NULL;
}
