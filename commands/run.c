/* Running the probe and telling the verdict. See run.h. */
#include "commands/run.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/progress.h"
#include "commands/verdict.h"
#include "probe/revocation.h"

void probe_options_from(const struct options *options, struct arena *arena, struct probe_options *probe) {
    struct connect_to *mapped = arena_alloc(arena, (options->connect_to.n + 1) * sizeof *mapped);
    for (size_t i = 0; i < options->connect_to.n; i++)
        mapped[i] = *options->connect_to.v[i];
    *probe = (struct probe_options){.resolvers = (const char *const *)options->resolvers.v,
                                    .resolver_count = options->resolvers.n,
                                    .connect_to = mapped,
                                    .connect_to_count = options->connect_to.n,
                                    .timeout_ms = options->timeout_ms,
                                    .deadline_ms = options->deadline_ms,
                                    .family = options->family,
                                    .cache = cache_folder(arena)};
    progress_choose(probe, options);
}

int run_interrupted(void) {
    signal(SIGINT, SIG_DFL); /* die of it, so that shells and scripts see why */
    raise(SIGINT);
    return EXIT_INTERRUPTED;
}

int look_and_tell(struct facts *facts, const struct options *options, struct probe_options *probe) {
    char *error = NULL;
    bool ran = probe_run(facts, probe, &error);
    if (probe->progress != NULL)
        progress_clear();
    if (!ran && strcmp(error, "interrupted") == 0)
        return run_interrupted();
    return ran ? verdict_tell(facts, options) : complain("%s", error);
}

int passphrase_ask(void *context, const char *file, char *buffer, int size) {
    (void)context;
    struct termios old, quiet;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (tty < 0 || tcgetattr(tty, &old) != 0) {
        if (tty >= 0)
            close(tty);
        return -1;
    }
    quiet = old;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(tty, TCSAFLUSH, &quiet);
    dprintf(tty, "Passphrase of %s: ", file);
    ssize_t n = read(tty, buffer, (size_t)size);
    tcsetattr(tty, TCSAFLUSH, &old);
    dprintf(tty, "\n");
    close(tty);
    if (n <= 0)
        return -1;
    return (int)(buffer[n - 1] == '\n' ? n - 1 : n);
}

int command_run(int argc, char **argv, const struct option_row *rows, void *own, command_body body) {
    struct facts *facts = facts_new();
    struct options options = {0};
    int status = EXIT_BAD;
    switch (options_read(facts->arena, argc, argv, rows, own, &options)) {
    case OPTIONS_HELP:
        command_help(stdout, argv[0], rows);
        status = 0;
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
