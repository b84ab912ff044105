/* What is to be asked next? One track per version finds its suites; groups and signature algorithms are found
 * along with them, what is left of those afterwards. See survey.h. */
#include "probe/ciphers/survey.h"

#include <string.h>
#include <unistd.h>

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

static bool is_left_out(const struct job *job, int signature) {
    for (int k = 0; k < SIGN_KINDS; k++)
        if (job->signatures[k] != NULL && job->signatures[k]->is_struck &&
            numbers_have(&job->survey->signatures[k].all, signature))
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
        if (!numbers_have(&list, tls_signatures[i].id) && !is_left_out(job, tls_signatures[i].id))
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
    if (keep != 0 && !numbers_have(&own, keep))
        more.v[more.n++] = keep;
    for (int id = 256; version != TLS13 && id <= 260; id++)
        more.v[more.n++] = id;
    return joined(arena, (const struct numbers *const[]){&own, &more}, 2);
}

static void fill_hello(struct job *job, int version, struct numbers list) {
    struct survey *survey = job->survey;
    job->form = (struct ask_form){.address = survey->address,
                                  .port = survey->port,
                                  .xmpp_domain = survey->xmpp_domain,
                                  .is_of_servers = survey->is_of_servers};
    struct hello_form *hello = &job->form.hello;
    hello->version = version;
    const struct numbers front = {&job->front, job->front != 0};
    hello->suites =
        front.n == 0 ? list : joined(survey->world->arena, (const struct numbers *const[]){&front, &list}, 2);
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

/* With its curve struck, an ECDSA certificate would be out of the question (RFC 8422 5.1), and whatever was
 * chosen instead would prove nothing about the order of suites. */
static struct choice_question *groups_along(const struct job *job, enum choice_order order) {
    struct choice *groups = &job->survey->groups12;
    bool has_shown = order != ORDER_SERVER || choice_has_led(groups); /* whose order it is, else now */
    struct choice_question *question = choice_along(groups, has_shown ? order : ORDER_UNKNOWN, 0);
    int curve = certificate_group(job->survey);
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
        job->groups = choice_along(&survey->groups13, order, 0);
        return;
    }
    bool is_ecdsa = suite->auth == AUTH_ECDSA;
    if (suite->kx == KX_ECDHE)
        job->groups = groups_along(job, order);
    if ((suite->kx == KX_ECDHE || suite->kx == KX_DHE) && (is_ecdsa || suite->auth == AUTH_RSA)) {
        int kind = is_ecdsa ? SIGN_ECDSA : SIGN_RSA;
        job->signatures[kind] = choice_along(&survey->signatures[kind], order, 0);
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
    fill_hello(job, TLS13, question->list);
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
    fill_hello(job, track->version, question->list);
    if (track->state != TRACK_OPEN)
        note_along(job);
    return job;
}

/* Every suite found wants an ECDSA key, and the rest was refused beside such suites: a server that chooses
 * its key before the suite (as haproxy does) may yet take RSA from who offers nothing else. */
static bool wants_split(struct track *track) {
    if (track->is_split || track->state != TRACK_OPEN || track->version >= TLS13 || track->found.n == 0 ||
        !choice_is_done(&track->suites))
        return false;
    for (size_t i = 0; i < track->found.n; i++)
        if (suite_by_id(track->found.v[i]->suite)->auth != AUTH_ECDSA)
            return false;
    return true;
}

static struct job *ask_split(struct survey *survey, struct track *track) {
    struct numbers others = {arena_alloc(survey->world->arena, (track->suites.all.n + 1) * sizeof *others.v),
                             0};
    for (size_t i = 0; i < track->suites.all.n; i++)
        if (suite_by_id(track->suites.all.v[i])->auth != AUTH_ECDSA)
            others.v[others.n++] = track->suites.all.v[i];
    track->is_split = true;
    choice_reopen(&track->suites, &others);
    return ask_suites(survey, track);
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

/* Along with a question that may well be refused nothing is struck: it would not be clear what was. */
static struct choice_question *led_groups(struct survey *survey) {
    struct choice_question *question = choice_along(&survey->groups12, ORDER_UNKNOWN, 0);
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
        fill_hello(job, TLS12, signed_suites(survey, track, has_both ? AUTH_ANY : keys[kind], false));
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
    fill_hello(job, job->track->version, choice_result(&job->track->suites));
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
    fill_hello(job, track->version, list);
    job->form.hello.groups = survey->groups12.all;
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
    for (int i = TRACK_TLS12; i < TRACKS && job == NULL; i++)
        if (wants_split(&survey->tracks[i]))
            job = ask_split(survey, &survey->tracks[i]);
    if (job == NULL)
        job = ask_rest13(survey);
    bool has12 =
        survey->tracks[TRACK_TLS12].state == TRACK_OPEN && is_well_known(&survey->tracks[TRACK_TLS12]);
    if (job == NULL && has12)
        job = ask_signatures(survey);
    if (job == NULL && has12)
        job = ask_groups12(survey);
    if (job == NULL && survey->tracks[TRACK_TLS13].state == TRACK_OPEN)
        job = ask_groups13(survey);
    for (int i = TRACK_TLS12; i < TRACKS && job == NULL; i++)
        job = ask_own_dh(survey, &survey->tracks[i]);
    return job != NULL ? job : ask_fallback(survey);
}
