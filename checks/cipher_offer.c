/* Did client and server of a connection that others made agree? cipher.overlap from the ClientHello that was
 * really sent, and from what the server made of it. */
#include <string.h>

#include "checks/cipher.h"

static const enum check_id check = CHECK_CIPHER_OVERLAP;

/* RFC 8446 6.2, RFC 5246 7.2.2: nothing acceptable in the offer. */
static bool is_about_offer(const struct tls_alert *alert) {
    enum { HANDSHAKE_FAILURE = 40, PROTOCOL_VERSION = 70, INSUFFICIENT_SECURITY = 71 };
    return alert != NULL && (alert->number == HANDSHAKE_FAILURE || alert->number == PROTOCOL_VERSION ||
                             alert->number == INSUFFICIENT_SECURITY);
}

static struct finding *agreed(struct findings *to, struct about about, const struct endpoint *e) {
    struct finding *finding = find_pass(to, check, about, "%s and %s choose %s, %s%s%s", e->client, e->id,
                                        e->tls.version, e->tls.cipher, e->tls.group == NULL ? "" : ", group ",
                                        e->tls.group == NULL ? "" : e->tls.group);
    evidence_text(finding, "version", e->tls.version);
    evidence_text(finding, "suite", e->tls.cipher);
    evidence_text(finding, "group", e->tls.group);
    return finding;
}

/* Suites that this very server took from others in the same capture. */
static void taken_add(struct finding *finding, const struct facts *facts, const struct endpoint *e) {
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *other = facts->endpoints.v[i];
        if (other->client != NULL && other->port == e->port && strcmp(other->address, e->address) == 0 &&
            other->tls.state == TLS_ESTABLISHED && other->tls.cipher != NULL)
            evidence_add(finding, "taken_from_others", other->tls.cipher);
    }
}

/* The server said no before it chose. Why, can be told as far as it is an Expressway that has its defaults;
 * else it is known that there was nothing, and not of what. */
static struct finding *refused(struct cipher_run *run, struct about about, const struct endpoint *e) {
    static const struct {
        enum cause_id cause;
        const char *words;
    } lacks[] = {{CAUSE_CIPHER_OVERLAP_NO_COMMON_VERSION, "version"},
                 {CAUSE_CIPHER_OVERLAP_NO_COMMON_SUITE, "cipher suite"},
                 {CAUSE_CIPHER_OVERLAP_NO_COMMON_GROUP, "group"},
                 {CAUSE_CIPHER_OVERLAP_NO_COMMON_SIGNATURE_ALGORITHM, "signature algorithm"},
                 {CAUSE_CIPHER_OVERLAP_CERTIFICATE_TYPE_MISMATCH, "kind of certificate"}};
    const struct cipher_profile *profile =
        is_expressway(role_of_endpoint(e)) ? profile_of_release(release_of(run->facts, role_of_endpoint(e)))
                                           : NULL;
    struct cipher_side client, server;
    struct overlap overlap = {.cause = CAUSE_NONE};
    struct finding *finding = NULL;
    if (profile != NULL) {
        side_of_offer(run->to->arena, e->client, e->offer, &client);
        side_of_profile(run->to->arena, profile, &server);
        overlap_find(run->to->arena, &client, &server, &overlap);
    }
    for (size_t i = 0; i < sizeof lacks / sizeof *lacks; i++)
        if (overlap.cause == lacks[i].cause)
            finding = find_cause(
                run->to, overlap.cause, about,
                "%s refused the ClientHello of %s: %s alert; an Expressway of this release has by its "
                "defaults no %s in common with it",
                e->id, e->client, e->tls.alert->name, lacks[i].words);
    if (finding == NULL)
        finding = find_cause(run->to, CAUSE_CIPHER_OVERLAP_OFFER_REFUSED, about,
                             "%s refused the ClientHello of %s (%s)%s", e->id, e->client, e->tls.alert->name,
                             profile == NULL ? ""
                                             : ", though Expressway's defaults take it: its ciphers were "
                                               "changed, or its key fits none of them");
    evidence_text(finding, "server", profile == NULL ? e->id : profile->name);
    evidence_text(finding, "alert", e->tls.alert->name);
    evidence_texts(finding, "offered_versions", &e->offer->versions);
    evidence_texts(finding, "offered_suites", &e->offer->suites);
    evidence_texts(finding, "offered_groups", &e->offer->groups);
    taken_add(finding, run->facts, e);
    return finding;
}

static void judge_offer(struct cipher_run *run, const struct endpoint *e) {
    const struct tls_attempt *tls = &e->tls;
    struct about about = about_endpoint(run->facts, e);
    struct finding *finding = NULL;
    if (tls->version != NULL && tls->cipher != NULL)
        finding = agreed(run->to, about, e);
    else if (tls->state == TLS_ALERT && tls->ended_by == SIDE_PEER && is_about_offer(tls->alert))
        finding = refused(run, about, e);
    if (finding == NULL)
        return;
    evidence_text(finding, "client", e->client);
    evidence_text(finding, "basis", "handshake");
}

void judge_cipher_offers(struct cipher_run *run) {
    for (size_t i = 0; i < run->facts->endpoints.n; i++) {
        const struct endpoint *e = run->facts->endpoints.v[i];
        if (e->client != NULL && e->offer != NULL)
            judge_offer(run, e);
    }
}
