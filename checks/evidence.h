/* What bears a finding out? Pairs of a key and a value, in the order they were told.
 *
 * Of 10,000 zones there are 340,000 findings, and nobody asks most of them for more than to be written down:
 * so texts, numbers and lists of texts stay what they are, in the arena of the findings, and a tree of the
 * JSON library is made for who wants to see into one. From then on the tree is the evidence. Does not judge
 * and does not write: report/json.c does. */
#ifndef CHECKS_EVIDENCE_H
#define CHECKS_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include "facts/arena.h"

struct finding;
struct findings;

enum evidence_kind {
    EVIDENCE_NULL,
    EVIDENCE_TEXT, /* printable ASCII, as of a list: anything else is a tree */
    EVIDENCE_NUMBER,
    EVIDENCE_TEXTS,
    EVIDENCE_TREE
};

struct evidence_pair {
    const char *key;
    enum evidence_kind kind;
    unsigned count; /* of texts */
    union {
        const char *text;
        long long number;
        char **texts;
        json_t *tree; /* owned */
    } is;
};

struct evidence {
    struct findings *of; /* in whose arena the texts are */
    struct evidence_pair *v;
    unsigned n, room;
    json_t *tree;               /* an object, owned; NULL until it is asked for. Then there are no pairs */
    struct evidence *next_tree; /* of the same findings, that has or had a tree in it */
    bool is_linked;
};

struct evidence *evidence_new(struct findings *of);
void evidence_free(struct evidence *evidence); /* what is not in the arena */
void evidence_free_all(struct findings *of);

/* ---- telling ---- keys are words of ours, which stay. */

/* Texts must come from the facts (harmless UTF-8) or be our own; copied. NULL text becomes null. */
void evidence_text(struct finding *finding, const char *key, const char *text);
void evidence_int(struct finding *finding, const char *key, long long value);
void evidence_time(struct finding *finding, const char *key, int64_t time);
void evidence_texts(struct finding *finding, const char *key, const struct texts *texts);
void evidence_add(struct finding *finding, const char *key,
                  const char *text);                                        /* appends to the list at key */
void evidence_set(struct finding *finding, const char *key, json_t *value); /* steals the reference */

/* ---- asking ---- */

const char *evidence_string(const struct finding *finding, const char *key); /* NULL: none, or no text */
long long evidence_number(const struct finding *finding, const char *key);   /* 0: none, or no number */
/* Borrowed. NULL: nothing has that key. */
json_t *evidence_value(const struct finding *finding, const char *key);
/* All of it, an object; borrowed. */
json_t *evidence_tree(const struct finding *finding);
bool evidence_has(const struct finding *finding, const char *key);
bool evidence_is_empty(const struct finding *finding);

#endif
