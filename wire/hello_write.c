/* How is a ClientHello made whose every byte is ours? See hello_write.h. */
#include "wire/hello_write.h"

#include <string.h>

enum {
    RECORD_HANDSHAKE = 22,
    MESSAGE_CLIENT_HELLO = 1,
    SCSV_RENEGOTIATION = 0x00ff, /* RFC 5746 3.3 */
    SCSV_FALLBACK = 0x5600,
    SIZE_MAX_BYTES = 16 * 1024
};
enum {
    EXT_SERVER_NAME = 0,
    EXT_SUPPORTED_GROUPS = 10,
    EXT_POINT_FORMATS = 11,
    EXT_SIGNATURE_ALGORITHMS = 13,
    EXT_ALPN = 16,
    EXT_PADDING = 21,
    EXT_EXTENDED_MASTER_SECRET = 23,
    EXT_SUPPORTED_VERSIONS = 43,
    EXT_PSK_MODES = 45,
    EXT_KEY_SHARE = 51
};

struct writer {
    uint8_t bytes[SIZE_MAX_BYTES];
    size_t size;
};

static void put(struct writer *w, unsigned value, int octets) {
    for (int i = octets - 1; i >= 0 && w->size < sizeof w->bytes; i--)
        w->bytes[w->size++] = (uint8_t)(value >> (8 * i));
}

