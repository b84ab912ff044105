/* How are many questions put to one server, without hurting it and without being fooled by its patience
 * running out? See survey.h.
 *
 * A connection that ends without a word may be a refusal or a limit on connections. It is believed to be a
 * refusal only when a later connection was answered and the same question ended the same way once more. When
 * nothing is answered any more, the survey waits, once, and goes on slowly. */
#include "probe/ciphers/survey.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PARALLEL = 8,
    PER_SECOND = 100,
    BURST = 50, /* connections before the limit per second matters */
    SLOW_PER_SECOND = 4,
    FLOCK_MS = 3,
    WAIT_FIRST_MS = 1000, /* each further wait is twice as long */
    WAITS = 4
};

struct survey *survey_new(struct world *world, struct cipher_survey *fact) {
    struct survey *survey = ARENA_NEW(world->arena, struct survey);
    survey->world = world;
    survey->fact = fact;
    return survey;
}

/* ---- the limits ---- */

static uint64_t cost_ns(const struct survey *survey) {
    return 1000000000u / (unsigned)survey->per_second;
}

static size_t most_at_once(const struct survey *survey) {
    return survey->fact->rate_limited ? 1 : (size_t)survey->parallel;
}

static void on_timer(uv_timer_t *timer) {
    struct survey *survey = timer->data;
    survey->is_waiting = false;
    survey_go_on(survey);
}

static void wait_ms(struct survey *survey, uint64_t ms) {
    survey->is_waiting = true;
    uv_update_time(survey->world->loop);
    uv_timer_start(&survey->timer, on_timer, ms == 0 ? 1 : ms, 0);
}

static void on_soon(uv_timer_t *timer) {
    survey_go_on(timer->data);
}

/* Answers come in flocks: what is to be asked next is clearer when all of one have been heard. */
void survey_go_on_soon(struct survey *survey) {
    if (!survey->is_over && !uv_is_active((uv_handle_t *)&survey->soon))
        uv_timer_start(&survey->soon, on_soon, FLOCK_MS, 0);
}

/* The bucket: BURST connections at once, then per_second. */
bool survey_may_connect(struct survey *survey) {
    uint64_t now = uv_hrtime(), burst = survey->fact->rate_limited ? 1 : BURST;
    if (survey->is_waiting || survey->is_over || survey->world->stopping ||
        survey->running >= most_at_once(survey))
        return false;
    if (survey->spent_ns > now + (burst - 1) * cost_ns(survey)) {
        wait_ms(survey, (survey->spent_ns - now - (burst - 1) * cost_ns(survey)) / 1000000 + 1);
        return false;
    }
    return true;
}

void survey_count(struct survey *survey) {
    uint64_t now = uv_hrtime();
    survey->spent_ns = (survey->spent_ns > now ? survey->spent_ns : now) + cost_ns(survey);
    survey->running++;
    survey->fact->connections++;
}

/* ---- the end ---- */

static void on_timer_closed(uv_handle_t *handle) {
    struct survey *survey = handle->data;
    if (--survey->timers > 0)
        return;
    survey->done(survey->context, survey);
    world_end(survey->world);
}

static void finish(struct survey *survey) {
    if (survey->is_over)
        return;
    survey->is_over = true;
    certs_stop(survey);
    survey->fact->ms = world_ms_since(survey->world, survey->started_ns);
    result_finish(survey);
    uv_close((uv_handle_t *)&survey->timer, on_timer_closed);
    uv_close((uv_handle_t *)&survey->soon, on_timer_closed);
}

static void give_up(struct survey *survey, char *why) {
    if (survey->trouble == NULL)
        survey->trouble = why;
    survey->is_blocked = true;
    if (survey->running == 0)
        finish(survey);
}

void survey_stop(struct survey *survey) {
    give_up(survey, arena_text(survey->world->arena, "the time for the run was over"));
}

/* ---- who ended without a word ---- */

static void push(struct job **list, struct job *job) {
    while (*list != NULL)
        list = &(*list)->next;
    job->next = NULL;
    *list = job;
}

static struct job *pop(struct job **list) {
    struct job *job = *list;
    if (job != NULL)
        *list = job->next;
    return job;
}

/* A connection begun after the suspects had ended was answered: the server is well. */
static void judge_suspects(struct survey *survey, size_t number) {
    struct job *all = survey->suspects, *job;
    survey->suspects = NULL;
    while ((job = pop(&all)) != NULL) {
        if (number <= job->ended_at) {
            push(&survey->suspects, job);
        } else if (job->kind == JOB_ALIVE) {
            continue;
        } else if (job->is_second_try || survey->closes_to_refuse) {
            survey->closes_to_refuse = true;
            tracks_refuse(job, job->ask->what);
        } else {
            job->is_second_try = true;
            push(&survey->again, job);
        }
    }
}

