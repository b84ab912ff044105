/* Whose lists are compared with whose, and what came of it? Surveys and their endpoints, clients, and what
 * one of them got from a server: what the judges of the cipher family have in common. See cipher.h. */
#include <string.h>

#include "catalogue/release.h"
#include "checks/cipher.h"
#include "facts/groups.h"

/* ---- surveys and endpoints ---- */

const struct endpoint *endpoint_of_survey(const struct facts *facts, const struct cipher_survey *survey) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *e = facts->endpoints.v[i];
        bool same_address =
            survey->address == NULL || e->address == NULL || strcmp(e->address, survey->address) == 0;
        if (strcmp(e->id, survey->endpoint) == 0 && same_address)
            return e;
    }
    return NULL;
}

struct about about_survey(const struct facts *facts, const struct cipher_survey *survey) {
    const struct endpoint *endpoint = endpoint_of_survey(facts, survey);
    if (endpoint != NULL)
        return about_endpoint(facts, endpoint);
    return (struct about){.subject = survey->endpoint, .node = survey->endpoint};
}

const struct cipher_survey *survey_of_endpoint(const struct facts *facts, const struct endpoint *endpoint) {
    for (size_t i = 0; i < facts->ciphers.n; i++)
        if (endpoint_of_survey(facts, facts->ciphers.v[i]) == endpoint)
            return facts->ciphers.v[i];
    return NULL;
}

bool survey_saw_something(const struct cipher_survey *survey) {
    return survey->accepted.n > 0;
}

const char *survey_trouble(const struct cipher_survey *survey) {
    if (survey->error != NULL)
        return survey->error;
    return survey->rate_limited         ? "the server limits how fast it takes connections"
           : survey->limits_connections ? "the server limits connections at once"
                                        : "it was stopped before its end";
}

const char *version_text(int version) {
    const char *name = tls_version_name(version);
    return name == NULL ? "?" : name;
}

json_t *suite_names(struct arena *arena, const struct suite_ids *ids) {
    json_t *list = json_array();
    for (size_t i = 0; i < ids->n; i++)
        json_array_append_new(list, json_string(suite_text(arena, ids->v[i])));
    return list;
}

/* ---- clients ---- */

bool client_calls(const struct cipher_client *client, enum role server) {
    switch (server) {
    case ROLE_UCM:
    case ROLE_IMP:
        return client->is_asked || client->kind == PROFILE_EXPRESSWAY;
    case ROLE_EXPRESSWAY_C:
        return client->is_asked || client->kind == PROFILE_UCM;
    default:
        return true;
    }
}

struct choosing {
    const struct facts *facts;
    struct arena *arena;
    struct cipher_clients *to;
};

static struct cipher_client *client_add(struct choosing *c, const char *name, enum profile_kind kind) {
    struct cipher_client *client = ARENA_NEW(c->arena, struct cipher_client);
    client->name = name;
    client->kind = kind;
    LIST_ADD(c->arena, c->to, client);
    return client;
}

static void profile_add(struct choosing *c, const struct cipher_profile *profile, bool is_asked) {
    struct cipher_client *client = client_add(c, profile->name, profile->kind);
    client->is_asked = is_asked;
    side_of_profile(c->arena, profile, &client->side);
}

static void string_add(struct choosing *c, const char *text, enum profile_kind kind) {
    struct cipher_client *client = client_add(c, text, kind);
    struct cipher_string read;
    client->is_asked = true;
    side_of_string(c->arena, text, release_of(c->facts, ROLE_EXPRESSWAY_C), &read, &client->side);
    client->is_empty = read.suites.n == 0;
}

/* Unified CM follows no Expressway release; the newest there is goes with the newest. What is no value of its
 * enterprise parameter is taken for a string of its Cipher Management. */
static void usual_clients_add(struct choosing *c) {
    const struct deployment *d = c->facts->deployment;
    int release = release_of(c->facts, ROLE_EXPRESSWAY_C);
    profile_add(c, profile_of_release(release), false);
    const struct cipher_profile *ucm =
        profile_of_ucm(c->arena, d == NULL ? NULL : d->ucm_ciphers, false, release >= 150000);
    if (ucm != NULL) {
        profile_add(c, ucm, false);
        return;
    }
    string_add(c, d->ucm_ciphers, PROFILE_UCM);
    c->to->v[c->to->n - 1]->is_asked = false;
}

static void clients_choose(struct choosing *c) {
    const struct texts *asked = &c->facts->run.cipher_clients;
    for (size_t i = 0; i < asked->n; i++) {
        const struct cipher_profile *profile = profile_find(asked->v[i]);
        if (profile != NULL)
            profile_add(c, profile, true);
        else
            string_add(c, asked->v[i], PROFILE_EXPRESSWAY);
    }
    if (asked->n == 0)
        usual_clients_add(c);
}

void cipher_clients_of(const struct facts *facts, struct arena *arena, struct cipher_clients *clients) {
    struct choosing choosing = {facts, arena, clients};
    clients_choose(&choosing);
}

/* ---- what came of a client's own hello ---- */

const struct tls_attempt *answer_to(const struct cipher_survey *survey, const struct cipher_client *client) {
    for (size_t i = 0; survey != NULL && i < survey->clients.n; i++)
        if (strcmp(survey->clients.v[i]->client, client->name) == 0 &&
            survey->clients.v[i]->tls.state != TLS_LOCAL_ERROR)
            return &survey->clients.v[i]->tls;
    return NULL;
}

static int version_number(const char *name) {
    for (int version = SSL3; name != NULL && version <= TLS13; version++)
        if (strcmp(version_text(version), name) == 0)
            return version;
    return 0;
}

/* A refusal of what enumeration found acceptable piece by piece. */
static enum cause_id refusal_of(const struct cipher_side *client, const struct cipher_survey *survey) {
    for (size_t i = 0; i < survey->versions.n; i++) {
        const struct version_answer *v = survey->versions.v[i];
        bool is_wordless =
            v->how != NULL && strncmp(v->how, "alert", 5) != 0 && strncmp(v->how, "answered", 8) != 0;
        if (v->version == TLS13 && is_wordless && client->suites[TLS13 - SSL3].n > 0)
            return CAUSE_CIPHER_OVERLAP_VERSION_INTOLERANT;
    }
    return CAUSE_CIPHER_OVERLAP_REFUSED;
}

void pair_find(struct arena *arena, const struct cipher_survey *survey, const struct cipher_client *client,
               const struct cipher_side *server, struct overlap *out, bool *is_seen) {
    const struct tls_attempt *answer = answer_to(survey, client);
    overlap_find(arena, &client->side, server, out);
    *is_seen = answer != NULL;
    if (answer == NULL)
        return;
    if (answer->state != TLS_ESTABLISHED) {
        if (out->cause == CAUSE_NONE)
            out->cause = refusal_of(&client->side, survey);
        return;
    }
    const struct suite *suite = answer->cipher == NULL ? NULL : suite_by_name(answer->cipher);
    const struct tls_group *group = answer->group == NULL ? NULL : group_by_name(answer->group);
    *out = (struct overlap){.cause = CAUSE_NONE,
                            .version = version_number(answer->version),
                            .suite = suite == NULL ? 0 : suite->id,
                            .group = group != NULL ? group->name : answer->group,
                            .signature = answer->signature_algorithm,
                            .certificate = answer->chain.n == 0
                                               ? "none"
                                               : enum_text(key_types, (int)answer->chain.v[0]->key_type)};
}
