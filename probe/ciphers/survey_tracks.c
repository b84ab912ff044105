/* What is to be asked next? One track per version finds its suites; groups and signature algorithms are found
 * along with them, what is left of those afterwards (survey_besides.c). See survey.h. */
#include "probe/ciphers/survey.h"

enum { STRUCK_MAX = 3 };

static const int versions[TRACKS] = {TLS13, TLS12, TLS11, TLS10, SSL3};

/* ---- what is usual ---- */

/* Of the groups of one kind a server that takes one mostly takes all: those are expected after the first. */
static bool is_usual_group(void *context, int number) {
    static const int usual[] = {29, 23, 30, 25, 24};
    static const struct {
        int first, last;
    } kinds[] = {{26, 28}, {31, 33}, {256, 260}}; /* brainpool, the same in TLS 1.3, ffdhe */
    const struct choice *groups = context;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (usual[i] == number)
            return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int id = kinds[i].first;
             number >= kinds[i].first && number <= kinds[i].last && id <= kinds[i].last; id++)
            if (choice_has(groups, id))
                return true;
    return false;
}

static bool is_usual_signature(void *context, int number) {
    static const int usual[] = {0x0403, 0x0503, 0x0603, 0x0303, 0x0804, 0x0805,
                                0x0806, 0x0401, 0x0501, 0x0601, 0x0301};
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
    struct choice_judge signatures = {.likely = is_usual_signature};
    for (int i = 0; i < TRACKS; i++) {
        struct track *track = &survey->tracks[i];
        track->version = versions[i];
        choice_init(&track->suites, arena, hints_suites(arena, versions[i]), hints_judge(&survey->hints),
                    versions[i] == TLS12 ? 5 : 1);
    }
    choice_init(&survey->groups12, arena, groups_of(arena, TLS12),
                (struct choice_judge){.likely = is_usual_group, .context = &survey->groups12}, 1);
    choice_init(&survey->groups13, arena, groups_of(arena, TLS13),
                (struct choice_judge){.likely = is_usual_group, .context = &survey->groups13}, 1);
    choice_init(&survey->signatures[SIGN_RSA], arena, signatures_of(arena, "RSA"), signatures, 1);
    choice_init(&survey->signatures[SIGN_ECDSA], arena, signatures_of(arena, "ECDSA"), signatures, 1);
    for (int i = TRACK_TLS13; i <= TRACK_TLS11; i++)
        survey->tracks[i].state = TRACK_ASKED;
}

/* ---- questions ---- */

/* With its curve struck, an ECDSA certificate would be out of the question (RFC 8422 5.1), and whatever was
 * chosen instead would prove nothing about the order of suites. */
static struct choice_question *groups_along(const struct job *job, enum choice_order order) {
    struct choice *groups = &job->survey->groups12;
    bool has_shown = order != ORDER_SERVER || choice_has_led(groups); /* whose order it is, else now */
    struct choice_question *question = choice_along(groups, has_shown ? order : ORDER_UNKNOWN);
    int curve = survey_certificate_group(job->survey);
    if (question == NULL || !question->is_struck || (curve != 0 && numbers_have(&question->list, curve)))
        return question;
    for (size_t i = 0; i < job->suites->list.n; i++) {
        const struct suite *suite = suite_by_id(job->suites->list.v[i]);
        bool is_open =
            choice_has(&job->track->suites, suite->id) || choice_is_open(&job->track->suites, suite->id);
        if (suite->auth == AUTH_ECDSA && is_open) {
            choice_void(groups, question, false);
            return NULL;
        }
    }
    return question;
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
        job->groups = choice_along(&survey->groups13, order);
        return;
    }
    bool is_ecdsa = suite->auth == AUTH_ECDSA;
    if (suite->kx == KX_ECDHE)
        job->groups = groups_along(job, order);
    if ((suite->kx == KX_ECDHE || suite->kx == KX_DHE) && (is_ecdsa || suite->auth == AUTH_RSA)) {
        int kind = is_ecdsa ? SIGN_ECDSA : SIGN_RSA;
        job->signatures[kind] = choice_along(&survey->signatures[kind], order);
    }
    job->is_struck = job->groups != NULL && job->groups->is_struck;
    for (int k = 0; k < SIGN_KINDS; k++)
        job->is_struck = job->is_struck || (job->signatures[k] != NULL && job->signatures[k]->is_struck);
}

/* The first hellos of all offer everything in the usual order: what is chosen of it is worth noting. */
static void note_along(struct job *job) {
    struct survey *survey = job->survey;
    if (job->track->version == TLS13 && survey->groups13.questions.n == 0)
        job->groups = choice_natural(&survey->groups13);
    if (job->track->version != TLS12)
        return;
    if (survey->groups12.questions.n == 0)
        job->groups = choice_natural(&survey->groups12);
    for (int k = 0; k < SIGN_KINDS; k++)
        if (choice_count(&survey->signatures[k]) == 0)
            job->signatures[k] = choice_natural(&survey->signatures[k]);
}

/* A suite of RSA and ECDHE that was chosen from all that this question offers. */
static int find_front(const struct track *track, const struct choice_question *question) {
    for (size_t i = 0; i < track->found.n; i++) {
        const struct suite *suite = suite_by_id(track->found.v[i]->suite);
        if (suite->kx == KX_ECDHE && suite->auth == AUTH_RSA &&
            choice_is_above(&track->suites, suite->id, question))
            return suite->id;
    }
    return 0;
}

