/* What is in a saved report? See saved.h. The file is hostile like any other. */
#include "commands/saved.h"

#include <string.h>

#include "commands/verdict.h"
#include "config/config.h"
#include "wire/skim.h"

/* A large file that is no report, or more than any run saves, costs seconds to parse: looked at first. */
static const char *why_not_parsed(const char *text, size_t size) {
    static const char mark[] = "edgeprobe.";
    enum { LARGE = 1024 * 1024 };
    size_t values = 0;
    if (size < LARGE)
        return NULL;
    if (memmem(text, size, mark, sizeof mark - 1) == NULL)
        return "no report of edgeprobe (wanted \"schema\": \"edgeprobe.report/1\")";
    for (size_t i = 0; i < size; i++)
        values += text[i] == ',';
    return values > (size_t)limits[LIMIT_SAVE_VALUES].most ? "more values than any run saves (5,000,000)"
                                                           : NULL;
}

/* New reference; NULL after one line on stderr. */
static json_t *json_of_file(struct arena *arena, const char *path) {
    char *text, *error = NULL;
    size_t size;
    json_error_t where;
    if (!file_read(arena, path, INPUT_SAVE, &text, &size, &error)) {
        complain("%s", error);
        return NULL;
    }
    if ((error = (char *)why_not_parsed(text, size)) != NULL) {
        complain("%s: %s", path, error);
        return NULL;
    }
    json_t *report = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
    if (report == NULL)
        complain("%s:%d:%d: not JSON: %s", path, where.line, where.column,
                 text_from_wire(arena, where.text, strlen(where.text)));
    return report;
}

bool saved_facts_read(struct facts *facts, const char *path) {
    json_t *report = json_of_file(facts->arena, path);
    char *error = NULL;
    if (report == NULL)
        return false;
    const json_t *schema = json_object_get(report, "schema"), *evidence = json_object_get(report, "evidence");
    if (!json_is_string(schema) || strcmp(json_string_value(schema), "edgeprobe.report/1") != 0)
        error =
            arena_text(facts->arena, "no report of edgeprobe (wanted \"schema\": \"edgeprobe.report/1\")");
    else if (!json_is_object(json_object_get(evidence, "run")) ||
             !json_is_object(json_object_get(evidence, "certificates")))
        error = arena_text(facts->arena, "a report without its evidence; wanted a file written by --save");
    else
        facts_load(facts, evidence, ca_entry_read, &error);
    json_decref(report);
    if (error != NULL)
        complain("%s: %s", path, error);
    return error == NULL;
}

struct told *saved_read(struct facts *facts, const char *path) {
    json_t *report = json_of_file(facts->arena, path);
    char *error = NULL;
    if (report == NULL)
        return NULL;
    struct told *told = told_read(facts, report, ca_entry_read, &error);
    json_decref(report);
    if (told == NULL)
        complain("%s: %s", path, error);
    return told;
}
