/* What is asked besides suites? What no question about suites has told on the way of groups and signature
 * algorithms, and two that stand alone: the fallback signal, and the server's own Diffie-Hellman parameters.
 * See survey.h. */
#include "probe/ciphers/survey.h"

#include <string.h>

int survey_certificate_group(const struct survey *survey) {
    const struct tls_group *group = survey->curve == NULL                      ? NULL
                                    : strcmp(survey->curve, "prime256v1") == 0 ? group_by_name("secp256r1")
                                                                               : group_by_name(survey->curve);
    return group == NULL ? 0 : group->id;
}

static bool signs(const struct suite *suite, enum suite_auth auth) {
    return suite->auth == auth && (suite->kx == KX_ECDHE || suite->kx == KX_DHE);
}

/* What is accepted of a kind: suites of a version that are signed for by such a key; AUTH_ANY for either. */
static struct numbers signed_suites(struct survey *survey, const struct track *track, enum suite_auth auth,
                                    bool only_ecdhe) {
    struct numbers list = {arena_alloc(survey->world->arena, (track->found.n + 1) * sizeof *list.v), 0};
    for (size_t i = 0; i < track->found.n; i++) {
        const struct suite *suite = suite_by_id(track->found.v[i]->suite);
        bool fits = suite != NULL && (auth == AUTH_ANY ? signs(suite, AUTH_RSA) || signs(suite, AUTH_ECDSA)
                                                       : signs(suite, auth));
        if (fits && (!only_ecdhe || suite->kx == KX_ECDHE))
            list.v[list.n++] = suite->id;
    }
    return list;
}

static struct job *ask_groups12(struct survey *survey) {
    struct track *track = &survey->tracks[TRACK_TLS12];
    struct numbers list = signed_suites(survey, track, AUTH_RSA, true);
    bool is_ecdsa = list.n == 0; /* then the certificate's own curve has to be offered, too (RFC 8422 5.1) */
    if (is_ecdsa)
        list = signed_suites(survey, track, AUTH_ECDSA, true);
    if (list.n == 0)
        list = signed_suites(survey, track, AUTH_NONE, true);
    struct choice_question *question = list.n == 0 ? NULL : choice_next(&survey->groups12);
    if (question == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_GROUPS, track);
    job->groups = question;
    job->keep_group = is_ecdsa ? survey_certificate_group(survey) : 0;
    job_fill(job, TLS12, list);
    return job;
}

static struct job *ask_groups13(struct survey *survey) {
    struct track *track = &survey->tracks[TRACK_TLS13];
    struct choice_question *question = certs_are_known(survey) ? choice_next(&survey->groups13) : NULL;
    if (question == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_GROUPS, track);
    job->groups = question;
    job_fill(job, TLS13, choice_result(&track->suites));
    return job;
}

/* Along with a question that may well be refused nothing is struck: it would not be clear what was. */
static struct choice_question *led_groups(struct survey *survey) {
    struct choice_question *question = choice_along(&survey->groups12, ORDER_UNKNOWN);
    if (question == NULL || !question->is_struck)
        return question;
    choice_void(&survey->groups12, question, false);
    return NULL;
}

static const enum suite_auth keys[SIGN_KINDS] = {[SIGN_RSA] = AUTH_RSA, [SIGN_ECDSA] = AUTH_ECDSA};

static struct choice_question *next_signature(struct survey *survey, int kind) {
    struct numbers list = signed_suites(survey, &survey->tracks[TRACK_TLS12], keys[kind], false);
    return list.n == 0 ? NULL : choice_next(&survey->signatures[kind]);
}

/* It took an RSA suite from who offered an ECDSA one that it takes, too: its key comes with the suite. */
static bool has_key_by_suite(const struct track *track) {
    for (size_t i = 0; i < track->suites.questions.n; i++) {
        const struct choice_question *q = track->suites.questions.v[i];
        const struct suite *chosen = q->answered && !q->is_void ? suite_by_id(q->chosen) : NULL;
        for (size_t k = 0; chosen != NULL && chosen->auth == AUTH_RSA && k < q->list.n; k++)
            if (suite_by_id(q->list.v[k])->auth == AUTH_ECDSA && choice_has(&track->suites, q->list.v[k]))
                return true;
    }
    return false;
}

