/* Any JSON as a saved report: loaded or refused with a reason; what is loaded is saved, loaded and saved
 * again the same. */
#include <stdlib.h>
#include <string.h>

#include "facts/save.h"
#include "wire/skim.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
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
