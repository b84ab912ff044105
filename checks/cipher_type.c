/* Which of a server's two certificates, RSA or ECDSA, will a client be shown, and does Expressway-C trust it?
 * cipher.certificate-type. Unified CM follows the order of the client, so that an Expressway upgrade which
 * changes the order changes the certificate (field-facts 3 and 4). */
#include <string.h>

#include "checks/cipher.h"
#include "checks/chain.h"
#include "checks/seen.h"

static const enum check_id check = CHECK_CIPHER_CERTIFICATE_TYPE;

struct typed {                 /* one kind of certificate of a server */
    const char *kind;          /* "RSA", "ECDSA" */
    const struct certs *chain; /* NULL: the server has none, or it was not seen */
};

struct type_question {
    struct about about;
    enum role role;
    int port;
    struct typed types[2];
    struct cipher_side server;
    const struct cipher_survey *survey; /* NULL: not enumerated */
    struct own_lists lists;             /* whose trust is asked */
};

/* ---- names ---- */

/* "tomcat-ECDSA"; NULL where the port tells nothing. */
static const char *product_name(struct arena *arena, enum role role, int port, const char *kind) {
    const char *name = port_certificate(role == ROLE_NONE ? ROLE_UCM : role, port);
    return name != NULL && strcmp(kind, "ECDSA") == 0 ? arena_printf(arena, "%s-ECDSA", name) : name;
}

/* ---- trust ---- */

static bool judge_list(struct cipher_run *run, const struct certs *chain, const struct own_list *list,
                       struct trust_result *result) {
    struct certs sent = {chain->v + 1, chain->n - 1};
    trust_judge_by(run->to->arena, chain->v[0], &sent, NULL, list->index, run->facts->run.at,
                   PURPOSE_TLS_SERVER, result);
    return result->verdict == TRUST_GOOD;
}

static void untrusted_add(struct finding *finding, const struct own_list *list,
                          const struct trust_result *result) {
    json_t *missing = json_array();
    for (size_t i = 0; i < result->missing.n; i++) {
        const struct missing_ca *ca = result->missing.v[i];
        json_array_append_new(missing, missing_json(ca->subject, ca->ski, ca->sha256, ca->aia, list->box));
    }
    evidence_set(finding, "missing", missing);
    evidence_texts(finding, "path", &result->path);
}

/* ---- one client, one list ---- */

static void types_add(struct cipher_run *run, struct finding *finding, const struct type_question *q,
                      const struct cipher_client *client, const struct typed *shown,
                      const struct own_list *list) {
    json_t *found = json_array();
    for (size_t i = 0; i < 2; i++)
        if (q->types[i].chain != NULL)
            json_array_append_new(found, json_string(q->types[i].kind));
    evidence_text(finding, "client", client->name);
    evidence_text(finding, "presented", shown->kind);
    evidence_text(finding, "unified_cm_name", product_name(run->to->arena, q->role, q->port, shown->kind));
    evidence_set(finding, "found", found);
    evidence_text(finding, "trust_list", list->name);
    evidence_text(finding, "certificate", shown->chain->v[0]->subject);
    evidence_text(finding, "issuer", shown->chain->v[0]->issuer);
}

static const char *called(struct cipher_run *run, const struct type_question *q, const char *kind) {
    const char *name = product_name(run->to->arena, q->role, q->port, kind);
    bool is_product = name != NULL && q->role != ROLE_NONE;
    return is_product ? arena_printf(run->to->arena, "%s (%s)", name, kind)
                      : arena_printf(run->to->arena, "its %s certificate", kind);
}

static struct finding *finding_of(struct cipher_run *run, const struct type_question *q,
                                  const struct cipher_client *client, const struct own_list *list,
                                  const struct typed *shown, const struct typed *other) {
    struct trust_result result, others;
    const char *name = called(run, q, shown->kind);
    if (!judge_list(run, shown->chain, list, &result)) {
        if (result.verdict == TRUST_NO_BYTES)
            return find_unknown(run->to, check, q->about, "the bytes of the certificates were not kept");
        struct finding *finding = find_cause(
            run->to, CAUSE_CIPHER_CERTIFICATE_TYPE_PRESENTED_TYPE_UNTRUSTED, q->about,
            "%s is shown %s, which %s does not lead to a trusted CA in", client->name, name, list->name);
        untrusted_add(finding, list, &result);
        return finding;
    }
    if (other->chain != NULL && !judge_list(run, other->chain, list, &others) &&
        others.verdict != TRUST_NO_BYTES) {
        struct finding *finding = find_cause(run->to, CAUSE_CIPHER_CERTIFICATE_TYPE_OTHER_TYPE_UNTRUSTED,
                                             q->about, "%s is shown %s, which is trusted; %s is not",
                                             client->name, name, called(run, q, other->kind));
        untrusted_add(finding, list, &others);
        return finding;
    }
    return find_pass(run->to, check, q->about, "%s is shown %s, which is trusted%s", client->name, name,
                     other->chain == NULL ? "" : ", as is the other one");
}

