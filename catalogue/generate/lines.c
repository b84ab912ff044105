/* Phrases, conditions and lines: see generate.h. */
#include "catalogue/generate/generate.h"

#include <stdlib.h>
#include <string.h>

#include "catalogue/placeholders.h"
#include "catalogue/step_words.h"
#include "facts/alerts.h"

const char *const role_words[] = {"none", "expressway-e", "expressway-c", "ucm", "imp", NULL};
const char *const zone_words[] = {"uc-traversal", "traversal", "neighbor", NULL};
const char *const leg_words[] = {"client", "zone", "tunnel", "neighbor", "admin",
                                 "ucm",    "imp",  "other",  NULL};
const char *const claim_keys[] = {"clustered", "acme", "sso", "ha", NULL};

/* ---- conditions ---- */

static const char *const yes_no[] = {"true", "false", NULL};

/* A word, or a list of them. */
unsigned bits_read(struct input *input, yaml_node_t *node, const char *const *words, const char *what) {
    struct some some = one_or_more(input, node, what, SOME_MAX);
    unsigned bits = 0;
    for (size_t i = 0; i < some.n; i++)
        bits |= 1u << word_read(input, some.v[i], words, what);
    return bits;
}

/* "<X15.4" and ">=X14.2"; X14.0.8 is 140008, as in catalogue/release.h. */
static void release_bound_read(struct input *input, yaml_node_t *node, struct when *out) {
    const char *text = scalar(input, node, "release");
    int major, minor, patch = 0, end = 0;
    bool is_before = *text == '<';
    if ((is_before ? sscanf(text, "<X%2d.%2d%n.%2d%n", &major, &minor, &end, &patch, &end)
                   : sscanf(text, ">=X%2d.%2d%n.%2d%n", &major, &minor, &end, &patch, &end)) < 2 ||
        text[end] != '\0')
        refuse(input, node, "release: wanted \"<X15.4\" or \">=X14.2\"");
    *(is_before ? &out->before : &out->from) = major * 10000 + minor * 100 + patch;
}

static void release_read(struct input *input, yaml_node_t *node, struct when *out) {
    struct some some = one_or_more(input, node, "release", 2);
    for (size_t i = 0; i < some.n; i++)
        release_bound_read(input, some.v[i], out);
}

static void ports_read(struct input *input, yaml_node_t *node, struct when *out) {
    struct some some = one_or_more(input, node, "port", sizeof out->ports / sizeof *out->ports);
    for (size_t i = 0; i < some.n; i++) {
        out->ports[i] = atoi(scalar(input, some.v[i], "port"));
        if (out->ports[i] < 1 || out->ports[i] > 65535)
            refuse(input, some.v[i], "port: wanted 1 to 65535");
    }
}

void when_read(struct input *input, yaml_node_t *map, struct when *out) {
    enum { ROLE, ZONE, LEG, PORT, RELEASE, CLAIMS, KEYS = CLAIMS + CLAIM_KEYS };
    static const char *const keys[KEYS + 1] = {"role",      "zone", "leg", "port", "release",
                                               "clustered", "acme", "sso", "ha"};
    yaml_node_t *found[KEYS];
    *out = (struct when){0};
    keys_read(input, map, keys, found, "when");
    if (map->data.mapping.pairs.start == map->data.mapping.pairs.top)
        refuse(input, map, "when is empty");
    out->roles = found[ROLE] == NULL ? 0 : bits_read(input, found[ROLE], role_words, "role");
    out->zones = found[ZONE] == NULL ? 0 : bits_read(input, found[ZONE], zone_words, "zone");
    out->legs = found[LEG] == NULL ? 0 : bits_read(input, found[LEG], leg_words, "leg");
    if (found[PORT] != NULL)
        ports_read(input, found[PORT], out);
    if (found[RELEASE] != NULL)
        release_read(input, found[RELEASE], out);
    if (out->before != 0 && out->from >= out->before)
        refuse(input, found[RELEASE], "no release is in this range");
    for (size_t i = 0; i < CLAIM_KEYS; i++)
        if (found[CLAIMS + i] != NULL)
            out->claims[i] = 1 + (int)word_read(input, found[CLAIMS + i], yes_no, claim_keys[i]);
}

