/* Whose lists are compared with whose, and are the strings that the user gave any good? The clients of the
 * cipher family; what servers take is in cipher_accepted.c, the comparison in cipher_overlap.c, the
 * certificate that comes of it in cipher_type.c. */
#include <string.h>

#include "checks/cipher_parts.h"
#include "catalogue/release.h"

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

static struct cipher_client *client_add(struct cipher_run *run, const char *name, enum profile_kind kind) {
    struct arena *arena = run->to->arena;
    struct cipher_client *client = ARENA_NEW(arena, struct cipher_client);
    client->name = name;
    client->kind = kind;
    LIST_ADD(arena, &run->clients, client);
    return client;
}

static void profile_add(struct cipher_run *run, const struct cipher_profile *profile, bool is_asked) {
    struct cipher_client *client = client_add(run, profile->name, profile->kind);
    client->is_asked = is_asked;
    side_of_profile(run->to->arena, profile, &client->side);
}

static void string_add(struct cipher_run *run, const char *text, enum profile_kind kind) {
    struct cipher_client *client = client_add(run, text, kind);
    struct cipher_string read;
    client->is_asked = true;
    side_of_string(run->to->arena, text, run_release(run->facts), &read, &client->side);
    client->is_empty = read.suites.n == 0;
}

/* Unified CM follows no Expressway release; the newest there is goes with the newest. What is no value of its
 * enterprise parameter is taken for a string of its Cipher Management. */
static void usual_clients_add(struct cipher_run *run) {
    const struct deployment *d = run->facts->deployment;
    int release = run_release(run->facts);
    profile_add(run, profile_of_release(release), false);
    const struct cipher_profile *ucm =
        profile_of_ucm(run->to->arena, d == NULL ? NULL : d->ucm_ciphers, false, release >= 150000);
    if (ucm != NULL) {
        profile_add(run, ucm, false);
        return;
    }
    string_add(run, d->ucm_ciphers, PROFILE_UCM);
    run->clients.v[run->clients.n - 1]->is_asked = false;
}

static void clients_choose(struct cipher_run *run) {
    const struct texts *asked = &run->facts->run.cipher_clients;
    for (size_t i = 0; i < asked->n; i++) {
        const struct cipher_profile *profile = profile_find(asked->v[i]);
        if (profile != NULL)
            profile_add(run, profile, true);
        else
            string_add(run, asked->v[i], PROFILE_EXPRESSWAY);
    }
    if (asked->n == 0)
        usual_clients_add(run);
}

/* ---- cipher.string ---- */

static json_t *text_or_null(const char *text) {
    return text == NULL ? json_null() : json_string(text);
}

static void faults_add(struct finding *finding, const struct cipher_string *read, enum cause_id cause) {
    json_t *list = json_array(), *found = json_array(), *wanted = json_array();
    for (size_t i = 0; i < read->faults.n; i++) {
        const struct string_fault *fault = read->faults.v[i];
        if (fault->cause != cause)
            continue;
        json_t *one = json_object();
        json_object_set_new(one, "part", text_or_null(fault->part));
        json_object_set_new(one, "why", text_or_null(fault->why));
        json_object_set_new(one, "meant", text_or_null(fault->meant));
        json_array_append_new(list, one);
        if (fault->part != NULL)
            json_array_append_new(found, json_string(fault->part));
        if (fault->meant != NULL)
            json_array_append_new(wanted, json_string(fault->meant));
    }
    evidence_set(finding, "found", found);
    evidence_set(finding, "wanted", wanted);
    evidence_set(finding, "parts", list);
}

static void judge_string_cause(struct cipher_run *run, const char *text, const struct cipher_string *read,
                               enum cause_id cause) {
    const struct string_fault *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < read->faults.n; i++)
        if (read->faults.v[i]->cause == cause && count++ == 0)
            first = read->faults.v[i];
    if (first == NULL)
        return;
    struct about about = {.subject = text};
    struct finding *finding = first->part == NULL
                                  ? find_cause(run->to, cause, about, "%s", first->why)
                                  : find_cause(run->to, cause, about, "'%s': %s%s%s%s", first->part,
                                               first->why, first->meant == NULL ? "" : "; meant may be ",
                                               first->meant == NULL ? "" : first->meant,
                                               count > 1 ? "; and there are more parts like it" : "");
    faults_add(finding, read, cause);
    evidence_text(finding, "string", text);
    evidence_set(finding, "selected", suite_names(run->to->arena, &read->suites));
}

static void judge_string(struct cipher_run *run, const char *text) {
    struct cipher_string read;
    cipher_string_read(run->to->arena, text, &read);
    judge_string_cause(run, text, &read, CAUSE_CIPHER_STRING_INVALID);
    judge_string_cause(run, text, &read, CAUSE_CIPHER_STRING_UNKNOWN_NAME);
    if (read.faults.n > 0)
        return;
    struct finding *finding = find_pass(
        run->to, CHECK_CIPHER_STRING, (struct about){.subject = text}, "selects %zu cipher suite%s%s",
        read.suites.n, read.suites.n == 1 ? "" : "s",
        read.stock == STOCK_EXPRESSWAY ? ""
                                       : ", among them some that Expressway's own expansion does not show");
    evidence_set(finding, "selected", suite_names(run->to->arena, &read.suites));
}

void judge_cipher_strings(struct cipher_run *run) {
    const struct run *asked = &run->facts->run;
    for (size_t i = 0; i < asked->cipher_clients.n; i++)
        if (profile_find(asked->cipher_clients.v[i]) == NULL)
            judge_string(run, asked->cipher_clients.v[i]);
    if (asked->cipher_server != NULL && profile_find(asked->cipher_server) == NULL)
        judge_string(run, asked->cipher_server);
    const struct deployment *d = run->facts->deployment;
    if (d != NULL && d->ucm_ciphers != NULL &&
        profile_of_ucm(run->to->arena, d->ucm_ciphers, false, false) == NULL)
        judge_string(run, d->ucm_ciphers);
}

void judge_cipher(struct judging *judging) {
    struct cipher_run run = {.facts = judging->facts, .to = judging->to};
    clients_choose(&run);
    judge_cipher_accepted(&run);
    judge_cipher_overlap(&run);
    judge_cipher_types(&run);
    judge_cipher_strings(&run);
}
