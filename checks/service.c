/* Do the services behind the ports live? judge_service: sip.options, xmpp.stream, ssh.service; the HTTPS ones
 * are in service_mra.c. See judge.h. */
#include "checks/judge.h"

#include "checks/reach.h"
#include "checks/service_judge.h"

#include <string.h>

/* ---- sip.options ---- */

static void show_sip(struct finding *finding, const struct sip_exchange *sip) {
    evidence_text(finding, "wanted", "any valid SIP response");
    if (sip->state == EXCHANGE_ANSWERED)
        evidence_int(finding, "found", sip->code);
    else
        evidence_text(finding, "found", enum_text(exchange_states, (int)sip->state));
    evidence_text(finding, "reason", sip->reason);
    evidence_text(finding, "server", sip->server);
    if (sip->fault != NULL)
        evidence_text(finding, "fault", sip->fault);
    evidence_int(finding, "ms", sip->ms);
}

static struct finding *judge_sip_answer(struct findings *to, struct about about, const char *id,
                                        const struct sip_exchange *sip) {
    if (sip->code >= 500 && sip->code < 600)
        return find_cause(to, CAUSE_SIP_OPTIONS_STATUS_5XX, about, "%s answered OPTIONS with %d %s", id,
                          sip->code, text_or(sip->reason, ""));
    /* What an edge answers to an unknown client is not documented: any response proves that SIP lives. */
    return find_pass(to, CHECK_SIP_OPTIONS, about, "%s answered OPTIONS with %d %s in %d ms", id, sip->code,
                     text_or(sip->reason, ""), sip->ms);
}

static void judge_sip(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    const struct sip_exchange *sip = endpoint->sip;
    const char *id = endpoint->id, *why = no_service_because(facts, endpoint);
    if (sip == NULL || sip->state == EXCHANGE_NOT_TRIED) {
        not_tried(facts, to, CHECK_SIP_OPTIONS, about, why, "no OPTIONS was sent in this run");
        return;
    }
    struct finding *finding;
    if (sip->state == EXCHANGE_ANSWERED)
        finding = judge_sip_answer(to, about, id, sip);
    else if (sip->state == EXCHANGE_NO_ANSWER)
        finding =
            find_cause(to, CAUSE_SIP_OPTIONS_NO_ANSWER, about, "%s did not answer OPTIONS within %d ms%s%s",
                       id, sip->ms, sip->fault == NULL ? "" : ": ", text_or(sip->fault, ""));
    else if (sip->state == EXCHANGE_CLOSED)
        finding = find_cause(to, CAUSE_SIP_OPTIONS_CLOSED, about,
                             "%s closed the connection instead of answering OPTIONS%s%s", id,
                             sip->fault == NULL ? "" : ": ", text_or(sip->fault, ""));
    else if (sip->state == EXCHANGE_MALFORMED)
        finding =
            find_cause(to, CAUSE_SIP_OPTIONS_MALFORMED, about, "%s answered OPTIONS with what is no SIP: %s",
                       id, text_or(sip->fault, "it cannot be parsed"));
    else
        finding =
            find_unknown(to, CHECK_SIP_OPTIONS, about, "OPTIONS could not be sent to %s; try again", id);
    show_sip(finding, sip);
}

/* ---- xmpp.stream ---- */

static const struct {
    enum xmpp_state state;
    enum cause_id cause;
    const char *words;
} xmpp_failures[] = {
    {XMPP_NO_STARTTLS, CAUSE_XMPP_STREAM_NO_STARTTLS, "opens a stream and does not offer STARTTLS"},
    {XMPP_STREAM_ERROR, CAUSE_XMPP_STREAM_STREAM_ERROR, "ends the stream with an error"},
    {XMPP_NO_ANSWER, CAUSE_XMPP_STREAM_NO_ANSWER, "does not answer the stream header"},
    {XMPP_CLOSED, CAUSE_XMPP_STREAM_CLOSED, "closed the connection before its stream features came"},
    {XMPP_MALFORMED, CAUSE_XMPP_STREAM_MALFORMED, "answers with what is no XMPP stream"},
    {XMPP_NO_FEATURES, CAUSE_XMPP_STREAM_NO_FEATURES, "sends no stream features after STARTTLS"}};

static struct finding *judge_xmpp_failure(struct findings *to, struct about about, const char *id,
                                          const struct xmpp_exchange *xmpp) {
    if (xmpp->state == XMPP_UNSEEN)
        return find_unknown(to, CHECK_XMPP_STREAM, about, "whether %s opens a stream cannot be told: %s", id,
                            text_or(xmpp->error, "not all of it was seen"));
    for (size_t i = 0; i < sizeof xmpp_failures / sizeof *xmpp_failures; i++)
        if (xmpp_failures[i].state == xmpp->state)
            return find_cause(to, xmpp_failures[i].cause, about, "%s %s%s%s", id, xmpp_failures[i].words,
                              xmpp->error == NULL ? "" : ": ", text_or(xmpp->error, ""));
    return find_skip(to, CHECK_XMPP_STREAM, about, "the handshake after STARTTLS failed: see tls.handshake");
}

