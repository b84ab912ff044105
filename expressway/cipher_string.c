/* What does an OpenSSL cipher string select, and in which order? See cipher_string.h. The rules are those of
 * openssl-ciphers(1); the order from which they start is the one that ssl_create_cipher_list() of
 * OpenSSL 1.1.1 and 3.0 makes. */
#include "expressway/cipher_string.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "expressway/cipher_words.h"

enum { FIRST_DRAFT_CHACHA = 0xCC13, LAST_DRAFT_CHACHA = 0xCC15 }; /* the draft's, before RFC 7905 */
enum { PARTS_MAX = 400, PART_SHOWN = 80, FAULTS_MAX = 32 };
static const char separators[] = ":;, \t\r\n";
static const char default_word[] = "DEFAULT";
static const char default_string[] = "ALL:!COMPLEMENTOFDEFAULT:!eNULL";

/* ---- the stocks ---- */

static bool is_of_today(const struct suite *suite) {
    if (suite->id >= FIRST_DRAFT_CHACHA && suite->id <= LAST_DRAFT_CHACHA)
        return false;
    switch (suite->kx) {
    case KX_DH:
    case KX_ECDH:
    case KX_KRB5:
    case KX_GOST:
    case KX_OTHER:
        return false;
    default:
        return suite->strength != STRENGTH_EXPORT && suite->strength != STRENGTH_LOW &&
               suite->cipher != CIPHER_RC2 && suite->cipher != CIPHER_DES && suite->cipher != CIPHER_GOST &&
               suite->cipher != CIPHER_FORTEZZA && !(suite->auth == AUTH_DSS && suite->cipher == CIPHER_RC4);
    }
}

/* Neither ARIA nor CAMELLIA nor CCM with the short tag stands in Cisco's own expansion, where the string as
 * such would select them. */
static bool is_of_expressway(const struct suite *suite) {
    switch (suite->cipher) {
    case CIPHER_ARIA:
    case CIPHER_ARIAGCM:
    case CIPHER_CAMELLIA:
    case CIPHER_CAMELLIAGCM:
    case CIPHER_AESCCM8:
    case CIPHER_SEED:
    case CIPHER_IDEA:
        return false;
    default:
        return suite->kx != KX_SRP;
    }
}

static bool in_stock(const struct suite *suite, enum suite_stock stock) {
    if (suite->openssl == NULL || suite_is_13(suite))
        return false;
    if (stock == STOCK_EVER)
        return true;
    return is_of_today(suite) && (stock == STOCK_CURRENT || is_of_expressway(suite));
}

/* ---- the list that the rules work on ---- */

enum rule { RULE_ADD, RULE_ORDER, RULE_DELETE, RULE_KILL, RULE_BUMP };

struct entry {
    const struct suite *suite;
    bool is_active, is_dead;
};

/* In order. */
struct line {
    struct entry *v, *spare; /* as long */
    size_t n;
};

typedef bool (*entry_test)(const struct suite *suite, const void *context);

/* Those that move go to one end, all in the order in which they stood. */
static void sweep(struct line *line, enum rule rule, entry_test matches, const void *context) {
    bool forward = rule == RULE_ADD || rule == RULE_ORDER;
    size_t movers = 0, stayers = 0;
    for (size_t at = 0; at < line->n; at++) {
        struct entry *entry = &line->v[at];
        if (!entry->is_dead && entry->is_active == (rule != RULE_ADD) && matches(entry->suite, context)) {
            entry->is_active = rule != RULE_DELETE;
            line->spare[movers++] = *entry;
        } else {
            line->v[stayers++] = *entry;
        }
    }
    if (!forward)
        memmove(line->v + movers, line->v, stayers * sizeof *line->v);
    memcpy(forward ? line->v + stayers : line->v, line->spare, movers * sizeof *line->v);
}

static void apply(struct line *line, enum rule rule, entry_test matches, const void *context) {
    switch (rule) {
    case RULE_ADD:
    case RULE_ORDER:
    case RULE_DELETE:
    case RULE_BUMP:
        sweep(line, rule, matches, context);
        return;
    case RULE_KILL:
        for (size_t i = 0; i < line->n; i++)
            if (matches(line->v[i].suite, context))
                line->v[i].is_dead = true;
    }
}

static bool test_match(const struct suite *suite, const void *context) {
    return suite_matches(suite, context);
}

static bool has_bits(const struct suite *suite, const void *context) {
    return suite_strength_bits(suite) == *(const int *)context;
}

/* Strongest first, else as it was. From one strength to the next that there is. */
static void sort_by_strength(struct line *line) {
    for (int bits = INT_MAX; bits >= 0;) {
        int next = -1;
        for (size_t i = 0; i < line->n; i++) {
            int own = suite_strength_bits(line->v[i].suite);
            next = own < bits && own > next ? own : next;
        }
        if (next >= 0)
            apply(line, RULE_ORDER, has_bits, &next);
        bits = next;
    }
}

