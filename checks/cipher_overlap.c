/* Will client and server agree, and on what? cipher.overlap, for each pair: an enumerated server with the
 * usual clients or those the user named, and profiles on paper. */
#include <string.h>

#include "catalogue/release.h"
#include "checks/cipher.h"

static const enum check_id check = CHECK_CIPHER_OVERLAP;

/* ---- evidence ---- */

static void texts_set(json_t *object, const char *key, const struct texts *texts) {
    json_t *list = json_array();
    for (size_t i = 0; i < texts->n; i++)
        json_array_append_new(list, json_string(texts->v[i]));
    json_object_set_new(object, key, list);
}

/* What one side brings: versions, and of the version in question what the cause speaks of. */
static json_t *side_json(struct arena *arena, const struct cipher_side *side, int version,
                         enum cause_id cause) {
    json_t *object = json_object(), *versions = json_array();
    for (int v = TLS13; v >= SSL3; v--)
        if (side->suites[v - SSL3].n > 0)
            json_array_append_new(versions, json_string(version_text(v)));
    json_object_set_new(object, "versions", versions);
    if (version == 0)
        return object;
    json_object_set_new(object, "suites", suite_names(arena, &side->suites[version - SSL3]));
    if (cause == CAUSE_CIPHER_OVERLAP_NO_COMMON_GROUP)
        texts_set(object, "groups", version == TLS13 ? &side->groups13 : &side->groups12);
    if (cause == CAUSE_CIPHER_OVERLAP_NO_COMMON_SIGNATURE_ALGORITHM)
        texts_set(object, "signature_algorithms", &side->signatures);
    if (side->certificates.n > 0)
        texts_set(object, "certificates", version == TLS13 ? &side->certificates13 : &side->certificates);
    return object;
}

static void choice_add(struct arena *arena, struct finding *finding, const struct cipher_side *client,
                       const struct cipher_side *server, const struct overlap *overlap) {
    bool agreed = overlap->cause == CAUSE_NONE;
    const struct suite *suite = agreed ? suite_by_id(overlap->suite) : NULL;
    evidence_text(finding, "client", client->name);
    evidence_text(finding, "server", server->name);
    evidence_text(finding, "version", overlap->version == 0 ? NULL : version_text(overlap->version));
    evidence_text(finding, "suite", agreed ? suite_text(arena, overlap->suite) : NULL);
    evidence_text(finding, "iana", suite == NULL ? NULL : suite->iana);
    evidence_text(finding, "id", agreed ? arena_printf(arena, "0x%04X", (unsigned)overlap->suite) : NULL);
    evidence_text(finding, "group", agreed ? overlap->group : NULL);
    evidence_text(finding, "certificate", agreed ? overlap->certificate : NULL);
    evidence_text(finding, "signature_algorithm", agreed ? overlap->signature : NULL);
    if (agreed)
        return;
    evidence_set(finding, "common", suite_names(arena, &overlap->common));
    evidence_set(finding, "wanted", side_json(arena, client, overlap->version, overlap->cause));
    evidence_set(finding, "found", side_json(arena, server, overlap->version, overlap->cause));
}

static const char *words_of(enum cause_id cause) {
    static const struct {
        enum cause_id cause;
        const char *words;
    } rows[] = {
        {CAUSE_CIPHER_OVERLAP_NO_COMMON_VERSION, "have no TLS version in common"},
        {CAUSE_CIPHER_OVERLAP_NO_COMMON_SUITE, "have no cipher suite in common"},
        {CAUSE_CIPHER_OVERLAP_NO_COMMON_GROUP, "have no key exchange group in common"},
        {CAUSE_CIPHER_OVERLAP_NO_COMMON_SIGNATURE_ALGORITHM, "have no signature algorithm in common"},
        {CAUSE_CIPHER_OVERLAP_CERTIFICATE_TYPE_MISMATCH,
         "have suites in common, but none for the certificate's key type"},
        {CAUSE_CIPHER_OVERLAP_REFUSED,
         "do not agree: the server refuses this client's hello, though it takes its parts one by one"},
        {CAUSE_CIPHER_OVERLAP_VERSION_INTOLERANT,
         "do not agree: the server cuts the connection when TLS 1.3 is offered"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].cause == cause)
            return rows[i].words;
    return "do not agree";
}

