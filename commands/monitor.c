/* edgeprobe monitor: how are many targets, and what has changed? For cron, for monitoring systems, for
 * pipelines. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/monitor_prepare.h"
#include "commands/output.h"
#include "commands/run.h"
#include "commands/verdict.h"
#include "config/values.h"
#include "monitor/round.h"
#include "monitor/state.h"
#include "report/many.h"

enum { CONFIRM_MOST = 1000, MEMORY_OF_ONE = 64 * 1024 * 1024, SHELF_SIZE = 64 * 1024 * 1024 };

struct monitor_options {
    const char *changes, *history;
    int jobs, confirm, within_ms;
    bool has_seed;
    uint64_t seed;
    double rate;
};

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
    (void)arena;
    (void)error;
    OWN->changes = argument;
    return true;
}

TAKE(take_history) {
    (void)arena;
    (void)error;
    OWN->history = argument;
    return true;
}

static const struct option_row rows[] = {
    {"jobs", 0, "N", "targets at a time (64)", take_jobs},
    {"rate", 0, "N/s", "targets begun per second at most", take_rate},
    {"within", 0, "SEC", "begin no target after this time", take_within},
    {"seed", 0, "N", "the order of the targets, the same for the same number; else by chance", take_seed},
    {"changes", 0, "STATE.db", "tell only what changed since the last run, which this database keeps",
     take_changes},
    {"confirm", 0, "N", "a change counts when N runs in a row saw it (1)", take_confirm},
    {"history", 0, "TARGET", "what changed at this target, out of --changes", take_history},
    {NULL, 0, NULL, NULL, NULL}};

/* ---- one round ---- */

struct monitoring {
    const struct options *options;
    const struct monitor_options *own;
    struct targets targets;
    struct preparing preparing;
    struct state *state; /* NULL without --changes */
    struct many *many;
    struct told_summary summary;
    bool has_worse, has_changed;
    int64_t now;
    bool failed;
};

static bool prepare(void *context, const struct target *target, struct arena *arena, struct ready *ready,
                    char **error) {
    const struct monitoring *m = context;
    return target_prepare(&m->preparing, target, NULL, arena, ready, error);
}

static int64_t soonest_end(const struct facts *facts) {
    int64_t soonest = 0;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct certs *chain = &facts->endpoints.v[i]->tls.chain;
        if (chain->n > 0 && (soonest == 0 || chain->v[0]->not_after < soonest))
            soonest = chain->v[0]->not_after;
    }
    return soonest;
}

static bool state_fails(struct monitoring *m, const char *error) {
    complain("--changes: %s", error);
    m->failed = true;
    return false;
}

static struct told_changes *changes_told(struct arena *arena, const struct state_changes *changes) {
    struct told_changes *told = ARENA_NEW(arena, struct told_changes);
    struct told_change *v = arena_alloc(arena, (changes->n + 1) * sizeof *v);
    for (size_t i = 0; i < changes->n; i++) {
        const struct state_change *c = changes->v[i];
        v[i] =
            (struct told_change){c->kind, c->check, c->cause, c->subject, c->address, c->status, c->summary};
    }
    *told = (struct told_changes){v, changes->n};
    return told;
}

static void changes_weigh(struct monitoring *m, const struct state_changes *changes) {
    for (size_t i = 0; i < changes->n; i++) {
        m->has_changed = true;
        m->has_worse = m->has_worse || strcmp(changes->v[i]->kind, "new") == 0 ||
                       strcmp(changes->v[i]->kind, "worse") == 0;
    }
}

/* Told first and kept then: who is killed in between tells it again, and loses nothing. */
static bool write_target(struct monitoring *m, const struct told_target *told) {
    if (!many_target(m->many, told)) {
        m->failed = true;
        return false;
    }
    return true;
}

static bool compare_and_write(struct monitoring *m, struct arena *scratch, struct told_target *told,
                              const struct round_result *result) {
    struct state_changes changes;
    char *error = NULL;
    const struct facts *facts = result->verdict->facts;
    struct state_run run = {.name = told->name,
                            .what = told->what,
                            .findings = result->verdict->findings,
                            .at = facts->run.started,
                            .not_after = soonest_end(facts)};
    if (!state_take(m->state, scratch, &run, m->own->confirm, &changes, &error))
        return state_fails(m, error);
    changes_weigh(m, &changes);
    told->changes = changes_told(scratch, &changes);
    if (!write_target(m, told)) {
        state_drop(m->state);
        return false;
    }
    return state_keep(m->state, scratch, &error) || state_fails(m, error);
}

