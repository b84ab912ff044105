/* How are checks and causes found by their words? See catalogue.h; the rows are made from the YAML files. */
#include "catalogue/catalogue.h"

#include <string.h>

const struct enum_name status_names[] = {{STATUS_PASS, "pass"},
                                         {STATUS_INFO, "info"},
                                         {STATUS_WARN, "warn"},
                                         {STATUS_FAIL, "fail"},
                                         {STATUS_UNKNOWN, "unknown"},
                                         {STATUS_SKIP, "skip"},
                                         {0, NULL}};

const struct check *check_of(enum check_id id) {
    return id == CHECK_NONE ? NULL : &catalogue_checks[id];
}

const struct cause *cause_of(enum cause_id id) {
    return id == CAUSE_NONE ? NULL : &catalogue_causes[id];
}

const char *cause_text(enum cause_id id) {
    return id == CAUSE_NONE ? NULL : catalogue_causes[id].id;
}

const struct check *check_named(const char *id) {
    for (size_t i = CHECK_NONE + 1; i < CHECK_COUNT; i++)
        if (strcmp(catalogue_checks[i].id, id) == 0)
            return &catalogue_checks[i];
    return NULL;
}

const struct cause *cause_named(const struct check *check, const char *id) {
    for (size_t i = 0; i < check->cause_count; i++)
        if (strcmp(check->causes[i].id, id) == 0)
            return &check->causes[i];
    return NULL;
}

size_t check_order(const struct check *check) {
    return (size_t)(check - catalogue_checks) - 1;
}
