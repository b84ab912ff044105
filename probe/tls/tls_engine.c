/* How does one handshake go, byte by byte? See tls_engine.h. */
#include "probe/tls/tls_engine.h"

#include <openssl/err.h>
#include <string.h>

#include "facts/ending.h"
#include "probe/probe.h"
#include "probe/tls/hello_shape.h"
#include "wire/handshake.h"
#include "wire/plaintext.h"
#include "wire/records.h"
#include "wire/x509.h"

enum {
    HEAD_NEEDED = 3,          /* to tell a TLS record from other bytes */
    PLAIN_SHOWN = 64,         /* bytes of a plaintext answer that are kept */
    RECEIVED_MAX = 512 * 1024 /* before the handshake is over */
};

struct engine {
    struct tls_contexts *kit;
    struct arena *arena;
    struct tls_attempt *attempt;
    bool until_certificate, wants_signature; /* the latter: and what the server signs the key exchange with */
    enum engine_state state;
    SSL *ssl;
    BIO *in, *out; /* ssl's */
    struct records
        *records; /* set: we read the server's flight ourselves, OpenSSL only wrote the ClientHello */
    struct handshake seen;
    const uint8_t *certificate; /* the body of a Certificate message that is not read yet; NULL: none */
    size_t certificate_size;
    uint8_t head[PLAIN_SHOWN];
    size_t head_size, received;
    bool is_tls, is_plain;
    bool sent_certificate, sent_ours;
    int peer_alert, peer_warning, our_alert; /* -1: none */
};

/* ---- how it ends: facts/ending.h decides, by what was seen here ---- */

static void auth_take(struct engine *e) {
    struct tls_attempt *attempt = e->attempt;
    bool by_peer = attempt->state == TLS_CLOSED || attempt->state == TLS_RESET || attempt->state == TLS_ALERT;
    const struct asking asking = {.asked = e->seen.saw_request,
                                  .is_past = e->seen.version == TLS1_3_VERSION ? e->seen.saw_certificate
                                                                               : e->seen.saw_hello_done,
                                  .answered = e->sent_certificate,
                                  .showed = e->sent_ours,
                                  .is_through = attempt->state == TLS_ESTABLISHED && !e->until_certificate,
                                  .is_refused = by_peer};
    attempt->client_auth = ending_for_client(&asking);
}

/* words: what is known beyond that; NULL: nothing. */
static void over(struct engine *e, enum happened last, const char *words) {
    const struct witnessed seen = {.last = last,
                                   .peer_alert = e->peer_alert,
                                   .peer_warning = e->peer_warning,
                                   .our_alert = e->our_alert,
                                   .version = e->seen.version,
                                   .heard = e->received > 0,
                                   .is_unreadable = e->seen.unreadable != NULL,
                                   .answered = e->sent_certificate};
    const struct ending ending = ending_of(&seen);
    ending_tell(e->arena, &ending, "the peer", words != NULL ? words : ending.words, e->attempt);
    auth_take(e);
    e->state = ending.state == TLS_ESTABLISHED && !e->until_certificate ? ENGINE_GOOD : ENGINE_OVER;
}

/* OpenSSL gave up. A Certificate message may have 16 MB (RFC 8446 4.4.2): what is more than we read is our
 * limit. */
static void over_by_library(struct engine *e) {
    bool is_limit = e->seen.version > 0 && !e->seen.saw_certificate && e->peer_alert == NO_ALERT &&
                    ERR_GET_REASON(ERR_peek_error()) == SSL_R_EXCESSIVE_MESSAGE_SIZE;
    char *words = tls_errors(e->arena);
    if (is_limit)
        over(e, HAPPENED_LIMIT, "a handshake message larger than is read here (256 KiB)");
    else
        over(e, HAPPENED_LIBRARY, e->seen.unreadable != NULL ? e->seen.unreadable : words);
}

