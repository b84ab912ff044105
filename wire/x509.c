/* Certificates and names of the library: see x509.h. */
#include "wire/x509.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "facts/hash.h"
#include "facts/text.h"
#include "wire/lean.h"
#include "wire/x509_ahead.h"

/* ---- the memo ----
 *
 * To read a certificate takes some 200,000 instructions, and a run asks for the same few certificates
 * hundreds of times. It is no state: what it gives is what parsing would give. One thread fills it (the
 * loop's), as it does everything else here. */

/* Powers of two. What is larger than MEMO_BYTES is parsed each time. A certificate takes some 8 KiB. One has
 * the choice of MEMO_NEAR places: with as few, two of a hundred share their last place now and then, and are
 * read anew for each other's sake each time. */
enum { MEMO_PLACES = 256, MEMO_PLACES_MOST = 1 << 15, MEMO_BYTES = 1 << 14, MEMO_NEAR = 16, TAIL = 64 };
enum { LEAN_FROM = 5 }; /* certificates, before the lean context has earned what it takes to set up */

struct place {
    X509 *x;
    uint8_t *der;
    size_t size;
};

struct signature { /* of this certificate by that one's key; both held */
    X509 *x, *issuer;
    bool is_good;
};

static struct memo {
    struct place *v;
    struct signature *signatures; /* as many */
    size_t places, parsed;
} memo;

/* Where it is, else a free place of those it may have, else the first of them. The last bytes are those of
 * the signature, by which any two differ. */
static struct place *place_of(const uint8_t *der, size_t size) {
    size_t tail = size < TAIL ? size : TAIL;
    uint64_t hash = hash_bytes(der + size - tail, tail, 0);
    struct place *spare = NULL;
    for (size_t i = 0; i < MEMO_NEAR; i++) {
        struct place *place = &memo.v[(hash + i) & (memo.places - 1)];
        if (place->size == size && memcmp(place->der, der, size) == 0)
            return place;
        if (spare == NULL || (place->x == NULL && spare->x != NULL))
            spare = place;
    }
    return spare;
}

static void place_clear(struct place *place) {
    X509_free(place->x);
    OPENSSL_free(place->der);
    *place = (struct place){0};
}

static void place_move(struct place from) {
    struct place *to = place_of(from.der, from.size);
    place_clear(to);
    *to = from;
}

static void signature_clear(struct signature *signature) {
    X509_free(signature->x);
    X509_free(signature->issuer);
    *signature = (struct signature){0};
}

/* Those of before are verified again when they are asked for. */
static void signatures_clear(struct memo *of) {
    for (size_t i = 0; of->signatures != NULL && i < of->places; i++)
        signature_clear(&of->signatures[i]);
    free(of->signatures);
    of->signatures = NULL;
}

void x509_expect(size_t count) {
    struct place *old = memo.v;
    size_t places = MEMO_PLACES, before = memo.places;
    while (places < 4 * count && places < MEMO_PLACES_MOST)
        places *= 2;
    if (places <= before)
        return;
    signatures_clear(&memo);
    memo.v = calloc(places, sizeof *memo.v);
    memo.signatures = calloc(places, sizeof *memo.signatures);
    memo.places = places;
    for (size_t i = 0; i < before; i++)
        if (old[i].x != NULL)
            place_move(old[i]);
    free(old);
}

static void *let_go(void *of) {
    struct memo *old = of;
    signatures_clear(old);
    for (size_t i = 0; i < old->places; i++)
        place_clear(&old->v[i]);
    free(old->v);
    free(old);
    return NULL;
}

/* Thousands by a thread of its own, which nobody waits for: they have as many parts as it took to read them.
 */
void x509_forget(void) {
    pthread_t thread;
    x509_ahead_end();
    if (memo.places <= MEMO_PLACES)
        return;
    struct memo *old = malloc(sizeof *old);
    *old = memo;
    memo = (struct memo){.parsed = old->parsed};
    if (old->places < 4 * AHEAD_FROM || pthread_create(&thread, NULL, let_go, old) != 0)
        let_go(old);
    else
        pthread_detach(thread);
}

/* A place of NULL: too large to be kept. */
static void place_take(struct place *place, X509 *x, const uint8_t *der, size_t size) {
    if (memo.places > MEMO_PLACES)
        x509_ahead_add(x);
    if (place == NULL)
        return;
    uint8_t *copy = OPENSSL_memdup(der, size);
    if (copy == NULL || X509_up_ref(x) != 1) {
        OPENSSL_free(copy);
        return;
    }
    place_clear(place);
    *place = (struct place){x, copy, size};
}

/* All of it, or nothing. */
static X509 *parse(OSSL_LIB_CTX *with, const unsigned char **p, size_t size) {
    const unsigned char *end = *p + size;
    X509 *fresh = X509_new_ex(with, NULL), *x = d2i_X509(&fresh, p, (long)size);
    if (x != NULL && *p == end)
        return x;
    X509_free(fresh);
    return NULL;
}

/* With a padding that any RSA key does, or says that it was. */
static bool is_signed_by_rsa(const X509 *x) {
    int key = NID_undef;
    return OBJ_find_sigid_algs(X509_get_signature_nid(x), NULL, &key) == 1 && key == NID_rsaEncryption;
}