/* Of a question about suites that need no curve: in front of them one that needs one, and curves that are not
 * expected. A server that takes none of these curves passes it over. */
static void ask_groups_along(struct job *job) {
    struct survey *survey = job->survey;
    enum choice_order order = choice_order(&job->track->suites);
    if (job->track->version != TLS12 || (order != ORDER_SERVER && order != ORDER_CLIENT) ||
        survey->front_in_vain > 0)
        return;
    for (size_t i = 0; i < job->suites->list.n; i++)
        if (suite_by_id(job->suites->list.v[i])->kx != KX_RSA)
            return;
    int front = find_front(job->track, job->suites);
    if (front == 0 || (job->groups = choice_rest(&survey->groups12)) == NULL)
        return;
    job->front = front;
}

static struct choice_question *next_suites(struct survey *survey, struct track *track) {
    if (track->version == TLS13 && track->state == TRACK_OPEN && certs_ask_suites(survey))
        return choice_rest(&track->suites); /* the likely ones are asked about there */
    return choice_next(&track->suites);
}

/* While it is not known whether there is TLS 1.3: its unusual suites, where a connection is free for that. */
static struct job *ask_rest13(struct survey *survey) {
    struct track *track = &survey->tracks[TRACK_TLS13];
    bool is_free = track->state == TRACK_ASKED && !survey->shares13 && choice_is_waiting(&track->suites);
    struct choice_question *question = is_free ? choice_rest(&track->suites) : NULL;
    if (question == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_SUITES, track);
    job->suites = question;
    job->is_plain = true;
    job_fill(job, TLS13, question->list);
    return job;
}

/* Where a suite is expected, groups and signature algorithms that are not known yet go in front. */
static struct job *ask_suites(struct survey *survey, struct track *track) {
    struct choice_question *question = next_suites(survey, track);
    if (question == NULL)
        return NULL;
    struct job *job = job_new(survey, JOB_SUITES, track);
    job->suites = question;
    job->is_plain = question->lead < 0 || track->state != TRACK_OPEN;
    if (!job->is_plain) {
        ask_along(job);
        ask_groups_along(job);
    }
    job_fill(job, track->version, question->list);
    if (track->state != TRACK_OPEN)
        note_along(job);
    return job;
}

/* Any suite of ECDSA; or one that a server with such a key will know, whatever it takes of them. */
static bool offers_ecdsa(const struct choice_question *question, bool is_known) {
    for (size_t i = 0; i < question->list.n; i++) {
        const struct suite *suite = suite_by_id(question->list.v[i]);
        bool is_usual = suite->cipher == CIPHER_AES || suite->cipher == CIPHER_AESGCM;
        if (suite->auth == AUTH_ECDSA && (is_usual || !is_known))
            return true;
    }
    return false;
}

/* Beside suites of ECDSA one of another kind was chosen: the key follows from the suite. */
static bool chose_beside_ecdsa(const struct track *track) {
    for (size_t i = 0; i < track->suites.questions.n; i++) {
        const struct choice_question *q = track->suites.questions.v[i];
        if (q->answered && !q->is_void && !q->is_refused && suite_by_id(q->chosen)->auth != AUTH_ECDSA &&
            offers_ecdsa(q, true))
            return true;
    }
    return false;
}

/* It was refused where no suite of ECDSA was offered, so that it is for itself. */
static bool was_refused_alone(const struct track *track, int suite) {
    for (size_t i = 0; i < track->suites.questions.n; i++) {
        const struct choice_question *q = track->suites.questions.v[i];
        if (q->is_refused && !q->is_void && numbers_have(&q->list, suite) && !offers_ecdsa(q, false))
            return true;
    }
    return false;
}

/* It has an ECDSA key, and never chose another suite beside such ones: a server that chooses its key before
 * the suite (as haproxy does) may yet take from who offers nothing else what it refused beside them. */
static bool wants_split(struct track *track) {
    bool has_ecdsa = false;
    if (track->is_split || track->state != TRACK_OPEN || track->version >= TLS13 ||
        !choice_is_done(&track->suites))
        return false;
    for (size_t i = 0; i < track->found.n; i++)
        has_ecdsa = has_ecdsa || suite_by_id(track->found.v[i]->suite)->auth == AUTH_ECDSA;
    return has_ecdsa && !chose_beside_ecdsa(track);
}

static struct job *ask_split(struct survey *survey, struct track *track) {
    struct numbers others = {arena_alloc(survey->world->arena, (track->suites.all.n + 1) * sizeof *others.v),
                             0};
    for (size_t i = 0; i < track->suites.all.n; i++) {
        int suite = track->suites.all.v[i];
        if (suite_by_id(suite)->auth != AUTH_ECDSA && !was_refused_alone(track, suite))
            others.v[others.n++] = suite;
    }
    track->is_split = true;
    choice_reopen(&track->suites, &others);
    return ask_suites(survey, track);
}

static bool is_asking(const struct track *track) {
    return track->state == TRACK_ASKED || track->state == TRACK_OPEN;
}

struct job *tracks_next(struct survey *survey) {
    struct job *job = NULL;
    for (int i = 0; i < TRACKS && job == NULL; i++)
        if (is_asking(&survey->tracks[i]))
            job = ask_suites(survey, &survey->tracks[i]);
    for (int i = TRACK_TLS12; i < TRACKS && job == NULL; i++)
        if (wants_split(&survey->tracks[i]))
            job = ask_split(survey, &survey->tracks[i]);
    if (job == NULL)
        job = ask_rest13(survey);
    return job != NULL ? job : besides_next(survey);
}
