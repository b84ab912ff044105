/* Certificates that say the same of other names: see remint.h. */
#include "redact/remint.h"

#include <jansson.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "redact/remint_names.h"
#include "wire/x509.h"

enum { RSA_MULTIPRIME = 4096, NOT_ITS_OWN = 1000 };

struct known {
    X509 *x, *made;
    char *subject;    /* its DER in hex */
    char *key;        /* which of the keys stands for its own: "RSA 2048 0" */
    struct known *by; /* whose key verifies its signature; NULL: nobody's that is known */
};

struct remint {
    struct arena *arena;
    struct remint_names names;
    json_t *index;    /* hex of the SHA-256 to place in all */
    json_t *subjects; /* subject to list of places */
    json_t *keys_of;  /* subject to {hex of a public key: its number} */
    LIST_OF(struct known) all;
    struct made_key {
        char *what;
        EVP_PKEY *key;
    } keys[64];
    size_t key_count;
};

struct remint *remint_new(struct arena *arena, struct pseudonyms *pseudonyms) {
    struct remint *m = ARENA_NEW(arena, struct remint);
    m->arena = arena;
    m->names = (struct remint_names){arena, pseudonyms, json_object(), json_object()};
    m->index = json_object();
    m->subjects = json_object();
    m->keys_of = json_object();
    return m;
}

void remint_free(struct remint *m) {
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->all.n; i++) {
        X509_free(m->all.v[i]->x);
        X509_free(m->all.v[i]->made);
    }
    for (size_t i = 0; i < m->key_count; i++)
        EVP_PKEY_free(m->keys[i].key);
    json_t *all[] = {m->names.serials, m->names.key_ids, m->index, m->subjects, m->keys_of};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        json_decref(all[i]);
}

/* ---- knowing ---- */

static char *der_hex(struct arena *arena, unsigned char *der, int size) {
    char *hex = size <= 0 ? arena_text(arena, "") : text_hex(arena, der, (size_t)size, 0);
    OPENSSL_free(der);
    return hex;
}

static char *name_hex(struct arena *arena, X509_NAME *name) {
    unsigned char *der = NULL;
    int size = i2d_X509_NAME(name, &der);
    return der_hex(arena, der, size);
}

/* "RSA 2048", "EC prime256v1", "ED25519": what a key like it is made by. NULL: of no kind that is known. */
static char *kind_of(struct arena *arena, EVP_PKEY *key) {
    char group[64];
    size_t size;
    if (key == NULL)
        return NULL;
    if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1)
        return arena_printf(arena, "EC %s", group);
    static const char *const sized[] = {"RSA", "RSA-PSS", "DSA"}, *const plain[] = {"ED25519", "ED448"};
    for (size_t i = 0; i < sizeof sized / sizeof *sized; i++)
        if (EVP_PKEY_is_a(key, sized[i]))
            return arena_printf(arena, "%s %d", sized[i], EVP_PKEY_get_bits(key));
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (EVP_PKEY_is_a(key, plain[i]))
            return arena_text(arena, plain[i]);
    return NULL;
}

/* Keys are shared between certificates of different names, and never between two of one name. */
static char *key_word(struct remint *m, struct known *known) {
    unsigned char *der = NULL;
    EVP_PKEY *key = X509_get0_pubkey(known->x);
    char *kind = kind_of(m->arena, key);
    if (kind == NULL)
        return NULL;
    json_t *numbers = json_object_get(m->keys_of, known->subject);
    if (numbers == NULL) {
        numbers = json_object();
        json_object_set_new(m->keys_of, known->subject, numbers);
    }
    int size = i2d_PUBKEY(key, &der);
    char *hex = der_hex(m->arena, der, size);
    if (json_object_get(numbers, hex) == NULL)
        json_object_set_new(numbers, hex, json_integer((json_int_t)json_object_size(numbers)));
    return arena_printf(m->arena, "%s %d", kind, (int)json_integer_value(json_object_get(numbers, hex)));
}

static char *digest_of(struct arena *arena, const uint8_t *der, size_t size) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(der, size, digest);
    return text_hex(arena, digest, sizeof digest, 0);
}

void remint_know(struct remint *m, const uint8_t *der, size_t size) {
    char *digest = digest_of(m->arena, der, size);
    const unsigned char *at = der;
    X509 *x = json_object_get(m->index, digest) != NULL ? NULL : d2i_X509(NULL, &at, (long)size);
    ERR_clear_error();
    if (x == NULL)
        return;
    struct known *known = ARENA_NEW(m->arena, struct known);
    known->x = x;
    known->subject = name_hex(m->arena, X509_get_subject_name(x));
    known->key = key_word(m, known);
    json_object_set_new(m->index, digest, json_integer((json_int_t)m->all.n));
    json_t *same = json_object_get(m->subjects, known->subject);
    if (same == NULL) {
        same = json_array();
        json_object_set_new(m->subjects, known->subject, same);
    }
    json_array_append_new(same, json_integer((json_int_t)m->all.n));
    LIST_ADD(m->arena, &m->all, known);
    remint_names_know(&m->names, x);
}

/* ---- keys ---- */

