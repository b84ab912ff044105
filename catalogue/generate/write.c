/* The table and the enumerations, as C: see generate.h. */
#include "catalogue/generate/generate.h"

#include <ctype.h>
#include <string.h>

static void put_text(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || *text == '?')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void put_texts(FILE *out, const char *field, const struct texts *texts) {
    fprintf(out, "     .%s = TEXTS(", field);
    for (size_t i = 0; i < texts->n; i++) {
        put_text(out, texts->v[i]);
        fputs(", ", out);
    }
    fputs("NULL),\n", out);
}

/* ".roles = 1u << ROLE_UCM | 1u << ROLE_IMP, " */
static void put_bits(FILE *out, const char *field, const char *prefix, unsigned bits,
                     const char *const *words) {
    bool is_first = true;
    for (size_t i = 0; words[i] != NULL; i++) {
        if ((bits >> i & 1u) == 0)
            continue;
        fprintf(out, is_first ? ".%s = " : " | ", field);
        is_first = false;
        fprintf(out, "1u << %s_", prefix);
        for (const char *p = words[i]; *p != '\0'; p++)
            fputc(*p == '-' ? '_' : toupper((unsigned char)*p), out);
    }
    fputs(is_first ? "" : ", ", out);
}

static void put_when(FILE *out, const struct when *when) {
    static const char *const claims[] = {"", "CLAIM_YES", "CLAIM_NO"};
    fputs(".when = {", out);
    put_bits(out, "roles", "ROLE", when->roles, role_words);
    put_bits(out, "zones", "ZONE", when->zones, zone_words);
    put_bits(out, "legs", "LEG", when->legs, leg_words);
    if (when->ports[0] != 0)
        fprintf(out, ".ports = {%d, %d, %d, %d}, ", when->ports[0], when->ports[1], when->ports[2],
                when->ports[3]);
    if (when->from != 0)
        fprintf(out, ".from = %d, ", when->from);
    if (when->before != 0)
        fprintf(out, ".before = %d, ", when->before);
    for (size_t i = 0; i < CLAIM_KEYS; i++)
        if (when->claims[i] != 0)
            fprintf(out, ".%s = %s, ", claim_keys[i], claims[when->claims[i]]);
    fputs("}", out);
}

/* ---- words: the texts of all lines, each once ---- */

struct words {
    struct word {
        const char *text;
        unsigned at; /* where it begins */
    } * v;
    size_t n;
    unsigned end;
};

static unsigned words_add(struct words *words, const char *text) {
    for (size_t i = 0; i < words->n; i++)
        if (strcmp(words->v[i].text, text) == 0)
            return words->v[i].at;
    struct word *word = GROW(words->v, words->n);
    *word = (struct word){text, words->end};
    words->end += (unsigned)strlen(text) + 1;
    return word->at;
}

static void put_words(FILE *out, const struct words *words) {
    fputs("\nconst char catalogue_words[] = \"\\0\"", out);
    for (size_t i = 0; i < words->n; i++) {
        fputs("\n    ", out);
        put_text(out, words->v[i].text);
        fputs(" \"\\0\"", out);
    }
    fputs(";\n", out);
}

static void put_marks(FILE *out, const struct marks *marks) {
    static const struct marks none = {0};
    if (memcmp(marks, &none, sizeof none) == 0)
        return;
    fprintf(out, ", .marks = {.on = 0x%x, .unless = %u", marks->on, marks->unless);
    if (marks->option != 0)
        fprintf(out, ", .option = '%c'", marks->option);
    if (marks->alerts[0] != 0)
        fprintf(out, ", .alerts = {%d, %d, %d}", marks->alerts[0], marks->alerts[1], marks->alerts[2]);
    fputs("}", out);
}

void put_lines(FILE *out, const char *field, const struct lines *lines, struct words *words) {
    static const struct when always = {0};
    fprintf(out, "     .%s = LINES(", field);
    for (size_t i = 0; i < lines->n; i++) {
        const struct line_row *line = &lines->v[i];
        fprintf(out, "{.words = %u", words_add(words, line->text));
        put_marks(out, &line->marks);
        if (memcmp(&line->when, &always, sizeof always) != 0) {
            fputs(", ", out);
            put_when(out, &line->when);
        }
        fputs("},\n        ", out);
    }
    fputs("{.words = 0}),\n", out);
}

static void put_cause(FILE *out, const struct check_row *check, const struct cause_row *cause,
                      struct words *words) {
    fprintf(out, "    [%s] =\n    {.id = \"%s\",\n     .check = %s,\n     .status = STATUS_", cause->name,
            cause->id, check->name);
    for (const char *p = cause->status; *p != '\0'; p++)
        fputc(toupper((unsigned char)*p), out);
    fprintf(out, ",\n     .traits = 0x%x,\n     .title = ", cause->traits);
    put_text(out, cause->title);
    fputs(",\n     .why = ", out);
    put_text(out, cause->why);
    fputs(",\n", out);
    put_lines(out, "affects", &cause->affects, words);
    put_lines(out, "fix", &cause->fix, words);
    put_lines(out, "restart", &cause->restart, words);
    put_texts(out, "source", &cause->source);
    fputs("    },\n", out);
}