static void failed(struct engine *e, int error) { /* with this SSL_ERROR_* */
    if (error == SSL_ERROR_ZERO_RETURN)
        over(e, HAPPENED_EOF, NULL);
    else
        over_by_library(e);
    ERR_clear_error();
}

/* ---- what passes ---- */

static struct cert *cert_known(void *context, const uint8_t *der, size_t size, char **error) {
    return tls_contexts_cert(context, der, size, error);
}

static void message_seen(struct engine *e, int type, const uint8_t *body, size_t size) {
    handshake_read(&e->seen, type, body, size);
    if (type != HANDSHAKE_SERVER_HELLO || e->seen.suite < 0)
        return;
    const unsigned char number[2] = {(unsigned char)(e->seen.suite >> 8), (unsigned char)e->seen.suite};
    const SSL_CIPHER *cipher = SSL_CIPHER_find(e->ssl, number);
    e->attempt->cipher = cipher == NULL ? arena_printf(e->arena, "0x%04X", (unsigned)e->seen.suite)
                                        : arena_text(e->arena, SSL_CIPHER_get_name(cipher));
}

static void alert_seen(struct engine *e, int level, int number) {
    /* In TLS 1.3 the level says nothing (RFC 8446 6); before, a fatal farewell is a refusal. */
    bool is_tls13 = e->seen.version == TLS1_3_VERSION, is_fatal = level == SSL3_AL_FATAL;
    bool is_farewell = number == SSL_AD_CLOSE_NOTIFY || number == SSL_AD_USER_CANCELLED;
    if (is_farewell && (is_tls13 || !is_fatal))
        return;
    if (is_fatal || is_tls13)
        e->peer_alert = number;
    else
        e->peer_warning = number;
}

/* What comes when the handshake is over: tickets; and, where the request decides (Apache's <Location>), a
 * demand for a client certificate, in TLS 1.3 by itself (RFC 8446 4.6.2), before in a second handshake. */
static void late_message_seen(struct engine *e, int type, const uint8_t *body, size_t size) {
    if (type == HANDSHAKE_NEW_SESSION_TICKET)
        message_seen(e, type, body, size);
    if (type != HANDSHAKE_CERTIFICATE_REQUEST)
        return;
    e->attempt->asked_late = true;
    if (e->attempt->client_auth == CLIENT_AUTH_NONE)
        e->attempt->client_auth = CLIENT_AUTH_REQUESTED;
}

/* The body of our Certificate message: is there one in it? The list stands behind a context in TLS 1.3. */
static bool has_certificate(const struct engine *e, const uint8_t *body, size_t size) {
    size_t at = e->seen.version == TLS1_3_VERSION && size > 0 ? 1 + (size_t)body[0] : 0;
    return size >= at + 3 && (body[at] | body[at + 1] | body[at + 2]) != 0;
}

/* OpenSSL parses each certificate of the message itself, after it has shown it to us: then it is read, too,
 * and what OpenSSL parsed need not be parsed again. */
static void certificate_wait(struct engine *e, const uint8_t *body, size_t size) {
    e->certificate = arena_dup(e->arena, body, size);
    e->certificate_size = size;
}

static void certificate_seen(struct engine *e) {
    const STACK_OF(X509) *chain = e->certificate == NULL ? NULL : SSL_get_peer_cert_chain(e->ssl);
    const uint8_t *body = e->certificate;
    e->certificate = NULL;
    for (int i = 0; i < sk_X509_num(chain); i++)
        x509_share(sk_X509_value(chain, i));
    if (body != NULL)
        message_seen(e, HANDSHAKE_CERTIFICATE, body, e->certificate_size);
}