/* What is left of both kinds, where a refusal of both is expected. */
static void add_other_kind(struct survey *survey, struct job *job) {
    if (job->signatures[SIGN_RSA] == NULL || job->signatures[SIGN_RSA]->lead >= 0 ||
        !has_key_by_suite(job->track))
        return;
    struct choice_question *question = next_signature(survey, SIGN_ECDSA);
    if (question != NULL && question->lead >= 0)
        choice_withdraw(&survey->signatures[SIGN_ECDSA], question);
    else
        job->signatures[SIGN_ECDSA] = question;
}

/* One kind of key at a time: of two, a server answers for the one whose suite it likes better. */
static struct job *ask_signatures(struct survey *survey) {
    struct track *track = &survey->tracks[TRACK_TLS12];
    for (int kind = 0; kind < SIGN_KINDS; kind++) {
        struct choice_question *question = next_signature(survey, kind);
        if (question == NULL)
            continue;
        struct job *job = job_new(survey, JOB_SIGNATURES, track);
        job->signatures[kind] = question;
        if (question->lead >= 0)
            job->groups = led_groups(survey);
        add_other_kind(survey, job);
        bool has_both = job->signatures[SIGN_RSA] != NULL && job->signatures[SIGN_ECDSA] != NULL;
        job_fill(job, TLS12, signed_suites(survey, track, has_both ? AUTH_ANY : keys[kind], false));
        return job;
    }
    return NULL;
}

/* RFC 7507: a client that comes with less than it could do, and says so. */
static struct job *ask_fallback(struct survey *survey) {
    int first = 0, second;
    while (first < TRACKS && survey->tracks[first].state != TRACK_OPEN)
        first++;
    for (second = first + 1; second < TRACKS && survey->tracks[second].state != TRACK_OPEN; second++)
        ;
    if (second >= TRACKS || survey->fallback_asked || survey->tracks[second].version == SSL3)
        return NULL;
    survey->fallback_asked = true;
    struct job *job = job_new(survey, JOB_FALLBACK, &survey->tracks[second]);
    job_fill(job, job->track->version, choice_result(&job->track->suites));
    job->form.hello.fallback = true;
    return job;
}

/* A server that knows RFC 7919 takes a group that was offered, and keeps its own parameters, often short
 * ones, for clients that offer none: most of them. */
static struct job *ask_own_dh(struct survey *survey, struct track *track) {
    if (survey->own_dh_asked || track->state != TRACK_OPEN || track->version >= TLS13 ||
        !choice_is_done(&track->suites))
        return NULL;
    struct numbers known = choice_result(&track->suites);
    struct numbers list = {arena_alloc(survey->world->arena, (known.n + 1) * sizeof *list.v), 0};
    bool is_named = false;
    for (size_t i = 0; i < track->found.n; i++)
        is_named = is_named || result_is_named_dh(track->found.v[i]);
    for (size_t i = 0; is_named && i < known.n; i++)
        if (suite_by_id(known.v[i])->kx == KX_DHE)
            list.v[list.n++] = known.v[i];
    if (list.n == 0)
        return NULL;
    survey->own_dh_asked = true;
    struct job *job = job_new(survey, JOB_OWN_DH, track);
    job_fill(job, track->version, list);
    job->form.hello.groups = survey->groups12.all;
    return job;
}

/* Questions about suites teach about groups and signature algorithms: those come after them. */
static bool is_well_known(struct track *track) {
    enum { MANY = 8 };
    return choice_count(&track->suites) >= MANY || choice_is_done(&track->suites);
}

struct job *besides_next(struct survey *survey) {
    struct job *job = NULL;
    bool has12 =
        survey->tracks[TRACK_TLS12].state == TRACK_OPEN && is_well_known(&survey->tracks[TRACK_TLS12]);
    if (has12)
        job = ask_signatures(survey);
    if (job == NULL && has12)
        job = ask_groups12(survey);
    if (job == NULL && survey->tracks[TRACK_TLS13].state == TRACK_OPEN)
        job = ask_groups13(survey);
    for (int i = TRACK_TLS12; i < TRACKS && job == NULL; i++)
        job = ask_own_dh(survey, &survey->tracks[i]);
    return job != NULL ? job : ask_fallback(survey);
}
