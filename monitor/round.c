/* How are many targets looked at in one process, fairly and within bounds? See round.h. */
#include "monitor/round.h"

#include <search.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>

#include "probe/watchdog.h"
#include "probe/turns.h"

enum {
    OF_ONE_HOST = 2,   /* at a time */
    FILES_KEPT = 32,   /* descriptors for all but the targets: loop, output, database, trust lists */
    FILES_OF_ONE = 20, /* that one target usually needs; beyond that its connections wait for one another */
    PROGRESS_EVERY_MS = 250
};

struct slot { /* one target under way */
    struct round *round;
    const struct target *target;
    struct host *host; /* NULL: no host of its own */
    struct look *look;
    struct slot *next, **at; /* among those that run */
};

struct host { /* what has one name waits for one another */
    const char *name;
    int running;
    LIST_OF(size_t) waiting; /* targets by their place in the list */
    size_t first;            /* of those that still wait */
};

struct round {
    const struct round_plan *plan;
    struct round_counts *counts;
    struct arena *arena;
    uv_loop_t loop;
    uv_timer_t pace, end, show;
    struct watchdog watchdog;
    uv_signal_t terminated, interrupted;
    size_t *order;
    size_t next;   /* in order */
    size_t *freed; /* targets that waited for their host and may go on */
    size_t freed_count;
    struct turns *turns;     /* of connections to one address; NULL: no limit */
    struct turns *questions; /* to one resolver */
    void *hosts;             /* tsearch(3) tree of struct host */
    struct slot *slots;      /* those that run */
    int jobs;
    uint64_t began_ns; /* when the last target was begun */
    bool stopping, closing, broken;
};

/* ---- limits ---- */

int jobs_allowed(int wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return wanted;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit more = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &more) == 0)
            limit = more;
    }
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= (rlim_t)(FILES_KEPT + FILES_OF_ONE * JOBS_MOST))
        return wanted;
    int allowed = ((int)limit.rlim_cur - FILES_KEPT) / FILES_OF_ONE;
    return wanted < allowed ? wanted : allowed < 1 ? 1 : allowed;
}

/* ---- the order ---- */

/* SplitMix64: the same seed gives the same order everywhere. */
static uint64_t chance(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(struct round *round) {
    size_t count = round->plan->targets->v.n;
    uint64_t state = round->plan->seed;
    for (size_t i = 0; i < count; i++)
        round->order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = chance(&state) % i, kept = round->order[i - 1];
        round->order[i - 1] = round->order[other];
        round->order[other] = kept;
    }
}

/* ---- hosts ---- */

static int by_name(const void *a, const void *b) {
    return strcasecmp(((const struct host *)a)->name, ((const struct host *)b)->name);
}

/* A domain's edges are not known yet; its own name stands for them. A deployment has many hosts. */
static const char *host_name(struct arena *arena, const struct target *target) {
    const char *colon = strrchr(target->what, ':');
    if (target->kind == TARGET_DEPLOYMENT)
        return NULL;
    if (target->kind == TARGET_DOMAIN || colon == NULL || strchr(target->what, ':') != colon)
        return target->what;
    return arena_textn(arena, target->what, (size_t)(colon - target->what));
}

static struct host *host_of(struct round *round, const struct target *target) {
    struct host wanted = {.name = host_name(round->arena, target)};
    if (wanted.name == NULL)
        return NULL;
    struct host **found = tfind(&wanted, &round->hosts, by_name);
    if (found != NULL)
        return *found;
    struct host *host = ARENA_NEW(round->arena, struct host);
    host->name = wanted.name;
    tsearch(host, &round->hosts, by_name); /* had the tree no memory: it only is less polite */
    return host;
}

static void host_wait(struct round *round, struct host *host, size_t index) {
    LIST_ADD(round->arena, &host->waiting, arena_dup(round->arena, &index, sizeof index));
}

/* A place at this host is free: whoever waits longest may have it. */
static void host_call(struct round *round, struct host *host) {
    if (host != NULL && host->first < host->waiting.n)
        round->freed[round->freed_count++] = *host->waiting.v[host->first++];
}

static void host_leave(struct round *round, struct host *host) {
    if (host != NULL)
        host->running--;
    host_call(round, host);
}

/* ---- one target ---- */

