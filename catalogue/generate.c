/* How does the catalogue come from its YAML files into the program? Run by make; never part of edgeprobe.
 *
 *     generate DIR OUT JUDGE.c...
 *
 * reads DIR/shared.yaml and one DIR/FAMILY.yaml for each family that it lists, and writes OUT/causes.h (the
 * enumerations of checks and causes) and OUT/table.c (the rows). A file that would not change is left alone,
 * so that nothing is built anew. Refuses, with file and line, whatever a row may not be: an unknown key, a
 * missing field, an ID twice, an empty text, a phrase that does not exist or that nobody uses, and a cause
 * that none of the judges names. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { LINES_MAX = 16, NAME_MAX_LENGTH = 128 };

/* ---- texts that live until the end, and a way out ---- */

struct texts {
    const char **v;
    size_t n;
};

struct input {
    const char *path;
    yaml_document_t yaml;
};

__attribute__((noreturn, format(printf, 3, 4))) static void
refuse(const struct input *input, const yaml_node_t *at, const char *format, ...) {
    va_list args;
    fprintf(stderr, "%s:%zu: ", input->path, at == NULL ? 1 : at->start_mark.line + 1);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static void *need(void *memory) {
    if (memory == NULL) {
        fputs("generate: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void texts_add(struct texts *list, const char *text) {
    list->v = need(realloc(list->v, (list->n + 1) * sizeof *list->v));
    list->v[list->n++] = text;
}

static bool texts_have(const struct texts *list, const char *text) {
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], text) == 0)
            return true;
    return false;
}

/* ---- what is made of it ---- */

struct cause_row {
    const yaml_node_t *at;
    const char *id, *name, *status, *title, *why; /* name: "CAUSE_CERT_VALIDITY_EXPIRED" */
    struct texts affects, fix, restart, source;
};

struct check_row {
    const char *id, *name, *title, *judges;
    struct texts source;
    struct cause_row *causes;
    size_t n;
};

struct family_row {
    struct input input;
    const char *id, *title;
    struct check_row *checks;
    size_t n;
};

struct phrase {
    const yaml_node_t *at;
    const char *name;
    struct texts lines; /* one, where the phrase is no list */
    bool is_list, is_used;
};

struct catalogue {
    const char *folder;
    struct input shared;
    struct phrase *phrases;
    size_t phrase_count;
    struct family_row *families;
    size_t n;
    struct texts promised; /* "CAUSE_...": the contract has them, and nobody raises them yet */
};

#define GROW(array, count)                                                                                   \
    (need(array = realloc(array, ((count) + 1) * sizeof *(array))), &(array)[(count)++])

/* ---- reading ---- */

static struct input input_open(const char *folder, const char *name) {
    struct input input = {0};
    size_t size = strlen(folder) + strlen(name) + sizeof "/.yaml";
    char *path = need(malloc(size));
    snprintf(path, size, "%s/%s.yaml", folder, name);
    input.path = path;
    FILE *file = fopen(path, "rb");
    yaml_parser_t parser;
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    need(yaml_parser_initialize(&parser) ? &parser : NULL);
    yaml_parser_set_input_file(&parser, file);
    if (!yaml_parser_load(&parser, &input.yaml)) {
        fprintf(stderr, "%s:%zu: %s\n", path, parser.problem_mark.line + 1, parser.problem);
        exit(1);
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return input;
}

static yaml_node_t *node_at(struct input *input, int index) {
    return yaml_document_get_node(&input->yaml, index);
}

static const char *scalar(struct input *input, const yaml_node_t *node, const char *what) {
    if (node->type != YAML_SCALAR_NODE)
        refuse(input, node, "%s must be a text", what);
    const char *text = (const char *)node->data.scalar.value;
    size_t length = node->data.scalar.length;
    if (length == 0 || strlen(text) != length)
        refuse(input, node, "%s is empty", what);
    for (const char *p = text; *p != '\0'; p++)
        if (*p < ' ' || *p > '~' || (*p == ' ' && (p == text || p[1] == ' ' || p[1] == '\0')))
            refuse(input, node, "%s must be printable ASCII, without blanks at its ends or doubled", what);
    return text;
}

/* The keys of a mapping, each at most once, and none but these. NULL in `found`: it is not there. */
static void keys_read(struct input *input, yaml_node_t *map, const char *const *keys, yaml_node_t **found,
                      const char *what) {
    if (map->type != YAML_MAPPING_NODE)
        refuse(input, map, "%s must be a mapping", what);
    for (size_t k = 0; keys[k] != NULL; k++)
        found[k] = NULL;
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = node_at(input, pair->key);
        const char *name = scalar(input, key, "a key");
        size_t k = 0;
        while (keys[k] != NULL && strcmp(keys[k], name) != 0)
            k++;
        if (keys[k] == NULL)
            refuse(input, key, "%s has no key \"%s\"", what, name);
        if (found[k] != NULL)
            refuse(input, key, "\"%s\" stands twice", name);
        found[k] = node_at(input, pair->value);
    }
}

