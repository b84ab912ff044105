/* What happens when the probe goes out into the world? Opens the parts, starts the plan, bounds the time, and
 * closes when all work has ended. See probe.h. */
#include "probe/world.h"

#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "probe/ciphers/node_ciphers.h"
#include "probe/conn.h"
#include "probe/plan.h"
#include "probe/revocation/revocation.h"
#include "probe/tls/tls_contexts.h"
#include "probe/waiting.h"
#include "probe/watchdog.h"

/* How long after its deadline a run may take to end what is in flight; the last resort, not a time-out. */
enum { LATE_MS = 10000, TICK_MS = 200 };

struct run_state { /* what only this file needs to know */
    struct world world;
    uv_timer_t deadline;
    uv_timer_t tick; /* only where somebody watches what is waited for */
    bool parts_closed, is_out_of_memory;
    char *error; /* NULL: it ran */
    probe_done done;
    void *context;
};

/* ---- the end ---- */

/* Both call back whoever still waits. */
static void close_parts(struct run_state *run) {
    if (run->parts_closed)
        return;
    run->parts_closed = true;
    dns_close(&run->world);
    if (run->world.http != NULL)
        http_close(&run->world);
}

static void keep(void *node) { /* the arena owns them */
    (void)node;
}

/* Nothing of the run is on the loop any more. */
static void finish(struct world *world) {
    struct run_state *run = (struct run_state *)world;
    plan_finish(world);
    node_ciphers_finish(world);
    revocation_finish(world);
    tls_contexts_free(world->tls);
    tdestroy(world->asked, keep);
    world->facts->run.duration_ms = world_ms_since(world, world->started_ns);
    if (run->is_out_of_memory && run->error == NULL)
        run->error = arena_text(world->arena, "out of memory");
    probe_done done = run->done;
    void *context = run->context;
    const char *error = run->error;
    free(run);
    done(context, error);
}

static void end_run(struct world *world) {
    struct run_state *run = (struct run_state *)world;
    if (world->ending)
        return;
    world->ending = true;
    world->stopping = true;
    close_parts(run);
    if (run->tick.data != NULL)
        world_close(world, (uv_handle_t *)&run->tick);
    world_close(world, (uv_handle_t *)&run->deadline);
}

/* Everything in flight is ended as what it is now, which ends the run. */
static void stop(struct run_state *run) {
    struct world *world = &run->world;
    if (world->ending || world->stopping)
        return;
    world->stopping = true;
    world_begin(world); /* so that the run does not end half way through this */
    close_parts(run);
    conn_stop_all(world);
    if (world->on_stop != NULL)
        world->on_stop(world);
    world_end(world);
}

static void on_tick(uv_timer_t *timer) {
    const struct world *world = &((struct run_state *)timer->data)->world;
    char text[256];
    if (!world->ending && waiting_tell(world, text, sizeof text))
        world->options->progress(world->options->progress_context, text);
}

static void tick_start(struct run_state *run) {
    struct world *world = &run->world;
    if (!world->options->tells_waits || world->options->progress == NULL)
        return;
    uv_timer_init(world->loop, &run->tick);
    run->tick.data = run;
    uv_timer_start(&run->tick, on_tick, TICK_MS, TICK_MS);
}

static void on_deadline(uv_timer_t *timer) {
    struct run_state *run = timer->data;
    if (!run->world.stopping && !run->is_out_of_memory) {
        run->world.facts->run.is_cut = true;
        world_progress(&run->world, "the time for the run is over");
    }
    stop(run);
}

/* From the loop, not from within what noticed it. */
static void on_exhausted(struct world *world) {
    struct run_state *run = (struct run_state *)world;
    if (run->is_out_of_memory)
        return;
    run->is_out_of_memory = true;
    uv_timer_start(&run->deadline, on_deadline, 0, 0);
}

static const struct run_ends run_ends = {end_run, finish, on_exhausted};

void probe_stop(struct world *world) {
    stop((struct run_state *)world);
}

/* ---- a run on somebody's loop ---- */

static bool open_parts(struct run_state *run) {
    struct world *world = &run->world;
    uv_timer_init(world->loop, &run->deadline);
    run->deadline.data = run;
    uv_update_time(world->loop);
    uv_timer_start(&run->deadline, on_deadline, (uint64_t)world->options->deadline_ms, 0);
    tick_start(run);
    world->tls = tls_contexts_new(world->arena, world->options->identity);
    tls_contexts_record(world->tls, world->options->recorder);
    return dns_open(world, &run->error);
}

/* On a loop that its caller owns and runs: the parts are opened, `begin` starts the work, and `done` comes as
 * for probe_start(). */
