/* What has been seen before? See keep.h. */
#include "capture/keep.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <string.h>
#include "capture/table.h"
#include "wire/cert.h"
#include "wire/cursor.h"
#include "wire/handshake.h"

enum {
    TEXTS_MAX = 1000000,
    CERTS_MAX = 50000,
    OFFERS_MAX = 8192,
    LISTS_MAX = 100000,
    UNREADABLE_MAX = 10000,
    KEY_MAX = 16 * 1024 /* of a ClientHello's lasting parts */
};

struct keep {
    struct arena *arena;
    struct table *texts, *certs, *unreadable, *lists, *offers;
    LIST_OF(struct cert) all;
};

struct keep *keep_new(struct arena *arena) {
    struct keep *k = ARENA_NEW(arena, struct keep);
    *k = (struct keep){.arena = arena,
                       .texts = table_new(arena),
                       .certs = table_new(arena),
                       .unreadable = table_new(arena),
                       .lists = table_new(arena),
                       .offers = table_new(arena)};
    return k;
}

char *keep_text(struct keep *k, const char *text) {
    if (text == NULL)
        return NULL;
    void **at = table_at(k->texts, text, strlen(text), TEXTS_MAX);
    if (at == NULL)
        return arena_text(k->arena, text);
    if (*at == NULL)
        *at = arena_text(k->arena, text);
    return *at;
}

char *keep_address(struct keep *k, int family, const void *address) {
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(family == 6 ? AF_INET6 : AF_INET, address, text, sizeof text);
    return keep_text(k, text);
}

/* Lists of kept things are told apart by their members' places; long ones are not kept. */
static void **list_at(struct keep *k, void *const *v, size_t n, char kind) {
    enum { LONGEST = 256 };
    uint8_t key[1 + LONGEST * sizeof *v];
    if (n > LONGEST)
        return NULL;
    key[0] = (uint8_t)kind;
    memcpy(key + 1, v, n * sizeof *v);
    return table_at(k->lists, key, 1 + n * sizeof *v, LISTS_MAX);
}

struct texts keep_texts(struct keep *k, const struct texts *texts) {
    struct arena *scratch = texts->n == 0 ? NULL : arena_new();
    struct texts kept = {NULL, texts->n};
    if (texts->n == 0)
        return kept;
    char **v = arena_alloc(scratch, texts->n * sizeof *v);
    for (size_t i = 0; i < texts->n; i++)
        v[i] = keep_text(k, texts->v[i]);
    void **at = list_at(k, (void *const *)v, texts->n, 't');
    kept.v = at != NULL ? *at : NULL;
    if (kept.v == NULL)
        kept.v = arena_dup(k->arena, v, texts->n * sizeof *v);
    if (at != NULL)
        *at = kept.v;
    arena_free(scratch);
    return kept;
}

struct certs keep_chain(struct keep *k, const struct certs *chain) {
    struct certs kept = {NULL, chain->n};
    if (chain->n == 0)
        return kept;
    void **at = list_at(k, (void *const *)chain->v, chain->n, 'c');
    kept.v = at != NULL ? *at : NULL;
    if (kept.v == NULL)
        kept.v = arena_dup(k->arena, chain->v, chain->n * sizeof *chain->v);
    if (at != NULL)
        *at = kept.v;
    return kept;
}

struct cert *keep_cert(void *keep, const uint8_t *der, size_t size, char **error) {
    struct keep *k = keep;
    void **at = table_at(k->certs, der, size, CERTS_MAX);
    if (at == NULL) {
        *error = arena_text(k->arena, "too many different certificates in one capture");
        return NULL;
    }
    if (*at == NULL) {
        struct cert *cert = cert_read(k->arena, der, size, error);
        if (cert != NULL)
            LIST_ADD(k->arena, &k->all, cert);
        *at = cert; /* NULL: read again, and refused again */
    }
    return *at;
}

struct cert *keep_unreadable(struct keep *k, const uint8_t *der, size_t size) {
    void **at = table_at(k->unreadable, der, size, UNREADABLE_MAX);
    if (at == NULL || *at != NULL)
        return at == NULL ? NULL : *at;
    uint8_t hash[32];
    unsigned length = 0;
    struct cert *cert = ARENA_NEW(k->arena, struct cert);
    EVP_Digest(der, size, hash, &length, EVP_sha256(), NULL);
    cert->sha256 = text_hex(k->arena, hash, length, 0);
    cert->subject = cert->issuer = cert->serial = cert->signature = (char *)"(cannot be read)";
    return *at = cert;
}

size_t keep_certificates(const struct keep *k, const struct cert *const **all) {
    *all = (const struct cert *const *)k->all.v;
    return k->all.n;
}

/* ---- offers ---- */

/* What differs from one connection to the next of the same client: cookies, keys, tickets, padding, and
 * extensions that hold encrypted hellos. */
static bool is_fleeting(size_t extension) {
    static const size_t types[] = {21, 35, 41, 42, 44, 51, 0xfe0d, 0xff01};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i] == extension)
            return true;
    return false;
}

struct key {
    uint8_t bytes[KEY_MAX];
    size_t size;
    bool overflows;
};

static void key_add(struct key *key, const uint8_t *bytes, size_t size) {
    if (size > sizeof key->bytes - key->size) {
        key->overflows = true;
        return;
    }
    memcpy(key->bytes + key->size, bytes, size);
    key->size += size;
}

/* The parts that last. False where the hello has another form than it should. */
static bool key_make(struct key *key, const uint8_t *body, size_t size) {
    struct cursor c = {body, size, false};
    key_add(key, take_bytes(&c, 2).at, 2);
    take_bytes(&c, 32);
    take_vector(&c, 1);
    const uint8_t *suites = c.at;
    struct cursor list = take_vector(&c, 2);
    if (c.broken)
        return false;
    key_add(key, suites, list.left + 2);
    take_vector(&c, 1);
    if (c.left == 0)
        return !c.broken;
    struct cursor all = take_vector(&c, 2);
    while (all.left > 0) {
        const uint8_t *at = all.at;
        size_t type = take_number(&all, 2);
        struct cursor part = take_vector(&all, 2);
        if (!all.broken)
            key_add(key, at, is_fleeting(type) ? 2 : part.left + 4);
    }
    return !c.broken && !all.broken && c.left == 0 && !key->overflows;
}

struct client_offer *keep_offer(struct keep *k, struct arena *own, const uint8_t *body, size_t size,
                                bool *is_kept) {
    struct key key;
    key.size = 0;
    key.overflows = false;
    void **at =
        size >= 2 && key_make(&key, body, size) ? table_at(k->offers, key.bytes, key.size, OFFERS_MAX) : NULL;
    *is_kept = at != NULL;
    if (at != NULL && *at != NULL)
        return *at;
    struct arena *arena = at != NULL ? k->arena : own;
    struct client_offer *offer = ARENA_NEW(arena, struct client_offer);
    if (!client_hello_read(arena, body, size, offer) && offer->versions.n == 0)
        return NULL;
    if (at != NULL)
        *at = offer;
    return offer;
}
