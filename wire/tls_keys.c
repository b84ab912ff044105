/* How is a recorded TLS session opened with its secrets? See tls_keys.h. */
#include "wire/tls_keys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "facts/ciphers.h"
#include "facts/suites.h"
#include "facts/memory.h"

static void *must(void *memory) {
    if (memory == NULL)
        memory_is_out();
    return memory;
}

enum { KEY_MAX = 32, IV_MAX = 16, MAC_MAX = 48, TAG_GCM = 16, TAG_CCM8 = 8 };

enum mode { MODE_GCM, MODE_CCM, MODE_CHACHA, MODE_CBC };

struct tls_opener {
    enum mode mode;
    const EVP_CIPHER *cipher; /* static: OpenSSL's own */
    const EVP_MD *digest;     /* of the PRF; in TLS 1.3 of HKDF */
    const EVP_MD *mac;        /* CBC */
    bool is_13;
    int version;
    size_t key_size, tag_size;
    uint8_t key[KEY_MAX], iv[IV_MAX], mac_key[MAC_MAX];
    uint64_t sequence;
    bool has_order, mac_last; /* CBC: encrypt-then-MAC (RFC 7366), once a record has told */
    uint8_t secret[SECRET_MAX], next_secret[SECRET_MAX]; /* TLS 1.3: in use, and for application data */
    size_t secret_size, next_size;
    EVP_CIPHER_CTX *context;
};

void tls_opener_free(struct tls_opener *o) {
    if (o == NULL)
        return;
    EVP_CIPHER_CTX_free(o->context);
    OPENSSL_cleanse(o, sizeof *o);
    free(o);
}

/* The suite as OpenSSL's parts; false for what this cannot open (stream ciphers of old, NULL, Camellia). */
static bool parts_of(struct tls_opener *o, const struct suite *suite) {
    bool is_256 = suite->bits == 256;
    o->key_size = is_256 ? 32 : 16;
    o->tag_size = TAG_GCM;
    o->digest = suite->mac == MAC_SHA384 ? EVP_sha384() : EVP_sha256();
    switch (suite->cipher) {
    case CIPHER_AESGCM:
        o->mode = MODE_GCM;
        o->cipher = is_256 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
        if (strstr(suite->iana, "SHA384") != NULL)
            o->digest = EVP_sha384();
        return true;
    case CIPHER_AESCCM8:
        o->tag_size = TAG_CCM8; /* fall through */
    case CIPHER_AESCCM:
        o->mode = MODE_CCM;
        o->cipher = is_256 ? EVP_aes_256_ccm() : EVP_aes_128_ccm();
        return true;
    case CIPHER_CHACHA20:
        o->mode = MODE_CHACHA;
        o->cipher = EVP_chacha20_poly1305();
        o->key_size = 32;
        return true;
    case CIPHER_AES:
        o->mode = MODE_CBC;
        o->cipher = is_256 ? EVP_aes_256_cbc() : EVP_aes_128_cbc();
        o->mac = suite->mac == MAC_SHA1     ? EVP_sha1()
                 : suite->mac == MAC_SHA256 ? EVP_sha256()
                 : suite->mac == MAC_SHA384 ? EVP_sha384()
                                            : NULL;
        return o->mac != NULL;
    default:
        return false;
    }
}

/* RFC 8446 7.1 */
static bool expand_label(const struct tls_opener *o, const uint8_t *secret, size_t secret_size,
                         const char *label, uint8_t *out, size_t size) {
    uint8_t info[64];
    size_t length = strlen(label), at = 0;
    info[at++] = 0;
    info[at++] = (uint8_t)size;
    info[at++] = (uint8_t)(6 + length);
    memcpy(info + at, "tls13 ", 6);
    memcpy(info + at + 6, label, length);
    at += 6 + length;
    info[at++] = 0;
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)EVP_MD_get0_name(o->digest), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, secret_size),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, at), OSSL_PARAM_construct_end()};
    bool good = context != NULL && EVP_KDF_derive(context, out, size, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    return good;
}

static bool keys_of_13(struct tls_opener *o) {
    o->sequence = 0;
    return expand_label(o, o->secret, o->secret_size, "key", o->key, o->key_size) &&
           expand_label(o, o->secret, o->secret_size, "iv", o->iv, 12);
}

