/* How does an entry of a targets file become what a command would have made of its options? The words of a
 * command line are made of it, and read as those of a command: what an option means and how it is complained
 * about stands once. */
#include "config/common_options.h"
#include "commands/monitoring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/prepare.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "facts/facts.h"
#include "probe/revocation/cache.h"

enum { WORDS_MAX = 4000, SHELF_SIZE = 64 * 1024 * 1024, NAME_SHOWN = 120 };

/* A command that can look at a target. */
static const struct way {
    const char *command;
    const struct option_row *rows; /* its own options; NULL: none */
    bool (*prepare)(struct facts *facts, const struct options *options, void *own,
                    struct probe_options *probe);
    void *(*own_new)(struct arena *arena); /* NULL: it has none */
    void (*own_free)(void *own);
} ways[] = {[TARGET_DOMAIN] = {"check", check_rows, check_prepare, check_own_new, NULL},
            [TARGET_DEPLOYMENT] = {"check", check_rows, check_prepare, check_own_new, NULL},
            [TARGET_ENDPOINT] = {"check", check_rows, check_prepare, check_own_new, NULL},
            [TARGET_ZONE] = {"zone", zone_rows, zone_prepare, zone_own_new, zone_own_free}};

/* What says how a report is written is ours, not a target's. */
static const char *const not_of_targets[] = {"file",    "format",      "output",    "save",
                                             "record",  "baseline",    "color",     "quiet",
                                             "verbose", "no-progress", "any-target"};

struct words {
    struct arena *arena;
    char **v;
    size_t n;
    char *error;
};

static void word_add(struct words *words, char *word) {
    if (words->n < WORDS_MAX)
        words->v[words->n++] = word;
    else
        words->error = arena_text(words->arena, "too many options");
}

static bool is_ours(const char *name) {
    for (size_t i = 0; i < sizeof not_of_targets / sizeof *not_of_targets; i++)
        if (strcmp(name, not_of_targets[i]) == 0)
            return true;
    return false;
}

/* ---- settings: those nearer to the target win, option by option ---- */

struct layers { /* nearest first; NULL: none */
    const struct settings *v[4];
    size_t n;
};

static bool is_covered(const struct layers *layers, size_t nearer_than, const char *name) {
    for (size_t i = 0; i < nearer_than; i++)
        if (layers->v[i] != NULL && setting_find(layers->v[i], name) != NULL)
            return true;
    return false;
}

/* Paths in the file begin where the file is. */
static char *value_of(const struct preparing *p, const struct option_row *row, struct arena *arena,
                      const char *value) {
    bool is_path = row != NULL && row->argument != NULL && strcmp(row->argument, "FILE") == 0;
    return is_path && value[0] != '/' ? arena_printf(arena, "%s%s", p->targets->folder, value)
                                      : arena_text(arena, value);
}

static void setting_add(const struct preparing *p, struct words *words, const struct way *way,
                        const struct setting *setting) {
    const struct option_row *row = option_find(way->rows, setting->name);
    if (is_ours(setting->name)) {
        words->error = arena_printf(words->arena, "%s: not an option of a target", setting->name);
        return;
    }
    if (setting->is_off)
        return;
    for (size_t i = 0; i < setting->values.n; i++)
        word_add(words, arena_printf(words->arena, "--%s=%s", setting->name,
                                     value_of(p, row, words->arena, setting->values.v[i])));
    if (setting->values.n == 0)
        word_add(words, arena_printf(words->arena, "--%s", setting->name));
}

static void layer_add(const struct preparing *p, struct words *words, const struct way *way,
                      const struct layers *layers, size_t at) {
    const struct settings *settings = layers->v[at];
    for (size_t i = 0; settings != NULL && i < settings->n; i++)
        if (!is_covered(layers, at, settings->v[i]->name))
            setting_add(p, words, way, settings->v[i]);
}

/* "--timeout=2" of our own command line, unless a nearer layer has it. */
static void given_add(const struct preparing *p, struct words *words, const struct layers *layers,
                      size_t nearer_than) {
    for (size_t i = 0; i < p->given->given.n; i++) {
        char *word = p->given->given.v[i];
        const char *name = arena_textn(words->arena, word + 2, strcspn(word + 2, "="));
        if (!is_ours(name) && !is_covered(layers, nearer_than, name))
            word_add(words, word);
    }
}

