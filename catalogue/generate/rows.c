/* Families of checks, and the purposes of Unified CM's certificates: see generate.h. */
#include "catalogue/generate/generate.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/traits.h"

const char *const restart_ways[] = {"cli", "feature", "network", "command", NULL};
#define TRAIT_WORD(name, word) word,
static const char *const trait_words[] = {TRAITS(TRAIT_WORD) NULL};
#undef TRAIT_WORD

const char *const restart_places[] = {"each-node", "publisher", "everywhere", NULL};

/* "CAUSE_CERT_VALIDITY_EXPIRED" of "CAUSE", "cert.validity" and "expired" */
static const char *name_of(const char *prefix, const char *check, const char *cause) {
    size_t size = strlen(prefix) + strlen(check) + (cause == NULL ? 0 : strlen(cause)) + 3;
    char *name = need(malloc(size));
    snprintf(name, size, "%s_%s%s%s", prefix, check, cause == NULL ? "" : "_", cause == NULL ? "" : cause);
    for (char *p = name; *p != '\0'; p++)
        *p = *p == '.' || *p == '-' ? '_' : (char)toupper((unsigned char)*p);
    return name;
}

static const char *field_read(struct catalogue *c, struct input *input, const yaml_node_t *map,
                              yaml_node_t *value, const char *key) {
    const char *text = text_read(&c->phrases, input, wanted(input, map, value, key), key);
    if (strchr(text, '{') != NULL)
        refuse(input, value, "%s takes no placeholders", key);
    return text;
}

/* A step for somebody of whom this check never speaks is a step that nobody is ever given: a phrase leaves it
 * out, a row must not have it. */
static void roles_check(struct input *input, const yaml_node_t *at, struct lines *lines, unsigned roles) {
    size_t kept = 0;
    for (size_t i = 0; i < lines->n; i++) {
        const struct line_row *line = &lines->v[i];
        bool is_for_nobody = roles != 0 && line->when.roles != 0 && (roles & line->when.roles) == 0;
        if (is_for_nobody && !line->is_shared)
            refuse(input, line->at, "\"%.40s...\" is for a role that this check is not about", line->text);
        if (is_for_nobody)
            continue;
        lines->v[kept] = *line;
        if (roles != 0 && (roles & ~line->when.roles) == 0)
            lines->v[kept].when.roles = 0; /* all of whom it ever speaks */
        kept++;
    }
    lines->n = kept;
    if (kept == 0)
        refuse(input, at, "no line is left for the roles that this check is about");
}

static unsigned traits_read(struct input *input, yaml_node_t *words) {
    return words == NULL ? 0 : bits_read(input, words, trait_words, "traits");
}

static struct cause_row cause_read(struct catalogue *c, struct input *input, yaml_node_t *map,
                                   const struct check_row *check) {
    enum { ID, STATUS, TITLE, WHY, AFFECTS, FIX, RESTART, SOURCE, HAS, KEYS };
    static const char *const keys[KEYS + 1] = {"cause", "status",  "title",  "why",   "affects",
                                               "fix",   "restart", "source", "traits"};
    static const char *const statuses[] = {"fail", "warn", "info", "unknown", NULL};
    yaml_node_t *found[KEYS];
    struct cause_row row = {.at = map};
    keys_read(input, map, keys, found, "a cause");
    row.id = id_read(input, wanted(input, map, found[ID], keys[ID]), "cause");
    row.name = name_of("CAUSE", check->id, row.id);
    row.status =
        statuses[word_read(input, wanted(input, map, found[STATUS], keys[STATUS]), statuses, "status")];
    row.title = field_read(c, input, map, found[TITLE], keys[TITLE]);
    row.why = field_read(c, input, map, found[WHY], keys[WHY]);
    row.traits = traits_read(input, found[HAS]);
    struct lines *const lists[] = {&row.affects, &row.fix, &row.restart};
    bool is_info = strcmp(row.status, "info") == 0;
    const bool needed[] = {!is_info, !is_info, false};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (found[AFFECTS + i] != NULL || needed[i]) {
            lines_read(&c->phrases, input, wanted(input, map, found[AFFECTS + i], keys[AFFECTS + i]),
                       keys[AFFECTS + i], lists[i]);
            roles_check(input, found[AFFECTS + i], lists[i], check->roles);
        }
    steps_check(input, &row.fix);
    marks_refuse(input, &row.affects, "affects");
    marks_refuse(input, &row.restart, "restart");
    texts_read(&c->phrases, input, wanted(input, map, found[SOURCE], keys[SOURCE]), "source", &row.source);
    return row;
}

