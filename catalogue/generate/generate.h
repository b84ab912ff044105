/* How does the catalogue come from its YAML files into the program? A program of its own, run by make; never
 * part of edgeprobe. read.c: YAML, strictly; lines.c: phrases, conditions, lines; boxes.c: who is told what
 * in them; rows.c: families and purposes; plan.c: steps of a renewal; log.c: lines of logs, alarms and other
 * words; write.c: the table and the enumerations; generate.c: across all of it.
 *
 * Whatever a row may not be ends the program with file and line. What was read is never freed: it goes with
 * the process. */
#ifndef CATALOGUE_GENERATE_GENERATE_H
#define CATALOGUE_GENERATE_GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <yaml.h>

enum { LINES_MAX = 24, ID_MAX = 128, SOME_MAX = 16 };

struct words; /* write.c: the texts of all lines, each once */

struct texts {
    const char **v;
    size_t n;
};

struct input {
    const char *path;
    yaml_document_t yaml;
};

#define GROW(array, count)                                                                                   \
    (need(array = realloc(array, ((count) + 1) * sizeof *(array))), &(array)[(count)++])

/* ---- read.c ---- */

__attribute__((noreturn, format(printf, 3, 4))) void refuse(const struct input *input, const yaml_node_t *at,
                                                            const char *format, ...);
void *need(void *memory); /* not NULL, or the program ends */
void texts_add(struct texts *list, const char *text);
bool texts_have(const struct texts *list, const char *text);

struct input input_open(const char *folder, const char *name); /* FOLDER/NAME.yaml */
yaml_node_t *root_of(struct input *input);
yaml_node_t *node_at(struct input *input, int index);
const char *scalar(struct input *input, const yaml_node_t *node, const char *what);
/* The keys of a mapping, each at most once, and none but these. NULL in `found`: it is not there. */
void keys_read(struct input *input, yaml_node_t *map, const char *const *keys, yaml_node_t **found,
               const char *what);
yaml_node_t *wanted(struct input *input, const yaml_node_t *map, yaml_node_t *value, const char *key);
yaml_node_item_t *items_of(struct input *input, const yaml_node_t *list, const char *what, size_t *count);
/* A value that is one, or a list of them; at most so many. */
struct some {
    size_t n;
    yaml_node_t *v[SOME_MAX];
};
struct some one_or_more(struct input *input, yaml_node_t *node, const char *what, size_t most);
const char *id_read(struct input *input, yaml_node_t *node, const char *what);
/* One of these words, and its place among them; NULL ends the list of them. */
size_t word_read(struct input *input, yaml_node_t *node, const char *const *words, const char *what);

/* ---- lines.c ---- */

enum claim_key { CLUSTERED, ACME, SSO, HA, CLAIM_KEYS };
extern const char *const claim_keys[], *const role_words[], *const zone_words[], *const leg_words[];

struct when {
    unsigned roles, zones, legs; /* bits by place in the words above; 0: any */
    int ports[4];
    int from, before;
    int claims[CLAIM_KEYS]; /* 0: any, 1: true, 2: false */
};

/* What a step has besides its words: catalogue/step_words.h. */
struct marks {
    char option;     /* 'A' …; 0: none */
    unsigned on;     /* which boxes it touches; 0: nobody said */
    unsigned unless; /* place in the words of STEP_UNLESS; 0: nothing */
    int alerts[3];   /* their numbers; 0 ends */
};

struct line_row {
    const yaml_node_t *at;
    const char *text;
    struct marks marks;
    struct when when;
    bool is_shared; /* of a phrase */
};

struct lines {
    struct line_row *v;
    size_t n;
};

struct phrase {
    const yaml_node_t *at;
    const char *name;
    struct lines lines; /* one, where the phrase is no list */
    bool is_list, is_used;
};

struct phrases {
    struct phrase *v;
    size_t n;
};

void phrases_read(struct phrases *phrases, struct input *shared, yaml_node_t *map);
/* The text of a field, with the phrases that it names put in. */
const char *text_read(struct phrases *phrases, struct input *input, yaml_node_t *node, const char *what);
void lines_read(struct phrases *phrases, struct input *input, yaml_node_t *list, const char *what,
                struct lines *out);
