/* Who spoke HTTP there, and what do we ask an Expressway edge? Header fields by RFC 9110, request paths by
 * field-facts 1.3. Does not frame messages: libcurl does. */
#include "wire/http.h"

#include <ctype.h>
#include <string.h>

enum { SCHEME_MAX = 32, VALUE_MAX = 1024 }; /* bytes kept of one header field */

static bool is_token(char c) { /* RFC 9110 5.6.2 */
    return isalnum((unsigned char)c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static size_t skip_blanks(const char *text, size_t size, size_t at) {
    while (at < size && is_blank(text[at]))
        at++;
    return at;
}

/* A quoted-string (RFC 9110 5.6.4) that begins at `at`: unquoted into out (as large as size), and the
 * position behind it. Without a closing quote it runs to the end. */
static size_t read_quoted(const char *text, size_t size, size_t at, char *out, size_t *length) {
    *length = 0;
    for (at++; at < size && text[at] != '"'; at++) {
        if (text[at] == '\\' && at + 1 < size)
            at++;
        out[(*length)++] = text[at];
    }
    return at < size ? at + 1 : at;
}

static size_t read_value(const char *text, size_t size, size_t at, char *out, size_t *length) {
    if (at < size && text[at] == '"')
        return read_quoted(text, size, at, out, length);
    for (*length = 0; at < size && is_token(text[at]); at++)
        out[(*length)++] = text[at];
    return at;
}

static bool is_basic(const char *scheme) {
    return scheme != NULL && strcasecmp(scheme, "Basic") == 0;
}

/* The realm parameters among the challenges (RFC 9110 11.6.1), each with the scheme it stands behind: the
 * first counts, unless Basic comes later. What stands inside another quoted string is none. */
static void read_challenges(struct arena *arena, const char *text, size_t size,
                            struct http_exchange *exchange) {
    char *value = arena_alloc(arena, size + 1), *scheme = NULL;
    size_t length = 0;
    for (size_t at = 0; at < size;) {
        if (text[at] == '"') {
            at = read_quoted(text, size, at, value, &length);
            continue;
        }
        if (!is_token(text[at])) {
            at++;
            continue;
        }
        size_t start = at;
        while (at < size && is_token(text[at]))
            at++;
        size_t name = at - start, equals = skip_blanks(text, size, at);
        if (equals >= size || text[equals] != '=') {
            scheme = text_from_wire_cut(arena, text + start, name, SCHEME_MAX);
            continue;
        }
        at = read_value(text, size, skip_blanks(text, size, equals + 1), value, &length);
        if (name == 5 && strncasecmp(text + start, "realm", 5) == 0 &&
            (exchange->realm == NULL || (is_basic(scheme) && !is_basic(exchange->scheme)))) {
            exchange->realm = text_from_wire_cut(arena, value, length, VALUE_MAX);
            exchange->scheme = scheme;
        }
    }
}

static char *read_plain(struct arena *arena, const char *text, size_t size) {
    return text_from_wire_cut(arena, text, size, VALUE_MAX);
}

static const struct {
    const char *name;
    size_t member; /* char * in struct http_exchange */
    char *(*read)(struct arena *arena, const char *text, size_t size);
} headers[] = {{"server", offsetof(struct http_exchange, server), read_plain},
               {"content-type", offsetof(struct http_exchange, content_type), read_plain},
               {"location", offsetof(struct http_exchange, location), read_plain}};
enum { HEADER_COUNT = sizeof headers / sizeof headers[0] };

static char **member_of(struct http_exchange *exchange, size_t header) {
    return (char **)((char *)exchange + headers[header].member);
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), the only form that is still sent; 0: none. */
static int64_t read_date(struct arena *arena, const char *text, size_t size) {
    static const char form[] = "Sun, 06 Nov 1994 08:49:37 GMT",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    enum { DAY = 5, MONTH = 8, YEAR = 12, TIME = 17, ZONE = 25 };
    int64_t time = 0;
    if (size != sizeof form - 1 || memcmp(text + 3, ", ", 2) != 0 || memcmp(text + ZONE, " GMT", 4) != 0)
        return 0;
    const char *at = strstr(months, arena_textn(arena, text + MONTH, 3));
    if (at == NULL || (at - months) % 3 != 0)
        return 0;
    /* the same in RFC 3339, whose reader checks the numbers */
    char *written = arena_printf(arena, "%.4s-%02d-%.2sT%.8sZ", text + YEAR, (int)(at - months) / 3 + 1,
                                 text + DAY, text + TIME);
    return time_read(written, &time) ? time : 0;
}

/* The first field of a name counts (of challenges Basic): a second Server: cannot change who we say spoke. A
 * status line begins a new answer (after 100 Continue), so what the one before said is dropped. */
void http_header_read(struct arena *arena, const char *line, size_t size, struct http_exchange *exchange) {
    static const char challenge[] = "www-authenticate";
    if (size >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        for (size_t i = 0; i < HEADER_COUNT; i++)
            *member_of(exchange, i) = NULL;
        exchange->date = 0;
        exchange->realm = exchange->scheme = NULL;
        return;
    }
    const char *colon = size > 0 ? memchr(line, ':', size) : NULL;
    if (colon == NULL)
        return;
    size_t name = (size_t)(colon - line), at = skip_blanks(line, size, name + 1), end = size;
    while (end > at && is_blank(line[end - 1]))
        end--;
    if (name == 4 && strncasecmp(line, "date", 4) == 0 && exchange->date == 0)
        exchange->date = read_date(arena, line + at, end - at);
    if (name == sizeof challenge - 1 && strncasecmp(line, challenge, name) == 0)
        read_challenges(arena, line + at, end - at, exchange);
    for (size_t i = 0; i < HEADER_COUNT; i++)
        if (strlen(headers[i].name) == name && strncasecmp(line, headers[i].name, name) == 0 &&
            *member_of(exchange, i) == NULL)
            *member_of(exchange, i) = headers[i].read(arena, line + at, end - at);
}

/* Neither request carries credentials, so neither counts as a failed log-in (field-facts 1.4). */
static const struct {
    const char *request, *query;
    bool names_user;
} requests[] = {{"get_edge_sso", "email=edgeprobe@", true},
                {"get_edge_config", "service_name=_cisco-uds&service_name=_cuplogin", false}};

char *http_url_encode(struct arena *arena, const char *text) {
    char *out = arena_alloc(arena, strlen(text) * 3 + 1), *at = out;
    for (; *text != 0; text++) {
        unsigned char c = (unsigned char)*text;
        if (isalnum(c) || strchr("-._~", c) != NULL) {
            *at++ = (char)c;
        } else {
            static const char digits[] = "0123456789ABCDEF";
            *at++ = '%';
            *at++ = digits[c >> 4];
            *at++ = digits[c & 15];
        }
    }
    return out;
}

static char *url_head(struct arena *arena, const char *host, int port) {
    bool literal = strchr(host, ':') != NULL && host[0] != '[';
    return arena_printf(arena, "https://%s%s%s:%d", literal ? "[" : "", host, literal ? "]" : "", port);
}

char *http_edge_url(struct arena *arena, const char *host, int port, const char *domain,
                    const char *request) {
    const char *path = base64_write(arena, domain, strlen(domain), false), *query = "", *user = "";
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
        if (strcmp(requests[i].request, request) == 0) {
            query = requests[i].query;
            user = requests[i].names_user ? http_url_encode(arena, domain) : "";
        }
    return arena_printf(arena, "%s/%s/%s%s%s%s", url_head(arena, host, port), path, request,
                        *query != 0 ? "?" : "", query, user);
}

char *http_inner_url(struct arena *arena, const char *host, int port, const char *domain, const char *inner,
                     int inner_port, const char *path) {
    const char *target = arena_printf(arena, "%s/https/%s/%d", domain, inner, inner_port);
    return arena_printf(arena, "%s/%s%s", url_head(arena, host, port),
                        base64_write(arena, target, strlen(target), false), path);
}
