/* What does one line of a log say? Fields, direction, and the first token that fits; alerts by name or
 * number. See log_tokens.h. */
#include "catalogue/log_tokens.h"

#include <ctype.h>
#include <string.h>

#include "facts/tls.h"

enum { FIELD_SHOWN = 512, ALERTS = 256, SSL_USER_CANCELLED = 90, CERTIFICATE_UNKNOWN = 46 };

const struct enum_name log_directions[] = {
    {LOG_UNKNOWN, "unknown"}, {LOG_INBOUND, "inbound"}, {LOG_OUTBOUND, "outbound"}, {0, NULL}};

/* The line as it came, and in lower case for comparing; NUL bytes do no harm, since sizes are used. */
struct line {
    struct arena *arena;
    const char *text;
    char *lower;
    size_t size;
};

static const char *find(const struct line *line, const char *words) {
    return memmem(line->lower, line->size, words, strlen(words));
}

/* Key="value", value up to the next quote; a value that is cut off counts as far as it goes. */
static char *field(const struct line *line, const char *key) {
    size_t length = strlen(key);
    for (const char *at = line->lower;
         (at = memmem(at, line->size - (size_t)(at - line->lower), key, length)) != NULL; at++) {
        size_t offset = (size_t)(at - line->lower);
        bool is_whole_word = offset == 0 || (!isalnum((unsigned char)at[-1]) && at[-1] != '-');
        if (!is_whole_word || line->size - offset < length + 2 || memcmp(at + length, "=\"", 2) != 0)
            continue;
        const char *value = line->text + offset + length + 2;
        size_t left = line->size - offset - length - 2;
        const char *quote = memchr(value, '"', left);
        return text_from_wire_cut(line->arena, value, quote == NULL ? left : (size_t)(quote - value),
                                  FIELD_SHOWN);
    }
    return NULL;
}

/* OpenSSL's functions name what this side was reading: the client's certificate when it was called. */
static const struct {
    const char *words;
    enum log_direction direction;
} directions[] = {{"inbound tls", LOG_INBOUND},
                  {"outbound tls", LOG_OUTBOUND},
                  {"get_client_certificate", LOG_INBOUND},
                  {"process_client_certificate", LOG_INBOUND},
                  {"get_server_certificate", LOG_OUTBOUND},
                  {"process_server_certificate", LOG_OUTBOUND},
                  {"core server certificate verification", LOG_OUTBOUND}};

static enum log_direction direction_of(const struct line *line) {
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
        if (find(line, directions[i].words) != NULL)
            return directions[i].direction;
    return LOG_UNKNOWN;
}

/* ---- alerts ---- */

/* "unknown_ca" matches itself and "unknown ca", up to the end of a word; its length there, else 0. */
static size_t name_at(const char *text, size_t size, const char *name) {
    size_t i = 0;
    for (; name[i] != 0; i++)
        if (i >= size || (text[i] != name[i] && !(name[i] == '_' && text[i] == ' ')))
            return 0;
    return i < size && isalnum((unsigned char)text[i]) ? 0 : i;
}

/* The longest name of an alert that stands here; -1 for none. */
static int alert_at(const char *text, size_t size) {
    size_t longest = 0;
    int found = -1;
    for (int number = 0; number < ALERTS; number++) {
        const char *name = alert_name(number);
        size_t length = name == NULL ? 0 : name_at(text, size, name);
        if (length > longest) {
            longest = length;
            found = number;
        }
    }
    if (found < 0 && name_at(text, size, "user_cancelled") > 0) /* OpenSSL's spelling */
        found = SSL_USER_CANCELLED;
    return found;
}

static int number_at(const char *text, size_t size) {
    int number = 0;
    size_t i = 0;
    for (; i < size && i < 4 && isdigit((unsigned char)text[i]); i++)
        number = number * 10 + (text[i] - '0');
    return i > 0 && number < ALERTS ? number : -1;
}

/* "SSL alert number 116"; "sslv3 alert certificate unknown", "tlsv13 alert certificate required"; a few come
 * without the word: "tlsv1 unrecognized name"; packet tools write "Description: Unknown CA (48)". */
