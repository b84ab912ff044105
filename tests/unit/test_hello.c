/* Is what we offer what a server reads, and what it answers what we read? ClientHellos of our own bytes
 * against our reader and against OpenSSL's server; flights made by hand for what no library sends any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

#include "facts/groups.h"
#include "facts/suites.h"
#include "wire/flight.h"
#include "wire/hello_write.h"
#include "wire/cert.h"
#include "tests/unit/cert_maker.h"

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

#define NUMBERS(...)                                                                                         \
    (struct numbers) {                                                                                       \
        (int[]){__VA_ARGS__}, sizeof((int[]){__VA_ARGS__}) / sizeof(int)                                     \
    }

static struct cert *read_cert(void *context, const uint8_t *der, size_t size, char **error) {
    return cert_read(context, der, size, error);
}

/* ---- what is written ---- */

static void test_written(void **state) {
    (void)state;
    struct hello_form form = {.version = TLS13,
                              .suites = NUMBERS(0x1302, 0x1301),
                              .groups = NUMBERS(29, 23),
                              .signatures = NUMBERS(0x0403, 0x0804),
                              .sni = "expe1.example.com",
                              .alpn = "http/1.1"};
    struct client_offer offer;
    size_t size;
    const uint8_t *hello = hello_write(arena, &form, &size);
    assert_true(client_hello_read(arena, hello + 9, size - 9, &offer));
    assert_string_equal(offer.sni, "expe1.example.com");
    assert_int_equal(offer.versions.n, 1);
    assert_string_equal(offer.versions.v[0], "TLSv1.3");
    assert_int_equal(offer.suites.n, 2);
    assert_string_equal(offer.suites.v[0], "TLS_AES_256_GCM_SHA384");
    assert_int_equal(offer.groups.n, 2);
    assert_string_equal(offer.groups.v[0], "X25519");
    assert_string_equal(offer.signature_algorithms.v[1], "rsa_pss_rsae_sha256");
    assert_string_equal(offer.alpn.v[0], "http/1.1");
}

