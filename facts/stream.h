/* How does a report leave for its file, whole or known not to have?
 *
 * A report of 10,000 zones is written a finding at a time, for its tree takes more room than all else. The
 * brackets are written here, and texts in which nothing is to be escaped; every other word by the JSON
 * library. Its writer takes seven times the instructions for the same bytes (it keeps a table of the
 * containers that it stands in, and calls back for a space), which was two fifths of a run of `zone
 * --offline`. */
#ifndef FACTS_STREAM_H
#define FACTS_STREAM_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/* Everything has really left for the file; the last thing every format asks. */
bool stream_is_good(FILE *out);

/* `flags`: JSON_INDENT(n) or JSON_COMPACT. False when it is NULL or could not be written. */
bool json_put(const json_t *object, size_t flags, FILE *out);
/* The same with a line's end, and the object given away. False: errno says why. */
bool json_line(json_t *object, size_t flags, FILE *out);

/* ---- in parts ---- */

enum { TREE_DEPTH = 32 };

struct json_out {
    FILE *out;                /* NULL: a tree is made, for who wants to change it before it is written */
    json_t *tree[TREE_DEPTH]; /* the containers that are open; the first is the whole */
    const char *key;          /* of the next value in the tree */
    size_t indent;            /* spaces a level; 0: compact */
    size_t depth;
    bool has_any;   /* in the container that is open */
    bool after_key; /* the next value stands behind its key */
    bool failed;
    size_t n;
    char bytes[1 << 14];
};

void out_open(struct json_out *o, size_t flags, FILE *out);
/* With a line's end. False: errno says why. */
bool out_close(struct json_out *o);
/* The same calls make a tree. What is told of a finding stands in one place, and most are never a tree. */
void out_open_tree(struct json_out *o);
json_t *out_close_tree(struct json_out *o); /* NULL: it could not be made */
void out_begin(struct json_out *o, char bracket);
void out_end(struct json_out *o, char bracket);
void out_key(struct json_out *o, const char *key);  /* a word of ours: it is not escaped */
void out_name(struct json_out *o, const char *key); /* a key that need not be one */
void out_value(struct json_out *o, const json_t *value);
void out_number(struct json_out *o, long long number);
void out_bool(struct json_out *o, bool yes);
void out_null(struct json_out *o);
/* NULL is null. What is not harmless UTF-8 (a path from the command line) is made so. */
json_t *json_word(const char *text);
void out_text(struct json_out *o, const char *text);
void out_texts(struct json_out *o, const char *const *list); /* NULL ends; no list: an empty one */
/* A value that is given away; of an object its members alone, into the object that is open. */
void out_give(struct json_out *o, json_t *value);
void out_give_members(struct json_out *o, json_t *object);

#endif
