/* How many columns does a text take on a terminal? See columns.h. */
#include "report/columns.h"

#include <stdio.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* Combining marks of the scripts one meets in names (Unicode 15, general category Mn and Me, in blocks).
 * Marks that are missing here count as one column, which only makes a line shorter. */
static const struct range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf}, {0x05c1, 0x05c2},
    {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x0900, 0x0902},
    {0x093c, 0x093c}, {0x0941, 0x0948}, {0x094d, 0x094d}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
    {0x0e47, 0x0e4e}, {0x1ab0, 0x1ace}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

/* East Asian Width W and F (UAX 11), rounded up to whole blocks. */
static const struct range wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x23ff},   {0x25fd, 0x27bf},   {0x2b1b, 0x2b55},
    {0x2e80, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x16fe0, 0x18dff}, {0x1aff0, 0x1b2ff}, {0x1f000, 0x1faff}, {0x20000, 0x3fffd}};

/* There, but not to be seen: default-ignorable characters, and blanks that are not the blank. Bidirectional
 * controls are gone already. */
static const struct range invisible[] = {
    {0x00a0, 0x00a0}, {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x115f, 0x1160},   {0x17b4, 0x17b5},
    {0x180b, 0x180f}, {0x2000, 0x200f}, {0x202f, 0x202f}, {0x205f, 0x2064},   {0x206a, 0x206f},
    {0x3164, 0x3164}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0xe0000, 0xe0fff}};

#define IN(ranges, point) in_ranges(ranges, sizeof(ranges) / sizeof *(ranges), point)

static bool in_ranges(const struct range *ranges, size_t count, uint32_t point) {
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

/* One character of valid UTF-8; its length. Stops at the end of the text whatever the bytes say. */
static size_t decode(const char *text, uint32_t *point) {
    const unsigned char *p = (const unsigned char *)text;
    size_t length = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    *point = length == 1 ? p[0] : p[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return i;
        *point = *point << 6 | (p[i] & 0x3f);
    }
    return length;
}

static int width_of(uint32_t point) {
    if (point < 0x300)
        return 1;
    return IN(combining, point) ? 0 : IN(wide, point) ? 2 : 1;
}

int columns_of(const char *text) {
    int columns = 0;
    uint32_t point;
    for (; *text != 0; text += decode(text, &point)) {
        decode(text, &point);
        columns += width_of(point);
    }
    return columns;
}

size_t columns_fit(const char *text, int columns) {
    const char *p = text;
    uint32_t point;
    while (*p != 0) {
        size_t length = decode(p, &point);
        columns -= width_of(point);
        if (columns < 0)
            break;
        p += length;
    }
    return (size_t)(p - text);
}

char *columns_cut(struct arena *arena, const char *text, int columns) {
    if (text[columns_fit(text, columns)] == 0)
        return arena_text(arena, text);
    return arena_printf(arena, "%.*s...", (int)columns_fit(text, columns - 3), text);
}

char *in_ascii(struct arena *arena, const char *text) {
    char *out = arena_alloc(arena, strlen(text) * 12 + 1), *at = out;
    uint32_t point;
    for (const char *p = text; *p != 0;) {
        p += decode(p, &point);
        at += point < 0x80      ? (*at = (char)point, 1)
              : point < 0x10000 ? snprintf(at, 7, "\\u%04x", (unsigned)point)
                                : snprintf(at, 11, "\\U%08x", (unsigned)point);
    }
    *at = 0;
    return out;
}

char *visible(struct arena *arena, const char *text) {
    if (text == NULL)
        return arena_text(arena, "");
    char *harmless = text_from_wire(arena, text, strlen(text));
    char *out = arena_alloc(arena, strlen(harmless) * 4 + 1), *at = out;
    uint32_t point;
    for (const char *p = harmless; *p != 0;) {
        if ((unsigned char)*p < 0x80) { /* most of all text, and control characters are gone */
            *at++ = *p++;
            continue;
        }
        size_t length = decode(p, &point);
        bool seen = !IN(invisible, point);
        for (size_t i = 0; i < length; i++)
            at += seen ? (*at = p[i], 1) : snprintf(at, 5, "\\x%02x", (unsigned char)p[i]);
        p += length;
    }
    *at = 0;
    return out;
}
