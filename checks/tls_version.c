/* Which versions does the server take? tls.version: what clients and Expressway speak is TLS 1.2 and up. */
#include "checks/tls_judge.h"

#include "checks/reach.h"

#include <string.h>

enum version { VERSION_10, VERSION_11, VERSION_12, VERSION_13, VERSIONS };
static const char *const names[VERSIONS] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

struct versions {
    bool taken[VERSIONS];
    bool any;
    const struct tls_attempt *legacy, *tls12; /* NULL: not tried */
};

static void add_version(struct versions *out, const struct tls_attempt *attempt) {
    if (attempt == NULL || !tls_reached(attempt) || attempt->version == NULL)
        return;
    for (size_t i = 0; i < VERSIONS; i++)
        if (strcmp(attempt->version, names[i]) == 0)
            out->any = out->taken[i] = true;
}

static struct versions versions_of(const struct endpoint *endpoint) {
    struct versions out = {.legacy = endpoint_variant(endpoint, PURPOSE_LEGACY),
                           .tls12 = endpoint_variant(endpoint, PURPOSE_TLS12)};
    add_version(&out, &endpoint->tls);
    for (size_t i = 0; i < endpoint->variants.n; i++)
        add_version(&out, endpoint->variants.v[i]);
    return out;
}

/* The attempt ended because of what it offered: somebody answered and refused. Silence refuses nothing. */
static bool is_refusal(const struct tls_attempt *attempt) {
    return attempt != NULL &&
           (attempt->state == TLS_ALERT || attempt->state == TLS_CLOSED || attempt->state == TLS_RESET);
}

static bool ended_over_version(const struct tls_attempt *attempt) {
    return attempt->state == TLS_ALERT && attempt->alert != NULL && attempt->alert->number == 70;
}

static void show_versions(struct finding *finding, const struct versions *versions) {
    evidence_add(finding, "wanted", names[VERSION_12]);
    evidence_add(finding, "wanted", names[VERSION_13]);
    evidence_set(finding, "found", json_array());
    for (size_t i = 0; i < VERSIONS; i++)
        if (versions->taken[i])
            evidence_add(finding, "found", names[i]);
    evidence_set(finding, "not_tried", json_array());
    if (versions->legacy == NULL && !versions->taken[VERSION_10] && !versions->taken[VERSION_11])
        for (size_t i = VERSION_10; i <= VERSION_11; i++)
            evidence_add(finding, "not_tried", names[i]);
    if (versions->tls12 == NULL && !versions->taken[VERSION_12])
        evidence_add(finding, "not_tried", names[VERSION_12]);
}

static const char *best_of(const struct versions *versions) {
    for (size_t i = VERSIONS; i > 0; i--)
        if (versions->taken[i - 1])
            return names[i - 1];
    return "no version";
}

/* "TLSv1.2 and TLSv1.3": what is right of what it takes. */
static const char *modern_of(const struct versions *versions) {
    return versions->taken[VERSION_12] && versions->taken[VERSION_13] ? "TLSv1.2 and TLSv1.3"
                                                                      : best_of(versions);
}

static const char *legacy_of(const struct versions *versions) {
    return versions->taken[VERSION_10] ? names[VERSION_10] : names[VERSION_11];
}

/* "TLSv1.1, TLSv1" */
static const char *texts_joined(struct arena *arena, const struct texts *texts) {
    const char *joined = texts->n == 0 ? "nothing" : texts->v[0];
    for (size_t i = 1; i < texts->n; i++)
        joined = arena_printf(arena, "%s, %s", joined, texts->v[i]);
    return joined;
}

static bool is_old(const struct texts *versions) {
    return !texts_has(versions, names[VERSION_12]) && !texts_has(versions, names[VERSION_13]);
}

void judge_tls_version(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    struct versions versions = versions_of(endpoint);
    bool modern = versions.taken[VERSION_12] || versions.taken[VERSION_13];
    bool legacy = versions.taken[VERSION_10] || versions.taken[VERSION_11];
    bool no_tls12 = versions.taken[VERSION_13] && !versions.taken[VERSION_12] && is_refusal(versions.tls12);
    if (!versions.any && !ended_over_version(&endpoint->tls)) {
        find_skip(to, CHECK_TLS_VERSION, about, "no handshake showed a version: see tls.handshake");
        return;
    }
    if (!versions.any && endpoint->client != NULL && endpoint->offer != NULL) {
        bool is_of_client = is_old(&endpoint->offer->versions);
        show_versions(
            find_cause(to, is_of_client ? CAUSE_TLS_VERSION_OLD_CLIENT : CAUSE_TLS_VERSION_NO_COMMON_VERSION,
                       about, "%s offered %s, which %s does not take", endpoint->client,
                       texts_joined(to->arena, &endpoint->offer->versions), endpoint->id),
            &versions);
        return;
    }
    if (!modern) {
        show_versions(find_cause(to, CAUSE_TLS_VERSION_NO_COMMON_VERSION, about,
                                 versions.any
                                     ? "%s takes %s at most, and clients and Expressway want TLS 1.2 or later"
                                     : "%s takes none of the versions from TLS 1.0 to 1.3 (%s)",
                                 endpoint->id, best_of(&versions)),
                      &versions);
        return;
    }
    if (legacy)
        show_versions(find_cause(to, CAUSE_TLS_VERSION_LEGACY_OFFERED, about, "%s still takes %s",
                                 endpoint->id, legacy_of(&versions)),
                      &versions);
    if (no_tls12)
        show_versions(
            find_cause(to, CAUSE_TLS_VERSION_NO_TLS12, about, "%s takes TLS 1.3 only", endpoint->id),
            &versions);
    if (!legacy && !no_tls12)
        show_versions(find_pass(to, CHECK_TLS_VERSION, about, "%s takes %s%s", endpoint->id,
                                modern_of(&versions),
                                versions.legacy == NULL ? "; TLS 1.0 and 1.1 were not tried" : ""),
                      &versions);
}
