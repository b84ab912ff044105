/* Is this a whole SIP message, and what does it answer? RFC 3261 over a stream.
 *
 * libosip2 parses one message; it takes nearly any as valid, so framing, size limits and the headers that
 * RFC 3261 8.1.1 demands are checked here. */
#include "wire/sip.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>

enum { HEADERS_MAX = 16 * 1024, BODY_MAX = 64 * 1024, RAW_MAX = 2048, LINES_TRIED_MAX = 64 };

struct span {
    const char *p;
    size_t n;
};

/* ---- framing ---- */

/* One line off the front, without its line end; false when none is complete. A lone LF ends one, too: servers
 * that write it exist, and libosip2 takes it. */
static bool line_take(struct span *from, struct span *line) {
    const char *end = memchr(from->p, '\n', from->n);
    if (end == NULL)
        return false;
    size_t whole = (size_t)(end - from->p) + 1;
    *line = (struct span){from->p, whole - 1};
    if (line->n > 0 && line->p[line->n - 1] == '\r')
        line->n--;
    from->p += whole;
    from->n -= whole;
    return true;
}

/* The version is case-insensitive (RFC 3261 7.1). */
static bool is_response(struct span s) {
    static const char version[] = "SIP/";
    return s.n >= sizeof version - 1 && strncasecmp(s.p, version, sizeof version - 1) == 0;
}

static bool span_ends(struct span s, const char *with) {
    size_t length = strlen(with);
    return s.n >= length && strncasecmp(s.p + s.n - length, with, length) == 0;
}

/* RFC 3261 25.1: token. */
static bool is_token(char c) {
    return c != 0 && (isalnum((unsigned char)c) || strchr("-.!%*_+`'~", c) != NULL);
}

/* Can more bytes make it "SIP/2.0 ..." or "METHOD ..."? Judged by its first word, whole or not. */
static bool may_be_start(struct span s) {
    size_t n = 0;
    if (is_response(s))
        return true;
    while (n < s.n && is_token(s.p[n]))
        n++;
    return n == s.n || (n > 0 && s.p[n] == ' ') ||
           (n == 3 && strncasecmp(s.p, "SIP", 3) == 0 && s.p[n] == '/');
}

/* The value of a header line of that name or its compact form; false when it is another header. */
static bool header_value(struct span line, const char *name, char compact, struct span *value) {
    const char *colon = memchr(line.p, ':', line.n);
    if (colon == NULL)
        return false;
    size_t length = (size_t)(colon - line.p);
    while (length > 0 && (line.p[length - 1] == ' ' || line.p[length - 1] == '\t'))
        length--;
    if (!(length == strlen(name) && strncasecmp(line.p, name, length) == 0) &&
        !(length == 1 && tolower((unsigned char)line.p[0]) == compact))
        return false;
    *value = (struct span){colon + 1, line.n - (size_t)(colon + 1 - line.p)};
    while (value->n > 0 && isspace((unsigned char)value->p[0])) {
        value->p++;
        value->n--;
    }
    while (value->n > 0 && isspace((unsigned char)value->p[value->n - 1]))
        value->n--;
    return true;
}

static const char *length_read(struct span value, long *length) {
    long number = 0;
    if (value.n == 0)
        return "Content-Length is no number";
    for (size_t i = 0; i < value.n; i++) {
        if (!isdigit((unsigned char)value.p[i]))
            return "Content-Length is no number";
        number = number * 10 + (value.p[i] - '0');
        if (number > BODY_MAX)
            return "the body is longer than 64 KiB";
    }
    if (*length >= 0 && *length != number)
        return "two Content-Length headers that differ";
    *length = number;
    return NULL;
}