/* The order before any word of the string (ssl_create_cipher_list). */
static const struct {
    enum rule rule;
    struct suite_match match;
} first_rules[] = {
    {RULE_ADD, {.kx = 1u << KX_ECDHE, .auth = 1u << AUTH_ECDSA}},
    {RULE_ADD, {.kx = 1u << KX_ECDHE}},
    {RULE_DELETE, {.kx = 1u << KX_ECDHE}},
    {RULE_ADD, {.cipher = 1u << CIPHER_AESGCM}},
    {RULE_ADD, {.cipher = 1u << CIPHER_CHACHA20}},
    {RULE_ADD, {.cipher = 1u << CIPHER_AES | 1u << CIPHER_AESCCM | 1u << CIPHER_AESCCM8}},
    {RULE_ADD, {0}},
    {RULE_ORDER, {.mac = 1u << MAC_MD5}},
    {RULE_ORDER, {.auth = 1u << AUTH_NONE}},
    {RULE_ORDER, {.kx = 1u << KX_RSA}},
    {RULE_ORDER, {.kx = 1u << KX_PSK}},
    {RULE_ORDER, {.cipher = 1u << CIPHER_RC4}},
};
static const struct suite_match last_bumps[] = {
    {.since = 0x0303},
    {.mac = 1u << MAC_AEAD},
    {.kx = 1u << KX_DHE | 1u << KX_ECDHE},
    {.kx = 1u << KX_DHE | 1u << KX_ECDHE, .mac = 1u << MAC_AEAD},
};

static void line_make(struct arena *arena, enum suite_stock stock, struct line *line) {
    static const struct suite_match all = {0};
    line->v = arena_alloc(arena, suite_count * sizeof *line->v);
    line->spare = arena_alloc(arena, suite_count * sizeof *line->v);
    line->n = 0;
    for (size_t i = suite_count; i > 0; i--) /* by falling number */
        if (in_stock(&suites[i - 1], stock))
            line->v[line->n++].suite = &suites[i - 1];
    for (size_t i = 0; i < sizeof first_rules / sizeof *first_rules; i++)
        apply(line, first_rules[i].rule, test_match, &first_rules[i].match);
    sort_by_strength(line);
    for (size_t i = 0; i < sizeof last_bumps / sizeof *last_bumps; i++)
        apply(line, RULE_BUMP, test_match, &last_bumps[i]);
    apply(line, RULE_DELETE, test_match, &all);
}

/* ---- one part: "!AES256+SHA" ---- */

struct selection {
    const struct suite_match *matches[16]; /* all of them at once */
    size_t n;
    const struct suite *suite; /* one by name; NULL */
};

struct reading {
    struct arena *arena;
    struct cipher_string *out;
    struct line line;
    bool starves; /* a part that adds found nothing in this stock, but there is another */
};

static bool is_selected(const struct suite *suite, const void *context) {
    const struct selection *selection = context;
    if (selection->suite != NULL && selection->suite != suite)
        return false;
    for (size_t i = 0; i < selection->n; i++)
        if (!suite_matches(suite, selection->matches[i]))
            return false;
    return true;
}

/* Of the whole string; of a part of it, below. */
static struct string_fault *fault_new(struct reading *r, enum cause_id cause, const char *why) {
    struct string_fault *fault = ARENA_NEW(r->arena, struct string_fault);
    fault->cause = cause;
    fault->why = why;
    if (r->out->faults.n < FAULTS_MAX)
        LIST_ADD(r->arena, &r->out->faults, fault);
    return fault;
}

static struct string_fault *fault_add(struct reading *r, enum cause_id cause, const char *part, size_t length,
                                      const char *why) {
    struct string_fault *fault = fault_new(r, cause, why);
    fault->part = text_from_wire_cut(r->arena, part, length, PART_SHOWN);
    return fault;
}

/* OpenSSL's names, letter by letter; those of old ("EDH-RSA-…") are suite_by_name()'s to know. */
static const struct suite *suite_named(const char *name) {
    const struct suite *suite = suite_by_name(name);
    if (suite == NULL || suite->openssl == NULL || suite_is_13(suite))
        return NULL;
    bool is_old = strncmp(name, "EDH-", 4) == 0 || strncmp(name, "EXP-EDH-", 8) == 0;
    return strcmp(suite->openssl, name) == 0 || is_old ? suite : NULL;
}

