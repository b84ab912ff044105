/* How did a TLS attempt end, and who ended it? See ending.h. */
#include "facts/ending.h"

enum { SSL_3_0 = 0x0300, TLS_1_3 = 0x0304 };

/* Does it say "your bytes are wrong" rather than "I do not want" (RFC 8446 6.2, RFC 5246 7.2)? */
static bool alert_blames_bytes(int alert) {
    static const int blaming[] = {10 /* unexpected_message */,    20 /* bad_record_mac */,
                                  21 /* decryption_failed */,     22 /* record_overflow */,
                                  30 /* decompression_failure */, 47 /* illegal_parameter */,
                                  50 /* decode_error */,          51 /* decrypt_error */,
                                  109 /* missing_extension */,    110 /* unsupported_extension */};
    for (size_t i = 0; i < sizeof blaming / sizeof *blaming; i++)
        if (blaming[i] == alert)
            return true;
    return false;
}

struct tls_alert *tls_alert_new(struct arena *arena, int number, enum side by) {
    struct tls_alert *alert = ARENA_NEW(arena, struct tls_alert);
    const char *name = alert_name(number);
    alert->number = number;
    alert->name = name == NULL ? arena_printf(arena, "alert_%d", number) : arena_text(arena, name);
    alert->sent_by = by;
    return alert;
}

void ending_tell(struct arena *arena, const struct ending *ending, const char *who, const char *words,
                 struct tls_attempt *attempt) {
    attempt->state = ending->state;
    attempt->ended_by = ending->by;
    if (ending->alert != NO_ALERT)
        attempt->alert = tls_alert_new(arena, ending->alert, ending->alert_by);
    attempt->error = ending->state == TLS_ALERT ? arena_printf(arena, "%s sent alert %d, %s", who,
                                                               ending->alert, attempt->alert->name)
                                                : arena_text(arena, words);
}

static struct ending end(enum tls_state state, enum side by, const char *words) {
    return (struct ending){state, by, NO_ALERT, SIDE_NOBODY, words};
}

static struct ending by_alert(int number) {
    return (struct ending){TLS_ALERT, SIDE_PEER, number, SIDE_PEER, NULL};
}

static struct ending by_close(const struct witnessed *seen) {
    if (seen->peer_alert != NO_ALERT)
        return by_alert(seen->peer_alert);
    if (seen->peer_warning != NO_ALERT) /* a warning, and then it hung up: that was the reason */
        return by_alert(seen->peer_warning);
    return end(TLS_CLOSED, SIDE_PEER,
               seen->answered      ? "the peer closed the connection after our part of the handshake"
               : seen->version > 0 ? "the peer closed the connection in the middle of its handshake"
                                   : "the peer closed the connection instead of answering the ClientHello");
}

/* A version that does not exist is no question of our policy, and neither is what we called wrong bytes. */
static struct ending by_library(const struct witnessed *seen) {
    if (seen->peer_alert != NO_ALERT)
        return by_alert(seen->peer_alert);
    bool is_nonsense = seen->version > TLS_1_3 || (seen->version > 0 && seen->version < SSL_3_0);
    bool is_malformed = seen->is_unreadable || is_nonsense || alert_blames_bytes(seen->our_alert);
    struct ending ending = end(is_malformed ? TLS_MALFORMED : TLS_LOCAL_ERROR, SIDE_US, NULL);
    ending.alert = seen->our_alert;
    ending.alert_by = seen->our_alert == NO_ALERT ? SIDE_NOBODY : SIDE_US;
    return ending;
}

struct ending ending_of(const struct witnessed *seen) {
    switch (seen->last) {
    case HAPPENED_DONE:
        return end(TLS_ESTABLISHED, SIDE_NOBODY, NULL);
    case HAPPENED_EOF:
        return by_close(seen);
    case HAPPENED_RESET: /* before any answer it is what firewalls do that inspect (field-facts 7) */
        return end(TLS_RESET, seen->heard ? SIDE_PEER : SIDE_PATH, "connection reset");
    case HAPPENED_TIMEOUT:
        return end(TLS_TIMEOUT, SIDE_NOBODY,
                   seen->heard ? "the handshake did not come to an end" : "no answer to the ClientHello");
    case HAPPENED_STOPPED:
        return end(TLS_LOCAL_ERROR, SIDE_US, "not finished within --deadline");
    case HAPPENED_LIBRARY:
        return by_library(seen);
    case HAPPENED_LIMIT:
        return end(TLS_LOCAL_ERROR, SIDE_US, NULL);
    case HAPPENED_BROKEN:
        return end(TLS_MALFORMED, SIDE_US, NULL);
    case HAPPENED_PLAIN:
        return end(TLS_NOT_TLS, SIDE_US, "the answer to the ClientHello is no TLS");
    }
    return end(TLS_NOT_TRIED, SIDE_NOBODY, NULL);
}

/* "It worked, and now every connection is dropped" is to be seen (field-facts 1.4); what kept us here says
 * nothing about the peer. */
struct ending ending_without_connection(enum tcp_state tcp) {
    static const struct {
        enum tcp_state tcp;
        enum tls_state tls;
        enum side by;
    } rows[] = {{TCP_TIMEOUT, TLS_TIMEOUT, SIDE_NOBODY},
                {TCP_REFUSED, TLS_RESET, SIDE_PEER},
                {TCP_RESET, TLS_RESET, SIDE_PEER}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].tcp == tcp)
            return end(rows[i].tls, rows[i].by, NULL);
    return end(TLS_NOT_TRIED, SIDE_NOBODY, NULL);
}

/* A server that wants a certificate and gets none may answer with any alert, or just hang up (RFC 5246 7.4.6
 * leaves it a choice of alerts; RFC 8446 4.4.2.4 has certificate_required). */
enum client_auth ending_for_client(const struct asking *a) {
    if (!a->asked)
        return a->is_past || a->is_through ? CLIENT_AUTH_NONE : CLIENT_AUTH_NOT_SEEN;
    if (a->is_through)
        return a->showed ? CLIENT_AUTH_ACCEPTED : CLIENT_AUTH_REQUESTED;
    if (a->is_refused && a->answered)
        return a->showed ? CLIENT_AUTH_REJECTED : CLIENT_AUTH_REQUIRED;
    return CLIENT_AUTH_REQUESTED;
}