/* RFC 5246 6.3, and 5 for the PRF; before TLS 1.2 it is made of MD5 and SHA-1. */
static bool keys_of_12(struct tls_opener *o, const struct opener_form *form) {
    uint8_t block[2 * (MAC_MAX + KEY_MAX + IV_MAX)], seed[2 * RANDOM_SIZE];
    size_t mac = o->mode == MODE_CBC ? (size_t)EVP_MD_get_size(o->mac) : 0;
    size_t iv = o->mode == MODE_CHACHA ? 12 : o->mode == MODE_CBC ? (form->version < TLS11 ? 16U : 0U) : 4;
    size_t size = 2 * (mac + o->key_size + iv);
    const char *digest = form->version < TLS12 ? "MD5-SHA1" : EVP_MD_get0_name(o->digest);
    memcpy(seed, form->server_random, RANDOM_SIZE);
    memcpy(seed + RANDOM_SIZE, form->client_random, RANDOM_SIZE);
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)digest, 0),
                           OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET,
                                                             (void *)form->secrets->bytes[SECRET_MASTER],
                                                             form->secrets->size[SECRET_MASTER]),
                           OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, "key expansion", 13),
                           OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof seed),
                           OSSL_PARAM_construct_end()};
    bool good = context != NULL && EVP_KDF_derive(context, block, size, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    if (good) {
        const uint8_t *at = block;
        memcpy(o->mac_key, at + (form->is_server ? mac : 0), mac);
        at += 2 * mac;
        memcpy(o->key, at + (form->is_server ? o->key_size : 0), o->key_size);
        at += 2 * o->key_size;
        memcpy(o->iv, at + (form->is_server ? iv : 0), iv);
    }
    OPENSSL_cleanse(block, sizeof block);
    return good;
}

static void take_secret(const struct tls_secrets *secrets, enum tls_secret which, uint8_t *to, size_t *size) {
    *size = secrets->size[which];
    memcpy(to, secrets->bytes[which], *size);
}

static bool prepare(struct tls_opener *o, const struct opener_form *form) {
    const struct suite *suite = suite_by_id(form->suite);
    o->is_13 = form->version == TLS13;
    o->version = form->version;
    if (suite == NULL || !parts_of(o, suite) || (o->context = EVP_CIPHER_CTX_new()) == NULL)
        return false;
    if (!o->is_13)
        return form->version >= TLS10 && form->secrets->size[SECRET_MASTER] > 0 && keys_of_12(o, form);
    take_secret(form->secrets, form->is_server ? SECRET_SERVER_HANDSHAKE : SECRET_CLIENT_HANDSHAKE, o->secret,
                &o->secret_size);
    take_secret(form->secrets, form->is_server ? SECRET_SERVER_TRAFFIC : SECRET_CLIENT_TRAFFIC,
                o->next_secret, &o->next_size);
    return o->secret_size > 0 && keys_of_13(o);
}

struct tls_opener *tls_opener_new(const struct opener_form *form) {
    struct tls_opener *o = must(calloc(1, sizeof *o));
    if (prepare(o, form))
        return o;
    tls_opener_free(o);
    return NULL;
}

bool tls_opener_finish(struct tls_opener *o) {
    memcpy(o->secret, o->next_secret, sizeof o->secret);
    o->secret_size = o->next_size;
    return o->secret_size > 0 && keys_of_13(o);
}

bool tls_opener_update(struct tls_opener *o) {
    uint8_t next[SECRET_MAX];
    bool good = expand_label(o, o->secret, o->secret_size, "traffic upd", next, o->secret_size);
    memcpy(o->secret, next, o->secret_size);
    OPENSSL_cleanse(next, sizeof next);
    return good && keys_of_13(o);
}

static void put64(uint8_t *to, uint64_t value) {
    for (int i = 0; i < 8; i++)
        to[i] = (uint8_t)(value >> (56 - 8 * i));
}

static bool aead_open(struct tls_opener *o, const uint8_t *nonce, const uint8_t *aad, size_t aad_size,
                      const uint8_t *sealed, size_t size, uint8_t *out) {
    EVP_CIPHER_CTX *c = o->context;
    int n, is_ccm = o->mode == MODE_CCM;
    size_t body = size - o->tag_size;
    if (EVP_DecryptInit_ex(c, o->cipher, NULL, NULL, NULL) != 1 ||
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL) != 1 ||
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, (int)o->tag_size, (void *)(sealed + body)) != 1 ||
        EVP_DecryptInit_ex(c, NULL, NULL, o->key, nonce) != 1 ||
        (is_ccm && EVP_DecryptUpdate(c, NULL, &n, NULL, (int)body) != 1) ||
        EVP_DecryptUpdate(c, NULL, &n, aad, (int)aad_size) != 1 ||
        EVP_DecryptUpdate(c, out, &n, sealed, (int)body) != 1)
        return false;
    return is_ccm || EVP_DecryptFinal_ex(c, out + n, &n) == 1;
}

/* The nonce of TLS 1.3 (RFC 8446 5.3) and of ChaCha20 in TLS 1.2 (RFC 7905 2). */
static void nonce_of_sequence(const struct tls_opener *o, uint8_t *nonce) {
    uint8_t sequence[8];
    put64(sequence, o->sequence);
    memcpy(nonce, o->iv, 12);
    for (int i = 0; i < 8; i++)
        nonce[4 + i] ^= sequence[i];
}

static bool open_13(struct tls_opener *o, const uint8_t *header, const uint8_t *payload, size_t size,
                    uint8_t *out, size_t *plain, int *type) {
    uint8_t nonce[12];
    if (size < o->tag_size + 1)
        return false;
    nonce_of_sequence(o, nonce);
    if (!aead_open(o, nonce, header, 5, payload, size, out))
        return false;
    size_t n = size - o->tag_size;
    while (n > 0 && out[n - 1] == 0)
        n--;
    if (n == 0)
        return false;
    *type = out[n - 1];
    *plain = n - 1;
    return true;
}