static bool both_bits(unsigned a, unsigned b, unsigned *out) {
    *out = a == 0 ? b : b == 0 ? a : a & b;
    return a == 0 || b == 0 || *out != 0;
}

/* Of a list phrase that is used under a condition both hold; false: they never do. */
static bool both(const struct when *a, const struct when *b, struct when *out) {
    struct when w = *a;
    bool can_be = both_bits(a->roles, b->roles, &w.roles);
    can_be = both_bits(a->zones, b->zones, &w.zones) && can_be;
    can_be = both_bits(a->legs, b->legs, &w.legs) && can_be;
    if (a->ports[0] == 0)
        memcpy(w.ports, b->ports, sizeof w.ports);
    w.from = a->from > b->from ? a->from : b->from;
    w.before = a->before == 0 || (b->before != 0 && b->before < a->before) ? b->before : a->before;
    for (size_t i = 0; i < CLAIM_KEYS; i++) {
        can_be = can_be && (a->claims[i] == 0 || b->claims[i] == 0 || a->claims[i] == b->claims[i]);
        w.claims[i] = a->claims[i] | b->claims[i];
    }
    *out = w;
    return can_be && (w.before == 0 || w.from < w.before);
}

/* ---- phrases: $name ---- */

static bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static size_t name_length(const char *text) {
    size_t length = 0;
    while (is_name_char(text[length]))
        length++;
    while (length > 0 && text[length - 1] == '-')
        length--;
    return length;
}

static struct phrase *phrase_named(struct phrases *phrases, struct input *input, const yaml_node_t *at,
                                   const char *name, size_t length) {
    for (size_t i = 0; i < phrases->n; i++) {
        struct phrase *phrase = &phrases->v[i];
        if (strlen(phrase->name) == length && strncmp(phrase->name, name, length) == 0) {
            phrase->is_used = true;
            return phrase;
        }
    }
    refuse(input, at, "there is no phrase $%.*s in shared.yaml", (int)length, name);
}

/* Whether `{name}` begins here, and how long it is. */
static size_t placeholder_length(const char *text) {
#define NAME_OF(number, name, words) name,
    static const char *const names[] = {PLACEHOLDERS(NAME_OF) "services"};
#undef NAME_OF
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(text + 1, names[i], length) == 0 && text[1 + length] == '}')
            return length + 2;
    }
    return 0;
}

static const char *filled(struct phrases *phrases, struct input *input, const yaml_node_t *at,
                          const char *text) {
    char *out = NULL;
    size_t size = 0;
    FILE *to = need(open_memstream(&out, &size));
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '{' && placeholder_length(p) == 0)
            refuse(input, at, "%.20s: no placeholder of catalogue/placeholders.h", p);
        if (*p != '$') {
            fputc(*p, to);
            continue;
        }
        size_t length = name_length(p + 1);
        const struct phrase *phrase = phrase_named(phrases, input, at, p + 1, length);
        if (phrase->is_list)
            refuse(input, at, "$%s is a list: it must stand alone", phrase->name);
        fputs(phrase->lines.v[0].text, to);
        p += length;
    }
    fclose(to);
    return need(out);
}

const char *text_read(struct phrases *phrases, struct input *input, yaml_node_t *node, const char *what) {
    return filled(phrases, input, node, scalar(input, node, what));
}

/* ---- lines ---- */

static void line_add(struct lines *out, struct line_row row) {
    *GROW(out->v, out->n) = row;
}

