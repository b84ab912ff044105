/* What do the server's handshake messages say? See handshake.h. */
#include "wire/handshake.h"

#include <openssl/x509.h>
#include <string.h>
#include "facts/groups.h"
#include "facts/suites.h"
#include "wire/x509.h"
#include "wire/cursor.h"
#include "facts/facts.h"

enum { CHAIN_MAX = 100, CA_NAMES_MAX = 1000, GROUPS_MAX = 100 };
enum {
    EXT_STATUS_REQUEST = 5,
    EXT_SUPPORTED_GROUPS = 10,
    EXT_SUPPORTED_VERSIONS = 43,
    EXT_CERTIFICATE_AUTHORITIES = 47,
    EXT_KEY_SHARE = 51,
    EXT_RENEGOTIATION_INFO = 0xff01
};

char *group_text(struct arena *arena, int group) {
    const struct tls_group *known = group_by_id(group);
    return known == NULL ? arena_printf(arena, "0x%04X", (unsigned)group) : arena_text(arena, known->openssl);
}

char *signature_text(struct arena *arena, int algorithm) {
    return signature_name(arena, algorithm);
}

/* ---- messages ---- */

static void hello_extension(struct handshake *h, size_t type, struct cursor body) {
    if (type == EXT_SUPPORTED_VERSIONS)
        h->version = (int)take_number(&body, 2);
    else if (type == EXT_RENEGOTIATION_INFO)
        h->is_secure_renegotiation = true;
    else if (type == EXT_KEY_SHARE) {
        h->group = (int)take_number(&body, 2);
        h->attempt->group = group_text(h->arena, h->group);
    }
}

/* A HelloRetryRequest has the same form, and tells version, suite and group as well. */
static bool hello_read(struct handshake *h, struct cursor c) {
    /* SHA-256 of "HelloRetryRequest", RFC 8446 4.1.3 */
    static const uint8_t retry[32] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                      0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                      0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
    int version = (int)take_number(&c, 2);
    struct cursor random = take_bytes(&c, 32);
    take_vector(&c, 1);
    int suite = (int)take_number(&c, 2);
    take_number(&c, 1);
    if (c.broken)
        return false;
    h->version = version;
    h->suite = suite;
    h->is_retry = memcmp(random.at, retry, sizeof retry) == 0;
    if (c.left > 0) {
        struct cursor extensions = take_vector(&c, 2);
        while (extensions.left > 0) {
            size_t type = take_number(&extensions, 2);
            struct cursor body = take_vector(&extensions, 2);
            if (!extensions.broken)
                hello_extension(h, type, body);
        }
        c.broken = c.broken || extensions.broken;
    }
    const char *name = tls_version_name(h->version);
    h->attempt->version =
        name == NULL ? arena_printf(h->arena, "0x%04X", (unsigned)h->version) : arena_text(h->arena, name);
    return !c.broken && c.left == 0;
}

/* What the server supports besides what it chose; many servers leave it out (RFC 8446 4.2.7). */
static void announced_read(struct handshake *h, struct cursor body) {
    struct cursor list = take_vector(&body, 2);
    while (list.left >= 2 && h->attempt->groups_announced.n < GROUPS_MAX)
        texts_add(h->arena, &h->attempt->groups_announced, group_name(h->arena, (int)take_number(&list, 2)));
}

static bool encrypted_extensions_read(struct handshake *h, struct cursor c) {
    struct cursor extensions = take_vector(&c, 2);
    while (extensions.left > 0) {
        size_t type = take_number(&extensions, 2);
        struct cursor body = take_vector(&extensions, 2);
        if (!extensions.broken && type == EXT_SUPPORTED_GROUPS)
            announced_read(h, body);
    }
    return !c.broken && !extensions.broken && c.left == 0;
}

/* RFC 6066 8: type 1 is OCSP. */
static void staple_read(struct handshake *h, struct cursor c) {
    if (take_number(&c, 1) != 1)
        return;
    struct cursor answer = take_vector(&c, 3);
    if (answer.broken || answer.left == 0 || h->attempt->staple != NULL)
        return;
    h->attempt->staple = arena_dup(h->arena, answer.at, answer.left);
    h->attempt->staple_size = answer.left;
}

