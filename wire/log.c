/* Where does one log record end and the next begin, and what are its parts? See log.h. The forms are those of
 * Cisco's notes: time with an offset in front, host, process, fields in quotes, and messages of HTTP or SIP
 * whose lines begin with a blank, the first with " |", until a line that is " |" alone. */
#include "wire/log.h"

#include <ctype.h>
#include <string.h>

enum { PIECE = 256 * 1024, CAPACITY = PIECE + 2 * LOG_RECORD_MAX };

static const struct slice none = {NULL, 0};

static struct slice trim(struct slice s) {
    while (s.size > 0 && isspace((unsigned char)s.at[0])) {
        s.at++;
        s.size--;
    }
    while (s.size > 0 && isspace((unsigned char)s.at[s.size - 1]))
        s.size--;
    return s;
}

/* ---- times ---- */

static bool digits(const char **at, const char *end, int count, int *number) {
    *number = 0;
    if (end - *at < count)
        return false;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9')
            return false;
        *number = *number * 10 + (c - '0');
    }
    *at += count;
    return true;
}

static bool one_of(const char **at, const char *end, const char *wanted) {
    if (*at == end || **at == 0 || strchr(wanted, **at) == NULL)
        return false;
    ++*at;
    return true;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static int64_t days_of(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* 2017-09-20T10:49:18.724 and 2017-09-20 14:49:18,724; the fraction has none to six digits. */
static bool moment_read(const char **at, const char *end, int64_t *ms) {
    int year, month, day, hour, minute, second, scale = 100, fraction = 0, digit;
    if (!digits(at, end, 4, &year) || !one_of(at, end, "-") || !digits(at, end, 2, &month) ||
        !one_of(at, end, "-") || !digits(at, end, 2, &day) || !one_of(at, end, "T ") ||
        !digits(at, end, 2, &hour) || !one_of(at, end, ":") || !digits(at, end, 2, &minute) ||
        !one_of(at, end, ":") || !digits(at, end, 2, &second))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
        return false;
    if (one_of(at, end, ".,"))
        for (; digits(at, end, 1, &digit); scale /= 10)
            fraction += digit * scale;
    *ms = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60000 + second * 1000 + fraction;
    return true;
}

/* The time in front of every line, with its offset from UTC. */
static bool stamp_read(const char **at, const char *end, int64_t *ms) {
    int hour, minute;
    if (!moment_read(at, end, ms))
        return false;
    if (one_of(at, end, "Z"))
        return true;
    bool is_west = *at < end && **at == '-';
    if (!one_of(at, end, "+-") || !digits(at, end, 2, &hour) || !one_of(at, end, ":") ||
        !digits(at, end, 2, &minute))
        return false;
    int64_t offset = ((int64_t)hour * 60 + minute) * 60000;
    *ms += is_west ? offset : -offset;
    return true;
}

static bool begins_record(const char *at, size_t size) {
    const char *end = at + size;
    int64_t ms;
    return size > 0 && at[0] >= '0' && at[0] <= '9' && stamp_read(&at, end, &ms);
}

/* ---- the parts of a line ---- */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '/';
}

static void blanks_skip(const char **at, const char *end) {
    while (*at < end && (**at == ' ' || **at == '\t'))
        ++*at;
}

/* "tvcs:", "XCP_JABBERD[23843]:", "tvcs" without a colon; nothing where the fields begin at once. */
static const char *process_read(const char *at, const char *end, struct log_record *record) {
    const char *begin = at;
    while (at < end && is_word(*at))
        at++;
    if (at == begin || (at < end && *at == '='))
        return begin;
    record->process = (struct slice){begin, (size_t)(at - begin)};
    if (at < end && *at == '[') {
        int pid = 0;
        const char *p = at + 1;
        while (p < end && p - at < 9 && isdigit((unsigned char)*p))
            pid = pid * 10 + (*p++ - '0');
        if (p > at + 1 && p < end && *p == ']') {
            record->pid = pid;
            at = p + 1;
        }
    }
    if (at < end && *at == ':')
        at++;
    blanks_skip(&at, end);
    return at;
}

static const char *head_read(const char *at, const char *end, struct log_record *record) {
    const char *p = at;
    record->has_time = stamp_read(&p, end, &record->time_ms);
    if (!record->has_time)
        return at;
    blanks_skip(&p, end);
    const char *host = p;
    while (p < end && !isspace((unsigned char)*p))
        p++;
    record->host = (struct slice){host, (size_t)(p - host)};
    blanks_skip(&p, end);
    return process_read(p, end, record);
}

/* ---- fields ---- */

static void known_field(struct log_record *record, const struct log_field *field) {
    if (record->module.at == NULL && slice_same(field->key, "module"))
        record->module = trim(field->value);
    else if (record->level.at == NULL && slice_same(field->key, "level"))
        record->level = trim(field->value);
    else if (slice_same(field->key, "utctime")) {
        const char *at = field->value.at;
        int64_t ms;
        if (moment_read(&at, at + field->value.size, &ms)) {
            record->time_ms = ms;
            record->has_time = true;
        }
    }
}

/* The value that begins at `at`: up to its closing quote, or without quotes up to a blank. */
static struct slice value_at(const char *at, const char *end) {
    if (at < end && *at == '"') {
        const char *quote = memchr(at + 1, '"', (size_t)(end - at - 1));
        return (struct slice){at + 1, (size_t)((quote == NULL ? end : quote) - at - 1)};
    }
    const char *p = at;
    while (p < end && !isspace((unsigned char)*p) && *p != ',')
        p++;
    return (struct slice){at, (size_t)(p - at)};
}

static void fields_read(struct log_record *record) {
    const char *at = record->words.at, *end = at + record->words.size;
    while (record->field_count < LOG_FIELDS_MAX) {
        const char *sign = memchr(at, '=', (size_t)(end - at)), *key = sign;
        if (sign == NULL)
            return;
        while (key > at && (isalnum((unsigned char)key[-1]) || key[-1] == '-' || key[-1] == '_'))
            key--;
        struct slice value = value_at(sign + 1, end);
        at = value.at + value.size;
        if (key == sign)
            continue;
        struct log_field *field = &record->fields[record->field_count++];
        *field = (struct log_field){{key, (size_t)(sign - key)}, value};
        known_field(record, field);
    }
}

/* ---- one record ---- */

static const struct {
    const char *words;
    enum log_message message;
} messages[] = {{"HTTPMSG:", LOG_MESSAGE_HTTP}, {"SIPMSG:", LOG_MESSAGE_SIP}};

/* The line announces a message that follows it. */
static enum log_message message_of(struct slice line) {
    line = trim(line);
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        size_t size = strlen(messages[i].words);
        if (line.size >= size && memcmp(line.at + line.size - size, messages[i].words, size) == 0)
            return messages[i].message;
    }
    return LOG_MESSAGE_NONE;
}

