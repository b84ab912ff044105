/* Running the probe and telling the verdict. See run.h. */
#include "commands/record.h"
#include "commands/run.h"

#include "commands/client_forms.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "probe/confine.h"
#include "commands/progress.h"
#include "commands/verdict.h"
#include "config/config.h"
#include "probe/revocation/cache.h"

/* What files were waited for is gone; something is left, so that the run tells that it was cut. */
static int deadline_left(int deadline_ms) {
    enum { LEAST_MS = 10 };
    int left = deadline_ms - input_waited_ms();
    return left < LEAST_MS ? LEAST_MS : left;
}

/* Who sits there sees what is asked, and an internal CA's responder is often what is broken. Root without a
 * terminal is cron or a service, on a machine that reaches more than whoever made a certificate may. */
static bool refuses_private(const struct options *options) {
    bool is_watched = isatty(STDIN_FILENO) || isatty(STDOUT_FILENO) || isatty(STDERR_FILENO);
    return options->no_private_fetch || (!options->private_fetch && geteuid() == 0 && !is_watched);
}

void probe_options_from(const struct options *options, struct arena *arena, struct probe_options *probe) {
    struct connect_to *mapped = arena_alloc(arena, (options->connect_to.n + 1) * sizeof *mapped);
    for (size_t i = 0; i < options->connect_to.n; i++)
        mapped[i] = *options->connect_to.v[i];
    *probe = (struct probe_options){.resolvers = (const char *const *)options->resolvers.v,
                                    .resolver_count = options->resolvers.n,
                                    .connect_to = mapped,
                                    .connect_to_count = options->connect_to.n,
                                    .timeout_ms = options->timeout_ms,
                                    .deadline_ms = deadline_left(options->deadline_ms),
                                    .family = options->family,
                                    .no_private_fetch = refuses_private(options),
                                    .cache = options->no_cache ? NULL : cache_folder(arena)};
    progress_choose(probe, options);
}

void run_confine(struct arena *arena, const struct options *options, const char *more, const char *cache) {
    const char *const files[] = {options->output, options->save, options->record, more};
    struct confine_plan plan = {{NULL, 0}, {NULL, 0}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] != NULL && strcmp(files[i], "-") != 0)
            texts_add(arena, &plan.files, files[i]);
    if (cache != NULL && cache_make(cache))
        texts_add(arena, &plan.folders, cache);
    confine(arena, &plan);
}

bool run_begin(struct facts *facts, const struct options *options, struct probe_options *probe) {
    if (!record_begin(facts, options, probe))
        return false;
    run_confine(facts->arena, options, NULL, probe->cache);
    return true;
}

int run_interrupted(void) {
    signal(SIGINT, SIG_DFL); /* die of it, so that shells and scripts see why */
    raise(SIGINT);
    return EXIT_INTERRUPTED;
}

int run_end(struct facts *facts, const struct options *options, struct probe_options *probe, bool ran,
            const char *error) {
    if (probe->progress != NULL)
        progress_clear();
    if (!ran && strcmp(error, "interrupted") == 0)
        return run_interrupted();
    return record_end(facts, options, probe, ran, ran ? verdict_tell(facts, options) : complain("%s", error));
}

int look_and_tell(struct facts *facts, const struct options *options, struct probe_options *probe) {
    char *error = NULL;
    if (!run_begin(facts, options, probe))
        return EXIT_BAD;
    if (facts->deployment != NULL && facts->deployment->ucm.n + facts->deployment->imp.n > 0)
        client_forms_add(facts, probe);
    bool ran = probe_run(facts, probe, &error);
    return run_end(facts, options, probe, ran, error);
}

bool trust_take(struct facts *facts, const char *option, const char *file, char **name) {
    char *error = NULL;
    if (file == NULL)
        return true;
    if (!trust_add_file(facts, file, &error)) {
        complain("%s: %s", option, error);
        return false;
    }
    *name = text_from_wire(facts->arena, file, strlen(file));
    return true;
}

bool domains_choose(struct facts *facts, const struct options *options) {
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

int command_run(int argc, char **argv, const struct option_row *rows, void *own, command_body body) {
    struct facts *facts = facts_new();
    struct options options = {0};
    int status = EXIT_BAD;
    switch (options_read(facts->arena, argc, argv, rows, own, &options)) {
    case OPTIONS_HELP:
        status = EXIT_HELP;
        break;
    case OPTIONS_GOOD:
        status = body(facts, &options, own);
        break;
    case OPTIONS_BAD:
        break;
    }
    facts_free(facts);
    return status;
}