static const char *start_fault(struct span line) {
    for (size_t i = 0; i < line.n; i++)
        if ((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t')
            return line.p[i] == 0 ? "NUL byte in the start line" : "control byte in the start line";
    return is_response(line) || span_ends(line, " SIP/2.0") ? NULL : "the start line is not SIP";
}

/* A NUL behind a backslash is a quoted-pair (RFC 3261 25.1). */
static bool has_bare_nul(struct span line) {
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == 0 && (i == 0 || line.p[i - 1] != '\\'))
            return true;
    return false;
}

/* Reads lines up to the empty one. Without Content-Length there is no body (RFC 3261 18.3 demands it on
 * streams; who leaves it out has none). */
static enum framing headers_frame(struct span *left, long *length, const char **fault) {
    struct span line, value;
    const char *begin = left->p;
    bool first = true;
    *length = -1;
    *fault = NULL;
    while (line_take(left, &line)) {
        if (left->p - begin > HEADERS_MAX)
            break;
        if (line.n == 0)
            return FRAMING_WHOLE;
        if (first)
            *fault = start_fault(line);
        else if (has_bare_nul(line))
            *fault = "NUL byte in the headers";
        else if (header_value(line, "Content-Length", 'l', &value))
            *fault = length_read(value, length);
        first = false;
        if (*fault != NULL)
            return FRAMING_BROKEN;
    }
    if (left->p + left->n - begin > HEADERS_MAX) {
        *fault = "the headers are longer than 16 KiB";
        return FRAMING_BROKEN;
    }
    if (first && !may_be_start(*left)) {
        *fault = "the start line is not SIP";
        return FRAMING_BROKEN;
    }
    return FRAMING_MORE;
}

enum framing sip_frame(const uint8_t *bytes, size_t size, size_t *used, const char **fault) {
    struct span left = {(const char *)bytes, size};
    long length;
    *fault = NULL;
    while (left.n > 0 && (*left.p == '\r' || *left.p == '\n')) {
        left.p++;
        left.n--;
    }
    if (left.n == 0)
        return FRAMING_MORE;
    enum framing framing = headers_frame(&left, &length, fault);
    if (framing != FRAMING_WHOLE)
        return framing;
    size_t body = length < 0 ? 0 : (size_t)length;
    if (left.n < body)
        return FRAMING_MORE;
    struct span behind = {left.p + body, left.n - body};
    if (behind.n > 0 && *behind.p != '\r' && *behind.p != '\n' && !may_be_start(behind)) {
        *fault = length < 0 ? "a body without Content-Length" : "Content-Length is less than the body";
        return FRAMING_BROKEN;
    }
    *used = size - behind.n;
    return FRAMING_WHOLE;
}

/* ---- reading ---- */

static void say_nothing(const char *file, int line, osip_trace_level_t level, const char *format,
                        va_list args) {
    (void)file, (void)line, (void)level, (void)format, (void)args;
}

static void parser_start(void) {
    osip_trace_initialize_func(TRACE_LEVEL0, say_nothing); /* else complaints go to stdout */
    parser_init(); /* libosip2's tables; without it every parse crashes */
}

static void parser_ready(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, parser_start);
}

static osip_message_t *message_parse(const char *text, size_t size, int *error) {
    osip_message_t *message = NULL;
    parser_ready();
    *error = osip_message_init(&message);
    if (*error == 0)
        *error = osip_message_parse(message, text, size);
    if (*error != 0) {
        osip_message_free(message);
        return NULL;
    }
    return message;
}

/* Which header keeps the message from being parsed? The one without which it can be. */
static char *culprit(struct arena *arena, const char *text, size_t size) {
    struct span left = {text, size}, line;
    char *without = arena_textn(arena, text, size);
    int error, tried = 0;
    if (!line_take(&left, &line))
        return NULL;
    while (tried++ < LINES_TRIED_MAX) {
        const char *from = left.p;
        if (!line_take(&left, &line) || line.n == 0)
            return NULL;
        while (left.n > 0 && (*left.p == ' ' || *left.p == '\t')) { /* folded */
            struct span more;
            if (!line_take(&left, &more))
                return NULL;
        }
        size_t head = (size_t)(from - text);
        memcpy(without, text, size);
        memcpy(without + head, left.p, left.n);
        osip_message_t *message = message_parse(without, head + left.n, &error);
        if (message != NULL) {
            osip_message_free(message);
            const char *colon = memchr(line.p, ':', line.n);
            size_t name = colon == NULL ? line.n : (size_t)(colon - line.p);
            return arena_printf(arena, "malformed header %s", text_from_wire_cut(arena, line.p, name, 40));
        }
    }
    return NULL;
}

/* "SIP/2.0 200 OK" (RFC 3261 7.2). NULL when it is a status line. */
static const char *status_fault(struct span line) {
    if (!is_response(line))
        return "a request, not a response";
    if (line.n < strlen("SIP/2.0 ") || strncasecmp(line.p, "SIP/2.0 ", strlen("SIP/2.0 ")) != 0)
        return "the version is not SIP/2.0";
    const char *code = line.p + strlen("SIP/2.0 ");
    size_t left = line.n - strlen("SIP/2.0 ");
    if (left < 3 || !isdigit((unsigned char)code[0]) || !isdigit((unsigned char)code[1]) ||
        !isdigit((unsigned char)code[2]) || (left > 3 && code[3] != ' '))
        return "the status code is not three digits";
    return code[0] < '1' || code[0] > '6' ? "the status code is not between 100 and 699" : NULL;
}

