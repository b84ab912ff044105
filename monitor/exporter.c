/* How do Prometheus, and a person with a browser, ask for targets? See exporter.h. */
#include "monitor/exporter.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "monitor/exporter_pages.h"
#include "monitor/numbers.h"
#include "monitor/query.h"
#include "monitor/round.h"
#include "probe/watchdog.h"
#include "probe/turns.h"
#include "report/prometheus.h"
#include "report/report.h"

enum {
    WAITING_MOST = 5000, /* scrapes that wait for their turn */
    CONNECTIONS_MOST = 4000,
    FILES_OF_LOOKS = 20,
    SWEEP_MS = 100,
    LATE_MS = 250 /* after the time that a scrape has: its answer would not be read any more */
};

struct asking { /* one scrape that waits */
    struct web_exchange *exchange;
    uint64_t until; /* loop time in ms; 0: as long as it takes */
    struct asking *next;
};

struct job { /* one look, waiting or under way */
    struct exporter *exporter;
    const struct target *target;
    const struct module *module; /* NULL: none */
    struct asking *askings;
    struct look *look; /* NULL while it waits */
    uint64_t began_ns;
    struct job *next;
};

static void maybe_end(struct exporter *exporter);

/* ---- answers ---- */

static char *metrics_of(const struct job *job, const struct verdict *verdict, size_t *size) {
    char *text = NULL;
    struct report report = report_of(verdict);
    double seconds = (double)(uv_hrtime() - job->began_ns) / 1e9;
    FILE *out = open_memstream(&text, size);
    if (out == NULL)
        return NULL;
    report.name = job->target->name;
    prometheus_probe(&report, seconds, soonest_end_of_any(verdict->facts), out);
    for (size_t family = 0; family < PROMETHEUS_FAMILIES; family++) {
        prometheus_head(family, out);
        prometheus_samples(family, &report, out);
    }
    prometheus_build_info(out);
    fclose(out);
    return text;
}

static void answer_all(struct job *job, const char *text, size_t size, const char *error) {
    struct exporter *e = job->exporter;
    for (struct asking *asking = job->askings, *next; asking != NULL; asking = next) {
        next = asking->next;
        e->waiting--;
        char *copy = text == NULL ? NULL : malloc(size);
        if (copy != NULL)
            exporter_answer_metrics(asking->exchange, memcpy(copy, text, size), size);
        else
            web_say(asking->exchange, 500, "%s\n", error == NULL ? "out of memory" : error);
        free(asking);
    }
    job->askings = NULL;
}

/* ---- looks ---- */

static void unlink_job(struct job **list, struct job *job) {
    while (*list != job)
        list = &(*list)->next;
    *list = job->next;
}

static void start_waiting(struct exporter *e);

static void on_looked(void *context, const struct verdict *verdict, const char *error) {
    struct job *job = context;
    struct exporter *e = job->exporter;
    size_t size = 0;
    char *text = verdict == NULL ? NULL : metrics_of(job, verdict, &size);
    unlink_job(&e->running, job);
    e->running_count--;
    if (verdict != NULL) {
        ledger_take(e->ledger, ledger_find(e->ledger, job->target->name), verdict);
        e->plan->looked(e->plan->context, job->target->name, job->target->what, verdict);
    }
    e->probes[verdict == NULL                                     ? PROBE_NOT_RUN
              : findings_status(verdict->findings) == STATUS_FAIL ? PROBE_FAIL
                                                                  : PROBE_RUN]++;
    answer_all(job, text, size, error);
    free(text);
    free(job);
    start_waiting(e);
}

/* The scrape's time includes the wait for its turn. */
static int time_left(const struct exporter *e, const struct job *job) {
    uint64_t now = uv_now(e->loop), most = 0;
    for (const struct asking *asking = job->askings; asking != NULL; asking = asking->next) {
        if (asking->until == 0)
            return 0;
        most = asking->until > most ? asking->until : most;
    }
    return most <= now ? 1 : (int)(most - now);
}

static void start_job(struct job *job) {
    struct exporter *e = job->exporter;
    struct ready ready = {0};
    struct arena *scratch = arena_new();
    char *error = NULL;
    const struct settings *module = job->module == NULL ? NULL : &job->module->settings;
    if (!e->plan->prepare(e->plan->context, job->target, module, scratch, &ready, &error)) {
        e->probes[PROBE_NOT_RUN]++;
        answer_all(job, NULL, 0, error);
        free(job);
        arena_free(scratch);
        return;
    }
    arena_free(scratch);
    int left = time_left(e, job);
    if (left > 0 && ready.probe.deadline_ms > left)
        ready.probe.deadline_ms = left;
    ready.probe.turns = e->turns;
    ready.probe.questions = e->questions;
    if (e->plan->memory > 0)
        arena_limit(ready.facts->arena, e->plan->memory);
    job->next = e->running;
    e->running = job;
    e->running_count++;
    job->began_ns = uv_hrtime();
    job->look = look_start(e->loop, &ready, on_looked, job);
}

