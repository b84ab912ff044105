/* edgeprobe explain: which checks are there, what does a cause mean, what is to be done? And what do the
 * words of Expressway's own log mean? Reads the catalogue and the log; no network, no facts. */
#include <string.h>

#include "commands/commands.h"
#include "commands/explain_log.h"
#include "commands/explain_words.h"
#include "commands/output.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/values.h"
#include "report/catalogue.h"
#include "facts/stream.h"

enum { ID_SHOWN = 64, SUGGESTIONS = 3 };

/* ---- what was meant, when an ID is unknown ---- */

static const struct check *nearest_check(struct arena *arena, const char *id) {
    struct texts whole = {NULL, 0}, tails = {NULL, 0};
    for (const struct family *const *f = families; *f != NULL; f++)
        for (size_t i = 0; i < (*f)->check_count; i++) {
            texts_add(arena, &whole, (*f)->checks[i].id);
            texts_add(arena, &tails, strchr((*f)->checks[i].id, '.') + 1);
        }
    const char *best = value_nearest(id, &whole);
    if (best != NULL)
        return check_named(best);
    best = value_nearest(id, &tails); /* "srv-port" for dns.srv-port */
    for (size_t i = 0; best != NULL && i < tails.n; i++)
        if (strcmp(tails.v[i], best) == 0)
            return check_named(whole.v[i]);
    return NULL;
}

/* "no-match": the checks that have such a cause. */
static void add_owners(struct arena *arena, const char *cause, struct texts *to) {
    for (const struct family *const *f = families; *f != NULL; f++)
        for (size_t i = 0; i < (*f)->check_count && to->n < SUGGESTIONS; i++)
            if (cause_named(&(*f)->checks[i], cause) != NULL)
                texts_add(arena, to, arena_printf(arena, "%s/%s", (*f)->checks[i].id, cause));
}

static void suggest(struct arena *arena, const char *wanted, struct texts *to) {
    char *id = arena_text(arena, wanted), *slash = strchr(id, '/');
    if (slash == NULL)
        add_owners(arena, wanted, to);
    else
        *slash = '\0';
    const struct check *check = check_named(id);
    if (check == NULL)
        check = nearest_check(arena, id);
    if (check == NULL || to->n == SUGGESTIONS)
        return;
    struct texts causes = {NULL, 0};
    for (size_t i = 0; i < check->cause_count; i++)
        texts_add(arena, &causes, check->causes[i].id);
    const char *cause = slash == NULL ? NULL : value_nearest(slash + 1, &causes);
    texts_add(arena, to, cause == NULL ? check->id : arena_printf(arena, "%s/%s", check->id, cause));
}

static int unknown(struct arena *arena, const char *wanted) {
    char *shown = text_from_wire_cut(arena, wanted, strlen(wanted), ID_SHOWN), *hint = NULL;
    struct texts near = {NULL, 0};
    suggest(arena, wanted, &near);
    for (size_t i = 0; i < near.n; i++)
        hint = hint == NULL ? arena_printf(arena, "did you mean %s", near.v[i])
                            : arena_printf(arena, "%s, %s", hint, near.v[i]);
    return complain("explain: there is no check or cause '%s'; %s%s", shown,
                    hint == NULL ? "'edgeprobe explain' lists them" : hint, hint == NULL ? "" : "?");
}

/* ---- what is wanted ---- */

static bool is_family(const char *id) {
    size_t length = strlen(id);
    for (const struct family *const *f = families; *f != NULL; f++) {
        if (strcmp((*f)->id, id) == 0)
            return true;
        for (size_t i = 0; i < (*f)->check_count; i++)
            if (strncmp((*f)->checks[i].id, id, length) == 0 && (*f)->checks[i].id[length] == '.')
                return true;
    }
    return false;
}

/* "", "purposes", "dns", "dns.srv-port", "dns.srv-port/unexpected-port" */
static bool choose(struct arena *arena, const char *id, struct catalogue_choice *choice) {
    char *check = arena_text(arena, id), *slash = strchr(check, '/');
    if (slash != NULL)
        *slash = '\0';
    choice->check = check_named(check);
    choice->purposes = strcmp(id, "purposes") == 0;
    if (choice->purposes)
        return true;
    if (slash == NULL && choice->check == NULL && *id != '\0' && is_family(id)) {
        choice->family = check;
        return true;
    }
    if (choice->check != NULL && slash != NULL)
        choice->cause = cause_named(choice->check, slash + 1);
    return choice->check != NULL && (slash == NULL || choice->cause != NULL);
}

/* ---- telling ---- */

struct telling {
    struct catalogue_choice choice;
    struct report_style style;
    const struct log_report *log; /* NULL: the catalogue is wanted */
    const char *words;            /* that were looked for; NULL: none */
    struct hits hits;
};

