/* Which certificates are in the files that the user gives? PEM (RFC 7468) to certificates and trust lists.
 *
 * As tolerant as OpenSSL's reader, which decides on Expressway: text around the blocks, CR LF, a BOM. Lines
 * may be of any length and may be indented. Trust lists are large, so each byte is looked at once, and
 * base64 is decoded straight into the arena. */
#include "wire/cert.h"
#include "wire/pem.h"

#include <string.h>

#include "wire/skim.h"
#include "wire/pem_parts.h"

enum { PROBLEMS_MAX = 1000, GUESSES_MAX = 16 /* libcrypto takes a millisecond to know what DER is */ };

/* ---- blocks ---- */

struct scanner {
    const char *at, *end, *start;
    int line; /* of `at` */
};

struct block {
    const char *label;
    size_t label_size;
    const char *body, *body_end;
    int line, body_line; /* of the BEGIN line, and of the first one of the body */
    const char *fault;   /* NULL when its frame is sound */
    int fault_line;
};

static const char begin_mark[] = "-----BEGIN ", end_mark[] = "-----END ", dashes[] = "-----";

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static void advance(struct scanner *s, const char *to) {
    for (const char *p = s->at; (p = memchr(p, '\n', (size_t)(to - p))) != NULL; p++)
        s->line++;
    s->at = to;
}

static bool starts(const char *p, const char *end, const char *with) {
    size_t length = strlen(with);
    return (size_t)(end - p) >= length && memcmp(p, with, length) == 0;
}

/* Nothing but blanks, or a byte order mark, before it on its line. */
static bool at_line_start(const struct scanner *s, const char *p) {
    while (p > s->start && is_blank(p[-1]))
        p--;
    return p == s->start || is_line_end(p[-1]) || (p - s->start == 3 && starts(s->start, p, "\xef\xbb\xbf"));
}

/* From behind "BEGIN " or "END " to behind the line; *label_size stays 0 when the dashes are missing. */
static const char *label_read(const char *label, const char *end, size_t *label_size, bool *more_behind) {
    const char *p = label;
    *label_size = 0;
    *more_behind = false;
    while (p < end && !is_line_end(*p) && !starts(p, end, dashes))
        p++;
    if (p < end && *p == '-') {
        *label_size = (size_t)(p - label);
        for (p += strlen(dashes); p < end && !is_line_end(*p); p++)
            *more_behind = *more_behind || !is_blank(*p);
    }
    return p;
}

/* The body ends at the first dash: base64 has none. Leaves the scanner behind the block, or where the next
 * one may begin. */
static void body_find(struct scanner *s, struct block *block) {
    const char *dash = memchr(s->at, '-', (size_t)(s->end - s->at));
    size_t label_size;
    bool more_behind;
    block->body = s->at;
    block->body_line = s->line;
    block->body_end = dash == NULL ? s->end : dash;
    advance(s, block->body_end);
    block->fault_line = block->line;
    if (dash == NULL || starts(dash, s->end, begin_mark)) {
        block->fault = "no END line";
        return;
    }
    if (!starts(dash, s->end, end_mark) || !at_line_start(s, dash)) {
        block->fault = "not base64";
        block->fault_line = s->line;
        advance(s, dash + 1);
        return;
    }
    const char *label = dash + strlen(end_mark),
               *behind = label_read(label, s->end, &label_size, &more_behind);
    if (label_size != block->label_size || memcmp(label, block->label, label_size) != 0) {
        block->fault = "the END line is not that of the BEGIN line";
        block->fault_line = s->line;
    }
    advance(s, behind);
}

/* By its dashes, which are rare: memmem() under a sanitizer looks at the whole rest of the text each time. */
static const char *begin_find(const struct scanner *s) {
    for (const char *p = s->at; (p = memchr(p, '-', (size_t)(s->end - p))) != NULL; p++)
        if (starts(p, s->end, begin_mark))
            return p;
    return NULL;
}