static yaml_node_t *wanted(struct input *input, const yaml_node_t *map, yaml_node_t *value, const char *key) {
    if (value == NULL)
        refuse(input, map, "\"%s\" is missing", key);
    return value;
}

static yaml_node_item_t *items_of(struct input *input, const yaml_node_t *list, const char *what,
                                  size_t *count) {
    if (list->type != YAML_SEQUENCE_NODE || list->data.sequence.items.start == list->data.sequence.items.top)
        refuse(input, list, "%s must be a list with something in it", what);
    *count = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
    return list->data.sequence.items.start;
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

static struct phrase *phrase_named(struct catalogue *c, struct input *input, const yaml_node_t *at,
                                   const char *name, size_t length) {
    for (size_t i = 0; i < c->phrase_count; i++) {
        struct phrase *phrase = &c->phrases[i];
        if (strlen(phrase->name) == length && strncmp(phrase->name, name, length) == 0) {
            phrase->is_used = true;
            return phrase;
        }
    }
    refuse(input, at, "there is no phrase $%.*s in shared.yaml%s", (int)length, name,
           input == &c->shared ? " before this one" : "");
}

/* The text with the phrases that it names put in. */
static const char *filled(struct catalogue *c, struct input *input, const yaml_node_t *at, const char *text) {
    char *out = NULL;
    size_t size = 0;
    FILE *to = need(open_memstream(&out, &size));
    for (const char *p = text; *p != '\0'; p++) {
        size_t length = *p == '$' ? name_length(p + 1) : 0;
        if (*p != '$') {
            fputc(*p, to);
            continue;
        }
        const struct phrase *phrase = phrase_named(c, input, at, p + 1, length);
        if (phrase->is_list)
            refuse(input, at, "$%s is a list: it must stand alone", phrase->name);
        fputs(phrase->lines.v[0], to);
        p += length;
    }
    fclose(to);
    return need(out);
}

static void line_read(struct catalogue *c, struct input *input, yaml_node_t *node, const char *what,
                      struct texts *out) {
    const char *text = scalar(input, node, what);
    const struct phrase *phrase = NULL;
    if (*text == '$' && text[1 + name_length(text + 1)] == '\0')
        phrase = phrase_named(c, input, node, text + 1, strlen(text + 1));
    if (phrase != NULL && phrase->is_list)
        for (size_t i = 0; i < phrase->lines.n; i++)
            texts_add(out, phrase->lines.v[i]);
    else
        texts_add(out, filled(c, input, node, text));
    if (out->n > LINES_MAX)
        refuse(input, node, "%s has more than %d lines", what, LINES_MAX);
}

static void lines_read(struct catalogue *c, struct input *input, yaml_node_t *list, const char *what,
                       struct texts *out) {
    size_t count;
    yaml_node_item_t *items = items_of(input, list, what, &count);
    for (size_t i = 0; i < count; i++)
        line_read(c, input, node_at(input, items[i]), what, out);
}

static void phrases_read(struct catalogue *c, yaml_node_t *map) {
    struct input *input = &c->shared;
    if (map->type != YAML_MAPPING_NODE)
        refuse(input, map, "phrases must be a mapping");
    for (yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = node_at(input, pair->key), *value = node_at(input, pair->value);
        struct phrase phrase = {.at = key, .name = scalar(input, key, "the name of a phrase")};
        if (name_length(phrase.name) != strlen(phrase.name))
            refuse(input, key, "\"%s\": the name of a phrase is small letters, digits and hyphens",
                   phrase.name);
        for (size_t i = 0; i < c->phrase_count; i++)
            if (strcmp(c->phrases[i].name, phrase.name) == 0)
                refuse(input, key, "the phrase %s stands twice", phrase.name);
        phrase.is_list = value->type == YAML_SEQUENCE_NODE;
        if (phrase.is_list)
            lines_read(c, input, value, phrase.name, &phrase.lines);
        else
            texts_add(&phrase.lines, filled(c, input, value, scalar(input, value, phrase.name)));
        *GROW(c->phrases, c->phrase_count) = phrase;
    }
}

/* ---- rows ---- */

/* "CAUSE_CERT_VALIDITY_EXPIRED" of "CAUSE", "cert.validity" and "expired" */
static const char *name_of(const char *prefix, const char *check, const char *cause) {
    size_t size = strlen(prefix) + strlen(check) + (cause == NULL ? 0 : strlen(cause)) + 3;
    char *name = need(malloc(size));
    snprintf(name, size, "%s_%s%s%s", prefix, check, cause == NULL ? "" : "_", cause == NULL ? "" : cause);
    for (char *p = name; *p != '\0'; p++)
        *p = *p == '.' || *p == '-' ? '_' : (char)toupper((unsigned char)*p);
    return name;
}

static const char *id_read(struct input *input, yaml_node_t *node, const char *what) {
    const char *id = scalar(input, node, what);
    bool is_good = islower((unsigned char)*id) && strlen(id) < NAME_MAX_LENGTH && id[strlen(id) - 1] != '-';
    if (!is_good || id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.")] != '\0')
        refuse(input, node, "\"%s\": an ID is small letters, digits, hyphens and dots", id);
    return id;
}

static const char *filled_field(struct catalogue *c, struct input *input, const yaml_node_t *map,
                                yaml_node_t *value, const char *key) {
    yaml_node_t *node = wanted(input, map, value, key);
    return filled(c, input, node, scalar(input, node, key));
}

static struct cause_row cause_read(struct catalogue *c, struct input *input, yaml_node_t *map,
                                   const char *check) {
    enum { ID, STATUS, TITLE, WHY, AFFECTS, FIX, RESTART, SOURCE, KEYS };
    static const char *const keys[KEYS + 1] = {"cause",   "status", "title",   "why",
                                               "affects", "fix",    "restart", "source"};
    static const char *const statuses[] = {"fail", "warn", "info", "unknown"};
    yaml_node_t *found[KEYS];
    struct cause_row row = {.at = map};
    keys_read(input, map, keys, found, "a cause");
    row.id = id_read(input, wanted(input, map, found[ID], keys[ID]), "cause");
    row.name = name_of("CAUSE", check, row.id);
    row.status = scalar(input, wanted(input, map, found[STATUS], keys[STATUS]), "status");
    size_t s = 0;
    while (s < sizeof statuses / sizeof *statuses && strcmp(statuses[s], row.status) != 0)
        s++;
    if (s == sizeof statuses / sizeof *statuses)
        refuse(input, found[STATUS], "status must be fail, warn, info or unknown");
    row.title = filled_field(c, input, map, found[TITLE], keys[TITLE]);
    row.why = filled_field(c, input, map, found[WHY], keys[WHY]);
    struct texts *const lists[] = {&row.affects, &row.fix, &row.restart, &row.source};
    bool is_info = strcmp(row.status, "info") == 0;
    const bool needed[] = {!is_info, !is_info, false, true};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (found[AFFECTS + i] != NULL || needed[i])
            lines_read(c, input, wanted(input, map, found[AFFECTS + i], keys[AFFECTS + i]), keys[AFFECTS + i],
                       lists[i]);
    return row;
}

static struct check_row check_read(struct catalogue *c, struct input *input, yaml_node_t *map) {
    enum { ID, TITLE, JUDGES, SOURCE, CAUSES, KEYS };
    static const char *const keys[KEYS + 1] = {"check", "title", "judges", "source", "causes"};
    yaml_node_t *found[KEYS];
    struct check_row row = {0};
    size_t count;
    keys_read(input, map, keys, found, "a check");
    row.id = id_read(input, wanted(input, map, found[ID], keys[ID]), "check");
    if (strchr(row.id, '.') == NULL)
        refuse(input, found[ID], "the ID of a check is \"family.what\"");
    row.name = name_of("CHECK", row.id, NULL);
    row.title = filled_field(c, input, map, found[TITLE], keys[TITLE]);
    row.judges = filled_field(c, input, map, found[JUDGES], keys[JUDGES]);
    lines_read(c, input, wanted(input, map, found[SOURCE], keys[SOURCE]), "source", &row.source);
    yaml_node_item_t *items =
        items_of(input, wanted(input, map, found[CAUSES], keys[CAUSES]), "causes", &count);
    for (size_t i = 0; i < count; i++)
        *GROW(row.causes, row.n) = cause_read(c, input, node_at(input, items[i]), row.id);
    return row;
}

static struct family_row family_read(struct catalogue *c, const char *id) {
    enum { FAMILY, TITLE, CHECKS, KEYS };
    static const char *const keys[KEYS + 1] = {"family", "title", "checks"};
    yaml_node_t *found[KEYS];
    struct family_row row = {.input = input_open(c->folder, id), .id = id};
    struct input *input = &row.input;
    yaml_node_t *root = yaml_document_get_root_node(&input->yaml);
    size_t count;
    if (root == NULL)
        refuse(input, NULL, "there is nothing in it");
    keys_read(input, root, keys, found, "a family");
    if (strcmp(scalar(input, wanted(input, root, found[FAMILY], keys[FAMILY]), "family"), id) != 0)
        refuse(input, found[FAMILY], "the family of this file is \"%s\"", id);
    row.title = filled_field(c, input, root, found[TITLE], keys[TITLE]);
    yaml_node_item_t *items =
        items_of(input, wanted(input, root, found[CHECKS], keys[CHECKS]), "checks", &count);
    for (size_t i = 0; i < count; i++)
        *GROW(row.checks, row.n) = check_read(c, input, node_at(input, items[i]));
    return row;
}

/* A file that no list names would be a family that silently is not there. */
static void refuse_strays(const struct catalogue *c) {
    DIR *folder = opendir(c->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        const char *dot = strstr(entry->d_name, ".yaml");
        size_t length = dot == NULL ? 0 : (size_t)(dot - entry->d_name);
        bool is_known = dot == NULL || dot[5] != '\0' || *entry->d_name == '.' ||
                        (length == 6 && strncmp(entry->d_name, "shared", 6) == 0);
        for (size_t i = 0; i < c->n && !is_known; i++)
            is_known =
                strlen(c->families[i].id) == length && strncmp(c->families[i].id, entry->d_name, length) == 0;
        if (!is_known)
            refuse(&c->shared, NULL, "%s/%s is not among the families", c->folder, entry->d_name);
    }
    if (folder != NULL)
        closedir(folder);
}

static void catalogue_read(struct catalogue *c) {
    enum { FAMILIES, PROMISED, PHRASES, KEYS };
    static const char *const keys[KEYS + 1] = {"families", "promised", "phrases"};
    yaml_node_t *found[KEYS];
    c->shared = input_open(c->folder, "shared");
    yaml_node_t *root = yaml_document_get_root_node(&c->shared.yaml);
    size_t count;
    if (root == NULL)
        refuse(&c->shared, NULL, "there is nothing in it");
    keys_read(&c->shared, root, keys, found, "shared.yaml");
    phrases_read(c, wanted(&c->shared, root, found[PHRASES], keys[PHRASES]));
    if (found[PROMISED] != NULL)
        lines_read(c, &c->shared, found[PROMISED], keys[PROMISED], &c->promised);
    yaml_node_item_t *items =
        items_of(&c->shared, wanted(&c->shared, root, found[FAMILIES], keys[FAMILIES]), "families", &count);
    for (size_t i = 0; i < count; i++) {
        const char *id = id_read(&c->shared, node_at(&c->shared, items[i]), "family");
        struct family_row row = family_read(c, id);
        *GROW(c->families, c->n) = row;
    }
    refuse_strays(c);
    for (size_t i = 0; i < c->phrase_count; i++)
        if (!c->phrases[i].is_used)
            refuse(&c->shared, c->phrases[i].at, "nobody uses the phrase %s: take it out",
                   c->phrases[i].name);
}

/* ---- across the rows ---- */

/* Every identifier in the judges' sources that begins as those of causes do. */
static void names_read(const char *path, struct texts *names) {
    FILE *file = fopen(path, "rb");
    char word[NAME_MAX_LENGTH * 2];
    size_t length = 0;
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(1);
    }
    for (int c = getc(file);; c = getc(file)) {
        if (c != EOF && (isalnum(c) || c == '_')) {
            if (length < sizeof word - 1)
                word[length++] = (char)c;
            continue;
        }
        word[length] = '\0';
        if (strncmp(word, "CAUSE_", 6) == 0 && !texts_have(names, word))
            texts_add(names, need(strdup(word)));
        length = 0;
        if (c == EOF)
            break;
    }
    fclose(file);
}

static void refuse_doubled(struct input *input, const struct cause_row *cause, struct texts *names,
                           const char *name) {
    if (texts_have(names, name))
        refuse(input, cause->at, "%s stands twice in the catalogue", name);
    texts_add(names, name);
}

static void rows_check(struct catalogue *c, const struct texts *judges) {
    struct texts names = {0};
    for (size_t f = 0; f < c->n; f++)
        for (size_t k = 0; k < c->families[f].n; k++) {
            const struct check_row *check = &c->families[f].checks[k];
            struct input *input = &c->families[f].input;
            refuse_doubled(input, &check->causes[0], &names, check->name);
            for (size_t i = 0; i < check->n; i++) {
                const struct cause_row *cause = &check->causes[i];
                refuse_doubled(input, cause, &names, cause->name);
                bool is_named = texts_have(judges, cause->name),
                     is_promised = texts_have(&c->promised, cause->name);
                if (is_named && is_promised)
                    refuse(&c->shared, NULL, "%s is named by a judge now: take it out of \"promised\"",
                           cause->name);
                if (!is_named && !is_promised)
                    refuse(input, cause->at,
                           "no judge names %s: raise it with find_cause(to, %s, ...) in checks/, or take the "
                           "row out (docs/HACKING.md, \"Add a check\")",
                           cause->name, cause->name);
            }
        }
    free(names.v);
}

/* ---- writing ---- */

static void put_text(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || *text == '?')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_lines(FILE *out, const char *field, const struct texts *lines) {
    fprintf(out, "     .%s = LIST(", field);
    for (size_t i = 0; i < lines->n; i++) {
        put_text(out, lines->v[i]);
        fputs(", ", out);
    }
    fputs("NULL),\n", out);
}

static void put_cause(FILE *out, const struct check_row *check, const struct cause_row *cause) {
    fprintf(out, "    [%s] =\n    {.id = \"%s\",\n     .check = %s,\n     .status = STATUS_", cause->name,
            cause->id, check->name);
    for (const char *p = cause->status; *p != '\0'; p++)
        fputc(toupper((unsigned char)*p), out);
    fputs(",\n     .title = ", out);
    put_text(out, cause->title);
    fputs(",\n     .why = ", out);
    put_text(out, cause->why);
    fputs(",\n", out);
    put_lines(out, "affects", &cause->affects);
    put_lines(out, "fix", &cause->fix);
    put_lines(out, "restart", &cause->restart);
    put_lines(out, "source", &cause->source);
    fputs("    },\n", out);
}

static void put_check(FILE *out, const struct check_row *check) {
    fprintf(out, "    [%s] =\n    {.id = \"%s\",\n     .title = ", check->name, check->id);
    put_text(out, check->title);
    fputs(",\n     .judges = ", out);
    put_text(out, check->judges);
    fputs(",\n", out);
    put_lines(out, "source", &check->source);
    fprintf(out, "     .causes = &catalogue_causes[%s],\n     .cause_count = %zu},\n", check->causes[0].name,
            check->n);
}

static const char head[] = "/* Made from the YAML files of catalogue/ by generate.c: do not edit. */\n";

#define EACH_CHECK(c, f, check)                                                                              \
    for (const struct family_row *f = (c)->families; f < (c)->families + (c)->n; f++)                        \
        for (const struct check_row *check = f->checks; check < f->checks + f->n; check++)

static void table_write(FILE *out, const struct catalogue *c) {
    fprintf(out, "%s#include \"catalogue/catalogue.h\"\n\n", head);
    fputs("#define LIST(...) (const char *const[]) { __VA_ARGS__ }\n\n", out);
    fputs("const struct cause catalogue_causes[CAUSE_COUNT] = {\n", out);
    EACH_CHECK(c, f, check)
    for (size_t i = 0; i < check->n; i++)
        put_cause(out, check, &check->causes[i]);
    fputs("};\n\nconst struct check catalogue_checks[CHECK_COUNT] = {\n", out);
    EACH_CHECK(c, f, check)
    put_check(out, check);
    fputs("};\n\n", out);
    for (size_t f = 0; f < c->n; f++) {
        const struct family_row *family = &c->families[f];
        fprintf(out, "static const struct family family_%s = {\"%s\", ", family->id, family->id);
        put_text(out, family->title);
        fprintf(out, ", &catalogue_checks[%s], %zu};\n", family->checks[0].name, family->n);
    }
    fputs("\nconst struct family *const families[] = {", out);
    for (size_t f = 0; f < c->n; f++)
        fprintf(out, "&family_%s, ", c->families[f].id);
    fputs("NULL};\n", out);
}

static void header_write(FILE *out, const struct catalogue *c) {
    size_t checks = 1, causes = 1;
    fprintf(out,
            "%s#ifndef CATALOGUE_CAUSES_H\n#define CATALOGUE_CAUSES_H\n\nenum check_id {\n    CHECK_NONE,\n",
            head);
    EACH_CHECK(c, f, check) {
        fprintf(out, "    %s,\n", check->name);
        checks++;
    }
    fputs("};\n\nenum cause_id {\n    CAUSE_NONE,\n", out);
    EACH_CHECK(c, f, check)
    for (size_t i = 0; i < check->n; i++, causes++)
        fprintf(out, "    %s, /* %s */\n", check->causes[i].name, check->causes[i].status);
    fprintf(
        out,
        "};\n\nenum { CHECK_COUNT = %zu, CAUSE_COUNT = %zu }; /* with the NONE before them */\n\n#endif\n",
        checks, causes);
}

static bool is_same(const char *path, const char *text, size_t size) {
    FILE *file = fopen(path, "rb");
    bool same = file != NULL;
    for (size_t i = 0; same && i < size; i++)
        same = getc(file) == (unsigned char)text[i];
    same = same && getc(file) == EOF;
    if (file != NULL)
        fclose(file);
    return same;
}

static void file_write(const char *folder, const char *name, void (*write)(FILE *, const struct catalogue *),
                       const struct catalogue *c) {
    char *text = NULL, path[4096], draft[4096 + 8];
    size_t size = 0;
    FILE *out = need(open_memstream(&text, &size));
    write(out, c);
    fclose(out);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(draft, sizeof draft, "%s.new", path);
    if (!is_same(path, text, size)) {
        FILE *file = fopen(draft, "wb");
        bool good = file != NULL && fwrite(text, 1, size, file) == size;
        good = file != NULL && fclose(file) == 0 && good;
        if (!good || rename(draft, path) != 0) {
            fprintf(stderr, "%s: %s\n", path, strerror(errno));
            exit(1);
        }
    }
    free(text);
}

int main(int argc, char **argv) {
    struct catalogue catalogue = {0};
    struct texts judges = {0};
    if (argc < 4) {
        fputs("usage: generate DIR OUT JUDGE.c...\n", stderr);
        return 2;
    }
    catalogue.folder = argv[1];
    catalogue_read(&catalogue);
    for (int i = 3; i < argc; i++)
        names_read(argv[i], &judges);
    rows_check(&catalogue, &judges);
    file_write(argv[2], "causes.h", header_write, &catalogue);
    file_write(argv[2], "table.c", table_write, &catalogue);
    return 0; /* what was read goes with the process */
}
