/* What does a Set-Cookie header of an edge say? See cookie.h. */
#include "wire/cookie.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { VALUE_MAX = 4096, ATTRIBUTE_MAX = 255, ATTRIBUTES_MAX = 32 };

struct span {
    const char *p;
    size_t n;
};

static struct span trimmed(struct span s) {
    while (s.n > 0 && (*s.p == ' ' || *s.p == '\t')) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

/* One part up to the next ';', and its two sides of '='. False when nothing is left. */
static bool part_take(struct span *left, struct span *name, struct span *value, bool *has_value) {
    if (left->n == 0)
        return false;
    const char *end = memchr(left->p, ';', left->n);
    struct span part = {left->p, end == NULL ? left->n : (size_t)(end - left->p)};
    size_t used = part.n + (end != NULL);
    left->p += used;
    left->n -= used;
    const char *equals = memchr(part.p, '=', part.n);
    *has_value = equals != NULL;
    *name = trimmed((struct span){part.p, equals == NULL ? part.n : (size_t)(equals - part.p)});
    *value = equals == NULL ? (struct span){part.p + part.n, 0}
                            : trimmed((struct span){equals + 1, (size_t)(part.p + part.n - equals - 1)});
    return true;
}

static bool is_word(struct span s, const char *word) {
    return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* RFC 6265 4.1.1: cookie-octet. What else would go into our own header is not sent back. */
static bool is_value(struct span s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] >= 0x7f || s.p[i] == ';' || s.p[i] == ',')
            return false;
    return s.n > 0 && s.n <= VALUE_MAX;
}

/* -1: no number, or none that is one of a date. */
static int year_or_day(const char *token) {
    int64_t number = -1;
    return number_read(token, strlen(token), 9999, &number) ? (int)number : -1;
}

/* "Wed, 09 Jun 2027 10:18:14 GMT", and the forms of old: day, month, year and time in any order (5.1.1). */
static bool date_read(struct span s, int64_t *seconds) {
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char text[64];
    struct tm tm = {.tm_mday = 0, .tm_mon = -1, .tm_year = -1};
    bool has_time = false;
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    for (char *save = NULL, *token = strtok_r(text, " ,-\t", &save); token != NULL;
         token = strtok_r(NULL, " ,-\t", &save)) {
        int h, m, second, number = year_or_day(token);
        char low[4] = "";
        for (size_t i = 0; i < 3 && token[i] != 0; i++)
            low[i] = (char)tolower((unsigned char)token[i]);
        const char *month = strlen(low) == 3 ? strstr(months, low) : NULL;
        if (!has_time && sscanf(token, "%2d:%2d:%2d", &h, &m, &second) == 3) {
            has_time = true;
            tm.tm_hour = h, tm.tm_min = m, tm.tm_sec = second;
        } else if (tm.tm_mday == 0 && number >= 1 && number <= 31 && strlen(token) <= 2)
            tm.tm_mday = number;
        else if (tm.tm_mon < 0 && month != NULL && (month - months) % 3 == 0)
            tm.tm_mon = (int)(month - months) / 3;
        else if (tm.tm_year < 0 && number >= 0)
            tm.tm_year = number >= 1601 ? number - 1900
                         : number >= 70 ? number
                         : number < 70  ? number + 100
                                        : -1;
    }
    if (!has_time || tm.tm_mday == 0 || tm.tm_mon < 0 || tm.tm_year < 0 || tm.tm_hour > 23 ||
        tm.tm_min > 59 || tm.tm_sec > 60)
        return false;
    *seconds = (int64_t)timegm(&tm);
    return true;
}

static int clamp(int64_t seconds) {
    return seconds < INT_MIN ? INT_MIN : seconds > INT_MAX ? INT_MAX : (int)seconds;
}

static char *lower(struct arena *arena, struct span s) {
    char *text = text_from_wire_cut(arena, s.p, s.n, ATTRIBUTE_MAX);
    for (char *p = text; *p != 0; p++)
        *p = (char)tolower((unsigned char)*p);
    return text;
}

struct ages {
    bool has_max_age;
    int64_t now;
};

static void attribute_read(struct arena *arena, struct session_cookie *cookie, struct ages *ages,
                           struct span name, struct span value) {
    int64_t expires;
    if (is_word(name, "domain") && value.n > 0) { /* 5.2.3: a dot in front is ignored */
        cookie->domain = lower(arena, *value.p == '.' ? (struct span){value.p + 1, value.n - 1} : value);
    } else if (is_word(name, "path")) {
        cookie->path = value.n > 0 && *value.p == '/'
                           ? text_from_wire_cut(arena, value.p, value.n, ATTRIBUTE_MAX)
                           : NULL;
    } else if (is_word(name, "secure")) {
        cookie->secure = true;
    } else if (is_word(name, "httponly")) {
        cookie->http_only = true;
    } else if (is_word(name, "max-age") && value.n > 0 && value.n < 20) { /* 5.3: stronger than Expires */
        char text[20] = "", *end;
        memcpy(text, value.p, value.n);
        int64_t age = strtoll(text, &end, 10);
        if (*end != 0)
            return;
        ages->has_max_age = cookie->has_expiry = true;
        cookie->lifetime_s = clamp(age);
    } else if (is_word(name, "expires") && !ages->has_max_age && date_read(value, &expires)) {
        cookie->has_expiry = true;
        cookie->lifetime_s = clamp(expires - ages->now);
    }
}

bool cookie_read(struct arena *arena, const char *text, size_t size, const char *name, int64_t now,
                 struct session_cookie *cookie, struct secret_text *value) {
    struct span left = {text, size}, key, is, what, how;
    struct ages ages = {false, now};
    bool has_value;
    if (!part_take(&left, &key, &is, &has_value) || !has_value || key.n != strlen(name) ||
        memcmp(key.p, name, key.n) != 0 || !is_value(is))
        return false;
    *cookie = (struct session_cookie){.name = arena_text(arena, name)};
    for (size_t i = 0; i < ATTRIBUTES_MAX && part_take(&left, &what, &how, &has_value); i++)
        attribute_read(arena, cookie, &ages, what, how);
    secret_add(value, is.p, is.n);
    return true;
}