static struct check_row check_read(struct catalogue *c, struct input *input, yaml_node_t *map,
                                   unsigned traits_of_all) {
    enum { ID, TITLE, JUDGES, ABOUT, HAS, SOURCE, CAUSES, KEYS };
    static const char *const keys[KEYS + 1] = {"check",  "title",  "judges", "about",
                                               "traits", "source", "causes"};
    yaml_node_t *found[KEYS];
    struct check_row row = {0};
    size_t count;
    keys_read(input, map, keys, found, "a check");
    row.id = id_read(input, wanted(input, map, found[ID], keys[ID]), "check");
    if (strchr(row.id, '.') == NULL)
        refuse(input, found[ID], "the ID of a check is \"family.what\"");
    row.name = name_of("CHECK", row.id, NULL);
    row.title = field_read(c, input, map, found[TITLE], keys[TITLE]);
    row.judges = field_read(c, input, map, found[JUDGES], keys[JUDGES]);
    row.roles = found[ABOUT] == NULL ? 0 : bits_read(input, found[ABOUT], role_words, "about");
    row.traits = traits_of_all | traits_read(input, found[HAS]);
    texts_read(&c->phrases, input, wanted(input, map, found[SOURCE], keys[SOURCE]), "source", &row.source);
    yaml_node_item_t *items =
        items_of(input, wanted(input, map, found[CAUSES], keys[CAUSES]), "causes", &count);
    for (size_t i = 0; i < count; i++) {
        struct cause_row cause = cause_read(c, input, node_at(input, items[i]), &row);
        *GROW(row.causes, row.n) = cause;
    }
    return row;
}

static struct family_row family_read(struct catalogue *c, const char *id) {
    enum { FAMILY, TITLE, HAS, CHECKS, KEYS };
    static const char *const keys[KEYS + 1] = {"family", "title", "traits", "checks"};
    yaml_node_t *found[KEYS];
    struct family_row row = {.input = input_open(c->folder, id), .id = id};
    struct input *input = &row.input;
    yaml_node_t *root = root_of(input);
    size_t count;
    keys_read(input, root, keys, found, "a family");
    if (strcmp(scalar(input, wanted(input, root, found[FAMILY], keys[FAMILY]), "family"), id) != 0)
        refuse(input, found[FAMILY], "the family of this file is \"%s\"", id);
    row.title = field_read(c, input, root, found[TITLE], keys[TITLE]);
    unsigned traits = traits_read(input, found[HAS]);
    yaml_node_item_t *items =
        items_of(input, wanted(input, root, found[CHECKS], keys[CHECKS]), "checks", &count);
    for (size_t i = 0; i < count; i++) {
        struct check_row check = check_read(c, input, node_at(input, items[i]), traits);
        *GROW(row.checks, row.n) = check;
    }
    return row;
}

/* ---- purposes ---- */

static struct restart_row restart_read(struct input *input, yaml_node_t *map) {
    enum { SERVICE, BY, NODES, WHEN, KEYS };
    static const char *const keys[KEYS + 1] = {"service", "by", "nodes", "when"};
    yaml_node_t *found[KEYS];
    struct restart_row row = {0};
    keys_read(input, map, keys, found, "a service");
    row.service = scalar(input, wanted(input, map, found[SERVICE], keys[SERVICE]), "service");
    row.by = word_read(input, wanted(input, map, found[BY], keys[BY]), restart_ways, "by");
    row.where = found[NODES] == NULL ? 0 : word_read(input, found[NODES], restart_places, "nodes");
    if (found[WHEN] != NULL)
        when_read(input, found[WHEN], &row.when);
    return row;
}

