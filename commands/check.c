/* edgeprobe check: what do the clients of a domain meet? Discover, connect, judge. */
#include <signal.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/progress.h"
#include "commands/verdict.h"
#include "config/config.h"

/* The domains to look at: operands, else those of the deployment file. */
static bool domains_choose(struct facts *facts, const struct options *options) {
    const struct texts *from = &options->arguments;
    if (from->n == 0 && facts->deployment != NULL)
        from = &facts->deployment->domains;
    for (size_t i = 0; i < from->n; i++) {
        char *host, *error = NULL;
        if (!host_read(facts->arena, from->v[i], &host, &error)) {
            complain("%s", error);
            return false;
        }
        if (address_is_ipv6(host) || strspn(host, "0123456789.") == strlen(host)) {
            complain("'%s' is an address; wanted a domain such as example.com", host);
            return false;
        }
        if (!texts_has(&facts->domains, host))
            texts_add(facts->arena, &facts->domains, host);
    }
    return true;
}

static void probe_options_from(const struct options *options, struct arena *arena,
                               struct probe_options *probe) {
    struct connect_to *mapped = arena_alloc(arena, (options->connect_to.n + 1) * sizeof *mapped);
    for (size_t i = 0; i < options->connect_to.n; i++)
        mapped[i] = *options->connect_to.v[i];
    *probe = (struct probe_options){.resolvers = (const char *const *)options->resolvers.v,
                                    .resolver_count = options->resolvers.n,
                                    .connect_to = mapped,
                                    .connect_to_count = options->connect_to.n,
                                    .timeout_ms = options->timeout_ms,
                                    .deadline_ms = options->deadline_ms,
                                    .family = options->family};
    progress_choose(probe, options);
}

static int interrupted(void) {
    signal(SIGINT, SIG_DFL); /* die of it, so that shells and scripts see why */
    raise(SIGINT);
    return EXIT_INTERRUPTED;
}

static int look_and_tell(struct facts *facts, const struct options *options) {
    struct probe_options probe;
    char *error = NULL;
    probe_options_from(options, facts->arena, &probe);
    bool ran = probe_run(facts, &probe, &error);
    if (probe.progress != NULL)
        progress_clear();
    if (!ran && strcmp(error, "interrupted") == 0)
        return interrupted();
    return ran ? verdict_tell(facts, options) : complain("%s", error);
}

static int check(struct facts *facts, const struct options *options) {
    char *error = NULL;
    if (options->file != NULL && !deployment_read(facts, options->file, &error))
        return complain("%s", error);
    if (options->arguments.n == 0 && options->file == NULL)
        return complain("check: wanted a DOMAIN or -f FILE; see 'edgeprobe check --help'");
    const char *target = options->arguments.n > 0 ? options->arguments.v[0] : options->file;
    if (!domains_choose(facts, options) || !run_prepare(facts, options, "check", target))
        return EXIT_BAD;
    return look_and_tell(facts, options);
}

int check_run(int argc, char **argv) {
    struct facts *facts = facts_new();
    struct options options = {0};
    int status = EXIT_BAD;
    switch (options_read(facts->arena, argc, argv, NULL, NULL, &options)) {
    case OPTIONS_HELP:
        command_help(stdout, argv[0], NULL);
        status = 0;
        break;
    case OPTIONS_GOOD:
        status = check(facts, &options);
        break;
    case OPTIONS_BAD:
        break;
    }
    facts_free(facts);
    return status;
}
