/* How are many questions put to one server, without hurting it and without being fooled by its patience
 * running out? See survey.h.
 *
 * A connection that ends without a word may be a refusal, or a limit: on connections at once, or on how many
 * in a while. It is believed to be a refusal only when the same question, asked alone and again, ended the
 * same way, and the server answered another one right after. A question that is answered alone was a victim
 * of its neighbours: from then on fewer go out at once. Where even what is asked alone fails now and then,
 * others take of the same limit, and it takes more to believe. When nothing is answered any more, the survey
 * waits, once, and goes on slowly.
 */
#include "probe/ciphers/survey.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PARALLEL = 8,
    PER_SECOND = 100,
    SLOW_PER_SECOND = 4,
    WAIT_FIRST_MS = 1000, /* each further wait is twice as long */
    WAITS = 4,
    SHORT_FIRST_MS = 20, /* others may be at it: the waits before those */
    SHORT_WAITS = 5
};

static void survey_go_on(struct survey *survey);

struct survey *survey_new(struct world *world, struct cipher_survey *fact) {
    struct survey *survey = ARENA_NEW(world->arena, struct survey);
    survey->world = world;
    survey->go_on = survey_go_on;
    survey->fact = fact;
    return survey;
}

/* ---- the end ---- */

static void leave_run(struct survey *survey) {
    struct survey **at = &survey->world->surveys;
    while (*at != survey)
        at = &(*at)->next;
    *at = survey->next;
}

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
    leave_run(survey);
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

/* Time is up: complete as far as it is. */
static void survey_stop(struct survey *survey) {
    give_up(survey, arena_text(survey->world->arena, "the time for the run was over"));
}

/* ---- who ended without a word ---- */

static void push(struct job **list, struct job *job) {
    while (*list != NULL)
        list = &(*list)->next;
    job->next = NULL;
    *list = job;
}

static void push_front(struct job **list, struct job *job) {
    job->next = *list;
    *list = job;
}

static struct job *pop(struct job **list) {
    struct job *job = *list;
    if (job != NULL)
        *list = job->next;
    return job;
}

/* The server is well: it answers, and yet these questions ended without a word again. */
static void accused_judge(struct survey *survey) {
    struct job *all = survey->accused, *job;
    survey->accused = NULL;
    while ((job = pop(&all)) != NULL) {
        if (++job->alone < survey_enough(survey, job->ending == ASK_TIMEOUT)) {
            push(&survey->suspects, job);
            continue;
        }
        survey->closes_to_refuse = true;
        tracks_refuse(job, job->ask->what);
    }
}

/* It did not answer the good question either: what was asked meanwhile proves nothing. */
static void accused_let_go(struct survey *survey) {
    struct job *job;
    while ((job = pop(&survey->accused)) != NULL)
        push(&survey->suspects, job);
}

/* Alone it was answered: the connections beside it were too many, or those of others. */
static void noticed_neighbours(struct survey *survey, const struct job *job) {
    int fewer = job->beside > 2 ? (int)job->beside - 1 : 1;
    survey->fact->limits_connections = true;
    if (fewer < survey->parallel)
        survey->parallel = fewer;
    if (job->alone > 0)
        survey->is_contended = true;
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
    accused_let_go(survey);
    if (survey->alive_failures++ < SHORT_WAITS) {
        survey_wait(survey, (uint64_t)SHORT_FIRST_MS << survey->alive_failures);
        return;
    }
    if (!survey->fact->rate_limited)
        noticed_limit(survey);
    if (survey->forgiving < WAITS)
        survey_wait(survey, (uint64_t)WAIT_FIRST_MS << survey->forgiving++);
    else
        give_up(survey,
                arena_printf(arena,
                             "after %d connections the server stopped answering (%s), and did not answer "
                             "again in %d s: a limit on connections",
                             survey->fact->connections, job->ask->what,
                             ((1 << WAITS) - 1) * WAIT_FIRST_MS / 1000));
}

static void well_again(struct survey *survey) {
    if (survey->forgiving > 0) {
        survey->forgiving = WAITS; /* waited out once: next time it is the end */
        accused_let_go(survey);
    } else if (survey->alive_failures > 0) { /* only a moment: others are at it */
        survey->is_contended = survey->fact->limits_connections = true;
        survey->parallel = 1;
        accused_let_go(survey);
    } else {
        accused_judge(survey);
    }
    survey->alive_failures = 0;
}

static bool is_wordless(enum ask_outcome outcome) {
    return outcome == ASK_CLOSED || outcome == ASK_RESET || outcome == ASK_TIMEOUT ||
           outcome == ASK_NO_CONNECTION || outcome == ASK_NO_STARTTLS;
}

/* ---- launching ---- */

static void wordless(struct survey *survey, struct job *job) {
    survey_pause_longer(survey);
    if (job->kind == JOB_ALIVE) {
        blocked(survey, job);
        return;
    }
    if (!job->is_alone || job->ask->outcome != job->ending)
        job->alone = 0;
    job->ending = job->ask->outcome;
    push(job->is_alone ? &survey->accused : &survey->suspects, job);
}

