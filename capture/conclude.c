/* What became of one connection? See conclude.h. */
#include "capture/conclude.h"

#include <string.h>

enum { PATIENCE_NS = 1000000000, ALERT_FATAL = 2 };

static const char *const side_names[] = {[BY_CLIENT] = "client", [BY_SERVER] = "server"};

int ended_by_side(const struct tcp_story *story, int client) {
    if (story->how == ENDED_OPEN || story->ended_by < 0)
        return -1;
    return story->ended_by == client ? BY_CLIENT : BY_SERVER;
}

void conclude_end(struct connection *c, const struct tcp_story *story, int client) {
    int by = ended_by_side(story, client);
    c->ended.how = story->how;
    c->ended.by = by < 0 ? NULL : (char *)side_names[by];
    c->packets = story->packets;
}

/* ---- the state ---- */

struct reading {
    const struct talk *talk;
    const struct conversation *seen;
    const struct tcp_story *story;
    int by;           /* who ended TCP */
    const char *note; /* static text */
};

static bool was_refused_by_alert(const struct reading *r) {
    const struct conversation *c = r->seen;
    bool is_13 = conversation_is_13(c);
    for (size_t i = 0; i < c->alert_count; i++) {
        const struct said_alert *alert = &c->alerts[i];
        bool is_fatal =
            alert->level == ALERT_FATAL || is_13; /* RFC 8446 6: the level says nothing any more */
        /* A TLS 1.3 server judges the client's certificate when the client is through already. */
        bool is_late_refusal = is_13 && alert->by == BY_SERVER && c->told[BY_CLIENT].finished;
        if (is_fatal && (alert->in_handshake || is_late_refusal))
            return true;
    }
    return false;
}

/* Without keys a TLS 1.3 server's refusal of the client looks like this. */
static bool may_be_silent_refusal(const struct reading *r) {
    const struct conversation *c = r->seen;
    if (!conversation_is_13(c) || c->is_decrypted)
        return false;
    return c->refusal_sealed || (c->after_finished == 0 && r->by == BY_SERVER);
}

static enum connection_state state_through(struct reading *r) {
    if (!may_be_silent_refusal(r))
        return CONNECTION_ESTABLISHED;
    r->note = "after the client's last message the server sent no more than an alert's length and closed: it "
              "may have "
              "refused the client; a key log (--keylog) would tell";
    return CONNECTION_INCOMPLETE;
}

static bool gave_up_waiting(const struct reading *r) {
    return r->by == BY_CLIENT && r->story->ended_ns - r->talk->hello_ns >= PATIENCE_NS;
}

/* Nothing came, but nobody looked for long, either. */
static bool ends_too_early(const struct reading *r, int64_t asked_ns) {
    return r->story->how == ENDED_OPEN && r->story->watched_until_ns - asked_ns < PATIENCE_NS;
}

static enum connection_state state_without_answer(struct reading *r) {
    if (r->talk->gap_bytes > 0 && r->seen->offer == NULL) {
        r->note = "bytes are missing";
        return CONNECTION_INCOMPLETE;
    }
    if (ends_too_early(r, r->talk->hello_ns)) {
        r->note = "the capture ends right after the ClientHello";
        return CONNECTION_INCOMPLETE;
    }
    if (r->story->how == ENDED_OPEN || gave_up_waiting(r))
        return CONNECTION_UNANSWERED;
    return r->story->how == ENDED_RESET ? CONNECTION_RESET : CONNECTION_REFUSED;
}

static enum connection_state state_of_tls(struct reading *r) {
    const struct conversation *c = r->seen;
    bool has_hello = c->offer != NULL || c->server.version != 0;
    if (was_refused_by_alert(r))
        return CONNECTION_REFUSED;
    if (conversation_is_through(c) && has_hello)
        return state_through(r);
    if (c->not_tls != NULL)
        return CONNECTION_NOT_TLS;
    if (c->offer != NULL && c->told[BY_SERVER].bytes == 0 && !c->told[BY_SERVER].has_gap)
        return state_without_answer(r);
    if (r->story->given_up) {
        r->note = "too many connections at once to follow this one";
        return CONNECTION_INCOMPLETE;
    }
    if (r->talk->gap_bytes > 0) {
        r->note = "bytes of the handshake are missing in the capture";
        return CONNECTION_INCOMPLETE;
    }
    if (c->offer == NULL) {
        r->note = "the capture began after the handshake did";
        return CONNECTION_INCOMPLETE;
    }
    if (r->story->how == ENDED_OPEN) {
        r->note = "the capture ends during the handshake";
        return CONNECTION_INCOMPLETE;
    }
    return r->story->how == ENDED_RESET ? CONNECTION_RESET : CONNECTION_REFUSED;
}

static enum connection_state state_of_plain(struct reading *r) {
    const struct talk *t = r->talk;
    bool has_answer = t->client < 0 || t->plain_bytes[!t->client] > 0;
    if (t->kind == TALK_SSH && t->ssh->state == SSH_READY)
        return CONNECTION_ESTABLISHED;
    if (t->is_xmpp && (t->xmpp->state == XMPP_NO_STARTTLS || t->xmpp->state == XMPP_STREAM_ERROR))
        return CONNECTION_NOT_TLS;
    if (t->gap_bytes > 0)
        r->note = "bytes are missing in the capture";
    else if (!t->has_syn[0] && !t->has_syn[1])
        r->note = "the capture began after the connection did";
    else if (r->story->how == ENDED_OPEN && (has_answer || ends_too_early(r, r->story->last_ns)))
        r->note = "the capture ends too early";
    if (r->note != NULL)
        return CONNECTION_INCOMPLETE;
    if (r->story->how == ENDED_OPEN)
        return CONNECTION_UNANSWERED;
    return r->story->how == ENDED_RESET ? CONNECTION_RESET : CONNECTION_REFUSED;
}

