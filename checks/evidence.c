/* What bears a finding out? See evidence.h. */
#include "checks/evidence.h"

#include <string.h>

#include "checks/finding.h"
#include "facts/text.h"

enum { PAIRS_FIRST = 4 }; /* most findings have no more */

struct evidence *evidence_new(struct findings *of) {
    struct evidence *e = ARENA_NEW(of->arena, struct evidence);
    e->of = of;
    return e;
}

static void pair_clear(struct evidence_pair *pair) {
    if (pair->kind == EVIDENCE_TREE)
        json_decref(pair->is.tree);
    pair->kind = EVIDENCE_NULL;
}

static void pairs_clear(struct evidence *e) {
    for (unsigned i = 0; i < e->n; i++)
        pair_clear(&e->v[i]);
    e->n = 0;
}

void evidence_free(struct evidence *evidence) {
    pairs_clear(evidence);
    json_decref(evidence->tree);
    evidence->tree = NULL;
}

/* Most have no tree, and lie all over memory: they need not be looked at to be let go. */
void evidence_free_all(struct findings *of) {
    for (struct evidence *e = of->with_trees; e != NULL; e = e->next_tree)
        evidence_free(e);
}

static void link_tree(struct evidence *e) {
    if (e->is_linked)
        return;
    e->is_linked = true;
    e->next_tree = e->of->with_trees;
    e->of->with_trees = e;
}

/* ---- pairs ---- */

static struct evidence_pair *pair_of(const struct evidence *e, const char *key) {
    for (unsigned i = 0; i < e->n; i++)
        if (strcmp(e->v[i].key, key) == 0)
            return &e->v[i];
    return NULL;
}

/* The place of that key, which has nothing in it yet. */
static struct evidence_pair *pair_new(struct evidence *e, const char *key) {
    struct evidence_pair *pair = pair_of(e, key);
    if (pair != NULL) {
        pair_clear(pair);
        return pair;
    }
    if (e->n == e->room) {
        struct evidence_pair *old = e->v;
        e->room = e->room == 0 ? PAIRS_FIRST : 2 * e->room;
        e->v = arena_alloc(e->of->arena, e->room * sizeof *e->v);
        if (e->n > 0)
            memcpy(e->v, old, e->n * sizeof *old);
    }
    pair = &e->v[e->n++];
    pair->key = key;
    return pair;
}

/* ---- a tree ---- */

static json_t *texts_json(char *const *v, size_t n) {
    json_t *array = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(array, json_string(v[i]));
    return array;
}

static json_t *pair_json(const struct evidence_pair *pair) {
    switch (pair->kind) {
    case EVIDENCE_TEXT:
        return json_string(pair->is.text);
    case EVIDENCE_NUMBER:
        return json_integer(pair->is.number);
    case EVIDENCE_TEXTS:
        return texts_json(pair->is.texts, pair->count);
    case EVIDENCE_TREE:
        return json_incref(pair->is.tree);
    case EVIDENCE_NULL:
        break;
    }
    return json_null();
}

json_t *evidence_tree(const struct finding *finding) {
    struct evidence *e = finding->evidence;
    if (e->tree != NULL)
        return e->tree;
    e->tree = json_object();
    link_tree(e);
    for (unsigned i = 0; i < e->n; i++)
        json_object_set_new(e->tree, e->v[i].key, pair_json(&e->v[i]));
    pairs_clear(e);
    return e->tree;
}

json_t *evidence_value(const struct finding *finding, const char *key) {
    const struct evidence *e = finding->evidence;
    const struct evidence_pair *pair = pair_of(e, key);
    if (pair != NULL && pair->kind == EVIDENCE_TREE)
        return pair->is.tree;
    return pair == NULL && e->tree == NULL ? NULL : json_object_get(evidence_tree(finding), key);
}

/* ---- telling ---- */

void evidence_set(struct finding *finding, const char *key, json_t *value) {
    struct evidence *e = finding->evidence;
    if (e->tree != NULL) {
        json_object_set_new(e->tree, key, value);
    } else if (value != NULL) {
        struct evidence_pair *pair = pair_new(e, key);
        pair->kind = EVIDENCE_TREE;
        pair->is.tree = value;
        link_tree(e);
    }
}

/* A text that is not plain goes by the JSON library, which takes none that is not UTF-8. */
static bool stays_text(const struct evidence *e, const char *text) {
    return e->tree == NULL && text_is_plain(text, strlen(text));
}

