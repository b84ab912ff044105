/* Does the handshake of those who dialled in complete, and do they show a certificate? tls.handshake and
 * tls.client-auth of the callers of `edgeprobe listen`, in which we stand for Expressway-E. */
#include "checks/tls_judge.h"

#include <string.h>

static bool spoke_tls(const struct caller *caller) {
    return caller->offer.versions.n > 0;
}

/* The client hears our certificate first; one that refuses it never shows its own (TN-213872). With a
 * throw-away certificate that is what a good client does, and it says nothing about the deployment. */
static bool refused_throw_away(const struct caller *caller) {
    const struct tls_attempt *tls = &caller->tls;
    bool ended_by_it = tls->state == TLS_CLOSED || tls->state == TLS_RESET ||
                       (tls->state == TLS_ALERT && tls->alert != NULL && tls->alert->sent_by == SIDE_PEER);
    return caller->shown == NULL && ended_by_it && spoke_tls(caller) && tls->chain.n == 0;
}

/* Health checks and scans come beside the one that matters. From its own address, or without a word, they say
 * nothing as soon as somebody did speak TLS. */
static bool is_noise(const struct facts *facts, const struct caller *caller) {
    for (size_t i = 0; i < facts->callers.n && !spoke_tls(caller); i++)
        if (spoke_tls(facts->callers.v[i]) &&
            (caller_hung_up(caller) || strcmp(facts->callers.v[i]->address, caller->address) == 0))
            return true;
    return false;
}

static struct finding *judge_end(struct findings *to, struct about about, const struct caller *caller) {
    static const enum check_id check = CHECK_TLS_HANDSHAKE;
    const struct tls_attempt *tls = &caller->tls;
    const char *who = caller->address;
    if (refused_throw_away(caller))
        return find_unknown(
            to, check, about,
            "%s refused the throw-away certificate (%s) before it showed its own; give --cert and "
            "--key of a certificate that it trusts, best Expressway-E's own",
            who, tls->alert == NULL ? enum_text(tls_states, (int)tls->state) : tls->alert->name);
    switch (tls->state) {
    case TLS_ALERT:
        return find_cause(to, cause_of_alert(tls->alert == NULL ? NO_ALERT : tls->alert->number), about,
                          "%s refused the certificate shown to it, or what came with it: alert %s", who,
                          tls->alert == NULL ? "unknown" : tls->alert->name);
    case TLS_CLOSED:
        return find_cause(to, CAUSE_TLS_HANDSHAKE_CLOSED, about, "%s: %s", who, tls->error);
    case TLS_RESET:
        return find_cause(to, CAUSE_TLS_HANDSHAKE_RESET, about,
                          "%s reset the connection during the handshake", who);
    case TLS_TIMEOUT:
        return find_cause(to, CAUSE_TLS_HANDSHAKE_CALLER_SILENT, about, "%s: %s (%d ms)", who, tls->error,
                          tls->ms);
    case TLS_NOT_TLS:
        return find_cause(to, CAUSE_TLS_HANDSHAKE_CALLER_NOT_TLS, about,
                          "%s does not speak TLS; its first bytes: %s", who,
                          tls->first_bytes == NULL ? "?" : tls->first_bytes);
    case TLS_MALFORMED:
        return find_cause(to, CAUSE_TLS_HANDSHAKE_MALFORMED, about, "%s sent what is no valid handshake: %s",
                          who, tls->error);
    default:
        return find_unknown(to, check, about, "our side failed, which says little about %s: %s", who,
                            tls->error == NULL ? "no reason given" : tls->error);
    }
}