static void close_handles(struct round *round) {
    uv_handle_t *handles[] = {(uv_handle_t *)&round->pace, (uv_handle_t *)&round->end,
                              (uv_handle_t *)&round->show, (uv_handle_t *)&round->terminated,
                              (uv_handle_t *)&round->interrupted};
    if (round->closing)
        return;
    round->closing = true;
    for (size_t i = 0; i < sizeof handles / sizeof *handles; i++)
        uv_close(handles[i], NULL);
}

static void stop_all(struct round *round) {
    for (struct slot *slot = round->slots, *next; slot != NULL; slot = next) {
        next = slot->next;
        look_stop(slot->look);
    }
}

static void count(struct round *round, const struct round_result *result) {
    struct round_counts *counts = round->counts;
    if (result->verdict == NULL) {
        counts->not_run++;
        return;
    }
    size_t *by_status[] = {&counts->pass, &counts->warn, &counts->fail, &counts->unknown};
    (*by_status[verdict_status(result->verdict)])++;
}

static void tell(struct round *round, const struct target *target, const struct verdict *verdict,
                 const char *error) {
    struct round_result result = {target, verdict, error};
    count(round, &result);
    if (round->broken || round->plan->told(round->plan->context, &result))
        return;
    round->broken = round->stopping = true;
    stop_all(round);
}

static void go_on(struct round *round);

static void on_looked(void *context, const struct verdict *verdict, const char *error) {
    struct slot *slot = context;
    struct round *round = slot->round;
    round->counts->running--;
    if (slot->next != NULL)
        slot->next->at = slot->at;
    *slot->at = slot->next;
    host_leave(round, slot->host);
    tell(round, slot->target, verdict, error);
    free(slot);
    go_on(round);
}

/* False: it could not be, which is told. */
static bool begin(struct round *round, const struct target *target, struct host *host) {
    struct ready ready = {0};
    char *error = NULL;
    struct arena *scratch = arena_new();
    struct slot *slot = calloc(1, sizeof *slot);
    bool good = slot != NULL && target->error == NULL &&
                round->plan->prepare(round->plan->context, target, scratch, &ready, &error);
    if (!good) {
        tell(round, target, NULL, slot == NULL ? "out of memory" : error != NULL ? error : target->error);
        free(slot);
        arena_free(scratch);
        return false;
    }
    arena_free(scratch);
    if (round->plan->memory > 0)
        arena_limit(ready.facts->arena, round->plan->memory);
    ready.probe.turns = round->turns;
    ready.probe.questions = round->questions;
    *slot = (struct slot){
        .round = round, .target = target, .host = host, .next = round->slots, .at = &round->slots};
    if (slot->next != NULL)
        slot->next->at = &slot->next;
    round->slots = slot;
    round->counts->running++;
    if (host != NULL)
        host->running++;
    round->began_ns = uv_hrtime();
    slot->look = look_start(&round->loop, &ready, on_looked, slot);
    return true;
}

/* ---- which one next ---- */

static bool take_next(struct round *round, size_t *index) {
    if (round->freed_count > 0)
        *index = round->freed[--round->freed_count];
    else if (round->next < round->plan->targets->v.n)
        *index = round->order[round->next++];
    else
        return false;
    return true;
}

/* Milliseconds until the next may be begun; 0: now. */
static uint64_t pause_left(const struct round *round) {
    if (round->plan->rate <= 0 || round->began_ns == 0)
        return 0;
    uint64_t apart = (uint64_t)(1e9 / round->plan->rate), since = uv_hrtime() - round->began_ns;
    return since >= apart ? 0 : (apart - since + 999999) / 1000000;
}

static void on_pace(uv_timer_t *timer) {
    go_on(timer->data);
}

/* Those whose turn did not come. */
static void tell_rest(struct round *round) {
    size_t index;
    while (take_next(round, &index)) {
        round->counts->left--;
        tell(round, round->plan->targets->v.v[index], NULL, NULL);
    }
}

/* One a turn of the loop, which meanwhile serves those that run: answers are not kept waiting, and seldom are
 * many targets where they need most memory, at their questions to the DNS. */
