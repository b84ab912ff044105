/* What does docs/CHECKS.md say? The catalogue as Markdown, generated so that it cannot lag behind. */
#include <string.h>

#include "report/catalogue.h"

/* Markdown's own signs lose their meaning; the rest stays readable in the source. */
static void put(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (strchr("\\`*_<[]|", *text) != NULL)
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void put_line(FILE *out, const char *before, const char *text, const char *after) {
    fputs(before, out);
    put(out, text);
    fputs(after, out);
}

static void put_list(FILE *out, const char *label, const char *const *texts, bool numbered) {
    if (texts[0] == NULL)
        return;
    fprintf(out, "\n%s:\n\n", label);
    for (size_t i = 0; texts[i] != NULL; i++) {
        if (numbered)
            fprintf(out, "%zu. ", i + 1);
        put_line(out, numbered ? "" : "- ", texts[i], "\n");
    }
}

static void put_sources(FILE *out, const char *const *sources) {
    fputs("\nSource: ", out);
    for (size_t i = 0; sources[i] != NULL; i++)
        put_line(out, "", sources[i], sources[i + 1] != NULL ? "; " : "\n");
}

static void put_cause(FILE *out, const struct cause *cause) {
    fprintf(out, "\n#### `%s` (%s): ", cause->id, enum_text(status_names, (int)cause->status));
    put_line(out, "", cause->title, "\n\n");
    put_line(out, "", cause->why, "\n");
    put_list(out, "Affects", cause->affects, false);
    put_list(out, "Fix", cause->fix, true);
    put_list(out, "Restart", cause->restart, false);
    put_sources(out, cause->source);
}

static void put_check(FILE *out, const struct check *check) {
    fprintf(out, "\n### `%s`: ", check->id);
    put_line(out, "", check->title, "\n\n");
    put_line(out, "", check->judges, "\n");
    put_sources(out, check->source);
    for (size_t i = 0; i < check->cause_count; i++)
        put_cause(out, &check->causes[i]);
}

void catalogue_markdown(FILE *out) {
    fputs("# Checks\n\n"
          "What edgeprobe judges, the causes it tells apart, and what it advises. Generated from the "
          "catalogue\n"
          "(`scripts/checks-md.sh`); do not edit. `edgeprobe explain CHECK/CAUSE` prints the same.\n",
          out);
    for (const struct family *const *f = families; *f != NULL; f++) {
        fprintf(out, "\n## %s: %s\n", (*f)->id, (*f)->title);
        for (size_t i = 0; i < (*f)->check_count; i++)
            put_check(out, &(*f)->checks[i]);
    }
}
