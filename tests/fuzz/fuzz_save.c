/* Any JSON as a saved report: loaded or refused with a reason; what is loaded is saved, loaded and saved
 * again the same. Most changes are made to the tree: a text that is no JSON any more tells nothing. */
#include <stdlib.h>
#include <string.h>

#include "facts/save.h"
#include "wire/json_plain.h"
#include "wire/skim.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed);

static void must(bool good) {
    if (!good)
        abort();
}

static char *dumped(const struct facts *facts) {
    json_t *evidence = facts_save(facts, true);
    char *text = json_dumps(evidence, 0);
    json_decref(evidence);
    must(text != NULL);
    return text;
}

static void save_again(const struct facts *facts) {
    struct facts *again = facts_new();
    char *first = dumped(facts), *error = NULL;
    json_t *evidence = json_loads(first, 0, NULL);
    must(facts_load(again, evidence, ca_entry_read, &error));
    char *second = dumped(again);
    must(strcmp(first, second) == 0);
    json_decref(evidence);
    free(first);
    free(second);
    facts_free(again);
}

/* What is taken for JSON without asking the library has to be some to it. */
static void plain_is_json(const char *text, size_t size) {
    if (!json_is_plain((struct json_slice){text, size}))
        return;
    json_t *value = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    must(value != NULL);
    json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    plain_is_json((const char *)bytes, size);
    json_t *evidence = json_loadb((const char *)bytes, size, JSON_ALLOW_NUL, NULL);
    if (evidence == NULL)
        return 0;
    struct facts *facts = facts_new();
    char *error = NULL;
    bool good = facts_load(facts, evidence, ca_entry_read, &error);
    must(good == (error == NULL));
    if (good)
        save_again(facts);
    json_decref(evidence);
    facts_free(facts);
    return 0;
}

/* ---- changes of the tree ---- */

enum { PLACES_MAX = 4096 };

struct place {
    json_t *in;
    const char *key; /* of an object; NULL: `at` in a list */
    size_t at;
};

static void places_find(json_t *value, struct place *v, size_t *n) {
    size_t i;
    const char *key;
    json_t *inner;
    json_object_foreach(value, key, inner) {
        if (*n < PLACES_MAX)
            v[(*n)++] = (struct place){value, key, 0};
        places_find(inner, v, n);
    }
    json_array_foreach(value, i, inner) {
        if (*n < PLACES_MAX)
            v[(*n)++] = (struct place){value, NULL, i};
        places_find(inner, v, n);
    }
}

static json_t *at_place(const struct place *place) {
    return place->key != NULL ? json_object_get(place->in, place->key) : json_array_get(place->in, place->at);
}

static void put(const struct place *place, json_t *value) { /* takes the reference */
    if (place->key != NULL)
        json_object_set_new(place->in, place->key, value);
    else
        json_array_set_new(place->in, place->at, value);
}

static json_t *odd_value(unsigned int chance) {
    switch (chance % 10) {
    case 0:
        return json_null();
    case 1:
        return json_integer(INT32_MAX);
    case 2:
        return json_integer(INT32_MIN);
    case 3:
        return json_integer(INT64_MAX);
    case 4:
        return json_integer(chance / 10 % 70000);
    case 5:
        return json_string("");
    case 6:
        return json_string("1970-01-01T00:00:00Z");
    case 7:
        return json_array();
    case 8:
        return json_object();
    default:
        return json_boolean(chance / 10 % 2);
    }
}

static void change(json_t *root, unsigned int chance) {
    static struct place places[PLACES_MAX];
    size_t n = 0;
    places_find(root, places, &n);
    if (n == 0)
        return;
    const struct place *place = &places[chance / 7 % n], *other = &places[chance / 11 % n];
    switch (chance % 4) {
    case 0:
        put(place, odd_value(chance / 4));
        return;
    case 1: /* of another place, whole */
        put(place, json_deep_copy(at_place(other)));
        return;
    case 2:
        if (place->key != NULL)
            json_object_del(place->in, place->key);
        else
            json_array_remove(place->in, place->at);
        return;
    default:
        if (place->key == NULL)
            json_array_append_new(place->in, json_deep_copy(at_place(place)));
        else
            put(place, odd_value(chance / 4));
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed) {
    json_t *root = seed % 4 == 0 ? NULL : json_loadb((const char *)bytes, size, JSON_ALLOW_NUL, NULL);
    if (root == NULL)
        return LLVMFuzzerMutate(bytes, size, most);
    srand(seed);
    for (unsigned int i = 0; i <= seed / 4 % 3; i++)
        change(root, (unsigned int)rand());
    char *text = json_dumps(root, JSON_COMPACT);
    size_t length = text == NULL ? 0 : strlen(text);
    bool fits = length > 0 && length <= most;
    if (fits)
        memcpy(bytes, text, length);
    free(text);
    json_decref(root);
    return fits ? length : LLVMFuzzerMutate(bytes, size, most);
}