static bool name_take(struct reading *r, const char *name, size_t length, const char *part,
                      size_t part_length, struct selection *selection) {
    char *text = arena_textn(r->arena, name, length);
    const struct cipher_word *word = cipher_word_find(name, length);
    const struct suite *suite = word != NULL ? NULL : suite_named(text);
    if (word != NULL && selection->n < sizeof selection->matches / sizeof *selection->matches) {
        selection->matches[selection->n++] = &word->match;
        return true;
    }
    if (suite != NULL) {
        bool differs = selection->suite != NULL && selection->suite != suite;
        if (differs)
            fault_add(r, CAUSE_CIPHER_STRING_INVALID, part, part_length,
                      "two suites joined by + have nothing in common");
        selection->suite = suite;
        return !differs;
    }
    if (r->out->faults.n < FAULTS_MAX) /* a guess looks at every name there is */
        fault_add(r, CAUSE_CIPHER_STRING_UNKNOWN_NAME, name, length, cipher_name_trouble(text))->meant =
            cipher_name_guess(r->arena, text);
    return false;
}

static bool has_any(const struct selection *selection, enum suite_stock stock) {
    for (size_t i = 0; i < suite_count; i++)
        if (in_stock(&suites[i], stock) && is_selected(&suites[i], selection))
            return true;
    return false;
}

/* "@STRENGTH", "@SECLEVEL=2" (the level itself does not choose among the suites listed). */
static void command_take(struct reading *r, const char *part, size_t length) {
    static const char strength[] = "@STRENGTH", level[] = "@SECLEVEL=";
    if (length == strlen(strength) && memcmp(part, strength, length) == 0)
        sort_by_strength(&r->line);
    else if (length != strlen(level) + 1 || memcmp(part, level, strlen(level)) != 0 ||
             part[length - 1] < '0' || part[length - 1] > '5')
        fault_add(r, CAUSE_CIPHER_STRING_INVALID, part, length,
                  "the only commands are @STRENGTH and @SECLEVEL=0 to 5");
}

static bool is_name_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.' || c == '=';
}

static void part_take(struct reading *r, const char *part, size_t length) {
    static const struct {
        char sign;
        enum rule rule;
    } signs[] = {{'!', RULE_KILL}, {'-', RULE_DELETE}, {'+', RULE_ORDER}};
    enum rule rule = RULE_ADD;
    struct selection selection = {.n = 0};
    const char *at = part, *end = part + length;
    if (*part == '@') {
        command_take(r, part, length);
        return;
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (*part == signs[i].sign) {
            rule = signs[i].rule;
            at = part + 1;
            break;
        }
    for (;; at++) {
        const char *start = at;
        while (is_name_byte(*at)) /* what ends a part is none */
            at++;
        if (at == start || (at < end && *at != '+')) {
            fault_add(r, CAUSE_CIPHER_STRING_INVALID, part, length,
                      at == start && (at == end || *at == '+') ? "a name is missing beside the sign"
                                                               : "a character stands there that no name has");
            return;
        }
        if (!name_take(r, start, (size_t)(at - start), part, length, &selection))
            return;
        if (at == end)
            break;
    }
    if (rule == RULE_ADD && !has_any(&selection, STOCK_EVER))
        fault_add(r, CAUSE_CIPHER_STRING_INVALID, part, length, "no cipher suite is all of this at once");
    else if (rule == RULE_ADD && !has_any(&selection, r->out->stock))
        r->starves = true;
    apply(&r->line, rule, is_selected, &selection);
}

/* ---- the whole ---- */

static void parts_take(struct reading *r, const char *text) {
    size_t count = 0;
    for (const char *at = text + strspn(text, separators); *at != '\0'; at += strspn(at, separators)) {
        size_t length = strcspn(at, separators);
        if (++count > PARTS_MAX) {
            fault_new(r, CAUSE_CIPHER_STRING_INVALID, "the string has too many parts");
            return;
        }
        if (count == 1 && length == strlen(default_word) && memcmp(at, default_word, length) == 0)
            parts_take(r, default_string);
        else
            part_take(r, at, length);
        at += length;
    }
}

void cipher_string_read_from(struct arena *arena, const char *text, enum suite_stock stock,
                             struct cipher_string *out) {
    struct reading r = {.arena = arena, .out = out};
    *out = (struct cipher_string){.stock = stock};
    line_make(arena, stock, &r.line);
    parts_take(&r, text);
    if (r.starves) {
        cipher_string_read_from(arena, text, stock + 1, out);
        return;
    }
    out->suites.v = arena_alloc(arena, r.line.n * sizeof(int));
    for (size_t i = 0; i < r.line.n; i++)
        if (r.line.v[i].is_active && !r.line.v[i].is_dead)
            out->suites.v[out->suites.n++] = r.line.v[i].suite->id;
    if (out->suites.n == 0 && out->faults.n == 0)
        fault_new(&r, CAUSE_CIPHER_STRING_INVALID,
                  "nothing is left: no part adds a suite that another does not remove");
}

void cipher_string_read(struct arena *arena, const char *text, struct cipher_string *out) {
    cipher_string_read_from(arena, text, STOCK_EXPRESSWAY, out);
}
