/* What would live probing have made of this connection? See endpoint.h. */
#include "capture/endpoint.h"

#include <string.h>

#include "facts/ending.h"

/* ---- copies of what the talk's own arena holds ---- */

static struct texts texts_copy(struct arena *arena, const struct texts *from) {
    struct texts to = {NULL, 0};
    for (size_t i = 0; i < from->n; i++)
        texts_add(arena, &to, from->v[i]);
    return to;
}

static struct ssh_exchange *ssh_copy(struct arena *arena, const struct ssh_exchange *from) {
    struct ssh_exchange *to = arena_dup(arena, from, sizeof *from);
    to->banner = arena_text(arena, from->banner);
    to->kex_algorithms = texts_copy(arena, &from->kex_algorithms);
    to->host_key_algorithms = texts_copy(arena, &from->host_key_algorithms);
    to->ciphers = texts_copy(arena, &from->ciphers);
    to->host_key_type = arena_text(arena, from->host_key_type);
    to->error = arena_text(arena, from->error);
    return to;
}

/* Who ended it, and whether all of it was seen, the reader of bytes did not know. */
static void ssh_end(struct arena *arena, struct ssh_exchange *ssh, const struct connection *connection,
                    int by) {
    if (ssh->state == SSH_READY)
        return;
    if (connection->state == CONNECTION_INCOMPLETE) {
        ssh->state = SSH_UNSEEN;
        ssh->error = arena_text(arena, connection->note);
    } else if (ssh->state != SSH_NOT_SSH && by == BY_SERVER)
        ssh->state = SSH_CLOSED;
}

static struct xmpp_exchange *xmpp_copy(struct arena *arena, const struct xmpp_exchange *from) {
    struct xmpp_exchange *to = arena_dup(arena, from, sizeof *from);
    to->to = arena_text(arena, from->to);
    to->from = arena_text(arena, from->from);
    to->mechanisms = texts_copy(arena, &from->mechanisms);
    to->error = arena_text(arena, from->error);
    return to;
}

/* STARTTLS is through, or what hinders it was read, or not all of it was seen. */
static void xmpp_end(struct arena *arena, struct xmpp_exchange *xmpp, const struct connection *connection,
                     const struct tls_attempt *tls) {
    if (tls->state == TLS_ESTABLISHED)
        xmpp->state = XMPP_READY;
    else if (connection->state == CONNECTION_INCOMPLETE) {
        xmpp->state = XMPP_UNSEEN;
        xmpp->error = arena_text(arena, connection->note);
    }
}

static struct http_exchange *http_copy(struct arena *arena, const struct http_exchange *from) {
    struct http_exchange *to = arena_dup(arena, from, sizeof *from);
    char **texts[] = {&to->request,      &to->domain,   &to->url,  &to->server, &to->realm,
                      &to->content_type, &to->location, &to->body, &to->error};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_text(arena, *texts[i]);
    return to;
}

static struct sip_exchange *sip_copy(struct arena *arena, const struct sip_exchange *from) {
    struct sip_exchange *to = arena_dup(arena, from, sizeof *from);
    char **texts[] = {&to->reason, &to->server, &to->fault, &to->raw};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_text(arena, *texts[i]);
    return to;
}

int capture_ms(int64_t from_ns, int64_t to_ns) {
    int64_t ms = from_ns == 0 || to_ns <= from_ns ? 0 : (to_ns - from_ns + 999999) / 1000000;
    return ms > 1000000000 ? 1000000000 : (int)ms;
}

/* ---- one handshake as the judges know it ---- */

static enum side side_of(int by) {
    return by == BY_CLIENT ? SIDE_US : by == BY_SERVER ? SIDE_PEER : SIDE_NOBODY;
}

/* The alert that ended it: the first fatal one. RFC 8446 6: in TLS 1.3 the level says nothing. */
static const struct said_alert *fatal_alert(const struct conversation *c) {
    for (size_t i = 0; i < c->alert_count; i++)
        if (c->alerts[i].level == 2 || conversation_is_13(c))
            return &c->alerts[i];
    return NULL;
}

static void alert_take(struct arena *arena, struct tls_attempt *tls, const struct said_alert *said) {
    tls->state = TLS_ALERT;
    tls->ended_by = side_of(said->by);
    tls->alert = tls_alert_new(arena, said->number, side_of(said->by));
}

