/* What does an answer mean? To the versions, and to what is known of suites, groups and signature algorithms.
 * See survey.h. */
#include "probe/ciphers/survey.h"

enum { USELESS_MAX = 3, ALERT_PROTOCOL_VERSION = 70, ALERT_INAPPROPRIATE_FALLBACK = 86 };
enum { LARGE = 96, CHUNK = 64 }; /* suites in one hello: some servers bear no more than 128 or 150 */

/* Nothing follows from the rest of the question. When it failed, the suite that was expected is asked for
 * once more among the unexpected ones, with nothing struck; and when that happens again, nothing is struck
 * any more. */
static void void_all(struct job *job, bool has_failed) {
    struct survey *survey = job->survey;
    if (has_failed && job->is_struck)
        survey->struck_in_vain++;
    if (job->suites != NULL && !job->suites->answered)
        choice_void(&job->track->suites, job->suites, has_failed);
    if (job->groups != NULL && !job->groups->answered)
        choice_void(job->form.hello.version == TLS13 ? &survey->groups13 : &survey->groups12, job->groups,
                    false);
    for (int k = 0; k < SIGN_KINDS; k++)
        if (job->signatures[k] != NULL && !job->signatures[k]->answered)
            choice_void(&survey->signatures[k], job->signatures[k], false);
    survey->front_in_vain += has_failed && job->front != 0;
}

/* What stood in front needs one of the groups, the rest none: it was passed over for want of one. */
static void answer_front(struct job *job, int suite) {
    if (suite == job->front)
        return;
    if (choice_answer(&job->track->suites, job->suites, suite))
        choice_answer(&job->survey->groups12, job->groups, -1);
}

/* With groups or signature algorithms struck, a choice that was not expected may have lost its rival to that.
 */
static void answer_suites(struct job *job, int suite) {
    struct choice *choice = &job->track->suites;
    if (job->front != 0) {
        answer_front(job, suite);
        return;
    }
    if (!job->is_struck || suite == job->suites->lead)
        choice_answer(choice, job->suites, suite);
    else
        choice_miss(choice, job->suites, suite);
}

static void answer_groups(struct job *job, const struct handshake *seen) {
    struct survey *survey = job->survey;
    struct choice *choice = job->form.hello.version == TLS13 ? &survey->groups13 : &survey->groups12;
    bool is_named = seen->group != 0 && seen->dh_bits == 0;
    if (job->groups == NULL || job->groups->answered || !is_named)
        return;
    if (numbers_have(&job->groups->list, seen->group))
        choice_answer(choice, job->groups, seen->group);
    else if (seen->group == job->keep_group)
        choice_answer(choice, job->groups, -1);
}

static void answer_signatures(struct job *job, const struct handshake *seen) {
    for (int k = 0; k < SIGN_KINDS; k++) {
        struct choice_question *question = job->signatures[k];
        if (question != NULL && !question->answered && numbers_have(&question->list, seen->signature))
            choice_answer(&job->survey->signatures[k], question, seen->signature);
    }
}

/* Lower versions are worth a question of their own once one of them was accepted. */
static void open_lower(struct survey *survey, const struct track *from) {
    for (struct track *track = survey->tracks + TRACK_TLS11; track < survey->tracks + TRACKS; track++)
        if (track > from && track->state == TRACK_WAITING)
            track->state = TRACK_ASKED;
}

static void open_track(struct survey *survey, struct track *track) {
    if (track->state == TRACK_OPEN)
        return;
    track->state = TRACK_OPEN;
    track->how = NULL;
    if (track->version < TLS12)
        open_lower(survey, track);
}

static void close_track(struct track *track, enum track_state state, const char *how, struct arena *arena) {
    if (track->state == TRACK_OPEN)
        return;
    track->state = state;
    track->how = arena_text(arena, how);
}

static struct track *track_of(struct survey *survey, int version) {
    for (int i = 0; i < TRACKS; i++)
        if (survey->tracks[i].version == version)
            return &survey->tracks[i];
    return NULL;
}

/* The server answered with an older version than asked for: this one is refused, that one accepted. */
static void answered_lower(struct job *job, const struct handshake *seen) {
    struct survey *survey = job->survey;
    struct arena *arena = survey->world->arena;
    struct track *lower = track_of(survey, seen->version);
    void_all(job, true);
    close_track(job->track, TRACK_REFUSED,
                arena_printf(arena, "answered %s", tls_version_name(seen->version)), arena);
    for (struct track *t = job->track + 1; t < lower; t++)
        close_track(t, TRACK_REFUSED, job->track->how, arena);
    if (!numbers_have(&lower->suites.all, seen->suite))
        return;
    open_track(survey, lower);
    choice_accept(&lower->suites, seen->suite, false);
    result_suite(survey, lower, seen);
}

void tracks_answer(struct job *job) {
    struct survey *survey = job->survey;
    const struct handshake *seen = &job->ask->flight->seen;
    if (seen->version < job->form.hello.version) {
        answered_lower(job, seen);
        return;
    }
    if (job->kind == JOB_OWN_DH) {
        survey->own_dh_bits = seen->dh_bits;
        return;
    }
    open_track(survey, job->track);
    survey->takes_large = survey->takes_large || job->form.hello.suites.n > LARGE;
    if (job->suites != NULL && !job->suites->answered)
        answer_suites(job, seen->suite);
    result_suite(survey, job->track, seen);
    answer_groups(job, seen);
    answer_signatures(job, seen);
    void_all(job, false);
    size_t known = choice_count(&survey->tracks[TRACK_TLS12].suites);
    survey->hints.usual_is_over = survey->hints.usual_is_over || known >= 3;
}

