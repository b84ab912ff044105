/* Lines of logs, alarms, and the words that people bring: log.yaml, alarms.yaml, words.yaml; see generate.h.
 * Their rows name checks and causes of the families, so they are read after those. */
#include "catalogue/generate/generate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue/log_words.h"

#define WORD_OF(number, word) word,
static const char *const directions[] = {LOG_DIRECTIONS(WORD_OF) NULL};
static const char *const boxes[] = {LOG_BOXES(WORD_OF) NULL};
static const char *const legs[] = {LOG_LEGS(WORD_OF) NULL};
static const char *const weights[] = {LOG_WEIGHTS(WORD_OF) NULL};
#undef WORD_OF
#define NUMBER_OF(number, word) #number,
static const char *const direction_numbers[] = {LOG_DIRECTIONS(NUMBER_OF)};
static const char *const box_numbers[] = {LOG_BOXES(NUMBER_OF)};
static const char *const leg_numbers[] = {LOG_LEGS(NUMBER_OF)};
static const char *const weight_numbers[] = {LOG_WEIGHTS(NUMBER_OF)};
#undef NUMBER_OF

/* ---- what the three have in common ---- */

static const struct check_row *check_named(const struct catalogue *c, const char *id) {
    for (size_t f = 0; f < c->n; f++)
        for (size_t k = 0; k < c->families[f].n; k++)
            if (strcmp(c->families[f].checks[k].id, id) == 0)
                return &c->families[f].checks[k];
    return NULL;
}

static const char *cause_named(const struct check_row *check, const char *id) {
    for (size_t i = 0; i < check->n; i++)
        if (strcmp(check->causes[i].id, id) == 0)
            return check->causes[i].name;
    return NULL;
}

/* `check` and `cause`, each where it is given; the cause is one that is raised, as if a judge named it. */
static void verdict_read(struct catalogue *c, struct input *input, yaml_node_t *check, yaml_node_t *cause,
                         struct verdict *out) {
    *out = (struct verdict){"CHECK_NONE", "CAUSE_NONE"};
    if (check == NULL && cause != NULL)
        refuse(input, cause, "a cause without its check");
    if (check == NULL)
        return;
    const struct check_row *row = check_named(c, id_read(input, check, "check"));
    if (row == NULL)
        refuse(input, check, "no family has this check");
    out->check = row->name;
    if (cause == NULL)
        return;
    out->cause = cause_named(row, id_read(input, cause, "cause"));
    if (out->cause == NULL)
        refuse(input, cause, "%s has no such cause", row->id);
    if (!texts_have(&c->said, out->cause))
        texts_add(&c->said, out->cause);
}

static const char *sentence_read(struct catalogue *c, struct input *input, const yaml_node_t *map,
                                 yaml_node_t *value, const char *key) {
    const char *text = text_read(&c->phrases, input, wanted(input, map, value, key), key);
    if (strchr(text, '{') != NULL)
        refuse(input, value, "%s takes no placeholders", key);
    return text;
}

/* One cause, one remedy: where the cause is known the catalogue has the steps, else the row. */
static void fix_read(struct catalogue *c, struct input *input, const yaml_node_t *map, yaml_node_t *fix,
                     const struct verdict *verdict, struct lines *out) {
    bool has_cause = strcmp(verdict->cause, "CAUSE_NONE") != 0;
    if (has_cause && fix != NULL)
        refuse(input, fix, "the guidance is the cause's: fix has no place here");
    if (!has_cause)
        lines_read(&c->phrases, input, wanted(input, map, fix, "fix"), "fix", out);
}

/* box, direction, leg: what a line is, or must be. */
static void place_read(struct input *input, yaml_node_t *map, const char *const *keys, struct place *out) {
    yaml_node_t *found[3];
    keys_read(input, map, keys, found, "says");
    for (size_t i = 0; keys[i] != NULL; i++) {
        bool is_box = strcmp(keys[i], "box") == 0, is_leg = strcmp(keys[i], "leg") == 0;
        size_t *to = is_box ? &out->box : is_leg ? &out->leg : &out->direction;
        if (found[i] != NULL)
            *to = word_read(input, found[i], is_box ? boxes : is_leg ? legs : directions, keys[i]);
    }
}

/* ---- log.yaml ---- */

static const char *lower_read(struct input *input, yaml_node_t *node, const char *what) {
    if (node == NULL)
        return NULL;
    const char *text = scalar(input, node, what);
    for (const char *p = text; *p != '\0'; p++)
        if (isupper((unsigned char)*p))
            refuse(input, node, "%s is compared in lower case", what);
    return text;
}