static void begin_those_that_may(struct round *round) {
    size_t index;
    bool has_begun = false;
    while (!round->stopping && round->counts->running < (size_t)round->jobs) {
        uint64_t pause = pause_left(round);
        if (pause > 0 || has_begun) {
            uv_timer_start(&round->pace, on_pace, pause, 0);
            return;
        }
        if (!take_next(round, &index))
            return;
        const struct target *target = round->plan->targets->v.v[index];
        struct host *host = target->error != NULL ? NULL : host_of(round, target);
        if (host != NULL && host->running >= OF_ONE_HOST) {
            host_wait(round, host, index);
            continue;
        }
        round->counts->left--;
        has_begun = begin(round, target, host);
        if (!has_begun)
            host_call(round, host); /* it was called, and does not take its place */
    }
}

static void go_on(struct round *round) {
    if (round->closing)
        return;
    begin_those_that_may(round);
    if (round->counts->running == 0 && (round->stopping || round->counts->left == 0))
        close_handles(round);
}

/* ---- the end ---- */

static void stop(struct round *round) {
    if (round->stopping)
        stop_all(round);
    round->stopping = true;
    go_on(round);
}

static void on_signal(uv_signal_t *signal, int number) {
    (void)number;
    watchdog_disarm(); /* the loop turns */
    stop(signal->data);
}

static void on_end(uv_timer_t *timer) {
    struct round *round = timer->data;
    round->stopping = true;
    go_on(round);
}

static void on_show(uv_timer_t *timer) {
    struct round *round = timer->data;
    round->plan->progress(round->plan->context, round->counts);
}

/* A job in the background was started with ^C ignored: so be it. */
static bool is_ignored(int number) {
    struct sigaction inherited;
    return sigaction(number, NULL, &inherited) == 0 && inherited.sa_handler == SIG_IGN;
}

static void open_handles(struct round *round) {
    uv_timer_t *timers[] = {&round->pace, &round->end, &round->show};
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
        uv_timer_init(&round->loop, timers[i]);
        timers[i]->data = round;
    }
    uv_signal_init(&round->loop, &round->terminated);
    uv_signal_init(&round->loop, &round->interrupted);
    round->terminated.data = round->interrupted.data = round;
    uv_signal_start(&round->terminated, on_signal, SIGTERM);
    if (!is_ignored(SIGINT))
        uv_signal_start(&round->interrupted, on_signal, SIGINT);
    watchdog_hear(SIGTERM);
    watchdog_hear(SIGINT);
    watchdog_follow(&round->watchdog, &round->loop, WATCHDOG_TURN_MS);
    if (round->plan->within_ms > 0)
        uv_timer_start(&round->end, on_end, (uint64_t)round->plan->within_ms, 0);
    if (round->plan->progress != NULL)
        uv_timer_start(&round->show, on_show, 0, PROGRESS_EVERY_MS);
}

static void keep(void *node) { /* the arena owns them */
    (void)node;
}

static void waiting_collect(const void *node, VISIT visit, void *context) {
    const struct host *host = *(struct host *const *)node;
    struct round *round = context;
    for (size_t i = host->first; (visit == preorder || visit == leaf) && i < host->waiting.n; i++)
        round->freed[round->freed_count++] = *host->waiting.v[i];
}

bool round_run(const struct round_plan *plan, struct round_counts *counts, struct arena *arena,
               char **error) {
    size_t all = plan->targets->v.n;
    struct round round = {.plan = plan, .counts = counts, .arena = arena, .jobs = jobs_allowed(plan->jobs)};
    *counts = (struct round_counts){.left = all};
    *error = NULL;
    if (!loop_open(&round.loop)) {
        *error = arena_text(arena, "no event loop: too many open files, or no memory");
        return false;
    }
    round.order = arena_alloc(arena, (all + 1) * sizeof *round.order);
    round.freed = arena_alloc(arena, (all + 1) * sizeof *round.freed);
    shuffle(&round);
    round.turns = plan->to_one_address > 0 ? turns_new(plan->to_one_address) : NULL;
    round.questions = turns_new(QUESTIONS_MOST);
    open_handles(&round);
    void (*old_pipe)(int) = signal(SIGPIPE, SIG_IGN);
    go_on(&round);
    uv_run(&round.loop, UV_RUN_DEFAULT);
    watchdog_leave(&round.watchdog);
    signal(SIGPIPE, old_pipe);
    uv_loop_close(&round.loop);
    turns_free(round.turns);
    turns_free(round.questions);
    twalk_r(round.hosts, waiting_collect, &round);
    tell_rest(&round);
    tdestroy(round.hosts, keep);
    return !round.broken;
}