static const struct {
    const char *words;
    int (*read)(const char *text, size_t size);
} alert_forms[] = {{"alert number ", number_at}, {"alert: ", alert_at}, {"alert ", alert_at},
                   {"tlsv1 ", alert_at},         {"tlsv13 ", alert_at}, {"description: ", alert_at}};

static int alert_in(const struct line *line) {
    for (size_t i = 0; i < sizeof alert_forms / sizeof *alert_forms; i++) {
        size_t length = strlen(alert_forms[i].words);
        const char *end = line->lower + line->size;
        for (const char *at = line->lower;
             (at = memmem(at, (size_t)(end - at), alert_forms[i].words, length)) != NULL;) {
            at += length;
            int number = alert_forms[i].read(at, (size_t)(end - at));
            if (number >= 0)
                return number;
        }
    }
    return -1;
}

/* The alerts by which one refuses what the other side presented (RFC 8446 6.2). */
static bool is_about_certificate(int number) {
    static const int numbers[] = {41, 42, 43, 44, 45, 46, 48, 49, 111, 113, 114, 116};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

/* These words of OpenSSL stand for an alert that was received: the other side refused. */
static const char *who_refused(enum log_direction direction, int number) {
    if (!is_about_certificate(number))
        return direction == LOG_INBOUND    ? "The caller ended the handshake."
               : direction == LOG_OUTBOUND ? "The server that was dialled ended the handshake."
                                           : "The other side ended the handshake.";
    if (direction == LOG_INBOUND)
        return "The caller (Expressway-C, in the log of Expressway-E) refused the certificate of the box "
               "that wrote "
               "this line.";
    if (direction == LOG_OUTBOUND)
        return "The server that was dialled (Expressway-E, in the log of Expressway-C) refused the "
               "certificate of the "
               "box that wrote this line, or its lack of one.";
    return "The other side refused the certificate of the box that wrote this line.";
}

static void alert_tell(struct arena *arena, int number, struct log_entry *entry) {
    const char *name = alert_name(number);
    char *cause = arena_printf(arena, "alert-%s", name == NULL ? "other" : name);
    for (char *p = cause; *p != 0; p++)
        if (*p == '_')
            *p = '-';
    entry->token = cause;
    entry->check = check_find("tls.handshake");
    entry->cause = cause_find(entry->check, cause);
    entry->means = arena_printf(
        arena, "%s It sent alert %d, %s; the reason stands in the other side's log.%s",
        who_refused(entry->direction, number), number, name == NULL ? "which nobody assigned" : name,
        number == CERTIFICATE_UNKNOWN
            ? " Often that is because no intermediate CA was sent: the sender's own "
              "trust list lacks them."
            : "");
    entry->fix = entry->cause->fix;
}

/* ---- the table ---- */

static bool fits(const struct log_token *token, const struct line *line, enum log_direction direction) {
    return (token->direction == LOG_UNKNOWN || token->direction == direction) &&
           find(line, token->words) != NULL && (token->also == NULL || find(line, token->also) != NULL);
}

static void token_tell(const struct log_token *token, struct log_entry *entry) {
    entry->token = token->id;
    entry->check = token->check == NULL ? NULL : check_find(token->check);
    entry->cause = token->cause == NULL ? NULL : cause_find(entry->check, token->cause);
    entry->means = token->means;
    entry->fix = entry->cause != NULL ? entry->cause->fix : token->fix;
}

bool log_line_read(struct arena *arena, const char *text, size_t size, struct log_entry *entry) {
    struct line line = {.arena = arena, .text = text, .size = size, .lower = arena_alloc(arena, size + 1)};
    for (size_t i = 0; i < size; i++)
        line.lower[i] = (char)tolower((unsigned char)text[i]);
    *entry = (struct log_entry){.direction = direction_of(&line)};
    int alert = alert_in(&line);
    const struct log_token *token = log_tokens;
    while (alert < 0 && token->id != NULL && !fits(token, &line, entry->direction))
        token++;
    if (alert < 0 && token->id == NULL)
        return false;
    if (alert >= 0)
        alert_tell(arena, alert, entry);
    else
        token_tell(token, entry);
    entry->event = field(&line, "event");
    entry->detail = field(&line, "detail");
    entry->common_name = field(&line, "common-name");
    entry->dst_port = field(&line, "dst-port");
    return true;
}