static bool write_text(FILE *out, void *context) {
    const struct telling *telling = context;
    if (telling->words != NULL)
        hits_text(telling->words, &telling->hits, &telling->style, out);
    else if (telling->log != NULL)
        log_text(telling->log, &telling->style, out);
    else
        catalogue_text(&telling->choice, &telling->style, out);
    return ferror(out) == 0;
}

static bool write_json(FILE *out, void *context) {
    const struct telling *telling = context;
    json_t *whole = telling->log != NULL     ? log_json(telling->log)
                    : telling->words != NULL ? hits_json(telling->words, &telling->hits)
                                             : catalogue_json(&telling->choice);
    return json_line(whole, JSON_INDENT(2), out);
}

/* "dns.srv-prot" is a slip of the pen, not words to be looked for. */
static bool is_like_id(const struct texts *arguments) {
    const char *word = arguments->v[0];
    return arguments->n == 1 && strchr(word, ' ') == NULL &&
           (strchr(word, '.') != NULL || strchr(word, '/') != NULL);
}

/* A check, cause or family by its ID; else whatever has the words. */
static bool look_up(struct arena *arena, const struct texts *arguments, struct telling *telling) {
    if (arguments->n == 1 && choose(arena, arguments->v[0], &telling->choice))
        return true;
    if (is_like_id(arguments))
        return false;
    char *words = arena_text(arena, arguments->v[0]);
    for (size_t i = 1; i < arguments->n; i++)
        words = arena_printf(arena, "%s %s", words, arguments->v[i]);
    words_search(arena, words, &telling->hits);
    telling->words = words;
    return telling->hits.n > 0;
}

static const struct {
    const char *name;
    bool (*write)(FILE *out, void *context);
} explain_formats[] = {{"text", write_text}, {"json", write_json}};

struct own {
    const char *log, *log_file;
};

static bool take_log(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)error;
    ((struct own *)context)->log = argument;
    return true;
}

static bool take_log_file(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)error;
    ((struct own *)context)->log_file = argument;
    return true;
}

const struct option_row explain_rows[] = {
    {"log", 0, "TEXT", "words of an Expressway log instead: a line, or only its Detail=\"...\"", take_log},
    {"log-file", 0, "FILE", "a whole Expressway log; - is standard input", take_log_file},
    {NULL, 0, NULL, NULL, NULL}};

static int explain_log(struct arena *arena, const struct own *own, struct log_report *log) {
    if (own->log != NULL && own->log_file != NULL)
        return complain("explain: wanted --log or --log-file, not both");
    if (own->log != NULL)
        log_take_text(arena, own->log, log);
    else if (!log_take_file(arena, own->log_file, log))
        return EXIT_BAD;
    return 0;
}

/* Words that are in no log but on a page of Expressway, or in a client, are known all the same. */
static void look_beside_logs(struct arena *arena, const struct own *own, struct telling *telling) {
    if (own->log == NULL || telling->log->groups.n > 0)
        return;
    words_search(arena, own->log, &telling->hits);
    if (telling->hits.n > 0 && telling->hits.v[0]->is_quoted)
        telling->words = own->log;
}

static int explain(struct facts *facts, const struct options *options, void *context) {
    const struct own *own = context;
    struct telling telling = {.style = style_for(options)};
    struct log_report log = {0};
    const char *format = options->format == NULL ? "text" : options->format;
    size_t which = 0, count = sizeof explain_formats / sizeof *explain_formats;
    bool wants_log = own->log != NULL || own->log_file != NULL;
    while (which < count && strcmp(explain_formats[which].name, format) != 0)
        which++;
    if (which == count)
        return complain("explain: --format: '%s' is not a format of this command; wanted text or json",
                        text_from_wire_cut(facts->arena, format, strlen(format), ID_SHOWN));
    if (wants_log && options->arguments.n > 0)
        return complain("explain: wanted a log alone, or words");
    if (!output_has_place("--output", options->output) ||
        (wants_log && !output_spares_inputs(options, "--output", options->output)))
        return EXIT_BAD;
    run_confine(facts->arena, options, NULL, NULL);
    if (options->arguments.n > 0 && !look_up(facts->arena, &options->arguments, &telling))
        return unknown(facts->arena, options->arguments.v[0]);
    if (wants_log && explain_log(facts->arena, own, &log) != 0)
        return EXIT_BAD;
    telling.log = wants_log ? &log : NULL;
    if (wants_log)
        look_beside_logs(facts->arena, own, &telling);
    return output_write(options->output, explain_formats[which].write, &telling) ? 0 : EXIT_BAD;
}

int explain_run(int argc, char **argv) {
    struct own own = {NULL, NULL};
    return command_run(argc, argv, explain_rows, &own, explain);
}
