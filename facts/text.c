/* How do bytes become harmless text? See text.h. */
#include "facts/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Length of the UTF-8 sequence at p, 0 when it is none (RFC 3629: no overlong forms, no surrogates). */
static size_t utf8_length(const uint8_t *p, size_t left, uint32_t *point) {
    size_t length = p[0] < 0x80                   ? 1
                    : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                    : (p[0] & 0xf0) == 0xe0       ? 3
                    : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                                  : 0;
    if (length == 0 || length > left)
        return 0;
    static const uint8_t mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t value = p[0] & mask[length];
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 0;
    *point = value;
    return length;
}

static bool is_control(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f || c == 0x061c ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Is each of the eight 0x20 to 0x7e? Carries go up alone: what is below the first other one does not matter.
 */
static bool eight_are_plain(const uint8_t *p) {
    const uint64_t ones = UINT64_MAX / 0xff;
    uint64_t eight;
    memcpy(&eight, p, sizeof eight);
    return ((eight | (eight - 0x20 * ones) | (eight + ones)) & (0x80 * ones)) == 0;
}

/* Nearly all is: then nothing is to be escaped. */
bool text_is_plain(const void *bytes, size_t size) {
    const uint8_t *p = bytes;
    size_t i = 0;
    while (size - i >= 8 && eight_are_plain(p + i))
        i += 8;
    for (; i < size; i++)
        if (p[i] < 0x20 || p[i] >= 0x7f)
            return false;
    return true;
}

char *text_from_wire(struct arena *arena, const void *bytes, size_t size) {
    const uint8_t *p = bytes;
    if (text_is_plain(bytes, size)) {
        char *same = arena_alloc(arena, size + 1);
        if (size > 0)
            memcpy(same, bytes, size);
        return same;
    }
    if (size > SIZE_MAX / 4 - 1)
        size = SIZE_MAX / 4 - 1;
    size_t room = 0;
    for (int pass = 0; pass < 2; pass++) {
        char *out = pass == 0 ? NULL : arena_alloc(arena, room + 1);
        size_t at = 0;
        for (size_t i = 0; i < size;) {
            uint32_t point = 0;
            size_t length = utf8_length(p + i, size - i, &point);
            if (length > 0 && !is_control(point)) {
                if (out != NULL)
                    memcpy(out + at, p + i, length);
                at += length;
                i += length;
                continue;
            }
            for (size_t end = i + (length == 0 ? 1 : length); i < end; i++, at += 4)
                if (out != NULL)
                    snprintf(out + at, 5, "\\x%02x", p[i]);
        }
        if (pass == 1)
            return out;
        room = at;
    }
    return NULL;
}

char *text_from_wire_cut(struct arena *arena, const void *bytes, size_t size, size_t limit) {
    if (size <= limit)
        return text_from_wire(arena, bytes, size);
    const uint8_t *p = bytes;
    size_t end = limit;
    while (end > 0 && limit - end < 3 && (p[end] & 0xc0) == 0x80) /* do not cut inside a character */
        end--;
    return arena_printf(arena, "%s...", text_from_wire(arena, bytes, end));
}

char *text_hex(struct arena *arena, const void *bytes, size_t size, char separator) {
    const char *digits = separator != 0 ? "0123456789ABCDEF" : "0123456789abcdef";
    const uint8_t *p = bytes;
    char *out = arena_alloc(arena, size * 3 + 1), *at = out;
    for (size_t i = 0; i < size; i++) {
        if (separator != 0 && i > 0)
            *at++ = separator;
        *at++ = digits[p[i] >> 4];
        *at++ = digits[p[i] & 15];
    }
    return out;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_write(struct arena *arena, const void *bytes, size_t size, bool padded) {
    const uint8_t *p = bytes;
    char *out = arena_alloc(arena, (size + 2) / 3 * 4 + 1), *at = out;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t three =
            (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0u);
        for (size_t k = 0; k < 4; k++) {
            if (k <= left)
                *at++ = alphabet[three >> (18 - 6 * k) & 63];
            else if (padded)
                *at++ = '=';
        }
    }
    return out;
}

static int sextet(unsigned char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four digits at a time, as long as nothing else comes: nearly all of a certificate. Returns where it ended.
 */
static const unsigned char *quads_read(const unsigned char *text, uint8_t *out, size_t *n) {
    int value[256];
    for (int c = 0; c < 256; c++)
        value[c] = sextet((unsigned char)c);
    for (;; text += 4) {
        uint32_t bits = 0;
        for (int i = 0; i < 4; i++) {
            if (value[text[i]] < 0) /* the end of the text among them */
                return text;
            bits = bits << 6 | (uint32_t)value[text[i]];
        }
        out[(*n)++] = (uint8_t)(bits >> 16);
        out[(*n)++] = (uint8_t)(bits >> 8);
        out[(*n)++] = (uint8_t)bits;
    }
}

bool base64_read(struct arena *arena, const char *text, uint8_t **bytes, size_t *size) {
    uint8_t *out = arena_alloc(arena, strlen(text) / 4 * 3 + 3);
    size_t n = 0, digits = 0, pads = 0;
    uint32_t bits = 0;
    for (const unsigned char *p = quads_read((const unsigned char *)text, out, &n); *p != 0; p++) {
        if (isspace(*p))
            continue;
        if (*p == '=') {
            pads++;
            continue;
        }
        int value = sextet(*p);
        if (value < 0 || pads > 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        if (++digits % 4 != 1)
            out[n++] = (uint8_t)(bits >> (digits % 4 == 2 ? 4 : digits % 4 == 3 ? 2 : 0));
    }
    if (digits % 4 == 1 || pads > 2 || (pads > 0 && (digits + pads) % 4 != 0))
        return false;
    *bytes = out;
    *size = n;
    return true;
}

char *days_write(struct arena *arena, int64_t seconds) {
    enum { HOUR = 3600, DAY = 86400 };
    int64_t away = seconds < 0 ? -seconds : seconds, unit = away < DAY ? HOUR : DAY, count = away / unit;
    const char *name = unit == DAY ? "day" : "hour", *s = count == 1 ? "" : "s";
    if (count == 0)
        return arena_text(arena, seconds < 0 ? "within the last hour" : "within the hour");
    return seconds < 0 ? arena_printf(arena, "%lld %s%s ago", (long long)count, name, s)
                       : arena_printf(arena, "in %lld %s%s", (long long)count, name, s);
}

static void digits_put(char *to, size_t count, int number) {
    for (; count > 0; number /= 10)
        to[--count] = (char)('0' + number % 10);
}

/* Five times for each certificate of ten thousand: what printf() takes for it was to be seen. */
char *time_write(struct arena *arena, int64_t time) {
    time_t t = (time_t)time;
    struct tm tm;
    if (gmtime_r(&t, &tm) == NULL)
        return arena_text(arena, "?");
    if (tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
                            tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    char *text = arena_text(arena, "0000-00-00T00:00:00Z");
    digits_put(text, 4, tm.tm_year + 1900);
    digits_put(text + 5, 2, tm.tm_mon + 1);
    digits_put(text + 8, 2, tm.tm_mday);
    digits_put(text + 11, 2, tm.tm_hour);
    digits_put(text + 14, 2, tm.tm_min);
    digits_put(text + 17, 2, tm.tm_sec);
    return text;
}

char *micros_write(struct arena *arena, int64_t micros) {
    int64_t seconds = micros / 1000000 - (micros % 1000000 < 0);
    char *whole = time_write(arena, seconds);
    size_t length = strlen(whole);
    return arena_printf(arena, "%.*s.%06dZ", (int)(length > 0 ? length - 1 : 0), whole,
                        (int)(micros - seconds * 1000000));
}

/* Digits where the shape has '0', else the same characters. */
static bool has_shape(const char *text, const char *shape) {
    for (; *shape != 0; text++, shape++)
        if (*shape == '0' ? !isdigit((unsigned char)*text) : *text != *shape)
            return false;
    return true;
}

/* Of a text that has the shape. */
static int digits_read(const char *text, size_t count) {
    int number = 0;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* "Z", "+hh:mm" or "-hh:mm" and nothing behind it; seconds east of UTC. */
static bool offset_read(const char *p, int *offset) {
    if (strcmp(p, "Z") == 0 || strcmp(p, "z") == 0) {
        *offset = 0;
        return true;
    }
    if ((*p != '+' && *p != '-') || !has_shape(p + 1, "00:00") || p[6] != 0)
        return false;
    int hours = digits_read(p + 1, 2), minutes = digits_read(p + 4, 2);
    if (hours > 23 || minutes > 59)
        return false;
    *offset = (*p == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

bool time_read(const char *text, int64_t *time) {
    struct tm tm = {0}, check;
    int offset = 0;
    if (!has_shape(text, "0000-00-00"))
        return false;
    tm.tm_year = digits_read(text, 4) - 1900;
    tm.tm_mon = digits_read(text + 5, 2) - 1;
    tm.tm_mday = digits_read(text + 8, 2);
    const char *p = text + 10;
    if (*p != 0) {
        if (*p != 'T' && *p != 't' && *p != ' ')
            return false;
        if (!has_shape(p + 1, "00:00:00"))
            return false;
        tm.tm_hour = digits_read(p + 1, 2);
        tm.tm_min = digits_read(p + 4, 2);
        tm.tm_sec = digits_read(p + 7, 2);
        p += 9;
        if (*p == '.')
            for (p++; isdigit((unsigned char)*p); p++)
                ;
        if (!offset_read(p, &offset))
            return false;
    }
    check = tm;
    time_t t = timegm(&check); /* normalises: 2026-02-30 would become March */
    if (check.tm_mday != tm.tm_mday || check.tm_mon != tm.tm_mon || check.tm_hour != tm.tm_hour ||
        check.tm_min != tm.tm_min || check.tm_sec != tm.tm_sec)
        return false;
    *time = (int64_t)t - offset;
    return true;
}

bool micros_read(const char *text, int64_t *micros) {
    int64_t seconds, part = 0;
    if (!time_read(text, &seconds))
        return false;
    const char *p = strchr(text, '.');
    for (int i = 0; i < 6; i++) {
        bool has_digit = p != NULL && isdigit((unsigned char)p[1]);
        p += has_digit;
        part = part * 10 + (has_digit ? *p - '0' : 0);
    }
    *micros = seconds * 1000000 + part;
    return true;
}

bool number_read(const char *text, size_t size, int64_t most, int64_t *number) {
    int64_t value = 0;
    for (size_t i = 0; i < size; i++)
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, text[i] - '0', &value) || value > most)
            return false;
    if (size > 0)
        *number = value;
    return size > 0;
}

bool text_same(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool text_same_case_blind(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

int text_order(const char *a, const char *b) {
    return a == NULL || b == NULL ? (a != NULL) - (b != NULL) : strcmp(a, b);
}

const char *text_or(const char *text, const char *otherwise) {
    return text == NULL || *text == 0 ? otherwise : text;
}

bool text_starts(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

size_t text_mark(const char *text, size_t size) {
    static const char mark[] = "\xef\xbb\xbf"; /* U+FEFF in UTF-8 */
    size_t length = sizeof mark - 1;
    return size >= length && memcmp(text, mark, length) == 0 ? length : 0;
}

bool text_ends(const char *text, const char *suffix) {
    size_t a = strlen(text), b = strlen(suffix);
    return a >= b && strcmp(text + a - b, suffix) == 0;
}

const char *enum_text(const struct enum_name *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return names->name;
    return "?";
}

bool enum_find(const struct enum_name *names, const char *name, int *value) {
    for (; names->name != NULL; names++)
        if (strcmp(names->name, name) == 0) {
            *value = names->value;
            return true;
        }
    return false;
}