/* RFC 3261 8.1.1.5: below 2**31. */
static bool is_sequence_number(const char *text) {
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 10 && text[digits] == 0 && strtoll(text, NULL, 10) < 0x80000000LL;
}

/* RFC 3261 8.2.6.2 and 20: what every response carries. */
static const char *header_fault(const osip_message_t *message) {
    const struct {
        bool there;
        const char *fault;
    } needed[] = {
        {osip_list_size(&message->vias) > 0, "no Via header"},
        {message->from != NULL && message->from->url != NULL, "no From header"},
        {message->to != NULL && message->to->url != NULL, "no To header"},
        {message->call_id != NULL && message->call_id->number != NULL, "no Call-ID header"},
        {message->cseq != NULL && message->cseq->number != NULL && message->cseq->method != NULL,
         "no CSeq header"},
        {message->cseq != NULL && message->cseq->number != NULL && is_sequence_number(message->cseq->number),
         "the CSeq number is out of range"},
    };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!needed[i].there)
            return needed[i].fault;
    return NULL;
}

static char *server_name(struct arena *arena, const osip_message_t *message) {
    osip_header_t *header = NULL;
    if (osip_message_get_server(message, 0, &header) < 0 || header == NULL)
        if (osip_message_get_user_agent(message, 0, &header) < 0 || header == NULL)
            return NULL;
    return header->hvalue == NULL ? NULL : text_from_wire(arena, header->hvalue, strlen(header->hvalue));
}

static void fields_read(struct arena *arena, const char *text, size_t size, struct sip_exchange *exchange) {
    int error;
    const char *fault;
    osip_message_t *message = message_parse(text, size, &error);
    if (message == NULL) {
        exchange->fault = culprit(arena, text, size);
        if (exchange->fault == NULL)
            exchange->fault = arena_printf(arena, "no valid SIP message (%s)", osip_strerror(error));
        return;
    }
    exchange->code = message->status_code;
    if (message->reason_phrase != NULL)
        exchange->reason = text_from_wire(arena, message->reason_phrase, strlen(message->reason_phrase));
    exchange->server = server_name(arena, message);
    fault = header_fault(message);
    exchange->fault = arena_text(arena, fault);
    osip_message_free(message);
}

/* What is wrong with the frame; a caller that ran out of time hands in what it has. */
static const char *frame_fault(const char *text, size_t size) {
    struct span left = {text, size};
    size_t used;
    long length;
    const char *fault;
    switch (sip_frame((const uint8_t *)text, size, &used, &fault)) {
    case FRAMING_BROKEN:
        return fault;
    case FRAMING_MORE:
        return headers_frame(&left, &length, &fault) == FRAMING_WHOLE
                   ? "the body is shorter than its Content-Length"
                   : "no empty line behind the headers";
    case FRAMING_WHOLE:
        break;
    }
    return used < size ? "another message behind it" : NULL;
}

enum { STATUS_ONLY = sizeof "SIP/2.0 200 " - 1 };

/* libosip2 takes the line behind a status line without a reason for the reason, knows the version in capitals
 * only, and ends at a NUL: what it is given is spelled as it likes it. */
static const char *made_plain(struct arena *arena, const char *text, size_t size, size_t line,
                              size_t *plain) {
    static const char none[] = " none";
    bool has_reason = line > STATUS_ONLY;
    size_t begin = has_reason ? line : STATUS_ONLY - 1, extra = has_reason ? 0 : sizeof none - 1;
    char *made = arena_alloc(arena, size + extra + 1);
    memcpy(made, text, begin);
    memcpy(made, "SIP", 3);
    memcpy(made + begin, none, extra);
    memcpy(made + begin + extra, text + line, size - line);
    *plain = begin + extra + size - line;
    for (size_t i = 0; i < *plain; i++)
        if (made[i] == 0)
            made[i] = ' ';
    made[*plain] = 0;
    return made;
}

bool sip_is_request(const uint8_t *bytes, size_t size) {
    struct span all = {(const char *)bytes, size};
    while (all.n > 0 && (*all.p == '\r' || *all.p == '\n')) {
        all.p++;
        all.n--;
    }
    return !is_response(all);
}