/* Without a word, or with one that blames the bytes: was the hello too large for it (not so when it says what
 * it does not want)? */
static bool may_be_too_large(const struct job *job) {
    static const int blames[] = {10, 22, 32, 47, 50, 80}; /* RFC 8446 6.2, RFC 5246 7.2.2 */
    int alert = job->ask->outcome == ASK_ALERT ? job->ask->flight->alert : -1;
    bool is_blame = alert < 0;
    for (size_t i = 0; i < sizeof blames / sizeof *blames; i++)
        is_blame = is_blame || alert == blames[i];
    return is_blame && !job->survey->takes_large && job->suites->list.n > LARGE;
}

/* Then it proves nothing, and smaller ones are asked from now on; also where it comes late, when smaller ones
 * have been answered already. */
static bool void_large(struct job *job) {
    struct choice *choice = &job->track->suites;
    if (!may_be_too_large(job))
        return false;
    if (choice->chunk == 0)
        choice_limit(choice, CHUNK);
    choice_void(choice, job->suites, false);
    return true;
}

/* What is left of a version whose hellos are put in pieces: refused when all pieces were. */
static bool refuse_piece(struct job *job) {
    struct choice *choice = &job->track->suites;
    if (void_large(job))
        return true;
    if (choice->chunk == 0)
        return false;
    if (job->suites->list.n > LARGE) { /* was asked before there were pieces */
        choice_void(choice, job->suites, false);
        return true;
    }
    choice_answer(choice, job->suites, -1);
    return !choice_is_done(choice);
}

/* Perhaps it wants a key in the first hello of TLS 1.3: what was refused without proves nothing. */
static bool refuse_keyless(struct job *job) {
    struct survey *survey = job->survey;
    struct choice *choice = &job->track->suites;
    bool is_whole = job->suites->list.n == choice->all.n;
    if (job->track->version != TLS13 || job->form.hello.key_shares || (!is_whole && !survey->shares13))
        return false;
    if (!survey->shares13)
        choice_reopen(choice, &choice->all);
    survey->shares13 = true;
    choice_void(choice, job->suites, false);
    return true;
}

/* A first hello was refused: is the version, and what does it say about those below? */
static void refuse_version(struct job *job, const char *how, bool is_by_version) {
    struct survey *survey = job->survey;
    struct arena *arena = survey->world->arena;
    if (!is_by_version && refuse_keyless(job))
        return;
    if (!is_by_version && refuse_piece(job))
        return;
    if (!job->suites->answered)
        choice_answer(&job->track->suites, job->suites, -1);
    if (!is_by_version && choice_is_waiting(&job->track->suites))
        return; /* it was about a part of the suites, perhaps */
    close_track(job->track, TRACK_REFUSED, how, arena);
    if (job->track->version != TLS11)
        return;
    for (struct track *track = job->track + 1; track < survey->tracks + TRACKS; track++) {
        if (is_by_version && track->state == TRACK_WAITING)
            close_track(track, TRACK_REFUSED, how, arena); /* it would have answered with an older one */
        else if (track->state == TRACK_WAITING)
            track->state = TRACK_ASKED;
    }
}

static void refuse_choices(struct job *job) {
    struct survey *survey = job->survey;
    if (job->kind == JOB_GROUPS)
        choice_answer(job->form.hello.version == TLS13 ? &survey->groups13 : &survey->groups12, job->groups,
                      -1);
    for (int k = 0; job->kind == JOB_SIGNATURES && k < SIGN_KINDS; k++)
        if (job->signatures[k] != NULL)
            choice_answer(&survey->signatures[k], job->signatures[k], -1);
    /* A server may choose what stood in front and then fail: only the usual order makes a refusal one. */
    if (job->kind == JOB_SUITES && job->is_plain && !void_large(job))
        choice_answer(&job->track->suites, job->suites, -1);
    void_all(job, true);
}

void tracks_refuse(struct job *job, const char *how) {
    int alert = job->ask->outcome == ASK_ALERT ? job->ask->flight->alert : -1;
    if (job->kind == JOB_FALLBACK)
        job->survey->fact->sends_fallback_alert = alert == ALERT_INAPPROPRIATE_FALLBACK;
    else if (job->kind == JOB_OWN_DH)
        return; /* it has none of its own */
    else if (job->kind == JOB_SUITES && job->track->state != TRACK_OPEN)
        refuse_version(job, how, alert == ALERT_PROTOCOL_VERSION);
    else
        refuse_choices(job);
    void_all(job, false);
}

void tracks_useless(struct job *job, const char *what) {
    struct survey *survey = job->survey;
    struct arena *arena = survey->world->arena;
    void_all(job, true);
    if (survey->trouble == NULL)
        survey->trouble = arena_text(arena, what);
    if (job->track == NULL || ++job->track->useless < USELESS_MAX)
        return;
    close_track(job->track, TRACK_SILENT, what, arena);
    if (job->track->state == TRACK_OPEN)
        survey->is_blocked = true; /* it answers, and not what was asked: no end to that */
}