static void if_read(struct input *input, yaml_node_t *map, struct token_row *row) {
    enum { DIRECTION, LEG, ADDRESS, ALERT, KEYS };
    static const char *const keys[KEYS + 1] = {"direction", "leg", "address", "alert"};
    static const char *const yes[] = {"true", NULL};
    yaml_node_t *found[KEYS];
    keys_read(input, map, keys, found, "if");
    if (found[DIRECTION] != NULL)
        row->wants.direction = word_read(input, found[DIRECTION], directions, keys[DIRECTION]);
    if (found[LEG] != NULL)
        row->wants.leg = word_read(input, found[LEG], legs, keys[LEG]);
    if (found[ADDRESS] != NULL)
        row->is_to_address = word_read(input, found[ADDRESS], yes, keys[ADDRESS]) == 0;
    if (found[ALERT] != NULL) {
        row->alert = atoi(scalar(input, found[ALERT], keys[ALERT]));
        if (row->alert < 1 || row->alert > 255)
            refuse(input, found[ALERT], "alert: wanted 1 to 255");
    }
}

static struct token_row token_read(struct catalogue *c, struct input *input, yaml_node_t *map) {
    enum { TOKEN, WEIGHT, IF, WORDS, ALSO, UNLESS, SAYS, CHECK, CAUSE, MEANS, FIX, KEYS };
    static const char *const keys[KEYS + 1] = {"token", "weight", "if",    "words", "also", "unless",
                                               "says",  "check",  "cause", "means", "fix"};
    static const char *const places[] = {"box", "direction", "leg", NULL};
    yaml_node_t *found[KEYS];
    struct token_row row = {0};
    keys_read(input, map, keys, found, "a token");
    row.id = id_read(input, wanted(input, map, found[TOKEN], keys[TOKEN]), keys[TOKEN]);
    row.weight = found[WEIGHT] == NULL ? 0 : word_read(input, found[WEIGHT], weights, keys[WEIGHT]);
    if (found[IF] != NULL)
        if_read(input, found[IF], &row);
    row.words = lower_read(input, found[WORDS], keys[WORDS]);
    row.also = lower_read(input, found[ALSO], keys[ALSO]);
    row.unless = lower_read(input, found[UNLESS], keys[UNLESS]);
    if (row.words == NULL && row.alert == 0)
        refuse(input, map, "\"words\" is missing, and no alert is wanted");
    if (found[SAYS] != NULL)
        place_read(input, found[SAYS], places, &row.says);
    verdict_read(c, input, found[CHECK], found[CAUSE], &row.verdict);
    row.means = sentence_read(c, input, map, found[MEANS], keys[MEANS]);
    fix_read(c, input, map, found[FIX], &row.verdict, &row.fix);
    marks_refuse(input, &row.fix, "a token");
    return row;
}

/* ---- alarms.yaml ---- */

static struct alarm_row alarm_read(struct catalogue *c, struct input *input, yaml_node_t *map) {
    enum { ALARM, TITLE, SAYS, CHECK, CAUSE, MEANS, FIX, KEYS };
    static const char *const keys[KEYS + 1] = {"alarm", "title", "says", "check", "cause", "means", "fix"};
    static const char *const places[] = {"box", "leg", NULL};
    yaml_node_t *found[KEYS];
    struct alarm_row row = {0};
    keys_read(input, map, keys, found, "an alarm");
    row.id = atoi(scalar(input, wanted(input, map, found[ALARM], keys[ALARM]), keys[ALARM]));
    if (row.id <= (c->alarm_count == 0 ? 0 : c->alarms[c->alarm_count - 1].id))
        refuse(input, found[ALARM], "the numbers of alarms ascend");
    row.title = sentence_read(c, input, map, found[TITLE], keys[TITLE]);
    if (found[SAYS] != NULL)
        place_read(input, found[SAYS], places, &row.says);
    verdict_read(c, input, found[CHECK], found[CAUSE], &row.verdict);
    row.means = sentence_read(c, input, map, found[MEANS], keys[MEANS]);
    fix_read(c, input, map, found[FIX], &row.verdict, &row.fix);
    steps_check(input, &row.fix);
    return row;
}

/* ---- words.yaml ---- */

static struct said_row said_read(struct catalogue *c, struct input *input, yaml_node_t *map) {
    enum { WORDS, WHERE, CHECK, CAUSE, MEANS, RUN, KEYS };
    static const char *const keys[KEYS + 1] = {"words", "where", "check", "cause", "means", "run"};
    yaml_node_t *found[KEYS];
    struct said_row row = {0};
    keys_read(input, map, keys, found, "a row");
    row.words = scalar(input, wanted(input, map, found[WORDS], keys[WORDS]), keys[WORDS]);
    row.where = scalar(input, wanted(input, map, found[WHERE], keys[WHERE]), keys[WHERE]);
    verdict_read(c, input, found[CHECK], found[CAUSE], &row.verdict);
    row.means = sentence_read(c, input, map, found[MEANS], keys[MEANS]);
    row.run = sentence_read(c, input, map, found[RUN], keys[RUN]);
    return row;
}