void evidence_text(struct finding *finding, const char *key, const char *text) {
    struct evidence *e = finding->evidence;
    if (text == NULL) {
        evidence_set(finding, key, json_null());
    } else if (!stays_text(e, text)) {
        evidence_set(finding, key, json_string(text));
    } else {
        const char *kept = findings_text(e->of, text);
        struct evidence_pair *pair = pair_new(e, key);
        pair->kind = EVIDENCE_TEXT;
        pair->is.text = kept;
    }
}

void evidence_int(struct finding *finding, const char *key, long long value) {
    struct evidence *e = finding->evidence;
    if (e->tree != NULL) {
        json_object_set_new(e->tree, key, json_integer(value));
        return;
    }
    struct evidence_pair *pair = pair_new(e, key);
    pair->kind = EVIDENCE_NUMBER;
    pair->is.number = value;
}

void evidence_time(struct finding *finding, const char *key, int64_t time) {
    evidence_text(finding, key, time_write(finding->evidence->of->arena, time));
}

static bool is_list(const struct evidence_pair *pair) {
    return pair != NULL &&
           (pair->kind == EVIDENCE_TEXTS || (pair->kind == EVIDENCE_TREE && json_is_array(pair->is.tree)));
}

/* The list at that key, which may be new; one with a text that is not plain is a tree. */
static struct evidence_pair *list_at(struct evidence *e, const char *key, bool is_plain) {
    struct evidence_pair *pair = pair_of(e, key);
    if (!is_list(pair)) {
        pair = pair_new(e, key);
        pair->kind = EVIDENCE_TEXTS;
        pair->is.texts = NULL;
        pair->count = 0;
    }
    if (!is_plain && pair->kind == EVIDENCE_TEXTS) {
        pair->is.tree = texts_json(pair->is.texts, pair->count);
        pair->kind = EVIDENCE_TREE;
        link_tree(e);
    }
    return pair;
}

static void list_append(struct evidence *e, struct evidence_pair *list, const char *text) {
    if (list->kind == EVIDENCE_TREE) {
        json_array_append_new(list->is.tree, json_string(text));
        return;
    }
    struct texts texts = {list->is.texts, list->count};
    LIST_ADD(e->of->arena, &texts, (void *)findings_text(e->of, text));
    list->is.texts = texts.v;
    list->count = (unsigned)texts.n;
}

void evidence_add(struct finding *finding, const char *key, const char *text) {
    struct evidence *e = finding->evidence;
    if (e->tree == NULL) {
        list_append(e, list_at(e, key, text != NULL && stays_text(e, text)), text);
        return;
    }
    json_t *list = json_object_get(e->tree, key);
    if (!json_is_array(list)) {
        list = json_array();
        json_object_set_new(e->tree, key, list);
    }
    json_array_append_new(list, json_string(text));
}

void evidence_texts(struct finding *finding, const char *key, const struct texts *texts) {
    struct evidence *e = finding->evidence;
    if (e->tree != NULL) {
        json_object_set_new(e->tree, key, texts_json(texts->v, texts->n));
        return;
    }
    struct evidence_pair *pair = pair_new(e, key);
    pair->kind = EVIDENCE_TEXTS;
    pair->is.texts = NULL;
    pair->count = 0;
    for (size_t i = 0; i < texts->n; i++)
        evidence_add(finding, key, texts->v[i]);
}

/* ---- asking ---- */

const char *evidence_string(const struct finding *finding, const char *key) {
    const struct evidence_pair *pair = pair_of(finding->evidence, key);
    if (pair != NULL && pair->kind == EVIDENCE_TEXT)
        return pair->is.text;
    return json_string_value(pair != NULL && pair->kind == EVIDENCE_TREE
                                 ? pair->is.tree
                                 : json_object_get(finding->evidence->tree, key));
}

long long evidence_number(const struct finding *finding, const char *key) {
    const struct evidence_pair *pair = pair_of(finding->evidence, key);
    if (pair != NULL && pair->kind == EVIDENCE_NUMBER)
        return pair->is.number;
    return json_integer_value(pair != NULL && pair->kind == EVIDENCE_TREE
                                  ? pair->is.tree
                                  : json_object_get(finding->evidence->tree, key));
}

bool evidence_has(const struct finding *finding, const char *key) {
    return pair_of(finding->evidence, key) != NULL || json_object_get(finding->evidence->tree, key) != NULL;
}

bool evidence_is_empty(const struct finding *finding) {
    return finding->evidence->n == 0 && json_object_size(finding->evidence->tree) == 0;
}