static void answered(struct survey *survey, struct job *job) {
    survey->pause_ms /= 2;
    if (job->kind == JOB_ALIVE) {
        well_again(survey);
        return;
    }
    if (job->ask->outcome == ASK_HELLO && !survey->has_good) {
        survey->has_good = true;
        survey->good = job->form;
    }
    if (job->is_alone)
        noticed_neighbours(survey, job);
    if (job->ask->outcome == ASK_HELLO)
        tracks_answer(job);
    else
        tracks_refuse(job, job->ask->what);
}

static void on_ask(void *context, struct ask *ask) {
    struct job *job = context;
    struct survey *survey = job->survey;
    survey->running--;
    survey->asks_alone = false;
    job->ask = ask;
    survey_note_trip(survey, &ask->tcp);
    if (survey->is_blocked || survey->world->stopping) {
        survey_stop(survey);
        return;
    }
    if (is_wordless(ask->outcome))
        wordless(survey, job);
    else if (ask->outcome == ASK_HELLO || ask->outcome == ASK_ALERT)
        answered(survey, job);
    else if (job->kind != JOB_ALIVE)
        tracks_useless(job, ask->what);
    survey_pause_begin(survey);
    survey_go_on_soon(survey);
}

static void launch(struct survey *survey, struct job *job) {
    survey_count(survey);
    job->survey = survey;
    if (job->beside == 0)
        job->beside = survey->running;
    job->ask = ask_start(survey->world, &job->form, on_ask, job);
}

/* Silence costs its whole time, and limits on connections are not silent: questions that met it go together.
 */
static void launch_again(struct survey *survey, struct job *job) {
    if (!survey_may_connect(survey)) {
        push_front(&survey->suspects, job);
        return;
    }
    bool goes_along = job->ending == ASK_TIMEOUT && !survey->is_contended;
    job->is_alone = true;
    survey->asks_alone = !goes_along;
    launch(survey, job);
    if (goes_along && survey->has_good && survey->suspects != NULL && survey->suspects->ending == ASK_TIMEOUT)
        launch_again(survey, pop(&survey->suspects));
}

static struct job *alive_job(struct survey *survey) {
    struct job *job = ARENA_NEW(survey->world->arena, struct job);
    job->kind = JOB_ALIVE;
    job->form = survey->good;
    return job;
}

static struct job *next_job(struct survey *survey) {
    bool trusts = survey->closes_to_refuse && !survey->fact->limits_connections;
    bool is_in_doubt = survey->suspects != NULL && survey->has_good && !trusts;
    return is_in_doubt || survey->accused != NULL ? NULL : tracks_next(survey);
}

/* While nothing was answered yet: once more by itself, and where it may be a limit that others take of,
 * twice. */
static struct job *unheard_pop(struct survey *survey) {
    for (struct job **at = &survey->suspects; *at != NULL; at = &(*at)->next) {
        struct job *job = *at;
        bool may_be_limit = job->ending == ASK_RESET || job->ending == ASK_CLOSED;
        if (job->alone < (may_be_limit ? 2 : 1)) {
            *at = job->next;
            return job;
        }
    }
    return NULL;
}

static void accused_heard(struct survey *survey) {
    struct job *job;
    while ((job = pop(&survey->accused)) != NULL) {
        job->alone++;
        push(&survey->suspects, job);
    }
}

static void settle_unheard(struct survey *survey) {
    accused_heard(survey);
    struct job *job = unheard_pop(survey);
    if (job != NULL)
        launch_again(survey, job);
    else if (survey->suspects != NULL)
        give_up(survey, survey->suspects->ask->what);
    else
        finish(survey);
}

/* Nothing runs and nothing is left to ask: is it over? */
static void settle(struct survey *survey) {
    struct job *job;
    if (!survey->has_good)
        settle_unheard(survey);
    else if ((job = pop(&survey->suspects)) != NULL)
        launch_again(survey, job);
    else if (survey->accused == NULL)
        finish(survey);
    else if (survey_may_connect(survey))
        launch(survey, alive_job(survey));
}

static void survey_go_on(struct survey *survey) {
    if (survey->is_over)
        return;
    if (survey->is_blocked || survey->world->stopping) {
        survey_stop(survey);
        return;
    }
    while (survey_may_connect(survey)) {
        bool is_clear = survey->suspects == NULL && survey->accused == NULL;
        if (is_clear && certs_begin(survey))
            continue;
        struct job *job = next_job(survey);
        if (job != NULL)
            launch(survey, job);
        else if (!is_clear || !clients_begin(survey)) /* nothing depends on these: where there is room */
            break;
    }
    if (survey->running == 0 && !survey->is_waiting && !survey->is_over)
        settle(survey);
}

static void stop_all(struct world *world) {
    struct survey *next;
    for (struct survey *survey = world->surveys; survey != NULL; survey = next) {
        next = survey->next;
        survey_stop(survey);
    }
}

void survey_start(struct survey *survey) {
    if (survey->parallel <= 0)
        survey->parallel = PARALLEL;
    if (survey->per_second <= 0)
        survey->per_second = PER_SECOND;
    survey->started_ns = uv_hrtime();
    world_begin(survey->world);
    survey->next = survey->world->surveys;
    survey->world->surveys = survey;
    survey->world->on_stop = stop_all;
    uv_timer_init(survey->world->loop, &survey->timer);
    uv_timer_init(survey->world->loop, &survey->soon);
    survey->timer.data = survey->soon.data = survey;
    survey->timers = 2;
    tracks_open(survey);
    survey_go_on(survey);
}
