/* What does a dump of an Expressway's settings or status say? See dump.h.
 *
 *   *c xConfiguration Zones Zone 6 Name: "Traversal"        one a line, in any order
 *   *s Zones: / Zone 6: / Name: "Traversal" / *s/end        blocks, nested by their indent
 *   <Zones><Zone item="6"><Name>Traversal</Name>            elements for words, an index as attribute */
#include "wire/dump.h"

#include <ctype.h>
#include <expat.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PATH_MAX_BYTES = 300, DEPTH_MAX = 24 };

struct dump {
    struct arena *arena;
    struct settings *to;
    int line;
};

/* ---- paths and values ---- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == 0;
}

/* Appends the words in lower case, single blanks between; false when there is no room or one is no word. */
static bool words_add(char *path, size_t room, const char *words, size_t size) {
    size_t used = strlen(path);
    bool wants_blank = used > 0;
    for (size_t i = 0; i < size; i++) {
        if (is_blank(words[i])) {
            wants_blank = used > 0;
            continue;
        }
        if (!isalnum((unsigned char)words[i]) && strchr("_-./", words[i]) == NULL)
            return false;
        if (used + 3 > room)
            return false;
        if (wants_blank)
            path[used++] = ' ';
        wants_blank = false;
        path[used++] = (char)tolower((unsigned char)words[i]);
        path[used] = 0;
    }
    return used > 0;
}

/* The last word of the path says that the value is nobody's business. */
static bool is_secret(const char *path, const char *value, size_t size) {
    static const char *const endings[] = {"password", "passphrase",    "secret",      "key",
                                          "token",    "communityname", "credentials", "privkey"};
    if (size > 0 && value[0] == '{') /* {cipher}, {crypt}, {sha256} and whatever comes next */
        return true;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (text_ends(path, endings[i]))
            return true;
    return false;
}

static void trim(const char **at, size_t *size) {
    while (*size > 0 && is_blank(**at)) {
        ++*at;
        --*size;
    }
    while (*size > 0 && is_blank((*at)[*size - 1]))
        --*size;
}

static void setting_add(struct dump *dump, const char *path, const char *value, size_t size) {
    struct settings *to = dump->to;
    trim(&value, &size);
    if (size >= 2 && value[0] == '"' && value[size - 1] == '"') {
        value++;
        size -= 2;
    }
    if (is_secret(path, value, size)) {
        to->secrets++;
        return;
    }
    if (to->all.n >= SETTINGS_MAX) {
        to->is_partial = true;
        return;
    }
    struct setting *setting = ARENA_NEW(dump->arena, struct setting);
    setting->path = arena_text(dump->arena, path);
    setting->value = text_from_wire_cut(dump->arena, value, size, SETTING_VALUE_MAX);
    setting->line = dump->line;
    LIST_ADD(dump->arena, &to->all, setting);
}

/* ---- xStatus: what the lines above opened ---- */

struct level {
    size_t indent, path_size; /* of the path with this level's words */
};

struct status {
    bool is_open; /* between "*s Name:" and "*s/end" */
    char path[PATH_MAX_BYTES];
    struct level levels[DEPTH_MAX];
    size_t depth;
};

static void levels_close(struct status *status, size_t indent) {
    while (status->depth > 0 && status->levels[status->depth - 1].indent >= indent)
        status->depth--;
    status->path[status->depth == 0 ? 0 : status->levels[status->depth - 1].path_size] = 0;
}

/* "Key: value", or "Key:" that opens a level; false for neither. */
static bool status_line(struct dump *dump, struct status *status, size_t indent, const char *at,
                        size_t size) {
    const char *colon = memchr(at, ':', size);
    if (colon == NULL || status->depth == DEPTH_MAX)
        return false;
    levels_close(status, indent);
    size_t before = strlen(status->path);
    if (!words_add(status->path, sizeof status->path, at, (size_t)(colon - at))) {
        status->path[before] = 0;
        return false;
    }
    const char *value = colon + 1;
    size_t left = size - (size_t)(value - at);
    trim(&value, &left);
    bool opens = left == 0 || (left == 1 && *value == '/');
    if (opens)
        status->levels[status->depth++] = (struct level){indent, strlen(status->path)};
    else {
        setting_add(dump, status->path, value, left);
        status->path[before] = 0;
    }
    return true;
}

static bool status_head(struct dump *dump, struct status *status, const char *at, size_t size) {
    trim(&at, &size);
    status->depth = 0;
    status->path[0] = 0;
    status->is_open = !(size >= 4 && strncasecmp(at, "/end", 4) == 0);
    return !status->is_open || status_line(dump, status, 0, at, size);
}

/* ---- xConfiguration ---- */

static const char *after_word(const char *at, size_t size, const char *word) {
    size_t length = strlen(word);
    return size > length && strncasecmp(at, word, length) == 0 && is_blank(at[length]) ? at + length : NULL;
}

/* The value begins behind the first colon: no word of a path has one. */
static bool config_line(struct dump *dump, const char *at, size_t size) {
    char path[PATH_MAX_BYTES] = "";
    const char *colon = memchr(at, ':', size);
    if (colon == NULL || !words_add(path, sizeof path, at, (size_t)(colon - at)))
        return false;
    setting_add(dump, path, colon + 1, size - (size_t)(colon + 1 - at));
    return true;
}

