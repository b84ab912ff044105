/* May the certificate be used as server and as client, where its owner is one? By role, release and leg
 * (certificate guide, chapters 1 and 6; field-facts 5, from TN-225482, TN-225693 and FN74362). */
#include <string.h>

#include "checks/cert.h"
#include "catalogue/release.h"

/* What breaks when client authentication is missing: whose certificate, before which release (0: in all), and
 * where. The table is the evidence, too: every finding says in which releases it bites. */
static const struct effect {
    enum role role;
    int before;
    bool in_cluster; /* only where there is one */
    const char *id, *text, *releases;
} effects[] = {
    {ROLE_EXPRESSWAY_E, RELEASE_X15_4, false, "upload", "the upload page refuses the certificate",
     "before X15.4; in X15.4 unless EnableServerEkuUpload is On"},
    {ROLE_EXPRESSWAY_E, RELEASE_X15_4, false, "sip-service",
     "Expressway-C refuses it in SIP SERVICE: log-in works, phones do not register", "before X15.4"},
    {ROLE_EXPRESSWAY_E, RELEASE_X15_4, true, "cluster-database",
     "cluster database replication stops where TLS verification is Enforcing", "before X15.4"},
    {ROLE_EXPRESSWAY_E, RELEASE_X15_5, false, "neighbor-zones",
     "neighbor zones with TLS verification, business-to-business calls and federation, where Expressway-E is "
     "the client",
     "before X15.5, which has a client certificate of its own"},
    {ROLE_EXPRESSWAY_C, 0, false, "upload",
     "the upload page refuses it (from X15.5 the client certificate's)", "all"},
    {ROLE_EXPRESSWAY_C, 0, false, "traversal-zone", "Expressway-E refuses Expressway-C as TLS client",
     "all; in X15.5 with EKU checking On, the default"},
    {ROLE_EXPRESSWAY_C, 0, false, "ssh-tunnel", "port 2222 refuses Expressway-C: no SSH tunnels",
     "all, also with EKU checking Off in X15.5"},
    {ROLE_EXPRESSWAY_C, RELEASE_X15_4, true, "cluster-database",
     "cluster database replication stops where TLS verification is Enforcing", "before X15.4"},
    {ROLE_EXPRESSWAY_C, 0, false, "ucm", "Unified CM refuses Expressway-C as TLS client on 5061 and 6972",
     "all"},
    {ROLE_UCM, 0, false, "secure-registration",
     "Unified CM is TLS client towards Expressway-C when phones register encrypted", "all"},
    {ROLE_IMP, 0, false, "peer-connections", "IM and Presence nodes are clients of each other", "all"},
};

static bool is_clustered(const struct facts *facts, enum role role) {
    const struct deployment *d = facts->deployment;
    const struct expressway *side = d == NULL ? NULL : role == ROLE_EXPRESSWAY_C ? &d->c : &d->e;
    return side != NULL && (side->cluster != NULL || side->nodes.n > 1);
}

/* By the release of the side whose certificate it is. */
static bool applies(const struct judging *run, const struct effect *effect) {
    int release = release_of(run->facts, effect->role);
    return effect->before == 0 || release < effect->before;
}

/* "breaks": what this release breaks; "releases": all that it ever breaks, and when. */
static void add_effects(struct judging *run, struct finding *finding, enum role role) {
    json_t *breaks = json_array(), *releases = json_array();
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        const struct effect *effect = &effects[i];
        if (effect->role != role || (effect->in_cluster && !is_clustered(run->facts, role)))
            continue;
        if (applies(run, effect))
            json_array_append_new(breaks, json_sprintf("%s: %s", effect->id, effect->text));
        json_array_append_new(releases, json_sprintf("%s: %s", effect->id, effect->releases));
    }
    evidence_set(finding, "breaks", breaks);
    evidence_set(finding, "releases", releases);
}

/* Client use of a certificate that this release does not put to client use, or not everywhere. */
enum client_need { NEED_FULL, NEED_SOON, NEED_NONE };

static bool features_need_client(const struct deployment *d) {
    bool has_neighbor = false;
    for (size_t i = 0; d != NULL && i < d->zones.n; i++)
        has_neighbor = has_neighbor || d->zones.v[i]->type == ZONE_NEIGHBOR;
    return has_neighbor || deployment_has_feature(d, "b2b") || deployment_has_feature(d, "xmpp-federation");
}

/* Certificates of Unified CM and IM and Presence by purpose (field-facts 5): those that dial need to be
 * clients. */
static enum client_need need_of_purpose(const char *purpose) {
    static const struct {
        const char *purpose;
        enum client_need need;
    } rows[] = {{"callmanager", NEED_FULL},
                {"callmanager-ecdsa", NEED_FULL},
                {"capf", NEED_NONE},
                {"ipsec", NEED_NONE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].purpose, purpose) == 0)
            return rows[i].need;
    return NEED_SOON;
}

static bool is_server_store(const struct judging *run, const struct seen_cert *seen) {
    return seen->endpoint == NULL && !seen->is_client_store && seen->node != NULL &&
           has_client_store(run->facts, seen->node);
}

/* From X15.5 a served certificate is the server's alone; a file may be meant for the client store too, unless
 * another was given for that. */