static struct slice line_of(const char *text, size_t size) {
    const char *newline = memchr(text, '\n', size);
    size_t length = newline == NULL ? size : (size_t)(newline - text);
    return (struct slice){text, length > 0 && text[length - 1] == '\r' ? length - 1 : length};
}

void log_record_read(const char *text, size_t size, struct log_record *record) {
    struct slice line = line_of(text, size);
    record->number = 1;
    record->has_time = record->is_cut = false;
    record->host = record->process = record->module = record->level = record->body = none;
    record->pid = -1;
    record->text = (struct slice){text, size};
    record->line = line;
    record->field_count = 0;
    record->message = message_of(line);
    const char *words = head_read(line.at, line.at + line.size, record);
    record->words = (struct slice){words, (size_t)(line.at + line.size - words)};
    fields_read(record);
    if (record->message != LOG_MESSAGE_NONE && size > line.size + 1) {
        const char *newline = memchr(text, '\n', size);
        record->body = (struct slice){newline + 1, (size_t)(text + size - newline - 1)};
    }
}

/* ---- a stream of them ---- */

/* buffer: what is kept of a record whose message goes on [begin, kept_end), then the line that has not ended
 * yet [line, end), of which everything before `looked` holds no newline. */
struct log_reader {
    log_record_fn take;
    void *context;
    char *buffer;
    size_t begin, kept_end, line, looked, end;
    long long lines, first_line;
    bool in_message, is_cut, is_dropping, is_stopped;
};