static bool line_read(struct dump *dump, struct status *status, const char *at, size_t size) {
    static const char *const commands[] = {"xconfiguration", "xconfig", "xconf"};
    const char *begin = at;
    trim(&at, &size);
    size_t indent = (size_t)(at - begin) + 1; /* below the head of its block, which has none */
    if (size == 0)
        return true;
    if (size >= 2 && strncasecmp(at, "*s", 2) == 0)
        return status_head(dump, status, at + 2, size - 2);
    const char *end = at + size, *next = after_word(at, size, "*c");
    bool is_marked = next != NULL;
    if (next != NULL)
        at = next;
    size = (size_t)(end - at);
    trim(&at, &size);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if ((next = after_word(at, size, commands[i])) != NULL) {
            status->is_open = false;
            return config_line(dump, next, (size_t)(end - next));
        }
    return !is_marked && status->is_open && status_line(dump, status, indent, at, size);
}

/* The last line has no end: is it a setting that did not get to its own? A part of a value is none. */
static bool is_cut_line(const char *at, size_t size) {
    const char *quote = memchr(at, '"', size);
    bool is_setting = size > 2 && (strncasecmp(at, "*c", 2) == 0 || strncasecmp(at, "xc", 2) == 0);
    return is_setting && (memchr(at, ':', size) == NULL ||
                          (quote != NULL && (quote == at + size - 1 || at[size - 1] != '"')));
}

static void text_read(struct dump *dump, const char *text, size_t size) {
    struct status status = {.is_open = false};
    char ends = memchr(text, '\n', size) == NULL ? '\r' : '\n'; /* of old Macintoshes, and editors since */
    for (const char *at = text, *end = text + size; at < end && !dump->to->is_partial;) {
        const char *newline = memchr(at, ends, (size_t)(end - at)), *stop = newline == NULL ? end : newline;
        size_t length = (size_t)(stop - at);
        dump->line++;
        if (length > 0 && at[length - 1] == '\r')
            length--;
        if (newline == NULL && is_cut_line(at, length))
            dump->to->is_partial = true;
        else if (!line_read(dump, &status, at, length))
            dump->to->junk++;
        at = stop + 1;
    }
}

/* ---- XML ---- */

struct xml {
    struct dump *dump;
    XML_Parser parser;
    char path[PATH_MAX_BYTES];
    size_t sizes[DEPTH_MAX]; /* of the path before each open element */
    int depth, too_deep;     /* elements deeper than are read */
    char value[SETTING_VALUE_MAX + 1];
    size_t value_size;
    bool has_children, has_doctype;
};