/* What the client was shown: by its own hello where that was sent, else of the kind that is to be expected.
 */
static bool shown_find(const struct type_question *q, const struct cipher_client *client,
                       const struct overlap *overlap, struct typed *shown) {
    const struct tls_attempt *answer = answer_to(q->survey, client);
    *shown = (struct typed){overlap->certificate, NULL};
    if (answer != NULL && answer->chain.n > 0)
        shown->chain = &answer->chain;
    for (size_t i = 0; shown->chain == NULL && i < 2; i++)
        if (strcmp(q->types[i].kind, overlap->certificate) == 0)
            shown->chain = q->types[i].chain;
    return shown->chain != NULL;
}

static struct typed other_find(const struct type_question *q, const char *kind) {
    for (size_t i = 0; i < 2; i++)
        if (strcmp(q->types[i].kind, kind) != 0 && q->types[i].chain != NULL)
            return q->types[i];
    return (struct typed){NULL, NULL};
}

static void judge_client(struct cipher_run *run, const struct type_question *q,
                         const struct cipher_client *client, const struct own_list *list) {
    struct overlap overlap;
    struct typed shown;
    struct finding *finding;
    bool is_seen;
    pair_find(run->to->arena, q->survey, client, &q->server, &overlap, &is_seen);
    if (overlap.cause != CAUSE_NONE || overlap.certificate == NULL ||
        strcmp(overlap.certificate, "none") == 0) {
        finding = find_skip(run->to, check, q->about,
                            overlap.cause != CAUSE_NONE
                                ? "%s and the server do not agree: no certificate comes (cipher.overlap)"
                                : "which certificate %s is shown could not be seen",
                            client->name);
        evidence_text(finding, "client", client->name);
        return;
    }
    if (!shown_find(q, client, &overlap, &shown)) {
        finding = find_unknown(run->to, check, q->about, "%s is shown an %s certificate, which was not seen",
                               client->name, overlap.certificate);
        evidence_text(finding, "client", client->name);
        evidence_text(finding, "presented", overlap.certificate);
        return;
    }
    struct typed other = other_find(q, shown.kind);
    finding = finding_of(run, q, client, list, &shown, &other);
    types_add(run, finding, q, client, &shown, list);
    evidence_text(finding, "basis", is_seen ? "handshake" : q->survey != NULL ? "enumeration" : "paper");
}

static void judge_question(struct cipher_run *run, const struct type_question *q) {
    if (q->types[0].chain == NULL && q->types[1].chain == NULL)
        return;
    if (q->lists.n == 0) {
        find_skip(run->to, check, q->about,
                  q->role == ROLE_NONE ? "no trust list was given (--trust, as exported from Expressway-C)"
                                       : "no trust list of Expressway-C was given");
        return;
    }
    for (size_t i = 0; i < q->lists.n; i++)
        for (size_t k = 0; k < run->clients.n; k++) {
            const struct cipher_client *client = run->clients.v[k];
            bool asks = client->is_asked || client->kind == PROFILE_EXPRESSWAY;
            if (q->lists.v[i]->index != NULL && asks && !client->is_empty)
                judge_client(run, q, client, q->lists.v[i]);
        }
}

/* ---- what was seen of a server ---- */

static void chain_note(struct type_question *q, const struct certs *chain) {
    for (size_t i = 0; chain != NULL && chain->n > 0 && i < 2; i++) {
        bool is_ec = chain->v[0]->key_type == KEY_EC;
        if (q->types[i].chain == NULL && is_ec == (strcmp(q->types[i].kind, "ECDSA") == 0))
            q->types[i].chain = chain;
    }
}

static struct type_question question_new(struct about about, enum role role, int port) {
    return (struct type_question){
        .about = about, .role = role, .port = port, .types = {{"RSA", NULL}, {"ECDSA", NULL}}};
}

