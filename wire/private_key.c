/* What may be told of a private key? See private_key.h. */
#include "wire/private_key.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "wire/cert.h"
#include "wire/x509.h"
#include "wire/pem_blocks.h"

enum { PASSPHRASE_MAX = 1024, ROUNDS_MAX = 2000000 /* a second or so; what tools write is 2048 to 600000 */ };

/* Compressed points of elliptic curves are the same key in another coat. */
char *public_key_id(struct arena *arena, EVP_PKEY *key) {
    unsigned char *der = NULL, digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
        EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
    int size = i2d_PUBKEY(key, &der);
    if (size > 0)
        EVP_Digest(der, (size_t)size, digest, &length, EVP_sha256(), NULL);
    OPENSSL_free(der);
    ERR_clear_error();
    return size > 0 ? text_hex(arena, digest, length, 0) : NULL;
}

void private_key_describe(struct arena *arena, EVP_PKEY *open, struct key_facts *key, char **public_key) {
    struct cert as_cert = {0};
    cert_key_read(arena, &as_cert, open);
    key->is_open = true;
    key->type = as_cert.key_type;
    key->bits = as_cert.key_bits;
    key->curve = as_cert.key_curve;
    *public_key = public_key_id(arena, open);
}

/* ---- how much work a file may ask for ---- */

static int64_t rounds_of(const ASN1_INTEGER *number) {
    int64_t rounds;
    return number == NULL ? 1 : ASN1_INTEGER_get_int64(&rounds, number) == 1 ? rounds : INT64_MAX;
}

static int64_t pbkdf2_rounds(const X509_ALGOR *function) {
    PBKDF2PARAM *p = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), function->parameter);
    int64_t rounds = p == NULL ? INT64_MAX : rounds_of(p->iter);
    PBKDF2PARAM_free(p);
    return rounds;
}

bool encryption_is_bearable(const X509_ALGOR *algorithm) {
    int64_t rounds = INT64_MAX;
    if (OBJ_obj2nid(algorithm->algorithm) == NID_pbes2) {
        PBE2PARAM *p = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), algorithm->parameter);
        if (p != NULL && OBJ_obj2nid(p->keyfunc->algorithm) == NID_id_pbkdf2)
            rounds = pbkdf2_rounds(p->keyfunc);
        else if (p != NULL && OBJ_obj2nid(p->keyfunc->algorithm) == NID_id_scrypt)
            rounds = 1; /* the library itself bounds it, at 32 MiB */
        PBE2PARAM_free(p);
    } else {
        PBEPARAM *p = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), algorithm->parameter);
        rounds = p == NULL ? INT64_MAX : rounds_of(p->iter);
        PBEPARAM_free(p);
    }
    ERR_clear_error();
    return rounds >= 0 && rounds <= ROUNDS_MAX;
}

static bool is_bearable(const uint8_t *der, size_t size, bool *is_encrypted) {
    const unsigned char *p = der;
    X509_SIG *envelope = d2i_X509_SIG(NULL, &p, (long)size);
    const X509_ALGOR *algorithm = NULL;
    *is_encrypted = envelope != NULL;
    if (envelope != NULL)
        X509_SIG_get0(envelope, &algorithm, NULL);
    bool good = envelope != NULL && encryption_is_bearable(algorithm);
    X509_SIG_free(envelope);
    ERR_clear_error();
    return good;
}

/* ---- opening ---- */

struct asking {
    const struct secret_source *source;
    bool asked, nobody;
};

static int on_passphrase(char *buffer, int size, int writing, void *user) {
    struct asking *asking = user;
    const struct secret_source *from = asking->source;
    (void)writing;
    asking->asked = true;
    int length = from == NULL || from->ask == NULL ? -1 : from->ask(from->context, from->file, buffer, size);
    asking->nobody = length < 0;
    return length; /* the library wipes the buffer */
}

static const char *why_closed(const struct asking *asking, bool is_encrypted) {
    if (asking->nobody)
        return "encrypted, and nobody gave its passphrase";
    if (asking->asked)
        return "the passphrase does not open it";
    return is_encrypted ? "its encryption is not known" : "no private key that OpenSSL can read";
}

static bool closed(struct arena *arena, struct key_facts *key, const char *why) {
    key->type = KEY_OTHER;
    key->trouble = arena_text(arena, why);
    return true;
}

static const char too_much[] = "its encryption asks for more rounds of key derivation than are sensible";

static bool finish(struct arena *arena, EVP_PKEY *open, const struct asking *asking, struct key_facts *key,
                   char **public_key) {
    key->is_encrypted = key->is_encrypted || asking->asked;
    if (open == NULL)
        return closed(arena, key, why_closed(asking, key->is_encrypted));
    private_key_describe(arena, open, key, public_key);
    EVP_PKEY_free(open); /* clears the private numbers */
    return true;
}

/* An encrypted key of PKCS#8 is no secret: its block may be decoded into the arena and looked into. */
static bool pkcs8_is_bearable(struct arena *arena, const char *text, size_t size, bool *is_encrypted) {
    struct pem_scanner scanner = pem_scan(text, size);
    struct pem_block block;
    struct pem_trouble trouble = {NULL, 0};
    uint8_t *der;
    size_t der_size;
    *is_encrypted = pem_next(&scanner, &block) && pem_label_ends(&block, "ENCRYPTED PRIVATE KEY");
    return !*is_encrypted || (pem_decode(arena, &block, &der, &der_size, &trouble) &&
                              is_bearable(der, der_size, &(bool){false}));
}

bool private_key_read_pem(struct arena *arena, const char *text, size_t size,
                          const struct secret_source *secret, struct key_facts *key, char **public_key) {
    struct asking asking = {.source = secret};
    *public_key = NULL;
    if (!pkcs8_is_bearable(arena, text, size, &key->is_encrypted))
        return closed(arena, key, too_much);
    BIO *in = BIO_new_mem_buf(text, (int)size);
    EVP_PKEY *open = in == NULL ? NULL : PEM_read_bio_PrivateKey(in, NULL, on_passphrase, &asking);
    BIO_free(in);
    ERR_clear_error();
    return finish(arena, open, &asking, key, public_key);
}

static EVP_PKEY *unlock(const uint8_t *der, size_t size, struct asking *asking) {
    const unsigned char *p = der;
    char passphrase[PASSPHRASE_MAX];
    EVP_PKEY *open = NULL;
    int length = on_passphrase(passphrase, sizeof passphrase, 0, asking);
    X509_SIG *envelope = length < 0 ? NULL : d2i_X509_SIG(NULL, &p, (long)size);
    PKCS8_PRIV_KEY_INFO *inside = envelope == NULL ? NULL : PKCS8_decrypt(envelope, passphrase, length);
    if (inside != NULL)
        open = EVP_PKCS82PKEY(inside);
    PKCS8_PRIV_KEY_INFO_free(inside);
    X509_SIG_free(envelope);
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    return open;
}

bool private_key_read_der(struct arena *arena, const uint8_t *der, size_t size,
                          const struct secret_source *secret, struct key_facts *key, char **public_key) {
    const unsigned char *p = der;
    struct asking asking = {.source = secret};
    *public_key = NULL;
    EVP_PKEY *open = d2i_AutoPrivateKey(NULL, &p, (long)size);
    if (open == NULL) {
        bool bearable = is_bearable(der, size, &key->is_encrypted);
        if (!key->is_encrypted)
            return false;
        if (!bearable)
            return closed(arena, key, too_much);
        open = unlock(der, size, &asking);
    }
    ERR_clear_error();
    return finish(arena, open, &asking, key, public_key);
}
