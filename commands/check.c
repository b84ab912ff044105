/* edgeprobe check: what do the clients of a domain meet? Discover, connect, judge. */
#include "commands/commands.h"
#include "commands/prepare.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/config.h"

/* ---- its own options ---- */

struct check_options {
    bool offline;
};

static bool take_offline(struct arena *arena, void *context, const char *argument, char **error) {
    (void)arena, (void)argument, (void)error;
    ((struct check_options *)context)->offline = true;
    return true;
}

static const struct option_row rows[] = {
    {"offline", 0, NULL, "with -f: judge by its files alone; no connection is made, nothing is asked",
     take_offline},
    {NULL, 0, NULL, NULL, NULL}};

bool check_prepare(struct facts *facts, const struct options *options, void *own,
                   struct probe_options *probe) {
    const struct check_options *wanted = own; /* NULL: none were given */
    char *error = NULL;
    if (wanted != NULL && wanted->offline && options->file == NULL) {
        complain("--offline: wanted -f FILE, whose files are judged");
        return false;
    }
    if (options->file != NULL && !deployment_read(facts, options->file, &error)) {
        complain("%s", error);
        return false;
    }
    if (options->arguments.n == 0 && options->file == NULL) {
        complain("check: wanted a DOMAIN or -f FILE; see 'edgeprobe check --help'");
        return false;
    }
    const char *target = options->arguments.n > 0 ? options->arguments.v[0] : options->file;
    if (!domains_choose(facts, options) || !run_prepare(facts, options, "check", target))
        return false;
    const struct deployment *d = facts->deployment;
    if (facts->domains.n == 0 && d->zones.n + d->e.nodes.n + d->c.nodes.n + d->ucm.n + d->imp.n == 0) {
        complain("%s: no domain, node or zone to look at", options->file);
        return false;
    }
    probe_options_from(options, facts->arena, probe);
    facts->run.scope.offline = wanted != NULL && wanted->offline;
    return true;
}

static int check(struct facts *facts, const struct options *options, void *own) {
    struct probe_options probe;
    return check_prepare(facts, options, own, &probe) ? look_and_tell(facts, options, &probe) : EXIT_BAD;
}

int check_run(int argc, char **argv) {
    struct check_options own = {0};
    return command_run(argc, argv, rows, &own, check);
}