static void put_check(FILE *out, const struct check_row *check) {
    fprintf(out, "    [%s] =\n    {.id = \"%s\",\n     .title = ", check->name, check->id);
    put_text(out, check->title);
    fputs(",\n     .judges = ", out);
    put_text(out, check->judges);
    fputs(",\n", out);
    fputs("     ", out);
    put_bits(out, "roles", "ROLE", check->roles, role_words);
    fprintf(out, ".traits = 0x%x,\n", check->traits);
    put_texts(out, "source", &check->source);
    fprintf(out, "     .causes = &catalogue_causes[%s],\n     .cause_count = %zu},\n", check->causes[0].name,
            check->n);
}

static void put_restart(FILE *out, const struct restart_row *restart) {
    static const char *const ways[] = {"RESTART_CLI", "RESTART_FEATURE", "RESTART_NETWORK",
                                       "RESTART_COMMAND"};
    static const char *const places[] = {"RESTART_EACH_NODE", "RESTART_PUBLISHER", "RESTART_EVERYWHERE"};
    fputs("{", out);
    put_text(out, restart->service);
    fprintf(out, ", %s, %s, ", ways[restart->by], places[restart->where]);
    put_when(out, &restart->when);
    fputs("},\n        ", out);
}

static void put_purpose(FILE *out, const struct purpose_row *row, struct words *words) {
    fputs("    {.id = ", out);
    put_text(out, row->id);
    fputs(",\n     .name = ", out);
    put_text(out, row->name);
    if (row->store != NULL) {
        fputs(",\n     .store = ", out);
        put_text(out, row->store);
    }
    fputs(",\n     ", out);
    put_bits(out, "roles", "ROLE", row->roles, role_words);
    fputs("\n     .ports = (const int[]) {", out);
    for (size_t i = 0; i < row->ports.n; i++)
        fprintf(out, "%s, ", row->ports.v[i]);
    fprintf(out, "0},\n     .is_multi_server = %s,\n", row->is_multi_server ? "true" : "false");
    put_lines(out, "before", &row->before, words);
    fputs("     .services = (const struct service_restart[]) {", out);
    for (size_t i = 0; i < row->n; i++)
        put_restart(out, &row->services[i]);
    fputs("{.service = NULL}},\n", out);
    put_lines(out, "after", &row->after, words);
    put_texts(out, "source", &row->source);
    fputs("    },\n", out);
}

void put_maybe(FILE *out, const char *field, const char *text) {
    if (text == NULL)
        return;
    fprintf(out, ",\n     .%s = ", field);
    put_text(out, text);
}

static void put_step(FILE *out, const struct step_row *row) {
    fprintf(out, "    {.id = \"%s\", .action = \"%s\", .on = %zu, .each = %zu, .needs = 0x%x,\n", row->id,
            row->action, row->on, row->each, row->needs);
    put_texts(out, "purposes", &row->purposes);
    fputs("     ", out);
    put_when(out, &row->when);
    put_maybe(out, "object", row->object);
    put_maybe(out, "text", row->text);
    put_maybe(out, "why", row->why);
    put_maybe(out, "verify", row->verify);
    fputs(",\n", out);
    put_texts(out, "source", &row->source);
    fputs("    },\n", out);
}

static const char head[] = "/* Made from the YAML files of catalogue/ by generate.c: do not edit. */\n";

#define EACH_CHECK(c, f, check)                                                                              \
    for (const struct family_row *f = (c)->families; f < (c)->families + (c)->n; f++)                        \
        for (const struct check_row *check = f->checks; check < f->checks + f->n; check++)

void table_write(FILE *out, const struct catalogue *c) {
    struct words words = {.end = 1}; /* 0 is none */
    fprintf(out,
            "%s#include \"catalogue/catalogue.h\"\n#include \"catalogue/guidance.h\"\n#include "
            "\"catalogue/log_tokens.h\"\n#include \"catalogue/phrases.h\"\n#include \"catalogue/plan.h\"\n\n",
            head);
    fputs("#define TEXTS(...) (const char *const[]) { __VA_ARGS__ }\n"
          "#define LINES(...) (const struct guidance_line[]) { __VA_ARGS__ }\n\n",
          out);
    fputs("const struct cause catalogue_causes[CAUSE_COUNT] = {\n", out);
    EACH_CHECK(c, f, check)
    for (size_t i = 0; i < check->n; i++)
        put_cause(out, check, &check->causes[i], &words);
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
    fputs("NULL};\n\nconst struct purpose purpose_rows[] = {\n", out);
    for (size_t i = 0; i < c->purpose_count; i++)
        put_purpose(out, &c->purposes[i], &words);
    fputs("    {.id = NULL}};\n\nconst struct plan_row plan_rows[] = {\n", out);
    for (size_t i = 0; i < c->step_count; i++)
        put_step(out, &c->steps[i]);
    fputs("    {.id = NULL}};\n", out);
    log_write(out, c, &words);
    put_words(out, &words);
    free(words.v);
}

void header_write(FILE *out, const struct catalogue *c) {
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
