/* How does a question become a ClientHello? What is asked about stands in front or is struck, all else is
 * offered as usual. See survey.h. Not here: what is asked (survey_tracks.c, survey_besides.c), its bytes
 * (wire/hello_write.h). */
#include "probe/ciphers/survey.h"

#include <string.h>
#include <unistd.h>

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

void job_fill(struct job *job, int version, struct numbers list) {
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

struct job *job_new(struct survey *survey, enum job_kind kind, struct track *track) {
    struct job *job = ARENA_NEW(survey->world->arena, struct job);
    job->survey = survey;
    job->kind = kind;
    job->track = track;
    return job;
}