static EVP_PKEY *rsa_make(const char *type, int bits) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;
    if (context != NULL && EVP_PKEY_keygen_init(context) == 1 &&
        EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1 &&
        (bits < RSA_MULTIPRIME || EVP_PKEY_CTX_set_rsa_keygen_primes(context, 4) == 1)) /* soon made */
        EVP_PKEY_generate(context, &key);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *dsa_make(int bits) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL), *from = NULL;
    EVP_PKEY *parameters = NULL, *key = NULL;
    if (context != NULL && EVP_PKEY_paramgen_init(context) == 1 &&
        EVP_PKEY_CTX_set_dsa_paramgen_bits(context, bits) == 1 &&
        EVP_PKEY_paramgen(context, &parameters) == 1 &&
        (from = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL)) != NULL &&
        EVP_PKEY_keygen_init(from) == 1)
        EVP_PKEY_keygen(from, &key);
    EVP_PKEY_free(parameters);
    EVP_PKEY_CTX_free(from);
    EVP_PKEY_CTX_free(context);
    return key;
}

static EVP_PKEY *key_make(const char *what) {
    char kind[16], more[64] = "";
    if (sscanf(what, "%15s %63s", kind, more) < 1)
        return NULL;
    int bits = atoi(more);
    if (strcmp(kind, "EC") == 0)
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", more);
    if (strncmp(kind, "RSA", 3) == 0)
        return bits < 512 || bits > 16384 ? NULL : rsa_make(kind, bits);
    if (strcmp(kind, "DSA") == 0)
        return bits > 3072 ? NULL : dsa_make(bits);
    return EVP_PKEY_Q_keygen(NULL, NULL, kind);
}

static EVP_PKEY *key_for(struct remint *m, const char *what) {
    for (size_t i = 0; what != NULL && i < m->key_count; i++)
        if (strcmp(m->keys[i].what, what) == 0)
            return m->keys[i].key;
    if (what == NULL || m->key_count == sizeof m->keys / sizeof *m->keys)
        return NULL;
    struct made_key made = {arena_text(m->arena, what), key_make(what)};
    ERR_clear_error();
    m->keys[m->key_count++] = made;
    return made.key;
}

/* ---- who signed ---- */

static void issuer_find(struct remint *m, struct known *known) {
    const json_t *same = json_object_get(m->subjects, name_hex(m->arena, X509_get_issuer_name(known->x)));
    for (size_t i = 0; i < json_array_size(same) && known->by == NULL; i++) {
        struct known *other = m->all.v[json_integer_value(json_array_get(same, i))];
        EVP_PKEY *key = X509_get0_pubkey(other->x);
        if (key != NULL && X509_verify(known->x, key) == 1)
            known->by = other;
    }
    ERR_clear_error();
}

/* The issuer's; where nobody known signed it, one that verifies for nobody, of the kind that signed it. */
static EVP_PKEY *signer_of(struct remint *m, const struct known *known, int of_signature) {
    if (known->by != NULL)
        return key_for(m, known->by->key);
    const char *kind = of_signature == EVP_PKEY_EC        ? "EC prime256v1"
                       : of_signature == EVP_PKEY_ED25519 ? "ED25519"
                       : of_signature == EVP_PKEY_ED448   ? "ED448"
                       : of_signature == EVP_PKEY_DSA     ? "DSA 1024"
                                                          : "RSA 2048";
    return key_for(m, arena_printf(m->arena, "%s %d", kind, NOT_ITS_OWN));
}

static bool sign(struct remint *m, const struct known *known) {
    int digest = NID_undef, of_key = NID_undef;
    bool is_pss = X509_get_signature_nid(known->x) == NID_rsassaPss;
    OBJ_find_sigid_algs(X509_get_signature_nid(known->x), &digest, &of_key);
    if (is_pss)
        of_key = EVP_PKEY_RSA;
    EVP_PKEY *key = signer_of(m, known, of_key);
    const EVP_MD *md = digest == NID_undef ? NULL : EVP_get_digestbynid(digest);
    bool needs_none = of_key == EVP_PKEY_ED25519 || of_key == EVP_PKEY_ED448;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *of = NULL;
    if (md == NULL && !needs_none)
        md = EVP_sha256();
    bool good = key != NULL && context != NULL && EVP_DigestSignInit(context, &of, md, NULL, key) == 1 &&
                (!is_pss || EVP_PKEY_CTX_set_rsa_padding(of, RSA_PKCS1_PSS_PADDING) == 1) &&
                X509_sign_ctx(known->made, context) > 0;
    EVP_MD_CTX_free(context);
    return good;
}

/* ---- making ---- */

static bool make(struct remint *m, struct known *known) {
    EVP_PKEY *key = key_for(m, known->key);
    known->made = key == NULL ? NULL : X509_dup(known->x);
    if (known->made == NULL)
        return false;
    issuer_find(m, known);
    return remint_names_set(&m->names, known->x, known->made) && X509_set_pubkey(known->made, key) == 1 &&
           sign(m, known);
}

const uint8_t *remint_of(struct remint *m, const uint8_t *der, size_t size, size_t *made_size) {
    const json_t *at = json_object_get(m->index, digest_of(m->arena, der, size));
    struct known *known = at == NULL ? NULL : m->all.v[json_integer_value(at)];
    if (known == NULL)
        return NULL;
    if (known->made == NULL && !make(m, known)) {
        ERR_clear_error();
        X509_free(known->made);
        known->made = NULL;
        return NULL;
    }
    unsigned char *bytes = NULL;
    int n = i2d_X509(known->made, &bytes);
    const uint8_t *kept = n <= 0 ? NULL : arena_dup(m->arena, bytes, (size_t)n);
    *made_size = n <= 0 ? 0 : (size_t)n;
    OPENSSL_free(bytes);
    return kept;
}
