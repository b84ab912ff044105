/* What is to be asked next, and what does an answer mean? One track per version finds its suites; groups and
 * signature algorithms are found along with them, what is left of those afterwards. See survey.h. */
#include "probe/survey.h"

#include <string.h>
#include <unistd.h>

enum { USELESS_MAX = 3, STRUCK_MAX = 3, ALERT_PROTOCOL_VERSION = 70, ALERT_INAPPROPRIATE_FALLBACK = 86 };

static const int versions[TRACKS] = {TLS13, TLS12, TLS11, TLS10, SSL3};

/* ---- what is usual ---- */

static bool is_usual_group(void *context, int number) {
    static const int usual[] = {29, 23, 30, 25, 24};
    (void)context;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (usual[i] == number)
            return true;
    return false;
}

static bool is_usual_signature(void *context, int number) {
    static const int usual[] = {0x0403, 0x0503, 0x0603, 0x0203, 0x0303, 0x0804, 0x0805,
                                0x0806, 0x0401, 0x0501, 0x0601, 0x0301, 0x0201};
    (void)context;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (usual[i] == number)
            return true;
    return false;
}

static struct numbers groups_of(struct arena *arena, int version) {
    struct numbers list = {arena_alloc(arena, tls_group_count * sizeof *list.v), 0};
    for (size_t i = 0; i < tls_group_count; i++) {
        const struct tls_group *group = &tls_groups[i];
        bool is_curve = version == TLS13 || group->kind == GROUP_CURVE;
        if (is_curve && group->since <= version && version <= group->until)
            list.v[list.n++] = group->id;
    }
    return list;
}

/* Suites with RSA authentication are signed for by both kinds of RSA key. */
static struct numbers signatures_of(struct arena *arena, const char *key) {
    struct numbers list = {arena_alloc(arena, tls_signature_count * sizeof *list.v), 0};
    for (size_t i = 0; i < tls_signature_count; i++)
        if (text_starts(tls_signatures[i].key, key))
            list.v[list.n++] = tls_signatures[i].id;
    return list;
}

void tracks_open(struct survey *survey) {
    struct arena *arena = survey->world->arena;
    struct choice_judge groups = {.likely = is_usual_group}, signatures = {.likely = is_usual_signature};
    for (int i = 0; i < TRACKS; i++) {
        struct track *track = &survey->tracks[i];
        track->version = versions[i];
        choice_init(&track->suites, arena, hints_suites(arena, versions[i]), hints_judge(&survey->hints),
                    versions[i] == TLS12 ? 3 : 1);
    }
    choice_init(&survey->groups12, arena, groups_of(arena, TLS12), groups, 1);
    choice_init(&survey->groups13, arena, groups_of(arena, TLS13), groups, 1);
    choice_init(&survey->signatures[SIGN_RSA], arena, signatures_of(arena, "RSA"), signatures, 1);
    choice_init(&survey->signatures[SIGN_ECDSA], arena, signatures_of(arena, "ECDSA"), signatures, 1);
    for (int i = TRACK_TLS13; i <= TRACK_TLS11; i++)
        survey->tracks[i].state = TRACK_ASKED;
}

/* ---- hellos ---- */

static struct numbers joined(struct arena *arena, const struct numbers *const *lists, size_t count) {
    struct numbers all = {0};
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += lists[i]->n;
    all.v = arena_alloc(arena, (n + 1) * sizeof *all.v);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < lists[i]->n; k++)
            all.v[all.n++] = lists[i]->v[k];
    return all;
}

static bool is_in(const struct numbers *list, int number) {
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i] == number)
            return true;
    return false;
}

static bool is_left_out(const struct job *job, int signature) {
    for (int k = 0; k < SIGN_KINDS; k++)
        if (job->signatures[k] != NULL && job->signatures[k]->is_struck &&
            is_in(&job->survey->signatures[k].all, signature))
            return true;
    return false;
}

/* The rest of all signature algorithms behind the questions, or all in our own order. */
static struct numbers signature_list(const struct job *job) {
    struct arena *arena = job->survey->world->arena;
    struct numbers list = {arena_alloc(arena, tls_signature_count * sizeof *list.v), 0};
    for (int k = 0; k < SIGN_KINDS; k++)
        for (size_t i = 0; job->signatures[k] != NULL && i < job->signatures[k]->list.n; i++)
            list.v[list.n++] = job->signatures[k]->list.v[i];
    for (size_t i = 0; job->kind != JOB_SIGNATURES && i < tls_signature_count; i++)
        if (!is_in(&list, tls_signatures[i].id) && !is_left_out(job, tls_signatures[i].id))
            list.v[list.n++] = tls_signatures[i].id;
    return list;
}