struct log_reader *log_reader_new(struct arena *arena, log_record_fn take, void *context) {
    struct log_reader *r = ARENA_NEW(arena, struct log_reader);
    r->take = take;
    r->context = context;
    r->buffer = arena_alloc(arena, CAPACITY);
    return r;
}

long long log_reader_lines(const struct log_reader *reader) {
    return reader->lines;
}

static void emit(struct log_reader *r) {
    struct log_record record;
    log_record_read(r->buffer + r->begin, r->kept_end - r->begin, &record);
    record.number = r->first_line;
    record.is_cut = r->is_cut;
    r->in_message = r->is_cut = false;
    if (record.line.size > 0 && !r->take(r->context, &record))
        r->is_stopped = true;
}

static void message_line(struct log_reader *r, size_t begin, size_t end) {
    bool is_first = r->first_line + 1 == r->lines;
    if (r->kept_end + 1 == begin && end - r->begin <= LOG_RECORD_MAX)
        r->kept_end = end;
    else
        r->is_cut = true;
    struct slice line = trim((struct slice){r->buffer + begin, end - begin});
    if (!is_first && line.size == 1 && line.at[0] == '|')
        emit(r);
}

static void line_take(struct log_reader *r, size_t begin, size_t end, bool is_cut) {
    r->lines++;
    if (r->in_message && !begins_record(r->buffer + begin, end - begin)) {
        message_line(r, begin, end);
        return;
    }
    if (r->in_message)
        emit(r);
    r->begin = begin;
    r->kept_end = end;
    r->first_line = r->lines;
    r->is_cut = is_cut;
    r->in_message = message_of((struct slice){r->buffer + begin, end - begin}) != LOG_MESSAGE_NONE;
    if (!r->in_message)
        emit(r);
}

static void lines_take(struct log_reader *r) {
    const char *newline;
    while (!r->is_stopped && (newline = memchr(r->buffer + r->looked, '\n', r->end - r->looked)) != NULL) {
        size_t begin = r->line, end = (size_t)(newline - r->buffer);
        r->line = r->looked = end + 1;
        line_take(r, begin, end, end - begin >= LOG_RECORD_MAX);
    }
    r->looked = r->end;
    if (r->end - r->line > LOG_RECORD_MAX) { /* and so on up to the newline: dropped */
        r->end = r->looked = r->line + LOG_RECORD_MAX;
        r->is_dropping = true;
    }
}

/* What is still needed moves to the front. */
static void pack(struct log_reader *r) {
    size_t kept = r->in_message ? r->kept_end - r->begin : 0, left = r->end - r->line;
    size_t gap = !r->in_message ? 0 : r->kept_end + 1 == r->line ? 1 : 2; /* 2: something was dropped here */
    size_t to = kept + gap;
    if (kept > 0)
        memmove(r->buffer, r->buffer + r->begin, kept);
    if (gap > 0)
        r->buffer[kept] = '\n';
    memmove(r->buffer + to, r->buffer + r->line, left);
    r->begin = 0;
    r->kept_end = kept;
    r->looked = to + (r->looked - r->line);
    r->line = to;
    r->end = to + left;
}

bool log_reader_feed(struct log_reader *r, const void *bytes, size_t size) {
    const char *at = bytes;
    while (size > 0 && !r->is_stopped) {
        if (r->is_dropping) {
            const char *newline = memchr(at, '\n', size);
            if (newline == NULL)
                return true;
            size -= (size_t)(newline - at);
            at = newline;
            r->is_dropping = false;
        }
        size_t room = CAPACITY - r->end, part = size < room ? size : room;
        memcpy(r->buffer + r->end, at, part);
        r->end += part;
        at += part;
        size -= part;
        lines_take(r);
        pack(r);
    }
    return !r->is_stopped;
}

bool log_reader_end(struct log_reader *r) {
    if (!r->is_stopped && r->end > r->line)
        line_take(r, r->line, r->end, r->is_dropping);
    if (!r->is_stopped && r->in_message)
        emit(r);
    r->line = r->looked = r->end;
    r->is_dropping = false;
    return !r->is_stopped;
}
