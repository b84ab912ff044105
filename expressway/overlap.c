/* What will a client and a server agree on? See overlap.h. The choice is the one RFC 8446 4.1.1 and RFC
 * 5246 7.4 leave to the server, made as OpenSSL makes it: highest version, then the first suite in the
 * deciding order for which there is a certificate, a group and a signature algorithm. */
#include "expressway/overlap.h"

#include <string.h>
#include <strings.h>

#include "catalogue/release.h"
#include "facts/groups.h"

/* ---- the sides ---- */

static void id_add(struct arena *arena, struct suite_ids *to, int id) {
    int *grown = arena_alloc(arena, (to->n + 1) * sizeof *grown);
    if (to->n > 0)
        memcpy(grown, to->v, to->n * sizeof *grown);
    grown[to->n++] = id;
    to->v = grown;
}

static bool id_in(const struct suite_ids *ids, int id) {
    for (size_t i = 0; i < ids->n; i++)
        if (ids->v[i] == id)
            return true;
    return false;
}

static void add_texts(struct arena *arena, struct texts *to, const char *const *from) {
    for (; *from != NULL; from++)
        texts_add(arena, to, *from);
}

static void suite_add(struct arena *arena, struct cipher_side *side, int id, int oldest, int newest) {
    const struct suite *suite = suite_by_id(id);
    for (int version = oldest; suite != NULL && version <= newest; version++)
        if (suite_fits_version(suite, version))
            id_add(arena, &side->suites[version - SSL3], id);
}

void side_of_profile(struct arena *arena, const struct cipher_profile *profile, struct cipher_side *out) {
    *out = (struct cipher_side){.name = profile->name,
                                .suites_choose_certificate = profile->suites_choose_certificate};
    for (const int *id = profile->suites; *id != 0; id++)
        suite_add(arena, out, *id, profile->oldest, profile->newest);
    add_texts(arena, &out->groups12, profile->groups);
    add_texts(arena, &out->groups13, profile->groups);
    add_texts(arena, &out->signatures, profile->signatures);
    add_texts(arena, &out->certificates, profile->certificates);
    out->certificates13 = out->certificates;
}

void side_of_offer(struct arena *arena, const char *name, const struct client_offer *offer,
                   struct cipher_side *out) {
    *out = (struct cipher_side){.name = name, .signatures = offer->signature_algorithms};
    for (size_t i = 0; i < offer->groups.n; i++) { /* an attempt has OpenSSL's names */
        const struct tls_group *group = group_by_name(offer->groups.v[i]);
        texts_add(arena, &out->groups12, group == NULL ? offer->groups.v[i] : group->name);
    }
    out->groups13 = out->groups12;
    for (int version = SSL3; version <= TLS13; version++)
        for (size_t i = 0; texts_has(&offer->versions, tls_version_name(version)) && i < offer->suites.n;
             i++) {
            const struct suite *suite = suite_by_name(offer->suites.v[i]);
            if (suite != NULL)
                suite_add(arena, out, suite->id, version, version);
        }
}

/* TLS 1.3 is spoken from X14.2 on, and 1.2 is the least by default (field-facts 4.1). */
void side_of_string(struct arena *arena, const char *text, int release, struct cipher_string *read,
                    struct cipher_side *out) {
    *out = (struct cipher_side){.name = text};
    cipher_string_read(arena, text, read);
    for (const int *id = profile_suites13; release >= RELEASE_X14_2 && *id != 0; id++)
        suite_add(arena, out, *id, TLS13, TLS13);
    for (size_t i = 0; i < read->suites.n; i++)
        suite_add(arena, out, read->suites.v[i], TLS12, TLS12);
    add_texts(arena, &out->groups12, profile_groups);
    add_texts(arena, &out->groups13, profile_groups);
    add_texts(arena, &out->signatures, profile_signatures);
}

static void certificate_add(struct arena *arena, struct cipher_side *side, const char *kind) {
    if (kind != NULL && strcmp(kind, "none") != 0 && !texts_has(&side->certificates, kind))
        texts_add(arena, &side->certificates, kind);
}

