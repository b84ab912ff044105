/* Which certificates does a PKCS#7 or PKCS#12 file carry? See container.h. */
#include "wire/container.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/provider.h>

#include "wire/cert.h"
#include "wire/x509.h"

enum { PASSPHRASE_MAX = 1024, SAFES_MAX = 100, BAGS_MAX = 1000, ROUNDS_MAX = 2000000 };

void file_add_x509(struct arena *arena, struct user_file *into, X509 *x) {
    unsigned char *der = NULL;
    int size = into->certificates.n < FILE_CERTS_MAX ? i2d_X509(x, &der) : 0;
    struct cert *cert = size > 0 ? cert_read(arena, der, (size_t)size, NULL) : NULL;
    if (cert != NULL)
        LIST_ADD(arena, &into->certificates, cert);
    OPENSSL_free(der);
}

static int64_t seconds_of(const ASN1_TIME *when) {
    struct tm parts;
    return when != NULL && ASN1_TIME_to_tm(when, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

void file_add_crl(struct arena *arena, struct user_file *into, const X509_CRL *crl) {
    struct crl_facts *facts = ARENA_NEW(arena, struct crl_facts);
    facts->issuer = dn_text(arena, X509_CRL_get_issuer(crl));
    facts->this_update = seconds_of(X509_CRL_get0_lastUpdate(crl));
    facts->next_update = seconds_of(X509_CRL_get0_nextUpdate(crl));
    facts->entries = sk_X509_REVOKED_num(X509_CRL_get_REVOKED((X509_CRL *)crl));
    facts->entries = facts->entries < 0 ? 0 : facts->entries;
    LIST_ADD(arena, &into->crls, facts);
}

/* ---- PKCS#7 ---- */

bool pkcs7_read(struct arena *arena, const uint8_t *der, size_t size, struct user_file *into) {
    const unsigned char *p = der;
    PKCS7 *pkcs7 = d2i_PKCS7(NULL, &p, (long)size);
    int type = pkcs7 == NULL ? NID_undef : OBJ_obj2nid(pkcs7->type);
    STACK_OF(X509) *certs = NULL;
    STACK_OF(X509_CRL) *crls = NULL;
    if (type == NID_pkcs7_signed && pkcs7->d.sign != NULL) {
        certs = pkcs7->d.sign->cert;
        crls = pkcs7->d.sign->crl;
    } else if (type == NID_pkcs7_signedAndEnveloped && pkcs7->d.signed_and_enveloped != NULL) {
        certs = pkcs7->d.signed_and_enveloped->cert;
        crls = pkcs7->d.signed_and_enveloped->crl;
    }
    for (int i = 0; i < sk_X509_num(certs); i++)
        file_add_x509(arena, into, sk_X509_value(certs, i));
    for (int i = 0; i < sk_X509_CRL_num(crls); i++)
        file_add_crl(arena, into, sk_X509_CRL_value(crls, i));
    if (pkcs7 != NULL) {
        into->kind = FILE_PKCS7;
        if (into->certificates.n == 0)
            into->trouble = arena_text(arena, "no certificate in it");
    }
    PKCS7_free(pkcs7);
    ERR_clear_error();
    return into->kind == FILE_PKCS7;
}

/* ---- PKCS#12 ---- */

/* Files of old Windows use RC2 and 3DES, which the library keeps in a provider of its own; it is loaded into
 * a context that nothing else uses, so that no handshake finds those ciphers. */
struct vault {
    OSSL_LIB_CTX *context;
    OSSL_PROVIDER *usual, *legacy; /* legacy NULL: not installed */
    PKCS12 *file;
};

static bool is_pkcs12(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    PKCS12 *file = d2i_PKCS12(NULL, &p, (long)size);
    PKCS12_free(file);
    ERR_clear_error();
    return file != NULL;
}

static bool vault_open(struct vault *v, const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    *v = (struct vault){NULL};
    if (!is_pkcs12(der, size) || (v->context = OSSL_LIB_CTX_new()) == NULL)
        return false;
    v->usual = OSSL_PROVIDER_load(v->context, "default");
    v->legacy = OSSL_PROVIDER_load(v->context, "legacy");
    PKCS12 *empty = PKCS12_init_ex(NID_pkcs7_data, v->context, NULL);
    v->file = empty == NULL ? NULL : d2i_PKCS12(&empty, &p, (long)size);
    return v->file != NULL;
}

static void vault_close(struct vault *v) {
    PKCS12_free(v->file);
    if (v->legacy != NULL)
        OSSL_PROVIDER_unload(v->legacy);
    if (v->usual != NULL)
        OSSL_PROVIDER_unload(v->usual);
    OSSL_LIB_CTX_free(v->context);
    ERR_clear_error();
}

static bool mac_is_bearable(const PKCS12 *file) {
    const ASN1_INTEGER *rounds = NULL;
    int64_t number = 1;
    PKCS12_get0_mac(NULL, NULL, NULL, &rounds, file);
    return rounds == NULL ||
           (ASN1_INTEGER_get_int64(&number, rounds) == 1 && number >= 0 && number <= ROUNDS_MAX);
}

struct unpacking {
    struct arena *arena;
    struct user_file *into;
    const char *passphrase;
    int length; /* -1: none at all, which is not the empty one */
    int left;   /* bags that are still looked into */
    bool is_shut, asks_too_much;
};

static void bags_read(struct unpacking *u, const STACK_OF(PKCS12_SAFEBAG) * bags);

/* What OpenSSL 3 takes with -legacy only. */
static bool is_legacy(const X509_ALGOR *algorithm) {
    static const int old[] = {NID_pbe_WithSHA1And40BitRC2_CBC, NID_pbe_WithSHA1And128BitRC2_CBC,
                              NID_pbe_WithSHA1And40BitRC4, NID_pbe_WithSHA1And128BitRC4};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        if (OBJ_obj2nid(algorithm->algorithm) == old[i])
            return true;
    return false;
}

static void legacy_note(struct unpacking *u, const X509_ALGOR *algorithm) {
    if (is_legacy(algorithm) && !file_is_odd(u->into, "legacy-encryption"))
        texts_add(u->arena, &u->into->oddities, "legacy-encryption");
}

static void key_bag_read(struct unpacking *u, const PKCS12_SAFEBAG *bag, bool is_shrouded) {
    EVP_PKEY *open = NULL;
    PKCS8_PRIV_KEY_INFO *inside = NULL;
    if (is_shrouded) {
        const X509_ALGOR *algorithm = NULL;
        X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
        legacy_note(u, algorithm);
        if (encryption_is_bearable(algorithm))
            inside = PKCS12_decrypt_skey(bag, u->passphrase, u->length);
        else
            u->asks_too_much = true;
    }
    const PKCS8_PRIV_KEY_INFO *info = is_shrouded ? inside : PKCS12_SAFEBAG_get0_p8inf(bag);
    open = info == NULL ? NULL : EVP_PKCS82PKEY(info);
    if (u->into->key == NULL) {
        u->into->key = ARENA_NEW(u->arena, struct key_facts);
        u->into->key->is_encrypted = is_shrouded;
        u->into->key->type = KEY_OTHER;
        if (open != NULL)
            private_key_describe(u->arena, open, u->into->key, &u->into->public_key);
        else
            u->into->key->trouble = arena_text(u->arena, "the private key in it could not be opened");
    }
    EVP_PKEY_free(open);
    PKCS8_PRIV_KEY_INFO_free(inside);
}

static void bag_read(struct unpacking *u, const PKCS12_SAFEBAG *bag) {
    X509 *x;
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
    case NID_certBag:
        if (PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate &&
            (x = PKCS12_SAFEBAG_get1_cert(bag)) != NULL) {
            file_add_x509(u->arena, u->into, x);
            X509_free(x);
        }
        return;
    case NID_keyBag:
        key_bag_read(u, bag, false);
        return;
    case NID_pkcs8ShroudedKeyBag:
        key_bag_read(u, bag, true);
        return;
    case NID_safeContentsBag:
        bags_read(u, PKCS12_SAFEBAG_get0_safes(bag));
        return;
    default:
        return;
    }
}

static void bags_read(struct unpacking *u, const STACK_OF(PKCS12_SAFEBAG) * bags) {
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags) && u->left-- > 0; i++)
        bag_read(u, sk_PKCS12_SAFEBAG_value(bags, i));
}

