/* Which targets are there, and how is each to be looked at? See targets.h. */
#include "config/targets.h"

#include <dirent.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/config.h"
#include "config/values.h"

enum { FOLDER_MAX = 100000, NAME_SHOWN = 80 };

static const struct kind_row {
    const char *key;
    enum target_kind kind;
} kinds[] = {{"domain", TARGET_DOMAIN},
             {"deployment", TARGET_DEPLOYMENT},
             {"endpoint", TARGET_ENDPOINT},
             {"zone", TARGET_ZONE}};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- settings ---- */

static bool is_word(const char *text, const char *const *words) {
    for (; *words != NULL; words++)
        if (text_same_case_blind(text, *words))
            return true;
    return false;
}

/* What stands behind the key; an error text, or NULL. */
static const char *setting_fill(struct arena *arena, struct setting *setting, const struct yaml_item *item) {
    static const char *const on[] = {"true", "on", "yes", NULL}, *const off[] = {"false", "off", "no", NULL};
    if (item->kind == YAML_MAP)
        return arena_printf(arena, "%s: wanted a value or a list of values", item->key);
    if (item->kind == YAML_TEXT && is_word(item->text, off)) {
        setting->is_off = true;
    } else if (item->kind == YAML_TEXT) {
        if (!is_word(item->text, on))
            texts_add(arena, &setting->values, item->text);
    } else {
        for (size_t i = 0; i < item->v.n; i++) {
            if (item->v.v[i]->kind != YAML_TEXT)
                return arena_printf(arena, "%s: wanted a list of values", item->key);
            texts_add(arena, &setting->values, item->v.v[i]->text);
        }
        setting->is_off = item->v.n == 0;
    }
    return NULL;
}

/* Keys beyond those that have a meaning of their own (NULL ends the list). */
static const char *settings_read(struct arena *arena, struct settings *settings, const struct yaml_item *map,
                                 const char *const *but) {
    for (size_t i = 0; i < map->v.n; i++) {
        const struct yaml_item *item = map->v.v[i];
        if (is_word(item->key, but))
            continue;
        struct setting *setting = ARENA_NEW(arena, struct setting);
        setting->name = item->key;
        setting->line = item->key_line;
        const char *error = setting_fill(arena, setting, item);
        if (error != NULL)
            return error;
        LIST_ADD(arena, settings, setting);
    }
    return NULL;
}

const struct setting *setting_find(const struct settings *settings, const char *name) {
    for (size_t i = 0; i < settings->n; i++)
        if (strcmp(settings->v[i]->name, name) == 0)
            return settings->v[i];
    return NULL;
}

/* ---- one entry ---- */

static const struct yaml_item *item_at(const struct yaml_item *map, const char *key) {
    for (size_t i = 0; map->kind == YAML_MAP && i < map->v.n; i++)
        if (strcmp(map->v.v[i]->key, key) == 0)
            return map->v.v[i];
    return NULL;
}

static const char *zone_fill(struct arena *arena, struct target *target, const struct yaml_item *zone) {
    static const char *const none[] = {NULL};
    if (zone->kind != YAML_MAP)
        return "zone: wanted a map with peer-address";
    const char *error = settings_read(arena, &target->zone, zone, none);
    const struct setting *peer = setting_find(&target->zone, "peer-address");
    if (error == NULL && (peer == NULL || peer->values.n == 0))
        return "zone: wanted peer-address";
    target->what = peer == NULL ? NULL : peer->values.v[0];
    return error;
}

/* Exactly one key says what the entry is. */
static const char *what_fill(struct targets *targets, struct target *target, const struct yaml_item *entry) {
    const struct yaml_item *found = NULL;
    for (size_t i = 0; i < KINDS; i++) {
        const struct yaml_item *item = item_at(entry, kinds[i].key);
        if (item == NULL)
            continue;
        if (found != NULL)
            return arena_printf(targets->arena, "wanted %s or %s, not both", found->key, item->key);
        found = item;
        target->kind = kinds[i].kind;
    }
    if (found == NULL)
        return "wanted domain, deployment, endpoint or zone";
    if (target->kind == TARGET_ZONE)
        return zone_fill(targets->arena, target, found);
    if (found->kind != YAML_TEXT || *found->text == 0)
        return arena_printf(targets->arena, "%s: wanted a text", found->key);
    target->what = target->kind == TARGET_DEPLOYMENT && found->text[0] != '/'
                       ? arena_printf(targets->arena, "%s%s", targets->folder, found->text)
                       : found->text;
    return NULL;
}

static const char *entry_fill(struct targets *targets, struct target *target, const struct yaml_item *entry) {
    static const char *const meant[] = {"name", "domain", "deployment", "endpoint", "zone", NULL};
    if (entry->kind != YAML_MAP)
        return "wanted a map such as {domain: example.com}";
    const char *error = what_fill(targets, target, entry);
    const struct yaml_item *name = item_at(entry, "name");
    if (name != NULL && (name->kind != YAML_TEXT || *name->text == 0))
        return "name: wanted a text";
    target->name = name != NULL ? name->text : target->what;
    return error != NULL ? error : settings_read(targets->arena, &target->settings, entry, meant);
}