void side_of_survey(struct arena *arena, const struct cipher_survey *survey, struct cipher_side *out) {
    *out = (struct cipher_side){.name = survey->endpoint,
                                .groups12 = survey->groups12,
                                .groups13 = survey->groups13,
                                .signatures = survey->signature_algorithms};
    for (size_t i = 0; i < survey->accepted.n; i++) {
        const struct accepted_suite *a = survey->accepted.v[i];
        if (a->version < SSL3 || a->version > TLS13)
            continue;
        id_add(arena, &out->suites[a->version - SSL3], a->suite);
        certificate_add(arena, out, a->certificate);
    }
    for (size_t i = 0; i < survey->versions.n; i++) {
        const struct version_answer *v = survey->versions.v[i];
        if (v->version >= SSL3 && v->version <= TLS13 && v->preference != NULL)
            out->is_own_order[v->version - SSL3] = strcmp(v->preference, "server") == 0;
    }
    if (survey->chain_rsa.n > 0)
        certificate_add(arena, out, "RSA");
    if (survey->chain_ecdsa.n > 0)
        certificate_add(arena, out, "ECDSA");
    out->certificates13 = survey->certificates13.n > 0 ? survey->certificates13 : out->certificates;
}

/* ---- what a suite needs ---- */

/* May a suite that authenticates like this be used with a key of that kind (RFC 5246 7.4.2, RFC 8422 2)? */
static bool auth_takes(enum suite_auth auth, const char *kind) {
    switch (auth) {
    case AUTH_RSA:
        return strcmp(kind, "RSA") == 0 || strcmp(kind, "RSA-PSS") == 0;
    case AUTH_ECDSA:
        return strcmp(kind, "ECDSA") == 0 || strncmp(kind, "Ed", 2) == 0;
    default: /* AUTH_DSS: others need none */
        return strcmp(kind, "DSA") == 0;
    }
}

static bool needs_certificate(const struct suite *suite) {
    return suite->auth == AUTH_RSA || suite->auth == AUTH_ECDSA || suite->auth == AUTH_DSS;
}

static const char *const auth_kinds[] = {[AUTH_RSA] = "RSA", [AUTH_ECDSA] = "ECDSA", [AUTH_DSS] = "DSA"};

/* The server's certificate for this suite; NULL when it has none. */
static const char *certificate_for(const struct cipher_side *server, const struct suite *suite) {
    if (server->certificates.n == 0)
        return auth_kinds[suite->auth];
    for (size_t i = 0; i < server->certificates.n; i++)
        if (auth_takes(suite->auth, server->certificates.v[i]))
            return server->certificates.v[i];
    return NULL;
}

/* In TLS 1.3 for certificates only, or not at all (RFC 8446 4.2.3). */
static bool is_of_tls12(const char *algorithm) {
    return text_starts(algorithm, "rsa_pkcs1") || text_starts(algorithm, "dsa_") ||
           text_ends(algorithm, "_sha1") || text_ends(algorithm, "_sha224");
}

static bool takes_signature(const struct texts *list, const char *name) {
    return list->n == 0 || texts_has(list, name);
}

/* The first in the deciding order that the other side takes, too, and that a key of this kind (NULL: any that
 * the server has) can sign. NULL when there is none. */
static const char *signature_common(const struct cipher_side *client, const struct cipher_side *server,
                                    int version, const char *kind) {
    bool own = server->is_own_order[version - SSL3] && server->signatures.n > 0;
    const struct texts *first = own || client->signatures.n == 0 ? &server->signatures : &client->signatures;
    const struct texts *second = first == &server->signatures ? &client->signatures : &server->signatures;
    for (size_t i = 0; i < first->n; i++) {
        const char *name = first->v[i];
        const struct tls_signature *signature = signature_by_name(name);
        if (signature == NULL || signature->key == NULL || !takes_signature(second, name) ||
            (version == TLS13 && is_of_tls12(name)))
            continue;
        const struct texts *keys = version == TLS13 ? &server->certificates13 : &server->certificates;
        if (kind != NULL ? strcmp(signature->key, kind) == 0
                         : keys->n == 0 || texts_has(keys, signature->key))
            return name;
    }
    return NULL;
}