/* ---- the fields ---- */

static const char *client_auth_of(const struct conversation *c) {
    if (c->server.saw_request)
        return "requested";
    bool is_told = conversation_is_13(c)
                       ? c->is_decrypted && c->server.saw_certificate && c->told[BY_SERVER].finished
                       : c->server.saw_hello_done;
    return is_told && !c->told[BY_SERVER].has_gap ? "none" : "not-seen";
}

/* RFC 8701: values that mean nothing, and are not to be shown as versions. */
static bool is_grease(const char *name) {
    return strlen(name) == 6 && name[0] == '0' && name[3] == 'A' && name[5] == 'A' && name[2] == name[4];
}

static struct texts versions_of(struct keep *keep, const struct client_offer *offer) {
    char *v[16];
    struct texts shown = {v, 0};
    for (size_t i = 0; i < offer->versions.n && shown.n < sizeof v / sizeof *v; i++)
        if (!is_grease(offer->versions.v[i]))
            v[shown.n++] = offer->versions.v[i];
    return keep_texts(keep, &shown);
}

static void alerts_take(struct facts *facts, struct keep *keep, const struct conversation *c,
                        struct connection *connection) {
    for (size_t i = 0; i < c->alert_count; i++) {
        const struct said_alert *said = &c->alerts[i];
        struct connection_alert *alert = ARENA_NEW(facts->arena, struct connection_alert);
        const char *name = alert_name(said->number);
        alert->by = (char *)side_names[said->by];
        alert->level = (char *)(said->level == ALERT_FATAL ? "fatal" : "warning");
        alert->number = said->number;
        alert->name = name != NULL ? (char *)name
                                   : keep_text(keep, arena_printf(facts->arena, "alert_%d", said->number));
        LIST_ADD(facts->arena, &connection->alerts, alert);
    }
}

static void tls_take(struct facts *facts, struct keep *keep, const struct talk *t,
                     const struct conversation *c, struct connection *connection) {
    if (c->offer != NULL) {
        connection->sni = keep_text(keep, c->offer->sni);
        connection->versions_offered = versions_of(keep, c->offer);
    }
    connection->version = keep_text(keep, c->attempt.version);
    connection->cipher = keep_text(keep, c->attempt.cipher);
    connection->client_auth = (char *)client_auth_of(c);
    connection->ca_names = keep_texts(keep, &c->attempt.ca_names);
    connection->server_chain = keep_chain(keep, &t->shown[BY_SERVER]);
    connection->client_chain = keep_chain(keep, &t->shown[BY_CLIENT]);
    connection->staple = c->attempt.staple != NULL;
    alerts_take(facts, keep, c, connection);
}

static void steps_take(struct facts *facts, const struct talk *t, struct connection *connection) {
    for (size_t i = 0; i < t->steps.n; i++) {
        struct connection_step *step = ARENA_NEW(facts->arena, struct connection_step);
        *step = *t->steps.v[i];
        step->what = arena_text(facts->arena, step->what);
        LIST_ADD(facts->arena, &connection->steps, step);
    }
}

static const char *path_note =
    "the RST came with another hop count than the other packets from there: something on the path sent it";

struct connection *conclude(struct facts *facts, struct keep *keep, const struct names *names, struct talk *t,
                            const struct tcp_story *story) {
    struct connection *c = ARENA_NEW(facts->arena, struct connection);
    int client = t->client >= 0 ? t->client : 0;
    struct reading reading = {.talk = t,
                              .seen = t->tls == NULL ? NULL : conversation_of(t->tls),
                              .story = story,
                              .by = ended_by_side(story, client)};
    c->file = story->file;
    c->started = story->started_ns / 1000;
    c->client.address = keep_address(keep, story->family, &story->address[client]);
    c->client.port = story->port[client];
    c->server.address = keep_address(keep, story->family, &story->address[!client]);
    c->server.port = story->port[!client];
    c->protocol = t->is_xmpp ? CONNECTION_XMPP : t->kind == TALK_SSH ? CONNECTION_SSH : CONNECTION_TLS;
    c->client_auth = (char *)"not-seen";
    c->state = reading.seen != NULL ? state_of_tls(&reading) : state_of_plain(&reading);
    if (reading.seen != NULL)
        tls_take(facts, keep, t, reading.seen, c);
    if (story->how == ENDED_RESET && story->from_path && c->state == CONNECTION_RESET)
        reading.note = path_note;
    c->server.name = c->sni != NULL ? c->sni : names_of(names, c->server.address);
    c->missing_bytes = t->gap_bytes > 0x7fffffff ? 0x7fffffff : (int)t->gap_bytes;
    c->overlaps = t->streams[0].overlaps + t->streams[1].overlaps;
    c->note = (char *)reading.note;
    conclude_end(c, story, client);
    steps_take(facts, t, c);
    return c;
}