static void name_bad(const struct target *target, const char *error) {
    if (target->line > 0)
        complain("%s:%d: %s%s%s", target->file, target->line, target->name == NULL ? "" : target->name,
                 target->name == NULL ? "" : ": ", error);
    else
        complain("%s", error);
}

static bool told(void *context, const struct round_result *result) {
    struct monitoring *m = context;
    const struct target *target = result->target;
    struct told_target t = {.name = target->name == NULL ? "?" : target->name,
                            .what = target->what == NULL ? "?" : target->what};
    bool is_text = strcmp(m->options->format == NULL ? "text" : m->options->format, "text") == 0;
    if (result->verdict == NULL) {
        if (result->error != NULL)
            name_bad(target, result->error);
        else if (is_text)
            return true; /* its turn did not come: the summary counts it */
        t.error = result->error != NULL ? result->error : "the run ended before its turn came";
        return m->own->changes != NULL && is_text ? true : write_target(m, &t);
    }
    struct arena *scratch = arena_new();
    struct report report = report_of(result->verdict);
    report.name = t.name;
    t.report = &report;
    bool good = m->state != NULL ? compare_and_write(m, scratch, &t, result) : write_target(m, &t);
    arena_free(scratch);
    return good;
}

/* ---- the whole ---- */

static bool is_among(void *context, const char *name) {
    const struct target *found = target_find(context, name);
    return found != NULL && found->name != NULL && strcmp(found->name, name) == 0;
}

/* Entries that cannot be read may be any of those that are missed: nothing is forgotten then. */
static bool forget_gone(struct monitoring *m, const struct round_counts *counts) {
    struct arena *scratch = arena_new();
    struct state_changes changes;
    char *error = NULL;
    bool good = true;
    for (size_t i = 0; i < m->targets.v.n; i++)
        good = good && m->targets.v.v[i]->error == NULL;
    if (!good || m->state == NULL || m->failed || counts->left > 0) {
        arena_free(scratch);
        return !m->failed;
    }
    good = state_forget(m->state, scratch, is_among, &m->targets, (int64_t)time(NULL), &changes, &error);
    for (size_t i = 0; good && i < changes.n; i++) {
        struct state_changes one = {&changes.v[i], 1};
        struct told_target t = {.name = changes.v[i]->subject,
                                .what = changes.v[i]->subject,
                                .changes = changes_told(scratch, &one)};
        m->has_changed = true;
        if (!write_target(m, &t)) {
            state_drop(m->state);
            arena_free(scratch);
            return false;
        }
    }
    good = good && state_keep(m->state, scratch, &error);
    if (!good)
        state_fails(m, error);
    arena_free(scratch);
    return good;
}

static void show_progress(void *context, const struct round_counts *c) {
    const struct monitoring *m = context;
    size_t all = m->targets.v.n, done = all - c->left - c->running;
    int64_t since = (int64_t)time(NULL) - m->now;
    fprintf(stderr, "\r\033[K%zu of %zu done, %zu fail, %zu warn, %zu running", done, all, c->fail, c->warn,
            c->running);
    if (done > 0 && done < all && since > 2)
        fprintf(stderr, ", about %" PRId64 " s left",
                (int64_t)((double)since / (double)done * (double)(all - done)));
    fflush(stderr);
}

static bool run_round(struct monitoring *m) {
    struct round_counts counts;
    char *error = NULL;
    bool shows = !m->options->no_progress && m->options->verbose >= 0 && isatty(STDERR_FILENO);
    struct round_plan plan = {.targets = &m->targets,
                              .jobs = m->own->jobs,
                              .rate = m->own->rate,
                              .seed = m->own->seed,
                              .within_ms = m->own->within_ms,
                              .memory = MEMORY_OF_ONE,
                              .prepare = prepare,
                              .told = told,
                              .progress = shows ? show_progress : NULL,
                              .context = m};
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    bool good = round_run(&plan, &counts, m->targets.arena, &error);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    if (shows)
        fputs("\r\033[K", stderr);
    if (error != NULL)
        complain("%s", error);
    m->summary = (struct told_summary){.targets = m->targets.v.n,
                                       .pass = counts.pass,
                                       .warn = counts.warn,
                                       .unknown = counts.unknown,
                                       .fail = counts.fail,
                                       .not_run = counts.not_run,
                                       .duration_ms = (int)((ended.tv_sec - began.tv_sec) * 1000 +
                                                            (ended.tv_nsec - began.tv_nsec) / 1000000)};
    return good && forget_gone(m, &counts);
}