static void aad_of_12(const struct tls_opener *o, const uint8_t *header, size_t size, uint8_t *aad) {
    put64(aad, o->sequence);
    memcpy(aad + 8, header, 3);
    aad[11] = (uint8_t)(size >> 8);
    aad[12] = (uint8_t)size;
}

static bool open_aead_12(struct tls_opener *o, const uint8_t *header, const uint8_t *payload, size_t size,
                         uint8_t *out, size_t *plain) {
    uint8_t nonce[12], aad[13];
    size_t explicit = o->mode == MODE_CHACHA ? 0 : 8;
    if (size < explicit + o->tag_size)
        return false;
    if (explicit == 0)
        nonce_of_sequence(o, nonce);
    else {
        memcpy(nonce, o->iv, 4);
        memcpy(nonce + 4, payload, 8);
    }
    *plain = size - explicit - o->tag_size;
    aad_of_12(o, header, *plain, aad);
    return aead_open(o, nonce, aad, sizeof aad, payload + explicit, size - explicit, out);
}

static bool mac_fits(const struct tls_opener *o, const uint8_t *header, const uint8_t *bytes, size_t size,
                     const uint8_t *wanted) {
    uint8_t aad[13], found[EVP_MAX_MD_SIZE];
    size_t found_size = 0;
    aad_of_12(o, header, size, aad);
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)EVP_MD_get0_name(o->mac), 0),
        OSSL_PARAM_construct_end()};
    bool good = mac != NULL && EVP_MAC_init(mac, o->mac_key, (size_t)EVP_MD_get_size(o->mac), params) == 1 &&
                EVP_MAC_update(mac, aad, sizeof aad) == 1 && EVP_MAC_update(mac, bytes, size) == 1 &&
                EVP_MAC_final(mac, found, &found_size, sizeof found) == 1;
    EVP_MAC_CTX_free(mac);
    EVP_MAC_free(hmac);
    return good && CRYPTO_memcmp(found, wanted, found_size) == 0;
}

static bool cbc_decrypt(struct tls_opener *o, const uint8_t *iv, const uint8_t *sealed, size_t size,
                        uint8_t *out) {
    int n, rest;
    return EVP_DecryptInit_ex(o->context, o->cipher, NULL, o->key, iv) == 1 &&
           EVP_CIPHER_CTX_set_padding(o->context, 0) == 1 &&
           EVP_DecryptUpdate(o->context, out, &n, sealed, (int)size) == 1 &&
           EVP_DecryptFinal_ex(o->context, out + n, &rest) == 1;
}

/* RFC 5246 6.2.3.2; with mac_last RFC 7366. */
static bool open_cbc(struct tls_opener *o, const uint8_t *header, const uint8_t *payload, size_t size,
                     uint8_t *out, size_t *plain, bool mac_last) {
    size_t mac = (size_t)EVP_MD_get_size(o->mac), iv = o->version >= TLS11 ? 16 : 0;
    size_t body = mac_last && size > mac ? size - mac : size;
    if (body < iv + 16 || (body - iv) % 16 != 0)
        return false;
    if (mac_last && !mac_fits(o, header, payload, body, payload + body))
        return false;
    if (!cbc_decrypt(o, iv > 0 ? payload : o->iv, payload + iv, body - iv, out))
        return false;
    size_t n = body - iv, padding = (size_t)out[n - 1] + 1;
    if (padding + (mac_last ? 0 : mac) > n)
        return false;
    n -= padding + (mac_last ? 0 : mac);
    if (!mac_last && !mac_fits(o, header, out, n, out + n))
        return false;
    *plain = n;
    return true;
}

static bool open_either_cbc(struct tls_opener *o, const uint8_t *header, const uint8_t *payload, size_t size,
                            uint8_t *out, size_t *plain) {
    bool good = false;
    if (!o->has_order || !o->mac_last)
        good = open_cbc(o, header, payload, size, out, plain, false);
    if (!good && (!o->has_order || o->mac_last) && open_cbc(o, header, payload, size, out, plain, true))
        good = o->mac_last = true;
    if (!good)
        return false;
    o->has_order = true;
    if (o->version < TLS11) /* the next record's IV is this one's last block */
        memcpy(o->iv, payload + (o->mac_last ? size - (size_t)EVP_MD_get_size(o->mac) : size) - 16, 16);
    return true;
}

bool tls_open(struct tls_opener *o, const uint8_t *header, const uint8_t *payload, size_t size, uint8_t *out,
              size_t *plain, int *type) {
    bool good;
    *type = header[0];
    if (o->is_13)
        good = open_13(o, header, payload, size, out, plain, type);
    else if (o->mode == MODE_CBC)
        good = open_either_cbc(o, header, payload, size, out, plain);
    else
        good = open_aead_12(o, header, payload, size, out, plain);
    if (good)
        o->sequence++;
    return good;
}
