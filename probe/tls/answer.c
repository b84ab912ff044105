/* How does a handshake go in which we are the server? See answer.h. */
#include "probe/tls/answer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "facts/ending.h"
#include "facts/suites.h"
#include "probe/recorder.h"
#include "probe/tls/identity_ssl.h"
#include "wire/handshake.h"
#include "wire/cert.h"
#include "wire/plaintext.h"

enum {
    HEAD_KEPT = 64,            /* bytes of a plaintext caller that are kept */
    HEAD_NEEDED = 3,           /* to tell a TLS record from other bytes */
    RECEIVED_MAX = 256 * 1024, /* before the handshake is over */
    NAME_OVERHEAD = 2          /* length in front of each CA name */
};

struct answer_kit {
    struct arena *arena;
    SSL_CTX *context;
    const struct identity *identity;
};

struct answer {
    struct arena *arena;
    struct caller *caller;
    SSL *ssl;
    BIO *in, *out; /* ssl's */
    struct handshake seen;
    uint8_t head[HEAD_KEPT];
    size_t head_size, received;
    bool is_tls, saw_hello, over;
    int peer_alert, our_alert; /* -1: none */
};

/* ---- what all share ---- */

static int accept_any(X509_STORE_CTX *store, void *argument) {
    (void)store;
    (void)argument;
    return 1;
}

/* The subjects of the list, as Expressway-E names the CAs that it trusts. */
static bool add_ca_names(struct arena *arena, SSL_CTX *context, const struct trust_list *list, char **error) {
    STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();
    size_t bytes = 0;
    for (size_t i = 0; names != NULL && i < list->entries.n; i++) {
        const struct ca_entry *entry = list->entries.v[i];
        const uint8_t *at = entry->subject;
        X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)entry->subject_size);
        bytes += entry->subject_size + NAME_OVERHEAD;
        if (name == NULL || sk_X509_NAME_push(names, name) <= 0)
            X509_NAME_free(name);
    }
    ERR_clear_error();
    if (names == NULL || bytes > CA_NAMES_BYTES_MAX) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        *error = arena_printf(arena,
                              "%s: the names of %zu CA certificates do not fit into a certificate request "
                              "(64 KiB); give the few that matter",
                              list->name, list->entries.n);
        return false;
    }
    SSL_CTX_set_client_CA_list(context, names);
    return true;
}

/* TLS 1.0 up and every suite, to learn: what the caller offers is a fact, what is wise the judges say. No
 * tickets and no sessions, so that every connection is a whole handshake. */
static bool context_fill(SSL_CTX *context) {
    static const unsigned char session_context[] = "edgeprobe listen";
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, accept_any, NULL);
    SSL_CTX_set_dh_auto(context, 1);
    return SSL_CTX_set_num_tickets(context, 0) == 1 &&
           SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1) == 1 &&
           SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0") == 1 &&
           SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1;
}

struct answer_kit *answer_kit_new(struct arena *arena, const struct identity *identity,
                                  const struct trust_list *ca_names, char **error) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL *probe =
        NULL; /* is the certificate one that the library takes? Better known now than at the first call */
    bool good = context != NULL && context_fill(context) && (probe = SSL_new(context)) != NULL &&
                identity_use(identity, probe);
    SSL_free(probe);
    if (!good)
        *error =
            arena_printf(arena, "our TLS library refuses the certificate to show: %s", tls_errors(arena));
    if (!good || (ca_names != NULL && !add_ca_names(arena, context, ca_names, error))) {
        SSL_CTX_free(context);
        return NULL;
    }
    struct answer_kit *kit = ARENA_NEW(arena, struct answer_kit);
    *kit = (struct answer_kit){.arena = arena, .context = context, .identity = identity};
    return kit;
}

void answer_kit_record(struct answer_kit *kit, struct recorder *recorder) {
    recorder_hear(recorder, kit->context);
}

void answer_kit_free(struct answer_kit *kit) {
    if (kit == NULL)
        return;
    SSL_CTX_free(kit->context);
    kit->context = NULL;
}

/* ---- how it ends ---- */

/* facts/ending.h decides, by what was seen here; the words are about a caller. */
static void over(struct answer *a, enum happened last, const char *words) {
    const struct witnessed seen = {.last = last,
                                   .peer_alert = a->peer_alert,
                                   .peer_warning = NO_ALERT,
                                   .our_alert = a->our_alert,
                                   .heard = true, /* it dialled */
                                   .is_unreadable = a->seen.unreadable != NULL};
    const struct ending ending = ending_of(&seen);
    struct tls_attempt *tls = &a->caller->tls;
    a->over = true;
    ending_tell(a->arena, &ending, "the caller", words, tls);
    tls->client_auth = tls->chain.n > 0                ? CLIENT_AUTH_ACCEPTED
                       : tls->state == TLS_ESTABLISHED ? CLIENT_AUTH_REQUESTED
                                                       : CLIENT_AUTH_NOT_SEEN;
}

static void established(struct answer *a) {
    struct tls_attempt *tls = &a->caller->tls;
    const SSL_CIPHER *cipher = SSL_get_current_cipher(a->ssl);
    if (cipher != NULL)
        tls->cipher = arena_text(a->arena, SSL_CIPHER_get_name(cipher));
    over(a, HAPPENED_DONE, NULL);
}

static void over_by_plain(struct answer *a) {
    const char *what = not_tls(a->head, a->head_size);
    a->caller->tls.not_tls = arena_text(a->arena, what == NULL ? "other" : what);
    a->caller->tls.first_bytes = text_from_wire(a->arena, a->head, a->head_size);
    over(a, HAPPENED_PLAIN, "the caller does not speak TLS");
}