static void show_caller(struct finding *finding, const struct caller *caller) {
    const struct tls_attempt *tls = &caller->tls;
    evidence_text(finding, "wanted", enum_text(tls_states, TLS_ESTABLISHED));
    evidence_text(finding, "found", enum_text(tls_states, (int)tls->state));
    evidence_text(finding, "address", caller->address);
    evidence_int(finding, "port", caller->port);
    evidence_text(finding, "listener", caller->listener);
    evidence_text(finding, "shown", caller->shown == NULL ? "a throw-away certificate" : caller->shown);
    if (tls->version != NULL)
        evidence_text(finding, "version", tls->version);
    if (tls->cipher != NULL)
        evidence_text(finding, "cipher", tls->cipher);
    if (spoke_tls(caller)) {
        evidence_texts(finding, "offered_versions", &caller->offer.versions);
        evidence_texts(finding, "offered_suites", &caller->offer.suites);
        evidence_text(finding, "sni", caller->offer.sni);
        evidence_texts(finding, "offered_alpn", &caller->offer.alpn);
    }
    evidence_int(finding, "ms", tls->ms);
    show_alert(finding, tls->alert);
    if (tls->first_bytes != NULL)
        evidence_text(finding, "first_bytes", tls->first_bytes);
    if (tls->error != NULL)
        evidence_text(finding, "error", tls->error);
}

/* Another connection showed a certificate: from the same address it is the one that counts, from another this
 * may be a health check, or a node of a cluster that has none. */
static bool judge_other_shown(const struct facts *facts, struct findings *to, struct about about,
                              const struct caller *caller) {
    bool is_shown = false, is_from_here = false;
    for (size_t i = 0; i < facts->callers.n; i++) {
        bool has_chain = facts->callers.v[i]->tls.chain.n > 0;
        is_shown = is_shown || has_chain;
        is_from_here =
            is_from_here || (has_chain && strcmp(facts->callers.v[i]->address, caller->address) == 0);
    }
    if (is_from_here)
        find_skip(to, CHECK_TLS_CLIENT_AUTH, about,
                  "%s presented none on this connection and a certificate on another: a health check",
                  caller->address);
    else if (is_shown)
        find_unknown(to, CHECK_TLS_CLIENT_AUTH, about,
                     "%s presented none while another caller did: a health check, or a node of Expressway-C "
                     "that has none; which boxes are at that address?",
                     caller->address);
    return is_shown;
}

static void judge_certificate(const struct facts *facts, struct findings *to, struct about about,
                              const struct caller *caller) {
    static const enum check_id check = CHECK_TLS_CLIENT_AUTH;
    const struct certs *chain = &caller->tls.chain;
    struct finding *finding;
    if (chain->n == 0 && caller->tls.state == TLS_ESTABLISHED && judge_other_shown(facts, to, about, caller))
        return;
    if (chain->n > 0)
        finding = find_pass(to, check, about, "%s presented a certificate: %s", caller->address,
                            chain->v[0]->subject);
    else if (caller->tls.state == TLS_ESTABLISHED)
        finding = find_cause(to, CAUSE_TLS_CLIENT_AUTH_PRESENTED_NONE, about,
                             "%s was asked for a certificate and presented none", caller->address);
    else
        finding = find_skip(to, check, about, "the handshake did not get that far: see tls.handshake");
    evidence_text(finding, "client", caller->address);
    evidence_text(finding, "wanted", "a client certificate");
    evidence_text(finding, "found", chain->n > 0 ? chain->v[0]->subject : NULL);
}

void judge_tls_callers(const struct facts *facts, struct findings *to) {
    for (size_t i = 0; i < facts->callers.n; i++) {
        const struct caller *caller = facts->callers.v[i];
        const char *name = caller->node != NULL ? caller->node : caller->address;
        struct about about = {
            .subject = arena_printf(to->arena, "expressway-c:%s", name), .node = name, .zone = caller->zone};
        struct finding *finding =
            caller->tls.state == TLS_ESTABLISHED
                ? find_pass(to, CHECK_TLS_HANDSHAKE, about, "%s dialled in with %s in %d ms", caller->address,
                            caller->tls.version == NULL ? "TLS" : caller->tls.version, caller->tls.ms)
            : is_noise(facts, caller) ? find_skip(to, CHECK_TLS_HANDSHAKE, about,
                                                  "%s did not speak TLS, another connection did: a health "
                                                  "check or a scan",
                                                  caller->address)
                                      : judge_end(to, about, caller);
        show_caller(finding, caller);
        judge_certificate(facts, to, about, caller);
    }
}