/* Finite-field groups stay offered with TLS 1.2: without them a server that knows RFC 7919 would drop DHE. */
static struct numbers group_list(const struct job *job, int version) {
    struct survey *survey = job->survey;
    struct arena *arena = survey->world->arena;
    struct choice *choice = version == TLS13 ? &survey->groups13 : &survey->groups12;
    struct numbers own = job->groups != NULL ? job->groups->list : choice->all, more = {0};
    int ffdhe[8], keep = job->keep_group;
    more.v = ffdhe;
    if (keep != 0 && !is_in(&own, keep))
        more.v[more.n++] = keep;
    for (int id = 256; version != TLS13 && id <= 260; id++)
        more.v[more.n++] = id;
    return joined(arena, (const struct numbers *const[]){&own, &more}, 2);
}

static void fill_hello(struct job *job, int version, struct numbers list) {
    struct survey *survey = job->survey;
    job->form = (struct ask_form){
        .address = survey->address, .port = survey->port, .xmpp_domain = survey->xmpp_domain};
    struct hello_form *hello = &job->form.hello;
    hello->version = version;
    hello->suites = list;
    hello->groups = group_list(job, version);
    hello->signatures = signature_list(job);
    hello->sni = survey->sni;
    hello->key_shares = survey->shares13;
    if (getentropy(hello->random, sizeof hello->random) != 0)
        memset(hello->random, 0x5a, sizeof hello->random);
}

static struct job *job_new(struct survey *survey, enum job_kind kind, struct track *track) {
    struct job *job = ARENA_NEW(survey->world->arena, struct job);
    job->survey = survey;
    job->kind = kind;
    job->track = track;
    return job;
}

/* ---- questions ---- */

static int certificate_group(const struct survey *survey) {
    const struct tls_group *group = survey->curve == NULL                      ? NULL
                                    : strcmp(survey->curve, "prime256v1") == 0 ? group_by_name("secp256r1")
                                                                               : group_by_name(survey->curve);
    return group == NULL ? 0 : group->id;
}

/* What else the suite that is expected can teach. */
static void ask_along(struct job *job) {
    struct survey *survey = job->survey;
    const struct suite *suite = suite_by_id(job->suites->lead);
    enum choice_order order = choice_order(&job->track->suites);
    if (suite == NULL || job->track->version < TLS12 || survey->struck_in_vain >= STRUCK_MAX ||
        choice_is_doubted(&job->track->suites, suite->id))
        return;
    if (suite_is_13(suite)) {
        job->groups = choice_along(&survey->groups13, order, 0);
        return;
    }
    bool is_ecdsa = suite->auth == AUTH_ECDSA;
    bool is_own_order = choice_order(&survey->groups12) != ORDER_CLIENT;
    if (suite->kx == KX_ECDHE &&
        !(is_ecdsa && is_own_order)) /* the certificate's curve has to stay: RFC 8422 5.1 */
        job->groups = choice_along(&survey->groups12, order, is_ecdsa ? certificate_group(survey) : 0);
    if ((suite->kx == KX_ECDHE || suite->kx == KX_DHE) && (is_ecdsa || suite->auth == AUTH_RSA)) {
        int kind = is_ecdsa ? SIGN_ECDSA : SIGN_RSA;
        job->signatures[kind] = choice_along(&survey->signatures[kind], order, 0);
    }
    job->is_struck = job->groups != NULL && job->groups->is_struck;
    for (int k = 0; k < SIGN_KINDS; k++)
        job->is_struck = job->is_struck || (job->signatures[k] != NULL && job->signatures[k]->is_struck);
}

/* Where a suite is expected, groups and signature algorithms that are not known yet go in front. */
static struct job *ask_suites(struct survey *survey, struct track *track) {
    struct choice_question *question = choice_next(&track->suites);
    if (question == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_SUITES, track);
    job->suites = question;
    job->is_plain = question->lead < 0 || track->state != TRACK_OPEN;
    if (!job->is_plain)
        ask_along(job);
    fill_hello(job, track->version, question->list);
    return job;
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
    struct choice_question *question = list.n == 0 ? NULL : choice_next(&survey->groups12);
    if (question == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_GROUPS, track);
    job->groups = question;
    job->keep_group = is_ecdsa ? certificate_group(survey) : 0;
    fill_hello(job, TLS12, list);
    return job;
}

static struct job *ask_groups13(struct survey *survey) {
    struct track *track = &survey->tracks[TRACK_TLS13];
    struct choice_question *question = certs_are_known(survey) ? choice_next(&survey->groups13) : NULL;
    if (question == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_GROUPS, track);
    job->groups = question;
    fill_hello(job, TLS13, choice_result(&track->suites));
    return job;
}

static struct job *ask_signatures(struct survey *survey) {
    static const enum suite_auth keys[SIGN_KINDS] = {AUTH_RSA, AUTH_ECDSA};
    struct track *track = &survey->tracks[TRACK_TLS12];
    struct numbers lists[SIGN_KINDS];
    struct choice_question *questions[SIGN_KINDS];
    for (int k = 0; k < SIGN_KINDS; k++) {
        lists[k] = signed_suites(survey, track, keys[k], false);
        questions[k] = lists[k].n == 0 ? NULL : choice_next(&survey->signatures[k]);
    }
    if (questions[SIGN_RSA] == NULL && questions[SIGN_ECDSA] == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_SIGNATURES, track);
    for (int k = 0; k < SIGN_KINDS; k++) {
        job->signatures[k] = questions[k];
        if (questions[k] == NULL)
            lists[k].n = 0;
        else if (job->groups == NULL && questions[k]->lead >= 0 && survey->struck_in_vain < STRUCK_MAX)
            job->groups =
                choice_along(&survey->groups12, choice_order(&track->suites), certificate_group(survey));
    }
    job->is_struck = job->groups != NULL && job->groups->is_struck;
    fill_hello(job, TLS12,
               joined(survey->world->arena,
                      (const struct numbers *const[]){&lists[SIGN_RSA], &lists[SIGN_ECDSA]}, 2));
    return job;
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
    fill_hello(job, job->track->version, choice_result(&job->track->suites));
    job->form.hello.fallback = true;
    return job;
}