const char *sip_unfinished(const uint8_t *bytes, size_t size) {
    const char *fault = frame_fault((const char *)bytes, size);
    return fault == NULL ? "nothing is missing" : fault;
}

/* The first header of that name; empty when there is none. */
static struct span header_of(const char *text, size_t size, const char *name, char compact) {
    struct span left = {text, size}, line, value;
    while (line_take(&left, &line))
        if (line.n > 0 && header_value(line, name, compact, &value))
            return value;
    return (struct span){text, 0};
}

static struct span branch_of(struct span via) {
    static const char name[] = "branch=";
    for (size_t i = 0; i + sizeof name - 1 <= via.n; i++)
        if (strncasecmp(via.p + i, name, sizeof name - 1) == 0) {
            struct span branch = {via.p + i + sizeof name - 1, 0};
            while (branch.p + branch.n < via.p + via.n && strchr(";, \t\r\n", branch.p[branch.n]) == NULL)
                branch.n++;
            return branch;
        }
    return (struct span){via.p, 0};
}

static bool same_span(struct span a, struct span b) {
    return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

const char *sip_foreign_because(struct arena *arena, const char *request, const uint8_t *bytes, size_t size) {
    static const struct {
        const char *name;
        char compact;
    } compared[] = {{"Call-ID", 'i'}, {"CSeq", 0}, {"Via", 'v'}};
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        struct span ours = header_of(request, strlen(request), compared[i].name, compared[i].compact);
        struct span theirs = header_of((const char *)bytes, size, compared[i].name, compared[i].compact);
        bool is_via = compared[i].compact == 'v';
        if (is_via ? same_span(branch_of(ours), branch_of(theirs)) : same_span(ours, theirs))
            continue;
        return arena_printf(arena, "it answers another request: %s%s %s", compared[i].name,
                            is_via ? " branch" : "",
                            text_from_wire_cut(arena, is_via ? branch_of(theirs).p : theirs.p,
                                               is_via ? branch_of(theirs).n : theirs.n, 60));
    }
    return NULL;
}

void sip_read(struct arena *arena, const uint8_t *bytes, size_t size, struct sip_exchange *exchange) {
    const char *text = (const char *)bytes;
    while (size > 0 && (*text == '\r' || *text == '\n')) {
        text++;
        size--;
    }
    struct span left = {text, size}, line = {text, 0}, first = {text, 0};
    while (line_take(&left, &line) && line.n > 0)
        if (first.n == 0)
            first = line;
    size_t head = line.n == 0 && left.p > text ? (size_t)(line.p - text) : size;
    exchange->raw = text_from_wire_cut(arena, text, head, RAW_MAX);
    const char *fault = frame_fault(text, size);
    if (fault == NULL)
        fault = status_fault(first);
    exchange->fault = arena_text(arena, fault);
    if (fault == NULL) {
        size_t plain_size;
        const char *plain = made_plain(arena, text, size, first.n, &plain_size);
        fields_read(arena, plain, plain_size, exchange);
        if (first.n <= STATUS_ONLY)
            exchange->reason = NULL;
    }
    exchange->state = exchange->fault == NULL ? EXCHANGE_ANSWERED : EXCHANGE_MALFORMED;
}

/* ---- asking ---- */

static char *bracketed(struct arena *arena, const char *host) {
    return address_is_ipv6(host) && host[0] != '[' ? arena_printf(arena, "[%s]", host)
                                                   : arena_text(arena, host);
}

/* RFC 3261 11.1. The response comes back on this connection (RFC 3581 rport does no harm where it is not
 * known), so no Contact is needed. */
char *sip_options_write(struct arena *arena, const char *host, int port, const char *local_address,
                        const char *unique) {
    const char *us = local_address == NULL ? "edgeprobe.invalid" : bracketed(arena, local_address);
    const char *them = bracketed(arena, host);
    return arena_printf(arena,
                        "OPTIONS sip:%s:%d;transport=tls SIP/2.0\r\n"
                        "Via: SIP/2.0/TLS %s;branch=z9hG4bK%s;rport\r\n"
                        "Max-Forwards: 70\r\n"
                        "From: <sip:edgeprobe@%s>;tag=%s\r\n"
                        "To: <sip:%s:%d>\r\n"
                        "Call-ID: %s@%s\r\n"
                        "CSeq: 1 OPTIONS\r\n"
                        "Accept: application/sdp\r\n"
                        "User-Agent: edgeprobe\r\n"
                        "Content-Length: 0\r\n"
                        "\r\n",
                        them, port, us, unique, us, unique, them, port, unique, us);
}
