/* Does the SSH reader find identification and KEXINIT, in whatever pieces they come, and nothing in other
 * bytes? */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/plaintext.h"
#include "wire/ssh.h"

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

struct bytes {
    uint8_t *p;
    size_t n;
};

static struct bytes joined(struct bytes a, struct bytes b) {
    struct bytes all = {arena_alloc(arena, a.n + b.n + 1), a.n + b.n};
    memcpy(all.p, a.p, a.n);
    memcpy(all.p + a.n, b.p, b.n);
    return all;
}

static struct bytes of_text(const char *text) {
    return (struct bytes){arena_dup(arena, text, strlen(text)), strlen(text)};
}

static struct bytes of_number(uint32_t number) {
    const uint8_t b[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                          (uint8_t)number};
    return (struct bytes){arena_dup(arena, b, 4), 4};
}

static struct bytes of_string(const char *text) {
    return joined(of_number((uint32_t)strlen(text)), of_text(text));
}

/* RFC 4253 6, padded to eight. */
static struct bytes packet(uint8_t number, struct bytes payload) {
    size_t padding = 8 - (4 + 1 + 1 + payload.n) % 8;
    if (padding < 4)
        padding += 8;
    const uint8_t head[2] = {(uint8_t)padding, number};
    struct bytes all = joined(of_number((uint32_t)(2 + payload.n + padding)),
                              joined((struct bytes){arena_dup(arena, head, 2), 2}, payload));
    return joined(all, (struct bytes){arena_alloc(arena, padding), padding});
}

static struct bytes kexinit_payload(const char *kex, const char *host_key, const char *cipher) {
    struct bytes all = {arena_alloc(arena, 16), 16};
    const char *lists[] = {kex,    host_key, cipher, "aes256-ctr", "hmac-sha2-256", "hmac-sha2-256", "none",
                           "none", "",       ""};
    for (size_t i = 0; i < 10; i++)
        all = joined(all, of_string(lists[i]));
    return joined(all, (struct bytes){arena_alloc(arena, 5), 5});
}

static struct bytes kexinit(void) {
    return packet(20, kexinit_payload("curve25519-sha256,ecdh-sha2-nistp256", "x509v3-sign-rsa,ssh-rsa",
                                      "aes128-gcm@openssh.com,aes128-ctr"));
}

struct heard {
    enum ssh_event last;
    bool banner; /* SSH_EVENT_BANNER came on the way */
    struct ssh_exchange *exchange;
};

static struct heard hear(struct bytes bytes, size_t piece) {
    struct heard heard = {SSH_EVENT_MORE, false, ARENA_NEW(arena, struct ssh_exchange)};
    struct ssh_reader *reader = ssh_reader_new(arena, heard.exchange);
    size_t step = piece == 0 ? bytes.n : piece;
    for (size_t at = 0; at < bytes.n; at += step) {
        size_t size = bytes.n - at < step ? bytes.n - at : step;
        heard.last = ssh_feed(reader, arena_dup(arena, bytes.p + at, size), size);
        if (heard.last == SSH_EVENT_BANNER) {
            heard.banner = true;
            heard.last = ssh_feed(reader, NULL, 0);
        }
        if (heard.last != SSH_EVENT_MORE)
            break;
    }
    return heard;
}

static void check(struct bytes bytes, enum ssh_event want, const char *banner, const char *error) {
    for (size_t piece = 0; piece < 10; piece++) {
        struct heard heard = hear(bytes, piece);
        assert_int_equal(heard.last, want);
        if (banner == NULL)
            assert_null(heard.exchange->banner);
        else if (want != SSH_EVENT_NOT_SSH || piece == 0) /* else as much as had come */
            assert_string_equal(heard.exchange->banner, banner);
        if (error == NULL)
            assert_null(heard.exchange->error);
        else
            assert_string_equal(heard.exchange->error, error);
    }
}

#define IDENT "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
#define BANNER "SSH-2.0-OpenSSH_9.2p1 Debian-2"

static void reads_identification_and_kexinit(void **state) {
    (void)state;
    struct bytes all = joined(of_text(IDENT), kexinit());
    check(all, SSH_EVENT_KEXINIT, BANNER, NULL);
    const struct ssh_exchange *e = hear(all, 0).exchange;
    assert_int_equal(e->kex_algorithms.n, 2);
    assert_string_equal(e->kex_algorithms.v[1], "ecdh-sha2-nistp256");
    assert_int_equal(e->host_key_algorithms.n, 2);
    assert_string_equal(e->host_key_algorithms.v[0], "x509v3-sign-rsa");
    assert_int_equal(e->ciphers.n, 2);
    assert_string_equal(e->ciphers.v[0], "aes128-gcm@openssh.com");
}

static void takes_what_may_come_before(void **state) {
    (void)state;
    check(joined(of_text("Authorised use only\r\n\r\nSecond line\n" IDENT), kexinit()), SSH_EVENT_KEXINIT,
          BANNER, NULL);
    check(joined(of_text("SSH-1.99-x\n"), kexinit()), SSH_EVENT_KEXINIT, "SSH-1.99-x", NULL);
    struct bytes noise = joined(packet(2, of_string("ignored")), packet(4, of_string("debug")));
    check(joined(of_text(IDENT), joined(noise, kexinit())), SSH_EVENT_KEXINIT, BANNER, NULL);
    check(of_text("Authorised"), SSH_EVENT_MORE, NULL, NULL);
    check(of_text(IDENT), SSH_EVENT_MORE, BANNER, NULL);
    check(of_text("SSH-2.0-x"), SSH_EVENT_MORE, NULL, NULL);
}

