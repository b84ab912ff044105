/* Where are the blocks of a PEM text, and which bytes do they hold? See pem_blocks.h.
 *
 * Trust lists are large, so each byte is looked at once, and base64 is decoded straight into the arena. */
#include "wire/pem_blocks.h"

#include <string.h>

/* ---- blocks ---- */

static const char begin_mark[] = "-----BEGIN ", end_mark[] = "-----END ", dashes[] = "-----";

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static void advance(struct pem_scanner *s, const char *to) {
    for (const char *p = s->at; (p = memchr(p, '\n', (size_t)(to - p))) != NULL; p++)
        s->line++;
    s->at = to;
}

static bool starts(const char *p, const char *end, const char *with) {
    size_t length = strlen(with);
    return (size_t)(end - p) >= length && memcmp(p, with, length) == 0;
}

/* Nothing but blanks, or a byte order mark, before it on its line. */
static bool at_line_start(const struct pem_scanner *s, const char *p) {
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
static void body_find(struct pem_scanner *s, struct pem_block *block) {
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
    block->is_indented = block->is_indented || (dash > s->start && is_blank(dash[-1]));
    if (label_size > 0 && more_behind && block->fault == NULL) { /* PEM_read_bio() wants the line to end */
        block->fault = "the END line has text behind it";
        block->fault_line = s->line;
    }
    /* A BEGIN line glued to it is looked at by itself. */
    advance(s, label_size > 0 ? label + label_size + strlen(dashes) : behind);
}

static bool is_certificate(const char *label, size_t size) {
    static const char word[] = "CERTIFICATE";
    return size >= sizeof word - 1 && memcmp(label + size - (sizeof word - 1), word, sizeof word - 1) == 0;
}

/* A mark that no reader takes for the start of a block, though the author meant one. Only of certificates:
 * prose may speak of PEM. */
static const char *spoilt_mark(const struct pem_scanner *s, const struct pem_block *block, bool more_behind,
                               const char *behind, size_t *size) {
    *size = block->label_size;
    if (*size > 0)
        return !at_line_start(s, block->begin) && !more_behind ? "text before the BEGIN line" : NULL;
    for (*size = (size_t)(behind - block->label);
         *size > 0 && strchr("- \t", block->label[*size - 1]) != NULL;)
        --*size;
    return at_line_start(s, block->begin) ? "the BEGIN line does not end with five dashes" : NULL;
}

/* ---- what stands between blocks, and was meant to be one ---- */

static bool is_digit64(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
}

/* A line of a body: DER of more than 127 bytes begins with "MI", and no fingerprint does at this length. */
static bool is_body_start(const char *line, const char *end) {
    enum { SHORTEST = 48 };
    const char *p = line;
    while (p < end && is_digit64(*p))
        p++;
    return p == end && end - line >= SHORTEST && line[0] == 'M' && line[1] == 'I';
}

static const char *lost_piece(const char *line, const char *end) {
    const char *p = line;
    while (p < end && *p == '-')
        p++;
    if (p == line)
        return is_body_start(line, end) ? "base64 without its BEGIN line" : NULL;
    while (p < end && is_blank(*p))
        p++;
    bool begins = starts(p, end, "BEGIN ");
    while (end > p && (end[-1] == '-' || is_blank(end[-1])))
        end--;
    if ((!begins && !starts(p, end, "END ")) || !is_certificate(p, (size_t)(end - p)))
        return NULL;
    return begins ? "the BEGIN line does not begin with five dashes" : "an END line without its BEGIN line";
}

/* To behind a body without a BEGIN line and its END line, which are one piece. */
static const char *piece_end(const char *at, const char *end) {
    while (at < end) {
        const char *line = at, *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        while (line < stop && is_blank(*line))
            line++;
        const char *p = line;
        while (p < stop && (is_digit64(*p) || is_line_end(*p) || is_blank(*p)))
            p++;
        bool is_mark = line < stop && *line == '-';
        if (p < stop && !is_mark)
            return at;
        while (is_mark && line < stop && (*line == '-' || *line == ' '))
            line++;
        if (is_mark && line < stop && *line == 'B')
            return at; /* the BEGIN line of another one */
        at = stop < end ? stop + 1 : end;
        if (is_mark)
            return at;
    }
    return at;
}

/* The first lost piece before `to`, as a block without bytes; the scanner is then behind it. */
static bool lost_find(struct pem_scanner *s, const char *to, struct pem_block *block) {
    for (const char *at = s->at; at < to;) {
        const char *line = at, *stop = at;
        while (stop < to && !is_line_end(*stop))
            stop++;
        const char *end = stop;
        while (line < end && is_blank(*line))
            line++;
        while (end > line && is_blank(end[-1]))
            end--;
        const char *what = at_line_start(s, line) ? lost_piece(line, end) : NULL;
        at = stop < to ? stop + 1 : to;
        if (what == NULL)
            continue;
        advance(s, line);
        *block = (struct pem_block){.begin = line,
                                    .label = "CERTIFICATE",
                                    .label_size = sizeof "CERTIFICATE" - 1,
                                    .line = s->line,
                                    .is_lost = true,
                                    .fault = what,
                                    .fault_line = s->line};
        advance(s, *what == 'a' ? at : piece_end(at, to)); /* an END line ends what it belongs to */
        block->body = block->body_end = block->behind = s->at;
        block->body_line = s->line;
        return true;
    }
    return false;
}

/* By its dashes, which are rare: memmem() under a sanitizer looks at the whole rest of the text each time. */
static const char *begin_find(struct pem_scanner *s) {
    if (s->mark != NULL && s->mark >= s->at)
        return s->mark;
    const char *p = s->at;
    while ((p = memchr(p, '-', (size_t)(s->end - p))) != NULL && !starts(p, s->end, begin_mark))
        p++;
    return s->mark = p == NULL ? s->end : p;
}

struct pem_scanner pem_scan(const char *text, size_t size) {
    return (struct pem_scanner){.at = text, .end = text + size, .start = text, .line = 1};
}

bool pem_label_ends(const struct pem_block *block, const char *with) {
    size_t length = strlen(with);
    return block->label_size >= length &&
           memcmp(block->label + block->label_size - length, with, length) == 0;
}

bool pem_next(struct pem_scanner *s, struct pem_block *block) {
    const char *mark;
    for (;;) {
        bool more_behind;
        mark = begin_find(s);
        if ((mark < s->end || s->any) && lost_find(s, mark, block))
            return true;
        if (mark == s->end)
            return false;
        advance(s, mark);
        *block = (struct pem_block){.begin = mark,
                                    .label = mark + strlen(begin_mark),
                                    .line = s->line,
                                    .is_indented = mark > s->start && is_blank(mark[-1])};
        const char *behind = label_read(block->label, s->end, &block->label_size, &more_behind);
        bool is_block = at_line_start(s, mark) && block->label_size > 0;
        size_t size = 0;
        const char *spoilt = is_block ? NULL : spoilt_mark(s, block, more_behind, behind, &size);
        advance(s, behind);
        if (!is_block && (spoilt == NULL || !is_certificate(block->label, size)))
            continue;
        s->any = true;
        if (spoilt != NULL) {
            advance(s, piece_end(s->at, begin_find(s)));
            block->label_size = size;
            block->body = block->body_end = block->behind = s->at;
            block->body_line = s->line;
            block->fault = spoilt;
            block->fault_line = block->line;
            return true;
        }
        body_find(s, block);
        block->behind = s->at;
        if (more_behind) {
            block->fault_line = block->line;
            block->fault = "the BEGIN line has text behind it";
        }
        return true;
    }
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

const char *pem_base64(const char *body, const char *end, uint8_t *out, size_t *size) {
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

static int line_of(const struct pem_block *block, const char *where) {
    struct pem_scanner s = {.at = block->body, .end = where, .start = block->body, .line = block->body_line};
    advance(&s, where);
    return s.line;
}

/* A bad byte before the frame breaks is the more telling one. */
bool pem_decode(struct arena *arena, const struct pem_block *block, uint8_t **der, size_t *size,
                struct pem_trouble *trouble) {
    *der = arena_alloc(arena, (size_t)(block->body_end - block->body) / 4 * 3 + 3);
    const char *bad = pem_base64(block->body, block->body_end, *der, size);
    if (bad != NULL && (bad != block->body_end || block->fault == NULL))
        *trouble = (struct pem_trouble){
            bad == block->body_end ? "base64 that ends in the middle" : "not base64", line_of(block, bad)};
    else if (block->fault != NULL)
        *trouble = (struct pem_trouble){block->fault, block->fault_line};
    return trouble->what == NULL;
}
