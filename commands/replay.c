/* edgeprobe replay: what do saved facts say, judged again, offline? */
#include <string.h>

#include "commands/commands.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "facts/save.h"
#include "wire/skim.h"

enum { LARGEST_SAVE = 512 * 1024 * 1024 };

static int wrong(const char *path, const char *what) {
    return complain("%s: %s", path, what);
}

static int load(struct facts *facts, const char *path) {
    char *text, *error = NULL;
    size_t size;
    if (!file_read(facts->arena, path, LARGEST_SAVE, &text, &size, &error))
        return complain("%s", error);
    json_error_t where;
    json_t *report = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
    if (report == NULL) {
        char *why = text_from_wire(facts->arena, where.text, strlen(where.text));
        return complain("%s:%d:%d: not JSON: %s", path, where.line, where.column, why);
    }
    int status = 0;
    const json_t *schema = json_object_get(report, "schema"), *evidence = json_object_get(report, "evidence");
    if (!json_is_string(schema) || strcmp(json_string_value(schema), "edgeprobe.report/1") != 0)
        status = wrong(path, "no report of edgeprobe (wanted \"schema\": \"edgeprobe.report/1\")");
    else if (!json_is_object(json_object_get(evidence, "run")) ||
             !json_is_object(json_object_get(evidence, "certificates")))
        status = wrong(path, "a report without its evidence; wanted a file written by --save");
    else if (!facts_load(facts, evidence, ca_entry_read, &error))
        status = wrong(path, error);
    json_decref(report);
    return status;
}

static int replay(struct facts *facts, const struct options *options, void *own) {
    (void)own;
    if (options->arguments.n != 1)
        return complain("replay: wanted one SAVED.json; see 'edgeprobe replay --help'");
    int status = load(facts, options->arguments.v[0]);
    if (status != 0)
        return status;
    return run_prepare(facts, options, NULL, NULL) ? verdict_tell(facts, options) : EXIT_BAD;
}

int replay_run(int argc, char **argv) {
    return command_run(argc, argv, NULL, NULL, replay);
}
