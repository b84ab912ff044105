/* How fast may one server be asked, and how often before silence is an answer? A bucket of connections,
 * pauses where others take of the same limit, timers. See survey.h; what is asked then is survey.c's. */
#include "probe/ciphers/survey.h"

enum {
    BURST = 50,   /* connections before the limit per second matters */
    FLOCK_MS = 3, /* no answer for so long, or half the way to the server and back: those to come are late */
    FLOCK_MOST_MS = 12, /* since the first answer, or that whole way */
    FLOCK_FAR_MS = 60,  /* and no further way than this is counted */
    PAUSE_FIRST_MS = 10,
    PAUSE_MOST_MS = 400
};

static uint64_t cost_ns(const struct survey *survey) {
    return 1000000000u / (unsigned)survey->per_second;
}

static size_t most_at_once(const struct survey *survey) {
    return survey->fact->rate_limited ? 1 : (size_t)survey->parallel;
}

static void on_timer(uv_timer_t *timer) {
    struct survey *survey = timer->data;
    survey->is_waiting = false;
    survey->go_on(survey);
}

void survey_wait(struct survey *survey, uint64_t ms) {
    survey->is_waiting = true;
    uv_update_time(survey->world->loop);
    uv_timer_start(&survey->timer, on_timer, ms == 0 ? 1 : ms, 0);
}

static void on_soon(uv_timer_t *timer) {
    struct survey *survey = timer->data;
    survey->go_on(survey);
}

/* The way there and back is that of the fastest TCP handshake. */
void survey_note_trip(struct survey *survey, const struct tcp_attempt *tcp) {
    if (tcp->state == TCP_CONNECTED && (survey->trip_ms == 0 || tcp->ms < survey->trip_ms))
        survey->trip_ms = tcp->ms;
}

static uint64_t at_least(int ms, int least) {
    return (uint64_t)(ms > least ? ms : least);
}

/* Answers come in flocks: what is to be asked next is clearer when all of one have been heard. Who asks
 * before that asks with less knowledge, and the next flock is scattered as well: on a far server that costs
 * more than waiting for those that a busy one sends a little later. */
void survey_go_on_soon(struct survey *survey) {
    int trip_ms = survey->trip_ms < FLOCK_FAR_MS ? survey->trip_ms : FLOCK_FAR_MS;
    uint64_t gap_ms = at_least(trip_ms / 2, FLOCK_MS), most_ms = at_least(trip_ms, FLOCK_MOST_MS);
    uint64_t now = uv_now(survey->world->loop);
    if (survey->is_over)
        return;
    if (!uv_is_active((uv_handle_t *)&survey->soon))
        survey->flock_ms = now;
    if (survey->running == 0)
        uv_timer_start(&survey->soon, on_soon, 0, 0);
    else if (now - survey->flock_ms + gap_ms <= most_ms)
        uv_timer_start(&survey->soon, on_soon, gap_ms, 0);
}

/* The bucket: BURST connections at once, then per_second. */
bool survey_may_connect(struct survey *survey) {
    uint64_t now = uv_hrtime(), burst = survey->fact->rate_limited ? 1 : BURST;
    if (survey->is_waiting || survey->is_over || survey->world->stopping || survey->asks_alone ||
        survey->running >= most_at_once(survey))
        return false;
    if (survey->pause_until_ns > now) {
        survey_wait(survey, (survey->pause_until_ns - now) / 1000000 + 1);
        return false;
    }
    if (survey->spent_ns > now + (burst - 1) * cost_ns(survey)) {
        survey_wait(survey, (survey->spent_ns - now - (burst - 1) * cost_ns(survey)) / 1000000 + 1);
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

/* How often a question must end so, asked alone. */
int survey_enough(const struct survey *survey, bool is_timeout) {
    if (survey->is_contended)
        return 8;
    if (survey->fact->limits_connections)
        return 3;
    return survey->closes_to_refuse || is_timeout ? 1 : 2;
}

void survey_pause_longer(struct survey *survey) {
    survey->pause_ms = survey->pause_ms == 0 ? PAUSE_FIRST_MS : survey->pause_ms * 2;
    int most = survey->has_good ? PAUSE_MOST_MS : PAUSE_MOST_MS / 2;
    survey->pause_ms = survey->pause_ms < most ? survey->pause_ms : most;
}

/* Of random length, so that those who share a limit get out of step. */
void survey_pause_begin(struct survey *survey) {
    uint64_t now = uv_hrtime(), ns = (uint64_t)survey->pause_ms * 1000000;
    if ((survey->is_contended || !survey->has_good) && ns > 0)
        survey->pause_until_ns = now + ns / 2 + (now / 1000 * 2654435761u) % ns;
}

void survey_pause(struct survey *survey) {
    survey->is_contended = true;
    survey_pause_longer(survey);
    survey_pause_begin(survey);
}