static bool is_asking(const struct track *track) {
    return track->state == TRACK_ASKED || track->state == TRACK_OPEN;
}

/* Questions about suites teach about groups and signature algorithms: those come after them. */
static bool is_well_known(struct track *track) {
    enum { MANY = 8 };
    return choice_count(&track->suites) >= MANY || choice_is_done(&track->suites);
}

struct job *tracks_next(struct survey *survey) {
    struct job *job = NULL;
    for (int i = 0; i < TRACKS && job == NULL; i++)
        if (is_asking(&survey->tracks[i]))
            job = ask_suites(survey, &survey->tracks[i]);
    bool has12 =
        survey->tracks[TRACK_TLS12].state == TRACK_OPEN && is_well_known(&survey->tracks[TRACK_TLS12]);
    if (job == NULL && has12)
        job = ask_signatures(survey);
    if (job == NULL && has12)
        job = ask_groups12(survey);
    if (job == NULL && survey->tracks[TRACK_TLS13].state == TRACK_OPEN)
        job = ask_groups13(survey);
    return job != NULL ? job : ask_fallback(survey);
}

/* ---- answers ---- */

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
}

/* With groups or signature algorithms struck, a choice that was not expected may have lost its rival to that.
 */
static void answer_suites(struct job *job, int suite) {
    struct choice *choice = &job->track->suites;
    if (!job->is_struck || suite == job->suites->lead) {
        choice_answer(choice, job->suites, suite);
        return;
    }
    choice_void(choice, job->suites, true);
    choice_accept(choice, suite, false);
}

static void answer_groups(struct job *job, const struct handshake *seen) {
    struct survey *survey = job->survey;
    struct choice *choice = job->form.hello.version == TLS13 ? &survey->groups13 : &survey->groups12;
    bool is_named = seen->group != 0 && seen->dh_bits == 0;
    if (job->groups == NULL || job->groups->answered || !is_named)
        return;
    if (is_in(&job->groups->list, seen->group))
        choice_answer(choice, job->groups, seen->group);
    else if (seen->group == job->keep_group)
        choice_answer(choice, job->groups, -1);
}

static void answer_signatures(struct job *job, const struct handshake *seen) {
    for (int k = 0; k < SIGN_KINDS; k++) {
        struct choice_question *question = job->signatures[k];
        if (question != NULL && !question->answered && is_in(&question->list, seen->signature))
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
    if (!is_in(&lower->suites.all, seen->suite))
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
    open_track(survey, job->track);
    if (job->suites != NULL && !job->suites->answered)
        answer_suites(job, seen->suite);
    result_suite(survey, job->track, seen);
    answer_groups(job, seen);
    answer_signatures(job, seen);
    void_all(job, false);
    size_t known = choice_count(&survey->tracks[TRACK_TLS12].suites);
    survey->hints.usual_is_over = survey->hints.usual_is_over || known >= 3;
}

/* A first hello was refused: is the version, and what does it say about those below? */
static void refuse_version(struct job *job, const char *how, bool is_by_version) {
    struct survey *survey = job->survey;
    struct arena *arena = survey->world->arena;
    if (job->track->version == TLS13 && !survey->shares13 && !is_by_version) {
        survey->shares13 = true; /* perhaps it wants a key in the first hello */
        choice_void(&job->track->suites, job->suites, false);
        return;
    }
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
    for (int k = 0; job->kind == JOB_SIGNATURES && !job->is_struck && k < SIGN_KINDS; k++)
        if (job->signatures[k] != NULL)
            choice_answer(&survey->signatures[k], job->signatures[k], -1);
    /* A server may choose what stood in front and then fail: only the usual order makes a refusal one. */
    if (job->kind == JOB_SUITES && job->is_plain)
        choice_answer(&job->track->suites, job->suites, -1);
    void_all(job, true);
}

void tracks_refuse(struct job *job, const char *how) {
    int alert = job->ask->outcome == ASK_ALERT ? job->ask->flight->alert : -1;
    if (job->kind == JOB_FALLBACK)
        job->survey->fact->sends_fallback_alert = alert == ALERT_INAPPROPRIATE_FALLBACK;
    else if (job->kind == JOB_SUITES && job->track->state != TRACK_OPEN)
        refuse_version(job, how, alert == ALERT_PROTOCOL_VERSION);
    else
        refuse_choices(job);
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