/* What comes of the pair without TLS 1.3, whose suites no cipher string chooses. */
static void older_add(struct arena *arena, struct finding *finding, const struct cipher_side *client,
                      const struct cipher_side *server, int chosen) {
    struct overlap older;
    if (chosen != TLS13 || !overlap_in(arena, client, server, TLS12, &older))
        return;
    if (older.cause != CAUSE_NONE)
        finding->summary =
            arena_printf(arena, "%s; without TLS 1.3 they %s", finding->summary, words_of(older.cause));
    json_t *object = json_object();
    json_object_set_new(object, "cause",
                        older.cause == CAUSE_NONE ? json_null() : json_string(cause_text(older.cause)));
    if (older.cause == CAUSE_NONE) {
        json_object_set_new(object, "suite", json_string(suite_text(arena, older.suite)));
        json_object_set_new(object, "certificate",
                            older.certificate == NULL ? json_null() : json_string(older.certificate));
    }
    evidence_set(finding, "in_tls12", object);
}

/* ---- one pair ---- */

struct pair {
    struct about about;
    const struct cipher_client *client;
    const struct cipher_side *server;
    const struct cipher_survey *survey; /* NULL: on paper */
    const char *doubt; /* why what the server does not show proves nothing; NULL when its list is complete */
};

/* How the server ended the client's own hello. */
static void refusal_add(struct finding *finding, const struct tls_attempt *answer) {
    if (answer->state == TLS_ESTABLISHED)
        return;
    evidence_text(finding, "answer", enum_text(tls_states, (int)answer->state));
    evidence_text(finding, "alert", answer->alert == NULL ? NULL : answer->alert->name);
}

static struct finding *disagreement(struct cipher_run *run, const struct pair *pair,
                                    const struct overlap *overlap, const struct tls_attempt *answer) {
    bool names_version = overlap->version != 0 && overlap->cause != CAUSE_CIPHER_OVERLAP_REFUSED &&
                         overlap->cause != CAUSE_CIPHER_OVERLAP_VERSION_INTOLERANT;
    if (pair->doubt != NULL && answer == NULL)
        return find_unknown(run->to, check, pair->about,
                            "nothing in common with %s was seen, but not all was: %s", pair->client->name,
                            pair->doubt);
    struct finding *finding =
        find_cause(run->to, overlap->cause, pair->about, "%s and %s %s%s%s", pair->client->name,
                   pair->server->name, words_of(overlap->cause), names_version ? " in " : "",
                   names_version ? version_text(overlap->version) : "");
    if (answer != NULL)
        refusal_add(finding, answer);
    return finding;
}

static struct finding *agreement(struct cipher_run *run, const struct pair *pair,
                                 const struct overlap *overlap, bool is_seen) {
    bool has_certificate = overlap->certificate != NULL && strcmp(overlap->certificate, "none") != 0;
    return find_pass(run->to, check, pair->about, "%s and %s %s %s, %s%s%s%s%s%s%s", pair->client->name,
                     pair->server->name, is_seen ? "choose" : "would choose", version_text(overlap->version),
                     suite_text(run->to->arena, overlap->suite), overlap->group == NULL ? "" : ", group ",
                     overlap->group == NULL ? "" : overlap->group, has_certificate ? ", the " : "",
                     has_certificate ? overlap->certificate : "", has_certificate ? " certificate" : "",
                     is_seen                ? ""
                     : pair->survey != NULL ? " (predicted from what it took piece by piece)"
                                            : " (on paper)");
}

static void judge_pair(struct cipher_run *run, const struct pair *pair) {
    struct arena *arena = run->to->arena;
    struct overlap overlap;
    struct finding *finding;
    bool is_seen;
    if (pair->client->is_empty) {
        finding = find_skip(run->to, check, pair->about, "the cipher string selects nothing (cipher.string)");
        evidence_text(finding, "client", pair->client->name);
        return;
    }
    pair_find(arena, pair->survey, pair->client, pair->server, &overlap, &is_seen);
    finding = overlap.cause == CAUSE_NONE
                  ? agreement(run, pair, &overlap, is_seen)
                  : disagreement(run, pair, &overlap, is_seen ? answer_to(pair->survey, pair->client) : NULL);
    choice_add(arena, finding, &pair->client->side, pair->server, &overlap);
    evidence_text(finding, "basis", is_seen ? "handshake" : pair->survey != NULL ? "enumeration" : "paper");
    if (overlap.cause == CAUSE_NONE)
        older_add(arena, finding, &pair->client->side, pair->server, overlap.version);
}