static bool block_next(struct scanner *s, struct block *block) {
    const char *mark;
    while ((mark = begin_find(s)) != NULL) {
        bool more_behind;
        advance(s, mark);
        *block = (struct block){.label = mark + strlen(begin_mark), .line = s->line};
        const char *behind = label_read(block->label, s->end, &block->label_size, &more_behind);
        bool is_block = at_line_start(s, mark) && block->label_size > 0;
        advance(s, behind);
        if (!is_block)
            continue;
        body_find(s, block);
        if (more_behind) {
            block->fault_line = block->line;
            block->fault = "the BEGIN line has text behind it";
        }
        return true;
    }
    return false;
}

/* ---- base64 ---- */

enum { GOOD = 0x80, SKIPPED = 0x40, PAD = 0x41 }; /* a digit is GOOD | value */

#define D(c, v) [c] = GOOD | (v)
#define DIGITS4(a, b, c, d, v) D(a, v), D(b, (v) + 1), D(c, (v) + 2), D(d, (v) + 3)
static const uint8_t alphabet[256] = {
    DIGITS4('A', 'B', 'C', 'D', 0),
    DIGITS4('E', 'F', 'G', 'H', 4),
    DIGITS4('I', 'J', 'K', 'L', 8),
    DIGITS4('M', 'N', 'O', 'P', 12),
    DIGITS4('Q', 'R', 'S', 'T', 16),
    DIGITS4('U', 'V', 'W', 'X', 20),
    DIGITS4('Y', 'Z', 'a', 'b', 24),
    DIGITS4('c', 'd', 'e', 'f', 28),
    DIGITS4('g', 'h', 'i', 'j', 32),
    DIGITS4('k', 'l', 'm', 'n', 36),
    DIGITS4('o', 'p', 'q', 'r', 40),
    DIGITS4('s', 't', 'u', 'v', 44),
    DIGITS4('w', 'x', 'y', 'z', 48),
    DIGITS4('0', '1', '2', '3', 52),
    DIGITS4('4', '5', '6', '7', 56),
    DIGITS4('8', '9', '+', '/', 60),
    [' '] = SKIPPED,
    ['\t'] = SKIPPED,
    ['\r'] = SKIPPED,
    ['\n'] = SKIPPED,
    ['='] = PAD,
};

/* NULL when the body is base64, else where it is not. `out` has room for three bytes of every four. */
static const char *decode(const char *body, const char *end, uint8_t *out, size_t *size) {
    const uint8_t *p = (const uint8_t *)body, *stop = (const uint8_t *)end;
    uint8_t *to = out;
    uint32_t bits = 0;
    unsigned digits = 0, pads = 0; /* of the four being read */
    while (p < stop) {
        while (digits == 0 && pads == 0 && stop - p >= 4) { /* four digits in a row: nearly always */
            unsigned a = alphabet[p[0]], b = alphabet[p[1]], c = alphabet[p[2]], d = alphabet[p[3]];
            if (!(a & b & c & d & GOOD))
                break;
            bits = (a & 63) << 18 | (b & 63) << 12 | (c & 63) << 6 | (d & 63);
            *to++ = (uint8_t)(bits >> 16);
            *to++ = (uint8_t)(bits >> 8);
            *to++ = (uint8_t)bits;
            p += 4;
        }
        if (p == stop)
            break;
        unsigned code = alphabet[*p];
        if (code == PAD && digits + pads < 4 && digits >= 2)
            pads++;
        else if ((code & GOOD) && pads == 0) {
            bits = bits << 6 | (code & 63);
            if (++digits % 4 != 1)
                *to++ = (uint8_t)(bits >> (digits == 2 ? 4 : digits == 3 ? 2 : 0));
            digits %= 4;
        } else if (code != SKIPPED)
            return (const char *)p;
        p++;
    }
    *size = (size_t)(to - out);
    return digits != 0 && digits + pads != 4 ? end : NULL;
}

/* ---- what a block holds ---- */

struct trouble {
    const char *what; /* NULL: none */
    int line;
};