static void test_versions_on_the_wire(void **state) {
    (void)state;
    static const struct {
        int version, record, hello;
        bool has_extensions;
    } rows[] = {{SSL3, 0x0300, 0x0300, false},
                {TLS10, 0x0301, 0x0301, true},
                {TLS11, 0x0301, 0x0302, true},
                {TLS12, 0x0301, 0x0303, true},
                {TLS13, 0x0301, 0x0303, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hello_form form = {
            .version = rows[i].version, .suites = NUMBERS(0x002f), .groups = NUMBERS(23)};
        size_t size;
        const uint8_t *hello = hello_write(arena, &form, &size);
        size_t body = 9 + 2 + 32 + 1;
        size_t suites_size = (size_t)hello[body] << 8 | hello[body + 1];
        assert_int_equal(hello[1] << 8 | hello[2], rows[i].record);
        assert_int_equal(hello[9] << 8 | hello[10], rows[i].hello);
        assert_int_equal(size, 5 + ((size_t)hello[3] << 8 | hello[4]));
        assert_int_equal(size > body + 2 + suites_size + 2, rows[i].has_extensions);
        /* TLS_EMPTY_RENEGOTIATION_INFO_SCSV where there is something to renegotiate */
        assert_int_equal(suites_size, rows[i].version == TLS13 ? 2 : 4);
    }
}

/* Hellos of 256 to 511 bytes make some load balancers hang (RFC 7685 4). */
static void test_padding(void **state) {
    (void)state;
    int many[300];
    for (int i = 0; i < 300; i++)
        many[i] = suites[i].id;
    for (size_t n = 1; n <= 300; n++) {
        struct hello_form form = {.version = TLS12, .suites = {many, n}, .groups = NUMBERS(29)};
        size_t size;
        const uint8_t *hello = hello_write(arena, &form, &size);
        size_t message = ((size_t)hello[6] << 16 | (size_t)hello[7] << 8 | hello[8]) + 4;
        assert_true(message < 256 || message >= 512);
    }
}

/* ---- OpenSSL's server reads it, we read its answer ---- */

static const struct live {
    const char *name;
    int version;
    struct numbers suites, groups, signatures;
    bool key_shares;
    bool rsa; /* the server's certificate; else P-256 */
    enum flight_state state;
    int suite, group, signature, alert;
    bool is_retry;
} lives[] = {
    /* clang-format off */
    {"TLS 1.2, ECDHE", TLS12, {(int[]){0xc02f, 0xc030}, 2}, {(int[]){24, 23}, 2}, {(int[]){0x0501, 0x0401}, 2}, false, true,
     FLIGHT_WHOLE, 0xc02f, 24, 0x0501, -1, false},
    {"TLS 1.2, another group", TLS12, {(int[]){0xc02f}, 1}, {(int[]){29}, 1}, {(int[]){0x0804}, 1}, false, true,
     FLIGHT_WHOLE, 0xc02f, 29, 0x0804, -1, false},
    {"TLS 1.2, ECDSA", TLS12, {(int[]){0xc02b}, 1}, {(int[]){23}, 1}, {(int[]){0x0403}, 1}, false, false,
     FLIGHT_WHOLE, 0xc02b, 23, 0x0403, -1, false},
    {"TLS 1.2, static RSA", TLS12, {(int[]){0x009c}, 1}, {NULL, 0}, {(int[]){0x0401}, 1}, false, true,
     FLIGHT_WHOLE, 0x009c, 0, 0, -1, false},
    {"TLS 1.2, nothing in common", TLS12, {(int[]){0x0005}, 1}, {NULL, 0}, {(int[]){0x0401}, 1}, false, true,
     FLIGHT_ALERT, -1, 0, 0, 40, false},
    {"TLS 1.2, no group in common", TLS12, {(int[]){0xc02f}, 1}, {(int[]){26}, 1}, {(int[]){0x0401}, 1}, false, true,
     FLIGHT_ALERT, -1, 0, 0, 40, false},
    {"TLS 1.0", TLS10, {(int[]){0x002f}, 1}, {NULL, 0}, {NULL, 0}, false, true,
     FLIGHT_ALERT, -1, 0, 0, 70, false},
    {"TLS 1.3, retry", TLS13, {(int[]){0x1303, 0x1301}, 2}, {(int[]){24}, 1}, {(int[]){0x0804}, 1}, false, true,
     FLIGHT_WHOLE, 0x1303, 24, 0, -1, true},
    {"TLS 1.3, with a key", TLS13, {(int[]){0x1301}, 1}, {(int[]){29}, 1}, {(int[]){0x0804}, 1}, true, true,
     FLIGHT_WHOLE, 0x1301, 29, 0, -1, false},
    {"TLS 1.3, with a key of P-256", TLS13, {(int[]){0x1301}, 1}, {(int[]){23}, 1}, {(int[]){0x0804}, 1}, true, true,
     FLIGHT_WHOLE, 0x1301, 23, 0, -1, false},
    {"TLS 1.3, no suite", TLS13, {(int[]){0x1305}, 1}, {(int[]){29}, 1}, {(int[]){0x0804}, 1}, false, true,
     FLIGHT_ALERT, -1, 0, 0, 40, false},
    /* clang-format on */
};

static SSL *server_make(SSL_CTX *context, EVP_PKEY *key) {
    struct made made = cert_make(arena, &(struct recipe){.subject = "CN=test", .key = key});
    const uint8_t *der = made.der;
    X509 *cert = d2i_X509(NULL, &der, (long)made.size);
    assert_non_null(cert);
    assert_int_equal(SSL_CTX_use_certificate(context, cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
    X509_free(cert);
    SSL *ssl = SSL_new(context);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    return ssl;
}

static void try_live(const struct live *row, size_t chunk, EVP_PKEY *key) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL *ssl = server_make(context, key);
    struct hello_form form = {.version = row->version,
                              .suites = row->suites,
                              .groups = row->groups,
                              .signatures = row->signatures,
                              .key_shares = row->key_shares};
    size_t size;
    memset(form.random, 7, sizeof form.random);
    const uint8_t *hello = hello_write(arena, &form, &size);
    BIO_write(SSL_get_rbio(ssl), hello, (int)size);
    SSL_accept(ssl);
    ERR_clear_error();
    uint8_t *bytes;
    long n = BIO_get_mem_data(SSL_get_wbio(ssl), &bytes);
    struct flight_reader *reader = flight_reader_new(arena, read_cert, arena);
    enum flight_state state = FLIGHT_MORE;
    for (long at = 0; at < n && state == FLIGHT_MORE; at += (long)chunk)
        state = flight_feed(reader, bytes + at, (size_t)(n - at) < chunk ? (size_t)(n - at) : chunk);
    const struct flight *flight = flight_of(reader);
    assert_int_equal(state, row->state);
    assert_int_equal(flight->alert, row->alert);
    assert_int_equal(flight->seen.suite, row->suite);
    assert_int_equal(flight->seen.group, row->group);
    assert_int_equal(flight->seen.signature, row->signature);
    assert_int_equal(flight->seen.is_retry, row->is_retry);
    if (row->state == FLIGHT_WHOLE && row->version == TLS12) {
        assert_true(flight->seen.is_secure_renegotiation);
        assert_int_equal(flight->attempt.chain.n, 1);
        assert_int_equal(flight->attempt.chain.v[0]->key_type, row->rsa ? KEY_RSA : KEY_EC);
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
}

static void test_live(void **state) {
    (void)state;
    EVP_PKEY *keys[] = {key_make("EC", "P-256"), key_make("RSA", "2048")};
    for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
        try_live(&lives[i], 1, keys[lives[i].rsa]);
        try_live(&lives[i], 100000, keys[lives[i].rsa]);
    }
    EVP_PKEY_free(keys[0]);
    EVP_PKEY_free(keys[1]);
}

/* ---- flights made by hand ---- */

struct bytes {
    uint8_t v[4096];
    size_t n;
};

static void put(struct bytes *b, const char *hex) {
    unsigned value;
    for (; *hex != '\0'; hex += 2) {
        assert_int_equal(sscanf(hex, "%2x", &value), 1);
        b->v[b->n++] = (uint8_t)value;
    }
}

static void put_zeros(struct bytes *b, size_t n) {
    memset(b->v + b->n, 0, n);
    b->n += n;
}

/* One handshake message as one record. */
static void put_message(struct bytes *b, int type, const struct bytes *body) {
    uint8_t head[9] = {22,
                       3,
                       3,
                       (uint8_t)((body->n + 4) >> 8),
                       (uint8_t)(body->n + 4),
                       (uint8_t)type,
                       0,
                       (uint8_t)(body->n >> 8),
                       (uint8_t)body->n};
    memcpy(b->v + b->n, head, sizeof head);
    memcpy(b->v + b->n + sizeof head, body->v, body->n);
    b->n += sizeof head + body->n;
}

static void put_hello(struct bytes *b, const char *version, const char *suite) {
    struct bytes body = {.n = 0};
    put(&body, version);
    put_zeros(&body, 32);
    put(&body, "00");
    put(&body, suite);
    put(&body, "00");
    put_message(b, HANDSHAKE_SERVER_HELLO, &body);
}

static void put_key_exchange(struct bytes *b, const char *before, size_t prime_bits, const char *after) {
    struct bytes body = {.n = 0};
    put(&body, before);
    if (prime_bits > 0) {
        char size[20];
        snprintf(size, sizeof size, "%04zx", prime_bits / 8);
        put(&body, size);
        body.v[body.n] = 0xc0;
        put_zeros(&body, prime_bits / 8);
        body.v[body.n - prime_bits / 8] = 0xc0;
    }
    put(&body, after);
    put_message(b, HANDSHAKE_SERVER_KEY_EXCHANGE, &body);
}

static const struct flight *read_all(const struct bytes *b, enum flight_state wanted) {
    struct flight_reader *reader = flight_reader_new(arena, read_cert, arena);
    assert_int_equal(flight_feed(reader, b->v, b->n), wanted);
    return flight_of(reader);
}

static void test_old_exchanges(void **state) {
    (void)state;
    struct bytes b = {.n = 0};
    put_hello(&b, "0300", "0018"); /* SSLv3, ADH-RC4-MD5: parameters without a signature */
    put_key_exchange(&b, "", 768, "0001020001ff");
    const struct flight *flight = read_all(&b, FLIGHT_WHOLE);
    assert_int_equal(flight->seen.version, SSL3);
    assert_int_equal(flight->seen.dh_bits, 768);
    assert_int_equal(flight->attempt.chain.n, 0);

    b.n = 0;
    put_hello(&b, "0301", "c018"); /* TLS 1.0, AECDH */
    put_key_exchange(&b,
                     "030017"
                     "04"
                     "01020304",
                     0, "");
    flight = read_all(&b, FLIGHT_WHOLE);
    assert_int_equal(flight->seen.group, 23);

    b.n = 0;
    put_hello(&b, "0303", "d001"); /* ECDHE-PSK with a hint in front */
    put_key_exchange(&b,
                     "0002"
                     "6869"
                     "03001d"
                     "02"
                     "0102",
                     0, "");
    flight = read_all(&b, FLIGHT_WHOLE);
    assert_int_equal(flight->seen.group, 29);
}

static const struct broken {
    const char *name, *hex;
    enum flight_state state;
    const char *fault; /* begins so; NULL: none */
} breaks[] = {
    {"silence", "", FLIGHT_MORE, NULL},
    {"half a header", "160303", FLIGHT_MORE, NULL},
    {"HTTP", "485454502f312e31203430302042", FLIGHT_BROKEN, "not a TLS record"},
    {"a warning does not end it", "15030300020170", FLIGHT_MORE, NULL},
    {"a farewell does", "15030300020100", FLIGHT_ALERT, NULL},
    {"a fatal alert", "1503030002022f", FLIGHT_ALERT, NULL},
    {"certificates before a ServerHello",
     "160303000a"
     "0b000006"
     "000003000000",
     FLIGHT_BROKEN, "handshake messages out"},
    {"a ServerHello cut short",
     "1603030008"
     "02000004"
     "03030000",
     FLIGHT_BROKEN, "a ServerHello that cannot"},
    {"a message larger than any",
     "1603030004"
     "02ffffff",
     FLIGHT_BROKEN, "a handshake message larger than is read"},
    {"a record larger than any", "160303ffff", FLIGHT_BROKEN, "a TLS record is longer"},
    {"encrypted at once", "17030300020000", FLIGHT_BROKEN, "encrypted records"},
    {"HelloRequest is passed over",
     "1603030004"
     "00000000",
     FLIGHT_MORE, NULL},
};

static void test_broken(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        struct bytes b = {.n = 0};
        put(&b, breaks[i].hex);
        const struct flight *flight = read_all(&b, breaks[i].state);
        if (breaks[i].fault == NULL)
            assert_null(flight->fault);
        else
            assert_int_equal(strncmp(flight->fault, breaks[i].fault, strlen(breaks[i].fault)), 0);
    }
    struct bytes twice = {.n = 0};
    put_hello(&twice, "0303", "c02f");
    put_hello(&twice, "0303", "c02f");
    assert_string_equal(read_all(&twice, FLIGHT_BROKEN)->fault, "handshake messages out of order");
}

/* EncryptedExtensions tell all groups of a server (RFC 8446 4.2.7). */
static void test_announced(void **state) {
    (void)state;
    struct bytes body = {.n = 0};
    struct tls_attempt attempt = {0};
    struct handshake seen = {
        .arena = arena, .attempt = &attempt, .cert = read_cert, .context = arena, .version = TLS13};
    put(&body, "000e"
               "000a000a"
               "0008"
               "001d"
               "0017"
               "0a0a"
               "1234");
    assert_true(handshake_read(&seen, HANDSHAKE_ENCRYPTED_EXTENSIONS, body.v, body.n));
    assert_int_equal(attempt.groups_announced.n, 4);
    assert_string_equal(attempt.groups_announced.v[0], "x25519");
    assert_string_equal(attempt.groups_announced.v[1], "secp256r1");
    assert_string_equal(attempt.groups_announced.v[3], "0x1234");
    assert_false(handshake_read(&seen, HANDSHAKE_ENCRYPTED_EXTENSIONS, body.v, body.n - 3));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(test_written),       TEST(test_versions_on_the_wire),
                                       TEST(test_padding),       TEST(test_live),
                                       TEST(test_old_exchanges), TEST(test_broken),
                                       TEST(test_announced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
