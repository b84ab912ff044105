/* What did the user ask for? See options.h. The tables of options as getopt wants them, what is told of bad
 * ones, and the same tables as help. */
#include "config/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "config/common_options.h"
#include "config/values.h"

enum { FIRST_LONG = 1000, MOST_OPTIONS = 80 };

/* ---- the tables as getopt wants them ---- */

struct parsing {
    struct option longs[MOST_OPTIONS];
    const struct option_row *rows[MOST_OPTIONS];
    bool is_own[MOST_OPTIONS];
    char shorts[2 * MOST_OPTIONS + 3];
    size_t n;
};

static void rows_add(struct parsing *p, const struct option_row *rows, bool is_own) {
    for (; rows != NULL && rows->name != NULL && p->n < MOST_OPTIONS - 2; rows++) {
        bool known = false;
        for (size_t i = 0; i < p->n; i++)
            known = known ||
                    strcmp(p->rows[i]->name, rows->name) == 0; /* a command's own row comes first and wins */
        if (known)
            continue;
        p->longs[p->n] = (struct option){rows->name, rows->argument != NULL ? required_argument : no_argument,
                                         NULL, FIRST_LONG + (int)p->n};
        p->rows[p->n] = rows;
        p->is_own[p->n++] = is_own;
        if (rows->letter != 0) {
            char letter[3] = {rows->letter, rows->argument != NULL ? ':' : 0, 0};
            strcat(p->shorts, letter);
        }
    }
}

static size_t row_of(const struct parsing *p, int got) {
    for (size_t i = 0; i < p->n; i++)
        if (got == FIRST_LONG + (int)i || (p->rows[i]->letter != 0 && got == p->rows[i]->letter))
            return i;
    return p->n;
}

static enum options_result usage(const char *command, const char *what) {
    fprintf(stderr, "edgeprobe: %s: %s; see 'edgeprobe %s --help'\n", command, what, command);
    return OPTIONS_BAD;
}

/* "--password X" would be taken for --password-file, and X, which is no file, be told as one that is missing.
 */
static const struct option_row *secret_cut_short(const struct parsing *p, const char *argument) {
    enum { LEAST = sizeof "--pas" - 1 };
    size_t size = strcspn(argument, "=");
    for (size_t i = 0; i < p->n && size >= LEAST && strncmp(argument, "--", 2) == 0; i++) {
        const char *name = p->rows[i]->name;
        bool is_secret = strcmp(name, "password-file") == 0 || strcmp(name, "token-file") == 0;
        if (is_secret && size - 2 < strlen(name) && strncmp(argument + 2, name, size - 2) == 0)
            return p->rows[i];
    }
    return NULL;
}

static const char *nearest_option(struct arena *arena, const struct parsing *p, const char *text) {
    struct texts names = {NULL, 0};
    for (size_t i = 0; i < p->n; i++)
        texts_add(arena, &names, p->rows[i]->name);
    char *name = arena_text(arena, text + strspn(text, "-"));
    name[strcspn(name, "=")] = 0;
    return value_nearest(name, &names);
}

static enum options_result bad_option(struct arena *arena, const struct parsing *p, char **argv, int got) {
    const char *text = optopt > 0 && optopt < 256 ? arena_printf(arena, "-%c", optopt) : argv[optind - 1];
    size_t row = row_of(p, optopt);
    if (optopt >= FIRST_LONG && row < p->n)
        text = arena_printf(arena, "--%s", p->rows[row]->name);
    text = text_from_wire_cut(arena, text, strlen(text), 80);
    if (got == ':')
        return usage(argv[0], arena_printf(arena, "option '%s' wants an argument", text));
    if (optopt >= FIRST_LONG)
        return usage(argv[0], arena_printf(arena, "option '%s' takes no argument", text));
    const char *near = optopt == 0 ? nearest_option(arena, p, text) : NULL;
    if (near != NULL)
        return usage(argv[0], arena_printf(arena, "unknown option '%s', did you mean '--%s'?", text, near));
    return usage(argv[0], arena_printf(arena, "unknown option '%s'", text));
}

/* Arguments go into facts and reports, so one with control characters is refused here, once for all; so is an
 * empty one, as a script's variable leaves it that was never set. A log may be empty. */
static bool take(struct arena *arena, const struct option_row *row, void *context, char **error) {
    if (optarg != NULL && *optarg == 0 && strcmp(row->name, "log") != 0) {
        *error = arena_printf(arena, "wanted %s", row->argument);
        return false;
    }
    if (optarg != NULL && strcmp(text_from_wire(arena, optarg, strlen(optarg)), optarg) != 0) {
        *error = arena_text(arena, "wanted text without control characters");
        return false;
    }
    return row->take(arena, context, optarg, error);
}

