/* edgeprobe completion SHELL: how does a shell complete our command line? Made of the tables that drive
 * dispatch, help and parsing, so that it cannot say anything else. docs/completion/ holds what this writes.
 */
#include "commands/completion.h"

#include <stdlib.h>
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/profiles.h"
#include "commands/commands.h"
#include "config/common_options.h"
#include "config/upload_role.h"
#include "outcomes/symptoms.h"
#include "report/report.h"

/* ---- what may stand behind an option ---- */

enum kind { KIND_NONE, KIND_WORDS, KIND_FILES, KIND_OTHER };

static char *words_of_enum(struct arena *arena, const struct enum_name *names) {
    char *all = NULL;
    for (; names->name != NULL; names++)
        all = all == NULL ? arena_text(arena, names->name) : arena_printf(arena, "%s %s", all, names->name);
    return all;
}

static char *words_of_symptoms(struct arena *arena) {
    char *all = NULL;
    for (const struct symptom *s = symptoms; s->name != NULL; s++)
        all = all == NULL ? arena_text(arena, s->name) : arena_printf(arena, "%s %s", all, s->name);
    return all;
}

static char *words_of_formats(struct arena *arena) {
    char *all = NULL;
    for (const struct format *f = formats; f->name != NULL; f++)
        all = all == NULL ? arena_text(arena, f->name) : arena_printf(arena, "%s %s", all, f->name);
    return all;
}

static char *words_of_roles(struct arena *arena) {
    char *all = NULL;
    for (const struct upload_role *r = upload_roles; r->name != NULL; r++)
        all = all == NULL ? arena_text(arena, r->name) : arena_printf(arena, "%s %s", all, r->name);
    return all;
}

static char *words_of_profiles(struct arena *arena) {
    char *all = NULL;
    for (size_t i = 0; cipher_profiles[i].name != NULL; i++)
        all = all == NULL ? arena_text(arena, cipher_profiles[i].name)
                          : arena_printf(arena, "%s %s", all, cipher_profiles[i].name);
    return all;
}

static const char *words_behind(struct arena *arena, const char *option) {
    static const struct {
        const char *option, *words;
    } fixed[] = {{"color", "auto always never"},
                 {"starttls", "xmpp xmpp-server"},
                 {"type", "uc-traversal traversal neighbor"},
                 {"mode", "on off"},
                 {"ocsp", "on off"},
                 {"crl", "on off"},
                 {"cdp", "on off"},
                 {"fallback", "treat-as-revoked treat-as-not-revoked"},
                 {"connection", "sip-tls policy ldap https"},
                 {"server-cert-type", "rsa ecdsa both"}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(fixed[i].option, option) == 0)
            return fixed[i].words;
    if (strcmp(option, "format") == 0)
        return words_of_formats(arena);
    if (strcmp(option, "vantage") == 0)
        return words_of_enum(arena, vantages);
    if (strcmp(option, "role") == 0)
        return words_of_roles(arena);
    if (strcmp(option, "symptom") == 0)
        return words_of_symptoms(arena);
    if (strcmp(option, "server-profile") == 0 || strcmp(option, "client") == 0)
        return words_of_profiles(arena);
    return NULL;
}

static enum kind kind_of(struct arena *arena, const struct option_row *row, const char **words) {
    *words = row->argument == NULL ? NULL : words_behind(arena, row->name);
    if (row->argument == NULL)
        return KIND_NONE;
    if (*words != NULL)
        return KIND_WORDS;
    return strstr(row->argument, "FILE") != NULL || strstr(row->argument, "DIR") != NULL ||
                   strstr(row->argument, ".json") != NULL || strstr(row->argument, ".db") != NULL
               ? KIND_FILES
               : KIND_OTHER;
}

/* ---- what may stand where no option does ---- */

static char *words_of_commands(struct arena *arena) {
    char *all = NULL;
    for (const struct command *c = commands; c->name != NULL; c++)
        all = all == NULL ? arena_text(arena, c->name) : arena_printf(arena, "%s %s", all, c->name);
    return all;
}

static char *words_of_checks(struct arena *arena) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return arena_text(arena, "");
    for (const struct family *const *f = families; *f != NULL; f++)
        for (size_t i = 0; i < (*f)->check_count; i++)
            fprintf(out, "%s%s", f == families && i == 0 ? "" : " ", (*f)->checks[i].id);
    fclose(out);
    char *all = arena_text(arena, text);
    free(text);
    return all;
}

static const struct argument_words {
    const char *command, *what;
    char *(*words)(struct arena *arena);
} argument_words[] = {{"explain", "check", words_of_checks}, {"help", "command", words_of_commands}, {NULL}};