static void state_take(struct arena *arena, struct tls_attempt *tls, const struct connection *connection,
                       const struct talk *talk, const struct tcp_story *story) {
    const struct conversation *c = conversation_of(talk->tls);
    int by = ended_by_side(story, talk->client);
    switch (connection->state) {
    case CONNECTION_ESTABLISHED:
        tls->state = TLS_ESTABLISHED;
        break;
    case CONNECTION_REFUSED:
        tls->state = TLS_CLOSED;
        tls->ended_by = side_of(by);
        if (fatal_alert(c) != NULL)
            alert_take(arena, tls, fatal_alert(c));
        break;
    case CONNECTION_UNANSWERED:
        tls->state = TLS_TIMEOUT;
        tls->ended_by = SIDE_PEER;
        break;
    case CONNECTION_RESET:
        tls->state = TLS_RESET;
        tls->ended_by = story->from_path ? SIDE_PATH : side_of(by);
        break;
    case CONNECTION_NOT_TLS:
        tls->state = TLS_NOT_TLS;
        tls->ended_by = SIDE_PEER;
        tls->not_tls = arena_text(arena, c->not_tls == NULL ? "other" : c->not_tls);
        tls->first_bytes = arena_text(arena, c->first_bytes);
        break;
    case CONNECTION_INCOMPLETE:
        /* One that went on for long when the capture began says nothing about handshakes. */
        tls->state = c->offer == NULL && c->server.version == 0 && connection->missing_bytes == 0
                         ? TLS_NOT_TRIED
                         : TLS_UNSEEN;
        if (tls->state == TLS_UNSEEN && conversation_is_through(c)) /* and the server closed at once */
            tls->ended_by = SIDE_PEER;
        break;
    }
    if (tls->state == TLS_CLOSED && c->fault != NULL && c->fault_by == BY_SERVER)
        tls->state = TLS_MALFORMED;
    tls->error = arena_text(arena, connection->note);
}

/* What the server made of the client's certificate, as far as the end of the handshake tells. */
static enum client_auth auth_of(const struct connection *connection, const struct conversation *c) {
    const struct said_alert *alert = fatal_alert(c);
    bool refused_by_server = connection->state == CONNECTION_REFUSED && c->client.saw_certificate &&
                             (alert == NULL || alert->by == BY_SERVER);
    bool showed = connection->client_chain.n > 0, asked = showed || c->server.saw_request;
    return ending_for_client(
        &(struct asking){.asked = asked,
                         .is_past = strcmp(connection->client_auth, "none") == 0,
                         .answered = c->client.saw_certificate,
                         .showed = showed,
                         .is_through = asked && connection->state == CONNECTION_ESTABLISHED,
                         .is_refused = refused_by_server});
}

/* Through, or over; or as long as somebody waited. */
static int64_t handshake_end(const struct talk *talk, const struct tcp_story *story) {
    return talk->through_ns != 0 ? talk->through_ns : story->ended_ns != 0 ? story->ended_ns : story->last_ns;
}

static void tls_take(struct arena *arena, struct keep *keep, struct tls_attempt *tls,
                     const struct connection *connection, const struct talk *talk,
                     const struct tcp_story *story) {
    const struct conversation *c = conversation_of(talk->tls);
    *tls = (struct tls_attempt){.purpose = story->purpose,
                                .version = connection->version,
                                .cipher = connection->cipher,
                                .group = arena_text(arena, c->attempt.group),
                                .signature_algorithm = arena_text(arena, c->attempt.signature_algorithm),
                                .alpn = arena_text(arena, c->attempt.alpn),
                                .sni = connection->sni,
                                .client_auth = auth_of(connection, c),
                                .ca_names = connection->ca_names,
                                .chain = keep_chain(keep, &c->attempt.chain),
                                .session_ticket = c->attempt.session_ticket,
                                .ms = capture_ms(talk->hello_ns, handshake_end(talk, story))};
    if (c->attempt.staple != NULL) {
        tls->staple = arena_dup(arena, c->attempt.staple, c->attempt.staple_size);
        tls->staple_size = c->attempt.staple_size;
    }
    state_take(arena, tls, connection, talk, story);
    if (tls->state == TLS_ESTABLISHED && (tls->version == NULL || tls->cipher == NULL))
        tls->state = TLS_UNSEEN; /* through, but the hello that chose was not captured */
    tls->connect_ms = capture_ms(story->started_ns, story->accepted_ns);
}

struct endpoint *capture_endpoint(struct arena *arena, struct keep *keep, const struct connection *connection,
                                  const struct talk *talk, const struct tcp_story *story) {
    struct endpoint *e = ARENA_NEW(arena, struct endpoint);
    e->address = connection->server.address;
    e->port = connection->server.port;
    if (!story->is_ours) { /* else it is as if the probe did it now */
        e->client = connection->client.address;
        e->seen = connection->started / 1000000;
    }

    e->tcp = (struct tcp_attempt){TCP_CONNECTED, capture_ms(story->started_ns, story->accepted_ns), NULL};
    e->protocol = connection->protocol == CONNECTION_SSH    ? PROTOCOL_SSH
                  : connection->protocol == CONNECTION_XMPP ? PROTOCOL_XMPP
                                                            : PROTOCOL_TLS;
    if (talk->tls != NULL) {
        tls_take(arena, keep, &e->tls, connection, talk, story);
        e->client_chain = keep_chain(keep, &conversation_of(talk->tls)->client_attempt.chain);
        if (talk->offer_is_kept)
            e->offer = conversation_of(talk->tls)->offer;
    }
    if (talk->ssh != NULL) {
        e->ssh = ssh_copy(arena, talk->ssh);
        ssh_end(arena, e->ssh, connection, ended_by_side(story, talk->client));
    }
    if (talk->xmpp != NULL) {
        e->xmpp = xmpp_copy(arena, talk->xmpp);
        xmpp_end(arena, e->xmpp, connection, &e->tls);
    }
    if (talk->sip != NULL)
        e->sip = sip_copy(arena, talk->sip);
    if (talk->http != NULL)
        LIST_ADD(arena, &e->http, http_copy(arena, talk->http));
    return e;
}