/* Elements that come several times; others carry item="1" without meaning it. */
static bool is_counted(const char *name) {
    static const char *const names[] = {"zone",  "peer",  "server", "domain", "perdomainserver",
                                        "alarm", "client"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

/* The text's paths begin below Configuration and Status. */
static bool is_frame(const char *name) {
    return strcasecmp(name, "configuration") == 0 || strcasecmp(name, "status") == 0 ||
           strcasecmp(name, "xmldoc") == 0;
}

static const char *local(const char *name) {
    const char *bar = strrchr(name, '|'), *colon = strrchr(bar == NULL ? name : bar, ':');
    return colon != NULL ? colon + 1 : bar != NULL ? bar + 1 : name;
}

static void XMLCALL xml_opens(void *context, const char *name, const char **attributes) {
    struct xml *x = context;
    name = local(name);
    x->has_children = false;
    x->value_size = 0;
    if (x->depth == DEPTH_MAX || x->too_deep > 0) {
        x->too_deep++;
        return;
    }
    x->sizes[x->depth++] = strlen(x->path);
    if (x->depth <= 2 && x->path[0] == 0 && is_frame(name))
        return;
    words_add(x->path, sizeof x->path, name, strlen(name));
    for (; is_counted(name) && attributes[0] != NULL; attributes += 2)
        if (strcasecmp(attributes[0], "item") == 0 || strcasecmp(attributes[0], "index") == 0)
            words_add(x->path, sizeof x->path, attributes[1], strlen(attributes[1]));
}

static void XMLCALL xml_closes(void *context, const char *name) {
    struct xml *x = context;
    (void)name;
    if (x->too_deep > 0) {
        x->too_deep--;
        return;
    }
    x->dump->line = (int)XML_GetCurrentLineNumber(x->parser);
    if (!x->has_children && x->path[0] != 0)
        setting_add(x->dump, x->path, x->value, x->value_size);
    x->path[x->sizes[--x->depth]] = 0;
    x->has_children = true;
}

static void XMLCALL xml_text(void *context, const char *text, int size) {
    struct xml *x = context;
    size_t room = sizeof x->value - x->value_size, part = (size_t)size < room ? (size_t)size : room;
    memcpy(x->value + x->value_size, text, part);
    x->value_size += part;
}

/* No dump declares entities; who does wants to blow them up. */
static void XMLCALL xml_doctype(void *context, const char *name, const char *system, const char *public,
                                int internal) {
    struct xml *x = context;
    (void)name, (void)system, (void)public, (void)internal;
    x->has_doctype = true;
    XML_StopParser(x->parser, XML_FALSE);
}

static void xml_read(struct dump *dump, const char *text, size_t size, char **error) {
    struct xml *x = ARENA_NEW(dump->arena, struct xml);
    x->dump = dump;
    x->parser = XML_ParserCreate(NULL);
    if (x->parser == NULL || size > INT32_MAX) {
        *error = arena_text(dump->arena, "XML that cannot be read");
        return;
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, xml_opens, xml_closes);
    XML_SetCharacterDataHandler(x->parser, xml_text);
    XML_SetStartDoctypeDeclHandler(x->parser, xml_doctype);
    if (XML_Parse(x->parser, text, (int)size, XML_TRUE) != XML_STATUS_OK) {
        dump->to->is_partial = true;
        *error = arena_printf(
            dump->arena, "XML that ends or breaks in line %lu: %s", XML_GetCurrentLineNumber(x->parser),
            x->has_doctype ? "a DOCTYPE, which no dump has" : XML_ErrorString(XML_GetErrorCode(x->parser)));
    }
    XML_ParserFree(x->parser);
}

/* ---- whole dumps ---- */

/* UTF-16, with Notepad's mark in front or without, as UTF-8; the text itself where it is anything else. */
static const char *as_utf8(struct arena *arena, const char *text, size_t *size) {
    bool is_marked = *size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
    bool is_little =
        *size >= 4 && (is_marked ? text[0] == '\xff' : text[0] != 0 && text[1] == 0 && text[3] == 0);
    bool is_big =
        *size >= 4 && (is_marked ? text[0] == '\xfe' : text[0] == 0 && text[2] == 0 && text[1] != 0);
    if (!is_little && !is_big) {
        size_t mark = text_mark(text, *size);
        *size -= mark;
        return text + mark;
    }
    iconv_t converter = iconv_open("UTF-8", is_little ? "UTF-16LE" : "UTF-16BE");
    if (converter == (iconv_t)-1)
        return text;
    size_t mark = is_marked ? 2 : 0, left = *size - mark, room = left * 2;
    char *converted = arena_alloc(arena, room + 1), *from = (char *)text + mark, *to = converted;
    iconv(converter, &from, &left, &to, &room); /* up to what is no UTF-16 */
    iconv_close(converter);
    *size = (size_t)(to - converted);
    return converted;
}

static int compare(const void *a, const void *b) {
    const struct setting *x = *(struct setting *const *)a, *y = *(struct setting *const *)b;
    int by = strcmp(x->path, y->path);
    return by != 0 ? by : (y->line > x->line) - (y->line < x->line);
}

static const char *first_character(const char *text, size_t size) {
    while (size > 0 && isspace((unsigned char)*text)) {
        text++;
        size--;
    }
    return size == 0 ? NULL : text;
}

bool dump_read(struct arena *arena, const char *bytes, size_t size, struct settings *to, char **error) {
    struct dump dump = {.arena = arena, .to = to};
    size_t before = to->all.n;
    const char *text = as_utf8(arena, bytes, &size), *first = first_character(text, size);
    *error = NULL;
    if (first == NULL)
        *error = arena_text(arena, "an empty file");
    else if (*first == '<')
        xml_read(&dump, first, size - (size_t)(first - text), error);
    else
        text_read(&dump, text, size);
    if (to->all.n > 1)
        qsort(to->all.v, to->all.n, sizeof *to->all.v, compare);
    if (to->all.n == before && *error == NULL)
        *error = arena_text(arena, "no line of it is a setting or a status");
    return to->all.n > before;
}

/* ---- asking ---- */

static size_t first_from(const struct settings *settings, const char *path) {
    size_t low = 0, high = settings->all.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(settings->all.v[middle]->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *setting_value(const struct settings *settings, const char *path) {
    size_t i = first_from(settings, path);
    return i < settings->all.n && strcmp(settings->all.v[i]->path, path) == 0 ? settings->all.v[i]->value
                                                                              : NULL;
}

const char *setting_valuef(const struct settings *settings, const char *format, ...) {
    char path[PATH_MAX_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(path, sizeof path, format, args);
    va_end(args);
    return setting_value(settings, path);
}

/* Paths are in the order of bytes, where "10" comes before "2": all of the prefix are looked at. */
int setting_next_index(const struct settings *settings, const char *prefix, int after) {
    size_t length = strlen(prefix);
    int next = 0;
    for (size_t i = first_from(settings, prefix); i < settings->all.n; i++) {
        const char *path = settings->all.v[i]->path;
        if (strncmp(path, prefix, length) != 0)
            break;
        if (path[length] != ' ')
            continue;
        char *end;
        long index = strtol(path + length + 1, &end, 10);
        bool is_index = end != path + length + 1 && (*end == ' ' || *end == 0) && index > 0 && index < 100000;
        if (is_index && index > after && (next == 0 || index < next))
            next = (int)index;
    }
    return next;
}