/* What a run before left is shown until the first look of our own. */
static void remember(struct exporter *e) {
    for (size_t i = 0; i < e->targets->v.n; i++) {
        const struct target *target = e->targets->v.v[i];
        struct known_before known;
        struct arena *scratch = arena_new();
        struct last_look *last =
            target->name == NULL || target->error != NULL ? NULL : ledger_find(e->ledger, target->name);
        if (last != NULL && !last->is_known &&
            e->plan->known(e->plan->context, scratch, target->name, &known)) {
            last->is_known = true;
            last->status = known.status;
            last->since = known.since;
            last->last_run = known.last_run;
            last->not_after = known.not_after;
        }
        arena_free(scratch);
    }
}

static void reload(struct exporter *e) {
    if (!e->wants_reload || e->running != NULL || e->queue != NULL)
        return;
    e->wants_reload = false;
    const struct targets *targets = e->plan->reload(e->plan->context);
    if (targets == NULL)
        return;
    e->targets = targets;
    remember(e);
}

static void start_waiting(struct exporter *e) {
    while (e->queue != NULL && e->running_count < e->jobs && !e->closing) {
        struct job *job = e->queue;
        e->queue = job->next;
        start_job(job);
    }
    if (e->queue == NULL)
        e->queue_end = &e->queue;
    reload(e);
    maybe_end(e);
}

/* ---- scrapes ---- */

static uint64_t until_of(const struct exporter *e, struct web_exchange *exchange) {
    uint64_t ms = query_timeout_ms(web_header(exchange, "X-Prometheus-Scrape-Timeout-Seconds"));
    return ms == 0 ? 0 : uv_now(e->loop) + ms;
}

static struct job *find_job(struct job *list, const struct target *target, const struct module *module) {
    for (; list != NULL; list = list->next)
        if (list->target == target && list->module == module)
            return list;
    return NULL;
}

static struct job *new_job(struct exporter *e, const struct target *target, const struct module *module) {
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return NULL;
    *job = (struct job){.exporter = e, .target = target, .module = module};
    *e->queue_end = job;
    e->queue_end = &job->next;
    return job;
}

/* Joins a look that has not begun or will be done in time; else begins one. */
static void ask(struct exporter *e, struct web_exchange *exchange, const struct target *target,
                const struct module *module) {
    struct job *job = find_job(e->running, target, module);
    job = job != NULL ? job : find_job(e->queue, target, module);
    struct asking *asking = calloc(1, sizeof *asking);
    if (asking == NULL || e->waiting >= WAITING_MOST ||
        (job == NULL && (job = new_job(e, target, module)) == NULL)) {
        e->probes[PROBE_BUSY]++;
        web_say(exchange, 503, "too many scrapes wait already\n");
        free(asking);
        return;
    }
    *asking = (struct asking){.exchange = exchange, .until = until_of(e, exchange), .next = job->askings};
    job->askings = asking;
    e->waiting++;
    uv_timer_start(&e->starter, e->on_start, 0, 0); /* not from within the request: it is not suspended yet */
}

static const struct module *module_find(const struct targets *targets, const char *name) {
    for (size_t i = 0; i < targets->modules.n; i++)
        if (strcmp(targets->modules.v[i]->name, name) == 0)
            return targets->modules.v[i];
    return NULL;
}

static void probe_asked(struct exporter *e, struct web_exchange *exchange) {
    const char *name = web_query(exchange, "target"), *module_name = web_query(exchange, "module");
    const struct target *target = name == NULL ? NULL : target_find(e->targets, name);
    const struct module *module = module_name == NULL ? NULL : module_find(e->targets, module_name);
    if (name == NULL || *name == 0) {
        web_say(exchange, 400, "target is missing\n");
    } else if (module_name != NULL && *module_name != 0 && module == NULL) {
        web_say(exchange, 400, "unknown module\n");
    } else if (target == NULL) {
        e->probes[PROBE_DENIED]++;
        web_say(exchange, 403, "not among the targets\n");
    } else {
        ask(e, exchange, target, module);
    }
}

/* ---- time ---- */

/* Scrapes whose time is over: nobody waits for the answer any more. */
static void drop_late(struct exporter *e, struct job *job) {
    uint64_t now = uv_now(e->loop);
    for (struct asking **at = &job->askings; *at != NULL;) {
        struct asking *asking = *at;
        if (asking->until == 0 || now < asking->until + LATE_MS) {
            at = &asking->next;
            continue;
        }
        *at = asking->next;
        e->waiting--;
        e->probes[PROBE_BUSY]++;
        web_say(asking->exchange, 503, "no turn came within the scrape's time-out\n");
        free(asking);
    }
}

