/* Does an SSH service live behind the port, which algorithms does it name, and which host key does it show?
 * Reads the server's identification and KEXINIT, goes on with the key exchange until the server has sent its
 * host key, and leaves. No secret is agreed on, nobody logs in, and the server's signature is not checked:
 * what is wanted is what it shows. Where the key cannot be had, banner and KEXINIT are the answer. */
#include "probe/exchange.h"
#include "wire/ssh.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

enum { VALUE_MAX = 1024, EXPONENT_BITS = 256, COOKIE_SIZE = 16 };

/* ---- our public value ---- */

/* An encoded point: RFC 8731 3, RFC 5656 4. */
static size_t make_point(const char *type, const char *curve, uint8_t *value) {
    unsigned char *encoded = NULL;
    EVP_PKEY *key =
        curve == NULL ? EVP_PKEY_Q_keygen(NULL, NULL, type) : EVP_PKEY_Q_keygen(NULL, NULL, type, curve);
    size_t size = key == NULL ? 0 : EVP_PKEY_get1_encoded_public_key(key, &encoded);
    if (size > 0 && size <= VALUE_MAX)
        memcpy(value, encoded, size);
    else
        size = 0;
    OPENSSL_free(encoded);
    EVP_PKEY_free(key);
    return size;
}

static size_t make_x25519(uint8_t *value) {
    return make_point("X25519", NULL, value);
}

static size_t make_p256(uint8_t *value) {
    return make_point("EC", "P-256", value);
}