/* What the row says goes before what the phrase does. */
static void marks_join(struct marks *marks, const struct marks *row) {
    marks->option = row->option != 0 ? row->option : marks->option;
    marks->on = marks->on != 0 ? marks->on : row->on;
    marks->unless = row->unless != 0 ? row->unless : marks->unless;
    if (row->alerts[0] != 0)
        memcpy(marks->alerts, row->alerts, sizeof marks->alerts);
}

static void text_line_read(struct phrases *phrases, struct input *input, yaml_node_t *node, const char *what,
                           const struct marks *marks, const struct when *when, struct lines *out) {
    const char *text = scalar(input, node, what);
    const struct phrase *phrase = NULL;
    if (*text == '$' && text[1 + name_length(text + 1)] == '\0')
        phrase = phrase_named(phrases, input, node, text + 1, strlen(text + 1));
    if (phrase != NULL && phrase->is_list) {
        size_t before = out->n;
        for (size_t i = 0; i < phrase->lines.n; i++) {
            struct line_row row = phrase->lines.v[i];
            marks_join(&row.marks, marks);
            row.at = node;
            row.is_shared = true;
            if (both(&phrase->lines.v[i].when, when, &row.when))
                line_add(out, row);
        }
        if (out->n == before)
            refuse(input, node, "no line of $%s can hold under this condition", phrase->name);
        return;
    }
    struct line_row row = {
        .at = node, .text = filled(phrases, input, node, text), .marks = *marks, .when = *when};
    line_add(out, row);
}

/* An alert, or several: by their numbers. close_notify is none that refuses. */
static void alerts_read(struct input *input, yaml_node_t *node, int *out) {
#define NAME_OF(number, name) name,
#define NUMBER_OF(number, name) number,
    static const char *const names[] = {ALERTS(NAME_OF) NULL};
    static const int numbers[] = {ALERTS(NUMBER_OF)};
#undef NAME_OF
#undef NUMBER_OF
    struct some some = one_or_more(input, node, "alert", STEP_ALERTS_MAX);
    for (size_t i = 0; i < some.n; i++) {
        out[i] = numbers[word_read(input, some.v[i], names, "alert")];
        if (out[i] == 0)
            refuse(input, some.v[i], "alert: close_notify refuses nothing");
    }
}

static void line_read(struct phrases *phrases, struct input *input, yaml_node_t *node, const char *what,
                      char option, struct lines *out);

/* Ways of which one is enough: each a line, or a list of them. Their letters are their places. */
static void options_read(struct phrases *phrases, struct input *input, yaml_node_t *list, const char *what,
                         struct lines *out) {
    size_t count, steps;
    yaml_node_item_t *items = items_of(input, list, "options", &count);
    if (count < 2 || count > 'Z' - 'A')
        refuse(input, list, "options: one alone is no choice; wanted two or more");
    for (size_t i = 0; i < count; i++) {
        yaml_node_t *way = node_at(input, items[i]);
        yaml_node_item_t *lines =
            way->type == YAML_SEQUENCE_NODE ? items_of(input, way, "an option", &steps) : NULL;
        for (size_t k = 0; k < (lines == NULL ? 1 : steps); k++)
            line_read(phrases, input, lines == NULL ? way : node_at(input, lines[k]), what, (char)('A' + i),
                      out);
    }
}