/* ---- all of it ---- */

/* FOLDER/NAME.yaml is a list under `key`. */
static struct input list_open(const struct catalogue *c, const char *name, const char *key,
                              yaml_node_item_t **items, size_t *count) {
    const char *const keys[] = {key, NULL};
    yaml_node_t *found[1];
    struct input input = input_open(c->folder, name);
    yaml_node_t *root = root_of(&input);
    keys_read(&input, root, keys, found, input.path);
    *items = items_of(&input, wanted(&input, root, found[0], key), key, count);
    return input;
}

void log_read(struct catalogue *c) {
    yaml_node_item_t *items;
    size_t count;
    struct input input = list_open(c, "log", "tokens", &items, &count);
    for (size_t i = 0; i < count; i++) {
        struct token_row row = token_read(c, &input, node_at(&input, items[i]));
        *GROW(c->tokens, c->token_count) = row;
    }
    input = list_open(c, "alarms", "alarms", &items, &count);
    for (size_t i = 0; i < count; i++) {
        struct alarm_row row = alarm_read(c, &input, node_at(&input, items[i]));
        *GROW(c->alarms, c->alarm_count) = row;
    }
    input = list_open(c, "words", "words", &items, &count);
    for (size_t i = 0; i < count; i++) {
        struct said_row row = said_read(c, &input, node_at(&input, items[i]));
        *GROW(c->words, c->word_count) = row;
    }
}

static void put_verdict(FILE *out, const struct verdict *verdict) {
    fprintf(out, ",\n     .check = %s,\n     .cause = %s", verdict->check, verdict->cause);
}

static void put_token(FILE *out, const struct token_row *row, struct words *words) {
    fprintf(out, "    {.id = \"%s\",\n     .weight = %s,\n     .direction = %s,\n     .leg = %s", row->id,
            weight_numbers[row->weight], direction_numbers[row->wants.direction],
            leg_numbers[row->wants.leg]);
    if (row->is_to_address)
        fputs(",\n     .is_to_address = true", out);
    if (row->alert != 0)
        fprintf(out, ",\n     .alert = %d", row->alert);
    put_maybe(out, "words", row->words);
    put_maybe(out, "also", row->also);
    put_maybe(out, "unless", row->unless);
    fprintf(out, ",\n     .box = %s,\n     .says_direction = %s,\n     .says_leg = %s",
            box_numbers[row->says.box], direction_numbers[row->says.direction], leg_numbers[row->says.leg]);
    put_verdict(out, &row->verdict);
    put_maybe(out, "means", row->means);
    fputs(",\n", out);
    put_lines(out, "fix", &row->fix, words);
    fputs("    },\n", out);
}

static void put_alarm(FILE *out, const struct alarm_row *row, struct words *words) {
    fprintf(out, "    {.id = %d,\n     .box = %s,\n     .leg = %s", row->id, box_numbers[row->says.box],
            leg_numbers[row->says.leg]);
    put_maybe(out, "title", row->title);
    put_verdict(out, &row->verdict);
    put_maybe(out, "means", row->means);
    fputs(",\n", out);
    put_lines(out, "fix", &row->fix, words);
    fputs("    },\n", out);
}

static void put_said(FILE *out, const struct said_row *row) {
    fprintf(out, "    {.check = %s,\n     .cause = %s", row->verdict.check, row->verdict.cause);
    put_maybe(out, "words", row->words);
    put_maybe(out, "where", row->where);
    put_maybe(out, "means", row->means);
    put_maybe(out, "run", row->run);
    fputs("},\n", out);
}

void log_write(FILE *out, const struct catalogue *c, struct words *words) {
    fputs("\nconst struct log_token log_tokens[] = {\n", out);
    for (size_t i = 0; i < c->token_count; i++)
        put_token(out, &c->tokens[i], words);
    fputs("    {.id = NULL}};\n\nconst struct alarm_row alarm_rows[] = {\n", out);
    for (size_t i = 0; i < c->alarm_count; i++)
        put_alarm(out, &c->alarms[i], words);
    fputs("    {.id = 0}};\n\nconst struct phrase phrases[] = {\n", out);
    for (size_t i = 0; i < c->word_count; i++)
        put_said(out, &c->words[i]);
    fputs("    {.words = NULL}};\n", out);
}
