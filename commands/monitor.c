/* edgeprobe monitor: how are many targets, and what has changed? For cron, for monitoring systems, for
 * pipelines. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "commands/commands.h"
#include "commands/monitoring.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/values.h"
#include "monitor/round.h"
#include "probe/revocation/cache.h"

enum { CONFIRM_MOST = 1000, PORT_MOST = 65535 };

/* ---- options ---- */

#define OWN ((struct monitor_options *)context)
#define TAKE(name) static bool name(struct arena *arena, void *context, const char *argument, char **error)

static bool wanted(struct arena *arena, char **error, const char *what) {
    *error = arena_printf(arena, "wanted %s", what);
    return false;
}

TAKE(take_jobs) {
    return value_number(argument, 1, JOBS_MOST, &OWN->jobs) ||
           wanted(arena, error, "a number from 1 to 4096");
}

TAKE(take_per_address) {
    return value_number(argument, 1, JOBS_MOST, &OWN->to_one_address) ||
           wanted(arena, error, "a number of connections, from 1 to 4096");
}

TAKE(take_confirm) {
    return value_number(argument, 1, CONFIRM_MOST, &OWN->confirm) ||
           wanted(arena, error, "a number of runs, from 1 to 1000");
}

/* "50", "0.5/s" */
TAKE(take_rate) {
    char *end;
    OWN->rate = strtod(argument, &end);
    bool is_number = end > argument && strspn(argument, "0123456789.") == (size_t)(end - argument);
    if (is_number && (*end == 0 || strcmp(end, "/s") == 0) && OWN->rate >= 0.001 && OWN->rate <= 1e6)
        return true;
    return wanted(arena, error, "targets per second, from 0.001");
}

TAKE(take_within) {
    char *end;
    double seconds = strtod(argument, &end);
    if (strspn(argument, "0123456789.") != strlen(argument) || *argument == 0 || *end != 0 ||
        seconds < 0.001 || seconds > 1e6)
        return wanted(arena, error, "seconds, from 0.001 to 1000000");
    OWN->within_ms = (int)(seconds * 1000 + 0.5);
    return true;
}

TAKE(take_seed) {
    char *end;
    errno = 0;
    OWN->seed = strtoull(argument, &end, 10);
    OWN->has_seed = *argument >= '0' && *argument <= '9' && *end == 0 && errno == 0;
    return OWN->has_seed || wanted(arena, error, "a number");
}

TAKE(take_changes) {
    OWN->changes = argument;
    return *argument != 0 || wanted(arena, error, "the name of a file");
}

/* ":9877" is loopback; port 0 is any. */
TAKE(take_listen) {
    const char *colon = strrchr(argument, ':');
    char *address = NULL;
    if (colon != NULL && value_number(colon + 1, 0, PORT_MOST, &OWN->port)) {
        const char *host = arena_textn(arena, argument, (size_t)(colon - argument));
        bool is_loopback = *host == 0 || strcmp(host, "localhost") == 0;
        bool is_plain_v6 = *host != '[' && strchr(host, ':') != NULL; /* where does the port begin? */
        if (is_loopback || (!is_plain_v6 && value_address(arena, host, &address))) {
            OWN->listen = is_loopback ? "127.0.0.1" : address;
            return true;
        }
    }
    return wanted(arena, error, "ADDRESS:PORT or :PORT, IPv6 as [::1]:PORT");
}

TAKE(take_history) {
    (void)arena;
    (void)error;
    OWN->history = argument;
    return true;
}