static void chain_add(struct handshake *h, struct cursor der, size_t position) {
    char *error = NULL;
    struct cert *cert = h->cert(h->context, der.at, der.left, &error);
    if (cert != NULL)
        LIST_ADD(h->arena, &h->attempt->chain, cert);
    else if (h->unreadable == NULL)
        h->unreadable = arena_printf(h->arena, "certificate %zu of the chain cannot be read: %s",
                                     position + 1, error == NULL ? "not X.509" : error);
}

static void entry_extensions(struct handshake *h, struct cursor extensions, bool is_leaf) {
    while (extensions.left > 0) {
        size_t type = take_number(&extensions, 2);
        struct cursor body = take_vector(&extensions, 2);
        if (!extensions.broken && type == EXT_STATUS_REQUEST && is_leaf)
            staple_read(h, body);
    }
}

/* TLS 1.3 has a context in front and extensions behind each certificate (RFC 8446 4.4.2). */
static bool certificate_read(struct handshake *h, struct cursor c) {
    bool is_13 = h->version == TLS13;
    if (h->saw_certificate)
        return false;
    h->saw_certificate = true;
    if (is_13)
        take_vector(&c, 1);
    struct cursor list = take_vector(&c, 3);
    size_t position = 0;
    for (; list.left > 0 && position < CHAIN_MAX; position++) {
        struct cursor der = take_vector(&list, 3);
        if (list.broken)
            break;
        chain_add(h, der, position);
        if (is_13)
            entry_extensions(h, take_vector(&list, 2), position == 0);
    }
    return !c.broken && !list.broken && c.left == 0;
}

static void ca_names_read(struct handshake *h, struct cursor list) {
    while (list.left > 0 && h->attempt->ca_names.n < CA_NAMES_MAX) {
        struct cursor der = take_vector(&list, 2);
        const uint8_t *at = der.at;
        X509_NAME *name = der.broken ? NULL : d2i_X509_NAME(NULL, &at, (long)der.left);
        if (name != NULL)
            LIST_ADD(h->arena, &h->attempt->ca_names, dn_text(h->arena, name));
        X509_NAME_free(name);
    }
}

static bool request_read(struct handshake *h, struct cursor c) {
    h->saw_request = true;
    take_vector(&c, 1); /* TLS 1.3: context; before: certificate types */
    if (h->version != TLS13) {
        if (h->version >= TLS12)
            take_vector(&c, 2); /* signature algorithms, RFC 5246 7.4.4 */
        ca_names_read(h, take_vector(&c, 2));
        return !c.broken;
    }
    struct cursor extensions = take_vector(&c, 2);
    while (extensions.left > 0) {
        size_t type = take_number(&extensions, 2);
        struct cursor body = take_vector(&extensions, 2);
        if (!extensions.broken && type == EXT_CERTIFICATE_AUTHORITIES)
            ca_names_read(h, take_vector(&body, 2));
    }
    return !c.broken && !extensions.broken;
}

static bool signature_read(struct handshake *h, struct cursor *c) {
    int algorithm = h->version >= TLS12 ? (int)take_number(c, 2) : -1;
    take_vector(c, 2);
    if (c->broken || c->left > 0)
        return false;
    if (algorithm < 0)
        return true;
    h->signature = algorithm;
    h->attempt->signature_algorithm = signature_text(h->arena, algorithm);
    return true;
}

/* Anonymous suites and those with PSK sign nothing (RFC 5246 7.4.3, RFC 4279 3, RFC 5489 2). */
static bool is_signed(const struct suite *suite) {
    return suite == NULL || (suite->auth != AUTH_NONE && suite->auth != AUTH_PSK && suite->auth != AUTH_SRP &&
                             suite->kx != KX_RSA_PSK);
}

static bool ecdhe_read(struct handshake *h, struct cursor c, const struct suite *suite) { /* RFC 8422 5.4 */
    if (take_number(&c, 1) != 3)
        return false;
    int group = (int)take_number(&c, 2);
    take_vector(&c, 1);
    if (is_signed(suite) ? !signature_read(h, &c) : c.broken || c.left > 0)
        return false;
    h->group = group;
    h->attempt->group = group_text(h->arena, group);
    return true;
}