static struct purpose_row purpose_read(struct catalogue *c, yaml_node_t *map) {
    enum { ID, NAME, STORE, ABOUT, PORTS, MULTI, BEFORE, SERVICES, AFTER, SOURCE, KEYS };
    static const char *const keys[KEYS + 1] = {"purpose",      "name",   "store",    "about", "ports",
                                               "multi-server", "before", "services", "after", "source"};
    static const char *const yes_no[] = {"false", "true", NULL};
    struct input *input = &c->purposes_input;
    yaml_node_t *found[KEYS];
    struct purpose_row row = {0};
    size_t count;
    keys_read(input, map, keys, found, "a purpose");
    row.id = id_read(input, wanted(input, map, found[ID], keys[ID]), "purpose");
    row.name = scalar(input, wanted(input, map, found[NAME], keys[NAME]), "name");
    row.store = found[STORE] == NULL ? NULL : scalar(input, found[STORE], "store");
    row.roles = bits_read(input, wanted(input, map, found[ABOUT], keys[ABOUT]), role_words, "about");
    if (found[PORTS] != NULL)
        texts_read(&c->phrases, input, found[PORTS], "ports", &row.ports);
    row.is_multi_server =
        word_read(input, wanted(input, map, found[MULTI], keys[MULTI]), yes_no, keys[MULTI]) == 1;
    if (found[BEFORE] != NULL)
        lines_read(&c->phrases, input, found[BEFORE], "before", &row.before);
    marks_refuse(input, &row.before, "before");
    if (found[AFTER] != NULL)
        lines_read(&c->phrases, input, found[AFTER], "after", &row.after);
    marks_refuse(input, &row.after, "after");
    texts_read(&c->phrases, input, wanted(input, map, found[SOURCE], keys[SOURCE]), "source", &row.source);
    yaml_node_item_t *items =
        items_of(input, wanted(input, map, found[SERVICES], keys[SERVICES]), "services", &count);
    for (size_t i = 0; i < count; i++) {
        struct restart_row service = restart_read(input, node_at(input, items[i]));
        *GROW(row.services, row.n) = service;
    }
    return row;
}

static void purposes_read(struct catalogue *c) {
    enum { PURPOSES, KEYS };
    static const char *const keys[KEYS + 1] = {"purposes"};
    yaml_node_t *found[KEYS];
    size_t count;
    c->purposes_input = input_open(c->folder, "purposes");
    struct input *input = &c->purposes_input;
    yaml_node_t *root = root_of(input);
    keys_read(input, root, keys, found, "purposes.yaml");
    yaml_node_item_t *items =
        items_of(input, wanted(input, root, found[PURPOSES], keys[PURPOSES]), "purposes", &count);
    for (size_t i = 0; i < count; i++) {
        struct purpose_row row = purpose_read(c, node_at(input, items[i]));
        *GROW(c->purposes, c->purpose_count) = row;
    }
}

/* ---- all of it ---- */

static bool is_among(const char *name, size_t length) {
    static const char *const others[] = {"shared", "purposes", "plan", "log", "alarms", "words"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strlen(others[i]) == length && strncmp(others[i], name, length) == 0)
            return true;
    return false;
}

/* A file that no list names would be a family that silently is not there. */
static void refuse_strays(const struct catalogue *c) {
    DIR *folder = opendir(c->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        const char *dot = strstr(entry->d_name, ".yaml");
        size_t length = dot == NULL ? 0 : (size_t)(dot - entry->d_name);
        bool is_known =
            dot == NULL || dot[5] != '\0' || *entry->d_name == '.' || is_among(entry->d_name, length);
        for (size_t i = 0; i < c->n && !is_known; i++)
            is_known =
                strlen(c->families[i].id) == length && strncmp(c->families[i].id, entry->d_name, length) == 0;
        if (!is_known)
            refuse(&c->shared, NULL, "%s/%s is not among the families", c->folder, entry->d_name);
    }
    if (folder != NULL)
        closedir(folder);
}

void catalogue_read(struct catalogue *c, const char *folder) {
    enum { FAMILIES, PROMISED, PHRASES, KEYS };
    static const char *const keys[KEYS + 1] = {"families", "promised", "phrases"};
    yaml_node_t *found[KEYS];
    size_t count;
    c->folder = folder;
    c->shared = input_open(folder, "shared");
    struct input *shared = &c->shared;
    yaml_node_t *root = root_of(shared);
    keys_read(shared, root, keys, found, "shared.yaml");
    phrases_read(&c->phrases, shared, wanted(shared, root, found[PHRASES], keys[PHRASES]));
    if (found[PROMISED] != NULL)
        texts_read(&c->phrases, shared, found[PROMISED], keys[PROMISED], &c->promised);
    yaml_node_item_t *items =
        items_of(shared, wanted(shared, root, found[FAMILIES], keys[FAMILIES]), "families", &count);
    for (size_t i = 0; i < count; i++) {
        struct family_row row = family_read(c, id_read(shared, node_at(shared, items[i]), "family"));
        *GROW(c->families, c->n) = row;
    }
    purposes_read(c);
    plan_read(c);
    log_read(c);
    refuse_strays(c);
    for (size_t i = 0; i < c->phrases.n; i++)
        if (!c->phrases.v[i].is_used)
            refuse(shared, c->phrases.v[i].at, "nobody uses the phrase %s: take it out",
                   c->phrases.v[i].name);
}