static int line_of(const struct block *block, const char *where) {
    struct scanner s = {.at = block->body, .end = where, .start = block->body, .line = block->body_line};
    advance(&s, where);
    return s.line;
}

/* A bad byte before the frame breaks is the more telling one. */
static bool block_decode(struct arena *arena, const struct block *block, uint8_t **der, size_t *size,
                         struct trouble *trouble) {
    *der = arena_alloc(arena, (size_t)(block->body_end - block->body) / 4 * 3 + 3);
    const char *bad = decode(block->body, block->body_end, *der, size);
    if (bad != NULL && (bad != block->body_end || block->fault == NULL))
        *trouble = (struct trouble){bad == block->body_end ? "base64 that ends in the middle" : "not base64",
                                    line_of(block, bad)};
    else if (block->fault != NULL)
        *trouble = (struct trouble){block->fault, block->fault_line};
    return trouble->what == NULL;
}

enum handling { KEEP, IGNORE, REPORT };

/* Labels of RFC 7468 and of OpenSSL, by how they end. A chain file may hold the key, too; a list of trusted
 * CA certificates may hold CRLs (certificate guide X14.3, chapter 7: LDAP). First match counts. */
static const struct kind {
    const char *ends, *what;
    enum handling in_certs, in_trust;
} kinds[] = {
    {"TRUSTED CERTIFICATE",
     "a TRUSTED CERTIFICATE block, OpenSSL's own form; convert it with: openssl x509 -in FILE", REPORT,
     REPORT},
    {"ATTRIBUTE CERTIFICATE", "an attribute certificate", REPORT, REPORT},
    {"CERTIFICATE", "a certificate", KEEP, KEEP}, /* also "X509 CERTIFICATE" of old */
    {"PRIVATE KEY", "a private key", IGNORE, REPORT},
    {"PUBLIC KEY", "a public key", IGNORE, REPORT},
    {"PARAMETERS", "key parameters", IGNORE, REPORT},
    {"CERTIFICATE REQUEST", "a certificate signing request", IGNORE, REPORT},
    {"CRL", "a CRL", IGNORE, IGNORE},
    {"PKCS7", "PKCS#7; convert it with: openssl pkcs7 -in FILE -print_certs", REPORT, REPORT},
    {"CMS", "PKCS#7 (CMS); convert it with: openssl pkcs7 -in FILE -print_certs", REPORT, REPORT},
    {"", "a block of unknown kind", IGNORE, REPORT},
};

static const struct kind *kind_of(const struct block *block) {
    for (const struct kind *kind = kinds;; kind++) {
        size_t length = strlen(kind->ends);
        if (block->label_size >= length &&
            memcmp(block->label + block->label_size - length, kind->ends, length) == 0)
            return kind;
    }
}

static const char *not_a_certificate(struct arena *arena, const uint8_t *der, size_t size, const char *why) {
    const char *other = der_guess(der, size);
    return other == NULL ? why : arena_printf(arena, "not a certificate but %s", other);
}

/* Nothing was found: what is the file? `other` is the first block of another kind, NULL when none. */
static char *nothing_found(struct arena *arena, const char *text, size_t size, const char *other, int line) {
    if (other != NULL)
        return arena_printf(arena, "no certificate found; line %d: %s", line, other);
    char *guess = pem_guess(arena, text, size);
    return guess == NULL ? arena_text(arena, "no certificate found")
                         : arena_printf(arena, "no certificate in PEM found: it is %s", guess);
}

