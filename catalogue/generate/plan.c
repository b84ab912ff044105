/* The steps of a renewal, plan.yaml: see generate.h. */
#include "catalogue/generate/generate.h"

#include <string.h>

#include "catalogue/plan_words.h"

#define WORD_OF(number, word) word,
#define ACTION_OF(word) word,
const char *const plan_places[] = {PLAN_PLACES(WORD_OF) NULL};
const char *const plan_things[] = {PLAN_THINGS(WORD_OF) NULL};
const char *const plan_needs[] = {PLAN_NEEDS(WORD_OF) NULL};
static const char *const actions[] = {PLAN_ACTIONS(ACTION_OF) NULL};
#undef WORD_OF
#undef ACTION_OF

static void refuse_unknown_purpose(struct catalogue *c, const yaml_node_t *at, const char *purpose) {
    for (size_t i = 0; i < c->purpose_count; i++)
        if (strcmp(c->purposes[i].id, purpose) == 0)
            return;
    refuse(&c->plan_input, at, "purposes.yaml has no purpose %s", purpose);
}

static const char *maybe(struct catalogue *c, yaml_node_t *node, const char *what) {
    return node == NULL ? NULL : text_read(&c->phrases, &c->plan_input, node, what);
}

static struct step_row step_read(struct catalogue *c, yaml_node_t *map) {
    enum { ID, ACTION, ON, EACH, OBJECT, IF, PURPOSES, WHEN, TEXT, WHY, VERIFY, SOURCE, KEYS };
    static const char *const keys[KEYS + 1] = {"step",     "action", "on",   "each", "object", "if",
                                               "purposes", "when",   "text", "why",  "verify", "source"};
    struct input *input = &c->plan_input;
    yaml_node_t *found[KEYS];
    struct step_row row = {0};
    keys_read(input, map, keys, found, "a step");
    row.id = id_read(input, wanted(input, map, found[ID], keys[ID]), keys[ID]);
    row.action =
        actions[word_read(input, wanted(input, map, found[ACTION], keys[ACTION]), actions, keys[ACTION])];
    row.on = word_read(input, wanted(input, map, found[ON], keys[ON]), plan_places, keys[ON]);
    row.each = found[EACH] == NULL ? 0 : word_read(input, found[EACH], plan_things, keys[EACH]);
    row.needs = found[IF] == NULL ? 0 : bits_read(input, found[IF], plan_needs, keys[IF]);
    if (found[PURPOSES] != NULL)
        texts_read(&c->phrases, input, found[PURPOSES], keys[PURPOSES], &row.purposes);
    for (size_t i = 0; i < row.purposes.n; i++)
        refuse_unknown_purpose(c, found[PURPOSES], row.purposes.v[i]);
    if (found[WHEN] != NULL)
        when_read(input, found[WHEN], &row.when);
    row.object = maybe(c, found[OBJECT], keys[OBJECT]);
    row.text = text_read(&c->phrases, input, wanted(input, map, found[TEXT], keys[TEXT]), keys[TEXT]);
    row.why = maybe(c, found[WHY], keys[WHY]);
    row.verify = maybe(c, found[VERIFY], keys[VERIFY]);
    if (found[SOURCE] != NULL)
        texts_read(&c->phrases, input, found[SOURCE], keys[SOURCE], &row.source);
    for (size_t i = 0; i < c->step_count; i++)
        if (strcmp(c->steps[i].id, row.id) == 0)
            refuse(input, found[ID], "step %s stands twice", row.id);
    return row;
}

void plan_read(struct catalogue *c) {
    enum { PLAN, KEYS };
    static const char *const keys[KEYS + 1] = {"plan"};
    yaml_node_t *found[KEYS];
    size_t count;
    c->plan_input = input_open(c->folder, "plan");
    struct input *input = &c->plan_input;
    yaml_node_t *root = root_of(input);
    keys_read(input, root, keys, found, "plan.yaml");
    yaml_node_item_t *items = items_of(input, wanted(input, root, found[PLAN], keys[PLAN]), "plan", &count);
    for (size_t i = 0; i < count; i++) {
        struct step_row row = step_read(c, node_at(input, items[i]));
        *GROW(c->steps, c->step_count) = row;
    }
}