static bool write_round(FILE *out, void *context) {
    struct monitoring *m = context;
    struct report_style style = {
        .color = wants_color(m->options), .width = 80, .verbose = m->options->verbose};
    const struct format *format = format_find(m->options->format == NULL ? "text" : m->options->format);
    m->many = many_open(format, &style, m->own->changes != NULL, out);
    if (m->many == NULL)
        return false;
    bool good = run_round(m);
    int error = errno;
    bool closed = many_close(m->many, &m->summary);
    if (!good)
        errno = error;
    return good && closed;
}

static int exit_status(const struct monitoring *m) {
    static const int numbers[] = {[STATUS_PASS] = 0, [STATUS_INFO] = 0, [STATUS_SKIP] = 0,
                                  [STATUS_WARN] = 1, [STATUS_FAIL] = 2, [STATUS_UNKNOWN] = 3};
    if (m->own->changes == NULL || m->has_worse)
        return numbers[summary_status(&m->summary)];
    return m->summary.not_run > 0 ? EXIT_BAD : 0;
}

/* A report in a file is told when the file has its name: nothing is kept before that. */
static int round_tell(struct monitoring *m, struct arena *arena) {
    const char *output = m->options->output;
    bool waits = m->state != NULL && output != NULL && strcmp(output, "-") != 0;
    char *error = NULL;
    if (waits && !state_hold(m->state, arena, &error))
        return complain("--changes: %s", error);
    bool good = output_write(output, write_round, m) && !m->failed;
    if (waits && !state_release(m->state, arena, good, &error))
        return complain("--changes: %s", error);
    return good ? exit_status(m) : EXIT_BAD;
}

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
    if (own->history != NULL)
        return own->changes == NULL ? "--history: wanted --changes STATE.db too" : NULL;
    if (options->file == NULL && options->arguments.n == 0)
        return "monitor: wanted -f FILE, a folder, or - for domains on standard input; see 'edgeprobe "
               "monitor --help'";
    if (options->arguments.n > 1 || (options->file != NULL && options->arguments.n > 0))
        return arena_printf(arena, "monitor: '%s' is too much: one list of targets",
                            options->arguments.v[options->arguments.n - 1]);
    if (options->save != NULL || options->baseline != NULL)
        return "monitor: --save and --baseline are for one target";
    if (own->confirm > 1 && own->changes == NULL)
        return "--confirm: wanted --changes STATE.db too";
    return NULL;
}

static bool state_begin(struct monitoring *m, struct arena *arena) {
    char *said = NULL, *error = NULL;
    if (m->own->changes == NULL)
        return true;
    m->state = state_open(arena, m->own->changes, &said, &error);
    if (said != NULL)
        complain("--changes: %s", said);
    if (m->state == NULL)
        complain("--changes: %s", error);
    return m->state != NULL;
}

static int monitor(struct facts *facts, const struct options *options, void *context) {
    struct monitor_options *own = context;
    struct arena *arena = facts->arena;
    struct monitoring m = {
        .options = options, .own = own, .targets = {.arena = arena}, .now = (int64_t)time(NULL)};
    const char *fault = usage_fault(arena, options, own);
    char *error = NULL;
    int status = EXIT_BAD;
    if (fault != NULL)
        return complain("%s", fault);
    if (options->format != NULL && format_find(options->format) == NULL)
        return complain("--format: '%s' is not a format of this command; wanted one of %s",
                        text_from_wire_cut(arena, options->format, strlen(options->format), 80),
                        format_names(arena));
    const char *list = options->file != NULL  ? options->file
                       : own->history == NULL ? options->arguments.v[0]
                                              : NULL;
    if (own->history == NULL && !targets_read(&m.targets, list, &error))
        return complain("%s", error);
    if (!own->has_seed && getrandom(&own->seed, sizeof own->seed, 0) < 0)
        own->seed = (uint64_t)m.now;
    if (!state_begin(&m, arena))
        return EXIT_BAD;
    m.preparing = (struct preparing){&m.targets, options, facts_new()};
    arena_limit(m.preparing.shelf->arena, SHELF_SIZE);
    status = own->history != NULL ? history_tell(m.state, arena, own->history) : round_tell(&m, arena);
    facts_free(m.preparing.shelf);
    state_close(m.state);
    return status;
}

int monitor_run(int argc, char **argv) {
    struct monitor_options own = {.jobs = JOBS_USUAL, .confirm = 1};
    return command_run(argc, argv, rows, &own, monitor);
}