static void put_bytes(struct writer *w, const void *bytes, size_t size) {
    if (size > sizeof w->bytes - w->size)
        size = sizeof w->bytes - w->size;
    memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

/* A length that is known later: where it stands, and its filling in. */
static size_t open_length(struct writer *w, int octets) {
    put(w, 0, octets);
    return w->size;
}

static void close_length(struct writer *w, size_t start, int octets) {
    size_t size = w->size - start;
    for (int i = 0; i < octets; i++)
        w->bytes[start - 1 - (size_t)i] = (uint8_t)(size >> (8 * i));
}

static void put_numbers(struct writer *w, const struct numbers *numbers) {
    size_t start = open_length(w, 2);
    for (size_t i = 0; i < numbers->n; i++)
        put(w, (unsigned)numbers->v[i], 2);
    close_length(w, start, 2);
}

/* ---- extensions ---- */

static size_t open_extension(struct writer *w, unsigned type) {
    put(w, type, 2);
    return open_length(w, 2);
}

static void put_sni(struct writer *w, const char *name) {
    size_t start = open_extension(w, EXT_SERVER_NAME);
    size_t list = open_length(w, 2);
    put(w, 0, 1);
    size_t text = open_length(w, 2);
    put_bytes(w, name, strlen(name));
    close_length(w, text, 2);
    close_length(w, list, 2);
    close_length(w, start, 2);
}

static void put_alpn(struct writer *w, const char *protocol) {
    size_t start = open_extension(w, EXT_ALPN);
    size_t list = open_length(w, 2);
    size_t name = open_length(w, 1);
    put_bytes(w, protocol, strlen(protocol));
    close_length(w, name, 1);
    close_length(w, list, 2);
    close_length(w, start, 2);
}

static void put_list(struct writer *w, unsigned type, const struct numbers *numbers) {
    size_t start = open_extension(w, type);
    put_numbers(w, numbers);
    close_length(w, start, 2);
}

/* Public values that fit their groups, of keys that nobody has: any 32 bytes are an X25519 key (RFC 7748 5),
 * and for secp256r1 the base point (SEC 2, 2.4.2) is one. */
static const uint8_t share_p256[65] = {
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f,
    0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce,
    0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};

static bool offers(const struct numbers *numbers, int value) {
    for (size_t i = 0; i < numbers->n; i++)
        if (numbers->v[i] == value)
            return true;
    return false;
}

static void put_shares(struct writer *w, const struct hello_form *form) {
    enum { X25519 = 29, P256 = 23 };
    size_t start = open_extension(w, EXT_KEY_SHARE);
    size_t list = open_length(w, 2);
    if (form->key_shares && offers(&form->groups, X25519)) {
        put(w, X25519, 2);
        put(w, sizeof form->random, 2);
        put_bytes(w, form->random, sizeof form->random);
    }
    if (form->key_shares && offers(&form->groups, P256)) {
        put(w, P256, 2);
        put(w, sizeof share_p256, 2);
        put_bytes(w, share_p256, sizeof share_p256);
    }
    close_length(w, list, 2);
    close_length(w, start, 2);
}

static void put_small(struct writer *w, unsigned type, const void *body, size_t size) {
    size_t start = open_extension(w, type);
    put_bytes(w, body, size);
    close_length(w, start, 2);
}

static void put_extensions(struct writer *w, const struct hello_form *form) {
    if (form->sni != NULL)
        put_sni(w, form->sni);
    if (form->groups.n > 0)
        put_list(w, EXT_SUPPORTED_GROUPS, &form->groups);
    if (form->version >= TLS12 && form->signatures.n > 0)
        put_list(w, EXT_SIGNATURE_ALGORITHMS, &form->signatures);
    if (form->alpn != NULL)
        put_alpn(w, form->alpn);
    if (form->version < TLS13) {
        put_small(w, EXT_POINT_FORMATS, "\x01\x00", 2);
        put_small(w, EXT_EXTENDED_MASTER_SECRET, "", 0);
        return;
    }
    put_small(w, EXT_SUPPORTED_VERSIONS, "\x02\x03\x04", 3);
    put_small(w, EXT_PSK_MODES, "\x01\x01", 2);
    put_shares(w, form);
}

/* Some load balancers hang on hellos of 256 to 511 bytes (RFC 7685 4). */
static void put_padding(struct writer *w, size_t message_start) {
    enum { FROM = 256, TO = 512, HEADER = 4 };
    static const uint8_t zeros[TO] = {0};
    size_t size = w->size - message_start;
    if (size < FROM || size >= TO)
        return;
    put_small(w, EXT_PADDING, zeros, size + HEADER < TO ? TO - size - HEADER : 1);
}

/* ---- the message ---- */

static void put_suites(struct writer *w, const struct hello_form *form) {
    size_t start = open_length(w, 2);
    for (size_t i = 0; i < form->suites.n; i++)
        put(w, (unsigned)form->suites.v[i], 2);
    if (form->version < TLS13)
        put(w, SCSV_RENEGOTIATION, 2);
    if (form->fallback)
        put(w, SCSV_FALLBACK, 2);
    close_length(w, start, 2);
}

uint8_t *hello_write(struct arena *arena, const struct hello_form *form, size_t *size) {
    struct writer writer, *w = &writer;
    w->size = 0;
    put(w, RECORD_HANDSHAKE, 1);
    put(w, form->version == SSL3 ? SSL3 : TLS10, 2); /* RFC 8446 5.1, RFC 5246 E.1 */
    size_t record = open_length(w, 2);
    put(w, MESSAGE_CLIENT_HELLO, 1);
    size_t message = open_length(w, 3);
    put(w, (unsigned)(form->version > TLS12 ? TLS12 : form->version), 2);
    put_bytes(w, form->random, sizeof form->random);
    put(w, 0, 1); /* no session to go on with */
    put_suites(w, form);
    put(w, 1, 1); /* compression: none */
    put(w, 0, 1);
    if (form->version > SSL3) {
        size_t extensions = open_length(w, 2);
        put_extensions(w, form);
        put_padding(w, message - 4);
        close_length(w, extensions, 2);
    }
    close_length(w, message, 3);
    close_length(w, record, 2);
    *size = w->size;
    return arena_dup(arena, w->bytes, w->size);
}

const uint8_t hello_farewell[7] = {21, 3, 1, 0, 2, 1, 0};