/* ---- what passes ---- */

static struct cert *read_cert(void *context, const uint8_t *der, size_t size, char **error) {
    return cert_read(context, der, size, error);
}

static void hello_seen(struct answer *a, const uint8_t *body, size_t size) {
    a->saw_hello = true;
    client_hello_read(a->arena, body, size, &a->caller->offer);
    a->caller->tls.sni = a->caller->offer.sni;
}

/* Our own ServerHello and ServerKeyExchange tell version, group and signature; the caller's Certificate its
 * chain. */
static void message_seen(struct answer *a, bool written, const uint8_t *message, size_t size) {
    int type = message[0];
    bool is_told = written ? type == HANDSHAKE_SERVER_HELLO || type == HANDSHAKE_SERVER_KEY_EXCHANGE
                           : type == HANDSHAKE_CERTIFICATE;
    if (!written && type == HANDSHAKE_CLIENT_HELLO)
        hello_seen(a, message + 4, size - 4);
    else if (is_told)
        handshake_read(&a->seen, type, message + 4, size - 4);
}

static void on_message(int written, int version, int type, const void *buffer, size_t size, SSL *ssl,
                       void *context) {
    struct answer *a = context;
    const uint8_t *bytes = buffer;
    (void)version;
    (void)ssl;
    if (type == SSL3_RT_HANDSHAKE && size >= 4)
        message_seen(a, written != 0, bytes, size);
    else if (type == SSL3_RT_ALERT && size == 2 && bytes[1] != SSL_AD_CLOSE_NOTIFY && !a->over)
        *(written ? &a->our_alert : &a->peer_alert) = bytes[1];
}

struct answer *answer_new(struct answer_kit *kit, struct caller *caller) {
    struct answer *a = ARENA_NEW(kit->arena, struct answer);
    *a =
        (struct answer){.arena = kit->arena, .caller = caller, .peer_alert = NO_ALERT, .our_alert = NO_ALERT};
    a->seen = (struct handshake){
        .arena = kit->arena, .attempt = &caller->tls, .cert = read_cert, .context = kit->arena, .suite = -1};
    caller->tls.client_auth = CLIENT_AUTH_NOT_SEEN;
    a->ssl = SSL_new(kit->context);
    BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
    if (a->ssl == NULL || in == NULL || out == NULL || !identity_use(kit->identity, a->ssl)) {
        BIO_free(in);
        BIO_free(out);
        answer_free(a);
        return NULL;
    }
    SSL_set_bio(a->ssl, in, out);
    a->in = in;
    a->out = out;
    SSL_set_msg_callback(a->ssl, on_message);
    SSL_set_msg_callback_arg(a->ssl, a);
    SSL_set_accept_state(a->ssl);
    return a;
}

void answer_free(struct answer *answer) {
    if (answer == NULL)
        return;
    SSL_free(answer->ssl);
    answer->ssl = NULL;
}

/* ---- bytes in and out ---- */

static void shake(struct answer *a) {
    ERR_clear_error();
    int result = SSL_accept(a->ssl), error = SSL_get_error(a->ssl, result);
    if (result == 1)
        established(a);
    else if (a->peer_alert != NO_ALERT || error != SSL_ERROR_WANT_READ) {
        char *words = tls_errors(a->arena);
        over(a, HAPPENED_LIBRARY, a->seen.unreadable != NULL ? a->seen.unreadable : words);
    }
    ERR_clear_error();
}

static void feed_tls(struct answer *a, const uint8_t *bytes, size_t size) {
    a->received += size;
    if (a->received > RECEIVED_MAX) {
        over(a, HAPPENED_BROKEN, "more than 256 KiB came before the handshake was over");
        return;
    }
    if (size > 0)
        BIO_write(a->in, bytes, (int)size);
    shake(a);
}

bool answer_feed(struct answer *a, const uint8_t *bytes, size_t size) {
    if (a->over)
        return true;
    if (!a->is_tls) {
        size_t kept = sizeof a->head - a->head_size;
        kept = size < kept ? size : kept;
        memcpy(a->head + a->head_size, bytes, kept);
        a->head_size += kept;
        bytes += kept;
        size -= kept;
        if (not_tls(a->head, a->head_size) != NULL) {
            over_by_plain(a);
            return true;
        }
        if (a->head_size < HEAD_NEEDED)
            return false;
        a->is_tls = true;
        feed_tls(a, a->head, a->head_size);
    }
    if (size > 0 && !a->over)
        feed_tls(a, bytes, size);
    return a->over;
}

void answer_end(struct answer *a, enum engine_end how) {
    bool said_nothing = a->head_size == 0;
    if (a->over)
        return;
    if (how == ENGINE_TIMEOUT)
        over(a, HAPPENED_TIMEOUT,
             said_nothing ? "the caller connected and said nothing" : "the handshake did not come to an end");
    else if (how == ENGINE_RESET)
        over(a, HAPPENED_RESET, "connection reset");
    else
        over(a, HAPPENED_EOF,
             said_nothing   ? "the caller closed the connection without a word"
             : a->saw_hello ? "the caller closed the connection in the middle of the handshake"
                            : "the caller closed the connection within its ClientHello");
}

size_t answer_take(struct answer *a, uint8_t *bytes, size_t size) {
    int n = BIO_read(a->out, bytes, (int)size);
    return n > 0 ? (size_t)n : 0;
}

void answer_close_notify(struct answer *a) {
    ERR_clear_error();
    if (SSL_is_init_finished(a->ssl))
        SSL_shutdown(a->ssl);
    ERR_clear_error();
}

bool answer_spoke_tls(const struct answer *a) {
    return a->saw_hello;
}
