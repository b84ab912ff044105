/* How did an attempt end, and who ended it? The first question of every TLS diagnosis (facts/tls.h); our own
 * library's policy must never look like the server's refusal. */
#include "probe/tls/tls_engine_parts.h"

#include <openssl/err.h>
#include <string.h>

char *tls_errors(struct arena *arena) {
    char *all = NULL;
    unsigned long code;
    const char *data;
    int flags;
    while ((code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
        const char *reason = ERR_reason_error_string(code);
        bool has_data = (flags & ERR_TXT_STRING) && data != NULL && *data != '\0';
        all = arena_printf(arena, "%s%s%s%s%s", all == NULL ? "" : all, all == NULL ? "" : "; ",
                           reason == NULL ? "unknown error" : reason, has_data ? ": " : "",
                           has_data ? data : "");
    }
    return all == NULL ? arena_text(arena, "no reason given") : text_from_wire(arena, all, strlen(all));
}

static bool ended_by_peer(const struct tls_attempt *attempt) {
    return attempt->state == TLS_CLOSED || attempt->state == TLS_RESET ||
           (attempt->state == TLS_ALERT && attempt->ended_by == SIDE_PEER);
}

/* A server that wants a certificate and gets none may answer with any alert, or just hang up (RFC 5246 7.4.6
 * leaves it a choice of alerts; RFC 8446 4.4.2.4 has certificate_required). */
static enum client_auth client_auth(const struct engine *e) {
    const struct tls_attempt *attempt = e->attempt;
    bool established = attempt->state == TLS_ESTABLISHED;
    if (!e->seen.saw_request) {
        bool past = e->seen.version == TLS1_3_VERSION ? e->seen.saw_certificate : e->seen.saw_hello_done;
        return past || (established && !e->until_certificate) ? CLIENT_AUTH_NONE : CLIENT_AUTH_NOT_SEEN;
    }
    if (established && !e->until_certificate)
        return e->sent_ours ? CLIENT_AUTH_ACCEPTED : CLIENT_AUTH_REQUESTED;
    if (ended_by_peer(attempt) && e->sent_certificate)
        return e->sent_ours ? CLIENT_AUTH_REJECTED : CLIENT_AUTH_REQUIRED;
    return CLIENT_AUTH_REQUESTED;
}

void engine_over(struct engine *e, enum tls_state state, enum side by, const char *error) {
    e->attempt->state = state;
    e->attempt->ended_by = by;
    e->attempt->error = arena_text(e->arena, error);
    e->attempt->client_auth = client_auth(e);
    e->state = state == TLS_ESTABLISHED && !e->until_certificate ? ENGINE_GOOD : ENGINE_OVER;
}

struct tls_alert *tls_alert_new(struct arena *arena, int number, enum side by) {
    struct tls_alert *alert = ARENA_NEW(arena, struct tls_alert);
    const char *name = alert_name(number);
    alert->number = number;
    alert->name = name == NULL ? arena_printf(arena, "alert_%d", number) : arena_text(arena, name);
    alert->sent_by = by;
    return alert;
}

void engine_over_by_peer_alert(struct engine *e, int number) {
    e->attempt->alert = tls_alert_new(e->arena, number, SIDE_PEER);
    engine_over(e, TLS_ALERT, SIDE_PEER,
                arena_printf(e->arena, "the peer sent alert %d, %s", number, e->attempt->alert->name));
}

bool alert_blames_bytes(int alert) {
    static const int blaming[] = {SSL_AD_UNEXPECTED_MESSAGE,    SSL_AD_BAD_RECORD_MAC,
                                  SSL_AD_DECRYPTION_FAILED,     SSL_AD_RECORD_OVERFLOW,
                                  SSL_AD_ILLEGAL_PARAMETER,     SSL_AD_DECODE_ERROR,
                                  SSL_AD_DECRYPT_ERROR,         SSL_AD_MISSING_EXTENSION,
                                  SSL_AD_UNSUPPORTED_EXTENSION, SSL_AD_DECOMPRESSION_FAILURE};
    for (size_t i = 0; i < sizeof blaming / sizeof *blaming; i++)
        if (blaming[i] == alert)
            return true;
    return false;
}

void engine_over_by_library(struct engine *e) {
    /* A Certificate message may have 16 MB (RFC 8446 4.4.2): what is more than we read is our limit. */
    if (e->seen.version > 0 && !e->seen.saw_certificate &&
        ERR_GET_REASON(ERR_peek_error()) == SSL_R_EXCESSIVE_MESSAGE_SIZE) {
        engine_over(e, TLS_LOCAL_ERROR, SIDE_US, "a handshake message larger than is read here (256 KiB)");
        return;
    }
    char *words = tls_errors(e->arena);
    if (e->our_alert >= 0)
        e->attempt->alert = tls_alert_new(e->arena, e->our_alert, SIDE_US);
    /* A version that does not exist is no question of our policy. */
    bool is_nonsense =
        e->seen.version > TLS1_3_VERSION || (e->seen.version > 0 && e->seen.version < SSL3_VERSION);
    bool malformed = e->seen.unreadable != NULL || is_nonsense || alert_blames_bytes(e->our_alert);
    engine_over(e, malformed ? TLS_MALFORMED : TLS_LOCAL_ERROR, SIDE_US,
                e->seen.unreadable != NULL ? e->seen.unreadable : words);
}

void engine_over_by_close(struct engine *e) {
    if (e->peer_warning >= 0) { /* a warning, and then it hung up: that was the reason */
        engine_over_by_peer_alert(e, e->peer_warning);
        return;
    }
    engine_over(e, TLS_CLOSED, SIDE_PEER,
                e->sent_certificate ? "the peer closed the connection after our part of the handshake"
                : e->seen.version > 0
                    ? "the peer closed the connection in the middle of its handshake"
                    : "the peer closed the connection instead of answering the ClientHello");
}

void engine_failed(struct engine *e, int error) {
    if (e->peer_alert >= 0)
        engine_over_by_peer_alert(e, e->peer_alert);
    else if (error == SSL_ERROR_ZERO_RETURN)
        engine_over_by_close(e);
    else
        engine_over_by_library(e);
    ERR_clear_error();
}
