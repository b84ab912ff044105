/* Does an SSH host key reach the facts, and do our own packets have the form that RFC 4253 wants? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "wire/ssh.h"
#include "tests/unit/cert_maker.h"

static struct arena *arena;

static int arena_open(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int arena_close(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- bytes ---- */

struct bytes {
    uint8_t p[4096];
    size_t n;
};

static void put(struct bytes *to, const void *bytes, size_t size) {
    assert_true(to->n + size <= sizeof to->p);
    if (size > 0)
        memcpy(to->p + to->n, bytes, size);
    to->n += size;
}

static void put_number(struct bytes *to, size_t number) {
    const uint8_t b[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                          (uint8_t)number};
    put(to, b, sizeof b);
}

static void put_string(struct bytes *to, const void *bytes, size_t size) {
    put_number(to, size);
    put(to, bytes, size);
}

static void put_text(struct bytes *to, const char *text) {
    put_string(to, text, strlen(text));
}

/* A server's packet with this message in it. */
static void put_packet(struct bytes *to, uint8_t number, const struct bytes *payload) {
    static const uint8_t zeros[16];
    size_t padding = 8 - (6 + payload->n) % 8;
    padding += padding < 4 ? 8 : 0;
    put_number(to, 2 + payload->n + padding);
    put(to, &(uint8_t){(uint8_t)padding}, 1);
    put(to, &number, 1);
    put(to, payload->p, payload->n);
    put(to, zeros, padding);
}

static void put_kexinit(struct bytes *to, const char *kex, const char *host_keys) {
    static const uint8_t cookie[16];
    struct bytes payload = {.n = 0};
    const char *lists[] = {
        kex, host_keys, "aes256-ctr", "aes128-ctr", "hmac-sha2-256", "hmac-sha2-512", "none", "none", "", ""};
    put(&payload, cookie, sizeof cookie);
    for (size_t i = 0; i < 10; i++)
        put_text(&payload, lists[i]);
    put(&payload, cookie, 5);
    put_packet(to, 20, &payload);
}

static void put_reply(struct bytes *to, const struct bytes *blob) {
    struct bytes payload = {.n = 0};
    put_string(&payload, blob->p, blob->n);
    put_text(&payload, "f");
    put_text(&payload, "signature");
    put_packet(to, 31, &payload);
}

static struct ssh_reader *reader_after(struct ssh_exchange *exchange, const char *kex,
                                       const char *host_keys) {
    struct bytes hello = {.n = 0};
    put(&hello, "SSH-2.0-x\r\n", 11);
    put_kexinit(&hello, kex, host_keys);
    struct ssh_reader *reader = ssh_reader_new(arena, exchange);
    assert_int_equal(ssh_feed(reader, hello.p, hello.n), SSH_EVENT_BANNER);
    assert_int_equal(ssh_feed(reader, NULL, 0), SSH_EVENT_KEXINIT);
    return reader;
}

/* ---- what we say ---- */

static void chooses_by_the_servers_order(void **state) {
    (void)state;
    static const char *const ours[] = {"curve25519-sha256", "ecdh-sha2-nistp256"};
    struct ssh_exchange exchange = {0};
    assert_null(ssh_kex_choose(&exchange, ours, 2));
    texts_add(arena, &exchange.kex_algorithms, "sntrup761x25519-sha512@openssh.com");
    assert_null(ssh_kex_choose(&exchange, ours, 2));
    texts_add(arena, &exchange.kex_algorithms, "ecdh-sha2-nistp256");
    texts_add(arena, &exchange.kex_algorithms, "curve25519-sha256");
    assert_ptr_equal(ssh_kex_choose(&exchange, ours, 2), ours[1]);
}