/* Without an enumeration: what Unified CM takes by its parameter, with the certificates that the port showed.
 */
static void side_guess(struct cipher_run *run, const struct endpoint *endpoint, struct type_question *q) {
    struct arena *arena = run->to->arena;
    bool tls13 = endpoint->tls.version != NULL && strcmp(endpoint->tls.version, "TLSv1.3") == 0;
    const struct deployment *d = run->facts->deployment;
    bool imp = q->role == ROLE_IMP;
    const struct cipher_profile *profile =
        profile_of_ucm(arena, d == NULL ? NULL : d->ucm_ciphers, imp, tls13);
    side_of_profile(arena, profile != NULL ? profile : profile_of_ucm(arena, NULL, imp, tls13), &q->server);
    q->server.certificates = (struct texts){NULL, 0};
    for (size_t i = 0; i < 2; i++)
        if (q->types[i].chain != NULL)
            texts_add(arena, &q->server.certificates, q->types[i].kind);
    q->server.certificates13 = q->server.certificates;
}

static void judge_endpoint(struct cipher_run *run, const struct endpoint *endpoint,
                           const struct own_lists *lists) {
    static const enum tls_purpose purposes[] = {PURPOSE_RSA, PURPOSE_ECDSA, PURPOSE_TLS12};
    const struct cipher_survey *survey = survey_of_endpoint(run->facts, endpoint);
    struct type_question q =
        question_new(about_endpoint(run->facts, endpoint), role_of_endpoint(endpoint), endpoint->port);
    q.lists = *lists;
    q.survey = survey;
    if (survey != NULL) {
        chain_note(&q, &survey->chain_rsa);
        chain_note(&q, &survey->chain_ecdsa);
    }
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        const struct tls_attempt *attempt = endpoint_variant(endpoint, purposes[i]);
        chain_note(&q, attempt == NULL ? NULL : &attempt->chain);
    }
    chain_note(&q, &endpoint->tls.chain);
    if (survey != NULL && survey_saw_something(survey))
        side_of_survey(run->to->arena, survey, &q.server);
    else
        side_guess(run, endpoint, &q);
    judge_question(run, &q);
}

static int port_of(const struct cipher_survey *survey) {
    const char *colon = strrchr(survey->endpoint, ':');
    int port = 0;
    for (const char *at = colon == NULL ? "" : colon + 1; *at >= '0' && *at <= '9' && port < 100000; at++)
        port = port * 10 + (*at - '0');
    return port;
}

static void judge_survey(struct cipher_run *run, const struct cipher_survey *survey,
                         const struct own_lists *lists) {
    struct type_question q = question_new(about_survey(run->facts, survey), ROLE_NONE, port_of(survey));
    q.lists = *lists;
    q.survey = survey;
    chain_note(&q, &survey->chain_rsa);
    chain_note(&q, &survey->chain_ecdsa);
    side_of_survey(run->to->arena, survey, &q.server);
    judge_question(run, &q);
}

/* Expressway-C's lists; without a deployment the one that the user gave. The system's roots are nobody's
 * here. */
static void lists_choose(struct cipher_run *run, struct own_lists *lists) {
    struct arena *arena = run->to->arena;
    const struct trust_list *given = facts_trust(run->facts, run->facts->run.client_trust);
    own_lists_of(run->facts, arena, ROLE_EXPRESSWAY_C, lists);
    if (lists->n > 0 || given == NULL || strcmp(given->name, "system") == 0 || run->facts->deployment != NULL)
        return;
    struct own_list *own = ARENA_NEW(arena, struct own_list);
    *own = (struct own_list){given, given->name, "expressway-c", trust_index_new(arena, given)};
    LIST_ADD(arena, lists, own);
}

void judge_cipher_types(struct cipher_run *run) {
    struct own_lists lists = {NULL, 0};
    lists_choose(run, &lists);
    for (size_t i = 0; i < run->facts->endpoints.n; i++) {
        const struct endpoint *endpoint = run->facts->endpoints.v[i];
        enum role role = role_of_endpoint(endpoint);
        if (role == ROLE_UCM || role == ROLE_IMP)
            judge_endpoint(run, endpoint, &lists);
    }
    for (size_t i = 0; i < run->facts->ciphers.n; i++)
        if (endpoint_of_survey(run->facts, run->facts->ciphers.v[i]) == NULL)
            judge_survey(run, run->facts->ciphers.v[i], &lists);
}
