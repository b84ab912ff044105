/* What did the answers of one server come to? From tracks and choices to struct cipher_survey. See survey.h.
 */
#include "probe/ciphers/survey.h"

#include <string.h>

/* ---- one answer ---- */

static bool is_rsa(const struct cert *cert) {
    return cert->key_type == KEY_RSA || cert->key_type == KEY_RSA_PSS;
}

static void keep_chain(struct survey *survey, const struct certs *chain) {
    if (chain->n == 0)
        return;
    struct certs *kept = is_rsa(chain->v[0]) ? &survey->fact->chain_rsa : &survey->fact->chain_ecdsa;
    if (kept->n == 0)
        *kept = *chain;
    if (chain->v[0]->key_type == KEY_EC && survey->curve == NULL)
        survey->curve = chain->v[0]->key_curve;
}

static char *group_of(struct arena *arena, const struct handshake *seen) {
    if (seen->group != 0)
        return group_name(arena, seen->group);
    return seen->dh_bits == 0 ? NULL : arena_printf(arena, "dh %d", seen->dh_bits);
}

static char *certificate_of(struct arena *arena, const struct handshake *seen) {
    const struct suite *suite = suite_by_id(seen->suite);
    if (seen->attempt->chain.n > 0)
        return arena_text(arena, enum_text(key_types, (int)seen->attempt->chain.v[0]->key_type));
    return arena_text(arena, suite != NULL && suite->auth == AUTH_NONE ? "none" : NULL);
}

static bool is_found(const struct track *track, int suite) {
    for (size_t i = 0; i < track->found.n; i++)
        if (track->found.v[i]->suite == suite)
            return true;
    return false;
}

void result_suite(struct survey *survey, struct track *track, const struct handshake *seen) {
    struct arena *arena = survey->world->arena;
    if (track->version < TLS13) {
        keep_chain(survey, &seen->attempt->chain);
        survey->fact->renegotiation =
            arena_text(arena, seen->is_secure_renegotiation ? "secure" : "insecure");
    }
    if (is_found(track, seen->suite))
        return;
    struct accepted_suite *found = ARENA_NEW(arena, struct accepted_suite);
    *found = (struct accepted_suite){.version = track->version,
                                     .suite = seen->suite,
                                     .certificate = certificate_of(arena, seen),
                                     .group = group_of(arena, seen),
                                     .dh_bits = seen->dh_bits};
    if (seen->signature != 0)
        found->signature_algorithm = signature_name(arena, seen->signature);
    LIST_ADD(arena, &track->found, found);
    hints_note(&survey->hints, seen->suite);
}

/* ---- the whole ---- */

static void add_version(struct survey *survey, struct track *track) {
    static const char *const states[] = {[TRACK_WAITING] = "no-answer",
                                         [TRACK_ASKED] = "no-answer",
                                         [TRACK_OPEN] = "accepted",
                                         [TRACK_REFUSED] = "refused",
                                         [TRACK_SILENT] = "no-answer"};
    static const char *const orders[] = {[ORDER_UNKNOWN] = NULL,
                                         [ORDER_SERVER] = "server",
                                         [ORDER_CLIENT] = "client",
                                         [ORDER_MIXED] = "server"};
    struct arena *arena = survey->world->arena;
    struct version_answer *answer = ARENA_NEW(arena, struct version_answer);
    answer->version = track->version;
    answer->state = arena_text(arena, states[track->state]);
    answer->how = track->state == TRACK_OPEN ? NULL : arena_text(arena, track->how);
    if (track->state == TRACK_OPEN && choice_count(&track->suites) > 1)
        answer->preference = arena_text(arena, orders[choice_order(&track->suites)]);
    LIST_ADD(arena, &survey->fact->versions, answer);
}

static bool wants_ecdsa(int suite) {
    const struct suite *known = suite_by_id(suite);
    return known != NULL && known->auth == AUTH_ECDSA;
}

static void add_suite(struct survey *survey, struct track *track, int suite) {
    for (size_t k = 0; k < track->found.n; k++)
        if (track->found.v[k]->suite == suite)
            LIST_ADD(survey->world->arena, &survey->fact->accepted, track->found.v[k]);
}

/* A server that chooses its key before the suite has those of the ECDSA key in front of all others, whatever
 * questions were put to find that out. */
static void add_suites(struct survey *survey, struct track *track) {
    struct numbers order = choice_result(&track->suites);
    for (size_t i = 0; i < order.n; i++)
        if (!track->is_split || wants_ecdsa(order.v[i]))
            add_suite(survey, track, order.v[i]);
    for (size_t i = 0; i < order.n; i++)
        if (track->is_split && !wants_ecdsa(order.v[i]))
            add_suite(survey, track, order.v[i]);
}

static void add_names(struct survey *survey, struct choice *choice,
                      char *(*name)(struct arena *arena, int id), struct texts *to) {
    struct numbers order = choice_result(choice);
    for (size_t i = 0; i < order.n; i++) {
        const char *text = name(survey->world->arena, order.v[i]);
        if (!texts_has(to, text))
            texts_add(survey->world->arena, to, text);
    }
}

/* A server that told its groups told their order, too. */
static void add_groups13(struct survey *survey) {
    struct texts *to = &survey->fact->groups13;
    for (int i = 0; i < CERT_FORMS && to->n == 0; i++) {
        const struct tls_attempt *attempt = survey->certs13[i].fact;
        for (size_t k = 0; attempt != NULL && k < attempt->groups_announced.n; k++)
            texts_add(survey->world->arena, to, attempt->groups_announced.v[k]);
    }
    add_names(survey, &survey->groups13, group_name, to);
}