/* Our KEXINIT, read back by the reader of servers' ones. */
static void our_kexinit_agrees_with_the_servers(void **state) {
    (void)state;
    struct ssh_exchange theirs = {0}, ours = {0};
    uint8_t cookie[16] = "0123456789abcdef";
    struct ssh_reader *reader = reader_after(&theirs, "a,b",
                                             "ssh-rsa-cert-v01@openssh.com,ssh-ed25519,x509v3-ssh-rsa,"
                                             "sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512");
    struct packet packet = ssh_kexinit_write(arena, ssh_kexinit_of(reader), "b", cookie);
    assert_int_equal(packet.size % 8, 0);
    struct ssh_reader *mirror = ssh_reader_new(arena, &ours);
    ssh_feed(mirror, (const uint8_t *)"SSH-2.0-y\n", 10);
    assert_int_equal(ssh_feed(mirror, packet.bytes, packet.size), SSH_EVENT_KEXINIT);
    assert_int_equal(ours.kex_algorithms.n, 1);
    assert_string_equal(ours.kex_algorithms.v[0], "b");
    const char *order[] = {"x509v3-ssh-rsa", "ssh-ed25519", "sk-ecdsa-sha2-nistp256@openssh.com",
                           "rsa-sha2-512", "ssh-rsa-cert-v01@openssh.com"};
    assert_int_equal(ours.host_key_algorithms.n, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(ours.host_key_algorithms.v[i], order[i]);
    assert_string_equal(ours.ciphers.v[0], "aes256-ctr");
}

static void other_packets_have_the_form(void **state) {
    (void)state;
    static const uint8_t value[32] = {1, 2, 3};
    struct packet init = ssh_kex_init_write(arena, value, sizeof value), bye = ssh_disconnect_write(arena);
    assert_int_equal(init.size % 8, 0);
    assert_int_equal(init.bytes[5], 30);
    assert_int_equal(init.bytes[9], 32); /* the length of the value, then the value */
    assert_memory_equal(init.bytes + 10, value, sizeof value);
    assert_int_equal(bye.size % 8, 0);
    assert_int_equal(bye.bytes[5], 1);
    assert_int_equal(bye.bytes[9], 11);
    assert_true(bye.bytes[4] >= 4 && init.bytes[4] >= 4);
}

/* ---- what the server says ---- */

static void reads_the_host_key(void **state) {
    (void)state;
    struct ssh_exchange exchange = {0};
    struct ssh_reader *reader = reader_after(&exchange, "a", "ssh-ed25519");
    struct bytes blob = {.n = 0}, reply = {.n = 0};
    put_text(&blob, "ssh-ed25519");
    put_string(&blob, "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", 32);
    put_packet(&reply, 2, &(struct bytes){.n = 0}); /* ignore */
    put_reply(&reply, &blob);
    assert_int_equal(ssh_feed(reader, reply.p, reply.n), SSH_EVENT_MORE); /* nobody asked yet */
    exchange = (struct ssh_exchange){0};
    reader = reader_after(&exchange, "a", "ssh-ed25519");
    ssh_want_host_key(reader);
    for (size_t i = 0; i + 1 < reply.n; i++)
        assert_int_equal(ssh_feed(reader, reply.p + i, 1), SSH_EVENT_MORE);
    assert_int_equal(ssh_feed(reader, reply.p + reply.n - 1, 1), SSH_EVENT_HOST_KEY);
    assert_string_equal(exchange.host_key_type, "ssh-ed25519");
    /* printf of the blob | sha256sum, and ssh-keygen -l of it */
    assert_string_equal(exchange.host_key_sha256,
                        "b00ad5c936c394fd81cae44d339f577ff8b039499dcbaf6cc72972365de25104");
    assert_string_equal(exchange.host_key_fingerprint, "SHA256:sArVyTbDlP2ByuRNM59Xf/iwOUmdy69sxylyNl3iUQQ");
    assert_int_equal(exchange.host_certificates.n, 0);
}

static struct bytes blob_of(int form, size_t certificates) {
    struct bytes blob = {.n = 0};
    if (form < 3)
        put_text(&blob, form == 0 ? "x509v3-ssh-rsa" : "x509v3-sign-rsa");
    if (form == 0)
        put_number(&blob, certificates);
    for (size_t i = 0; i < certificates; i++) {
        struct made made =
            cert_make(arena, &(struct recipe){.subject = arena_printf(arena, "CN=host%zu", i)});
        if (form < 2)
            put_string(&blob, made.der, made.size);
        else
            put(&blob, made.der, made.size);
    }
    if (form == 0)
        put_number(&blob, 0); /* OCSP answers */
    return blob;
}

static void reads_certificates_of_host_keys(void **state) {
    (void)state;
    static const struct {
        int form;
        size_t certificates;
        const char *type;
    } rows[] = {{0, 1, "x509v3-ssh-rsa"},  {0, 3, "x509v3-ssh-rsa"}, {1, 1, "x509v3-sign-rsa"},
                {2, 1, "x509v3-sign-rsa"}, {3, 1, "x509v3-sign"},    {0, 0, "x509v3-ssh-rsa"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ssh_exchange exchange = {0};
        struct bytes blob = blob_of(rows[i].form, rows[i].certificates);
        assert_true(ssh_host_key_read(arena, arena_dup(arena, blob.p, blob.n), blob.n, &exchange));
        assert_string_equal(exchange.host_key_type, rows[i].type);
        assert_int_equal(exchange.host_certificates.n, rows[i].certificates);
        if (rows[i].certificates > 0)
            assert_string_equal(exchange.host_certificates.v[0]->common_name, "host0");
    }
}

static void names_what_breaks_the_reply(void **state) {
    (void)state;
    struct bytes empty = {.n = 0}, garbage = {.n = 0};
    put(&garbage, "\xff\xff\xff\xffgarbage", 11);
    const struct {
        uint8_t number;
        const struct bytes *payload;
        const char *error;
    } rows[] = {{31, &empty, "the key exchange reply holds no host key"},
                {31, &garbage, "the key exchange reply holds no host key"},
                {20, &empty, "a second KEXINIT"},
                {21, &empty, "message 21 where the key exchange reply should come"},
                {1, &empty, "the server disconnected"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ssh_exchange exchange = {0};
        struct bytes reply = {.n = 0};
        struct ssh_reader *reader = reader_after(&exchange, "a", "b");
        ssh_want_host_key(reader);
        put_packet(&reply, rows[i].number, rows[i].payload);
        assert_int_equal(ssh_feed(reader, reply.p, reply.n), SSH_EVENT_BROKEN);
        assert_string_equal(exchange.error, rows[i].error);
        assert_null(exchange.host_key_type);
    }
    struct ssh_exchange exchange = {0};
    struct ssh_reader *reader = reader_after(&exchange, "a", "b");
    ssh_want_host_key(reader);
    assert_int_equal(ssh_feed(reader, (const uint8_t *)"no packet", 9), SSH_EVENT_BROKEN);
    struct bytes blob = {.n = 0};
    put_text(&blob, "");
    assert_false(ssh_host_key_read(arena, blob.p, blob.n, &exchange));
    assert_false(ssh_host_key_read(arena, blob.p, 0, &exchange));
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(chooses_by_the_servers_order),    TEST(our_kexinit_agrees_with_the_servers),
        TEST(other_packets_have_the_form),     TEST(reads_the_host_key),
        TEST(reads_certificates_of_host_keys), TEST(names_what_breaks_the_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
