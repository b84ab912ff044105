/* edgeprobe replay: what do saved facts say, judged again, offline? */
#include "commands/commands.h"
#include "commands/run.h"
#include "commands/saved.h"
#include "commands/verdict.h"

static int replay(struct facts *facts, const struct options *options, void *own) {
    (void)own;
    if (options->arguments.n != 1)
        return complain("replay: wanted one SAVED.json; see 'edgeprobe replay --help'");
    run_confine(facts->arena, options, NULL, NULL);
    if (!saved_facts_read(facts, options->arguments.v[0]))
        return EXIT_BAD;
    return run_prepare(facts, options, NULL, NULL) ? verdict_tell(facts, options) : EXIT_BAD;
}

int replay_run(int argc, char **argv) {
    return command_run(argc, argv, NULL, NULL, replay);
}