static enum client_need need_of(const struct judging *run, const struct seen_cert *seen) {
    if (seen->purpose != NULL)
        return need_of_purpose(seen->purpose);
    bool is_served = seen->endpoint != NULL || is_server_store(run, seen);
    int release = release_of(run->facts, seen->role);
    switch (seen->role) {
    case ROLE_EXPRESSWAY_E:
        if (release < RELEASE_X15_4)
            return NEED_FULL;
        if (release < RELEASE_X15_5)
            return NEED_SOON;
        return seen->is_client_store || (!is_served && features_need_client(run->facts->deployment))
                   ? NEED_SOON
                   : NEED_NONE;
    case ROLE_EXPRESSWAY_C:
        return release >= RELEASE_X15_5 && is_served ? NEED_NONE : NEED_FULL;
    case ROLE_UCM: /* CallManager connects to Expressway-C in turn; tomcat is a server to it (field-facts 1.5)
                    */
        return is_served && is_shown_as(seen, "CallManager") ? NEED_FULL : NEED_SOON;
    case ROLE_IMP:
        return NEED_SOON;
    default:
        return NEED_NONE;
    }
}

/* A client-only certificate is right for the client store of X15.5, and nowhere else. */
static bool needs_server(const struct judging *run, const struct seen_cert *seen) {
    if (seen->is_client_store)
        return false;
    return seen->role != ROLE_EXPRESSWAY_C || seen->endpoint != NULL || is_server_store(run, seen) ||
           release_of(run->facts, seen->role) < RELEASE_X15_5;
}

/* From X15.5 Expressway-E's zone asks for clientAuth only while its EKU checking is on, as it is by default;
 * its port 2222 asks always (TN-225693). */
static bool is_unchecked_by_e(const struct judging *run, const struct seen_cert *seen) {
    const struct deployment *d = run->facts->deployment;
    return seen->role == ROLE_EXPRESSWAY_C && d != NULL && d->e.eku_checking_off &&
           release_of(run->facts, ROLE_EXPRESSWAY_E) >= RELEASE_X15_5;
}

enum cause_id eku_cause(const struct judging *run, const struct seen_cert *seen) {
    static const enum cause_id by_need[] = {[NEED_FULL] = CAUSE_CERT_EKU_MISSING_CLIENT,
                                            [NEED_SOON] = CAUSE_CERT_EKU_MISSING_CLIENT_SOON,
                                            [NEED_NONE] = CAUSE_NONE};
    const struct cert *leaf = seen->leaf;
    if (!leaf->has_eku)
        return CAUSE_CERT_EKU_ABSENT;
    if (!texts_has(&leaf->eku, "serverAuth") && needs_server(run, seen))
        return CAUSE_CERT_EKU_MISSING_SERVER;
    if (texts_has(&leaf->eku, "clientAuth"))
        return CAUSE_NONE;
    enum cause_id cause = by_need[need_of(run, seen)];
    return cause == CAUSE_CERT_EKU_MISSING_CLIENT && is_unchecked_by_e(run, seen)
               ? CAUSE_CERT_EKU_MISSING_CLIENT_TUNNEL
               : cause;
}

static const char *eku_words(enum cause_id cause) {
    static const struct {
        enum cause_id cause;
        const char *words;
    } rows[] = {
        {CAUSE_CERT_EKU_ABSENT, "the certificate has no extended key usage at all"},
        {CAUSE_CERT_EKU_MISSING_SERVER, "server authentication is missing from the extended key usage"},
        {CAUSE_CERT_EKU_MISSING_CLIENT, "client authentication is missing from the extended key usage"},
        {CAUSE_CERT_EKU_MISSING_CLIENT_TUNNEL, "client authentication is missing: the zone comes up, as EKU "
                                               "checking is off, and port 2222 refuses it"},
        {CAUSE_CERT_EKU_MISSING_CLIENT_SOON,
         "client authentication is missing; this release accepts that, some peers do not"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].cause == cause)
            return rows[i].words;
    return cause_of(cause)->title;
}

void judge_eku(struct judging *run, const struct seen_cert *seen) {
    static const enum check_id check = CHECK_CERT_EKU;
    enum cause_id cause = eku_cause(run, seen);
    bool has_client = texts_has(&seen->leaf->eku, "clientAuth");
    const char *release = release_text_of(run->facts, seen->role);
    struct finding *finding;
    if (seen->role == ROLE_NONE)
        return;
    if (cause != CAUSE_NONE)
        finding = find_cause(run->to, cause, seen->about, "%s (judged for %s)", eku_words(cause), release);
    else if (has_client && texts_has(&seen->leaf->eku, "serverAuth"))
        finding = find_pass(run->to, check, seen->about, "server and client authentication are both there");
    else
        finding = find_pass(run->to, check, seen->about, "enough for this certificate's use in %s", release);
    evidence_add(finding, "wanted", "serverAuth");
    evidence_add(finding, "wanted", "clientAuth");
    evidence_texts(finding, "found", &seen->leaf->eku);
    evidence_text(finding, "release", release);
    if (!has_client)
        add_effects(run, finding, seen->role);
    else if (cause != CAUSE_NONE) /* no server authentication */
        evidence_add(finding, "releases", "upload, and every handshake as server: all");
    if (!has_client && seen->endpoint != NULL && release_of(run->facts, seen->role) >= RELEASE_X15_5 &&
        is_expressway(seen->role))
        evidence_text(finding, "note",
                      "from X15.5 the client certificate is a store of its own, which no port shows");
    evidence_kind(finding, seen->kind);
}