/* By the bytes of an AlgorithmIdentifier, which may stand anywhere: the parse tells. */
static X509 *parse_lean(const unsigned char **p, size_t size) {
    static const uint8_t rsa[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                  0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
    const unsigned char *start = *p;
    if (memmem(start, size, rsa, sizeof rsa) != NULL) {
        X509 *x = parse(lean_context_rsa(), p, size);
        if (x == NULL || (X509_get0_pubkey(x) != NULL && is_signed_by_rsa(x)))
            return x;
        X509_free(x);
        *p = start;
    }
    return parse(lean_context(), p, size);
}

X509 *x509_parse(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    if (der == NULL || size == 0 || size > INT32_MAX)
        return NULL;
    if (memo.places == 0)
        x509_expect(0);
    struct place *place = size <= MEMO_BYTES ? place_of(der, size) : NULL;
    if (place != NULL && place->size == size && memcmp(place->der, der, size) == 0)
        return X509_up_ref(place->x) == 1 ? place->x : NULL;
    bool is_lean = memo.places > MEMO_PLACES || ++memo.parsed > LEAN_FROM;
    X509 *x = is_lean ? parse_lean(&p, size) : parse(NULL, &p, size);
    if (x != NULL)
        place_take(place, x, der, size);
    return x;
}

void x509_beside_begin(void) {
    lean_context_rsa();
    lean_context();
}

X509 *x509_parse_beside(const uint8_t *der, size_t size) {
    const unsigned char *p = der;
    X509 *x = size > INT32_MAX ? NULL : parse_lean(&p, size);
    ERR_clear_error();
    return x;
}

void x509_keep(X509 *x, const uint8_t *der, size_t size) {
    if (memo.places == 0)
        x509_expect(0);
    struct place *place = size > 0 && size <= MEMO_BYTES ? place_of(der, size) : NULL;
    if (place != NULL && (place->size != size || memcmp(place->der, der, size) != 0))
        place_take(place, x, der, size);
}

void x509_share(X509 *x) {
    unsigned char *der = NULL;
    int size = i2d_X509(x, &der);
    if (size > 0)
        x509_keep(x, der, (size_t)size);
    OPENSSL_free(der);
}

X509 *x509_of(const uint8_t *der, size_t size) {
    X509 *x = x509_parse(der, size);
    ERR_clear_error();
    return x;
}

/* ---- signatures ---- */

/* As place_of(). */
static struct signature *signature_of(const X509 *x, const X509 *issuer) {
    uint64_t hash = 31 * hash_address(x) + hash_address(issuer);
    struct signature *spare = NULL;
    for (size_t i = 0; i < MEMO_NEAR; i++) {
        struct signature *place = &memo.signatures[(hash + i) & (memo.places - 1)];
        if (place->x == x && place->issuer == issuer)
            return place;
        if (spare == NULL || (place->x == NULL && spare->x != NULL))
            spare = place;
    }
    return spare;
}

/* Asked again for every list, every port and every zone that shows the same chain. By identity, which the
 * memo above gives: who is evicted there is verified again. */
bool x509_is_signed_by(X509 *x, X509 *issuer) {
    if (memo.places == 0)
        x509_expect(0);
    struct signature *place = signature_of(x, issuer);
    if (place->x == x && place->issuer == issuer)
        return place->is_good;
    bool is_good;
    if (!x509_ahead_knows(x, issuer, &is_good)) {
        EVP_PKEY *key = X509_get0_pubkey(issuer);
        is_good = key != NULL && X509_verify(x, key) == 1;
        ERR_clear_error();
        x509_ahead_issuer(issuer);
    }
    if (X509_up_ref(x) != 1 || X509_up_ref(issuer) != 1)
        return is_good;
    signature_clear(place);
    *place = (struct signature){x, issuer, is_good};
    return is_good;
}

/* ---- names ---- */

/* Strings of a broken type or encoding cannot be converted to UTF-8: then their bytes, then their hex. */
char *dn_text(struct arena *arena, const X509_NAME *name) {
    static const unsigned long forms[] = {
        XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB,
        XN_FLAG_RFC2253 & ~(ASN1_STRFLGS_ESC_MSB | ASN1_STRFLGS_UTF8_CONVERT),
        XN_FLAG_RFC2253 | ASN1_STRFLGS_DUMP_ALL,
    };
    char *text = NULL;
    for (size_t i = 0; i < sizeof forms / sizeof *forms && text == NULL; i++) {
        BIO *out = BIO_new(BIO_s_mem());
        char *bytes = NULL;
        if (out != NULL && X509_NAME_print_ex(out, name, 0, forms[i]) >= 0) {
            long size = BIO_get_mem_data(out, &bytes);
            text = text_from_wire(arena, bytes, size > 0 ? (size_t)size : 0);
        }
        BIO_free(out);
    }
    return text == NULL ? arena_text(arena, "malformed name") : text;
}

/* ---- parts of a certificate ---- */

bool cert_has_extension(const X509 *x, int nid) {
    return X509_get_ext_by_NID(x, nid, -1) >= 0;
}

void *cert_extension(const X509 *x, int nid) {
    int at = X509_get_ext_by_NID(x, nid, -1);
    return at < 0 ? NULL : X509V3_EXT_d2i(X509_get_ext(x, at));
}

char *cert_string(struct arena *arena, const ASN1_STRING *string) {
    return text_from_wire(arena, ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

char *cert_oid(struct arena *arena, const ASN1_OBJECT *object) {
    char text[256];
    int length = OBJ_obj2txt(text, sizeof text, object, 1);
    if (length <= 0)
        return arena_text(arena, "malformed OID");
    return arena_printf(arena, "%s%s", text, length < (int)sizeof text ? "" : "...");
}