static void noticed_limit(struct survey *survey) {
    world_progress(survey->world, "%s: after %d connections the server stopped answering; waiting",
                   survey->fact->endpoint, survey->fact->connections);
    survey->closes_to_refuse = false;
    survey->fact->rate_limited = true;
    survey->per_second = SLOW_PER_SECOND;
}

/* The question that was answered before is not answered now. */
static void blocked(struct survey *survey, const struct job *job) {
    struct arena *arena = survey->world->arena;
    if (!survey->fact->rate_limited)
        noticed_limit(survey);
    if (survey->forgiving < WAITS)
        wait_ms(survey, (uint64_t)WAIT_FIRST_MS << survey->forgiving++);
    else
        give_up(survey,
                arena_printf(arena,
                             "after %d connections the server stopped answering (%s), and did not answer "
                             "again in %d s: a limit on connections",
                             survey->fact->connections, job->ask->what,
                             ((1 << WAITS) - 1) * WAIT_FIRST_MS / 1000));
}

static void well_again(struct survey *survey, size_t number) {
    if (survey->forgiving > 0)
        survey->forgiving = WAITS; /* waited out once: next time it is the end */
    judge_suspects(survey, number);
}

static bool is_wordless(enum ask_outcome outcome) {
    return outcome == ASK_CLOSED || outcome == ASK_RESET || outcome == ASK_TIMEOUT ||
           outcome == ASK_NO_CONNECTION || outcome == ASK_NO_STARTTLS;
}

/* ---- launching ---- */

static void on_ask(void *context, struct ask *ask) {
    struct job *job = context;
    struct survey *survey = job->survey;
    survey->running--;
    job->ask = ask;
    job->ended_at = (size_t)survey->fact->connections;
    if (survey->is_blocked || survey->world->stopping) {
        survey_stop(survey);
        return;
    }
    if (is_wordless(ask->outcome)) {
        if (job->kind == JOB_ALIVE)
            blocked(survey, job);
        else
            push(&survey->suspects, job);
    } else if (ask->outcome == ASK_HELLO || ask->outcome == ASK_ALERT) {
        if (ask->outcome == ASK_HELLO && !survey->has_good) {
            survey->has_good = true;
            survey->good = job->form;
        }
        if (job->kind != JOB_ALIVE && ask->outcome == ASK_HELLO)
            tracks_answer(job);
        else if (job->kind != JOB_ALIVE)
            tracks_refuse(job, ask->what);
        well_again(survey, job->number);
    } else {
        tracks_useless(job, ask->what);
    }
    survey_go_on_soon(survey);
}

static void launch(struct survey *survey, struct job *job) {
    survey_count(survey);
    job->survey = survey;
    job->number = (size_t)survey->fact->connections;
    job->ask = ask_start(survey->world, &job->form, on_ask, job);
}

static void ask_alive(struct survey *survey) {
    struct job *job = ARENA_NEW(survey->world->arena, struct job);
    job->kind = JOB_ALIVE;
    job->form = survey->good;
    launch(survey, job);
}

static struct job *next_job(struct survey *survey) {
    struct job *job = pop(&survey->again);
    if (job != NULL)
        return job;
    bool is_in_doubt = survey->suspects != NULL && survey->has_good && !survey->closes_to_refuse;
    return is_in_doubt ? NULL : tracks_next(survey);
}

/* Nothing runs and nothing is left to ask: is it over? */
static void settle(struct survey *survey) {
    if (survey->suspects != NULL && survey->has_good) {
        if (survey_may_connect(survey))
            ask_alive(survey);
    } else if (survey->suspects != NULL) {
        give_up(survey, survey->suspects->ask->what);
    } else {
        finish(survey);
    }
}

void survey_go_on(struct survey *survey) {
    if (survey->is_over)
        return;
    if (survey->is_blocked || survey->world->stopping) {
        survey_stop(survey);
        return;
    }
    while (survey_may_connect(survey)) {
        if (survey->suspects == NULL && certs_begin(survey))
            continue;
        struct job *job = next_job(survey);
        if (job == NULL)
            break;
        launch(survey, job);
    }
    if (survey->running == 0 && !survey->is_waiting && !survey->is_over)
        settle(survey);
}

void survey_start(struct survey *survey) {
    if (survey->parallel <= 0)
        survey->parallel = PARALLEL;
    if (survey->per_second <= 0)
        survey->per_second = PER_SECOND;
    survey->started_ns = uv_hrtime();
    world_begin(survey->world);
    uv_timer_init(survey->world->loop, &survey->timer);
    uv_timer_init(survey->world->loop, &survey->soon);
    survey->timer.data = survey->soon.data = survey;
    survey->timers = 2;
    tracks_open(survey);
    survey_go_on(survey);
}