static bool signatures_known(const struct cipher_side *client, const struct cipher_side *server) {
    return client->signatures.n > 0 || server->signatures.n > 0;
}

static const struct texts *groups_of(const struct cipher_side *side, int version) {
    return version == TLS13 ? &side->groups13 : &side->groups12;
}

/* The client's first that the server takes, of curves or of finite fields. *known: both lists are. */
static const char *group_common(const struct cipher_side *client, const struct cipher_side *server,
                                int version, bool *known) {
    const struct texts *mine = groups_of(client, version), *theirs = groups_of(server, version);
    *known = mine->n > 0 && theirs->n > 0;
    for (size_t i = 0; i < mine->n; i++) {
        const struct tls_group *group = group_by_name(mine->v[i]);
        if (group == NULL || (version < TLS13 && group->kind != GROUP_CURVE))
            continue;
        if (theirs->n == 0 || texts_has(theirs, mine->v[i]))
            return theirs->n == 0 ? NULL : mine->v[i];
    }
    return NULL;
}

/* ---- choosing ---- */

/* How far the best of the common suites got. */
enum stage { STAGE_SUITE, STAGE_CERTIFICATE, STAGE_GROUP, STAGE_SIGNATURE, STAGE_DONE };
static const enum cause_id stage_causes[] = {
    [STAGE_SUITE] = CAUSE_CIPHER_OVERLAP_NO_COMMON_SUITE,
    [STAGE_CERTIFICATE] = CAUSE_CIPHER_OVERLAP_CERTIFICATE_TYPE_MISMATCH,
    [STAGE_GROUP] = CAUSE_CIPHER_OVERLAP_NO_COMMON_GROUP,
    [STAGE_SIGNATURE] = CAUSE_CIPHER_OVERLAP_NO_COMMON_SIGNATURE_ALGORITHM,
    [STAGE_DONE] = CAUSE_NONE};

static bool uses_curve(const struct suite *suite) {
    return suite->kx == KX_ECDHE || suite->kx == KX_ECDHE_PSK || suite_is_13(suite);
}

/* Up to TLS 1.2: the suite decides which certificate comes. */
static enum stage suite_try(const struct cipher_side *client, const struct cipher_side *server, int version,
                            const struct suite *suite, struct overlap *out) {
    bool known;
    out->suite = suite->id;
    out->certificate = needs_certificate(suite) ? certificate_for(server, suite) : "none";
    if (out->certificate == NULL)
        return STAGE_CERTIFICATE;
    out->group = uses_curve(suite) ? group_common(client, server, version, &known) : NULL;
    if (uses_curve(suite) && out->group == NULL && known)
        return STAGE_GROUP;
    bool signs = version == TLS12 && needs_certificate(suite) && suite->kx != KX_RSA;
    out->signature = signs ? signature_common(client, server, version, out->certificate) : NULL;
    if (signs && out->signature == NULL && signatures_known(client, server))
        return STAGE_SIGNATURE;
    return STAGE_DONE;
}

/* The kind of certificate that the order of TLS 1.2 suites leads to (Unified CM 15SU2 by default). */
static const char *kind_by_suites(struct arena *arena, const struct cipher_side *client,
                                  const struct cipher_side *server) {
    struct overlap in12;
    if (!server->suites_choose_certificate || !overlap_in(arena, client, server, TLS12, &in12) ||
        in12.cause != CAUSE_NONE)
        return NULL;
    return in12.certificate;
}