static const struct argument_words *argument_words_of(const char *command) {
    const struct argument_words *row = argument_words;
    while (row->command != NULL && strcmp(row->command, command) != 0)
        row++;
    return row->command == NULL ? NULL : row;
}

/* ---- the options of a command ---- */

typedef void (*row_fn)(FILE *out, struct arena *arena, const struct command *command,
                       const struct option_row *row);

static void each_option(FILE *out, struct arena *arena, const struct command *command, row_fn write) {
    for (const struct option_row *row = command->rows; row != NULL && row->name != NULL; row++)
        write(out, arena, command, row);
    for (const struct option_row *row = options_common(); row->name != NULL; row++)
        if (option_find(command->rows, row->name) == row && !option_is_ignored(command->name, row->name))
            write(out, arena, command, row);
}

/* ---- bash ---- */

static void bash_option(FILE *out, struct arena *arena, const struct command *command,
                        const struct option_row *row) {
    (void)arena, (void)command;
    fprintf(out, " --%s", row->name);
}

static void bash_value(FILE *out, struct arena *arena, const struct command *command,
                       const struct option_row *row) {
    const char *words;
    enum kind kind = kind_of(arena, row, &words);
    if (kind == KIND_NONE)
        return;
    fprintf(out, "    '%s --%s'", command->name, row->name);
    if (row->letter != 0)
        fprintf(out, " | '%s -%c'", command->name, row->letter);
    if (kind == KIND_WORDS)
        fprintf(out, ") words='%s' ;;\n", words);
    else
        fputs(kind == KIND_FILES ? ") files=1 ;;\n" : ") return ;;\n", out);
}