static struct world *world_start(uv_loop_t *loop, struct facts *facts, const struct probe_options *options,
                                 begin_fn begin, void *begin_context, probe_done done, void *context) {
    struct run_state *run = world_alloc(NULL, sizeof *run);
    *run = (struct run_state){.done = done, .context = context};
    struct world *world = &run->world;
    world->run = &run_ends;
    world->loop = loop;
    world->facts = facts;
    world->arena = facts->arena;
    world->options = options;
    world->started_ns = uv_hrtime();
    if (open_parts(run))
        begin(world, begin_context);
    else
        end_run(world);
    return world;
}

static void begin_plan(struct world *world, void *context) {
    (void)context;
    plan_start(world);
    if (world->busy > 0 && !world->facts->run.scope.offline)
        tls_contexts_get(world->tls,
                         FORM_ALL); /* a millisecond and a half, while the first questions travel */
}

struct world *probe_start(uv_loop_t *loop, struct facts *facts, const struct probe_options *options,
                          probe_done done, void *context) {
    return world_start(loop, facts, options, begin_plan, NULL, done, context);
}

/* ---- loops ---- */

/* Many endpoints at once need many sockets; the soft limit is often far below what is allowed. */
static void raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* libuv aborts when it gets no pipe for signals: asked before it is. */
static bool has_descriptors(void) {
    enum { LEAST = 12 };
    int got[LEAST], n = 0;
    while (n < LEAST && (got[n] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0)
        n++;
    for (int i = 0; i < n; i++)
        close(got[i]);
    return n == LEAST;
}

bool loop_open(uv_loop_t *loop) {
    raise_file_limit();
    return has_descriptors() && uv_loop_init(loop) == 0;
}

/* ---- one run on a loop of its own ---- */

struct alone {
    uv_loop_t loop;
    uv_signal_t interrupt;
    struct world *world;
    const char *error;
    bool is_over, interrupted;
};

static void on_interrupt(uv_signal_t *signal, int number) {
    struct alone *alone = signal->data;
    (void)number;
    alone->interrupted = true;
    watchdog_arm(LATE_MS);
    if (!alone->is_over)
        probe_stop(alone->world);
}

static void on_over(void *context, const char *error) {
    struct alone *alone = context;
    alone->is_over = true;
    alone->error = error;
    uv_close((uv_handle_t *)&alone->interrupt, NULL);
}

static void watch_interrupt(struct alone *alone) {
    uv_signal_init(&alone->loop, &alone->interrupt); /* cannot fail: the loop has its pipe, see loop_open() */
    alone->interrupt.data = alone;
    struct sigaction inherited; /* a job in the background was started with ^C ignored: so be it */
    if (sigaction(SIGINT, NULL, &inherited) != 0 || inherited.sa_handler != SIG_IGN) {
        uv_signal_start(&alone->interrupt, on_interrupt, SIGINT);
        watchdog_hear(SIGINT);
    }
}

bool world_run(struct facts *facts, const struct probe_options *options, begin_fn begin, void *context,
               char **error) {
    struct alone alone = {.world = NULL};
    if (!loop_open(&alone.loop)) {
        *error = arena_text(facts->arena, "no event loop: too many open files, or no memory");
        return false;
    }
    void (*old_pipe)(int) = signal(SIGPIPE, SIG_IGN); /* curl writes to sockets that may be gone */
    watch_interrupt(&alone);
    watchdog_arm((options->deadline_ms < INT_MAX - LATE_MS ? options->deadline_ms : INT_MAX - LATE_MS) +
                 LATE_MS);
    alone.world = world_start(&alone.loop, facts, options, begin, context, on_over, &alone);
    uv_run(&alone.loop, UV_RUN_DEFAULT);
    watchdog_disarm();
    uv_loop_close(&alone.loop);
    signal(SIGPIPE, old_pipe);
    if (alone.interrupted)
        alone.error = "interrupted";
    if (alone.error != NULL)
        *error = arena_text(facts->arena, alone.error);
    return alone.error == NULL;
}

bool probe_run(struct facts *facts, const struct probe_options *options, char **error) {
    return world_run(facts, options, begin_plan, NULL, error);
}

static void begin_revocation(struct world *world, void *context) {
    const struct revocation_target *target = context;
    world_begin(world);
    revocation_ask(world, target);
    if (target->host != NULL)
        plan_one(world, target->host, target->port);
    world_end(world);
}

bool probe_revocation(struct facts *facts, const struct probe_options *options,
                      const struct revocation_target *target, char **error) {
    struct revocation_target copy = *target;
    return world_run(facts, options, begin_revocation, &copy, error);
}
