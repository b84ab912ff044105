/* What happens when the probe goes out into the world? Opens the parts, starts the plan, bounds the time, and
 * closes when all work has ended. See probe.h. */
#include "probe/world.h"

#include <arpa/inet.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "probe/conn.h"
#include "probe/plan.h"
#include "probe/revocation/revocation_parts.h"
#include "probe/tls/tls_kit.h"

struct run_state { /* what only this file needs to know */
    struct world world;
    uv_timer_t deadline;
    uv_signal_t interrupt;
    bool interrupted, ending, parts_closed;
};

/* ---- what the parts share ---- */

void *world_alloc(void *old, size_t size) {
    void *memory = realloc(old, size);
    if (memory == NULL) {
        fputs("edgeprobe: out of memory\n", stderr);
        exit(3);
    }
    return memory;
}

void world_progress(struct world *world, const char *format, ...) {
    char text[512];
    va_list args;
    if (world->options->progress == NULL)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    world->options->progress(world->options->progress_context, text);
}

int world_ms_since(const struct world *world, uint64_t start_ns) {
    (void)world;
    return (int)((uv_hrtime() - start_ns + 999999) / 1000000);
}

bool world_is_address(const char *host) {
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

void world_connect_to(const struct world *world, const char **host, int *port) {
    const struct probe_options *options = world->options;
    for (size_t i = 0; i < options->connect_to_count; i++) {
        const struct connect_to *map = &options->connect_to[i];
        if ((*map->host != '\0' && !text_same_case_blind(map->host, *host)) ||
            (map->port != 0 && map->port != *port))
            continue;
        if (*map->to_host != '\0')
            *host = map->to_host;
        if (map->to_port != 0)
            *port = map->to_port;
        return;
    }
}

void world_begin(struct world *world) {
    world->busy++;
}

static void end_run(struct run_state *run);

void world_end(struct world *world) {
    if (--world->busy == 0)
        end_run((struct run_state *)world);
}

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

static void end_run(struct run_state *run) {
    struct world *world = &run->world;
    if (run->ending)
        return;
    run->ending = true;
    world->stopping = true;
    close_parts(run);
    uv_close((uv_handle_t *)&run->deadline, NULL);
    uv_close((uv_handle_t *)&run->interrupt, NULL);
}

/* Everything in flight is ended as what it is now, which ends the run. */
static void stop(struct run_state *run) {
    struct world *world = &run->world;
    if (run->ending || world->stopping)
        return;
    world->stopping = true;
    world_begin(world); /* so that the run does not end half way through this */
    close_parts(run);
    conn_stop_all(world);
    if (world->on_stop != NULL)
        world->on_stop(world);
    world_end(world);
}

static void on_deadline(uv_timer_t *timer) {
    struct run_state *run = timer->data;
    world_progress(&run->world, "the time for the run is over");
    stop(run);
}

static void on_interrupt(uv_signal_t *signal, int number) {
    struct run_state *run = signal->data;
    (void)number;
    run->interrupted = true;
    stop(run);
}

/* ---- the run ---- */

/* Many endpoints at once need many sockets; the soft limit is often far below what is allowed. */
static void raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static bool open_parts(struct run_state *run, char **error) {
    struct world *world = &run->world;
    uv_timer_init(&world->loop, &run->deadline);
    uv_signal_init(&world->loop, &run->interrupt);
    run->deadline.data = run->interrupt.data = run;
    uv_timer_start(&run->deadline, on_deadline, (uint64_t)world->options->deadline_ms, 0);
    struct sigaction inherited; /* a job in the background was started with ^C ignored: so be it */
    if (sigaction(SIGINT, NULL, &inherited) != 0 || inherited.sa_handler != SIG_IGN)
        uv_signal_start(&run->interrupt, on_interrupt, SIGINT);
    world->tls = tls_kit_new(world->arena, world->options->identity);
    return dns_open(world, error);
}

static void close_left(uv_handle_t *handle, void *context) {
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void keep(void *node) { /* the arena owns them */
    (void)node;
}

bool world_run(struct facts *facts, const struct probe_options *options, begin_fn begin, void *context,
               char **error) {
    struct run_state *run = world_alloc(NULL, sizeof *run);
    memset(run, 0, sizeof *run);
    struct world *world = &run->world;
    world->facts = facts;
    world->arena = facts->arena;
    world->options = options;
    world->started_ns = uv_hrtime();
    if (uv_loop_init(&world->loop) != 0) {
        *error = arena_text(facts->arena, "no event loop: too many open files, or no memory");
        free(run);
        return false;
    }
    raise_file_limit();
    void (*old_pipe)(int) = signal(SIGPIPE, SIG_IGN); /* curl writes to sockets that may be gone */
    bool good = open_parts(run, error);
    if (good)
        begin(world, context);
    else
        end_run(run);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    uv_walk(&world->loop, close_left, NULL);
    uv_run(&world->loop, UV_RUN_DEFAULT);
    uv_loop_close(&world->loop);
    signal(SIGPIPE, old_pipe);
    plan_finish(world);
    revocation_finish(world);
    tls_kit_free(world->tls);
    tdestroy(world->asked, keep);
    facts->run.duration_ms = world_ms_since(world, world->started_ns);
    if (run->interrupted)
        *error = arena_text(facts->arena, "interrupted");
    good = good && !run->interrupted;
    free(run);
    return good;
}

static void begin_plan(struct world *world, void *context) {
    (void)context;
    plan_start(world);
}

bool probe_run(struct facts *facts, const struct probe_options *options, char **error) {
    return world_run(facts, options, begin_plan, NULL, error);
}