static void bash_write(FILE *out, struct arena *arena) {
    fputs("# bash completion for edgeprobe, written by 'edgeprobe completion bash'.\n"
          "_edgeprobe() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
          "command=${COMP_WORDS[1]} "
          "words='' files=''\n"
          "    COMPREPLY=()\n"
          "    if [ \"$word\" = = ]; then\n"
          "        word=''\n"
          "    elif [ \"$before\" = = ]; then\n"
          "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    fi\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W '",
          out);
    for (const struct command *c = commands; c->name != NULL; c++)
        fprintf(out, "%s ", c->name);
    fputs("completion help version --help --version' -- \"$word\")\n"
          "        return\n"
          "    fi\n"
          "    case \"$command $before\" in\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++)
        each_option(out, arena, c, bash_value);
    fputs("    'completion completion') words='bash zsh fish' ;;\n"
          "    esac\n"
          "    if [ -z \"$words$files\" ] && [[ $word == -* ]]; then\n"
          "        case \"$command\" in\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++) {
        fprintf(out, "        %s) words='", c->name);
        each_option(out, arena, c, bash_option);
        fputs(" --help' ;;\n", out);
    }
    fputs("        esac\n"
          "    elif [ -z \"$words$files\" ]; then\n"
          "        case \"$command\" in\n",
          out);
    for (const struct argument_words *row = argument_words; row->command != NULL; row++)
        fprintf(out, "        %s) words='%s' ;;\n", row->command, row->words(arena));
    fputs("        esac\n"
          "    fi\n"
          "    if [ -n \"$words\" ]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
          "    else\n"
          "        compopt -o filenames 2>/dev/null\n"
          "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
          "    fi\n"
          "}\n"
          "complete -F _edgeprobe edgeprobe\n",
          out);
}

/* ---- zsh ---- */

/* Inside single quotes, and inside the brackets of a specification. */
static char *zsh_text(struct arena *arena, const char *text) {
    char *out = arena_alloc(arena, strlen(text) * 4 + 1), *at = out;
    for (; *text != 0; text++) {
        if (*text == '\'') {
            at = stpcpy(at, "'\\''");
            continue;
        }
        if (strchr("[]:\\", *text) != NULL)
            *at++ = '\\';
        *at++ = *text;
    }
    *at = 0;
    return out;
}

static void zsh_spec(FILE *out, struct arena *arena, const char *name, const struct option_row *row) {
    const char *words;
    enum kind kind = kind_of(arena, row, &words);
    bool is_long = name[1] == '-';
    fprintf(out, " \\\n        '*%s%s[%s]", name,
            kind == KIND_NONE ? ""
            : is_long         ? "="
                              : "+",
            zsh_text(arena, row->help));
    if (kind != KIND_NONE)
        fprintf(out, ":%s:", zsh_text(arena, row->argument));
    if (kind == KIND_WORDS)
        fprintf(out, "(%s)", words);
    else if (kind == KIND_FILES)
        fputs("_files", out);
    fputs("'", out);
}

static void zsh_option(FILE *out, struct arena *arena, const struct command *command,
                       const struct option_row *row) {
    (void)command;
    zsh_spec(out, arena, arena_printf(arena, "--%s", row->name), row);
    if (row->letter != 0)
        zsh_spec(out, arena, arena_printf(arena, "-%c", row->letter), row);
}

static void zsh_write(FILE *out, struct arena *arena) {
    fputs("#compdef edgeprobe\n"
          "# zsh completion for edgeprobe, written by 'edgeprobe completion zsh'.\n"
          "local -a commands=(\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++)
        fprintf(out, "    '%s:%s'\n", c->name, zsh_text(arena, c->summary));
    fputs("    'completion:completion for a shell'\n"
          "    'help:what a command does'\n"
          "    'version:which version this is'\n"
          ")\n"
          "if (( CURRENT == 2 )); then\n"
          "    if [[ $PREFIX == -* ]]; then\n"
          "        compadd -- --help --version\n"
          "    else\n"
          "        _describe command commands\n"
          "    fi\n"
          "    return\n"
          "fi\n"
          "shift words\n"
          "(( CURRENT-- ))\n"
          "case ${words[1]} in\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++) {
        fprintf(out, "%s)\n    _arguments", c->name);
        each_option(out, arena, c, zsh_option);
        const struct argument_words *own = argument_words_of(c->name);
        fputs(" \\\n        '--help[help]' \\\n        ", out);
        if (own == NULL)
            fputs("'*:argument:_files'\n    ;;\n", out);
        else
            fprintf(out, "'*:%s:(%s)'\n    ;;\n", own->what, own->words(arena));
    }
    fprintf(out, "completion) compadd bash zsh fish ;;\nhelp) compadd %s ;;\nesac\n",
            words_of_commands(arena));
}

/* ---- fish ---- */

static char *fish_text(struct arena *arena, const char *text) {
    char *out = arena_alloc(arena, strlen(text) * 2 + 1), *at = out;
    for (; *text != 0; text++) {
        if (*text == '\'' || *text == '\\')
            *at++ = '\\';
        *at++ = *text;
    }
    *at = 0;
    return out;
}

static void fish_option(FILE *out, struct arena *arena, const struct command *command,
                        const struct option_row *row) {
    const char *words;
    enum kind kind = kind_of(arena, row, &words);
    fprintf(out, "complete -c edgeprobe -n '__edgeprobe_is %s' -l %s", command->name, row->name);
    if (row->letter != 0)
        fprintf(out, " -s %c", row->letter);
    if (kind == KIND_WORDS)
        fprintf(out, " -x -a '%s'", words);
    else if (kind != KIND_NONE)
        fputs(kind == KIND_FILES ? " -r -F" : " -x", out);
    fprintf(out, " -d '%s'\n", fish_text(arena, row->help));
}

static void fish_write(FILE *out, struct arena *arena) {
    /* the second word decides: fish's own __fish_seen_subcommand_from takes any, and "check cert" has files
     */
    fputs("# fish completion for edgeprobe, written by 'edgeprobe completion fish'.\n"
          "function __edgeprobe_is\n"
          "    set -l words (commandline -opc)\n"
          "    test (count $words) -gt 1; and test $words[2] = $argv[1]\n"
          "end\n"
          "complete -c edgeprobe -n __fish_use_subcommand -f -l help -d help\n"
          "complete -c edgeprobe -n __fish_use_subcommand -f -l version -d 'which version this is'\n",
          out);
    for (const struct command *c = commands; c->name != NULL; c++)
        fprintf(out, "complete -c edgeprobe -n __fish_use_subcommand -f -a %s -d '%s'\n", c->name,
                fish_text(arena, c->summary));
    fputs("complete -c edgeprobe -n __fish_use_subcommand -f -a 'completion help version'\n"
          "complete -c edgeprobe -n '__edgeprobe_is completion' -f -a 'bash zsh fish'\n",
          out);
    for (const struct argument_words *row = argument_words; row->command != NULL; row++)
        fprintf(out, "complete -c edgeprobe -n '__edgeprobe_is %s' -f -a '%s'\n", row->command,
                row->words(arena));
    for (const struct command *c = commands; c->name != NULL; c++) {
        each_option(out, arena, c, fish_option);
        fprintf(out, "complete -c edgeprobe -n '__edgeprobe_is %s' -l help -d help\n", c->name);
    }
}

bool completion_write(const char *shell, FILE *out) {
    static const struct {
        const char *name;
        void (*write)(FILE *out, struct arena *arena);
    } shells[] = {{"bash", bash_write}, {"zsh", zsh_write}, {"fish", fish_write}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, shell) == 0) {
            struct arena *arena = arena_new();
            shells[i].write(out, arena);
            arena_free(arena);
            return true;
        }
    return false;
}