static bool is_given(const struct preparing *p, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < p->given->given.n; i++) {
        const char *word = p->given->given.v[i] + 2;
        if (strncmp(word, name, length) == 0 && (word[length] == 0 || word[length] == '='))
            return true;
    }
    return false;
}

static void defaults_add(const struct preparing *p, struct words *words, const struct way *way,
                         const struct layers *layers) {
    const struct settings *defaults = &p->targets->defaults;
    for (size_t i = 0; i < defaults->n; i++)
        if (!is_covered(layers, layers->n, defaults->v[i]->name) && !is_given(p, defaults->v[i]->name))
            setting_add(p, words, way, defaults->v[i]);
}

static void words_make(const struct preparing *p, const struct target *target, const struct settings *module,
                       const struct way *way, struct words *words) {
    struct layers layers = {{module, &target->settings, &target->zone}, 3};
    words->v = arena_alloc(words->arena, (WORDS_MAX + 1) * sizeof *words->v);
    word_add(words, arena_text(words->arena, way->command));
    defaults_add(p, words, way, &layers);
    given_add(p, words, &layers, layers.n);
    for (size_t i = layers.n; i-- > 0;)
        layer_add(p, words, way, &layers, i);
    if (target->kind == TARGET_DEPLOYMENT)
        word_add(words, arena_printf(words->arena, "--file=%s", target->what));
    if (target->kind == TARGET_DOMAIN || target->kind == TARGET_ENDPOINT) {
        word_add(words, arena_text(words->arena, "--")); /* a name that begins with a dash is no option */
        word_add(words, arena_text(words->arena, target->what));
    }
    words->v[words->n] = NULL;
}

/* ---- what the command says goes into the error, not to the terminal ---- */

/* The options live as long as the facts: what they say is borrowed by the probe. */
static bool read_and_prepare(const struct way *way, struct words *words, struct ready *ready) {
    struct arena *arena = ready->facts->arena;
    struct options *options = ARENA_NEW(arena, struct options);
    void *own = way->own_new == NULL ? NULL : way->own_new(arena);
    ready->own = own;
    ready->let_go = way->own_free;
    return options_read(arena, (int)words->n, words->v, way->rows, own, options) == OPTIONS_GOOD &&
           way->prepare(ready->facts, options, own, &ready->probe);
}

/* "edgeprobe: check: --timeout: wanted …" without the program's name, which whoever tells it adds. */
static char *complaint_of(struct arena *arena, const char *said) {
    static const char program[] = "edgeprobe: ";
    if (strncmp(said, program, strlen(program)) == 0)
        said += strlen(program);
    size_t length = strcspn(said, "\n");
    return length == 0 ? arena_text(arena, "cannot be prepared") : text_from_wire(arena, said, length);
}

bool target_prepare(const struct preparing *preparing, const struct target *target,
                    const struct settings *module, struct arena *arena, struct ready *ready, char **error) {
    const struct way *way = &ways[target->kind];
    struct words words = {.arena = arena};
    char *said = NULL;
    size_t size = 0;
    FILE *through = open_memstream(&said, &size), *before = stderr;
    *ready = (struct ready){.facts = facts_new()};
    ready->facts->shelf = preparing->shelf;
    words_make(preparing, target, module, way, &words);
    if (through != NULL)
        stderr = through;
    bool good = words.error == NULL && read_and_prepare(way, &words, ready);
    stderr = before;
    ready->probe.progress = NULL; /* of one among many nobody is told */
    ready->probe.tells_waits = false;
    if (through != NULL)
        fclose(through);
    if (!good) {
        *error = words.error != NULL ? words.error : complaint_of(arena, said == NULL ? "" : said);
        ready_free(ready);
    }
    free(said);
    return good;
}

/* ---- what both ways of the command share ---- */

void name_bad(const struct target *target, const char *error) {
    if (target->line > 0)
        complain("%s:%d: %.*s%s%s", target->file, target->line, NAME_SHOWN,
                 target->name == NULL ? "" : target->name, target->name == NULL ? "" : ": ", error);
    else
        complain("%s", error);
}

/* The shelf goes with the list: trust lists are read anew, too. */
void shelf_renew(struct monitoring *m) {
    facts_free(m->preparing.shelf);
    m->preparing.shelf = facts_new();
    arena_limit(m->preparing.shelf->arena, SHELF_SIZE);
}

void monitor_confine(struct monitoring *m) {
    struct arena *arena = m->preparing.shelf->arena;
    run_confine(arena, m->options, m->own->changes, m->options->no_cache ? NULL : cache_folder(arena));
}