const struct option_row monitor_rows[] = {
    {"jobs", 0, "N", "targets at a time (64)", take_jobs},
    {"per-address", 0, "N", "connections to one address at a time, of all targets (16)", take_per_address},
    {"rate", 0, "N/s", "targets begun per second at most", take_rate},
    {"within", 0, "SEC", "begin no target after this time", take_within},
    {"seed", 0, "N", "the order of the targets, the same for the same number; else by chance", take_seed},
    {"changes", 0, "STATE.db", "tell only what changed since the last run, which this database keeps",
     take_changes},
    {"confirm", 0, "N", "a change counts when N runs in a row saw it (1)", take_confirm},
    {"listen", 0, "ADDR:PORT", "serve the targets to Prometheus; :PORT is loopback", take_listen},
    {"history", 0, "TARGET", "what changed at this target, out of --changes", take_history},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- history ---- */

static int history_tell(struct state *state, struct arena *arena, const char *name) {
    struct state_changes changes;
    struct state_summary summary;
    char *error = NULL;
    bool is_known = state_summary(state, arena, name, &summary, &error);
    if (error != NULL || !state_history(state, arena, name, &changes, &error))
        return complain("--changes: %s", error);
    if (!is_known && changes.n == 0)
        return complain("--history: '%s' is no target that this database knows", name);
    if (is_known)
        printf("%s: %s since %s, last looked at %s\n", name, enum_text(status_names, (int)summary.status),
               time_write(arena, summary.since), time_write(arena, summary.last_run));
    else
        printf("%s: not among the targets any more\n", name);
    for (size_t i = 0; i < changes.n; i++) {
        const struct state_change *c = changes.v[i];
        struct told_change told_one = {c->kind,    c->check,  c->cause,  c->subject,
                                       c->address, c->status, c->summary};
        printf("%s  %s\n", time_write(arena, c->at), change_words(arena, &told_one));
    }
    return 0;
}

/* ---- the command ---- */

static const char *usage_fault(struct arena *arena, const struct options *options,
                               const struct monitor_options *own) {
    if (own->history != NULL && (options->format != NULL || options->output != NULL))
        return "--history: it is written as text on standard output; not with --format or --output";
    if (own->history != NULL)
        return own->changes == NULL ? "--history: wanted --changes STATE.db too" : NULL;
    if (options->file == NULL && options->arguments.n == 0)
        return "monitor: wanted -f FILE, a folder, or - for domains on standard input; see 'edgeprobe "
               "monitor --help'";
    if (options->arguments.n > 1 || (options->file != NULL && options->arguments.n > 0))
        return arena_printf(arena, "monitor: '%s' is too much: one list of targets",
                            options->arguments.v[options->arguments.n - 1]);
    if (options->save != NULL || options->baseline != NULL || options->record != NULL)
        return "monitor: --save, --baseline and --record are for one target";
    if (own->listen != NULL && options->file == NULL)
        return "--listen: wanted -f FILE with the targets that may be asked for";
    if (own->listen != NULL && (options->format != NULL || options->output != NULL))
        return "--listen: it serves what Prometheus reads; not with --format or --output";
    if (own->confirm > 1 && own->changes == NULL)
        return "--confirm: wanted --changes STATE.db too";
    return NULL;
}

static bool state_begin(struct monitoring *m, struct arena *arena) {
    char *said = NULL, *error = NULL;
    if (m->own->changes == NULL)
        return true;
    m->state = m->own->history != NULL ? state_look(arena, m->own->changes, &error)
                                       : state_open(arena, m->own->changes, &said, &error);
    if (said != NULL)
        complain("--changes: %s", said);
    if (m->state == NULL)
        complain("--changes: %s", error);
    return m->state != NULL;
}

static int run(struct monitoring *m, struct arena *arena) {
    const struct options *options = m->options;
    char *error = NULL;
    const char *list = options->file != NULL      ? options->file
                       : options->arguments.n > 0 ? options->arguments.v[0]
                                                  : NULL;
    if (m->own->history == NULL && !targets_read(&m->targets, list, &error))
        return complain("%s", error);
    if (m->own->history == NULL && m->own->listen == NULL && m->targets.v.n == 0)
        return complain("monitor: %s: no targets in it", list == NULL ? "standard input" : list);
    if (!state_begin(m, arena))
        return EXIT_BAD;
    if (m->own->history != NULL)
        return history_tell(m->state, arena, m->own->history);
    shelf_renew(m);
    return m->own->listen != NULL ? serve(m, arena) : round_tell(m, arena);
}

static int monitor(struct facts *facts, const struct options *options, void *context) {
    struct monitor_options *own = context;
    struct arena *arena = facts->arena;
    const char *fault = usage_fault(arena, options, own);
    if (fault != NULL)
        return complain("%s", fault);
    if (options->format != NULL && format_find(options->format) == NULL)
        return complain("--format: '%s' is not a format of this command; wanted one of %s",
                        text_from_wire_cut(arena, options->format, strlen(options->format), 80),
                        format_names(arena));
    if (own->history == NULL && !run_prepare(facts, options, NULL, NULL)) /* once, not once a target */
        return EXIT_BAD;
    struct options served = *options;
    if (own->listen != NULL &&
        !options->private_fetch) /* whoever asks may name any target, and sees no question */
        texts_add(arena, &served.words, "--no-private-fetch");
    struct monitoring m = {
        .options = &served, .own = own, .targets = {.arena = arena_new()}, .now = (int64_t)time(NULL)};
    m.preparing = (struct preparing){&m.targets, &served, NULL};
    if (!own->has_seed && getrandom(&own->seed, sizeof own->seed, 0) < 0)
        own->seed = (uint64_t)m.now;
    int status = run(&m, arena);
    facts_free(m.preparing.shelf);
    arena_free(m.targets.arena);
    state_close(m.state);
    return status;
}

int monitor_run(int argc, char **argv) {
    struct monitor_options own = {.jobs = JOBS_USUAL, .to_one_address = TO_ONE_ADDRESS_USUAL, .confirm = 1};
    return command_run(argc, argv, monitor_rows, &own, monitor);
}