static void on_sweep(uv_timer_t *timer) {
    struct exporter *e = timer->data;
    struct job **at = &e->queue;
    for (struct job *job = e->running; job != NULL; job = job->next)
        drop_late(e, job);
    e->queue_end = &e->queue;
    while (*at != NULL) {
        struct job *job = *at;
        drop_late(e, job);
        if (job->askings == NULL) {
            *at = job->next;
            free(job);
        } else {
            at = &job->next;
            e->queue_end = at;
        }
    }
}

static void on_start(uv_timer_t *timer) {
    start_waiting(timer->data);
}

/* ---- begin and end ---- */

static void on_request(void *context, struct web_exchange *exchange, const char *path) {
    exporter_route(context, exchange, path);
}

static void maybe_end(struct exporter *e) {
    uv_handle_t *handles[] = {(uv_handle_t *)&e->sweeper, (uv_handle_t *)&e->starter,
                              (uv_handle_t *)&e->terminated, (uv_handle_t *)&e->interrupted,
                              (uv_handle_t *)&e->hung_up};
    if (!e->closing || e->running != NULL || e->is_over)
        return;
    e->is_over = true;
    for (struct job *job = e->queue, *next; job != NULL; job = next) {
        next = job->next;
        answer_all(job, NULL, 0, "shutting down");
        free(job);
    }
    e->queue = NULL;
    web_close(e->web);
    for (size_t i = 0; i < sizeof handles / sizeof *handles; i++)
        uv_close(handles[i], NULL);
}

/* Looks under way come to their end, and their scrapes get it; a second signal ends them as what they are. */
static void on_end(uv_signal_t *signal, int number) {
    struct exporter *e = signal->data;
    (void)number;
    watchdog_disarm(); /* the loop turns */
    for (struct job *job = e->running, *next; e->closing && job != NULL; job = next) {
        next = job->next;
        look_stop(job->look);
    }
    e->closing = true;
    maybe_end(e);
}

static void on_hang_up(uv_signal_t *signal, int number) {
    struct exporter *e = signal->data;
    (void)number;
    e->wants_reload = true;
    reload(e);
}

static void open_handles(struct exporter *e) {
    uv_timer_init(e->loop, &e->sweeper);
    uv_timer_init(e->loop, &e->starter);
    uv_signal_init(e->loop, &e->terminated);
    uv_signal_init(e->loop, &e->interrupted);
    uv_signal_init(e->loop, &e->hung_up);
    e->sweeper.data = e->starter.data = e->terminated.data = e->interrupted.data = e->hung_up.data = e;
    uv_timer_start(&e->sweeper, on_sweep, SWEEP_MS, SWEEP_MS);
    uv_signal_start(&e->terminated, on_end, SIGTERM);
    uv_signal_start(&e->interrupted, on_end, SIGINT);
    uv_signal_start(&e->hung_up, on_hang_up, SIGHUP);
    watchdog_hear(SIGTERM);
    watchdog_hear(SIGINT);
}

/* What descriptors are left for clients when the looks have theirs. */
static int connections_allowed(int jobs) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur > CONNECTIONS_MOST + FILES_OF_LOOKS * (rlim_t)jobs + 64)
        return CONNECTIONS_MOST;
    int left = (int)limit.rlim_cur - FILES_OF_LOOKS * jobs - 24;
    return left < 8 ? 8 : left;
}

bool exporter_run(const struct exporter_plan *plan, struct arena *arena, char **error) {
    uv_loop_t loop;
    struct watchdog watchdog;
    struct exporter e = {
        .plan = plan, .targets = plan->targets, .loop = &loop, .on_start = on_start, .probe = probe_asked};
    *error = NULL;
    e.jobs = jobs_allowed(plan->jobs * 2) / 2; /* the other half of the descriptors is for clients */
    e.jobs = e.jobs < 1 ? 1 : e.jobs;
    e.queue_end = &e.queue;
    e.started = (int64_t)time(NULL);
    e.ledger = ledger_new();
    if (e.ledger == NULL || !loop_open(&loop)) {
        *error = arena_text(arena, "no temporary file, no memory, or too many open files");
        ledger_free(e.ledger);
        return false;
    }
    e.turns = plan->to_one_address > 0 ? turns_new(plan->to_one_address) : NULL;
    e.questions = turns_new(QUESTIONS_MOST);
    void (*old_pipe)(int) = signal(SIGPIPE, SIG_IGN);
    e.web =
        web_open(&loop, arena, plan->address, plan->port, connections_allowed(e.jobs), on_request, &e, error);
    if (e.web != NULL) {
        open_handles(&e);
        remember(&e);
        plan->listening(plan->context, plan->address, web_port(e.web));
    }
    watchdog_follow(&watchdog, &loop, WATCHDOG_TURN_MS);
    uv_run(&loop, UV_RUN_DEFAULT);
    watchdog_leave(&watchdog);
    uv_loop_close(&loop);
    turns_free(e.turns);
    turns_free(e.questions);
    ledger_free(e.ledger);
    signal(SIGPIPE, old_pipe);
    return *error == NULL;
}