static void judge_xmpp(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    const struct xmpp_exchange *xmpp = endpoint->xmpp;
    const char *why = no_service_because(facts, endpoint);
    if (xmpp == NULL || xmpp->state == XMPP_NOT_TRIED) {
        not_tried(facts, to, CHECK_XMPP_STREAM, about, why, "no stream was opened in this run");
        return;
    }
    struct finding *finding =
        xmpp->state == XMPP_READY
            ? find_pass(to, CHECK_XMPP_STREAM, about, "%s opens a stream for %s and offers STARTTLS",
                        endpoint->id, text_or(xmpp->to, "the domain"))
            : judge_xmpp_failure(to, about, endpoint->id, xmpp);
    evidence_text(finding, "wanted", "stream, STARTTLS, features");
    evidence_text(finding, "found", enum_text(xmpp_states, (int)xmpp->state));
    evidence_text(finding, "to", xmpp->to);
    evidence_text(finding, "from", xmpp->from);
    evidence_texts(finding, "mechanisms", &xmpp->mechanisms);
    if (xmpp->error != NULL)
        evidence_text(finding, "error", xmpp->error);
    evidence_int(finding, "ms", xmpp->ms);
}

/* ---- ssh.service ---- */

static const struct {
    enum ssh_state state;
    enum cause_id cause;
    const char *words;
} ssh_failures[] = {
    {SSH_NO_BANNER, CAUSE_SSH_SERVICE_NO_BANNER, "accepted the connection and sent no SSH banner"},
    {SSH_NOT_SSH, CAUSE_SSH_SERVICE_NOT_SSH, "does not speak SSH"},
    {SSH_CLOSED, CAUSE_SSH_SERVICE_CLOSED, "closed the connection before an SSH key exchange"},
    {SSH_NO_KEXINIT, CAUSE_SSH_SERVICE_NO_KEXINIT, "sent an SSH banner and no valid key exchange"}};

static struct finding *judge_ssh_failure(struct findings *to, struct about about, const char *id,
                                         const struct ssh_exchange *ssh) {
    if (ssh->state == SSH_UNSEEN)
        return find_unknown(to, CHECK_SSH_SERVICE, about, "whether %s speaks SSH cannot be told: %s", id,
                            text_or(ssh->error, "not all of it was seen"));
    size_t i = 0;
    while (i + 1 < sizeof ssh_failures / sizeof *ssh_failures && ssh_failures[i].state != ssh->state)
        i++;
    return find_cause(to, ssh_failures[i].cause, about, "%s %s%s%s", id, ssh_failures[i].words,
                      ssh->banner == NULL ? "" : ": ", text_or(ssh->banner, ""));
}

static void judge_ssh(const struct facts *facts, struct findings *to, const struct endpoint *endpoint) {
    struct about about = about_endpoint(facts, endpoint);
    const struct ssh_exchange *ssh = endpoint->ssh;
    const char *why = no_service_because(facts, endpoint);
    if ((ssh == NULL || ssh->state == SSH_NOT_TRIED) && endpoint->leg == LEG_TUNNEL &&
        tunnel_is_proven(facts, endpoint->host)) {
        find_pass(
            to, CHECK_SSH_SERVICE, about,
            "the tunnel works: Expressway-C answered through it (Server: CE_C); 2222 itself was not reached "
            "from here");
        return;
    }
    if (ssh == NULL || ssh->state == SSH_NOT_TRIED) {
        not_tried(facts, to, CHECK_SSH_SERVICE, about, why, "no SSH was tried in this run");
        return;
    }
    struct finding *finding = ssh->state == SSH_READY
                                  ? find_pass(to, CHECK_SSH_SERVICE, about, "%s speaks SSH (%s)",
                                              endpoint->id, text_or(ssh->banner, "?"))
                                  : judge_ssh_failure(to, about, endpoint->id, ssh);
    evidence_text(finding, "wanted", "SSH banner and KEXINIT");
    evidence_text(finding, "found", enum_text(ssh_states, (int)ssh->state));
    evidence_text(finding, "banner", ssh->banner);
    evidence_texts(finding, "host_key_algorithms", &ssh->host_key_algorithms);
    evidence_texts(finding, "kex_algorithms", &ssh->kex_algorithms);
    if (ssh->host_key_type != NULL) {
        evidence_text(finding, "host_key_type", ssh->host_key_type);
        evidence_text(finding, "host_key", ssh->host_key_fingerprint);
    }
    for (size_t i = 0; i < ssh->host_certificates.n; i++)
        evidence_add(finding, "host_certificates", ssh->host_certificates.v[i]->subject);
    if (ssh->error != NULL)
        evidence_text(finding, "error", ssh->error);
    evidence_int(finding, "ms", ssh->ms);
}

/* Of the HTTPS ports, only the edge's own answers get_edge_sso and get_edge_config. */
void judge_service(struct judging *run) {
    const struct facts *facts = run->facts;
    struct findings *to = run->to;
    for (size_t i = 0; i < facts->endpoints.n; i++) {
        const struct endpoint *endpoint = facts->endpoints.v[i];
        if (endpoint->port == PORT_HTTP)
            continue;
        if (endpoint->protocol == PROTOCOL_SIP)
            judge_sip(facts, to, endpoint);
        else if (endpoint->protocol == PROTOCOL_XMPP || endpoint->protocol == PROTOCOL_XMPP_SERVER)
            judge_xmpp(facts, to, endpoint);
        else if (endpoint->protocol == PROTOCOL_SSH)
            judge_ssh(facts, to, endpoint);
        else if (endpoint->protocol == PROTOCOL_HTTPS && endpoint->leg == LEG_CLIENT)
            judge_mra(facts, to, endpoint);
    }
    judge_release(facts, to);
    judge_logins(facts, to);
}