static void judge_survey(struct cipher_run *run, const struct cipher_survey *survey) {
    const struct endpoint *endpoint = endpoint_of_survey(run->facts, survey);
    enum role role = endpoint == NULL ? ROLE_NONE : role_of_endpoint(endpoint);
    struct about about = about_survey(run->facts, survey);
    struct cipher_side server;
    if (!survey_saw_something(survey)) {
        find_skip(run->to, check, about, "nothing is known of what the server takes (cipher.accepted)");
        return;
    }
    side_of_survey(run->to->arena, survey, &server);
    for (size_t i = 0; i < run->clients.n; i++)
        if (client_calls(run->clients.v[i], role))
            judge_pair(run, &(struct pair){about, run->clients.v[i], &server, survey,
                                           survey->complete ? NULL : survey_trouble(survey)});
}

/* ---- on paper ---- */

/* What the server can show: as the user says, by option or for the side of the deployment file that says it;
 * else an Expressway has RSA alone before X14.3 and may have both from then on. */
static const char *certs_of_server(const struct facts *facts, const struct cipher_profile *profile) {
    const struct deployment *d = facts->deployment;
    bool is_expressway = profile != NULL && profile->kind == PROFILE_EXPRESSWAY;
    if (facts->run.cipher_server_certs != NULL)
        return facts->run.cipher_server_certs;
    if (!is_expressway)
        return NULL;
    if (d != NULL && (d->e.server_cert_type != NULL || d->c.server_cert_type != NULL))
        return d->e.server_cert_type != NULL ? d->e.server_cert_type : d->c.server_cert_type;
    bool is_old =
        text_starts(profile->name, "expressway-x12") || text_starts(profile->name, "expressway-x14.0");
    return !is_old && run_release(facts) >= RELEASE_X14_3 ? "both" : "rsa";
}

static void certs_choose(struct arena *arena, const char *types, struct cipher_side *server) {
    if (types == NULL)
        return;
    server->certificates = (struct texts){NULL, 0};
    if (strcmp(types, "ecdsa") != 0)
        texts_add(arena, &server->certificates, "RSA");
    if (strcmp(types, "rsa") != 0)
        texts_add(arena, &server->certificates, "ECDSA");
    server->certificates13 = server->certificates;
}

static void judge_paper(struct cipher_run *run, const char *name) {
    struct arena *arena = run->to->arena;
    const struct cipher_profile *profile = profile_find(name);
    struct cipher_side server;
    struct cipher_string read = {.suites = {NULL, 1}};
    if (profile != NULL)
        side_of_profile(arena, profile, &server);
    else
        side_of_string(arena, name, run_release(run->facts), &read, &server);
    certs_choose(arena, certs_of_server(run->facts, profile), &server);
    for (size_t i = 0; i < run->clients.n; i++) {
        struct about about = {.subject = name};
        bool same_kind =
            profile != NULL && !run->clients.v[i]->is_asked && profile->kind == run->clients.v[i]->kind;
        if (read.suites.n > 0 && !same_kind)
            judge_pair(run, &(struct pair){about, run->clients.v[i], &server, NULL, NULL});
    }
}

void judge_cipher_overlap(struct cipher_run *run) {
    for (size_t i = 0; i < run->facts->ciphers.n; i++)
        judge_survey(run, run->facts->ciphers.v[i]);
    if (run->facts->run.cipher_server != NULL)
        judge_paper(run, run->facts->run.cipher_server);
}

void judge_cipher_sides(struct cipher_run *run, struct about about, const struct cipher_side *client,
                        const struct cipher_side *server) {
    struct cipher_client one = {.name = client->name, .kind = PROFILE_EXPRESSWAY, .side = *client};
    judge_pair(run, &(struct pair){about, &one, server, NULL, NULL});
}