bool certs_read_pem(struct arena *arena, const char *text, size_t size, struct certs *out, char **error) {
    struct scanner s = {.at = text, .end = text + size, .start = text, .line = 1};
    struct block block;
    const char *other = NULL;
    int other_line = 0;
    size_t before = out->n;
    while (block_next(&s, &block)) {
        const struct kind *kind = kind_of(&block);
        struct trouble trouble = {NULL, block.line};
        uint8_t *der;
        size_t der_size;
        char *why = NULL;
        if (kind->in_certs == REPORT)
            trouble.what = kind->what;
        else if (kind->in_certs == IGNORE) {
            if (other == NULL) {
                other = kind->what;
                other_line = block.line;
            }
            continue;
        } else if (block_decode(arena, &block, &der, &der_size, &trouble)) {
            struct cert *cert = cert_read(arena, der, der_size, &why);
            if (cert != NULL)
                LIST_ADD(arena, out, cert);
            else
                trouble.what = not_a_certificate(arena, der, der_size, why);
        }
        if (trouble.what != NULL) {
            *error = arena_printf(arena, "line %d: %s", trouble.line, trouble.what);
            return false;
        }
    }
    if (out->n == before)
        *error = nothing_found(arena, text, size, other, other_line);
    return out->n > before;
}

static void problem_add(struct arena *arena, struct trust_list *list, struct trouble trouble) {
    if (list->problems.n > PROBLEMS_MAX)
        return;
    struct trust_problem *problem = ARENA_NEW(arena, struct trust_problem);
    problem->line = trouble.line;
    problem->what = arena_text(arena, list->problems.n < PROBLEMS_MAX ? trouble.what : "and more problems");
    LIST_ADD(arena, &list->problems, problem);
}

static void entry_add(struct arena *arena, struct trust_list *list, const struct block *block) {
    struct trouble trouble = {NULL, block->line};
    uint8_t *der;
    size_t der_size;
    struct ca_entry *entry;
    if (block_decode(arena, block, &der, &der_size, &trouble)) {
        entry = ARENA_NEW(arena, struct ca_entry);
        entry->line = block->line;
        if (ca_entry_read(entry, der, der_size))
            LIST_ADD(arena, &list->entries, entry);
        else if (list->problems.n < GUESSES_MAX)
            trouble.what = not_a_certificate(arena, der, der_size, "not a certificate");
        else
            trouble.what = "not a certificate";
    }
    if (trouble.what != NULL)
        problem_add(arena, list, trouble);
}

bool trust_read_pem(struct arena *arena, const char *text, size_t size, struct trust_list *list,
                    char **error) {
    struct scanner s = {.at = text, .end = text + size, .start = text, .line = 1};
    struct block block;
    const char *other = NULL;
    int other_line = 0;
    size_t before = list->entries.n;
    while (block_next(&s, &block)) {
        const struct kind *kind = kind_of(&block);
        if (kind->in_trust == KEEP)
            entry_add(arena, list, &block);
        else {
            if (kind->in_trust == REPORT)
                problem_add(arena, list, (struct trouble){kind->what, block.line});
            if (other == NULL) {
                other = kind->what;
                other_line = block.line;
            }
        }
    }
    if (list->entries.n > before)
        return true;
    if (other == NULL && list->problems.n > 0) {
        other = list->problems.v[0]->what;
        other_line = list->problems.v[0]->line;
    }
    *error = nothing_found(arena, text, size, other, other_line);
    return false;
}

bool crls_find_pem(struct arena *arena, const char *text, size_t size, struct fetch *into, char **error) {
    struct scanner s = {.at = text, .end = text + size, .start = text, .line = 1};
    struct block block;
    while (block_next(&s, &block)) {
        struct trouble trouble = {NULL, block.line};
        struct blob *crl = ARENA_NEW(arena, struct blob);
        if (strcmp(kind_of(&block)->ends, "CRL") != 0)
            continue;
        if (!block_decode(arena, &block, &crl->bytes, &crl->size, &trouble)) {
            *error = arena_printf(arena, "line %d: %s", trouble.line, trouble.what);
            return false;
        }
        LIST_ADD(arena, &into->answers, crl);
    }
    return true;
}

char *pem_what(struct arena *arena, const char *text, size_t size) {
    struct scanner s = {.at = text, .end = text + size, .start = text, .line = 1};
    struct block block;
    if (!block_next(&s, &block))
        return pem_guess(arena, text, size);
    return arena_text(arena, kind_of(&block)->what);
}
