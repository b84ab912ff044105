/* One round over all targets: run, compared with the last time, told as they come. The monitor command
 * without
 * --listen. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/monitoring.h"
#include "commands/output.h"
#include "commands/verdict.h"
#include "monitor/numbers.h"
#include "monitor/round.h"

static bool prepare(void *context, const struct target *target, struct arena *arena, struct ready *ready,
                    char **error) {
    const struct monitoring *m = context;
    return target_prepare(&m->preparing, target, NULL, arena, ready, error);
}

static bool state_fails(struct monitoring *m, const char *error) {
    complain("--changes: %s", error);
    m->failed = m->complained = true;
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
        m->write_error = errno; /* before the database is asked for anything */
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

static int ms_since(const struct timespec *began) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int)((now.tv_sec - began->tv_sec) * 1000 + (now.tv_nsec - began->tv_nsec) / 1000000);
}

static void show_progress(void *context, const struct round_counts *c) {
    const struct monitoring *m = context;
    size_t all = m->targets.v.n, done = all - c->left - c->running;
    double since = ms_since(&m->began) / 1000.0;
    fprintf(stderr, "\r\033[K%zu of %zu done, %zu fail, %zu warn, %zu running", done, all, c->fail, c->warn,
            c->running);
    if (done > 0 && done < all && since > 2)
        fprintf(stderr, ", about %.0f s left", since / (double)done * (double)(all - done));
    fflush(stderr);
}

static bool run_round(struct monitoring *m) {
    struct round_counts counts;
    char *error = NULL;
    bool shows = !m->options->no_progress && m->options->verbose >= 0 && isatty(STDERR_FILENO);
    struct round_plan plan = {.targets = &m->targets,
                              .jobs = m->own->jobs,
                              .to_one_address = m->own->to_one_address,
                              .rate = m->own->rate,
                              .seed = m->own->seed,
                              .within_ms = m->own->within_ms,
                              .memory = MEMORY_OF_ONE,
                              .prepare = prepare,
                              .told = told,
                              .progress = shows ? show_progress : NULL,
                              .context = m};
    clock_gettime(CLOCK_MONOTONIC, &m->began);
    bool good = round_run(&plan, &counts, m->targets.arena, &error);
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
                                       .duration_ms = ms_since(&m->began)};
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
    monitor_confine(m);
    bool good = run_round(m);
    int error = m->complained ? ECANCELED : m->write_error != 0 ? m->write_error : errno;
    bool closed = many_close(m->many, &m->summary);
    if (!good)
        errno = error;
    return good && closed;
}

static int exit_status(const struct monitoring *m) {
    static const int numbers[] = {[STATUS_PASS] = 0, [STATUS_INFO] = 0, [STATUS_SKIP] = 0,
                                  [STATUS_WARN] = 1, [STATUS_FAIL] = 2, [STATUS_UNKNOWN] = 3};
    /* a monitoring system reads the status alone: it says how things are, whether they have changed or not */
    bool is_plugin = m->options->format != NULL && strcmp(m->options->format, "nagios") == 0;
    if (m->own->changes == NULL || m->has_worse || is_plugin)
        return numbers[summary_status(&m->summary)];
    return m->summary.not_run > 0 ? EXIT_BAD : 0;
}

/* A report in a file is told when the file has its name: nothing is kept before that. */
int round_tell(struct monitoring *m, struct arena *arena) {
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
