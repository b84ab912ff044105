/* What do the server's handshake messages say? See handshake.h. */
#include "probe/wire/handshake.h"

#include <openssl/x509.h>
#include "probe/wire/cert_parts.h"
#include "probe/wire/cursor.h"
#include "probe/wire/wire.h"

enum { CHAIN_MAX = 100, CA_NAMES_MAX = 1000 };
enum {
    EXT_STATUS_REQUEST = 5,
    EXT_SUPPORTED_VERSIONS = 43,
    EXT_CERTIFICATE_AUTHORITIES = 47,
    EXT_KEY_SHARE = 51
};

/* ---- names, as registered with IANA (TLS parameters) ---- */

static const struct enum_name groups[] = {{19, "P-192"},
                                          {21, "P-224"},
                                          {22, "secp256k1"},
                                          {23, "P-256"},
                                          {24, "P-384"},
                                          {25, "P-521"},
                                          {26, "brainpoolP256r1"},
                                          {27, "brainpoolP384r1"},
                                          {28, "brainpoolP512r1"},
                                          {29, "X25519"},
                                          {30, "X448"},
                                          {31, "brainpoolP256r1tls13"},
                                          {32, "brainpoolP384r1tls13"},
                                          {33, "brainpoolP512r1tls13"},
                                          {256, "ffdhe2048"},
                                          {257, "ffdhe3072"},
                                          {258, "ffdhe4096"},
                                          {259, "ffdhe6144"},
                                          {260, "ffdhe8192"},
                                          {4588, "X25519MLKEM768"},
                                          {0, NULL}};

static const struct enum_name signatures[] = {{0x0101, "rsa_pkcs1_md5"},
                                              {0x0201, "rsa_pkcs1_sha1"},
                                              {0x0202, "dsa_sha1"},
                                              {0x0203, "ecdsa_sha1"},
                                              {0x0301, "rsa_pkcs1_sha224"},
                                              {0x0302, "dsa_sha224"},
                                              {0x0303, "ecdsa_sha224"},
                                              {0x0401, "rsa_pkcs1_sha256"},
                                              {0x0402, "dsa_sha256"},
                                              {0x0403, "ecdsa_secp256r1_sha256"},
                                              {0x0501, "rsa_pkcs1_sha384"},
                                              {0x0502, "dsa_sha384"},
                                              {0x0503, "ecdsa_secp384r1_sha384"},
                                              {0x0601, "rsa_pkcs1_sha512"},
                                              {0x0602, "dsa_sha512"},
                                              {0x0603, "ecdsa_secp521r1_sha512"},
                                              {0x0804, "rsa_pss_rsae_sha256"},
                                              {0x0805, "rsa_pss_rsae_sha384"},
                                              {0x0806, "rsa_pss_rsae_sha512"},
                                              {0x0807, "ed25519"},
                                              {0x0808, "ed448"},
                                              {0x0809, "rsa_pss_pss_sha256"},
                                              {0x080a, "rsa_pss_pss_sha384"},
                                              {0x080b, "rsa_pss_pss_sha512"},
                                              {0, NULL}};

static char *name_or_number(struct arena *arena, const struct enum_name *names, int value) {
    for (; names->name != NULL; names++)
        if (names->value == value)
            return arena_text(arena, names->name);
    return arena_printf(arena, "0x%04X", (unsigned)value);
}

char *group_text(struct arena *arena, int group) {
    return name_or_number(arena, groups, group);
}

char *signature_text(struct arena *arena, int algorithm) {
    return name_or_number(arena, signatures, algorithm);
}

/* ---- messages ---- */

static void hello_extension(struct handshake *h, size_t type, struct cursor body) {
    if (type == EXT_SUPPORTED_VERSIONS)
        h->version = (int)take_number(&body, 2);
    else if (type == EXT_KEY_SHARE)
        h->attempt->group = name_or_number(h->arena, groups, (int)take_number(&body, 2));
}

/* A HelloRetryRequest has the same form, and tells version, suite and group as well. */
static bool hello_read(struct handshake *h, struct cursor c) {
    int version = (int)take_number(&c, 2);
    take_bytes(&c, 32);
    take_vector(&c, 1);
    int suite = (int)take_number(&c, 2);
    take_number(&c, 1);
    if (c.broken)
        return false;
    h->version = version;
    h->suite = suite;
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
            LIST_ADD(h->arena, &h->attempt->ca_names, cert_dn(h->arena, name));
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
    if (algorithm >= 0)
        h->attempt->signature_algorithm = name_or_number(h->arena, signatures, algorithm);
    return true;
}

static bool ecdhe_read(struct handshake *h, struct cursor c) { /* RFC 8422 5.4 */
    if (take_number(&c, 1) != 3)
        return false;
    int group = (int)take_number(&c, 2);
    take_vector(&c, 1);
    if (!signature_read(h, &c))
        return false;
    h->attempt->group = name_or_number(h->arena, groups, group);
    return true;
}

static bool dhe_read(struct handshake *h, struct cursor c) { /* RFC 5246 7.4.3 */
    struct cursor prime = take_vector(&c, 2);
    take_vector(&c, 2);
    take_vector(&c, 2);
    if (!signature_read(h, &c))
        return false;
    while (prime.left > 0 && prime.at[0] == 0)
        take_number(&prime, 1);
    size_t bits = prime.left * 8;
    for (uint8_t top = prime.left > 0 ? prime.at[0] : 0x80; top < 0x80; top = (uint8_t)(top << 1))
        bits--;
    h->attempt->group = arena_printf(h->arena, "DH-%zu", bits);
    return true;
}

/* Which of the two it is, the exact fit tells. */
static bool key_exchange_read(struct handshake *h, struct cursor c) {
    return ecdhe_read(h, c) || dhe_read(h, c);
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
} messages[] = {
    {HANDSHAKE_SERVER_HELLO, hello_read},          {HANDSHAKE_NEW_SESSION_TICKET, ticket_read},
    {HANDSHAKE_CERTIFICATE, certificate_read},     {HANDSHAKE_SERVER_KEY_EXCHANGE, key_exchange_read},
    {HANDSHAKE_CERTIFICATE_REQUEST, request_read}, {HANDSHAKE_SERVER_HELLO_DONE, hello_done_read},
    {HANDSHAKE_CERTIFICATE_VERIFY, verify_read},   {HANDSHAKE_CERTIFICATE_STATUS, status_read}};

bool handshake_read(struct handshake *handshake, int type, const uint8_t *body, size_t size) {
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (messages[i].type == type)
            return messages[i].read(handshake, (struct cursor){body, size, false});
    return true;
}