static struct target *target_add(struct targets *targets, enum target_kind kind, const char *what,
                                 const char *file, int line) {
    struct target *target = ARENA_NEW(targets->arena, struct target);
    target->kind = kind;
    target->name = target->what = what;
    target->file = file;
    target->line = line;
    LIST_ADD(targets->arena, &targets->v, target);
    return target;
}

/* ---- names ---- */

/* DNS does not tell Example.COM. from example.com, so it is one target, in the state database as well. */
static const char *name_of_host(struct arena *arena, const char *what) {
    char *name = arena_text(arena, what);
    size_t length = strlen(name);
    while (length > 1 && name[length - 1] == '.')
        name[--length] = 0;
    for (char *p = name; *p != 0; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 'a' - 'A') : *p;
    return name;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct target *)a)->name, ((const struct target *)b)->name);
}

static void keep(void *node) { /* the arena owns them */
    (void)node;
}

/* State and metrics go by the name: of two that share one, the later is bad. Domains one a line that stand
 * twice are one target. */
static void names_check(struct targets *targets, bool drops) {
    void *seen = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < targets->v.n; i++) {
        struct target *target = targets->v.v[i];
        if (target->name != NULL && target->name == target->what &&
            (target->kind == TARGET_DOMAIN || target->kind == TARGET_ENDPOINT))
            target->name = name_of_host(targets->arena, target->what);
        struct target **first = target->name == NULL ? NULL : tsearch(target, &seen, by_name);
        if (first != NULL && *first != target) {
            if (drops)
                continue;
            target->error = arena_printf(targets->arena, "name '%s' stands on line %d already", target->name,
                                         (*first)->line);
        }
        targets->v.v[kept++] = target;
    }
    targets->v.n = kept;
    tdestroy(seen, keep);
}

/* ---- the files ---- */

static bool fails(struct targets *targets, char **error, const char *file, const struct yaml_item *item,
                  const char *what) {
    *error = arena_printf(targets->arena, "%s:%d:%d: %s", file, item->line, item->column, what);
    return false;
}

static bool modules_read(struct targets *targets, const struct yaml_item *map, const char *file,
                         char **error) {
    static const char *const none[] = {NULL};
    if (map->kind != YAML_MAP)
        return fails(targets, error, file, map, "modules: wanted a map of names");
    for (size_t i = 0; i < map->v.n; i++) {
        struct module *module = ARENA_NEW(targets->arena, struct module);
        module->name = map->v.v[i]->key;
        const char *wrong = map->v.v[i]->kind != YAML_MAP
                                ? "wanted a map of options"
                                : settings_read(targets->arena, &module->settings, map->v.v[i], none);
        if (wrong != NULL)
            return fails(targets, error, file, map->v.v[i],
                         arena_printf(targets->arena, "modules: %s: %s", module->name, wrong));
        LIST_ADD(targets->arena, &targets->modules, module);
    }
    return true;
}

static bool list_read(struct targets *targets, const struct yaml_item *list, const char *file, char **error) {
    if (list->kind != YAML_LIST)
        return fails(targets, error, file, list, "targets: wanted a list");
    for (size_t i = 0; i < list->v.n; i++) {
        struct target *target = target_add(targets, TARGET_DOMAIN, NULL, file, list->v.v[i]->line);
        target->error = entry_fill(targets, target, list->v.v[i]);
    }
    names_check(targets, false);
    return true;
}

static bool map_read(struct targets *targets, const struct yaml_item *root, const char *file, char **error) {
    static const char *const none[] = {NULL};
    for (size_t i = 0; i < root->v.n; i++) {
        const struct yaml_item *item = root->v.v[i];
        const char *wrong = NULL;
        if (strcmp(item->key, "defaults") == 0)
            wrong = item->kind != YAML_MAP ? "wanted a map of options"
                                           : settings_read(targets->arena, &targets->defaults, item, none);
        else if (strcmp(item->key, "modules") == 0 && !modules_read(targets, item, file, error))
            return false;
        else if (strcmp(item->key, "targets") != 0 && strcmp(item->key, "modules") != 0)
            wrong = "unknown key; wanted defaults, targets or modules";
        if (wrong != NULL)
            return fails(targets, error, file, item,
                         arena_printf(targets->arena, "%s: %s", item->key, wrong));
    }
    return list_read(targets, item_at(root, "targets"), file, error);
}

static const char *folder_of(struct arena *arena, const char *file) {
    const char *slash = strrchr(file, '/');
    return slash == NULL ? "" : arena_textn(arena, file, (size_t)(slash - file) + 1);
}