bool result_is_named_dh(const struct accepted_suite *accepted) {
    return accepted->dh_bits > 0 && accepted->group != NULL && text_starts(accepted->group, "ffdhe");
}

/* What it has for clients that offer no such group, where that is the shorter. */
static void settle_dh(struct survey *survey, struct accepted_suite *accepted) {
    if (!result_is_named_dh(accepted) || survey->own_dh_bits == 0 || survey->own_dh_bits >= accepted->dh_bits)
        return;
    accepted->dh_bits = survey->own_dh_bits;
    accepted->group = arena_printf(survey->world->arena, "dh %d", survey->own_dh_bits);
}

/* The questions put now this group in front, now that: what comes when all are offered is the first of the
 * list. */
static void settle_suites(struct survey *survey) {
    struct cipher_survey *fact = survey->fact;
    for (size_t i = 0; i < fact->accepted.n; i++) {
        struct accepted_suite *accepted = fact->accepted.v[i];
        const struct texts *groups = accepted->version == TLS13 ? &fact->groups13 : &fact->groups12;
        const struct suite *suite = suite_by_id(accepted->suite);
        settle_dh(survey, accepted);
        bool is_curve = accepted->version == TLS13 || (suite != NULL && suite->kx == KX_ECDHE);
        if (is_curve && groups->n > 0)
            accepted->group = groups->v[0];
        for (int k = 0; accepted->signature_algorithm != NULL && k < SIGN_KINDS; k++) {
            struct numbers order = choice_result(&survey->signatures[k]);
            bool is_of_kind = accepted->certificate != NULL &&
                              strcmp(accepted->certificate, k == SIGN_RSA ? "RSA" : "ECDSA") == 0;
            if (is_of_kind && order.n > 0)
                accepted->signature_algorithm = signature_name(survey->world->arena, order.v[0]);
        }
    }
}

static void add_certificates13(struct survey *survey) {
    struct arena *arena = survey->world->arena;
    struct cipher_survey *fact = survey->fact;
    static const int order[CERT_FORMS] = {1, 0, 2, 3,
                                          4}; /* ECDSA before RSA: what most clients like better */
    for (int i = 0; i < CERT_FORMS; i++) {
        const struct tls_attempt *attempt = survey->certs13[order[i]].fact;
        if (attempt == NULL || attempt->chain.n == 0)
            continue;
        keep_chain(survey, &attempt->chain);
        if (!texts_has(&fact->certificates13, enum_text(key_types, (int)attempt->chain.v[0]->key_type)))
            texts_add(arena, &fact->certificates13, enum_text(key_types, (int)attempt->chain.v[0]->key_type));
        if (attempt->signature_algorithm != NULL &&
            !texts_has(&fact->signature_algorithms, attempt->signature_algorithm))
            texts_add(arena, &fact->signature_algorithms, attempt->signature_algorithm);
    }
    for (size_t i = 0; i < fact->accepted.n; i++)
        if (fact->accepted.v[i]->version == TLS13 && fact->certificates13.n > 0)
            fact->accepted.v[i]->certificate = fact->certificates13.v[0];
}

/* Those that were answered, or refused for good. */
static void add_clients(struct survey *survey) {
    const struct probe_options *options = survey->world->options;
    for (size_t i = 0; survey->clients != NULL && i < options->client_count; i++) {
        if (!survey->clients[i].is_over)
            continue;
        struct hello_answer *answer = ARENA_NEW(survey->world->arena, struct hello_answer);
        answer->client = arena_text(survey->world->arena, options->clients[i].name);
        answer->tls = *survey->clients[i].fact;
        LIST_ADD(survey->world->arena, &survey->fact->clients, answer);
        keep_chain(survey, &answer->tls.chain);
    }
}

static bool is_whole(struct survey *survey) {
    for (int i = 0; i < TRACKS; i++) {
        struct track *track = &survey->tracks[i];
        if (track->state == TRACK_ASKED || track->state == TRACK_SILENT ||
            (track->state == TRACK_OPEN && !choice_is_done(&track->suites)))
            return false;
    }
    return true;
}

void result_finish(struct survey *survey) {
    struct cipher_survey *fact = survey->fact;
    for (int i = TRACKS - 1; i >= 0; i--)
        add_version(survey, &survey->tracks[i]);
    for (int i = 0; i < TRACKS; i++)
        add_suites(survey, &survey->tracks[i]);
    add_names(survey, &survey->groups12, group_name, &fact->groups12);
    add_groups13(survey);
    settle_suites(survey);
    for (int k = SIGN_KINDS - 1; k >= 0; k--)
        add_names(survey, &survey->signatures[k], signature_name, &fact->signature_algorithms);
    add_certificates13(survey);
    add_clients(survey);
    if (fact->renegotiation == NULL && survey->tracks[TRACK_TLS13].state == TRACK_OPEN)
        fact->renegotiation = arena_text(survey->world->arena, "none"); /* TLS 1.3 has none */
    fact->complete = is_whole(survey) && !survey->is_blocked && survey->has_good;
    if (!fact->complete)
        fact->error = survey->trouble != NULL
                          ? survey->trouble
                          : arena_text(survey->world->arena, "not all questions were answered");
}