/* Besides the TLS content types 20 to 24, OpenSSL's own 256 and 257 arrive here. */
static void on_message(int written, int version, int type, const void *buffer, size_t size, SSL *ssl,
                       void *context) {
    struct engine *e = context;
    const uint8_t *bytes = buffer;
    (void)version;
    (void)ssl;
    certificate_seen(e);
    if (type == SSL3_RT_ALERT && size == 2 && e->state != ENGINE_GOOD) {
        if (!written)
            alert_seen(e, bytes[0], bytes[1]);
        else if (bytes[1] != SSL_AD_CLOSE_NOTIFY)
            e->our_alert = bytes[1];
    } else if (type == SSL3_RT_HANDSHAKE && size >= 4 && !written && e->state == ENGINE_GOOD) {
        late_message_seen(e, bytes[0], bytes + 4, size - 4);
    } else if (type == SSL3_RT_HANDSHAKE && size >= 4 && !written && bytes[0] == HANDSHAKE_CERTIFICATE) {
        certificate_wait(e, bytes + 4, size - 4);
    } else if (type == SSL3_RT_HANDSHAKE && size >= 4 && !written) {
        message_seen(e, bytes[0], bytes + 4, size - 4);
    } else if (type == SSL3_RT_HANDSHAKE && size >= 4 && bytes[0] == HANDSHAKE_CERTIFICATE) {
        e->sent_certificate = true;
        e->sent_ours = has_certificate(e, bytes + 4, size - 4);
    }
}

static bool on_plain_message(void *context, int type, const uint8_t *body, size_t size) {
    struct engine *e = context;
    message_seen(e, type, body, size);
    return !e->seen.saw_certificate;
}

static bool on_plain_alert(void *context, int level, int number) {
    struct engine *e = context;
    alert_seen(e, level, number);
    return e->peer_alert < 0 && number != SSL_AD_CLOSE_NOTIFY;
}

/* ---- making one ---- */

/* Up to TLS 1.2 the Certificate comes in clear, so when it is all that is wanted nobody needs to compute. */
static bool reads_itself(const struct engine_form *form) {
    return form->until_certificate && (form->form == FORM_TLS12 || form->form == FORM_LEGACY ||
                                       form->form == FORM_RSA12 || form->form == FORM_ECDSA12);
}

static bool hello_write(struct engine *e, const struct engine_form *form) {
    SSL_CTX *context = tls_contexts_get(e->kit, form->form);
    if (context == NULL || (e->ssl = SSL_new(context)) == NULL)
        return false;
    e->in = BIO_new(BIO_s_mem());
    e->out = BIO_new(BIO_s_mem());
    if (e->in == NULL || e->out == NULL) {
        BIO_free(e->in);
        BIO_free(e->out);
        e->in = e->out = NULL;
        return false;
    }
    SSL_set_bio(e->ssl, e->in, e->out);
    SSL_set_msg_callback(e->ssl, on_message);
    SSL_set_msg_callback_arg(e->ssl, e);
    if (!hello_shape(e->ssl, form, tls_contexts_identity(e->kit)))
        return false;
    int result = SSL_connect(e->ssl);
    return SSL_get_error(e->ssl, result) == SSL_ERROR_WANT_READ;
}

struct engine *engine_new(struct tls_contexts *kit, const struct engine_form *form,
                          struct tls_attempt *attempt) {
    struct arena *arena = tls_contexts_arena(kit);
    struct engine *e = ARENA_NEW(arena, struct engine);
    e->kit = kit;
    e->arena = arena;
    e->attempt = attempt;
    e->until_certificate = form->until_certificate;
    e->wants_signature = form->client != NULL;
    e->peer_alert = e->peer_warning = e->our_alert = NO_ALERT;
    e->seen = (struct handshake){
        .arena = arena, .attempt = attempt, .cert = cert_known, .context = kit, .suite = -1};
    attempt->sni = arena_text(arena, form->sni);
    attempt->client_auth = CLIENT_AUTH_NOT_SEEN;
    ERR_clear_error();
    if (!hello_write(e, form))
        over_by_library(e);
    else if (reads_itself(form))
        e->records = records_new(
            arena,
            (struct records_events){.message = on_plain_message, .alert = on_plain_alert, .context = e});
    return e;
}

