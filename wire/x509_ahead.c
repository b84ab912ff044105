/* Signatures that will be asked for: see x509_ahead.h. */
#include "wire/x509_ahead.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "facts/hash.h"

enum { ISSUERS_MAX = 64 };

struct ahead { /* of one certificate */
    X509 *x;
    _Atomic(X509 *) issuer; /* NULL: nothing is known yet. Set last */
    bool is_good;
};

/* The certificates and the places are written before the thread begins, and read from then on. */
static struct {
    struct ahead *v;
    size_t n, room;
    uint32_t *places;   /* 1 + the position of a certificate by its address; 0: free */
    size_t place_count; /* a power of two */
    pthread_t thread;
    bool is_begun;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t posted;
    X509 *issuers[ISSUERS_MAX];
    size_t issuer_count;
    atomic_bool is_over;
} ahead = {.lock = PTHREAD_MUTEX_INITIALIZER, .posted = PTHREAD_COND_INITIALIZER};

void x509_ahead_add(X509 *x) {
    if (ahead.is_begun)
        return;
    if (ahead.n == ahead.room) {
        size_t room = ahead.room == 0 ? AHEAD_FROM : 2 * ahead.room;
        struct ahead *larger = realloc(ahead.v, room * sizeof *larger);
        if (larger == NULL)
            return;
        ahead.v = larger;
        ahead.room = room;
    }
    if (X509_up_ref(x) == 1)
        ahead.v[ahead.n++] = (struct ahead){.x = x};
}

bool x509_ahead_has_many(void) {
    return ahead.n >= AHEAD_FROM;
}

/* ---- by address ---- */

static uint32_t *place_of(const X509 *x) {
    size_t at = hash_address(x) & (ahead.place_count - 1);
    while (ahead.places[at] != 0 && ahead.v[ahead.places[at] - 1].x != x)
        at = (at + 1) & (ahead.place_count - 1);
    return &ahead.places[at];
}

static bool places_make(void) {
    for (ahead.place_count = 1; ahead.place_count < 2 * ahead.n;)
        ahead.place_count *= 2;
    ahead.places = calloc(ahead.place_count, sizeof *ahead.places);
    for (size_t i = 0; ahead.places != NULL && i < ahead.n; i++)
        *place_of(ahead.v[i].x) = (uint32_t)i + 1;
    return ahead.places != NULL;
}

/* ---- the thread ---- */

static void look(X509 *issuer) {
    EVP_PKEY *key = X509_get0_pubkey(issuer);
    for (size_t i = 0; key != NULL && i < ahead.n && !atomic_load(&ahead.is_over); i++) {
        struct ahead *a = &ahead.v[i];
        if (atomic_load(&a->issuer) != NULL || X509_check_issued(issuer, a->x) != X509_V_OK)
            continue;
        a->is_good = X509_verify(a->x, key) == 1;
        ERR_clear_error();
        atomic_store(&a->issuer, issuer);
    }
}

static void *look_on(void *nothing) {
    (void)nothing;
    for (size_t done = 0;; done++) {
        pthread_mutex_lock(&ahead.lock);
        while (done == ahead.issuer_count && !atomic_load(&ahead.is_over))
            pthread_cond_wait(&ahead.posted, &ahead.lock);
        X509 *issuer = done < ahead.issuer_count ? ahead.issuers[done] : NULL;
        pthread_mutex_unlock(&ahead.lock);
        if (atomic_load(&ahead.is_over))
            return NULL;
        look(issuer);
    }
}

static bool is_posted(const X509 *issuer) {
    for (size_t i = 0; i < ahead.issuer_count; i++)
        if (ahead.issuers[i] == issuer)
            return true;
    return false;
}

void x509_ahead_issuer(X509 *issuer) {
    if (!x509_ahead_has_many() || ahead.issuer_count == ISSUERS_MAX || is_posted(issuer) ||
        X509_up_ref(issuer) != 1)
        return;
    if (!ahead.is_begun) {
        ahead.is_begun = (ahead.places != NULL || places_make()) &&
                         pthread_create(&ahead.thread, NULL, look_on, NULL) == 0;
        if (!ahead.is_begun) {
            X509_free(issuer);
            return;
        }
    }
    pthread_mutex_lock(&ahead.lock);
    ahead.issuers[ahead.issuer_count++] = issuer;
    pthread_cond_signal(&ahead.posted);
    pthread_mutex_unlock(&ahead.lock);
}

bool x509_ahead_knows(const X509 *x, const X509 *issuer, bool *is_good) {
    if (!ahead.is_begun)
        return false;
    uint32_t place = *place_of(x);
    if (place == 0 || atomic_load(&ahead.v[place - 1].issuer) != issuer)
        return false;
    *is_good = ahead.v[place - 1].is_good;
    return true;
}

void x509_ahead_end(void) {
    if (ahead.is_begun) {
        pthread_mutex_lock(&ahead.lock);
        atomic_store(&ahead.is_over, true);
        pthread_cond_signal(&ahead.posted);
        pthread_mutex_unlock(&ahead.lock);
        pthread_join(ahead.thread, NULL);
    }
    for (size_t i = 0; i < ahead.n; i++)
        X509_free(ahead.v[i].x);
    for (size_t i = 0; i < ahead.issuer_count; i++)
        X509_free(ahead.issuers[i]);
    free(ahead.v);
    free(ahead.places);
    ahead.v = NULL;
    ahead.places = NULL;
    ahead.n = ahead.room = ahead.issuer_count = 0;
    ahead.is_begun = false;
    atomic_store(&ahead.is_over, false);
}