/* A file without `targets` is one deployment; what is wrong with it, its reader will say. */
bool targets_read_text(struct targets *targets, const char *text, size_t size, const char *file,
                       char **error) {
    const char *shown = text_from_wire(targets->arena, file, strlen(file));
    struct yaml_item *root;
    targets->folder = folder_of(targets->arena, file);
    if (!yaml_read(targets->arena, text, size, &root, error)) {
        *error = arena_printf(targets->arena, "%s:%s", shown, *error);
        return false;
    }
    if (item_at(root, "targets") != NULL)
        return map_read(targets, root, shown, error);
    if (root->kind != YAML_MAP) {
        *error = arena_printf(targets->arena, "%s:1:1: wanted a map with targets, or a deployment", shown);
        return false;
    }
    target_add(targets, TARGET_DEPLOYMENT, arena_text(targets->arena, file), shown, 0);
    return true;
}

void targets_read_lines(struct targets *targets, const char *text, size_t size, const char *file) {
    int line = 0;
    for (const char *p = text + text_mark(text, size), *next; p < text + size; p = next) {
        const char *end = memchr(p, '\n', (size_t)(text + size - p));
        next = end == NULL ? text + size : end + 1;
        line++;
        size_t length = (size_t)((end == NULL ? text + size : end) - p);
        const char *comment = memchr(p, '#', length);
        length = comment == NULL ? length : (size_t)(comment - p);
        while (length > 0 && strchr(" \t\r", p[length - 1]) != NULL && p[length - 1] != 0)
            length--;
        while (length > 0 && (*p == ' ' || *p == '\t'))
            p++, length--;
        if (length > 0)
            target_add(targets, TARGET_DOMAIN, text_from_wire_cut(targets->arena, p, length, 1024), file,
                       line);
    }
    names_check(targets, true);
}

/* ---- a folder ---- */

static int is_deployment(const struct dirent *entry) {
    return entry->d_name[0] != '.' && (text_ends(entry->d_name, ".yaml") || text_ends(entry->d_name, ".yml"));
}

static bool folder_read(struct targets *targets, const char *path, char **error) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_deployment, alphasort);
    const char *shown = text_from_wire(targets->arena, path, strlen(path));
    for (int i = 0; i < count; i++) {
        const char *file =
            arena_printf(targets->arena, "%s%s%s", path, text_ends(path, "/") ? "" : "/", entries[i]->d_name);
        struct target *target = target_add(targets, TARGET_DEPLOYMENT, file,
                                           text_from_wire(targets->arena, file, strlen(file)), 0);
        target->name = text_from_wire(targets->arena, entries[i]->d_name, strlen(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    targets->folder = "";
    if (count > 0 && count <= FOLDER_MAX)
        return true;
    *error = arena_printf(targets->arena, "%s: %s", shown,
                          count > 0 ? "too many files" : "no deployment (*.yaml) in this folder");
    return false;
}

static int in_order(const void *a, const void *b) {
    return strcmp((*(const struct target *const *)a)->name, (*(const struct target *const *)b)->name);
}

static void index_make(struct targets *targets) {
    targets->by_name = arena_alloc(targets->arena, (targets->v.n + 1) * sizeof *targets->by_name);
    for (size_t i = 0; i < targets->v.n; i++)
        if (targets->v.v[i]->name != NULL && targets->v.v[i]->error == NULL)
            targets->by_name[targets->named++] = targets->v.v[i];
    qsort(targets->by_name, targets->named, sizeof *targets->by_name, in_order);
}

bool targets_read(struct targets *targets, const char *path, char **error) {
    struct stat there;
    char *text;
    size_t size;
    bool is_input = strcmp(path, "-") == 0;
    if (!is_input && stat(path, &there) == 0 && S_ISDIR(there.st_mode)) {
        bool good = folder_read(targets, path, error);
        index_make(targets);
        return good;
    }
    if (!file_read(targets->arena, path, INPUT_TARGETS, &text, &size, error))
        return false;
    targets->folder = "";
    if (is_input)
        targets_read_lines(targets, text, size, "standard input");
    else if (!targets_read_text(targets, text, size, path, error))
        return false;
    index_make(targets);
    return true;
}

static int target_named(const void *key, const void *entry) {
    return strcmp(key, (*(const struct target *const *)entry)->name);
}

const struct target *target_find(const struct targets *targets, const char *text) {
    const struct target **found = targets->named == 0 ? NULL
                                                      : bsearch(text, targets->by_name, targets->named,
                                                                sizeof *targets->by_name, target_named);
    if (found != NULL)
        return *found;
    const struct target *by_what = NULL;
    for (size_t i = 0; i < targets->v.n; i++) {
        const struct target *target = targets->v.v[i];
        if (target->name == NULL || target->error != NULL)
            continue;
        if (targets->named == 0 && strcmp(target->name, text) == 0)
            return target;
        if (by_what == NULL && text_same_case_blind(target->what, text))
            by_what = target;
    }
    return by_what;
}