void engine_free(struct engine *engine) {
    if (engine == NULL)
        return;
    SSL_free(engine->ssl);
    engine->ssl = NULL;
}

/* ---- bytes in ---- */

static void established(struct engine *e) {
    const unsigned char *alpn = NULL;
    unsigned int size = 0;
    SSL_get0_alpn_selected(e->ssl, &alpn, &size);
    if (size > 0)
        e->attempt->alpn = text_from_wire(e->arena, alpn, size);
    over(e, HAPPENED_DONE, NULL);
}

/* One read after the handshake: it brings tickets, application bytes, or the peer's refusal. */
static void prove(struct engine *e) {
    char byte;
    ERR_clear_error();
    int result = SSL_peek(e->ssl, &byte, 1);
    int error = SSL_get_error(e->ssl, result);
    bool harmless = result > 0 || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_ZERO_RETURN;
    if (result > 0 || (harmless && (e->seen.saw_ticket || !e->seen.saw_request)))
        established(e);
    else if (error != SSL_ERROR_WANT_READ)
        failed(e, error);
}

/* All that was wanted has come. Below TLS 1.3 the certificate is followed by what else there is in clear, a
 * demand for ours among it: the flight is heard to its end, or how its bytes were cut would decide what is
 * known. is_stuck: nothing more can come of it. */
static bool has_enough(const struct engine *e, bool is_stuck) {
    const struct handshake *seen = &e->seen;
    if (!e->until_certificate || !seen->saw_certificate || e->peer_alert >= 0)
        return false;
    if (seen->version == TLS1_3_VERSION)
        return !e->wants_signature || seen->signature != 0;
    return seen->saw_hello_done || (is_stuck && (!e->wants_signature || seen->saw_key_exchange));
}

static void shake(struct engine *e) {
    ERR_clear_error();
    int result = SSL_connect(e->ssl);
    int error = SSL_get_error(e->ssl, result);
    certificate_seen(e);
    if (has_enough(e, result != 1 && error != SSL_ERROR_WANT_READ))
        established(e);
    else if (result == 1 && e->seen.version == TLS1_3_VERSION)
        e->state = ENGINE_UNPROVEN;
    else if (result == 1)
        established(e);
    else if (error != SSL_ERROR_WANT_READ)
        failed(e, error);
    ERR_clear_error();
}

static void read_plain(struct engine *e, const uint8_t *bytes, size_t size) {
    const char *fault = NULL;
    enum records_result result = records_feed(e->records, bytes, size, &fault);
    if (e->peer_alert == NO_ALERT && e->seen.saw_certificate)
        established(e);
    else if (e->peer_alert != NO_ALERT || result == RECORDS_STOPPED)
        over(e, HAPPENED_EOF, NULL);
    else if (result == RECORDS_TOO_LARGE)
        over(e, HAPPENED_LIMIT, fault);
    else if (result == RECORDS_BROKEN)
        over(e, HAPPENED_BROKEN, fault);
    else if (result == RECORDS_SEALED)
        over(e, HAPPENED_BROKEN, "encrypted records before a Certificate message");
}

static void feed_tls(struct engine *e, const uint8_t *bytes, size_t size) {
    e->received += size;
    if (e->state == ENGINE_SHAKING && e->received > RECEIVED_MAX) {
        over(e, HAPPENED_BROKEN, "more than 512 KiB came before the handshake was over");
        return;
    }
    if (e->records != NULL) {
        read_plain(e, bytes, size);
        return;
    }
    BIO_write(e->in, bytes, (int)size);
    if (e->state == ENGINE_SHAKING)
        shake(e);
    if (e->state == ENGINE_UNPROVEN)
        prove(e);
}