static void says_what_is_not_ssh(void **state) {
    (void)state;
    static const struct {
        const char *text, *banner, *error;
    } rows[] = {
        {"HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400 Bad Request\\x0d\\x0a", "another protocol: http"},
        {"220 mail.example.com ESMTP\r\n", "220 mail.example.com ESMTP\\x0d\\x0a", "another protocol: smtp"},
        {"<?xml version='1.0'?>", "<?xml version='1.0'?>", "another protocol: xmpp"},
        {"\x15\x03\x01", "\\x15\\x03\\x01", "a TLS record"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(of_text(rows[i].text), SSH_EVENT_NOT_SSH, rows[i].banner, rows[i].error);
    struct bytes nul = {arena_dup(arena, "ab\0", 3), 3};
    check(nul, SSH_EVENT_NOT_SSH, "ab\\x00", "a NUL byte before the identification");
    struct bytes line = {arena_alloc(arena, 2000), 2000};
    memset(line.p, 'a', line.n);
    assert_int_equal(hear(line, 7).last, SSH_EVENT_NOT_SSH);
    memcpy(line.p, "SSH-2.0-", 8);
    assert_int_equal(hear((struct bytes){line.p, 300}, 7).last, SSH_EVENT_NOT_SSH);
    for (size_t i = 1; i < line.n; i += 2)
        line.p[i] = '\n';
    assert_int_equal(hear(line, 7).last, SSH_EVENT_NOT_SSH);
}

static void names_what_breaks_kexinit(void **state) {
    (void)state;
    struct bytes ident = of_text(IDENT), payload = kexinit_payload("a", "b", "c");
    struct bytes disconnect = joined(of_number(2), joined(of_string("too many\n"), of_string("")));
    const struct {
        struct bytes bytes;
        const char *error;
    } rows[] = {
        {of_text("garbage, which is no packet"), "no SSH packet behind the identification"},
        {of_number(35004), "no SSH packet behind the identification"},
        {of_number(13), "no SSH packet behind the identification"},
        {of_number(4), "no SSH packet behind the identification"},
        {joined(of_number(12), of_text("\x03xxxxxxxxxxx")), "an SSH packet without a message"},
        {joined(of_number(12), of_text("\x0bxxxxxxxxxxx")), "an SSH packet without a message"},
        {packet(20, of_text("short")), "KEXINIT is cut short"},
        {packet(20, (struct bytes){payload.p, payload.n - 5}), "KEXINIT is cut short"},
        {packet(20, (struct bytes){payload.p, 30}), "KEXINIT is cut short"},
        {packet(20, kexinit_payload("", "b", "c")), "KEXINIT names no algorithm where one must be"},
        {packet(20, kexinit_payload("a", ",,", "c")), "KEXINIT names no algorithm where one must be"},
        {packet(21, of_text("")), "message 21 where KEXINIT should come"},
        {packet(1, disconnect), "the server disconnected: reason 2, too many\\x0a"},
        {packet(1, of_text("")), "the server disconnected"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(joined(ident, rows[i].bytes), SSH_EVENT_BROKEN, BANNER, rows[i].error);
    check(of_text("SSH-1.5-old\r\n"), SSH_EVENT_BROKEN, "SSH-1.5-old",
          "the server speaks another SSH protocol version than 2.0");
    struct bytes endless = ident;
    for (int i = 0; i < 3; i++)
        endless = joined(endless, packet(2, (struct bytes){arena_alloc(arena, 30000), 30000}));
    assert_int_equal(hear(endless, 9000).last, SSH_EVENT_BROKEN);
}

static void keeps_names_harmless_and_few(void **state) {
    (void)state;
    char *many = arena_alloc(arena, 2000), *to = many;
    for (int i = 0; i < 600; i++)
        to += sprintf(to, "a,");
    const struct ssh_exchange *e =
        hear(joined(of_text(IDENT), packet(20, kexinit_payload(many, "\x1b[31m", "c"))), 0).exchange;
    assert_int_equal(e->kex_algorithms.n, 256);
    assert_string_equal(e->host_key_algorithms.v[0], "\\x1b[31m");
}

static void our_banner_is_one(void **state) {
    (void)state;
    check(of_text(ssh_banner_text), SSH_EVENT_MORE, "SSH-2.0-edgeprobe", NULL);
}

static void knows_plaintext_from_tls(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *want;
    } rows[] = {{"HTTP/1.0 400", 12, "http"},   {"\r\n<html>", 8, "http"},
                {"SSH-2.0-x", 9, "ssh"},        {"SIP/2.0 400", 11, "sip"},
                {"<stream:stream", 14, "xmpp"}, {"<?xml", 5, "xmpp"},
                {"220 x", 5, "smtp"},           {"+OK POP3", 8, "other"},
                {"\x00\x00\x00", 3, "other"},   {"\x16\x03\x03", 3, NULL},
                {"\x15\x03\x01", 3, NULL},      {"\x16", 1, NULL},
                {"\x16\x02\x00", 3, "other"},   {"\x16\x03\x09", 3, "other"},
                {"\x80\x2e\x01", 3, "other"},   {"", 0, NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = not_tls(arena_dup(arena, rows[i].bytes, rows[i].size), rows[i].size);
        assert_true(text_same_case_blind(got, rows[i].want));
    }
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
    const struct CMUnitTest tests[] = {
        TEST(reads_identification_and_kexinit),
        TEST(takes_what_may_come_before),
        TEST(says_what_is_not_ssh),
        TEST(names_what_breaks_kexinit),
        TEST(keeps_names_harmless_and_few),
        TEST(our_banner_is_one),
        TEST(knows_plaintext_from_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