/* TLS 1.3: the signature algorithms decide (RFC 8446 4.4.2.2). */
static enum stage try13(struct arena *arena, const struct cipher_side *client,
                        const struct cipher_side *server, const struct suite *suite, struct overlap *out) {
    bool known;
    out->suite = suite->id;
    out->group = group_common(client, server, TLS13, &known);
    if (out->group == NULL && known)
        return STAGE_GROUP;
    const char *kind = kind_by_suites(arena, client, server);
    out->signature = kind == NULL ? NULL : signature_common(client, server, TLS13, kind);
    if (out->signature == NULL)
        out->signature = signature_common(client, server, TLS13, NULL);
    if (out->signature == NULL && signatures_known(client, server))
        return STAGE_SIGNATURE;
    const struct tls_signature *signature = out->signature == NULL ? NULL : signature_by_name(out->signature);
    out->certificate = signature != NULL               ? signature->key
                       : server->certificates13.n == 1 ? server->certificates13.v[0]
                                                       : NULL;
    return STAGE_DONE;
}

static bool same_but_for_key(const struct suite *a, const struct suite *b) {
    return a->kx == b->kx && a->cipher == b->cipher && a->bits == b->bits && a->mac == b->mac &&
           a->auth != b->auth && needs_certificate(a) && needs_certificate(b);
}

/* Would there be a suite in common if the server had another kind of key? An enumerated server takes no suite
 * that it has no certificate for, so its twins tell. */
static bool differs_by_key_only(const struct cipher_side *client, const struct cipher_side *server,
                                int version) {
    const struct suite_ids *mine = &client->suites[version - SSL3], *theirs = &server->suites[version - SSL3];
    for (size_t i = 0; i < mine->n; i++)
        for (size_t k = 0; k < theirs->n; k++) {
            const struct suite *a = suite_by_id(mine->v[i]), *b = suite_by_id(theirs->v[k]);
            if (a != NULL && b != NULL && same_but_for_key(a, b) && certificate_for(server, a) == NULL)
                return true;
        }
    return false;
}

static void common_find(struct arena *arena, const struct cipher_side *client,
                        const struct cipher_side *server, int version, struct suite_ids *common) {
    size_t slot = (size_t)(version - SSL3);
    bool own = server->is_own_order[slot];
    const struct suite_ids *first = own ? &server->suites[slot] : &client->suites[slot];
    const struct suite_ids *second = own ? &client->suites[slot] : &server->suites[slot];
    *common = (struct suite_ids){NULL, 0};
    for (size_t i = 0; i < first->n; i++)
        if (id_in(second, first->v[i]))
            id_add(arena, common, first->v[i]);
}

bool overlap_in(struct arena *arena, const struct cipher_side *client, const struct cipher_side *server,
                int version, struct overlap *out) {
    size_t slot = (size_t)(version - SSL3);
    enum stage furthest = STAGE_SUITE;
    *out = (struct overlap){.version = version};
    if (client->suites[slot].n == 0 || server->suites[slot].n == 0)
        return false;
    common_find(arena, client, server, version, &out->common);
    for (size_t i = 0; i < out->common.n && furthest != STAGE_DONE; i++) {
        const struct suite *suite = suite_by_id(out->common.v[i]);
        struct overlap tried = *out;
        enum stage stage = suite == NULL      ? STAGE_SUITE
                           : version == TLS13 ? try13(arena, client, server, suite, &tried)
                                              : suite_try(client, server, version, suite, &tried);
        furthest = stage > furthest ? stage : furthest;
        if (stage == STAGE_DONE)
            *out = tried;
    }
    if (furthest == STAGE_SUITE && differs_by_key_only(client, server, version))
        furthest = STAGE_CERTIFICATE;
    out->cause = stage_causes[furthest];
    return true;
}

void overlap_find(struct arena *arena, const struct cipher_side *client, const struct cipher_side *server,
                  struct overlap *out) {
    for (int version = TLS13; version >= SSL3; version--)
        if (overlap_in(arena, client, server, version, out))
            return;
    *out = (struct overlap){.cause = CAUSE_CIPHER_OVERLAP_NO_COMMON_VERSION};
}