static void settle_plain(struct engine *engine) {
    const char *what = not_tls(engine->head, engine->head_size);
    engine->attempt->not_tls = arena_text(engine->arena, what == NULL ? "other" : what);
    engine->attempt->first_bytes = text_from_wire(engine->arena, engine->head, engine->head_size);
    over(engine, HAPPENED_PLAIN, NULL);
}

enum engine_state engine_feed(struct engine *engine, const uint8_t *bytes, size_t size) {
    if (engine->state == ENGINE_OVER)
        return ENGINE_OVER;
    if (!engine->is_tls) {
        size_t kept = sizeof engine->head - engine->head_size;
        kept = size < kept ? size : kept;
        memcpy(engine->head + engine->head_size, bytes, kept);
        engine->head_size += kept;
        bytes += kept;
        size -= kept;
        engine->is_plain = engine->is_plain || not_tls(engine->head, engine->head_size) != NULL;
        if (engine->is_plain && engine->head_size == sizeof engine->head)
            settle_plain(engine);
        if (engine->is_plain || engine->head_size < HEAD_NEEDED)
            return engine->state;
        engine->is_tls = true;
        feed_tls(engine, engine->head, engine->head_size);
    }
    if (size > 0 && engine->state != ENGINE_OVER)
        feed_tls(engine, bytes, size);
    return engine->state;
}

bool engine_is_plain(const struct engine *engine) {
    return engine->is_plain && engine->state != ENGINE_OVER;
}

enum engine_state engine_end(struct engine *engine, enum engine_end how) {
    static const enum happened ends[] = {[ENGINE_EOF] = HAPPENED_EOF,
                                         [ENGINE_RESET] = HAPPENED_RESET,
                                         [ENGINE_TIMEOUT] = HAPPENED_TIMEOUT,
                                         [ENGINE_STOPPED] = HAPPENED_STOPPED};
    if (engine->state == ENGINE_GOOD || engine->state == ENGINE_OVER)
        engine->state = ENGINE_OVER;
    else if (engine->is_plain)
        settle_plain(engine);
    else if ((engine->state == ENGINE_UNPROVEN && (how == ENGINE_TIMEOUT || how == ENGINE_STOPPED)) ||
             has_enough(engine, true))
        established(engine);
    else
        over(engine, ends[how], NULL);
    return engine->state;
}

enum engine_state engine_state(const struct engine *engine) {
    return engine->state;
}

bool engine_saw_certificate(const struct engine *engine) {
    return engine->seen.saw_certificate && engine->attempt->chain.n > 0;
}

/* ---- bytes out, and application bytes ---- */

size_t engine_take(struct engine *engine, uint8_t *bytes, size_t size) {
    int n = engine->out == NULL ? 0 : BIO_read(engine->out, bytes, (int)size);
    return n > 0 ? (size_t)n : 0;
}

size_t engine_read(struct engine *engine, uint8_t *bytes, size_t size) {
    if (engine->state != ENGINE_GOOD)
        return 0;
    ERR_clear_error();
    int n = SSL_read(engine->ssl, bytes, (int)size);
    if (n <= 0 && SSL_get_error(engine->ssl, n) != SSL_ERROR_WANT_READ)
        engine->state = ENGINE_OVER;
    ERR_clear_error();
    return n > 0 ? (size_t)n : 0;
}

void engine_write(struct engine *engine, const void *bytes, size_t size) {
    if (engine->state != ENGINE_GOOD || size == 0)
        return;
    ERR_clear_error();
    if (SSL_write(engine->ssl, bytes, (int)size) <= 0)
        engine->state = ENGINE_OVER;
    ERR_clear_error();
}

int engine_peer_alert(const struct engine *engine) {
    return engine->peer_alert;
}

void engine_close_notify(struct engine *engine) {
    ERR_clear_error();
    if (engine->ssl != NULL && SSL_is_init_finished(engine->ssl))
        SSL_shutdown(engine->ssl);
    ERR_clear_error();
}