/* How the report is written, or kept: no part of the question. */
static bool is_of_report(const char *name) {
    static const char *const names[] = {"format", "output", "save",    "baseline",    "any-target",
                                        "color",  "quiet",  "verbose", "no-progress", "record"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static enum options_result take_row(struct arena *arena, const struct parsing *p, size_t row,
                                    const char *command, void *context, struct options *options) {
    char *error = NULL;
    const struct option_row *r = p->rows[row];
    if (!p->is_own[row] && option_is_ignored(command, r->name)) {
        const char *instead = option_instead(command, r->name);
        return usage(command, arena_printf(arena, "option '--%s' has no meaning here%s%s", r->name,
                                           instead == NULL ? "" : ", ", text_or(instead, "")));
    }
    if (take(arena, r, p->is_own[row] ? context : options, &error)) {
        char *word = optarg == NULL ? arena_printf(arena, "--%s", r->name)
                                    : arena_printf(arena, "--%s=%s", r->name, optarg);
        if (!p->is_own[row])
            texts_add(arena, &options->given, word);
        if (!is_of_report(r->name))
            texts_add(arena, &options->words, word);
        return OPTIONS_GOOD;
    }
    fprintf(stderr, "edgeprobe: %s: --%s: %s", command, r->name, error);
    if (optarg != NULL && text_starts(error, "wanted"))
        fprintf(stderr, ", got '%s'", text_from_wire_cut(arena, optarg, strlen(optarg), 80));
    fputc('\n', stderr);
    return OPTIONS_BAD;
}

static bool thresholds_fit(const struct options *options, const char *command) {
    if (!options->has_warn_days || !options->has_crit_days || options->crit_days <= options->warn_days)
        return true;
    fprintf(stderr, "edgeprobe: %s: --crit-days: wanted at most the %d of --warn-days, got '%d'\n", command,
            options->warn_days, options->crit_days);
    return false;
}

enum options_result options_read(struct arena *arena, int argc, char **argv, const struct option_row *own,
                                 void *context, struct options *options) {
    struct parsing *p = arena_alloc(arena, sizeof *p);
    strcpy(p->shorts, ":h"); /* a leading ':' keeps getopt silent */
    rows_add(p, own, true);
    rows_add(p, options_common(), false);
    p->longs[p->n] = (struct option){"help", no_argument, NULL, 'h'};
    options->timeout_ms = 5000;
    options->baseline_told = arena_alloc(arena, sizeof *options->baseline_told);
    options->deadline_ms = 60000;
    optind = 0; /* glibc: start anew */
    opterr = 0;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const struct option_row *secret = secret_cut_short(p, argv[i]);
        if (secret != NULL)
            return usage(argv[0],
                         arena_printf(arena, "unknown option '%.*s'; a secret is never an argument: --%s",
                                      (int)strcspn(argv[i], "="), argv[i], secret->name));
    }
    for (int got; (got = getopt_long(argc, argv, p->shorts, p->longs, NULL)) != -1;) {
        if (got == 'h')
            return OPTIONS_HELP;
        size_t row = row_of(p, got);
        if (got == '?' || got == ':' || row == p->n)
            return bad_option(arena, p, argv, got);
        if (take_row(arena, p, row, argv[0], context, options) != OPTIONS_GOOD)
            return OPTIONS_BAD;
    }
    for (; optind < argc; optind++) {
        texts_add(arena, &options->arguments, argv[optind]);
        texts_add(arena, &options->words, text_from_wire(arena, argv[optind], strlen(argv[optind])));
    }
    return thresholds_fit(options, argv[0]) ? OPTIONS_GOOD : OPTIONS_BAD;
}

/* "  -f, --file FILE", and from column HELP_AT on what it does, within WIDTH columns. */
static void help_row(FILE *out, const struct option_row *row) {
    enum { HELP_AT = 28, WIDTH = 80 };
    char letter[] = {'-', row->letter, ',', 0};
    int at = fprintf(out, "  %3s --%s%s%s", row->letter != 0 ? letter : "", row->name,
                     row->argument != NULL ? " " : "", row->argument != NULL ? row->argument : "");
    bool fresh = true; /* no word of the help in this line yet */
    for (const char *word = row->help; *word != 0;) {
        int length = (int)strcspn(word, " ");
        if (at + (fresh ? 0 : 1) + length > WIDTH || at > HELP_AT - 2 + (fresh ? 0 : WIDTH)) {
            fputc('\n', out);
            at = 0;
            fresh = true;
        }
        at += fprintf(out, "%*s%.*s", fresh ? HELP_AT - at : 1, "", length, word);
        fresh = false;
        word += length + (word[length] == ' ');
    }
    fputc('\n', out);
}

void options_help(FILE *out, const char *command, const struct option_row *own) {
    for (const struct option_row *row = own; row != NULL && row->name != NULL; row++)
        help_row(out, row);
    if (own != NULL)
        fputs("\nOptions that mean the same everywhere:\n", out);
    for (const struct option_row *row = options_common(); row->name != NULL; row++)
        if (option_find(own, row->name) == row && !option_is_ignored(command, row->name)) {
            struct option_row shown = *row;
            shown.help = option_help_for(command, row);
            if (shown.help != NULL)
                help_row(out, &shown);
        }
    fputs("  -h, --help\n", out);
}