void texts_read(struct phrases *phrases, struct input *input, yaml_node_t *list, const char *what,
                struct texts *out); /* lines without conditions */
void when_read(struct input *input, yaml_node_t *map, struct when *out);
/* Of lines that are no steps of a fix, and of those that are never first: refuses what only such a step has.
 */
void marks_refuse(struct input *input, const struct lines *lines, const char *what);
unsigned bits_read(struct input *input, yaml_node_t *node, const char *const *words, const char *what);

/* ---- boxes.c ---- */

/* The value of `on`: a box, or those that the answer decides between, in the order of the step. */
unsigned boxes_read(struct input *input, yaml_node_t *node);
/* Refuses a line that can be the first step and has no `on`, words that tell another box what to do, one of
 * several boxes of `on` that the words do not name, and another step by its number. */
void steps_check(struct input *input, const struct lines *fix);

/* ---- rows.c ---- */

struct cause_row {
    const yaml_node_t *at;
    const char *id, *name, *status, *title, *why; /* name: "CAUSE_CERT_VALIDITY_EXPIRED" */
    unsigned traits;                              /* bits by enum trait */
    struct lines affects, fix, restart;
    struct texts source;
};

struct check_row {
    const char *id, *name, *title, *judges;
    unsigned roles;  /* whose certificates, ports or lists it judges; 0: anybody's */
    unsigned traits; /* bits by enum trait; its family's among them */
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

struct restart_row {
    const char *service;
    size_t by, where; /* places in the words of rows.c */
    struct when when;
};

struct purpose_row {
    const char *id, *name, *store;
    unsigned roles;
    bool is_multi_server;
    struct texts ports, source;
    struct lines before, after;
    struct restart_row *services;
    size_t n;
};

struct step_row {
    const char *id, *action, *object, *text, *why,
        *verify;     /* object, why, verify: NULL where there is none */
    size_t on, each; /* places in the words of catalogue/plan_words.h */
    unsigned needs;
    struct texts purposes, source;
    struct when when;
};

struct verdict {
    const char *check, *cause; /* "CHECK_…", "CAUSE_…"; "…_NONE" where there is none */
};

struct place { /* places in the words of catalogue/log_words.h; 0: unknown */
    size_t box, direction, leg;
};

struct token_row {
    const char *id, *words, *also, *unless, *means; /* words, also, unless: NULL where there is none */
    size_t weight;
    struct place wants, says;
    bool is_to_address;
    int alert;
    struct verdict verdict;
    struct lines fix;
};

struct alarm_row {
    int id;
    const char *title, *means;
    struct place says;
    struct verdict verdict;
    struct lines fix;
};

struct said_row {
    const char *words, *where, *means, *run;
    struct verdict verdict;
};

struct catalogue {
    const char *folder;
    struct input shared, purposes_input, plan_input;
    struct phrases phrases;
    struct family_row *families;
    size_t n;
    struct purpose_row *purposes;
    size_t purpose_count;
    struct step_row *steps;
    size_t step_count;
    struct token_row *tokens;
    struct alarm_row *alarms;
    struct said_row *words;
    size_t token_count, alarm_count, word_count;
    struct texts said;     /* "CAUSE_…": lines of logs, alarms or words tell it */
    struct texts promised; /* "CAUSE_…": the contract has them, and nobody raises them yet */
};

void plan_read(struct catalogue *c); /* plan.c: plan.yaml */
void log_read(struct catalogue *c);  /* log.c: log.yaml, alarms.yaml, words.yaml */
void log_write(FILE *out, const struct catalogue *c, struct words *words);

extern const char *const plan_places[], *const plan_things[], *const plan_needs[];
extern const char *const restart_ways[], *const restart_places[];

void catalogue_read(struct catalogue *c, const char *folder);

/* ---- write.c ---- */

void put_lines(FILE *out, const char *field, const struct lines *lines, struct words *words);
void put_texts(FILE *out, const char *field, const struct texts *texts); /* a line of its own */
void put_maybe(FILE *out, const char *field, const char *text); /* behind another field; NULL: not at all */
void table_write(FILE *out, const struct catalogue *c);
void header_write(FILE *out, const struct catalogue *c);

#endif