static int bits_of(struct cursor number) {
    while (number.left > 0 && number.at[0] == 0)
        take_number(&number, 1);
    int bits = (int)number.left * 8;
    for (unsigned top = number.left > 0 ? number.at[0] : 0x80; top < 0x80; top <<= 1)
        bits--;
    return bits;
}

/* The primes of RFC 7919 begin alike and differ in size; 0 for others. */
static int named_prime(struct cursor prime, int bits) {
    static const uint8_t head[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                   0xad, 0xf8, 0x54, 0x58, 0xa2, 0xbb, 0x4a, 0x9a};
    static const struct {
        int bits, group;
    } sizes[] = {{2048, 256}, {3072, 257}, {4096, 258}, {6144, 259}, {8192, 260}};
    while (prime.left > 0 && prime.at[0] == 0)
        take_number(&prime, 1);
    if (prime.left < sizeof head || memcmp(prime.at, head, sizeof head) != 0)
        return 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i].bits == bits)
            return sizes[i].group;
    return 0;
}

static bool dhe_read(struct handshake *h, struct cursor c, const struct suite *suite) { /* RFC 5246 7.4.3 */
    struct cursor prime = take_vector(&c, 2);
    take_vector(&c, 2);
    take_vector(&c, 2);
    if (is_signed(suite) ? !signature_read(h, &c) : c.broken || c.left > 0)
        return false;
    h->dh_bits = bits_of(prime);
    h->group = named_prime(prime, h->dh_bits);
    h->attempt->group = arena_printf(h->arena, "DH-%d", h->dh_bits);
    return true;
}

/* Which of the two it is, the suite tells; of a suite that nobody knows, the exact fit. */
static bool key_exchange_read(struct handshake *h, struct cursor c) {
    const struct suite *suite = suite_by_id(h->suite);
    h->saw_key_exchange = true;
    if (suite == NULL)
        return ecdhe_read(h, c, suite) || dhe_read(h, c, suite);
    switch (suite->kx) {
    case KX_ECDHE:
        return ecdhe_read(h, c, suite);
    case KX_DHE:
        return dhe_read(h, c, suite);
    case KX_ECDHE_PSK: /* the identity hint stands in front (RFC 5489 2) */
        take_vector(&c, 2);
        return ecdhe_read(h, c, suite);
    case KX_DHE_PSK:
        take_vector(&c, 2);
        return dhe_read(h, c, suite);
    default: /* temporary RSA keys of export suites, hints, SRP: nothing that is asked for */
        return true;
    }
}

static bool verify_read(struct handshake *h, struct cursor c) {
    return signature_read(h, &c);
}

static bool hello_done_read(struct handshake *h, struct cursor c) {
    h->saw_hello_done = true;
    return c.left == 0;
}

static bool status_read(struct handshake *h, struct cursor c) {
    staple_read(h, c);
    return true;
}

static bool ticket_read(struct handshake *h, struct cursor c) {
    (void)c;
    h->saw_ticket = true;
    if (h->version == TLS13)
        h->attempt->session_ticket = true;
    return true;
}

static const struct {
    int type;
    bool (*read)(struct handshake *h, struct cursor c);
} messages[] = {{HANDSHAKE_SERVER_HELLO, hello_read},
                {HANDSHAKE_NEW_SESSION_TICKET, ticket_read},
                {HANDSHAKE_ENCRYPTED_EXTENSIONS, encrypted_extensions_read},
                {HANDSHAKE_CERTIFICATE, certificate_read},
                {HANDSHAKE_SERVER_KEY_EXCHANGE, key_exchange_read},
                {HANDSHAKE_CERTIFICATE_REQUEST, request_read},
                {HANDSHAKE_SERVER_HELLO_DONE, hello_done_read},
                {HANDSHAKE_CERTIFICATE_VERIFY, verify_read},
                {HANDSHAKE_CERTIFICATE_STATUS, status_read}};

bool handshake_read(struct handshake *handshake, int type, const uint8_t *body, size_t size) {
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (messages[i].type == type)
            return messages[i].read(handshake, (struct cursor){body, size, false});
    return true;
}
