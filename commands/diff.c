/* edgeprobe diff: what changed between two saved reports? */
#include "commands/baseline.h"
#include "commands/commands.h"
#include "commands/run.h"
#include "commands/saved.h"
#include "commands/verdict.h"

static int diff_two(struct facts *before, struct facts *after, const struct options *options) {
    const char *const *paths = (const char *const *)options->arguments.v;
    const struct told *old = saved_read(before, paths[0]);
    const struct told *new = old == NULL ? NULL : saved_read(after, paths[1]);
    if (new == NULL)
        return EXIT_BAD;
    const char *why = cannot_compare(after->arena, &before->run, &after->run, options->any_target);
    if (why != NULL)
        return complain("diff: %s and %s cannot be compared: %s", paths[0], paths[1], why);
    return diff_tell(compare(after->arena, old, new), options);
}

static int diff(struct facts *facts, const struct options *options, void *own) {
    (void)own;
    if (options->arguments.n != 2)
        return complain("diff: wanted BEFORE.json and AFTER.json; see 'edgeprobe diff --help'");
    if (!diff_format_exists(facts->arena, options) || !output_has_place("--output", options->output) ||
        !output_spares_inputs(options, "--output", options->output))
        return EXIT_BAD;
    run_confine(facts->arena, options, NULL, NULL);
    struct facts *after = facts_new();
    int status = diff_two(facts, after, options);
    facts_free(after);
    return status;
}

int diff_run(int argc, char **argv) {
    return command_run(argc, argv, NULL, NULL, diff);
}