/* A text, {text, when, on, unless, alert}, or {options}. */
static void line_read(struct phrases *phrases, struct input *input, yaml_node_t *node, const char *what,
                      char option, struct lines *out) {
    enum { TEXT, WHEN, ON, UNLESS, ALERT, OPTIONS, KEYS };
    static const char *const keys[KEYS + 1] = {"text", "when", "on", "unless", "alert", "options"};
#define WORD_OF(name, word) word,
    static const char *const unless[] = {"", STEP_UNLESS(WORD_OF) NULL};
#undef WORD_OF
    yaml_node_t *found[KEYS] = {NULL};
    struct when when = {0};
    struct marks marks = {.option = option};
    if (node->type != YAML_SCALAR_NODE)
        keys_read(input, node, keys, found, "a line");
    for (size_t i = 0; i < OPTIONS; i++)
        if (found[i] != NULL && found[OPTIONS] != NULL)
            refuse(input, found[i], "options stand alone: %s belongs to the lines in them", keys[i]);
    if (found[OPTIONS] != NULL && option != 0)
        refuse(input, found[OPTIONS], "options within an option");
    if (found[WHEN] != NULL)
        when_read(input, found[WHEN], &when);
    if (found[ON] != NULL)
        marks.on = boxes_read(input, found[ON]);
    if (found[UNLESS] != NULL)
        marks.unless = (unsigned)word_read(input, found[UNLESS], unless, "unless");
    if (found[ALERT] != NULL)
        alerts_read(input, found[ALERT], marks.alerts);
    if (found[OPTIONS] != NULL)
        options_read(phrases, input, found[OPTIONS], what, out);
    else
        text_line_read(phrases, input,
                       node->type == YAML_SCALAR_NODE ? node : wanted(input, node, found[TEXT], keys[TEXT]),
                       what, &marks, &when, out);
    if (out->n > LINES_MAX)
        refuse(input, node, "%s has more than %d lines", what, LINES_MAX);
}

void lines_read(struct phrases *phrases, struct input *input, yaml_node_t *list, const char *what,
                struct lines *out) {
    size_t count;
    yaml_node_item_t *items = items_of(input, list, what, &count);
    for (size_t i = 0; i < count; i++)
        line_read(phrases, input, node_at(input, items[i]), what, 0, out);
}

/* What a phrase brings along is for those who use it as steps. */
void marks_refuse(struct input *input, const struct lines *lines, const char *what) {
    for (size_t i = 0; i < lines->n; i++) {
        const struct marks *marks = &lines->v[i].marks;
        const char *key = marks->on != 0          ? "on"
                          : marks->unless != 0    ? "unless"
                          : marks->alerts[0] != 0 ? "alert"
                                                  : NULL;
        if (key != NULL && !lines->v[i].is_shared)
            refuse(input, lines->v[i].at, "`%s` is for steps of a fix: %s has none", key, what);
    }
}

void texts_read(struct phrases *phrases, struct input *input, yaml_node_t *list, const char *what,
                struct texts *out) {
    static const struct when no_when = {0};
    static const struct marks none = {0};
    struct lines lines = {0};
    lines_read(phrases, input, list, what, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        const struct line_row *line = &lines.v[i];
        if (memcmp(&line->when, &no_when, sizeof no_when) != 0 ||
            memcmp(&line->marks, &none, sizeof none) != 0 || strchr(line->text, '{') != NULL)
            refuse(input, line->at, "%s takes words alone: no conditions, marks or placeholders", what);
        texts_add(out, lines.v[i].text);
    }
}

void phrases_read(struct phrases *phrases, struct input *shared, yaml_node_t *map) {
    if (map->type != YAML_MAPPING_NODE)
        refuse(shared, map, "phrases must be a mapping");
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = node_at(shared, pair->key), *value = node_at(shared, pair->value);
        struct phrase phrase = {.at = key, .name = scalar(shared, key, "the name of a phrase")};
        if (name_length(phrase.name) != strlen(phrase.name))
            refuse(shared, key, "\"%s\": the name of a phrase is small letters, digits and hyphens",
                   phrase.name);
        for (size_t i = 0; i < phrases->n; i++)
            if (strcmp(phrases->v[i].name, phrase.name) == 0)
                refuse(shared, key, "the phrase %s stands twice", phrase.name);
        phrase.is_list = value->type == YAML_SEQUENCE_NODE;
        if (phrase.is_list)
            lines_read(phrases, shared, value, phrase.name, &phrase.lines);
        else
            line_add(&phrase.lines, (struct line_row){.text = filled(phrases, shared, value,
                                                                     scalar(shared, value, phrase.name))});
        *GROW(phrases->v, phrases->n) = phrase;
    }
}