/* e = g^x mod p, as an mpint: RFC 4253 8, RFC 3526. */
static size_t make_power(BIGNUM *prime, uint8_t *value) {
    BN_CTX *scratch = BN_CTX_new();
    BIGNUM *x = BN_new(), *e = BN_new(), *two = BN_new();
    size_t size = 0;
    if (prime != NULL && scratch != NULL && x != NULL && e != NULL && two != NULL &&
        BN_set_word(two, 2) == 1 && BN_rand(x, EXPONENT_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
        BN_mod_exp(e, two, x, prime, scratch) == 1) {
        size_t zero = BN_num_bits(e) % 8 == 0 ? 1 : 0;
        value[0] = 0;
        size = zero + (size_t)BN_bn2bin(e, value + zero);
    }
    BN_clear_free(x);
    BN_free(e);
    BN_free(two);
    BN_free(prime);
    BN_CTX_free(scratch);
    return size;
}

static size_t make_group14(uint8_t *value) {
    return make_power(BN_get_rfc3526_prime_2048(NULL), value);
}

static size_t make_group16(uint8_t *value) {
    return make_power(BN_get_rfc3526_prime_4096(NULL), value);
}

static const struct method {
    const char *name;
    size_t (*make)(uint8_t *value); /* 0: our library cannot */
} methods[] = {{"curve25519-sha256", make_x25519},
               {"curve25519-sha256@libssh.org", make_x25519},
               {"ecdh-sha2-nistp256", make_p256},
               {"diffie-hellman-group14-sha256", make_group14},
               {"diffie-hellman-group14-sha1", make_group14},
               {"diffie-hellman-group16-sha512", make_group16}};
enum { METHODS = sizeof methods / sizeof *methods };

/* ---- the talk ---- */

struct ssh_talk {
    struct world *world;
    struct conn *conn;
    struct ssh_exchange *exchange;
    struct ssh_reader *reader;
    uint64_t started_ns;
    bool got_banner, got_bytes, got_kexinit, over;
    done_fn done;
    void *context;
};

static void over(struct ssh_talk *talk, enum ssh_state state, const char *error) {
    if (talk->over)
        return;
    talk->over = true;
    talk->exchange->state = state;
    if (error != NULL && talk->exchange->error == NULL)
        talk->exchange->error = arena_text(talk->world->arena, error);
    talk->exchange->ms = world_ms_since(talk->world, talk->started_ns);
    talk->done(talk->context);
}

static void send_packet(struct ssh_talk *talk, struct packet packet) {
    conn_write(talk->conn, packet.bytes, packet.size);
}

/* False, with the reason in the exchange: then KEXINIT is all we get. */
static bool ask_for_key(struct ssh_talk *talk) {
    const char *ours[METHODS];
    uint8_t value[VALUE_MAX], cookie[COOKIE_SIZE];
    struct arena *arena = talk->world->arena;
    size_t size = 0;
    for (size_t i = 0; i < METHODS; i++)
        ours[i] = methods[i].name;
    const char *name = ssh_kex_choose(talk->exchange, ours, METHODS);
    for (size_t i = 0; i < METHODS && name != NULL; i++)
        if (methods[i].name == name)
            size = methods[i].make(value);
    if (size == 0 || RAND_bytes(cookie, sizeof cookie) != 1) {
        talk->exchange->error =
            arena_text(arena, name == NULL ? "host key not read: no key exchange method in common"
                                           : "host key not read: our library refused");
        return false;
    }
    ssh_want_host_key(talk->reader);
    send_packet(talk, ssh_kexinit_write(arena, ssh_kexinit_of(talk->reader), name, cookie));
    send_packet(talk, ssh_kex_init_write(arena, value, size));
    return true;
}

static void on_bytes(struct ssh_talk *talk, const uint8_t *bytes, size_t size) {
    talk->got_bytes = true;
    switch (ssh_feed(talk->reader, bytes, size)) {
    case SSH_EVENT_MORE:
        break;
    case SSH_EVENT_BANNER: /* KEXINIT may have come in the same bytes */
        talk->got_banner = true;
        on_bytes(talk, NULL, 0);
        break;
    case SSH_EVENT_KEXINIT:
        talk->got_kexinit = true;
        if (!ask_for_key(talk))
            over(talk, SSH_READY, NULL);
        break;
    case SSH_EVENT_HOST_KEY:
        send_packet(talk, ssh_disconnect_write(talk->world->arena));
        over(talk, SSH_READY, NULL);
        break;
    case SSH_EVENT_NOT_SSH:
        over(talk, SSH_NOT_SSH, "the first bytes are no SSH identification");
        break;
    case SSH_EVENT_BROKEN:
        over(talk,
             talk->got_kexinit  ? SSH_READY
             : talk->got_banner ? SSH_NO_KEXINIT
                                : SSH_NOT_SSH,
             "what followed breaks the rules of SSH");
        break;
    }
}

static void on_conn(void *context, enum conn_event event, const uint8_t *bytes, size_t size) {
    struct ssh_talk *talk = context;
    if (talk->over)
        return;
    if (event == CONN_BYTES)
        on_bytes(talk, bytes, size);
    else if (event == CONN_TIMEOUT && talk->world->stopping && !talk->got_kexinit)
        over(talk, SSH_NOT_TRIED, world_over);
    else if (talk->got_kexinit)
        over(talk, SSH_READY,
             event == CONN_TIMEOUT ? "host key not read: no answer to our key exchange"
                                   : "host key not read: closed during the key exchange");
    else if (talk->got_banner)
        over(talk, SSH_NO_KEXINIT,
             event == CONN_TIMEOUT ? "no KEXINIT after the banner" : "closed after the banner");
    else if (event == CONN_TIMEOUT)
        over(talk, SSH_NO_BANNER,
             talk->got_bytes ? "no whole identification line" : "connected, then silence");
    else
        over(talk, SSH_CLOSED, event == CONN_RESET ? "reset before a banner" : "closed before a banner");
}

void ssh_try(struct world *world, struct conn *conn, struct ssh_exchange *exchange, done_fn done,
             void *context) {
    struct ssh_talk *talk = ARENA_NEW(world->arena, struct ssh_talk);
    *talk = (struct ssh_talk){
        .world = world, .conn = conn, .exchange = exchange, .done = done, .context = context};
    talk->reader = ssh_reader_new(world->arena, exchange);
    talk->started_ns = uv_hrtime();
    conn_hand_over(conn, on_conn, talk);
    conn_write(conn, ssh_banner_text, strlen(ssh_banner_text)); /* both sides speak at once, RFC 4253 4.2 */
    conn_deadline(conn, world->options->timeout_ms);
}