static void safe_read(struct unpacking *u, PKCS7 *safe) {
    STACK_OF(PKCS12_SAFEBAG) *bags = NULL;
    bool is_encrypted = PKCS7_type_is_encrypted(safe) != 0 && safe->d.encrypted != NULL;
    if (PKCS7_type_is_data(safe))
        bags = PKCS12_unpack_p7data(safe);
    else if (is_encrypted && encryption_is_bearable(safe->d.encrypted->enc_data->algorithm))
        bags = PKCS12_unpack_p7encdata(safe, u->passphrase, u->length);
    else
        u->asks_too_much = u->asks_too_much || is_encrypted;
    u->is_shut = u->is_shut || (is_encrypted && bags == NULL);
    bags_read(u, bags);
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

/* How a safe is encrypted stands outside: that can be told of one that stays shut, too. */
static void safe_look(struct unpacking *u, PKCS7 *safe) {
    if (PKCS7_type_is_encrypted(safe) != 0 && safe->d.encrypted != NULL)
        legacy_note(u, safe->d.encrypted->enc_data->algorithm);
}

static void safes_each(struct unpacking *u, const PKCS12 *file, void (*each)(struct unpacking *, PKCS7 *)) {
    STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(file);
    for (int i = 0; i < sk_PKCS7_num(safes) && i < SAFES_MAX; i++)
        each(u, sk_PKCS7_value(safes, i));
    sk_PKCS7_pop_free(safes, PKCS7_free);
}

/* Integrity tells whether the passphrase is right; a file without it is opened by trying. */
static bool opens_with(struct vault *v, const char *passphrase, int length) {
    return !PKCS12_mac_present(v->file) || PKCS12_verify_mac(v->file, passphrase, length) == 1;
}

static const char *unlock_and_read(struct vault *v, struct unpacking *u, const struct secret_source *secret,
                                   char *buffer) {
    safes_each(u, v->file, safe_look);
    bool opens = opens_with(v, "", 0);
    u->passphrase = "";
    u->length = 0;
    if (!opens && opens_with(v, NULL, 0)) {
        opens = true;
        u->passphrase = NULL;
    }
    if (!opens) {
        int length = secret == NULL || secret->ask == NULL
                         ? -1
                         : secret->ask(secret->context, secret->file, buffer, PASSPHRASE_MAX - 1);
        if (length < 0)
            return "it is encrypted, and nobody gave its passphrase";
        buffer[length] = 0;
        if (!opens_with(v, buffer, length))
            return "the passphrase does not open it";
        u->passphrase = buffer;
        u->length = length;
    }
    safes_each(u, v->file, safe_read);
    if (u->asks_too_much)
        return "its encryption asks for more rounds of key derivation than are sensible";
    return u->is_shut                     ? "its encryption is not known to this OpenSSL"
           : u->into->certificates.n == 0 ? "no certificate in it"
                                          : NULL;
}

bool pkcs12_read(struct arena *arena, const uint8_t *der, size_t size, const struct secret_source *secret,
                 struct user_file *into) {
    struct vault v;
    struct unpacking u = {.arena = arena, .into = into, .left = BAGS_MAX};
    char passphrase[PASSPHRASE_MAX];
    bool is_one = vault_open(&v, der, size);
    if (is_one) {
        into->kind = FILE_PKCS12;
        const char *trouble = mac_is_bearable(v.file)
                                  ? unlock_and_read(&v, &u, secret, passphrase)
                                  : "its integrity check asks for more rounds than are sensible";
        into->trouble = arena_text(arena, trouble);
    }
    vault_close(&v);
    OPENSSL_cleanse(passphrase, sizeof passphrase);
    return is_one;
}
